//! In which order a paper is initialled, and how often.

use std::cmp::Reverse;

use fixedbitset::FixedBitSet;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::NodeIndex;
use petgraph::visit::{EdgeFiltered, EdgeRef};

use super::route::Routes;
use super::ways::Ways;
use crate::model::{Code, Diagnostic, Endorsement, Place, Step};

/// Steps that a message names before it leaves the rest out.
const NAMED_MAX: usize = 10;

/// The steps that endorse after the initials of a higher rank, each with the highest of those that were too early.
///
/// Linear in the flows for each step that initials, and much less where the next endorsement is near.
pub(super) fn out_of_order(ways: &Ways<'_>, routes: &mut Routes<'_>) -> Vec<Diagnostic> {
    let mut early: Vec<(usize, usize)> = (0..ways.reachable.len())
        .filter(|step| ways.reachable[*step] && ways.initials(*step))
        .filter_map(|step| Some((ways.rank(step)?, step)))
        .collect();
    early.sort_unstable_by_key(|(rank, step)| (Reverse(*rank), *step));
    let mut gates = None;
    let mut told = FixedBitSet::with_capacity(ways.subject.net.steps.len());
    let mut found = Vec::new();
    for (rank, first) in early {
        let is_late = |step: &usize| {
            *step != first && ways.endorsement(*step).is_some() && ways.rank(*step).is_some_and(|late| late < rank)
        };
        let goes_on = |step: usize| ways.endorsement(step).is_none();
        if !ways.search(first, |_| true, goes_on).steps().any(|step| is_late(&step)) {
            continue;
        }
        let passed = gates.get_or_insert_with(|| ways.gates()).before(first);
        let onward = ways.search(first, |step| !passed.contains(step), goes_on);
        for late in onward.steps().filter(is_late) {
            if !told.put(late) {
                let witness = routes.witness(&onward.moves_to(late), late);
                found.push((late, told_late(ways, first, late).witness(witness)));
            }
        }
    }
    found.sort_by_key(|(late, _)| *late);
    found.into_iter().map(|(_, diagnostic)| diagnostic).collect()
}

fn told_late(ways: &Ways<'_>, first: usize, late: usize) -> Diagnostic {
    let [first, late] = [first, late].map(|step| &ways.subject.procedure.steps[step]);
    let does = if late.endorsement == Some(Endorsement::Signature) { "signs" } else { "initials" };
    let message =
        format!("`{}` {does} after the higher-ranked `{}` initialled at step {}", late.role, first.role, first.id);
    let help =
        "let each rank initial in its turn, lowest first, and return the paper where it is to be initialled again";
    Diagnostic::new(Code::InitialsOutOfOrder, place(late), message).help(help)
}

/// The steps at which the initials on one way first become more than `most`.
///
/// A walk passes, of the steps that lie on a common loop, as many as it likes; from loop to loop it only goes on. So the
/// longest walk is the heaviest path through the strongly connected components, which form a graph without cycles: linear
/// in the flows. Sources: S. R. Kosaraju and M. Sharir (the components), and T. H. Cormen et al., *Introduction to
/// Algorithms*, on longest paths in such graphs.
pub(super) fn too_many(ways: &Ways<'_>, routes: &mut Routes<'_>, most: usize) -> Vec<Diagnostic> {
    let legs = Legs::new(ways);
    let mut found: Vec<_> = legs
        .exceeding(most)
        .map(|loops| {
            let (initialled, moves) = legs.walk(loops, most + 1);
            let (last, before) = initialled.split_last().expect("it initials at least once");
            (*last, told_many(ways, before, *last).witness(routes.witness(&moves, *last)))
        })
        .collect();
    found.sort_by_key(|(last, _)| *last);
    found.into_iter().map(|(_, diagnostic)| diagnostic).collect()
}

fn told_many(ways: &Ways<'_>, before: &[usize], last: usize) -> Diagnostic {
    let mut names: Vec<&str> =
        before.iter().take(NAMED_MAX).map(|step| ways.subject.procedure.steps[*step].id.as_str()).collect();
    if before.len() > NAMED_MAX {
        names.push("…");
    }
    let after = match names.len() {
        0 => String::new(),
        1 => format!(" after step {}", names[0]),
        _ => format!(" after steps {}", names.join(", ")),
    };
    let (count, most) = (before.len() + 1, before.len());
    let message = format!("its initials are number {count} on one way{after}; the bound is {most}");
    let help = "take initials out of this way, let a signature come between them, or allow more";
    Diagnostic::new(Code::TooManyInitials, place(&ways.subject.procedure.steps[last]), message).help(help)
}

