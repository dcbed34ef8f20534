//! Plans of repayment: which payment is due when, and what it is made of.
//!
//! Interest is rounded for each instalment, the last instalment pays back what is left, and so the parts of principal sum
//! to the loan exactly, whatever was rounded. Equal payments are in [`level`].

mod level;
mod periods;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod properties;

use chrono::NaiveDate;

use self::periods::Periods;
use super::accrual::Accrual;
use super::due_days::DueDays;
use super::loan::INSTALMENTS_MAX;
use super::power::overflow;
use super::{
    Accrued, BalanceFrom, DatedInstalment, Instalment, InstalmentKind, InstalmentTerms, Loan, Parts,
    Repayment, Residue, interest_between,
};
use crate::money::{Rounding, divide};
use crate::{ErrorKind, Result};

/// The plan of a loan: its instalments in the order of their due days, none for a loan on demand.
///
/// - The parts of principal sum to the loan, the last balance is zero, no part is below zero.
/// - A payment period is the same part of a year each time under 30/360 (a month 1/12, a week 1/52), and as long as the
///   calendar says under the other conventions.
/// - A first period that is longer or shorter than one period counts as its whole periods, back from the first due day,
///   and the days before them by the day count. With an annuity of a given count, that changes the interest of the first
///   payment and nothing else: the other payments are those of a loan made one period before the first due day. A fixed
///   payment stays as it is, and pays back more or less.
/// - When the rate changes, an annuity of a given count is worked out anew for the instalments that are left, from the
///   period in which the change falls, whose days before it count at the rate before it.
/// - Where an equal part or payment, rounded as told, would use up the loan too early, it is made smaller by as few minor
///   units as it takes.
///
/// # Errors
/// [`ErrorKind::AmountOverflow`] for interest that does not fit, [`ErrorKind::InvalidSetting`] for a fixed payment that
/// pays off nothing in a later period, or not all in 1,200 instalments.
///
/// ```
/// use ledger_core::receivable::{InterestTerms, Loan, LoanTerms, Repayment, amortise};
///
/// let repayment = Repayment::Due { on: "2026-07-01".parse()? };
/// let mut terms = LoanTerms::new("1000.00 EUR".parse()?, "2026-01-01".parse()?, repayment);
/// terms.interest = Some(InterestTerms::simple("6".parse()?));
/// let plan = amortise(&Loan::new(terms)?)?;
/// assert_eq!((plan.len(), plan[0].parts.principal, plan[0].parts.interest), (1, 100_000, 3_000));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn amortise(loan: &Loan) -> Result<Vec<Instalment>> {
    let terms = loan.terms();
    let balances = [BalanceFrom { from: terms.lent_on, principal: terms.principal.minor() }];
    let course = Course::new(loan, 0, terms.lent_on, &balances);
    match &terms.repayment {
        Repayment::OnDemand => Ok(Vec::new()),
        Repayment::Due { on } => course.once(*on),
        Repayment::Dates { instalments } => course.dated(instalments),
        Repayment::Instalments(instalments) => match instalments.kind {
            InstalmentKind::Annuity { count } => course.level(instalments, count),
            InstalmentKind::FixedPayment { payment } => course.fixed(instalments, payment, Crumbs::Apart),
            InstalmentKind::EqualPrincipal { count } => course.equal_principal(instalments, count),
            InstalmentKind::InterestOnly { count } => course.interest_only(instalments, count),
            InstalmentKind::Bullet { count } => course.once(due_day(instalments, count)?),
        },
    }
}

/// The due day with a number.
pub(super) fn due_day(instalments: &InstalmentTerms, number: u32) -> Result<NaiveDate> {
    let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
    match DueDays::of(instalments).day(i64::from(number)) {
        Some(day) if day <= last => Ok(day),
        _ => {
            let text = format!("the due day of instalment {number}");
            let reason = "it lies past the year 9999".to_owned();
            Err(ErrorKind::InvalidDate { text, reason }.into())
        }
    }
}

/// What becomes of a rest that is too small for an instalment of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Crumbs {
    /// It is an instalment of its own.
    Apart,
    /// It is paid with the instalment before it.
    Along,
}

