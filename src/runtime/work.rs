//! The rules of who holds a step and who looks at it besides.

use std::sync::Arc;

use super::answer::Failure;
use super::ask::Ask;
use super::authority::{self, Work};
use super::decide::{Scene, unknown};
use super::desk::{Holder, Review};
use super::file::CaseFile;
use super::party::Party;
use super::record::{Opinion, WorkKind, WorkRecord};
use crate::error::Error;
use crate::id::{StepId, StepIx};
use crate::kernel::{By, Capacity, Refusal, Refused, Status, check_remark, check_text};
use crate::limits::REVIEWERS_MAX;

/// Decides on what is asked about the work on a case. Nothing changes.
pub(super) fn decide(scene: &Scene<'_>, file: &CaseFile, party: &Party, ask: &Ask) -> Result<WorkRecord, Failure> {
    let (id, remark) = about(ask);
    let step = file.hosted.procedure.step(id.as_str()).ok_or_else(|| unknown("step", id.as_str()))?;
    let mut trial = Trial { scene, file, party, step, reasons: Vec::new() };
    trial.in_turn();
    let decided = trial.examine(ask)?;
    match decided {
        Some((by, work)) if trial.reasons.is_empty() => Ok(scene.record(file, party, step, by, work, remark)),
        _ => Err(Refused::new(trial.reasons).into()),
    }
}

/// The step, and what is to be kept with the event.
fn about(ask: &Ask) -> (&StepId, Option<&Arc<str>>) {
    match ask {
        Ask::Assign { step, remark, .. }
        | Ask::Delegate { step, remark, .. }
        | Ask::HandBack { step, remark }
        | Ask::AskReview { step, remark, .. }
        | Ask::Review { step, remark, .. } => (step, remark.as_ref()),
        Ask::Reassign { step, reason, .. } => (step, Some(reason)),
        Ask::Claim { step } | Ask::Release { step } | Ask::WithdrawReview { step, .. } => (step, None),
        _ => unreachable!("the other kinds are about the procedure"),
    }
}

/// The examination of one ask. It goes on behind a reason to refuse, so that all of them are found.
struct Trial<'a> {
    scene: &'a Scene<'a>,
    file: &'a CaseFile,
    party: &'a Party,
    step: StepIx,
    reasons: Vec<Refusal>,
}

type Decided = Result<Option<(By, WorkKind)>, Error>;

