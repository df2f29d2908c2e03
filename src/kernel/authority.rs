//! Whether an actor may act: decided here and nowhere else.

use super::decide::unknown;
use super::{Actor, By, CaseState, Refusal, Refused, RoleName};
use crate::id::{ActorIx, RoleIx, StepIx};
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
    /// Whether an actor may do a step of a case at a moment, as far as roles and duties go, and in what right.
    ///
    /// This is the decision that starting, completing and returning are held to, so an inbox that asks here and a command
    /// never disagree. Whether it is the turn of the step is another question: [`CaseState::is_enabled`].
    ///
    /// # Errors
    ///
    /// The reasons why not.
    pub fn may_act(&self, state: &CaseState, actor: &Actor<'_>, step: StepIx, now: Timestamp) -> Result<By, Refused> {
        if !state.is_case_of(self) {
            return Err(Refused::new(vec![Refusal::OtherProcedure]));
        }
        if step.index() >= self.net().steps.len() {
            return Err(Refused::new(vec![unknown("step", step.index())]));
        }
        may_do(self, state, actor, step, now).map_err(Refused::new)
    }
}

/// Whether an actor may do a step, both the case's own: the right that fits, or all reasons why not.
pub(super) fn may_do(
    procedure: &SoundProcedure,
    state: &CaseState,
    actor: &Actor<'_>,
    step: StepIx,
    now: Timestamp,
) -> Result<By, Vec<Refusal>> {
    let reserved = Reserved::Step(step);
    let by = right(actor, now, |role| reserved.includes(procedure, role));
    if let Some(by) = by.filter(|by| duties_allow(procedure, state, by.actor, step)) {
        return Ok(by);
    }
    let mut reasons = Vec::new();
    if by.is_none() {
        reasons.push(why_not(procedure, actor, reserved, now));
    }
    duty_reasons(procedure, state, actor.id, step, &mut reasons);
    Err(reasons)
}

/// Whether the duties of a procedure let an actor do a step of a case.
#[inline(always)]
pub(super) fn duties_allow(procedure: &SoundProcedure, state: &CaseState, actor: ActorIx, step: StepIx) -> bool {
    match &state.doers {
        None => true,
        Some(doers) => doers.allow(procedure.duties(), actor, step),
    }
}

/// Which duties keep an actor from doing a step.
fn duty_reasons(
    procedure: &SoundProcedure,
    state: &CaseState,
    actor: ActorIx,
    step: StepIx,
    reasons: &mut Vec<Refusal>,
) {
    let Some(doers) = &state.doers else { return };
    let (duties, id) = (procedure.duties(), |step: StepIx| procedure.step_id(step).clone());
    let mut others: Vec<StepIx> = doers.separated_from(duties, actor, step).collect();
    others.sort_unstable();
    others.dedup();
    if !others.is_empty() {
        reasons.push(Refusal::SeparationOfDuties { step: id(step), others: others.into_iter().map(id).collect() });
    }
    if let Some((doer, other)) = doers.bound_to(duties, actor, step) {
        reasons.push(Refusal::BindingOfDuties { step: id(step), other: id(other), doer });
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
