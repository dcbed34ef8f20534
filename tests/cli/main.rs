//! Tests of the program as a user runs it, on SQLite and on PostgreSQL.

mod support;

mod nouns;
mod posting;
