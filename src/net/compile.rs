//! From a procedure to its net.

use rustc_hash::FxHashMap;

use super::masks::Masks;
use super::ways::Ways;
use super::{BitSet, FlowRow, Layout, MoveRow, Net, Recall, StepRow};
use crate::id::{DocumentIx, FlowIx, OutcomeIx, RoleIx, StepIx};
use crate::limits::{DOCUMENTS_MAX, FLOWS_MAX, ROLES_MAX, STEPS_MAX};
use crate::model::{Join, Outcome, Procedure, Target};

impl Net {
    /// Compiles a procedure that keeps the bounds of [`limits`](crate::limits).
    pub(crate) fn compile(procedure: &Procedure) -> Self {
        Compiler::new(procedure).compile()
    }
}

struct Compiler<'a> {
    procedure: &'a Procedure,
    roles: FxHashMap<Box<str>, RoleIx>,
    documents: FxHashMap<Box<str>, DocumentIx>,
    steps: FxHashMap<Box<str>, StepIx>,
    flows: Vec<FlowRow>,
    end: FlowIx,
    /// The flows of every outcome of every step, in order.
    sent: Vec<Vec<usize>>,
    forward: Vec<Vec<usize>>,
    back: Vec<Vec<usize>>,
    /// The steps that yield each document by some outcome, and the other way round.
    yielders: Vec<Vec<StepIx>>,
    yields: Vec<Vec<DocumentIx>>,
    layout: Layout,
    masks: Masks,
}

impl<'a> Compiler<'a> {
    fn new(procedure: &'a Procedure) -> Self {
        let mut compiler = Self {
            procedure,
            roles: first_positions(procedure.roles.iter().map(|role| role.id.as_str()), ROLES_MAX, RoleIx),
            documents: first_positions(
                procedure.documents.iter().map(|document| document.id.as_str()),
                DOCUMENTS_MAX,
                DocumentIx,
            ),
            steps: first_positions(procedure.steps.iter().map(|step| step.id.as_str()), STEPS_MAX, StepIx),
            flows: Vec::new(),
            end: FlowIx(0),
            sent: Vec::new(),
            forward: vec![Vec::new(); procedure.steps.len()],
            back: vec![Vec::new(); procedure.steps.len()],
            yielders: vec![Vec::new(); procedure.documents.len()],
            yields: vec![Vec::new(); procedure.steps.len()],
            layout: Layout { flows: 0, documents: 0, steps: 0 },
            masks: Masks::default(),
        };
        compiler.lay_flows();
        compiler.find_yielders();
        compiler.layout =
            Layout { flows: compiler.flows.len(), documents: procedure.documents.len(), steps: procedure.steps.len() };
        compiler
    }

    /// Numbers the flows: the one into the first step, those of each outcome in order, and the end.
    fn lay_flows(&mut self) {
        if let Some(first) = self.procedure.first_step().and_then(|step| self.steps.get(step.id.as_str()).copied()) {
            self.forward[first.index()].push(self.flows.len());
            self.flows.push(FlowRow { from: None, to: Some(first) });
        }
        let mut to_end = Vec::new();
        for outcome in self.procedure.steps.iter().flat_map(|step| &step.outcomes) {
            let index = self.sent.len();
            let mut sent = Vec::with_capacity(outcome.to.len());
            for target in &outcome.to {
                let Some(step) = self.resolve(target) else {
                    to_end.push(index);
                    continue;
                };
                let arriving = if outcome.returns { &mut self.back } else { &mut self.forward };
                arriving[step.index()].push(self.flows.len());
                sent.push(self.flows.len());
                self.flows.push(FlowRow { from: Some(dense(index)), to: Some(step) });
            }
            self.sent.push(sent);
        }
        for index in to_end {
            self.sent[index].push(self.flows.len());
        }
        self.end = FlowIx(u16::try_from(self.flows.len()).expect("the limits keep flows below 2^16"));
        self.flows.push(FlowRow { from: None, to: None });
    }

