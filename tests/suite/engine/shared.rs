//! Several engines on one PostgreSQL database.

use std::time::Duration;

use postgres::NoTls;
use sopflow::runtime::{Ask, Request};
use sopflow::store::{Cursor, Postgres, Verdict};

use super::bureau::{Bureau, refused};
use crate::postgres::server;

fn store() -> (Postgres, String) {
    server::store_on(server::shared())
}

#[test]
fn what_one_engine_remembers_of_a_case_another_may_have_changed() {
    let (store, _) = store();
    let (one, other) = (Bureau::on(store.clone()), Bureau::on(store));
    let case = one.opened();
    // The other engine knows the case from now on, as it is.
    other.person("Ani").comment(case, "Seen").wait().unwrap();
    one.person("Ani").complete(case, "write", "done", ["draft"]).wait().unwrap();
    // It would be refused by what is remembered.
    other.person("Budi").complete(case, "check", "done", ["checked"]).wait().unwrap();
    refused(one.person("Budi").complete(case, "check", "done", ["checked"]).wait(), &["not-enabled"]);
    assert_eq!(one.inbox("Citra"), [(case, "sign".into())]);
    let stale = one.person("Ani").expecting(3).comment(case, "x").wait().unwrap_err();
    assert_eq!(stale.error().unwrap().code(), "conflict");
}

#[test]
fn commands_to_many_engines_at_once_are_carried_out_each_once() {
    let (store, _) = store();
    let bureaus: Vec<Bureau> = (0..4).map(|_| Bureau::on(store.clone())).collect();
    let case = bureaus[0].opened();
    let mut subscription = bureaus[3].engine.subscribe(Cursor::START).unwrap();
    let comment = |number: usize| {
        let ask = Ask::Comment { text: format!("{number}").into() };
        let once = Some(format!("c-{}", number / 2).into());
        // Each id comes twice, to two engines, the second time as the same command.
        let ask = if number.is_multiple_of(2) { ask } else { Ask::Comment { text: format!("{}", number - 1).into() } };
        Request { person: "Ani".into(), case: Some(case), ask, once, expecting: None }
    };
    let answers: Vec<_> = (0..80).map(|number| bureaus[number % 4].engine.send(comment(number))).collect();
    let versions: Vec<u32> = answers.into_iter().map(|answer| answer.wait().unwrap().version).collect();
    for pair in versions.chunks(2) {
        assert_eq!(pair[0], pair[1], "the same command got the same answer");
    }
    let mut all = versions.clone();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all, (2..=41).collect::<Vec<u32>>());
    for version in 1..=41 {
        let event = subscription.next_within(Duration::from_secs(30)).unwrap().unwrap();
        assert_eq!((event.case, event.version), (case, version));
    }
    assert!(bureaus[1].engine.audit().verify_deep().wait().unwrap().is_whole());
}

#[test]
fn a_draft_is_committed_with_rows_of_the_embedder_or_not_at_all() {
    let (store, schema) = store();
    let bureau = Bureau::on(store.clone());
    let case = bureau.opened();
    let mut client = server::shared().connect(NoTls).unwrap();
    client.batch_execute(&format!("CREATE TABLE {schema}.letters (subject text)")).unwrap();
    let insert = format!("INSERT INTO {schema}.letters VALUES ('leave')");
    let ask =
        Ask::Complete { step: "write".into(), outcome: "done".into(), outputs: vec!["draft".into()], remark: None };
    let request = Request { person: "Ani".into(), case: Some(case), ask, once: Some("w-1".into()), expecting: None };
    for is_kept in [false, true] {
        let draft = bureau.engine.draft(request.clone()).wait().unwrap();
        let mut transaction = client.transaction().unwrap();
        transaction.execute(&insert, &[]).unwrap();
        let verdicts = store.commit_in(&mut transaction, draft.commits()).unwrap();
        assert!(matches!(verdicts[..], [Verdict::Committed(_)]));
        if is_kept {
            transaction.commit().unwrap();
        } else {
            transaction.rollback().unwrap();
        }
        let rows: i64 = client.query_one(&format!("SELECT count(*) FROM {schema}.letters"), &[]).unwrap().get(0);
        let version = bureau.engine.whereabouts(case).wait().unwrap().version;
        assert_eq!((rows, version), if is_kept { (1, 2) } else { (0, 1) });
    }
    let again = bureau.engine.draft(request).wait().unwrap();
    assert_eq!((again.commits().len(), again.done().version), (0, 2), "it has been carried out");
    assert_eq!(bureau.inbox("Budi"), [(case, "check".into())]);
    // The engine, which remembers the case as it was before, goes on with it.
    bureau.person("Budi").complete(case, "check", "done", ["checked"]).wait().unwrap();
}
