//! What is verified, and the words to tell about it.

use std::cell::{Cell, OnceCell};

use super::stubborn::Dependence;
use crate::id::StepIx;
use crate::limits::WITNESS_MOVES_MAX;
use crate::model::{Move, Outcome, Place, Procedure, Step, Witness};
use crate::net::{MoveRow, Net};

/// Of more steps a message names only these.
const NAMES_MAX: usize = 5;

/// A procedure with its net.
pub(super) struct Subject<'a> {
    pub(super) procedure: &'a Procedure,
    pub(super) net: &'a Net,
    dependence: OnceCell<Dependence>,
    /// How many more moves witnesses may tell.
    moves_left: Cell<usize>,
}

/// A move of the net, by its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    Finish(u32),
    Recall(u32),
}

impl<'a> Subject<'a> {
    pub(super) fn new(procedure: &'a Procedure, net: &'a Net) -> Self {
        Self { procedure, net, dependence: OnceCell::new(), moves_left: Cell::new(WITNESS_MOVES_MAX) }
    }

    pub(super) fn dependence(&self) -> &Dependence {
        self.dependence.get_or_init(|| Dependence::new(self.net))
    }

    /// How many markings to look at for ways to what is odd rather than wrong.
    pub(super) fn odd_markings_max(&self) -> usize {
        super::ODDITIES_WORK_MAX / self.net.steps.len().max(1)
    }

    pub(super) fn step(&self, step: StepIx) -> &'a Step {
        &self.procedure.steps[step.index()]
    }

    pub(super) fn outcome(&self, row: &MoveRow) -> &'a Outcome {
        &self.step(row.step).outcomes[row.outcome.index()]
    }

    pub(super) fn place(&self, step: StepIx) -> Place {
        Place::Step(self.step(step).id.clone())
    }

    pub(super) fn place_of(&self, row: &MoveRow) -> Place {
        Place::Outcome(self.step(row.step).id.clone(), self.outcome(row).id.clone())
    }

    /// Every outcome with its step and its row in the net.
    pub(super) fn outcomes(&self) -> impl Iterator<Item = (&'a Step, &'a Outcome, &'a MoveRow)> + use<'a> {
        let steps = self.procedure.steps.iter();
        let outcomes = steps.flat_map(|step| step.outcomes.iter().map(move |outcome| (step, outcome)));
        outcomes.zip(&self.net.moves).map(|((step, outcome), row)| (step, outcome, row))
    }

    /// `None` where the witnesses of the report have grown beyond their bound.
    pub(super) fn witness(&self, way: &[Taken]) -> Option<Witness> {
        self.moves_left.set(self.moves_left.get().checked_sub(way.len())?);
        let told = |taken: &Taken| {
            let (Taken::Finish(number) | Taken::Recall(number)) = *taken;
            let row = &self.net.moves[number as usize];
            let (step, outcome) = (self.step(row.step).id.clone(), self.outcome(row).id.clone());
            match taken {
                Taken::Finish(_) => Move::Finish(step, outcome),
                Taken::Recall(_) => Move::Recall(step, outcome),
            }
        };
        Some(Witness { moves: way.iter().map(told).collect() })
    }

    /// How a message names a step: by its number, and by its id where that is another.
    pub(super) fn name(&self, step: StepIx) -> String {
        format!("step {}", self.short_name(step))
    }

    /// The same without the word *step*.
    pub(super) fn short_name(&self, step: StepIx) -> String {
        let step = self.step(step);
        if step.number() == step.id.as_str() { step.id.to_string() } else { format!("{} ({})", step.number(), step.id) }
    }

    pub(super) fn names(&self, steps: &[StepIx]) -> String {
        let mut names: Vec<String> = steps.iter().take(NAMES_MAX).map(|step| self.name(*step)).collect();
        if steps.len() > NAMES_MAX {
            names.push(format!("{} others", steps.len() - NAMES_MAX));
        }
        names.join(" and ")
    }
}
