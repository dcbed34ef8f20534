//! Tests of the program as a user runs it, on SQLite and on PostgreSQL: what it prints, how it ends, what it leaves
//! in the database.

mod shell;
mod support;

mod nouns;
mod parties;
mod posting;
mod reports;
mod imports;
mod rules;
mod journals;
mod import_layouts;
mod databases;
mod completions;
mod outputs;
mod forms;
mod exports;
mod reconcile;
mod schedules;
mod schedules_once;
mod schedule_rows;
mod scenarios;
mod receivables;
mod receivables_paid;
mod receivables_accrued;
mod groups;
mod closings;
mod assertions;
mod lots;
