//! What an event does to a case.

use super::authority::Reserved;
use super::{CaseState, Event, EventKind, Status, legal};
use crate::error::{Error, ErrorKind, Fault};
use crate::id::{OutcomeIx, RoleIx, StepIx};
use crate::limits::EVENTS_PER_CASE_MAX;
use crate::model::{Change, Seal};
use crate::net::{MoveRow, StepRow};
use crate::verify::SoundProcedure;

/// Applies an event to a case.
///
/// An event that [`decide`](super::decide) made on this very state always applies. Any other is checked: it must follow
/// from the state by the rules of the procedure.
///
/// # Errors
///
/// When the event does not follow from the state, or the case was opened on another content of the procedure. The state
/// is then as it was.
#[inline(always)]
pub fn apply(procedure: &SoundProcedure, state: &mut CaseState, event: &Event) -> Result<(), Error> {
    let changed = match &event.kind {
        // The common event by itself, so that it can be inlined where it is called.
        EventKind::StepCompleted { step, outcome, .. } => complete(procedure, state, *step, *outcome, event.by.role),
        _ => change(procedure, state, event),
    };
    match changed {
        Ok(()) => {
            state.events += 1;
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
fn complete(
    procedure: &SoundProcedure,
    state: &mut CaseState,
    step: StepIx,
    outcome: OutcomeIx,
    role: RoleIx,
) -> Result<(), Wrong> {
    own_case(procedure, state)?;
    let (row, taken) = rows(procedure, step, outcome)?;
    in_turn(procedure, state, row, role)?;
    if taken.returns {
        return Err(Wrong::Order("the outcome is a return"));
    }
    if !procedure.net().masks.contained(&row.inputs, state.row.as_slice()) {
        return Err(Wrong::Order("an input is missing"));
    }
    procedure.net().finish(taken, state.row.as_mut_slice());
    if taken.ends {
        state.status = Status::Completed;
    }
    Ok(())
}

#[inline(always)]
fn own_case(procedure: &SoundProcedure, state: &CaseState) -> Result<(), Wrong> {
    if !state.is_case_of(procedure) {
        return Err(Wrong::Order("the state belongs to another procedure"));
    }
    if state.events >= EVENTS_PER_CASE_MAX {
        return Err(Wrong::Order("the case has too many events"));
    }
    Ok(())
}

fn change(procedure: &SoundProcedure, state: &mut CaseState, event: &Event) -> Result<(), Wrong> {
    own_case(procedure, state)?;
    let net = procedure.net();
    match &event.kind {
        EventKind::StepCompleted { step, outcome, .. } => {
            complete(procedure, state, *step, *outcome, event.by.role)?;
        }
        EventKind::StepStarted { step } => {
            let row = net.steps.get(step.index()).ok_or(Wrong::Order("there is no such step"))?;
            in_turn(procedure, state, row, event.by.role)?;
            if state.is_started(procedure, *step) {
                return Err(Wrong::Order("the step is started already"));
            }
            has_inputs(procedure, state, row)?;
            net.start(row, state.row.as_mut_slice());
        }
        EventKind::StepReturned { step, outcome, .. } => {
            let (row, taken) = rows(procedure, *step, *outcome)?;
            in_turn(procedure, state, row, event.by.role)?;
            if !taken.returns {
                return Err(Wrong::Order("the outcome is no return"));
            }
            net.finish(taken, state.row.as_mut_slice());
        }
        EventKind::StepRecalled { step, outcome } => {
            let (row, sent) = rows(procedure, *step, *outcome)?;
            let recall = legal::recall_now(net, sent, state.row.as_slice());
            let recall = recall.filter(|_| state.status == Status::Open && row.role == Some(event.by.role));
            let recall = recall.ok_or(Wrong::Order("nothing can be recalled"))?;
            net.masks.apply(&recall.undo, state.row.as_mut_slice());
        }
        EventKind::DocumentSupplied { document, .. } => {
            let known = document.index() < procedure.procedure().documents.len();
            if !known || !procedure.is_external(*document) || state.status != Status::Open {
                return Err(Wrong::Order("the document cannot be supplied"));
            }
            for_role(procedure, Reserved::Participants, event)?;
            state.row.insert(net.layout.document_bit(*document));
        }
        EventKind::CaseOpened { seal } => {
            if seal.hash != procedure.seal().hash {
                return Err(Wrong::Content);
            }
            from_status(state, &[Status::New])?;
            for_role(procedure, Reserved::Step(procedure.first_step()), event)?;
            net.begin(state.row.as_mut_slice());
            state.status = Status::Open;
        }
        EventKind::CaseSuspended { .. } => {
            from_status(state, &[Status::Open])?;
            for_role(procedure, Reserved::Supervisors, event)?;
            state.status = Status::Suspended;
        }
        EventKind::CaseResumed => {
            from_status(state, &[Status::Suspended])?;
            for_role(procedure, Reserved::Supervisors, event)?;
            state.status = Status::Open;
        }
        EventKind::CaseCancelled { .. } => {
            from_status(state, &[Status::Open, Status::Suspended])?;
            for_role(procedure, Reserved::Supervisors, event)?;
            state.status = Status::Cancelled;
        }
        EventKind::CommentAdded { .. } => {
            from_status(state, &[Status::Open, Status::Suspended, Status::Completed, Status::Cancelled])?;
            for_role(procedure, Reserved::Participants, event)?;
        }
    }
    Ok(())
}

#[inline(always)]
fn rows(procedure: &SoundProcedure, step: StepIx, outcome: OutcomeIx) -> Result<(&StepRow, &MoveRow), Wrong> {
    let net = procedure.net();
    let row = net.steps.get(step.index()).ok_or(Wrong::Order("there is no such step"))?;
    let taken = net.move_of(row, outcome).ok_or(Wrong::Order("there is no such outcome"))?;
    Ok((row, taken))
}

#[inline(always)]
fn in_turn(procedure: &SoundProcedure, state: &CaseState, row: &StepRow, role: RoleIx) -> Result<(), Wrong> {
    if state.status != Status::Open {
        return Err(Wrong::Order("the case is not open"));
    }
    if row.role != Some(role) {
        return Err(Wrong::Order("the role is not the one of the step"));
    }
    if !procedure.net().is_enabled(row, state.row.as_slice()) {
        return Err(Wrong::Order("it is not the turn of the step"));
    }
    Ok(())
}

#[inline]
fn has_inputs(procedure: &SoundProcedure, state: &CaseState, row: &StepRow) -> Result<(), Wrong> {
    if procedure.net().masks.contained(&row.inputs, state.row.as_slice()) {
        return Ok(());
    }
    Err(Wrong::Order("an input is missing"))
}

fn for_role(procedure: &SoundProcedure, reserved: Reserved, event: &Event) -> Result<(), Wrong> {
    if reserved.includes(procedure, event.by.role) {
        return Ok(());
    }
    Err(Wrong::Order("the role is not one that may do this"))
}

fn from_status(state: &CaseState, allowed: &[Status]) -> Result<(), Wrong> {
    if allowed.contains(&state.status) {
        return Ok(());
    }
    Err(Wrong::Order("the status of the case does not allow it"))
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
