//! The numbers, words and signs of a standard time in Indonesian or English.

use super::StandardTimeError;
use super::cursor::{Cursor, Number};
use super::error::Problem;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Number(Number),
    /// Letters in lower case, without the points of an abbreviation.
    Word(String),
    Times,
    Dash,
}

impl Token {
    /// Reads the next token, unless the text is at its end.
    pub(super) fn read(cursor: &mut Cursor) -> Result<Option<Self>, StandardTimeError> {
        if let Some(number) = cursor.number() {
            return Ok(Some(Self::Number(number)));
        }
        let at = cursor.position();
        Ok(match cursor.peek() {
            None => None,
            Some(c) if c.is_alphabetic() => Some(Self::Word(word(cursor))),
            Some(c) => {
                cursor.take();
                match c {
                    '×' | '*' => Some(Self::Times),
                    '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => Some(Self::Dash),
                    _ => return Err(Problem::UnexpectedCharacter(c).at(at)),
                }
            }
        })
    }

    pub(super) fn is_word(&self, among: &[&str]) -> bool {
        matches!(self, Self::Word(word) if among.contains(&word.as_str()))
    }

    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Number(Number::Whole(Ok(count))) => count.to_string(),
            Self::Number(Number::Grouped(digits)) => digits.clone(),
            Self::Number(_) => "a number".to_owned(),
            Self::Word(word) => word.clone(),
            Self::Times => "×".to_owned(),
            Self::Dash => "-".to_owned(),
        }
    }
}

fn word(cursor: &mut Cursor) -> String {
    let letters = std::iter::from_fn(|| cursor.take_if(|c| c.is_alphabetic() || matches!(c, '.' | '/')));
    letters.filter(|&c| c != '.').flat_map(char::to_lowercase).collect()
}
