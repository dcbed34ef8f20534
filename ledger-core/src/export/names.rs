//! Names in another program's grammar, no two of them alike.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// What each thing is called in the export.
#[derive(Debug, Clone)]
pub(super) struct Names<K>(HashMap<K, String>);

impl<K: Copy + Eq + Hash> Names<K> {
    /// Gives each thing the name wanted for it. Names that are right as they are go first; of others that would fall
    /// together, the second gets `-2` and so on, where `with_number` says how.
    pub(super) fn new(
        wanted: impl IntoIterator<Item = (K, String, bool)>,
        with_number: impl Fn(&str, usize) -> String,
    ) -> Self {
        let (same, changed): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|(_, _, is_same)| *is_same);
        let mut taken: HashSet<String> = HashSet::new();
        let mut names = HashMap::new();
        for (key, name, _) in same.into_iter().chain(changed) {
            let numbered = (2..).map(|number| with_number(&name, number));
            // The numbers do not end, and only so many names are taken.
            let free = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
            let free = free.unwrap_or(name);
            taken.insert(free.clone());
            names.insert(key, free);
        }
        Names(names)
    }

    /// What a thing is called; nothing for one that was not named before.
    pub(super) fn get(&self, key: K) -> &str {
        self.0.get(&key).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_fall_together_are_kept_apart_and_a_right_name_stays() {
        let wanted =
            [(1, "A-b".to_owned(), false), (2, "A-b".to_owned(), true), (3, "A-b".to_owned(), false)];
        let names = Names::new(wanted, |name, number| format!("{name}-{number}"));
        assert_eq!([1, 2, 3].map(|key| names.get(key).to_owned()), ["A-b-2", "A-b", "A-b-3"]);
    }
}
