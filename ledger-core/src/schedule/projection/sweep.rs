//! From day to day: adds up what happens, and notes each balance that a day changed.

use chrono::{Days, NaiveDate};

use super::effects::{Columns, Effect, EffectTable, Triple, opening_balances};
use super::timeline::{Event, Timeline};
use super::{DayPoint, ProjectionInput, ProjectionOptions};
use crate::money::{Amount, Commodity, Rounding, divide};
use crate::{Error, Result};

/// The points of each account's balance, and those of the total.
pub(super) struct Swept {
    pub opening: Vec<Amount>,
    pub accounts: Vec<Vec<DayPoint>>,
    pub total: Option<(Amount, Vec<DayPoint>)>,
}

/// Goes through all days.
///
/// # Errors
/// [`crate::ErrorKind::AmountOverflow`] with the balance, the day and what happened on it;
/// [`crate::ErrorKind::MissingPrice`].
pub(super) fn sweep(
    input: &ProjectionInput<'_>,
    options: &ProjectionOptions,
    columns: &Columns,
    effects: &EffectTable,
    timeline: &Timeline,
) -> Result<Swept> {
    let balances = opening_balances(input.opening, columns, options)?;
    let mut opening = Vec::with_capacity(columns.accounts.len());
    for ((account, commodity), balance) in columns.accounts.iter().zip(&balances) {
        let what = format!("the opening balance of account {account}");
        opening.push(Amount::try_from_i128(balance.worst, *commodity, &what)?);
    }
    let mut sweep = Sweep {
        input,
        options,
        columns,
        effects,
        values: vec![None; columns.holdings.len()],
        points: vec![Vec::new(); columns.accounts.len()],
        total: Vec::new(),
        balances,
    };
    let total_opening = match &options.total {
        Some(total) => Some(total.base.amount(sweep.total_on(options.as_of, &[])?.expected)),
        None => None,
    };
    // The as-of day has a point for every balance, changed or not.
    let mut touched: Vec<u32> = (0..).take(columns.len()).collect();
    let mut touched_on = vec![0_usize; columns.len()];
    let mut on = options.as_of;
    for day in 0..timeline.days() {
        let events = timeline.on(day);
        for event in events {
            for Effect { column, change } in effects.of(event.source, event.effects) {
                sweep.balances[*column as usize].add(change);
                if touched_on[*column as usize] != day {
                    touched_on[*column as usize] = day;
                    touched.push(*column);
                }
            }
        }
        sweep.close_day(on, &touched, events)?;
        touched.clear();
        on = on.checked_add_days(Days::new(1)).unwrap_or(on);
    }
    let total = total_opening.map(|opening| (opening, sweep.total));
    Ok(Swept { opening, accounts: sweep.points, total })
}

struct Sweep<'s> {
    input: &'s ProjectionInput<'s>,
    options: &'s ProjectionOptions,
    columns: &'s Columns,
    effects: &'s EffectTable,
    balances: Vec<Triple>,
    points: Vec<Vec<DayPoint>>,
    total: Vec<DayPoint>,
    /// What each holding of the total is worth, until it changes.
    values: Vec<Option<[i64; 3]>>,
}

