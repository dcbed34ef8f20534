//! The statements: `ledger balance-sheet`, `income-statement`, `cash-flow`, `net-worth`, `spending`, `earnings`,
//! `equity-changes`, `balance-history`.

mod chart;
mod explain;
mod flags;
mod table;

use std::process::ExitCode;

use ledger_core::report::StatementKind;
use ledger_core::{Book, Result};

use self::flags::Flags;
use super::Context;
use super::saved::{self, Saved};
use crate::globals::Format;
use crate::render::{Table, print};

/// The arguments of a statement.
#[derive(clap::Args, Debug)]
#[command(
    after_long_help = "Examples:\n  ledger income-statement -p 2026 --monthly --total\n  ledger income-statement -p 2026 --across tag:venture\n  \
                       ledger balance-sheet --as-of 2026-03 --compare year\n  ledger net-worth -p 'last 12 months' --monthly --in EUR\n  \
                       ledger spending -p 2026Q1 --by party\n  ledger cash-flow -p 2026 --explain 'Income:Salary @ 2026'"
)]
pub struct Args {
    #[command(flatten)]
    flags: Saved<Flags>,
}

/// The arguments of a balance history.
#[derive(clap::Args, Debug)]
#[command(
    override_usage = "ledger balance-history [OPTIONS] <ACCOUNT>...\n       ledger balance-history [OPTIONS] --saved NAME [ACCOUNT]..."
)]
pub struct HistoryArgs {
    #[command(flatten)]
    flags: Saved<HistoryFlags>,
}

/// The flags of a balance history.
#[derive(clap::Args, Debug, Clone)]
pub struct HistoryFlags {
    /// Accounts, each with those below it: one at least, unless saved flags name them
    #[arg(required_unless_present_any = saved::INSTEAD, value_name = "ACCOUNT")]
    accounts: Vec<String>,

    #[command(flatten)]
    flags: Flags,
}

/// Shows a statement, or looks after its saved flags.
///
/// # Errors
/// As [`ledger_core::Reports::statement`], and for flags that cannot be read.
pub fn run(context: &Context, kind: StatementKind, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    args.flags.run(context, &book, command(kind), |flags| show(context, &book, kind, &flags))
}

/// Shows what accounts held at the end of each period.
///
/// # Errors
/// As [`run`].
pub fn run_history(context: &Context, args: HistoryArgs) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let kind = StatementKind::BalanceHistory;
    args.flags.run(context, &book, command(kind), |history| {
        let mut flags = history.flags;
        flags.account.extend(history.accounts);
        show(context, &book, kind, &flags)
    })
}

fn show(context: &Context, book: &Book<'_>, kind: StatementKind, flags: &Flags) -> Result<ExitCode> {
    let mut request = flags.request(book, context.settings.today)?;
    if matches!(kind, StatementKind::Spending | StatementKind::Earnings) {
        // What a part is of the whole is the question; between several columns it would be a riddle.
        request.columns.share |= request.is_of_one_column();
    }
    if let Some(cell) = &flags.explain {
        return explain::run(context, book, kind, &request, cell);
    }
    let statement = book.reports().statement(kind, &request)?;
    let layout = table::Layout {
        zone: crate::dates::parse_zone(&book.info().time_zone)?,
        for_people: context.settings.format == Format::Table,
        request: &request,
    };
    let charts = chart::of(&statement, &request);
    print(&context.settings, Table { charts, ..layout.table(statement) })?;
    Ok(ExitCode::SUCCESS)
}

/// The words of a statement's command, under which its flags are saved.
fn command(kind: StatementKind) -> &'static str {
    match kind {
        StatementKind::BalanceSheet => "balance-sheet",
        StatementKind::IncomeStatement => "income-statement",
        StatementKind::CashFlow => "cash-flow",
        StatementKind::EquityChanges => "equity-changes",
        StatementKind::NetWorth => "net-worth",
        StatementKind::Spending => "spending",
        StatementKind::Earnings => "earnings",
        StatementKind::BalanceHistory => "balance-history",
    }
}
