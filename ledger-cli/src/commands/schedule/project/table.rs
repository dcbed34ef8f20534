//! A projection as tables: days with what changes them, every day, or weeks and months; then the lowest points.

use chrono::NaiveDate;
use ledger_core::account::AccountId;
use ledger_core::money::{Amount, Commodity};
use ledger_core::schedule::{Cause, CauseOf, DayPoint, Outlook, Period, PeriodRow, Projection, Series};
use ledger_core::{Book, Result};
use serde_json::{Value, json};

use super::FormArgs;
use crate::commands::Context;
use crate::commands::facts::amount;
use crate::commands::schedule::held::{held_facts, kept, unpriced_facts};
use crate::commands::schedule::series::{Shown, chart_of, is_uncertain, shown_series, title};
use crate::commands::schedule::shown::{AccountNames, name_of};
use crate::globals::Format;
use crate::render::{self, Cell, Column, Table, print_all};

/// Prints a projection in the form that the settings say.
pub(super) fn print(
    context: &Context,
    book: &Book<'_>,
    projection: &Projection,
    names: &AccountNames,
    form: FormArgs,
    scenarios: &[String],
) -> Result<()> {
    let shown = shown_series(projection);
    let period = match (form.weekly, form.monthly) {
        (true, _) => Some(Period::Week),
        (_, true) => Some(Period::Month),
        _ => None,
    };
    let periods = period.map(|period| projection.rollup(period)).transpose()?;
    if context.settings.format == Format::Table {
        let mut tables: Vec<Table> = Vec::with_capacity(shown.len() + 1);
        for series in &shown {
            let mut table = match &periods {
                Some(rows) => periods_of(rows, series),
                None if form.daily => every_day(projection, series.series),
                None => days_of(projection, series),
            };
            table.title = Some(title(names, series));
            table.charts = vec![chart_of(names, projection, series, context.settings.today, scenarios)];
            tables.push(table);
        }
        if !shown.is_empty() {
            tables.push(outlooks(names, &shown));
        }
        return print_all(&context.settings, tables);
    }
    let mut table = match periods {
        Some(rows) => period_rows(names, &rows),
        None if form.daily => daily_rows(projection, names),
        None => cause_rows(projection, names),
    };
    table.meta = Some(vec![
        ("as_of", json!(projection.as_of)),
        ("to", json!(projection.to)),
        ("series", projection_facts(projection, names)),
        ("total", projection.total.as_ref().map_or(Value::Null, |total| series_facts(names, None, total))),
        ("total_left_out", unpriced_facts(projection.unpriced.as_ref())),
        ("held", held_facts(book, &projection.held)),
    ]);
    render::print(&context.settings, table)
}

/// An amount under a title that names its commodity.
fn bare(series: &Series, minor: i64) -> Cell {
    Cell::amount(series.amount(minor).number(), "")
}

fn bare_amount(amount: Amount) -> Cell {
    Cell::amount(amount.number(), "")
}

/// The balance columns of a day: worst and best only where they differ.
fn balance_columns(series: &Series) -> Vec<Column> {
    match is_uncertain(series) {
        true => ["balance", "worst", "best"].map(Column::amount).into(),
        false => vec![Column::amount("balance")],
    }
}

fn balances(series: &Series, point: Option<DayPoint>) -> Vec<Cell> {
    let cell = |read: fn(&DayPoint) -> i64| point.map_or(Cell::Empty, |point| bare(series, read(&point)));
    match is_uncertain(series) {
        true => vec![cell(|point| point.expected), cell(|point| point.worst), cell(|point| point.best)],
        false => vec![cell(|point| point.expected)],
    }
}

