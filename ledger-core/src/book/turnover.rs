//! What a batch adds to the turnover of months and years, and the name of a figure that does not fit.

use std::collections::{BTreeMap, HashMap};

use super::Book;
use crate::account::{AccountId, Chart};
use crate::money::{Amount, Commodity};
use crate::store::call;
use crate::store::rows::TurnoverRow;
use crate::{Error, ErrorKind, Result};

/// How a stored period is written out.
type PeriodName = fn(i32) -> String;

/// Account, commodity, weight commodity and period.
pub(super) type Key = (i32, i32, i32, i32);

/// Months that a batch touches, summed wider than they are stored.
#[derive(Default)]
pub(super) struct Turnover(HashMap<Key, Sums>);

#[derive(Default)]
struct Sums {
    debit_amount: i128,
    credit_amount: i128,
    debit_weight: i128,
    credit_weight: i128,
    line_count: i64,
}

/// Turnover as it is stored, each list sorted by key, so that two writers lock balances in one order.
#[derive(Default, Clone)]
pub(super) struct TurnoverRows {
    pub monthly: Vec<TurnoverRow>,
    pub yearly: Vec<TurnoverRow>,
}

impl Turnover {
    /// Adds a line.
    pub fn add(&mut self, key: Key, amount: i64, weight: i64) {
        let sums = self.0.entry(key).or_default();
        if amount >= 0 {
            sums.debit_amount += i128::from(amount)
        } else {
            sums.credit_amount -= i128::from(amount)
        }
        if weight >= 0 {
            sums.debit_weight += i128::from(weight)
        } else {
            sums.credit_weight -= i128::from(weight)
        }
        sums.line_count += 1;
    }

