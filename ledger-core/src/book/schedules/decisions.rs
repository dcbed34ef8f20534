//! Recurring payments found in the journal, and what a person decided about them.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use serde::Serialize;
use serde_json::{Value, json};

use super::movements::is_own;
use super::{Schedules, StoredPlan};
use crate::account::AccountId;
use crate::schedule::{DetectOptions, ProposalKey, RecurringProposal, Schedule, ScheduleId, detect};
use crate::store::call;
use crate::store::rows::{date, day};
use crate::store::schedule_rows::RecurringDecisionRow;
use crate::text::check_name;
use crate::{Error, ErrorKind, Result};

/// The days of the past that are looked at: four years, so that a yearly payment was seen a few times.
const HISTORY_DAYS: u64 = 1_461;

/// What was decided about a recurring payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecurringDecision {
    /// The payment.
    pub key: ProposalKey,
    /// What was decided.
    pub answer: RecurringAnswer,
}

/// An answer to a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RecurringAnswer {
    /// It became this row.
    Accepted(ScheduleId),
    /// It is not proposed again.
    Rejected,
    /// It is not proposed before this day.
    SnoozedUntil(NaiveDate),
}

/// How a proposal becomes a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AcceptProposal {
    /// Another name for the row.
    pub name: Option<String>,
    /// The account on the other side, by name; needed where the proposal knows none.
    pub counter: Option<String>,
}

impl Schedules<'_> {
    /// Recurring payments and income of the four years before a day that no row stands for and that nobody has decided
    /// about, the most confident first.
    ///
    /// # Errors
    /// As [`crate::schedule::detect`].
    pub fn detect(&self, options: &DetectOptions) -> Result<Vec<RecurringProposal>> {
        self.book.ledger.read(|| {
            let stored = StoredPlan::read(self.book)?;
            let chart = self.book.chart()?;
            let own = chart.accounts().iter().map(|account| account.id).filter(|id| is_own(&chart, *id));
            let accounts: BTreeSet<AccountId> = own.collect();
            let from = options.as_of.checked_sub_days(Days::new(HISTORY_DAYS)).unwrap_or(NaiveDate::MIN);
            let span = (day(from), day(options.as_of));
            let history = self.book.movements(&accounts, span, &HashSet::new())?;
            let mut found = detect(&history, stored.plan.schedules(), options)?;
            let decided = self.decisions()?;
            found.retain(|proposal| {
                let own = decided.iter().filter(|decision| proposal.answers_to(&decision.key));
                own.into_iter().all(|decision| match decision.answer {
                    RecurringAnswer::SnoozedUntil(until) => until <= options.as_of,
                    RecurringAnswer::Accepted(_) | RecurringAnswer::Rejected => false,
                })
            });
            Ok(found)
        })
    }

    /// Adds the row that a proposal describes, and remembers that it was accepted.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] where neither the proposal nor the caller names the account on the other side,
    /// [`ErrorKind::AlreadyExists`] for a name that is taken, and as [`Schedules::add`].
    pub fn accept_proposal(
        &self,
        proposal: &RecurringProposal,
        options: &AcceptProposal,
    ) -> Result<Arc<Schedule>> {
        self.book.change(|_, chart| {
            let counter = match &options.counter {
                Some(name) => Some(chart.find(name)?.id),
                None => proposal.counter,
            };
            let counter = counter.ok_or_else(|| {
                let reason = "its payments went to several accounts, or to none that was chosen: name the account on \
                              the other side";
                let (value, reason) = (proposal.name.clone(), reason.to_owned());
                Error::from(ErrorKind::InvalidSetting { what: "proposal", value, reason })
            })?;
            let mut terms = proposal.terms(counter)?;
            if let Some(name) = &options.name {
                terms.name.clone_from(name);
            }
            let row = self.add(terms)?;
            self.decide("recurring.accept", &proposal.key, Some(RecurringAnswer::Accepted(row.id())))?;
            Ok(row)
        })
    }

    /// Remembers that a payment is not to be proposed again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn reject_proposal(&self, key: &ProposalKey) -> Result<()> {
        self.decide("recurring.reject", key, Some(RecurringAnswer::Rejected))
    }

    /// Remembers that a payment is not to be proposed before a day.
    ///
    /// # Errors
    /// When the database fails.
    pub fn snooze_proposal(&self, key: &ProposalKey, until: NaiveDate) -> Result<()> {
        crate::journal::check_posting_date(until)?;
        self.decide("recurring.snooze", key, Some(RecurringAnswer::SnoozedUntil(until)))
    }

    /// Forgets what was decided about a payment, so that it may be proposed again.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] where nothing was decided.
    pub fn forget_decision(&self, key: &ProposalKey) -> Result<()> {
        self.decide("recurring.forget", key, None)
    }

    /// Everything that was decided about recurring payments, by key.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] for a stored decision that is none.
    pub fn decisions(&self) -> Result<Vec<RecurringDecision>> {
        let rows = call!(self.book.db(), "reading decisions", schedule::decisions(self.book.id()))?;
        let mut decisions = rows.iter().map(decision_of).collect::<Result<Vec<_>>>()?;
        decisions.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(decisions)
    }

    fn decide(&self, action: &str, key: &ProposalKey, answer: Option<RecurringAnswer>) -> Result<()> {
        check_name("proposal", key.as_str(), 100)?;
        self.book.change(|_, _| {
            let id = self.book.id();
            let rows = call!(self.book.db(), "reading decisions", schedule::decisions(id))?;
            let before = rows.iter().find(|row| row.key == key.as_str());
            let after = answer.map(|answer| row_of(id, key, answer));
            if before.is_none() && after.is_none() {
                let suggestions = rows.iter().take(5).map(|row| row.key.clone()).collect();
                return Err(
                    ErrorKind::NotFound { what: "decision", name: key.to_string(), suggestions }.into()
                );
            }
            if before == after.as_ref() {
                return Ok(());
            }
            match &after {
                Some(row) => call!(self.book.db(), "keeping a decision", schedule::put_decision(row))?,
                None => call!(
                    self.book.db(),
                    "forgetting a decision",
                    schedule::delete_decision(id, key.as_str())
                )?,
            }
            let (before, after) = (before.map(audited_decision), after.as_ref().map(audited_decision));
            self.book.record_event(action, &decision_subject(key.as_str()), before, after)
        })
    }
}

