//! A store whose readers wait until nothing is held back from subscribers.
//!
//! Subscribers of the PostgreSQL store wait for every transaction of the server, also for those of other tests. The laws of all
//! stores look right after a commit.

use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use postgres::{Client, Config, NoTls};
use sopflow::store::{
    CaseCommit, CaseQuery, CaseRow, Cursor, Definition, Item, ItemKey, ItemQuery, Postgres, Reader, Store, StoredEvent,
    Verdict, Wake, Writer,
};
use sopflow::{CaseId, Error};

use super::server;
use crate::store::Subject;

#[derive(Debug, Clone)]
pub(crate) struct InPostgres {
    store: Postgres,
    config: Config,
    schema: String,
}

impl InPostgres {
    pub(crate) fn new() -> Self {
        let config = server::shared();
        let (store, schema) = server::store_on(config.clone());
        Self { store, config, schema }
    }

    fn settled<T: ?Sized>(&self, inner: Box<T>) -> Settled<T> {
        let client = self.config.connect(NoTls).expect("a connection");
        Settled { inner, client, schema: self.schema.clone() }
    }
}

impl Subject for InPostgres {
    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.clone())
    }

    fn reopen(&mut self) {}
}

impl Store for InPostgres {
    fn writer(&self) -> Result<Box<dyn Writer>, Error> {
        Ok(Box::new(self.settled(self.store.writer()?)))
    }

    fn reader(&self) -> Result<Box<dyn Reader>, Error> {
        Ok(Box::new(self.settled(self.store.reader()?)))
    }

    fn watch(&self, wake: Weak<Wake>) -> Result<(), Error> {
        self.store.watch(wake)
    }
}

struct Settled<T: ?Sized> {
    client: Client,
    schema: String,
    inner: Box<T>,
}

impl<T: Reader + ?Sized> Reader for Settled<T> {
    fn events(&mut self, case: CaseId, after: u32, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        self.inner.events(case, after, limit)
    }

    fn events_since(&mut self, after: Cursor, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        let is_settled = format!(
            "SELECT coalesce((SELECT max(transaction) FROM {0}.events), 0)
            < pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (SELECT shift FROM {0}.sopflow_store)",
            self.schema
        );
        while !self.client.query_one(&is_settled, &[]).expect("an answer").get::<_, bool>(0) {
            thread::sleep(Duration::from_millis(1));
        }
        self.inner.events_since(after, limit)
    }

    fn commands(&mut self, ids: &[&str]) -> Result<Vec<Option<StoredEvent>>, Error> {
        self.inner.commands(ids)
    }

    fn cases(&mut self, query: &CaseQuery) -> Result<Vec<CaseRow>, Error> {
        self.inner.cases(query)
    }

    fn items(&mut self, query: &ItemQuery) -> Result<Vec<Item>, Error> {
        self.inner.items(query)
    }

    fn count(&mut self, query: &ItemQuery) -> Result<Vec<usize>, Error> {
        self.inner.count(query)
    }

    fn all_items(&mut self, after: Option<&ItemKey>, limit: usize) -> Result<Vec<Item>, Error> {
        self.inner.all_items(after, limit)
    }

    fn definitions(&mut self) -> Result<Vec<Definition>, Error> {
        self.inner.definitions()
    }

    fn checkpoints(&mut self) -> Result<Vec<Vec<u8>>, Error> {
        self.inner.checkpoints()
    }
}

impl Writer for Settled<dyn Writer> {
    fn commit(&mut self, batch: &[CaseCommit]) -> Result<Vec<Verdict>, Error> {
        self.inner.commit(batch)
    }

    fn put_definition(&mut self, name: &str, body: &[u8]) -> Result<(), Error> {
        self.inner.put_definition(name, body)
    }

    fn put_checkpoint(&mut self, body: &[u8]) -> Result<(), Error> {
        self.inner.put_checkpoint(body)
    }

    fn replace_items(&mut self, next: &mut dyn FnMut() -> Result<Option<Item>, Error>) -> Result<(), Error> {
        self.inner.replace_items(next)
    }
}
