//! `ledger receivable`: what has accrued and is not booked, the rate in force, what is taken back without an entry, and
//! saved flags.

use ledger_testkit::on_both_databases;

use crate::receivables::{BANK, lend, lender, one};
use crate::support::{Shell, assert_fits};

/// 1,200.00 lent to Ana on 2026-01-01 at 12 %, due on demand.
fn on_demand(shell: &Shell) {
    let add = ["receivable", "add", "Ana", "1200", "--from", BANK, "--on-demand", "--rate", "12"];
    shell.fine(&[&add[..], &["--on", "2026-01-01", "--interest-account", "Income:Interest"]].concat());
}

fn all_in(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word} is not in:\n{text}");
    }
}

on_both_databases! {
    fn what_has_accrued_is_told_apart_from_what_is_booked(db: &TestDatabase) {
        let shell = lender(db);
        on_demand(&shell);
        let shown = shell.fine(&["receivable", "show", "Ana", "--as-of", "2026-07-01"]);
        assert_fits(&shown);
        all_in(&shown, &["accrued, not booked  72.00 EUR", "outstanding          1,200.00 EUR"]);
        let programs = shell.json(&["receivable", "show", "Ana", "--as-of", "2026-07-01"]);
        assert_eq!((&programs[0]["accrued"], &programs[0]["outstanding"]), (&"72.00".into(), &"1200.00".into()));
        let payoff = shell.fine(&["receivable", "payoff", "Ana", "--on", "2026-07-01"]);
        all_in(&payoff, &["1,272.00 EUR pay", "of it 72.00 EUR of interest accrued and not booked"]);
        let aging = shell.fine(&["receivable", "aging", "--as-of", "2026-07-01"]);
        assert_fits(&aging);
        all_in(&aging, &["beside the total, 72.00 EUR of interest and fees accrued and not booked", "1,200.00"]);
        assert_eq!(shell.json(&["receivable", "aging", "--as-of", "2026-07-01"])["accrued"][0], "72.00 EUR");

        let statement = ["receivable", "statement", "Ana", "--from", "2026-01-01", "--to", "2026-07-01"];
        let told = shell.fine(&statement);
        assert_fits(&told);
        assert!(
            told.contains(
                "\
Owed on 2026-07-01

What                                     Amount
───────────────────────────────────────────────
open, less credits                     1,272.00
interest and fees accrued, not booked    -72.00
───────────────────────────────────────────────
Owed                                   1,200.00
"
            ),
            "{told}"
        );
        let page = shell.fine(&[&statement[..], &["-O", "html"]].concat());
        all_in(&page, &["interest and fees accrued, not booked", "Owed on 2026-07-01"]);
        let tie = &shell.json(&statement)["statements"][0]["tie"];
        assert_eq!(
            ["open", "to_come", "accrued", "outside"].map(|key| tie[key].as_str().unwrap()),
            ["1272.00 EUR", "0.00 EUR", "72.00 EUR", "0.00 EUR"],
        );
        shell.fine(&["receivable", "accrue", "--to", "2026-07-01"]);
        assert!(!shell.fine(&statement).contains("not booked"));
        assert!(!shell.fine(&["receivable", "aging", "--as-of", "2026-07-01"]).contains("not booked"));
        shell.fine(&["verify"]);
    }

    fn what_was_charged_more_than_was_earned_is_told(db: &TestDatabase) {
        let shell = lender(db);
        on_demand(&shell);
        shell.fine(&["receivable", "accrue", "--to", "2026-07-01"]);
        shell.fine(&["repay", "Ana", "600", "--to", BANK, "--on", "2026-02-01"]);
        // 72.00 were charged; 12.00 and 30.00 were earned.
        let sentence = "30.00 EUR more of interest was charged than was earned through 2026-07-01";
        let shown = shell.fine(&["receivable", "show", "Ana", "--as-of", "2026-07-01"]);
        let payoff = shell.fine(&["receivable", "payoff", "Ana", "--on", "2026-07-01"]);
        for told in [shown, payoff] {
            assert_fits(&told);
            assert!(told.split_whitespace().collect::<Vec<_>>().join(" ").contains(sentence), "{told}");
        }
        let accrued = shell.run(&["receivable", "accrue", "--to", "2026-07-01"]);
        all_in(&accrued.stderr, &["nothing is to be charged through 2026-07-01", "Ana: 30.00 EUR more of interest"]);
        shell.fine(&["verify"]);
    }

    fn interest_that_is_owed_again_is_not_closed(db: &TestDatabase) {
        let shell = lender(db);
        on_demand(&shell);
        shell.fine(&["repay", "Ana", "12", "--to", BANK, "--on", "2026-02-01"]);
        shell.fine(&["repay", "Ana", "--payoff", "--to", BANK, "--on", "2026-03-01"]);
        assert_eq!(one(&shell, "#1")["state"], "closed");
        shell.fine(&["reverse", "3"]);
        let ana = one(&shell, "#1");
        assert_eq!((&ana["state"], &ana["accrued"]), (&"open".into(), &"12.00".into()));
        shell.fine(&["repay", "Ana", "12", "--to", BANK, "--on", "2026-02-01"]);
        assert_eq!(one(&shell, "#1")["state"], "closed");
    }

    fn the_rate_in_force_is_told_with_its_first_day(db: &TestDatabase) {
        let shell = lender(db);
        on_demand(&shell);
        shell.fine(&["receivable", "rate", "Ana", "10", "--from", "2026-05-01"]);
        let rate = |as_of: &str| {
            shell.json(&["receivable", "show", "Ana", "--as-of", as_of])[0]["rate"].as_str().unwrap().to_owned()
        };
        assert_eq!(rate("2026-04-30"), "12 % (30/360)");
        assert_eq!(rate("2026-05-01"), "10 % since 2026-05-01 (30/360)");
        let late = ["receivable", "add", "Ben", "100", "--from", BANK, "--due", "2026-02-01", "--on", "2026-01-01"];
        shell.fine(&[&late[..], &["--late-rate", "9", "--interest-account", "Income:Interest"]].concat());
        assert_eq!(one(&shell, "Ben")["rate"], "9 % for what is late");
        assert_eq!(one(&shell, "Ben")["accrued"], "1.50", "two months of 9 %, by 30/360");
        shell.fine(&["receivable", "edit", "Ben", "--late-rate", "0"]);
        let ben = one(&shell, "Ben");
        assert_eq!((&ben["rate"], &ben["accrued"]), (&"nothing for what is late".into(), &"0.00".into()));
        let on_demand = shell.refused(3, &["receivable", "plan", "100 EUR", "--on-demand", "--late-rate", "9"]);
        assert!(on_demand.contains("nothing is late of what is due on demand"), "{on_demand}");
        shell.fine(&["verify"]);
    }

    fn a_credit_that_was_used_at_home_is_taken_back(db: &TestDatabase) {
        let shell = lender(db);
        let add = ["receivable", "add", "Acme Ltd", "100", "--from", BANK, "--due", "2026-06-01", "--on", "2026-03-01"];
        shell.fine(&[&add[..], &["--fee-account", "Income:Fees"]].concat());
        shell.fine(&["repay", "Acme Ltd", "150", "--to", BANK, "--credit"]);
        shell.fine(&["receivable", "fee", "Acme Ltd", "30"]);
        shell.fine(&["receivable", "repay", "Acme Ltd", "30", "--from-credit"]);
        let told = shell.run(&["receivable", "undo", "Acme Ltd", "4"]);
        let sentence = "took back movement 4 of \"Acme Ltd\", which has no entry";
        assert!(told.code == 0 && told.stderr.contains(sentence), "{told:?}");
        let acme = one(&shell, "#1");
        assert_eq!((&acme["outstanding"], &acme["credit"]), (&"30.00".into(), &"50.00".into()));
        assert_eq!((&acme["movements"][3]["counts"], &acme["movements"][4]["undoes"]), (&false.into(), &4.into()));
        all_in(&shell.fine(&["receivable", "show", "#1"]), &["takes back 4"]);
        shell.refused(5, &["receivable", "undo", "#1", "4"]);
        // Paid in goods, or not.
        let refused = shell.refused(5, &["receivable", "refund", "#1", "20", "--account", "Expenses:Groceries"]);
        assert!(refused.contains("--any-account"), "{refused}");
        shell.fine(&["receivable", "refund", "#1", "20", "--account", "Expenses:Groceries", "--any-account"]);
        shell.fine(&["verify"]);
    }

    fn a_payment_below_the_interest_is_refused_with_the_least_that_pays_something_back(db: &TestDatabase) {
        let shell = Shell::new(db);
        let plan = |payment: &str| {
            let plan = ["receivable", "plan", "100000 EUR", "--rate", "6", "--on", "2026-01-01", "--payment"];
            [&plan[..], &[payment]].concat().into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let low = plan("400");
        let low: Vec<&str> = low.iter().map(String::as_str).collect();
        all_in(&shell.refused(3, &low), &["400.00 EUR", "the interest due on 2026-02-01 is 500.00 EUR", "pay at least 500.01 EUR"]);
    }

    fn the_flags_of_a_statement_and_of_what_is_due_are_saved(db: &TestDatabase) {
        let shell = lender(db);
        lend(&shell);
        let told = shell.fine(&["receivable", "statement", "Acme Ltd", "--to", "2026-05-01", "--save", "acme"]);
        assert!(told.contains("Acme Ltd, EUR: 2025-05-02 to 2026-05-01"), "{told}");
        assert_eq!(shell.fine(&["receivable", "statement", "--saved", "acme"]), told);
        shell.refused(2, &["receivable", "statement"]);
        let due = shell.fine(&["receivable", "due", "--ahead", "400", "--save", "far"]);
        assert!(due.contains("2026-06-01"), "{due}");
        assert_eq!(shell.fine(&["receivable", "due", "--saved", "far"]), due);
        shell.refused(4, &["payable", "due", "--saved", "far"]);
    }
}
