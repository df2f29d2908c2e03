//! The typed face: a procedure whose mistakes do not compile.

#[macro_use]
mod macros;

mod case;
#[allow(clippy::cast_possible_truncation, missing_docs, reason = "positions of a declaration are 16 bits wide")]
mod check;
mod command;
mod data;
#[allow(missing_docs, reason = "plain data of a declaration")]
mod declaration;
#[allow(clippy::cast_possible_truncation, missing_docs, reason = "positions of a declaration are 16 bits wide")]
mod graph;
mod item;
mod message;
mod named;
#[doc(hidden)]
pub mod private;
mod sound;
mod state;
mod step;

pub use case::Case;
pub use command::Command;
pub use item::{ItemOf, WorkItem};
pub use named::{Named, UnknownId};
pub use sound::{Declared, Sound};
pub use state::State;
pub use step::{NoReturn, NoWayOn, OneWay, Outcomes, ReturnsTo, StepOf};
