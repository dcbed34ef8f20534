//! Balances that somebody is sure of: kept, compared with the books whenever they are looked at, and by `verify`.

mod balances;
pub(in crate::book) mod stored;

use chrono::NaiveDate;

use self::stored::{audited, subject};
use super::Book;
use crate::account::{Account, AccountId, Chart};
use crate::assertion::{Assertion, AssertionSource, AssertionStatus};
use crate::journal::check_posting_date;
use crate::money::Amount;
use crate::store::assertion_rows::AssertionRow;
use crate::store::call;
use crate::store::rows::{date, day};
use crate::text::check_text;
use crate::{ErrorKind, Result};

/// The assertions of a book: `book.assertions()`.
///
/// An assertion is no checkpoint: nothing is marked and nothing is protected, only compared.
#[derive(Debug)]
pub struct Assertions<'b> {
    pub(super) book: &'b Book<'b>,
}

/// What a caller hands in to assert a balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAssertion {
    /// The account's name or alias.
    pub account: String,
    /// What it holds at the end of the day in the amount's commodity, debits positive, as a register shows it.
    pub amount: Amount,
    /// The day.
    pub on: NaiveDate,
    /// Whether the accounts below it count as well.
    pub with_below: bool,
    /// A remark.
    pub note: Option<String>,
    /// Keep it although it does not hold.
    pub keep: bool,
}

impl NewAssertion {
    /// What one account holds at the end of a day; refused where it does not.
    pub fn new(account: impl Into<String>, amount: Amount, on: NaiveDate) -> Self {
        NewAssertion { account: account.into(), amount, on, with_below: false, note: None, keep: false }
    }
}

