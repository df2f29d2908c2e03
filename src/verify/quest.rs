//! Shortest ways to something in particular.
//!
//! A quest says what is sought, and in each marking which steps come on every way to it; stubborn sets do the rest. What
//! a case has gone through, such as whether a document has been yielded, it keeps as a number besides the marking.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::stubborn::Stubborn;
use super::subject::{Subject, Taken};
use crate::id::{FlowIx, StepIx};
use crate::net::{Marking, Net};

/// Something that a case may come to.
pub(super) trait Quest {
    /// Whether it is the end of the case that is sought, or something before it.
    const IS_END: bool = false;

    /// What a case has gone through after a move, beginning with 0; `None` where the move cannot be made.
    fn after(&self, _net: &Net, gone_through: u32, _taken: u32) -> Option<u32> {
        Some(gone_through)
    }

    /// The steps whose moves depend on what it has gone through, or change it.
    fn touched(&self, _net: &Net) -> Vec<StepIx> {
        Vec::new()
    }

    fn is_reached(&self, net: &Net, marking: &Marking, gone_through: u32) -> bool;

    /// Steps of which one is finished on every way from here; none where what is sought is out of reach.
    fn towards(&self, net: &Net, marking: &Marking, gone_through: u32) -> Vec<StepIx>;

    /// A last move, once it is reached.
    fn then(&self) -> Option<u32> {
        None
    }
}

/// What came of a quest.
pub(super) enum Found {
    Way(Vec<Taken>),
    Nothing,
    /// There were more markings than allowed.
    Undecided,
}

impl Found {
    pub(super) fn way(self) -> Option<Vec<Taken>> {
        match self {
            Self::Way(way) => Some(way),
            Self::Nothing | Self::Undecided => None,
        }
    }
}

/// A shortest way, looking at no more markings than are `left`, which it counts down.
pub(super) fn shortest(subject: &Subject<'_>, quest: &impl Quest, left: &mut usize) -> Found {
    let mut visited: Visited = IndexMap::default();
    let found = seek(subject, quest, *left, &mut visited);
    *left = left.saturating_sub(visited.len());
    found
}

fn seek<Q: Quest>(subject: &Subject<'_>, quest: &Q, markings_max: usize, visited: &mut Visited) -> Found {
    let net = subject.net;
    let mut stubborn = None;
    let mut among = |enabled: Vec<StepIx>, marking: &Marking, towards: &[StepIx]| {
        if enabled.len() < 2 {
            return enabled;
        }
        let stubborn = stubborn.get_or_insert_with(|| Stubborn::new(subject.dependence()).binding(quest.touched(net)));
        stubborn.towards(net, marking, towards)
    };
    visited.insert((net.initial(), 0), (0, 0));
    let mut current = 0;
    while let Some(((marking, gone_through), _)) = visited.get_index(current) {
        let (marking, gone_through) = (marking.clone(), *gone_through);
        let is_over = net.has_ended(&marking);
        if is_over == Q::IS_END && quest.is_reached(net, &marking, gone_through) {
            return Found::Way(way(visited, current, quest.then()));
        }
        if visited.len() > markings_max {
            return Found::Undecided;
        }
        let towards = quest.towards(net, &marking, gone_through);
        if !towards.is_empty() && !is_over {
            let steps = among(net.enabled(marking.row()), &marking, &towards);
            for number in steps.into_iter().flat_map(|step| net.numbers(step)) {
                let Some(gone_through) = quest.after(net, gone_through, number) else { continue };
                if let Some(after) = net.after_finish(&net.moves[number as usize], &marking) {
                    visited.entry((after, gone_through)).or_insert((current, number));
                }
            }
        }
        current += 1;
    }
    Found::Nothing
}

/// Each marking with what was gone through, and where it was first reached from by which move.
type Visited = IndexMap<(Marking, u32), (usize, u32), FxBuildHasher>;

fn way(visited: &Visited, mut at: usize, then: Option<u32>) -> Vec<Taken> {
    let mut moves: Vec<Taken> = then.map(Taken::Finish).into_iter().collect();
    while at != 0 {
        let (from, number) = visited[at];
        moves.push(Taken::Finish(number));
        at = from;
    }
    moves.reverse();
    moves
}

/// That a step can be done.
pub(super) struct Enabled(pub(super) StepIx);

impl Quest for Enabled {
    fn is_reached(&self, net: &Net, marking: &Marking, _: u32) -> bool {
        net.is_enabled(&net.steps[self.0.index()], marking.row())
    }

    fn towards(&self, _: &Net, _: &Marking, _: u32) -> Vec<StepIx> {
        vec![self.0]
    }
}

/// That a move would put a second token on a flow.
pub(super) struct Clash {
    flow: FlowIx,
    by: u32,
    step: StepIx,
}

impl Clash {
    pub(super) fn new(net: &Net, flow: FlowIx) -> Option<Self> {
        let by = net.flows[flow.index()].from?;
        Some(Self { flow, by, step: net.moves[by as usize].step })
    }
}

impl Quest for Clash {
    fn is_reached(&self, net: &Net, marking: &Marking, _: u32) -> bool {
        marking.holds(self.flow.index()) && net.is_enabled(&net.steps[self.step.index()], marking.row())
    }

    fn towards(&self, _: &Net, _: &Marking, _: u32) -> Vec<StepIx> {
        vec![self.step]
    }

    fn then(&self) -> Option<u32> {
        Some(self.by)
    }
}

/// That a move ends the case while work waits.
pub(super) struct ImproperEnd {
    pub(super) by: u32,
}

impl Quest for ImproperEnd {
    const IS_END: bool = true;

    fn after(&self, _: &Net, _: u32, taken: u32) -> Option<u32> {
        Some(u32::from(taken == self.by))
    }

    fn is_reached(&self, net: &Net, marking: &Marking, ended: u32) -> bool {
        ended == 1 && !net.is_final(marking)
    }

    fn towards(&self, net: &Net, _: &Marking, _: u32) -> Vec<StepIx> {
        vec![net.moves[self.by as usize].step]
    }
}
