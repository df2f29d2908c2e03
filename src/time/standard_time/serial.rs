//! A standard time in files: a string.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

use crate::limits::TIME_CHARS_MAX;

use super::{StandardTime, text_form};

/// Writes Indonesian; fails on a value that [`StandardTime::check`] refuses, since it could not be read back.
impl Serialize for StandardTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.check().map_err(ser::Error::custom)?)
    }
}

/// Reads any notation that [`str::parse`] reads.
impl<'de> Deserialize<'de> for StandardTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_form::deserialize(deserializer, "a standard time such as \"60 menit\"")
    }
}

impl JsonSchema for StandardTime {
    fn schema_name() -> Cow<'static, str> {
        "StandardTime".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "sopflow::time::StandardTime".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "title": "Standard time (waktu baku)",
            "description": "The time the procedure allows a step, in Indonesian, English or ISO 8601: whole minutes, \
                hours, days, working days, calendar days, weeks or months. A product such as \"4 x 60 menit\" is four \
                sessions. A bare \"hari\" or \"day\" leaves open which kind of day is meant.",
            "minLength": 1,
            "maxLength": TIME_CHARS_MAX,
            "examples": [
                "60 menit", "4 x 60 menit", "1 jam", "4 hari", "1–5 hari kerja", "14 hari kalender", "segera",
                "60 minutes", "2 business days", "immediately", "PT1H30M", "P14D", "R4/PT60M"
            ]
        })
    }
}
