//! Parties as they stand in a book, and what a caller hands in to add one.

use serde::{Deserialize, Serialize};

use super::PartyDetails;
use crate::{ErrorKind, Result};

/// What a party is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// A natural person.
    Person,
    /// A company, an association, an authority.
    Company,
    /// Nobody said.
    #[default]
    Unknown,
}

impl PartyKind {
    /// Every kind.
    pub const ALL: [PartyKind; 3] = [PartyKind::Person, PartyKind::Company, PartyKind::Unknown];

    /// The stored and printed name, such as `person`.
    pub fn as_str(self) -> &'static str {
        match self {
            PartyKind::Person => "person",
            PartyKind::Company => "company",
            PartyKind::Unknown => "unknown",
        }
    }

    /// The kind with this name.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] with the names that there are.
    pub fn parse(name: &str) -> Result<PartyKind> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(name.trim()));
        found.ok_or_else(|| {
            let reason = format!("kinds are {}", Self::ALL.map(PartyKind::as_str).join(", "));
            ErrorKind::InvalidSetting { what: "party kind", value: name.to_owned(), reason }.into()
        })
    }
}

impl std::str::FromStr for PartyKind {
    type Err = crate::Error;

    fn from_str(name: &str) -> Result<Self> {
        PartyKind::parse(name)
    }
}

/// A person or company that entries name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Party {
    /// The party's number in its book.
    #[serde(skip)]
    pub(crate) id: i32,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PartyKind,
    /// Other names that find it, sorted: those it had before, those that were added, those of parties merged into it.
    pub aliases: Vec<String>,
    /// The names of the parties that were merged into it, sorted.
    pub merged: Vec<String>,
    /// What is known of it.
    pub details: PartyDetails,
}

/// What a caller hands in to add a party.
///
/// ```
/// use ledger_core::party::{NewParty, PartyKind};
///
/// let acme = NewParty { kind: PartyKind::Company, ..NewParty::new("Acme Ltd") };
/// assert_eq!(acme.name, "Acme Ltd");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewParty {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PartyKind,
    /// Other names that find it.
    pub aliases: Vec<String>,
    /// What is known of it.
    pub details: PartyDetails,
}

impl NewParty {
    /// A party with this name of which nothing else is known.
    pub fn new(name: impl Into<String>) -> Self {
        NewParty { name: name.into(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_reads_as_it_is_written_and_an_unknown_word_names_all() {
        for kind in PartyKind::ALL {
            assert_eq!(PartyKind::parse(kind.as_str()).unwrap(), kind);
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        let refused = PartyKind::parse("robot").unwrap_err().to_string();
        assert_eq!(refused, "party kind \"robot\" is refused: kinds are person, company, unknown");
    }
}
