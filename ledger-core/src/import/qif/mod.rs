//! The reader of the Quicken Interchange Format: bank, cash, card, asset, liability and investment transactions.
//!
//! `records` takes a file apart into sections and records, `formats` decides over the whole file how it writes
//! dates and numbers, `transaction` reads one record; this file sorts the lines by account.

mod formats;
mod records;
mod transaction;

use std::collections::HashMap;

use self::formats::Formats;
use self::records::{Item, Record, Records};
use self::transaction::{Reading, Transaction};
use super::currency::Currencies;
use super::describe::excerpt;
use super::explain::{Halt, OpenQuestion};
use super::profile::CsvProfile;
use super::source::{LeftOut, Source, identity};
use super::statement::{Contents, Statement};
use crate::Result;

/// What the records of a section are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Section {
    /// Transactions of one account; investment transactions have other fields.
    Transactions { kind: String, is_investment: bool },
    /// The accounts themselves; the last one is that of the transactions which follow.
    Accounts,
    /// Lists that are not transactions: categories, securities, prices.
    List(String),
}

/// Reads a QIF text. The file names no currency: all amounts are in the default one, unless a sign says otherwise.
///
/// # Errors
/// Dates or numbers that can be read in two ways, with the flag that decides; a value longer than 1 MiB or a
/// transaction of more than 10,000 lines; a file without any section.
pub(super) fn read(
    text: &str,
    file: &str,
    profile: &CsvProfile,
    currencies: Currencies<'_>,
) -> Result<Contents> {
    let source = Source::new(text, file);
    let formats = formats::find(&source, profile).map_err(|halt| halt.into_error(file))?;
    let mut accounts = Accounts {
        source,
        formats,
        currencies,
        contents: Contents::default(),
        keys: HashMap::new(),
        account: None,
        lists: LeftOut::default(),
        without_amount: LeftOut::default(),
        investment_lines: 0,
    };
    let mut section = Section::plain();
    let mut has_sections = false;
    for item in Records::new(text) {
        match item {
            Item::Header { text: header, .. } => {
                has_sections = true;
                section = accounts.begin(header, section);
            }
            Item::Record(record) => accounts.take(&section, &record)?,
        }
    }
    if !has_sections && accounts.contents.statements.is_empty() {
        let reason = "there is no section such as !Type:Bank in it: is this a QIF file?";
        return Err(accounts.source.error(0, reason));
    }
    Ok(accounts.finish())
}

/// What a QIF text leaves open, if anything: the order of its dates, its decimal mark.
///
/// # Errors
/// A date format that is none.
pub(super) fn open_question(text: &str, file: &str, profile: &CsvProfile) -> Result<Option<OpenQuestion>> {
    match formats::find(&Source::new(text, file), profile) {
        Ok(_) => Ok(None),
        Err(Halt::Open(question)) => Ok(Some(question)),
        Err(Halt::Refused(error)) => Err(error),
    }
}

impl Section {
    /// The section of a file that begins without one.
    pub fn plain() -> Section {
        Section::Transactions { kind: "Bank".to_owned(), is_investment: false }
    }

    /// The section that a header such as `!Type:Bank` begins; none where the header sets an option.
    pub fn of(header: &str) -> Option<Section> {
        let header = header.trim();
        let lower = header.to_ascii_lowercase();
        if lower.starts_with("!account") {
            return Some(Section::Accounts);
        }
        let kind = lower.strip_prefix("!type:")?.trim();
        let is_investment = matches!(kind, "invst" | "port" | "401(k)/403(b)");
        let accounts = ["bank", "cash", "ccard", "oth a", "oth l", "otha", "othl", "invoice", "bill"];
        let name = excerpt(header["!type:".len()..].trim()).into_owned();
        Some(match is_investment || accounts.contains(&kind) {
            true => Section::Transactions { kind: name, is_investment },
            false => Section::List(name),
        })
    }
}

