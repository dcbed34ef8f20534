//! Which entries cancel each other out.

use std::collections::HashSet;

/// The numbers of the entries that a journal without cancelled pairs leaves out.
///
/// `pairs` are mirrors with the entries that they undo, in the order of the mirrors' numbers. A mirror can itself be
/// undone: each entry is part of one pair at most, so that what is left comes to the same balances.
pub(crate) fn cancelled(pairs: impl IntoIterator<Item = (i64, i64)>) -> HashSet<i64> {
    let mut out = HashSet::new();
    for (mirror, original) in pairs {
        if !out.contains(&original) {
            out.extend([mirror, original]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_undone_and_undone_again_stays_once() {
        assert_eq!(cancelled([(2, 1)]), HashSet::from([1, 2]));
        assert_eq!(cancelled([(2, 1), (3, 2)]), HashSet::from([1, 2]), "the third repeats the first");
        assert_eq!(cancelled([(2, 1), (3, 2), (4, 3)]), HashSet::from([1, 2, 3, 4]));
        assert_eq!(cancelled([]), HashSet::new());
    }
}
