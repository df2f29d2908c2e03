//! The markings that a case can reach, and what they show.

mod edges;
mod findings;

use std::collections::HashMap;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::stubborn::{Dependence, Stubborn};
use super::subject::Taken;
use crate::id::{FlowIx, StepIx};
use crate::net::{Marking, MoveRow, Net};

/// The markings that a case can reach, in the order of a breadth-first search.
///
/// Either all of them, so that ways to them are shortest: first all that are reached without recalls, then what recalls
/// add to them. Or those that are left when only the steps of stubborn sets are followed, without recalls.
#[derive(Clone)]
pub(super) struct Space {
    markings: IndexSet<Reached, FxBuildHasher>,
    /// How each marking but the first was first reached.
    reached_by: Vec<(u32, Taken)>,
    /// Every move that is no recall, as (to, from).
    moves: Vec<(u32, u32)>,
    /// The markings where nothing can be done although the end is not reached.
    stuck: Vec<u32>,
    /// The markings where a move would put a second token on a flow: the first such move for each flow.
    clashes: HashMap<FlowIx, (u32, Taken)>,
    clashing: Vec<u32>,
    /// The moves that end a case while work waits: for each, the first marking before and the one after it.
    improper: HashMap<u32, (u32, u32)>,
    /// Where each step is first enabled.
    first_enabled: Vec<Option<u32>>,
    /// Whether more tokens than a step takes were seen to wait for it.
    is_overfull: bool,
    /// Whether no marking was left out.
    is_whole: bool,
    limit: Option<usize>,
}

/// A marking, and the steps that are under way in it because they were recalled; nothing sent to them can be recalled.
///
/// Fewer steps under way means that more can be done, so where a marking is reached with none, it stands for all.
type Reached = (Marking, Held);

/// Steps that are under way because they were recalled, lowest first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Held(Box<[StepIx]>);

impl Held {
    /// Those that are still under way after a move.
    pub(super) fn finish(&self, net: &Net, taken: &MoveRow) -> Self {
        if self.0.is_empty() {
            return Self::default();
        }
        let goes_on = |step: &&StepIx| !net.stops(taken, **step);
        Self(self.0.iter().filter(goes_on).copied().collect())
    }

    pub(super) fn recall(&self, step: StepIx) -> Self {
        let mut steps = self.0.to_vec();
        steps.push(step);
        steps.sort_unstable();
        steps.dedup();
        Self(steps.into())
    }

    pub(super) fn has_receiver_of(&self, net: &Net, sent: &MoveRow) -> bool {
        !self.0.is_empty() && net.receivers(sent).any(|receiver| self.0.contains(&receiver))
    }
}

impl Space {
    /// All markings, unless there are more than `markings_max`.
    pub(super) fn explore(net: &Net, markings_max: usize) -> Self {
        let mut space = Self::explore_finishes(net, markings_max);
        let without_recalls = space.markings.len();
        space.follow(net, markings_max, |space, from, (marking, held)| {
            if from as usize >= without_recalls {
                let enabled = space.enabled(net, from, marking);
                space.finishes(net, from, marking, held, enabled);
            }
            space.recalls(net, from, marking, held);
        });
        space
    }

    /// All markings that are reached without recalls, unless there are more than `markings_max`.
    pub(super) fn explore_finishes(net: &Net, markings_max: usize) -> Self {
        let mut space = Self::new(net);
        space.follow(net, markings_max, |space, from, (marking, held)| {
            let enabled = space.enabled(net, from, marking);
            space.finishes(net, from, marking, held, enabled);
        });
        space
    }

    /// The markings that stubborn sets leave to be looked at, unless there are more than `markings_max`.
    pub(super) fn explore_stubborn(net: &Net, dependence: &Dependence, markings_max: usize) -> Self {
        let mut space = Self { is_whole: false, ..Self::new(net) };
        let mut stubborn = Stubborn::new(dependence);
        space.follow(net, markings_max, |space, from, (marking, held)| {
            space.is_overfull |= net.waiting(marking).into_iter().any(|step| net.is_overfull(step, marking));
            let enabled = space.enabled(net, from, marking);
            let followed = stubborn.among(net, marking, enabled);
            space.finishes(net, from, marking, held, followed);
        });
        space
    }

    fn new(net: &Net) -> Self {
        Self {
            markings: std::iter::once((net.initial(), Held::default())).collect(),
            reached_by: vec![(0, Taken::Finish(0))],
            moves: Vec::new(),
            stuck: Vec::new(),
            clashes: HashMap::new(),
            clashing: Vec::new(),
            improper: HashMap::new(),
            first_enabled: vec![None; net.steps.len()],
            is_overfull: false,
            is_whole: true,
            limit: None,
        }
    }

    fn follow(&mut self, net: &Net, markings_max: usize, mut expand: impl FnMut(&mut Self, u32, &Reached)) {
        let mut current = 0;
        while let Some(reached) = self.markings.get_index(current).filter(|_| self.limit.is_none()).cloned() {
            if self.markings.len() > markings_max {
                self.limit = Some(markings_max);
                break;
            }
            // A case that has ended does not go on, even where something is left behind.
            if !net.has_ended(&reached.0) {
                expand(self, index(current), &reached);
            }
            current += 1;
        }
    }

    fn enabled(&mut self, net: &Net, at: u32, marking: &Marking) -> Vec<StepIx> {
        let enabled = net.enabled(marking.row());
        if enabled.is_empty() {
            self.stuck.push(at);
        }
        for step in &enabled {
            self.first_enabled[step.index()].get_or_insert(at);
        }
        enabled
    }

