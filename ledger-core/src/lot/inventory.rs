//! All lots of some accounts, as the movements of a journal open, move and close them.

use std::collections::{BTreeMap, VecDeque};

use super::open::{Held, Holding};
use super::select::{Taken, select};
use super::{Lot, LotBasis, LotCost, LotMethod, LotProblem, LotStep, LotTrouble, Movement, Realised};
use crate::account::AccountId;
use crate::money::{Amount, Commodity, Rounding, divide};
use crate::{Error, ErrorKind, Result};

type Key = (AccountId, Commodity);

/// All lots of some accounts: fed with movements in the order of the journal, it tells what is open and what was closed.
///
/// Units that leave one account and come into another in one entry, without a price, keep their day and cost. A sale of
/// more than is held closes what there is and is a [`LotProblem`]; so the units of the open lots, less those that are
/// missing, are always the account's balance. The costs of all parts of a lot come to exactly what the lot cost.
///
/// ```
/// use ledger_core::account::{Account, AccountId};
/// use ledger_core::lot::{Inventory, LotMethod, Movement};
/// use ledger_core::money::Commodity;
///
/// let (aapl, usd) = (Commodity::new("AAPL", 0)?, Commodity::new("USD", 2)?);
/// # let broker: AccountId = serde_json::from_str("1").unwrap();
/// let movement = |entry, on: &str, units, weight| Movement {
///     on: on.parse().unwrap(), entry, line: 1, account: broker,
///     units: aapl.amount(units), weight: Some(usd.amount(weight)), unit_cost: None, lot: None,
/// };
/// let mut lots = Inventory::new(LotMethod::Fifo);
/// lots.feed(&[movement(1, "2026-01-05", 10, 1_000_00)])?;
/// lots.feed(&[movement(2, "2026-02-05", -4, -500_00)])?;
/// assert_eq!(lots.open().next().unwrap().cost.amount().unwrap().to_string(), "600.00 USD");
/// assert_eq!(lots.closed()[0].gain()?.unwrap().to_string(), "100.00 USD");
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    default: LotMethod,
    methods: BTreeMap<AccountId, LotMethod>,
    held: BTreeMap<Key, Held>,
    closed: Vec<Realised>,
    problems: Vec<LotProblem>,
    /// Nothing where nobody asks for them.
    steps: Option<Vec<LotStep>>,
}

/// Units that left an account in the entry that is being fed, and have not come in elsewhere.
struct Left {
    lot: Lot,
    line: i32,
    at_cost: bool,
}

impl Inventory {
    /// An inventory without lots, whose accounts all have the method `default`.
    pub fn new(default: LotMethod) -> Self {
        Inventory { default, ..Inventory::default() }
    }

    /// Gives an account a method of its own.
    pub fn set_method(&mut self, account: AccountId, method: LotMethod) {
        self.methods.insert(account, method);
    }

    /// From now on keeps what every line does to lots; see [`Inventory::into_steps`].
    #[must_use]
    pub fn keeping_steps(self) -> Self {
        Inventory { steps: Some(Vec::new()), ..self }
    }

    /// What every line did to lots, in the order of the journal; nothing without [`Inventory::keeping_steps`].
    pub fn into_steps(self) -> Vec<LotStep> {
        self.steps.unwrap_or_default()
    }

    /// The open lots, by account and commodity and in the order of their days.
    pub fn open(&self) -> impl Iterator<Item = &Lot> {
        self.held
            .values()
            .flat_map(|held| held.lots())
            .map(|holding| &holding.lot)
            .filter(|lot| !lot.units.is_zero())
    }

    /// What was closed, in the order of the journal.
    pub fn closed(&self) -> &[Realised] {
        &self.closed
    }

    /// The movements that did not find their lots.
    pub fn problems(&self) -> &[LotProblem] {
        &self.problems
    }

    /// Takes in the movements of one entry, in the order of its lines; entries come in the order of their days and numbers.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`].
    pub fn feed(&mut self, entry: &[Movement]) -> Result<()> {
        let mut left: Vec<Left> = Vec::new();
        let mut came: Vec<&Movement> = Vec::new();
        for movement in entry.iter().filter(|movement| !movement.units.is_zero()) {
            if movement.units.is_negative() {
                self.take_out(movement, &mut left)?;
                continue;
            }
            match movement.cost()? {
                Some(cost) => self.open_lot(movement, movement.units, cost),
                None => came.push(movement),
            }
        }
        if left.is_empty() && came.is_empty() {
            return Ok(());
        }
        for movement in came {
            self.bring_in(movement, &mut left);
        }
        // What was opened at the cost of what left is the same units: moved, or split.
        for movement in entry.iter().filter(|it| !it.units.is_negative() && it.basis() == LotBasis::Cost) {
            absorb(movement, &mut left);
        }
        for Left { lot, line, .. } in left {
            if let Some(last) = entry.last().filter(|_| !lot.units.is_zero()) {
                let closed = realised(&lot, last, line, None);
                self.closed.push(closed);
            }
        }
        Ok(())
    }

