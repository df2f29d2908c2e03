//! What an event does to a case.

use super::authority::{Reserved, duties_allow};
use super::decide::{decide_at_length, plain_completion};
use super::{By, CaseState, Command, Event, EventKind, Refused, Status, legal};
use crate::error::{Error, ErrorKind, Fault};
use crate::id::{OutcomeIx, StepIx};
use crate::limits::EVENTS_PER_CASE_MAX;
use crate::model::{Change, Seal};
use crate::net::{MoveRow, Net, StepRow};
use crate::time::Timestamp;
use crate::verify::SoundProcedure;

/// Carries out a command: decides, and changes the state by the event.
///
/// The same as [`decide`](super::decide()) and then [`apply`], without checking a second time what was just decided.
///
/// # Errors
///
/// All the reasons why the command is refused; the state is then as it was.
#[inline(always)]
pub fn carry_out(
    procedure: &SoundProcedure,
    state: &mut CaseState,
    command: &Command<'_>,
    now: Timestamp,
) -> Result<Event, Refused> {
    if let Some(completion) = plain_completion(procedure, state, command, now) {
        Net::finish_plainly(completion.taken, &mut state.row);
        count(state, completion.taken);
        return Ok(completion.event(now));
    }
    carry_out_at_length(procedure, state, command, now)
}

/// Carries out a command that the short way does not accept; out of line, so that the short way stays short.
#[inline(never)]
fn carry_out_at_length(
    procedure: &SoundProcedure,
    state: &mut CaseState,
    command: &Command<'_>,
    now: Timestamp,
) -> Result<Event, Refused> {
    let event = decide_at_length(procedure, state, command, now)?;
    advance(procedure, state, &event);
    Ok(event)
}

/// Applies an event to a case.
///
/// An event that [`decide`](super::decide()) made on this very state always applies. Any other is checked: it must follow from the state
/// by the rules of the procedure.
///
/// # Errors
///
/// When the event does not follow from the state, or the case was opened on another content of the procedure. The state
/// is then as it was.
#[inline]
pub fn apply(procedure: &SoundProcedure, state: &mut CaseState, event: &Event) -> Result<(), Error> {
    match check(procedure, state, event) {
        Ok(()) => {
            advance(procedure, state, event);
            Ok(())
        }
        Err(wrong) => Err(damaged(procedure, state, event, wrong)),
    }
}

/// Rebuilds a case from its events, in order.
///
/// # Errors
///
/// As [`apply`]; the error tells which event is wrong. When the history belongs to another content of the procedure,
/// [`Error::is_procedure_changed`] holds and the faults tell what has changed.
///
/// # Complexity
///
/// Linear in the number of events.
pub fn replay<'a>(procedure: &SoundProcedure, events: impl IntoIterator<Item = &'a Event>) -> Result<CaseState, Error> {
    let mut state = CaseState::new(procedure);
    for event in events {
        apply(procedure, &mut state, event)?;
    }
    Ok(state)
}