    fn resolve(&self, target: &Target) -> Option<StepIx> {
        match target {
            Target::Step(step) => self.steps.get(step.as_str()).copied(),
            Target::End => None,
        }
    }

    fn find_yielders(&mut self) {
        let procedure = self.procedure;
        for (position, step) in procedure.steps.iter().enumerate() {
            let mut documents: Vec<DocumentIx> =
                step.outcomes.iter().flat_map(|outcome| self.outputs(position, outcome)).collect();
            documents.sort_unstable();
            documents.dedup();
            for document in &documents {
                self.yielders[document.index()].push(StepIx(dense(position)));
            }
            self.yields[position] = documents;
        }
    }

    fn outputs(&self, step: usize, outcome: &Outcome) -> Vec<DocumentIx> {
        let used = self.procedure.steps[step].outputs_of(outcome);
        used.iter().filter_map(|used| self.documents.get(used.document.as_str()).copied()).collect()
    }

    fn compile(mut self) -> Net {
        let mut steps = Vec::with_capacity(self.procedure.steps.len());
        let mut moves: Vec<MoveRow> = Vec::with_capacity(self.sent.len());
        let mut ways = Ways::new(&self.flows, &self.sent, self.procedure);
        for (position, step) in self.procedure.steps.iter().enumerate() {
            let row = self.step_row(position, moves.len());
            for (number, outcome) in step.outcomes.iter().enumerate() {
                let outputs = self.outputs(position, outcome);
                let mut taken = self.move_row(position, number, moves.len(), outputs, &mut ways);
                taken.is_plain &= row.inputs.is_in_one_word();
                moves.push(taken);
            }
            steps.push(row);
        }
        Net {
            layout: self.layout,
            steps,
            moves,
            masks: self.masks,
            flows: self.flows,
            end: self.end,
            roles: self.roles,
            documents: self.documents,
            step_ids: self.steps,
        }
    }

    fn step_row(&mut self, position: usize, first_move: usize) -> StepRow {
        let step = &self.procedure.steps[position];
        let (forward, back) = (&self.forward[position], &self.back[position]);
        let mut one_of = back.clone();
        let (mut all_of, mut n_of) = (BitSet::default(), (0, BitSet::default()));
        match step.join {
            _ if forward.len() <= 1 => one_of.extend(forward),
            Join::Any | Join::NOf(1) => one_of.extend(forward),
            Join::All => all_of = self.masks.set_of(forward),
            Join::NOf(wanted) => n_of = (wanted, self.masks.set_of(forward)),
        }
        let inputs: Vec<usize> = step
            .inputs
            .iter()
            .filter_map(|used| self.documents.get(used.document.as_str()))
            .map(|document| self.layout.document_bit(*document))
            .collect();
        let index = StepIx(dense(position));
        let started_bit = self.layout.started_bit(index);
        StepRow {
            role: self.roles.get(step.role.as_str()).copied(),
            first_move: dense(first_move),
            move_count: dense(step.outcomes.len()),
            one_of: self.masks.set_of(&one_of),
            all_of,
            n_of,
            inputs: self.masks.set_of(&inputs),
            start: self.masks.rewrite(&[], &[started_bit]),
        }
    }

