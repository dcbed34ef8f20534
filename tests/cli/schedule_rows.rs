//! `ledger schedule` and the rows that people see: one name for all parts of a row, edits of its days, and lists.

use ledger_testkit::{TestDatabase, on_both_databases};
use serde_json::Value;

use crate::schedules::planned;
use crate::support::{Shell, assert_fits};

const BANK: &str = "Assets:Bank:N26";

/// Rows of [`planned`], of which the rent went up in September, so that it is in two parts: 1 and 5.
fn split(db: &TestDatabase) -> Shell {
    let shell = planned(db);
    shell.fine(&["schedule", "edit", "Rent", "--all", "950"]);
    shell.fine(&["schedule", "edit", "Rent", "--later", "2026-09-01", "1000"]);
    shell
}

/// The days on which the rent is expected, with what it comes to.
fn rents(shell: &Shell, more: &[&str]) -> Vec<(String, String)> {
    let project = ["schedule", "project", "--account", BANK, "--to", "2026-12-31"];
    let json = shell.json(&[&project[..], more].concat());
    let rows = json["rows"].as_array().unwrap().iter().filter(|row| row["what"] == "Rent");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.map(|row| (text(&row["date"]), text(&row["amount"]))).collect()
}

/// The rents that are expected from month to month: `4:950 5:950`.
fn rent_by_month(shell: &Shell, more: &[&str]) -> String {
    let short = |(on, amount): &(String, String)| {
        format!(
            "{}:{}",
            on[5..7].trim_start_matches('0'),
            amount.trim_start_matches('-').trim_end_matches(".00")
        )
    };
    rents(shell, more).iter().map(short).collect::<Vec<_>>().join(" ")
}

/// One field of every part of a row, or of every row of a list.
fn each<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    value.as_array().unwrap().iter().map(|row| row[key].as_str().unwrap_or("-")).collect()
}

