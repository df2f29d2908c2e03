//! What becomes of the documents that steps yield.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;

use super::paper::Paper;
use crate::id::{DocumentIx, StepIx};
use crate::model::{Code, Diagnostic};
use crate::net::{Marking, Net};
use crate::verify::quest::{Quest, shortest};
use crate::verify::subject::Subject;

pub(super) fn examine(subject: &Subject<'_>, markings_max: usize) -> Vec<Diagnostic> {
    let mut found = never_needed(subject);
    found.extend(yielded_again(subject, markings_max));
    found
}

/// The outputs that no step after needs, other than those with which the case ends.
fn never_needed(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let net = subject.net;
    let needed = needed_after(subject);
    let mut found = Vec::new();
    for step in net.step_indices() {
        let moves = net.moves_of(&net.steps[step.index()]);
        let unneeded = moves.iter().filter(|row| !row.ends).flat_map(|row| row.outputs.iter().copied());
        let mut unneeded: Vec<DocumentIx> =
            unneeded.filter(|document| !needed[step.index()].contains(document.index())).collect();
        unneeded.sort_unstable();
        unneeded.dedup();
        found.extend(unneeded.into_iter().map(|document| {
            let id = &subject.procedure.documents[document.index()].id;
            let message = format!("it yields `{id}`, which no step after it needs");
            let help = "list it among the inputs of the step that uses it; leave it where it is a result";
            Diagnostic::new(Code::DocumentNeverNeeded, subject.place(step), message).help(help)
        }));
    }
    found
}

/// For each step, the documents that some step after it needs: live variables, a backward data-flow analysis.
fn needed_after(subject: &Subject<'_>) -> Vec<FixedBitSet> {
    let net = subject.net;
    let mut before = vec![Vec::new(); net.steps.len()];
    for sent in &net.moves {
        net.receivers(sent).for_each(|receiver| before[receiver.index()].push(sent.step));
    }
    let documents = subject.procedure.documents.len();
    let mut needed = vec![FixedBitSet::with_capacity(documents); net.steps.len()];
    let mut open: Vec<StepIx> = net.step_indices().collect();
    let mut is_open = vec![true; net.steps.len()];
    while let Some(step) = open.pop() {
        is_open[step.index()] = false;
        let mut here = needed[step.index()].clone();
        let inputs = subject.step(step).inputs.iter();
        here.extend(inputs.filter_map(|used| Some(net.documents.get(used.document.as_str())?.index())));
        for earlier in &before[step.index()] {
            let known = &mut needed[earlier.index()];
            if !here.is_subset(known) {
                known.union_with(&here);
                if !std::mem::replace(&mut is_open[earlier.index()], true) {
                    open.push(*earlier);
                }
            }
        }
    }
    needed
}

/// The steps that yield what another step has yielded and nothing has made void since.
fn yielded_again(subject: &Subject<'_>, markings_max: usize) -> Vec<Diagnostic> {
    let mut yielders: BTreeMap<DocumentIx, BTreeMap<StepIx, u32>> = BTreeMap::new();
    for (number, row) in (0..).zip(&subject.net.moves) {
        for document in &row.outputs {
            yielders.entry(*document).or_default().entry(row.step).or_insert(number);
        }
    }
    let mut left = markings_max;
    let mut found = Vec::new();
    for (document, by_step) in yielders.into_iter().filter(|(_, by_step)| by_step.len() > 1) {
        let paper = Paper::find(subject, document);
        let renewing = by_step.into_iter().filter(|(step, _)| !paper.is_needed_by(*step));
        for (step, number) in renewing {
            let quest = Again { paper: &paper, step, number };
            let Some(way) = shortest(subject, &quest, &mut left).way() else { continue };
            let id = &subject.procedure.documents[document.index()].id;
            let message =
                format!("it yields `{id}`, which another step has yielded on this path and which is still there");
            let help = "give each stage of a paper its own document, or list it as an input of this step";
            found.push(
                Diagnostic::new(Code::DocumentTwice, subject.place(step), message)
                    .witness(subject.witness(&way))
                    .help(help),
            );
        }
    }
    found
}

/// That a step can yield the document again.
struct Again<'a> {
    paper: &'a Paper,
    step: StepIx,
    /// The move by which it does.
    number: u32,
}

impl Quest for Again<'_> {
    fn after(&self, net: &Net, gone_through: u32, taken: u32) -> Option<u32> {
        self.paper.after(net, gone_through, taken)
    }

    fn touched(&self, net: &Net) -> Vec<StepIx> {
        self.paper.touched(net)
    }

    fn is_reached(&self, net: &Net, marking: &Marking, gone_through: u32) -> bool {
        let by_another = Paper::yielded_by(gone_through).is_some_and(|step| step != self.step);
        by_another && net.is_enabled(&net.steps[self.step.index()], marking.row())
    }

    fn towards(&self, net: &Net, marking: &Marking, _: u32) -> Vec<StepIx> {
        if net.is_enabled(&net.steps[self.step.index()], marking.row()) {
            let yielders = self.paper.yielders.iter().map(|number| net.moves[*number as usize].step);
            yielders.filter(|step| *step != self.step).collect()
        } else {
            vec![self.step]
        }
    }

    fn then(&self) -> Option<u32> {
        Some(self.number)
    }
}
