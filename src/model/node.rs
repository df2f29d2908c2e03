//! A TOML or JSON file as one kind of tree that remembers where each part stands.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use serde_json::value::RawValue;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::{Part, Place};
use super::locate;
use super::outcome::{DONE, return_id};
use crate::error::{CONTROL_CHARACTER, toml_message, too_deep};
use crate::id::StepId;
use crate::limits::NESTING_MAX;

/// A value of the file, and the bytes that it takes up: those of its header where a table has one.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
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
    pub(super) key_span: Range<usize>,
    pub(super) value: Node,
}

/// Why a file is no tree, and at which bytes.
#[derive(Debug)]
pub(super) struct BadText {
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) is_limit: bool,
    /// What the parser says.
    pub(super) cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl BadText {
    fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), is_limit: false, cause: None }
    }

    fn too_deep(span: Range<usize>) -> Self {
        Self { span, message: too_deep(), is_limit: true, cause: None }
    }

    fn caused_by(self, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { cause: Some(Box::new(cause)), ..self }
    }
}

impl Node {
    pub(super) fn from_toml(text: &str) -> Result<Self, BadText> {
        let root = DeTable::parse(text).map_err(|error| {
            let span = error.span().unwrap_or(text.len()..text.len());
            if error.message().contains("recurs") {
                return BadText::too_deep(span);
            }
            BadText::new(span, toml_message(&error)).caused_by(error)
        })?;
        Self::from_toml_table(0..0, root.into_inner(), NESTING_MAX)
    }

    fn from_toml_table(span: Range<usize>, table: DeTable<'_>, levels: usize) -> Result<Self, BadText> {
        let entries = table.into_iter().map(|(key, value)| {
            let key_span = key.span();
            let value = Self::from_toml_value(value, levels)?;
            Ok(Entry { key: key.into_inner().into_owned(), key_span, value })
        });
        Ok(Self { span, value: Value::Table(entries.collect::<Result<_, BadText>>()?) })
    }

    fn from_toml_value(value: Spanned<DeValue<'_>>, levels: usize) -> Result<Self, BadText> {
        let span = value.span();
        let value = match value.into_inner() {
            DeValue::String(text) => Value::Text(text.into_owned()),
            DeValue::Boolean(value) => Value::Bool(value),
            DeValue::Integer(integer) => {
                let value = i64::from_str_radix(integer.as_str(), integer.radix());
                Value::Integer(value.map_err(|_| BadText::new(span.clone(), "the number is too large"))?)
            }
            DeValue::Float(float) => {
                Value::Float(float.as_str().parse().map_err(|_| BadText::new(span.clone(), "the number is too large"))?)
            }
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(_) | DeValue::Table(_) if levels == 0 => return Err(BadText::too_deep(span)),
            DeValue::Array(list) => {
                let list = list.into_iter().map(|entry| Self::from_toml_value(entry, levels - 1));
                Value::List(list.collect::<Result<_, _>>()?)
            }
            DeValue::Table(table) => return Self::from_toml_table(span, table, levels - 1),
        };
        Ok(Self { span, value })
    }

    pub(super) fn from_json(text: &str) -> Result<Self, BadText> {
        let root: &RawValue = serde_json::from_str(text).map_err(|error| {
            let at = locate::offset(text, error.line(), error.column());
            BadText::new(at..at, json_message(&error)).caused_by(error)
        })?;
        Self::from_json_value(text, root, NESTING_MAX)
    }

