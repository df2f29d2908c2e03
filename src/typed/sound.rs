//! A procedure known when the program is compiled, and the proof that it is sound.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::Named;
use super::declaration::Declaration;
use super::item::Turn;
use crate::id::{DocumentIx, RoleIx, StepIx};
use crate::model::{Document, Procedure, Role, Step};
use crate::verify::{Report, SoundProcedure, Verifier};

/// A procedure that [`procedure!`](crate::procedure) declares; the type `Sop` of its module stands for it.
pub trait Declared: Copy + fmt::Debug + 'static {
    /// Its roles, lowest rank first.
    type Role: Named;
    /// Its documents.
    type Document: Named;
    /// Its steps.
    type Step: Named;
    /// A work item of any of its steps.
    type Work<'c>;

    /// What was declared.
    #[doc(hidden)]
    const DECLARATION: &'static Declaration<'static>;

    /// The work item of a step whose turn it is.
    #[doc(hidden)]
    fn work(turn: Turn<'_>, step: Self::Step) -> Self::Work<'_>;

    /// The procedure as data, as a file of the same content would be read.
    fn procedure() -> Procedure {
        Self::DECLARATION.procedure()
    }
}

/// The [`SoundProcedure`] of a declaration, which is what its cases run on.
pub struct Sound<P> {
    erased: Arc<SoundProcedure>,
    of: PhantomData<fn() -> P>,
}

impl<P: Declared> Sound<P> {
    /// Proves what compiling the declaration has not proved: see [what remains](crate::typed#what-remains-for-verify).
    ///
    /// # Errors
    ///
    /// As [`Procedure::verify`].
    pub fn verify() -> Result<Self, Report> {
        Self::verify_with(&Verifier::new())
    }

    /// The same by the rules of an office.
    ///
    /// # Errors
    ///
    /// As [`Verifier::verify`].
    pub fn verify_with(verifier: &Verifier) -> Result<Self, Report> {
        let erased = Arc::new(verifier.verify(&P::procedure())?);
        Ok(Self { erased, of: PhantomData })
    }

    /// The same without its type, for all that takes procedures by id.
    #[inline]
    pub fn erased(&self) -> &Arc<SoundProcedure> {
        &self.erased
    }

    /// What was declared of a role.
    pub fn role(&self, role: P::Role) -> &Role {
        self.erased.role_at(role_ix(role))
    }

    /// What was declared of a document.
    pub fn document(&self, document: P::Document) -> &Document {
        self.erased.document_at(document_ix(document))
    }

    /// What was declared of a step.
    pub fn step(&self, step: P::Step) -> &Step {
        self.erased.step_at(step_ix(step))
    }
}

impl<P> Clone for Sound<P> {
    fn clone(&self) -> Self {
        Self { erased: self.erased.clone(), of: PhantomData }
    }
}

impl<P> fmt::Debug for Sound<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let procedure = self.erased.procedure();
        f.debug_struct("Sound").field("id", &procedure.id).field("version", &procedure.version).finish()
    }
}

/// The position of a declared role is its index, since the procedure is made from the declaration in order.
#[doc(hidden)]
#[inline]
pub fn role_ix(role: impl Named) -> RoleIx {
    RoleIx(dense(role.index()))
}

/// As [`role_ix`].
#[doc(hidden)]
#[inline]
pub fn document_ix(document: impl Named) -> DocumentIx {
    DocumentIx(dense(document.index()))
}

/// As [`role_ix`].
#[doc(hidden)]
#[inline]
pub fn step_ix(step: impl Named) -> StepIx {
    StepIx(dense(step.index()))
}

/// Enums of a declaration have fewer than 2¹⁶ variants.
#[allow(clippy::cast_possible_truncation, reason = "the positions of a declaration are 16 bits wide")]
const fn dense(position: usize) -> u16 {
    position as u16
}
