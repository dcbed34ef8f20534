//! Where the lines with each mark went: counts per account, of which later choices weigh more.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The weight of a choice when it is made.
pub(super) const ONE: u32 = 1 << 16;
/// With each further choice the weight of the earlier ones shrinks by one in so many.
const FADE: u32 = 8;
/// How many choices in a row make a habit.
const HABIT: u32 = 3;
/// How many accounts are remembered for a mark; one with more says little.
const ACCOUNTS_MAX: usize = 16;

/// Where the lines with one mark went.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    /// The weights of all choices together.
    pub weight: u32,
    /// How many choices there were.
    pub seen: u32,
    /// How often in a row the last account was chosen.
    pub streak: u32,
    first: Count,
    more: Vec<Count>,
}

/// How often an account was chosen.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    /// The account's place in the learner's list.
    pub account: u32,
    /// The weights of the choices.
    pub weight: u32,
    /// How many there were.
    pub seen: u32,
}

impl Cell {
    /// The counts of each account.
    pub fn counts(&self) -> impl Iterator<Item = &Count> {
        (self.first.seen > 0).then_some(&self.first).into_iter().chain(&self.more)
    }

    /// The count of one account, nought where it was never chosen.
    pub fn count(&self, account: u32) -> Count {
        self.counts().find(|count| count.account == account).copied().unwrap_or_default()
    }

    /// How many accounts are remembered.
    pub fn accounts(&self) -> usize {
        usize::from(self.first.seen > 0) + self.more.len()
    }

    /// The account with the most weight.
    pub fn top_account(&self) -> u32 {
        let top = self.counts().max_by_key(|count| (count.weight, Reverse(count.account)));
        top.map_or(0, |count| count.account)
    }

    /// The account that was chosen last.
    pub fn last(&self) -> u32 {
        // The one chosen last is moved to the front.
        self.first.account
    }

    /// Whether the last few choices all went to an account that was never chosen before them: one is a slip, several
    /// are a new habit.
    pub fn has_new_habit(&self) -> bool {
        self.streak >= HABIT && self.first.seen == self.streak && self.seen > self.streak
    }

    fn add(&mut self, account: u32) {
        self.streak = if self.seen > 0 && self.first.account == account { self.streak + 1 } else { 1 };
        let fade = |weight: &mut u32| *weight -= *weight / FADE;
        fade(&mut self.weight);
        fade(&mut self.first.weight);
        self.more.iter_mut().for_each(|count| fade(&mut count.weight));
        self.weight += ONE;
        self.seen = self.seen.saturating_add(1);
        if self.first.seen == 0 {
            self.first.account = account;
        } else if self.first.account != account {
            self.bring_to_front(account);
        }
        self.first.weight += ONE;
        self.first.seen = self.first.seen.saturating_add(1);
        if self.has_new_habit() {
            self.more.iter_mut().for_each(|count| count.weight /= 2);
            self.weight = self.first.weight + self.more.iter().map(|count| count.weight).sum::<u32>();
        }
    }

    fn bring_to_front(&mut self, account: u32) {
        let at = self.more.iter().position(|count| count.account == account).unwrap_or_else(|| {
            let fresh = Count { account, weight: 0, seen: 0 };
            if self.more.len() + 1 < ACCOUNTS_MAX {
                self.more.push(fresh);
                return self.more.len() - 1;
            }
            // The one with the least weight gives up its place; what it had still counts in the whole.
            let least = (0..self.more.len()).min_by_key(|at| self.more[*at].weight).unwrap_or(0);
            self.more[least] = fresh;
            least
        });
        std::mem::swap(&mut self.first, &mut self.more[at]);
    }
}

/// The cells of all marks.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    places: HashMap<u64, u32, BuildHasherDefault<AsIs>>,
    cells: Vec<Cell>,
}

impl Tally {
    /// The cell of a mark, if it was ever met.
    pub fn get(&self, key: u64) -> Option<&Cell> {
        self.places.get(&key).map(|place| &self.cells[*place as usize])
    }

    /// Counts a choice for a mark.
    pub fn add(&mut self, key: u64, account: u32) {
        let next = self.cells.len() as u32;
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.cells.push(Cell::default());
        }
        self.cells[place as usize].add(account);
    }
}

/// Keys are hashes already.
#[derive(Debug, Clone, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Only u64 keys are used, which come by write_u64.
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}
