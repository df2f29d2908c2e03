//! What is asked of an engine, by type.

use super::Ask;
use crate::id::{OutcomeIx, StepId, StepIx};
use crate::typed::{Asked, Command, Declared, Named};

/// What a typed command asks, by ids. An engine returns work to one step at a time: of a return that leads to several, it
/// refuses the first alone.
///
/// ```
/// use sopflow::{runtime::Ask, typed::Command};
///
/// sopflow::procedure! {
///     mod note = "note": "Note" {
///         roles { Staff = "staff": "Staff" }
///         documents { Note = "note": "Note" }
///         steps { Write = "1": "Write it" { role: Staff, outputs: [Note], next: end } }
///     }
/// }
/// let ask = Ask::from(Command::<note::Sop>::finish(note::step::Write));
/// assert_eq!(ask, Ask::Complete { step: "1".into(), outcome: "done".into(), outputs: vec!["note".into()], remark: None });
/// ```
impl<P: Declared> From<Command<P>> for Ask {
    fn from(command: Command<P>) -> Self {
        let declared = |step: &StepIx| &P::DECLARATION.steps[step.index()];
        let id = |step: &StepIx| StepId::from(declared(step).id);
        match command.asked() {
            Asked::Start(step) => Self::Start { step: id(step) },
            Asked::Finish(step, outcome) => {
                let outputs = declared(step).yields(outcome.index()).iter();
                let outputs = outputs.map(|used| P::Document::IDS[usize::from(used.document)].into());
                Self::Complete {
                    step: id(step),
                    outcome: P::DECLARATION.outcome_id(step.index(), outcome.index()).into(),
                    outputs: outputs.collect(),
                    remark: None,
                }
            }
            Asked::Return(step, outcome, reason) => {
                Self::Return { step: id(step), to: returned_to::<P>(*step, *outcome), reason: reason.clone() }
            }
            Asked::Recall(step) => Self::Recall { step: id(step) },
            Asked::Supply(document) => {
                Self::Supply { document: P::Document::IDS[document.index()].into(), remark: None }
            }
        }
    }
}

fn returned_to<P: Declared>(step: StepIx, outcome: OutcomeIx) -> StepId {
    let targets = P::DECLARATION.steps[step.index()].targets(outcome.index());
    P::Step::IDS[usize::from(targets[0])].into()
}
