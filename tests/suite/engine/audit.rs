//! What an audit finds, and what it cannot find.

use std::io::Write;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use sha2::{Digest, Sha256};
use sopflow::runtime::{AuditReport, Checkpoint, Engine, FindingKind, verify_export, verify_export_against};
use sopflow::store::{Store, StoredEvent};
use sopflow::{CaseId, Error};

use super::bureau::Bureau;
use super::chance::{engine, happen};
use super::tampered::{Shown, Tampered, link, relink, renumber};
use crate::random::Dice;

use FindingKind::{Changed, Checkpoint as Broken, Impossible, Inserted, Missing, OutOfOrder, Unreadable};

/// Two letters on their way: the first has been checked, the second written. Their events take turns.
struct Archive {
    store: Tampered,
    engine: Engine,
    cases: [CaseId; 2],
}

impl Archive {
    fn new() -> Self {
        let store = Tampered::default();
        let bureau = Bureau::on(store.clone());
        let cases = [bureau.opened(), bureau.opened()];
        for case in cases {
            bureau
                .person("Ani")
                .once(format!("write {case}"))
                .complete(case, "write", "done", ["draft"])
                .wait()
                .unwrap();
        }
        bureau.person("Budi").complete(cases[0], "check", "done", ["checked"]).wait().unwrap();
        Self { store, engine: bureau.engine, cases }
    }

    /// The same, as somebody has changed it.
    fn with(tamper: impl FnOnce(&mut Vec<StoredEvent>, [CaseId; 2])) -> Self {
        let archive = Self::new();
        let mut shown = archive.store.written();
        tamper(&mut shown.events, archive.cases);
        archive.store.show(shown);
        archive
    }
}

fn kinds(report: &AuditReport) -> Vec<FindingKind> {
    report.findings.iter().map(|finding| finding.kind).collect()
}

/// Where an export goes.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn exported(engine: &Engine) -> String {
    let paper = Paper::default();
    engine.audit().export(paper.clone()).wait().unwrap();
    let bytes = paper.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

/// The events of a case, by position among all.
fn of(events: &[StoredEvent], case: CaseId) -> Vec<usize> {
    (0..events.len()).filter(|position| events[*position].case == case).collect()
}

/// Puts another name of the same length into an event.
fn replace(event: &mut StoredEvent, from: &str, to: &str) {
    let at = event.body.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    event.body[at..at + to.len()].copy_from_slice(to.as_bytes());
}

/// An event that says again what the last one of the case says, with the right link.
fn again(events: &mut Vec<StoredEvent>, case: CaseId) {
    let last = *of(events, case).last().unwrap();
    let mut forged = events[last].clone();
    forged.version += 1;
    forged.command = None;
    forged.link = link(&events[last].link, &forged);
    events.push(forged);
    renumber(events);
}

// ── What is whole ───────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn what_was_written_is_whole() {
    let Archive { engine, .. } = Archive::new();
    let first = engine.audit().checkpoint().wait().unwrap();
    let second = engine.audit().checkpoint().wait().unwrap();
    assert_eq!((first.previous, second.previous), (None, Some(first.digest())));
    assert_eq!((first.cases, first.events, first.cursor.event()), (2, 5, 5));
    engine.person("Ani").open("letter").wait().unwrap();
    let export = exported(&engine);
    for report in [
        engine.audit().verify().wait().unwrap(),
        engine.audit().verify_deep().wait().unwrap(),
        engine.audit().verify_against(&first).wait().unwrap(),
        verify_export(export.as_bytes()).unwrap(),
        verify_export_against(export.as_bytes(), &second).unwrap(),
    ] {
        assert_eq!(report.to_string(), "cases: 3, events: 6, checkpoints: 2; nothing is wrong");
    }
}

/// `docs/audit.md` tells others how to compute these.
#[test]
fn roots_and_digests_are_what_the_documents_say() {
    let Archive { engine, store, .. } = Archive::new();
    let expected = store
        .written()
        .events
        .iter()
        .fold([0; 32], |root: [u8; 32], event| Sha256::digest([root, event.link].concat()).into());
    for _ in 0..2 {
        let Checkpoint { cursor, at, cases, events, root, previous, .. } = &engine.audit().checkpoint().wait().unwrap();
        assert_eq!(*root, expected);
        let numbers = [cursor.transaction(), cursor.event(), u64::try_from(at.as_millis()).unwrap(), *cases, *events];
        let mut bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        bytes.extend(root);
        bytes.extend(previous.unwrap_or_default());
        let next = engine.audit().checkpoint().wait().unwrap();
        assert_eq!(next.previous, Some(Sha256::digest(bytes).into()));
    }
}

