//! Years that are closed: income and expenses go to retained earnings, the book is locked, and both can be taken back.

mod account;
mod status;
pub(in crate::book) mod stored;

use chrono::{Datelike, NaiveDate};

use self::stored::{audited, subject};
use super::Book;
use super::journal::corrections::mirror;
use super::post::Posting;
use crate::account::{AccountId, AccountKind};
use crate::closing::{Closing, ClosingStatus, ENTRY_LINES_MAX, FiscalYear, drafts};
use crate::journal::{Entry, Source};
use crate::report::{Balance, FiscalStart};
use crate::store::call;
use crate::store::closing_rows::{ClosingLineRow, ClosingRow};
use crate::store::rows::{HeadRow, date, day};
use crate::{Error, ErrorKind, Result};

/// The closings of a book: `book.closings()`.
///
/// A closing entry mirrors what every income and expense account holds on the last day of a fiscal year, of all days up
/// to then, so that years before it that nobody closed are closed with it. Statements of the year leave closing entries
/// out and stay the same.
#[derive(Debug)]
pub struct Closings<'b> {
    pub(super) book: &'b Book<'b>,
}

/// Which year to close, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseYear {
    /// The calendar year in which the fiscal year ends.
    pub year: i32,
    /// The day on which fiscal years begin; left out, as at the last closing, or else 1 January.
    pub start: Option<FiscalStart>,
    /// The account of retained earnings, opened if it is not there; left out, that of the last closing, or the only one
    /// of its subtype, or else `Equity:Retained Earnings`.
    pub account: Option<String>,
    /// Whether to lock the book through the year's last day.
    pub lock: bool,
    /// The present day: a year is closed after its last day.
    pub today: NaiveDate,
}

impl CloseYear {
    /// The year `year`, with everything else left open, and a lock.
    pub fn new(year: i32, today: NaiveDate) -> Self {
        CloseYear { year, start: None, account: None, lock: true, today }
    }
}

/// What closing a year did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedYear {
    /// The closing.
    pub closing: Closing,
    /// The fiscal year.
    pub year: FiscalYear,
    /// The closing entries; none where income and expenses held nothing.
    pub entries: Vec<Entry>,
    /// Whether the account of retained earnings was opened for it.
    pub opened: bool,
    /// Whether income and expenses held something of days before the year, which was closed with it.
    pub earlier: bool,
}

/// What taking a closing back did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoneYear {
    /// The closing, as it is now.
    pub closing: Closing,
    /// The last locked day now.
    pub locked_through: Option<NaiveDate>,
    /// Whether the lock stays as it is, because it was moved after the year was closed.
    pub lock_was_moved: bool,
}

