//! A repayment that comes again with the external id of one that was recorded: the same one is given back, another is
//! refused where it is posted.

use super::repay::left_of;
use super::repayment::{Repaid, Repay, RepayFrom};
use super::{Receivables, stored::movement_of};
use crate::Result;
use crate::money::Amount;
use crate::receivable::MovementKind;
use crate::store::call;

impl Receivables<'_> {
    /// The repayment of this day and amount that was recorded with this external id.
    pub(super) fn repaid_before(&self, repay: &Repay) -> Result<Option<Repaid>> {
        let (Some(id), RepayFrom::Account(_)) = (&repay.external_id, &repay.from) else { return Ok(None) };
        let Some(entry) = self.book.journal().by_external_id(id)? else { return Ok(None) };
        let (number, book) = (entry.number, self.book.id());
        let rows =
            call!(self.book.db(), "reading movements", receivable::movements_by_entry(book, &[number]))?;
        let mut ids = Vec::new();
        let mut paid = 0_i128;
        for row in &rows {
            let movement = movement_of(row)?;
            if movement.kind == MovementKind::Repayment {
                paid -= movement.control();
                ids.push(row.receivable_id);
            }
        }
        let stored = self.read_some(&ids)?;
        let Some(known) = stored.receivables.values().next() else { return Ok(None) };
        let amount = Amount::try_from_i128(paid, known.commodity, "what was repaid")?;
        let is_same = known.kind == repay.kind
            && entry.posted_on == repay.on
            && repay.amount.is_none_or(|given| given == amount)
            && self.book.journal().corrections(number)? == (None, None);
        if !is_same {
            return Ok(None);
        }
        let left = left_of(&stored, repay.on)?;
        Ok(Some(Repaid {
            entry: Some(entry),
            amount,
            items: Vec::new(),
            credit: None,
            left,
            already_recorded: true,
        }))
    }
}
