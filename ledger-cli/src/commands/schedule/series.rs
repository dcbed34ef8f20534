//! The balances of a projection that are shown, and as a chart.

use chrono::NaiveDate;
use ledger_core::account::AccountId;
use ledger_core::schedule::{Projection, Series};
use ledger_core::{ErrorKind, Result};

use super::shown::{AccountNames, name_of};
use crate::render::chart::{Chart, ChartLine, LineChart};

/// A balance and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'p> {
    /// The account; nothing for the total.
    pub account: Option<AccountId>,
    /// The balance.
    pub series: &'p Series,
}

/// The balances for people: accounts, then the total unless it says what the only account says.
pub fn shown_series(projection: &Projection) -> Vec<Shown<'_>> {
    let accounts =
        projection.accounts.iter().map(|of| Shown { account: Some(of.account), series: &of.series });
    let mut shown: Vec<_> = accounts.collect();
    if let Some(total) = &projection.total {
        let same = |only: &Shown<'_>| only.series.commodity == total.commodity && total.floor.is_none();
        if !matches!(shown.as_slice(), [only] if same(only)) {
            shown.push(Shown { account: None, series: total });
        }
    }
    shown
}

/// The balance that a chart shows: the total, or the only account.
///
/// # Errors
/// [`ErrorKind::Misuse`] where there are several accounts without a total, or none.
pub fn chosen(projection: &Projection) -> Result<Shown<'_>> {
    let shown = shown_series(projection);
    match (shown.as_slice(), shown.last()) {
        ([only], _) => Ok(*only),
        (_, Some(last)) if last.account.is_none() => Ok(*last),
        _ => {
            let advice =
                "a chart shows one balance: the total, or the one of an account named with --account";
            Err(ErrorKind::Misuse(advice.to_owned()).into())
        }
    }
}

/// Whether worst and best differ from what is expected.
pub fn is_uncertain(series: &Series) -> bool {
    series.points.iter().any(|point| point.worst != point.expected || point.best != point.expected)
}

/// `Assets:Bank, EUR, floor 200.00`.
pub fn title(names: &AccountNames, shown: &Shown<'_>) -> String {
    let name = shown.account.map_or("Total".to_owned(), |account| name_of(names, account));
    let floor = shown.series.floor.map_or_else(String::new, |floor| format!(", floor {}", floor.number()));
    format!("{name}, {}{floor}", shown.series.commodity.code())
}

/// A balance as a chart, with its band where it is uncertain.
pub fn chart_of(
    names: &AccountNames,
    projection: &Projection,
    shown: &Shown<'_>,
    today: NaiveDate,
    scenarios: &[String],
) -> Chart {
    let series = shown.series;
    let line = |name: &str, read: fn(&ledger_core::schedule::DayPoint) -> i64| ChartLine {
        name: name.to_owned(),
        points: series.points.iter().map(|point| (point.on, read(point).into())).collect(),
    };
    let band =
        is_uncertain(series).then(|| [line("worst", |point| point.worst), line("best", |point| point.best)]);
    let title = title(names, shown);
    Chart::Lines(LineChart {
        title: if scenarios.is_empty() { title } else { format!("{title}, with {}", scenarios.join(", ")) },
        commodity: series.commodity,
        from: projection.as_of,
        to: projection.to,
        lines: vec![line("expected", |point| point.expected)],
        band,
        floor: series.floor.map(|floor| floor.minor().into()),
        mark: mark(today, projection.as_of, projection.to),
    })
}

/// The mark of today, where it lies on the chart.
pub fn mark(today: NaiveDate, from: NaiveDate, to: NaiveDate) -> Option<(NaiveDate, String)> {
    (from..=to).contains(&today).then(|| (today, format!("today {today}")))
}
