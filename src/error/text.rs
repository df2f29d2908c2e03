//! Texts that are read from files: their bounds, and the lines and columns of what is wrong in them.

use super::{Error, ErrorKind, Fault};
use crate::limits::{DIAGNOSTICS_MAX, FILE_BYTES_MAX, NESTING_MAX};

/// The error for faults with known spans: told in the order of the file, and not more than anybody would read.
pub(crate) fn located(text: &str, kind: ErrorKind, mut faults: Vec<Fault>) -> Error {
    faults.sort_by_key(|fault| fault.span.as_ref().map(|span| span.start));
    let is_cut = faults.len() > DIAGNOSTICS_MAX;
    faults.truncate(DIAGNOSTICS_MAX);
    fill_in_lines(text, &mut faults);
    if is_cut {
        faults.push(Fault { message: "more mistakes are not shown".to_owned(), ..Fault::default() });
    }
    Error::new(kind, faults)
}

/// The text without a byte order mark, if it is neither too long nor empty.
pub(crate) fn readable(text: &str) -> Result<&str, Error> {
    if text.len() > FILE_BYTES_MAX {
        let message = format!("the file has {} bytes; at most {FILE_BYTES_MAX} are allowed", text.len());
        return Err(Error::single(ErrorKind::Limit, message));
    }
    let text = without_mark(text);
    if text.trim().is_empty() {
        let message = "the file is empty".to_owned();
        return Err(located(text, ErrorKind::Format, vec![Fault { span: Some(0..0), message, ..Fault::default() }]));
    }
    Ok(text)
}

/// The text without a byte order mark.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Tells the line and column, in characters and counted from 1, of each fault and related place that has a span.
pub(crate) fn fill_in_lines(text: &str, faults: &mut [Fault]) {
    let mut open = Vec::with_capacity(faults.len());
    for Fault { span, line, column, related, .. } in faults {
        open.extend(span.as_ref().map(|span| (span.start, line, column)));
        for Fault { span, line, column, .. } in related {
            open.extend(span.as_ref().map(|span| (span.start, line, column)));
        }
    }
    // One pass over the text, however many faults there are.
    open.sort_unstable_by_key(|(offset, ..)| *offset);
    let (mut line, mut column, mut at) = (1, 1, 0);
    for (offset, fault_line, fault_column) in open {
        let offset = text.floor_char_boundary(offset);
        let passed = text.get(at..offset).unwrap_or_default();
        at = at.max(offset);
        match passed.rfind('\n') {
            Some(newline) => {
                line += passed.bytes().filter(|byte| *byte == b'\n').count();
                column = 1 + passed[newline + 1..].chars().count();
            }
            None => column += passed.chars().count(),
        }
        (*fault_line, *fault_column) = (Some(line), Some(column));
    }
}

/// What is wrong with TOML, in plain words where the parser speaks in those of its grammar.
pub(crate) fn toml_message(error: &toml::de::Error) -> String {
    match error.message() {
        message if message.contains("recurs") => return too_deep(),
        "duplicate key" => "the key stands here twice",
        message if message.starts_with("string values must be quoted") => "a text must stand in quotes",
        message if message.contains("string") && message.contains("visible characters") => CONTROL_CHARACTER,
        message if message.contains("string") && message.ends_with("expected `\"`") => "the text has no closing quote",
        message => message,
    }
    .to_owned()
}

pub(crate) const CONTROL_CHARACTER: &str = "a text cannot hold a control character; write an escape such as \\u0009";

/// What is said of lists and tables within each other beyond the bound.
pub(crate) fn too_deep() -> String {
    format!("lists and tables are nested too deeply; at most {NESTING_MAX} levels are allowed")
}
