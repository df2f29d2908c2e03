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

/// For whom the duties of a case keep a step, and from whom: what a list of work has to know of a case so that
/// [`SoundProcedure::may_act_on`] can be asked without the case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Reservation {
    /// Who may not do it, each with the step that the person has done and that this one is kept apart from.
    pub kept_from: Vec<(ActorIx, StepIx)>,
    /// The only one who may do it, with the step that the person has done and that this one goes with.
    pub kept_for: Option<(ActorIx, StepIx)>,
}

impl CaseState {
    /// For whom the duties keep a step of the case, and from whom. Without duties for nobody and from nobody.
    pub fn reservation(&self, procedure: &SoundProcedure, step: StepIx) -> Reservation {
        match &self.doers {
            Some(doers) if self.is_case_of(procedure) && step.index() < procedure.net().steps.len() => {
                let duties = procedure.duties();
                Reservation { kept_from: doers.separated(duties, step).collect(), kept_for: doers.bound(duties, step) }
            }
            _ => Reservation::default(),
        }
    }
}

impl Reservation {
    /// Whether it lets an actor do the step.
    pub fn allows(&self, actor: ActorIx) -> bool {
        self.kept_from.iter().all(|(kept, _)| *kept != actor) && self.kept_for.is_none_or(|(kept, _)| kept == actor)
    }

    /// Which duties keep an actor from the step.
    pub(crate) fn against(&self, procedure: &SoundProcedure, actor: ActorIx, step: StepIx) -> Vec<Refusal> {
        let mut reasons = Vec::new();
        let id = |step: StepIx| procedure.step_id(step).clone();
        let kept_from = self.kept_from.iter().filter(|(kept, _)| *kept == actor);
        let mut others: Vec<StepIx> = kept_from.map(|(_, other)| *other).collect();
        others.sort_unstable();
        others.dedup();
        if !others.is_empty() {
            reasons.push(Refusal::SeparationOfDuties { step: id(step), others: others.into_iter().map(id).collect() });
        }
        if let Some((doer, other)) = self.kept_for.filter(|(kept, _)| *kept != actor) {
            reasons.push(Refusal::BindingOfDuties { step: id(step), other: id(other), doer });
        }
        reasons
    }
}

impl SoundProcedure {
    /// Whether an actor may do a step at a moment, as [`may_act`](Self::may_act), of a case of which only the reservation of
    /// the step is at hand.
    ///
    /// # Errors
    ///
    /// The reasons why not.
    pub fn may_act_on(
        &self,
        reservation: &Reservation,
        actor: &Actor<'_>,
        step: StepIx,
        now: Timestamp,
    ) -> Result<By, Refused> {
        if step.index() >= self.net().steps.len() {
            return Err(Refused::new(vec![unknown("step", step.index())]));
        }
        let reserved = Reserved::Step(step);
        let by = right(actor, now, |role| reserved.includes(self, role));
        if let Some(by) = by.filter(|by| reservation.allows(by.actor)) {
            return Ok(by);
        }
        let mut reasons = Vec::new();
        if by.is_none() {
            reasons.push(why_not(self, actor, reserved, now));
        }
        reasons.extend(reservation.against(self, actor.id, step));
        Err(Refused::new(reasons))
    }

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
    reasons.extend(state.reservation(procedure, step).against(procedure, actor.id, step));
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

/// The first right of the actor for a role that `fits`, if there is one that holds now.
#[inline(always)]
pub(super) fn right(actor: &Actor<'_>, now: Timestamp, fits: impl Fn(RoleIx) -> bool) -> Option<By> {
    // A loop, since the iterator's `find` is not inlined and its call keeps cache misses of several cases from overlapping.
    for grant in actor.grants {
        if fits(grant.role) && grant.holds_at(now) {
            return Some(By::of(actor.id, grant));
        }
    }
    None
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
    RoleName::of(procedure.role_at(role))
}
