//! `ledger close-year YEAR`: take income and expenses of a year to retained earnings, and back.

use std::process::ExitCode;

use ledger_core::closing::ClosingStatus;
use ledger_core::{Book, CloseYear, ClosedYear, Ledger, Result};
use serde_json::json;

use super::Context;
use super::entries::{print_entries, print_entry};
use super::facts::{amounts, print_done, print_facts, told};
use super::post::names::Names;
use crate::exit;
use crate::globals::Format;
use crate::render::{self, Cell, Column, Table};

/// The arguments: a year, or the list.
#[derive(clap::Args, Debug)]
#[command(
    override_usage = "ledger close-year YEAR [--to ACCOUNT] [--fiscal-start MM-DD] [--no-lock]\n       \
                      ledger close-year YEAR --undo\n       ledger close-year --list",
    after_long_help = "A fiscal year is named by the calendar year in which it ends: with --fiscal-start 04-06, 2025 is the year from \
                       2024-04-06 to 2025-04-05.\n\n\
                       One entry on its last day mirrors what every income and expense account holds, against an \
                       account of equity, and the book is locked through that day. Years before it that nobody closed \
                       are closed with it. Income statements leave closing entries out, so that those of a closed \
                       year stay the same. A year in which nothing is to be closed is locked all the same; a lock \
                       that lies over the year's end already is lifted for the closing entry alone.\n\n\
                       --undo takes back the last closed year: it reverses the entry on its own day and restores the \
                       lock that was there before. --list ends with code 1 where something was posted to a year after \
                       it was closed.\n\n\
                       Examples:\n  ledger close-year 2025 --dry-run\n  ledger close-year 2025 --to Equity:Capital\n  \
                       ledger close-year 2025 --undo"
)]
pub struct Args {
    /// The year, by the calendar year in which it ends
    #[arg(value_name = "YEAR", value_parser = year, required_unless_present = "list", conflicts_with = "list")]
    year: Option<i32>,

    /// Account of equity that takes the result, opened if it is not there [default: as at the last closing, or the one
    /// with subtype retained-earnings, or Equity:Retained Earnings]
    #[arg(long, value_name = "ACCOUNT")]
    to: Option<String>,

    /// Day on which fiscal years begin [default: as at the last closing, or 01-01]
    #[arg(long, value_name = "MM-DD")]
    fiscal_start: Option<String>,

    /// Leave the lock of the book as it is
    #[arg(long)]
    no_lock: bool,

    /// Take the closing of the year back
    #[arg(long, conflicts_with_all = ["to", "fiscal_start", "no_lock", "list"])]
    undo: bool,

    /// List closed years, and whether their income and expenses are still zero
    #[arg(long, conflicts_with_all = ["to", "fiscal_start", "no_lock"])]
    list: bool,
}

fn year(text: &str) -> std::result::Result<i32, String> {
    text.parse().map_err(|_| "a year is a number, by the calendar year in which it ends: 2025".to_owned())
}

/// Closes a year, opens it again, or lists closings.
///
/// # Errors
/// As [`ledger_core::Closings::close`] and [`ledger_core::Closings::undo`].
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let Some(year) = args.year else {
        let found = book.closings().list()?;
        let holds = found.iter().all(ClosingStatus::holds);
        print_closings(context, found)?;
        return Ok(if holds { ExitCode::SUCCESS } else { ExitCode::from(exit::FINDINGS) });
    };
    if args.undo {
        undo(context, &ledger, &book, year)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(name) = &args.to {
        // A new account that is near another is asked about, as everywhere.
        Names::new(context, &book, true).check_names([name.as_str()])?;
    }
    let request = CloseYear {
        year,
        start: args.fiscal_start.as_deref().map(str::parse).transpose()?,
        account: args.to,
        lock: !args.no_lock,
        today: context.settings.today,
    };
    let closed = context.change(&ledger, || book.closings().close(&request))?;
    print_closed(context, &book, closed)?;
    Ok(ExitCode::SUCCESS)
}

fn undo(context: &Context, ledger: &Ledger, book: &Book<'_>, year: i32) -> Result<()> {
    let undone = context.change(ledger, || book.closings().undo(year))?;
    let lock = match undone.locked_through {
        Some(day) => format!("locked through {day}"),
        None => "not locked".to_owned(),
    };
    let closing = &undone.closing;
    let done = match closing.first_mirror {
        Some(_) => format!("{year} is open again: {} reversed by {}", closing.entries(), closing.mirrors()),
        None => format!("{year} is open again"),
    };
    let was_moved = if undone.lock_was_moved { ", as it was set since" } else { "" };
    let facts = vec![
        ("closing", Cell::Number(closing.id.into())),
        ("year", Cell::Number(closing.year.into())),
        ("first_entry", Cell::optional(closing.first_mirror, Cell::Number)),
        ("last_entry", Cell::optional(closing.last_mirror, Cell::Number)),
        ("locked_through", Cell::optional(undone.locked_through, Cell::Date)),
    ];
    print_done(context, format!("{done}; the book is {lock}{was_moved}"), facts)
}

