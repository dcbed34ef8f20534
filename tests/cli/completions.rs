//! `ledger completions`: what bash offers, asked the way bash asks.

use std::process::Command;

use ledger_testkit::on_both_databases;

use crate::shell::{Shell, home, ledger};

/// What bash offers for the last of these words, which it cuts at colons and equal signs, one per line.
pub fn offered(shell: &Shell, words: &[&str], line: &str) -> Vec<String> {
    let script = shell.line("completions bash").good();
    let completed = words.last().filter(|word| **word != ":" && **word != "=").copied().unwrap_or("");
    let ask = r#"
        COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 current=$2
        shift 2
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _ledger_complete ledger "$current" ""
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let mut bash = Command::new("bash");
    bash.args(["-c", &format!("{script}\n{ask}"), "bash", line, completed]).args(words);
    shell.surround(&mut bash);
    let output = bash.output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

on_both_databases! {
    fn bash_offers_accounts_of_the_book_and_goes_on_behind_a_colon(db: &TestDatabase) {
        home(&ledger(db.url()));
        let shell = Shell::new(db);
        let into = |typed: &[&str], line: &str| {
            let words = [&["ledger", "import", "csv", "x.csv", "--into"], typed].concat();
            offered(&shell, &words, &format!("ledger import csv x.csv --into {line}"))
        };
        assert_eq!(into(&["Ban"], "Ban"), ["Assets:Bank", "Assets:Bank:Savings"]);
        assert_eq!(into(&["assets", ":", "Bank", ":", "S"], "assets:Bank:S"), ["Savings"]);
        assert_eq!(into(&["Expenses", ":"], "Expenses:"), ["Food", "Rent"]);
        assert_eq!(into(&[""], "").len(), 5);
        assert_eq!(into(&["Xyz"], "Xyz"), Vec::<String>::new());
        let joined = ["ledger", "import", "csv", "--into", "=", "Income", ":", "Sa"];
        assert_eq!(offered(&shell, &joined, "ledger import csv --into=Income:Sa"), ["Salary"]);
    }

    fn bash_offers_rows_of_the_schedule(db: &TestDatabase) {
        home(&ledger(db.url()));
        let shell = Shell::new(db);
        for name in ["Rent", "Reading room"] {
            shell.run(["schedule", "add", name, "5", "--from", "Assets:Bank", "--to", "Expenses:Rent", "--every", "week"]).good();
        }
        let words = ["ledger", "schedule", "skip", "re"];
        assert_eq!(offered(&shell, &words, "ledger schedule skip re"), ["Reading\\ room", "Rent"]);
    }

    fn bash_offers_parties_groups_and_what_is_owed(db: &TestDatabase) {
        home(&ledger(db.url()));
        let shell = Shell::new(db);
        shell.run(["account", "open", "Assets:Receivable"]).good();
        shell.run(["account", "open", "Liabilities:Payable"]).good();
        let terms = ["--on-demand", "--on", "2026-01-01", "--name"];
        for (noun, flag, name) in [("receivable", "--from", "Camera"), ("payable", "--to", "Car")] {
            let add = [noun, "add", "Carla Stein", "5", flag, "Assets:Bank"];
            shell.run(add.into_iter().chain(terms).chain([name])).good();
        }
        shell.run(["group", "create", "Castle", "Carla Stein", "Ben", "--control", "Assets:Receivable"]).good();
        let of = |line: &str| offered(&shell, &line.split(' ').collect::<Vec<_>>(), line);
        assert_eq!(of("ledger receivable show ca"), ["Camera"]);
        assert_eq!(of("ledger payable payoff ca"), ["Car"]);
        assert_eq!(of("ledger receivable repay x --only ca"), ["Camera"]);
        assert_eq!(of("ledger repay ca"), ["Carla\\ Stein", "Camera", "Car"]);
        assert_eq!(of("ledger receivable statement ca"), ["Carla\\ Stein"]);
        assert_eq!(of("ledger group show ca"), ["Castle"]);
        assert_eq!(of("ledger receivable list --group ca"), ["Castle"]);
        assert_eq!(of("ledger group link Castle ca"), ["Camera", "Car"]);
        assert_eq!(of("ledger group pay Castle b"), ["Ben"]);
        // A new name is nobody's.
        assert_eq!(of("ledger receivable edit Camera --name ca"), Vec::<String>::new());
    }

    fn completion_is_silent_about_what_fails(db: &TestDatabase) {
        let shell = Shell::new(db);
        let words = ["ledger", "import", "csv", "x.csv", "--into", "Ban"];
        assert_eq!(offered(&shell, &words, "ledger import csv x.csv --into Ban"), Vec::<String>::new());
        assert_eq!(offered(&shell, &["ledger", "trial"], "ledger trial"), ["trial-balance"]);
    }
}
