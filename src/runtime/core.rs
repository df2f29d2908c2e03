//! What all parts of an engine share.

use std::fmt;
use std::sync::Arc;

use super::hosting::Procedures;
use super::people::People;
use crate::store::Store;
use crate::time::Timestamp;

/// What all parts of an engine share.
pub(super) struct Core {
    pub(super) store: Arc<dyn Store>,
    pub(super) procedures: Procedures,
    pub(super) people: People,
    pub(super) clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Core {
    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").field("store", &self.store).field("procedures", &self.procedures).finish_non_exhaustive()
    }
}
