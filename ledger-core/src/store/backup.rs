//! Snapshots of an SQLite database, made and checked by SQLite itself.

use std::path::Path;

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;

use super::database::{Database, Link};
use super::sqlite::{Conn, Db};
use super::statement::statement;
use crate::{ErrorKind, Result};

statement! {
    /// `ok`, or what is wrong with the file.
    struct IntegrityCheck {} -> Text = "PRAGMA integrity_check(1)"
}

/// Writes a snapshot of the database, as it is at one instant, into a file that is not there yet.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`], [`ErrorKind::Misuse`] on PostgreSQL, [`ErrorKind::DiskFull`]; a file that could
/// not be finished is removed.
// A build without PostgreSQL knows one kind of link only.
#[cfg_attr(not(feature = "postgres"), allow(irrefutable_let_patterns))]
pub(crate) fn snapshot(database: &mut Database, target: &Path) -> Result<()> {
    let shown = target.display().to_string();
    if target.exists() {
        let hint = " (choose another file)".to_owned();
        return Err(ErrorKind::AlreadyExists { what: "file", name: shown, hint }.into());
    }
    let Link::Sqlite(connection) = database.link() else {
        let advice = "a PostgreSQL server makes its own backups: use pg_dump or continuous archiving, and keep the \
                      heads that `ledger db status` prints to check the copy with";
        return Err(ErrorKind::Misuse(advice.to_owned()).into());
    };
    let text = target.to_str().ok_or_else(|| ErrorKind::File {
        verb: "write",
        path: shown.clone(),
        message: "its name is not UTF-8".to_owned(),
    })?;
    let result = connection.batch_execute(&format!("VACUUM INTO '{}'", text.replace('\'', "''")));
    if let Err(error) = result {
        // A half written copy must not be taken for a backup.
        std::fs::remove_file(target).ok();
        return Err(super::fault::explain(error, "writing a backup", &shown));
    }
    flush(target)
}

/// Makes a new file and its folder durable: SQLite does not flush what `VACUUM INTO` writes.
pub(crate) fn flush(path: &Path) -> Result<()> {
    let failed = |error: std::io::Error| ErrorKind::File {
        verb: "write",
        path: path.display().to_string(),
        message: error.to_string(),
    };
    std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(failed)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Some file systems refuse to open or flush a folder; the file itself is safe then.
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).ok();
    Ok(())
}

/// Asks SQLite whether the file's own structure is sound.
///
/// # Errors
/// [`ErrorKind::Corrupt`] with what it found.
#[cfg_attr(not(feature = "postgres"), allow(irrefutable_let_patterns))]
pub(crate) fn check_integrity(database: &mut Database) -> Result<()> {
    let place = database.place().to_owned();
    let Link::Sqlite(connection) = database.link() else { return Ok(()) };
    let said: String =
        ask(connection).map_err(|error| super::fault::explain(error, "checking the file", &place))?;
    if said == "ok" {
        return Ok(());
    }
    Err(ErrorKind::Corrupt { what: format!("{place}: {said}") }.into())
}

fn ask(connection: &mut Conn) -> diesel::QueryResult<String> {
    IntegrityCheck::new().get_result(connection)
}