/// Days with what changes the balance; the balance stands at the end of each.
fn days_of(projection: &Projection, shown: &Shown<'_>) -> Table {
    let series = shown.series;
    let mut columns = vec![Column::short("date"), Column::text("what"), Column::amount("amount")];
    columns.extend(balance_columns(series));
    let mut rows = Vec::new();
    let opening = DayPoint {
        on: projection.as_of,
        expected: series.opening.minor(),
        worst: series.opening.minor(),
        best: series.opening.minor(),
    };
    let mut first = vec![Cell::Date(projection.as_of), Cell::text("(balance)"), Cell::Empty];
    first.extend(balances(series, Some(opening)));
    rows.push(first);
    for day in projection.as_of.iter_days().take_while(|day| *day <= projection.to) {
        let changes = changes_of(projection, shown, day);
        let last = changes.len().saturating_sub(1);
        for (place, (what, amount)) in changes.into_iter().enumerate() {
            let mut row = vec![Cell::Date(day), Cell::text(what), amount];
            row.extend(balances(series, (place == last).then(|| series.on(day))));
            rows.push(row);
        }
    }
    Table { columns, rows, ..Table::default() }
}

/// What changes a balance on a day, in words, with the amounts; of the total, the names and the sum.
fn changes_of(projection: &Projection, shown: &Shown<'_>, day: NaiveDate) -> Vec<(String, Cell)> {
    let causes = projection.causes_on(day);
    let series = shown.series;
    if let Some(account) = shown.account {
        let own = |cause: &&Cause| cause.account == account && cause.amount.commodity() == series.commodity;
        return causes.iter().filter(own).map(|cause| (words(cause), bare_amount(cause.amount))).collect();
    }
    let Some(place) = series.points.iter().position(|point| point.on == day) else { return Vec::new() };
    let before = place.checked_sub(1).map_or(series.opening.minor(), |before| series.points[before].expected);
    let change = i128::from(series.points[place].expected) - i128::from(before);
    let mut names: Vec<&str> = Vec::new();
    for of_one in causes.chunk_by(|left, right| left.of == right.of && left.name == right.name) {
        if moves_the_total(of_one) && names.last() != Some(&&*of_one[0].name) {
            names.push(&of_one[0].name);
        }
    }
    if names.is_empty() {
        return Vec::new();
    }
    let sum = i64::try_from(change).map_or(Cell::Empty, |minor| bare(series, minor));
    vec![(names.join(", "), sum)]
}

/// Whether what happens between accounts leaves anything: money from one's own pocket into the other does not.
fn moves_the_total(causes: &[Cause]) -> bool {
    let mut sums: Vec<(Commodity, i128)> = Vec::new();
    for cause in causes {
        let commodity = cause.amount.commodity();
        let minor = i128::from(cause.amount.minor());
        match sums.iter_mut().find(|(known, _)| *known == commodity) {
            Some((_, sum)) => *sum += minor,
            None => sums.push((commodity, minor)),
        }
    }
    sums.iter().any(|(_, sum)| *sum != 0)
}

/// `Rent`, `Bonus (60 %)`, `Power (80.00 to 120.00)`, `Rent (overdue since 2026-03-01)`.
fn words(cause: &Cause) -> String {
    let mut notes = Vec::new();
    match cause.of {
        CauseOf::Occurrence { due_on, overdue: true, .. } if due_on < cause.on => {
            notes.push(format!("overdue since {due_on}"));
        }
        CauseOf::Occurrence { overdue: true, .. } => notes.push("due and not posted".to_owned()),
        CauseOf::Entry(number) => notes.push(format!("entry {number}")),
        _ => {}
    }
    if cause.low != cause.high && cause.of != CauseOf::Usual {
        let (low, high) = (cause.low.number(), cause.high.number());
        notes.push(format!("{} to {}", low.trim_start_matches('-'), high.trim_start_matches('-')));
    }
    if cause.probability.get() < 100 {
        notes.push(cause.probability.to_string());
    }
    if notes.is_empty() { cause.name.to_string() } else { format!("{} ({})", cause.name, notes.join(", ")) }
}

fn every_day(projection: &Projection, series: &Series) -> Table {
    let mut columns = vec![Column::short("date")];
    columns.extend(balance_columns(series));
    let row = |day: NaiveDate| {
        let mut row = vec![Cell::Date(day)];
        row.extend(balances(series, Some(series.on(day))));
        row
    };
    let rows = projection.as_of.iter_days().take_while(|day| *day <= projection.to).map(row).collect();
    Table { columns, rows, ..Table::default() }
}

