//! `ledger db`, `ledger verify` and `ledger audit`.

use ledger_testkit::on_both_databases;

use crate::shell::{Shell, example, home, ledger, post};

on_both_databases! {
    fn scratch(db: &TestDatabase) {
        let ledger = ledger(db.url());
        let book = home(&ledger);
        post(&book, "2026-01-05", "Assets:Bank", "3000 EUR", "Income:Salary");
        post(&book, "2026-01-06", "Expenses:Rent", "900 EUR", "Assets:Bank");
        post(&book, "2026-02-06", "Expenses:Food", "90.10 USD", "Assets:Bank:Savings");
        let shell = Shell::new(db);
        for line in [
            "tb", "tb --tree", "tb --native", "tb -O json", "tb -O csv --zero", "tb --kind asset --as-of 2026-01 --known-at 2026-01-10", "tb --in EUR",
            "tb --save month-end --as-of 2026-01 --tree -q", "tb --list-saved", "tb --saved month-end --flat", "tb --saved none", "tb --delete-saved month-end",
            "verify", "verify -O json", "audit log --limit 3", "audit log -O json --limit 2", "db status", "db status -O json", "db backup x.sqlite", "db restore x.sqlite --to y.sqlite",
            "db migrate", "import profiles", "import csv none.csv --into Assets:Bank", "import csv . --into Assets:Bank",
        ] {
            let run = shell.line(line);
            println!("$ ledger {line}   → {}\n{}{}", run.code, run.stdout, run.stderr);
        }
        for f in ["bank.csv", "girokonto.csv"] {
        for extra in [&["--dry-run"] as &[&str], &[], &["--encoding", "latin1", "--save-profile", "giro"], &["--profile", "giro"]] {
            let path = example(f);
            let mut args = vec!["import", "csv", &path, "--into", "Assets:Bank"];
            args.extend(extra);
            let run = shell.run(args.clone());
            println!("$ ledger {args:?}   → {}\n{}{}", run.code, run.stdout, run.stderr);
        }
        }
        let bad = shell.file("bad.csv", "Date,Text,Amount\n2026-03-01,a,1.00\n2026-03-0x,b,2.00\n2026-03-03,c,x\n2026-03-04,d,0.00\n");
        for line in ["", "--skip-errors", "-O json"] {
            let line = format!("import csv {bad} --into Assets:Bank {line}");
            let run = shell.line(&line);
            println!("$ ledger {line}   → {}\n{}{}", run.code, run.stdout, run.stderr);
        }
        println!("{}", shell.line("audit log --action import").stdout);
        println!("{}", shell.line("import profiles").stdout);
        println!("{}", shell.line("tb").stdout);
        panic!();
    }
}
