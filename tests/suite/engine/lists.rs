//! Inboxes: sorted, filtered, page by page, counted.

use sopflow::runtime::Deadlines;
use sopflow::runtime::{Appointment, Engine, Mark, Scope};
use sopflow::store::{ItemOrder, Memory};
use sopflow::time::{DayPolicy, Due, StandardTime, Timestamp};
use sopflow::{CaseId, Procedure, Step};

use super::bureau::{Bureau, HOUR, MONDAY, letter, office, refused};

/// Whatever may take a time may take four hours, around the clock.
struct FourHours;

impl Deadlines for FourHours {
    fn due(&self, since: Timestamp, _: StandardTime, _: DayPolicy) -> Option<Due> {
        let due = since.saturating_add_millis(4 * HOUR);
        Some(Due { due, latest: due })
    }
}

#[test]
fn pages_together_are_the_whole_list_in_order() {
    let bureau = Bureau::new();
    let cases: Vec<CaseId> = (0..25)
        .map(|_| {
            bureau.hours_pass(1);
            bureau.written()
        })
        .collect();
    for order in [ItemOrder::Since, ItemOrder::Due] {
        let mut found = Vec::new();
        let mut next: Option<Mark> = None;
        loop {
            let inbox = bureau.person("Budi").inbox().order(order).limit(4);
            let page = next.into_iter().fold(inbox, sopflow::runtime::Inbox::after).page().wait().unwrap();
            assert!(page.items.len() <= 4);
            found.extend(page.items.into_iter().map(|item| item.case));
            match page.next {
                // A client keeps it as text.
                Some(mark) => next = Some(mark.to_string().parse().unwrap()),
                None => break,
            }
        }
        assert_eq!(found, cases);
    }
}

#[test]
fn lists_are_filtered_by_procedure_due_time_and_age() {
    let note = Procedure::new("note", "1", "Note")
        .role("section", "Head of section")
        .step(Step::new("read", "section", "Read").within("4 hours".parse().unwrap()).next("end"));
    let engine = Engine::builder(Memory::new())
        .directory(office())
        .deadlines(FourHours)
        .clock(|| Timestamp::from_millis(MONDAY))
        .host(letter("1"))
        .host(note.verify().unwrap())
        .open()
        .unwrap();
    let written = engine.person("Ani").open("letter").wait().unwrap().case;
    engine.person("Ani").complete(written, "write", "done", ["draft"]).wait().unwrap();
    let noted = engine.person("Budi").open("note").wait().unwrap().case;
    let budi = engine.person("Budi");
    let cases = |inbox: sopflow::runtime::Inbox| -> Vec<CaseId> {
        inbox.page().wait().unwrap().items.iter().map(|item| item.case).collect()
    };
    assert_eq!(cases(budi.inbox()), [noted, written], "what is due comes before what never is");
    assert_eq!(cases(budi.inbox().of_procedure("note")), [noted]);
    assert_eq!(cases(budi.inbox().due_before(Timestamp::from_millis(MONDAY + 4 * HOUR))), []);
    assert_eq!(cases(budi.inbox().due_before(Timestamp::from_millis(MONDAY + 4 * HOUR + 1))), [noted]);
    assert_eq!(cases(budi.inbox().waiting_since_before(Timestamp::from_millis(MONDAY))), []);
    let count = budi.inbox().waiting_since_before(Timestamp::from_millis(MONDAY + 1)).count().wait().unwrap();
    assert_eq!((count.number, count.is_exact), (2, true));
    let item = budi.inbox().page().wait().unwrap().items.remove(0);
    assert_eq!(item.due, Some(Timestamp::from_millis(MONDAY + 4 * HOUR)));
}

#[test]
fn a_role_and_a_team_have_lists_of_their_own() {
    let bureau = Bureau::new();
    let (free, held) = (bureau.written(), bureau.written());
    bureau.person("Budi").claim(held, "check").wait().unwrap();
    bureau.office.set_team("sections", &["Budi", "Bayu"]).unwrap();
    let all = bureau.engine.inbox_of_role("section").page().wait().unwrap();
    assert_eq!(all.items.len(), 2);
    assert_eq!(bureau.engine.inbox_of_role("section").count().wait().unwrap().number, 2);
    let team = bureau.engine.inbox_of_team("sections").page().wait().unwrap();
    assert_eq!(team.items.len(), 2);
    assert_eq!(bureau.inbox("Bayu"), [(free, "check".into())]);
    refused(bureau.engine.inbox_of_team("nobody").page().wait(), &["unknown"]);
    refused(bureau.person("Eve").inbox().page().wait(), &["unknown"]);
}

#[test]
fn a_right_with_limits_reaches_as_far_in_lists_as_in_commands() {
    let bureau = Bureau::new();
    let case = bureau.written();
    let limited = |scope| Appointment::delegate("Dewi", "section", "Budi").limited(scope);
    bureau.office.appoint(limited(Scope::only(["note"]))).unwrap();
    assert_eq!(bureau.inbox("Dewi"), []);
    bureau.office.appoint(limited(Scope::all().except("letter", ["check"]))).unwrap();
    assert_eq!(bureau.inbox("Dewi"), []);
    let answer = bureau.person("Dewi").complete(case, "check", "done", ["checked"]).wait();
    refused(answer, &["outside-scope", "role-required"]);
}

#[test]
fn a_suspended_case_is_on_no_list_until_it_goes_on() {
    let bureau = Bureau::new();
    let case = bureau.written();
    bureau.person("Budi").claim(case, "check").wait().unwrap();
    refused(bureau.person("Budi").suspend(case, "No money").wait(), &["role-required"]);
    bureau.person("Citra").suspend(case, "No money").wait().unwrap();
    assert_eq!(bureau.inbox("Budi"), []);
    refused(bureau.person("Budi").release(case, "check").wait(), &["wrong-status"]);
    bureau.person("Citra").resume(case).wait().unwrap();
    assert_eq!(bureau.inbox("Budi"), [(case, "check".into())]);
}
