//! Writing.

use std::fs::File;
use std::sync::Arc;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::session::{Lists, Session};
use super::trouble::Trouble;
use super::{Watchers, file};
use crate::error::Error;
use crate::id::CaseId;
use crate::store::{
    CaseCommit, CaseQuery, CaseRow, Cursor, Definition, Item, ItemKey, ItemQuery, Reader, StoredEvent, Verdict, Writer,
};

/// The connection that writes.
pub(super) struct SqliteWriter {
    session: Session,
    watchers: Arc<Watchers>,
    /// Held as long as this one may write.
    _lock: File,
}

impl SqliteWriter {
    pub(super) fn new(path: &Arc<std::path::Path>, watchers: &Arc<Watchers>) -> Result<Self, Error> {
        let told = |trouble: Trouble| trouble.in_file(path);
        let lock = file::lock(path).map_err(|error| told(error.into()))?;
        let db = file::writer(path).map_err(told)?;
        Ok(Self { session: Session::new(db, path.clone()), watchers: watchers.clone(), _lock: lock })
    }

    /// Does something in a transaction of its own; what fails leaves nothing behind.
    fn transact<T>(&mut self, work: impl FnOnce(&Connection, &mut Lists) -> Result<T, Trouble>) -> Result<T, Error> {
        let Session { db, path, lists } = &mut self.session;
        let done = (|| {
            let transaction = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
            let done = work(&transaction, lists)?;
            Ok((transaction, done))
        })();
        let done = done.map_err(|trouble: Trouble| trouble.in_file(path));
        let done = done.and_then(|(transaction, done)| {
            transaction.commit().map_err(|error| Trouble::from(error).at_commit(path))?;
            Ok(done)
        });
        if done.is_err() {
            *lists = Lists::default();
        }
        done
    }
}

impl Writer for SqliteWriter {
    fn commit(&mut self, batch: &[CaseCommit]) -> Result<Vec<Verdict>, Error> {
        let verdicts = self.transact(|db, lists| write(db, lists, batch))?;
        self.watchers.wake();
        Ok(verdicts)
    }

    fn put_definition(&mut self, name: &str, body: &[u8]) -> Result<(), Error> {
        self.transact(|db, _| {
            let text = "INSERT INTO definitions (name, body) VALUES (?, ?) ON CONFLICT DO NOTHING";
            db.prepare_cached(text)?.execute(params![name, body])?;
            Ok(())
        })
    }

    fn put_checkpoint(&mut self, body: &[u8]) -> Result<(), Error> {
        self.transact(|db, _| {
            db.prepare_cached("INSERT INTO checkpoints (body) VALUES (?)")?.execute([body])?;
            Ok(())
        })
    }

    fn replace_items(&mut self, next: &mut dyn FnMut() -> Result<Option<Item>, Error>) -> Result<(), Error> {
        self.transact(|db, lists| {
            db.execute("DELETE FROM items", [])?;
            let mut add = db.prepare_cached(ADD)?;
            while let Some(item) = next()? {
                add_item(&mut add, lists.numbered(db, &item.key.list)?, &item)?;
            }
            Ok(())
        })
    }
}

const ADD: &str = "REPLACE INTO items (list, due, case_id, name, since, body) VALUES (?, ?, ?, ?, ?, ?)";

/// Writes a batch: case by case what can be in conflict, then the lists in the order of their keys, which touches each page
/// once.
fn write(db: &Connection, lists: &mut Lists, batch: &[CaseCommit]) -> Result<Vec<Verdict>, Trouble> {
    let mut log = Log::open(db)?;
    let verdicts = batch.iter().map(|commit| log.add(commit)).collect::<Result<Vec<_>, Trouble>>()?;
    let committed = || {
        let pairs = batch.iter().zip(&verdicts);
        pairs.filter(|(_, verdict)| **verdict != Verdict::Conflict).map(|(commit, _)| commit)
    };
    let mut removed = Vec::new();
    for (key, _) in committed().flat_map(|commit| &commit.removed) {
        removed.extend(lists.number(db, &key.list)?.map(|list| (list, key)));
    }
    removed.sort_unstable_by(|one, other| one.0.cmp(&other.0).then_with(|| within_list(one.1, other.1)));
    let mut added = Vec::new();
    for item in committed().flat_map(|commit| &commit.added) {
        added.push((lists.numbered(db, &item.key.list)?, item));
    }
    added.sort_unstable_by(|one, other| one.0.cmp(&other.0).then_with(|| within_list(&one.1.key, &other.1.key)));
    let remove = "DELETE FROM items WHERE list = ? AND due = ? AND case_id = ? AND name = ?";
    let mut remove = db.prepare_cached(remove)?;
    for (list, key) in removed {
        remove.execute(params![list, key.due, key.case.to_bytes(), key.name])?;
    }
    let mut add = db.prepare_cached(ADD)?;
    for (list, item) in added {
        add_item(&mut add, list, item)?;
    }
    Ok(verdicts)
}

