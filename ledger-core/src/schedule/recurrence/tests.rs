//! Recurrences against crate `rrule`, against each other, and against what they are refused for.

use chrono::{Datelike, Days, NaiveDate, TimeZone, Weekday};
use proptest::prelude::*;

use super::rule::{Frequency, NthWeekday, Rule};
use super::*;

mod text;
mod words;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn parse(text: &str, starts_on: &str) -> Result<Recurrence> {
    Recurrence::parse(text, day(starts_on), &RecurrenceOptions::default())
}

/// Fails where something is not refused, or for another reason.
fn assert_refused(made: Result<Recurrence>, reason: &str) {
    let error = made.expect_err(reason);
    assert!(matches!(error.kind(), ErrorKind::InvalidRecurrence { .. }));
    assert!(error.to_string().contains(reason), "{error}");
}

fn dates(recurrence: &Recurrence, count: usize) -> String {
    let days = recurrence.days(NaiveDate::MIN).take(count).map(|day| day.to_string());
    days.collect::<Vec<_>>().join(" ")
}

/// The days of a rule by the crate, from its start as RFC 5545 has it and not from the start of a period.
fn by_crate(rule: &str, starts_on: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
    let text = format!("DTSTART:{}T000000Z\nRRULE:{rule}", starts_on.format("%Y%m%d"));
    let set: rrule::RRuleSet = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    let last = rrule::Tz::UTC.from_utc_datetime(&to.and_hms_opt(0, 0, 0).unwrap());
    set.limit().into_iter().take_while(|day| *day <= last).map(|day| day.date_naive()).collect()
}

/// Weekday lists that the crate reads as RFC 5545 does: all numbered or none.
fn weekdays(nth_max: i32) -> impl Strategy<Value = Vec<NthWeekday>> {
    let weekday = (0u8..7).prop_map(|day| Weekday::try_from(day).unwrap());
    let each = weekday.clone().prop_map(|weekday| NthWeekday { nth: 0, weekday });
    let numbered = (1..=nth_max.max(1), any::<bool>(), weekday)
        // The crate refuses the last that there can be, counted from the end: -5 in a month.
        .prop_map(move |(nth, back, weekday)| NthWeekday {
            nth: if back && nth < nth_max { -nth } else { nth },
            weekday,
        });
    let each = prop::collection::vec(each, 0..4);
    if nth_max == 0 { each.boxed() } else { prop_oneof![each, prop::collection::vec(numbered, 1..3)].boxed() }
}

fn month_days() -> impl Strategy<Value = Vec<i32>> {
    prop::collection::vec(
        (1..=31i32, any::<bool>()).prop_map(|(day, back)| if back { -day } else { day }),
        0..4,
    )
}

fn positions() -> impl Strategy<Value = Vec<i32>> {
    prop_oneof![
        3 => Just(Vec::new()),
        1 => prop::collection::vec(prop_oneof![Just(-2), Just(-1), 1..4], 1..3)
    ]
}

/// Rules of every frequency, with parts that RFC 5545 allows together.
fn rules() -> impl Strategy<Value = Rule> {
    let months = prop::collection::vec(1..=12i32, 0..3);
    let base = (0..4u8, 1..5u32, months, (0u8..7).prop_map(|day| Weekday::try_from(day).unwrap()));
    (base, month_days(), positions(), any::<bool>()).prop_flat_map(
        |((frequency, interval, months, week_start), month_days, positions, with_month_days)| {
            let frequency = match frequency {
                0 => Frequency::Daily,
                1 => Frequency::Weekly,
                2 => Frequency::Monthly,
                _ => Frequency::Yearly,
            };
            let nth_max = match frequency {
                Frequency::Daily | Frequency::Weekly => 0,
                Frequency::Yearly if months.is_empty() => 53,
                _ => 5,
            };
            weekdays(nth_max).prop_map(move |weekdays| {
                let mut rule = Rule::every(interval, frequency);
                (rule.week_start, rule.months, rule.weekdays) = (week_start, months.clone(), weekdays);
                if with_month_days && frequency != Frequency::Weekly {
                    rule.month_days = month_days.clone();
                }
                // In its first week the crate counts positions from the start, we from the week's first day.
                let picks = frequency != Frequency::Weekly && rule.says_days();
                rule.positions = if picks { positions.clone() } else { Vec::new() };
                rule
            })
        },
    )
}

