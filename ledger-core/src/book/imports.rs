//! Bank statements into the journal of a book: reading is the pure work of [`crate::import`], posting is done here,
//! a file as one unit.

use std::collections::{HashMap, HashSet};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Book, Settings};
use crate::account::{Account, NewAccount, near_matches};
use crate::audit::Hash;
use crate::import::{
    CounterAccounts, CsvProfile, CsvReading, Problem, RowDraft, built_in_profile, drafts, read_csv,
};
use crate::journal::Entry;
use crate::money::Commodity;
use crate::store::call;
use crate::{Error, ErrorKind, Result};

/// How many entries are posted at once; the whole file is one transaction all the same.
const BATCH: usize = 10_000;
/// What saved CSV profiles are saved for.
const PROFILES: &str = "import-csv";

/// The imports of a book: `book.imports()`.
#[derive(Debug)]
pub struct Imports<'b> {
    pub(super) book: &'b Book<'b>,
}

/// A CSV statement to import, with what the caller knows about it.
///
/// ```
/// use ledger_core::CsvImport;
///
/// let import = CsvImport { create: true, ..CsvImport::new("bank.csv", b"Date,Text,Amount\n", "Assets:Bank") };
/// assert_eq!(import.into, "Assets:Bank");
/// ```
#[derive(Debug, Clone)]
pub struct CsvImport<'a> {
    /// The file's name, for messages and the audit log.
    pub file: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
    /// How to read it; what is not set is detected.
    pub profile: CsvProfile,
    /// The account that the statement is of.
    pub into: &'a str,
    /// The account on the other side; left out, [`CounterAccounts::MONEY_OUT`] and [`CounterAccounts::MONEY_IN`],
    /// which are opened when they are missing.
    pub counter: Option<&'a str>,
    /// The commodity of amounts that name none; left out, the account's own or the book's.
    pub commodity: Option<&'a str>,
    /// Open `into` and `counter` when they are missing.
    pub create: bool,
    /// Import the rows that can be read where others cannot.
    pub skip_unreadable: bool,
    /// Only find out what would be posted.
    pub rehearse: bool,
}

impl<'a> CsvImport<'a> {
    /// An import that detects all it can, takes no unreadable row and opens no account of the caller's.
    pub fn new(file: &'a str, bytes: &'a [u8], into: &'a str) -> Self {
        CsvImport {
            file,
            bytes,
            profile: CsvProfile::default(),
            into,
            counter: None,
            commodity: None,
            create: false,
            skip_unreadable: false,
            rehearse: false,
        }
    }
}

