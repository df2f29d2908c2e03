//! Whether a person may work on a step: decided here and nowhere else, for lists of work, commands and explanations alike.
//!
//! What the procedure says of roles and duties, the kernel decides ([`SoundProcedure::may_act_on`]); here come absence, the
//! reach of rights, and who holds the work.
//!
//! [`SoundProcedure::may_act_on`]: crate::SoundProcedure::may_act_on

use std::borrow::Cow;

use super::desk::Holder;
use super::hosting::Hosted;
use super::party::Party;
use super::people::People;
use crate::error::Error;
use crate::id::{RoleIx, StepIx};
use crate::kernel::{By, Capacity, Grant, Refusal, Reservation, RoleName};
use crate::time::Timestamp;

/// What it depends on whether somebody may work on a step, besides the person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) step: StepIx,
    pub(super) holder: Option<&'a Holder>,
    pub(super) reservation: &'a Reservation,
}

/// Whether a person may work on a step at a moment: the right that fits, or all reasons why not.
pub(super) fn may_work(
    hosted: &Hosted,
    work: Work<'_>,
    party: &Party,
    grants: &[Grant],
    now: Timestamp,
) -> Result<By, Vec<Refusal>> {
    let mut reasons = objections(hosted, work, party, grants, now);
    match hosted.procedure.may_act_on(work.reservation, &party.actor(grants), work.step, now) {
        Ok(by) if reasons.is_empty() => return Ok(by),
        Ok(_) => {}
        Err(refused) => reasons.extend(refused.into_reasons()),
    }
    Err(reasons)
}

/// What stands against a person's work on a step, with these rights that reach it, besides what the procedure says.
pub(super) fn objections(
    hosted: &Hosted,
    work: Work<'_>,
    party: &Party,
    grants: &[Grant],
    now: Timestamp,
) -> Vec<Refusal> {
    let mut reasons = Vec::new();
    reasons.extend(absence(party, now));
    if let Some(holder) = work.holder.filter(|holder| *holder.person != *party.name) {
        let step = hosted.procedure.step_id(work.step).clone();
        reasons.push(Refusal::HeldByOther { step, holder: holder.person.clone() });
    }
    let fits = |grant: &&Grant| grant.role == hosted.procedure.role_of(work.step) && grant.holds_at(now);
    let out_of_reach = party.grants_out_of_reach(work.step).find(fits);
    if let Some(grant) = out_of_reach.filter(|_| !grants.iter().any(|grant| fits(&grant))) {
        reasons.push(Refusal::OutsideScope {
            role: role_name(hosted, grant.role),
            capacity: grant.capacity,
            step: hosted.procedure.step_id(work.step).clone(),
        });
    }
    reasons
}

/// The absence of a person, who does not act in whatever right.
pub(super) fn absence(party: &Party, now: Timestamp) -> Option<Refusal> {
    let absence = party.person.absence_at(now)?;
    Some(Refusal::Absent { person: party.name.clone(), from: absence.from, until: absence.until })
}

/// The rights with which a person works on a step: their own that reach it, and before them the one that comes with work
/// delegated to the person.
pub(super) fn grants_on<'a>(
    hosted: &Hosted,
    people: &People,
    step: StepIx,
    holder: Option<&Holder>,
    party: &'a Party,
) -> Result<Cow<'a, [Grant]>, Error> {
    let own = party.grants(Some(step));
    let delegator =
        holder.filter(|holder| *holder.person == *party.name).and_then(|holder| holder.delegated_by.as_ref());
    let Some(delegator) = delegator else { return Ok(own) };
    let (role, delegator) = (hosted.procedure.role_of(step), people.position(delegator)?);
    let mut grants = own.into_owned();
    grants.insert(0, Grant::acting(role, Capacity::Delegate, Some(delegator), Timestamp::MIN, Timestamp::MAX));
    Ok(Cow::Owned(grants))
}

/// The right by which a person disposes of the work of others on a step: that of a higher rank, or of a supervisor.
pub(super) fn superior(hosted: &Hosted, step: StepIx, party: &Party, now: Timestamp) -> Result<By, Refusal> {
    let role = hosted.procedure.role_of(step);
    let supervisors = hosted.procedure.supervisors();
    let grants = party.grants(Some(step));
    let grant =
        grants.iter().find(|grant| (grant.role > role || supervisors.contains(&grant.role)) && grant.holds_at(now));
    let by = |grant: &Grant| By::of(party.ix, grant);
    grant.map(by).ok_or_else(|| Refusal::SuperiorRequired {
        step: hosted.procedure.step_id(step).clone(),
        role: role_name(hosted, role),
    })
}

fn role_name(hosted: &Hosted, role: RoleIx) -> RoleName {
    RoleName::of(hosted.procedure.role_at(role))
}
