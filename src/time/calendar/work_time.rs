//! Amounts of working time, and when work is due.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

use super::{HOUR, MINUTE};
use crate::time::Timestamp;

/// An amount of working time, to the millisecond: elapsed time within the hours of a [`WorkCalendar`](super::WorkCalendar).
///
/// It may be negative: time before an instant. Arithmetic stays at the largest and the smallest amount.
///
/// # Examples
///
/// ```
/// use sopflow::time::WorkTime;
///
/// let time = WorkTime::hours(7) + WorkTime::minutes(30);
/// assert_eq!((time.as_minutes(), time.to_string().as_str()), (450, "450 min"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct WorkTime(i64);

impl WorkTime {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many milliseconds of work.
    pub const fn millis(count: i64) -> Self {
        Self(count)
    }

    /// So many minutes of work.
    pub const fn minutes(count: i64) -> Self {
        Self(count.saturating_mul(MINUTE))
    }

    /// So many hours of work, 60 minutes each.
    pub const fn hours(count: i64) -> Self {
        Self(count.saturating_mul(HOUR))
    }

    /// How many milliseconds this is.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// How many whole minutes this is; what is left over is cut off.
    pub const fn as_minutes(self) -> i64 {
        self.0 / MINUTE
    }
}

impl Add for WorkTime {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for WorkTime {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for WorkTime {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for WorkTime {
    fn sum<I: Iterator<Item = Self>>(times: I) -> Self {
        times.fold(Self::ZERO, Self::add)
    }
}

/// Writes minutes, and what is left over in seconds: `450 min`, `0.25 s`, `1 min 30 s`.
impl fmt::Display for WorkTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (minutes, left) =
            (self.0.unsigned_abs() / MINUTE.unsigned_abs(), self.0.unsigned_abs() % MINUTE.unsigned_abs());
        let sign = if self.0 < 0 { "-" } else { "" };
        let (seconds, millis) = (left / 1_000, left % 1_000);
        let mut text = match (minutes, left) {
            (minutes, 0) => format!("{minutes} min"),
            (0, _) => format!("{seconds}"),
            (minutes, _) => format!("{minutes} min {seconds}"),
        };
        if left > 0 {
            if millis > 0 {
                let fraction = format!(".{millis:03}");
                text.push_str(fraction.trim_end_matches('0'));
            }
            text.push_str(" s");
        }
        f.pad(&format!("{sign}{text}"))
    }
}

/// When work is due by its [`StandardTime`](crate::time::StandardTime).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Due {
    /// When it should be done: after the shortest time, where the standard time is a range.
    pub due: Timestamp,
    /// When it must be done: after the longest time; equal to `due` unless the standard time is a range.
    pub latest: Timestamp,
}
