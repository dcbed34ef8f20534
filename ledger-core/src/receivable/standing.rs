//! How much of a receivable is open on a day, and what became of the rest.

use chrono::NaiveDate;
use serde::Serialize;

use super::parts::fit;
use super::{Effect, MovementKind, Part, Parts};
use crate::Result;

/// A receivable on a day, in minor units.
///
/// What is owed, less the credit, is always what was lent and charged, and adjusted outside the books, less what was
/// repaid, forgiven and written off. (What was recovered counts as repaid and not as written off any more.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Standing {
    /// What was lent, and charged as interest and fees.
    pub charged: Parts,
    /// What came back, less what was refunded; more than was owed is in `credit` too.
    pub repaid: i64,
    /// What was forgiven.
    pub forgiven: i64,
    /// What was written off and did not come back.
    pub written_off: i64,
    /// What was adjusted outside the books, by its sign.
    pub adjusted: i64,
    /// What is open.
    pub owed: Parts,
    /// What the party has paid beyond what it owed.
    pub credit: i64,
}

impl Standing {
    /// Adds up what counts.
    ///
    /// # Errors
    /// [`crate::ErrorKind::AmountOverflow`] for a sum that does not fit.
    pub fn of<'m>(effects: impl IntoIterator<Item = Effect<'m>>) -> Result<Standing> {
        let mut standing = Standing::default();
        for effect in effects {
            standing.add(&effect)?;
        }
        Ok(standing)
    }

    fn add(&mut self, effect: &Effect<'_>) -> Result<()> {
        let movement = effect.movement;
        let sign: i128 = if effect.counts { 1 } else { -1 };
        let control = sign * movement.control();
        let to = |sum: &mut i64, amount: i128| -> Result<()> {
            *sum = fit(i128::from(*sum) + amount)?;
            Ok(())
        };
        match movement.kind {
            MovementKind::Disbursement | MovementKind::Interest | MovementKind::Fee => {
                self.charged = shift(self.charged, movement.owed, sign)?;
            }
            MovementKind::Repayment | MovementKind::Refund => to(&mut self.repaid, -control)?,
            MovementKind::Forgiveness => to(&mut self.forgiven, -control)?,
            MovementKind::WriteOff => to(&mut self.written_off, -control)?,
            MovementKind::Recovery => {
                let recovered = sign * i128::from(movement.detail.recovered);
                to(&mut self.repaid, recovered)?;
                to(&mut self.written_off, -recovered)?;
            }
            MovementKind::Adjustment => to(&mut self.adjusted, control)?,
            MovementKind::Terms => {}
        }
        self.owed = shift(self.owed, movement.owed, sign)?;
        to(&mut self.credit, sign * i128::from(movement.credit))
    }

    /// What is open, less the credit: what the control account and the entries outside the books hold for it.
    ///
    /// # Errors
    /// [`crate::ErrorKind::AmountOverflow`] for a sum that does not fit.
    pub fn balance(&self) -> Result<i64> {
        fit(self.owed.wide_total() - i128::from(self.credit))
    }

    /// What is open of each part, and what is a credit: a part below zero (of a movement that was taken back after it
    /// had been paid) is one.
    ///
    /// # Errors
    /// [`crate::ErrorKind::AmountOverflow`] for a sum that does not fit.
    pub fn open(&self) -> Result<(Parts, i64)> {
        let below: i128 = Part::ALL.iter().map(|part| i128::from(self.owed.get(*part).min(0))).sum();
        let open = Parts {
            principal: self.owed.principal.max(0),
            interest: self.owed.interest.max(0),
            fee: self.owed.fee.max(0),
        };
        Ok((open, fit(i128::from(self.credit) - below)?))
    }

    /// Whether nothing is open and nothing is a credit.
    pub fn is_closed(&self) -> bool {
        self.owed.is_zero() && self.credit == 0
    }
}

fn shift(sum: Parts, by: Parts, sign: i128) -> Result<Parts> {
    if sign > 0 { sum.plus(by) } else { sum.minus(by) }
}

/// Something open: its due day, its place in the plan, and what it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OpenDue {
    /// The day on which it is due; nothing for what is due on demand.
    pub due_on: Option<NaiveDate>,
    /// Its place in the plan, where it is an instalment.
    pub instalment: Option<u32>,
    /// What is open of it.
    pub parts: Parts,
}

/// An amount that became due, or will.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The day on which it is due; nothing for what is due on demand.
    pub due_on: Option<NaiveDate>,
    /// Its place in the plan, where it is an instalment.
    pub instalment: Option<u32>,
    /// For what it is owed.
    pub part: Part,
    /// How much.
    pub amount: i64,
}

/// What is open, by the days on which it is due: what was paid went to the oldest first, for each part.
///
/// `dues` are all amounts that ever became due or will, in any order. More open than they say is due with the last of
/// them; without any, on demand.
///
/// # Errors
/// [`crate::ErrorKind::AmountOverflow`] for a sum that does not fit.
pub fn open_dues(open: Parts, dues: &[Due]) -> Result<Vec<OpenDue>> {
    let mut found: Vec<OpenDue> = Vec::new();
    let mut add =
        |due_on: Option<NaiveDate>, instalment: Option<u32>, part: Part, amount: i64| -> Result<()> {
            let parts = Parts::of(part, amount);
            match found.iter_mut().find(|known| known.due_on == due_on) {
                Some(known) => {
                    known.parts = known.parts.plus(parts)?;
                    known.instalment = known.instalment.or(instalment);
                }
                None => found.push(OpenDue { due_on, instalment, parts }),
            }
            Ok(())
        };
    for part in Part::ALL {
        let mut left = open.get(part);
        let mut of_part: Vec<&Due> = dues.iter().filter(|due| due.part == part && due.amount > 0).collect();
        // What is due on demand was due from the beginning.
        of_part.sort_by_key(|due| (due.due_on, due.instalment));
        for due in of_part.iter().rev() {
            if left == 0 {
                break;
            }
            let taken = left.min(due.amount);
            add(due.due_on, due.instalment, part, taken)?;
            left -= taken;
        }
        if left > 0 {
            let last = of_part.last();
            add(last.and_then(|due| due.due_on), last.and_then(|due| due.instalment), part, left)?;
        }
    }
    found.sort_by_key(|due| (due.due_on.is_none(), due.due_on));
    Ok(found)
}
