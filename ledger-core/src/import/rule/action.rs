//! What a rule gives the lines that meet its conditions.

use serde::{Deserialize, Serialize};

use super::split::{self, SplitPart};
use super::template::Template;
use super::text::one_or_many;
use crate::account::AccountName;
use crate::journal::{PARTY_CHARS_MAX, TEXT_CHARS_MAX, Tag};
use crate::text::{check_name, check_text};

/// What is set. Of account, transfer, split and skip, which all say where the amount goes, a rule has at most one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Actions {
    /// The account on the other side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The own account on the other side: the line is one half of a transfer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<String>,
    /// The parts into which the amount is split.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub split: Vec<SplitPart>,
    /// The line is not posted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub skip: bool,
    /// With whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<Template>,
    /// What is written about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Template>,
    /// Dimensions to add: `key:value`.
    #[serde(skip_serializing_if = "Vec::is_empty", with = "one_or_many")]
    pub tags: Vec<String>,
}

impl Actions {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Actions::default()
    }

    /// The accounts that are named.
    pub(super) fn accounts<'a>(&'a self, found: &mut Vec<&'a str>) {
        found.extend(self.account.as_deref());
        found.extend(self.transfer.as_deref());
        found.extend(self.split.iter().map(|part| part.account.as_str()));
    }

    /// Calls `found` with the path and the reason of each thing that is wrong.
    pub(super) fn check(&self, path: &str, found: &mut dyn FnMut(String, String)) {
        let at = |key: &str| format!("{path}.{key}");
        let ways = [
            ("account", self.account.is_some()),
            ("transfer", self.transfer.is_some()),
            ("split", !self.split.is_empty()),
            ("skip", self.skip),
        ];
        let told: Vec<&str> = ways.iter().filter(|(_, told)| *told).map(|(name, _)| *name).collect();
        if told.len() > 1 {
            let reason = format!("{} say both where the amount goes: keep one", told.join(" and "));
            found(at(told[1]), reason);
        }
        for (key, name) in [("account", &self.account), ("transfer", &self.transfer)] {
            if let Some(Err(error)) = name.as_deref().map(AccountName::parse) {
                found(at(key), error.to_string());
            }
        }
        split::check(&self.split, &at("split"), found);
        self.check_texts(path, found);
    }

    fn check_texts(&self, path: &str, found: &mut dyn FnMut(String, String)) {
        for (key, template) in [("party", &self.party), ("description", &self.description)] {
            let Some(template) = template else { continue };
            let checked = match template.as_literal() {
                Some(name) if key == "party" => check_name("party", name, PARTY_CHARS_MAX),
                Some(text) => check_text("description", text, TEXT_CHARS_MAX),
                None => Ok(()),
            };
            if let Err(error) = checked {
                found(format!("{path}.{key}"), error.to_string());
            } else if template.is_blank() {
                found(format!("{path}.{key}"), "it is blank".to_owned());
            }
        }
        for tag in self.tags.iter().map(|text| Tag::parse(text)) {
            let checked = check_name("tag key", &tag.key, PARTY_CHARS_MAX)
                .and_then(|()| check_text("tag value", &tag.value, TEXT_CHARS_MAX));
            if let Err(error) = checked {
                found(format!("{path}.tags"), error.to_string());
            }
        }
    }
}
