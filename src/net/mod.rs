//! The only token semantics.
//!
//! A token sits on a flow. A step is enabled when its join holds over the flows that lead to it, or when a return has
//! brought work back to it. Finishing it with an outcome takes every token that waits for the step, empties the steps
//! that the outcome cancels, and puts one token on each flow of the outcome. All flows to the end are one place.
//!
//! A return makes undone every step on a way of flows that are no returns, from where it leads to the step that returns;
//! such a way passes neither of them in between, so a loop around both stays done.
//!
//! A recall undoes a finish as long as every token put is still there: they are taken back, and the step is under way again.
//! Under way, because which of its flows had brought the tokens is not known any more: those who sent them have seen them
//! received and can no longer take them back.
//!
//! [`Net`] is a procedure compiled to that: sets of flows, documents and steps are bits, and a move is a handful of
//! mask operations on one row of bits, laid out as flows, documents, steps done, steps started.
//!
//! Compiling takes any procedure. What does not resolve is left out, and a flow to an unknown step counts as one to the
//! end, so that the rest can still be examined.

mod compile;
mod masks;
mod ways;
mod words;

use std::ops::Range;

pub(crate) use masks::{BitSet, Masks, Rewrite, WORD, ones};
use rustc_hash::FxHashMap;
use words::Row;
pub(crate) use words::{Words, bits_in};

use crate::id::{DocumentIx, FlowIx, OutcomeId, OutcomeIx, RoleIx, StepIx};
use crate::model::Procedure;

/// A procedure compiled to masks.
#[derive(Debug, Clone)]
pub(crate) struct Net {
    pub(crate) layout: Layout,
    pub(crate) steps: Vec<StepRow>,
    /// The outcomes of all steps in a row; each [`StepRow`] knows its part.
    pub(crate) moves: Vec<MoveRow>,
    pub(crate) masks: Masks,
    pub(crate) flows: Vec<FlowRow>,
    pub(crate) end: FlowIx,
    pub(crate) roles: FxHashMap<Box<str>, RoleIx>,
    pub(crate) documents: FxHashMap<Box<str>, DocumentIx>,
    pub(crate) step_ids: FxHashMap<Box<str>, StepIx>,
}

/// A step as the net sees it.
#[derive(Debug, Clone)]
pub(crate) struct StepRow {
    /// `None` where the role does not exist.
    pub(crate) role: Option<RoleIx>,
    pub(crate) first_move: u32,
    pub(crate) move_count: u16,
    /// One token on one of these enables the step: returns, and the incoming flows where one suffices.
    one_of: BitSet,
    /// Tokens on all of these enable the step, unless there are none.
    all_of: BitSet,
    /// So many tokens on these enable the step, unless there are none.
    n_of: (u16, BitSet),
    pub(crate) inputs: BitSet,
    start: Rewrite,
}

/// How many of the flows that lead to a step it needs. A return always suffices by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    One,
    /// Every one that is no return.
    All,
    Several,
}

/// An outcome of a step as the net sees it.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a question asked by itself")]
pub(crate) struct MoveRow {
    pub(crate) step: StepIx,
    pub(crate) outcome: OutcomeIx,
    pub(crate) returns: bool,
    /// Whether it is no return, its step's inputs lie in one word, and what it changes in the first two: then
    /// [`Net::is_plainly_ready`] and [`Net::finish_plainly`] do.
    pub(crate) is_plain: bool,
    /// Whether it leads to the end.
    pub(crate) ends: bool,
    /// Whether every target of a return lies on a way to its step.
    pub(crate) goes_back: bool,
    /// Which documents the move makes void: those that only steps to be done again yield.
    pub(crate) voids: BitSet,
    pub(crate) puts: BitSet,
    /// What the move does to the row of a case.
    finish: Rewrite,
    /// The part of it that concerns flows.
    finish_flows: Rewrite,
    /// How it is undone, where that is possible.
    pub(crate) recall: Option<Recall>,
    /// What it yields, in the order of the definition.
    pub(crate) outputs: Box<[DocumentIx]>,
}

/// How a move is undone.
#[derive(Debug, Clone)]
pub(crate) struct Recall {
    /// What undoing does to the row of a case.
    undo: Rewrite,
    /// The part of it that concerns flows.
    flows: Rewrite,
}

