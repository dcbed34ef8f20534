//! The facts about one thing: a list of names and values for people, one row for programs.

use ledger_core::Result;
use ledger_core::money::Amount;

use super::Context;
use crate::globals::Format;
use crate::render::{Cell, Column, Table, print};

/// Prints what is known of one thing.
///
/// # Errors
/// As [`print()`].
pub fn print_facts(
    context: &Context,
    title: impl Into<String>,
    facts: Vec<(&'static str, Cell)>,
    notes: Vec<String>,
) -> Result<()> {
    let table = if context.settings.format == Format::Table {
        let shown = facts.into_iter().filter(|(_, value)| *value != Cell::Empty);
        Table {
            title: Some(title.into()),
            columns: vec![Column::short("field"), Column::text("value")],
            rows: shown.map(|(name, value)| vec![Cell::text(label(name)), value]).collect(),
            notes,
            ..Table::default()
        }
    } else {
        let (names, row): (Vec<_>, Vec<_>) = facts.into_iter().unzip();
        Table { columns: names.into_iter().map(Column::text).collect(), rows: vec![row], ..Table::default() }
    };
    print(&context.settings, table)
}

/// `locked_through` reads `locked through`.
fn label(name: &str) -> String {
    name.replace('_', " ")
}

/// Amounts of several commodities in one cell.
pub fn amounts(amounts: &[Amount]) -> Cell {
    Cell::Json(amounts.iter().map(Amount::to_string).collect::<Vec<_>>().into())
}

/// The cell of an amount.
pub fn amount(amount: Amount) -> Cell {
    Cell::amount(amount.number(), amount.commodity().code())
}
