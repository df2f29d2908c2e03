//! Reading.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::trouble::Trouble;
use crate::error::Error;
use crate::id::CaseId;
use crate::store::{
    CaseQuery, CaseRow, Cursor, Definition, Item, ItemKey, ItemOrder, ItemQuery, Link, Reader, StoredEvent,
};

/// A connection and what it has learnt.
pub(super) struct Session {
    pub(super) db: Connection,
    pub(super) path: Arc<Path>,
    pub(super) lists: Lists,
}

/// The numbers of lists, which never change.
#[derive(Default)]
pub(super) struct Lists(HashMap<Arc<str>, i64>);

const EVENT: &str = "SELECT position, case_id, version, body, link, command, previous FROM events";
const CASE: &str = "SELECT case_id, reference, procedure, status, body FROM cases";

impl Session {
    pub(super) fn new(db: Connection, path: Arc<Path>) -> Self {
        Self { db, path, lists: Lists::default() }
    }

    /// The event at a position, with that of the one before it in its case.
    fn event(&self, position: i64) -> Result<(StoredEvent, i64), Trouble> {
        let mut statement = self.db.prepare_cached(&format!("{EVENT} WHERE position = ?"))?;
        let found = statement.query_row([position], |row| Ok((event(row)?, row.get(6)?))).optional()?;
        found.ok_or_else(|| Trouble::damaged(format!("event {position} is missing")))
    }

    /// Follows the chain of a case from its end, or from the next milepost.
    fn history(&self, case: CaseId, after: u32, limit: usize) -> Result<Vec<StoredEvent>, Trouble> {
        let last = after.saturating_add(u32::try_from(limit).unwrap_or(u32::MAX));
        let head = "SELECT version, position FROM heads WHERE case_id = ?";
        let mut head = self.db.prepare_cached(head)?;
        let head = head.query_row([case.to_bytes()], |row| Ok((row.get::<_, u32>(0)?, row.get(1)?)));
        let Some((mut version, mut position)) = head.optional()? else { return Ok(Vec::new()) };
        if version > last {
            let milepost = "SELECT version, position FROM events \
                WHERE case_id = ? AND version >= ? AND version % 256 = 0 ORDER BY version LIMIT 1";
            let mut milepost = self.db.prepare_cached(milepost)?;
            let milepost = milepost.query_row(params![case.to_bytes(), last], |row| Ok((row.get(0)?, row.get(1)?)));
            (version, position) = milepost.optional()?.unwrap_or((version, position));
        }
        let mut events = Vec::new();
        while version > after {
            let (event, previous) = self.event(position)?;
            if event.case != case || event.version != version {
                return Err(Trouble::damaged(format!("event {position} is not event {version} of case {case}")));
            }
            if version <= last {
                events.push(event);
            }
            (version, position) = (version - 1, previous);
        }
        events.reverse();
        Ok(events)
    }

    fn since(&self, after: Cursor, limit: usize) -> Result<Vec<StoredEvent>, Trouble> {
        let after = i64::try_from(after.event()).unwrap_or(i64::MAX);
        let mut statement = self.db.prepare_cached(&format!("{EVENT} WHERE position > ? ORDER BY position LIMIT ?"))?;
        let events = statement.query_map(params![after, whole(limit)], event)?;
        let events = events.collect::<Result<Vec<_>, _>>()?;
        let expected = u64::try_from(after).unwrap_or(0).saturating_add(1)..;
        match events.iter().zip(expected).find(|(event, expected)| event.cursor.event() != *expected) {
            Some((_, missing)) => Err(Trouble::damaged(format!("event {missing} is missing"))),
            None => Ok(events),
        }
    }

    fn made_by(&self, command: &str) -> Result<Option<StoredEvent>, Trouble> {
        let mut statement = self.db.prepare_cached("SELECT position FROM commands WHERE id = ?")?;
        let position = statement.query_row([command], |row| row.get(0)).optional()?;
        Ok(position.map(|position| self.event(position)).transpose()?.map(|(event, _)| event))
    }

