//! Terms that are proven to be sound.

use chrono::NaiveDate;

use super::accrual::Accrual;
use super::due_days::DueDays;
use super::{
    DatedInstalment, Frequency, InstalmentKind, InstalmentTerms, InterestTerms, LoanTerms, Repayment,
};
use crate::journal::check_posting_date;
use crate::money::Amount;
use crate::{Error, ErrorKind, Result};

/// The most instalments of a loan.
pub(super) const INSTALMENTS_MAX: u32 = 1_200;
/// The most changes of the rate.
const CHANGES_MAX: usize = 1_200;
/// The most days of grace.
const GRACE_DAYS_MAX: u16 = 366;

/// A loan or receivable whose terms are sound.
///
/// ```
/// use ledger_core::receivable::{Loan, LoanTerms, Repayment};
///
/// let repayment = Repayment::Due { on: "2026-01-01".parse()? };
/// let terms = LoanTerms::new("300.00 EUR".parse()?, "2026-03-01".parse()?, repayment);
/// assert_eq!(
///     Loan::new(terms).unwrap_err().to_string(),
///     "due day \"2026-01-01\" is refused: it lies before the loan, which was made on 2026-03-01"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loan {
    terms: LoanTerms,
}

impl Loan {
    /// A loan with these terms, if they are sound.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for an amount that is not above zero, a count outside 1 to 1,200, days before the
    /// loan or out of order, parts that do not sum to the loan, and a payment that does not pay more than the interest
    /// of the first period; [`ErrorKind::InvalidDate`] for days past the year 9999.
    pub fn new(terms: LoanTerms) -> Result<Loan> {
        check_posting_date(terms.lent_on)?;
        above_zero("principal", terms.principal)?;
        let commodity = terms.principal.commodity();
        for (what, fee) in [("fee", terms.fees.upfront), ("fee", terms.fees.per_instalment)] {
            if fee < 0 {
                return Err(refuse(what, commodity.amount(fee), "it is not below zero"));
            }
        }
        if terms.grace_days > GRACE_DAYS_MAX {
            return Err(refuse("grace", format!("{} days", terms.grace_days), "it is at most 366 days"));
        }
        if let (Some(rate), Repayment::OnDemand) = (terms.late_rate, &terms.repayment) {
            return Err(refuse("late rate", rate, "nothing is late of what is due on demand"));
        }
        if let Some(interest) = &terms.interest {
            check_changes(&terms, interest)?;
        }
        match &terms.repayment {
            Repayment::OnDemand => {}
            Repayment::Due { on } => check_due_day(&terms, *on)?,
            Repayment::Dates { instalments } => check_dates(&terms, instalments)?,
            Repayment::Instalments(instalments) => check_instalments(&terms, instalments)?,
        }
        let loan = Loan { terms };
        loan.check_payment()?;
        Ok(loan)
    }

    /// What it says.
    pub const fn terms(&self) -> &LoanTerms {
        &self.terms
    }

    /// What it says, to be changed and proven again.
    pub fn into_terms(self) -> LoanTerms {
        self.terms
    }

    /// The last day on which what is due on a day can be paid without being late.
    pub fn in_time_through(&self, due_on: NaiveDate) -> NaiveDate {
        due_on.checked_add_days(chrono::Days::new(u64::from(self.terms.grace_days))).unwrap_or(due_on)
    }

    pub(super) fn accrual(&self) -> Accrual<'_> {
        Accrual::of(self)
    }

    /// Minor units as an amount of the loan's commodity.
    pub(super) fn amount(&self, minor: i64) -> Amount {
        self.terms.principal.commodity().amount(minor)
    }

    /// Refuses a payment that does not pay anything off.
    fn check_payment(&self) -> Result<()> {
        let Repayment::Instalments(instalments) = &self.terms.repayment else { return Ok(()) };
        let InstalmentKind::FixedPayment { payment } = instalments.kind else { return Ok(()) };
        let accrual = self.accrual();
        let earned = accrual.factor(self.terms.lent_on, instalments.first_due_on)?;
        let interest = super::Accrued(earned.of(self.terms.principal.minor())?);
        let interest = interest.rounded(self.terms.rounding.rule())?;
        if payment > interest {
            return Ok(());
        }
        Err(self.too_small(payment, interest, instalments.first_due_on))
    }

    /// What is said of a payment that does not pay off anything.
    pub(super) fn too_small(&self, payment: i64, interest: i64, due_on: NaiveDate) -> Error {
        let (least, interest) = (self.amount(interest.saturating_add(1)), self.amount(interest));
        let reason = format!(
            "the interest due on {due_on} is {interest}, so that nothing is paid back (pay at least {least}, or agree on \
             interest only)"
        );
        refuse("payment", self.amount(payment), &reason)
    }
}

