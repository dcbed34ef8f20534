//! `ledger assert ACCOUNT AMOUNT DATE`: keep what an account holds on a day, and compare it again.

use std::process::ExitCode;

use ledger_core::assertion::AssertionStatus;
use ledger_core::{Book, Ledger, NewAssertion, Result};
use serde_json::json;

use super::Context;
use super::facts::{amount, print_done};
use super::post::amounts::{Amounts, MarkChoice};
use crate::dates::{self, DateRole};
use crate::exit;
use crate::globals::Format;
use crate::render::{self, Cell, Column, Table};

/// The arguments: an assertion, or what to do with those that are there.
#[derive(clap::Args, Debug)]
#[command(
    override_usage = "ledger assert ACCOUNT AMOUNT DATE [--below] [--note TEXT] [--keep]\n       \
                      ledger assert --list [ACCOUNT]\n       ledger assert --remove NUMBER",
    after_long_help = "The amount is what the account holds at the end of the day in that commodity, as a register shows it: \
                       negative for what is owed. It is compared at once and kept; `ledger verify` and --list compare \
                       it again, and end with code 1 where it does not hold any longer. On the last day of a closed \
                       year, income and expenses count as they were before the closing entry.\n\n\
                       Examples:\n  ledger assert Assets:Bank 970.00 2026-03-31\n  \
                       ledger assert Assets:Bank 12000 EUR 2026-03 --below --note \"tax return\"\n  ledger assert --list"
)]
pub struct Args {
    /// The account's name or alias
    #[arg(value_name = "ACCOUNT", required_unless_present_any = ["list", "remove"])]
    account: Option<String>,

    /// What it holds
    #[arg(value_name = "AMOUNT", required_unless_present_any = ["list", "remove"], allow_hyphen_values = true)]
    amount: Option<String>,

    /// The day; a month or year stands for its last day
    #[arg(value_name = "DATE", required_unless_present_any = ["list", "remove"])]
    date: Option<String>,

    /// The day where the amount was given in two words, such as 12000 EUR
    #[arg(value_name = "REST", hide = true)]
    rest: Option<String>,

    /// With all accounts below it
    #[arg(long)]
    below: bool,

    /// A remark
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,

    /// Keep it although it does not hold
    #[arg(long)]
    keep: bool,

    /// The decimal mark of the amount
    #[arg(long, value_name = "MARK", value_enum)]
    decimal: Option<MarkChoice>,

    /// List assertions, of all accounts or of one, and whether they hold
    #[arg(long, conflicts_with_all = ["amount", "date", "below", "note", "keep", "decimal", "remove"])]
    list: bool,

    /// Forget the assertion with this number
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["account", "below", "note", "keep", "decimal"])]
    remove: Option<i32>,
}

/// Keeps, lists or forgets assertions; one in the list that does not hold ends with code 1.
///
/// # Errors
/// As [`ledger_core::Assertions::add`] and [`ledger_core::Assertions::remove`].
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    if let Some(number) = args.remove {
        let removed = context.change(&ledger, || book.assertions().remove(number))?;
        let done = format!("assertion {number} is forgotten: {} on {}", removed.account, removed.on);
        print_done(context, done, vec![("assertion", Cell::Number(number.into()))])?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.list {
        let found = book.assertions().list(args.account.as_deref())?;
        let all_hold = found.iter().all(AssertionStatus::holds);
        print_assertions(context, found)?;
        return Ok(if all_hold { ExitCode::SUCCESS } else { ExitCode::from(exit::FINDINGS) });
    }
    add(context, &ledger, &book, args)?;
    Ok(ExitCode::SUCCESS)
}

fn add(context: &Context, ledger: &Ledger, book: &Book<'_>, args: Args) -> Result<()> {
    // clap requires them where nothing else is asked for.
    let [account, amount, date] = [args.account, args.amount, args.date].map(Option::unwrap_or_default);
    let (amount, date) = match args.rest {
        Some(rest) => (format!("{amount} {date}"), rest),
        None => (amount, date),
    };
    let own = book.accounts().get(&account).ok().and_then(|account| account.commodity);
    let amounts = Amounts::new(book, args.decimal)?.defaulting_to(own);
    let (amount, _) = amounts.priced(&amount)?;
    let on = dates::parse_date_as(&date, context.settings.today, DateRole::End)?;
    let new = NewAssertion { account, amount, on, with_below: args.below, note: args.note, keep: args.keep };
    let status = context.change(ledger, || book.assertions().add(&new))?;
    let assertion = &status.assertion;
    let done = match status.finding() {
        None => format!("assertion {}: {} holds {} on {on}", assertion.id, assertion.account, status.balance),
        Some(finding) => format!("assertion {} is kept and does not hold: {finding}", assertion.id),
    };
    let (columns, row) = (columns(), row_of(&status));
    let facts = columns.into_iter().zip(row).collect();
    print_done(context, done, facts)
}

/// The names of all that is known of an assertion, in the order of [`row_of`].
fn columns() -> [&'static str; 13] {
    [
        "assertion",
        "on",
        "account",
        "amount",
        "state",
        "difference",
        "with_below",
        "balance",
        "moved_by",
        "source",
        "note",
        "recorded_at",
        "recorded_by",
    ]
}

fn row_of(status: &AssertionStatus) -> Vec<Cell> {
    let assertion = &status.assertion;
    let (state, difference) = match status.holds() {
        true => ("holds", Cell::Empty),
        false => ("differs", amount(status.difference)),
    };
    vec![
        Cell::Number(assertion.id.into()),
        Cell::Date(assertion.on),
        Cell::text(&assertion.account),
        amount(assertion.amount),
        Cell::text(state),
        difference,
        Cell::Json(json!(assertion.with_below)),
        amount(status.balance),
        Cell::optional(status.moved_by, Cell::Number),
        Cell::text(assertion.source.as_str()),
        Cell::optional(assertion.note.clone(), Cell::Text),
        Cell::Json(json!(assertion.recorded_at)),
        Cell::text(&assertion.recorded_by),
    ]
}

/// How many columns people see; the rest is for programs.
const SHOWN: usize = 6;

fn print_assertions(context: &Context, found: Vec<AssertionStatus>) -> Result<()> {
    let people = context.settings.format == Format::Table;
    let column = |name: &'static str| match name {
        "assertion" => Column::number(name).titled("No"),
        "on" => Column::short(name).titled("Date"),
        "moved_by" => Column::number(name),
        "amount" | "difference" | "balance" => Column::amount(name),
        _ => Column::text(name),
    };
    let mut columns: Vec<Column> = columns().map(column).into();
    let mut rows: Vec<Vec<Cell>> = found.iter().map(row_of).collect();
    let mut notes = Vec::new();
    if people {
        columns.truncate(SHOWN);
        for (row, status) in rows.iter_mut().zip(&found) {
            row.truncate(SHOWN);
            if status.assertion.with_below {
                row[2] = Cell::text(format!("{} and below", status.assertion.account));
            }
        }
        notes.extend(found.iter().filter_map(|status| Some(format!("{}.", status.finding()?))));
    }
    render::print(&context.settings, Table { columns, rows, notes, ..Table::default() })
}
