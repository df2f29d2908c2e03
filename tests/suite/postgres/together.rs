//! Many engines at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use postgres::NoTls;
use sopflow::CaseId;
use sopflow::store::{CaseCommit, Cursor, Postgres, Reader, Store, StoredEvent, Verdict, Wake};

use super::server::{self, Cluster};
use super::{case, entry, moving};
use crate::random::Dice;

const WRITERS: usize = 8;
const CASES: usize = 12;
const ALL: usize = usize::MAX;

/// What somebody was told: the body of an event, and where it is.
type Told = BTreeMap<String, (CaseId, u32, Cursor)>;

/// One writer of several: in each round a batch for some of the cases, at the versions that it believes they have.
fn write(store: &Postgres, writer: usize, rounds: usize) -> (Told, usize) {
    let mut session = store.writer().expect("a writer");
    let (mut dice, mut versions) = (Dice::new(writer as u64), [0_u32; CASES]);
    let (mut told, mut conflicts) = (Told::new(), 0);
    for round in 0..rounds {
        let numbers: BTreeSet<usize> = (0..=dice.roll(5)).map(|_| dice.roll(CASES)).collect();
        let body = |number: usize| format!("{writer}/{round}/{number}");
        // In no particular order: it is the store that sees to it that nobody waits in a circle.
        let mut numbers: Vec<usize> = numbers.into_iter().collect();
        if dice.chance(50) {
            numbers.reverse();
        }
        let batch: Vec<CaseCommit> =
            numbers.iter().map(|number| moving(*number, versions[*number], &body(*number))).collect();
        let verdicts = session.commit(&batch).expect("a commit");
        for (number, verdict) in numbers.into_iter().zip(verdicts) {
            if let Verdict::Committed(cursor) = verdict {
                versions[number] += 1;
                told.insert(body(number), (case(number), versions[number], cursor));
            } else {
                conflicts += 1;
                let missed = session.events(case(number), versions[number], ALL).expect("a history");
                assert!(!missed.is_empty(), "a conflict is one that can be seen");
                versions[number] = missed.last().expect("just seen").version;
            }
        }
    }
    (told, conflicts)
}

#[test]
fn each_version_is_given_once() {
    let cluster = Cluster::start();
    let (store, _) = server::store_on(cluster.config());
    let results: Vec<(Told, usize)> = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                scope.spawn({
                    let store = &store;
                    move || write(store, writer, 40)
                })
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().expect("a writer")).collect()
    });
    let conflicts: usize = results.iter().map(|(_, conflicts)| conflicts).sum();
    assert!(conflicts > 0, "they got in each other's way");
    let told: Told = results.into_iter().flat_map(|(told, _)| told).collect();
    let mut reader = store.reader().expect("a reader");
    let mut kept = Told::new();
    for number in 0..CASES {
        let history = reader.events(case(number), 0, ALL).expect("a history");
        for (event, version) in history.iter().zip(1..) {
            assert_eq!(event.version, version, "no gap");
            kept.insert(body(event), (event.case, event.version, event.cursor));
        }
        let last = history.last().map_or(0, |event| event.version);
        let mine: Vec<_> = reader.all_items(None, ALL).expect("entries");
        let mine: Vec<_> = mine.into_iter().filter(|item| item.key.case == case(number)).collect();
        assert_eq!(mine, [entry(number, last)], "the entry is where the last commit has put it");
    }
    assert_eq!(kept, told, "what was told is what is kept");
    assert!(!cluster.log().contains("deadlock"), "{}", cluster.log());
}

fn body(event: &StoredEvent) -> String {
    String::from_utf8(event.body.clone()).expect("text")
}

/// Subscribers read in small pages while others write; among these, an embedding program whose transactions take their time.
#[test]
fn subscribers_miss_nothing_and_see_nothing_twice() {
    let (store, _) = server::store_on(server::shared());
    drop(store.writer().expect("a writer"));
    let (writing, told) = (AtomicUsize::new(WRITERS + 1), Mutex::new(Told::new()));
    let finish = |mine: Told| {
        told.lock().expect("whole").extend(mine);
        writing.fetch_sub(1, Ordering::SeqCst);
    };
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (store, finish) = (&store, &finish);
            scope.spawn(move || finish(write(store, writer, 40).0));
        }
        scope.spawn(|| finish(write_slowly(&store)));
        for limit in [1, 7, 500] {
            let (store, writing, told) = (&store, &writing, &told);
            scope.spawn(move || {
                let mut reader = store.reader().expect("a reader");
                let mut seen = Vec::new();
                loop {
                    let is_over = writing.load(Ordering::SeqCst) == 0;
                    follow(&mut *reader, &mut seen, limit);
                    if is_over && seen.len() == told.lock().expect("whole").len() {
                        break;
                    }
                }
                let seen: Told =
                    seen.iter().map(|event| (body(event), (event.case, event.version, event.cursor))).collect();
                assert_eq!(seen, *told.lock().expect("whole"));
            });
        }
    });
}

/// Reads on from where it is, and checks that all comes in order.
fn follow(reader: &mut dyn Reader, seen: &mut Vec<StoredEvent>, limit: usize) {
    let after = seen.last().map_or(Cursor::START, |event| event.cursor);
    for event in reader.events_since(after, limit).expect("events") {
        let before = seen.iter().rfind(|earlier| earlier.case == event.case);
        assert_eq!(event.version, before.map_or(1, |earlier| earlier.version + 1), "{event:?} after {before:?}");
        assert!(seen.last().is_none_or(|last| last.cursor < event.cursor));
        seen.push(event);
    }
}

