//! `lots` and `capital-gains` as a user runs them.

use ledger_testkit::{TestDatabase, on_both_databases};

use crate::support::{Shell, assert_fits};

/// A broker that keeps lots, with two purchases and a sale.
fn broker(db: &TestDatabase) -> Shell {
    let shell = Shell::with_accounts(db);
    shell.fine(&["commodity", "add", "AAPL", "--scale", "0"]);
    shell.fine(&["account", "open", "Assets:Broker", "--lots", "fifo"]);
    shell.fine(&["account", "open", "Income:Gains"]);
    let bank = "Assets:Bank:N26";
    shell.fine(&["post", "2024-01-05", "Buy", "Assets:Broker", "10", "AAPL", "@", "100", "USD", bank]);
    shell.fine(&["post", "2026-01-05", "Buy", "Assets:Broker", "5 AAPL {\"bonus\"} @ 130 USD", bank]);
    shell.fine(&["post", "2026-02-01", "Sale", bank, "1440 USD", "Assets:Broker", "12 AAPL @ 120 USD"]);
    shell
}

on_both_databases! {
    fn lots_show_what_is_held_of_which_purchase(db: &TestDatabase) {
        let shell = broker(db);
        let printed = shell.fine(&["lots", "Assets:Broker"]);
        assert_fits(&printed);
        assert!(printed.contains("Lots of Assets:Broker as of 2026-03-31 (fifo)"), "{printed}");
        assert!(printed.contains("390.00 USD") && printed.contains("bonus"), "{printed}");
        let lots = shell.json(&["lots", "--as-of", "2026-01-31"]);
        assert_eq!(lots["rows"][0]["units"], "10");
        assert_eq!(lots["rows"][0]["unit_cost"], "100");
        assert_eq!(lots["totals"][0]["cost"], "1650.00");
        let csv = shell.fine(&["lots", "-O", "csv"]);
        assert_eq!(csv.lines().count(), 2, "{csv}");
        assert!(csv.contains("Assets:Broker,2026-01-05,2,bonus,3,AAPL,130,USD,390.00,USD,360.00,USD,-30.00,USD,fifo"), "{csv}");
    }

    fn capital_gains_tell_short_from_long(db: &TestDatabase) {
        let shell = broker(db);
        let printed = shell.fine(&["capital-gains", "--period", "2026"]);
        assert_fits(&printed);
        for words in ["Capital gains of Assets:Broker", "long", "short", "200.00 USD", "-20.00 USD", "180.00 USD"] {
            assert!(printed.contains(words), "{words}: {printed}");
        }
        let gains = shell.json(&["capital-gains", "--period", "2026", "--by", "commodity"]);
        assert_eq!(gains["rows"].as_array().unwrap().len(), 2);
        assert_eq!(gains["totals"][2]["gain"], "180.00");
        let long = shell.json(&["capital-gains", "--long-term-after", "3y"]);
        assert!(long["rows"].as_array().unwrap().iter().all(|row| row["term"] == "short"), "{long}");
        assert_eq!(shell.json(&["capital-gains", "--period", "2025"])["rows"].as_array().unwrap().len(), 0);
        shell.refused(2, &["capital-gains", "--long-term-after", "x"]);
    }

    fn a_sale_of_more_than_is_held_is_refused_with_numbers(db: &TestDatabase) {
        let shell = broker(db);
        let sale = ["post", "2026-03-01", "Sale", "Assets:Bank:N26", "480 USD", "Assets:Broker", "4 AAPL @ 120 USD"];
        let told = shell.refused(3, &sale);
        assert!(told.contains("cannot take 4 AAPL out of Assets:Broker on 2026-03-01: 3 AAPL is held"), "{told}");
        shell.fine(&["account", "edit", "Assets:Broker", "--lots", "none"]);
        shell.fine(&sale);
        let run = shell.run(&["lots", "Assets:Broker"]);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.stdout.contains("takes more than is held"), "{run:?}");
        let told = shell.refused(3, &["account", "edit", "Assets:Broker", "--lots", "lifo"]);
        assert!(told.contains("entry 4 \"Sale\""), "{told}");
    }

    fn a_sale_names_its_lot_between_braces(db: &TestDatabase) {
        let shell = broker(db);
        let bank = "Assets:Bank:N26";
        shell.fine(&["post", "2026-03-01", "Buy", "Assets:Broker", "5 AAPL @ 90 USD", bank]);
        // The way of beancount: at cost, with the price of the sale beside it, and the gain as a line.
        shell.fine(&["post", "2026-03-02", "Sale", "--debit", "Assets:Bank:N26=220 USD",
            "--credit", "Assets:Broker=2 AAPL {90 USD, 2026-03-01} @ 110 USD", "--credit", "Income:Gains"]);
        let shown = shell.fine(&["show", "5"]);
        assert!(shown.contains("{90 USD, 2026-03-01} @ 110 USD") && shown.contains("40.00 USD"), "{shown}");
        // Text lines, and a label instead of the oldest lot.
        let line = "2026-03-03 Sale Assets:Bank:N26 110 USD Assets:Broker 1 AAPL {\"bonus\"} @ 110 USD\n";
        let run = shell.run_with(&["post", "-"], line);
        assert_eq!(run.code, 0, "{run:?}");
        let gains = shell.json(&["capital-gains", "--period", "2026-03"]);
        let gains: Vec<_> = gains["rows"].as_array().unwrap().iter()
            .map(|row| (row["opened_on"].clone(), row["gain"].clone())).collect();
        assert_eq!(gains, [("2026-03-01".into(), "40.00".into()), ("2026-01-05".into(), "-20.00".into())]);
        let json = "{\"date\": \"2026-03-04\", \"description\": \"Gift\", \"lines\": [{\"account\": \"Assets:Broker\", \
                    \"debit\": \"7 AAPL {0}\"}, {\"account\": \"Equity:Gifts\"}]}";
        let run = shell.run_with(&["post", "--json", "--create"], json);
        assert_eq!(run.code, 0, "{run:?}");
        assert_eq!(shell.json(&["show", "7"])["rows"][0]["lot"], "{0}");
        shell.fine(&["verify"]);
    }

    fn lots_and_gains_come_in_every_form_and_keep_their_flags(db: &TestDatabase) {
        let shell = broker(db);
        for (report, flags, words) in [
            ("lots", &["Assets:Broker", "--as-of", "2026-01-31"][..], "2024-01-05"),
            ("capital-gains", &["--period", "2026", "--long-term-after", "18m"], "2024-01-05"),
        ] {
            for form in ["csv", "tsv", "json", "ndjson", "markdown", "html"] {
                let printed = shell.fine(&[&[report, "-O", form][..], flags].concat());
                assert!(printed.contains(words), "{form}: {printed}");
            }
            let shown = shell.fine(&[&[report][..], flags, &["--save", "mine"]].concat());
            assert_fits(&shown);
            assert_eq!(shell.fine(&[report, "--saved", "mine"]), shown, "{report}");
            let listed = shell.fine(&[report, "--list-saved", "-O", "csv"]);
            assert!(listed.lines().count() == 2 && flags.iter().all(|flag| listed.contains(flag)), "{listed}");
            shell.fine(&[report, "--delete-saved", "mine"]);
            shell.refused(4, &[report, "--saved", "mine"]);
        }
    }

    fn a_split_keeps_days_and_costs_and_can_be_reversed(db: &TestDatabase) {
        let shell = broker(db);
        let lots = |shell: &Shell| -> Vec<String> {
            let rows = shell.json(&["lots", "Assets:Broker"])["rows"].as_array().unwrap().clone();
            rows.iter().map(|row| format!("{} {} {}", row["opened_on"], row["units"], row["cost"]).replace('"', "")).collect()
        };
        let told = shell.fine(&["lots", "split", "AAPL", "2:1", "--on", "2026-03-01"]);
        assert!(told.contains("Split AAPL 2:1") && told.contains("6 AAPL"), "{told}");
        assert_eq!(lots(&shell), ["2026-01-05 6 390.00"]);
        let gains = shell.json(&["capital-gains", "--period", "2026-03"]);
        assert_eq!(gains["rows"].as_array().unwrap().len(), 0, "{gains}");
        let told = shell.refused(5, &["lots", "split", "AAPL", "1:4"]);
        assert!(told.contains("leaves a fraction"), "{told}");
        shell.refused(2, &["lots", "split", "AAPL", "x"]);
        shell.fine(&["reverse", "4"]);
        let told = shell.refused(5, &["lots", "split", "AAPL", "4:1", "--on", "2023-01-01"]);
        assert!(told.contains("no lot of it is open"), "{told}");
        assert_eq!(lots(&shell), ["2026-01-05 3 390.00"]);
        shell.fine(&["verify"]);
    }

    fn what_stands_between_braces_is_read_or_refused(db: &TestDatabase) {
        let shell = broker(db);
        let buy = |lot: &str| vec!["post".to_owned(), "2026-03-01".into(), "Buy".into(), "Assets:Broker".into(),
            format!("3 AAPL {lot}"), "Assets:Bank:N26".into()];
        for lot in ["{@ 100 USD}", "{-5 USD}", "{*}", "{2026-02-30}", "{2026-02-01, 100 USD, \"a\", \"b\"}"] {
            let words = buy(lot);
            let run = shell.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
            let told = &run.stderr;
            assert!(run.code > 1, "{lot}: {run:?}");
            assert!(told.contains("brace") || told.contains("calendar") || told.contains("below zero"), "{lot}: {told}");
        }
        let words = buy("{@@ 309.95 USD}");
        shell.fine(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let lots = shell.json(&["lots", "Assets:Broker"]);
        let last = lots["rows"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((last["units"].as_str(), last["cost"].as_str(), last["label"].as_str()), (Some("3"), Some("309.95"), None));
    }

    fn a_split_tells_the_price_of_new_units_and_keeps_the_order_of_days(db: &TestDatabase) {
        let shell = broker(db);
        shell.fine(&["price", "add", "2026-02-15", "AAPL", "150", "USD"]);
        let told = shell.fine(&["lots", "split", "AAPL", "2:1", "--on", "2026-03-01"]);
        assert!(told.contains("ledger price add 2026-03-01 AAPL 75 USD"), "{told}");
        let told = shell.refused(5, &["lots", "split", "AAPL", "3:1", "--on", "2026-02-20"]);
        assert!(told.contains("entry 4 splits it on 2026-03-01, after 2026-02-20"), "{told}");
        let buy = ["post", "2026-02-20", "Late", "Assets:Broker", "2 AAPL @ 140 USD", "Assets:Bank:N26"];
        let told = shell.refused(5, &buy);
        assert!(told.contains("2 AAPL of 2026-02-20 would stay in old units: entry 4 of 2026-03-01"), "{told}");
        shell.fine(&["reverse", "4"]);
        shell.fine(&buy);
        shell.fine(&["lots", "split", "AAPL", "2:1", "--on", "2026-03-01"]);
        let told = shell.refused(5, &["lots", "split", "AAPL", "1:7"]);
        assert!(told.contains("cannot be split") && told.contains("leaves a fraction"), "{told}");
        let told = shell.refused(5, &["account", "edit", "Expenses:Groceries", "--lots", "fifo"]);
        assert!(told.contains("only accounts of assets and liabilities"), "{told}");
    }

    fn a_reversal_counts_in_the_gains_of_its_own_day(db: &TestDatabase) {
        let shell = broker(db);
        shell.fine(&["reverse", "3", "--on", "2026-03-01"]);
        let gain = |period: &str| shell.json(&["capital-gains", "--period", period])["totals"].as_array().unwrap()
            .last().map(|total| total["gain"].as_str().unwrap_or_default().to_owned());
        assert_eq!([gain("2026-02"), gain("2026-03"), gain("2026")], [Some("180.00".into()), Some("-180.00".into()), None]);
        let printed = shell.fine(&["capital-gains", "--period", "2026-03"]);
        assert_fits(&printed);
        assert!(printed.contains("-10 AAPL") && printed.contains("something was reversed in this period"), "{printed}");
    }
}
