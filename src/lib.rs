//! Standard Operating Procedures as data that is proved sound before it runs, and refuses what it does not allow.
//!
//! ```
//! use sopflow::{Actor, Actors, Case, Grant, Procedure, Step, time::Timestamp};
//!
//! let leave = Procedure::new("leave", "1", "Leave of absence")
//!     .role("staff", "Staff").role("head", "Head of section") // lowest rank first
//!     .document("request", "Leave request").document("permit", "Leave permit")
//!     .step(Step::new("1", "staff", "Ask for leave").output("request").next("2"))
//!     .step(Step::new("2", "head", "Decide").input("request").output("permit").next("end").returns_to("1"))
//!     .verify()?; // proved sound; or a report of every defect, each with the moves that lead to it
//!
//! let (mut actors, now) = (Actors::new(), "2026-11-02T08:00:00+07:00".parse::<Timestamp>()?);
//! let rights = [Grant::holder(leave.role("staff").expect("listed above"))];
//! let ani = Actor { id: actors.add("Ani")?, grants: &rights };
//! let mut case = Case::open(&leave, ani, now)?;
//! case.complete(ani, "1", "done", &["request"], now)?;
//! let refused = case.complete(ani, "2", "done", &["permit"], now).unwrap_err();
//! assert_eq!(refused.to_string(), "step 2 is for Head of section (head); the actor acts for Staff (staff)");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Words
//!
//! A [`Procedure`] lists [`Role`]s (lowest rank first), [`Document`]s and [`Step`]s. A step is finished with an [`Outcome`],
//! which chooses the flows that carry on; one that *returns* sends work back for revision. A [`SoundProcedure`] has passed
//! verification. A [`Case`] is one running instance of it. An [`Actor`] gives a [`Command`] in some [`Capacity`]; the answer
//! is an [`Event`], or every [`Refusal`]. The
//! [glossary](https://docs.rs/crate/sopflow/latest/source/docs/glossary.md) has them all, with their Indonesian.
//!
//! # Where to begin
//!
//! | to | use |
//! |---|---|
//! | write a procedure in code | [`Procedure::new`], [`Step`], [`Outcome`], [`Duty`], [`Text`] |
//! | read or write one as a file | [`Procedure::from_toml`], [`Procedure::from_json`], [`Procedure::json_schema`], [`Error`] |
//! | read an official table | [`exchange::sop_table::read`] |
//! | prove it | [`Procedure::verify`], [`Report`], [`Diagnostic`], [`Code`], [`Witness`] |
//! | have a procedure checked by others, or drawn | [`exchange::pnml::write`], [`exchange::dot::write`] |
//! | set the rules of an office | [`Verifier`], [`Rule`] |
//! | show where a file is wrong | [`Source`], [`Report::faults_in`], `Report::render` (feature `snippets`) |
//! | run a case by names | [`Case`] |
//! | declare a procedure in Rust, so that its mistakes do not compile | [`procedure!`], [`typed`] |
//! | run many cases without allocation | [`carry_out`], or [`decide`] and [`apply`]; [`CaseState`] |
//! | put a new version in place of an old one | [`compare`], [`Mapping`], [`migrate`], [`Obstacle`] |
//! | ask who may do what | [`SoundProcedure::may_act`], [`CaseState::enabled`] |
//! | ask whether there is somebody for every step | [`SoundProcedure::staffing`], [`analysis::Staff`] |
//! | store what happened | [`EventRecord`], [`Seal`], [`replay`] |
//! | run many cases for many people, kept on disk | [`runtime::Engine`], [`store`] |
//! | say who the people are | [`runtime::Office`], or a [`runtime::Directory`] of your own |
//! | show what waits for somebody | [`runtime::Inbox`], [`runtime::Whereabouts`] |
//! | have notifications, a search, an outbox | [`runtime::Subscription`] |
//! | prove that nothing was changed | [`runtime::Audit`] |
//! | state how long a step may take | [`time::StandardTime`] |
//! | say when an office works, and when work is due | [`time::WorkCalendar`], [`time::CalendarRules`] |
//!
//! Three kinds of *no* are never mixed: a [`Refusal`] (the procedure does not allow it), a [`Diagnostic`] (the procedure is
//! wrong), an [`Error`] (something could not be read, written or replayed). Every bound on input is in [`limits`].
//!
//! # Layers
//!
//! `time` < `model` < `net` < `verify` < `kernel` < `analysis`, and `typed` and `exchange` beside them: nothing there reads a clock, draws
//! a random number, touches a file or holds a lock. Above them [`runtime`], the engine, which keeps its cases in a [`store`].
//! The official form does not exist yet.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `sqlite` (default) | `store::Sqlite`, with SQLite built in |
//! | `tracing`, `metrics` | what an engine tells of itself, through these facades |
//! | `ical` | `time::IcalDay`: days off out of iCalendar files |
//! | `snippets` | `Report::render` and `Error::render`: the lines of the file that they are about |
//!
//! The [architecture](https://docs.rs/crate/sopflow/latest/source/docs/architecture.md) says what each layer never does, the
//! [design](https://docs.rs/crate/sopflow/latest/source/docs/design.md) why, the
//! [format](https://docs.rs/crate/sopflow/latest/source/docs/procedure-format.md) how to write a procedure, and the page
//! on [diagnostics](https://docs.rs/crate/sopflow/latest/source/docs/diagnostics.md) how to mend one.

#[cfg(test)]
extern crate self as sopflow;

pub mod analysis;
pub mod exchange;
pub mod limits;
pub mod runtime;
pub mod store;
pub mod time;
pub mod typed;

mod error;
mod id;
mod kernel;
mod model;
mod net;
#[cfg(feature = "snippets")]
mod render;
mod verify;

pub use error::{Error, Fault};
pub use id::{
    ActorIx, CaseId, DocumentId, DocumentIx, FlowIx, OutcomeId, OutcomeIx, ProcedureId, RoleId, RoleIx, StepId, StepIx,
};
pub use kernel::{
    Actor, Actors, By, Capacity, Case, CaseState, Chapter, Command, CommandKind, Event, EventKind, EventRecord, Grant,
    Migration, MissingDocument, RecordedKind, Refusal, Refused, Reservation, RoleName, Status, apply, carry_out,
    carry_out_migration, decide, migrate, replay,
};
pub use model::{
    About, Approver, Change, Code, Confidence, Diagnostic, Direction, Document, DocumentUse, Duty, Edge, Endorsement,
    Evidence, Flow, Identity, Join, Mapped, Mapping, Move, Node, Outcome, Place, Procedure, Related, Role, Seal,
    Severity, Source, Spot, Step, Target, Text, Translations, Witness,
};
#[cfg(feature = "snippets")]
pub use render::Rendered;
pub use verify::{
    Comparison, MarkingGroup, Method, Obstacle, Replayed, Report, Rule, SoundProcedure, Verifier, compare, compare_with,
};

/// Compiles and runs the example of the README.
#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;

/// Compiles and runs the code of the page on embedding.
#[doc = include_str!("../docs/embedding.md")]
#[cfg(doctest)]
struct Embedding;

/// Compiles and runs the example of the page on working time.
#[doc = include_str!("../docs/working-time.md")]
#[cfg(doctest)]
struct WorkingTime;
