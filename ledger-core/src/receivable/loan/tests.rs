//! What a loan refuses, with the sentences that it says.

use super::*;
use crate::receivable::{InterestTerms, LoanRounding, RateChange, Residue};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// 1,200.00 in twelve months from 15 February on, at 12 %.
fn terms(kind: InstalmentKind) -> LoanTerms {
    let instalments = InstalmentTerms {
        kind,
        frequency: Frequency::MONTHLY,
        first_due_on: day("2026-02-15"),
        due_day: None,
    };
    let repayment = Repayment::Instalments(instalments);
    let mut terms = LoanTerms::new("1200.00 EUR".parse().unwrap(), day("2026-01-15"), repayment);
    terms.interest = Some(InterestTerms::simple("12".parse().unwrap()));
    terms
}

fn annuity() -> LoanTerms {
    terms(InstalmentKind::Annuity { count: 12 })
}

fn refused(terms: LoanTerms) -> String {
    Loan::new(terms).unwrap_err().to_string()
}

fn with_instalments(change: impl Fn(&mut InstalmentTerms)) -> LoanTerms {
    let mut terms = annuity();
    if let Repayment::Instalments(instalments) = &mut terms.repayment {
        change(instalments);
    }
    terms
}

#[test]
fn amounts_below_what_a_loan_can_have_are_refused() {
    let principal = |text: &str| LoanTerms { principal: text.parse().unwrap(), ..annuity() };
    assert_eq!(refused(principal("0.00 EUR")), "principal \"0.00 EUR\" is refused: it has to be above zero");
    assert_eq!(
        refused(principal("-5.00 EUR")),
        "principal \"-5.00 EUR\" is refused: it has to be above zero"
    );
    let mut terms = annuity();
    terms.fees.per_instalment = -1;
    assert_eq!(refused(terms), "fee \"-0.01 EUR\" is refused: it is not below zero");
    assert_eq!(
        refused(LoanTerms { grace_days: 367, ..annuity() }),
        "grace \"367 days\" is refused: it is at most 366 days"
    );
    assert_eq!(
        refused(principal("0.11 EUR")),
        "number of instalments \"12\" is refused: 0.11 EUR has less than 0.01 EUR for each of them"
    );
    assert!(Loan::new(principal("0.12 EUR")).is_ok());
}

#[test]
fn a_day_before_the_loan_is_refused() {
    assert_eq!(
        refused(with_instalments(|instalments| instalments.first_due_on = day("2026-01-14"))),
        "due day \"2026-01-14\" is refused: it lies before the loan, which was made on 2026-01-15"
    );
    let mut terms = annuity();
    let change = |on: &str| RateChange { from: day(on), rate: "5".parse().unwrap() };
    let changes = |changes: &[RateChange]| {
        let interest =
            InterestTerms { changes: changes.to_vec(), ..InterestTerms::simple("5".parse().unwrap()) };
        Some(interest)
    };
    terms.interest = changes(&[change("2026-01-15")]);
    assert_eq!(
        refused(terms.clone()),
        "rate change \"2026-01-15\" is refused: the loan was made on 2026-01-15: give its first rate as the rate"
    );
    terms.interest = changes(&[change("2026-03-01"), change("2026-03-01")]);
    assert_eq!(
        refused(terms.clone()),
        "rate changes \"2026-03-01, 2026-03-01\" is refused: each day is given once, and days are in their order"
    );
    terms.interest = changes(&[change("2026-03-01"), change("2026-04-01")]);
    assert!(Loan::new(terms).is_ok());
}

#[test]
fn counts_and_distances_have_limits() {
    for count in [0, 1_201] {
        let message = format!("number of instalments \"{count}\" is refused: it has to be from 1 to 1,200");
        for kind in [
            InstalmentKind::Annuity { count },
            InstalmentKind::EqualPrincipal { count },
            InstalmentKind::InterestOnly { count },
            InstalmentKind::Bullet { count },
        ] {
            assert_eq!(refused(terms(kind)), message);
        }
    }
    for frequency in
        [Frequency::Months(0), Frequency::Months(121), Frequency::Weeks(0), Frequency::Weeks(521)]
    {
        let message = refused(with_instalments(|instalments| instalments.frequency = frequency));
        assert!(message.ends_with("it has to be from 1 to 120 months, or from 1 to 520 weeks"), "{message}");
    }
    let far = with_instalments(|instalments| instalments.first_due_on = day("9999-06-30"));
    assert!(refused(far).ends_with("the years 1 to 9999 can be posted to"));
}

