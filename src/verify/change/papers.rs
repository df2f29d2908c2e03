//! Whether each document is there when it is needed, on every way of a walk.
//!
//! Documents do not hang together here, so each is one bit, and a word of them is followed at a time.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use super::walk::{Edge, Sources, Taken, Walk};
use crate::id::{DocumentIx, StepIx};
use crate::model::Procedure;
use crate::net::Net;

/// How many documents are followed at a time.
pub(super) const SHEETS: usize = 64;

/// What the moves of a net do to some documents; each is one bit of every word.
pub(super) struct Sheets {
    yields: Vec<u64>,
    voids: Vec<u64>,
    unyields: Vec<u64>,
    needs: Vec<u64>,
}

/// For each standing of a walk, the documents without which, and with which, some step ahead lacks them.
pub(super) struct Lacking {
    pub(super) without: Vec<u64>,
    pub(super) with: Vec<u64>,
}

/// For each standing of a walk, the documents that a case can lack there, and those that it can have.
pub(super) struct Possible {
    pub(super) lacked: Vec<u64>,
    pub(super) had: Vec<u64>,
}

/// The documents of a procedure that steps need and other steps have to yield.
pub(super) fn needed(procedure: &Procedure, net: &Net) -> Vec<DocumentIx> {
    let inputs = procedure.steps.iter().flat_map(|step| &step.inputs);
    let named = inputs.filter_map(|used| net.documents.get(used.document.as_str()).copied());
    let mut needed: Vec<DocumentIx> =
        named.filter(|document| !procedure.documents[document.index()].external).collect();
    needed.sort_unstable();
    needed.dedup();
    needed
}

impl Sheets {
    /// At most [`SHEETS`] documents; `None` for one that the net does not know.
    pub(super) fn new(net: &Net, documents: &[Option<DocumentIx>]) -> Self {
        let bits: HashMap<DocumentIx, u64> =
            documents.iter().enumerate().filter_map(|(bit, document)| Some(((*document)?, 1 << bit))).collect();
        let first = net.layout.document_bits().start;
        let word = |found: &mut dyn Iterator<Item = DocumentIx>| {
            found.filter_map(|document| bits.get(&document)).fold(0, |word, bit| word | bit)
        };
        let at = |bit: usize| u16::try_from(bit - first).ok().map(DocumentIx);
        Self {
            yields: net.moves.iter().map(|row| word(&mut row.outputs.iter().copied())).collect(),
            voids: net.moves.iter().map(|row| word(&mut net.masks.bits(&row.voids).filter_map(at))).collect(),
            unyields: net.moves.iter().map(|row| word(&mut net.undone_documents(row))).collect(),
            needs: net.steps.iter().map(|step| word(&mut net.masks.bits(&step.inputs).filter_map(at))).collect(),
        }
    }

    /// Which documents are there after a move if they were before, and which are there after it whatever was before.
    fn after(&self, taken: Taken) -> (u64, u64) {
        match taken {
            Taken::Finish(number) => (!self.voids[number as usize], self.yields[number as usize]),
            Taken::Recall(number) => (!self.unyields[number as usize], 0),
        }
    }

    fn needs(&self, net: &Net, edge: &Edge) -> u64 {
        match edge.taken {
            Taken::Finish(number) => self.needs[net.moves[number as usize].step.index()],
            Taken::Recall(_) => 0,
        }
    }

    /// What some way ahead lacks.
    pub(super) fn lacking(&self, net: &Net, walk: &Walk) -> Lacking {
        let needs = |at| walk.edges(at).iter().fold(0, |word, edge| word | self.needs(net, edge));
        let mut without: Vec<u64> = (0..walk.len()).map(needs).collect();
        let mut with = vec![0; walk.len()];
        let sources = Sources::of(walk);
        let mut open: Vec<usize> = (0..walk.len()).filter(|at| without[*at] != 0).collect();
        while let Some(at) = open.pop() {
            for (from, edge) in sources.of_standing(walk, at) {
                let (kept, yielded) = self.after(edge.taken);
                let lacks_without = without[from] | yielded & with[at] | !yielded & without[at];
                let lacks_with = with[from] | (yielded | kept) & with[at] | !(yielded | kept) & without[at];
                if (lacks_without, lacks_with) != (without[from], with[from]) {
                    (without[from], with[from]) = (lacks_without, lacks_with);
                    open.push(from);
                }
            }
        }
        Lacking { without, with }
    }

    /// What cases can lack and have, where they begin in the first standing with none of the documents. Those of
    /// `anytime` may come in whenever somebody brings them.
    pub(super) fn possible(&self, walk: &Walk, anytime: u64) -> Possible {
        let mut possible = Possible { lacked: vec![0; walk.len()], had: vec![anytime; walk.len()] };
        possible.lacked[0] = !0;
        let mut open = VecDeque::from([0]);
        while let Some(at) = open.pop_front() {
            for edge in walk.edges(at) {
                let (kept, yielded) = self.after(edge.taken);
                let to = edge.to as usize;
                let (lacked, had) = (possible.lacked[at], possible.had[at]);
                let now_lacked = possible.lacked[to] | !yielded & (lacked | !kept & had);
                let now_had = possible.had[to] | yielded | kept & had;
                if (now_lacked, now_had) != (possible.lacked[to], possible.had[to]) {
                    (possible.lacked[to], possible.had[to]) = (now_lacked, now_had);
                    open.push_back(to);
                }
            }
        }
        possible
    }

    /// A shortest way from a standing, with or without a document, to a step that lacks it.
    pub(super) fn way(
        &self,
        net: &Net,
        walk: &Walk,
        from: usize,
        bit: usize,
        has: bool,
    ) -> Option<(StepIx, Vec<Taken>)> {
        let mut visited = indexmap::IndexMap::from([((from, has), None::<(usize, Taken)>)]);
        let mut current = 0;
        while let Some(((at, has), _)) = visited.get_index(current).map(|(state, from)| (*state, *from)) {
            let lacking = walk.edges(at).iter().find(|edge| !has && self.needs(net, edge) >> bit & 1 == 1);
            if let Some(Edge { taken: Taken::Finish(number), .. }) = lacking {
                let mut way = Vec::new();
                let mut back = current;
                while let Some((earlier, taken)) = visited[back] {
                    way.push(taken);
                    back = earlier;
                }
                way.reverse();
                return Some((net.moves[*number as usize].step, way));
            }
            for edge in walk.edges(at) {
                let (kept, yielded) = self.after(edge.taken);
                let has = yielded >> bit & 1 == 1 || has && kept >> bit & 1 == 1;
                visited.entry((edge.to as usize, has)).or_insert(Some((current, edge.taken)));
            }
            current += 1;
        }
        None
    }
}

/// The bits of a word that are set.
pub(super) fn bits(word: u64) -> impl Iterator<Item = usize> {
    crate::net::ones(word)
}

/// The documents by which a list is cut into words.
pub(super) fn words(documents: usize) -> impl Iterator<Item = Range<usize>> {
    (0..documents).step_by(SHEETS).map(move |first| first..documents.min(first + SHEETS))
}
