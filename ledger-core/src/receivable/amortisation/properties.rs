//! What every plan keeps, whatever the terms.
//!
//! `LEDGER_TEST_SEED` (a number) and `LEDGER_TEST_CASES` change what is tried; the seed is printed.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rust_decimal::Decimal;

use crate::money::Commodity;
use crate::receivable::{
    BalanceFrom, Compounding, DatedInstalment, DayCount, FeeTerms, Frequency, Instalment, InstalmentKind,
    InstalmentTerms, InterestTerms, Keep, Loan, LoanRounding, LoanState, LoanTerms, Rate, RateChange,
    Repayment, Residue, amortise, interest_between, reamortise,
};

fn lent_on() -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, 11, 30).unwrap()
}

fn rate() -> impl Strategy<Value = Rate> {
    prop_oneof![
        1 => Just(Rate::ZERO),
        8 => (0_i64..=5_000_000, 2_u32..=5).prop_map(|(mantissa, scale)| {
            // From 0 to 50 %, with up to five places.
            let most = 50 * 10_i64.pow(scale);
            Rate::new(Decimal::new(mantissa % (most + 1), scale)).unwrap()
        }),
    ]
}

fn interest() -> impl Strategy<Value = InterestTerms> {
    let changes = prop::collection::vec((1_u64..3_000, rate()), 0..4);
    let changes = prop_oneof![2 => Just(Vec::new()), 1 => changes];
    let day_count = prop::sample::select(DayCount::ALL.to_vec());
    let compounding =
        prop_oneof![2 => Just(Compounding::None), 1 => prop::sample::select(Compounding::ALL.to_vec())];
    (rate(), changes, day_count, compounding).prop_map(|(rate, mut changes, day_count, compounding)| {
        changes.sort_by_key(|change| change.0);
        changes.dedup_by_key(|change| change.0);
        let changes =
            changes.into_iter().map(|(days, rate)| RateChange { from: lent_on() + Days::new(days), rate });
        InterestTerms { rate, changes: changes.collect(), compounding, day_count }
    })
}

fn kind() -> impl Strategy<Value = InstalmentKind> {
    let count = prop_oneof![4 => 1_u32..60, 1 => 60_u32..=400];
    (count, 0..4).prop_map(|(count, kind)| match kind {
        0 => InstalmentKind::EqualPrincipal { count },
        1 => InstalmentKind::InterestOnly { count },
        // Interest on interest over centuries does not fit.
        2 => InstalmentKind::Bullet { count: count.min(24) },
        _ => InstalmentKind::Annuity { count },
    })
}

fn repayment() -> impl Strategy<Value = Repayment> {
    let frequency = prop_oneof![
        4 => Just(Frequency::MONTHLY),
        1 => (1_u16..=12).prop_map(Frequency::Months),
        1 => (1_u16..=8).prop_map(Frequency::Weeks),
    ];
    (kind(), frequency, 0_u64..150).prop_map(|(kind, frequency, days)| {
        let first_due_on = lent_on() + Days::new(days);
        Repayment::Instalments(InstalmentTerms { kind, frequency, first_due_on, due_day: None })
    })
}

/// Sound terms: every kind, scale, rate from 0 to 50 %, and odd first periods.
fn loan() -> impl Strategy<Value = Loan> {
    let principal = prop_oneof![
        1 => 400_i64..5_000,
        6 => 5_000_i64..1_000_000_000,
        1 => 1_000_000_000_i64..1_000_000_000_000_000,
    ];
    let rounding = prop::sample::select(LoanRounding::ALL.to_vec());
    let residue = prop_oneof![Just(Residue::Last), Just(Residue::First)];
    let fees =
        (0_i64..5_000, 0_i64..100).prop_map(|(upfront, per_instalment)| FeeTerms { upfront, per_instalment });
    (principal, 0_u8..=8, repayment(), prop::option::weighted(0.9, interest()), rounding, residue, fees)
        .prop_map(|(principal, scale, repayment, interest, rounding, residue, fees)| {
            let principal = Commodity::new("UNIT", scale).unwrap().amount(principal);
            let terms = LoanTerms::new(principal, lent_on(), repayment);
            Loan::new(LoanTerms { interest, rounding, residue, fees, ..terms }).unwrap()
        })
}

