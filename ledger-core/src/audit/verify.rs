//! What a check of a book found.

use serde::Serialize;

use super::Hash;

/// The end of a book's chain of entries: a receipt that shows later whether anything before it changed or is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The last entry's number; 0 for an empty book.
    pub number: i64,
    /// The last entry's hash.
    pub hash: Hash,
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

impl std::str::FromStr for Head {
    type Err = crate::Error;

    /// Reads `NUMBER:HASH`, as printed by a backup.
    fn from_str(text: &str) -> crate::Result<Head> {
        let parsed = text.split_once(':').and_then(|(number, hash)| {
            Some(Head { number: number.trim().parse().ok()?, hash: Hash::from_hex(hash.trim())? })
        });
        parsed.ok_or_else(|| {
            let reason = "a head reads NUMBER:HASH, with 64 hexadecimal digits".to_owned();
            crate::ErrorKind::InvalidSetting { what: "head", value: text.to_owned(), reason }.into()
        })
    }
}

/// Something that does not hold, with the row where it was noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A short, stable name: `hash`, `balance`, `number`, `rollup`, `reference`, `event`, `account`, `head`, `instant`, `trigger`,
    /// `closing`, `assertion`.
    pub check: &'static str,
    /// The table and row, such as `lines 17/2`.
    pub row: String,
    /// What is there and what should be.
    pub difference: String,
}

/// The result of checking a book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// The book's name.
    pub book: String,
    /// How many entries were recomputed.
    pub entries: i64,
    /// How many lines were recomputed.
    pub lines: i64,
    /// How many audit events were recomputed.
    pub events: i64,
    /// The head as recomputed from the entries.
    pub head: Head,
    /// What does not hold, first difference first; empty for a sound book.
    pub findings: Vec<Finding>,
}
