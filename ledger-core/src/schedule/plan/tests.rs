use super::*;
use crate::schedule::testing::{BANK, RENT, day, estimate, eur, lines, plan, rent};
use crate::schedule::{Move, Pause, Percent, ScheduleTerms, Step, WeekendRule};

fn refusal(terms: ScheduleTerms) -> String {
    Schedule::new(ScheduleId::new(1), terms).unwrap_err().to_string()
}

fn with_lines(lines: Vec<crate::schedule::PlannedLine>) -> ScheduleTerms {
    ScheduleTerms { steps: vec![Step::new(lines)], ..rent() }
}

fn key(on: &str) -> OccurrenceKey {
    OccurrenceKey::new(ScheduleId::new(1), day(on))
}

#[test]
fn lines_that_do_not_balance_at_an_end_are_refused_with_the_numbers() {
    let mut uneven = estimate(BANK, RENT, ["80.00", "100.00", "125.00"]);
    uneven[0].high = Some(eur("130.00"));
    assert_eq!(
        refusal(with_lines(uneven)),
        "schedule \"Rent\" does not balance from the beginning at the high end: debits 130.00 EUR, credits 125.00 EUR \
         (5.00 EUR missing on the credit side)"
    );
    let outside = estimate(BANK, RENT, ["110.00", "100.00", "125.00"]);
    assert!(
        refusal(with_lines(outside))
            .ends_with("but the line of account 3 has 110.00 EUR, 100.00 EUR, 125.00 EUR")
    );
    let one = lines(BANK, RENT, "1.00")[..1].to_vec();
    assert_eq!(
        refusal(with_lines(one)),
        "schedule \"Rent\" is refused: it has one line from the beginning; an entry has at least two"
    );
    let nothing = refusal(with_lines(lines(BANK, RENT, "0.00")));
    assert_eq!(nothing, "schedule \"Rent\" is refused: all its amounts from the beginning are zero");
}

#[test]
fn terms_that_make_no_sense_are_refused() {
    let backwards = Pause { from: day("2026-05-01"), until: Some(day("2026-04-01")) };
    assert_eq!(
        refusal(ScheduleTerms { pauses: vec![backwards], ..rent() }),
        "schedule \"Rent\" is refused: a pause ends on 2026-04-01, before it begins on 2026-05-01"
    );
    let shifted = refusal(ScheduleTerms { shift_days: -367, ..rent() });
    assert_eq!(
        shifted,
        "schedule \"Rent\" is refused: it shifts its days by -367; the most is 366 either way"
    );
    let steps = rent()
        .step(day("2026-05-01"), lines(BANK, RENT, "1.00"))
        .step(day("2026-05-01"), lines(BANK, RENT, "2.00"));
    assert_eq!(
        refusal(steps),
        "schedule \"Rent\" is refused: its step of 2026-05-01 does not come after the one before it"
    );
    assert_eq!(
        refusal(ScheduleTerms { steps: vec![], ..rent() }),
        "schedule \"Rent\" is refused: it has no lines"
    );
    assert!(Percent::new(101).is_err());
}

#[test]
fn unknown_fields_and_broken_recurrences_are_refused_in_json() {
    let text = serde_json::to_string(&rent()).unwrap();
    assert_eq!(serde_json::from_str::<ScheduleTerms>(&text).unwrap(), rent());
    for broken in [
        text.replacen("{\"name\"", "{\"nmae\":1,\"name\"", 1),
        text.replace("FREQ=MONTHLY", "FREQ=MONTHLY;INTERVAL=0"),
        text.replace("\"probability\":100", "\"probability\":101"),
        text.replace("900.00 EUR", "900.0 EUR"),
        text.replace("as-is", "sometimes"),
    ] {
        assert_ne!(broken, text);
        assert!(serde_json::from_str::<ScheduleTerms>(&broken).is_err(), "{broken}");
    }
}

#[test]
fn an_occurrence_keeps_its_identity_through_weekend_rule_shift_and_move() {
    // 1 August 2026 is a Saturday, 1 November a Sunday.
    let mut plan = plan([ScheduleTerms { shift_days: 2, ..rent() }.weekend(WeekendRule::Before)]);
    let seen = |plan: &Plan, from: &str, to: &str| {
        let all = plan.occurrences(day(from), day(to)).unwrap();
        all.iter().map(|one| format!("{} {}", one.key.on, one.due_on)).collect::<Vec<_>>()
    };
    assert_eq!(seen(&plan, "2026-08-01", "2026-08-05"), ["2026-08-01 2026-08-02"]);
    plan.move_occurrence(key("2026-08-01"), Move { to: Some(day("2026-12-24")), lines: None }).unwrap();
    assert!(seen(&plan, "2026-08-01", "2026-08-05").is_empty());
    assert_eq!(seen(&plan, "2026-12-20", "2026-12-31"), ["2026-08-01 2026-12-24"]);
}

#[test]
fn a_settlement_gives_a_move_back_when_its_entry_is_reversed() {
    let mut plan = plan([rent()]);
    let moved = Move { to: Some(day("2026-04-09")), lines: Some(lines(BANK, RENT, "950.00")) };
    plan.move_occurrence(key("2026-04-01"), moved.clone()).unwrap();
    plan.settle(key("2026-04-01"), 8).unwrap();
    plan.settle(key("2026-04-01"), 8).unwrap();
    let refused = plan.settle(key("2026-04-01"), 9).unwrap_err().to_string();
    assert_eq!(
        refused,
        "occurrence \"Rent on 2026-04-01\" cannot be settled: entry 8 stands for it; reverse that entry first"
    );
    plan.unsettle(key("2026-04-01")).unwrap();
    assert_eq!(plan.changes()[&key("2026-04-01")], OccurrenceChange::Moved(moved));
    assert!(plan.unsettle(key("2026-04-01")).is_err());
}

#[test]
fn changes_for_days_that_are_not_scheduled_are_refused_or_named() {
    let mut plan = plan([rent()]);
    assert!(plan.skip(key("2026-04-02")).is_err());
    assert!(plan.move_occurrence(key("2026-04-01"), Move::default()).is_err());
    plan.settle(key("2026-04-01"), 3).unwrap();
    let stray = plan.replace(
        ScheduleId::new(1),
        ScheduleTerms { recurrence: crate::schedule::Recurrence::once(day("2026-04-02")), ..rent() },
    );
    assert_eq!(stray.unwrap(), [key("2026-04-01")]);
    assert_eq!(plan.stray_changes().unwrap(), [key("2026-04-01")]);
    let twice = [rent(), rent()].map(|terms| Schedule::new(ScheduleId::new(1), terms).unwrap());
    assert!(Plan::new(twice, []).is_err());
    assert!(Plan::new([], [(key("2026-04-01"), OccurrenceChange::Skipped)]).is_err());
    assert!(plan.occurrences(day("2026-04-02"), day("2026-04-01")).is_err());
}

#[test]
fn steps_hold_from_their_day_for_the_scheduled_day() {
    let raised = rent().step(day("2026-05-01"), lines(BANK, RENT, "950.00"));
    let plan = plan([ScheduleTerms { shift_days: 5, ..raised }]);
    let amounts: Vec<String> = plan
        .occurrences(day("2026-04-01"), day("2026-06-30"))
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one.due_on, one.lines[0].amount))
        .collect();
    assert_eq!(amounts, ["2026-04-06 900.00 EUR", "2026-05-06 950.00 EUR", "2026-06-06 950.00 EUR"]);
}
