//! The characters of a text, and the numbers in them.

use crate::limits::{TIME_CHARS_MAX, TIME_COUNT_MAX};

use super::error::Problem;
use super::{StandardTimeError, check_count};

/// A place in a text that is short enough to read.
#[derive(Debug)]
pub(super) struct Cursor {
    chars: Vec<char>,
    next: usize,
}

/// A run of digits, with what a fraction or a thousands separator adds to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Number {
    Whole(Result<u32, Problem>),
    /// `None` when its parts are too large to compute with.
    Fraction(Option<Ratio>),
    /// Like `1.000`: all its digits.
    Grouped(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ratio {
    numerator: u64,
    denominator: u64,
}

impl Cursor {
    /// Starts at the first character that is not blank; blanks at the end are left out.
    pub(super) fn new(text: &str) -> Result<Self, StandardTimeError> {
        let mut chars: Vec<char> = text.chars().take(TIME_CHARS_MAX + 1).collect();
        if chars.len() > TIME_CHARS_MAX {
            return Err(Problem::TooLong.at(TIME_CHARS_MAX + 1));
        }
        chars.truncate(chars.iter().rposition(|&c| !is_blank(c)).map_or(0, |last| last + 1));
        if chars.is_empty() {
            return Err(Problem::Empty.at(1));
        }
        let mut cursor = Self { chars, next: 0 };
        cursor.skip_blanks();
        Ok(cursor)
    }

    /// The place of the next character, counted from 1.
    pub(super) fn position(&self) -> usize {
        self.next + 1
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, offset: usize) -> Option<char> {
        self.chars.get(self.next + offset).copied()
    }

    pub(super) fn take(&mut self) -> Option<char> {
        self.take_if(|_| true)
    }

    pub(super) fn take_if(&mut self, wanted: impl FnOnce(char) -> bool) -> Option<char> {
        let c = self.peek().filter(|&c| wanted(c))?;
        self.next += 1;
        Some(c)
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.take_if(is_blank).is_some() {}
    }

    /// Reads a number, if one starts here.
    pub(super) fn number(&mut self) -> Option<Number> {
        let whole = self.digits();
        if let Some((numerator, denominator)) = self.peek().and_then(vulgar_fraction) {
            self.next += 1;
            return Some(Number::Fraction(Ratio::mixed(&whole, numerator, denominator)));
        }
        if whole.is_empty() {
            return None;
        }
        if self.separated_digits(|c| c == '/') {
            let denominator = self.digits();
            return Some(Number::Fraction(Ratio::new(&whole, &denominator)));
        }
        let mut groups = Vec::new();
        while self.separated_digits(|c| matches!(c, '.' | ',')) {
            groups.push(self.digits());
        }
        Some(match groups.as_slice() {
            [] => Number::Whole(whole_number(&whole)),
            [part] if part.len() != 3 || whole == "0" => Number::Fraction(Ratio::decimal(&whole, part)),
            _ => Number::Grouped(whole + &groups.concat()),
        })
    }

    /// Passes a separator if a digit follows it.
    fn separated_digits(&mut self, separator: impl FnOnce(char) -> bool) -> bool {
        self.peek_at(1).is_some_and(|c| c.is_ascii_digit()) && self.take_if(separator).is_some()
    }

    fn digits(&mut self) -> String {
        std::iter::from_fn(|| self.take_if(|c| c.is_ascii_digit())).collect()
    }
}

impl Ratio {
    fn new(numerator: &str, denominator: &str) -> Option<Self> {
        let denominator = denominator.parse().ok().filter(|&it| it != 0)?;
        Some(Self { numerator: numerator.parse().ok()?, denominator })
    }

    fn decimal(whole: &str, part: &str) -> Option<Self> {
        let denominator = 10_u64.checked_pow(part.len().try_into().ok()?)?;
        Some(Self { numerator: format!("{whole}{part}").parse().ok()?, denominator })
    }

    fn mixed(whole: &str, numerator: u64, denominator: u64) -> Option<Self> {
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        Some(Self { numerator: whole.checked_mul(denominator)?.checked_add(numerator)?, denominator })
    }

    /// This many hours in minutes, if those are whole and few enough to write.
    pub(super) fn hours_in_minutes(self) -> Option<u64> {
        let sixtieths = self.numerator.checked_mul(60)?;
        let minutes = sixtieths / self.denominator;
        let whole = sixtieths.is_multiple_of(self.denominator);
        (whole && (1..=TIME_COUNT_MAX.into()).contains(&minutes)).then_some(minutes)
    }
}

fn whole_number(digits: &str) -> Result<u32, Problem> {
    let count = digits.parse().map_err(|_| Problem::TooLarge)?;
    check_count(count).map(|()| count)
}

fn vulgar_fraction(c: char) -> Option<(u64, u64)> {
    match c {
        '½' => Some((1, 2)),
        '¼' => Some((1, 4)),
        '¾' => Some((3, 4)),
        _ => None,
    }
}

/// White space, and the invisible characters that word processors leave behind.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}
