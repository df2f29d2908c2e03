//! What the type of a step says about it.

use std::convert::Infallible;
use std::marker::PhantomData;

use super::{Declared, Named};
use crate::id::{OutcomeIx, StepIx};

/// A step of the procedure `P`. Each has a type of its own, in the module `step` of the declaration.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no step of `{P}`",
    label = "not a step of this procedure",
    note = "a case takes the steps of its own procedure: those in the module `step` beside its `Sop`"
)]
pub trait StepOf<P: Declared>: 'static {
    /// The step among all steps.
    const STEP: P::Step;

    /// The ways on: [`OneWay`], [`Outcomes`] to choose from, or [`NoWayOn`].
    type Ways;

    /// The ways back: [`ReturnsTo`] earlier steps, or [`NoReturn`].
    type Back;

    /// The position of the step.
    #[doc(hidden)]
    const INDEX: u16;
}

/// The step has one way on, and is finished without naming an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OneWay(Infallible);

/// The step has several outcomes, one of which has to be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcomes<O>(Infallible, PhantomData<O>);

/// The step can do nothing but return work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoWayOn(Infallible);

/// The step cannot return work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoReturn(Infallible);

/// The step can return work for revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnsTo<B>(Infallible, PhantomData<B>);

pub(super) const fn index<P: Declared, S: StepOf<P>>() -> StepIx {
    StepIx(S::INDEX)
}

pub(super) const ONE_WAY: OutcomeIx = OutcomeIx(0);

/// Ways on come first among the outcomes of a step, and returns behind them.
#[inline]
pub(super) fn way_on(outcome: impl Named) -> OutcomeIx {
    OutcomeIx(super::sound::step_ix(outcome).0)
}

#[inline]
pub(super) fn way_back<P: Declared, S: StepOf<P>>(back: impl Named) -> OutcomeIx {
    OutcomeIx(super::sound::step_ix(back).0 + const { first_return::<P, S>() })
}

#[allow(clippy::cast_possible_truncation, reason = "outcomes are enums of a declaration")]
const fn first_return<P: Declared, S: StepOf<P>>() -> u16 {
    P::DECLARATION.steps[S::INDEX as usize].ways_on() as u16
}