impl Assertions<'_> {
    /// Asserts a balance and keeps that, with an audit event `assertion.add`. Asserting the same again changes nothing.
    ///
    /// On the last day of a year that was closed, income and expense accounts count as they were before its closing entry,
    /// so that what was asserted of a year goes on holding.
    ///
    /// ```
    /// # use ledger_core::{account::NewAccount, EntryDraft, Ledger, NewAssertion, NewBook, Session};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("home.sqlite");
    /// # let ledger = Ledger::open_or_create(path.to_str().unwrap(), Session::new("anna", chrono::Utc::now))?;
    /// # let book = ledger.create_book(NewBook::personal("home", "EUR"))?;
    /// # for name in ["Assets:Bank", "Income:Salary"] { book.accounts().open(NewAccount::new(name))?; }
    /// # let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    /// # let salary = EntryDraft::new(day("2026-03-01"), "Salary").debit("Assets:Bank", book.amount("900 EUR")?);
    /// # book.journal().post(salary.infer("Income:Salary").balance()?)?;
    /// let held = NewAssertion::new("Assets:Bank", book.amount("900 EUR")?, day("2026-03-31"));
    /// assert!(book.assertions().add(&held)?.holds());
    /// let wrong = NewAssertion { amount: book.amount("901 EUR")?, on: day("2026-04-30"), ..held };
    /// assert!(book.assertions().add(&wrong).unwrap_err().to_string().contains("differs by -1.00 EUR"));
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::AssertionFailed`] with both figures where it does not hold and is not to be kept all the same;
    /// [`ErrorKind::NotFound`] for the account, [`ErrorKind::NotAllowed`] for a level that is no account itself;
    /// [`ErrorKind::AlreadyExists`] where another amount is asserted of the same day; [`ErrorKind::InvalidDate`],
    /// [`ErrorKind::AmountOverflow`].
    pub fn add(&self, new: &NewAssertion) -> Result<AssertionStatus> {
        check_posting_date(new.on)?;
        if let Some(note) = &new.note {
            check_text("note", note, 1000)?;
        }
        self.book.change(|_, chart| {
            let account = account_named(chart, &new.account)?;
            self.book.commodities().declare(new.amount.commodity())?;
            let rows = self.rows()?;
            let row = self.row_of(&account, new, &rows)?;
            if let Some(other) = rows.iter().find(|other| place(other) == place(&row)) {
                return self.again(&account, other, &row);
            }
            let status = self.status_of(&row)?;
            if !status.holds() && !new.keep {
                return Err(failed(&status));
            }
            call!(self.book.db(), "keeping an assertion", assertion::insert(std::slice::from_ref(&row)))?;
            self.book.record_event("assertion.add", &subject(&row), None, Some(audited(&row)))?;
            Ok(status)
        })
    }

    /// All assertions of an account or of the book by number, each with what the books say of it now.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for the account, [`ErrorKind::AmountOverflow`].
    pub fn list(&self, account: Option<&str>) -> Result<Vec<AssertionStatus>> {
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            let only = account.map(|name| chart.find(name)).transpose()?;
            let mut rows = self.rows()?;
            rows.retain(|row| only.is_none_or(|only| only.id.0 == row.account_id));
            self.statuses(rows)
        })
    }

    /// Forgets an assertion, with an audit event `assertion.remove`.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn remove(&self, id: i32) -> Result<Assertion> {
        self.book.change(|_, chart| {
            let rows = self.rows()?;
            let Some(row) = rows.iter().find(|row| row.assertion_id == id) else {
                let (name, suggestions) = (id.to_string(), Vec::new());
                return Err(ErrorKind::NotFound { what: "assertion", name, suggestions }.into());
            };
            call!(self.book.db(), "removing an assertion", assertion::remove(self.book.id(), id))?;
            self.book.record_event("assertion.remove", &subject(row), Some(audited(row)), None)?;
            stored::assertion_of(row, chart)
        })
    }
}

/// What the public calls are made of.
impl Assertions<'_> {
    /// All assertions, by number.
    pub(in crate::book) fn rows(&self) -> Result<Vec<AssertionRow>> {
        call!(self.book.db(), "reading assertions", assertion::all(self.book.id()))
    }

    /// The row of a new assertion; the head is locked.
    fn row_of(&self, account: &Account, new: &NewAssertion, rows: &[AssertionRow]) -> Result<AssertionRow> {
        let head = self.book.lock_head()?;
        let commodity = new.amount.commodity();
        let unknown = || ErrorKind::UnknownCommodity { code: commodity.code().to_owned() };
        Ok(AssertionRow {
            book_id: self.book.id(),
            assertion_id: rows.last().map_or(0, |row| row.assertion_id) + 1,
            account_id: account.id.0,
            with_below: i32::from(new.with_below),
            commodity_id: self.book.chart()?.commodity_id(commodity).ok_or_else(unknown)?,
            asserted_on: day(new.on),
            amount: new.amount.minor(),
            source: AssertionSource::Manual.as_str().to_owned(),
            note: new.note.clone(),
            last_entry_number: head.last_entry_number,
            recorded_at: self.book.recording_instant(&head),
            recorded_by: self.book.ledger.session().actor().to_owned(),
        })
    }

    /// The same assertion as one that is there; another amount of the same day is a contradiction.
    fn again(&self, account: &Account, there: &AssertionRow, new: &AssertionRow) -> Result<AssertionStatus> {
        let status = self.status_of(there)?;
        if there.amount == new.amount {
            return Ok(status);
        }
        let (id, said) = (there.assertion_id, status.assertion.amount);
        let name = format!("{} on {}", account.name, date(there.asserted_on));
        let hint = format!(" as {id} with {said} (remove it first with `ledger assert --remove {id}`)");
        Err(ErrorKind::AlreadyExists { what: "assertion", name, hint }.into())
    }

    fn status_of(&self, row: &AssertionRow) -> Result<AssertionStatus> {
        let mut statuses = self.statuses(vec![row.clone()])?;
        statuses.pop().ok_or_else(|| ErrorKind::Misuse("an assertion has no status".to_owned()).into())
    }
}

/// What an assertion is about: two with the same place say the same or contradict each other.
fn place(row: &AssertionRow) -> (i32, i32, i32, i32) {
    (row.account_id, row.commodity_id, row.asserted_on, row.with_below)
}

/// The account of this name; a level that only holds others is none.
fn account_named(chart: &Chart, name: &str) -> Result<Account> {
    if chart.lookup(name).is_none() && !chart.subtree(name).is_empty() {
        let reason = format!(
            "it is no account itself (open it with `ledger account open {}`)",
            crate::text::shell_word(name)
        );
        let name = name.to_owned();
        return Err(ErrorKind::NotAllowed { what: "level", name, verb: "asserted", reason }.into());
    }
    chart.find(name).cloned()
}

fn failed(status: &AssertionStatus) -> crate::Error {
    let assertion = &status.assertion;
    ErrorKind::AssertionFailed {
        account: assertion.account.clone(),
        below: assertion.with_below,
        on: assertion.on,
        asserted: assertion.amount.to_string(),
        held: status.balance.to_string(),
        difference: status.difference.to_string(),
    }
    .into()
}

/// The account of a row and, where they count, those below it.
fn members(chart: &Chart, row: &AssertionRow) -> Vec<AccountId> {
    let own = AccountId(row.account_id);
    match chart.account(own).filter(|_| row.with_below != 0) {
        Some(account) => chart.subtree(&account.name),
        None => vec![own],
    }
}
