use proptest::prelude::*;

use super::*;
use crate::schedule::ScheduleId;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn expected(schedule: i32, due_on: &str, amount: &str, party: &str, name: &str) -> ExpectedOccurrence {
    let amount: Amount = amount.parse().unwrap();
    let due_on = day(due_on);
    ExpectedOccurrence {
        key: OccurrenceKey::new(ScheduleId::new(schedule), due_on),
        due_on,
        account: AccountId(1),
        counter: None,
        amount,
        low: amount,
        high: amount,
        party: (!party.is_empty()).then(|| party.to_owned()),
        name: name.to_owned(),
    }
}

fn moved(entry: i64, on: &str, amount: &str, party: &str, text: &str) -> Movement {
    Movement {
        entry,
        on: day(on),
        account: AccountId(1),
        counter: None,
        amount: amount.parse().unwrap(),
        party: (!party.is_empty()).then(|| party.to_owned()),
        text: text.to_owned(),
    }
}

fn rent() -> ExpectedOccurrence {
    expected(1, "2026-03-01", "-950.00 EUR", "Landlord", "Rent")
}

fn found(occurrences: &[ExpectedOccurrence], movements: &[Movement]) -> Vec<OccurrenceMatch> {
    match_occurrences(occurrences, movements, &MatchOptions::default())
}

#[test]
fn only_the_same_account_sign_commodity_and_counter_fit() {
    let paid = moved(1, "2026-03-01", "-950.00 EUR", "Landlord", "Rent");
    let sure = found(&[rent()], std::slice::from_ref(&paid));
    assert_eq!(sure[0].confidence, Percent::CERTAIN);
    assert!(sure[0].is_sure);
    let others = [
        Movement { account: AccountId(2), ..paid.clone() },
        moved(1, "2026-03-01", "950.00 EUR", "Landlord", "Rent"),
        moved(1, "2026-03-01", "-950.00 USD", "Landlord", "Rent"),
    ];
    for other in others {
        assert_eq!(found(&[rent()], &[other]), []);
    }
    let flat = ExpectedOccurrence { counter: Some(AccountId(3)), ..rent() };
    assert_eq!(found(std::slice::from_ref(&flat), std::slice::from_ref(&paid)).len(), 1, "nobody chose one");
    let same = Movement { counter: Some(AccountId(3)), ..paid.clone() };
    assert_eq!(found(std::slice::from_ref(&flat), &[same]).len(), 1);
    let other = Movement { counter: Some(AccountId(4)), ..paid };
    assert_eq!(found(&[flat], &[other]), []);
}

#[test]
fn amounts_fit_up_to_the_tolerance_and_days_up_to_the_ends_of_the_window() {
    for (on, amount, fits) in [
        ("2026-03-01", "-1045.00 EUR", true),
        ("2026-03-01", "-1045.01 EUR", false),
        ("2026-03-01", "-855.00 EUR", true),
        ("2026-03-01", "-854.99 EUR", false),
        ("2026-02-24", "-950.00 EUR", true),
        ("2026-02-23", "-950.00 EUR", false),
        ("2026-03-11", "-950.00 EUR", true),
        ("2026-03-12", "-950.00 EUR", false),
    ] {
        let found = found(&[rent()], &[moved(1, on, amount, "Landlord", "")]);
        assert_eq!(found.len(), usize::from(fits), "{on} {amount}");
        assert!(found.iter().all(|found| found.confidence < Percent::CERTAIN && !found.reasons.is_empty()));
    }
    let options = MatchOptions { percent: 0, absolute_minor: 5, ..MatchOptions::default() };
    for (amount, fits) in [("-950.05 EUR", 1), ("-950.06 EUR", 0)] {
        let paid = moved(1, "2026-03-01", amount, "Landlord", "");
        assert_eq!(match_occurrences(&[rent()], &[paid], &options).len(), fits);
    }
}

