//! What has happened to a case.

use std::sync::Arc;

use super::By;
use crate::id::{DocumentIx, OutcomeIx, StepIx};
use crate::model::{Mapping, Seal};
use crate::time::Timestamp;

/// Something that has happened to a case: when, by whom, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// By whom, and in what right.
    pub by: By,
    /// What.
    pub kind: EventKind,
}

/// The kinds of [`Event`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// The case was opened on this content of the procedure.
    CaseOpened {
        /// What identifies the content.
        seal: Arc<Seal>,
    },
    /// A step was taken up.
    StepStarted {
        /// The step.
        step: StepIx,
    },
    /// A step was finished.
    StepCompleted {
        /// The step.
        step: StepIx,
        /// How.
        outcome: OutcomeIx,
        /// What was worth keeping with it.
        remark: Option<Arc<str>>,
    },
    /// Work was sent back for revision.
    StepReturned {
        /// The step that sent it back.
        step: StepIx,
        /// The outcome, which is a return.
        outcome: OutcomeIx,
        /// Why.
        reason: Arc<str>,
    },
    /// What a step had sent on was taken back; the step is under way again.
    StepRecalled {
        /// The step that had sent it.
        step: StepIx,
        /// The outcome that had sent it.
        outcome: OutcomeIx,
    },
    /// A document came in from outside.
    DocumentSupplied {
        /// The document.
        document: DocumentIx,
        /// What was worth keeping with it.
        remark: Option<Arc<str>>,
    },
    /// Work on the case was stopped.
    CaseSuspended {
        /// Why.
        reason: Arc<str>,
    },
    /// Work on the case went on.
    CaseResumed,
    /// The case was ended before its time.
    CaseCancelled {
        /// Why.
        reason: Arc<str>,
    },
    /// A comment was added.
    CommentAdded {
        /// The comment.
        text: Arc<str>,
    },
    /// The case went on to another version of the procedure; what follows is an event of that one.
    CaseMigrated {
        /// Where to, and how.
        to: Arc<Migration>,
    },
}

/// The version of a procedure that a case migrated to, and what was said about ids that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// What identifies the content of the new version.
    pub seal: Arc<Seal>,
    /// What its ids do not tell.
    pub mapping: Mapping,
}

impl EventKind {
    /// The step that it is about, if it is about one.
    pub const fn step(&self) -> Option<StepIx> {
        match self {
            Self::StepStarted { step }
            | Self::StepCompleted { step, .. }
            | Self::StepReturned { step, .. }
            | Self::StepRecalled { step, .. } => Some(*step),
            Self::CaseOpened { .. }
            | Self::DocumentSupplied { .. }
            | Self::CaseSuspended { .. }
            | Self::CaseResumed
            | Self::CaseCancelled { .. }
            | Self::CommentAdded { .. }
            | Self::CaseMigrated { .. } => None,
        }
    }
}
