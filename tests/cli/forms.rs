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

    fn more_statements_in_every_form(db: &TestDatabase) {
        let shell = book(db);
        forms(&shell, "cash_flow", &["cash-flow", "-p", "2026Q1", "--monthly", "--total"], true);
        forms(&shell, "earnings", &["earnings", "-p", "2026Q1", "--monthly", "--average", "--share"], true);
        forms(&shell, "equity_changes", &["equity-changes", "-p", "2026Q1"], true);
        forms(&shell, "balance_history", &["balance-history", "Assets:Bank:N26", "-p", "2026Q1", "--monthly"], true);
    }

    fn every_report_stays_within_80_columns_with_wide_names_and_the_largest_amounts(db: &TestDatabase) {
        let shell = book(db);
        let name = "Expenses:Überlandleitungsinstandhaltung:東京電力株式会社水道光熱費:Sub account of a long name";
        shell.fine(&["account", "open", name]);
        shell.fine(&["account", "open", "Assets:東京三菱銀行の普通預金口座", "--commodity", "EUR"]);
        for (on, amount) in [("2026-02-03", "123456789012345.67 EUR"), ("2026-03-03", "98765432109876.50 EUR")] {
            shell.fine(&["post", on, "東京の店で買い物をした長い説明 with a long description", name, amount,
                "Assets:東京三菱銀行の普通預金口座", "--tag", "venture:東京/site-of-a-very-long-name", "--yes"]);
        }
        for report in ["balance-sheet", "income-statement", "cash-flow", "net-worth", "spending", "earnings", "equity-changes",
            "balance-history Assets", "trial-balance", "general-ledger", "register Expenses --below"] {
            let words: Vec<&str> = report.split(' ').collect();
            assert_fits(&shell.fine(&words));
            if ["trial-balance", "general-ledger", "register"].contains(&words[0]) {
                continue;
            }
            for flags in [&["--monthly", "--total", "--average", "--compare", "previous"][..], &["--tree"], &["--by", "venture"],
                &["--across", "venture", "--share"], &["--monthly", "--tree", "--share"]] {
                assert_fits(&shell.fine(&[&words, flags].concat()));
            }
        }
    }

    fn each_commodity_has_a_chart_of_its_own(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        shell.fine(&["post", "2026-01-05", "Pay", "Assets:Bank:N26", "1000 EUR", "Income:Salary"]);
        shell.fine(&["post", "2026-02-05", "Pay", "Assets:Cash", "300 USD", "Income:Salary"]);
        shell.fine(&["post", "2026-02-07", "Meal", "Expenses:Dining", "20 USD", "Assets:Cash"]);
        for report in [&["income-statement", "--monthly"][..], &["net-worth", "-p", "2026Q1", "--monthly"], &["register", "Assets", "--below"]] {
            let svg = shell.fine(&[report, &["-O", "svg"]].concat());
            assert_xml(&svg);
            // Panels of one size, below each other.
            assert!(svg.contains("height=\"960\""), "{report:?}: {}", &svg[..200]);
            assert!(svg.contains("EUR") && svg.contains("USD"), "{report:?}");
            assert_eq!(shell.fine(&[report, &["-O", "html"]].concat()).matches("<svg ").count(), 2, "{report:?}");
        }
        // Only dollars were spent.
        assert!(shell.fine(&["spending", "-O", "svg"]).contains("height=\"480\""));
    }

    fn the_ending_of_the_output_file_tells_the_form(db: &TestDatabase) {
        let shell = book(db);
        for form in ["csv", "json", "ndjson", "tsv", "md", "html", "svg"] {
            let file = db.folder().join(format!("spending.{form}"));
            shell.fine(&["spending", "-o", file.to_str().unwrap()]);
            let written = std::fs::read_to_string(&file).unwrap();
            assert_eq!(written, shell.fine(&["spending", "-O", form]), "{form}");
        }
        let file = db.folder().join("table.csv");
        shell.fine(&["spending", "-o", file.to_str().unwrap(), "-O", "json"]);
        assert!(std::fs::read_to_string(&file).unwrap().starts_with('{'), "what is said goes over the ending");
        let page = db.folder().join("tb.svg");
        assert!(shell.refused(2, &["trial-balance", "-o", page.to_str().unwrap()]).contains("this result has no chart"));
        assert!(!page.exists());
        // An export has forms of its own, whatever its file is called.
        let notes = db.folder().join("notes.md");
        shell.fine(&["export", "-o", notes.to_str().unwrap()]);
        assert!(!std::fs::read_to_string(&notes).unwrap().contains("| --"));
    }

    fn parts_of_spending_tell_their_share(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        for (account, amount) in [("Expenses:Dining", "20"), ("Expenses:Groceries", "40")] {
            shell.fine(&["post", "2026-01-07", "x", account, amount, "Assets:Cash"]);
        }
        let printed = shell.fine(&["spending"]);
        assert!(printed.contains("66.7 %") && printed.contains("33.3 %") && printed.contains("100.0 %"), "{printed}");
        let json = shell.json(&["spending"]);
        assert_eq!((&json["rows"][0]["share"], &json["totals"][0]["share"]), (&"66.7".into(), &"100.0".into()));
        assert!(shell.fine(&["spending", "-O", "csv"]).starts_with("section,account,commodity,amount,share\n"));
        // Beside several columns only where it is asked for.
        assert!(!shell.fine(&["spending", "--monthly", "-p", "2026Q1"]).contains('%'));
        assert!(shell.fine(&["spending", "--monthly", "-p", "2026Q1", "--share"]).contains("66.7 %"));
    }

    fn columns_across_a_tag_fold_by_levels_where_that_is_asked(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        for (tag, amount) in [("venture:mydub/site", "20"), ("venture:mydub/shop", "40"), ("venture:other", "5")] {
            shell.fine(&["post", "2026-01-07", "x", "Expenses:Dining", amount, "Assets:Cash", "--tag", tag]);
        }
        let head = |flags: &[&str]| {
            let csv = shell.fine(&[&["income-statement", "--across", "venture", "-O", "csv"], flags].concat());
            csv.lines().next().unwrap().to_owned()
        };
        assert_eq!(head(&[]), "section,account,commodity,mydub/shop,mydub/site,other,Total");
        assert_eq!(head(&["--depth", "1"]), head(&[]), "the depth of rows is not that of columns");
        assert_eq!(head(&["--across-depth", "1"]), "section,account,commodity,mydub,other,Total");
        let folded = shell.fine(&["income-statement", "--across", "venture", "--across-depth", "1", "-O", "csv"]);
        assert!(folded.contains("Expenses,Expenses:Dining,EUR,60.00,5.00,65.00"), "{folded}");
        let behind = shell.fine(&["income-statement", "--across", "venture", "--across-depth", "1", "--explain", "Expenses:Dining @ mydub"]);
        assert!(behind.contains("20.00") && behind.contains("40.00") && !behind.contains(" 5.00"), "{behind}");
    }

    fn what_reports_cannot_do_is_refused_with_what_they_can(db: &TestDatabase) {
        let shell = book(db);
        let told = shell.refused(4, &["spending", "--by", "foo"]);
        assert!(told.contains("party, subtype, source"), "{told}");
        assert!(shell.refused(3, &["spending", "--save", ""]).contains("name"));
        assert!(shell.refused(3, &["spending", "-p", "soon"]).contains("FY2026Q1"));
        assert!(shell.refused(3, &["register", "Assets:Bank:N26", "-p", "FY2026"]).contains("2025-04-06..2026-04-05"));
        let fiscal = shell.fine(&["spending", "-p", "FY2025..FY2026", "--yearly", "--fiscal-start", "04-06", "-O", "csv"]);
        assert!(fiscal.starts_with("section,account,commodity,FY2025,FY2026"), "{fiscal}");
        assert!(shell.fine(&["balance-history", "--help"]).contains("<ACCOUNT>..."));
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
        shell.fine(&["scenario", "create", "late"]);
        for (report, flags) in [
            (&["register"][..], &["Assets:Bank:N26", "--period", "2026-03", "--limit", "2"][..]),
            (&["receivable", "aging"], &["--by", "receivable", "--buckets", "15,45"]),
            (&["payable", "aging"], &["--by", "group"]),
            (&["schedule", "project"], &["--days", "40", "--monthly", "--no-total"]),
            (&["trial-balance"], &["--tree", "--depth", "2"]),
            (&["scenario", "compare"], &["base", "late", "--days", "30"]),
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
