//! Every report in every form, as it is printed.
//!
//! The snapshots lie in `snapshots/`; `INSTA_UPDATE=always cargo test -p ledger-cli --test cli forms::` writes them anew,
//! and what has changed is then read in the difference.

use ledger_testkit::{TestDatabase, on_both_databases};

use crate::schedules::{assert_xml, planned};
use crate::support::{Shell, assert_fits};

/// A few months of a family, with names that are long, Chinese, or would be markup.
fn book(db: &TestDatabase) -> Shell {
    let shell = planned(db);
    for name in ["Expenses:Children:Activities and Summer Camps", "Expenses:食費"] {
        shell.fine(&["account", "open", name]);
    }
    let bank = "Assets:Bank:N26";
    for (on, what, account, amount) in [
        ("2026-03-05", "Camp *deposit* | <b>", "Expenses:Children:Activities and Summer Camps", "310.50"),
        ("2026-03-07", "東京の店で買い物をした長い説明 with a long description", "Expenses:食費", "42.10"),
        ("2026-03-20", "=SUM(A1)", "Expenses:Groceries", "1234.56"),
    ] {
        shell.fine(&["post", on, what, account, amount, bank]);
    }
    shell.fine(&["account", "open", "Assets:Receivable", "--subtype", "receivable"]);
    for (party, on, due) in [("Ben & Söhne", "2026-01-10", "2026-02-15"), ("Ana", "2026-03-10", "2026-06-01")]
    {
        shell.fine(&["receivable", "add", party, "120", "--from", bank, "--on", on, "--due", due]);
    }
    shell
}

/// What a report prints in each form that it has.
fn forms(shell: &Shell, name: &str, report: &[&str], has_chart: bool) {
    for form in ["table", "csv", "tsv", "json", "ndjson", "markdown", "html"] {
        let printed = shell.fine(&[report, &["-O", form]].concat());
        let shown = match form {
            "table" => {
                assert_fits(&printed);
                printed
            }
            "html" => styleless(&printed),
            _ => printed,
        };
        insta::assert_snapshot!(format!("{name}.{form}"), shown);
    }
    if has_chart {
        let svg = shell.fine(&[report, &["-O", "svg"]].concat());
        assert_xml(&svg);
        insta::assert_snapshot!(format!("{name}.svg"), svg);
    } else {
        assert!(shell.refused(2, &[report, &["-O", "svg"]].concat()).contains("this result has no chart"));
    }
}

/// A page without its style sheet and its drawings, which have tests of their own.
fn styleless(page: &str) -> String {
    let mut rest = page;
    let mut kept = String::new();
    for (start, end) in [("<style>", "</style>\n"), ("<svg ", "</svg>")].into_iter().cycle().take(20) {
        if let Some((before, after)) = rest.split_once(start).filter(|_| !rest.is_empty()) {
            let (_, after) = after.split_once(end).unwrap();
            kept.push_str(before);
            rest = after;
        }
    }
    kept + rest
}

on_both_databases! {
    fn the_trial_balance_in_every_form(db: &TestDatabase) {
        let shell = book(db);
        forms(&shell, "trial_balance", &["trial-balance"], false);
        forms(&shell, "trial_balance_tree", &["trial-balance", "--tree", "--depth", "2"], false);
    }

    fn statements_in_every_form(db: &TestDatabase) {
        let shell = book(db);
        forms(&shell, "balance_sheet", &["balance-sheet", "--as-of", "2026-03"], false);
        let year = ["income-statement", "-p", "2026", "--monthly", "--total"];
        forms(&shell, "income_statement", &year, true);
        forms(&shell, "net_worth", &["net-worth", "-p", "2026Q1", "--monthly"], true);
        forms(&shell, "spending", &["spending", "-p", "2026Q1"], true);
        forms(&shell, "general_ledger", &["general-ledger", "Assets"], false);
    }

    fn the_register_in_every_form(db: &TestDatabase) {
        forms(&book(db), "register", &["register", "Assets:Bank:N26"], true);
    }

    fn aging_in_every_form(db: &TestDatabase) {
        forms(&book(db), "aging", &["receivable", "aging"], false);
    }

    fn a_projection_in_every_form(db: &TestDatabase) {
        let project = ["schedule", "project", "--days", "60", "--floor", "300", "--account", "Assets:Bank:N26"];
        forms(&book(db), "projection", &project, true);
    }

    fn the_flags_of_every_report_can_be_saved(db: &TestDatabase) {
        let shell = book(db);
        for (report, flags) in [
            (&["register"][..], &["Assets:Bank:N26", "--period", "2026-03", "--limit", "2"][..]),
            (&["receivable", "aging"], &["--by", "receivable", "--buckets", "15,45"]),
            (&["payable", "aging"], &["--by", "group"]),
            (&["schedule", "project"], &["--days", "40", "--monthly", "--no-total"]),
            (&["trial-balance"], &["--tree", "--depth", "2"]),
        ] {
            let shown = shell.fine(&[report, flags, &["--save", "mine"]].concat());
            assert_eq!(shell.fine(&[report, &["--saved", "Mine"]].concat()), shown, "{report:?}");
            let listed = shell.fine(&[report, &["--list-saved", "-O", "csv"]].concat());
            assert_eq!(listed.lines().count(), 2, "{listed}");
            assert!(flags.iter().all(|flag| listed.contains(flag)), "{listed}");
            shell.fine(&[report, &["--delete-saved", "mine"]].concat());
            assert!(shell.refused(4, &[report, &["--saved", "mine"]].concat()).contains("there is no saved setting"));
        }
        assert!(shell.refused(2, &["register"]).contains("ACCOUNT"));
    }

    fn saved_flags_give_way_to_those_that_are_given(db: &TestDatabase) {
        let shell = book(db);
        shell.fine(&["register", "Assets:Bank:N26", "--period", "2026-01", "--limit", "1", "--save", "one"]);
        let lines = |more: &[&str]| shell.fine(&[&["register", "--saved", "one", "-O", "csv"], more].concat()).lines().count();
        // The header and a line of January; two of March; all of them, for which there is no limit.
        assert_eq!((lines(&[]), lines(&["--from", "2026-03-01", "--limit", "2"]), lines(&["--period", "2026", "--all"])), (2, 3, 7));
    }
}

#[test]
fn a_chart_of_what_has_none_is_refused_before_anything_is_done() {
    let db = ledger_testkit::sqlite_database();
    let shell = book(&db);
    let before = shell.fine(&["trial-balance"]);
    let post = ["post", "2026-03-30", "x", "Expenses:Groceries", "1", "Assets:Bank:N26", "-O", "svg"];
    assert!(shell.refused(2, &post).contains("this result has no chart"));
    assert_eq!(shell.fine(&["trial-balance"]), before);
    shell.fine(&["rules", "add", "Groceries", "--payee", "rewe", "--set-account", "Expenses:Groceries"]);
    assert!(shell.fine(&["rules", "export", "-O", "markdown"]).starts_with("| "));
    assert!(shell.refused(2, &["export", "-O", "html"]).contains("-O markdown and -O html go with"));
}
