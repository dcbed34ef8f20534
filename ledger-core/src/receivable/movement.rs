//! What changed about what is owed, and what became of the entry that it was posted with.
//!
//! A [`Movement`] is recorded once and never changed. Whether it still counts is told by the journal: from the day of the
//! mirror of its entry on it counts no more, and from the day of a mirror of that mirror on it counts again ([`Fates`]).

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Parts, ReceivableId};
use crate::{ErrorKind, Result};

/// What a movement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// Money was lent, goods were invoiced, an expense was shared.
    Disbursement,
    /// Interest was charged.
    Interest,
    /// A fee was charged.
    Fee,
    /// Money came back; what was more than owed is a credit.
    Repayment,
    /// Something owed was forgiven.
    Forgiveness,
    /// Something owed is not expected any more.
    WriteOff,
    /// Money came back for something that had been written off.
    Recovery,
    /// A credit was paid out.
    Refund,
    /// Something that never touched the books, with a reason.
    Adjustment,
    /// Other terms from a day on; nothing moved.
    Terms,
}

impl MovementKind {
    /// Every kind.
    pub const ALL: [MovementKind; 10] = [
        MovementKind::Disbursement,
        MovementKind::Interest,
        MovementKind::Fee,
        MovementKind::Repayment,
        MovementKind::Forgiveness,
        MovementKind::WriteOff,
        MovementKind::Recovery,
        MovementKind::Refund,
        MovementKind::Adjustment,
        MovementKind::Terms,
    ];

    /// The stored and printed name, such as `write_off`.
    pub const fn as_str(self) -> &'static str {
        match self {
            MovementKind::Disbursement => "disbursement",
            MovementKind::Interest => "interest",
            MovementKind::Fee => "fee",
            MovementKind::Repayment => "repayment",
            MovementKind::Forgiveness => "forgiveness",
            MovementKind::WriteOff => "write_off",
            MovementKind::Recovery => "recovery",
            MovementKind::Refund => "refund",
            MovementKind::Adjustment => "adjustment",
            MovementKind::Terms => "terms",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<MovementKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// One change of what is owed, by its sign: a disbursement adds to what is owed, a repayment takes from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// Of which receivable.
    pub receivable: ReceivableId,
    /// Its place among the movements of the receivable, from 1.
    pub number: i32,
    /// What it is.
    pub kind: MovementKind,
    /// The day for which it counts.
    pub on: NaiveDate,
    /// What it adds to what is owed, by parts.
    pub owed: Parts,
    /// What it adds to the party's credit.
    pub credit: i64,
    /// The entry that it was posted with; nothing for one that never touched the books.
    pub entry: Option<i64>,
    /// What else belongs to it.
    pub detail: MovementDetail,
}

/// What belongs to some movements only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovementDetail {
    /// Why, in a person's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Of a charge: the day on which it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// Of interest: the day through which it was charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charged_through: Option<NaiveDate>,
    /// Of interest of what is late: the day through which it was charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_through: Option<NaiveDate>,
    /// Takes back the movement with this number, which has no entry of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<i32>,
    /// Of a recovery: how much of what was written off came back.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub recovered: i64,
    /// Of other terms: the rate from a day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<super::RateChange>,
    /// From this movement on the plan is another: what of it stays the same. The instalments follow from what is known
    /// of the receivable, so that what is dated before or taken back later counts for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<super::Keep>,
    /// From this movement on: what the plan is, as instalments that are still to come, where they were told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Vec<super::Instalment>>,
}

impl MovementDetail {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == MovementDetail::default()
    }

    /// Whether the plan is another from the movement on.
    pub const fn plans_anew(&self) -> bool {
        self.keep.is_some() || self.plan.is_some()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde hands a reference
fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

impl Movement {
    /// What the movement adds to the balance of the control account, seen from the side of the receivable: positive
    /// where more is owed.
    pub fn control(&self) -> i128 {
        self.owed.wide_total() - i128::from(self.credit)
    }
}

/// A correction of an entry: its number and its day.
pub type Correction = (i64, NaiveDate);

/// What became of entries that movements were posted with.
#[derive(Debug, Clone, Default)]
pub struct Fates {
    /// The mirror of each entry that was reversed, also of mirrors.
    pub mirrors: HashMap<i64, Correction>,
    /// The entry in the place of each one that was amended, where it moves the same on the control account.
    pub replacements: HashMap<i64, Correction>,
    /// Movements without an entry that were taken back, by receivable and number, and from which day on.
    pub undone: HashMap<(ReceivableId, i32), NaiveDate>,
}

/// A movement that counts, or stops counting, from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect<'m> {
    /// From which day on.
    pub on: NaiveDate,
    /// Whether it counts; otherwise it is taken back.
    pub counts: bool,
    /// The entry that makes it so.
    pub entry: Option<i64>,
    /// The movement.
    pub movement: &'m Movement,
}

