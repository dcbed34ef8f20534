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

// Faults: what must hold when processes die, disks fill, writers crowd, files are copied, and rows are tampered with.
mod scene;
mod crash;
mod crash_migrations;
mod refusals;
mod refusals_full;
mod writers;
