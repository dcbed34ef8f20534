//! The statements: `ledger balance-sheet`, `income-statement`, `cash-flow`, `net-worth`, `spending`, `earnings`,
//! `equity-changes`, `balance-history`.

mod chart;
mod explain;
mod flags;
mod table;

use std::process::ExitCode;

use ledger_core::Result;
use ledger_core::report::StatementKind;

use self::flags::Flags;
use super::Context;
use crate::globals::Format;
use crate::render::print;

/// The arguments of a statement.
#[derive(clap::Args, Debug)]
#[command(
    after_long_help = "Examples:\n  ledger income-statement -p 2026 --monthly --total\n  ledger income-statement -p 2026 --across tag:venture\n  \
                       ledger balance-sheet --as-of 2026-03 --compare year\n  ledger net-worth -p 'last 12 months' --monthly --in EUR\n  \
                       ledger spending -p 2026Q1 --by party\n  ledger cash-flow -p 2026 --explain 'Income:Salary @ 2026'"
)]
pub struct Args {
    #[command(flatten)]
    flags: Flags,

    /// Instead of the statement, what makes one figure: ROW, or 'ROW @ COLUMN' where there are several columns
    #[arg(long, value_name = "CELL")]
    explain: Option<String>,
}

/// The arguments of a balance history.
#[derive(clap::Args, Debug)]
pub struct HistoryArgs {
    /// Accounts, each with those below it
    #[arg(required = true, value_name = "ACCOUNT")]
    accounts: Vec<String>,

    #[command(flatten)]
    args: Args,
}

/// Shows a statement.
///
/// # Errors
/// As [`ledger_core::Reports::statement`], and for flags that cannot be read.
pub fn run(context: &Context, kind: StatementKind, args: Args) -> Result<ExitCode> {
    show(context, kind, &args.flags, args.explain.as_deref())
}

/// Shows what accounts held at the end of each period; of each month where no period is told.
///
/// # Errors
/// As [`run`].
pub fn run_history(context: &Context, args: HistoryArgs) -> Result<ExitCode> {
    let mut flags = args.args.flags;
    flags.account.extend(args.accounts);
    show(context, StatementKind::BalanceHistory, &flags, args.args.explain.as_deref())
}

fn show(context: &Context, kind: StatementKind, flags: &Flags, explain: Option<&str>) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let request = flags.request(&book, context.settings.today)?;
    if let Some(cell) = explain {
        return explain::run(context, &book, kind, &request, cell);
    }
    let statement = book.reports().statement(kind, &request)?;
    let layout = table::Layout {
        zone: crate::dates::parse_zone(&book.info().time_zone)?,
        for_people: context.settings.format == Format::Table,
        request: &request,
    };
    let chart = chart::of(&statement, &request);
    print(&context.settings, ledger_table(layout, statement, chart))?;
    Ok(ExitCode::SUCCESS)
}

fn ledger_table(
    layout: table::Layout<'_>,
    statement: ledger_core::report::Statement,
    chart: Option<crate::render::chart::Chart>,
) -> crate::render::Table {
    crate::render::Table { chart, ..layout.table(statement) }
}
