//! Lots that are open, and taking parts out of them.

use std::collections::VecDeque;

use chrono::NaiveDate;
use serde::Serialize;

use super::LotCost;
use crate::account::AccountId;
use crate::money::{Amount, Rounding, divide};

/// Units that were bought on one day at one cost, as far as they are still held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lot {
    /// The account that holds them.
    pub account: AccountId,
    /// The day on which they were bought; units moved between own accounts keep it.
    pub opened_on: NaiveDate,
    /// The entry that bought them.
    pub entry: i64,
    /// The line of that entry, from 1.
    pub line: i32,
    /// The lot's name.
    pub label: Option<String>,
    /// How many are left.
    pub units: Amount,
    /// What those that are left cost.
    pub cost: LotCost,
}

/// A lot of which parts are taken, so that the costs of all parts come to exactly what the whole did.
#[derive(Debug, Clone)]
pub(super) struct Holding {
    pub lot: Lot,
    /// What there was when nothing had been taken, and how much was since.
    whole_units: i64,
    whole_cost: i64,
    taken: i64,
}

impl Holding {
    pub(super) fn new(lot: Lot) -> Self {
        let (whole_units, whole_cost) = (lot.units.minor(), lot.cost.minor().unwrap_or(0));
        Holding { lot, whole_units, whole_cost, taken: 0 }
    }

    pub(super) fn units(&self) -> i64 {
        self.lot.units.minor()
    }

    /// Its units and cost before anything was taken.
    pub(super) fn whole(&self) -> (i64, i64) {
        (self.whole_units, self.whole_cost)
    }

    /// The cost of the first `units` of the whole, rounded half-even.
    fn cost_of_first(&self, units: i64) -> i64 {
        let share = divide(
            i128::from(self.whole_cost) * i128::from(units),
            i128::from(self.whole_units.max(1)),
            Rounding::HalfEven,
        );
        // No more than the whole, which fits.
        share as i64
    }

    /// Takes at most `units` out, with their share of the cost.
    pub(super) fn take(&mut self, units: i64) -> Lot {
        let units = units.min(self.units());
        let cost = self.cost_of_first(self.taken + units) - self.cost_of_first(self.taken);
        self.taken += units;
        let (commodity, before) = (self.lot.units.commodity(), self.lot.cost);
        let part = Lot { units: commodity.amount(units), cost: before.with_minor(cost), ..self.lot.clone() };
        self.lot.units = commodity.amount(self.whole_units - self.taken);
        self.lot.cost = before.with_minor(self.whole_cost - self.cost_of_first(self.taken));
        part
    }

    /// Takes at most `units` out at a cost that is told; what is left keeps its cost until it is told as well.
    pub(super) fn take_at(&mut self, units: i64, cost: LotCost) -> Lot {
        Lot { cost, ..self.take(units) }
    }

    /// Says what its units cost from now on.
    pub(super) fn set_cost(&mut self, cost: LotCost) {
        *self = Holding::new(Lot { cost, ..self.lot.clone() });
    }
}

/// The lots of one commodity on one account, in the order of their days.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    lots: VecDeque<Holding>,
    units: i128,
}

impl Held {
    /// How many units all lots hold.
    pub(super) fn units(&self) -> i128 {
        self.units
    }

    pub(super) fn lots(&self) -> &VecDeque<Holding> {
        &self.lots
    }

    pub(super) fn lots_mut(&mut self) -> &mut VecDeque<Holding> {
        &mut self.lots
    }

    /// Puts a lot behind those of its day and of earlier ones.
    pub(super) fn put(&mut self, lot: Lot) {
        self.units += i128::from(lot.units.minor());
        let place = self.lots.partition_point(|other| other.lot.opened_on <= lot.opened_on);
        self.lots.insert(place, Holding::new(lot));
    }

    /// Takes note of units that were taken out of the lots at these places, and forgets lots of which nothing is left.
    pub(super) fn took(&mut self, taken: &[(usize, i64)]) {
        self.units -= taken.iter().map(|(_, units)| i128::from(*units)).sum::<i128>();
        let emptied = taken.iter().filter(|(at, _)| self.lots[*at].units() == 0).count();
        let before = self.lots.len();
        // First in, first out and its opposite empty lots at an end, where that costs nothing.
        while self.lots.front().is_some_and(|holding| holding.units() == 0) {
            self.lots.pop_front();
        }
        while self.lots.back().is_some_and(|holding| holding.units() == 0) {
            self.lots.pop_back();
        }
        if before - self.lots.len() < emptied {
            self.lots.retain(|holding| holding.units() > 0);
        }
    }
}
