//! Entries that movements were posted with, before they are taken back: what later movements rest on stays. What was
//! repaid, a credit that was used and a loss that came back are such things.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::Receivables;
use super::stored::first_overdrawn;
use crate::journal::Entry;
use crate::money::Amount;
use crate::receivable::{Movement, MovementKind, Part, Parts, Receivable, ReceivableKind, Tracker};
use crate::store::call;
use crate::text::shell_word;
use crate::{ErrorKind, Result};

/// What of a receivable would be used without being there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overused {
    /// More of a credit was used than there is.
    Credit(NaiveDate),
    /// More was recovered than was written off.
    Loss(NaiveDate),
    /// More was repaid, forgiven or written off than was owed.
    Owed(NaiveDate, Parts),
}

/// An entry that is to be taken back by its mirror on a day, and of an amendment replaced on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::book) struct TakenBack {
    pub number: i64,
    pub mirrored_on: NaiveDate,
    pub replaced_on: Option<NaiveDate>,
}

impl Receivables<'_> {
    /// Refuses to take back an entry on a day (and, of an amendment, to put another in its place on a day) on which something
    /// else rests: what it lent or charged was repaid, its credit was used, or its loss came back.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] with what uses it.
    pub(in crate::book) fn refuse_used(
        &self,
        entry: &Entry,
        mirrored_on: NaiveDate,
        replaced_on: Option<NaiveDate>,
    ) -> Result<()> {
        let verb = if replaced_on.is_some() { "amended" } else { "reversed" };
        let back = [TakenBack { number: entry.number, mirrored_on, replaced_on }];
        match self.first_used(&self.with_corrected(entry)?, &back)? {
            Some(reason) => {
                let name = entry.number.to_string();
                Err(ErrorKind::NotAllowed { what: "entry", name, verb, reason }.into())
            }
            None => Ok(()),
        }
    }

    /// What would be used without being there if some entries were taken back together, in words; `corrected` are their
    /// numbers, and those of the entries that they corrected.
    ///
    /// # Errors
    /// When the database fails.
    pub(in crate::book) fn first_used(
        &self,
        corrected: &[i64],
        back: &[TakenBack],
    ) -> Result<Option<String>> {
        let id = self.book.id();
        let rows = call!(self.book.db(), "reading movements", receivable::movements_by_entry(id, corrected))?;
        if rows.is_empty() {
            return Ok(None);
        }
        let ids: Vec<i32> = rows.iter().map(|row| row.receivable_id).collect();
        let mut stored = self.read_some(&ids)?;
        // What is not there already is no reason.
        let (mut sound, mut covered) = (BTreeSet::new(), BTreeSet::new());
        for tracker in stored.trackers() {
            if first_overused(&tracker)?.is_none() {
                sound.insert(tracker.receivable.id);
            }
            if !tracker.receivable.is_tab() && first_overdrawn(&tracker)?.is_none() {
                covered.insert(tracker.receivable.id);
            }
        }
        // As it would be, with numbers that no entry has yet.
        let mut next = i64::MAX;
        for TakenBack { number, mirrored_on, replaced_on } in back {
            stored.fates.mirrors.insert(*number, (next - 1, *mirrored_on));
            if let Some(on) = replaced_on {
                stored.fates.replacements.insert(*number, (next, *on));
            }
            next -= 2;
        }
        for tracker in stored.trackers() {
            let id = tracker.receivable.id;
            let used = if sound.contains(&id) { first_overused(&tracker)? } else { None };
            if let Some(overused) = used {
                return Ok(Some(used_by(&tracker, overused, corrected)));
            }
            if let (true, Some((on, parts))) = (covered.contains(&id), first_overdrawn(&tracker)?) {
                return Ok(Some(used_by(&tracker, Overused::Owed(on, parts), corrected)));
            }
        }
        Ok(None)
    }

    /// An entry with those that it corrected: movements keep the number of the first.
    pub(in crate::book) fn with_corrected(&self, entry: &Entry) -> Result<Vec<i64>> {
        let mut numbers = vec![entry.number];
        let mut next = entry.reverses.or(entry.amends);
        while let Some(number) = next {
            numbers.push(number);
            let corrected = self.book.entry(number)?;
            next = corrected.reverses.or(corrected.amends);
        }
        Ok(numbers)
    }
}

