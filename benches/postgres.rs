//! The PostgreSQL store: what eight engines commit together, and how long a page of an inbox takes.
//!
//! It runs on the server that `SOPFLOW_POSTGRES` leads to (a connection string, such as `host=localhost user=postgres`), or
//! starts one in a temporary folder where its programs are installed. The figures are for a server with full sync.
//!
//! `commits`: eight writers, each with batches of 1,000 commits of one event; each commit takes an entry off a list and puts
//! another on one. `floor` is what a program would do that keeps the same bytes and nothing else: eight clients, each inserting
//! 1,000 rows by one prepared `INSERT … SELECT FROM unnest(…)` into a table with a primary key. The two take turns in one run.
//!
//! `page`: the first 50 entries of ten lists, and the next 50 after a random place, in both orders.
//!
//! `--measurement-time SECONDS` says how long each turn takes; below one second, there are 100,000 entries instead of a million.

// What is cut off here is bytes of numbers that look random, and counts far below any bound.
#![allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_precision_loss)]

#[path = "../tests/suite/postgres/server.rs"]
#[allow(dead_code)]
mod server;

use std::env;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Config, NoTls};
use sopflow::CaseId;
use sopflow::store::{
    CaseCommit, Item, ItemKey, ItemOrder, ItemQuery, NewEvent, Postgres, Reader, Store, Verdict, Writer,
};
use uuid::Uuid;

const WRITERS: usize = 8;
const BATCH: usize = 1_000;
const CASES_PER_WRITER: usize = 10_000;
const TURNS: usize = 3;
const EVENT_BYTES: usize = 120;
const ITEM_BYTES: usize = 80;
const LISTS: usize = 200;

fn main() {
    let seconds = env::args().skip_while(|argument| argument != "--measurement-time").nth(1);
    let turn = Duration::from_secs_f64(seconds.and_then(|seconds| seconds.parse().ok()).unwrap_or(5.0));
    commits(turn, false);
    commits(turn, true);
    let sizes = if turn < Duration::from_secs(1) { [10_000, 100_000] } else { [10_000, 1_000_000] };
    for size in sizes {
        pages(size);
    }
}

// ── Commits ─────────────────────────────────────────────────────────────────────────────────────────────────────────

fn commits(turn: Duration, has_commands: bool) {
    let (store, _) = server::store_on(server::shared());
    let config = server::shared();
    let table = prepare_floor(&config);
    let mut engines: Vec<Engine> = (0..WRITERS).map(|number| Engine::new(&store, number, has_commands)).collect();
    let mut clients: Vec<Plain> =
        (0..WRITERS).map(|number| Plain::new(&config, &table, number, has_commands)).collect();
    println!(
        "commits: {WRITERS} writers, batches of {BATCH}{}",
        if has_commands { ", each with the id of a command" } else { "" }
    );
    let (mut ours, mut floor) = (0.0, 0.0);
    for _ in 0..TURNS {
        let (plain, stored) = (rate(&mut clients, turn, Plain::insert), rate(&mut engines, turn, Engine::commit));
        println!("  floor {plain:>9.0} rows/s   store {stored:>9.0} events/s   {:.0} %", 100.0 * stored / plain);
        ours += stored;
        floor += plain;
    }
    println!("  together: {:.0} % of the floor", 100.0 * ours / floor);
    let mut client = config.connect(NoTls).expect("a connection");
    client.batch_execute(&format!("DROP TABLE {table}")).expect("dropped");
}

/// What all of them do in a second, `BATCH` at a time.
fn rate<T: Send>(workers: &mut [T], turn: Duration, work: impl Fn(&mut T) + Sync) -> f64 {
    let (begin, is_over) = (Barrier::new(workers.len() + 1), AtomicBool::new(false));
    thread::scope(|scope| {
        let handles: Vec<_> = workers
            .iter_mut()
            .map(|worker| {
                scope.spawn(|| {
                    begin.wait();
                    let mut batches = 0;
                    while !is_over.load(Ordering::Relaxed) {
                        work(worker);
                        batches += 1;
                    }
                    batches
                })
            })
            .collect();
        begin.wait();
        let since = Instant::now();
        thread::sleep(turn);
        is_over.store(true, Ordering::Relaxed);
        let batches: usize = handles.into_iter().map(|handle| handle.join().expect("a worker")).sum();
        (batches * BATCH) as f64 / since.elapsed().as_secs_f64()
    })
}

