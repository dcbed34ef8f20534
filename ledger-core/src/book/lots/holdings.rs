//! The open lots of a day: what they cost, what they are worth, and what does not fit.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::read::{connected, methods};
use super::value::Valuer;
use super::{LotQuery, Lots};
use crate::account::{AccountId, Chart};
use crate::lot::{Lot, LotCost, LotMethod, LotProblem, LotTrouble};
use crate::money::{Amount, Commodity};
use crate::{Error, Result};

/// An open lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenLot {
    /// The account's name.
    pub account: String,
    /// By which method sales choose it.
    pub method: LotMethod,
    /// Day, units and cost; the cost is that of the units that are left, in the commodity that was asked for.
    pub lot: Lot,
    /// What the units are worth; nothing where a price is missing.
    pub value: Option<Amount>,
    /// Value less cost; nothing where one of them is unknown.
    pub gain: Option<Amount>,
}

/// The open lots of a day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct OpenLots {
    /// The lots, by account and commodity and in the order of their days.
    pub lots: Vec<OpenLot>,
    /// Cost, value and gain of the lots of which all three are known, a row for each commodity of their values.
    pub totals: Vec<OpenTotal>,
    /// Sales that found no lot or too little in them, each a sentence.
    pub findings: Vec<String>,
    /// Prices that are missing, each a sentence.
    pub missing_prices: Vec<String>,
    /// Lots that are not in the totals, because cost or value is unknown.
    pub incomplete: u64,
    /// Accounts that no lots are shown of, because nothing tells a price of what they hold.
    pub left_out: Vec<String>,
    /// Accounts without a method of their own, whose lots are shown by the first-in-first-out rule.
    pub without_method: Vec<String>,
}

/// What lots add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OpenTotal {
    /// What they cost.
    pub cost: Amount,
    /// What they are worth.
    pub value: Amount,
    /// Value less cost.
    pub gain: Amount,
}

impl Lots<'_> {
    pub(super) fn open_lots(&self, query: &LotQuery) -> Result<OpenLots> {
        let chart = self.book.chart()?;
        let accounts = self.accounts_of(&chart, query)?;
        let keys = connected(&self.keys(&chart, query.commodity)?, &accounts);
        let inventory = self.inventory(&chart, &keys, self.through(query)?, query.method)?;
        let mut by_key: BTreeMap<(AccountId, Commodity), Vec<&Lot>> = BTreeMap::new();
        for lot in inventory.open().filter(|lot| accounts.contains(&lot.account)) {
            by_key.entry((lot.account, lot.units.commodity())).or_default().push(lot);
        }
        let problems = inventory.problems().iter().filter(|problem| accounts.contains(&problem.account));
        let (mut report, mut bare) = (OpenLots::default(), Vec::new());
        let mut valuer = Valuer::new(self.book.prices().table()?);
        let methods = methods(&chart, query.method);
        for ((account, commodity), lots) in by_key {
            let Some(account) = chart.account(account) else { continue };
            let is_kept = account.lot_method.is_some() || query.account.is_some();
            if !is_kept && lots.iter().all(|lot| lot.cost == LotCost::Unknown) {
                bare.push((account.id, commodity));
                continue;
            }
            if account.lot_method.is_none() && query.method.is_none() {
                report.without_method.push(account.name.clone());
            }
            let method = methods.get(&account.id).copied().unwrap_or_default();
            let of_key = OfKey { name: &account.name, method, lots: &lots };
            report.lots.extend(self.valued(of_key, query, &mut valuer)?);
        }
        for problem in problems.filter(|it| !bare.contains(&(it.account, it.wanted.commodity()))) {
            report.findings.push(finding(&chart, problem));
        }
        report.left_out = bare.iter().filter_map(|(id, _)| Some(chart.account(*id)?.name.clone())).collect();
        report.left_out.dedup();
        report.without_method.dedup();
        report.lots.sort_by(|left, right| {
            let key = |it: &OpenLot| (it.account.clone(), it.lot.units.commodity());
            key(left).cmp(&key(right))
        });
        report.missing_prices = valuer.missing();
        report.add_up()?;
        Ok(report)
    }

    /// The lots of one account and commodity with their values, which come to exactly the value of all units.
    fn valued(&self, of: OfKey<'_>, query: &LotQuery, valuer: &mut Valuer) -> Result<Vec<OpenLot>> {
        let mut valued = Vec::with_capacity(of.lots.len());
        // What all lots before it come to, by the commodity that they are valued in.
        let mut before: BTreeMap<Commodity, (i64, i64)> = BTreeMap::new();
        for lot in of.lots {
            let mut lot = (*lot).clone();
            if let (LotCost::Paid(cost), Some(to)) = (lot.cost, query.value_in) {
                lot.cost = valuer.worth(cost, to, lot.opened_on)?.map_or(LotCost::Unknown, LotCost::Paid);
            }
            // What was had for nothing is counted in what the others were paid with.
            let paid_in = lot.cost.commodity().or(of.paid_in());
            let to = query.value_in.or(paid_in).unwrap_or_else(|| self.book.base_commodity());
            let units = lot.units.commodity();
            let (units_before, value_before) = before.get(&to).copied().unwrap_or((0, 0));
            let through = units.amount(units_before).checked_add(lot.units)?;
            let value = match valuer.worth(through, to, query.as_of)? {
                Some(value) => {
                    before.insert(to, (through.minor(), value.minor()));
                    Some(to.amount(value.minor() - value_before))
                }
                None => None,
            };
            let gain = match (value, lot.cost) {
                (Some(value), LotCost::Paid(cost)) => Some(value.checked_sub(cost)?),
                (Some(value), LotCost::Nothing) => Some(value),
                _ => None,
            };
            valued.push(OpenLot { account: of.name.to_owned(), method: of.method, lot, value, gain });
        }
        Ok(valued)
    }
}

