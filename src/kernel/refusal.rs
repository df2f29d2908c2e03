//! Why a command is refused.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::{Capacity, Status};
use crate::id::{ActorIx, DocumentId, RoleId, StepId};
use crate::limits::REMARK_BYTES_MAX;
use crate::model::Role;
use crate::time::Timestamp;
use crate::verify::Obstacle;

/// All the reasons why a command is refused. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Refused {
    // Dropping it is a short call, which every caller of the kernel has in its code.
    reasons: Arc<Vec<Refusal>>,
}

/// One reason why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refusal {
    /// The case belongs to another procedure, or to another content of it.
    #[error("the case belongs to another procedure, or to another version of it")]
    OtherProcedure,
    /// The case is not in a status in which this can be done.
    #[error("the case is {status}{}", match .status { Status::Suspended => "; a supervisor can resume it", _ => "" })]
    WrongStatus {
        /// Its status.
        status: Status,
    },
    /// The procedure has no such step, outcome or document.
    #[error("there is no {what} `{name}`")]
    Unknown {
        /// What does not exist: `step`, `outcome` or `document`; for an engine also `case`, `person`, `procedure`…
        what: &'static str,
        /// The name asked for, or `#` and the index.
        name: String,
    },
    /// The step does not wait to be done.
    #[error("it is not the turn of step {step}; {}", waiting(.enabled))]
    NotEnabled {
        /// The step asked for.
        step: StepId,
        /// The steps that can be done now.
        enabled: Vec<StepId>,
    },
    /// The actor has no right to act for a role that may do this.
    #[error("{}", role_required(.step.as_ref(), .expected, .held))]
    RoleRequired {
        /// The step, if the command is about one.
        step: Option<StepId>,
        /// The roles that may do this.
        expected: Vec<RoleName>,
        /// The roles that the actor may act for now.
        held: Vec<RoleName>,
    },
    /// The actor has a right to act for the role, but not at this moment.
    #[error("acting as {capacity} for {role} is allowed {}, and it is {}", period(*.from, *.until), moment(*.now))]
    OutsidePeriod {
        /// The role.
        role: RoleName,
        /// In what right.
        capacity: Capacity,
        /// The first moment of the period.
        from: Timestamp,
        /// The moment after the last.
        until: Timestamp,
        /// The moment of the command.
        now: Timestamp,
    },
    /// Separation of duties: the actor was the last to finish steps that this one is kept apart from.
    #[error("who did {} may not do step {step} (separation of duties)", steps(.others))]
    SeparationOfDuties {
        /// The step.
        step: StepId,
        /// The steps that the actor did.
        others: Vec<StepId>,
    },
    /// Binding of duties: somebody else was the last to finish a step that this one goes with.
    #[error("step {step} is for the one who did step {other} (binding of duties)")]
    BindingOfDuties {
        /// The step.
        step: StepId,
        /// The step that somebody else did.
        other: StepId,
        /// Who did it, by position in the [`Actors`](crate::Actors) of the case; left out where a refusal is serialised.
        #[serde(skip)]
        doer: ActorIx,
    },
    /// Documents that the step needs are not there.
    #[error("step {step} needs {}", missing(.documents))]
    InputsMissing {
        /// The step.
        step: StepId,
        /// What is missing.
        documents: Vec<MissingDocument>,
    },
    /// The command does not name all that the outcome yields.
    #[error("step {step} has to yield {} as well", quoted(.documents))]
    OutputsMissing {
        /// The step.
        step: StepId,
        /// What is missing.
        documents: Vec<DocumentId>,
    },
    /// The command names documents that the outcome does not yield.
    #[error("step {step} does not yield {}", quoted(.documents))]
    OutputsUnexpected {
        /// The step.
        step: StepId,
        /// What does not belong.
        documents: Vec<DocumentId>,
    },
    /// The outcome sends work back, which needs a reason, or the other way round.
    #[error("{}", return_mismatch(.step, .returns))]
    ReturnMismatch {
        /// The step.
        step: StepId,
        /// The steps to which it may return work.
        returns: Vec<StepId>,
    },
    /// The step has been started already.
    #[error("step {step} has been started already")]
    AlreadyStarted {
        /// The step.
        step: StepId,
    },
    /// There is nothing of the step that waits to be received.
    #[error("nothing that step {step} sent on waits to be received")]
    NothingToRecall {
        /// The step.
        step: StepId,
    },
    /// What the step sent on cannot be taken back: somebody has started on it.
    #[error("step {step} can take nothing back: step {receiver} has been started")]
    ReceiverStarted {
        /// The step.
        step: StepId,
        /// The step that has been started.
        receiver: StepId,
    },
    /// The document is yielded by a step, so it is not supplied from outside.
    #[error("`{document}` is yielded by a step, not supplied from outside")]
    NotExternal {
        /// The document.
        document: DocumentId,
    },
    /// A reason or comment is empty.
    #[error("say why: the text must not be empty")]
    TextRequired,
    /// A reason, comment or remark is too long.
    #[error("the text has {bytes} bytes; at most {most} are allowed")]
    TextTooLong {
        /// Its length.
        bytes: usize,
        /// The most that is allowed.
        most: usize,
    },
    /// A reason, comment or remark has a control character other than a line break or a tabulator.
    #[error("the text has the control character U+{:04X}", *.character as u32)]
    ControlCharacter {
        /// The character.
        character: char,
    },
    /// The case has as many events as a case may have.
    #[error("the case has {most} events, which is the most that a case may have")]
    TooManyEvents {
        /// The most that is allowed.
        most: u32,
    },
    /// The case cannot migrate to the new version.
    #[error("{obstacle}")]
    NotCarriedOver {
        /// What is in the way.
        obstacle: Obstacle,
    },
    /// The actor is absent. From an engine, as are all reasons below.
    #[error("{person} is absent until {}", moment(*.until))]
    Absent {
        /// Who.
        person: Arc<str>,
        /// The first moment of the absence.
        from: Timestamp,
        /// The moment after the last.
        until: Timestamp,
    },
    /// The right of the actor does not reach this step.
    #[error("the right to act as {capacity} for {role} does not reach step {step}")]
    OutsideScope {
        /// The role.
        role: RoleName,
        /// In what right.
        capacity: Capacity,
        /// The step.
        step: StepId,
    },
    /// The work is held by somebody else.
    #[error("step {step} is held by {holder}")]
    HeldByOther {
        /// The step.
        step: StepId,
        /// Who holds it.
        holder: Arc<str>,
    },
    /// The actor holds the work already, or it is to go to the one who holds it.
    #[error("{holder} holds step {step} already")]
    AlreadyHeld {
        /// The step.
        step: StepId,
        /// Who holds it.
        holder: Arc<str>,
    },
    /// Nobody holds the work.
    #[error("nobody holds step {step}")]
    NotHeld {
        /// The step.
        step: StepId,
    },
    /// The work was not delegated to the actor.
    #[error("step {step} was not delegated to {person}")]
    NotDelegated {
        /// The step.
        step: StepId,
        /// Who acts.
        person: Arc<str>,
    },
    /// The work was delegated to the actor, and goes back to whoever delegated it.
    #[error("step {step} was delegated by {by}; hand it back")]
    DelegatedWork {
        /// The step.
        step: StepId,
        /// Who delegated it.
        by: Arc<str>,
    },
    /// Only somebody of a higher rank than the step, or a supervisor, may do this.
    #[error("this is for a rank above {role}, the role of step {step}, or for a supervisor")]
    SuperiorRequired {
        /// The step.
        step: StepId,
        /// The role of the step.
        role: RoleName,
    },
    /// The person to whom work is to go may not do it.
    #[error("{person} may not do it: {}", joined(.reasons))]
    NotEligible {
        /// Who.
        person: Arc<str>,
        /// Why not.
        reasons: Vec<Refusal>,
    },
    /// Reviewers who were brought in have not said what they think.
    #[error("step {step} waits for the review of {}", names(.reviewers))]
    ReviewPending {
        /// The step.
        step: StepId,
        /// Who has been asked.
        reviewers: Vec<Arc<str>>,
    },
    /// The reviewer has been brought in already.
    #[error("{reviewer} has been asked to review step {step} already")]
    ReviewAsked {
        /// The step.
        step: StepId,
        /// Who.
        reviewer: Arc<str>,
    },
    /// The reviewer has not been brought in.
    #[error("{reviewer} has not been asked to review step {step}")]
    ReviewNotAsked {
        /// The step.
        step: StepId,
        /// Who.
        reviewer: Arc<str>,
    },
    /// The step has as many reviewers as a step may have.
    #[error("step {step} has {most} reviewers, which is the most that a step may have")]
    TooManyReviewers {
        /// The step.
        step: StepId,
        /// The most that is allowed.
        most: usize,
    },
}

