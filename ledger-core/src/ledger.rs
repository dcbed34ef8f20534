//! A ledger is a database of books: opening it, its transactions, its books.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::book::{Book, BookId, BookInfo, BookKind, BookState, NewBook};
use crate::money::Commodity;
use crate::store::rows::{BookRow, HeadRow, instant};
use crate::store::{Database, call};
use crate::text::{check_name, holds_nul, normalize};
use crate::{Error, ErrorKind, Result, audit};

/// Who works on a ledger and what time it is for them: the library reads neither a clock nor the environment.
///
/// ```
/// use ledger_core::Session;
///
/// let session = Session::new("anna", chrono::Utc::now);
/// assert_eq!(session.actor(), "anna");
/// ```
#[derive(Clone)]
pub struct Session {
    actor: String,
    clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

impl Session {
    /// A session of `actor`, whose entries and changes carry the instants that `clock` tells.
    pub fn new(actor: impl Into<String>, clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Session { actor: actor.into(), clock: Arc::new(clock) }
    }

    /// Who works.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    pub(crate) fn now_micros(&self) -> i64 {
        (self.clock)().timestamp_micros()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("actor", &self.actor).finish_non_exhaustive()
    }
}

/// A database of books, open for one thread at a time; open it once per thread or per pooled connection.
///
/// The address is a path (or `sqlite:PATH`), or `postgres://user@host/database`.
///
/// ```
/// use ledger_core::{Ledger, NewBook, Session};
///
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("home.sqlite");
/// let ledger = Ledger::open_or_create(path.to_str().unwrap(), Session::new("anna", chrono::Utc::now))?;
/// let book = ledger.create_book(NewBook::personal("home", "EUR"))?;
/// assert_eq!(book.name(), "home");
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub struct Ledger {
    database: RefCell<Database>,
    session: Session,
    states: RefCell<HashMap<i64, BookState>>,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("session", &self.session).finish_non_exhaustive()
    }
}

impl Ledger {
    /// Opens a ledger that is there and whose schema is up to date.
    ///
    /// # Errors
    /// [`ErrorKind::NoDatabase`], [`ErrorKind::NotALedger`], [`ErrorKind::OlderSchema`] (run
    /// [`Ledger::open_or_create`] or [`crate::admin::migrate`]), [`ErrorKind::NewerSchema`]; nothing is touched then.
    pub fn open(address: &str, session: Session) -> Result<Ledger> {
        Ledger::with(Database::open(address)?, session)
    }

    /// Opens a ledger, creating the database and bringing its schema up to date where needed.
    ///
    /// # Errors
    /// As [`Ledger::open`], but for a missing database and an older schema.
    pub fn open_or_create(address: &str, session: Session) -> Result<Ledger> {
        Ledger::with(Database::open_or_create(address)?, session)
    }

    fn with(database: Database, session: Session) -> Result<Ledger> {
        check_name("actor", &session.actor, 100)?;
        Ok(Ledger { database: RefCell::new(database), session, states: RefCell::default() })
    }

    /// Where the database is, without any password.
    pub fn place(&self) -> String {
        self.database.borrow().place().to_owned()
    }

