//! Bank statements in: bytes become statement rows, and each row gets an identity that survives overlaps.
//!
//! Everything here is pure: no store, no clock, no files. The caller reads the file, hands over its bytes and
//! decides what to do with rows and problems; posting them is the façade's work.
//!
//! Files of every format come in through [`read_statement`]: [`detect_format`] tells the format by the content,
//! and each format has its reader (`ofx`, `qif`, `camt`, `mt940`) that yields the same [`StatementFile`].
//!
//! The way of a statement, one file each:
//! [`CsvProfile`] (what was told) → `decode` (bytes to text) → `records` (text to cells with their places) →
//! `layout` (delimiter, header, known bank) → `survey` (what the columns hold) → `columns`, `formats`, `signs` (what
//! each means, with the running balance as the proof) → [`read_csv`] (rows, problems, notes, decisions) →
//! [`Fingerprint`], `duplicates` and `look_alikes` (what an earlier file had) → `matching`, `transfer` and `unequal` (what is in the book) →
//! [`Verdict`] → [`CounterSuggester`] (the other side) → `drafts` (entries to post).
//!
//! Nothing is guessed silently. What can be read in two ways is an error that names the flag which decides it.

mod amount;
mod camt;
mod columns;
mod csv;
mod currency;
mod date;
mod date_order;
mod debit_signs;
mod decode;
mod delimiter;
mod describe;
mod detect;
mod drafts;
mod duplicates;
mod evidence;
pub mod explain;
mod figure;
mod fingerprint;
mod footer;
mod formats;
mod gaps;
mod header;
mod inbox;
pub mod journal;
mod known;
mod layout;
pub mod learn;
mod look_alikes;
mod matching;
mod money_columns;
mod mt940;
mod number;
mod ofx;
mod own_account;
mod patterns;
mod prices;
mod profile;
mod proof;
mod qif;
mod read;
mod records;
mod row;
pub mod rule;
mod signs;
mod source;
mod split;
mod statement;
mod texts;
mod standing;
mod states;
mod suggest;
mod survey;
mod told;
mod transfer;
mod unequal;
mod verdict;
mod vocabulary;
mod words;

pub use self::csv::{explain_csv, open_question, read_csv};
pub use self::date::DateFormat;
pub use self::decode::FILE_BYTES_MAX;
pub use self::detect::detect_format;
pub use self::drafts::CounterAccounts;
pub use self::explain::OpenQuestion;
pub use self::fingerprint::Fingerprint;
pub use self::gaps::{Gap, GapKind, Proof, closing_balance, prove};
pub use self::inbox::{
    Decision, Decisions, ImportCounts, ImportInfo, ImportLine, ImportReport, ImportState, LineState,
    Question, UndoReport,
};
pub use self::known::{BuiltInProfile, built_in_profile, built_in_profiles};
pub use self::prices::{PriceFile, PriceFileOptions, PriceLine, read_prices};
pub use self::profile::{ColumnRef, CsvProfile};
pub use self::read::{ReadOptions, read_statement};
pub use self::statement::{
    CsvReading, Problem, Span, Statement, StatementBalance, StatementDetail, StatementFile, StatementFormat,
    StatementLine, StatementSplit,
};
pub use self::suggest::{CERTAIN, Counter, CounterSplit, CounterSuggester, SuggestLine, Suggestion};
pub use self::texts::{LineTexts, PackedTexts};
pub use self::verdict::Verdict;

pub(crate) use self::csv::Tally;
pub(crate) use self::describe::describe as description_of;
pub(crate) use self::drafts::Drafter;
pub(crate) use self::duplicates::{KnownLine, find_duplicates};
pub(crate) use self::learn::Words;
pub(crate) use self::look_alikes::{DAYS_APART_MAX, OtherLine, find_look_alikes, layout_name};
pub(crate) use self::matching::{Candidate, Pairing, Seeking, pair};
pub(crate) use self::matching::{is_near, missing_words, words};
pub(crate) use self::read::open_qif_question;
pub(crate) use self::split::split_line;
pub(crate) use self::suggest::suggest;
pub(crate) use self::told::ToldByFile;
pub(crate) use self::transfer::{OwnNames, compact, evidence, names_other, text_of};
pub(crate) use self::unequal::{ByDay, Difference, exchange_range, fee, fee_range};
pub(crate) use self::verdict::{Judgement, Link, Reason};

#[cfg(test)]
mod testing;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;

#[cfg(test)]
mod sniffing_tests;
#[cfg(test)]
mod sides_tests;
