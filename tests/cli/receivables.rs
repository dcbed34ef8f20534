//! `ledger receivable`, `ledger payable` and `ledger repay`.

use ledger_testkit::{TestDatabase, on_both_databases};
use serde_json::Value;

use crate::shell::Run;
use crate::support::{Shell, assert_fits};

pub const BANK: &str = "Assets:Bank:N26";

/// A book with the accounts of what is owed, and 5,000.00 in the bank.
pub fn lender(db: &TestDatabase) -> Shell {
    let shell = Shell::with_accounts(db);
    for name in [
        "Assets:Receivable",
        "Liabilities:Mortgage",
        "Income:Consulting",
        "Income:Interest",
        "Income:Fees",
        "Expenses:Interest",
        "Expenses:Bad Debts",
    ] {
        shell.fine(&["account", "open", name]);
    }
    shell.fine(&["post", "2026-01-01", "Opening", BANK, "5000", "Income:Salary"]);
    shell
}

/// The invoice of 300.00 that the guide begins with.
pub fn lend(shell: &Shell) {
    let add = ["receivable", "add", "Acme Ltd", "300", "--from", BANK, "--due", "2026-06-01"];
    shell.fine(&[&add[..], &["--on", "2026-03-01", "--loss-account", "Expenses:Bad Debts"]].concat());
}

/// 1,200.00 at 6 % in twelve instalments from 15 February on.
pub fn loan(shell: &Shell) {
    let add = ["receivable", "add", "Ana", "1200", "--from", BANK, "--instalments", "12", "--rate", "6"];
    shell.fine(&[&add[..], &["--on", "2026-01-15", "--interest-account", "Income:Interest"]].concat());
}

/// What an account holds, as JSON has it.
fn held(shell: &Shell, account: &str) -> String {
    let shown = shell.json(&["account", "show", account]);
    shown[0]["balance"][0].as_str().unwrap().to_owned()
}

pub fn one(shell: &Shell, name: &str) -> Value {
    shell.json(&["receivable", "show", name])[0].clone()
}

