//! What a case is and does, as pure functions: no clock, no randomness, no IO, no locks.
//!
//! [`decide`] takes where a case stands and what is asked of it, and answers with an event or with all the reasons why
//! not. [`apply`] takes where a case stands and an event, and gives where it stands then.

mod actor;
mod apply;
mod authority;
mod case;
mod command;
mod decide;
mod doers;
mod event;
mod known;
mod legal;
mod migrate;
mod record;
mod refusal;
mod state;

pub use actor::{Actor, Actors, By, Capacity, Grant};
pub use apply::{apply, carry_out, replay};
pub use authority::Reservation;
pub use case::{Case, Chapter};
pub use command::{Command, CommandKind};
pub use decide::decide;
pub(crate) use decide::return_mismatch;
pub use event::{Event, EventKind, Migration};
pub(crate) use known::{complete_known, is_turn_of_known};
pub(crate) use migrate::replay_migration;
pub use migrate::{carry_out_migration, migrate};
pub use record::{EventRecord, RecordedKind};
pub use refusal::{MissingDocument, Refusal, Refused, RoleName};
pub(crate) use refusal::{check_remark, check_text};
pub use state::{CaseState, Status};
