//! The annual percentage rate by the actuarial method of Regulation Z (12 CFR 1026, appendix J).
//!
//! Flows are placed in unit-periods; the rate of a unit-period that makes advances and payments worth the same, times the
//! unit-periods of a year, is the annual percentage rate. Odd days bear simple interest (the general equation (b)(8)).

mod unit_period;

use chrono::NaiveDate;
use rust_decimal::{Decimal, MathematicalOps};

pub use self::unit_period::{UnitPeriod, UnitPeriods};
use super::power::overflow;
use super::{Instalment, InstalmentKind, Loan, Repayment};
use crate::{ErrorKind, Result};

/// Steps after which a rate that does not settle is refused.
const STEPS_MAX: usize = 200;
/// The highest rate of a unit-period that is looked for, as a part of one.
const RATE_MAX: Decimal = Decimal::ONE_THOUSAND;
/// Decimal places of the percentage.
const PLACES: u32 = 6;

/// Money that is advanced or paid at a distance from the first advance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitPeriodFlow {
    /// How long after the first advance.
    pub after: UnitPeriods,
    /// The amount in minor units, above zero.
    pub amount: i64,
}

/// Money that is advanced or paid on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatedFlow {
    /// The day.
    pub on: NaiveDate,
    /// The amount in minor units, above zero.
    pub amount: i64,
}

/// The annual percentage rate of advances and payments on days, in percent with six decimal places.
///
/// Distances are measured back from each day to the first advance ([`UnitPeriod::between`]).
///
/// # Errors
/// [`ErrorKind::InvalidSetting`] for a schedule without a rate: no advance or payment, an amount that is not above zero, a
/// payment before the first advance, payments that are less than the advances, or a rate past 100,000 % a unit-period.
///
/// ```
/// use ledger_core::receivable::{DatedFlow, UnitPeriod, annual_percentage_rate};
///
/// // Lent for a year at 5 %, with 10.00 of costs held back.
/// let advance = DatedFlow { on: "2026-01-15".parse()?, amount: 99_000 };
/// let payment = DatedFlow { on: "2027-01-15".parse()?, amount: 105_000 };
/// let rate = annual_percentage_rate(&[advance], &[payment], UnitPeriod::YEAR)?;
/// assert_eq!(rate.to_string(), "6.060606");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn annual_percentage_rate(
    advances: &[DatedFlow],
    payments: &[DatedFlow],
    unit_period: UnitPeriod,
) -> Result<Decimal> {
    let Some(first) = advances.iter().map(|flow| flow.on).min() else {
        return Err(refuse("advances", "none".to_owned(), "there is no rate without one"));
    };
    if let Some(early) = payments.iter().find(|payment| payment.on < first) {
        let reason = format!("it lies before the first advance, on {first}");
        return Err(refuse("payment", early.on.to_string(), &reason));
    }
    let place =
        |flow: &DatedFlow| UnitPeriodFlow { after: unit_period.between(first, flow.on), amount: flow.amount };
    let advances: Vec<_> = advances.iter().map(place).collect();
    let payments: Vec<_> = payments.iter().map(place).collect();
    annual_percentage_rate_of_flows(&advances, &payments, unit_period)
}

/// The annual percentage rate of a loan that is repaid by its plan, fees included, in percent with six decimal places.
///
/// The whole principal counts as advanced on the day of the loan; each instalment counts with its fee. The unit-period is
/// the distance between due days, at most a year; for a single payment within a year it is the term; for days of one's own
/// choice it is a month.
///
/// # Errors
/// As [`annual_percentage_rate`].
pub fn annual_percentage_rate_of_plan(loan: &Loan, plan: &[Instalment]) -> Result<Decimal> {
    let terms = loan.terms();
    let advance = DatedFlow { on: terms.lent_on, amount: terms.principal.minor() };
    let mut payments = Vec::with_capacity(plan.len());
    for instalment in plan {
        let amount = instalment.parts.total()?;
        // An instalment of nothing is no payment.
        if amount > 0 {
            payments.push(DatedFlow { on: instalment.due_on, amount });
        }
    }
    let regular = match &terms.repayment {
        Repayment::Instalments(instalments) => match instalments.kind {
            InstalmentKind::Bullet { .. } => None,
            _ => UnitPeriod::of(instalments.frequency).map(|unit_period| (unit_period, instalments)),
        },
        _ => None,
    };
    let Some((unit_period, instalments)) = regular else {
        let unit_period = match payments[..] {
            [only] => UnitPeriod::of_term(advance.on, only.on),
            _ => UnitPeriod::MONTH,
        };
        return annual_percentage_rate(&[advance], &payments, unit_period);
    };
    // Due days are unit-periods apart, also where a short month moves one of them.
    let first = unit_period.between(advance.on, instalments.first_due_on);
    let paid = plan.iter().filter(|instalment| instalment.parts.wide_total() > 0);
    let place = |instalment: &Instalment| -> Result<UnitPeriodFlow> {
        let whole = first.whole + (instalment.number - 1);
        Ok(UnitPeriodFlow { after: UnitPeriods { whole, ..first }, amount: instalment.parts.total()? })
    };
    let payments = paid.map(place).collect::<Result<Vec<_>>>()?;
    let after = UnitPeriods { whole: 0, odd: 0, of: 1 };
    annual_percentage_rate_of_flows(
        &[UnitPeriodFlow { after, amount: advance.amount }],
        &payments,
        unit_period,
    )
}

