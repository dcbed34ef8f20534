//! Lines with their lots in another program's words: a line for each lot, and what those programs want posted besides.
//!
//! Here a sale weighs its proceeds and its gain is computed. Beancount and ledger weigh units that they hold at cost by
//! that cost, so an entry gets a line more for the gain; hledger weighs by the price, and its entries stay as they are.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::price::{WrittenPrice, written_price};
use crate::journal::{Entry, Line, LinePrice};
use crate::lot::{LotBasis, LotCost, LotStep};
use crate::money::{Amount, Commodity, Rounding, divide};

/// The account of gains that other programs want posted.
pub(super) const GAINS: &str = "Income:Capital-Gains";

/// What lines did to lots, by entry and line; empty where an export tells no lots.
#[derive(Debug, Clone, Default)]
pub struct ExportedLots {
    steps: HashMap<(i64, i32), Vec<LotStep>>,
    /// Why lots are left out, each a sentence.
    pub notes: Vec<String>,
}

impl ExportedLots {
    /// What [`crate::lot::Inventory::into_steps`] gave, with what is told of lots that are left out.
    pub fn new(steps: impl IntoIterator<Item = LotStep>, notes: Vec<String>) -> Self {
        let mut lots = ExportedLots { notes, ..ExportedLots::default() };
        for step in steps {
            lots.steps.entry((step.entry, step.line)).or_default().push(step);
        }
        lots
    }

    /// The commodities that lots were paid with.
    pub(super) fn quotes(&self) -> Vec<Commodity> {
        let steps = self.steps.values().flatten();
        let mut quotes: Vec<Commodity> = steps.filter_map(|step| step.lot.cost.commodity()).collect();
        quotes.sort_unstable();
        quotes.dedup();
        quotes
    }

    /// Whether nothing is told.
    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// A lot as it stands between braces.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mark {
    /// What one unit cost when it was bought, and in what.
    pub cost: Decimal,
    pub quote: Commodity,
    pub on: NaiveDate,
    pub label: Option<String>,
}

/// A price as it is written behind an amount.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum PriceText {
    Unit(Decimal, Commodity),
    Total(Amount),
}

impl PriceText {
    fn quote(self) -> Commodity {
        match self {
            PriceText::Unit(_, quote) => quote,
            PriceText::Total(total) => total.commodity(),
        }
    }
}

/// A line, or the part of one that is of one lot.
#[derive(Debug, Clone)]
pub(super) struct LotLine<'e> {
    pub line: &'e Line,
    pub units: Amount,
    pub mark: Option<Mark>,
    pub price: Option<PriceText>,
    /// What the units were sold for, where that cannot stand as the price.
    pub sold: Option<PriceText>,
    /// Whether it is the first part, with what is said of the whole.
    pub is_first: bool,
}

impl LotLine<'_> {
    /// The told price of one unit, where the weight that is written in its place was rounded.
    pub(super) fn rounded_from(&self) -> Option<Decimal> {
        match (self.price, self.line.price) {
            (Some(PriceText::Total(_)), Some(LinePrice::Unit { rate, .. })) if self.mark.is_none() => {
                Some(rate)
            }
            _ => None,
        }
    }
}

/// The lines of an entry as another program takes them.
#[derive(Debug, Clone, Default)]
pub(super) struct LotEntry<'e> {
    pub lines: Vec<LotLine<'e>>,
    /// What has to be posted to [`GAINS`] besides.
    pub gains: Vec<Amount>,
}

/// Writes lines by their lots.
pub(super) struct LotLines {
    lots: ExportedLots,
    /// Whether units that are held in lots weigh what they cost.
    at_cost: bool,
    base: Commodity,
    /// What one unit of each purchase cost, by entry and line.
    costs: HashMap<(i64, i32), Decimal>,
}

impl LotLines {
    pub(super) fn new(lots: &ExportedLots, at_cost: bool, base: Commodity) -> Self {
        LotLines { lots: lots.clone(), at_cost, base, costs: HashMap::new() }
    }