impl Closings<'_> {
    /// Closes a year as one unit, with an audit event `closing.close`.
    ///
    /// Accounts that were closed in the course of the year take part. A lock that lies over the year's last day is lifted
    /// for the closing entries and stays. A year in which nothing is to be closed has no entries, and is locked all the
    /// same.
    ///
    /// ```
    /// # use ledger_core::{account::NewAccount, CloseYear, EntryDraft, Ledger, NewBook, Session};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("home.sqlite");
    /// # let ledger = Ledger::open_or_create(path.to_str().unwrap(), Session::new("anna", chrono::Utc::now))?;
    /// # let book = ledger.create_book(NewBook::personal("home", "EUR"))?;
    /// # for name in ["Assets:Bank", "Income:Salary"] { book.accounts().open(NewAccount::new(name))?; }
    /// # let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    /// # let salary = EntryDraft::new(day("2025-03-01"), "Salary").debit("Assets:Bank", book.amount("900 EUR")?);
    /// # book.journal().post(salary.infer("Income:Salary").balance()?)?;
    /// let closed = book.closings().close(&CloseYear::new(2025, day("2026-01-10")))?;
    /// assert_eq!(closed.closing.net_income[0].to_string(), "900.00 EUR");
    /// assert!(book.accounts().balance("Income:Salary", None)?.iter().all(|amount| amount.is_zero()));
    /// assert_eq!(book.locked_through()?, Some(day("2025-12-31")));
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] for a year that has not ended, is closed already, or ends before one that is;
    /// [`ErrorKind::InvalidSetting`] for an account that is no equity, [`ErrorKind::Ambiguous`] where several are for
    /// retained earnings, [`ErrorKind::AmountOverflow`], and as [`crate::Journal::post`]. Nothing is changed then.
    pub fn close(&self, request: &CloseYear) -> Result<ClosedYear> {
        self.book.change(|head, _| {
            let rows = self.rows()?;
            let last = rows.iter().rfind(|row| row.undone_at.is_none());
            let year = fiscal_year(request, last)?;
            refuse_unfit(&year, last, request.today)?;
            let balances = self.open_balances(year.last)?;
            let (retained, opened) = match balances.is_empty() {
                false => {
                    self.retained_earnings(request, last, &year).map(|(id, opened)| (Some(id), opened))?
                }
                true => (None, false),
            };
            let earlier = match year.first.pred_opt() {
                Some(before) => !self.open_balances(before)?.is_empty(),
                None => false,
            };
            let entries = match retained {
                Some(account) => self.post_closing(head, &year, account, &balances)?,
                None => Vec::new(),
            };
            let locks = request.lock && head.locked_through.is_none_or(|through| through < day(year.last));
            let row = ClosingRow {
                book_id: self.book.id(),
                closing_id: rows.last().map_or(0, |row| row.closing_id) + 1,
                ends_on: day(year.last),
                account_id: retained.map(|account| account.0),
                first_entry_number: entries.first().map(|entry| entry.number),
                last_entry_number: entries.last().map(|entry| entry.number),
                locked_before: head.locked_through,
                locked_through: locks.then_some(day(year.last)),
                recorded_at: self.book.recording_instant(&self.book.lock_head()?),
                recorded_by: self.book.ledger.session().actor().to_owned(),
                first_mirror_number: None,
                last_mirror_number: None,
                undone_at: None,
                undone_by: None,
            };
            call!(self.book.db(), "closing a year", closing::insert(&row))?;
            self.book.record_event("closing.close", &subject(&row), None, Some(audited(&row)))?;
            if locks {
                self.book.lock(Some(year.last))?;
            }
            Ok(ClosedYear { closing: self.closing_of(&row)?, year, entries, opened, earlier })
        })
    }

    /// Takes the last closing back as one unit, with an audit event `closing.undo`: reverses its entries on their own day
    /// and restores the lock that was there before. Registers hide entries and mirrors; the year can be closed again.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a year that is not closed; [`ErrorKind::NotAllowed`] for one after which another was
    /// closed, and where an entry has a reconciled line.
    pub fn undo(&self, year: i32) -> Result<UndoneYear> {
        self.book.change(|head, _| {
            let rows = self.rows()?;
            let mut open = rows.iter().rev().filter(|row| row.undone_at.is_none());
            let last = open.next();
            let refuse = |reason: String| not_allowed(year.to_string(), "opened again", reason);
            let mut row = match last.filter(|row| date(row.ends_on).year() == year) {
                Some(row) => row.clone(),
                None if open.any(|row| date(row.ends_on).year() == year) => {
                    let later = last.map_or(year, |row| date(row.ends_on).year());
                    return Err(refuse(format!(
                        "{later} was closed after it (undo that first with `ledger close-year {later} --undo`)"
                    )));
                }
                None => {
                    let suggestions = last.map(|row| date(row.ends_on).year().to_string()).into_iter().collect();
                    let name = year.to_string();
                    return Err(ErrorKind::NotFound { what: "closed year", name, suggestions }.into());
                }
            };
            let before = audited(&row);
            let mirrors = self.post_mirrors(head, &row)?;
            row.first_mirror_number = mirrors.first().map(|entry| entry.number);
            row.last_mirror_number = mirrors.last().map(|entry| entry.number);
            row.undone_at = Some(self.book.recording_instant(&self.book.lock_head()?).max(row.recorded_at));
            row.undone_by = Some(self.book.ledger.session().actor().to_owned());
            call!(self.book.db(), "opening a year again", closing::set_undone(&row))?;
            self.book.record_event("closing.undo", &subject(&row), Some(before), Some(audited(&row)))?;
            let lock_was_moved = row.locked_through.is_some() && head.locked_through != row.locked_through;
            if row.locked_through.is_some() && !lock_was_moved {
                self.book.lock(row.locked_before.map(date))?;
            }
            let locked_through = self.book.locked_through()?;
            Ok(UndoneYear { closing: self.closing_of(&row)?, locked_through, lock_was_moved })
        })
    }

    /// All closings by number, those that were taken back too, each with what its year holds by now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn list(&self) -> Result<Vec<ClosingStatus>> {
        self.book.ledger.read(|| self.statuses())
    }
}

