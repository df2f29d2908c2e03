//! A graph of places and transitions that shrinks.
//!
//! An arc lies in two doubly linked lists, one at each of its ends, all in one vector. So taking an arc out, or giving it
//! another end, takes the same time however many arcs there are.

use std::ops::Range;

/// A place or a transition.
pub(super) type Node = u32;

/// One side of a node: the arcs that leave it, or those that lead to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    After = 0,
    Before = 1,
}

const NONE: u32 = u32::MAX;

/// Places, then transitions, and the arcs between them; no two nodes have two arcs in the same direction.
pub(super) struct Graph {
    places: u32,
    nodes: Vec<Row>,
    arcs: Vec<Arc>,
    alive: usize,
    /// The nodes that have changed and were not taken since.
    changed: Vec<Node>,
    round: u32,
}

#[derive(Clone, Copy)]
struct Row {
    sides: [List; 2],
    is_alive: bool,
    has_changed: bool,
    /// The last round in which it was marked.
    marked: u32,
}

/// The arcs on one side of a node.
#[derive(Clone, Copy)]
struct List {
    first: u32,
    len: u32,
    /// The sum of the digests of the nodes at the other ends: equal for equal sets, and nearly never for others.
    digest: u64,
}

/// An arc, with the node at its beginning and at its end, and the arcs beside it in the lists of both.
#[derive(Clone, Copy)]
struct Arc {
    ends: [Node; 2],
    next: [u32; 2],
    previous: [u32; 2],
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::After, Self::Before];

    const fn other(self) -> usize {
        1 - self as usize
    }
}

