//! The lists of work made anew from the events, and whether they need it.

use std::sync::Arc;
use std::vec;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::answer::Pending;
use super::audit::Log;
use super::core::Core;
use super::engine::Engine;
use crate::error::Error;
use crate::limits::EVENTS_READ_MAX;
use crate::store::{Item, Reader};

/// What [`Engine::rebuild`] has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rebuilt {
    /// Of how many cases.
    pub cases: u64,
    /// How many entries the lists of work have.
    pub items: u64,
}

/// What [`Engine::check_lists`] has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ListsChecked {
    /// How many entries the lists of work should have.
    pub expected: u64,
    /// How many they have.
    pub found: u64,
    /// Whether each entry is one that the events give, and none is missing.
    pub is_exact: bool,
}

impl Engine {
    /// Makes the lists of work anew, from the events alone. No command is carried out meanwhile.
    ///
    /// # Errors
    ///
    /// When a case cannot be replayed, because it is damaged or runs on a version of its procedure that the engine does not
    /// know, or the store cannot be read or written. The lists are then as they were.
    ///
    /// # Complexity
    ///
    /// Reads all events, and those of each case once more; holds one case in memory at a time, and what the store needs to
    /// replace the lists at once.
    pub fn rebuild(&self) -> Pending<Rebuilt, Error> {
        let core = self.core().clone();
        self.write(move |worker| {
            let mut given = Given::new(core)?;
            worker.writer()?.replace_items(&mut || match given.next()? {
                None if given.events != given.replayed => Err(not_opened()),
                next => Ok(next),
            })?;
            Ok(Rebuilt { cases: given.cases, items: given.items })
        })
    }

    /// Whether the lists of work are what the events give. No command of this engine is carried out meanwhile; with other
    /// engines at work on the same store it may find a difference that is none.
    ///
    /// # Errors
    ///
    /// As [`rebuild`](Self::rebuild).
    ///
    /// # Complexity
    ///
    /// Reads all events, those of each case once more, and all entries; holds one case and one page in memory.
    pub fn check_lists(&self) -> Pending<ListsChecked, Error> {
        let core = self.core().clone();
        self.write(move |_| {
            let mut reader = core.store.reader()?;
            let (mut expected, mut found) = (Sum::default(), Sum::default());
            let mut given = Given::new(core)?;
            while let Some(item) = given.next()? {
                expected.add(&item);
            }
            let mut last = None;
            loop {
                let page = reader.all_items(last.as_ref(), EVENTS_READ_MAX)?;
                for item in &page {
                    found.add(item);
                }
                match page.into_iter().next_back() {
                    Some(item) => last = Some(item.key),
                    None => break,
                }
            }
            Ok(ListsChecked { expected: expected.count, found: found.count, is_exact: expected == found })
        })
    }
}

/// The entries that the events give, case by case in the order of their opening.
struct Given {
    core: Arc<Core>,
    reader: Box<dyn Reader>,
    log: Log,
    /// What the case at hand gives.
    listed: vec::IntoIter<Item>,
    cases: u64,
    items: u64,
    /// How many events there are.
    events: u64,
    /// How many events the cases have that were replayed.
    replayed: u64,
}

impl Given {
    fn new(core: Arc<Core>) -> Result<Self, Error> {
        let reader = core.store.reader()?;
        let (log, listed) = (Log::default(), Vec::new().into_iter());
        Ok(Self { core, reader, log, listed, cases: 0, items: 0, events: 0, replayed: 0 })
    }

    fn next(&mut self) -> Result<Option<Item>, Error> {
        loop {
            if let Some(item) = self.listed.next() {
                self.items += 1;
                return Ok(Some(item));
            }
            let Some(stored) = self.log.next(&mut *self.reader)? else { return Ok(None) };
            self.events += 1;
            if stored.version == 1
                && let Some(file) = self.core.read(&mut *self.reader, stored.case)?
            {
                self.cases += 1;
                self.replayed += u64::from(file.version);
                self.listed = file.listed.into_iter();
            }
        }
    }
}

fn not_opened() -> Error {
    Error::damaged("there are events of cases whose opening is missing; the audit tells which")
}

/// Tells whether two heaps of entries are the same, in whatever order they come: their number, and the sum of their hashes.
/// It is for accidents: whoever wants to deceive it can, with much computing.
#[derive(Default, PartialEq, Eq)]
struct Sum {
    count: u64,
    sums: [u64; 4],
}

impl Sum {
    fn add(&mut self, item: &Item) {
        self.count += 1;
        let mut hash = Sha256::new();
        for text in [&item.key.list, &item.key.name] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        hash.update(item.key.due.to_be_bytes());
        hash.update(item.key.case.to_bytes());
        hash.update(item.since.to_be_bytes());
        hash.update(&item.body);
        let hash: [u8; 32] = hash.finalize().into();
        for (sum, part) in self.sums.iter_mut().zip(hash.as_chunks::<8>().0) {
            *sum = sum.wrapping_add(u64::from_be_bytes(*part));
        }
    }
}
