//! The picture of a statement, where it has one.

use chrono::NaiveDate;
use ledger_core::money::Commodity;
use ledger_core::report::{
    ColumnKind, Figure, Period, Statement, StatementKind, StatementRequest, StatementRow, StatementSection,
};

use crate::render::chart::{BarChart, BarSeries, Chart, ChartLine, ShareChart};

/// Net worth and histories as lines, income and expense as bars, spending as shares; of the commodity that most rows
/// are in.
pub fn of(statement: &Statement, request: &StatementRequest) -> Option<Chart> {
    let commodity = main_commodity(statement)?;
    let title = format!("{} of {}", statement.kind.title(), statement.book);
    match statement.kind {
        StatementKind::NetWorth | StatementKind::BalanceHistory | StatementKind::BalanceSheet => {
            lines(statement, title, commodity)
        }
        StatementKind::Spending | StatementKind::Earnings if periods(statement).len() == 1 => {
            shares(statement, request, title, commodity)
        }
        StatementKind::IncomeStatement
        | StatementKind::Spending
        | StatementKind::Earnings
        | StatementKind::CashFlow
        | StatementKind::EquityChanges => bars(statement, title, commodity),
    }
}

/// The commodity that most figures are in.
fn main_commodity(statement: &Statement) -> Option<Commodity> {
    let mut counts: std::collections::BTreeMap<Commodity, usize> = std::collections::BTreeMap::new();
    for section in &statement.sections {
        for row in section.rows.iter().chain(&section.totals) {
            *counts.entry(row.commodity).or_default() += 1;
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(commodity, _)| commodity)
}

/// The places and names of the columns to draw.
fn periods(statement: &Statement) -> Vec<(usize, String, Option<Period>)> {
    let drawn = |kind: ColumnKind| matches!(kind, ColumnKind::Period | ColumnKind::Part);
    let columns = statement.columns.iter().enumerate().filter(|(_, column)| drawn(column.kind));
    columns.map(|(place, column)| (place, column.label.clone(), column.period)).collect()
}

fn minor(row: &StatementRow, place: usize) -> i128 {
    match row.figures.get(place) {
        Some(Figure::Amount(minor)) => i128::from(*minor),
        _ => 0,
    }
}

fn total(section: &StatementSection, commodity: Commodity) -> Option<&StatementRow> {
    section.totals.iter().find(|total| total.commodity == commodity)
}

fn lines(statement: &Statement, title: String, commodity: Commodity) -> Option<Chart> {
    let columns = periods(statement);
    if columns.len() < 2 {
        return None;
    }
    let line = |section: &StatementSection| {
        let total = total(section, commodity)?;
        let point = |(place, _, period): &(usize, String, Option<Period>)| {
            Some((period.as_ref()?.last, minor(total, *place)))
        };
        let points: Vec<(NaiveDate, i128)> = columns.iter().filter_map(point).collect();
        Some(ChartLine { name: section.name.clone(), points })
    };
    let lines: Vec<ChartLine> = statement.sections.iter().rev().filter_map(line).collect();
    Some(Chart::lines(title, commodity, lines))
}

fn bars(statement: &Statement, title: String, commodity: Commodity) -> Option<Chart> {
    let columns = periods(statement);
    let series: Vec<BarSeries> = statement
        .sections
        .iter()
        .filter(|section| !section.rows.is_empty())
        .filter_map(|section| {
            let total = total(section, commodity)?;
            let values = columns.iter().map(|(place, _, _)| minor(total, *place)).collect();
            Some(BarSeries { name: section.name.clone(), values })
        })
        .collect();
    let periods = columns.into_iter().map(|(_, label, _)| label).collect();
    (!series.is_empty()).then_some(Chart::Bars(BarChart { title, commodity, periods, series }))
}

fn shares(
    statement: &Statement,
    request: &StatementRequest,
    title: String,
    commodity: Commodity,
) -> Option<Chart> {
    let section = statement.sections.first()?;
    // Of a tree only what nothing else is part of: the parts have to sum to the whole.
    let rows =
        section.rows.iter().filter(|row| row.commodity == commodity && (!request.tree || row.depth == 0));
    let parts: Vec<(String, i128)> = rows.map(|row| (row.name.clone(), minor(row, 0))).collect();
    (!parts.is_empty()).then_some(Chart::Shares(ShareChart { title, commodity, parts }))
}
