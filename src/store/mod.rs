//! Where the history of all cases is kept: one trait, several back ends.
//!
//! A store never looks inside a procedure, an event or a work item: it keeps bytes under keys, and sorts by numbers that it
//! is given. What it promises is order and durability:
//!
//! - The events of one case are numbered from 1 without a gap; [`Writer::commit`] adds to a case only where it ends at the
//!   version that the committer expected.
//! - A commit is whole or not there: events, the row of the case and the changes of the lists of work together.
//! - What `commit` has answered as committed is on disk, so that neither a killed process nor a lost power supply takes it
//!   away, as far as the disk keeps its own promise.
//! - Readers see whole commits only, and never wait for a writer.
//! - [`Cursor`]s follow the order in which events became visible: whoever has read up to one, and reads on from there, has
//!   missed nothing.

mod memory;
#[cfg(feature = "postgres")]
mod postgres;
mod row;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::fmt;
use std::sync::Weak;

use crate::error::Error;
use crate::id::CaseId;

#[cfg(feature = "postgres")]
pub use self::postgres::Postgres;
pub use memory::Memory;
pub use row::{
    CaseCommit, CaseQuery, CaseRow, Cursor, Definition, Item, ItemKey, ItemOrder, ItemQuery, Link, NewEvent,
    StoredEvent, Verdict,
};
#[cfg(feature = "sqlite")]
pub use sqlite::Sqlite;

/// A back end. It hands out connections; an engine takes one [`Writer`] and a few [`Reader`]s.
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// A connection that writes, for one engine.
    ///
    /// # Errors
    ///
    /// When the store cannot be reached, belongs to something else, is damaged, or has another engine that writes where only
    /// one can.
    fn writer(&self) -> Result<Box<dyn Writer>, Error>;

    /// A connection that reads.
    ///
    /// # Errors
    ///
    /// When the store cannot be reached.
    fn reader(&self) -> Result<Box<dyn Reader>, Error>;

    /// Whether a commit takes no time worth waiting for, so that it can be made on the thread of whoever commands.
    fn is_instant(&self) -> bool {
        false
    }

    /// Whether other engines may write to it at the same time, so that what an engine remembers of a case may be outdated.
    fn is_shared(&self) -> bool {
        false
    }

    /// Calls `wake` after every commit from now on, also those of other engines, until the last strong reference to it is
    /// gone. Several commits may be told by one call, and a call may come without a commit.
    ///
    /// # Errors
    ///
    /// When the store cannot be watched.
    fn watch(&self, wake: Weak<Wake>) -> Result<(), Error>;
}

/// What a store calls when something was committed. It must not block.
pub type Wake = dyn Fn() + Send + Sync;

/// A connection that reads.
pub trait Reader: Send {
    /// The events of a case after a version, in order, at most so many. None for a case that does not exist.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    fn events(&mut self, case: CaseId, after: u32, limit: usize) -> Result<Vec<StoredEvent>, Error>;

    /// The events of all cases after a cursor, in the order of cursors, at most so many.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    fn events_since(&mut self, after: Cursor, limit: usize) -> Result<Vec<StoredEvent>, Error>;

    /// The event that each command with one of these ids made (the last of them, where it made several); in the order of the
    /// ids.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    fn commands(&mut self, ids: &[&str]) -> Result<Vec<Option<StoredEvent>>, Error>;

    /// Cases, in the order of their ids.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    fn cases(&mut self, query: &CaseQuery) -> Result<Vec<CaseRow>, Error>;

    /// Entries of lists of work.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    ///
    /// # Complexity
    ///
    /// Linear in the lists and the limit, logarithmic in all else, also with filters in the order asked for.
    fn items(&mut self, query: &ItemQuery) -> Result<Vec<Item>, Error>;

    /// How many entries each list of the query has that pass its filters; counting a list stops at the limit of the query.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    fn count(&mut self, query: &ItemQuery) -> Result<Vec<usize>, Error>;

    /// Every entry of every list after a key, in the order of keys, at most so many. For checks.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    fn all_items(&mut self, after: Option<&ItemKey>, limit: usize) -> Result<Vec<Item>, Error>;

    /// Every definition kept, by name.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    fn definitions(&mut self) -> Result<Vec<Definition>, Error>;

    /// Every checkpoint kept, in the order in which they were put.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    fn checkpoints(&mut self) -> Result<Vec<Vec<u8>>, Error>;
}

/// A connection that writes. It reads its own commits.
pub trait Writer: Reader {
    /// Commits a batch in one transaction: one verdict for each, in order. A commit in conflict is left out, and takes no
    /// other with it. A case occurs once in a batch.
    ///
    /// # Errors
    ///
    /// When nothing was committed, or it is not known whether it was: [`Error::is_uncertain`] tells which. The engine then
    /// drops the writer, asks for another and looks.
    fn commit(&mut self, batch: &[CaseCommit]) -> Result<Vec<Verdict>, Error>;

    /// Keeps a definition under a name; one that is there already stays as it is.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn put_definition(&mut self, name: &str, body: &[u8]) -> Result<(), Error>;

    /// Keeps a checkpoint.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn put_checkpoint(&mut self, body: &[u8]) -> Result<(), Error>;

    /// Puts other entries in the place of all entries of all lists, in one transaction. No commit of anybody comes in
    /// between: `next` is called only once nobody else can write, until it gives none.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or `next` fails; the lists are then as they were.
    fn replace_items(&mut self, next: &mut dyn FnMut() -> Result<Option<Item>, Error>) -> Result<(), Error>;
}
