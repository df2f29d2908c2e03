//! Outcomes: the ways to finish a step, and where each leads.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::form::one_or_many;
use super::{DocumentUse, Text};
use crate::id::{OutcomeId, StepId};

/// The reserved target that ends a case.
pub(crate) const END: &str = "end";
/// The id of the outcome of a step that has only one way on.
pub(super) const DONE: &str = "done";

/// A named way to finish a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Outcome {
    /// Names the outcome within its step.
    pub id: OutcomeId,
    /// What the exit is called on the form, such as *Ya* or *Tidak*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Text>,
    /// Where the case goes on: several targets are a parallel split.
    #[serde(with = "one_or_many")]
    #[schemars(with = "one_or_many::OneOrMany<Target>")]
    pub to: Vec<Target>,
    /// Whether the outcome sends work back for revision, so that everything between is done again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub returns: bool,
    /// Whether an upward flow may pass over roles in between.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
    /// Steps that this outcome empties: work that waits there, or is under way there, is dropped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancels: Vec<StepId>,
    /// What it yields, where that differs from the outputs of the step. A return yields nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outputs: Option<Vec<DocumentUse>>,
}

/// Where a flow leads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// To a step.
    Step(StepId),
    /// To the end of the case, written `end`.
    End,
}

impl Outcome {
    /// An outcome that leads nowhere yet.
    pub fn new(id: impl Into<OutcomeId>) -> Self {
        Self {
            id: id.into(),
            label: None,
            to: Vec::new(),
            returns: false,
            direct: false,
            cancels: Vec::new(),
            outputs: None,
        }
    }

    /// The return to one earlier step; its id is `return-` and the step's.
    pub fn return_to(step: impl Into<StepId>) -> Self {
        let step = step.into();
        Self::new(return_id(&step)).to(step).returning()
    }

    /// With one target more (a step or `end`); several targets are a parallel split.
    #[must_use]
    pub fn to(mut self, target: impl Into<Target>) -> Self {
        self.to.push(target.into());
        self
    }

    /// As a return for revision.
    #[must_use]
    pub fn returning(mut self) -> Self {
        self.returns = true;
        self
    }

    /// As one that may pass over roles in between.
    #[must_use]
    pub fn direct(mut self) -> Self {
        self.direct = true;
        self
    }

    /// With one step more that this outcome empties.
    #[must_use]
    pub fn cancelling(mut self, step: impl Into<StepId>) -> Self {
        self.cancels.push(step.into());
        self
    }

    /// With what it yields, instead of the outputs of the step.
    #[must_use]
    pub fn yielding<D: Into<DocumentUse>>(mut self, documents: impl IntoIterator<Item = D>) -> Self {
        self.outputs = Some(documents.into_iter().map(Into::into).collect());
        self
    }
}

/// The id of the outcome that returns work to `step`.
pub(super) fn return_id(step: &StepId) -> OutcomeId {
    format!("return-{step}").into()
}

impl Target {
    /// The word used in files and messages: the step's id, or `end`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Step(step) => step.as_str(),
            Self::End => END,
        }
    }
}

impl From<&str> for Target {
    fn from(text: &str) -> Self {
        if text == END { Self::End } else { Self::Step(text.into()) }
    }
}

impl From<StepId> for Target {
    fn from(step: StepId) -> Self {
        if step == *END { Self::End } else { Self::Step(step) }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        StepId::deserialize(deserializer).map(Self::from)
    }
}

impl JsonSchema for Target {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Target".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = StepId::json_schema(generator);
        schema.insert("description".into(), "The id of a step, or `end`.".into());
        schema
    }
}
