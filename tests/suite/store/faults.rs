//! What happens to a file when the process, the disk or the power fails.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, thread};

use sopflow::Error;
use sopflow::store::{Sqlite, Store, Verdict};
use tempfile::TempDir;

use super::roll;
use super::rounds::{Killed, child, given, open, put_rounds, round, rounds_in};
use crate::random::Dice;

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("office.db");
    (folder, path)
}

// ── A killed process ────────────────────────────────────────────────────────────────────────────────────────────────

/// Kills a process that commits, at random moments; `SOPFLOW_KILLS` says how often, otherwise twenty times.
#[test]
fn what_was_acknowledged_survives_a_kill() {
    let kills = env::var("SOPFLOW_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(20);
    let (_folder, path) = folder();
    let mut dice = Dice::new(20);
    let mut before = 0;
    for _ in 0..kills {
        let mut process = Killed(child("faults::commits_without_end", &path).spawn().unwrap());
        let mut lines = BufReader::new(process.0.stdout.take().unwrap()).lines().map(Result::unwrap);
        let acknowledged =
            |line: String| line.strip_prefix("acknowledged ").map(|rounds| rounds.parse::<u32>().unwrap());
        let first = lines.by_ref().filter_map(acknowledged).take(1 + dice.roll(20)).last();
        thread::sleep(Duration::from_micros(roll(&mut dice, 3_000)));
        drop(process);
        let last = lines.filter_map(acknowledged).last().or(first).expect("something was acknowledged");
        let store = open(&path);
        let found = rounds_in(&store).unwrap();
        assert!(found == last || found == last + 1, "{found} rounds, {last} acknowledged");
        assert!(found > before, "each process has committed");
        before = found;
        store.check().unwrap();
    }
}

#[test]
fn commits_without_end() {
    let Some(path) = given() else { return };
    let store = open(&path);
    let mut rounds = rounds_in(&store).unwrap();
    let mut writer = store.writer().unwrap();
    println!();
    loop {
        put_rounds(&mut *writer, rounds..rounds + 1);
        rounds += 1;
        println!("acknowledged {rounds}");
    }
}

/// The files of a process that died after ten rounds, with all of them in the write-ahead log.
fn left_behind() -> (TempDir, PathBuf) {
    let (folder, path) = folder();
    let mut process = child("faults::dies_after_ten_rounds", &path).spawn().unwrap();
    assert!(!process.wait().unwrap().success());
    assert!(log_of(&path).exists());
    (folder, path)
}

#[test]
fn dies_after_ten_rounds() {
    let Some(path) = given() else { return };
    let mut writer = open(&path).writer().unwrap();
    put_rounds(&mut *writer, 0..10);
    std::process::abort();
}

fn log_of(path: &Path) -> PathBuf {
    path.with_extension("db-wal")
}

/// The files again, without what only living processes share.
fn copied(path: &Path) -> (TempDir, PathBuf) {
    let (folder, copy) = folder();
    fs::copy(path, &copy).unwrap();
    fs::copy(log_of(path), log_of(&copy)).unwrap();
    (folder, copy)
}

// ── A torn file ─────────────────────────────────────────────────────────────────────────────────────────────────────

/// What was being written when the power went is not there; all before it is.
#[test]
fn a_torn_log_ends_with_a_whole_commit() {
    let (_folder, path) = left_behind();
    let length = usize::try_from(fs::metadata(log_of(&path)).unwrap().len()).unwrap();
    let mut dice = Dice::new(7);
    let mut cuts: Vec<usize> = (0..40).map(|_| dice.roll(length)).collect();
    cuts.extend([0, 1, 32, length - 4_097, length - 1, length]);
    cuts.sort_unstable();
    let mut rounds = Vec::new();
    for cut in cuts {
        let (_copy, copy) = copied(&path);
        fs::File::options().write(true).open(log_of(&copy)).unwrap().set_len(cut as u64).unwrap();
        let store = open(&copy);
        rounds.push(rounds_in(&store).unwrap());
        store.check().unwrap();
    }
    assert!(rounds.is_sorted(), "{rounds:?}");
    assert_eq!(rounds[rounds.len() - 3..], [9, 9, 10], "only the last commit is lost with its end: {rounds:?}");
}

#[test]
fn a_log_with_a_wrong_byte_ends_before_it() {
    let (_folder, path) = left_behind();
    let bytes = fs::read(log_of(&path)).unwrap();
    let mut dice = Dice::new(8);
    for _ in 0..40 {
        let (_copy, copy) = copied(&path);
        let mut torn = bytes.clone();
        let at = 32 + dice.roll(bytes.len() - 32);
        torn[at] ^= 1 << dice.roll(8);
        fs::write(log_of(&copy), torn).unwrap();
        let store = open(&copy);
        assert!(rounds_in(&store).unwrap() < 10, "byte {at}");
        store.check().unwrap();
    }
}

/// Reads a store in every way: how many rounds it has, or that it is damaged. It must not tell anything wrong.
fn read(path: &Path) -> Result<u32, Error> {
    let store = Sqlite::open(path)?;
    let rounds = rounds_in(&store)?;
    store.check()?;
    Ok(rounds)
}

fn is_told(error: &Error) -> bool {
    error.is_damaged_record() || error.is_foreign()
}

#[test]
fn a_lost_page_is_told() {
    let (_folder, path) = folder();
    put_rounds(&mut *open(&path).writer().unwrap(), 0..40);
    assert_eq!(read(&path).unwrap(), 40);
    let bytes = fs::read(&path).unwrap();
    let mut dice = Dice::new(9);
    for page in 0..bytes.len() / 4096 {
        let place = page * 4096..(page + 1) * 4096;
        let (_copy, copy) = folder_with(&bytes, |torn| torn[place.clone()].fill(0));
        assert!(read(&copy).is_err_and(|error| is_told(&error)), "page {page} with zeros");
        let (_copy, copy) = folder_with(&bytes, |torn| torn[place].fill_with(|| roll(&mut dice, 256)));
        assert!(read(&copy).is_err_and(|error| is_told(&error)), "page {page} with anything");
        let (_copy, copy) = folder_with(&bytes, |torn| torn.truncate(page * 4096 + 100));
        assert!(read(&copy).is_err_and(|error| is_told(&error)), "cut off in page {page}");
    }
}

fn folder_with(bytes: &[u8], tear: impl FnOnce(&mut Vec<u8>)) -> (TempDir, PathBuf) {
    let (folder, path) = folder();
    let mut torn = bytes.to_vec();
    tear(&mut torn);
    fs::write(&path, torn).unwrap();
    (folder, path)
}

/// A wrong byte in a page is not noticed by SQLite where it keeps a value; but nothing panics, reading or writing.
#[test]
fn wrong_bytes_make_no_panic() {
    let (_folder, path) = folder();
    put_rounds(&mut *open(&path).writer().unwrap(), 0..40);
    let bytes = fs::read(&path).unwrap();
    let mut dice = Dice::new(10);
    for _ in 0..200 {
        let (_copy, copy) = folder_with(&bytes, |torn| {
            for _ in 0..=dice.roll(4) {
                let at = dice.roll(torn.len());
                torn[at] ^= 1 << dice.roll(8);
            }
        });
        let Ok(store) = Sqlite::open(&copy) else { continue };
        let _ = store.check();
        let (Ok(mut reader), Ok(mut writer)) = (store.reader(), store.writer()) else { continue };
        let _ = reader.events_since(sopflow::store::Cursor::START, usize::MAX);
        let _ = (0..4).map(|number| reader.events(super::case(number), 0, usize::MAX)).count();
        let _ = (reader.all_items(None, usize::MAX), reader.cases(&sopflow::store::CaseQuery::default()));
        let _ = writer.commit(&round(40));
    }
}

// ── A full disk, a read-only file ───────────────────────────────────────────────────────────────────────────────────

/// A small file system of its own, where this process may mount one.
struct Disk(TempDir);

impl Disk {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut mount = Command::new("mount");
        let mounted =
            mount.args(["-t", "tmpfs", "-o", "size=4m", "sopflow"]).arg(folder.path()).stderr(Stdio::null()).status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(folder))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_changes_nothing_and_work_goes_on_once_there_is_room() {
    let Some(disk) = Disk::new() else {
        println!("left out: this process may not mount a small file system");
        return;
    };
    let (path, other) = (disk.0.path().join("office.db"), disk.0.path().join("other"));
    let store = open(&path);
    let mut writer = store.writer().unwrap();
    let mut rounds = 0;
    for _ in 0..3 {
        put_rounds(&mut *writer, rounds..rounds + 5);
        rounds += 5;
        // Something else takes what is left.
        let filler = |at: usize| other.with_extension(at.to_string());
        let room = (0..1_000).take_while(|at| fs::write(filler(*at), vec![7; 64 << 10]).is_ok()).count();
        let error = loop {
            match writer.commit(&round(rounds)) {
                Ok(verdicts) => assert!(!verdicts.contains(&Verdict::Conflict)),
                Err(error) => break error,
            }
            rounds += 1;
        };
        assert!(error.is_storage(), "{error}");
        assert_eq!(rounds_in(&store).unwrap(), rounds);
        for at in 0..=room {
            fs::remove_file(filler(at)).unwrap();
        }
    }
    put_rounds(&mut *writer, rounds..rounds + 5);
    drop(writer);
    assert_eq!(read(&path).unwrap(), rounds + 5);
}

/// The same with a limit on the size of files, which needs a shell and no rights.
#[test]
#[cfg(unix)]
fn a_file_that_may_not_grow_keeps_what_it_has() {
    let (_folder, path) = folder();
    let inner = child("faults::commits_until_it_fails", &path);
    let mut process = Command::new("sh");
    // Without the signal, writing fails; the unit is 512 or 1,024 bytes.
    process
        .arg("-c")
        .arg("trap '' XFSZ; ulimit -f 400; exec \"$@\"")
        .arg("sh")
        .arg(inner.get_program())
        .args(inner.get_args());
    process.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?)))).stdout(Stdio::piped());
    let output = process.output().unwrap();
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let told =
        |name: &str| output.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{output}"));
    let acknowledged: u32 = told("acknowledged ").parse().unwrap();
    assert!(acknowledged > 0);
    assert_eq!(told("failed: "), "storage");
    assert_eq!(read(&path).unwrap(), acknowledged);
    put_rounds(&mut *open(&path).writer().unwrap(), acknowledged..acknowledged + 5);
    assert_eq!(read(&path).unwrap(), acknowledged + 5);
}

