//! The events of a case, read from a store page by page.

use std::vec;

use crate::error::Error;
use crate::id::CaseId;
use crate::limits::EVENTS_READ_MAX;
use crate::store::{Reader, StoredEvent};

/// The events of a case after a version, in order.
pub(super) struct History<'r> {
    reader: &'r mut dyn Reader,
    case: CaseId,
    after: u32,
    page: vec::IntoIter<StoredEvent>,
    is_over: bool,
}

impl<'r> History<'r> {
    pub(super) fn new(reader: &'r mut dyn Reader, case: CaseId, after: u32) -> Self {
        Self { reader, case, after, page: Vec::new().into_iter(), is_over: false }
    }
}

impl Iterator for History<'_> {
    type Item = Result<StoredEvent, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.len() == 0 && !self.is_over {
            match self.reader.events(self.case, self.after, EVENTS_READ_MAX) {
                Ok(page) => {
                    self.is_over = page.len() < EVENTS_READ_MAX;
                    self.page = page.into_iter();
                }
                Err(error) => {
                    self.is_over = true;
                    return Some(Err(error));
                }
            }
        }
        let stored = self.page.next()?;
        self.after = stored.version;
        Some(Ok(stored))
    }
}
