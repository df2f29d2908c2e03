//! Whether a command is carried out: the event that it makes, or all the reasons why not.

use std::sync::Arc;

use super::authority::{Reserved, duties_allow, may_do, right, why_not};
use super::refusal::{check_remark, check_text};
use super::{
    Actor, By, CaseState, Command, CommandKind, Event, EventKind, MissingDocument, Refusal, Refused, Status, legal,
};
use crate::id::{DocumentIx, OutcomeIx, StepId, StepIx};
use crate::limits::EVENTS_PER_CASE_MAX;
use crate::model::Target;
use crate::net::{MoveRow, Net, StepRow, Words};
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
/// Constant for a step with few flows, inputs, outputs and duties; no allocation when the command is accepted.
#[inline(always)]
pub fn decide(
    procedure: &SoundProcedure,
    state: &CaseState,
    command: &Command<'_>,
    now: Timestamp,
) -> Result<Event, Refused> {
    match plain_completion(procedure, state, command, now) {
        Some(completion) => Ok(completion.event(now)),
        None => decide_at_length(procedure, state, command, now),
    }
}

/// The completion of a step, when that is all that a command asks for and nothing stands against it.
pub(super) struct Completion<'p> {
    by: By,
    pub(super) taken: &'p MoveRow,
}

/// The short way to accept the common command, a completion without a remark whose outputs are named in order, as far as
/// duties let it. `is_ready` tells whether it is the turn of the step, its inputs are there and the move is no return.
///
/// It holds to the rules of [`Trial::complete`], which debug builds check each time, and is small enough to be inlined.
#[inline(always)]
fn completion<'p>(
    procedure: &'p SoundProcedure,
    state: &CaseState,
    command: &Command<'_>,
    now: Timestamp,
    is_ready: impl Fn(&StepRow, &MoveRow) -> bool,
) -> Option<Completion<'p>> {
    let CommandKind::CompleteStep { step, outcome, outputs, remark: None } = &command.kind else { return None };
    let net = procedure.net();
    if !procedure.has_tag(state.tag) || state.events >= EVENTS_PER_CASE_MAX || state.status != Status::Open {
        return None;
    }
    let step_row = net.steps.get(step.index())?;
    let taken = net.move_of(step_row, *outcome)?;
    if !is_ready(step_row, taken) || !are_same(&taken.outputs, outputs) {
        return None;
    }
    let by = right(&command.by, now, |role| step_row.role == Some(role))?;
    Some(Completion { by, taken })
}

/// The short way for the plain moves of a case that fills one cache line, which are those of few steps and no duties.
#[inline(always)]
pub(super) fn plain_completion<'p>(
    procedure: &'p SoundProcedure,
    state: &CaseState,
    command: &Command<'_>,
    now: Timestamp,
) -> Option<Completion<'p>> {
    let (Words::Inline(row), None) = (&state.row, &state.doers) else { return None };
    let is_ready = |step: &StepRow, taken: &MoveRow| taken.is_plain && Net::is_plainly_ready(step, row);
    let completion = completion(procedure, state, command, now, is_ready)?;
    debug_assert_eq!(examine(procedure, state, command, now), Ok(completion.event(now)));
    Some(completion)
}

/// The short way for any move of any case.
fn any_completion<'p>(
    procedure: &'p SoundProcedure,
    state: &CaseState,
    command: &Command<'_>,
    now: Timestamp,
) -> Option<Completion<'p>> {
    let (net, row) = (procedure.net(), state.row.as_slice());
    let is_ready = |step: &StepRow, taken: &MoveRow| !taken.returns && net.is_ready(step, row);
    let completion = completion(procedure, state, command, now, is_ready)?;
    if !duties_allow(procedure, state, completion.by.actor, completion.taken.step) {
        return None;
    }
    debug_assert_eq!(examine(procedure, state, command, now), Ok(completion.event(now)));
    Some(completion)
}

