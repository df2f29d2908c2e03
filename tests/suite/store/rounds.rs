//! Rounds of commits of which each store that went through them tells how many it has, and that it has them whole.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sopflow::Error;
use sopflow::store::{CaseCommit, CaseQuery, Cursor, Item, Sqlite, Store, Writer};

use super::{by, case, commit, event, gone, item, put, row};

const CASES: u128 = 4;
/// Events of one round.
pub(super) const EVENTS: usize = 2 * CASES as usize;

fn entry(round: u32, number: u128) -> Item {
    item(["desk", "shelf"][round as usize % 2], i64::from(round), case(number), "1", i64::from(round))
}

/// The commits of a round, counted from 0: two events of each case, and its entry goes from one list to the other.
pub(super) fn round(round: u32) -> Vec<CaseCommit> {
    let change = |number: u128| {
        let events =
            [by(&format!("{round} {number}"), &format!("{round} {number} a")), event(&format!("{round} {number} b"))];
        CaseCommit {
            row: Some(row(case(number), Some(&round.to_string()), "leave", ["open", "closed"][round as usize % 2])),
            removed: (round > 0).then(|| gone(&entry(round - 1, number))).into_iter().collect(),
            added: vec![entry(round, number)],
            ..commit(case(number), round * 2, events)
        }
    };
    (0..CASES).map(change).collect()
}

pub(super) fn put_rounds(writer: &mut dyn Writer, rounds: std::ops::Range<u32>) {
    rounds.for_each(|number| put(writer, round(number)));
}

/// How many rounds a store has; everything in it has to be as they left it.
pub(super) fn rounds_in(store: &dyn Store) -> Result<u32, Error> {
    let mut reader = store.reader()?;
    let all = reader.events_since(Cursor::START, usize::MAX)?;
    assert_eq!(all.len() % EVENTS, 0, "no round by halves");
    let rounds = u32::try_from(all.len() / EVENTS).expect("not that many");
    let expected: Vec<CaseCommit> = (0..rounds).flat_map(round).collect();
    let events = expected
        .iter()
        .flat_map(|commit| commit.events.iter().zip(commit.expected + 1..).map(|event| (commit.case, event)));
    for (found, (case, (new, version))) in all.iter().zip(events) {
        assert_eq!((found.case, found.version), (case, version));
        assert_eq!((&found.body, &found.link, &found.command), (&new.body, &new.link, &new.command));
    }
    for number in 0..CASES {
        let mine: Vec<_> = all.iter().filter(|event| event.case == case(number)).cloned().collect();
        assert_eq!(reader.events(case(number), 0, usize::MAX)?, mine);
    }
    let ids: Vec<String> = (0..=rounds).map(|round| format!("{round} 2")).collect();
    let known = reader.commands(&ids.iter().map(String::as_str).collect::<Vec<_>>())?;
    assert_eq!(known.iter().flatten().count(), rounds as usize, "each command once");
    let last = rounds.checked_sub(1);
    let rows: Vec<_> = last.into_iter().flat_map(round).filter_map(|commit| commit.row).collect();
    assert_eq!(reader.cases(&CaseQuery { limit: 99, ..CaseQuery::default() })?, rows);
    let entries: BTreeSet<_> =
        last.into_iter().flat_map(round).flat_map(|commit| commit.added).map(|item| item.key).collect();
    let found: BTreeSet<_> = reader.all_items(None, 99)?.into_iter().map(|item| item.key).collect();
    assert_eq!(found, entries);
    Ok(rounds)
}

/// A process that runs one test of this binary, which finds a file in its environment.
pub(super) fn child(test: &str, path: &Path) -> Command {
    let mut command = Command::new(env::current_exe().expect("this binary"));
    command.args(["--exact", &format!("store::{test}"), "--nocapture", "--test-threads=1"]);
    command.env(CHILD, path).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command
}

/// A process that is killed when this goes, also where a test fails.
pub(super) struct Killed(pub(super) Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().expect("it can be killed");
        self.0.wait().expect("it is gone");
    }
}

const CHILD: &str = "SOPFLOW_STORE_OF_A_CHILD";

/// The file that a test is to work on, where it is run by [`child`].
pub(super) fn given() -> Option<PathBuf> {
    env::var_os(CHILD).map(PathBuf::from)
}

pub(super) fn open(path: &Path) -> Sqlite {
    Sqlite::open(path).expect("a store")
}
