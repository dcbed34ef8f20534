//! Journals of other programs: ledger, hledger and beancount files and GnuCash books become one plain model.
//!
//! Everything here is pure. The caller loads the files ([`Sources`]), a reader makes a [`JournalFile`] of them,
//! [`settle`] fills in what the source leaves out and checks what it claims, and [`Postings`] turns the result into
//! balanced entries with identities. Opening accounts and posting is the façade's work
//! ([`crate::Imports::journal`]).
//!
//! Nothing is dropped silently: what cannot be read is a problem at its place, and what a book has no place for is
//! listed as not imported.

mod accounts;
mod beancount;
mod commodities;
mod cursor;
pub mod gnucash;
mod hledger;
mod identity;
mod kinds;
mod model;
mod number;
mod postings;
mod read;
mod settle;
mod sources;
mod weigh;

pub(crate) use self::accounts::new_accounts;
pub use self::commodities::CommodityPlan;
pub use self::kinds::KindPlan;
pub use self::model::{
    AccountIndex, Assertion, CommodityIndex, EntryDetail, JournalAccount, JournalCommodity, JournalEntry,
    JournalFile, JournalFormat, JournalLine, JournalPrice, JournalProblem, LineDetail, LinePlace, LineRate,
    LineState, NotImported, Pad,
};
pub use self::postings::{Postings, Prepared};
pub use self::read::{detect, read_journal};
pub(crate) use self::settle::FAILED;
pub use self::settle::{SettleOptions, settle};
pub use self::sources::{Resolved, Sources, resolve_none};

#[cfg(test)]
mod shown;
