//! One connection to a ledger database, and its transactions.

use diesel::connection::{AnsiTransactionManager, TransactionManager};

use super::address::Address;
use super::{fault, migrate, sqlite};
use crate::{Error, ErrorKind, Result};

/// A connection of either kind.
pub(crate) enum Link {
    Sqlite(sqlite::Conn),
    #[cfg(feature = "postgres")]
    Postgres(super::postgres::Conn),
}

/// A connection with the place that its errors name.
pub(crate) struct Database {
    link: Link,
    place: String,
    /// How many transactions are open, one inside the other.
    depth: usize,
    /// The depth above which a nested transaction is part of the one around it, without a savepoint.
    joined_above: Option<usize>,
    /// Why the open transaction cannot be committed any more, and the depth that has to be taken back for it.
    ///
    /// SQLite ends a transaction by itself when the disk is full, and PostgreSQL answers `COMMIT` after a failed
    /// statement with a rollback that is no error: a caller who went on regardless would see half a unit kept, or
    /// none of one that was acknowledged.
    lost: Option<(usize, ErrorKind)>,
    /// Whether the open transaction goes without foreign keys.
    bulk: bool,
}

/// Runs one expression against either connection.
macro_rules! either {
    ($link:expr, $connection:ident => $body:expr) => {
        match $link {
            Link::Sqlite($connection) => $body,
            #[cfg(feature = "postgres")]
            Link::Postgres($connection) => $body,
        }
    };
}

impl Database {
    /// Opens a database that is there and whose schema is the one that this program knows.
    ///
    /// # Errors
    /// [`ErrorKind::NoDatabase`], [`ErrorKind::NotALedger`], [`ErrorKind::NewerSchema`],
    /// [`ErrorKind::OlderSchema`]; nothing is touched then.
    pub(crate) fn open(address: &str) -> Result<Database> {
        let mut database = Database::open_any(address)?;
        migrate::require_current(&mut database)?;
        database.prepare();
        Ok(database)
    }

    /// Opens a database, creating it and bringing its schema up to date where needed.
    pub(crate) fn open_or_create(address: &str) -> Result<Database> {
        let mut database = Database::connect(&Address::parse(address)?)?;
        let status = migrate::status(&mut database)?;
        migrate::refuse_foreign(&mut database, &status)?;
        database.prepare();
        migrate::run_pending(&mut database)?;
        Ok(database)
    }

    /// Opens a database that is there, whatever its schema, as long as this program may change it.
    ///
    /// # Errors
    /// As [`Database::open_to_look`], and [`ErrorKind::NewerSchema`].
    pub(crate) fn open_any(address: &str) -> Result<Database> {
        let mut database = Database::open_to_look(address)?;
        let status = migrate::status(&mut database)?;
        migrate::refuse_foreign(&mut database, &status)?;
        Ok(database)
    }

    /// Opens a database that is there to look at its schema only, also one that a later release wrote.
    ///
    /// # Errors
    /// [`ErrorKind::NoDatabase`], [`ErrorKind::NotALedger`].
    pub(crate) fn open_to_look(address: &str) -> Result<Database> {
        let address = Address::parse(address)?;
        if let Address::Sqlite { path } = &address {
            let path = std::path::Path::new(path);
            if !path.exists() {
                return Err(ErrorKind::NoDatabase { place: address.place() }.into());
            }
        }
        let mut database = Database::connect(&address)?;
        let status = migrate::status(&mut database)?;
        if status.applied_count() == 0 {
            migrate::refuse_foreign(&mut database, &status)?;
            return Err(ErrorKind::NoDatabase { place: database.place }.into());
        }
        Ok(database)
    }

    fn connect(address: &Address) -> Result<Database> {
        let place = address.place();
        if let Address::Sqlite { path } = address
            && std::path::Path::new(path).is_dir()
        {
            let reason = "it is a folder".to_owned();
            return Err(ErrorKind::NotALedger { place, reason }.into());
        }
        let link = match address {
            Address::Sqlite { path } => Link::Sqlite(sqlite::connect(path, &place)?),
            #[cfg(feature = "postgres")]
            Address::Postgres { url } => Link::Postgres(super::postgres::connect(url, &place)?),
            #[cfg(not(feature = "postgres"))]
            Address::Postgres { .. } => unreachable!("Address::parse refuses PostgreSQL in this build"),
        };
        Ok(Database { link, place, depth: 0, lost: None, bulk: false, joined_above: None })
    }

    fn prepare(&mut self) {
        match &mut self.link {
            Link::Sqlite(connection) => sqlite::prepare(connection),
            #[cfg(feature = "postgres")]
            Link::Postgres(_) => {}
        }
    }

    pub(crate) fn link(&mut self) -> &mut Link {
        &mut self.link
    }

