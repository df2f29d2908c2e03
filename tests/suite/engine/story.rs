//! Where a case has been, events as they come, versions of procedures.

use std::time::Duration;

use futures_core::Stream;
use sopflow::runtime::CaseRecord;
use sopflow::store::Cursor;
use sopflow::time::Timestamp;
use sopflow::{Mapping, Status};

use super::bureau::{Bureau, HOUR, MONDAY, letter, refused};

#[test]
fn the_whereabouts_tell_who_had_it_how_long() {
    let bureau = Bureau::new();
    let case = bureau.written();
    bureau.hours_pass(3);
    bureau.person("Budi").claim(case, "check").wait().unwrap();
    bureau.hours_pass(2);
    let now = Timestamp::from_millis(MONDAY + 5 * HOUR);
    let found = bureau.engine.whereabouts(case).wait().unwrap();
    assert_eq!((found.status, found.version), (Status::Open, 3));
    assert_eq!(found.next, ["sign"]);
    assert_eq!(found.waiting[0].holder.as_deref(), Some("Budi"));
    let [write, check] = &found.stays[..] else { panic!("{:?}", found.stays) };
    assert_eq!(
        (write.person.as_deref(), write.outcome.as_ref().map(sopflow::OutcomeId::as_str)),
        (Some("Ani"), Some("done"))
    );
    let hours = |millis: u64| millis / u64::try_from(HOUR).unwrap();
    assert_eq!((hours(check.waiting_millis(now)), hours(check.service_millis(now))), (3, 2));
    bureau.person("Budi").complete(case, "check", "done", ["checked"]).wait().unwrap();
    bureau.person("Citra").return_to(case, "sign", "write", "Too long").wait().unwrap();
    let stays = bureau.engine.whereabouts(case).wait().unwrap().stays;
    let ends: Vec<_> = stays.iter().map(|stay| (stay.step.as_str(), stay.ended_at.is_some())).collect();
    assert_eq!(ends, [("write", true), ("check", true), ("sign", true), ("write", false)]);
}

#[test]
fn a_subscriber_gets_every_event_in_order_and_goes_on_where_it_was() {
    let bureau = Bureau::new();
    let mut subscription = bureau.engine.subscribe(Cursor::START).unwrap();
    assert!(subscription.next_within(Duration::ZERO).unwrap().is_none());
    let case = bureau.written();
    let opened = subscription.next_within(Duration::from_secs(10)).unwrap().unwrap();
    assert_eq!((opened.case, opened.version), (case, 1));
    drop(subscription);
    let mut resumed = bureau.engine.subscribe(opened.cursor).unwrap();
    let written = resumed.next_within(Duration::from_secs(10)).unwrap().unwrap();
    assert_eq!((written.version, written.record.actor()), (2, "Ani"));
    assert!(matches!(written.record, CaseRecord::Procedure(_)));
    let waiting = std::thread::spawn(move || resumed.next_within(Duration::from_mins(1)).unwrap());
    bureau.person("Budi").claim(case, "check").wait().unwrap();
    assert!(matches!(waiting.join().unwrap().unwrap().record, CaseRecord::Work(_)));
}

#[test]
fn a_subscription_is_a_stream() {
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};
    let bureau = Bureau::new();
    let mut subscription = bureau.engine.subscribe(Cursor::START).unwrap();
    let mut poll = || Pin::new(&mut subscription).poll_next(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(poll(), Poll::Pending));
    let case = bureau.opened();
    assert!(matches!(poll(), Poll::Ready(Some(Ok(event))) if event.case == case));
    assert!(matches!(poll(), Poll::Pending));
}

#[test]
fn a_case_stays_on_its_version_until_it_is_migrated() {
    let bureau = Bureau::new();
    let case = bureau.written();
    bureau.person("Budi").claim(case, "check").wait().unwrap();
    bureau.engine.host(letter("2")).wait().unwrap();
    let version = |case| bureau.engine.whereabouts(case).wait().unwrap().version_of_procedure;
    assert_eq!((version(case), version(bureau.opened())), ("1".into(), "2".into()));
    refused(bureau.person("Budi").migrate(case, "2", Mapping::new()).wait(), &["role-required"]);
    refused(bureau.person("Citra").migrate(case, "3", Mapping::new()).wait(), &["unknown"]);
    bureau.person("Citra").migrate(case, "2", Mapping::new()).wait().unwrap();
    assert_eq!(version(case), "2");
    assert_eq!(bureau.inbox("Budi"), [(case, "check".into())], "Budi holds it still");
    bureau.person("Budi").complete(case, "check", "done", ["checked"]).wait().unwrap();
    let stays = bureau.engine.whereabouts(case).wait().unwrap().stays;
    assert_eq!(stays.len(), 3, "the migration is no new stay: {stays:?}");
}