impl Trial<'_> {
    fn examine(&mut self, ask: &Ask) -> Decided {
        match ask {
            Ask::Claim { .. } => self.claim(),
            Ask::Release { .. } => self.release(),
            Ask::Assign { to, remark, .. } => {
                self.remark(remark.as_ref());
                self.assign(to)
            }
            Ask::Reassign { to, reason, .. } => {
                self.reasons.extend(check_text(reason));
                self.reassign(to)
            }
            Ask::Delegate { to, remark, .. } => {
                self.remark(remark.as_ref());
                self.delegate(to)
            }
            Ask::HandBack { remark, .. } => {
                self.remark(remark.as_ref());
                self.hand_back()
            }
            Ask::AskReview { reviewer, remark, .. } => {
                self.remark(remark.as_ref());
                self.ask_review(reviewer)
            }
            Ask::Review { opinion, remark, .. } => {
                match (opinion, remark) {
                    (Opinion::Objected, remark) => {
                        self.reasons.extend(check_text(remark.as_deref().unwrap_or_default()));
                    }
                    (Opinion::Agreed, remark) => self.remark(remark.as_ref()),
                }
                self.review(*opinion)
            }
            Ask::WithdrawReview { reviewer, .. } => self.withdraw_review(reviewer),
            _ => unreachable!("the other kinds are about the procedure"),
        }
    }

    fn claim(&mut self) -> Decided {
        if self.is_held_by_party() {
            self.already_held();
        }
        Ok(self.may_work(self.party)?.map(|by| (by, WorkKind::Claimed {})))
    }

    fn release(&mut self) -> Decided {
        let by = match self.holder() {
            None => return Ok(self.object(Refusal::NotHeld { step: self.id() })),
            Some(_) if self.is_held_by_party() => self.own_work()?,
            Some(_) => self.superior(),
        };
        Ok(by.map(|by| (by, WorkKind::Released {})))
    }

    fn assign(&mut self, to: &str) -> Decided {
        if let Some(holder) = self.holder() {
            self.object::<()>(Refusal::HeldByOther { step: self.id(), holder: holder.person.clone() });
        }
        let by = self.superior();
        self.eligible(to)?;
        Ok(by.map(|by| (by, WorkKind::Assigned { to: to.to_owned() })))
    }

    fn reassign(&mut self, to: &str) -> Decided {
        let by = self.superior();
        let Some(holder) = self.holder() else {
            return Ok(self.object(Refusal::NotHeld { step: self.id() }));
        };
        let from = holder.person.to_string();
        if from == to {
            self.already_held();
        }
        self.eligible(to)?;
        Ok(by.map(|by| (by, WorkKind::Reassigned { from, to: to.to_owned() })))
    }

    fn delegate(&mut self, to: &str) -> Decided {
        if *to == *self.party.name {
            self.already_held();
        }
        let by = self.own_work()?;
        match self.person(to)? {
            Some(delegate) => self.free_to_stand_in(&delegate),
            None => self.reasons.extend(unknown("person", to).into_reasons()),
        }
        Ok(by.map(|by| (by, WorkKind::Delegated { to: to.to_owned() })))
    }

    fn hand_back(&mut self) -> Decided {
        let delegated_by =
            self.holder().filter(|_| self.is_held_by_party()).and_then(|holder| holder.delegated_by.clone());
        let Some(to) = delegated_by else {
            return Ok(self.object(Refusal::NotDelegated { step: self.id(), person: self.party.name.clone() }));
        };
        // Who can no longer do it for whatever reason must still be able to give it back.
        let by = self.in_place_of(&to)?;
        Ok(Some((by, WorkKind::HandedBack { to: to.to_string() })))
    }

    fn ask_review(&mut self, reviewer: &str) -> Decided {
        let by = self.may_work(self.party)?;
        let reviews = self.file.desks.reviews(self.step);
        if reviews.len() >= REVIEWERS_MAX {
            self.object::<()>(Refusal::TooManyReviewers { step: self.id(), most: REVIEWERS_MAX });
        }
        if reviews.iter().any(|review| *review.reviewer == *reviewer) {
            self.object::<()>(Refusal::ReviewAsked { step: self.id(), reviewer: reviewer.into() });
        }
        match self.person(reviewer)? {
            Some(found) if found.name == self.party.name => {
                let reasons = vec![Refusal::AlreadyHeld { step: self.id(), holder: found.name.clone() }];
                self.object::<()>(Refusal::NotEligible { person: found.name, reasons });
            }
            Some(_) => {}
            None => self.reasons.extend(unknown("person", reviewer).into_reasons()),
        }
        Ok(by.map(|by| (by, WorkKind::ReviewAsked { reviewer: reviewer.to_owned() })))
    }

    fn review(&mut self, opinion: Opinion) -> Decided {
        self.present();
        let Some(asked_by) = self.awaited(&self.party.name).map(|review| review.asked_by.clone()) else {
            return Ok(self.object(Refusal::ReviewNotAsked { step: self.id(), reviewer: self.party.name.clone() }));
        };
        let by = self.in_place_of(&asked_by)?;
        Ok(Some((by, WorkKind::Reviewed { opinion })))
    }

    fn withdraw_review(&mut self, reviewer: &str) -> Decided {
        let Some(review) = self.awaited(reviewer) else {
            return Ok(self.object(Refusal::ReviewNotAsked { step: self.id(), reviewer: reviewer.into() }));
        };
        let has_asked = review.asked_by == self.party.name;
        let by = match self.scene.may_work(self.file, self.step, self.party)? {
            Ok(by) if has_asked => Some(by),
            _ => self.superior(),
        };
        Ok(by.map(|by| (by, WorkKind::ReviewWithdrawn { reviewer: reviewer.to_owned() })))
    }
}

/// The rules that several asks share.
impl<'a> Trial<'a> {
    fn object<T>(&mut self, reason: Refusal) -> Option<T> {
        self.reasons.push(reason);
        None
    }

    fn id(&self) -> StepId {
        self.file.hosted.procedure.step_id(self.step).clone()
    }