/// What an import came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CsvOutcome {
    /// The entries that are new, in the order of the file.
    pub posted: Vec<Entry>,
    /// How many rows an earlier import had posted.
    pub already_there: u64,
    /// How many rows gave no entry: those of zero, and unreadable ones that were passed over.
    pub skipped: u64,
    /// Accounts that were opened for the import.
    pub opened: Vec<Account>,
    /// Rows that cannot be read. Unless the caller chose to pass over them, nothing is posted while there are any.
    pub problems: Vec<Problem>,
    /// The profile with everything that was detected filled in, ready to be saved.
    pub profile: CsvProfile,
    /// What was left out or assumed, each a sentence.
    pub notes: Vec<String>,
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

    /// Imports a CSV statement as one unit, with an audit event `import.csv`.
    ///
    /// A row that an earlier import posted is not posted again; two identical rows of one file are both posted.
    ///
    /// # Errors
    /// As [`read_csv`] for a file that cannot be read at all, as [`crate::Journal::post`] for an entry that the
    /// book refuses (nothing is written then), [`ErrorKind::NotFound`] for an account that is missing, and
    /// [`ErrorKind::Misuse`] for a counter account that is the statement's own.
    pub fn csv(&self, import: &CsvImport<'_>) -> Result<CsvOutcome> {
        let reading = self.read(import)?;
        let mut outcome = CsvOutcome {
            problems: reading.problems,
            profile: reading.profile,
            notes: reading.notes,
            ..CsvOutcome::default()
        };
        if !outcome.problems.is_empty() && !import.skip_unreadable {
            return Ok(outcome);
        }
        // One row can have several problems.
        let unreadable: HashSet<u64> = outcome.problems.iter().map(|problem| problem.line).collect();
        outcome.skipped = unreadable.len() as u64;
        let mut post = || self.book.change(|_, _| self.post(import, &reading.rows, &mut outcome));
        if import.rehearse {
            self.book.ledger.rehearse(|_| post())?;
        } else {
            post()?;
        }
        Ok(outcome)
    }

    fn read<'a>(&self, import: &CsvImport<'a>) -> Result<CsvReading<'a>> {
        let chart = self.book.chart()?;
        let resolve = |code: &str| chart.resolve_commodity(code);
        let own = || chart.lookup(import.into).and_then(|account| account.commodity);
        let commodity: Commodity = match import.commodity {
            Some(code) => {
                resolve(code).ok_or_else(|| ErrorKind::UnknownCommodity { code: code.to_owned() })?
            }
            None => own().unwrap_or(self.book.base_commodity()),
        };
        read_csv(import.bytes, import.file, &import.profile, commodity, &resolve)
    }

    fn post(
        &self,
        import: &CsvImport<'_>,
        rows: &[crate::import::StatementLine],
        outcome: &mut CsvOutcome,
    ) -> Result<()> {
        let into = self.account(import.into, import.create, outcome)?;
        let counters = match import.counter {
            Some(name) => {
                let counter = self.account(name, import.create, outcome)?;
                if counter.id == into.id {
                    let advice = format!("{} cannot be its own counter account", into.name);
                    return Err(ErrorKind::Misuse(advice).into());
                }
                CounterAccounts::both(counter.id)
            }
            None => CounterAccounts::default(),
        };
        // The account's number stays when it is renamed, and the uid when the book is copied to another database.
        let key = format!("{}/{}", self.book.info().uid, into.id);
        let made = drafts(&key, &into.id.into(), &counters, rows);
        outcome.skipped += made.skipped;
        outcome.notes.extend(made.notes);
        let new = self.unknown(made.drafts, outcome)?;
        if import.counter.is_none() {
            self.open_counters(&new, outcome)?;
        }
        let mut new = new.into_iter().peekable();
        while new.peek().is_some() {
            let batch = new.by_ref().take(BATCH).map(|row| row.draft.balance());
            let receipts = self.book.journal().post_all(batch.collect::<Result<Vec<_>>>()?)?;
            outcome.posted.extend(receipts.into_iter().map(|receipt| receipt.entry));
        }
        self.record(import, &into, outcome)
    }

    /// The drafts that no earlier import posted. Only their identity decides: an entry that was given another
    /// category or text since is still there.
    fn unknown(&self, drafts: Vec<RowDraft>, outcome: &mut CsvOutcome) -> Result<Vec<RowDraft>> {
        let id_of = |row: &RowDraft| row.draft.external_id.clone().unwrap_or_default();
        let ids: Vec<String> = drafts.iter().map(id_of).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let book_id = self.book.id();
        let known =
            call!(self.book.db(), "looking for imported rows", entry::by_external_ids(book_id, &ids))?;
        let known: HashMap<String, i64> = known.into_iter().collect();
        let count = drafts.len();
        let new: Vec<RowDraft> = drafts.into_iter().filter(|row| !known.contains_key(&id_of(row))).collect();
        outcome.already_there = (count - new.len()) as u64;
        Ok(new)
    }

    fn open_counters(&self, new: &[RowDraft], outcome: &mut CsvOutcome) -> Result<()> {
        let has = |out: bool| {
            let first = |row: &RowDraft| row.draft.lines.first().and_then(|line| line.amount);
            new.iter().filter_map(first).any(|amount| amount.is_negative() == out)
        };
        for (used, name) in [(has(true), CounterAccounts::MONEY_OUT), (has(false), CounterAccounts::MONEY_IN)]
        {
            if used {
                self.account(name, true, outcome)?;
            }
        }
        Ok(())
    }

    /// The account with this name, opened if it is missing and may be.
    fn account(&self, name: &str, create: bool, outcome: &mut CsvOutcome) -> Result<Account> {
        let chart = self.book.chart()?;
        if !create || chart.lookup(name).is_some() {
            return chart.find(name).cloned();
        }
        let near = near_matches(name, &self.book.accounts().search_index()?);
        let account = self.book.accounts().open(NewAccount::new(name))?;
        if let Some(near) = near.first() {
            outcome.notes.push(format!("{} was opened: did you mean {}?", account.name, near.name));
        }
        outcome.opened.push(account.clone());
        Ok(account)
    }

    fn record(&self, import: &CsvImport<'_>, into: &Account, outcome: &CsvOutcome) -> Result<()> {
        // An import that found everything there changed nothing, and so leaves no trace.
        let (Some(first), Some(last)) = (outcome.posted.first(), outcome.posted.last()) else {
            return Ok(());
        };
        let after = json!({
            "file": crate::text::fit_text(import.file, 1000),
            "sha256": Hash(Sha256::digest(import.bytes).into()),
            "posted": outcome.posted.len(),
            "already_there": outcome.already_there,
            "skipped": outcome.skipped,
            "first_entry": first.number,
            "last_entry": last.number,
        });
        self.book.record_event("import.csv", &format!("account {}", into.id), None, Some(after))
    }
}