fn row_of(book_id: i64, key: &ProposalKey, answer: RecurringAnswer) -> RecurringDecisionRow {
    let (state, until, schedule_id) = match answer {
        RecurringAnswer::Accepted(id) => ("accepted", None, Some(id.get())),
        RecurringAnswer::Rejected => ("rejected", None, None),
        RecurringAnswer::SnoozedUntil(until) => ("snoozed", Some(day(until)), None),
    };
    RecurringDecisionRow {
        book_id,
        key: key.as_str().to_owned(),
        state: state.to_owned(),
        until,
        schedule_id,
    }
}

/// The decision that a row holds.
pub(in crate::book) fn decision_of(row: &RecurringDecisionRow) -> Result<RecurringDecision> {
    let answer = match (row.state.as_str(), row.until, row.schedule_id) {
        ("accepted", None, Some(id)) => RecurringAnswer::Accepted(ScheduleId::new(id)),
        ("rejected", None, None) => RecurringAnswer::Rejected,
        ("snoozed", Some(until), None) => RecurringAnswer::SnoozedUntil(date(until)),
        (state, ..) => {
            let what = format!("recurring_decisions {}: \"{state}\" does not hold what it has", row.key);
            return Err(ErrorKind::Corrupt { what }.into());
        }
    };
    Ok(RecurringDecision { key: ProposalKey::from(row.key.clone()), answer })
}

/// What audit events call a decision.
pub(in crate::book) fn decision_subject(key: &str) -> String {
    format!("recurring {key}")
}

/// A decision in the words of the audit log.
pub(in crate::book) fn audited_decision(row: &RecurringDecisionRow) -> Value {
    let until = row.until.map(|until| date(until).to_string());
    json!({ "state": row.state, "until": until, "schedule": row.schedule_id })
}
