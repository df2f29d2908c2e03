//! Writing.

use ::postgres::types::ToSql;
use ::postgres::{Error as Fault, Row};

use super::super::{CaseCommit, Item, Verdict, Writer};
use super::batch::{Batch, Entries};
use super::text::kept;
use super::{Connection, fault};
use crate::error::Error;

/// How often a batch is sent that fails because of other transactions.
const ATTEMPTS: usize = 20;
/// Entries that are written by one statement.
const ITEMS_PER_STATEMENT: usize = 1_000;

impl Writer for Connection {
    fn commit(&mut self, batch: &[CaseCommit]) -> Result<Vec<Verdict>, Error> {
        let parts = Batch::parts(batch);
        let mut verdicts = vec![Verdict::Conflict; batch.len()];
        let mut attempt = 1;
        let answers = loop {
            match self.send(&parts)? {
                Ok(answers) => break answers,
                Err(fault) if attempt < ATTEMPTS && fault::is_passing(&fault) => attempt += 1,
                Err(fault) => return Err(fault::of_commit(fault)),
            }
        };
        for (part, answer) in parts.iter().zip(&answers) {
            part.judge(answer, &mut verdicts);
        }
        Ok(verdicts)
    }

    fn put_definition(&mut self, name: &str, body: &[u8]) -> Result<(), Error> {
        let insert = "INSERT INTO definitions (name, body) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.execute(insert, &[&kept(name), &body])
    }

    fn put_checkpoint(&mut self, body: &[u8]) -> Result<(), Error> {
        self.execute("INSERT INTO checkpoints (body) VALUES ($1)", &[&body])
    }

    fn replace_items(&mut self, next: &mut dyn FnMut() -> Result<Option<Item>, Error>) -> Result<(), Error> {
        let mut transaction = self.client.transaction().map_err(fault::storage)?;
        // Whoever commits writes events first, and waits here; whoever reads does not.
        transaction.batch_execute("LOCK TABLE events IN EXCLUSIVE MODE; DELETE FROM items").map_err(fault::storage)?;
        let insert = transaction.prepare(Entries::INSERT).map_err(fault::storage)?;
        loop {
            let mut items = Vec::new();
            while items.len() < ITEMS_PER_STATEMENT
                && let Some(item) = next()?
            {
                items.push(item);
            }
            if items.is_empty() {
                return transaction.commit().map_err(fault::of_commit);
            }
            transaction.execute(&insert, &Entries::of(&items).parameters()).map_err(fault::storage)?;
        }
    }
}

impl Connection {
    /// Sends a batch once. The failure of a statement is for the caller to judge; any other comes before it.
    fn send(&mut self, parts: &[Batch<'_>]) -> Result<Result<Vec<Vec<Row>>, Fault>, Error> {
        if self.client.is_closed() {
            return Err(Error::storage("PostgreSQL: the connection is closed"));
        }
        let commit = self.statement(&self.commit_text.clone())?;
        if let [part] = parts {
            return Ok(self.client.query(&commit, &part.parameters()).map(|rows| vec![rows]));
        }
        let mut transaction = self.client.transaction().map_err(fault::storage)?;
        let answers: Result<Vec<_>, Fault> =
            parts.iter().map(|part| transaction.query(&commit, &part.parameters())).collect();
        Ok(answers.and_then(|answers| transaction.commit().map(|()| answers)))
    }

    fn execute(&mut self, text: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<(), Error> {
        let statement = self.statement(text)?;
        self.client.execute(&statement, parameters).map(drop).map_err(fault::of_commit)
    }
}
