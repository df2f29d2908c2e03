//! The passes of a case through its steps.

use crate::error::Error;
use crate::id::{OutcomeIx, RoleIx, StepIx};
use crate::kernel::{By, CaseState, Event, EventKind, Status, apply};
use crate::time::Timestamp;
use crate::verify::SoundProcedure;

/// One pass of a case through a step: from the moment the step could be done to the moment it was done, or could no
/// longer be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Visit {
    /// The step.
    pub step: StepIx,
    /// The role that does it.
    pub role: RoleIx,
    /// Which pass of the case through the step this is, counted from 1.
    pub pass: u32,
    /// When it became enabled, so that waiting began.
    pub enabled_at: Timestamp,
    /// When it was taken up. A step may be finished without having been taken up.
    pub started_at: Option<Timestamp>,
    /// When the pass ended.
    pub ended_at: Option<Timestamp>,
    /// Who finished it, or else who took it up.
    pub by: Option<By>,
    /// How the pass ended.
    pub end: VisitEnd,
}

/// How a [`Visit`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VisitEnd {
    /// Not at all yet: the step waits or is under way.
    Open,
    /// The step was finished with this outcome.
    Completed(OutcomeIx),
    /// The step sent work back with this outcome.
    Returned(OutcomeIx),
    /// The one who had sent the work took it back.
    Recalled,
    /// Finishing another step took the work away: a return to before it, or an outcome that cancels it.
    Dropped,
    /// The case was cancelled.
    Cancelled,
}

/// The passes of a case through its steps, in the order in which they began.
///
/// A step that a recall hands back to its sender begins a new pass.
///
/// ```
/// use sopflow::analysis::{VisitEnd, visits};
/// use sopflow::{Actor, Actors, Case, Grant, Procedure, Step};
///
/// let leave = Procedure::new("leave", "1", "Leave of absence")
///     .role("staff", "Staff")
///     .role("head", "Head of section")
///     .step(Step::new("1", "staff", "Ask for leave").next("2"))
///     .step(Step::new("2", "head", "Decide").next("end").returns_to("1"))
///     .verify()?;
/// let mut actors = Actors::new();
/// let [staff, head] = ["staff", "head"].map(|role| [Grant::holder(leave.role(role).unwrap())]);
/// let sari = Actor { id: actors.add("Sari")?, grants: &staff };
/// let agus = Actor { id: actors.add("Agus")?, grants: &head };
///
/// let mut case = Case::open(&leave, sari, "2021-04-19T07:30:00+07:00".parse()?)?;
/// case.complete(sari, "1", "done", &[], "2021-04-19T08:00:00+07:00".parse()?)?;
/// case.start(agus, "2", "2021-04-19T09:00:00+07:00".parse()?)?;
/// case.return_to(agus, "2", "1", "Which days?", "2021-04-19T09:10:00+07:00".parse()?)?;
///
/// let visits = visits(&leave, case.history())?;
/// let read = &visits[1];
/// assert!(matches!(read.end, VisitEnd::Returned(_)));
/// assert_eq!(read.waiting_millis(read.enabled_at), Some(3_600_000), "an hour on the desk of Agus");
/// assert_eq!((visits[2].step, visits[2].pass), (leave.step("1").unwrap(), 2));
/// assert_eq!(visits[2].end, VisitEnd::Open);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`replay`](crate::replay): when the history is damaged, or belongs to another content of the procedure.
///
/// # Complexity
///
/// For each event, linear in the steps that wait.
pub fn visits<'a>(
    procedure: &SoundProcedure,
    history: impl IntoIterator<Item = &'a Event>,
) -> Result<Vec<Visit>, Error> {
    let mut state = CaseState::new(procedure);
    let mut book = Book { visits: Vec::new(), open: Vec::new(), passes: vec![0; procedure.steps().count()] };
    for event in history {
        apply(procedure, &mut state, event)?;
        book.note(event);
        book.close_what_is_gone(procedure, &state, event);
        book.open_what_is_new(procedure, &state, event);
    }
    Ok(book.visits)
}

struct Book {
    visits: Vec<Visit>,
    /// Positions of the visits that are open.
    open: Vec<usize>,
    /// By step.
    passes: Vec<u32>,
}

