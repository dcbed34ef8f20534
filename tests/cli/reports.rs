//! `ledger trial-balance`.

use std::collections::BTreeMap;

use ledger_core::account::NewAccount;
use ledger_core::journal::LinePrice;
use ledger_core::money::{Commodity, Price};
use ledger_core::{Book, EntryDraft, Ledger};
use ledger_testkit::{TestDatabase, on_both_databases};

use crate::shell::{Shell, csv_sums, home, ledger, post, session};

/// A family's January, a February that was posted later, and shares that were bought.
fn family(db: &TestDatabase) -> Shell {
    let ledger = ledger(db.url());
    let book = home(&ledger);
    post(&book, "2026-01-05", "Assets:Bank", "3000 EUR", "Income:Salary");
    post(&book, "2026-01-06", "Expenses:Rent", "900 EUR", "Assets:Bank");
    let later = Ledger::open(db.url(), session("2026-02-10T12:00:00Z")).unwrap();
    let book = later.book("home").unwrap();
    // Posted in February, for January.
    post(&book, "2026-01-31", "Expenses:Food", "42.10 EUR", "Assets:Bank");
    post(&book, "2026-02-03", "Assets:Bank:Savings", "500 EUR", "Assets:Bank");
    buy_shares(&book);
    Shell::new(db)
}

/// Ten shares at 12.50 EUR each, and their price on a later day.
fn buy_shares(book: &Book<'_>) {
    let [acme, eur] = [Commodity::new("ACME", 2).unwrap(), Commodity::iso("EUR").unwrap()];
    book.commodities().declare(acme).unwrap();
    book.accounts().open(NewAccount::new("Assets:Shares")).unwrap();
    let shares = book.amount("10 ACME").unwrap();
    let price = LinePrice::total(book.amount("125 EUR").unwrap());
    let day = "2026-02-04".parse().unwrap();
    let draft = EntryDraft::new(day, "Shares").debit_at("Assets:Shares", shares, price).infer("Assets:Bank");
    book.journal().post(draft.balance().unwrap()).unwrap();
    let rate = "14.50".parse().unwrap();
    book.prices()
        .add(Price { on: "2026-02-20".parse().unwrap(), commodity: acme, quote: eur, rate })
        .unwrap();
}

/// The totals of a trial balance in CSV, after a check that both sides are equal in every commodity.
fn tied(csv: &str) -> BTreeMap<String, i64> {
    let debits = csv_sums(csv, "debit");
    assert_eq!(debits, csv_sums(csv, "credit"), "{csv}");
    debits
}

