//! Rows with a balance and no amount, such as a balance carried forward: what they state has to be the balance that the
//! row before them leads to. Where it moved, an amount is missing, and the row must not be passed over.

use super::columns::Columns;
use super::evidence::Evidence;
use super::formats::Formats;
use super::statement::StatementLine;
use super::survey::Survey;
use crate::money::Amount;

/// What is known about the balance between two rows.
pub(super) struct Standing {
    /// Whether the file may list its newest row first: the balance then stands before the row above it.
    may_be_newest_first: bool,
    /// The balance that was last passed over, and the line of the row before it.
    passed: Option<(u32, Amount)>,
}

impl Standing {
    /// What the dates of a file say about the order of its rows.
    pub fn new(survey: &Survey, columns: &Columns, formats: &Formats) -> Standing {
        let newest_first = Evidence::new(survey, Some(formats.mark)).is_newest_first(columns.date);
        Standing { may_be_newest_first: newest_first != Some(false), passed: None }
    }

    /// Checks a balance that has no amount beside it against that of the row before it, if there is one.
    ///
    /// # Errors
    /// A clause with both balances and the way out, where it is another.
    pub fn check(&mut self, balance: Amount, before: Option<&StatementLine>) -> Result<(), String> {
        let line = before.map_or(0, |row| row.line);
        let passed = self.passed.filter(|(after, _)| *after == line).map(|(_, amount)| amount);
        let stated = before.and_then(StatementLine::balance);
        let known = passed.or(stated).filter(|known| known.commodity() == balance.commodity());
        let Some(known) = known else {
            self.passed = Some((line, balance));
            return Ok(());
        };
        let earlier = before.filter(|_| self.may_be_newest_first && passed.is_none());
        let earlier = earlier.and_then(|row| known.checked_sub(row.amount).ok());
        if balance != known && earlier != Some(balance) {
            return Err(format!(
                "the row has no amount, and yet the balance goes from {known} to {balance}: tell the columns of the \
                 amounts with --amount-column, or --debit-column and --credit-column"
            ));
        }
        self.passed = Some((line, balance));
        Ok(())
    }
}
