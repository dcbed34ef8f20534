//! Whether a balanced entry fits a book: its accounts are known, open and take the commodity, its day is not locked.

use chrono::NaiveDate;

use super::balance::{BalancedEntry, BalancedLine};
use super::draft::{AccountRef, Source};
use crate::account::{Account, AccountId, AccountKind, Chart};
use crate::{ErrorKind, Result};

/// The accounts of an entry's lines, in order, after every rule of the book has been applied.
///
/// # Errors
/// [`ErrorKind::Locked`], [`ErrorKind::NotFound`] with near names, [`ErrorKind::AccountNotOpen`],
/// [`ErrorKind::AccountRestricted`].
pub(crate) fn resolve_accounts(
    entry: &BalancedEntry,
    chart: &Chart,
    locked_through: Option<NaiveDate>,
    accounts: &mut Vec<AccountId>,
) -> Result<()> {
    if let Some(locked_through) = locked_through.filter(|day| entry.posted_on <= *day) {
        let description = entry.description.clone();
        return Err(ErrorKind::Locked { description, on: entry.posted_on, locked_through }.into());
    }
    for line in &entry.lines {
        let account = find(chart, &line.account)?;
        // Closing a year takes what an account holds to zero, also that of one that was closed in the course of it.
        if entry.source != Source::Closing || account.kind == AccountKind::Equity {
            check_open(account, entry.posted_on)?;
        }
        check_commodity(account, line)?;
        accounts.push(account.id);
    }
    Ok(())
}

/// The account that a line names.
pub(crate) fn find<'c>(chart: &'c Chart, account: &AccountRef) -> Result<&'c Account> {
    match account {
        AccountRef::Id(id) => chart.account(*id).ok_or_else(|| {
            ErrorKind::NotFound { what: "account", name: format!("#{id}"), suggestions: Vec::new() }.into()
        }),
        AccountRef::Name(name) => chart.find(name),
    }
}

fn check_open(account: &Account, on: NaiveDate) -> Result<()> {
    let state = match (account.opened_on, account.closed_on) {
        (Some(opened_on), _) if on < opened_on => format!("opens on {opened_on}"),
        (_, Some(closed_on)) if on > closed_on => format!("was closed on {closed_on}"),
        _ => return Ok(()),
    };
    Err(ErrorKind::AccountNotOpen { account: account.name.clone(), on, state }.into())
}

fn check_commodity(account: &Account, line: &BalancedLine) -> Result<()> {
    match account.commodity {
        Some(only) if only != line.amount.commodity() => Err(ErrorKind::AccountRestricted {
            account: account.name.clone(),
            only: only.code().to_owned(),
            amount: line.amount.to_string(),
        }
        .into()),
        _ => Ok(()),
    }
}