/// What the public calls are made of; the head is locked for all that writes.
impl Closings<'_> {
    /// All closings, by number.
    pub(super) fn rows(&self) -> Result<Vec<ClosingRow>> {
        call!(self.book.db(), "reading closings", closing::all(self.book.id()))
    }

    /// Refuses to reverse or amend an entry that belongs to a closing.
    pub(super) fn refuse_correction(&self, entry: &Entry, verb: &'static str) -> Result<()> {
        if entry.source != Source::Closing {
            return Ok(());
        }
        let Some(row) = self.rows()?.into_iter().find(|row| row.holds(entry.number)) else { return Ok(()) };
        let year = date(row.ends_on).year();
        let reason = match row.undone_at {
            None => format!(
                "it belongs to the closing of {year} (take all of that back with `ledger close-year {year} --undo`)"
            ),
            Some(_) => format!("it belongs to a closing of {year} that was undone (nothing is left of it)"),
        };
        Err(ErrorKind::NotAllowed { what: "entry", name: entry.number.to_string(), verb, reason }.into())
    }

    fn post_closing(
        &self,
        head: &HeadRow,
        year: &FiscalYear,
        retained: AccountId,
        balances: &[Balance],
    ) -> Result<Vec<Entry>> {
        let drafts = drafts(balances, &*self.book.chart()?, year, retained, ENTRY_LINES_MAX)?;
        let entries = drafts.into_iter().map(|draft| Ok(Posting::from(draft.balance()?)));
        self.above_the_lock(head, year.last, entries.collect::<Result<Vec<Posting>>>()?)
    }

    fn post_mirrors(&self, head: &HeadRow, row: &ClosingRow) -> Result<Vec<Entry>> {
        let mut postings = Vec::new();
        for number in row.entries().into_iter().flat_map(|(first, last)| first..=last) {
            let entry = self.book.entry(number)?;
            self.book.reconciliations().refuse_protected(number, None, false)?;
            // A mirror that also takes the place of its entry, so that registers hide both.
            let entry = mirror(&entry, entry.posted_on)?;
            postings.push(Posting { entry, reverses: Some(number), amends: Some(number) });
        }
        self.above_the_lock(head, date(row.ends_on), postings)
    }

    /// Posts with a lock that lies over the day lifted; the lock is there again afterwards.
    fn above_the_lock(&self, head: &HeadRow, on: NaiveDate, postings: Vec<Posting>) -> Result<Vec<Entry>> {
        let (id, doing) = (self.book.id(), "lifting the lock of a book");
        let lifted = head.locked_through.filter(|through| *through >= day(on));
        if lifted.is_some() {
            call!(self.book.db(), doing, book::set_locked_through(id, None))?;
        }
        let receipts = self.book.post_batch(postings)?;
        if lifted.is_some() {
            call!(self.book.db(), doing, book::set_locked_through(id, lifted))?;
            // What is kept of the head in memory must not say that there is no lock.
            self.book.lock_head()?;
        }
        Ok(receipts.into_iter().map(|receipt| receipt.entry).collect())
    }

    /// What income and expense accounts hold at the end of a day, but zeros.
    pub(in crate::book) fn open_balances(&self, on: NaiveDate) -> Result<Vec<Balance>> {
        let chart = self.book.chart()?;
        let mut balances = self.book.reports().balances_at(on)?;
        balances.retain(|balance| {
            let kind = chart.account(balance.account_id).map(|account| account.kind);
            let is_closed = matches!(kind, Some(AccountKind::Income | AccountKind::Expense));
            is_closed && (balance.amount, balance.weight) != (0, 0)
        });
        Ok(balances)
    }
}

