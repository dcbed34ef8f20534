//! What can go wrong, as data: one [`Error`] for the whole crate, whose [`ErrorKind`] carries the numbers.
//!
//! The sentence that [`Error`] displays is what the command line and the HTTP facade show: it names the
//! offending value and the way out. Front ends map [`ErrorKind::class`] to an exit code or a status.

use std::error::Error as StdError;
use std::fmt;

pub use self::kind::ErrorKind;

mod kind;

/// The result of every fallible call of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A refusal or a failure: what happened, with the numbers and, where there is one, the cause below it.
#[derive(Debug)]
pub struct Error {
    kind: Box<ErrorKind>,
    source: Option<Box<dyn StdError + Send + Sync + 'static>>,
}

impl Error {
    /// What happened, with its data.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The same error with the failure that caused it.
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync + 'static>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Error { kind: Box::new(kind), source: None }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// What a caller can do about an error; a front end turns it into an exit code or a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The input breaks a rule (unbalanced, unreadable, out of range).
    Invalid,
    /// A name or number that does not exist, or that fits several things.
    NotFound,
    /// Something is there already, or is locked or closed.
    Conflict,
    /// The database failed or is not usable.
    Storage,
    /// A person has to decide.
    NeedsReview,
    /// Not allowed.
    Denied,
}
