//! What a case has gone through with one document.

use crate::id::{DocumentIx, StepIx};
use crate::net::{Marking, Net};
use crate::verify::quest::Quest;
use crate::verify::subject::Subject;

pub(super) const NEVER_YIELDED: u32 = 0;
/// A return has made it void.
pub(super) const LOST: u32 = 1;
/// From here on: which step yielded it last.
const THERE: u32 = 2;

/// What the moves of a procedure do with one document.
pub(super) struct Paper {
    pub(super) document: DocumentIx,
    /// The moves that yield it.
    pub(super) yielders: Vec<u32>,
    /// The moves that make it void.
    voiders: Vec<u32>,
    needed_by: Vec<StepIx>,
    does: Vec<Does>,
}

/// What a move does with the document.
#[derive(Clone, Copy, Default)]
struct Does {
    needs: bool,
    yields: bool,
    voids: bool,
}

impl Paper {
    pub(super) fn find(subject: &Subject<'_>, document: DocumentIx) -> Self {
        let (net, id) = (subject.net, &subject.procedure.documents[document.index()].id);
        let needs = |step: &StepIx| subject.step(*step).inputs.iter().any(|used| used.document == *id);
        let needed_by: Vec<StepIx> = net.step_indices().filter(needs).collect();
        let does: Vec<Does> = net
            .moves
            .iter()
            .map(|row| Does {
                needs: needed_by.binary_search(&row.step).is_ok() && !row.returns,
                yields: row.outputs.contains(&document),
                voids: net.voided(row).any(|voided| voided == document),
            })
            .collect();
        let numbers = |fits: fn(&Does) -> bool| {
            let fitting = does.iter().enumerate().filter(|(_, does)| fits(does));
            fitting.filter_map(|(number, _)| u32::try_from(number).ok()).collect()
        };
        let (yielders, voiders) = (numbers(|does| does.yields), numbers(|does| does.voids));
        Self { document, yielders, voiders, needed_by, does }
    }

    /// What has been gone through with it after a move; `None` where the move needs it and it is not there.
    pub(super) fn after(&self, net: &Net, gone_through: u32, taken: u32) -> Option<u32> {
        let does = self.does[taken as usize];
        let is_there = gone_through >= THERE;
        if does.needs && !is_there {
            return None;
        }
        Some(match gone_through {
            _ if does.yields => THERE + u32::from(net.moves[taken as usize].step.0),
            _ if does.voids && is_there => LOST,
            _ => gone_through,
        })
    }

    pub(super) fn touched(&self, net: &Net) -> Vec<StepIx> {
        let numbers = self.yielders.iter().chain(&self.voiders);
        numbers.map(|number| net.moves[*number as usize].step).chain(self.needed_by.iter().copied()).collect()
    }

    /// Who yielded it, where it is there.
    pub(super) fn yielded_by(gone_through: u32) -> Option<StepIx> {
        u16::try_from(gone_through.checked_sub(THERE)?).ok().map(StepIx)
    }

    pub(super) fn is_needed_by(&self, step: StepIx) -> bool {
        self.needed_by.binary_search(&step).is_ok()
    }

    /// Whether flows lead to the step from one that yields the document.
    pub(super) fn leads_from_yielder_to(&self, net: &Net, step: StepIx) -> bool {
        let mut reached = vec![false; net.steps.len()];
        let mut open: Vec<StepIx> =
            self.yielders.iter().flat_map(|number| net.receivers(&net.moves[*number as usize])).collect();
        while let Some(next) = open.pop() {
            if !std::mem::replace(&mut reached[next.index()], true) {
                let moves = net.moves_of(&net.steps[next.index()]);
                open.extend(moves.iter().flat_map(|row| net.receivers(row)));
            }
        }
        reached[step.index()]
    }

    fn steps(net: &Net, numbers: &[u32]) -> Vec<StepIx> {
        numbers.iter().map(|number| net.moves[*number as usize].step).collect()
    }
}

/// That a step can be done while the document is lacking, in the given way: never yielded, or lost.
pub(super) struct Lacking<'a> {
    pub(super) paper: &'a Paper,
    pub(super) step: StepIx,
    pub(super) way: u32,
}

impl Quest for Lacking<'_> {
    fn after(&self, net: &Net, gone_through: u32, taken: u32) -> Option<u32> {
        // Who yielded it does not matter here.
        self.paper.after(net, gone_through, taken).map(|after| after.min(THERE))
    }

    fn touched(&self, net: &Net) -> Vec<StepIx> {
        self.paper.touched(net)
    }

    fn is_reached(&self, net: &Net, marking: &Marking, gone_through: u32) -> bool {
        gone_through == self.way && net.is_enabled(&net.steps[self.step.index()], marking.row())
    }

    fn towards(&self, net: &Net, marking: &Marking, gone_through: u32) -> Vec<StepIx> {
        let paper = self.paper;
        match self.way {
            NEVER_YIELDED if gone_through != NEVER_YIELDED => Vec::new(),
            LOST if paper.voiders.is_empty() => Vec::new(),
            _ if !net.is_enabled(&net.steps[self.step.index()], marking.row()) => vec![self.step],
            _ if gone_through >= THERE => Paper::steps(net, &paper.voiders),
            _ => Paper::steps(net, &paper.yielders),
        }
    }
}
