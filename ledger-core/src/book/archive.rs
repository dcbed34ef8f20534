//! Everything of a book as one file, and back: a zip of NDJSON files and a manifest.
//!
//! The same book gives the same bytes, from either database: files, rows and keys have a fixed order, and nothing of
//! the moment or the machine is written. What follows from the rest (turnover, the book's number) is left out.

mod manifest;
mod read;
mod restore;
mod rows;
mod write;

use crate::audit::Head;

/// What an archive holds.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ArchiveSummary {
    /// The book's name; of a restored book, the name that it has now.
    pub book: String,
    /// How many entries.
    pub entries: i64,
    /// How many audit events.
    pub events: i64,
    /// The end of the chain of entries.
    pub head: Head,
}
