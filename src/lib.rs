//! Standard Operating Procedures as typed state machines.

pub mod exchange;
pub mod limits;
pub mod time;

mod error;
mod id;
mod model;
mod net;
mod verify;

pub use error::{Error, Fault};
pub use id::{DocumentId, DocumentIx, FlowIx, OutcomeId, OutcomeIx, ProcedureId, RoleId, RoleIx, StepId, StepIx};
pub use model::{
    About, Approver, Change, Code, Confidence, Diagnostic, Direction, Document, DocumentUse, Edge, Endorsement,
    Evidence, Flow, Identity, Join, Move, Node, Outcome, Place, Procedure, Role, Seal, Severity, Step, Target, Text,
    Translations, Witness,
};
pub use verify::{Replayed, Report, SoundProcedure};
