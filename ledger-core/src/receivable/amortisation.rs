//! Plans of repayment: which payment is due when, and what it is made of.

use super::{Instalment, Loan};
use crate::Result;

/// The plan of a loan.
///
/// # Errors
/// [`crate::ErrorKind::AmountOverflow`].
pub fn amortise(loan: &Loan) -> Result<Vec<Instalment>> {
    let _ = loan;
    Ok(Vec::new())
}
