//! Soundness proved by reduction, without visiting markings.
//!
//! Where no outcome cancels and every step waits for one flow or for all of them, a procedure is an ordinary Petri net.
//! Rules that look at a place, a transition and what is next to them make it smaller and smaller; if one place is left,
//! the procedure is sound. If something else is left, nothing is said: visiting the markings must decide. The time is
//! nearly linear in the flows of a procedure as people write them, however many markings there are.
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
//! The other way round it does matter: a step that waits for several flows can get a return while some have arrived. Taking
//! all of them at once may be sound where the net is not; such a procedure is not reduced.
//!
//! # The rules
//!
//! What each rule keeps, both ways: the net is bounded, and from every marking that can be reached every transition can
//! fire again and every place can be marked again. One place with the token has that.
//!
//! - *Agglomeration* (φA of Desel and Esparza 1995, chapter 7; Murata's fusions of series are cases of it): a place with one
//!   taker, which takes nothing else, goes, and the taker with it; whoever put a token there puts the results of the taker
//!   instead. There must be a giver, or the taker was dead; there must be results, or tokens could pile up unseen; no giver
//!   may put one of the results already, or it would put two; and the token must not lie there.
//! - *Fusion* of a choice with the one before it: a place with one giver, which takes from one place and puts nothing else,
//!   becomes one with that place. It must have takers, and they take nothing else. Until one of them is chosen the token
//!   has no other use, so choosing both times at once leads to the same.
//! - *Twins* (Murata's parallel places and parallel transitions): of two nodes with the same nodes before and the same
//!   behind, one goes. Neither may hold the token: two places are alike only as long as both hold one or none does.
//! - *Loops* (Murata's self-loop transitions): a transition that puts just what it takes goes. If something else takes from
//!   one of its places it takes from the same places, so either can fire when the other can; if not, the places stay marked
//!   once they are, and they can be.
//! - *Cycles*: places among which a token can go round, by transitions that take it and put it and do nothing else, become
//!   one. A transition that puts tokens on two of them is in the way.
//!
//! Murata's self-loop places cannot occur here: they would need a token at the start.
//!
//! Desel and Esparza prove that agglomeration is enough for every sound free-choice net, if in place of twins and loops places and
//! transitions go that depend linearly on others. That is left out because it is not local and no procedure has been met
//! that needs it.
//!
//! Sources: T. Murata, *Petri Nets: Properties, Analysis and Applications*, Proceedings of the IEEE 77(4), 1989, section V.
//! J. Desel and J. Esparza, *Free Choice Petri Nets*, Cambridge University Press, 1995. W.M.P. van der Aalst, *The
//! Application of Petri Nets to Workflow Management*, Journal of Circuits, Systems and Computers 8(1), 1998.

mod cycles;
mod graph;
#[cfg(test)]
mod tests;
mod translate;

use rustc_hash::FxHashMap;

use crate::net::Net;
use cycles::cycles;
use graph::{Graph, Node, Side};
use translate::translate;

/// The work is given up when there have been so many times the arcs of the beginning.
const GROWTH_MAX: usize = 16;

/// Whether reduction proves the procedure sound, as far as tokens go. If not, nothing is known.
pub(super) fn is_proved_sound(net: &Net) -> bool {
    translate(net).is_some_and(|(graph, marked)| Reduction::new(graph, marked).reduces_to_one_place())
}

struct Reduction {
    graph: Graph,
    /// The place that holds the token.
    marked: Node,
    /// The node last seen with each digest of its surroundings.
    seen: FxHashMap<u64, Node>,
    /// Places whose agglomeration would add arcs.
    postponed: Vec<Node>,
    arcs_max: usize,
}

impl Reduction {
    fn new(graph: Graph, marked: Node) -> Self {
        let arcs_max = graph.arcs_ever().saturating_mul(GROWTH_MAX);
        Self { graph, marked, seen: FxHashMap::default(), postponed: Vec::new(), arcs_max }
    }

    fn reduces_to_one_place(&mut self) -> bool {
        while self.graph.arcs_ever() <= self.arcs_max {
            if let Some(node) = self.graph.take_changed() {
                self.reduce_at(node);
            } else if let Some(place) = self.postponed.pop() {
                self.agglomerate(place, true);
            } else if !self.fuse_cycles() {
                break;
            }
        }
        self.graph.len() == 1
    }

    /// Applies what can be applied at a node that has changed.
    fn reduce_at(&mut self, node: Node) {
        if !self.graph.is_alive(node) || self.drop_loop(node) {
            return;
        }
        self.drop_twin(node);
        if self.graph.is_place(node) {
            self.reduce_place(node);
        } else if let Some(source) = self.graph.only(node, Side::Before) {
            let result = self.graph.only(node, Side::After);
            if !self.reduce_place(source)
                && let Some(result) = result
            {
                self.reduce_place(result);
            }
        }
    }

    fn reduce_place(&mut self, place: Node) -> bool {
        self.agglomerate(place, false) || self.fuse(place)
    }

    fn agglomerate(&mut self, place: Node, may_grow: bool) -> bool {
        let graph = &mut self.graph;
        let Some(taker) = graph.only(place, Side::After) else { return false };
        let givers = graph.degree(place, Side::Before);
        let results = graph.degree(taker, Side::After);
        if place == self.marked || graph.degree(taker, Side::Before) > 1 || givers == 0 || results == 0 {
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
            self.merge_places(result, place);
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
        let Some(source) = graph.only(giver, Side::Before) else { return false };
        let Some(taker) = graph.neighbours(place, Side::After).next() else { return false };
        // All takers of a place take as much as one of them.
        if graph.degree(giver, Side::After) > 1 || graph.degree(taker, Side::Before) > 1 || source == place {
            return false;
        }
        graph.remove(giver);
        self.merge_places(source, place).is_some()
    }

    /// Drops the twin of a node, if it was seen.
    fn drop_twin(&mut self, node: Node) {
        let Some(twin) = self.seen.insert(self.graph.digest(node), node) else { return };
        let is_twin = twin != node
            && ![node, twin].contains(&self.marked)
            && self.graph.is_alive(twin)
            && Side::BOTH.iter().all(|side| self.graph.is_same((node, *side), (twin, *side)));
        if is_twin {
            self.graph.remove(twin);
        }
    }

    fn drop_loop(&mut self, node: Node) -> bool {
        let is_loop = !self.graph.is_place(node) && self.graph.is_same((node, Side::Before), (node, Side::After));
        if is_loop {
            self.graph.remove(node);
        }
        is_loop
    }

    fn fuse_cycles(&mut self) -> bool {
        let mut has_fused = false;
        for cycle in cycles(&self.graph) {
            let mut fused = cycle[0];
            for place in &cycle[1..] {
                if let Some(kept) = self.merge_places(fused, *place) {
                    (fused, has_fused) = (kept, true);
                }
            }
        }
        has_fused
    }

    fn merge_places(&mut self, one: Node, other: Node) -> Option<Node> {
        let kept = self.graph.merge(one, other)?;
        if [one, other].contains(&self.marked) {
            self.marked = kept;
        }
        Some(kept)
    }
}
