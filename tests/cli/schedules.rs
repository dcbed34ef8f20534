//! `ledger schedule`.

use ledger_testkit::{TestDatabase, on_both_databases};
use serde_json::Value;

use crate::shell::Run;
use crate::support::{Shell, TODAY, assert_fits};

const BANK: &str = "Assets:Bank:N26";

/// Accounts, 1,200.00 in the bank, and rows for rent, power, a salary and a bonus.
pub fn planned(db: &TestDatabase) -> Shell {
    let shell = Shell::with_accounts(db);
    for name in ["Expenses:Rent", "Expenses:Power", "Expenses:Tax", "Income:Bonus", "Assets:Savings"] {
        shell.fine(&["account", "open", name]);
    }
    shell.fine(&["post", "2026-03-01", "Opening", BANK, "1200", "Income:Salary"]);
    let rent = ["schedule", "add", "Rent", "950", "--from", BANK, "--to", "Expenses:Rent"];
    shell.fine(
        &[&rent[..], &["--every", "month", "--on", "1", "--start", "2026-04-01", "--then", "2027-01-01=990"]]
            .concat(),
    );
    let power = ["schedule", "add", "Power", "80..120", "--from", BANK, "--to", "Expenses:Power"];
    shell.fine(&[&power[..], &["--every", "quarter", "--on", "15"]].concat());
    let salary =
        ["schedule", "add", "Salary", "--line", "Assets:Bank:N26=1450", "--line", "Expenses:Tax=600"];
    shell.fine(
        &[&salary[..], &["--line", "Income:Salary", "--every", "month", "--on", "last weekday"]].concat(),
    );
    let bonus = ["schedule", "add", "Bonus", "1500", "--from", "Income:Bonus", "--to", BANK];
    shell.fine(&[&bonus[..], &["--once", "2026-06-15", "--probability", "60"]].concat());
    shell
}

fn add<'a>(name: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["schedule", "add", name, "10", "--from", BANK, "--to", "Expenses:Rent"], more].concat()
}

/// The rows of a JSON list.
fn rows(value: &Value) -> &Vec<Value> {
    value.as_array().or_else(|| value["rows"].as_array()).unwrap()
}

fn texts<'v>(value: &'v Value, keys: &[&str]) -> Vec<Vec<&'v str>> {
    rows(value).iter().map(|row| keys.iter().map(|key| row[*key].as_str().unwrap_or("-")).collect()).collect()
}

/// Fails where XML is not well-formed.
pub fn assert_xml(svg: &str) {
    let mut reader = quick_xml::Reader::from_str(svg);
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => return,
            Ok(_) => {}
            Err(error) => panic!("{error} at {}: {svg}", reader.error_position()),
        }
    }
}

