//! Plans that begin in the middle: after an extra payment, a change of the rate, or a refinancing.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::amortisation::{Course, Crumbs, due_day};
use super::loan::INSTALMENTS_MAX;
use super::{
    BalanceFrom, DatedInstalment, Instalment, InstalmentKind, InstalmentTerms, Loan, Repayment, amortise,
};
use crate::money::{Rounding, divide};
use crate::{ErrorKind, Result};

/// Where a loan stands when its plan is made anew.
///
/// ```
/// use ledger_core::receivable::{Keep, Loan, LoanState, LoanTerms, amortise, reamortise};
///
/// let json = r#"{"principal": "12000.00 EUR", "lent_on": "2026-01-01", "repayment": {"instalments":
///     {"kind": {"equal_principal": {"count": 12}}, "frequency": {"months": 1}, "first_due_on": "2026-02-01"}}}"#;
/// let loan = Loan::new(serde_json::from_str::<LoanTerms>(json)?)?;
/// let plan = amortise(&loan)?;
///
/// // 3,000.00 more than was due is paid on 15 March, after two instalments.
/// let state = LoanState::after(&loan, &plan, 2)?.with_balance("2026-03-15".parse()?, 700_000);
/// assert_eq!(reamortise(&loan, &state, Keep::Payment)?.len(), 7);
/// assert_eq!(reamortise(&loan, &state, Keep::Term)?[0].parts.principal, 70_000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoanState {
    /// Instalments that lie behind: the next one has the number after it, and is due on that number's due day.
    pub behind: u32,
    /// The day up to which interest was charged, as a rule the last due day behind, or the day of the loan.
    pub charged_to: NaiveDate,
    /// The principal since that day: on it, and on each later day on which it changed. The last one is what the new plan
    /// pays back; changes after the next due day belong into a plan of their own.
    pub balances: Vec<BalanceFrom>,
    /// The instalments that were still to come.
    pub remaining: u32,
    /// The payment of principal and interest that was regular, without fees; with equal parts of the principal, the
    /// part.
    pub payment: i64,
}

impl LoanState {
    /// Where a loan stands when the first `behind` instalments of its plan were paid as planned, on their due days.
    ///
    /// `plan` is the whole plan as it is now, from instalment 1.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] where the plan has fewer instalments.
    pub fn after(loan: &Loan, plan: &[Instalment], behind: u32) -> Result<LoanState> {
        let Some((paid, left)) = plan.split_at_checked(behind as usize) else {
            let reason = format!("the plan has {}", plan.len());
            return Err(refuse("instalments behind", behind.to_string(), reason));
        };
        let terms = loan.terms();
        let (charged_to, principal) = match paid.last() {
            Some(last) => (last.due_on, last.balance),
            None => (terms.lent_on, terms.principal.minor()),
        };
        // The first instalment and the last may be odd ones, and so may a long month whose interest is higher than the
        // payment; the others are alike.
        let all = || left.iter().chain(paid.iter().rev());
        let inner = all().filter(|row| row.number > 1 && row.balance > 0);
        let regular = inner.clone().filter(|row| row.parts.principal > 0).chain(inner).chain(all()).next();
        let has_equal_parts = matches!(
            &terms.repayment,
            Repayment::Instalments(InstalmentTerms { kind: InstalmentKind::EqualPrincipal { .. }, .. })
        );
        let payment = regular.map_or(0, |row| match has_equal_parts {
            true => row.parts.principal,
            false => row.parts.principal.saturating_add(row.parts.interest),
        });
        Ok(LoanState {
            behind,
            charged_to,
            balances: vec![BalanceFrom { from: charged_to, principal }],
            remaining: u32::try_from(left.len()).unwrap_or(INSTALMENTS_MAX),
            payment,
        })
    }

    /// The same with another principal from a day on.
    pub fn with_balance(mut self, from: NaiveDate, principal: i64) -> LoanState {
        self.balances.retain(|balance| balance.from < from);
        self.balances.push(BalanceFrom { from, principal });
        self
    }

