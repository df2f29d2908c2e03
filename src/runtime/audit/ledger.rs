//! Follows the events of all cases, one after the other, and holds checkpoints against them. It needs no store.

use std::collections::{BTreeMap, HashSet};
use std::mem;
use std::ops::Range;

use super::checkpoint::{Checkpoint, next_root};
use super::report::{AuditReport, Finding, FindingKind, Findings};
use crate::error::Error;
use crate::id::CaseId;
use crate::limits::AUDIT_FINDINGS_MAX;
use crate::runtime::record::{Envelope, link};
use crate::store::{Cursor, Link, StoredEvent};

/// What all events so far have come to.
#[derive(Default)]
pub(super) struct Ledger {
    heads: BTreeMap<CaseId, Head>,
    events: u64,
    last: Cursor,
    /// Covers the link of each event so far.
    root: Link,
    /// The line of the export that is being read.
    pub(super) line: Option<usize>,
    gaps: Vec<Gap>,
    findings: Findings,
    /// A checkpoint that was kept elsewhere, until it is held against the events.
    outside: Option<Checkpoint>,
    checkpoints: u64,
    /// The digests of all checkpoints.
    known: HashSet<Link>,
    /// The digests that must be known in the end, with the cursor of the checkpoint that tells.
    named: Vec<(Link, Cursor, &'static str)>,
}

/// The last event of a case.
#[derive(Clone, Copy, Default)]
struct Head {
    version: u32,
    link: Link,
}

/// Events of a case that have not come.
struct Gap {
    case: CaseId,
    versions: Range<u32>,
    /// The event behind it.
    cursor: Cursor,
    line: Option<usize>,
}

impl Ledger {
    /// A ledger that also holds a checkpoint against the events, which was kept elsewhere.
    pub(super) fn against(outside: Option<&Checkpoint>) -> Self {
        let told = "the checkpoint kept elsewhere is not among those kept with the events";
        let named = outside.map(|checkpoint| (checkpoint.digest(), checkpoint.cursor, told));
        Self { outside: outside.cloned(), named: named.into_iter().collect(), ..Self::default() }
    }

    /// Takes the next event of all.
    pub(super) fn take(&mut self, stored: &StoredEvent) {
        if let Some(outside) = self.outside.take_if(|outside| outside.cursor < stored.cursor) {
            self.compare(&outside, "the checkpoint kept elsewhere");
        }
        self.events += 1;
        if stored.cursor <= self.last {
            let message = format!("stands behind cursor {}", self.last);
            self.found(FindingKind::OutOfOrder, stored, &message);
        }
        self.last = self.last.max(stored.cursor);
        self.root = next_root(&self.root, &stored.link);
        if let Err(error) = Envelope::read(stored.case, stored.version, &stored.body) {
            self.tell(FindingKind::Unreadable, stored, error.to_string());
        }
        // It would have the link of an event without a command.
        if stored.command.as_deref() == Some("") {
            self.found(FindingKind::Changed, stored, "has an empty id for its command");
        }
        self.follow(stored);
    }

    /// Holds the number and the link of an event against those before it in its case.
    fn follow(&mut self, stored: &StoredEvent) {
        let (case, version) = (stored.case, stored.version);
        let head = self.heads.entry(case).or_default();
        if version <= head.version || version == 0 {
            if self.fill_gap(case, version) {
                self.found(FindingKind::OutOfOrder, stored, "comes behind a later one of the case");
            } else {
                self.found(FindingKind::Inserted, stored, "is there more than once");
            }
            return;
        }
        let before = mem::replace(head, Head { version, link: stored.link });
        if version - before.version > 1 {
            let gap = Gap { case, versions: before.version + 1..version, cursor: stored.cursor, line: self.line };
            self.keep_gap(gap);
        } else if stored.link != link(&before.link, case, version, stored.command.as_deref(), &stored.body) {
            let message = "has been changed, or the one before it has: its link is not the one of its content";
            self.found(FindingKind::Changed, stored, message);
        }
    }

    fn keep_gap(&mut self, gap: Gap) {
        if self.gaps.len() < AUDIT_FINDINGS_MAX {
            self.gaps.push(gap);
        } else {
            self.findings.add(gap.finding());
        }
    }

    /// Whether an event that comes late is one that was missing so far.
    fn fill_gap(&mut self, case: CaseId, version: u32) -> bool {
        let is_it = |gap: &Gap| gap.case == case && gap.versions.contains(&version);
        let Some(position) = self.gaps.iter().position(is_it) else { return false };
        let gap = self.gaps.swap_remove(position);
        let rest = [gap.versions.start..version, version + 1..gap.versions.end];
        for versions in rest.into_iter().filter(|versions| !versions.is_empty()) {
            self.keep_gap(Gap { versions, ..gap });
        }
        true
    }

