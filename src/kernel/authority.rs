//! Whether an actor may act: decided here and nowhere else.

use super::decide::unknown;
use super::{Actor, By, Refusal, Refused, RoleName};
use crate::id::{RoleIx, StepIx};
use crate::time::Timestamp;
use crate::verify::SoundProcedure;

/// For whom something is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reserved {
    /// For the role of a step.
    Step(StepIx),
    /// For the roles that supervise cases.
    Supervisors,
    /// For anybody with a role in the procedure.
    Participants,
}

impl SoundProcedure {
    /// Whether an actor may do a step at a moment, as far as roles go, and in what right.
    ///
    /// This is the decision that commands are held to, so an inbox that asks here and a command never disagree.
    ///
    /// # Errors
    ///
    /// The reasons why not.
    pub fn may_act(&self, actor: &Actor<'_>, step: StepIx, now: Timestamp) -> Result<By, Refused> {
        if step.index() >= self.net().steps.len() {
            return Err(Refused::new(vec![unknown("step", step.index())]));
        }
        let reserved = Reserved::Step(step);
        let by = right(actor, now, |role| reserved.includes(self, role));
        by.ok_or_else(|| Refused::new(vec![why_not(self, actor, reserved, now)]))
    }
}

/// The first right of the actor for a role that `fits`, if there is one that holds now.
#[inline(always)]
pub(super) fn right(actor: &Actor<'_>, now: Timestamp, fits: impl Fn(RoleIx) -> bool) -> Option<By> {
    let grant = actor.grants.iter().find(|grant| fits(grant.role) && grant.holds_at(now))?;
    Some(By { actor: actor.id, role: grant.role, capacity: grant.capacity, on_behalf_of: grant.on_behalf_of })
}

/// Why no right of the actor fits.
pub(super) fn why_not(procedure: &SoundProcedure, actor: &Actor<'_>, reserved: Reserved, now: Timestamp) -> Refusal {
    match actor.grants.iter().find(|grant| reserved.includes(procedure, grant.role)) {
        Some(grant) => Refusal::OutsidePeriod {
            role: role_name(procedure, grant.role),
            capacity: grant.capacity,
            from: grant.from,
            until: grant.until,
            now,
        },
        None => role_required(procedure, actor, reserved, now),
    }
}

impl Reserved {
    #[inline(always)]
    pub(super) fn includes(self, procedure: &SoundProcedure, role: RoleIx) -> bool {
        match self {
            Self::Step(step) => procedure.net().steps[step.index()].role == Some(role),
            Self::Supervisors => procedure.supervisors().contains(&role),
            Self::Participants => role.index() < procedure.procedure().roles.len(),
        }
    }
}

fn role_required(procedure: &SoundProcedure, actor: &Actor<'_>, reserved: Reserved, now: Timestamp) -> Refusal {
    let step = match reserved {
        Reserved::Step(step) => Some(procedure.step_at(step).id.clone()),
        Reserved::Supervisors | Reserved::Participants => None,
    };
    let expected = procedure.roles().filter(|role| reserved.includes(procedure, *role));
    let held =
        procedure.roles().filter(|role| actor.grants.iter().any(|grant| grant.role == *role && grant.holds_at(now)));
    Refusal::RoleRequired {
        step,
        expected: expected.map(|role| role_name(procedure, role)).collect(),
        held: held.map(|role| role_name(procedure, role)).collect(),
    }
}

fn role_name(procedure: &SoundProcedure, role: RoleIx) -> RoleName {
    let role = procedure.role_at(role);
    RoleName { id: role.id.clone(), name: role.name.first().to_owned() }
}
