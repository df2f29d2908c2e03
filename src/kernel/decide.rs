//! Whether a command is carried out: the event that it makes, or all the reasons why not.

use std::sync::Arc;

use super::authority::{Reserved, right};
use super::objections::{AtFirst, Gather, Objections, Stop};
use super::{
    Actor, By, CaseState, Command, CommandKind, Event, EventKind, MissingDocument, Refusal, Refused, Status, legal,
};
use crate::id::{DocumentIx, OutcomeIx, StepId, StepIx};
use crate::limits::{EVENTS_PER_CASE_MAX, REMARK_BYTES_MAX};
use crate::model::Target;
use crate::net::{MoveRow, Net, StepRow};
use crate::time::Timestamp;
use crate::verify::SoundProcedure;

/// Decides on a command: the event that carrying it out makes.
///
/// Nothing changes; [`apply`](super::apply) the event to change the state.
///
/// # Errors
///
/// All the reasons why the command is refused.
///
/// # Complexity
///
/// Constant for a step with few flows, inputs and outputs; no allocation when the command is accepted.
#[inline(always)]
pub fn decide(
    procedure: &SoundProcedure,
    state: &CaseState,
    command: &Command<'_>,
    now: Timestamp,
) -> Result<Event, Refused> {
    if let Some(completion) = completion(procedure, state, command, now) {
        return Ok(completion.event(command, now));
    }
    decide_at_length(procedure, state, command, now)
}

/// A completion that is accepted. It is the common command, and small enough to be inlined where it is called.
pub(super) struct Completion<'p> {
    by: By,
    pub(super) taken: &'p MoveRow,
}

/// The completion that a command asks for; `None` when it asks for something else or is refused.
#[inline(always)]
pub(super) fn completion<'p>(
    procedure: &'p SoundProcedure,
    state: &CaseState,
    command: &Command<'_>,
    now: Timestamp,
) -> Option<Completion<'p>> {
    let CommandKind::CompleteStep { step, outcome, outputs, remark } = &command.kind else { return None };
    let mut trial = Trial::new(procedure, state, &command.by, now, AtFirst);
    trial.complete(*step, *outcome, outputs, remark.as_ref()).ok().flatten()
}

impl Completion<'_> {
    #[inline(always)]
    pub(super) fn event(&self, command: &Command<'_>, now: Timestamp) -> Event {
        let remark = match &command.kind {
            CommandKind::CompleteStep { remark, .. } => remark.clone(),
            _ => None,
        };
        let kind = EventKind::StepCompleted { step: self.taken.step, outcome: self.taken.outcome, remark };
        Event { at: now, by: self.by, kind }
    }
}

#[inline(never)]
pub(super) fn decide_at_length(
    procedure: &SoundProcedure,
    state: &CaseState,
    command: &Command<'_>,
    now: Timestamp,
) -> Result<Event, Refused> {
    match Trial::new(procedure, state, &command.by, now, AtFirst).examine(command) {
        Ok(Some(event)) => Ok(event),
        _ => Err(all_reasons(procedure, state, command, now)),
    }
}

#[cold]
#[inline(never)]
fn all_reasons(procedure: &SoundProcedure, state: &CaseState, command: &Command<'_>, now: Timestamp) -> Refused {
    let mut trial = Trial::new(procedure, state, &command.by, now, Gather::default());
    // What it answers does not matter: gathering goes on behind an objection, even to an event.
    let _ = trial.examine(command);
    debug_assert!(!trial.objections.0.is_empty(), "both examinations follow the same rules");
    Refused::new(trial.objections.0)
}

struct Trial<'p, 'a, O> {
    procedure: &'p SoundProcedure,
    net: &'p Net,
    state: &'a CaseState,
    row: &'a [u64],
    actor: &'a Actor<'a>,
    now: Timestamp,
    objections: O,
}

/// An event, or `None` when objections were taken on the way.
type Examined = Result<Option<Event>, Stop>;

