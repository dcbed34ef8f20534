//! Journals out: a book as a text that hledger, ledger, beancount, a spreadsheet or a program reads.
//!
//! Pure writers, fed with plain data: the chart first ([`ExportedBook`]), then one entry after the other, so that a
//! journal of any length takes no more memory than its chart, and its lots. [`crate::Export`] reads the data from a book.

mod beancount;
mod book;
mod cell;
mod format;
mod hledger;
mod json;
mod lots;
mod names;
mod net;
mod price;
mod table;
mod words;

pub use beancount::BeancountWriter;
pub use book::{ExportedBook, JournalWriter};
pub use cell::{guard_cell, unguard_cell};
pub use format::ExportFormat;
pub use hledger::{Dialect, HledgerWriter};
pub use json::JsonWriter;
pub use lots::ExportedLots;
pub(crate) use net::cancelled;
pub use table::TableWriter;
