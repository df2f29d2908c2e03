//! Time as procedures state it, and instants as cases record them.
//!
//! [`StandardTime`] is the time a procedure allows a step (*waktu baku*), kept as it was written. [`Timestamp`] is the
//! instant at which something happened, [`Period`] the time between two. [`WorkCalendar`] tells when an office works, and so when
//! work is due. Nothing here reads a clock.

mod calendar;
pub(crate) mod cbor;
mod period;
mod standard_time;
mod text_form;
mod timestamp;

#[cfg(feature = "ical")]
pub use calendar::IcalDay;
pub use calendar::{
    CalendarRules, DayHours, DayHoursError, DayOff, DayOffKind, Due, HoursRule, SpecialPeriod, WorkCalendar, WorkTime,
};
pub use period::Period;
pub use standard_time::{Amount, DayPolicy, Minutes, NotInIso8601, StandardTime, StandardTimeError, Unit};
pub use timestamp::{Timestamp, TimestampError};
