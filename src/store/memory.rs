//! A store in memory, for tests and programs that keep nothing.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use rustc_hash::FxHashMap;

use super::{
    CaseCommit, CaseQuery, CaseRow, Cursor, Definition, Item, ItemKey, ItemOrder, ItemQuery, Reader, Store,
    StoredEvent, Verdict, Wake, Writer,
};
use crate::error::Error;
use crate::id::CaseId;

/// A store in memory. Its clones are the same store; it is gone with the last of them.
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    /// In the order of cursors, which begin with 1.
    events: Vec<StoredEvent>,
    /// By case, the positions of its events.
    histories: FxHashMap<CaseId, Vec<usize>>,
    commands: FxHashMap<Arc<str>, usize>,
    rows: BTreeMap<CaseId, CaseRow>,
    lists: FxHashMap<Arc<str>, List>,
    definitions: BTreeMap<Arc<str>, Vec<u8>>,
    checkpoints: Vec<Vec<u8>>,
    watchers: Vec<Weak<Wake>>,
}

/// By place in the order of due times, since when each entry waits and what it says. Any other order is made when it is asked
/// for.
#[derive(Default)]
struct List(BTreeMap<Place, (i64, Vec<u8>)>);

/// A moment, a case and a name.
type Place = (i64, CaseId, Arc<str>);

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("events", &self.events.len()).finish_non_exhaustive()
    }
}

impl Memory {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// What is kept. A thread that panicked in here has changed nothing by halves: see `commit`.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    fn writer(&self) -> Result<Box<dyn Writer>, Error> {
        Ok(Box::new(self.clone()))
    }

    fn reader(&self) -> Result<Box<dyn Reader>, Error> {
        Ok(Box::new(self.clone()))
    }

    fn is_instant(&self) -> bool {
        true
    }

    fn watch(&self, wake: Weak<Wake>) -> Result<(), Error> {
        self.kept().watchers.push(wake);
        Ok(())
    }
}

impl Reader for Memory {
    fn events(&mut self, case: CaseId, after: u32, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        let kept = self.kept();
        let positions = kept.histories.get(&case).map_or(&[][..], Vec::as_slice);
        let positions = positions.iter().skip(after as usize).take(limit);
        Ok(positions.map(|position| kept.events[*position].clone()).collect())
    }

    fn events_since(&mut self, after: Cursor, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        let first = usize::try_from(after.event()).unwrap_or(usize::MAX);
        Ok(self.kept().events.iter().skip(first).take(limit).cloned().collect())
    }

    fn commands(&mut self, ids: &[&str]) -> Result<Vec<Option<StoredEvent>>, Error> {
        let kept = self.kept();
        Ok(ids.iter().map(|id| kept.commands.get(*id).map(|position| kept.events[*position].clone())).collect())
    }

    fn cases(&mut self, query: &CaseQuery) -> Result<Vec<CaseRow>, Error> {
        let kept = self.kept();
        let from = query.after.map_or(Bound::Unbounded, Bound::Excluded);
        let rows = kept.rows.range((from, Bound::Unbounded)).map(|(_, row)| row);
        let is_asked_for = |row: &&CaseRow| {
            query.case.is_none_or(|case| row.case == case)
                && (query.reference.is_none() || row.reference == query.reference)
                && query.procedure.as_ref().is_none_or(|procedure| row.procedure == *procedure)
                && query.status.as_ref().is_none_or(|status| row.status == *status)
        };
        Ok(rows.filter(is_asked_for).take(query.limit).cloned().collect())
    }

    fn items(&mut self, query: &ItemQuery) -> Result<Vec<Item>, Error> {
        let kept = self.kept();
        let mut found: Vec<Item> = Vec::new();
        for list in &query.lists {
            if let Some((name, entries)) = kept.lists.get_key_value(list) {
                found.extend(entries.items(name, query).take(query.limit));
            }
        }
        found.sort_by_cached_key(|item| item.place(query.order));
        found.truncate(query.limit);
        Ok(found)
    }

    fn count(&mut self, query: &ItemQuery) -> Result<Vec<usize>, Error> {
        let kept = self.kept();
        let count = |list: &Arc<str>| {
            let found = kept.lists.get_key_value(list);
            found.map_or(0, |(name, entries)| entries.items(name, query).take(query.limit).count())
        };
        Ok(query.lists.iter().map(count).collect())
    }

    fn all_items(&mut self, after: Option<&ItemKey>, limit: usize) -> Result<Vec<Item>, Error> {
        let kept = self.kept();
        let mut lists: Vec<_> = kept.lists.iter().collect();
        lists.sort_by_key(|(name, _)| *name);
        let everything = ItemQuery::default();
        let items = lists.into_iter().flat_map(|(name, list)| list.items(name, &everything));
        Ok(items.filter(|item| after.is_none_or(|after| item.key > *after)).take(limit).collect())
    }