#[cfg(feature = "sqlite")]
#[test]
fn a_file_is_audited_and_its_lists_rebuilt_while_work_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = sopflow::store::Sqlite::open(folder.path().join("office.db")).unwrap();
    let engine = engine(store.clone());
    let mut dice = Dice::new(5);
    let cases = happen(&engine, &mut dice, 150);
    let checkpoint = engine.audit().checkpoint().wait().unwrap();
    let lists = || store.reader().unwrap().all_items(None, usize::MAX).unwrap();
    let before = lists();
    assert!(!before.is_empty());
    let rebuilt = engine.rebuild().wait().unwrap();
    assert_eq!((rebuilt.cases, lists()), (cases.len() as u64, before));
    let questions = (engine.audit().verify_against(&checkpoint), engine.audit().verify_deep(), engine.check_lists());
    happen(&engine, &mut dice, 150);
    for report in [questions.0.wait().unwrap(), questions.1.wait().unwrap()] {
        assert!(report.is_whole() && report.events >= 150, "{report}");
    }
    assert!(questions.2.wait().unwrap().is_exact && engine.check_lists().wait().unwrap().is_exact);
    let export = exported(&engine);
    drop(engine);
    let report = verify_export_against(export.as_bytes(), &checkpoint).unwrap();
    assert_eq!(report.to_string(), format!("cases: {}, events: 300, checkpoints: 1; nothing is wrong", report.cases));
    // Nobody holds the file any more.
    super::chance::engine(sopflow::store::Sqlite::open(folder.path().join("office.db")).unwrap());
}

#[test]
fn an_empty_store_is_whole() {
    let engine = engine(Tampered::default());
    let checkpoint = engine.audit().checkpoint().wait().unwrap();
    assert_eq!((checkpoint.cases, checkpoint.events, checkpoint.root), (0, 0, [0; 32]));
    assert!(engine.audit().verify_against(&checkpoint).wait().unwrap().is_whole());
    assert!(verify_export_against(exported(&engine).as_bytes(), &checkpoint).unwrap().is_whole());
}

#[test]
fn a_checkpoint_is_read_back_from_its_text_and_its_json() {
    let Archive { engine, .. } = Archive::new();
    for _ in 0..2 {
        let checkpoint = engine.audit().checkpoint().wait().unwrap();
        let text = checkpoint.to_string();
        assert_eq!(text.parse::<Checkpoint>().unwrap(), checkpoint, "{text}");
        let json = serde_json::to_string(&checkpoint).unwrap();
        assert_eq!(serde_json::from_str::<Checkpoint>(&json).unwrap(), checkpoint);
        for wrong in [text.to_uppercase(), text.replace("cases", "case"), text.clone() + "0", text.clone() + " x"] {
            assert!(wrong.parse::<Checkpoint>().unwrap_err().is_format(), "{wrong}");
        }
        let cut = &text[..text.len() - 1];
        assert!(cut.parse::<Checkpoint>().unwrap_err().is_format(), "{cut}");
    }
}

// ── What has been changed ───────────────────────────────────────────────────────────────────────────────────────────

/// What `verify` finds without any checkpoint, and what an outside checkpoint adds to that.
#[track_caller]
fn check(tamper: impl Fn(&mut Vec<StoredEvent>, [CaseId; 2]), expected: &[FindingKind]) -> AuditReport {
    let archive = Archive::with(&tamper);
    let report = archive.engine.audit().verify().wait().unwrap();
    assert_eq!(kinds(&report), expected, "{report}");
    assert_eq!(kinds(&verify_export(exported(&archive.engine).as_bytes()).unwrap()), expected);

    // The same with a checkpoint: kept in the store, it is held against the events; kept outside, it is so even where it was
    // removed from the store.
    let archive = Archive::new();
    let checkpoint = archive.engine.audit().checkpoint().wait().unwrap();
    let mut shown = archive.store.written();
    tamper(&mut shown.events, archive.cases);
    archive.store.show(shown.clone());
    assert!(!archive.engine.audit().verify().wait().unwrap().is_whole());
    archive.store.show(Shown { checkpoints: Vec::new(), ..shown });
    let against = archive.engine.audit().verify_against(&checkpoint).wait().unwrap();
    assert!(!against.is_whole());
    let export = exported(&archive.engine);
    assert_eq!(kinds(&verify_export_against(export.as_bytes(), &checkpoint).unwrap()), kinds(&against));
    report
}

