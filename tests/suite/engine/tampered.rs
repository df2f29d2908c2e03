//! A store that shows something else than what was written.

use std::sync::{Arc, Mutex, Weak};

use sha2::{Digest, Sha256};
use sopflow::store::{
    CaseCommit, CaseQuery, CaseRow, Cursor, Definition, Item, ItemKey, ItemQuery, Link, Memory, Reader, Store,
    StoredEvent, Verdict, Wake, Writer,
};
use sopflow::{CaseId, Error};

/// A store in memory whose readers are shown other events and checkpoints, once told so.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tampered {
    pub(crate) memory: Memory,
    shown: Arc<Mutex<Option<Shown>>>,
}

/// All events and checkpoints.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown {
    pub(crate) events: Vec<StoredEvent>,
    pub(crate) checkpoints: Vec<Vec<u8>>,
}

impl Tampered {
    /// What was written.
    pub(crate) fn written(&self) -> Shown {
        let mut reader = self.memory.reader().unwrap();
        let events = reader.events_since(Cursor::START, usize::MAX).unwrap();
        Shown { events, checkpoints: reader.checkpoints().unwrap() }
    }

    /// Shows this from now on.
    pub(crate) fn show(&self, shown: Shown) {
        *self.shown.lock().unwrap() = Some(shown);
    }

    fn shown(&self) -> Shown {
        self.shown.lock().unwrap().clone().unwrap_or_else(|| self.written())
    }
}

/// The link of an event, as `docs/audit.md` describes it.
pub(crate) fn link(before: &Link, event: &StoredEvent) -> Link {
    let command = event.command.as_deref().unwrap_or_default().as_bytes();
    let mut bytes = before.to_vec();
    bytes.extend(event.case.to_bytes());
    bytes.extend(event.version.to_be_bytes());
    bytes.extend((command.len() as u64).to_be_bytes());
    bytes.extend(command);
    bytes.extend(&event.body);
    Sha256::digest(bytes).into()
}

/// Numbers the events of a case anew, in the order in which they stand, and links them rightly.
pub(crate) fn relink(events: &mut [StoredEvent], case: CaseId) {
    let (mut before, mut version) = ([0; 32], 0);
    for event in events.iter_mut().filter(|event| event.case == case) {
        version += 1;
        event.version = version;
        event.link = link(&before, event);
        before = event.link;
    }
}

/// Gives the events cursors anew, in the order in which they stand.
pub(crate) fn renumber(events: &mut [StoredEvent]) {
    for (event, number) in events.iter_mut().zip(1..) {
        event.cursor = Cursor::new(0, number);
    }
}

impl Store for Tampered {
    fn writer(&self) -> Result<Box<dyn Writer>, Error> {
        Ok(Box::new(self.clone()))
    }

    fn reader(&self) -> Result<Box<dyn Reader>, Error> {
        Ok(Box::new(self.clone()))
    }

    fn is_instant(&self) -> bool {
        true
    }

    fn watch(&self, wake: Weak<Wake>) -> Result<(), Error> {
        self.memory.watch(wake)
    }
}

impl Reader for Tampered {
    fn events(&mut self, case: CaseId, after: u32, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        let events = self.shown().events.into_iter().filter(|event| event.case == case && event.version > after);
        Ok(events.take(limit).collect())
    }

    fn events_since(&mut self, after: Cursor, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        Ok(self.shown().events.into_iter().filter(|event| event.cursor > after).take(limit).collect())
    }

    fn commands(&mut self, ids: &[&str]) -> Result<Vec<Option<StoredEvent>>, Error> {
        self.memory.commands(ids)
    }

    fn cases(&mut self, query: &CaseQuery) -> Result<Vec<CaseRow>, Error> {
        self.memory.cases(query)
    }

    fn items(&mut self, query: &ItemQuery) -> Result<Vec<Item>, Error> {
        self.memory.items(query)
    }

    fn count(&mut self, query: &ItemQuery) -> Result<Vec<usize>, Error> {
        self.memory.count(query)
    }

    fn all_items(&mut self, after: Option<&ItemKey>, limit: usize) -> Result<Vec<Item>, Error> {
        self.memory.all_items(after, limit)
    }

    fn definitions(&mut self) -> Result<Vec<Definition>, Error> {
        self.memory.definitions()
    }

    fn checkpoints(&mut self) -> Result<Vec<Vec<u8>>, Error> {
        Ok(self.shown().checkpoints)
    }
}

impl Writer for Tampered {
    fn commit(&mut self, batch: &[CaseCommit]) -> Result<Vec<Verdict>, Error> {
        self.memory.commit(batch)
    }

    fn put_definition(&mut self, name: &str, body: &[u8]) -> Result<(), Error> {
        self.memory.put_definition(name, body)
    }

    fn put_checkpoint(&mut self, body: &[u8]) -> Result<(), Error> {
        self.memory.put_checkpoint(body)
    }

    fn replace_items(&mut self, next: &mut dyn FnMut() -> Result<Option<Item>, Error>) -> Result<(), Error> {
        self.memory.replace_items(next)
    }
}
