//! Places and moves as data: a `kind`, and an id under the word for what it names.

use serde::{Serialize, Serializer};

use super::{Move, Place};
use crate::id::{DocumentId, OutcomeId, RoleId, StepId};

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum PlaceForm<'a> {
    Procedure,
    Role { role: &'a RoleId },
    Document { document: &'a DocumentId },
    Step { step: &'a StepId },
    Outcome { step: &'a StepId, outcome: &'a OutcomeId },
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum MoveForm<'a> {
    Finish { step: &'a StepId, outcome: &'a OutcomeId },
    Recall { step: &'a StepId, outcome: &'a OutcomeId },
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let form = match self {
            Self::Procedure => PlaceForm::Procedure,
            Self::Role(role) => PlaceForm::Role { role },
            Self::Document(document) => PlaceForm::Document { document },
            Self::Step(step) => PlaceForm::Step { step },
            Self::Outcome(step, outcome) => PlaceForm::Outcome { step, outcome },
        };
        form.serialize(serializer)
    }
}

impl Serialize for Move {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let form = match self {
            Self::Finish(step, outcome) => MoveForm::Finish { step, outcome },
            Self::Recall(step, outcome) => MoveForm::Recall { step, outcome },
        };
        form.serialize(serializer)
    }
}
