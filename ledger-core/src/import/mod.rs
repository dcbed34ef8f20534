//! Bank statements in: bytes become statement rows, and each row gets an identity that survives overlaps.
//!
//! Everything here is pure: no store, no clock, no files. The caller reads the file, hands over its bytes and
//! decides what to do with rows and problems; posting them is the façade's work.
//!
//! The way of a statement, one file each:
//! [`CsvProfile`] (what was told) → `decode` (bytes to text) → `records` (text to cells with their places) →
//! `layout` (header, columns) → `survey` (what the columns hold: date order, decimal mark) → [`read_csv`] (rows,
//! problems, notes) → [`Fingerprint`] and `duplicates` (what an earlier file had) → `matching` and `transfer` (what is
//! in the book) → [`Verdict`] → [`CounterSuggester`] (the other side) → `drafts` (entries to post).
//!
//! Nothing is guessed silently. What can be read in two ways is an error that names the flag which decides it.

mod amount;
mod columns;
mod csv;
mod currency;
mod date;
mod decode;
mod describe;
mod drafts;
mod duplicates;
mod fingerprint;
mod formats;
mod inbox;
mod layout;
mod matching;
mod number;
mod patterns;
mod profile;
mod proof;
mod records;
mod row;
mod statement;
mod suggest;
mod survey;
mod told;
mod transfer;
mod verdict;
mod words;

pub use self::csv::read_csv;
pub use self::date::DateFormat;
pub use self::drafts::CounterAccounts;
pub use self::fingerprint::Fingerprint;
pub use self::inbox::{
    Decision, Decisions, ImportCounts, ImportInfo, ImportLine, ImportReport, ImportState, LineState,
    Question, UndoReport,
};
pub use self::profile::{ColumnRef, CsvProfile};
pub use self::proof::{Gap, GapKind, Proof, prove};
pub use self::statement::{
    CsvReading, Problem, Span, Statement, StatementBalance, StatementDetail, StatementFile, StatementFormat,
    StatementLine, StatementSplit,
};

pub use self::suggest::{CERTAIN, Counter, CounterSplit, CounterSuggester, SuggestLine, Suggestion};
pub use self::verdict::Verdict;

pub(crate) use self::csv::Tally;
pub(crate) use self::drafts::Drafter;
pub(crate) use self::duplicates::{KnownLine, find_duplicates};
pub(crate) use self::matching::{Candidate, Pairing, Seeking, pair};
pub(crate) use self::suggest::suggest;
pub(crate) use self::told::ToldByFile;
pub(crate) use self::transfer::{OwnNames, compact, evidence, text_of};
pub(crate) use self::verdict::{Judgement, Link, Reason};

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
