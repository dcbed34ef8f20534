//! Lots: each row reads, names an account or a line that is there, and is as the audit log left it.

use std::collections::BTreeMap;

use super::Check;
use super::chart::State;
use crate::account::AccountId;
use crate::book::Book;
use crate::book::lots::stored::{
    audited_line_lot, line_lot_of, line_place, line_subject, method_of, method_subject,
};
use crate::store::call;
use crate::store::lot_rows::{LineLotRow, LotAccountRow};
use crate::{ErrorKind, Result};

/// The rows of lots, as they are.
pub(super) struct StoredLots {
    accounts: Vec<LotAccountRow>,
    lines: Vec<LineLotRow>,
}

impl StoredLots {
    pub(super) fn read(book: &Book<'_>) -> Result<StoredLots> {
        let id = book.id();
        Ok(StoredLots {
            accounts: call!(book.db(), "reading lots", lot::accounts(id))?,
            lines: call!(book.db(), "reading lots", lot::range(id, i64::MIN, i64::MAX))?,
        })
    }

    /// How subjects of these rows begin in the audit log.
    pub(super) const NOUNS: [&str; 1] = ["lot "];

    /// Every row by the subject that audit events give it.
    pub(super) fn states(&self) -> BTreeMap<String, State> {
        let accounts = self.accounts.iter().map(|row| {
            let (id, now) = (row.account_id, serde_json::Value::from(row.method.as_str()));
            (method_subject(AccountId(id)), format!("lot_accounts {id}"), now)
        });
        let lines = self.lines.iter().map(|row| {
            let (entry, line) = (row.entry_number, row.line_number);
            let place = format!("line_lots {}", line_place(entry, line));
            (line_subject(entry, line), place, audited_line_lot(row))
        });
        let state = |(subject, row, now): (String, String, serde_json::Value)| {
            (subject, State { check: "reference", row, now: now.to_string() })
        };
        accounts.chain(lines).map(state).collect()
    }
}

impl Check<'_> {
    /// Reads every row of lots and looks up what it names.
    pub(super) fn lots(&mut self) -> Result<()> {
        let StoredLots { accounts, lines } = StoredLots::read(self.book)?;
        for row in &accounts {
            let place = format!("lot_accounts {}", row.account_id);
            if let Err(error) = method_of(row) {
                self.found("reference", place.clone(), error.to_string());
            }
            if !self.chart.has_account(row.account_id) {
                self.found("reference", place, format!("there is no account {}", row.account_id));
            }
        }
        let chart = match self.book.load_chart() {
            Ok(chart) => chart,
            // What of the chart cannot be read is named by its own check.
            Err(error) if matches!(error.kind(), ErrorKind::Corrupt { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        let id = self.book.id();
        let missing = call!(self.book.db(), "reading lots", lot::without_lines(id))?;
        for (entry, line) in missing {
            let place = line_place(entry, line);
            self.found("reference", format!("line_lots {place}"), format!("there is no line {place}"));
        }
        for row in &lines {
            if let Err(error) = line_lot_of(&chart, row) {
                let place = line_place(row.entry_number, row.line_number);
                self.found("reference", format!("line_lots {place}"), error.to_string());
            }
        }
        Ok(())
    }
}
