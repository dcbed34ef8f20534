//! The schedules of a book: rows that say which money is expected, what was changed about single occurrences, posting
//! what is due, and what will be in the accounts.

mod change;
mod decisions;
mod edit;
mod forecasts;
mod matches;
mod movements;
mod named;
mod occurrences;
mod pauses;
mod post_due;
mod projections;
mod settling;
mod stored;
mod usual;

use std::collections::HashMap;
use std::sync::Arc;

pub(super) use self::change::{PlanChange, Side};
pub use self::decisions::{AcceptProposal, RecurringAnswer, RecurringDecision};
pub(super) use self::decisions::{audited_decision, decision_of, decision_subject};
pub use self::edit::{Edit, Edited};
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
use crate::schedule::{OccurrenceKey, Plan, RowRef, Schedule, ScheduleId, ScheduleTerms};
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
    /// Of a row that is in several parts this is the last one; see [`Schedules::parts`].
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with names that are close.
    pub fn find(&self, name: &str) -> Result<Arc<Schedule>> {
        find(&self.plan()?, name)
    }

    /// All parts of the row with this name, in the order of their days; of a number just that part.
    ///
    /// An edit of "this and later" ends a row and goes on in another of the same name. People see one row.
    ///
    /// # Errors
    /// As [`Schedules::find`].
    pub fn parts(&self, name: &str) -> Result<Vec<Arc<Schedule>>> {
        parts(&self.plan()?, &RowRef::from(name))
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

/// The parts of the row that is meant; a name that no row has may be a number.
pub(super) fn parts(plan: &Plan, row: &RowRef) -> Result<Vec<Arc<Schedule>>> {
    match (row.parts(plan), row) {
        (Err(error), RowRef::Name(name)) => find(plan, name).map(|row| vec![row]).map_err(|_| error),
        (found, _) => found,
    }
}
