//! Tests of the library, one module per noun. Rules that touch storage run on SQLite and on PostgreSQL.

// Without a database.
mod money;
mod account;
mod as_of;
mod import;
mod statements;
mod recurrence;
mod loans;
mod schedule_model;
mod receivable;
// What a book never takes, and what it does with all it takes.
mod support;
mod rules;
mod immutability;
mod idempotence;
mod transactions;
mod names;
mod accounts;
mod parties;
mod prices;
mod audit;
mod import_rules;
mod schema;
mod journal;
mod reconciliation;
mod bulk;
mod suggestions;
mod exports;
mod archive;
mod archive_hostile;
mod imports;
mod imports_whole;
mod imports_look_alikes;
mod imports_unequal;
mod imports_reconciled;
mod imports_told;
mod journals_in;
mod schedules;
mod schedule_parts;
mod schedules_ahead;
mod schedules_once;
mod schedules_found;
mod schedules_random;
mod scenarios;
mod receivables;
mod receivables_ahead;
mod receivables_random;
mod receivables_refused;
mod groups;
mod model;
mod reports;
mod reports_random;
mod reports_peers;

// Faults: what must hold when processes die, disks fill, writers crowd, files are copied, and rows are tampered with.
mod scene;
mod backup;
mod crash;
mod crash_migrations;
mod crash_imports;
mod crash_schedules;
mod refusals;
mod refusals_full;
mod tamper;
mod tamper_statements;
mod writers;
