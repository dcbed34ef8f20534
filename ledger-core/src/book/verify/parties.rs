//! Other names of parties, what is known of them and which one stands for which: each row reads, names parties that are
//! there, and is as the audit log left it.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Check;
use super::chart::State;
use crate::Result;
use crate::book::Book;
use crate::book::parties::{alias_subject, audited_alias, audited_details, details_of, details_subject};
use crate::store::call;
use crate::store::party_rows::{PartyAliasRow, PartyDetailsRow};
use crate::text::normalize;

/// The rows of parties besides their names, as they are.
pub(super) struct StoredParties {
    aliases: Vec<PartyAliasRow>,
    details: Vec<PartyDetailsRow>,
}

impl StoredParties {
    pub(super) fn read(book: &Book<'_>) -> Result<StoredParties> {
        let id = book.id();
        Ok(StoredParties {
            aliases: call!(book.db(), "reading aliases", party::aliases(id))?,
            details: call!(book.db(), "reading parties", party::every_details(id))?,
        })
    }

    /// How subjects of these rows begin in the audit log.
    pub(super) const NOUNS: [&str; 2] = ["party alias ", "party details "];

    /// Every row by the subject that audit events give it.
    pub(super) fn states(&self) -> BTreeMap<String, State> {
        let aliases = self.aliases.iter().map(|row| {
            let key = &row.normalized_name;
            (alias_subject(key), format!("party_aliases {key}"), audited_alias(row))
        });
        let details = self.details.iter().map(|row| {
            let id = row.party_id;
            (details_subject(id), format!("party_details {id}"), audited_details(row))
        });
        let state = |(subject, row, now): (String, String, serde_json::Value)| {
            (subject, State { check: "reference", row, now: now.to_string() })
        };
        aliases.chain(details).map(state).collect()
    }
}

impl Check<'_> {
    /// Reads every row of what is kept of parties and looks up what it names.
    pub(super) fn parties(&mut self) -> Result<()> {
        let StoredParties { aliases, details } = StoredParties::read(self.book)?;
        self.aliases(&aliases);
        self.details(&details);
        self.circles(&details);
        Ok(())
    }

    /// An alias is kept under its own key, leads to a party that is there, and is the name of none.
    fn aliases(&mut self, aliases: &[PartyAliasRow]) {
        let names: HashMap<String, i32> =
            self.chart.parties().values().map(|row| (row.normalized_name.clone(), row.party_id)).collect();
        for row in aliases {
            let (place, id) = (format!("party_aliases {}", row.normalized_name), row.party_id);
            let key = normalize(&row.alias);
            if key != row.normalized_name {
                let (alias, kept) = (&row.alias, &row.normalized_name);
                let difference = format!("its name {alias:?} is kept under {kept:?}, not {key:?}");
                self.found("reference", place.clone(), difference);
            }
            if let Some(other) = names.get(&row.normalized_name) {
                self.found("reference", place.clone(), format!("it is the name of party {other} as well"));
            }
            self.party_is_there(place, id);
        }
    }

    /// Details read, and lead to parties that are there.
    fn details(&mut self, details: &[PartyDetailsRow]) {
        for row in details {
            let place = format!("party_details {}", row.party_id);
            if let Err(error) = details_of(row) {
                self.found("reference", place.clone(), error.to_string());
            }
            for id in [Some(row.party_id), row.merged_into].into_iter().flatten() {
                self.party_is_there(place.clone(), id);
            }
        }
    }

    /// Whoever follows the merges has to come to a party that stands for itself.
    fn circles(&mut self, details: &[PartyDetailsRow]) {
        let merged: HashMap<i32, i32> =
            details.iter().filter_map(|row| Some((row.party_id, row.merged_into?))).collect();
        for row in details {
            let (mut party, mut seen) = (row.party_id, HashSet::new());
            while let Some(into) = merged.get(&party) {
                if !seen.insert(party) {
                    break;
                }
                party = *into;
            }
            if seen.contains(&party) {
                let place = format!("party_details {}", row.party_id);
                self.found("reference", place, format!("its merges lead to party {party} again and again"));
            }
        }
    }

    fn party_is_there(&mut self, place: String, id: i32) {
        if !self.chart.has_party(id) {
            self.found("reference", place, format!("there is no party {id}"));
        }
    }
}
