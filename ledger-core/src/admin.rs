//! Looking after a database: its schema, its backups, and the receipts that tell whether a copy is whole.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::json;

use crate::audit::{Head, Verification};
use crate::book::{Change, append_events};
use crate::ledger::{Ledger, Session};
use crate::store::{self, Address, Database, SchemaStatus, call};
use crate::{ErrorKind, Result};

/// The end of a book's chain at some time. Kept apart from the database, it shows later whether a copy or the
/// database itself has lost anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The book's name.
    pub book: String,
    /// The book's identity.
    pub uid: String,
    /// Its last entry's number and hash.
    pub head: Head,
}

/// The state of a database's schema, also of one that this program cannot use: a later release's has migrations
/// that are applied and not known here.
///
/// # Errors
/// [`ErrorKind::NoDatabase`], [`ErrorKind::NotALedger`].
pub fn status(address: &str) -> Result<SchemaStatus> {
    store::schema_status(&mut Database::open_to_look(address)?)
}

/// Applies the schema changes that are missing, all or none; returns their versions.
///
/// # Errors
/// As [`status`], and [`ErrorKind::NewerSchema`], [`ErrorKind::ReadOnly`], [`ErrorKind::DiskFull`].
pub fn migrate(address: &str) -> Result<Vec<String>> {
    store::run_pending(&mut Database::open_any(address)?)
}

/// Takes the newest schema change back, with whatever only it could hold; returns its version.
///
/// Where rows are lost, each book gets an audit event `schema.rollback`, so that their absence is explained.
///
/// # Errors
/// As [`status`], and [`ErrorKind::NewerSchema`], and [`ErrorKind::NotAllowed`] where entries would be lost, unless `lose_data` is set.
pub fn rollback(address: &str, session: &Session, lose_data: bool) -> Result<Option<String>> {
    let mut database = Database::open_any(address)?;
    let status = store::schema_status(&mut database)?;
    let Some(last) = status.migrations.iter().rfind(|migration| migration.applied) else { return Ok(None) };
    let kept = store::rows_that_a_rollback_loses(&mut database, &last.name)?;
    if kept > 0 && !lose_data {
        let reason = format!("{kept} rows would be lost (make a backup, then say that they may go)");
        let name = format!("{}_{}", last.version, last.name);
        return Err(ErrorKind::NotAllowed { what: "migration", name, verb: "taken back", reason }.into());
    }
    store::revert_last(&mut database, |database| {
        if kept > 0 { tell_of_rollback(database, session, &last.name) } else { Ok(()) }
    })
}

/// Tells in every book which migration was taken back; the books themselves go with those that hold them.
fn tell_of_rollback(database: &mut Database, session: &Session, migration: &str) -> Result<()> {
    for book in call!(&mut *database, "reading books", book::all())? {
        let head = call!(&mut *database, "reading a book", book::lock_head(book.book_id))?;
        let after = Some(json!({ "migration": migration }));
        let change = Change { action: "schema.rollback", subject: "schema".to_owned(), before: None, after };
        append_events(database, session, &head, [change])?;
    }
    Ok(())
}

/// The heads of all books, to be kept as receipts.
///
/// # Errors
/// As [`Ledger::open`].
pub fn receipts(ledger: &Ledger) -> Result<Vec<Receipt>> {
    let books = ledger.books()?;
    books
        .into_iter()
        .map(|info| {
            let head = ledger.book(&info.name)?.head()?;
            Ok(Receipt { book: info.name, uid: info.uid, head })
        })
        .collect()
}

/// Writes a snapshot of an SQLite database into a new file while others may go on writing, and returns the heads
/// that the copy holds.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] for a file that is there, [`ErrorKind::Misuse`] on PostgreSQL (the server makes its
/// own backups), [`ErrorKind::DiskFull`], [`ErrorKind::ReadOnly`].
pub fn backup(address: &str, target: &Path) -> Result<Vec<Receipt>> {
    let mut database = Database::open(address)?;
    store::snapshot(&mut database, target)?;
    receipts(&Ledger::open(&target.display().to_string(), reader())?)
}

/// Puts a backup in the place of a database that is not there: checks the copy first, every book of it, and the
/// heads that are expected.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] for a database that is there, [`ErrorKind::HeadMismatch`] for a copy that misses
/// its tail, [`ErrorKind::Corrupt`] with the first finding.
pub fn restore(backup: &Path, target: &Path, expected: Option<Head>) -> Result<Vec<Verification>> {
    let mut database = Database::open(&backup.display().to_string())?;
    store::check_integrity(&mut database)?;
    let ledger = Ledger::open(&backup.display().to_string(), reader())?;
    let checked = verify_all(&ledger, expected)?;
    store::snapshot(&mut database, target)?;
    Ok(checked)
}

/// The file that an address of an SQLite database names; none for a database on a server.
///
/// # Errors
/// [`ErrorKind::InvalidDatabaseUrl`].
pub fn file_of(address: &str) -> Result<Option<PathBuf>> {
    Ok(match Address::parse(address)? {
        Address::Sqlite { path } => Some(path.into()),
        Address::Postgres { .. } => None,
    })
}

fn verify_all(ledger: &Ledger, expected: Option<Head>) -> Result<Vec<Verification>> {
    let place = ledger.place();
    let mut checked = Vec::new();
    let mut met = expected.is_none();
    let books = ledger.books()?;
    for info in &books {
        // A receipt is of one book: it is enough that one of them bears it.
        let verification = ledger.book(&info.name)?.verify(expected.filter(|_| books.len() == 1))?;
        if let Some(finding) = verification.findings.first() {
            if finding.check == "head" {
                let difference = format!("book \"{}\": {}", info.name, finding.difference);
                return Err(ErrorKind::HeadMismatch { place, difference }.into());
            }
            let what = format!("{place}, book \"{}\": {}: {}", info.name, finding.row, finding.difference);
            return Err(ErrorKind::Corrupt { what }.into());
        }
        met = met || books.len() == 1 || expected.is_some_and(|head| bears(ledger, &info.name, head));
        checked.push(verification);
    }
    if met {
        return Ok(checked);
    }
    let difference = "no book of it has an entry with the number and hash of the receipt".to_owned();
    Err(ErrorKind::HeadMismatch { place, difference }.into())
}

fn bears(ledger: &Ledger, book: &str, head: Head) -> bool {
    let entry = ledger.book(book).and_then(|book| book.journal().get(head.number));
    entry.is_ok_and(|entry| entry.hash == head.hash)
}

/// A session that only reads: its name and clock appear nowhere.
fn reader() -> Session {
    Session::new("reader", || chrono::DateTime::UNIX_EPOCH)
}

/// Every table whose rows belong to a book, and where an archive has them: a file, or `recomputed`.
///
/// For the test that no table is forgotten, and for whoever wants to know.
pub fn archived_tables() -> Vec<(&'static str, String)> {
    use crate::store::archive::{ELSEWHERE, Table};
    let tables = Table::BEFORE_ENTRIES.iter().chain(Table::AFTER_ENTRIES);
    let by_row = tables.map(|table| (table.name(), format!("{}.ndjson", table.name())));
    by_row.chain(ELSEWHERE.map(|(table, place)| (table, place.to_owned()))).collect()
}
