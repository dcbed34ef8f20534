//! From the journal to an inventory: which lines count in lots, and what they say of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Lots;
use super::history::History;
use super::stored::{line_lot_of, line_place};
use crate::account::{Account, AccountId, AccountKind, Chart};
use crate::lot::{Inventory, LineLot, LotMethod, LotStep, Movement};
use crate::money::{Amount, Commodity};
use crate::store::call;
use crate::store::lot_rows::MovementRow;
use crate::store::rows::{date, day};
use crate::{Error, ErrorKind, Result};

/// Accounts with commodities of theirs.
pub(super) type Keys = BTreeSet<(AccountId, Commodity)>;

/// Up to where the journal is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Through {
    pub day: NaiveDate,
    pub entry: i64,
}

impl Through {
    /// The whole journal.
    pub(super) const ALL: Through = Through { day: NaiveDate::MAX, entry: i64::MAX };
}

impl Lots<'_> {
    /// Every account with the commodities whose lots it keeps; a currency that is asked for counts everywhere.
    pub(super) fn keys(&self, chart: &Chart, asked: Option<Commodity>) -> Result<Keys> {
        let held = call!(self.book.db(), "reading what is held", lot::ever_held(self.book.id()))?;
        let keys = held.into_iter().filter_map(|(account, commodity)| {
            let (account, commodity) = (chart.account(AccountId(account))?, chart.commodity(commodity)?);
            let is_asked = asked.is_none_or(|asked| asked == commodity);
            (is_asked && keeps_lots(account, commodity, asked.is_some())).then_some((account.id, commodity))
        });
        Ok(keys.collect())
    }

    /// The lots of `keys`, and of all accounts that units may have come from, as the journal leaves them.
    pub(super) fn inventory(
        &self,
        chart: &Chart,
        keys: &Keys,
        through: Through,
        method: Option<LotMethod>,
    ) -> Result<Inventory> {
        self.history(chart, keys, through)?.feed(empty(chart, method), through.day)
    }

    /// What each line did to lots that are kept: of commodities of which an account has a method, or a line says something.
    ///
    /// Where an account averages costs, no single lot can be named: what it holds is left out, and told; so is what other
    /// accounts hold of a commodity whose units moved between there and such an account.
    pub(in crate::book) fn steps(&self, chart: &Chart, to: Option<NaiveDate>) -> Result<KeptSteps> {
        let has_method = chart.accounts().iter().any(|account| account.lot_method.is_some());
        let id = self.book.id();
        if !has_method && !call!(self.book.db(), "reading lots", lot::any(id))? {
            return Ok(KeptSteps::default());
        }
        let keys = self.keys(chart, None)?;
        let method = |account: AccountId| chart.account(account)?.lot_method;
        let of = |wanted: &dyn Fn(LotMethod) -> bool| -> BTreeSet<Commodity> {
            let own = keys.iter().filter(|(account, _)| method(*account).is_some_and(wanted));
            own.map(|(_, commodity)| *commodity).collect()
        };
        let mut kept = of(&|_| true);
        let through = Through { day: to.unwrap_or(NaiveDate::MAX), ..Through::ALL };
        let history = self.history(chart, &keys, through)?;
        let movements = history.standing(through.day).flatten();
        kept.extend(movements.filter(|it| it.lot.is_some()).map(|it| it.units.commodity()));
        let inventory = history.feed(empty(chart, None).keeping_steps(), through.day)?;
        let mut steps = inventory.into_steps();
        let is_average = |account: AccountId| method(account) == Some(LotMethod::Average);
        let averaged = averaged(&steps, &is_average);
        let shared =
            averaged.iter().filter(|it| it.is_shared).map(|it| it.commodity).collect::<BTreeSet<_>>();
        kept.retain(|commodity| !shared.contains(commodity));
        steps.retain(|step| kept.contains(&step.lot.units.commodity()) && !is_average(step.lot.account));
        Ok(KeptSteps { steps, averaged })
    }

    /// What moved in and out of `keys` up to a day and an entry.
    pub(super) fn history(&self, chart: &Chart, keys: &Keys, through: Through) -> Result<History> {
        let id = self.book.id();
        let last_day = if through.day == NaiveDate::MAX { i32::MAX } else { day(through.day) };
        let accounts: BTreeSet<AccountId> = keys.iter().map(|(account, _)| *account).collect();
        let mut rows: Vec<MovementRow> = Vec::new();
        for account in accounts {
            let of_account = call!(
                self.book.db(),
                "reading lines",
                lot::movements(id, account.get(), last_day, through.entry)
            )?;
            let counts = |row: &MovementRow| {
                chart
                    .commodity(row.commodity_id)
                    .is_some_and(|commodity| keys.contains(&(account, commodity)))
            };
            rows.extend(of_account.into_iter().filter(counts));
        }
        rows.sort_unstable_by_key(|row| (row.posted_on, row.entry_number, row.line_number));
        let mut lots = self.line_lots(chart)?;
        let movements: Vec<Movement> =
            rows.into_iter().map(|row| movement_of(chart, &row, &mut lots)).collect::<Result<_>>()?;
        let mirrors = call!(self.book.db(), "reading reversals", lot::mirrors(id, through.entry))?;
        Ok(History::new(movements, mirrors))
    }

    fn line_lots(&self, chart: &Chart) -> Result<LineLots> {
        let id = self.book.id();
        let rows = call!(self.book.db(), "reading lots", lot::range(id, i64::MIN, i64::MAX))?;
        let mut lots = LineLots::new();
        for row in &rows {
            lots.insert((row.entry_number, row.line_number), (line_lot_of(chart, row)?, None));
        }
        if !lots.is_empty() {
            for (entry, line, rate) in call!(self.book.db(), "reading lots", lot::unit_costs(id))? {
                let unreadable = || {
                    let what = format!("lines {}: unreadable price", line_place(entry, line));
                    Error::from(ErrorKind::Corrupt { what })
                };
                if let Some((_, unit_cost)) = lots.get_mut(&(entry, line)) {
                    *unit_cost = Some(rate.parse().map_err(|_| unreadable())?);
                }
            }
        }
        Ok(lots)
    }

    /// The accounts that a query means.
    pub(super) fn accounts_of(&self, chart: &Chart, query: &super::LotQuery) -> Result<BTreeSet<AccountId>> {
        let Some(account) = &query.account else {
            return Ok(chart.accounts().iter().map(|account| account.id).collect());
        };
        let account = match crate::journal::check::find(chart, account) {
            Ok(account) => account,
            // A level that is no account itself stands for what is below it.
            Err(error) => {
                let below = chart.subtree(&account.to_string());
                return if query.below && !below.is_empty() {
                    Ok(below.into_iter().collect())
                } else {
                    Err(error)
                };
            }
        };
        let mut accounts = BTreeSet::from([account.id]);
        if query.below {
            accounts.extend(chart.subtree(&account.name));
        }
        Ok(accounts)
    }

    /// Up to where the journal is read for a day and an instant.
    pub(super) fn through(&self, query: &super::LotQuery) -> Result<Through> {
        let head = self.book.read_head()?;
        let entry = match query.known_at {
            Some(known_at) => self.book.reports().last_number_at(known_at)?,
            None => head.last_entry_number,
        };
        Ok(Through { day: query.as_of, entry })
    }
}

