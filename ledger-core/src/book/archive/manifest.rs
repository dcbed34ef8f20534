//! What an archive says of itself: the book, its heads, and each file with its length and hash.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::audit::{Hash, Head};
use crate::store::archive::{as_hex, as_instant, as_optional_day, as_optional_instant};
use crate::store::rows::{BookRow, HeadRow};

/// What the manifest is called in the archive.
pub(super) const MANIFEST: &str = "manifest.json";
/// Where the entries are, each with its lines and tags.
pub(super) const ENTRIES: &str = "entries.ndjson";
/// What tells an archive from any other zip.
pub(super) const FORMAT: &str = "ledger book";
/// The version of the archive's form that this program writes, and the last that it reads.
pub(super) const VERSION: u32 = 1;

/// The manifest.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub format: String,
    pub version: u32,
    pub book: ArchivedBook,
    pub head: ArchivedHead,
    pub files: Vec<ArchivedFile>,
}

/// A file of the archive.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ArchivedFile {
    pub name: String,
    /// How many objects, one a line.
    pub rows: u64,
    /// Its length, uncompressed.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    #[serde(with = "as_hex")]
    pub sha256: Vec<u8>,
}

/// The row of the book.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ArchivedBook {
    pub uid: String,
    pub name: String,
    pub kind: String,
    pub base_commodity: String,
    pub time_zone: String,
    #[serde(with = "as_instant")]
    pub created_at: i64,
    #[serde(with = "as_optional_instant")]
    pub archived_at: Option<i64>,
}

/// The row of its head.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ArchivedHead {
    pub entries: i64,
    #[serde(with = "as_hex")]
    pub entry_hash: Vec<u8>,
    pub events: i64,
    #[serde(with = "as_hex")]
    pub event_hash: Vec<u8>,
    #[serde(with = "as_instant")]
    pub last_recorded_at: i64,
    #[serde(with = "as_optional_day")]
    pub locked_through: Option<i32>,
    pub chart_version: i64,
}

impl ArchivedBook {
    pub(super) fn of(row: BookRow) -> Self {
        ArchivedBook {
            uid: row.uid,
            name: row.name,
            kind: row.kind,
            base_commodity: row.base_commodity,
            time_zone: row.time_zone,
            created_at: row.created_at,
            archived_at: row.archived_at,
        }
    }
}

impl ArchivedHead {
    pub(super) fn of(row: HeadRow) -> Self {
        ArchivedHead {
            entries: row.last_entry_number,
            entry_hash: row.entry_hash,
            events: row.last_event_number,
            event_hash: row.event_hash,
            last_recorded_at: row.last_recorded_at,
            locked_through: row.locked_through,
            chart_version: row.chart_version,
        }
    }

    /// The end of the chain of entries.
    pub(super) fn head(&self) -> Result<Head> {
        let hash = Hash::from_slice(&self.entry_hash);
        let corrupt =
            || crate::ErrorKind::Corrupt { what: "book_heads: a hash is not 32 bytes long".to_owned() };
        Ok(Head { number: self.entries, hash: hash.ok_or_else(corrupt)? })
    }
}
