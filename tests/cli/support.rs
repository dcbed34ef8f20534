//! Runs the program against a fresh database in a clean environment, and keeps what it said.

use std::ffi::OsStr;
use std::io::Write as _;
use std::process::{Command, Stdio};

use ledger_testkit::TestDatabase;
use serde_json::Value;

/// The day that counts as today in every test.
pub const TODAY: &str = "2026-03-31";

/// The program with a database to work on.
pub struct Shell<'d> {
    db: &'d TestDatabase,
}

/// What a command said and how it ended.
#[derive(Debug)]
pub struct Said {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl<'d> Shell<'d> {
    /// The program on an empty database.
    pub fn new(db: &'d TestDatabase) -> Self {
        Shell { db }
    }

    /// The program on a book with a few accounts.
    pub fn with_accounts(db: &'d TestDatabase) -> Self {
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
    pub fn run(&self, args: &[&str]) -> Said {
        self.run_with(args, "")
    }

    /// Runs a command with text on standard input.
    pub fn run_with(&self, args: &[&str], input: &str) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
        command.args(args).current_dir(self.db.folder());
        command.env_clear();
        let kept = ["PATH", "TMPDIR", "LD_LIBRARY_PATH"];
        command
            .envs(std::env::vars_os().filter(|(name, _)| kept.iter().any(|kept| name == OsStr::new(kept))));
        let home = self.db.folder().join("home");
        command
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("data"));
        command.env("TZ", "UTC").env("USER", "anna").env("LEDGER_DB", self.db.url());
        command.args(["--today", TODAY]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let text = input.to_owned();
        // From a thread of its own, as the program may say a lot before it has read everything; it may also end
        // without reading, which is no error of the test.
        let writer = std::thread::spawn(move || drop(stdin.write_all(text.as_bytes())));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Said {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
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

/// Fails where a line is wider than a terminal of 80 columns.
pub fn assert_fits(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{} columns: {line}\nin:\n{text}", line.chars().count());
    }
}
