//! What `ledger repay`, `payoff` and `refinance` tell: where money went, what it costs to pay early, and the way out.

use ledger_testkit::on_both_databases;
use serde_json::Value;

use crate::receivables::{BANK, lend, lender, loan, one};
use crate::support::{Shell, assert_fits};

const RECEIVABLE: &str = "Assets:Receivable";

fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word}: {text}");
    }
}

/// 9,000.00 at 4 %, borrowed on 1 February and paid back in 36 instalments.
fn car(shell: &Shell) {
    let add = [
        "payable",
        "add",
        "City Bank",
        "9000",
        "--to",
        BANK,
        "--name",
        "Car",
        "--instalments",
        "36",
        "--rate",
        "4",
    ];
    let more = [
        "--on",
        "2026-02-01",
        "--control",
        "Liabilities:Mortgage",
        "--interest-account",
        "Expenses:Interest",
    ];
    shell.fine(&[&add[..], &more].concat());
}

on_both_databases! {
    fn a_repayment_tells_what_became_of_all_of_it(db: &TestDatabase) {
        let shell = lender(db);
        lend(&shell);
        loan(&shell);
        let short = ["receivable", "repay", "Acme Ltd", "20", "--order", "Acme Ltd=10", "--preview"];
        says(&shell.refused(3, &short), &["the amounts that were chosen come to 10.00 EUR of 20.00 EUR"]);
        let ordered = shell.fine(&[&short[..], &["--credit"]].concat());
        says(&ordered, &["10.00 EUR, which nothing took, kept as a credit of Acme Ltd", "Acme Ltd: 280.00 EUR left"]);
        let first = shell.json(&["receivable", "repay", "Ana", "103.28", "--order", "Ana#1=103.28", "--on", "2026-04-15", "--preview"]);
        assert_eq!((&first["rows"][0]["instalment"], first["rows"].as_array().unwrap().len()), (&1.into(), 1));

        shell.fine(&["repay", "Acme Ltd", "100", "--on", "2026-03-20"]);
        let before = shell.fine(&["repay", "Acme Ltd", "50", "--on", "2026-03-10"]);
        assert_fits(&before);
        says(&before, &["Acme Ltd: 250.00 EUR left on 2026-03-10, 150.00 EUR left with what was recorded"]);
        // In the order of their days, not of their numbers.
        let shown = shell.fine(&["receivable", "show", "Acme Ltd"]);
        assert!(shown.find("2026-03-10").unwrap() < shown.find("2026-03-20").unwrap(), "{shown}");

        let credit = shell.fine(&["repay", "Acme Ltd", "2200", "--credit"]);
        assert_fits(&credit);
        shell.fine(&["repay", "Acme Ltd", "1000", "--credit"]);
        let listed = shell.fine(&["receivable", "list"]);
        says(&listed, &["credit 3,050.00"]);
        shell.fine(&["repay", "Ana"]);
        let extra = shell.fine(&["repay", "Ana", "300", "--extra", "term"]);
        says(&extra, &["Ana   extra principal  300.00"]);
        shell.fine(&["verify"]);
    }

    fn an_entry_that_brings_something_else_is_refused_with_both_amounts(db: &TestDatabase) {
        let shell = lender(db);
        lend(&shell);
        shell.fine(&["post", "2026-03-20", "From Acme", BANK, "50", RECEIVABLE]);
        let other = shell.refused(5, &["receivable", "repay", "Acme Ltd", "60", "--entry", "3"]);
        says(&other, &["it brings 50.00 EUR on 2026-03-20, and 60.00 EUR of 2026-03-20"]);
        shell.fine(&["post", "2026-03-21", "Lunch", "Expenses:Dining", "60", BANK]);
        let nothing = shell.refused(5, &["receivable", "repay", "Acme Ltd", "60", "--entry", "4"]);
        says(&nothing, &["it brings 0.00 EUR on 2026-03-21", "amend it first, so that its other side is on Assets:Receivable"]);
    }

    fn paying_off_early_shows_and_pays_the_fee(db: &TestDatabase) {
        let shell = lender(db);
        car(&shell);
        let early = ["--on", "2026-03-15", "--early-fee", "1%"];
        let payoff = shell.json(&[&["payable", "payoff", "Car"][..], &early].concat());
        let fee = payoff["totals"][0]["fee"].as_str().unwrap().to_owned();
        // One percent of what is left after the instalment of 1 March.
        assert_eq!(fee, "87.64");
        let paid = [&["payable", "repay", "Car", "--payoff"][..], &early].concat();
        says(&shell.refused(5, &paid), &["no account is known for fees of it", "payable edit", "--fee-account"]);
        shell.fine(&["payable", "edit", "Car", "--fee-account", "Expenses:Bad Debts"]);
        assert_eq!(shell.json(&paid)["amount"], payoff["amount"]);
        assert_eq!(shell.json(&["payable", "show", "Car"])[0]["state"], "closed");
        says(&shell.refused(3, &["payable", "payoff", "Car", "--early-fee", "x%"]), &["such as 1%"]);
        says(&shell.refused(2, &["payable", "repay", "Car", "5", "--early-fee", "1%"]), &["say --payoff"]);
        shell.fine(&["verify"]);
    }

    fn new_terms_without_new_money_need_no_account(db: &TestDatabase) {
        let shell = lender(db);
        lend(&shell);
        let terms = ["--instalments", "3", "--name", "In parts"];
        let refinance = [&["receivable", "refinance", "Acme Ltd"], &terms[..]].concat();
        let more = [&refinance[..], &["--amount", "350"]].concat();
        says(&shell.refused(2, &more), &["50.00 EUR more", "--from ACCOUNT"]);
        says(&shell.fine(&refinance), &["3 instalments every month", "Assets:Receivable -300.00 EUR"]);
        assert_eq!(one(&shell, "In parts")["account"], BANK);
        shell.fine(&["verify"]);
    }

    fn what_is_owed_has_no_number_among_schedules(db: &TestDatabase) {
        let shell = lender(db);
        lend(&shell);
        car(&shell);
        let projection = shell.json(&["schedule", "project", "--account", BANK]);
        let rows = projection["rows"].as_array().unwrap();
        let of = |name: &str| rows.iter().find(|row| row["what"] == name).unwrap().clone();
        assert_eq!((&of("Acme Ltd")["schedule"], &of("Car")["schedule"]), (&Value::Null, &Value::Null));
        assert!(!shell.fine(&["schedule", "project", "-O", "csv"]).contains("10000000"));
        // The advice for an entry that may be the payment already is the command that takes it.
        shell.fine(&["post", "2026-04-01", "Car", "Liabilities:Mortgage", "265.72", BANK, "--party", "City Bank"]);
        let run = shell.run(&["schedule", "project", "--account", BANK, "--as-of", "2026-03-31"]);
        says(&run.stderr, &["`ledger payable repay Car --entry 4`"]);
        // Scenarios mean a party, and are not applied to what is owed.
        shell.fine(&["scenario", "create", "late"]);
        shell.fine(&["scenario", "adjust", "late", "shift", "party:acme ltd", "--days", "30"]);
        says(&shell.refused(4, &["scenario", "adjust", "late", "shift", "party:Acne", "--days", "30"]), &["there is no party \"Acne\""]);
        says(&shell.refused(5, &["scenario", "apply", "late"]), &["adjustment 1", "ledger receivable edit"]);
        shell.fine(&["scenario", "adjust", "late", "add", "Gym", "20", "--every", "month", "--from", BANK, "--to", "Expenses:Dining"]);
        let applied = shell.run(&["scenario", "apply", "late", "--rows-only"]);
        assert!(applied.code == 0 && applied.stderr.contains("adjustment 1 ("), "{applied:?}");
    }
}

