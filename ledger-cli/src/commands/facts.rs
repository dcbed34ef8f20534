//! The facts about one thing: a list of names and values for people, one row for programs.

use ledger_core::Result;
use ledger_core::money::Amount;
use unicode_width::UnicodeWidthStr;

use super::Context;
use crate::globals::Format;
use crate::render::{Cell, Column, Table, grouped, print};

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
        let none = Cell::Json(serde_json::json!([]));
        let shown = facts.into_iter().filter(|(_, value)| *value != Cell::Empty && *value != none);
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

/// Prints a list: for people the columns that are named, under the headers given; for programs all of them.
///
/// # Errors
/// As [`print()`].
pub fn print_listing(context: &Context, table: Table, people: &[(&str, &'static str)]) -> Result<()> {
    match context.settings.format {
        Format::Table => print(&context.settings, narrowed(table, people)),
        _ => print(&context.settings, table),
    }
}

/// A table with the named columns only, in that order and under other headers.
pub fn narrowed(table: Table, people: &[(&str, &'static str)]) -> Table {
    let place = |name: &str| table.columns.iter().position(|column| column.name == name);
    let places: Vec<(usize, &'static str)> =
        people.iter().filter_map(|(name, header)| Some((place(name)?, *header))).collect();
    let columns =
        places.iter().map(|(place, header)| table.columns[*place].clone().titled(*header)).collect();
    let narrow = |rows: Vec<Vec<Cell>>| -> Vec<Vec<Cell>> {
        let narrow = |row: Vec<Cell>| places.iter().map(|(place, _)| row[*place].clone()).collect();
        rows.into_iter().map(narrow).collect()
    };
    let (rows, footer) = (narrow(table.rows), narrow(table.footer));
    Table { columns, rows, footer, ..table }
}

/// Tells what was done: a sentence for people, and for programs the facts as one row too.
///
/// # Errors
/// As [`print()`].
pub fn print_done(
    context: &Context,
    sentence: impl std::fmt::Display,
    facts: Vec<(&'static str, Cell)>,
) -> Result<()> {
    if context.settings.format != Format::Table {
        print_facts(context, String::new(), facts, Vec::new())?;
    }
    context.note(sentence);
    Ok(())
}

/// `locked_through` reads `locked through`.
fn label(name: &str) -> String {
    name.replace('_', " ")
}

/// Amounts of several commodities in one cell.
pub fn amounts(amounts: &[Amount]) -> Cell {
    Cell::Json(amounts.iter().map(Amount::to_string).collect::<Vec<_>>().into())
}

/// An amount in a sentence, with its thousands set apart.
pub fn told(amount: Amount) -> String {
    format!("{} {}", grouped(&amount.number()), amount.commodity().code())
}

/// The cell of an amount.
pub fn amount(amount: Amount) -> Cell {
    Cell::amount(amount.number(), amount.commodity().code())
}

/// Accounts in a column beside others: each short, and the third and later ones counted.
pub fn short_accounts<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let shown: Vec<String> = names.iter().take(ACCOUNTS_SHOWN).map(|name| short_account(name)).collect();
    match names.len().saturating_sub(ACCOUNTS_SHOWN) {
        0 => shown.join(", "),
        more => format!("{} +{more}", shown.join(", ")),
    }
}

/// How many accounts of an entry a narrow column names.
const ACCOUNTS_SHOWN: usize = 2;
/// How wide an account may stand in a narrow column before its upper levels are cut to three letters.
const ACCOUNT_WIDTH: usize = 16;

/// `Expenses:Home:Phone` reads `Exp:Home:Phone` where it has to be short: the last level tells the most.
fn short_account(name: &str) -> String {
    let mut segments: Vec<String> = name.split(':').map(str::to_owned).collect();
    for upper in 0..segments.len() - 1 {
        if segments.iter().map(|segment| segment.width() + 1).sum::<usize>() <= ACCOUNT_WIDTH + 1 {
            break;
        }
        segments[upper] = segments[upper].chars().take(3).collect();
    }
    segments.join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_in_a_narrow_column_keeps_its_last_level() {
        assert_eq!(short_account("Assets:Cash"), "Assets:Cash");
        assert_eq!(short_account("Expenses:Home:Phone"), "Exp:Home:Phone");
        assert_eq!(short_account("Expenses:Children:Activities"), "Exp:Chi:Activities");
        assert_eq!(short_account("Über alles und mehr"), "Über alles und mehr");
    }

    #[test]
    fn more_accounts_than_fit_are_counted() {
        assert_eq!(
            short_accounts(["Assets:Cash", "Equity", "Income", "Income:Gifts"]),
            "Assets:Cash, Equity +2"
        );
        assert_eq!(short_accounts([]), "");
    }
}
