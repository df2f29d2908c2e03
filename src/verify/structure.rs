//! What the flows alone show: steps that nothing leads to, steps that lead nowhere, returns that go forward.

use super::subject::Subject;
use crate::id::StepIx;
use crate::model::{Code, Diagnostic, Place, Target};
use crate::net::Net;

pub(super) fn examine(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let (procedure, net) = (subject.procedure, subject.net);
    let reachable = reachable(net);
    let ending = ending(net);
    let mut found = Vec::new();
    for (position, step) in procedure.steps.iter().enumerate() {
        let place = || Place::Step(step.id.clone());
        if !reachable[position] {
            let message = "no flow leads to it from the start";
            let help = "let an outcome of an earlier step lead to it, or take it out";
            found.push(Diagnostic::new(Code::UnreachableStep, place(), message).help(help));
        }
        if !ending[position] {
            let message = "no flow leads from it to the end";
            let help = "give it, or a step after it, an outcome that leads towards `end`";
            found.push(Diagnostic::new(Code::NoWayToEnd, place(), message).help(help));
        }
    }
    found.extend(subject.outcomes().filter(|(_, _, row)| row.returns && !row.goes_back).map(|(step, outcome, _)| {
        let place = Place::Outcome(step.id.clone(), outcome.id.clone());
        let targets: Vec<&str> = outcome.to.iter().map(Target::as_str).collect();
        let message = format!("it returns work to step {}, which is not before it", targets.join(" and "));
        let help = "return to a step from which the flows lead to this one, or make it an ordinary outcome";
        Diagnostic::new(Code::ReturnForward, place, message).help(help)
    }));
    found
}

/// For each step, whether flows lead to it from the start.
pub(super) fn reachable(net: &Net) -> Vec<bool> {
    let mut reached = vec![false; net.steps.len()];
    let mut open: Vec<usize> = net.flows.first().and_then(|flow| flow.to).map(StepIx::index).into_iter().collect();
    for step in &open {
        reached[*step] = true;
    }
    while let Some(step) = open.pop() {
        for next in net.moves_of(&net.steps[step]).iter().flat_map(|sent| net.receivers(sent)) {
            if !reached[next.index()] {
                reached[next.index()] = true;
                open.push(next.index());
            }
        }
    }
    reached
}

/// For each step, whether flows lead from it to the end, or to a step that another one empties. Whether that other step
/// always comes to it is what the markings show.
fn ending(net: &Net) -> Vec<bool> {
    let mut before = vec![Vec::new(); net.steps.len()];
    let mut ending = vec![false; net.steps.len()];
    let mut open = Vec::new();
    for sent in &net.moves {
        let step = sent.step.index();
        for emptied in net.emptied(sent).into_iter().filter(|emptied| *emptied != sent.step) {
            if !std::mem::replace(&mut ending[emptied.index()], true) {
                open.push(emptied.index());
            }
        }
        for flow in net.masks.bits(&sent.puts) {
            match net.flows[flow].to {
                Some(next) => before[next.index()].push(step),
                None if !ending[step] => {
                    ending[step] = true;
                    open.push(step);
                }
                None => {}
            }
        }
    }
    while let Some(step) = open.pop() {
        for &earlier in &before[step] {
            if !ending[earlier] {
                ending[earlier] = true;
                open.push(earlier);
            }
        }
    }
    ending
}
