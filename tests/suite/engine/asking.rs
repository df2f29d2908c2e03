//! What is asked: once however often it is sent, of the version that was seen, and never by anything malformed.

use sopflow::runtime::{Ask, Engine, Failure, Request};
#[cfg(feature = "sqlite")]
use sopflow::store::Sqlite;
use sopflow::store::{Memory, Store};
use sopflow::{CaseId, limits};

use super::bureau::{Bureau, letter, office, refused};

#[cfg(feature = "sqlite")]
fn comment(case: CaseId, text: &str) -> Request {
    let ask = Ask::Comment { text: text.into() };
    Request { person: "Ani".into(), case: Some(case), ask, once: None, expecting: None }
}

fn is_error(failure: &Failure, code: &str) -> bool {
    failure.error().is_some_and(|error| error.code() == code)
}

#[cfg(feature = "sqlite")]
#[test]
fn an_engine_that_is_let_go_leaves_one_file_that_has_all() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("office.db");
    let bureau = Bureau::on(Sqlite::open(&path).unwrap());
    let case = bureau.written();
    // Each reader has a connection then.
    let asked: Vec<_> = (0..32).map(|_| bureau.engine.whereabouts(case)).collect();
    for answer in asked {
        answer.wait().unwrap();
    }
    drop(bureau);
    let copy = folder.path().join("copy.db");
    std::fs::copy(&path, &copy).unwrap();
    assert!(!path.with_extension("db-wal").exists(), "there are commits beside the file");
    assert_eq!(Bureau::on(Sqlite::open(&copy).unwrap()).inbox("Budi"), [(case, "check".into())]);
}

#[cfg(feature = "sqlite")]
#[test]
fn a_command_with_an_id_is_carried_out_once_and_gets_its_answer_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("office.db");
    let again = |bureau: &Bureau, id: &str| bureau.person("Ani").once(id).open("letter").wait().unwrap();
    let (first, version) = {
        let bureau = Bureau::on(Sqlite::open(&path).unwrap());
        let first = again(&bureau, "open-1");
        bureau.hours_pass(1);
        assert_eq!(again(&bureau, "open-1"), first, "the same answer, and the same moment");
        assert_ne!(again(&bureau, "open-2").case, first.case);
        let done =
            bureau.person("Ani").once("write-1").complete(first.case, "write", "done", ["draft"]).wait().unwrap();
        (first, done.version)
    };
    let bureau = Bureau::on(Sqlite::open(&path).unwrap());
    assert_eq!(again(&bureau, "open-1"), first, "after the engine was opened anew, too");
    let sent_again =
        bureau.person("Ani").once("write-1").complete(first.case, "write", "done", ["draft"]).wait().unwrap();
    assert_eq!(sent_again.version, version);
    let other = bureau.person("Ani").once("write-1").comment(first.case, "Hello").wait().unwrap_err();
    assert!(is_error(&other, "conflict"), "{other}");
    // A refusal changes nothing and is not remembered: the same command is decided anew.
    refused(
        bureau.person("Budi").once("check-1").complete(first.case, "check", "done", []).wait(),
        &["outputs-missing"],
    );
    bureau.person("Budi").once("check-1").complete(first.case, "check", "done", ["checked"]).wait().unwrap();
}

#[cfg(feature = "sqlite")]
#[test]
fn commands_with_one_id_sent_at_once_are_carried_out_once() {
    let folder = tempfile::tempdir().unwrap();
    let bureau = Bureau::on(Sqlite::open(folder.path().join("office.db")).unwrap());
    let case = bureau.opened();
    let once = Request { once: Some("c-1".into()), ..comment(case, "Only once") };
    let answers = bureau.engine.send_all(std::iter::repeat_n(once, 50));
    let answers: Vec<_> = answers.into_iter().map(|answer| answer.wait().unwrap()).collect();
    assert!(answers.iter().all(|answer| answer.version == 2), "{answers:?}");
    assert_eq!(bureau.engine.history(case, 0, 100).wait().unwrap().len(), 2);
}

#[test]
fn who_expects_another_version_is_told() {
    let bureau = Bureau::new();
    let case = bureau.opened();
    bureau.person("Ani").expecting(1).comment(case, "Seen").wait().unwrap();
    let late = bureau.person("Ani").expecting(1).comment(case, "Not seen").wait().unwrap_err();
    assert!(is_error(&late, "conflict"));
    assert_eq!(late.to_string(), format!("case {case} has version 2, and version 1 was expected; read it again"));
    bureau.person("Ani").expecting(2).comment(case, "Seen").wait().unwrap();
}

