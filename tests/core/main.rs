//! Tests of the library, one module per noun. Rules that touch storage run on SQLite and on PostgreSQL.

mod account;
mod as_of;
mod import;
mod journal;
mod money;
