//! Reports as plain data: rows and totals that a front end renders as it likes.

mod register;
mod trial_balance;

pub use register::{RegisterCursor, RegisterLine, RegisterPage, RegisterQuery};
pub(crate) use trial_balance::{Balance, Scope, build};
pub use trial_balance::{
    TrialBalance, TrialBalanceBasis, TrialBalanceOptions, TrialBalanceRow, TrialBalanceTotal,
};
