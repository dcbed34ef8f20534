//! The program in a clean environment, and books set up through the library.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ledger_core::account::NewAccount;
use ledger_core::{Book, EntryDraft, Ledger, NewBook, Session};
use ledger_testkit::TestDatabase;

/// Runs `ledger` against a database of its own.
pub struct Shell {
    url: String,
    folder: PathBuf,
    columns: Option<&'static str>,
}

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl Shell {
    /// A shell whose `LEDGER_DB` is this database and whose home is the database's folder.
    pub fn new(db: &TestDatabase) -> Self {
        Shell { url: db.url().to_owned(), folder: db.folder().to_owned(), columns: Some("100") }
    }

    /// The same home with another database.
    pub fn at(&self, url: &str) -> Self {
        Shell { url: url.to_owned(), folder: self.folder.clone(), columns: self.columns }
    }

    /// The same shell on something that has no width, as a pipe has none.
    pub fn without_columns(self) -> Self {
        Shell { columns: None, ..self }
    }

    /// Writes a file into the home folder and returns its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The path of a name in the home folder.
    pub fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    /// Runs a command.
    pub fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Run {
        self.run_with(arguments, "")
    }

    /// Runs a command whose words hold no blanks.
    pub fn line(&self, line: &str) -> Run {
        self.run(line.split_whitespace())
    }

    /// Gives a command the clean environment of this shell.
    pub fn surround(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("LEDGER_") || name.starts_with("PG")) {
                command.env_remove(name);
            }
        }
        let home = &self.folder;
        command
            .current_dir(home)
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("USER", "anna")
            .env("TZ", "UTC")
            .env("LEDGER_DB", &self.url);
        match self.columns {
            Some(columns) => command.env("COLUMNS", columns),
            None => command.env_remove("COLUMNS"),
        };
    }

    /// Runs a command that reads standard input.
    pub fn run_with<'a>(&self, arguments: impl IntoIterator<Item = &'a str>, input: &str) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
        self.surround(&mut command);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let text = input.to_owned();
        // From a thread of its own, as the program may say a lot before it has read everything; it may also end
        // without reading, which is no error of the test.
        let writer = std::thread::spawn(move || drop(stdin.write_all(text.as_bytes())));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Run {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().expect("the program was killed by a signal"),
        }
    }
}

impl Run {
    /// Standard output of a run that went well.
    #[track_caller]
    pub fn good(self) -> String {
        assert_eq!(self.code, 0, "{self:#?}");
        self.stdout
    }

    /// Standard error of a run that ended with `code`.
    #[track_caller]
    pub fn bad(self, code: i32) -> String {
        assert_eq!(self.code, code, "{self:#?}");
        self.stderr
    }
}

/// The library on the same database, one clock tick an entry from 2026-01-10 on.
pub fn ledger(url: &str) -> Ledger {
    Ledger::open_or_create(url, session("2026-01-10T12:00:00Z")).unwrap()
}

/// A session whose clock stands at an instant.
pub fn session(at: &str) -> Session {
    let at: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
    Session::new("ben", move || at)
}

/// A book of a family with a bank, groceries, a salary and rent, and no entries.
pub fn home(ledger: &Ledger) -> Book<'_> {
    let book = ledger
        .create_book(NewBook { time_zone: "Europe/Berlin".into(), ..NewBook::personal("home", "EUR") })
        .unwrap();
    for name in ["Assets:Bank", "Assets:Bank:Savings", "Expenses:Food", "Expenses:Rent", "Income:Salary"] {
        book.accounts().open(NewAccount::new(name)).unwrap();
    }
    book
}

/// Posts an entry of two lines.
pub fn post(book: &Book<'_>, day: &str, debit: &str, amount: &str, credit: &str) {
    let draft = EntryDraft::new(day.parse().unwrap(), format!("{debit} from {credit}"))
        .debit(debit, book.amount(amount).unwrap())
        .infer(credit);
    book.journal().post(draft.balance().unwrap()).unwrap();
}

/// A file of the repository's `examples/statements`.
pub fn example(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/statements");
    folder.join(name).to_str().unwrap().to_owned()
}

/// The sum of a column of amounts in CSV output, per commodity, in hundredths.
pub fn csv_sums(csv: &str, column: &str) -> std::collections::BTreeMap<String, i64> {
    let mut lines = csv.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| names.iter().position(|other| *other == name).unwrap();
    let (number, code) = (at(column), at(&format!("{column}_commodity")));
    let mut sums = std::collections::BTreeMap::new();
    for line in lines {
        let fields: Vec<&str> = line.split(',').collect();
        if !fields[number].is_empty() {
            // Commodities differ in their decimals, but one commodity's numbers all have the same.
            let minor: i64 = fields[number].replace('.', "").parse().unwrap();
            *sums.entry(fields[code].to_owned()).or_default() += minor;
        }
    }
    sums
}
