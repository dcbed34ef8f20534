//! The shell of tests that work on one book on one day: commands that go well, that are refused, or that print JSON.

use ledger_testkit::TestDatabase;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::shell::{self, Run};

/// The day that counts as today in every test.
pub const TODAY: &str = "2026-03-31";

/// The program with a database to work on, on [`TODAY`].
pub struct Shell(shell::Shell);

impl Shell {
    /// The program on an empty database.
    pub fn new(db: &TestDatabase) -> Self {
        Shell(shell::Shell::new(db).without_columns())
    }

    /// The program on a book with a few accounts.
    pub fn with_accounts(db: &TestDatabase) -> Self {
        let shell = Shell::new(db);
        shell.fine(&["init"]);
        for name in
            ["Assets:Bank:N26", "Assets:Cash", "Expenses:Groceries", "Expenses:Dining", "Income:Salary"]
        {
            shell.fine(&["account", "open", name]);
        }
        shell
    }

    /// Runs a command.
    pub fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, "")
    }

    /// Runs a command with text on standard input.
    pub fn run_with(&self, args: &[&str], input: &str) -> Run {
        self.0.run_with(args.iter().copied().chain(["--today", TODAY]), input)
    }

    /// Runs a command that has to go well; returns its standard output.
    pub fn fine(&self, args: &[&str]) -> String {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{args:?}: {said:?}");
        said.stdout
    }

    /// Runs a command that has to end with a code; returns its standard error.
    pub fn refused(&self, code: i32, args: &[&str]) -> String {
        let said = self.run(args);
        assert_eq!(said.code, code, "{args:?}: {said:?}");
        assert!(said.stdout.is_empty(), "{args:?}: {said:?}");
        said.stderr
    }

    /// Runs a command with `-O json` and reads what it printed.
    pub fn json(&self, args: &[&str]) -> Value {
        let printed = self.fine(&[args, &["-O", "json"]].concat());
        serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{args:?}: {error}: {printed}"))
    }
}

/// Fails where a line is wider than a terminal of 80 columns, in which a character of Chinese takes two.
pub fn assert_fits(text: &str) {
    for line in text.lines() {
        assert!(line.width() <= 80, "{} columns: {line}\nin:\n{text}", line.width());
    }
}