    /// The address as it may be shown.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// Whether this is PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        !matches!(self.link, Link::Sqlite(_))
    }

    /// Whether a transaction is open.
    pub(crate) fn in_transaction(&self) -> bool {
        self.depth > 0
    }

    /// Says what failed and where, and remembers when the open transaction is lost by it.
    pub(crate) fn fault(&mut self, doing: &str, error: diesel::result::Error) -> Error {
        let lost = self.depth > 0 && fault::ends_transaction(&error, self.is_postgres());
        let error = fault::explain(error, doing, &self.place);
        if lost && self.lost.is_none() {
            let whole = !self.is_postgres() || matches!(error.kind(), ErrorKind::ConnectionLost { .. });
            self.lost = Some((if whole { 1 } else { self.depth }, error.kind().clone()));
        }
        error
    }

    /// Refuses to go on in a transaction that cannot be committed any more, for the reason that it was lost.
    fn refuse_lost(&self) -> Result<()> {
        match &self.lost {
            None => Ok(()),
            Some((_, kind)) => Err(kind.clone().into()),
        }
    }

    /// Opens a transaction that will write; inside another one, a savepoint.
    ///
    /// On SQLite it takes the write lock at once: a transaction that reads first and writes later can fail whatever
    /// the busy timeout.
    pub(crate) fn begin_write(&mut self) -> Result<()> {
        self.begin("BEGIN IMMEDIATE", None)
    }

    /// As [`Database::begin_write`], for very many rows whose keys have been proven: the outermost transaction then
    /// goes without SQLite's foreign keys, whose look-ups cost a seventh to a third of a bulk insert. The keys come from the
    /// chart as it stands under the write lock, and no row of it is ever deleted.
    pub(crate) fn begin_bulk(&mut self) -> Result<()> {
        if self.depth == 0 && !self.bulk {
            self.bulk = self.set_bulk(true);
        }
        self.begin_write().inspect_err(|_| self.end_bulk())
    }

    /// Takes up foreign keys again after the outermost transaction of a bulk.
    fn end_bulk(&mut self) {
        if self.bulk && self.depth == 0 {
            self.bulk = !self.set_bulk(false);
        }
    }

    /// Tells whether there was something to do and it was done; SQLite ignores it inside a transaction.
    fn set_bulk(&mut self, bulk: bool) -> bool {
        match &mut self.link {
            Link::Sqlite(connection) => sqlite::set_bulk(connection, bulk).is_ok(),
            #[cfg(feature = "postgres")]
            Link::Postgres(_) => false,
        }
    }

    /// Opens a transaction that reads several statements from one state of the database.
    pub(crate) fn begin_read(&mut self) -> Result<()> {
        self.begin("BEGIN", Some("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    }

    /// From now on, nested transactions are part of the one that is open now: the failure of one is the failure of
    /// all. `false` gives them savepoints again.
    ///
    /// An open savepoint costs SQLite a walk over all that it has kept so far at the end of every statement, which
    /// makes a long import quadratic.
    pub(crate) fn join_nested(&mut self, join: bool) {
        self.joined_above = join.then_some(self.depth);
    }

    /// Whether the innermost transaction, or one that begins here, has no savepoint of its own.
    fn is_joined(&self, depth: usize) -> bool {
        self.joined_above.is_some_and(|base| base > 0 && depth > base)
    }

    fn begin(&mut self, sqlite_begin: &str, postgres_mode: Option<&str>) -> Result<()> {
        self.refuse_lost()?;
        if self.is_joined(self.depth + 1) {
            self.depth += 1;
            return Ok(());
        }
        let nested = self.depth > 0;
        let result = match &mut self.link {
            Link::Sqlite(connection) if nested => AnsiTransactionManager::begin_transaction(connection),
            Link::Sqlite(connection) => {
                AnsiTransactionManager::begin_transaction_sql(connection, sqlite_begin)
            }
            #[cfg(feature = "postgres")]
            Link::Postgres(connection) => {
                use diesel::connection::SimpleConnection;
                AnsiTransactionManager::begin_transaction(connection).and_then(|()| match postgres_mode {
                    Some(mode) if !nested => connection.batch_execute(mode).inspect_err(|_| {
                        AnsiTransactionManager::rollback_transaction(connection).ok();
                    }),
                    _ => Ok(()),
                })
            }
        };
        let _ = postgres_mode;
        result.map_err(|error| self.fault("beginning a transaction", error))?;
        self.depth += 1;
        Ok(())
    }

    /// Makes the innermost transaction's changes stay; takes them back where that is not possible.
    pub(crate) fn commit(&mut self) -> Result<()> {
        if let Err(error) = self.refuse_lost() {
            self.rollback();
            return Err(error);
        }
        if self.is_joined(self.depth) {
            self.depth -= 1;
            return Ok(());
        }
        let result =
            either!(&mut self.link, connection => AnsiTransactionManager::commit_transaction(connection));
        if let Err(error) = result {
            let error = self.fault("committing", error);
            self.rollback();
            return Err(error);
        }
        self.depth -= 1;
        self.end_bulk();
        Ok(())
    }

    /// Undoes the innermost transaction. A connection that cannot even do that is broken, and says so at its next use.
    ///
    /// SQLite has ended a lost transaction already and says so; Diesel takes notice of it then.
    pub(crate) fn rollback(&mut self) {
        if self.is_joined(self.depth) {
            // Its changes cannot be taken back alone: the transaction that it is part of has to go.
            let base = self.joined_above.unwrap_or(1);
            let failed = || (base, ErrorKind::Misuse("a part of this unit of work failed".to_owned()));
            self.lost.get_or_insert_with(failed);
            self.depth -= 1;
            return;
        }
        either!(&mut self.link, connection => AnsiTransactionManager::rollback_transaction(connection)).ok();
        if self.lost.as_ref().is_some_and(|(depth, _)| self.depth <= *depth) {
            self.lost = None;
        }
        self.depth = self.depth.saturating_sub(1);
        self.end_bulk();
    }
}
