//! The reports of a book: fetching what they need and handing it to the pure code that makes them.

mod behind;
mod cash;
mod movements;
mod selection;
mod sources;
mod statements;

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

use super::Book;
use crate::account::{AccountId, Chart};
use crate::money::{Amount, PriceTable};
use crate::report::{self, Balance, Basis, Scope, TrialBalance, TrialBalanceOptions, ValuedAt};
use crate::store::call;
use crate::store::rows::{DAY_MAX, NetRow, day, month};
use crate::{ErrorKind, Result};

/// The reports of a book: `book.reports()`.
#[derive(Debug)]
pub struct Reports<'b> {
    pub(super) book: &'b Book<'b>,
}

impl Reports<'_> {
    /// What every account holds, as debits and credits that come to the same total.
    ///
    /// # Errors
    /// [`ErrorKind::MissingPrice`] for a valuation, [`ErrorKind::AmountOverflow`] naming the figure.
    pub fn trial_balance(&self, options: &TrialBalanceOptions) -> Result<TrialBalance> {
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            let turnover = self.turnover(options.as_of, options.known_at)?;
            let balances = balances(&turnover, &chart)?;
            let number = options.known_at.map(|known_at| self.last_number_at(known_at)).transpose()?;
            let (valued_on, prices) = match options.basis {
                Basis::Valued(valuation) => {
                    let on = match (valuation.at, options.as_of) {
                        (ValuedAt::On(day), _) | (_, Some(day)) => day,
                        (_, None) => {
                            let (_, last, today) = self.open_days(options.today, options.known_at, number)?;
                            last.max(today)
                        }
                    };
                    (on, self.book.prices().table_on([on], number)?)
                }
                // No price is looked at.
                Basis::BookValue | Basis::Native => (NaiveDate::MAX, PriceTable::default()),
            };
            let base = self.book.base_commodity();
            let scope = Scope { book: self.book.name(), chart: &chart, prices: &prices, base, valued_on };
            report::build(&balances, options, &scope)
        })
    }

    /// What every account holds at the end of a day, by commodity and cost.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn balances_at(&self, as_of: NaiveDate) -> Result<Vec<Balance>> {
        balances(&self.turnover(Some(as_of), None)?, &*self.book.chart()?)
    }

    /// Turnover of all accounts up to the end of a day, of what was posted up to an instant.
    fn turnover(&self, as_of: Option<NaiveDate>, known_at: Option<DateTime<Utc>>) -> Result<TurnoverSums> {
        let number = known_at.map(|known_at| self.last_number_at(known_at)).transpose()?;
        self.turnover_of(as_of, number)
    }

    /// Turnover of all accounts up to the end of a day, of the entries up to a number.
    fn turnover_of(&self, as_of: Option<NaiveDate>, last_number: Option<i64>) -> Result<TurnoverSums> {
        let mut sums = TurnoverSums::default();
        let id = self.book.id();
        let last_day = as_of.map_or(i32::MAX, day);
        if let Some(number) = last_number {
            let head = self.book.read_head()?;
            if number < head.last_entry_number - number {
                let rows =
                    call!(self.book.db(), "summing lines", balance::lines_up_to(id, number, last_day))?;
                sums.add(&rows, 1);
                return Ok(sums);
            }
            if number < head.last_entry_number {
                let rows =
                    call!(self.book.db(), "summing lines", balance::lines_after(id, number, last_day))?;
                sums.add(&rows, -1);
            }
        }
        self.add_rollups(&mut sums, as_of)?;
        Ok(sums)
    }

    /// Whole years and months from the rollups, and the days of one month from the lines.
    ///
    /// Of the last year those months are read that are fewer: the ones up to the day are added, or the ones after it
    /// taken off the whole year. So are the days of the last month.
    fn add_rollups(&self, sums: &mut TurnoverSums, as_of: Option<NaiveDate>) -> Result<()> {
        let id = self.book.id();
        let doing = "summing balances";
        let Some(as_of) = as_of else {
            sums.add(&call!(self.book.db(), doing, balance::years_before(id, i32::MAX))?, 1);
            return Ok(());
        };
        let year = as_of.year();
        let (january, next_january) = (year * 12, year * 12 + 12);
        let last_of_month = month_end(as_of);
        let days_off = as_of.day() > last_of_month.day() / 2;
        let end = month(as_of) + i32::from(days_off);
        let months_off = end - january > 6;
        let (end_year, first, last, sign) =
            if months_off { (year + 1, end, next_january, -1) } else { (year, january, end, 1) };
        sums.add(&call!(self.book.db(), doing, balance::years_before(id, end_year))?, 1);
        if first < last {
            sums.add(&call!(self.book.db(), doing, balance::months_within(id, year, first, last))?, sign);
        }
        let (first, last, sign) = if days_off {
            (day(as_of) + 1, day(last_of_month), -1)
        } else {
            (day(as_of) - as_of.day0() as i32, day(as_of), 1)
        };
        if first <= last {
            sums.add(&call!(self.book.db(), doing, balance::days_within(id, first, last))?, sign);
        }
        Ok(())
    }

    /// The last entry that was posted up to an instant. Instants never fall from one entry to the next.
    pub(super) fn last_number_at(&self, known_at: DateTime<Utc>) -> Result<i64> {
        let known_at = known_at.timestamp_micros();
        let (mut low, mut high) = (0, self.book.read_head()?.last_entry_number);
        while low < high {
            let middle = low + (high - low + 1) / 2;
            let at =
                call!(self.book.db(), "looking for an instant", entry::recorded_at(self.book.id(), middle))?;
            let at =
                at.ok_or_else(|| ErrorKind::Corrupt { what: format!("entries {middle}: it is missing") })?;
            if at <= known_at { low = middle } else { high = middle - 1 }
        }
        Ok(low)
    }
}

