//! How old is what is owed, and whether trackers, entries outside the books and control accounts agree.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use super::stored::StoredReceivables;
use super::{ReceivableFilter, Receivables, account_id, known_party};
use crate::account::{AccountId, Chart};
use crate::journal::AccountRef;
use crate::money::{Amount, Commodity};
use crate::receivable::{
    Aging, AgingBy, AgingOf, Buckets, ExpectedLoss, LoanGroupId, OpenAmount, PartyId, ReceivableId,
    ReceivableKind, age,
};
use crate::store::call;
use crate::store::rows::{date, day};
use crate::{ErrorKind, Result};

/// What a report by age is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgingRequest {
    /// What is owed to the book's owner, or by them.
    pub kind: ReceivableKind,
    /// The day.
    pub as_of: NaiveDate,
    /// The buckets.
    pub buckets: Buckets,
    /// What rows stand for.
    pub by: AgingBy,
    /// Only this party, by name.
    pub party: Option<String>,
    /// Only this group, by name.
    pub group: Option<String>,
    /// How much of each bucket is likely lost, in percent.
    pub loss_rates: Vec<Decimal>,
}

impl AgingRequest {
    /// All receivables by party, with the usual buckets.
    pub fn new(kind: ReceivableKind, as_of: NaiveDate) -> AgingRequest {
        AgingRequest {
            kind,
            as_of,
            buckets: Buckets::default(),
            by: AgingBy::Party,
            party: None,
            group: None,
            loss_rates: Vec::new(),
        }
    }
}

/// What is owed in one commodity, by age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgingReport {
    /// The commodity of all its amounts.
    pub commodity: Commodity,
    /// The rows and their total.
    #[serde(flatten)]
    pub aging: Aging,
    /// The name of each row: of a party, a group or a receivable.
    pub names: Vec<String>,
    /// Of the total, what stands outside the books, in minor units.
    pub adjusted: i64,
    /// Beside the total, the interest and fees that the terms have earned through the day and no entry says yet, in minor
    /// units.
    pub accrued: i64,
    /// What is likely lost, where rates were given.
    pub expected_loss: Option<ExpectedLoss>,
}

/// A control account beside what is tracked of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TieOut {
    /// The control account.
    pub account: String,
    /// What it holds: what is owed to the book's owner, or by them.
    pub kind: ReceivableKind,
    /// The day.
    pub as_of: NaiveDate,
    /// What the account holds, from the side of what is owed.
    pub control: Amount,
    /// What the trackers say, with what stands outside the books.
    pub tracked: Amount,
    /// Of that, what stands outside the books.
    pub adjusted: Amount,
    /// What the two differ by, beside what stands outside the books: `control - (tracked - adjusted)`.
    pub difference: Amount,
    /// Every entry for which they differ; the differences sum to `difference`.
    pub entries: Vec<TieOutEntry>,
}

/// An entry that moves something else on a control account than is tracked of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TieOutEntry {
    /// The entry.
    pub number: i64,
    /// Its day.
    pub posted_on: NaiveDate,
    /// What it says.
    pub description: String,
    /// What it moves on the account, from the side of what is owed.
    pub control: Amount,
    /// What is tracked of it.
    pub tracked: Amount,
    /// What it is, in words.
    pub reason: String,
}

/// What is open of everything that a request means, by commodity.
struct Opened {
    open: BTreeMap<Commodity, Vec<OpenAmount>>,
    /// How much of it stands outside the books.
    adjusted: BTreeMap<Commodity, i64>,
    /// What was earned beside it and not charged yet.
    accrued: BTreeMap<Commodity, i64>,
}

