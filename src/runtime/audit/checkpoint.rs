//! What all cases of a store are at a moment, in one hash.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::hex;
use crate::error::{Error, ErrorKind};
use crate::store::{Cursor, Link};
use crate::time::Timestamp;

/// What all cases of a store were at a moment: one line that vouches for every event up to it.
///
/// It proves something only where whoever can change the store cannot change it: print it, mail it, have it signed. Its text
/// is one line, and it is read back from there; its JSON says the same.
///
/// ```
/// use sopflow::runtime::{Checkpoint, Engine};
/// use sopflow::store::Memory;
///
/// let engine = Engine::builder(Memory::new()).open()?;
/// let printed = engine.audit().checkpoint().wait()?.to_string();
/// let read: Checkpoint = printed.parse()?;
/// assert!(engine.audit().verify_against(&read).wait()?.is_whole());
/// # Ok::<(), sopflow::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Checkpoint {
    /// The last event that it vouches for.
    pub cursor: Cursor,
    /// When it was made.
    pub at: Timestamp,
    /// How many cases there were.
    pub cases: u64,
    /// How many events all of them had.
    pub events: u64,
    /// Covers all events in their order: SHA-256 over the root up to the event before (zeros for the first) and the link of
    /// the event.
    #[serde(with = "hex")]
    pub root: Link,
    /// The [digest](Self::digest) of the checkpoint before it; none with the first.
    #[serde(with = "hex::optional", default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Link>,
}

/// The first word of the text of a checkpoint.
const WORD: &str = "sopflow-checkpoint";

/// The root up to an event with a link.
pub(super) fn next_root(before: &Link, link: &Link) -> Link {
    Sha256::new().chain_update(before).chain_update(link).finalize().into()
}

impl Checkpoint {
    /// SHA-256 over all that it says, by which the next checkpoint names it.
    pub fn digest(&self) -> Link {
        let mut hash = Sha256::new();
        hash.update(self.cursor.transaction().to_be_bytes());
        hash.update(self.cursor.event().to_be_bytes());
        hash.update(self.at.as_millis().to_be_bytes());
        hash.update(self.cases.to_be_bytes());
        hash.update(self.events.to_be_bytes());
        hash.update(self.root);
        hash.update(self.previous.unwrap_or_default());
        hash.finalize().into()
    }

    /// Its form in a store.
    pub(super) fn write(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a checkpoint is made of strings and numbers")
    }

    pub(super) fn read(body: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(body)
            .map_err(|error| Error::damaged("a checkpoint in the store cannot be read").caused_by(error))
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cursor, at, cases, events, root, previous } = self;
        write!(f, "{WORD} {cursor} at {at} cases {cases} events {events} root {}", hex::encode(root))?;
        match previous {
            Some(previous) => write!(f, " previous {}", hex::encode(previous)),
            None => Ok(()),
        }
    }
}

impl FromStr for Checkpoint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let words: Vec<&str> = text.split_ascii_whitespace().take(13).collect();
        let (words, previous) = match words[..] {
            [ref words @ .., "previous", previous] => (words, Some(previous)),
            _ => (&words[..], None),
        };
        let read = || {
            let [WORD, cursor, "at", at, "cases", cases, "events", events, "root", root] = *words else { return None };
            Some(Self {
                cursor: cursor.parse().ok()?,
                at: at.parse().ok()?,
                cases: cases.parse().ok()?,
                events: events.parse().ok()?,
                root: hex::decode_link(root)?,
                previous: match previous {
                    Some(previous) => Some(hex::decode_link(previous)?),
                    None => None,
                },
            })
        };
        read().ok_or_else(|| {
            let message = format!(
                "this is no checkpoint; one is written as `{WORD} 0-42 at 2026-11-02T01:00:00.000Z cases 7 events 42 root` \
                 and 64 hexadecimal digits, then `previous` and 64 more unless it is the first"
            );
            Error::single(ErrorKind::Format, message)
        })
    }
}
