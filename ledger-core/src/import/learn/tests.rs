//! Rules of the learner, on small histories.

use chrono::{Days, NaiveDate};

use super::*;
use crate::account::AccountId;
use crate::money::Commodity;

const BANK: AccountId = AccountId(1);
const CARD: AccountId = AccountId(2);
const GROCERIES: AccountId = AccountId(3);
const FUEL: AccountId = AccountId(4);
const COFFEE: AccountId = AccountId(5);
const HOUSEHOLD: AccountId = AccountId(6);

/// 2026-01-05 is a Monday.
fn on(day: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 5).unwrap() + Days::new(day)
}

fn line(source: AccountId, text: &str, minor: i64, day: u64) -> Features<'_> {
    let amount = Commodity::iso("EUR").unwrap().amount(minor);
    Features { source, payee: None, narrative: Some(text), memo: None, amount, posted_on: on(day) }
}

/// Groceries, fuel and coffee by turns, with the numbers that banks add, for so many rounds.
fn learned(rounds: u64) -> Learner {
    let mut learner = Learner::new();
    for round in 0..rounds {
        let shop = format!("REWE MARKT {:04} MUENCHEN", round * 37 % 1000);
        let station = format!("SHELL STATION 2026-01-{:02}", round % 28 + 1);
        learner.learn(&line(BANK, &shop, -4_210 - 13 * round as i64, round), GROCERIES);
        learner.learn(&line(BANK, &station, -6_000 - 71 * round as i64, round), FUEL);
        learner.learn(&line(BANK, "KAFFEE ANTON", -350, round), COFFEE);
    }
    learner
}

#[test]
fn a_payee_that_always_went_one_way_is_suggested_with_high_confidence_and_the_reason() {
    let learner = learned(40);
    let text = "REWE MARKT 0815 MUENCHEN";
    let suggested = learner.suggest(&line(BANK, text, -1_999, 90)).unwrap();
    assert_eq!(suggested.account, GROCERIES);
    assert!(suggested.confidence.per_mille() >= 950, "{}", suggested.confidence);
    let sentence = suggested.reason.sentence("Expenses:Groceries");
    assert_eq!(sentence, "\"REWE MARKT 0815 MUENCHEN\" went to Expenses:Groceries 40 of 40 times");
}

#[test]
fn words_that_were_never_met_give_no_suggestion() {
    let learner = learned(40);
    for text in ["Zahnarzt Dr. Weiss", "", "4711 0815", "//"] {
        assert_eq!(learner.likeliest(&line(BANK, text, -4_210, 3)), None, "{text:?}");
    }
    assert_eq!(Learner::new().likeliest(&line(BANK, "REWE", -4_210, 3)), None);
}

#[test]
fn what_is_less_likely_than_the_threshold_stays_uncategorised() {
    let mut learner = learned(40);
    let text = "SHELL MUENCHEN";
    let likeliest = learner.likeliest(&line(BANK, text, -4_210, 3)).unwrap();
    learner.set_threshold(Some(likeliest.confidence));
    assert_eq!(learner.suggest(&line(BANK, text, -4_210, 3)), Some(likeliest.clone()));
    learner.set_threshold(Some(Confidence::from_per_mille(likeliest.confidence.per_mille() + 1)));
    assert_eq!(learner.suggest(&line(BANK, text, -4_210, 3)), None);
}

#[test]
fn a_changed_habit_is_followed_after_a_few_entries() {
    let mut learner = learned(40);
    let account = |learner: &Learner| learner.likeliest(&line(BANK, "KAFFEE ANTON", -350, 50)).unwrap();
    let mut needed = 0;
    while account(&learner).account == COFFEE {
        needed += 1;
        assert!(needed <= 7, "seven entries and not followed");
        learner.learn(&line(BANK, "KAFFEE ANTON", -350, 40 + needed), HOUSEHOLD);
    }
    assert!(needed >= 2, "one slip is no habit");
    let sentence = account(&learner).reason.sentence("Expenses:Household");
    let expected = format!("{needed} of {} times, the last {needed} in a row", 40 + needed);
    assert!(sentence.ends_with(&expected), "{sentence}");
}

