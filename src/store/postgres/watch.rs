//! Telling of commits: a session of its own listens.

use std::sync::Weak;
use std::thread;
use std::time::Duration;

use ::postgres::fallible_iterator::FallibleIterator;
use ::postgres::{Client, Statement};

use super::super::Wake;
use super::{Postgres, fault, schema};
use crate::error::Error;

/// How long to wait for a notification before looking; also how long a watch outlives whom it wakes.
const LOOK: Duration = Duration::from_secs(1);
/// The same while there are events that no subscriber may read yet: that the transactions before them end is not notified.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// How long to wait before connecting again.
const CONNECT_AGAIN: Duration = Duration::from_millis(200);

/// The last event that can be read, and whether there are others behind it.
const NEWEST: &str = "SELECT horizon > newest, (SELECT (e.transaction, e.event)::text FROM events e
        WHERE e.transaction < horizon ORDER BY e.transaction DESC, e.event DESC LIMIT 1)
    FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + shift AS horizon,
        coalesce((SELECT e.transaction FROM events e ORDER BY e.transaction DESC LIMIT 1), -1) AS newest
        FROM sopflow_store) s";

struct Watch {
    client: Client,
    newest: Statement,
}

pub(super) fn watch(store: Postgres, wake: Weak<Wake>) -> Result<(), Error> {
    let mut watch = Some(Watch::begin(&store)?);
    let run = move || {
        let mut seen = None;
        while wake.strong_count() > 0 {
            // Whatever fails here is found again by connecting anew.
            if let Some(open) = &mut watch {
                if open.follow(&wake, &mut seen).is_err() {
                    watch = None;
                }
            } else {
                thread::sleep(CONNECT_AGAIN);
                watch = Watch::begin(&store).ok();
            }
        }
    };
    let thread = thread::Builder::new().name("sopflow-watch".to_owned()).spawn(run);
    thread.map(drop).map_err(|cause| Error::storage("no thread can be started").caused_by(cause))
}

impl Watch {
    fn begin(store: &Postgres) -> Result<Self, Error> {
        let mut client = store.client()?;
        schema::open(&mut client, &store.schema)?;
        client.batch_execute(&format!("LISTEN \"{}\"", store.schema)).map_err(fault::storage)?;
        let newest = client.prepare(NEWEST).map_err(fault::storage)?;
        Ok(Self { client, newest })
    }

    /// Wakes whenever the last event that can be read has become another, until nobody wants to be woken.
    fn follow(&mut self, wake: &Weak<Wake>, seen: &mut Option<String>) -> Result<(), ::postgres::Error> {
        while wake.strong_count() > 0 {
            let row = self.client.query_one(&self.newest, &[])?;
            let (is_all, newest): (bool, Option<String>) = (row.get(0), row.get(1));
            if newest != *seen {
                *seen = newest;
                if let Some(wake) = wake.upgrade() {
                    wake();
                }
            }
            let mut notifications = self.client.notifications();
            notifications.timeout_iter(if is_all { LOOK } else { LOOK_AGAIN }).next()?;
            // One look is enough for all that have come.
            while notifications.iter().next()?.is_some() {}
        }
        Ok(())
    }
}