/// What lines did to the lots that are kept.
#[derive(Debug, Default)]
pub(in crate::book) struct KeptSteps {
    /// In the order of days, entries and lines.
    pub steps: Vec<LotStep>,
    /// Commodities whose costs are averaged somewhere.
    pub averaged: Vec<Averaged>,
}

/// A commodity whose costs are averaged on some accounts.
#[derive(Debug)]
pub(in crate::book) struct Averaged {
    pub commodity: Commodity,
    pub accounts: BTreeSet<AccountId>,
    /// Whether units moved between these accounts and others, so that nobody's lots can be named.
    pub is_shared: bool,
}

/// Of which commodities costs are averaged, and where.
fn averaged(steps: &[LotStep], is_average: &dyn Fn(AccountId) -> bool) -> Vec<Averaged> {
    let mut found: BTreeMap<Commodity, BTreeSet<AccountId>> = BTreeMap::new();
    for step in steps.iter().filter(|step| is_average(step.lot.account)) {
        found.entry(step.lot.units.commodity()).or_default().insert(step.lot.account);
    }
    let mut shared = BTreeSet::new();
    // What neither was bought nor sold moved.
    let moves = |step: &&LotStep| step.proceeds.is_none() && !step.opens();
    for entry in steps.chunk_by(|left, right| left.entry == right.entry) {
        for commodity in found.keys() {
            let moved = entry.iter().filter(moves).filter(|step| step.lot.units.commodity() == *commodity);
            let (average, other): (Vec<_>, Vec<_>) = moved.partition(|step| is_average(step.lot.account));
            if !average.is_empty() && !other.is_empty() {
                shared.insert(*commodity);
            }
        }
    }
    let averaged =
        |(commodity, accounts)| Averaged { commodity, accounts, is_shared: shared.contains(&commodity) };
    found.into_iter().map(averaged).collect()
}

