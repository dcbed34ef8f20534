//! What a party is told: what happened, what is open, what comes next; reminders; and how it has paid so far.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::{ReceivableFilter, Receivables, known_party, party_name};
use crate::money::{Amount, Commodity};
use crate::receivable::{
    DuePayment, MovementKind, Part, Parts, PaymentRecord, ReceivableId, ReceivableKind, Tracker,
    payment_record,
};
use crate::{ErrorKind, Result};

/// The most days that reminders look ahead.
const AHEAD_DAYS_MAX: u32 = 3_660;

/// The statement of a party in one commodity; amounts are what it owes, below zero what is owed to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartyStatement {
    /// The party.
    pub party: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The commodity.
    pub commodity: Commodity,
    /// What it owed before the first day.
    pub opening: Amount,
    /// What happened, by day.
    pub lines: Vec<PartyStatementLine>,
    /// What it owes on the last day.
    pub closing: Amount,
    /// What is open on the last day, by due day; credits below zero.
    pub open: Vec<DueItem>,
    /// What comes next.
    pub next: Vec<DueItem>,
    /// What lies between what is open and what is owed.
    pub tie: StatementTie,
}

/// How what is open on the last day of a statement comes to what is owed: `open + to_come - accrued` is the closing balance.
/// Amounts are what the party owes, below zero what is owed to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StatementTie {
    /// All that is open on the last day, less credits.
    pub open: Amount,
    /// What is owed and due later.
    pub to_come: Amount,
    /// What of the open items no entry says yet: interest and fees of the terms.
    pub accrued: Amount,
    /// What of the closing balance stands outside the books.
    pub outside: Amount,
}

/// Something that happened between the book's owner and a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartyStatementLine {
    /// The day.
    pub on: NaiveDate,
    /// The receivable or payable.
    pub name: String,
    /// What it was.
    pub kind: MovementKind,
    /// Whether it is on the tab of a group's member: an expense that was shared, or a payment in the group.
    pub is_tab: bool,
    /// Whether it takes back what happened before.
    pub reversal: bool,
    /// By how much it changes what the party owes.
    pub amount: Amount,
    /// What it owes then.
    pub balance: Amount,
    /// The entry; nothing for what stands outside the books.
    pub entry: Option<i64>,
    /// Why, where a person said so.
    pub reason: Option<String>,
}

/// Something that is due, or will be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DueItem {
    /// Which side owes.
    pub kind: ReceivableKind,
    /// The receivable or payable.
    pub receivable: ReceivableId,
    /// Its name.
    pub name: String,
    /// The party.
    pub party: String,
    /// Its place in the plan.
    pub instalment: Option<u32>,
    /// The day on which it is due; nothing on demand.
    pub due_on: Option<NaiveDate>,
    /// The last day on which it is paid in time, days of grace included; nothing on demand.
    pub in_time_through: Option<NaiveDate>,
    /// Days since it was to be paid, days of grace taken off; below zero for what is still to come, zero within the days of
    /// grace; nothing on demand.
    pub days_past_due: Option<i64>,
    /// What of it is owed or will be, in minor units.
    pub parts: Parts,
    /// All of it; below zero for a credit.
    pub amount: Amount,
}