    /// Holds a kept checkpoint against the events so far.
    pub(super) fn examine(&mut self, checkpoint: &Checkpoint) {
        self.checkpoints += 1;
        self.known.insert(checkpoint.digest());
        if let Some(previous) = checkpoint.previous {
            self.named.push((previous, checkpoint.cursor, "the checkpoint before it is missing, or has been changed"));
        }
        self.compare(checkpoint, "the checkpoint");
    }

    /// A kept checkpoint cannot be read.
    pub(super) fn examine_unreadable(&mut self, error: &Error) {
        self.checkpoints += 1;
        self.findings.add(Finding::of_checkpoint(None, self.line, error.to_string()));
    }

    /// Holds what the last line of an export tells against all that came before it.
    pub(super) fn end(&mut self, cases: u64, events: u64, checkpoints: u64, root: Link) {
        if (cases, events, checkpoints, root) != (self.heads.len() as u64, self.events, self.checkpoints, self.root) {
            let message = "the last line of the export tells of other events or checkpoints than the lines before it";
            self.findings.add(Finding::of_checkpoint(Some(self.last), self.line, message.to_owned()));
        }
    }

    fn compare(&mut self, checkpoint: &Checkpoint, which: &str) {
        let (cases, events) = (self.heads.len() as u64, self.events);
        if (checkpoint.cursor, checkpoint.cases, checkpoint.events, checkpoint.root)
            == (self.last, cases, events, self.root)
        {
            return;
        }
        let Checkpoint { cursor, cases: cases_then, events: events_then, .. } = checkpoint;
        let message = format!(
            "{which} tells of {events_then} events of {cases_then} cases up to cursor {cursor}; what is there now are \
             {events} of {cases} up to cursor {}, and not the same",
            self.last
        );
        self.findings.add(Finding::of_checkpoint(Some(*cursor), self.line, message));
    }

    /// The cases of which nothing has been found.
    pub(super) fn whole_cases(&self) -> Vec<CaseId> {
        let broken: HashSet<CaseId> = self.findings.found.iter().filter_map(|finding| finding.case).collect();
        self.heads.keys().copied().filter(|case| !broken.contains(case)).collect()
    }

    /// A case cannot have gone as its events say.
    pub(super) fn impossible(&mut self, case: CaseId, error: &Error) {
        let (kind, case, message) = (FindingKind::Impossible, Some(case), error.to_string());
        self.findings.add(Finding { kind, case, version: None, cursor: None, line: None, message });
    }

    /// Something about an event that its words begin with.
    pub(super) fn found(&mut self, kind: FindingKind, stored: &StoredEvent, message: &str) {
        self.tell(kind, stored, format!("event {} of case {} {message}", stored.version, stored.case));
    }

    fn tell(&mut self, kind: FindingKind, stored: &StoredEvent, message: String) {
        let (case, version, cursor) = (Some(stored.case), Some(stored.version), Some(stored.cursor));
        self.findings.add(Finding { kind, case, version, cursor, line: self.line, message });
    }

    /// All events have come.
    pub(super) fn finish(mut self) -> AuditReport {
        if let Some(outside) = self.outside.take() {
            self.compare(&outside, "the checkpoint kept elsewhere");
        }
        for gap in mem::take(&mut self.gaps) {
            self.findings.add(gap.finding());
        }
        for (digest, cursor, message) in mem::take(&mut self.named) {
            if !self.known.contains(&digest) {
                let message = format!("cursor {cursor}: {message}");
                self.findings.add(Finding::of_checkpoint(Some(cursor), None, message));
            }
        }
        let Findings { found: mut findings, left_out } = self.findings;
        findings.sort_by_key(|finding| finding.cursor.unwrap_or(self.last));
        AuditReport {
            cases: self.heads.len() as u64,
            events: self.events,
            checkpoints: self.checkpoints,
            cursor: self.last,
            root: self.root,
            findings,
            findings_left_out: left_out,
        }
    }
}

impl Gap {
    fn finding(self) -> Finding {
        let Self { case, versions, cursor, line } = self;
        let (first, last) = (versions.start, versions.end - 1);
        let message = match last - first {
            0 => format!("event {first} of case {case} is missing"),
            _ => format!("events {first} to {last} of case {case} are missing"),
        };
        let (case, version, cursor) = (Some(case), Some(first), Some(cursor));
        Finding { kind: FindingKind::Missing, case, version, cursor, line, message }
    }
}

impl Finding {
    fn of_checkpoint(cursor: Option<Cursor>, line: Option<usize>, message: String) -> Self {
        Self { kind: FindingKind::Checkpoint, case: None, version: None, cursor, line, message }
    }
}