impl<'p, O: Objections> Trial<'p, '_, O> {
    fn examine(&mut self, command: &Command<'_>) -> Examined {
        match &command.kind {
            CommandKind::CompleteStep { step, outcome, outputs, remark } => {
                let completion = self.complete(*step, *outcome, outputs, remark.as_ref())?;
                Ok(completion.map(|completion| completion.event(command, self.now)))
            }
            CommandKind::StartStep { step } => self.start(*step),
            CommandKind::ReturnStep { step, outcome, reason } => self.send_back(*step, *outcome, reason),
            CommandKind::RecallStep { step } => self.recall(*step),
            CommandKind::OpenCase => self.open(),
            CommandKind::SupplyDocument { document, remark } => self.supply(*document, remark.as_ref()),
            CommandKind::SuspendCase { reason } => {
                self.supervise(&[Status::Open], Some(reason), || EventKind::CaseSuspended { reason: reason.clone() })
            }
            CommandKind::ResumeCase => self.supervise(&[Status::Suspended], None, || EventKind::CaseResumed),
            CommandKind::CancelCase { reason } => {
                self.supervise(&[Status::Open, Status::Suspended], Some(reason), || EventKind::CaseCancelled {
                    reason: reason.clone(),
                })
            }
            CommandKind::AddComment { text } => self.comment(text),
        }
    }

    fn open(&mut self) -> Examined {
        self.own_case()?;
        self.status(&[Status::New])?;
        let by = self.right(Reserved::Step(self.procedure.first_step()))?;
        let seal = self.procedure.seal();
        Ok(by.map(|by| self.event(by, EventKind::CaseOpened { seal: seal.clone() })))
    }

    fn start(&mut self, step: StepIx) -> Examined {
        self.own_case()?;
        let row = self.step_row(step)?;
        let by = self.step_in_turn(step, row)?;
        if self.state.is_started(self.procedure, step) {
            self.objections.object(|| Refusal::AlreadyStarted { step: id(self.procedure, step) })?;
        }
        self.inputs(step, row)?;
        Ok(by.map(|by| self.event(by, EventKind::StepStarted { step })))
    }

    #[inline(always)]
    fn complete(
        &mut self,
        step: StepIx,
        outcome: OutcomeIx,
        outputs: &[DocumentIx],
        remark: Option<&Arc<str>>,
    ) -> Result<Option<Completion<'p>>, Stop> {
        self.own_case()?;
        let row = self.step_row(step)?;
        let taken = self.move_row(row, outcome)?;
        let by = self.step_in_turn(step, row)?;
        if taken.returns {
            self.objections.object(|| return_mismatch(self.procedure, step))?;
        }
        self.inputs(step, row)?;
        let wanted = &*taken.outputs;
        if wanted != outputs {
            self.outputs(step, taken, outputs)?;
        }
        self.remark(remark)?;
        Ok(by.map(|by| Completion { by, taken }))
    }

    fn send_back(&mut self, step: StepIx, outcome: OutcomeIx, reason: &Arc<str>) -> Examined {
        self.own_case()?;
        let row = self.step_row(step)?;
        let taken = self.move_row(row, outcome)?;
        let by = self.step_in_turn(step, row)?;
        if !taken.returns {
            self.objections.object(|| return_mismatch(self.procedure, step))?;
        }
        self.text(reason)?;
        Ok(by.map(|by| self.event(by, EventKind::StepReturned { step, outcome, reason: reason.clone() })))
    }

    fn recall(&mut self, step: StepIx) -> Examined {
        self.own_case()?;
        let row = self.step_row(step)?;
        self.status(&[Status::Open])?;
        let by = self.right(Reserved::Step(step))?;
        let Some(sent) = legal::recallable(self.net, row, self.row) else {
            return self.objections.give_up(|| Refusal::NothingToRecall { step: id(self.procedure, step) });
        };
        if let Some(receiver) = legal::started_receiver(self.net, sent, self.row) {
            self.objections.object(|| Refusal::ReceiverStarted {
                step: id(self.procedure, step),
                receiver: id(self.procedure, receiver),
            })?;
        }
        Ok(by.map(|by| self.event(by, EventKind::StepRecalled { step, outcome: sent.outcome })))
    }

    fn supply(&mut self, document: DocumentIx, remark: Option<&Arc<str>>) -> Examined {
        self.own_case()?;
        if document.index() >= self.procedure.procedure().documents.len() {
            return self.objections.give_up(|| unknown("document", document.index()));
        }
        self.status(&[Status::Open])?;
        let by = self.right(Reserved::Participants)?;
        if !self.procedure.is_external(document) {
            let document = &self.procedure.document_at(document).id;
            self.objections.object(|| Refusal::NotExternal { document: document.clone() })?;
        }
        self.remark(remark)?;
        Ok(by.map(|by| self.event(by, EventKind::DocumentSupplied { document, remark: remark.cloned() })))
    }

    fn supervise(&mut self, from: &[Status], reason: Option<&Arc<str>>, kind: impl Fn() -> EventKind) -> Examined {
        self.own_case()?;
        self.status(from)?;
        let by = self.right(Reserved::Supervisors)?;
        if let Some(reason) = reason {
            self.text(reason)?;
        }
        Ok(by.map(|by| self.event(by, kind())))
    }

    fn comment(&mut self, text: &Arc<str>) -> Examined {
        self.own_case()?;
        self.status(&[Status::Open, Status::Suspended, Status::Completed, Status::Cancelled])?;
        let by = self.right(Reserved::Participants)?;
        self.text(text)?;
        Ok(by.map(|by| self.event(by, EventKind::CommentAdded { text: text.clone() })))
    }
}

