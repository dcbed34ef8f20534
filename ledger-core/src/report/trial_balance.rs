//! The trial balance: what every account holds, as debits and credits that come to the same total.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::basis::{Basis, Valuer};
use super::movements::Net;
use crate::Result;
use crate::account::{AccountId, AccountKind, Chart};
use crate::money::{Amount, Commodity, PriceTable};
use crate::text::normalize;

/// What a trial balance shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrialBalanceOptions {
    /// The last day that counts; all days where it is left out.
    pub as_of: Option<NaiveDate>,
    /// Only what was posted up to this instant.
    pub known_at: Option<DateTime<Utc>>,
    /// Sum accounts up to so many levels of their names.
    pub depth: Option<usize>,
    /// Also accounts that hold nothing.
    pub show_zero: bool,
    /// Only these kinds; what the others hold becomes one row. Empty means all.
    pub kinds: Vec<AccountKind>,
    /// What the figures are. What conversions moved between commodities is a row of its own, and so is the gain or loss of
    /// a valuation; without a last day, prices count up to the last entry, or up to today if that is later.
    pub basis: Basis,
    /// The day that counts as today; where it is left out, that of the clock in UTC.
    pub today: Option<NaiveDate>,
}

/// One row: an account (or accounts summed up to a level) in one commodity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrialBalanceRow {
    /// The account's name; for a row that no account stands for, what it is.
    pub account: String,
    /// The account's kind; none for a row that no account stands for.
    pub kind: Option<AccountKind>,
    /// The balance, where it is on the debit side.
    pub debit: Option<Amount>,
    /// The balance, where it is on the credit side.
    pub credit: Option<Amount>,
    /// What is held in other commodities than the row's own, debits positive.
    pub holdings: Vec<Amount>,
}

/// The totals of one commodity; they are equal, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TrialBalanceTotal {
    /// The sum of the debit column.
    pub debit: Amount,
    /// The sum of the credit column.
    pub credit: Amount,
}

/// A trial balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrialBalance {
    /// The book's name.
    pub book: String,
    /// The last day that counts.
    pub as_of: Option<NaiveDate>,
    /// Only what was posted up to this instant.
    pub known_at: Option<DateTime<Utc>>,
    /// Rows by kind, then by name, then by commodity.
    pub rows: Vec<TrialBalanceRow>,
    /// Totals by commodity.
    pub totals: Vec<TrialBalanceTotal>,
    /// What a reader has to know of the figures: commodities that were left without a price.
    pub notes: Vec<String>,
}

/// Net balance of one account, one commodity and one weight commodity; debits positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Balance {
    pub account_id: AccountId,
    pub commodity: Commodity,
    pub weight_commodity: Commodity,
    pub amount: i128,
    pub weight: i128,
}

/// What [`build`] needs besides the balances.
pub(crate) struct Scope<'a> {
    pub book: &'a str,
    pub chart: &'a Chart,
    pub prices: &'a PriceTable,
    pub base: Commodity,
    /// The day at whose prices a valuation is made.
    pub valued_on: NaiveDate,
}

/// Rows that no account stands for come last, in this order.
const CONVERSIONS: &str = "(conversions between commodities)";
const UNREALISED: &str = "(unrealised gain or loss)";
const OTHER_KINDS: &str = "(other kinds)";

/// Where a row stands: kind, then normalised name. Rows without an account come after all kinds.
type Place = (u8, String);

#[derive(Default)]
struct Cell {
    name: String,
    kind: Option<AccountKind>,
    /// Net per commodity of the column, by code.
    nets: BTreeMap<Commodity, i128>,
    holdings: BTreeMap<Commodity, BTreeMap<Commodity, i128>>,
}