/// A role as a message names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct RoleName {
    /// Its id.
    pub id: RoleId,
    /// Its name in the first language of the procedure.
    pub name: String,
}

/// A document that is not there, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct MissingDocument {
    /// The document.
    pub document: DocumentId,
    /// Its name in the first language of the procedure.
    pub name: String,
    /// The steps that yield it; none where it comes from outside.
    pub yielded_by: Vec<StepId>,
}

impl Refused {
    pub(crate) fn new(reasons: Vec<Refusal>) -> Self {
        Self { reasons: Arc::new(reasons) }
    }

    /// The reasons; there is at least one.
    pub fn reasons(&self) -> &[Refusal] {
        &self.reasons
    }

    pub(crate) fn into_reasons(self) -> Vec<Refusal> {
        Arc::unwrap_or_clone(self.reasons)
    }

    /// Whether a reason of this code is among them.
    pub fn has(&self, code: &str) -> bool {
        self.reasons.iter().any(|reason| reason.code() == code)
    }
}

impl Refusal {
    /// The stable name of the kind of reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherProcedure => "other-procedure",
            Self::WrongStatus { .. } => "wrong-status",
            Self::Unknown { .. } => "unknown",
            Self::NotEnabled { .. } => "not-enabled",
            Self::RoleRequired { .. } => "role-required",
            Self::OutsidePeriod { .. } => "outside-period",
            Self::SeparationOfDuties { .. } => "separation-of-duties",
            Self::BindingOfDuties { .. } => "binding-of-duties",
            Self::InputsMissing { .. } => "inputs-missing",
            Self::OutputsMissing { .. } => "outputs-missing",
            Self::OutputsUnexpected { .. } => "outputs-unexpected",
            Self::ReturnMismatch { .. } => "return-mismatch",
            Self::AlreadyStarted { .. } => "already-started",
            Self::NothingToRecall { .. } => "nothing-to-recall",
            Self::ReceiverStarted { .. } => "receiver-started",
            Self::NotExternal { .. } => "not-external",
            Self::TextRequired => "text-required",
            Self::TextTooLong { .. } => "text-too-long",
            Self::ControlCharacter { .. } => "control-character",
            Self::TooManyEvents { .. } => "too-many-events",
            Self::NotCarriedOver { .. } => "not-carried-over",
            Self::Absent { .. } => "absent",
            Self::OutsideScope { .. } => "outside-scope",
            Self::HeldByOther { .. } => "held-by-other",
            Self::AlreadyHeld { .. } => "already-held",
            Self::NotHeld { .. } => "not-held",
            Self::NotDelegated { .. } => "not-delegated",
            Self::DelegatedWork { .. } => "delegated-work",
            Self::SuperiorRequired { .. } => "superior-required",
            Self::NotEligible { .. } => "not-eligible",
            Self::ReviewPending { .. } => "review-pending",
            Self::ReviewAsked { .. } => "review-asked",
            Self::ReviewNotAsked { .. } => "review-not-asked",
            Self::TooManyReviewers { .. } => "too-many-reviewers",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&joined(&self.reasons))
    }
}

