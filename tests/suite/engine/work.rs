//! Who holds a step, and who looks at it besides.

use sopflow::runtime::Appointment;
use sopflow::time::Timestamp;

use super::bureau::{Bureau, HOUR, MONDAY, refused};

#[test]
fn a_letter_goes_from_desk_to_desk() {
    let bureau = Bureau::new();
    let case = bureau.written();
    assert_eq!(bureau.inbox("Ani"), []);
    assert_eq!(bureau.inbox("Budi"), [(case, "check".into())]);
    bureau.person("Budi").complete(case, "check", "done", ["checked"]).wait().unwrap();
    bureau.person("Citra").return_to(case, "sign", "write", "The date is missing").wait().unwrap();
    assert_eq!(bureau.inbox("Adi"), [(case, "write".into())]);
    bureau.person("Adi").complete(case, "write", "done", ["draft"]).wait().unwrap();
    bureau.person("Bayu").complete(case, "check", "done", ["checked"]).wait().unwrap();
    bureau.person("Citra").complete(case, "sign", "done", ["signed"]).wait().unwrap();
    // Who wrote sends: the duty holds for the inbox as for the command.
    assert_eq!(bureau.inbox("Ani"), []);
    assert_eq!(bureau.inbox("Adi"), [(case, "send".into())]);
    refused(bureau.person("Ani").complete(case, "send", "done", []).wait(), &["binding-of-duties"]);
    bureau.person("Adi").complete(case, "send", "done", []).wait().unwrap();
    assert_eq!(bureau.engine.whereabouts(case).wait().unwrap().status, sopflow::Status::Completed);
}

#[test]
fn what_one_claims_another_may_not_do() {
    let bureau = Bureau::new();
    let case = bureau.written();
    bureau.person("Budi").claim(case, "check").wait().unwrap();
    assert_eq!(bureau.inbox("Bayu"), []);
    assert_eq!(bureau.inbox("Budi"), [(case, "check".into())]);
    refused(bureau.person("Bayu").start(case, "check").wait(), &["held-by-other"]);
    refused(bureau.person("Bayu").claim(case, "check").wait(), &["held-by-other"]);
    refused(bureau.person("Budi").claim(case, "check").wait(), &["already-held"]);
    refused(bureau.person("Bayu").release(case, "check").wait(), &["superior-required"]);
    bureau.person("Citra").release(case, "check").wait().unwrap();
    assert_eq!(bureau.inbox("Bayu"), [(case, "check".into())]);
    refused(bureau.person("Budi").release(case, "check").wait(), &["not-held"]);
}

#[test]
fn a_superior_gives_work_and_takes_it() {
    let bureau = Bureau::new();
    let case = bureau.written();
    refused(bureau.person("Budi").assign(case, "check", "Bayu").wait(), &["superior-required"]);
    refused(bureau.person("Citra").assign(case, "check", "Ani").wait(), &["not-eligible"]);
    bureau.person("Citra").assign(case, "check", "Bayu").wait().unwrap();
    assert_eq!(bureau.inbox("Budi"), []);
    refused(bureau.person("Citra").assign(case, "check", "Budi").wait(), &["held-by-other"]);
    refused(bureau.person("Citra").reassign(case, "check", "Budi", " ").wait(), &["text-required"]);
    bureau.person("Citra").reassign(case, "check", "Budi", "Bayu is busy").wait().unwrap();
    assert_eq!(bureau.inbox("Budi"), [(case, "check".into())]);
    bureau.person("Budi").complete(case, "check", "done", ["checked"]).wait().unwrap();
}

#[test]
fn delegated_work_is_done_in_anothers_name_or_goes_back() {
    let bureau = Bureau::new();
    let case = bureau.written();
    refused(bureau.person("Budi").delegate(case, "check", "Ani").wait(), &["not-eligible"]);
    bureau.person("Budi").delegate(case, "check", "Dewi").wait().unwrap();
    assert_eq!(bureau.inbox("Dewi"), [(case, "check".into())]);
    refused(bureau.person("Budi").complete(case, "check", "done", ["checked"]).wait(), &["held-by-other"]);
    refused(bureau.person("Dewi").delegate(case, "check", "Bayu").wait(), &["delegated-work"]);
    refused(bureau.person("Dewi").release(case, "check").wait(), &["delegated-work"]);
    bureau.person("Dewi").hand_back(case, "check").wait().unwrap();
    refused(bureau.person("Dewi").hand_back(case, "check").wait(), &["not-delegated"]);
    bureau.person("Budi").delegate(case, "check", "Dewi").wait().unwrap();
    bureau.person("Dewi").complete(case, "check", "done", ["checked"]).wait().unwrap();
    let last = bureau.engine.history(case, 0, 100).wait().unwrap().pop().unwrap();
    assert_eq!((last.record.actor(), last.record.on_behalf_of()), ("Dewi", Some("Budi")));
}

#[test]
fn a_step_waits_for_its_reviewers() {
    let bureau = Bureau::new();
    let case = bureau.written();
    bureau.person("Budi").ask_review(case, "check", "Dewi").wait().unwrap();
    let [item] = &bureau.person("Dewi").inbox().page().wait().unwrap().items[..] else { panic!("one item") };
    assert!(item.is_review);
    refused(bureau.person("Budi").complete(case, "check", "done", ["checked"]).wait(), &["review-pending"]);
    refused(bureau.person("Budi").ask_review(case, "check", "Dewi").wait(), &["review-asked"]);
    refused(bureau.person("Bayu").agree(case, "check").wait(), &["review-not-asked"]);
    refused(bureau.person("Dewi").object(case, "check", "").wait(), &["text-required"]);
    bureau.person("Dewi").object(case, "check", "The sum is wrong").wait().unwrap();
    assert_eq!(bureau.inbox("Dewi"), []);
    bureau.person("Budi").complete(case, "check", "done", ["checked"]).wait().unwrap();
}

#[test]
fn who_is_absent_does_nothing_and_a_deputy_does_it() {
    let bureau = Bureau::new();
    let case = bureau.written();
    bureau.person("Budi").complete(case, "check", "done", ["checked"]).wait().unwrap();
    bureau.office.appoint(Appointment::plh("Dewi", "head", "Citra")).unwrap();
    let away = Timestamp::from_millis(MONDAY)..Timestamp::from_millis(MONDAY + 24 * HOUR);
    assert_eq!(bureau.inbox("Dewi"), []);
    bureau.office.absent("Citra", away, "leave").unwrap();
    assert_eq!((bureau.inbox("Citra"), bureau.inbox("Dewi")), (vec![], vec![(case, "sign".into())]));
    refused(bureau.person("Citra").complete(case, "sign", "done", ["signed"]).wait(), &["absent"]);
    let explanation = bureau.person("Citra").explain(case, "sign").wait().unwrap();
    assert_eq!((explanation.reasons[0].code(), &*explanation.people), ("absent", &["Dewi".into()][..]));
    bureau.hours_pass(24);
    refused(bureau.person("Dewi").complete(case, "sign", "done", ["signed"]).wait(), &["outside-period"]);
    bureau.person("Citra").complete(case, "sign", "done", ["signed"]).wait().unwrap();
}
