//! Who acts, and in what right.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexSet;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::id::{ActorIx, RoleIx};
use crate::limits::ACTOR_BYTES_MAX;
use crate::time::Timestamp;

/// The names of actors, each once. Cases refer to actors by their position here, stored events by their names.
#[derive(Debug, Clone, Default)]
pub struct Actors(IndexSet<Arc<str>>);

/// In what right an actor acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "lowercase")]
#[cbor(index_only)]
#[non_exhaustive]
pub enum Capacity {
    /// Holds the role.
    #[n(0)]
    Holder,
    /// *Pelaksana harian*: acts while the incumbent is away.
    #[n(1)]
    Plh,
    /// *Pelaksana tugas*: acts while the post is vacant.
    #[n(2)]
    Plt,
    /// Acts by delegation of the one who holds the role.
    #[n(3)]
    Delegate,
}

/// A right of an actor to act for a role, within a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Grant {
    /// The role.
    pub role: RoleIx,
    /// In what right.
    pub capacity: Capacity,
    /// In whose place, where the actor does not hold the role.
    pub on_behalf_of: Option<ActorIx>,
    /// The first moment of the period.
    pub from: Timestamp,
    /// The moment after the last of the period.
    pub until: Timestamp,
}

/// The person or program that gives a command, with all its rights.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// Who.
    pub id: ActorIx,
    /// The rights; the first that fits a command is the one that the event records.
    pub grants: &'a [Grant],
}

/// Who did something, and in what right: part of every event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct By {
    /// Who.
    pub actor: ActorIx,
    /// For which role.
    pub role: RoleIx,
    /// In what right.
    pub capacity: Capacity,
    /// In whose place, where the actor does not hold the role.
    pub on_behalf_of: Option<ActorIx>,
}

impl Actors {
    /// No names yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The position of a name; a new name gets the next one.
    ///
    /// # Errors
    ///
    /// When the name is empty or has more than [`ACTOR_BYTES_MAX`] bytes.
    pub fn add(&mut self, name: &str) -> Result<ActorIx, Error> {
        if name.is_empty() || name.len() > ACTOR_BYTES_MAX {
            let message = format!("the name of an actor has {} bytes; 1 to {ACTOR_BYTES_MAX} are allowed", name.len());
            return Err(Error::single(ErrorKind::Limit, message));
        }
        let position = match self.0.get_index_of(name) {
            Some(position) => position,
            None => self.0.insert_full(name.into()).0,
        };
        u32::try_from(position)
            .map(ActorIx)
            .map_err(|_| Error::single(ErrorKind::Limit, "there are more than 2^32 actors"))
    }

    /// The position of a name, where it has one.
    pub fn position(&self, name: &str) -> Option<ActorIx> {
        self.0.get_index_of(name).and_then(|position| u32::try_from(position).ok()).map(ActorIx)
    }

    /// The name at a position.
    pub fn name(&self, actor: ActorIx) -> Option<&str> {
        self.0.get_index(actor.index()).map(|name| &**name)
    }
}

impl By {
    /// An actor who acts by this right.
    #[inline(always)]
    pub(crate) const fn of(actor: ActorIx, grant: &Grant) -> Self {
        Self { actor, role: grant.role, capacity: grant.capacity, on_behalf_of: grant.on_behalf_of }
    }
}

impl Capacity {
    /// The word used in files and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holder => "holder",
            Self::Plh => "plh",
            Self::Plt => "plt",
            Self::Delegate => "delegate",
        }
    }
}

/// As people write it: `holder`, `Plh`, `Plt`, `delegate`.
impl fmt::Display for Capacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Plh => "Plh",
            Self::Plt => "Plt",
            Self::Holder | Self::Delegate => self.as_str(),
        })
    }
}

impl Grant {
    /// The right of one who holds the role, without end.
    pub const fn holder(role: RoleIx) -> Self {
        Self { role, capacity: Capacity::Holder, on_behalf_of: None, from: Timestamp::MIN, until: Timestamp::MAX }
    }

    /// The same right, from one moment up to another.
    #[must_use]
    pub const fn within(self, from: Timestamp, until: Timestamp) -> Self {
        Self { from, until, ..self }
    }

    /// The right of one who acts for the role in the place of `incumbent`, from one moment up to another.
    pub const fn acting(
        role: RoleIx,
        capacity: Capacity,
        incumbent: Option<ActorIx>,
        from: Timestamp,
        until: Timestamp,
    ) -> Self {
        Self { role, capacity, on_behalf_of: incumbent, from, until }
    }

    /// Whether the right holds at a moment.
    #[inline]
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }
}
