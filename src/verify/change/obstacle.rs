//! Why a case does not carry over to a new version.

use serde::Serialize;

use crate::id::{DocumentId, StepId};
use crate::model::Witness;

/// One reason why a case does not carry over to a new version of its procedure.
///
/// Ways are told in moves of the new version, from where the case would stand in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Obstacle {
    /// Work waits at a step that the new version does not have.
    #[error("work waits at step {step}, which the new version does not have; map it to where it goes on")]
    StepGone {
        /// The step, by its id in the old version.
        step: StepId,
    },
    /// Work waits at a step that joins branches now, and it is not the work of one of them.
    #[error(
        "the work {} has no place: step {step} waits for several branches now; map it to one of them",
        sent(.sent_by.as_ref(), .step)
    )]
    NoBranch {
        /// The step, by its id in the old version.
        step: StepId,
        /// The step that sent the work there; the case began with it where there is none.
        sent_by: Option<StepId>,
    },
    /// The mapping drops all work of the case.
    #[error("no work is left: the mapping drops all of it")]
    NothingLeft,
    /// Nothing can be done any more, and the end is not reached.
    #[error("{}the case is stuck: {} for ever", after(.way), waits(.steps))]
    WaitsForEver {
        /// The steps at which work waits.
        steps: Vec<StepId>,
        /// How it comes to that.
        way: Witness,
    },
    /// The end cannot be reached any more.
    #[error("{}the case can go on for ever and never end", after(.way))]
    NeverEnds {
        /// How it comes to that.
        way: Witness,
    },
    /// A step is sent work a second time while the first waits there.
    #[error("{}work for step {step} comes a second time while the first still waits", after(.way))]
    TwoTokens {
        /// The step.
        step: StepId,
        /// How it comes to that, the last move included.
        way: Witness,
    },
    /// The case ends while work waits elsewhere.
    #[error("{}the case ends while {}", after(.way), waits(.steps))]
    LeftBehind {
        /// The steps at which work waits.
        steps: Vec<StepId>,
        /// How it comes to that.
        way: Witness,
    },
    /// A step needs a document that the case does not have then.
    #[error("{}step {step} needs `{document}`, which is not there and which no step before it yields", after(.way))]
    DocumentMissing {
        /// The document.
        document: DocumentId,
        /// The step that needs it.
        step: StepId,
        /// How it comes to that.
        way: Witness,
    },
    /// There are more markings ahead than are looked at.
    #[error("it is not known whether the case can complete: more than {markings} markings lie ahead")]
    Undecided {
        /// How many were looked at.
        markings: usize,
    },
}

impl Obstacle {
    /// The stable name of the kind of reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::StepGone { .. } => "step-gone",
            Self::NoBranch { .. } => "no-branch",
            Self::NothingLeft => "nothing-left",
            Self::WaitsForEver { .. } => "waits-for-ever",
            Self::NeverEnds { .. } => "never-ends",
            Self::TwoTokens { .. } => "two-tokens",
            Self::LeftBehind { .. } => "left-behind",
            Self::DocumentMissing { .. } => "document-missing",
            Self::Undecided { .. } => "undecided",
        }
    }

    /// Whether a [`Mapping`](crate::Mapping) is needed before anything else can be said.
    pub const fn needs_mapping(&self) -> bool {
        matches!(self, Self::StepGone { .. } | Self::NoBranch { .. })
    }
}

fn sent(sent_by: Option<&StepId>, step: &StepId) -> String {
    match sent_by {
        Some(from) => format!("that step {from} sent to step {step}"),
        None => format!("that waits at step {step} since the case began"),
    }
}

fn after(way: &Witness) -> String {
    if way.moves.is_empty() { String::new() } else { format!("after {way} ") }
}

fn waits(steps: &[StepId]) -> String {
    let names: Vec<&str> = steps.iter().map(StepId::as_str).collect();
    match names.as_slice() {
        [] => "nothing waits".into(),
        [only] => format!("step {only} waits"),
        several => format!("steps {} wait", several.join(" and ")),
    }
}
