//! Working time: cases told one by one, and laws against a walk from step to step.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cases;
mod files;
#[cfg(feature = "ical")]
mod ical;
mod laws;
mod walk;

use sopflow::time::Timestamp;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|_| panic!("{text} is a timestamp"))
}
