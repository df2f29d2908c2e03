//! Whether the history of all cases is what was written: hash chains, checkpoints, exports.
//!
//! What each of them proves, and what not, stands in `docs/audit.md`.

mod checkpoint;
mod export;
mod hex;
mod ledger;
mod log;
mod report;

use std::io::Write;
use std::thread;

pub use checkpoint::Checkpoint;
pub use export::{verify_export, verify_export_against};
pub(super) use log::Log;
pub use report::{AuditReport, Finding, FindingKind};

use super::answer::Pending;
use super::core::Core;
use super::engine::Engine;
use super::readers::no_thread;
use crate::error::Error;
use crate::store::Reader;
use ledger::Ledger;
use log::read_through;

/// Looks whether the events of all cases are those that were written. From [`Engine::audit`].
///
/// Each question reads all events, on a thread and a connection of its own, so that nobody else waits for it; events that are
/// committed meanwhile may be read or not. It takes some 100 bytes of memory for each case, and keeps the engine open until
/// it is answered.
///
/// Whoever can change everything in a store can compute all its hashes anew. Only a [`Checkpoint`] that was kept where they
/// could not change it shows that: see [`verify_against`](Self::verify_against).
#[derive(Debug, Clone)]
pub struct Audit {
    engine: Engine,
}

impl Engine {
    /// Looks whether the events of all cases are those that were written.
    pub fn audit(&self) -> Audit {
        Audit { engine: self.clone() }
    }
}

impl Audit {
    /// Goes through all events: in each case none is missing, changed, out of order or there twice, each can be read, and
    /// each kept checkpoint tells of the events up to its cursor.
    ///
    /// It does not find that events at the end of a case, or whole cases, were removed after the last kept checkpoint, or
    /// that somebody has rewritten the store with all its hashes.
    ///
    /// # Errors
    ///
    /// When the store cannot be read. What is wrong in it is no error but a finding.
    pub fn verify(&self) -> Pending<AuditReport, Error> {
        self.run(|_, reader| Ok(read_through(reader, None, &mut |_| Ok(()))?.finish()))
    }

    /// As [`verify`](Self::verify), and replays each case by the rules of its procedure, so that an event with right hashes
    /// that could not have happened is found, too. Whether somebody had the right to act at the time cannot be told
    /// afterwards.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn verify_deep(&self) -> Pending<AuditReport, Error> {
        self.run(|engine, reader| {
            let mut ledger = read_through(reader, None, &mut |_| Ok(()))?;
            replay_all(&mut ledger, engine.core(), reader)?;
            Ok(ledger.finish())
        })
    }

    /// As [`verify`](Self::verify), and holds the events against a checkpoint that was kept elsewhere: those up to its cursor
    /// are exactly those that it was made of. So it finds all that was changed before the checkpoint was made, also by
    /// somebody who has computed all hashes anew.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn verify_against(&self, checkpoint: &Checkpoint) -> Pending<AuditReport, Error> {
        let checkpoint = checkpoint.clone();
        self.run(move |_, reader| Ok(read_through(reader, Some(&checkpoint), &mut |_| Ok(()))?.finish()))
    }

    /// Makes a checkpoint of all events, keeps it in the store, and gives it to be kept elsewhere as well.
    ///
    /// # Errors
    ///
    /// When something is wrong with the events, for which a checkpoint must not vouch ([`Error::is_damaged_record`]), or the
    /// store cannot be read or written.
    pub fn checkpoint(&self) -> Pending<Checkpoint, Error> {
        self.run(|engine, reader| {
            let report = read_through(reader, None, &mut |_| Ok(()))?.finish();
            if let Some(first) = report.findings.first() {
                let message = format!("no checkpoint can be made, because something is wrong with the events: {first}");
                return Err(Error::damaged(message));
            }
            let AuditReport { cursor, cases, events, root, .. } = report;
            let mut checkpoint = Checkpoint { cursor, at: engine.core().now(), cases, events, root, previous: None };
            engine
                .write(move |worker| {
                    let writer = worker.writer()?;
                    let last = writer.checkpoints()?.pop();
                    checkpoint.previous = last.map(|last| Ok(Checkpoint::read(&last)?.digest())).transpose()?;
                    writer.put_checkpoint(&checkpoint.write())?;
                    Ok(checkpoint)
                })
                .wait()
        })
    }

    /// Writes all events and checkpoints as lines of JSON, which [`verify_export`] can verify without the store, and so can
    /// anybody else. The report is that of [`verify`](Self::verify).
    ///
    /// # Errors
    ///
    /// When the store cannot be read, has a checkpoint that cannot be read, or `to` cannot be written.
    pub fn export(&self, to: impl Write + Send + 'static) -> Pending<AuditReport, Error> {
        self.run(move |_, reader| export::write(reader, to))
    }

    /// Answers a question that takes long.
    fn run<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Engine, &mut dyn Reader) -> Result<T, Error> + Send + 'static,
    ) -> Pending<T, Error> {
        let engine = self.engine.clone();
        let (reply, pending) = Pending::to_come();
        let thread = thread::Builder::new().name("sopflow-audit".into());
        let started = thread.spawn(move || {
            let answer = engine.core().store.reader().and_then(|mut reader| question(&engine, &mut *reader));
            // Whoever has the answer can close the engine.
            drop(engine);
            drop(reply.send(answer));
        });
        match started {
            Ok(_) => pending,
            Err(error) => Pending::here(Err(no_thread(error))),
        }
    }
}

/// Replays each case that nothing else is wrong with.
fn replay_all(ledger: &mut Ledger, core: &Core, reader: &mut dyn Reader) -> Result<(), Error> {
    for case in ledger.whole_cases() {
        match core.read(reader, case) {
            Err(error) if error.is_storage() => return Err(error),
            Err(error) => ledger.impossible(case, &error),
            Ok(_) => {}
        }
    }
    Ok(())
}
