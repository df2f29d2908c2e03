//! Whether each document is there when it is needed, on every path.
//!
//! First the documents that are surely there are propagated along the flows: what any way lacks is not sure. Then each
//! doubt is settled by the markings that a case can reach, together with whether it has the document, which also gives
//! the shortest way to the defect.

use std::collections::{HashMap, HashSet};

use super::space::{Space, Taken, told};
use super::structure::{named, reachable};
use crate::id::{DocumentIx, FlowIx, StepIx};
use crate::model::{Code, Diagnostic, Join, Place, Procedure, Witness};
use crate::net::{Marking, MoveRow, Net};

pub(super) fn examine(procedure: &Procedure, net: &Net, space: &Space) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let doubts = doubts(procedure, net, space);
    let mut documents: Vec<DocumentIx> = doubts.iter().map(|(_, document)| *document).collect();
    documents.sort_unstable();
    documents.dedup();
    for document in documents {
        let steps: Vec<StepIx> =
            doubts.iter().filter(|(_, doubted)| *doubted == document).map(|(step, _)| *step).collect();
        let ways = space.is_complete().then(|| Ways::explore(procedure, net, document));
        found.extend(steps.into_iter().filter_map(|step| settle(procedure, net, document, step, ways.as_ref())));
    }
    found.extend(unused(procedure));
    found
}

fn settle(
    procedure: &Procedure,
    net: &Net,
    document: DocumentIx,
    step: StepIx,
    ways: Option<&Ways>,
) -> Option<Diagnostic> {
    let (name, needing) = (&procedure.documents[document.index()].id, &procedure.steps[step.index()]);
    let place = Place::Step(needing.id.clone());
    let yielded = net.moves.iter().any(|row| row.outputs.contains(&document));
    let never = |why: &str| {
        let message = format!("{} needs `{name}`, {why}", named(needing));
        let help = "let an earlier step yield it, or list it with `external = true`";
        Diagnostic::new(Code::DocumentNotProvided, place.clone(), message).help(help)
    };
    if !yielded {
        return Some(never("which no step yields"));
    }
    let Some(ways) = ways else {
        let message = format!("{} needs `{name}`, which may be missing on some path", named(needing));
        return Some(Diagnostic::new(Code::DocumentMissing, place, message));
    };
    let lacking = ways.first_lacking.get(&step)?;
    let witness = ways.witness(procedure, net, *lacking);
    if !ways.with_document.contains(&step) {
        return Some(never("which no step before it yields").witness(witness));
    }
    let message = format!("{} needs `{name}`, which is missing on this path", named(needing));
    let help = "let every way to the step yield it; a return voids what only the steps to be done again yield";
    Some(Diagnostic::new(Code::DocumentMissing, place, message).witness(witness).help(help))
}

/// Each step and document such that the document is not surely there when the step is to be done.
fn doubts(procedure: &Procedure, net: &Net, space: &Space) -> Vec<(StepIx, DocumentIx)> {
    let sure = sure(procedure, net);
    let voidable = voidable_elsewhere(net, space, &sure.on_flow);
    let mut doubts = Vec::new();
    for (position, step) in procedure.steps.iter().enumerate() {
        let Some(known) = &sure.at_step[position] else { continue };
        for used in &step.inputs {
            let Some(document) = net.documents.get(used.document.as_str()) else { continue };
            let is_sure = known.contains(document) && !voidable.contains(document);
            if !is_sure && !procedure.documents[document.index()].external {
                doubts.push((step_index(position), *document));
            }
        }
    }
    doubts
}

/// The documents that a return voids while a token waits elsewhere on a flow on which they are taken to be sure.
fn voidable_elsewhere(net: &Net, space: &Space, on_flow: &[Option<Documents>]) -> Documents {
    let mut voidable = Documents::new();
    let is_parallel = net.moves.iter().any(|row| net.masks.bits(&row.puts).nth(1).is_some());
    if !is_parallel || !space.is_complete() {
        return voidable;
    }
    for marking in space.markings() {
        for step in net.enabled(marking.row()) {
            for row in net.moves_of(&net.steps[step.index()]).iter().filter(|row| !row.voids.is_empty()) {
                let mut changed = marking.clone();
                if net.finish_marking(row, &mut changed).is_err() {
                    continue;
                }
                let puts: Vec<usize> = net.masks.bits(&row.puts).collect();
                let waiting = changed.flows().map(FlowIx::index).filter(|flow| !puts.contains(flow));
                let sure: Vec<&Documents> = waiting.filter_map(|flow| on_flow[flow].as_ref()).collect();
                voidable.extend(voids(net, row).filter(|voided| sure.iter().any(|sure| sure.contains(voided))));
            }
        }
    }
    voidable
}

fn voids<'a>(net: &'a Net, row: &'a MoveRow) -> impl Iterator<Item = DocumentIx> + 'a {
    let first = net.layout.document_bit(DocumentIx(0));
    net.masks.bits(&row.voids).filter_map(move |bit| u16::try_from(bit - first).ok().map(DocumentIx))
}

type Documents = HashSet<DocumentIx>;

/// The documents that are surely there, going by the flows that lead to a place; `None` where none do.
struct Sure {
    /// When the step is enabled.
    at_step: Vec<Option<Documents>>,
    /// When a token is put on the flow.
    on_flow: Vec<Option<Documents>>,
}

