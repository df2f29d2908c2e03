//! What a type tells of a case and a step is not asked again: the case is the procedure's, and so are step and outcome.

use super::apply::count;
use super::authority::right;
use super::{Actor, CaseState, Command, CommandKind, Event, EventKind, Refused, Status, carry_out, decide};
use crate::id::{OutcomeIx, StepIx};
use crate::limits::EVENTS_PER_CASE_MAX;
use crate::net::{Net, Words};
use crate::time::Timestamp;
use crate::verify::SoundProcedure;

/// Whether it is the turn of a step.
#[inline(always)]
pub(crate) fn is_turn_of_known(procedure: &SoundProcedure, state: &CaseState, step: StepIx) -> bool {
    match &state.row {
        Words::Inline(row) if Net::is_plainly_enabled(&procedure.net().steps[step.index()], row) => true,
        _ => state.is_enabled(procedure, step),
    }
}

/// Finishes a step with an outcome that is no return; what the outcome should yield is there.
///
/// It is [`carry_out`] of the command that names these outputs, which debug builds check each time.
#[inline(never)]
pub(crate) fn complete_known(
    procedure: &SoundProcedure,
    state: &mut CaseState,
    by: &Actor<'_>,
    (step, outcome): (StepIx, OutcomeIx),
    now: Timestamp,
) -> Result<Event, Refused> {
    let net = procedure.net();
    let (step_row, taken) = (&net.steps[step.index()], net.move_at(step, outcome));
    if let (Words::Inline(row), None) = (&state.row, &state.doers)
        && taken.is_plain
        && Net::is_plainly_ready(step_row, row)
        && state.status == Status::Open
        && state.events < EVENTS_PER_CASE_MAX
        && let Some(right) = right(by, now, |role| step_row.role == Some(role))
    {
        let event = Event { at: now, by: right, kind: EventKind::StepCompleted { step, outcome, remark: None } };
        debug_assert_eq!(decide(procedure, state, &command(procedure, by, step, outcome), now), Ok(event.clone()));
        Net::finish_plainly(taken, &mut state.row);
        count(state, taken);
        return Ok(event);
    }
    complete_at_length(procedure, state, by, step, outcome, now)
}

#[inline(never)]
fn complete_at_length(
    procedure: &SoundProcedure,
    state: &mut CaseState,
    by: &Actor<'_>,
    step: StepIx,
    outcome: OutcomeIx,
    now: Timestamp,
) -> Result<Event, Refused> {
    carry_out(procedure, state, &command(procedure, by, step, outcome), now)
}

fn command<'a>(procedure: &'a SoundProcedure, by: &Actor<'a>, step: StepIx, outcome: OutcomeIx) -> Command<'a> {
    let outputs = procedure.outputs(step, outcome);
    Command { by: *by, kind: CommandKind::CompleteStep { step, outcome, outputs, remark: None } }
}
