//! Balances by day, and what there is to know about them at a glance.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::money::{Amount, Commodity};

/// The balance at the end of a day, in minor units; it holds until the next point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayPoint {
    /// The day.
    pub on: NaiveDate,
    /// Every amount by its probability.
    pub expected: i64,
    /// Uncertain money in does not come, uncertain money out goes in full, estimates end badly.
    pub worst: i64,
    /// Uncertain money in comes in full, uncertain money out does not go, estimates end well.
    pub best: i64,
}

/// One reading of a series in short: expected, worst or best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Outlook {
    /// The lowest balance at the end of a day, from the as-of day on.
    pub lowest: Amount,
    /// The first day with it.
    pub lowest_on: NaiveDate,
    /// The first day that ends below the floor; nothing without a floor, or where none does.
    pub below_floor_on: Option<NaiveDate>,
    /// The balance at the end of the last day.
    pub end: Amount,
}

/// The balance of an account in one commodity, or the total, from the as-of day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Series {
    /// What it is counted in.
    pub commodity: Commodity,
    /// What was posted through the as-of day.
    pub opening: Amount,
    /// The balance not to be gone below.
    pub floor: Option<Amount>,
    /// The as-of day, then each day whose end differs from the one before.
    pub points: Vec<DayPoint>,
    /// What to expect.
    pub expected: Outlook,
    /// If everything that is uncertain goes badly.
    pub worst: Outlook,
    /// If everything that is uncertain goes well.
    pub best: Outlook,
}

impl Series {
    /// The balances at the end of a day; before the as-of day, and after the last, those of the nearest day.
    pub fn on(&self, day: NaiveDate) -> DayPoint {
        let place = self.points.partition_point(|point| point.on <= day).saturating_sub(1);
        let opening = self.opening.minor();
        match self.points.get(place) {
            Some(point) => DayPoint { on: day, ..*point },
            None => DayPoint { on: day, expected: opening, worst: opening, best: opening },
        }
    }

    /// Minor units of the series as an amount.
    pub fn amount(&self, minor: i64) -> Amount {
        self.commodity.amount(minor)
    }

    /// A series of nothing.
    pub(in crate::schedule) fn nothing(commodity: Commodity, as_of: NaiveDate) -> Series {
        let point = DayPoint { on: as_of, expected: 0, worst: 0, best: 0 };
        Series::new(commodity.zero(), None, vec![point])
    }

    /// A series of points of which the first is the as-of day's; there is at least one.
    pub(super) fn new(opening: Amount, floor: Option<Amount>, points: Vec<DayPoint>) -> Series {
        let commodity = opening.commodity();
        let outlook = |read: fn(&DayPoint) -> i64| {
            let (mut lowest, mut below) = (&points[0], None);
            for point in &points {
                if read(point) < read(lowest) {
                    lowest = point;
                }
                if below.is_none() && floor.is_some_and(|floor| read(point) < floor.minor()) {
                    below = Some(point.on);
                }
            }
            Outlook {
                lowest: commodity.amount(read(lowest)),
                lowest_on: lowest.on,
                below_floor_on: below,
                end: commodity.amount(read(&points[points.len() - 1])),
            }
        };
        let (expected, worst, best) =
            (outlook(|point| point.expected), outlook(|point| point.worst), outlook(|point| point.best));
        Series { commodity, opening, floor, points, expected, worst, best }
    }
}