on_both_databases! {
    fn rows_are_added_listed_changed_paused_and_removed(db: &TestDatabase) {
        let shell = planned(db);
        let list = shell.fine(&["schedule", "list"]);
        assert_fits(&list);
        assert_eq!(
            list,
            "\
No  Name          Amount  When                             Next        Remark
───────────────────────────────────────────────────────────────────────────────
 1  Rent      950.00 EUR  every month on the 1st           2026-04-01
 2  Power     100.00 EUR  every 3 months on the 15th       2026-04-15  estimate
 3  Salary  2,050.00 EUR  every month on the last weekday  2026-03-31
 4  Bonus   1,500.00 EUR  once on 2026-06-15               2026-06-15  60 %
"
        );
        let power = &shell.json(&["schedule", "show", "power"])[0];
        assert_eq!((&power["low"], &power["amount"], &power["high"]), (&"80.00".into(), &"100.00".into(), &"120.00".into()));
        assert_eq!((&power["amount_commodity"], &power["from"][0]), (&"EUR".into(), &BANK.into()));
        let salary = &shell.json(&["schedule", "show", "#3"])[0];
        assert_eq!(salary["steps"][0]["lines"][2]["amount"], "-2050.00 EUR", "the amount left out is inferred");
        assert_fits(&shell.fine(&["schedule", "show", "Rent"]));

        shell.fine(&["schedule", "edit", "Power", "--all", "90..110", "--note", "meter 2", "--until", "2027"]);
        let power = &shell.json(&["schedule", "show", "Power"])[0];
        assert_eq!((&power["amount"], &power["note"], &power["ends_on"]), (&"100.00".into(), &"meter 2".into(), &"2027-12-31".into()));
        shell.fine(&["schedule", "edit", "Rent", "--later", "2026-09-01", "1000", "--party", "Landlord"]);
        let list = shell.json(&["schedule", "list"]);
        assert_eq!(list.as_array().unwrap().len(), 5);
        assert_eq!((&list[0]["ends_on"], &list[4]["amount"], &list[4]["follows"]), (&"2026-08-31".into(), &"1000.00".into(), &1.into()));

        shell.fine(&["schedule", "pause", "Power", "--from", "2026-04-01"]);
        assert_eq!(shell.json(&["schedule", "show", "Power"])[0]["next_on"], Value::Null);
        shell.fine(&["schedule", "resume", "Power", "--on", "2026-07-01"]);
        assert_eq!(shell.json(&["schedule", "show", "Power"])[0]["next_on"], "2026-07-15");
        shell.fine(&["schedule", "remove", "Bonus", "Power", "--dry-run"]);
        shell.fine(&["schedule", "remove", "Bonus", "Power"]);
        assert_eq!(shell.json(&["schedule", "list"]).as_array().unwrap().len(), 3);
        shell.fine(&["verify"]);
    }

    fn what_is_due_is_posted_once_and_estimates_wait(db: &TestDatabase) {
        let shell = planned(db);
        let late = |args: &[&str]| -> Value {
            let printed = shell.fine(&[args, &["--as-of", "2026-05-02", "-O", "json"]].concat());
            serde_json::from_str(&printed).unwrap()
        };
        let due = late(&["schedule", "due", "--ahead", "0"]);
        assert_eq!(
            texts(&due, &["due_on", "name", "amount", "state"]),
            [
                ["2026-03-31", "Salary", "2050.00", "expected"],
                ["2026-04-01", "Rent", "950.00", "expected"],
                ["2026-04-15", "Power", "100.00", "expected"],
                ["2026-04-30", "Salary", "2050.00", "expected"],
                ["2026-05-01", "Rent", "950.00", "expected"],
            ]
        );
        assert_eq!(due[0]["overdue_days"], 32);
        let dry = late(&["schedule", "post-due", "--dry-run"]);
        let first = late(&["schedule", "post-due"]);
        assert_eq!(texts(&dry, &["due_on", "name", "result"]), texts(&first, &["due_on", "name", "result"]));
        assert_eq!(
            texts(&first, &["name", "result"]),
            [["Salary", "posted"], ["Rent", "posted"], ["Salary", "posted"], ["Rent", "posted"], ["Power", "waits"]]
        );
        let again = late(&["schedule", "post-due"]);
        assert_eq!(texts(&again, &["name", "result"]), [["Power", "waits"]]);
        let power = late(&["schedule", "post-due", "--row", "Power", "--estimates"]);
        assert_eq!(texts(&power, &["name", "result"]), [["Power", "posted"]]);
        assert_eq!(late(&["schedule", "post-due"]), Value::Array(Vec::new()));
        let quiet = shell.run(&["schedule", "post-due", "--quiet"]);
        assert_eq!((quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()), (0, "", ""), "cron mails nothing");
        assert!(shell.fine(&["trial-balance", "-O", "csv"]).contains("1900.00"), "two rents");
        shell.fine(&["verify"]);
    }

    fn what_a_rule_of_the_book_refuses_is_listed_and_decides_the_exit_code(db: &TestDatabase) {
        let shell = planned(db);
        shell.fine(&["book", "lock", "2026-04-10"]);
        let said = shell.run(&["schedule", "post-due", "--as-of", "2026-05-02", "-O", "csv"]);
        assert_eq!(said.code, 5, "{said:?}");
        assert!(said.stdout.contains("refused") && said.stdout.contains("lock"), "{said:?}");
        assert_eq!(said.stdout.matches(",posted,").count(), 2, "{said:?}");
    }

    fn single_occurrences_are_skipped_moved_settled_and_restored(db: &TestDatabase) {
        let shell = planned(db);
        let one = |args: &[&str]| -> Value { shell.json(args)[0].clone() };
        assert_eq!(one(&["schedule", "skip", "Rent", "2026-05-01"])["state"], "skipped");
        assert_eq!(one(&["schedule", "restore", "Rent", "2026-05-01"])["state"], "expected");
        let moved = one(&["schedule", "move", "Rent", "2026-05-01", "--to", "2026-05-04", "--amount", "960"]);
        assert_eq!((&moved["due_on"], &moved["scheduled_on"], &moved["amount"]), (&"2026-05-04".into(), &"2026-05-01".into(), &"960.00".into()));
        // The day that it is due on means it too.
        assert_eq!(one(&["schedule", "skip", "Rent", "2026-05-04"])["scheduled_on"], "2026-05-01");
        let own = one(&["schedule", "edit", "Salary", "--this", "2026-04-30", "2100"]);
        assert_eq!((&own["amount"], &own["state"]), (&"2100.00".into(), &"moved".into()));
        shell.fine(&["post", "2026-04-02", "Rent", "Expenses:Rent", "955", BANK]);
        let settled = one(&["schedule", "settle", "Rent", "2026-04-01", "--entry", "2"]);
        assert_eq!((&settled["state"], &settled["entry"]), (&"settled".into(), &2.into()));
        let refused = shell.refused(5, &["schedule", "skip", "Rent", "2026-04-01"]);
        assert!(refused.contains("entry 2"), "{refused}");
        assert_eq!(one(&["schedule", "unsettle", "Rent", "2026-04-01"])["state"], "expected");
        shell.fine(&["schedule", "settle", "Rent", "2026-04-01", "--entry", "2"]);
        shell.fine(&["reverse", "2"]);
        let due = shell.json(&["schedule", "due", "--ahead", "1"]);
        assert_eq!(texts(&due, &["name"]), [["Salary"], ["Rent"]], "a reversed entry stands for nothing");
    }

    fn a_projection_is_shown_in_every_form(db: &TestDatabase) {
        let shell = planned(db);
        let days = ["schedule", "project", "--days", "31", "--account", BANK, "--floor", "300"];
        let table = shell.run(&days);
        assert_fits(&table.stdout);
        assert_eq!(
            table.stdout,
            "\
Assets:Bank:N26, EUR, floor 300.00

Date        What                           Amount   Balance     Worst      Best
───────────────────────────────────────────────────────────────────────────────
2026-03-31  (balance)                              1,200.00  1,200.00  1,200.00
2026-03-31  Salary (due and not posted)  1,450.00  2,650.00  2,650.00  2,650.00
2026-04-01  Rent                          -950.00  1,700.00  1,700.00  1,700.00
2026-04-15  Power (80.00 to 120.00)       -100.00  1,600.00  1,580.00  1,620.00
2026-04-30  Salary                       1,450.00  3,050.00  3,030.00  3,070.00
2026-05-01  Rent                          -950.00  2,100.00  2,080.00  2,120.00

In short                  Lowest  On          Below floor    At the end
───────────────────────────────────────────────────────────────────────
Assets:Bank:N26     1,600.00 EUR  2026-04-15  never        2,100.00 EUR
  if it goes badly  1,580.00 EUR  2026-04-15  never        2,080.00 EUR
  if it goes well   1,620.00 EUR  2026-04-15  never        2,120.00 EUR
"
        );
        let json = shell.json(&days);
        assert_eq!((&json["as_of"], &json["to"]), (&TODAY.into(), &"2026-05-01".into()));
        let bank = &json["series"][0];
        assert_eq!((&bank["account"], &bank["floor"], &bank["worst"]["lowest"]), (&BANK.into(), &"300.00".into(), &"1580.00".into()));
        assert_eq!(texts(&json, &["date", "what", "amount", "balance"])[1], ["2026-04-01", "Rent", "-950.00", "1700.00"]);
        let csv = shell.fine(&[&days[..], &["-O", "csv"]].concat());
        assert!(csv.starts_with("date,account,what,kind,schedule,scheduled_on,due_on,overdue,entry,amount,"), "{csv}");
        let monthly = shell.json(&[&days[..], &["--monthly"]].concat());
        assert_eq!(texts(&monthly, &["from", "opening", "closing", "lowest"])[2], ["2026-04-01", "2650.00", "3050.00", "1600.00"]);
        assert_fits(&shell.fine(&[&days[..], &["--weekly"]].concat()));
        let daily = shell.json(&[&days[..], &["--daily", "--no-total"]].concat());
        assert_eq!(rows(&daily).len(), 32);
        let svg = shell.fine(&[&days[..], &["-O", "svg"]].concat());
        assert_xml(&svg);
        for text in ["Assets:Bank:N26, EUR", "worst – best", "floor 300 EUR", "today 2026-03-31"] {
            assert!(svg.contains(text), "{text}: {svg}");
        }
    }

    fn a_balance_below_its_floor_ends_with_code_1_where_that_is_asked_for(db: &TestDatabase) {
        let shell = planned(db);
        let project = ["schedule", "project", "--days", "31", "--floor", "1650"];
        assert_eq!(shell.run(&project).code, 0);
        let said = shell.run(&[&project[..], &["--fail-below", "-O", "json"]].concat());
        let json: Value = serde_json::from_str(&said.stdout).unwrap();
        assert_eq!((said.code, &json["series"][1]["expected"]["below_floor_on"]), (1, &"2026-04-15".into()));
        assert_eq!(shell.run(&[&project[..4], &["--floor", "1500", "--fail-below"]].concat()).code, 0);
        shell.refused(2, &["schedule", "project", "--fail-below"]);
        shell.refused(2, &["schedule", "project", "--weekly", "--daily"]);
        shell.refused(2, &["schedule", "project", "--days", "9", "--to", "2027"]);
        assert!(shell.refused(4, &["schedule", "project", "--scenario", "nothing"]).contains("nothing"));
    }

    fn a_kept_projection_is_compared_with_what_happened(db: &TestDatabase) {
        let shell = planned(db);
        shell.fine(&["schedule", "snapshot", "spring", "--days", "60"]);
        shell.fine(&["post", "2026-04-02", "Rent", "Expenses:Rent", "955", BANK]);
        shell.fine(&["schedule", "settle", "Rent", "2026-04-01", "--entry", "2"]);
        let accuracy = shell.json(&["schedule", "accuracy", "spring", "--as-of", "2026-04-10"]);
        let rent = rows(&accuracy).iter().find(|row| row["what"] == "Rent").unwrap();
        assert_eq!((&rent["amount"], &rent["actual"], &rent["days_late"]), (&"-950.00".into(), &"-955.00".into(), &1.into()));
        assert_eq!(accuracy["series"][0]["days"], 10);
        assert_fits(&shell.fine(&["schedule", "accuracy", "spring", "--as-of", "2026-04-10", "--daily"]));
        assert_eq!(shell.json(&["schedule", "snapshots"])[0]["name"], "spring");
        shell.refused(5, &["schedule", "snapshot", "spring"]);
        shell.fine(&["schedule", "snapshots", "--drop", "spring"]);
        assert!(shell.refused(4, &["schedule", "accuracy", "spring"]).contains("spring"));
    }

    fn the_schedule_is_a_calendar(db: &TestDatabase) {
        let shell = planned(db);
        shell.fine(&["schedule", "edit", "Power", "--all", "--weekend", "after"]);
        let said = shell.run(&["schedule", "list", "-O", "ics", "--until", "2026-12-31"]);
        let ics = &said.stdout;
        assert!(ics.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && ics.ends_with("END:VCALENDAR\r\n"), "{ics}");
        assert!(ics.contains("SUMMARY:Rent 950.00 EUR\r\n") && ics.contains("RRULE:FREQ=MONTHLY;"), "{ics}");
        assert!(ics.contains("SUMMARY:Rent 990.00 EUR\r\n") && ics.contains("STATUS:TENTATIVE\r\n"), "{ics}");
        assert_eq!(ics.matches("SUMMARY:Power 100.00 EUR").count(), 3, "day by day: {ics}");
        assert!(said.stderr.contains("Power: ") && said.stderr.contains("2026-12-31"), "{said:?}");
        assert!(shell.refused(2, &["account", "list", "-O", "ics"]).contains("ledger schedule list"));
        assert!(shell.refused(2, &["schedule", "list", "-O", "svg"]).contains("ledger schedule project"));
    }

    fn entries_are_proposed_for_occurrences_and_settle_them_when_accepted(db: &TestDatabase) {
        let shell = planned(db);
        shell.fine(&["schedule", "edit", "Rent", "--all", "--party", "Landlord"]);
        shell.fine(&["post", "2026-03-30", "Rent April", "Expenses:Rent", "950", BANK, "--party", "Landlord"]);
        shell.fine(&["post", "2026-03-31", "Meal", "Expenses:Dining", "31", BANK]);
        let proposed = shell.json(&["schedule", "match", "--as-of", "2026-04-02"]);
        let first = &proposed[0];
        assert_eq!((&first["entry"], &first["name"], &first["scheduled_on"]), (&2.into(), &"Rent".into(), &"2026-04-01".into()));
        assert_eq!((&first["sure"], &first["state"]), (&true.into(), &"proposed".into()));
        assert!(first["reasons"][0].as_str().unwrap().contains("950.00 EUR"), "{first}");
        assert_fits(&shell.fine(&["schedule", "match", "--as-of", "2026-04-02"]));
        assert!(shell.refused(4, &["schedule", "match", "--accept", "3"]).contains("entry \"3\""));
        shell.fine(&["schedule", "match", "--as-of", "2026-04-02", "--accept-all", "--dry-run"]);
        let settled = shell.json(&["schedule", "match", "--as-of", "2026-04-02", "--accept", "2"]);
        assert_eq!((settled.as_array().unwrap().len(), &settled[0]["state"]), (1, &"settled".into()));
        assert_eq!(shell.json(&["schedule", "match", "--as-of", "2026-04-02"]), Value::Array(Vec::new()));
        let due = shell.json(&["schedule", "due", "--as-of", "2026-04-02", "--ahead", "0"]);
        assert_eq!(texts(&due, &["name"]), [["Salary"]], "nothing counts both as expected and as happened");
    }

    fn recurring_payments_are_proposed_as_rows_and_answers_are_remembered(db: &TestDatabase) {
        let shell = planned(db);
        for (day, party, account, amount) in [
            ("05", "Streamly", "Expenses:Dining", "9.99"),
            ("12", "Gym Nord", "Expenses:Groceries", "29.00"),
            ("20", "Phone Co", "Expenses:Power", "15.00"),
        ] {
            for month in ["2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"] {
                shell.fine(&["post", &format!("{month}-{day}"), party, account, amount, BANK, "--party", party]);
            }
        }
        let found = shell.json(&["schedule", "detect"]);
        let mut named = texts(&found, &["name", "amount", "counter", "next_on", "state"]);
        named.sort();
        assert_eq!(
            named,
            [
                ["Gym Nord", "-29.00", "Expenses:Groceries", "2026-04-12", "proposed"],
                ["Phone Co", "-15.00", "Expenses:Power", "2026-04-20", "proposed"],
                ["Streamly", "-9.99", "Expenses:Dining", "2026-04-05", "proposed"],
            ]
        );
        let table = shell.fine(&["schedule", "detect", "--why"]);
        assert_fits(&table);
        assert!(table.contains("Streamly: "), "{table}");
        let key = rows(&found).iter().find(|row| row["name"] == "Gym Nord").unwrap()["key"].as_str().unwrap().to_owned();
        shell.fine(&["schedule", "detect", "--accept", "Streamly", "--as", "Films", "--reject", &key[..8], "--snooze", "phone co", "--until", "2026-09-01"]);
        assert_eq!(shell.json(&["schedule", "detect"]), Value::Array(Vec::new()));
        let films = &shell.json(&["schedule", "show", "Films"])[0];
        assert_eq!((&films["amount"], &films["origin"], &films["party"]), (&"9.99".into(), &"detected".into(), &"Streamly".into()));
        let answers = shell.json(&["schedule", "detect", "--decided"]);
        let mut answers: Vec<_> = texts(&answers, &["answer", "until"]);
        answers.sort();
        assert_eq!(answers, [["accepted", "-"], ["rejected", "-"], ["snoozed", "2026-09-01"]]);
        shell.fine(&["schedule", "detect", "--forget", &key]);
        assert_eq!(texts(&shell.json(&["schedule", "detect"]), &["name"]), [["Gym Nord"]]);
        assert!(shell.refused(4, &["schedule", "detect", "--accept", "Gim"]).contains("Gym Nord"));
        shell.refused(2, &["schedule", "detect", "--snooze", "Gym Nord"]);
        shell.fine(&["verify"]);
    }

    fn long_and_wide_names_fit_eighty_columns(db: &TestDatabase) {
        let shell = planned(db);
        let name = "Sparen für die große Reise nach 東京 im Frühling, wenn die Kirschen blühen";
        shell.fine(&["schedule", "add", name, "50", "--from", BANK, "--to", "Assets:Savings", "--every", "2 weeks", "--on", "friday"]);
        for args in [
            &["schedule", "list"][..],
            &["schedule", "show", name],
            &["schedule", "due"],
            &["schedule", "project", "--days", "60"],
            &["schedule", "project", "--days", "60", "--monthly"],
            &["schedule", "post-due", "--as-of", "2026-04-30", "--dry-run"],
        ] {
            assert_fits(&shell.fine(args));
        }
        let total = shell.fine(&["schedule", "project", "--days", "10"]);
        let total = total.split("Total, EUR").nth(1).unwrap();
        assert!(!total.contains("Sparen"), "money between one's own accounts moves no total: {total}");
    }
}