#[test]
fn the_day_of_the_month_is_that_of_the_first_payment() {
    let due_day = |due_day, first: &str| {
        with_instalments(|instalments| {
            (instalments.due_day, instalments.first_due_on) = (Some(due_day), day(first));
        })
    };
    assert!(Loan::new(due_day(31, "2026-02-28")).is_ok());
    assert_eq!(
        refused(due_day(31, "2026-02-27")),
        "due day of the month \"31\" is refused: the first payment is due on 2026-02-27"
    );
    assert_eq!(
        refused(due_day(32, "2026-03-31")),
        "due day of the month \"32\" is refused: it has to be from 1 to 31"
    );
    let weekly = with_instalments(|instalments| {
        (instalments.due_day, instalments.frequency) = (Some(15), Frequency::Weeks(2));
    });
    assert!(refused(weekly).ends_with("payments at a distance of weeks have none"));
}

#[test]
fn a_payment_that_does_not_cover_the_interest_is_refused_with_the_numbers() {
    // 1 % of 1,200.00 a month.
    assert_eq!(
        refused(terms(InstalmentKind::FixedPayment { payment: 1_200 })),
        "payment \"12.00 EUR\" is refused: the interest due on 2026-02-15 is 12.00 EUR, so that nothing is paid back \
         (pay at least 12.01 EUR, or agree on interest only)"
    );
    assert!(Loan::new(terms(InstalmentKind::FixedPayment { payment: 1_201 })).is_ok());
    assert_eq!(
        refused(terms(InstalmentKind::FixedPayment { payment: 0 })),
        "payment \"0.00 EUR\" is refused: it has to be above zero"
    );
}

#[test]
fn told_parts_come_in_order_and_sum_to_the_loan() {
    let dates = |parts: &[(&str, i64)]| {
        let instalments =
            parts.iter().map(|(on, principal)| DatedInstalment { due_on: day(on), principal: *principal });
        let repayment = Repayment::Dates { instalments: instalments.collect() };
        LoanTerms::new("100.00 EUR".parse().unwrap(), day("2026-01-15"), repayment)
    };
    assert!(Loan::new(dates(&[("2026-02-01", 4_000), ("2026-05-01", 6_000)])).is_ok());
    assert_eq!(
        refused(dates(&[("2026-02-01", 4_000), ("2026-05-01", 5_000)])),
        "sum of the instalments \"90.00 EUR\" is refused: they have to pay back 100.00 EUR, the whole loan"
    );
    assert_eq!(
        refused(dates(&[("2026-05-01", 4_000), ("2026-02-01", 6_000)])),
        "due days \"2026-05-01, 2026-02-01\" is refused: each day is given once, and days are in their order"
    );
    assert_eq!(
        refused(dates(&[("2026-05-01", 11_000), ("2026-06-01", -1_000)])),
        "instalment \"-10.00 EUR\" is refused: it has to be above zero"
    );
    assert_eq!(refused(dates(&[])), "number of instalments \"0\" is refused: it has to be from 1 to 1,200");
}

#[test]
fn terms_read_back_and_unknown_fields_are_refused() {
    let mut terms = annuity();
    (terms.rounding, terms.residue, terms.grace_days) = (LoanRounding::HalfUp, Residue::First, 5);
    terms.fees.upfront = 900;
    let json = serde_json::to_value(&terms).unwrap();
    assert_eq!(serde_json::from_value::<LoanTerms>(json.clone()).unwrap(), terms);
    assert_eq!(json["rounding"], "half-up");
    for place in ["/interst", "/repayment/instalments/day", "/interest/apr", "/fees/late"] {
        let (parent, field) = place.rsplit_once('/').unwrap();
        let mut json = json.clone();
        json.pointer_mut(parent).unwrap()[field] = 1.into();
        let error = serde_json::from_value::<LoanTerms>(json).unwrap_err().to_string();
        assert!(error.contains(&format!("unknown field `{field}`")), "{error}");
    }
}

#[test]
fn grace_is_counted_from_the_due_day() {
    let loan = Loan::new(LoanTerms { grace_days: 5, ..annuity() }).unwrap();
    assert_eq!(loan.in_time_through(day("2026-02-26")), day("2026-03-03"));
}