impl Book<'_> {
    /// The lines of all entries that closed a year and of the mirrors that took them back, by entry; limited to the days
    /// from `from` to `to`, and to entries up to the number `last`, where these are given.
    ///
    /// Closings are few and their entries known, so that a book without them costs one look at a table without rows.
    pub(crate) fn closing_lines(
        &self,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        last: Option<i64>,
    ) -> Result<Vec<ClosingLineRow>> {
        let mut lines = Vec::new();
        for row in self.closings().rows()? {
            let on = date(row.ends_on);
            if from.is_some_and(|from| on < from) || to.is_some_and(|to| on > to) {
                continue;
            }
            for (first, end) in [row.entries(), row.mirrors()].into_iter().flatten() {
                let end = last.map_or(end, |last| end.min(last));
                if first <= end {
                    lines.extend(call!(
                        self.db(),
                        "reading closings",
                        closing::lines_of(self.id(), first, end)
                    )?);
                }
            }
        }
        lines.sort_by_key(|line| line.entry_number);
        Ok(lines)
    }
}

/// The year that is meant: by the start that was given, or that of the last closing.
fn fiscal_year(request: &CloseYear, last: Option<&ClosingRow>) -> Result<FiscalYear> {
    let following = last.and_then(|row| date(row.ends_on).succ_opt());
    let start = match (request.start, following) {
        (Some(start), _) => start,
        (None, Some(first)) => FiscalStart::new(first.month(), first.day())?,
        (None, None) => FiscalStart::default(),
    };
    FiscalYear::new(request.year, start)
}

/// Refuses a year that is closed, one that ends before another that is, and one that has not ended.
fn refuse_unfit(year: &FiscalYear, last: Option<&ClosingRow>, today: NaiveDate) -> Result<()> {
    let refuse = |reason: String| Err(not_allowed(year.to_string(), "closed", reason));
    if let Some(row) = last.filter(|row| date(row.ends_on) >= year.last) {
        let (name, ends_on) = (date(row.ends_on).year(), date(row.ends_on));
        let undo = format!("undo that first with `ledger close-year {name} --undo`");
        if ends_on > year.last {
            return refuse(format!(
                "{name} is closed through {ends_on}, and what earlier years held was closed with it ({undo})"
            ));
        }
        let by = row.first_entry_number.map_or_else(String::new, |entry| format!(" by entry {entry}"));
        return refuse(format!("it was closed before{by} ({undo})"));
    }
    if year.last >= today {
        return refuse(format!(
            "it ends on {}, and today is {today}: more may be posted to it (close it after that day)",
            year.last
        ));
    }
    Ok(())
}

fn not_allowed(name: String, verb: &'static str, reason: String) -> Error {
    ErrorKind::NotAllowed { what: "year", name, verb, reason }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::NewAccount;
    use crate::{EntryDraft, Ledger, NewBook, Session};

    #[test]
    fn the_lines_of_closings_are_those_of_their_entries_and_mirrors() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("home.sqlite");
        let session = Session::new("anna", || chrono::DateTime::UNIX_EPOCH);
        let ledger = Ledger::open_or_create(path.to_str().unwrap(), session).unwrap();
        let book = ledger.create_book(NewBook::personal("home", "EUR")).unwrap();
        for name in ["Assets:Bank", "Income:Salary"] {
            book.accounts().open(NewAccount::new(name)).unwrap();
        }
        let on = |text: &str| text.parse::<NaiveDate>().unwrap();
        for year in [2024, 2025] {
            let salary = EntryDraft::new(on(&format!("{year}-03-01")), "Salary");
            let salary = salary.debit("Assets:Bank", book.amount("9 EUR").unwrap()).infer("Income:Salary");
            book.journal().post(salary.balance().unwrap()).unwrap();
        }
        assert_eq!(book.closing_lines(None, None, None).unwrap(), []);
        for year in [2024, 2025] {
            book.closings().close(&CloseYear::new(year, on("2026-02-01"))).unwrap();
        }
        book.closings().undo(2025).unwrap();
        let entries = |from: Option<&str>, to: Option<&str>, last| -> Vec<i64> {
            let lines = book.closing_lines(from.map(on), to.map(on), last).unwrap();
            lines.iter().filter(|line| line.account_id == 2).map(|line| line.entry_number).collect()
        };
        assert_eq!(entries(None, None, None), [3, 4, 5]);
        assert_eq!(entries(Some("2025-01-01"), None, None), [4, 5]);
        assert_eq!(entries(Some("2024-12-31"), Some("2024-12-31"), None), [3]);
        assert_eq!(entries(None, None, Some(4)), [3, 4]);
        assert!(entries(None, Some("2024-12-30"), None).is_empty());
        let sum: i64 = book.closing_lines(None, None, None).unwrap().iter().map(|line| line.weight).sum();
        assert_eq!(sum, 0);
    }
}
