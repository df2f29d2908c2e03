//! From a compiled procedure to its workflow net, short-circuited.

use super::graph::{Graph, Node, Side};
use crate::id::StepIx;
use crate::net::{Needs, Net};

/// The net of a procedure whose end leads back to its start, and the place that holds the one token.
///
/// None where the procedure is no ordinary net.
pub(super) fn translate(net: &Net) -> Option<(Graph, Node)> {
    let first = net.flows[0].to?;
    if net.moves.iter().any(|sent| sent.cancels) {
        return None;
    }
    let needs: Vec<Needs> = net.steps.iter().map(|step| net.needs(step)).collect();
    if needs.contains(&Needs::Several) {
        return None;
    }
    let is_joined = |flow: usize| {
        let returns = net.flows[flow].from.is_some_and(|sent| net.moves[sent as usize].returns);
        !returns && net.flows[flow].to.is_some_and(|step| needs[step.index()] == Needs::All)
    };
    let joined: Vec<usize> = (0..net.flows.len()).filter(|flow| is_joined(*flow)).collect();
    let joins = needs.iter().filter(|needs| **needs == Needs::All).count();

    // The places: where the work of each step lies, the end, and the flows that a join waits for.
    let end = net.steps.len();
    let work = |step: StepIx| place(step.index());
    let mut places: Vec<Node> = net.flows.iter().map(|flow| flow.to.map_or(place(end), work)).collect();
    for (position, flow) in joined.iter().enumerate() {
        places[*flow] = place(end + 1 + position);
    }
    let count = end + 1 + joined.len();
    let mut graph = Graph::new(count, net.moves.len() + joins + 1);

    let mut transition = place(count);
    for sent in &net.moves {
        graph.connect(work(sent.step), transition);
        for flow in net.masks.bits(&sent.puts) {
            if graph.has_arc(transition, places[flow]) {
                return None;
            }
            graph.connect(transition, places[flow]);
        }
        if graph.degree(transition, Side::After) == 0 {
            return None;
        }
        transition += 1;
    }
    let mut joining = vec![None; net.steps.len()];
    for flow in joined {
        let step = net.flows[flow].to?;
        let join = *joining[step.index()].get_or_insert_with(|| {
            transition += 1;
            graph.connect(transition - 1, work(step));
            transition - 1
        });
        graph.connect(places[flow], join);
    }
    graph.connect(place(end), transition);
    graph.connect(transition, places[0]);
    debug_assert!(first.index() < end);
    Some((graph, place(end)))
}

/// Positions fit: the limits keep steps and flows below 2¹⁶.
fn place(position: usize) -> Node {
    u32::try_from(position).expect("the limits keep places below 2^32")
}
