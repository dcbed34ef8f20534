//! What a name means that no account has: an error, or with `--create` an account to open, once it is sure that
//! the name is not a slip of the pen.

use std::collections::HashMap;

use ledger_core::account::{NewAccount, SearchIndex, near_matches};
use ledger_core::journal::AccountRef;
use ledger_core::{BalancedEntry, Book, ErrorKind, Result};

use super::super::Context;

/// Up to so many accounts, names that were just agreed to count for the likeness of the next ones too.
const REFRESHED_MAX: usize = 5_000;

/// The account names of an input, each judged once.
pub struct Names<'c> {
    context: &'c Context,
    book: &'c Book<'c>,
    create: bool,
    verdicts: HashMap<String, Verdict>,
    index: Option<SearchIndex>,
}

#[derive(Clone)]
enum Verdict {
    Known,
    ToOpen,
    Refused(ErrorKind),
}

impl<'c> Names<'c> {
    /// A judge for the names of one input.
    pub fn new(context: &'c Context, book: &'c Book<'c>, create: bool) -> Self {
        Names { context, book, create, verdicts: HashMap::new(), index: None }
    }

    /// Refuses an entry with a name that is unknown; with `--create`, one that is near another and not confirmed.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with suggestions, [`ErrorKind::NearName`].
    pub fn check(&mut self, entry: &BalancedEntry) -> Result<()> {
        self.check_names(names_of(entry))
    }

    /// Refuses names as [`Names::check`] does.
    ///
    /// # Errors
    /// As [`Names::check`].
    pub fn check_names<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) -> Result<()> {
        for name in names {
            if !self.verdicts.contains_key(name) {
                let verdict = self.judge(name)?;
                self.verdicts.insert(name.to_owned(), verdict);
            }
            if let Some(Verdict::Refused(kind)) = self.verdicts.get(name) {
                return Err(kind.clone().into());
            }
        }
        Ok(())
    }

    /// Whether opening an account is part of posting this entry.
    pub fn has_missing(&self, entry: &BalancedEntry) -> bool {
        names_of(entry).any(|name| matches!(self.verdicts.get(name), Some(Verdict::ToOpen)))
    }

    /// Opens the accounts of an entry that are not there and were agreed to.
    ///
    /// What was opened is looked up again each time, as the transaction around it may be taken back.
    ///
    /// # Errors
    /// Those of opening an account, such as a name whose kind cannot be told.
    pub fn open_missing(&self, entry: &BalancedEntry) -> Result<()> {
        for name in names_of(entry) {
            let to_open = matches!(self.verdicts.get(name), Some(Verdict::ToOpen));
            if to_open && self.book.accounts().get(name).is_err() {
                self.book.accounts().open(NewAccount::new(name))?;
            }
        }
        Ok(())
    }

    fn judge(&mut self, name: &str) -> Result<Verdict> {
        let kind = match self.book.accounts().get(name) {
            Ok(_) => return Ok(Verdict::Known),
            Err(error) => error.kind().clone(),
        };
        if !matches!(kind, ErrorKind::NotFound { .. }) {
            return Err(kind.into());
        }
        if !self.create {
            self.context.hint("--create opens accounts that are not there");
            return Ok(Verdict::Refused(kind));
        }
        let index = match self.index.take() {
            Some(index) => index,
            None => self.book.accounts().search_index()?,
        };
        let candidates: Vec<String> = near_matches(name, &index).into_iter().map(|near| near.name).collect();
        if index.len() > REFRESHED_MAX {
            self.index = Some(index);
        }
        let Some(closest) = candidates.first() else { return Ok(Verdict::ToOpen) };
        self.context.note(format_args!("account \"{name}\" is new; did you mean {closest}?"));
        if self.context.agrees(&format!("open {name} as a new account?")) {
            return Ok(Verdict::ToOpen);
        }
        Ok(Verdict::Refused(ErrorKind::NearName { what: "account", name: name.to_owned(), candidates }))
    }
}

fn names_of(entry: &BalancedEntry) -> impl Iterator<Item = &str> {
    entry.lines().iter().filter_map(|line| match &line.account {
        AccountRef::Name(name) => Some(name.as_str()),
        AccountRef::Id(_) => None,
    })
}
