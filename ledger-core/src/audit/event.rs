//! What changed besides the journal: who, when, what, before and after.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Hash;

/// One change of a book. Posted entries appear in the log too, as `entry.post`, read from the journal itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditEvent {
    /// The event's number in its book, without gaps; an entry's number for `entry.post`.
    pub number: i64,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// Who.
    pub recorded_by: String,
    /// What was done, such as `account.rename`.
    pub action: String,
    /// What it was done to, such as `account 12`.
    pub subject: String,
    /// The state before, as JSON.
    pub before: Option<String>,
    /// The state after, as JSON.
    pub after: Option<String>,
    /// SHA-256 over the event and the hash of the event before it.
    pub hash: Hash,
}

/// Which events a log shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// From this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Up to this instant.
    pub to: Option<DateTime<Utc>>,
    /// Only what this person did.
    pub recorded_by: Option<String>,
    /// Only actions that start so, such as `account`.
    pub action: Option<String>,
    /// At most so many, the latest ones.
    pub limit: Option<usize>,
}
