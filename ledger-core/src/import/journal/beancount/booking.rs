//! Booking: which lots are sold, and so at what cost a line is weighed.
//!
//! Lots are kept here only to find these costs; a book gets them as weights, with the lot that each line names.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::super::model::{
    AccountIndex, BookedLot, CommodityIndex, JournalFile, JournalLine, LineRate, LineState,
};
use super::super::sources::Sources;
use crate::lot::LotMethod;

/// Stands for the currency of an amount that names none.
pub(super) const UNKNOWN: CommodityIndex = CommodityIndex::MAX;

/// How lots are chosen where several fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// None is chosen: the line has to tell.
    Strict,
    /// The oldest first.
    Fifo,
    /// The newest first.
    Lifo,
    /// The dearest first.
    Hifo,
    /// Nothing is matched: every line is a lot of its own.
    None,
}

impl Method {
    /// The method of an account of a book.
    pub(super) fn of_book(self) -> Option<LotMethod> {
        match self {
            Method::Strict => Some(LotMethod::Named),
            Method::Fifo => Some(LotMethod::Fifo),
            Method::Lifo => Some(LotMethod::Lifo),
            Method::Hifo => Some(LotMethod::Hifo),
            Method::None => None,
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Method> {
        match name.to_ascii_uppercase().as_str() {
            "STRICT" | "STRICT_WITH_SIZE" => Some(Method::Strict),
            "FIFO" => Some(Method::Fifo),
            "LIFO" => Some(Method::Lifo),
            "HIFO" => Some(Method::Hifo),
            "NONE" => Some(Method::None),
            _ => None,
        }
    }
}

/// A cost as it is written between braces.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct CostSpec<'t> {
    pub number: Option<Decimal>,
    /// What the whole costs besides.
    pub fee: Option<Decimal>,
    pub currency: Option<CommodityIndex>,
    pub on: Option<NaiveDate>,
    pub label: Option<Cow<'t, str>>,
    /// Whether the number is for the whole.
    pub total: bool,
    pub text: &'t str,
    /// The day of the entry.
    pub bought_on: NaiveDate,
}

impl CostSpec<'_> {
    /// Whether it says more than a cost for each unit.
    pub(super) fn says_more(&self) -> bool {
        self.on.is_some() || self.label.is_some() || self.fee.is_some() || self.number.is_none()
    }

    /// The cost of one unit, as far as it is told.
    fn unit(&self, quantity: Decimal) -> Option<Decimal> {
        let fee = self.fee.unwrap_or_default();
        match (self.number, self.total) {
            (None, _) => self.fee.and_then(|fee| fee.checked_div(quantity.abs())),
            (Some(number), true) => number.checked_add(fee)?.checked_div(quantity.abs()),
            (Some(number), false) if fee.is_zero() => Some(number),
            (Some(number), false) => number.checked_add(fee.checked_div(quantity.abs())?),
        }
    }
}

/// Units that were bought at one cost.
#[derive(Debug, Clone, PartialEq)]
struct Lot {
    quantity: Decimal,
    cost: Decimal,
    currency: CommodityIndex,
    on: NaiveDate,
    label: Option<String>,
}

type Key = (AccountIndex, CommodityIndex);
type Refusal = (&'static str, String);

/// What a line with a cost becomes, for one lot.
struct Part<'t> {
    quantity: Decimal,
    rate: LineRate,
    /// How the lot is told, where the line says more than its cost.
    text: Option<String>,
    opened_on: Option<NaiveDate>,
    label: Option<Cow<'t, str>>,
}