impl Graph {
    pub(super) fn new(places: usize, transitions: usize) -> Self {
        let nothing = List { first: NONE, len: 0, digest: 0 };
        let row = Row { sides: [nothing; 2], is_alive: true, has_changed: false, marked: 0 };
        let count = places + transitions;
        Self {
            places: node(places),
            nodes: vec![row; count],
            arcs: Vec::with_capacity(2 * count),
            alive: count,
            changed: Vec::with_capacity(count),
            round: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.alive
    }

    pub(super) fn arcs_ever(&self) -> usize {
        self.arcs.len()
    }

    pub(super) fn places(&self) -> Range<Node> {
        0..self.places
    }

    #[cfg(test)]
    pub(super) fn transitions(&self) -> Range<Node> {
        self.places..node(self.nodes.len())
    }

    pub(super) fn is_place(&self, node: Node) -> bool {
        node < self.places
    }

    pub(super) fn is_alive(&self, node: Node) -> bool {
        self.nodes[node as usize].is_alive
    }

    /// How many nodes are on one side of a node.
    pub(super) fn degree(&self, node: Node, side: Side) -> u32 {
        self.side(node, side).len
    }

    /// The one node on a side of a node.
    pub(super) fn only(&self, node: Node, side: Side) -> Option<Node> {
        let side_of = self.side(node, side);
        (side_of.len == 1).then(|| self.arcs[side_of.first as usize].ends[side.other()])
    }

    pub(super) fn neighbours(&self, node: Node, side: Side) -> impl Iterator<Item = Node> {
        let mut at = self.side(node, side).first;
        std::iter::from_fn(move || {
            let arc = self.arcs.get(at as usize)?;
            at = arc.next[side as usize];
            Some(arc.ends[side.other()])
        })
    }

    pub(super) fn has_arc(&self, from: Node, to: Node) -> bool {
        if self.degree(from, Side::After) <= self.degree(to, Side::Before) {
            self.neighbours(from, Side::After).any(|node| node == to)
        } else {
            self.neighbours(to, Side::Before).any(|node| node == from)
        }
    }

    /// Equal for nodes with the same nodes before and after them.
    pub(super) fn digest(&self, node: Node) -> u64 {
        let [after, before] = Side::BOTH.map(|side| self.side(node, side).digest);
        digest_of(after).wrapping_add(before)
    }

    /// Whether the same nodes are on a side of one node as are on a side of another.
    pub(super) fn is_same(&mut self, one: (Node, Side), other: (Node, Side)) -> bool {
        let [left, right] = [one, other].map(|(node, side)| *self.side(node, side));
        if (left.len, left.digest) != (right.len, right.digest) {
            return false;
        }
        let round = self.next_round();
        let mut at = left.first;
        while let Some(arc) = self.arcs.get(at as usize) {
            self.nodes[arc.ends[one.1.other()] as usize].marked = round;
            at = arc.next[one.1 as usize];
        }
        self.neighbours(other.0, other.1).all(|node| self.nodes[node as usize].marked == round)
    }

    /// A number that no node has been marked with.
    fn next_round(&mut self) -> u32 {
        self.round = self.round.checked_add(1).unwrap_or_else(|| {
            self.nodes.iter_mut().for_each(|row| row.marked = 0);
            1
        });
        self.round
    }

    pub(super) fn take_changed(&mut self) -> Option<Node> {
        let node = self.changed.pop()?;
        self.nodes[node as usize].has_changed = false;
        Some(node)
    }

    pub(super) fn connect(&mut self, from: Node, to: Node) {
        let arc = node(self.arcs.len());
        self.arcs.push(Arc { ends: [from, to], next: [NONE; 2], previous: [NONE; 2] });
        self.link(arc);
    }

    pub(super) fn remove(&mut self, node: Node) {
        for side in Side::BOTH {
            while let Some(arc) = self.first(node, side) {
                self.unlink(arc);
            }
        }
        self.nodes[node as usize].is_alive = false;
        self.alive -= 1;
    }

    /// Makes one node of two, and tells which of them it is; none where an arc would be there twice.
    pub(super) fn merge(&mut self, one: Node, other: Node) -> Option<Node> {
        let weight = |node| self.degree(node, Side::After) + self.degree(node, Side::Before);
        let (kept, gone) = if weight(one) >= weight(other) { (one, other) } else { (other, one) };
        if self.neighbours(gone, Side::After).any(|node| self.has_arc(kept, node))
            || self.neighbours(gone, Side::Before).any(|node| self.has_arc(node, kept))
        {
            return None;
        }
        for side in Side::BOTH {
            while let Some(arc) = self.first(gone, side) {
                self.unlink(arc);
                self.arcs[arc as usize].ends[side as usize] = kept;
                self.link(arc);
            }
        }
        self.remove(gone);
        Some(kept)
    }

    fn side(&self, node: Node, side: Side) -> &List {
        &self.nodes[node as usize].sides[side as usize]
    }

    fn first(&self, node: Node, side: Side) -> Option<u32> {
        let first = self.side(node, side).first;
        (first != NONE).then_some(first)
    }

    fn link(&mut self, arc: u32) {
        let Arc { ends, .. } = self.arcs[arc as usize];
        for side in Side::BOTH {
            let (owner, far) = (ends[side as usize], ends[side.other()]);
            let list = &mut self.nodes[owner as usize].sides[side as usize];
            list.len += 1;
            list.digest = list.digest.wrapping_add(digest_of(u64::from(far)));
            let next = std::mem::replace(&mut list.first, arc);
            self.arcs[arc as usize].next[side as usize] = next;
            self.arcs[arc as usize].previous[side as usize] = NONE;
            if next != NONE {
                self.arcs[next as usize].previous[side as usize] = arc;
            }
            self.note(owner);
        }
    }

    fn unlink(&mut self, arc: u32) {
        let Arc { ends, next, previous } = self.arcs[arc as usize];
        for side in Side::BOTH {
            let (owner, far) = (ends[side as usize], ends[side.other()]);
            let (next, previous) = (next[side as usize], previous[side as usize]);
            let list = &mut self.nodes[owner as usize].sides[side as usize];
            list.len -= 1;
            list.digest = list.digest.wrapping_sub(digest_of(u64::from(far)));
            if previous == NONE {
                list.first = next;
            } else {
                self.arcs[previous as usize].next[side as usize] = next;
            }
            if next != NONE {
                self.arcs[next as usize].previous[side as usize] = previous;
            }
            self.note(owner);
        }
    }

    fn note(&mut self, node: Node) {
        let row = &mut self.nodes[node as usize];
        if !row.has_changed {
            row.has_changed = true;
            self.changed.push(node);
        }
    }
}

/// Mixes a number so that sums tell sets apart (the finalizer of `SplitMix64`).
fn digest_of(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// Counts fit: the limits keep steps and flows below 2¹⁶, and the bound on work keeps arcs below 2³².
fn node(count: usize) -> Node {
    u32::try_from(count).expect("the limits keep graphs below 2^32")
}
