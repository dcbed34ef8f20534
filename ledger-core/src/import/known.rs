//! The layouts of widely used banks: a built-in profile each, used by its name or recognised by its header.

use std::sync::LazyLock;

use serde::Deserialize;

use super::profile::CsvProfile;
use super::words::key;

/// How the files of a widely used bank are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltInProfile {
    /// The name to use it by.
    pub name: String,
    /// Whose export it reads.
    pub title: String,
    /// The columns by which a file is recognised, in their order; empty where only the name chooses it.
    pub header: Vec<String>,
    /// How to read it.
    pub profile: CsvProfile,
}

/// The built-in profiles, by name.
///
/// ```
/// use ledger_core::import::built_in_profiles;
/// let n26 = built_in_profiles().iter().find(|known| known.name == "n26").unwrap();
/// assert_eq!(n26.profile.date.as_ref().unwrap().to_string(), "Booking Date");
/// ```
pub fn built_in_profiles() -> &'static [BuiltInProfile] {
    static PROFILES: LazyLock<Vec<BuiltInProfile>> = LazyLock::new(|| {
        // Cannot fail: the text is a part of this program, and a test reads it.
        let read: toml::Table = toml::from_str(include_str!("known.toml")).unwrap_or_default();
        read.into_iter()
            .filter_map(|(name, entry)| entry.try_into().ok().map(|entry| of(name, entry)))
            .collect()
    });
    &PROFILES
}

/// The built-in profile with a name, in any case.
pub fn built_in_profile(name: &str) -> Option<&'static BuiltInProfile> {
    built_in_profiles().iter().find(|known| known.name.eq_ignore_ascii_case(name.trim()))
}

/// The layout whose columns a header has, in their order; of several the one with the most columns.
pub(super) fn recognise(header: &[String]) -> Option<&'static BuiltInProfile> {
    let found = header.iter().map(|name| key(name)).collect::<Vec<_>>();
    let has = |known: &&BuiltInProfile| {
        let mut rest = found.iter();
        !known.header.is_empty() && known.header.iter().all(|name| rest.any(|other| *other == key(name)))
    };
    built_in_profiles().iter().filter(has).max_by_key(|known| known.header.len())
}

/// An entry of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    title: String,
    #[serde(default)]
    header: Vec<String>,
    read: CsvProfile,
}

fn of(name: String, entry: Entry) -> BuiltInProfile {
    let Entry { title, header, read: profile } = entry;
    BuiltInProfile { name, title, header, profile }
}

#[cfg(test)]
mod tests {
    use super::super::profile::ColumnRef;
    use super::*;

    #[test]
    fn every_built_in_profile_is_whole() {
        let read: toml::Table = toml::from_str(include_str!("known.toml")).unwrap();
        assert_eq!(built_in_profiles().len(), read.len(), "an entry does not read");
        for known in built_in_profiles() {
            let profile = &known.profile;
            assert!(profile.date.is_some(), "{}", known.name);
            assert!(
                profile.amount.is_some() != (profile.debit.is_some() && profile.credit.is_some()),
                "{}",
                known.name
            );
            assert_eq!(CsvProfile::from_toml(&profile.to_toml(), "x").unwrap(), *profile, "{}", known.name);
            let needed =
                [&profile.date, &profile.amount, &profile.debit, &profile.credit, &profile.direction];
            for column in needed.into_iter().flatten() {
                if let (ColumnRef::Name(name), false) = (column, known.header.is_empty()) {
                    assert!(known.header.contains(name), "{}: {name} is not recognised by", known.name);
                }
            }
        }
    }

    #[test]
    fn a_header_is_recognised_with_further_columns_and_never_in_another_order() {
        let names = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        let header = names("Date,Description,Amount,Running Bal.");
        assert_eq!(recognise(&header).unwrap().name, "bank-of-america");
        let more = names("DATE,Description,Amount,Tag,Running Bal.,");
        assert_eq!(recognise(&more).unwrap().name, "bank-of-america");
        assert_eq!(recognise(&names("Description,Date,Amount,Running Bal.")), None);
        assert_eq!(recognise(&names("Date,Description,Amount")), None);
    }
}
