//! Single occurrences: moved, skipped, restored, settled by entries, and those that are due.

use chrono::{Days, NaiveDate};

use super::Schedules;
use crate::journal::{Source, Standing};
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
        let (plan, ()) = self.change_plan("occurrence.skip", |_, plan| plan.skip(key))?;
        occurrence(&plan, key)
    }

    /// Gives one occurrence another day, other lines, or both; a skipped one happens again.
    ///
    /// # Errors
    /// As [`Schedules::skip`], [`ErrorKind::InvalidSetting`] for a move that says nothing.
    pub fn move_occurrence(&self, key: OccurrenceKey, moved: Move) -> Result<Occurrence> {
        let (plan, ()) = self.change_plan("occurrence.move", |_, plan| plan.move_occurrence(key, moved))?;
        occurrence(&plan, key)
    }

    /// Takes a move or a skip back.
    ///
    /// # Errors
    /// As [`Schedules::skip`].
    pub fn restore(&self, key: OccurrenceKey) -> Result<Occurrence> {
        let (plan, ()) = self.change_plan("occurrence.restore", |_, plan| plan.restore(key))?;
        occurrence(&plan, key)
    }

    /// Says which entry stands for an occurrence, so that it is not expected any more.
    ///
    /// # Errors
    /// As [`Schedules::skip`]; [`ErrorKind::NotFound`] for an entry that is not there, [`ErrorKind::NotAllowed`] for one
    /// that was reversed or amended, for the reversal of another, and for one that stands for another occurrence.
    pub fn settle(&self, key: OccurrenceKey, entry: i64) -> Result<Occurrence> {
        let mut settled = self.settle_all(&[(key, entry)])?;
        settled.pop().ok_or_else(|| ErrorKind::Misuse("settling gave no occurrence back".to_owned()).into())
    }

    /// As [`Schedules::settle`] for several occurrences as one unit, such as matches that were accepted.
    ///
    /// # Errors
    /// As [`Schedules::settle`], for the first that is refused; none is settled then.
    pub fn settle_all(&self, settled: &[(OccurrenceKey, i64)]) -> Result<Vec<Occurrence>> {
        let (plan, ()) = self.change_plan("occurrence.settle", |_, plan| {
            settled.iter().try_for_each(|(key, entry)| {
                self.check_settling(plan, *key, *entry)?;
                plan.settle(*key, *entry)
            })
        })?;
        settled.iter().map(|(key, _)| occurrence(&plan, *key)).collect()
    }

    /// Says that an entry does not stand for an occurrence after all, so that this is expected again.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] where no entry stands for it, and where the schedule itself posted the entry: reversing
    /// it makes the occurrence expected again.
    pub fn unsettle(&self, key: OccurrenceKey) -> Result<Occurrence> {
        let (plan, ()) = self.change_plan("occurrence.unsettle", |stored, plan| {
            let first = stored.changes.get(&key).and_then(|row| row.entry_number);
            if let (Some(first), Some(OccurrenceChange::Settled { entry, .. })) = (first, plan.changes().get(&key)) {
                // Also where a person amended what the schedule had posted.
                let posted = [first, *entry].map(|number| self.book.entry(number).map(|entry| entry.source));
                let posted: Result<Vec<Source>> = posted.into_iter().collect();
                if posted?.contains(&Source::Schedule) {
                    let reason = format!(
                        "its schedule posted entry {entry}, which would then count beside it (reverse that entry, \
                         `ledger reverse {entry}`, and it is expected again)"
                    );
                    return Err(refused(plan, key, "unsettled", reason));
                }
            }
            plan.unsettle(key)
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

    /// Refuses an entry that does not stand, or that stands for another occurrence.
    pub(super) fn check_settling(&self, plan: &Plan, key: OccurrenceKey, number: i64) -> Result<()> {
        let entry = self.book.entry(number)?;
        let refuse = |reason: String| -> Result<()> { Err(refused(plan, key, "settled", reason)) };
        if let Some(of) = entry.reverses {
            let first = self.first_of(of)?;
            let came_back = first != of && self.book.standing_of(first)?.is(first);
            let by_which = match came_back {
                true => format!(", by which entry {first} counts again (name that one)"),
                false => String::new(),
            };
            return refuse(format!("entry {number} is the reversal of entry {of}{by_which}"));
        }
        match self.book.standing_of(number)? {
            Standing::Reversed(by) => return refuse(format!("entry {number} was reversed by entry {by}")),
            Standing::As(by) if by != number => {
                return refuse(format!("entry {number} was amended by entry {by} (name that one)"));
            }
            Standing::As(_) => {}
        }
        match settled_by(plan, number).filter(|other| *other != key) {
            Some(other) => {
                let row = plan.schedule(other.schedule)?;
                refuse(format!("entry {number} stands for {} on {} already", row.name(), other.on))
            }
            None => Ok(()),
        }
    }
}

impl Schedules<'_> {
    /// The entry that a mirror, or a mirror of a mirror, goes back to.
    fn first_of(&self, mut number: i64) -> Result<i64> {
        while let Some(of) = self.book.entry(number)?.reverses {
            number = of;
        }
        Ok(number)
    }
}

/// The occurrence for which an entry stands.
fn settled_by(plan: &Plan, entry: i64) -> Option<OccurrenceKey> {
    let by = |change: &OccurrenceChange| matches!(change, OccurrenceChange::Settled { entry: by, .. } if *by == entry);
    plan.changes().iter().find(|(_, change)| by(change)).map(|(key, _)| *key)
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

fn refused(plan: &Plan, key: OccurrenceKey, verb: &'static str, reason: String) -> Error {
    let row =
        plan.schedule(key.schedule).map_or_else(|_| key.schedule.to_string(), |row| row.name().to_owned());
    ErrorKind::NotAllowed { what: "occurrence", name: format!("{row} on {}", key.on), verb, reason }.into()
}
