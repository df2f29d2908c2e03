//! What an SQLite file has to bear besides commits: strangers, versions, a second engine, a backup.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rusqlite::Connection;
use sopflow::Error;
use sopflow::store::{Cursor, Reader, Sqlite, Store};
use tempfile::TempDir;

use super::rounds::{Killed, child, given, open, put_rounds, round, rounds_in};
use super::{Over, case, put};

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("office.db");
    (folder, path)
}

fn refused<T>(result: Result<T, Error>) -> Error {
    match result {
        Ok(_) => panic!("it has to be refused"),
        Err(error) => error,
    }
}

// ── Whose file it is ────────────────────────────────────────────────────────────────────────────────────────────────

/// A file that belongs to something else is refused, and keeps every byte.
#[track_caller]
fn check_foreign(path: &Path, message: &str) {
    let before = fs::read(path).ok();
    let error = refused(Sqlite::open(path));
    assert!(error.is_foreign(), "{error}");
    assert!(error.to_string().contains(message), "{error}");
    assert!(error.to_string().contains("office.db"), "the file is named: {error}");
    assert_eq!(fs::read(path).ok(), before);
}

#[test]
fn a_text_is_no_store() {
    let (_folder, path) = folder();
    fs::write(&path, "Dear Sir or Madam,\n".repeat(1_000)).unwrap();
    check_foreign(&path, "not an SQLite database");
}

#[test]
fn a_folder_is_no_store() {
    let (_folder, path) = folder();
    fs::create_dir(&path).unwrap();
    check_foreign(&path, "a folder");
    assert_eq!(fs::read_dir(&path).unwrap().count(), 0);
}

#[test]
fn the_database_of_another_program_is_no_store() {
    for pragmas in ["", "PRAGMA application_id = 7;", "PRAGMA journal_mode = WAL;", "PRAGMA user_version = 1;"] {
        let (_folder, path) = folder();
        let other = Connection::open(&path).unwrap();
        other
            .execute_batch(&format!("{pragmas} CREATE TABLE letters (body TEXT); INSERT INTO letters VALUES ('a')"))
            .unwrap();
        drop(other);
        check_foreign(&path, "another program");
    }
}

#[test]
fn a_store_of_a_later_version_is_refused() {
    let (_folder, path) = folder();
    put_rounds(&mut *open(&path).writer().unwrap(), 0..2);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 1_000).unwrap();
    check_foreign(&path, "version 1000");
}

#[test]
fn an_empty_file_is_a_new_store() {
    let (_folder, path) = folder();
    fs::write(&path, "").unwrap();
    let store = open(&path);
    put_rounds(&mut *store.writer().unwrap(), 0..2);
    assert_eq!(rounds_in(&store).unwrap(), 2);
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let (folder, _) = folder();
    let error = refused(Sqlite::open(folder.path().join("nowhere").join("office.db")));
    assert!(error.is_storage(), "{error}");
}

/// A file in which the first transaction was cut off, so that its journal still lies beside it.
#[test]
fn a_creation_that_was_cut_off_is_done_again() {
    let (folder, path) = folder();
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN; PRAGMA application_id = 1936682086")
        .unwrap();
    for table in 0..50 {
        other.execute_batch(&format!("CREATE TABLE t{table} (a PRIMARY KEY, b UNIQUE, c UNIQUE)")).unwrap();
    }
    let journal = folder.path().join("office.db-journal");
    assert!(fs::metadata(&path).unwrap().len() > 0 && fs::metadata(&journal).unwrap().len() > 0);
    // As a dead process leaves them.
    let (copy, torn) = (tempfile::tempdir().unwrap(), "torn.db");
    fs::copy(&path, copy.path().join(torn)).unwrap();
    fs::copy(&journal, copy.path().join(format!("{torn}-journal"))).unwrap();
    drop(other);
    let store = open(&copy.path().join(torn));
    put_rounds(&mut *store.writer().unwrap(), 0..2);
    assert_eq!(rounds_in(&store).unwrap(), 2);
}

// ── One writer ──────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_second_writer_is_refused_until_the_first_is_gone() {
    let (folder, path) = folder();
    let store = open(&path);
    let mut writer = store.writer().unwrap();
    put_rounds(&mut *writer, 0..1);
    let mut names = vec![path.clone(), folder.path().join(".").join("office.db")];
    #[cfg(unix)]
    {
        let link = folder.path().join("other-name.db");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        names.push(link);
    }
    for name in names {
        let error = refused(open(&name).writer());
        assert!(error.is_in_use(), "{error}");
        assert_eq!(rounds_in(&open(&name)).unwrap(), 1, "but it can be read");
    }
    put_rounds(&mut *writer, 1..2);
    drop(writer);
    put_rounds(&mut *open(&path).writer().unwrap(), 2..3);
    assert_eq!(rounds_in(&store).unwrap(), 3);
}

