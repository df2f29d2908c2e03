//! What can be wrong with a standard time, and how it is said.

use thiserror::Error;

use crate::limits::{TIME_CHARS_MAX, TIME_COUNT_MAX};

/// Why a text or a value is no standard time.
///
/// The message says what is wrong, at which character, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{problem}", .position.map(|at| format!("at character {at}: ")).unwrap_or_default())]
pub struct StandardTimeError {
    position: Option<usize>,
    problem: Problem,
}

impl StandardTimeError {
    /// The character at which the text went wrong, counted from 1; one past the last when something is missing at the
    /// end. `None` when the value was not read from text.
    pub fn position(&self) -> Option<usize> {
        self.position
    }

    /// What was probably meant: the known word nearest to a misspelling, or the whole number of minutes for a fraction of
    /// an hour.
    ///
    /// # Examples
    ///
    /// ```
    /// use sopflow::time::StandardTime;
    ///
    /// let fraction = "1,5 jam".parse::<StandardTime>().unwrap_err();
    /// assert_eq!(fraction.suggestion(), Some("90 menit"));
    /// ```
    pub fn suggestion(&self) -> Option<&str> {
        match &self.problem {
            Problem::UnknownUnit { nearest, .. }
            | Problem::NotANumber { nearest, .. }
            | Problem::UnexpectedWord { nearest, .. } => *nearest,
            Problem::Fraction { instead } => instead.as_deref(),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum Problem {
    #[error("the text is empty; expected a time such as \"60 menit\", \"1–5 hari kerja\", \"segera\" or \"PT60M\"")]
    Empty,
    #[error("the text is longer than {TIME_CHARS_MAX} characters")]
    TooLong,
    #[error("unexpected character {0:?}; expected a time such as \"60 menit\", \"1–5 hari kerja\" or \"PT60M\"")]
    UnexpectedCharacter(char),
    #[error("expected a number in digits, found {found:?}{}", .nearest.map(did_you_mean).unwrap_or_default())]
    NotANumber { found: String, nearest: Option<&'static str> },
    #[error("a number is missing")]
    NumberMissing,
    #[error("a unit is missing; expected one such as \"menit\", \"jam\", \"hari kerja\" or \"minutes\"")]
    UnitMissing,
    #[error("unknown unit {found:?}{}", .nearest.map_or(UNITS_EXPECTED.to_owned(), did_you_mean))]
    UnknownUnit { found: String, nearest: Option<&'static str> },
    #[error("expected nothing more, found {found:?}{}", .nearest.map(did_you_mean).unwrap_or_default())]
    UnexpectedWord { found: String, nearest: Option<&'static str> },
    #[error("both ends of a range must have the same unit")]
    UnitsDiffer,
    #[error("the number is zero; for a step that takes no time write \"segera\", \"immediately\" or \"PT0S\"")]
    Zero,
    #[error("the number is above {TIME_COUNT_MAX}; write it in a larger unit")]
    TooLarge,
    #[error("{times} times {count} is above {TIME_COUNT_MAX}; write it in a larger unit")]
    ProductTooLarge { times: u32, count: u32 },
    #[error("a time cannot be negative")]
    Negative,
    #[error("a time is a whole number; {}", match .instead {
        Some(instead) => format!("write {instead:?}"),
        None => "write it in a smaller unit, down to the minute".to_owned(),
    })]
    Fraction { instead: Option<String> },
    #[error(
        "a number with a point or a comma can mean a thousand or a fraction; write \"{digits}\" if a thousand is meant"
    )]
    Grouped { digits: String },
    #[error("the range runs from {least} down to {most}; write the smaller number first")]
    Reversed { least: u32, most: u32 },
    #[error("expected {expected} here, as in the ISO 8601 durations \"PT60M\", \"P14D\" and \"R4/PT60M\"")]
    NotIso8601 { expected: &'static str },
    #[error("a time has one unit; only hours with minutes go together, and in ISO 8601 years with months")]
    MixedUnits,
    #[error("the smallest unit is the minute; seconds are written in \"PT0S\" (at once) only")]
    Seconds,
}

const UNITS_EXPECTED: &str = "; expected one such as \"menit\", \"jam\", \"hari kerja\" or \"minutes\"";

fn did_you_mean(word: &str) -> String {
    format!("; did you mean {word:?}?")
}

impl Problem {
    /// The error for text that is wrong at a character, counted from 1.
    pub(super) fn at(self, position: usize) -> StandardTimeError {
        StandardTimeError { position: Some(position), problem: self }
    }

    /// The error for a value that was not read from text.
    pub(super) fn in_value(self) -> StandardTimeError {
        StandardTimeError { position: None, problem: self }
    }
}

/// Why a time has no ISO 8601 notation.
///
/// A duration of ISO 8601-1:2019 §5.5.2 counts days of the calendar only, and has one length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotInIso8601 {
    /// The day is bare, and the duration would claim that it is a calendar day.
    #[error("a bare day has no ISO 8601 notation: its days are calendar days")]
    BareDay,
    /// The day is a working day.
    #[error("a working day has no ISO 8601 notation: its days are calendar days")]
    WorkingDay,
    /// The time is a range.
    #[error("a range has no ISO 8601 notation: its durations have one length")]
    Range,
}
