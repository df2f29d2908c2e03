//! Looking after the file: copies of it, and whether it is whole.

use std::fs::{self, File};
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::types::Value;

use super::file;
use super::trouble::Trouble;
use crate::error::{Error, ErrorKind, Fault};

/// Pages copied between two calls that tell how far a backup is.
const PAGES_AT_ONCE: i32 = 256;

/// Faults that a check tells at most, of each kind.
const FAULTS_MAX: usize = 100;

/// What must find nothing, with what it means for the value that it finds.
const LAWS: &[(&str, &str)] = &[
    (
        "SELECT position - 1 FROM events AS event WHERE position > 1 \
         AND NOT EXISTS (SELECT 1 FROM events WHERE position = event.position - 1)",
        "an event is missing at position",
    ),
    (
        "SELECT event.position FROM events AS event LEFT JOIN events AS earlier ON earlier.position = event.previous \
         WHERE CASE event.version WHEN 1 THEN event.previous <> 0 \
         ELSE earlier.case_id IS NOT event.case_id OR earlier.version IS NOT event.version - 1 END",
        "this event does not follow the one before it in its case: position",
    ),
    (
        "SELECT hex(heads.case_id) FROM heads LEFT JOIN events USING (position) \
         WHERE events.case_id IS NOT heads.case_id OR events.version IS NOT heads.version",
        "the last event is not there of case",
    ),
    (
        "SELECT sum(version) FROM heads HAVING coalesce(sum(version), 0) <> (SELECT count(*) FROM events)",
        "there are more or fewer events than the histories of all cases have together:",
    ),
    (
        "SELECT id FROM commands LEFT JOIN events USING (position) WHERE events.command IS NOT commands.id",
        "the event is not there of command",
    ),
    (
        "SELECT position FROM events WHERE command IS NOT NULL AND command NOT IN (SELECT id FROM commands)",
        "the command is not known that made the event at position",
    ),
    (
        "SELECT position FROM events WHERE length(case_id) <> 16 OR length(link) <> 32",
        "the case or the link has not its length at position",
    ),
    ("SELECT DISTINCT list FROM items WHERE list NOT IN (SELECT list FROM lists)", "a list has no name: number"),
];

/// Copies the database as it is at one moment. Readers and the writer go on meanwhile; what they commit is not in the copy,
/// and stays in the write-ahead log until the copy is complete.
pub(super) fn backup(path: &Path, target: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::storage("the backup cannot be written").caused_by(error);
    let told = |error: Error| error.in_file(target.display().to_string());
    if target.exists() {
        return Err(told(Error::storage("there is a file already; a backup does not replace it")));
    }
    let part = file::beside(target, "-part");
    let copied = copy(path, &part, progress).map_err(|trouble| trouble.in_file(target));
    let done = copied.and_then(|()| fs::rename(&part, target).map_err(|error| told(failed(error))));
    if done.is_err() {
        // It may not even have been begun.
        let _ = fs::remove_file(&part);
        return done;
    }
    // So that its name is on disk as well, where a folder can be opened.
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).map_or(Ok(()), |folder| folder.sync_all()).map_err(|error| told(failed(error)))
}

fn copy(path: &Path, part: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Trouble> {
    if part.exists() {
        let cannot = |error| Error::storage("what an earlier backup left cannot be removed").caused_by(error);
        fs::remove_file(part).map_err(cannot)?;
    }
    let source = file::reader(path)?;
    // One snapshot for the whole copy: without it, each commit would make it begin anew.
    let snapshot = source.unchecked_transaction()?;
    snapshot.query_row("SELECT count(*) FROM definitions", [], |_| Ok(()))?;
    let mut copy = Connection::open(part)?;
    let backup = Backup::new(&snapshot, &mut copy)?;
    loop {
        let step = backup.step(PAGES_AT_ONCE)?;
        let (pages, left) = (backup.progress().pagecount, backup.progress().remaining);
        progress(u64::from((pages - left).unsigned_abs()), u64::from(pages.unsigned_abs()));
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => return Err(Error::storage("another program holds the backup").into()),
        }
    }
}

/// Looks at every page and every index, and holds the tables against each other.
pub(super) fn check(path: &Path) -> Result<(), Error> {
    let faults = faults(path).map_err(|trouble| trouble.in_file(path))?;
    if faults.is_empty() {
        return Ok(());
    }
    let faults = faults.into_iter().map(|message| Fault { message, ..Fault::default() }).collect();
    Err(Error::new(ErrorKind::Record, faults).in_file(path.display().to_string()))
}

fn faults(path: &Path) -> Result<Vec<String>, Trouble> {
    let db = file::reader(path)?;
    let snapshot = db.unchecked_transaction()?;
    let mut pages = snapshot.prepare(&format!("PRAGMA integrity_check({FAULTS_MAX})"))?;
    let pages = pages.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    if pages != ["ok"] {
        // Where pages are damaged, the tables cannot be trusted to tell more.
        return Ok(pages);
    }
    let mut faults = Vec::new();
    for (law, meaning) in LAWS {
        let mut found = snapshot.prepare(&format!("{law} LIMIT {FAULTS_MAX}"))?;
        let found = found.query_map([], |row| row.get::<_, Value>(0))?;
        for value in found {
            faults.push(match value? {
                Value::Integer(number) => format!("{meaning} {number}"),
                Value::Text(text) => format!("{meaning} `{}`", text.escape_debug()),
                _ => (*meaning).to_owned(),
            });
        }
    }
    Ok(faults)
}
