//! What durability costs: commits and pages of an inbox in SQLite.
//!
//! - `commit` is one batch of 1,000 commits, one for each of 1,000 cases: an event of 220 bytes that a command made, an
//!   entry of a list that goes and one that comes. `bare insert` writes the same bytes as 1,000 rows of a table without any
//!   key but the row id, by one prepared statement in one transaction with full sync: the floor. `memory` is the store in
//!   memory.
//! - `one` is the latency of a single such commit, and of a bare insert of one row.
//! - `inbox` is a page of 50 out of ten lists, from a random place on, in both orders, with and without filters. Once for
//!   each size the slowest of a hundred pages (p99) are told.
//!
//! Files lie under `target`. With `SOPFLOW_BENCH_FULL` set, inboxes have up to a million entries, and commits go to cases
//! picked out of 100,000 as well; without it, there are a tenth of each.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rusqlite::{Connection, params};
use sopflow::CaseId;
use sopflow::store::{
    CaseCommit, Item, ItemKey, ItemOrder, ItemQuery, Memory, NewEvent, Reader, Sqlite, Store, Verdict, Writer,
};
use tempfile::TempDir;

const BATCH: usize = 1_000;
const BODY_BYTES: usize = 220;
const ITEM_BYTES: usize = 24;
const LISTS: usize = 10;
const PAGE: usize = 50;

fn commits(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("commit");
    group.sample_size(10).throughput(Throughput::Elements(BATCH as u64));
    for (name, with_commands) in [("with command ids", true), ("without", false)] {
        group.bench_function(BenchmarkId::new("bare insert", name), |bencher| {
            let (folder, mut office) = (folder(), Office::new(BATCH, with_commands));
            let mut bare = bare(folder.path());
            bencher.iter_custom(|rounds| timed(rounds, || office.batch(BATCH), |batch| insert(&mut bare, batch)));
        });
        group.bench_function(BenchmarkId::new("sqlite", name), |bencher| {
            let (folder, office) = (folder(), Office::new(BATCH, with_commands));
            let store = Sqlite::open(folder.path().join("office.db")).expect("a store");
            run(bencher, &store, office, BATCH);
        });
        group.bench_function(BenchmarkId::new("memory", name), |bencher| {
            run(bencher, &Memory::new(), Office::new(BATCH, with_commands), BATCH);
        });
    }
    let many = if is_full() { 100_000 } else { 10_000 };
    group.bench_function(BenchmarkId::new("sqlite out of", many), |bencher| {
        let folder = folder();
        let store = Sqlite::open(folder.path().join("office.db")).expect("a store");
        run(bencher, &store, Office::new(many, true), BATCH);
    });
    group.finish();

    let mut group = criterion.benchmark_group("one");
    group.bench_function("bare insert", |bencher| {
        let (folder, mut office) = (folder(), Office::new(BATCH, true));
        let mut bare = bare(folder.path());
        bencher.iter_custom(|rounds| timed(rounds, || office.batch(1), |batch| insert(&mut bare, batch)));
    });
    group.bench_function("sqlite", |bencher| {
        let folder = folder();
        let store = Sqlite::open(folder.path().join("office.db")).expect("a store");
        run(bencher, &store, Office::new(BATCH, true), 1);
    });
    group.finish();
}

fn run(bencher: &mut criterion::Bencher<'_>, store: &dyn Store, mut office: Office, batch: usize) {
    let mut writer = store.writer().expect("a writer");
    while !office.is_open() {
        commit(&mut *writer, &office.batch(BATCH));
    }
    bencher.iter_custom(|rounds| timed(rounds, || office.batch(batch), |batch| commit(&mut *writer, batch)));
}

fn timed<T>(rounds: u64, mut make: impl FnMut() -> T, mut work: impl FnMut(&T)) -> Duration {
    let round = |_| {
        let input = make();
        let begun = Instant::now();
        work(black_box(&input));
        begun.elapsed()
    };
    (0..rounds).map(round).sum()
}

fn commit(writer: &mut dyn Writer, batch: &[CaseCommit]) {
    let verdicts = writer.commit(batch).expect("a commit");
    assert!(!verdicts.contains(&Verdict::Conflict));
}

// ── The floor ───────────────────────────────────────────────────────────────────────────────────────────────────────

fn bare(folder: &Path) -> Connection {
    let bare = Connection::open(folder.join("bare.db")).expect("a database");
    let table = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; CREATE TABLE bare \
        (position INTEGER PRIMARY KEY, case_id BLOB, version INT, body BLOB, link BLOB, command TEXT, \
        list TEXT, due INT, name TEXT, since INT, item BLOB)";
    bare.execute_batch(table).expect("a table");
    bare
}

fn insert(bare: &mut Connection, batch: &[CaseCommit]) {
    let transaction = bare.transaction().expect("a transaction");
    let text = "INSERT INTO bare (case_id, version, body, link, command, list, due, name, since, item) \
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let mut insert = transaction.prepare_cached(text).expect("a statement");
    for commit in batch {
        let (event, Item { key, since, body }) = (&commit.events[0], &commit.added[0]);
        let case = commit.case.to_bytes();
        let values = params![
            case,
            commit.expected,
            event.body,
            event.link,
            event.command,
            key.list,
            key.due,
            key.name,
            since,
            body
        ];
        insert.execute(values).expect("a row");
    }
    drop(insert);
    transaction.commit().expect("a commit");
}