    fn move_row(
        &mut self,
        position: usize,
        number: usize,
        index: usize,
        outputs: Vec<DocumentIx>,
        ways: &mut Ways,
    ) -> MoveRow {
        let layout = self.layout;
        let outcome = &self.procedure.steps[position].outcomes[number];
        let step = StepIx(dense(position));
        let cancelled: Vec<StepIx> =
            outcome.cancels.iter().filter_map(|id| self.steps.get(id.as_str()).copied()).collect();
        let emptied = || cancelled.iter().copied().chain([step]);
        let mut clear: Vec<usize> = emptied().flat_map(|step| self.arriving(step)).collect();
        let finish_flows = self.masks.rewrite(&clear, &self.sent[index]);
        clear.extend(emptied().map(|step| layout.started_bit(step)));
        let mut put = self.sent[index].clone();
        let (mut voids, mut goes_back) = (Vec::new(), true);
        if outcome.returns {
            let targets: Vec<usize> = outcome.to.iter().filter_map(|to| self.resolve(to)).map(StepIx::index).collect();
            let region = ways.region(&targets, position);
            goes_back = !targets.is_empty() && region.all_targets_lead_back;
            clear.extend(region.steps.iter().map(|step| layout.done_bit(*step)));
            voids = self.yielded_only_by(&region.steps);
            clear.extend(&voids);
        } else {
            put.push(layout.done_bit(step));
            put.extend(outputs.iter().map(|document| layout.document_bit(*document)));
        }
        let finish = self.masks.rewrite(&clear, &put);
        MoveRow {
            step,
            outcome: OutcomeIx(dense(number)),
            returns: outcome.returns,
            is_plain: !outcome.returns && finish.is_in_first_words(),
            ends: self.sent[index].contains(&self.end.index()),
            goes_back,
            voids: self.masks.set_of(&voids),
            puts: self.masks.set_of(&self.sent[index]),
            finish,
            finish_flows,
            recall: self.recall(step, index, outcome),
            outputs: outputs.into(),
        }
    }

    /// A move can be undone when it went to steps alone, was no return and dropped nothing.
    fn recall(&mut self, step: StepIx, index: usize, outcome: &Outcome) -> Option<Recall> {
        let sent = self.sent[index].clone();
        let to_steps_alone = sent.iter().all(|flow| self.flows[*flow].to.is_some());
        if outcome.returns || !outcome.cancels.is_empty() || sent.is_empty() || !to_steps_alone {
            return None;
        }
        let forward = &self.forward[step.index()];
        let waiting = match self.procedure.steps[step.index()].join {
            Join::All => forward.len(),
            Join::Any => 1,
            Join::NOf(wanted) => usize::from(wanted),
        };
        let arrived: Vec<usize> =
            forward.iter().copied().chain(self.back[step.index()].iter().copied()).take(waiting.max(1)).collect();
        let mut clear = sent.clone();
        clear.push(self.layout.done_bit(step));
        clear.extend(self.yielded_only_by(&[step]));
        let mut put = arrived.clone();
        put.push(self.layout.started_bit(step));
        Some(Recall { undo: self.masks.rewrite(&clear, &put), flows: self.masks.rewrite(&sent, &arrived) })
    }

    fn arriving(&self, step: StepIx) -> impl Iterator<Item = usize> {
        self.forward[step.index()].iter().chain(&self.back[step.index()]).copied()
    }

    /// `steps` are in order.
    fn yielded_only_by(&self, steps: &[StepIx]) -> Vec<usize> {
        let is_among = |step: &StepIx| steps.binary_search(step).is_ok();
        let mut yielded: Vec<DocumentIx> = steps.iter().flat_map(|step| &self.yields[step.index()]).copied().collect();
        yielded.sort_unstable();
        yielded.dedup();
        let only = yielded.into_iter().filter(|document| self.yielders[document.index()].iter().all(is_among));
        only.map(|document| self.layout.document_bit(document)).collect()
    }
}

fn first_positions<'a, I>(
    ids: impl Iterator<Item = &'a str>,
    most: usize,
    index: impl Fn(u16) -> I,
) -> FxHashMap<Box<str>, I> {
    let mut positions = FxHashMap::default();
    for (position, id) in ids.take(most).enumerate() {
        positions.entry(id.into()).or_insert_with(|| index(dense(position)));
    }
    positions
}

/// Counts fit: the limits keep steps, documents, outcomes and flows below 2¹⁶.
pub(super) fn dense<N: TryFrom<usize>>(count: usize) -> N {
    N::try_from(count).unwrap_or_else(|_| panic!("{count} is beyond the limits of a procedure"))
}
const _: () = assert!(FLOWS_MAX < u16::MAX as usize - 2);
