//! A fresh database for every test, on SQLite and on a real PostgreSQL, with nothing to set up.
//!
//! ```no_run
//! ledger_testkit::on_both_databases! {
//!     /// Runs twice, as `one_and_one_are_two::sqlite` and `one_and_one_are_two::postgres`.
//!     fn one_and_one_are_two(db: &TestDatabase) {
//!         assert_eq!(db.sql("SELECT 1 + 1").unwrap(), "2\n");
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! PostgreSQL's own programs (`initdb`, `postgres`, `psql`) have to be installed. The first test that needs a
//! server starts one for its process: in a folder of its own, reachable through a Unix socket in that folder
//! and nothing else, gone when the process ends, however it ends. Three environment variables change that:
//!
//! | variable | effect |
//! |---|---|
//! | `LEDGER_TEST_POSTGRES` | the `postgres://` URL of a running server to use instead; its role must be allowed to create databases |
//! | `LEDGER_TEST_SKIP_POSTGRES=1` | leaves the PostgreSQL half of the tests out, and says so |
//! | `LEDGER_TEST_SKIP_PEERS=1` | leaves out the tests that ask hledger, ledger or beancount, see [`peers`] |
//! | `TMPDIR` | where the folders of servers and SQLite files are made |
//!
//! Without programs and without these variables the PostgreSQL half fails: a test that silently did not run
//! proves nothing.

mod database;
pub mod peers;
mod postgres;
mod programs;
mod psql;
mod sqlite;
mod suite;

pub use database::{Backend, TestDatabase, databases, fresh_database, pg_database, sqlite_database};
pub use postgres::{Durability, PgServer};
pub use suite::{Verdict, run};
