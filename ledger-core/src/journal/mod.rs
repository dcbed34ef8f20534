//! The journal: drafts become balanced entries, balanced entries are posted, corrections are new entries.
//!
//! Everything here is pure: [`EntryDraft::balance`] proves that an entry sums to zero, `check` proves that it
//! fits the book that it is meant for. Writing it down is the façade's part ([`crate::Journal`]).

mod balance;
pub(crate) mod check;
mod draft;
mod entry;
mod filter;
mod standing;

pub use balance::{BalancedEntry, BalancedLine};
pub(crate) use balance::{PARTY_CHARS_MAX, TEXT_CHARS_MAX, Totals};
pub(crate) use balance::{check_posting_date, check_range};
pub use draft::{AccountRef, EntryDraft, LineDraft, LinePrice, Source, Tag};
pub use entry::{Entry, Line, PostReceipt};
pub use filter::EntryFilter;
pub(crate) use standing::{Corrections, Standing};
