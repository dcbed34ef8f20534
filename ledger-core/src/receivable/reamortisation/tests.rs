//! Extra payments, changes of the rate and early payoffs, worked out by hand.

use super::*;
use crate::receivable::{
    Compounding, EarlyFee, Frequency, InterestTerms, LoanTerms, Parts, RateChange, interest_between, payoff,
};
use rust_decimal::Decimal;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// 1,000.00 EUR lent on 15 January at 12 % by 30/360, first due a month later.
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

fn loan(kind: InstalmentKind) -> Loan {
    Loan::new(terms(kind)).unwrap()
}

/// Number, principal, interest and balance of each instalment.
fn rows(plan: &[Instalment]) -> Vec<(u32, i64, i64, i64)> {
    plan.iter().map(|row| (row.number, row.parts.principal, row.parts.interest, row.balance)).collect()
}

#[test]
fn an_extra_payment_shortens_the_term_or_lowers_the_payments() {
    let loan = loan(InstalmentKind::Annuity { count: 4 });
    let plan = amortise(&loan).unwrap();
    // 300.00 more than was due on the first due day: 453.72 are left instead of 753.72.
    let state = LoanState::after(&loan, &plan, 1).unwrap().with_balance(day("2026-02-15"), 45_372);
    assert_eq!((state.payment, state.remaining, state.charged_to), (25_628, 3, day("2026-02-15")));
    assert_eq!(
        rows(&reamortise(&loan, &state, Keep::Payment).unwrap()),
        [(2, 25_174, 454, 20_198), (3, 20_198, 202, 0)]
    );
    // 453.72 × 0.01 / (1 − 1.01^−3) = 154.2748…
    assert_eq!(
        rows(&reamortise(&loan, &state, Keep::Term).unwrap()),
        [(2, 14_973, 454, 30_399), (3, 15_123, 304, 15_276), (4, 15_276, 153, 0)]
    );
}

#[test]
fn interest_before_an_extra_payment_is_that_of_the_balance_before_it() {
    let loan = loan(InstalmentKind::EqualPrincipal { count: 2 });
    let plan = amortise(&loan).unwrap();
    // 400.00 back after 12 of 30 days: 12 days of 1,000.00 and 18 of 600.00 at 12 %.
    let state = LoanState::after(&loan, &plan, 0).unwrap().with_balance(day("2026-01-27"), 60_000);
    assert_eq!(
        rows(&reamortise(&loan, &state, Keep::Term).unwrap()),
        [(1, 30_000, 760, 30_000), (2, 30_000, 300, 0)]
    );
    assert_eq!(
        rows(&reamortise(&loan, &state, Keep::Payment).unwrap()),
        [(1, 50_000, 760, 10_000), (2, 10_000, 100, 0)]
    );
}

#[test]
fn a_higher_rate_makes_payments_higher_or_the_term_longer() {
    let before = loan(InstalmentKind::Annuity { count: 4 });
    let plan = amortise(&before).unwrap();
    let state = LoanState::after(&before, &plan, 2).unwrap();
    let mut terms = before.into_terms();
    let rate = "24".parse().unwrap();
    terms.interest.as_mut().unwrap().changes = vec![RateChange { from: day("2026-03-15"), rate }];
    let loan = Loan::new(terms).unwrap();
    assert_eq!(
        rows(&reamortise(&loan, &state, Keep::Term).unwrap()),
        [(3, 24_999, 1_010, 25_499), (4, 25_499, 510, 0)]
    );
    assert_eq!(
        rows(&reamortise(&loan, &state, Keep::Payment).unwrap()),
        [(3, 24_618, 1_010, 25_880), (4, 25_110, 518, 770), (5, 770, 15, 0)]
    );
}

#[test]
fn a_rest_that_rounding_leaves_is_paid_with_the_last_payment() {
    let loan = loan(InstalmentKind::Annuity { count: 4 });
    let plan = amortise(&loan).unwrap();
    // A cent less than planned, so that the plan is made anew: the last payment is a cent lower, and none is added.
    let state = LoanState::after(&loan, &plan, 1).unwrap().with_balance(day("2026-02-15"), 75_373);
    let again = reamortise(&loan, &state, Keep::Payment).unwrap();
    assert_eq!(rows(&again).last(), Some(&(4, 25_376, 254, 0)));
}

#[test]
fn a_payment_that_no_longer_covers_the_interest_is_refused() {
    let loan = loan(InstalmentKind::Annuity { count: 4 });
    let state =
        LoanState { payment: 1_000, ..LoanState::after(&loan, &amortise(&loan).unwrap(), 0).unwrap() };
    let error = reamortise(&loan, &state, Keep::Payment).unwrap_err().to_string();
    assert!(
        error.starts_with("payment \"10.00 EUR\" is refused: the interest due on 2026-02-15 is 10.00 EUR"),
        "{error}"
    );
}

#[test]
fn where_nothing_is_left_only_interest_earned_is_due() {
    let loan = loan(InstalmentKind::Annuity { count: 4 });
    let plan = amortise(&loan).unwrap();
    let state = LoanState::after(&loan, &plan, 0).unwrap();
    // All of it back after 15 days.
    let paid = state.clone().with_balance(day("2026-01-30"), 0);
    assert_eq!(rows(&reamortise(&loan, &paid, Keep::Term).unwrap()), [(1, 0, 500, 0)]);
    assert_eq!(reamortise(&loan, &state.with_balance(day("2026-01-15"), 0), Keep::Term).unwrap(), []);
}