/// An inventory without lots, by the method of each account, or by one for all.
pub(super) fn empty(chart: &Chart, method: Option<LotMethod>) -> Inventory {
    let mut inventory = Inventory::new(method.unwrap_or_default());
    if method.is_none() {
        let with_method = chart.accounts().iter().filter_map(|it| Some((it.id, it.lot_method?)));
        with_method.for_each(|(account, method)| inventory.set_method(account, method));
    }
    inventory
}

/// What lines say of their lot, with the cost of one unit where they name it.
type LineLots = HashMap<(i64, i32), (LineLot, Option<Decimal>)>;

/// Whether an account keeps lots of a commodity; `asked` where a currency is asked for.
pub(in crate::book) fn keeps_lots(account: &Account, commodity: Commodity, asked: bool) -> bool {
    let has_method = account.lot_method.is_some();
    let is_own = has_method || matches!(account.kind, AccountKind::Asset | AccountKind::Liability);
    let is_currency = Commodity::iso(commodity.code()).is_some();
    is_own && (!is_currency || asked || (has_method && account.commodity == Some(commodity)))
}

/// Those of `all` keys whose commodity one of `accounts` keeps: units may come from any of them.
pub(super) fn connected(all: &Keys, accounts: &BTreeSet<AccountId>) -> Keys {
    let own = all.iter().filter(|(account, _)| accounts.contains(account));
    let commodities: BTreeSet<Commodity> = own.map(|(_, commodity)| *commodity).collect();
    all.iter().filter(|(_, commodity)| commodities.contains(commodity)).copied().collect()
}

fn movement_of(chart: &Chart, row: &MovementRow, lots: &mut LineLots) -> Result<Movement> {
    let corrupt = |what: &str| {
        let place = line_place(row.entry_number, row.line_number);
        Error::from(ErrorKind::Corrupt { what: format!("lines {place}: {what}") })
    };
    let commodity = |id: i32| chart.commodity(id).ok_or_else(|| corrupt("unknown commodity"));
    let (lot, unit_cost) = match lots.remove(&(row.entry_number, row.line_number)) {
        Some((lot, unit_cost)) => (Some(lot), unit_cost),
        None => (None, None),
    };
    // A line with a price weighs in another commodity.
    let priced = row.weight_commodity_id != row.commodity_id;
    let weight = priced.then(|| Ok::<_, Error>(Amount::new(row.weight, commodity(row.weight_commodity_id)?)));
    Ok(Movement {
        on: date(row.posted_on),
        entry: row.entry_number,
        line: row.line_number,
        account: AccountId(row.account_id),
        units: Amount::new(row.amount, commodity(row.commodity_id)?),
        weight: weight.transpose()?,
        unit_cost,
        lot,
    })
}

/// The methods that the lots of some accounts are shown by, for those who read them.
pub(super) fn methods(chart: &Chart, default: Option<LotMethod>) -> BTreeMap<AccountId, LotMethod> {
    let of = |account: &Account| default.or(account.lot_method).unwrap_or_default();
    chart.accounts().iter().map(|account| (account.id, of(account))).collect()
}
