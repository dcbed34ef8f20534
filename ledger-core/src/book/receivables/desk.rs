//! What is open of receivables on a day, with what has to be charged until then, before a repayment is spread over it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Repay;
use super::charges::not_allowed;
use super::record::MovementDraft;
use super::stored::StoredReceivables;
use crate::account::AccountId;
use crate::money::{Amount, Rounding};
use crate::receivable::{
    AllocatedItem, Allocation, Charge, ChosenItem, EarlyFee, MovementKind, OpenItem, Part, Parts,
    ReceivableId, Tracker, allocate,
};
use crate::{ErrorKind, Result};

/// What is open of some receivables on a day, with what has to be charged until then.
pub(super) struct Desk {
    /// Open items, charges included.
    pub(super) items: Vec<OpenItem>,
    /// What is charged with the repayment.
    pub(super) charges: Vec<(ReceivableId, Charge)>,
    /// The instalments that come next, where they bear interest.
    pub(super) ahead: Vec<(OpenItem, Vec<Charge>)>,
}

impl Desk {
    pub fn add(&mut self, tracker: &Tracker<'_>, repay: &Repay) -> Result<()> {
        let id = tracker.receivable.id;
        let (open, _) = tracker.open(repay.on)?;
        let mut items: Vec<OpenItem> = open
            .into_iter()
            .map(|due| OpenItem {
                receivable: id,
                instalment: due.instalment,
                due_on: due.due_on,
                open: due.parts,
            })
            .collect();
        for charge in tracker.uncharged(repay.on)? {
            add_charge(&mut items, id, &charge)?;
            self.charges.push((id, charge));
        }
        // What was paid ahead by then stays paid, with its interest.
        if let Some((on, through)) = tracker.charged_later(repay.on).filter(|_| repay.payoff) {
            let reason = format!(
                "interest and fees were charged through {through} on {on} already: give a day from then on"
            );
            return Err(not_allowed(tracker.receivable, "paid off", reason));
        }
        let mut bears = Vec::new();
        for next in tracker.plan(repay.on)?.into_iter().filter(|next| next.due_on > repay.on) {
            let charges = tracker.uncharged_of_instalment(&next, repay.on)?;
            bears.extend((!charges.is_empty()).then_some((next, charges)));
        }
        if repay.payoff {
            // Paid off at once, only the interest of the days since the last due day is owed.
            if let Some(charge) = tracker.broken_period(repay.on)? {
                add_charge(&mut items, id, &charge)?;
                self.charges.push((id, charge));
            }
        } else if !bears.is_empty() {
            let first = bears[0].0.due_on;
            items.retain(|item| item.due_on.is_none_or(|due_on| due_on < first) || item.open.is_zero());
            for (next, charges) in bears {
                let open = next.parts;
                let item = OpenItem {
                    receivable: id,
                    instalment: Some(next.number),
                    due_on: Some(next.due_on),
                    open,
                };
                self.ahead.push((item, charges));
            }
        }
        self.items.extend(items);
        Ok(())
    }

    /// Charges a fee for the principal that is paid before it is due.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] where nothing is paid early, [`ErrorKind::Misuse`] for one amount of several receivables.
    pub fn charge_early(&mut self, stored: &StoredReceivables, fee: EarlyFee, on: NaiveDate) -> Result<()> {
        let mut early: BTreeMap<ReceivableId, i64> = BTreeMap::new();
        for item in self.items.iter().filter(|item| item.due_on.is_some_and(|due_on| due_on > on)) {
            let sum = early.entry(item.receivable).or_default();
            *sum = sum.saturating_add(item.open.principal);
        }
        early.retain(|_, principal| *principal > 0);
        if early.is_empty() {
            let receivable = stored.receivables.values().next();
            let reason = format!("nothing of it is paid before it is due on {on}");
            let refuse = |receivable| not_allowed(receivable, "charged a fee for paying early", reason);
            return receivable.map_or(Ok(()), |receivable| Err(refuse(receivable)));
        }
        if matches!(fee, EarlyFee::Amount(_)) && early.len() > 1 {
            let advice = "a fee for paying early is an amount of one receivable: pay them off one by one (--only NAME)";
            return Err(ErrorKind::Misuse(advice.to_owned()).into());
        }
        for (id, principal) in early {
            let tracker = stored.tracker(id)?;
            let rounding = tracker.receivable.loan.as_ref().map(|loan| loan.terms().rounding.rule());
            let principal = Amount::new(principal, tracker.receivable.commodity);
            let amount = fee.of(principal, rounding.unwrap_or(Rounding::HalfEven))?;
            if amount != 0 {
                let charge =
                    Charge { part: Part::Fee, on, due_on: Some(on), amount, through: on, late: false };
                add_charge(&mut self.items, id, &charge)?;
                self.charges.push((id, charge));
            }
        }
        Ok(())
    }