    /// Who works on it.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Creates a book.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`], [`ErrorKind::InvalidName`], [`ErrorKind::InvalidSetting`],
    /// [`ErrorKind::UnknownCommodity`].
    pub fn create_book(&self, new: NewBook) -> Result<Book<'_>> {
        check_name("book name", &new.name, 100)?;
        check_name("time zone", &new.time_zone, 64)?;
        let base = Commodity::iso(&new.base_commodity)
            .ok_or_else(|| ErrorKind::UnknownCommodity { code: new.base_commodity.clone() })?;
        self.write(|| {
            // Two programs may create a book at once: the second waits here and sees the number that is taken.
            call!(self.database.borrow_mut(), "numbering a book", schema::lock())?;
            let normalized_name = normalize(&new.name);
            let found =
                call!(self.database.borrow_mut(), "looking for a book", book::by_name(&normalized_name))?;
            if found.is_some() {
                let hint = " (choose another name, or use it with --book)".to_owned();
                return Err(ErrorKind::AlreadyExists { what: "book", name: new.name.clone(), hint }.into());
            }
            let last = call!(self.database.borrow_mut(), "numbering a book", book::last_id())?;
            let now = self.session.now_micros();
            let row = BookRow {
                book_id: last + 1,
                uid: book_uid(now),
                name: new.name.clone(),
                normalized_name,
                kind: new.kind.as_str().to_owned(),
                base_commodity: base.code().to_owned(),
                time_zone: new.time_zone.clone(),
                created_at: now,
                archived_at: None,
            };
            let genesis = audit::genesis(&row.uid).as_bytes().to_vec();
            let head = HeadRow {
                book_id: row.book_id,
                last_entry_number: 0,
                entry_hash: genesis.clone(),
                last_recorded_at: now,
                last_event_number: 0,
                event_hash: genesis,
                locked_through: None,
                chart_version: 0,
            };
            call!(self.database.borrow_mut(), "creating a book", book::insert(&row, &head))?;
            let book = Book::new(self, book_info(row)?);
            book.record_event("book.create", "book", None, Some(serde_json::json!(book.info())))?;
            book.commodities().declare(base)?;
            Ok(book)
        })
    }

    /// The book with this name; case and Unicode form do not matter.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn book(&self, name: &str) -> Result<Book<'_>> {
        let row = match holds_nul(name) {
            true => None,
            false => {
                call!(self.database.borrow_mut(), "looking for a book", book::by_name(&normalize(name)))?
            }
        };
        match row {
            Some(row) => Ok(Book::new(self, book_info(row)?)),
            None => {
                let suggestions = self.books()?.into_iter().map(|book| book.name).take(5).collect();
                Err(ErrorKind::NotFound { what: "book", name: name.to_owned(), suggestions }.into())
            }
        }
    }

    /// All books, by name, archived ones too.
    ///
    /// # Errors
    /// When the database fails.
    pub fn books(&self) -> Result<Vec<BookInfo>> {
        let rows = call!(self.database.borrow_mut(), "listing books", book::all())?;
        rows.into_iter().map(book_info).collect()
    }

    /// Runs several calls as one unit: all of their changes stay, or none.
    ///
    /// Units may be nested; an inner one that fails takes back its own changes only.
    ///
    /// # Errors
    /// Whatever `work` returns; its changes are taken back then.
    pub fn transaction<T>(&self, work: impl FnOnce(&Ledger) -> Result<T>) -> Result<T> {
        self.write(|| work(self))
    }

    /// Runs several calls and takes all of their changes back: what would happen, with every rule applied.
    ///
    /// Numbers and hashes of entries are those that they would get now.
    ///
    /// # Errors
    /// Whatever `work` returns, and [`ErrorKind::ReadOnly`] for a database that cannot be written.
    pub fn rehearse<T>(&self, work: impl FnOnce(&Ledger) -> Result<T>) -> Result<T> {
        self.database.borrow_mut().begin_write()?;
        let _guard = RollbackGuard { ledger: self, armed: true };
        work(self)
    }

    /// As [`Ledger::transaction`], for the crate itself.
    pub(crate) fn write<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.database.borrow_mut().begin_write()?;
        self.finish(work)
    }

    /// As [`Ledger::write`], for very many rows whose keys are proven by then.
    pub(crate) fn write_bulk<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.database.borrow_mut().begin_bulk()?;
        self.finish(work)
    }

    /// Runs `work` in the transaction that was opened for it, and ends that.
    fn finish<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let mut guard = RollbackGuard { ledger: self, armed: true };
        let value = work()?;
        // Commit rolls back by itself when it fails, but cached state has to go as well.
        guard.armed = false;
        let committed = self.database.borrow_mut().commit();
        if committed.is_err() {
            self.forget_states();
        }
        committed.map(|()| value)
    }

    /// Runs calls inside an open unit as parts of it, without a way back for each of them: for long imports, in which
    /// the failure of one call is the failure of all.
    pub(crate) fn joined<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.database.borrow_mut().join_nested(true);
        let outcome = work();
        self.database.borrow_mut().join_nested(false);
        outcome
    }

    /// Reads several things from one state of the database.
    pub(crate) fn read<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        if self.database.borrow().in_transaction() {
            return work();
        }
        self.database.borrow_mut().begin_read()?;
        let mut guard = RollbackGuard { ledger: self, armed: true };
        let value = work()?;
        guard.armed = false;
        self.database.borrow_mut().commit().map(|()| value)
    }

    pub(crate) fn database(&self) -> &RefCell<Database> {
        &self.database
    }

    pub(crate) fn states(&self) -> &RefCell<HashMap<i64, BookState>> {
        &self.states
    }

    fn forget_states(&self) {
        self.states.borrow_mut().clear();
    }
}

/// Takes the transaction back when `work` fails or panics.
struct RollbackGuard<'l> {
    ledger: &'l Ledger,
    armed: bool,
}

impl Drop for RollbackGuard<'_> {
    fn drop(&mut self) {
        if self.armed {
            self.ledger.database.borrow_mut().rollback();
            self.ledger.forget_states();
        }
    }
}

/// A book's identity for all time and places: version 7, so that it sorts by creation.
fn book_uid(now_micros: i64) -> String {
    let now = instant(now_micros);
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    let timestamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos());
    uuid::Uuid::new_v7(timestamp).to_string()
}

pub(crate) fn book_info(row: BookRow) -> Result<BookInfo> {
    let corrupt = |what: &str| -> Error {
        ErrorKind::Corrupt { what: format!("books {}: {what}", row.book_id) }.into()
    };
    Ok(BookInfo {
        id: BookId(row.book_id),
        kind: BookKind::from_name(&row.kind).ok_or_else(|| corrupt("unknown kind"))?,
        base_commodity: Commodity::iso(&row.base_commodity)
            .ok_or_else(|| corrupt("unknown base commodity"))?,
        uid: row.uid,
        name: row.name,
        time_zone: row.time_zone,
        created_at: instant(row.created_at),
        archived_at: row.archived_at.map(instant),
    })
}
