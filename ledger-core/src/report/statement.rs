//! Statements: balance sheet, income statement, cash flow, changes in equity, net worth and breakdowns, as plain data.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::basis::Basis;
use super::columns::{ColumnOptions, Comparison, Figure, StatementColumn};
use super::dimension::{Dimension, LineFilter};
use super::period::Period;
use crate::money::Commodity;

/// Which statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    /// What is owned, owed and left for the owners at the end of each period.
    BalanceSheet,
    /// Income, expenses and what is left of them, without the entries that close a year.
    IncomeStatement,
    /// What came into and went out of cash and bank accounts, by activity, and by the accounts on the other side.
    CashFlow,
    /// What changed the owners' equity from the start to the end of each period.
    EquityChanges,
    /// Assets, liabilities and their difference at the end of each period.
    NetWorth,
    /// Expenses only, largest first.
    Spending,
    /// Income only, largest first.
    Earnings,
    /// What accounts hold at the end of each period: positive as is normal for them where all are of one side, such as
    /// debts; where accounts of both sides are shown, debits positive and credits negative, in rows and total alike, so
    /// that what is owed is taken off what is owned.
    BalanceHistory,
}

impl StatementKind {
    /// The title that people read.
    pub fn title(self) -> &'static str {
        match self {
            StatementKind::BalanceSheet => "Balance sheet",
            StatementKind::IncomeStatement => "Income statement",
            StatementKind::CashFlow => "Cash flow",
            StatementKind::EquityChanges => "Changes in equity",
            StatementKind::NetWorth => "Net worth",
            StatementKind::Spending => "Spending",
            StatementKind::Earnings => "Income",
            StatementKind::BalanceHistory => "Balance history",
        }
    }

    /// Whether its figures are balances at the end of each period rather than what moved during it.
    pub fn is_of_balances(self) -> bool {
        matches!(self, StatementKind::BalanceSheet | StatementKind::NetWorth | StatementKind::BalanceHistory)
    }
}

/// What a statement shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StatementRequest {
    /// The days; where they are left out, from the first entry to the last. Balances without columns of an interval are
    /// those of today, if that is later than the last entry. An end at 9999-12-31 is as good as none.
    pub period: Option<Period>,
    /// The present day; left out, that of the session's clock.
    pub today: Option<NaiveDate>,
    /// Which columns they are divided into.
    pub columns: ColumnOptions,
    /// Only what was posted up to this instant.
    pub known_at: Option<DateTime<Utc>>,
    /// What the figures are.
    pub basis: Basis,
    /// Which lines count.
    pub filter: LineFilter,
    /// Rows by something else than accounts.
    pub by: Option<Dimension>,
    /// Columns by the parts of a dimension, instead of periods.
    pub across: Option<Dimension>,
    /// Sum the parts of `across` up to so many levels of their names.
    pub across_depth: Option<usize>,
    /// Sum accounts up to so many levels of their names.
    pub depth: Option<usize>,
    /// Also rows for the levels above, each with the sum of what is below it.
    pub tree: bool,
    /// Also rows of nothing.
    pub show_zero: bool,
}

/// A statement: sections of rows over the same columns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statement {
    /// Which one.
    pub kind: StatementKind,
    /// The book's name.
    pub book: String,
    /// The days that it covers.
    pub period: Period,
    /// Only what was posted up to this instant.
    pub known_at: Option<DateTime<Utc>>,
    /// The columns.
    pub columns: Vec<StatementColumn>,
    /// The sections, in order.
    pub sections: Vec<StatementSection>,
    /// What a reader has to know, such as prices that are missing.
    pub notes: Vec<String>,
}

/// Rows that belong together, and their sum.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatementSection {
    /// Its name, such as `Assets`, or of a result, such as `Net income`.
    pub name: String,
    /// The rows; none for a result.
    pub rows: Vec<StatementRow>,
    /// The sum of the rows, or the result; one for each commodity.
    pub totals: Vec<StatementRow>,
}

/// One row: an account, a part of a dimension or a sum, in one commodity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatementRow {
    /// The whole name, such as `Expenses:Food`.
    pub name: String,
    /// What a tree shows, such as `Food`.
    pub label: String,
    /// How far a tree indents it.
    pub depth: usize,
    /// The commodity of its amounts.
    pub commodity: Commodity,
    /// Whether no account stands for it, such as the result that is not closed yet.
    pub computed: bool,
    /// Whether other rows are part of it, so that totals leave it out.
    pub subtotal: bool,
    /// One figure for each column.
    pub figures: Vec<Figure>,
}

impl StatementRequest {
    /// Whether it asks for a single column of figures.
    pub fn is_of_one_column(&self) -> bool {
        let ColumnOptions { interval, total, average, compare, .. } = self.columns;
        let lone = interval.is_none() && !total && !average && compare == Comparison::None;
        lone && self.across.is_none()
    }
}

impl Statement {
    /// The section or result with a name.
    pub fn section(&self, name: &str) -> Option<&StatementSection> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// The column with a label, by its place.
    pub fn column(&self, label: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.label.eq_ignore_ascii_case(label))
    }

    /// The day that a column ends with, for balances.
    pub fn as_of(&self) -> NaiveDate {
        self.period.last
    }
}
