//! Balances that the journal of another program claims, kept as assertions.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::stored::{audited, subject};
use super::{Assertions, place};
use crate::Result;
use crate::account::AccountId;
use crate::assertion::AssertionSource;
use crate::money::Amount;
use crate::store::assertion_rows::AssertionRow;
use crate::store::call;
use crate::store::rows::day;

/// What a journal claims an account to hold at the end of a day.
pub(in crate::book) struct Claim {
    pub account: AccountId,
    pub amount: Amount,
    pub on: NaiveDate,
    pub with_below: bool,
}

impl Assertions<'_> {
    /// Keeps claims that hold exactly, each once; tells how many are new, and how many do not hold in this book. The head
    /// is locked.
    pub(in crate::book) fn keep_claims(&self, claims: &[Claim]) -> Result<(u64, u64)> {
        let head = self.book.lock_head()?;
        let chart = self.book.chart()?;
        let there = self.rows()?;
        let mut places: HashSet<_> = there.iter().map(place).collect();
        let mut rows = Vec::new();
        for claim in claims {
            let Some(commodity_id) = chart.commodity_id(claim.amount.commodity()) else { continue };
            let row = AssertionRow {
                book_id: self.book.id(),
                assertion_id: 0,
                account_id: claim.account.0,
                with_below: i32::from(claim.with_below),
                commodity_id,
                asserted_on: day(claim.on),
                amount: claim.amount.minor(),
                source: AssertionSource::Import.as_str().to_owned(),
                note: None,
                last_entry_number: head.last_entry_number,
                recorded_at: self.book.recording_instant(&head),
                recorded_by: self.book.ledger.session().actor().to_owned(),
            };
            if places.insert(place(&row)) {
                rows.push(row);
            }
        }
        let statuses = self.statuses(rows.clone())?;
        let compared = rows.len();
        let holding = rows.into_iter().zip(statuses).filter(|(_, status)| status.holds());
        let first = there.last().map_or(0, |row| row.assertion_id) + 1;
        let kept: Vec<AssertionRow> = (first..)
            .zip(holding)
            .map(|(assertion_id, (row, _))| AssertionRow { assertion_id, ..row })
            .collect();
        call!(self.book.db(), "keeping assertions", assertion::insert(&kept))?;
        let added = |row: &AssertionRow| (subject(row), None, Some(audited(row)));
        self.book.record_events("assertion.add", kept.iter().map(added))?;
        Ok((kept.len() as u64, (compared - kept.len()) as u64))
    }
}
