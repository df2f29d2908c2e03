//! A store in a PostgreSQL database, for many engines at once (feature `postgres`).
//!
//! All tables lie in a schema of their own. What is decided, is decided by one stored function, `commit_cases`; so a batch takes
//! one round trip, and a commit inside a transaction of the embedding program is no other commit than that of an engine.

mod batch;
mod fault;
mod migrations;
mod read;
mod schema;
mod text;
mod watch;
mod write;

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Weak};

use ::postgres::types::ToSql;
use ::postgres::{Client, Config, NoTls, Row, Statement, Transaction};

use self::batch::Batch;
use super::{CaseCommit, Reader, Store, Verdict, Wake, Writer};
use crate::error::Error;

/// A store in a PostgreSQL database, from version 13 on. Its clones are the same store.
///
/// Any number of engines, in any number of processes, may use one database. Connections are made when they are asked for; the
/// first one creates the schema. Each is a session of its own that sets its own parameters, so a pooler between them has to
/// pool sessions, not transactions.
///
/// ```no_run
/// use sopflow::store::{Postgres, Store};
///
/// let store = Postgres::new("host=localhost user=office dbname=office".parse()?);
/// let reader = store.reader()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Postgres {
    connect: Arc<Connect>,
    schema: Arc<str>,
    commit_text: Arc<str>,
}

/// Where tables lie unless told otherwise.
const SCHEMA: &str = "sopflow";

/// Statements that a session keeps prepared: more than there are forms of queries in use at a time.
const STATEMENTS_MAX: usize = 200;

type Connect = dyn Fn() -> Result<Client, Cause> + Send + Sync;
type Cause = Box<dyn StdError + Send + Sync>;

/// A session, with the statements that it has prepared.
struct Connection {
    client: Client,
    commit_text: Arc<str>,
    statements: HashMap<String, Statement>,
}

impl Postgres {
    /// The database that this leads to, without TLS; its tables lie in the schema `sopflow`.
    pub fn new(config: Config) -> Self {
        Self::connected_by(move || config.connect(NoTls))
    }

    /// The database that these connections lead to: so the embedding program chooses TLS, passwords that change, or anything
    /// else about them. Its tables lie in the schema `sopflow`.
    ///
    /// ```no_run
    /// # use postgres::{Client, NoTls};
    /// use sopflow::store::Postgres;
    ///
    /// # let tls = NoTls;
    /// let store = Postgres::connected_by(move || Client::connect("host=db.example.org user=office", tls.clone()));
    /// ```
    pub fn connected_by<E: Into<Cause>>(connect: impl Fn() -> Result<Client, E> + Send + Sync + 'static) -> Self {
        let connect = Arc::new(move || connect().map_err(Into::into));
        Self { connect, schema: SCHEMA.into(), commit_text: batch::commit_text(SCHEMA).into() }
    }

    /// The same database with the tables in another schema. Stores in different schemas have nothing to do with each other.
    ///
    /// # Errors
    ///
    /// When the name does not have 1 to 63 ASCII letters, digits or `_`, or begins with a digit.
    pub fn in_schema(mut self, name: &str) -> Result<Self, Error> {
        self.schema = schema::checked(name)?.into();
        self.commit_text = batch::commit_text(name).into();
        Ok(self)
    }

    /// Commits a batch inside a transaction of the embedding program, together with whatever else that writes: what the verdicts
    /// call committed is on disk once the transaction is, and gone when it is rolled back.
    ///
    /// The transaction holds the cases until it ends, and subscribers wait for it, so it should be short. A case that somebody
    /// else has moved on since the transaction first wrote is a conflict, whatever version is expected: roll back, and begin
    /// again. The store must have been opened before, by a reader or a writer.
    ///
    /// # Errors
    ///
    /// When the batch could not be written; the transaction can then only be rolled back. That may happen because of other
    /// transactions, so doing it all once more may help.
    pub fn commit_in(&self, transaction: &mut Transaction<'_>, batch: &[CaseCommit]) -> Result<Vec<Verdict>, Error> {
        let mut verdicts = vec![Verdict::Conflict; batch.len()];
        for part in Batch::parts(batch) {
            let rows = transaction.query(&*self.commit_text, &part.parameters());
            part.judge(&rows.map_err(fault::storage)?, &mut verdicts);
        }
        Ok(verdicts)
    }

    /// The same for a transaction of `tokio-postgres`.
    ///
    /// # Errors
    ///
    /// As [`commit_in`](Self::commit_in).
    pub async fn commit_in_async(
        &self,
        transaction: &tokio_postgres::Transaction<'_>,
        batch: &[CaseCommit],
    ) -> Result<Vec<Verdict>, Error> {
        let mut verdicts = vec![Verdict::Conflict; batch.len()];
        for part in Batch::parts(batch) {
            let rows = transaction.query(&*self.commit_text, &part.parameters()).await;
            part.judge(&rows.map_err(fault::storage)?, &mut verdicts);
        }
        Ok(verdicts)
    }

    fn client(&self) -> Result<Client, Error> {
        (self.connect)().map_err(|cause| {
            Error::storage(format!("the PostgreSQL server cannot be reached: {}", fault::chain(&*cause)))
                .caused_by(cause)
        })
    }

    fn connection(&self) -> Result<Connection, Error> {
        let mut client = self.client()?;
        schema::open(&mut client, &self.schema)?;
        Ok(Connection { client, commit_text: self.commit_text.clone(), statements: HashMap::new() })
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl Store for Postgres {
    fn writer(&self) -> Result<Box<dyn Writer>, Error> {
        Ok(Box::new(self.connection()?))
    }

    fn reader(&self) -> Result<Box<dyn Reader>, Error> {
        Ok(Box::new(self.connection()?))
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn watch(&self, wake: Weak<Wake>) -> Result<(), Error> {
        watch::watch(self.clone(), wake)
    }
}

impl Connection {
    /// The statement of a text, prepared once.
    fn statement(&mut self, text: &str) -> Result<Statement, Error> {
        if let Some(statement) = self.statements.get(text) {
            return Ok(statement.clone());
        }
        if self.statements.len() == STATEMENTS_MAX {
            self.statements.clear();
        }
        let statement = self.client.prepare(text).map_err(fault::storage)?;
        self.statements.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }

    fn query(&mut self, text: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
        let statement = self.statement(text)?;
        self.client.query(&statement, parameters).map_err(fault::storage)
    }
}
