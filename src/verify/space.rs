//! The markings that a case can reach, and what they show.

use std::collections::HashMap;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::structure::{named, reachable};
use crate::id::{FlowIx, StepIx};
use crate::model::{Code, Diagnostic, Move, Place, Procedure, Witness};
use crate::net::{Marking, MoveRow, Net};

/// The markings that a case can reach, in the order of a breadth-first search, so that ways to them are shortest: first
/// all that are reached without recalls, then what recalls add to them.
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

/// A move of the net, by its row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Taken {
    Finish(u32),
    Recall(u32),
}

impl Space {
    pub(super) fn explore(net: &Net, markings_max: usize) -> Self {
        let mut space = Self {
            markings: IndexSet::default(),
            reached_by: Vec::new(),
            moves: Vec::new(),
            stuck: Vec::new(),
            clashes: HashMap::new(),
            clashing: Vec::new(),
            improper: HashMap::new(),
            first_enabled: vec![None; net.steps.len()],
            limit: None,
        };
        space.markings.insert((net.initial(), Held::default()));
        space.reached_by.push((0, Taken::Finish(0)));
        space.follow(net, 0, markings_max, Self::finishes);
        let without_recalls = space.markings.len();
        space.follow(net, 0, markings_max, |space, net, from, reached| {
            if from as usize >= without_recalls {
                space.finishes(net, from, reached);
            }
            space.recalls(net, from, reached);
        });
        space
    }

    fn follow(
        &mut self,
        net: &Net,
        mut current: usize,
        markings_max: usize,
        expand: impl Fn(&mut Self, &Net, u32, &Reached),
    ) {
        while let Some(reached) = self.markings.get_index(current).filter(|_| self.limit.is_none()).cloned() {
            if self.markings.len() > markings_max {
                self.limit = Some(markings_max);
                break;
            }
            // A case that has ended does not go on, even where something is left behind.
            if !net.has_ended(&reached.0) {
                expand(self, net, index(current), &reached);
            }
            current += 1;
        }
    }

    fn finishes(&mut self, net: &Net, from: u32, (marking, held): &Reached) {
        let enabled = net.enabled(marking.row());
        if enabled.is_empty() {
            self.stuck.push(from);
        }
        for step in enabled {
            self.first_enabled[step.index()].get_or_insert(from);
            let row = &net.steps[step.index()];
            for number in row.first_move..row.first_move + u32::from(row.move_count) {
                let taken = &net.moves[number as usize];
                let mut changed = marking.clone();
                let finished = net.finish_marking(taken, &mut changed).map(|()| (changed, held.finish(net, taken)));
                self.arrive(net, from, Taken::Finish(number), finished);
            }
        }
    }

    fn recalls(&mut self, net: &Net, from: u32, (marking, held): &Reached) {
        let mut sent: Vec<u32> = marking.flows().filter_map(|flow| net.flows[flow.index()].from).collect();
        sent.dedup();
        for number in sent {
            let row = &net.moves[number as usize];
            let is_there = net.is_all_there(row, marking.row()) && !held.has_receiver_of(net, row);
            let Some(recall) = row.recall.as_ref().filter(|_| is_there) else { continue };
            let mut changed = marking.clone();
            let recalled = net.recall_marking(recall, &mut changed).map(|()| (changed, held.recall(row.step)));
            self.arrive(net, from, Taken::Recall(number), recalled);
        }
    }

    fn arrive(&mut self, net: &Net, from: u32, taken: Taken, next: Result<Reached, FlowIx>) {
        match next {
            Ok((next, held)) => {
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
            Err(flow) => {
                self.clashing.push(from);
                self.clashes.entry(flow).or_insert((from, taken));
            }
        }
    }

    /// How many markings were visited.
    pub(super) fn len(&self) -> usize {
        self.markings.len()
    }

    pub(super) fn markings(&self) -> impl Iterator<Item = &Marking> {
        self.markings.iter().map(|(marking, _)| marking)
    }

    /// Whether every marking that a case can reach is here.
    pub(super) fn is_complete(&self) -> bool {
        self.limit.is_none() && self.clashing.is_empty() && self.improper.is_empty()
    }

    /// The ways of the markings in this space that lead to `marking`, then `taken`.
    fn witness(&self, procedure: &Procedure, net: &Net, mut marking: u32, then: Option<Taken>) -> Witness {
        let mut moves: Vec<Move> = then.into_iter().map(|taken| told(procedure, net, taken)).collect();
        while marking != 0 {
            let (from, taken) = self.reached_by[marking as usize];
            moves.push(told(procedure, net, taken));
            marking = from;
        }
        moves.reverse();
        Witness { moves }
    }

    /// A shortest way to where a step can be done, and to finishing it where the place is one of its outcomes.
    pub(super) fn way_to(&self, procedure: &Procedure, net: &Net, place: &Place) -> Option<Witness> {
        let (id, outcome) = match place {
            Place::Step(step) => (step, None),
            Place::Outcome(step, outcome) => (step, Some(outcome)),
            _ => return None,
        };
        let step = net.step_ids.get(id.as_str())?.index();
        let position = outcome.and_then(|id| procedure.steps[step].outcomes.iter().position(|known| known.id == *id));
        let then = position.map(|position| Taken::Finish(net.steps[step].first_move + index(position)));
        Some(self.witness(procedure, net, self.first_enabled[step]?, then))
    }

    pub(super) fn examine(&self, procedure: &Procedure, net: &Net) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if net.flows[0].to.is_none() {
            return found;
        }
        if let Some(limit) = self.limit {
            let message = format!("a case can reach more than {limit} markings; the rest was not visited");
            let help = "allow more, or split parallel parts into procedures of their own";
            found.push(Diagnostic::new(Code::Undecided, Place::Procedure, message).help(help));
        }
        found.extend(self.improper_completions(procedure, net));
        found.extend(self.two_tokens(procedure, net));
        found.extend(self.deadlocks(procedure, net));
        if self.limit.is_none() {
            found.extend(self.livelocks(procedure, net));
        }
        if self.is_complete() {
            found.extend(self.dead_steps(procedure, net));
        }
        found
    }

