//! Reading a standard time from Indonesian or English.
//!
//! ```text
//! time   = IMMEDIATE | amount | number TIMES amount | number [unit] RANGE number unit
//! amount = number unit [number unit]
//! ```
//!
//! The second pair of an amount is for hours with minutes only: `1 jam 30 menit` is 90 minutes.

use std::str::FromStr;

use super::cursor::{Cursor, Number, Ratio};
use super::error::Problem;
use super::token::Token;
use super::words::{self, Language};
use super::{Amount, StandardTime, StandardTimeError, Unit, check_count, check_product, check_range, iso8601};

/// Reads Indonesian (`60 menit`), English (`60 minutes`) or ISO 8601 (`PT60M`), whatever the case and the spacing.
///
/// Besides the units that are written, reading knows usual variants (`pekan`, `business days`, `mnt`, `s.d.`). An amount of
/// hours and minutes (`1 jam 30 menit`, `PT1H30M`) is read in minutes, one of ISO years and months in months.
impl FromStr for StandardTime {
    type Err = StandardTimeError;

    fn from_str(text: &str) -> Result<Self, StandardTimeError> {
        let cursor = Cursor::new(text)?;
        if iso8601::starts(&cursor) { iso8601::read(cursor) } else { Parser::new(cursor)?.time() }
    }
}

struct Parser {
    /// What is left, the next token last.
    tokens: Vec<(usize, Token)>,
    end: usize,
    /// The last unit, if it was one word: a second may follow it, misspelled.
    unit_word: Option<String>,
}

impl Parser {
    fn new(mut cursor: Cursor) -> Result<Self, StandardTimeError> {
        let mut tokens = Vec::new();
        loop {
            cursor.skip_blanks();
            let at = cursor.position();
            match Token::read(&mut cursor)? {
                Some(token) => tokens.push((at, token)),
                None => break,
            }
        }
        tokens.reverse();
        Ok(Self { tokens, end: cursor.position(), unit_word: None })
    }

    fn time(mut self) -> Result<StandardTime, StandardTimeError> {
        let at = self.position();
        let time = if self.take_if(|token| token.is_word(words::IMMEDIATE)) {
            StandardTime::Immediate
        } else if let Some(Token::Word(word)) = self.peek() {
            let nearest = words::nearest_immediate(word);
            return Err(Problem::NotANumber { found: word.clone(), nearest }.at(at));
        } else {
            let first = self.number()?;
            if self.take_if(|token| *token == Token::Times || token.is_word(words::TIMES)) {
                let each = self.amount()?;
                check_product(first, each).map_err(|problem| problem.at(at))?;
                StandardTime::Product { times: first, each }
            } else if self.range_sign() {
                self.range(at, first, None)?
            } else {
                let unit = self.unit()?;
                if self.range_sign() {
                    self.range(at, first, Some(unit))?
                } else {
                    StandardTime::Amount(self.amount_from(at, first, unit)?)
                }
            }
        };
        self.end()?;
        Ok(time)
    }

    /// Reads the rest of a range, after its sign.
    fn range(&mut self, at: usize, least: u32, least_unit: Option<Unit>) -> Result<StandardTime, StandardTimeError> {
        let most = self.number()?;
        let unit_at = self.position();
        let unit = self.unit()?;
        if least_unit.is_some_and(|least_unit| least_unit != unit) {
            return Err(Problem::UnitsDiffer.at(unit_at));
        }
        check_range(least, most).map_err(|problem| problem.at(at))?;
        Ok(StandardTime::Range { least, most, unit })
    }

    fn amount(&mut self) -> Result<Amount, StandardTimeError> {
        let at = self.position();
        let count = self.number()?;
        let unit = self.unit()?;
        self.amount_from(at, count, unit)
    }

