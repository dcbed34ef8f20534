//! The picture of a statement, where it has one.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger_core::money::Commodity;
use ledger_core::report::{
    ColumnKind, Figure, Period, Statement, StatementKind, StatementRequest, StatementRow, StatementSection,
};

use crate::render::chart::{BarChart, BarSeries, Chart, ChartLine, ShareChart};

/// Net worth and histories as lines, income and expense as bars, spending as shares; a chart for each commodity in which
/// something is shown, since amounts of two commodities have no common scale.
pub fn of(statement: &Statement, request: &StatementRequest) -> Vec<Chart> {
    let commodities = commodities(statement);
    let of = |&commodity: &Commodity| {
        let mut title = format!("{} of {}", statement.kind.title(), statement.book);
        if commodities.len() > 1 {
            title.push_str(&format!(", {}", commodity.code()));
        }
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
    };
    commodities.iter().filter_map(of).collect()
}

/// The commodities of all figures that are not zero, the one of most rows first; that of the totals where all are.
fn commodities(statement: &Statement) -> Vec<Commodity> {
    let rows = || statement.sections.iter().flat_map(|section| section.rows.iter().chain(&section.totals));
    let is_something = |row: &&StatementRow| {
        row.figures.iter().any(|figure| matches!(figure, Figure::Amount(minor) if *minor != 0))
    };
    let mut counts: BTreeMap<Commodity, usize> = BTreeMap::new();
    for row in rows().filter(is_something) {
        *counts.entry(row.commodity).or_default() += 1;
    }
    if counts.is_empty() {
        return rows().next().map(|row| row.commodity).into_iter().collect();
    }
    let mut commodities: Vec<(Commodity, usize)> = counts.into_iter().collect();
    commodities.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    commodities.into_iter().map(|(commodity, _)| commodity).collect()
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
    (!lines.is_empty()).then(|| Chart::lines(title, commodity, lines))
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