#[test]
fn an_amount_in_an_estimate_is_better_than_one_outside_and_the_reasons_say_which_it_is() {
    let range = |low: &str, high: &str| ExpectedOccurrence {
        low: low.parse().unwrap(),
        high: high.parse().unwrap(),
        ..expected(2, "2026-03-10", "-60.00 EUR", "City Power", "Electricity")
    };
    let power = range("-40.00 EUR", "-80.00 EUR");
    let cases = [
        ("2026-03-10", "-60.00 EUR", 100, "60.00 EUR as expected, on its day, to City Power"),
        (
            "2026-03-12",
            "-70.00 EUR",
            90,
            "70.00 EUR within the expected 40.00 EUR to 80.00 EUR, 2 days late, to City Power",
        ),
        (
            "2026-03-09",
            "-83.00 EUR",
            70,
            "83.00 EUR instead of 60.00 EUR, 23.00 EUR more, 1 day early, to City Power",
        ),
        (
            "2026-03-10",
            "-37.00 EUR",
            75,
            "37.00 EUR instead of 60.00 EUR, 23.00 EUR less, on its day, to City Power",
        ),
    ];
    for (on, amount, confidence, reasons) in cases {
        let found = found(std::slice::from_ref(&power), &[moved(1, on, amount, "city power", "")]);
        assert_eq!(found[0].confidence.get(), confidence, "{reasons}");
        assert_eq!(found[0].reasons.join(", ").replace("city power", "City Power"), reasons);
    }
}

#[test]
fn texts_decide_between_equal_amounts_of_one_day() {
    let gym = expected(2, "2026-03-01", "-950.00 EUR", "Golden Gym", "Gym");
    let entries = [
        moved(1, "2026-03-01", "-950.00 EUR", "", "SEPA GOLDEN GYM 4711"),
        moved(2, "2026-03-01", "-950.00 EUR", "", "Landlords monthly rent"),
    ];
    let found = found(&[rent(), gym], &entries);
    let pairs: Vec<_> =
        found.iter().map(|one| (one.occurrence.schedule.get(), one.entry, one.is_sure)).collect();
    assert_eq!(pairs, [(1, 2, true), (2, 1, true)]);
    assert_eq!(found[1].reasons[2], "its text names Golden Gym");
}

#[test]
fn an_entry_that_says_nothing_or_something_else_is_proposed_and_not_sure() {
    let silent = found(&[rent()], &[moved(1, "2026-03-01", "-950.00 EUR", "", "2026")]);
    assert!(silent[0].reasons.contains(&"its text does not name Landlord".to_owned()));
    let silent_too = found(&[rent()], &[moved(1, "2026-03-01", "-950.00 EUR", "", "")]);
    assert_eq!((silent_too[0].confidence.get(), silent_too[0].reasons[2].as_str()), (80, "it has no text"));
    let other = found(&[rent()], &[moved(1, "2026-03-01", "-950.00 EUR", "", "Wohnung")]);
    assert_eq!(other[0].confidence.get(), 65);
    assert!([&silent[0], &silent_too[0], &other[0]].iter().all(|found| !found.is_sure));
}

#[test]
fn two_entries_that_are_equally_good_are_named_and_never_sure() {
    let entries = [
        moved(8, "2026-03-01", "-950.00 EUR", "Landlord", ""),
        moved(7, "2026-03-02", "-950.00 EUR", "Landlord", ""),
    ];
    let found = found(&[rent()], &entries);
    assert_eq!((found.len(), found[0].entry, found[0].is_sure), (1, 8, false));
    assert_eq!(found[0].other_entries, [7]);
    assert_eq!(found[0].reasons.last().unwrap(), "entry 7 fits about as well");
}

#[test]
fn one_entry_for_two_equally_good_occurrences_is_proposed_once_and_not_sure() {
    let twin = expected(2, "2026-03-01", "-950.00 EUR", "Landlord", "Rent");
    let found = found(&[twin.clone(), rent()], &[moved(1, "2026-03-01", "-950.00 EUR", "Landlord", "")]);
    assert_eq!((found.len(), found[0].occurrence, found[0].is_sure), (1, rent().key, false));
    assert_eq!(found[0].other_occurrences, [twin.key]);
    assert_eq!(found[0].reasons.last().unwrap(), "the entry fits the occurrence of 2026-03-01 about as well");
}

