//! The names of a book's parties, held in memory: which party a name means, and which one stands for it since they
//! were merged. Everything that looks a party up by name asks here.

use std::collections::{HashMap, HashSet};

use crate::account::{SearchIndex, SearchItem};
use crate::text::normalize;
use crate::{ErrorKind, Result};

/// How many near names a refusal suggests.
const SUGGESTIONS_MAX: usize = 3;

/// A party by its names alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownParty {
    /// Its number.
    pub id: i32,
    /// Its name.
    pub name: String,
    /// Other names that find it.
    pub aliases: Vec<String>,
    /// The party that stands for it.
    pub merged_into: Option<i32>,
}

impl KnownParty {
    /// A party with a name and nothing else.
    pub fn new(id: i32, name: String) -> Self {
        KnownParty { id, name, aliases: Vec::new(), merged_into: None }
    }

    /// Its name and its other names.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.name).chain(&self.aliases)
    }
}

/// The parties of a book, found by any of their names in constant time.
///
/// Entries keep the number that they were posted with; what is shown of it is its [survivor](PartyNames::survivor).
#[derive(Debug, Default, Clone)]
pub(crate) struct PartyNames {
    /// By number; dense from 1 but for parties that were removed.
    parties: Vec<KnownParty>,
    /// Names and aliases exactly as they are written: the common case, without normalising.
    by_spelling: HashMap<String, i32>,
    /// Normalised names and aliases.
    by_name: HashMap<String, i32>,
}

impl PartyNames {
    /// Builds it from parties in the order of their numbers.
    pub fn new(parties: Vec<KnownParty>) -> Self {
        let mut names = PartyNames { parties, ..PartyNames::default() };
        for party in &names.parties {
            names.by_name.insert(normalize(&party.name), party.id);
            names.by_spelling.insert(party.name.clone(), party.id);
        }
        for party in &names.parties {
            for alias in &party.aliases {
                // A name comes before an alias that another program made of it; verify finds that one.
                names.by_name.entry(normalize(alias)).or_insert(party.id);
                names.by_spelling.entry(alias.clone()).or_insert(party.id);
            }
        }
        names
    }

