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
statement! {
    /// Rows of the rules' table.
    struct RuleRows {} -> BigInt = "SELECT COUNT(*) FROM rules"
}
statement! {
    /// Rows of the imports' tables.
    struct StatementRows {} -> BigInt = "SELECT COUNT(*) FROM imports"
}
statement! {
    /// Rows of the reconciliations' tables.
    struct ReconciliationRows {} -> BigInt =
        "SELECT (SELECT COUNT(*) FROM line_marks) + (SELECT COUNT(*) FROM checkpoints)"
}
statement! {
    /// Rows of the schedules' tables.
    struct ScheduleRows {} -> BigInt =
        "SELECT (SELECT COUNT(*) FROM schedules) + (SELECT COUNT(*) FROM scenarios) \
         + (SELECT COUNT(*) FROM forecasts) + (SELECT COUNT(*) FROM recurring_decisions)"
}
statement! {
    /// Rows of the receivables' tables.
    struct ReceivableRows {} -> BigInt =
        "SELECT (SELECT COUNT(*) FROM receivables) + (SELECT COUNT(*) FROM loan_groups)"
}
statement! {
    /// Rows of the parties' tables.
    struct PartyRows {} -> BigInt =
        "SELECT (SELECT COUNT(*) FROM party_aliases) + (SELECT COUNT(*) FROM party_details)"
}
statement! {
    /// Rows of the closings' table.
    struct ClosingRows {} -> BigInt = "SELECT COUNT(*) FROM closings"
}
statement! {
    /// Rows of the assertions' table.
    struct AssertionRows {} -> BigInt = "SELECT COUNT(*) FROM assertions"
}
statement! {
    /// Rows of the lots' tables.
    struct LotRows {} -> BigInt =
        "SELECT (SELECT COUNT(*) FROM lot_accounts) + (SELECT COUNT(*) FROM line_lots)"
}

/// How many rows the tables of a migration hold that no other table does.
pub(crate) fn rows_of_migration(conn: &mut Conn, name: &str) -> QueryResult<i64> {
    match name {
        "books" => BookRows::new().get_result(conn),
        "accounts" => AccountRows::new().get_result(conn),
        "journal" => JournalRows::new().get_result(conn),
        "settings" => SettingRows::new().get_result(conn),
        "rules" => RuleRows::new().get_result(conn),
        "statements" => StatementRows::new().get_result(conn),
        "reconciliations" => ReconciliationRows::new().get_result(conn),
        "schedules" => ScheduleRows::new().get_result(conn),
        "receivables" => ReceivableRows::new().get_result(conn),
        "parties" => PartyRows::new().get_result(conn),
        "closings" => ClosingRows::new().get_result(conn),
        "assertions" => AssertionRows::new().get_result(conn),
        "lots" => LotRows::new().get_result(conn),
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
        "book_heads_are_never_replaced",
        "book_heads_are_never_deleted",
        "book_heads_move_over_balanced_entries",
        "book_heads_never_move_back",
    ]
};

/// Name and parts of all triggers that are active. On PostgreSQL a trigger is spread over several rows; its parts
/// are put together as they stand in the migration: timing, events, table, condition, function and its body.
const TRIGGERS_PRESENT: &str = if IS_POSTGRES {
    "SELECT CAST(t.tgname AS TEXT), CONCAT_WS(' ', CASE WHEN t.tgtype & 2 <> 0 THEN 'BEFORE' ELSE 'AFTER' END, \
     CONCAT_WS(' OR ', CASE WHEN t.tgtype & 4 <> 0 THEN 'INSERT' END, CASE WHEN t.tgtype & 16 <> 0 THEN 'UPDATE' END, \
     CASE WHEN t.tgtype & 8 <> 0 THEN 'DELETE' END, CASE WHEN t.tgtype & 32 <> 0 THEN 'TRUNCATE' END), 'ON', c.relname, \
     'FOR EACH', CASE WHEN t.tgtype & 1 <> 0 THEN 'ROW' ELSE 'STATEMENT' END, \
     CASE WHEN t.tgqual IS NOT NULL THEN 'WHEN' END, CONCAT('EXECUTE FUNCTION ', p.proname, '()')), p.prosrc \
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
     JOIN pg_proc p ON p.oid = t.tgfoid \
     WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND n.nspname = current_schema()"
} else {
    "SELECT name, sql, '' FROM sqlite_schema WHERE type = 'trigger'"
};

/// The migrations that make triggers.
const TRIGGER_SCRIPTS: [&str; 2] = if IS_POSTGRES {
    [
        include_str!("../../../migrations/postgres/0001_books/up.sql"),
        include_str!("../../../migrations/postgres/0003_journal/up.sql"),
    ]
} else {
    [
        include_str!("../../../migrations/sqlite/0001_books/up.sql"),
        include_str!("../../../migrations/sqlite/0003_journal/up.sql"),
    ]
};

statement! {
    /// The names of all triggers that are active, with their text.
    struct Triggers {} -> (Text, Text, Text) = (TRIGGERS_PRESENT)
}

/// The triggers that should be there and are not, or not as the migrations made them.
pub(crate) fn missing_triggers(conn: &mut Conn) -> QueryResult<Vec<String>> {
    let present: Vec<(String, String, String)> = Triggers::new().load(conn)?;
    let intact = |name: &&&str| {
        present.iter().any(|(found, text, body)| found == **name && is_as_made(found, text, body))
    };
    Ok(TRIGGERS.iter().filter(|name| !intact(name)).map(|name| (*name).to_owned()).collect())
}

/// Whether a trigger is the one that a migration made: another of the same name may do nothing.
fn is_as_made(name: &str, text: &str, body: &str) -> bool {
    if !IS_POSTGRES {
        return TRIGGER_SCRIPTS.iter().any(|script| script.contains(text));
    }
    let made = TRIGGER_SCRIPTS.iter().find_map(|script| {
        let rest = script.split_once(&format!("CREATE TRIGGER {name} "))?.1;
        Some(rest.split_once(';')?.0.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    let Some(made) = made else { return false };
    // The condition and the names of transition tables are left out of the comparison: they have no plain text.
    let plain = |from: &str, to: &str| match (made.find(from), made.find(to)) {
        (Some(start), Some(end)) if start < end => made.replacen(&made[start..end], "", 1),
        _ => made.clone(),
    };
    let made = match (made.contains(" WHEN ("), made.contains(" REFERENCING ")) {
        (true, _) => plain("(", "EXECUTE"),
        (_, true) => plain("REFERENCING", "FOR EACH"),
        _ => made.clone(),
    };
    let same = |left: &str, right: &str| left.split_whitespace().eq(right.split_whitespace());
    let body = format!("$${body}$$");
    same(&made, text) && TRIGGER_SCRIPTS.iter().any(|script| script.contains(&body))
}
