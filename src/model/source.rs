//! The text that a procedure was read from, in which the places of findings are looked up.

use std::fmt;
use std::ops::Range;

use super::diagnostic::Part;
use super::node::Node;
use super::{Code, Diagnostic, Move, Place, Related};
use crate::error::{Fault, fill_in_lines, without_mark};
use crate::id::ProcedureId;
use crate::limits::FILE_BYTES_MAX;

/// The text that a procedure was read from, with the name of its file.
///
/// What verification finds is looked up in it: [`Report::faults_in`](crate::Report::faults_in) tells lines and columns,
/// and with the feature `snippets` [`Report::render`](crate::Report) shows the lines themselves.
pub struct Source<'a> {
    name: String,
    text: &'a str,
    root: Option<Node>,
}

impl<'a> Source<'a> {
    /// A text in TOML. Where it cannot be read, nothing is found in it.
    pub fn toml(name: impl Into<String>, text: &'a str) -> Self {
        Self::new(name.into(), text, |text| Node::from_toml(text).ok())
    }

    /// A text in JSON. Where it cannot be read, nothing is found in it.
    pub fn json(name: impl Into<String>, text: &'a str) -> Self {
        Self::new(name.into(), text, |text| Node::from_json(text).ok())
    }

    fn new(name: String, text: &'a str, read: impl Fn(&str) -> Option<Node>) -> Self {
        let text = without_mark(text);
        let root = (text.len() <= FILE_BYTES_MAX).then(|| read(text)).flatten();
        Self { name, text, root }
    }

    /// The name of the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text without a byte order mark: what the [spans](Fault::span) of faults count in.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// What was found about a procedure, each with its place where this text has it and is of that procedure.
    pub(crate) fn faults(&self, procedure: &ProcedureId, diagnostics: &[Diagnostic]) -> Vec<Fault> {
        let root = self.root.as_ref().filter(|root| root.id() == Some(procedure.as_str()));
        let fault = |diagnostic| root.map_or_else(|| unlocated(diagnostic), |root| root.fault(diagnostic));
        let mut faults: Vec<Fault> = diagnostics.iter().map(fault).collect();
        fill_in_lines(self.text, &mut faults);
        faults
    }
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.name).finish_non_exhaustive()
    }
}

fn unlocated(diagnostic: &Diagnostic) -> Fault {
    Fault {
        step: diagnostic.place.step().cloned(),
        code: Some(diagnostic.code.as_str()),
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
        ..Fault::default()
    }
}

impl Node {
    /// A finding with its place in the file that this is the root of; the lines are still to be told.
    pub(super) fn fault(&self, diagnostic: &Diagnostic) -> Fault {
        let span = self.span_of(&diagnostic.place, &diagnostic.path, Some(diagnostic.code));
        let is_told = |place: &Place| diagnostic.related.iter().any(|related| related.place == *place);
        let last = last_move(diagnostic).filter(|last| !is_told(&last.place));
        let related = diagnostic.related.iter().chain(&last).filter_map(|related| {
            let span = Some(self.span_of(&related.place, &related.path, None)?);
            Some(Fault { span, message: related.message.clone(), ..Fault::default() })
        });
        Fault { span, related: related.collect(), ..unlocated(diagnostic) }
    }

    fn span_of(&self, place: &Place, path: &[Part], code: Option<Code>) -> Option<Range<usize>> {
        if !path.is_empty() && self.leads_to(path, place) {
            return Some(self.at(path).span.clone());
        }
        let found = self.find(place)?;
        let telling = code.and_then(telling_field).and_then(|field| found.get(field));
        Some(telling.or_else(|| found.get("id")).unwrap_or(found).span.clone())
    }

    /// Whether a way, which may come from another text, leads to what has the id of the place.
    fn leads_to(&self, path: &[Part], place: &Place) -> bool {
        let id = path.get(..2).and_then(|way| self.at(way).id());
        match place {
            Place::Procedure => true,
            Place::Role(role) => id == Some(role.as_str()),
            Place::Document(document) => id == Some(document.as_str()),
            Place::Step(step) | Place::Outcome(step, _) => id == Some(step.as_str()),
        }
    }
}

/// The last move on the way to a defect, unless the finding is about that very outcome.
fn last_move(diagnostic: &Diagnostic) -> Option<Related> {
    let (Move::Finish(step, outcome) | Move::Recall(step, outcome)) = diagnostic.witness.as_ref()?.moves.last()?;
    let place = Place::Outcome(step.clone(), outcome.clone());
    (place != diagnostic.place).then(|| Related::new(place, "the last move on the way there"))
}

/// The field of a step that shows most of what a code is about.
const fn telling_field(code: Code) -> Option<&'static str> {
    match code {
        Code::Deadlock | Code::DeadStep => Some("join"),
        Code::DocumentNotProvided | Code::DocumentMissing | Code::DocumentLost => Some("inputs"),
        Code::DocumentTwice | Code::DocumentNeverNeeded => Some("outputs"),
        Code::InitialsOutOfOrder | Code::TooManyInitials => Some("endorsement"),
        Code::LowConfidence => Some("evidence"),
        _ => None,
    }
}
