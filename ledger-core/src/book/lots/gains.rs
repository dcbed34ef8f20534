//! What sales gained: every lot that was closed, with proceeds, cost, days of holding, and totals for short and long.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::holdings::finding;
use super::read::{connected, empty};
use super::value::Valuer;
use super::{GainQuery, Lots};
use crate::lot::{LotCost, Realised, Term};
use crate::money::{Amount, Commodity};
use crate::{Error, Result};

/// What a row of a report of gains stands for; short and long holdings are rows of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GainsBy {
    /// A lot, or the part of one that a sale closed.
    #[default]
    Lot,
    /// A sale.
    Sale,
    /// A commodity.
    Commodity,
}

/// What something gained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GainRow {
    /// The account; nothing where a row stands for several.
    pub account: Option<String>,
    /// Units that were sold; below zero where a sale of an earlier period is taken back.
    pub units: Amount,
    /// When they had been bought; nothing where that was on several days.
    pub opened_on: Option<NaiveDate>,
    /// When they were sold; nothing where that was on several days.
    pub closed_on: Option<NaiveDate>,
    /// The entry that sold them; nothing where there are several.
    pub entry: Option<i64>,
    /// The lot's name, where the row stands for one.
    pub label: Option<String>,
    /// Days from the purchase to the sale; nothing where they are several.
    pub holding_days: Option<i64>,
    /// Whether they were held for long.
    pub term: Term,
    /// What they were sold for.
    pub proceeds: Option<Amount>,
    /// What they had cost.
    pub cost: Option<Amount>,
    /// Proceeds less cost.
    pub gain: Option<Amount>,
    /// Why the gain is not known.
    pub unknown: Option<&'static str>,
}

/// What sales gained in one commodity and term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GainTotal {
    /// Short or long; nothing for both together.
    pub term: Option<Term>,
    /// What was received.
    pub proceeds: Amount,
    /// What had been paid.
    pub cost: Amount,
    /// Proceeds less cost.
    pub gain: Amount,
}

/// What sales of some days gained.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CapitalGains {
    /// The rows, in the order of sales; first those of earlier periods that a reversal of this one takes back or changes.
    pub rows: Vec<GainRow>,
    /// For each commodity short, long and both; only of gains that are known.
    pub totals: Vec<GainTotal>,
    /// How many gains are not known, and so not in the totals.
    pub unknown: u64,
    /// Sales that found no lot or too little in them, each a sentence.
    pub findings: Vec<String>,
    /// Prices that are missing, each a sentence.
    pub missing_prices: Vec<String>,
}

impl Lots<'_> {
    pub(super) fn capital_gains(&self, query: &GainQuery) -> Result<CapitalGains> {
        let chart = self.book.chart()?;
        let (lots, from) = (&query.lots, query.from.unwrap_or(NaiveDate::MIN));
        let accounts = self.accounts_of(&chart, lots)?;
        let keys = connected(&self.keys(&chart, lots.commodity)?, &accounts);
        let history = self.history(&chart, &keys, self.through(lots)?)?;
        let inventory = history.feed(empty(&chart, lots.method), lots.as_of)?;
        // What a correction of some day changes about earlier sales counts on its day, so that periods add up.
        let earlier = match from.pred_opt().filter(|_| history.is_corrected(from, lots.as_of)) {
            Some(before) => Some(history.feed(empty(&chart, lots.method), before)?),
            None => None,
        };
        let mut valuer = match lots.value_in {
            Some(_) => Valuer::new(self.book.prices().table()?),
            None => Valuer::new(Default::default()),
        };
        let mut rows = Vec::new();
        let closed = match &earlier {
            Some(earlier) => changed(earlier.closed(), inventory.closed()),
            None => {
                inventory.closed().iter().filter(|it| it.closed_on >= from).map(|it| (it, false)).collect()
            }
        };
        for (closed, is_taken_back) in closed.into_iter().filter(|(it, _)| accounts.contains(&it.account)) {
            let Some(account) = chart.account(closed.account) else { continue };
            let is_kept = account.lot_method.is_some() || lots.account.is_some();
            // Hours, points, miles: nothing tells that they ever had a price.
            if !is_kept && closed.cost == LotCost::Unknown && closed.proceeds.is_none() {
                continue;
            }
            let row = row_of(query, &account.name, closed, &mut valuer)?;
            rows.push(if is_taken_back { row.taken_back()? } else { row });
        }
        let mut report = CapitalGains { missing_prices: valuer.missing(), ..CapitalGains::default() };
        report.add_up(&rows)?;
        report.rows = grouped(query.by, rows)?;
        let problems = inventory.problems().iter();
        let problems = problems.filter(|problem| problem.on >= from && accounts.contains(&problem.account));
        report.findings = problems.map(|problem| finding(&chart, problem)).collect();
        Ok(report)
    }
}

