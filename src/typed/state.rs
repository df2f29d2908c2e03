//! Where a case stands, by type and without its history, for programs that run many cases without allocation.

use std::fmt;
use std::marker::PhantomData;

use super::item::Turn;
use super::sound::step_ix;
use super::step;
use super::{Declared, ItemOf, Sound, StepOf};
use crate::kernel::{self, CaseState, Event, Refused};
use crate::time::Timestamp;

/// Where a case of the procedure `P` stands: a [`CaseState`] that knows its procedure, and takes no more memory.
pub struct State<P> {
    erased: CaseState,
    of: PhantomData<fn() -> P>,
}

impl<P: Declared> State<P> {
    /// A case that has not been opened yet.
    pub fn new(procedure: &Sound<P>) -> Self {
        Self { erased: CaseState::new(procedure.erased()), of: PhantomData }
    }

    /// A state that was rebuilt without its type; given back where it is another procedure's, or of another content.
    ///
    /// # Errors
    ///
    /// The state, when it is not one of a case of `P`.
    pub fn of(procedure: &Sound<P>, erased: CaseState) -> Result<Self, CaseState> {
        if erased.is_case_of(procedure.erased()) { Ok(Self { erased, of: PhantomData }) } else { Err(erased) }
    }

    /// The same without its type.
    pub fn erased(&self) -> &CaseState {
        &self.erased
    }

    /// Carries out any command, typed ones by [`Command::erased`](super::Command::erased).
    ///
    /// # Errors
    ///
    /// As [`carry_out`](kernel::carry_out).
    pub fn carry_out(
        &mut self,
        procedure: &Sound<P>,
        command: &kernel::Command<'_>,
        now: Timestamp,
    ) -> Result<Event, Refused> {
        kernel::carry_out(procedure.erased(), &mut self.erased, command, now)
    }

    /// The work item of a step, by the type of the step.
    ///
    /// # Errors
    ///
    /// When it is not the turn of the step.
    #[inline(always)]
    pub fn item<'c, S: StepOf<P>>(&'c mut self, procedure: &'c Sound<P>, step: S) -> Result<ItemOf<'c, P, S>, Refused> {
        Turn::of(procedure.erased(), &mut self.erased, None, step::index::<P, S>()).map(|turn| turn.item(step))
    }

    /// The work item of a step that is known at run time: one variant for each step.
    ///
    /// # Errors
    ///
    /// When it is not the turn of the step.
    #[inline]
    pub fn work<'c>(&'c mut self, procedure: &'c Sound<P>, step: P::Step) -> Result<P::Work<'c>, Refused> {
        Turn::of(procedure.erased(), &mut self.erased, None, step_ix(step)).map(|turn| P::work(turn, step))
    }
}

impl<P> Clone for State<P> {
    fn clone(&self) -> Self {
        Self { erased: self.erased.clone(), of: PhantomData }
    }
}

impl<P> PartialEq for State<P> {
    fn eq(&self, other: &Self) -> bool {
        self.erased == other.erased
    }
}

impl<P> Eq for State<P> {}

impl<P> fmt::Debug for State<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.erased.fmt(f)
    }
}
