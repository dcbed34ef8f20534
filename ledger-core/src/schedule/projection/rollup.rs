//! A projection by week or month.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Projection, Series};
use crate::Result;
use crate::account::AccountId;
use crate::money::{Amount, Commodity, Rounding, divide};

/// How long a row of a roll-up is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Monday to Sunday.
    Week,
    /// The first to the last of a month.
    Month,
}

impl Period {
    /// The first day of the period after the one that holds `day`.
    fn next(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Period::Week => {
                day.checked_add_days(Days::new((7 - day.weekday().num_days_from_monday()).into()))
            }
            Period::Month => day.with_day(1)?.checked_add_months(Months::new(1)),
        }
    }
}

/// What a balance is expected to do in a week or month; the opening plus what comes in less what goes out is the closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PeriodRow {
    /// The account; nothing for the total.
    pub account: Option<AccountId>,
    /// The first day: of the period, or the as-of day.
    pub from: NaiveDate,
    /// The last day: of the period, or of the projection.
    pub to: NaiveDate,
    /// The balance at the end of the day before; for the as-of day, before anything overdue.
    pub opening: Amount,
    /// Money in by its probability. Of in and out, the larger one is what the others leave, so that the row adds up; the
    /// other one is rounded half to even.
    pub money_in: Amount,
    /// Money out by its probability, without its sign.
    pub money_out: Amount,
    /// The balance at the end of the last day.
    pub closing: Amount,
    /// The lowest balance at the end of a day.
    pub lowest: Amount,
    /// The first day with it.
    pub lowest_on: NaiveDate,
    /// The lowest balance at the end of a day if everything that is uncertain goes badly.
    pub lowest_worst: Amount,
}

impl Projection {
    /// The projection by week or month: each account by commodity, then the total; the first and last period are cut.
    ///
    /// What an occurrence does to a balance counts as one movement: money between two accounts is neither in nor out of
    /// the total.
    ///
    /// # Errors
    /// [`crate::ErrorKind::AmountOverflow`] with the sum that does not fit.
    pub fn rollup(&self, period: Period) -> Result<Vec<PeriodRow>> {
        let mut rows = Vec::new();
        let mut starts = vec![self.as_of];
        let mut at = self.as_of;
        while let Some(next) = period.next(at).filter(|next| *next <= self.to) {
            starts.push(next);
            at = next;
        }
        let mut opening: Vec<Amount> = self.all_series().map(|(_, series)| series.opening).collect();
        for (place, from) in starts.iter().enumerate() {
            let to = starts.get(place + 1).and_then(NaiveDate::pred_opt).unwrap_or(self.to);
            let flows = self.flows(*from, to)?;
            for (series_place, (account, series)) in self.all_series().enumerate() {
                let row = row(account, series, (*from, to), opening[series_place], flows[series_place])?;
                opening[series_place] = row.closing;
                rows.push(row);
            }
        }
        Ok(rows)
    }

    fn all_series(&self) -> impl Iterator<Item = (Option<AccountId>, &Series)> {
        let accounts = self.accounts.iter().map(|series| (Some(series.account), &series.series));
        accounts.chain(self.total.iter().map(|total| (None, total)))
    }

    /// Money in and money out of each account, then of the total, over some days.
    fn flows(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<(Amount, Amount)>> {
        let sources = &self.sources;
        let mut hundredths = vec![(0_i128, 0_i128); sources.columns.len()];
        let day = |on: NaiveDate| usize::try_from((on - self.as_of).num_days()).unwrap_or(0);
        for day in day(from)..=day(to) {
            for event in sources.timeline.on(day) {
                for effect in sources.effects.of(event.source, event.effects) {
                    let (money_in, money_out) = &mut hundredths[effect.column as usize];
                    *money_in += effect.change.expected.max(0);
                    *money_out -= effect.change.expected.min(0);
                }
            }
        }
        let round = |sum: i128| divide(sum, 100, Rounding::HalfEven);
        let sums = hundredths.iter().map(|(money_in, money_out)| (round(*money_in), round(*money_out)));
        let what = format!("what moves from {from} to {to}");
        let fit = |sum: i128, commodity: Commodity| Amount::try_from_i128(sum, commodity, &what);
        let mut flows = Vec::new();
        for ((_, commodity), (money_in, money_out)) in sources.columns.accounts.iter().zip(sums.clone()) {
            flows.push((fit(money_in, *commodity)?, fit(money_out, *commodity)?));
        }
        if let Some(total) = &sources.options.total {
            let (mut in_sum, mut out_sum) = (0, 0);
            for (commodity, (money_in, money_out)) in
                sources.columns.holdings.iter().zip(sums.skip(flows.len()))
            {
                in_sum += i128::from(total.value(money_in, *commodity, self.as_of)?);
                out_sum += i128::from(total.value(money_out, *commodity, self.as_of)?);
            }
            flows.push((fit(in_sum, total.base)?, fit(out_sum, total.base)?));
        }
        Ok(flows)
    }
}

fn row(
    account: Option<AccountId>,
    series: &Series,
    (from, to): (NaiveDate, NaiveDate),
    opening: Amount,
    (mut money_in, mut money_out): (Amount, Amount),
) -> Result<PeriodRow> {
    let closing = series.amount(series.on(to).expected);
    // The difference of rounding goes where it cannot take a sum below zero.
    if closing.minor() >= opening.minor() {
        money_in = closing.checked_sub(opening)?.checked_add(money_out)?;
    } else {
        money_out = opening.checked_sub(closing)?.checked_add(money_in)?;
    }
    let mut lowest = series.on(from);
    let mut lowest_worst = lowest.worst;
    let begin = series.points.partition_point(|point| point.on <= from);
    for point in series.points[begin..].iter().take_while(|point| point.on <= to) {
        if point.expected < lowest.expected {
            lowest = *point;
        }
        lowest_worst = lowest_worst.min(point.worst);
    }
    Ok(PeriodRow {
        account,
        from,
        to,
        opening,
        money_in,
        money_out,
        closing,
        lowest: series.amount(lowest.expected),
        lowest_on: lowest.on,
        lowest_worst: series.amount(lowest_worst),
    })
}
