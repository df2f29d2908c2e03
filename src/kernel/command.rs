//! What is asked of a case.

use std::sync::Arc;

use super::Actor;
use crate::id::{DocumentIx, OutcomeIx, StepIx};

/// What an actor asks of a case.
#[derive(Debug, Clone)]
pub struct Command<'a> {
    /// Who asks, with all rights.
    pub by: Actor<'a>,
    /// What is asked.
    pub kind: CommandKind<'a>,
}

/// The kinds of [`Command`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum CommandKind<'a> {
    /// Opens the case; for the role of the first step.
    OpenCase,
    /// Takes up a step that waits. It can no longer be recalled by the one who sent it.
    StartStep {
        /// The step.
        step: StepIx,
    },
    /// Finishes a step, whether or not it was started.
    CompleteStep {
        /// The step.
        step: StepIx,
        /// How it was finished; no return.
        outcome: OutcomeIx,
        /// What it yielded: all that the outcome should yield, in any order.
        outputs: &'a [DocumentIx],
        /// Anything worth keeping with it.
        remark: Option<Arc<str>>,
    },
    /// Sends work back for revision; everything between is done again.
    ReturnStep {
        /// The step that sends it back.
        step: StepIx,
        /// The outcome that is a return, such as [`SoundProcedure::return_outcome`](crate::SoundProcedure::return_outcome) gives.
        outcome: OutcomeIx,
        /// Why; never empty.
        reason: Arc<str>,
    },
    /// Takes back what a step sent on, as long as no receiver has started. The step is under way again.
    RecallStep {
        /// The step that sent it.
        step: StepIx,
    },
    /// Brings in a document from outside, or a newer copy of it; for anybody with a role in the procedure.
    SupplyDocument {
        /// The document.
        document: DocumentIx,
        /// Anything worth keeping with it, such as its registration number.
        remark: Option<Arc<str>>,
    },
    /// Stops all work on the case; for a supervisor.
    SuspendCase {
        /// Why; never empty.
        reason: Arc<str>,
    },
    /// Lets work go on; for a supervisor.
    ResumeCase,
    /// Ends the case before its time; for a supervisor.
    CancelCase {
        /// Why; never empty.
        reason: Arc<str>,
    },
    /// Adds a comment, also to a case that has ended; for anybody with a role in the procedure.
    AddComment {
        /// The comment; never empty.
        text: Arc<str>,
    },
}
