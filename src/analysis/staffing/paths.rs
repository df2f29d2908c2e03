//! Which steps occur together in one case, and ways to where they do.
//!
//! Moves are the finishing of steps, returns included: a step that returns work has been done by somebody. Recalls add
//! nothing. What a recall takes back has been touched by nobody, so the case could as well have gone on without the move
//! that is recalled, and the one who made it may do the step again.

use fixedbitset::FixedBitSet;
use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::answer::Beyond;
use crate::id::StepIx;
use crate::limits::{MARKINGS_MAX, STAFFING_PATHS_MAX};
use crate::net::{Marking, Net};

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
        if let Some(position) = self.0[step.index()] {
            occurred.insert(position);
        }
        occurred
    }
}

/// The largest sets of steps that occur together in one case.
#[derive(Debug)]
pub(super) struct Occurrences {
    /// Each set as positions in the list of steps that was asked for.
    pub(super) sets: Vec<FixedBitSet>,
    /// Why there may be more.
    pub(super) beyond: Option<Beyond>,
}

/// Explores what a case can do, depth first, for each marking with the sets of steps that have occurred on a way to it.
/// Sets within others of the same marking are dropped: whatever can follow on them can follow on those.
pub(super) fn occurring(net: &Net, steps: &[StepIx]) -> Occurrences {
    let tracked = Tracked::new(net, steps);
    let mut reached: FxHashMap<Marking, Vec<FixedBitSet>> = FxHashMap::default();
    let (start, nothing) = (net.initial(), FixedBitSet::with_capacity(steps.len()));
    reached.insert(start.clone(), vec![nothing.clone()]);
    let mut open = vec![(start, nothing)];
    let (mut states, mut beyond) = (1, None);
    while let Some((marking, occurred)) = open.pop() {
        let is_dropped = !reached[&marking].contains(&occurred);
        if is_dropped || net.has_ended(&marking) || beyond.is_some() {
            continue;
        }
        for (step, _, next) in moves(net, &marking) {
            let occurred = tracked.with(&occurred, step);
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
            open.push((next, occurred));
        }
    }
    let ended = reached.into_iter().filter(|(marking, _)| net.has_ended(marking));
    let mut sets: Vec<FixedBitSet> = ended.flat_map(|(_, sets)| sets).collect();
    sets.sort_by(|one, other| one.ones().cmp(other.ones()));
    Occurrences { sets, beyond }
}

/// A shortest way to a marking where a step can be done that is wanted after what has been done, as rows of moves.
///
/// `is_wanted` gets the step and those of `steps` that have been done before, by position. `None` where more than
/// [`MARKINGS_MAX`] markings, told apart by these, do not suffice.
pub(super) fn way(net: &Net, steps: &[StepIx], is_wanted: impl Fn(StepIx, &FixedBitSet) -> bool) -> Option<Vec<usize>> {
    let tracked = Tracked::new(net, steps);
    let mut states: IndexSet<(Marking, FixedBitSet), FxBuildHasher> = IndexSet::default();
    states.insert((net.initial(), FixedBitSet::with_capacity(steps.len())));
    let mut reached_by = vec![(0, 0)];
    let mut at = 0;
    while let Some((marking, occurred)) = states.get_index(at).cloned().filter(|_| states.len() <= MARKINGS_MAX) {
        if net.enabled(marking.row()).into_iter().any(|step| is_wanted(step, &occurred)) {
            let mut way: Vec<usize> = Vec::new();
            while at != 0 {
                let (from, number) = reached_by[at];
                way.push(number);
                at = from;
            }
            way.reverse();
            return Some(way);
        }
        for (step, number, next) in moves(net, &marking) {
            if states.insert((next, tracked.with(&occurred, step))) {
                reached_by.push((at, number));
            }
        }
        at += 1;
    }
    None
}

/// The moves of a case at a marking: the step that is finished, the row of the move, and the marking after it.
fn moves<'a>(net: &'a Net, marking: &'a Marking) -> impl Iterator<Item = (StepIx, usize, Marking)> + 'a {
    net.enabled(marking.row()).into_iter().flat_map(move |step| {
        let row = &net.steps[step.index()];
        let first = row.first_move as usize;
        net.moves_of(row).iter().enumerate().filter_map(move |(position, finished)| {
            let mut next = marking.clone();
            net.finish_marking(finished, &mut next).ok()?;
            Some((step, first + position, next))
        })
    })
}
