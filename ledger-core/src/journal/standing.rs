//! Whether an entry's effect still stands, whatever was corrected about it since.
//!
//! A mirror takes the effect of its entry away; the mirror of that mirror brings it back. An amendment puts another entry
//! in the place. Corrections are facts of the journal, which the caller fetches.

use std::collections::BTreeMap;

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Its effect stands: as it was posted, or, amended, as the entry with this number.
    As(i64),
    /// It was reversed by the entry with this number, and nothing stands in its place.
    Reversed(i64),
}

impl Standing {
    /// Whether the entry with this number is what stands.
    pub fn is(self, entry: i64) -> bool {
        self == Standing::As(entry)
    }
}

/// Reversals and amendments of some entries, of these, and so on to the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Corrections {
    /// Entries with their mirrors.
    pub reversed_by: BTreeMap<i64, i64>,
    /// Entries with those that replace them. One that its own mirror replaces is replaced by nothing.
    pub amended_by: BTreeMap<i64, i64>,
}

impl Corrections {
    /// What became of every entry that was reversed or amended; any other stands as it was posted.
    ///
    /// An entry stands while its mirror does not. An amended one whose mirror was reversed stands itself, beside the one
    /// that had replaced it.
    pub fn standings(&self) -> BTreeMap<i64, Standing> {
        let mut standings: BTreeMap<i64, Standing> = BTreeMap::new();
        // What corrects an entry was posted after it: from the last to the first, all that an answer needs is known.
        for (entry, mirror) in self.reversed_by.iter().rev() {
            let later = |number: &i64| standings.get(number).copied().unwrap_or(Standing::As(*number));
            let amended = self.amended_by.get(entry).filter(|by| *by != mirror).map(later);
            let standing = match (later(mirror), amended) {
                (Standing::Reversed(_), _) => Standing::As(*entry),
                (Standing::As(_), Some(amended)) => amended,
                (Standing::As(_), None) => Standing::Reversed(*mirror),
            };
            standings.insert(*entry, standing);
        }
        standings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(reversed_by: &[(i64, i64)], amended_by: &[(i64, i64)], entry: i64) -> Option<Standing> {
        let all = |pairs: &[(i64, i64)]| pairs.iter().copied().collect();
        let corrections = Corrections { reversed_by: all(reversed_by), amended_by: all(amended_by) };
        corrections.standings().get(&entry).copied()
    }

    #[test]
    fn an_entry_stands_while_its_mirror_does_not() {
        assert_eq!(standing(&[(1, 2)], &[], 1), Some(Standing::Reversed(2)));
        assert_eq!(standing(&[(1, 2), (2, 3)], &[], 1), Some(Standing::As(1)));
        assert_eq!(standing(&[(1, 2), (2, 3), (3, 4)], &[], 1), Some(Standing::Reversed(2)));
        assert_eq!(standing(&[(1, 2)], &[], 2), None, "what nobody corrected is not asked for");
        let long: Vec<(i64, i64)> = (1..200_000).map(|entry| (entry, entry + 1)).collect();
        assert_eq!(standing(&long, &[], 2), Some(Standing::As(2)), "a long chain needs no deep stack");
    }

    #[test]
    fn an_amended_entry_stands_as_the_last_that_replaces_it() {
        let amended = [(1, 3), (3, 5)];
        assert_eq!(standing(&[(1, 2), (3, 4)], &amended, 1), Some(Standing::As(5)));
        assert_eq!(standing(&[(1, 2), (3, 4), (5, 6)], &amended, 1), Some(Standing::Reversed(6)));
        assert_eq!(standing(&[(1, 2), (3, 4), (5, 6), (6, 7)], &amended, 1), Some(Standing::As(5)));
        assert_eq!(
            standing(&[(1, 2), (2, 4)], &[(1, 3)], 1),
            Some(Standing::As(1)),
            "its own mirror is undone"
        );
    }

    #[test]
    fn a_mirror_that_replaces_its_entry_leaves_nothing() {
        assert_eq!(standing(&[(1, 2)], &[(1, 2)], 1), Some(Standing::Reversed(2)));
        assert_eq!(standing(&[(1, 2), (2, 3)], &[(1, 2)], 1), Some(Standing::As(1)));
    }
}
