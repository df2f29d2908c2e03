//! The PostgreSQL store on a real server: many writers, subscribers, servers and connections that fail, and transactions of
//! the embedding program.

mod embedded;
mod failures;
mod proxy;
mod schema;
pub(crate) mod server;
mod settled;
mod together;

pub(crate) use settled::InPostgres;

use sopflow::CaseId;
use sopflow::store::{CaseCommit, Item, ItemKey, NewEvent};

fn case(number: usize) -> CaseId {
    CaseId::from_u128((number as u128) << 64)
}

fn event(body: &str) -> NewEvent {
    NewEvent { body: body.into(), link: [7; 32], command: None }
}

/// A commit of one event. Each case has one entry, which each of its commits puts elsewhere.
fn moving(number: usize, expected: u32, body: &str) -> CaseCommit {
    let gone = (expected > 0).then(|| entry(number, expected));
    CaseCommit {
        case: case(number),
        expected,
        events: vec![event(body)],
        row: None,
        removed: gone.map(|item| (item.key, item.since)).into_iter().collect(),
        added: vec![entry(number, expected + 1)],
    }
}

/// The entry of a case at a version.
fn entry(number: usize, version: u32) -> Item {
    let list = format!("list {}", version % 5);
    let key = ItemKey { list: list.into(), due: i64::from(version), case: case(number), name: "1".into() };
    Item { key, since: -i64::from(version), body: version.to_string().into() }
}
