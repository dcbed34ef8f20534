//! A book: one set of accounts, the boundary between tenants, and the façade to everything in it.

mod accounts;
mod archive;
mod assertions;
mod audit_log;
mod batch;
mod bulk;
mod closings;
mod commodities;
mod csv_files;
mod entries;
mod export;
mod groups;
mod imports;
mod journal;
mod journal_import;
mod lots;
mod parties;
mod post;
mod prices;
mod receivables;
mod reconciliations;
mod registers;
mod reports;
pub(crate) mod rules;
mod scenarios;
mod schedules;
mod settings;
pub(crate) use self::shared::{Change, append_events};
mod shared;
mod suggestions;
mod turnover;
mod verify;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;

pub use accounts::Accounts;
pub use archive::ArchiveSummary;
pub use assertions::{Assertions, NewAssertion};
pub use audit_log::AuditLog;
pub use closings::{CloseYear, ClosedYear, Closings, UndoneYear};
pub use commodities::Commodities;
pub use export::{Export, ExportOptions, ExportSummary};
pub use groups::{GroupEvent, GroupEventKind, GroupReport, Groups, NewGroup, NewSharedExpense, SettledUp};
pub use imports::{Import, Imports};
pub use journal::{EntryCursor, EntryPage, Journal};
pub use journal_import::{JournalImport, JournalOutcome, read_gnucash};
pub use lots::{
    CapitalGains, GainQuery, GainRow, GainTotal, GainsBy, LotQuery, LotSplit, Lots, OpenLot, OpenLots,
    OpenTotal,
};
pub use parties::{Parties, PartyShown, PartyTotal, PartyUsage};
pub use post::BatchSummary;
pub use prices::{PriceChanges, Prices};
pub use receivables::{
    Adjust, AgingReport, AgingRequest, Beyond, Charged, DueItem, EditReceivable, MoneyAccount, NewReceivable,
    PartyStatement, PartyStatementLine, Payoff, ReceivableFilter, ReceivableReport, Receivables, Reduce,
    Repaid, RepaidItem, RepaidLeft, Repay, RepayFrom, ReportedMovement, StatementTie, TieOut, TieOutEntry,
    TrackEntry,
};
pub use reconciliations::{LineSelector, Mark, Protection, Reconciliations, StatementMarks};
pub use reports::Reports;
pub use rules::{RuleImport, RuleImported, Rules, StoredRule};
pub use scenarios::{AppliedReport, BASE_SCENARIO, Scenarios, StoredScenario};
pub use schedules::{
    AcceptProposal, Edit, Edited, FloorRequest, HeldOccurrence, PostDue, PostDueReport, PostedOccurrence,
    ProjectRequest, RecurringAnswer, RecurringDecision, RefusedOccurrence, SavedForecast, Schedules,
};
pub use settings::{SavedSetting, Settings};

use crate::account::Chart;
use crate::audit::Head;
use crate::ledger::Ledger;
use crate::money::{Amount, Commodity, ParseOptions, parse_amount};
use crate::store::call;
use crate::store::rows::{HeadRow, date, day, instant};
use crate::text::{check_name, normalize};
use crate::{ErrorKind, Result};

/// A book's number in its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct BookId(pub(crate) i64);

/// Whose book it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BookKind {
    /// A person's or a family's.
    #[default]
    Personal,
    /// A company's.
    Corporate,
    /// An association's.
    Nonprofit,
}

impl BookKind {
    /// Every kind.
    pub const ALL: [BookKind; 3] = [BookKind::Personal, BookKind::Corporate, BookKind::Nonprofit];

    /// The stored and printed name, such as `personal`.
    pub fn as_str(self) -> &'static str {
        match self {
            BookKind::Personal => "personal",
            BookKind::Corporate => "corporate",
            BookKind::Nonprofit => "nonprofit",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<BookKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(name.trim()))
    }
}

/// What a caller hands in to create a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBook {
    /// Its name, unique in the database.
    pub name: String,
    /// Whose it is.
    pub kind: BookKind,
    /// The ISO 4217 code of the commodity that totals are shown in.
    pub base_commodity: String,
    /// The IANA time zone in which its days begin, such as `Europe/Berlin`.
    pub time_zone: String,
}

