//! What makes a figure of a statement: its accounts, the prices that valued them, and its newest lines.

use std::process::ExitCode;

use ledger_core::money::Amount;
use ledger_core::report::{Behind, BehindSum, RouteStep, StatementKind, StatementRequest};
use ledger_core::{Book, ErrorKind, Result};
use serde_json::json;

use crate::commands::Context;
use crate::globals::Format;
use crate::render::{Cell, Column, RowMark, Table, grouped, print};

/// How many lines are shown.
const LINES: usize = 50;

/// Shows what makes a figure.
///
/// # Errors
/// As [`ledger_core::Reports::behind`].
pub fn run(
    context: &Context,
    book: &Book<'_>,
    kind: StatementKind,
    request: &StatementRequest,
    cell: &str,
) -> Result<ExitCode> {
    let for_people = context.settings.format == Format::Table;
    // Programs get all lines.
    let limit = if for_people { LINES } else { usize::MAX };
    let behind = |row: &str, column| book.reports().behind(kind, request, row.trim(), column, limit);
    let found = match cell.rsplit_once('@') {
        Some((row, column)) => match behind(row, Some(column.trim())) {
            // A name may have the sign itself.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound { .. }) => {
                behind(cell, None).or(Err(error))
            }
            found => found,
        },
        None => behind(cell, None),
    };
    print(&context.settings, table(&found?, for_people))?;
    Ok(ExitCode::SUCCESS)
}

fn table(behind: &Behind, for_people: bool) -> Table {
    let mut columns = vec![Column::short("posted_on").titled("Date"), Column::number("entry")];
    columns.push(Column::text("description"));
    if !for_people {
        columns.push(Column::text("party"));
    }
    columns.extend([Column::text("account"), Column::amount("amount")]);
    let weighed = behind.lines.iter().any(|line| line.weight != line.amount);
    if weighed || !for_people {
        columns.push(Column::amount("weight").titled("Book value"));
    }
    let mut table = Table { title: Some(title(behind)), columns, ..Table::default() };
    for line in &behind.lines {
        let mut row = vec![line.posted_on.into(), line.entry.into()];
        match (&line.party, for_people) {
            (Some(party), true) if !line.description.contains(party.as_str()) => {
                row.push(Cell::text(format!("{} ({party})", line.description)));
            }
            (_, true) => row.push(Cell::text(line.description.clone())),
            (party, false) => {
                row.push(Cell::text(line.description.clone()));
                row.push(Cell::optional(party.clone(), Cell::Text));
            }
        }
        row.extend([Cell::text(line.account.clone()), amount(&line.amount)]);
        if weighed || !for_people {
            row.push(amount(&line.weight));
        }
        table.push(RowMark::Plain, row);
    }
    let hidden = behind.line_count - behind.lines.len();
    if hidden > 0 {
        let sentence = format!(
            "these are the newest {} of {} lines: -O csv lists all of them",
            behind.lines.len(),
            behind.line_count
        );
        table.notes.push(sentence);
    }
    for sum in &behind.sums {
        table.notes.push(sum_sentence(sum));
    }
    let figures: Vec<String> = behind.figures.iter().map(shown).collect();
    table.notes.push(format!("{} @ {}: {}", behind.row, behind.column, figures.join(", ")));
    table.meta = Some(vec![
        ("statement", json!(behind.statement)),
        ("row", json!(behind.row)),
        ("column", json!(behind.column)),
        ("from", json!(behind.first)),
        ("to", json!(behind.last)),
        ("figures", json!(behind.figures.iter().map(Amount::to_string).collect::<Vec<_>>())),
        ("sums", json!(behind.sums)),
        ("line_count", json!(behind.line_count)),
    ]);
    table
}

fn title(behind: &Behind) -> String {
    let days = match behind.first {
        Some(first) if first == behind.last => format!("on {first}"),
        Some(first) => format!("from {first} to {}", behind.last),
        None => format!("up to {}", behind.last),
    };
    format!("{}: what makes \"{}\", lines {days}", behind.statement.title(), behind.row)
}

/// `Assets:Bank: 100.00 USD = 90.00 EUR on 2026-03-31 (1 USD = 0.9 EUR of 2026-03-30)`.
fn sum_sentence(sum: &BehindSum) -> String {
    if sum.held == sum.value {
        return format!("{}: {}", sum.account, shown(&sum.value));
    }
    let on = sum.valued_on.map_or_else(String::new, |day| format!(" on {day}"));
    let steps: Vec<String> = sum.route.iter().map(step).collect();
    format!("{}: {} = {}{on} ({})", sum.account, shown(&sum.held), shown(&sum.value), steps.join(", then "))
}

fn step(step: &RouteStep) -> String {
    let how = if step.inverse { ", inverse" } else { "" };
    format!("1 {} = {} {} of {}{how}", step.commodity, step.rate, step.quote, step.on)
}

fn shown(amount: &Amount) -> String {
    format!("{} {}", grouped(&amount.number()), amount.commodity())
}

fn amount(amount: &Amount) -> Cell {
    Cell::amount(amount.number(), amount.commodity().code())
}
