//! Repayments: allocated over what is open in a stated order, with what is charged until then, in one entry.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::control::{PAID_MONEY, check_money};
use super::desk::{Desk, charge_draft, charge_kind};
use super::record::{EntryWords, MovementDraft, account_for};
use super::repayment::{Beyond, Repaid, RepaidItem, RepaidLeft, Repay, RepayFrom};
use super::rest::{more_than_due, part_of_next, unchosen};
use super::stored::StoredReceivables;
use super::{ReceivableFilter, Receivables, account_id, party_name};
use crate::journal::Entry;
use crate::money::Amount;
use crate::receivable::{
    AllocatedItem, Allocation, ItemOrder, Keep, MovementKind, OpenItem, Part, Parts, ReceivableId, Tracker,
    allocate, check_repayment,
};
use crate::{ErrorKind, Result};

impl Receivables<'_> {
    /// Allocates a repayment, posts it and records it.
    ///
    /// Interest and fees that the terms ask for until the day are charged with it. What is paid before it is due goes to
    /// the next instalments where they bear no interest; where they do, [`Beyond`] says what becomes of it.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] where nothing is owed, or more is paid than is due and it is not said what becomes of
    /// it; [`ErrorKind::NotFound`], [`ErrorKind::CommodityMismatch`], and as [`allocate`] and [`crate::Journal::post`].
    pub fn repay(&self, repay: &Repay) -> Result<Repaid> {
        // What cannot be paid is said before what it might have gone to.
        repay.amount.map_or(Ok(()), check_repayment)?;
        self.book.change(|_, _| {
            if let Some(repaid) = self.repaid_before(repay)? {
                return Ok(repaid);
            }
            let mut stored = self.meant(repay)?;
            let desk = self.desk(&stored, repay)?;
            let amount = self.amount_of(&stored, repay, &desk)?;
            self.post_repayment(&mut stored, repay, desk, amount)
        })
    }

    /// What [`Receivables::repay`] would do; nothing is written.
    ///
    /// # Errors
    /// As [`Receivables::repay`].
    pub fn preview(&self, repay: &Repay) -> Result<Repaid> {
        self.book.ledger.rehearse(|_| self.repay(repay))
    }

    /// The receivables that are meant.
    fn meant(&self, repay: &Repay) -> Result<StoredReceivables> {
        let only: Vec<ReceivableId> =
            repay.only.iter().map(|name| Ok(self.find_now(repay.kind, name)?.id)).collect::<Result<_>>()?;
        let filter = ReceivableFilter {
            kind: Some(repay.kind),
            party: repay.party.clone(),
            group: repay.group.clone(),
            closed: true,
            to_come: true,
        };
        let mut stored = self.stored(&filter)?;
        if !only.is_empty() {
            stored.receivables.retain(|id, _| only.contains(id));
        }
        if let Some(amount) = &repay.amount {
            let others = stored.receivables.values().map(|receivable| receivable.commodity);
            let other = others.clone().find(|commodity| *commodity != amount.commodity());
            stored.receivables.retain(|_, receivable| receivable.commodity == amount.commodity());
            if let (true, Some(other)) = (stored.receivables.is_empty(), other) {
                return Err(ErrorKind::CommodityMismatch {
                    left: amount.commodity().code().to_owned(),
                    right: other.code().to_owned(),
                }
                .into());
            }
        }
        refuse_tabs(&mut stored, repay)?;
        refuse_before(&mut stored, repay)?;
        if stored.receivables.is_empty() {
            let name = repay.only.first().or(repay.party.as_ref()).or(repay.group.as_ref());
            let name = name.cloned().unwrap_or_default();
            return Err(
                ErrorKind::NotFound { what: repay.kind.as_str(), name, suggestions: Vec::new() }.into()
            );
        }
        Ok(stored)
    }

    pub(super) fn desk(&self, stored: &StoredReceivables, repay: &Repay) -> Result<Desk> {
        let mut desk = Desk { items: Vec::new(), charges: Vec::new(), ahead: Vec::new() };
        for tracker in stored.trackers() {
            desk.add(&tracker, repay)?;
        }
        if let Some(fee) = repay.early_fee.filter(|_| repay.payoff) {
            desk.charge_early(stored, fee, repay.on)?;
        }
        Ok(desk)
    }

    /// How much is paid.
    fn amount_of(&self, stored: &StoredReceivables, repay: &Repay, desk: &Desk) -> Result<Amount> {
        if let Some(amount) = repay.amount {
            return Ok(amount);
        }
        let commodities: std::collections::BTreeSet<_> =
            stored.receivables.values().map(|receivable| receivable.commodity).collect();
        let mut commodities = commodities.into_iter();
        let (Some(commodity), None) = (commodities.next(), commodities.next()) else {
            let advice = "they are owed in several commodities: give the amount".to_owned();
            return Err(ErrorKind::Misuse(advice).into());
        };
        let due = |item: &&OpenItem| repay.payoff || item.due_on.is_none_or(|due_on| due_on <= repay.on);
        let sum: i128 = desk.items.iter().filter(due).map(|item| item.open.wide_total()).sum();
        let amount = Amount::try_from_i128(sum, commodity, "what is owed")?;
        if amount.is_zero() {
            return Err(self.nothing_open(stored, repay)?);
        }
        Ok(amount)
    }

    fn nothing_open(&self, stored: &StoredReceivables, repay: &Repay) -> Result<crate::Error> {
        let names: Vec<&str> = stored.receivables.values().map(|known| known.name.as_str()).take(5).collect();
        let reason = format!(
            "nothing of it is {} on {} (with an amount and --credit it is kept as a credit)",
            if repay.payoff || repay.amount.is_some() { "open" } else { "due" },
            repay.on
        );
        let (what, name) = (repay.kind.as_str(), names.join(", "));
        Ok(ErrorKind::NotAllowed { what, name, verb: "repaid", reason }.into())
    }

    fn post_repayment(
        &self,
        stored: &mut StoredReceivables,
        repay: &Repay,
        mut desk: Desk,
        amount: Amount,
    ) -> Result<Repaid> {
        if desk.items.is_empty() && desk.ahead.is_empty() && repay.beyond != Beyond::Credit {
            return Err(self.nothing_open(stored, repay)?);
        }
        let mut allocation = allocate(amount, &desk.items, &repay.order)?;
        if let ItemOrder::Chosen(chosen) = &repay.order.items {
            desk.refuse_unkept(stored, chosen, &allocation)?;
            if allocation.left_over > 0 && repay.beyond == Beyond::Ask {
                return Err(unchosen(amount, allocation.left_over));
            }
        }
        let mut extra: BTreeMap<ReceivableId, (i64, Keep)> = BTreeMap::new();
        if allocation.left_over > 0 {
            match repay.beyond {
                Beyond::Credit => {}
                Beyond::Ahead => desk.pay_ahead(&mut allocation, usize::MAX, repay)?,
                Beyond::Extra(keep) => self.pay_extra(stored, repay, &mut allocation, keep, &mut extra)?,
                Beyond::Ask => {
                    // A part of the next instalment beside what is due may be meant otherwise.
                    if let (false, Some((id, next))) =
                        (allocation.items.is_empty(), desk.part_ahead(allocation.left_over))
                    {
                        let next = Amount::new(next, amount.commodity());
                        return Err(part_of_next(
                            &stored.tracker(id)?,
                            amount,
                            allocation.left_over,
                            next,
                            repay.on,
                        ));
                    }
                    // The instalment that comes next is what a payment before its day is for.
                    desk.pay_ahead(&mut allocation, 1, repay)?;
                    let goes_on = stored.trackers().find(|tracker| desk.goes_on(tracker.receivable.id));
                    if let (true, Some(tracker)) = (allocation.left_over > 0, goes_on) {
                        return Err(more_than_due(&tracker, amount, allocation.left_over, repay.on));
                    }
                }
            }
        }
        if repay.from == RepayFrom::Credit {
            self.add_credits(stored, repay)?;
        }
        let drafts = self.drafts(stored, repay, &desk, &allocation, &extra)?;
        let words = EntryWords {
            description: repay.description.clone().unwrap_or_else(|| describe(stored, &drafts, repay)),
            party: repay.party.clone().or_else(|| self.only_party(stored)),
            tags: repay.tags.clone(),
            external_id: repay.external_id.clone(),
        };
        let items = self.repaid_items(stored, &desk, &desk.as_kept(&allocation)?)?;
        let credit =
            drafts.iter().find(|draft| draft.credit > 0).map(|draft| (draft.receivable, draft.credit));
        let entry = match repay.from {
            RepayFrom::Entry(number) => Some(self.take_entry(stored, number, amount, drafts, repay)?),
            _ => self.post_movements(stored, repay.on, words, drafts)?,
        };
        let left = left_of(stored, repay.on)?;
        Ok(Repaid { entry, amount, items, credit, left, already_recorded: false })
    }

    fn only_party(&self, stored: &StoredReceivables) -> Option<String> {
        let chart = self.book.chart().ok()?;
        let parties: std::collections::BTreeSet<_> =
            stored.receivables.values().map(|known| known.party).collect();
        let mut parties = parties.into_iter();
        let only = parties.next()?;
        if parties.next().is_some() {
            return None;
        }
        chart.party_name(only.get()).map(str::to_owned)
    }

    /// What is left over goes to the principal of the receivables with a plan, oldest first, which is planned anew.
    fn pay_extra(
        &self,
        stored: &StoredReceivables,
        repay: &Repay,
        allocation: &mut Allocation,
        keep: Keep,
        extra: &mut BTreeMap<ReceivableId, (i64, Keep)>,
    ) -> Result<()> {
        for tracker in stored.trackers().filter(|tracker| tracker.receivable.is_planned()) {
            let id = tracker.receivable.id;
            let open = tracker.standing(repay.on)?.owed.principal;
            let paid = allocation.by_receivable()?.get(&id).map_or(0, |parts| parts.principal);
            let part = allocation.left_over.min(open - paid).max(0);
            if part > 0 {
                refuse_end(&tracker, repay, part == open - paid)?;
                allocation.left_over -= part;
                extra.insert(id, (part, keep));
            }
        }
        if extra.is_empty() {
            let reason = "none of it has a plan with principal that is still to come".to_owned();
            let name = repay.party.clone().unwrap_or_default();
            return Err(ErrorKind::NotAllowed {
                what: repay.kind.as_str(),
                name,
                verb: "repaid early",
                reason,
            }
            .into());
        }
        Ok(())
    }

    /// The movements of a repayment: charges first, then what was paid, then the credit.
    fn drafts(
        &self,
        stored: &StoredReceivables,
        repay: &Repay,
        desk: &Desk,
        allocation: &Allocation,
        extra: &BTreeMap<ReceivableId, (i64, Keep)>,
    ) -> Result<Vec<MovementDraft>> {
        let chart = self.book.chart()?;
        let given = match &repay.from {
            RepayFrom::Account(Some(account)) => {
                let id = account_id(&chart, account)?;
                if !repay.any_account {
                    check_money(&chart, id, PAID_MONEY)?;
                }
                Some(id)
            }
            _ => None,
        };
        let mut drafts = Vec::new();
        for (id, charge) in &desk.charges {
            let receivable = stored.tracker(*id)?.receivable;
            drafts.push(charge_draft(
                *id,
                charge,
                repay.on,
                account_for(&chart, receivable, charge_kind(charge), None)?,
            ));
        }
        let mut paid = allocation.by_receivable()?;
        for (id, (principal, _)) in extra {
            let sum = paid.entry(*id).or_default();
            *sum = sum.plus(Parts::of(Part::Principal, *principal))?;
        }
        let keeper = paid.keys().next().or_else(|| stored.receivables.keys().next()).copied();
        let mut credits: BTreeMap<ReceivableId, i64> = BTreeMap::new();
        if let (Some(keeper), true) = (keeper, allocation.left_over > 0) {
            credits.insert(keeper, allocation.left_over);
            paid.entry(keeper).or_default();
        }
        if repay.from == RepayFrom::Credit {
            self.use_credit(stored, repay, allocation, &mut paid, &mut credits)?;
        }
        for (id, parts) in paid {
            let receivable = stored.tracker(id)?.receivable;
            let mut draft =
                MovementDraft::new(id, MovementKind::Repayment, repay.on, Parts::ZERO.minus(parts)?);
            draft.credit = credits.get(&id).copied().unwrap_or(0);
            if matches!(repay.from, RepayFrom::Account(_)) {
                draft.counter = Some(account_for(&chart, receivable, MovementKind::Repayment, given)?);
            }
            draft.detail.keep = extra.get(&id).map(|(_, keep)| *keep);
            drafts.push(draft);
        }
        Ok(drafts)
    }

    /// Records movements with an entry that is there already, whose lines on the control accounts are what was paid.
    fn take_entry(
        &self,
        stored: &mut StoredReceivables,
        number: i64,
        amount: Amount,
        drafts: Vec<MovementDraft>,
        repay: &Repay,
    ) -> Result<Entry> {
        let entry = self.book.entry(number)?;
        self.refuse_untrackable(&entry)?;
        let sign = i128::from(repay.kind.sign());
        let accounts: std::collections::BTreeSet<_> =
            stored.receivables.values().map(|known| known.account).collect();
        let moved: i128 = accounts
            .iter()
            .map(|account| super::open::entry_amount(&entry, *account, amount.commodity()))
            .sum();
        if drafts.iter().any(|draft| draft.kind != MovementKind::Repayment) {
            let reason =
                "interest or fees are to be charged until its day: charge them first (accrue)".to_owned();
            return Err(super::open::refuse_entry(number, reason));
        }
        if -sign * moved != i128::from(amount.minor()) || entry.posted_on != repay.on {
            let moved = crate::money::format_minor(-sign * moved, amount.commodity());
            let mut reason = format!(
                "it brings {moved} on {}, and {amount} of {} are to be tracked",
                entry.posted_on, repay.on
            );
            if entry.lines.iter().all(|line| !accounts.contains(&line.account_id)) {
                let chart = self.book.chart()?;
                let names = accounts.iter().filter_map(|id| chart.account(*id));
                let names = names.map(|account| account.name.as_str()).collect::<Vec<_>>().join(" or ");
                reason.push_str(&format!(": amend it first, so that its other side is on {names}"));
            }
            return Err(super::open::refuse_entry(number, reason));
        }
        self.keep_movements(stored, drafts.into_iter().map(|draft| (Some(number), draft)).collect())?;
        Ok(entry)
    }

    fn repaid_items(
        &self,
        stored: &StoredReceivables,
        desk: &Desk,
        kept: &[AllocatedItem],
    ) -> Result<Vec<RepaidItem>> {
        let chart = self.book.chart()?;
        let mut items = Vec::with_capacity(kept.len());
        for allocated in kept {
            let item = &allocated.item;
            let receivable = stored.tracker(item.receivable)?.receivable;
            let mut charged = Parts::ZERO;
            for (id, charge) in &desk.charges {
                if *id == item.receivable && charge.due_on == item.due_on {
                    charged = charged.plus(Parts::of(charge.part, charge.amount))?;
                }
            }
            items.push(RepaidItem {
                receivable: item.receivable,
                name: receivable.name.clone(),
                party: party_name(&chart, receivable),
                instalment: item.instalment,
                due_on: item.due_on,
                charged,
                paid: allocated.paid,
            });
        }
        Ok(items)
    }
}