fn instalments(loan: &Loan) -> InstalmentTerms {
    match &loan.terms().repayment {
        Repayment::Instalments(instalments) => *instalments,
        _ => panic!("all of these are regular"),
    }
}

fn has_one_rate(loan: &Loan) -> bool {
    loan.terms().interest.as_ref().is_none_or(|interest| interest.changes.is_empty())
}

fn payment(row: &Instalment) -> i64 {
    row.parts.principal + row.parts.interest
}

fn principal(plan: &[Instalment]) -> i64 {
    plan.iter().map(|row| row.parts.principal).sum()
}

fn holds<S: Strategy>(strategy: S, cases: u64, rule: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let setting = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let seed = setting("LEDGER_TEST_SEED", 20_261_121);
    let cases = setting("LEDGER_TEST_CASES", cases) as u32;
    println!("{cases} loans, LEDGER_TEST_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    if let Err(failure) = runner.run(&strategy, rule) {
        panic!("LEDGER_TEST_SEED={seed}: {failure}");
    }
}

/// What each plan keeps that pays back `balance`.
fn check_plan(plan: &[Instalment], balance: i64) -> Result<(), TestCaseError> {
    prop_assert_eq!(principal(plan), balance);
    prop_assert_eq!(plan.last().map(|row| row.balance), Some(0));
    let mut before = balance;
    for row in plan {
        let parts = row.parts;
        prop_assert!(parts.principal >= 0 && parts.interest >= 0 && parts.fee >= 0, "{:?}", row);
        prop_assert_eq!(row.balance, before - parts.principal);
        before = row.balance;
    }
    prop_assert!(plan.windows(2).all(|pair| pair[0].due_on < pair[1].due_on));
    prop_assert!(plan.windows(2).all(|pair| pair[0].number + 1 == pair[1].number));
    Ok(())
}

#[test]
fn principal_sums_to_the_loan_and_no_part_is_below_zero() {
    holds(loan(), 600, |loan| {
        let plan = amortise(&loan).unwrap();
        check_plan(&plan, loan.terms().principal.minor())?;
        let kind = instalments(&loan).kind;
        let count = if matches!(kind, InstalmentKind::Bullet { .. }) { 1 } else { kind.count().unwrap() };
        prop_assert_eq!(plan.len(), count as usize);
        if loan.terms().interest.is_none() {
            prop_assert!(plan.iter().all(|row| row.parts.interest == 0));
        }
        let fees = loan.terms().fees;
        let charged: i64 = plan.iter().map(|row| row.parts.fee).sum();
        prop_assert_eq!(charged, fees.upfront + fees.per_instalment * i64::from(count));
        Ok(())
    });
}

#[test]
fn what_is_equal_is_equal_but_for_residue_and_an_odd_first_period() {
    holds(loan(), 600, |loan| {
        let plan = amortise(&loan).unwrap();
        let middle = plan.iter().filter(|row| row.number > 1 && row.balance > 0);
        match instalments(&loan).kind {
            InstalmentKind::Annuity { .. } if has_one_rate(&loan) => {
                // A month whose interest is higher than the payment pays the interest.
                let regular: Vec<_> = middle.filter(|row| row.parts.principal > 0).collect();
                prop_assert!(
                    regular.windows(2).all(|pair| payment(pair[0]) == payment(pair[1])),
                    "{:?}",
                    plan
                );
            }
            InstalmentKind::EqualPrincipal { .. } => {
                let parts: Vec<_> = middle.map(|row| row.parts.principal).collect();
                prop_assert!(parts.windows(2).all(|pair| pair[0] == pair[1]));
            }
            InstalmentKind::InterestOnly { .. } => {
                prop_assert!(plan.iter().all(|row| row.parts.principal == 0 || row.balance == 0));
            }
            _ => {}
        }
        Ok(())
    });
}