    /// The lines of an entry; entries have to come in the order of their days.
    pub(super) fn entry<'e>(&mut self, entry: &'e Entry) -> LotEntry<'e> {
        let mut lines = Vec::with_capacity(entry.lines.len());
        let mut with_lots = false;
        for (line, number) in entry.lines.iter().zip(1..) {
            match self.lots.steps.remove(&(entry.number, number)) {
                Some(steps) => {
                    with_lots = true;
                    self.parts(line, &steps, &mut lines);
                }
                None => lines.push(whole(line)),
            }
        }
        if !with_lots || !self.at_cost {
            return LotEntry { lines, gains: Vec::new() };
        }
        give_costs(&mut lines);
        give_back(&mut lines);
        match gains(&lines) {
            Some(gains) => LotEntry { lines, gains },
            // What has no room is written as it was.
            None => LotEntry { lines: entry.lines.iter().map(whole).collect(), gains: Vec::new() },
        }
    }

    /// A line for each lot of a line, and one for what found none.
    fn parts<'e>(&mut self, line: &'e Line, steps: &[LotStep], lines: &mut Vec<LotLine<'e>>) {
        let (all, sign) = (i128::from(line.amount.minor()).abs(), line.amount.minor().signum());
        let mut done = 0;
        let mut part = |minor: i64| {
            let share = |units: i128| share_of(line.weight, units, all);
            let before = share(done);
            done += i128::from(minor);
            let weight = line.weight.commodity().amount(share(done) - before);
            (line.amount.commodity().amount(minor * sign), weight)
        };
        let first = lines.len();
        for step in steps {
            let (units, weight) = part(step.lot.units.minor());
            let mark = self.mark(line, step);
            let (price, sold) = match &mark {
                // Beancount and ledger take a price beside a cost only in the commodity of the cost.
                Some(mark) if self.at_cost => match sale_price(line, step) {
                    Some(price) if price.quote() == mark.quote => (Some(price), None),
                    other => (None, other),
                },
                Some(_) if is_at_cost(line) => (price_of(line, units, weight), sale_price(line, step)),
                _ => (price_of(line, units, weight), None),
            };
            lines.push(LotLine { line, units, mark, price, sold, is_first: lines.len() == first });
        }
        let told: i64 = steps.iter().map(|step| step.lot.units.minor()).sum();
        let rest = line.amount.minor() * sign - told;
        if rest > 0 {
            let (units, weight) = part(rest);
            let price = price_of(line, units, weight);
            lines.push(LotLine {
                line,
                units,
                mark: None,
                price,
                sold: None,
                is_first: lines.len() == first,
            });
        }
    }

    /// How a lot is told from others; nothing for one whose cost is unknown.
    fn mark(&mut self, line: &Line, step: &LotStep) -> Option<Mark> {
        let (quote, share) = match step.lot.cost {
            LotCost::Paid(cost) => {
                (cost.commodity(), cost.to_decimal().checked_div(step.lot.units.to_decimal())?)
            }
            LotCost::Nothing => (self.base, Decimal::ZERO),
            LotCost::Unknown => return None,
        };
        let purchase = (step.lot.entry, step.lot.line);
        let cost = match (step.opens(), line.price) {
            (true, Some(LinePrice::Unit { rate, quote: of })) if of == quote => rate.normalize(),
            (true, _) => share.normalize(),
            (false, _) => self.costs.get(&purchase).copied().unwrap_or(share.normalize()),
        };
        if step.opens() {
            self.costs.insert(purchase, cost);
        }
        Some(Mark { cost, quote, on: step.lot.opened_on, label: step.lot.label.clone() })
    }
}

fn whole(line: &Line) -> LotLine<'_> {
    LotLine {
        line,
        units: line.amount,
        mark: None,
        price: price_of(line, line.amount, line.weight),
        sold: None,
        is_first: true,
    }
}

/// The first `units` of `all` of a weight, rounded half-even.
fn share_of(weight: Amount, units: i128, all: i128) -> i64 {
    // No more than the weight, which fits; an `i64` times an `i64` fits into an `i128`.
    divide(i128::from(weight.minor()) * units, all.max(1), Rounding::HalfEven) as i64
}

/// The price of a part of a line, by which it weighs its share.
fn price_of(line: &Line, units: Amount, weight: Amount) -> Option<PriceText> {
    Some(match written_price(line.price?, units, weight) {
        WrittenPrice::Unit(rate) => PriceText::Unit(rate, weight.commodity()),
        WrittenPrice::Total => PriceText::Total(weight.commodity().amount(weight.minor().abs())),
    })
}

/// Whether the line's own price is what its lot cost.
fn is_at_cost(line: &Line) -> bool {
    line.lot.as_ref().is_some_and(|lot| lot.basis == LotBasis::Cost)
}