/// What is still owed of receivables after a day.
pub(super) fn left_of(stored: &StoredReceivables, on: NaiveDate) -> Result<Vec<RepaidLeft>> {
    let left = stored.trackers().map(|tracker| {
        Ok(RepaidLeft {
            receivable: tracker.receivable.id,
            on_the_day: tracker.standing(on)?.balance()?,
            in_the_end: tracker.standing(NaiveDate::MAX)?.balance()?,
        })
    });
    left.collect()
}

/// Tabs are settled in their group, which counts what the others paid too.
fn refuse_tabs(stored: &mut StoredReceivables, repay: &Repay) -> Result<()> {
    let tab = stored.receivables.values().find(|known| known.is_tab()).map(|known| known.name.clone());
    stored.receivables.retain(|_, known| !known.is_tab());
    match tab.filter(|_| stored.receivables.is_empty()) {
        Some(name) => {
            let reason =
                "it is a tab: record the payment in its group (`ledger group pay`, or settle-up)".to_owned();
            Err(ErrorKind::NotAllowed { what: repay.kind.as_str(), name, verb: "repaid", reason }.into())
        }
        None => Ok(()),
    }
}

/// Nothing is repaid before it is owed.
fn refuse_before(stored: &mut StoredReceivables, repay: &Repay) -> Result<()> {
    let since = |known: &crate::receivable::Receivable| known.loan.as_ref().map(|loan| loan.terms().lent_on);
    let later = stored.receivables.values().find(|known| since(known) > Some(repay.on)).cloned();
    stored.receivables.retain(|_, known| since(known) <= Some(repay.on));
    match later.filter(|_| stored.receivables.is_empty()) {
        Some(known) => {
            let day = since(&known).unwrap_or(repay.on);
            let reason = format!("it is owed since {day}, and {} lies before that", repay.on);
            Err(super::charges::not_allowed(&known, "repaid", reason))
        }
        None => Ok(()),
    }
}

