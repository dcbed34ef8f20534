//! What an entry really moved beside what an occurrence planned, account by account.

use std::collections::BTreeMap;

use serde::Serialize;

use super::PlannedLine;
use crate::Result;
use crate::account::AccountId;
use crate::money::{Amount, Commodity};

/// What was planned for an account of an occurrence in one commodity, and what an entry moved there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SettledLine {
    /// The account.
    pub account: AccountId,
    /// The amount that was planned; nothing of a commodity that was not.
    pub planned: Amount,
    /// The amount that the entry moved; nothing where it moved none.
    pub moved: Amount,
}

impl SettledLine {
    /// Whether money went where it was planned to come from, or the other way round.
    pub fn is_other_way(&self) -> bool {
        self.planned.minor().signum() * self.moved.minor().signum() < 0
    }
}

/// Sets the lines of an entry beside those of an occurrence, for the accounts of the occurrence, in the order of its lines.
///
/// Several lines of one account and commodity are added up.
///
/// ```
/// # use ledger_core::account::AccountId;
/// use ledger_core::schedule::{PlannedLine, settled_lines};
/// # let account = |number: i32| -> AccountId { serde_json::from_value(number.into()).unwrap() };
/// let (bank, rent, cash) = (account(1), account(2), account(3));
/// let planned = [
///     PlannedLine::new(rent, "950.00 EUR".parse()?),
///     PlannedLine::new(bank, "-950.00 EUR".parse()?),
/// ];
/// let entry = [(rent, "955.00 EUR".parse()?), (cash, "-955.00 EUR".parse()?)];
/// let beside: Vec<String> = settled_lines(&planned, &entry)?.iter().map(|line| line.moved.to_string()).collect();
/// assert_eq!(beside, ["955.00 EUR", "0.00 EUR"]);
/// # Ok::<(), ledger_core::Error>(())
/// ```
///
/// # Errors
/// [`crate::ErrorKind::AmountOverflow`] for lines whose sum does not fit.
pub fn settled_lines(planned: &[PlannedLine], entry: &[(AccountId, Amount)]) -> Result<Vec<SettledLine>> {
    let mut order: Vec<AccountId> = Vec::new();
    let mut sums: BTreeMap<(AccountId, Commodity), [i128; 2]> = BTreeMap::new();
    for line in planned {
        if !order.contains(&line.account) {
            order.push(line.account);
        }
        sums.entry((line.account, line.amount.commodity())).or_default()[0] +=
            i128::from(line.amount.minor());
    }
    for (account, amount) in entry.iter().filter(|(account, _)| order.contains(account)) {
        sums.entry((*account, amount.commodity())).or_default()[1] += i128::from(amount.minor());
    }
    let mut lines = Vec::with_capacity(sums.len());
    for account in order {
        for ((_, commodity), [planned, moved]) in sums.iter().filter(|((of, _), _)| *of == account) {
            let planned = Amount::try_from_i128(*planned, *commodity, "what is planned for an account")?;
            let moved = Amount::try_from_i128(*moved, *commodity, "what an entry moves on an account")?;
            lines.push(SettledLine { account, planned, moved });
        }
    }
    Ok(lines)
}
