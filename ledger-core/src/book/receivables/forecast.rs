//! What is owed as rows of the money schedule: each due day is an occurrence, so that projections and scenarios count it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::stored::StoredReceivables;
use super::{Receivables, party_name};
use crate::Result;
use crate::account::Chart;
use crate::money::Amount;
use crate::receivable::{Parts, Tracker};
use crate::schedule::{Origin, Plan, PlannedLine, Recurrence, Schedule, ScheduleId, ScheduleTerms, Step};
use crate::store::call;
use crate::text::normalize;

/// The most due days of one receivable that a plan takes.
const DUES_MAX: usize = 1_000;

impl Receivables<'_> {
    /// A plan with a row for each receivable and payable that anything of is due or will be; the caller holds a
    /// transaction.
    ///
    /// A row is called as its receivable, or `receivable NAME` where a row of the plan has that name. What is due on
    /// demand has no day, and what no money account is known for has no place: neither is among them.
    pub(in crate::book) fn planned(&self, plan: &Plan) -> Result<Plan> {
        let rows = call!(self.book.db(), "reading receivables", receivable::all(self.book.id()))?;
        if rows.is_empty() {
            return Ok(plan.clone());
        }
        let chart = self.book.chart()?;
        let stored = StoredReceivables::read(self.book, rows)?;
        let taken: Vec<String> = plan.schedules().iter().map(|row| normalize(row.name())).collect();
        let mut schedules: Vec<Schedule> = plan.schedules().iter().map(|row| (**row).clone()).collect();
        for tracker in stored.trackers() {
            let Some(mut terms) = terms_of(&chart, &tracker)? else { continue };
            if taken.contains(&normalize(&terms.name)) {
                terms.name = format!("{} {}", tracker.receivable.kind.as_str(), terms.name);
            }
            let id = ScheduleId::of_what_is_owed(tracker.receivable.id.get());
            schedules.push(Schedule::new(id, terms)?);
        }
        Plan::new(schedules, plan.changes().iter().map(|(key, change)| (*key, change.clone())))
    }

    /// Entries that stand for movements, so that none of them is taken for something that is still to come.
    pub(in crate::book) fn linked_entries(&self) -> Result<Vec<i64>> {
        call!(self.book.db(), "reading movements", receivable::linked_entries(self.book.id()))
    }

    /// Open receivables and payables that no projection shows, because no account is known in which the money moves.
    ///
    /// # Errors
    /// When the database fails.
    pub fn without_account(&self) -> Result<Vec<String>> {
        self.book.ledger.read(|| {
            let rows = call!(self.book.db(), "reading receivables", receivable::all(self.book.id()))?;
            let stored = StoredReceivables::read(self.book, rows)?;
            let mut names = Vec::new();
            for tracker in stored.trackers().filter(|tracker| tracker.receivable.details.money.is_none()) {
                let dated = tracker.expected(NaiveDate::MAX)?.iter().any(|due| due.due_on.is_some());
                if dated && !tracker.receivable.is_tab() {
                    names.push(tracker.receivable.name.clone());
                }
            }
            Ok(names)
        })
    }
}

/// The row of a receivable: the money that moves on each day on which something is due.
fn terms_of(chart: &Chart, tracker: &Tracker<'_>) -> Result<Option<ScheduleTerms>> {
    let receivable = tracker.receivable;
    let Some(money) = receivable.details.money else { return Ok(None) };
    // What is posted for later days counts as posted, so that only what no entry moved is still to come.
    let (open, _) = tracker.open(NaiveDate::MAX)?;
    let owed: BTreeMap<Option<NaiveDate>, Parts> = open.iter().map(|due| (due.due_on, due.parts)).collect();
    let mut steps: Vec<Step> = Vec::new();
    let mut days: Vec<NaiveDate> = Vec::new();
    for due in tracker.expected(NaiveDate::MAX)? {
        let (Some(on), true) = (due.due_on, days.len() < DUES_MAX) else { continue };
        let owed = owed.get(&Some(on)).copied().unwrap_or_default();
        let to_charge = due.parts.minus(owed)?;
        let accounts = [
            (money, due.parts.wide_total()),
            (receivable.account, -owed.wide_total() - i128::from(to_charge.principal)),
            (receivable.details.interest.unwrap_or(receivable.account), -i128::from(to_charge.interest)),
            (receivable.details.fees.unwrap_or(receivable.account), -i128::from(to_charge.fee)),
        ];
        let mut lines = Vec::new();
        for (account, amount) in accounts.into_iter().filter(|(_, amount)| *amount != 0) {
            let signed = i128::from(receivable.kind.sign()) * amount;
            let amount = Amount::try_from_i128(signed, receivable.commodity, "what is owed")?;
            lines.push(PlannedLine::new(account, amount));
        }
        if lines.is_empty() {
            continue;
        }
        let from = (!days.is_empty()).then_some(on);
        days.push(on);
        if steps.last().is_none_or(|last| last.lines != lines) {
            steps.push(Step { from, lines });
        }
    }
    let Some(first) = days.first() else { return Ok(None) };
    let dates: Vec<String> = days.iter().skip(1).map(|day| day.format("%Y%m%d").to_string()).collect();
    let recurrence = match dates.is_empty() {
        true => Recurrence::once(*first),
        false => Recurrence::from_rfc5545(&format!("RDATE;VALUE=DATE:{}", dates.join(",")), Some(*first))?,
    };
    let lines = Vec::new();
    let mut terms = ScheduleTerms::new(receivable.name.clone(), recurrence, lines);
    (terms.steps, terms.origin) = (steps, Origin::Receivable);
    terms.party = Some(party_name(chart, receivable));
    Ok(Some(terms))
}
