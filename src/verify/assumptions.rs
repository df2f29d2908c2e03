//! What a procedure rests on that its source leaves open.

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
        message += &format!(", read from “{words}”");
    }
    if !evidence.alternatives.is_empty() {
        message += &format!("; it could be {}", evidence.alternatives.join(" or "));
    }
    if let Some(note) = &evidence.note {
        message += &format!(". {}", note.in_language("en"));
    }
    message
}
