//! Reads a model from a tree, and reports everything in the tree that does not have its form.
//!
//! Serde stops at the first mistake. Here a mistake is noted and stepped over where that is possible (an entry of a list,
//! an unknown field), and what cannot be stepped over is left out in another pass, until a pass finds nothing new.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, Unexpected, Visitor};

use super::node::{Entry, Node, Value};
use crate::error::{did_you_mean, listed, shown};
use crate::id::is_well_formed;
use crate::limits::DIAGNOSTICS_MAX;

/// A mistake in the form of a file.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) span: Range<usize>,
    /// The id of the step that it is in.
    pub(super) step: Option<String>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// Passes over a file; each finds the next mistake of every table that has several.
const PASSES_MAX: usize = 32;

/// Reads `T` from a tree.
///
/// # Errors
///
/// Every mistake found, in the order of the file.
pub(super) fn read<T: for<'de> Deserialize<'de>>(root: &Node) -> Result<T, Vec<Misfit>> {
    let notes = Notes::default();
    for _ in 0..PASSES_MAX {
        let before = notes.misfits.borrow().len();
        let node = Reader { node: root, notes: &notes, level: Level::Root, step: None };
        let read = T::deserialize(node);
        let misfits = notes.misfits.borrow().len();
        match read {
            Ok(value) if misfits == 0 => return Ok(value),
            Err(trouble) if misfits == before => node.note(trouble, root.span.clone()),
            _ => {}
        }
        if notes.misfits.borrow().len() == before {
            break;
        }
    }
    let mut misfits = notes.misfits.into_inner();
    misfits.sort_by_key(|misfit| misfit.span.start);
    Err(misfits)
}

/// What the passes have found so far.
#[derive(Default)]
struct Notes {
    misfits: RefCell<Vec<Misfit>>,
    known: RefCell<HashSet<(usize, String)>>,
    /// Where the entries begin whose mistakes are noted; later passes leave them out.
    left_out: RefCell<HashSet<usize>>,
}

/// Why a value cannot be made.
#[derive(Debug)]
enum Trouble {
    /// It is noted already.
    Noted,
    Missing(&'static str),
    Other {
        message: String,
        help: Option<String>,
    },
}

impl Trouble {
    fn new(message: impl fmt::Display) -> Self {
        Self::Other { message: message.to_string(), help: None }
    }
}

impl std::error::Error for Trouble {}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Noted => f.write_str("noted"),
            Self::Missing(field) => write!(f, "`{field}` is missing"),
            Self::Other { message, .. } => f.write_str(message),
        }
    }
}

impl de::Error for Trouble {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message)
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(format_args!("expected {}, found {}", plain(&expected.to_string()), found_words(&found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_variant(found: &str, expected: &'static [&'static str]) -> Self {
        Self::Other {
            message: format!("expected {}, found `{}`", listed(expected, "or"), shown(found)),
            help: did_you_mean(found, expected.iter().copied()),
        }
    }

    fn unknown_field(found: &str, expected: &'static [&'static str]) -> Self {
        let known = format!("known here: {}", listed(expected, "and"));
        Self::Other {
            message: format!("there is no field `{}`", shown(found)),
            help: Some(match did_you_mean(found, expected.iter().copied()) {
                Some(question) => format!("{question} {known}"),
                None => known,
            }),
        }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}

/// What Serde expects, in the words of this library.
fn plain(expected: &str) -> &str {
    match expected {
        "a string" => "a text",
        "a sequence" => "a list",
        "a boolean" => "`true` or `false`",
        "u16" => "a whole number from 0 to 65535",
        _ if expected.starts_with("struct ") => "a table",
        _ => expected,
    }
}

fn found_words(found: &Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => format!("`{value}`"),
        Unexpected::Unsigned(number) => format!("the number {number}"),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Float(number) => format!("the number {number}"),
        Unexpected::Str(text) => format!("the text \"{}\"", shown(text)),
        Unexpected::Unit => "null".into(),
        Unexpected::Seq => "a list".into(),
        Unexpected::Map => "a table".into(),
        other => other.to_string(),
    }
}

fn expected_one_of(variants: &[&str], found: &str) -> Trouble {
    Trouble::new(format_args!("expected {}, found {found}", listed(variants, "or")))
}