impl Receivables<'_> {
    /// What happened with a party, what is open and what comes next: a statement for each commodity.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a party that is not there, [`ErrorKind::InvalidSetting`] for days that end before they
    /// begin.
    pub fn statement(&self, party: &str, from: NaiveDate, to: NaiveDate) -> Result<Vec<PartyStatement>> {
        if to < from {
            let (value, reason) = (format!("{from} to {to}"), "it ends before it begins".to_owned());
            return Err(ErrorKind::InvalidSetting { what: "statement", value, reason }.into());
        }
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            let id = known_party(&chart, party)?;
            let name = chart.party_name(id).unwrap_or(party).to_owned();
            let filter =
                ReceivableFilter { party: Some(party.to_owned()), closed: true, ..Default::default() };
            let stored = self.stored(&filter)?;
            let mut by_commodity: BTreeMap<Commodity, Vec<Tracker<'_>>> = BTreeMap::new();
            for tracker in stored.trackers() {
                by_commodity.entry(tracker.receivable.commodity).or_default().push(tracker);
            }
            let statements = by_commodity.into_iter();
            statements
                .map(|(commodity, trackers)| statement_of(&name, commodity, &trackers, from, to))
                .collect()
        })
    }

    /// What is due on a day or within so many days after it, oldest first, in all receivables or payables that a filter
    /// means.
    ///
    /// # Errors
    /// As [`Receivables::list`].
    pub fn due(&self, as_of: NaiveDate, days: u32, filter: &ReceivableFilter) -> Result<Vec<DueItem>> {
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            let until =
                as_of.checked_add_days(Days::new(days.min(AHEAD_DAYS_MAX).into())).unwrap_or(NaiveDate::MAX);
            let stored = self.stored(filter)?;
            let mut items = Vec::new();
            for tracker in stored.trackers() {
                let party = party_name(&chart, tracker.receivable);
                let due = items_of(&tracker, &party, as_of)?;
                items.extend(due.into_iter().filter(|item| item.due_on.is_none_or(|due_on| due_on <= until)));
            }
            items.sort_by_key(|item| (item.due_on.is_none(), item.due_on, item.receivable));
            Ok(items)
        })
    }

    /// How a party has paid as of a day, over all its receivables.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a party that is not there.
    pub fn record(&self, party: &str, as_of: NaiveDate) -> Result<PaymentRecord> {
        self.book.ledger.read(|| {
            let filter = ReceivableFilter {
                kind: Some(ReceivableKind::Receivable),
                party: Some(party.to_owned()),
                closed: true,
                ..Default::default()
            };
            let stored = self.stored(&filter)?;
            let mut dues = Vec::new();
            for tracker in stored.trackers() {
                dues.extend(due_payments(&tracker, as_of)?);
            }
            payment_record(&dues, as_of)
        })
    }
}

