//! Closing a year: which year is meant, and the entries that take income and expenses to retained earnings.
//!
//! All of it is pure; [`crate::Closings`] reads the balances, posts the entries and locks the book.

// A closing module in the closing module: the noun is the folder's, too.
#[allow(clippy::module_inception)]
mod closing;
mod draft;
mod fiscal_year;

pub use closing::{Closing, ClosingStatus, HeldAfterClosing};
pub(crate) use draft::{ENTRY_LINES_MAX, drafts, net_income};
pub use fiscal_year::FiscalYear;