fn sure(procedure: &Procedure, net: &Net) -> Sure {
    let reachable = reachable(net);
    let mut on_flow: Vec<Option<Documents>> = vec![None; net.flows.len()];
    let mut at_step: Vec<Option<Documents>> = vec![None; net.steps.len()];
    let Some(first) = net.flows[0].to else { return Sure { at_step, on_flow } };
    on_flow[0] = Some(Documents::new());
    let arriving = arriving(net);
    let mut open = vec![first];
    while let Some(step) = open.pop() {
        let position = step.index();
        if !reachable[position] {
            continue;
        }
        let now = combine(&arriving[position], procedure.steps[position].join, &on_flow);
        if at_step[position] == now {
            continue;
        }
        let Some(known) = &now else { continue };
        for row in net.moves_of(&net.steps[position]) {
            let carried = after(net, known, row);
            for flow in net.masks.bits(&row.puts) {
                on_flow[flow] = Some(carried.clone());
                open.extend(net.flows[flow].to);
            }
        }
        at_step[position] = now;
    }
    Sure { at_step, on_flow }
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

/// What is surely there behind a join. `None` while nothing is known to arrive.
fn combine(arriving: &Arriving, join: Join, on_flow: &[Option<Documents>]) -> Option<Documents> {
    let forward: Vec<&Documents> = arriving.forward.iter().filter_map(|flow| on_flow[*flow].as_ref()).collect();
    let wanted = match join {
        Join::Any => 1,
        Join::All => arriving.forward.len(),
        Join::NOf(wanted) => usize::from(wanted),
    };
    let joined = (forward.len() >= wanted.max(1)).then(|| in_every_choice(&forward, wanted));
    let returned = arriving.back.iter().filter_map(|flow| on_flow[*flow].clone());
    joined.into_iter().chain(returned).reduce(|sure, other| sure.intersection(&other).copied().collect())
}

/// What is there whichever `wanted` of the flows arrive: what fewer than `wanted` of them lack.
fn in_every_choice(flows: &[&Documents], wanted: usize) -> Documents {
    let mut holders: HashMap<DocumentIx, usize> = HashMap::new();
    for document in flows.iter().copied().flatten() {
        *holders.entry(*document).or_default() += 1;
    }
    holders.into_iter().filter(|(_, holders)| flows.len() - holders < wanted).map(|(document, _)| document).collect()
}

fn after(net: &Net, known: &Documents, row: &MoveRow) -> Documents {
    let voided: Documents = voids(net, row).collect();
    let kept = known.difference(&voided).copied();
    kept.chain(row.outputs.iter().copied()).collect()
}

/// The ways of a case with regard to one document.
struct Ways {
    visited: indexmap::IndexMap<(Marking, bool), Option<(usize, u32)>>,
    /// Where a step is first enabled without the document that it needs.
    first_lacking: HashMap<StepIx, usize>,
    /// The steps that are enabled with the document on some way.
    with_document: HashSet<StepIx>,
}

impl Ways {
    fn explore(procedure: &Procedure, net: &Net, document: DocumentIx) -> Self {
        let id = &procedure.documents[document.index()].id;
        let needs: Vec<bool> =
            procedure.steps.iter().map(|step| step.inputs.iter().any(|used| used.document == *id)).collect();
        let mut ways = Self {
            visited: [((net.initial(), false), None)].into_iter().collect(),
            first_lacking: HashMap::new(),
            with_document: HashSet::new(),
        };
        let mut current = 0;
        while let Some((marking, has)) = ways.visited.get_index(current).map(|(state, _)| state.clone()) {
            for step in net.enabled(marking.row()) {
                let lacking = needs[step.index()] && !has;
                if lacking {
                    ways.first_lacking.entry(step).or_insert(current);
                } else if has {
                    ways.with_document.insert(step);
                }
                let row = &net.steps[step.index()];
                for number in row.first_move..row.first_move + u32::from(row.move_count) {
                    let taken = &net.moves[number as usize];
                    let mut changed = marking.clone();
                    if (lacking && !taken.returns) || net.finish_marking(taken, &mut changed).is_err() {
                        continue;
                    }
                    let voided = net.masks.bits(&taken.voids).any(|bit| bit == net.layout.document_bit(document));
                    let has = (has && !voided) || taken.outputs.contains(&document);
                    ways.visited.entry((changed, has)).or_insert(Some((current, number)));
                }
            }
            current += 1;
        }
        ways
    }

    fn witness(&self, procedure: &Procedure, net: &Net, mut at: usize) -> Witness {
        let mut moves = Vec::new();
        while let Some((from, number)) = self.visited[at] {
            moves.push(told(procedure, net, Taken::Finish(number)));
            at = from;
        }
        moves.reverse();
        Witness { moves }
    }
}

fn unused(procedure: &Procedure) -> impl Iterator<Item = Diagnostic> {
    let used: HashSet<&str> = procedure
        .steps
        .iter()
        .flat_map(|step| {
            let own = step.outcomes.iter().filter_map(|outcome| outcome.outputs.as_ref()).flatten();
            step.inputs.iter().chain(&step.outputs).chain(own)
        })
        .map(|used| used.document.as_str())
        .collect();
    procedure.documents.iter().filter(move |document| !used.contains(document.id.as_str())).map(|document| {
        let message = format!("no step needs or yields `{}`", document.id);
        Diagnostic::new(Code::UnusedDocument, Place::Document(document.id.clone()), message)
    })
}

fn step_index(position: usize) -> StepIx {
    StepIx(u16::try_from(position).expect("the limits keep steps below 2^16"))
}
