//! What a definition rests on where its source is silent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Text;

/// Why a definition says something that its source does not state.
///
/// Nothing is assumed in silence: verification lists what is of low confidence, and the form marks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Evidence {
    /// What is inferred.
    pub about: About,
    /// How sure the reading is.
    pub confidence: Confidence,
    /// The words of the source that it rests on, letter by letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// What else it could be; of a role, the ids of roles to which the step may be reassigned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
    /// What a reader should know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

/// What an [`Evidence`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum About {
    /// Who does the step.
    Role,
    /// Which step follows.
    Flow,
    /// Where work goes back to.
    Return,
    /// That an upward flow passes over a role in between.
    Direct,
    /// What the step needs.
    Input,
    /// What the step yields.
    Output,
    /// That the step gives initials or a signature.
    Endorsement,
    /// The time allowed.
    Time,
    /// Who may suspend, resume and cancel.
    Supervisors,
    /// Anything of the identity block.
    Identity,
}

impl About {
    /// The word used in files and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Flow => "flow",
            Self::Return => "return",
            Self::Direct => "direct",
            Self::Input => "input",
            Self::Output => "output",
            Self::Endorsement => "endorsement",
            Self::Time => "time",
            Self::Supervisors => "supervisors",
            Self::Identity => "identity",
        }
    }

    /// As a noun after *the*.
    pub(crate) const fn in_words(self) -> &'static str {
        match self {
            Self::Direct => "direct flow",
            Self::Identity => "identity block",
            other => other.as_str(),
        }
    }
}

/// How sure a reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess that the embedder should confirm.
    Low,
    /// Likely, with a real alternative.
    Medium,
    /// The wording leaves little doubt.
    High,
}

impl Evidence {
    /// Evidence with nothing but what it is about and how sure it is.
    pub fn new(about: About, confidence: Confidence) -> Self {
        Self { about, confidence, words: None, alternatives: Vec::new(), note: None }
    }
}
