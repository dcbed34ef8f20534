//! The occurrences of a plan over some days, kept row by row.
//!
//! Working them out is most of the cost of a projection, so that plans that share rows (a base and its scenarios) share
//! this: [`Expansion::of_variant`] expands anew only the rows that differ.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{Days, NaiveDate};

use super::terms::SHIFT_DAYS_MAX;
use super::{
    Move, Occurrence, OccurrenceChange, OccurrenceKey, OccurrenceState, Plan, PlannedLine, Schedule,
    WeekendRule,
};
use crate::Result;
use crate::journal::check_range;

/// The most days by which a weekend rule moves a day.
const WEEKEND_DAYS_MAX: u64 = 2;

/// Every occurrence of a plan whose day lies within some days, by row.
#[derive(Debug, Clone)]
pub struct Expansion {
    from: NaiveDate,
    to: NaiveDate,
    rows: Vec<Arc<RowExpansion>>,
}

/// The occurrences of one row.
#[derive(Debug)]
pub(super) struct RowExpansion {
    pub schedule: Arc<Schedule>,
    /// The changes that were counted in.
    changes: Vec<(NaiveDate, OccurrenceChange)>,
    /// The lines of each step, then those that single occurrences have of their own.
    pub line_sets: Vec<Arc<[PlannedLine]>>,
    /// By scheduled day.
    pub placed: Vec<Placed>,
}

/// One occurrence of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub on: NaiveDate,
    pub due_on: NaiveDate,
    /// The place of its lines in the row's sets.
    pub line_set: u32,
    pub state: OccurrenceState,
}

impl Expansion {
    /// The occurrences whose day lies from `from` through `to`.
    ///
    /// # Errors
    /// As [`Plan::occurrences`].
    pub fn of(plan: &Plan, from: NaiveDate, to: NaiveDate) -> Result<Expansion> {
        check_range(Some(from), Some(to))?;
        let rows = plan.schedules().iter().map(|schedule| expand(plan, schedule, from, to));
        Ok(Expansion { from, to, rows: rows.collect::<Result<_>>()? })
    }

    /// The occurrences of another plan over the same days; rows that both plans have are not worked out again.
    ///
    /// # Errors
    /// As [`Plan::occurrences`].
    pub fn of_variant(&self, plan: &Plan) -> Result<Expansion> {
        let rows = plan.schedules().iter().map(|schedule| match self.same_row(plan, schedule) {
            Some(row) => Ok(Arc::clone(row)),
            None => expand(plan, schedule, self.from, self.to),
        });
        Ok(Expansion { from: self.from, to: self.to, rows: rows.collect::<Result<_>>()? })
    }

    /// The first day that is covered.
    pub fn from(&self) -> NaiveDate {
        self.from
    }

    /// The last day that is covered.
    pub fn to(&self) -> NaiveDate {
        self.to
    }

    /// All occurrences, by day, then row, then scheduled day.
    pub fn occurrences(&self) -> Vec<Occurrence> {
        let mut all = Vec::with_capacity(self.rows.iter().map(|row| row.placed.len()).sum());
        for row in &self.rows {
            all.extend(row.placed.iter().map(|placed| row.occurrence(placed)));
        }
        // Stable: of one day, rows and scheduled days stay in their order.
        all.sort_by_key(|occurrence| occurrence.due_on);
        all
    }

    /// The occurrences that are still to come and due by a day, in the order of [`Expansion::occurrences`].
    pub fn open_through(&self, day: NaiveDate) -> Vec<Occurrence> {
        let mut open = Vec::new();
        for row in &self.rows {
            let due = row.placed.iter().filter(|placed| placed.due_on <= day && placed.state.is_open());
            open.extend(due.map(|placed| row.occurrence(placed)));
        }
        open.sort_by_key(|occurrence| occurrence.due_on);
        open
    }

    /// The same without some occurrences, such as those that an entry very likely stands for already.
    pub fn without(&self, left_out: &BTreeSet<OccurrenceKey>) -> Expansion {
        let rows = self.rows.iter().map(|row| {
            let id = row.schedule.id();
            let keeps = |placed: &&Placed| !left_out.contains(&OccurrenceKey::new(id, placed.on));
            if row.placed.iter().all(|placed| keeps(&placed)) {
                return Arc::clone(row);
            }
            Arc::new(RowExpansion {
                schedule: Arc::clone(&row.schedule),
                changes: row.changes.clone(),
                line_sets: row.line_sets.clone(),
                placed: row.placed.iter().filter(keeps).copied().collect(),
            })
        });
        Expansion { from: self.from, to: self.to, rows: rows.collect() }
    }

    pub(super) fn rows(&self) -> &[Arc<RowExpansion>] {
        &self.rows
    }

