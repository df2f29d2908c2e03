//! What a store keeps, and how it is asked for it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::{Error, ErrorKind};
use crate::id::CaseId;

/// A SHA-256 that ties an event to all events of its case before it.
pub type Link = [u8; 32];

/// A place in the order of all events of a store.
///
/// It is written as text, so that a subscriber can keep it and go on from there.
///
/// ```
/// use sopflow::store::Cursor;
///
/// let seen: Cursor = Cursor::START.to_string().parse()?;
/// assert_eq!(seen, Cursor::START);
/// # Ok::<(), sopflow::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cursor {
    /// The transaction, where the order of commits is not the order of writing; else 0.
    transaction: u64,
    /// The event.
    event: u64,
}

/// An event to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The event, which a store does not look into.
    pub body: Vec<u8>,
    /// What ties it to those before it.
    pub link: Link,
    /// The id of the command that made it, where one was given; no two commands have the same.
    pub command: Option<Arc<str>>,
}

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place among all events.
    pub cursor: Cursor,
    /// The case.
    pub case: CaseId,
    /// Its number in the case, counted from 1.
    pub version: u32,
    /// The event.
    pub body: Vec<u8>,
    /// What ties it to those before it.
    pub link: Link,
    /// The id of the command that made it.
    pub command: Option<Arc<str>>,
}

/// What a case is listed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// The case.
    pub case: CaseId,
    /// The office's own number for it; not necessarily unique.
    pub reference: Option<Arc<str>>,
    /// The procedure.
    pub procedure: Arc<str>,
    /// Its status.
    pub status: Arc<str>,
    /// Anything else, which a store does not look into.
    pub body: Vec<u8>,
}

/// A definition that is kept with the cases that run on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its name.
    pub name: Arc<str>,
    /// The definition, which a store does not look into.
    pub body: Vec<u8>,
}

/// What identifies an entry of a list of work. Keys are ordered by list, due time, case and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemKey {
    /// The list.
    pub list: Arc<str>,
    /// When it is due, in milliseconds since the Unix epoch; `i64::MAX` where it never is.
    pub due: i64,
    /// The case.
    pub case: CaseId,
    /// What tells it from other entries of the case in the list.
    pub name: Arc<str>,
}

/// An entry of a list of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What identifies it.
    pub key: ItemKey,
    /// Since when it waits, in milliseconds since the Unix epoch.
    pub since: i64,
    /// Anything else, which a store does not look into.
    pub body: Vec<u8>,
}

/// What is to be added to a case, and how the lists change with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseCommit {
    /// The case.
    pub case: CaseId,
    /// The version that the case must have: 0 for a new one.
    pub expected: u32,
    /// The events; at least one.
    pub events: Vec<NewEvent>,
    /// The row of the case, where it is new or has changed.
    pub row: Option<CaseRow>,
    /// Entries that go, with since when they wait. Each is there.
    pub removed: Vec<(ItemKey, i64)>,
    /// Entries that come. None is there, unless it is removed by the same commit.
    pub added: Vec<Item>,
}

/// What has become of a [`CaseCommit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is on disk; the last event has this place.
    Committed(Cursor),
    /// The case has another version, or one of the commands has been carried out already.
    Conflict,
}

/// Which cases are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseQuery {
    /// This one.
    pub case: Option<CaseId>,
    /// Those with this reference.
    pub reference: Option<Arc<str>>,
    /// Those of this procedure.
    pub procedure: Option<Arc<str>>,
    /// Those with this status.
    pub status: Option<Arc<str>>,
    /// Those after this one.
    pub after: Option<CaseId>,
    /// At most so many.
    pub limit: usize,
}

/// In which order entries are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemOrder {
    /// Those due first come first; those never due last.
    #[default]
    Due,
    /// Those that wait longest come first.
    Since,
}

/// Which entries are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemQuery {
    /// Those of these lists.
    pub lists: Vec<Arc<str>>,
    /// In this order; where the moments are equal, by case and name.
    pub order: ItemOrder,
    /// Those after this place in the order: the moment, the case and the name.
    pub after: Option<(i64, CaseId, Arc<str>)>,
    /// Those due before this moment.
    pub due_before: Option<i64>,
    /// Those that have waited since before this moment.
    pub since_before: Option<i64>,
    /// At most so many, over all lists.
    pub limit: usize,
}

impl Cursor {
    /// Before all events.
    pub const START: Self = Self { transaction: 0, event: 0 };

    /// A place that a store gives: by transaction, where the order of commits is not the order of writing (else 0), then by
    /// event, counted from 1.
    pub const fn new(transaction: u64, event: u64) -> Self {
        Self { transaction, event }
    }

    /// The transaction, or 0.
    pub const fn transaction(self) -> u64 {
        self.transaction
    }

    /// The event.
    pub const fn event(self) -> u64 {
        self.event
    }
}

impl CaseCommit {
    /// The version of the case behind it.
    pub fn version(&self) -> u32 {
        self.events.iter().fold(self.expected, |version, _| version.saturating_add(1))
    }
}

impl Item {
    /// Its place in an order.
    pub fn place(&self, order: ItemOrder) -> (i64, CaseId, Arc<str>) {
        let moment = match order {
            ItemOrder::Due => self.key.due,
            ItemOrder::Since => self.since,
        };
        (moment, self.key.case, self.key.name.clone())
    }
}

impl ItemQuery {
    /// Whether an entry passes the filters; which list it is in, and its place, are not asked.
    pub fn passes(&self, item: &Item) -> bool {
        self.due_before.is_none_or(|moment| item.key.due < moment)
            && self.since_before.is_none_or(|moment| item.since < moment)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.transaction, self.event)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts = text.split_once('-').and_then(|(transaction, event)| {
            Some(Self { transaction: transaction.parse().ok()?, event: event.parse().ok()? })
        });
        parts.ok_or_else(|| {
            let message = "this is no cursor; one is written as two numbers, such as `0-42`";
            Error::single(ErrorKind::Format, message)
        })
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