fn within_list(one: &ItemKey, other: &ItemKey) -> std::cmp::Ordering {
    (one.due, one.case, &one.name).cmp(&(other.due, other.case, &other.name))
}

fn add_item(add: &mut CachedStatement<'_>, list: i64, item: &Item) -> Result<(), rusqlite::Error> {
    let Item { key, since, body } = item;
    add.execute(params![list, key.due, key.case.to_bytes(), key.name, since, body])?;
    Ok(())
}

/// The log, its chains and what cases are listed by, while a batch is added.
struct Log<'a> {
    /// The position of the last event.
    last: i64,
    head: CachedStatement<'a>,
    put_head: CachedStatement<'a>,
    put_command: CachedStatement<'a>,
    drop_command: CachedStatement<'a>,
    put_event: CachedStatement<'a>,
    put_row: CachedStatement<'a>,
}

impl<'a> Log<'a> {
    fn open(db: &'a Connection) -> Result<Self, Trouble> {
        let last = "SELECT coalesce(max(position), 0) FROM events";
        Ok(Self {
            last: db.prepare_cached(last)?.query_row([], |row| row.get(0))?,
            head: db.prepare_cached("SELECT version, position FROM heads WHERE case_id = ?")?,
            put_head: db.prepare_cached("REPLACE INTO heads (case_id, version, position) VALUES (?, ?, ?)")?,
            put_command: db
                .prepare_cached("INSERT INTO commands (id, position) VALUES (?, ?) ON CONFLICT DO NOTHING")?,
            drop_command: db.prepare_cached("DELETE FROM commands WHERE id = ?")?,
            put_event: db.prepare_cached(
                "INSERT INTO events (position, case_id, version, previous, body, link, command) \
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            )?,
            put_row: db.prepare_cached(
                "REPLACE INTO cases (case_id, reference, procedure, status, body) VALUES (?, ?, ?, ?, ?)",
            )?,
        })
    }

    fn add(&mut self, commit: &CaseCommit) -> Result<Verdict, Trouble> {
        let case = commit.case.to_bytes();
        let head = self.head.query_row([case], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, i64>(1)?)));
        let (version, mut previous) = head.optional()?.unwrap_or((0, 0));
        if version != commit.expected || !self.claims_commands(commit)? {
            return Ok(Verdict::Conflict);
        }
        let mut version = i64::from(version);
        for new in &commit.events {
            (version, self.last) = (version + 1, self.last + 1);
            let values = params![self.last, case, version, previous, new.body, new.link, new.command];
            self.put_event.execute(values)?;
            previous = self.last;
        }
        self.put_head.execute(params![case, version, previous])?;
        if let Some(row) = &commit.row {
            let values = params![row.case.to_bytes(), row.reference, row.procedure, row.status, row.body];
            self.put_row.execute(values)?;
        }
        Ok(Verdict::Committed(Cursor::new(0, previous.unsigned_abs())))
    }

    /// Notes for each command of a commit the last event that it makes; notes none if one of them is known.
    fn claims_commands(&mut self, commit: &CaseCommit) -> Result<bool, Trouble> {
        let events = commit.events.iter().zip(self.last + 1..).enumerate();
        let commands = events.filter_map(|(at, (new, position))| Some((at, new.command.as_ref()?, position)));
        let is_last =
            |at: usize, id: &Arc<str>| commit.events[at + 1..].iter().all(|new| new.command.as_ref() != Some(id));
        let mut claimed = Vec::new();
        for (at, id, position) in commands {
            if !is_last(at, id) {
                continue;
            }
            if self.put_command.execute(params![id, position])? == 0 {
                for id in claimed {
                    self.drop_command.execute([id])?;
                }
                return Ok(false);
            }
            claimed.push(id);
        }
        Ok(true)
    }
}

impl Reader for SqliteWriter {
    fn events(&mut self, case: CaseId, after: u32, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        self.session.events(case, after, limit)
    }

    fn events_since(&mut self, after: Cursor, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        self.session.events_since(after, limit)
    }

    fn commands(&mut self, ids: &[&str]) -> Result<Vec<Option<StoredEvent>>, Error> {
        self.session.commands(ids)
    }

    fn cases(&mut self, query: &CaseQuery) -> Result<Vec<CaseRow>, Error> {
        self.session.cases(query)
    }

    fn items(&mut self, query: &ItemQuery) -> Result<Vec<Item>, Error> {
        self.session.items(query)
    }

    fn count(&mut self, query: &ItemQuery) -> Result<Vec<usize>, Error> {
        self.session.count(query)
    }

    fn all_items(&mut self, after: Option<&ItemKey>, limit: usize) -> Result<Vec<Item>, Error> {
        self.session.all_items(after, limit)
    }

    fn definitions(&mut self) -> Result<Vec<Definition>, Error> {
        self.session.definitions()
    }

    fn checkpoints(&mut self) -> Result<Vec<Vec<u8>>, Error> {
        self.session.checkpoints()
    }
}