    /// The principal that is left in the end.
    pub fn balance(&self) -> i64 {
        self.balances.last().map_or(0, |last| last.principal)
    }
}

/// What stays the same when less, or more, is left to be paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// The payment: an extra payment makes the term shorter, a higher rate makes it longer.
    Payment,
    /// The number of instalments: an extra payment makes the payments lower, a higher rate makes them higher.
    Term,
}

/// The plan of what is left of a loan, from the instalment after those that lie behind.
///
/// Where the loan stands as its own plan has it, the rest of that plan is what comes. Otherwise:
///
/// - Annuities and fixed payments keep their payment, the last one being smaller, or their number. A rest of less than
///   one hundredth of the payment, or than one minor unit for each instalment, is no instalment of its own: it is paid
///   with the one before, so that no plan ends with a payment of a few cents.
/// - Equal parts of the principal keep the part or their number; parts on told days are used up in their order, or all
///   become smaller (or larger) alike.
/// - Interest-only and bullet loans, and those due on one day, end on the day that they had.
/// - Where no principal is left, what interest was earned since it was last charged is one last instalment.
///
/// A change of the rate belongs into the loan's terms first. A refinancing is a new loan that pays off this one.
///
/// # Errors
/// [`ErrorKind::InvalidSetting`] for a state that the loan cannot be in, and with [`Keep::Payment`] for a payment that
/// pays off nothing or not all in 1,200 instalments; [`ErrorKind::AmountOverflow`].
pub fn reamortise(loan: &Loan, state: &LoanState, keep: Keep) -> Result<Vec<Instalment>> {
    let Some(next_due_on) = next_due_day(loan, state)? else { return Ok(Vec::new()) };
    check(loan, state, next_due_on)?;
    if let Some(rest) = rest_of_plan(loan, state, keep)? {
        return Ok(rest);
    }
    let course = Course::new(loan, state.behind, state.charged_to, &state.balances);
    if course.balance() == 0 {
        return match course.first_interest(next_due_on)? {
            0 => Ok(Vec::new()),
            _ => course.once(next_due_on),
        };
    }
    let instalments = match &loan.terms().repayment {
        Repayment::Instalments(instalments) => instalments,
        Repayment::Dates { instalments } => {
            return course.dated(&dated(&instalments[state.behind as usize..], course.balance(), keep));
        }
        Repayment::Due { .. } | Repayment::OnDemand => return course.once(next_due_on),
    };
    let remaining = match i64::from(state.remaining) > course.balance() {
        // Less than one minor unit for each of them.
        true => u32::try_from(course.balance()).unwrap_or(state.remaining),
        false => state.remaining,
    };
    match (instalments.kind, keep) {
        (InstalmentKind::Bullet { .. }, _) => course.once(next_due_on),
        (InstalmentKind::InterestOnly { .. }, _) => course.interest_only(instalments, state.remaining),
        (InstalmentKind::EqualPrincipal { .. }, Keep::Payment) => {
            course.fixed_principal(instalments, kept_payment(loan, state)?)
        }
        (InstalmentKind::EqualPrincipal { .. }, Keep::Term) => course.equal_principal(instalments, remaining),
        (_, Keep::Payment) => course.fixed(instalments, kept_payment(loan, state)?, Crumbs::Along),
        (_, Keep::Term) => course.level(instalments, remaining),
    }
}

/// The due day of the next instalment; nothing for a loan on demand, and for one whose due days all lie behind.
fn next_due_day(loan: &Loan, state: &LoanState) -> Result<Option<NaiveDate>> {
    match &loan.terms().repayment {
        Repayment::OnDemand => Ok(None),
        Repayment::Due { on } => Ok((state.behind == 0).then_some(*on)),
        Repayment::Dates { instalments } => {
            Ok(instalments.get(state.behind as usize).map(|instalment| instalment.due_on))
        }
        Repayment::Instalments(instalments) => match instalments.kind {
            InstalmentKind::Bullet { .. } if state.behind > 0 => Ok(None),
            InstalmentKind::Bullet { count } => due_day(instalments, count).map(Some),
            _ => due_day(instalments, state.behind.saturating_add(1)).map(Some),
        },
    }
}

