//! The engine as a program holds it.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use uuid::ContextV7;

use super::answer::{Done, Failure, Pending, closed};
use super::ask::Request;
use super::core::Core;
use super::directory::Directory;
use super::hosting::{Deadlines, Procedures};
use super::people::People;
use super::readers::{Readers, no_thread};
use super::worker::{Job, Worker};
use crate::error::{Error, ErrorKind};
use crate::limits::{COMMANDS_PER_COMMIT_MAX, COMMANDS_WAITING_MAX};
use crate::store::Store;
use crate::time::Timestamp;
use crate::verify::SoundProcedure;

/// Runs the cases of many procedures, kept in a store.
///
/// Its clones are the same engine, for any number of threads and tasks. What it answers can be awaited in any runtime, or
/// waited for. Commands that come together are committed together. When the last clone is dropped, what was asked is still
/// carried out; then the store is let go.
///
/// ```
/// use sopflow::runtime::{Appointment, Engine, Office};
/// use sopflow::store::Memory;
/// use sopflow::{Procedure, Step};
///
/// let leave = Procedure::new("leave", "1", "Leave of absence")
///     .role("staff", "Staff").role("head", "Head of section")
///     .step(Step::new("1", "staff", "Ask for leave").next("2"))
///     .step(Step::new("2", "head", "Decide").next("end").returns_to("1"))
///     .verify()?;
/// let office = Office::with_people(["Ani", "Budi"])?;
/// office.appoint(Appointment::holder("Ani", "staff"))?;
/// office.appoint(Appointment::holder("Budi", "head"))?;
/// let engine = Engine::builder(Memory::new()).directory(office).host(leave).open()?;
///
/// let ani = engine.person("Ani");
/// let case = ani.open("leave").wait()?.case;
/// ani.complete(case, "1", "done", []).wait()?;
/// let waiting = engine.person("Budi").inbox().page().wait()?;
/// assert_eq!(waiting.items[0].step.as_str(), "2");
/// let refused = ani.complete(case, "2", "done", []).wait().unwrap_err();
/// assert!(refused.has("role-required"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    core: Arc<Core>,
    readers: Readers,
    /// Let go after the readers: whoever can write and is the last to close a file tidies up there.
    executor: Executor,
}

/// Who carries out commands.
enum Executor {
    /// Whoever gives them, in turn.
    Caller(Mutex<Worker>),
    /// A thread of its own.
    Thread(WriterThread),
}

/// The thread that carries out commands, and how to give it orders.
struct WriterThread {
    orders: Option<SyncSender<Order>>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread is to do.
enum Order {
    Command(Box<Job>),
    Other(Box<dyn FnOnce(&mut Worker) + Send>),
}

/// Makes an [`Engine`].
#[must_use = "nothing happens until `open`"]
pub struct EngineBuilder {
    store: Arc<dyn Store>,
    directory: Option<Arc<dyn Directory>>,
    deadlines: Option<Arc<dyn Deadlines>>,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    procedures: Vec<SoundProcedure>,
    cases_cached: NonZeroUsize,
    readers: usize,
}

impl Engine {
    /// Begins an engine on a store.
    pub fn builder(store: impl Store) -> EngineBuilder {
        EngineBuilder {
            store: Arc::new(store),
            directory: None,
            deadlines: None,
            clock: Box::new(system_clock),
            procedures: Vec::new(),
            cases_cached: const { NonZeroUsize::new(50_000).expect("more than none") },
            readers: 2,
        }
    }

    /// Hosts a version of a procedure from now on; new cases of the procedure run on it. Its definition is kept in the store,
    /// so that its cases can be read for ever.
    pub fn host(&self, procedure: SoundProcedure) -> Pending<(), Error> {
        let hosted = self.0.core.procedures.host(procedure);
        let definition = Procedures::definition(&hosted);
        self.write(move |worker| worker.writer()?.put_definition(&definition.name, &definition.body))
    }

    /// A version of a procedure; the one that new cases run on where none is named.
    pub fn procedure(&self, id: &str, version: Option<&str>) -> Option<Arc<SoundProcedure>> {
        self.0.core.procedures.find(id, version).map(|hosted| hosted.procedure.clone())
    }

    /// Carries out what somebody asks. [`person`](Self::person) has a method for each kind.
    pub fn send(&self, request: Request) -> Pending<Done, Failure> {
        match &self.0.executor {
            Executor::Caller(worker) => Pending::here(lock(worker).carry_out_one(request)),
            Executor::Thread(thread) => {
                let (reply, pending) = Pending::to_come();
                match thread.try_order(Order::Command(Box::new(Job { request, reply }))) {
                    Ok(()) => pending,
                    Err(error) => Pending::here(Err(error.into())),
                }
            }
        }
    }

    /// Carries out many requests, each for itself: some may be refused. They are committed together as far as they can.
    pub fn send_all(&self, requests: impl IntoIterator<Item = Request>) -> Vec<Pending<Done, Failure>> {
        requests.into_iter().map(|request| self.send(request)).collect()
    }

