//! A case with its history, by type.

use std::sync::Arc;

use super::item::Turn;
use super::sound::{document_ix, step_ix};
use super::{Command, Declared, ItemOf, Sound, StepOf};
use crate::error::{Error, ErrorKind};
use crate::kernel::{self, Actor, Actors, Event, EventRecord, Refused, Status};
use crate::time::Timestamp;

/// One running instance of the procedure `P`, kept in memory with its history.
///
/// It is a [`Case`](crate::Case) that knows its procedure: a step of another one does not compile.
#[derive(Debug, Clone)]
pub struct Case<'p, P> {
    procedure: &'p Sound<P>,
    erased: kernel::Case<'p>,
}

impl<'p, P: Declared> Case<'p, P> {
    /// Opens a case.
    ///
    /// # Errors
    ///
    /// The reasons, when the actor may not do the first step.
    pub fn open(procedure: &'p Sound<P>, by: Actor<'_>, now: Timestamp) -> Result<Self, Refused> {
        Ok(Self { procedure, erased: kernel::Case::open(procedure.erased(), by, now)? })
    }

    /// Rebuilds a case from its stored events. Names of actors that are new are added to the table.
    ///
    /// # Errors
    ///
    /// As [`Case::from_records`](crate::Case::from_records). Where the case has run on another content of the procedure,
    /// [`Error::is_procedure_changed`] holds.
    pub fn from_records(procedure: &'p Sound<P>, records: &[EventRecord], actors: &mut Actors) -> Result<Self, Error> {
        let erased = kernel::Case::from_records(|_| Some(&**procedure.erased()), records, actors)?;
        Self::of(procedure, erased)
    }

    /// A case whose procedure has been found at run time.
    ///
    /// # Errors
    ///
    /// When it runs on another content of a procedure; [`Error::is_procedure_changed`] holds.
    pub fn of(procedure: &'p Sound<P>, erased: kernel::Case<'p>) -> Result<Self, Error> {
        if erased.state().is_case_of(procedure.erased()) {
            return Ok(Self { procedure, erased });
        }
        let seal = erased.procedure().seal();
        let message = format!("the case runs on {} {} with another content", seal.procedure, seal.version);
        Err(Error::single(ErrorKind::ProcedureChanged, message))
    }

    /// The same case without its type.
    pub fn erased(&self) -> &kernel::Case<'p> {
        &self.erased
    }

    /// The same case without its type, to migrate it for instance.
    pub fn into_erased(self) -> kernel::Case<'p> {
        self.erased
    }

    /// The procedure that it runs on.
    pub fn procedure(&self) -> &'p Sound<P> {
        self.procedure
    }

    /// Whether it can be worked on.
    pub fn status(&self) -> Status {
        self.erased.status()
    }

    /// The steps that wait to be done or are under way, in the order of the declaration.
    pub fn enabled(&self) -> impl Iterator<Item = P::Step> + use<P> {
        self.erased.enabled().into_iter().map(|step| <P::Step as super::Named>::ALL[step.index()])
    }

    /// Whether the step has been finished and not been undone by a return or a recall since.
    pub fn is_done(&self, step: P::Step) -> bool {
        self.erased.state().is_done(self.procedure.erased(), step_ix(step))
    }

    /// Whether the document is there.
    pub fn has(&self, document: P::Document) -> bool {
        self.erased.state().has_document(self.procedure.erased(), document_ix(document))
    }

    /// The work item of a step, by the type of the step.
    ///
    /// # Errors
    ///
    /// When it is not the turn of the step.
    pub fn item<S: StepOf<P>>(&mut self, step: S) -> Result<ItemOf<'_, P, S>, Refused> {
        self.turn(S::STEP).map(|turn| turn.item(step))
    }

    /// The work item of a step that is known at run time: one variant for each step.
    ///
    /// # Errors
    ///
    /// When it is not the turn of the step.
    pub fn work(&mut self, step: P::Step) -> Result<P::Work<'_>, Refused> {
        self.turn(step).map(|turn| P::work(turn, step))
    }

    fn turn(&mut self, step: P::Step) -> Result<Turn<'_>, Refused> {
        let (state, history) = self.erased.parts();
        Turn::of(self.procedure.erased(), state, Some(history), step_ix(step))
    }

    /// Carries out a command.
    ///
    /// # Errors
    ///
    /// All the reasons why it is refused; nothing has changed then.
    pub fn carry_out(&mut self, by: Actor<'_>, command: &Command<P>, now: Timestamp) -> Result<&Event, Refused> {
        self.erased.carry_out(&command.erased(self.procedure, by), now)
    }

    /// Brings in a document from outside.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn supply(&mut self, by: Actor<'_>, document: P::Document, now: Timestamp) -> Result<&Event, Refused> {
        self.carry_out(by, &Command::supply(document), now)
    }

    /// Takes back what a step sent on.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn recall(&mut self, by: Actor<'_>, step: P::Step, now: Timestamp) -> Result<&Event, Refused> {
        self.carry_out(by, &Command::recall(step), now)
    }

    /// Stops all work for a while.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn suspend(&mut self, by: Actor<'_>, reason: impl Into<Arc<str>>, now: Timestamp) -> Result<&Event, Refused> {
        self.erased.suspend(by, reason, now)
    }

    /// Lets work go on.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn resume(&mut self, by: Actor<'_>, now: Timestamp) -> Result<&Event, Refused> {
        self.erased.resume(by, now)
    }

    /// Ends the case before its time.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn cancel(&mut self, by: Actor<'_>, reason: impl Into<Arc<str>>, now: Timestamp) -> Result<&Event, Refused> {
        self.erased.cancel(by, reason, now)
    }

    /// Adds a comment.
    ///
    /// # Errors
    ///
    /// As [`carry_out`](Self::carry_out).
    pub fn comment(&mut self, by: Actor<'_>, text: impl Into<Arc<str>>, now: Timestamp) -> Result<&Event, Refused> {
        self.erased.comment(by, text, now)
    }
}
