//! Which flows may hold tokens at the same time.
//!
//! The smallest relation such that flows of one outcome are in it with each other, and what a step sends is in it with
//! whatever is in it with all that enables the step. Every marking that finishing steps can reach has its flows in it pair
//! by pair; for sound free-choice procedures it holds no other pairs. Flows that enable a step each by itself are one
//! place. Source: A. Kovalyov, J. Esparza, *A polynomial algorithm to compute the concurrency relation of free-choice
//! signal transition graphs*, WODES 1996.

use std::collections::HashSet;

use rustc_hash::FxBuildHasher;

use crate::id::StepIx;
use crate::net::{Arrivals, Net};

/// Pairs of places beyond which everything is taken to be together.
const PAIRS_MAX: usize = 2_000_000;

pub(super) struct Together {
    /// The place of each flow.
    places: Vec<u32>,
    /// The places that may hold a token while each place does.
    near: Vec<Vec<u32>>,
}

impl Together {
    /// `None` where there are too many pairs; then anything may be.
    pub(super) fn find(net: &Net) -> Option<Self> {
        Relating::new(net).relate()
    }

    /// The flows that may hold a token while a step can be done, itself left aside.
    pub(super) fn beside(&self, net: &Net, step: StepIx) -> Vec<usize> {
        let Arrivals { one_of, all_of, n_of } = net.arrivals(&net.steps[step.index()]);
        let enabling = one_of.iter().take(1).chain(all_of.iter().take(1)).chain(&n_of.1);
        let places: HashSet<u32> = enabling.flat_map(|flow| &self.near[self.places[*flow] as usize]).copied().collect();
        (0..self.places.len()).filter(|flow| places.contains(&self.places[*flow])).collect()
    }
}

struct Relating<'a> {
    net: &'a Net,
    arrivals: Vec<Arrivals>,
    together: Together,
    pairs: HashSet<(u32, u32), FxBuildHasher>,
    /// The steps that can be done beside a token on a place.
    done: HashSet<(u16, u32), FxBuildHasher>,
    open: Vec<(u32, u32)>,
}

impl<'a> Relating<'a> {
    fn new(net: &'a Net) -> Self {
        let arrivals: Vec<Arrivals> = net.steps.iter().map(|row| net.arrivals(row)).collect();
        let mut places: Vec<u32> = (0..net.flows.len()).map(narrow).collect();
        for own in &arrivals {
            for flow in &own.one_of {
                places[*flow] = narrow(own.one_of[0]);
            }
        }
        let near = vec![Vec::new(); net.flows.len()];
        let together = Together { places, near };
        let (pairs, done) = (HashSet::default(), HashSet::default());
        Self { net, arrivals, together, pairs, done, open: Vec::new() }
    }

    fn relate(mut self) -> Option<Together> {
        for sent in &self.net.moves {
            let flows: Vec<usize> = self.net.masks.bits(&sent.puts).collect();
            for (position, flow) in flows.iter().enumerate() {
                flows[..position].iter().for_each(|other| self.pair(self.place(*flow), self.place(*other)));
            }
        }
        while let Some((place, beside)) = self.open.pop() {
            if self.pairs.len() > PAIRS_MAX {
                return None;
            }
            self.spread(place, beside);
            self.spread(beside, place);
        }
        Some(self.together)
    }

    fn place(&self, flow: usize) -> u32 {
        self.together.places[flow]
    }

    fn pair(&mut self, one: u32, other: u32) {
        if self.pairs.insert((one.min(other), one.max(other))) {
            self.together.near[one as usize].push(other);
            if one != other {
                self.together.near[other as usize].push(one);
            }
            self.open.push((one, other));
        }
    }

    /// A token has been found to be possible on a place beside another: so is what the step behind it sends.
    fn spread(&mut self, place: u32, beside: u32) {
        let Some(step) = self.net.flows[place as usize].to else { return };
        if !self.can_be_done(step, place, beside) || !self.done.insert((step.0, beside)) {
            return;
        }
        let net = self.net;
        for sent in net.moves_of(&net.steps[step.index()]).iter().filter(|sent| !net.empties(sent, beside as usize)) {
            for flow in net.masks.bits(&sent.puts) {
                self.pair(self.place(flow), beside);
            }
        }
    }

    fn can_be_done(&self, step: StepIx, place: u32, beside: u32) -> bool {
        let Arrivals { one_of, all_of, n_of } = &self.arrivals[step.index()];
        let is_near = |flow: &&usize| {
            let place = self.place(**flow);
            self.pairs.contains(&(place.min(beside), place.max(beside)))
        };
        one_of.first().is_some_and(|flow| self.place(*flow) == place)
            || (!all_of.is_empty() && all_of.iter().all(|flow| is_near(&flow)))
            || (n_of.0 > 0 && n_of.1.iter().filter(is_near).count() >= usize::from(n_of.0))
    }
}

fn narrow(flow: usize) -> u32 {
    u32::try_from(flow).expect("there are few flows")
}
