//! All events of a store, read page by page.

use std::vec;

use super::checkpoint::Checkpoint;
use super::ledger::Ledger;
use crate::error::Error;
use crate::limits::EVENTS_READ_MAX;
use crate::store::{Cursor, Reader, StoredEvent};

/// The events of all cases, in the order of cursors.
#[derive(Default)]
pub(in crate::runtime) struct Log {
    after: Cursor,
    page: vec::IntoIter<StoredEvent>,
    is_over: bool,
}

impl Log {
    /// The next event.
    pub(in crate::runtime) fn next(&mut self, reader: &mut dyn Reader) -> Result<Option<StoredEvent>, Error> {
        if self.page.len() == 0 && !self.is_over {
            let page = reader.events_since(self.after, EVENTS_READ_MAX)?;
            self.is_over = page.len() < EVENTS_READ_MAX;
            let last = page.iter().map(|stored| stored.cursor).max();
            if last.is_some_and(|last| last <= self.after) {
                let message = format!("the store gives events up to cursor {} again and again", self.after);
                return Err(Error::damaged(message));
            }
            self.after = last.unwrap_or(self.after);
            self.page = page.into_iter();
        }
        Ok(self.page.next())
    }
}

/// What an audit comes by.
pub(super) enum Entry<'a> {
    Event(&'a StoredEvent),
    Checkpoint(&'a Checkpoint),
    UnreadableCheckpoint(Error),
}

/// Goes through all events, with each kept checkpoint behind the last event that it vouches for.
pub(super) fn read_through(
    reader: &mut dyn Reader,
    outside: Option<&Checkpoint>,
    seen: &mut dyn FnMut(Entry<'_>) -> Result<(), Error>,
) -> Result<Ledger, Error> {
    let mut ledger = Ledger::against(outside);
    let mut checkpoints = Vec::new();
    // Before the events, so that no checkpoint tells of events that have not been read.
    for body in reader.checkpoints()? {
        match Checkpoint::read(&body) {
            Ok(checkpoint) => checkpoints.push(checkpoint),
            Err(error) => {
                ledger.examine_unreadable(&error);
                seen(Entry::UnreadableCheckpoint(error))?;
            }
        }
    }
    checkpoints.sort_by_key(|checkpoint| checkpoint.cursor);
    let mut checkpoints = checkpoints.iter().peekable();
    let mut log = Log::default();
    loop {
        let stored = log.next(reader)?;
        let is_passed =
            |checkpoint: &&Checkpoint| stored.as_ref().is_none_or(|stored| checkpoint.cursor < stored.cursor);
        while let Some(checkpoint) = checkpoints.next_if(is_passed) {
            ledger.examine(checkpoint);
            seen(Entry::Checkpoint(checkpoint))?;
        }
        let Some(stored) = stored else { return Ok(ledger) };
        ledger.take(&stored);
        seen(Entry::Event(&stored))?;
    }
}