impl Book {
    /// Notes what the event itself says about the pass through its step.
    fn note(&mut self, event: &Event) {
        let end = match event.kind {
            EventKind::StepStarted { .. } => None,
            EventKind::StepCompleted { outcome, .. } => Some(VisitEnd::Completed(outcome)),
            EventKind::StepReturned { outcome, .. } => Some(VisitEnd::Returned(outcome)),
            _ => return,
        };
        let Some(place) = self.open.iter().position(|open| Some(self.visits[*open].step) == event.kind.step()) else {
            return;
        };
        let visit = &mut self.visits[self.open[place]];
        visit.by = Some(event.by);
        match end {
            None => visit.started_at = Some(event.at),
            Some(end) => {
                (visit.ended_at, visit.end) = (Some(event.at), end);
                self.open.remove(place);
            }
        }
    }

    /// Ends the passes through steps that the event has made impossible, or has set back to not taken up.
    fn close_what_is_gone(&mut self, procedure: &SoundProcedure, state: &CaseState, event: &Event) {
        let end = match event.kind {
            EventKind::StepRecalled { .. } => VisitEnd::Recalled,
            EventKind::CaseCancelled { .. } => VisitEnd::Cancelled,
            _ => VisitEnd::Dropped,
        };
        let visits = &mut self.visits;
        self.open.retain(|open| {
            let visit = &mut visits[*open];
            let goes_on = state.status() != Status::Cancelled
                && state.is_enabled(procedure, visit.step)
                && (visit.started_at.is_none() || state.is_started(procedure, visit.step));
            if !goes_on {
                (visit.ended_at, visit.end) = (Some(event.at), end);
            }
            goes_on
        });
    }

    /// Begins the passes that the event has made possible. A step that was recalled is under way at once.
    fn open_what_is_new(&mut self, procedure: &SoundProcedure, state: &CaseState, event: &Event) {
        if state.status() == Status::Cancelled {
            return;
        }
        for step in state.enabled(procedure) {
            if self.open.iter().any(|open| self.visits[*open].step == step) {
                continue;
            }
            let role = procedure.role(procedure.step_at(step).role.as_str());
            let Some(role) = role else { continue };
            let is_started = state.is_started(procedure, step);
            let pass = &mut self.passes[step.index()];
            *pass += 1;
            self.open.push(self.visits.len());
            self.visits.push(Visit {
                step,
                role,
                pass: *pass,
                enabled_at: event.at,
                started_at: is_started.then_some(event.at),
                ended_at: None,
                by: is_started.then_some(event.by),
                end: VisitEnd::Open,
            });
        }
    }
}

impl Visit {
    /// Time queueing: from becoming enabled to being taken up, or to the end or `now` where nobody has taken it up.
    ///
    /// `None` where the step was finished without having been taken up: then only the sojourn time is known. `now`
    /// matters only while the pass is open.
    pub fn waiting_millis(&self, now: Timestamp) -> Option<u64> {
        match (self.started_at, self.end) {
            (Some(started), _) => Some(millis(self.enabled_at, started)),
            (None, VisitEnd::Completed(_) | VisitEnd::Returned(_)) => None,
            (None, _) => Some(self.sojourn_millis(now)),
        }
    }

    /// Time spent working: from being taken up to the end, or to `now` where it is under way.
    ///
    /// `None` where the step was finished without having been taken up.
    pub fn service_millis(&self, now: Timestamp) -> Option<u64> {
        match (self.started_at, self.end) {
            (Some(started), _) => Some(millis(started, self.ended_at.unwrap_or(now))),
            (None, VisitEnd::Completed(_) | VisitEnd::Returned(_)) => None,
            (None, _) => Some(0),
        }
    }

    /// Waiting and service together: from becoming enabled to the end, or to `now` while the pass is open.
    pub fn sojourn_millis(&self, now: Timestamp) -> u64 {
        millis(self.enabled_at, self.ended_at.unwrap_or(now))
    }
}

/// Nothing where the clock was set back in between.
fn millis(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.millis_since(from)).unwrap_or(0)
}
