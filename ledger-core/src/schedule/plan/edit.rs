//! Edits of a plan: "this one", "this and later" and "all", and what becomes of single occurrences.
//!
//! Each edit either succeeds or leaves the plan as it was. A settled occurrence is changed by nothing but the reversal of
//! its entry ([`Plan::unsettle`]).

use std::sync::Arc;

use chrono::{Days, NaiveDate};

use super::{Plan, check_lines, check_posting_date};
use crate::schedule::{
    Move, OccurrenceChange, OccurrenceKey, Recurrence, Schedule, ScheduleId, ScheduleTerms,
};
use crate::{Error, ErrorKind, Result};

/// How far around a day that is not scheduled others are looked for, in days.
const NEAR_DAYS: u64 = 400;

/// What an edit of "this and later" made of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The row that now ends before the day; nothing where all of it was edited, because nothing lay before.
    pub ended: Option<ScheduleId>,
    /// The row that goes on from the day.
    pub successor: ScheduleId,
    /// Occurrences that changed their row, each with its identity before and after.
    pub rekeyed: Vec<(OccurrenceKey, OccurrenceKey)>,
}

impl Plan {
    /// Adds a row under the next number.
    ///
    /// # Errors
    /// As [`Schedule::new`].
    pub fn add(&mut self, terms: ScheduleTerms) -> Result<ScheduleId> {
        let id = self.next_id();
        self.schedules.push(Arc::new(Schedule::new(id, terms)?));
        Ok(id)
    }

    /// The number that the next row gets: one above the highest.
    pub fn next_id(&self) -> ScheduleId {
        ScheduleId::new(self.schedules.last().map_or(1, |schedule| schedule.id().get().saturating_add(1)))
    }

    /// Edits "all": gives a row other terms, and names the changes that no scheduled day has any more.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], and as [`Schedule::new`].
    pub fn replace(&mut self, id: ScheduleId, terms: ScheduleTerms) -> Result<Vec<OccurrenceKey>> {
        let place = self.place(id)?;
        let schedule = Schedule::new(id, terms)?;
        let stray = self.stray_of(&schedule)?;
        self.schedules[place] = Arc::new(schedule);
        Ok(stray)
    }

    /// Edits "this and later": ends the row before the scheduled day `on`, and adds a successor, which `edit` changes.
    ///
    /// Changes of occurrences from `on` on follow to the successor. Where nothing is scheduled before `on`, the row
    /// itself is edited, and `successor` is not used.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::AlreadyExists`] for a successor's number that is taken,
    /// [`ErrorKind::InvalidRecurrence`] where nothing is scheduled from `on` on, and as [`Schedule::new`].
    pub fn edit_later(
        &mut self,
        id: ScheduleId,
        on: NaiveDate,
        successor: ScheduleId,
        edit: impl FnOnce(&mut ScheduleTerms),
    ) -> Result<Split> {
        let place = self.place(id)?;
        let mut later = self.schedules[place].terms().clone();
        let rest = later.recurrence.starting_on(on)?;
        let Ok(ended) = later.recurrence.ending_before(on) else {
            edit(&mut later);
            self.replace(id, later)?;
            return Ok(Split { ended: None, successor: id, rekeyed: Vec::new() });
        };
        let Err(free) = self.schedules.binary_search_by_key(&successor, |schedule| schedule.id()) else {
            let name = successor.to_string();
            return Err(ErrorKind::AlreadyExists { what: "schedule", name, hint: String::new() }.into());
        };
        let mut before = later.clone();
        before.recurrence = ended;
        later.recurrence = rest;
        later.follows = Some(id);
        edit(&mut later);
        let (before, later) = (Schedule::new(id, before)?, Schedule::new(successor, later)?);
        self.schedules[place] = Arc::new(before);
        self.schedules.insert(free, Arc::new(later));
        self.relink(id, on, successor)?;
        let rekeyed: Vec<_> = self
            .changes_of(id)
            .filter(|(key, _)| key.on >= on)
            .map(|(key, _)| (*key, OccurrenceKey::new(successor, key.on)))
            .collect();
        for (from, to) in &rekeyed {
            if let Some(change) = self.changes.remove(from) {
                self.changes.insert(*to, change);
            }
        }
        Ok(Split { ended: Some(id), successor, rekeyed })
    }

    /// Rows that went on from `id` on a later day go on from the row that was put between.
    fn relink(&mut self, id: ScheduleId, on: NaiveDate, successor: ScheduleId) -> Result<()> {
        for row in &mut self.schedules {
            let terms = row.terms();
            if row.id() != successor && terms.follows == Some(id) && terms.recurrence.starts_on() >= on {
                let terms = ScheduleTerms { follows: Some(successor), ..terms.clone() };
                *row = Arc::new(Schedule::new(row.id(), terms)?);
            }
        }
        Ok(())
    }

    /// Edits "this one": gives one occurrence another day, other lines, or both; a skipped one happens again.
    ///
    /// What `moved` leaves open stays as an earlier move said.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a day that is not scheduled, [`ErrorKind::NotAllowed`] for a settled occurrence,
    /// [`ErrorKind::InvalidSetting`] for a move that says nothing, and as [`Schedule::new`] for its lines.
    pub fn move_occurrence(&mut self, key: OccurrenceKey, moved: Move) -> Result<()> {
        let schedule = self.scheduled(key)?;
        self.check_move(schedule, key, &moved)?;
        let moved = match self.open_change(key, "moved")? {
            Some(OccurrenceChange::Moved(before)) => {
                let before = before.clone();
                Move { to: moved.to.or(before.to), lines: moved.lines.or(before.lines) }
            }
            _ => moved,
        };
        self.changes.insert(key, OccurrenceChange::Moved(moved));
        Ok(())
    }

