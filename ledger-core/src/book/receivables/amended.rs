//! Amendments of entries that stand for movements: what is owed follows only where it stays what was worked out.

use chrono::NaiveDate;

use super::stored::movement_of;
use super::{Receivables, account_id};
use crate::journal::{BalancedEntry, Entry};
use crate::money::format_minor;
use crate::receivable::{Movement, MovementKind, Tracker};
use crate::store::call;
use crate::store::receivable_rows::MovementRow;
use crate::{ErrorKind, Result};

impl Receivables<'_> {
    /// Refuses an amendment that moves something else on a control account than is tracked of the entry, or moves it to a
    /// day on which it cannot have happened, or for which interest and plans were not worked out.
    pub(in crate::book) fn refuse_changed(&self, entry: &Entry, replacement: &BalancedEntry) -> Result<()> {
        let rows = self.movements_for(entry)?;
        let chart = self.book.chart()?;
        let ids: Vec<i32> = rows.iter().map(|row| row.receivable_id).collect();
        let stored = self.read_some(&ids)?;
        for receivable in stored.receivables.values() {
            let before = super::open::entry_amount(entry, receivable.account, receivable.commodity);
            let mut after = 0_i128;
            for line in replacement.lines() {
                let on_it = account_id(&chart, &line.account)? == receivable.account;
                if on_it && line.amount.commodity() == receivable.commodity {
                    after += i128::from(line.amount.minor());
                }
            }
            if before != after {
                let shown = |minor| format_minor(minor, receivable.commodity);
                let reason = format!(
                    "it is tracked as a movement of \"{}\" with {} on the control account, and would move {} (reverse it, \
                     and record it anew)",
                    receivable.name,
                    shown(before),
                    shown(after)
                );
                let name = entry.number.to_string();
                return Err(ErrorKind::NotAllowed { what: "entry", name, verb: "amended", reason }.into());
            }
        }
        let day = replacement.posted_on();
        for row in rows.iter().filter(|_| day != entry.posted_on) {
            let movement = movement_of(row)?;
            if let Some(reason) = refused_day(&stored.tracker(movement.receivable)?, &movement, day) {
                let name = entry.number.to_string();
                return Err(ErrorKind::NotAllowed { what: "entry", name, verb: "amended", reason }.into());
            }
        }
        Ok(())
    }

    /// The movements that an entry stands for: its own, or those of the entry in whose place it stands.
    fn movements_for(&self, entry: &Entry) -> Result<Vec<MovementRow>> {
        let id = self.book.id();
        let (mut number, mut amends) = (entry.number, entry.amends);
        loop {
            let rows =
                call!(self.book.db(), "reading movements", receivable::movements_by_entry(id, &[number]))?;
            match amends.filter(|_| rows.is_empty()) {
                Some(of) => (number, amends) = (of, self.book.entry(of)?.amends),
                None => return Ok(rows),
            }
        }
    }
}

/// Why a movement cannot be of another day.
fn refused_day(tracker: &Tracker<'_>, movement: &Movement, day: NaiveDate) -> Option<String> {
    let terms = tracker.receivable.loan.as_ref()?.terms();
    let name = &tracker.receivable.name;
    if movement.detail.plans_anew() {
        return Some(format!(
            "the plan of \"{name}\" was made anew on {} with it (reverse it, and record it anew)",
            movement.on
        ));
    }
    let opens = movement.kind == MovementKind::Disbursement && movement.number == 1;
    if opens && (terms.interest.is_some() || tracker.receivable.is_planned()) {
        return Some(format!(
            "plan and interest of \"{name}\" count from {} (reverse it, and add it anew with its day)",
            terms.lent_on
        ));
    }
    if !opens && day < terms.lent_on {
        return Some(format!("\"{name}\" is owed since {}, and {day} lies before that", terms.lent_on));
    }
    let standing = tracker.fates.standing(tracker.movements, NaiveDate::MAX);
    let others = standing.iter().filter(|known| opens && known.number != movement.number);
    let first = others.map(|known| tracker.fates.state(known, NaiveDate::MAX).on).min();
    let first = first.filter(|first| *first < day)?;
    Some(format!("\"{name}\" was moved on {first} already, before {day} (reverse that first)"))
}