#[test]
fn the_history_of_another_account_does_not_override_the_own_one() {
    let mut learner = Learner::new();
    for day in 0..200 {
        learner.learn(&line(CARD, "REWE MARKT", -2_000, day), HOUSEHOLD);
    }
    let first = learner.likeliest(&line(BANK, "REWE MARKT", -2_000, 200)).unwrap();
    assert_eq!(first.reason.times, 200);
    assert_eq!(first.account, HOUSEHOLD, "where the own history knows nothing the others' is asked");
    for day in 200..202 {
        learner.learn(&line(BANK, "REWE MARKT", -2_000, day), GROCERIES);
    }
    assert_eq!(learner.likeliest(&line(BANK, "REWE MARKT", -2_000, 203)).unwrap().account, GROCERIES);
    assert_eq!(learner.likeliest(&line(CARD, "REWE MARKT", -2_000, 203)).unwrap().account, HOUSEHOLD);
}

#[test]
fn an_account_is_never_its_own_counter_account() {
    let mut learner = Learner::new();
    for day in 0..20 {
        learner.learn(&line(CARD, "Ausgleich", 50_000, day), BANK);
        learner.learn(&line(BANK, "Ausgleich", -50_000, day), CARD);
    }
    for (source, minor, counter) in [(BANK, -50_000, CARD), (CARD, 50_000, BANK)] {
        assert_eq!(learner.likeliest(&line(source, "Ausgleich", minor, 21)).unwrap().account, counter);
    }
}

#[test]
fn a_payee_split_by_amount_is_told_apart_by_the_amount() {
    let mut learner = learned(20);
    for day in 0..60 {
        let small = day % 2 == 0;
        let (minor, account) = if small { (-400 - day, COFFEE) } else { (-6_500 - day, FUEL) };
        learner.learn(&line(BANK, "TANKHOF", minor, day as u64), account);
    }
    let at = |minor| learner.suggest(&line(BANK, "TANKHOF", minor, 61)).unwrap();
    assert_eq!(at(-390).account, COFFEE);
    assert_eq!(at(-7_000).account, FUEL);
    let sentence = at(-7_000).reason.sentence("Expenses:Fuel");
    assert_eq!(sentence, "\"tankhof\" with about this amount went to Expenses:Fuel 30 of 30 times");
}

#[test]
fn a_payee_split_by_weekday_is_told_apart_by_the_weekday() {
    let mut learner = learned(20);
    for day in 0..140 {
        let account = if day % 7 >= 5 { GROCERIES } else { COFFEE };
        learner.learn(&line(BANK, "BAECKEREI", -500 - (day as i64 * 37) % 400, day), account);
    }
    let on_day = |day| learner.likeliest(&line(BANK, "BAECKEREI", -620, day)).unwrap().account;
    assert_eq!((on_day(145), on_day(143)), (GROCERIES, COFFEE));
}

#[test]
fn a_name_that_was_cut_off_is_known_again() {
    let learner = learned(40);
    let suggested = learner.likeliest(&line(BANK, "STATIO", -6_100, 50)).unwrap();
    assert_eq!(suggested.account, FUEL);
    let sentence = suggested.reason.sentence("Expenses:Fuel");
    assert_eq!(sentence, "\"statio\" is close to \"station\", which went to Expenses:Fuel 40 of 40 times");
}

#[test]
fn the_same_history_gives_the_same_suggestions() {
    let (left, right) = (learned(30), learned(30));
    for text in ["REWE MUENCHEN", "SHELL KAFFEE", "STATION ANTON", "MUENCHE"] {
        for minor in [-300, -5_000, 70] {
            let features = line(BANK, text, minor, 31);
            assert_eq!(left.likeliest(&features), right.likeliest(&features), "{text}");
        }
    }
    assert_eq!(left.threshold(), right.threshold());
}

#[test]
fn a_statement_line_and_the_entry_posted_from_it_have_the_same_words() {
    let narrative = "REWE SAGT DANKE 4711";
    let fresh = Features { payee: Some("Rewe"), memo: Some("Karte 3"), ..line(BANK, narrative, -1, 0) };
    let posted = Features { memo: None, ..fresh };
    let joined = "Rewe — REWE SAGT DANKE 4711 — Karte 3";
    let posted = Features { narrative: Some(joined), ..posted };
    assert_eq!(fresh.words().0.phrase(), posted.words().0.phrase());
    assert_eq!(fresh.words().1, posted.words().1);
}