    /// Closes lots for units that went out: sold, or put aside as left where they went without a price.
    fn take_out(&mut self, movement: &Movement, left: &mut Vec<Left>) -> Result<()> {
        let key = (movement.account, movement.units.commodity());
        let method = self.methods.get(&movement.account).copied().unwrap_or(self.default);
        let held = self.held.entry(key).or_default();
        let there = held.units();
        let chosen = select(held, movement, method);
        let wanted = i128::from(movement.units.minor()).abs();
        let (parts, trouble) = match chosen {
            Err(trouble) => (Vec::new(), Some(*trouble)),
            Ok(taken) => {
                let parts = match method {
                    LotMethod::Average if !names_day(movement) => take_average(held.lots_mut(), &taken)?,
                    _ => Some(taken.iter().map(|(at, units)| held.lots_mut()[*at].take(*units)).collect()),
                };
                match parts {
                    Some(parts) => {
                        held.took(&taken);
                        (parts, None)
                    }
                    None => (Vec::new(), Some(LotTrouble::Incomparable)),
                }
            }
        };
        let found: i128 = parts.iter().map(|lot: &Lot| i128::from(lot.units.minor())).sum();
        if found < wanted {
            let commodity = movement.units.commodity();
            let amount = |minor: i128| Amount::try_from_i128(minor, commodity, "the units of lots");
            let trouble = match trouble {
                Some(trouble) => trouble,
                None => LotTrouble::Exceeds { held: amount(there)? },
            };
            self.problems.push(LotProblem {
                account: movement.account,
                on: movement.on,
                entry: movement.entry,
                line: movement.line,
                wanted: amount(wanted)?,
                missing: amount(wanted - found)?,
                trouble,
            });
        }
        match movement.proceeds()? {
            None => {
                let at_cost = movement.basis() == LotBasis::Cost;
                for lot in parts {
                    self.step(movement, &lot, true, None);
                    left.push(Left { lot, line: movement.line, at_cost });
                }
            }
            Some(proceeds) => {
                let mut sold = 0;
                for lot in parts {
                    let before = share(proceeds, sold, wanted);
                    sold += i128::from(lot.units.minor());
                    let own = proceeds.commodity().amount(share(proceeds, sold, wanted) - before);
                    self.step(movement, &lot, true, Some(own));
                    self.closed.push(realised(&lot, movement, movement.line, Some(own)));
                }
            }
        }
        Ok(())
    }

    /// Opens a lot with units that came in without a price: what left elsewhere in the entry, or of unknown cost.
    fn bring_in(&mut self, movement: &Movement, left: &mut [Left]) {
        let commodity = movement.units.commodity();
        let mut rest = movement.units.minor();
        let own = left.iter_mut().filter(|left| left.lot.units.commodity() == commodity && !left.at_cost);
        for source in own {
            let mut holding = Holding::new(source.lot.clone());
            let moved = holding.take(rest);
            source.lot = holding.lot;
            rest -= moved.units.minor();
            if !moved.units.is_zero() {
                self.put(Lot { account: movement.account, ..moved }, movement);
            }
        }
        if rest > 0 {
            self.open_lot(movement, commodity.amount(rest), LotCost::Unknown);
        }
    }

    fn open_lot(&mut self, movement: &Movement, units: Amount, cost: LotCost) {
        let named = movement.lot.as_ref();
        let lot = Lot {
            account: movement.account,
            opened_on: named.and_then(|lot| lot.opened_on).unwrap_or(movement.on),
            entry: movement.entry,
            line: movement.line,
            label: named.and_then(|lot| lot.label.clone()),
            units,
            cost,
        };
        self.put(lot, movement);
    }

    fn step(&mut self, movement: &Movement, lot: &Lot, is_out: bool, proceeds: Option<Amount>) {
        if let Some(steps) = &mut self.steps {
            let (entry, line, lot) = (movement.entry, movement.line, lot.clone());
            steps.push(LotStep { entry, line, is_out, lot, proceeds });
        }
    }

