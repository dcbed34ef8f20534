use rust_decimal::Decimal;

use super::*;
use crate::schedule::testing::{
    BANK, RENT, bank_on, day, estimate, eur, lines, options, plan, projected, recurrence, rent,
};
use crate::schedule::{OccurrenceState, Origin, Percent, ScheduleId, ScheduleTerms};
use crate::{Error, ErrorKind};

fn scenario(adjustments: impl IntoIterator<Item = Adjustment>) -> Scenario {
    Scenario { name: "what if".to_owned(), adjustments: adjustments.into_iter().collect() }
}

fn apply(plan: &Plan, adjustment: Adjustment) -> Result<Plan, Error> {
    scenario([adjustment]).apply(plan)
}

fn refusal(plan: &Plan, adjustment: Adjustment) -> String {
    apply(plan, adjustment).unwrap_err().to_string()
}

/// The days of occurrences that are still to come.
fn open_days(plan: &Plan, from: &str, to: &str) -> Vec<String> {
    let all = plan.occurrences(day(from), day(to)).unwrap();
    all.iter().filter(|one| one.state.is_open()).map(|one| one.due_on.to_string()).collect()
}

fn amount(row: &str, change: AmountChange, scope: Scope) -> Adjustment {
    Adjustment::Amount { row: row.into(), change, scope }
}

#[test]
fn a_row_that_is_not_there_is_refused_with_near_names() {
    let plan = plan([rent()]);
    let stop = |row: &str| Adjustment::Stop { row: row.into(), from: day("2026-04-01") };
    assert_eq!(refusal(&plan, stop("Rnet")), "there is no schedule \"Rnet\" (did you mean Rent?)");
    assert!(apply(&plan, stop("  RENT ".trim())).is_ok());
    let unknown = Adjustment::Stop { row: ScheduleId::new(7).into(), from: day("2026-04-01") };
    assert_eq!(refusal(&plan, unknown), "there is no schedule \"#7\"");
}

#[test]
fn a_name_means_all_parts_of_a_row_and_a_number_the_one() {
    let mut split = plan([rent()]);
    split.edit_later(ScheduleId::new(1), day("2026-05-01"), ScheduleId::new(2), |_| {}).unwrap();
    let percents = |row: RowRef| {
        let made =
            apply(&split, Adjustment::Probability { row, percent: Percent::new(50).unwrap() }).unwrap();
        made.schedules().iter().map(|row| row.terms().probability.get()).collect::<Vec<_>>()
    };
    assert_eq!(percents("rent".into()), [50, 50]);
    assert_eq!(percents(ScheduleId::new(2).into()), [100, 50]);
    assert_eq!(RowRef::from("Rent").find(&split).unwrap().id(), ScheduleId::new(2));
    let probability = Adjustment::Probability { row: "Rent".into(), percent: Percent::new(50).unwrap() };
    let refused = apply(&plan([rent(), rent()]), probability).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::Ambiguous { candidates, .. } if candidates == &["#1", "#2"]));
}

#[test]
fn a_name_that_is_taken_is_not_added() {
    let add = Adjustment::Add(Box::new(ScheduleTerms { name: "RENT".to_owned(), ..rent() }));
    assert_eq!(
        refusal(&plan([rent()]), add.clone()),
        "schedule \"RENT\" is there already as #1 (choose another name)"
    );
    let other = Scenario { name: "other".to_owned(), adjustments: vec![add] };
    let stacked = scenario([Adjustment::Add(Box::new(rent()))]).apply(&plan([])).unwrap();
    assert_eq!(
        other.apply(&stacked).unwrap_err().to_string(),
        "schedule \"RENT\" is there already as #1, of scenario \"what if\" (choose another name)"
    );
}

