//! Days in files: texts such as `2021-04-19`, or in TOML dates without quotes.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de};
use toml::value::Datetime;

use crate::error::shown;

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

    // How the deserializer of TOML hands over its own dates.
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let date = Datetime::deserialize(de::value::MapAccessDeserializer::new(map))
            .map_err(|_| de::Error::invalid_type(de::Unexpected::Map, &self))?;
        self.visit_str(&date.to_string())
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

#[cfg(test)]
mod tests {
    use crate::model::Identity;

    #[test]
    fn a_day_may_stand_in_toml_with_or_without_quotation_marks() {
        let read = |day: &str| toml::from_str::<Identity>(&format!("title = \"T\"\nmade = {day}"));
        let bare = read("2021-04-19").expect("a TOML date");
        assert_eq!(bare.made.map(|day| day.to_string()).as_deref(), Some("2021-04-19"));
        assert_eq!(read("\"2021-04-19\"").expect("a string"), bare);
        assert_eq!(toml::from_str::<Identity>(&toml::to_string(&bare).expect("written")).expect("read back"), bare);
        let null = serde_json::from_str::<Identity>(r#"{ "title": "T", "made": null }"#).expect("no day");
        assert_eq!(null.made, None);
        for wrong in ["\"19/04/2021\"", "2021-04-19T07:30:00", "07:30:00", "2021", "{}"] {
            let error = read(wrong).expect_err(wrong);
            assert!(
                error.message().contains("day such as 2021-04-19") || error.message().contains("not a day"),
                "{wrong}: {error}"
            );
        }
    }
}
