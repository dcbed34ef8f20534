//! Dimensions: what lines can be filtered and grouped by besides their accounts.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::journal::Tag;
use crate::{Error, ErrorKind, Result};

/// Something that a report can be grouped by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// The values of a tag, such as `venture`; a value like `mydub/site` lies below `mydub`.
    Tag(String),
    /// The party of the entry.
    Party,
    /// The subtype of the account.
    Subtype,
    /// What made the entry: by hand, an import with the format of its file, a schedule, a receivable …
    Source,
}

impl Dimension {
    /// What stands between the levels of its parts' names.
    pub(crate) fn separator(&self) -> char {
        match self {
            Dimension::Tag(_) => '/',
            // No name of a part has it: such parts have no levels.
            _ => '\0',
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dimension::Tag(key) => write!(f, "tag:{key}"),
            Dimension::Party => f.write_str("party"),
            Dimension::Subtype => f.write_str("subtype"),
            Dimension::Source => f.write_str("source"),
        }
    }
}

impl Serialize for Dimension {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Dimension {
    type Err = Error;

    /// Reads `party`, `subtype`, `source`, `tag:KEY`; any other word is the key of a tag.
    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        match text.to_ascii_lowercase().as_str() {
            "party" => return Ok(Dimension::Party),
            "subtype" => return Ok(Dimension::Subtype),
            "source" => return Ok(Dimension::Source),
            _ => {}
        }
        let key = text.strip_prefix("tag:").unwrap_or(text).trim();
        if key.is_empty() || key.contains([':', '=']) {
            let reason = "choose party, subtype, source or the key of a tag, such as tag:venture".to_owned();
            return Err(
                ErrorKind::InvalidSetting { what: "dimension", value: text.to_owned(), reason }.into()
            );
        }
        Ok(Dimension::Tag(key.to_owned()))
    }
}

/// Which lines a report counts; everything that is given has to be fulfilled.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct LineFilter {
    /// On one of these accounts or below them, by name or alias.
    pub accounts: Vec<String>,
    /// On an account of this subtype.
    pub subtype: Option<String>,
    /// Of an entry with all of these tags; an empty value takes any, and `mydub` finds `mydub/site` too.
    pub tags: Vec<Tag>,
    /// Of an entry with this party, by any of its names.
    pub party: Option<String>,
    /// Of an entry that was made by this: `manual`, `import`, `schedule` …
    pub source: Option<String>,
}

impl LineFilter {
    /// Whether it takes or leaves whole entries, so that what it takes still balances.
    pub fn is_of_entries(&self) -> bool {
        !self.tags.is_empty() || self.party.is_some() || self.source.is_some()
    }

    /// Whether it takes or leaves accounts.
    pub fn is_of_accounts(&self) -> bool {
        !self.accounts.is_empty() || self.subtype.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dimension_is_one_of_the_words_or_the_key_of_a_tag() {
        for (text, dimension, printed) in [
            ("Party", Dimension::Party, "party"),
            (" subtype ", Dimension::Subtype, "subtype"),
            ("source", Dimension::Source, "source"),
            ("venture", Dimension::Tag("venture".to_owned()), "tag:venture"),
            ("tag: venture", Dimension::Tag("venture".to_owned()), "tag:venture"),
            // A tag whose key is one of the words.
            ("tag:party", Dimension::Tag("party".to_owned()), "tag:party"),
        ] {
            let read: Dimension = text.parse().unwrap();
            assert_eq!((&read, read.to_string().as_str()), (&dimension, printed));
            assert_eq!(printed.parse::<Dimension>().unwrap(), dimension, "what is printed is read again");
        }
        for text in ["", "tag:", "tag:venture:mydub", "venture=mydub"] {
            let refused = text.parse::<Dimension>().unwrap_err().to_string();
            assert!(refused.contains("party, subtype, source or the key of a tag"), "{refused}");
        }
    }

    #[test]
    fn a_filter_takes_whole_entries_or_single_accounts() {
        let filter = LineFilter::default();
        assert!(!filter.is_of_entries() && !filter.is_of_accounts());
        let of_entries = LineFilter { party: Some("Ann".to_owned()), ..LineFilter::default() };
        assert!(of_entries.is_of_entries() && !of_entries.is_of_accounts());
        let of_accounts = LineFilter { subtype: Some("bank".to_owned()), ..LineFilter::default() };
        assert!(!of_accounts.is_of_entries() && of_accounts.is_of_accounts());
    }
}
