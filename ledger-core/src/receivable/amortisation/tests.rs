//! Plans worked out by hand, or by the formulas in exact fractions.

use chrono::NaiveDate;

use crate::receivable::{
    Compounding, DayCount, FeeTerms, Frequency, InstalmentKind, InstalmentTerms, InterestTerms, Loan,
    LoanRounding, LoanTerms, RateChange, Repayment, Residue, amortise,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// 1,000.00 EUR lent on 15 January, first due a month later, at 12 % a year by 30/360.
fn terms(kind: InstalmentKind) -> LoanTerms {
    let instalments = InstalmentTerms {
        kind,
        frequency: Frequency::MONTHLY,
        first_due_on: day("2026-02-15"),
        due_day: None,
    };
    let principal = "1000.00 EUR".parse().unwrap();
    let mut terms = LoanTerms::new(principal, day("2026-01-15"), Repayment::Instalments(instalments));
    terms.interest = Some(InterestTerms::simple("12".parse().unwrap()));
    terms
}

fn change(terms: &mut LoanTerms, change: impl FnOnce(&mut InstalmentTerms)) {
    if let Repayment::Instalments(instalments) = &mut terms.repayment {
        change(instalments);
    }
}

/// Principal, interest and balance of each instalment.
fn plan(terms: &LoanTerms) -> Vec<(i64, i64, i64)> {
    let plan = amortise(&Loan::new(terms.clone()).unwrap()).unwrap();
    plan.iter().map(|row| (row.parts.principal, row.parts.interest, row.balance)).collect()
}

#[test]
fn an_annuity_is_equal_payments_and_a_residue_at_the_end() {
    // 1000 × 0.01 / (1 − 1.01^−4) = 256.281094…
    let terms = terms(InstalmentKind::Annuity { count: 4 });
    assert_eq!(
        plan(&terms),
        [(24_628, 1_000, 75_372), (24_874, 754, 50_498), (25_123, 505, 25_375), (25_375, 254, 0)]
    );
}

#[test]
fn a_residue_goes_to_the_first_instalment_where_told() {
    let first = |kind| plan(&LoanTerms { residue: Residue::First, interest: None, ..terms(kind) });
    assert_eq!(
        first(InstalmentKind::EqualPrincipal { count: 3 }),
        [(33_334, 0, 66_666), (33_333, 0, 33_333), (33_333, 0, 0)]
    );
    assert_eq!(
        first(InstalmentKind::Annuity { count: 3 }),
        [(33_334, 0, 66_666), (33_333, 0, 33_333), (33_333, 0, 0)]
    );
    let terms = LoanTerms { residue: Residue::First, ..terms(InstalmentKind::Annuity { count: 4 }) };
    // The last payment was 256.29, a cent more than the others; now the first one is.
    assert_eq!(
        plan(&terms),
        [(24_629, 1_000, 75_371), (24_874, 754, 50_497), (25_123, 505, 25_374), (25_374, 254, 0)]
    );
}

#[test]
fn each_kind_pays_back_in_its_way() {
    assert_eq!(
        plan(&terms(InstalmentKind::EqualPrincipal { count: 3 })),
        [(33_333, 1_000, 66_667), (33_333, 667, 33_334), (33_334, 333, 0)]
    );
    assert_eq!(
        plan(&terms(InstalmentKind::InterestOnly { count: 3 })),
        [(0, 1_000, 100_000), (0, 1_000, 100_000), (100_000, 1_000, 0)]
    );
    // Three months of simple interest in one sum.
    assert_eq!(plan(&terms(InstalmentKind::Bullet { count: 3 })), [(100_000, 3_000, 0)]);
    assert_eq!(
        plan(&terms(InstalmentKind::FixedPayment { payment: 40_000 })),
        [(39_000, 1_000, 61_000), (39_390, 610, 21_610), (21_610, 216, 0)]
    );
}

#[test]
fn an_odd_first_period_changes_the_interest_of_the_first_payment_only() {
    let kind = InstalmentKind::Annuity { count: 4 };
    let regular = plan(&terms(kind));
    for (lent_on, interest) in [
        // 10 days more, and 10 days less, of 360: 1000 × 0.12 × 40 / 360, × 20 / 360.
        ("2026-01-05", 1_333),
        ("2026-01-25", 667),
        // A whole month more, and a month and 10 days.
        ("2025-12-15", 2_000),
        ("2025-12-05", 2_333),
        // On the first due day itself.
        ("2026-02-15", 0),
    ] {
        let mut odd = regular.clone();
        odd[0].1 = interest;
        assert_eq!(plan(&LoanTerms { lent_on: day(lent_on), ..terms(kind) }), odd, "{lent_on}");
    }
}

#[test]
fn under_30_360_each_month_is_as_long_as_the_next() {
    let mut terms = terms(InstalmentKind::InterestOnly { count: 3 });
    terms.lent_on = day("2026-01-31");
    change(&mut terms, |instalments| {
        (instalments.first_due_on, instalments.due_day) = (day("2026-02-28"), Some(31));
    });
    assert_eq!(plan(&terms).map_interest(), [1_000, 1_000, 1_000]);
}

#[test]
fn under_the_other_conventions_the_calendar_counts() {
    let mut terms = terms(InstalmentKind::InterestOnly { count: 3 });
    let by = |terms: &LoanTerms, day_count| {
        let interest = InterestTerms { day_count, ..InterestTerms::simple("12".parse().unwrap()) };
        plan(&LoanTerms { interest: Some(interest), ..terms.clone() }).map_interest()
    };
    // 31, 28 and 31 days of 2026.
    assert_eq!(by(&terms, DayCount::Actual365), [1_019, 921, 1_019]);
    assert_eq!(by(&terms, DayCount::Actual360), [1_033, 933, 1_033]);
    // 15 January to 15 February 2024 lies in a leap year wholly; the February has 29 days.
    terms.lent_on = day("2024-01-15");
    change(&mut terms, |instalments| instalments.first_due_on = day("2024-02-15"));
    assert_eq!(by(&terms, DayCount::ActualActual), [1_016, 951, 1_016]);
}

#[test]
fn payments_are_equal_where_months_are_not() {
    let mut terms = terms(InstalmentKind::Annuity { count: 12 });
    terms.interest.as_mut().unwrap().day_count = DayCount::Actual365;
    let plan = plan(&terms);
    let payments: Vec<i64> = plan.iter().map(|row| row.0 + row.1).collect();
    assert!(payments[..11].iter().all(|payment| *payment == payments[0]), "{payments:?}");
    // The payment is worked out from the real lengths: only half a cent for each payment and each interest is left.
    assert!((payments[11] - payments[0]).abs() <= 12, "{payments:?}");
}

#[test]
fn weeks_are_52_of_a_year() {
    let mut terms = terms(InstalmentKind::InterestOnly { count: 2 });
    terms.lent_on = day("2026-02-01");
    change(&mut terms, |instalments| instalments.frequency = Frequency::Weeks(2));
    // 1000 × 0.12 / 26 = 4.615…
    assert_eq!(plan(&terms).map_interest(), [462, 462]);
}

#[test]
fn a_canadian_mortgage_takes_the_sixth_root_of_half_a_year() {
    let mut terms = terms(InstalmentKind::Annuity { count: 300 });
    terms.principal = "100000.00 CAD".parse().unwrap();
    let interest =
        InterestTerms { compounding: Compounding::HalfYearly, ..InterestTerms::simple("6".parse().unwrap()) };
    terms.interest = Some(interest);
    let plan = plan(&terms);
    // 100,000 × 0.00493862203… and the payment 639.8066…
    assert_eq!((plan[0].1, plan[0].0 + plan[0].1), (49_386, 63_981));
    assert_eq!((plan.len(), plan[299].2), (300, 0));
}

#[test]
fn a_new_rate_counts_from_its_day_and_the_payment_is_worked_out_anew() {
    let mut terms = terms(InstalmentKind::Annuity { count: 4 });
    let rate = "24".parse().unwrap();
    terms.interest.as_mut().unwrap().changes = vec![RateChange { from: day("2026-03-15"), rate }];
    // After two instalments 504.98 are left: 504.98 × 0.02 / (1 − 1.02^−2) = 260.0897…
    assert_eq!(
        plan(&terms),
        [(24_628, 1_000, 75_372), (24_874, 754, 50_498), (24_999, 1_010, 25_499), (25_499, 510, 0)]
    );
    // Ten days later, 10 days of the third period count at 12 %, 20 days at 24 %.
    terms.interest.as_mut().unwrap().changes[0].from = day("2026-03-25");
    let plan = plan(&terms);
    assert_eq!(plan[..2], [(24_628, 1_000, 75_372), (24_874, 754, 50_498)]);
    assert_eq!(plan[2].1, 842);
}

#[test]
fn fees_come_with_instalments_and_the_first_one_bears_that_of_the_loan() {
    let mut terms = terms(InstalmentKind::EqualPrincipal { count: 3 });
    terms.fees = FeeTerms { upfront: 5_000, per_instalment: 250 };
    let plan = amortise(&Loan::new(terms).unwrap()).unwrap();
    assert_eq!(plan.iter().map(|row| row.parts.fee).collect::<Vec<_>>(), [5_250, 250, 250]);
}

#[test]
fn interest_is_rounded_as_told() {
    // 1 % of 100.50, 1.005.
    let rounded = |rounding| {
        let mut terms = LoanTerms { rounding, ..terms(InstalmentKind::InterestOnly { count: 1 }) };
        terms.principal = "100.50 EUR".parse().unwrap();
        plan(&terms)[0].1
    };
    let all = LoanRounding::ALL.map(rounded);
    assert_eq!(all, [100, 101, 101, 100]);
}

#[test]
fn no_instalment_is_lost_to_payments_that_are_rounded_up() {
    for rounding in LoanRounding::ALL {
        for count in [7, 12, 360, 1_199, 1_200] {
            let kind = InstalmentKind::Annuity { count };
            let mut terms = LoanTerms { rounding, ..terms(kind) };
            terms.principal = "12.00 EUR".parse().unwrap();
            for interest in [None, terms.interest.clone()] {
                terms.interest = interest;
                let plan = plan(&terms);
                assert_eq!(plan.len(), count as usize);
                assert!(plan[..plan.len() - 1].iter().all(|row| row.2 > 0), "{rounding} {count}");
            }
        }
    }
}

#[test]
fn a_payment_that_takes_too_long_is_refused() {
    let mut terms = terms(InstalmentKind::FixedPayment { payment: 1_001 });
    terms.principal = "1000.00 EUR".parse().unwrap();
    let loan = Loan::new(terms.clone()).unwrap();
    assert!(amortise(&loan).is_ok());
    terms.interest = None;
    change(&mut terms, |instalments| instalments.kind = InstalmentKind::FixedPayment { payment: 50 });
    let error = amortise(&Loan::new(terms).unwrap()).unwrap_err().to_string();
    assert_eq!(
        error,
        "payment \"0.50 EUR\" is refused: 400.00 EUR of the principal are left after 1,200 instalments"
    );
}

#[test]
fn a_loan_on_demand_has_no_plan() {
    let terms = LoanTerms { repayment: Repayment::OnDemand, ..terms(InstalmentKind::Bullet { count: 1 }) };
    assert_eq!(plan(&terms), []);
}

#[test]
fn interest_that_does_not_fit_is_an_error() {
    let mut terms = terms(InstalmentKind::Bullet { count: 1_200 });
    terms.principal = "92233720368547758.07 EUR".parse().unwrap();
    let error = amortise(&Loan::new(terms).unwrap()).unwrap_err().to_string();
    assert!(error.contains("does not fit"), "{error}");
}

/// The interest alone.
trait Interest {
    fn map_interest(&self) -> Vec<i64>;
}

impl Interest for Vec<(i64, i64, i64)> {
    fn map_interest(&self) -> Vec<i64> {
        self.iter().map(|row| row.1).collect()
    }
}