/// Whether two lists are equal; most have one document, which spares the loop.
#[inline(always)]
fn are_same(wanted: &[DocumentIx], named: &[DocumentIx]) -> bool {
    match (wanted, named) {
        ([wanted], [named]) => wanted == named,
        _ => wanted == named,
    }
}

impl Completion<'_> {
    #[inline(always)]
    pub(super) fn event(&self, now: Timestamp) -> Event {
        let kind = EventKind::StepCompleted { step: self.taken.step, outcome: self.taken.outcome, remark: None };
        Event { at: now, by: self.by, kind }
    }
}

/// Decides on any command: by the short way where that serves, else by all the rules.
#[inline(never)]
pub(super) fn decide_at_length(
    procedure: &SoundProcedure,
    state: &CaseState,
    command: &Command<'_>,
    now: Timestamp,
) -> Result<Event, Refused> {
    match any_completion(procedure, state, command, now) {
        Some(completion) => Ok(completion.event(now)),
        None => examine(procedure, state, command, now),
    }
}

/// Goes through all the rules for any command.
fn examine(
    procedure: &SoundProcedure,
    state: &CaseState,
    command: &Command<'_>,
    now: Timestamp,
) -> Result<Event, Refused> {
    let (net, row) = (procedure.net(), state.row.as_slice());
    let mut trial = Trial { procedure, net, state, row, actor: &command.by, now, reasons: Vec::new() };
    match trial.examine(command) {
        Some(event) if trial.reasons.is_empty() => Ok(event),
        _ => {
            debug_assert!(!trial.reasons.is_empty(), "a command without an event has a reason");
            Err(Refused::new(trial.reasons))
        }
    }
}

/// The examination of a command. It goes on behind a reason to refuse, so that all of them are found.
struct Trial<'p, 'a> {
    procedure: &'p SoundProcedure,
    net: &'p Net,
    state: &'a CaseState,
    row: &'a [u64],
    actor: &'a Actor<'a>,
    now: Timestamp,
    reasons: Vec<Refusal>,
}

