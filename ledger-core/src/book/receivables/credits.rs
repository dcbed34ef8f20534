//! What parties paid beyond what they owe, taken for what is paid now.

use std::collections::{BTreeMap, BTreeSet};

use super::repayment::Repay;
use super::stored::StoredReceivables;
use super::{Receivables, party_name};
use crate::receivable::{Allocation, Parts, ReceivableId, Tracker};
use crate::store::call;
use crate::{ErrorKind, Result};

impl Receivables<'_> {
    /// Adds the other receivables of the same parties that have a credit: it is theirs, wherever it arose.
    pub(super) fn add_credits(&self, stored: &mut StoredReceivables, repay: &Repay) -> Result<()> {
        let id = self.book.id();
        let chart = self.book.chart()?;
        let parties = stored.receivables.values().flat_map(|known| chart.parties().group(known.party.get()));
        let parties: Vec<i32> = parties.collect();
        let rows = call!(self.book.db(), "reading receivables", receivable::of_parties(id, &parties))?;
        let mut all = StoredReceivables::read(self.book, rows)?;
        let mut with_credit = BTreeSet::new();
        for tracker in all.trackers() {
            if tracker.standing(repay.on)?.open()?.1 > 0 {
                with_credit.insert(tracker.receivable.id);
            }
        }
        let commodities: Vec<_> = stored.receivables.values().map(|known| known.commodity).collect();
        all.receivables.retain(|id, known| {
            let is_other =
                known.kind == repay.kind && commodities.contains(&known.commodity) && !known.is_tab();
            stored.receivables.contains_key(id) || (is_other && with_credit.contains(id))
        });
        *stored = all;
        Ok(())
    }

    /// Takes the credits of the receivables, those that are paid first, then oldest first, for what is paid.
    pub(super) fn use_credit(
        &self,
        stored: &StoredReceivables,
        repay: &Repay,
        allocation: &Allocation,
        paid: &mut BTreeMap<ReceivableId, Parts>,
        credits: &mut BTreeMap<ReceivableId, i64>,
    ) -> Result<()> {
        let mut needed: i128 = paid.values().map(|parts| parts.wide_total()).sum();
        if allocation.left_over > 0 {
            credits.clear();
        }
        let mut there = 0_i128;
        let mut trackers: Vec<Tracker<'_>> = stored.trackers().collect();
        trackers.sort_by_key(|tracker| !paid.contains_key(&tracker.receivable.id));
        for tracker in trackers {
            let (_, credit) = tracker.standing(repay.on)?.open()?;
            there += i128::from(credit);
            let used = i128::from(credit).min(needed);
            if used > 0 {
                needed -= used;
                let id = tracker.receivable.id;
                *credits.entry(id).or_default() -= credit_part(used);
                paid.entry(id).or_default();
            }
        }
        if let (true, Some(known)) = (needed > 0, stored.receivables.values().next()) {
            let chart = self.book.chart()?;
            let shown = |minor: i128| crate::money::format_minor(minor, known.commodity);
            let reason = format!(
                "its credit on {} is {}, {} less than what is to be paid with it",
                repay.on,
                shown(there),
                shown(needed)
            );
            let name = repay.party.clone().unwrap_or_else(|| party_name(&chart, known));
            return Err(ErrorKind::NotAllowed { what: "credit", name, verb: "used", reason }.into());
        }
        Ok(())
    }
}

fn credit_part(used: i128) -> i64 {
    // At most a credit, which is one.
    i64::try_from(used).unwrap_or(i64::MAX)
}
