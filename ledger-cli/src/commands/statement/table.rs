//! A statement as a table: sections of accounts over columns of periods, or a row for each period.

use std::rc::Rc;

use chrono_tz::Tz;
use ledger_core::money::{Amount, Commodity};
use ledger_core::report::{
    ColumnKind, Figure, Statement, StatementColumn, StatementKind, StatementRequest, StatementRow,
    StatementSection,
};
use serde_json::{Value, json};

use super::super::basis;
use crate::render::{Cell, Column, RowMark, Table};

/// How a statement is laid out.
pub struct Layout<'r> {
    /// The book's time zone.
    pub zone: Tz,
    /// Whether a person reads it: programs get a column of commodities and plain numbers.
    pub for_people: bool,
    /// What was asked for.
    pub request: &'r StatementRequest,
}

impl Layout<'_> {
    /// The table.
    pub fn table(&self, statement: Statement) -> Table {
        // Many periods of a few figures read better down the page than across it.
        let downwards = matches!(statement.kind, StatementKind::NetWorth | StatementKind::BalanceHistory)
            && self.request.across.is_none()
            && self.request.by.is_none()
            && !self.request.columns.share
            && statement.columns.len() > 1;
        let mut table = match downwards {
            true => self.downwards(&statement),
            false => self.sideways(&statement),
        };
        table.title = Some(self.title(&statement));
        table.meta = Some(self.meta(&statement));
        table.notes = statement.notes;
        table
    }

    /// Sections under each other, periods beside each other.
    fn sideways(&self, statement: &Statement) -> Table {
        let name = match &self.request.by {
            Some(dimension) => dimension.to_string(),
            None => "account".to_owned(),
        };
        let mut columns = vec![Column::text(name)];
        if !self.for_people {
            columns.push(Column::short("commodity"));
        }
        let width = columns.len();
        for column in &statement.columns {
            let label = match column.kind {
                // A balance is of a day, and a lone column of anything is simply the amount.
                ColumnKind::Period if self.request.is_of_one_column() => "amount".to_owned(),
                ColumnKind::Share => unique(&columns, "share"),
                _ => unique(&columns, &column.label),
            };
            columns.push(match (column.kind, self.for_people) {
                (ColumnKind::Percent | ColumnKind::Share, _) => Column::number(label),
                (ColumnKind::Period, true) if self.request.is_of_one_column() => {
                    Column::amount(label).titled("Amount")
                }
                (_, true) => Column::amount(label.clone()).titled(label),
                (_, false) => Column::number(label),
            });
        }
        let mut table = Table { columns, split: Some(width), ..Table::default() };
        for (place, section) in statement.sections.iter().enumerate() {
            self.section(&mut table, section, &statement.columns);
            let next = statement.sections.get(place + 1);
            if next.is_some_and(|next| !next.rows.is_empty() || !section.rows.is_empty()) {
                table.push_blank();
            }
        }
        table
    }

    fn section(&self, table: &mut Table, section: &StatementSection, columns: &[StatementColumn]) {
        let is_result =
            section.rows.is_empty() && section.totals.iter().all(|total| total.name == section.name);
        if is_result {
            for total in &section.totals {
                table.push(RowMark::Total, self.row(total, columns));
            }
            return;
        }
        table.push_section(section.name.clone());
        for row in &section.rows {
            let mark = if row.subtotal { RowMark::Parent } else { RowMark::Plain };
            table.push(mark, self.row(row, columns));
        }
        for total in &section.totals {
            table.push(RowMark::Subtotal, self.row(total, columns));
        }
    }

    fn row(&self, row: &StatementRow, columns: &[StatementColumn]) -> Vec<Cell> {
        let name = match self.request.tree && !row.computed {
            true => Cell::Tree { depth: row.depth, label: row.label.clone(), name: row.name.clone() },
            false => Cell::text(row.name.clone()),
        };
        let mut cells = vec![name];
        if !self.for_people {
            cells.push(Cell::text(row.commodity.code()));
        }
        let code: Rc<str> = row.commodity.code().into();
        let figures = row.figures.iter().zip(columns);
        cells.extend(figures.map(|(figure, column)| self.cell(*figure, column.kind, row.commodity, &code)));
        cells
    }

    fn cell(&self, figure: Figure, kind: ColumnKind, commodity: Commodity, code: &Rc<str>) -> Cell {
        match figure {
            Figure::Amount(minor) if self.for_people => {
                Cell::Amount { number: commodity.amount(minor).number(), commodity: Rc::clone(code) }
            }
            Figure::Amount(minor) => Cell::Decimal(Amount::new(minor, commodity).number()),
            Figure::Percent(percent) if self.for_people && kind == ColumnKind::Share => {
                Cell::text(format!("{percent:.1} %"))
            }
            Figure::Percent(percent) if self.for_people => Cell::text(format!("{percent:+} %")),
            Figure::Percent(percent) => Cell::Decimal(percent.to_string()),
            Figure::None => Cell::Empty,
        }
    }

    /// A row for each period and commodity; a column for each total, and for each account where there are few.
    fn downwards(&self, statement: &Statement) -> Table {
        let results: Vec<(&str, &StatementSection)> =
            statement.sections.iter().map(|section| (section.name.as_str(), section)).collect();
        let mut columns = vec![Column::short("period").titled("Date")];
        if !self.for_people {
            columns.push(Column::short("commodity"));
        }
        let mut commodities: Vec<Commodity> = results
            .iter()
            .flat_map(|(_, section)| section.totals.iter().map(|total| total.commodity))
            .collect();
        commodities.sort();
        commodities.dedup();
        for (name, _) in &results {
            columns.push(match self.for_people {
                true => Column::amount(name.to_lowercase().replace(' ', "_")).titled((*name).to_owned()),
                false => Column::number(name.to_lowercase().replace(' ', "_")),
            });
        }
        let mut table = Table { split: Some(columns.len() - results.len()), columns, ..Table::default() };
        for (place, column) in statement.columns.iter().enumerate() {
            for &commodity in &commodities {
                let mut row = vec![Cell::text(column.label.clone())];
                if !self.for_people {
                    row.push(Cell::text(commodity.code()));
                }
                let figures = results.iter().map(|(_, section)| {
                    let total = section.totals.iter().find(|total| total.commodity == commodity);
                    match (total, column.kind) {
                        (Some(total), _) => total.figures[place],
                        // There is no change in percent from nothing.
                        (None, ColumnKind::Percent | ColumnKind::Share) => Figure::None,
                        (None, _) => Figure::Amount(0),
                    }
                });
                let code: Rc<str> = commodity.code().into();
                row.extend(figures.map(|figure| self.cell(figure, column.kind, commodity, &code)));
                let mark = match column.kind {
                    ColumnKind::Period => RowMark::Plain,
                    // Programs get every row that was asked for.
                    _ if !self.for_people => RowMark::Plain,
                    _ => RowMark::Total,
                };
                table.push(mark, row);
            }
        }
        table
    }

    fn title(&self, statement: &Statement) -> String {
        let mut title = format!("{} of {}", statement.kind.title(), statement.book);
        let period = statement.period;
        match statement.kind.is_of_balances() && statement.columns.len() == 1 {
            true => title.push_str(&format!(" as of {}", period.last)),
            false => title.push_str(&format!(", {}", period.label(self.request.columns.fiscal))),
        }
        if let Some(known_at) = statement.known_at {
            let local = known_at.with_timezone(&self.zone);
            title.push_str(&format!(", as known at {} {}", local.format("%Y-%m-%d %H:%M:%S"), self.zone));
        }
        title.push_str(&basis::title_end(self.request.basis));
        title
    }

    fn meta(&self, statement: &Statement) -> Vec<(&'static str, Value)> {
        vec![
            ("statement", json!(statement.kind)),
            ("book", json!(statement.book)),
            ("from", json!(statement.period.first)),
            ("to", json!(statement.period.last)),
            ("known_at", json!(statement.known_at)),
            ("basis", json!(basis::key(self.request.basis))),
        ]
    }
}

/// A name that no column has yet: a part of a dimension may be called as one of them, and keys are told apart.
fn unique(columns: &[Column], label: &str) -> String {
    let mut name = label.to_owned();
    while columns.iter().any(|column| column.name == name) || name == "section" {
        name.push('\'');
    }
    name
}
