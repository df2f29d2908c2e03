//! Which of the enabled steps need to be looked at in a marking, so that nothing that matters is missed.
//!
//! In a parallel procedure the order of moves that have nothing to do with each other does not matter; looking at one
//! order is enough. A *strong stubborn set* is a set of steps, enabled or not, such that whatever the steps outside it do,
//! it neither changes what those inside it can do nor the other way round:
//!
//! - with an enabled step are in it all steps that send tokens to it or empty it, all that take or empty what it sends,
//!   and all that it empties;
//! - with a step that is not enabled are in it the steps of which one must be finished before it can be;
//! - at least one enabled step is in it, unless there is none.
//!
//! The moves of its enabled steps are then the only ones to follow from the marking. This keeps every marking in which
//! nothing can be done, with a shortest way to it; and where every marking visited can still get to the end, none that was
//! left out cannot, no step that can be enabled is left out, and no flow gets a second token unseen.
//!
//! Given the steps of which one must be finished on every way to a goal, and made to include them, it keeps a shortest way
//! to that goal.
//!
//! Sources: A. Valmari, *Stubborn sets for reduced state space generation*, Advances in Petri Nets 1990, LNCS 483;
//! A. Valmari, *Stop It, and Be Stubborn!*, ACM Transactions on Embedded Computing Systems 16(2), 2017 (what is kept where
//! the end stays in reach); K. Schmidt, *Stubborn sets for standard properties*, ICATPN 1999, LNCS 1639 (goals).

use crate::id::StepIx;
use crate::net::{Arrivals, Marking, Net};

/// How the steps of a net depend on each other.
#[derive(Debug, Clone)]
pub(crate) struct Dependence {
    steps: Vec<Relations>,
    /// The step whose finish puts a token on the flow.
    sender: Vec<Option<u32>>,
}

#[derive(Debug, Clone)]
struct Relations {
    arrivals: Arrivals,
    /// The steps that it empties, itself included.
    empties: Vec<u32>,
    /// The steps that empty it, besides itself.
    emptied_by: Vec<u32>,
    /// The steps that send tokens to it.
    senders: Vec<u32>,
    /// Those of them that send what enables it by itself.
    enablers: Vec<u32>,
    sends: Vec<Sent>,
}

/// A flow on which a step sends tokens to another.
#[derive(Debug, Clone)]
struct Sent {
    flow: usize,
    to: u32,
    /// Whether the receiver needs it together with others.
    is_part: bool,
    /// Whether nothing else enables the receiver.
    is_needed: bool,
}

/// Finds stubborn sets.
#[derive(Debug)]
pub(crate) struct Stubborn<'a> {
    dependence: &'a Dependence,
    /// The steps that depend on each other by something besides tokens.
    bound: Vec<u32>,
    is_bound: Vec<bool>,
    seen: Seen,
}

/// What is in a set, by the number of the set, so that nothing needs to be wiped.
#[derive(Debug, Default)]
struct Seen {
    now: u32,
    steps: Vec<u32>,
    groups: Vec<[u32; 3]>,
    bound: u32,
    open: Vec<u32>,
}

/// The steps that have something to do with one step.
#[derive(Clone, Copy)]
enum Group {
    Senders,
    Enablers,
    EmptiedBy,
}

impl Dependence {
    pub(crate) fn new(net: &Net) -> Self {
        let sender: Vec<Option<u32>> =
            net.flows.iter().map(|flow| flow.from.map(|row| number(net.moves[row as usize].step))).collect();
        let arrivals: Vec<Arrivals> = net.steps.iter().map(|row| net.arrivals(row)).collect();
        let mut is_part = vec![false; net.flows.len()];
        for flow in arrivals.iter().flat_map(|arrivals| &arrivals.all_of) {
            is_part[*flow] = true;
        }
        let mut steps: Vec<Relations> = Vec::with_capacity(net.steps.len());
        for (position, row) in net.steps.iter().enumerate() {
            let moves = net.moves_of(row);
            let own = &arrivals[position];
            let from = |flow: &usize| sender[*flow];
            let emptied = moves.iter().flat_map(|row| net.emptied(row)).map(number);
            let sent = moves.iter().flat_map(|row| net.masks.bits(&row.puts));
            let sent = sent.filter_map(|flow| net.flows[flow].to.map(|to| (flow, to)));
            steps.push(Relations {
                empties: distinct(emptied.chain([number(step(position))])),
                emptied_by: Vec::new(),
                senders: distinct(own.one_of.iter().chain(&own.all_of).chain(&own.n_of.1).filter_map(from)),
                enablers: distinct(own.one_of.iter().filter_map(from)),
                sends: sent
                    .map(|(flow, to)| Sent {
                        flow,
                        to: number(to),
                        is_part: is_part[flow],
                        is_needed: is_part[flow] && arrivals[to.index()].one_of.is_empty(),
                    })
                    .collect(),
                arrivals: own.clone(),
            });
        }
        for position in 0..steps.len() {
            for emptied in steps[position].empties.clone().into_iter().map(|emptied| emptied as usize) {
                if emptied != position {
                    steps[emptied].emptied_by.push(number(step(position)));
                }
            }
        }
        Self { steps, sender }
    }

