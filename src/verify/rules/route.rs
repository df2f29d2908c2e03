//! Cases in which a paper goes a given way.

use fixedbitset::FixedBitSet;

use crate::id::StepIx;
use crate::model::Witness;
use crate::net::{Marking, Net};
use crate::verify::quest::{Quest, shortest};
use crate::verify::subject::Subject;

/// Searches for cases that go given ways, as long as they stay within the bound together.
pub(super) struct Routes<'a> {
    subject: &'a Subject<'a>,
    markings_left: usize,
}

impl<'a> Routes<'a> {
    pub(super) const fn new(subject: &'a Subject<'a>, markings_max: usize) -> Self {
        Self { subject, markings_left: markings_max }
    }

    /// A shortest case in which the moves are made one after the other, each at the step to which the one before it has
    /// sent the paper, up to where `last` can be done. `None` where there is none, or none within the bound.
    pub(super) fn witness(&mut self, moves: &[u32], last: usize) -> Option<Witness> {
        if self.markings_left == 0 {
            return None;
        }
        let last = self.subject.net.step_indices().nth(last)?;
        let route = Route::new(self.subject.net, moves, last)?;
        let way = shortest(self.subject, &route, &mut self.markings_left).way()?;
        self.subject.witness(&way)
    }
}

/// A way from step to step. What a case has gone through is how many of its moves are behind the paper.
struct Route<'a> {
    moves: &'a [u32],
    /// The flow on which each move sends the paper.
    sends: Vec<usize>,
    last: StepIx,
}

impl<'a> Route<'a> {
    fn new(net: &Net, moves: &'a [u32], last: StepIx) -> Option<Self> {
        let steps = moves.iter().skip(1).map(|number| net.moves[*number as usize].step).chain([last]);
        let flow_to = |number: &u32, to: StepIx| {
            net.masks.bits(&net.moves[*number as usize].puts).find(|flow| net.flows[*flow].to == Some(to))
        };
        let sends = moves.iter().zip(steps).map(|(number, to)| flow_to(number, to)).collect::<Option<_>>()?;
        Some(Self { moves, sends, last })
    }

    fn next(&self, made: u32) -> Option<u32> {
        self.moves.get(made as usize).copied()
    }
}

impl Quest for Route<'_> {
    /// Where the paper goes another way, or is dropped, the way begins again with the next one.
    fn after(&self, net: &Net, made: u32, taken: u32) -> Option<u32> {
        let leaves = |made: u32| net.empties(&net.moves[taken as usize], self.sends[made as usize - 1]);
        Some(match made {
            _ if self.next(made) == Some(taken) => made + 1,
            0 => 0,
            _ if leaves(made) => u32::from(self.next(0) == Some(taken)),
            _ => made,
        })
    }

    fn touched(&self, net: &Net) -> Vec<StepIx> {
        let mut on_way = FixedBitSet::with_capacity(net.steps.len());
        on_way.extend(self.sends.iter().filter_map(|flow| net.flows[*flow].to).map(StepIx::index));
        let starts = self.moves.first().map(|number| net.moves[*number as usize].step);
        let empties = |step: &StepIx| {
            let mut moves = net.moves_of(&net.steps[step.index()]).iter();
            moves.any(|row| net.emptied(row).iter().any(|emptied| on_way.contains(emptied.index())))
        };
        net.step_indices().filter(|step| starts == Some(*step) || empties(step)).collect()
    }

    fn is_reached(&self, net: &Net, marking: &Marking, made: u32) -> bool {
        self.next(made).is_none() && net.is_enabled(&net.steps[self.last.index()], marking.row())
    }

    fn towards(&self, net: &Net, _: &Marking, made: u32) -> Vec<StepIx> {
        vec![self.next(made).map_or(self.last, |number| net.moves[number as usize].step)]
    }
}
