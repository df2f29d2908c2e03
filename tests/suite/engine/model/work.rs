//! Who holds a step and who looks at it, as the documentation of [`Ask`] tells it.

use std::sync::Arc;

use sopflow::limits::REVIEWERS_MAX;
use sopflow::runtime::{Ask, Opinion};

use super::{File, Review, Trial, step_of};
use crate::reference::{Codes, plain, reasoned};

impl<'p> Trial<'_, 'p> {
    pub(super) fn reasons_of_work(&self, ask: &Ask) -> Codes {
        let step = step_of(ask).expect("all of it is about a step");
        let mut codes = self.file.turn(step);
        codes.extend(texts_of(ask));
        let mut require = |holds: bool, code| (!holds).then(|| codes.insert(code));
        let desk = self.desk(step);
        let is_own = desk.holder.as_deref() == Some(self.name);
        let more = match ask {
            Ask::Claim { .. } => {
                require(!is_own, "already-held");
                self.against(step)
            }
            Ask::Release { .. } => match desk.holder {
                None => Codes::from(["not-held"]),
                Some(_) if is_own => self.against_in_own_name(step),
                Some(_) => self.against_superior(step),
            },
            Ask::Assign { to, .. } => {
                require(desk.holder.is_none(), "held-by-other");
                &self.against_superior(step) | &self.against_giving(step, to)
            }
            Ask::Reassign { to, .. } => {
                let holder = desk.holder.as_deref();
                require(holder.is_some(), "not-held");
                require(holder != Some(to), "already-held");
                let to = holder.map_or_else(Codes::new, |_| self.against_giving(step, to));
                &self.against_superior(step) | &to
            }
            Ask::Delegate { to, .. } => {
                require(**to != *self.name, "already-held");
                &self.against_in_own_name(step) | &self.against_standing_in(step, to)
            }
            Ask::HandBack { .. } => {
                require(self.delegator(step).is_some(), "not-delegated");
                Codes::new()
            }
            Ask::AskReview { reviewer, .. } => {
                require(desk.reviews.len() < REVIEWERS_MAX, "too-many-reviewers");
                require(desk.reviews.iter().all(|review| review.reviewer != *reviewer), "review-asked");
                require(**reviewer != *self.name, "not-eligible");
                require(self.model.people.position(reviewer).is_some(), "unknown");
                self.against(step)
            }
            Ask::Review { .. } => {
                require(desk.awaits(self.name).is_some(), "review-not-asked");
                self.absent().into_iter().collect()
            }
            Ask::WithdrawReview { reviewer, .. } => match desk.awaits(reviewer) {
                None => Codes::from(["review-not-asked"]),
                Some(review) if *review.asked_by == *self.name && self.against(step).is_empty() => Codes::new(),
                Some(_) => self.against_superior(step),
            },
            _ => unreachable!("the other kinds are about the procedure"),
        };
        codes.extend(more);
        codes
    }

    fn against(&self, step: &str) -> Codes {
        self.model.against(self.file, self.name, step, self.now)
    }

    /// What was delegated goes back, not on.
    fn against_in_own_name(&self, step: &str) -> Codes {
        if self.delegator(step).is_some() { Codes::from(["delegated-work"]) } else { self.against(step) }
    }

    /// A superior holds, with a right that reaches the step, a higher role than that of the step, or supervises cases.
    fn against_superior(&self, step: &str) -> Codes {
        let (reference, procedure) = (self.file.reference(), self.file.procedure);
        let rank = |role: &str| procedure.roles.iter().position(|known| known.id == role);
        let role = reference.step(step).map_or("", |step| step.role.as_str());
        let rights = self.rights(Some(step));
        let mut rights = rights.iter().filter(|right| right.until > self.now);
        let is_superior =
            |role_held: &str| rank(role_held) > rank(role) || reference.supervisors().contains(&role_held);
        let mut codes: Codes = self.absent().into_iter().collect();
        if !rights.any(|right| rank(&right.role).is_some() && is_superior(&right.role)) {
            codes.insert("superior-required");
        }
        codes
    }

    /// Whoever is given work may do it, whoever has it now.
    fn against_giving(&self, step: &str, to: &str) -> Codes {
        if self.model.people.position(to).is_none() {
            return Codes::from(["unknown"]);
        }
        let mut unheld = self.file.clone();
        if let Some(desk) = unheld.desks.get_mut(step) {
            (desk.holder, desk.delegated_by) = (None, None);
        }
        is_eligible(&self.model.against(&unheld, to, step, self.now))
    }

    /// Whoever does work in another's place is there and has no duty against it, whatever the role.
    fn against_standing_in(&self, step: &str, to: &str) -> Codes {
        let Some(who) = self.model.people.position(to) else { return Codes::from(["unknown"]) };
        let mut codes = self.file.reference().judge_duties(&self.file.stand, who, step);
        codes.extend(self.model.people.is_absent(to, self.now).then_some("absent"));
        is_eligible(&codes)
    }

    pub(super) fn perform_work(&self, after: &mut File<'p>, ask: &Ask) {
        let me: Arc<str> = self.name.into();
        let desk = step_of(ask).and_then(|step| after.desks.get_mut(step)).expect("the step waits");
        let mut hold = |holder: Option<&Arc<str>>, delegated_by: Option<&Arc<str>>| {
            (desk.holder, desk.delegated_by) = (holder.cloned(), delegated_by.cloned());
        };
        match ask {
            Ask::Claim { .. } => hold(Some(&me), None),
            Ask::Release { .. } => hold(None, None),
            Ask::Assign { to, .. } | Ask::Reassign { to, .. } => hold(Some(to), None),
            Ask::Delegate { to, .. } => hold(Some(to), Some(&me)),
            Ask::HandBack { .. } => (desk.holder, desk.delegated_by) = (desk.delegated_by.take(), None),
            Ask::AskReview { reviewer, .. } => {
                desk.reviews.push(Review { reviewer: reviewer.clone(), asked_by: me, is_awaited: true });
            }
            Ask::Review { .. } => {
                let said = desk.reviews.iter_mut().filter(|review| review.reviewer == me);
                said.for_each(|review| review.is_awaited = false);
            }
            Ask::WithdrawReview { reviewer, .. } => desk.reviews.retain(|review| review.reviewer != *reviewer),
            _ => unreachable!("the other kinds are about the procedure"),
        }
    }
}

fn is_eligible(against: &Codes) -> Codes {
    if against.is_empty() { Codes::new() } else { Codes::from(["not-eligible"]) }
}

/// A reason is never empty, and neither is an objection.
fn texts_of(ask: &Ask) -> Codes {
    match ask {
        Ask::Reassign { reason, .. } => reasoned(reason),
        Ask::Review { opinion: Opinion::Objected, remark, .. } => reasoned(remark.as_deref().unwrap_or_default()),
        Ask::Assign { remark, .. }
        | Ask::Delegate { remark, .. }
        | Ask::HandBack { remark, .. }
        | Ask::AskReview { remark, .. }
        | Ask::Review { remark, .. } => remark.as_deref().map_or_else(Codes::new, plain),
        _ => Codes::new(),
    }
}
