use std::sync::Arc;

use super::*;
use crate::money::{Commodity, PriceTable};
use crate::schedule::testing::{
    BANK, RENT, SAVINGS, bank_on, day, estimate, eur, lines, options, plan, projected, recurrence, rent,
};
use crate::schedule::{Expansion, Percent, PlannedLine, Recurrence, ScheduleId, ScheduleTerms};

fn key(on: &str) -> OccurrenceKey {
    OccurrenceKey::new(ScheduleId::new(1), day(on))
}

#[test]
fn a_settled_occurrence_never_counts_and_its_entry_does() {
    let mut plan = plan([rent()]);
    plan.settle(key("2026-03-01"), 11).unwrap();
    plan.settle(key("2026-04-01"), 12).unwrap();
    let posted = [PostedMovement {
        entry: 12,
        name: "Rent of April".into(),
        on: day("2026-04-02"),
        account: BANK,
        amount: eur("-910.00"),
    }];
    let options = options();
    let expansion = Expansion::of(&plan, day("2026-01-15"), options.to).unwrap();
    let opening = [OpeningBalance { account: BANK, amount: eur("2000.00") }];
    let mut input = ProjectionInput { opening: &opening, posted: &posted, expansion: &expansion, usual: &[] };
    let projection = project(&input, &options).unwrap();
    // February, which nobody settled, is overdue.
    assert_eq!(projection.overdue().len(), 1);
    assert_eq!(bank_on(&projection, "2026-04-01"), [110_000; 3]);
    assert_eq!(bank_on(&projection, "2026-04-02"), [19_000; 3]);
    assert_eq!(projection.causes_on(day("2026-04-02"))[0].of, CauseOf::Entry(12));
    // The same line in the opening balances would count twice.
    let early = [PostedMovement { on: options.as_of, ..posted[0].clone() }];
    input.posted = &early;
    let refused = project(&input, &options).unwrap_err().to_string();
    assert_eq!(refused, "entry 12 of 2026-03-15 lies in the opening balances of 2026-03-15 already");
}

#[test]
fn what_is_overdue_counts_on_the_as_of_day_and_is_flagged_or_is_dropped() {
    let plan = plan([rent()]);
    let carried = projected(&plan, &options()).unwrap();
    let cause = &carried.overdue()[0];
    assert_eq!((cause.on, cause.amount), (day("2026-03-15"), eur("-900.00")));
    assert!(
        matches!(cause.of, CauseOf::Occurrence { overdue: true, due_on, .. } if due_on == day("2026-03-01"))
    );
    assert_eq!(bank_on(&carried, "2026-03-15"), [110_000; 3]);
    assert_eq!(carried.account(BANK).next().unwrap().opening, eur("2000.00"));
    let dropped = projected(&plan, &options().overdue(Overdue::Drop)).unwrap();
    assert_eq!(bank_on(&dropped, "2026-03-15"), [200_000; 3]);
    assert_eq!(bank_on(&dropped, "2026-04-01"), [110_000; 3]);
}

#[test]
fn uncertain_money_out_goes_in_full_and_uncertain_money_in_stays_away_in_the_worst_case() {
    let once = |name: &str, on: &str, lines| ScheduleTerms::new(name, Recurrence::once(day(on)), lines);
    let plan = plan([
        once("Bonus", "2026-04-01", lines(RENT, BANK, "100.00")).probability(Percent::new(40).unwrap()),
        once("Repair", "2026-04-02", lines(BANK, RENT, "50.00")).probability(Percent::new(10).unwrap()),
        once("Power", "2026-04-03", estimate(BANK, RENT, ["20.00", "30.00", "45.00"])),
        once("Refund", "2026-04-04", estimate(RENT, BANK, ["1.00", "3.00", "4.00"])),
        once("Dream", "2026-04-05", lines(RENT, BANK, "999.00")).probability(Percent::NEVER),
    ]);
    let projection = projected(&plan, &options()).unwrap();
    assert_eq!(bank_on(&projection, "2026-04-01"), [204_000, 200_000, 210_000]);
    assert_eq!(bank_on(&projection, "2026-04-02"), [203_500, 195_000, 210_000]);
    assert_eq!(bank_on(&projection, "2026-04-03"), [200_500, 190_500, 208_000]);
    assert_eq!(bank_on(&projection, "2026-04-05"), [200_800, 190_600, 208_400]);
}

#[test]
fn uncertain_money_between_projected_accounts_leaves_the_total_certain() {
    let saving =
        ScheduleTerms::new("Save", Recurrence::once(day("2026-04-01")), lines(BANK, SAVINGS, "100.00"));
    let plan = plan([saving.probability(Percent::new(50).unwrap())]);
    let options = options().total(Commodity::iso("EUR").unwrap(), Arc::default());
    let projection = projected(&plan, &options).unwrap();
    assert_eq!(bank_on(&projection, "2026-04-01"), [195_000, 190_000, 200_000]);
    assert_eq!(projection.total.unwrap().points.len(), 1);
}

