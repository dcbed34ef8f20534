//! Which of a book's entries are meant, and to which parts of a dimension they belong: entries are numbered without gaps,
//! so that tables by number are smaller and faster than maps.

use std::collections::BTreeMap;

/// Numbers of entries, a bit for each.
#[derive(Debug, Clone, Default)]
pub(crate) struct EntrySet {
    words: Vec<u64>,
}

impl EntrySet {
    /// Whether an entry is in it.
    pub fn contains(&self, entry: i64) -> bool {
        let (word, bit) = place(entry);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Leaves what is in both.
    pub fn intersect(&mut self, other: &EntrySet) {
        self.words.truncate(other.words.len());
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }
}

impl FromIterator<i64> for EntrySet {
    fn from_iter<I: IntoIterator<Item = i64>>(entries: I) -> EntrySet {
        let mut set = EntrySet::default();
        for entry in entries {
            let (word, bit) = place(entry);
            if set.words.len() <= word {
                set.words.resize(word + 1, 0);
            }
            set.words[word] |= bit;
        }
        set
    }
}

/// Numbers begin at one; what is no number of an entry shares the place of zero, which no entry has.
fn place(entry: i64) -> (usize, u64) {
    let entry = usize::try_from(entry).unwrap_or(0);
    (entry / 64, 1 << (entry % 64))
}

/// What says in the table that an entry belongs to no part.
const NO_PART: u32 = u32::MAX;
/// What says that it belongs to several.
const SEVERAL: u32 = u32::MAX - 1;

/// The parts of a dimension that each entry belongs to: mostly one or none.
#[derive(Debug, Clone, Default)]
pub(crate) struct EntryParts {
    by_number: Vec<u32>,
    several: BTreeMap<i64, Vec<u32>>,
}

impl EntryParts {
    /// Says that an entry belongs to a part, too; saying it again changes nothing.
    pub fn add(&mut self, entry: i64, part: u32) {
        let place = usize::try_from(entry).unwrap_or(0);
        if self.by_number.len() <= place {
            self.by_number.resize(place + 1, NO_PART);
        }
        match self.by_number[place] {
            NO_PART => self.by_number[place] = part,
            SEVERAL => {
                let parts = self.several.entry(entry).or_default();
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
            first if first != part => {
                self.by_number[place] = SEVERAL;
                self.several.insert(entry, vec![first, part]);
            }
            _ => {}
        }
    }

    /// The parts of an entry.
    pub fn of(&self, entry: i64) -> &[u32] {
        match usize::try_from(entry).ok().and_then(|place| self.by_number.get(place)) {
            None | Some(&NO_PART) => &[],
            Some(&SEVERAL) => self.several.get(&entry).map_or(&[], Vec::as_slice),
            Some(one) => std::slice::from_ref(one),
        }
    }

    /// The entries that belong to several parts, in the order of their numbers.
    pub fn in_several(&self) -> impl Iterator<Item = (i64, &[u32])> {
        self.several.iter().map(|(entry, parts)| (*entry, parts.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let mut set: EntrySet = [1, 63, 64, 65, 1_000_000].into_iter().collect();
        let held = |set: &EntrySet| (0..1_000_100).filter(|entry| set.contains(*entry)).collect::<Vec<_>>();
        assert_eq!(held(&set), [1, 63, 64, 65, 1_000_000]);
        set.intersect(&[2, 64, 65, 66].into_iter().collect());
        assert_eq!(held(&set), [64, 65]);
        assert!(!set.is_empty() && !set.contains(-1) && !set.contains(i64::MAX));
        set.intersect(&EntrySet::default());
        assert!(set.is_empty() && EntrySet::default().is_empty());
    }

    #[test]
    fn an_entry_has_the_parts_that_it_was_given_each_once() {
        let mut parts = EntryParts::default();
        for (entry, part) in [(5, 1), (5, 1), (7, 2), (7, 0), (7, 2), (7, 3)] {
            parts.add(entry, part);
        }
        assert_eq!(
            (parts.of(5), parts.of(7), parts.of(6), parts.of(100)),
            (&[1][..], &[2, 0, 3][..], &[][..], &[][..])
        );
        assert_eq!(parts.in_several().collect::<Vec<_>>(), [(7, &[2, 0, 3][..])]);
    }
}