/// The ways between signatures, as loops and what leads from one to another. A step on no loop is a loop by itself.
struct Legs<'a> {
    ways: &'a Ways<'a>,
    /// The steps of each loop, in an order in which ways lead only from one loop to a later one.
    loops: Vec<Vec<usize>>,
    /// The loop of each step; `None` where it signs or no way leads to it.
    loop_of: Vec<Option<usize>>,
    /// How many steps initial on the longest way up to each loop, not counting its own, and the loop before it on that way.
    before: Vec<(usize, Option<usize>)>,
    /// The steps of each loop that initial, in the order of the form.
    initialling: Vec<Vec<usize>>,
}

impl<'a> Legs<'a> {
    fn new(ways: &'a Ways<'a>) -> Self {
        let lies = |step: usize| ways.reachable[step] && ways.endorsement(step) != Some(Endorsement::Signature);
        let between = EdgeFiltered::from_fn(&ways.flows, |flow| {
            !ways.returns(flow) && lies(flow.source().index()) && lies(flow.target().index())
        });
        let mut loops: Vec<Vec<usize>> =
            kosaraju_scc(&between).into_iter().map(|steps| steps.into_iter().map(NodeIndex::index).collect()).collect();
        loops.retain(|steps| lies(steps[0]));
        loops.reverse();
        for steps in &mut loops {
            steps.sort_unstable();
        }
        let mut loop_of = vec![None; ways.subject.net.steps.len()];
        for (position, steps) in loops.iter().enumerate() {
            for step in steps {
                loop_of[*step] = Some(position);
            }
        }
        let initials = |steps: &Vec<usize>| steps.iter().copied().filter(|step| ways.initials(*step)).collect();
        let initialling = loops.iter().map(initials).collect();
        let mut legs = Self { ways, loops, loop_of, before: Vec::new(), initialling };
        for position in 0..legs.loops.len() {
            let before = legs.longest_before(position);
            legs.before.push(before);
        }
        legs
    }

    fn longest_before(&self, position: usize) -> (usize, Option<usize>) {
        self.loops[position]
            .iter()
            .flat_map(|step| self.ways.before(*step).filter(|(_, returns)| !returns))
            .filter_map(|(from, _)| self.loop_of[from].filter(|from| *from != position))
            .map(|from| (self.before[from].0 + self.initialling[from].len(), from))
            .max_by_key(|(count, from)| (*count, Reverse(self.loops[*from][0])))
            .map_or((0, None), |(count, from)| (count, Some(from)))
    }

    /// The loops in which the initials first become more than `most`.
    fn exceeding(&self, most: usize) -> impl Iterator<Item = usize> {
        let counts = self.before.iter().zip(&self.initialling).map(|((before, _), own)| (*before, own.len()));
        counts.enumerate().filter(move |(_, (before, own))| *before <= most && before + own > most).map(|(at, _)| at)
    }

    /// The first `count` steps that initial on the longest way up to and round a loop, and the moves up to the last of
    /// them.
    fn walk(&self, last: usize, count: usize) -> (Vec<usize>, Vec<u32>) {
        let mut way: Vec<usize> = std::iter::successors(Some(last), |position| self.before[*position].1).collect();
        way.reverse();
        let on_way: FixedBitSet = way.iter().copied().collect();
        let enters = |step: usize| self.loop_of[step].is_some_and(|position| on_way.contains(position));
        let mut here = self.entry(way[0]);
        let (mut initialled, mut moves) = (Vec::new(), Vec::new());
        for position in way {
            let mut left: FixedBitSet = self.initialling[position].iter().copied().collect();
            while !left.is_clear() && initialled.len() < count {
                let onward = self.ways.search(here, enters, |step| !left.contains(step));
                here = onward.steps().find(|step| left.contains(*step)).expect("a way leads on");
                moves.extend(onward.moves_to(here));
                left.remove(here);
                initialled.push(here);
            }
        }
        (initialled, moves)
    }

    /// The step by which a way comes into a loop that no other loop leads to: the first, or one behind a signature, or
    /// else one to which work is returned.
    fn entry(&self, position: usize) -> usize {
        let begins = |step: usize| {
            let signed = |(from, returns): (usize, bool)| !returns && self.loop_of[from].is_none();
            self.ways.first() == Some(step) || self.ways.before(step).any(signed)
        };
        let is_returned_to = |step: usize| self.ways.before(step).any(|(_, returns)| returns);
        let mut steps = self.loops[position].iter().copied();
        let by_return = steps.clone().find(|step| is_returned_to(*step));
        steps.find(|step| begins(*step)).or(by_return).expect("a reachable step is entered somehow")
    }
}

fn place(step: &Step) -> Place {
    Place::Step(step.id.clone())
}
