//! Receivables, their movements and groups: each row reads, names parties, accounts and entries that are there, is as
//! the audit log left it, and its entry moves on the control account what its movements say.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Check;
use super::chart::State;
use crate::account::{AccountId, Chart};
use crate::book::Book;
use crate::book::receivables::stored::{
    audited_group, audited_group_event, audited_movement, audited_receivable, group_event_place,
    group_event_subject, group_subject, movement_of, movement_place, movement_subject, receivable_of,
    receivable_subject,
};
use crate::receivable::{amortise, check_movement};
use crate::store::call;
use crate::store::receivable_rows::{GroupEventRow, LoanGroupRow, MovementRow, ReceivableRow};
use crate::text::normalize;
use crate::{ErrorKind, Result};

/// The rows of receivables and what belongs to them, as they are.
pub(super) struct StoredItems {
    receivables: Vec<ReceivableRow>,
    movements: Vec<MovementRow>,
    groups: Vec<LoanGroupRow>,
    events: Vec<GroupEventRow>,
}

impl StoredItems {
    pub(super) fn read(book: &Book<'_>) -> Result<StoredItems> {
        let id = book.id();
        Ok(StoredItems {
            receivables: call!(book.db(), "reading receivables", receivable::all(id))?,
            movements: call!(book.db(), "reading movements", receivable::movements(id))?,
            groups: call!(book.db(), "reading groups", receivable::groups(id))?,
            events: call!(book.db(), "reading groups", receivable::group_events(id))?,
        })
    }

    /// How subjects of these rows begin in the audit log.
    pub(super) const NOUNS: [&str; 4] = ["receivable ", "movement ", "group ", "shared "];

    /// Whether a subject of the audit log is a row of these tables.
    pub(super) fn holds(subject: &str) -> bool {
        Self::NOUNS.iter().any(|noun| subject.starts_with(noun))
    }

    /// Every row by the subject that audit events give it.
    pub(super) fn states(&self) -> BTreeMap<String, State> {
        let mut states = BTreeMap::new();
        let mut add = |subject: String, row: String, now: String| {
            states.insert(subject, State { check: "reference", row, now });
        };
        for row in &self.receivables {
            let id = row.receivable_id;
            add(receivable_subject(id), format!("receivables {id}"), audited_receivable(row).to_string());
        }
        for row in &self.movements {
            let place = movement_place(row.receivable_id, row.movement_id);
            let subject = movement_subject(row.receivable_id, row.movement_id);
            add(subject, format!("receivable_movements {place}"), audited_movement(row).to_string());
        }
        for row in &self.groups {
            let id = row.group_id;
            add(group_subject(id), format!("loan_groups {id}"), audited_group(row).to_string());
        }
        for row in &self.events {
            let place = group_event_place(row.group_id, row.event_id);
            let subject = group_event_subject(row.group_id, row.event_id);
            add(subject, format!("group_events {place}"), audited_group_event(row).to_string());
        }
        states
    }
}

impl Check<'_> {
    /// Reads every row of receivables and looks up what it names.
    pub(super) fn receivables(&mut self) -> Result<()> {
        let stored = StoredItems::read(self.book)?;
        let receivables = stored.receivables.iter();
        let receivables = receivables
            .map(|row| (format!("receivables {}", row.receivable_id), &row.name, &row.normalized_name));
        let groups = stored.groups.iter();
        let groups =
            groups.map(|row| (format!("loan_groups {}", row.group_id), &row.name, &row.normalized_name));
        for (row, name, key) in receivables.chain(groups) {
            if normalize(name) != *key {
                let difference =
                    format!("its name {name:?} is kept under {key:?}, not {:?}", normalize(name));
                self.found("reference", row, difference);
            }
        }
        let chart = match self.book.load_chart() {
            Ok(chart) => chart,
            // What of the chart cannot be read is named by its own check.
            Err(error) if matches!(error.kind(), ErrorKind::Corrupt { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        let groups: BTreeSet<i32> = stored.groups.iter().map(|row| row.group_id).collect();
        let mut known = HashMap::new();
        for row in &stored.receivables {
            let place = format!("receivables {}", row.receivable_id);
            if chart.party_name(row.party_id).is_none() {
                self.found("reference", place.clone(), format!("there is no party {}", row.party_id));
            }
            if chart.account(AccountId(row.account_id)).is_none() {
                self.found("reference", place.clone(), format!("there is no account {}", row.account_id));
            }
            if let Some(group) = row.group_id.filter(|group| !groups.contains(group)) {
                self.found("reference", place.clone(), format!("there is no group {group}"));
            }
            match receivable_of(&chart, row) {
                Ok(receivable) => {
                    if let Some(Err(error)) = receivable.loan.as_ref().map(amortise) {
                        self.found("reference", place, format!("its plan cannot be worked out: {error}"));
                    }
                    known.insert(row.receivable_id, receivable);
                }
                Err(error) => self.found("reference", place, error.to_string()),
            }
        }
        self.movements(&chart, &stored, &known)
    }

    /// Reads every movement, and compares what their entries move on control accounts with what they say.
    fn movements(
        &mut self,
        chart: &Chart,
        stored: &StoredItems,
        known: &HashMap<i32, crate::receivable::Receivable>,
    ) -> Result<()> {
        let mut told: BTreeMap<(i64, i32, i32), i128> = BTreeMap::new();
        for row in &stored.movements {
            let place =
                format!("receivable_movements {}", movement_place(row.receivable_id, row.movement_id));
            let movement = match movement_of(row) {
                Ok(movement) => movement,
                Err(error) => {
                    self.found("reference", place, error.to_string());
                    continue;
                }
            };
            let Some(receivable) = known.get(&row.receivable_id) else {
                self.found("reference", place, format!("there is no receivable {}", row.receivable_id));
                continue;
            };
            if let Err(error) = check_movement(&movement, receivable.is_tab()) {
                self.found("reference", place, error.to_string());
            }
            if let Some(entry) = movement.entry {
                let commodity = chart.commodity_id(receivable.commodity).unwrap_or(0);
                let control = i128::from(receivable.kind.sign()) * movement.control();
                *told.entry((entry, receivable.account.get(), commodity)).or_default() += control;
            }
        }
        let numbers: BTreeSet<i64> = told.keys().map(|(entry, ..)| *entry).collect();
        let numbers: Vec<i64> = numbers.into_iter().collect();
        let mut moved: HashMap<(i64, i32, i32), i128> = HashMap::new();
        let mut there: BTreeSet<i64> = BTreeSet::new();
        for (entry, account, commodity, amount) in
            call!(self.book.db(), "reading lines", receivable::moved_by(self.book.id(), &numbers))?
        {
            there.insert(entry);
            *moved.entry((entry, account, commodity)).or_default() += i128::from(amount);
        }
        for ((entry, account, commodity), said) in told {
            let place = format!("receivable_movements of entry {entry}");
            if !there.contains(&entry) {
                self.found("reference", place, format!("there is no entry {entry}"));
                continue;
            }
            let moves = moved.get(&(entry, account, commodity)).copied().unwrap_or(0);
            if moves != said {
                let difference = format!(
                    "they say {said} minor units of commodity {commodity} on account {account}, the entry moves {moves}"
                );
                self.found("reference", place, difference);
            }
        }
        Ok(())
    }
}