    /// Refuses chosen instalments that would not be paid: what is open of a receivable is what is due last.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] with the instalment that is open before.
    pub fn refuse_unkept(
        &self,
        stored: &StoredReceivables,
        chosen: &[ChosenItem],
        paid: &Allocation,
    ) -> Result<()> {
        for choice in chosen.iter().filter(|choice| choice.instalment.is_some()) {
            let of_it = |item: &&OpenItem| item.receivable == choice.receivable;
            let Some(item) =
                self.items.iter().filter(of_it).find(|item| item.instalment == choice.instalment)
            else {
                continue;
            };
            let rest = |item: &OpenItem| {
                let paid = paid.items.iter().filter(|paid| paid.item == *item);
                let paid: i128 = paid.map(|paid| paid.paid.wide_total()).sum();
                item.open.wide_total() - paid
            };
            let earlier = self.items.iter().filter(of_it);
            let before = earlier
                .filter(|known| known.due_on < item.due_on && rest(known) > 0)
                .min_by_key(|item| item.due_on);
            if let (Some(before), Some(number)) = (before, choice.instalment) {
                let receivable = stored.tracker(choice.receivable)?.receivable;
                let first = match (before.instalment, before.due_on) {
                    (Some(first), Some(on)) => format!("No {first}, due on {on},"),
                    (None, Some(on)) => format!("what is due on {on}"),
                    _ => "what is due on demand".to_owned(),
                };
                let reason = format!(
                    "No {number} is chosen, and {first} is open before it: within one of them the oldest due day is paid \
                     first (choose how much all of it gets: NAME=AMOUNT)"
                );
                return Err(not_allowed(receivable, "repaid", reason));
            }
        }
        Ok(())
    }

    /// The same allocation as it will stand: what each receivable gets of a part goes to its oldest due days first.
    pub fn as_kept(&self, allocation: &Allocation) -> Result<Vec<AllocatedItem>> {
        let mut items = self.items.clone();
        for allocated in &allocation.items {
            if !items.contains(&allocated.item) {
                items.push(allocated.item);
            }
        }
        let mut left = allocation.by_receivable()?;
        let mut kept: Vec<AllocatedItem> =
            items.iter().map(|item| AllocatedItem { item: *item, paid: Parts::ZERO }).collect();
        kept.sort_by_key(|one| (one.item.due_on, one.item.instalment));
        for one in &mut kept {
            let Some(left) = left.get_mut(&one.item.receivable) else { continue };
            for part in Part::ALL {
                let paid = left.get(part).min(one.item.open.get(part)).max(0);
                one.paid = one.paid.plus(Parts::of(part, paid))?;
                *left = left.minus(Parts::of(part, paid))?;
            }
        }
        kept.retain(|one| !one.paid.is_zero());
        // Receivables stay in the order in which they are paid.
        let place = |id| allocation.items.iter().position(|one| one.item.receivable == id);
        kept.sort_by_key(|one| place(one.item.receivable));
        Ok(kept)
    }

    /// Whether a plan with interest goes on.
    pub fn goes_on(&self, id: ReceivableId) -> bool {
        self.ahead.iter().any(|(item, _)| item.receivable == id)
    }

    /// The receivable of whose next instalment so much would pay a part only, and how much that instalment is.
    pub fn part_ahead(&self, mut left_over: i64) -> Option<(ReceivableId, i64)> {
        let mut seen: Vec<ReceivableId> = Vec::new();
        for (item, _) in &self.ahead {
            if left_over <= 0 {
                break;
            }
            if seen.contains(&item.receivable) {
                continue;
            }
            seen.push(item.receivable);
            let next = item.open.total().unwrap_or(i64::MAX);
            if left_over < next {
                return Some((item.receivable, next));
            }
            left_over -= next;
        }
        None
    }

    /// What is left over goes to instalments that are still to come, at most so many of each receivable.
    pub fn pay_ahead(&mut self, allocation: &mut Allocation, most: usize, repay: &Repay) -> Result<()> {
        let mut counts: BTreeMap<ReceivableId, usize> = BTreeMap::new();
        let mut rest = Vec::new();
        for (item, charges) in std::mem::take(&mut self.ahead) {
            let count = counts.entry(item.receivable).or_default();
            if allocation.left_over == 0 || *count >= most {
                rest.push((item, charges));
                continue;
            }
            *count += 1;
            self.charges.extend(charges.into_iter().map(|charge| (item.receivable, charge)));
            let commodity = repay.amount.map(|amount| amount.commodity());
            let Some(commodity) = commodity else { continue };
            let more = allocate(Amount::new(allocation.left_over, commodity), &[item], &repay.order)?;
            allocation.items.extend(more.items);
            allocation.left_over = more.left_over;
        }
        self.ahead = rest;
        Ok(())
    }
}

fn add_charge(items: &mut Vec<OpenItem>, id: ReceivableId, charge: &Charge) -> Result<()> {
    let parts = Parts::of(charge.part, charge.amount);
    match items.iter_mut().find(|item| item.receivable == id && item.due_on == charge.due_on) {
        Some(item) => item.open = item.open.plus(parts)?,
        None => items.push(OpenItem { receivable: id, instalment: None, due_on: charge.due_on, open: parts }),
    }
    Ok(())
}

pub(super) fn charge_kind(charge: &Charge) -> MovementKind {
    if charge.part == Part::Fee { MovementKind::Fee } else { MovementKind::Interest }
}

/// The movement that charges interest or a fee of the terms, on a day.
pub(super) fn charge_draft(
    id: ReceivableId,
    charge: &Charge,
    on: NaiveDate,
    account: AccountId,
) -> MovementDraft {
    let owed = Parts::of(charge.part, charge.amount);
    let mut draft = MovementDraft::new(id, charge_kind(charge), on, owed).against(account);
    draft.detail.due_on = charge.due_on;
    match charge.late {
        true => draft.detail.late_through = Some(charge.through),
        false => draft.detail.charged_through = Some(charge.through),
    }
    draft
}