/// The entries for people, with what became of the year below them; the facts for programs.
fn print_closed(context: &Context, book: &Book<'_>, closed: ClosedYear) -> Result<()> {
    let ClosedYear { closing, year, entries, opened, earlier } = closed;
    let locked = book.locked_through()?.max(closing.locked_through);
    if context.settings.format != Format::Table {
        let facts = vec![
            ("closing", Cell::Number(closing.id.into())),
            ("year", Cell::Number(closing.year.into())),
            ("first_day", Cell::Date(year.first)),
            ("ends_on", Cell::Date(closing.ends_on)),
            ("account", Cell::optional(closing.account, Cell::Text)),
            ("first_entry", Cell::optional(closing.first_entry, Cell::Number)),
            ("last_entry", Cell::optional(closing.last_entry, Cell::Number)),
            ("net_income", amounts(&closing.net_income)),
            ("earlier", Cell::Json(json!(earlier))),
            ("locked_through", Cell::optional(locked, Cell::Date)),
        ];
        return print_facts(context, String::new(), facts, Vec::new());
    }
    let mut notes = Vec::new();
    let result: Vec<String> = closing.net_income.iter().map(|amount| told(*amount)).collect();
    match &closing.account {
        Some(account) => {
            let new = if opened { ", opened for it" } else { "" };
            let result = if result.is_empty() { "nothing".to_owned() } else { result.join(", ") };
            notes.push(match earlier {
                // It is no figure of the year's income statement.
                true => format!(
                    "{year} is closed, with the days before {} that were open: income and expenses of all days through \
                     {}, net {result}, went to {account}{new}.",
                    year.first, closing.ends_on
                ),
                false => format!("{year} is closed: net income of {result} went to {account}{new}."),
            });
        }
        None => notes.push(format!("{year} is closed: income and expenses held nothing.")),
    }
    if let Some(day) = locked {
        notes.push(format!("The book is locked through {day}."));
    }
    match entries.as_slice() {
        [] => render::print(&context.settings, Table { notes, ..Table::default() }),
        [only] => print_entry(context, only, Vec::new(), notes),
        many => print_entries(context, many, None, notes),
    }
}

fn print_closings(context: &Context, found: Vec<ClosingStatus>) -> Result<()> {
    let people = context.settings.format == Format::Table;
    let mut columns = vec![Column::number("closing").titled("No"), Column::number("year")];
    columns.extend([Column::short("ends_on"), Column::text("account")]);
    columns.extend([Column::number("first_entry").titled("Entry"), Column::text("net_income")]);
    columns.push(Column::text("state"));
    if !people {
        columns.extend(["last_entry", "locked_before", "locked_through"].map(Column::short));
        columns.extend(["first_mirror", "last_mirror"].map(Column::number));
        columns.extend(
            ["recorded_at", "recorded_by", "undone_at", "undone_by", "held", "earlier"].map(Column::text),
        );
    }
    let mut notes: Vec<String> =
        found.iter().filter_map(|status| Some(format!("{}.", status.finding()?))).collect();
    for closing in found.iter().filter(|status| status.earlier).map(|status| &status.closing) {
        notes.push(format!(
            "The net income of {} is that of all days through {}: earlier ones were closed with it.",
            closing.year, closing.ends_on
        ));
    }
    let row = |status: ClosingStatus| {
        let state = match (&status.closing.undone_at, status.holds()) {
            (Some(_), _) => "undone",
            (None, true) => "closed",
            (None, false) => "not zero",
        };
        let ClosingStatus { closing, held, earlier } = status;
        let mut row = vec![
            Cell::Number(closing.id.into()),
            Cell::Number(closing.year.into()),
            Cell::Date(closing.ends_on),
            Cell::optional(closing.account, Cell::Text),
            Cell::optional(closing.first_entry, Cell::Number),
            amounts(&closing.net_income),
            Cell::text(state),
        ];
        if !people {
            row.push(Cell::optional(closing.last_entry, Cell::Number));
            row.extend(
                [closing.locked_before, closing.locked_through].map(|day| Cell::optional(day, Cell::Date)),
            );
            row.extend(
                [closing.first_mirror, closing.last_mirror].map(|it| Cell::optional(it, Cell::Number)),
            );
            row.push(Cell::Json(json!(closing.recorded_at)));
            row.push(Cell::text(closing.recorded_by));
            row.push(Cell::Json(json!(closing.undone_at)));
            row.push(Cell::optional(closing.undone_by, Cell::Text));
            row.push(Cell::Json(json!(held)));
            row.push(Cell::Json(json!(earlier)));
        }
        row
    };
    let rows = found.into_iter().map(row).collect();
    render::print(&context.settings, Table { columns, rows, notes, ..Table::default() })
}