fn periods_of(rows: &[PeriodRow], shown: &Shown<'_>) -> Table {
    let columns = vec![
        Column::short("from"),
        Column::amount("opening"),
        Column::amount("money_in").titled("In"),
        Column::amount("money_out").titled("Out"),
        Column::amount("closing"),
        Column::amount("lowest"),
    ];
    let own = rows
        .iter()
        .filter(|row| row.account == shown.account && row.closing.commodity() == shown.series.commodity);
    let row = |row: &PeriodRow| {
        let amounts = [row.opening, row.money_in, row.money_out, row.closing, row.lowest];
        let mut cells = vec![Cell::Date(row.from)];
        cells.extend(amounts.map(bare_amount));
        cells
    };
    Table { columns, rows: own.map(row).collect(), ..Table::default() }
}

/// The lowest point, the first day below the floor and the end of each balance.
fn outlooks(names: &AccountNames, shown: &[Shown<'_>]) -> Table {
    let has_floor = shown.iter().any(|shown| shown.series.floor.is_some());
    let mut columns = vec![
        Column::text("account").titled("In short"),
        Column::amount("lowest"),
        Column::short("lowest_on").titled("On"),
    ];
    if has_floor {
        columns.push(Column::short("below_floor_on").titled("Below floor"));
    }
    columns.push(Column::amount("end").titled("At the end"));
    let mut rows = Vec::new();
    for series in shown {
        let name = series.account.map_or("Total".to_owned(), |account| name_of(names, account));
        let mut readings = vec![(name, series.series.expected)];
        if is_uncertain(series.series) {
            readings.push(("  if it goes badly".to_owned(), series.series.worst));
            readings.push(("  if it goes well".to_owned(), series.series.best));
        }
        for (name, outlook) in readings {
            let mut row = vec![Cell::text(name), amount(outlook.lowest), Cell::Date(outlook.lowest_on)];
            if has_floor {
                let never = || Cell::text(if series.series.floor.is_some() { "never" } else { "" });
                row.push(outlook.below_floor_on.map_or_else(never, Cell::Date));
            }
            row.push(amount(outlook.end));
            rows.push(row);
        }
    }
    Table { columns, rows, ..Table::default() }
}

fn account_cell(names: &AccountNames, account: Option<AccountId>) -> Cell {
    Cell::optional(account, |account| Cell::text(name_of(names, account)))
}

/// The columns that programs get of days; the account of a total is empty.
fn cause_rows(projection: &Projection, names: &AccountNames) -> Table {
    let columns = vec![
        Column::short("date"),
        Column::text("account"),
        Column::text("what"),
        Column::short("kind"),
        Column::number("schedule"),
        Column::short("scheduled_on"),
        Column::short("due_on"),
        Column::short("overdue"),
        Column::number("entry"),
        Column::amount("amount"),
        Column::amount("low"),
        Column::amount("high"),
        Column::number("probability"),
        Column::amount("balance"),
        Column::amount("worst"),
        Column::amount("best"),
    ];
    let mut rows = Vec::new();
    for cause in projection.causes() {
        let found =
            projection.account(cause.account).find(|series| series.commodity == cause.amount.commodity());
        let Some(series) = found else { continue };
        rows.push(cause_row(&cause, names, series));
    }
    for point in projection.total.iter().flat_map(|total| &total.points) {
        let mut row = vec![Cell::Date(point.on), Cell::Empty, Cell::Empty, Cell::text("total")];
        row.resize(columns.len() - 3, Cell::Empty);
        // There are points only where there is a total.
        row.extend(projection.total.iter().flat_map(|total| balance_cells(total, *point)));
        rows.push(row);
    }
    Table { columns, rows, ..Table::default() }
}

fn balance_cells(series: &Series, point: DayPoint) -> [Cell; 3] {
    [point.expected, point.worst, point.best].map(|minor| amount(series.amount(minor)))
}

fn cause_row(cause: &Cause, names: &AccountNames, series: &Series) -> Vec<Cell> {
    let (kind, of_occurrence, entry) = match cause.of {
        CauseOf::Occurrence { key, due_on, overdue } => {
            let schedule = Cell::optional(kept(key.schedule), |number| Cell::Number(number.into()));
            (
                "expected",
                [schedule, Cell::Date(key.on), Cell::Date(due_on), Cell::Json(json!(overdue))],
                Cell::Empty,
            )
        }
        CauseOf::Entry(number) => ("posted", [const { Cell::Empty }; 4], Cell::Number(number)),
        CauseOf::Usual => ("usual", [const { Cell::Empty }; 4], Cell::Empty),
    };
    let mut row = vec![
        Cell::Date(cause.on),
        Cell::text(name_of(names, cause.account)),
        Cell::text(&*cause.name),
        Cell::text(kind),
    ];
    row.extend(of_occurrence);
    row.push(entry);
    row.extend([cause.amount, cause.low, cause.high].map(amount));
    row.push(Cell::Number(cause.probability.get().into()));
    row.extend(balance_cells(series, series.on(cause.on)));
    row
}

fn daily_rows(projection: &Projection, names: &AccountNames) -> Table {
    let mut columns = vec![Column::short("date"), Column::text("account")];
    columns.extend(["balance", "worst", "best"].map(Column::amount));
    let accounts = projection.accounts.iter().map(|of| (Some(of.account), &of.series));
    let all: Vec<_> = accounts.chain(projection.total.iter().map(|total| (None, total))).collect();
    let mut rows = Vec::new();
    for day in projection.as_of.iter_days().take_while(|day| *day <= projection.to) {
        for (account, series) in &all {
            let mut row = vec![Cell::Date(day), account_cell(names, *account)];
            row.extend(balance_cells(series, series.on(day)));
            rows.push(row);
        }
    }
    Table { columns, rows, ..Table::default() }
}

fn period_rows(names: &AccountNames, rows: &[PeriodRow]) -> Table {
    let mut columns = vec![Column::short("from"), Column::short("to"), Column::text("account")];
    columns.extend(["opening", "money_in", "money_out", "closing", "lowest"].map(Column::amount));
    columns.push(Column::short("lowest_on"));
    columns.push(Column::amount("lowest_worst"));
    let row = |row: &PeriodRow| {
        let mut cells = vec![Cell::Date(row.from), Cell::Date(row.to), account_cell(names, row.account)];
        cells.extend([row.opening, row.money_in, row.money_out, row.closing, row.lowest].map(amount));
        cells.extend([Cell::Date(row.lowest_on), amount(row.lowest_worst)]);
        cells
    };
    Table { columns, rows: rows.iter().map(row).collect(), ..Table::default() }
}

/// What a program reads about each balance as a whole.
fn projection_facts(projection: &Projection, names: &AccountNames) -> Value {
    let accounts = projection.accounts.iter().map(|of| (Some(of.account), &of.series));
    let all = accounts.chain(projection.total.iter().map(|total| (None, total)));
    all.map(|(account, series)| series_facts(names, account, series)).collect()
}

fn series_facts(names: &AccountNames, account: Option<AccountId>, series: &Series) -> Value {
    json!({
        "account": account.map(|account| name_of(names, account)),
        "commodity": series.commodity.code(),
        "opening": series.opening.number(),
        "floor": series.floor.map(|floor| floor.number()),
        "expected": outlook_facts(&series.expected),
        "worst": outlook_facts(&series.worst),
        "best": outlook_facts(&series.best),
    })
}

/// An outlook as JSON, the amounts in the commodity that is named beside it.
pub fn outlook_facts(outlook: &Outlook) -> Value {
    json!({
        "lowest": outlook.lowest.number(),
        "lowest_on": outlook.lowest_on,
        "below_floor_on": outlook.below_floor_on,
        "end": outlook.end.number(),
    })
}
