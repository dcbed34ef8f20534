//! What makes a figure of a statement: the sums of its accounts, the prices that valued them, and the lines behind.

use chrono::NaiveDate;
use serde::Serialize;

use super::statement::StatementKind;
use crate::money::{Amount, Price};

/// What makes one figure of a statement. The values of `sums` come to the figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Behind {
    /// The statement.
    pub statement: StatementKind,
    /// The row.
    pub row: String,
    /// The column.
    pub column: String,
    /// The first day that counts; none where everything up to the last day does.
    pub first: Option<NaiveDate>,
    /// The last day that counts.
    pub last: NaiveDate,
    /// The figure, in each commodity that the row has.
    pub figures: Vec<Amount>,
    /// The sum of each account, with the sign that the statement gives it.
    pub sums: Vec<BehindSum>,
    /// The newest lines, oldest first.
    pub lines: Vec<BehindLine>,
    /// How many lines there are in all.
    pub line_count: usize,
}

/// The part of a figure that one account holds in one commodity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BehindSum {
    /// The account.
    pub account: String,
    /// What its lines come to, in the commodity that is valued.
    pub held: Amount,
    /// What that is in the statement's commodity, rounded half-even.
    pub value: Amount,
    /// The day whose prices count.
    pub valued_on: Option<NaiveDate>,
    /// The prices from one to the other, in order, as they were given; one that is used inversely has its quote first.
    pub route: Vec<RouteStep>,
}

/// One price of a route.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RouteStep {
    /// The day of the price.
    pub on: NaiveDate,
    /// The commodity that it is a price of.
    pub commodity: String,
    /// Units of `quote` for one of it.
    pub rate: String,
    /// What it is counted in.
    pub quote: String,
    /// Whether it was divided by instead of multiplied with.
    pub inverse: bool,
}

/// A line behind a figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BehindLine {
    /// Its day.
    pub posted_on: NaiveDate,
    /// Its entry.
    pub entry: i64,
    /// What the entry says.
    pub description: String,
    /// With whom.
    pub party: Option<String>,
    /// Its account.
    pub account: String,
    /// Its amount, debits positive.
    pub amount: Amount,
    /// What the amount weighs: what it cost, debits positive.
    pub weight: Amount,
}

impl RouteStep {
    /// The steps of a route that starts with a commodity.
    pub(crate) fn all(from: crate::money::Commodity, steps: &[Price]) -> Vec<RouteStep> {
        let mut held = from;
        let step = |price: &Price| {
            let inverse = price.commodity != held;
            held = if inverse { price.commodity } else { price.quote };
            RouteStep {
                on: price.on,
                commodity: price.commodity.code().to_owned(),
                rate: price.rate.normalize().to_string(),
                quote: price.quote.code().to_owned(),
                inverse,
            }
        };
        steps.iter().map(step).collect()
    }
}