#[test]
fn a_state_that_cannot_be_is_refused() {
    let loan = loan(InstalmentKind::Annuity { count: 4 });
    let plan = amortise(&loan).unwrap();
    let state = LoanState::after(&loan, &plan, 1).unwrap();
    let refused = |state: LoanState| reamortise(&loan, &state, Keep::Term).unwrap_err().to_string();
    assert_eq!(
        refused(state.clone().with_balance(day("2026-03-16"), 100)),
        "day of the change \"2026-03-16\" is refused: the next instalment is due on 2026-03-15, before the principal \
         changes"
    );
    assert_eq!(
        refused(state.clone().with_balance(day("2026-03-01"), -1)),
        "principal that is left \"-0.01 EUR\" is refused: it is not below zero"
    );
    assert_eq!(
        refused(LoanState { remaining: 0, ..state }),
        "remaining instalments \"0\" is refused: a loan has 1 to 1,200 of them, and 1 lie behind"
    );
    assert_eq!(
        LoanState::after(&loan, &plan, 5).unwrap_err().to_string(),
        "instalments behind \"5\" is refused: the plan has 4"
    );
}

#[test]
fn a_payoff_is_principal_interest_of_the_days_and_the_fee_for_it() {
    let loan = loan(InstalmentKind::Annuity { count: 4 });
    let plan = amortise(&loan).unwrap();
    let state = LoanState::after(&loan, &plan, 1).unwrap();
    let on = |on: &str, fee| payoff(&loan, &state, day(on), fee).map_err(|error| error.to_string());
    // 10 days of 753.72 at 12 %: 2.5124.
    let parts = |interest, fee| Ok(Parts { principal: 75_372, interest, fee });
    assert_eq!(on("2026-02-25", None), parts(251, 0));
    assert_eq!(on("2026-02-15", Some(EarlyFee::Amount(2_500))), parts(0, 2_500));
    assert_eq!(on("2026-03-15", Some(EarlyFee::Percent(Decimal::ONE))), parts(754, 754));
    assert_eq!(
        on("2026-03-15", Some(EarlyFee::Percent(Decimal::from(101)))),
        Err("early fee \"101 %\" is refused: it is from 0 to 100 %".to_owned())
    );
    assert_eq!(
        on("2026-03-15", Some(EarlyFee::Amount(-1))),
        Err("early fee \"-0.01 EUR\" is refused: it is not below zero".to_owned())
    );
    assert_eq!(
        on("2026-02-14", None),
        Err("days of interest \"2026-02-15 to 2026-02-14\" is refused: it ends before it begins".to_owned())
    );
}

#[test]
fn interest_within_a_period_never_passes_the_whole() {
    let mut terms = terms(InstalmentKind::InterestOnly { count: 12 });
    (terms.lent_on, terms.interest.as_mut().unwrap().day_count) =
        (day("2026-01-28"), crate::receivable::DayCount::ThirtyE360);
    if let Repayment::Instalments(instalments) = &mut terms.repayment {
        (instalments.first_due_on, instalments.due_day) = (day("2026-02-28"), Some(31));
    }
    let loan = Loan::new(terms).unwrap();
    let balances = [BalanceFrom { from: day("2026-01-28"), principal: 100_000 }];
    let earned = |from: &str, to: &str| {
        interest_between(&loan, &balances, day(from), day(to)).unwrap().to_decimal().unwrap()
    };
    // 28 February to 31 March would be 32 days by 30E/360, and is a month of the plan.
    assert_eq!(earned("2026-02-28", "2026-03-31"), Decimal::from(1_000));
    assert_eq!(earned("2026-02-28", "2026-03-30"), Decimal::from(1_000));
    assert_eq!(earned("2026-02-28", "2026-03-10").round_dp(4), Decimal::new(4_000_000, 4));
    assert_eq!(earned("2026-03-30", "2026-03-31"), Decimal::ZERO);
}

#[test]
fn interest_asks_for_days_that_it_knows() {
    let loan = loan(InstalmentKind::Annuity { count: 4 });
    let at = |from: &str| BalanceFrom { from: day(from), principal: 1 };
    let refused = |balances: &[BalanceFrom], from: &str| {
        interest_between(&loan, balances, day(from), day("2026-12-31")).unwrap_err().to_string()
    };
    assert_eq!(
        refused(&[at("2026-01-01")], "2026-01-14"),
        "days of interest \"2026-01-14\" is refused: the loan was made on 2026-01-15"
    );
    assert_eq!(
        refused(&[at("2026-02-01")], "2026-01-31"),
        "days of interest \"2026-01-31\" is refused: no balance is given for it"
    );
    assert_eq!(
        refused(&[at("2026-02-01"), at("2026-01-20")], "2026-03-01"),
        "days of interest \"2026-02-01 to 2026-01-20\" is refused: balances are given in the order of their days"
    );
}

#[test]
fn unpaid_compound_interest_bears_interest() {
    let mut terms = terms(InstalmentKind::Bullet { count: 12 });
    terms.interest.as_mut().unwrap().compounding = Compounding::Monthly;
    let loan = Loan::new(terms).unwrap();
    // 1000 × (1.01^12 − 1) = 126.825…
    assert_eq!(rows(&amortise(&loan).unwrap()), [(1, 100_000, 12_683, 0)]);
    // Half of the principal back after six months: (1000 × 1.01^6 − 500) × 1.01^6 − 500, 96.0649…
    let state = LoanState::after(&loan, &amortise(&loan).unwrap(), 0).unwrap();
    let state = state.with_balance(day("2026-07-15"), 50_000);
    assert_eq!(rows(&reamortise(&loan, &state, Keep::Term).unwrap()), [(1, 50_000, 9_606, 0)]);
}
