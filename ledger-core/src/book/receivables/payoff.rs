//! What it takes to be rid of a receivable or payable on a day.

use chrono::NaiveDate;

use super::{Receivables, Repay};
use crate::Result;
use crate::money::Amount;
use crate::receivable::{EarlyFee, OpenItem, Parts, Receivable, ReceivableId};

/// What would pay off a receivable or payable on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payoff {
    /// The receivable.
    pub receivable: Receivable,
    /// The day.
    pub on: NaiveDate,
    /// What is open by then, by due day, with the interest and fees that would be charged.
    pub items: Vec<OpenItem>,
    /// All of it, by parts.
    pub parts: Parts,
    /// All of it.
    pub amount: Amount,
    /// What of it no entry says yet: the interest and fees of the terms through the day.
    pub accrued: Parts,
    /// What was charged more than was earned through the day, in minor units: what is charged next is so much less.
    pub overcharged: i64,
    /// The party's credit on that day, which is not taken off, in minor units.
    pub credit: i64,
}

impl Receivables<'_> {
    /// What has to be paid on a day, past or to come, so that nothing is owed any more: what is open, the interest and
    /// fees of the terms until then, and what is charged for paying before it is due. [`Repay::payoff`] pays it.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotAllowed`] for a day before the receivable and for an early fee where nothing is paid before it
    /// is due, [`crate::ErrorKind::AmountOverflow`].
    pub fn payoff(&self, id: ReceivableId, on: NaiveDate, early_fee: Option<EarlyFee>) -> Result<Payoff> {
        self.book.ledger.read(|| {
            let stored = self.read_some(&[id.get()])?;
            let tracker = stored.tracker(id)?;
            self.refuse_before(&tracker, on)?;
            let receivable = tracker.receivable.clone();
            let nothing = receivable.commodity.zero();
            let repay = Repay { payoff: true, early_fee, ..Repay::new(receivable.kind, "", nothing, on) };
            let mut items = self.desk(&stored, &repay)?.items;
            items.sort_by_key(|item| (item.due_on.is_none(), item.due_on));
            let mut parts = Parts::ZERO;
            for item in &items {
                parts = parts.plus(item.open)?;
            }
            let amount = Amount::new(parts.total()?, receivable.commodity);
            let (_, credit) = tracker.open(on)?;
            let accrued = tracker.accrued(on)?;
            let overcharged = tracker.overcharged(on)?;
            Ok(Payoff { receivable, on, items, parts, amount, accrued, overcharged, credit })
        })
    }
}
