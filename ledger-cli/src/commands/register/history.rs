//! The balances of a register's lines as a chart.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger_core::money::{Amount, Commodity};
use ledger_core::report::RegisterLine;

use crate::render::chart::{Chart, ChartLine};

/// Balances at the ends of days, gathered line by line, for each commodity.
#[derive(Debug, Default)]
pub(super) struct History {
    opening: Vec<Amount>,
    points: BTreeMap<Commodity, Vec<(NaiveDate, i128)>>,
}

impl History {
    /// The history after what was held before the first line.
    pub fn from(opening: &[Amount]) -> Self {
        History { opening: opening.to_vec(), ..History::default() }
    }

    /// Adds a line; they come oldest first.
    pub fn add(&mut self, line: &RegisterLine) {
        let commodity = line.balance.commodity();
        let minor = i128::from(line.balance.minor());
        let points = self.points.entry(commodity).or_default();
        match points.last_mut().filter(|(on, _)| *on == line.posted_on) {
            Some((_, balance)) => *balance = minor,
            None => {
                let held =
                    self.opening.iter().find(|held| points.is_empty() && held.commodity() == commodity);
                points.extend(held.map(|held| (line.posted_on, i128::from(held.minor()))));
                points.push((line.posted_on, minor));
            }
        }
    }

    /// A chart for each commodity.
    pub fn charts(self, account: &str) -> Vec<Chart> {
        let chart = |(commodity, points): (Commodity, Vec<(NaiveDate, i128)>)| {
            let line = ChartLine { name: account.to_owned(), points };
            Chart::lines(format!("{account}, {}", commodity.code()), commodity, vec![line])
        };
        self.points.into_iter().map(chart).collect()
    }
}