#[derive(Clone, Copy)]
enum Level {
    Root,
    ListOfSteps,
    Inner,
}

/// One node to be read.
#[derive(Clone, Copy)]
struct Reader<'a> {
    node: &'a Node,
    notes: &'a Notes,
    level: Level,
    step: Option<&'a str>,
}

impl<'a> Reader<'a> {
    fn note(&self, trouble: Trouble, span: Range<usize>) {
        let (message, help) = match trouble {
            Trouble::Noted => return,
            Trouble::Missing(field) if self.node.get(field).is_some() || self.is_misspelled(field) => return,
            Trouble::Missing(_) => (trouble.to_string(), None),
            Trouble::Other { message, help } => (message, help),
        };
        let mut misfits = self.notes.misfits.borrow_mut();
        if misfits.len() <= DIAGNOSTICS_MAX && self.notes.known.borrow_mut().insert((span.start, message.clone())) {
            let misfit = Misfit { span, step: self.step.map(str::to_owned), message, help };
            misfits.push(misfit);
        }
    }

    /// Whether a field of this table is noted as unknown that was probably meant to be `field`.
    fn is_misspelled(&self, field: &str) -> bool {
        let Value::Table(table) = &self.node.value else { return false };
        let misfits = self.notes.misfits.borrow();
        table
            .iter()
            .filter(|entry| did_you_mean(&entry.key, [field].into_iter()).is_some())
            .any(|entry| misfits.iter().any(|misfit| misfit.span.start == entry.key_span.start))
    }

    /// Notes what is wrong with this node, and hands on that it is noted.
    fn noted<T>(&self, result: Result<T, Trouble>) -> Result<T, Trouble> {
        result.map_err(|trouble| {
            self.note(trouble, self.node.span.clone());
            Trouble::Noted
        })
    }

    fn visit_list<V: Visitor<'a>>(self, list: &'a [Node], visitor: V) -> Result<V::Value, Trouble> {
        visitor.visit_seq(Entries { list: list.iter(), of: self })
    }

    fn visit_table<V: Visitor<'a>>(self, table: &'a [Entry], visitor: V) -> Result<V::Value, Trouble> {
        let mut access = Fields { table: table.iter(), of: self, current: None };
        let read = visitor.visit_map(&mut access);
        match (read, access.current) {
            // The visitor refused a key without asking for its value.
            (Err(trouble), Some(entry)) => {
                self.note(trouble, entry.key_span.clone());
                Err(Trouble::Noted)
            }
            (read, _) => self.noted(read),
        }
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Trouble;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        match &self.node.value {
            Value::Null => self.noted(visitor.visit_unit()),
            Value::Bool(value) => self.noted(visitor.visit_bool(*value)),
            Value::Integer(number) => self.noted(visitor.visit_i64(*number)),
            // JSON has one kind of number, so 2.0 is a whole number there, and in JSON Schema.
            #[expect(clippy::cast_possible_truncation, reason = "the bounds are checked")]
            Value::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                self.noted(visitor.visit_i64(*number as i64))
            }
            Value::Float(number) => self.noted(visitor.visit_f64(*number)),
            Value::Text(text) => self.noted(visitor.visit_str(text)),
            Value::Date(_) => {
                self.noted(Err(de::Error::invalid_type(Unexpected::Other("a date without quotes"), &visitor)))
            }
            Value::List(list) => self.noted(self.visit_list(list, visitor)),
            Value::Table(table) => self.visit_table(table, visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        match &self.node.value {
            Value::Date(date) => self.noted(visitor.visit_str(date)),
            Value::Table(_) => self.noted(Err(de::Error::invalid_type(Unexpected::Map, &visitor))),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        match self.node.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Trouble> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        match self.node.value {
            Value::List(_) => self.noted(Err(de::Error::invalid_type(Unexpected::Seq, &visitor))),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        let value = match &self.node.value {
            Value::Text(text) => visitor.visit_enum(Variant { name: text, value: None, of: self }),
            Value::Table(table) => match table.as_slice() {
                [one] => visitor.visit_enum(Variant { name: &one.key, value: Some(&one.value), of: self }),
                _ => Err(Trouble::new(format_args!("expected {} and nothing else", listed(variants, "or")))),
            },
            Value::Null => Err(expected_one_of(variants, "null")),
            Value::Bool(_) => Err(expected_one_of(variants, "`true` or `false`")),
            Value::Integer(_) | Value::Float(_) => Err(expected_one_of(variants, "a number")),
            Value::Date(_) => Err(expected_one_of(variants, "a date")),
            Value::List(_) => Err(expected_one_of(variants, "a list")),
        };
        self.noted(value)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

struct Entries<'a> {
    list: std::slice::Iter<'a, Node>,
    of: Reader<'a>,
}

impl<'a> de::SeqAccess<'a> for Entries<'a> {
    type Error = Trouble;

    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, Trouble> {
        let Some(node) = self.list.next() else { return Ok(None) };
        let step = match self.of.level {
            Level::ListOfSteps => node.get("id").and_then(Node::text).filter(|id| is_well_formed(id)),
            Level::Root | Level::Inner => self.of.step,
        };
        let entry = Reader { node, level: Level::Inner, step, ..self.of };
        entry.noted(seed.deserialize(entry)).map(Some)
    }

    /// Steps over entries with mistakes, so that those after them are read too.
    fn next_element<T: Deserialize<'a>>(&mut self) -> Result<Option<T>, Trouble> {
        loop {
            if let Ok(element) = self.next_element_seed(PhantomData) {
                return Ok(element);
            }
        }
    }
}

struct Fields<'a> {
    table: std::slice::Iter<'a, Entry>,
    of: Reader<'a>,
    /// The entry whose key was read and whose value was not.
    current: Option<&'a Entry>,
}