#[test]
fn a_changed_event_is_found() {
    let report = check(|events, _| replace(&mut events[2], "Ani", "Adi"), &[Changed]);
    let [finding] = &report.findings[..] else { panic!("{report}") };
    assert_eq!((finding.version, finding.cursor.map(sopflow::store::Cursor::event)), (Some(2), Some(3)));
    check(|events, _| events[2].command = Some("another".into()), &[Changed]);
    check(|events, _| events[2].command = None, &[Changed]);
    // Without a command, and with an empty id for it, the link is the same.
    check(|events, _| events[0].command = Some("".into()), &[Changed]);
    // Nobody can tell which of the two does not fit the other.
    check(|events, _| events[2].link[0] ^= 1, &[Changed, Changed]);
    check(|events, _| events[3].body.clear(), &[Unreadable, Changed]);
}

#[test]
fn a_removed_event_is_found() {
    let report = check(|events, [case, _]| drop(events.remove(of(events, case)[1])), &[Missing]);
    assert!(report.findings[0].message.starts_with("event 2 of case"), "{report}");
    check(|events, [case, _]| drop(events.remove(of(events, case)[0])), &[Missing]);
    let first_two = |events: &mut Vec<StoredEvent>, [case, _]: [CaseId; 2]| {
        events.retain(|event| event.case != case || event.version > 2);
    };
    let report = check(first_two, &[Missing]);
    assert!(report.findings[0].message.starts_with("events 1 to 2 of case"), "{report}");
}

#[test]
fn a_removed_end_or_case_is_found_with_a_checkpoint_only() {
    check(|events, _| drop(events.pop()), &[]);
    check(|events, [_, case]| drop(events.remove(of(events, case)[1])), &[]);
    check(|events, [case, _]| events.retain(|event| event.case != case), &[]);
    let and_renumbered = |events: &mut Vec<StoredEvent>, [case, _]: [CaseId; 2]| {
        events.retain(|event| event.case != case);
        renumber(events);
    };
    check(and_renumbered, &[]);
    check(|events, _| events.clear(), &[]);
}

#[test]
fn events_out_of_order_are_found() {
    let in_a_case = |events: &mut Vec<StoredEvent>, [case, _]: [CaseId; 2]| {
        let of = of(events, case);
        events.swap(of[1], of[2]);
        renumber(events);
    };
    check(in_a_case, &[OutOfOrder]);
    let of_two_cases = |events: &mut Vec<StoredEvent>, _: [CaseId; 2]| {
        events.swap(2, 3);
        renumber(events);
    };
    check(of_two_cases, &[]);
    check(|events, _| events.swap(2, 3), &[OutOfOrder]);
    let bodies = |events: &mut Vec<StoredEvent>, _: [CaseId; 2]| {
        let body = events[2].body.clone();
        events[2].body = std::mem::replace(&mut events[4].body, body);
    };
    check(bodies, &[Changed, Changed]);
}

#[test]
fn an_inserted_event_is_found() {
    let twice = |events: &mut Vec<StoredEvent>, _: [CaseId; 2]| {
        events.insert(2, events[2].clone());
        renumber(events);
    };
    check(twice, &[Inserted]);
    // Another event 2 with a right link, in front of the true one: the true one is the second now, and event 3 follows it.
    let forged = |events: &mut Vec<StoredEvent>, [case, _]: [CaseId; 2]| {
        let of = of(events, case);
        let mut forged = events[of[1]].clone();
        replace(&mut forged, "Ani", "Adi");
        forged.link = link(&events[of[0]].link, &forged);
        events.insert(of[1], forged);
        renumber(events);
    };
    check(forged, &[Inserted, Changed]);
    let number_none = |events: &mut Vec<StoredEvent>, _: [CaseId; 2]| {
        events.push(StoredEvent { version: 0, ..events[4].clone() });
        renumber(events);
    };
    check(number_none, &[Inserted]);
}

