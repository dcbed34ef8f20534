//! Closings: each row names an account and entries that are there, lie on the year's last day and came from closing it,
//! is as the audit log left it, and left nothing in income and expenses.

use std::collections::BTreeMap;

use super::Check;
use super::chart::State;
use crate::book::Book;
use crate::book::closings::stored::{NOUN, audited, subject};
use crate::journal::Source;
use crate::store::call;
use crate::store::closing_rows::ClosingRow;
use crate::store::rows::{EntryRow, date};
use crate::{ErrorKind, Result};

/// The rows of closings, as they are.
pub(super) struct StoredClosings(Vec<ClosingRow>);

impl StoredClosings {
    pub(super) fn read(book: &Book<'_>) -> Result<StoredClosings> {
        Ok(StoredClosings(book.closings().rows()?))
    }

    /// How subjects of these rows begin in the audit log.
    pub(super) const NOUNS: [&str; 1] = [NOUN];

    /// Whether a subject of the audit log is a row of this table.
    pub(super) fn holds(subject: &str) -> bool {
        subject.starts_with(NOUN)
    }

    /// Every row by the subject that audit events give it.
    pub(super) fn states(&self) -> BTreeMap<String, State> {
        let state = |row: &ClosingRow| {
            let place = format!("closings {}", row.closing_id);
            (subject(row), State { check: "closing", row: place, now: audited(row).to_string() })
        };
        self.0.iter().map(state).collect()
    }
}

impl Check<'_> {
    /// Reads every closing with its entries, and what its year holds by now.
    pub(super) fn closings(&mut self) -> Result<()> {
        let StoredClosings(rows) = StoredClosings::read(self.book)?;
        for row in &rows {
            let place = format!("closings {}", row.closing_id);
            if let Some(account) = row.account_id.filter(|id| !self.chart.has_account(*id)) {
                self.found("closing", place.clone(), format!("there is no account {account}"));
            }
            for (first, last) in [row.entries(), row.mirrors()].into_iter().flatten() {
                self.closing_entries(row, &place, first, last)?;
            }
        }
        let statuses = match self.book.closings().statuses() {
            Ok(statuses) => statuses,
            // What of the chart cannot be read is named by its own check.
            Err(error) if matches!(error.kind(), ErrorKind::Corrupt { .. }) => return Ok(()),
            Err(error) if matches!(error.kind(), ErrorKind::AmountOverflow { .. }) => {
                self.found("closing", "closings".to_owned(), error.to_string());
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        for status in statuses {
            if let Some(finding) = status.finding() {
                self.found("closing", format!("closings {}", status.closing.id), finding);
            }
        }
        Ok(())
    }

    fn closing_entries(&mut self, row: &ClosingRow, place: &str, first: i64, last: i64) -> Result<()> {
        // No more than there can be, whatever the row says.
        let last = last.min(self.head.last_entry_number);
        let entries = call!(self.book.db(), "reading entries", entry::range(self.book.id(), first, last))?;
        if entries.is_empty() {
            self.found("closing", place.to_owned(), format!("there is no entry {first}"));
        }
        let is_own =
            |entry: &&EntryRow| entry.source == Source::Closing.as_str() && entry.posted_on == row.ends_on;
        if let Some(other) = entries.iter().find(|entry| !is_own(entry)) {
            let on = date(row.ends_on);
            let difference = format!("entry {} is none of a year that was closed on {on}", other.number);
            self.found("closing", place.to_owned(), difference);
        }
        Ok(())
    }
}