// ── Work ────────────────────────────────────────────────────────────────────────────────────────────────────────────

struct Office {
    /// The version of each case, and its entry.
    cases: Vec<(CaseId, u32, Option<Item>)>,
    next: usize,
    moment: i64,
    commands: Option<u64>,
    dice: u64,
}

impl Office {
    fn new(cases: usize, with_commands: bool) -> Self {
        let mut dice = 7;
        // As those of version 7: sorted by the moment of opening, random behind it.
        let id = |at: usize| CaseId::from_u128((at as u128) << 80 | u128::from(roll(&mut dice)));
        let cases = (0..cases).map(id).map(|case| (case, 0, None)).collect();
        Self { cases, next: 0, moment: 0, commands: with_commands.then_some(0), dice: 7 }
    }

    /// Whether every case has an entry.
    fn is_open(&self) -> bool {
        self.cases.iter().all(|(.., entry)| entry.is_some())
    }

    /// A commit for each of the next cases, in an order that is not that of their ids.
    fn batch(&mut self, count: usize) -> Vec<CaseCommit> {
        (0..count).map(|_| self.commit()).collect()
    }

    fn commit(&mut self) -> CaseCommit {
        self.next = (self.next + 389) % self.cases.len();
        self.moment += 1;
        let command = self.commands.as_mut().map(|number| {
            *number += 1;
            // As a UUID of version 7 in text.
            format!("{:08x}-{:04x}-7000-8000-{:012x}", *number >> 16, *number & 0xFFFF, roll(&mut self.dice) >> 16)
                .into()
        });
        let due = self.moment + i64::try_from(roll(&mut self.dice) % 100_000).expect("it is small");
        let list = format!("procedure/role-{}", roll(&mut self.dice) % LISTS as u64);
        let (case, version, entry) = &mut self.cases[self.next];
        let expected = *version;
        *version += 1;
        let key = ItemKey { list: list.into(), due, case: *case, name: (expected % 21).to_string().into() };
        let new = Item { key, since: self.moment, body: vec![1; ITEM_BYTES] };
        let old = entry.replace(new.clone());
        CaseCommit {
            case: *case,
            expected,
            events: vec![NewEvent { body: vec![2; BODY_BYTES], link: [3; 32], command }],
            row: None,
            removed: old.into_iter().map(|item| (item.key, item.since)).collect(),
            added: vec![new],
        }
    }
}

/// A xorshift generator.
fn roll(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

// ── Inboxes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

fn inboxes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("inbox");
    for size in if is_full() { [10_000, 1_000_000] } else { [10_000, 100_000] } {
        let folder = folder();
        let store = Sqlite::open(folder.path().join("office.db")).expect("a store");
        let (begun, mut office) = (Instant::now(), Office::new(size, false));
        let mut made = (0..size).map(|_| office.commit().added.remove(0));
        store.writer().expect("a writer").replace_items(&mut || Ok(made.next())).expect("entries");
        println!("inbox: {size} entries put in {:.1} s", begun.elapsed().as_secs_f64());
        let (mut reader, mut dice) = (store.reader().expect("a reader"), 7);
        for (name, order) in [("by due time", ItemOrder::Due), ("by waiting time", ItemOrder::Since)] {
            let mut page = |is_filtered: bool| page(&mut *reader, order, size, is_filtered, &mut dice);
            let mut times: Vec<Duration> = (0..if is_full() { 10_000 } else { 1_000 })
                .map(|round| {
                    let begun = Instant::now();
                    black_box(page(round % 2 == 0));
                    begun.elapsed()
                })
                .collect();
            times.sort_unstable();
            let at = |percent: usize| times[times.len() * percent / 100].as_secs_f64() * 1e6;
            println!("inbox {name}, {size}: p50 {:.0} µs, p99 {:.0} µs", at(50), at(99));
            group.bench_function(BenchmarkId::new(name, size), |bencher| bencher.iter(|| page(false)));
        }
        let query = ItemQuery { lists: lists(), limit: 1_000, ..ItemQuery::default() };
        group.bench_function(BenchmarkId::new("counts up to 1,000", size), |bencher| {
            bencher.iter(|| reader.count(black_box(&query)).expect("counts"));
        });
    }
    group.finish();
}

fn lists() -> Vec<std::sync::Arc<str>> {
    (0..LISTS).map(|list| format!("procedure/role-{list}").into()).collect()
}

fn page(reader: &mut dyn Reader, order: ItemOrder, size: usize, is_filtered: bool, dice: &mut u64) -> Vec<Item> {
    let moment = i64::try_from(roll(dice) % size as u64).expect("it is small");
    let after = Some((moment, CaseId::from_u128(0), "".into()));
    let before = is_filtered.then_some(moment + i64::try_from(size).expect("it is small") / 20);
    let (due_before, since_before) = match order {
        ItemOrder::Due => (before, None),
        ItemOrder::Since => (None, before),
    };
    let query = ItemQuery { lists: lists(), order, after, due_before, since_before, limit: PAGE };
    reader.items(&query).expect("a page")
}

fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder")
}

fn is_full() -> bool {
    std::env::var_os("SOPFLOW_BENCH_FULL").is_some()
}

criterion_group!(benches, commits, inboxes);
criterion_main!(benches);