#[test]
fn a_fixed_payment_stays_and_the_last_one_is_not_higher() {
    holds((loan(), 1_i64..1_000_000), 400, |(loan, more)| {
        let regular = amortise(&loan).unwrap();
        let highest = regular.iter().map(|row| row.parts.interest).max().unwrap();
        let mut terms = loan.into_terms();
        let told = highest + more;
        if let Repayment::Instalments(instalments) = &mut terms.repayment {
            instalments.kind = InstalmentKind::FixedPayment { payment: told };
        }
        let balance = terms.principal.minor();
        // A payment near the interest may take more than 1,200 instalments.
        let Ok(plan) = Loan::new(terms).and_then(|loan| amortise(&loan)) else { return Ok(()) };
        check_plan(&plan, balance)?;
        let (last, others) = plan.split_last().unwrap();
        prop_assert!(others.iter().all(|row| payment(row) == told));
        prop_assert!(payment(last) <= told);
        Ok(())
    });
}

#[test]
fn interest_between_due_days_is_the_plan_s() {
    holds(loan(), 300, |loan| {
        let plan = amortise(&loan).unwrap();
        let (mut from, mut principal) = (lent_on(), loan.terms().principal.minor());
        for row in &plan {
            let balances = [BalanceFrom { from, principal }];
            let earned = interest_between(&loan, &balances, from, row.due_on).unwrap();
            prop_assert_eq!(
                earned.rounded(loan.terms().rounding.rule()).unwrap(),
                row.parts.interest,
                "{:?}",
                row
            );
            (from, principal) = (row.due_on, row.balance);
        }
        Ok(())
    });
}

#[test]
fn a_period_cut_in_two_earns_what_it_earns_whole() {
    holds((loan(), 0_u64..4_000, 0_u64..4_000, 0_u64..4_000), 300, |(loan, first, second, third)| {
        let mut days = [first, second, third].map(|days| lent_on() + Days::new(days));
        days.sort();
        let [from, between, to] = days;
        let principal = loan.terms().principal.minor();
        let earned = |from: NaiveDate, to: NaiveDate| {
            let balances = [BalanceFrom { from: lent_on(), principal }];
            interest_between(&loan, &balances, from, to).unwrap().to_decimal().unwrap()
        };
        let (whole, parts) = (earned(from, to), earned(from, between) + earned(between, to));
        let compound = loan.terms().interest.as_ref().map_or(Compounding::None, |terms| terms.compounding);
        if compound == Compounding::None {
            prop_assert!((whole - parts).abs() < Decimal::new(1, 9), "{} {}", whole, parts);
        } else {
            // Interest on interest is missing from the parts.
            prop_assert!(whole >= parts - Decimal::new(1, 6), "{} {}", whole, parts);
        }
        let split = [BalanceFrom { from: lent_on(), principal }, BalanceFrom { from: between, principal }];
        let again = interest_between(&loan, &split, from, to).unwrap().to_decimal().unwrap();
        prop_assert!((whole - again).abs() < Decimal::new(1, 6), "{} {}", whole, again);
        Ok(())
    });
}

#[test]
fn an_unchanged_state_gives_the_tail_of_the_plan() {
    holds((loan(), any::<prop::sample::Index>()), 400, |(loan, behind)| {
        let plan = amortise(&loan).unwrap();
        let behind = behind.index(plan.len());
        let state = LoanState::after(&loan, &plan, behind as u32).unwrap();
        prop_assert_eq!(&reamortise(&loan, &state, Keep::Term).unwrap()[..], &plan[behind..]);
        if has_one_rate(&loan) {
            prop_assert_eq!(&reamortise(&loan, &state, Keep::Payment).unwrap()[..], &plan[behind..]);
        }
        Ok(())
    });
}

