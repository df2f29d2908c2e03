//! Playing a witness, so that anybody can see the defect that it leads to.

use super::space::Held;
use crate::id::StepId;
use crate::model::{Move, Procedure, Witness};
use crate::net::{Marking, Net};

/// What a case looks like after the moves of a [`Witness`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replayed {
    /// The steps that can be done now, in the order of the definition.
    pub enabled: Vec<StepId>,
    /// The steps at which at least one token waits, whether or not they can be done.
    pub waiting: Vec<StepId>,
    /// Whether the end has been reached.
    pub ended: bool,
    /// The move that would have put a second token on a flow; it and those after it were not made.
    pub clash: Option<Move>,
}

impl Witness {
    /// Plays the moves on a procedure, sound or not, from the start of a case.
    ///
    /// `None` when a move cannot be made, so that this is no witness of that procedure.
    pub fn replay(&self, procedure: &Procedure) -> Option<Replayed> {
        let net = Net::compile(procedure);
        let mut marking = net.initial();
        let (mut held, mut clash) = (Held::default(), None);
        for step in &self.moves {
            if !play(procedure, &net, &mut marking, &mut held, step)? {
                clash = Some(step.clone());
                break;
            }
        }
        let ids = |steps: Vec<crate::id::StepIx>| {
            steps.into_iter().map(|step| procedure.steps[step.index()].id.clone()).collect()
        };
        Some(Replayed {
            enabled: ids(net.enabled(marking.row())),
            waiting: ids(net.waiting(&marking)),
            ended: net.has_ended(&marking),
            clash,
        })
    }
}

/// Makes one move; false when a flow would hold two tokens, `None` when the move cannot be made.
fn play(procedure: &Procedure, net: &Net, marking: &mut Marking, held: &mut Held, step: &Move) -> Option<bool> {
    let (Move::Finish(of, outcome) | Move::Recall(of, outcome)) = step;
    let number = net.number(procedure, *net.step_ids.get(of.as_str())?, outcome)?;
    let row = &net.moves[number as usize];
    let (after, under_way) = match step {
        Move::Finish(..) => {
            net.is_enabled(&net.steps[row.step.index()], marking.row()).then_some(())?;
            (net.after_finish(row, marking), held.finish(net, row))
        }
        Move::Recall(..) => {
            let is_there = net.is_all_there(row, marking.row()) && !held.has_receiver_of(net, row);
            let recall = row.recall.as_ref().filter(|_| is_there)?;
            (net.after_recall(recall, marking), held.recall(row.step))
        }
    };
    let is_made = after.is_some();
    if let Some(after) = after {
        (*marking, *held) = (after, under_way);
    }
    Some(is_made)
}
