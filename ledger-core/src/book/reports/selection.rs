//! Which entries a report counts, and to which part of a dimension each of them belongs.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Reports;
use super::sources::Named;
use crate::account::{Account, AccountId, Chart};
use crate::journal::Tag;
use crate::report::{Dimension, EntryParts, EntrySet, LineFilter, StatementRequest, first_levels};
use crate::store::call;
use crate::text::normalize;
use crate::{ErrorKind, Result};

/// The part of what belongs to no part.
const NONE: &str = "(none)";
/// The part that takes off what was counted in several parts.
const OVERLAP: &str = "(counted more than once)";

/// Of a book's entries, one in so many is still looked up by its number; from there on reading all lines in their order
/// takes less.
const LOOKED_UP: i64 = 8;

/// Which entries count, and the parts of the report's dimension.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// The entries that a filter leaves; all where there is none.
    entries: Option<EntrySet>,
    /// The names of the parts.
    pub parts: Vec<String>,
    of: PartsOf,
}

#[derive(Debug, Default)]
enum PartsOf {
    /// There is no dimension.
    #[default]
    Nothing,
    /// Each account has one.
    Account(HashMap<AccountId, u32>),
    /// Each entry has some; one without belongs to `none`. Of an entry with several, `overlaps` takes off how often too
    /// many it is counted, with a minus.
    Entry { parts: EntryParts, none: u32, overlaps: HashMap<i64, Vec<(u32, i128)>> },
}

/// How the names of parts become rows.
#[derive(Debug, Clone, Copy)]
struct Levels {
    separator: char,
    depth: Option<usize>,
    tree: bool,
}

impl Selection {
    /// Whether entries are told apart: not all of them count, or they belong to parts.
    pub fn is_by_entry(&self) -> bool {
        self.entries.is_some() || matches!(self.of, PartsOf::Entry { .. })
    }

    /// Whether an entry counts.
    pub fn takes(&self, entry: i64) -> bool {
        self.entries.as_ref().is_none_or(|entries| entries.contains(entry))
    }

    /// The parts that a line belongs to.
    pub fn parts_of(&self, entry: i64, account: &Account) -> impl Iterator<Item = Option<u32>> + use<'_> {
        let (single, several) = match &self.of {
            PartsOf::Nothing => (Some(None), &[][..]),
            PartsOf::Account(parts) => (Some(parts.get(&account.id).copied()), &[][..]),
            PartsOf::Entry { parts, none, .. } => match parts.of(entry) {
                [] => (Some(Some(*none)), &[][..]),
                parts => (None, parts),
            },
        };
        single.into_iter().chain(several.iter().map(|part| Some(*part)))
    }

    /// Whether a filter leaves an entry, and all its lines belong to one part: the usual one, or that of their account.
    fn is_usual(&self, entry: i64, usual: Option<u32>) -> bool {
        self.takes(entry)
            && match &self.of {
                PartsOf::Nothing | PartsOf::Account(_) => true,
                PartsOf::Entry { parts, none, .. } => match parts.of(entry) {
                    [] => usual == Some(*none),
                    [part] => usual == Some(*part),
                    _ => false,
                },
            }
    }

    /// The entries up to a number that are not usual, in order, where they are few.
    pub fn few_unusual(&self, last: i64, usual: Option<u32>) -> Option<Vec<i64>> {
        few(last, |entry| !self.is_usual(entry, usual))
    }

    /// The entries up to a number that count, in order, where they are few.
    pub fn few_taken(&self, last: i64) -> Option<Vec<i64>> {
        self.entries.as_ref().and_then(|taken| few(last, |entry| taken.contains(entry)))
    }

    /// The part that most entries up to a number belong to, where entries belong to parts.
    pub fn usual_part(&self, last: i64) -> Option<u32> {
        let PartsOf::Entry { parts, none, .. } = &self.of else { return None };
        let mut counts = vec![0_u64; self.parts.len()];
        for entry in (1..=last).filter(|entry| self.takes(*entry)) {
            if let [part] = match parts.of(entry) {
                [] => std::slice::from_ref(none),
                parts => parts,
            } {
                counts[*part as usize] += 1;
            }
        }
        let most = counts.iter().zip(0..).max_by_key(|(count, part)| (**count, std::cmp::Reverse(*part)));
        most.map(|(_, part)| part)
    }

    /// The usual part of an account's lines.
    pub fn usual_part_of(&self, account: AccountId, usual: Option<u32>) -> Option<u32> {
        match &self.of {
            PartsOf::Account(parts) => parts.get(&account).copied(),
            PartsOf::Nothing | PartsOf::Entry { .. } => usual,
        }
    }

    /// The parts that take off what an entry counts more than once, and how often they count it: below zero.
    pub fn overlaps_of(&self, entry: i64) -> &[(u32, i128)] {
        match &self.of {
            PartsOf::Entry { overlaps, .. } => overlaps.get(&entry).map_or(&[], Vec::as_slice),
            _ => &[],
        }
    }

    /// The parts in which a line counts, and how often: once in its own, below zero in those that take off what is too
    /// much, so that they sum to one.
    pub fn counts_of(
        &self,
        entry: i64,
        account: &Account,
    ) -> impl Iterator<Item = (Option<u32>, i128)> + use<'_> {
        let own = self.parts_of(entry, account).map(|part| (part, 1));
        own.chain(self.overlaps_of(entry).iter().map(|(part, times)| (Some(*part), *times)))
    }
}