    fn group(&self, of: u32, group: Group) -> &[u32] {
        let relations = &self.steps[of as usize];
        match group {
            Group::Senders => &relations.senders,
            Group::Enablers => &relations.enablers,
            Group::EmptiedBy => &relations.emptied_by,
        }
    }

    /// The steps of which one must be finished before a step that is not enabled can be.
    fn each_before(&self, marking: &Marking, of: u32, mut add: impl FnMut(u32)) {
        let Relations { arrivals, enablers, .. } = &self.steps[of as usize];
        enablers.iter().copied().for_each(&mut add);
        let missing = |flow: &&usize| !marking.holds(**flow);
        let one_missing = arrivals.all_of.iter().find(missing);
        let any_missing = arrivals.n_of.1.iter().filter(missing);
        one_missing.into_iter().chain(any_missing).filter_map(|flow| self.sender[*flow]).for_each(add);
    }
}

impl<'a> Stubborn<'a> {
    pub(crate) fn new(dependence: &'a Dependence) -> Self {
        let count = dependence.steps.len();
        let seen = Seen { steps: vec![0; count], groups: vec![[0; 3]; count], ..Seen::default() };
        Self { dependence, bound: Vec::new(), is_bound: vec![false; count], seen }
    }

    /// Where these steps depend on each other by something that the net does not know, such as a document.
    pub(crate) fn binding(mut self, steps: impl IntoIterator<Item = StepIx>) -> Self {
        self.bound = distinct(steps.into_iter().map(number));
        for step in &self.bound {
            self.is_bound[*step as usize] = true;
        }
        self
    }

    /// The enabled steps that need to be looked at; all that are `enabled` where nothing can be left out.
    pub(crate) fn among(&mut self, net: &Net, marking: &Marking, enabled: Vec<StepIx>) -> Vec<StepIx> {
        let mut least = enabled;
        if least.len() > 1 {
            for seed in least.clone() {
                if let Some(fewer) = self.close(net, marking, &[seed], least.len()) {
                    least = fewer;
                }
                if least.len() == 1 {
                    break;
                }
            }
        }
        least
    }

    /// The enabled steps that need to be looked at on the way to a goal, when one of `towards` must be finished on every
    /// way to it.
    pub(crate) fn towards(&mut self, net: &Net, marking: &Marking, towards: &[StepIx]) -> Vec<StepIx> {
        self.close(net, marking, towards, usize::MAX).unwrap_or_default()
    }

    /// The enabled steps of the smallest set with `seeds` in it, unless there are `limit` of them or more.
    fn close(&mut self, net: &Net, marking: &Marking, seeds: &[StepIx], limit: usize) -> Option<Vec<StepIx>> {
        let Self { dependence, bound, is_bound, seen } = self;
        seen.begin();
        seen.add_all(seeds.iter().map(|seed| number(*seed)));
        let mut enabled = Vec::new();
        while let Some(next) = seen.open.pop() {
            if !net.is_enabled(&net.steps[next as usize], marking.row()) {
                dependence.each_before(marking, next, |before| seen.add(before));
                continue;
            }
            enabled.push(step(next as usize));
            if enabled.len() >= limit {
                return None;
            }
            seen.add_dependent(dependence, marking, next);
            if is_bound[next as usize] && seen.bound != seen.now {
                seen.bound = seen.now;
                seen.add_all(bound.iter().copied());
            }
        }
        enabled.sort_unstable();
        Some(enabled)
    }
}

impl Seen {
    fn begin(&mut self) {
        self.open.clear();
        self.now = self.now.wrapping_add(1);
        if self.now == 0 {
            self.steps.fill(0);
            self.groups.fill([0; 3]);
            self.bound = 0;
            self.now = 1;
        }
    }

