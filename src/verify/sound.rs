//! The only thing that can be run.

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use super::{Duties, Report};
use crate::id::{DocumentIx, OutcomeIx, RoleIx, StepId, StepIx};
use crate::model::{Document, Outcome, Procedure, Role, Seal, Step, Target};
use crate::net::Net;

/// A procedure that verification has passed, compiled. Only [`Procedure::verify`] makes one.
#[derive(Debug, Clone)]
pub struct SoundProcedure {
    procedure: Arc<Procedure>,
    net: Net,
    seal: LazySeal,
    supervisors: Vec<RoleIx>,
    external: Vec<bool>,
    duties: Duties,
    report: Arc<Report>,
}

/// The seal, made when it is first asked for, since it takes longer than the proof.
#[derive(Debug, Default)]
struct LazySeal {
    seal: OnceLock<Arc<Seal>>,
    /// The tag of the seal, where one load finds it; 0 until it is made.
    tag: AtomicU64,
}

impl LazySeal {
    fn get(&self, procedure: &Procedure) -> &Arc<Seal> {
        self.seal.get_or_init(|| {
            let seal = Seal::of(procedure);
            self.tag.store(seal.tag().get(), Ordering::Relaxed);
            Arc::new(seal)
        })
    }
}

impl Clone for LazySeal {
    fn clone(&self) -> Self {
        let seal = self.seal.clone();
        let tag = AtomicU64::new(seal.get().map_or(0, |seal| seal.tag().get()));
        Self { seal, tag }
    }
}

impl SoundProcedure {
    pub(super) fn new(procedure: Procedure, net: Net, report: Report) -> Self {
        let supervisors =
            procedure.supervising_roles().iter().filter_map(|role| net.roles.get(role.as_str()).copied()).collect();
        Self {
            seal: LazySeal::default(),
            supervisors,
            duties: Duties::compile(&procedure, &net.step_ids),
            external: procedure.documents.iter().map(|document| document.external).collect(),
            procedure: Arc::new(procedure),
            net,
            report: Arc::new(report),
        }
    }

    /// The procedure as it was written.
    pub fn procedure(&self) -> &Procedure {
        &self.procedure
    }

    /// What identifies this content of the procedure.
    pub fn seal(&self) -> &Arc<Seal> {
        self.seal.get(&self.procedure)
    }

    /// The warnings and notes that verification left.
    pub fn report(&self) -> &Report {
        &self.report
    }

    pub(crate) fn net(&self) -> &Net {
        &self.net
    }

    /// What tells the cases of this content from those of another, in one word.
    pub(crate) fn tag(&self) -> NonZeroU64 {
        self.seal().tag()
    }

    /// Whether the seal has been made and has this tag.
    #[inline(always)]
    pub(crate) fn has_tag(&self, tag: NonZeroU64) -> bool {
        self.seal.tag.load(Ordering::Relaxed) == tag.get()
    }

    /// The roles that may suspend, resume, cancel and migrate cases.
    pub fn supervisors(&self) -> &[RoleIx] {
        &self.supervisors
    }

    pub(crate) fn duties(&self) -> &Duties {
        &self.duties
    }

    pub(crate) fn is_external(&self, document: DocumentIx) -> bool {
        self.external[document.index()]
    }

    /// The step that a case begins with.
    #[allow(clippy::missing_panics_doc, reason = "verification refuses a procedure without a first step")]
    pub fn first_step(&self) -> StepIx {
        self.net.flows[0].to.expect("a sound procedure has a first step")
    }

    /// The index of the step named `id`.
    pub fn step(&self, id: &str) -> Option<StepIx> {
        self.net.step_ids.get(id).copied()
    }

    /// The index of the role named `id`.
    pub fn role(&self, id: &str) -> Option<RoleIx> {
        self.net.roles.get(id).copied()
    }

    /// The index of the document named `id`.
    pub fn document(&self, id: &str) -> Option<DocumentIx> {
        self.net.documents.get(id).copied()
    }

    /// The index of the outcome of `step` named `id`.
    pub fn outcome(&self, step: StepIx, id: &str) -> Option<OutcomeIx> {
        self.find_outcome(step, |outcome| outcome.id == *id)
    }

    /// The index of the outcome by which `step` returns work to `target` and nowhere else.
    pub fn return_outcome(&self, step: StepIx, target: &str) -> Option<OutcomeIx> {
        self.find_outcome(step, |outcome| {
            outcome.returns && matches!(outcome.to.as_slice(), [Target::Step(to)] if to == target)
        })
    }

    fn find_outcome(&self, step: StepIx, wanted: impl Fn(&Outcome) -> bool) -> Option<OutcomeIx> {
        let position = self.step_at(step).outcomes.iter().position(wanted)?;
        u16::try_from(position).ok().map(OutcomeIx)
    }

    /// The step at an index that this procedure gave.
    ///
    /// # Panics
    ///
    /// When the index is another procedure's and lies beyond this one's steps.
    pub fn step_at(&self, step: StepIx) -> &Step {
        &self.procedure.steps[step.index()]
    }

    /// The id of the step at an index that this procedure gave.
    ///
    /// # Panics
    ///
    /// As [`step_at`](Self::step_at).
    pub fn step_id(&self, step: StepIx) -> &StepId {
        &self.step_at(step).id
    }

    /// The role that does a step at an index that this procedure gave.
    ///
    /// # Panics
    ///
    /// As [`step_at`](Self::step_at).
    #[allow(clippy::missing_panics_doc, reason = "a sound procedure lists its roles")]
    pub fn role_of(&self, step: StepIx) -> RoleIx {
        self.net.steps[step.index()].role.expect("a sound procedure lists its roles")
    }

    /// The role at an index that this procedure gave.
    ///
    /// # Panics
    ///
    /// When the index is another procedure's and lies beyond this one's roles.
    pub fn role_at(&self, role: RoleIx) -> &Role {
        &self.procedure.roles[role.index()]
    }

    /// The document at an index that this procedure gave.
    ///
    /// # Panics
    ///
    /// When the index is another procedure's and lies beyond this one's documents.
    pub fn document_at(&self, document: DocumentIx) -> &Document {
        &self.procedure.documents[document.index()]
    }

    /// The outcome of a step at an index that this procedure gave.
    ///
    /// # Panics
    ///
    /// When an index is another procedure's and lies beyond this one's.
    pub fn outcome_at(&self, step: StepIx, outcome: OutcomeIx) -> &Outcome {
        &self.step_at(step).outcomes[outcome.index()]
    }

    /// The documents that finishing `step` with `outcome` yields, in the order of the definition.
    ///
    /// # Panics
    ///
    /// When an index is another procedure's and lies beyond this one's.
    pub fn outputs(&self, step: StepIx, outcome: OutcomeIx) -> &[DocumentIx] {
        let row = &self.net.steps[step.index()];
        &self.net.moves_of(row)[outcome.index()].outputs
    }

    /// Every step, in the order of the definition.
    pub fn steps(&self) -> impl Iterator<Item = StepIx> + use<> {
        (0..self.net.steps.len()).filter_map(|position| u16::try_from(position).ok().map(StepIx))
    }

    /// Every role, lowest rank first.
    pub fn roles(&self) -> impl Iterator<Item = RoleIx> + use<> {
        (0..self.procedure.roles.len()).filter_map(|position| u16::try_from(position).ok().map(RoleIx))
    }
}
