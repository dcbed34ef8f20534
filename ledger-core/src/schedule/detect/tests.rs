//! What is found in made-up histories, one rule each, and in whole households.

use chrono::{Datelike, Months, Weekday};
use proptest::prelude::*;

use super::*;
use crate::money::Amount;
use crate::schedule::{ScheduleId, WeekendRule};

#[path = "../../../../benches/support/recurring_history.rs"]
mod recurring_history;

use recurring_history::{History, recurring_history};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn movement(entry: i64, on: NaiveDate, minor: i64, party: &str) -> Movement {
    let eur = "1.00 EUR".parse::<Amount>().unwrap().commodity();
    Movement {
        entry,
        on,
        account: AccountId(1),
        counter: Some(AccountId(2)),
        amount: eur.amount(minor),
        party: Some(party.to_owned()),
        text: String::new(),
    }
}

/// Payments to one party, numbered from 1.
fn paid(rows: impl IntoIterator<Item = (NaiveDate, i64)>) -> Vec<Movement> {
    rows.into_iter().zip(1..).map(|((on, minor), entry)| movement(entry, on, minor, "Payee")).collect()
}

fn monthly(first: &str, count: u32, every: u32) -> impl Iterator<Item = NaiveDate> {
    let first = day(first);
    (0..count).map(move |number| first + Months::new(number * every))
}

fn found(history: &[Movement], as_of: &str) -> Vec<RecurringProposal> {
    detect(history, &[], &DetectOptions::new(day(as_of))).unwrap()
}

/// Recurrence, amount in force and first day to come.
fn told(proposal: &RecurringProposal) -> (String, String, String) {
    (proposal.recurrence.to_string(), proposal.amount().to_string(), proposal.next_on().to_string())
}