/// The rules for each command. They answer with the event; it counts only when there is no reason to refuse.
impl Trial<'_, '_> {
    fn examine(&mut self, command: &Command<'_>) -> Option<Event> {
        self.own_case()?;
        match &command.kind {
            CommandKind::CompleteStep { step, outcome, outputs, remark } => {
                self.complete(*step, *outcome, outputs, remark.as_ref())
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

    fn open(&mut self) -> Option<Event> {
        self.status(&[Status::New]);
        let by = self.right(Reserved::Step(self.procedure.first_step()));
        let seal = self.procedure.seal();
        Some(self.event(by?, EventKind::CaseOpened { seal: seal.clone() }))
    }

    fn start(&mut self, step: StepIx) -> Option<Event> {
        let row = self.step_row(step)?;
        let by = self.step_in_turn(step, row);
        if self.state.is_started(self.procedure, step) {
            self.object(Refusal::AlreadyStarted { step: id(self.procedure, step) });
        }
        self.inputs(step, row);
        Some(self.event(by?, EventKind::StepStarted { step }))
    }

    fn complete(
        &mut self,
        step: StepIx,
        outcome: OutcomeIx,
        outputs: &[DocumentIx],
        remark: Option<&Arc<str>>,
    ) -> Option<Event> {
        let row = self.step_row(step)?;
        let taken = self.move_row(row, outcome)?;
        let by = self.step_in_turn(step, row);
        if taken.returns {
            self.object(return_mismatch(self.procedure, step));
        }
        self.inputs(step, row);
        self.outputs(step, taken, outputs);
        self.remark(remark);
        Some(self.event(by?, EventKind::StepCompleted { step, outcome, remark: remark.cloned() }))
    }

    fn send_back(&mut self, step: StepIx, outcome: OutcomeIx, reason: &Arc<str>) -> Option<Event> {
        let row = self.step_row(step)?;
        let taken = self.move_row(row, outcome)?;
        let by = self.step_in_turn(step, row);
        if !taken.returns {
            self.object(return_mismatch(self.procedure, step));
        }
        self.text(reason);
        Some(self.event(by?, EventKind::StepReturned { step, outcome, reason: reason.clone() }))
    }

    fn recall(&mut self, step: StepIx) -> Option<Event> {
        let row = self.step_row(step)?;
        self.status(&[Status::Open]);
        let by = self.may_do(step);
        let Some(sent) = legal::recallable(self.net, row, self.row) else {
            return self.give_up(Refusal::NothingToRecall { step: id(self.procedure, step) });
        };
        if let Some(receiver) = legal::started_receiver(self.net, sent, self.row) {
            self.object(Refusal::ReceiverStarted {
                step: id(self.procedure, step),
                receiver: id(self.procedure, receiver),
            });
        }
        Some(self.event(by?, EventKind::StepRecalled { step, outcome: sent.outcome }))
    }

    fn supply(&mut self, document: DocumentIx, remark: Option<&Arc<str>>) -> Option<Event> {
        if document.index() >= self.procedure.procedure().documents.len() {
            return self.give_up(unknown("document", document.index()));
        }
        self.status(&[Status::Open]);
        let by = self.right(Reserved::Participants);
        if !self.procedure.is_external(document) {
            let document = &self.procedure.document_at(document).id;
            self.object(Refusal::NotExternal { document: document.clone() });
        }
        self.remark(remark);
        Some(self.event(by?, EventKind::DocumentSupplied { document, remark: remark.cloned() }))
    }

    fn supervise(&mut self, from: &[Status], reason: Option<&Arc<str>>, kind: impl Fn() -> EventKind) -> Option<Event> {
        self.status(from);
        let by = self.right(Reserved::Supervisors);
        if let Some(reason) = reason {
            self.text(reason);
        }
        Some(self.event(by?, kind()))
    }

    fn comment(&mut self, text: &Arc<str>) -> Option<Event> {
        self.status(&[Status::Open, Status::Suspended, Status::Completed, Status::Cancelled]);
        let by = self.right(Reserved::Participants);
        self.text(text);
        Some(self.event(by?, EventKind::CommentAdded { text: text.clone() }))
    }
}

/// The rules that several commands share.
impl<'p> Trial<'p, '_> {
    fn event(&self, by: By, kind: EventKind) -> Event {
        Event { at: self.now, by, kind }
    }

    fn object(&mut self, reason: Refusal) {
        self.reasons.push(reason);
    }

    /// Takes a reason behind which nothing more can be examined.
    fn give_up<T>(&mut self, reason: Refusal) -> Option<T> {
        self.object(reason);
        None
    }

    /// The case belongs to the procedure and may have one event more.
    fn own_case(&mut self) -> Option<()> {
        if !self.state.is_case_of(self.procedure) {
            return self.give_up(Refusal::OtherProcedure);
        }
        if self.state.events >= EVENTS_PER_CASE_MAX {
            self.object(Refusal::TooManyEvents { most: EVENTS_PER_CASE_MAX });
        }
        Some(())
    }

    fn step_row(&mut self, step: StepIx) -> Option<&'p StepRow> {
        match self.net.steps.get(step.index()) {
            Some(row) => Some(row),
            None => self.give_up(unknown("step", step.index())),
        }
    }

    fn move_row(&mut self, step: &StepRow, outcome: OutcomeIx) -> Option<&'p MoveRow> {
        match self.net.move_of(step, outcome) {
            Some(row) => Some(row),
            None => self.give_up(unknown("outcome", outcome.index())),
        }
    }

    fn status(&mut self, allowed: &[Status]) {
        let status = self.state.status;
        if !allowed.contains(&status) {
            self.object(Refusal::WrongStatus { status });
        }
    }

    fn right(&mut self, reserved: Reserved) -> Option<By> {
        let by = right(self.actor, self.now, |role| reserved.includes(self.procedure, role));
        if by.is_none() {
            self.object(why_not(self.procedure, self.actor, reserved, self.now));
        }
        by
    }

