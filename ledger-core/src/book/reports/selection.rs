//! Which entries a report counts, and to which part of a dimension each of them belongs.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Reports;
use crate::account::{Account, AccountId, Chart};
use crate::journal::{Source, Tag};
use crate::report::{Dimension, LineFilter};
use crate::store::call;
use crate::text::normalize;
use crate::{ErrorKind, Result};

/// The part of what belongs to no part.
const NONE: &str = "(none)";
/// The part that takes off what was counted in several parts.
const OVERLAP: &str = "(counted more than once)";

/// Which entries count, and the parts of the report's dimension.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// The entries that a filter leaves; all where there is none.
    entries: Option<HashSet<i64>>,
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
    /// Each entry has some; one that is not there belongs to `none`.
    Entry { parts: HashMap<i64, Vec<u32>>, none: u32, overlap: u32 },
}

impl Selection {
    /// Whether lines have to be looked at one by one.
    pub fn is_by_line(&self) -> bool {
        self.entries.is_some() || !matches!(self.of, PartsOf::Nothing)
    }

    /// Whether an entry counts.
    pub fn takes(&self, entry: i64) -> bool {
        self.entries.as_ref().is_none_or(|entries| entries.contains(&entry))
    }

    /// The parts that a line belongs to.
    pub fn parts_of(&self, entry: i64, account: &Account) -> impl Iterator<Item = Option<u32>> + use<'_> {
        let none: &[u32] = &[];
        let (single, several) = match &self.of {
            PartsOf::Nothing => (Some(None), none),
            PartsOf::Account(parts) => (Some(parts.get(&account.id).copied()), none),
            PartsOf::Entry { parts, none, .. } => match parts.get(&entry) {
                Some(parts) => (None, parts.as_slice()),
                None => (Some(Some(*none)), &[][..]),
            },
        };
        single.into_iter().chain(several.iter().map(|part| Some(*part)))
    }

    /// The part that takes off what an entry counts more than once, and how often that is.
    pub fn overlap_of(&self, entry: i64) -> Option<(u32, i128)> {
        let PartsOf::Entry { parts, overlap, .. } = &self.of else { return None };
        let count = parts.get(&entry)?.len();
        (count > 1).then(|| (*overlap, count as i128 - 1))
    }
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

    /// Which entries a filter leaves, and the parts of a dimension.
    pub(super) fn selection(
        &self,
        chart: &Chart,
        filter: &LineFilter,
        dimension: Option<&Dimension>,
    ) -> Result<Selection> {
        let mut selection = Selection::default();
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
                let named = tagged.into_iter().map(|(entry, value)| {
                    let value = if value.is_empty() { format!("({key})") } else { value };
                    (entry, value)
                });
                selection.divide(named);
                if selection.parts.len() <= 2 {
                    let keys = self.tag_keys()?;
                    let name = key.clone();
                    return Err(ErrorKind::NotFound { what: "tag", name, suggestions: keys }.into());
                }
            }
            Some(Dimension::Party) => {
                let with = call!(self.book.db(), "reading entries", movement::with_party(self.book.id()))?;
                let parties = chart.parties();
                let name = |id| {
                    parties.survivor(id).map_or_else(|| format!("party {id}"), |party| party.name.clone())
                };
                selection.divide(with.into_iter().map(|(entry, party)| (entry, name(party))));
            }
            Some(Dimension::Source) => {
                selection.divide(self.sources()?.into_iter());
            }
        }
        Ok(selection)
    }

    fn tagged(&self, tag: &Tag) -> Result<HashSet<i64>> {
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
        let found: HashSet<i64> =
            tagged.iter().filter(|(_, value)| below(value)).map(|(entry, _)| *entry).collect();
        if found.is_empty() {
            let mut suggestions: Vec<String> = tagged.into_iter().map(|(_, value)| value).collect();
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

    fn made_by(&self, source: &str) -> Result<HashSet<i64>> {
        let sources = self.sources()?;
        let wanted = normalize(source);
        let is = |name: &str| {
            name == wanted
                || name.strip_prefix(&wanted).is_some_and(|rest| rest.starts_with(" ("))
                || name.strip_suffix(')').is_some_and(|name| name.ends_with(&format!("({wanted}")))
        };
        let found: HashSet<i64> =
            sources.iter().filter(|(_, name)| is(name)).map(|(entry, _)| *entry).collect();
        if found.is_empty() && Source::from_name(&wanted).is_none() {
            let mut suggestions: Vec<String> = sources.into_iter().map(|(_, name)| name).collect();
            suggestions.sort();
            suggestions.dedup();
            return Err(ErrorKind::NotFound { what: "source", name: source.to_owned(), suggestions }.into());
        }
        Ok(found)
    }

    /// What made each entry, such as `manual` or `import (camt)`.
    fn sources(&self) -> Result<Vec<(i64, String)>> {
        let rows = call!(self.book.db(), "reading entries", movement::sources(self.book.id()))?;
        let name = |source: String, format: Option<String>| match format {
            Some(format) => format!("{source} ({format})"),
            None => source,
        };
        Ok(rows.into_iter().map(|(entry, source, format)| (entry, name(source, format))).collect())
    }
}

impl Selection {
    fn keep(&mut self, entries: HashSet<i64>) {
        match &mut self.entries {
            Some(kept) => kept.retain(|entry| entries.contains(entry)),
            None => self.entries = Some(entries),
        }
    }

    /// Gives entries to parts by the parts' names.
    fn divide(&mut self, named: impl Iterator<Item = (i64, String)>) {
        let mut numbers: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for (entry, name) in named {
            numbers.entry(name).or_default().push(entry);
        }
        let mut parts: HashMap<i64, Vec<u32>> = HashMap::new();
        for (place, (name, entries)) in numbers.into_iter().enumerate() {
            // A book has far fewer parts than 2^32: each takes an entry.
            let place = place as u32;
            self.parts.push(name);
            for entry in entries {
                let of = parts.entry(entry).or_default();
                if of.last() != Some(&place) {
                    of.push(place);
                }
            }
        }
        let none = self.parts.len() as u32;
        self.parts.extend([NONE.to_owned(), OVERLAP.to_owned()]);
        self.of = PartsOf::Entry { parts, none, overlap: none + 1 };
    }
}