fn only(history: &[Movement], as_of: &str) -> RecurringProposal {
    let mut found = found(history, as_of);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

#[test]
fn each_cadence_is_found_with_its_next_day() {
    let weeks = |every: u64| (0..8).map(move |n| (day("2026-01-02") + Days::new(n * 7 * every), -1_000));
    for (every, words, as_of, next) in [
        (1, "every week on Friday", "2026-02-25", "2026-02-27"),
        (2, "every 2 weeks on Friday", "2026-04-15", "2026-04-24"),
        (4, "every 4 weeks on Friday", "2026-07-20", "2026-08-14"),
    ] {
        let proposal = only(&paid(weeks(every)), as_of);
        let expected = (words.to_lowercase(), "-10.00 EUR".to_owned(), next.to_owned());
        let (said, amount, on) = told(&proposal);
        assert_eq!((said.to_lowercase(), amount, on), expected);
        assert_eq!(proposal.confidence, Percent::CERTAIN);
    }
    for (every, count, words, next) in [
        (1, 6, "every month on the 10th", "2024-07-10"),
        (2, 6, "every 2 months on the 10th", "2025-01-10"),
        (3, 6, "every 3 months on the 10th", "2025-07-10"),
        (6, 6, "every 6 months on the 10th", "2027-01-10"),
        (12, 5, "every year on 10 January", "2029-01-10"),
    ] {
        let history = paid(monthly("2024-01-10", count, every).map(|on| (on, -1_000)));
        let as_of = history.last().unwrap().on + Days::new(3);
        let proposal = only(&history, &as_of.to_string());
        assert_eq!(proposal.next_on(), day(next));
        assert_eq!(proposal.confidence, Percent::CERTAIN, "{words}");
        let said = proposal.recurrence.to_string();
        assert!(every == 12 || every == 3 || said == words, "{said}");
    }
}

#[test]
fn a_transfer_between_two_accounts_is_proposed_once_for_the_one_that_pays() {
    let paid = paid(monthly("2025-01-05", 12, 1).map(|on| (on, -5_000)));
    let arrived = paid.iter().map(|movement| Movement {
        account: AccountId(2),
        counter: Some(AccountId(1)),
        amount: movement.amount.negate().unwrap(),
        ..movement.clone()
    });
    let both: Vec<Movement> = arrived.chain(paid.iter().cloned()).collect();
    assert_eq!(only(&both, "2025-12-20").account, AccountId(1));
}

#[test]
fn month_ends_and_weekends_are_told_by_the_days() {
    let ends = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"].map(day);
    let proposal = only(&paid(ends.map(|on| (on, -1_000))), "2026-07-01");
    assert_eq!(
        (proposal.recurrence.to_string(), proposal.weekend),
        ("every month on the last day".into(), WeekendRule::AsIs)
    );
    assert_eq!(proposal.next_on(), day("2026-07-31"));
    for rule in WeekendRule::ALL {
        let moved = monthly("2025-01-01", 18, 1).map(|on| (rule.apply(on), -1_000));
        let proposal = only(&paid(moved), "2026-06-05");
        assert_eq!((proposal.weekend, proposal.next_on()), (rule, day("2026-07-01")));
        assert_eq!(proposal.recurrence.to_string(), "every month on the 1st");
    }
    let salary = ends.map(|on| (WeekendRule::Before.apply(on), 300_000));
    let proposal = only(&paid(salary), "2026-07-01");
    assert_eq!(proposal.weekend, WeekendRule::Before);
    assert_eq!(proposal.recurrence.to_string(), "every month on the last day");
}

#[test]
fn a_price_change_is_a_step_also_when_it_was_paid_once() {
    for (at_new_price, key_of_new) in [(1, false), (5, false), (6, false)] {
        let price = |number: usize| if number + at_new_price >= 12 { -1_299 } else { -999 };
        let days = monthly("2025-01-15", 12, 1).enumerate();
        let proposal = only(&paid(days.map(|(number, on)| (on, price(number)))), "2025-12-20");
        let amounts: Vec<_> = proposal.steps.iter().map(|step| step.amount.to_string()).collect();
        assert_eq!(amounts, ["-9.99 EUR", "-12.99 EUR"]);
        assert_eq!(proposal.steps[1].from, day("2025-01-15") + Months::new(12 - at_new_price as u32));
        let alone = paid(monthly("2025-01-15", 6, 1).map(|on| (on, -1_299)));
        let alone = only(&alone, "2025-06-20");
        assert!(proposal.answers_to(&alone.key) && (proposal.key == alone.key) == key_of_new);
    }
}

#[test]
fn contracts_at_one_payee_are_told_apart_also_when_one_gets_dearer() {
    for (second, dearer) in [("2025-01-05", false), ("2025-01-20", false), ("2025-01-20", true)] {
        let small = monthly("2025-01-05", 12, 1).enumerate();
        let small = small.map(|(number, on)| (on, if dearer && number >= 10 { -1_300 } else { -1_200 }));
        let large = monthly(second, 12, 1).map(|on| (on, -4_000));
        let mut found = found(&paid(small.chain(large)), "2025-12-22");
        found.sort_by_key(|proposal| -proposal.amount().minor());
        let names: Vec<_> = found.iter().map(|proposal| proposal.name.as_str()).collect();
        assert_eq!(names, [if dearer { "Payee 13.00 EUR" } else { "Payee 12.00 EUR" }, "Payee 40.00 EUR"]);
        assert!(found.iter().all(|proposal| proposal.entries.len() == 12), "{found:#?}");
        assert_ne!(found[0].key, found[1].key);
    }
    // Yearly ones of different months are not one that comes twice a year.
    let yearly = |first: &str, minor| monthly(first, 4, 12).map(move |on| (on, minor)).collect::<Vec<_>>();
    let found =
        found(&paid([yearly("2022-01-10", -1_200), yearly("2022-07-10", -4_000)].concat()), "2025-08-01");
    assert_eq!(found.iter().map(|proposal| proposal.cadence).collect::<Vec<_>>(), [Cadence::Yearly; 2]);
}

#[test]
fn amounts_that_vary_are_an_estimate() {
    let euros = [61, 64, 58, 70, 66, 59, 62, 63, 68, 60];
    let history = paid(monthly("2025-01-08", 10, 1).zip(euros.map(|euro| -100 * euro)));
    let proposal = only(&history, "2025-10-10");
    assert_eq!(proposal.amount().to_string(), "-62.00 EUR");
    let ends = proposal.steps[0].estimate.map(|(low, high)| (low.to_string(), high.to_string()));
    assert_eq!(ends, Some(("-58.00 EUR".to_owned(), "-68.00 EUR".to_owned())));
    let terms = proposal.terms(AccountId(2)).unwrap();
    let schedule = Schedule::new(ScheduleId::new(1), terms).unwrap();
    assert_eq!(schedule.terms().steps[0].lines[0].low().to_string(), "58.00 EUR");
}

#[test]
fn one_missing_period_is_tolerated_and_what_stopped_is_not_proposed() {
    let days = || monthly("2025-01-05", 12, 1).map(|on| (on, -1_000));
    let without =
        |left_out: usize| paid(days().enumerate().filter(|(at, _)| *at != left_out).map(|(_, row)| row));
    let proposal = only(&without(6), "2025-12-10");
    assert_eq!(proposal.confidence.get(), 95);
    assert!(proposal.reasons.contains(&"missing once".to_owned()));
    let history = paid(days());
    assert_eq!(found(&history, "2026-01-20").len(), 1, "the next one may be late");
    assert_eq!(found(&history, "2026-01-21"), [], "46 days after the last one");
}

#[test]
fn movements_after_the_day_are_not_looked_at() {
    let history = paid(monthly("2025-01-05", 12, 1).map(|on| (on, -1_000)));
    assert_eq!(only(&history, "2025-06-04").entries, [1, 2, 3, 4, 5]);
    assert_eq!(found(&history, "2025-02-28"), []);
}

#[test]
fn a_row_of_the_plan_stands_for_one_proposal() {
    let small = monthly("2025-01-05", 12, 1).map(|on| (on, -1_200));
    let large = monthly("2025-01-20", 12, 1).map(|on| (on, -4_000));
    let history = paid(small.chain(large));
    let as_of = DetectOptions::new(day("2025-12-22"));
    let proposals = detect(&history, &[], &as_of).unwrap();
    let known = |terms| Arc::new(Schedule::new(ScheduleId::new(1), terms).unwrap());
    for proposal in &proposals {
        let row = known(proposal.terms(AccountId(2)).unwrap());
        let left = detect(&history, &[row], &as_of).unwrap();
        assert_eq!(left.len(), 1);
        assert_ne!(left[0].key, proposal.key);
    }
    let mut terms = proposals[0].terms(AccountId(2)).unwrap();
    terms.party = Some("Somebody Else".to_owned());
    assert_eq!(detect(&history, &[known(terms.clone())], &as_of).unwrap().len(), 2, "another party");
    terms.party = None;
    assert_eq!(detect(&history, &[known(terms.clone())], &as_of).unwrap().len(), 1, "no party");
    terms.recurrence = "DTSTART;VALUE=DATE:20250105\nRRULE:FREQ=WEEKLY".parse().unwrap();
    assert_eq!(detect(&history, &[known(terms)], &as_of).unwrap().len(), 2, "another cadence");
}

#[test]
fn texts_with_changing_numbers_are_one_payee() {
    let mut history = paid(monthly("2025-01-05", 6, 1).map(|on| (on, -1_000)));
    for movement in &mut history {
        movement.party = None;
        movement.text = format!("SEPA 4711{} Gym Rate {}", movement.entry, movement.on);
    }
    let proposal = only(&history, "2025-06-10");
    assert_eq!((proposal.party.as_deref(), proposal.entries.len()), (None, 6));
    assert!(proposal.name.starts_with("SEPA 47116 Gym"));
}

#[test]
fn irregular_days_and_amounts_are_not_proposed() {
    let mut on = day("2025-01-01");
    let irregular = (0..40_u64).map(|number| {
        on = on + Days::new(3 + number * number * 7 % 11);
        (on, -1_000 - (number * number * 37 % 4_000) as i64)
    });
    assert_eq!(found(&paid(irregular), "2025-12-01"), []);
    // On the day, but for anything from 10 to 90.
    let saturdays = day("2025-01-01").iter_days().filter(|day| day.weekday() == Weekday::Sat).take(40);
    let wild = saturdays.zip(0..).map(|(on, number)| (on, -1_000 - number * number * 997 % 8_000));
    assert_eq!(found(&paid(wild), "2025-10-06"), []);
}

fn movements(history: &History) -> Vec<Movement> {
    let rows = history.rows.iter().zip(1..).map(|(row, entry)| Movement {
        counter: Some(AccountId(row.counter)),
        party: row.party.clone(),
        text: row.text.clone(),
        ..movement(entry, row.on, row.minor, "")
    });
    rows.collect()
}

#[test]
fn everything_planted_in_a_household_is_found_and_no_noise_is() {
    let as_of = DetectOptions::new(recurring_history::last_day());
    let mut wrong = Vec::new();
    for seed in 1..=20 {
        let history = recurring_history(seed);
        let mut found = detect(&movements(&history), &[], &as_of).unwrap();
        for planted in &history.planted {
            let near = |proposal: &RecurringProposal| {
                let apart = proposal.amount().minor().abs_diff(planted.minor);
                proposal.name.starts_with(planted.payee)
                    && proposal.cadence.name() == planted.cadence
                    && apart <= planted.minor.unsigned_abs() / 5
            };
            match found.iter().position(near) {
                Some(at) => drop(found.remove(at)),
                None => wrong.push(format!("{seed}: missing {} {}", planted.payee, planted.minor)),
            }
        }
        let noise = found.iter();
        wrong.extend(
            noise.map(|one| format!("{seed}: noise {} {}, {:?}", one.name, one.confidence, one.reasons)),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn keys_stay_while_a_history_goes_on() {
    let movements = movements(&recurring_history(3));
    let last = recurring_history::last_day();
    let at = |months: u32| detect(&movements, &[], &DetectOptions::new(last - Months::new(months))).unwrap();
    let now = at(0);
    for earlier in [1, 2, 3, 5] {
        for proposal in at(earlier) {
            let same: Vec<_> = now.iter().filter(|other| other.answers_to(&proposal.key)).collect();
            assert_eq!(same.len(), 1, "{earlier} months before: {proposal:#?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_on_a_grid_is_found_whatever_its_day_amount_and_weekend_rule(
        start in 0..1_500_u64, every in prop::sample::select(vec![1_u32, 2, 3, 6, 12]), count in 6..20_u32,
        minor in 1..1_000_000_i64, rule in prop::sample::select(WeekendRule::ALL.to_vec()),
    ) {
        let first = day("2020-01-01") + Days::new(start);
        let days: Vec<_> = (0..count).map(|number| first + Months::new(number * every)).collect();
        let history = paid(days.iter().map(|on| (rule.apply(*on), -minor)));
        let as_of = *days.last().unwrap() + Days::new(5);
        let found = detect(&history, &[], &DetectOptions::new(as_of)).unwrap();
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].entries.len(), count as usize);
        prop_assert_eq!(found[0].amount().minor(), -minor);
        // Other grids may miss the days seen as little, but not by more than their own tolerance.
        let next = found[0].weekend.apply(found[0].next_on());
        let expected = rule.apply(first + Months::new(count * every));
        prop_assert!((next - expected).num_days().abs() <= 4, "{next} {expected}");
    }

    #[test]
    fn any_movements_are_answered_with_sound_rows(
        rows in prop::collection::vec((0..400_u64, prop::sample::select(vec![i64::MIN, i64::MAX, -1, 0, 1, 500, 501]), 0..3_u8), 0..60)
    ) {
        let rows = rows.into_iter().zip(1..).map(|((ahead, minor, party), entry)| {
            movement(entry, day("2025-01-01") + Days::new(ahead), minor, &party.to_string())
        });
        let history: Vec<_> = rows.collect();
        for proposal in detect(&history, &[], &DetectOptions::new(day("2026-02-05"))).unwrap() {
            prop_assert!(Schedule::new(ScheduleId::new(1), proposal.terms(AccountId(2)).unwrap()).is_ok());
            prop_assert!(proposal.next_on() > history.iter().filter(|one| proposal.entries.contains(&one.entry)).map(|one| one.on).max().unwrap() - Days::new(10));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_a_history_does_not_matter(seed in 0..1_000_u64) {
        let mut movements = movements(&recurring_history(seed));
        let as_of = DetectOptions::new(recurring_history::last_day());
        let found = detect(&movements, &[], &as_of).unwrap();
        movements.reverse();
        let middle = movements.len() / 3;
        movements.rotate_left(middle);
        prop_assert_eq!(found, detect(&movements, &[], &as_of).unwrap());
    }
}
