//! `ledger verify`: recompute the books and list what does not hold.

use std::process::ExitCode;

use ledger_core::audit::{Head, Verification};
use ledger_core::{ErrorKind, Ledger, Result};
use serde_json::json;

use super::Context;
use crate::exit;
use crate::globals::Format;
use crate::render::{self, Cell, Column, Table};

/// The arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Receipt of an earlier head, as printed by verify, backup and db status: shows a tail that was cut off
    #[arg(long, value_name = "NUMBER:HASH")]
    expect_head: Option<Head>,
}

/// Checks one book or all of them; findings end with code 1.
///
/// # Errors
/// When the database fails. What it holds is never an error, but a finding.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let names = names(context, &ledger)?;
    if args.expect_head.is_some() && names.len() > 1 {
        let advice = format!("a head is of one book: say of which with --book ({})", names.join(", "));
        return Err(ErrorKind::Misuse(advice).into());
    }
    let mut checked = Vec::with_capacity(names.len());
    for name in &names {
        checked.push(ledger.book(name)?.verify(args.expect_head)?);
    }
    let found = checked.iter().any(|book| !book.findings.is_empty());
    // A JSON document holds the books beside its findings; the other forms show one or the other.
    let as_books = !found && context.settings.format != Format::Json;
    render::print(&context.settings, if as_books { books(&checked) } else { findings(&checked) })?;
    if found {
        context.note("the books do not hold: see the findings");
        return Ok(ExitCode::from(exit::FINDINGS));
    }
    Ok(ExitCode::SUCCESS)
}

fn names(context: &Context, ledger: &Ledger) -> Result<Vec<String>> {
    match &context.settings.book {
        Some(name) => Ok(vec![ledger.book(name)?.name().to_owned()]),
        None => Ok(ledger.books()?.into_iter().map(|book| book.name).collect()),
    }
}

/// What was recomputed, where everything holds.
fn books(checked: &[Verification]) -> Table {
    let row = |book: &Verification| {
        let counts = [book.entries, book.lines, book.events].map(Cell::from);
        let head = Cell::text(book.head.to_string());
        [Cell::text(book.book.clone())].into_iter().chain(counts).chain([head]).collect()
    };
    let mut columns = vec![Column::text("book")];
    columns.extend(["entries", "lines", "events"].map(Column::number));
    columns.push(Column::long("head"));
    let notes = vec!["Everything holds.".to_owned()];
    Table { columns, rows: checked.iter().map(row).collect(), notes, ..Table::default() }
}

/// What does not hold; the books are facts about the whole.
fn findings(checked: &[Verification]) -> Table {
    let mut columns = vec![Column::text("book"), Column::short("check"), Column::short("row")];
    columns.push(Column::text("difference"));
    let rows = checked.iter().flat_map(|book| {
        book.findings.iter().map(|finding| {
            let Verification { book, .. } = book;
            let texts = [book, finding.check, finding.row.as_str(), &finding.difference];
            texts.map(Cell::from).to_vec()
        })
    });
    let summary = |book: &Verification| {
        let Verification { book: name, entries, lines, events, head, findings } = book;
        let count = findings.len();
        format!("{name}: {entries} entries, {lines} lines, {events} events, head {head}, {count} findings")
    };
    let books = checked.iter().map(|book| {
        json!({
            "book": book.book,
            "entries": book.entries,
            "lines": book.lines,
            "events": book.events,
            "head": book.head.to_string(),
            "findings": book.findings.len(),
        })
    });
    Table {
        columns,
        rows: rows.collect(),
        notes: checked.iter().map(summary).collect(),
        meta: Some(vec![("books", books.collect())]),
        ..Table::default()
    }
}