    fn from_json_value(text: &str, raw: &RawValue, levels: usize) -> Result<Self, BadText> {
        let span = span_within(text, raw);
        let value = match raw.get().as_bytes().first() {
            Some(b'[' | b'{') if levels == 0 => return Err(BadText::too_deep(span)),
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
        Ok(Self { span, value })
    }

    fn from_json_object(text: &str, raw: &RawValue, levels: usize) -> Result<Vec<Entry>, BadText> {
        let object: Object<'_> = from_raw(text, raw)?;
        let mut seen = HashSet::new();
        let entries = object.0.into_iter().map(|(key, value)| {
            let key_span = span_within(text, key);
            let key: String = from_raw(text, key)?;
            if !seen.insert(key.clone()) {
                return Err(BadText::new(key_span, format!("`{key}` stands here twice")));
            }
            Ok(Entry { key, key_span, value: Self::from_json_value(text, value, levels - 1)? })
        });
        entries.collect()
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Value::Table(entries) = &self.value else { return None };
        entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    fn entry(&self, index: usize) -> Option<&Self> {
        let Value::List(list) = &self.value else { return None };
        list.get(index)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        let Value::Text(text) = &self.value else { return None };
        Some(text)
    }

    /// The list that is the value of a key; a value that is no list stands for a list of one.
    pub(crate) fn list(&self, key: &str) -> &[Self] {
        match self.get(key) {
            Some(Self { value: Value::List(list), .. }) => list,
            Some(one) => std::slice::from_ref(one),
            None => &[],
        }
    }

    /// What a part of the file is. Where the file has a short form for it, the short form; where it lacks the part,
    /// whatever it should be in.
    pub(super) fn at(&self, path: &[Part]) -> &Self {
        let mut node = self;
        for part in path {
            let inner = match *part {
                Part::Field(name) => node.get(name),
                Part::Entry(index) => node.entry(index),
                Part::Outcome(index) => node.outcomes().nth(index).map(|(_, outcome)| outcome),
            };
            node = inner.unwrap_or(node);
        }
        node
    }

    /// What stands for a part of the procedure in its file: the thing that has its id, or the short form.
    pub(super) fn find(&self, place: &Place) -> Option<&Self> {
        let all = |list, id| self.list(list).iter().filter(move |node| node.id() == Some(id));
        let named = |list, id| all(list, id).next();
        match place {
            Place::Procedure => Some(self),
            Place::Role(id) => named("roles", id.as_str()),
            Place::Document(id) => named("documents", id.as_str()),
            Place::Step(id) => named("steps", id.as_str()),
            Place::Outcome(step, id) => {
                // Where two steps have one id, the outcome may be the second one's.
                let mut outcomes = all("steps", step.as_str()).flat_map(Self::outcomes);
                outcomes.find(|(name, _)| name == id.as_str()).map(|(_, node)| node)
            }
        }
    }

    pub(super) fn id(&self) -> Option<&str> {
        self.get("id")?.text()
    }

    /// What stands for each outcome of this step, with its id: `next`, an entry of `outcomes`, or one of `returns`.
    pub(super) fn outcomes(&self) -> impl Iterator<Item = (Cow<'_, str>, &Self)> {
        let next = self.get("next").filter(|next| !matches!(&next.value, Value::List(list) if list.is_empty()));
        let explicit = self.list("outcomes").iter().map(|node| (Cow::from(node.id().unwrap_or_default()), node));
        let returned = |node: &Self| return_id(&StepId::from(node.text().unwrap_or_default())).to_string();
        let returns = self.list("returns").iter().map(move |node| (Cow::from(returned(node)), node));
        next.map(|next| (Cow::from(DONE), next)).into_iter().chain(explicit).chain(returns)
    }
}

fn span_within(text: &str, part: &RawValue) -> Range<usize> {
    let start = part.get().as_ptr().addr() - text.as_ptr().addr();
    start..start + part.get().len()
}

fn from_raw<'a, T: serde::Deserialize<'a>>(text: &str, raw: &'a RawValue) -> Result<T, BadText> {
    serde_json::from_str(raw.get()).map_err(|error| {
        let at = span_within(text, raw).start + error.column().saturating_sub(1);
        BadText::new(at..at, json_message(&error))
    })
}

/// What is wrong with JSON, without the place.
fn json_message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    match message.strip_prefix("EOF while parsing ") {
        Some(what) => format!("the file ends inside {what}"),
        None if message.starts_with("control character") => CONTROL_CHARACTER.to_owned(),
        None if message == "key must be a string" => "expected a key in quotes; is there a comma too many?".to_owned(),
        None => message.to_owned(),
    }
}

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
