//! `scenario compare`: projections side by side.

use std::process::ExitCode;

use ledger_core::money::Amount;
use ledger_core::schedule::{ComparedSeries, Comparison};
use ledger_core::{Book, ErrorKind, ProjectRequest, Result};
use serde_json::{Value, json};

use crate::commands::Context;
use crate::commands::facts::amount;
use crate::commands::saved::{self, Saved};
use crate::commands::schedule::held::{held_facts, tell_held, tell_unpriced, unpriced_facts};
use crate::commands::schedule::project::{RequestArgs, hint, outlook_facts};
use crate::commands::schedule::series::mark;
use crate::commands::schedule::shown::{AccountNames, account_names, name_of};
use crate::globals::{Format, Medium};
use crate::render::chart::{Chart, ChartLine, LineChart};
use crate::render::{self, Cell, Column, Table, print_all, print_charts};

/// Examples for the long help.
pub(super) const EXAMPLES: &str = "\
Differences are those to the first that is named.

Examples:
  ledger scenario compare base \"new car\" \"late client\" --floor 200
  ledger scenario compare base \"new car\" --account Assets:Bank --daily
  ledger scenario compare base \"new car\" --chart -o compare.svg";

/// The arguments.
#[derive(clap::Args, Debug)]
#[command(
    override_usage = "ledger scenario compare [OPTIONS] <NAME> <NAME>...\n       ledger scenario compare [OPTIONS] --saved NAME"
)]
pub struct Args {
    #[command(flatten)]
    flags: Saved<Flags>,
}

/// What decides a comparison.
#[derive(clap::Args, Debug)]
struct Flags {
    /// Scenarios, at least two; `base` is the plan itself
    #[arg(required_unless_present_any = saved::INSTEAD, num_args = 2.., value_name = "NAME")]
    names: Vec<String>,

    /// Also each day on which a balance changes
    #[arg(long)]
    daily: bool,

    /// A line chart, as -O svg
    #[arg(long)]
    chart: bool,

    #[command(flatten)]
    request: RequestArgs,
}

/// Compares, or looks after saved flags.
pub(super) fn run(context: &Context, book: &Book<'_>, args: Args) -> Result<ExitCode> {
    args.flags.run(context, book, "scenario compare", |flags| {
        show(context, book, &flags)?;
        Ok(ExitCode::SUCCESS)
    })
}

fn show(context: &Context, book: &Book<'_>, args: &Flags) -> Result<()> {
    let request = args.request.request(context, book)?;
    let names: Vec<&str> = args.names.iter().map(String::as_str).collect();
    let comparison = book.scenarios().compare(&request, &names).inspect_err(|error| hint(context, error))?;
    tell_unpriced(context, comparison.unpriced.as_ref());
    tell_held(context, book, &comparison.held);
    let accounts = account_names(book)?;
    if args.chart || context.settings.medium == Medium::Svg {
        let series = chosen(&shown(&comparison, &request))?;
        let chart = chart(context, &comparison, &request, series, &accounts);
        return print_charts(&context.settings, &[chart]);
    }
    let shown = shown(&comparison, &request);
    if context.settings.format == Format::Table {
        let mut tables = Vec::new();
        for series in shown {
            tables.push(Table {
                title: Some(title(series, &accounts)),
                charts: vec![chart(context, &comparison, &request, series, &accounts)],
                ..outlooks(&comparison, series, floor_of(&request, series, &accounts).is_some())
            });
            if args.daily {
                tables.push(days(&comparison, series));
            }
        }
        if tables.is_empty() {
            context.note("no schedule moves an asset or a liability; name one with --account");
        }
        return print_all(&context.settings, tables);
    }
    let mut table =
        if args.daily { day_rows(&comparison, &accounts) } else { outlook_rows(&comparison, &accounts) };
    table.meta = Some(vec![
        ("as_of", json!(request.as_of)),
        ("to", json!(request.to)),
        ("names", json!(comparison.names)),
        (
            "series",
            comparison.series.iter().map(|series| series_facts(&comparison, series, &accounts)).collect(),
        ),
        ("total_left_out", unpriced_facts(comparison.unpriced.as_ref())),
        ("held", held_facts(book, &comparison.held)),
    ]);
    render::print(&context.settings, table)
}