struct Engine {
    writer: Box<dyn Writer>,
    cases: Vec<(CaseId, u32)>,
    next: usize,
    has_commands: bool,
}

impl Engine {
    fn new(store: &Postgres, number: usize, has_commands: bool) -> Self {
        let mut writer = store.writer().expect("a writer");
        let cases: Vec<(CaseId, u32)> = (0..CASES_PER_WRITER).map(|at| (case(number, at), 1)).collect();
        for chunk in cases.chunks(BATCH) {
            let batch: Vec<CaseCommit> = chunk.iter().map(|(case, _)| commit(*case, 0, has_commands)).collect();
            writer.commit(&batch).expect("committed");
        }
        Self { writer, cases, next: 0, has_commands }
    }

    fn commit(&mut self) {
        let chunk = &mut self.cases[self.next..self.next + BATCH];
        let batch: Vec<CaseCommit> =
            chunk.iter().map(|(case, version)| commit(*case, *version, self.has_commands)).collect();
        let verdicts = self.writer.commit(&batch).expect("committed");
        assert!(verdicts.iter().all(|verdict| matches!(verdict, Verdict::Committed(_))));
        for (_, version) in chunk {
            *version += 1;
        }
        self.next = (self.next + BATCH) % self.cases.len();
    }
}

/// Cases that were opened one after the other, by all engines in turn.
fn case(number: usize, at: usize) -> CaseId {
    let moment = (at * WRITERS + number) as u128;
    CaseId::from_u128((0x0193_0000_0000 + moment) << 80 | 0x7 << 76 | 0x8 << 60 | u128::from(mix(moment as u64)) >> 4)
}

fn commit(case: CaseId, expected: u32, has_commands: bool) -> CaseCommit {
    let command = has_commands.then(|| Uuid::from_u128(u128::from(mix(expected.into())) << 64 ^ case.as_u128()));
    let event = NewEvent {
        body: vec![expected as u8; EVENT_BYTES],
        link: [expected as u8; 32],
        command: command.map(|id| id.to_string().into()),
    };
    let removed = if expected == 0 { None } else { Some(item(case, expected)) };
    CaseCommit {
        case,
        expected,
        events: vec![event],
        row: None,
        removed: removed.map(|item| (item.key, item.since)).into_iter().collect(),
        added: vec![item(case, expected + 1)],
    }
}

/// The entry of a case at a version.
fn item(case: CaseId, version: u32) -> Item {
    let list = mix(case.as_u128() as u64 ^ u64::from(version)) as usize % LISTS;
    let since = 1_790_000_000_000 + i64::from(version) * 60_000 + (case.as_u128() as i64 & 0xFFFF);
    let key =
        ItemKey { list: list_name(list), due: since + 86_400_000, case, name: format!("step-{}", version % 20).into() };
    Item { key, since, body: vec![version as u8; ITEM_BYTES] }
}

fn list_name(list: usize) -> std::sync::Arc<str> {
    format!("procedure-{}/role-{}", list / 5, list % 5).into()
}

/// A number that looks random (`SplitMix64`).
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ number >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ number >> 31
}

// ── The floor ───────────────────────────────────────────────────────────────────────────────────────────────────────

struct Plain {
    client: postgres::Client,
    statement: postgres::Statement,
    cases: Vec<CaseId>,
    version: u32,
    next: usize,
    has_commands: bool,
}

fn prepare_floor(config: &Config) -> String {
    let table = format!("sopflow_floor_{}", std::process::id());
    let create = format!(
        "SET client_min_messages = error; DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (case_id uuid, version integer,
        link bytea, body bytea, command text, list text, due bigint, name text, since bigint, item bytea,
        PRIMARY KEY (case_id, version))"
    );
    config.connect(NoTls).expect("a connection").batch_execute(&create).expect("a table");
    table
}

