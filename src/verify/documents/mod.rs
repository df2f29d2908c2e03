//! Whether each document is there when it is needed, on every path, and whether each is needed at all.
//!
//! First the documents that are surely there are carried along the flows: what any way lacks is not sure. Each doubt is
//! settled by a search for a shortest way to the step without the document, so that nothing is told that cannot happen.
//!
//! The kinds of finding are those of S.X. Sun, J.L. Zhao, J.F. Nunamaker, O.R. Liu Sheng, *Formulating the Data-Flow
//! Perspective for Business Process Management*, Information Systems Research 17(4), 2006 (missing, redundant and
//! conflicting data), for papers that a return can make void.

mod paper;
mod sure;
mod yields;

use std::collections::{HashMap, HashSet};

use super::quest::{Found, shortest};
use super::subject::Subject;
use super::together::Together;
use crate::id::{DocumentIx, StepIx};
use crate::model::{Code, Diagnostic, Place};
use paper::{Lacking, Paper};
use sure::Sure;

/// `markings_max` bounds all searches together.
pub(super) fn examine(subject: &Subject<'_>, markings_max: usize) -> Vec<Diagnostic> {
    let mut papers = HashMap::new();
    let mut found = Vec::new();
    let mut left = markings_max;
    for (step, document) in doubts(subject) {
        let paper = papers.entry(document).or_insert_with(|| Paper::find(subject, document));
        found.extend(settle(subject, paper, step, &mut left));
    }
    found.extend(yields::examine(subject, markings_max.min(subject.odd_markings_max())));
    found.extend(unused(subject));
    found
}

fn settle(subject: &Subject<'_>, paper: &Paper, step: StepIx, left: &mut usize) -> Vec<Diagnostic> {
    let name = &subject.procedure.documents[paper.document.index()].id;
    let diagnostic = |code, why: &str| Diagnostic::new(code, subject.place(step), format!("it needs `{name}`, {why}"));
    if paper.yielders.is_empty() {
        let help = "let an earlier step yield it, or list it with `external = true`";
        return vec![diagnostic(Code::DocumentNotProvided, "which no step yields").help(help)];
    }
    let mut seek = |way| shortest(subject, &Lacking { paper, step, way }, left);
    let mut found = Vec::new();
    match seek(paper::NEVER_YIELDED) {
        Found::Way(way) => {
            let (code, why, help) = if paper.leads_from_yielder_to(subject.net, step) {
                let help = "let every way to the step yield it";
                (Code::DocumentMissing, "which is missing on this path", help)
            } else {
                let help = "let an earlier step yield it, or list it with `external = true`";
                (Code::DocumentNotProvided, "which no step before it yields", help)
            };
            found.push(diagnostic(code, why).witness(subject.witness(&way)).help(help));
        }
        Found::Nothing => {}
        Found::Undecided => found.push(undecided(subject, step, name.as_str())),
    }
    match seek(paper::LOST) {
        Found::Way(way) => {
            let help = "return to a step from which the way to this one yields it again, or let a step that stays done \
                        yield it";
            let why = "which a return has made void and nothing yields again on this path";
            found.push(diagnostic(Code::DocumentLost, why).witness(subject.witness(&way)).help(help));
        }
        Found::Undecided if found.is_empty() => found.push(undecided(subject, step, name.as_str())),
        Found::Nothing | Found::Undecided => {}
    }
    found
}

fn undecided(subject: &Subject<'_>, step: StepIx, name: &str) -> Diagnostic {
    let message = format!("whether `{name}` is always there when it is needed was not decided within the limit");
    let help = "allow more markings, or split parallel parts into procedures of their own";
    Diagnostic::new(Code::Undecided, subject.place(step), message).help(help)
}

/// Each step and document such that the document is not surely there when the step is to be done.
fn doubts(subject: &Subject<'_>) -> Vec<(StepIx, DocumentIx)> {
    let net = subject.net;
    let sure = Sure::find(subject.procedure, net);
    let voidable = voidable_elsewhere(subject, &sure);
    let mut doubts = Vec::new();
    for step in net.step_indices() {
        let Some(known) = &sure.at_step[step.index()] else { continue };
        for used in &subject.step(step).inputs {
            let Some(document) = net.documents.get(used.document.as_str()) else { continue };
            let is_sure = known.contains(document.index()) && !voidable.contains(document);
            if !is_sure && !subject.procedure.documents[document.index()].external {
                doubts.push((step, *document));
            }
        }
    }
    doubts
}

/// The documents that a return may void while a token waits elsewhere on a flow on which they are taken to be sure.
fn voidable_elsewhere(subject: &Subject<'_>, sure: &Sure) -> HashSet<DocumentIx> {
    let net = subject.net;
    let mut voidable = HashSet::new();
    let is_parallel = net.moves.iter().any(|row| net.masks.bits(&row.puts).nth(1).is_some());
    let voiding: Vec<_> = net.moves.iter().filter(|row| !row.voids.is_empty()).collect();
    if !is_parallel || voiding.is_empty() {
        return voidable;
    }
    let Some(together) = Together::find(net) else {
        voidable.extend(voiding.into_iter().flat_map(|row| net.voided(row)));
        return voidable;
    };
    for row in voiding {
        let beside = together.beside(net, row.step).filter(|flow| !net.empties(row, *flow));
        let known: Vec<_> = beside.filter_map(|flow| sure.on_flow[flow].as_ref()).collect();
        voidable.extend(net.voided(row).filter(|voided| known.iter().any(|known| known.contains(voided.index()))));
    }
    voidable
}

fn unused(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let steps = &subject.procedure.steps;
    let own = steps.iter().flat_map(|step| &step.outcomes).filter_map(|outcome| outcome.outputs.as_ref()).flatten();
    let used: HashSet<&str> = steps
        .iter()
        .flat_map(|step| step.inputs.iter().chain(&step.outputs))
        .chain(own)
        .map(|used| used.document.as_str())
        .collect();
    let unused = subject.procedure.documents.iter().filter(|document| !used.contains(document.id.as_str()));
    unused
        .map(|document| {
            let message = format!("no step needs or yields `{}`", document.id);
            Diagnostic::new(Code::UnusedDocument, Place::Document(document.id.clone()), message)
        })
        .collect()
}
