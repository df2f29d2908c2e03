//! Dates in the file of an office: a moment, or a day of the office's own time.

use std::fmt;

use chrono::{FixedOffset, NaiveDate, NaiveTime, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::shown;
use crate::time::Timestamp;

/// Characters of a full date of RFC 3339.
const DAY_CHARS: usize = 10;

/// A moment, or a day whose moments an offset from UTC tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    At(Timestamp),
    Day(NaiveDate),
}

/// The first moment of a day.
pub(super) fn start_of(day: NaiveDate, offset: FixedOffset) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    // An offset has one answer for every local time; beyond the years of a timestamp its bound is near enough.
    let start = offset.from_local_datetime(&midnight).single();
    start.map_or(Timestamp::MAX, |start| Timestamp::from_millis(start.timestamp_millis()))
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::At(moment) => serializer.collect_str(moment),
            Self::Day(day) => serializer.collect_str(day),
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Visitor)
    }
}

struct Visitor;

impl de::Visitor<'_> for Visitor {
    type Value = Moment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day such as 2026-11-02, or a moment such as 2026-11-02T08:00:00+07:00")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Moment, E> {
        let day = (text.len() == DAY_CHARS).then(|| text.parse().ok()).flatten().map(Moment::Day);
        day.or_else(|| text.parse().ok().map(Moment::At)).ok_or_else(|| {
            let expected = "a day such as 2026-11-02, or a moment such as 2026-11-02T08:00:00+07:00";
            E::custom(format_args!("expected {expected}; found `{}`", shown(text)))
        })
    }
}
