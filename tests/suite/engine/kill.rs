//! Nothing acknowledged is ever lost: a process that works on a file is killed in the middle, again and again.
//!
//! The process that is killed is this test binary itself, told by its environment to work. `SOPFLOW_KILLS` is how often it is
//! killed: 20 times unless told otherwise.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};
use sopflow::CaseId;
use sopflow::runtime::{Ask, Engine, Opinion, Request};
use sopflow::store::{Cursor, Sqlite, Store};

use super::bureau::{letter, office};

const FILE: &str = "SOPFLOW_KILL_FILE";
const PEOPLE: [&str; 6] = ["Ani", "Adi", "Budi", "Bayu", "Citra", "Dewi"];

/// A command that was acknowledged.
#[derive(Debug)]
struct Acknowledged {
    id: String,
    case: CaseId,
    version: u32,
}

#[test]
fn what_was_acknowledged_outlives_a_kill() {
    let kills = std::env::var("SOPFLOW_KILLS").map_or(20, |kills| kills.parse().unwrap());
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("office.db");
    let mut chance = chance(7);
    let (mut all, mut killed_at_work) = (Vec::new(), 0);
    for run in 0..kills {
        let acknowledged = work_and_kill(&path, run, Duration::from_millis(20 + u64::from(chance.next_u32() % 300)));
        killed_at_work += usize::from(!acknowledged.is_empty());
        all.extend(acknowledged);
        check(&path, &all);
    }
    assert!(killed_at_work * 2 > kills, "most processes were killed before they had done anything");
}

fn open(path: &Path) -> Engine {
    Engine::builder(Sqlite::open(path).unwrap()).directory(office()).host(letter("1")).open().unwrap()
}

fn chance(seed: u8) -> TestRng {
    TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32])
}

/// Lets a process work for a while from its first acknowledgement on, kills it, and tells what it acknowledged.
fn work_and_kill(path: &Path, run: usize, time: Duration) -> Vec<Acknowledged> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "engine::kill::works_until_it_is_killed", "--nocapture"])
        .env(FILE, path)
        .env("SOPFLOW_KILL_RUN", run.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut acknowledged = Vec::new();
    read_line(&mut lines, &mut acknowledged);
    let reader = std::thread::spawn(move || {
        while read_line(&mut lines, &mut acknowledged) {}
        acknowledged
    });
    std::thread::sleep(time);
    kill(&mut child);
    reader.join().unwrap()
}

/// Kills without a chance to clean up: `SIGKILL` on Unix.
fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Reads up to the next whole line that acknowledges a command; false at the end.
fn read_line(lines: &mut impl BufRead, acknowledged: &mut Vec<Acknowledged>) -> bool {
    let mut line = String::new();
    while lines.read_line(&mut line).unwrap() > 0 {
        if let Some(told) = line.strip_prefix("done ").and_then(|told| told.strip_suffix('\n')) {
            let [id, case, version] = told.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let (case, version) = (case.parse().unwrap(), version.parse().unwrap());
            acknowledged.push(Acknowledged { id: id.into(), case, version });
            return true;
        }
        line.clear();
    }
    false
}

/// Every acknowledged command is there exactly once, every case can be replayed, the lists are what the events give.
fn check(path: &Path, acknowledged: &[Acknowledged]) {
    let engine = open(path);
    let mut reader = Sqlite::open(path).unwrap().reader().unwrap();
    let mut made: HashMap<String, (CaseId, u32)> = HashMap::new();
    let mut cursor = Cursor::START;
    loop {
        let events = reader.events_since(cursor, 1_000).unwrap();
        let Some(last) = events.last() else { break };
        cursor = last.cursor;
        for event in events {
            let id = event.command.expect("every command has an id").to_string();
            assert_eq!(made.insert(id, (event.case, event.version)), None, "a command was carried out twice");
        }
    }
    for Acknowledged { id, case, version } in acknowledged {
        assert_eq!(made.get(id), Some(&(*case, *version)), "{id} was acknowledged");
    }
    let report = engine.audit().verify_deep().wait().unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert!(engine.check_lists().wait().unwrap().is_exact, "the lists are not what the events give");
}

/// The process that is killed: eight threads send whatever comes to mind, and tell what was acknowledged.
#[test]
#[ignore = "what_was_acknowledged_outlives_a_kill runs it"]
fn works_until_it_is_killed() {
    let Ok(path) = std::env::var(FILE) else { return };
    let run = std::env::var("SOPFLOW_KILL_RUN").unwrap();
    let (engine, cases) = (open(path.as_ref()), Arc::new(Mutex::new(Vec::new())));
    let threads: Vec<_> = (0..8)
        .map(|thread| {
            let (engine, cases, run) = (engine.clone(), cases.clone(), run.clone());
            std::thread::spawn(move || send_for_ever(&engine, &cases, &run, thread))
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

fn send_for_ever(engine: &Engine, cases: &Mutex<Vec<CaseId>>, run: &str, thread: u8) {
    let mut chance = chance(thread);
    for number in 0.. {
        let known = cases.lock().unwrap().clone();
        let request = Request { once: Some(format!("{run}-{thread}-{number}").into()), ..any(&mut chance, &known) };
        let id = request.once.clone().unwrap();
        // A refusal is an answer, too; only what was done is told.
        if let Ok(done) = engine.send(request).wait() {
            println!("done {id} {} {}", done.case, done.version);
            std::io::stdout().flush().unwrap();
            if done.version == 1 {
                cases.lock().unwrap().push(done.case);
            }
        }
    }
}

/// Anything, most of it sensible.
fn any(chance: &mut TestRng, cases: &[CaseId]) -> Request {
    let mut pick = |count: usize| usize::try_from(chance.next_u32()).unwrap() % count;
    let person = PEOPLE[pick(PEOPLE.len())];
    let step: sopflow::StepId = ["write", "check", "sign", "send"][pick(4)].into();
    let to: Arc<str> = PEOPLE[pick(PEOPLE.len())].into();
    let outputs: &[&str] = match step.as_str() {
        "write" => &["draft"],
        "check" => &["checked"],
        "sign" => &["signed"],
        _ => &[],
    };
    let complete = Ask::Complete {
        step: step.clone(),
        outcome: "done".into(),
        outputs: outputs.iter().map(|output| (*output).into()).collect(),
        remark: None,
    };
    let open = Ask::Open { procedure: "letter".into(), version: None, reference: None };
    let ask = match pick(16) {
        0 => open.clone(),
        1 => Ask::Claim { step },
        2 => Ask::Release { step },
        3 => Ask::Assign { step, to, remark: None },
        4 => Ask::Delegate { step, to, remark: None },
        5 => Ask::AskReview { step, reviewer: to, remark: None },
        6 => Ask::Review { step, opinion: Opinion::Agreed, remark: None },
        7 => Ask::Return { step, to: "write".into(), reason: "Again".into() },
        8 => Ask::Start { step },
        9 => Ask::Comment { text: "A comment".into() },
        _ => complete,
    };
    let case = (!matches!(ask, Ask::Open { .. }) && !cases.is_empty()).then(|| cases[pick(cases.len())]);
    let ask = if case.is_none() { open } else { ask };
    Request { person: person.into(), case, ask, once: None, expecting: None }
}
