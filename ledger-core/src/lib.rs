//! A double-entry ledger to embed: entries that balance or do not exist, a journal that is only ever added to, and
//! exact reports in milliseconds, on SQLite in one file or on PostgreSQL.
//!
//! ```
//! use chrono::NaiveDate;
//! use ledger_core::account::NewAccount;
//! use ledger_core::report::TrialBalanceOptions;
//! use ledger_core::{EntryDraft, Ledger, NewBook, Session};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("home.sqlite");
//! # let path = path.to_str().unwrap();
//! // Who works, and what time it is: the library reads neither a clock nor the environment.
//! let ledger = Ledger::open_or_create(path, Session::new("anna", chrono::Utc::now))?;
//! let book = ledger.create_book(NewBook::personal("home", "EUR"))?;
//! book.accounts().open(NewAccount::new("Assets:Bank"))?;
//! book.accounts().open(NewAccount::new("Expenses:Groceries"))?;
//!
//! let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
//! let draft = EntryDraft::new(day, "Rewe").debit("Expenses:Groceries", book.amount("42.10 EUR")?).infer("Assets:Bank");
//! let entry = book.journal().post(draft.balance()?)?;
//! assert_eq!(entry.number, 1);
//!
//! let trial_balance = book.reports().trial_balance(&TrialBalanceOptions::default())?;
//! assert_eq!(trial_balance.totals[0].debit, trial_balance.totals[0].credit);
//! # Ok::<(), ledger_core::Error>(())
//! ```
//!
//! # A tour
//!
//! - A [`Ledger`] is a database of [`Book`]s; a book is one set of accounts. Everything is reached from it by noun:
//!   [`Book::accounts`], [`Book::commodities`], [`Book::prices`], [`Book::journal`], [`Book::reports`],
//!   [`Book::audit`].
//! - [`money`]: an [`money::Amount`] is a whole number of minor units. Nothing is ever a floating point number.
//! - [`journal`]: an [`EntryDraft`] becomes a [`BalancedEntry`] or an error that says by how much it is off; only a
//!   balanced entry can be posted, and it never changes afterwards. Corrections are entries too
//!   ([`Journal::reverse`], [`Journal::amend`]).
//! - [`party`]: people and companies by any of their names; [`Book::parties`] renames and merges them without touching
//!   an entry.
//! - Posting is idempotent where the caller names an `external_id`, durable when it returns, and fast in batches
//!   ([`Journal::post_all`], [`Journal::post_stream`]). [`Ledger::transaction`] makes several calls one unit.
//! - [`report`]: reports have two time axes, the day that an entry counts for and the instant at which it was posted.
//! - [`schedule`]: on which days money is expected, by words or by rules of RFC 5545, and what that makes of balances:
//!   [`schedule::project`] is a pure function, [`schedule::Scenario`] asks what if.
//! - [`lot`]: units bought on one day at one cost, and what selling them gained: [`Book::lots`].
//! - [`receivable`]: who owes what and since when; loans with their plans, repayments, aging, people who share.
//!   [`Book::receivables`] posts every movement.
//! - [`closing`]: [`Book::closings`] takes the income and expenses of a year to retained earnings, and back.
//! - [`assertion`]: [`Book::assertions`] keeps what accounts hold on certain days, and `verify` compares it again.
//! - [`Book::reconciliations`]: an account beside its statement; lines that agreed with one are protected.
//! - [`audit`]: entries form a hash chain, all other changes another one; [`Book::verify`] recomputes everything, and a
//!   [`audit::Head`] kept elsewhere shows a tail that was cut off.
//! - [`import`]: bank statements become rows to post, each with an identity that survives overlapping exports;
//!   [`Book::imports`] posts them. [`import::rule`]: rules that say where lines go, kept in [`Book::rules`].
//! - [`export`]: journals for other programs, written by [`Book::export`].
//! - [`admin`]: schema, backup and restore.
//!
//! Every fallible call returns [`Error`]; its sentence can be shown to a person, its [`ErrorKind`] carries the data.
//!
//! # Features
//!
//! - `postgres`: books on a PostgreSQL server (`postgres://…`), with libpq built in.
//! - `postgres-tls`: the same with TLS, which builds OpenSSL.

// In the order in which to read them.
pub mod error;
pub mod text;
pub mod money;
pub mod account;
pub mod party;
pub mod journal;
pub mod lot;
pub mod report;
pub mod closing;
pub mod assertion;
pub mod schedule;
pub mod receivable;
pub mod import;
pub mod export;
pub mod audit;
mod ledger;
mod book;
pub mod admin;
mod store;

pub use book::{
    AcceptProposal, Accounts, Adjust, AgingReport, AgingRequest, AppliedReport, ArchiveSummary, Assertions,
    AuditLog, BASE_SCENARIO, BatchSummary, Beyond, Book, BookId, BookInfo, BookKind, CapitalGains, Charged,
    CloseYear, ClosedYear, Closings, Commodities, DueItem, Edit, EditReceivable, Edited, EntryCursor,
    EntryPage, Export, ExportOptions, ExportSummary, FloorRequest, GainQuery, GainRow, GainTotal, GainsBy,
    GroupEvent, GroupEventKind, GroupReport, Groups, HeldOccurrence, Import, Imports, Journal, JournalImport,
    JournalOutcome, LineSelector, LotQuery, LotSplit, Lots, Mark, MoneyAccount, NewAssertion, NewBook,
    NewGroup, NewReceivable, NewSharedExpense, OpenLot, OpenLots, OpenTotal, Parties, PartyShown,
    PartyStatement, PartyStatementLine, PartyTotal, PartyUsage, Payoff, PostDue, PostDueReport,
    PostedOccurrence, PriceChanges, Prices, ProjectRequest, Protection, ReceivableFilter, ReceivableReport,
    Receivables, Reconciliations, RecurringAnswer, RecurringDecision, Reduce, RefusedOccurrence, Repaid,
    RepaidItem, RepaidLeft, Repay, RepayFrom, ReportedMovement, Reports, RuleImport, RuleImported, Rules,
    SavedForecast, SavedSetting, Scenarios, Schedules, Settings, SettledUp, StatementMarks, StatementTie,
    StoredRule, StoredScenario, TieOut, TieOutEntry, TrackEntry, UndoneYear, read_gnucash,
};
pub use error::{Error, ErrorClass, ErrorKind, Result};
pub use journal::{BalancedEntry, Entry, EntryDraft, PostReceipt};
pub use ledger::{Ledger, Session};
pub use store::{MigrationState, SchemaStatus};
