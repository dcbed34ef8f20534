//! Reports as plain data: rows and totals that a front end renders as it likes.

mod period;
mod columns;
mod basis;
mod dimension;
mod entry_set;
mod movements;
mod figures;
mod activity;
mod statement;
mod assemble;
mod behind;
mod reconciliation;
mod register;
mod trial_balance;

pub use activity::Activity;
pub(crate) use activity::is_cash;
pub(crate) use assemble::{
    CASH_AT_START, CHANGES, EARNINGS, EQUITY, EQUITY_AT_START, LIABILITIES_AND_EQUITY, OTHERS, Scene,
    assemble, is_earned, shows_both_sides, sign_in,
};
pub(crate) use basis::Valuer;
pub use basis::{Basis, Valuation, ValuedAt};
pub use behind::{Behind, BehindLine, BehindSum, RouteStep};
pub(crate) use columns::{BaseColumn, ColumnPlan};
pub use columns::{ColumnKind, ColumnOptions, Comparison, Figure, StatementColumn};
pub use dimension::{Dimension, LineFilter};
pub(crate) use entry_set::{EntryParts, EntrySet};
pub(crate) use figures::first_levels;
pub(crate) use movements::{Movements, Net, SeriesKey};
pub use period::{FiscalStart, Interval, Period};
pub use statement::{Statement, StatementKind, StatementRequest, StatementRow, StatementSection};

pub(crate) use reconciliation::without_pairs;
pub use reconciliation::{
    Checkpoint, CheckpointSource, CheckpointStatus, Hint, Reconciliation, ReconciliationLine,
};
pub use register::{RegisterCursor, RegisterLine, RegisterPage, RegisterQuery};
pub(crate) use trial_balance::{Balance, Scope, build};
pub use trial_balance::{TrialBalance, TrialBalanceOptions, TrialBalanceRow, TrialBalanceTotal};