on_both_databases! {
    fn money_lent_is_shown_repaid_and_closed(db: &TestDatabase) {
        let shell = lender(db);
        let add = ["receivable", "add", "Acme Ltd", "300", "--from", BANK, "--due", "2026-06-01", "--on", "2026-03-01"];
        assert!(shell.fine(&[&add[..], &["--dry-run"]].concat()).contains("300.00 EUR"));
        assert_eq!(shell.json(&["receivable", "list"]), Value::Array(Vec::new()), "a dry run keeps nothing");
        let added = shell.fine(&add);
        assert_fits(&added);
        assert!(added.contains("entry 2: Assets:Receivable 300.00 EUR, Assets:Bank:N26 -300.00 EUR"), "{added}");

        let preview = shell.fine(&["receivable", "repay", "Acme Ltd", "120", "--preview"]);
        assert_eq!(one(&shell, "Acme Ltd")["outstanding"], "300.00", "a preview changes nothing");
        let repaid = shell.fine(&["repay", "acme ltd", "120", "--to", BANK]);
        assert_fits(&repaid);
        assert_eq!(
            repaid,
            "\
120.00 EUR repaid

What      Due           Paid
────────────────────────────
Acme Ltd  2026-06-01  120.00

Acme Ltd: 180.00 EUR left
entry 3
"
        );
        assert_eq!(preview + "entry 3\n", repaid, "the preview says the same, and has no entry");
        assert_eq!(held(&shell, "Assets:Receivable"), "180.00 EUR");
        let list = shell.fine(&["receivable", "list"]);
        assert_eq!(
            list,
            "\
No  Name            Open  Paid back       Remark
────────────────────────────────────────────────
 1  Acme Ltd  180.00 EUR  due 2026-06-01
"
        );
        let late = shell.json(&["receivable", "list", "--as-of", "2026-06-11"]);
        assert_eq!((&late[0]["state"], &late[0]["days_late"], &late[0]["overdue"]), (&"late".into(), &10.into(), &"180.00".into()));

        let last = shell.json(&["receivable", "repay", "Acme Ltd", "--payoff", "--to", BANK]);
        assert_eq!((&last["amount"], &last["left"][0]["amount"]), (&"180.00 EUR".into(), &"0.00 EUR".into()));
        assert_eq!((&last["rows"][0]["name"], &last["rows"][0]["paid_commodity"]), (&"Acme Ltd".into(), &"EUR".into()));
        assert_eq!(shell.json(&["receivable", "list"]), Value::Array(Vec::new()));
        assert_eq!(shell.json(&["receivable", "list", "--closed"])[0]["state"], "closed");
        let closed = shell.refused(5, &["repay", "Acme Ltd", "10", "--to", BANK]);
        assert!(closed.contains("Acme Ltd") && closed.contains("--credit"), "{closed}");
        shell.fine(&["verify"]);
    }

    fn everything_that_happened_is_shown_with_what_stands_outside_the_books(db: &TestDatabase) {
        let shell = lender(db);
        lend(&shell);
        shell.fine(&["receivable", "fee", "Acme Ltd", "5", "--fee-account", "Income:Fees"]);
        shell.fine(&["receivable", "forgive", "Acme Ltd", "20", "--reason", "birthday"]);
        shell.fine(&["receivable", "adjust", "Acme Ltd", "-10", "--reason", "paid for the cinema"]);
        shell.fine(&["repay", "Acme Ltd", "100", "--to", BANK]);
        let shown = shell.fine(&["receivable", "show", "Acme Ltd"]);
        assert_fits(&shown);
        let acme = one(&shell, "#1");
        assert_eq!(
            ["outstanding", "repaid", "forgiven", "adjusted"].map(|key| acme[key].as_str().unwrap()),
            ["175.00", "100.00", "20.00", "-10.00"],
        );
        assert_eq!(acme["adjustments"][0]["reason"], "paid for the cinema");
        assert_eq!(acme["movements"].as_array().unwrap().len(), 4, "{acme}");
        assert_eq!(acme["open"][0]["amount"], "175.00 EUR");
        let (happened, outside) = shown.split_once("Outside the books").unwrap();
        assert!(happened.contains("birthday") && !happened.contains("cinema"), "{shown}");
        assert!(outside.contains("-10.00"), "{shown}");
        // What never touched the books is counted by the tracker, and beside the control account.
        assert_eq!(held(&shell, "Assets:Receivable"), "185.00 EUR");
        let tie = shell.json(&["receivable", "tie-out"]);
        assert_eq!(
            ["control", "tracked", "adjusted", "difference"].map(|key| tie[0][key].as_str().unwrap()),
            ["185.00", "175.00", "-10.00", "0.00"],
        );

        let forgiven = acme["movements"][2]["number"].to_string();
        shell.fine(&["receivable", "undo", "Acme Ltd", &forgiven]);
        assert_eq!(one(&shell, "Acme Ltd")["forgiven"], "0.00");
        let again = shell.refused(5, &["receivable", "undo", "Acme Ltd", &forgiven]);
        assert!(again.contains("took it back already"), "{again}");
        let outside = shell.refused(5, &["receivable", "undo", "Acme Ltd", "4"]);
        assert!(outside.contains("adjust it the other way"), "{outside}");
        assert!(shell.refused(4, &["receivable", "undo", "Acme Ltd", "44"]).contains("44 of Acme Ltd"));
        shell.fine(&["verify"]);
    }

    fn a_loan_with_a_plan_charges_interest_and_takes_extra_payments(db: &TestDatabase) {
        let shell = lender(db);
        loan(&shell);
        let plan = one(&shell, "Ana")["plan"].clone();
        assert_eq!((plan.as_array().unwrap().len(), &plan[0]["interest"], &plan[0]["payment"]), (12, &"6.00 EUR".into(), &"103.28 EUR".into()));
        assert_eq!(plan[11]["balance"], "0.00 EUR");
        let due = shell.json(&["receivable", "due", "--ahead", "20"]);
        let dues: Vec<&str> = due.as_array().unwrap().iter().map(|row| row["due_on"].as_str().unwrap()).collect();
        assert_eq!(dues, ["2026-02-15", "2026-03-15", "2026-04-15"]);
        assert_fits(&shell.fine(&["receivable", "due"]));

        let both = shell.json(&["receivable", "repay", "Ana", "206.56", "--to", BANK]);
        assert_eq!(both["rows"].as_array().unwrap().len(), 2, "{both}");
        assert_eq!(both["rows"][0]["interest"], "6.00");
        let more = ["receivable", "repay", "Ana", "500", "--to", BANK];
        let asked = shell.refused(5, &more);
        for way in ["--extra term", "--extra payment", "--ahead", "--credit"] {
            assert!(asked.contains(way), "{way}: {asked}");
        }
        let lower = shell.json(&[&more[..], &["--extra", "payment", "--preview"]].concat());
        assert_eq!(lower["amount"], "500.00 EUR");
        shell.fine(&[&more[..], &["--extra", "term"]].concat());
        let after = one(&shell, "Ana");
        assert!(after["plan"].as_array().unwrap().len() < 12, "{after}");
        let shown = shell.fine(&["receivable", "show", "Ana"]);
        assert_fits(&shown);
        assert!(shown.contains("planned anew"), "{shown}");

        let payoff = shell.json(&["receivable", "payoff", "Ana", "--on", "2026-04-30"]);
        assert!(payoff["amount"].as_str().unwrap().ends_with(" EUR"), "{payoff}");
        assert_fits(&shell.fine(&["receivable", "payoff", "Ana", "--on", "2026-04-30"]));
        let paid = shell.json(&["receivable", "repay", "Ana", "--payoff", "--on", "2026-04-30", "--to", BANK]);
        assert_eq!(paid["amount"], payoff["amount"], "what payoff says is what paying off takes");
        assert_eq!(held(&shell, "Assets:Receivable"), "0.00 EUR");
        shell.fine(&["verify"]);
    }

    fn what_is_owed_is_shown_by_age_and_ties_to_the_accounts(db: &TestDatabase) {
        let shell = lender(db);
        lend(&shell);
        let add = ["receivable", "add", "Zenith", "1190", "--for", "Income:Consulting", "--due", "2026-02-15"];
        shell.fine(&[&add[..], &["--on", "2026-01-15", "--name", "Invoice 7", "--account", BANK]].concat());
        let aging = shell.fine(&["receivable", "aging", "--loss-rates", "1,5,10,25,50"]);
        assert_fits(&aging);
        assert_eq!(
            aging,
            "\
Receivables by age as of 2026-03-31, EUR

Party          Not due  1–30     31–60  61–90  Over 90     Total  Days late
───────────────────────────────────────────────────────────────────────────
Acme Ltd        300.00                                    300.00
Zenith                        1,190.00                  1,190.00         44
───────────────────────────────────────────────────────────────────────────
Total           300.00        1,190.00                  1,490.00         44
Expected loss     3.00          119.00                    122.00
"
        );
        let json = shell.json(&["receivable", "aging", "--by", "receivable", "--buckets", "15,45"]);
        assert_eq!(json["buckets"], serde_json::json!(["not due", "1–15", "16–45", "over 45"]));
        assert_eq!((&json["rows"][1]["name"], &json["rows"][1]["days_16_45"]), (&"Invoice 7".into(), &"1190.00".into()));
        assert_eq!(json["totals"][0]["total"], "1490.00");
        let later = shell.json(&["receivable", "aging", "--as-of", "2026-12-31"]);
        assert_eq!(later["totals"][0]["over_90"], "1490.00", "{later}");
        let csv = shell.fine(&["receivable", "aging", "-O", "csv"]);
        assert!(csv.starts_with("name,not_due,not_due_commodity,days_1_30,days_1_30_commodity,"), "{csv}");
        shell.refused(3, &["receivable", "aging", "--buckets", "30,30"]);
        assert!(shell.refused(3, &["receivable", "aging", "--loss-rates", "1,2"]).contains("2 rates"));

        assert_eq!(shell.run(&["receivable", "tie-out"]).code, 0);
        shell.fine(&["post", "2026-03-30", "Acme pays", BANK, "50", "Assets:Receivable"]);
        let said = shell.run(&["receivable", "tie-out"]);
        assert_fits(&said.stdout);
        assert_eq!(said.code, 1, "{said:?}");
        assert!(said.stdout.contains("-50.00") && said.stdout.contains("Acme pays"), "{said:?}");
        // The entry that nobody tracked is what the party paid.
        shell.fine(&["receivable", "repay", "Acme Ltd", "50", "--entry", "4"]);
        assert_eq!(shell.run(&["receivable", "tie-out"]).code, 0);
    }

    fn a_party_gets_its_statement_as_text_page_and_json(db: &TestDatabase) {
        let shell = lender(db);
        lend(&shell);
        shell.fine(&["repay", "Acme Ltd", "120", "--to", BANK, "--on", "2026-03-20"]);
        let statement = ["receivable", "statement", "acme ltd", "--from", "2026-03-10"];
        let text = shell.fine(&statement);
        assert_fits(&text);
        for line in ["2026-03-10  (before)", "2026-03-20  Acme Ltd: repayment", "2026-03-31  Owed", "2026-06-01  Acme Ltd"] {
            assert!(text.contains(line), "{line}: {text}");
        }
        let json = shell.json(&statement);
        let whole = &json["statements"][0];
        assert_eq!((&whole["opening"], &whole["closing"]), (&"300.00 EUR".into(), &"180.00 EUR".into()));
        assert_eq!(json["rows"][0]["amount"], "-120.00");
        let page = shell.fine(&[&statement[..], &["-O", "html"]].concat());
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains("180.00") && page.ends_with("</html>\n"), "{page}");
        let document = shell.fine(&[&statement[..], &["-O", "markdown"]].concat());
        assert!(document.starts_with("# Acme Ltd: statement of ") && document.contains("\n## Next\n"), "{document}");
        assert!(shell.fine(&["receivable", "list", "-O", "html"]).contains("<td>Acme Ltd</td>"));
        assert!(shell.refused(2, &["receivable", "list", "-O", "svg"]).contains("this result has no chart"));
        assert!(shell.refused(4, &["receivable", "statement", "Nobody"]).contains("Nobody"));
        assert_eq!(shell.json(&["receivable", "record", "Acme Ltd"])[0]["dues"], 0);
    }

    fn a_loan_taken_is_the_mirror_image_with_the_same_verbs(db: &TestDatabase) {
        let shell = lender(db);
        let add = ["payable", "add", "City Bank", "9000", "--to", BANK, "--payment", "500", "--rate", "4.5"];
        let more = ["--control", "Liabilities:Mortgage", "--interest-account", "Expenses:Interest", "--name", "Mortgage"];
        shell.fine(&[&add[..], &more, &["--on", "2026-02-01"]].concat());
        assert_eq!(held(&shell, BANK), "14000.00 EUR");
        assert_eq!(held(&shell, "Liabilities:Mortgage"), "-9000.00 EUR");
        shell.refused(4, &["receivable", "show", "Mortgage"]);
        // Money that goes out of an account pays what is owed to others.
        let paid = shell.json(&["repay", "City Bank", "500", "--from", BANK, "--on", "2026-03-01"]);
        assert_eq!((&paid["rows"][0]["interest"], &paid["rows"][0]["principal"]), (&"33.75".into(), &"466.25".into()));
        shell.fine(&["payable", "rate", "Mortgage", "6", "--from", "2026-06-01", "--keep", "payment"]);
        let shown = shell.json(&["payable", "show", "Mortgage", "--as-of", "2026-06-01"]);
        assert_eq!(shown[0]["movements"].as_array().unwrap().last().unwrap()["rate"]["rate"], "6");
        let other = ["payable", "refinance", "Mortgage", "--with", "Other Bank", "--to", BANK, "--instalments", "24"];
        let said = shell.fine(&[&other[..], &["--rate", "3", "--on", "2026-03-01", "--control", "Liabilities:Mortgage", "--interest-account", "Expenses:Interest"]].concat());
        assert_fits(&said);
        let open = shell.json(&["payable", "list"]);
        assert_eq!((open.as_array().unwrap().len(), &open[0]["name"], &open[0]["outstanding"]), (1, &"Other Bank".into(), &"8533.75".into()));
        assert_fits(&shell.fine(&["payable", "list"]));
        shell.fine(&["payable", "edit", "Other Bank", "--name", "Home loan", "--note", "fixed until 2028"]);
        assert_eq!(shell.json(&["payable", "show", "Home loan"])[0]["note"], "fixed until 2028");
        assert_fits(&shell.fine(&["payable", "show", "Home loan"]));
        shell.fine(&["verify"]);
    }

    fn interest_is_charged_once_and_losses_come_back(db: &TestDatabase) {
        let shell = lender(db);
        loan(&shell);
        let charged = shell.json(&["receivable", "accrue"]);
        assert_eq!(charged.as_array().unwrap().len(), 2, "{charged}");
        assert_eq!((&charged[0]["name"], &charged[0]["interest"]), (&"Ana".into(), &"6.00".into()));
        assert_eq!(shell.json(&["receivable", "accrue"]), Value::Array(Vec::new()));
        let lost = ["receivable", "write-off", "Ana", "--loss-account", "Expenses:Bad Debts"];
        let lost = shell.json(&lost);
        assert_eq!((&lost[0]["principal"], &lost[0]["left"]), (&"1200.00".into(), &"0.00".into()));
        let back = ["receivable", "recover", "Ana", "50", "--loss-account", "Expenses:Bad Debts"];
        assert_fits(&shell.fine(&back));
        lend(&shell);
        shell.fine(&["repay", "Acme Ltd", "350", "--to", BANK, "--credit"]);
        assert_eq!(one(&shell, "Acme Ltd")["credit"], "50.00");
        shell.fine(&["receivable", "refund", "Acme Ltd"]);
        assert_eq!(one(&shell, "Acme Ltd")["state"], "closed");
        shell.fine(&["verify"]);
    }

    fn what_is_due_is_a_part_of_a_projection_unless_it_is_left_out(db: &TestDatabase) {
        let shell = lender(db);
        lend(&shell);
        let project = ["schedule", "project", "--account", BANK, "--days", "90"];
        let shown = shell.json(&project);
        let due = shown["rows"].as_array().unwrap().iter().find(|row| row["what"] == "Acme Ltd").unwrap();
        assert_eq!((&due["date"], &due["amount"]), (&"2026-06-01".into(), &"300.00".into()));
        let without = shell.fine(&[&project[..], &["--no-receivables"]].concat());
        assert!(!without.contains("Acme"), "{without}");
    }

    fn an_entry_that_is_there_is_tracked(db: &TestDatabase) {
        let shell = lender(db);
        shell.fine(&["post", "2026-03-01", "Lent to Ben", "Assets:Receivable", "80", "Assets:Cash"]);
        shell.fine(&["receivable", "track", "2", "Ben", "--on-demand"]);
        let ben = one(&shell, "Ben");
        assert_eq!((&ben["outstanding"], &ben["account"], &ben["repayment"]), (&"80.00".into(), &"Assets:Cash".into(), &"on demand".into()));
        shell.fine(&["receivable", "disburse", "Ben", "20", "--from", "Assets:Cash"]);
        assert_eq!(one(&shell, "Ben")["outstanding"], "100.00");
        assert!(shell.refused(5, &["receivable", "track", "2", "Ben", "--on-demand"]).contains("already"));
        let nothing = shell.refused(5, &["receivable", "track", "1", "Ben", "--on-demand"]);
        assert!(nothing.contains("moves nothing on Assets:Receivable"), "{nothing}");
    }

    fn one_repayment_goes_over_several_in_a_stated_order(db: &TestDatabase) {
        let shell = lender(db);
        for (name, amount, due) in [("Invoice 1", "100", "2026-02-01"), ("Invoice 2", "300", "2026-03-01")] {
            let add = ["receivable", "add", "Acme Ltd", amount, "--for", "Income:Consulting", "--due", due];
            shell.fine(&[&add[..], &["--on", "2026-01-10", "--name", name, "--account", BANK]].concat());
        }
        let paid = |more: &[&str]| {
            let shown = shell.json(&[&["receivable", "repay", "Acme Ltd", "120", "--preview"], more].concat());
            let rows = shown["rows"].as_array().unwrap().clone();
            let mut rows: Vec<String> = rows.iter().map(|row| format!("{}={}", row["name"], row["paid"])).collect();
            rows.sort();
            rows.join(" ").replace('"', "")
        };
        assert_eq!(paid(&[]), "Invoice 1=100.00 Invoice 2=20.00");
        assert_eq!(paid(&["--order", "newest"]), "Invoice 2=120.00");
        assert_eq!(paid(&["--order", "proportional"]), "Invoice 1=30.00 Invoice 2=90.00");
        assert_eq!(paid(&["--order", "Invoice 2=70,Invoice 1=50"]), "Invoice 1=50.00 Invoice 2=70.00");
        assert_eq!(paid(&["--only", "invoice 2"]), "Invoice 2=120.00");
        let table = shell.fine(&["receivable", "repay", "Acme Ltd", "120"]);
        assert_eq!(
            table,
            "\
120.00 EUR repaid

What       Party     Due           Paid
───────────────────────────────────────
Invoice 1  Acme Ltd  2026-02-01  100.00
Invoice 2  Acme Ltd  2026-03-01   20.00

Invoice 1: nothing left
Invoice 2: 280.00 EUR left
entry 4
"
        );
        // The name of one receivable means only that one.
        assert_eq!(shell.json(&["repay", "Invoice 2", "80"])["left"][0]["amount"], "200.00 EUR");
        shell.fine(&["verify"]);
    }
}