#[test]
fn sides_and_accounts_that_do_not_fit_are_refused_with_the_way_out() {
    let db = ledger_testkit::sqlite_database();
    let shell = lender(&db);
    lend(&shell);
    car(&shell);
    let told = shell.refused(2, &["repay", "Acme Ltd", "10", "--from", BANK]);
    says(&told, &["\"Acme Ltd\" is a receivable", "--to ACCOUNT"]);
    let told = shell.refused(2, &["repay", "Car", "10", "--to", BANK]);
    says(&told, &["\"Car\" is a payable", "--from ACCOUNT"]);
    let food = ["repay", "Acme Ltd", "10", "--to", "Expenses:Dining"];
    says(&shell.refused(5, &food), &["--any-account"]);
    shell.fine(&[&food[..], &["--any-account"]].concat());
    let shown = shell.fine(&["payable", "show", "Car"]);
    says(&shown, &["borrowed on", "borrowed  ", "of it 30.00 EUR of interest and fees"]);
    assert!(!shown.contains("lent"), "{shown}");
}

#[test]
fn what_begins_later_is_to_come() {
    let db = ledger_testkit::sqlite_database();
    let shell = lender(&db);
    shell.fine(&[
        "receivable",
        "add",
        "Ben",
        "50",
        "--from",
        BANK,
        "--due",
        "2026-06-01",
        "--on",
        "2026-04-15",
    ]);
    assert_eq!(one(&shell, "Ben")["state"], "to come");
    says(&shell.fine(&["receivable", "list"]), &["50.00 EUR from 2026-04-15 on"]);
    // A list of a day gone by does not know it.
    says(&shell.fine(&["receivable", "list", "--as-of", "2026-03-01"]), &["(nothing to show)"]);
    assert_eq!(shell.json(&["receivable", "aging"])["rows"], Value::Array(Vec::new()));
}

