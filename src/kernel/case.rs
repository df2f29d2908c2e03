//! A case with its history, spoken to by ids.

use std::sync::Arc;

use super::{
    Actor, Actors, CaseState, Command, CommandKind, Event, EventKind, EventRecord, RecordedKind, Refusal, Refused,
    Status,
};
use crate::error::{Error, ErrorKind};
use crate::id::{DocumentIx, OutcomeIx, StepIx};
use crate::model::Seal;
use crate::time::Timestamp;
use crate::verify::{Comparison, SoundProcedure, Transfer};

/// One running instance of a procedure, kept in memory with its history.
///
/// It is [`carry_out`](super::carry_out) with names instead of indices, for programs that hold their cases themselves.
#[derive(Debug, Clone)]
pub struct Case<'p> {
    procedure: &'p SoundProcedure,
    state: CaseState,
    earlier: Vec<Chapter<'p>>,
    history: Vec<Event>,
}

/// What happened to a case while it ran on one version of its procedure; the last event takes it to the next.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Chapter<'p> {
    /// The version.
    pub procedure: &'p SoundProcedure,
    /// What happened, in order.
    pub events: Vec<Event>,
}

impl<'p> Case<'p> {
    /// Opens a case.
    ///
    /// # Errors
    ///
    /// The reasons, when the actor may not do the first step.
    pub fn open(procedure: &'p SoundProcedure, by: Actor<'_>, now: Timestamp) -> Result<Self, Refused> {
        let mut case = Self::not_open(procedure);
        case.carry_out(&Command { by, kind: CommandKind::OpenCase }, now)?;
        Ok(case)
    }

    /// Rebuilds a case from its history.
    ///
    /// # Errors
    ///
    /// As [`replay`](super::replay).
    pub fn from_history(procedure: &'p SoundProcedure, history: Vec<Event>) -> Result<Self, Error> {
        let state = super::replay(procedure, &history)?;
        Ok(Self { procedure, state, earlier: Vec::new(), history })
    }

    /// Rebuilds a case from its stored events, through all the versions of its procedure that it has run on. `version`
    /// gives the content with a seal. Names of actors that are new are added to the table.
    ///
    /// # Errors
    ///
    /// As [`EventRecord::resolve`] and [`apply`](super::apply()). When a version is not given,
    /// [`Error::is_procedure_changed`] holds.
    pub fn from_records(
        version: impl Fn(&Seal) -> Option<&'p SoundProcedure>,
        records: &[EventRecord],
        actors: &mut Actors,
    ) -> Result<Self, Error> {
        let find = |seal: &Seal| version(seal).filter(|found| found.seal().hash == seal.hash).ok_or_else(|| lost(seal));
        let Some(EventRecord { event: RecordedKind::CaseOpened { seal }, .. }) = records.first() else {
            return Err(Error::single(ErrorKind::Record, "the history does not begin with the opening of the case"));
        };
        let mut case = Self::not_open(find(seal)?);
        for record in records {
            let event = record.resolve(case.procedure, actors)?;
            if let EventKind::CaseMigrated { to } = &event.kind {
                let new = find(&to.seal)?;
                let transfer = Transfer::new(case.procedure, new, &to.mapping)?;
                case.state = super::replay_migration(&transfer, &case.state, &event)?;
                case.turn_to(new, event);
            } else {
                super::apply(case.procedure, &mut case.state, &event)?;
                case.history.push(event);
            }
        }
        Ok(case)
    }

    fn not_open(procedure: &'p SoundProcedure) -> Self {
        Self { procedure, state: CaseState::new(procedure), earlier: Vec::new(), history: Vec::new() }
    }

    fn turn_to(&mut self, procedure: &'p SoundProcedure, migrated: Event) {
        let mut events = std::mem::take(&mut self.history);
        events.push(migrated);
        self.earlier.push(Chapter { procedure: std::mem::replace(&mut self.procedure, procedure), events });
    }

