//! Which flows may hold tokens at the same time.
//!
//! The smallest relation such that flows of one outcome are in it with each other, and what a step sends is in it with
//! whatever is in it with all that enables the step. Every marking that finishing steps can reach has its flows in it pair
//! by pair; for sound free-choice procedures it holds no other pairs. Flows that enable a step each by itself are one
//! place. Source: A. Kovalyov, J. Esparza, *A polynomial algorithm to compute the concurrency relation of free-choice
//! signal transition graphs*, WODES 1996.

use crate::id::StepIx;
use crate::net::{Arrivals, MoveRow, Net};

/// Places beyond which anything is taken to be possible beside anything: each pair of them takes a bit.
const PLACES_MAX: usize = 1 << 15;

pub(super) struct Together {
    /// The place of each flow.
    places: Vec<u32>,
    /// For each place a row of bits: the places that may hold a token while it does.
    near: Vec<u64>,
    words: usize,
}

impl Together {
    /// `None` where there are too many places; then anything may be.
    pub(super) fn find(net: &Net) -> Option<Self> {
        Some(Relating::new(net)?.relate())
    }

    /// The flows that may hold a token while a step can be done, itself left aside.
    pub(super) fn beside<'a>(&'a self, net: &Net, step: StepIx) -> impl Iterator<Item = usize> + 'a {
        let Arrivals { one_of, all_of, n_of } = net.arrivals(&net.steps[step.index()]);
        let enabling = one_of.into_iter().take(1).chain(all_of.into_iter().take(1)).chain(n_of.1);
        let enabling: Vec<u32> = enabling.map(|flow| self.places[flow]).collect();
        let is_near = move |flow: &usize| enabling.iter().any(|place| self.holds(*place, self.places[*flow]));
        (0..self.places.len()).filter(is_near)
    }

    fn places_of<'a>(&'a self, net: &'a Net, sent: &'a MoveRow) -> impl Iterator<Item = u32> + 'a {
        net.masks.bits(&sent.puts).map(|flow| self.places[flow])
    }

    #[inline]
    fn pair(&mut self, one: u32, other: u32, new: &mut Vec<(u32, u32)>) {
        if !self.holds(one, other) {
            self.near[one as usize * self.words + other as usize / 64] |= 1 << (other % 64);
            self.near[other as usize * self.words + one as usize / 64] |= 1 << (one % 64);
            new.push((one, other));
        }
    }

    fn holds(&self, one: u32, other: u32) -> bool {
        self.near[one as usize * self.words + other as usize / 64] >> (other % 64) & 1 == 1
    }
}

struct Relating<'a> {
    net: &'a Net,
    together: Together,
    steps: Vec<Ways>,
    /// The step behind each place.
    behind: Vec<Option<StepIx>>,
    open: Vec<(u32, u32)>,
}

/// What a step takes and sends, as places.
struct Ways {
    one_of: Option<u32>,
    all_of: Vec<u32>,
    n_of: (u16, Vec<u32>),
    /// What it sends by moves that empty no other step.
    sends: Vec<u32>,
    /// The moves that do.
    emptying: Vec<u32>,
}

impl<'a> Relating<'a> {
    fn new(net: &'a Net) -> Option<Self> {
        let arrivals: Vec<Arrivals> = net.steps.iter().map(|row| net.arrivals(row)).collect();
        let (places, behind) = places(net, &arrivals);
        if behind.len() > PLACES_MAX {
            return None;
        }
        let steps = net.step_indices().zip(arrivals).map(|(step, arrivals)| Ways::new(net, step, &arrivals, &places));
        let (steps, words) = (steps.collect(), behind.len().div_ceil(64));
        let together = Together { near: vec![0; behind.len() * words], places, words };
        Some(Self { net, together, steps, behind, open: Vec::new() })
    }

    fn relate(mut self) -> Together {
        let Self { net, together, open, .. } = &mut self;
        for sent in &net.moves {
            let places: Vec<u32> = together.places_of(net, sent).collect();
            for (position, place) in places.iter().enumerate() {
                places[..position].iter().for_each(|other| together.pair(*place, *other, open));
            }
        }
        while let Some((place, beside)) = self.open.pop() {
            self.spread(place, beside);
            self.spread(beside, place);
        }
        self.together
    }

    /// A token has been found to be possible on a place beside another: so is what the step behind it sends.
    fn spread(&mut self, place: u32, beside: u32) {
        let Self { net, together, steps, behind, open } = self;
        let Some(step) = behind[place as usize] else { return };
        let ways = &steps[step.index()];
        if behind[beside as usize] == Some(step) || !ways.can_be_done(together, place, beside) {
            return;
        }
        for sent in &ways.sends {
            together.pair(*sent, beside, open);
        }
        for number in &ways.emptying {
            let sent = &net.moves[*number as usize];
            if !behind[beside as usize].is_some_and(|other| net.emptied(sent).contains(&other)) {
                let places: Vec<u32> = together.places_of(net, sent).collect();
                for place in places {
                    together.pair(place, beside, open);
                }
            }
        }
    }
}

impl Ways {
    fn new(net: &Net, step: StepIx, arrivals: &Arrivals, places: &[u32]) -> Self {
        let place = |flow: &usize| places[*flow];
        let mut ways = Self {
            one_of: arrivals.one_of.first().map(place),
            all_of: arrivals.all_of.iter().map(place).collect(),
            n_of: (arrivals.n_of.0, arrivals.n_of.1.iter().map(place).collect()),
            sends: Vec::new(),
            emptying: Vec::new(),
        };
        for number in net.numbers(step) {
            let sent = &net.moves[number as usize];
            if net.emptied(sent).iter().any(|emptied| *emptied != step) {
                ways.emptying.push(number);
            } else {
                ways.sends.extend(net.masks.bits(&sent.puts).map(|flow| places[flow]));
            }
        }
        ways.sends.sort_unstable();
        ways.sends.dedup();
        ways
    }

    fn can_be_done(&self, together: &Together, place: u32, beside: u32) -> bool {
        let is_near = |place: &&u32| together.holds(**place, beside);
        self.one_of == Some(place)
            || (!self.all_of.is_empty() && self.all_of.iter().all(|place| is_near(&place)))
            || (self.n_of.0 > 0 && self.n_of.1.iter().filter(is_near).count() >= usize::from(self.n_of.0))
    }
}

/// The place of each flow, and the step behind each place. Flows that enable a step each by itself are one place.
fn places(net: &Net, arrivals: &[Arrivals]) -> (Vec<u32>, Vec<Option<StepIx>>) {
    let mut places = vec![u32::MAX; net.flows.len()];
    let mut behind = Vec::new();
    let mut place = |flows: &[usize], step: Option<StepIx>| {
        let next = u32::try_from(behind.len()).expect("there are few flows");
        for flow in flows {
            places[*flow] = next;
        }
        behind.push(step);
    };
    for (step, own) in net.step_indices().zip(arrivals) {
        if !own.one_of.is_empty() {
            place(&own.one_of, Some(step));
        }
        own.all_of.iter().chain(&own.n_of.1).for_each(|flow| place(&[*flow], Some(step)));
    }
    let rest: Vec<usize> = (0..net.flows.len()).filter(|flow| net.flows[*flow].to.is_none()).collect();
    place(&rest, None);
    (places, behind)
}
