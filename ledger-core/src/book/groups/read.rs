//! Groups as they are stored, and as of a day: who is a member, what counts, and how everyone stands.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{GroupEvent, GroupEventKind, GroupReport, Groups, OWNER};
use crate::account::{AccountId, Chart};
use crate::book::receivables::stored::{StoredReceivables, fates_of_entries};
use crate::journal::PARTY_CHARS_MAX;
use crate::money::{Amount, Commodity};
use crate::receivable::{
    Fates, GroupPayment, GroupSettleUp, LoanGroup, LoanGroupId, PartyId, Person, SharedExpense,
};
use crate::store::call;
use crate::store::receivable_rows::{GroupEventRow, LoanGroupRow};
use crate::store::rows::date;
use crate::text::{check_name, normalize};
use crate::{Error, ErrorKind, Result};

/// What a stored group says, as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    pub commodity: String,
    pub account: AccountId,
    pub members: Vec<Person>,
}

/// A group with its events, as they are stored.
pub(super) struct Stored {
    pub row: LoanGroupRow,
    pub body: Body,
    pub commodity: Commodity,
    pub events: Vec<GroupEventRow>,
    /// What became of the entries of events.
    pub fates: Fates,
}

/// Whether an event counts on a day, for which day, and by which entry.
pub(super) struct EventState {
    pub counts: bool,
    pub on: NaiveDate,
    pub entry: Option<i64>,
}

impl Stored {
    /// What became of an event through a day: an entry that was amended counts as the one in its place.
    pub fn state(&self, row: &GroupEventRow, as_of: NaiveDate) -> EventState {
        let (on, counts, entry) = self.fates.state_of(row.entry_number, date(row.happened_on), as_of);
        // What is taken back is told with its own day and entry.
        match counts {
            true => EventState { counts, on, entry },
            false => EventState { counts, on: date(row.happened_on), entry: row.entry_number },
        }
    }
}