#[test]
fn expected_balances_are_rounded_once_and_never_add_up_rounding() {
    let daily = ScheduleTerms::new("Cent", recurrence("FREQ=DAILY", "2026-03-16"), lines(RENT, BANK, "0.01"));
    let projection = projected(&plan([daily.probability(Percent::new(50).unwrap())]), &options()).unwrap();
    let cents = |on: &str| bank_on(&projection, on)[0] - 200_000;
    // Halves go to the even cent.
    let days = ["2026-03-16", "2026-03-17", "2026-03-18", "2026-03-20", "2026-03-25"];
    assert_eq!(days.map(cents), [0, 1, 2, 2, 5]);
}

#[test]
fn an_overflow_names_the_row_the_day_and_the_amount() {
    let huge = lines(RENT, BANK, "50000000000000000.00");
    let yearly = ScheduleTerms::new("Lottery", recurrence("FREQ=YEARLY", "2199-07-01"), huge);
    let mut options = options();
    options.to = day("2201-01-01");
    let refused = projected(&plan([yearly]), &options).unwrap_err().to_string();
    assert_eq!(
        refused,
        "the balance of account 1 on 2200-07-01 after \"Lottery\" of 50000000000000000.00 EUR (100000000000002000.00 \
         EUR) does not fit: amounts hold at most 9,223,372,036,854,775,807 minor units"
    );
}

#[test]
fn a_missing_price_is_named_and_never_taken_as_one() {
    let usd = Commodity::iso("USD").unwrap();
    let lines = vec![PlannedLine::new(BANK, usd.amount(500)), PlannedLine::new(RENT, usd.amount(-500))];
    let plan = plan([ScheduleTerms::new("Fee", Recurrence::once(day("2026-04-01")), lines)]);
    let options = options().total(Commodity::iso("EUR").unwrap(), Arc::new(PriceTable::default()));
    let refused = projected(&plan, &options).unwrap_err();
    let ErrorKind::MissingPrice { commodity, quote, on } = refused.kind() else { panic!("{refused}") };
    assert_eq!((commodity.as_str(), quote.as_str(), *on), ("USD", "EUR", day("2026-03-15")));
}

#[test]
fn what_cannot_be_projected_is_refused() {
    let plan = plan([rent()]);
    let refusal = |options: &ProjectionOptions| projected(&plan, options).unwrap_err().to_string();
    assert_eq!(
        refusal(&options().floor(Some(RENT), eur("1.00"))),
        "floor \"1.00 EUR\" is refused: account 3 is not projected in EUR"
    );
    assert_eq!(
        refusal(&options().floor(None, eur("1.00"))),
        "floor \"1.00 EUR\" is refused: there is no total"
    );
    let mut backwards = options();
    backwards.as_of = day("2026-07-01");
    let expansion = Expansion::of(&plan, day("2026-03-01"), day("2026-04-01")).unwrap();
    let input = ProjectionInput { opening: &[], posted: &[], expansion: &expansion, usual: &[] };
    let refused = project(&input, &backwards).unwrap_err().to_string();
    assert_eq!(refused, "range of days \"2026-07-01 to 2026-06-15\" is refused: it ends before it begins");
    let uncovered = project(&input, &options()).unwrap_err().to_string();
    assert_eq!(
        uncovered,
        "occurrences from 2026-03-01 to 2026-04-01 do not cover a projection from 2026-03-15 to 2026-06-15"
    );
}

#[test]
fn the_first_day_below_the_floor_and_the_lowest_day_are_found() {
    let projection = projected(&plan([rent()]), &options().floor(Some(BANK), eur("0.00"))).unwrap();
    let expected = projection.account(BANK).next().unwrap().expected;
    assert_eq!(expected.below_floor_on, Some(day("2026-05-01")));
    assert_eq!(
        (expected.lowest_on, expected.lowest, expected.end),
        (day("2026-06-01"), eur("-1600.00"), eur("-1600.00"))
    );
}

#[test]
fn usual_spending_widens_the_band() {
    let plan = plan([]);
    let options = options();
    let expansion = Expansion::of(&plan, options.as_of, options.to).unwrap();
    let usual = [UsualMovement {
        account: BANK,
        on: day("2026-03-20"),
        expected: eur("-10.00"),
        low: eur("-30.00"),
        high: eur("0.00"),
    }];
    let opening = [OpeningBalance { account: BANK, amount: eur("100.00") }];
    let input = ProjectionInput { opening: &opening, posted: &[], expansion: &expansion, usual: &usual };
    let projection = project(&input, &options).unwrap();
    assert_eq!(bank_on(&projection, "2026-03-20"), [9_000, 7_000, 10_000]);
    assert_eq!(projection.causes_on(day("2026-03-20"))[0].name.as_ref(), "usual spending");
}