fn few(last: i64, counts: impl Fn(i64) -> bool) -> Option<Vec<i64>> {
    let few = usize::try_from(last / LOOKED_UP).unwrap_or(usize::MAX);
    let found: Vec<i64> = (1..=last).filter(|entry| counts(*entry)).take(few.saturating_add(1)).collect();
    (found.len() <= few).then_some(found)
}

impl Reports<'_> {
    /// The accounts that a filter leaves.
    pub(super) fn shown_accounts(&self, chart: &Chart, filter: &LineFilter) -> Result<HashSet<AccountId>> {
        let mut shown: HashSet<AccountId> = chart.accounts().iter().map(|account| account.id).collect();
        if !filter.accounts.is_empty() {
            let mut named = HashSet::new();
            for name in &filter.accounts {
                let below = chart.subtree(name);
                if below.is_empty() {
                    // Refuses with names that are close.
                    chart.find(name)?;
                }
                named.extend(below);
            }
            shown.retain(|account| named.contains(account));
        }
        if let Some(subtype) = &filter.subtype {
            let wanted = normalize(subtype).replace([' ', '_'], "-");
            let of = |account: &&Account| account.subtype.as_deref() == Some(wanted.as_str());
            let of_subtype: HashSet<AccountId> =
                chart.accounts().iter().filter(of).map(|account| account.id).collect();
            if of_subtype.is_empty() {
                let mut subtypes: Vec<String> =
                    chart.accounts().iter().filter_map(|account| account.subtype.clone()).collect();
                subtypes.sort();
                subtypes.dedup();
                let name = subtype.clone();
                return Err(ErrorKind::NotFound {
                    what: "account with the subtype",
                    name,
                    suggestions: subtypes,
                }
                .into());
            }
            shown.retain(|account| of_subtype.contains(account));
        }
        Ok(shown)
    }

    /// Which entries a request's filter leaves, and the parts of its dimension.
    pub(super) fn selection(&self, chart: &Chart, request: &StatementRequest) -> Result<Selection> {
        let filter = &request.filter;
        let dimension = request.by.as_ref().or(request.across.as_ref());
        let mut selection = Selection::default();
        // Columns stand side by side: the depth of rows is not theirs.
        let levels = Levels {
            separator: dimension.map_or('\0', Dimension::separator),
            depth: if request.by.is_some() { request.depth } else { request.across_depth },
            tree: request.tree && request.by.is_some(),
        };
        for tag in &filter.tags {
            selection.keep(self.tagged(tag)?);
        }
        if let Some(party) = &filter.party {
            let party = chart.parties().find(party)?.id;
            let ids: HashSet<i32> = chart.parties().group(party).into_iter().collect();
            let with = call!(self.book.db(), "reading entries", movement::with_party(self.book.id()))?;
            selection
                .keep(with.into_iter().filter(|with| ids.contains(&with.1)).map(|with| with.0).collect());
        }
        if let Some(source) = &filter.source {
            selection.keep(self.made_by(source)?);
        }
        match dimension {
            None => {}
            Some(Dimension::Subtype) => {
                let name = |account: &Account| account.subtype.clone().unwrap_or_else(|| NONE.to_owned());
                let names: BTreeMap<String, ()> = chart.accounts().iter().map(|a| (name(a), ())).collect();
                selection.parts = names.into_keys().collect();
                let place = |name: String| selection.parts.iter().position(|part| *part == name);
                // There are as many parts as subtypes: few.
                let parts = chart.accounts().iter().filter_map(|a| Some((a.id, place(name(a))? as u32)));
                selection.of = PartsOf::Account(parts.collect());
            }
            Some(Dimension::Tag(key)) => {
                let tagged = call!(self.book.db(), "reading tags", movement::tagged(self.book.id(), key))?;
                let mut named = Named::default();
                for (entry, value) in &tagged {
                    match value.as_str() {
                        "" => named.add(*entry, &format!("({key})")),
                        value => named.add(*entry, value),
                    }
                }
                selection.divide(named, levels);
                if tagged.is_empty() {
                    let words = [Dimension::Party, Dimension::Subtype, Dimension::Source];
                    let keys = self.tag_keys()?.into_iter().map(Dimension::Tag);
                    let suggestions = words.into_iter().chain(keys).map(|known| known.to_string()).collect();
                    let name = dimension.map_or_else(|| key.clone(), Dimension::to_string);
                    return Err(ErrorKind::NotFound { what: "dimension", name, suggestions }.into());
                }
            }
            Some(Dimension::Party) => {
                let with = call!(self.book.db(), "reading entries", movement::with_party(self.book.id()))?;
                let mut named = Named::default();
                let mut names: HashMap<i32, String> = HashMap::new();
                for (entry, party) in with {
                    let name = names.entry(party).or_insert_with(|| {
                        let survivor = chart.parties().survivor(party);
                        survivor.map_or_else(|| format!("party {party}"), |party| party.name.clone())
                    });
                    named.add(entry, name);
                }
                selection.divide(named, levels);
            }
            Some(Dimension::Source) => selection.divide(self.sources()?, levels),
        }
        Ok(selection)
    }

    fn tagged(&self, tag: &Tag) -> Result<EntrySet> {
        let tagged = call!(self.book.db(), "reading tags", movement::tagged(self.book.id(), &tag.key))?;
        if tagged.is_empty() {
            let suggestions = self.tag_keys()?;
            return Err(ErrorKind::NotFound { what: "tag", name: tag.key.clone(), suggestions }.into());
        }
        let wanted = tag.value.as_str();
        let below = |value: &str| {
            wanted.is_empty()
                || value.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let found: EntrySet =
            tagged.iter().filter(|(_, value)| below(value)).map(|(entry, _)| *entry).collect();
        if found.is_empty() {
            let named = |value: String| Tag { key: tag.key.clone(), value }.to_string();
            let mut suggestions: Vec<String> = tagged.into_iter().map(|(_, value)| named(value)).collect();
            suggestions.sort();
            suggestions.dedup();
            suggestions.truncate(10);
            return Err(ErrorKind::NotFound { what: "tag", name: tag.to_string(), suggestions }.into());
        }
        Ok(found)
    }

    fn tag_keys(&self) -> Result<Vec<String>> {
        call!(self.book.db(), "reading tags", movement::tag_keys(self.book.id()))
    }
}

