//! Equal payments of principal and interest together.

use rust_decimal::Decimal;

use super::{Course, Rows};
use crate::Result;
use crate::money::Rounding;
use crate::receivable::power::{overflow, round_minor};
use crate::receivable::{Accrued, Instalment, InstalmentTerms, Residue};

/// A plan of equal payments as far as it came.
struct Run {
    instalments: Vec<Instalment>,
    /// The payment of principal and interest in the end.
    payment: i64,
    /// Whether every instalment was needed.
    whole: bool,
}

impl<'a> Course<'a> {
    /// So many equal payments.
    pub(in crate::receivable) fn level(
        &self,
        instalments: &'a InstalmentTerms,
        count: u32,
    ) -> Result<Vec<Instalment>> {
        let mut less = 0;
        loop {
            let run = self.run(instalments, count, less, 0)?;
            if run.whole {
                return match self.loan.terms().residue {
                    Residue::Last => Ok(run.instalments),
                    Residue::First => self.with_residue_first(instalments, count, less, run),
                };
            }
            // A payment smaller by two minor units outweighs what rounding took off the interest of each period; the
            // doubling is for the periods in which a payment is raised to the interest.
            less = (less * 2).max(1);
        }
    }

    /// What the last payment differs by from the others, moved to the first: less its interest until then.
    fn with_residue_first(
        &self,
        instalments: &'a InstalmentTerms,
        count: u32,
        less: i64,
        run: Run,
    ) -> Result<Vec<Instalment>> {
        let Some(last) = run.instalments.last().filter(|_| count > 1) else { return Ok(run.instalments) };
        let residue = last.parts.principal + last.parts.interest - run.payment;
        let discount = self.periods(instalments).discount(self.behind + 2, self.behind + count)?;
        let moved = Decimal::from(residue).checked_mul(discount).ok_or_else(overflow)?;
        let again = self.run(instalments, count, less, round_minor(moved, Rounding::HalfEven)?)?;
        Ok(if again.whole { again.instalments } else { run.instalments })
    }

    /// The plan with payments lower by `less` than they should be, and `more` principal in the first.
    fn run(&self, instalments: &'a InstalmentTerms, count: u32, less: i64, more: i64) -> Result<Run> {
        let mut rows: Rows<'_> = self.rows(count);
        let mut periods = self.periods(instalments);
        let (first, last) = (self.behind + 1, self.behind + count);
        let (mut payment, mut rate) = (0, None);
        let mut period = periods.period(first)?;
        for number in first..=last {
            if number > first {
                period = periods.next(period.to, number)?;
            }
            let (new_rate, is_whole) = periods.rate(period);
            if rate != Some(new_rate) || !is_whole {
                let value = periods.present_value(number, last)?;
                let exact = Decimal::from(rows.balance).checked_div(value).ok_or_else(overflow)?;
                payment = (round_minor(exact, self.rounding)? - less).max(1);
                rate = Some(new_rate);
            }
            // The interest that a regular period would bear: the first one may be longer or shorter.
            let regular = Accrued(periods.earned(period)?.of(rows.balance)?).rounded(self.rounding)?;
            let interest = if number == first { self.first_interest(period.to)? } else { regular };
            let mut principal = (payment - regular).max(0);
            if number == first {
                principal = principal.saturating_add(more).max(0);
            }
            if number == last {
                principal = rows.balance;
            } else if principal >= rows.balance {
                return Ok(Run { instalments: rows.instalments, payment, whole: false });
            }
            rows.push(period.to, principal, interest)?;
        }
        Ok(Run { instalments: rows.instalments, payment, whole: true })
    }
}