/// Books all entries in the order of their days; one whose lots cannot be found is left out with a problem.
pub(super) fn book<'t>(
    file: &mut JournalFile<'t>,
    sources: &Sources,
    costs: &HashMap<usize, CostSpec<'t>>,
    method: Method,
    methods: &HashMap<AccountIndex, Method>,
) {
    if costs.is_empty()
        && file.lines.iter().all(|line| line.commodity != UNKNOWN || line.state == LineState::Elided)
    {
        clear_unknown(file);
        return;
    }
    let mut order: Vec<usize> = (0..file.entries.len()).collect();
    order.sort_by_key(|at| file.entries[*at].on);
    let mut booker = Booker { file, costs, method, methods, lots: HashMap::new() };
    for at in order {
        let before: Vec<(Key, Option<Vec<Lot>>)> = booker.touched(at);
        if let Err((code, reason)) = booker.entry(at) {
            for (key, lots) in before {
                booker.lots.insert(key, lots.unwrap_or_default());
            }
            let entry = &mut booker.file.entries[at];
            entry.dropped = true;
            let place = entry.place;
            booker.file.problem(sources, place, 0, code, reason);
        }
    }
    clear_unknown(file);
}

/// Elided lines may be of any commodity; they get theirs when they are filled in.
fn clear_unknown(file: &mut JournalFile<'_>) {
    for line in file.lines.iter_mut().filter(|line| line.commodity == UNKNOWN) {
        line.commodity = 0;
    }
}

struct Booker<'f, 't> {
    file: &'f mut JournalFile<'t>,
    costs: &'f HashMap<usize, CostSpec<'t>>,
    method: Method,
    methods: &'f HashMap<AccountIndex, Method>,
    lots: HashMap<Key, Vec<Lot>>,
}

