//! The account that takes the result of a year.

use super::{CloseYear, Closings};
use crate::account::{Account, AccountId, AccountKind, Chart, NewAccount};
use crate::closing::FiscalYear;
use crate::store::closing_rows::ClosingRow;
use crate::{ErrorKind, Result};

/// The account where nothing else tells one.
const DEFAULT_NAME: &str = "Equity:Retained Earnings";
const SUBTYPE: &str = "retained-earnings";

impl Closings<'_> {
    /// The account of retained earnings, and whether it was opened for this.
    pub(super) fn retained_earnings(
        &self,
        request: &CloseYear,
        last: Option<&ClosingRow>,
        year: &FiscalYear,
    ) -> Result<(AccountId, bool)> {
        let chart = self.book.chart()?;
        let found = match &request.account {
            Some(name) => chart.lookup(name).cloned(),
            None => usual(&chart, last, year)?,
        };
        if let Some(account) = &found {
            refuse_other_kind(account)?;
        }
        if let Some(account) = found {
            return Ok((account.id, false));
        }
        let name = request.account.as_deref().unwrap_or(DEFAULT_NAME);
        let new = NewAccount::new(name).kind(AccountKind::Equity).subtype(SUBTYPE);
        Ok((self.book.accounts().open(new)?.id, true))
    }
}

/// The account of the last closing, or the only open one of the subtype, or the one with the usual name.
fn usual(chart: &Chart, last: Option<&ClosingRow>, year: &FiscalYear) -> Result<Option<Account>> {
    let is_open = |account: &&Account| {
        account.opened_on.is_none_or(|opened| opened <= year.last)
            && account.closed_on.is_none_or(|closed| closed >= year.last)
    };
    let before = last.and_then(|row| chart.account(AccountId(row.account_id?)));
    if let Some(account) = before.filter(is_open) {
        return Ok(Some(account.clone()));
    }
    let of_subtype = |account: &&Account| {
        account.kind == AccountKind::Equity && account.subtype.as_deref() == Some(SUBTYPE) && is_open(account)
    };
    let mut found = chart.accounts().iter().filter(of_subtype);
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(Some(only.clone())),
        (Some(first), Some(second)) => {
            let mut candidates = vec![first.name.clone(), second.name.clone()];
            candidates.extend(found.map(|account| account.name.clone()));
            let name = SUBTYPE.to_owned();
            Err(ErrorKind::Ambiguous { what: "account of subtype", name, candidates }.into())
        }
        (None, _) => Ok(chart.lookup(DEFAULT_NAME).cloned()),
    }
}

fn refuse_other_kind(account: &Account) -> Result<()> {
    if account.kind == AccountKind::Equity {
        return Ok(());
    }
    let reason = format!(
        "{} is {}, and what a year leaves belongs to the owners: give an account of equity",
        account.name,
        account.kind.as_str()
    );
    let value = account.name.clone();
    Err(ErrorKind::InvalidSetting { what: "account of retained earnings", value, reason }.into())
}