    fn finishes(&mut self, net: &Net, from: u32, marking: &Marking, held: &Held, steps: Vec<StepIx>) {
        for step in steps {
            for number in net.numbers(step) {
                let taken = &net.moves[number as usize];
                match net.after_finish(taken, marking) {
                    Some(after) => self.arrive(net, from, Taken::Finish(number), (after, held.finish(net, taken))),
                    None => self.clash(from, Taken::Finish(number), net.clashes(taken, marking)),
                }
            }
        }
    }

    fn recalls(&mut self, net: &Net, from: u32, marking: &Marking, held: &Held) {
        let mut sent: Vec<u32> = marking.flows().filter_map(|flow| net.flows[flow.index()].from).collect();
        sent.dedup();
        for number in sent {
            let row = &net.moves[number as usize];
            let is_there = net.is_all_there(row, marking.row()) && !held.has_receiver_of(net, row);
            let Some(recall) = row.recall.as_ref().filter(|_| is_there) else { continue };
            match net.after_recall(recall, marking) {
                Some(after) => self.arrive(net, from, Taken::Recall(number), (after, held.recall(row.step))),
                None => self.clash(from, Taken::Recall(number), net.recall_clashes(recall, marking)),
            }
        }
    }

    fn arrive(&mut self, net: &Net, from: u32, taken: Taken, (next, held): Reached) {
        let is_improper = net.has_ended(&next) && !net.is_final(&next);
        let free = (next, Held::default());
        let next = if self.markings.contains(&free) { free } else { (free.0, held) };
        let (to, is_new) = self.markings.insert_full(next);
        if is_new {
            self.reached_by.push((from, taken));
        }
        if let Taken::Finish(number) = taken {
            self.moves.push((index(to), from));
            if is_improper {
                self.improper.entry(number).or_insert((from, index(to)));
            }
        }
    }

    fn clash(&mut self, from: u32, taken: Taken, flows: impl Iterator<Item = FlowIx>) {
        self.clashing.push(from);
        for flow in flows {
            self.clashes.entry(flow).or_insert((from, taken));
        }
    }

    /// How many markings were visited.
    pub(super) fn len(&self) -> usize {
        self.markings.len()
    }

    pub(super) fn is_within_limit(&self) -> bool {
        self.limit.is_none()
    }

    /// Whether no marking was left out on purpose, so that ways are shortest.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether a case can get stuck, or a flow get two tokens, or a case end while work waits.
    pub(super) fn has_defect(&self) -> bool {
        !(self.stuck.is_empty() && self.clashing.is_empty() && self.improper.is_empty())
    }

    /// Whether markings that were left out, and recalls, cannot change the verdict.
    ///
    /// Where no step ever has more tokens waiting than it takes, and nothing empties another step, a recall leads to a
    /// marking that was there before, but for which of the flows that each suffices holds the token.
    pub(super) fn is_decisive(&self, net: &Net) -> bool {
        let empties_others = || net.moves.iter().any(|row| net.emptied(row).into_iter().any(|step| step != row.step));
        self.has_defect() || (self.limit.is_none() && !self.is_overfull && !empties_others())
    }

    /// A way to a marking, and a move from there.
    fn way(&self, mut marking: u32, then: Option<Taken>) -> Vec<Taken> {
        let mut moves: Vec<Taken> = then.into_iter().collect();
        while marking != 0 {
            let (from, taken) = self.reached_by[marking as usize];
            moves.push(taken);
            marking = from;
        }
        moves.reverse();
        moves
    }

    /// A way to where the step can be done.
    pub(super) fn way_to(&self, step: StepIx) -> Option<Vec<Taken>> {
        Some(self.way(self.first_enabled[step.index()]?, None))
    }
}

/// Positions fit: exploring stops at the bound on markings.
fn index(position: usize) -> u32 {
    u32::try_from(position).expect("there are fewer than 2^32 markings")
}

#[cfg(test)]
mod tests {
    use crate::{Code, Join, Move, Outcome, Place, Procedure, Step};

    #[test]
    fn one_missing_join_is_told_once_for_each_outcome_that_ends_and_each_flow() {
        let decide = Step::new("4", "r", "Decide").join(Join::Any).next("5").outcome(Outcome::new("no").to("end"));
        let report = Procedure::new("p", "1", "P")
            .role("r", "R")
            .step(Step::new("1", "r", "Ask").outcome(Outcome::new("done").to("2").to("3")))
            .step(Step::new("2", "r", "Check").next("4"))
            .step(Step::new("3", "r", "Check").next("4"))
            .step(decide.returns_to("1"))
            .step(Step::new("5", "r", "Act").next("end"))
            .verify()
            .unwrap_err();
        let improper: Vec<_> = report.with_code(Code::ImproperCompletion).collect();
        let places: Vec<Place> = improper.iter().map(|found| found.place.clone()).collect();
        assert_eq!(
            places,
            [("4", "no"), ("5", "done")].map(|(step, outcome)| Place::Outcome(step.into(), outcome.into()))
        );
        for found in &improper {
            let last = found.witness.as_ref().unwrap().moves.last().unwrap();
            let Move::Finish(step, outcome) = last else { panic!("{found}") };
            assert_eq!(Place::Outcome(step.clone(), outcome.clone()), found.place);
        }
        let flows = report.with_code(Code::TwoTokens).count();
        assert!((1..=8).contains(&flows), "{report}");
        let is_recall = |step: &Move| matches!(step, Move::Recall(..));
        let mut witnesses = report.errors().filter_map(|found| found.witness.as_ref());
        assert!(witnesses.all(|witness| !witness.moves.iter().any(is_recall)), "{report}");
    }
}
