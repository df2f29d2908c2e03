//! Playing a witness, so that anybody can see the defect that it leads to.

use super::space::Held;
use crate::id::{OutcomeId, StepId};
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
    let number = |step: &StepId, outcome: &OutcomeId| {
        let step = net.step_ids.get(step.as_str())?;
        let position = procedure.steps[step.index()].outcomes.iter().position(|known| known.id == *outcome)?;
        Some(net.steps[step.index()].first_move as usize + position)
    };
    let mut changed = marking.clone();
    let (made, under_way) = match step {
        Move::Finish(step, outcome) => {
            let row = &net.moves[number(step, outcome)?];
            net.is_enabled(&net.steps[row.step.index()], marking.row()).then_some(())?;
            (net.finish_marking(row, &mut changed), held.finish(net, row))
        }
        Move::Recall(step, outcome) => {
            let row = &net.moves[number(step, outcome)?];
            let is_there = net.is_all_there(row, marking.row()) && !held.has_receiver_of(net, row);
            let recall = row.recall.as_ref().filter(|_| is_there)?;
            (net.recall_marking(recall, &mut changed), held.recall(row.step))
        }
    };
    if made.is_ok() {
        (*marking, *held) = (changed, under_way);
    }
    Some(made.is_ok())
}
