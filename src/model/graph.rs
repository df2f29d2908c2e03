//! The flows of a procedure, each with its direction, and a petgraph view of them.

use std::collections::HashMap;

use petgraph::graph::{DiGraph, NodeIndex};

use super::{Outcome, Procedure, Step, Target};
use crate::id::RoleId;

/// A directed edge from a step's outcome to a step or to the end.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Flow<'a> {
    /// The step that it leaves.
    pub from: &'a Step,
    /// The outcome that chooses it.
    pub outcome: &'a Outcome,
    /// Where it leads.
    pub to: &'a Target,
    /// How it runs by rank.
    pub direction: Direction,
}

/// How a flow runs by rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Up in rank (*menaikkan*).
    Submit,
    /// Down in rank (*disposisi*).
    Dispose,
    /// Between steps of one role.
    Handover,
    /// Back for revision (*dikembalikan*).
    Return,
    /// To the end of the case.
    Close,
}

/// A node of the petgraph view.
#[derive(Debug, Clone, Copy)]
pub enum Node<'a> {
    /// Where a case begins.
    Start,
    /// A step.
    Step(&'a Step),
    /// Where a case ends.
    End,
}

/// An edge of the petgraph view.
#[derive(Debug, Clone, Copy)]
pub enum Edge<'a> {
    /// From the start to the first step.
    Begin,
    /// Any other flow.
    Flow(Flow<'a>),
}

impl Procedure {
    /// Every flow whose step, role and target exist, in the order of the definition.
    pub fn flows(&self) -> impl Iterator<Item = Flow<'_>> {
        // Backward, so that of several with one id the first counts, as everywhere.
        let ranks: HashMap<&RoleId, usize> =
            self.roles.iter().enumerate().rev().map(|(rank, role)| (&role.id, rank)).collect();
        let role_of: HashMap<&str, &RoleId> =
            self.steps.iter().rev().map(|step| (step.id.as_str(), &step.role)).collect();
        self.steps.iter().flat_map(|step| step.outcomes.iter().map(move |outcome| (step, outcome))).flat_map(
            move |(from, outcome)| {
                let from_rank = ranks.get(&from.role).copied();
                let flows: Vec<Flow<'_>> = outcome
                    .to
                    .iter()
                    .filter_map(|to| {
                        let to_rank = match to {
                            Target::End => None,
                            Target::Step(step) => Some(*ranks.get(role_of.get(step.as_str())?)?),
                        };
                        let direction = Direction::between(from_rank?, to_rank, outcome.returns);
                        Some(Flow { from, outcome, to, direction })
                    })
                    .collect();
                flows
            },
        )
    }

    /// The steps and flows as a petgraph graph, for those who want graph algorithms.
    ///
    /// Its indices mean nothing outside the graph; steps are known by their ids.
    ///
    /// ```
    /// use petgraph::algo::is_cyclic_directed;
    /// use sopflow::{Procedure, Step};
    ///
    /// let procedure = Procedure::new("p", "1", "P").role("r", "R").step(Step::new("1", "r", "Act").next("end"));
    /// let graph = procedure.graph();
    /// assert_eq!((graph.node_count(), graph.edge_count()), (3, 2));
    /// assert!(!is_cyclic_directed(&graph));
    /// ```
    pub fn graph(&self) -> DiGraph<Node<'_>, Edge<'_>> {
        let mut graph = DiGraph::with_capacity(self.steps.len() + 2, self.steps.len() * 2);
        let start = graph.add_node(Node::Start);
        let nodes: HashMap<&str, NodeIndex> =
            self.steps.iter().map(|step| (step.id.as_str(), graph.add_node(Node::Step(step)))).collect();
        let end = graph.add_node(Node::End);
        if let Some(first) = self.first_step() {
            graph.add_edge(start, nodes[first.id.as_str()], Edge::Begin);
        }
        for flow in self.flows() {
            let to = match flow.to {
                Target::Step(step) => nodes[step.as_str()],
                Target::End => end,
            };
            graph.add_edge(nodes[flow.from.id.as_str()], to, Edge::Flow(flow));
        }
        graph
    }
}

impl Direction {
    fn between(from_rank: usize, to_rank: Option<usize>, returns: bool) -> Self {
        match to_rank {
            _ if returns => Self::Return,
            None => Self::Close,
            Some(to_rank) if to_rank > from_rank => Self::Submit,
            Some(to_rank) if to_rank < from_rank => Self::Dispose,
            Some(_) => Self::Handover,
        }
    }
}
