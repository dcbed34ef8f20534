//! A [`TestDatabase`] is an empty database of its own for one test, removed when the test ends.
//!
//! Besides the URL under which the code under test opens it, it offers raw SQL, so that a test can act as
//! another program that writes past the library.

use std::fmt;
use std::io::Write as _;
use std::path::Path;
use std::sync::Once;

use tempfile::TempDir;

use crate::postgres::PgServer;
use crate::psql::Psql;
use crate::sqlite;

/// Set to `1` to leave the PostgreSQL half of the tests out.
const SKIP_VARIABLE: &str = "LEDGER_TEST_SKIP_POSTGRES";

/// The kind of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Backend {
    /// A SQLite file.
    Sqlite,
    /// A database on a PostgreSQL server.
    Postgres,
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Backend::Sqlite => "SQLite",
            Backend::Postgres => "PostgreSQL",
        })
    }
}

/// An empty database for one test, dropped together with its scratch folder when it goes out of scope.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    place: Place,
    folder: TempDir,
}

/// Where a database lives and how raw SQL reaches it.
#[derive(Debug)]
enum Place {
    SqliteFile,
    PostgresServer { database: Psql, server: Psql, name: String },
}

impl TestDatabase {
    /// What the code under test opens: a file path on SQLite, a libpq URI on PostgreSQL.
    ///
    /// The URI names host, port and user, so that no `PG…` environment variable can lead it elsewhere.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The kind of this database.
    pub fn backend(&self) -> Backend {
        match self.place {
            Place::SqliteFile => Backend::Sqlite,
            Place::PostgresServer { .. } => Backend::Postgres,
        }
    }

    /// A folder of this test alone, for its input and output files; on SQLite it also holds the database file.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs SQL statements on a connection of their own, as another program would, and returns their rows.
    ///
    /// Rows come as lines with `|` between the columns, NULL as nothing and bytes as `\x` and hex digits, on
    /// both databases. (A boolean is `t` or `f` on PostgreSQL, `1` or `0` on SQLite.) Each statement is its
    /// own transaction unless the text says `BEGIN`. SQLite does not enforce foreign keys here, as in any
    /// program that does not ask for it.
    ///
    /// # Errors
    /// The database's message for the first statement that fails; later statements are not run.
    ///
    /// ```
    /// let db = ledger_testkit::sqlite_database();
    /// db.sql("CREATE TABLE notes (id INTEGER, text TEXT); INSERT INTO notes VALUES (7, 'rent'), (8, NULL)")?;
    /// assert_eq!(db.sql("SELECT id, text FROM notes ORDER BY id")?, "7|rent\n8|\n");
    /// # Ok::<(), String>(())
    /// ```
    pub fn sql(&self, statements: &str) -> Result<String, String> {
        match &self.place {
            Place::SqliteFile => sqlite::run(&self.url, statements),
            Place::PostgresServer { database, .. } => database.run(statements),
        }
    }

    /// The database `name` that was just created on `server`.
    pub(crate) fn on_server(server: &Psql, name: String) -> Result<Self, String> {
        let database = server.at_database(&name);
        let folder = scratch_folder()?;
        let url = database.url().to_owned();
        let place = Place::PostgresServer { database, server: server.clone(), name };
        Ok(TestDatabase { url, place, folder })
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Place::PostgresServer { server, name, .. } = &self.place {
            // FORCE ends connections that the test left open. A failure is of no interest: the server may be
            // gone already, and a private one takes its databases with it.
            let _ = server.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// A fresh SQLite database: a path in a folder of its own; the file is made by the first who opens it.
///
/// # Panics
/// When no folder can be made.
pub fn sqlite_database() -> TestDatabase {
    let made = scratch_folder().and_then(|folder| {
        let path = folder.path().join("book.sqlite");
        let url =
            path.to_str().ok_or_else(|| format!("the folder {} is not UTF-8", path.display()))?.to_owned();
        Ok(TestDatabase { url, place: Place::SqliteFile, folder })
    });
    made.unwrap_or_else(|sentence| panic!("{sentence}"))
}

/// A fresh database on this process's PostgreSQL server, which is started when this is the first.
///
/// # Panics
/// With a sentence on how to install PostgreSQL when it is not there, or with the server's own message.
pub fn pg_database() -> TestDatabase {
    let made = PgServer::shared().and_then(PgServer::create_database);
    made.unwrap_or_else(|sentence| panic!("{sentence}"))
}

/// A fresh database of the given kind, or `None` for PostgreSQL when `LEDGER_TEST_SKIP_POSTGRES=1` is set.
///
/// # Panics
/// As [`sqlite_database`] and [`pg_database`] do.
pub fn fresh_database(backend: Backend) -> Option<TestDatabase> {
    match backend {
        Backend::Sqlite => Some(sqlite_database()),
        Backend::Postgres if postgres_is_skipped() => None,
        Backend::Postgres => Some(pg_database()),
    }
}

/// One fresh database of each kind, for a test that compares them.
///
/// Without PostgreSQL's when `LEDGER_TEST_SKIP_POSTGRES=1` is set.
///
/// # Panics
/// As [`sqlite_database`] and [`pg_database`] do.
pub fn databases() -> Vec<TestDatabase> {
    [Backend::Sqlite, Backend::Postgres].into_iter().filter_map(fresh_database).collect()
}

fn scratch_folder() -> Result<TempDir, String> {
    tempfile::Builder::new().prefix("ledger-test-").tempdir().map_err(|cause| {
        format!("no folder for a test database in {}: {cause}", std::env::temp_dir().display())
    })
}

/// Whether the PostgreSQL half of the tests is left out, with a note when it is.
pub(crate) fn postgres_is_skipped() -> bool {
    let skipped = std::env::var(SKIP_VARIABLE).is_ok_and(|value| value == "1");
    static NOTE: Once = Once::new();
    if skipped {
        // Straight to the stream: the test runner swallows what `eprintln!` prints in a test that passes.
        NOTE.call_once(|| {
            let _ =
                writeln!(std::io::stderr(), "note: {SKIP_VARIABLE}=1, so nothing is tested on PostgreSQL");
        });
    }
    skipped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_gets_a_database_of_its_own() {
        for (one, other) in databases().into_iter().zip(databases()) {
            one.sql("CREATE TABLE notes (id INTEGER)").unwrap();
            assert_ne!(one.url(), other.url());
            let refusal = other.sql("SELECT * FROM notes").unwrap_err();
            assert!(refusal.contains("notes"), "{refusal}");
        }
    }

    #[test]
    fn a_database_is_gone_when_its_test_ends() {
        for db in databases() {
            let folder = db.folder().to_owned();
            let (backend, url) = (db.backend(), db.url().to_owned());
            db.sql("CREATE TABLE notes (id INTEGER)").unwrap();
            drop(db);
            assert!(!folder.exists(), "{} is still there", folder.display());
            if backend == Backend::Postgres {
                let name = url.split('/').next_back().and_then(|rest| rest.split('?').next()).unwrap();
                let left = pg_database().sql("SELECT datname FROM pg_database").unwrap();
                assert!(!left.lines().any(|line| line == name), "{name} is still there:\n{left}");
            }
        }
    }
}
