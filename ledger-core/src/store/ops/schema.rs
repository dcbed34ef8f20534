//! What the database itself knows about its schema.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::super::{Conn, Db, IS_POSTGRES};
use crate::store::statement::statement;

const TABLES: &str = if IS_POSTGRES {
    "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1"
} else {
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
};
/// Any constant serves: it only has to be the same in every program that takes the lock.
const LOCK: &str =
    if IS_POSTGRES { "SELECT CAST(pg_advisory_xact_lock(7203671) AS TEXT)" } else { "SELECT ''" };

statement! {
    /// The names of all tables.
    struct Tables {} -> Text = (TABLES)
}

statement! {
    /// The versions of all applied migrations.
    struct Versions {} -> Text = "SELECT version FROM __diesel_schema_migrations ORDER BY version"
}

statement! {
    /// Waits for other programs that change more than one book.
    struct Lock {} -> Text = (LOCK)
}

/// The names of all tables, sorted.
pub(crate) fn tables(conn: &mut Conn) -> QueryResult<Vec<String>> {
    Tables::new().load(conn)
}

/// The versions of the migrations that were applied, in order; none for an empty database.
pub(crate) fn applied_migrations(conn: &mut Conn) -> QueryResult<Vec<String>> {
    if !tables(conn)?.iter().any(|table| table == "__diesel_schema_migrations") {
        return Ok(Vec::new());
    }
    Versions::new().load(conn)
}

/// Keeps other programs from migrating and from creating or naming books, until the end of the transaction.
pub(crate) fn lock(conn: &mut Conn) -> QueryResult<()> {
    Lock::new().load::<String>(conn).map(|_| ())
}

statement! {
    /// Rows of the books' own tables.
    struct BookRows {} -> BigInt = "SELECT COUNT(*) FROM books"
}
statement! {
    /// Rows of the accounts' tables.
    struct AccountRows {} -> BigInt = "SELECT (SELECT COUNT(*) FROM accounts) + (SELECT COUNT(*) FROM prices)"
}
statement! {
    /// Rows of the journal's tables.
    struct JournalRows {} -> BigInt = "SELECT COUNT(*) FROM entries"
}
statement! {
    /// Rows of the settings' table.
    struct SettingRows {} -> BigInt = "SELECT COUNT(*) FROM saved_settings"
}

/// How many rows the tables of a migration hold that no other table does.
pub(crate) fn rows_of_migration(conn: &mut Conn, name: &str) -> QueryResult<i64> {
    match name {
        "books" => BookRows::new().get_result(conn),
        "accounts" => AccountRows::new().get_result(conn),
        "journal" => JournalRows::new().get_result(conn),
        "settings" => SettingRows::new().get_result(conn),
        _ => Ok(0),
    }
}

/// The triggers that keep posted rows as they are, and heads from moving back.
const TRIGGERS: &[&str] = if IS_POSTGRES {
    &[
        "audit_events_are_never_changed",
        "entries_are_never_changed",
        "lines_are_never_changed",
        "entry_tags_are_never_changed",
        "lines_arrive_balanced",
        "book_heads_never_move_back",
    ]
} else {
    &[
        "audit_events_are_never_updated",
        "audit_events_are_never_deleted",
        "audit_events_are_never_replaced",
        "entries_are_never_updated",
        "entries_are_never_deleted",
        "entries_are_never_replaced",
        "lines_are_never_updated",
        "lines_are_never_deleted",
        "lines_are_never_replaced",
        "entry_tags_are_never_updated",
        "entry_tags_are_never_deleted",
        "entry_tags_are_never_replaced",
        "book_heads_move_over_balanced_entries",
        "book_heads_never_move_back",
    ]
};

const TRIGGERS_PRESENT: &str = if IS_POSTGRES {
    "SELECT CAST(tgname AS TEXT) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
} else {
    "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
};

statement! {
    /// The names of all triggers that are active.
    struct Triggers {} -> Text = (TRIGGERS_PRESENT)
}

/// The triggers that should be there and are not.
pub(crate) fn missing_triggers(conn: &mut Conn) -> QueryResult<Vec<String>> {
    let present: Vec<String> = Triggers::new().load(conn)?;
    Ok(TRIGGERS
        .iter()
        .filter(|name| !present.iter().any(|it| it == *name))
        .map(|name| (*name).to_owned())
        .collect())
}