impl Groups<'_> {
    /// The name of a group with a number.
    pub(super) fn group_name(&self, id: LoanGroupId) -> Result<String> {
        let rows = call!(self.book.db(), "reading groups", receivable::groups(self.book.id()))?;
        let found = rows.into_iter().find(|row| row.group_id == id.get());
        Ok(found.map_or_else(|| format!("#{id}"), |row| row.name))
    }

    /// The people with these names; parties are added to the book where they are new.
    pub(super) fn people(&self, names: &[String]) -> Result<Vec<Person>> {
        let mut people = Vec::with_capacity(names.len());
        for name in names {
            if normalize(name) == OWNER {
                continue;
            }
            check_name("party", name, PARTY_CHARS_MAX)?;
            if self.book.chart()?.party_id(name).is_none() {
                self.book.add_parties(&[name])?;
            }
            let chart = self.book.chart()?;
            people.extend(chart.party_id(name).map(|id| Person::Party(PartyId::new(id))));
        }
        Ok(people)
    }

    pub(super) fn member(&self, stored: &Stored, name: &str) -> Result<Person> {
        let chart = self.book.chart()?;
        if normalize(name) == OWNER {
            return Ok(Person::Owner);
        }
        // A member who was merged is found by the names of the one that stands for them.
        let wanted = chart.party_id(name);
        let survivor = |party: PartyId| chart.parties().survivor(party.get()).map(|party| party.id);
        let is_meant = |person: &&Person| match person {
            Person::Owner => false,
            Person::Party(party) => wanted.is_some() && survivor(*party) == wanted,
        };
        if let Some(person) = stored.body.members.iter().find(is_meant) {
            return Ok(*person);
        }
        let members: Vec<String> =
            stored.body.members.iter().map(|person| self.name_of(&chart, *person)).collect();
        let what = "member of the group";
        Err(ErrorKind::NotFound { what, name: name.to_owned(), suggestions: members }.into())
    }

    pub(super) fn name_of(&self, chart: &Chart, person: Person) -> String {
        match person {
            Person::Owner => OWNER.to_owned(),
            Person::Party(party) => chart.party_name(party.get()).unwrap_or_default().to_owned(),
        }
    }

    /// The same refusal with people by name.
    pub(super) fn named(&self, error: Error) -> Error {
        let ErrorKind::Misuse(text) = error.kind() else { return error };
        let Ok(chart) = self.book.chart() else { return error };
        let mut text = text.replace("the owner", OWNER);
        for party in chart.parties().iter() {
            text = text.replace(&format!("party {} ", party.id), &format!("{} ", party.name));
        }
        ErrorKind::Misuse(text).into()
    }

    /// The name of a group that two parties are members of.
    pub(in crate::book) fn with_members(&self, one: i32, other: i32) -> Result<Option<String>> {
        let rows = call!(self.book.db(), "reading groups", receivable::groups(self.book.id()))?;
        for row in rows {
            let members = self.read(&row.name)?.body.members;
            let is_member = |party: i32| members.contains(&Person::Party(PartyId::new(party)));
            if is_member(one) && is_member(other) {
                return Ok(Some(row.name));
            }
        }
        Ok(None)
    }

    /// The name of a group that a party is a member of.
    pub(in crate::book) fn with_member(&self, party: i32) -> Result<Option<String>> {
        let rows = call!(self.book.db(), "reading groups", receivable::groups(self.book.id()))?;
        for row in rows {
            if self.read(&row.name)?.body.members.contains(&Person::Party(PartyId::new(party))) {
                return Ok(Some(row.name));
            }
        }
        Ok(None)
    }

    pub(super) fn read(&self, group: &str) -> Result<Stored> {
        let chart = self.book.chart()?;
        let id = self.book.receivables().group_id(group)?;
        let rows = call!(self.book.db(), "reading groups", receivable::groups(self.book.id()))?;
        let corrupt = |reason: String| -> Error {
            ErrorKind::Corrupt { what: format!("loan_groups {id}: {reason}") }.into()
        };
        let row = rows
            .into_iter()
            .find(|row| row.group_id == id)
            .ok_or_else(|| corrupt("it is missing".to_owned()))?;
        let body: Body = serde_json::from_str(&row.body).map_err(|error| corrupt(error.to_string()))?;
        let commodity = chart.resolve_commodity(&body.commodity);
        let commodity =
            commodity.ok_or_else(|| corrupt(format!("there is no commodity {}", body.commodity)))?;
        let events = call!(self.book.db(), "reading groups", receivable::group_events(self.book.id()))?;
        let events: Vec<_> = events.into_iter().filter(|event| event.group_id == id).collect();
        let entries = events.iter().filter_map(|event| event.entry_number);
        let controls = entries.map(|entry| (entry, BTreeSet::from([body.account]))).collect();
        let fates = fates_of_entries(self.book, controls)?;
        Ok(Stored { row, body, commodity, events, fates })
    }

    /// The group with everything that counts on a day.
    pub(super) fn loan_group(&self, stored: &Stored, as_of: NaiveDate) -> Result<LoanGroup> {
        let mut group = LoanGroup::new(stored.commodity, stored.body.members.clone())?;
        for row in &stored.events {
            let EventState { counts: true, on, .. } = stored.state(row, as_of) else { continue };
            let corrupt = |error: serde_json::Error| -> Error {
                let place = format!("{}/{}", row.group_id, row.event_id);
                ErrorKind::Corrupt { what: format!("group_events {place}: {error}") }.into()
            };
            match row.kind.as_str() {
                "expense" => {
                    let expense: SharedExpense = serde_json::from_str(&row.body).map_err(corrupt)?;
                    group.add_expense(SharedExpense { on, ..expense })?;
                }
                "payment" => {
                    let payment: GroupPayment = serde_json::from_str(&row.body).map_err(corrupt)?;
                    group.add_payment(GroupPayment { on, ..payment })?;
                }
                _ => {
                    let settled: GroupSettleUp = serde_json::from_str(&row.body).map_err(corrupt)?;
                    group.add_settle_up(GroupSettleUp { on, ..settled })?;
                }
            }
        }
        Ok(group)
    }

    pub(super) fn show_now(&self, group: &str, as_of: NaiveDate) -> Result<GroupReport> {
        let chart = self.book.chart()?;
        let stored = self.read(group)?;
        let loan_group = self.loan_group(&stored, as_of)?;
        let id = LoanGroupId::new(stored.row.group_id);
        let balances = loan_group.balances(as_of)?.into_iter();
        let tabs = loan_group.tabs(as_of)?.into_iter();
        let mut events = Vec::with_capacity(stored.events.len());
        for row in &stored.events {
            let state = stored.state(row, as_of);
            let is_to_come = date(row.happened_on) > as_of || stored.state(row, NaiveDate::MAX).counts;
            if state.counts || !is_to_come {
                events.push(self.event(&stored, row, state)?);
            }
        }
        let rows = call!(self.book.db(), "reading receivables", receivable::all(self.book.id()))?;
        let linked = rows.into_iter().filter(|row| row.group_id == Some(id.get())).collect();
        let linked = StoredReceivables::read(self.book, linked)?;
        let mut others = Vec::new();
        for tracker in linked.trackers().filter(|tracker| !tracker.receivable.is_tab()) {
            let receivable = tracker.receivable;
            let owed = receivable.kind.sign() * tracker.standing(as_of)?.balance()?;
            let party = self.name_of(&chart, Person::Party(receivable.party));
            others.push((receivable.name.clone(), party, owed));
        }
        Ok(GroupReport {
            id,
            name: stored.row.name.clone(),
            commodity: stored.commodity,
            account: chart
                .account(stored.body.account)
                .map(|account| account.name.clone())
                .unwrap_or_default(),
            as_of,
            balances: balances.map(|(person, balance)| (self.name_of(&chart, person), balance)).collect(),
            tabs: tabs.map(|(party, tab)| (self.name_of(&chart, Person::Party(party)), tab)).collect(),
            events,
            linked: others,
        })
    }

    pub(super) fn event(
        &self,
        stored: &Stored,
        row: &GroupEventRow,
        state: EventState,
    ) -> Result<GroupEvent> {
        let chart = self.book.chart()?;
        let corrupt = |error: serde_json::Error| -> Error {
            ErrorKind::Corrupt { what: format!("group_events {}/{}: {error}", row.group_id, row.event_id) }
                .into()
        };
        let name = |person: Person| self.name_of(&chart, person);
        let (kind, text, amount, shares) = match row.kind.as_str() {
            "expense" => {
                let expense: SharedExpense = serde_json::from_str(&row.body).map_err(corrupt)?;
                let text = format!("{} (paid by {})", expense.description, name(expense.payer));
                let shares =
                    expense.shares.into_iter().map(|(person, share)| (name(person), share)).collect();
                (GroupEventKind::Expense, text, expense.amount, shares)
            }
            "payment" => {
                let payment: GroupPayment = serde_json::from_str(&row.body).map_err(corrupt)?;
                let text = format!("{} paid {}", name(payment.from), name(payment.to));
                (GroupEventKind::Payment, text, payment.amount, Vec::new())
            }
            _ => {
                let settled: GroupSettleUp = serde_json::from_str(&row.body).map_err(corrupt)?;
                let paid = |transfer: &crate::receivable::Transfer<Person>| {
                    let amount = Amount::new(transfer.amount, stored.commodity);
                    format!("{} paid {} {amount}", name(transfer.from), name(transfer.to))
                };
                let text = settled.transfers.iter().map(paid).collect::<Vec<_>>().join(", ");
                let amount: i64 = settled.transfers.iter().map(|transfer| transfer.amount).sum();
                (GroupEventKind::Settlement, text, amount, Vec::new())
            }
        };
        let EventState { counts, on, entry } = state;
        Ok(GroupEvent { number: row.event_id, on, kind, text, amount, shares, entry, counts })
    }
}