/// What units of a lot were sold for, which stands beside their cost.
fn sale_price(line: &Line, step: &LotStep) -> Option<PriceText> {
    let price = if is_at_cost(line) { line.lot.as_ref()?.price? } else { line.price? };
    match price {
        _ if !step.is_out => None,
        LinePrice::Unit { rate, quote } => Some(PriceText::Unit(rate, quote)),
        LinePrice::Total(_) => step.proceeds.map(PriceText::Total),
    }
}

/// What a line weighs where lots weigh their cost.
fn weight(line: &LotLine<'_>) -> Option<(Commodity, Decimal)> {
    let units = line.units.to_decimal();
    Some(match (&line.mark, line.price) {
        (Some(mark), _) => (mark.quote, units.checked_mul(mark.cost)?),
        (None, Some(PriceText::Unit(rate, quote))) => (quote, units.checked_mul(rate)?),
        (None, Some(PriceText::Total(total))) if units.is_sign_negative() => {
            (total.commodity(), -total.to_decimal())
        }
        (None, Some(PriceText::Total(total))) => (total.commodity(), total.to_decimal()),
        (None, None) => (line.units.commodity(), units),
    })
}

/// Gives units that come from or go to where no lots are kept the cost of the lots on the other side.
fn give_costs(lines: &mut [LotLine<'_>]) {
    // By commodity: the units without a price or lot, and what the lots without a price come to.
    let mut bare: BTreeMap<Commodity, Decimal> = BTreeMap::new();
    let mut costs: BTreeMap<Commodity, (Commodity, Decimal)> = BTreeMap::new();
    for line in lines.iter() {
        let (of, units) = (line.units.commodity(), line.units.to_decimal());
        match (&line.mark, line.line.price) {
            (Some(mark), None) => {
                let (quote, sum) = costs.entry(of).or_insert((mark.quote, Decimal::ZERO));
                if *quote == mark.quote {
                    *sum += units.checked_mul(mark.cost).unwrap_or_default();
                }
            }
            (None, None) => *bare.entry(of).or_default() += units,
            _ => {}
        }
    }
    for line in lines.iter_mut().filter(|line| line.mark.is_none() && line.line.price.is_none()) {
        let of = line.units.commodity();
        let (Some(units), Some((quote, sum))) = (bare.get(&of), costs.get(&of)) else { continue };
        if units.is_zero() {
            continue;
        }
        let each = (-*sum).checked_div(*units).filter(|each| !each.is_sign_negative()).unwrap_or_default();
        let total = each.checked_mul(line.units.to_decimal().abs()).unwrap_or_default();
        let total = Amount::from_decimal(total, *quote, Rounding::HalfEven).unwrap_or(quote.zero());
        line.price = Some(PriceText::Total(total));
    }
}

/// Takes the price off units that go back at the price of a sale to where they came from for nothing.
fn give_back(lines: &mut [LotLine<'_>]) {
    let free = lines.iter().filter(|line| line.mark.as_ref().is_some_and(|mark| mark.cost.is_zero()));
    let mut sold: Vec<(Amount, LinePrice)> =
        free.filter_map(|line| Some((line.units, line.line.price?))).collect();
    for line in lines.iter_mut().filter(|line| line.mark.is_none()) {
        let is_back = |(units, price): &(Amount, LinePrice)| {
            Some(*price) == line.line.price
                && units.commodity() == line.units.commodity()
                && units.minor().checked_neg() == Some(line.units.minor())
        };
        if let (Some(at), Some(price)) = (sold.iter().position(is_back), line.price) {
            sold.swap_remove(at);
            line.price = Some(PriceText::Total(price.quote().zero()));
        }
    }
}

/// What is missing for an entry to balance where lots weigh their cost, by commodity; nothing where it has no room.
fn gains(lines: &[LotLine<'_>]) -> Option<Vec<Amount>> {
    let mut sums: BTreeMap<Commodity, Decimal> = BTreeMap::new();
    for line in lines {
        let (commodity, weight) = weight(line)?;
        let sum = sums.entry(commodity).or_default();
        *sum = sum.checked_add(weight)?;
    }
    let missing = |(commodity, sum): (Commodity, Decimal)| {
        Amount::from_decimal(-sum, commodity, Rounding::HalfEven).ok()
    };
    let missing = sums.into_iter().map(missing).collect::<Option<Vec<Amount>>>()?;
    Some(missing.into_iter().filter(|amount| !amount.is_zero()).collect())
}
