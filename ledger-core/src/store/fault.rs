//! From what a database says to what a person is told.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::{Error, ErrorKind};

/// Turns a failure into an error that says what was being done and what to do.
pub(crate) fn explain(error: DieselError, doing: &str, place: &str) -> Error {
    let kind = match &error {
        // The rollback after a failed commit failed as well: what matters is why the commit did.
        DieselError::RollbackErrorOnCommit { commit_error, .. } => kind_of(commit_error, doing, place),
        other => kind_of(other, doing, place),
    };
    Error::from(kind).caused_by(error)
}

fn kind_of(error: &DieselError, doing: &str, place: &str) -> ErrorKind {
    let place_owned = || place.to_owned();
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, info) => {
            ErrorKind::ReadOnly { place: place_owned(), reason: info.message().to_owned() }
        }
        DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, _)
        | DieselError::BrokenTransactionManager => {
            ErrorKind::ConnectionLost { place: place_owned(), doing: doing.to_owned() }
        }
        DieselError::DatabaseError(_, info) => kind_of_message(info.message(), doing, place),
        other => kind_of_message(&other.to_string(), doing, place),
    }
}

/// What a message of either database means: Diesel passes their error codes on for a few of them only.
pub(super) fn kind_of_message(message: &str, doing: &str, place: &str) -> ErrorKind {
    let says = |parts: &[&str]| parts.iter().any(|part| message.contains(part));
    let place = place.to_owned();
    if says(&["database is locked", "database table is locked", "lock timeout"]) {
        return ErrorKind::Busy { place, seconds: super::sqlite::BUSY_SECONDS };
    }
    if says(&["readonly database", "read-only"]) {
        let reason = "the file or its folder is read-only".to_owned();
        return ErrorKind::ReadOnly { place, reason };
    }
    if says(&["disk is full", "No space left"]) {
        return ErrorKind::DiskFull { place };
    }
    if says(&["file is not a database"]) {
        let reason = "the file is not an SQLite database".to_owned();
        return ErrorKind::NotALedger { place, reason };
    }
    if says(&["unable to open database file"]) {
        let message = "the file, its folder or the log beside it may not be read or written".to_owned();
        return ErrorKind::File { verb: "open", path: place, message };
    }
    if says(&["disk image is malformed"]) {
        return ErrorKind::Damaged { place, message: message.to_owned() };
    }
    if says(&["server closed the connection", "terminating connection", "no connection to the server"]) {
        return ErrorKind::ConnectionLost { place, doing: doing.to_owned() };
    }
    if says(OVERFLOWS) {
        return ErrorKind::AmountOverflow { what: format!("a total needed while {doing}") };
    }
    ErrorKind::Database { doing: doing.to_owned(), message: message.to_owned() }
}

/// What is said when a total leaves the 64-bit range: SQLite's sum overflows, PostgreSQL names its type, and a
/// `STRICT` table refuses the floating point number that an addition would have become.
const OVERFLOWS: &[&str] =
    &["integer overflow", "bigint out of range", "cannot store REAL value in INTEGER column"];

/// Whether an error says that a unique key was there already.
pub(crate) fn is_duplicate(error: &Error) -> bool {
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref());
    matches!(source, Some(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
}

/// Whether a failed statement has ended the transaction around it, or left it in a state that only taking it back
/// can end. PostgreSQL does so at every failure; SQLite where its file fails, and then ends all of it by itself.
pub(super) fn ends_transaction(error: &DieselError, is_postgres: bool) -> bool {
    match error {
        DieselError::BrokenTransactionManager | DieselError::RollbackErrorOnCommit { .. } => true,
        DieselError::DatabaseError(..) if is_postgres => true,
        DieselError::DatabaseError(_, info) => {
            let message = info.message();
            ["disk is full", "disk I/O error", "out of memory", "interrupted", "malformed"]
                .iter()
                .any(|part| message.contains(part))
        }
        _ => false,
    }
}
