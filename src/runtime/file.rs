//! A case as an engine holds it: where it stands, who works on it, since when, and how it is listed.

use std::sync::Arc;

use super::desk::Desks;
use super::hosting::{Hosted, Procedures};
use super::people::People;
use super::projection;
use super::record::{CaseRecord, DueRecord, Envelope, WorkRecord, link};
use crate::error::{Error, ErrorKind};
use crate::id::{CaseId, StepIx};
use crate::kernel::{CaseState, Event, EventKind, RecordedKind, Status, apply, replay_migration};
use crate::store::{CaseRow, Item, Link, StoredEvent};
use crate::time::Timestamp;
use crate::verify::Transfer;

/// A case: all that its events say, and nothing else.
#[derive(Debug, Clone)]
pub(super) struct CaseFile {
    pub(super) id: CaseId,
    pub(super) hosted: Arc<Hosted>,
    pub(super) state: CaseState,
    pub(super) desks: Desks,
    pub(super) waits: Vec<Wait>,
    /// How many of the waits, which are the last ones, came up with the last event.
    fresh: usize,
    pub(super) reference: Option<Arc<str>>,
    /// How many events it has, of the procedure and of the work.
    pub(super) version: u32,
    /// Ties the next event to all before it.
    pub(super) link: Link,
    /// What the lists of work say of it.
    pub(super) listed: Vec<Item>,
}

/// A step that can be done, as far as order goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) step: StepIx,
    pub(super) since: Timestamp,
    pub(super) due: Option<DueRecord>,
    /// Whether it came back for revision.
    pub(super) is_returned: bool,
}

impl CaseFile {
    /// A case that has not been opened yet.
    pub(super) fn new(id: CaseId, hosted: Arc<Hosted>) -> Self {
        let state = CaseState::new(&hosted.procedure);
        let (desks, waits, listed) = (Desks::default(), Vec::new(), Vec::new());
        Self { id, hosted, state, desks, waits, fresh: 0, reference: None, version: 0, link: [0; 32], listed }
    }

    /// The case that has these events, from the first one on. `seen` is shown the case before and after each.
    pub(super) fn replay(
        id: CaseId,
        events: impl IntoIterator<Item = Result<StoredEvent, Error>>,
        procedures: &Procedures,
        people: &People,
        mut seen: impl FnMut(&Self, &Envelope),
    ) -> Result<Option<Self>, Error> {
        let mut file: Option<Self> = None;
        for stored in events {
            let stored = stored?;
            let envelope = Envelope::read(id, stored.version, &stored.body)?;
            let mut next = match file.take() {
                Some(file) => file,
                None => Self::new(id, opened_on(id, &envelope, procedures)?),
            };
            next.take_over(&stored, &envelope, procedures, people)?;
            seen(&next, &envelope);
            file = Some(next);
        }
        if let Some(file) = &mut file {
            file.listed = projection::items(file, people);
        }
        Ok(file)
    }

    /// Takes over an event from the store, which must follow from those before it.
    fn take_over(
        &mut self,
        stored: &StoredEvent,
        envelope: &Envelope,
        procedures: &Procedures,
        people: &People,
    ) -> Result<(), Error> {
        let (id, version) = (self.id, self.version + 1);
        if stored.version != version {
            let message = format!("event {version} of case {id} is missing; event {} comes next", stored.version);
            return Err(Error::damaged(message));
        }
        let expected = link(&self.link, id, version, stored.command.as_deref(), &stored.body);
        if stored.link != expected {
            let message =
                format!("event {version} of case {id} has been changed: its link is not the one of its content");
            return Err(Error::damaged(message));
        }
        self.happen(&envelope.record, procedures, people).map_err(|error| error.of_case(id, version))?;
        self.set_due(&envelope.due);
        if let Some(reference) = &envelope.reference {
            self.reference = Some(reference.as_str().into());
        }
        (self.version, self.link) = (version, stored.link);
        Ok(())
    }

    /// Takes over what a record says.
    fn happen(&mut self, record: &CaseRecord, procedures: &Procedures, people: &People) -> Result<(), Error> {
        match record {
            CaseRecord::Work(record) => self.work_happens(record),
            CaseRecord::Procedure(record) => {
                let event = record.resolve(&self.hosted.procedure, &mut people.actors_mut())?;
                if let (EventKind::CaseMigrated { to }, RecordedKind::CaseMigrated { seal, .. }) =
                    (&event.kind, &record.event)
                {
                    let new = procedures.sealed(seal)?;
                    let old = self.hosted.clone();
                    let transfer = Transfer::new(&old.procedure, &new.procedure, &to.mapping)?;
                    self.state = replay_migration(&transfer, &self.state, &event)?;
                    self.turn_to(&new, &transfer, event.at);
                } else {
                    let hosted = self.hosted.clone();
                    apply(&hosted.procedure, &mut self.state, &event)?;
                    self.follow(&event, &record.actor);
                }
                Ok(())
            }
        }
    }