fn title(series: &ComparedSeries, accounts: &AccountNames) -> String {
    let name = series.account.map_or("Total".to_owned(), |account| name_of(accounts, account));
    format!("{name}, {}", series.commodity.code())
}

/// The balances for people: a total that says what the only account says is left out, unless it has a floor of its own.
fn shown<'c>(comparison: &'c Comparison, request: &ProjectRequest) -> Vec<&'c ComparedSeries> {
    let has_floor = request.floors.iter().any(|floor| floor.account.is_none());
    match comparison.series.as_slice() {
        [only, total] if !has_floor && total.account.is_none() && only.commodity == total.commodity => {
            vec![only]
        }
        all => all.iter().collect(),
    }
}

fn differs(series: &ComparedSeries) -> bool {
    series.worst != series.expected
}

/// A row for each scenario.
fn outlooks(comparison: &Comparison, series: &ComparedSeries, has_floor: bool) -> Table {
    let bare = |minor: i64| Cell::amount(series.commodity.amount(minor).number(), "");
    let mut columns =
        vec![Column::text("scenario"), Column::amount("lowest"), Column::short("lowest_on").titled("On")];
    if has_floor {
        columns.push(Column::short("below_floor_on").titled("Below floor"));
    }
    columns.push(Column::amount("end").titled("At the end"));
    columns.push(Column::amount("difference"));
    let mut rows = Vec::new();
    for (place, name) in comparison.names.iter().enumerate() {
        let mut readings = vec![(name.clone(), &series.expected)];
        if differs(series) {
            readings.push(("  if it goes badly".to_owned(), &series.worst));
        }
        for (name, outlooks) in readings {
            let outlook = &outlooks[place];
            let mut row = vec![Cell::text(name), bare(outlook.lowest.minor()), Cell::Date(outlook.lowest_on)];
            if has_floor {
                row.push(outlook.below_floor_on.map_or(Cell::text("never"), Cell::Date));
            }
            row.push(bare(outlook.end.minor()));
            let difference = outlook.end.checked_sub(outlooks[0].end).ok();
            row.push(if place == 0 {
                Cell::Empty
            } else {
                Cell::optional(difference, |by| bare(by.minor()))
            });
            rows.push(row);
        }
    }
    Table { columns, rows, ..Table::default() }
}

/// A row for each scenario on each day on which the balance of one changes.
fn days(comparison: &Comparison, series: &ComparedSeries) -> Table {
    let number = |minor: i64| series.commodity.amount(minor).number();
    // Scenarios are named by people, so that their columns cannot have names of their own: a list stands for them.
    let header = comparison.names.join(" | ");
    let columns = vec![
        Column::short("date"),
        Column::text("scenario"),
        Column::amount("balance"),
        Column::amount("difference"),
    ];
    let mut rows = Vec::new();
    for day in &series.days {
        for (place, name) in comparison.names.iter().enumerate() {
            let difference = i64::try_from(day.differences[place]).ok().filter(|_| place > 0);
            rows.push(vec![
                if place == 0 { Cell::Date(day.on) } else { Cell::Empty },
                Cell::text(name.as_str()),
                Cell::amount(number(day.balances[place]), ""),
                Cell::optional(difference, |minor| Cell::amount(number(minor), "")),
            ]);
        }
    }
    Table { title: Some(format!("By day: {header}")), columns, rows, ..Table::default() }
}

fn account_cell(series: &ComparedSeries, accounts: &AccountNames) -> Cell {
    Cell::optional(series.account, |account| Cell::text(name_of(accounts, account)))
}