    /// The case is open, the step waits, and the actor may do it.
    fn step_in_turn(&mut self, step: StepIx, row: &StepRow) -> Option<By> {
        self.status(&[Status::Open]);
        if !self.net.is_enabled(row, self.row) {
            let (procedure, state) = (self.procedure, self.state);
            self.object(Refusal::NotEnabled {
                step: id(procedure, step),
                enabled: state.enabled(procedure).into_iter().map(|step| id(procedure, step)).collect(),
            });
        }
        self.may_do(step)
    }

    /// The actor has the right to do the step, and no duty stands against it.
    fn may_do(&mut self, step: StepIx) -> Option<By> {
        may_do(self.procedure, self.state, self.actor, step, self.now)
            .map_err(|reasons| self.reasons.extend(reasons))
            .ok()
    }

    fn inputs(&mut self, step: StepIx, row: &StepRow) {
        if !self.net.masks.contained(&row.inputs, self.row) {
            let documents = missing_inputs(self.procedure, self.state, row);
            self.object(Refusal::InputsMissing { step: id(self.procedure, step), documents });
        }
    }

    /// The outputs named are the outputs of the outcome, in any order and however often.
    fn outputs(&mut self, step: StepIx, taken: &MoveRow, named: &[DocumentIx]) {
        let procedure = self.procedure;
        let wanted = &*taken.outputs;
        let ids = |documents: Vec<DocumentIx>| {
            documents.into_iter().map(|document| procedure.document_at(document).id.clone()).collect()
        };
        let documents = procedure.procedure().documents.len();
        let is_known = |document: &DocumentIx| document.index() < documents;
        if let Some(document) = named.iter().find(|document| !is_known(document)) {
            self.object(unknown("document", document.index()));
        }
        let missing: Vec<_> = wanted.iter().copied().filter(|document| !named.contains(document)).collect();
        if !missing.is_empty() {
            self.object(Refusal::OutputsMissing { step: id(procedure, step), documents: ids(missing) });
        }
        let unexpected = named.iter().copied().filter(|document| is_known(document) && !wanted.contains(document));
        let unexpected: Vec<_> = unexpected.collect();
        if !unexpected.is_empty() {
            self.object(Refusal::OutputsUnexpected { step: id(procedure, step), documents: ids(unexpected) });
        }
    }

    fn remark(&mut self, remark: Option<&Arc<str>>) {
        self.reasons.extend(remark.into_iter().flat_map(|remark| check_remark(remark)));
    }

    fn text(&mut self, text: &str) {
        self.reasons.extend(check_text(text));
    }
}

fn id(procedure: &SoundProcedure, step: StepIx) -> StepId {
    procedure.step_at(step).id.clone()
}

pub(super) fn unknown(what: &'static str, index: usize) -> Refusal {
    Refusal::Unknown { what, name: format!("#{index}") }
}

pub(crate) fn return_mismatch(procedure: &SoundProcedure, step: StepIx) -> Refusal {
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
            let missing = procedure.document_at(document);
            MissingDocument { document: missing.id.clone(), name: missing.name.first().to_owned(), yielded_by }
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

    #[test]
    fn inputs_far_apart_are_all_asked_for() {
        let named = |number: usize| format!("document-{number}");
        let procedure = (0..80).fold(Procedure::new("p", "1", "P").role("r", "R"), |procedure, number| {
            procedure.external(named(number), "Paper")
        });
        let step = Step::new("1", "r", "File").input(named(0).as_str()).input(named(79).as_str()).next("end");
        let procedure = procedure.step(step).verify().unwrap();
        let grants = [Grant::holder(procedure.role("r").unwrap())];
        let sari = Actor { id: Actors::new().add("Sari").unwrap(), grants: &grants };
        let now = Timestamp::from_millis(0);
        for (first, second) in [(0, 79), (79, 0)] {
            let mut case = Case::open(&procedure, sari, now).unwrap();
            case.supply(sari, &named(first), now).unwrap();
            assert!(case.complete(sari, "1", "done", &[], now).unwrap_err().has("inputs-missing"));
            case.supply(sari, &named(second), now).unwrap();
            assert!(case.complete(sari, "1", "done", &[], now).is_ok());
        }
    }
}