#[test]
fn an_adjustment_that_changes_nothing_is_refused() {
    let until = recurrence("FREQ=MONTHLY;UNTIL=20260601", "2026-01-01");
    let plan = plan([ScheduleTerms { recurrence: until, ..rent() }]);
    let row = || RowRef::from("Rent");
    for (adjustment, said) in [
        (
            amount("Rent", AmountChange::To(eur("900.00")), Scope::All),
            "adjustment \"amount of Rent to 900.00 EUR\" is refused: it changes nothing: it has that amount already",
        ),
        (
            Adjustment::Shift { row: row(), by: ShiftBy::Days(0), scope: Scope::All },
            "adjustment \"shift Rent by 0 days\" is refused: it changes nothing: it does not move",
        ),
        (
            Adjustment::Stop { row: row(), from: day("2026-06-02") },
            "adjustment \"stop Rent from 2026-06-02\" is refused: it changes nothing: it has no day from then on",
        ),
        (
            Adjustment::Probability { row: row(), percent: Percent::CERTAIN },
            "adjustment \"probability of Rent to 100 %\" is refused: it changes nothing: it says that already",
        ),
        (
            Adjustment::Start { row: row(), from: day("2026-01-01") },
            "adjustment \"start Rent from 2026-01-01\" is refused: it changes nothing: it begins on 2026-01-01, so that \
             starting it earlier takes a row of its own (add)",
        ),
        (
            amount("Rent", AmountChange::By(eur("-900.00")), Scope::From(day("2026-05-01"))),
            "adjustment \"amount of Rent by -900.00 EUR from 2026-05-01\" is refused: that would make it 0.00 EUR; skip or \
             stop the row instead",
        ),
    ] {
        assert_eq!(refusal(&plan, adjustment), said);
    }
    let elsewhere = Adjustment::Skip { row: row(), scope: Scope::One(day("2026-04-02")) };
    assert_eq!(
        refusal(&plan, elsewhere),
        "there is no occurrence \"Rent on 2026-04-02\" (did you mean one of 2026-04-01, 2026-05-01?)"
    );
}

#[test]
fn a_settled_occurrence_is_not_changed() {
    let mut plan = plan([rent()]);
    let key = crate::schedule::OccurrenceKey::new(ScheduleId::new(1), day("2026-04-01"));
    plan.settle(key, 5).unwrap();
    let skip = Adjustment::Skip { row: "Rent".into(), scope: Scope::One(key.on) };
    assert_eq!(
        refusal(&plan, skip),
        "occurrence \"Rent on 2026-04-01\" cannot be skipped: entry 5 stands for it; reverse that entry first"
    );
    let made = apply(&plan, Adjustment::Skip { row: "Rent".into(), scope: Scope::All }).unwrap();
    let april = made.occurrences(key.on, key.on).unwrap();
    assert_eq!(april[0].state, OccurrenceState::Settled(5));
}

#[test]
fn an_amount_changes_for_a_time_and_its_estimate_with_it() {
    let guess = ScheduleTerms {
        steps: vec![crate::schedule::Step::new(estimate(BANK, RENT, ["80.00", "100.00", "125.00"]))],
        ..rent()
    };
    let plan = plan([guess]);
    let scope = Scope::Between { from: day("2026-04-01"), until: day("2026-04-30") };
    let made = apply(&plan, amount("Rent", AmountChange::Percent(Decimal::new(105, 1)), scope)).unwrap();
    let amounts = |on: &str| {
        let one = &made.occurrences(day(on), day(on)).unwrap()[0];
        [one.lines[1].low(), one.lines[1].amount, one.lines[1].high()].map(|amount| amount.number())
    };
    assert_eq!(amounts("2026-03-01"), ["-80.00", "-100.00", "-125.00"]);
    assert_eq!(amounts("2026-04-01"), ["-88.40", "-110.50", "-138.12"]);
    assert_eq!(amounts("2026-05-01"), ["-80.00", "-100.00", "-125.00"]);
}

#[test]
fn several_lines_change_in_proportion_and_stay_balanced() {
    let mut split = lines(BANK, RENT, "100.00");
    split[0].amount = eur("66.67");
    split.insert(1, crate::schedule::PlannedLine::new(crate::schedule::testing::SAVINGS, eur("33.33")));
    let plan = plan([ScheduleTerms::new("Flat", recurrence("FREQ=MONTHLY", "2026-01-01"), split)]);
    let made = apply(&plan, amount("Flat", AmountChange::To(eur("50.01")), Scope::All)).unwrap();
    let lines = &made.schedules()[0].terms().steps[0].lines;
    assert_eq!(
        lines.iter().map(|line| line.amount.number()).collect::<Vec<_>>(),
        ["33.35", "16.66", "-50.01"]
    );
}