fn starts() -> impl Strategy<Value = NaiveDate> {
    (0..73_000u64).prop_map(|ahead| day("1900-01-01") + Days::new(ahead))
}

/// Rules with ends and single days, as recurrences; those that never happen are left out.
fn recurrences() -> impl Strategy<Value = Recurrence> {
    let single = || prop::collection::vec(0..3000u64, 0..3);
    let end = prop_oneof![
        Just(End::Never),
        (1..60u32).prop_map(End::Count),
        (0..5000u64).prop_map(|ahead| End::Until(day("1900-01-01") + Days::new(ahead)))
    ];
    let parts = (prop::option::weighted(0.95, rules()), starts(), end, single(), single());
    parts.prop_filter_map("never happens", |(rule, starts_on, end, added, left_out)| {
        let end = match end {
            End::Until(until) => End::Until(starts_on + (until - day("1900-01-01"))),
            end => end,
        };
        let rule = rule.map(|rule| Rule { end, ..rule });
        let near = |ahead: &u64| starts_on + Days::new(*ahead);
        let mut listed = added.iter().map(near).collect::<Vec<_>>();
        if rule.is_none() {
            listed.push(starts_on);
        }
        let left_out = left_out.iter().map(near).collect();
        Recurrence::build(Unproven { starts_on, rule, listed, left_out }).ok()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn our_arithmetic_gives_the_days_of_the_crate(rule in rules(), starts_on in starts()) {
        let to = starts_on + Days::new(2500);
        let text = rfc5545::write_rule(&rule);
        let rule = rule.canonical(starts_on).unwrap();
        let ours = expand::days(&rule, starts_on, starts_on).take_while(|day| *day <= to).collect::<Vec<_>>();
        prop_assert_eq!(&ours, &by_crate(&text, starts_on, to), "{}", text);
        let canonical = rfc5545::write_rule(&rule);
        prop_assert_eq!(&ours, &by_crate(&canonical, starts_on, to), "{}", canonical);
    }

    #[test]
    fn days_from_any_day_on_are_a_slice_of_all_days(made in recurrences(), skip in 0..4000u64, length in 0..2000u64) {
        let from = made.starts_on() + Days::new(skip);
        let to = from + Days::new(length);
        let all = made.dates(made.starts_on(), to).unwrap();
        let wanted = all.iter().copied().filter(|day| *day >= from).collect::<Vec<_>>();
        prop_assert_eq!(made.dates(from, to).unwrap(), wanted);
        prop_assert_eq!(made.next_on_or_after(from), made.days(NaiveDate::MIN).find(|day| *day >= from));
    }

    #[test]
    fn text_reads_back_equal(made in recurrences()) {
        let text = made.to_rfc5545();
        let again = Recurrence::from_rfc5545(&text, None).unwrap();
        prop_assert_eq!(&again, &made, "{}", text);
        prop_assert_eq!(again.to_rfc5545(), text);
    }

    #[test]
    fn words_read_back_equal(made in recurrences()) {
        // Words move a start that is no day of the rule, so that one that is comes first.
        let start = made.rule_days(NaiveDate::MIN).next().unwrap();
        let made = Recurrence::build(Unproven { starts_on: start, ..made.unproven() }).unwrap();
        let words = made.to_string();
        let again = Recurrence::parse(&words, made.starts_on, &RecurrenceOptions::default());
        prop_assert_eq!(again.map_err(|error| error.to_string()), Ok(made), "{}", words);
    }

    #[test]
    fn the_part_before_and_the_part_from_a_day_on_are_the_whole(made in recurrences(), cut in 0..4000u64) {
        let cut = made.starts_on() + Days::new(cut);
        let to = made.starts_on() + Days::new(8000);
        let part = |part: Result<Recurrence>| {
            part.map_or(Vec::new(), |part| part.dates(NaiveDate::MIN, to).unwrap())
        };
        let (earlier, later) = (part(made.ending_before(cut)), part(made.starting_on(cut)));
        prop_assert!(earlier.iter().all(|day| *day < cut) && later.iter().all(|day| *day >= cut));
        prop_assert_eq!([earlier, later].concat(), made.dates(NaiveDate::MIN, to).unwrap());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-z0-9, :;=+-]{0,60}") {
        let _ = parse(&text, "2026-01-31");
        let _ = Recurrence::from_rfc5545(&text, Some(day("2026-01-31")));
        let _ = Recurrence::from_rfc5545(&format!("FREQ=YEARLY;{text}"), Some(day("2026-01-31")));
    }

    #[test]
    fn any_known_words_in_any_order_are_read_or_refused(words in prop::collection::vec(prop::sample::select(&[
        "every", "2", "31", "other", "last", "1st", "5th", "friday", "weekday", "day", "week", "month", "months",
        "quarter", "year", "on", "and", ",", "the", "of", "february", "24", "until", "2028", "2028-02-30", "from",
        "2026-05-01", "times", "also", "except", "where", "there", "is", "one", "weeks", "or", "before", "once",
    ][..]), 0..8)) {
        if let Ok(made) = parse(&words.join(" "), "2026-01-31") {
            prop_assert!(made.next_on_or_after(NaiveDate::MIN).is_some());
        }
    }
}

#[test]
fn more_days_than_fit_are_refused_and_the_calendar_ends_with_9999() {
    let daily = parse("day", "2000-01-01").unwrap();
    let error = daily.dates(day("2000-01-01"), day("2400-01-01")).unwrap_err().to_string();
    assert!(error.contains("more than 100000 times from 2000-01-01 through 2400-01-01"), "{error}");
    assert_eq!(
        daily.dates(day("9999-12-30"), NaiveDate::MAX).unwrap(),
        [day("9999-12-30"), day("9999-12-31")]
    );
    for (words, last) in [
        ("day", "9999-12-31"),
        ("3 weeks on friday", "9999-12-17"),
        ("month on 31", "9999-12-31"),
        ("year on 24 december", "9999-12-24"),
        ("FREQ=YEARLY;BYYEARDAY=-1", "9999-12-31"),
    ] {
        let made = parse(words, "9990-01-01").unwrap();
        let days = made.dates(day("9999-12-01"), NaiveDate::MAX).unwrap();
        assert_eq!(days.last().map(NaiveDate::to_string).as_deref(), Some(last), "{words}");
    }
    assert_eq!(daily.dates(day("2026-01-02"), day("2026-01-01")).unwrap(), []);
}

#[test]
fn later_parts_keep_the_count_and_the_rhythm() {
    let whole = parse("every 2 weeks on friday 10 times", "2026-01-02").unwrap();
    let later = whole.starting_on(day("2026-02-01")).unwrap();
    assert_eq!((later.starts_on(), later.count()), (day("2026-02-13"), Some(7)));
    let earlier = whole.ending_before(day("2026-02-01")).unwrap();
    assert_eq!(
        (earlier.to_string().as_str(), earlier.ends_on()),
        ("every 2 weeks on Friday, 3 times", Some(day("2026-01-30")))
    );
    assert_eq!(whole.ends_on(), Some(day("2026-05-08")));
    assert_refused(whole.ending_before(day("2026-01-02")), "it does not happen before 2026-01-02");
    assert!(whole.starting_on(day("2026-05-09")).is_err());
    let once = Recurrence::once(day("2026-05-01"));
    assert_eq!(once.starting_on(day("2026-05-01")).unwrap(), once);
    assert!(once.is_once() && once.ending_before(day("2026-05-01")).is_err());
}