/// The first day at whose end more of a credit is used, or more of a loss recovered, than there is.
pub(super) fn first_overused(tracker: &Tracker<'_>) -> Result<Option<Overused>> {
    let (mut owed, mut credit, mut lost) = (Parts::ZERO, 0_i128, 0_i128);
    let effects = tracker.effects(NaiveDate::MAX);
    for (place, effect) in effects.iter().enumerate() {
        let movement = effect.movement;
        let sign = if effect.counts { 1 } else { -1 };
        owed = if effect.counts { owed.plus(movement.owed)? } else { owed.minus(movement.owed)? };
        credit += sign * i128::from(movement.credit);
        lost -= sign
            * match movement.kind {
                MovementKind::WriteOff => movement.control(),
                MovementKind::Recovery => movement.detail.recovered.into(),
                _ => 0,
            };
        if effects.get(place + 1).is_some_and(|next| next.on == effect.on) {
            continue;
        }
        // A part below zero, of what was paid and taken back, is a credit as well.
        let below: i128 = Part::ALL.iter().map(|part| i128::from(owed.get(*part).min(0))).sum();
        if credit < below {
            return Ok(Some(Overused::Credit(effect.on)));
        }
        if lost < 0 {
            return Ok(Some(Overused::Loss(effect.on)));
        }
    }
    Ok(None)
}

/// What uses it, with the way out; movements of the entries that are taken back are not to blame.
fn used_by(tracker: &Tracker<'_>, overused: Overused, corrected: &[i64]) -> String {
    let Receivable { name, kind, .. } = tracker.receivable;
    let mut standing = tracker.fates.standing(tracker.movements, NaiveDate::MAX);
    standing.retain(|movement| movement.entry.is_none_or(|entry| !corrected.contains(&entry)));
    let (what, how) = match overused {
        Overused::Credit(_) => ("the credit", "was used"),
        Overused::Loss(_) => ("what was written off", "came back"),
        Overused::Owed(on, parts) => return overdrawn_by(tracker, &standing, on, parts),
    };
    let uses = |movement: &&&Movement| match overused {
        Overused::Loss(_) => movement.detail.recovered > 0,
        _ => movement.credit < 0,
    };
    let Some(by) = standing.iter().rev().find(uses) else {
        return format!("{what} of \"{name}\" {how} by then");
    };
    let entry = tracker.fates.state(by, NaiveDate::MAX).entry;
    let noun = ReceivableKind::as_str(*kind);
    let undo = format!("`ledger {noun} undo {} {}`", shell_word(name), by.number);
    match entry {
        Some(entry) => {
            format!("{what} of \"{name}\" {how} by entry {entry} (take that back first: {undo})")
        }
        None => format!(
            "{what} of \"{name}\" {how} by its movement {} of {}, which has no entry (take that back first: {undo})",
            by.number, by.on
        ),
    }
}

/// By what less than nothing would be owed on a day, with the way out.
fn overdrawn_by(tracker: &Tracker<'_>, standing: &[&Movement], on: NaiveDate, parts: Parts) -> String {
    let Receivable { name, kind, commodity, .. } = tracker.receivable;
    let below = Part::ALL.into_iter().filter(|part| parts.get(*part) < 0);
    let below = below.map(|part| format!("{} {}", part.as_str(), Amount::new(parts.get(part), *commodity)));
    let below = below.collect::<Vec<_>>().join(", ");
    let taking: Vec<i32> =
        standing.iter().filter(|movement| movement.control() < 0).map(|movement| movement.number).collect();
    let way_out = match taking.last() {
        None => "give a later day".to_owned(),
        Some(last) => {
            let numbers = taking.iter().map(i32::to_string).collect::<Vec<_>>().join(", ");
            format!(
                "take back first what was repaid, forgiven or written off (movement {numbers}), as with `ledger {} undo {} {last}`",
                kind.as_str(),
                shell_word(name)
            )
        }
    };
    format!("less than nothing of \"{name}\" would be owed on {on} ({below}): {way_out}")
}
