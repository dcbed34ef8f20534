//! The schedules of a book: rows that say which money is expected, what was changed about single occurrences, posting
//! what is due, and what will be in the accounts.

mod change;
mod decisions;
mod forecasts;
mod matches;
mod movements;
mod named;
mod occurrences;
mod post_due;
mod projections;
mod settling;
mod stored;
mod usual;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

pub(super) use self::change::{PlanChange, Side};
pub use self::decisions::{AcceptProposal, RecurringAnswer, RecurringDecision};
pub(super) use self::decisions::{audited_decision, decision_of, decision_subject};
pub use self::forecasts::SavedForecast;
pub(super) use self::forecasts::{audited_forecast, forecast_of, forecast_subject};
use self::named::named;
pub use self::post_due::{HeldOccurrence, PostDue, PostDueReport, PostedOccurrence, RefusedOccurrence};
pub use self::projections::{FloorRequest, ProjectRequest};
use self::stored::REMOVED;
pub(super) use self::stored::{
    StoredPlan, audited_change, audited_schedule, change_of, change_row_from, json_or_text, key_of,
    occurrence_key, occurrence_subject, schedule_number, schedule_of, schedule_row_from, schedule_subject,
};
use super::Book;
use crate::schedule::{Move, OccurrenceKey, Pause, Plan, RowRef, Schedule, ScheduleId, ScheduleTerms};
use crate::store::call;
use crate::store::schedule_rows::ScheduleRow;
use crate::{ErrorKind, Result};

/// The schedules of a book: `book.schedules()`.
///
/// ```
/// use ledger_core::account::NewAccount;
/// use ledger_core::schedule::{OccurrenceState, PlannedLine, Recurrence, RecurrenceOptions, ScheduleTerms};
/// use ledger_core::{Ledger, NewBook, PostDue, ProjectRequest, Session};
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("home.sqlite");
/// # let path = path.to_str().unwrap();
/// # let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
/// let ledger = Ledger::open_or_create(path, Session::new("anna", chrono::Utc::now))?;
/// let book = ledger.create_book(NewBook::personal("home", "EUR"))?;
/// let bank = book.accounts().open(NewAccount::new("Assets:Bank"))?;
/// let rent = book.accounts().open(NewAccount::new("Expenses:Rent"))?;
///
/// let monthly = Recurrence::parse("every month", day("2026-03-01"), &RecurrenceOptions::default())?;
/// let lines = vec![
///     PlannedLine::new(rent.id, book.amount("950 EUR")?),
///     PlannedLine::new(bank.id, book.amount("-950 EUR")?),
/// ];
/// book.schedules().add(ScheduleTerms::new("Rent", monthly, lines))?;
/// let posted = book.schedules().post_due(day("2026-03-15"), &PostDue::default())?.posted;
/// assert_eq!(posted[0].occurrence.state, OccurrenceState::Settled(1));
///
/// let year = book.schedules().project(&ProjectRequest::new(day("2026-03-15"), day("2027-03-15")))?;
/// assert_eq!(year.accounts[0].series.expected.end, book.amount("-12350 EUR")?);
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Schedules<'b> {
    pub(super) book: &'b Book<'b>,
}

/// An edit of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// All of it: other terms.
    All(Box<ScheduleTerms>),
    /// This and later: the row ends before the scheduled day `on`, and another with these terms goes on from there. Its
    /// recurrence may be that of the whole row; days before `on` are left out of it.
    Later {
        /// The first scheduled day that changes.
        on: NaiveDate,
        /// What holds from then on.
        terms: Box<ScheduleTerms>,
    },
    /// This one: another day, other lines, or both.
    One {
        /// The scheduled day.
        on: NaiveDate,
        /// What changes.
        moved: Move,
    },
}

/// What an edit made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The row as it is now; for "this and later" the one that goes on.
    pub schedule: Arc<Schedule>,
    /// The row that now ends before the day.
    pub ended: Option<ScheduleId>,
    /// Occurrences that had been changed or settled and whose days are not scheduled any more. They are kept, and count
    /// for nothing.
    pub stray: Vec<OccurrenceKey>,
}

