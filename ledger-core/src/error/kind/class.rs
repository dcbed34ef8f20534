//! What a caller can do about each kind of error.

use super::ErrorKind;
use crate::ErrorClass;

impl ErrorKind {
    /// What a caller can do about it.
    pub fn class(&self) -> ErrorClass {
        use ErrorKind::*;
        match self {
            UnknownCommodity { .. }
            | MissingPrice { .. }
            | NotFound { .. }
            | Ambiguous { .. }
            | NoDatabase { .. } => ErrorClass::NotFound,
            AlreadyExists { .. }
            | AccountNotOpen { .. }
            | ExternalIdConflict { .. }
            | Locked { .. }
            | NotAllowed { .. } => ErrorClass::Conflict,
            NearName { .. } | NeedsReview(_) => ErrorClass::NeedsReview,
            NotALedger { .. }
            | NewerSchema { .. }
            | OlderSchema { .. }
            | ReadOnly { .. }
            | DiskFull { .. }
            | Busy { .. }
            | ConnectionLost { .. }
            | SqliteTooOld { .. }
            | Database { .. }
            | Corrupt { .. }
            | Damaged { .. }
            | File { .. }
            | HeadMismatch { .. } => ErrorClass::Storage,
            StaleAdjustment { cause, .. } => cause.class(),
            _ => ErrorClass::Invalid,
        }
    }
}
