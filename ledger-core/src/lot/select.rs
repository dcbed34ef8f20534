//! Which lots a movement takes out, and how much of each.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

use super::open::{Held, Holding};
use super::{LineLot, LotBasis, LotCost, LotMethod, LotTrouble, Movement};
use crate::money::{Amount, Rounding, convert, divide};

/// How many lots are told where none is chosen.
const TOLD_MAX: usize = 5;

type Lots = VecDeque<Holding>;

/// Lots to take out: the place of each among those that are held, and how many units.
pub(super) type Taken = Vec<(usize, i64)>;

/// The lots that a movement takes out of those that are held.
///
/// Where fewer are held, all of them are given: the movement exceeds what is held.
///
/// # Errors
/// Why none can be chosen.
pub(super) fn select(all: &Held, movement: &Movement, method: LotMethod) -> Result<Taken, Box<LotTrouble>> {
    let wanted = movement.units.minor().unsigned_abs();
    let (held, named_lot) = (all.lots(), movement.lot.as_ref().filter(|lot| names_a_lot(lot)));
    let places = 0..held.len();
    match (method, named_lot) {
        // Without looking at every lot: an account may have very many.
        (LotMethod::Fifo | LotMethod::Average, None) => return Ok(in_order(held, places, wanted)),
        (LotMethod::Lifo, None) => return Ok(in_order(held, newest_day_first(held), wanted)),
        _ => {}
    }
    let mut fitting: Vec<usize> = places.filter(|at| held[*at].units() > 0).collect();
    if let Some(lot) = named_lot {
        fitting = named(held, fitting, movement, lot, method);
        let there = units_of(held, &fitting);
        if there < i128::from(wanted) {
            let named = lot.text(movement.weight.and_then(|_| named_cost(movement)).as_ref());
            let held = Amount::new(i64::try_from(there).unwrap_or(i64::MAX), movement.units.commodity());
            return Err(Box::new(LotTrouble::NoSuchLot { named, held }));
        }
    }
    let all = units_of(held, &fitting) <= i128::from(wanted);
    match method {
        _ if all => {}
        LotMethod::Fifo | LotMethod::Average => {}
        // Stable: lots of one day stay in their order.
        LotMethod::Lifo => fitting.sort_by_key(|at| Reverse(held[*at].lot.opened_on)),
        LotMethod::Hifo => {
            let mut dearest = dearest_first(held, fitting)?;
            return Ok(in_order(held, std::iter::from_fn(|| Some(dearest.pop()?.place.0)), wanted));
        }
        LotMethod::Named => {
            let (first, rest) = fitting.split_first().unwrap_or((&0, &[]));
            if !rest.iter().all(|at| is_same(&held[*first], &held[*at])) {
                let lots = fitting.iter().take(TOLD_MAX).map(|at| held[*at].lot.clone()).collect();
                return Err(Box::new(LotTrouble::Unnamed { open: fitting.len(), lots }));
            }
        }
    }
    Ok(in_order(held, fitting.into_iter(), wanted))
}

/// As many units as are wanted, out of lots in an order.
fn in_order(held: &Lots, places: impl Iterator<Item = usize>, wanted: u64) -> Taken {
    let mut rest = wanted;
    let mut taken = Taken::new();
    for at in places {
        if rest == 0 {
            break;
        }
        let units = rest.min(held[at].units().unsigned_abs());
        rest -= units;
        if units > 0 {
            // No more than a lot holds, which fits.
            taken.push((at, units as i64));
        }
    }
    taken
}

/// The places of lots from the newest day to the oldest; those of one day from the first to the last, as beancount has it.
fn newest_day_first(held: &Lots) -> impl Iterator<Item = usize> {
    let mut end = held.len();
    std::iter::from_fn(move || {
        let day = held.get(end.checked_sub(1)?)?.lot.opened_on;
        let first = held.partition_point(|holding| holding.lot.opened_on < day);
        let of_day = first..end;
        end = first;
        Some(of_day)
    })
    .flatten()
}

fn units_of(held: &Lots, places: &[usize]) -> i128 {
    places.iter().map(|at| i128::from(held[*at].units())).sum()
}

fn names_a_lot(lot: &LineLot) -> bool {
    lot.opened_on.is_some() || lot.label.is_some() || lot.basis == LotBasis::Cost
}

