//! The file: whose it is, its version, who may write.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::schema::MIGRATIONS;
use super::trouble::{Trouble, is_no_database, is_unmended};
use crate::error::Error;

/// What marks a database of sopflow: "sopf" in ASCII.
const APPLICATION_ID: i32 = 0x736F_7066;

/// How long a connection waits for a lock that another program holds, such as a shell with an open transaction.
const PATIENCE: Duration = Duration::from_secs(5);

/// Pages of the write-ahead log after which a commit carries them over into the database: 16 MiB.
const CHECKPOINT_PAGES: u32 = 4096;

/// Bytes of the write-ahead log that stay on disk once it has been carried over.
const LOG_BYTES_KEPT: u32 = 64 << 20;

/// KiB of pages that the writer and each reader keep in memory.
const WRITER_CACHE_KIB: u32 = 64 << 10;
const READER_CACHE_KIB: u32 = 16 << 10;

/// Makes the file ready: creates what is not there, migrates what is older, refuses what is foreign.
pub(super) fn prepare(path: &Path) -> Result<(), Error> {
    prepare_with(path, MIGRATIONS).map_err(|trouble| trouble.in_file(path))
}

fn prepare_with(path: &Path, migrations: &[&str]) -> Result<(), Trouble> {
    let found = fs::metadata(path).ok();
    if found.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(Error::foreign("this is a folder, not a database").into());
    }
    // A foreign file is opened for reading only, so that nothing of it changes. Where writing was cut off, it cannot be read
    // before that has been mended.
    if found.is_some_and(|found| found.len() > 0) {
        match connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(|db| refuse_foreign(&db)) {
            Err(Trouble::Sqlite(error)) if is_unmended(&error) => {}
            told => told?,
        }
    }
    let mut db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    refuse_foreign(&db)?;
    let (version, newest) = (version(&db)?, newest(migrations));
    if version > newest {
        let message = format!(
            "the database has version {version} of the schema, and this sopflow knows those up to {newest}; use the later sopflow that wrote it"
        );
        return Err(Error::foreign(message).into());
    }
    if version < newest {
        let _lock = lock(path)?;
        migrate(&mut db, migrations)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
    }
    Ok(())
}

/// A connection to a database that is ready.
pub(super) fn writer(path: &Path) -> Result<Connection, Trouble> {
    let db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    if db.is_readonly("main")? {
        return Err(Error::storage("the database is read-only").into());
    }
    refuse_foreign(&db)?;
    let mode: String = db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(Error::storage("the file system does not let the database keep a write-ahead log").into());
    }
    db.pragma_update(None, "synchronous", "FULL")?;
    // Where a plain sync does not reach the disk.
    db.pragma_update(None, "fullfsync", true)?;
    db.pragma_update(None, "checkpoint_fullfsync", true)?;
    db.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    db.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT)?;
    set_cache(&db, WRITER_CACHE_KIB)?;
    Ok(db)
}

/// A connection to a database that is ready, which cannot write.
pub(super) fn reader(path: &Path) -> Result<Connection, Trouble> {
    let db = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    refuse_foreign(&db)?;
    set_cache(&db, READER_CACHE_KIB)?;
    Ok(db)
}

/// The lock of the one that writes, held until it is dropped, also by the death of the process. It lies beside the database,
/// because whoever closes the database file itself would take away the locks of SQLite.
pub(super) fn lock(path: &Path) -> Result<File, Error> {
    let name = beside(path, "-lock");
    let cannot = |error| Error::storage(format!("{} cannot be locked", name.display())).caused_by(error);
    let file = File::options().create(true).truncate(false).write(true).open(&name).map_err(cannot)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::in_use("another engine holds the database")),
        Err(TryLockError::Error(error)) => Err(cannot(error)),
    }
}

/// The file of the same name with something behind it.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, Trouble> {
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(PATIENCE)?;
    db.set_prepared_statement_cache_capacity(64);
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "cell_size_check", true)?;
    Ok(db)
}

fn set_cache(db: &Connection, kibibytes: u32) -> Result<(), rusqlite::Error> {
    db.pragma_update(None, "cache_size", -i64::from(kibibytes))
}

fn version(db: &Connection) -> Result<i32, rusqlite::Error> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Refuses what is neither a database of sopflow nor empty.
fn refuse_foreign(db: &Connection) -> Result<(), Trouble> {
    let id = match db.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0)) {
        Err(error) if is_no_database(&error) => {
            return Err(Error::foreign("this is not an SQLite database").caused_by(error).into());
        }
        found => found?,
    };
    if id == APPLICATION_ID || (id == 0 && is_empty(db)?) {
        return Ok(());
    }
    Err(Error::foreign("the database belongs to another program").into())
}

fn is_empty(db: &Connection) -> Result<bool, rusqlite::Error> {
    let entries: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(entries == 0 && version(db)? == 0)
}

/// The version that all migrations lead to.
fn newest(migrations: &[&str]) -> i32 {
    i32::try_from(migrations.len()).unwrap_or(i32::MAX)
}

fn migrate(db: &mut Connection, migrations: &[&str]) -> Result<(), Trouble> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if is_empty(&change)? {
        change.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    let done = usize::try_from(version(&change)?).unwrap_or(0);
    for migration in migrations.iter().skip(done) {
        change.execute_batch(migration)?;
    }
    change.pragma_update(None, "user_version", newest(migrations))?;
    change.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATER: &[&str] = &[MIGRATIONS[0], "ALTER TABLE cases ADD COLUMN note TEXT", "CREATE TABLE notes (body TEXT)"];

    fn opened(migrations: &[&str], path: &Path) -> Result<(), Error> {
        prepare_with(path, migrations).map_err(|trouble| trouble.in_file(path))
    }

    fn definition(path: &Path) -> String {
        let db = Connection::open(path).expect("a database");
        db.query_row(
            "SELECT name || version FROM definitions, (SELECT user_version AS version FROM pragma_user_version)",
            [],
            |row| row.get(0),
        )
        .expect("a definition")
    }

    fn of_version_1() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("office.db");
        opened(&LATER[..1], &path).expect("a new file");
        let db = Connection::open(&path).expect("a database");
        db.execute("INSERT INTO definitions VALUES ('leave ', x'00')", []).expect("a definition");
        (folder, path)
    }

    #[test]
    fn an_older_file_goes_through_what_it_lacks() {
        let (_folder, path) = of_version_1();
        opened(&LATER[..2], &path).expect("one step");
        assert_eq!(definition(&path), "leave 2");
        opened(LATER, &path).expect("one more");
        opened(LATER, &path).expect("nothing to do");
        assert_eq!(definition(&path), "leave 3");
        let error = opened(&LATER[..2], &path).expect_err("it is of a later version now");
        assert!(error.is_foreign(), "{error}");
    }

    #[test]
    fn a_file_goes_through_all_steps_or_none() {
        let (_folder, path) = of_version_1();
        let failing = [LATER[0], LATER[1], "CREATE TABLE cases (a)"];
        opened(&failing, &path).expect_err("there is such a table");
        assert_eq!(definition(&path), "leave 1");
        opened(LATER, &path).expect("as if nothing had been tried");
        assert_eq!(definition(&path), "leave 3");
    }

    #[test]
    fn a_file_that_somebody_writes_is_not_migrated() {
        let (_folder, path) = of_version_1();
        let held = lock(&path).expect("nobody else");
        let error = opened(LATER, &path).expect_err("it is in use");
        assert!(error.is_in_use(), "{error}");
        assert_eq!(definition(&path), "leave 1");
        drop(held);
        opened(LATER, &path).expect("nobody else");
    }
}
