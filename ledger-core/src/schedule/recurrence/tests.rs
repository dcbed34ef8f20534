//! Recurrences against crate `rrule`, against each other, and against what they are refused for.

use chrono::{Datelike, Days, NaiveDate, TimeZone, Weekday};
use proptest::prelude::*;

use super::rule::{Frequency, NthWeekday, Rule};
use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn parse(text: &str, starts_on: &str) -> Result<Recurrence> {
    Recurrence::parse(text, day(starts_on), &RecurrenceOptions::default())
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
fn words_mean_what_a_person_means() {
    for (words, said, first_days) in [
        ("day", "every day", "2026-01-31 2026-02-01 2026-02-02"),
        ("Weekly", "every week on Saturday", "2026-01-31 2026-02-07 2026-02-14"),
        ("every other week", "every 2 weeks on Saturday", "2026-01-31 2026-02-14 2026-02-28"),
        ("fortnight", "every 2 weeks on Saturday", "2026-01-31 2026-02-14 2026-02-28"),
        ("2 weeks on friday", "every 2 weeks on Friday", "2026-02-06 2026-02-20 2026-03-06"),
        ("other friday", "every 2 weeks on Friday", "2026-02-06 2026-02-20 2026-03-06"),
        ("weekday", "every weekday", "2026-02-02 2026-02-03 2026-02-04"),
        ("every mon and thu", "every week on Monday and Thursday", "2026-02-02 2026-02-05 2026-02-09"),
        ("friday", "every week on Friday", "2026-02-06 2026-02-13 2026-02-20"),
        ("last friday", "every month on the last Friday", "2026-02-27 2026-03-27 2026-04-24"),
        ("first monday", "every month on the 1st Monday", "2026-02-02 2026-03-02 2026-04-06"),
        ("2nd tuesday of the month", "every month on the 2nd Tuesday", "2026-02-10 2026-03-10 2026-04-14"),
        (
            "first and third monday",
            "every month on the 1st Monday and the 3rd Monday",
            "2026-02-02 2026-02-16 2026-03-02",
        ),
        ("month", "every month on the last day", "2026-01-31 2026-02-28 2026-03-31"),
        ("month on 31", "every month on the last day", "2026-01-31 2026-02-28 2026-03-31"),
        (
            "month on 31 where there is one",
            "every month on the 31st where there is one",
            "2026-01-31 2026-03-31 2026-05-31",
        ),
        (
            "15th and 30th",
            "every month on the 15th and the 30th, or the last day of shorter months",
            "2026-02-15 2026-02-28 2026-03-15",
        ),
        ("15th", "every month on the 15th", "2026-02-15 2026-03-15 2026-04-15"),
        ("1st and 15th", "every month on the 1st and the 15th", "2026-02-01 2026-02-15 2026-03-01"),
        ("15th and last", "every month on the 15th and the last day", "2026-01-31 2026-02-15 2026-02-28"),
        ("15 and last", "every month on the 15th and the last day", "2026-01-31 2026-02-15 2026-02-28"),
        ("last day", "every month on the last day", "2026-01-31 2026-02-28 2026-03-31"),
        ("last weekday", "every month on the last weekday", "2026-02-27 2026-03-31 2026-04-30"),
        ("quarter on the 1st", "every 3 months on the 1st", "2026-02-01 2026-05-01 2026-08-01"),
        ("half-year on 1", "every 6 months on the 1st", "2026-02-01 2026-08-01 2027-02-01"),
        ("every 2nd month on the 5th", "every 2 months on the 5th", "2026-02-05 2026-04-05 2026-06-05"),
        ("every 3rd day", "every 3 days", "2026-01-31 2026-02-03 2026-02-06"),
        ("year", "every year on 31 January", "2026-01-31 2027-01-31 2028-01-31"),
        ("year on 24 december", "every year on 24 December", "2026-12-24 2027-12-24 2028-12-24"),
        ("every December 24", "every year on 24 December", "2026-12-24 2027-12-24 2028-12-24"),
        ("29 feb", "every year on the last day of February", "2026-02-28 2027-02-28 2028-02-29"),
        (
            "1 january and 1 july",
            "every year on the 1st of January and July",
            "2026-07-01 2027-01-01 2027-07-01",
        ),
        (
            "last friday of march and september",
            "every year on the last Friday of March and September",
            "2026-03-27 2026-09-25 2027-03-26",
        ),
        (
            "every 6 months until 2028",
            "every 6 months on the last day until 2028-12-31",
            "2026-01-31 2026-07-31 2027-01-31",
        ),
        ("day until 2026-02-01", "every day until 2026-02-01", "2026-01-31 2026-02-01"),
        ("1st until 2026-03", "every month on the 1st until 2026-03-31", "2026-02-01 2026-03-01"),
        ("1st until march 2026", "every month on the 1st until 2026-03-31", "2026-02-01 2026-03-01"),
        ("1st before 2026-03", "every month on the 1st until 2026-02-28", "2026-02-01"),
        ("month on the 1st, 2 times", "every month on the 1st, 2 times", "2026-02-01 2026-03-01"),
        (
            "monthly for 12 times from 2026-05-01",
            "every month on the 1st, 12 times",
            "2026-05-01 2026-06-01 2026-07-01",
        ),
        ("once", "once on 2026-01-31", "2026-01-31"),
        ("2026-05-01", "once on 2026-05-01", "2026-05-01"),
        (
            "1st also on 2026-02-03 except 2026-03-01, 2026-04-01",
            "every month on the 1st, also on 2026-02-03, except on 2026-03-01 and 2026-04-01",
            "2026-02-01 2026-02-03 2026-05-01",
        ),
        ("FREQ=WEEKLY;BYDAY=SA", "every week on Saturday", "2026-01-31 2026-02-07 2026-02-14"),
    ] {
        let made = parse(words, "2026-01-31").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((made.to_string().as_str(), dates(&made, 3).as_str()), (said, first_days), "{words}");
        assert_eq!(parse(said, &made.starts_on.to_string()).unwrap(), made, "{words}");
    }
}

#[test]
fn days_ends_and_short_months_may_be_said_beside_the_words() {
    let options = |on: &str| RecurrenceOptions { on: Some(on.to_owned()), ..RecurrenceOptions::default() };
    let start = day("2026-01-10");
    for (words, options, said) in [
        ("month", options("1"), "every month on the 1st"),
        ("month", options("15 and last"), "every month on the 15th and the last day"),
        ("2 weeks", options("friday"), "every 2 weeks on Friday"),
        ("quarter", options("last friday"), "every 3 months on the last Friday"),
        (
            "month on 30",
            RecurrenceOptions { month_end: MonthEnd::Skip, count: Some(3), ..Default::default() },
            "every month on the 30th where there is one, 3 times",
        ),
        (
            "day",
            RecurrenceOptions { until: Some(day("2026-02-01")), ..Default::default() },
            "every day until 2026-02-01",
        ),
    ] {
        assert_eq!(Recurrence::parse(words, start, &options).unwrap().to_string(), said);
    }
    for (words, options, reason) in [
        ("friday", options("1"), "it says the days itself, and \"1\" says them again"),
        ("month", options("every week"), "\"every week\" names no days"),
        ("week", options("15"), "a week has no such day"),
        (
            "day until 2027",
            RecurrenceOptions { count: Some(3), ..Default::default() },
            "it says when it ends twice",
        ),
    ] {
        let error = Recurrence::parse(words, start, &options).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn words_that_are_not_understood_are_named_with_a_way_out() {
    for (words, reason) in [
        ("every fortnigth", "\"fortnigth\" is not understood (did you mean fortnight?); write it as"),
        ("every thrusday", "did you mean thursday?"),
        ("sometimes", "\"sometimes\" is not understood"),
        ("", "it does not say how often"),
        ("every", "it does not say how often"),
        ("every december", "it names a month and no day of it, such as 24 December"),
        ("month on friday", "it does not say which one of the month"),
        ("year on the 15th", "it does not say in which month"),
        ("day on friday", "a period of days has no days to name"),
        ("friday and 15th", "are several recurrences"),
        ("24 december and 1 june", "are several recurrences"),
        ("29th and 30th", "what the 29th and 30th means in shorter months cannot be said in one rule"),
        ("last friday of the quarter", "days of a quarter are not understood"),
        ("month week", "it says how often twice"),
        ("month until 2028 12 times", "it says when it ends twice"),
        ("month from soon", "after \"from\" a day such as 2026-05-01 is expected, not \"soon\""),
        ("month until then", "after \"until\" a day, month or year is expected"),
        ("2026-05-01 2026-06-01", "add 2026-06-01 with \"also on 2026-06-01\""),
    ] {
        let error = parse(words, "2026-01-31").unwrap_err().to_string();
        assert!(error.contains(reason), "{words}: {error}");
    }
}

#[test]
fn what_cannot_be_is_refused_with_its_values() {
    for (text, reason) in [
        ("every month from 2026-02-30", "there is no day 2026-02-30"),
        ("30 february", "there is no 30th day of February"),
        ("month on 32", "there is no 32nd day of any month"),
        ("6th friday", "BYDAY=6FR does not exist: at most 5 is possible"),
        ("every 0 days", "an interval of 0 never moves on"),
        ("every 4294967295 half-years", "are too long"),
        ("every 70000 days", "an interval of 70000 is too long; the longest is 65535"),
        ("month 0 times", "it would happen 0 times"),
        ("month until 2025-12-31", "it ends on 2025-12-31, before it starts on 2026-01-31"),
        ("day 1000000 times", "1000000 times are too many; at most 100000 are possible"),
        ("year 9000 times", "9000 times from 2026-01-31 on run past the year 9999"),
        ("FREQ=HOURLY", "FREQ=HOURLY repeats within a day"),
        ("FREQ=SECONDLY;COUNT=1000000", "FREQ=SECONDLY repeats within a day"),
        ("FREQ=DAILY;BYHOUR=9,17", "BYHOUR=9,17 is more than once a day"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "it never happens"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "it never happens"),
        ("FREQ=YEARLY;BYYEARDAY=366;BYWEEKNO=20", "it never happens"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "it never happens"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2;UNTIL=20300101",
            "no day of it lies from 2026-01-31 through 2030-01-01",
        ),
        ("FREQ=MONTHLY;INTERVAL=0", "an interval of 0 never moves on"),
        ("FREQ=MONTHLY;INTERVAL=-1", "INTERVAL=-1 is not a whole number above 0"),
        ("FREQ=MONTHLY;COUNT=3;UNTIL=20300101", "COUNT and UNTIL are both there"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32 is outside 1 to 31 and -31 to -1"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "BYMONTHDAY and FREQ=WEEKLY do not go together"),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY=1MO and FREQ=WEEKLY do not go together"),
        ("FREQ=MONTHLY;BYDAY=XX", "\"XX\" is no weekday"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS picks among days, and the rule says none"),
        ("FREQ=MONTHLY;UNTIL=20260230", "there is no day 2026-02-30"),
        ("FREQ=MONTHLY;BYEASTER=1", "\"BYEASTER\" is no part of a rule"),
        ("RRULE:FREQ=MONTHLY;FREQ=DAILY", "FREQ is there twice"),
        ("RRULE:COUNT=3", "it has no FREQ"),
        ("DTSTART:20260131\nRRULE:FREQ=DAILY\nRRULE:FREQ=DAILY", "it has more than one rule"),
        (
            "DTSTART:20260101\nRRULE:FREQ=DAILY",
            "its DTSTART is 2026-01-01, and 2026-01-31 was given as the start",
        ),
        ("RRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY", "EXRULE is not taken"),
        ("RRULE:FREQ=DAILY\nSUMMARY:x", "\"SUMMARY\" is none of DTSTART, RRULE, RDATE and EXDATE"),
        ("once except 2026-01-31", "each of its days is left out"),
    ] {
        let error = parse(text, "2026-01-31").unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidRecurrence { .. }));
        assert!(error.to_string().contains(reason), "{text}: {error}");
    }
    let error = Recurrence::from_rfc5545("FREQ=DAILY", None).unwrap_err().to_string();
    assert!(error.contains("it has no start"), "{error}");
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
fn a_zone_decides_the_day_of_an_instant_and_then_is_forgotten() {
    let read = |text: &str| Recurrence::from_rfc5545(text, None).unwrap().to_rfc5545();
    // 22:30 UTC is the next day in Berlin; the exception is written in UTC, the start in Berlin's time.
    let berlin = "DTSTART;TZID=Europe/Berlin:20260301T003000\nRRULE:FREQ=WEEKLY;UNTIL=20260404T223000Z\n\
                  EXDATE:20260328T233000Z";
    let days =
        "DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=WEEKLY;UNTIL=20260405;BYDAY=SU\nEXDATE;VALUE=DATE:20260329";
    assert_eq!(read(berlin), days);
    // An end one minute before the start's time of day leaves its own day out.
    let early = "DTSTART;TZID=Europe/Berlin:20260301T003000\nRRULE:FREQ=DAILY;UNTIL=20260404T222900Z";
    assert_eq!(read(early), "DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=DAILY;UNTIL=20260404");
    // A time that clocks skip is a time of its day.
    let skipped = "DTSTART;TZID=\"Europe/Berlin\":20260329T023000\nRDATE;TZID=UTC:20260330T220000";
    assert_eq!(read(skipped), "DTSTART;VALUE=DATE:20260329\nRDATE;VALUE=DATE:20260331");
    let unknown = "DTSTART;TZID=W. Europe Standard Time:20260301T090000\nRRULE:FREQ=DAILY;";
    assert_eq!(read(unknown), "DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=DAILY");
    let error = Recurrence::from_rfc5545(&format!("{unknown}UNTIL=20260401T000000Z"), None).unwrap_err();
    assert!(error.to_string().contains("the time zone \"W. Europe Standard Time\" is not known"), "{error}");
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
    let error = whole.ending_before(day("2026-01-02")).unwrap_err().to_string();
    assert!(error.contains("it does not happen before 2026-01-02"), "{error}");
    assert!(whole.starting_on(day("2026-05-09")).is_err());
    let once = Recurrence::once(day("2026-05-01"));
    assert_eq!(once.starting_on(day("2026-05-01")).unwrap(), once);
    assert!(once.is_once() && once.ending_before(day("2026-05-01")).is_err());
}

#[test]
fn a_rule_without_everyday_words_is_said_as_it_is_written() {
    for rule in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=4,31",
        "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
        "FREQ=YEARLY;BYDAY=20MO",
    ] {
        assert_eq!(parse(rule, "2026-01-01").unwrap().to_string(), format!("by the rule {rule}"));
    }
}

#[test]
fn equal_rules_have_one_text() {
    let start = Some(day("2026-01-31"));
    let text = |rule: &str| Recurrence::from_rfc5545(rule, start).unwrap().to_rfc5545();
    for (left, right) in [
        ("FREQ=MONTHLY", "RRULE:freq=monthly;interval=1;bymonthday=31"),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "FREQ=MONTHLY;BYMONTHDAY=-1,-1"),
        ("FREQ=WEEKLY;BYDAY=SA;INTERVAL=2;WKST=SU", "FREQ=WEEKLY;INTERVAL=2"),
        ("FREQ=YEARLY;BYDAY=TU,MO", "FREQ=YEARLY;WKST=SU;BYDAY=MO,TU"),
    ] {
        assert_eq!(text(left), text(right));
    }
    assert_eq!(start.map(|day| day.day()), Some(31));
}
