//! What the type of a step says about it.

use super::{Declared, Named};
use crate::id::{OutcomeIx, StepIx};

/// A step of the procedure `P`. Each has a type of its own, in the module `step` of the declaration.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no step of `{P}`",
    label = "not a step of this procedure",
    note = "a case takes the steps of its own procedure: those in the module `step` beside its `Sop`"
)]
pub trait StepOf<P: Declared>: Copy + 'static {
    /// The step among all steps.
    const STEP: P::Step;

    /// The position of the step.
    #[doc(hidden)]
    const INDEX: u16;
}

/// A step that has one way on, and so is finished without naming an outcome.
#[diagnostic::on_unimplemented(
    message = "the step `{Self}` has several outcomes",
    label = "it has to be said which",
    note = "use `finish_with` and an outcome of the enum of the same name in the module `outcome`"
)]
pub trait OneWay<P: Declared>: StepOf<P> {}

/// A step that has several outcomes, one of which has to be chosen.
#[diagnostic::on_unimplemented(
    message = "the step `{Self}` has one way on",
    label = "there is no outcome to choose",
    note = "use `finish`"
)]
pub trait Branching<P: Declared>: StepOf<P> {
    /// Its outcomes that are no returns.
    type Outcome: Named;
}

/// A step that can return work for revision.
#[diagnostic::on_unimplemented(
    message = "the step `{Self}` returns nothing",
    label = "no `return_to` here",
    note = "only a step that is declared with `returns` can return work to an earlier one"
)]
pub trait Returning<P: Declared>: StepOf<P> {
    /// Its returns, by the step that work goes back to.
    type Back: Named;
}

pub(super) const fn index<P: Declared, S: StepOf<P>>() -> StepIx {
    StepIx(S::INDEX)
}

pub(super) const ONE_WAY: OutcomeIx = OutcomeIx(0);

/// Ways on come first among the outcomes of a step, and returns behind them.
pub(super) fn way_on(outcome: impl Named) -> OutcomeIx {
    OutcomeIx(super::sound::step_ix(outcome).0)
}

pub(super) fn way_back<P: Declared, S: Returning<P>>(back: S::Back) -> OutcomeIx {
    OutcomeIx(super::sound::step_ix(back).0 + const { first_return::<P, S>() })
}

#[allow(clippy::cast_possible_truncation, reason = "outcomes are enums of a declaration")]
const fn first_return<P: Declared, S: StepOf<P>>() -> u16 {
    P::DECLARATION.steps[S::INDEX as usize].ways_on() as u16
}
