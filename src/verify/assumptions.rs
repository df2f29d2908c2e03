//! What a procedure rests on that its source leaves open.

use std::fmt::Write as _;

use crate::model::{Code, Confidence, Diagnostic, Evidence, Place, Procedure};

pub(super) fn examine(procedure: &Procedure) -> Vec<Diagnostic> {
    let whole = procedure.evidence.iter().map(|evidence| (Place::Procedure, evidence));
    let of_steps = procedure
        .steps
        .iter()
        .flat_map(|step| step.evidence.iter().map(|evidence| (Place::Step(step.id.clone()), evidence)));
    whole
        .chain(of_steps)
        .filter(|(_, evidence)| evidence.confidence == Confidence::Low)
        .map(|(place, evidence)| Diagnostic::new(Code::LowConfidence, place, told(evidence)))
        .collect()
}

fn told(evidence: &Evidence) -> String {
    let mut message = format!("low confidence in the {}", evidence.about.in_words());
    if let Some(words) = &evidence.words {
        let _ = write!(message, ", read from “{words}”");
    }
    if !evidence.alternatives.is_empty() {
        let _ = write!(message, "; it could be {}", evidence.alternatives.join(" or "));
    }
    if let Some(note) = &evidence.note {
        let _ = write!(message, ". {}", note.in_language("en"));
    }
    message
}