impl Selection {
    fn keep(&mut self, entries: EntrySet) {
        match &mut self.entries {
            Some(kept) => kept.intersect(&entries),
            None => self.entries = Some(entries),
        }
    }

    /// Gives entries to parts by the parts' names, as far as rows have levels.
    fn divide(&mut self, named: Named, levels: Levels) {
        let row = |name: &String| first_levels(name, levels.separator, levels.depth).to_owned();
        let rows: BTreeSet<String> = named.names.iter().map(row).collect();
        self.parts = rows.into_iter().collect();
        let part = |name: &String| self.parts.binary_search(&row(name)).unwrap_or_default() as u32;
        let part_of: Vec<u32> = named.names.iter().map(part).collect();
        let mut parts = EntryParts::default();
        for (entry, name) in named.entries {
            parts.add(entry, part_of[name as usize]);
        }
        let none = self.parts.len() as u32;
        self.parts.push(NONE.to_owned());
        let mut places: HashMap<String, u32> = HashMap::new();
        let mut overlaps: HashMap<i64, Vec<(u32, i128)>> = HashMap::new();
        for (entry, of) in parts.in_several() {
            let names: Vec<&str> = of.iter().map(|part| self.parts[*part as usize].as_str()).collect();
            let mut taken_off = Vec::new();
            for (name, times) in overlaps_among(&names, levels) {
                let place = match places.get(&name) {
                    Some(place) => *place,
                    None => {
                        let place = none + 1 + places.len() as u32;
                        places.insert(name, place);
                        place
                    }
                };
                taken_off.push((place, times));
            }
            overlaps.insert(entry, taken_off);
        }
        let mut added: Vec<(String, u32)> = places.into_iter().collect();
        added.sort_by_key(|(_, place)| *place);
        self.parts.extend(added.into_iter().map(|(name, _)| name));
        self.of = PartsOf::Entry { parts, none, overlaps };
    }
}

