//! The people that an engine knows: names, and what the directory says of them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::directory::Directory;
use super::hosting::{Hosted, VersionKey};
use super::party::Party;
use crate::error::Error;
use crate::id::ActorIx;
use crate::kernel::Actors;
use crate::limits::PARTIES_CACHED_MAX;

/// People by name, and by position for the kernel.
pub(super) struct People {
    pub(super) directory: Arc<dyn Directory>,
    actors: RwLock<Actors>,
    parties: RwLock<Parties>,
}

/// What was made of the answers of the directory, as long as they hold.
#[derive(Default)]
struct Parties {
    edition: u64,
    known: HashMap<VersionKey, HashMap<Arc<str>, Party>>,
    count: usize,
}

impl People {
    pub(super) fn new(directory: Arc<dyn Directory>) -> Self {
        Self { directory, actors: RwLock::default(), parties: RwLock::default() }
    }

    pub(super) fn actors(&self) -> RwLockReadGuard<'_, Actors> {
        self.actors.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn actors_mut(&self) -> RwLockWriteGuard<'_, Actors> {
        self.actors.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The position of a name, which gets one where it has none.
    pub(super) fn position(&self, name: &str) -> Result<ActorIx, Error> {
        let known = self.actors().position(name);
        known.map_or_else(|| self.actors_mut().add(name), Ok)
    }

    /// The name at a position.
    pub(super) fn name(&self, actor: ActorIx) -> Arc<str> {
        self.actors().name(actor).unwrap_or_default().into()
    }

    /// A person before a version of a procedure; `None` where the directory has nobody of that name.
    pub(super) fn party(&self, name: &str, hosted: &Hosted) -> Result<Option<Party>, Error> {
        let edition = self.directory.edition();
        {
            let parties = self.parties.read().unwrap_or_else(PoisonError::into_inner);
            let known = parties.known.get(&hosted.key).and_then(|known| known.get(name));
            if let Some(party) = known.filter(|_| parties.edition == edition) {
                return Ok(Some(party.clone()));
            }
        }
        let Some(person) = self.directory.person(name) else { return Ok(None) };
        let party = Party::new(name, person, hosted, &mut self.actors_mut())?;
        let mut parties = self.parties.write().unwrap_or_else(PoisonError::into_inner);
        if parties.edition != edition || parties.count >= PARTIES_CACHED_MAX {
            *parties = Parties { edition, ..Parties::default() };
        }
        parties.count += 1;
        parties.known.entry(hosted.key).or_default().insert(party.name.clone(), party.clone());
        Ok(Some(party))
    }
}

impl fmt::Debug for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("People").finish_non_exhaustive()
    }
}
