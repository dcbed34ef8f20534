//! What is usually spent beside the schedules: the past without what a row stands for.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};

use super::matches::{expected_of, soon_after};
use super::projections::amount_of;
use super::{Schedules, StoredPlan};
use crate::Result;
use crate::account::AccountId;
use crate::schedule::{
    MatchOptions, PastMovement, Plan, Schedule, ScheduleTerms, UsualMovement, UsualSpending,
    match_occurrences,
};
use crate::store::call;
use crate::store::rows::{date, day};

/// The days of the past from which usual spending is learned: 26 weeks, so that each day of the week counts the same.
const USUAL_DAYS: u64 = 26 * 7;
/// How far the day of an occurrence can lie from its scheduled day, with room for a late payment.
const REACH_DAYS: u64 = 400;

impl Schedules<'_> {
    /// What accounts usually move on the days to come, learned from those before.
    ///
    /// What a row stands for is expected already, and left out: entries that settled an occurrence, and those that fit one
    /// that nobody settled, also of days before the row began, as it would have been then. So are pairs of an entry and
    /// its reversal that lie within the days learned from.
    pub(super) fn usual(
        &self,
        accounts: &[AccountId],
        stored: &StoredPlan,
        as_of: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<UsualMovement>> {
        let chart = self.book.chart()?;
        let from = as_of.checked_sub_days(Days::new(USUAL_DAYS - 1)).unwrap_or(as_of);
        let (id, first, last) = (self.book.id(), day(from), day(as_of));
        let mut left_out: HashSet<i64> = stored.settling_entries().collect();
        let pairs = call!(self.book.db(), "reading reversals", by_day::reversals(id, first, last))?;
        left_out.extend(cancelled(pairs));
        left_out.extend(self.stood_for(stored, from, as_of)?);
        let mut past = Vec::new();
        for account in accounts {
            for row in self.lines_between(*account, first, last)? {
                if !left_out.contains(&row.entry_number) {
                    let amount = amount_of(&chart, &row)?;
                    past.push(PastMovement { account: *account, on: date(row.posted_on), amount });
                }
            }
        }
        let Some(tomorrow) = as_of.succ_opt().filter(|tomorrow| *tomorrow <= to) else {
            return Ok(Vec::new());
        };
        UsualSpending::learn(&past, from, as_of)?.movements(tomorrow, to)
    }

    /// Entries of some days that fit occurrences which nobody settled, skipped or paused.
    fn stood_for(&self, stored: &StoredPlan, from: NaiveDate, as_of: NaiveDate) -> Result<HashSet<i64>> {
        let options = MatchOptions::default();
        let sooner = |day: NaiveDate, days: u64| day.checked_sub_days(Days::new(days)).unwrap_or(day);
        let begun = sooner(from, REACH_DAYS);
        let rows = stored.plan.schedules().iter().map(|row| {
            let terms = row.terms().clone();
            // A row that goes on from another did not happen before: that one did.
            let recurrence = match terms.follows {
                Some(_) => terms.recurrence.clone(),
                None => terms.recurrence.begun_by(begun),
            };
            Schedule::new(row.id(), ScheduleTerms { recurrence, ..terms })
        });
        let changes = stored.plan.changes().iter().map(|(key, change)| (*key, change.clone()));
        let past = Plan::new(rows.collect::<Result<Vec<_>>>()?, changes)?;
        let first = sooner(from, options.days_after.into());
        let mut open = past.occurrences(first, soon_after(as_of, &options))?;
        open.retain(|occurrence| occurrence.state.is_open());
        let expected = expected_of(&*self.book.chart()?, &open);
        let settling = stored.settling_entries().collect();
        let movements = self.book.movements_near(&expected, &options, &settling)?;
        let found = match_occurrences(&expected, &movements, &options);
        Ok(found.into_iter().map(|found| found.entry).collect())
    }
}

/// Mirrors and what they undo, as far as both are nothing together: a mirror that was undone itself undoes nothing.
fn cancelled(mut pairs: Vec<(i64, i64)>) -> HashSet<i64> {
    let mut cancelled = HashSet::new();
    // The last mirror of a chain stands; it takes the one before it away, and so on to the first.
    pairs.sort_unstable_by(|left, right| right.cmp(left));
    for (mirror, of) in pairs {
        if !cancelled.contains(&mirror) {
            cancelled.extend([mirror, of]);
        }
    }
    cancelled
}
