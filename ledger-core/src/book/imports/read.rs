//! From a file's bytes to its statements, and from the bank's accounts to those of the book.

use std::collections::HashSet;

use super::{Import, Imports};
use crate::account::{Account, AccountId, Chart, NewAccount, near_matches};
use crate::import::{
    Fingerprint, ImportReport, ReadOptions, Statement, StatementFile, StatementLine, compact, read_statement,
};
use crate::money::Commodity;
use crate::store::call;
use crate::{Error, ErrorKind, Result};

/// The statements of an import while it is worked on, with the accounts that they are of.
pub(super) struct Intake<'a> {
    /// The account of each statement.
    pub accounts: Vec<AccountId>,
    /// All lines, in the order of the file.
    pub lines: Vec<IntakeLine<'a>>,
}

/// A line with what it is compared by.
pub(super) struct IntakeLine<'a> {
    pub line: &'a StatementLine,
    pub fingerprint: Fingerprint,
    /// Its statement's place.
    pub statement: u32,
}

impl<'a> Intake<'a> {
    pub(super) fn new(statements: &'a [Statement], accounts: Vec<AccountId>) -> Intake<'a> {
        let mut lines = Vec::with_capacity(statements.iter().map(|statement| statement.lines.len()).sum());
        for (number, statement) in (0..).zip(statements) {
            lines.extend(statement.lines.iter().map(|line| IntakeLine {
                line,
                fingerprint: Fingerprint::of(line),
                statement: number,
            }));
        }
        Intake { accounts, lines }
    }

    /// The account that a line is of.
    pub(super) fn account_of(&self, place: usize) -> AccountId {
        self.accounts[self.lines[place].statement as usize]
    }

    /// The accounts, each once, in the order of the file.
    pub(super) fn distinct_accounts(&self) -> Vec<AccountId> {
        let mut seen = HashSet::new();
        self.accounts.iter().copied().filter(|account| seen.insert(*account)).collect()
    }
}

impl Imports<'_> {
    /// Reads the file, in the commodity of its account where it names none.
    pub(super) fn read<'a>(&self, import: &Import<'a>) -> Result<StatementFile<'a>> {
        let chart = self.book.chart()?;
        let resolve = |code: &str| chart.resolve_commodity(code);
        let own = || chart.lookup(import.into?).and_then(|account| account.commodity);
        let commodity: Commodity = match import.commodity {
            Some(code) => {
                resolve(code).ok_or_else(|| ErrorKind::UnknownCommodity { code: code.to_owned() })?
            }
            None => own().unwrap_or(self.book.base_commodity()),
        };
        let options = ReadOptions {
            format: import.format,
            profile: import.profile.clone(),
            ..ReadOptions::new(commodity)
        };
        read_statement(import.bytes, import.file, &options, &resolve)
    }

    /// The account of each statement: as told, as the bank's account was imported before, or by its name or alias.
    pub(super) fn accounts_of(
        &self,
        import: &Import<'_>,
        file: &StatementFile<'_>,
        report: &mut ImportReport,
    ) -> Result<Vec<AccountId>> {
        let known = call!(self.book.db(), "reading imports", statement::bank_accounts(self.book.id()))?;
        let banks: HashSet<String> =
            file.statements.iter().map(|s| compact(s.account.as_deref().unwrap_or_default())).collect();
        let mut accounts = Vec::with_capacity(file.statements.len());
        for (number, statement) in (1..).zip(&file.statements) {
            let bank = statement.account.as_deref();
            let is_bank = |other: &str| bank.is_some_and(|bank| compact(bank) == compact(other));
            let each =
                import.into_each.iter().find(|(other, _)| is_bank(other)).map(|(_, name)| name.as_str());
            // One account cannot be that of several accounts of a bank.
            let told = each.or(import.into.filter(|_| banks.len() <= 1));
            let account = match told {
                Some(name) => self.account(name, import.create, report)?.id,
                None => {
                    let remembered =
                        known.iter().find(|(other, _)| is_bank(other)).map(|(_, id)| AccountId(*id));
                    let named = || self.book.chart().ok()?.lookup(bank?).map(|account| account.id);
                    match remembered.or_else(named) {
                        Some(id) => id,
                        None => return Err(unmapped(import, number, file.statements.len(), bank)),
                    }
                }
            };
            accounts.push(account);
        }
        Ok(accounts)
    }

    /// The account with this name, opened if it is missing and may be.
    pub(super) fn account(&self, name: &str, create: bool, report: &mut ImportReport) -> Result<Account> {
        let chart = self.book.chart()?;
        if !create || chart.lookup(name).is_some() {
            return chart.find(name).cloned();
        }
        let near = near_matches(name, &self.book.accounts().search_index()?);
        let account = self.book.accounts().open(NewAccount::new(name))?;
        if let Some(near) = near.first() {
            report.notes.push(format!("{} was opened: did you mean {}?", account.name, near.name));
        }
        report.opened.push(account.clone());
        Ok(account)
    }
}

/// The name of an account.
pub(super) fn name_of(chart: &Chart, id: AccountId) -> String {
    chart.account(id).map_or_else(|| format!("#{id}"), |account| account.name.clone())
}

fn unmapped(import: &Import<'_>, number: usize, count: usize, bank: Option<&str>) -> Error {
    let which =
        if count == 1 { "the statement".to_owned() } else { format!("statement {number} of {count}") };
    let advice = match bank {
        Some(bank) => format!(
            "{which} in {} is of the bank's account \"{bank}\", which was never imported: say into which account of \
             the book with --into \"{bank}=ACCOUNT\"",
            import.file
        ),
        None if count == 1 => {
            format!(
                "{which} in {} does not say of which account it is: say it with --into ACCOUNT",
                import.file
            )
        }
        None => format!(
            "{which} in {} does not say of which account it is, and --into can mean only one: split the file",
            import.file
        ),
    };
    ErrorKind::Misuse(advice).into()
}
