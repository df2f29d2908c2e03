//! What lies on the desks: who holds which step of a case, and who looks at it besides.

use std::sync::Arc;

use super::record::{Opinion, WorkKind, WorkRecord};
use crate::id::StepIx;

/// Who does a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) person: Arc<str>,
    /// Who has the person do it in their place.
    pub(super) delegated_by: Option<Arc<str>>,
}

/// Somebody who was asked to look at a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Review {
    pub(super) reviewer: Arc<str>,
    pub(super) asked_by: Arc<str>,
    /// Nothing yet, or what they think.
    pub(super) opinion: Option<Opinion>,
}

/// A step that somebody holds or looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Desk {
    pub(super) step: StepIx,
    pub(super) holder: Option<Holder>,
    pub(super) reviews: Vec<Review>,
}

/// The desks of a case, as far as something lies there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Desks(Vec<Desk>);

impl Holder {
    fn of(person: &str) -> Self {
        Self { person: person.into(), delegated_by: None }
    }
}

impl Desks {
    pub(super) fn at(&self, step: StepIx) -> Option<&Desk> {
        self.0.iter().find(|desk| desk.step == step)
    }

    pub(super) fn holder(&self, step: StepIx) -> Option<&Holder> {
        self.at(step)?.holder.as_ref()
    }

    pub(super) fn reviews(&self, step: StepIx) -> &[Review] {
        self.at(step).map_or(&[], |desk| &desk.reviews)
    }

    /// Those asked to look at a step who have not said what they think.
    pub(super) fn reviewers_awaited(&self, step: StepIx) -> impl Iterator<Item = &Arc<str>> {
        self.reviews(step).iter().filter(|review| review.opinion.is_none()).map(|review| &review.reviewer)
    }

    /// A step was taken up: whoever did it holds it, unless somebody holds it.
    pub(super) fn taken_up(&mut self, step: StepIx, person: &str) {
        let desk = self.desk(step);
        desk.holder.get_or_insert_with(|| Holder::of(person));
    }

    /// A step was taken back: whoever did it holds it.
    pub(super) fn taken_back(&mut self, step: StepIx, person: &str) {
        self.desk(step).holder = Some(Holder::of(person));
    }

    /// Only these steps are left.
    pub(super) fn keep(&mut self, steps: impl Fn(StepIx) -> bool) {
        self.0.retain(|desk| steps(desk.step));
    }

    /// The same in another version, where steps have other positions; what is on none goes.
    pub(super) fn carried(&self, step: impl Fn(StepIx) -> Option<StepIx>) -> Self {
        let desks = self.0.iter().filter_map(|desk| Some(Desk { step: step(desk.step)?, ..desk.clone() }));
        Self(desks.collect())
    }

    /// What an event of the work on a step does.
    ///
    /// # Errors
    ///
    /// Why it does not follow from what went before; nothing has changed then.
    pub(super) fn apply(&mut self, step: StepIx, record: &WorkRecord) -> Result<(), &'static str> {
        let holder = self.holder(step).map(|holder| holder.person.clone());
        let is_held_by = |person: &str| holder.as_deref() == Some(person);
        match &record.work {
            WorkKind::Claimed {} => {
                require(holder.is_none(), "the step is held already")?;
                self.desk(step).holder = Some(Holder::of(&record.actor));
            }
            WorkKind::Released {} => {
                require(holder.is_some(), "nobody holds the step")?;
                self.desk(step).holder = None;
            }
            WorkKind::Assigned { to } => {
                require(holder.is_none(), "the step is held already")?;
                self.desk(step).holder = Some(Holder::of(to));
            }
            WorkKind::Reassigned { from, to } => {
                require(is_held_by(from), "the step is held by somebody else")?;
                self.desk(step).holder = Some(Holder::of(to));
            }
            WorkKind::Delegated { to } => {
                require(holder.is_none() || is_held_by(&record.actor), "the step is held by somebody else")?;
                let delegated_by = Some(record.actor.as_str().into());
                self.desk(step).holder = Some(Holder { person: to.as_str().into(), delegated_by });
            }
            WorkKind::HandedBack { to } => {
                let delegated_by = self.holder(step).and_then(|holder| holder.delegated_by.as_deref());
                require(delegated_by == Some(to) && is_held_by(&record.actor), "the step was not delegated so")?;
                self.desk(step).holder = Some(Holder::of(to));
            }
            WorkKind::ReviewAsked { reviewer } => {
                require(self.review(step, reviewer).is_none(), "the reviewer was asked already")?;
                let (reviewer, asked_by) = (reviewer.as_str().into(), record.actor.as_str().into());
                self.desk(step).reviews.push(Review { reviewer, asked_by, opinion: None });
            }
            WorkKind::Reviewed { opinion } => {
                let review = self.review(step, &record.actor).filter(|review| review.opinion.is_none());
                review.ok_or("the reviewer is not asked")?.opinion = Some(*opinion);
            }
            WorkKind::ReviewWithdrawn { reviewer } => {
                let review = self.review(step, reviewer).filter(|review| review.opinion.is_none());
                require(review.is_some(), "the reviewer is not asked")?;
                self.desk(step).reviews.retain(|review| *review.reviewer != **reviewer);
            }
        }
        self.0.retain(|desk| desk.holder.is_some() || !desk.reviews.is_empty());
        Ok(())
    }

    fn desk(&mut self, step: StepIx) -> &mut Desk {
        let position = self.0.iter().position(|desk| desk.step == step).unwrap_or_else(|| {
            self.0.push(Desk { step, holder: None, reviews: Vec::new() });
            self.0.len() - 1
        });
        &mut self.0[position]
    }

    fn review(&mut self, step: StepIx, reviewer: &str) -> Option<&mut Review> {
        let desk = self.0.iter_mut().find(|desk| desk.step == step)?;
        desk.reviews.iter_mut().find(|review| *review.reviewer == *reviewer)
    }
}

fn require(holds: bool, otherwise: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(otherwise) }
}