#[test]
fn a_plan_is_worked_out_without_a_book() {
    let db = ledger_testkit::sqlite_database();
    let shell = Shell::new(&db);
    let plan = [
        "receivable",
        "plan",
        "200000 EUR",
        "--instalments",
        "360",
        "--rate",
        "4.5",
        "--first",
        "2026-02-01",
    ];
    let json = shell.json(&plan);
    assert_eq!(json["rows"].as_array().unwrap().len(), 360);
    assert_eq!(
        (&json["lent_on"], &json["annual_percentage_rate"]),
        (&"2026-01-01".into(), &"4.500002".into())
    );
    assert_eq!(
        (&json["rows"][0]["payment"], &json["rows"][359]["balance"]),
        (&"1013.37".into(), &"0.00".into())
    );
    assert_eq!(json["totals"][0]["principal"], "200000.00");
    let short = shell.fine(&[
        "payable",
        "plan",
        "1000 EUR",
        "--instalments",
        "3",
        "--rate",
        "12",
        "--first",
        "2026-02-01",
    ]);
    assert_fits(&short);
    assert_eq!(
        short,
        "\
1,000.00 EUR from 2026-01-01, 3 instalments every month from 2026-02-01, 12 %
(30/360)

No  Due         Principal  Interest   Payment  Balance
──────────────────────────────────────────────────────
 1  2026-02-01     330.02     10.00    340.02   669.98
 2  2026-03-01     333.32      6.70    340.02   336.66
 3  2026-04-01     336.66      3.37    340.03     0.00
──────────────────────────────────────────────────────
    Total        1,000.00     20.07  1,020.07

annual percentage rate (Regulation Z): 12.002126 %
"
    );
    let bare = shell.refused(3, &["receivable", "plan", "1000", "--instalments", "3"]);
    assert!(bare.contains("commodity"), "{bare}");
}