#[test]
fn a_writer_of_another_process_holds_until_it_is_killed() {
    let (_folder, path) = folder();
    let mut holder = Killed(child("sqlite::holds_a_writer", &path).spawn().unwrap());
    let mut lines = BufReader::new(holder.0.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "held"));
    let store = open(&path);
    let error = refused(store.writer());
    assert!(error.is_in_use(), "{error}");
    drop(holder);
    put_rounds(&mut *store.writer().unwrap(), 1..2);
    assert_eq!(rounds_in(&store).unwrap(), 2);
}

#[test]
fn holds_a_writer() {
    let Some(path) = given() else { return };
    let mut writer = open(&path).writer().unwrap();
    put_rounds(&mut *writer, 0..1);
    println!("\nheld");
    loop {
        thread::park();
    }
}

// ── Versions ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Files as each version of the schema left them, with ten rounds in them.
#[test]
fn a_file_of_every_version_opens() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/store");
    let mut versions = 0;
    for entry in fs::read_dir(golden).unwrap() {
        let (_folder, path) = folder();
        fs::copy(entry.unwrap().path(), &path).unwrap();
        let store = open(&path);
        assert_eq!(rounds_in(&store).unwrap(), 10);
        store.check().unwrap();
        put_rounds(&mut *store.writer().unwrap(), 10..12);
        assert_eq!(rounds_in(&store).unwrap(), 12);
        assert_eq!(store.reader().unwrap().definitions().unwrap()[0].body, b"as it was");
        assert_eq!(store.reader().unwrap().checkpoints().unwrap(), [b"sum"]);
        versions += 1;
    }
    assert_eq!(versions, 1, "a file for each version");
}

/// Makes the file for the present version: `cargo test --test suite makes_a_golden_store -- --ignored`.
#[test]
#[ignore = "it writes into tests/data"]
fn makes_a_golden_store() {
    let (_folder, path) = folder();
    let store = open(&path);
    let mut writer = store.writer().unwrap();
    put_rounds(&mut *writer, 0..10);
    writer.put_definition("leave", b"as it was").unwrap();
    writer.put_checkpoint(b"sum").unwrap();
    drop(writer);
    let version: i64 =
        Connection::open(&path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/store/version-{version}.db"));
    fs::copy(&path, golden).unwrap();
}

// ── Upkeep ──────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_backup_is_one_moment_while_commits_go_on() {
    let (folder, path) = folder();
    let store = open(&path);
    let mut writer = store.writer().unwrap();
    put_rounds(&mut *writer, 0..150);
    // So that the copy takes several parts.
    writer.put_definition("big", &vec![7; 4 << 20]).unwrap();
    let (is_done, target) = (AtomicBool::new(false), folder.path().join("copy.db"));
    let (mut told, mut rounds) = (Vec::new(), 150);
    thread::scope(|scope| {
        let over = Over(&is_done);
        let committing = scope.spawn(|| {
            while !is_done.load(Ordering::SeqCst) {
                put(&mut *writer, round(rounds));
                rounds += 1;
            }
            rounds
        });
        let events = || store.reader().unwrap().events(case(0), 0, usize::MAX).unwrap().len();
        let backup = store.backup_to(&target, |pages, all| {
            // Something is committed between any two parts.
            let before = events();
            while events() == before && !committing.is_finished() {
                thread::yield_now();
            }
            told.push((pages, all));
            // A backup that began anew with each commit would have no end.
            assert!(told.len() < 100, "{told:?}");
        });
        drop(over);
        backup.unwrap();
        let committed = committing.join().unwrap();
        let copy = open(&target);
        let copied = rounds_in(&copy).unwrap();
        assert!((150..committed).contains(&copied), "{copied} of {committed}");
        copy.check().unwrap();
        put_rounds(&mut *copy.writer().unwrap(), copied..copied + 2);
        assert_eq!(rounds_in(&copy).unwrap(), copied + 2);
    });
    assert!(told.len() > 3 && told.is_sorted() && told.last().is_some_and(|(pages, all)| pages == all), "{told:?}");
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().contains("-part")), "{names:?}");
}

#[test]
fn a_backup_replaces_nothing() {
    let (folder, path) = folder();
    let store = open(&path);
    let target = folder.path().join("copy.db");
    fs::write(&target, "a letter").unwrap();
    let error = refused(store.backup_to(&target, |_, _| {}));
    assert!(error.is_storage() && error.to_string().contains("copy.db"), "{error}");
    assert_eq!(fs::read(&target).unwrap(), b"a letter");
    let error = refused(store.backup_to(folder.path().join("nowhere").join("copy.db"), |_, _| {}));
    assert!(error.is_storage(), "{error}");
}