#[test]
fn events_in_another_case_are_found() {
    let one = |events: &mut Vec<StoredEvent>, [first, second]: [CaseId; 2]| {
        let (one, other) = (of(events, first)[1], of(events, second)[1]);
        (events[one].case, events[other].case) = (second, first);
    };
    // The third event of the first case still follows the link of the second, which is another now.
    check(one, &[Changed, Changed, Changed]);
    let all = |events: &mut Vec<StoredEvent>, [first, second]: [CaseId; 2]| {
        for event in events {
            event.case = if event.case == first { second } else { first };
        }
    };
    check(all, &[Changed; 5]);
}

#[test]
fn a_history_rewritten_with_all_its_links_is_found_with_a_checkpoint_only() {
    let rewritten = |events: &mut Vec<StoredEvent>, [case, _]: [CaseId; 2]| {
        let third = of(events, case)[2];
        replace(&mut events[third], "Budi", "Bayu");
        relink(events, case);
    };
    check(rewritten, &[]);
    assert!(Archive::with(rewritten).engine.audit().verify_deep().wait().unwrap().is_whole());
}

#[test]
fn an_event_that_cannot_have_happened_is_found_by_replay_only() {
    let archive = Archive::with(|events, [case, _]| again(events, case));
    assert!(archive.engine.audit().verify().wait().unwrap().is_whole());
    let report = archive.engine.audit().verify_deep().wait().unwrap();
    assert_eq!(kinds(&report), [Impossible], "{report}");
    assert_eq!(report.findings[0].case, Some(archive.cases[0]));
    // What is broken already is told once.
    let archive = Archive::with(|events, _| replace(&mut events[2], "Ani", "Adi"));
    assert_eq!(kinds(&archive.engine.audit().verify_deep().wait().unwrap()), [Changed]);
}

#[test]
fn a_checkpoint_does_not_vouch_for_what_comes_after_it() {
    let archive = Archive::new();
    let checkpoint = archive.engine.audit().checkpoint().wait().unwrap();
    let mut shown = archive.store.written();
    again(&mut shown.events, archive.cases[0]);
    archive.store.show(shown);
    assert!(archive.engine.audit().verify_against(&checkpoint).wait().unwrap().is_whole());
}

#[test]
fn a_changed_or_removed_checkpoint_is_found() {
    let archive = Archive::new();
    let given: Vec<Checkpoint> = (0..3).map(|_| archive.engine.audit().checkpoint().wait().unwrap()).collect();
    let written = archive.store.written();
    let check =
        |tamper: &dyn Fn(&mut Vec<Vec<u8>>), expected: &[FindingKind], against: usize, with_it: &[FindingKind]| {
            let mut shown = written.clone();
            tamper(&mut shown.checkpoints);
            archive.store.show(shown);
            assert_eq!(kinds(&archive.engine.audit().verify().wait().unwrap()), expected);
            assert_eq!(kinds(&archive.engine.audit().verify_against(&given[against]).wait().unwrap()), with_it);
        };
    check(&|_| (), &[], 2, &[]);
    check(&|kept| drop(kept.remove(1)), &[Broken], 1, &[Broken, Broken]);
    // The last one is missed by nobody but by whoever has it.
    check(&|kept| drop(kept.pop()), &[], 2, &[Broken]);
    check(&Vec::clear, &[], 0, &[Broken]);
    check(&|kept| kept[1].truncate(9), &[Broken, Broken], 0, &[Broken, Broken]);
    let at = |kept: &mut Vec<Vec<u8>>, change: fn(&mut Checkpoint)| {
        let mut checkpoint: Checkpoint = serde_json::from_slice(&kept[1]).unwrap();
        change(&mut checkpoint);
        kept[1] = serde_json::to_vec(&checkpoint).unwrap();
    };
    // The next one does not name it any more; and where it tells of other events, it is wrong itself.
    check(&|kept| at(kept, |one| one.at = one.at.saturating_add_millis(1)), &[Broken], 1, &[Broken, Broken]);
    check(&|kept| at(kept, |one| one.root[31] ^= 1), &[Broken, Broken], 0, &[Broken, Broken]);
    check(&|kept| at(kept, |one| one.cases += 1), &[Broken, Broken], 0, &[Broken, Broken]);
    check(&|kept| at(kept, |one| one.events -= 1), &[Broken, Broken], 0, &[Broken, Broken]);
    check(
        &|kept| at(kept, |one| one.cursor = sopflow::store::Cursor::new(0, 4)),
        &[Broken, Broken],
        0,
        &[Broken, Broken],
    );
    // Behind the last event: all is there but the place.
    check(
        &|kept| at(kept, |one| one.cursor = sopflow::store::Cursor::new(0, 9)),
        &[Broken, Broken],
        0,
        &[Broken, Broken],
    );
}

