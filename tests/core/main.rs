//! Tests of the library, one module per noun. Rules that touch storage run on SQLite and on PostgreSQL.

mod account;
mod import;
mod journal;
mod money;

// Faults: what must hold when processes die, disks fill, writers crowd, files are copied, and rows are tampered with.
mod scene;
mod backup;
mod crash;
mod crash_migrations;
mod refusals;
mod refusals_full;
mod tamper;
mod writers;
