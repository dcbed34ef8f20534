//! The balances of a register's lines as a chart.

use chrono::NaiveDate;
use ledger_core::money::{Amount, Commodity};
use ledger_core::report::RegisterLine;

use crate::render::chart::{Chart, ChartLine};

/// Balances at the ends of days, gathered line by line; a chart of one commodity.
#[derive(Debug, Default)]
pub(super) struct History {
    opening: Vec<Amount>,
    commodity: Option<Commodity>,
    mixed: bool,
    points: Vec<(NaiveDate, i128)>,
}

impl History {
    /// The history after what was held before the first line.
    pub fn from(opening: &[Amount]) -> Self {
        History { opening: opening.to_vec(), ..History::default() }
    }

    /// Adds a line; they come oldest first.
    pub fn add(&mut self, line: &RegisterLine) {
        let commodity = line.balance.commodity();
        let first = self.commodity.is_none();
        self.mixed |= *self.commodity.get_or_insert(commodity) != commodity;
        let minor = i128::from(line.balance.minor());
        match self.points.last_mut().filter(|(on, _)| *on == line.posted_on) {
            Some((_, balance)) => *balance = minor,
            None => {
                let held = self.opening.iter().find(|held| first && held.commodity() == commodity);
                self.points.extend(held.map(|held| (line.posted_on, i128::from(held.minor()))));
                self.points.push((line.posted_on, minor));
            }
        }
    }

    /// The chart, where all lines are of one commodity.
    pub fn chart(self, account: &str) -> Option<Chart> {
        let commodity = self.commodity.filter(|_| !self.mixed)?;
        let line = ChartLine { name: account.to_owned(), points: self.points };
        Some(Chart::lines(format!("{account}, {}", commodity.code()), commodity, vec![line]))
    }
}
