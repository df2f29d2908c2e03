//! The time a procedure allows a step.

mod cursor;
mod error;
mod iso8601;
mod read;
mod serial;
mod token;
mod words;
mod write;

#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::limits::TIME_COUNT_MAX;

use self::error::Problem;
pub use self::error::{NotInIso8601, StandardTimeError};
use super::text_form;

/// The time a procedure allows a step (*waktu baku*), kept as it was written.
///
/// It is read from Indonesian, English or ISO 8601 with [`str::parse`], whatever the case and the spacing; it is
/// displayed, and stored, in Indonesian.
///
/// Two values are equal when they say the same in the same units: `1 jam` and `60 menit` differ, though both last 60
/// [`minutes`](Self::minutes).
///
/// # Examples
///
/// ```
/// use sopflow::time::{Amount, StandardTime, Unit};
///
/// let sessions: StandardTime = "4 x 60 menit".parse()?;
/// let each = Amount { count: 60, unit: Unit::Minute };
/// assert_eq!(sessions, StandardTime::Product { times: 4, each });
/// assert_eq!(sessions.to_english(), "4 x 60 minutes");
/// assert_eq!(sessions.to_iso8601()?, "R4/PT60M");
///
/// let misspelled = "60 mnit".parse::<StandardTime>().unwrap_err();
/// assert_eq!(misspelled.to_string(), r#"at character 4: unknown unit "mnit"; did you mean "menit"?"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StandardTime {
    /// At once: `segera`, `immediately`, `PT0S`.
    Immediate,
    /// One amount: `60 menit`.
    Amount(Amount),
    /// The same amount several times, as in four sessions of an hour: `4 x 60 menit`.
    Product {
        /// How many times.
        times: u32,
        /// How long each time lasts.
        each: Amount,
    },
    /// At least this and at most that: `1–5 hari kerja`.
    Range {
        /// The shortest time.
        least: u32,
        /// The longest time, not below `least`.
        most: u32,
        /// The unit of both.
        unit: Unit,
    },
}

/// A whole number of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    /// How many, from 1 to [`TIME_COUNT_MAX`].
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

/// A unit of standard time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// A minute of work: `menit`.
    Minute,
    /// An hour of work, 60 minutes: `jam`.
    Hour,
    /// A bare day: `hari`. The source does not say which kind; a [`DayPolicy`] decides.
    Day,
    /// A day of work: `hari kerja`.
    WorkingDay,
    /// A day of the calendar, working or not: `hari kalender`.
    CalendarDay,
    /// A week of the calendar: `minggu`.
    Week,
    /// A month of the calendar: `bulan`.
    Month,
}

/// What a bare day means.
///
/// There is no default: whoever computes with a bare day says how it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DayPolicy {
    /// A bare day is a working day.
    Working,
    /// A bare day is a calendar day.
    Calendar,
}

/// Working minutes, from the shortest to the longest time that is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Minutes {
    /// The shortest time, in working minutes.
    pub least: u64,
    /// The longest time, in working minutes; equal to `least` unless the time is a range.
    pub most: u64,
}

impl StandardTime {
    /// Checks a value that was built in code by the rules that reading applies to text.
    ///
    /// Only a checked value is certain to be read back from what is written of it.
    ///
    /// # Errors
    ///
    /// When a number is zero or above [`TIME_COUNT_MAX`], when a product exceeds it, or when a range is reversed.
    ///
    /// # Examples
    ///
    /// ```
    /// use sopflow::time::{StandardTime, Unit};
    ///
    /// let reversed = StandardTime::Range { least: 5, most: 1, unit: Unit::Day };
    /// assert!(reversed.check().is_err());
    /// ```
    pub fn check(self) -> Result<Self, StandardTimeError> {
        let sound = match self {
            Self::Immediate => Ok(()),
            Self::Amount(amount) => check_count(amount.count),
            Self::Product { times, each } => check_product(times, each),
            Self::Range { least, most, .. } => check_range(least, most),
        };
        sound.map(|()| self).map_err(Problem::in_value)
    }

    /// Whether [`check`](Self::check) passes it, told while a program is compiled.
    pub(crate) const fn is_in_bounds(self) -> bool {
        const fn is_count(count: u32) -> bool {
            0 < count && count <= TIME_COUNT_MAX
        }
        match self {
            Self::Immediate => true,
            Self::Amount(Amount { count, .. }) => is_count(count),
            Self::Product { times, each: Amount { count, .. } } => {
                is_count(times) && is_count(count) && times as u64 * count as u64 <= TIME_COUNT_MAX as u64
            }
            Self::Range { least, most, .. } => is_count(least) && is_count(most) && least <= most,
        }
    }

    /// How many working minutes this is, or `None` when only a calendar can tell: for calendar days, weeks, months, and
    /// bare days under [`DayPolicy::Calendar`].
    ///
    /// `working_minutes_per_day` is the length of a working day, for instance 450 (7.5 hours). A result beyond
    /// [`u64::MAX`], out of reach for a value that [`check`](Self::check) passes, stays there.
    ///
    /// # Examples
    ///
    /// ```
    /// use sopflow::time::{DayPolicy, Minutes, StandardTime};
    ///
    /// let time: StandardTime = "1–5 hari".parse()?;
    /// assert_eq!(time.minutes(DayPolicy::Working, 450), Some(Minutes { least: 450, most: 2_250 }));
    /// assert_eq!(time.minutes(DayPolicy::Calendar, 450), None);
    /// # Ok::<(), sopflow::time::StandardTimeError>(())
    /// ```
    pub fn minutes(self, day: DayPolicy, working_minutes_per_day: u32) -> Option<Minutes> {
        let (least, most, unit) = match self {
            Self::Immediate => return Some(Minutes { least: 0, most: 0 }),
            Self::Amount(Amount { count, unit }) => (count.into(), count.into(), unit),
            Self::Product { times, each } => {
                let total = u64::from(times) * u64::from(each.count);
                (total, total, each.unit)
            }
            Self::Range { least, most, unit } => (least.into(), most.into(), unit),
        };
        let minutes = unit.minutes(day, working_minutes_per_day)?;
        Some(Minutes { least: least.saturating_mul(minutes), most: most.saturating_mul(minutes) })
    }
}

impl Unit {
    fn minutes(self, day: DayPolicy, working_minutes_per_day: u32) -> Option<u64> {
        match (self, day) {
            (Self::Minute, _) => Some(1),
            (Self::Hour, _) => Some(60),
            (Self::WorkingDay, _) | (Self::Day, DayPolicy::Working) => Some(working_minutes_per_day.into()),
            (Self::Day, DayPolicy::Calendar) | (Self::CalendarDay | Self::Week | Self::Month, _) => None,
        }
    }
}

fn check_count(count: u32) -> Result<(), Problem> {
    match count {
        0 => Err(Problem::Zero),
        1..=TIME_COUNT_MAX => Ok(()),
        _ => Err(Problem::TooLarge),
    }
}

fn check_product(times: u32, each: Amount) -> Result<(), Problem> {
    check_count(times)?;
    check_count(each.count)?;
    if times.checked_mul(each.count).is_some_and(|total| total <= TIME_COUNT_MAX) {
        Ok(())
    } else {
        Err(Problem::ProductTooLarge { times, count: each.count })
    }
}

fn check_range(least: u32, most: u32) -> Result<(), Problem> {
    check_count(least)?;
    check_count(most)?;
    if least <= most { Ok(()) } else { Err(Problem::Reversed { least, most }) }
}