fn statement_of(
    party: &str,
    commodity: Commodity,
    trackers: &[Tracker<'_>],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<PartyStatement> {
    let amount = |minor: i128| Amount::try_from_i128(minor, commodity, "what a party owes");
    let mut all = Vec::new();
    for tracker in trackers {
        let sign = i128::from(tracker.receivable.kind.sign());
        all.extend(tracker.effects(to).into_iter().map(|effect| (effect, tracker.receivable, sign)));
    }
    all.sort_by_key(|(effect, receivable, _)| {
        (effect.on, effect.entry, receivable.id, effect.movement.number)
    });
    let mut balance = 0_i128;
    let mut opening = 0_i128;
    let mut lines = Vec::new();
    for (effect, receivable, sign) in all {
        let movement = effect.movement;
        let moved = sign * if effect.counts { movement.control() } else { -movement.control() };
        balance += moved;
        if effect.on < from {
            opening = balance;
            continue;
        }
        if movement.kind == MovementKind::Terms {
            continue;
        }
        lines.push(PartyStatementLine {
            on: effect.on,
            name: receivable.name.clone(),
            kind: movement.kind,
            is_tab: receivable.is_tab(),
            reversal: !effect.counts,
            amount: amount(moved)?,
            balance: amount(balance)?,
            entry: effect.entry,
            reason: movement.detail.reason.clone(),
        });
    }
    let (mut open, mut next) = (Vec::new(), Vec::new());
    let (mut all_open, mut outside, mut to_come, mut accrued) = (0_i128, 0_i128, 0_i128, 0_i128);
    for tracker in trackers {
        let sign = i128::from(tracker.receivable.kind.sign());
        let comes = |due_on: Option<NaiveDate>| due_on.is_some_and(|due_on| due_on > to);
        let (booked, credit) = tracker.open(to)?;
        let later = booked.iter().filter(|due| comes(due.due_on));
        to_come += sign * later.map(|due| due.parts.wide_total()).sum::<i128>();
        outside += sign * i128::from(tracker.standing(to)?.adjusted);
        for item in items_of(tracker, party, to)? {
            let known = booked.iter().find(|due| due.due_on == item.due_on);
            let known = known.map_or(0, |due| due.parts.wide_total());
            if comes(item.due_on) {
                next.push(item);
            } else {
                all_open += sign * i128::from(item.amount.minor());
                accrued += sign * (item.parts.wide_total() - known);
                open.push(item);
            }
        }
        if credit != 0 {
            all_open -= sign * i128::from(credit);
            open.push(item(tracker, party, to, None, None, Parts::of(Part::Principal, -credit))?);
        }
    }
    for items in [&mut open, &mut next] {
        items.sort_by_key(|item| (item.due_on.is_none(), item.due_on, item.receivable));
    }
    let (opening, closing) = (amount(opening)?, amount(balance)?);
    let tie = StatementTie {
        open: amount(all_open)?,
        to_come: amount(to_come)?,
        accrued: amount(accrued)?,
        outside: amount(outside)?,
    };
    Ok(PartyStatement {
        party: party.to_owned(),
        from,
        to,
        commodity,
        opening,
        lines,
        closing,
        open,
        next,
        tie,
    })
}

/// What is open or will be of a receivable.
fn items_of(tracker: &Tracker<'_>, party: &str, as_of: NaiveDate) -> Result<Vec<DueItem>> {
    let expected = tracker.expected(as_of)?.into_iter();
    expected.map(|due| item(tracker, party, as_of, due.instalment, due.due_on, due.parts)).collect()
}

fn item(
    tracker: &Tracker<'_>,
    party: &str,
    as_of: NaiveDate,
    instalment: Option<u32>,
    due_on: Option<NaiveDate>,
    parts: Parts,
) -> Result<DueItem> {
    let receivable = tracker.receivable;
    let in_time =
        |due_on: NaiveDate| receivable.loan.as_ref().map_or(due_on, |loan| loan.in_time_through(due_on));
    let days_past = |due_on: NaiveDate| {
        let days = |since| as_of.signed_duration_since(since).num_days();
        if days(due_on) <= 0 { days(due_on) } else { days(in_time(due_on)).max(0) }
    };
    Ok(DueItem {
        kind: receivable.kind,
        receivable: receivable.id,
        name: receivable.name.clone(),
        party: party.to_owned(),
        instalment,
        due_on,
        in_time_through: due_on.map(in_time),
        days_past_due: due_on.map(days_past),
        parts,
        amount: Amount::try_from_i128(parts.wide_total(), receivable.commodity, "what is owed")?,
    })
}

/// When each due day's principal was paid: repayments go to the oldest first.
fn due_payments(tracker: &Tracker<'_>, as_of: NaiveDate) -> Result<Vec<DuePayment>> {
    let dues = tracker.dues(as_of)?;
    let mut due: Vec<(NaiveDate, i64)> = dues
        .iter()
        .filter(|due| due.part == Part::Principal && due.amount > 0)
        .filter_map(|due| Some((due.due_on?, due.amount)))
        .collect();
    due.sort_unstable();
    let mut paid: Vec<(NaiveDate, i128)> = Vec::new();
    for movement in tracker.fates.standing(tracker.movements, as_of) {
        if movement.kind == MovementKind::Repayment {
            paid.push((tracker.fates.state(movement, as_of).on, -i128::from(movement.owed.principal)));
        }
    }
    paid.sort_by_key(|(on, _)| *on);
    let mut sum = 0_i128;
    for (_, so_far) in &mut paid {
        sum += *so_far;
        *so_far = sum;
    }
    let mut needed = 0_i128;
    Ok(due
        .into_iter()
        .map(|(due_on, amount)| {
            needed += i128::from(amount);
            let paid_on = paid.iter().find(|(_, sum)| *sum >= needed).map(|(on, _)| *on);
            let in_time_through = tracker.receivable.loan.as_ref().map(|loan| loan.in_time_through(due_on));
            DuePayment { due_on, in_time_through: in_time_through.unwrap_or(due_on), paid_on, amount }
        })
        .collect())
}