    fn rows(&self, query: &CaseQuery) -> Result<Vec<CaseRow>, Trouble> {
        let conditions = [
            (query.case.is_some(), "case_id = ?1"),
            (query.reference.is_some(), "reference = ?2"),
            (query.procedure.is_some(), "procedure = ?3"),
            (query.status.is_some(), "status = ?4"),
            (query.after.is_some(), "case_id > ?5"),
        ];
        let conditions = conditions.iter().filter(|(is_asked, _)| *is_asked).map(|(_, condition)| *condition);
        let conditions = std::iter::once("true").chain(conditions).collect::<Vec<_>>().join(" AND ");
        let mut statement = self.db.prepare_cached(&format!("{CASE} WHERE {conditions} ORDER BY case_id LIMIT ?6"))?;
        let (case, after) = (query.case.map(CaseId::to_bytes), query.after.map(CaseId::to_bytes));
        let values = params![case, query.reference, query.procedure, query.status, after, whole(query.limit)];
        let rows = statement.query_map(values, |row| {
            Ok(CaseRow {
                case: CaseId::from_bytes(row.get(0)?),
                reference: row.get(1)?,
                procedure: row.get(2)?,
                status: row.get(3)?,
                body: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn page(&mut self, query: &ItemQuery) -> Result<Vec<Item>, Trouble> {
        let snapshot = self.db.unchecked_transaction()?;
        let mut statement = snapshot.prepare_cached(&Asked::of(query).page())?;
        let mut found: Vec<Item> = Vec::new();
        for name in &query.lists {
            let Some(list) = self.lists.number(&snapshot, name)? else { continue };
            // Once there is a page, only what comes before its end is of use.
            let end = found.last().filter(|_| found.len() == query.limit).map(|item| item.place(query.order));
            let (moment, case, entry) = place(query);
            let values = params![list, moment, case, entry, query.due_before, query.since_before, whole(query.limit)];
            for item in statement.query_map(values, |row| item(row, name))? {
                let item = item?;
                if end.as_ref().is_some_and(|end| item.place(query.order) >= *end) {
                    break;
                }
                found.push(item);
            }
            found.sort_by_cached_key(|item| item.place(query.order));
            found.truncate(query.limit);
        }
        if query.order == ItemOrder::Since {
            let mut body = snapshot.prepare_cached(BODY)?;
            for Item { key, body: missing, .. } in &mut found {
                let list = self.lists.number(&snapshot, &key.list)?;
                *missing = body.query_row(params![list, key.due, key.case.to_bytes(), key.name], |row| row.get(0))?;
            }
        }
        Ok(found)
    }

    fn counts(&mut self, query: &ItemQuery) -> Result<Vec<usize>, Trouble> {
        let snapshot = self.db.unchecked_transaction()?;
        let mut statement = snapshot.prepare_cached(&Asked::of(query).count())?;
        let count = |name: &Arc<str>| {
            let Some(list) = self.lists.number(&snapshot, name)? else { return Ok(0) };
            let (moment, case, entry) = place(query);
            let values = params![list, moment, case, entry, query.due_before, query.since_before, whole(query.limit)];
            let count: i64 = statement.query_row(values, |row| row.get(0))?;
            Ok(usize::try_from(count).unwrap_or(usize::MAX))
        };
        query.lists.iter().map(count).collect()
    }

    fn entries(&self, after: Option<&ItemKey>, limit: usize) -> Result<Vec<Item>, Trouble> {
        let snapshot = self.db.unchecked_transaction()?;
        let mut lists = snapshot.prepare_cached("SELECT list, name FROM lists WHERE name >= ? ORDER BY name")?;
        let first = after.map_or("", |after| &after.list);
        let lists = lists.query_map([first], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Arc<str>>(1)?)))?;
        let mut found = Vec::new();
        for list in lists {
            let (list, name) = list?;
            let after = after.filter(|after| after.list == name);
            let after = after.map(|after| (after.due, after.case, after.name.clone()));
            let query = ItemQuery { after, limit: limit - found.len(), ..ItemQuery::default() };
            let mut statement = snapshot.prepare_cached(&Asked::of(&query).page())?;
            let (moment, case, entry) = place(&query);
            let values = params![list, moment, case, entry, None::<i64>, None::<i64>, whole(query.limit)];
            for item in statement.query_map(values, |row| item(row, &name))? {
                found.push(item?);
            }
        }
        Ok(found)
    }

    fn told<T>(&self, result: Result<T, Trouble>) -> Result<T, Error> {
        result.map_err(|trouble| trouble.in_file(&self.path))
    }
}

impl Reader for Session {
    fn events(&mut self, case: CaseId, after: u32, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        self.told(self.history(case, after, limit))
    }

    fn events_since(&mut self, after: Cursor, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        self.told(self.since(after, limit))
    }

    fn commands(&mut self, ids: &[&str]) -> Result<Vec<Option<StoredEvent>>, Error> {
        self.told(ids.iter().map(|id| self.made_by(id)).collect())
    }

    fn cases(&mut self, query: &CaseQuery) -> Result<Vec<CaseRow>, Error> {
        self.told(self.rows(query))
    }

    fn items(&mut self, query: &ItemQuery) -> Result<Vec<Item>, Error> {
        let page = self.page(query);
        self.told(page)
    }

    fn count(&mut self, query: &ItemQuery) -> Result<Vec<usize>, Error> {
        let counts = self.counts(query);
        self.told(counts)
    }

    fn all_items(&mut self, after: Option<&ItemKey>, limit: usize) -> Result<Vec<Item>, Error> {
        self.told(self.entries(after, limit))
    }

    fn definitions(&mut self) -> Result<Vec<Definition>, Error> {
        let definitions = || {
            let mut statement = self.db.prepare_cached("SELECT name, body FROM definitions ORDER BY name")?;
            let definitions = statement.query_map([], |row| Ok(Definition { name: row.get(0)?, body: row.get(1)? }))?;
            Ok(definitions.collect::<Result<_, _>>()?)
        };
        self.told(definitions())
    }

    fn checkpoints(&mut self) -> Result<Vec<Vec<u8>>, Error> {
        let checkpoints = || {
            let mut statement = self.db.prepare_cached("SELECT body FROM checkpoints ORDER BY number")?;
            let checkpoints = statement.query_map([], |row| row.get(0))?;
            Ok(checkpoints.collect::<Result<_, _>>()?)
        };
        self.told(checkpoints())
    }
}

impl Lists {
    /// The number of a list, if it has ever had an entry.
    pub(super) fn number(&mut self, db: &Connection, name: &Arc<str>) -> Result<Option<i64>, rusqlite::Error> {
        if let Some(list) = self.0.get(name) {
            return Ok(Some(*list));
        }
        let mut statement = db.prepare_cached("SELECT list FROM lists WHERE name = ?")?;
        let list = statement.query_row([name], |row| row.get(0)).optional()?;
        self.0.extend(list.map(|list| (name.clone(), list)));
        Ok(list)
    }

    /// The number of a list, which gets one now if it has none.
    pub(super) fn numbered(&mut self, db: &Connection, name: &Arc<str>) -> Result<i64, rusqlite::Error> {
        if let Some(list) = self.number(db, name)? {
            return Ok(list);
        }
        db.prepare_cached("INSERT INTO lists (name) VALUES (?)")?.execute([name])?;
        let list = db.last_insert_rowid();
        self.0.insert(name.clone(), list);
        Ok(list)
    }
}

/// What of a list is asked for: it decides the text of a statement, whose parameters are the list, the place, the two
/// filters and the limit.
struct Asked {
    order: ItemOrder,
    conditions: String,
}

impl Asked {
    fn of(query: &ItemQuery) -> Self {
        let place = match query.order {
            ItemOrder::Due => "(due, case_id, name) > (?2, ?3, ?4)",
            ItemOrder::Since => "(since, case_id, name) > (?2, ?3, ?4)",
        };
        let conditions = [
            (query.after.is_some(), place),
            (query.due_before.is_some(), "due < ?5"),
            (query.since_before.is_some(), "since < ?6"),
        ];
        let conditions = conditions.iter().filter(|(is_asked, _)| *is_asked).map(|(_, condition)| *condition);
        let conditions = std::iter::once("list = ?1").chain(conditions).collect::<Vec<_>>().join(" AND ");
        Self { order: query.order, conditions }
    }

    /// The index is named, so that no guess of the planner sorts a whole list.
    fn source(&self) -> (&'static str, &'static str) {
        match self.order {
            ItemOrder::Due => ("NOT INDEXED", "due"),
            ItemOrder::Since => ("INDEXED BY items_by_since", "since"),
        }
    }

    /// In the order of waiting, bodies are left out: they lie in another tree, and are looked up once it is known which entries
    /// make the page.
    fn page(&self) -> String {
        let (Self { conditions, .. }, (index, moment)) = (self, self.source());
        let body = match self.order {
            ItemOrder::Due => "body",
            ItemOrder::Since => "x''",
        };
        format!(
            "SELECT due, case_id, name, since, {body} FROM items {index} \
             WHERE {conditions} ORDER BY {moment}, case_id, name LIMIT ?7"
        )
    }

    fn count(&self) -> String {
        let (Self { conditions, .. }, (index, _)) = (self, self.source());
        format!("SELECT count(*) FROM (SELECT 1 FROM items {index} WHERE {conditions} LIMIT ?7)")
    }
}

const BODY: &str = "SELECT body FROM items WHERE list = ? AND due = ? AND case_id = ? AND name = ?";

fn place(query: &ItemQuery) -> (i64, [u8; 16], &str) {
    query.after.as_ref().map_or((0, [0; 16], ""), |(moment, case, name)| (*moment, case.to_bytes(), name))
}

fn item(row: &Row<'_>, list: &Arc<str>) -> Result<Item, rusqlite::Error> {
    let (due, case, name) = (row.get(0)?, CaseId::from_bytes(row.get(1)?), row.get(2)?);
    Ok(Item { key: ItemKey { list: list.clone(), due, case, name }, since: row.get(3)?, body: row.get(4)? })
}

fn event(row: &Row<'_>) -> Result<StoredEvent, rusqlite::Error> {
    let position: i64 = row.get(0)?;
    let link: Link = row.get(4)?;
    Ok(StoredEvent {
        cursor: Cursor::new(0, position.unsigned_abs()),
        case: CaseId::from_bytes(row.get(1)?),
        version: row.get(2)?,
        body: row.get(3)?,
        link,
        command: row.get(5)?,
    })
}

/// A limit as SQLite takes it.
fn whole(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
