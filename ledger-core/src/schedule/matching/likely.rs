//! Occurrences that an entry very likely stands for already: the one rule by which they are neither posted nor expected
//! beside it until a person has decided.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{ExpectedOccurrence, MatchOptions, Movement, match_occurrences};
use crate::schedule::{Occurrence, OccurrenceKey, Percent};

/// An open occurrence with the entry that very likely stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LikelySettlement {
    /// The occurrence.
    pub occurrence: OccurrenceKey,
    /// The schedule's name.
    pub name: String,
    /// The day on which money was expected to move.
    pub due_on: NaiveDate,
    /// The entry's number.
    pub entry: i64,
    /// How well the entry fits.
    pub confidence: Percent,
    /// Why, as clauses.
    pub reasons: Vec<String>,
}

/// Finds those of some open occurrences that an entry very likely stands for, in the order of their days.
///
/// They are the matches of [`match_occurrences`] with a confidence of [`MatchOptions::sure_from`] or more, also where
/// something competes: whichever of two equal occurrences an entry stands for, one of them happened. `expected` says what
/// `open` moves, in any order; occurrences that it says nothing of are not found.
pub fn likely_settled(
    open: &[Occurrence],
    expected: &[ExpectedOccurrence],
    movements: &[Movement],
    options: &MatchOptions,
) -> Vec<LikelySettlement> {
    let mut found = match_occurrences(expected, movements, options);
    found.retain(|found| found.confidence >= options.sure_from);
    let open: HashMap<OccurrenceKey, &Occurrence> = open.iter().map(|one| (one.key, one)).collect();
    let likely = found.into_iter().filter_map(|found| {
        let of = open.get(&found.occurrence)?;
        Some(LikelySettlement {
            occurrence: found.occurrence,
            name: of.schedule.name().to_owned(),
            due_on: of.due_on,
            entry: found.entry,
            confidence: found.confidence,
            reasons: found.reasons,
        })
    });
    likely.collect()
}