impl Sweep<'_> {
    fn close_day(&mut self, on: NaiveDate, touched: &[u32], events: &[Event]) -> Result<()> {
        let accounts = self.columns.accounts.len();
        let mut total_changed = false;
        for column in touched {
            let place = *column as usize;
            if place >= accounts {
                self.values[place - accounts] = None;
                total_changed = true;
                continue;
            }
            let Some([expected, worst, best]) = rounded(&self.balances[place]) else {
                return Err(self.overflow(place, on, events));
            };
            push_change(&mut self.points[place], DayPoint { on, expected, worst, best });
        }
        if total_changed {
            let point = self.total_on(on, events)?;
            push_change(&mut self.total, point);
        }
        Ok(())
    }

    /// The total at the end of a day: what each commodity's balance is worth, added up.
    fn total_on(&mut self, on: NaiveDate, events: &[Event]) -> Result<DayPoint> {
        let Some(total) = &self.options.total else {
            return Ok(DayPoint { on, expected: 0, worst: 0, best: 0 });
        };
        let accounts = self.columns.accounts.len();
        let mut sums = [0_i128; 3];
        for (place, commodity) in self.columns.holdings.iter().enumerate() {
            let values = match self.values[place] {
                Some(values) => values,
                None => {
                    let Some(balances) = rounded(&self.balances[accounts + place]) else {
                        return Err(self.overflow(accounts + place, on, events));
                    };
                    let mut values = balances;
                    for value in &mut values {
                        *value = total.value((*value).into(), *commodity, self.options.as_of)?;
                    }
                    *self.values[place].insert(values)
                }
            };
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += i128::from(value);
            }
        }
        let what = format!("the total on {on}");
        let [expected, worst, best] = sums;
        let fit = |sum: i128| Amount::try_from_i128(sum, total.base, &what).map(|amount| amount.minor());
        Ok(DayPoint { on, expected: fit(expected)?, worst: fit(worst)?, best: fit(best)? })
    }

    /// Names what of a day took a balance past its range.
    fn overflow(&self, column: usize, on: NaiveDate, events: &[Event]) -> Error {
        let changes = |event: &Event| {
            let effects = self.effects.of(event.source, event.effects).iter();
            effects.filter(|effect| effect.column as usize == column).fold(
                Triple::default(),
                |mut sum, effect| {
                    sum.add(&effect.change);
                    sum
                },
            )
        };
        let mut balance = self.balances[column];
        for event in events {
            let change = changes(event);
            balance.expected -= change.expected;
            balance.worst -= change.worst;
            balance.best -= change.best;
        }
        let culprit = events.iter().find(|event| {
            balance.add(&changes(event));
            rounded(&balance).is_none()
        });
        let (whose, commodity) = self.name_of(column);
        let cause = culprit.map(|event| {
            let name = name_of_source(self.input, event);
            let change = changes(event);
            let minor = if change.worst == 0 { change.best } else { change.worst };
            format!(" after \"{name}\" of {}", crate::money::format_minor(minor, commodity))
        });
        let what = format!("the balance of {whose} on {on}{}", cause.unwrap_or_default());
        let furthest = [divide(balance.expected, 100, Rounding::HalfEven), balance.worst, balance.best];
        let furthest = furthest.into_iter().max_by_key(|minor| minor.unsigned_abs()).unwrap_or(0);
        match Amount::try_from_i128(furthest, commodity, &what) {
            Err(error) => error,
            // A balance that fits by now passed its range within the day.
            Ok(_) => crate::ErrorKind::AmountOverflow { what }.into(),
        }
    }

    fn name_of(&self, column: usize) -> (String, Commodity) {
        match self.columns.accounts.get(column) {
            Some((account, commodity)) => (format!("account {account}"), *commodity),
            None => {
                let commodity = self.columns.holdings[column - self.columns.accounts.len()];
                (format!("all accounts in {commodity}"), commodity)
            }
        }
    }
}

fn name_of_source(input: &ProjectionInput<'_>, event: &Event) -> String {
    let rows = input.expansion.rows();
    match rows.get(event.source as usize) {
        Some(row) => row.schedule.name().to_owned(),
        None if event.source as usize == rows.len() => input.posted[event.item as usize].name.to_string(),
        None => super::USUAL_NAME.to_owned(),
    }
}

/// A balance as it is shown: the expected one rounded half to even, once; nothing where one does not fit.
fn rounded(balance: &Triple) -> Option<[i64; 3]> {
    let expected = divide(balance.expected, 100, Rounding::HalfEven);
    Some([
        i64::try_from(expected).ok()?,
        i64::try_from(balance.worst).ok()?,
        i64::try_from(balance.best).ok()?,
    ])
}

/// Adds a point where it differs from the one before.
fn push_change(points: &mut Vec<DayPoint>, point: DayPoint) {
    let same = points.last().is_some_and(|last| DayPoint { on: point.on, ..*last } == point);
    if !same {
        points.push(point);
    }
}
