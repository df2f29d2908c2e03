//! A TOML or JSON file as one kind of tree that remembers where each part stands.

use std::collections::HashSet;

use serde_json::value::RawValue;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::Part;
use crate::limits::NESTING_MAX;

/// A value of the file, and the byte at which it begins.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) start: usize,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// A date or time that the file writes without quotes.
    Date(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_start: usize,
    pub(super) value: Node,
}

/// Why a file is no tree, and at which byte.
#[derive(Debug)]
pub(super) struct BadText {
    pub(super) offset: usize,
    pub(super) message: String,
    pub(super) is_limit: bool,
}

impl BadText {
    fn new(offset: usize, message: impl Into<String>) -> Self {
        Self { offset, message: message.into(), is_limit: false }
    }

    pub(super) fn too_deep(offset: usize) -> Self {
        let message = format!("lists and tables are nested too deeply; at most {NESTING_MAX} levels are allowed");
        Self { offset, message, is_limit: true }
    }
}

impl Node {
    pub(super) fn from_toml(root: Spanned<DeTable<'_>>) -> Result<Self, BadText> {
        Self::from_toml_table(0, root.into_inner(), NESTING_MAX)
    }

    fn from_toml_table(start: usize, table: DeTable<'_>, levels: usize) -> Result<Self, BadText> {
        let entries = table.into_iter().map(|(key, value)| {
            let key_start = key.span().start;
            let value = Self::from_toml_value(value, levels)?;
            Ok(Entry { key: key.into_inner().into_owned(), key_start, value })
        });
        Ok(Self { start, value: Value::Table(entries.collect::<Result<_, BadText>>()?) })
    }

    fn from_toml_value(value: Spanned<DeValue<'_>>, levels: usize) -> Result<Self, BadText> {
        let start = value.span().start;
        let value = match value.into_inner() {
            DeValue::String(text) => Value::Text(text.into_owned()),
            DeValue::Boolean(value) => Value::Bool(value),
            DeValue::Integer(integer) => {
                let value = i64::from_str_radix(integer.as_str(), integer.radix());
                Value::Integer(value.map_err(|_| BadText::new(start, "the number is too large"))?)
            }
            DeValue::Float(float) => {
                Value::Float(float.as_str().parse().map_err(|_| BadText::new(start, "the number is too large"))?)
            }
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(_) | DeValue::Table(_) if levels == 0 => return Err(BadText::too_deep(start)),
            DeValue::Array(list) => {
                let list = list.into_iter().map(|entry| Self::from_toml_value(entry, levels - 1));
                Value::List(list.collect::<Result<_, _>>()?)
            }
            DeValue::Table(table) => return Self::from_toml_table(start, table, levels - 1),
        };
        Ok(Self { start, value })
    }

    /// The tree of `root`, which is the whole of `text` or a part of it.
    pub(super) fn from_json(text: &str, root: &RawValue) -> Result<Self, BadText> {
        Self::from_json_value(text, root, NESTING_MAX)
    }

    fn from_json_value(text: &str, raw: &RawValue, levels: usize) -> Result<Self, BadText> {
        let start = offset_within(text, raw);
        let value = match raw.get().as_bytes().first() {
            Some(b'[' | b'{') if levels == 0 => return Err(BadText::too_deep(start)),
            Some(b'[') => {
                let list: Vec<&RawValue> = from_raw(text, raw)?;
                let list = list.into_iter().map(|entry| Self::from_json_value(text, entry, levels - 1));
                Value::List(list.collect::<Result<_, _>>()?)
            }
            Some(b'{') => Value::Table(Self::from_json_object(text, raw, levels)?),
            Some(b'"') => Value::Text(from_raw(text, raw)?),
            Some(b't' | b'f') => Value::Bool(from_raw(text, raw)?),
            Some(b'n') => Value::Null,
            _ => match raw.get().parse() {
                Ok(integer) => Value::Integer(integer),
                Err(_) => Value::Float(from_raw(text, raw)?),
            },
        };
        Ok(Self { start, value })
    }