/// Refusals need no second database; nothing is left behind by one.
fn refused(code: i32, args: &[&str], words: &[&str]) {
    let db = ledger_testkit::sqlite_database();
    let shell = lender(&db);
    lend(&shell);
    let before = shell.fine(&["audit", "log", "-O", "csv"]);
    let Run { stdout, stderr, code: ended } = shell.run(args);
    assert_eq!((ended, stdout.as_str()), (code, ""), "{args:?}: {stderr}");
    for word in words {
        assert!(stderr.contains(word), "{word}: {stderr}");
    }
    assert_eq!(shell.fine(&["audit", "log", "-O", "csv"]), before, "{args:?}");
}

fn add<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["receivable", "add", "Ben", "100"], more].concat()
}

#[test]
fn amounts_days_and_rates_that_cannot_be_are_refused() {
    let from = ["--from", BANK];
    let due = ["--due", "2026-05-01"];
    refused(
        3,
        &add(&[&from[..], &["--due", "2026-01-01"]].concat()),
        &["2026-01-01", "before the loan", "2026-03-31"],
    );
    let rate = add(&[&from[..], &due, &["--rate", "1000"]].concat());
    refused(3, &rate, &["1000 %", "allow a high rate", "--allow-high-rate"]);
    refused(
        3,
        &["receivable", "add", "Ben", "-100", "--from", BANK, "--due", "2026-05-01"],
        &["-100.00 EUR", "above zero"],
    );
    refused(3, &add(&[&from[..], &["--instalments", "0"]].concat()), &["1 to 1,200"]);
    refused(
        3,
        &add(&[&from[..], &["--dates", "2026-05-01=60,2026-06-01=30"]].concat()),
        &["90.00 EUR", "100.00 EUR"],
    );
    refused(3, &add(&[&from[..], &["--payment", "1", "--rate", "50"]].concat()), &["nothing is paid back"]);
    refused(3, &["repay", "Acme Ltd", "-5", "--to", BANK], &["above zero"]);
    refused(5, &["repay", "Acme Ltd", "10", "--to", BANK, "--on", "2026-02-01"], &["Acme Ltd"]);
    refused(5, &["receivable", "disburse", "Acme Ltd", "50", "--from", BANK], &["lent in one sum", "--more"]);
    refused(3, &["receivable", "repay", "Acme Ltd", "10 USD", "--to", BANK], &["USD", "EUR"]);
    refused(5, &["receivable", "forgive", "Acme Ltd", "301"], &["only 300.00 EUR"]);
    refused(5, &["receivable", "adjust", "Acme Ltd", "-301", "--reason", "x"], &["less than nothing"]);
}