impl<'t> Booker<'_, 't> {
    /// The lots that an entry can change, as they are before it.
    fn touched(&self, at: usize) -> Vec<(Key, Option<Vec<Lot>>)> {
        let range = self.file.entries[at].range();
        let costed = range.filter(|place| self.costs.contains_key(place));
        let keys = costed.map(|place| (self.file.lines[place].account, self.file.lines[place].commodity));
        keys.map(|key| (key, self.lots.get(&key).cloned())).collect()
    }

    fn entry(&mut self, at: usize) -> Result<(), Refusal> {
        let range = self.file.entries[at].range();
        let currency = self.only_currency(range.clone());
        for place in range.clone() {
            let line = &mut self.file.lines[place];
            if line.commodity == UNKNOWN && line.state == LineState::Written {
                let reason = || {
                    (
                        "unreadable-amount",
                        format!("line {}: the currency is left out, and nothing tells it", line.line),
                    )
                };
                line.commodity = currency.ok_or_else(reason)?;
            }
        }
        let mut more: Vec<(usize, JournalLine<'t>)> = Vec::new();
        for place in range.clone() {
            let Some(spec) = self.costs.get(&place) else { continue };
            let mut parts = self.parts(place, spec, currency)?;
            if self.is_moved_here(range.clone(), place) {
                let day = spec.on.unwrap_or(spec.bought_on);
                parts.iter_mut().for_each(|part| part.opened_on = part.opened_on.or(Some(day)));
            }
            let line = &mut self.file.lines[place];
            let template = line.clone();
            let count = parts.len();
            for (number, Part { quantity, rate, text, opened_on, label }) in parts.into_iter().enumerate() {
                let mut part = template.clone();
                let share = (quantity, part.quantity, count > 1);
                part.quantity = quantity;
                let detail = part.detail.get_or_insert_default();
                let price = detail.rate.take();
                let price = price.map(|price| share_of(price, share));
                let booked = BookedLot { opened_on, label, price, by_price: false, free: false };
                detail.booked = (booked != BookedLot::default()).then(|| Box::new(booked));
                let symbols =
                    |index: CommodityIndex| self.file.commodities[usize::from(index)].symbol.clone();
                let price = price.map(|price| match price {
                    LineRate::Unit(rate, quote) => format!("@ {rate} {}", symbols(quote)),
                    LineRate::Total(total, quote) => format!("@@ {total} {}", symbols(quote)),
                });
                let lot = text.or_else(|| detail.lot.take().map(Cow::into_owned));
                let texts: Vec<String> = lot.into_iter().chain(price).collect();
                detail.lot = (!texts.is_empty()).then(|| Cow::Owned(texts.join(" ")));
                detail.rate = Some(rate);
                match number {
                    0 => self.file.lines[place] = part,
                    _ => more.push((place, part)),
                }
            }
        }
        if !more.is_empty() {
            self.insert(at, more);
        }
        Ok(())
    }

    /// Whether units come in at cost that go out at cost in the same entry: they are moved, and nothing is bought.
    fn is_moved_here(&self, mut range: std::ops::Range<usize>, place: usize) -> bool {
        let at_cost = |at: usize| {
            let line = &self.file.lines[at];
            // A line that was booked already carries its cost, and a price apart from it.
            let detail = line.detail.as_deref();
            let is_priced = match detail.and_then(|detail| detail.booked.as_deref()) {
                Some(booked) => booked.price.is_some(),
                None => at >= place && detail.is_some_and(|detail| detail.rate.is_some()),
            };
            self.costs.contains_key(&at) && !is_priced
        };
        let (commodity, came) = (self.file.lines[place].commodity, self.file.lines[place].quantity);
        let left = |at: usize| {
            let line = &self.file.lines[at];
            line.commodity == commodity && line.quantity.is_sign_negative() && at_cost(at)
        };
        came.is_sign_positive() && at_cost(place) && range.any(left)
    }

    /// The one currency that the priced and plain amounts of an entry come to, if it is one.
    fn only_currency(&self, range: std::ops::Range<usize>) -> Option<CommodityIndex> {
        let mut only = None;
        for place in range {
            let line = &self.file.lines[place];
            let spec = self.costs.get(&place).map(|spec| spec.currency);
            let rate = line.detail.as_deref().and_then(|detail| detail.rate);
            let currency = match (spec, rate) {
                (Some(currency), _) => currency,
                (None, Some(LineRate::Unit(_, quote) | LineRate::Total(_, quote))) => Some(quote),
                (None, None) => Some(line.commodity).filter(|commodity| *commodity != UNKNOWN),
            };
            let Some(currency) = currency else { continue };
            if only.is_some_and(|only| only != currency) {
                return None;
            }
            only = Some(currency);
        }
        only
    }

    /// What a line with a cost becomes: for every lot the quantity, its cost and how it is told.
    fn parts(
        &mut self,
        place: usize,
        spec: &CostSpec<'_>,
        only: Option<CommodityIndex>,
    ) -> Result<Vec<Part<'t>>, Refusal> {
        let line = &self.file.lines[place];
        let (quantity, key, number) = (line.quantity, (line.account, line.commodity), line.line);
        let method = self.methods.get(&line.account).copied().unwrap_or(self.method);
        let opposite = |lot: &Lot| lot.quantity.is_sign_negative() != quantity.is_sign_negative();
        let held = self.lots.get(&key).map_or(&[][..], Vec::as_slice);
        if method != Method::None && held.iter().any(opposite) {
            let taken = self
                .reduce(key, quantity, spec, method)
                .map_err(|(code, reason)| (code, format!("line {number}: {reason}")))?;
            let many = taken.len() > 1;
            let show = |lot: &Lot| {
                let symbol = self.file.symbol(lot.currency);
                (many || spec.says_more()).then(|| format!("{{{} {symbol}, {}}}", lot.cost, lot.on))
            };
            let part = |lot: &Lot| Part {
                quantity: lot.quantity,
                rate: LineRate::Unit(lot.cost, lot.currency),
                text: show(lot),
                opened_on: Some(lot.on),
                label: lot.label.clone().map(Cow::Owned),
            };
            return Ok(taken.iter().map(part).collect());
        }
        let refuse =
            |what: &str| ("booking", format!("line {number}: the cost of what is bought has no {what}"));
        let cost = spec.unit(quantity).ok_or_else(|| refuse("number"))?;
        let currency = spec.currency.or(only).ok_or_else(|| refuse("currency"))?;
        let label = spec.label.as_deref().map(str::to_owned);
        let lot = Lot { quantity, cost, currency, on: spec.on.unwrap_or(spec.bought_on), label };
        self.lots.entry(key).or_default().push(lot);
        let rate = match (spec.total, spec.number) {
            (true, Some(total)) => LineRate::Total(total + spec.fee.unwrap_or_default(), currency),
            _ => LineRate::Unit(cost, currency),
        };
        let opened_on = spec.on.filter(|on| *on != spec.bought_on);
        let label = spec.label.as_deref().map(|label| Cow::Owned(label.to_owned()));
        Ok(vec![Part { quantity, rate, text: None, opened_on, label }])
    }

    /// Takes a quantity out of the lots that fit; returns what was taken, with the sign of the line.
    fn reduce(
        &mut self,
        key: Key,
        quantity: Decimal,
        spec: &CostSpec<'_>,
        method: Method,
    ) -> Result<Vec<Lot>, Refusal> {
        let lots = self.lots.entry(key).or_default();
        let unit = spec.unit(quantity);
        let fits = |lot: &Lot| {
            lot.quantity.is_sign_negative() != quantity.is_sign_negative()
                && unit.is_none_or(|unit| unit == lot.cost)
                && spec.currency.is_none_or(|currency| currency == lot.currency)
                && spec.on.is_none_or(|on| on == lot.on)
                && spec.label.as_deref().is_none_or(|label| Some(label) == lot.label.as_deref())
        };
        let mut fitting: Vec<usize> = (0..lots.len()).filter(|at| fits(&lots[*at])).collect();
        let needed = quantity.abs();
        let there: Decimal = fitting.iter().map(|at| lots[*at].quantity.abs()).sum();
        if fitting.is_empty() {
            return Err(("booking", format!("no lot fits {}", spec.text)));
        }
        if there < needed {
            return Err(("booking", format!("the lots that fit {} hold {there}, not {needed}", spec.text)));
        }
        if fitting.len() > 1 && there != needed {
            match method {
                Method::Fifo => fitting.sort_by_key(|at| lots[*at].on),
                Method::Lifo => fitting.sort_by_key(|at| std::cmp::Reverse(lots[*at].on)),
                Method::Hifo => fitting.sort_by_key(|at| std::cmp::Reverse(lots[*at].cost)),
                Method::Strict | Method::None => {
                    let reason = format!(
                        "{} lots fit {} (name the one by its date or cost)",
                        fitting.len(),
                        spec.text
                    );
                    return Err(("booking", reason));
                }
            }
        }
        let (mut rest, mut taken) = (needed, Vec::new());
        for at in fitting {
            let lot = &mut lots[at];
            let part = rest.min(lot.quantity.abs());
            if part.is_zero() {
                break;
            }
            let signed = if quantity.is_sign_negative() { -part } else { part };
            taken.push(Lot { quantity: signed, ..lot.clone() });
            lot.quantity += signed;
            rest -= part;
        }
        lots.retain(|lot| !lot.quantity.is_zero());
        Ok(taken)
    }

    /// Puts lines behind those that they are parts of; the entry's lines move to the end.
    fn insert(&mut self, at: usize, more: Vec<(usize, JournalLine<'t>)>) {
        let first = self.file.lines.len();
        let mut more = more.into_iter().peekable();
        for place in self.file.entries[at].range() {
            let line = self.file.lines[place].clone();
            self.file.lines.push(line);
            while let Some((_, part)) = more.next_if(|(of, _)| *of == place) {
                self.file.lines.push(part);
            }
        }
        let entry = &mut self.file.entries[at];
        entry.first = first as u32;
        entry.count = (self.file.lines.len() - first) as u32;
    }
}

/// The price of one of several parts: its share of a total.
fn share_of(price: LineRate, (part, whole, many): (Decimal, Decimal, bool)) -> LineRate {
    match price {
        LineRate::Total(total, quote) if many => {
            let unit = total.checked_div(whole.abs()).unwrap_or_default();
            unit.checked_mul(part.abs()).map_or(price, |total| LineRate::Total(total, quote))
        }
        other => other,
    }
}
