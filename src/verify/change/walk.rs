//! Where a case can get to from some standings, and whether it can still complete from there, safely and properly.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::id::{FlowIx, StepIx};
use crate::model::{Move, Procedure, Witness};
use crate::net::{Marking, MoveRow, Net};

/// Where a case stands as far as order goes: which flows hold tokens, and which steps are under way, lowest first.
///
/// What is under way restricts recalls alone: nothing sent to such a step can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Standing {
    pub(super) marking: Marking,
    under_way: Box<[StepIx]>,
}

/// A move of a net, by the position of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    Finish(u32),
    Recall(u32),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) to: u32,
    pub(super) taken: Taken,
}

/// How many moves a walk keeps for each standing that it may visit.
const MOVES: usize = 16;

/// The standings that can be reached, sources first, in the order of a breadth-first search.
#[derive(Debug)]
pub(super) struct Walk {
    standings: IndexSet<Standing, FxBuildHasher>,
    /// Where the edges of each standing that was expanded begin, and where the last end.
    first: Vec<u32>,
    edges: Vec<Edge>,
    /// The moves that would put a second token on a flow.
    clashes: Vec<(u32, Taken, Option<FlowIx>)>,
}

/// What is wrong in a standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Defect {
    /// Nothing can be done although the end is not reached.
    Stuck,
    /// The end is reached while work waits elsewhere.
    LeftBehind,
    /// A move would put a second token on a flow.
    TwoTokens(Taken, Option<FlowIx>),
    /// The end cannot be reached any more, nor any other defect.
    Endless,
    /// It was not looked at what follows.
    Unknown,
}

impl Standing {
    pub(super) fn new(marking: Marking, mut under_way: Vec<StepIx>) -> Self {
        under_way.sort_unstable();
        under_way.dedup();
        Self { marking, under_way: under_way.into() }
    }

    pub(super) fn under_way(&self) -> &[StepIx] {
        &self.under_way
    }

    /// The standing after finishing a step, or the flow that would hold two tokens.
    fn finish(&self, net: &Net, finished: &MoveRow) -> Result<Self, Option<FlowIx>> {
        let marking = net.after_finish(finished, &self.marking);
        let marking = marking.ok_or_else(|| net.clashes(finished, &self.marking).next())?;
        let under_way = self.under_way.iter().copied().filter(|step| !net.stops(finished, *step)).collect();
        Ok(Self { marking, under_way })
    }

    /// The same after taking back what a step sent on; `None` where that cannot be.
    fn recall(&self, net: &Net, sent: &MoveRow) -> Option<Result<Self, Option<FlowIx>>> {
        let is_received = || net.receivers(sent).any(|receiver| self.under_way.contains(&receiver));
        let recall = sent.recall.as_ref().filter(|_| net.is_all_there(sent, self.marking.row()) && !is_received())?;
        let marking = net.after_recall(recall, &self.marking);
        let marking = marking.ok_or_else(|| net.recall_clashes(recall, &self.marking).next());
        Some(marking.map(|marking| Self::new(marking, [&*self.under_way, &[sent.step]].concat())))
    }
}

impl Walk {
    /// Visits what can be reached from the sources until it knows more than `most` standings, or that many
    /// times the moves of one.
    pub(super) fn explore(net: &Net, sources: impl IntoIterator<Item = Standing>, most: usize) -> Self {
        let mut walk =
            Self { standings: sources.into_iter().collect(), first: vec![0], edges: Vec::new(), clashes: Vec::new() };
        while walk.standings.len() <= most && walk.edges.len() / MOVES <= most {
            let Some(standing) = walk.standings.get_index(walk.expanded()).cloned() else { break };
            // A case that has ended does not go on.
            if !net.has_ended(&standing.marking) {
                walk.expand(net, &standing);
            }
            walk.first.push(index(walk.edges.len()));
        }
        walk
    }