    fn put(&mut self, lot: Lot, movement: &Movement) {
        self.step(movement, &lot, false, None);
        self.held.entry((lot.account, lot.units.commodity())).or_default().put(lot);
    }
}

fn names_day(movement: &Movement) -> bool {
    movement.lot.as_ref().is_some_and(|lot| lot.opened_on.is_some() || lot.label.is_some())
}

/// What the first `units` of `all` are sold for, rounded half-even.
fn share(proceeds: Amount, units: i128, all: i128) -> i64 {
    // No more than the proceeds, which fit; an `i64` times an `i64` fits into an `i128`.
    divide(i128::from(proceeds.minor()) * units, all.max(1), Rounding::HalfEven) as i64
}

fn realised(lot: &Lot, movement: &Movement, line: i32, proceeds: Option<Amount>) -> Realised {
    Realised {
        account: lot.account,
        opened_on: lot.opened_on,
        opened_by: lot.entry,
        label: lot.label.clone(),
        closed_on: movement.on,
        entry: movement.entry,
        line,
        units: lot.units,
        proceeds,
        cost: lot.cost,
    }
}

/// Takes from what left an account at cost as much as a line opens at cost again.
fn absorb(movement: &Movement, left: &mut [Left]) {
    let Some(weight) = movement.weight else { return };
    let mut rest = weight.minor();
    let own = left.iter_mut().filter(|left| {
        left.at_cost
            && left.lot.units.commodity() == movement.units.commodity()
            && left.lot.cost.commodity() == Some(weight.commodity())
    });
    for source in own {
        let cost = source.lot.cost.minor().unwrap_or(0);
        if rest <= 0 {
            return;
        }
        rest -= cost;
        // Costs of moved units may be off by what rounding leaves: a part that is nearly all of them is all.
        let units = if rest >= -1 {
            source.lot.units.minor()
        } else {
            divide(
                i128::from(source.lot.units.minor()) * i128::from(cost + rest),
                i128::from(cost.max(1)),
                Rounding::HalfEven,
            ) as i64
        };
        let mut holding = Holding::new(source.lot.clone());
        holding.take(units);
        source.lot = holding.lot;
    }
}

/// Takes units out at the average cost of all that are held; nothing where their costs cannot be added up.
fn take_average(held: &mut VecDeque<Holding>, taken: &Taken) -> Result<Option<Vec<Lot>>> {
    let (mut units, mut cost, mut kind) = (0_i128, 0_i128, LotCost::Nothing);
    for holding in held.iter().filter(|holding| holding.units() > 0) {
        match (holding.lot.cost, kind.commodity()) {
            (LotCost::Unknown, _) => return Ok(None),
            (LotCost::Paid(paid), Some(other)) if paid.commodity() != other => return Ok(None),
            (paid @ LotCost::Paid(_), _) => kind = paid,
            (LotCost::Nothing, _) => {}
        }
        units += i128::from(holding.units());
        cost += i128::from(holding.lot.cost.minor().unwrap_or(0));
    }
    let out: i128 = taken.iter().map(|(_, units)| i128::from(*units)).sum();
    let no_room =
        || -> Error { ErrorKind::AmountOverflow { what: "the average cost of lots".to_owned() }.into() };
    let part_of = |cost: i128, part: i128, whole: i128| -> Result<i128> {
        Ok(divide(cost.checked_mul(part).ok_or_else(no_room)?, whole.max(1), Rounding::HalfEven))
    };
    let fits = |minor: i128| i64::try_from(minor).map_err(|_| no_room());
    let cost_out = part_of(cost, out, units)?;
    let (mut parts, mut before) = (Vec::with_capacity(taken.len()), 0);
    for (at, part) in taken {
        let after = before + i128::from(*part);
        let own = part_of(cost_out, after, out)? - part_of(cost_out, before, out)?;
        parts.push(held[*at].take_at(*part, kind.with_minor(fits(own)?)));
        before = after;
    }
    // What is left costs the average as well, so that sorting or moving it changes nothing.
    let (rest_units, rest_cost) = (units - out, cost - cost_out);
    let mut before = 0;
    for holding in held.iter_mut().filter(|holding| holding.units() > 0) {
        let after = before + i128::from(holding.units());
        let own = part_of(rest_cost, after, rest_units)? - part_of(rest_cost, before, rest_units)?;
        holding.set_cost(kind.with_minor(fits(own)?));
        before = after;
    }
    Ok(Some(parts))
}
