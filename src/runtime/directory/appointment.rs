//! What an office writes down about its people.

use std::fmt;
use std::ops::RangeBounds;
use std::sync::Arc;

use super::Scope;
use crate::id::RoleId;
use crate::kernel::Capacity;
use crate::time::{Period, Timestamp};

/// That a person holds a role, or acts for it, from one moment up to another.
///
/// ```
/// use sopflow::runtime::{Appointment, Scope};
///
/// let deputy = Appointment::plh("Dewi", "head", "Agus")
///     .limited(Scope::all().except("forum-bisnis", ["14"]))
///     .because("SP-12/2026");
/// assert_eq!(deputy.to_string(), "Dewi is Plh for head in the place of Agus");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    person: Arc<str>,
    role: RoleId,
    capacity: Capacity,
    in_place_of: Option<Arc<str>>,
    period: Period,
    scope: Scope,
    reason: Arc<str>,
}

/// That a person is away, and acts in no capacity.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Absence {
    /// From when until when.
    pub period: Period,
    /// Why; empty where it is not told. It is for the office: a [`Directory`](super::Directory) does not pass it on.
    pub reason: Arc<str>,
}

impl Appointment {
    /// One who holds a role. Several people may hold one role, and one person several roles.
    pub fn holder(person: &str, role: impl Into<RoleId>) -> Self {
        Self::new(person, role.into(), Capacity::Holder, None)
    }

    /// A *pelaksana harian*: acts for a role while `incumbent` holds it and is absent.
    pub fn plh(person: &str, role: impl Into<RoleId>, incumbent: &str) -> Self {
        Self::new(person, role.into(), Capacity::Plh, Some(incumbent))
    }

    /// A *pelaksana tugas*: acts for a role while nobody holds it.
    pub fn plt(person: &str, role: impl Into<RoleId>) -> Self {
        Self::new(person, role.into(), Capacity::Plt, None)
    }

    /// One to whom `holder` delegates a role: acts for it while `holder` holds it, present or not.
    pub fn delegate(person: &str, role: impl Into<RoleId>, holder: &str) -> Self {
        Self::new(person, role.into(), Capacity::Delegate, Some(holder))
    }

    fn new(person: &str, role: RoleId, capacity: Capacity, in_place_of: Option<&str>) -> Self {
        let (person, in_place_of) = (person.into(), in_place_of.map(Arc::from));
        Self { person, role, capacity, in_place_of, period: Period::ALWAYS, scope: Scope::all(), reason: "".into() }
    }

    /// The same with dates, such as `from..until` or `from..`; without, it is for always.
    #[must_use]
    pub fn within(self, period: impl RangeBounds<Timestamp>) -> Self {
        Self { period: Period::of(period), ..self }
    }

    /// The same with limits. A holder has none.
    #[must_use]
    pub fn limited(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    /// The same with its reason, or the letter that it rests on.
    #[must_use]
    pub fn because(self, reason: &str) -> Self {
        Self { reason: reason.into(), ..self }
    }

    /// Who.
    pub fn person(&self) -> &Arc<str> {
        &self.person
    }

    /// For which role.
    pub fn role(&self) -> &RoleId {
        &self.role
    }

    /// In what capacity.
    pub fn capacity(&self) -> Capacity {
        self.capacity
    }

    /// In whose place: the incumbent of a Plh, or the one who delegates.
    pub fn in_place_of(&self) -> Option<&Arc<str>> {
        self.in_place_of.as_ref()
    }

    /// The dates.
    pub fn period(&self) -> Period {
        self.period
    }

    /// The limits.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The reason or the letter that it rests on; empty where none is told.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    pub(super) fn is_holder_of(&self, role: &RoleId) -> bool {
        self.capacity == Capacity::Holder && self.role == *role
    }

    /// The same, ended at a moment; `None` where nothing is left of it.
    pub(super) fn ended(&self, at: Timestamp) -> Option<Self> {
        let period = self.period.intersect(Period::of(..at))?;
        Some(Self { period, ..self.clone() })
    }
}

/// Such as `Dewi is Plh for head in the place of Agus`, and the dates where there are any.
impl fmt::Display for Appointment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {} for {}", self.person, self.capacity, self.role)?;
        if let Some(incumbent) = &self.in_place_of {
            write!(f, " in the place of {incumbent}")?;
        }
        if self.period != Period::ALWAYS {
            write!(f, " {}", self.period)?;
        }
        Ok(())
    }
}
