//! A batch as the parameters of `commit_cases`, and its answer as verdicts.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ::postgres::Row;
use ::postgres::types::ToSql;
use uuid::Uuid;

use super::super::{CaseCommit, CaseRow, Cursor, Item, ItemKey, NewEvent, Verdict};
use super::text::kept;

/// Commits that share no command: one call of `commit_cases`.
#[derive(Default)]
pub(super) struct Batch<'a> {
    /// For each commit, its position among the verdicts, and the place of its last event, counted from 1.
    commits: Vec<(usize, i32)>,
    case: Vec<Uuid>,
    expected: Vec<i32>,
    events: Events<'a>,
    rows: Rows<'a>,
    lists: Lists<'a>,
    gone: Places<'a>,
    items: Items<'a>,
}

#[derive(Default)]
struct Events<'a> {
    commit: Vec<i32>,
    place: Vec<i32>,
    version: Vec<i32>,
    is_answer: Vec<bool>,
    link: Vec<&'a [u8]>,
    body: Vec<&'a [u8]>,
    command: Vec<Option<Cow<'a, str>>>,
}

#[derive(Default)]
struct Rows<'a> {
    commit: Vec<i32>,
    case: Vec<Uuid>,
    reference: Vec<Option<Cow<'a, str>>>,
    procedure: Vec<Cow<'a, str>>,
    status: Vec<Cow<'a, str>>,
    body: Vec<&'a [u8]>,
}

/// The lists that places are in, each once; a place has the number of its list, counted from 1.
#[derive(Default)]
struct Lists<'a> {
    names: Vec<Cow<'a, str>>,
    numbers: HashMap<&'a str, i32>,
}

/// Places of entries in lists.
#[derive(Default)]
struct Places<'a> {
    commit: Vec<i32>,
    list: Vec<i32>,
    due: Vec<i64>,
    case: Vec<Uuid>,
    name: Vec<Cow<'a, str>>,
}

#[derive(Default)]
struct Items<'a> {
    places: Places<'a>,
    since: Vec<i64>,
    body: Vec<&'a [u8]>,
}

/// Entries that no commit brings.
#[derive(Default)]
pub(super) struct Entries<'a> {
    lists: Lists<'a>,
    items: Items<'a>,
}

/// The number of parameters.
const PARAMETERS: usize = 28;

pub(super) fn commit_text(schema: &str) -> String {
    let parameters: Vec<String> = (1..=PARAMETERS).map(|number| format!("${number}")).collect();
    format!("SELECT own, base, refused FROM \"{schema}\".commit_cases({})", parameters.join(", "))
}

impl<'a> Batch<'a> {
    /// The batch in parts: each ends before a commit with a command that it has already, because what becomes of that one
    /// depends on the earlier one.
    pub(super) fn parts(batch: &'a [CaseCommit]) -> Vec<Self> {
        let mut taken = HashSet::new();
        let mut parts = Vec::new();
        let mut begin = 0;
        for (at, commit) in batch.iter().enumerate() {
            let commands = || commit.events.iter().filter_map(|event| event.command.as_deref());
            if commands().any(|command| taken.contains(command)) {
                parts.push(Self::of(begin, &batch[begin..at]));
                (begin, taken) = (at, HashSet::new());
            }
            taken.extend(commands());
        }
        parts.push(Self::of(begin, &batch[begin..]));
        parts
    }

    /// Commits from a position on. Their events are counted as they stand, and written in the order of cases.
    fn of(begin: usize, commits: &'a [CaseCommit]) -> Self {
        let mut places = 0_i32;
        let mut order: Vec<(usize, i32, &CaseCommit)> = Vec::new();
        for (position, commit) in (begin..).zip(commits) {
            order.push((position, places, commit));
            places = places.saturating_add(number(commit.events.len()));
        }
        order.sort_unstable_by_key(|(_, _, commit)| commit.case);
        let mut part = Self::default();
        for (position, place, commit) in order {
            part.add(position, place, commit);
        }
        part
    }

    /// Adds a commit whose events come after a place.
    fn add(&mut self, position: usize, mut place: i32, commit: &'a CaseCommit) {
        self.case.push(commit.case.into());
        // No case comes to a version beyond `i32`, so one that is expected is a conflict, as any that is not there.
        self.expected.push(i32::try_from(commit.expected).unwrap_or(i32::MAX));
        let number = number(self.case.len());
        for (at, (event, version)) in commit.events.iter().zip(i64::from(commit.expected) + 1..).enumerate() {
            place = place.saturating_add(1);
            let is_last = || commit.events[at + 1..].iter().all(|later| later.command != event.command);
            self.events.add(number, place, version, event, event.command.is_some() && is_last());
        }
        if let Some(row) = &commit.row {
            self.rows.add(number, row);
        }
        for (key, _) in &commit.removed {
            self.gone.add(number, key, &mut self.lists);
        }
        for item in &commit.added {
            self.items.add(number, item, &mut self.lists);
        }
        self.commits.push((position, place));
    }