/// The flows that lead to a step, by how many of them it takes to enable it.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_field_names, reason = "named as in `StepRow`")]
pub(crate) struct Arrivals {
    /// One token on one of these enables the step: returns, and the incoming flows where one suffices.
    pub(crate) one_of: Vec<usize>,
    /// Tokens on all of these enable the step, unless there are none.
    pub(crate) all_of: Vec<usize>,
    /// So many tokens on these enable the step, unless there are none.
    pub(crate) n_of: (u16, Vec<usize>),
}

/// A flow as the net sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FlowRow {
    /// The move that puts a token on it; `None` for the flow into the first step, and for the end.
    pub(crate) from: Option<u32>,
    /// `None` is the end.
    pub(crate) to: Option<StepIx>,
}

/// How the bits of a case are laid out: flows, documents, steps done, steps started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) flows: usize,
    pub(crate) documents: usize,
    pub(crate) steps: usize,
}

/// Which flows hold a token.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Marking(Words);

impl Layout {
    /// Words of a marking.
    const fn flow_words(self) -> usize {
        self.flows.div_ceil(WORD)
    }

    /// Words of the row of a case.
    pub(crate) const fn words(self) -> usize {
        (self.flows + self.documents + 2 * self.steps).div_ceil(WORD)
    }

    pub(crate) const fn document_bits(self) -> Range<usize> {
        self.flows..self.flows + self.documents
    }

    pub(crate) const fn document_bit(self, document: DocumentIx) -> usize {
        self.flows + document.index()
    }

    pub(crate) const fn done_bit(self, step: StepIx) -> usize {
        self.flows + self.documents + step.index()
    }

    pub(crate) const fn started_bit(self, step: StepIx) -> usize {
        self.flows + self.documents + self.steps + step.index()
    }
}

impl Net {
    /// Puts the first token into a row of zeros. A procedure without a first step has nothing to mark.
    pub(crate) fn begin(&self, row: &mut [u64]) {
        if self.flows[0].to.is_some() {
            row[0] |= 1;
        }
    }

    /// Tokens on these flows and no others.
    pub(crate) fn marking(&self, flows: impl IntoIterator<Item = FlowIx>) -> Marking {
        let mut words = Words::zeroed(self.layout.flow_words());
        flows.into_iter().for_each(|flow| words.insert(flow.index()));
        Marking(words)
    }

    pub(crate) fn initial(&self) -> Marking {
        let mut words = Words::zeroed(self.layout.flow_words());
        self.begin(words.as_mut_slice());
        Marking(words)
    }

    /// Whether the step can be done, as far as tokens go. `row` begins with the words of the flows.
    #[inline(always)]
    pub(crate) fn is_enabled(&self, step: &StepRow, row: &[u64]) -> bool {
        self.masks.intersects(&step.one_of, row)
            || (!step.all_of.is_empty() && self.masks.contained(&step.all_of, row))
            || self.is_n_of_reached(step, row)
    }

    fn is_n_of_reached(&self, step: &StepRow, row: &[u64]) -> bool {
        step.n_of.0 > 0 && self.masks.count(&step.n_of.1, row) >= u32::from(step.n_of.0)
    }

    pub(crate) fn needs(&self, step: &StepRow) -> Needs {
        let (wanted, among) = &step.n_of;
        if !step.all_of.is_empty() || (*wanted > 0 && self.masks.bits(among).count() == usize::from(*wanted)) {
            Needs::All
        } else if *wanted > 0 {
            Needs::Several
        } else {
            Needs::One
        }
    }

    /// About how much memory a marking takes that is kept with how it was reached.
    pub(crate) const fn marking_bytes(&self) -> usize {
        self.layout.flow_words() * 8 + 128
    }

    /// The steps that can be done, each once, lowest first.
    pub(crate) fn enabled(&self, row: &[u64]) -> Vec<StepIx> {
        let mut steps = self.awaited(row);
        steps.retain(|step| self.is_enabled(&self.steps[step.index()], row));
        steps
    }

    /// The steps at which tokens wait, each once, lowest first.
    pub(crate) fn waiting(&self, marking: &Marking) -> Vec<StepIx> {
        self.awaited(marking.row())
    }

    /// Whether more tokens wait at a step than it takes to enable it.
    pub(crate) fn is_overfull(&self, step: StepIx, marking: &Marking) -> bool {
        let row = &self.steps[step.index()];
        let [one_of, all_of, n_of] =
            [&row.one_of, &row.all_of, &row.n_of.1].map(|set| self.masks.count(set, marking.row()));
        one_of + all_of.min(1) + n_of.min(1) > 1 || n_of > u32::from(row.n_of.0)
    }

