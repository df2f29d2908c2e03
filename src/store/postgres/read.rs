//! Reading.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use ::postgres::Row;
use ::postgres::types::ToSql;
use uuid::Uuid;

use super::super::{CaseQuery, CaseRow, Cursor, Definition, Item, ItemKey, ItemOrder, ItemQuery, Reader, StoredEvent};
use super::text::{kept, plain};
use super::{Connection, fault};
use crate::error::Error;
use crate::id::CaseId;

/// Lists that one statement reads.
const LISTS_PER_STATEMENT: usize = 32;

type Parameters<'a> = Vec<&'a (dyn ToSql + Sync)>;

impl Reader for Connection {
    fn events(&mut self, case: CaseId, after: u32, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        let after = i32::try_from(after).unwrap_or(i32::MAX);
        let select = "SELECT transaction, event, case_id, version, body, link, command FROM events
            WHERE case_id = $1 AND version > $2 ORDER BY version LIMIT $3";
        self.query(select, &[&Uuid::from(case), &after, &whole(limit)])?.iter().map(stored_event).collect()
    }

    fn events_since(&mut self, after: Cursor, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        // Transactions do not end in the order of their numbers. Those below the horizon have all ended, so nothing comes up
        // between their events any more.
        let select = "SELECT transaction, event, case_id, version, body, link, command FROM events
            WHERE (transaction, event) > ($1, $2) AND transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                + (SELECT shift FROM sopflow_store)
            ORDER BY transaction, event LIMIT $3";
        let transaction = i64::try_from(after.transaction()).unwrap_or(i64::MAX);
        let event = i32::try_from(after.event()).unwrap_or(i32::MAX);
        self.query(select, &[&transaction, &event, &whole(limit)])?.iter().map(stored_event).collect()
    }

    fn commands(&mut self, ids: &[&str]) -> Result<Vec<Option<StoredEvent>>, Error> {
        let select = "SELECT transaction, event, case_id, version, body, link, command FROM events
            WHERE command = ANY ($1) AND is_answer";
        let asked: Vec<Cow<'_, str>> = ids.iter().copied().map(kept).collect();
        let rows = self.query(select, &[&asked])?;
        let found: Result<Vec<StoredEvent>, Error> = rows.iter().map(stored_event).collect();
        let found: HashMap<Option<Arc<str>>, StoredEvent> =
            found?.into_iter().map(|event| (event.command.clone(), event)).collect();
        Ok(ids.iter().map(|id| found.get(&Some((*id).into())).cloned()).collect())
    }

    fn cases(&mut self, query: &CaseQuery) -> Result<Vec<CaseRow>, Error> {
        let texts = [&query.reference, &query.procedure, &query.status].map(|asked| asked.as_deref().map(kept));
        let [reference, procedure, status] = &texts;
        let (case, after, limit) = (query.case.map(Uuid::from), query.after.map(Uuid::from), whole(query.limit));
        let filters: [(&str, Option<&(dyn ToSql + Sync)>); 5] = [
            ("case_id =", case.as_ref().map(|case| case as _)),
            ("reference =", reference.as_ref().map(|reference| reference as _)),
            ("procedure =", procedure.as_ref().map(|procedure| procedure as _)),
            ("status =", status.as_ref().map(|status| status as _)),
            ("case_id >", after.as_ref().map(|after| after as _)),
        ];
        let mut parameters: Parameters<'_> = vec![&limit];
        let mut select = "SELECT case_id, reference, procedure, status, body FROM cases WHERE true".to_owned();
        for (is, value) in filters {
            if let Some(value) = value {
                parameters.push(value);
                select = format!("{select} AND {is} ${}", parameters.len());
            }
        }
        select.push_str(" ORDER BY case_id LIMIT $1");
        Ok(self.query(&select, &parameters)?.iter().map(case_row).collect())
    }

    fn items(&mut self, query: &ItemQuery) -> Result<Vec<Item>, Error> {
        if query.lists.len() <= LISTS_PER_STATEMENT {
            return self.merged(&query.lists, query);
        }
        let mut found = Vec::new();
        self.look(|session| {
            for lists in query.lists.chunks(LISTS_PER_STATEMENT) {
                found.extend(session.merged(lists, query)?);
            }
            Ok(())
        })?;
        found.sort_by_cached_key(|item| item.place(query.order));
        found.truncate(query.limit);
        Ok(found)
    }

