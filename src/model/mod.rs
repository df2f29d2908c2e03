//! The written procedure as data: its parts, its files, and whether the parts fit together.

mod check;
mod date;
mod diagnostic;
mod document;
mod duty;
mod evidence;
mod file;
mod form;
mod graph;
mod identity;
mod locate;
mod mapping;
mod node;
mod outcome;
mod procedure;
mod read;
mod reassign;
mod seal;
mod source;
mod step;
mod text;

pub(crate) use check::check;
pub use diagnostic::{Code, Diagnostic, Move, Place, Related, Severity, Witness};
pub use document::{Document, DocumentUse};
pub(crate) use duty::Bonds;
pub use duty::Duty;
pub use evidence::{About, Confidence, Evidence};
pub use graph::{Direction, Edge, Flow, Node};
pub use identity::{Approver, Identity};
pub use mapping::{Mapped, Mapping, Spot};
pub use outcome::{Outcome, Target};
pub use procedure::{Procedure, Role};
pub use seal::{Change, Seal};
pub use source::Source;
pub use step::{Endorsement, Join, Step};
pub use text::{Text, Translations};
