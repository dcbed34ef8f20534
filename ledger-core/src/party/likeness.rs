//! Parties that are likely the same: names that are near each other, or the same but for the legal form.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::PartyNames;
use crate::account::{Likeness, SearchIndex, SearchItem, near_matches};
use crate::text::normalize;

/// Legal forms as words without points, the longest first where one ends another.
const LEGAL_FORMS: [&[&str]; 60] = [
    &["gmbh", "co", "kgaa"],
    &["gmbh", "co", "kg"],
    &["sp", "z", "oo"],
    &["sp", "zoo"],
    &["pty", "ltd"],
    &["pte", "ltd"],
    &["pvt", "ltd"],
    &["co", "ltd"],
    &["ltd"],
    &["limited"],
    &["llc"],
    &["llp"],
    &["lp"],
    &["plc"],
    &["inc"],
    &["incorporated"],
    &["corp"],
    &["corporation"],
    &["company"],
    &["co"],
    &["pty"],
    &["pte"],
    &["gmbh"],
    &["ggmbh"],
    &["mbh"],
    &["ug"],
    &["haftungsbeschränkt"],
    &["ag"],
    &["se"],
    &["kg"],
    &["kgaa"],
    &["ohg"],
    &["gbr"],
    &["eg"],
    &["ev"],
    &["ek"],
    &["sa"],
    &["sas"],
    &["sarl"],
    &["sàrl"],
    &["eurl"],
    &["sl"],
    &["slu"],
    &["srl"],
    &["spa"],
    &["bv"],
    &["nv"],
    &["vof"],
    &["oy"],
    &["oyj"],
    &["ab"],
    &["as"],
    &["asa"],
    &["aps"],
    &["kft"],
    &["zrt"],
    &["sro"],
    &["doo"],
    &["lda"],
    &["ltda"],
];

/// In what way two parties are alike, the most suspicious first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyLikeness {
    /// The names differ in the legal form alone: `Acme Ltd` and `ACME GmbH`.
    LegalForm,
    /// They look alike but hold other characters, such as a Cyrillic `а` for a Latin one.
    LookAlike,
    /// They hold the same words, in another order or otherwise separated.
    SameWords,
    /// They differ in singular and plural.
    Plural,
    /// One or two letters differ.
    Typo,
}

impl PartyLikeness {
    /// The printed name, such as `legal form`.
    pub fn as_str(self) -> &'static str {
        match self {
            PartyLikeness::LegalForm => "legal form",
            PartyLikeness::LookAlike => "look-alike",
            PartyLikeness::SameWords => "same words",
            PartyLikeness::Plural => "plural",
            PartyLikeness::Typo => "typo",
        }
    }
}

impl From<Likeness> for PartyLikeness {
    fn from(likeness: Likeness) -> Self {
        match likeness {
            Likeness::LookAlike => PartyLikeness::LookAlike,
            Likeness::SameWords => PartyLikeness::SameWords,
            Likeness::Plural => PartyLikeness::Plural,
            Likeness::Typo => PartyLikeness::Typo,
        }
    }
}

/// A party that a name is suspiciously close to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearParty {
    /// Its name (not the alias, where an alias is what is close).
    pub name: String,
    /// In what way it is close.
    pub likeness: PartyLikeness,
}

/// The standing parties of a book, prepared for finding those that are alike.
#[derive(Debug)]
pub(crate) struct LikenessIndex<'n> {
    names: &'n PartyNames,
    /// All names without legal forms.
    bare: SearchIndex,
    by_bare: HashMap<String, Vec<i32>>,
}

impl<'n> LikenessIndex<'n> {
    /// Prepares the parties of a book.
    pub fn new(names: &'n PartyNames) -> Self {
        let mut by_bare: HashMap<String, Vec<i32>> = HashMap::new();
        let items: Vec<SearchItem> = names
            .standing()
            .map(|party| {
                let mut bare: Vec<String> = party.names().map(|name| bare_name(name)).collect();
                let name = bare.remove(0);
                for key in bare.iter().chain([&name]) {
                    let ids = by_bare.entry(key.clone()).or_default();
                    if !ids.contains(&party.id) {
                        ids.push(party.id);
                    }
                }
                SearchItem { id: party.id, name, aliases: bare, use_count: 0, last_used: 0, closed: false }
            })
            .collect();
        LikenessIndex { names, bare: SearchIndex::new(items), by_bare }
    }

    /// The parties that a name is close to without meaning one of them, the most suspicious first.
    pub fn near(&self, name: &str) -> Vec<NearParty> {
        let own = self.names.lookup(name).map(|party| party.id);
        let found = self.near_ids(name).into_iter().filter(|(_, id)| Some(*id) != own);
        found
            .filter_map(|(likeness, id)| Some(NearParty { name: self.names.get(id)?.name.clone(), likeness }))
            .collect()
    }

