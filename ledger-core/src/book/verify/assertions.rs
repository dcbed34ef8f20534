//! Assertions: each row names an account and a commodity that are there, is as the audit log left it, and holds.

use std::collections::BTreeMap;

use super::Check;
use super::chart::State;
use crate::book::Book;
use crate::book::assertions::stored::{NOUN, audited, subject};
use crate::store::assertion_rows::AssertionRow;
use crate::{ErrorKind, Result};

/// The rows of assertions, as they are.
pub(super) struct StoredAssertions(Vec<AssertionRow>);

impl StoredAssertions {
    pub(super) fn read(book: &Book<'_>) -> Result<StoredAssertions> {
        Ok(StoredAssertions(book.assertions().rows()?))
    }

    /// How subjects of these rows begin in the audit log.
    pub(super) const NOUNS: [&str; 1] = [NOUN];

    /// Whether a subject of the audit log is a row of this table.
    pub(super) fn holds(subject: &str) -> bool {
        subject.starts_with(NOUN)
    }

    /// Every row by the subject that audit events give it.
    pub(super) fn states(&self) -> BTreeMap<String, State> {
        let state = |row: &AssertionRow| {
            let place = format!("assertions {}", row.assertion_id);
            (subject(row), State { check: "assertion", row: place, now: audited(row).to_string() })
        };
        self.0.iter().map(state).collect()
    }
}

impl Check<'_> {
    /// Compares every assertion with the books.
    pub(super) fn assertions(&mut self) -> Result<()> {
        let StoredAssertions(mut rows) = StoredAssertions::read(self.book)?;
        rows.retain(|row| {
            let place = format!("assertions {}", row.assertion_id);
            if !self.chart.has_account(row.account_id) {
                self.found("assertion", place, format!("there is no account {}", row.account_id));
                return false;
            }
            if self.chart.commodity_code(row.commodity_id).is_none() {
                self.found("assertion", place, format!("there is no commodity {}", row.commodity_id));
                return false;
            }
            true
        });
        let statuses = match self.book.assertions().statuses(rows) {
            Ok(statuses) => statuses,
            // What of the chart cannot be read is named by its own check.
            Err(error) if matches!(error.kind(), ErrorKind::Corrupt { .. }) => return Ok(()),
            Err(error) if matches!(error.kind(), ErrorKind::AmountOverflow { .. }) => {
                self.found("assertion", "assertions".to_owned(), error.to_string());
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        for status in statuses {
            if let Some(finding) = status.finding() {
                self.found("assertion", format!("assertions {}", status.assertion.id), finding);
            }
        }
        Ok(())
    }
}
