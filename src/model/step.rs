//! Steps: who does what, with what, in what time, yielding what.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::form::StepForm;
use super::outcome::DONE;
use super::{About, DocumentUse, Evidence, Outcome, Target, Text};
use crate::id::{RoleId, StepId};
use crate::time::StandardTime;

/// One numbered activity of a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "StepForm", into = "StepForm")]
#[schemars(with = "StepForm")]
#[non_exhaustive]
pub struct Step {
    /// Names the step within the procedure, in all its versions.
    pub id: StepId,
    /// The number on the form, where it is not the id.
    pub number: Option<String>,
    /// What is done (*kegiatan*).
    pub activity: Text,
    /// Who does it (*pelaksana*).
    pub role: RoleId,
    /// The documents that it needs (*kelengkapan*).
    pub inputs: Vec<DocumentUse>,
    /// The time allowed (*waktu baku*).
    pub time: Option<StandardTime>,
    /// The documents that it yields, unless an outcome says otherwise.
    pub outputs: Vec<DocumentUse>,
    /// Whether doing it puts the role's initials or signature on the paper.
    pub endorsement: Option<Endorsement>,
    /// How many of the incoming flows must hold a token before it can be done.
    pub join: Join,
    /// The ways to finish it, returns included.
    pub outcomes: Vec<Outcome>,
    /// The remark on the form (*keterangan*).
    pub note: Option<Text>,
    /// What of this step is inferred rather than stated.
    pub evidence: Vec<Evidence>,
}

/// When a step with several incoming flows can be done. A flow of a return always suffices by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Join {
    /// One incoming flow suffices.
    #[default]
    Any,
    /// Every incoming flow must hold a token.
    All,
    /// At least so many incoming flows must hold a token.
    NOf(u16),
}

/// The mark that a step leaves on the paper. A return voids it if it was given after the point returned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Endorsement {
    /// Initials (*paraf*), given in tiers.
    Initials,
    /// A signature or approval (*tanda tangan*, *ACC*).
    Signature,
}

impl Step {
    /// A step that needs nothing, yields nothing and leads nowhere yet.
    pub fn new(id: impl Into<StepId>, role: impl Into<RoleId>, activity: impl Into<Text>) -> Self {
        Self {
            id: id.into(),
            number: None,
            activity: activity.into(),
            role: role.into(),
            inputs: Vec::new(),
            time: None,
            outputs: Vec::new(),
            endorsement: None,
            join: Join::Any,
            outcomes: Vec::new(),
            note: None,
            evidence: Vec::new(),
        }
    }

    /// With this document needed.
    #[must_use]
    pub fn input(mut self, document: impl Into<DocumentUse>) -> Self {
        self.inputs.push(document.into());
        self
    }

    /// With this document yielded.
    #[must_use]
    pub fn output(mut self, document: impl Into<DocumentUse>) -> Self {
        self.outputs.push(document.into());
        self
    }

    /// With this time allowed.
    #[must_use]
    pub fn within(mut self, time: StandardTime) -> Self {
        self.time = Some(time);
        self
    }

    /// With this rule for several incoming flows.
    #[must_use]
    pub fn join(mut self, join: Join) -> Self {
        self.join = join;
        self
    }

    /// With this mark left on the paper.
    #[must_use]
    pub fn endorses(mut self, endorsement: Endorsement) -> Self {
        self.endorsement = Some(endorsement);
        self
    }

    /// With one outcome more, `done`, that leads to `target` (a step or `end`).
    #[must_use]
    pub fn next(self, target: impl Into<Target>) -> Self {
        self.outcome(Outcome::new(DONE).to(target))
    }

    /// With one outcome more.
    #[must_use]
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcomes.push(outcome);
        self
    }

    /// With one outcome more that returns work to an earlier step; its id is `return-` and the step's.
    #[must_use]
    pub fn returns_to(self, step: impl Into<StepId>) -> Self {
        self.outcome(Outcome::return_to(step))
    }

    /// With evidence for something that is inferred.
    #[must_use]
    pub fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    /// The number on the form: the number given, or else the id.
    pub fn number(&self) -> &str {
        self.number.as_deref().unwrap_or(self.id.as_str())
    }

    /// The outcome named `id`.
    pub fn find_outcome(&self, id: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.id == *id)
    }

    /// The evidence for one thing about this step.
    pub fn evidence_about(&self, about: About) -> impl Iterator<Item = &Evidence> {
        self.evidence.iter().filter(move |evidence| evidence.about == about)
    }

    /// What finishing with `outcome` yields.
    pub fn outputs_of<'a>(&'a self, outcome: &'a Outcome) -> &'a [DocumentUse] {
        match &outcome.outputs {
            _ if outcome.returns => &[],
            Some(own) => own,
            None => &self.outputs,
        }
    }
}