#[test]
fn an_extra_payment_makes_the_term_shorter_or_the_payments_lower() {
    let extra = (any::<prop::sample::Index>(), 1_i64..100, 0_u64..28);
    holds((loan(), extra), 400, |(loan, (behind, percent, days))| {
        let plan = amortise(&loan).unwrap();
        let behind = behind.index(plan.len());
        let state = LoanState::after(&loan, &plan, behind as u32).unwrap();
        let extra = (i128::from(state.balance()) * i128::from(percent) / 100) as i64;
        let on = (state.charged_to + Days::new(days)).min(plan[behind].due_on);
        let left = state.balance() - extra;
        let state = state.with_balance(on, left);
        let lower = reamortise(&loan, &state, Keep::Term).unwrap();
        check_plan(&lower, left)?;
        prop_assert!(lower.len() == plan.len() - behind || left < (plan.len() - behind) as i64);
        prop_assert_eq!(lower[0].due_on, plan[behind].due_on);
        let interest =
            |plan: &[Instalment]| plan.iter().map(|row| i128::from(row.parts.interest)).sum::<i128>();
        // Rounding may outweigh a small extra payment over many small instalments.
        if has_one_rate(&loan) && lower.len() <= 60 && extra > 100_000 {
            prop_assert!(interest(&lower) < interest(&plan[behind..]) + lower.len() as i128);
        }
        // A payment is refused that is no more than the interest of a period, as after a change of the rate, or where an
        // annuity of a few minor units pays interest only in long months.
        let Ok(shorter) = reamortise(&loan, &state, Keep::Payment) else {
            let highest = plan[behind..].iter().map(|row| row.parts.interest).max();
            prop_assert!(!has_one_rate(&loan) || highest >= Some(state.payment));
            return Ok(());
        };
        check_plan(&shorter, left)?;
        // Where the last payment was to take much that rounding left, keeping the payment takes longer.
        let is_even = payment(plan.last().unwrap()) <= state.payment + plan.len() as i64;
        if has_one_rate(&loan) && is_even && lower.len() <= 60 && extra > 100_000 {
            prop_assert!(shorter.len() <= plan.len() - behind, "{} {}", shorter.len(), plan.len());
        }
        Ok(())
    });
}

#[test]
fn told_parts_are_paid_as_told() {
    let parts = prop::collection::vec((1_u64..200, 1_i64..1_000_000), 1..40);
    holds((parts, prop::option::of(interest()), 1_i64..150), 200, |(parts, interest, percent)| {
        let mut due_on = lent_on();
        let instalments: Vec<DatedInstalment> = parts
            .iter()
            .map(|(days, principal)| {
                due_on = due_on + Days::new(*days);
                DatedInstalment { due_on, principal: *principal }
            })
            .collect();
        let sum = parts.iter().map(|part| part.1).sum();
        let amount = Commodity::new("UNIT", 2).unwrap().amount(sum);
        let terms = LoanTerms::new(amount, lent_on(), Repayment::Dates { instalments: instalments.clone() });
        let loan = Loan::new(LoanTerms { interest, ..terms }).unwrap();
        let plan = amortise(&loan).unwrap();
        check_plan(&plan, sum)?;
        let told =
            plan.iter().map(|row| DatedInstalment { due_on: row.due_on, principal: row.parts.principal });
        prop_assert_eq!(told.collect::<Vec<_>>(), instalments);
        let left = (sum * percent / 100).max(1);
        let state = LoanState::after(&loan, &plan, 0).unwrap().with_balance(lent_on(), left);
        for keep in [Keep::Payment, Keep::Term] {
            check_plan(&reamortise(&loan, &state, keep).unwrap(), left)?;
        }
        Ok(())
    });
}
