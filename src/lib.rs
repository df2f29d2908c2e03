//! Standard Operating Procedures as typed state machines.

pub mod exchange;
pub mod limits;
pub mod time;

mod error;
mod id;
mod kernel;
mod model;
mod net;
mod verify;

pub use error::{Error, Fault};
pub use id::{
    ActorIx, DocumentId, DocumentIx, FlowIx, OutcomeId, OutcomeIx, ProcedureId, RoleId, RoleIx, StepId, StepIx,
};
pub use kernel::{
    Actor, Actors, By, Capacity, Case, CaseState, Command, CommandKind, Event, EventKind, EventRecord, Grant,
    MissingDocument, RecordedKind, Refusal, Refused, RoleName, Status, apply, carry_out, decide, replay,
};
pub use model::{
    About, Approver, Change, Code, Confidence, Diagnostic, Direction, Document, DocumentUse, Edge, Endorsement,
    Evidence, Flow, Identity, Join, Move, Node, Outcome, Place, Procedure, Role, Seal, Severity, Step, Target, Text,
    Translations, Witness,
};
pub use verify::{Replayed, Report, SoundProcedure};