    /// The rows of months and years.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] with account, period and amount.
    pub fn rows(&self, chart: &Chart) -> Result<TurnoverRows> {
        let mut monthly = self
            .0
            .iter()
            .map(|(key, sums)| {
                let fit = |sum: i128, figure: Figure| {
                    if let Ok(sum) = i64::try_from(sum) {
                        return Ok(sum);
                    }
                    let what = figure.name(chart, *key, month_name);
                    Amount::try_from_i128(sum, figure.commodity(chart, *key)?, &what).map(|sum| sum.minor())
                };
                Ok(TurnoverRow {
                    account_id: key.0,
                    commodity_id: key.1,
                    weight_commodity_id: key.2,
                    period: key.3,
                    debit_amount: fit(sums.debit_amount, Figure::DebitAmount)?,
                    credit_amount: fit(sums.credit_amount, Figure::CreditAmount)?,
                    debit_weight: fit(sums.debit_weight, Figure::DebitWeight)?,
                    credit_weight: fit(sums.credit_weight, Figure::CreditWeight)?,
                    line_count: sums.line_count,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        monthly.sort_unstable_by_key(turnover_key);
        let yearly = yearly(&monthly).map_err(|both| overflow(chart, &both.0, &both.1, year_name))?;
        Ok(TurnoverRows { monthly, yearly })
    }
}

impl Book<'_> {
    /// Names the figure that a refused batch would have taken out of range; the database only says that a sum does
    /// not fit.
    pub(super) fn name_overflow(&self, error: Error, added: &TurnoverRows) -> Error {
        if !matches!(error.kind(), ErrorKind::AmountOverflow { .. }) {
            return error;
        }
        match self.find_overflow(added) {
            Ok(Some(named)) => named.caused_by(error),
            _ => error,
        }
    }

    fn find_overflow(&self, added: &TurnoverRows) -> Result<Option<Error>> {
        let chart = self.chart()?;
        let doing = "reading balances";
        let months = call!(self.db(), doing, balance::stored_months(self.id()))?;
        let years = call!(self.db(), doing, balance::stored_years(self.id()))?;
        let periods = [
            (months, &added.monthly, month_name as PeriodName),
            (years, &added.yearly, year_name as PeriodName),
        ];
        for (stored, added, period) in periods {
            let stored: BTreeMap<Key, TurnoverRow> =
                stored.into_iter().map(|row| (turnover_key(&row), row)).collect();
            let mut pairs = added.iter().filter_map(|row| Some((stored.get(&turnover_key(row))?, row)));
            if let Some((before, row)) = pairs.find(|(before, row)| sum_of(before, row).is_none()) {
                return Ok(Some(overflow(&chart, before, row, period)));
            }
        }
        Ok(None)
    }
}

/// Sums months into years; both are sorted by key. Where a sum does not fit, gives the two rows back.
pub(super) fn yearly(
    monthly: &[TurnoverRow],
) -> std::result::Result<Vec<TurnoverRow>, Box<(TurnoverRow, TurnoverRow)>> {
    let mut years: Vec<TurnoverRow> = Vec::new();
    for month in monthly {
        let year = TurnoverRow { period: month.period.div_euclid(12), ..*month };
        match years.last_mut().filter(|last| turnover_key(last) == turnover_key(&year)) {
            None => years.push(year),
            Some(last) => *last = sum_of(last, &year).ok_or_else(|| Box::new((*last, year)))?,
        }
    }
    Ok(years)
}

fn turnover_key(row: &TurnoverRow) -> Key {
    (row.account_id, row.commodity_id, row.weight_commodity_id, row.period)
}

fn sum_of(one: &TurnoverRow, other: &TurnoverRow) -> Option<TurnoverRow> {
    let mut sum = *one;
    sum.checked_add(other).map(|()| sum)
}

/// One column of turnover.
#[derive(Clone, Copy)]
enum Figure {
    DebitAmount,
    CreditAmount,
    DebitWeight,
    CreditWeight,
}

impl Figure {
    fn of(self, row: &TurnoverRow) -> i64 {
        match self {
            Figure::DebitAmount => row.debit_amount,
            Figure::CreditAmount => row.credit_amount,
            Figure::DebitWeight => row.debit_weight,
            Figure::CreditWeight => row.credit_weight,
        }
    }

    fn commodity(self, chart: &Chart, key: Key) -> Result<Commodity> {
        let id = match self {
            Figure::DebitAmount | Figure::CreditAmount => key.1,
            Figure::DebitWeight | Figure::CreditWeight => key.2,
        };
        let missing = || ErrorKind::Corrupt { what: format!("commodities {id}: it is missing") };
        Ok(chart.commodity(id).ok_or_else(missing)?)
    }

    /// Such as `the debit turnover of Assets:Bank in 2026-03`.
    fn name(self, chart: &Chart, key: Key, period: fn(i32) -> String) -> String {
        let (side, basis) = match self {
            Figure::DebitAmount => ("debit", ""),
            Figure::CreditAmount => ("credit", ""),
            Figure::DebitWeight => ("debit", " at book value"),
            Figure::CreditWeight => ("credit", " at book value"),
        };
        let account = chart.account(AccountId(key.0)).map_or("an account", |account| &account.name);
        format!("the {side} turnover of {account} in {}{basis}", period(key.3))
    }
}

fn month_name(period: i32) -> String {
    format!("{:04}-{:02}", period.div_euclid(12), period.rem_euclid(12) + 1)
}

fn year_name(period: i32) -> String {
    format!("{period:04}")
}

/// The error of two rows of one key whose sum does not fit, with both figures.
fn overflow(chart: &Chart, before: &TurnoverRow, added: &TurnoverRow, period: fn(i32) -> String) -> Error {
    let figures = [Figure::DebitAmount, Figure::CreditAmount, Figure::DebitWeight, Figure::CreditWeight];
    let figure = figures.into_iter().find(|figure| figure.of(before).checked_add(figure.of(added)).is_none());
    let figure = figure.unwrap_or(Figure::DebitAmount);
    let key = turnover_key(added);
    let what = figure.name(chart, key, period);
    let what = match figure.commodity(chart, key) {
        Ok(commodity) => {
            let show = |row| commodity.amount(figure.of(row));
            format!("{what} ({} and another {})", show(before), show(added))
        }
        Err(_) => what,
    };
    ErrorKind::AmountOverflow { what }.into()
}
