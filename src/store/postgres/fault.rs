//! What a failure of the server or of the connection means.

use std::error::Error as StdError;

use ::postgres::Error as Fault;
use ::postgres::error::{Severity, SqlState};

use crate::error::Error;

/// Nothing was changed, or nothing was to be changed.
pub(super) fn storage(fault: Fault) -> Error {
    Error::storage(format!("PostgreSQL: {}", chain(&fault))).caused_by(fault)
}

/// What a commit that was sent has come to. The server undoes a statement before it tells of an error in it; whatever ends the
/// session may come after the commit.
pub(super) fn of_commit(fault: Fault) -> Error {
    let is_undone = fault.as_db_error().is_some_and(|told| {
        told.parsed_severity() == Some(Severity::Error) && *told.code() != SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN
    });
    if is_undone {
        return storage(fault);
    }
    let message = format!("PostgreSQL did not say whether it has committed: {}", chain(&fault));
    Error::uncertain(message).caused_by(fault)
}

/// Whether it failed only because of what other transactions did at the same moment, and changed nothing.
pub(super) fn is_passing(fault: &Fault) -> bool {
    let passing = [SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE, SqlState::UNIQUE_VIOLATION];
    fault.code().is_some_and(|code| passing.contains(code))
}

/// A failure with all its causes, in one line.
pub(super) fn chain(fault: &(dyn StdError + 'static)) -> String {
    let causes = std::iter::successors(Some(fault), |fault: &&(dyn StdError + 'static)| (*fault).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