    fn awaited(&self, row: &[u64]) -> Vec<StepIx> {
        let marked = bits_in(row, 0..self.layout.flows);
        let mut steps: Vec<StepIx> = marked.filter_map(|flow| self.flows[flow].to).collect();
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// Whether the case has ended properly: the end holds a token and nothing else does.
    pub(crate) fn is_final(&self, marking: &Marking) -> bool {
        marking.flows().eq([self.end])
    }

    pub(crate) fn has_ended(&self, marking: &Marking) -> bool {
        marking.0.contains(self.end.index())
    }

    /// Whether the step can be done and its inputs are there.
    #[inline(always)]
    pub(crate) fn is_ready(&self, step: &StepRow, row: &[u64]) -> bool {
        self.is_enabled(step, row) && self.masks.contained(&step.inputs, row)
    }

    /// Whether one token suffices for the step and is there, as far as one word tells.
    #[inline(always)]
    pub(crate) fn is_plainly_enabled<R: Row + ?Sized>(step: &StepRow, row: &R) -> bool {
        step.one_of.first_intersects(row)
    }

    /// Whether one token suffices for the step and is there, and its inputs are there, as far as one word tells.
    #[inline(always)]
    pub(crate) fn is_plainly_ready<R: Row + ?Sized>(step: &StepRow, row: &R) -> bool {
        Self::is_plainly_enabled(step, row) && step.inputs.first_contained(row)
    }

    /// Finishes a step with a plain move.
    #[inline(always)]
    pub(crate) fn finish_plainly(finished: &MoveRow, row: &mut Words) {
        match row {
            Words::Inline(row) => finished.finish.apply_first(row),
            Words::Heap(row) => finished.finish.apply_first(&mut **row),
        }
    }

    /// Finishes a step in the row of a case that is known to be safe.
    #[inline(always)]
    pub(crate) fn finish(&self, finished: &MoveRow, row: &mut Words) {
        match row {
            Words::Inline(row) => self.masks.apply(&finished.finish, row),
            Words::Heap(row) => self.masks.apply(&finished.finish, &mut **row),
        }
    }

    /// The marking after finishing a step; `None` where a flow would hold two tokens.
    pub(crate) fn after_finish(&self, finished: &MoveRow, marking: &Marking) -> Option<Marking> {
        self.after(&finished.finish_flows, marking)
    }

    /// The flows that finishing a step would give a second token.
    pub(crate) fn clashes<'a>(
        &'a self,
        finished: &'a MoveRow,
        marking: &'a Marking,
    ) -> impl Iterator<Item = FlowIx> + 'a {
        self.masks.set_twice(&finished.finish_flows, marking.row()).map(flow_index)
    }

    fn after(&self, rewrite: &Rewrite, marking: &Marking) -> Option<Marking> {
        let mut changed = marking.clone();
        self.masks.try_apply(rewrite, changed.0.as_mut_slice()).then_some(changed)
    }

    /// Whether finishing with the move ends what is under way at a step.
    pub(crate) fn stops(&self, finished: &MoveRow, step: StepIx) -> bool {
        self.masks.clears(&finished.finish, self.layout.started_bit(step))
    }

    /// Whether everything that the move sent on is still there.
    pub(crate) fn is_all_there(&self, sent: &MoveRow, row: &[u64]) -> bool {
        self.masks.contained(&sent.puts, row)
    }

    /// The marking after a recall; `None` where a flow would hold two tokens.
    pub(crate) fn after_recall(&self, recall: &Recall, marking: &Marking) -> Option<Marking> {
        self.after(&recall.flows, marking)
    }

    /// The flows that a recall would give a second token.
    pub(crate) fn recall_clashes<'a>(
        &'a self,
        recall: &'a Recall,
        marking: &'a Marking,
    ) -> impl Iterator<Item = FlowIx> + 'a {
        self.masks.set_twice(&recall.flows, marking.row()).map(flow_index)
    }

    /// Undoes a move that can be undone.
    pub(crate) fn recall(&self, sent: &MoveRow, row: &mut [u64]) {
        if let Some(recall) = &sent.recall {
            self.masks.apply(&recall.undo, row);
        }
    }

    /// The documents that undoing a move makes void.
    pub(crate) fn undone_documents<'a>(&'a self, sent: &'a MoveRow) -> impl Iterator<Item = DocumentIx> + 'a {
        let outputs = self.moves_of(&self.steps[sent.step.index()]).iter().flat_map(|row| &*row.outputs).copied();
        let undo = sent.recall.as_ref().map(|recall| &recall.undo);
        outputs.filter(move |document| {
            undo.is_some_and(|undo| self.masks.clears(undo, self.layout.document_bit(*document)))
        })
    }

    pub(crate) fn start(&self, step: &StepRow, row: &mut [u64]) {
        self.masks.apply(&step.start, row);
    }

    /// The move that finishes a step with an outcome, if it has that outcome.
    #[inline(always)]
    pub(crate) fn move_of(&self, step: &StepRow, outcome: OutcomeIx) -> Option<&MoveRow> {
        if outcome.0 >= step.move_count {
            return None;
        }
        self.moves.get(step.first_move as usize + outcome.index())
    }

    /// The move that finishes a step with an outcome, both known to exist.
    #[inline(always)]
    pub(crate) fn move_at(&self, step: StepIx, outcome: OutcomeIx) -> &MoveRow {
        &self.moves[self.steps[step.index()].first_move as usize + outcome.index()]
    }

    /// The positions of the moves of a step, in the order of its outcomes.
    pub(crate) fn numbers(&self, step: StepIx) -> Range<u32> {
        let row = &self.steps[step.index()];
        row.first_move..row.first_move + u32::from(row.move_count)
    }

    /// The position of the move that finishes a step with an outcome, by the outcome's id.
    pub(crate) fn number(&self, procedure: &Procedure, step: StepIx, outcome: &OutcomeId) -> Option<u32> {
        let known = procedure.steps[step.index()].outcomes.iter().map(|known| &known.id);
        self.numbers(step).zip(known).find_map(|(number, known)| (known == outcome).then_some(number))
    }

    /// The moves of a step, in the order of its outcomes.
    pub(crate) fn moves_of(&self, step: &StepRow) -> &[MoveRow] {
        &self.moves[step.first_move as usize..][..usize::from(step.move_count)]
    }

    /// What has to arrive at a step before it can be done.
    pub(crate) fn arrivals(&self, step: &StepRow) -> Arrivals {
        Arrivals {
            one_of: self.masks.bits(&step.one_of).collect(),
            all_of: self.masks.bits(&step.all_of).collect(),
            n_of: (step.n_of.0, self.masks.bits(&step.n_of.1).collect()),
        }
    }

    /// Whether finishing with a move empties steps besides its own.
    pub(crate) fn cancels(&self, finished: &MoveRow) -> bool {
        self.masks.cleared(&finished.finish_flows).any(|flow| self.flows[flow].to != Some(finished.step))
    }

    /// The steps that finishing with a move empties, each once, lowest first.
    pub(crate) fn emptied(&self, finished: &MoveRow) -> Vec<StepIx> {
        let cleared = self.masks.cleared(&finished.finish_flows);
        let mut steps: Vec<StepIx> = cleared.filter_map(|flow| self.flows[flow].to).collect();
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// The documents that finishing with a move makes void.
    pub(crate) fn voided(&self, finished: &MoveRow) -> impl Iterator<Item = DocumentIx> {
        let first = self.layout.document_bit(DocumentIx(0));
        self.masks.bits(&finished.voids).filter_map(move |bit| u16::try_from(bit - first).ok().map(DocumentIx))
    }

    /// Whether finishing with a move takes a token off the flow.
    pub(crate) fn empties(&self, finished: &MoveRow, flow: usize) -> bool {
        self.masks.clears(&finished.finish_flows, flow)
    }

    /// Every step, in the order of the definition.
    pub(crate) fn step_indices(&self) -> impl Iterator<Item = StepIx> + use<> {
        (0..self.steps.len()).filter_map(|position| u16::try_from(position).ok().map(StepIx))
    }

    /// The steps that receive what a move sends on.
    pub(crate) fn receivers(&self, sent: &MoveRow) -> impl Iterator<Item = StepIx> {
        self.masks.bits(&sent.puts).filter_map(|flow| self.flows[flow].to)
    }
}

impl Marking {
    pub(crate) fn row(&self) -> &[u64] {
        self.0.as_slice()
    }

    pub(crate) fn holds(&self, flow: usize) -> bool {
        self.0.contains(flow)
    }

    pub(crate) fn flows(&self) -> impl Iterator<Item = FlowIx> {
        self.0.bits().map(flow_index)
    }
}

fn flow_index(bit: usize) -> FlowIx {
    FlowIx(u16::try_from(bit).expect("the limits keep flows below 2^16"))
}
