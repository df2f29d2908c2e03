//! What is asked of a case, by type.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::sound::{document_ix, step_ix};
use super::step::{self, ONE_WAY, OneWay, Outcomes, ReturnsTo, StepOf};
use super::{Declared, Named, Sound};
use crate::id::{DocumentIx, OutcomeIx, StepIx};
use crate::kernel::{self, Actor, CommandKind};

/// What is asked of a case of the procedure `P`: that which only this procedure has.
///
/// A step that lacks what is asked of it does not compile. With [`erased`](Self::erased) it is a command to a case without
/// types, and an engine takes it as an [`Ask`](crate::runtime::Ask), by [`From`].
pub struct Command<P> {
    asked: Asked,
    of: PhantomData<fn() -> P>,
}

/// By positions of the declaration.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    Start(StepIx),
    Finish(StepIx, OutcomeIx),
    Return(StepIx, OutcomeIx, Arc<str>),
    Recall(StepIx),
    Supply(DocumentIx),
}

impl<P: Declared> Command<P> {
    const fn new(asked: Asked) -> Self {
        Self { asked, of: PhantomData }
    }

    /// Take up a step.
    pub fn start(step: P::Step) -> Self {
        Self::new(Asked::Start(step_ix(step)))
    }

    /// Finish a step that has one way on; what it should yield is there.
    pub fn finish<S: StepOf<P, Ways = OneWay>>(_: S) -> Self {
        Self::new(Asked::Finish(step::index::<P, S>(), ONE_WAY))
    }

    /// Finish a step with one of its outcomes; what that should yield is there.
    pub fn finish_with<S: StepOf<P, Ways = Outcomes<O>>, O: Named>(_: S, outcome: O) -> Self {
        Self::new(Asked::Finish(step::index::<P, S>(), step::way_on(outcome)))
    }

    /// Return work from a step to an earlier one.
    pub fn return_to<S: StepOf<P, Back = ReturnsTo<B>>, B: Named>(_: S, back: B, reason: impl Into<Arc<str>>) -> Self {
        Self::new(Asked::Return(step::index::<P, S>(), step::way_back::<P, S>(back), reason.into()))
    }

    /// Take back what a step sent on.
    pub fn recall(step: P::Step) -> Self {
        Self::new(Asked::Recall(step_ix(step)))
    }

    /// Bring in a document from outside.
    pub fn supply(document: P::Document) -> Self {
        Self::new(Asked::Supply(document_ix(document)))
    }

    pub(crate) fn asked(&self) -> &Asked {
        &self.asked
    }

    /// The same without its type.
    pub fn erased<'a>(&self, procedure: &'a Sound<P>, by: Actor<'a>) -> kernel::Command<'a> {
        let kind = match &self.asked {
            Asked::Start(step) => CommandKind::StartStep { step: *step },
            Asked::Finish(step, outcome) => CommandKind::CompleteStep {
                step: *step,
                outcome: *outcome,
                outputs: procedure.erased().outputs(*step, *outcome),
                remark: None,
            },
            Asked::Return(step, outcome, reason) => {
                CommandKind::ReturnStep { step: *step, outcome: *outcome, reason: reason.clone() }
            }
            Asked::Recall(step) => CommandKind::RecallStep { step: *step },
            Asked::Supply(document) => CommandKind::SupplyDocument { document: *document, remark: None },
        };
        kernel::Command { by, kind }
    }
}

impl<P> Clone for Command<P> {
    fn clone(&self) -> Self {
        Self { asked: self.asked.clone(), of: PhantomData }
    }
}

impl<P> fmt::Debug for Command<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.asked.fmt(f)
    }
}