/// The rules that several commands share.
impl<'p, 'a, O: Objections> Trial<'p, 'a, O> {
    #[inline(always)]
    fn new(
        procedure: &'p SoundProcedure,
        state: &'a CaseState,
        actor: &'a Actor<'a>,
        now: Timestamp,
        objections: O,
    ) -> Self {
        Self { procedure, net: procedure.net(), state, row: state.row.as_slice(), actor, now, objections }
    }

    fn event(&self, by: By, kind: EventKind) -> Event {
        Event { at: self.now, by, kind }
    }

    /// The case belongs to the procedure and may have one event more.
    #[inline(always)]
    fn own_case(&mut self) -> Result<(), Stop> {
        if !self.state.is_case_of(self.procedure) {
            return self.objections.give_up(|| Refusal::OtherProcedure);
        }
        if self.state.events >= EVENTS_PER_CASE_MAX {
            self.objections.object(|| Refusal::TooManyEvents { most: EVENTS_PER_CASE_MAX })?;
        }
        Ok(())
    }

    #[inline(always)]
    fn step_row(&mut self, step: StepIx) -> Result<&'p StepRow, Stop> {
        match self.net.steps.get(step.index()) {
            Some(row) => Ok(row),
            None => self.objections.give_up(|| unknown("step", step.index())),
        }
    }

    #[inline(always)]
    fn move_row(&mut self, step: &StepRow, outcome: OutcomeIx) -> Result<&'p MoveRow, Stop> {
        match self.net.move_of(step, outcome) {
            Some(row) => Ok(row),
            None => self.objections.give_up(|| unknown("outcome", outcome.index())),
        }
    }

    #[inline(always)]
    fn status(&mut self, allowed: &[Status]) -> Result<(), Stop> {
        let status = self.state.status;
        if allowed.contains(&status) {
            return Ok(());
        }
        self.objections.object(|| Refusal::WrongStatus { status })
    }

    #[inline(always)]
    fn right(&mut self, reserved: Reserved) -> Result<Option<By>, Stop> {
        right(self.procedure, self.actor, reserved, self.now, &mut self.objections)
    }

    /// The case is open, the step waits, and the actor may do it.
    #[inline(always)]
    fn step_in_turn(&mut self, step: StepIx, row: &StepRow) -> Result<Option<By>, Stop> {
        self.status(&[Status::Open])?;
        if !self.net.is_enabled(row, self.row) {
            let (procedure, state) = (self.procedure, self.state);
            self.objections.object(|| Refusal::NotEnabled {
                step: id(procedure, step),
                enabled: state.enabled(procedure).into_iter().map(|step| id(procedure, step)).collect(),
            })?;
        }
        self.right(Reserved::Step(step))
    }

    #[inline(always)]
    fn inputs(&mut self, step: StepIx, row: &StepRow) -> Result<(), Stop> {
        if self.net.masks.contained(&row.inputs, self.row) {
            return Ok(());
        }
        let (procedure, state) = (self.procedure, self.state);
        self.objections.object(|| Refusal::InputsMissing {
            step: id(procedure, step),
            documents: missing_inputs(procedure, state, row),
        })
    }

    /// The outputs named are the outputs of the outcome, in any order and however often.
    fn outputs(&mut self, step: StepIx, taken: &MoveRow, named: &[DocumentIx]) -> Result<(), Stop> {
        let procedure = self.procedure;
        let wanted = &*taken.outputs;
        let ids = |documents: Vec<DocumentIx>| {
            documents.into_iter().map(|document| procedure.document_at(document).id.clone()).collect()
        };
        let documents = procedure.procedure().documents.len();
        let is_known = |document: &DocumentIx| document.index() < documents;
        if let Some(document) = named.iter().find(|document| !is_known(document)) {
            self.objections.object(|| unknown("document", document.index()))?;
        }
        let missing: Vec<_> = wanted.iter().copied().filter(|document| !named.contains(document)).collect();
        if !missing.is_empty() {
            self.objections
                .object(|| Refusal::OutputsMissing { step: id(procedure, step), documents: ids(missing) })?;
        }
        let unexpected = named.iter().copied().filter(|document| is_known(document) && !wanted.contains(document));
        let unexpected: Vec<_> = unexpected.collect();
        if !unexpected.is_empty() {
            self.objections
                .object(|| Refusal::OutputsUnexpected { step: id(procedure, step), documents: ids(unexpected) })?;
        }
        Ok(())
    }

    #[inline(always)]
    fn remark(&mut self, remark: Option<&Arc<str>>) -> Result<(), Stop> {
        remark.map_or(Ok(()), |remark| self.plain(remark))
    }

    fn text(&mut self, text: &str) -> Result<(), Stop> {
        if text.trim().is_empty() {
            self.objections.object(|| Refusal::TextRequired)?;
        }
        self.plain(text)
    }

    fn plain(&mut self, text: &str) -> Result<(), Stop> {
        if text.len() > REMARK_BYTES_MAX {
            self.objections.object(|| Refusal::TextTooLong { bytes: text.len(), most: REMARK_BYTES_MAX })?;
        }
        let is_odd = |character: &char| character.is_control() && !matches!(character, '\n' | '\r' | '\t');
        match text.chars().find(is_odd) {
            Some(character) => self.objections.object(|| Refusal::ControlCharacter { character }),
            None => Ok(()),
        }
    }
}

