//! The one error type: what could not be read, written or replayed. A procedure that says no is a
//! [`Refusal`](crate::Refusal), a procedure that is wrong has a [`Report`](crate::Report).

mod text;
mod words;

use std::error::Error as StdError;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub(crate) use self::text::{
    CONTROL_CHARACTER, fill_in_lines, located, readable, toml_message, too_deep, without_mark,
};
pub(crate) use self::words::{did_you_mean, listed, shown};
use crate::id::{CaseId, StepId};

/// Something could not be read, written, changed or replayed.
///
/// Ask its predicates what kind of trouble it is. [`faults`](Self::faults) tells each thing that is wrong, with its
/// place.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    file: Option<String>,
    faults: Vec<Fault>,
    cause: Option<Arc<dyn StdError + Send + Sync>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    Format,
    Limit,
    Reassignment,
    Mapping,
    Calendar,
    Record,
    ProcedureChanged,
    Storage,
    Uncertain,
    Conflict,
    Foreign,
    InUse,
    Closed,
    Overloaded,
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Fault {
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The column in characters, counted from 1.
    pub column: Option<usize>,
    /// The bytes of the text that are wrong, counted without a byte order mark; empty where something is missing.
    pub span: Option<Range<usize>>,
    /// The step that it is in.
    pub step: Option<StepId>,
    /// The stable name of what is wrong: that of a [`Code`](crate::Code). What cannot be read at all has none.
    pub code: Option<&'static str>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places of the text that have to do with it, each with a message of its own.
    pub related: Vec<Fault>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, faults: Vec<Fault>) -> Self {
        Self(Box::new(Inner { kind, file: None, faults, cause: None }))
    }

    pub(crate) fn single(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::new(kind, vec![Fault { message: message.into(), ..Fault::default() }])
    }

    /// A store could not be read or written, and nothing has changed. For back ends.
    pub fn storage(message: impl Into<String>) -> Self {
        Self::single(ErrorKind::Storage, message)
    }

    /// A store failed in such a way that a commit may have been made or not. For back ends.
    pub fn uncertain(message: impl Into<String>) -> Self {
        Self::single(ErrorKind::Uncertain, message)
    }

    /// A store belongs to something else. For back ends.
    pub fn foreign(message: impl Into<String>) -> Self {
        Self::single(ErrorKind::Foreign, message)
    }

    /// Another engine holds the store. For back ends.
    pub fn in_use(message: impl Into<String>) -> Self {
        Self::single(ErrorKind::InUse, message)
    }

    /// What a store has kept is damaged. For back ends.
    pub fn damaged(message: impl Into<String>) -> Self {
        Self::single(ErrorKind::Record, message)
    }

    /// The same error, told of the case that it is about.
    pub(crate) fn of_case(mut self, case: CaseId, event: u32) -> Self {
        for fault in &mut self.0.faults {
            fault.message = format!("case {case}, event {event}: {}", fault.message);
        }
        self
    }

    /// The same error with what caused it.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.cause = Some(Arc::from(cause.into()));
        self
    }

    /// The same error, told of the file that was read.
    #[must_use]
    pub fn in_file(mut self, name: impl Into<String>) -> Self {
        self.0.file = Some(name.into());
        self
    }

    /// Each thing that is wrong, in the order of the file or the log; never empty.
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// The stable name of the kind of trouble.
    pub fn code(&self) -> &'static str {
        match self.0.kind {
            ErrorKind::Format => "format",
            ErrorKind::Limit => "limit",
            ErrorKind::Reassignment => "reassignment",
            ErrorKind::Mapping => "mapping",
            ErrorKind::Calendar => "calendar",
            ErrorKind::Record => "damaged-record",
            ErrorKind::ProcedureChanged => "procedure-changed",
            ErrorKind::Storage => "storage",
            ErrorKind::Uncertain => "uncertain",
            ErrorKind::Conflict => "conflict",
            ErrorKind::Foreign => "foreign",
            ErrorKind::InUse => "in-use",
            ErrorKind::Closed => "closed",
            ErrorKind::Overloaded => "overloaded",
        }
    }

    /// Whether a file or text does not have the form it should have.
    pub fn is_format(&self) -> bool {
        self.0.kind == ErrorKind::Format
    }

    /// Whether something is beyond a bound of [`limits`](crate::limits).
    pub fn is_limit(&self) -> bool {
        self.0.kind == ErrorKind::Limit
    }

    /// Whether a step cannot be given to the role asked for.
    pub fn is_reassignment(&self) -> bool {
        self.0.kind == ErrorKind::Reassignment
    }

    /// Whether a mapping between two versions of a procedure does not fit them.
    pub fn is_mapping(&self) -> bool {
        self.0.kind == ErrorKind::Mapping
    }

    /// Whether the rules of a working calendar do not make one.
    pub fn is_calendar(&self) -> bool {
        self.0.kind == ErrorKind::Calendar
    }

    /// Whether a stored event is damaged, or does not follow from those before it.
    pub fn is_damaged_record(&self) -> bool {
        self.0.kind == ErrorKind::Record
    }

    /// Whether a store could not be read or written: the disk is full or broken, the server does not answer. Nothing has
    /// changed.
    pub fn is_storage(&self) -> bool {
        self.0.kind == ErrorKind::Storage
    }

    /// Whether it is not known if a command was carried out, because the store failed between committing and answering. Send
    /// it again with the same id.
    pub fn is_uncertain(&self) -> bool {
        self.0.kind == ErrorKind::Uncertain
    }

    /// Whether a case has another version than the caller expected, or the id of a command was used for another one.
    pub fn is_conflict(&self) -> bool {
        self.0.kind == ErrorKind::Conflict
    }

    /// Whether a file or a database belongs to something else, or to a later version of sopflow.
    pub fn is_foreign(&self) -> bool {
        self.0.kind == ErrorKind::Foreign
    }

    /// Whether another engine holds the store, where only one can.
    pub fn is_in_use(&self) -> bool {
        self.0.kind == ErrorKind::InUse
    }

    /// Whether more is asked of an engine than it can take now. Nothing has changed; try again.
    pub fn is_overloaded(&self) -> bool {
        self.0.kind == ErrorKind::Overloaded
    }

    /// Whether the engine has been closed.
    pub fn is_closed(&self) -> bool {
        self.0.kind == ErrorKind::Closed
    }

    /// Whether a history belongs to another content of the procedure than the one given.
    pub fn is_procedure_changed(&self) -> bool {
        self.0.kind == ErrorKind::ProcedureChanged
    }
}

/// As [`Display`](fmt::Display), because this is what a `main` that returns an error prints.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, fault) in self.0.faults.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            match (&self.0.file, fault.line) {
                (Some(file), Some(_)) => write!(f, "{file}:")?,
                (Some(file), None) => write!(f, "{file}: ")?,
                (None, Some(_)) => f.write_str("line ")?,
                (None, None) => {}
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "{line}:{}: ", self.column.unwrap_or(1))?;
        }
        if let Some(step) = &self.step {
            write!(f, "step {step}: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as _)
    }
}
