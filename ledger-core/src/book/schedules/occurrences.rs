//! Single occurrences: moved, skipped, restored, settled by entries, and those that are due.

use chrono::{Days, NaiveDate};

use super::Schedules;
use crate::schedule::{Move, Occurrence, OccurrenceChange, OccurrenceKey, Plan};
use crate::{Error, ErrorKind, Result};

/// How far the day of an occurrence can lie from its scheduled day, but for moves: a shift and a weekend.
const REACH_DAYS: u64 = 366 + 2;

impl Schedules<'_> {
    /// One occurrence as it is now, in whatever state.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a day that is not scheduled, with the days that are close.
    pub fn occurrence(&self, key: OccurrenceKey) -> Result<Occurrence> {
        occurrence(&self.plan()?, key)
    }

    /// Says that one occurrence does not happen.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a day that is not scheduled, [`ErrorKind::NotAllowed`] for one that is settled.
    pub fn skip(&self, key: OccurrenceKey) -> Result<Occurrence> {
        let (plan, ()) = self.change_plan("occurrence.skip", |stored, plan| {
            self.refuse_settled(stored, key, "skipped")?;
            plan.skip(key)
        })?;
        occurrence(&plan, key)
    }

    /// Gives one occurrence another day, other lines, or both; a skipped one happens again.
    ///
    /// # Errors
    /// As [`Schedules::skip`], [`ErrorKind::InvalidSetting`] for a move that says nothing.
    pub fn move_occurrence(&self, key: OccurrenceKey, moved: Move) -> Result<Occurrence> {
        let (plan, ()) = self.change_plan("occurrence.move", |stored, plan| {
            self.refuse_settled(stored, key, "moved")?;
            plan.move_occurrence(key, moved)
        })?;
        occurrence(&plan, key)
    }

    /// Takes a move or a skip back.
    ///
    /// # Errors
    /// As [`Schedules::skip`].
    pub fn restore(&self, key: OccurrenceKey) -> Result<Occurrence> {
        let (plan, ()) = self.change_plan("occurrence.restore", |stored, plan| {
            self.refuse_settled(stored, key, "restored")?;
            plan.restore(key)
        })?;
        occurrence(&plan, key)
    }

    /// The occurrences that are still to come and due by `ahead_days` after a day, in the order of their days; those due
    /// before `as_of` are overdue ([`Occurrence::is_overdue`]).
    ///
    /// # Errors
    /// As [`Plan::occurrences`].
    pub fn due(&self, as_of: NaiveDate, ahead_days: u32) -> Result<Vec<Occurrence>> {
        let to = as_of.checked_add_days(Days::new(ahead_days.into())).unwrap_or(NaiveDate::MAX);
        open_through(&self.plan()?, to)
    }
}

/// All occurrences that are still to come and due by a day.
pub(super) fn open_through(plan: &Plan, to: NaiveDate) -> Result<Vec<Occurrence>> {
    let from = first_day(plan).min(to);
    let mut open = plan.occurrences(from, to)?;
    open.retain(|occurrence| occurrence.state.is_open());
    Ok(open)
}

/// A day before which no occurrence of a plan lies.
pub(super) fn first_day(plan: &Plan) -> NaiveDate {
    let begins = plan.schedules().iter().map(|row| row.terms().recurrence.starts_on());
    let first = begins.min().and_then(|day| day.checked_sub_days(Days::new(REACH_DAYS)));
    let moved = plan.changes().values().filter_map(|change| match change {
        OccurrenceChange::Moved(Move { to, .. })
        | OccurrenceChange::Settled { moved: Some(Move { to, .. }), .. } => *to,
        _ => None,
    });
    moved.chain(first).min().unwrap_or(NaiveDate::MAX)
}

/// One occurrence of a plan.
pub(super) fn occurrence(plan: &Plan, key: OccurrenceKey) -> Result<Occurrence> {
    let schedule = plan.schedule(key.schedule)?;
    let moved = match plan.changes().get(&key) {
        Some(OccurrenceChange::Moved(moved)) => moved.to,
        Some(OccurrenceChange::Settled { moved, .. }) => moved.as_ref().and_then(|moved| moved.to),
        _ => None,
    };
    let due_on = match moved {
        Some(day) => day,
        None => schedule.terms().due_on(key.on)?,
    };
    let found = plan.occurrences(due_on, due_on)?.into_iter().find(|occurrence| occurrence.key == key);
    match found {
        Some(found) => Ok(found),
        // Says that the day is not scheduled, and which days are.
        None => Err(match plan.clone().restore(key) {
            Err(error) => error,
            Ok(()) => refused(plan, key, "found", format!("its day {due_on} is not scheduled")),
        }),
    }
}

pub(super) fn refused(plan: &Plan, key: OccurrenceKey, verb: &'static str, reason: String) -> Error {
    let row =
        plan.schedule(key.schedule).map_or_else(|_| key.schedule.to_string(), |row| row.name().to_owned());
    ErrorKind::NotAllowed { what: "occurrence", name: format!("{row} on {}", key.on), verb, reason }.into()
}