/// What is wrong with an event.
enum Wrong {
    Order(&'static str),
    Content,
}

#[inline(always)]
pub(super) fn complete(procedure: &SoundProcedure, state: &mut CaseState, taken: &MoveRow) {
    procedure.net().finish(taken, &mut state.row);
    count(state, taken);
}

/// What a completion changes besides the row.
#[inline(always)]
pub(super) fn count(state: &mut CaseState, taken: &MoveRow) {
    if taken.ends {
        state.status = Status::Completed;
    }
    state.events += 1;
}

/// What an event that follows from the state does to it.
#[inline(always)]
fn advance(procedure: &SoundProcedure, state: &mut CaseState, event: &Event) {
    let net = procedure.net();
    let row = state.row.as_mut_slice();
    match &event.kind {
        EventKind::StepCompleted { step, outcome, .. } | EventKind::StepReturned { step, outcome, .. } => {
            if let Some(doers) = &mut state.doers {
                doers.finish(procedure.duties(), event.by.actor, *step);
            }
            return complete(procedure, state, net.move_at(*step, *outcome));
        }
        EventKind::StepStarted { step } => net.start(&net.steps[step.index()], row),
        EventKind::StepRecalled { step, outcome } => net.recall(net.move_at(*step, *outcome), row),
        EventKind::DocumentSupplied { document, .. } => state.row.insert(net.layout.document_bit(*document)),
        EventKind::CaseOpened { .. } => {
            net.begin(row);
            state.status = Status::Open;
        }
        EventKind::CaseSuspended { .. } => state.status = Status::Suspended,
        EventKind::CaseResumed => state.status = Status::Open,
        EventKind::CaseCancelled { .. } => state.status = Status::Cancelled,
        EventKind::CommentAdded { .. } | EventKind::CaseMigrated { .. } => {}
    }
    state.events += 1;
}

/// Whether an event follows from the state.
#[inline(always)]
fn check(procedure: &SoundProcedure, state: &CaseState, event: &Event) -> Result<(), Wrong> {
    if !state.is_case_of(procedure) {
        return Err(Wrong::Order("the state belongs to another procedure"));
    }
    if state.events >= EVENTS_PER_CASE_MAX {
        return Err(Wrong::Order("the case has too many events"));
    }
    let (net, row) = (procedure.net(), state.row.as_slice());
    match &event.kind {
        EventKind::StepCompleted { step, outcome, .. } => {
            let (definition, taken) = rows(procedure, *step, *outcome)?;
            in_turn(procedure, state, *step, definition, &event.by)?;
            require(!taken.returns, "the outcome is a return")?;
            require(net.masks.contained(&definition.inputs, row), "an input is missing")
        }
        EventKind::StepStarted { step } => {
            let definition = net.steps.get(step.index()).ok_or(Wrong::Order("there is no such step"))?;
            in_turn(procedure, state, *step, definition, &event.by)?;
            require(!state.is_started(procedure, *step), "the step is started already")?;
            require(net.masks.contained(&definition.inputs, row), "an input is missing")
        }
        EventKind::StepReturned { step, outcome, .. } => {
            let (definition, taken) = rows(procedure, *step, *outcome)?;
            in_turn(procedure, state, *step, definition, &event.by)?;
            require(taken.returns, "the outcome is no return")
        }
        EventKind::StepRecalled { step, outcome } => {
            let (definition, sent) = rows(procedure, *step, *outcome)?;
            require(state.status == Status::Open, "the case is not open")?;
            require(definition.role == Some(event.by.role), "the role is not the one of the step")?;
            require(duties_allow(procedure, state, event.by.actor, *step), "a duty keeps the actor from the step")?;
            require(legal::can_recall(net, sent, row), "nothing can be recalled")
        }
        EventKind::DocumentSupplied { document, .. } => {
            require(state.status == Status::Open, "the case is not open")?;
            let known = document.index() < procedure.procedure().documents.len();
            require(known && procedure.is_external(*document), "the document does not come from outside")?;
            for_role(procedure, Reserved::Participants, event)
        }
        EventKind::CaseOpened { seal } => {
            if seal.hash != procedure.seal().hash {
                return Err(Wrong::Content);
            }
            from_status(state, &[Status::New])?;
            for_role(procedure, Reserved::Step(procedure.first_step()), event)
        }
        EventKind::CaseSuspended { .. } => {
            from_status(state, &[Status::Open])?;
            for_role(procedure, Reserved::Supervisors, event)
        }
        EventKind::CaseResumed => {
            from_status(state, &[Status::Suspended])?;
            for_role(procedure, Reserved::Supervisors, event)
        }
        EventKind::CaseCancelled { .. } => {
            from_status(state, &[Status::Open, Status::Suspended])?;
            for_role(procedure, Reserved::Supervisors, event)
        }
        EventKind::CommentAdded { .. } => {
            from_status(state, &[Status::Open, Status::Suspended, Status::Completed, Status::Cancelled])?;
            for_role(procedure, Reserved::Participants, event)
        }
        EventKind::CaseMigrated { .. } => {
            Err(Wrong::Order("the case goes on in another version, which `Case::from_records` looks up"))
        }
    }
}

#[inline(always)]
fn rows(procedure: &SoundProcedure, step: StepIx, outcome: OutcomeIx) -> Result<(&StepRow, &MoveRow), Wrong> {
    let net = procedure.net();
    let row = net.steps.get(step.index()).ok_or(Wrong::Order("there is no such step"))?;
    let taken = net.move_of(row, outcome).ok_or(Wrong::Order("there is no such outcome"))?;
    Ok((row, taken))
}

#[inline(always)]
fn in_turn(
    procedure: &SoundProcedure,
    state: &CaseState,
    step: StepIx,
    definition: &StepRow,
    by: &By,
) -> Result<(), Wrong> {
    require(state.status == Status::Open, "the case is not open")?;
    require(definition.role == Some(by.role), "the role is not the one of the step")?;
    require(duties_allow(procedure, state, by.actor, step), "a duty keeps the actor from the step")?;
    require(procedure.net().is_enabled(definition, state.row.as_slice()), "it is not the turn of the step")
}

fn for_role(procedure: &SoundProcedure, reserved: Reserved, event: &Event) -> Result<(), Wrong> {
    require(reserved.includes(procedure, event.by.role), "the role is not one that may do this")
}

fn from_status(state: &CaseState, allowed: &[Status]) -> Result<(), Wrong> {
    require(allowed.contains(&state.status), "the status of the case does not allow it")
}

#[inline(always)]
fn require(holds: bool, otherwise: &'static str) -> Result<(), Wrong> {
    if holds { Ok(()) } else { Err(Wrong::Order(otherwise)) }
}

/// What has changed since a case was opened on the content with this seal.
pub(super) fn procedure_changed(procedure: &SoundProcedure, opened_on: &Seal) -> Error {
    let changes = opened_on.changes_to(procedure.seal());
    if changes.is_empty() {
        return Error::single(ErrorKind::ProcedureChanged, "the procedure has changed");
    }
    let fault = |change: &Change| Fault { message: format!("the procedure has changed: {change}"), ..Fault::default() };
    Error::new(ErrorKind::ProcedureChanged, changes.iter().map(fault).collect())
}

#[cold]
#[inline(never)]
fn damaged(procedure: &SoundProcedure, state: &CaseState, event: &Event, wrong: Wrong) -> Error {
    let step = event.kind.step().and_then(|step| procedure.procedure().steps.get(step.index()));
    let fault = |message: String| Fault { step: step.map(|step| step.id.clone()), message, ..Fault::default() };
    match (wrong, &event.kind) {
        (Wrong::Content, EventKind::CaseOpened { seal }) => procedure_changed(procedure, seal),
        (Wrong::Content, _) => Error::single(ErrorKind::ProcedureChanged, "the procedure has changed"),
        (Wrong::Order(why), _) => {
            let message = format!("event {} does not follow from those before it: {why}", state.events + 1);
            Error::new(ErrorKind::Record, vec![fault(message)])
        }
    }
}
