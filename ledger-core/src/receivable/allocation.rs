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

fn check(repayment: Amount, items: &[OpenItem], order: &AllocationOrder) -> Result<()> {
    if repayment.minor() <= 0 {
        let reason = "it has to be above zero (money that went the other way is a disbursement or a refund)";
        return Err(refuse_choice(repayment.to_string(), reason.to_owned()));
    }
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
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn item(
        receivable: i32,
        instalment: u32,
        due_on: &str,
        [fee, interest, principal]: [i64; 3],
    ) -> OpenItem {
        OpenItem {
            receivable: ReceivableId::new(receivable),
            instalment: (instalment > 0).then_some(instalment),
            due_on: (!due_on.is_empty()).then(|| day(due_on)),
            open: Parts { principal, interest, fee },
        }
    }

    /// Two receivables: one of a plan with two open instalments, one on demand.
    fn items() -> [OpenItem; 3] {
        [
            item(1, 0, "", [0, 0, 600]),
            item(2, 2, "2026-03-01", [0, 20, 180]),
            item(2, 1, "2026-02-01", [50, 30, 120]),
        ]
    }

    /// What is paid as receivable, instalment, fee, interest and principal, and what is left over.
    fn paid(minor: i64, order: &AllocationOrder) -> (Vec<[i64; 5]>, i64) {
        let allocation = allocate(eur(minor), &items(), order).unwrap();
        let row = |one: &AllocatedItem| {
            let Parts { principal, interest, fee } = one.paid;
            [
                one.item.receivable.get().into(),
                one.item.instalment.unwrap_or(0).into(),
                fee,
                interest,
                principal,
            ]
        };
        (allocation.items.iter().map(row).collect(), allocation.left_over)
    }

    fn eur(minor: i64) -> Amount {
        crate::money::Commodity::iso("EUR").unwrap().amount(minor)
    }

    fn ordered(items: ItemOrder) -> AllocationOrder {
        AllocationOrder { items, ..AllocationOrder::default() }
    }

    fn chosen(choices: &[(i32, u32, i64)]) -> AllocationOrder {
        let choice = |&(receivable, instalment, amount): &(i32, u32, i64)| ChosenItem {
            receivable: ReceivableId::new(receivable),
            instalment: (instalment > 0).then_some(instalment),
            amount,
        };
        ordered(ItemOrder::Chosen(choices.iter().map(choice).collect()))
    }

    #[test]
    fn the_oldest_due_is_paid_first_and_of_each_item_fee_then_interest_then_principal() {
        let order = AllocationOrder::default();
        assert_eq!(paid(60, &order), (vec![[2, 1, 50, 10, 0]], 0));
        assert_eq!(paid(230, &order), (vec![[2, 1, 50, 30, 120], [2, 2, 0, 20, 10]], 0));
        let all = vec![[2, 1, 50, 30, 120], [2, 2, 0, 20, 180], [1, 0, 0, 0, 600]];
        assert_eq!(paid(1_000, &order), (all.clone(), 0));
        assert_eq!(paid(1_001, &order), (all, 1), "what is more than all that is open is left over");
    }

    #[test]
    fn the_newest_due_comes_first_where_asked_for_and_what_is_due_on_demand_last() {
        let order = ordered(ItemOrder::NewestDue);
        assert_eq!(paid(500, &order).0, [[2, 2, 0, 20, 180], [2, 1, 50, 30, 120], [1, 0, 0, 0, 100]]);
    }

    #[test]
    fn parts_are_paid_in_the_order_given() {
        let parts = [Part::Principal, Part::Fee, Part::Interest];
        let order = AllocationOrder { parts, ..AllocationOrder::default() };
        assert_eq!(paid(150, &order).0, [[2, 1, 30, 0, 120]]);
        let order = AllocationOrder { parts: [Part::Fee, Part::Fee, Part::Interest], ..order };
        let refused = allocate(eur(1), &items(), &order).unwrap_err().to_string();
        assert_eq!(
            refused,
            "order of parts \"fee, fee, interest\" is refused: fee, interest and principal are each there once"
        );
    }

    #[test]
    fn a_part_of_all_items_comes_before_the_next_part_where_parts_take_precedence() {
        let order = AllocationOrder { precedence: Precedence::Parts, ..AllocationOrder::default() };
        assert_eq!(paid(95, &order).0, [[2, 1, 50, 30, 0], [2, 2, 0, 15, 0]]);
        let order = AllocationOrder { items: ItemOrder::Proportional, ..order };
        // Fee 50; interest 30 and 20 share 25 as 15 and 10.
        assert_eq!(paid(75, &order).0, [[2, 1, 50, 15, 0], [2, 2, 0, 10, 0]]);
    }

    #[test]
    fn shares_in_proportion_are_exact_and_the_largest_fractions_take_what_does_not_divide() {
        let order = ordered(ItemOrder::Proportional);
        assert_eq!(paid(500, &order).0, [[2, 1, 50, 30, 20], [2, 2, 0, 20, 80], [1, 0, 0, 0, 300]]);
        // 0.2, 0.2 and 0.6 of a unit.
        assert_eq!(paid(1, &order).0, [[1, 0, 0, 0, 1]]);
        // 0.6, 0.6 and 1.8: the oldest of the equal fractions.
        assert_eq!(paid(3, &order).0, [[2, 1, 1, 0, 0], [1, 0, 0, 0, 2]]);
        assert_eq!(paid(1_200, &order).1, 200);
    }

    #[test]
    fn chosen_items_get_what_was_chosen_and_the_rest_is_left_over() {
        assert_eq!(
            paid(100, &chosen(&[(1, 0, 40), (2, 2, 30)])),
            (vec![[1, 0, 0, 0, 40], [2, 2, 0, 20, 10]], 30)
        );
        // A receivable without an instalment is all of its items, the oldest first.
        assert_eq!(paid(260, &chosen(&[(2, 0, 260)])), (vec![[2, 1, 50, 30, 120], [2, 2, 0, 20, 40]], 0));
        assert_eq!(
            paid(400, &chosen(&[(2, 1, 10), (2, 0, 390)])).0,
            [[2, 1, 50, 30, 120], [2, 2, 0, 20, 180]]
        );
    }

    #[test]
    fn a_choice_that_cannot_be_met_is_refused_with_the_numbers() {
        let refused = |minor, choices: &[(i32, u32, i64)]| {
            allocate(eur(minor), &items(), &chosen(choices)).unwrap_err().to_string()
        };
        assert_eq!(
            refused(500, &[(2, 1, 201)]),
            "repayment \"2.01 EUR\" is refused: instalment 1 of receivable 2 has only 2.00 EUR open"
        );
        assert_eq!(
            refused(50, &[(2, 1, 40), (2, 2, 20)]),
            "repayment \"0.20 EUR\" is refused: only 0.10 EUR are left of 0.50 EUR"
        );
        assert_eq!(refused(50, &[(2, 3, 40)]), "there is no open item \"instalment 3 of receivable 2\"");
        assert!(refused(50, &[(3, 0, 40)]).contains("\"receivable 3\""));
        assert!(refused(50, &[(2, 1, 0)]).contains("more than zero"));
        assert!(refused(50, &[(2, 1, -5)]).contains("-0.05 EUR"));
    }

    #[test]
    fn repayments_and_open_items_below_zero_are_refused() {
        for minor in [0, -1, i64::MIN] {
            let refused = allocate(eur(minor), &items(), &AllocationOrder::default()).unwrap_err();
            assert!(
                matches!(refused.kind(), ErrorKind::InvalidSetting { what: "repayment", .. }),
                "{refused}"
            );
        }
        let credit = item(1, 1, "", [0, -3, 5]);
        let refused = allocate(eur(1), &[credit], &AllocationOrder::default()).unwrap_err().to_string();
        assert_eq!(refused, "receivable 1 has -0.03 EUR of interest open: a credit is no open item");
        let large = item(1, 1, "", [0, i64::MAX, 1]);
        assert!(allocate(eur(1), &[large], &AllocationOrder::default()).is_err());
        let nothing = allocate(eur(7), &[], &AllocationOrder::default()).unwrap();
        assert_eq!((nothing.items.len(), nothing.left_over), (0, 7));
    }

    #[test]
    fn what_each_receivable_gets_is_the_sum_of_its_items() {
        let allocation = allocate(eur(900), &items(), &AllocationOrder::default()).unwrap();
        let sums = allocation.by_receivable().unwrap();
        assert_eq!(sums[&ReceivableId::new(1)], Parts::of(Part::Principal, 500));
        assert_eq!(sums[&ReceivableId::new(2)], Parts { principal: 300, interest: 50, fee: 50 });
    }
}
