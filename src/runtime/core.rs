//! What all parts of an engine share.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::{ContextV7, Uuid};

use super::file::CaseFile;
use super::history::History;
use super::hosting::Procedures;
use super::people::People;
use crate::error::Error;
use crate::id::CaseId;
use crate::store::{Reader, Store};
use crate::time::Timestamp;

/// What all parts of an engine share.
pub(super) struct Core {
    pub(super) store: Arc<dyn Store>,
    pub(super) procedures: Procedures,
    pub(super) people: People,
    pub(super) clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// Keeps the ids made within one millisecond in order.
    pub(super) ids: Mutex<ContextV7>,
}

impl Core {
    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The id of a case opened at a moment.
    pub(super) fn new_id(&self, now: Timestamp) -> CaseId {
        let millis = u64::try_from(now.as_millis()).unwrap_or_default();
        let nanos = u32::try_from(millis % 1000 * 1_000_000).unwrap_or_default();
        let ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        Uuid::new_v7(uuid::Timestamp::from_unix(&*ids, millis / 1000, nanos)).into()
    }

    /// A case as the store has it.
    pub(super) fn read(&self, reader: &mut dyn Reader, case: CaseId) -> Result<Option<CaseFile>, Error> {
        CaseFile::replay(case, History::new(reader, case, 0), &self.procedures, &self.people, |_, _| {})
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").field("store", &self.store).field("procedures", &self.procedures).finish_non_exhaustive()
    }
}