impl Fates {
    /// When a movement counts and when it does not, in the order of the entries that say so.
    ///
    /// Mirrors and replacements have higher numbers than what they correct, so that this ends.
    pub fn effects<'m>(&self, movement: &'m Movement) -> Vec<Effect<'m>> {
        let effect = |(on, counts, entry)| Effect { on, counts, entry, movement };
        let undone = self.undone_on(movement).map(|on| (on, false, None));
        self.changes(movement.entry, movement.on).into_iter().chain(undone).map(effect).collect()
    }

    /// From which day on a movement without an entry counts no more.
    fn undone_on(&self, movement: &Movement) -> Option<NaiveDate> {
        self.undone.get(&(movement.receivable, movement.number)).copied()
    }

    /// From which days on an entry of a day counts and does not count, each with the entry that makes it so.
    fn changes(&self, entry: Option<i64>, on: NaiveDate) -> Vec<(NaiveDate, bool, Option<i64>)> {
        let mut changes = vec![(on, true, entry)];
        let mut open: Vec<(i64, bool)> = entry.map(|entry| (entry, true)).into_iter().collect();
        while let Some((entry, counts)) = open.pop() {
            if let Some((mirror, on)) = self.mirrors.get(&entry) {
                changes.push((*on, !counts, Some(*mirror)));
                open.push((*mirror, !counts));
            }
            if let Some((by, on)) = self.replacements.get(&entry) {
                changes.push((*on, counts, Some(*by)));
                open.push((*by, counts));
            }
        }
        changes.sort_by_key(|(.., entry)| *entry);
        changes
    }

    /// All that counts through a day, by day; what is taken back on the day on which it began is left out.
    pub fn through<'m>(&self, movements: &'m [Movement], day: NaiveDate) -> Vec<Effect<'m>> {
        let mut all = Vec::with_capacity(movements.len());
        for movement in movements {
            let reversed = movement.entry.is_some_and(|entry| self.mirrors.contains_key(&entry));
            if reversed || self.undone_on(movement).is_some() {
                all.extend(self.effects(movement).into_iter().filter(|effect| effect.on <= day));
            } else if movement.on <= day {
                all.push(Effect { on: movement.on, counts: true, entry: movement.entry, movement });
            }
        }
        all.sort_by_key(|effect| (effect.on, effect.movement.number));
        all
    }

    /// What makes a movement count on a day, or not count: the last of its effects through the day, by entry, that says
    /// what all of them come to. An entry may be amended to an earlier day, so that the last by day may be its mirror.
    pub fn state<'m>(&self, movement: &'m Movement, day: NaiveDate) -> Effect<'m> {
        if let Some(on) = self.undone_on(movement).filter(|on| *on <= day) {
            return Effect { on, counts: false, entry: None, movement };
        }
        let (on, counts, entry) = self.state_of(movement.entry, movement.on, day);
        Effect { on, counts, entry, movement }
    }

    /// As [`Fates::state`], of an entry of a day: since when it counts or does not, which of both, and the entry that makes
    /// it so.
    pub fn state_of(
        &self,
        entry: Option<i64>,
        on: NaiveDate,
        day: NaiveDate,
    ) -> (NaiveDate, bool, Option<i64>) {
        let changes = self.changes(entry, on);
        let through = changes.iter().filter(|(on, ..)| *on <= day);
        let count: i32 = through.clone().map(|(_, counts, _)| if *counts { 1 } else { -1 }).sum();
        let last = through.rev().find(|(_, counts, _)| *counts == (count > 0));
        last.copied().unwrap_or((on, false, entry))
    }

    /// The movements that stand on a day, in order.
    pub fn standing<'m>(&self, movements: &'m [Movement], day: NaiveDate) -> Vec<&'m Movement> {
        let mut counts: BTreeMap<(NaiveDate, i32), (i32, &Movement)> = BTreeMap::new();
        for effect in self.through(movements, day) {
            let movement = effect.movement;
            let count = counts.entry((movement.on, movement.number)).or_insert((0, movement));
            count.0 += if effect.counts { 1 } else { -1 };
        }
        counts.into_values().filter(|(count, _)| *count > 0).map(|(_, movement)| movement).collect()
    }
}

/// Refuses a movement whose signs do not fit what it is.
///
/// # Errors
/// [`ErrorKind::InvalidSetting`] with the movement.
pub(crate) fn check(movement: &Movement, tab: bool) -> Result<()> {
    let Movement { kind, owed, credit, .. } = movement;
    let parts = [owed.principal, owed.interest, owed.fee];
    let (adds, takes) = (parts.iter().all(|part| *part >= 0), parts.iter().all(|part| *part <= 0));
    let only = |allowed: [bool; 3]| parts.iter().zip(allowed).all(|(part, allowed)| allowed || *part == 0);
    let sound = match kind {
        MovementKind::Disbursement => (tab || adds) && only([true, false, false]) && *credit == 0,
        MovementKind::Interest => adds && only([false, true, false]) && *credit == 0,
        MovementKind::Fee => adds && only([false, false, true]) && *credit == 0,
        MovementKind::Repayment => takes || tab,
        MovementKind::Forgiveness | MovementKind::WriteOff => takes && *credit == 0,
        MovementKind::Recovery | MovementKind::Terms => owed.is_zero() && *credit == 0,
        MovementKind::Refund => owed.is_zero() && *credit <= 0,
        MovementKind::Adjustment => true,
    };
    if sound {
        return Ok(());
    }
    let reason = format!(
        "movement {} of receivable {}, of {}: its parts {owed:?} and credit {credit} are not those of {}",
        movement.number,
        movement.receivable,
        movement.on,
        kind.as_str()
    );
    Err(ErrorKind::Corrupt { what: reason }.into())
}
