//! `schedule snapshot|snapshots|accuracy`: projections that are kept, and what came of them.

use ledger_core::money::Amount;
use ledger_core::schedule::{Accuracy, CauseAccuracy, SeriesAccuracy};
use ledger_core::{Book, Ledger, Result};
use serde_json::json;

use super::held::{kept, tell_held, tell_unpriced};
use super::project::RequestArgs;
use super::shown::{AccountNames, account_names, done, name_of, print_list};
use crate::commands::Context;
use crate::commands::facts::{amount, short_accounts};
use crate::dates::{self, DateRole};
use crate::globals::Format;
use crate::render::{self, Cell, Column, Table, print_all};

/// The arguments of `schedule snapshot`.
#[derive(clap::Args, Debug)]
pub struct SnapshotArgs {
    /// What to call it
    name: String,

    #[command(flatten)]
    request: RequestArgs,
}

/// The arguments of `schedule snapshots`.
#[derive(clap::Args, Debug)]
pub struct ListArgs {
    /// Forget this one
    #[arg(long, value_name = "NAME")]
    drop: Option<String>,
}

/// The arguments of `schedule accuracy`.
#[derive(clap::Args, Debug)]
pub struct AccuracyArgs {
    /// The kept projection
    name: String,

    /// The last day to compare [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,

    /// Also every day
    #[arg(long)]
    daily: bool,
}

/// Keeps a projection.
pub(super) fn snapshot(
    context: &Context,
    ledger: &Ledger,
    book: &Book<'_>,
    args: &SnapshotArgs,
) -> Result<()> {
    let request = args.request.request(context, book)?;
    let kept = context.change(ledger, || book.schedules().snapshot(&args.name, &request));
    let kept = kept.inspect_err(|error| super::project::hint(context, error))?;
    let facts = vec![
        ("name", Cell::text(kept.name.as_str())),
        ("as_of", Cell::Date(kept.as_of)),
        ("to", Cell::Date(kept.to)),
    ];
    tell_unpriced(context, kept.unpriced.as_ref());
    tell_held(context, book, &kept.held);
    done(context, format!("kept \"{}\": {} to {}", kept.name, kept.as_of, kept.to), facts)
}

/// Lists what is kept, or forgets one.
pub(super) fn list(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &ListArgs) -> Result<()> {
    if let Some(name) = &args.drop {
        context.change(ledger, || book.schedules().drop_forecast(name))?;
        return done(context, format!("\"{name}\" is forgotten"), vec![("name", Cell::text(name.as_str()))]);
    }
    let facts = |kept: ledger_core::SavedForecast| {
        vec![("name", Cell::text(kept.name)), ("as_of", Cell::Date(kept.as_of)), ("to", Cell::Date(kept.to))]
    };
    let things = book.schedules().forecasts()?.into_iter().map(facts).collect();
    let all = ["name", "as_of", "to"];
    print_list(context, things, &all, &[("name", "Name"), ("as_of", "As of"), ("to", "To")], Vec::new())
}

/// Shows how good a projection was.
pub(super) fn accuracy(context: &Context, book: &Book<'_>, args: &AccuracyArgs) -> Result<()> {
    let today = context.settings.today;
    let through = match &args.as_of {
        Some(text) => dates::parse_date_as(text, today, DateRole::End)?,
        None => today,
    };
    let accuracy = book.schedules().accuracy(&args.name, through)?;
    let names = account_names(book)?;
    if context.settings.format != Format::Table {
        let mut table =
            if args.daily { day_rows(&accuracy, &names) } else { cause_rows(&accuracy, &names, false) };
        table.meta = Some(vec![
            ("name", json!(args.name)),
            ("through", json!(accuracy.through)),
            ("series", accuracy.series.iter().map(|series| series_facts(series, &names)).collect()),
        ]);
        return render::print(&context.settings, table);
    }
    let mut tables = vec![summary(&accuracy, &names)];
    if !accuracy.causes.is_empty() {
        tables.push(cause_rows(&accuracy, &names, true));
    }
    if args.daily {
        tables.push(day_rows(&accuracy, &names));
    }
    tables[0].title = Some(format!("{}: what happened through {}", args.name, accuracy.through));
    print_all(&context.settings, tables)
}