#[test]
fn names_that_are_not_there_are_refused_with_those_that_are_close() {
    refused(4, &["repay", "Acmee", "10", "--to", BANK], &["Acmee"]);
    refused(4, &["receivable", "show", "Acme Ldt"], &["did you mean Acme Ltd"]);
    refused(4, &["receivable", "list", "--group", "Trip"], &["group \"Trip\""]);
    refused(4, &add(&["--from", "Assets:Csh", "--on-demand"]), &["Assets:Cash"]);
    refused(5, &add(&["--from", BANK, "--on-demand", "--name", "acme ltd"]), &["acme ltd", "--name"]);
}

#[test]
fn flags_of_the_other_side_and_flags_that_are_missing_are_refused() {
    refused(2, &add(&["--to", BANK, "--on-demand"]), &["--from ACCOUNT", "--for ACCOUNT"]);
    refused(2, &["payable", "add", "Ben", "1", "--from", BANK, "--on-demand"], &["--to ACCOUNT"]);
    refused(2, &add(&["--from", BANK]), &["--due", "--on-demand", "--instalments"]);
    refused(2, &add(&["--from", BANK, "--on-demand", "--due", "2026-05-01"]), &["cannot be used with"]);
    refused(2, &["receivable", "repay", "Acme Ltd", "1", "--from", BANK], &["--to ACCOUNT"]);
    refused(2, &["receivable", "repay", "Acme Ltd", "1", "--order", "random"], &["oldest, newest"]);
    refused(3, &["receivable", "repay", "Acme Ltd", "1", "--parts", "fee,fee"], &["each there once"]);
    refused(2, &["receivable", "edit", "Acme Ltd"], &["--name", "--due"]);
}

#[test]
fn every_verb_has_an_example_in_its_long_help() {
    let db = ledger_testkit::sqlite_database();
    let shell = Shell::new(&db);
    for verb in [
        "add",
        "plan",
        "track",
        "list",
        "show",
        "repay",
        "disburse",
        "accrue",
        "fee",
        "forgive",
        "write-off",
        "recover",
        "refund",
        "adjust",
        "aging",
        "tie-out",
        "due",
        "statement",
        "record",
        "refinance",
        "edit",
        "undo",
    ] {
        let help = shell.fine(&["receivable", verb, "--help"]);
        assert!(help.contains(&format!("  ledger receivable {verb}")), "{help}");
        assert_fits(&help);
    }
    for verb in ["payoff", "rate"] {
        let help = shell.fine(&["payable", verb, "--help"]);
        assert!(help.contains(&format!("  ledger payable {verb}")), "{help}");
    }
}
