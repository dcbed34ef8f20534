//! Bank statements into the journal of a book: reading and judging are the pure work of [`crate::import`]; here lines
//! are kept as they came, posted and linked as one unit, and taken back as one unit.

mod commit;
mod decide;
mod join;
mod judge;
mod keep;
mod look_alikes;
mod make_rule;
mod read;
mod reconcile;
mod rows;
mod settings;
mod show;
mod take_in;
mod undo;
mod unequal;

use serde_json::json;

use super::{Book, Settings};
use crate::import::{CounterSuggester, CsvProfile, StatementFormat, built_in_profile};
use crate::{Error, ErrorKind, Result};

/// What saved CSV profiles are saved for.
const PROFILES: &str = "import-csv";

/// The imports of a book: `book.imports()`.
#[derive(Debug)]
pub struct Imports<'b> {
    pub(super) book: &'b Book<'b>,
}

/// A bank's file to import, with what the caller knows about it.
///
/// ```
/// use ledger_core::Import;
///
/// let import = Import { into: Some("Assets:Bank"), ..Import::new("bank.csv", b"Date,Text,Amount\n") };
/// assert_eq!(import.days, 5);
/// ```
#[derive(Clone)]
pub struct Import<'a> {
    /// The file's name, for messages and for whoever looks at the import later.
    pub file: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
    /// The kind of file; left out, it is detected.
    pub format: Option<StatementFormat>,
    /// How to read a CSV file; what is not set is detected.
    pub profile: CsvProfile,
    /// The account that the statement is of; left out, the one into which the bank's account was imported before.
    pub into: Option<&'a str>,
    /// The same for files of several accounts: the bank's account (IBAN, number, name) and the book's.
    pub into_each: &'a [(String, String)],
    /// The account on the other side of lines that nothing tells more of; left out,
    /// [`CounterAccounts`](crate::import::CounterAccounts) by default, which are opened when they are missing.
    pub counter: Option<&'a str>,
    /// The commodity of amounts that name none; left out, the account's own or the book's.
    pub commodity: Option<&'a str>,
    /// Open accounts that are named here or by suggestions, when they are missing.
    pub create: bool,
    /// Take in the rows that can be read where others cannot.
    pub skip_unreadable: bool,
    /// Commit although balances do not follow from the lines.
    pub accept_gaps: bool,
    /// How many days a line may lie from the entry or the other side that stands for it.
    pub days: u32,
    /// Take lines that another format has of the same day and amount for the same, without asking.
    pub same_lines: bool,
    /// What tells the other side first: the rules of a person.
    pub rules: &'a [&'a dyn CounterSuggester],
    /// What tells it after the file itself: what was learned from history.
    pub learned: &'a [&'a dyn CounterSuggester],
}

impl std::fmt::Debug for Import<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Import").field("file", &self.file).field("into", &self.into).finish_non_exhaustive()
    }
}

impl<'a> Import<'a> {
    /// An import that detects all it can, takes no unreadable row and opens no account of the caller's.
    pub fn new(file: &'a str, bytes: &'a [u8]) -> Self {
        Import {
            file,
            bytes,
            format: None,
            profile: CsvProfile::default(),
            into: None,
            into_each: &[],
            counter: None,
            commodity: None,
            create: false,
            skip_unreadable: false,
            accept_gaps: false,
            days: 5,
            same_lines: false,
            rules: &[],
            learned: &[],
        }
    }
}

impl<'b> Imports<'b> {
    /// The saved profiles of CSV files: JSON of [`CsvProfile`] by name.
    pub fn csv_profiles(&self) -> Settings<'b> {
        Settings { book: self.book, purpose: PROFILES }
    }

    /// The saved profile with this name, or else the built-in one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with the names that there are; [`ErrorKind::InvalidSetting`] for one that is no
    /// profile.
    pub fn csv_profile(&self, name: &str) -> Result<CsvProfile> {
        let saved = match self.csv_profiles().get(name) {
            Ok(saved) => saved,
            Err(error) => {
                let missing = matches!(error.kind(), ErrorKind::NotFound { .. });
                let known = built_in_profile(name).filter(|_| missing);
                return known.map(|known| known.profile.clone()).ok_or(error);
            }
        };
        serde_json::from_value(saved.settings).map_err(|error| {
            let reason = format!("it is no profile of this version: {error}");
            Error::from(ErrorKind::InvalidSetting { what: "profile", value: saved.name, reason })
        })
    }

    /// Saves a profile under a name, in place of the one that had it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`].
    pub fn save_csv_profile(&self, name: &str, profile: &CsvProfile) -> Result<()> {
        self.csv_profiles().save(name, &json!(profile))
    }
}