    fn definitions(&mut self) -> Result<Vec<Definition>, Error> {
        Ok(self
            .kept()
            .definitions
            .iter()
            .map(|(name, body)| Definition { name: name.clone(), body: body.clone() })
            .collect())
    }

    fn checkpoints(&mut self) -> Result<Vec<Vec<u8>>, Error> {
        Ok(self.kept().checkpoints.clone())
    }
}

impl Writer for Memory {
    fn commit(&mut self, batch: &[CaseCommit]) -> Result<Vec<Verdict>, Error> {
        let mut kept = self.kept();
        let verdicts = batch.iter().map(|commit| kept.add(commit)).collect();
        let watchers: Vec<Arc<Wake>> = kept.watchers();
        drop(kept);
        for wake in watchers {
            wake();
        }
        Ok(verdicts)
    }

    fn put_definition(&mut self, name: &str, body: &[u8]) -> Result<(), Error> {
        self.kept().definitions.entry(name.into()).or_insert_with(|| body.to_owned());
        Ok(())
    }

    fn put_checkpoint(&mut self, body: &[u8]) -> Result<(), Error> {
        self.kept().checkpoints.push(body.to_owned());
        Ok(())
    }

    fn replace_items(&mut self, next: &mut dyn FnMut() -> Result<Option<Item>, Error>) -> Result<(), Error> {
        // What `next` reads, it reads through this store: so it is asked before the lock is taken. The engine is the only
        // one that writes to a store in memory.
        let mut lists: FxHashMap<Arc<str>, List> = FxHashMap::default();
        while let Some(item) = next()? {
            lists.entry(item.key.list.clone()).or_default().add(&item);
        }
        self.kept().lists = lists;
        Ok(())
    }
}

impl Kept {
    fn add(&mut self, commit: &CaseCommit) -> Verdict {
        let history = self.histories.get(&commit.case).map_or(0, Vec::len);
        let is_known = |id: &Arc<str>| self.commands.contains_key(id);
        if history != commit.expected as usize
            || commit.events.iter().filter_map(|new| new.command.as_ref()).any(is_known)
        {
            return Verdict::Conflict;
        }
        let history = self.histories.entry(commit.case).or_default();
        for (new, version) in commit.events.iter().zip(commit.expected + 1..) {
            let position = self.events.len();
            let cursor = Cursor::new(0, position as u64 + 1);
            let (body, link, command) = (new.body.clone(), new.link, new.command.clone());
            if let Some(id) = &command {
                self.commands.insert(id.clone(), position);
            }
            self.events.push(StoredEvent { cursor, case: commit.case, version, body, link, command });
            history.push(position);
        }
        if let Some(row) = &commit.row {
            self.rows.insert(row.case, row.clone());
        }
        for (key, _) in &commit.removed {
            if let Some(list) = self.lists.get_mut(&key.list) {
                list.remove(key);
            }
        }
        for item in &commit.added {
            self.lists.entry(item.key.list.clone()).or_default().add(item);
        }
        Verdict::Committed(Cursor::new(0, self.events.len() as u64))
    }

    fn watchers(&mut self) -> Vec<Arc<Wake>> {
        self.watchers.retain(|wake| wake.strong_count() > 0);
        self.watchers.iter().filter_map(Weak::upgrade).collect()
    }
}

impl List {
    fn add(&mut self, item: &Item) {
        let place = (item.key.due, item.key.case, item.key.name.clone());
        self.0.insert(place, (item.since, item.body.clone()));
    }

    fn remove(&mut self, key: &ItemKey) {
        self.0.remove(&(key.due, key.case, key.name.clone()));
    }

    /// The entries after the place of the query that pass its filters, in its order.
    fn items<'a>(&'a self, list: &'a Arc<str>, query: &'a ItemQuery) -> Box<dyn Iterator<Item = Item> + 'a> {
        let item = |((due, case, name), (since, body)): (&Place, &(i64, Vec<u8>))| Item {
            key: ItemKey { list: list.clone(), due: *due, case: *case, name: name.clone() },
            since: *since,
            body: body.clone(),
        };
        let after = |item: &Item| query.after.as_ref().is_none_or(|after| item.place(query.order) > *after);
        match query.order {
            ItemOrder::Due => {
                let from = query.after.clone().map_or(Bound::Unbounded, Bound::Excluded);
                Box::new(self.0.range((from, Bound::Unbounded)).map(item).filter(|item| query.passes(item)))
            }
            ItemOrder::Since => {
                let mut items: Vec<Item> =
                    self.0.iter().map(item).filter(|item| after(item) && query.passes(item)).collect();
                items.sort_by_cached_key(|item| item.place(ItemOrder::Since));
                Box::new(items.into_iter())
            }
        }
    }
}
