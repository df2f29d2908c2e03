//! The embedder's people: who holds which role when, who is away, who stands in, and how far.

mod appointment;
mod book;
mod error;
mod file;
mod moment;
mod office;
mod reading;
mod scope;

use std::sync::Arc;

pub use appointment::{Absence, Appointment};
pub use error::OfficeError;
pub use office::Office;
pub use scope::Scope;

use crate::id::{ProcedureId, RoleId};
use crate::kernel::Capacity;
use crate::time::{Period, Timestamp};

/// The people of the embedder, as an engine asks for them.
///
/// [`Office`] is one that is ready to use. An embedder that keeps its people elsewhere (an LDAP server, a table of its own)
/// implements this over a copy in memory: an engine asks for every command and waits for the answer.
///
/// No question depends on a clock: answers hold rights of past, present and future, or name the moment that they are
/// about.
pub trait Directory: Send + Sync {
    /// A person with all rights and absences; `None` where nobody has that name.
    fn person(&self, name: &str) -> Option<Arc<Person>>;

    /// Who can act for a role at a moment in a procedure, in whatever capacity and at least in some step, each once: those
    /// who hold the role first, then Plh, Plt and delegates. Who is absent is not among them.
    ///
    /// It agrees with [`person`](Self::person): those are named, and only those, of whom
    /// [`Person::right_at`] finds a right.
    fn people_for(&self, role: &RoleId, procedure: &ProcedureId, at: Timestamp) -> Vec<Arc<str>>;

    /// The members of a team; `None` where there is no such team. A team gives no rights.
    fn team(&self, name: &str) -> Option<Vec<Arc<str>>>;

    /// A number that changes whenever any answer may change, and never comes back to an earlier value.
    ///
    /// Whoever reads it first and asks then gets answers that are at least as new as the edition. So answers, and whatever
    /// is made from them, may be kept until the edition is another one. Time alone does not change it.
    fn edition(&self) -> u64;
}

/// A person with all rights, those of the past and the future too, and all absences.
///
/// It can say why somebody may not act: [`absence_at`](Self::absence_at) tells until when, and rights that do not hold tell
/// when they do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    rights: Vec<Right>,
    absences: Vec<Period>,
}

/// A right to act for a role, within a period and a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// The role.
    pub role: RoleId,
    /// In what capacity.
    pub capacity: Capacity,
    /// In whose place. Who holds the role acts in nobody's, and neither does a Plt: the post is vacant.
    pub on_behalf_of: Option<Arc<str>>,
    /// When. For a deputy or delegate these are the times at which there is a reason for it, not all of the dates that
    /// the letter of appointment names.
    pub period: Period,
    /// How far.
    pub scope: Scope,
}

impl Person {
    /// A person with these rights and absences. Absences that touch become one; rights are put in order, as
    /// [`rights`](Self::rights) tells.
    pub fn new(mut rights: Vec<Right>, absences: impl IntoIterator<Item = Period>) -> Self {
        rights.sort_by_key(|right| (rank(right.capacity), right.period.from));
        Self { rights, absences: Period::union(absences) }
    }

    /// The rights: holder first, then Plh, Plt and delegate; those of one capacity in order of time. Where several fit, the
    /// first is the one to record.
    pub fn rights(&self) -> &[Right] {
        &self.rights
    }

    /// The absences in order of time; between two of them there is time. Who is absent does not act, in whatever capacity.
    pub fn absences(&self) -> &[Period] {
        &self.absences
    }

    /// The absence that a moment is in.
    pub fn absence_at(&self, at: Timestamp) -> Option<Period> {
        let after = self.absences.partition_point(|absence| absence.from <= at);
        self.absences[..after].last().copied().filter(|absence| absence.contains(at))
    }

    /// The first right to act for a role at a moment in a procedure, at least in some step; none while the person is
    /// absent.
    pub fn right_at(&self, role: &RoleId, procedure: &ProcedureId, at: Timestamp) -> Option<&Right> {
        let holds =
            |right: &&Right| right.period.contains(at) && right.role == *role && right.scope.includes(procedure);
        self.rights.iter().find(holds).filter(|_| self.absence_at(at).is_none())
    }
}

/// The order in which rights are told and recorded.
const fn rank(capacity: Capacity) -> u8 {
    match capacity {
        Capacity::Holder => 0,
        Capacity::Plh => 1,
        Capacity::Plt => 2,
        Capacity::Delegate => 3,
    }
}
