//! Words for recurrences: what they mean, how they are said back, and what is not understood.

use super::*;

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
        ("2nd last day", "every month on the 2nd-to-last day", "2026-02-27 2026-03-30 2026-04-29"),
        (
            "the third last day of the month",
            "every month on the 3rd-to-last day",
            "2026-02-26 2026-03-29 2026-04-28",
        ),
        ("last but one day", "every month on the 2nd-to-last day", "2026-02-27 2026-03-30 2026-04-29"),
        (
            "1st and last but one day",
            "every month on the 1st and the 2nd-to-last day",
            "2026-02-01 2026-02-27 2026-03-01",
        ),
        ("penultimate friday", "every month on the 2nd-to-last Friday", "2026-02-20 2026-03-20 2026-04-17"),
        ("second last weekday", "every month on the 2nd-to-last weekday", "2026-02-26 2026-03-30 2026-04-29"),
        (
            "last and second-last day",
            "every month on the 2nd-to-last day and the last day",
            "2026-01-31 2026-02-27 2026-02-28",
        ),
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
        assert_refused(Recurrence::parse(words, start, &options), reason);
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
        ("15 last", "\"15 last\" can be read in two ways; write \"15 and last\" for each"),
        ("1st last day", "write \"1st and last\" for each of these days, or \"last\" for the one"),
        ("2nd last", "or \"2nd-to-last\" for the one that counts from the end"),
        ("1st and 2nd last day", "\"1st and 2nd last\" can be read in two ways"),
        ("last but day", "after \"last but\" one, two or three is expected, not \"day\""),
        ("month until then", "after \"until\" a day, month or year is expected"),
        ("2026-05-01 2026-06-01", "add 2026-06-01 with \"also on 2026-06-01\""),
    ] {
        assert_refused(parse(words, "2026-01-31"), reason);
    }
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