/// Makes a trial balance of net balances.
///
/// # Errors
/// A missing price, or a figure that does not fit.
pub(crate) fn build(
    balances: &[Balance],
    options: &TrialBalanceOptions,
    scope: &Scope<'_>,
) -> Result<TrialBalance> {
    let mut cells: BTreeMap<Place, Cell> = BTreeMap::new();
    let shown = |kind: AccountKind| options.kinds.is_empty() || options.kinds.contains(&kind);
    // The other side of each figure, so that the columns tie whatever is left out or revalued.
    let mut contra: BTreeMap<(u8, Commodity), i128> = BTreeMap::new();
    let mut valuer = Valuer::new(options.basis, scope.prices);
    for ((account, source), held) in by_source(balances, options.basis) {
        let (commodity, net) = valuer.value(source, held.net, scope.valued_on)?;
        let Some(account) = scope.chart.account(account) else { continue };
        if shown(account.kind) {
            let cell = account_cell(&mut cells, &account.name, account.kind, options.depth);
            *cell.nets.entry(commodity).or_default() += net;
            for (other, amount) in held.amounts.into_iter().filter(|(other, _)| *other != commodity) {
                *cell.holdings.entry(commodity).or_default().entry(other).or_default() += amount;
            }
        } else {
            *contra.entry((2, commodity)).or_default() += net;
        }
        match options.basis {
            Basis::BookValue => {}
            Basis::Valued(valuation) if valuation.commodity == commodity => {
                *contra.entry((1, commodity)).or_default() -= net;
            }
            Basis::Native | Basis::Valued(_) => *contra.entry((0, commodity)).or_default() -= net,
        }
    }
    if options.show_zero {
        for account in scope.chart.accounts().iter().filter(|account| shown(account.kind)) {
            let commodity = account.commodity.unwrap_or(scope.base);
            let cell = account_cell(&mut cells, &account.name, account.kind, options.depth);
            // One that was used has its rows already, in the commodities that it was used in.
            if cell.nets.is_empty() {
                let shown_in = match options.basis {
                    Basis::Valued(valuation) => valuation.commodity,
                    _ => commodity,
                };
                cell.nets.insert(shown_in, 0);
            }
        }
    }
    for ((which, commodity), net) in contra.into_iter().filter(|(_, net)| *net != 0) {
        let name = [CONVERSIONS, UNREALISED, OTHER_KINDS][usize::from(which)];
        let cell = cells.entry((10 + which, name.to_owned())).or_default();
        cell.name = name.to_owned();
        *cell.nets.entry(commodity).or_default() += net;
    }
    assemble(cells, options, scope, valuer.notes())
}

/// What an account holds of what its figure is made of.
#[derive(Default)]
struct Held {
    /// What is shown, or valued and then shown; debits positive.
    net: i128,
    /// What that is, by commodity.
    amounts: BTreeMap<Commodity, i128>,
}

/// Balances by what the basis counts: a valuation rounds what an account holds of a commodity once, as a whole.
fn by_source(balances: &[Balance], basis: Basis) -> BTreeMap<(AccountId, Commodity), Held> {
    let mut sums: BTreeMap<(AccountId, Commodity), Held> = BTreeMap::new();
    for balance in balances {
        let net = Net { amount: balance.amount, weight: balance.weight };
        let (source, net) = basis.source(balance.commodity, balance.weight_commodity, net);
        let held = sums.entry((balance.account_id, source)).or_default();
        held.net += net;
        *held.amounts.entry(balance.commodity).or_default() += balance.amount;
    }
    sums
}

fn account_cell<'c>(
    cells: &'c mut BTreeMap<Place, Cell>,
    name: &str,
    kind: AccountKind,
    depth: Option<usize>,
) -> &'c mut Cell {
    let name = match depth {
        None => name,
        Some(depth) => {
            let end = name.match_indices(':').nth(depth.max(1) - 1).map_or(name.len(), |(at, _)| at);
            &name[..end]
        }
    };
    let cell = cells.entry((kind.code() as u8, normalize(name))).or_default();
    if cell.kind.is_none() {
        cell.name = name.to_owned();
        cell.kind = Some(kind);
    }
    cell
}

fn assemble(
    cells: BTreeMap<Place, Cell>,
    options: &TrialBalanceOptions,
    scope: &Scope<'_>,
    notes: Vec<String>,
) -> Result<TrialBalance> {
    let mut rows = Vec::new();
    let mut sums: BTreeMap<Commodity, (i128, i128)> = BTreeMap::new();
    for (_, mut cell) in cells {
        for (commodity, net) in cell.nets {
            let holdings = cell.holdings.remove(&commodity).unwrap_or_default();
            let holdings = holdings
                .into_iter()
                .filter(|(_, held)| *held != 0)
                .map(|(held_in, held)| Amount::try_from_i128(held, held_in, "a holding"))
                .collect::<Result<Vec<_>>>()?;
            if net == 0 && holdings.is_empty() && !options.show_zero {
                continue;
            }
            let figure =
                Amount::try_from_i128(net.abs(), commodity, &format!("the balance of {}", cell.name))?;
            let sum = sums.entry(commodity).or_default();
            if net >= 0 {
                sum.0 += net
            } else {
                sum.1 -= net
            }
            rows.push(TrialBalanceRow {
                account: cell.name.clone(),
                kind: cell.kind,
                debit: (net > 0).then_some(figure),
                credit: (net < 0).then_some(figure),
                holdings,
            });
        }
    }
    let totals = sums
        .into_iter()
        .map(|(commodity, (debits, credits))| {
            Ok(TrialBalanceTotal {
                debit: Amount::try_from_i128(debits, commodity, "the total of the debits")?,
                credit: Amount::try_from_i128(credits, commodity, "the total of the credits")?,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let book = scope.book.to_owned();
    Ok(TrialBalance { book, as_of: options.as_of, known_at: options.known_at, rows, totals, notes })
}
