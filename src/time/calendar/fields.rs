//! The fields of a TOML table, read one by one, with notes on what is not as expected.

use std::ops::Range;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Fault, did_you_mean, listed, shown};
use crate::limits::{CALENDAR_ENTRIES_MAX, TEXT_CHARS_MAX};

/// Characters of a day as RFC 3339 writes it.
const DAY_CHARS: usize = 10;

/// What is wrong with a file.
#[derive(Default)]
pub(super) struct Notes(Vec<Fault>);

impl Notes {
    pub(super) fn add(&mut self, span: Range<usize>, message: String) {
        self.0.push(Fault { span: Some(span), message, ..Fault::default() });
    }

    pub(super) fn add_with_help(&mut self, span: Range<usize>, message: String, help: String) {
        self.0.push(Fault { span: Some(span), message, help: Some(help), ..Fault::default() });
    }

    /// A word that is none of those that may stand there.
    pub(super) fn expected(&mut self, span: Range<usize>, found: &str, known: &[&str]) {
        let message = format!("expected {}, found `{}`", listed(known, "or"), shown(found));
        let help = did_you_mean(found, known.iter().copied());
        self.0.push(Fault { span: Some(span), message, help, ..Fault::default() });
    }

    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.0
    }
}

/// The fields of one table.
pub(super) struct Fields<'a> {
    span: Range<usize>,
    table: &'a DeTable<'a>,
    /// The names that were asked for, which are all that the table may have.
    asked: Vec<&'static str>,
    /// The names that were missed.
    missed: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(span: Range<usize>, table: &'a DeTable<'a>) -> Self {
        Self { span, table, asked: Vec::new(), missed: Vec::new() }
    }

    pub(super) fn get(&mut self, name: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        if !self.asked.contains(&name) {
            self.asked.push(name);
        }
        self.table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)
    }

    pub(super) fn required(&mut self, name: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.get(name).or_else(|| self.missing(name))
    }

    /// Remembers that a field is missing; it is noted in the end, unless a misspelled one stands for it.
    pub(super) fn missing<T>(&mut self, name: &'static str) -> Option<T> {
        if !self.missed.contains(&name) {
            self.missed.push(name);
        }
        None
    }

    /// The tables of a list.
    pub(super) fn tables(&mut self, name: &'static str, notes: &mut Notes) -> Vec<Fields<'a>> {
        let Some(value) = self.get(name) else { return Vec::new() };
        let DeValue::Array(list) = value.get_ref() else {
            notes.add(value.span(), format!("expected a list of tables, found {}", kind(value.get_ref())));
            return Vec::new();
        };
        if list.len() > CALENDAR_ENTRIES_MAX {
            let message = format!("there are {} entries; at most {CALENDAR_ENTRIES_MAX} are allowed", list.len());
            notes.add(value.span(), message);
            return Vec::new();
        }
        let mut tables = Vec::new();
        for entry in list {
            match entry.get_ref() {
                DeValue::Table(table) => tables.push(Fields::of(entry.span(), table)),
                other => notes.add(entry.span(), format!("expected a table, found {}", kind(other))),
            }
        }
        tables
    }

    /// Notes the fields that nobody asked for, and those that are missing.
    pub(super) fn finish(self, notes: &mut Notes) {
        let mut meant = Vec::new();
        for key in self.table.keys().filter(|key| !self.asked.contains(&key.get_ref().as_ref())) {
            let known = format!("known here: {}", listed(&self.asked, "and"));
            let help = match did_you_mean(key.get_ref(), self.asked.iter().copied()) {
                Some(question) => format!("{question} {known}"),
                None => known,
            };
            let is_meant = |name: &&&str| did_you_mean(key.get_ref(), [**name].into_iter()).is_some();
            meant.extend(self.missed.iter().filter(is_meant).copied());
            notes.add_with_help(key.span(), format!("there is no field `{}`", shown(key.get_ref())), help);
        }
        for name in self.missed.iter().filter(|name| !meant.contains(name)) {
            notes.add(self.span.clone(), format!("`{name}` is missing"));
        }
    }
}

pub(super) fn text<'a>(value: &'a Spanned<DeValue<'a>>, notes: &mut Notes) -> Option<&'a str> {
    match value.get_ref() {
        DeValue::String(text) if text.chars().nth(TEXT_CHARS_MAX).is_some() => {
            notes.add(value.span(), format!("the text is longer than {TEXT_CHARS_MAX} characters"));
            None
        }
        DeValue::String(text) => Some(text),
        other => {
            notes.add(value.span(), format!("expected a text, found {}", kind(other)));
            None
        }
    }
}

/// A text, or a list of texts, each with its place.
pub(super) fn texts<'a>(value: &'a Spanned<DeValue<'a>>, notes: &mut Notes) -> Option<Vec<(Range<usize>, &'a str)>> {
    let one = |value: &'a Spanned<DeValue<'a>>, notes: &mut Notes| Some((value.span(), text(value, notes)?));
    match value.get_ref() {
        DeValue::Array(list) if list.is_empty() => {
            notes.add(value.span(), "expected a text or a list of texts, found an empty list".to_owned());
            None
        }
        DeValue::Array(list) => list.iter().map(|value| one(value, notes)).collect(),
        DeValue::String(_) => one(value, notes).map(|one| vec![one]),
        other => {
            notes.add(value.span(), format!("expected a text or a list of texts, found {}", kind(other)));
            None
        }
    }
}

/// A day, with or without quotation marks.
pub(super) fn day(value: &Spanned<DeValue<'_>>, notes: &mut Notes) -> Option<NaiveDate> {
    let text = match value.get_ref() {
        DeValue::Datetime(date) => date.to_string(),
        DeValue::String(text) => text.clone().into_owned(),
        other => {
            let message = format!("expected a day such as 2021-04-19 (year, month, day), found {}", kind(other));
            notes.add(value.span(), message);
            return None;
        }
    };
    let found = text.parse().ok().filter(|_| text.len() == DAY_CHARS);
    if found.is_none() {
        let message = format!("`{}` is not a day: write year, month and day, as in 2021-04-19", shown(&text));
        notes.add(value.span(), message);
    }
    found
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
