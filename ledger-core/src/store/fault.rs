//! From what a database says to what a person is told.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::{Error, ErrorKind};

/// Turns a failure into an error that says what was being done and what to do.
pub(crate) fn explain(error: DieselError, doing: &str, place: &str) -> Error {
    let message = match &error {
        DieselError::DatabaseError(_, info) => info.message().to_owned(),
        other => other.to_string(),
    };
    let place = place.to_owned();
    let kind = match &error {
        _ if message.contains("database is locked") || message.contains("lock timeout") => {
            ErrorKind::Busy { place, seconds: super::sqlite::BUSY_SECONDS }
        }
        DieselError::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _) => {
            ErrorKind::ReadOnly { place, reason: message.clone() }
        }
        _ if message.contains("readonly database") || message.contains("read-only") => {
            ErrorKind::ReadOnly { place, reason: "the file or its folder is read-only".to_owned() }
        }
        _ if message.contains("disk is full") || message.contains("No space left") => {
            ErrorKind::DiskFull { place }
        }
        _ if message.contains("file is not a database") => {
            ErrorKind::NotALedger { place, reason: "the file is not an SQLite database".to_owned() }
        }
        _ if message.contains("disk image is malformed") => {
            ErrorKind::Corrupt { what: format!("{place}: {message}") }
        }
        _ if is_overflow(&error) => {
            ErrorKind::AmountOverflow { what: format!("a total needed while {doing}") }
        }
        _ => ErrorKind::Database { doing: doing.to_owned(), message: message.clone() },
    };
    Error::from(kind).caused_by(error)
}

/// Whether a total left the 64-bit range: PostgreSQL says so, SQLite's sum overflows, and a `STRICT` table refuses
/// the floating point number that an addition would have become.
fn is_overflow(error: &DieselError) -> bool {
    let DieselError::DatabaseError(_, info) = error else { return false };
    let message = info.message();
    message.contains("integer overflow")
        || message.contains("bigint out of range")
        || message.contains("cannot store REAL value in INTEGER column")
}

/// Whether a unique key was there already.
pub(crate) fn is_duplicate(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}