/// Less than this is no instalment of its own once a plan is made anew: one minor unit for each instalment so far, which
/// rounding leaves, or a hundredth of the payment.
fn crumb(number: u32, payment: i64) -> i64 {
    i64::from(number).max(payment / 100)
}

/// A loan from a point on: what is to be paid back, and the interest that runs already.
pub(super) struct Course<'a> {
    loan: &'a Loan,
    accrual: Accrual<'a>,
    rounding: Rounding,
    behind: u32,
    charged_to: NaiveDate,
    balances: &'a [BalanceFrom],
}

impl<'a> Course<'a> {
    /// The course after so many instalments, with the principal since interest was last charged.
    pub(super) fn new(
        loan: &'a Loan,
        behind: u32,
        charged_to: NaiveDate,
        balances: &'a [BalanceFrom],
    ) -> Course<'a> {
        let rounding = loan.terms().rounding.rule();
        Course { loan, accrual: loan.accrual(), rounding, behind, charged_to, balances }
    }

    /// What is to be paid back.
    pub(super) fn balance(&self) -> i64 {
        self.balances.last().map_or(0, |last| last.principal)
    }

    /// The interest of the first instalment, which may have begun on another balance or an odd day.
    pub(super) fn first_interest(&self, due_on: NaiveDate) -> Result<i64> {
        let earned = match self.balances {
            // As with all other periods, without looking at balances from day to day.
            [only] => Accrued(self.accrual.factor(self.charged_to, due_on)?.of(only.principal)?),
            _ => interest_between(self.loan, self.balances, self.charged_to, due_on)?,
        };
        earned.rounded(self.rounding)
    }

    fn rows(&self, count: u32) -> Rows<'_> {
        Rows { course: self, balance: self.balance(), instalments: Vec::with_capacity(count as usize) }
    }

    fn periods(&self, instalments: &'a InstalmentTerms) -> Periods<'_> {
        Periods::new(&self.accrual, DueDays::of(instalments))
    }

    /// Everything on one day.
    pub(super) fn once(&self, due_on: NaiveDate) -> Result<Vec<Instalment>> {
        let mut rows = self.rows(1);
        rows.push(due_on, self.balance(), self.first_interest(due_on)?)?;
        Ok(rows.instalments)
    }

    /// Told parts of the principal on told days.
    pub(super) fn dated(&self, instalments: &[DatedInstalment]) -> Result<Vec<Instalment>> {
        let mut rows = self.rows(u32::try_from(instalments.len()).unwrap_or(INSTALMENTS_MAX));
        let mut from = self.charged_to;
        for (place, instalment) in instalments.iter().enumerate() {
            let interest = match place {
                0 => self.first_interest(instalment.due_on)?,
                _ => {
                    let earned = self.accrual.factor(from, instalment.due_on)?.of(rows.balance)?;
                    Accrued(earned).rounded(self.rounding)?
                }
            };
            rows.push(instalment.due_on, instalment.principal, interest)?;
            from = instalment.due_on;
        }
        Ok(rows.instalments)
    }

    /// The same payment until nothing is left.
    pub(super) fn fixed(
        &self,
        instalments: &'a InstalmentTerms,
        payment: i64,
        crumbs: Crumbs,
    ) -> Result<Vec<Instalment>> {
        let mut rows = self.rows(0);
        let mut periods = self.periods(instalments);
        for number in self.behind + 1..=INSTALMENTS_MAX {
            let (due_on, interest) = self.interest(&mut periods, number, &rows)?;
            let owed = rows.balance.checked_add(interest).ok_or_else(overflow)?;
            if payment <= interest && owed > payment {
                return Err(self.loan.too_small(payment, interest, due_on));
            }
            let left = owed - payment;
            let few = if crumbs == Crumbs::Along { crumb(number, payment) } else { 1 };
            if left < few {
                rows.push(due_on, rows.balance, interest)?;
                return Ok(rows.instalments);
            }
            rows.push(due_on, payment - interest, interest)?;
        }
        let left = self.loan.amount(rows.balance);
        let value = self.loan.amount(payment).to_string();
        let reason = format!("{left} of the principal are left after 1,200 instalments");
        Err(ErrorKind::InvalidSetting { what: "payment", value, reason }.into())
    }

    /// The same part of the principal each time; the first or last takes what is left over.
    pub(super) fn equal_principal(
        &self,
        instalments: &'a InstalmentTerms,
        count: u32,
    ) -> Result<Vec<Instalment>> {
        let (balance, count_wide) = (i128::from(self.balance()), i128::from(count));
        let mut part = divide(balance, count_wide, self.rounding);
        if part * (count_wide - 1) >= balance {
            part = balance / count_wide;
        }
        let odd = super::parts::fit(balance - part * (count_wide - 1))?;
        let part = super::parts::fit(part)?;
        let residue = match self.loan.terms().residue {
            Residue::First => 1,
            Residue::Last => count,
        };
        self.parts(instalments, (1..=count).map(|place| if place == residue { odd } else { part }))
    }

    /// The same part of the principal until nothing is left.
    pub(super) fn fixed_principal(
        &self,
        instalments: &'a InstalmentTerms,
        part: i64,
    ) -> Result<Vec<Instalment>> {
        let mut left = self.balance();
        let mut number = self.behind;
        let parts = std::iter::from_fn(|| {
            number += 1;
            let part = if left - part.min(left) < crumb(number, part) { left } else { part };
            left -= part;
            (part > 0).then_some(part)
        });
        let parts: Vec<i64> = parts.take(INSTALMENTS_MAX as usize + 1).collect();
        self.parts(instalments, parts.into_iter())
    }

    /// Interest alone, and the principal at the end.
    pub(super) fn interest_only(
        &self,
        instalments: &'a InstalmentTerms,
        count: u32,
    ) -> Result<Vec<Instalment>> {
        let all = self.balance();
        self.parts(instalments, (1..=count).map(|place| if place == count { all } else { 0 }))
    }

    /// Parts of the principal on the next due days, each with its interest.
    fn parts(
        &self,
        instalments: &'a InstalmentTerms,
        parts: impl Iterator<Item = i64>,
    ) -> Result<Vec<Instalment>> {
        let mut rows = self.rows(0);
        let mut periods = self.periods(instalments);
        for (number, part) in (self.behind + 1..).zip(parts) {
            let (due_on, interest) = self.interest(&mut periods, number, &rows)?;
            rows.push(due_on, part, interest)?;
        }
        Ok(rows.instalments)
    }

    /// The due day of an instalment and its rounded interest; the first one's may have begun on another balance or day.
    fn interest(&self, periods: &mut Periods<'_>, number: u32, rows: &Rows<'_>) -> Result<(NaiveDate, i64)> {
        let period = match rows.instalments.last() {
            Some(before) => periods.next(before.due_on, number)?,
            None => periods.period(number)?,
        };
        if rows.instalments.is_empty() {
            return Ok((period.to, self.first_interest(period.to)?));
        }
        let earned = Accrued(periods.earned(period)?.of(rows.balance)?);
        Ok((period.to, earned.rounded(self.rounding)?))
    }
}

/// Instalments as they are written down.
struct Rows<'c> {
    course: &'c Course<'c>,
    balance: i64,
    instalments: Vec<Instalment>,
}

impl Rows<'_> {
    fn push(&mut self, due_on: NaiveDate, principal: i64, interest: i64) -> Result<()> {
        let number = self.course.behind + 1 + u32::try_from(self.instalments.len()).unwrap_or(u32::MAX);
        let fees = self.course.loan.terms().fees;
        let mut fee = fees.per_instalment;
        if number == 1 {
            fee = fee.checked_add(fees.upfront).ok_or_else(overflow)?;
        }
        self.balance -= principal;
        let parts = Parts { principal, interest, fee };
        // Whoever pays it has to be able to name it as one amount.
        parts.total()?;
        self.instalments.push(Instalment { number, due_on, parts, balance: self.balance });
        Ok(())
    }
}
