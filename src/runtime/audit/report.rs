//! What an audit has found.

use std::fmt;

use serde::Serialize;

use super::hex;
use crate::id::CaseId;
use crate::limits::AUDIT_FINDINGS_MAX;
use crate::store::{Cursor, Link};

/// What an audit has gone through, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditReport {
    /// How many cases there are.
    pub cases: u64,
    /// How many events.
    pub events: u64,
    /// How many kept checkpoints.
    pub checkpoints: u64,
    /// The last event.
    pub cursor: Cursor,
    /// What a checkpoint made now would have for a root.
    #[serde(with = "hex")]
    pub root: Link,
    /// What is wrong, in the order of events; at most [`AUDIT_FINDINGS_MAX`].
    pub findings: Vec<Finding>,
    /// How many more findings there are.
    pub findings_left_out: u64,
}

/// Something that an audit has found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// In which case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// In which event of the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// At which place among all events: that of the event or the checkpoint, or of the event behind what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Cursor>,
    /// In which line of an export, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The same in words.
    pub message: String,
}

/// The kinds of [`Finding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FindingKind {
    /// The event, or one before it in the case, is not what was written.
    Changed,
    /// Events are missing.
    Missing,
    /// The event has a number that another event of the case has already.
    Inserted,
    /// The event is not where it belongs.
    OutOfOrder,
    /// The event is none that this version of sopflow can read.
    Unreadable,
    /// The case cannot have gone this way by the rules of its procedure, or nobody knows those rules.
    Impossible,
    /// A checkpoint tells of other events, or cannot be read, or is missing.
    Checkpoint,
}

impl AuditReport {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }

    /// Whether there is a finding of a kind.
    pub fn has(&self, kind: FindingKind) -> bool {
        self.findings.iter().any(|finding| finding.kind == kind)
    }
}

/// Findings up to a bound.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) found: Vec<Finding>,
    pub(super) left_out: u64,
}

impl Findings {
    pub(super) fn add(&mut self, finding: Finding) {
        if self.found.len() < AUDIT_FINDINGS_MAX {
            self.found.push(finding);
        } else {
            self.left_out += 1;
        }
    }
}

impl fmt::Display for AuditReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cases, events, checkpoints, .. } = self;
        write!(f, "cases: {cases}, events: {events}, checkpoints: {checkpoints}; ")?;
        if self.is_whole() {
            return f.write_str("nothing is wrong");
        }
        let count = self.findings_left_out + self.findings.len() as u64;
        write!(f, "findings: {count}")?;
        for finding in &self.findings {
            write!(f, "\n{finding}")?;
        }
        match self.findings_left_out {
            0 => Ok(()),
            more => write!(f, "\n… and {more} more"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}