#[test]
fn a_shift_to_a_day_moves_one_or_this_and_later() {
    let plan = plan([rent()]);
    let shift = |by, scope| Adjustment::Shift { row: "Rent".into(), by, scope };
    let one = apply(&plan, shift(ShiftBy::To(day("2026-04-20")), Scope::One(day("2026-04-01")))).unwrap();
    assert_eq!(open_days(&one, "2026-03-15", "2026-05-15"), ["2026-04-20", "2026-05-01"]);
    let later = apply(&plan, shift(ShiftBy::To(day("2026-04-10")), Scope::From(day("2026-04-01")))).unwrap();
    assert_eq!(open_days(&later, "2026-03-01", "2026-05-15"), ["2026-03-01", "2026-04-10", "2026-05-10"]);
    assert_eq!(later.schedules()[1].terms().follows, Some(ScheduleId::new(1)));
}

#[test]
fn start_ends_a_pause_or_begins_a_row_later() {
    let plan = plan([rent()]);
    let start = |from: &str| Adjustment::Start { row: "Rent".into(), from: day(from) };
    let later = apply(&plan, start("2026-05-01")).unwrap();
    assert_eq!(open_days(&later, "2026-01-01", "2026-06-15"), ["2026-05-01", "2026-06-01"]);
    let stopped = apply(&plan, Adjustment::Stop { row: "Rent".into(), from: day("2026-02-01") }).unwrap();
    assert_eq!(open_days(&stopped, "2026-01-01", "2026-06-15"), ["2026-01-01"]);
    let resumed = apply(&stopped, start("2026-05-15")).unwrap();
    assert_eq!(open_days(&resumed, "2026-01-01", "2026-06-15"), ["2026-01-01", "2026-06-01"]);
}

#[test]
fn scenarios_stack_by_applying_one_after_another() {
    let plan = plan([rent()]);
    let car =
        ScheduleTerms::new("Car", recurrence("FREQ=MONTHLY", "2026-04-05"), lines(BANK, RENT, "200.00"));
    let stacked = scenario([Adjustment::Add(Box::new(car))]).apply(&plan).unwrap();
    assert_eq!(stacked.schedules()[1].terms().origin, Origin::Scenario("what if".to_owned()));
    let stacked = apply(&stacked, amount("Car", AmountChange::By(eur("50.00")), Scope::All)).unwrap();
    let projection = projected(&stacked, &options()).unwrap();
    assert_eq!(bank_on(&projection, "2026-04-05"), [(200_000 - 90_000 * 2 - 25_000); 3]);
}

#[test]
fn a_comparison_shows_the_difference_of_each_day() {
    let plan = plan([rent()]);
    let options = options().floor(Some(BANK), eur("0.00"));
    let base = projected(&plan, &options).unwrap();
    let cheaper =
        apply(&plan, amount("Rent", AmountChange::To(eur("600.00")), Scope::From(day("2026-04-01"))))
            .unwrap();
    let cheaper = projected(&cheaper, &options).unwrap();
    let comparison = compare(&[("base", &base), ("cheaper", &cheaper)]).unwrap();
    let bank = &comparison.series[0];
    let differences: Vec<i128> = bank.days.iter().map(|day| day.differences[1]).collect();
    assert_eq!(differences, [0, 30_000, 60_000, 90_000]);
    let below: Vec<_> = bank.expected.iter().map(|outlook| outlook.below_floor_on).collect();
    assert_eq!(below, [Some(day("2026-05-01")), Some(day("2026-05-01"))]);
    assert_eq!(bank.expected[1].end, eur("-700.00"));
    assert!(compare(&[("base", &base)]).is_err());
}

#[test]
fn a_scenario_reads_back_from_its_json_and_refuses_unknown_fields() {
    let all = scenario([
        Adjustment::Add(Box::new(rent())),
        amount("Rent", AmountChange::Percent(Decimal::new(-25, 1)), Scope::From(day("2026-04-01"))),
        Adjustment::Shift {
            row: ScheduleId::new(3).into(),
            by: ShiftBy::To(day("2026-04-02")),
            scope: Scope::One(day("2026-04-01")),
        },
        Adjustment::Start { row: "Rent".into(), from: day("2026-04-01") },
    ]);
    let text = serde_json::to_string(&all).unwrap();
    assert!(
        text.contains(
            r#"{"amount":{"row":"Rent","change":{"percent":"-2.5"},"scope":{"from":"2026-04-01"}}}"#
        ),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<Scenario>(&text).unwrap(), all);
    let extra = text.replace(r#""start":{"#, r#""start":{"more":1,"#);
    assert!(serde_json::from_str::<Scenario>(&extra).is_err());
}
