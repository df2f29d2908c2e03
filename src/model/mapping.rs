//! What an embedder says about a change that ids alone do not tell.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::id::{DocumentId, OutcomeId, StepId};

/// How a new version of a procedure continues an old one, where the ids do not say it: steps, outcomes and documents that
/// have another id, and where work goes on that waits at a place which the new version does not have.
///
/// ```
/// use sopflow::{Mapping, Spot};
///
/// // Step 2 is called `check` now. What waited at step 3 goes on at both branches of a new parallel part.
/// let mapping = Mapping::new().step("2", "check").work("3", [Spot::at("3a"), Spot::at("3b")]);
/// let stored = serde_json::to_string(&mapping)?;
/// assert_eq!(serde_json::from_str::<Mapping>(&stored)?, mapping);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(transparent)]
pub struct Mapping {
    #[n(0)]
    entries: Vec<Mapped>,
}

/// One entry of a [`Mapping`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Mapped {
    /// A step has another id.
    #[n(0)]
    Step {
        /// Its id in the old version.
        #[n(0)]
        #[cbor(with = "crate::id::cbor")]
        from: StepId,
        /// Its id in the new version.
        #[n(1)]
        #[cbor(with = "crate::id::cbor")]
        to: StepId,
    },
    /// An outcome has another id.
    #[n(1)]
    Outcome {
        /// The step in the old version.
        #[n(0)]
        #[cbor(with = "crate::id::cbor")]
        step: StepId,
        /// The id of the outcome in the old version.
        #[n(1)]
        #[cbor(with = "crate::id::cbor")]
        from: OutcomeId,
        /// Its id in the new version.
        #[n(2)]
        #[cbor(with = "crate::id::cbor")]
        to: OutcomeId,
    },
    /// A document has another id.
    #[n(2)]
    Document {
        /// Its id in the old version.
        #[n(0)]
        #[cbor(with = "crate::id::cbor")]
        from: DocumentId,
        /// Its id in the new version.
        #[n(1)]
        #[cbor(with = "crate::id::cbor")]
        to: DocumentId,
    },
    /// Work that waits at a spot of the old version goes on at these of the new one; at none, it is dropped.
    #[n(3)]
    Work {
        /// Where it waits.
        #[n(0)]
        from: Spot,
        /// Where it goes on.
        #[n(1)]
        to: Vec<Spot>,
    },
}

/// Where work waits: at a step, sent there by some step or by one in particular.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub struct Spot {
    /// The step.
    #[n(0)]
    #[cbor(with = "crate::id::cbor")]
    pub at: StepId,
    /// The step that sent it there, where that matters: to a step that joins branches.
    #[n(1)]
    #[cbor(with = "crate::id::optional_cbor")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_by: Option<StepId>,
}

impl Mapping {
    /// Nothing has another id, and no work goes on elsewhere.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a step that has another id in the new version.
    #[must_use]
    pub fn step(self, from: impl Into<StepId>, to: impl Into<StepId>) -> Self {
        self.with(Mapped::Step { from: from.into(), to: to.into() })
    }

    /// With an outcome of a step of the old version that has another id in the new one.
    #[must_use]
    pub fn outcome(self, step: impl Into<StepId>, from: impl Into<OutcomeId>, to: impl Into<OutcomeId>) -> Self {
        self.with(Mapped::Outcome { step: step.into(), from: from.into(), to: to.into() })
    }

    /// With a document that has another id in the new version.
    #[must_use]
    pub fn document(self, from: impl Into<DocumentId>, to: impl Into<DocumentId>) -> Self {
        self.with(Mapped::Document { from: from.into(), to: to.into() })
    }

    /// With work that waits at a spot of the old version and goes on at these of the new one.
    ///
    /// Work from several spots that goes on at one step is one piece of work there.
    #[must_use]
    pub fn work<S: Into<Spot>>(self, from: impl Into<Spot>, to: impl IntoIterator<Item = S>) -> Self {
        self.with(Mapped::Work { from: from.into(), to: to.into_iter().map(Into::into).collect() })
    }

    /// What it says, in the order given.
    pub fn entries(&self) -> &[Mapped] {
        &self.entries
    }

    fn with(mut self, entry: Mapped) -> Self {
        self.entries.push(entry);
        self
    }
}

impl Spot {
    /// At a step, whichever step sent it there.
    pub fn at(step: impl Into<StepId>) -> Self {
        Self { at: step.into(), sent_by: None }
    }

    /// The same, sent there by this step.
    #[must_use]
    pub fn sent_by(self, step: impl Into<StepId>) -> Self {
        Self { sent_by: Some(step.into()), ..self }
    }
}

impl From<&str> for Spot {
    fn from(step: &str) -> Self {
        Self::at(step)
    }
}