#[test]
fn no_checkpoint_vouches_for_damaged_events() {
    let archive = Archive::with(|events, _| replace(&mut events[2], "Ani", "Adi"));
    let error = archive.engine.audit().checkpoint().wait().unwrap_err();
    assert!(error.is_damaged_record(), "{error}");
    assert!(archive.store.memory.reader().unwrap().checkpoints().unwrap().is_empty());
}

#[test]
fn findings_are_told_up_to_a_bound() {
    let store = Tampered::default();
    let engine = engine(store.clone());
    happen(&engine, &mut Dice::new(3), 1_200);
    let mut shown = store.written();
    shown.events.iter_mut().for_each(|event| event.link = [1; 32]);
    store.show(shown);
    let report = engine.audit().verify().wait().unwrap();
    assert_eq!((report.findings.len(), report.findings_left_out), (1_000, 200));
    assert!(report.to_string().ends_with("… and 200 more"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Whatever is done once to the events before a checkpoint, whoever has the checkpoint finds it.
    #[test]
    fn any_tampering_is_found_by_whoever_has_a_checkpoint(seed: u64, events in 3usize..80, later in 0usize..20, ways: [u64; 8]) {
        let store = Tampered::default();
        let engine = engine(store.clone());
        let mut dice = Dice::new(seed);
        happen(&engine, &mut dice, events);
        let checkpoint = engine.audit().checkpoint().wait().unwrap();
        happen(&engine, &mut dice, later);
        let written = store.written();
        prop_assert!(engine.audit().verify_against(&checkpoint).wait().unwrap().is_whole());
        for way in ways {
            let mut shown = written.clone();
            let Some(what) = tamper(&mut shown.events, events, &mut Dice::new(way)) else { continue };
            store.show(shown);
            let report = engine.audit().verify_against(&checkpoint).wait().unwrap();
            prop_assert!(!report.is_whole(), "{what} is not found");
            let export = exported(&engine);
            prop_assert!(!verify_export_against(export.as_bytes(), &checkpoint).unwrap().is_whole(), "{what} is not found");
        }
    }
}

/// Changes something in the first so many events, and tells what; nothing where the choice makes no difference.
fn tamper(events: &mut Vec<StoredEvent>, among: usize, dice: &mut Dice) -> Option<&'static str> {
    let at = dice.roll(among);
    let case = events[at].case;
    let byte = dice.roll(events[at].body.len());
    let bit = 1 << dice.roll(8);
    let what = match dice.roll(12) {
        0 => {
            events[at].body[byte] ^= bit;
            "a flipped bit"
        }
        1 => {
            events[at].link[byte % 32] ^= bit;
            "a changed link"
        }
        2 => {
            events[at].body[byte] ^= bit;
            relink(events, case);
            "a rewritten case"
        }
        3 => {
            events[at].command = if events[at].command.is_some() { None } else { Some("c".into()) };
            "a changed command"
        }
        4 => {
            events.remove(at);
            "a removed event"
        }
        5 => {
            events.remove(at);
            relink(events, case);
            "a removed event, and the rest linked anew"
        }
        6 => {
            events.retain(|event| event.case != case);
            "a removed case"
        }
        7 => {
            events.insert(at, events[at].clone());
            "an event twice"
        }
        8 => {
            events.insert(at, StoredEvent { command: Some("c".into()), ..events[at].clone() });
            relink(events, case);
            "an inserted event, and the rest linked anew"
        }
        9 if among > 1 => {
            let other = (at + 1 + dice.roll(among - 1)) % among;
            events.swap(at, other);
            "two events in each other's place"
        }
        10 => {
            let other = events[dice.roll(among)].case;
            if other == case {
                return None;
            }
            events[at].case = other;
            relink(events, case);
            relink(events, other);
            "an event given to another case"
        }
        _ => {
            events[at].version = events[at].version.wrapping_add(1 << dice.roll(3));
            "another number"
        }
    };
    // The cursors of what is removed or put in may tell, or have been mended.
    if dice.chance(50) || matches!(what, "an event twice") {
        renumber(events);
    }
    Some(what)
}

// ── Exports ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn an_export_has_a_line_for_each_event_and_checkpoint() {
    let Archive { engine, .. } = Archive::new();
    engine.audit().checkpoint().wait().unwrap();
    engine.person("Ani").open("letter").wait().unwrap();
    let export = exported(&engine);
    let lines: Vec<serde_json::Value> = export.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = lines.iter().map(|line| line.as_object().unwrap().keys().next().unwrap().as_str()).collect();
    assert_eq!(names, ["export", "event", "event", "event", "event", "event", "checkpoint", "event", "end"]);
    assert_eq!(lines[1]["event"]["record"]["actor"], "Ani");
    assert!(lines[3]["event"]["command"].as_str().unwrap().starts_with("write "));
}

