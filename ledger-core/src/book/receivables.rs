//! The receivables and payables of a book: what is owed, with every movement as a balanced entry that stands in the
//! journal.

mod again;
mod aging;
mod amended;
mod charges;
mod credits;
mod control;
mod desk;
mod forecast;
mod links;
pub(super) mod open;
mod payoff;
pub(super) mod record;
mod repay;
mod repayment;
mod rest;
mod statement;
pub(super) mod stored;
mod terms;
mod tracked;
mod undo;

use chrono::NaiveDate;
use serde::Serialize;

pub use self::aging::{AgingReport, AgingRequest, TieOut, TieOutEntry};
pub use self::charges::{Adjust, Charged, Reduce};
pub use self::control::MoneyAccount;
pub(in crate::book) use self::control::{check_control, check_share, default_control, refuse_control};
pub(in crate::book) use self::links::TakenBack;
pub use self::open::{NewReceivable, TrackEntry};
pub use self::payoff::Payoff;
pub use self::repayment::{Beyond, Repaid, RepaidItem, RepaidLeft, Repay, RepayFrom};
pub use self::statement::{DueItem, PartyStatement, PartyStatementLine, StatementTie};
use self::stored::StoredReceivables;
pub use self::terms::EditReceivable;
use super::Book;
use crate::account::{AccountId, Chart};
use crate::journal::AccountRef;
use crate::receivable::{
    Effect, Instalment, Movement, OpenDue, Parts, RateChange, Receivable, ReceivableId, ReceivableKind,
    Standing, Tracker,
};
use crate::store::call;
use crate::text::normalize;
use crate::{ErrorKind, Result};

/// How many near names a refusal suggests.
const SUGGESTIONS_MAX: usize = 3;

/// The receivables and payables of a book: `book.receivables()`.
#[derive(Debug)]
pub struct Receivables<'b> {
    pub(super) book: &'b Book<'b>,
}

/// A receivable on a day, with everything that moved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivableReport {
    /// The receivable.
    pub receivable: Receivable,
    /// Who owes it, or is owed.
    pub party: String,
    /// The day.
    pub as_of: NaiveDate,
    /// How it stands.
    pub standing: Standing,
    /// What is open, by due days.
    pub open: Vec<OpenDue>,
    /// What is open or will be, by due days.
    pub expected: Vec<OpenDue>,
    /// What the terms have earned through the day and no entry says yet, in minor units: with what is owed it is what
    /// would pay everything off.
    pub accrued: Parts,
    /// What was charged more than was earned through the day, in minor units: what is charged next is so much less.
    pub overcharged: i64,
    /// The rate in force on the day, and since when.
    pub rate: Option<RateChange>,
    /// The credit of the party, in minor units.
    pub credit: i64,
    /// The plan as it is agreed on the day.
    pub plan: Vec<Instalment>,
    /// All movements, each with what became of it.
    pub movements: Vec<ReportedMovement>,
}

impl ReceivableReport {
    /// Whether nothing is owed any more, also of interest that no entry says yet, and nothing is a credit.
    pub fn is_closed(&self) -> bool {
        self.standing.is_closed() && self.accrued.is_zero()
    }

    /// The day on which it begins, where that lies after the day of the report.
    pub fn begins_on(&self) -> Option<NaiveDate> {
        let lent_on = self.receivable.loan.as_ref()?.terms().lent_on;
        (lent_on > self.as_of).then_some(lent_on)
    }
}

/// A movement with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedMovement {
    /// The movement.
    pub movement: Movement,
    /// The day for which it counts: that of the entry that stands for it, which may have been amended to another day.
    pub on: NaiveDate,
    /// Whether it counts on the day of the report.
    pub counts: bool,
    /// The entry that stands for it, or that took it back.
    pub entry: Option<i64>,
}

/// Which receivables are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReceivableFilter {
    /// Only receivables, or only payables.
    pub kind: Option<ReceivableKind>,
    /// Only those of this party, by name.
    pub party: Option<String>,
    /// Only those of this group, by name.
    pub group: Option<String>,
    /// Those too that are settled.
    pub closed: bool,
    /// Those too that begin after the day.
    pub to_come: bool,
}

