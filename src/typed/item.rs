//! One enabled step of one case, by type: it offers what the step allows and nothing else.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::step::{self, ONE_WAY, OneWay, Outcomes, ReturnsTo, StepOf};
use super::{Declared, Named};
use crate::id::{OutcomeIx, StepIx};
use crate::kernel::{self, Actor, By, CaseState, Command, CommandKind, Event, Refusal, Refused};
use crate::model::Step;
use crate::time::Timestamp;
use crate::verify::SoundProcedure;

/// A step of a case whose turn it is.
///
/// It borrows the case, so nothing else happens there meanwhile. Finishing the step takes the item; after a refusal, which
/// changes nothing, the case gives it again. What is refused, and what happens, is what the case without types says.
#[must_use = "a work item does nothing by itself: finish it, start it, or return the work"]
pub struct WorkItem<'c, P, S, Ways, Back> {
    turn: Turn<'c>,
    of: PhantomData<(P, S, Ways, Back)>,
}

/// The [`WorkItem`] of the step `S` of the procedure `P`.
pub type ItemOf<'c, P, S> = WorkItem<'c, P, S, <S as StepOf<P>>::Ways, <S as StepOf<P>>::Back>;

/// A case in which it is the turn of some step.
#[doc(hidden)]
pub struct Turn<'c> {
    pub(super) procedure: &'c SoundProcedure,
    pub(super) state: &'c mut CaseState,
    pub(super) history: Option<&'c mut Vec<Event>>,
}

impl<'c> Turn<'c> {
    /// The case and the step are the procedure's.
    #[inline(always)]
    pub(super) fn of(
        procedure: &'c SoundProcedure,
        state: &'c mut CaseState,
        history: Option<&'c mut Vec<Event>>,
        step: StepIx,
    ) -> Result<Self, Refused> {
        if kernel::is_turn_of_known(procedure, state, step) {
            return Ok(Self { procedure, state, history });
        }
        Err(not_enabled(procedure, state, step))
    }

    /// The item of the step whose turn it is. Only the code of a declaration calls this, for that step.
    #[doc(hidden)]
    #[inline(always)]
    pub fn item<P: Declared, S: StepOf<P>>(self, _: S) -> ItemOf<'c, P, S> {
        WorkItem { turn: self, of: PhantomData }
    }

    fn carry_out(&mut self, by: Actor<'_>, kind: CommandKind<'_>, now: Timestamp) -> Result<Event, Refused> {
        let event = kernel::carry_out(self.procedure, self.state, &Command { by, kind }, now)?;
        if let Some(history) = &mut self.history {
            history.push(event.clone());
        }
        Ok(event)
    }

    #[inline(always)]
    fn complete(self, by: &Actor<'_>, step: StepIx, outcome: OutcomeIx, now: Timestamp) -> Result<Event, Refused> {
        match self.history {
            // Nothing is done with the answer here, so that it is written where it is wanted.
            None => kernel::complete_known(self.procedure, self.state, by, (step, outcome), now),
            Some(history) => complete_and_keep(self.procedure, self.state, history, by, (step, outcome), now),
        }
    }
}

#[inline(never)]
fn complete_and_keep(
    procedure: &SoundProcedure,
    state: &mut CaseState,
    history: &mut Vec<Event>,
    by: &Actor<'_>,
    (step, outcome): (StepIx, OutcomeIx),
    now: Timestamp,
) -> Result<Event, Refused> {
    let event = kernel::complete_known(procedure, state, by, (step, outcome), now)?;
    history.push(event.clone());
    Ok(event)
}

#[cold]
fn not_enabled(procedure: &SoundProcedure, state: &CaseState, step: StepIx) -> Refused {
    let id = |step| procedure.step_id(step).clone();
    let enabled = state.enabled(procedure).into_iter().map(id).collect();
    Refused::new(vec![Refusal::NotEnabled { step: id(step), enabled }])
}

impl<P: Declared, S: StepOf<P>, W, B> WorkItem<'_, P, S, W, B> {
    /// The step.
    pub fn step(&self) -> P::Step {
        S::STEP
    }

    /// What was declared of the step.
    pub fn definition(&self) -> &Step {
        self.turn.procedure.step_at(step::index::<P, S>())
    }

    /// Whether it is under way.
    pub fn is_started(&self) -> bool {
        self.turn.state.is_started(self.turn.procedure, step::index::<P, S>())
    }

    /// Whether an actor may do the step, as far as roles and duties go, and in what right.
    ///
    /// # Errors
    ///
    /// The reasons why not.
    pub fn may_act(&self, by: Actor<'_>, now: Timestamp) -> Result<By, Refused> {
        self.turn.procedure.may_act(self.turn.state, &by, step::index::<P, S>(), now)
    }

    /// Takes up the step.
    ///
    /// # Errors
    ///
    /// As [`Case::start`](crate::Case::start).
    pub fn start(&mut self, by: Actor<'_>, now: Timestamp) -> Result<Event, Refused> {
        self.turn.carry_out(by, CommandKind::StartStep { step: step::index::<P, S>() }, now)
    }
}

impl<P: Declared, S: StepOf<P>, B> WorkItem<'_, P, S, OneWay, B> {
    /// Finishes the step; what it should yield is there.
    ///
    /// # Errors
    ///
    /// As [`Case::complete`](crate::Case::complete).
    #[inline(always)]
    pub fn finish(self, by: Actor<'_>, now: Timestamp) -> Result<Event, Refused> {
        self.turn.complete(&by, step::index::<P, S>(), ONE_WAY, now)
    }
}

impl<P: Declared, S: StepOf<P>, O: Named, B> WorkItem<'_, P, S, Outcomes<O>, B> {
    /// Finishes the step with one of its outcomes; what that should yield is there.
    ///
    /// # Errors
    ///
    /// As [`Case::complete`](crate::Case::complete).
    #[inline(always)]
    pub fn finish_with(self, by: Actor<'_>, outcome: O, now: Timestamp) -> Result<Event, Refused> {
        self.turn.complete(&by, step::index::<P, S>(), step::way_on(outcome), now)
    }
}

impl<P: Declared, S: StepOf<P>, W, B: Named> WorkItem<'_, P, S, W, ReturnsTo<B>> {
    /// Returns the work to an earlier step for revision, with a reason that is not empty.
    ///
    /// # Errors
    ///
    /// As [`Case::return_to`](crate::Case::return_to).
    pub fn return_to(
        mut self,
        by: Actor<'_>,
        back: B,
        reason: impl Into<Arc<str>>,
        now: Timestamp,
    ) -> Result<Event, Refused> {
        let (step, outcome) = (step::index::<P, S>(), step::way_back::<P, S>(back));
        self.turn.carry_out(by, CommandKind::ReturnStep { step, outcome, reason: reason.into() }, now)
    }
}

impl<P: Declared, S: StepOf<P>, W, B> fmt::Debug for WorkItem<'_, P, S, W, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkItem").field("step", &S::STEP).field("is_started", &self.is_started()).finish()
    }
}

impl fmt::Debug for Turn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").field("state", &self.state).finish_non_exhaustive()
    }
}
