//! Movements taken back: by the mirror of the entry that stands for them.

use chrono::NaiveDate;

use super::record::MovementDraft;
use super::{Receivables, TakenBack, known_movement};
use crate::journal::Entry;
use crate::receivable::{Movement, MovementKind, Parts, ReceivableId};
use crate::{ErrorKind, Result};

impl Receivables<'_> {
    /// Takes a movement back by reversing the entry that stands for it, and with it whatever else that entry moved. A
    /// credit that was used where it arose has no entry: that is taken back by a movement beside it.
    ///
    /// The mirror, which is nothing where there is no entry, stands on the day of the entry, or on the day given.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a number that no movement has, [`ErrorKind::NotAllowed`] for one that has no entry or was
    /// taken back or from which later movements take, and as [`crate::Journal::reverse`].
    pub fn undo(&self, id: ReceivableId, number: i32, on: Option<NaiveDate>) -> Result<Option<Entry>> {
        self.book.change(|_, _| {
            let mut stored = self.read_some(&[id.get()])?;
            let tracker = stored.tracker(id)?;
            let name = format!("{number} of {}", tracker.receivable.name);
            let movement = known_movement(&tracker, number)?;
            let refuse = |reason: String| {
                let name = name.clone();
                ErrorKind::NotAllowed { what: "movement", name, verb: "taken back", reason }
            };
            let undone = tracker.fates.undone.get(&(id, number)).copied();
            if let Some(day) = undone {
                return Err(refuse(format!("it was taken back on {day} already")).into());
            }
            let last = tracker.fates.effects(movement).last().map(|effect| (effect.counts, effect.entry));
            match last {
                Some((true, Some(entry))) => {
                    let known = self.book.entry(entry)?;
                    let mirrored_on = on.unwrap_or(known.posted_on);
                    let back = [TakenBack { number: entry, mirrored_on, replaced_on: None }];
                    match self.first_used(&self.with_corrected(&known)?, &back)? {
                        Some(reason) => Err(refuse(reason).into()),
                        None => self.book.journal().reverse(entry, on).map(Some),
                    }
                }
                Some((false, Some(entry))) => {
                    Err(refuse(format!("entry {entry} took it back already")).into())
                }
                _ if movement.kind == MovementKind::Adjustment => {
                    let reason = "it never touched the books: adjust it the other way".to_owned();
                    Err(refuse(reason).into())
                }
                _ if used_at_home(movement) => {
                    let on = on.unwrap_or(movement.on);
                    if on < movement.on {
                        return Err(
                            refuse(format!("it is of {}, and {on} lies before that", movement.on)).into()
                        );
                    }
                    let mut draft = MovementDraft::new(id, MovementKind::Terms, on, Parts::ZERO);
                    draft.detail.undoes = Some(number);
                    self.keep_movements(&mut stored, vec![(None, draft)])?;
                    Ok(None)
                }
                _ => {
                    let reason = "it has no entry (other terms are given by changing them again)".to_owned();
                    Err(refuse(reason).into())
                }
            }
        })
    }
}

/// Whether a movement is a credit that was used for the receivable on which it arose: nothing moves in the books.
pub(super) fn used_at_home(movement: &Movement) -> bool {
    movement.entry.is_none() && movement.kind == MovementKind::Repayment && movement.credit < 0
}
