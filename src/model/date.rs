//! Days in files: texts such as `2021-04-19`, or in TOML dates without quotes.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserializer, de};

use super::words::shown;

/// Characters of a full date of RFC 3339.
const CHARS: usize = 10;

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    deserializer.deserialize_option(Visitor)
}

struct Visitor;

impl<'de> de::Visitor<'de> for Visitor {
    type Value = Option<NaiveDate>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day such as 2021-04-19 (year, month, day)")
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        match text.parse() {
            Ok(date) if text.len() == CHARS => Ok(Some(date)),
            _ => Err(E::custom(format_args!(
                "`{}` is not a day: write year, month and day, as in 2021-04-19",
                shown(text)
            ))),
        }
    }
}