    fn expand(&mut self, net: &Net, standing: &Standing) {
        for step in net.enabled(standing.marking.row()) {
            for number in net.numbers(step) {
                self.arrive(Taken::Finish(number), standing.finish(net, &net.moves[number as usize]));
            }
        }
        let mut sent: Vec<u32> = standing.marking.flows().filter_map(|flow| net.flows[flow.index()].from).collect();
        sent.dedup();
        for number in sent {
            if let Some(recalled) = standing.recall(net, &net.moves[number as usize]) {
                self.arrive(Taken::Recall(number), recalled);
            }
        }
    }

    fn arrive(&mut self, taken: Taken, next: Result<Standing, Option<FlowIx>>) {
        match next {
            Ok(next) => {
                let to = index(self.standings.insert_full(next).0);
                self.edges.push(Edge { to, taken });
            }
            Err(flow) => self.clashes.push((index(self.expanded()), taken, flow)),
        }
    }

    fn expanded(&self) -> usize {
        self.first.len() - 1
    }

    pub(super) fn len(&self) -> usize {
        self.standings.len()
    }

    /// Whether everything that can be reached is here.
    pub(super) fn is_complete(&self) -> bool {
        self.expanded() == self.len()
    }

    pub(super) fn standings(&self) -> impl ExactSizeIterator<Item = &Standing> {
        self.standings.iter()
    }

    pub(super) fn standing(&self, at: usize) -> &Standing {
        &self.standings[at]
    }

    pub(super) fn edges(&self, at: usize) -> &[Edge] {
        match self.first.get(at + 1) {
            Some(end) => &self.edges[self.first[at] as usize..*end as usize],
            None => &[],
        }
    }

    /// For each standing, what is wrong in it.
    pub(super) fn defects(&self, net: &Net) -> Vec<Option<Defect>> {
        let mut defects: Vec<Option<Defect>> = (0..self.len()).map(|at| self.own_defect(net, at)).collect();
        for (at, taken, flow) in self.clashes.iter().rev() {
            defects[*at as usize] = Some(Defect::TwoTokens(*taken, *flow));
        }
        let is_goal = |at: &usize| defects[*at].is_some() || net.has_ended(&self.standings[*at].marking);
        let goals = (0..self.len()).filter(is_goal).collect();
        let explained = self.backward(goals, |edge| matches!(edge.taken, Taken::Finish(_)));
        for (defect, explained) in defects.iter_mut().zip(explained) {
            if !explained {
                *defect = Some(Defect::Endless);
            }
        }
        defects
    }

    fn own_defect(&self, net: &Net, at: usize) -> Option<Defect> {
        let marking = &self.standings[at].marking;
        if net.has_ended(marking) {
            (!net.is_final(marking)).then_some(Defect::LeftBehind)
        } else if at >= self.expanded() {
            Some(Defect::Unknown)
        } else {
            net.enabled(marking.row()).is_empty().then_some(Defect::Stuck)
        }
    }

    /// For each standing, whether edges lead from it to a goal; a goal leads to itself.
    pub(super) fn backward(&self, goals: Vec<usize>, along: impl Fn(&Edge) -> bool) -> Vec<bool> {
        let mut reached = vec![false; self.len()];
        for goal in &goals {
            reached[*goal] = true;
        }
        let sources = Sources::of(self);
        let mut open = goals;
        while let Some(at) = open.pop() {
            for (from, edge) in sources.of_standing(self, at) {
                if along(edge) && !reached[from] {
                    reached[from] = true;
                    open.push(from);
                }
            }
        }
        reached
    }
}

/// The edges of a walk, gathered by where they lead.
pub(super) struct Sources {
    first: Vec<u32>,
    /// Where each edge comes from, and its position.
    edges: Vec<(u32, u32)>,
}

