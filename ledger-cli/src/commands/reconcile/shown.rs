//! Reconciliations and checkpoints as tables.

use ledger_core::Result;
use ledger_core::money::Amount;
use ledger_core::report::{Checkpoint, CheckpointStatus, Reconciliation, ReconciliationLine};
use serde_json::json;

use crate::commands::Context;
use crate::commands::facts::{amount, short_accounts};
use crate::globals::Format;
use crate::render::{self, Cell, Column, Table};

/// Prints an account beside its statement.
///
/// # Errors
/// As [`render::print`].
pub fn print(context: &Context, shown: Reconciliation, checkpoint: Option<Checkpoint>) -> Result<()> {
    let people = context.settings.format == Format::Table;
    let mut table = if people { for_people(&shown) } else { for_programs(&shown, checkpoint.as_ref()) };
    table.notes = notes(&shown, checkpoint.as_ref());
    render::print(&context.settings, table)
}

/// The lines with what they come to below them.
pub fn for_people(shown: &Reconciliation) -> Table {
    let mut columns = vec![Column::short("state"), Column::short("posted_on").titled("Date")];
    columns.extend([Column::number("entry"), Column::text("description"), Column::text("other_accounts")]);
    columns.push(Column::amount("amount"));
    let row = |line: &ReconciliationLine| {
        vec![
            Cell::text(if line.cleared { "cleared" } else { "" }),
            Cell::Date(line.posted_on),
            Cell::Number(line.entry_number),
            Cell::text(described(line)),
            Cell::text(short_accounts(line.counter_accounts.iter().map(String::as_str))),
            amount(line.amount),
        ]
    };
    Table {
        title: Some(format!("{} to {}", shown.account, shown.to)),
        columns,
        rows: shown.lines.iter().map(row).collect(),
        footer: sums(shown).map(|(name, sum)| footer(name, sum)).to_vec(),
        ..Table::default()
    }
}

/// The four sums, in the order in which they are read.
fn sums(shown: &Reconciliation) -> [(&'static str, Amount); 4] {
    [
        ("statement", shown.statement_balance),
        ("cleared", shown.cleared_balance),
        ("difference", shown.difference),
        ("(uncleared)", shown.uncleared),
    ]
}

fn footer(name: &str, sum: Amount) -> Vec<Cell> {
    vec![Cell::Empty, Cell::Empty, Cell::Empty, Cell::text(name), Cell::Empty, amount(sum)]
}

/// The description with the party or memo that tells more.
pub fn described(line: &ReconciliationLine) -> String {
    let more = line.memo.as_ref().or(line.party.as_ref()).filter(|more| **more != line.description);
    more.map_or_else(|| line.description.clone(), |more| format!("{} ({more})", line.description))
}

fn for_programs(shown: &Reconciliation, checkpoint: Option<&Checkpoint>) -> Table {
    let mut columns = vec![Column::text("state"), Column::short("posted_on"), Column::number("entry")];
    columns.extend([Column::number("line"), Column::text("description"), Column::text("party")]);
    columns.extend([Column::text("memo"), Column::text("other_accounts"), Column::amount("amount")]);
    let row = |line: &ReconciliationLine| {
        vec![
            Cell::text(if line.cleared { "cleared" } else { "uncleared" }),
            Cell::Date(line.posted_on),
            Cell::Number(line.entry_number),
            Cell::Number(line.line_number.into()),
            Cell::text(&line.description),
            Cell::optional(line.party.clone(), Cell::Text),
            Cell::optional(line.memo.clone(), Cell::Text),
            Cell::Json(line.counter_accounts.clone().into()),
            amount(line.amount),
        ]
    };
    let last = shown.last_checkpoint.as_ref();
    Table {
        columns,
        rows: shown.lines.iter().map(row).collect(),
        meta: Some(vec![
            ("account", json!(shown.account)),
            ("to", json!(shown.to)),
            ("statement_balance", json!(shown.statement_balance)),
            ("cleared_balance", json!(shown.cleared_balance)),
            ("uncleared", json!(shown.uncleared)),
            ("difference", json!(shown.difference)),
            ("ties", json!(shown.ties())),
            ("hints", json!(shown.hints)),
            ("last_checkpoint", json!(last.map(|checkpoint| checkpoint.id))),
            ("checkpoint", json!(checkpoint.map(|checkpoint| checkpoint.id))),
        ]),
        ..Table::default()
    }
}

/// What a person should know: whether it ties, what would explain a difference, what became of earlier checkpoints.
fn notes(shown: &Reconciliation, checkpoint: Option<&Checkpoint>) -> Vec<String> {
    let mut notes = Vec::new();
    notes.push(match checkpoint {
        Some(checkpoint) => {
            format!(
                "Reconciled to {} at {}: checkpoint {}.",
                shown.to, shown.statement_balance, checkpoint.id
            )
        }
        None if shown.ties() => "The cleared lines and the statement agree.".to_owned(),
        None => format!("The statement is {} from the cleared lines.", shown.difference),
    });
    notes.extend(shown.hints.iter().map(|hint| format!("Perhaps: {hint}.")));
    if let (Some(last), None) = (&shown.last_checkpoint, checkpoint) {
        notes.push(format!(
            "Last reconciled to {} at {} (checkpoint {}).",
            last.reconciled_to, last.balance, last.id
        ));
    }
    notes.extend(shown.doubtful.iter().map(|status| format!("Note: {status}.")));
    notes
}

/// Prints checkpoints.
///
/// # Errors
/// As [`render::print`].
pub fn print_checkpoints(context: &Context, found: Vec<CheckpointStatus>) -> Result<()> {
    let people = context.settings.format == Format::Table;
    let mut columns =
        vec![Column::number("checkpoint").titled("No"), Column::short("reconciled_to").titled("To")];
    columns.push(Column::text("account"));
    columns.extend([Column::amount("statement"), Column::amount("books_now"), Column::text("state")]);
    if !people {
        columns.extend([
            Column::amount("difference"),
            Column::number("posted_since"),
            Column::text("source"),
        ]);
        columns.extend(["recorded_at", "recorded_by", "undone_at"].map(Column::text));
    }
    let doubtful = found.iter().filter(|status| !status.ties() || status.posted_since > 0);
    let notes = doubtful.map(|status| format!("{status}.")).collect();
    let row = |status: CheckpointStatus| {
        let CheckpointStatus { checkpoint, balance_now, difference, posted_since } = status;
        let state = match (&checkpoint.undone_at, difference.is_zero()) {
            (Some(_), _) => "undone",
            (None, true) => "ties",
            (None, false) => "no longer ties",
        };
        let mut row = vec![Cell::Number(checkpoint.id.into()), Cell::Date(checkpoint.reconciled_to)];
        row.push(Cell::text(checkpoint.account));
        let now = if checkpoint.undone_at.is_some() { Cell::Empty } else { amount(balance_now) };
        row.extend([amount(checkpoint.balance), now, Cell::text(state)]);
        if !people {
            row.extend([amount(difference), Cell::Number(posted_since as i64)]);
            row.push(Cell::text(checkpoint.source.as_str()));
            row.push(Cell::Json(json!(checkpoint.recorded_at)));
            row.push(Cell::text(checkpoint.recorded_by));
            row.push(Cell::Json(json!(checkpoint.undone_at)));
        }
        row
    };
    let rows = found.into_iter().map(row).collect();
    render::print(&context.settings, Table { columns, rows, notes, ..Table::default() })
}