    /// Has the worker write something else.
    pub(super) fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&mut Worker) -> Result<T, Error> + Send + 'static,
    ) -> Pending<T, Error> {
        let write = |worker: &mut Worker| {
            let written = write(worker);
            if written.is_err() {
                worker.forget();
            }
            written
        };
        match &self.0.executor {
            Executor::Caller(worker) => Pending::here(write(&mut lock(worker))),
            Executor::Thread(thread) => {
                let (reply, pending) = Pending::to_come();
                match thread.order(Order::Other(Box::new(move |worker| drop(reply.send(write(worker)))))) {
                    Ok(()) => pending,
                    Err(error) => Pending::here(Err(error)),
                }
            }
        }
    }

    pub(super) fn core(&self) -> &Arc<Core> {
        &self.0.core
    }

    pub(super) fn readers(&self) -> &Readers {
        &self.0.readers
    }
}

impl EngineBuilder {
    /// Who the people are. Without a directory nobody may do anything.
    pub fn directory(mut self, directory: impl Directory + 'static) -> Self {
        self.directory = Some(Arc::new(directory));
        self
    }

    /// As [`directory`](Self::directory), of one that the program goes on to change.
    pub fn shared_directory(mut self, directory: Arc<dyn Directory>) -> Self {
        self.directory = Some(directory);
        self
    }

    /// When work is due. Without a rule nothing ever is.
    pub fn deadlines(mut self, deadlines: impl Deadlines + 'static) -> Self {
        self.deadlines = Some(Arc::new(deadlines));
        self
    }

    /// What time it is; the clock of the system unless told otherwise.
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Hosts a version of a procedure, as [`Engine::host`].
    pub fn host(mut self, procedure: SoundProcedure) -> Self {
        self.procedures.push(procedure);
        self
    }

    /// Keeps at most so many cases in memory; 50,000 unless told otherwise. The others are read from the store when they are
    /// needed. A case takes some 600 bytes.
    pub fn cases_cached(mut self, most: NonZeroUsize) -> Self {
        self.cases_cached = most;
        self
    }

    /// Answers questions on so many threads, each with a connection of its own; on 2 unless told otherwise.
    pub fn readers(mut self, threads: NonZeroUsize) -> Self {
        self.readers = threads.get();
        self
    }

    /// Opens the engine.
    ///
    /// # Errors
    ///
    /// When the store cannot be opened, or a definition in it is damaged.
    pub fn open(self) -> Result<Engine, Error> {
        let directory = self.directory.unwrap_or_else(|| Arc::new(super::directory::Office::new()));
        let core = Arc::new(Core {
            store: self.store,
            procedures: Procedures::new(self.deadlines),
            people: People::new(directory),
            clock: self.clock,
            ids: Mutex::new(ContextV7::new()),
        });
        let mut worker = Worker::new(core.clone(), self.cases_cached)?;
        for procedure in self.procedures {
            let definition = Procedures::definition(&core.procedures.host(procedure));
            worker.writer()?.put_definition(&definition.name, &definition.body)?;
        }
        for definition in worker.writer()?.definitions()? {
            core.procedures.recall(&definition)?;
        }
        let readers = Readers::new(&core, self.readers)?;
        let executor = Executor::new(&core, worker)?;
        Ok(Engine(Arc::new(Inner { core, readers, executor })))
    }
}

impl Executor {
    fn new(core: &Core, worker: Worker) -> Result<Self, Error> {
        if core.store.is_instant() {
            return Ok(Self::Caller(Mutex::new(worker)));
        }
        let (orders, received) = sync_channel(COMMANDS_WAITING_MAX);
        let thread = thread::Builder::new().name("sopflow-writer".into());
        let thread = thread.spawn(move || take_orders(&received, worker)).map_err(no_thread)?;
        Ok(Self::Thread(WriterThread { orders: Some(orders), thread: Some(thread) }))
    }
}

impl WriterThread {
    /// Gives an order, unless too many wait.
    fn try_order(&self, order: Order) -> Result<(), Error> {
        let Some(orders) = &self.orders else { return Err(closed()) };
        match orders.try_send(order) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(overloaded()),
            Err(TrySendError::Disconnected(_)) => Err(closed()),
        }
    }

    /// Gives an order, which may have to wait.
    fn order(&self, order: Order) -> Result<(), Error> {
        let Some(orders) = &self.orders else { return Err(closed()) };
        if orders.send(order).is_ok() { Ok(()) } else { Err(closed()) }
    }
}

fn lock(worker: &Mutex<Worker>) -> MutexGuard<'_, Worker> {
    worker.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Carries out orders until nobody can give any more. What has come in while the last batch was committed is the next batch.
fn take_orders(orders: &Receiver<Order>, mut worker: Worker) {
    let mut batch = Vec::new();
    while let Ok(first) = orders.recv() {
        for order in std::iter::once(first).chain(orders.try_iter()) {
            match order {
                Order::Command(job) => batch.push(*job),
                Order::Other(other) => {
                    worker.carry_out(std::mem::take(&mut batch));
                    other(&mut worker);
                }
            }
            if batch.len() == COMMANDS_PER_COMMIT_MAX {
                break;
            }
        }
        worker.carry_out(std::mem::take(&mut batch));
    }
}

/// What was asked is still carried out, and the store is let go before the engine is gone.
impl Drop for WriterThread {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn system_clock() -> Timestamp {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

fn overloaded() -> Error {
    let message = format!("{COMMANDS_WAITING_MAX} commands wait for the engine, which takes no more now; try again");
    Error::single(ErrorKind::Overloaded, message)
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Engine").field(&self.0.core).finish()
    }
}

impl fmt::Debug for EngineBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineBuilder").field("store", &self.store).finish_non_exhaustive()
    }
}
