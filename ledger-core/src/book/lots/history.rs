//! What moved in and out of lots, day by day: entries and their mirrors count on their own days.
//!
//! An entry that was reversed on a later day counts until then; from that day on neither it nor its mirror does.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use crate::Result;
use crate::lot::{Inventory, Movement};

/// The movements of some lots with the entries that vanish with their mirrors.
#[derive(Debug)]
pub(super) struct History {
    /// In the order of days, entries and lines; mirrors and what they reverse among them.
    movements: Vec<Movement>,
    /// Mirrors with what they reverse, from the last to the first; the day of both is known.
    mirrors: Vec<Pair>,
}

/// An entry and its mirror, of which both moved lots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub mirror: i64,
    pub of: i64,
    /// The day of the entry.
    pub of_on: NaiveDate,
    /// The day of its mirror.
    pub mirror_on: NaiveDate,
}

impl Pair {
    /// From when on both vanish.
    fn last(&self) -> NaiveDate {
        self.of_on.max(self.mirror_on)
    }

    /// Why the entry still counts on the days before, as a clause with the way out.
    pub(super) fn counts_until(&self) -> String {
        let Pair { mirror, of, .. } = self;
        let last = self.last();
        format!("entry {of} counts until entry {mirror} reverses it on {last} (date this from then on)")
    }

    fn first(&self) -> NaiveDate {
        self.of_on.min(self.mirror_on)
    }
}

impl History {
    /// `movements` in the order of days, entries and lines; `mirrors` with what they reverse, from the last to the first.
    pub(super) fn new(movements: Vec<Movement>, mirrors: Vec<(i64, i64)>) -> Self {
        let meant: HashSet<i64> = mirrors.iter().flat_map(|(mirror, of)| [*mirror, *of]).collect();
        let days: HashMap<i64, NaiveDate> =
            movements.iter().filter(|it| meant.contains(&it.entry)).map(|it| (it.entry, it.on)).collect();
        let pair = |(mirror, of): (i64, i64)| {
            Some(Pair { mirror, of, of_on: *days.get(&of)?, mirror_on: *days.get(&mirror)? })
        };
        History { movements, mirrors: mirrors.into_iter().filter_map(pair).collect() }
    }

    /// The entries that count at the end of a day, each with its movements.
    pub(super) fn standing(&self, day: NaiveDate) -> impl Iterator<Item = &[Movement]> {
        let vanished = self.vanished(day);
        let through = self.movements.partition_point(|it| it.on <= day);
        let entries = self.movements[..through].chunk_by(|left, right| left.entry == right.entry);
        entries.filter(move |entry| !vanished.contains(&entry[0].entry))
    }

    /// Feeds the entries that count at the end of a day.
    pub(super) fn feed(&self, mut inventory: Inventory, day: NaiveDate) -> Result<Inventory> {
        for entry in self.standing(day) {
            inventory.feed(entry)?;
        }
        Ok(inventory)
    }

    /// Days on which something of an earlier day vanishes, each with a pair that does.
    pub(super) fn turns(&self) -> BTreeMap<NaiveDate, Pair> {
        let later = self.mirrors.iter().filter(|pair| pair.first() < pair.last());
        later.map(|pair| (pair.last(), *pair)).collect()
    }

    /// Whether what happened before a day looks different on a later one.
    pub(super) fn is_corrected(&self, from: NaiveDate, to: NaiveDate) -> bool {
        self.mirrors.iter().any(|pair| pair.first() < from && from <= pair.last() && pair.last() <= to)
    }

    /// What vanishes together with its mirror up to a day.
    fn vanished(&self, day: NaiveDate) -> HashSet<i64> {
        let mut vanished = HashSet::new();
        // From the last to the first: a mirror that was reversed itself takes nothing away.
        for pair in self.mirrors.iter().filter(|pair| pair.last() <= day) {
            if !vanished.contains(&pair.mirror) {
                vanished.extend([pair.mirror, pair.of]);
            }
        }
        vanished
    }
}