impl<'a> de::MapAccess<'a> for Fields<'a> {
    type Error = Trouble;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Trouble> {
        let left_out = self.of.notes.left_out.borrow();
        let Some(entry) = self.table.find(|entry| !left_out.contains(&entry.key_span.start)) else { return Ok(None) };
        self.current = Some(entry);
        seed.deserialize(entry.key.as_str().into_deserializer()).map(Some)
    }

    /// Steps over unknown fields, so that those after them are read too.
    fn next_key<K: Deserialize<'a>>(&mut self) -> Result<Option<K>, Trouble> {
        loop {
            match (self.next_key_seed(PhantomData), self.current) {
                (Err(trouble), Some(entry)) => self.of.note(trouble, entry.key_span.clone()),
                (key, _) => return key,
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, Trouble> {
        let entry = self.current.take().ok_or(Trouble::Noted)?;
        let level = match self.of.level {
            Level::Root if entry.key == "steps" => Level::ListOfSteps,
            _ => Level::Inner,
        };
        let value = Reader { node: &entry.value, level, ..self.of };
        let before = self.of.notes.misfits.borrow().len();
        value.noted(seed.deserialize(value)).inspect_err(|_| {
            // Where the mistake is further inside, another pass may find more there.
            let misfits = self.of.notes.misfits.borrow();
            if misfits[before..].last().is_none_or(|misfit| misfit.span.start == entry.value.span.start) {
                self.of.notes.left_out.borrow_mut().insert(entry.key_span.start);
            }
        })
    }
}

/// A word for one of several variants, or a table that has it as its only key.
struct Variant<'a> {
    name: &'a str,
    value: Option<&'a Node>,
    of: Reader<'a>,
}

impl<'a> de::EnumAccess<'a> for Variant<'a> {
    type Error = Trouble;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'a>>(self, seed: V) -> Result<(V::Value, Self), Trouble> {
        seed.deserialize(self.name.into_deserializer()).map(|variant| (variant, self))
    }
}

impl<'a> de::VariantAccess<'a> for Variant<'a> {
    type Error = Trouble;

    fn unit_variant(self) -> Result<(), Trouble> {
        match self.value {
            None => Ok(()),
            Some(_) => Err(Trouble::new(format_args!("`{0}` stands alone: write \"{0}\"", self.name))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<T::Value, Trouble> {
        let Some(node) = self.value else {
            return Err(Trouble::new(format_args!("`{0}` needs a value: write {{ {0} = … }}", self.name)));
        };
        let value = Reader { node, ..self.of };
        value.noted(seed.deserialize(value))
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, Trouble> {
        Err(de::Error::invalid_type(Unexpected::TupleVariant, &visitor))
    }

    fn struct_variant<V: Visitor<'a>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Trouble> {
        Err(de::Error::invalid_type(Unexpected::StructVariant, &visitor))
    }
}