    fn same_row(&self, plan: &Plan, schedule: &Arc<Schedule>) -> Option<&Arc<RowExpansion>> {
        let place = self.rows.binary_search_by_key(&schedule.id(), |row| row.schedule.id()).ok()?;
        let row = &self.rows[place];
        // One that is not shared may still say the same, but then comparing costs as much as it saves.
        let same = Arc::ptr_eq(&row.schedule, schedule)
            && plan
                .changes_of(schedule.id())
                .map(|(key, change)| (&key.on, change))
                .eq(row.changes.iter().map(|(on, change)| (on, change)));
        same.then_some(row)
    }
}

impl RowExpansion {
    pub fn occurrence(&self, placed: &Placed) -> Occurrence {
        Occurrence {
            key: OccurrenceKey::new(self.schedule.id(), placed.on),
            due_on: placed.due_on,
            state: placed.state,
            lines: Arc::clone(&self.line_sets[placed.line_set as usize]),
            schedule: Arc::clone(&self.schedule),
        }
    }
}

fn expand(
    plan: &Plan,
    schedule: &Arc<Schedule>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Arc<RowExpansion>> {
    let terms = schedule.terms();
    let changes: Vec<_> =
        plan.changes_of(schedule.id()).map(|(key, change)| (key.on, change.clone())).collect();
    let days = scheduled_days(schedule, &changes, from, to)?;
    let mut row = RowExpansion {
        schedule: Arc::clone(schedule),
        changes: Vec::new(),
        line_sets: terms.steps.iter().map(|step| step.lines.as_slice().into()).collect(),
        placed: Vec::with_capacity(days.len()),
    };
    let plain = terms.weekend == WeekendRule::AsIs && terms.shift_days == 0;
    let mut ahead = changes.iter().peekable();
    for on in days {
        while ahead.next_if(|(changed, _)| *changed < on).is_some() {}
        let change = ahead.next_if(|(changed, _)| *changed == on).map(|(_, change)| change);
        let moved = match change {
            Some(OccurrenceChange::Moved(moved)) => Some(moved),
            Some(OccurrenceChange::Settled { moved, .. }) => moved.as_ref(),
            _ => None,
        };
        let due_on = match moved.and_then(|moved| moved.to) {
            Some(to) => to,
            None if plain => on,
            None => terms.due_on(on)?,
        };
        if due_on < from || due_on > to {
            continue;
        }
        let line_set = row.line_set(on, moved);
        let state = match change {
            Some(OccurrenceChange::Settled { entry, .. }) => OccurrenceState::Settled(*entry),
            Some(OccurrenceChange::Skipped) => OccurrenceState::Skipped,
            Some(OccurrenceChange::Moved(_)) => OccurrenceState::Moved,
            None if terms.is_paused(on) => OccurrenceState::Paused,
            None => OccurrenceState::Expected,
        };
        row.placed.push(Placed { on, due_on, line_set, state });
    }
    row.changes = changes;
    Ok(Arc::new(row))
}

/// The scheduled days whose occurrences can lie within some days, ascending.
fn scheduled_days(
    schedule: &Schedule,
    changes: &[(NaiveDate, OccurrenceChange)],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<NaiveDate>> {
    let terms = schedule.terms();
    let reach = Days::new(
        u64::from(terms.shift_days.unsigned_abs().min(SHIFT_DAYS_MAX.unsigned_abs())) + WEEKEND_DAYS_MAX,
    );
    let first = from.checked_sub_days(reach).unwrap_or(NaiveDate::MIN);
    let last = to.checked_add_days(reach).unwrap_or(NaiveDate::MAX);
    let mut days = terms.recurrence.dates(first, last)?;
    let scheduled = days.len();
    for (on, change) in changes {
        let moved_in = match change {
            OccurrenceChange::Moved(Move { to: Some(day), .. })
            | OccurrenceChange::Settled { moved: Some(Move { to: Some(day), .. }), .. } => {
                from <= *day && *day <= to
            }
            _ => false,
        };
        if moved_in && (*on < first || *on > last) && !terms.recurrence.dates(*on, *on)?.is_empty() {
            days.push(*on);
        }
    }
    if days.len() > scheduled {
        days.sort_unstable();
    }
    Ok(days)
}

impl RowExpansion {
    /// The place of an occurrence's lines: its own, or those of the step in force.
    fn line_set(&mut self, on: NaiveDate, moved: Option<&Move>) -> u32 {
        let place = match moved.and_then(|moved| moved.lines.as_ref()) {
            Some(lines) => {
                self.line_sets.push(lines.as_slice().into());
                self.line_sets.len() - 1
            }
            None => self.schedule.terms().step_on(on),
        };
        // Steps are few and there are at most 100,000 occurrences.
        u32::try_from(place).unwrap_or(u32::MAX)
    }
}