    /// The procedure that it runs on.
    pub fn procedure(&self) -> &'p SoundProcedure {
        self.procedure
    }

    /// Where it stands.
    pub fn state(&self) -> &CaseState {
        &self.state
    }

    /// What has happened in the version that it runs on, in order.
    pub fn history(&self) -> &[Event] {
        &self.history
    }

    /// What happened in versions that it ran on before, in order.
    pub fn earlier(&self) -> &[Chapter<'p>] {
        &self.earlier
    }

    /// The stored form of all that has happened, in order.
    ///
    /// # Errors
    ///
    /// When an actor is not in the table.
    pub fn records(&self, actors: &Actors) -> Result<Vec<EventRecord>, Error> {
        let earlier =
            self.earlier.iter().flat_map(|chapter| chapter.events.iter().map(|event| (chapter.procedure, event)));
        let events = earlier.chain(self.history.iter().map(|event| (self.procedure, event)));
        events.map(|(procedure, event)| EventRecord::of(event, procedure, actors)).collect()
    }

    /// Whether it can be worked on.
    pub fn status(&self) -> Status {
        self.state.status()
    }

    /// The steps that wait to be done or are under way.
    pub fn enabled(&self) -> Vec<StepIx> {
        self.state.enabled(self.procedure)
    }

    /// Carries out a command: decides, applies, and keeps the event.
    ///
    /// # Errors
    ///
    /// All the reasons why the command is refused; nothing has changed then.
    #[allow(clippy::missing_panics_doc, reason = "decide and apply follow the same rules")]
    pub fn carry_out(&mut self, command: &Command<'_>, now: Timestamp) -> Result<&Event, Refused> {
        let event = super::carry_out(self.procedure, &mut self.state, command, now)?;
        self.history.push(event);
        Ok(&self.history[self.history.len() - 1])
    }

    /// Takes up a step.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn start(&mut self, by: Actor<'_>, step: &str, now: Timestamp) -> Result<&Event, Refused> {
        let step = self.step(step)?;
        self.carry_out(&Command { by, kind: CommandKind::StartStep { step } }, now)
    }

    /// Finishes a step with an outcome that is no return, naming the documents that it yielded.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn complete(
        &mut self,
        by: Actor<'_>,
        step: &str,
        outcome: &str,
        outputs: &[&str],
        now: Timestamp,
    ) -> Result<&Event, Refused> {
        let step = self.step(step)?;
        let outcome = self.outcome(step, outcome)?;
        let outputs = outputs.iter().map(|document| self.document(document)).collect::<Result<Vec<_>, _>>()?;
        let kind = CommandKind::CompleteStep { step, outcome, outputs: &outputs, remark: None };
        self.carry_out(&Command { by, kind }, now)
    }

    /// Sends work back from a step to an earlier one.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn return_to(
        &mut self,
        by: Actor<'_>,
        step: &str,
        target: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<&Event, Refused> {
        let step = self.step(step)?;
        let Some(outcome) = self.procedure.return_outcome(step, target) else {
            let refusal = super::decide::return_mismatch(self.procedure, step);
            return Err(Refused::new(vec![refusal]));
        };
        self.carry_out(&Command { by, kind: CommandKind::ReturnStep { step, outcome, reason: reason.into() } }, now)
    }

    /// Takes back what a step sent on.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn recall(&mut self, by: Actor<'_>, step: &str, now: Timestamp) -> Result<&Event, Refused> {
        let step = self.step(step)?;
        self.carry_out(&Command { by, kind: CommandKind::RecallStep { step } }, now)
    }

    /// Brings in a document from outside.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn supply(&mut self, by: Actor<'_>, document: &str, now: Timestamp) -> Result<&Event, Refused> {
        let document = self.document(document)?;
        self.carry_out(&Command { by, kind: CommandKind::SupplyDocument { document, remark: None } }, now)
    }

    /// Stops all work for a while.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn suspend(&mut self, by: Actor<'_>, reason: impl Into<Arc<str>>, now: Timestamp) -> Result<&Event, Refused> {
        self.carry_out(&Command { by, kind: CommandKind::SuspendCase { reason: reason.into() } }, now)
    }

    /// Lets work go on.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn resume(&mut self, by: Actor<'_>, now: Timestamp) -> Result<&Event, Refused> {
        self.carry_out(&Command { by, kind: CommandKind::ResumeCase }, now)
    }

    /// Ends the case before its time.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn cancel(&mut self, by: Actor<'_>, reason: impl Into<Arc<str>>, now: Timestamp) -> Result<&Event, Refused> {
        self.carry_out(&Command { by, kind: CommandKind::CancelCase { reason: reason.into() } }, now)
    }

    /// Adds a comment.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn comment(&mut self, by: Actor<'_>, text: impl Into<Arc<str>>, now: Timestamp) -> Result<&Event, Refused> {
        self.carry_out(&Command { by, kind: CommandKind::AddComment { text: text.into() } }, now)
    }

    /// Takes the case to another version of its procedure.
    ///
    /// # Errors
    ///
    /// As [`carry_out_migration`](super::carry_out_migration); nothing has changed then.
    pub fn migrate(&mut self, comparison: &Comparison<'p>, by: Actor<'_>, now: Timestamp) -> Result<(), Refused> {
        let event = super::carry_out_migration(comparison, &mut self.state, &by, now)?;
        self.turn_to(comparison.new_version(), event);
        Ok(())
    }

    /// Where it stands and its history, for whoever carries out commands on both.
    pub(crate) fn parts(&mut self) -> (&mut CaseState, &mut Vec<Event>) {
        (&mut self.state, &mut self.history)
    }

    fn step(&self, id: &str) -> Result<StepIx, Refused> {
        self.procedure.step(id).ok_or_else(|| unknown("step", id))
    }

    fn outcome(&self, step: StepIx, id: &str) -> Result<OutcomeIx, Refused> {
        self.procedure.outcome(step, id).ok_or_else(|| unknown("outcome", id))
    }

    fn document(&self, id: &str) -> Result<DocumentIx, Refused> {
        self.procedure.document(id).ok_or_else(|| unknown("document", id))
    }
}

fn lost(seal: &Seal) -> Error {
    let message =
        format!("the case has run on {} {}, which is not given with this content", seal.procedure, seal.version);
    Error::single(ErrorKind::ProcedureChanged, message)
}

fn unknown(what: &'static str, name: &str) -> Refused {
    Refused::new(vec![Refusal::Unknown { what, name: name.chars().take(64).collect() }])
}