impl Receivables<'_> {
    /// Receivables as of a day, by number.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a party or a group that is not there, [`ErrorKind::Corrupt`] for rows that cannot be
    /// read.
    pub fn list(&self, as_of: NaiveDate, filter: &ReceivableFilter) -> Result<Vec<ReceivableReport>> {
        self.book.ledger.read(|| {
            let stored = self.stored(filter)?;
            let mut found = Vec::new();
            for tracker in stored.trackers() {
                let report = self.report(&tracker, as_of)?;
                let is_meant = match report.begins_on() {
                    Some(_) => filter.to_come,
                    None => !report.is_closed() || tracker.movements.is_empty(),
                };
                if filter.closed || is_meant {
                    found.push(report);
                }
            }
            Ok(found)
        })
    }

    /// The names of all receivables, all payables or both, settled ones too, by number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn names(&self, kind: Option<ReceivableKind>) -> Result<Vec<String>> {
        let rows = call!(self.book.db(), "reading receivables", receivable::all(self.book.id()))?;
        let meant = rows.into_iter().filter(|row| kind.is_none_or(|kind| row.kind == kind.as_str()));
        Ok(meant.map(|row| row.name).collect())
    }

    /// The receivable with this name, with this number (`7` or `#7`), or the only open one of the party with this name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with names that are close, [`ErrorKind::Ambiguous`] for a party with several.
    pub fn find(&self, kind: ReceivableKind, name: &str) -> Result<Receivable> {
        self.book.ledger.read(|| self.find_now(kind, name))
    }

    /// A receivable as of a day.
    ///
    /// # Errors
    /// As [`Receivables::find`].
    pub fn show(&self, kind: ReceivableKind, name: &str, as_of: NaiveDate) -> Result<ReceivableReport> {
        self.book.ledger.read(|| {
            let id = self.find_now(kind, name)?.id;
            let stored = self.read_some(&[id.get()])?;
            self.report(&stored.tracker(id)?, as_of)
        })
    }

    fn find_now(&self, kind: ReceivableKind, name: &str) -> Result<Receivable> {
        let chart = self.book.chart()?;
        let number = name.strip_prefix('#').unwrap_or(name).parse::<i32>().ok();
        let rows = match number {
            Some(number) => {
                call!(self.book.db(), "reading receivables", receivable::some(self.book.id(), &[number]))?
            }
            None => {
                let key = normalize(name);
                let named =
                    call!(self.book.db(), "reading receivables", receivable::named(self.book.id(), &key))?;
                named.into_iter().collect()
            }
        };
        if let Some(row) = rows.into_iter().find(|row| row.kind == kind.as_str()) {
            return stored::receivable_of(&chart, &row);
        }
        let ids = chart.parties().lookup(name).map(|party| chart.parties().group(party.id));
        let of_party = match ids {
            Some(ids) => {
                call!(self.book.db(), "reading receivables", receivable::of_parties(self.book.id(), &ids))?
            }
            None => Vec::new(),
        };
        let stored = StoredReceivables::read(self.book, of_party)?;
        let mut candidates = Vec::new();
        for tracker in stored.trackers().filter(|tracker| tracker.receivable.kind == kind) {
            if !tracker.standing(NaiveDate::MAX)?.is_closed() {
                candidates.push(tracker.receivable);
            }
        }
        match candidates[..] {
            [only] => Ok(only.clone()),
            [] => Err(self.not_found(kind, name)?),
            _ => {
                let candidates = candidates.iter().map(|found| found.name.clone()).collect();
                Err(ErrorKind::Ambiguous { what: kind.as_str(), name: name.to_owned(), candidates }.into())
            }
        }
    }

    fn not_found(&self, kind: ReceivableKind, name: &str) -> Result<crate::Error> {
        let rows = call!(self.book.db(), "reading receivables", receivable::all(self.book.id()))?;
        let mut near: Vec<(f64, String)> = rows
            .into_iter()
            .filter(|row| row.kind == kind.as_str())
            .map(|row| (strsim::jaro_winkler(&row.normalized_name, &normalize(name)), row.name))
            .filter(|(likeness, _)| *likeness > 0.8)
            .collect();
        near.sort_by(|one, other| other.0.total_cmp(&one.0));
        let suggestions = near.into_iter().take(SUGGESTIONS_MAX).map(|(_, name)| name).collect();
        Ok(ErrorKind::NotFound { what: kind.as_str(), name: name.to_owned(), suggestions }.into())
    }

    /// Reads the receivables that a filter means; the caller holds a transaction.
    pub(super) fn stored(&self, filter: &ReceivableFilter) -> Result<StoredReceivables> {
        let chart = self.book.chart()?;
        let id = self.book.id();
        let mut rows = match &filter.party {
            Some(party) => {
                let ids = chart.parties().group(known_party(&chart, party)?);
                call!(self.book.db(), "reading receivables", receivable::of_parties(id, &ids))?
            }
            None => call!(self.book.db(), "reading receivables", receivable::all(id))?,
        };
        if let Some(kind) = filter.kind {
            rows.retain(|row| row.kind == kind.as_str());
        }
        if let Some(group) = &filter.group {
            let group = self.group_id(group)?;
            rows.retain(|row| row.group_id == Some(group));
        }
        StoredReceivables::read(self.book, rows)
    }

    /// The number of the group with this name.
    pub(super) fn group_id(&self, name: &str) -> Result<i32> {
        let groups = call!(self.book.db(), "reading groups", receivable::groups(self.book.id()))?;
        let key = normalize(name);
        if let Some(found) = groups.iter().find(|row| row.normalized_name == key) {
            return Ok(found.group_id);
        }
        let near = |row: &&crate::store::receivable_rows::LoanGroupRow| {
            strsim::jaro_winkler(&row.normalized_name, &key) > 0.8
        };
        let suggestions =
            groups.iter().filter(near).take(SUGGESTIONS_MAX).map(|row| row.name.clone()).collect();
        Err(ErrorKind::NotFound { what: "group", name: name.to_owned(), suggestions }.into())
    }

    pub(super) fn read_some(&self, ids: &[i32]) -> Result<StoredReceivables> {
        let rows = call!(self.book.db(), "reading receivables", receivable::some(self.book.id(), ids))?;
        StoredReceivables::read(self.book, rows)
    }

    fn report(&self, tracker: &Tracker<'_>, as_of: NaiveDate) -> Result<ReceivableReport> {
        let chart = self.book.chart()?;
        let (open, credit) = tracker.open(as_of)?;
        let movements = tracker.movements.iter().map(|movement| {
            let Effect { on, counts, entry, .. } = tracker.fates.state(movement, as_of);
            let on = if counts { on } else { movement.on };
            ReportedMovement { movement: movement.clone(), on, counts, entry }
        });
        Ok(ReceivableReport {
            receivable: tracker.receivable.clone(),
            party: party_name(&chart, tracker.receivable),
            as_of,
            standing: tracker.standing(as_of)?,
            open,
            expected: tracker.expected(as_of)?,
            accrued: tracker.accrued(as_of)?,
            overcharged: tracker.overcharged(as_of)?,
            rate: tracker.rate_on(as_of)?,
            credit,
            plan: tracker.plan(as_of)?,
            movements: movements.collect(),
        })
    }

    /// The highest number that a receivable has, and one more.
    pub(super) fn next_id(&self) -> Result<ReceivableId> {
        let last = call!(self.book.db(), "reading receivables", receivable::last_id(self.book.id()))?;
        let next = last.checked_add(1);
        let full = || ErrorKind::Misuse("the book holds as many receivables as there are numbers".to_owned());
        Ok(ReceivableId::new(next.ok_or_else(full)?))
    }
}

