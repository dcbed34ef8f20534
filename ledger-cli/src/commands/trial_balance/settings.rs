//! The flags of a trial balance as they were given, so that they can be saved and used on another day.

use std::fmt;

use chrono::NaiveDate;
use ledger_core::account::AccountKind;
use ledger_core::report::{TrialBalanceBasis, TrialBalanceOptions};
use ledger_core::{Book, Result, SavedSetting};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::refused;
use crate::dates::{self, DATE_HELP, DateRole};

/// What decides the report. Nothing is resolved yet: `last month` is another month when it is used later.
#[derive(clap::Args, Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Flags {
    /// Last day that counts; of a month or year its last day [default: every entry counts]
    #[arg(long, value_name = "DATE", long_help = format!("The last day that counts: {DATE_HELP}. Without it every entry counts"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,

    /// Only what was posted up to an instant: 2026-01-15, or 2026-01-15 14:30, in the book's time zone
    #[arg(long, value_name = "INSTANT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    known_at: Option<String>,

    /// Sum accounts up to so many levels of their names
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    #[serde(skip_serializing_if = "Option::is_none")]
    depth: Option<u16>,

    /// Show accounts under each other, as a tree
    #[arg(long, overrides_with = "flat")]
    #[serde(skip_serializing_if = "is_false")]
    tree: bool,

    /// Show the whole name of each account (the default)
    #[arg(long)]
    #[serde(skip_serializing_if = "is_false")]
    flat: bool,

    /// Also show accounts that hold nothing
    #[arg(long, overrides_with = "no_zero")]
    #[serde(skip_serializing_if = "is_false")]
    zero: bool,

    /// Leave out accounts that hold nothing (the default)
    #[arg(long)]
    #[serde(skip_serializing_if = "is_false")]
    no_zero: bool,

    /// Only accounts of a kind (asset, liability, equity, income, expense), can be repeated; the others are one row
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<String>,

    /// Figures are what was paid when it was posted (the default)
    #[arg(long, group = "basis")]
    #[serde(skip_serializing_if = "is_false")]
    book_value: bool,

    /// Figures are what is held, commodity by commodity
    #[arg(long, group = "basis")]
    #[serde(skip_serializing_if = "is_false")]
    native: bool,

    /// Figures are values in one commodity at the newest prices up to the day
    #[arg(long = "in", value_name = "COMMODITY", group = "basis")]
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    valued_in: Option<String>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl Flags {
    /// The same flags with what cannot be checked by clap checked, before anything is opened or saved.
    pub fn checked(self) -> Result<Self> {
        for kind in &self.kinds {
            AccountKind::parse(kind)?;
        }
        Ok(self)
    }

    /// The flags that were saved.
    pub fn from_saved(saved: SavedSetting) -> Result<Self> {
        serde_json::from_value(saved.settings).map_err(|error| {
            refused("saved setting", &saved.name, format!("this version cannot read it ({error})"))
        })
    }

    /// The form in which they are saved.
    pub fn to_json(&self) -> Value {
        // Cannot fail: the fields are texts, numbers and lists of texts.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// These flags with those of `saved` where nothing was given now. A pair such as `--tree` and `--flat` is one
    /// decision, and so is the basis.
    pub fn over(self, saved: Flags) -> Self {
        let pair = |now: (bool, bool), then: (bool, bool)| if now.0 || now.1 { now } else { then };
        let (tree, flat) = pair((self.tree, self.flat), (saved.tree, saved.flat));
        let (zero, no_zero) = pair((self.zero, self.no_zero), (saved.zero, saved.no_zero));
        let basis_told = self.book_value || self.native || self.valued_in.is_some();
        let (book_value, native, valued_in) = if basis_told {
            (self.book_value, self.native, self.valued_in)
        } else {
            (saved.book_value, saved.native, saved.valued_in)
        };
        Flags {
            as_of: self.as_of.or(saved.as_of),
            known_at: self.known_at.or(saved.known_at),
            depth: self.depth.or(saved.depth),
            kinds: if self.kinds.is_empty() { saved.kinds } else { self.kinds },
            tree,
            flat,
            zero,
            no_zero,
            book_value,
            native,
            valued_in,
        }
    }

    /// Whether accounts stand under each other.
    pub fn is_tree(&self) -> bool {
        self.tree && !self.flat
    }

    /// What the flags mean today, in this book.
    pub fn options(&self, book: &Book<'_>, today: NaiveDate) -> Result<TrialBalanceOptions> {
        let zone = dates::parse_zone(&book.info().time_zone)?;
        let as_of = self.as_of.as_ref().map(|text| dates::parse_date_as(text, today, DateRole::End));
        let known_at = self.known_at.as_ref().map(|text| dates::parse_instant(text, today, zone));
        let basis = match &self.valued_in {
            Some(code) => TrialBalanceBasis::ValuedIn(book.commodities().get(code)?),
            None if self.native => TrialBalanceBasis::Native,
            None => TrialBalanceBasis::BookValue,
        };
        Ok(TrialBalanceOptions {
            as_of: as_of.transpose()?,
            known_at: known_at.transpose()?,
            depth: self.depth.map(usize::from),
            show_zero: self.zero && !self.no_zero,
            kinds: self.kinds.iter().map(|kind| AccountKind::parse(kind)).collect::<Result<_>>()?,
            basis,
        })
    }
}

/// As one would type them.
impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| if text.contains(' ') { format!("{text:?}") } else { text.to_owned() };
        let mut words = Vec::new();
        let values = [("--as-of", &self.as_of), ("--known-at", &self.known_at), ("--in", &self.valued_in)];
        for (flag, value) in values {
            words.extend(value.as_ref().map(|value| format!("{flag} {}", quoted(value))));
        }
        words.extend(self.depth.map(|depth| format!("--depth {depth}")));
        let switches = [
            ("--tree", self.tree),
            ("--flat", self.flat),
            ("--zero", self.zero),
            ("--no-zero", self.no_zero),
            ("--book-value", self.book_value),
            ("--native", self.native),
        ];
        words.extend(switches.iter().filter(|(_, given)| *given).map(|(flag, _)| (*flag).to_owned()));
        words.extend(self.kinds.iter().map(|kind| format!("--kind {}", quoted(kind))));
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Probe {
        #[command(flatten)]
        flags: Flags,
    }

    fn flags(words: &str) -> Flags {
        Probe::try_parse_from(std::iter::once("tb").chain(words.split_whitespace())).unwrap().flags
    }

    #[test]
    fn flags_are_saved_as_they_were_given_and_come_back() {
        let given = flags("--as-of yesterday --depth 2 --tree --kind asset,income --in EUR");
        let saved = SavedSetting { name: "x".into(), settings: given.to_json() };
        assert_eq!(Flags::from_saved(saved).unwrap(), given);
        assert_eq!(
            given.to_string(),
            "--as-of yesterday --in EUR --depth 2 --tree --kind asset --kind income"
        );
        assert_eq!(given.to_json()["as_of"], "yesterday");
    }

    #[test]
    fn what_is_given_now_goes_over_what_was_saved() {
        let saved = flags("--as-of 2026-01 --tree --zero --native --kind asset");
        let merged = flags("--flat --in EUR --as-of 2026-02").over(saved.clone());
        assert_eq!(merged.to_string(), "--as-of 2026-02 --in EUR --flat --zero --kind asset");
        assert!(!merged.is_tree() && saved.is_tree());
        assert_eq!(flags("").over(saved.clone()), saved);
    }

    #[test]
    fn a_setting_of_another_version_is_refused_by_name() {
        let saved = SavedSetting { name: "odd".into(), settings: serde_json::json!({ "colour": 1 }) };
        let error = Flags::from_saved(saved).unwrap_err().to_string();
        assert!(error.starts_with("saved setting \"odd\" is refused"), "{error}");
    }
}