fn joined(reasons: &[Refusal]) -> String {
    let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    reasons.join("; ")
}

fn names(names: &[Arc<str>]) -> String {
    listed(names, "", " and ")
}

impl std::error::Error for Refused {}

/// What stands against a text that must say something.
pub(crate) fn check_text(text: &str) -> impl Iterator<Item = Refusal> {
    let is_empty = text.trim().is_empty();
    is_empty.then_some(Refusal::TextRequired).into_iter().chain(check_remark(text))
}

/// What stands against a text that may be empty.
pub(crate) fn check_remark(text: &str) -> impl Iterator<Item = Refusal> {
    let (bytes, most) = (text.len(), REMARK_BYTES_MAX);
    let is_odd = |character: &char| character.is_control() && !matches!(character, '\n' | '\r' | '\t');
    let odd = text.chars().find(is_odd).map(|character| Refusal::ControlCharacter { character });
    (bytes > most).then_some(Refusal::TextTooLong { bytes, most }).into_iter().chain(odd)
}

impl RoleName {
    pub(crate) fn of(role: &Role) -> Self {
        Self { id: role.id.clone(), name: role.name.first().to_owned() }
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name == self.id.as_str() {
            return f.write_str(&self.name);
        }
        write!(f, "{} ({})", self.name, self.id)
    }
}

