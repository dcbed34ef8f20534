//! Tests of the program as a whole: what it prints, how it ends, what it leaves in the database.

mod completions;
mod databases;
mod imports;
mod reports;
mod shell;
