//! Where a repayment goes: over open items in a stated order, part by part, with what is left over as credit.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::parts::fit;
use super::{Part, Parts, ReceivableId};
use crate::money::{Amount, format_minor, hand_out};
use crate::{Error, ErrorKind, Result};

/// Something that is owed and still open: an instalment, or a receivable without a plan.
///
/// The items of one repayment may belong to several receivables and, in a group, to several people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenItem {
    /// What it belongs to.
    pub receivable: ReceivableId,
    /// Its place in the plan, from 1; none for what is in no plan.
    pub instalment: Option<u32>,
    /// The day on which it is due; none for what is due on demand.
    pub due_on: Option<NaiveDate>,
    /// What is open of it, none below zero.
    pub open: Parts,
}

/// So much for one item, or for one receivable, as its payer chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenItem {
    /// What the item belongs to.
    pub receivable: ReceivableId,
    /// Its place in the plan; none for all items of the receivable, oldest due day first.
    pub instalment: Option<u32>,
    /// How much it gets, in minor units, above zero and no more than is open.
    pub amount: i64,
}

/// Which items are paid first.
///
/// Items of one day follow each other by the number of the receivable, then of the instalment; what has no due day comes
/// after what has one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemOrder {
    /// The oldest due day first.
    #[default]
    OldestDue,
    /// The newest due day first.
    NewestDue,
    /// All at once in proportion to what is open. Units that do not divide go to the largest fractions, equal ones by
    /// age, so that no item gets more than is open.
    Proportional,
    /// These items with these amounts; what they leave of the repayment is left over.
    Chosen(Vec<ChosenItem>),
}

/// Whether an item is finished first, or a part of all items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precedence {
    /// All parts of one item before the next item.
    #[default]
    Items,
    /// One part of all items before the next part: all fees before any interest.
    Parts,
}

/// The order in which a repayment is allocated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllocationOrder {
    /// The parts, the first paid first; each once.
    pub parts: [Part; 3],
    /// The items.
    pub items: ItemOrder,
    /// Which of the two comes before the other; of chosen items, within each choice.
    pub precedence: Precedence,
}

impl Default for AllocationOrder {
    /// Item by item, oldest due first; of each item fees, then interest, then principal.
    fn default() -> AllocationOrder {
        AllocationOrder {
            parts: [Part::Fee, Part::Interest, Part::Principal],
            items: ItemOrder::default(),
            precedence: Precedence::default(),
        }
    }
}

/// What an item gets of a repayment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AllocatedItem {
    /// The item as it was before.
    pub item: OpenItem,
    /// What it gets, never more than is open and never all zero.
    pub paid: Parts,
}

/// Where a repayment goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Allocation {
    /// The items that get something, in the order in which they are paid.
    pub items: Vec<AllocatedItem>,
    /// What no item takes: a credit of the payer.
    pub left_over: i64,
}

impl Allocation {
    /// What each receivable gets.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`], which no allocation that [`allocate`] made runs into.
    pub fn by_receivable(&self) -> Result<BTreeMap<ReceivableId, Parts>> {
        let mut sums = BTreeMap::new();
        for allocated in &self.items {
            let sum: &mut Parts = sums.entry(allocated.item.receivable).or_default();
            *sum = sum.plus(allocated.paid)?;
        }
        Ok(sums)
    }
}

