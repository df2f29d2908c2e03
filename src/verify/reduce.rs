//! Soundness proved by reduction, without visiting markings.
//!
//! Where no outcome cancels and every step waits for one flow or for all of them, a procedure is an ordinary Petri net.
//! Rules that look at a place, a transition and what is next to them make it smaller and smaller; if one place is left,
//! the procedure is sound. If something else is left, nothing is said: visiting the markings must decide. The time is
//! nearly linear in the flows, however many markings there are.
//!
//! # The net
//!
//! The work that waits at a step is one place, where any flow puts a token, and a return too; each outcome is a transition
//! that takes it. Each flow that a join of all waits for is a place of its own, and a silent transition takes one token from
//! each and puts one on the work of the step. The end is a place, a silent transition leads from it to the first step, and
//! the end holds the only token. So places that share a transition either have no other, or it takes from one place alone:
//! the net is *free-choice*. Every rule keeps that.
//!
//! *Sound* means that this net is live and bounded (van der Aalst 1998). It is safe then: a live and bounded free-choice net
//! is covered by components in which every transition takes one token and puts one (Desel and Esparza 1995, chapter 5), so
//! each always holds as many tokens as at the start: no more than one.
//!
//! The rules of [`net`](crate::net) differ from that net in three things, none of which matters when it is sound:
//!
//! - Finishing takes every token that waits, the net takes what the join needs. There is never more: work at a step holds at
//!   most one token, and a flow of a join lies in one component with the work of its step, so never both hold one.
//! - A case that has ended stops; there is nothing left that could go on.
//! - Recalls. What was sent still lies there, so what happened since did not need it and could have happened before: the
//!   recall leads to where the case could have been without it. (Where a return had brought the work, a recall puts it on
//!   the flows of the join; they are as good, since nothing else can come there meanwhile.)
//!
//! # The rules
//!
//! What each rule keeps, both ways: the net is bounded, and from every marking that can be reached every transition can
//! fire again and every place can be marked again. One place with the token has that. Nobody ever touches a place with the
//! token, other than to let others be one with it.
//!
//! - *Agglomeration* (φA of Desel and Esparza 1995, chapter 7; Murata's fusions of series are cases of it): a place with one
//!   taker, which takes nothing else, goes, and the taker too; whoever put a token there puts the taker's results instead.
//!   There must be someone who puts, there must be results, or tokens would vanish, and none that the giver puts already, or
//!   one place would get two tokens.
//! - *Fusion* of a choice with the one before it: a place with one giver, which takes from one place and puts nothing else,
//!   becomes one with that place. Its takers must take nothing else. Choosing both times at once is the same, since until
//!   then the token has no other use.
//! - *Twins* (Murata's parallel places and transitions): of two places, or two transitions, with the same nodes before and
//!   the same behind, one goes.
//! - *Loops* (Murata's self-loop transitions): a transition that puts what it takes goes, if it takes from one place, or if
//!   another takes the same: otherwise it would be what stands for the places meeting at all.
//! - *Cycles*: places among which a token can go round, by transitions that take it and put it and do nothing else, become
//!   one.
//!
//! Murata's self-loop places cannot occur: they would need a token at the start.
//!
//! These are not all that Desel and Esparza need for every free-choice net: their linearly dependent places and transitions
//! are found only where they are twins. Among random procedures that are sound, none has been found that needs more.
//!
//! Sources: T. Murata, *Petri Nets: Properties, Analysis and Applications*, Proceedings of the IEEE 77(4), 1989, section V.
//! J. Desel and J. Esparza, *Free Choice Petri Nets*, Cambridge University Press, 1995. W.M.P. van der Aalst, *The
//! Application of Petri Nets to Workflow Management*, Journal of Circuits, Systems and Computers 8(1), 1998.

mod graph;
#[cfg(test)]
mod tests;
mod translate;

use rustc_hash::FxHashMap;

use crate::net::Net;
use graph::{Graph, Node, Side};
use translate::translate;

pub(super) fn proves_sound(net: &Net) -> bool {
    translate(net).is_some_and(|(graph, marked)| Reduction::new(graph, marked).run())
}

struct Reduction {
    graph: Graph,
    /// The place that holds the token.
    marked: Node,
    /// The node last seen with each digest.
    twins: FxHashMap<u64, Node>,
    /// Places whose agglomeration would add arcs.
    postponed: Vec<Node>,
    arcs_max: usize,
}

impl Reduction {
    fn new(graph: Graph, marked: Node) -> Self {
        let arcs_max = graph.arcs_ever() * 16;
        Self { graph, marked, twins: FxHashMap::default(), postponed: Vec::new(), arcs_max }
    }

    fn run(&mut self) -> bool {
        loop {
            while let Some(node) = self.graph.take_changed() {
                if self.graph.is_alive(node) {
                    self.reduce_at(node);
                }
            }
            if let Some(place) = self.postponed.pop() {
                if self.graph.arcs_ever() > self.arcs_max {
                    return false;
                }
                if self.graph.is_alive(place) {
                    self.agglomerate(place, true);
                }
            } else if !self.fuse_cycles() {
                return self.graph.len() == 1;
            }
        }
    }

    fn reduce_at(&mut self, node: Node) {
        if self.graph.is_place(node) {
            self.reduce_place(node);
            return;
        }
        if self.drop_loop(node) || self.drop_twin(node) {
            return;
        }
        let Some(before) = self.graph.only(node, Side::Before) else { return };
        let after = self.graph.only(node, Side::After);
        if !self.agglomerate(before, false)
            && let Some(after) = after
        {
            self.fuse(after);
        }
    }