    fn from_json_object(text: &str, raw: &RawValue, levels: usize) -> Result<Vec<Entry>, BadText> {
        let object: Object<'_> = from_raw(text, raw)?;
        let mut seen = HashSet::new();
        let entries = object.0.into_iter().map(|(key, value)| {
            let key_start = offset_within(text, key);
            let key: String = from_raw(text, key)?;
            if !seen.insert(key.clone()) {
                return Err(BadText::new(key_start, format!("`{key}` stands here twice")));
            }
            Ok(Entry { key, key_start, value: Self::from_json_value(text, value, levels - 1)? })
        });
        entries.collect()
    }

    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Value::Table(entries) = &self.value else { return None };
        entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    fn entry(&self, index: usize) -> Option<&Self> {
        let Value::List(list) = &self.value else { return None };
        list.get(index)
    }

    /// How many outcomes the value of a key of a step stands for.
    fn len(&self) -> usize {
        match &self.value {
            Value::List(list) => list.len(),
            _ => 1,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        let Value::Text(text) = &self.value else { return None };
        Some(text)
    }

    /// The byte at which a part stands. Where the file has a short form for it, the short form; where it lacks the part,
    /// whatever it should be in.
    pub(super) fn offset_of(&self, path: &[Part]) -> usize {
        let mut node = self;
        for part in path {
            let inner = match *part {
                Part::Field(name) => node.get(name),
                Part::Entry(index) => node.entry(index),
                Part::Outcome(index) => node.outcome(index),
            };
            node = inner.unwrap_or(node);
        }
        node.start
    }

    /// What stands for an outcome of this step: `next`, an entry of `outcomes`, or an entry of `returns`.
    fn outcome(&self, index: usize) -> Option<&Self> {
        let next = self.get("next").filter(|next| next.len() > 0);
        if index == 0 && next.is_some() {
            return next;
        }
        let index = index - usize::from(next.is_some());
        let explicit = self.get("outcomes").map_or(0, Self::len);
        if index < explicit { self.get("outcomes")?.entry(index) } else { self.get("returns")?.entry(index - explicit) }
    }
}

fn offset_within(text: &str, part: &RawValue) -> usize {
    part.get().as_ptr().addr() - text.as_ptr().addr()
}

fn from_raw<'a, T: serde::Deserialize<'a>>(text: &str, raw: &'a RawValue) -> Result<T, BadText> {
    serde_json::from_str(raw.get()).map_err(|error| {
        let offset = offset_within(text, raw) + error.column().saturating_sub(1);
        BadText::new(offset, json_message(&error))
    })
}

/// What is wrong with JSON, without the place.
pub(super) fn json_message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    match message.strip_prefix("EOF while parsing ") {
        Some(what) => format!("the file ends inside {what}"),
        None if message.starts_with("control character") => CONTROL_CHARACTER.to_owned(),
        None if message == "key must be a string" => "expected a key in quotes; is there a comma too many?".to_owned(),
        None => message.to_owned(),
    }
}

/// What is wrong with TOML, in plain words where the parser speaks in those of its grammar.
pub(super) fn toml_message(error: &toml::de::Error) -> String {
    match error.message() {
        "duplicate key" => "the key stands here twice",
        message if message.starts_with("string values must be quoted") => "a text must stand in quotes",
        message if message.contains("string") && message.contains("visible characters") => CONTROL_CHARACTER,
        message if message.contains("string") && message.ends_with("expected `\"`") => "the text has no closing quote",
        message => message,
    }
    .to_owned()
}

const CONTROL_CHARACTER: &str = "a text cannot hold a control character; write an escape such as \\u0009";

/// The entries of a JSON object as they stand, in order.
struct Object<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> serde::Deserialize<'de> for Object<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }

        deserializer.deserialize_map(Visitor)
    }
}