/// Gathers the lines of one file by account.
struct Accounts<'t, 'r> {
    source: Source<'t>,
    formats: Formats,
    currencies: Currencies<'r>,
    contents: Contents,
    /// The index of each statement by the account's name, or by the kind of its section where it has none.
    keys: HashMap<(Option<Box<str>>, String), usize>,
    /// The account that the transactions belong to.
    account: Option<Box<str>>,
    lists: LeftOut,
    without_amount: LeftOut,
    investment_lines: u64,
}

impl Accounts<'_, '_> {
    /// Begins the section of a header; an option leaves the section as it is.
    fn begin(&mut self, header: &str, section: Section) -> Section {
        if header.trim().eq_ignore_ascii_case("!clear:autoswitch") {
            // What was listed before were all accounts, not the one of the next transactions.
            self.account = None;
        }
        let begun = Section::of(header);
        if let Some(Section::Transactions { kind, .. }) = &begun {
            self.statement(kind);
        }
        begun.unwrap_or(section)
    }

    fn take(&mut self, section: &Section, record: &Record<'_>) -> Result<()> {
        self.source.check_length(record.start, record.longest)?;
        if record.is_too_long {
            let reason = "a transaction of more than 10000 lines is refused: is a ^ missing?";
            return Err(self.source.error(record.start, reason));
        }
        match section {
            Section::Accounts => {
                let name = record.fields.iter().find(|field| field.code == 'N');
                self.account = name.and_then(|name| identity(name.text));
            }
            Section::List(kind) => {
                let line = self.source.line(record.start);
                self.lists.add(&format!("entry of the list \"{kind}\""), line);
            }
            Section::Transactions { kind, is_investment } => self.transaction(kind, *is_investment, record),
        }
        Ok(())
    }

    fn transaction(&mut self, kind: &str, is_investment: bool, record: &Record<'_>) {
        let line = self.source.line(record.start);
        if !record.is_closed {
            self.contents
                .notes
                .push(format!("the transaction in line {line} has no ^ behind it: it was read"));
        }
        let transaction =
            Transaction { record, is_investment, formats: &self.formats, currencies: self.currencies };
        let (mut line, split_note) = match transaction.read(&self.source, line) {
            Reading::Problems(problems) => return self.contents.problems.extend(problems),
            Reading::WithoutAmount(action) => return self.without_amount.add(&action, line),
            Reading::Line(line, note) => (*line, note),
        };
        self.contents.notes.extend(split_note);
        self.investment_lines += u64::from(is_investment);
        // Quicken opens each account with a transfer from itself: it names the account where no header does.
        let is_opening = line.payee().is_some_and(|payee| payee.eq_ignore_ascii_case("opening balance"));
        let own = line.detail.as_ref().and_then(|detail| detail.transfer.clone()).filter(|_| is_opening);
        let own = own.filter(|own| self.account.as_ref().is_none_or(|account| account == own));
        let index = self.statement(kind);
        if let (Some(own), Some(detail)) = (own, line.detail.as_mut()) {
            detail.transfer = None;
            let number = line.line;
            self.contents.notes.push(format!("line {number}: the opening balance was read as a line"));
            self.contents.statements[index].account.get_or_insert(own);
        }
        self.contents.statements[index].lines.push(line);
    }

    /// The index of the statement of the account, which is begun where there is none.
    fn statement(&mut self, kind: &str) -> usize {
        let key =
            (self.account.clone(), if self.account.is_some() { String::new() } else { kind.to_owned() });
        let statements = &mut self.contents.statements;
        *self.keys.entry(key).or_insert_with_key(|(account, _)| {
            statements.push(Statement { account: account.clone(), ..Statement::default() });
            statements.len() - 1
        })
    }

    fn finish(mut self) -> Contents {
        let notes = &mut self.contents.notes;
        notes.extend(self.lists.sentence("lists are left out, only transactions are read"));
        let heading = "investment transactions without an amount are left out";
        notes.extend(self.without_amount.sentence(heading));
        if self.investment_lines > 0 {
            let lines = match self.investment_lines {
                1 => "1 investment transaction has its amount".to_owned(),
                count => format!("{count} investment transactions have their amounts"),
            };
            notes.push(format!("{lines} as written: QIF gives no sign to purchases, so look at each"));
        }
        self.contents
    }
}

#[cfg(test)]
mod tests;
