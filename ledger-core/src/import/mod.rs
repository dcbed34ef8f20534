//! Bank statements in: bytes become statement rows, and each row gets an identity that survives overlaps.
//!
//! Everything here is pure: no store, no clock, no files. The caller reads the file, hands over its bytes and
//! decides what to do with rows and problems; posting them is the façade's work.
//!
//! The way of a statement, one file each:
//! [`CsvProfile`] (what was told) → `decode` (bytes to text) → `records` (text to cells with their places) →
//! `layout` (delimiter, header, known bank) → `survey` (what the columns hold) → `columns`, `formats`, `signs` (what
//! each means, with the running balance as the proof) → [`read_csv`] (rows, problems, notes, decisions) →
//! [`fingerprints`] (identities) → [`drafts()`] (entries to post).
//!
//! Nothing is guessed silently. What can be read in two ways is an error that names the flag which decides it.

mod amount;
mod columns;
mod csv;
mod currency;
mod date;
mod date_order;
mod decode;
mod delimiter;
mod describe;
mod drafts;
mod evidence;
mod explain;
mod fingerprint;
mod formats;
mod header;
mod known;
mod layout;
mod money_columns;
mod number;
mod patterns;
mod profile;
mod proof;
mod records;
mod row;
mod signs;
mod statement;
mod states;
mod survey;
mod vocabulary;
mod words;

pub use self::csv::{open_question, read_csv};
pub use self::date::DateFormat;
pub use self::decode::FILE_BYTES_MAX;
pub use self::drafts::{CounterAccounts, RowDraft, StatementDrafts, drafts};
pub use self::explain::{Choice, Confidence, Decision, OpenQuestion};
pub use self::fingerprint::{Fingerprint, fingerprints};
pub use self::known::{BuiltInProfile, built_in_profile, built_in_profiles};
pub use self::profile::{ColumnRef, CsvProfile};
pub use self::statement::{
    CsvReading, Problem, Span, Statement, StatementBalance, StatementDetail, StatementFile, StatementFormat,
    StatementLine, StatementSplit,
};

#[cfg(test)]
mod tests;

#[cfg(test)]
mod sniffing_tests;
