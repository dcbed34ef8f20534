//! `ledger scenario`.

use ledger_testkit::{TestDatabase, on_both_databases};
use serde_json::Value;

use crate::schedules::{assert_xml, planned};
use crate::support::{Shell, assert_fits};

const BANK: &str = "Assets:Bank:N26";

/// A car that is leased, and a lean year.
fn asked(db: &TestDatabase) -> Shell {
    let shell = planned(db);
    shell.fine(&["scenario", "create", "new car"]);
    let leasing =
        ["scenario", "adjust", "new car", "add", "Leasing", "320", "--every", "month", "--on", "15"];
    shell.fine(&[&leasing[..], &["--from", BANK, "--to", "Expenses:Car", "--create"]].concat());
    shell.fine(&["scenario", "adjust", "new car", "amount", "Power", "--percent", "-20"]);
    shell.fine(&["scenario", "create", "lean"]);
    shell.fine(&["scenario", "adjust", "lean", "amount", "Rent", "--by", "-50", "--from", "2026-06-01"]);
    shell.fine(&["scenario", "adjust", "lean", "skip", "Power", "2026-04-15"]);
    shell.fine(&["scenario", "adjust", "lean", "shift", "Salary", "--days", "-1"]);
    shell.fine(&["scenario", "adjust", "lean", "stop", "Rent", "--from", "2027-02-01"]);
    shell.fine(&["scenario", "adjust", "lean", "probability", "Bonus", "30"]);
    shell
}