on_both_databases! {
    fn debits_and_credits_are_equal_however_a_trial_balance_is_asked_for(db: &TestDatabase) {
        let shell = family(db);
        let bases = ["", "--native", "--in EUR", "--book-value"];
        let days = ["", "--as-of 2026-01", "--as-of 2026-01-05", "--as-of 2025", "--known-at 2026-01-10", "--as-of 2026-02-03"];
        let shapes = ["", "--tree", "--depth 1", "--depth 2 --tree", "--zero", "--kind asset", "--kind income,expense --zero"];
        for basis in bases {
            for day in days {
                for shape in shapes {
                    let run = shell.line(&format!("tb -O csv {basis} {day} {shape}"));
                    // The shares have no price yet on the days before the first.
                    if run.code == 4 && basis == "--in EUR" {
                        assert!(run.stderr.contains("no price of ACME in EUR on or before"), "{run:?}");
                        continue;
                    }
                    tied(&run.good());
                }
            }
        }
        assert_eq!(tied(&shell.line("tb -O csv").good())["EUR"], 300_000);
    }

    fn a_trial_balance_for_people_has_its_title_its_totals_and_what_is_held(db: &TestDatabase) {
        let shell = family(db);
        assert_eq!(
            shell.line("trial-balance --as-of 2026-02").good(),
            "\
Trial balance of home as of 2026-02-28

Account                     Debit        Credit     Holding
───────────────────────────────────────────────────────────
Assets:Bank          1,432.90 EUR
Assets:Bank:Savings    500.00 EUR
Assets:Shares          125.00 EUR                10.00 ACME
Income:Salary                      3,000.00 EUR
Expenses:Food           42.10 EUR
Expenses:Rent          900.00 EUR
───────────────────────────────────────────────────────────
Total                3,000.00 EUR  3,000.00 EUR
"
        );
        assert_eq!(
            shell.line("tb --tree --in EUR --as-of 2026-02 --kind asset").good(),
            "\
Trial balance of home as of 2026-02-28, valued in EUR

Account                           Debit        Credit     Holding
─────────────────────────────────────────────────────────────────
Assets
├ Bank                     1,432.90 EUR
│ └ Savings                  500.00 EUR
└ Shares                     145.00 EUR                10.00 ACME
(unrealised gain or loss)                   20.00 EUR
(other kinds)                            2,057.90 EUR
─────────────────────────────────────────────────────────────────
Total                      2,077.90 EUR  2,077.90 EUR
"
        );
    }

    fn a_trial_balance_for_programs_has_stable_keys_and_exact_numbers(db: &TestDatabase) {
        let shell = family(db);
        assert_eq!(
            shell.line("tb -O csv --as-of 2026-02-05").good(),
            "\
account,kind,debit,debit_commodity,credit,credit_commodity,holding
Assets:Bank,asset,1432.90,EUR,,,
Assets:Bank:Savings,asset,500.00,EUR,,,
Assets:Shares,asset,125.00,EUR,,,10.00 ACME
Income:Salary,income,,,3000.00,EUR,
Expenses:Food,expense,42.10,EUR,,,
Expenses:Rent,expense,900.00,EUR,,,
"
        );
        assert_eq!(
            shell.line("tb -O json --depth 1 --known-at 2026-01-10 --tree").good(),
            "\
{
\"book\": \"home\",
\"as_of\": null,
\"known_at\": \"2026-01-10T22:59:59.999999999Z\",
\"basis\": \"book value\",
\"rows\": [
{\"account\":\"Assets\",\"kind\":\"asset\",\"debit\":\"2100.00\",\"debit_commodity\":\"EUR\",\"credit\":null,\"credit_commodity\":null,\"holding\":[]},
{\"account\":\"Income\",\"kind\":\"income\",\"debit\":null,\"debit_commodity\":null,\"credit\":\"3000.00\",\"credit_commodity\":\"EUR\",\"holding\":[]},
{\"account\":\"Expenses\",\"kind\":\"expense\",\"debit\":\"900.00\",\"debit_commodity\":\"EUR\",\"credit\":null,\"credit_commodity\":null,\"holding\":[]}
],
\"totals\": [
{\"account\":\"Total\",\"kind\":null,\"debit\":\"3000.00\",\"debit_commodity\":\"EUR\",\"credit\":\"3000.00\",\"credit_commodity\":\"EUR\",\"holding\":null}
],
\"notes\": []
}
"
        );
        let lines = shell.line("tb -O ndjson --native").good();
        assert!(lines.lines().all(|line| line.starts_with("{\"account\":")), "{lines}");
        assert!(lines.contains("(conversions between commodities)"), "{lines}");
    }

    fn what_was_posted_later_is_not_known_earlier(db: &TestDatabase) {
        let shell = family(db);
        let food = |flags: &str| shell.line(&format!("tb -O csv {flags}")).good().contains("Expenses:Food");
        assert!(food("--as-of 2026-01"));
        assert!(!food("--as-of 2026-01 --known-at 2026-02-09"));
        assert!(food("--as-of 2026-01 --known-at 2026-02-10"));
        // Noon in UTC is one o'clock in the book's time zone.
        assert!(!food("--known-at 2026-02-10T12:59"));
        assert!(food("--known-at 2026-02-10T13:00"));
        let title = shell.run(["tb", "--known-at", "2026-02-10 12:59"]).good();
        assert!(title.contains("as known at 2026-02-10 12:59:00 Europe/Berlin"), "{title}");
    }

    fn an_account_without_balance_is_shown_only_when_asked_for(db: &TestDatabase) {
        let shell = family(db);
        let savings = |flags: &str| shell.line(&format!("tb -O csv --as-of 2026-01 {flags}")).good().matches("Assets:Bank:Savings").count();
        assert_eq!((savings(""), savings("--zero"), savings("--zero --no-zero"), savings("--no-zero --zero")), (0, 1, 0, 1));
        // An account that was used has no second, empty row in the book's own commodity.
        let native = shell.line("tb -O csv --zero --native").good();
        assert_eq!(native.matches("Assets:Shares").count(), 1, "{native}");
    }

    fn saved_settings_keep_the_flags_as_they_were_given(db: &TestDatabase) {
        let shell = family(db);
        let saved = shell.run(["--today", "2026-02-10", "tb", "--save", "month-end", "--as-of", "last month", "--tree"]);
        assert!(saved.good().starts_with("Trial balance of home as of 2026-01-31\n"));
        let later = shell.line("--today 2026-03-15 tb --saved Month-End").good();
        assert!(later.starts_with("Trial balance of home as of 2026-02-28\n") && later.contains("\n├ Bank "), "{later}");
        let over = shell.line("tb --saved month-end --as-of 2026-01-05 --flat").good();
        assert!(over.starts_with("Trial balance of home as of 2026-01-05\n") && over.contains("Assets:Bank "), "{over}");
        assert_eq!(shell.line("tb --list-saved -O csv").good(), "name,flags\nmonth-end,\"'--as-of \"\"last month\"\" --tree\"\n");
        shell.line("tb --delete-saved month-end --dry-run").good();
        shell.line("tb --delete-saved month-end").good();
        assert_eq!(shell.line("tb --list-saved -O json").good(), "[]\n");
        assert!(shell.line("tb --saved month-end").bad(4).contains("there is no saved setting \"month-end\""));
    }

    fn settings_of_a_report_that_fails_are_not_saved(db: &TestDatabase) {
        let shell = family(db);
        shell.line("tb --save odd --as-of 2026-13").bad(3);
        shell.line("tb --save odd --in XYZ").bad(4);
        shell.line("tb --save odd --dry-run").good();
        assert_eq!(shell.line("tb --list-saved -O json").good(), "[]\n");
    }

    fn flags_that_make_no_sense_are_refused_with_their_exit_code(db: &TestDatabase) {
        let shell = family(db);
        for (code, line) in [
            (2, "tb --native --in EUR"),
            (2, "tb --depth 0"),
            (2, "tb --list-saved --saved x"),
            (3, "tb --kind money"),
            (3, "tb --as-of 03/04/2026"),
            (3, "tb --known-at tomorrowish"),
            (4, "tb --in XYZ"),
            (4, "tb --book none"),
            // Without a day any price would do; the advice names one that can be typed.
            (4, "tb --in USD"),
        ] {
            let stderr = shell.line(line).bad(code);
            assert!(!stderr.is_empty() && !stderr.contains("262142"), "{line}: {stderr}");
        }
    }
}

#[test]
fn several_holdings_are_grouped_and_wrapped_to_the_width() {
    let db = ledger_testkit::sqlite_database();
    let ledger = ledger(db.url());
    home(&ledger);
    let shell = Shell::new(&db);
    for code in ["USD", "CHF", "GBP"] {
        let post = format!(
            "post 2026-01-05 Cash Assets:Bank:Savings 12345.60 {code} @ 1 EUR Income:Salary 12345.60 EUR"
        );
        shell.line(&post).good();
    }
    let text = shell.line("tb").good();
    assert!(text.contains("12,345.60 USD") && text.contains("12,345.60 CHF"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}
