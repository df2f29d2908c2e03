//! Standard Operating Procedures as typed state machines.
pub mod exchange;
pub mod limits;
pub mod time;
