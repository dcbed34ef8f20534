//! The schema's versions: embedded migrations, what a database has of them, and moving it up or down.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use serde::Serialize;

use super::database::{Database, Link};
use crate::{ErrorKind, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// One migration and whether a database has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MigrationState {
    /// The migration's version, such as `0001`.
    pub version: String,
    /// What it brings, such as `books`; empty for one that this program does not know.
    pub name: String,
    /// Whether the database has it.
    pub applied: bool,
    /// Whether this program knows it.
    pub known: bool,
}

/// The state of a database's schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SchemaStatus {
    /// Where the database is, without any password.
    pub place: String,
    /// `sqlite` or `postgres`.
    pub backend: &'static str,
    /// Every migration that is known or applied, in order.
    pub migrations: Vec<MigrationState>,
}

impl SchemaStatus {
    /// How many migrations the database has.
    pub fn applied_count(&self) -> usize {
        self.migrations.iter().filter(|migration| migration.applied).count()
    }

    /// How many known migrations the database lacks.
    pub fn pending_count(&self) -> usize {
        self.migrations.iter().filter(|migration| !migration.applied).count()
    }
}

/// Reads the state of the schema without changing anything, not even the migrations table.
pub(crate) fn status(database: &mut Database) -> Result<SchemaStatus> {
    let place = database.place().to_owned();
    let backend = if database.is_postgres() { "postgres" } else { "sqlite" };
    let applied = super::call!(&mut *database, "reading the schema version", schema::applied_migrations())?;
    let mut migrations: Vec<MigrationState> = known(database)
        .into_iter()
        .map(|(version, name)| MigrationState {
            applied: applied.contains(&version),
            version,
            name,
            known: true,
        })
        .collect();
    for version in applied {
        if !migrations.iter().any(|migration| migration.version == version) {
            migrations.push(MigrationState { version, name: String::new(), applied: true, known: false });
        }
    }
    migrations.sort_by(|left, right| left.version.cmp(&right.version));
    Ok(SchemaStatus { place, backend, migrations })
}

/// Refuses a database that a newer release wrote, or that another program's tables fill.
///
/// Another program may keep its versions where Diesel keeps ours: a newer release has the first of ours as well.
pub(crate) fn refuse_foreign(database: &mut Database, status: &SchemaStatus) -> Result<()> {
    let place = database.place().to_owned();
    if !status.migrations.iter().any(|migration| migration.known && migration.applied) {
        let tables = super::call!(&mut *database, "reading the schema", schema::tables())?;
        let foreign = status.applied_count() > 0;
        if let Some(table) = tables.iter().find(|table| foreign || *table != "__diesel_schema_migrations") {
            let reason = format!("it holds tables of another program, such as \"{table}\"");
            return Err(ErrorKind::NotALedger { place, reason }.into());
        }
        return Ok(());
    }
    if let Some(newer) = status.migrations.iter().rfind(|migration| !migration.known) {
        let known = status.migrations.iter().rfind(|migration| migration.known);
        let known = known.map_or_else(String::new, |migration| migration.version.clone());
        return Err(ErrorKind::NewerSchema { place, found: newer.version.clone(), known }.into());
    }
    Ok(())
}

/// Refuses a schema that is not exactly the one that this program knows.
pub(crate) fn require_current(database: &mut Database) -> Result<()> {
    let pending = status(database)?.pending_count();
    if pending > 0 {
        return Err(ErrorKind::OlderSchema { place: database.place().to_owned(), pending }.into());
    }
    Ok(())
}

/// Applies what is missing, all of it or nothing; returns the versions applied.
pub(crate) fn run_pending(database: &mut Database) -> Result<Vec<String>> {
    if status(database)?.pending_count() == 0 {
        return Ok(Vec::new());
    }
    // Two programs may start on a new database at once: the second waits here and finds nothing left to do.
    database.begin_write()?;
    let result = run_pending_locked(database);
    match &result {
        Ok(_) => database.commit()?,
        Err(_) => database.rollback(),
    }
    result
}

fn run_pending_locked(database: &mut Database) -> Result<Vec<String>> {
    super::call!(&mut *database, "locking the schema", schema::lock())?;
    let pending = status(database)?.pending_count();
    let mut done = Vec::with_capacity(pending);
    for _ in 0..pending {
        let result = match database.link() {
            Link::Sqlite(connection) => {
                connection.run_next_migration(SQLITE).map(|version| version.to_string())
            }
            #[cfg(feature = "postgres")]
            Link::Postgres(connection) => {
                connection.run_next_migration(POSTGRES).map(|version| version.to_string())
            }
        };
        match result {
            Ok(version) => done.push(version),
            Err(error) => return Err(failed(database, "migrating", error.as_ref())),
        }
    }
    Ok(done)
}

/// Takes back the newest migration; returns its version, or nothing when none is applied. `before` is done in the same
/// transaction.
pub(crate) fn revert_last(
    database: &mut Database,
    before: impl FnOnce(&mut Database) -> Result<()>,
) -> Result<Option<String>> {
    if status(database)?.applied_count() == 0 {
        return Ok(None);
    }
    database.begin_write()?;
    if let Err(error) = before(database) {
        database.rollback();
        return Err(error);
    }
    let result = match database.link() {
        Link::Sqlite(connection) => {
            connection.revert_last_migration(SQLITE).map(|version| version.to_string())
        }
        #[cfg(feature = "postgres")]
        Link::Postgres(connection) => {
            connection.revert_last_migration(POSTGRES).map(|version| version.to_string())
        }
    };
    match result {
        Ok(version) => database.commit().map(|()| Some(version)),
        Err(error) => {
            let error = failed(database, "rolling back a migration", error.as_ref());
            database.rollback();
            Err(error)
        }
    }
}

/// How many rows only the tables of this migration hold.
pub(crate) fn rows_that_a_rollback_loses(database: &mut Database, name: &str) -> Result<i64> {
    super::call!(&mut *database, "counting rows", schema::rows_of_migration(name))
}

fn failed(database: &Database, doing: &str, error: &(dyn std::error::Error + Send + Sync)) -> crate::Error {
    super::fault::kind_of_message(&error.to_string(), doing, database.place()).into()
}

/// Version and name of each embedded migration, in order.
fn known(database: &Database) -> Vec<(String, String)> {
    use diesel::migration::{Migration, MigrationSource};
    let split = |full: String, version: String| {
        let name = full.strip_prefix(&version).unwrap_or(&full).trim_start_matches('_').to_owned();
        (version, name)
    };
    let mut migrations: Vec<(String, String)> = if database.is_postgres() {
        #[cfg(feature = "postgres")]
        {
            let list: Vec<Box<dyn Migration<diesel::pg::Pg>>> = POSTGRES.migrations().unwrap_or_default();
            list.iter().map(|m| split(m.name().to_string(), m.name().version().to_string())).collect()
        }
        #[cfg(not(feature = "postgres"))]
        Vec::new()
    } else {
        let list: Vec<Box<dyn Migration<diesel::sqlite::Sqlite>>> = SQLITE.migrations().unwrap_or_default();
        list.iter().map(|m| split(m.name().to_string(), m.name().version().to_string())).collect()
    };
    migrations.sort();
    migrations
}