    pub(super) fn parameters(&self) -> [&(dyn ToSql + Sync); PARAMETERS] {
        let Self { case, expected, events, rows, lists, gone, items, .. } = self;
        let places = &items.places;
        [
            case,
            expected,
            &events.commit,
            &events.place,
            &events.version,
            &events.is_answer,
            &events.link,
            &events.body,
            &events.command,
            &rows.commit,
            &rows.case,
            &rows.reference,
            &rows.procedure,
            &rows.status,
            &rows.body,
            &lists.names,
            &gone.commit,
            &gone.list,
            &gone.due,
            &gone.case,
            &gone.name,
            &places.commit,
            &places.list,
            &places.due,
            &places.case,
            &places.name,
            &items.since,
            &items.body,
        ]
    }

    /// Puts the verdicts of this part in their places.
    pub(super) fn judge(&self, answer: &[Row], verdicts: &mut [Verdict]) {
        for row in answer {
            let (transaction, base, refused): (i64, i32, Vec<i32>) = (row.get(0), row.get(1), row.get(2));
            let refused: HashSet<i32> = refused.into_iter().collect();
            for (number, (position, last)) in (1..).zip(&self.commits) {
                let event = i64::from(base) + i64::from(*last);
                let cursor = Cursor::new(transaction.unsigned_abs(), event.unsigned_abs());
                let is_refused = refused.contains(&number);
                verdicts[*position] = if is_refused { Verdict::Conflict } else { Verdict::Committed(cursor) };
            }
        }
    }
}

impl<'a> Events<'a> {
    fn add(&mut self, number: i32, place: i32, version: i64, event: &'a NewEvent, is_answer: bool) {
        self.commit.push(number);
        self.place.push(place);
        self.version.push(i32::try_from(version).unwrap_or(i32::MAX));
        self.is_answer.push(is_answer);
        self.link.push(&event.link);
        self.body.push(&event.body);
        self.command.push(event.command.as_deref().map(kept));
    }
}

impl<'a> Rows<'a> {
    fn add(&mut self, number: i32, row: &'a CaseRow) {
        self.commit.push(number);
        self.case.push(row.case.into());
        self.reference.push(row.reference.as_deref().map(kept));
        self.procedure.push(kept(&row.procedure));
        self.status.push(kept(&row.status));
        self.body.push(&row.body);
    }
}

impl<'a> Lists<'a> {
    fn number(&mut self, name: &'a str) -> i32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        self.names.push(kept(name));
        let number = number(self.names.len());
        self.numbers.insert(name, number);
        number
    }
}

impl<'a> Places<'a> {
    fn add(&mut self, number: i32, key: &'a ItemKey, lists: &mut Lists<'a>) {
        self.commit.push(number);
        self.list.push(lists.number(&key.list));
        self.due.push(key.due);
        self.case.push(key.case.into());
        self.name.push(kept(&key.name));
    }
}

impl<'a> Items<'a> {
    fn add(&mut self, number: i32, item: &'a Item, lists: &mut Lists<'a>) {
        self.places.add(number, &item.key, lists);
        self.since.push(item.since);
        self.body.push(&item.body);
    }
}

impl<'a> Entries<'a> {
    pub(super) const INSERT: &'static str = "INSERT INTO items (list, due, case_id, name, since, body)
        SELECT known.numbers[n.list], n.due, n.case_id, n.name, n.since, n.body
        FROM (SELECT numbers_of_lists($1) AS numbers OFFSET 0) known,
            unnest($2::integer[], $3::bigint[], $4::uuid[], $5::text[], $6::bigint[], $7::bytea[])
            n(list, due, case_id, name, since, body)";

    pub(super) fn of(items: &'a [Item]) -> Self {
        let mut entries = Self::default();
        for item in items {
            entries.items.add(0, item, &mut entries.lists);
        }
        entries
    }

    pub(super) fn parameters(&self) -> [&(dyn ToSql + Sync); 7] {
        let Places { list, due, case, name, .. } = &self.items.places;
        [&self.lists.names, list, due, case, name, &self.items.since, &self.items.body]
    }
}

fn number(len: usize) -> i32 {
    i32::try_from(len).unwrap_or(i32::MAX)
}