/// A closed lot as a row, in the commodity that is asked for.
fn row_of(query: &GainQuery, account: &str, closed: &Realised, valuer: &mut Valuer) -> Result<GainRow> {
    let mut told = closed.clone();
    let mut no_price = false;
    if let Some(to) = query.lots.value_in {
        if let Some(proceeds) = closed.proceeds {
            told.proceeds = valuer.worth(proceeds, to, closed.closed_on)?;
            no_price |= told.proceeds.is_none();
        }
        if let LotCost::Paid(cost) = closed.cost {
            let cost = valuer.worth(cost, to, closed.opened_on)?;
            no_price |= cost.is_none();
            told.cost = cost.map_or(LotCost::Unknown, LotCost::Paid);
        }
    }
    let unknown = match (told.proceeds, told.cost) {
        _ if no_price => Some("a price is missing"),
        (None, _) => Some("sold without a price"),
        (_, LotCost::Unknown) => Some("the cost is unknown"),
        (Some(proceeds), LotCost::Paid(cost)) if proceeds.commodity() != cost.commodity() => {
            Some("cost and proceeds are in different commodities")
        }
        _ => None,
    };
    let nothing = |proceeds: Amount| proceeds.commodity().zero();
    let cost = match told.cost {
        LotCost::Paid(cost) => Some(cost),
        LotCost::Nothing => told.proceeds.map(nothing),
        LotCost::Unknown => None,
    };
    Ok(GainRow {
        account: Some(account.to_owned()),
        units: told.units,
        opened_on: Some(told.opened_on),
        closed_on: Some(told.closed_on),
        entry: Some(told.entry),
        label: told.label.clone(),
        holding_days: Some(told.holding_days()),
        term: told.term(query.long_term),
        proceeds: told.proceeds,
        cost,
        gain: told.gain()?,
        unknown,
    })
}

/// What was closed in the journal as it stands now and not before; and, with a mark, what was and is not any longer.
fn changed<'r>(before: &'r [Realised], now: &'r [Realised]) -> Vec<(&'r Realised, bool)> {
    let mut gone: BTreeMap<(i64, i32), Vec<&Realised>> = BTreeMap::new();
    for closed in before {
        gone.entry((closed.entry, closed.line)).or_default().push(closed);
    }
    let mut changed = Vec::new();
    for closed in now {
        let same = gone.get_mut(&(closed.entry, closed.line)).and_then(|gone| {
            let at = gone.iter().position(|other| *other == closed)?;
            Some(gone.swap_remove(at))
        });
        if same.is_none() {
            changed.push((closed, false));
        }
    }
    changed.extend(gone.into_values().flatten().map(|closed| (closed, true)));
    changed.sort_by_key(|(closed, is_taken_back)| {
        (closed.closed_on, closed.entry, closed.line, !is_taken_back, closed.opened_on)
    });
    changed
}

impl GainRow {
    /// The row that takes this one back.
    fn taken_back(self) -> Result<GainRow> {
        let minus = |amount: Option<Amount>| amount.map(|amount| amount.negate()).transpose();
        Ok(GainRow {
            units: self.units.negate()?,
            proceeds: minus(self.proceeds)?,
            cost: minus(self.cost)?,
            gain: minus(self.gain)?,
            ..self
        })
    }
}

impl CapitalGains {
    fn add_up(&mut self, rows: &[GainRow]) -> Result<()> {
        let mut sums: BTreeMap<(Commodity, Option<Term>), [i128; 3]> = BTreeMap::new();
        for row in rows {
            let (Some(proceeds), Some(cost), Some(gain)) = (row.proceeds, row.cost, row.gain) else {
                self.unknown += 1;
                continue;
            };
            for term in [Some(row.term), None] {
                let sum = sums.entry((gain.commodity(), term)).or_default();
                for (sum, amount) in sum.iter_mut().zip([proceeds, cost, gain]) {
                    *sum += i128::from(amount.minor());
                }
            }
        }
        let total = |((commodity, term), [proceeds, cost, gain]): ((Commodity, _), [i128; 3])| {
            let amount = |minor: i128| Amount::try_from_i128(minor, commodity, "a sum of gains");
            let (proceeds, cost, gain) = (amount(proceeds)?, amount(cost)?, amount(gain)?);
            Ok::<_, Error>(GainTotal { term, proceeds, cost, gain })
        };
        let mut totals = sums.into_iter().map(total).collect::<Result<Vec<_>>>()?;
        // Both together come last.
        totals.sort_by_key(|total| (total.gain.commodity(), total.term.is_none(), total.term));
        self.totals = totals;
        Ok(())
    }
}

/// Rows that stand for the same sale or commodity as one; only what can be added up is.
fn grouped(by: GainsBy, rows: Vec<GainRow>) -> Result<Vec<GainRow>> {
    if by == GainsBy::Lot {
        return Ok(rows);
    }
    let mut places: BTreeMap<_, usize> = BTreeMap::new();
    let mut groups: Vec<GainRow> = Vec::new();
    for row in rows {
        let sale = (by == GainsBy::Sale).then(|| (row.entry, row.account.clone()));
        let commodities = [row.proceeds, row.cost].map(|amount| amount.map(|amount| amount.commodity()));
        let key = (sale, row.units.commodity(), commodities, row.term, row.unknown);
        match places.get(&key) {
            None => {
                places.insert(key, groups.len());
                groups.push(row);
            }
            Some(place) => join(&mut groups[*place], row)?,
        }
    }
    Ok(groups)
}

/// Adds a row to another one: sums of amounts, and only those facts that both share.
fn join(group: &mut GainRow, row: GainRow) -> Result<()> {
    let add = |left: Option<Amount>, right: Option<Amount>| -> Result<Option<Amount>> {
        left.zip(right).map(|(left, right)| left.checked_add(right)).transpose()
    };
    group.units = group.units.checked_add(row.units)?;
    group.proceeds = add(group.proceeds, row.proceeds)?;
    group.cost = add(group.cost, row.cost)?;
    group.gain = add(group.gain, row.gain)?;
    group.opened_on = group.opened_on.filter(|day| row.opened_on == Some(*day));
    group.closed_on = group.closed_on.filter(|day| row.closed_on == Some(*day));
    group.entry = group.entry.filter(|entry| row.entry == Some(*entry));
    group.holding_days = group.holding_days.filter(|days| row.holding_days == Some(*days));
    group.account = group.account.take().filter(|name| row.account.as_ref() == Some(name));
    group.label = group.label.take().filter(|label| row.label.as_ref() == Some(label));
    Ok(())
}
