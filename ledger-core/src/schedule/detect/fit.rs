//! Whether days lie on a grid: the best one of a cadence, with what misses it.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::cadence::{Cadence, Grid, Unit, month_of};
use crate::schedule::WeekendRule;

/// How many of the latest days a grid is chosen by.
const CHOSEN_BY_MAX: usize = 36;
/// How many days of the month, or of the period, are tried.
const TRIED_MAX: usize = 6;

/// Days on a grid.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    pub grid: Grid,
    /// For each day the number of its scheduled day, and by how many days it misses it.
    pub slots: Vec<(i64, i64)>,
}

/// The grid of a cadence that days, in order, miss least.
pub(super) fn fit(days: &[NaiveDate], cadence: Cadence) -> Option<Fit> {
    let latest = &days[days.len().saturating_sub(CHOSEN_BY_MAX)..];
    let mut best: Option<(i64, Grid)> = None;
    for grid in grids(latest, cadence) {
        let mut missed = 0;
        for day in latest {
            missed += grid.nearest(*day)?.1.abs();
            if best.as_ref().is_some_and(|(least, _)| missed >= *least) {
                break;
            }
        }
        if best.as_ref().is_none_or(|(least, _)| missed < *least) {
            best = Some((missed, grid));
        }
    }
    let (_, grid) = best?;
    let slots = days.iter().map(|day| grid.nearest(*day)).collect::<Option<Vec<_>>>()?;
    Some(Fit { grid, slots })
}

/// The grids to try, the likeliest first.
fn grids(days: &[NaiveDate], cadence: Cadence) -> Vec<Grid> {
    let mut grids = Vec::new();
    match cadence.unit() {
        Unit::Days(period) => {
            for origin in commonest(days.iter().map(|day| i64::from(day.num_days_from_ce()) % period)) {
                grids.push(Grid { cadence, weekend: WeekendRule::AsIs, origin, month_day: 0 });
            }
        }
        Unit::Months(months) => {
            let mut month_days = commonest(days.iter().map(|day| i64::from(day.day())));
            if month_days.iter().any(|day| *day >= 28) && !month_days.contains(&31) {
                month_days.push(31);
            }
            // Around the turn of a month, a day that a weekend moved belongs to the month beside its own.
            let phases =
                days.iter().flat_map(|day| (-1..=1).map(|by| (month_of(*day) + by).rem_euclid(months)));
            let phases = commonest(phases);
            for weekend in WeekendRule::ALL {
                for day in &month_days {
                    let month_day = u32::try_from(*day).unwrap_or(31);
                    let phases =
                        phases.iter().map(|origin| Grid { cadence, weekend, origin: *origin, month_day });
                    grids.extend(phases);
                }
            }
        }
    }
    grids
}

/// The values that are met most often, each once; of equally frequent ones the lower first.
fn commonest(values: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
    values.for_each(|value| *counts.entry(value).or_default() += 1);
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(value, count)| (-count, *value));
    counts.into_iter().take(TRIED_MAX).map(|(value, _)| value).collect()
}