/// The rows that take off what an entry with several names is counted more than once, and how often: below zero.
///
/// In a tree what is too much is taken off where names part, so that every level counts the entry once.
fn overlaps_among(names: &[&str], levels: Levels) -> Vec<(String, i128)> {
    if !levels.tree {
        return vec![(OVERLAP.to_owned(), 1 - names.len() as i128)];
    }
    // What counts the entry at each level: the levels right below it, and a name that ends with it.
    let mut groups: BTreeMap<Option<&str>, BTreeSet<&str>> = BTreeMap::new();
    for name in names {
        let mut above = None;
        for (end, _) in name.match_indices(levels.separator) {
            let level = &name[..end];
            groups.entry(above).or_default().insert(level);
            above = Some(level);
        }
        groups.entry(above).or_default().insert(name);
        groups.entry(Some(name)).or_default().insert(name);
    }
    let overlap = |level: Option<&str>| match level {
        Some(level) => format!("{level}{}{OVERLAP}", levels.separator),
        None => OVERLAP.to_owned(),
    };
    let several = groups.into_iter().filter(|(_, groups)| groups.len() > 1);
    several.map(|(level, groups)| (overlap(level), 1 - groups.len() as i128)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken_off(names: &[&str], tree: bool) -> Vec<(String, i128)> {
        overlaps_among(names, Levels { separator: '/', depth: None, tree })
    }

    fn named(rows: &[(&str, i128)]) -> Vec<(String, i128)> {
        rows.iter().map(|(name, times)| ((*name).to_owned(), *times)).collect()
    }

    #[test]
    fn what_is_too_much_is_taken_off_where_names_part() {
        assert_eq!(taken_off(&["a/b", "a/d"], true), named(&[("a/(counted more than once)", -1)]));
        assert_eq!(taken_off(&["a", "a/d"], true), named(&[("a/(counted more than once)", -1)]));
        assert_eq!(taken_off(&["a", "b/c"], true), named(&[("(counted more than once)", -1)]));
        let several = ["a", "a/b", "a/b/c", "a/d", "x", "y/z"];
        let expected = [
            ("(counted more than once)", -2),
            ("a/(counted more than once)", -2),
            ("a/b/(counted more than once)", -1),
        ];
        assert_eq!(taken_off(&several, true), named(&expected));
        assert_eq!(taken_off(&several, false), named(&[("(counted more than once)", -5)]));
    }

    #[test]
    fn values_that_one_row_shows_count_once() {
        let levels = Levels { separator: '/', depth: Some(1), tree: false };
        let mut selection = Selection::default();
        let mut named = Named::default();
        for (entry, name) in [(1, "a/b"), (1, "a/d"), (2, "a"), (3, "c"), (3, "a/b")] {
            named.add(entry, name);
        }
        selection.divide(named, levels);
        assert_eq!(selection.parts, ["a", "c", NONE, OVERLAP]);
        assert!(selection.overlaps_of(1).is_empty());
        assert_eq!(selection.overlaps_of(3), [(3, -1)]);
    }
}
