//! Entries as tables: one with its lines, or many with a row each.

use std::collections::BTreeMap;

use ledger_core::journal::{Entry, Line, Tag};
use ledger_core::lot::LotBasis;
use ledger_core::money::{Amount, Commodity};
use ledger_core::{EntryCursor, Result};
use serde_json::{Value, json};

use super::Context;
use super::facts::{amount, short_accounts};
use crate::globals::Format;
use crate::render::{Cell, Column, Table, print};

/// Prints one entry: its lines for people and in CSV, the entry with its lines inside in JSON.
///
/// `more` are facts that the entry itself does not hold, such as what reversed it.
///
/// # Errors
/// As [`print()`].
pub fn print_entry(
    context: &Context,
    entry: &Entry,
    more: Vec<(&'static str, Value)>,
    notes: Vec<String>,
) -> Result<()> {
    let table = match context.settings.format {
        Format::Table => Table { notes, ..lines_of(entry) },
        Format::Json => {
            let (columns, rows) = flat_lines([entry], false);
            let mut meta = facts_of(entry);
            meta.extend(more);
            Table { columns, rows, meta: Some(meta), notes, ..Table::default() }
        }
        Format::Ndjson => nested([entry]),
        Format::Csv | Format::Tsv => {
            let (columns, rows) = flat_lines([entry], true);
            Table { columns, rows, ..Table::default() }
        }
    };
    print(&context.settings, table)
}

/// Prints many entries: a row each for people and in JSON, a row per line in CSV.
///
/// # Errors
/// As [`print()`].
pub fn print_entries(
    context: &Context,
    entries: &[Entry],
    next: Option<EntryCursor>,
    notes: Vec<String>,
) -> Result<()> {
    let table = match context.settings.format {
        Format::Table => Table { notes, ..overview(entries) },
        Format::Json => {
            let next = next.map(|cursor| cursor.to_string());
            Table { meta: Some(vec![("next", json!(next))]), notes, ..nested(entries) }
        }
        Format::Ndjson => nested(entries),
        Format::Csv | Format::Tsv => {
            let (columns, rows) = flat_lines(entries, true);
            Table { columns, rows, ..Table::default() }
        }
    };
    print(&context.settings, table)
}

/// The lines of an entry with debits and credits side by side; columns that would be empty are left out.
fn lines_of(entry: &Entry) -> Table {
    let has_price = entry.lines.iter().any(|line| line.price.is_some() || line.lot.is_some());
    let has_memo = entry.lines.iter().any(|line| line.memo.is_some());
    let mut columns = vec![Column::text("account"), Column::amount("debit"), Column::amount("credit")];
    if has_price {
        columns.push(Column::short("price"));
    }
    if has_memo {
        columns.push(Column::text("memo"));
    }
    let row = |line: &Line| {
        let positive =
            Cell::amount(line.amount.number().trim_start_matches('-'), line.amount.commodity().code());
        let (debit, credit) =
            if line.amount.is_negative() { (Cell::Empty, positive) } else { (positive, Cell::Empty) };
        let mut row = vec![Cell::text(&line.account), debit, credit];
        if has_price {
            row.push(price_and_lot(line));
        }
        if has_memo {
            row.push(Cell::optional(line.memo.clone(), Cell::Text));
        }
        row
    };
    Table {
        title: Some(format!("entry {} of {}: {}", entry.number, entry.posted_on, entry.description)),
        columns,
        rows: entry.lines.iter().map(row).collect(),
        ..Table::default()
    }
}

/// The price of a line, and its lot between braces.
fn price_and_lot(line: &Line) -> Cell {
    match (line.price, line.lot.as_deref()) {
        (price, Some(lot)) if lot.basis == LotBasis::Price => {
            let price = price.map(|price| format!(" {price}")).unwrap_or_default();
            Cell::text(format!("{lot}{price}"))
        }
        (price, Some(lot)) => Cell::text(lot.text(price.as_ref())),
        (price, None) => Cell::optional(price, |price| Cell::text(price.to_string())),
    }
}

fn lot_text(line: &Line) -> Option<String> {
    line.lot.as_ref().map(|lot| lot.text(line.price.as_ref()))
}

/// A row per entry, as short as it can be.
fn overview(entries: &[Entry]) -> Table {
    let row = |entry: &Entry| {
        let mut accounts: Vec<&str> = Vec::new();
        for line in &entry.lines {
            if !accounts.contains(&line.account.as_str()) {
                accounts.push(&line.account);
            }
        }
        vec![
            Cell::Number(entry.number),
            Cell::Date(entry.posted_on),
            Cell::text(&entry.description),
            Cell::text(short_accounts(accounts)),
            turnover(entry),
        ]
    };
    Table {
        columns: vec![
            Column::number("number").titled("Entry"),
            Column::short("posted_on").titled("Date"),
            Column::text("description"),
            Column::text("accounts"),
            Column::amount("amount"),
        ],
        rows: entries.iter().map(row).collect(),
        ..Table::default()
    }
}

/// What an entry moves: the sum of its debits, by weight.
fn turnover(entry: &Entry) -> Cell {
    let mut sums: BTreeMap<Commodity, i128> = BTreeMap::new();
    for line in entry.lines.iter().filter(|line| !line.weight.is_negative()) {
        *sums.entry(line.weight.commodity()).or_default() += i128::from(line.weight.minor());
    }
    let amounts: Vec<Amount> = sums
        .into_iter()
        .filter_map(|(commodity, sum)| Amount::try_from_i128(sum, commodity, "a sum").ok())
        .collect();
    match amounts[..] {
        [only] => amount(only),
        _ => Cell::text(amounts.iter().map(Amount::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// A row per line; with the entry's own columns in front where the rows have to stand for themselves.
fn flat_lines<'e>(
    entries: impl IntoIterator<Item = &'e Entry>,
    with_entry: bool,
) -> (Vec<Column>, Vec<Vec<Cell>>) {
    let mut columns = Vec::new();
    if with_entry {
        columns.extend([
            Column::number("number"),
            Column::short("posted_on"),
            Column::text("description"),
            Column::text("party"),
            Column::text("tags"),
            Column::text("external_id"),
        ]);
    }
    columns.extend([
        Column::number("line"),
        Column::text("account"),
        Column::amount("amount"),
        Column::amount("weight"),
        Column::text("price"),
        Column::text("lot"),
        Column::text("memo"),
    ]);
    let mut rows = Vec::new();
    for entry in entries {
        for (index, line) in entry.lines.iter().enumerate() {
            let mut row = Vec::with_capacity(columns.len());
            if with_entry {
                row.extend([
                    Cell::Number(entry.number),
                    Cell::Date(entry.posted_on),
                    Cell::text(&entry.description),
                    Cell::optional(entry.party.clone(), Cell::Text),
                    Cell::Json(tags(&entry.tags)),
                    Cell::optional(entry.external_id.clone(), Cell::Text),
                ]);
            }
            row.extend([
                Cell::Number(index as i64 + 1),
                Cell::text(&line.account),
                amount(line.amount),
                amount(line.weight),
                Cell::optional(line.price, |price| Cell::text(price.to_string())),
                Cell::optional(lot_text(line), Cell::Text),
                Cell::optional(line.memo.clone(), Cell::Text),
            ]);
            rows.push(row);
        }
    }
    (columns, rows)
}

/// A row per entry that holds everything, with the lines inside.
fn nested<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Table {
    let mut table = Table::default();
    for entry in entries {
        let mut facts = facts_of(entry);
        facts.push(("lines", entry.lines.iter().map(line_json).collect()));
        if table.columns.is_empty() {
            table.columns = facts.iter().map(|(name, _)| Column::text(*name)).collect();
        }
        table.rows.push(facts.into_iter().map(|(_, value)| Cell::Json(value)).collect());
    }
    table
}

fn facts_of(entry: &Entry) -> Vec<(&'static str, Value)> {
    vec![
        ("number", json!(entry.number)),
        ("posted_on", json!(entry.posted_on)),
        ("description", json!(entry.description)),
        ("party", json!(entry.party)),
        ("tags", tags(&entry.tags)),
        ("external_id", json!(entry.external_id)),
        ("source", json!(entry.source)),
        ("reverses", json!(entry.reverses)),
        ("amends", json!(entry.amends)),
        ("recorded_at", json!(entry.recorded_at)),
        ("recorded_by", json!(entry.recorded_by)),
        ("hash", json!(entry.hash.to_string())),
    ]
}

fn line_json(line: &Line) -> Value {
    json!({
        "account": line.account,
        "amount": line.amount.number(),
        "amount_commodity": line.amount.commodity().code(),
        "weight": line.weight.number(),
        "weight_commodity": line.weight.commodity().code(),
        "price": line.price.map(|price| price.to_string()),
        "lot": lot_text(line),
        "memo": line.memo,
    })
}

fn tags(tags: &[Tag]) -> Value {
    tags.iter().map(Tag::to_string).collect::<Vec<_>>().into()
}
