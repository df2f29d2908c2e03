//! The written procedure as data.

use rustc_hash::FxHashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Document, Duty, Evidence, Identity, Step, Target, Text};
use crate::id::{DocumentId, ProcedureId, RoleId, StepId};
use crate::time::DayPolicy;

/// A Standard Operating Procedure as data: who does what, in which order, with which papers, in what time.
///
/// A procedure may be wrong. What can be run is a [`SoundProcedure`](crate::SoundProcedure), which only
/// [`verify`](Self::verify) gives. Procedures are read from TOML or JSON, or put together in code:
///
/// ```
/// use sopflow::{Procedure, Step};
///
/// let leave = Procedure::new("leave", "1", "Leave of absence")
///     .role("staff", "Staff")
///     .role("head", "Head of section")
///     .document("request", "Leave request")
///     .document("permit", "Leave permit")
///     .step(Step::new("1", "staff", "Ask for leave").output("request").next("2"))
///     .step(Step::new("2", "head", "Decide").input("request").output("permit").next("end").returns_to("1"));
/// assert!(leave.verify().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Procedure {
    /// Names the procedure across all its versions.
    pub id: ProcedureId,
    /// Tells this version from others of the same id, such as `1` or `2021-04`.
    pub version: String,
    /// What `hari` or `day` means in the standard times when the source does not say which kind of day.
    pub day: DayPolicy,
    /// The step that a case begins with; the first of the list where this is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<StepId>,
    /// The roles that may suspend, resume and cancel a case; the highest in rank where the list is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supervisors: Vec<RoleId>,
    /// The identity block of the official form.
    pub identity: Identity,
    /// The roles (*pelaksana*), lowest rank first.
    pub roles: Vec<Role>,
    /// The documents that steps need or yield.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
    /// What of the procedure as a whole is inferred rather than stated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// The steps, in the order of the form.
    pub steps: Vec<Step>,
    /// Who may not, or must, do several steps of one case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<Duty>,
}

/// An organisational position in a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Role {
    /// Names the role within the procedure.
    pub id: RoleId,
    /// The position as the form heads its column.
    pub name: Text,
}

impl Procedure {
    /// A procedure that has no roles, documents and steps yet; a bare *day* is a working day.
    pub fn new(id: impl Into<ProcedureId>, version: impl Into<String>, title: impl Into<Text>) -> Self {
        Self {
            id: id.into(),
            version: version.into(),
            day: DayPolicy::Working,
            start: None,
            supervisors: Vec::new(),
            identity: Identity::new(title),
            roles: Vec::new(),
            documents: Vec::new(),
            evidence: Vec::new(),
            steps: Vec::new(),
            duties: Vec::new(),
        }
    }

    /// With one role more, higher in rank than those before it.
    #[must_use]
    pub fn role(mut self, id: impl Into<RoleId>, name: impl Into<Text>) -> Self {
        self.roles.push(Role { id: id.into(), name: name.into() });
        self
    }

    /// With one document more, which some step yields.
    #[must_use]
    pub fn document(mut self, id: impl Into<DocumentId>, name: impl Into<Text>) -> Self {
        self.documents.push(Document { id: id.into(), name: name.into(), external: false });
        self
    }

    /// With one document more, which comes from outside.
    #[must_use]
    pub fn external(mut self, id: impl Into<DocumentId>, name: impl Into<Text>) -> Self {
        self.documents.push(Document { id: id.into(), name: name.into(), external: true });
        self
    }

    /// With one step more.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// With this step as the one that a case begins with.
    #[must_use]
    pub fn starting_at(mut self, step: impl Into<StepId>) -> Self {
        self.start = Some(step.into());
        self
    }

    /// With one role more that may suspend, resume and cancel a case.
    #[must_use]
    pub fn supervised_by(mut self, role: impl Into<RoleId>) -> Self {
        self.supervisors.push(role.into());
        self
    }

    /// With a separation of duties: no one person does two of these steps in one case.
    ///
    /// ```
    /// use sopflow::{Duty, Procedure, Step};
    ///
    /// let leave = Procedure::new("leave", "1", "Leave of absence")
    ///     .role("staff", "Staff")
    ///     .step(Step::new("1", "staff", "Ask for leave").next("2"))
    ///     .step(Step::new("2", "staff", "Check the request").next("3"))
    ///     .step(Step::new("3", "staff", "Hand out the permit").next("end"))
    ///     .distinct(["1", "2"])
    ///     .same(["2", "3"]);
    /// assert_eq!(leave.duties[0], Duty::Distinct(vec!["1".into(), "2".into()]));
    /// assert!(leave.verify().is_ok());
    /// ```
    #[must_use]
    pub fn distinct<S: Into<StepId>>(mut self, steps: impl IntoIterator<Item = S>) -> Self {
        self.duties.push(Duty::Distinct(steps.into_iter().map(Into::into).collect()));
        self
    }

    /// With a binding of duties: whoever does one of these steps in a case does the others too.
    #[must_use]
    pub fn same<S: Into<StepId>>(mut self, steps: impl IntoIterator<Item = S>) -> Self {
        self.duties.push(Duty::Same(steps.into_iter().map(Into::into).collect()));
        self
    }

    /// The step named `id`.
    pub fn find_step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == *id)
    }

    /// The role named `id`.
    pub fn find_role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == *id)
    }

    /// The document named `id`.
    pub fn find_document(&self, id: &str) -> Option<&Document> {
        self.documents.iter().find(|document| document.id == *id)
    }

    /// The step that a case begins with; `None` where there is no such step.
    pub fn first_step(&self) -> Option<&Step> {
        match &self.start {
            Some(id) => self.find_step(id.as_str()),
            None => self.steps.first(),
        }
    }

    /// The roles that may suspend, resume and cancel a case: the listed supervisors, or else the highest in rank.
    pub fn supervising_roles(&self) -> Vec<&RoleId> {
        match (self.supervisors.is_empty(), self.roles.last()) {
            (true, Some(highest)) => vec![&highest.id],
            _ => self.supervisors.iter().collect(),
        }
    }

    /// How many flows that are no returns lead to each step, the flow into the first step included.
    pub(crate) fn forward_flows_by_target(&self) -> FxHashMap<&StepId, usize> {
        let mut incoming: FxHashMap<&StepId, usize> = FxHashMap::default();
        let targets = self.steps.iter().flat_map(|step| &step.outcomes).filter(|outcome| !outcome.returns);
        for target in targets.flat_map(|outcome| &outcome.to) {
            if let Target::Step(step) = target {
                *incoming.entry(step).or_default() += 1;
            }
        }
        if let Some(first) = self.first_step() {
            *incoming.entry(&first.id).or_default() += 1;
        }
        incoming
    }
}