fn refuse(what: &'static str, value: impl ToString, reason: &str) -> Error {
    ErrorKind::InvalidSetting { what, value: value.to_string(), reason: reason.to_owned() }.into()
}

fn above_zero(what: &'static str, amount: Amount) -> Result<()> {
    if amount.minor() > 0 { Ok(()) } else { Err(refuse(what, amount, "it has to be above zero")) }
}

fn check_changes(terms: &LoanTerms, interest: &InterestTerms) -> Result<()> {
    let days = interest.changes.iter().map(|change| change.from);
    check_order("rate changes", days.clone())?;
    if interest.changes.len() > CHANGES_MAX {
        return Err(refuse("rate changes", interest.changes.len(), "a loan has at most 1,200"));
    }
    match days.clone().next() {
        Some(first) if first <= terms.lent_on => {
            let reason = format!("the loan was made on {}: give its first rate as the rate", terms.lent_on);
            Err(refuse("rate change", first, &reason))
        }
        _ => interest.changes.last().map_or(Ok(()), |last| check_posting_date(last.from)),
    }
}

fn check_order(what: &'static str, days: impl Iterator<Item = NaiveDate> + Clone) -> Result<()> {
    match days.clone().zip(days.skip(1)).find(|(day, next)| day >= next) {
        Some((day, next)) => {
            let reason = "each day is given once, and days are in their order";
            Err(refuse(what, format!("{day}, {next}"), reason))
        }
        None => Ok(()),
    }
}

fn check_due_day(terms: &LoanTerms, due_on: NaiveDate) -> Result<()> {
    check_posting_date(due_on)?;
    if due_on >= terms.lent_on {
        return Ok(());
    }
    let reason = format!("it lies before the loan, which was made on {}", terms.lent_on);
    Err(refuse("due day", due_on, &reason))
}

fn check_dates(terms: &LoanTerms, instalments: &[DatedInstalment]) -> Result<()> {
    let commodity = terms.principal.commodity();
    let count = u32::try_from(instalments.len()).unwrap_or(u32::MAX);
    check_count(count)?;
    check_order("due days", instalments.iter().map(|instalment| instalment.due_on))?;
    for instalment in instalments {
        check_due_day(terms, instalment.due_on)?;
        above_zero("instalment", commodity.amount(instalment.principal))?;
    }
    let sum: i128 = instalments.iter().map(|instalment| i128::from(instalment.principal)).sum();
    if sum == i128::from(terms.principal.minor()) {
        return Ok(());
    }
    let sum = Amount::try_from_i128(sum, commodity, "the sum of the instalments")?;
    let reason = format!("they have to pay back {}, the whole loan", terms.principal);
    Err(refuse("sum of the instalments", sum, &reason))
}

fn check_count(count: u32) -> Result<()> {
    if (1..=INSTALMENTS_MAX).contains(&count) {
        return Ok(());
    }
    Err(refuse("number of instalments", count, "it has to be from 1 to 1,200"))
}

fn check_instalments(terms: &LoanTerms, instalments: &InstalmentTerms) -> Result<()> {
    let (frequency, range) =
        (instalments.frequency, "it has to be from 1 to 120 months, or from 1 to 520 weeks");
    match frequency {
        Frequency::Months(1..=120) | Frequency::Weeks(1..=520) => {}
        _ => return Err(refuse("frequency", frequency, range)),
    }
    check_due_day(terms, instalments.first_due_on)?;
    check_day_of_month(instalments)?;
    if let Some(count) = instalments.kind.count() {
        check_count(count)?;
        let last = DueDays::of(instalments).day(i64::from(count)).unwrap_or(NaiveDate::MAX);
        check_posting_date(last)?;
    }
    match instalments.kind {
        InstalmentKind::FixedPayment { payment } => {
            above_zero("payment", terms.principal.commodity().amount(payment))
        }
        InstalmentKind::Annuity { count } | InstalmentKind::EqualPrincipal { count }
            if terms.principal.minor() < i64::from(count) =>
        {
            let least = terms.principal.commodity().amount(1);
            let reason = format!("{} has less than {least} for each of them", terms.principal);
            Err(refuse("number of instalments", count, &reason))
        }
        _ => Ok(()),
    }
}

fn check_day_of_month(instalments: &InstalmentTerms) -> Result<()> {
    let Some(day) = instalments.due_day else { return Ok(()) };
    if matches!(instalments.frequency, Frequency::Weeks(_)) {
        return Err(refuse("due day of the month", day, "payments at a distance of weeks have none"));
    }
    if !(1..=31).contains(&day) {
        return Err(refuse("due day of the month", day, "it has to be from 1 to 31"));
    }
    let first = instalments.first_due_on;
    if DueDays::of(instalments).day(1) == Some(first) {
        return Ok(());
    }
    Err(refuse("due day of the month", day, &format!("the first payment is due on {first}")))
}

#[cfg(test)]
mod tests;
