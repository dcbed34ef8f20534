//! `ledger general-ledger`: every account with its lines, from the balance before them to the one after.

use std::process::ExitCode;

use ledger_core::account::Account;
use ledger_core::money::Amount;
use ledger_core::report::{RegisterLine, RegisterPage, RegisterQuery};
use ledger_core::{Book, Result};

use super::Context;
use super::days::Days;
use super::facts::{amount, short_accounts};
use super::saved::Saved;
use crate::globals::Format;
use crate::render::{Cell, Column, RowMark, Table, print, print_rows};

/// How many lines are read at once.
const CHUNK: usize = 5_000;

/// The arguments.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Example:\n  ledger general-ledger Expenses --period 2026-03")]
pub struct Args {
    #[command(flatten)]
    flags: Saved<Flags>,
}

/// The flags.
#[derive(clap::Args, Debug, Clone)]
pub struct Flags {
    /// Accounts, each with those below it [default: all]
    #[arg(value_name = "ACCOUNT")]
    accounts: Vec<String>,

    #[command(flatten)]
    days: Days,

    /// Also entries that were amended, and the mirrors that undid them
    #[arg(long)]
    with_amended: bool,
}

/// Shows the lines of all accounts, account by account.
///
/// # Errors
/// [`ledger_core::ErrorKind::NotFound`] for an unknown account, and those of the dates.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    args.flags.run(context, &book, "general-ledger", |flags| {
        let accounts = chosen(&book, &flags.accounts)?;
        match context.settings.format {
            Format::Table => for_people(context, &book, &flags, &accounts)?,
            _ => for_programs(context, &book, &flags, &accounts)?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// The accounts with these names or below them, in the order of a chart.
fn chosen(book: &Book<'_>, names: &[String]) -> Result<Vec<Account>> {
    let all = book.accounts().list()?;
    if names.is_empty() {
        return Ok(all);
    }
    let normalize = ledger_core::text::normalize;
    let mut levels = Vec::new();
    for name in names {
        // An alias means its account; a level need not be an account itself.
        let level = match book.accounts().get(name) {
            Ok(account) => normalize(&account.name),
            Err(_)
                if all
                    .iter()
                    .any(|one| normalize(&one.name).starts_with(&format!("{}:", normalize(name)))) =>
            {
                normalize(name)
            }
            Err(error) => return Err(error),
        };
        levels.push(level);
    }
    let meant = |account: &Account| {
        let name = normalize(&account.name);
        levels.iter().any(|level| {
            name.strip_prefix(level.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        })
    };
    Ok(all.into_iter().filter(meant).collect())
}

/// Gives the pages of one account to `each`, oldest first.
fn pages(
    context: &Context,
    book: &Book<'_>,
    flags: &Flags,
    account: &Account,
    mut each: impl FnMut(RegisterPage) -> Result<()>,
) -> Result<()> {
    let (from, to) = flags.days.resolve(&context.settings)?;
    let mut query = RegisterQuery {
        account: account.name.clone(),
        from,
        to,
        limit: CHUNK,
        with_amended: flags.with_amended,
        ..RegisterQuery::default()
    };
    loop {
        let page = book.journal().register(&query)?;
        let next = page.next;
        each(page)?;
        match next {
            Some(next) => query.after = Some(next),
            None => return Ok(()),
        }
    }
}

fn for_people(context: &Context, book: &Book<'_>, flags: &Flags, accounts: &[Account]) -> Result<()> {
    let columns = vec![
        Column::text("posted_on").titled("Date"),
        Column::number("entry"),
        Column::text("description"),
        Column::text("other_accounts"),
        Column::amount("amount"),
        Column::amount("balance"),
    ];
    let title = format!("General ledger of {}", book.name());
    let mut table = Table { title: Some(title), columns, ..Table::default() };
    for account in accounts {
        let (mut lines, mut opening, mut closing) = (Vec::new(), Vec::new(), Vec::new());
        pages(context, book, flags, account, |page| {
            if lines.is_empty() {
                opening = page.opening;
            }
            closing = page.closing;
            lines.extend(page.lines);
            Ok(())
        })?;
        if lines.is_empty() && opening.iter().all(Amount::is_zero) {
            continue;
        }
        table.push_section(account.name.clone());
        for held in opening.iter().filter(|held| !held.is_zero()) {
            table.push(RowMark::Plain, balance_row("(opening)", *held));
        }
        for line in lines {
            table.push(RowMark::Plain, row(line));
        }
        for held in closing {
            table.push(RowMark::Subtotal, balance_row("(closing)", held));
        }
        table.push_blank();
    }
    print(&context.settings, table)
}

fn balance_row(what: &str, held: Amount) -> Vec<Cell> {
    vec![Cell::text(what), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, amount(held)]
}

fn row(line: RegisterLine) -> Vec<Cell> {
    vec![
        Cell::Date(line.posted_on),
        Cell::Number(line.entry_number),
        Cell::text(line.description),
        Cell::text(short_accounts(line.counter_accounts.iter().map(String::as_str))),
        amount(line.amount),
        amount(line.balance),
    ]
}

/// One list of all lines, read page by page while it is written.
fn for_programs(context: &Context, book: &Book<'_>, flags: &Flags, accounts: &[Account]) -> Result<()> {
    let columns = vec![
        Column::text("account"),
        Column::short("posted_on"),
        Column::number("entry"),
        Column::number("line"),
        Column::text("description"),
        Column::text("party"),
        Column::text("memo"),
        Column::text("other_accounts"),
        Column::amount("amount"),
        Column::amount("balance"),
    ];
    let rows = accounts.iter().flat_map(|account| {
        let mut rows: Vec<Result<Vec<Cell>>> = Vec::new();
        let read = pages(context, book, flags, account, |page| {
            rows.extend(page.lines.into_iter().map(|line| Ok(full_row(account, line))));
            Ok(())
        });
        rows.extend(read.err().map(Err));
        rows
    });
    print_rows(&context.settings, Table { columns, ..Table::default() }, rows)
}

fn full_row(account: &Account, line: RegisterLine) -> Vec<Cell> {
    vec![
        Cell::text(account.name.clone()),
        Cell::Date(line.posted_on),
        Cell::Number(line.entry_number),
        Cell::Number(line.line_number.into()),
        Cell::text(line.description),
        Cell::optional(line.party, Cell::Text),
        Cell::optional(line.memo, Cell::Text),
        Cell::Json(line.counter_accounts.into()),
        amount(line.amount),
        amount(line.balance),
    ]
}
