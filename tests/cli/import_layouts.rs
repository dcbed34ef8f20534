//! `ledger import explain` and `ledger import profiles`.

use ledger_testkit::{TestDatabase, on_both_databases};

use crate::shell::{Shell, home, ledger};

const CARD: &str = "\
Transaction Date;Post Date;Merchant;Type;Amount
05.03.2026;06.03.2026;Rewe;purchase;10,00
07.03.2026;07.03.2026;Shop;purchase;5,50
";

fn book(db: &TestDatabase) -> Shell {
    home(&ledger(db.url()));
    Shell::new(db)
}

on_both_databases! {
    fn explain_tells_each_decision_with_its_reason_and_writes_nothing(db: &TestDatabase) {
        let shell = book(db);
        let file = shell.file("card.csv", CARD);
        let run = shell.run(["import", "explain", &file, "-O", "json"]);
        let decisions: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let of = |about: &str| {
            decisions.as_array().unwrap().iter().find(|decision| decision["decision"] == about).unwrap().clone()
        };
        assert_eq!((&of("sign")["choice"], &of("sign")["flag"]), (&"money out is positive".into(), &"--negate or --no-negate".into()));
        assert_eq!(of("date format")["confidence"], "high");
        assert!(run.stderr.ends_with("2 rows can be read, 0 problems\n"), "{run:?}");
        let same = shell.run(["import", "csv", &file, "--into", "Assets:Bank", "--explain", "-O", "json"]);
        assert_eq!(same.good(), run.good());
        assert_eq!(shell.line("import profiles -O json").good(), "[]\n");
    }

    fn explain_tells_what_is_decided_and_what_stays_open(db: &TestDatabase) {
        let shell = book(db);
        let file = shell.file("open.csv", "Date,Text,Amount\n05/03/2026,Rent,-900.00\n");
        let run = shell.run(["import", "explain", &file, "-O", "json"]);
        assert_ne!(run.code, 0, "{run:?}");
        let decisions: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let rows = decisions.as_array().unwrap();
        let of = |about: &str| rows.iter().find(|row| row["decision"] == about).unwrap();
        assert_eq!(of("amount")["choice"], "column \"Amount\"");
        let open = of("open");
        assert_eq!((&open["alternatives"], &open["flag"]), (&"DD/MM/YYYY, MM/DD/YYYY".into(), &"--date-format".into()));
        assert!(run.stderr.contains("open.csv:2:1"), "{run:?}");
    }

    fn a_profile_is_saved_shown_shared_and_used(db: &TestDatabase) {
        let shell = book(db);
        let file = shell.file("card.csv", CARD);
        shell.run(["import", "profiles", "save", "card", &file, "--reference-column", "Type"]).good();
        let toml = shell.line("import profiles export card").good();
        assert!(toml.contains("negate = true\n") && toml.contains("reference = \"Type\"\n"), "{toml}");
        let shared = shell.file("friend.toml", &toml);
        shell.run(["import", "profiles", "import", &shared]).good();
        let shown = |name: &str| shell.run(["import", "profiles", "show", name, "-O", "csv"]).good();
        assert_eq!(shown("friend"), shown("card"));
        let bad = shell.file("bad.toml", "negate = 3\n");
        let refused = shell.run(["import", "profiles", "import", &bad]).bad(3);
        assert!(refused.contains("bad.toml:1:10: invalid type"), "{refused}");
    }

    fn built_in_profiles_are_listed_and_used_by_name(db: &TestDatabase) {
        let shell = book(db);
        let listed = shell.line("import profiles list --built-in -O csv").good();
        for name in ["n26,", "dkb,", "ing-nl,", "revolut,", "chase-card,", "amex,"] {
            assert!(listed.lines().any(|line| line.starts_with(name)), "{name} {listed}");
        }
        let file = shell.file("td.csv", "05/03/2026,SHOP,1.96,,13.04\n");
        let run = shell.run(["import", "explain", &file, "--profile", "td", "-O", "csv"]);
        assert!(run.good().contains("date format,MM/DD/YYYY,high,told"));
        shell.run(["import", "explain", &file, "--profile", "no-such"]).bad(4);
    }
}
