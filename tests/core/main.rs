//! Tests of the library, one module per noun. Rules that touch storage run on SQLite and on PostgreSQL.

mod account;
mod import;
mod journal;
mod money;
mod names;
mod rules;
mod support;
mod idempotence;
mod transactions;
mod model;