impl Receivables<'_> {
    /// What is owed as of a day, past or to come, by how long it is past due; a report for each commodity.
    ///
    /// Every amount is in one bucket, or a credit beside them; days of grace are taken off first. Together they are what
    /// the control accounts hold for the trackers, and what stands outside the books.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a party or group that is not there, [`ErrorKind::InvalidSetting`] for loss rates that are
    /// not one for each bucket.
    pub fn aging(&self, request: &AgingRequest) -> Result<Vec<AgingReport>> {
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            let Opened { open, adjusted, accrued } = self.open_amounts(&chart, request)?;
            let names = self.names_of(&chart, request.by)?;
            let mut reports = Vec::with_capacity(open.len());
            for (commodity, open) in open {
                let aging = age(&open, request.as_of, &request.buckets, request.by)?;
                let expected_loss = match request.loss_rates.is_empty() {
                    true => None,
                    false => Some(aging.total.expected_loss(&request.loss_rates)?),
                };
                let name = |of: &AgingOf| names.get(of).cloned().unwrap_or_default();
                let names = aging.rows.iter().map(|row| name(&row.of)).collect();
                let adjusted = adjusted.get(&commodity).copied().unwrap_or(0);
                let accrued = accrued.get(&commodity).copied().unwrap_or(0);
                reports.push(AgingReport { commodity, aging, names, adjusted, accrued, expected_loss });
            }
            Ok(reports)
        })
    }

    /// What is open of everything that a request means, by commodity, and how much of it stands outside the books.
    ///
    /// What is due at once is read as sums; only what has a plan, a charge of its own or a reversal is looked at closely.
    fn open_amounts(&self, chart: &Chart, request: &AgingRequest) -> Result<Opened> {
        let id = self.book.id();
        let party = request.party.as_deref().map(|name| known_party(chart, name)).transpose()?;
        let group = request.group.as_deref().map(|name| self.group_id(name)).transpose()?;
        let outlines =
            call!(self.book.db(), "reading receivables", receivable::outlines(id, request.kind.as_str()))?;
        let sums =
            call!(self.book.db(), "reading movements", receivable::sums_through(id, day(request.as_of)))?;
        let close = call!(self.book.db(), "reading movements", receivable::not_simple(id))?;
        let earning = call!(self.book.db(), "reading receivables", receivable::earning(id))?;
        let close: HashSet<i32> = close.into_iter().chain(earning).collect();
        let sums: HashMap<i32, (i64, i64, i64, i64)> =
            sums.into_iter().map(|(number, p, i, f, credit)| (number, (p, i, f, credit))).collect();
        let mut open: BTreeMap<Commodity, Vec<OpenAmount>> = BTreeMap::new();
        let (mut adjusted, mut accrued) = (BTreeMap::new(), BTreeMap::new());
        let mut look = Vec::new();
        // What a merged party owes is owed by the one that stands for it.
        let survivor = |id: i32| chart.parties().survivor(id).map_or(id, |party| party.id);
        let survivors: HashMap<i32, i32> =
            chart.parties().iter().map(|party| (party.id, survivor(party.id))).collect();
        for (number, of, _, commodity, in_group, due_on, grace, planned) in outlines {
            let of = survivors.get(&of).copied().unwrap_or(of);
            if party.is_some_and(|party| party != of) || group.is_some_and(|group| Some(group) != in_group) {
                continue;
            }
            if planned != 0 || close.contains(&number) {
                look.push(number);
                continue;
            }
            let Some((principal, interest, fee, credit)) = sums.get(&number).copied() else { continue };
            let missing = || ErrorKind::Corrupt { what: format!("commodities {commodity}: it is missing") };
            let commodity = chart.commodity(commodity).ok_or_else(missing)?;
            let due_on = due_on.map(|due_on| date(due_on.saturating_add(grace)));
            let item = |amount| OpenAmount {
                receivable: ReceivableId::new(number),
                party: PartyId::new(of),
                group: in_group.map(LoanGroupId::new),
                due_on,
                amount,
            };
            let amounts = [principal, interest, fee, -credit].into_iter().filter(|amount| *amount != 0);
            open.entry(commodity).or_default().extend(amounts.map(item));
        }
        let stored = self.read_some(&look)?;
        for tracker in stored.trackers() {
            let receivable = tracker.receivable;
            let standing = tracker.standing(request.as_of)?;
            *adjusted.entry(receivable.commodity).or_default() += standing.adjusted;
            let (dues, credit, earned) = tracker.open_and_accrued(request.as_of)?;
            *accrued.entry(receivable.commodity).or_default() += earned.total()?;
            let grace = i64::from(receivable.grace_days());
            let late_from = |due_on: NaiveDate| {
                due_on.checked_add_signed(chrono::TimeDelta::days(grace)).unwrap_or(due_on)
            };
            let party = PartyId::new(survivor(receivable.party.get()));
            let items = open.entry(receivable.commodity).or_default();
            let mut add = |due_on, amount: i64| {
                if amount != 0 {
                    let (receivable, group) = (receivable.id, receivable.group);
                    items.push(OpenAmount { receivable, party, group, due_on, amount });
                }
            };
            for due in dues {
                add(due.due_on.map(late_from), due.parts.total()?);
            }
            add(None, -credit);
        }
        Ok(Opened { open, adjusted, accrued })
    }

    fn names_of(&self, chart: &Chart, by: AgingBy) -> Result<HashMap<AgingOf, String>> {
        let id = self.book.id();
        Ok(match by {
            AgingBy::Party => {
                let parties = chart.parties().iter();
                parties.map(|party| (AgingOf::Party(PartyId::new(party.id)), party.name.clone())).collect()
            }
            AgingBy::Group => {
                let groups = call!(self.book.db(), "reading groups", receivable::groups(id))?;
                let named = groups
                    .into_iter()
                    .map(|row| (AgingOf::Group(Some(LoanGroupId::new(row.group_id))), row.name));
                named.chain([(AgingOf::Group(None), "(no group)".to_owned())]).collect()
            }
            AgingBy::Receivable => {
                let named = call!(self.book.db(), "reading receivables", receivable::numbered_names(id))?;
                named
                    .into_iter()
                    .map(|(id, name)| (AgingOf::Receivable(ReceivableId::new(id)), name))
                    .collect()
            }
        })
    }

    /// Control accounts beside what is tracked of them as of a day: all that hold receivables or payables, or one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for an account that is not there.
    pub fn tie_out(&self, as_of: NaiveDate, account: Option<&AccountRef>) -> Result<Vec<TieOut>> {
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            let only = account.map(|account| account_id(&chart, account)).transpose()?;
            let stored = self.stored(&ReceivableFilter { closed: true, ..ReceivableFilter::default() })?;
            let mut controls: BTreeMap<(AccountId, Commodity), ReceivableKind> = BTreeMap::new();
            for receivable in stored.receivables.values() {
                if only.is_none_or(|only| only == receivable.account) {
                    controls.insert((receivable.account, receivable.commodity), receivable.kind);
                }
            }
            let mut ties = Vec::with_capacity(controls.len());
            for ((account, commodity), kind) in controls {
                ties.push(self.tie(&chart, &stored, (account, commodity), kind, as_of)?);
            }
            Ok(ties)
        })
    }

    fn tie(
        &self,
        chart: &Chart,
        stored: &StoredReceivables,
        (account, commodity): (AccountId, Commodity),
        kind: ReceivableKind,
        as_of: NaiveDate,
    ) -> Result<TieOut> {
        let id = self.book.id();
        let number = chart.commodity_id(commodity).unwrap_or_default();
        let sign = i128::from(kind.sign());
        let rows = call!(
            self.book.db(),
            "reading a control account",
            receivable::account_by_entry(id, account.get(), number, day(as_of))
        )?;
        let mut entries: BTreeMap<i64, (NaiveDate, i128, i128)> = BTreeMap::new();
        let mut control = 0_i128;
        for (entry, on, amount) in rows {
            control += sign * i128::from(amount);
            entries.insert(entry, (date(on), sign * i128::from(amount), 0));
        }
        let (mut tracked, mut adjusted) = (0_i128, 0_i128);
        for tracker in stored.trackers() {
            if (tracker.receivable.account, tracker.receivable.commodity) != (account, commodity) {
                continue;
            }
            let side = sign * i128::from(tracker.receivable.kind.sign());
            for effect in tracker.effects(as_of) {
                let moved =
                    side * if effect.counts { effect.movement.control() } else { -effect.movement.control() };
                tracked += moved;
                match effect.entry {
                    Some(entry) => entries.entry(entry).or_insert((effect.on, 0, 0)).2 += moved,
                    None => adjusted += moved,
                }
            }
        }
        let amount = |minor: i128| Amount::try_from_i128(minor, commodity, "a control account");
        let mut differences = Vec::new();
        for (number, (posted_on, control, tracked)) in entries {
            if control == tracked {
                continue;
            }
            let entry = self.book.entry(number)?;
            let reason = match (entry.reverses, tracked) {
                (Some(of), 0) => format!("it reverses entry {of}, and is not tracked"),
                (None, 0) => "it is not tracked (track it, or repay with --entry)".to_owned(),
                _ if control == 0 => "it is tracked, and moves nothing on the account".to_owned(),
                _ => "it moves something else than is tracked".to_owned(),
            };
            let (control, tracked) = (amount(control)?, amount(tracked)?);
            let description = entry.description;
            differences.push(TieOutEntry { number, posted_on, description, control, tracked, reason });
        }
        drop_cancelled(self, &mut differences)?;
        Ok(TieOut {
            account: chart.account(account).map(|account| account.name.clone()).unwrap_or_default(),
            kind,
            as_of,
            control: amount(control)?,
            tracked: amount(tracked)?,
            adjusted: amount(adjusted)?,
            difference: amount(control - (tracked - adjusted))?,
            entries: differences,
        })
    }
}

/// Takes out entries that nobody tracks and that were reversed: they and their mirrors cancel.
fn drop_cancelled(receivables: &Receivables<'_>, differences: &mut Vec<TieOutEntry>) -> Result<()> {
    let mut cancelled = HashSet::new();
    for one in differences.iter().filter(|one| one.tracked.is_zero()) {
        if let Some(of) = receivables.book.entry(one.number)?.reverses
            && let Some(other) = differences.iter().find(|other| other.number == of)
            && other.tracked.is_zero()
            && other.control.checked_add(one.control)?.is_zero()
            && !cancelled.contains(&of)
        {
            cancelled.extend([of, one.number]);
        }
    }
    differences.retain(|one| !cancelled.contains(&one.number));
    Ok(())
}