fn id(procedure: &SoundProcedure, step: StepIx) -> StepId {
    procedure.step_at(step).id.clone()
}

pub(super) fn unknown(what: &'static str, index: usize) -> Refusal {
    Refusal::Unknown { what, name: format!("#{index}") }
}

pub(super) fn return_mismatch(procedure: &SoundProcedure, step: StepIx) -> Refusal {
    let step = procedure.step_at(step);
    let returns = step.outcomes.iter().filter(|outcome| outcome.returns).flat_map(|outcome| &outcome.to);
    let returns = returns.filter_map(|target| match target {
        Target::Step(step) => Some(step.clone()),
        Target::End => None,
    });
    Refusal::ReturnMismatch { step: step.id.clone(), returns: returns.collect() }
}

fn missing_inputs(procedure: &SoundProcedure, state: &CaseState, row: &StepRow) -> Vec<MissingDocument> {
    let net = procedure.net();
    let first = net.layout.document_bit(DocumentIx(0));
    let missing = net.masks.bits(&row.inputs).filter(|bit| !state.row.contains(*bit));
    let documents = missing.filter_map(|bit| u16::try_from(bit - first).ok().map(DocumentIx));
    documents
        .map(|document| {
            let mut yielded_by: Vec<StepId> = net
                .moves
                .iter()
                .filter(|taken| taken.outputs.contains(&document))
                .map(|taken| id(procedure, taken.step))
                .collect();
            yielded_by.dedup();
            MissingDocument { document: procedure.document_at(document).id.clone(), yielded_by }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::time::Timestamp;
    use crate::{Actor, Actors, Case, Grant, Procedure, Step};

    #[test]
    fn the_right_role_is_told_what_else_stands_in_the_way() {
        let procedure = Procedure::new("p", "1", "P")
            .role("r", "R")
            .document("draft", "Draft")
            .step(Step::new("1", "r", "Draft").output("draft").next("2"))
            .step(Step::new("2", "r", "Send").input("draft").next("end"))
            .verify()
            .unwrap();
        let grants = [Grant::holder(procedure.role("r").unwrap())];
        let sari = Actor { id: Actors::new().add("Sari").unwrap(), grants: &grants };
        let now = Timestamp::from_millis(0);
        let mut case = Case::open(&procedure, sari, now).unwrap();
        let refused = case.complete(sari, "2", "done", &[], now).unwrap_err();
        let codes: Vec<&str> = refused.reasons().iter().map(crate::Refusal::code).collect();
        assert_eq!(codes, ["not-enabled", "inputs-missing"]);
        assert_eq!(case.history().len(), 1);
    }
}
