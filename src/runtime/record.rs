//! What is stored of a case: events of the procedure, and events of the work on it.

use std::fmt;

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::id::{CaseId, RoleId, StepId};
use crate::kernel::{Capacity, EventRecord};
use crate::store::{Cursor, Link, StoredEvent};
use crate::time::{Due, Timestamp};

/// The version of the stored form that this crate writes. It reads this one and all before it.
const SCHEMA: u16 = 1;

/// Something that has happened to a case, as it is stored and exchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(untagged)]
#[non_exhaustive]
pub enum CaseRecord {
    /// The case went on in its procedure.
    #[n(0)]
    Procedure(#[n(0)] EventRecord),
    /// Who works on it has changed.
    #[n(1)]
    Work(#[n(0)] WorkRecord),
}

/// An event of the work on a case: who holds a step, and who looks at it besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WorkRecord {
    /// When.
    #[n(0)]
    #[cbor(with = "crate::time::cbor")]
    pub at: Timestamp,
    /// By whom: the name of the person.
    #[n(1)]
    pub actor: String,
    /// For which role.
    #[n(2)]
    #[cbor(with = "crate::id::cbor")]
    pub role: RoleId,
    /// In what right.
    #[n(3)]
    pub capacity: Capacity,
    /// In whose place.
    #[n(4)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// Which step it is about.
    #[n(5)]
    #[cbor(with = "crate::id::cbor")]
    pub step: StepId,
    /// What has happened.
    #[n(6)]
    pub work: WorkKind,
    /// What was worth keeping with it.
    #[n(7)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// The kinds of [`WorkRecord`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum WorkKind {
    /// The actor took the work.
    #[n(0)]
    Claimed {},
    /// Whoever held the work holds it no longer.
    #[n(1)]
    Released {},
    /// The work was given to somebody.
    #[n(2)]
    Assigned {
        /// To whom.
        #[n(0)]
        to: String,
    },
    /// The work was taken from one and given to another.
    #[n(3)]
    Reassigned {
        /// From whom.
        #[n(0)]
        from: String,
        /// To whom.
        #[n(1)]
        to: String,
    },
    /// Whoever held the work has somebody do it in their place.
    #[n(4)]
    Delegated {
        /// Who does it.
        #[n(0)]
        to: String,
    },
    /// Delegated work went back.
    #[n(5)]
    HandedBack {
        /// To whom.
        #[n(0)]
        to: String,
    },
    /// Somebody was asked to look at it.
    #[n(6)]
    ReviewAsked {
        /// Who.
        #[n(0)]
        reviewer: String,
    },
    /// Who was asked has said what they think; an objection says why in the remark.
    #[n(7)]
    Reviewed {
        /// What.
        #[n(0)]
        opinion: Opinion,
    },
    /// Who was asked need not answer any more.
    #[n(8)]
    ReviewWithdrawn {
        /// Who.
        #[n(0)]
        reviewer: String,
    },
}

/// What a reviewer thinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
#[non_exhaustive]
pub enum Opinion {
    /// Nothing stands against going on.
    #[n(0)]
    Agreed,
    /// Something stands against it. Whether to go on is still for the one who does the step.
    #[n(1)]
    Objected,
}

/// An event of a case with its place in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CaseEvent {
    /// Its place among all events of the store.
    pub cursor: Cursor,
    /// The case.
    pub case: CaseId,
    /// Its number in the case, counted from 1.
    pub version: u32,
    /// The id of the command that made it, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<std::sync::Arc<str>>,
    /// What has happened.
    pub record: CaseRecord,
}

/// When work is due that came up with an event, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(super) struct DueRecord {
    #[n(0)]
    #[cbor(with = "crate::time::cbor")]
    pub(super) due: Timestamp,
    #[n(1)]
    #[cbor(with = "crate::time::cbor")]
    pub(super) latest: Timestamp,
}

/// What the engine keeps of an event: the record, and what it has to know besides to replay it alike.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(super) struct Envelope {
    #[n(0)]
    pub(super) schema: u16,
    /// Tells equal events of two engines apart.
    #[n(1)]
    pub(super) serial: u64,
    #[n(2)]
    pub(super) record: CaseRecord,
    /// When each step is due that came up with the event, in the order of the definition; none for one without a deadline.
    #[n(3)]
    pub(super) due: Vec<Option<DueRecord>>,
    /// What was asked, where the command has an id.
    #[n(4)]
    pub(super) asked: Option<Fingerprint>,
    /// The office's own number, with the opening.
    #[n(5)]
    pub(super) reference: Option<String>,
}

impl From<Due> for DueRecord {
    fn from(due: Due) -> Self {
        Self { due: due.due, latest: due.latest }
    }
}

/// The first half of the SHA-256 of what was asked.
pub(super) type Fingerprint = ByteArray<16>;

impl CaseRecord {
    /// When.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Procedure(record) => record.at,
            Self::Work(record) => record.at,
        }
    }

    /// By whom.
    pub fn actor(&self) -> &str {
        match self {
            Self::Procedure(record) => &record.actor,
            Self::Work(record) => &record.actor,
        }
    }

    /// In whose place.
    pub fn on_behalf_of(&self) -> Option<&str> {
        match self {
            Self::Procedure(record) => record.on_behalf_of.as_deref(),
            Self::Work(record) => record.on_behalf_of.as_deref(),
        }
    }
}

impl CaseEvent {
    /// Reads what a store has kept.
    ///
    /// # Errors
    ///
    /// When it is not an event of this or an earlier version of sopflow; [`Error::is_damaged_record`] holds.
    pub fn of(stored: StoredEvent) -> Result<Self, Error> {
        let StoredEvent { cursor, case, version, body, command, .. } = stored;
        let record = Envelope::read(case, version, &body)?.record;
        Ok(Self { cursor, case, version, command, record })
    }
}

impl Envelope {
    pub(super) fn new(serial: u64, record: CaseRecord) -> Self {
        Self { schema: SCHEMA, serial, record, due: Vec::new(), asked: None, reference: None }
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(192);
        minicbor::encode(self, &mut body).expect("writing to memory cannot fail");
        body
    }

    pub(super) fn read(case: CaseId, version: u32, body: &[u8]) -> Result<Self, Error> {
        let mut decoder = minicbor::Decoder::new(body);
        let schema = decoder.probe().array().and_then(|_| {
            let mut inside = decoder.probe();
            inside.array()?;
            inside.u16()
        });
        let read = |error| Error::damaged(format!("event {version} of case {case} cannot be read")).caused_by(error);
        let schema = schema.map_err(read)?;
        if !(1..=SCHEMA).contains(&schema) {
            let message = format!(
                "event {version} of case {case} has schema {schema}; this version of sopflow reads 1 to {SCHEMA}"
            );
            return Err(Error::damaged(message));
        }
        let envelope = decoder.decode().map_err(read)?;
        if decoder.position() != body.len() {
            return Err(Error::damaged(format!("there is something behind event {version} of case {case}")));
        }
        Ok(envelope)
    }
}

/// What ties an event to those of its case before it: SHA-256 over the link of the event before (zeros for the first), the
/// case, the number of the event, the id of the command with its length, and the body.
pub(super) fn link(before: &Link, case: CaseId, version: u32, command: Option<&str>, body: &[u8]) -> Link {
    let command = command.unwrap_or_default();
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(case.to_bytes());
    hash.update(version.to_be_bytes());
    hash.update((command.len() as u64).to_be_bytes());
    hash.update(command);
    hash.update(body);
    hash.finalize().into()
}

impl fmt::Display for Opinion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Agreed => "agreed",
            Self::Objected => "objected",
        })
    }
}