impl Plain {
    fn new(config: &Config, table: &str, number: usize, has_commands: bool) -> Self {
        let mut client = config.connect(NoTls).expect("a connection");
        let insert = format!(
            "INSERT INTO {table} SELECT * FROM unnest($1::uuid[], $2::integer[], $3::bytea[], $4::bytea[], $5::text[],
            $6::text[], $7::bigint[], $8::text[], $9::bigint[], $10::bytea[])"
        );
        let statement = client.prepare(&insert).expect("a statement");
        let cases = (0..CASES_PER_WRITER).map(|at| case(number, at)).collect();
        Self { client, statement, cases, version: 1, next: 0, has_commands }
    }

    fn insert(&mut self) {
        let cases = &self.cases[self.next..self.next + BATCH];
        let commits: Vec<CaseCommit> =
            cases.iter().map(|case| commit(*case, self.version, self.has_commands)).collect();
        let items = || commits.iter().map(|commit| &commit.added[0]);
        let events = || commits.iter().map(|commit| &commit.events[0]);
        let ids: Vec<Uuid> = cases.iter().map(|case| Uuid::from(*case)).collect();
        let versions = vec![self.version.cast_signed(); BATCH];
        let links: Vec<&[u8]> = events().map(|event| &event.link[..]).collect();
        let bodies: Vec<&[u8]> = events().map(|event| &event.body[..]).collect();
        let commands: Vec<Option<&str>> = events().map(|event| event.command.as_deref()).collect();
        let lists: Vec<&str> = items().map(|item| &*item.key.list).collect();
        let dues: Vec<i64> = items().map(|item| item.key.due).collect();
        let names: Vec<&str> = items().map(|item| &*item.key.name).collect();
        let sinces: Vec<i64> = items().map(|item| item.since).collect();
        let entries: Vec<&[u8]> = items().map(|item| &item.body[..]).collect();
        let inserted = self.client.execute(
            &self.statement,
            &[&ids, &versions, &links, &bodies, &commands, &lists, &dues, &names, &sinces, &entries],
        );
        assert_eq!(inserted.expect("inserted"), BATCH as u64);
        self.next = (self.next + BATCH) % self.cases.len();
        self.version += u32::from(self.next == 0);
    }
}

// ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────

fn pages(size: usize) {
    let (store, _) = server::store_on(server::shared());
    let mut writer = store.writer().expect("a writer");
    let mut items = (0..size).map(|at| item(case(0, at), 1 + (mix(at as u64) % 50_000) as u32));
    writer.replace_items(&mut || Ok(items.next())).expect("filled");
    let mut reader = store.reader().expect("a reader");
    println!("page: {size} entries in {LISTS} lists");
    for order in [ItemOrder::Due, ItemOrder::Since] {
        for is_first in [true, false] {
            let (middle, late) = page_times(&mut *reader, order, is_first);
            let which = if is_first { "first" } else { "next" };
            println!("  {order:?}, {which}: median {middle:?}, p99 {late:?}");
        }
    }
}

fn page_times(reader: &mut dyn Reader, order: ItemOrder, is_first: bool) -> (Duration, Duration) {
    const PAGES: u64 = 2_000;
    let mut times: Vec<Duration> = (0..PAGES)
        .map(|page| {
            let lists = (0..10).map(|list| list_name(mix(page * 10 + list) as usize % LISTS)).collect();
            let moment = 1_790_000_000_000 + (mix(page) % 50_000) as i64 * 60_000;
            let after = (!is_first).then(|| (moment, CaseId::from_u128(0), "".into()));
            let query = ItemQuery { lists, order, after, limit: 50, ..ItemQuery::default() };
            let since = Instant::now();
            reader.items(&query).expect("a page");
            since.elapsed()
        })
        .collect();
    times.sort();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}