/// The number of a party that is there.
fn known_party(chart: &Chart, name: &str) -> Result<i32> {
    chart.parties().find(name).map(|party| party.id)
}

/// The movement of a receivable with a number.
fn known_movement<'t>(tracker: &Tracker<'t>, number: i32) -> Result<&'t Movement> {
    let found = tracker.movements.iter().find(|movement| movement.number == number);
    found.ok_or_else(|| {
        let name = format!("{number} of {}", tracker.receivable.name);
        let numbers = tracker.movements.iter().map(|movement| movement.number.to_string());
        let suggestions = numbers.rev().take(SUGGESTIONS_MAX).collect();
        ErrorKind::NotFound { what: "movement", name, suggestions }.into()
    })
}

/// The name of a receivable's party.
pub(super) fn party_name(chart: &Chart, receivable: &Receivable) -> String {
    chart.party_name(receivable.party.get()).unwrap_or_default().to_owned()
}

/// The account that is meant.
pub(super) fn account_id(chart: &Chart, account: &AccountRef) -> Result<AccountId> {
    match account {
        AccountRef::Name(name) => chart.find(name).map(|account| account.id),
        AccountRef::Id(id) => match chart.account(*id) {
            Some(account) => Ok(account.id),
            None => {
                Err(ErrorKind::NotFound { what: "account", name: format!("#{id}"), suggestions: Vec::new() }
                    .into())
            }
        },
    }
}