/// The lots of one account and commodity.
struct OfKey<'k> {
    name: &'k str,
    method: LotMethod,
    lots: &'k [&'k Lot],
}

impl OfKey<'_> {
    fn paid_in(&self) -> Option<Commodity> {
        self.lots.iter().find_map(|lot| lot.cost.commodity())
    }
}

impl OpenLots {
    fn add_up(&mut self) -> Result<()> {
        let mut sums: BTreeMap<Commodity, [i128; 3]> = BTreeMap::new();
        for lot in &self.lots {
            let (Some(value), Some(gain)) = (lot.value, lot.gain) else {
                self.incomplete += 1;
                continue;
            };
            let cost = lot.lot.cost.amount().map_or(0, |cost| cost.minor());
            let sum = sums.entry(value.commodity()).or_default();
            for (sum, minor) in sum.iter_mut().zip([cost, value.minor(), gain.minor()]) {
                *sum += i128::from(minor);
            }
        }
        let total = |(commodity, [cost, value, gain]): (Commodity, [i128; 3])| {
            let amount = |minor: i128| Amount::try_from_i128(minor, commodity, "a sum of lots");
            Ok::<_, Error>(OpenTotal { cost: amount(cost)?, value: amount(value)?, gain: amount(gain)? })
        };
        self.totals = sums.into_iter().map(total).collect::<Result<_>>()?;
        Ok(())
    }
}

/// A movement that did not find its lots, as a sentence.
pub(super) fn finding(chart: &Chart, problem: &LotProblem) -> String {
    let account = chart.account(problem.account).map(|account| account.name.as_str()).unwrap_or_default();
    let on: NaiveDate = problem.on;
    let verb = match problem.trouble {
        LotTrouble::Exceeds { .. } => "takes more than is held",
        _ => "finds no lot for what it takes",
    };
    let (entry, wanted, reason) = (problem.entry, problem.wanted, problem.reason());
    format!("entry {entry} of {on} {verb} out of {account}: {wanted}; {reason}")
}
