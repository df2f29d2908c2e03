//! What an engine tells about itself, with the features `tracing` and `metrics`; nothing without them.
//!
//! Names of people, remarks and other texts are never told: a case is named by its id, a person not at all.

#![cfg_attr(not(all(feature = "tracing", feature = "metrics")), allow(unused_variables, reason = "each tells its own"))]

use std::time::{Duration, Instant};

use super::answer::{Done, Failure};
use super::ask::Ask;
use crate::error::Error;

/// A moment from which on something is timed.
pub(super) struct Begun(Option<Instant>);

/// Begins to time something, where somebody wants to know.
pub(super) fn begin() -> Begun {
    Begun(cfg!(any(feature = "tracing", feature = "metrics")).then(Instant::now))
}

impl Begun {
    fn took(&self) -> Duration {
        self.0.map(|begun| begun.elapsed()).unwrap_or_default()
    }
}

/// A command was answered.
pub(super) fn answered(ask: &Ask, answer: &Result<Done, Failure>) {
    #[cfg(feature = "metrics")]
    {
        let outcome = match answer {
            Ok(_) => "done",
            Err(Failure::Refused(_)) => "refused",
            Err(Failure::Error(_)) => "failed",
        };
        metrics::counter!("sopflow_commands_total", "ask" => ask.name(), "outcome" => outcome).increment(1);
    }
    #[cfg(feature = "tracing")]
    match answer {
        Ok(done) => tracing::debug!(case = %done.case, version = done.version, ask = ask.name(), "done"),
        Err(Failure::Refused(refused)) => {
            let codes: Vec<&str> = refused.reasons().iter().map(crate::kernel::Refusal::code).collect();
            tracing::debug!(ask = ask.name(), ?codes, "refused");
        }
        Err(Failure::Error(error)) => tracing::warn!(ask = ask.name(), kind = error.code(), "failed"),
    }
}

/// A batch was committed: so many commands and events of so many cases.
pub(super) fn committed(begun: &Begun, cases: usize, events: usize) {
    let took = begun.took();
    #[cfg(feature = "metrics")]
    {
        metrics::histogram!("sopflow_commit_seconds").record(took);
        metrics::counter!("sopflow_events_total").increment(events as u64);
    }
    #[cfg(feature = "tracing")]
    tracing::trace!(cases, events, micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX), "committed");
}

/// The store failed.
pub(super) fn store_failed(error: &Error) {
    #[cfg(feature = "metrics")]
    metrics::counter!("sopflow_store_failures_total", "kind" => error.code()).increment(1);
    #[cfg(feature = "tracing")]
    tracing::error!(kind = error.code(), "the store failed");
}
