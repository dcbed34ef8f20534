//! `ledger register ACCOUNT`: a page of an account's lines, or all of them.

mod history;

use std::process::ExitCode;

use ledger_core::account::Account;
use ledger_core::report::{RegisterCursor, RegisterLine, RegisterPage, RegisterQuery};
use ledger_core::text::normalize;
use ledger_core::{Book, ErrorKind, Result};
use serde_json::json;

use self::history::History;
use super::Context;
use super::days::Days;
use super::facts::{amount, amounts, short_accounts};
use super::saved::{self, Saved};
use crate::globals::{Format, Medium};
use crate::render::{Cell, Column, Table, print, print_charts, print_rows};

/// How many lines are read at once when all are asked for.
const CHUNK: usize = 5_000;

/// The arguments.
#[derive(clap::Args, Debug)]
#[command(
    override_usage = "ledger register [OPTIONS] <ACCOUNT>\n       ledger register [OPTIONS] --saved NAME [ACCOUNT]",
    after_long_help = "Without --after and --before it is the latest page; below a page stands how to see the next one.\n\n\
                       Example:\n  ledger register Assets:Bank --below --period 2026-03"
)]
pub struct Args {
    #[command(flatten)]
    flags: Saved<Flags>,

    /// The page after this place, as printed below a page
    #[arg(long, value_name = "PLACE", conflicts_with_all = ["before", "all"])]
    after: Option<RegisterCursor>,

    /// The page before this place, as printed below a page
    #[arg(long, value_name = "PLACE", conflicts_with = "all")]
    before: Option<RegisterCursor>,
}

/// What decides the register, besides the place of a page.
#[derive(clap::Args, Debug)]
struct Flags {
    /// The account's name or alias; it may be left out where saved flags name it
    #[arg(required_unless_present_any = saved::INSTEAD)]
    account: Option<String>,

    /// Also the accounts below it
    #[arg(long)]
    below: bool,

    #[command(flatten)]
    days: Days,

    /// At most so many lines
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,

    /// All lines, oldest first
    #[arg(long, conflicts_with = "limit")]
    all: bool,

    /// Also entries that were amended, and the mirrors that undid them
    #[arg(long)]
    with_amended: bool,
}

/// Shows the page.
///
/// # Errors
/// [`ledger_core::ErrorKind::NotFound`] for an unknown account, and those of the dates.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let (after, before) = (args.after, args.before);
    args.flags.run(context, &book, "register", |flags| {
        show(context, &book, flags, after, before)?;
        Ok(ExitCode::SUCCESS)
    })
}

fn show(
    context: &Context,
    book: &Book<'_>,
    flags: Flags,
    after: Option<RegisterCursor>,
    before: Option<RegisterCursor>,
) -> Result<()> {
    let (from, to) = flags.days.resolve(&context.settings)?;
    // A place asks for its page, also where the flags that were saved ask for everything.
    let all = flags.all && after.is_none() && before.is_none();
    let query = RegisterQuery {
        // clap lets it be missing only where flags are saved with it.
        account: flags.account.unwrap_or_default(),
        below: flags.below,
        from,
        to,
        after,
        before,
        latest: !all && after.is_none() && before.is_none(),
        limit: if all { CHUNK } else { flags.limit as usize },
        with_amended: flags.with_amended,
    };
    let page = book.journal().register(&query).inspect_err(|error| {
        if matches!(error.kind(), ErrorKind::NotFound { what: "account", .. }) {
            hint_below(context, book, &query);
        }
    })?;
    let form = Form { people: context.settings.format == Format::Table, below: flags.below };
    if all { print_all(context, book, query, page, form) } else { print_page(context, page, form) }
}

/// A level that is no account itself may have accounts below it.
fn hint_below(context: &Context, book: &Book<'_>, query: &RegisterQuery) {
    let level = format!("{}:", normalize(&query.account));
    let below = |account: &Account| normalize(&account.name).starts_with(&level);
    if !query.below && book.accounts().list().is_ok_and(|accounts| accounts.iter().any(below)) {
        context.hint(format!("--below shows the accounts below {}", query.account));
    }
}

/// Which columns there are: people get those that fit a terminal, programs all.
#[derive(Clone, Copy)]
struct Form {
    people: bool,
    below: bool,
}

impl Form {
    fn head(self, page: &RegisterPage) -> Table {
        let mut columns = vec![Column::short("posted_on").titled("Date"), Column::number("entry")];
        if !self.people {
            columns.push(Column::number("line"));
        }
        columns.push(Column::text("description"));
        if !self.people {
            columns.extend([Column::text("party"), Column::text("memo")]);
        }
        if !self.people || self.below {
            columns.push(Column::text("account"));
        }
        if !self.people || !self.below {
            columns.push(Column::text("other_accounts"));
        }
        columns.extend([Column::amount("amount"), Column::amount("balance")]);
        Table { title: Some(page.account.clone()), columns, ..Table::default() }
    }

