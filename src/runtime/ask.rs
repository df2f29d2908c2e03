//! What is asked of an engine.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::record::Opinion;
use crate::id::{CaseId, DocumentId, OutcomeId, ProcedureId, StepId};
use crate::model::Mapping;

/// What somebody asks of an engine.
///
/// It is plain data, so that a web service can read it from JSON as it stands. The person is what the embedding program has
/// made sure of: an engine does not authenticate.
///
/// ```
/// use sopflow::runtime::Request;
///
/// let request: Request = serde_json::from_str(
///     r#"{
///         "person": "Ani", "once": "7f3a", "expecting": 4,
///         "case": "0197c0de-0000-7000-8000-000000000001",
///         "ask": { "complete": { "step": "3", "outcome": "done", "outputs": ["request"] } }
///     }"#,
/// )?;
/// assert_eq!(request.expecting, Some(4));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Who asks.
    pub person: Arc<str>,
    /// Of which case. Whoever opens one may give it an id, or have the engine make one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// What.
    pub ask: Ask,
    /// The id of this command, 1 to 64 bytes: however often a command with it is sent, it is carried out once, and gets the
    /// first answer again. A refusal changes nothing and is not remembered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub once: Option<Arc<str>>,
    /// The version that the case must have, for those who have looked at it before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expecting: Option<u32>,
}

/// The kinds of [`Request`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Ask {
    /// Opens a case; for the role of the first step.
    Open {
        /// The procedure.
        procedure: ProcedureId,
        /// The version; the one that was hosted last where none is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<String>,
        /// The office's own number for the case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
    /// Takes up a step that waits. It can no longer be recalled, and is held by whoever took it up.
    Start {
        /// The step.
        step: StepId,
    },
    /// Finishes a step, whether or not it was taken up.
    Complete {
        /// The step.
        step: StepId,
        /// How; no return.
        outcome: OutcomeId,
        /// What it yielded.
        #[serde(default)]
        outputs: Vec<DocumentId>,
        /// Anything worth keeping with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<Arc<str>>,
    },
    /// Sends work back for revision.
    Return {
        /// The step that sends it back.
        step: StepId,
        /// The step that it goes back to.
        to: StepId,
        /// Why.
        reason: Arc<str>,
    },
    /// Takes back what a step sent on, as long as no receiver has taken it up.
    Recall {
        /// The step that sent it.
        step: StepId,
    },
    /// Brings in a document from outside.
    Supply {
        /// The document.
        document: DocumentId,
        /// Anything worth keeping with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<Arc<str>>,
    },
    /// Stops all work on the case.
    Suspend {
        /// Why.
        reason: Arc<str>,
    },
    /// Lets work go on.
    Resume,
    /// Ends the case before its time.
    Cancel {
        /// Why.
        reason: Arc<str>,
    },
    /// Adds a comment.
    Comment {
        /// The comment.
        text: Arc<str>,
    },
    /// Takes the case to another version of its procedure.
    Migrate {
        /// The version.
        version: String,
        /// What the ids do not tell.
        #[serde(default)]
        mapping: Mapping,
    },
    /// Takes a step for oneself, without taking it up yet: others can no longer do it.
    Claim {
        /// The step.
        step: StepId,
    },
    /// Lets go of a step; also for a superior of whoever holds it.
    Release {
        /// The step.
        step: StepId,
    },
    /// Gives a step that nobody holds to a person who may do it; for a superior.
    Assign {
        /// The step.
        step: StepId,
        /// To whom.
        to: Arc<str>,
        /// Anything worth keeping with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<Arc<str>>,
    },
    /// Takes a step from whoever holds it and gives it to another who may do it; for a superior.
    Reassign {
        /// The step.
        step: StepId,
        /// To whom.
        to: Arc<str>,
        /// Why.
        reason: Arc<str>,
    },
    /// Has somebody else do a step in one's place, whatever their role.
    Delegate {
        /// The step.
        step: StepId,
        /// Who does it.
        to: Arc<str>,
        /// Anything worth keeping with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<Arc<str>>,
    },
    /// Gives delegated work back to the one who delegated it.
    HandBack {
        /// The step.
        step: StepId,
        /// Anything worth keeping with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<Arc<str>>,
    },
    /// Brings in somebody to look at a step, which cannot be completed until they have said what they think.
    AskReview {
        /// The step.
        step: StepId,
        /// Who is to look at it.
        reviewer: Arc<str>,
        /// Anything worth keeping with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<Arc<str>>,
    },
    /// Says what one thinks of a step that one was asked to look at.
    Review {
        /// The step.
        step: StepId,
        /// What.
        opinion: Opinion,
        /// Why; never empty with an objection.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<Arc<str>>,
    },
    /// Waits no longer for somebody who was asked to look at a step; for whoever asked and may do the step, or a superior.
    WithdrawReview {
        /// The step.
        step: StepId,
        /// Who was asked.
        reviewer: Arc<str>,
    },
}

impl Ask {
    /// The word for it, as in its JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Start { .. } => "start",
            Self::Complete { .. } => "complete",
            Self::Return { .. } => "return",
            Self::Recall { .. } => "recall",
            Self::Supply { .. } => "supply",
            Self::Suspend { .. } => "suspend",
            Self::Resume => "resume",
            Self::Cancel { .. } => "cancel",
            Self::Comment { .. } => "comment",
            Self::Migrate { .. } => "migrate",
            Self::Claim { .. } => "claim",
            Self::Release { .. } => "release",
            Self::Assign { .. } => "assign",
            Self::Reassign { .. } => "reassign",
            Self::Delegate { .. } => "delegate",
            Self::HandBack { .. } => "hand-back",
            Self::AskReview { .. } => "ask-review",
            Self::Review { .. } => "review",
            Self::WithdrawReview { .. } => "withdraw-review",
        }
    }
}
