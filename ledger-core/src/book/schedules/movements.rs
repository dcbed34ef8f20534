//! What entries moved on single accounts, as matching and detection look at it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::account::{AccountId, AccountKind, Chart};
use crate::book::Book;
use crate::import::CounterAccounts;
use crate::money::{Amount, Commodity};
use crate::schedule::Movement;
use crate::store::call;
use crate::store::rows::{RegisterRow, date};
use crate::text::normalize;
use crate::{ErrorKind, Result};

/// First and last day, as they are stored.
pub(super) type Span = (i32, i32);

impl Book<'_> {
    /// What entries moved on some accounts in some spans of days, which do not overlap.
    ///
    /// Entries that were reversed or amended, reversals themselves, and those that are `left_out` are not among them.
    pub(super) fn movements(
        &self,
        accounts: &BTreeSet<AccountId>,
        spans: &[Span],
        left_out: &HashSet<i64>,
    ) -> Result<Vec<Movement>> {
        let chart = self.chart()?;
        let open = [CounterAccounts::MONEY_OUT, CounterAccounts::MONEY_IN].map(normalize);
        let open: HashSet<i32> =
            open.iter().filter_map(|name| chart.lookup(name)).map(|account| account.id.get()).collect();
        let mut movements = Vec::new();
        for account in accounts {
            for (first, last) in spans {
                let after = (*first, 0, 0);
                let mut rows = call!(
                    self.db(),
                    "reading lines",
                    register::after(self.id(), account.get(), after, *last, i64::MAX)
                )?;
                rows.retain(|row| !row.hidden && !left_out.contains(&row.entry_number));
                self.add_movements(&chart, *account, &rows, &open, &mut movements)?;
            }
        }
        Ok(movements)
    }

    /// Adds up the lines of one account by entry and commodity.
    fn add_movements(
        &self,
        chart: &Chart,
        account: AccountId,
        rows: &[RegisterRow],
        open: &HashSet<i32>,
        movements: &mut Vec<Movement>,
    ) -> Result<()> {
        let id = self.id();
        let mut numbers: Vec<i64> = rows.iter().map(|row| row.entry_number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let reversed = call!(self.db(), "reading reversals", entry::reversed(id, &numbers))?;
        let entries = call!(self.db(), "reading entries", entry::by_numbers(id, &numbers))?;
        let mirrors = entries.iter().filter(|entry| entry.reverses.is_some()).map(|entry| entry.number);
        let gone: HashSet<i64> = reversed.into_iter().chain(mirrors).collect();
        let mut counters: BTreeMap<i64, BTreeSet<i32>> = BTreeMap::new();
        for (entry, _, other) in call!(self.db(), "reading lines", register::accounts_of(id, &numbers))? {
            if other != account.get() {
                counters.entry(entry).or_default().insert(other);
            }
        }
        let mut sums: BTreeMap<(i64, Commodity), (i128, &RegisterRow, String)> = BTreeMap::new();
        for row in rows.iter().filter(|row| !gone.contains(&row.entry_number)) {
            let missing =
                || ErrorKind::Corrupt { what: format!("commodities {}: it is missing", row.commodity_id) };
            let commodity = chart.commodity(row.commodity_id).ok_or_else(missing)?;
            let sum = sums
                .entry((row.entry_number, commodity))
                .or_insert_with(|| (0, row, row.description.clone()));
            sum.0 += i128::from(row.amount);
            if let Some(memo) = &row.memo {
                sum.2.push(' ');
                sum.2.push_str(memo);
            }
        }
        for ((entry, commodity), (sum, row, text)) in sums {
            let counter =
                counters.get(&entry).filter(|others| others.len() == 1).and_then(|others| others.first());
            let counter = counter.filter(|counter| !open.contains(*counter));
            let what = format!("what entry {entry} moves");
            movements.push(Movement {
                entry,
                on: date(row.posted_on),
                account,
                counter: counter.map(|counter| AccountId(*counter)),
                amount: Amount::try_from_i128(sum, commodity, &what)?,
                party: row.party_id.and_then(|id| chart.party_name(id)).map(str::to_owned),
                text,
            });
        }
        Ok(())
    }
}

/// Whether an account is the owner's: an asset or a liability.
pub(super) fn is_own(chart: &Chart, id: AccountId) -> bool {
    let kind = chart.account(id).map(|account| account.kind);
    matches!(kind, Some(AccountKind::Asset | AccountKind::Liability))
}
