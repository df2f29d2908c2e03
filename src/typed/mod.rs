//! The typed face: a procedure whose mistakes do not compile.
//!
//! A program that knows its procedure when it is written declares it with [`procedure!`](crate::procedure), in the words of
//! a procedure file. It gets enums for roles, documents, steps and outcomes, the [`Procedure`](crate::Procedure) as data,
//! and cases that offer at each step what the step allows.
//!
//! ```
//! use sopflow::{Actor, Actors, Grant, time::Timestamp, typed::Case};
//!
//! sopflow::procedure! {
//!     pub mod leave = "leave": "Leave of absence" {
//!         roles { Staff = "staff": "Staff", Head = "head": "Head of section" } // lowest rank first
//!         documents { Request = "request": "Leave request", Permit = "permit": "Leave permit" }
//!         steps {
//!             Ask = "1": "Ask for leave" { role: Staff, outputs: [Request], next: Decide }
//!             Decide = "2": "Decide" {
//!                 role: Head,
//!                 inputs: [Request],
//!                 time: (1 day),
//!                 outcomes: {
//!                     Granted = "granted": { to: end, outputs: [Permit] },
//!                     Refused = "refused": { to: end },
//!                 },
//!                 returns: [Ask],
//!             }
//!         }
//!     }
//! }
//! use leave::{Role, Sop, back, outcome, step};
//!
//! let (procedure, mut actors) = (Sop::verify()?, Actors::new());
//! let now = "2026-11-02T08:00:00+07:00".parse::<Timestamp>()?;
//! let (staff, head) = ([Grant::holder(Role::Staff.into())], [Grant::holder(Role::Head.into())]);
//! let ani = Actor { id: actors.add("Ani")?, grants: &staff };
//! let agus = Actor { id: actors.add("Agus")?, grants: &head };
//!
//! let mut case = Case::open(&procedure, ani, now)?;
//! case.item(step::Ask)?.finish(ani, now)?;
//! case.item(step::Decide)?.return_to(agus, back::Decide::Ask, "Which days?", now)?;
//! case.item(step::Ask)?.finish(ani, now)?;
//! case.item(step::Decide)?.finish_with(agus, outcome::Decide::Granted, now)?;
//! assert!(case.has(leave::Document::Permit));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The page on the [typed face](https://docs.rs/crate/sopflow/latest/source/docs/typed.md) has the form of a declaration and
//! what the compiler says of each mistake.
//!
//! # What remains for `verify`
//!
//! Compiling a declaration checks names, references, duties, where the flows lead, and that what a step needs has been
//! yielded. Where only one token is on its way, because no outcome leads to several steps, no join waits and nothing is
//! cancelled, that is a proof that the case can always end. Left to [`Sound::verify`] are then papers that a return makes
//! void (`document-lost`), language tags and bounds. Where branches go on side by side it takes the rules of tokens to tell
//! whether they come together, so `dead-step`, `deadlock`, `livelock`, `improper-completion`, `two-tokens`, and
//! `document-missing` on some ways but not all, are left as well: there is one copy of these rules, and it is not `const`.
//!
//! So a declaration still has to be verified, once, when the program starts or in a test. Only then there is a [`Sound`].
//!
//! # One engine
//!
//! Nothing here decides anything. A [`WorkItem`] gives the commands of the case without types, the events are the same, and
//! so are the refusals for what only a running program knows: who acts, when, whether it is their turn.

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
#[allow(missing_docs, reason = "only the code of a declaration names it")]
pub mod private;
mod sound;
mod state;
mod step;

pub use case::Case;
pub(crate) use command::Asked;
pub use command::Command;
pub use item::{ItemOf, WorkItem};
pub use named::{Named, UnknownId};
pub use sound::{Declared, Sound};
pub use state::State;
pub use step::{NoReturn, NoWayOn, OneWay, Outcomes, ReturnsTo, StepOf};
