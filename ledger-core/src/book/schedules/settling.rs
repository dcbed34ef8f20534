//! Which entry stands for an occurrence: said, taken back, and refused where it cannot be.

use super::matches::main_account;
use super::occurrences::{occurrence, refused};
use super::{Schedules, StoredPlan};
#[cfg(doc)]
use crate::ErrorKind;
use crate::Result;
use crate::journal::{Entry, Source, Standing};
use crate::schedule::{
    Occurrence, OccurrenceChange, OccurrenceKey, OccurrenceState, Plan, SettledLine, settled_lines,
};

/// Whether an entry has to fit what was planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Asked,
    NotAsked,
}

impl Schedules<'_> {
    /// Says which entry stands for an occurrence, so that it is not expected any more.
    ///
    /// # Errors
    /// As [`Schedules::skip`]; [`ErrorKind::NotFound`] for an entry that is not there, [`ErrorKind::NotAllowed`] for one
    /// that was reversed or amended, for the reversal of another, for one that stands for another occurrence, and for one
    /// that cannot be meant: it touches none of the occurrence's accounts, or moves money the other way on the account
    /// that pays or is paid ([`Schedules::settle_by_any`] settles by such a one).
    pub fn settle(&self, key: OccurrenceKey, entry: i64) -> Result<Occurrence> {
        self.settled_one(&self.settle_as(&[(key, entry)], Fit::Asked)?)
    }

    /// As [`Schedules::settle`], also by an entry that moves nothing of what was planned.
    ///
    /// # Errors
    /// As [`Schedules::settle`], but for that.
    pub fn settle_by_any(&self, key: OccurrenceKey, entry: i64) -> Result<Occurrence> {
        self.settled_one(&self.settle_as(&[(key, entry)], Fit::NotAsked)?)
    }

    /// As [`Schedules::settle`] for several occurrences as one unit, such as matches that were accepted.
    ///
    /// # Errors
    /// As [`Schedules::settle`], for the first that is refused; none is settled then.
    pub fn settle_all(&self, settled: &[(OccurrenceKey, i64)]) -> Result<Vec<Occurrence>> {
        self.settle_as(settled, Fit::Asked)
    }

    /// What the entry of a settled occurrence moved on the occurrence's accounts, beside what was planned; nothing for an
    /// occurrence that is not settled.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for an entry that is not there.
    pub fn settled_lines(&self, occurrence: &Occurrence) -> Result<Vec<SettledLine>> {
        match occurrence.state {
            OccurrenceState::Settled(number) => beside(occurrence, &self.book.entry(number)?),
            _ => Ok(Vec::new()),
        }
    }

    /// Says that an entry does not stand for an occurrence after all, so that this is expected again.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] where no entry stands for it, and where the schedule itself posted the entry: reversing
    /// it makes the occurrence expected again.
    pub fn unsettle(&self, key: OccurrenceKey) -> Result<Occurrence> {
        let (plan, ()) = self.change_plan("occurrence.unsettle", |stored, plan| {
            if let Some((entry, true)) = self.settled_by_schedule(stored, key)? {
                let reason = format!(
                    "its schedule posted entry {entry}, which would then count beside it (reverse that entry, \
                     `ledger reverse {entry}`, and it is expected again)"
                );
                return Err(refused(plan, key, "unsettled", reason));
            }
            plan.unsettle(key)
        })?;
        occurrence(&plan, key)
    }

    /// Refuses to change an occurrence that an entry stands for, with the way out.
    pub(super) fn refuse_settled(
        &self,
        stored: &StoredPlan,
        key: OccurrenceKey,
        verb: &'static str,
    ) -> Result<()> {
        let Some((entry, by_schedule)) = self.settled_by_schedule(stored, key)? else { return Ok(()) };
        let way_out = match by_schedule {
            true => format!("reverse that entry first, `ledger reverse {entry}`"),
            false => "take that back first, `ledger schedule unsettle`".to_owned(),
        };
        Err(refused(&stored.plan, key, verb, format!("entry {entry} stands for it ({way_out})")))
    }

    /// The entry that stands for an occurrence, and whether its schedule posted it, or the one that it amends.
    fn settled_by_schedule(&self, stored: &StoredPlan, key: OccurrenceKey) -> Result<Option<(i64, bool)>> {
        let Some(OccurrenceChange::Settled { entry, .. }) = stored.plan.changes().get(&key) else {
            return Ok(None);
        };
        let first = stored.changes.get(&key).and_then(|row| row.entry_number).unwrap_or(*entry);
        for number in [first, *entry] {
            if self.book.entry(number)?.source == Source::Schedule {
                return Ok(Some((*entry, true)));
            }
        }
        Ok(Some((*entry, false)))
    }

    fn settle_as(&self, settled: &[(OccurrenceKey, i64)], fit: Fit) -> Result<Vec<Occurrence>> {
        let (plan, ()) = self.change_plan("occurrence.settle", |stored, plan| {
            settled.iter().try_for_each(|(key, entry)| {
                self.check_settling(plan, *key, *entry)?;
                if plan_entry(plan, *key).is_some_and(|by| by != *entry) {
                    self.refuse_settled(stored, *key, "settled")?;
                }
                if fit == Fit::Asked {
                    self.check_fit(plan, *key, *entry)?;
                }
                plan.settle(*key, *entry)
            })
        })?;
        settled.iter().map(|(key, _)| occurrence(&plan, *key)).collect()
    }

    fn settled_one(&self, settled: &[Occurrence]) -> Result<Occurrence> {
        let nothing = || crate::ErrorKind::Misuse("settling gave no occurrence back".to_owned());
        Ok(settled.first().cloned().ok_or_else(nothing)?)
    }

    /// Refuses an entry that does not stand, or that stands for another occurrence.
    pub(super) fn check_settling(&self, plan: &Plan, key: OccurrenceKey, number: i64) -> Result<()> {
        let entry = self.book.entry(number)?;
        let refuse = |reason: String| -> Result<()> { Err(refused(plan, key, "settled", reason)) };
        if let Some(of) = entry.reverses {
            let first = self.first_of(of)?;
            let came_back = first != of && self.book.standing_of(first)?.is(first);
            let by_which = match came_back {
                true => format!(", by which entry {first} counts again (name that one)"),
                false => String::new(),
            };
            return refuse(format!("entry {number} is the reversal of entry {of}{by_which}"));
        }
        match self.book.standing_of(number)? {
            Standing::Reversed(by) => return refuse(format!("entry {number} was reversed by entry {by}")),
            Standing::As(by) if by != number => {
                return refuse(format!("entry {number} was amended by entry {by} (name that one)"));
            }
            Standing::As(_) => {}
        }
        match settled_by(plan, number).filter(|other| *other != key) {
            Some(other) => {
                let row = plan.schedule(other.schedule)?;
                refuse(format!("entry {number} stands for {} on {} already", row.name(), other.on))
            }
            None => Ok(()),
        }
    }

    /// Refuses an entry that cannot be meant: a wrong number would take an occurrence away for good.
    fn check_fit(&self, plan: &Plan, key: OccurrenceKey, number: i64) -> Result<()> {
        let (planned, entry) = (occurrence(plan, key)?, self.book.entry(number)?);
        let chart = self.book.chart()?;
        let name =
            |id| chart.account(id).map_or_else(|| format!("account {id}"), |account| account.name.clone());
        let refuse = |reason: String| -> Result<()> {
            Err(refused(plan, key, "settled", format!("{reason} (`--any-entry` settles it all the same)")))
        };
        let own =
            |line: &&crate::journal::Line| planned.lines.iter().any(|own| own.account == line.account_id);
        if !entry.lines.iter().any(|line| own(&line)) {
            let moved: Vec<String> =
                entry.lines.iter().map(|line| format!("{} on {}", line.amount, line.account)).collect();
            let expected: Vec<String> = planned
                .lines
                .iter()
                .map(|line| format!("{} on {}", line.amount, name(line.account)))
                .collect();
            let (moved, expected) = (moved.join(", "), expected.join(", "));
            return refuse(format!(
                "entry {number} touches none of its accounts: it moves {moved}, and {expected} was planned"
            ));
        }
        let main = main_account(&chart, &planned.lines);
        let lines = beside(&planned, &entry)?;
        let mut of_main = lines.iter().filter(|line| Some(line.account) == main);
        match of_main.find(|line| line.is_other_way()) {
            Some(SettledLine { account, planned, moved }) => refuse(format!(
                "entry {number} moves {moved} on {}, and {planned} was planned",
                name(*account)
            )),
            None => Ok(()),
        }
    }

    /// The entry that a mirror, or a mirror of a mirror, goes back to.
    fn first_of(&self, mut number: i64) -> Result<i64> {
        while let Some(of) = self.book.entry(number)?.reverses {
            number = of;
        }
        Ok(number)
    }
}

fn beside(occurrence: &Occurrence, entry: &Entry) -> Result<Vec<SettledLine>> {
    let lines: Vec<_> = entry.lines.iter().map(|line| (line.account_id, line.amount)).collect();
    settled_lines(&occurrence.lines, &lines)
}

/// The entry that stands for an occurrence.
fn plan_entry(plan: &Plan, key: OccurrenceKey) -> Option<i64> {
    match plan.changes().get(&key) {
        Some(OccurrenceChange::Settled { entry, .. }) => Some(*entry),
        _ => None,
    }
}

/// The occurrence for which an entry stands.
fn settled_by(plan: &Plan, entry: i64) -> Option<OccurrenceKey> {
    plan.changes().keys().find(|key| plan_entry(plan, **key) == Some(entry)).copied()
}
