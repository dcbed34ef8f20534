//! Reports as plain data: rows and totals that a front end renders as it likes.

mod reconciliation;
mod register;
mod trial_balance;

pub(crate) use reconciliation::without_pairs;
pub use reconciliation::{
    Checkpoint, CheckpointSource, CheckpointStatus, Hint, Reconciliation, ReconciliationLine,
};
pub use register::{RegisterCursor, RegisterLine, RegisterPage, RegisterQuery};
pub(crate) use trial_balance::{Balance, Scope, build};
pub use trial_balance::{
    TrialBalance, TrialBalanceBasis, TrialBalanceOptions, TrialBalanceRow, TrialBalanceTotal,
};