fn check(loan: &Loan, state: &LoanState, next_due_on: NaiveDate) -> Result<()> {
    if let Some(last) = state.balances.last().filter(|last| last.from > next_due_on) {
        let reason = format!("the next instalment is due on {next_due_on}, before the principal changes");
        return Err(refuse("day of the change", last.from.to_string(), reason));
    }
    if let Some(below) = state.balances.iter().find(|balance| balance.principal < 0) {
        let value = loan.amount(below.principal).to_string();
        return Err(refuse("principal that is left", value, "it is not below zero".to_owned()));
    }
    let is_regular = matches!(loan.terms().repayment, Repayment::Instalments(_));
    let has_room = state.remaining > 0 && state.behind.saturating_add(state.remaining) <= INSTALMENTS_MAX;
    if is_regular && state.balance() > 0 && !has_room {
        let reason = format!("a loan has 1 to 1,200 of them, and {} lie behind", state.behind);
        return Err(refuse("remaining instalments", state.remaining.to_string(), reason));
    }
    // Its own refusals: days before the loan, out of order, or not covered.
    super::interest_between(loan, &state.balances, state.charged_to, next_due_on).map(drop)
}

/// The payment of a state, which has to pay something.
fn kept_payment(loan: &Loan, state: &LoanState) -> Result<i64> {
    if state.payment > 0 {
        return Ok(state.payment);
    }
    Err(refuse("payment", loan.amount(state.payment).to_string(), "it has to be above zero".to_owned()))
}

/// The rest of the loan's own plan, if that is where the loan stands.
fn rest_of_plan(loan: &Loan, state: &LoanState, keep: Keep) -> Result<Option<Vec<Instalment>>> {
    // A fixed payment may fail to pay the loan off now; with the number kept, that is no matter.
    let Ok(mut plan) = amortise(loan) else { return Ok(None) };
    if plan.len() != state.behind as usize + state.remaining as usize {
        return Ok(None);
    }
    let planned = LoanState::after(loan, &plan, state.behind)?;
    let rest = plan.split_off(state.behind as usize);
    let alike = rest.len() < 2 || planned.payment == state.payment;
    // A later change of the rate makes another payment of it.
    let stays = rest.iter().filter(|row| row.number > 1 && row.balance > 0).all(|row| {
        let parts = row.parts;
        parts.principal + parts.interest == planned.payment
            || parts.principal == planned.payment
            || parts.principal == 0
    });
    let stands = planned.charged_to == state.charged_to && planned.balances == state.balances;
    Ok((stands && (keep == Keep::Term || alike && stays)).then_some(rest))
}

/// The told parts that are left, for another principal.
fn dated(left: &[DatedInstalment], balance: i64, keep: Keep) -> Vec<DatedInstalment> {
    let planned: i128 = left.iter().map(|instalment| i128::from(instalment.principal)).sum();
    let (mut so_far, mut paid) = (0_i128, 0_i64);
    let mut parts = Vec::with_capacity(left.len());
    for (place, instalment) in left.iter().enumerate() {
        so_far += i128::from(instalment.principal);
        let upto = match keep {
            _ if place + 1 == left.len() => balance,
            // Each sum so far is rounded, not each part, so that the parts sum to the balance. It fits: the quotient
            // is at most the balance.
            Keep::Term => {
                let share = divide(so_far * i128::from(balance), planned, Rounding::HalfEven);
                i64::try_from(share).unwrap_or(balance)
            }
            Keep::Payment => i64::try_from(so_far).unwrap_or(balance).min(balance),
        };
        parts.push(DatedInstalment { due_on: instalment.due_on, principal: upto - paid });
        paid = upto;
        if paid == balance {
            break;
        }
    }
    parts
}

fn refuse(what: &'static str, value: String, reason: String) -> crate::Error {
    ErrorKind::InvalidSetting { what, value, reason }.into()
}

#[cfg(test)]
mod tests;
