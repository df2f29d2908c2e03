//! Who holds which role when, who is away, and who stands in.

use std::ops::RangeBounds;
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use indexmap::{IndexMap, IndexSet};

use crate::id::{RoleId, RoleIx, StepIx};
use crate::kernel::Capacity;
use crate::time::{Period, Timestamp};
use crate::verify::SoundProcedure;

/// Who holds which role when, who is away, and who stands in for whom.
///
/// Periods are ranges of [`Timestamp`]: `from..until`, `from..`, `..` for always. As with a [`Grant`](crate::Grant), the
/// moment after the last is not included. People are told apart by name. Roles that a procedure does not have are no
/// concern of it, so one `Staff` serves a whole office.
///
/// A person who is absent does nothing, in no capacity. Deputies act in their period, and only as long as there is a
/// reason:
///
/// | deputy | acts while |
/// |---|---|
/// | Plh (*pelaksana harian*) | the incumbent holds the role and is absent |
/// | Plt (*pelaksana tugas*) | nobody holds the role; one who is absent still holds it |
/// | delegate | the one who delegates holds the role, present or not |
///
/// So an incumbent and his Plh never count as two pairs of eyes. A deputy has no deputies. Source for the first two:
/// Undang-Undang 30/2014, article 14(7): a Plh stands in for an officer who is prevented for a while, a Plt for one who is
/// prevented for good.
///
/// ```
/// use sopflow::analysis::Staff;
/// use sopflow::time::Timestamp;
///
/// let [monday, friday] = ["2026-11-02T00:00:00Z", "2026-11-06T00:00:00Z"].map(|text| text.parse::<Timestamp>().unwrap());
/// let staff = Staff::new()
///     .holder("Ani", "staff", ..)
///     .holder("Agus", "head", ..)
///     .absent("Agus", monday..friday)
///     .plh("Dewi", "head", "Agus", monday..);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Staff {
    people: IndexSet<Arc<str>>,
    appointments: Vec<Appointment>,
    /// People by their position, each with the period for which he is absent.
    absences: Vec<(usize, Period)>,
}

#[derive(Debug, Clone)]
struct Appointment {
    person: usize,
    role: RoleId,
    capacity: Capacity,
    /// In whose place.
    incumbent: Option<usize>,
    period: Period,
}

impl Staff {
    /// Nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With one who holds a role. A role may have several holders, and a person several roles.
    #[must_use]
    pub fn holder(self, person: &str, role: impl Into<RoleId>, period: impl RangeBounds<Timestamp>) -> Self {
        self.appoint(person, role, Capacity::Holder, None, period)
    }

    /// With one who is absent and does nothing for a while.
    #[must_use]
    pub fn absent(mut self, person: &str, period: impl RangeBounds<Timestamp>) -> Self {
        let person = self.person(person);
        self.absences.push((person, Period::of(period)));
        self
    }

    /// With one who acts for a role while `incumbent` is away.
    #[must_use]
    pub fn plh(
        self,
        person: &str,
        role: impl Into<RoleId>,
        incumbent: &str,
        period: impl RangeBounds<Timestamp>,
    ) -> Self {
        self.appoint(person, role, Capacity::Plh, Some(incumbent), period)
    }

    /// With one who acts for a role while nobody holds it.
    #[must_use]
    pub fn plt(self, person: &str, role: impl Into<RoleId>, period: impl RangeBounds<Timestamp>) -> Self {
        self.appoint(person, role, Capacity::Plt, None, period)
    }

    /// With one to whom `holder` has delegated a role.
    #[must_use]
    pub fn delegate(
        self,
        person: &str,
        role: impl Into<RoleId>,
        holder: &str,
        period: impl RangeBounds<Timestamp>,
    ) -> Self {
        self.appoint(person, role, Capacity::Delegate, Some(holder), period)
    }

    fn appoint(
        mut self,
        person: &str,
        role: impl Into<RoleId>,
        capacity: Capacity,
        incumbent: Option<&str>,
        period: impl RangeBounds<Timestamp>,
    ) -> Self {
        let (person, incumbent) = (self.person(person), incumbent.map(|name| self.person(name)));
        self.appointments.push(Appointment {
            person,
            role: role.into(),
            capacity,
            incumbent,
            period: Period::of(period),
        });
        self
    }

    fn person(&mut self, name: &str) -> usize {
        match self.people.get_index_of(name) {
            Some(position) => position,
            None => self.people.insert_full(name.into()).0,
        }
    }

    /// The moments within a period at which it may begin to matter who is who, its first moment included.
    pub(super) fn cuts(&self, period: Period) -> Vec<Timestamp> {
        let periods = self.appointments.iter().map(|appointment| appointment.period);
        let periods = periods.chain(self.absences.iter().map(|(_, absence)| *absence));
        let bounds = periods.flat_map(|period| [period.from, period.until]).chain([period.from]);
        let mut cuts: Vec<Timestamp> = bounds.filter(|moment| period.contains(*moment)).collect();
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }
}

/// Who can act for each role of a procedure at one moment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Roster {
    pub(super) people: Vec<Arc<str>>,
    posts: Vec<Post>,
}

/// Who can act for one role at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Post {
    /// People by their position, each with the first of his rights.
    pub(super) able: IndexMap<usize, Right>,
    /// Those who would have a right if they were not absent.
    pub(super) away: IndexSet<usize>,
}

/// In what capacity, and in whose place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Right {
    pub(super) capacity: Capacity,
    pub(super) on_behalf_of: Option<usize>,
}

impl Roster {
    pub(super) fn of(staff: &Staff, procedure: &SoundProcedure, at: Timestamp) -> Self {
        let mut absent = FixedBitSet::with_capacity(staff.people.len());
        absent.extend(staff.absences.iter().filter(|(_, period)| period.contains(at)).map(|(person, _)| *person));
        let current = || {
            let holding = staff.appointments.iter().filter(|appointment| appointment.period.contains(at));
            holding.filter_map(|appointment| Some((procedure.role(appointment.role.as_str())?.index(), appointment)))
        };
        let mut holders = vec![IndexSet::new(); procedure.procedure().roles.len()];
        for (role, held) in current().filter(|(_, held)| held.capacity == Capacity::Holder) {
            holders[role].insert(held.person);
        }
        let mut posts = vec![Post::default(); holders.len()];
        for (role, appointment) in current() {
            let Appointment { person, capacity, incumbent, .. } = *appointment;
            let is_held = incumbent.is_some_and(|incumbent| holders[role].contains(&incumbent));
            let holds = match capacity {
                Capacity::Holder => true,
                Capacity::Plh => is_held && incumbent.is_some_and(|incumbent| absent.contains(incumbent)),
                Capacity::Plt => holders[role].is_empty(),
                Capacity::Delegate => is_held,
            };
            if holds && absent.contains(person) {
                posts[role].away.insert(person);
            } else if holds {
                posts[role].able.entry(person).or_insert(Right { capacity, on_behalf_of: incumbent });
            }
        }
        Self { people: staff.people.iter().cloned().collect(), posts }
    }

    pub(super) fn post(&self, role: RoleIx) -> &Post {
        &self.posts[role.index()]
    }

    /// Those who can do a step, by position.
    pub(super) fn able(&self, procedure: &SoundProcedure, step: StepIx) -> FixedBitSet {
        let mut able = FixedBitSet::with_capacity(self.people.len());
        able.extend(self.post(role_of(procedure, step)).able.keys().copied());
        able
    }
}

pub(super) fn role_of(procedure: &SoundProcedure, step: StepIx) -> RoleIx {
    procedure.net().steps[step.index()].role.expect("a sound procedure has the roles of its steps")
}
