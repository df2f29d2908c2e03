//! Time as procedures state it, and instants as cases record them.
//!
//! [`StandardTime`] is the time a procedure allows a step (*waktu baku*), kept as it was written. [`Timestamp`] is the
//! instant at which something happened, [`Period`] the time between two. Nothing here reads a clock.

pub(crate) mod cbor;
mod period;
mod standard_time;
mod text_form;
mod timestamp;

pub use period::Period;
pub use standard_time::{Amount, DayPolicy, Minutes, NotInIso8601, StandardTime, StandardTimeError, Unit};
pub use timestamp::{Timestamp, TimestampError};