/// Those of the lots that are the one which is named: by day, by label, by cost.
fn named(
    held: &Lots,
    mut fitting: Vec<usize>,
    movement: &Movement,
    lot: &LineLot,
    method: LotMethod,
) -> Vec<usize> {
    fitting.retain(|at| {
        let open = &held[*at].lot;
        lot.opened_on.is_none_or(|day| day == open.opened_on)
            && lot.label.as_ref().is_none_or(|label| Some(label) == open.label.as_ref())
    });
    // Averaged lots cost something else than their purchase did.
    let Some(weight) =
        movement.weight.filter(|_| lot.basis == LotBasis::Cost && method != LotMethod::Average)
    else {
        return fitting;
    };
    let in_kind = |at: &usize| held[*at].lot.cost.commodity() == Some(weight.commodity());
    let off = |at: &usize| cost_difference(&held[*at], movement, weight);
    let exact: Vec<usize> = fitting.iter().copied().filter(|at| in_kind(at) && off(at) == 0).collect();
    if !exact.is_empty() {
        return exact;
    }
    // A part that was moved here carries a share of a cost, rounded once more.
    fitting.retain(|at| in_kind(at) && off(at) <= 1);
    fitting
}

/// By how many minor units a lot's whole cost is off from the cost that is named.
fn cost_difference(held: &Holding, movement: &Movement, weight: Amount) -> u128 {
    let (whole_units, whole_cost) = held.whole();
    let whole = movement.units.commodity().amount(whole_units);
    let told = movement.unit_cost.and_then(|rate| convert(whole, rate, weight.commodity()).ok());
    if let Some(told) = told {
        return (i128::from(told.minor()) - i128::from(whole_cost)).unsigned_abs();
    }
    let units = i128::from(movement.units.minor()).abs();
    let share = divide(i128::from(whole_cost) * units, i128::from(whole_units.max(1)), Rounding::HalfEven);
    (share - i128::from(weight.minor()).abs()).unsigned_abs()
}

/// The cost that a movement names, as a price to show.
fn named_cost(movement: &Movement) -> Option<crate::journal::LinePrice> {
    let weight = movement.weight?.abs().ok()?;
    Some(match movement.unit_cost {
        Some(rate) => crate::journal::LinePrice::unit(rate, weight.commodity()),
        None => crate::journal::LinePrice::total(weight),
    })
}

/// Whether it makes no difference which of two lots is taken.
fn is_same(left: &Holding, right: &Holding) -> bool {
    let per_unit = compare_unit_costs(left, right) == Some(Ordering::Equal);
    per_unit && left.lot.opened_on == right.lot.opened_on && left.lot.label == right.lot.label
}

fn compare_unit_costs(left: &Holding, right: &Holding) -> Option<Ordering> {
    let comparable = match (left.lot.cost, right.lot.cost) {
        (LotCost::Unknown, _) | (_, LotCost::Unknown) => false,
        (LotCost::Paid(left), LotCost::Paid(right)) => left.commodity() == right.commodity(),
        _ => true,
    };
    let ((left_units, left_cost), (right_units, right_cost)) = (left.whole(), right.whole());
    let product = |cost: i64, units: i64| i128::from(cost) * i128::from(units);
    comparable.then(|| product(left_cost, right_units).cmp(&product(right_cost, left_units)))
}

/// Lots whose greatest is the dearest; of equally dear ones, the older.
fn dearest_first(held: &Lots, fitting: Vec<usize>) -> Result<BinaryHeap<Dearness>, Box<LotTrouble>> {
    let first = fitting.first().copied().unwrap_or(0);
    // Where all can be compared with one that has a price, they can be with each other.
    let priced = fitting.iter().copied().find(|at| held[*at].lot.cost.amount().is_some()).unwrap_or(first);
    if fitting.iter().any(|at| compare_unit_costs(&held[priced], &held[*at]).is_none()) {
        return Err(Box::new(LotTrouble::Incomparable));
    }
    let dearness = |at: usize| {
        let (units, cost) = held[at].whole();
        Dearness { units, cost, place: Reverse(at) }
    };
    // A heap and no sort: a sale takes few of many lots.
    Ok(fitting.into_iter().map(dearness).collect())
}

/// How dear a unit of a lot is, and its place.
#[derive(PartialEq, Eq)]
struct Dearness {
    units: i64,
    cost: i64,
    place: Reverse<usize>,
}

impl Ord for Dearness {
    fn cmp(&self, other: &Self) -> Ordering {
        let product = |cost: i64, units: i64| i128::from(cost) * i128::from(units);
        let dearer = product(self.cost, other.units).cmp(&product(other.cost, self.units));
        dearer.then(self.place.cmp(&other.place))
    }
}

impl PartialOrd for Dearness {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
