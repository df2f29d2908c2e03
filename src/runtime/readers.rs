//! Questions to the store, answered on threads of their own so that nobody waits for a command.

use std::fmt;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::answer::Pending;
use super::core::Core;
use crate::error::Error;
use crate::store::Reader;

/// Threads with a connection each; none where the store answers at once.
pub(super) struct Readers {
    core: Arc<Core>,
    questions: Option<Sender<Question>>,
    threads: Vec<JoinHandle<()>>,
}

type Question = Box<dyn FnOnce(&mut Connection) + Send>;

/// A connection that reads, made when it is needed and again after a failure.
pub(super) struct Connection {
    core: Arc<Core>,
    reader: Option<Box<dyn Reader>>,
}

impl Readers {
    pub(super) fn new(core: &Arc<Core>, threads: usize) -> Result<Self, Error> {
        let mut readers = Self { core: core.clone(), questions: None, threads: Vec::new() };
        if core.store.is_instant() {
            return Ok(readers);
        }
        let (sender, receiver) = channel();
        readers.questions = Some(sender);
        let receiver = Arc::new(Mutex::new(receiver));
        for number in 0..threads {
            let (core, receiver) = (core.clone(), receiver.clone());
            let thread = thread::Builder::new().name(format!("sopflow-reader-{number}"));
            let thread = thread.spawn(move || answer_questions(&receiver, Connection { core, reader: None }));
            readers.threads.push(thread.map_err(no_thread)?);
        }
        Ok(readers)
    }

    /// Asks the store something.
    pub(super) fn ask<T, E>(
        &self,
        question: impl FnOnce(&Core, &mut dyn Reader) -> Result<T, E> + Send + 'static,
    ) -> Pending<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let Some(questions) = &self.questions else {
            return Pending::here(Connection { core: self.core.clone(), reader: None }.ask(question));
        };
        let (reply, pending) = Pending::to_come();
        // When the threads are gone, so is `reply`, which tells that the engine has been closed.
        drop(questions.send(Box::new(move |connection| drop(reply.send(connection.ask(question))))));
        pending
    }
}

/// The threads finish what was asked.
impl Drop for Readers {
    fn drop(&mut self) {
        self.questions = None;
        for thread in self.threads.drain(..) {
            drop(thread.join());
        }
    }
}

impl Connection {
    /// Asks; where the store fails, once more by a new connection.
    fn ask<T, E: From<Error>>(
        &mut self,
        question: impl FnOnce(&Core, &mut dyn Reader) -> Result<T, E>,
    ) -> Result<T, E> {
        let reader = match self.reader.take() {
            Some(reader) => reader,
            None => self.core.store.reader()?,
        };
        let answer = question(&self.core, &mut **self.reader.insert(reader));
        if answer.is_err() {
            self.reader = None;
        }
        answer
    }
}

fn answer_questions(questions: &Mutex<Receiver<Question>>, mut connection: Connection) {
    loop {
        let next = questions.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(question) => question(&mut connection),
            Err(_) => return,
        }
    }
}

pub(super) fn no_thread(error: std::io::Error) -> Error {
    Error::storage("a thread cannot be started").caused_by(error)
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").field("threads", &self.threads.len()).finish_non_exhaustive()
    }
}