/// Allocates a repayment over open items; what they get and what is left over come exactly to the repayment.
///
/// No part of an item gets more than is open, so that what is left over is more than zero only where every item (every
/// chosen amount) is paid. Nothing is changed by it: it is the preview as well as the deed.
///
/// ```
/// use ledger_core::receivable::{AllocationOrder, OpenItem, Parts, ReceivableId, allocate};
///
/// let item = |receivable, due_on: &str, principal, interest| OpenItem {
///     receivable: ReceivableId::new(receivable),
///     instalment: Some(1),
///     due_on: due_on.parse().ok(),
///     open: Parts { principal, interest, fee: 0 },
/// };
/// let items = [item(1, "2026-03-01", 10_000, 0), item(2, "2026-02-01", 5_000, 250)];
/// let allocation = allocate("120.00 EUR".parse()?, &items, &AllocationOrder::default())?;
/// assert_eq!(allocation.items[0].paid, Parts { principal: 5_000, interest: 250, fee: 0 });
/// assert_eq!(allocation.items[1].paid, Parts { principal: 6_750, interest: 0, fee: 0 });
/// assert_eq!(allocation.left_over, 0);
/// # Ok::<(), ledger_core::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::InvalidSetting`] for a repayment of zero or less, parts that are not each there once, and chosen
/// amounts of zero or less, above what is open, or above the repayment in all; [`ErrorKind::NotFound`] for a chosen item
/// that is not open; [`ErrorKind::Misuse`] for an open part below zero; [`ErrorKind::AmountOverflow`] for an
/// item whose parts together do not fit.
pub fn allocate(repayment: Amount, items: &[OpenItem], order: &AllocationOrder) -> Result<Allocation> {
    check(repayment, items, order)?;
    let mut desk = Desk { items: in_order(items, &order.items), order, paid: Vec::new() };
    desk.paid.resize(items.len(), Parts::ZERO);
    let all: Vec<usize> = (0..items.len()).collect();
    let (left_over, places) = match &order.items {
        ItemOrder::Chosen(chosen) => desk.pay_chosen(repayment, chosen)?,
        _ => (desk.pay(repayment.minor(), &all)?, all),
    };
    let paid = places.into_iter().map(|at| AllocatedItem { item: desk.items[at], paid: desk.paid[at] });
    Ok(Allocation { items: paid.filter(|allocated| !allocated.paid.is_zero()).collect(), left_over })
}

/// The items in their order, with what each has been paid so far.
struct Desk<'o> {
    items: Vec<OpenItem>,
    paid: Vec<Parts>,
    order: &'o AllocationOrder,
}

impl Desk<'_> {
    /// Pays the items at some places as far as an amount goes, and gives back the rest of it.
    fn pay(&mut self, amount: i64, places: &[usize]) -> Result<i64> {
        match self.order.precedence {
            Precedence::Items => self.pour(amount, places, &self.order.parts),
            Precedence::Parts => {
                let parts = self.order.parts.iter();
                parts.copied().try_fold(amount, |left, part| self.pour(left, places, &[part]))
            }
        }
    }

    /// Pays each choice, and gives back the rest with the places that were chosen, in their order.
    fn pay_chosen(&mut self, repayment: Amount, chosen: &[ChosenItem]) -> Result<(i64, Vec<usize>)> {
        let shown = |minor: i64| repayment.commodity().amount(minor).to_string();
        let (mut left, mut all) = (repayment.minor(), Vec::new());
        for choice in chosen {
            let places = self.places(choice)?;
            let refuse = |reason| refuse_choice(shown(choice.amount), reason);
            if choice.amount <= 0 {
                return Err(refuse(format!("{} gets more than zero or is left out", name(choice))));
            }
            if choice.amount > left {
                return Err(refuse(format!("only {} are left of {repayment}", shown(left))));
            }
            let beyond = self.pay(choice.amount, &places)?;
            if beyond > 0 {
                let open = shown(choice.amount - beyond);
                return Err(refuse(format!("{} has only {open} open", name(choice))));
            }
            left -= choice.amount;
            all.extend(places.into_iter().filter(|at| !all.contains(at)).collect::<Vec<_>>());
        }
        Ok((left, all))
    }

    fn places(&self, choice: &ChosenItem) -> Result<Vec<usize>> {
        let fits = |item: &OpenItem| {
            item.receivable == choice.receivable
                && (choice.instalment.is_none() || choice.instalment == item.instalment)
        };
        let places: Vec<usize> = (0..self.items.len()).filter(|at| fits(&self.items[*at])).collect();
        if places.is_empty() {
            let suggestions = Vec::new();
            return Err(ErrorKind::NotFound { what: "open item", name: name(choice), suggestions }.into());
        }
        Ok(places)
    }

    /// Pays some parts of the items at some places: in proportion if so ordered, otherwise one after the other.
    fn pour(&mut self, amount: i64, places: &[usize], parts: &[Part]) -> Result<i64> {
        let open_of = |at: &usize| {
            let open = self.items[*at].open.minus(self.paid[*at])?;
            fit(parts.iter().map(|part| i128::from(open.get(*part))).sum())
        };
        let open = places.iter().map(open_of).collect::<Result<Vec<i64>>>()?;
        let shares = match self.order.items {
            ItemOrder::Proportional => in_proportion(amount, &open)?,
            _ => in_turn(amount, &open),
        };
        let mut left = amount;
        for (&at, share) in places.iter().zip(shares) {
            left -= share;
            self.fill(at, share, parts)?;
        }
        Ok(left)
    }

    /// Pays the parts of an item in their order.
    fn fill(&mut self, at: usize, share: i64, parts: &[Part]) -> Result<()> {
        let open = self.items[at].open.minus(self.paid[at])?;
        let mut left = share;
        for &part in parts {
            let paid = left.min(open.get(part));
            self.paid[at] = self.paid[at].plus(Parts::of(part, paid))?;
            left -= paid;
        }
        Ok(())
    }
}

