//! Sums over visits.

use super::{Visit, VisitEnd};
use crate::id::{RoleIx, StepIx};
use crate::time::Timestamp;
use crate::verify::SoundProcedure;

/// Sums over [`Visit`]s. The times of a pass that is open run up to the moment asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Totals {
    /// Passes, open ones included.
    pub passes: u32,
    /// Passes that ended with work sent back.
    pub returns: u32,
    /// Time queueing, in milliseconds.
    pub waiting_millis: u64,
    /// Time spent working, in milliseconds.
    pub service_millis: u64,
    /// Both, and the time of passes finished without having been taken up, of which nobody knows how it divides.
    pub sojourn_millis: u64,
}

/// Sums for each role of the procedure, lowest rank first; all zero for a role that nothing came to.
///
/// The visits may be those of one case or of many. Times of passes through parallel steps are added up.
///
/// ```
/// # use sopflow::{Actor, Actors, Case, Grant, Procedure, Step};
/// # let procedure = Procedure::new("p", "1", "P")
/// #     .role("staff", "Staff")
/// #     .step(Step::new("1", "staff", "Act").next("end"))
/// #     .verify()?;
/// # let grants = [Grant::holder(procedure.role("staff").unwrap())];
/// # let sari = Actor { id: Actors::new().add("Sari")?, grants: &grants };
/// # let mut case = Case::open(&procedure, sari, "2021-04-19T00:30:00Z".parse()?)?;
/// # let now = "2021-04-19T01:00:00Z".parse()?;
/// use sopflow::analysis::{by_role, visits};
///
/// let visits = visits(&procedure, case.history())?;
/// for (role, totals) in by_role(&procedure, &visits, now) {
///     println!("{}: {} ms waiting", procedure.role_at(role).name, totals.waiting_millis);
///     # assert_eq!((totals.passes, totals.waiting_millis), (1, 1_800_000));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn by_role<'a>(
    procedure: &SoundProcedure,
    visits: impl IntoIterator<Item = &'a Visit>,
    now: Timestamp,
) -> Vec<(RoleIx, Totals)> {
    let mut totals: Vec<_> = procedure.roles().map(|role| (role, Totals::default())).collect();
    for visit in visits {
        if let Some((_, totals)) = totals.get_mut(visit.role.index()) {
            totals.add(visit, now);
        }
    }
    totals
}

/// Sums for each step of the procedure, in the order of the definition; otherwise as [`by_role`].
pub fn by_step<'a>(
    procedure: &SoundProcedure,
    visits: impl IntoIterator<Item = &'a Visit>,
    now: Timestamp,
) -> Vec<(StepIx, Totals)> {
    let mut totals: Vec<_> = procedure.steps().map(|step| (step, Totals::default())).collect();
    for visit in visits {
        if let Some((_, totals)) = totals.get_mut(visit.step.index()) {
            totals.add(visit, now);
        }
    }
    totals
}

impl Totals {
    fn add(&mut self, visit: &Visit, now: Timestamp) {
        self.passes = self.passes.saturating_add(1);
        self.returns = self.returns.saturating_add(u32::from(matches!(visit.end, VisitEnd::Returned(_))));
        let sums = [
            (&mut self.waiting_millis, visit.waiting_millis(now).unwrap_or(0)),
            (&mut self.service_millis, visit.service_millis(now).unwrap_or(0)),
            (&mut self.sojourn_millis, visit.sojourn_millis(now)),
        ];
        for (sum, millis) in sums {
            *sum = sum.saturating_add(millis);
        }
    }
}