#[test]
fn the_write_ahead_log_stays_small() {
    let (_folder, path) = folder();
    let store = open(&path);
    let mut writer = store.writer().unwrap();
    let mut reader = store.reader().unwrap();
    for version in 0..120 {
        let mut big = super::event("big");
        big.body = vec![7; 1 << 20];
        put(&mut *writer, [super::commit(case(1), version, [big])]);
        assert_eq!(reader.events(case(1), version, 9).unwrap().len(), 1);
    }
    let log = fs::metadata(path.with_extension("db-wal")).unwrap().len();
    assert!(log < 40 << 20, "{log} bytes for 120 MiB of events");
}

/// What somebody changes with plain SQL is found, and what hangs on it is refused.
#[test]
fn a_changed_table_is_found() {
    for (change, message) in [
        ("DELETE FROM events WHERE position = 21", "an event is missing at position 21"),
        (
            "DELETE FROM events WHERE position = (SELECT max(position) FROM events)",
            "the last event is not there of case",
        ),
        (
            "UPDATE events SET version = 9 WHERE position = 21",
            "does not follow the one before it in its case: position 21",
        ),
        (
            "UPDATE events SET previous = 1 WHERE position = 21",
            "does not follow the one before it in its case: position 21",
        ),
        ("UPDATE events SET case_id = zeroblob(16) WHERE position = 21", "does not follow"),
        ("UPDATE events SET link = x'00' WHERE position = 21", "has not its length at position 21"),
        ("UPDATE heads SET version = 3", "the last event is not there of case"),
        ("DELETE FROM heads WHERE case_id = (SELECT min(case_id) FROM heads)", "there are more or fewer events"),
        ("DELETE FROM commands WHERE id = '3 2'", "the command is not known that made the event"),
        ("UPDATE commands SET position = 1 WHERE id = '3 2'", "the event is not there of command `3 2`"),
        ("DELETE FROM lists", "a list has no name"),
    ] {
        let (_folder, path) = folder();
        let store = open(&path);
        put_rounds(&mut *store.writer().unwrap(), 0..10);
        store.check().unwrap();
        assert_eq!(Connection::open(&path).unwrap().execute(change, []).map(|changed| changed > 0), Ok(true));
        let error = refused(store.check());
        assert!(error.is_damaged_record() && error.to_string().contains(message), "{change}: {error}");
    }
}

#[test]
fn a_gap_in_the_log_is_no_history() {
    let (_folder, path) = folder();
    let store = open(&path);
    put_rounds(&mut *store.writer().unwrap(), 0..10);
    let mut reader = store.reader().unwrap();
    let lost = position(&mut *reader);
    change(&path, "DELETE FROM events WHERE position = ?", lost);
    let error = refused(reader.events(case(2), 0, 99));
    assert!(error.is_damaged_record() && error.to_string().contains("is missing"), "{error}");
    let error = refused(reader.events_since(Cursor::START, 99));
    assert!(error.is_damaged_record(), "{error}");
    let error = refused(reader.commands(&["2 2"]));
    assert!(error.is_damaged_record(), "{error}");
    // The others are whole.
    assert_eq!(reader.events(case(1), 0, 99).unwrap().len(), 20);
    assert_eq!(reader.events(case(2), 5, 99).unwrap().len(), 15);
}

#[test]
fn a_chain_that_leads_elsewhere_is_no_history() {
    for text in [
        "UPDATE events SET previous = previous - 1 WHERE position = ?",
        "UPDATE events SET version = 6 WHERE position = ?",
        "UPDATE events SET case_id = zeroblob(16) WHERE position = ?",
        "UPDATE heads SET position = position - 1 WHERE ?1 > 0",
    ] {
        let (_folder, path) = folder();
        let store = open(&path);
        put_rounds(&mut *store.writer().unwrap(), 0..10);
        let mut reader = store.reader().unwrap();
        let changed = position(&mut *reader);
        change(&path, text, changed);
        let error = refused(reader.events(case(2), 0, 99));
        assert!(error.is_damaged_record() && error.to_string().contains("is not event"), "{text}: {error}");
    }
}

/// Where the fifth event of a case lies.
fn position(reader: &mut dyn Reader) -> i64 {
    let event = reader.events(case(2), 4, 1).unwrap().remove(0);
    i64::try_from(event.cursor.event()).unwrap()
}

fn change(path: &Path, text: &str, position: i64) {
    assert!(Connection::open(path).unwrap().execute(text, [position]).unwrap() > 0);
}