on_both_databases! {
    fn a_name_means_all_parts_of_a_row_that_was_edited_from_a_day_on(db: &TestDatabase) {
        let shell = split(db);
        assert_eq!(rent_by_month(&shell, &[]), "4:950 5:950 6:950 7:950 8:950 9:1000 10:1000 11:1000 12:1000");
        shell.fine(&["schedule", "pause", "Rent", "--from", "2026-08-01", "--until", "2026-10-31"]);
        assert_eq!(rent_by_month(&shell, &[]), "4:950 5:950 6:950 7:950 11:1000 12:1000");
        assert!(shell.refused(5, &["schedule", "pause", "Rent", "--from", "2026-08-15", "--until", "2026-10-01"]).contains("it is paused"));
        shell.fine(&["schedule", "resume", "Rent", "--on", "2026-10-01"]);
        assert_eq!(rent_by_month(&shell, &[]), "4:950 5:950 6:950 7:950 10:1000 11:1000 12:1000");
        // A number means the one part.
        shell.fine(&["schedule", "pause", "#1", "--from", "2026-04-01"]);
        assert_eq!(rent_by_month(&shell, &[]), "10:1000 11:1000 12:1000");
        shell.fine(&["verify"]);
    }

    fn an_edit_of_all_and_of_later_reaches_every_part(db: &TestDatabase) {
        let shell = split(db);
        shell.fine(&["schedule", "edit", "Rent", "--all", "--party", "Landlord", "--note", "flat"]);
        let list = shell.json(&["schedule", "list"]);
        assert_eq!(each(&list, "party"), ["Landlord", "-", "-", "-", "Landlord"]);
        assert_eq!(rent_by_month(&shell, &[]), "4:950 5:950 6:950 7:950 8:950 9:1000 10:1000 11:1000 12:1000");
        // From a day before the split on, what comes after it changes too.
        shell.fine(&["schedule", "edit", "Rent", "--later", "2026-07-01", "970"]);
        assert_eq!(rent_by_month(&shell, &[]), "4:950 5:950 6:950 7:970 8:970 9:970 10:970 11:970 12:970");
        shell.fine(&["schedule", "edit", "Rent", "--all", "--name", "Flat", "900"]);
        let list = shell.json(&["schedule", "list"]);
        assert_eq!(each(&list, "name"), ["Flat", "Power", "Salary", "Bonus", "Flat", "Flat"]);
        assert_eq!(each(&shell.json(&["schedule", "show", "flat"]), "amount"), ["900.00"; 3]);
        shell.fine(&["schedule", "remove", "Flat"]);
        assert_eq!(each(&shell.json(&["schedule", "list"]), "name"), ["Power", "Salary", "Bonus"]);
        shell.fine(&["verify"]);
    }

    fn the_days_of_a_row_in_parts_are_changed_part_by_part(db: &TestDatabase) {
        let shell = split(db);
        for days in [&["--every", "2 weeks"][..], &["--on", "3"], &["--start", "2026-05-01"], &["--times", "9"]] {
            let said = shell.refused(2, &[&["schedule", "edit", "Rent", "--all"], days].concat());
            for words in ["\"Rent\" is in 2 parts", "#1 (through 2026-08-31)", "#5 (from 2026-09-01)"] {
                assert!(said.contains(words), "{words}: {said}");
            }
        }
        // Its end is that of the last part.
        shell.fine(&["schedule", "edit", "Rent", "--all", "--until", "2026-11-15"]);
        assert_eq!(rent_by_month(&shell, &[]), "4:950 5:950 6:950 7:950 8:950 9:1000 10:1000 11:1000");
        let early = shell.refused(2, &["schedule", "edit", "Rent", "--all", "--until", "2026-06-30"]);
        assert!(early.contains("ledger schedule pause Rent --from 2026-07-01"), "{early}");
        // One part by its number; it ends where the next goes on.
        let said = shell.run(&["schedule", "edit", "#1", "--all", "--on", "3"]);
        assert!(said.stderr.contains("every month on the 3rd until 2026-08-31"), "{said:?}");
        assert_eq!(rents(&shell, &[])[4].0, "2026-08-03");
        let early = shell.refused(3, &["schedule", "edit", "#5", "--all", "--start", "2026-07-15"]);
        assert!(early.contains("its part #1 would happen on 2026-08-03"), "{early}");
        shell.fine(&["verify"]);
    }

    fn a_row_in_parts_is_shown_with_all_of_them(db: &TestDatabase) {
        let shell = split(db);
        assert_eq!(each(&shell.json(&["schedule", "show", "Rent"]), "amount"), ["950.00", "1000.00"]);
        assert_eq!(each(&shell.json(&["schedule", "show", "#1"]), "amount"), ["950.00"]);
        let table = shell.fine(&["schedule", "show", "Rent"]);
        assert_fits(&table);
        for words in ["#1 through 2026-08-31: 950.00 EUR", "#5 from 2026-09-01: 1000.00 EUR", "2026-08-01 950.00 EUR"] {
            assert!(table.contains(words), "{words}: {table}");
        }
        shell.fine(&["schedule", "post-due", "--as-of", "2026-09-02", "--row", "Rent"]);
        assert_eq!(rent_by_month(&shell, &["--as-of", "2026-09-02"]), "10:1000 11:1000 12:1000");
    }

    fn one_thing_about_the_days_changes_and_the_rest_stays(db: &TestDatabase) {
        let shell = planned(db);
        let edit = |row: &str, days: &[&str]| -> (String, String) {
            shell.fine(&[&["schedule", "edit", row, "--all"], days].concat());
            let row = &shell.json(&["schedule", "show", row])[0];
            (row["when"].as_str().unwrap().to_owned(), row["next_on"].as_str().unwrap().to_owned())
        };
        let told = |when: &str, next_on: &str| (when.to_owned(), next_on.to_owned());
        assert_eq!(edit("Power", &["--on", "3"]), told("every 3 months on the 3rd", "2026-07-03"), "quarters count on from April");
        assert_eq!(edit("Power", &["--start", "2026-06-01"]), told("every 3 months on the 3rd", "2026-06-03"));
        assert_eq!(edit("Power", &["--on", "30", "--until", "2027"]), told("every 3 months on the 30th, or the last day of shorter months until 2027-12-31", "2026-06-30"));
        assert_eq!(edit("Power", &["--month-end", "skip"]), told("every 3 months on the 30th where there is one until 2027-12-31", "2026-06-30"));
        assert_eq!(edit("Power", &["--month-end", "last"]), told("every 3 months on the 30th, or the last day of shorter months until 2027-12-31", "2026-06-30"));
        assert_eq!(edit("Power", &["--times", "3"]), told("every 3 months on the 30th, or the last day of shorter months, 3 times", "2026-06-30"));
        let edit = |code: i32, row: &str, days: &[&str]| shell.refused(code, &[&["schedule", "edit", row, "--all"], days].concat());
        assert!(edit(3, "Rent", &["--month-end", "skip"]).contains("every month has"));
        assert!(edit(3, "Salary", &["--on", "1 january"]).contains("its period is a year"));
        assert!(edit(3, "Bonus", &["--start", "2026-07-01"]).contains("--once"));
        edit(2, "Rent", &["--on", "3", "--once", "2026-05-01"]);
    }

    fn the_next_day_is_told_also_where_it_lies_past_the_end_of_the_rule(db: &TestDatabase) {
        let shell = planned(db);
        let next = |row: &str| shell.json(&["schedule", "show", row])[0]["next_on"].clone();
        let add = |name: &str, days: &[&str]| {
            shell.fine(&[&["schedule", "add", name, "10", "--from", BANK, "--to", "Expenses:Rent"], days].concat())
        };
        // The last of March, moved into May.
        add("Course", &["--every", "week", "--on", "monday", "--start", "2026-03-02", "--times", "4"]);
        shell.fine(&["schedule", "move", "Course", "2026-03-23", "--to", "2026-05-04"]);
        assert_eq!(next("Course"), "2026-05-04");
        assert!(shell.fine(&["schedule", "show", "Course"]).contains("2026-05-04 10.00 EUR, moved"));
        // A Saturday whose money moves on Monday.
        add("Fair", &["--once", "2026-04-04", "--weekend", "after"]);
        assert_eq!(next("Fair"), "2026-04-06");
        assert!(shell.fine(&["schedule", "show", "Fair"]).contains("2026-04-06 10.00 EUR (scheduled for 2026-04-04)"));
        // Overdue, and still expected.
        add("Fee", &["--once", "2026-03-20"]);
        assert_eq!(next("Fee"), "2026-03-20");
        let table = shell.fine(&["schedule", "list"]);
        assert_fits(&table);
        for words in ["Course", "Fair", "2026-03-20  overdue"] {
            assert!(table.contains(words), "{words}: {table}");
        }
        shell.fine(&["schedule", "skip", "Fee", "2026-03-20"]);
        assert!(!shell.fine(&["schedule", "list"]).contains("Fee"));
    }

    fn a_list_for_spreadsheets_has_one_plain_value_in_each_column(db: &TestDatabase) {
        let shell = planned(db);
        shell.fine(&["schedule", "pause", "Power", "--from", "2026-06-01"]);
        let csv = shell.fine(&["schedule", "list", "-O", "csv"]);
        let (header, rows) = csv.split_once('\n').unwrap();
        assert!(header.starts_with("id,name,state,amount,amount_commodity,low,low_commodity,high,high_commodity,from,to,when,next_on,"), "{header}");
        assert!(header.contains(",later_amounts,pauses,") && !header.contains("steps"), "{header}");
        assert!(rows.contains(&format!(",{BANK},Expenses:Rent,every month on the 1st,2026-04-01,")), "{rows}");
        assert!(rows.contains(",990.00 EUR from 2027-01-01,"), "{rows}");
        assert!(rows.contains(",from 2026-06-01 until it is resumed,"), "{rows}");
        let salary = rows.lines().find(|row| row.contains("Salary")).unwrap();
        assert!(salary.contains(&format!(",Income:Salary,{BANK}; Expenses:Tax,")), "{salary}");
        // Programs that read JSON get all of it.
        let rent = &shell.json(&["schedule", "list"])[0];
        assert_eq!(rent["steps"][1]["lines"][0]["amount"], "990.00 EUR");
        assert_eq!(rent["from"], serde_json::json!([BANK]));
    }

    fn a_time_zone_that_is_not_known_is_told_of(db: &TestDatabase) {
        let shell = planned(db);
        let add = |name: &str, rule: &str| {
            shell.run(&["schedule", "add", name, "10", "--from", BANK, "--to", "Expenses:Rent", "--rrule", rule])
        };
        let said = add("Mars", "DTSTART;TZID=Mars/Base:20260405T090000\nRRULE:FREQ=MONTHLY");
        assert_eq!(said.code, 0, "{said:?}");
        assert!(said.stderr.contains("time zone \"Mars/Base\" is not known") && said.stderr.contains("as they are written"), "{said:?}");
        let said = add("Berlin", "DTSTART;TZID=Europe/Berlin:20260405T090000\nRRULE:FREQ=MONTHLY");
        assert!(said.code == 0 && !said.stderr.contains("time zone"), "{said:?}");
        let said = add("Moon", "DTSTART;TZID=Moon/Base:20260405T090000\nRRULE:FREQ=MONTHLY;UNTIL=20270101T000000Z");
        assert!(said.code == 3 && said.stderr.contains("a day depends on it"), "{said:?}");
    }
}