impl NewBook {
    /// A person's book in UTC.
    pub fn personal(name: impl Into<String>, base_commodity: impl Into<String>) -> Self {
        NewBook {
            name: name.into(),
            kind: BookKind::Personal,
            base_commodity: base_commodity.into(),
            time_zone: "UTC".to_owned(),
        }
    }
}

/// What a book is, besides what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BookInfo {
    /// Its number in the database.
    #[serde(skip)]
    pub id: BookId,
    /// Its identity for all time and places.
    pub uid: String,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub kind: BookKind,
    /// The commodity that totals are shown in.
    pub base_commodity: Commodity,
    /// The IANA time zone in which its days begin.
    pub time_zone: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Since when it takes no more changes.
    pub archived_at: Option<DateTime<Utc>>,
}

/// What is kept in memory of a book between calls, and how to notice that another program changed it.
#[derive(Debug, Clone)]
pub(crate) struct BookState {
    pub chart: Arc<Chart>,
    pub chart_version: i64,
    pub archived: bool,
    /// The head as this connection last saw it, to post without reading it again.
    pub head: Option<HeadRow>,
}

/// A book of a [`Ledger`]. The calls are grouped by noun: `book.accounts().open(…)`, `book.journal().post(…)`.
#[derive(Debug)]
pub struct Book<'l> {
    pub(crate) ledger: &'l Ledger,
    info: BookInfo,
}

impl<'l> Book<'l> {
    pub(crate) fn new(ledger: &'l Ledger, info: BookInfo) -> Self {
        Book { ledger, info }
    }

    /// What the book is, as it was when it was opened.
    pub fn info(&self) -> &BookInfo {
        &self.info
    }

    /// The book's name.
    pub fn name(&self) -> &str {
        &self.info.name
    }

    /// The commodity that totals are shown in.
    pub fn base_commodity(&self) -> Commodity {
        self.info.base_commodity
    }