    /// Adds the minutes that may follow hours.
    fn amount_from(&mut self, at: usize, count: u32, unit: Unit) -> Result<Amount, StandardTimeError> {
        if unit != Unit::Hour || !matches!(self.peek(), Some(Token::Number(_))) {
            return Ok(Amount { count, unit });
        }
        let minutes = self.number()?;
        let unit_at = self.position();
        if self.unit()? != Unit::Minute {
            return Err(Problem::MixedUnits.at(unit_at));
        }
        let count = count * 60 + minutes;
        check_count(count).map_err(|problem| problem.at(at))?;
        Ok(Amount { count, unit: Unit::Minute })
    }

    fn number(&mut self) -> Result<u32, StandardTimeError> {
        let at = self.position();
        let Some((_, token)) = self.tokens.pop() else {
            return Err(Problem::NumberMissing.at(at));
        };
        let number = match token {
            Token::Number(number) => number,
            Token::Dash if self.peek().is_some() => return Err(Problem::Negative.at(at)),
            other => {
                return Err(Problem::NotANumber { found: other.to_text(), nearest: None }.at(at));
            }
        };
        match number {
            Number::Whole(count) => count,
            Number::Fraction(ratio) => Err(Problem::Fraction { instead: self.without_fraction(ratio) }),
            Number::Grouped(digits) => Err(Problem::Grouped { digits }),
        }
        .map_err(|problem| problem.at(at))
    }

    /// What to write instead of a fraction of the unit that follows.
    fn without_fraction(&mut self, ratio: Option<Ratio>) -> Option<String> {
        let Ok((Unit::Hour, language)) = self.named_unit() else {
            return None;
        };
        let minutes = ratio?.hours_in_minutes()?;
        Some(match language {
            Language::Indonesian => format!("{minutes} menit"),
            Language::English => format!("{minutes} minutes"),
        })
    }

    fn range_sign(&mut self) -> bool {
        let found = self.take_if(|token| *token == Token::Dash || token.is_word(words::RANGE));
        if found {
            self.take_if(|token| token.is_word(&[words::RANGE_SECOND]));
        }
        found
    }

    fn unit(&mut self) -> Result<Unit, StandardTimeError> {
        self.named_unit().map(|(unit, _)| unit)
    }

    /// Reads a unit of one or two words.
    fn named_unit(&mut self) -> Result<(Unit, Language), StandardTimeError> {
        let (at, first) = match self.tokens.pop() {
            Some((at, Token::Word(word))) => (at, word),
            Some((at, other)) => {
                return Err(Problem::UnknownUnit { found: other.to_text(), nearest: None }.at(at));
            }
            None => return Err(Problem::UnitMissing.at(self.end)),
        };
        let phrase = match self.peek() {
            Some(Token::Word(second)) => Some(format!("{first} {second}")),
            _ => None,
        };
        if let Some(unit) = phrase.as_deref().and_then(words::unit) {
            self.tokens.pop();
            return Ok(unit);
        }
        if let Some(unit) = words::unit(&first) {
            self.unit_word = Some(first);
            return Ok(unit);
        }
        let nearest_phrase = phrase.and_then(|phrase| Some((words::nearest_unit(&phrase)?, phrase)));
        let (nearest, found) = match nearest_phrase {
            Some((nearest, phrase)) => (Some(nearest), phrase),
            None => (words::nearest_unit(&first), first),
        };
        Err(Problem::UnknownUnit { found, nearest }.at(at))
    }

    fn end(mut self) -> Result<(), StandardTimeError> {
        let Some((at, token)) = self.tokens.pop() else {
            return Ok(());
        };
        let found = token.to_text();
        let nearest = self.unit_word.and_then(|first| words::nearest_unit(&format!("{first} {found}")));
        let nearest = nearest.filter(|phrase| phrase.contains(' '));
        Err(Problem::UnexpectedWord { found, nearest }.at(at))
    }

    fn position(&self) -> usize {
        self.tokens.last().map_or(self.end, |&(at, _)| at)
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.last().map(|(_, token)| token)
    }

    fn take_if(&mut self, wanted: impl FnOnce(&Token) -> bool) -> bool {
        self.tokens.pop_if(|(_, token)| wanted(token)).is_some()
    }
}