    /// Says that one occurrence does not happen.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a day that is not scheduled, [`ErrorKind::NotAllowed`] for a settled occurrence.
    pub fn skip(&mut self, key: OccurrenceKey) -> Result<()> {
        self.scheduled(key)?;
        self.open_change(key, "skipped")?;
        self.changes.insert(key, OccurrenceChange::Skipped);
        Ok(())
    }

    /// Takes a move or a skip back, so that the occurrence is expected as its schedule says.
    ///
    /// # Errors
    /// As [`Plan::skip`].
    pub fn restore(&mut self, key: OccurrenceKey) -> Result<()> {
        self.scheduled(key)?;
        self.open_change(key, "restored")?;
        self.changes.remove(&key);
        Ok(())
    }

    /// Says which entry stands for an occurrence; saying the same again changes nothing.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a day that is not scheduled, [`ErrorKind::NotAllowed`] where another entry stands for
    /// it.
    pub fn settle(&mut self, key: OccurrenceKey, entry: i64) -> Result<()> {
        self.scheduled(key)?;
        if matches!(self.changes.get(&key), Some(OccurrenceChange::Settled { entry: by, .. }) if *by == entry)
        {
            return Ok(());
        }
        let moved = match self.open_change(key, "settled")? {
            Some(OccurrenceChange::Moved(moved)) => Some(moved.clone()),
            _ => None,
        };
        self.changes.insert(key, OccurrenceChange::Settled { entry, moved });
        Ok(())
    }

    /// Takes a settlement back, because its entry was reversed: the occurrence is again what it was.
    ///
    /// One that had been skipped before it was settled is expected again.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] where no entry stands for it.
    pub fn unsettle(&mut self, key: OccurrenceKey) -> Result<()> {
        match self.changes.get(&key).cloned() {
            Some(OccurrenceChange::Settled { moved: Some(moved), .. }) => {
                self.changes.insert(key, OccurrenceChange::Moved(moved));
            }
            Some(OccurrenceChange::Settled { moved: None, .. }) => {
                self.changes.remove(&key);
            }
            _ => return Err(self.not_allowed(key, "unsettled", "no entry stands for it".to_owned())),
        }
        Ok(())
    }

    /// Changes for days that are not scheduled, or not any more.
    ///
    /// # Errors
    /// As [`Plan::occurrences`].
    pub fn stray_changes(&self) -> Result<Vec<OccurrenceKey>> {
        let mut stray = Vec::new();
        for schedule in &self.schedules {
            stray.extend(self.stray_of(schedule)?);
        }
        Ok(stray)
    }

    pub(in crate::schedule) fn stray_of(&self, schedule: &Schedule) -> Result<Vec<OccurrenceKey>> {
        let mut stray = Vec::new();
        for (key, _) in self.changes_of(schedule.id()) {
            if !is_scheduled(&schedule.terms().recurrence, key.on)? {
                stray.push(*key);
            }
        }
        Ok(stray)
    }

    /// The row of an occurrence, where its day is scheduled.
    fn scheduled(&self, key: OccurrenceKey) -> Result<&Schedule> {
        let schedule = self.schedule(key.schedule)?;
        let recurrence = &schedule.terms().recurrence;
        if is_scheduled(recurrence, key.on)? {
            return Ok(schedule);
        }
        let from = key.on.checked_sub_days(Days::new(NEAR_DAYS)).unwrap_or(key.on);
        let to = key.on.checked_add_days(Days::new(NEAR_DAYS)).unwrap_or(key.on);
        let mut near = recurrence.dates(from, to)?;
        near.sort_by_key(|day| (*day - key.on).num_days().abs());
        let suggestions = near.iter().take(2).map(NaiveDate::to_string).collect();
        let name = format!("{} on {}", schedule.name(), key.on);
        Err(ErrorKind::NotFound { what: "occurrence", name, suggestions }.into())
    }

    /// The change of an occurrence that is not settled.
    fn open_change(&self, key: OccurrenceKey, verb: &'static str) -> Result<Option<&OccurrenceChange>> {
        match self.changes.get(&key) {
            Some(OccurrenceChange::Settled { entry, .. }) => {
                let reason = format!("entry {entry} stands for it; reverse that entry first");
                Err(self.not_allowed(key, verb, reason))
            }
            change => Ok(change),
        }
    }

    fn not_allowed(&self, key: OccurrenceKey, verb: &'static str, reason: String) -> Error {
        let row = self
            .schedule(key.schedule)
            .map_or_else(|_| key.schedule.to_string(), |row| row.name().to_owned());
        ErrorKind::NotAllowed { what: "occurrence", name: format!("{row} on {}", key.on), verb, reason }
            .into()
    }

    pub(super) fn check_move(&self, schedule: &Schedule, key: OccurrenceKey, moved: &Move) -> Result<()> {
        if moved.to.is_none() && moved.lines.is_none() {
            let reason = "it says neither another day nor other lines".to_owned();
            let value = format!("{} on {}", schedule.name(), key.on);
            return Err(ErrorKind::InvalidSetting { what: "move of", value, reason }.into());
        }
        if let Some(to) = moved.to {
            check_posting_date(to)?;
        }
        match &moved.lines {
            Some(lines) => check_lines(schedule.name(), &format!("on {}", key.on), lines),
            None => Ok(()),
        }
    }
}

fn is_scheduled(recurrence: &Recurrence, on: NaiveDate) -> Result<bool> {
    Ok(!recurrence.dates(on, on)?.is_empty())
}