    fn add(&mut self, step: u32) {
        if std::mem::replace(&mut self.steps[step as usize], self.now) != self.now {
            self.open.push(step);
        }
    }

    fn add_all(&mut self, steps: impl IntoIterator<Item = u32>) {
        for step in steps {
            self.add(step);
        }
    }

    fn add_group(&mut self, dependence: &Dependence, of: u32, group: Group) {
        if std::mem::replace(&mut self.groups[of as usize][group as usize], self.now) != self.now {
            self.add_all(dependence.group(of, group).iter().copied());
        }
    }

    /// Adds the steps that an enabled one depends on.
    fn add_dependent(&mut self, dependence: &Dependence, marking: &Marking, of: u32) {
        let Relations { empties, sends, .. } = &dependence.steps[of as usize];
        for &emptied in empties {
            self.add(emptied);
            self.add_group(dependence, emptied, Group::Senders);
            self.add_group(dependence, emptied, Group::EmptiedBy);
        }
        for sent in sends {
            if !sent.is_needed || marking.holds(sent.flow) {
                self.add(sent.to);
            }
            self.add_group(dependence, sent.to, Group::EmptiedBy);
            let meeting = if sent.is_part { Group::Enablers } else { Group::Senders };
            self.add_group(dependence, sent.to, meeting);
        }
    }
}

fn distinct(steps: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut steps: Vec<u32> = steps.collect();
    steps.sort_unstable();
    steps.dedup();
    steps
}

fn number(step: StepIx) -> u32 {
    u32::from(step.0)
}

fn step(position: usize) -> StepIx {
    StepIx(u16::try_from(position).expect("the limits keep steps below 2^16"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Join, Outcome, Procedure, Step};

    fn step(id: &str) -> Step {
        Step::new(id, "r", "Act")
    }

    /// The steps to look at after the first one, as found from all that are enabled then.
    fn check(steps: impl IntoIterator<Item = Step>, expected: &[&str]) {
        let procedure = steps.into_iter().fold(Procedure::new("p", "1", "P").role("r", "R"), Procedure::step);
        let net = Net::compile(&procedure);
        let marking = net.after_finish(&net.moves[0], &net.initial()).expect("no flow gets two tokens");
        let dependence = Dependence::new(&net);
        let enabled = net.enabled(marking.row());
        let found = Stubborn::new(&dependence).among(&net, &marking, enabled);
        let ids: Vec<&str> = found.iter().map(|step| procedure.steps[step.index()].id.as_str()).collect();
        assert_eq!(ids, expected, "{}", procedure.to_toml());
    }

    fn split(to: &[&str]) -> Step {
        step("split").outcome(to.iter().fold(Outcome::new("done"), |outcome, to| outcome.to(*to)))
    }

    #[test]
    fn of_branches_that_meet_in_a_join_of_all_one_is_enough() {
        check(
            [split(&["a", "b"]), step("a").next("c"), step("b").next("c"), step("c").join(Join::All).next("end")],
            &["a"],
        );
    }

    #[test]
    fn branches_that_send_to_a_step_that_takes_either_are_looked_at_together() {
        check([split(&["a", "b"]), step("a").next("c"), step("b").next("c"), step("c").next("end")], &["a", "b"]);
        let of_two = step("c").join(Join::NOf(2)).next("end");
        check(
            [split(&["a", "b", "d"]), step("a").next("c"), step("b").next("c"), step("d").next("c"), of_two],
            &["a", "b", "d"],
        );
    }

    #[test]
    fn who_empties_a_step_is_looked_at_with_it() {
        let drop = Outcome::new("drop").to("c").cancelling("a");
        check(
            [split(&["a", "b"]), step("a").next("c"), step("b").outcome(drop), step("c").join(Join::All).next("end")],
            &["a", "b"],
        );
    }

    #[test]
    fn who_empties_what_a_step_sends_is_looked_at_with_it() {
        let drop = Outcome::new("drop").to("d").cancelling("c");
        let after = step("d").join(Join::All).next("end");
        check(
            [split(&["a", "b"]), step("a").next("c"), step("b").outcome(drop), step("c").next("d"), after],
            &["a", "b"],
        );
    }

    #[test]
    fn what_leads_to_a_step_that_others_depend_on_can_go_first() {
        let after = step("d").join(Join::All).next("end");
        let drop = Outcome::new("drop").to("d").cancelling("a");
        check([split(&["a", "b"]), step("a").next("d"), step("b").next("c"), step("c").outcome(drop), after], &["b"]);
    }
}