/// Refuses an extra payment before days of which interest was charged already, and one that ends a loan whose interest
/// since the last due day is not charged.
fn refuse_end(tracker: &Tracker<'_>, repay: &Repay, ends: bool) -> Result<()> {
    let refuse = |reason| Err(super::charges::not_allowed(tracker.receivable, "repaid early", reason));
    if let Some((on, through)) = tracker.charged_later(repay.on) {
        let reason = format!(
            "interest and fees were charged through {through} on {on} already: give a day from then on, or take them back \
             first"
        );
        return refuse(reason);
    }
    match tracker.broken_period(repay.on)?.filter(|_| ends) {
        Some(broken) => {
            let interest = Amount::new(broken.amount, tracker.receivable.commodity);
            let reason = format!(
                "that would pay all of the principal, and {interest} of interest was earned since the last due day: pay it \
                 off with that (--payoff), or pay less extra"
            );
            refuse(reason)
        }
        None => Ok(()),
    }
}

fn describe(stored: &StoredReceivables, drafts: &[MovementDraft], repay: &Repay) -> String {
    let mut names: Vec<&str> = Vec::new();
    let paid = drafts.iter().filter(|draft| draft.kind == MovementKind::Repayment && !draft.owed.is_zero());
    for draft in paid {
        if let Some(known) = stored.receivables.get(&draft.receivable)
            && !names.contains(&known.name.as_str())
        {
            names.push(&known.name);
        }
    }
    let of = match names[..] {
        [] => repay.party.clone().unwrap_or_default(),
        [one] => one.to_owned(),
        [one, other] => format!("{one}, {other}"),
        [one, ..] => format!("{one} and {} others", names.len() - 1),
    };
    format!("Repayment: {of}")
}
