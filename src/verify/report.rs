//! Everything that verification found.

use std::fmt;

use serde::Serialize;

use crate::id::ProcedureId;
use crate::limits::DIAGNOSTICS_MAX;
use crate::model::{Code, Diagnostic, Severity};

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
    /// How many markings were visited.
    pub markings: usize,
}

/// A way to decide soundness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Method {
    /// Visiting every marking that a case can reach.
    #[default]
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

    /// Whether there is a finding of this kind.
    pub fn has(&self, code: Code) -> bool {
        self.with_code(code).next().is_some()
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
        let [errors, warnings, notes] =
            [Severity::Error, Severity::Warning, Severity::Note].map(|severity| self.with_severity(severity).count());
        write!(
            f,
            "{}: {}, {}, {}; {} visited",
            self.procedure,
            counted(errors, "error"),
            counted(warnings, "warning"),
            counted(notes, "note"),
            counted(self.markings, "marking"),
        )
    }
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

impl std::error::Error for Report {}
