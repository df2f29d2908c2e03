//! The ways that a paper takes, from step to step.

use fixedbitset::FixedBitSet;
use indexmap::IndexMap;
use petgraph::algo::dominators::simple_fast;
use petgraph::graph::{EdgeReference, Graph, NodeIndex};
use petgraph::visit::EdgeRef;
use petgraph::{Directed, Direction};
use rustc_hash::FxBuildHasher;

use crate::id::{RoleIx, StepIx};
use crate::model::Endorsement;
use crate::verify::structure::reachable;
use crate::verify::subject::Subject;

/// Steps by their positions, and the moves that lead from one to another.
pub(super) type Flows = Graph<(), u32, Directed, usize>;
type FlowReference<'a> = EdgeReference<'a, u32, usize>;

/// The ways from step to step. A way goes along flows that are no returns, but it may begin where a return leads.
pub(super) struct Ways<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) flows: Flows,
    /// The steps to which flows lead from the start, returns included.
    pub(super) reachable: Vec<bool>,
}

/// What a search in the order of distance reached: for each step, from the how-manieth before it, and by which move.
pub(super) struct Reached(IndexMap<usize, Option<(usize, u32)>, FxBuildHasher>);

impl<'a> Ways<'a> {
    pub(super) fn new(subject: &'a Subject<'a>) -> Self {
        let net = subject.net;
        let mut flows = Flows::with_capacity(net.steps.len(), net.flows.len());
        for _ in &net.steps {
            flows.add_node(());
        }
        // Backward, because petgraph tells the last first.
        for flow in net.flows.iter().rev() {
            let (Some(number), Some(to)) = (flow.from, flow.to) else { continue };
            flows.add_edge(net.moves[number as usize].step.index().into(), to.index().into(), number);
        }
        Self { subject, flows, reachable: reachable(net) }
    }

    pub(super) fn first(&self) -> Option<usize> {
        self.subject.net.flows[0].to.map(StepIx::index)
    }

    pub(super) fn endorsement(&self, step: usize) -> Option<Endorsement> {
        self.subject.procedure.steps[step].endorsement
    }

    pub(super) fn initials(&self, step: usize) -> bool {
        self.endorsement(step) == Some(Endorsement::Initials)
    }

    pub(super) fn rank(&self, step: usize) -> Option<usize> {
        self.subject.net.steps[step].role.map(RoleIx::index)
    }

    pub(super) fn returns(&self, flow: FlowReference<'_>) -> bool {
        self.subject.net.moves[*flow.weight() as usize].returns
    }

    /// The reachable steps from which a flow leads to a step, and whether it is a return.
    pub(super) fn before(&self, step: usize) -> impl Iterator<Item = (usize, bool)> {
        let flows = self.flows.edges_directed(NodeIndex::new(step), Direction::Incoming);
        let before = flows.map(|flow| (flow.source().index(), self.returns(flow)));
        before.filter(|(from, _)| self.reachable[*from])
    }

    /// The steps that can be reached from one, over steps that `goes_on` allows and into steps that `enters` allows.
    pub(super) fn search(
        &self,
        from: usize,
        enters: impl Fn(usize) -> bool,
        goes_on: impl Fn(usize) -> bool,
    ) -> Reached {
        let mut reached = Reached(IndexMap::from_iter([(from, None)]));
        let mut current = 0;
        while let Some((&step, _)) = reached.0.get_index(current) {
            if current == 0 || goes_on(step) {
                for flow in self.flows.edges(NodeIndex::new(step)).filter(|flow| !self.returns(*flow)) {
                    let to = flow.target().index();
                    if enters(to) {
                        reached.0.entry(to).or_insert(Some((current, *flow.weight())));
                    }
                }
            }
            current += 1;
        }
        reached
    }

    /// For each step, the last step that every way to it passes before it, where ways begin at the first step and at those
    /// to which only returns lead.
    ///
    /// Source of the algorithm: K. D. Cooper, T. J. Harvey, K. Kennedy, *A Simple, Fast Dominance Algorithm*, 2001; it
    /// is quadratic at worst and near linear on graphs such as these.
    pub(super) fn gates(&self) -> Gates {
        let outside = self.subject.net.steps.len();
        let forward = |flow: &FlowReference<'_>| !self.returns(*flow);
        let ways = self.flows.edge_references().filter(forward).map(|flow| (flow.source(), flow.target()));
        let begun = self.beginnings().map(|step| (NodeIndex::new(outside), NodeIndex::new(step)));
        let ways: Graph<(), (), Directed, usize> = Graph::from_edges(ways.chain(begun));
        let dominators = simple_fast(&ways, NodeIndex::new(outside));
        let gate = |step| dominators.immediate_dominator(NodeIndex::new(step)).map(NodeIndex::index);
        Gates((0..outside).map(|step| gate(step).filter(|gate| *gate != outside)).collect())
    }

    fn beginnings(&self) -> impl Iterator<Item = usize> {
        let first = self.subject.net.flows[0].to.map(StepIx::index);
        let mut begun = FixedBitSet::with_capacity(self.subject.net.steps.len());
        begun.extend(first.into_iter().flat_map(|first| self.search(first, |_| true, |_| true).0.into_keys()));
        let returns = self.flows.edge_references().filter(|flow| self.returns(*flow));
        let by_return = returns.filter(|flow| self.reachable[flow.source().index()]).map(|flow| flow.target().index());
        first.into_iter().chain(by_return.filter(move |step| !begun.contains(*step)))
    }
}

/// For each step, the last of those that every way to it passes.
pub(super) struct Gates(Vec<Option<usize>>);

impl Gates {
    /// The steps that every way to a step has passed.
    pub(super) fn before(&self, step: usize) -> FixedBitSet {
        let mut passed = FixedBitSet::with_capacity(self.0.len());
        passed.extend(std::iter::successors(self.0[step], |gate| self.0[*gate]));
        passed
    }
}

impl Reached {
    /// The steps, nearest first.
    pub(super) fn steps(&self) -> impl Iterator<Item = usize> {
        self.0.keys().copied()
    }

    /// The moves by which a step was reached, first to last.
    pub(super) fn moves_to(&self, step: usize) -> Vec<u32> {
        let mut moves = Vec::new();
        let mut at = self.0.get(&step).copied().flatten();
        while let Some((from, number)) = at {
            moves.push(number);
            at = self.0[from];
        }
        moves.reverse();
        moves
    }
}