    /// All parties, also those that others stand for, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &KnownParty> {
        self.parties.iter()
    }

    /// The parties that stand for themselves, in the order of their numbers.
    pub fn standing(&self) -> impl Iterator<Item = &KnownParty> {
        self.parties.iter().filter(|party| party.merged_into.is_none())
    }

    /// The number of the next party that is added.
    pub fn next_id(&self) -> i32 {
        self.parties.last().map_or(1, |last| last.id.saturating_add(1))
    }

    /// Adds a party and returns its number.
    pub fn add(&mut self, name: String) -> i32 {
        let id = self.next_id();
        self.by_name.insert(normalize(&name), id);
        self.by_spelling.insert(name.clone(), id);
        self.parties.push(KnownParty::new(id, name));
        id
    }

    /// Replaces the party with this number.
    pub fn put(&mut self, party: KnownParty) {
        let Some(position) = self.position(party.id) else { return };
        self.forget_names(position);
        for name in party.names() {
            self.by_name.insert(normalize(name), party.id);
            self.by_spelling.insert(name.clone(), party.id);
        }
        self.parties[position] = party;
    }

    /// Takes the party with this number away.
    pub fn remove(&mut self, id: i32) {
        let Some(position) = self.position(id) else { return };
        self.forget_names(position);
        self.parties.remove(position);
    }

    /// The party with this number.
    pub fn get(&self, id: i32) -> Option<&KnownParty> {
        self.position(id).map(|position| &self.parties[position])
    }

    /// The party that stands for the one with this number: itself, or the one that it was merged into.
    pub fn survivor(&self, id: i32) -> Option<&KnownParty> {
        let mut party = self.get(id)?;
        // Only another program can merge in a circle; it ends here and is found by verify.
        for _ in 0..self.parties.len() {
            match party.merged_into.and_then(|into| self.get(into)) {
                Some(into) => party = into,
                None => break,
            }
        }
        Some(party)
    }

    /// The party whose own name or alias this is, whichever stands for it.
    pub fn owner(&self, name: &str) -> Option<&KnownParty> {
        let spelled = self.by_spelling.get(name).copied();
        self.get(spelled.or_else(|| self.by_name.get(&normalize(name)).copied())?)
    }

    /// The party that this name means: by name or alias, and where it was merged the one that stands for it.
    pub fn lookup(&self, name: &str) -> Option<&KnownParty> {
        self.survivor(self.owner(name)?.id)
    }

    /// The party that this name means.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with the nearest names.
    pub fn find(&self, name: &str) -> Result<&KnownParty> {
        self.lookup(name).ok_or_else(|| {
            let suggestions = self.suggestions(name);
            ErrorKind::NotFound { what: "party", name: name.to_owned(), suggestions }.into()
        })
    }

    /// The names that this one may have meant, the nearest first.
    pub fn suggestions(&self, name: &str) -> Vec<String> {
        let hits = self.search_index(|_| 0).search(name, SUGGESTIONS_MAX);
        hits.into_iter().filter_map(|hit| Some(self.get(hit.id)?.name.clone())).collect()
    }

    /// The numbers under which entries of a party may be posted: its own and those merged into it.
    pub fn group(&self, id: i32) -> Vec<i32> {
        let Some(survivor) = self.survivor(id) else { return Vec::new() };
        let stands = |party: &&KnownParty| {
            party.id == survivor.id || self.survivor(party.id).is_some_and(|other| other.id == survivor.id)
        };
        self.parties.iter().filter(stands).map(|party| party.id).collect()
    }

    /// The numbers, with all that were merged, of the parties of which a name or alias holds this part.
    pub fn holding(&self, part: &str) -> Vec<i32> {
        let part = normalize(part);
        let named = self.by_name.iter().filter(|(name, _)| name.contains(&part));
        let survivors: HashSet<i32> = named.filter_map(|(_, id)| Some(self.survivor(*id)?.id)).collect();
        let fits =
            |party: &&KnownParty| self.survivor(party.id).is_some_and(|one| survivors.contains(&one.id));
        self.parties.iter().filter(fits).map(|party| party.id).collect()
    }

    /// Every other name by which a standing party is found, normalised, with that party's name.
    pub fn other_names(&self) -> HashMap<String, String> {
        let found = |(name, id): (&String, &i32)| {
            let survivor = self.survivor(*id)?;
            (normalize(&survivor.name) != *name).then(|| (name.clone(), survivor.name.clone()))
        };
        self.by_name.iter().filter_map(found).collect()
    }

    /// An index for searching the standing parties by all of their names, given how many entries name each.
    pub fn search_index(&self, uses: impl Fn(i32) -> u64) -> SearchIndex {
        let mut merged: HashMap<i32, Vec<&KnownParty>> = HashMap::new();
        for party in self.parties.iter().filter(|party| party.merged_into.is_some()) {
            let survivor = self.survivor(party.id).map_or(party.id, |survivor| survivor.id);
            merged.entry(survivor).or_default().push(party);
        }
        SearchIndex::new(self.standing().map(|party| {
            let others = merged.get(&party.id).into_iter().flatten().flat_map(|other| other.names());
            SearchItem {
                id: party.id,
                name: party.name.clone(),
                aliases: party.aliases.iter().chain(others).cloned().collect(),
                use_count: uses(party.id),
                last_used: 0,
                closed: false,
            }
        }))
    }

    fn position(&self, id: i32) -> Option<usize> {
        // Numbers are dense but for the few that were removed.
        let dense = usize::try_from(id).ok()?.checked_sub(1)?;
        if self.parties.get(dense).is_some_and(|party| party.id == id) {
            return Some(dense);
        }
        self.parties.binary_search_by_key(&id, |party| party.id).ok()
    }

    fn forget_names(&mut self, position: usize) {
        let party = &self.parties[position];
        for name in party.names() {
            let key = normalize(name);
            if self.by_name.get(&key) == Some(&party.id) {
                self.by_name.remove(&key);
            }
            if self.by_spelling.get(name) == Some(&party.id) {
                self.by_spelling.remove(name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Acme Ltd (1) with an alias, Acme GmbH (2) merged into it, Old Acme (3) merged into that, and Bakery (4).
    fn names() -> PartyNames {
        let party = |id, name: &str, aliases: &[&str], merged_into| KnownParty {
            id,
            name: name.into(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            merged_into,
        };
        PartyNames::new(vec![
            party(1, "Acme Ltd", &["Wile"], None),
            party(2, "Acme GmbH", &["Die Firma"], Some(1)),
            party(3, "Old Acme", &[], Some(2)),
            party(4, "Bakery", &[], None),
        ])
    }

    fn meant(names: &PartyNames, name: &str) -> Option<i32> {
        names.lookup(name).map(|party| party.id)
    }

    #[test]
    fn every_name_means_the_party_that_stands() {
        let names = names();
        for name in ["Acme Ltd", "acme ltd", "WILE", "Acme GmbH", "die firma", "OLD ACME"] {
            assert_eq!(meant(&names, name), Some(1), "{name}");
        }
        assert_eq!((meant(&names, "Bakery"), meant(&names, "Baker")), (Some(4), None));
        assert_eq!(names.owner("die firma").unwrap().id, 2);
        assert_eq!(names.survivor(3).unwrap().name, "Acme Ltd");
        assert_eq!((names.group(2), names.group(4), names.group(9)), (vec![1, 2, 3], vec![4], vec![]));
        assert_eq!((names.holding("firma"), names.holding("bak")), (vec![1, 2, 3], vec![4]));
    }

    #[test]
    fn names_that_a_party_no_longer_has_mean_nothing() {
        let mut names = names();
        names.put(KnownParty {
            name: "Acme plc".into(),
            aliases: vec!["Acme Ltd".into()],
            ..names.get(1).unwrap().clone()
        });
        assert_eq!((meant(&names, "Wile"), meant(&names, "Acme Ltd")), (None, Some(1)));
        assert_eq!(meant(&names, "acme plc"), Some(1));
        names.put(KnownParty { merged_into: None, ..names.get(2).unwrap().clone() });
        assert_eq!((meant(&names, "Old Acme"), names.group(1)), (Some(2), vec![1]));
    }

    #[test]
    fn a_removed_party_leaves_its_number_out() {
        let mut names = names();
        names.remove(3);
        assert_eq!((meant(&names, "Old Acme"), meant(&names, "Bakery")), (None, Some(4)));
        assert_eq!(names.add("New".into()), 5);
        assert_eq!((names.get(4).unwrap().id, names.get(5).unwrap().id, names.get(3)), (4, 5, None));
        names.remove(5);
        assert_eq!((names.next_id(), meant(&names, "new")), (5, None));
    }

    #[test]
    fn a_circle_of_merges_ends() {
        let mut names = names();
        names.put(KnownParty { merged_into: Some(2), ..names.get(1).unwrap().clone() });
        assert!(names.lookup("Acme Ltd").is_some());
        assert!(!names.group(1).is_empty());
    }

    #[test]
    fn an_unknown_name_is_answered_with_near_ones_of_parties_that_stand() {
        let said = names().find("Bakry").unwrap_err().to_string();
        assert_eq!(said, "there is no party \"Bakry\" (did you mean Bakery?)");
        let said = names().find("Old Acm").unwrap_err().to_string();
        assert_eq!(said, "there is no party \"Old Acm\" (did you mean Acme Ltd?)");
    }

    #[test]
    fn other_names_lead_to_the_name_of_the_party_that_stands() {
        let other = names().other_names();
        assert_eq!(other.len(), 4);
        assert_eq!(other["die firma"], "Acme Ltd");
        assert!(!other.contains_key("acme ltd"));
    }
}
