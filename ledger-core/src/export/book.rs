//! What a journal says before its first entry, and what every writer of journals can do.

use std::collections::HashMap;
use std::io;

use chrono::NaiveDate;

use super::ExportedLots;
use crate::account::{Account, AccountId};
use crate::journal::Entry;
use crate::money::{Commodity, Price};

/// A book as a journal begins: everything but its entries.
#[derive(Debug, Clone)]
pub struct ExportedBook<'a> {
    /// The book's name.
    pub name: &'a str,
    /// The commodity that totals are shown in.
    pub base_commodity: Commodity,
    /// Its accounts.
    pub accounts: &'a [Account],
    /// A day on or before the first line of each account that has one.
    pub used_from: HashMap<AccountId, NaiveDate>,
    /// Its commodities.
    pub commodities: &'a [Commodity],
    /// The prices that were given by hand, oldest first; those that lines carry come with the lines.
    pub prices: &'a [Price],
    /// What its lines did to lots.
    pub lots: &'a ExportedLots,
}

/// Writes a journal entry by entry; its constructor has written what comes before them.
pub trait JournalWriter {
    /// Writes one entry.
    ///
    /// # Errors
    /// Those of the place that is written to, here and in [`JournalWriter::end`].
    fn entry(&mut self, entry: &Entry) -> io::Result<()>;

    /// Writes what comes after the entries.
    ///
    /// # Errors
    /// As [`JournalWriter::entry`].
    fn end(&mut self) -> io::Result<()>;
}