/// As much as is open for each in turn, until nothing is left.
fn in_turn(amount: i64, open: &[i64]) -> Vec<i64> {
    let mut left = amount;
    let mut take = |open: &i64| {
        let share = left.min(*open);
        left -= share;
        share
    };
    open.iter().map(&mut take).collect()
}

/// Shares in proportion to what is open, by largest remainder: each exact share cut, then one unit more for the largest
/// fractions.
///
/// A share with a fraction lies below what is open, so one unit more does not pass it; and fewer units are left over
/// than there are fractions.
fn in_proportion(amount: i64, open: &[i64]) -> Result<Vec<i64>> {
    let total: i128 = open.iter().copied().map(i128::from).sum();
    if total == 0 {
        return Ok(vec![0; open.len()]);
    }
    let amount = i128::from(amount).min(total);
    let mut shares: Vec<i128> = open.iter().map(|open| amount * i128::from(*open) / total).collect();
    let left_over = amount - shares.iter().sum::<i128>();
    let mut by_fraction: Vec<usize> = (0..open.len()).collect();
    // The sort is stable, so that equal fractions keep the order of the items.
    by_fraction.sort_by_key(|at| Reverse(amount * i128::from(open[*at]) % total));
    hand_out(&mut shares, left_over, by_fraction.into_iter());
    shares.into_iter().map(fit).collect()
}

fn in_order(items: &[OpenItem], order: &ItemOrder) -> Vec<OpenItem> {
    let mut sorted = items.to_vec();
    let by_number = |item: &OpenItem| (item.receivable, item.instalment);
    match order {
        ItemOrder::NewestDue => {
            sorted.sort_by_key(|item| (item.due_on.is_none(), Reverse(item.due_on), by_number(item)));
        }
        _ => sorted.sort_by_key(|item| (item.due_on.is_none(), item.due_on, by_number(item))),
    }
    sorted
}

/// Refuses a repayment that is not above zero.
pub(crate) fn check_repayment(repayment: Amount) -> Result<()> {
    if repayment.minor() > 0 {
        return Ok(());
    }
    let reason = "it has to be above zero (money that went the other way is a disbursement or a refund)";
    Err(refuse_choice(repayment.to_string(), reason.to_owned()))
}

fn check(repayment: Amount, items: &[OpenItem], order: &AllocationOrder) -> Result<()> {
    check_repayment(repayment)?;
    if Part::ALL.iter().any(|part| !order.parts.contains(part)) {
        let value = order.parts.map(Part::as_str).join(", ");
        let reason = "fee, interest and principal are each there once".to_owned();
        return Err(ErrorKind::InvalidSetting { what: "order of parts", value, reason }.into());
    }
    for item in items {
        item.open.total()?;
        if let Some(part) = Part::ALL.into_iter().find(|part| item.open.get(*part) < 0) {
            let open = format_minor(i128::from(item.open.get(part)), repayment.commodity());
            let (receivable, part) = (item.receivable, part.as_str());
            let text = format!("receivable {receivable} has {open} of {part} open: a credit is no open item");
            return Err(ErrorKind::Misuse(text).into());
        }
    }
    Ok(())
}

fn name(choice: &ChosenItem) -> String {
    match choice.instalment {
        Some(number) => format!("instalment {number} of receivable {}", choice.receivable),
        None => format!("receivable {}", choice.receivable),
    }
}

fn refuse_choice(value: String, reason: String) -> Error {
    ErrorKind::InvalidSetting { what: "repayment", value, reason }.into()
}

#[cfg(test)]
mod tests;