#[test]
fn a_readable_record_says_what_the_event_says() {
    let export = exported(&Archive::new().engine);
    let lies = export.replacen(r#""actor":"Budi""#, r#""actor":"Bayu""#, 1);
    assert_ne!(lies, export);
    let report = verify_export(lies.as_bytes()).unwrap();
    assert_eq!(kinds(&report), [Changed], "{report}");
    assert_eq!(report.findings[0].line, Some(6));
}

#[test]
fn an_export_without_its_end_or_with_garbage_is_an_error_with_the_line() {
    let Archive { engine, .. } = Archive::new();
    engine.audit().checkpoint().wait().unwrap();
    let export = exported(&engine);
    let lines: Vec<&str> = export.lines().collect();
    let check = |text: &str, line: usize, message: &str| {
        let error = verify_export(text.as_bytes()).unwrap_err();
        assert!(error.is_format(), "{error}");
        assert_eq!(error.faults()[0].line, Some(line), "{error}");
        assert!(error.to_string().contains(message), "{error}");
    };
    check("", 1, "empty");
    check(&lines[1..].join("\n"), 1, "begins");
    check(&lines[..7].join("\n"), 8, "breaks off");
    check(&export[..export.len() - 20], 8, "no line of an export");
    check(&export.replacen("\"version\":2", "\"version\":-2", 1), 4, "no line of an export");
    check(&export.replacen("\"link\":\"", "\"link\":\"0", 1), 2, "no line of an export");
    check(&export.replacen("\"schema\":1", "\"schema\":2", 1), 1, "schema 2");
    check(&format!("{export}{export}"), 9, "has ended");
    check(&format!("{}\n{}", lines[0], export), 2, "another export");
    check(&format!("{}\n\n{}", lines[0], lines[1..].join("\n")), 2, "no line of an export");
    check(&format!("{}\n{}", lines[0], "[".repeat(100_000)), 2, "no line of an export");
    let unread = verify_export(Broke(std::io::Cursor::new(export.into_bytes()))).unwrap_err();
    assert!(unread.is_storage() && unread.faults()[0].line == Some(1), "{unread}");
}

#[test]
fn lines_of_an_export_that_do_not_fit_its_end_are_found() {
    let Archive { engine, .. } = Archive::new();
    engine.audit().checkpoint().wait().unwrap();
    let export = exported(&engine);
    let lines: Vec<&str> = export.lines().collect();
    let without = |number: usize| {
        let kept: Vec<&str> =
            lines.iter().enumerate().filter(|(at, _)| at + 1 != number).map(|(_, line)| *line).collect();
        kinds(&verify_export(kept.join("\n").as_bytes()).unwrap())
    };
    assert_eq!(without(7), [Broken], "the checkpoint");
    assert_eq!(without(6), [Broken, Broken], "the last event");
}

#[test]
fn a_line_without_an_end_is_refused_before_it_fills_the_memory() {
    let endless = std::io::BufReader::new(std::io::repeat(b' '));
    let error = verify_export(endless).unwrap_err();
    assert!(error.is_limit() && error.faults()[0].line == Some(1), "{error}");
}

#[test]
fn an_export_that_cannot_be_written_is_an_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let error: Error = Archive::new().engine.audit().export(Full).wait().unwrap_err();
    assert!(error.is_storage(), "{error}");
}

/// Breaks in the middle of the first line.
struct Broke(std::io::Cursor<Vec<u8>>);

impl std::io::Read for Broke {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::ConnectionReset.into())
    }
}

impl std::io::BufRead for Broke {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.0.position() == 0 {
            Ok(&self.0.get_ref()[..9])
        } else {
            Err(std::io::ErrorKind::ConnectionReset.into())
        }
    }

    fn consume(&mut self, amount: usize) {
        self.0.set_position(self.0.position() + amount as u64);
    }
}