    /// Its accounts.
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts { book: self }
    }

    /// Its commodities.
    pub fn commodities(&self) -> Commodities<'_> {
        Commodities { book: self }
    }

    /// Its prices.
    pub fn prices(&self) -> Prices<'_> {
        Prices { book: self }
    }

    /// Its parties: the people and companies that entries name.
    pub fn parties(&self) -> Parties<'_> {
        Parties { book: self }
    }

    /// Its entries.
    pub fn journal(&self) -> Journal<'_> {
        Journal { book: self }
    }

    /// Bank statements into its journal.
    pub fn imports(&self) -> Imports<'_> {
        Imports { book: self }
    }

    /// Its import rules.
    pub fn rules(&self) -> Rules<'_> {
        Rules { book: self }
    }

    /// Its lots: what is held of which purchase, and what sales gained.
    pub fn lots(&self) -> Lots<'_> {
        Lots { book: self }
    }

    /// Its receivables and payables: who owes what.
    pub fn receivables(&self) -> Receivables<'_> {
        Receivables { book: self }
    }

    /// Its loan groups: people who share, and who pays whom.
    pub fn groups(&self) -> Groups<'_> {
        Groups { book: self }
    }

    /// Its schedules: which money is expected, and when.
    pub fn schedules(&self) -> Schedules<'_> {
        Schedules { book: self }
    }

    /// Its scenarios: what if.
    pub fn scenarios(&self) -> Scenarios<'_> {
        Scenarios { book: self }
    }

    /// Its journal for other programs.
    pub fn export(&self) -> Export<'_> {
        Export { book: self }
    }

    /// Its accounts beside their statements.
    pub fn reconciliations(&self) -> Reconciliations<'_> {
        Reconciliations { book: self }
    }

    /// Its balance assertions: what accounts hold on certain days.
    pub fn assertions(&self) -> Assertions<'_> {
        Assertions { book: self }
    }

    /// Its closings: years whose income and expenses went to retained earnings.
    pub fn closings(&self) -> Closings<'_> {
        Closings { book: self }
    }

    /// Its reports.
    pub fn reports(&self) -> Reports<'_> {
        Reports { book: self }
    }

    /// Its saved settings for one purpose, such as `trial-balance`.
    pub fn settings(&self, purpose: &'static str) -> Settings<'_> {
        Settings { book: self, purpose }
    }

    /// Its audit log.
    pub fn audit(&self) -> AuditLog<'_> {
        AuditLog { book: self }
    }

    /// Reads an amount in this book: ISO 4217 codes, declared commodities; the base commodity where none is given.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidAmount`], [`ErrorKind::UnknownCommodity`], [`ErrorKind::AmountOverflow`].
    pub fn amount(&self, text: &str) -> Result<Amount> {
        let chart = self.chart()?;
        let options = ParseOptions { decimal_mark: None, default: Some(self.info.base_commodity) };
        parse_amount(text, &options, &|code| chart.resolve_commodity(code))
    }

    /// Runs several calls on this book as one unit: all of their changes stay, or none.
    ///
    /// # Errors
    /// Whatever `work` returns; its changes are taken back then.
    pub fn transaction<T>(&self, work: impl FnOnce(&Book<'l>) -> Result<T>) -> Result<T> {
        self.ledger.write(|| {
            self.lock_head()?;
            work(self)
        })
    }

    /// The end of the chain of entries, to be kept as a receipt.
    ///
    /// # Errors
    /// When the database fails.
    pub fn head(&self) -> Result<Head> {
        let head = self.read_head()?;
        Ok(Head { number: head.last_entry_number, hash: self.hash(&head.entry_hash)? })
    }

    /// The last locked day.
    ///
    /// # Errors
    /// When the database fails.
    pub fn locked_through(&self) -> Result<Option<NaiveDate>> {
        Ok(self.read_head()?.locked_through.map(date))
    }

    /// Refuses something that is only counted, without an entry, on a locked day.
    pub(crate) fn refuse_counted(&self, on: NaiveDate, what: impl FnOnce() -> String) -> Result<()> {
        match self.locked_through()?.filter(|through| on <= *through) {
            Some(locked_through) => Err(ErrorKind::Locked { description: what(), on, locked_through }.into()),
            None => Ok(()),
        }
    }

    /// Refuses posts up to a day from now on; `None` takes the lock away. The change is an audit event.
    ///
    /// # Errors
    /// When the book is archived or the database fails.
    pub fn lock(&self, through: Option<NaiveDate>) -> Result<()> {
        self.change(|head, _| {
            let before = head.locked_through.map(|locked| date(locked).to_string());
            let after = through.map(|locked| locked.to_string());
            call!(self.db(), "locking a book", book::set_locked_through(self.info.id.0, through.map(day)))?;
            self.record_event("book.lock", "book", Some(Value::from(before)), Some(Value::from(after)))?;
            // Another program may be about to post where it last saw the head: the version tells it to look again.
            self.chart_changed(|_| ()).map(|_| ())
        })
    }

    /// Renames the book.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`], [`ErrorKind::InvalidName`].
    pub fn rename(&mut self, name: &str) -> Result<()> {
        check_name("book name", name, 100)?;
        let normalized = normalize(name);
        self.change(|_, _| {
            call!(self.db(), "renaming a book", schema::lock())?;
            let found = call!(self.db(), "looking for a book", book::by_name(&normalized))?;
            if found.is_some_and(|book| book.book_id != self.info.id.0) {
                let kind =
                    ErrorKind::AlreadyExists { what: "book", name: name.to_owned(), hint: String::new() };
                return Err(kind.into());
            }
            call!(self.db(), "renaming a book", book::rename(self.info.id.0, name, &normalized))?;
            let before = Some(Value::from(self.info.name.as_str()));
            self.record_event("book.rename", "book", before, Some(Value::from(name)))
        })?;
        self.info.name = name.to_owned();
        Ok(())
    }

    /// Closes the book to all changes, or opens it again. Reports keep working.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_archived(&mut self, archived: bool) -> Result<()> {
        let at = self.ledger.write(|| {
            let head = self.lock_head()?;
            let at = archived.then(|| self.recording_instant(&head));
            call!(self.db(), "archiving a book", book::set_archived(self.info.id.0, at))?;
            let action = if archived { "book.archive" } else { "book.unarchive" };
            self.record_event(action, "book", Some(Value::from(!archived)), Some(Value::from(archived)))?;
            self.chart_changed(|_| ())?;
            self.ledger.states().borrow_mut().remove(&self.info.id.0);
            Ok(at)
        })?;
        self.info.archived_at = at.map(instant);
        Ok(())
    }
}