    /// Pairs of parties that are likely the same, by number, the most suspicious first.
    pub fn pairs(&self) -> Vec<(PartyLikeness, i32, i32)> {
        let mut pairs: BTreeMap<(i32, i32), PartyLikeness> = BTreeMap::new();
        for party in self.names.standing() {
            for (likeness, other) in party.names().flat_map(|name| self.near_ids(name)) {
                if other != party.id {
                    let pair = (party.id.min(other), party.id.max(other));
                    pairs.entry(pair).and_modify(|least| *least = likeness.min(*least)).or_insert(likeness);
                }
            }
        }
        let mut pairs: Vec<_> =
            pairs.into_iter().map(|((left, right), likeness)| (likeness, left, right)).collect();
        pairs.sort_unstable();
        pairs
    }

    fn near_ids(&self, name: &str) -> Vec<(PartyLikeness, i32)> {
        let bare = bare_name(name);
        let same = self.by_bare.get(&bare).into_iter().flatten();
        let mut found: Vec<(PartyLikeness, i32)> = same.map(|id| (PartyLikeness::LegalForm, *id)).collect();
        for near in near_matches(&bare, &self.bare) {
            if !found.iter().any(|(_, id)| *id == near.id) {
                found.push((near.likeness.into(), near.id));
            }
        }
        found.sort_unstable();
        found
    }
}

/// A name as it is compared: normalised, its words without punctuation at their ends, and without the legal form.
pub(crate) fn bare_name(name: &str) -> String {
    let name = normalize(name);
    let words: Vec<String> =
        name.split_whitespace().map(plain_word).filter(|word| !word.is_empty()).collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    while let Some(form) = LEGAL_FORMS.iter().find(|form| words.len() > form.len() && words.ends_with(form)) {
        words.truncate(words.len() - form.len());
    }
    words.join(" ")
}

/// `G.m.b.H.` reads `gmbh`, `&` and `(haftungsbeschränkt)` lose what is around the letters.
fn plain_word(word: &str) -> String {
    let single_letters =
        word.split('.').filter(|part| !part.is_empty()).all(|part| part.chars().count() <= 3);
    let word = if single_letters { word.replace('.', "") } else { word.to_owned() };
    let slashed = word.replace('/', "");
    let word = if LEGAL_FORMS.iter().any(|form| form == &[slashed.as_str()]) { slashed } else { word };
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::party::KnownParty;

    fn names(all: &[&str]) -> PartyNames {
        PartyNames::new((1..).zip(all).map(|(id, name)| KnownParty::new(id, (*name).into())).collect())
    }

    #[test]
    fn a_legal_form_is_no_part_of_a_name_however_it_is_written() {
        for name in [
            "Acme",
            "ACME Ltd",
            "Acme Ltd.",
            "Acme, Inc.",
            "Acme G.m.b.H.",
            "Acme GmbH & Co. KG",
            "Acme UG (haftungsbeschränkt)",
            "Acme Co., Ltd.",
            "Acme S.A.",
            "Acme sp. z o.o.",
            "Acme A/S",
            "Acme Pty Ltd",
        ] {
            assert_eq!(bare_name(name), "acme", "{name}");
        }
        // A name that is a legal form itself keeps it, and so does one that only begins with it.
        assert_eq!(
            (bare_name("AG"), bare_name("Ltd"), bare_name("Co Op")),
            ("ag".into(), "ltd".into(), "co op".into())
        );
        assert_eq!((bare_name("Plan Z"), bare_name("Dr. Who")), ("plan z".into(), "dr who".into()));
    }

    #[test]
    fn a_name_is_near_those_that_it_may_have_meant() {
        let names = names(&["Acme Ltd", "Bäckerei Müller", "Landlord", "Cat"]);
        let index = LikenessIndex::new(&names);
        let near = |name: &str| -> Vec<(String, PartyLikeness)> {
            index.near(name).into_iter().map(|near| (near.name, near.likeness)).collect()
        };
        assert_eq!(near("ACME GmbH"), [("Acme Ltd".to_owned(), PartyLikeness::LegalForm)]);
        assert_eq!(near("Müller Bäckerei"), [("Bäckerei Müller".to_owned(), PartyLikeness::SameWords)]);
        assert_eq!(near("Landlords"), [("Landlord".to_owned(), PartyLikeness::Plural)]);
        assert_eq!(near("Lanldord"), [("Landlord".to_owned(), PartyLikeness::Typo)]);
        assert_eq!(near("Landlоrd"), [("Landlord".to_owned(), PartyLikeness::LookAlike)]);
        for far in ["acme ltd", "Car", "Tenant"] {
            assert_eq!(near(far), [], "{far}");
        }
    }

    #[test]
    fn every_pair_is_proposed_once_for_its_strongest_reason() {
        let names = names(&["Acme", "Acme Ltd", "Acmes", "Shop 1", "Shop 2", "Bakery"]);
        let pairs = LikenessIndex::new(&names).pairs();
        let expected =
            [(PartyLikeness::LegalForm, 1, 2), (PartyLikeness::Plural, 1, 3), (PartyLikeness::Plural, 2, 3)];
        assert_eq!(pairs, expected);
    }

    #[test]
    fn a_party_that_another_stands_for_is_not_proposed_again() {
        let mut names = names(&["Acme", "Acme Ltd"]);
        names.put(KnownParty { merged_into: Some(1), ..names.get(2).unwrap().clone() });
        assert_eq!(LikenessIndex::new(&names).pairs(), []);
    }
}
