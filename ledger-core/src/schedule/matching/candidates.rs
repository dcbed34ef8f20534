//! The movements that may fit an occurrence, found by account, day and amount without looking at all.

use std::collections::HashMap;

use chrono::{Duration, NaiveDate};

use super::score::Texts;
use super::{ExpectedOccurrence, MatchOptions};
use crate::account::AccountId;
use crate::money::Commodity;
use crate::schedule::Movement;

/// How many movements of its amount, of its party, and of all are looked at for an occurrence.
const CANDIDATES_MAX: usize = 8;

/// A movement: a number that it is asked for by, its day, its minor units, its place.
type Row = (u32, NaiveDate, i64, u32);

/// Movements in order, by account and commodity.
pub(super) struct Index {
    tables: HashMap<(AccountId, Commodity), Table>,
}

#[derive(Default)]
struct Table {
    /// All of them, under the number 0.
    all: Vec<Row>,
    /// Those that name a party, under its number.
    by_party: Vec<Row>,
}

impl Index {
    /// Puts movements in order.
    pub fn new(moved: &[&Movement], texts: &Texts) -> Index {
        let mut tables: HashMap<_, Table> = HashMap::new();
        for (place, one) in moved.iter().enumerate() {
            let table = tables.entry((one.account, one.amount.commodity())).or_default();
            let row = |number| (number, one.on, one.amount.minor(), place as u32);
            table.all.push(row(0));
            table.by_party.extend(texts.party_of_moved(place).map(row));
        }
        for table in tables.values_mut() {
            table.all.sort_unstable();
            table.by_party.sort_unstable();
        }
        Index { tables }
    }

    /// The places of movements on the account of an occurrence, in the window of its day and with amounts of a range,
    /// each once and in order.
    pub fn near(
        &self,
        one: &ExpectedOccurrence,
        party: Option<u32>,
        range: (i64, i64),
        options: &MatchOptions,
    ) -> Vec<u32> {
        let mut found = Vec::new();
        if let Some(table) = self.tables.get(&(one.account, one.amount.commodity())) {
            let expected = one.amount.minor().clamp(range.0, range.1.max(range.0));
            let wanted = Wanted { due_on: one.due_on, expected, range, options };
            // Where there is room for all, those of the amount and of the party are among them.
            if wanted.take(&table.all, 0, &mut found) {
                let exact = Wanted { range: (expected, expected), ..wanted };
                exact.take(&table.all, 0, &mut found);
                if let Some(party) = party {
                    wanted.take(&table.by_party, party, &mut found);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[derive(Clone, Copy)]
struct Wanted<'a> {
    due_on: NaiveDate,
    expected: i64,
    /// The least and the greatest amount.
    range: (i64, i64),
    options: &'a MatchOptions,
}

impl Wanted<'_> {
    /// Takes rows under a number, the nearest day first and on each day the nearest amount first, as many as are looked at;
    /// says whether there were that many.
    fn take(&self, rows: &[Row], number: u32, found: &mut Vec<u32>) -> bool {
        let (before, after) = (i64::from(self.options.days_before), i64::from(self.options.days_after));
        let day = |offset: i64| self.due_on.checked_add_signed(Duration::days(offset));
        let first = day(-before).unwrap_or(NaiveDate::MIN);
        let last = day(after).unwrap_or(NaiveDate::MAX);
        let start = rows.partition_point(|row| (row.0, row.1) < (number, first));
        let end = start + rows[start..].partition_point(|row| (row.0, row.1) <= (number, last));
        let rows = &rows[start..end];
        let mut left = CANDIDATES_MAX;
        if rows.len() <= left {
            let fitting = rows.iter().filter(|row| (self.range.0..=self.range.1).contains(&row.2));
            found.extend(fitting.map(|row| row.3));
            return false;
        }
        for distance in 0..=before.max(after) {
            let later = day(distance).filter(|_| distance <= after);
            let earlier = day(-distance).filter(|_| distance > 0 && distance <= before);
            for day in later.into_iter().chain(earlier) {
                self.take_day(rows, day, &mut left, found);
            }
            if left == 0 {
                return true;
            }
        }
        false
    }

    fn take_day(&self, rows: &[Row], day: NaiveDate, left: &mut usize, found: &mut Vec<u32>) {
        let start = rows.partition_point(|row| row.1 < day);
        let rows = &rows[start..];
        let rows = &rows[..rows.partition_point(|row| row.1 == day && row.2 <= self.range.1)];
        let middle = rows.partition_point(|row| row.2 < self.expected);
        let (below, above) = rows.split_at(middle);
        let mut below = below.iter().rev().take_while(|row| row.2 >= self.range.0).peekable();
        let mut above = above.iter().peekable();
        while *left > 0 {
            let apart = |row: &&Row| row.2.abs_diff(self.expected);
            let next = match (below.peek().map(apart), above.peek().map(apart)) {
                (Some(under), Some(over)) if under < over => below.next(),
                (Some(_), None) => below.next(),
                (_, Some(_)) => above.next(),
                (None, None) => return,
            };
            found.extend(next.map(|row| row.3));
            *left -= 1;
        }
    }
}