fn outlook_rows(comparison: &Comparison, accounts: &AccountNames) -> Table {
    let mut columns = vec![Column::text("account"), Column::text("scenario")];
    columns.extend([
        Column::amount("lowest"),
        Column::short("lowest_on"),
        Column::short("below_floor_on"),
        Column::amount("end"),
        Column::amount("difference"),
        Column::amount("worst_lowest"),
        Column::short("worst_lowest_on"),
        Column::short("worst_below_floor_on"),
        Column::amount("worst_end"),
    ]);
    let mut rows = Vec::new();
    for series in &comparison.series {
        for (place, name) in comparison.names.iter().enumerate() {
            let (expected, worst) = (&series.expected[place], &series.worst[place]);
            let date = |day: Option<chrono::NaiveDate>| Cell::optional(day, Cell::Date);
            rows.push(vec![
                account_cell(series, accounts),
                Cell::text(name.as_str()),
                amount(expected.lowest),
                Cell::Date(expected.lowest_on),
                date(expected.below_floor_on),
                amount(expected.end),
                Cell::optional(expected.end.checked_sub(series.expected[0].end).ok(), amount),
                amount(worst.lowest),
                Cell::Date(worst.lowest_on),
                date(worst.below_floor_on),
                amount(worst.end),
            ]);
        }
    }
    Table { columns, rows, ..Table::default() }
}

fn day_rows(comparison: &Comparison, accounts: &AccountNames) -> Table {
    let mut columns = vec![Column::short("date"), Column::text("account"), Column::text("scenario")];
    columns.extend([Column::amount("balance"), Column::amount("difference")]);
    let mut rows = Vec::new();
    for series in &comparison.series {
        let cell = |minor: i64| amount(series.commodity.amount(minor));
        for day in &series.days {
            for (place, name) in comparison.names.iter().enumerate() {
                rows.push(vec![
                    Cell::Date(day.on),
                    account_cell(series, accounts),
                    Cell::text(name.as_str()),
                    cell(day.balances[place]),
                    i64::try_from(day.differences[place]).map_or(Cell::Empty, cell),
                ]);
            }
        }
    }
    Table { columns, rows, ..Table::default() }
}

fn series_facts(comparison: &Comparison, series: &ComparedSeries, accounts: &AccountNames) -> Value {
    let scenarios = comparison.names.iter().enumerate().map(|(place, name)| {
        json!({
            "name": name,
            "expected": outlook_facts(&series.expected[place]),
            "worst": outlook_facts(&series.worst[place]),
        })
    });
    json!({
        "account": series.account.map(|account| name_of(accounts, account)),
        "commodity": series.commodity.code(),
        "scenarios": scenarios.collect::<Vec<_>>(),
    })
}

/// The floor that was given for a balance.
fn floor_of(request: &ProjectRequest, series: &ComparedSeries, accounts: &AccountNames) -> Option<Amount> {
    let name = series.account.map(|account| name_of(accounts, account));
    let floors = request.floors.iter().filter(|floor| floor.amount.commodity() == series.commodity);
    floors.rev().find(|floor| floor.account == name).map(|floor| floor.amount)
}

/// The balance that a chart alone shows: the total, or the only account.
fn chosen<'c>(shown: &[&'c ComparedSeries]) -> Result<&'c ComparedSeries> {
    match (shown, shown.last()) {
        ([only], _) => Ok(*only),
        (_, Some(last)) if last.account.is_none() => Ok(*last),
        _ => {
            let advice =
                "a chart shows one balance: the total, or the one of an account named with --account";
            Err(ErrorKind::Misuse(advice.to_owned()).into())
        }
    }
}

/// The balances of the scenarios overlaid.
fn chart(
    context: &Context,
    comparison: &Comparison,
    request: &ProjectRequest,
    series: &ComparedSeries,
    accounts: &AccountNames,
) -> Chart {
    let lines = comparison.names.iter().enumerate().map(|(place, name)| ChartLine {
        name: name.clone(),
        points: series.days.iter().map(|day| (day.on, day.balances[place].into())).collect(),
    });
    let floor = floor_of(request, series, accounts);
    Chart::Lines(LineChart {
        title: title(series, accounts),
        commodity: series.commodity,
        from: request.as_of,
        to: request.to,
        lines: lines.collect(),
        band: None,
        floor: floor.map(|floor| floor.minor().into()),
        mark: mark(context.settings.today, request.as_of, request.to),
    })
}
