//! The hierarchical name of an account, proven to be well formed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::text;
use crate::{Error, ErrorKind, Result};

/// The most characters that an account name may have, colons included.
pub const NAME_CHARS_MAX: usize = 255;
/// The most segments that an account name may have.
pub const NAME_SEGMENTS_MAX: usize = 16;

/// A name such as `Assets:Bank:N26`, kept as it was given, in Unicode form NFC.
///
/// Two names are equal when they are spelt alike; they mean one account when [`AccountName::normalized`] is
/// equal.
///
/// ```
/// use ledger_core::account::AccountName;
///
/// let name = AccountName::parse("Assets:Bank:N26")?;
/// assert_eq!(name.leaf(), "N26");
/// assert_eq!(name.parent(), Some("Assets:Bank"));
/// assert_eq!(name.normalized(), "assets:bank:n26");
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountName(String);

impl AccountName {
    /// Reads a name whose segments are separated by colons.
    ///
    /// Every segment has to pass [`text::check_name`]; there are at most [`NAME_SEGMENTS_MAX`] segments and
    /// [`NAME_CHARS_MAX`] characters.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidName`] with the name and the segment that is refused.
    pub fn parse(text: &str) -> Result<AccountName> {
        match defect(text) {
            None => {
                let name: String = text.nfc().collect();
                // A few characters have no composed form and grow in NFC, so the length is checked again.
                match length_defect(&name) {
                    None => Ok(AccountName(name)),
                    Some(reason) => Err(refused(text, reason)),
                }
            }
            Some(reason) => Err(refused(text, reason)),
        }
    }

    /// The name as it was given, in NFC.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key that is unique in a book; see [`text::normalize`].
    pub fn normalized(&self) -> String {
        text::normalize(&self.0)
    }

    /// The parts between the colons, from the root to the leaf.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split(':')
    }

    /// How many segments there are, at least 1.
    pub fn depth(&self) -> usize {
        self.segments().count()
    }

    /// The name without its last segment; `None` for a root.
    pub fn parent(&self) -> Option<&str> {
        self.0.rsplit_once(':').map(|(parent, _)| parent)
    }

    /// The last segment.
    pub fn leaf(&self) -> &str {
        self.0.rsplit_once(':').map_or(self.as_str(), |(_, leaf)| leaf)
    }

    /// Whether `prefix` is this account or one above it, whatever its spelling: `assets:bank` is above
    /// `Assets:Bank:N26`, `Assets:Ba` is not.
    pub fn starts_with_segments(&self, prefix: impl AsRef<str>) -> bool {
        let name = self.normalized();
        match name.strip_prefix(&text::normalize(prefix.as_ref())) {
            Some(rest) => rest.is_empty() || rest.starts_with(':'),
            None => false,
        }
    }
}

fn refused(text: &str, reason: String) -> Error {
    ErrorKind::InvalidName { what: "account name", name: text::quote(text), reason }.into()
}

fn length_defect(name: &str) -> Option<String> {
    let chars = name.chars().count();
    (chars > NAME_CHARS_MAX)
        .then(|| format!("it has {chars} characters, at most {NAME_CHARS_MAX} are allowed"))
}

fn defect(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("it is empty".to_owned());
    }
    let segments = text.split(':').count();
    if segments > NAME_SEGMENTS_MAX {
        return Some(format!("it has {segments} segments, at most {NAME_SEGMENTS_MAX} are allowed"));
    }
    length_defect(text)
        .or_else(|| text.split(':').enumerate().find_map(|(index, segment)| segment_defect(index, segment)))
}

fn segment_defect(index: usize, segment: &str) -> Option<String> {
    let number = index + 1;
    if segment.is_empty() {
        return Some(format!("segment {number} is empty (write it like Assets:Bank)"));
    }
    if let Some(reason) = text::name_defect(segment, NAME_CHARS_MAX) {
        return Some(format!("in segment {number} {segment:?}, {reason}"));
    }
    // U+FF1A and its like become a colon in the key, where they would make a level that the name has not.
    text::normalize(segment).contains(':').then(|| {
        format!("segment {number} {segment:?} holds a look-alike of the colon that separates segments")
    })
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for AccountName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        AccountName::parse(text)
    }
}

impl TryFrom<String> for AccountName {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        AccountName::parse(&text)
    }
}

impl From<AccountName> for String {
    fn from(name: AccountName) -> String {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_falls_into_segments() {
        let name = AccountName::parse("Assets:Bank:N26 Joint").unwrap();
        assert_eq!(name.segments().collect::<Vec<_>>(), ["Assets", "Bank", "N26 Joint"]);
        assert_eq!((name.depth(), name.parent(), name.leaf()), (3, Some("Assets:Bank"), "N26 Joint"));
        let root = AccountName::parse("Assets").unwrap();
        assert_eq!((root.depth(), root.parent(), root.leaf()), (1, None, "Assets"));
    }

    #[test]
    fn a_prefix_ends_at_a_colon() {
        let name = AccountName::parse("Assets:Bank:N26").unwrap();
        for prefix in ["Assets", "assets:BANK", "Assets:Bank:N26"] {
            assert!(name.starts_with_segments(prefix), "{prefix}");
        }
        for prefix in ["Assets:Ba", "Bank", "Assets:Bank:N26:Joint"] {
            assert!(!name.starts_with_segments(prefix), "{prefix}");
        }
    }

    #[test]
    fn nfc_and_nfd_spellings_are_one_account() {
        let composed = AccountName::parse("Expenses:Caf\u{e9}").unwrap();
        let decomposed = AccountName::parse("Expenses:Cafe\u{301}").unwrap();
        assert_eq!(composed, decomposed);
        assert_eq!(composed.normalized(), decomposed.normalized());
        assert_eq!(AccountName::parse("EXPENSES:CAFÉ").unwrap().normalized(), composed.normalized());
    }

    #[test]
    fn an_ill_formed_name_is_refused_and_quoted() {
        let deep = vec!["a"; NAME_SEGMENTS_MAX + 1].join(":");
        let long = "x".repeat(NAME_CHARS_MAX + 1);
        let refused = [
            "",
            ":",
            "Assets:",
            ":Bank",
            "Assets::Bank",
            "Assets: Bank",
            "Assets:Bank ",
            "Assets:\u{202E}Bank",
            "Assets：Bank",
            "Assets:Ba\u{200D}nk",
            "Assets\nBank",
            &deep,
            &long,
        ];
        for name in refused {
            let message = AccountName::parse(name).unwrap_err().to_string();
            assert!(message.starts_with(&format!("account name {name:?} is refused: ")), "{message}");
        }
    }

    #[test]
    fn the_longest_name_is_measured_after_composing() {
        let at_limit = "é".repeat(NAME_CHARS_MAX);
        assert!(AccountName::parse(&at_limit).is_ok());
        // U+0958 is excluded from composition: two characters in NFC.
        assert!(AccountName::parse(&"\u{958}".repeat(NAME_CHARS_MAX)).is_err());
    }

    #[test]
    fn a_name_goes_through_json_as_text_and_is_checked_on_the_way_in() {
        let name = AccountName::parse("Assets:Bank").unwrap();
        let json = serde_json::to_string(&name).unwrap();
        assert_eq!(json, "\"Assets:Bank\"");
        assert_eq!(serde_json::from_str::<AccountName>(&json).unwrap(), name);
        assert!(serde_json::from_str::<AccountName>("\"Assets::Bank\"").is_err());
    }
}
