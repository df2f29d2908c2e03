//! What every store promises, held to on each of them.
//!
//! A law is a function of a [`Subject`]. A new back end becomes a subject and goes through `laws!`.

#![allow(clippy::unwrap_used, reason = "laws are tests, though none of them by itself")]

#[cfg(feature = "sqlite")]
mod faults;
mod laws;
mod lists;
mod model;
#[cfg(feature = "sqlite")]
mod rounds;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sopflow::CaseId;
use sopflow::store::{
    CaseCommit, CaseRow, Item, ItemKey, Memory, NewEvent, Reader, Store, StoredEvent, Verdict, Writer,
};

use crate::random::Dice;

/// An empty store of its own, that can be closed and opened again.
pub(crate) trait Subject {
    fn store(&self) -> Arc<dyn Store>;

    /// Opens it again. All connections have been dropped.
    fn reopen(&mut self);
}

struct InMemory(Memory);

impl InMemory {
    fn new() -> Self {
        Self(Memory::new())
    }
}

impl Subject for InMemory {
    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.0.clone())
    }

    fn reopen(&mut self) {}
}

#[cfg(feature = "sqlite")]
pub(crate) struct InSqlite {
    folder: tempfile::TempDir,
    store: sopflow::store::Sqlite,
}

#[cfg(feature = "sqlite")]
impl InSqlite {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = sopflow::store::Sqlite::open(folder.path().join("office.db")).expect("a new file");
        Self { folder, store }
    }
}

#[cfg(feature = "sqlite")]
impl Subject for InSqlite {
    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.store.clone())
    }

    fn reopen(&mut self) {
        self.store = sopflow::store::Sqlite::open(self.folder.path().join("office.db")).expect("the same file");
    }
}

/// A module with a test for each law, held to on the subjects that an expression makes.
macro_rules! laws {
    ($($(#[$attribute:meta])* $store:ident: $subject:expr;)*) => {$(
        $(#[$attribute])*
        mod $store {
            laws!(@ $subject; laws:
                a_new_store_is_empty
                versions_run_from_one_without_a_gap
                long_histories_are_read_from_anywhere
                a_conflict_leaves_itself_out_and_no_other
                a_command_is_carried_out_once
                a_commit_in_conflict_claims_no_command
                cursors_follow_the_commits
                a_writer_reads_its_own_commits
                readers_see_whole_commits_only
                definitions_stay_as_they_were_put
                checkpoints_stay_in_order
                cases_are_found_by_what_is_asked
                anything_can_be_kept
                commits_are_told
                what_is_watched_no_more_is_not_told
            );
            laws!(@ $subject; lists:
                entries_come_in_both_orders
                pages_hold_each_entry_once
                filters_hold_in_both_orders
                counting_stops_at_the_limit
                all_entries_come_in_the_order_of_keys
                an_entry_can_be_put_anew_by_the_commit_that_removes_it
                lists_are_replaced_as_a_whole
                lists_stay_when_their_replacement_fails
                readers_do_not_wait_for_a_replacement
            );
            laws!(@ $subject; model: it_does_what_the_model_does);
        }
    )*};
    (@ $subject:expr; $module:ident: $($law:ident)*) => {$(
        #[test]
        fn $law() {
            super::$module::$law(&mut || Box::new($subject));
        }
    )*};
}

laws! {
    in_memory: super::InMemory::new();
    #[cfg(feature = "sqlite")]
    in_sqlite: super::InSqlite::new();
    #[cfg(feature = "postgres")]
    postgres: crate::postgres::InPostgres::new();
}

/// Makes subjects, each with a store of its own.
pub(crate) type Subjects<'a> = &'a mut dyn FnMut() -> Box<dyn Subject>;

// ── Short forms ─────────────────────────────────────────────────────────────────────────────────────────────────────

/// A random number below another one, of whichever kind.
fn roll<T: TryFrom<usize, Error: fmt::Debug>>(dice: &mut Dice, below: usize) -> T {
    dice.roll(below).try_into().expect("it is small")
}

fn case(number: u128) -> CaseId {
    CaseId::from_u128(number)
}

fn event(body: &str) -> NewEvent {
    let mut link = [0; 32];
    for (at, byte) in body.bytes().enumerate() {
        link[at % 32] ^= byte;
    }
    NewEvent { body: body.into(), link, command: None }
}

fn by(command: &str, body: &str) -> NewEvent {
    NewEvent { command: Some(command.into()), ..event(body) }
}

fn commit(case: CaseId, expected: u32, events: impl IntoIterator<Item = NewEvent>) -> CaseCommit {
    let events = events.into_iter().collect();
    CaseCommit { case, expected, events, row: None, removed: Vec::new(), added: Vec::new() }
}

fn row(case: CaseId, reference: Option<&str>, procedure: &str, status: &str) -> CaseRow {
    let reference = reference.map(Into::into);
    CaseRow { case, reference, procedure: procedure.into(), status: status.into(), body: b"row".to_vec() }
}

fn item(list: &str, due: i64, case: CaseId, name: &str, since: i64) -> Item {
    let body = format!("{list}/{due}/{name}/{since}").into_bytes();
    Item { key: ItemKey { list: list.into(), due, case, name: name.into() }, since, body }
}

fn gone(item: &Item) -> (ItemKey, i64) {
    (item.key.clone(), item.since)
}

trait Opened {
    fn write(&self) -> Box<dyn Writer>;
    fn read(&self) -> Box<dyn Reader>;
}

impl Opened for Box<dyn Subject> {
    fn write(&self) -> Box<dyn Writer> {
        self.store().writer().expect("a writer")
    }

    fn read(&self) -> Box<dyn Reader> {
        self.store().reader().expect("a reader")
    }
}

/// Says that it is over when it goes, also where a test fails: the other threads end then.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Commits a batch, all of which counts.
#[track_caller]
fn put(writer: &mut dyn Writer, batch: impl IntoIterator<Item = CaseCommit>) {
    let batch: Vec<CaseCommit> = batch.into_iter().collect();
    let verdicts = writer.commit(&batch).expect("a commit");
    let committed = verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Committed(_))).count();
    assert_eq!(committed, batch.len(), "{verdicts:?}");
}

/// Entries with these lists, made by one commit of one case.
fn put_items(writer: &mut dyn Writer, items: impl IntoIterator<Item = Item>) {
    let added = items.into_iter().collect();
    put(writer, [CaseCommit { added, ..commit(case(u128::MAX), 0, [event("entries")]) }]);
}

#[track_caller]
fn same<T: fmt::Debug + PartialEq>(found: &[T], expected: &[T], what: impl fmt::Display) {
    assert_eq!(found.len(), expected.len(), "{what}: found {found:#?}\nexpected {expected:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found, expected, "{what}");
    }
}

fn bodies(events: &[StoredEvent]) -> Vec<String> {
    events.iter().map(|event| String::from_utf8_lossy(&event.body).into_owned()).collect()
}
