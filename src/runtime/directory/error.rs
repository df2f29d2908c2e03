//! Why an office does not take something down.

use std::sync::Arc;

use thiserror::Error;

use crate::id::RoleId;
use crate::kernel::Capacity;
use crate::limits::{ACTOR_BYTES_MAX, ID_CHARS_MAX, REMARK_BYTES_MAX};
use crate::time::Period;

/// Why an [`Office`](super::Office) does not take something down; nothing has changed then.
///
/// What could never have an effect is refused, since it is a slip. What has none at the time is not: a Plh for one who is not
/// absent yet, a Plt for a post that is not vacant yet.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OfficeError {
    /// A name of a person or team is empty, too long, begins or ends with a space, or has control characters.
    #[error("`{name}` is no name: use 1 to {ACTOR_BYTES_MAX} bytes, no control characters, and no space at either end")]
    BadName {
        /// The name, at most its beginning, with control characters escaped.
        name: String,
    },
    /// An id of a role, procedure or step does not have the form of one.
    #[error(
        "`{id}` is not an id: use 1 to {ID_CHARS_MAX} ASCII letters, digits, `.`, `_` or `-`, the first a letter or digit"
    )]
    BadId {
        /// The id, at most its beginning, with control characters escaped.
        id: String,
    },
    /// A reason is too long or has control characters.
    #[error("the reason is not as it should be: at most {REMARK_BYTES_MAX} bytes, and no control characters")]
    BadReason,
    /// A period ends no later than it begins.
    #[error("there is no time {period}")]
    EmptyPeriod {
        /// The period.
        period: Period,
    },
    /// Nobody has that name.
    #[error("there is nobody named `{name}`")]
    UnknownPerson {
        /// The name, at most its beginning, with control characters escaped.
        name: String,
    },
    /// Somebody should act in his own place.
    #[error("{person} cannot be {capacity} in the place of {person}")]
    ForOneself {
        /// Who.
        person: Arc<str>,
        /// In what capacity.
        capacity: Capacity,
    },
    /// A holder should have limits.
    #[error("{person} is to hold {role}; only deputies and delegates have limits")]
    LimitedHolder {
        /// Who.
        person: Arc<str>,
        /// Which role.
        role: RoleId,
    },
    /// The scope of an appointment names no procedure at all.
    #[error("the appointment reaches into no procedure")]
    EmptyScope,
    /// The incumbent of a Plh, or one who delegates, does not hold the role at any time of the period. Who only acts for a
    /// role does not hold it, so that nobody deputises for a deputy.
    #[error("{person} does not hold {role} at any time within the period ({period})")]
    NeverHolds {
        /// Who.
        person: Arc<str>,
        /// Which role.
        role: RoleId,
        /// The dates of the deputy or delegate.
        period: Period,
    },
    /// The very same is there.
    #[error("this is there already")]
    AlreadyThere,
    /// A bound of [`limits`](crate::limits) is reached.
    #[error("there are too many {what}; at most {max} are allowed")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// How many are allowed.
        max: usize,
    },
}

impl OfficeError {
    /// A stable name, for programs: `bad-name`, `bad-id`, `bad-reason`, `empty-period`, `unknown-person`, `for-oneself`,
    /// `limited-holder`, `empty-scope`, `never-holds`, `already-there` or `too-many`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadName { .. } => "bad-name",
            Self::BadId { .. } => "bad-id",
            Self::BadReason => "bad-reason",
            Self::EmptyPeriod { .. } => "empty-period",
            Self::UnknownPerson { .. } => "unknown-person",
            Self::ForOneself { .. } => "for-oneself",
            Self::LimitedHolder { .. } => "limited-holder",
            Self::EmptyScope => "empty-scope",
            Self::NeverHolds { .. } => "never-holds",
            Self::AlreadyThere => "already-there",
            Self::TooMany { .. } => "too-many",
        }
    }
}
