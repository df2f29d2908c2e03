//! Which documents are surely there, going by the flows alone.
//!
//! Sets of documents are carried along the flows until nothing changes: a choice of ways keeps what every way has, a join
//! of all keeps what any branch has, and a return drops what it voids. It is a forward data-flow analysis on a lattice of
//! finite sets, so it ends (G. Kildall, *A Unified Approach to Global Program Optimization*, POPL 1973).

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;

use crate::model::{Join, Procedure};
use crate::net::{MoveRow, Net};
use crate::verify::structure::reachable;

pub(super) type Documents = FixedBitSet;

/// The documents that are surely there; `None` where no flow leads.
pub(super) struct Sure {
    /// When the step is enabled.
    pub(super) at_step: Vec<Option<Documents>>,
    /// When a token is put on the flow.
    pub(super) on_flow: Vec<Option<Documents>>,
}

impl Sure {
    pub(super) fn find(procedure: &Procedure, net: &Net) -> Self {
        let mut sure = Self { at_step: vec![None; net.steps.len()], on_flow: vec![None; net.flows.len()] };
        let Some(first) = net.flows[0].to else { return sure };
        let reachable = reachable(net);
        let arriving = arriving(net);
        sure.on_flow[0] = Some(Documents::with_capacity(procedure.documents.len()));
        // Steps in the order of the form, which mostly is the order of the flows, so that few are looked at twice.
        let mut open = BTreeSet::from([first]);
        while let Some(step) = open.pop_first() {
            let position = step.index();
            let known = sure.behind_join(&arriving[position], procedure.steps[position].join);
            if !reachable[position] || sure.at_step[position] == known {
                continue;
            }
            let Some(known) = known else { continue };
            for row in net.moves_of(&net.steps[position]) {
                let carried = after(net, &known, row);
                for flow in net.masks.bits(&row.puts) {
                    sure.on_flow[flow] = Some(carried.clone());
                    open.extend(net.flows[flow].to);
                }
            }
            sure.at_step[position] = Some(known);
        }
        sure
    }

    /// What is surely there behind a join. `None` while nothing is known to arrive.
    fn behind_join(&self, arriving: &Arriving, join: Join) -> Option<Documents> {
        let forward: Vec<&Documents> =
            arriving.forward.iter().filter_map(|flow| self.on_flow[*flow].as_ref()).collect();
        let wanted = match join {
            Join::Any => 1,
            Join::All => arriving.forward.len(),
            Join::NOf(wanted) => usize::from(wanted),
        };
        let joined = (forward.len() >= wanted.max(1)).then(|| in_every_choice(&forward, wanted));
        let returned = arriving.back.iter().filter_map(|flow| self.on_flow[*flow].clone());
        joined.into_iter().chain(returned).reduce(|mut sure, other| {
            sure.intersect_with(&other);
            sure
        })
    }
}

/// The flows that lead to a step: those of its join, and those of returns.
#[derive(Default, Clone)]
struct Arriving {
    forward: Vec<usize>,
    back: Vec<usize>,
}

fn arriving(net: &Net) -> Vec<Arriving> {
    let mut arriving = vec![Arriving::default(); net.steps.len()];
    for (position, flow) in net.flows.iter().enumerate() {
        let Some(to) = flow.to else { continue };
        let returns = flow.from.is_some_and(|sent| net.moves[sent as usize].returns);
        let flows = &mut arriving[to.index()];
        if returns { flows.back.push(position) } else { flows.forward.push(position) }
    }
    arriving
}

/// What is there whichever `wanted` of the flows arrive: what fewer than `wanted` of them lack.
fn in_every_choice(flows: &[&Documents], wanted: usize) -> Documents {
    let mut sure = flows[0].clone();
    for other in &flows[1..] {
        if wanted == 1 { sure.intersect_with(other) } else { sure.union_with(other) }
    }
    if wanted > 1 && wanted < flows.len() {
        let in_union: Vec<usize> = sure.ones().collect();
        for document in in_union {
            let lacking = flows.iter().filter(|flow| !flow.contains(document)).count();
            sure.set(document, lacking < wanted);
        }
    }
    sure
}

fn after(net: &Net, known: &Documents, row: &MoveRow) -> Documents {
    let mut documents = known.clone();
    for document in net.voided(row) {
        documents.remove(document.index());
    }
    documents.extend(row.outputs.iter().map(|document| document.index()));
    documents
}