    /// The flows that can get a second token, nearest to the start of a case first.
    ///
    /// Where finishing steps alone leads to that, what recalls add is a consequence and left out.
    fn two_tokens<'a>(&'a self, procedure: &'a Procedure, net: &'a Net) -> impl Iterator<Item = Diagnostic> + 'a {
        let is_finish = |taken: &Taken| matches!(taken, Taken::Finish(_));
        let without_recalls = self.clashes.values().any(|(_, taken)| is_finish(taken));
        let mut clashes: Vec<_> =
            self.clashes.iter().filter(|(_, (_, taken))| !without_recalls || is_finish(taken)).collect();
        clashes.sort_unstable_by_key(|(flow, (from, _))| (*from, **flow));
        clashes.into_iter().map(move |(flow, (from, taken))| {
            let to =
                net.flows[flow.index()].to.map_or("the end".to_owned(), |step| named(&procedure.steps[step.index()]));
            let (place, source) = match net.flows[flow.index()].from {
                Some(sent) => {
                    let (step, outcome) = ids(procedure, &net.moves[sent as usize]);
                    (Place::Outcome(step.clone(), outcome.clone()), format!("from step {step}"))
                }
                None => (Place::Procedure, "from the start".to_owned()),
            };
            let message = format!("the flow {source} to {to} can get a second token while it still holds one");
            let help = "join the branches before this flow, or let only one of them lead to it";
            Diagnostic::new(Code::TwoTokens, place, message)
                .witness(self.witness(procedure, net, *from, Some(*taken)))
                .help(help)
        })
    }

    fn improper_completions<'a>(
        &'a self,
        procedure: &'a Procedure,
        net: &'a Net,
    ) -> impl Iterator<Item = Diagnostic> + 'a {
        let mut improper: Vec<_> = self.improper.iter().collect();
        improper.sort_unstable_by_key(|(number, (before, _))| (*before, **number));
        improper.into_iter().map(move |(number, (before, after))| {
            let left = net.waiting(&self.markings[*after as usize].0);
            let names: Vec<String> = left.iter().map(|step| named(&procedure.steps[step.index()])).collect();
            let message = format!("the case can end here while work still waits at {}", names.join(" and "));
            let (step, outcome) = ids(procedure, &net.moves[*number as usize]);
            Diagnostic::new(Code::ImproperCompletion, Place::Outcome(step.clone(), outcome.clone()), message)
                .witness(self.witness(procedure, net, *before, Some(Taken::Finish(*number))))
                .help("join the branches (`join = \"all\"`) before the end, or let this outcome cancel them")
        })
    }

    fn deadlocks(&self, procedure: &Procedure, net: &Net) -> Vec<Diagnostic> {
        let mut seen = HashMap::new();
        for &position in &self.stuck {
            let (marking, _) = &self.markings[position as usize];
            seen.entry(net.waiting(marking)).or_insert(position);
        }
        sorted(seen)
            .into_iter()
            .map(|(waiting, position)| {
                let (marking, _) = &self.markings[position as usize];
                let told: Vec<String> = waiting.iter().map(|step| waits_for(procedure, net, marking, *step)).collect();
                let message = format!("the case can get stuck: {}", told.join("; "));
                let place = waiting
                    .first()
                    .map_or(Place::Procedure, |step| Place::Step(procedure.steps[step.index()].id.clone()));
                Diagnostic::new(Code::Deadlock, place, message)
                    .witness(self.witness(procedure, net, position, None))
                    .help("make the join fit the split before it: `any` after a choice, `all` after a parallel split")
            })
            .collect()
    }

    /// Markings from which the case can neither end nor run into another defect: it goes on for ever.
    fn livelocks(&self, procedure: &Procedure, net: &Net) -> Vec<Diagnostic> {
        let edges = Edges::new(self.markings.len(), self.moves.iter().copied());
        let ended = (0..self.markings.len()).filter(|at| net.has_ended(&self.markings[*at].0)).map(index);
        let explained = edges.backward(ended.chain(self.stuck.iter().copied()).chain(self.clashing.iter().copied()));
        let ahead = Edges::new(self.markings.len(), self.moves.iter().map(|(to, from)| (*from, *to)));
        let mut covered = explained;
        let mut found = Vec::new();
        for position in 0..self.markings.len() {
            if covered[position] {
                continue;
            }
            let around = self.cover(net, &ahead, position, &mut covered);
            let names: Vec<String> = around.iter().map(|step| named(&procedure.steps[step.index()])).collect();
            let message = format!("the case can go round {} for ever and never end", names.join(", "));
            let place = Place::Step(procedure.steps[around[0].index()].id.clone());
            found.push(
                Diagnostic::new(Code::Livelock, place, message)
                    .witness(self.witness(procedure, net, index(position), None))
                    .help("give one of these steps an outcome that leads out of the loop"),
            );
        }
        found
    }

    /// Marks what can be reached from a marking as covered, and tells the steps that can be done there.
    fn cover(&self, net: &Net, ahead: &Edges, from: usize, covered: &mut [bool]) -> Vec<StepIx> {
        let mut steps = Vec::new();
        let mut open = vec![from];
        covered[from] = true;
        while let Some(position) = open.pop() {
            steps.extend(net.enabled(self.markings[position].0.row()));
            for to in ahead.of(position).iter().map(|to| *to as usize) {
                if !covered[to] {
                    covered[to] = true;
                    open.push(to);
                }
            }
        }
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    fn dead_steps<'a>(&'a self, procedure: &'a Procedure, net: &'a Net) -> impl Iterator<Item = Diagnostic> + 'a {
        let reachable = reachable(net);
        procedure
            .steps
            .iter()
            .enumerate()
            .filter(move |(step, _)| reachable[*step] && self.first_enabled[*step].is_none())
            .map(|(_, step)| {
                let message = "it can never be done: its join never holds";
                let help = "make the join fit the flows that can arrive together";
                Diagnostic::new(Code::DeadStep, Place::Step(step.id.clone()), message).help(help)
            })
    }
}

