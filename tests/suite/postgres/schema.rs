//! The schema: made once, and never taken from anybody.

use std::sync::Barrier;
use std::thread;

use postgres::NoTls;
use sopflow::store::{Cursor, Postgres, Store, Verdict};

use super::{case, moving, server};

#[test]
fn many_engines_can_be_the_first() {
    let (store, _) = server::store_on(server::shared());
    let begin = Barrier::new(8);
    thread::scope(|scope| {
        for number in 0..8 {
            let (store, begin) = (&store, &begin);
            scope.spawn(move || {
                begin.wait();
                let mut writer = store.writer().expect("a writer");
                writer.commit(&[moving(number, 0, "a")]).expect("a commit");
            });
        }
    });
    let found = store.reader().expect("a reader").all_items(None, 99).expect("entries");
    assert_eq!(found.len(), 8);
}

#[test]
fn what_belongs_to_something_else_is_left_alone() {
    let (store, schema) = server::store_on(server::shared());
    let mut client = server::shared().connect(NoTls).expect("a connection");
    client.batch_execute(&format!("CREATE SCHEMA {schema}; CREATE TABLE {schema}.events (a text)")).expect("a table");
    let error = store.reader().err().expect("refused");
    assert!(error.is_foreign() && error.to_string().contains("belongs to something else"), "{error}");
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = $1::text::regnamespace AND relkind = 'r'";
    assert_eq!(client.query_one(tables, &[&schema]).expect("a count").get::<_, i64>(0), 1, "nothing was added");
    // An empty schema that somebody has prepared is no obstacle.
    client.batch_execute(&format!("DROP TABLE {schema}.events")).expect("dropped");
    store.reader().expect("a reader");
}

#[test]
fn a_later_form_is_refused() {
    let (store, schema) = server::store_on(server::shared());
    drop(store.writer().expect("a writer"));
    let mut client = server::shared().connect(NoTls).expect("a connection");
    client.execute(&format!("UPDATE {schema}.sopflow_store SET version = 99"), &[]).expect("changed");
    for error in [store.reader().err(), store.writer().err()] {
        let error = error.expect("refused");
        assert!(error.is_foreign() && error.to_string().contains("of a later sopflow"), "{error}");
    }
}

#[test]
fn a_name_that_is_none_is_refused() {
    for name in ["", "1st", "a b", "a\"b", "é", &"a".repeat(64)] {
        let error = Postgres::new(server::shared()).in_schema(name).expect_err("no name");
        assert!(error.is_format(), "{error}");
    }
    assert!(Postgres::new(server::shared()).in_schema(&"a".repeat(63)).is_ok());
}

#[test]
fn a_server_that_is_not_there_is_an_error() {
    let store = Postgres::new("host=127.0.0.1 port=1 user=nobody".parse().expect("a connection string"));
    let error = store.writer().err().expect("nobody listens");
    assert!(error.is_storage() && error.to_string().contains("cannot be reached"), "{error}");
}

/// A dump that is read into another server comes with numbers of transactions that this one has yet to reach.
#[test]
fn cursors_go_on_after_a_move_to_another_server() {
    let (store, schema) = server::store_on(server::shared());
    store.writer().expect("a writer").commit(&[moving(1, 0, "a"), moving(2, 0, "b")]).expect("a commit");
    let mut client = server::shared().connect(NoTls).expect("a connection");
    let ahead = format!("UPDATE {schema}.events SET transaction = transaction + 1000000000000");
    client.execute(&ahead, &[]).expect("moved");
    let mut writer = store.writer().expect("a writer");
    let verdicts = writer.commit(&[moving(1, 1, "c")]).expect("a commit");
    assert!(matches!(verdicts[..], [Verdict::Committed(_)]), "{verdicts:?}");
    let history = writer.events(case(1), 0, 9).expect("a history");
    assert!(history[0].cursor < history[1].cursor, "{history:?}");
    let mut seen = Vec::new();
    // Subscribers wait for transactions of other tests.
    while seen.len() < 3 {
        seen = writer.events_since(Cursor::START, 9).expect("events");
    }
    let bodies: Vec<&[u8]> = seen.iter().map(|event| &event.body[..]).collect();
    assert_eq!(bodies, [b"a", b"b", b"c"]);
    assert_eq!(verdicts, [Verdict::Committed(seen[2].cursor)]);
}
