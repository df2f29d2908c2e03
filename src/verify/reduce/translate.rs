//! From a compiled procedure to its net of places and transitions, with a way back from the end to the start.

use super::graph::{Graph, Node};
use crate::id::StepIx;
use crate::net::{Needs, Net};

/// The net of a procedure, and the place that holds the one token; none where the procedure is no ordinary net.
pub(super) fn translate(net: &Net) -> Option<(Graph, Node)> {
    let needs: Vec<Needs> = net.steps.iter().map(|step| net.needs(step)).collect();
    if net.flows[0].to.is_none() || needs.contains(&Needs::Several) || net.moves.iter().any(|sent| net.cancels(sent)) {
        return None;
    }
    let joined: Vec<(usize, StepIx)> = joined(net, &needs).collect();
    let joins = needs.iter().filter(|needs| **needs == Needs::All).count();

    // The places are the work at each step, the end, and each flow that a join waits for.
    let end = dense(net.steps.len());
    let mut holders: Vec<Node> = net.flows.iter().map(|flow| flow.to.map_or(end, work)).collect();
    for (place, (flow, _)) in (end + 1..).zip(&joined) {
        holders[*flow] = place;
    }
    let places = net.steps.len() + 1 + joined.len();
    let mut graph = Graph::new(places, net.moves.len() + joins + 1);

    let mut transitions = dense(places)..;
    for (sent, transition) in net.moves.iter().zip(&mut transitions) {
        graph.connect(work(sent.step), transition);
        for flow in net.masks.bits(&sent.puts) {
            if graph.has_arc(transition, holders[flow]) {
                return None;
            }
            graph.connect(transition, holders[flow]);
        }
    }
    let restart = transitions.next()?;
    graph.connect(end, restart);
    graph.connect(restart, holders[0]);
    let mut joining = vec![None; net.steps.len()];
    for (flow, step) in joined {
        let join = match joining[step.index()] {
            Some(join) => join,
            None => transitions.next()?,
        };
        if joining[step.index()].replace(join).is_none() {
            graph.connect(join, work(step));
        }
        graph.connect(holders[flow], join);
    }
    Some((graph, end))
}

/// The flows that a join of all waits for, each with the step that they lead to.
fn joined(net: &Net, needs: &[Needs]) -> impl Iterator<Item = (usize, StepIx)> {
    net.flows.iter().enumerate().filter_map(|(position, flow)| {
        let returns = flow.from.is_some_and(|sent| net.moves[sent as usize].returns);
        flow.to.filter(|step| !returns && needs[step.index()] == Needs::All).map(|step| (position, step))
    })
}

/// The place of the work at a step.
fn work(step: StepIx) -> Node {
    dense(step.index())
}

/// Positions fit: the limits keep steps and flows below 2¹⁶.
fn dense(position: usize) -> Node {
    u32::try_from(position).expect("the limits keep places below 2^32")
}
