//! A trial balance as a table: columns by form, accounts as a list or as a tree.

use chrono_tz::Tz;
use ledger_core::account::AccountKind;
use ledger_core::money::Amount;
use ledger_core::report::{Basis, TrialBalance, TrialBalanceRow};
use ledger_core::text::normalize;
use serde_json::{Value, json};

use super::super::basis;
use crate::render::{Align, Cell, Column, Table, grouped};

/// How the report is laid out.
pub(super) struct Layout {
    /// Whether accounts stand under each other.
    pub tree: bool,
    /// What the figures are.
    pub basis: Basis,
    /// The book's time zone.
    pub zone: Tz,
    /// Whether a person reads it: programs get every column, and no rows that only group others.
    pub for_people: bool,
}

impl Layout {
    /// The table.
    pub fn table(&self, report: TrialBalance) -> Table {
        let mut columns = vec![Column::text("account"), Column::short("kind")];
        columns.extend([Column::amount("debit"), Column::amount("credit"), Column::number("holding")]);
        let title = Some(self.title(&report));
        let meta = Some(self.meta(&report));
        let notes = report.notes.clone();
        let holds = report.rows.iter().any(|row| !row.holdings.is_empty());
        let totals = report.totals.iter().map(|total| {
            let kind_and_sides = [Cell::Empty, amount(Some(&total.debit)), amount(Some(&total.credit))];
            [Cell::text("Total")].into_iter().chain(kind_and_sides).chain([Cell::Empty]).collect()
        });
        let footer: Vec<Vec<Cell>> = totals.collect();
        let rows = if self.tree { self.tree_rows(report.rows) } else { flat_rows(&report.rows) };
        let mut table =
            Table { title, columns, rows, footer, meta, notes, split: Some(1), ..Table::default() };
        if self.for_people {
            if !holds {
                drop_column(&mut table, "holding");
            }
            group_holdings(&mut table);
            // The name begins with the kind nearly always.
            drop_column(&mut table, "kind");
        }
        table
    }

    fn title(&self, report: &TrialBalance) -> String {
        let mut title = format!("Trial balance of {}", report.book);
        match report.as_of {
            Some(day) => title.push_str(&format!(" as of {day}")),
            None => title.push_str(", all entries"),
        }
        if let Some(known_at) = report.known_at {
            let local = known_at.with_timezone(&self.zone);
            title.push_str(&format!(", as known at {} {}", local.format("%Y-%m-%d %H:%M:%S"), self.zone));
        }
        title.push_str(&basis::title_end(self.basis));
        title
    }

    fn meta(&self, report: &TrialBalance) -> Vec<(&'static str, Value)> {
        vec![
            ("book", json!(report.book)),
            ("as_of", json!(report.as_of)),
            ("known_at", json!(report.known_at)),
            ("basis", json!(basis::key(self.basis))),
        ]
    }

    /// Rows under their parents; a parent without figures of its own is a row that only shows its name.
    fn tree_rows(&self, mut rows: Vec<TrialBalanceRow>) -> Vec<Vec<Cell>> {
        // By whole segments, so that nothing comes between a parent and its children. Rows that no account stands
        // for keep their order at the end.
        rows.sort_by_cached_key(|row| {
            let segments = row.kind.map(|_| row.account.split(':').map(normalize).collect::<Vec<_>>());
            (row.kind.is_none(), row.kind, segments)
        });
        let mut shown: Vec<Vec<Cell>> = Vec::with_capacity(rows.len());
        let mut path: (Option<AccountKind>, Vec<String>) = (None, Vec::new());
        for row in &rows {
            let segments: Vec<&str> = match row.kind {
                Some(_) => row.account.split(':').collect(),
                // A row that no account stands for has no parents.
                None => vec![&row.account],
            };
            let same = |(one, other): &(&String, &&str)| **one == normalize(other);
            let common = match path.0 == row.kind {
                true => path.1.iter().zip(&segments).take_while(same).count(),
                false => 0,
            };
            let parents = segments.len() - 1;
            if self.for_people {
                for depth in common..parents {
                    let name = segments[..=depth].join(":");
                    let name = Cell::Tree { depth, label: segments[depth].to_owned(), name };
                    shown.push(std::iter::once(name).chain((0..4).map(|_| Cell::Empty)).collect());
                }
            }
            let label = segments[parents].to_owned();
            let name = Cell::Tree { depth: parents, label, name: row.account.clone() };
            shown.push(cells(name, row));
            path = (row.kind, segments.into_iter().map(normalize).collect());
        }
        shown
    }
}

fn flat_rows(rows: &[TrialBalanceRow]) -> Vec<Vec<Cell>> {
    rows.iter().map(|row| cells(Cell::text(row.account.clone()), row)).collect()
}

fn cells(name: Cell, row: &TrialBalanceRow) -> Vec<Cell> {
    let kind = Cell::optional(row.kind, |kind| kind.as_str().into());
    let holdings: Vec<String> = row.holdings.iter().map(Amount::to_string).collect();
    vec![name, kind, amount(row.debit.as_ref()), amount(row.credit.as_ref()), Cell::Json(json!(holdings))]
}

fn amount(amount: Option<&Amount>) -> Cell {
    Cell::optional(amount, |amount| Cell::amount(amount.number(), amount.commodity().code()))
}

/// Writes holdings as other amounts are, in a column that wraps between them: there can be many.
fn group_holdings(table: &mut Table) {
    let Some(index) = table.columns.iter().position(|column| column.name == "holding") else { return };
    table.columns[index] = Column { align: Align::Right, ..Column::text("holding") };
    for row in &mut table.rows {
        if let Cell::Json(Value::Array(held)) = &row[index] {
            let amounts = held.iter().filter_map(Value::as_str).map(|amount| match amount.split_once(' ') {
                // A blank that does not break keeps the number and its commodity together.
                Some((number, code)) => format!("{}\u{a0}{code}", grouped(number)),
                None => amount.to_owned(),
            });
            row[index] = Cell::Text(amounts.collect::<Vec<_>>().join(", "));
        }
    }
}

fn drop_column(table: &mut Table, name: &str) {
    let Some(index) = table.columns.iter().position(|column| column.name == name) else { return };
    table.columns.remove(index);
    for row in table.rows.iter_mut().chain(&mut table.footer) {
        row.remove(index);
    }
}