    fn row(self, line: RegisterLine) -> Vec<Cell> {
        let mut row = vec![Cell::Date(line.posted_on), Cell::Number(line.entry_number)];
        if self.people {
            row.push(Cell::text(described(&line)));
        } else {
            row.extend([Cell::Number(line.line_number.into()), Cell::text(line.description)]);
            row.extend([line.party, line.memo].map(|text| Cell::optional(text, Cell::Text)));
        }
        if !self.people || self.below {
            let account = line.account.as_str();
            row.push(Cell::text(if self.people { short_accounts([account]) } else { account.to_owned() }));
        }
        if !self.people || !self.below {
            row.push(match self.people {
                true => Cell::text(short_accounts(line.counter_accounts.iter().map(String::as_str))),
                false => Cell::Json(line.counter_accounts.into()),
            });
        }
        row.extend([amount(line.amount), amount(line.balance)]);
        row
    }

    /// For people, a row for each commodity that was held before the first line.
    fn opening(self, page: &RegisterPage) -> Vec<Vec<Cell>> {
        let held = page.opening.iter().filter(|held| self.people && !held.is_zero());
        let row = |held: &ledger_core::money::Amount| {
            let description = Cell::text("(opening)");
            vec![Cell::Empty, Cell::Empty, description, Cell::Empty, Cell::Empty, amount(*held)]
        };
        held.map(row).collect()
    }
}

/// The description with its memo, which is often the more telling of the two.
fn described(line: &RegisterLine) -> String {
    match &line.memo {
        Some(memo) if *memo != line.description => format!("{} ({memo})", line.description),
        _ => line.description.clone(),
    }
}

fn print_page(context: &Context, page: RegisterPage, form: Form) -> Result<()> {
    let mut table = form.head(&page);
    table.rows = form.opening(&page);
    for (direction, flag, cursor) in [("older", "--before", page.previous), ("newer", "--after", page.next)] {
        table.notes.extend(cursor.map(|cursor| format!("{direction} lines: {flag} {cursor}")));
    }
    table.meta = Some(vec![
        ("account", json!(page.account)),
        ("opening", texts(&page.opening)),
        ("closing", texts(&page.closing)),
        ("previous", json!(page.previous)),
        ("next", json!(page.next)),
    ]);
    let mut history = History::from(&page.opening);
    page.lines.iter().for_each(|line| history.add(line));
    table.charts = history.charts(&page.account);
    table.rows.extend(page.lines.into_iter().map(|line| form.row(line)));
    print(&context.settings, table)
}

/// Prints page after page, so that memory holds one of them.
fn print_all(
    context: &Context,
    book: &Book<'_>,
    query: RegisterQuery,
    first: RegisterPage,
    form: Form,
) -> Result<()> {
    let mut head = form.head(&first);
    head.meta = Some(vec![("account", json!(first.account)), ("opening", texts(&first.opening))]);
    let opening = form.opening(&first);
    if context.settings.medium == Medium::Svg {
        let (account, mut history) = (first.account.clone(), History::from(&first.opening));
        lines_of(book, query, first).try_for_each(|line| line.map(|line| history.add(&line)))?;
        return print_charts(&context.settings, &history.charts(&account));
    }
    let rows = lines_of(book, query, first).map(|line| line.map(|line| form.row(line)));
    print_rows(&context.settings, head, opening.into_iter().map(Ok).chain(rows))
}

/// The lines of a page and of those after it, read as they are asked for; an error ends them.
fn lines_of<'b>(
    book: &'b Book<'_>,
    mut query: RegisterQuery,
    first: RegisterPage,
) -> impl Iterator<Item = Result<RegisterLine>> + 'b {
    let mut lines = first.lines.into_iter();
    let mut next = first.next;
    let mut failed = false;
    std::iter::from_fn(move || {
        if failed {
            return None;
        }
        if lines.as_slice().is_empty() {
            query.after = Some(next.take()?);
            match book.journal().register(&query) {
                Ok(page) => (lines, next) = (page.lines.into_iter(), page.next),
                Err(error) => {
                    failed = true;
                    return Some(Err(error));
                }
            }
        }
        lines.next().map(Ok)
    })
}

fn texts(held: &[ledger_core::money::Amount]) -> serde_json::Value {
    match amounts(held) {
        Cell::Json(value) => value,
        _ => serde_json::Value::Null,
    }
}