    fn holder(&self) -> Option<&'a Holder> {
        self.file.desks.holder(self.step)
    }

    fn is_held_by_party(&self) -> bool {
        self.holder().is_some_and(|holder| holder.person == self.party.name)
    }

    fn awaited(&self, reviewer: &str) -> Option<&'a Review> {
        let reviews = self.file.desks.reviews(self.step);
        reviews.iter().find(|review| *review.reviewer == *reviewer && review.opinion.is_none())
    }

    /// The case is open, and the step waits.
    fn in_turn(&mut self) {
        let (file, procedure) = (self.file, &self.file.hosted.procedure);
        let status = file.state.status();
        if status != Status::Open {
            self.reasons.push(Refusal::WrongStatus { status });
        }
        if file.wait(self.step).is_none() {
            let enabled = file.waits.iter().map(|wait| procedure.step_id(wait.step).clone()).collect();
            self.reasons.push(Refusal::NotEnabled { step: self.id(), enabled });
        }
    }

    fn present(&mut self) {
        self.reasons.extend(authority::absence(self.party, self.scene.now));
    }

    fn already_held(&mut self) {
        let holder = self.holder().map_or_else(|| self.party.name.clone(), |holder| holder.person.clone());
        self.object::<()>(Refusal::AlreadyHeld { step: self.id(), holder });
    }

    fn remark(&mut self, remark: Option<&Arc<str>>) {
        self.reasons.extend(remark.into_iter().flat_map(|remark| check_remark(remark)));
    }

    /// A person before the procedure of the case.
    fn person(&self, name: &str) -> Result<Option<Party>, Error> {
        self.scene.people.party(name, &self.file.hosted)
    }

    /// The right of a person to work on the step.
    fn may_work(&mut self, party: &Party) -> Result<Option<By>, Error> {
        let found = self.scene.may_work(self.file, self.step, party)?;
        Ok(found.map_err(|reasons| self.reasons.extend(reasons)).ok())
    }

    /// The right to work on the step in one's own name: what was delegated goes back, not on.
    fn own_work(&mut self) -> Result<Option<By>, Error> {
        let delegated_by =
            self.holder().filter(|_| self.is_held_by_party()).and_then(|holder| holder.delegated_by.clone());
        if let Some(by) = delegated_by {
            return Ok(self.object(Refusal::DelegatedWork { step: self.id(), by }));
        }
        self.may_work(self.party)
    }

    fn superior(&mut self) -> Option<By> {
        self.present();
        let by = authority::superior(&self.file.hosted, self.step, self.party, self.scene.now);
        by.map_err(|reason| self.reasons.push(reason)).ok()
    }

    /// The person to whom work is to go may do it.
    fn eligible(&mut self, to: &str) -> Result<(), Error> {
        let Some(person) = self.person(to)? else {
            self.reasons.extend(unknown("person", to).into_reasons());
            return Ok(());
        };
        if let Err(reasons) = self.scene.is_eligible(self.file, self.step, &person) {
            self.object::<()>(Refusal::NotEligible { person: person.name, reasons });
        }
        Ok(())
    }

    /// The person who is to do the work in another's place, whatever the role, is there, and no duty stands against it.
    fn free_to_stand_in(&mut self, delegate: &Party) {
        let reservation = self.file.state.reservation(&self.file.hosted.procedure, self.step);
        let mut reasons: Vec<Refusal> = authority::absence(delegate, self.scene.now).into_iter().collect();
        reasons.extend(reservation.against(&self.file.hosted.procedure, delegate.ix, self.step));
        if !reasons.is_empty() {
            self.object::<()>(Refusal::NotEligible { person: delegate.name.clone(), reasons });
        }
    }

    /// The right of somebody who acts because another has asked them to.
    fn in_place_of(&self, other: &str) -> Result<By, Error> {
        let role = self.file.hosted.procedure.role_of(self.step);
        let other = self.scene.people.position(other)?;
        Ok(By { actor: self.party.ix, role, capacity: Capacity::Delegate, on_behalf_of: Some(other) })
    }
}

impl Scene<'_> {
    /// Whether a person may work on a step of a case: the right that fits, or all reasons why not.
    pub(super) fn may_work(
        &self,
        file: &CaseFile,
        step: StepIx,
        party: &Party,
    ) -> Result<Result<By, Vec<Refusal>>, Error> {
        let holder = file.desks.holder(step);
        let grants = authority::grants_on(&file.hosted, self.people, step, holder, party)?;
        let reservation = &file.state.reservation(&file.hosted.procedure, step);
        Ok(authority::may_work(&file.hosted, Work { step, holder, reservation }, party, &grants, self.now))
    }

    /// Whether a person could do a step if it were given to them, whoever holds it now.
    fn is_eligible(&self, file: &CaseFile, step: StepIx, party: &Party) -> Result<By, Vec<Refusal>> {
        let reservation = &file.state.reservation(&file.hosted.procedure, step);
        let work = Work { step, holder: None, reservation };
        authority::may_work(&file.hosted, work, party, &party.grants(Some(step)), self.now)
    }

    fn record(
        &self,
        file: &CaseFile,
        party: &Party,
        step: StepIx,
        by: By,
        work: WorkKind,
        remark: Option<&Arc<str>>,
    ) -> WorkRecord {
        let procedure = &file.hosted.procedure;
        WorkRecord {
            at: self.now,
            actor: party.name.to_string(),
            role: procedure.role_at(by.role).id.clone(),
            capacity: by.capacity,
            on_behalf_of: by.on_behalf_of.map(|actor| self.people.name(actor).to_string()),
            step: procedure.step_id(step).clone(),
            work,
            remark: remark.map(ToString::to_string),
        }
    }
}
