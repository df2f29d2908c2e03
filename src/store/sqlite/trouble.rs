//! What SQLite says when it fails, in the words of the crate.

use std::path::Path;

use rusqlite::ErrorCode;
use rusqlite::ffi::{SQLITE_IOERR_SHORT_READ, SQLITE_IOERR_WRITE};

use crate::error::Error;

/// An error on its way to the caller, who is told the file as well.
pub(super) enum Trouble {
    Sqlite(rusqlite::Error),
    Told(Error),
}

impl Trouble {
    pub(super) fn damaged(message: impl Into<String>) -> Self {
        Self::Told(Error::damaged(message))
    }

    /// The error for the caller, where nothing was changed.
    pub(super) fn in_file(self, path: &Path) -> Error {
        let error = match self {
            Self::Told(error) => return error.in_file(path.display().to_string()),
            Self::Sqlite(error) => error,
        };
        let told = match code(&error) {
            Some(ErrorCode::NotADatabase) => Error::damaged("this is not an SQLite database any more"),
            Some(ErrorCode::DatabaseCorrupt) => Error::damaged("the database is damaged"),
            Some(ErrorCode::Unknown) => Error::damaged("the database has not the tables that it should have"),
            Some(ErrorCode::DiskFull) => Error::storage("the disk is full"),
            Some(ErrorCode::ReadOnly) => Error::storage("the database is read-only"),
            Some(ErrorCode::CannotOpen) => Error::storage("the database cannot be opened"),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Error::storage("another program holds the database")
            }
            Some(ErrorCode::SystemIoFailure) if extended(&error) == SQLITE_IOERR_SHORT_READ => {
                Error::damaged("the database has been cut off")
            }
            Some(_) => Error::storage("the database cannot be read or written"),
            None => Error::damaged("the database holds a value of the wrong kind"),
        };
        told.caused_by(error).in_file(path.display().to_string())
    }

    /// The error for the caller, where the transaction was about to end. What could not be written to the end has no
    /// commit mark on disk; in any other case it may have one, which is found when the database is opened again.
    pub(super) fn at_commit(self, path: &Path) -> Error {
        let Self::Sqlite(error) = self else { return self.in_file(path) };
        match code(&error) {
            Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy) => Self::Sqlite(error).in_file(path),
            Some(_) if extended(&error) == SQLITE_IOERR_WRITE => Self::Sqlite(error).in_file(path),
            _ => {
                let message = "the database failed while a commit was being written: whether it was made is not known";
                Error::uncertain(message).caused_by(error).in_file(path.display().to_string())
            }
        }
    }
}

/// Whether a file is no database at all.
pub(super) fn is_no_database(error: &rusqlite::Error) -> bool {
    code(error) == Some(ErrorCode::NotADatabase)
}

/// Whether a file has to be written before it can be read: a transaction in it was cut off.
pub(super) fn is_unmended(error: &rusqlite::Error) -> bool {
    code(error) == Some(ErrorCode::ReadOnly)
}

fn code(error: &rusqlite::Error) -> Option<ErrorCode> {
    error.sqlite_error_code()
}

fn extended(error: &rusqlite::Error) -> i32 {
    error.sqlite_error().map_or(0, |error| error.extended_code)
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Told(error)
    }
}