fn month_end(day: NaiveDate) -> NaiveDate {
    let first = day.with_day(1).unwrap_or(day);
    let next = first.checked_add_months(Months::new(1));
    next.and_then(|next| next.checked_sub_days(Days::new(1))).unwrap_or(day)
}

/// Net sums by account, commodity and weight commodity, wide enough for any number of lines.
#[derive(Default)]
struct TurnoverSums(HashMap<(i32, i32, i32), (i128, i128)>);

impl TurnoverSums {
    fn add(&mut self, rows: &[NetRow], sign: i128) {
        for row in rows {
            let (amount, weight) =
                self.0.entry((row.account_id, row.commodity_id, row.weight_commodity_id)).or_default();
            *amount += sign * i128::from(row.amount);
            *weight += sign * i128::from(row.weight);
        }
    }
}

fn balances(sums: &TurnoverSums, chart: &Chart) -> Result<Vec<Balance>> {
    let commodity = |id: i32| {
        chart
            .commodity(id)
            .ok_or_else(|| ErrorKind::Corrupt { what: format!("commodities {id}: it is missing") })
    };
    let mut balances = Vec::with_capacity(sums.0.len());
    for (&(account_id, commodity_id, weight_commodity_id), &(amount, weight)) in &sums.0 {
        balances.push(Balance {
            account_id: AccountId(account_id),
            commodity: commodity(commodity_id)?,
            weight_commodity: commodity(weight_commodity_id)?,
            amount,
            weight,
        });
    }
    Ok(balances)
}

impl Book<'_> {
    /// What one account holds at the end of a day, or in all, per commodity.
    pub(crate) fn account_balance(&self, id: AccountId, as_of: Option<NaiveDate>) -> Result<Vec<Amount>> {
        let sums = self.account_sums(id, as_of.map_or(i32::MAX, |as_of| day(as_of) + 1))?;
        let mut amounts = sums
            .into_iter()
            .map(|(commodity, sum)| Amount::try_from_i128(sum, commodity, "a balance"))
            .collect::<Result<Vec<_>>>()?;
        amounts.sort_by_key(|amount| amount.commodity());
        Ok(amounts)
    }

    /// Net amounts of one account on all days before `end`, per commodity.
    pub(super) fn account_sums(
        &self,
        id: AccountId,
        end: i32,
    ) -> Result<HashMap<crate::money::Commodity, i128>> {
        let mut sums = TurnoverSums::default();
        let book = self.id();
        let doing = "summing an account";
        // Past the last day that can be posted to there is nothing to leave out, and not always a date.
        if end > DAY_MAX {
            sums.add(&call!(self.db(), doing, balance::account_years(book, id.0, i32::MAX))?, 1);
        } else {
            let end_date = crate::store::rows::date(end);
            let year = end_date.year();
            sums.add(&call!(self.db(), doing, balance::account_years(book, id.0, year))?, 1);
            sums.add(
                &call!(self.db(), doing, balance::account_months(book, id.0, year * 12, month(end_date)))?,
                1,
            );
            let first = end - end_date.day0() as i32;
            if first < end {
                sums.add(&call!(self.db(), doing, balance::account_days(book, id.0, first, end))?, 1);
            }
        }
        let mut net = HashMap::new();
        for balance in balances(&sums, &*self.chart()?)? {
            *net.entry(balance.commodity).or_default() += balance.amount;
        }
        Ok(net)
    }
}