    fn count(&mut self, query: &ItemQuery) -> Result<Vec<usize>, Error> {
        let lists: Vec<Cow<'_, str>> = query.lists.iter().map(|list| kept(list)).collect();
        let (limit, filters) = (whole(query.limit), Filters::of(query));
        let mut parameters: Parameters<'_> = vec![&limit, &lists];
        let filters = filters.text(&mut parameters);
        let select = format!(
            "SELECT (SELECT count(*) FROM (SELECT FROM items
                WHERE list = (SELECT l.list FROM lists l WHERE l.name = n.name){filters} LIMIT $1) i)
            FROM unnest($2::text[]) WITH ORDINALITY n(name, place) ORDER BY place"
        );
        let rows = self.query(&select, &parameters)?;
        Ok(rows.iter().map(|row| usize::try_from(row.get::<_, i64>(0)).unwrap_or(0)).collect())
    }

    fn all_items(&mut self, after: Option<&ItemKey>, limit: usize) -> Result<Vec<Item>, Error> {
        let first = after.map_or(Cow::Borrowed(""), |key| kept(&key.list));
        let mut found = Vec::new();
        self.look(|session| {
            for name in session.query("SELECT name FROM lists WHERE name >= $1 ORDER BY name", &[&first])? {
                let list = plain(name.get(0));
                let after = after.filter(|key| key.list == list).map(|key| (key.due, key.case, key.name.clone()));
                let limit = limit - found.len();
                if limit == 0 {
                    break;
                }
                let query = ItemQuery { after, limit, ..ItemQuery::default() };
                found.extend(session.merged(&[list], &query)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn definitions(&mut self) -> Result<Vec<Definition>, Error> {
        let rows = self.query("SELECT name, body FROM definitions ORDER BY name", &[])?;
        Ok(rows.iter().map(|row| Definition { name: plain(row.get(0)), body: row.get(1) }).collect())
    }

    fn checkpoints(&mut self) -> Result<Vec<Vec<u8>>, Error> {
        let rows = self.query("SELECT body FROM checkpoints ORDER BY position", &[])?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}

impl Connection {
    /// Several statements that see the store as it is at one moment.
    fn look(&mut self, read: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        self.client.batch_execute(begin).map_err(fault::storage)?;
        let read = read(self);
        let ended = self.client.batch_execute("COMMIT").map_err(fault::storage);
        read.and(ended)
    }

    /// The entries of a few lists. Each list is read in its order and only as far as the merged order needs it.
    fn merged(&mut self, lists: &[Arc<str>], query: &ItemQuery) -> Result<Vec<Item>, Error> {
        let names: Vec<Cow<'_, str>> = lists.iter().map(|list| kept(list)).collect();
        let (limit, filters) = (whole(query.limit), Filters::of(query));
        let mut parameters: Parameters<'_> = vec![&limit];
        let filters = filters.text(&mut parameters);
        let order = format!("ORDER BY {}, case_id, name LIMIT $1", column(query.order));
        let mut each = Vec::new();
        // There is one text for each power of two; what is more than the lists asked for finds nothing. With an order and a limit
        // for each list, the server merges them and reads no further than the page needs.
        for place in 0..lists.len().next_power_of_two().max(2) {
            parameters.push(names.get(place).map_or(&None::<&str> as _, |name| name as _));
            each.push(format!(
                "(SELECT {place} AS place, due, case_id, name, since, body FROM items
                WHERE list = (SELECT l.list FROM lists l WHERE l.name = ${}){filters} {order})",
                parameters.len()
            ));
        }
        let select = format!("{} {order}", each.join(" UNION ALL "));
        Ok(self.query(&select, &parameters)?.iter().map(|row| item(lists, row)).collect())
    }
}

/// What entries have to pass, as PostgreSQL takes it.
struct Filters<'a> {
    moment: &'static str,
    after: Option<(i64, Uuid, Cow<'a, str>)>,
    before: [(&'static str, Option<i64>); 2],
}

impl<'a> Filters<'a> {
    fn of(query: &'a ItemQuery) -> Self {
        let after = query.after.as_ref().map(|(moment, case, name)| (*moment, Uuid::from(*case), kept(name)));
        let before = [("due", query.due_before), ("since", query.since_before)];
        Self { moment: column(query.order), after, before }
    }

    /// The end of a condition; what it needs is added to the parameters.
    fn text<'b>(&'b self, parameters: &mut Parameters<'b>) -> String {
        let mut text = String::new();
        if let Some((moment, case, name)) = &self.after {
            let first = parameters.len() + 1;
            parameters.extend([moment as &(dyn ToSql + Sync), case, name]);
            let column = self.moment;
            text = format!(" AND ({column}, case_id, name) > (${first}, ${}, ${})", first + 1, first + 2);
        }
        for (column, before) in &self.before {
            if let Some(before) = before {
                parameters.push(before);
                text = format!("{text} AND {column} < ${}", parameters.len());
            }
        }
        text
    }
}

fn column(order: ItemOrder) -> &'static str {
    match order {
        ItemOrder::Due => "due",
        ItemOrder::Since => "since",
    }
}

fn stored_event(row: &Row) -> Result<StoredEvent, Error> {
    let (transaction, event, version): (i64, i32, i32) = (row.get(0), row.get(1), row.get(3));
    let case = CaseId::from(row.get::<_, Uuid>(2));
    let link = row.get::<_, &[u8]>(5).try_into();
    Ok(StoredEvent {
        cursor: Cursor::new(transaction.unsigned_abs(), event.unsigned_abs().into()),
        case,
        version: version.unsigned_abs(),
        body: row.get(4),
        link: link.map_err(|_| Error::damaged(format!("event {version} of case {case} has a damaged link")))?,
        command: row.get::<_, Option<&str>>(6).map(plain),
    })
}

fn case_row(row: &Row) -> CaseRow {
    CaseRow {
        case: row.get::<_, Uuid>(0).into(),
        reference: row.get::<_, Option<&str>>(1).map(plain),
        procedure: plain(row.get(2)),
        status: plain(row.get(3)),
        body: row.get(4),
    }
}

fn item(lists: &[Arc<str>], row: &Row) -> Item {
    let list = usize::try_from(row.get::<_, i32>(0)).unwrap_or(0);
    let (due, case, name) = (row.get(1), row.get::<_, Uuid>(2).into(), plain(row.get(3)));
    Item { key: ItemKey { list: lists[list].clone(), due, case, name }, since: row.get(4), body: row.get(5) }
}

/// A limit as PostgreSQL takes it.
fn whole(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
