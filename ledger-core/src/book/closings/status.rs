//! What the years that were closed hold by now.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use super::Closings;
use crate::Result;
use crate::account::AccountId;
use crate::closing::{ClosingStatus, HeldAfterClosing};
use crate::money::{Amount, Commodity};
use crate::store::rows::date;
use crate::text::normalize;

/// What income and expense accounts hold, by account, commodity and weight commodity.
type Held = BTreeMap<(AccountId, Commodity, Commodity), (i128, i128)>;

impl Closings<'_> {
    /// Closings by number. What was posted to a year after it was closed is told of that year alone, and not of those
    /// that were closed after it.
    pub(in crate::book) fn statuses(&self) -> Result<Vec<ClosingStatus>> {
        let mut statuses = Vec::new();
        let mut before = Held::new();
        let mut last = None;
        // Years that count are closed in the order of their days.
        for row in self.rows()? {
            let closing = self.closing_of(&row)?;
            let ends_on = date(row.ends_on);
            let earlier = row.undone_at.is_none() && self.holds_before(ends_on, last)?;
            let held = match row.undone_at {
                Some(_) => Vec::new(),
                None => {
                    let now = self.held(ends_on)?;
                    let of_year = self.named(other_than(&now, &before))?;
                    (before, last) = (now, Some(ends_on));
                    of_year
                }
            };
            statuses.push(ClosingStatus { closing, held, earlier });
        }
        Ok(statuses)
    }

    /// Whether something was open before the year that ends on a day, and after the `last` one that was closed.
    fn holds_before(&self, ends_on: NaiveDate, last: Option<NaiveDate>) -> Result<bool> {
        let year_before =
            ends_on.succ_opt().and_then(|next| next.checked_sub_months(Months::new(12))?.pred_opt());
        let Some(year_before) = year_before else { return Ok(false) };
        if last.is_some_and(|last| last >= year_before) {
            return Ok(false);
        }
        Ok(!self.open_balances(year_before)?.is_empty())
    }

    /// What income and expense accounts hold at the end of a day.
    fn held(&self, on: NaiveDate) -> Result<Held> {
        let held = self.open_balances(on)?.into_iter().map(|balance| {
            let key = (balance.account_id, balance.commodity, balance.weight_commodity);
            (key, (balance.amount, balance.weight))
        });
        Ok(held.collect())
    }

    fn named(&self, held: Held) -> Result<Vec<HeldAfterClosing>> {
        let chart = self.book.chart()?;
        let mut named = Vec::new();
        for ((account, commodity, weight_commodity), (amount, weight)) in held {
            let account = chart.account(account).map(|account| account.name.clone()).unwrap_or_default();
            let what = format!("what {account} holds after closing");
            named.push(HeldAfterClosing {
                amount: Amount::try_from_i128(amount, commodity, &what)?,
                weight: Amount::try_from_i128(weight, weight_commodity, &what)?,
                account,
            });
        }
        named.sort_by_cached_key(|held| normalize(&held.account));
        Ok(named)
    }
}

/// What is held and was not held like that before.
fn other_than(now: &Held, before: &Held) -> Held {
    let other = now.iter().filter(|(key, held)| before.get(key) != Some(held));
    other.map(|(key, held)| (*key, *held)).collect()
}