/// Refusals need no second database.
fn refused(code: i32, args: &[&str], words: &[&str]) {
    let db = ledger_testkit::sqlite_database();
    let shell = planned(&db);
    let Run { stdout, stderr, code: ended } = shell.run(args);
    assert_eq!((ended, stdout.as_str()), (code, ""), "{args:?}: {stderr}");
    for word in words {
        assert!(stderr.contains(word), "{word}: {stderr}");
    }
    assert_eq!(shell.json(&["schedule", "list"]).as_array().unwrap().len(), 4, "nothing was added");
}

#[test]
fn a_row_that_is_not_there_is_refused_with_names_that_are_close() {
    refused(4, &["schedule", "skip", "Rennt", "2026-05-01"], &["there is no schedule \"Rennt\"", "Rent"]);
    refused(4, &["schedule", "skip", "Rent", "2026-05-02"], &["2026-05-01"]);
    refused(4, &["schedule", "pause", "77"], &["77"]);
}

#[test]
fn impossible_days_are_refused() {
    refused(
        3,
        &add("X", &["--every", "month", "--until", "2025"]),
        &["2025-12-31", "before it starts on 2026-03-31"],
    );
    refused(3, &add("X", &["--every", "0 weeks"]), &["an interval of 0"]);
    refused(3, &add("X", &["--once", "2026-02-30"]), &["2026-02-30"]);
    refused(3, &add("X", &["--rrule", "FREQ=HOURLY"]), &["FREQ=HOURLY"]);
    refused(3, &add("X", &["--every", "fortnight", "--times", "0"]), &["0"]);
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    refused(2, &add("X", &[]), &["--every", "--once"]);
    refused(2, &add("X", &["--every", "month", "--once", "2026-05-01"]), &["cannot be used with"]);
    refused(2, &add("X", &["--every", "month", "--until", "2027", "--times", "3"]), &["cannot be used with"]);
    refused(2, &add("X", &["--every", "month", "--line", BANK]), &["cannot be used with"]);
    refused(2, &["schedule", "edit", "Rent", "960"], &["--this", "--later", "--all"]);
    refused(
        2,
        &["schedule", "edit", "Rent", "--this", "2026-05-01", "--party", "x"],
        &["--later DATE or --all"],
    );
    refused(2, &["schedule", "move", "Rent", "2026-05-01"], &["--to", "--amount"]);
}

#[test]
fn amounts_that_say_no_direction_or_no_estimate_are_refused() {
    let money = |amount| {
        vec!["schedule", "add", "X", amount, "--from", BANK, "--to", "Expenses:Rent", "--every", "week"]
    };
    refused(3, &money("-5"), &["--from and --to say which way money goes"]);
    refused(3, &money("120..80"), &["from low to high"]);
    refused(3, &money("10 USD@5"), &["has no price"]);
    refused(2, &["schedule", "add", "X", "--every", "week"], &["what moves"]);
    refused(2, &["schedule", "add", "X", "10", "--from", BANK, "--every", "week"], &["--from and --to"]);
    let lines = ["schedule", "add", "X", "--every", "week", "--line", BANK, "--line", "Expenses:Rent"];
    refused(2, &lines, &["only one --line"]);
    let unbalanced =
        ["schedule", "add", "X", "--every", "week", "--line", "Assets:Cash=5", "--line", "Expenses:Rent=4"];
    refused(3, &unbalanced, &["does not balance"]);
    refused(
        4,
        &["schedule", "add", "X", "10", "--from", "Assets:Csh", "--to", BANK, "--every", "week"],
        &["Assets:Cash", "--create"],
    );
}