    fn reduce_place(&mut self, place: Node) {
        let _ = self.agglomerate(place, false) || self.fuse(place) || self.drop_twin(place);
    }

    fn agglomerate(&mut self, place: Node, may_grow: bool) -> bool {
        let graph = &mut self.graph;
        let Some(taker) = graph.only(place, Side::After).filter(|taker| graph.only(*taker, Side::Before).is_some()) else {
            return false;
        };
        let (givers, results) = (graph.degree(place, Side::Before), graph.degree(taker, Side::After));
        if place == self.marked || givers == 0 || results == 0 {
            return false;
        }
        if givers > 1 && results > 1 && !may_grow {
            self.postponed.push(place);
            return false;
        }
        let givers: Vec<Node> = graph.neighbours(place, Side::Before).collect();
        let results: Vec<Node> = graph.neighbours(taker, Side::After).collect();
        if givers.iter().any(|giver| results.iter().any(|result| graph.has_arc(*giver, *result))) {
            return false;
        }
        if let [giver] = givers[..] {
            graph.remove(place);
            graph.merge(giver, taker);
        } else if let [result] = results[..] {
            graph.remove(taker);
            self.merge_places(place, result);
        } else {
            graph.remove(place);
            graph.remove(taker);
            for giver in givers {
                for result in &results {
                    graph.connect(giver, *result);
                }
            }
        }
        true
    }

    fn fuse(&mut self, place: Node) -> bool {
        let graph = &mut self.graph;
        let Some(giver) = graph.only(place, Side::Before) else { return false };
        let (Some(source), Some(_)) = (graph.only(giver, Side::Before), graph.only(giver, Side::After)) else { return false };
        let Some(taker) = graph.neighbours(place, Side::After).next() else { return false };
        if place == self.marked || source == place || graph.only(taker, Side::Before).is_none() {
            return false;
        }
        graph.remove(giver);
        self.merge_places(source, place);
        true
    }

    fn merge_places(&mut self, one: Node, other: Node) -> bool {
        let Some(kept) = self.graph.merge(one, other) else { return false };
        if [one, other].contains(&self.marked) {
            self.marked = kept;
        }
        true
    }

    fn drop_twin(&mut self, node: Node) -> bool {
        let Some(twin) = self.twins.insert(self.graph.digest(node), node) else { return false };
        let is_twin = twin != node
            && ![node, twin].contains(&self.marked)
            && self.graph.is_alive(twin)
            && Side::BOTH.iter().all(|side| self.graph.is_same((node, *side), (twin, *side)));
        if is_twin {
            self.graph.remove(twin);
        }
        is_twin
    }

    fn drop_loop(&mut self, transition: Node) -> bool {
        let graph = &mut self.graph;
        let Some(before) = graph.neighbours(transition, Side::Before).next() else { return false };
        let is_loop = (graph.degree(transition, Side::Before) == 1 || graph.degree(before, Side::After) > 1)
            && graph.is_same((transition, Side::Before), (transition, Side::After));
        if is_loop {
            graph.remove(transition);
        }
        is_loop
    }

    fn fuse_cycles(&mut self) -> bool {
        let mut found = false;
        for cycle in cycles(&self.graph) {
            let mut places = cycle.into_iter();
            let Some(mut kept) = places.next() else { continue };
            for place in places {
                if self.merge_places(kept, place) {
                    found = true;
                    kept = if self.graph.is_alive(kept) { kept } else { place };
                }
            }
        }
        found
    }
}

/// The strongly connected parts of more than one place, going by transitions from one place to one place.
fn cycles(graph: &Graph) -> Vec<Vec<Node>> {
    const CLOSED: u32 = u32::MAX;
    let next = |place| {
        let takers = graph.neighbours(place, Side::After);
        takers.filter(|taker| graph.only(*taker, Side::Before).is_some()).filter_map(|taker| graph.only(taker, Side::After))
    };
    let count = graph.places().len();
    let (mut number, mut lowest, mut seen) = (vec![0; count], vec![0; count], 0);
    let (mut open, mut found) = (Vec::new(), Vec::new());
    for root in graph.places() {
        if number[root as usize] > 0 || !graph.is_alive(root) {
            continue;
        }
        let mut path = Vec::new();
        let mut entered = Some(root);
        loop {
            if let Some(place) = entered {
                seen += 1;
                number[place as usize] = seen;
                lowest[place as usize] = seen;
                open.push(place);
                path.push((place, next(place)));
            }
            let Some((place, following)) = path.last_mut() else { break };
            let place = *place;
            entered = following.next();
            if let Some(to) = entered {
                if number[to as usize] > 0 {
                    lowest[place as usize] = lowest[place as usize].min(lowest[to as usize]);
                    entered = None;
                }
                continue;
            }
            path.pop();
            let low = lowest[place as usize];
            if let Some((before, _)) = path.last() {
                lowest[*before as usize] = lowest[*before as usize].min(low);
            }
            if low == number[place as usize] {
                let start = open.iter().rposition(|known| *known == place).unwrap_or_default();
                let part = open.split_off(start);
                part.iter().for_each(|place| lowest[*place as usize] = CLOSED);
                if part.len() > 1 {
                    found.push(part);
                }
            }
        }
    }
    found
}