impl Serialize for Status {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

fn period(from: Timestamp, until: Timestamp) -> String {
    match (from > Timestamp::MIN, until < Timestamp::MAX) {
        (true, true) => format!("from {} until {}", moment(from), moment(until)),
        (true, false) => format!("from {}", moment(from)),
        (false, true) => format!("until {}", moment(until)),
        (false, false) => "always".into(),
    }
}

/// A moment to the minute; the time zone is the embedder's to know, so it is UTC.
fn moment(at: Timestamp) -> impl fmt::Display {
    at.to_datetime().format("%Y-%m-%d %H:%M UTC")
}

fn waiting(enabled: &[StepId]) -> String {
    match enabled {
        [] => "nothing waits".into(),
        [_] => format!("{} waits", steps(enabled)),
        _ => format!("{} wait", steps(enabled)),
    }
}

fn steps(steps: &[StepId]) -> String {
    format!("step{} {}", if steps.len() == 1 { "" } else { "s" }, listed(steps, "", " and "))
}

fn role_required(step: Option<&StepId>, expected: &[RoleName], held: &[RoleName]) -> String {
    let what = step.map_or("this".to_owned(), |step| format!("step {step}"));
    let held = if held.is_empty() { "no role here".into() } else { listed(held, "", " and ") };
    format!("{what} is for {}; the actor acts for {held}", listed(expected, "", " or "))
}

fn missing(documents: &[MissingDocument]) -> String {
    let told: Vec<String> = documents
        .iter()
        .map(|missing| match missing.yielded_by.as_slice() {
            [] => format!("{} ({}), which has not been supplied", missing.name, missing.document),
            steps => {
                let steps = listed(steps, "", " or step ");
                format!("{} ({}), which step {steps} yields", missing.name, missing.document)
            }
        })
        .collect();
    listed(&told, "", "; and ")
}

fn return_mismatch(step: &StepId, returns: &[StepId]) -> String {
    if returns.is_empty() {
        return format!("step {step} may not return work");
    }
    format!(
        "work is returned with a reason and by an outcome that is a return; step {step} may return it to step {}",
        listed(returns, "", " or step ")
    )
}

fn quoted(documents: &[DocumentId]) -> String {
    listed(documents, "`", " and ")
}

fn listed<T: fmt::Display>(entries: &[T], quote: &str, separator: &str) -> String {
    entries.iter().map(|entry| format!("{quote}{entry}{quote}")).collect::<Vec<_>>().join(separator)
}
