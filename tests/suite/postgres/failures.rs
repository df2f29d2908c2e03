//! Servers and connections that fail.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use postgres::NoTls;
use sopflow::store::{CaseCommit, Postgres, Store, Verdict, Writer};

use super::proxy::Proxy;
use super::server::{self, Cluster};
use super::{case, moving};

const WRITERS: usize = 4;
const CASES_PER_WRITER: usize = 3;
const ALL: usize = usize::MAX;

/// The bodies of events, by what their writers were told.
#[derive(Default)]
struct Told {
    committed: BTreeSet<String>,
    denied: BTreeSet<String>,
    uncertain: BTreeSet<String>,
}

/// Writers that go on whatever happens, until they are stopped.
struct Load {
    store: Postgres,
    is_over: AtomicBool,
    commits: AtomicUsize,
    failures: AtomicUsize,
    told: Mutex<Told>,
}

impl Load {
    /// Runs writers while something disturbs them; then checks that what they were told is true.
    fn run(store: Postgres, disturb: impl FnOnce(&Self)) {
        let (is_over, told) = (AtomicBool::new(false), Mutex::default());
        let load = Self { store, is_over, commits: AtomicUsize::new(0), failures: AtomicUsize::new(0), told };
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                let load = &load;
                scope.spawn(move || load.write(writer));
            }
            disturb(&load);
            load.wait();
            load.is_over.store(true, Ordering::SeqCst);
        });
        load.check();
    }

    /// Waits until some more has been committed.
    fn wait(&self) {
        let before = self.commits.load(Ordering::SeqCst);
        while self.commits.load(Ordering::SeqCst) < before + 50 {
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn write(&self, writer: usize) {
        let (mut session, mut versions) = self.connect(writer);
        let mut round = 0;
        while !self.is_over.load(Ordering::SeqCst) {
            round += 1;
            let body = |at: usize| format!("{writer}/{round}/{at}");
            let batch: Vec<CaseCommit> = versions
                .iter()
                .enumerate()
                .map(|(at, version)| moving(writer * CASES_PER_WRITER + at, *version, &body(at)))
                .collect();
            let answer = session.commit(&batch);
            let mut told = self.told.lock().expect("whole");
            let bodies = (0..CASES_PER_WRITER).map(body);
            match answer {
                Ok(verdicts) => {
                    assert!(verdicts.iter().all(|verdict| matches!(verdict, Verdict::Committed(_))), "{verdicts:?}");
                    told.committed.extend(bodies);
                    versions = versions.map(|version| version + 1);
                    self.commits.fetch_add(1, Ordering::SeqCst);
                }
                Err(error) => {
                    assert!(error.is_uncertain() || error.is_storage(), "{error}");
                    if error.is_uncertain() { &mut told.uncertain } else { &mut told.denied }.extend(bodies);
                    drop(told);
                    self.failures.fetch_add(1, Ordering::SeqCst);
                    (session, versions) = self.connect(writer);
                }
            }
        }
    }

    /// Another session, and what the cases have come to.
    fn connect(&self, writer: usize) -> (Box<dyn Writer>, [u32; CASES_PER_WRITER]) {
        loop {
            if let Ok(mut session) = self.store.writer() {
                let mut version = |at: usize| {
                    let history = session.events(case(writer * CASES_PER_WRITER + at), 0, ALL).ok()?;
                    Some(history.last().map_or(0, |event| event.version))
                };
                if let (Some(one), Some(two), Some(three)) = (version(0), version(1), version(2)) {
                    return (session, [one, two, three]);
                }
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn check(self) {
        let told = self.told.into_inner().expect("whole");
        let mut reader = self.store.reader().expect("a reader");
        let mut kept = BTreeSet::new();
        let mut versions = Vec::new();
        for number in 0..WRITERS * CASES_PER_WRITER {
            let history = reader.events(case(number), 0, ALL).expect("a history");
            for (event, version) in history.iter().zip(1..) {
                assert_eq!(event.version, version, "no gap");
                let body = String::from_utf8(event.body.clone()).expect("text");
                assert!(!told.denied.contains(&body), "{body} was denied");
                assert!(told.committed.contains(&body) || told.uncertain.contains(&body), "{body} came from nowhere");
                assert!(kept.insert(body), "twice");
            }
            versions.push(history.last().map_or(0, |event| event.version));
        }
        assert!(told.committed.is_subset(&kept), "lost: {:?}", told.committed.difference(&kept));
        // Commits are whole: the cases of a writer go together, and so do their entries.
        assert!(versions.chunks(CASES_PER_WRITER).all(|mine| mine.iter().all(|version| *version == mine[0])));
        let entries = reader.all_items(None, ALL).expect("entries");
        let mut found: Vec<_> = entries.iter().map(|item| (item.key.case, item.key.due)).collect();
        found.sort();
        let expected: Vec<_> =
            versions.iter().enumerate().map(|(number, version)| (case(number), i64::from(*version))).collect();
        assert_eq!(found, expected);
        assert!(self.failures.into_inner() > 0, "it was disturbed");
    }
}

#[test]
fn nothing_is_lost_when_the_server_crashes() {
    // Left to itself, this server would answer before it has synced.
    let mut cluster = Cluster::start_with("-c synchronous_commit=off");
    let (store, _) = server::store_on(cluster.config());
    Load::run(store, |load| {
        for _ in 0..4 {
            load.wait();
            cluster.crash();
            cluster.restart();
        }
    });
}

#[test]
fn nothing_is_lost_when_sessions_are_ended() {
    let cluster = Cluster::start();
    let (store, _) = server::store_on(cluster.config());
    Load::run(store, |load| {
        let mut client = cluster.config().connect(NoTls).expect("a connection");
        for _ in 0..20 {
            load.wait();
            let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";
            client.execute(end, &[]).expect("ended");
        }
    });
}

#[test]
fn a_lost_answer_is_uncertain_and_what_was_committed_is_there() {
    let cluster = Cluster::start();
    let proxy = Proxy::to(cluster.socket());
    let (direct, schema) = server::store_on(cluster.config());
    let through = Postgres::new(proxy.config()).in_schema(&schema).expect("a name");
    let mut writer = through.writer().expect("a writer");
    writer.commit(&[moving(1, 0, "a")]).expect("a commit");
    proxy.cut_before_the_answer();
    let error = writer.commit(&[moving(1, 1, "b")]).expect_err("the answer is lost");
    assert!(error.is_uncertain(), "{error}");
    proxy.cut_nowhere();
    let after = writer.commit(&[moving(1, 2, "c")]).expect_err("the session is gone");
    assert!(after.is_storage(), "nothing can have been sent: {after}");
    let mut reader = direct.reader().expect("a reader");
    let bodies =
        |history: Vec<sopflow::store::StoredEvent>| history.into_iter().map(|event| event.body).collect::<Vec<_>>();
    assert_eq!(bodies(reader.events(case(1), 0, ALL).expect("a history")), [b"a", b"b"]);
    // Whoever asks for another writer sees it, too.
    let mut again = through.writer().expect("another writer");
    assert_eq!(again.commit(&[moving(1, 1, "b")]).expect("a commit"), [Verdict::Conflict]);
    again.commit(&[moving(1, 2, "c")]).expect("a commit");
}

#[test]
fn a_lost_question_is_uncertain_and_nothing_is_there() {
    let cluster = Cluster::start();
    let proxy = Proxy::to(cluster.socket());
    let (direct, schema) = server::store_on(cluster.config());
    let through = Postgres::new(proxy.config()).in_schema(&schema).expect("a name");
    let mut writer = through.writer().expect("a writer");
    writer.commit(&[moving(1, 0, "a")]).expect("a commit");
    proxy.cut_before_the_question();
    let error = writer.commit(&[moving(1, 1, "b")]).expect_err("the question is lost");
    assert!(error.is_uncertain(), "{error}");
    assert_eq!(direct.reader().expect("a reader").events(case(1), 0, ALL).expect("a history").len(), 1);
}
