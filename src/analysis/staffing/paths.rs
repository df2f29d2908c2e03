//! Which steps occur together in one case, and ways to where they do.
//!
//! Moves are the finishing of steps, returns included: a step that returns work has been done by somebody. Recalls add
//! nothing. What a recall takes back has been touched by nobody, so the case could as well have gone on without the move
//! that is recalled, and the one who made it may do the step again.
//!
//! Of moves that have nothing to do with each other one order is followed: a stubborn set keeps every whole case up to the
//! order of its moves, and what has occurred in it does not depend on the order.

use std::cell::OnceCell;

use fixedbitset::FixedBitSet;
use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::answer::Beyond;
use crate::id::StepIx;
use crate::limits::{MARKINGS_MAX, STAFFING_PATHS_MAX};
use crate::net::{Marking, Net};
use crate::verify::{Dependence, Stubborn};

/// What a case can go through.
pub(super) struct Paths<'a> {
    net: &'a Net,
    dependence: OnceCell<Dependence>,
}

/// The largest sets of steps that occur together in one case.
#[derive(Debug)]
pub(super) struct Occurrences {
    /// Each set as positions in the list of steps that was asked for.
    pub(super) sets: Vec<FixedBitSet>,
    /// Why there may be more.
    pub(super) beyond: Option<Beyond>,
}

impl<'a> Paths<'a> {
    pub(super) fn new(net: &'a Net) -> Self {
        Self { net, dependence: OnceCell::new() }
    }

    fn stubborn(&self) -> Stubborn<'_> {
        Stubborn::new(self.dependence.get_or_init(|| Dependence::new(self.net)))
    }

    /// Explores what a case can do, depth first, for each marking with the sets of steps that have occurred on a way to it.
    /// Sets within others of the same marking are dropped: whatever can follow on them can follow on those.
    pub(super) fn occurring(&self, steps: &[StepIx]) -> Occurrences {
        let (net, tracked, mut stubborn) = (self.net, Tracked::new(self.net, steps), self.stubborn());
        let (start, nothing) = (net.initial(), FixedBitSet::with_capacity(steps.len()));
        let mut reached: FxHashMap<Marking, Vec<FixedBitSet>> = FxHashMap::default();
        reached.insert(start.clone(), vec![nothing.clone()]);
        let mut open = vec![(start, nothing)];
        let (mut states, mut beyond) = (1, None);
        while let Some((marking, occurred)) = open.pop().filter(|_| beyond.is_none()) {
            if net.has_ended(&marking) || !reached[&marking].contains(&occurred) {
                continue;
            }
            for step in stubborn.among(net, &marking, net.enabled(marking.row())) {
                let occurred = tracked.with(&occurred, step);
                for (_, next) in moves(net, &marking, step) {
                    let sets = reached.entry(next.clone()).or_default();
                    if sets.iter().any(|known| occurred.is_subset(known)) {
                        continue;
                    }
                    sets.retain(|known| !known.is_subset(&occurred));
                    sets.push(occurred.clone());
                    states += 1;
                    if sets.len() > STAFFING_PATHS_MAX {
                        beyond = Some(Beyond::Paths);
                    } else if states > MARKINGS_MAX {
                        beyond = Some(Beyond::Markings);
                    }
                    open.push((next, occurred.clone()));
                }
            }
        }
        let ended = reached.into_iter().filter(|(marking, _)| net.has_ended(marking));
        let mut sets: Vec<FixedBitSet> = ended.flat_map(|(_, sets)| sets).collect();
        sets.sort_by(|one, other| one.ones().cmp(other.ones()));
        Occurrences { sets, beyond }
    }

    /// A shortest way to where one of some steps can be done, as rows of moves; `None` beyond [`MARKINGS_MAX`] markings.
    pub(super) fn way_to_any(&self, steps: &[StepIx]) -> Option<Vec<u32>> {
        self.way(&[], |_| (steps.to_vec(), true))
    }

    /// A shortest way to where all but one of some steps have been done and that one can be, as rows of moves; `None` beyond
    /// [`MARKINGS_MAX`] markings, told apart by which of the steps have been done.
    pub(super) fn way_to_last(&self, steps: &[StepIx]) -> Option<Vec<u32>> {
        self.way(steps, |done| {
            let missing: Vec<StepIx> =
                steps.iter().enumerate().filter(|(at, _)| !done.contains(*at)).map(|(_, step)| *step).collect();
            let is_last = missing.len() == 1;
            (missing, is_last)
        })
    }

    /// `wanted` tells for what has been done which steps are sought, and whether it suffices that one of them can be done.
    /// Otherwise one of them has to be done first on every way.
    fn way(&self, steps: &[StepIx], wanted: impl Fn(&FixedBitSet) -> (Vec<StepIx>, bool)) -> Option<Vec<u32>> {
        let (net, tracked, mut stubborn) = (self.net, Tracked::new(self.net, steps), self.stubborn());
        // Where each was first reached from, and by which move.
        let mut visited: IndexMap<(Marking, FixedBitSet), (usize, u32), FxBuildHasher> = IndexMap::default();
        visited.insert((net.initial(), FixedBitSet::with_capacity(steps.len())), (0, 0));
        let mut at = 0;
        while let Some(((marking, done), _)) = visited.get_index(at).filter(|_| visited.len() <= MARKINGS_MAX) {
            let (marking, done) = (marking.clone(), done.clone());
            let (wanted, is_one_enough) = wanted(&done);
            let can_be_done = |step: &StepIx| net.is_enabled(&net.steps[step.index()], marking.row());
            if is_one_enough && wanted.iter().any(can_be_done) {
                let mut way = Vec::new();
                while at != 0 {
                    let (from, number) = visited[at];
                    way.push(number);
                    at = from;
                }
                way.reverse();
                return Some(way);
            }
            if !net.has_ended(&marking) {
                for step in stubborn.towards(net, &marking, &wanted) {
                    let done = tracked.with(&done, step);
                    for (number, next) in moves(net, &marking, step) {
                        visited.entry((next, done.clone())).or_insert((at, number));
                    }
                }
            }
            at += 1;
        }
        None
    }
}

/// Steps that matter, each with its position among them.
struct Tracked(Vec<Option<usize>>);

impl Tracked {
    fn new(net: &Net, steps: &[StepIx]) -> Self {
        let mut positions = vec![None; net.steps.len()];
        for (position, step) in steps.iter().enumerate() {
            positions[step.index()] = Some(position);
        }
        Self(positions)
    }

    fn with(&self, occurred: &FixedBitSet, step: StepIx) -> FixedBitSet {
        let mut occurred = occurred.clone();
        occurred.extend(self.0[step.index()]);
        occurred
    }
}

/// The moves that finish a step: the row of each, and the marking after it.
fn moves<'a>(net: &'a Net, marking: &'a Marking, step: StepIx) -> impl Iterator<Item = (u32, Marking)> + 'a {
    net.numbers(step).filter_map(|number| Some((number, net.after_finish(&net.moves[number as usize], marking)?)))
}
