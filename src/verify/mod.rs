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

impl Procedure {
    /// Proves that the procedure is sound, or tells everything that is wrong with it.
    ///
    /// Warnings and notes do not stop a procedure; they are in the [report](SoundProcedure::report) of the sound one.
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
        self.verify_within(MARKINGS_MAX)
    }

    /// As [`verify`](Self::verify), visiting at most `markings_max` markings.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify).
    pub fn verify_within(&self, markings_max: usize) -> Result<SoundProcedure, Report> {
        let mut report = Report::new(self.id.clone());
        report.extend(check(self));
        if report.has(Code::OverLimit) {
            return Err(report);
        }
        let net = Net::compile(self);
        let space = Space::explore(&net, markings_max);
        report.markings = space.len();
        report.extend(structure::examine(self, &net));
        report.extend(space.examine(self, &net));
        report.extend(documents::examine(self, &net, &space));
        report.extend(order::examine(self, &net));
        for diagnostic in &mut report.diagnostics {
            if diagnostic.witness.is_none() && diagnostic.code.is_about_a_way() {
                diagnostic.witness = space.way_to(self, &net, &diagnostic.place);
            }
        }
        report.extend(assumptions::examine(self));
        report.finish();
        if report.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
            return Err(report);
        }
        Ok(SoundProcedure::new(self.clone(), net, report))
    }
}
