//! The JSON Schema of calendar files.

use serde_json::{Value, json};

use super::preset::HoursRule;
use super::rules::{CalendarRules, DayOffKind};

impl CalendarRules {
    /// The JSON Schema (2020-12) of calendar files, for editors that know schemas of TOML.
    ///
    /// It tells the form. Whether a break lies within its hours is beyond a schema; reading checks that.
    pub fn json_schema() -> Value {
        let rules: Vec<&str> = HoursRule::ALL.iter().map(|rule| rule.as_str()).collect();
        let kinds = [DayOffKind::Holiday, DayOffKind::JointLeave].map(DayOffKind::as_str);
        let list_of = |name: &str| json!({ "type": "array", "items": { "$ref": format!("#/$defs/{name}") } });
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "CalendarRules",
            "description": "What an office states of its working time: all of it, or where it differs from the calendar before.",
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "zone": { "type": "string", "description": "The time zone, by its name in the IANA database.", "examples": ["Asia/Jakarta"] },
                "rule": { "$ref": "#/$defs/rule" },
                "hours": list_of("hours"),
                "periods": list_of("period"),
                "holidays": list_of("day_off"),
                "joint_leave": list_of("day_off"),
                "open_days": list_of("open_day"),
                "works_on": {
                    "description": "Days off of the calendars before this one on which the office works all the same.",
                    "$ref": "#/$defs/kinds"
                }
            },
            "$defs": {
                "rule": { "description": "The weekly hours that a rule sets.", "enum": rules },
                "kinds": { "anyOf": [
                    { "enum": kinds },
                    { "type": "array", "minItems": 1, "items": { "enum": kinds } }
                ] },
                "texts": { "anyOf": [
                    { "type": "string" },
                    { "type": "array", "minItems": 1, "items": { "type": "string" } }
                ] },
                "open": { "description": "Windows such as 07:30-16:00, or closed.", "$ref": "#/$defs/texts" },
                "break": { "description": "Breaks within the windows, such as 12:00-13:00.", "$ref": "#/$defs/texts" },
                "day": { "type": "string", "format": "date" },
                "one_or_more_days": { "oneOf": [
                    { "required": ["date"], "not": { "anyOf": [{ "required": ["from"] }, { "required": ["to"] }] } },
                    { "required": ["from", "to"], "not": { "required": ["date"] } }
                ] },
                "hours": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["days", "open"],
                    "properties": {
                        "days": { "description": "Days of the week, such as monday-thursday.", "$ref": "#/$defs/texts" },
                        "open": { "$ref": "#/$defs/open" },
                        "break": { "$ref": "#/$defs/break" }
                    }
                },
                "period": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["name"],
                    "$ref": "#/$defs/one_or_more_days",
                    "properties": {
                        "name": { "type": "string" },
                        "date": { "$ref": "#/$defs/day" },
                        "from": { "$ref": "#/$defs/day" },
                        "to": { "$ref": "#/$defs/day" },
                        "rule": { "$ref": "#/$defs/rule" },
                        "hours": list_of("hours")
                    }
                },
                "day_off": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["name"],
                    "$ref": "#/$defs/one_or_more_days",
                    "properties": {
                        "name": { "type": "string" },
                        "date": { "$ref": "#/$defs/day" },
                        "from": { "$ref": "#/$defs/day" },
                        "to": { "$ref": "#/$defs/day" }
                    }
                },
                "open_day": {
                    "type": "object",
                    "additionalProperties": false,
                    "dependentRequired": { "break": ["open"] },
                    "$ref": "#/$defs/one_or_more_days",
                    "properties": {
                        "name": { "type": "string" },
                        "date": { "$ref": "#/$defs/day" },
                        "from": { "$ref": "#/$defs/day" },
                        "to": { "$ref": "#/$defs/day" },
                        "open": { "$ref": "#/$defs/open" },
                        "break": { "$ref": "#/$defs/break" }
                    }
                }
            }
        })
    }
}