/// Commits to cases of its own in transactions that begin early and end late.
fn write_slowly(store: &Postgres) -> Told {
    let mut told = Told::new();
    let mut client = server::shared().connect(NoTls).expect("a connection");
    for round in 0..30 {
        let mut transaction = client.transaction().expect("a transaction");
        transaction.execute("SELECT pg_current_xact_id()", &[]).expect("a number");
        transaction.execute("SELECT pg_sleep(0.01)", &[]).expect("a while");
        let (number, text) = (CASES + 1, format!("slow/{round}"));
        let verdicts = store.commit_in(&mut transaction, &[moving(number, round, &text)]).expect("a commit");
        transaction.execute("SELECT pg_sleep(0.01)", &[]).expect("a while");
        transaction.commit().expect("committed");
        let Verdict::Committed(cursor) = verdicts[0] else { panic!("nobody else writes to it") };
        told.insert(text, (case(number), round + 1, cursor));
    }
    told
}

#[test]
fn who_watches_is_told_once_an_event_can_be_read() {
    let (store, _) = server::store_on(server::shared());
    let (mut writer, mut reader) = (store.writer().expect("a writer"), store.reader().expect("a reader"));
    let (send, told) = mpsc::channel();
    let woken = Mutex::new(store.reader().expect("a reader"));
    let wake: Arc<Wake> = Arc::new(move || {
        let found = woken.lock().expect("whole").events_since(Cursor::START, ALL).expect("events");
        send.send(found.len()).unwrap_or_default();
    });
    store.watch(Arc::downgrade(&wake)).expect("watched");
    // Somebody else's transaction, which has begun before and tells nobody when it ends.
    let mut client = server::shared().connect(NoTls).expect("a connection");
    let mut older = client.transaction().expect("a transaction");
    older.execute("SELECT pg_current_xact_id()", &[]).expect("a number");
    writer.commit(&[moving(1, 0, "held back")]).expect("a commit");
    assert_eq!(reader.events_since(Cursor::START, ALL).expect("events"), []);
    assert_eq!(reader.events(case(1), 0, ALL).expect("a history").len(), 1, "the case itself is not held back");
    older.commit().expect("ended");
    while told.recv().expect("a call") == 0 {}
}

#[test]
fn who_watches_is_told_again_after_the_connection_was_lost() {
    let (store, schema) = server::store_on(server::shared());
    let (send, told) = mpsc::channel();
    let wake: Arc<Wake> = Arc::new(move || send.send(()).unwrap_or_default());
    store.watch(Arc::downgrade(&wake)).expect("watched");
    let mut writer = store.writer().expect("a writer");
    let mut client = server::shared().connect(NoTls).expect("a connection");
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%LISTEN \"' || $1 || '\"%' OR query LIKE 'SELECT horizon%'";
    for version in 0..3 {
        client.execute(end, &[&schema]).expect("ended");
        writer.commit(&[moving(1, version, "a")]).expect("a commit");
        told.recv().expect("a call");
    }
}

#[test]
fn a_replacement_keeps_writers_out() {
    let (store, schema) = server::store_on(server::shared());
    let (mut one, mut other) = (store.writer().expect("a writer"), store.writer().expect("a writer"));
    one.commit(&[moving(1, 0, "a")]).expect("a commit");
    let mut client = server::shared().connect(NoTls).expect("a connection");
    let waits =
        format!("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = '{schema}.events'::regclass AND NOT granted)");
    let mut writing = None;
    one.replace_items(&mut || {
        let writing = writing.get_or_insert_with(|| {
            let mut other = std::mem::replace(&mut other, store.writer().expect("a writer"));
            thread::spawn(move || other.commit(&[moving(2, 0, "b")]).expect("a commit"))
        });
        while !client.query_one(&waits, &[]).expect("an answer").get::<_, bool>(0) {
            assert!(!writing.is_finished(), "the writer came through");
        }
        Ok(None)
    })
    .expect("replaced");
    writing.expect("begun").join().expect("a writer");
    // What was there is gone, and what came afterwards is there.
    assert_eq!(store.reader().expect("a reader").all_items(None, ALL).expect("entries"), [entry(2, 1)]);
}

/// Whoever waits for a case holds none that comes later in the order, so no circle of waiting comes about.
#[test]
fn who_waits_for_a_case_holds_no_later_one() {
    let cluster = Cluster::start();
    let (store, _) = server::store_on(cluster.config());
    let (mut one, mut other) = (store.writer().expect("a writer"), store.writer().expect("a writer"));
    let mut client = cluster.config().connect(NoTls).expect("a connection");
    let mut watching = cluster.config().connect(NoTls).expect("a connection");
    let mut waiting = move || {
        let waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted";
        watching.query_one(waits, &[]).expect("an answer").get::<_, i64>(0)
    };
    // A list that is new is held by whoever brings it, so it is brought before.
    one.commit(&[moving(3, 0, "first")]).expect("a commit");
    let mut transaction = client.transaction().expect("a transaction");
    store.commit_in(&mut transaction, &[moving(1, 0, "held")]).expect("a commit");
    let first = thread::spawn(move || one.commit(&[moving(2, 0, "a"), moving(1, 0, "a")]).expect("a commit"));
    while waiting() < 1 {
        assert!(!first.is_finished(), "it did not wait");
    }
    let second = thread::spawn(move || other.commit(&[moving(2, 0, "b")]).expect("a commit"));
    while !second.is_finished() {
        assert!(waiting() < 2, "the second waits for the first, which waits");
    }
    assert!(matches!(second.join().expect("a writer")[..], [Verdict::Committed(_)]));
    transaction.rollback().expect("rolled back");
    let verdicts = first.join().expect("a writer");
    assert!(matches!(verdicts[..], [Verdict::Conflict, Verdict::Committed(_)]), "{verdicts:?}");
}