on_both_databases! {
    fn adjustments_are_listed_in_words_and_taken_out_by_number(db: &TestDatabase) {
        let shell = asked(db);
        assert_eq!(
            shell.fine(&["scenario", "show", "lean"]),
            "\
lean

No  Adjustment
────────────────────────────────────────────────
 1  amount of Rent by -50.00 EUR from 2026-06-01
 2  skip Power on 2026-04-15
 3  shift Salary by -1 days
 4  stop Rent from 2027-02-01
 5  probability of Bonus to 30 %
"
        );
        shell.fine(&["scenario", "unadjust", "lean", "2"]);
        let show = shell.json(&["scenario", "show", "lean"]);
        assert_eq!((&show["name"], &show["rows"][1]["adjustment"]), (&"lean".into(), &"shift Salary by -1 days".into()));
        let list = shell.json(&["scenario", "list"]);
        assert_eq!((&list[0]["name"], &list[0]["adjustments"], &list[0]["applied"]), (&"lean".into(), &4.into(), &Value::Null));
        shell.fine(&["scenario", "drop", "lean"]);
        assert_eq!(shell.json(&["scenario", "list"]).as_array().unwrap().len(), 1);
        shell.fine(&["verify"]);
    }

    fn scenarios_stand_beside_the_plan(db: &TestDatabase) {
        let shell = asked(db);
        let compare = ["scenario", "compare", "base", "new car", "lean", "--account", BANK, "--floor", "200", "--days", "92"];
        let table = shell.fine(&compare);
        assert_fits(&table);
        for words in ["Scenario", "Below floor", "new car", "if it goes badly", "never"] {
            assert!(table.contains(words), "{words}: {table}");
        }
        let json = shell.json(&compare);
        assert_eq!(json["names"], serde_json::json!(["base", "new car", "lean"]));
        let end = |place: usize| json["series"][0]["scenarios"][place]["expected"]["end"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
        // Three leasings; power is 20.00 less.
        assert_eq!(end(1) - end(0), -96_000 + 2_000);
        let csv = shell.fine(&[&compare[..], &["-O", "csv", "--daily"]].concat());
        assert!(csv.starts_with("date,account,scenario,balance,balance_commodity,difference,"), "{csv}");
        assert_fits(&shell.fine(&[&compare[..], &["--daily"]].concat()));
        let svg = shell.fine(&[&compare[..], &["--chart"]].concat());
        assert_xml(&svg);
        assert!(svg.contains("new car") && svg.contains("floor 200 EUR"), "{svg}");
        assert_eq!(svg, shell.fine(&[&compare[..], &["-O", "svg"]].concat()));
        // One scenario alone is a projection.
        let project = shell.json(&["schedule", "project", "--scenario", "new car", "--account", BANK, "--days", "92"]);
        assert_eq!(project["series"][0]["expected"], json["series"][0]["scenarios"][1]["expected"]
            .as_object().map(|of| { let mut of = of.clone(); of.insert("below_floor_on".into(), Value::Null); Value::Object(of) }).unwrap());
    }

    fn an_applied_scenario_is_taken_back_without_a_trace(db: &TestDatabase) {
        let shell = asked(db);
        let before = shell.fine(&["schedule", "list", "--all", "-O", "json"]);
        let projected = shell.fine(&["schedule", "project", "--scenario", "lean", "-O", "csv"]);
        shell.fine(&["scenario", "apply", "lean", "--dry-run"]);
        assert_eq!(shell.fine(&["schedule", "list", "--all", "-O", "json"]), before);
        shell.fine(&["scenario", "apply", "lean"]);
        let sums = |text: &str| text.lines().map(|line| line.rsplit(',').nth(5).map(str::to_owned)).collect::<Vec<_>>();
        assert_eq!(sums(&shell.fine(&["schedule", "project", "-O", "csv"])), sums(&projected));
        shell.refused(5, &["scenario", "apply", "lean"]);
        shell.refused(5, &["scenario", "adjust", "lean", "probability", "Bonus", "40"]);
        shell.fine(&["scenario", "undo", "lean"]);
        assert_eq!(shell.fine(&["schedule", "list", "--all", "-O", "json"]), before);
        shell.refused(5, &["scenario", "undo", "lean"]);
        shell.fine(&["verify"]);
    }

    fn a_comparison_by_day_has_every_scenario_in_every_row(db: &TestDatabase) {
        let shell = asked(db);
        let compare = ["scenario", "compare", "base", "new car", "lean", "--account", BANK, "--days", "31", "--daily"];
        let table = shell.fine(&compare);
        assert_fits(&table);
        let by_day = table.split("By day").nth(1).unwrap();
        let rows = |name: &str| by_day.lines().filter(|line| line.contains(&format!("  {name}  "))).count();
        let days = by_day.lines().filter(|line| line.starts_with("2026-")).count();
        assert!(days > 3, "{table}");
        assert_eq!([rows("base"), rows("new car"), rows("lean")], [days; 3], "{table}");
    }

    fn an_adjustment_by_name_reaches_every_part_of_a_row(db: &TestDatabase) {
        let shell = planned(db);
        shell.fine(&["schedule", "edit", "Rent", "--all", "950"]);
        shell.fine(&["schedule", "edit", "Rent", "--later", "2026-09-01", "1000"]);
        let rents = |adjustment: &[&str]| {
            shell.fine(&["scenario", "create", "what if"]);
            shell.fine(&[&["scenario", "adjust", "what if"], adjustment].concat());
            let json = shell.json(&["schedule", "project", "--scenario", "what if", "--account", BANK, "--to", "2026-11-30"]);
            shell.fine(&["scenario", "drop", "what if"]);
            let rents = json["rows"].as_array().unwrap().iter().filter(|row| row["what"] == "Rent");
            rents.map(|row| format!("{} {}", &row["date"].as_str().unwrap()[5..], row["amount"].as_str().unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(rents(&["stop", "Rent", "--from", "2026-07-15"]), ["04-01 -950.00", "05-01 -950.00", "06-01 -950.00", "07-01 -950.00"]);
        let skipped = rents(&["skip", "Rent", "--from", "2026-05-01", "--until", "2026-10-31"]);
        assert_eq!(skipped, ["04-01 -950.00", "11-01 -1000.00"]);
        let halved = rents(&["amount", "Rent", "--percent", "-50", "--from", "2026-07-01"]);
        assert_eq!(halved[3..6], ["07-01 -475.00", "08-01 -475.00", "09-01 -500.00"]);
        let late = rents(&["shift", "Rent", "--to", "2026-07-05", "--from", "2026-07-01"]);
        assert_eq!(late[2..6], ["06-01 -950.00", "07-05 -950.00", "08-05 -950.00", "09-05 -1000.00"]);
        let one = rents(&["amount", "Rent", "--to", "10", "--on", "2026-05-01"]);
        assert_eq!(one[..2], ["04-01 -950.00", "05-01 -10.00"]);
        assert_eq!(rents(&["start", "Rent", "--from", "2026-10-01"]), ["10-01 -1000.00", "11-01 -1000.00"]);
    }

    fn an_adjustment_that_cannot_be_made_any_more_is_named_with_the_way_out(db: &TestDatabase) {
        let shell = asked(db);
        let taken = ["scenario", "adjust", "new car", "add", "rent", "320", "--every", "month", "--from", BANK, "--to", "Expenses:Car"];
        let said = shell.refused(5, &taken);
        assert!(said.contains("schedule \"rent\" is there already as #1"), "{said}");
        assert!(shell.refused(5, &[&taken[..4], &["leasing"], &taken[5..]].concat()).contains("is there already"));
        let removed = shell.run(&["schedule", "remove", "Power"]);
        assert_eq!(removed.code, 0);
        for words in ["scenario \"new car\" names it: adjustment 2", "scenario \"lean\" names it: adjustment 2", "ledger scenario unadjust lean 2"] {
            assert!(removed.stderr.contains(words), "{words}: {removed:?}");
        }
        let way_out = ["scenario \"lean\", adjustment 2 \"skip Power on 2026-04-15\"", "there is no schedule \"Power\"", "ledger scenario unadjust lean 2"];
        let shown = shell.run(&["scenario", "show", "lean"]);
        assert_eq!(shown.code, 0);
        let said = [
            shown.stdout,
            shell.refused(4, &["scenario", "compare", "base", "lean"]),
            shell.refused(4, &["schedule", "project", "--scenario", "lean"]),
            shell.refused(4, &["scenario", "apply", "lean"]),
            shell.refused(4, &["scenario", "adjust", "lean", "probability", "Bonus", "40"]),
        ];
        for said in said {
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            for words in way_out {
                assert!(said.contains(words), "{words}: {said}");
            }
        }
        let dry = shell.run(&["schedule", "remove", "Rent", "--dry-run"]);
        assert!(dry.stderr.contains("scenario \"lean\" names it"), "{dry:?}");
        shell.fine(&["scenario", "unadjust", "lean", "2"]);
        shell.fine(&["scenario", "compare", "base", "lean"]);
    }

    fn a_floor_of_a_level_is_that_of_the_sum_below_it(db: &TestDatabase) {
        let shell = asked(db);
        let project = |more: &[&str]| shell.json(&[&["schedule", "project", "--days", "31", "--account", "Assets"], more].concat());
        for floor in ["1650", "Assets=1650", "assets=1650"] {
            let json = project(&["--floor", floor]);
            let total = json["series"].as_array().unwrap().last().unwrap();
            assert_eq!((&total["account"], &total["expected"]["below_floor_on"]), (&Value::Null, &"2026-04-15".into()), "{floor}");
        }
        let said = shell.refused(3, &["schedule", "project", "--floor", "Assets=1650"]);
        for words in ["\"Assets\"", "--account Assets", "Assets:Bank:N26"] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(shell.refused(4, &["schedule", "project", "--floor", "Asets=1650"]).contains("there is no account"));
        let table = shell.fine(&["scenario", "compare", "base", "lean", "--account", "Assets", "--floor", "Assets=1650"]);
        assert!(table.contains("Below floor"), "{table}");
    }

    fn a_scenario_typed_wrong_is_refused_with_names_that_are_close(db: &TestDatabase) {
        let shell = asked(db);
        for args in [
            &["scenario", "show", "leen"][..],
            &["scenario", "apply", "leen"],
            &["scenario", "compare", "base", "leen"],
            &["schedule", "project", "--scenario", "leen"],
            &["scenario", "unadjust", "leen", "1"],
            &["scenario", "drop", "leen"],
            &["schedule", "snapshot", "s", "--scenario", "leen"],
        ] {
            let said = shell.refused(4, args);
            assert!(said.contains("there is no scenario \"leen\" (did you mean lean?)"), "{args:?}: {said}");
        }
        assert!(!shell.refused(4, &["scenario", "show", "holiday in june"]).contains("did you mean"));
    }
}

#[test]
fn what_cannot_be_adjusted_is_refused() {
    let db = ledger_testkit::sqlite_database();
    let shell = asked(&db);
    let adjust =
        |code: i32, more: &[&str]| shell.refused(code, &[&["scenario", "adjust", "lean"], more].concat());
    assert!(adjust(4, &["stop", "Powr", "--from", "2026-06-01"]).contains("Power"));
    assert!(adjust(4, &["skip", "Rent", "2026-06-02"]).contains("2026-06-01"));
    assert!(
        adjust(3, &["skip", "Rent", "--from", "2026-06-02", "--until", "2026-05-01"])
            .contains("before it begins")
    );
    adjust(3, &["probability", "Bonus", "30"]);
    adjust(2, &["probability", "Bonus", "130"]);
    adjust(2, &["amount", "Rent", "--to", "5", "--by", "6"]);
    adjust(2, &["amount", "Rent"]);
    adjust(2, &["skip", "Rent"]);
    assert!(shell.refused(4, &["scenario", "show", "leen"]).contains("lean"));
    shell.refused(5, &["scenario", "create", "Lean"]);
    shell.refused(2, &["scenario", "compare", "base"]);
    assert_eq!(shell.json(&["scenario", "show", "lean"])["rows"].as_array().unwrap().len(), 5);
}