#[test]
fn what_does_not_exist_or_is_malformed_is_told_and_changes_nothing() {
    let bureau = Bureau::new();
    let case = bureau.opened();
    let nowhere = CaseId::from_u128(7);
    let unknown = |answer: Result<_, Failure>, message: &str| {
        let failure = answer.map(|_: sopflow::runtime::Done| ()).unwrap_err();
        assert_eq!(failure.to_string(), message);
        assert!(failure.has("unknown"));
    };
    let ani = bureau.person("Ani");
    unknown(ani.comment(nowhere, "x").wait(), &format!("there is no case `{nowhere}`"));
    unknown(bureau.person("Eve\u{7}").comment(case, "x").wait(), "there is no person `Eve\\u{7}`");
    unknown(ani.open("holiday").wait(), "there is no procedure `holiday`");
    let open = Ask::Open { procedure: "letter".into(), version: Some("9".into()), reference: None };
    let open = Request { person: "Ani".into(), case: None, ask: open, once: None, expecting: None };
    unknown(bureau.engine.send(open).wait(), "there is no version `9`");
    unknown(ani.start(case, "stamp").wait(), "there is no step `stamp`");
    unknown(ani.complete(case, "write", "sent", []).wait(), "there is no outcome `sent`");
    unknown(ani.supply(case, "stamp").wait(), "there is no document `stamp`");
    unknown(ani.claim(case, "stamp").wait(), "there is no step `stamp`");
    unknown(ani.delegate(case, "write", "Eve").wait(), "there is no person `Eve`");
    refused(ani.comment(case, "a\0b").wait(), &["control-character"]);
    refused(ani.comment(case, "x".repeat(limits::REMARK_BYTES_MAX + 1)).wait(), &["text-too-long"]);
    refused(ani.open_as("letter", "5".repeat(limits::REFERENCE_CHARS_MAX + 1)).wait(), &["text-too-long"]);
    for id in ["", "a\nb", &"x".repeat(65)] {
        assert!(is_error(&ani.clone().once(id).comment(case, "x").wait().unwrap_err(), "limit"), "{id:?}");
        ani.clone().once("fine").comment(case, "x").wait().unwrap();
    }
    assert_eq!(bureau.engine.history(case, 0, 10).wait().unwrap().len(), 2, "the opening and one comment");
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(serde_json::from_str::<Request>(&deep).is_err());
}

#[test]
fn a_case_can_be_opened_under_an_id_of_ones_own_once() {
    let bureau = Bureau::new();
    let case = CaseId::from_u128(42);
    let open = Ask::Open { procedure: "letter".into(), version: None, reference: Some("005/BPM/2026".into()) };
    let open = Request { person: "Ani".into(), case: Some(case), ask: open, once: None, expecting: None };
    assert_eq!(bureau.engine.send(open.clone()).wait().unwrap().case, case);
    refused(bureau.engine.send(open).wait(), &["wrong-status"]);
    assert_eq!(bureau.engine.cases_with_reference("005/BPM/2026").wait().unwrap(), [case]);
}

#[cfg(feature = "sqlite")]
#[test]
fn an_engine_is_shared_by_threads_and_tasks() {
    fn is_shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let folder = tempfile::tempdir().unwrap();
    let bureau = std::sync::Arc::new(Bureau::on(Sqlite::open(folder.path().join("office.db")).unwrap()));
    is_shared(&bureau.engine);
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let bureau = bureau.clone();
            std::thread::spawn(move || (0..20).map(|_| bureau.written()).collect::<Vec<_>>())
        })
        .collect();
    let cases: Vec<CaseId> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    assert_eq!(bureau.person("Budi").inbox().limit(500).page().wait().unwrap().items.len(), cases.len());
}

#[test]
fn cases_of_procedures_that_nobody_hosts_any_more_go_on() {
    let store = Memory::new();
    let open = |store: &Memory, hosted| {
        let engine = Engine::builder(store.clone()).directory(office());
        let engine: Engine = if hosted { engine.host(letter("1")) } else { engine }.open().unwrap();
        engine
    };
    let case = open(&store, true).person("Ani").open("letter").wait().unwrap().case;
    let engine = open(&store, false);
    engine.person("Ani").complete(case, "write", "done", ["draft"]).wait().unwrap();
    assert!(store.reader().unwrap().definitions().unwrap().len() == 1);
}
