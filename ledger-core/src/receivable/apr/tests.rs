//! The published examples of appendix J (c), and what has no rate.

use super::*;

/// Advance and its day; payments as (how many, amount, first day, distance); unit-period; the published rate.
type Example = (i64, &'static str, &'static [(u32, i64, &'static str)], Step, UnitPeriod, &'static str);

#[derive(Clone, Copy)]
enum Step {
    Months(u32),
    Days(u64),
    /// On the 1st and the 16th.
    HalfMonths,
}

/// 12 CFR 1026, appendix J (c)(1) to (c)(5), with the rates as published there.
const EXAMPLES: [Example; 12] = [
    (500_000, "1978-01-10", &[(24, 23_000, "1978-02-10")], Step::Months(1), UnitPeriod::MONTH, "9.69"),
    (600_000, "1978-02-10", &[(36, 20_000, "1978-04-01")], Step::Months(1), UnitPeriod::MONTH, "11.82"),
    (500_000, "1978-02-23", &[(24, 21_917, "1978-03-01")], Step::HalfMonths, UnitPeriod::HalfMonth, "10.34"),
    (1_000_000, "1978-05-23", &[(40, 38_500, "1978-10-01")], Step::Months(3), UnitPeriod::Months(3), "8.97"),
    (50_000, "1978-03-20", &[(30, 1_760, "1978-04-21")], Step::Days(7), UnitPeriod::Weeks(1), "14.96"),
    (
        500_000,
        "1978-01-10",
        &[(1, 25_000, "1978-02-10"), (23, 23_000, "1978-03-10")],
        Step::Months(1),
        UnitPeriod::MONTH,
        "10.08",
    ),
    (
        40_000,
        "1978-03-18",
        &[(1, 3_950, "1978-04-20"), (11, 3_831, "1978-05-18")],
        Step::Days(28),
        UnitPeriod::Weeks(4),
        "28.50",
    ),
    (
        500_000,
        "1978-01-10",
        &[(23, 23_000, "1978-02-10"), (1, 28_000, "1980-01-10")],
        Step::Months(1),
        UnitPeriod::MONTH,
        "10.50",
    ),
    (
        20_000,
        "1978-04-03",
        &[(19, 950, "1978-04-11"), (1, 3_000, "1979-01-02")],
        Step::Days(14),
        UnitPeriod::Weeks(2),
        "12.22",
    ),
    (
        500_000,
        "1978-01-10",
        &[(1, 25_000, "1978-02-10"), (22, 23_000, "1978-03-10"), (1, 28_000, "1980-01-10")],
        Step::Months(1),
        UnitPeriod::MONTH,
        "10.90",
    ),
    (
        800_000,
        "1978-01-10",
        &[(1, 44_936, "1978-03-01"), (18, 46_500, "1978-05-01"), (1, 20_000, "1981-05-01")],
        Step::Months(2),
        UnitPeriod::Months(2),
        "7.30",
    ),
    (100_000, "1978-01-03", &[(1, 108_000, "1978-09-15")], Step::Days(1), UnitPeriod::Days(255), "11.45"),
];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn dated(first: NaiveDate, step: Step, number: u32) -> NaiveDate {
    match step {
        Step::Months(months) => first + chrono::Months::new(months * number),
        Step::Days(days) => first + chrono::Days::new(days * u64::from(number)),
        Step::HalfMonths => {
            first + chrono::Months::new(number / 2) + chrono::Days::new(15 * u64::from(number % 2))
        }
    }
}

#[test]
fn the_published_examples_of_regulation_z_are_met() {
    for (amount, on, streams, step, unit_period, expected) in EXAMPLES {
        let payments: Vec<DatedFlow> = streams
            .iter()
            .flat_map(|(count, amount, first)| {
                let on = move |number| dated(day(first), step, number);
                (0..*count).map(move |number| DatedFlow { on: on(number), amount: *amount })
            })
            .collect();
        let rate =
            annual_percentage_rate(&[DatedFlow { on: day(on), amount }], &payments, unit_period).unwrap();
        assert_eq!(format!("{:.2}", rate.round_dp(2)), expected, "{on} {streams:?}: {rate}");
    }
}

#[test]
fn several_advances_are_worth_what_they_are_when_they_are_paid_out() {
    // 1,000 now and 1,000 in a year, 2,152.50 in two years: 1,000 × 1.05² + 1,000 × 1.05 = 2,152.50 at 5 %.
    let advances = [("2026-01-01", 100_000), ("2027-01-01", 100_000)];
    let advances = advances.map(|(on, amount)| DatedFlow { on: day(on), amount });
    let payment = DatedFlow { on: day("2028-01-01"), amount: 215_250 };
    let rate = annual_percentage_rate(&advances, &[payment], UnitPeriod::YEAR).unwrap();
    assert_eq!(rate, Decimal::from(5));
}

#[test]
fn a_single_payment_bears_simple_interest_for_its_odd_months() {
    for (amount, paid_on, expected) in [
        // 4.4 % in half a year.
        (104_400, "1978-07-15", "8.8"),
        // The square root of 1.24.
        (124_000, "1980-01-15", "11.355287"),
        // 1.08 and half a year of it: 1.08 × 1.04.
        (112_320, "1979-07-15", "8"),
    ] {
        let advance = DatedFlow { on: day("1978-01-15"), amount: 100_000 };
        let payment = DatedFlow { on: day(paid_on), amount };
        let unit_period = UnitPeriod::of_term(advance.on, payment.on);
        let rate = annual_percentage_rate(&[advance], &[payment], unit_period).unwrap();
        assert_eq!(rate.normalize().to_string(), expected, "{paid_on}");
    }
}

#[test]
fn a_plan_without_fees_has_the_rate_of_its_loan_and_a_fee_raises_it() {
    let json = |fees: &str| {
        format!(
            r#"{{"principal": "10000.00 EUR", "lent_on": "2026-01-31", "interest": {{"rate": "6"}}, "fees": {fees},
            "repayment": {{"instalments": {{"kind": {{"annuity": {{"count": 48}}}}, "frequency": {{"months": 1}},
            "first_due_on": "2026-02-28", "due_day": 31}}}}}}"#
        )
    };
    let rate = |fees: &str| {
        let loan = Loan::new(serde_json::from_str(&json(fees)).unwrap()).unwrap();
        annual_percentage_rate_of_plan(&loan, &crate::receivable::amortise(&loan).unwrap()).unwrap()
    };
    // The first period is 28 of 30 days long for the regulation, a whole month for 30/360.
    let free = rate("{}");
    assert!((free - Decimal::from(6)).abs() < Decimal::new(3, 2), "{free}");
    // 100.00 of 10,000.00 at the start of four years cost about half a percent a year.
    let more = rate(r#"{"upfront": 10000}"#) - free;
    assert!(more > Decimal::new(45, 2) && more < Decimal::new(60, 2), "{more}");
}

#[test]
fn the_term_of_a_single_payment_is_its_unit_period() {
    let of_term = |from: &str, to: &str| UnitPeriod::of_term(day(from), day(to));
    assert_eq!(of_term("1978-01-03", "1978-09-15"), UnitPeriod::Days(255));
    assert_eq!(of_term("1978-01-03", "1978-09-03"), UnitPeriod::Months(8));
    assert_eq!(of_term("1978-01-03", "1979-01-03"), UnitPeriod::YEAR);
    assert_eq!(of_term("1978-01-03", "1980-03-01"), UnitPeriod::YEAR);
    assert_eq!(of_term("1978-01-03", "1978-01-03"), UnitPeriod::Days(1));
}

#[test]
fn time_is_measured_back_from_the_later_day() {
    let between = |unit_period: UnitPeriod, from: &str, to: &str| {
        let UnitPeriods { whole, odd, of } = unit_period.between(day(from), day(to));
        (whole, odd, of)
    };
    assert_eq!(between(UnitPeriod::MONTH, "1978-02-10", "1978-04-01"), (1, 19, 30));
    assert_eq!(between(UnitPeriod::HalfMonth, "1978-02-23", "1978-03-01"), (0, 6, 15));
    assert_eq!(between(UnitPeriod::Months(3), "1978-05-23", "1978-10-01"), (1, 39, 90));
    assert_eq!(between(UnitPeriod::Weeks(1), "1978-03-20", "1978-04-21"), (4, 4, 7));
    assert_eq!(between(UnitPeriod::YEAR, "1978-01-15", "1980-04-15"), (2, 3, 12));
    assert_eq!(between(UnitPeriod::YEAR, "1978-01-15", "1980-01-25"), (2, 10, 365));
}

#[test]
fn a_schedule_without_a_rate_is_refused() {
    let flow = |on: &str, amount| DatedFlow { on: day(on), amount };
    let refused = |advances: &[DatedFlow], payments: &[DatedFlow]| {
        annual_percentage_rate(advances, payments, UnitPeriod::MONTH).unwrap_err().to_string()
    };
    let advance = flow("2026-01-01", 1_000);
    assert_eq!(refused(&[], &[advance]), "advances \"none\" is refused: there is no rate without one");
    assert_eq!(refused(&[advance], &[]), "payments \"none\" is refused: there is no rate without one");
    assert_eq!(
        refused(&[advance], &[flow("2025-12-01", 2_000)]),
        "payment \"2025-12-01\" is refused: it lies before the first advance, on 2026-01-01"
    );
    assert_eq!(
        refused(&[advance], &[flow("2026-02-01", 999)]),
        "payments \"999 minor units\" is refused: they come to less than the 1000 minor units advanced, so that no rate \
         explains them"
    );
    assert_eq!(
        refused(&[advance], &[flow("2026-02-01", 9_999_999)]),
        "payments \"their rate\" is refused: it is past 100,000 % a unit-period"
    );
    assert_eq!(
        refused(&[advance], &[flow("2026-02-01", 0)]),
        "payments \"0\" is refused: amounts are above zero"
    );
    // What is paid back as it was lent costs nothing.
    let rate = annual_percentage_rate(&[advance], &[flow("2026-02-01", 1_000)], UnitPeriod::MONTH).unwrap();
    assert_eq!(rate, Decimal::ZERO);
    // On the same day no rate explains a difference.
    assert!(annual_percentage_rate(&[advance], &[flow("2026-01-01", 1_100)], UnitPeriod::MONTH).is_err());
}
