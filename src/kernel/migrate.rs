//! Taking a running case to a new version of its procedure.

use std::sync::Arc;

use super::authority::{Reserved, right, why_not};
use super::doers::Doers;
use super::{Actor, CaseState, Event, EventKind, Migration, Refusal, Refused, Status};
use crate::error::{Error, ErrorKind};
use crate::limits::EVENTS_PER_CASE_MAX;
use crate::time::Timestamp;
use crate::verify::{Comparison, Transfer};

/// Where a running case stands in the new version of its procedure.
///
/// Its tokens, documents and steps done are carried over, and it is proved of this very case, with the documents that it
/// has, that it can complete there. A step that is under way stays so; a step whose work lies on another flow than it was
/// sent on counts as under way, so that no step takes back what it has not sent. A suspended case stays suspended. The
/// migration counts as one event. Who did which step is known in the new version as far as duties of the old one ask for it.
///
/// ```
/// use sopflow::{Actor, Actors, Case, Grant, Procedure, Step, compare, migrate, time::Timestamp};
///
/// let letter = |version| Procedure::new("letter", version, "Letter").role("staff", "Staff");
/// let old = letter("1").step(Step::new("write", "staff", "Write").next("end")).verify()?;
/// let new = letter("2")
///     .step(Step::new("write", "staff", "Write").next("send"))
///     .step(Step::new("send", "staff", "Send").next("end"))
///     .verify()?;
/// let (mut actors, now) = (Actors::new(), "2026-11-02T08:00:00+07:00".parse::<Timestamp>()?);
/// let rights = [Grant::holder(old.role("staff").expect("listed above"))];
/// let case = Case::open(&old, Actor { id: actors.add("Ani")?, grants: &rights }, now)?;
/// let migrated = migrate(&compare(&old, &new), case.state())?;
/// assert_eq!(migrated.enabled(&new), [new.step("write").expect("listed above")]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// All the reasons why not; the state that was given is as it was.
///
/// # Complexity
///
/// Visits the markings ahead of the case in the new version, at most [`MARKINGS_COMPARED_MAX`](crate::limits::MARKINGS_COMPARED_MAX).
pub fn migrate(comparison: &Comparison<'_>, state: &CaseState) -> Result<CaseState, Refused> {
    transferred(comparison.transfer(), state).map_err(Refused::new)
}

/// Carries out a migration that somebody asks for: that is for those who supervise cases of the old version.
///
/// The event is the last one of the old version. It tells the new version and the mapping, so that
/// [`Case::from_records`](super::Case::from_records) can do the same again.
///
/// # Errors
///
/// All the reasons why not, as [`migrate`]; the state is then as it was.
pub fn carry_out_migration(
    comparison: &Comparison<'_>,
    state: &mut CaseState,
    by: &Actor<'_>,
    now: Timestamp,
) -> Result<Event, Refused> {
    let old = comparison.old_version();
    if !state.is_case_of(old) {
        return Err(Refused::new(vec![Refusal::OtherProcedure]));
    }
    let acting = right(by, now, |role| Reserved::Supervisors.includes(old, role))
        .ok_or_else(|| why_not(old, by, Reserved::Supervisors, now));
    match (acting, transferred(comparison.transfer(), state)) {
        (Ok(by), Ok(migrated)) => {
            *state = migrated;
            let to = Migration { seal: comparison.new_version().seal().clone(), mapping: comparison.mapping().clone() };
            Ok(Event { at: now, by, kind: EventKind::CaseMigrated { to: Arc::new(to) } })
        }
        (acting, migrated) => {
            let reasons = acting.err().into_iter().chain(migrated.err().into_iter().flatten());
            Err(Refused::new(reasons.collect()))
        }
    }
}

/// A migration that is on record, done again.
pub(crate) fn replay_migration(transfer: &Transfer<'_>, state: &CaseState, event: &Event) -> Result<CaseState, Error> {
    let wrong = |why: &str| {
        let message = format!("event {} does not follow from those before it: {why}", state.events + 1);
        Error::single(ErrorKind::Record, message)
    };
    if !Reserved::Supervisors.includes(transfer.old_version(), event.by.role) {
        return Err(wrong("the role is not one that may do this"));
    }
    transferred(transfer, state).map_err(|reasons| wrong(&Refused::new(reasons).to_string()))
}

fn transferred(transfer: &Transfer<'_>, state: &CaseState) -> Result<CaseState, Vec<Refusal>> {
    if !state.is_case_of(transfer.old_version()) {
        return Err(vec![Refusal::OtherProcedure]);
    }
    let mut reasons = Vec::new();
    if state.events >= EVENTS_PER_CASE_MAX {
        reasons.push(Refusal::TooManyEvents { most: EVENTS_PER_CASE_MAX });
    }
    if !matches!(state.status, Status::Open | Status::Suspended) {
        reasons.push(Refusal::WrongStatus { status: state.status });
        return Err(reasons);
    }
    match transfer.carry_over(state.row.as_slice()) {
        Ok(row) if reasons.is_empty() => {
            let new = transfer.new_version();
            let doers = match &state.doers {
                Some(doers) => doers.carried(new.duties(), |step| transfer.step(step)),
                None => Doers::new(new.duties()),
            };
            Ok(CaseState { tag: new.tag(), row, events: state.events + 1, status: state.status, doers })
        }
        Ok(_) => Err(reasons),
        Err(obstacles) => {
            reasons.extend(obstacles.into_iter().map(|obstacle| Refusal::NotCarriedOver { obstacle }));
            Err(reasons)
        }
    }
}