#[test]
fn commits_until_it_fails() {
    let Some(path) = given() else { return };
    let store = open(&path);
    let mut writer = store.writer().unwrap();
    for number in 0.. {
        let Err(error) = writer.commit(&round(number)) else { continue };
        let again = writer.commit(&round(number)).expect_err("it is no better");
        assert_eq!((error.is_storage(), again.is_storage()), (true, true), "{error} {again}");
        assert_eq!(rounds_in(&store).unwrap(), number);
        println!("\nacknowledged {number}\nfailed: storage");
        return;
    }
}

#[test]
#[cfg(unix)]
fn a_read_only_file_can_be_read() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65_534;
    let (folder, path) = folder();
    put_rounds(&mut *open(&path).writer().unwrap(), 0..3);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    fs::set_permissions(path.with_extension("db-lock"), fs::Permissions::from_mode(0o666)).unwrap();
    let before = fs::read(&path).unwrap();
    let mut process = child("faults::finds_it_read_only", &path);
    if fs::File::options().write(true).open(&path).is_ok() {
        // Who may write everything has to be somebody else for this.
        process.uid(NOBODY);
    }
    let Ok(output) = process.output() else {
        println!("left out: nobody else may run this binary");
        return;
    };
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.lines().any(|line| line == "read-only, 3 rounds"), "{output}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn finds_it_read_only() {
    let Some(path) = given() else { return };
    let store = open(&path);
    let Err(error) = store.writer() else { panic!("it cannot write") };
    assert!(error.is_storage() && error.to_string().contains("read-only"), "{error}");
    println!("\nread-only, {} rounds", rounds_in(&store).unwrap());
}