#[test]
fn an_account_that_holds_nothing_owed_has_nothing_to_tie() {
    let db = ledger_testkit::sqlite_database();
    let shell = lender(&db);
    let none = shell.run(&["receivable", "tie-out"]);
    assert!(none.code == 0 && none.stderr.contains("there is no receivable yet"), "{none:?}");
    lend(&shell);
    let bank = shell.run(&["receivable", "tie-out", "--account", BANK]);
    assert!(bank.code == 0 && bank.stderr.contains(&format!("is held in {BANK}")), "{bank:?}");
}

#[test]
fn tabs_are_told_in_words_of_sharing() {
    let db = ledger_testkit::sqlite_database();
    let shell = lender(&db);
    shell.fine(&["group", "create", "Trip", "Ana"]);
    shell.fine(&["group", "share", "Trip", "40", "Taxi", "--paid-by", "Ana", "--expense", "Expenses:Dining"]);
    let statement = shell.fine(&["receivable", "statement", "Ana"]);
    says(&statement, &["Trip: Ana: shared"]);
    assert!(!statement.contains("disbursement"), "{statement}");
}

on_both_databases! {
    fn what_is_refused_leaves_no_account_behind(db: &TestDatabase) {
        let shell = lender(db);
        shell.refused(3, &["receivable", "add", "Bob", "100", "--for", "Income:Consulting:New", "--create", "--instalments", "0"]);
        shell.refused(2, &["group", "create", "X", "Q", "Q", "--create", "--control", "Assets:Friends"]);
        let accounts = shell.fine(&["account", "list"]);
        assert!(!accounts.contains("Friends") && !accounts.contains("New"), "{accounts}");
    }

    fn an_amount_without_a_commodity_is_one_of_what_is_owed(db: &TestDatabase) {
        let shell = lender(db);
        shell.fine(&["receivable", "add", "Yuki", "1000 JPY", "--from", BANK, "--on", "2026-03-01", "--due", "2026-06-01", "--name", "j"]);
        let repaid = shell.fine(&["receivable", "repay", "j", "400", "--on", "2026-04-01"]);
        says(&repaid, &["400 JPY"]);
    }

    fn a_due_day_without_the_first_one_tells_the_way_out(db: &TestDatabase) {
        let shell = lender(db);
        let add = ["receivable", "add", "Ana", "1000", "--from", BANK, "--on", "2026-01-10", "--instalments", "3", "--due-day", "22"];
        says(&shell.refused(2, &add), &["--first DATE", "2026-02-10"]);
        shell.fine(&[&add[..], &["--first", "2026-02-22"]].concat());
    }

    fn a_credit_with_somebody_who_is_owed_is_used_in_short(db: &TestDatabase) {
        let shell = lender(db);
        let add = ["payable", "add", "Pam", "50", "--to", BANK, "--control", "Liabilities:Mortgage", "--on-demand"];
        shell.fine(&add);
        shell.fine(&["repay", "Pam", "60", "--from", BANK, "--credit"]);
        shell.fine(&[&add[..], &["--name", "More"]].concat());
        let used = shell.fine(&["repay", "Pam", "10", "--from-credit"]);
        says(&used, &["10.00 EUR repaid", "More: 40.00 EUR left"]);
        shell.fine(&["verify"]);
    }
}
