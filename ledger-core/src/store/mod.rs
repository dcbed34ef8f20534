//! Everything that knows Diesel and SQL: connections, migrations, rows, and one file of queries per noun.
//!
//! The files in `ops/` are compiled once per database, against that database's `Conn` and `Db`; [`call!`] picks
//! the copy that fits. The rest of the crate sees rows and [`Database`], never a Diesel type.

// The files in `ops/` are meant to be compiled twice.
#![allow(clippy::duplicate_mod)]

mod address;
pub(crate) mod archive;
pub(crate) mod assertion_rows;
mod backup;
pub(crate) mod closing_rows;
pub(crate) mod database;
mod fault;
pub(crate) mod gnucash;
pub(crate) mod lot_rows;
mod migrate;
pub(crate) mod movement_rows;
pub(crate) mod party_rows;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
pub(crate) mod rows;
pub(crate) mod receivable_rows;
pub(crate) mod schedule_rows;
mod schema;
pub(crate) mod sqlite;
mod statement;
pub(crate) mod statement_rows;

pub(crate) use address::Address;
pub(crate) use backup::{check_integrity, snapshot};
pub(crate) use database::Database;
pub(crate) use fault::is_duplicate;
pub use migrate::{MigrationState, SchemaStatus};
pub(crate) use migrate::{revert_last, rows_that_a_rollback_loses, run_pending, status as schema_status};

/// Calls `store::ops::FILE::FUNCTION(connection, arguments…)` for whichever database this is, and names what was
/// being done if it fails: `call!(database, "reading accounts", chart::accounts(book_id))`.
macro_rules! call {
    ($database:expr, $doing:expr, $file:ident::$function:ident($($argument:expr),* $(,)?)) => {{
        let mut guard = $database;
        let database: &mut $crate::store::Database = &mut guard;
        let result = match database.link() {
            $crate::store::database::Link::Sqlite(connection) => {
                $crate::store::sqlite::ops::$file::$function(connection, $($argument),*)
            }
            #[cfg(feature = "postgres")]
            $crate::store::database::Link::Postgres(connection) => {
                $crate::store::postgres::ops::$file::$function(connection, $($argument),*)
            }
        };
        result.map_err(|error| database.fault($doing, error))
    }};
}
pub(crate) use call;