    /// Takes over an event of the work.
    pub(super) fn work_happens(&mut self, record: &WorkRecord) -> Result<(), Error> {
        let wrong = |why: &str| Error::damaged(format!("the event does not follow from those before it: {why}"));
        let step = self.hosted.procedure.step(record.step.as_str()).ok_or_else(|| wrong("there is no such step"))?;
        if self.state.status() != Status::Open || self.wait(step).is_none() {
            return Err(wrong("it is not the turn of the step"));
        }
        self.desks.apply(step, record).map_err(wrong)?;
        self.fresh = 0;
        Ok(())
    }

    /// Follows an event of the procedure that the state has taken over: who holds what, and what waits since when.
    pub(super) fn follow(&mut self, event: &Event, actor: &str) {
        match event.kind {
            EventKind::StepStarted { step } => self.desks.taken_up(step, actor),
            EventKind::StepRecalled { step, .. } => self.desks.taken_back(step, actor),
            EventKind::StepCompleted { step, outcome, .. } | EventKind::StepReturned { step, outcome, .. } => {
                // What is dropped may come up again at once: that is new work.
                let procedure = &self.hosted.procedure;
                let dropped = &procedure.step_at(step).outcomes[outcome.index()].cancels;
                let goes_on = |other: StepIx| other != step && !dropped.contains(procedure.step_id(other));
                self.desks.keep(goes_on);
                self.waits.retain(|wait| goes_on(wait.step));
            }
            _ => {}
        }
        let is_returned = matches!(event.kind, EventKind::StepReturned { .. });
        self.see_what_waits(event.at, is_returned);
    }

    /// Goes on in another version.
    pub(super) fn turn_to(&mut self, new: &Arc<Hosted>, transfer: &Transfer<'_>, at: Timestamp) {
        self.hosted = new.clone();
        self.desks = self.desks.carried(|step| transfer.step(step));
        self.waits =
            self.waits.iter().filter_map(|wait| Some(Wait { step: transfer.step(wait.step)?, ..*wait })).collect();
        self.see_what_waits(at, false);
    }

    fn see_what_waits(&mut self, at: Timestamp, is_returned: bool) {
        let enabled = match self.state.status() {
            Status::Open | Status::Suspended => self.state.enabled(&self.hosted.procedure),
            Status::New | Status::Completed | Status::Cancelled => Vec::new(),
        };
        self.waits.retain(|wait| enabled.contains(&wait.step));
        let known = self.waits.len();
        for step in enabled {
            if self.wait(step).is_none() {
                self.waits.push(Wait { step, since: at, due: None, is_returned });
            }
        }
        self.fresh = self.waits.len() - known;
        let waits = &self.waits;
        self.desks.keep(|step| waits.iter().any(|wait| wait.step == step));
    }

    /// Gives what came up with the last event its deadlines: those on record.
    fn set_due(&mut self, due: &[Option<DueRecord>]) {
        let first = self.waits.len() - self.fresh;
        for (wait, due) in self.waits[first..].iter_mut().zip(due) {
            wait.due = *due;
        }
    }

    /// Gives what came up with the last event its deadlines by the rule of the engine, and tells them; nothing where there
    /// are none.
    pub(super) fn make_due(&mut self) -> Vec<Option<DueRecord>> {
        let fresh = &self.waits[self.waits.len() - self.fresh..];
        let due: Vec<Option<DueRecord>> =
            fresh.iter().map(|wait| self.hosted.due(wait.step, wait.since).map(DueRecord::from)).collect();
        if due.iter().all(Option::is_none) {
            return Vec::new();
        }
        self.set_due(&due);
        due
    }

    /// The wait for a step that can be done.
    pub(super) fn wait(&self, step: StepIx) -> Option<&Wait> {
        self.waits.iter().find(|wait| wait.step == step)
    }

    /// How the case itself is listed.
    pub(super) fn row(&self) -> CaseRow {
        CaseRow {
            case: self.id,
            reference: self.reference.clone(),
            procedure: self.hosted.procedure.procedure().id.as_str().into(),
            status: self.state.status().as_str().into(),
            body: self.hosted.key.to_be_bytes().to_vec(),
        }
    }
}

/// The version of its procedure that a case was opened on.
fn opened_on(id: CaseId, first: &Envelope, procedures: &Procedures) -> Result<Arc<Hosted>, Error> {
    if let CaseRecord::Procedure(record) = &first.record
        && let RecordedKind::CaseOpened { seal } = &record.event
    {
        return procedures.sealed(seal).map_err(|error| error.of_case(id, 1));
    }
    Err(Error::single(ErrorKind::Record, format!("the history of case {id} does not begin with its opening")))
}
