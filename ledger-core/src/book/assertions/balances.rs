//! What the books say of assertions: each account is read once, however many there are of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::stored::assertion_of;
use super::{Assertions, members};
use crate::Result;
use crate::account::{AccountId, AccountKind, Chart};
use crate::assertion::AssertionStatus;
use crate::money::Amount;
use crate::store::assertion_rows::AssertionRow;
use crate::store::call;

/// Up to so many days of an account are summed one by one from the rollups; more are read as one run of its lines.
const DAYS_SUMMED: usize = 16;
/// For how many assertions that do not hold the entry is looked for that may have done it.
const MOVED_BY_MAX: usize = 100;

/// What accounts hold at the end of days, by account, commodity and day.
type Balances = HashMap<(AccountId, i32, i32), i128>;

impl Assertions<'_> {
    /// Compares assertions with the books.
    pub(in crate::book) fn statuses(&self, rows: Vec<AssertionRow>) -> Result<Vec<AssertionStatus>> {
        let chart = self.book.chart()?;
        let mut members_of: HashMap<(i32, i32), Vec<AccountId>> = HashMap::new();
        let mut days: BTreeMap<AccountId, BTreeSet<i32>> = BTreeMap::new();
        for row in &rows {
            let of =
                members_of.entry((row.account_id, row.with_below)).or_insert_with(|| members(&chart, row));
            for account in of.iter() {
                days.entry(*account).or_default().insert(row.asserted_on);
            }
        }
        let mut balances = Balances::new();
        for (account, days) in &days {
            self.add_balances(&chart, *account, days, &mut balances)?;
        }
        self.take_closings_off(&chart, &mut balances)?;
        let mut statuses = Vec::with_capacity(rows.len());
        let mut failing = 0;
        for row in rows {
            let assertion = assertion_of(&row, &chart)?;
            let of = &members_of[&(row.account_id, row.with_below)];
            let held =
                |account: &AccountId| balances.get(&(*account, row.commodity_id, row.asserted_on)).copied();
            let sum: i128 = of.iter().filter_map(held).sum();
            let commodity = assertion.amount.commodity();
            let what = format!("what {} holds", assertion.account);
            let balance = Amount::try_from_i128(sum, commodity, &what)?;
            let difference = balance.checked_sub(assertion.amount)?;
            failing += usize::from(!difference.is_zero());
            let moved_by = match difference.is_zero() || failing > MOVED_BY_MAX {
                true => None,
                false => self.moved_by(&row, of)?,
            };
            statuses.push(AssertionStatus { assertion, balance, difference, moved_by });
        }
        Ok(statuses)
    }

    /// What an account holds at the end of each of these days, in every commodity.
    fn add_balances(
        &self,
        chart: &Chart,
        account: AccountId,
        days: &BTreeSet<i32>,
        balances: &mut Balances,
    ) -> Result<()> {
        let (Some(&first), Some(&last)) = (days.first(), days.last()) else { return Ok(()) };
        let sums = |day: i32| -> Result<HashMap<i32, i128>> {
            let sums = self.book.account_sums(account, day + 1)?;
            Ok(sums.into_iter().filter_map(|(it, sum)| Some((chart.commodity_id(it)?, sum))).collect())
        };
        if days.len() <= DAYS_SUMMED {
            for day in days {
                balances.extend(sums(*day)?.into_iter().map(|(it, sum)| ((account, it, *day), sum)));
            }
            return Ok(());
        }
        let mut running = sums(first)?;
        let (id, doing) = (self.book.id(), "summing an account by day");
        let lines = call!(self.book.db(), doing, assertion::daily_sums(id, account.0, first, last))?;
        let mut lines = lines.into_iter().peekable();
        for day in days {
            while let Some((_, commodity, sum)) = lines.next_if(|(on, ..)| on <= day) {
                *running.entry(commodity).or_default() += i128::from(sum);
            }
            balances.extend(running.iter().map(|(it, sum)| ((account, *it, *day), *sum)));
        }
        Ok(())
    }

    /// Income and expenses of the last day of a closed year count as they were before its closing entry.
    fn take_closings_off(&self, chart: &Chart, balances: &mut Balances) -> Result<()> {
        for line in self.book.closing_lines(None, None, None)? {
            let account = AccountId(line.account_id);
            let kind = chart.account(account).map(|account| account.kind);
            if matches!(kind, Some(AccountKind::Income | AccountKind::Expense))
                && let Some(held) = balances.get_mut(&(account, line.commodity_id, line.posted_on))
            {
                *held -= i128::from(line.amount);
            }
        }
        Ok(())
    }

    /// The first entry recorded after an assertion that moves one of its accounts up to its day.
    fn moved_by(&self, row: &AssertionRow, accounts: &[AccountId]) -> Result<Option<i64>> {
        let mut first: Option<i64> = None;
        for account in accounts {
            let found = call!(
                self.book.db(),
                "looking for later entries",
                assertion::first_after(
                    self.book.id(),
                    account.0,
                    row.commodity_id,
                    row.asserted_on,
                    row.last_entry_number
                )
            )?;
            first = first.into_iter().chain(found).min();
        }
        Ok(first)
    }
}
