//! What the documentation of [`Ask`] promises of who holds work, told as stories.
//!
//! [`Ask`]: sopflow::runtime::Ask

use sopflow::runtime::{Appointment, Engine, Failure, Scope};
use sopflow::store::Memory;
use sopflow::time::Timestamp;
use sopflow::{CaseId, Join, Mapping, Outcome, Procedure, Refusal, SoundProcedure, Step, StepId};

use super::bureau::{Bureau, HOUR, MONDAY, letter, office, refused};

fn today() -> std::ops::Range<Timestamp> {
    Timestamp::from_millis(MONDAY)..Timestamp::from_millis(MONDAY + 24 * HOUR)
}

/// Why the person to whom work was to go may not do it.
fn not_eligible(failure: &Failure) -> Vec<&'static str> {
    match failure.refused().unwrap().reasons() {
        [Refusal::NotEligible { reasons, .. }] => reasons.iter().map(Refusal::code).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_wrote_does_not_check_in_bulk_and_takes_no_check_back() {
    let bureau = Bureau::new();
    bureau.office.appoint(Appointment::holder("Ani", "section")).unwrap();
    let cases = [bureau.written(), bureau.written()];
    let steps = cases.map(|case| (case, StepId::from("check")));
    for answer in bureau.person("Ani").complete_all(steps.clone(), "done", ["checked"]) {
        refused(answer.wait(), &["separation-of-duties"]);
    }
    for answer in bureau.person("Budi").complete_all(steps, "done", ["checked"]) {
        answer.wait().unwrap();
    }
    refused(bureau.person("Ani").recall(cases[0], "check").wait(), &["separation-of-duties"]);
    bureau.person("Bayu").recall(cases[0], "check").wait().unwrap();
}

#[test]
fn who_takes_work_back_holds_it() {
    let bureau = Bureau::new();
    let case = bureau.written();
    bureau.person("Budi").claim(case, "check").wait().unwrap();
    bureau.person("Ani").recall(case, "write").wait().unwrap();
    assert_eq!(
        (bureau.inbox("Ani"), bureau.inbox("Adi"), bureau.inbox("Budi")),
        (vec![(case, "write".into())], vec![], vec![])
    );
    refused(bureau.person("Adi").complete(case, "write", "done", ["draft"]).wait(), &["held-by-other"]);
    bureau.person("Ani").complete(case, "write", "done", ["draft"]).wait().unwrap();
    assert_eq!(bureau.inbox("Bayu"), [(case, "check".into())], "the claim has gone with the work");
}

#[test]
fn what_is_sent_back_leaves_an_empty_desk() {
    let bureau = Bureau::new();
    let case = bureau.written();
    let budi = bureau.person("Budi");
    budi.claim(case, "check").wait().unwrap();
    budi.ask_review(case, "check", "Dewi").wait().unwrap();
    budi.return_to(case, "check", "write", "The date is missing").wait().unwrap();
    assert_eq!(bureau.inbox("Dewi"), []);
    bureau.person("Ani").complete(case, "write", "done", ["draft"]).wait().unwrap();
    refused(bureau.person("Dewi").agree(case, "check").wait(), &["review-not-asked"]);
    bureau.person("Bayu").complete(case, "check", "done", ["checked"]).wait().unwrap();
}

#[test]
fn work_does_not_go_to_somebody_who_is_away_or_barred() {
    let bureau = Bureau::new();
    bureau.office.appoint(Appointment::holder("Ani", "section")).unwrap();
    let case = bureau.written();
    bureau.office.absent("Bayu", today(), "leave").unwrap();
    let (budi, citra) = (bureau.person("Budi"), bureau.person("Citra"));
    assert_eq!(not_eligible(&citra.assign(case, "check", "Bayu").wait().unwrap_err()), ["absent"]);
    assert_eq!(not_eligible(&citra.assign(case, "check", "Ani").wait().unwrap_err()), ["separation-of-duties"]);
    assert_eq!(not_eligible(&citra.assign(case, "check", "Dewi").wait().unwrap_err()), ["role-required"]);
    assert_eq!(not_eligible(&budi.delegate(case, "check", "Bayu").wait().unwrap_err()), ["absent"]);
    assert_eq!(not_eligible(&budi.delegate(case, "check", "Ani").wait().unwrap_err()), ["separation-of-duties"]);
    citra.assign(case, "check", "Budi").wait().unwrap();
    assert_eq!(not_eligible(&citra.reassign(case, "check", "Bayu", "x").wait().unwrap_err()), ["absent"]);
}

#[test]
fn a_superior_has_a_higher_role_or_supervises() {
    let note = Procedure::new("note", "1", "Note")
        .role("clerk", "Clerk")
        .role("staff", "Staff")
        .role("head", "Head")
        .step(Step::new("read", "staff", "Read").next("end"))
        .supervised_by("clerk");
    let office = office();
    office.appoint(Appointment::holder("Dewi", "clerk")).unwrap();
    let engine = Engine::builder(Memory::new()).directory(office).host(note.verify().unwrap()).open().unwrap();
    let case = engine.person("Ani").open("note").wait().unwrap().case;
    engine.person("Dewi").assign(case, "read", "Ani").wait().unwrap();
    refused(engine.person("Adi").reassign(case, "read", "Adi", "Mine").wait(), &["superior-required"]);
    engine.person("Citra").reassign(case, "read", "Adi", "Ani is busy").wait().unwrap();
    refused(engine.person("Budi").release(case, "read").wait(), &["superior-required"]);
    engine.person("Dewi").release(case, "read").wait().unwrap();
}

#[test]
fn a_superior_takes_delegated_work_from_both() {
    let bureau = Bureau::new();
    let case = bureau.written();
    bureau.person("Budi").delegate(case, "check", "Dewi").wait().unwrap();
    refused(bureau.person("Bayu").release(case, "check").wait(), &["superior-required"]);
    bureau.person("Citra").release(case, "check").wait().unwrap();
    assert_eq!((bureau.inbox("Dewi"), bureau.inbox("Bayu")), (vec![], vec![(case, "check".into())]));
    refused(bureau.person("Dewi").hand_back(case, "check").wait(), &["not-delegated"]);
    refused(bureau.person("Dewi").complete(case, "check", "done", ["checked"]).wait(), &["role-required"]);
}

#[test]
fn who_does_delegated_work_needs_no_right_of_their_own() {
    let bureau = Bureau::new();
    let case = bureau.written();
    let limited = Appointment::delegate("Dewi", "section", "Bayu").limited(Scope::all().except("letter", ["check"]));
    bureau.office.appoint(limited).unwrap();
    let complete = || bureau.person("Dewi").complete(case, "check", "done", ["checked"]).wait();
    refused(complete(), &["outside-scope", "role-required"]);
    bureau.person("Budi").delegate(case, "check", "Dewi").wait().unwrap();
    assert_eq!(bureau.inbox("Dewi"), [(case, "check".into())]);
    complete().unwrap();
    let last = bureau.engine.history(case, 0, 100).wait().unwrap().pop().unwrap();
    assert_eq!((last.record.actor(), last.record.on_behalf_of()), ("Dewi", Some("Budi")), "not Bayu");
}

#[test]
fn whoever_waits_for_a_reviewer_need_not_wait_for_ever() {
    let bureau = Bureau::new();
    let case = bureau.written();
    let complete = |name: &str| bureau.person(name).complete(case, "check", "done", ["checked"]).wait();
    bureau.person("Budi").delegate(case, "check", "Dewi").wait().unwrap();
    bureau.person("Dewi").ask_review(case, "check", "Bayu").wait().unwrap();
    bureau.office.absent("Bayu", today(), "leave").unwrap();
    assert_eq!(bureau.inbox("Bayu"), []);
    refused(bureau.person("Bayu").agree(case, "check").wait(), &["absent"]);
    refused(complete("Dewi"), &["review-pending"]);
    refused(bureau.person("Adi").withdraw_review(case, "check", "Bayu").wait(), &["superior-required"]);
    bureau.person("Dewi").withdraw_review(case, "check", "Bayu").wait().unwrap();
    complete("Dewi").unwrap();
}

#[test]
fn a_migration_keeps_what_is_on_the_desks() {
    let bureau = Bureau::new();
    let case = bureau.written();
    bureau.person("Budi").delegate(case, "check", "Dewi").wait().unwrap();
    bureau.person("Dewi").ask_review(case, "check", "Bayu").wait().unwrap();
    bureau.engine.host(letter("2")).wait().unwrap();
    bureau.office.absent("Citra", today(), "leave").unwrap();
    refused(bureau.person("Citra").migrate(case, "2", Mapping::new()).wait(), &["absent"]);
    bureau.office.absent("Budi", today(), "leave").unwrap();
    refused(bureau.person("Budi").migrate(case, "2", Mapping::new()).wait(), &["absent", "role-required"]);
    bureau.hours_pass(24);
    bureau.person("Citra").migrate(case, "2", Mapping::new()).wait().unwrap();
    assert_eq!(
        (bureau.inbox("Dewi"), bureau.inbox("Bayu")),
        (vec![(case, "check".into())], vec![(case, "check".into())])
    );
    bureau.person("Bayu").agree(case, "check").wait().unwrap();
    bureau.person("Dewi").complete(case, "check", "done", ["checked"]).wait().unwrap();
}

/// Two do their parts side by side; the first can have both begin anew.
fn pair() -> SoundProcedure {
    let again = ["two", "join"].into_iter().fold(Outcome::new("again").to("one").to("two"), Outcome::cancelling);
    Procedure::new("pair", "1", "Pair")
        .role("staff", "Staff")
        .step(Step::new("split", "staff", "Split").outcome(Outcome::new("done").to("one").to("two")))
        .step(Step::new("one", "staff", "One").next("join").outcome(again))
        .step(Step::new("two", "staff", "Two").next("join"))
        .step(Step::new("join", "staff", "Join").join(Join::All).next("end"))
        .verify()
        .unwrap()
}

#[test]
fn work_that_is_dropped_and_comes_up_again_is_new_work() {
    let engine = Engine::builder(Memory::new()).directory(office()).host(pair()).open().unwrap();
    let (ani, adi) = (engine.person("Ani"), engine.person("Adi"));
    let case: CaseId = ani.open("pair").wait().unwrap().case;
    ani.complete(case, "split", "done", []).wait().unwrap();
    ani.start(case, "two").wait().unwrap();
    adi.complete(case, "one", "again", []).wait().unwrap();
    let items = adi.inbox().page().wait().unwrap().items;
    let items: Vec<_> =
        items.iter().map(|item| (item.step.as_str(), item.holder.as_deref(), item.is_started)).collect();
    assert_eq!(items, [("one", None, false), ("two", None, false)]);
    adi.start(case, "two").wait().unwrap();
}

/// A refused opening leaves nothing behind, also where the next command for the case is decided together with it.
#[cfg(feature = "sqlite")]
#[test]
fn an_opening_that_was_refused_opens_nothing() {
    use sopflow::runtime::{Ask, Request};
    let folder = tempfile::tempdir().unwrap();
    let bureau = Bureau::on(sopflow::store::Sqlite::open(folder.path().join("office.db")).unwrap());
    bureau.engine.host(letter("2")).wait().unwrap();
    let open = |case: u128, person: &str, version: &str| {
        let ask = Ask::Open { procedure: "letter".into(), version: Some(version.into()), reference: None };
        Request { person: person.into(), case: Some(CaseId::from_u128(case)), ask, once: None, expecting: None }
    };
    let both = (1..=50).flat_map(|case| [open(case, "Dewi", "1"), open(case, "Ani", "2")]);
    for (position, answer) in bureau.engine.send_all(both).into_iter().enumerate() {
        let answer = answer.wait();
        if position % 2 == 0 {
            refused(answer, &["role-required"]);
        } else {
            let found = bureau.engine.whereabouts(answer.unwrap().case).wait().unwrap();
            assert_eq!(found.version_of_procedure, "2");
        }
    }
}
