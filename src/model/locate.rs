//! Finds the line and column of a part of a procedure in the file that it was read from.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::value::RawValue;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::Spot;

/// The line and the column, in characters, of a byte offset; both counted from 1.
pub(super) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// Where a TOML file has what a diagnostic points at.
pub(super) fn in_toml(text: &str, spot: &Spot) -> Option<Range<usize>> {
    let root = DeTable::parse(text).ok()?;
    if spot.list.is_empty() {
        return root.get_ref().iter().find_map(|(key, value)| {
            (key.get_ref() == &spot.text).then(|| key.span()).or_else(|| find_toml(value, &spot.text))
        });
    }
    let DeValue::Array(list) = root.get_ref().get(spot.list)?.get_ref() else { return None };
    let entry = list.get(spot.index)?;
    find_toml(entry, &spot.text).or_else(|| Some(entry.span()))
}

fn find_toml(value: &Spanned<DeValue<'_>>, text: &str) -> Option<Range<usize>> {
    match value.get_ref() {
        DeValue::String(string) => (string == text).then(|| value.span()),
        DeValue::Array(list) => list.iter().find_map(|entry| find_toml(entry, text)),
        DeValue::Table(table) => table.iter().find_map(|(_, entry)| find_toml(entry, text)),
        _ => None,
    }
}

/// Where a JSON file has what a diagnostic points at.
pub(super) fn in_json(text: &str, spot: &Spot) -> Option<Range<usize>> {
    let root: &RawValue = serde_json::from_str(text).ok()?;
    let entry = match spot.list {
        "" => root,
        list => {
            let list: Vec<&RawValue> = serde_json::from_str(Object::parse(root)?.get(list)?.get()).ok()?;
            list.get(spot.index).copied()?
        }
    };
    let found = find_json(entry, &spot.text).unwrap_or(entry);
    let start = found.get().as_ptr().addr() - text.as_ptr().addr();
    Some(start..start + found.get().len())
}

fn find_json<'a>(value: &'a RawValue, text: &str) -> Option<&'a RawValue> {
    match value.get().as_bytes().first()? {
        b'"' => (serde_json::from_str::<Cow<'_, str>>(value.get()).ok()? == text).then_some(value),
        b'[' => {
            let list: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
            list.into_iter().find_map(|entry| find_json(entry, text))
        }
        b'{' => Object::parse(value)?.0.into_iter().find_map(|(_, entry)| find_json(entry, text)),
        _ => None,
    }
}

/// The entries of a JSON object as they stand, in order.
struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Object<'a> {
    fn parse(value: &'a RawValue) -> Option<Self> {
        serde_json::from_str(value.get()).ok()
    }

    fn get(&self, key: &str) -> Option<&'a RawValue> {
        self.0.iter().find_map(|(name, value)| (name == key).then_some(*value))
    }
}

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

/// The id of the step in whose part of the file an offset lies, as far as the text before and after it tells.
///
/// It goes by lines, so that it works in a file that does not parse.
pub(super) fn enclosing_step(text: &str, offset: usize) -> Option<&str> {
    let offset = text.floor_char_boundary(offset);
    let line_end = text[offset..].find('\n').map_or(text.len(), |newline| offset + newline);
    let header = text[..line_end].rfind("[[steps]]")?;
    let is_other_list = |line: &str| line.starts_with("[[") && !line.starts_with("[[steps");
    if text[header..line_end].lines().any(|line| is_other_list(line.trim_start())) {
        return None;
    }
    text[header..]
        .lines()
        .skip(1)
        .take_while(|line| !line.trim_start().starts_with("[["))
        .find_map(|line| quoted(line.trim_start().strip_prefix("id")?.trim_start().strip_prefix('=')?))
}

fn quoted(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    text[1..].split_once(quote).map(|(inside, _)| inside)
}

/// The byte offset of a line and a byte column, both counted from 1.
pub(super) fn offset(text: &str, line: usize, column: usize) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (line_start + column.saturating_sub(1)).min(text.len())
}

/// The id of the step of a JSON file in which an offset lies, as far as the text before and shortly after it tells.
///
/// It goes by brackets and strings alone, so that it works in a file that does not parse.
pub(super) fn enclosing_step_of_json(text: &str, offset: usize) -> Option<&str> {
    const STEPS: usize = 2;
    const STEP: usize = 3;
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    let (mut list, mut key, mut id) = ("", "", None);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = string_end(bytes, at);
                let string = text.get(at + 1..end)?;
                let is_key = text[(end + 1).min(text.len())..].trim_start().starts_with(':');
                match depth {
                    1 if is_key => list = string,
                    STEP if is_key => key = string,
                    STEP if key == "id" => id = Some(string),
                    _ => {}
                }
                at = end;
            }
            b'{' | b'[' => {
                depth += 1;
                if depth == STEP {
                    id = None;
                }
            }
            b'}' | b']' => {
                if depth == STEP && at >= offset {
                    break;
                }
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        if at >= offset && (depth < STEPS || id.is_some()) {
            break;
        }
        at += 1;
    }
    id.filter(|_| list == "steps" && depth >= STEP)
}

/// The position of the quote that ends the string which begins at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}
