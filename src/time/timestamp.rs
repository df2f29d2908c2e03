//! Instants.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::text_form;

/// An instant: milliseconds since 1970-01-01T00:00:00Z (the Unix epoch), in UTC, without leap seconds.
///
/// It lies in the years 0000 to 9999, which are all that RFC 3339 can write. Arithmetic and conversions that would leave
/// them stay at [`MIN`](Self::MIN) or [`MAX`](Self::MAX), so every timestamp can be written and read back.
///
/// # Examples
///
/// ```
/// use sopflow::time::Timestamp;
///
/// let start: Timestamp = "2021-04-19T07:30:00+07:00".parse()?;
/// assert_eq!(start.to_string(), "2021-04-19T00:30:00.000Z");
/// assert_eq!(start.saturating_add_millis(60_000).millis_since(start), 60_000);
/// # Ok::<(), sopflow::time::TimestampError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest: 0000-01-01T00:00:00.000Z.
    pub const MIN: Self = Self(-62_167_219_200_000);
    /// The latest: 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// The instant so many milliseconds after the Unix epoch, or the nearest of [`MIN`](Self::MIN) and
    /// [`MAX`](Self::MAX) when that is outside them.
    pub const fn from_millis(millis: i64) -> Self {
        if millis < Self::MIN.0 {
            Self::MIN
        } else if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// Milliseconds since the Unix epoch; negative before it.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This instant for chrono.
    pub fn to_datetime(self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::milliseconds(self.0)
    }

    /// This instant so many milliseconds later (earlier, when negative), at most [`MAX`](Self::MAX) and at least
    /// [`MIN`](Self::MIN).
    #[must_use]
    pub const fn saturating_add_millis(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is the later one.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Cuts off what is finer than a millisecond, and stays at [`Timestamp::MIN`] or [`Timestamp::MAX`] outside them.
impl From<DateTime<Utc>> for Timestamp {
    fn from(datetime: DateTime<Utc>) -> Self {
        Self::from_millis(datetime.timestamp_millis())
    }
}

/// Why a text is no timestamp.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(transparent)]
pub struct TimestampError(#[from] Problem);

#[derive(Debug, Clone, PartialEq, Eq, Error)]
enum Problem {
    #[error("expected a date and time as in RFC 3339, such as \"2021-04-19T00:30:00.000Z\"")]
    NotRfc3339(#[source] chrono::ParseError),
    #[error("the date and time, in UTC, lies outside the years 0000 to 9999")]
    OutOfRange,
}

/// Reads RFC 3339 with any offset from UTC; cuts off what is finer than a millisecond.
impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let millis = DateTime::parse_from_rfc3339(text).map_err(Problem::NotRfc3339)?.timestamp_millis();
        let timestamp = Self::from_millis(millis);
        if timestamp.0 == millis { Ok(timestamp) } else { Err(Problem::OutOfRange.into()) }
    }
}

/// Writes RFC 3339 in UTC, with milliseconds.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_datetime().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_form::deserialize(deserializer, "a date and time as in RFC 3339")
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "sopflow::time::Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "An instant as in RFC 3339, kept to the millisecond and written in UTC.",
            "examples": ["2021-04-19T00:30:00.000Z"]
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn millis() -> impl Strategy<Value = i64> {
        prop_oneof![any::<i64>(), Timestamp::MIN.0..=Timestamp::MAX.0]
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(millis in millis()) {
            let timestamp = Timestamp::from_millis(millis);
            prop_assert_eq!(timestamp.to_string().parse(), Ok(timestamp));
            let json = serde_json::to_string(&timestamp).unwrap();
            prop_assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), timestamp);
            prop_assert_eq!(Timestamp::from(timestamp.to_datetime()), timestamp);
            prop_assert_eq!(Timestamp::from_millis(timestamp.as_millis()), timestamp);
        }

        #[test]
        fn text_sorts_as_time_does(one in millis(), other in millis()) {
            let (one, other) = (Timestamp::from_millis(one), Timestamp::from_millis(other));
            prop_assert_eq!(one.to_string().cmp(&other.to_string()), one.cmp(&other));
        }

        #[test]
        fn addition_is_exact_within_the_bounds_and_stays_at_them(
            start in millis(),
            millis in prop_oneof![any::<i64>(), -1_000_000_000_000..=1_000_000_000_000_i64],
        ) {
            let start = Timestamp::from_millis(start);
            let sum = i128::from(start.0) + i128::from(millis);
            let expected = sum.clamp(Timestamp::MIN.0.into(), Timestamp::MAX.0.into());
            prop_assert_eq!(i128::from(start.saturating_add_millis(millis).0), expected);
        }

        #[test]
        fn adding_the_difference_leads_from_one_to_the_other(one in millis(), other in millis()) {
            let (one, other) = (Timestamp::from_millis(one), Timestamp::from_millis(other));
            prop_assert_eq!(one.saturating_add_millis(other.millis_since(one)), other);
        }

        #[test]
        fn no_text_panics(text in any::<String>(), likely in "[0-9TtZz:. +-]{0,40}") {
            let _ = text.parse::<Timestamp>();
            let _ = likely.parse::<Timestamp>();
        }
    }

    #[test]
    fn the_bounds_are_those_of_rfc_3339() {
        assert_eq!(Timestamp::MIN.to_string(), "0000-01-01T00:00:00.000Z");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Timestamp::from_millis(i64::MIN), Timestamp::MIN);
        assert_eq!(Timestamp::from_millis(i64::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::from(DateTime::<Utc>::MIN_UTC), Timestamp::MIN);
        assert_eq!(Timestamp::from(DateTime::<Utc>::MAX_UTC), Timestamp::MAX);
        assert_eq!(Timestamp::MAX.saturating_add_millis(i64::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.saturating_add_millis(i64::MIN), Timestamp::MIN);
    }

    #[test]
    fn text_is_read_in_any_offset_and_to_the_millisecond() {
        let check = |text: &str, millis| assert_eq!(text.parse(), Ok(Timestamp(millis)), "{text}");
        check("1970-01-01T00:00:00Z", 0);
        check("1970-01-01t07:00:00.0019+07:00", 1);
        check("1969-12-31T23:59:59.9999Z", -1);
        check("2021-04-19T00:30:00.000Z", 1_618_792_200_000);
    }

    #[test]
    fn other_text_is_refused() {
        let check = |text: &str, expected: &str| {
            let message = text.parse::<Timestamp>().unwrap_err().to_string();
            assert!(message.contains(expected), "{text:?}: {message}");
        };
        for text in ["", "2021-04-19", "2021-04-19T00:30:00", "2021-02-30T00:00:00Z", "10000-01-01T00:00:00Z"] {
            check(text, "RFC 3339");
        }
        check("0000-01-01T00:00:00+07:00", "outside the years");
        check("9999-12-31T23:59:59-07:00", "outside the years");
        assert!(serde_json::from_str::<Timestamp>("0").unwrap_err().to_string().contains("RFC 3339"));
    }

    #[test]
    fn the_schema_accepts_what_is_written() {
        let schema = schemars::schema_for!(Timestamp).to_value();
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        for timestamp in [Timestamp::MIN, Timestamp(0), Timestamp::MAX] {
            assert!(validator.is_valid(&serde_json::to_value(timestamp).unwrap()), "{timestamp}");
        }
        assert!(!validator.is_valid(&"yesterday".into()));
    }
}