#[test]
fn as_many_entries_that_cannot_be_told_apart_as_occurrences_are_sure() {
    let twin = expected(2, "2026-03-01", "-950.00 EUR", "Landlord", "Rent");
    let entry = |number| moved(number, "2026-03-01", "-950.00 EUR", "Landlord", "");
    let pairs = found(&[rent(), twin.clone()], &[entry(1), entry(2)]);
    assert_eq!(pairs.iter().map(|one| (one.entry, one.is_sure)).collect::<Vec<_>>(), [(1, true), (2, true)]);
    let one_later = moved(2, "2026-03-02", "-950.00 EUR", "Landlord", "");
    let pairs = found(&[rent(), twin], &[entry(1), one_later]);
    assert!(pairs.iter().all(|one| !one.is_sure), "either could be the other's: {pairs:?}");
}

#[test]
fn weekly_payments_that_are_all_late_belong_to_the_weeks_before_them() {
    let weeks = ["2026-03-02", "2026-03-09", "2026-03-16"];
    let expected = weeks.map(|due| expected(1, due, "-10.00 EUR", "Kid", "Allowance"));
    let paid = ["2026-03-05", "2026-03-12", "2026-03-19"];
    let paid: Vec<_> = (1..).zip(paid).map(|(entry, on)| moved(entry, on, "-10.00 EUR", "Kid", "")).collect();
    let found = found(&expected, &paid);
    assert_eq!(found.iter().map(|one| one.entry).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn an_entry_on_two_accounts_settles_an_occurrence_once() {
    let to_savings =
        ExpectedOccurrence { account: AccountId(2), amount: "950.00 EUR".parse().unwrap(), ..rent() };
    let to_savings = ExpectedOccurrence { low: to_savings.amount, high: to_savings.amount, ..to_savings };
    let out = moved(1, "2026-03-01", "-950.00 EUR", "Landlord", "");
    let into = Movement { account: AccountId(2), amount: "950.00 EUR".parse().unwrap(), ..out.clone() };
    let found = found(&[to_savings, rent()], &[into, out]);
    assert_eq!((found.len(), found[0].is_sure), (1, true));
}

#[test]
fn many_equal_amounts_of_one_day_do_not_hide_the_one_of_the_party() {
    let members: Vec<_> = (0..200).map(|n| format!("Member {n}")).collect();
    let fee = |(n, name): (usize, &String)| expected(n as i32, "2026-03-01", "10.00 EUR", name, "Fee");
    let fees: Vec<_> = members.iter().enumerate().map(fee).collect();
    let paid =
        members.iter().rev().zip(1..).map(|(name, entry)| moved(entry, "2026-03-04", "10.00 EUR", name, ""));
    let found = found(&fees, &paid.collect::<Vec<_>>());
    assert_eq!(found.len(), 200);
    assert!(found.iter().all(|one| one.entry == 200 - i64::from(one.occurrence.schedule.get())));
}

#[test]
fn amounts_at_the_ends_of_their_range_do_not_overflow() {
    let eur = Amount::new(0, "1.00 EUR".parse::<Amount>().unwrap().commodity()).commodity();
    for minor in [i64::MIN, i64::MAX, 0] {
        let amount = eur.amount(minor);
        let one = ExpectedOccurrence { amount, low: amount, high: amount, ..rent() };
        let options = MatchOptions { percent: u32::MAX, absolute_minor: u32::MAX, ..MatchOptions::default() };
        let paid = Movement { amount, ..moved(1, "2026-03-01", "1.00 EUR", "Landlord", "") };
        let expected = usize::from(minor != 0);
        assert_eq!(match_occurrences(&[one], &[paid], &options).len(), expected);
    }
}

prop_compose! {
    fn expectations()(rows in prop::collection::vec((1..4_i32, 0..20_u64, 1..4_i64, 0..3_usize, 0..2_i64), 0..12)) -> Vec<ExpectedOccurrence> {
        let rows = rows.into_iter().map(|(schedule, ahead, tens, party, spread)| {
            let mut one = expected(schedule, "2026-03-01", "-1.00 EUR", ["", "Ann", "Bob"][party], "Fee");
            one.due_on = one.due_on + chrono::Days::new(ahead);
            one.key.on = one.due_on;
            let commodity = one.amount.commodity();
            one.amount = commodity.amount(-1_000 * tens);
            (one.low, one.high) =
                (commodity.amount(-1_000 * tens + 200 * spread), commodity.amount(-1_000 * tens - 200 * spread));
            one
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|one| one.key);
        rows.dedup_by_key(|one| one.key);
        rows
    }
}

prop_compose! {
    fn payments()(rows in prop::collection::vec((0..25_u64, 8..32_i64, 0..3_usize), 0..9)) -> Vec<Movement> {
        let rows = rows.into_iter().zip(1..).map(|((ahead, hundreds, party), entry)| {
            let mut one = moved(entry, "2026-02-26", "-1.00 EUR", ["", "Ann", "Bob"][party], "");
            one.on = one.on + chrono::Days::new(ahead);
            one.amount = one.amount.commodity().amount(-100 * hundreds);
            one
        });
        rows.collect()
    }
}

proptest! {
    #[test]
    fn words_that_are_ruled_out_by_their_signs_are_not_near(one in "[a-e]{1,9}", other in "[a-e]{1,9}", cut in 0..4_usize) {
        let near = |one: &str, other: &str| crate::import::is_near(one, other);
        let may = |one: &str, other: &str| score::Shape::of(one).may_be_near(score::Shape::of(other));
        prop_assert!(may(&one, &other) || !near(&one, &other));
        let shorter = &one[cut.min(one.len() - 1)..];
        prop_assert!(may(&one, shorter) || !near(&one, shorter));
    }

    #[test]
    fn pairs_are_one_to_one_fit_and_leave_no_fitting_pair_free(
        expected in expectations(), moved in payments()
    ) {
        let options = MatchOptions::default();
        let found = match_occurrences(&expected, &moved, &options);
        let one = |key: OccurrenceKey| expected.iter().find(|one| one.key == key).unwrap();
        let fits = |one: &ExpectedOccurrence, other: &Movement| {
            let late = (other.on - one.due_on).num_days();
            (-5..=10).contains(&late) && { let (low, high) = score::allowed(one, &options); (low..=high).contains(&other.amount.minor()) }
        };
        for (at, pair) in found.iter().enumerate() {
            prop_assert!(found[..at].iter().all(|other| other.occurrence != pair.occurrence && other.entry != pair.entry));
            prop_assert!(fits(one(pair.occurrence), &moved[pair.entry as usize - 1]));
            prop_assert!(!pair.is_sure || pair.other_entries.is_empty() && pair.other_occurrences.is_empty());
        }
        // The naive reading: whatever fits well enough and has neither end taken should have been taken.
        let texts = |one: &ExpectedOccurrence, other: &Movement| Texts::new(&[one], &[other]).points(0, 0);
        for one in &expected {
            for other in &moved {
                let free = found.iter().all(|pair| pair.occurrence != one.key && pair.entry != other.entry);
                let points = Score::of(one, other, &options).with_text(texts(one, other)).points();
                prop_assert!(!free || !fits(one, other) || points > 60);
            }
        }
    }

    #[test]
    fn the_order_of_what_is_given_does_not_matter(expected in expectations(), moved in payments()) {
        let found = match_occurrences(&expected, &moved, &MatchOptions::default());
        let (mut expected, mut moved) = (expected, moved);
        expected.reverse();
        moved.reverse();
        let middle = moved.len() / 2;
        moved.rotate_left(middle);
        prop_assert_eq!(found, match_occurrences(&expected, &moved, &MatchOptions::default()));
    }
}