impl Schedules<'_> {
    /// All rows that were not removed, with what was changed about single occurrences.
    ///
    /// An occurrence whose entry was reversed is expected again; where the entry was amended, the one in its place
    /// stands for the occurrence. Both are found when the plan is read.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] for a stored row that is none.
    pub fn plan(&self) -> Result<Plan> {
        self.stored().map(|stored| stored.plan)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] for a name that is taken, [`ErrorKind::NotFound`] for an account that is not there,
    /// and as [`Schedule::new`].
    pub fn add(&self, terms: ScheduleTerms) -> Result<Arc<Schedule>> {
        let (plan, id) = self.change_plan("occurrence.follow", |_, plan| plan.add(terms))?;
        // The number may have been given to a row that was removed: the highest is the one that was added.
        let added = plan.schedules().last().map(|row| row.id()).unwrap_or(id);
        plan.schedule(added).cloned()
    }

    /// The row with this name, or with this number (`7` or `#7`); case and Unicode form of names do not matter.
    ///
    /// Of rows that go on from each other the last one is meant.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with names that are close.
    pub fn find(&self, name: &str) -> Result<Arc<Schedule>> {
        find(&self.plan()?, name)
    }

    /// Changes a row: all of it, this and later, or this one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::AlreadyExists`] for a name that is taken, [`ErrorKind::NotAllowed`] for an
    /// occurrence that an entry stands for, and as [`Schedule::new`]; nothing is changed then.
    pub fn edit(&self, id: ScheduleId, edit: Edit) -> Result<Edited> {
        let verb = if matches!(edit, Edit::One { .. }) { "occurrence.move" } else { "occurrence.follow" };
        let (plan, (row, ended)) = self.change_plan(verb, |stored, plan| match edit {
            Edit::All(terms) => plan.replace(id, *terms).map(|_| (id, None)),
            Edit::One { on, moved } => {
                let key = OccurrenceKey::new(id, on);
                self.refuse_settled(stored, key, "moved")?;
                plan.move_occurrence(key, moved).map(|()| (id, None))
            }
            Edit::Later { on, terms } => {
                let same = plan.schedule(id)?.terms().recurrence == terms.recurrence;
                let other = if same { None } else { Some(terms.recurrence.starting_on(on)?) };
                let split = plan.edit_later(id, on, self.free_id(stored)?, |later| {
                    let (rest, follows) = (later.recurrence.clone(), later.follows);
                    *later = ScheduleTerms { recurrence: other.unwrap_or(rest), follows, ..*terms };
                })?;
                Ok((split.successor, split.ended))
            }
        })?;
        let schedule = Arc::clone(plan.schedule(row)?);
        let of_rows = |key: &OccurrenceKey| key.schedule == row || Some(key.schedule) == ended;
        let stray = plan.stray_changes()?.into_iter().filter(of_rows).collect();
        Ok(Edited { schedule, ended, stray })
    }

    /// Removes a row, and those of its name that it goes on from; what was settled stays on record.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn remove(&self, id: ScheduleId) -> Result<Arc<Schedule>> {
        self.book.change(|_, _| {
            let stored = StoredPlan::read(self.book)?;
            let removed = Arc::clone(stored.plan.schedule(id)?);
            let mut change = PlanChange::default();
            let mut next = Some(id);
            while let Some((id, before)) = next.and_then(|id| stored.rows.get_key_value(&id)) {
                let named = before.normalized_name == stored.rows[&removed.id()].normalized_name;
                if !named || change.schedules.contains_key(&id.get()) {
                    break;
                }
                let after = ScheduleRow { state: REMOVED.to_owned(), ..before.clone() };
                change.schedules.insert(id.get(), (Some(before.clone()), Some(after)));
                next = stored.plan.schedule(*id)?.terms().follows;
            }
            change.record(self.book, "occurrence.follow")?;
            Ok(removed)
        })
    }

    /// Says that a row does not happen for some days, or until it is resumed.
    ///
    /// Single occurrences that have a day or lines of their own still happen.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::InvalidSchedule`] for a pause that ends before it begins,
    /// [`ErrorKind::NotAllowed`] for one that lies in a pause already.
    pub fn pause(&self, id: ScheduleId, from: NaiveDate, until: Option<NaiveDate>) -> Result<Arc<Schedule>> {
        self.change_terms(id, |terms| {
            let covers = |known: &&Pause| {
                known.from <= from && known.until.is_none_or(|end| until.is_some_and(|until| until <= end))
            };
            if let Some(known) = terms.pauses.iter().find(covers) {
                let end = known.until.map_or("it is resumed".to_owned(), |until| until.to_string());
                return Err(not_allowed(
                    terms,
                    "paused",
                    format!("it is paused from {} until {end}", known.from),
                ));
            }
            // Pauses that lie in the new one say nothing any more.
            let within = |known: &Pause| {
                from <= known.from && until.is_none_or(|until| known.until.is_some_and(|end| end <= until))
            };
            terms.pauses.retain(|known| !within(known));
            terms.pauses.push(Pause { from, until });
            Ok(())
        })
    }

    /// Ends the pauses that a day lies in, so that the row happens from that day on; later pauses stay.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for a row that is not paused then.
    pub fn resume(&self, id: ScheduleId, on: NaiveDate) -> Result<Arc<Schedule>> {
        self.change_terms(id, |terms| {
            if !terms.is_paused(on) {
                return Err(not_allowed(terms, "resumed", format!("it is not paused on {on}")));
            }
            let before = on.pred_opt();
            for pause in terms.pauses.iter_mut().filter(|pause| pause.covers(on)) {
                pause.until = before;
            }
            terms.pauses.retain(|pause| pause.until.is_none_or(|until| pause.from <= until));
            Ok(())
        })
    }

    /// The plan with what it is stored as, from one state of the database.
    pub(super) fn stored(&self) -> Result<StoredPlan> {
        self.book.ledger.read(|| StoredPlan::read(self.book))
    }

    /// The number of the next row; those of removed rows are not used again.
    fn free_id(&self, stored: &StoredPlan) -> Result<ScheduleId> {
        let last = call!(self.book.db(), "numbering a schedule", schedule::last_id(self.book.id()))?;
        Ok(ScheduleId::new(last.saturating_add(1)).max(stored.plan.next_id()))
    }

    /// Edits the plan as one unit and writes what differs; gives back the plan as it is then.
    fn change_plan<T>(
        &self,
        verb: &'static str,
        edit: impl FnOnce(&StoredPlan, &mut Plan) -> Result<T>,
    ) -> Result<(Plan, T)> {
        self.book.change(|_, chart| {
            let stored = StoredPlan::read(self.book)?;
            let mut plan = stored.plan.clone();
            let made = edit(&stored, &mut plan).map_err(|error| named(chart, error))?;
            let plan = self.numbered(&stored, plan)?;
            stored.change_to(self.book, chart, &plan)?.record(self.book, verb)?;
            Ok((plan, made))
        })
    }

    fn change_terms(
        &self,
        id: ScheduleId,
        edit: impl FnOnce(&mut ScheduleTerms) -> Result<()>,
    ) -> Result<Arc<Schedule>> {
        let (plan, ()) = self.change_plan("occurrence.follow", |_, plan| {
            let mut terms = plan.schedule(id)?.terms().clone();
            edit(&mut terms)?;
            plan.replace(id, terms).map(|_| ())
        })?;
        plan.schedule(id).cloned()
    }

    /// The plan with its new rows under numbers that no removed row has.
    pub(super) fn numbered(&self, stored: &StoredPlan, plan: Plan) -> Result<Plan> {
        let is_new = |id: ScheduleId| !stored.rows.contains_key(&id);
        let mut next = self.free_id(stored)?.get();
        let mut numbers: HashMap<ScheduleId, ScheduleId> = HashMap::new();
        for row in plan.schedules().iter().filter(|row| is_new(row.id())) {
            numbers.insert(row.id(), ScheduleId::new(next));
            next = next.saturating_add(1);
        }
        if numbers.iter().all(|(from, to)| from == to) {
            return Ok(plan);
        }
        let number = |id: ScheduleId| numbers.get(&id).copied().unwrap_or(id);
        let rows = plan.schedules().iter().map(|row| {
            let mut terms = row.terms().clone();
            terms.follows = terms.follows.map(number);
            Schedule::new(number(row.id()), terms)
        });
        let changes = plan.changes().iter();
        let changes =
            changes.map(|(key, change)| (OccurrenceKey::new(number(key.schedule), key.on), change.clone()));
        Plan::new(rows.collect::<Result<Vec<_>>>()?, changes)
    }
}

/// The row of a plan with this name or number.
pub(super) fn find(plan: &Plan, name: &str) -> Result<Arc<Schedule>> {
    let by_name = RowRef::from(name).find(plan);
    let number = name.trim().trim_start_matches('#').parse().ok().map(ScheduleId::new);
    match (by_name, number) {
        (Err(error), Some(id)) if matches!(error.kind(), ErrorKind::NotFound { .. }) => {
            plan.schedule(id).cloned()
        }
        (found, _) => found,
    }
}

fn not_allowed(terms: &ScheduleTerms, verb: &'static str, reason: String) -> crate::Error {
    ErrorKind::NotAllowed { what: "schedule", name: terms.name.clone(), verb, reason }.into()
}
