//! The engine: many cases of many procedures, kept in a store, worked on by many people.

mod acting;
mod answer;
mod ask;
mod authority;
mod core;
mod decide;
mod desk;
mod directory;
mod engine;
mod file;
mod history;
mod hosting;
mod inbox;
mod party;
mod people;
mod projection;
mod readers;
mod record;
mod round;
mod subscription;
mod telemetry;
mod whereabouts;
mod work;
mod worker;

pub use acting::Acting;
pub use answer::{Answer, Done, Failure, Pending};
pub use ask::{Ask, Request};
pub use directory::{Absence, Appointment, Directory, Office, OfficeError, Person, Right, Scope};
pub use engine::{Engine, EngineBuilder};
pub use hosting::Deadlines;
pub use inbox::{Count, Inbox, Mark, Page};
pub use projection::WorkItem;
pub use record::{CaseEvent, CaseRecord, Opinion, WorkKind, WorkRecord};
pub use subscription::Subscription;
pub use whereabouts::{Explanation, Stay, Whereabouts};