/// The annual percentage rate of advances and payments at distances in unit-periods, in percent with six decimal places.
///
/// # Errors
/// As [`annual_percentage_rate`].
pub fn annual_percentage_rate_of_flows(
    advances: &[UnitPeriodFlow],
    payments: &[UnitPeriodFlow],
    unit_period: UnitPeriod,
) -> Result<Decimal> {
    for (what, flows) in [("advances", advances), ("payments", payments)] {
        if flows.is_empty() {
            return Err(refuse(what, "none".to_owned(), "there is no rate without one"));
        }
        if let Some(flow) = flows.iter().find(|flow| flow.amount <= 0) {
            return Err(refuse(what, flow.amount.to_string(), "amounts are above zero"));
        }
    }
    let sum = |flows: &[UnitPeriodFlow]| flows.iter().map(|flow| i128::from(flow.amount)).sum::<i128>();
    let (lent, paid) = (sum(advances), sum(payments));
    if paid < lent {
        let reason =
            format!("they come to less than the {lent} minor units advanced, so that no rate explains them");
        return Err(refuse("payments", format!("{paid} minor units"), &reason));
    }
    let rate = if paid == lent { Decimal::ZERO } else { solve(&worths(advances, payments))? };
    let yearly = rate.checked_mul(unit_period.per_year()).ok_or_else(overflow)?;
    let percent = yearly.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(overflow)?;
    Ok(percent.round_dp(PLACES))
}

/// A flow ready for the equation: payments are positive, advances negative.
struct Worth {
    amount: Decimal,
    whole: u32,
    odd: Decimal,
}

/// All flows in the order of their whole unit-periods.
fn worths(advances: &[UnitPeriodFlow], payments: &[UnitPeriodFlow]) -> Vec<Worth> {
    let worth = |flow: &UnitPeriodFlow, amount: Decimal| Worth {
        amount,
        whole: flow.after.whole,
        odd: Decimal::from(flow.after.odd) / Decimal::from(flow.after.of.max(1)),
    };
    let advances = advances.iter().map(|flow| worth(flow, -Decimal::from(flow.amount)));
    let payments = payments.iter().map(|flow| worth(flow, Decimal::from(flow.amount)));
    let mut worths: Vec<Worth> = advances.chain(payments).collect();
    worths.sort_by_key(|worth| worth.whole);
    worths
}

/// The rate at which all flows together are worth nothing, by Newton's method within bounds.
fn solve(worths: &[Worth]) -> Result<Decimal> {
    let none = || refuse("payments", "their rate".to_owned(), "it is past 100,000 % a unit-period");
    let (mut low, mut high) = (Decimal::ZERO, Decimal::new(1, 2));
    while present_value(worths, high)?.0 > Decimal::ZERO {
        if high >= RATE_MAX {
            return Err(none());
        }
        low = high;
        high *= Decimal::TEN;
    }
    // A step that changes nothing that is shown.
    let settled = Decimal::new(1, 16);
    let mut rate = low;
    for _ in 0..STEPS_MAX {
        let (value, slope) = present_value(worths, rate)?;
        if value.is_zero() {
            return Ok(rate);
        }
        if value > Decimal::ZERO {
            low = rate
        } else {
            high = rate
        }
        let newton = value.checked_div(slope).and_then(|step| rate.checked_sub(step));
        let next = match newton {
            Some(next) if next > low && next < high => next,
            _ => (low + high) / Decimal::TWO,
        };
        if (next - rate).abs() < settled {
            return Ok(next);
        }
        rate = next;
    }
    Err(none())
}

/// What all flows are worth at the first advance at a rate, and how that changes with the rate.
fn present_value(worths: &[Worth], rate: Decimal) -> Result<(Decimal, Decimal)> {
    let discount = Decimal::ONE / (rate + Decimal::ONE);
    let (mut power, mut whole) = (Decimal::ONE, 0);
    let (mut value, mut slope) = (Decimal::ZERO, Decimal::ZERO);
    for worth in worths {
        if worth.whole > whole {
            let step = discount.checked_powu(u64::from(worth.whole - whole)).ok_or_else(overflow)?;
            (power, whole) = (power * step, worth.whole);
        }
        let odd = worth.odd * rate + Decimal::ONE;
        let present = worth.amount.checked_mul(power).ok_or_else(overflow)? / odd;
        let bend = Decimal::from(whole) * discount + worth.odd / odd;
        value = value.checked_add(present).ok_or_else(overflow)?;
        slope = present.checked_mul(bend).and_then(|bend| slope.checked_sub(bend)).ok_or_else(overflow)?;
    }
    Ok((value, slope))
}

fn refuse(what: &'static str, value: String, reason: &str) -> crate::Error {
    ErrorKind::InvalidSetting { what, value, reason: reason.to_owned() }.into()
}

#[cfg(test)]
mod tests;
