//! Every event as it is committed: what notifications, search and outboxes are built on.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use futures_core::Stream;

use super::answer::{Answer, Pending};
use super::engine::Engine;
use super::record::CaseEvent;
use crate::error::Error;
use crate::limits::EVENTS_READ_MAX;
use crate::store::{Cursor, Wake};

/// Every committed event after a cursor, of all cases and all engines on the store, in order.
///
/// It is a [`Stream`] for those who await, and [`next_within`](Self::next_within) is for those who wait. Each event comes at
/// least once: whoever keeps the cursor of the last event done with, and subscribes from there, misses nothing, also across a
/// crash; an event that was being worked on then comes again.
pub struct Subscription {
    engine: Engine,
    cursor: Cursor,
    read: VecDeque<CaseEvent>,
    signal: Arc<Signal>,
    /// What the signal said before the store was last found to have nothing more.
    seen: u64,
    /// A question to the store, with what the signal said before.
    reading: Option<(Answer<Vec<CaseEvent>, Error>, u64)>,
    /// Held for the store, which calls it as long as it is there.
    _wake: Arc<Wake>,
}

/// Tells that something was committed.
#[derive(Default)]
struct Signal {
    state: Mutex<SignalState>,
    rung: Condvar,
}

#[derive(Default)]
struct SignalState {
    count: u64,
    waker: Option<Waker>,
}

impl Engine {
    /// Subscribes to all events after a cursor.
    ///
    /// # Errors
    ///
    /// When the store cannot be watched.
    pub fn subscribe(&self, from: Cursor) -> Result<Subscription, Error> {
        let signal = Arc::new(Signal::default());
        let rings = signal.clone();
        let wake: Arc<Wake> = Arc::new(move || rings.ring());
        self.core().store.watch(Arc::downgrade(&wake))?;
        Ok(Subscription {
            engine: self.clone(),
            cursor: from,
            read: VecDeque::new(),
            signal,
            // Nothing has been read: as if the signal had been rung.
            seen: u64::MAX,
            reading: None,
            _wake: wake,
        })
    }
}

impl Subscription {
    /// The cursor of the last event given.
    pub fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// The next event; waits for one on this thread, at most so long.
    ///
    /// # Errors
    ///
    /// When the store cannot be read or an event is damaged; the next call tries again.
    pub fn next_within(&mut self, timeout: Duration) -> Result<Option<CaseEvent>, Error> {
        let deadline = Instant::now().checked_add(timeout);
        loop {
            if let Some(event) = self.take() {
                return Ok(Some(event));
            }
            if let Some(rung) = self.signal.rung_since(self.seen) {
                let events = self.ask().wait()?;
                self.take_in(events, rung);
                continue;
            }
            let left = deadline.map_or(timeout, |deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Ok(None);
            }
            self.signal.wait(self.seen, left);
        }
    }

    fn take(&mut self) -> Option<CaseEvent> {
        let event = self.read.pop_front()?;
        self.cursor = event.cursor;
        Some(event)
    }

    fn ask(&self) -> Pending<Vec<CaseEvent>, Error> {
        let after = self.cursor;
        self.engine
            .readers()
            .ask(move |_, reader| reader.events_since(after, EVENTS_READ_MAX)?.into_iter().map(CaseEvent::of).collect())
    }

    /// Takes in what was read after the signal had been rung so often.
    fn take_in(&mut self, events: Vec<CaseEvent>, rung: u64) {
        if events.is_empty() {
            self.seen = rung;
        }
        self.read.extend(events);
    }
}

impl Stream for Subscription {
    type Item = Result<CaseEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(event) = this.take() {
                return Poll::Ready(Some(Ok(event)));
            }
            let (mut reading, rung) = match this.reading.take() {
                Some(reading) => reading,
                None => match this.signal.rung_or_wake(this.seen, context.waker()) {
                    Some(rung) => (this.ask().into_future(), rung),
                    None => return Poll::Pending,
                },
            };
            let Poll::Ready(read) = Pin::new(&mut reading).poll(context) else {
                this.reading = Some((reading, rung));
                return Poll::Pending;
            };
            match read {
                Ok(events) => this.take_in(events, rung),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl Signal {
    fn state(&self) -> MutexGuard<'_, SignalState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) {
        let mut state = self.state();
        state.count = state.count.wrapping_add(1);
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
        self.rung.notify_all();
    }

    /// How often it has been rung, if more often than was seen.
    fn rung_since(&self, seen: u64) -> Option<u64> {
        let count = self.state().count;
        (count != seen).then_some(count)
    }

    /// The same; if not, `waker` is woken when it is rung.
    fn rung_or_wake(&self, seen: u64, waker: &Waker) -> Option<u64> {
        let mut state = self.state();
        if state.count != seen {
            return Some(state.count);
        }
        state.waker = Some(waker.clone());
        None
    }

    fn wait(&self, seen: u64, timeout: Duration) {
        let state = self.state();
        drop(self.rung.wait_timeout_while(state, timeout, |state| state.count == seen));
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}