fn series_name(series: &SeriesAccuracy, names: &AccountNames) -> String {
    series.account.map_or("Total".to_owned(), |account| name_of(names, account))
}

fn summary(accuracy: &Accuracy, names: &AccountNames) -> Table {
    let columns = vec![
        Column::text("account"),
        Column::number("days"),
        Column::amount("mean").titled("Mean error"),
        Column::amount("median").titled("Median"),
        Column::amount("last").titled("Last error"),
    ];
    let row = |series: &SeriesAccuracy| {
        let last = series.days.last().and_then(|day| i64::try_from(day.difference).ok());
        vec![
            Cell::text(series_name(series, names)),
            Cell::Number(series.days.len() as i64),
            Cell::optional(series.mean_absolute_error, amount),
            Cell::optional(series.median_absolute_error, amount),
            Cell::optional(last, |minor| amount(series.commodity.amount(minor))),
        ]
    };
    Table { columns, rows: accuracy.series.iter().map(row).collect(), ..Table::default() }
}

fn cause_rows(accuracy: &Accuracy, names: &AccountNames, people: bool) -> Table {
    let mut columns = vec![Column::short("expected_on").titled("Expected"), Column::text("what")];
    if !people {
        columns.extend([
            Column::number("schedule"),
            Column::short("scheduled_on"),
            Column::text("account"),
            Column::number("probability"),
        ]);
    }
    columns.extend([
        Column::amount("amount"),
        Column::short("happened_on").titled("Happened"),
        Column::amount("actual"),
    ]);
    columns.push(Column::number("entry"));
    if !people {
        columns.extend([Column::number("days_late"), Column::amount("difference")]);
    }
    let several = accuracy.causes.windows(2).any(|pair| pair[0].forecast.account != pair[1].forecast.account);
    let row = |cause: &CauseAccuracy| {
        let forecast = &cause.forecast;
        let what = match people && several {
            true => {
                format!("{} ({})", forecast.name, short_accounts([name_of(names, forecast.account).as_str()]))
            }
            false => forecast.name.clone(),
        };
        let mut row = vec![Cell::Date(forecast.on), Cell::text(what)];
        if !people {
            row.extend([
                Cell::optional(kept(forecast.key.schedule), |number| Cell::Number(number.into())),
                Cell::Date(forecast.key.on),
                Cell::text(name_of(names, forecast.account)),
                Cell::Number(forecast.probability.get().into()),
            ]);
        }
        let actual = cause.actual.as_ref();
        row.extend([
            amount(forecast.amount),
            Cell::optional(actual, |actual| Cell::Date(actual.on)),
            Cell::optional(actual, |actual| amount(actual.amount)),
            Cell::optional(actual, |actual| Cell::Number(actual.entry)),
        ]);
        if !people {
            row.push(Cell::optional(actual, |actual| Cell::Number(actual.days_late)));
            row.push(Cell::optional(actual, |actual| amount(actual.difference)));
        }
        row
    };
    Table { columns, rows: accuracy.causes.iter().map(row).collect(), ..Table::default() }
}

fn day_rows(accuracy: &Accuracy, names: &AccountNames) -> Table {
    let columns = vec![
        Column::short("date"),
        Column::text("account"),
        Column::amount("forecast"),
        Column::amount("actual"),
        Column::amount("difference"),
    ];
    let mut rows = Vec::new();
    for series in &accuracy.series {
        let cell = |minor: i64| amount(series.commodity.amount(minor));
        for day in &series.days {
            let difference = i64::try_from(day.difference).map_or(Cell::Empty, cell);
            let account = Cell::optional(series.account, |account| Cell::text(name_of(names, account)));
            rows.push(vec![Cell::Date(day.on), account, cell(day.forecast), cell(day.actual), difference]);
        }
    }
    Table { columns, rows, ..Table::default() }
}

fn series_facts(series: &SeriesAccuracy, names: &AccountNames) -> serde_json::Value {
    let number = |amount: Option<Amount>| amount.map(|amount| amount.number());
    json!({
        "account": series.account.map(|account| name_of(names, account)),
        "commodity": series.commodity.code(),
        "days": series.days.len(),
        "days_within_band": series.days_within_band,
        "mean_absolute_error": number(series.mean_absolute_error),
        "median_absolute_error": number(series.median_absolute_error),
    })
}
