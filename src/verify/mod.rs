//! From a [`Procedure`] to a [`SoundProcedure`], or to a [`Report`] of everything that is wrong with it.
//!
//! *Sound* is meant as van der Aalst defined it for workflow nets: from every marking that a case can reach it can still
//! end (option to complete), when it ends nothing is left behind (proper completion), and every step can happen (no dead
//! step). It includes *safe*: no flow ever holds two tokens. Returns are moves like any other; recalls are moves that
//! must never be needed to get to the end.
//!
//! Source: W.M.P. van der Aalst, *The Application of Petri Nets to Workflow Management*, Journal of Circuits, Systems
//! and Computers 8(1), 1998, definition 8.

mod assumptions;
mod documents;
mod order;
mod replay;
mod report;
mod sound;
mod space;
mod structure;
mod sure;

pub use replay::Replayed;
pub use report::Report;
pub use sound::SoundProcedure;

use crate::limits::MARKINGS_MAX;
use crate::model::{Code, Procedure, Severity, check};
use crate::net::Net;
use space::Space;

/// How a procedure is verified.
///
/// ```
/// use sopflow::{Procedure, Step, Verifier};
///
/// let note = Procedure::new("note", "1", "Note").role("staff", "Staff").step(Step::new("1", "staff", "Write").next("end"));
/// let sound = Verifier::new().markings_max(1_000).verify(&note)?;
/// assert_eq!(sound.report().errors().count(), 0);
/// # Ok::<(), sopflow::Report>(())
/// ```
#[derive(Debug, Clone)]
pub struct Verifier {
    markings_max: usize,
}

impl Default for Verifier {
    fn default() -> Self {
        Self { markings_max: MARKINGS_MAX }
    }
}

impl Verifier {
    /// Visits up to [`MARKINGS_MAX`] markings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Visits at most so many markings before the answer is `undecided`.
    #[must_use]
    pub const fn markings_max(mut self, markings_max: usize) -> Self {
        self.markings_max = markings_max;
        self
    }

    /// Proves that a procedure is sound, or tells everything that is wrong with it.
    ///
    /// # Errors
    ///
    /// As [`Procedure::verify`].
    pub fn verify(&self, procedure: &Procedure) -> Result<SoundProcedure, Report> {
        let mut report = Report::new(procedure.id.clone());
        report.extend(check(procedure));
        if report.has(Code::OverLimit) {
            return Err(report);
        }
        let net = Net::compile(procedure);
        let space = Space::explore(&net, self.markings_max);
        report.markings = space.len();
        report.extend(structure::examine(procedure, &net));
        report.extend(space.examine(procedure, &net));
        report.extend(documents::examine(procedure, &net, &space));
        report.extend(order::examine(procedure, &net));
        for diagnostic in &mut report.diagnostics {
            if diagnostic.witness.is_none() && diagnostic.code.is_about_a_way() {
                diagnostic.witness = space.way_to(procedure, &net, &diagnostic.place);
            }
        }
        report.extend(assumptions::examine(procedure));
        report.finish();
        if report.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
            return Err(report);
        }
        Ok(SoundProcedure::new(procedure.clone(), net, report))
    }
}

impl Procedure {
    /// Proves that the procedure is sound, or tells everything that is wrong with it.
    ///
    /// Warnings and notes do not stop a procedure; they are in the [report](SoundProcedure::report) of the sound one.
    /// [`Verifier`] does the same with other settings.
    ///
    /// # Errors
    ///
    /// The report, when it has at least one diagnostic of [`Severity::Error`].
    ///
    /// # Complexity
    ///
    /// Visits every marking that a case can reach: as many as there are flows in a sequential procedure, up to the
    /// product over branches in a parallel one. It stops at [`MARKINGS_MAX`] with the verdict `undecided`.
    pub fn verify(&self) -> Result<SoundProcedure, Report> {
        Verifier::new().verify(self)
    }
}
