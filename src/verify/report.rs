//! Everything that verification found.

use std::fmt;

use serde::Serialize;

use crate::error::Fault;
use crate::id::ProcedureId;
use crate::limits::DIAGNOSTICS_MAX;
use crate::model::{Code, Diagnostic, Severity, Source};

/// Everything that verification found about a procedure, errors first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The procedure examined.
    pub procedure: ProcedureId,
    /// The findings: errors, then warnings, then notes.
    pub diagnostics: Vec<Diagnostic>,
    /// How many findings are left out because there are more than [`DIAGNOSTICS_MAX`].
    pub left_out: usize,
    /// In which way soundness was decided.
    pub method: Method,
    /// How many markings were visited to decide it.
    pub markings: usize,
}

/// A way to decide soundness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Method {
    /// Shrinking the procedure by rules that keep soundness, until one place is left.
    #[default]
    Reduction,
    /// Visiting every marking that a case can reach.
    Markings,
    /// Visiting those that are left when of independent moves only one order is looked at.
    PartialOrder,
}

impl Report {
    pub(super) fn new(procedure: ProcedureId) -> Self {
        Self { procedure, diagnostics: Vec::new(), left_out: 0, method: Method::default(), markings: 0 }
    }

    pub(super) fn extend(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.extend(found);
    }

    pub(super) fn finish(&mut self) {
        self.diagnostics.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
        self.left_out = self.diagnostics.len().saturating_sub(DIAGNOSTICS_MAX);
        self.diagnostics.truncate(DIAGNOSTICS_MAX);
    }

    /// The findings that stop the procedure from running.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.with_severity(Severity::Error)
    }

    pub(super) fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }

    /// The findings of one severity.
    pub fn with_severity(&self, severity: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(move |diagnostic| diagnostic.severity == severity)
    }

    /// The findings of one kind.
    pub fn with_code(&self, code: Code) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(move |diagnostic| diagnostic.code == code)
    }

    /// Each of the [`diagnostics`](Self::diagnostics), in their order, with its line and column in the text that the
    /// procedure was read from. What the text does not have, or not in a procedure of this id, is told without a place.
    ///
    /// ```
    /// use sopflow::{Procedure, Source};
    ///
    /// let text = "
    /// id = 'note'
    /// version = '1'
    /// day = 'working'
    /// identity.title = 'Note'
    /// roles = [{ id = 'staff', name = 'Staff' }]
    /// steps = [
    ///     { id = '1', activity = 'Write', role = 'staff', next = '2' },
    ///     { id = '2', activity = 'Read', role = 'staff', next = '1' },
    /// ]";
    /// let report = Procedure::from_toml(text)?.verify().unwrap_err();
    /// let faults = report.faults_in(&Source::toml("note.toml", text));
    /// assert_eq!(faults[0].to_string(), "8:12: step 1: no flow leads from it to the end \
    ///     (give it, or a step after it, an outcome that leads towards `end`)");
    /// # Ok::<(), sopflow::Error>(())
    /// ```
    pub fn faults_in(&self, source: &Source<'_>) -> Vec<Fault> {
        source.faults(&self.procedure, &self.diagnostics)
    }

    /// Writes the report as JSON, in the form that
    /// [docs/diagnostics.md](https://docs.rs/crate/sopflow/latest/source/docs/diagnostics.md) tells.
    #[expect(clippy::missing_panics_doc, reason = "it does not panic")]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report is made of strings, numbers, lists and tables")
    }

    /// Whether there is a finding of this kind.
    pub fn has(&self, code: Code) -> bool {
        self.with_code(code).next().is_some()
    }
}

impl Report {
    /// How much was found, in one line.
    pub(crate) fn summary(&self) -> String {
        let [errors, warnings, notes] =
            [Severity::Error, Severity::Warning, Severity::Note].map(|severity| self.with_severity(severity).count());
        let how = match self.method {
            Method::Reduction => "by reduction".to_owned(),
            Method::Markings | Method::PartialOrder => format!("{} visited", counted(self.markings, "marking")),
        };
        format!(
            "{}: {}, {}, {}; {how}",
            self.procedure,
            counted(errors, "error"),
            counted(warnings, "warning"),
            counted(notes, "note"),
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.diagnostics {
            writeln!(f, "{diagnostic}")?;
        }
        if self.left_out > 0 {
            writeln!(f, "and {} more", self.left_out)?;
        }
        f.write_str(&self.summary())
    }
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

impl std::error::Error for Report {}
