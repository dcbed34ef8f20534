//! Changing things: with `--dry-run` a change is made and taken back, and a doubtful one is asked about first.

use std::io::{self, BufRead, Write};

use ledger_core::journal::BalancedEntry;
use ledger_core::{Book, ErrorKind, Ledger, Result};

use super::Context;

impl Context {
    /// Makes a change; with `--dry-run` all of it is done, so that every rule is checked, and then taken back.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn change<T>(&self, ledger: &Ledger, work: impl FnOnce() -> Result<T>) -> Result<T> {
        if !self.settings.dry_run {
            return work();
        }
        let mut done = None;
        // Any error takes the transaction back; this one is never shown.
        let taken_back: Result<()> = ledger.transaction(|_| {
            done = Some(work()?);
            Err(ErrorKind::Misuse("this was a dry run".to_owned()).into())
        });
        match (done, taken_back) {
            (Some(done), _) => {
                self.note("dry run: nothing was changed");
                Ok(done)
            }
            (None, Err(error)) => Err(error),
            (None, Ok(())) => Err(ErrorKind::Misuse("a dry run ended early".to_owned()).into()),
        }
    }

    /// Whether the user agrees: `--yes` does, a person at the terminal is asked, and nobody else does.
    pub fn agrees(&self, question: &str) -> bool {
        if self.settings.yes || !self.settings.may_ask {
            return self.settings.yes;
        }
        let mut answer = String::new();
        let asked = write!(io::stderr(), "{question} [y/N] ").and_then(|()| io::stderr().flush());
        let read = asked.and_then(|()| io::stdin().lock().read_line(&mut answer));
        read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
    }

    /// Whether an entry with a reconciled line is to be corrected all the same; one without such a line, or with a
    /// replacement that leaves it as it is, needs no word.
    ///
    /// # Errors
    /// When the database fails.
    pub fn agrees_to_correct(
        &self,
        book: &Book<'_>,
        number: i64,
        replacement: Option<&BalancedEntry>,
    ) -> Result<bool> {
        let marks = book.reconciliations();
        let (verb, protection) = match replacement {
            Some(replacement) => ("amend", marks.protection_from(number, replacement)?),
            None => ("reverse", marks.protection(number)?),
        };
        let ask = |protection| self.agrees(&format!("entry {number}: {protection}. {verb} it all the same?"));
        Ok(protection.is_some_and(ask))
    }
}