impl Sources {
    pub(super) fn of(walk: &Walk) -> Self {
        let mut first = vec![0_u32; walk.len() + 1];
        walk.edges.iter().for_each(|edge| first[edge.to as usize + 1] += 1);
        for at in 0..walk.len() {
            first[at + 1] += first[at];
        }
        let mut next = first.clone();
        let mut edges = vec![(0, 0); walk.edges.len()];
        for from in 0..walk.expanded() {
            for position in walk.first[from]..walk.first[from + 1] {
                let to = walk.edges[position as usize].to as usize;
                edges[next[to] as usize] = (index(from), position);
                next[to] += 1;
            }
        }
        Self { first, edges }
    }

    /// The edges that lead to a standing, each with where it comes from.
    pub(super) fn of_standing<'a>(&'a self, walk: &'a Walk, at: usize) -> impl Iterator<Item = (usize, &'a Edge)> {
        let edges = &self.edges[self.first[at] as usize..self.first[at + 1] as usize];
        edges.iter().map(|(from, position)| (*from as usize, &walk.edges[*position as usize]))
    }
}

/// Moves in words of ids.
pub(super) fn told(procedure: &Procedure, net: &Net, moves: impl IntoIterator<Item = Taken>) -> Witness {
    let told = |taken| {
        let (Taken::Finish(number) | Taken::Recall(number)) = taken;
        let row = &net.moves[number as usize];
        let step = &procedure.steps[row.step.index()];
        let (step, outcome) = (step.id.clone(), step.outcomes[row.outcome.index()].id.clone());
        match taken {
            Taken::Finish(_) => Move::Finish(step, outcome),
            Taken::Recall(_) => Move::Recall(step, outcome),
        }
    };
    Witness { moves: moves.into_iter().map(told).collect() }
}

/// Counts fit: a walk knows few more than the bound on markings, each with fewer edges than a procedure has flows.
fn index(position: usize) -> u32 {
    u32::try_from(position).expect("a walk has fewer than 2^32 edges")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Join, Outcome, Step};

    /// The defects ahead of the start, each once.
    fn defects(most: usize, steps: &[Step]) -> Vec<Defect> {
        let procedure = Procedure::new("p", "1", "P").role("r", "R");
        let net = Net::compile(&steps.iter().cloned().fold(procedure, Procedure::step));
        let walk = Walk::explore(&net, [Standing::new(net.initial(), Vec::new())], most);
        let mut found: Vec<Defect> = Vec::new();
        for defect in walk.defects(&net).into_iter().flatten() {
            if !found.iter().any(|known| std::mem::discriminant(known) == std::mem::discriminant(&defect)) {
                found.push(defect);
            }
        }
        found
    }

    fn step(id: &str) -> Step {
        Step::new(id, "r", "Act")
    }

    #[test]
    fn every_defect_is_seen() {
        let split = || step("1").outcome(Outcome::new("done").to("2").to("3"));
        let round =
            [step("1").outcome(Outcome::new("a").to("2")).outcome(Outcome::new("b").to("end")), step("2").next("2")];
        assert_eq!(defects(100, &round), [Defect::Endless]);
        let choice = step("1").outcome(Outcome::new("a").to("2")).outcome(Outcome::new("b").to("3"));
        let joined = [choice, step("2").next("4"), step("3").next("4"), step("4").join(Join::All).next("end")];
        assert_eq!(defects(100, &joined), [Defect::Stuck]);
        let ending = [split(), step("2").next("end"), step("3").next("end")];
        assert!(matches!(defects(100, &ending)[..], [Defect::LeftBehind]));
        let merged = [split(), step("2").next("4"), step("3").next("4"), step("4").next("5"), step("5").next("end")];
        assert!(defects(100, &merged).iter().any(|defect| matches!(defect, Defect::TwoTokens(..))));
        assert_eq!(defects(100, &[step("1").next("2"), step("2").next("end")]), []);
    }

    #[test]
    fn what_was_not_looked_at_is_not_called_good() {
        let chain = [step("1").next("2"), step("2").next("3"), step("3").next("end")];
        assert_eq!(defects(2, &chain), [Defect::Unknown]);
        assert_eq!(defects(100, &chain), []);
    }
}