/// The moves between markings, gathered by one of their ends.
struct Edges {
    first: Vec<u32>,
    others: Vec<u32>,
}

impl Edges {
    fn new(nodes: usize, edges: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut first = vec![0; nodes + 1];
        for (node, _) in edges.clone() {
            first[node as usize + 1] += 1;
        }
        for node in 0..nodes {
            first[node + 1] += first[node];
        }
        let mut next = first.clone();
        let mut others = vec![0; first[nodes] as usize];
        for (node, other) in edges {
            others[next[node as usize] as usize] = other;
            next[node as usize] += 1;
        }
        Self { first, others }
    }

    fn of(&self, node: usize) -> &[u32] {
        &self.others[self.first[node] as usize..self.first[node + 1] as usize]
    }

    /// For each node, whether moves lead from it to one of `goals`.
    fn backward(&self, goals: impl Iterator<Item = u32>) -> Vec<bool> {
        let mut reached = vec![false; self.first.len() - 1];
        let mut open: Vec<u32> = goals.collect();
        for goal in &open {
            reached[*goal as usize] = true;
        }
        while let Some(node) = open.pop() {
            for &source in self.of(node as usize) {
                if !reached[source as usize] {
                    reached[source as usize] = true;
                    open.push(source);
                }
            }
        }
        reached
    }
}

pub(super) fn told(procedure: &Procedure, net: &Net, taken: Taken) -> Move {
    match taken {
        Taken::Finish(number) => {
            let (step, outcome) = ids(procedure, &net.moves[number as usize]);
            Move::Finish(step.clone(), outcome.clone())
        }
        Taken::Recall(number) => {
            let (step, outcome) = ids(procedure, &net.moves[number as usize]);
            Move::Recall(step.clone(), outcome.clone())
        }
    }
}

fn ids<'a>(procedure: &'a Procedure, row: &MoveRow) -> (&'a crate::id::StepId, &'a crate::id::OutcomeId) {
    let step = &procedure.steps[row.step.index()];
    (&step.id, &step.outcomes[row.outcome.index()].id)
}

fn waits_for(procedure: &Procedure, net: &Net, marking: &Marking, step: StepIx) -> String {
    let marked: Vec<FlowIx> = marking.flows().collect();
    let mut missing: Vec<&str> = Vec::new();
    for (position, flow) in net.flows.iter().enumerate() {
        let is_marked = marked.iter().any(|marked| marked.index() == position);
        if let (Some(sent), true, false) = (flow.from, flow.to == Some(step), is_marked) {
            missing.push(ids(procedure, &net.moves[sent as usize]).0.as_str());
        }
    }
    missing.dedup();
    let name = named(&procedure.steps[step.index()]);
    if missing.is_empty() {
        return format!("{name} has no outcome");
    }
    format!("{name} waits for ever for step {}", missing.join(" and step "))
}

fn sorted(seen: HashMap<Vec<StepIx>, u32>) -> Vec<(Vec<StepIx>, u32)> {
    let mut seen: Vec<_> = seen.into_iter().collect();
    seen.sort_unstable_by_key(|(_, position)| *position);
    seen
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
