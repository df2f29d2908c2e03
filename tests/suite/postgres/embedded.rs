//! Commits inside transactions of the embedding program.

use postgres::{Client, NoTls};
use sopflow::store::{Postgres, Reader, Store, Verdict};

use super::{case, entry, event, moving, server};

struct Office {
    store: Postgres,
    client: Client,
    schema: String,
    reader: Box<dyn Reader>,
}

impl Office {
    /// A store, and a table of the embedding program's own.
    fn new() -> Self {
        let (store, schema) = server::store_on(server::shared());
        let reader = store.reader().expect("a reader");
        let mut client = server::shared().connect(NoTls).expect("a connection");
        client.batch_execute(&format!("CREATE TABLE {schema}.letters (subject text)")).expect("a table");
        Self { store, client, schema, reader }
    }

    fn letters(&mut self) -> Vec<String> {
        let rows = self.client.query(&format!("SELECT subject FROM {}.letters", self.schema), &[]).expect("letters");
        rows.iter().map(|row| row.get(0)).collect()
    }

    fn insert(&self) -> String {
        format!("INSERT INTO {}.letters VALUES ('leave')", self.schema)
    }
}

#[test]
fn both_are_kept_or_neither() {
    let mut office = Office::new();
    for is_kept in [false, true] {
        let insert = office.insert();
        let mut transaction = office.client.transaction().expect("a transaction");
        transaction.execute(&insert, &[]).expect("a letter");
        let verdicts = office.store.commit_in(&mut transaction, &[moving(1, 0, "a")]).expect("a commit");
        let more = office.store.commit_in(&mut transaction, &[moving(1, 1, "b"), moving(1, 9, "c")]).expect("a commit");
        let (Verdict::Committed(first), [Verdict::Committed(second), Verdict::Conflict]) = (verdicts[0], &more[..])
        else {
            panic!("{verdicts:?} {more:?}")
        };
        assert!(first < *second, "two calls in one transaction go on counting");
        assert_eq!(office.reader.events(case(1), 0, 9).expect("a history"), [], "nobody sees it before it ends");
        if is_kept {
            transaction.commit().expect("committed");
        } else {
            transaction.rollback().expect("rolled back");
        }
        let count = usize::from(is_kept);
        assert_eq!(office.letters().len(), count);
        let history = office.reader.events(case(1), 0, 9).expect("a history");
        assert_eq!(history.len(), 2 * count);
        assert_eq!(office.reader.all_items(None, 9).expect("entries").len(), count);
        if is_kept {
            assert_eq!([history[0].cursor, history[1].cursor], [first, *second]);
        }
    }
}

#[test]
fn both_are_kept_or_neither_without_blocking() {
    let mut office = Office::new();
    let insert = office.insert();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let config: tokio_postgres::Config = server::address().parse().expect("a connection string");
    for is_kept in [false, true] {
        let store = office.store.clone();
        let verdicts = runtime.block_on(async {
            let (mut client, connection) = config.connect(NoTls).await.expect("a connection");
            let connection = tokio::spawn(connection);
            let transaction = client.transaction().await.expect("a transaction");
            transaction.execute(&insert, &[]).await.expect("a letter");
            let verdicts = store.commit_in_async(&transaction, &[moving(1, 0, "a")]).await.expect("a commit");
            if is_kept {
                transaction.commit().await.expect("committed");
            } else {
                transaction.rollback().await.expect("rolled back");
            }
            drop(client);
            connection.await.expect("a task").expect("closed");
            verdicts
        });
        assert!(matches!(verdicts[..], [Verdict::Committed(_)]));
        let count = usize::from(is_kept);
        assert_eq!(office.letters().len(), count);
        assert_eq!(office.reader.events(case(1), 0, 9).expect("a history").len(), count);
    }
}

/// The transaction has begun before another one moved the case on. Its events would come before those that they follow.
#[test]
fn a_transaction_that_was_overtaken_is_in_conflict() {
    let mut office = Office::new();
    let mut writer = office.store.writer().expect("a writer");
    writer.commit(&[moving(1, 0, "a"), moving(2, 0, "a")]).expect("a commit");
    let insert = office.insert();
    let mut transaction = office.client.transaction().expect("a transaction");
    transaction.execute(&insert, &[]).expect("a letter");
    writer.commit(&[moving(1, 1, "b")]).expect("a commit");
    let batch = [moving(1, 2, "c"), moving(2, 1, "b")];
    let verdicts = office.store.commit_in(&mut transaction, &batch).expect("a commit");
    assert!(matches!(verdicts[..], [Verdict::Conflict, Verdict::Committed(_)]), "{verdicts:?}");
    transaction.commit().expect("committed");
    let kept = office.reader.all_items(None, 9).expect("entries");
    assert_eq!(kept, [entry(1, 2), entry(2, 2)]);
    // Begun anew, it goes through.
    let mut transaction = office.client.transaction().expect("a transaction");
    let verdicts = office.store.commit_in(&mut transaction, &batch[..1]).expect("a commit");
    assert!(matches!(verdicts[..], [Verdict::Committed(_)]), "{verdicts:?}");
}

/// A writer that comes to a case which a transaction holds, or to a command that it carries out, waits for its end and is told
/// what has become of it.
#[test]
fn who_waits_for_a_transaction_learns_its_end() {
    let by = |command: &str, number: usize| {
        let mut commit = moving(number, 0, "a");
        commit.events = vec![event("a"), event("b")];
        commit.events[1].command = Some(command.into());
        commit
    };
    for (clashing, is_kept) in [("version", false), ("version", true), ("command", false), ("command", true)] {
        let mut office = Office::new();
        let mut writer = office.store.writer().expect("a writer");
        let mut watching = server::shared().connect(NoTls).expect("a connection");
        let mut transaction = office.client.transaction().expect("a transaction");
        office.store.commit_in(&mut transaction, &[by("send", 1), by("sign", 2)]).expect("a commit");
        let batch =
            if clashing == "version" { [by("read", 2), by("write", 3)] } else { [by("send", 3), by("write", 4)] };
        let waiting = std::thread::spawn(move || writer.commit(&batch).expect("a commit"));
        let waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted)";
        while !watching.query_one(waits, &[]).expect("an answer").get::<_, bool>(0) {
            assert!(!waiting.is_finished(), "it did not wait");
        }
        if is_kept {
            transaction.commit().expect("committed");
        } else {
            transaction.rollback().expect("rolled back");
        }
        let verdicts = waiting.join().expect("a writer");
        let conflicts: Vec<bool> = verdicts.iter().map(|verdict| *verdict == Verdict::Conflict).collect();
        assert_eq!(conflicts, [is_kept, false], "the same {clashing}");
    }
}
