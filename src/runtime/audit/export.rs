//! All events and checkpoints as lines of JSON, and verifying those without a store or a procedure.

use std::io::{BufRead, BufWriter, Read, Write};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::checkpoint::Checkpoint;
use super::hex;
use super::ledger::Ledger;
use super::log::{Entry, read_through};
use super::report::{AuditReport, FindingKind};
use crate::error::{Error, ErrorKind, Fault};
use crate::id::CaseId;
use crate::limits::EXPORT_LINE_BYTES_MAX;
use crate::runtime::record::{CaseRecord, Envelope};
use crate::store::{Cursor, Link, Reader, StoredEvent};

/// The version of the form that this crate writes and reads.
const SCHEMA: u32 = 1;

/// A line of an export; `R` is the form of the readable records.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Line<R> {
    /// The first line.
    Export {
        schema: u32,
    },
    Event(EventLine<R>),
    Checkpoint(Checkpoint),
    /// The last line.
    End(End),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EventLine<R> {
    cursor: Cursor,
    case: CaseId,
    version: u32,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    command: Option<Arc<str>>,
    #[serde(with = "hex")]
    link: Link,
    #[serde(with = "hex")]
    body: Vec<u8>,
    /// What the body says, for people. The link does not cover it.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    record: Option<R>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    cases: u64,
    events: u64,
    checkpoints: u64,
    #[serde(with = "hex")]
    root: Link,
}

fn none<T>() -> Option<T> {
    None
}

/// Writes all events and checkpoints.
pub(super) fn write(reader: &mut dyn Reader, to: impl Write) -> Result<AuditReport, Error> {
    let mut to = BufWriter::new(to);
    let mut put = |line: Line<CaseRecord>| {
        serde_json::to_writer(&mut to, &line).map_err(unwritten)?;
        to.write_all(b"\n").map_err(unwritten)
    };
    put(Line::Export { schema: SCHEMA })?;
    let ledger = read_through(reader, None, &mut |entry| match entry {
        Entry::Event(stored) => put(Line::Event(EventLine::of(stored))),
        Entry::Checkpoint(checkpoint) => put(Line::Checkpoint(checkpoint.clone())),
        Entry::UnreadableCheckpoint(error) => Err(error),
    })?;
    let report = ledger.finish();
    let AuditReport { cases, events, checkpoints, root, .. } = report;
    put(Line::End(End { cases, events, checkpoints, root }))?;
    to.flush().map_err(unwritten)?;
    Ok(report)
}

impl EventLine<CaseRecord> {
    fn of(stored: &StoredEvent) -> Self {
        let StoredEvent { cursor, case, version, ref body, link, ref command } = *stored;
        // One that cannot be read is exported all the same, as evidence.
        let record = Envelope::read(case, version, body).ok().map(|envelope| envelope.record);
        Self { cursor, case, version, command: command.clone(), link, body: body.clone(), record }
    }
}

/// Verifies an [export](super::Audit::export) as [`Audit::verify`](super::Audit::verify) does a store, and that each readable
/// record says what the body beside it says. It needs no store and no procedure.
///
/// # Errors
///
/// When it cannot be read, or is no whole export: a line has another form or more than
/// [`EXPORT_LINE_BYTES_MAX`](crate::limits::EXPORT_LINE_BYTES_MAX) bytes, or the last line is missing. The error names the
/// line.
///
/// # Complexity
///
/// Linear in the export; memory for one line, and some 100 bytes for each case.
pub fn verify_export(export: impl BufRead) -> Result<AuditReport, Error> {
    read(export, None)
}

/// As [`verify_export`], and holds the events against a checkpoint that was kept elsewhere, as
/// [`Audit::verify_against`](super::Audit::verify_against) does.
///
/// # Errors
///
/// As [`verify_export`].
pub fn verify_export_against(export: impl BufRead, checkpoint: &Checkpoint) -> Result<AuditReport, Error> {
    read(export, Some(checkpoint))
}

fn read(export: impl BufRead, outside: Option<&Checkpoint>) -> Result<AuditReport, Error> {
    let mut lines = Lines { export, number: 0, buffer: Vec::new() };
    match lines.next()? {
        Some(Line::Export { schema: SCHEMA }) => {}
        Some(Line::Export { schema }) => {
            let message = format!("this export has schema {schema}; this version of sopflow reads {SCHEMA}");
            return Err(lines.fault(ErrorKind::Format, message));
        }
        Some(_) => return Err(lines.fault(ErrorKind::Format, "an export begins with a line that says so")),
        None => return Err(lines.fault(ErrorKind::Format, "this is empty; an export begins with a line that says so")),
    }
    let mut ledger = Ledger::against(outside);
    loop {
        let line = lines.next()?;
        ledger.line = Some(lines.number);
        match line {
            Some(Line::Event(event)) => take(&mut ledger, event),
            Some(Line::Checkpoint(checkpoint)) => ledger.examine(&checkpoint),
            Some(Line::End(end)) => {
                if lines.next()?.is_some() {
                    return Err(lines.fault(ErrorKind::Format, "the export has ended in the line before"));
                }
                let End { cases, events, checkpoints, root } = end;
                ledger.end(cases, events, checkpoints, root);
                return Ok(ledger.finish());
            }
            Some(Line::Export { .. }) => {
                return Err(lines.fault(ErrorKind::Format, "another export begins inside this one"));
            }
            None => return Err(lines.fault(ErrorKind::Format, "the export breaks off: its last line is missing")),
        }
    }
}

fn take(ledger: &mut Ledger, event: EventLine<Value>) {
    let EventLine { cursor, case, version, command, link, body, record } = event;
    let stored = StoredEvent { cursor, case, version, body, link, command };
    ledger.take(&stored);
    let is_said = |envelope: Envelope| serde_json::to_value(envelope.record).ok() == record;
    if Envelope::read(case, version, &stored.body).is_ok_and(|envelope| record.is_some() && !is_said(envelope)) {
        ledger.found(FindingKind::Changed, &stored, "has a record beside it that says something else than the event");
    }
}

/// The lines of an export.
struct Lines<B> {
    export: B,
    number: usize,
    buffer: Vec<u8>,
}

impl<B: BufRead> Lines<B> {
    fn next(&mut self) -> Result<Option<Line<Value>>, Error> {
        self.number += 1;
        self.buffer.clear();
        let most = EXPORT_LINE_BYTES_MAX as u64 + 1;
        let read = self.export.by_ref().take(most).read_until(b'\n', &mut self.buffer);
        read.map_err(|error| self.fault(ErrorKind::Storage, "the export cannot be read").caused_by(error))?;
        if self.buffer.len() > EXPORT_LINE_BYTES_MAX {
            let message = format!("the line is longer than {EXPORT_LINE_BYTES_MAX} bytes");
            return Err(self.fault(ErrorKind::Limit, message));
        }
        if self.buffer.is_empty() {
            return Ok(None);
        }
        serde_json::from_slice(&self.buffer).map(Some).map_err(|error| {
            let fault = self.fault(ErrorKind::Format, format!("this is no line of an export: {error}"));
            fault.caused_by(error)
        })
    }

    fn fault(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        Error::new(kind, vec![Fault { line: Some(self.number), message: message.into(), ..Fault::default() }])
    }
}

fn unwritten(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::storage("the export cannot be written").caused_by(error)
}
