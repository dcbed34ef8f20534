use chrono::{Datelike, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;

/// Wednesday.
fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 4).unwrap()
}

fn date(text: &str) -> String {
    parse_date(text, today()).map_or_else(|error| error.to_string(), |date| date.to_string())
}

fn end(text: &str) -> String {
    parse_date_as(text, today(), DateRole::End).unwrap().to_string()
}

fn period(text: &str) -> String {
    match parse_period(text, today()) {
        Ok((first, last)) => format!("{first} {last}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn iso_dates_are_taken_with_any_separator() {
    for text in ["2026-03-02", "2026/3/2", "2026.03.02", "20260302", " 2026-3-02 "] {
        assert_eq!(date(text), "2026-03-02", "{text}");
    }
}

#[test]
fn words_count_from_today() {
    for (text, expected) in [
        ("today", "2026-03-04"),
        ("Yesterday", "2026-03-03"),
        ("tomorrow", "2026-03-05"),
        ("wednesday", "2026-03-04"),
        ("friday", "2026-02-27"),
        ("last wednesday", "2026-02-25"),
        ("last friday", "2026-02-27"),
        ("next monday", "2026-03-09"),
        ("next wed", "2026-03-11"),
        ("this friday", "2026-03-06"),
        ("3 days ago", "2026-03-01"),
        ("2 weeks ago", "2026-02-18"),
        ("1 month ago", "2026-02-04"),
        ("a year ago", "2025-03-04"),
        ("in 2 weeks", "2026-03-18"),
        ("mar 2", "2026-03-02"),
        ("2 mar 2026", "2026-03-02"),
        ("March 2nd, 2025", "2025-03-02"),
        ("2 sept", "2026-09-02"),
    ] {
        assert_eq!(date(text), expected, "{text}");
    }
}

#[test]
fn counting_months_back_from_a_long_month_lands_on_the_last_day() {
    let today = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();
    assert_eq!(parse_date("1 month ago", today).unwrap().to_string(), "2026-02-28");
}

#[test]
fn a_month_or_year_is_its_first_day_as_a_start_and_its_last_as_an_end() {
    for (text, first, last) in [
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026Q4", "2026-10-01", "2026-12-31"),
        ("2026-q1", "2026-01-01", "2026-03-31"),
        ("last month", "2026-02-01", "2026-02-28"),
        ("this month", "2026-03-01", "2026-03-31"),
        ("next month", "2026-04-01", "2026-04-30"),
        ("last quarter", "2025-10-01", "2025-12-31"),
        ("last week", "2026-02-23", "2026-03-01"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("feb", "2026-02-01", "2026-02-28"),
        ("feb 2024", "2024-02-01", "2024-02-29"),
        ("9999", "9999-01-01", "9999-12-31"),
    ] {
        assert_eq!(date(text), first, "{text}");
        assert_eq!(end(text), last, "{text}");
    }
}

#[test]
fn a_date_whose_day_and_month_could_be_swapped_is_refused_with_both_readings() {
    assert_eq!(
        date("03/04/2026"),
        "\"03/04/2026\" is not a date: it could be 3 April or 4 March: write 2026-04-03 or 2026-03-04"
    );
    assert_eq!(
        date("03-02"),
        "\"03-02\" is not a date: it could be 3 February or 2 March: write YEAR-02-03 or YEAR-03-02"
    );
    assert_eq!(
        date("25.12.2026"),
        "\"25.12.2026\" is not a date: the order of day and month is not guessed: write the year first, as in 2026-12-25"
    );
}

#[test]
fn a_day_that_does_not_exist_is_refused_with_the_days_that_do() {
    assert_eq!(date("2026-02-30"), "\"2026-02-30\" is not a date: February 2026 has the days 1 to 28");
    assert_eq!(date("2026-13-01"), "\"2026-13-01\" is not a date: there is no month 13: months are 1 to 12");
    assert_eq!(date("0000-01-01"), "\"0000-01-01\" is not a date: dates lie in the years 1 to 9999");
}

#[test]
fn what_is_no_date_is_refused_with_the_forms() {
    for text in [
        "",
        " ",
        "soon",
        "2026-",
        "-2026",
        "2026-03-02-01",
        "20260230x",
        "202603",
        "2026q5",
        "q1",
        "3 days",
        "last day",
        "next may 2",
        "1e3 days ago",
        "+3 days ago",
        "99999999999 days ago",
        "2026-03/02",
        "٢٠٢٦-٠٣-٠٢",
        "may may",
    ] {
        let error = parse_date(text, today()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidDate { .. }), "{text}: {error}");
    }
    let error = parse_date("10000 years ago", today()).unwrap_err();
    assert!(error.to_string().ends_with("dates lie in the years 1 to 9999"), "{error}");
    assert!(parse_date("tomorrow", latest()).is_err());
    assert!(parse_date("last week", earliest()).is_err());
}

#[test]
fn periods_join_the_first_day_of_one_side_with_the_last_of_the_other() {
    assert_eq!(period("2026-03"), "2026-03-01 2026-03-31");
    assert_eq!(period("2026Q1"), "2026-01-01 2026-03-31");
    assert_eq!(period("2026"), "2026-01-01 2026-12-31");
    assert_eq!(period("2026-01..2026-03"), "2026-01-01 2026-03-31");
    assert_eq!(period("last month"), "2026-02-01 2026-02-28");
    assert_eq!(period("last month .. today"), "2026-02-01 2026-03-04");
    assert_eq!(period("2026-03-01.."), "2026-03-01 9999-12-31");
    assert_eq!(period("..2026.03.01"), "0001-01-01 2026-03-01");
    assert_eq!(period("yesterday"), "2026-03-03 2026-03-03");
}

#[test]
fn a_period_that_ends_before_it_begins_is_refused() {
    assert_eq!(
        period("2026-03..2026-01"),
        "\"2026-03..2026-01\" is not a date: the range ends on 2026-01-31, before it begins on 2026-03-01"
    );
}

fn instant(text: &str, zone: &str) -> String {
    match parse_instant(text, today(), parse_zone(zone).unwrap()) {
        Ok(instant) => instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_instant_is_rfc_3339_or_a_local_time() {
    assert_eq!(instant("2026-01-15T14:30:00+01:00", "UTC"), "2026-01-15T13:30:00Z");
    assert_eq!(instant("2026-01-15 14:30:00Z", "Europe/Berlin"), "2026-01-15T14:30:00Z");
    assert_eq!(instant("2026-01-15 14:30", "Europe/Berlin"), "2026-01-15T13:30:00Z");
    assert_eq!(instant("2026-07-15T14:30:05.25", "europe/berlin"), "2026-07-15T12:30:05.250Z");
    assert_eq!(instant("yesterday 08:00", "Asia/Tokyo"), "2026-03-02T23:00:00Z");
}

#[test]
fn a_bare_date_as_an_instant_means_its_end_in_the_zone() {
    assert_eq!(instant("2026-01-15", "UTC"), "2026-01-15T23:59:59.999999999Z");
    assert_eq!(instant("2026-01-15", "America/New_York"), "2026-01-16T04:59:59.999999999Z");
    assert_eq!(instant("2026-01", "UTC"), "2026-01-31T23:59:59.999999999Z");
    // The clocks of Beirut skipped from 00:00 to 01:00 on 27 March 2022; those of Apia skipped 30 December 2011.
    assert_eq!(instant("2022-03-26", "Asia/Beirut"), "2022-03-26T21:59:59.999999999Z");
    assert_eq!(instant("2011-12-29", "Pacific/Apia"), "2011-12-30T09:59:59.999999999Z");
}

#[test]
fn a_local_time_that_the_clocks_skip_or_show_twice_is_refused() {
    assert!(
        instant("2026-03-29 02:30", "Europe/Berlin").ends_with("skip it: write an earlier or later time")
    );
    assert_eq!(
        instant("2026-10-25 02:30", "Europe/Berlin"),
        "\"2026-10-25 02:30\" is not a date: the clocks of Europe/Berlin show it twice: \
         write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00"
    );
    assert!(instant("2026-10-25 25:30", "UTC").contains("the time reads as 14:30"));
    assert!(parse_zone("Europe/Atlantis").is_err());
}

fn any_date() -> impl Strategy<Value = NaiveDate> {
    (1i32..=9999, 1u32..=366).prop_map(|(year, day)| {
        NaiveDate::from_yo_opt(year, day).unwrap_or(NaiveDate::from_yo_opt(year, 1).unwrap())
    })
}

proptest! {
    #[test]
    fn a_formatted_date_reads_back_as_itself(date in any_date(), today in any_date()) {
        for format in ["%Y-%m-%d", "%Y/%-m/%-d", "%Y.%m.%d", "%Y%m%d", "%-d %b %Y", "%B %-d, %Y"] {
            // chrono writes years below 1000 with four digits under %Y, as ISO 8601 has them.
            let text = date.format(format).to_string();
            prop_assert_eq!(parse_date(&text, today).unwrap(), date, "{}", text);
            prop_assert_eq!(parse_period(&text, today).unwrap(), (date, date), "{}", text);
        }
    }

    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,24}", today in any_date()) {
        let _ = parse_period(&text, today);
        let _ = parse_instant(&text, today, Tz::UTC);
    }

    #[test]
    fn near_dates_are_read_or_refused_without_a_panic(
        text in "(last|next|this|in|a|[0-9]{1,10}|) ?(mar|week|month|quarter|year|days|fri|2026|[0-9]{1,4}[-/.][0-9]{1,2}) ?(ago|[0-9]{1,4}|)(\\.\\.)?",
        today in any_date(),
    ) {
        if let Ok((first, last)) = parse_period(&text, today) {
            prop_assert!(first <= last && first.year() >= 1 && last.year() <= 9999);
        }
        let _ = parse_instant(&text, today, Tz::UTC).map(|instant| instant.with_timezone(&Utc));
    }
}

#[test]
fn weeks_have_the_numbers_of_iso_8601() {
    assert_eq!(period("2024-W52"), "2024-12-23 2024-12-29");
    assert_eq!(period("2026w01"), "2025-12-29 2026-01-04");
    assert_eq!(period("2020-W53..2021-W01"), "2020-12-28 2021-01-10");
    assert!(period("2026-W54").contains("2026 has the weeks 1 to 53, as ISO 8601 counts them"));
    assert!(period("2025-W53").contains("2025 has the weeks 1 to 52"));
    assert!(period("2026-W").contains("write it as 2026-03"));
}

#[test]
fn to_date_means_up_to_today() {
    assert_eq!(period("ytd"), "2026-01-01 2026-03-04");
    assert_eq!(period("QTD"), "2026-01-01 2026-03-04");
    assert_eq!(period("mtd"), "2026-03-01 2026-03-04");
    assert_eq!(period("wtd"), "2026-03-02 2026-03-04");
    assert_eq!(period("year to date"), period("ytd"));
}

#[test]
fn both_ends_of_a_range_are_included() {
    assert_eq!(period("2026-01..2026-03"), "2026-01-01 2026-03-31");
    assert_eq!(period("2026-01-05..2026-01-05"), "2026-01-05 2026-01-05");
    assert_eq!(period("2024..2025"), "2024-01-01 2025-12-31");
    assert_eq!(period("last month..today"), "2026-02-01 2026-03-04");
}

#[test]
fn a_fiscal_year_is_named_by_the_year_in_which_it_ends() {
    let april = FiscalStart::new(4, 6).unwrap();
    let fiscal = |text: &str, start| match parse_fiscal_period(text, today(), start) {
        Ok((first, last)) => format!("{first} {last}"),
        Err(error) => error.to_string(),
    };
    for (text, expected) in [
        ("FY2024", "2023-04-06 2024-04-05"),
        ("fy24", "2023-04-06 2024-04-05"),
        ("FY99", "1998-04-06 1999-04-05"),
        ("FY2024..FY2025", "2023-04-06 2025-04-05"),
        ("FY2026Q4", "2026-01-06 2026-04-05"),
        ("this fiscal year", "2025-04-06 2026-04-05"),
        ("last fiscal year", "2024-04-06 2025-04-05"),
        ("next fiscal year", "2026-04-06 2027-04-05"),
        ("last fiscal quarter", "2025-10-06 2026-01-05"),
        ("fiscal ytd", "2025-04-06 2026-03-04"),
    ] {
        assert_eq!(fiscal(text, april), expected, "{text}");
    }
    assert_eq!(fiscal("FY2024", FiscalStart::default()), "2024-01-01 2024-12-31");
    assert!(fiscal("FY2024Q5", april).contains("FY2026Q1"));
    let end = parse_fiscal_date("FY2024", today(), DateRole::End, april).unwrap();
    assert_eq!(end.to_string(), "2024-04-05");
    // A command that does not know when they begin guesses nothing.
    assert!(period("FY2024").contains("only statements know fiscal years"));
}

#[test]
fn what_is_no_range_is_refused_with_the_ranges_that_there_are() {
    let refused = period("2026-13x");
    for form in ["2026-W05", "2026-01..2026-03 (both ends included)", "last 12 months", "ytd"] {
        assert!(refused.contains(form), "{refused}");
    }
}

#[test]
fn several_units_are_the_whole_ones_before_or_after_this_one() {
    let today = NaiveDate::from_ymd_opt(2026, 3, 18).unwrap();
    let span = |text: &str| {
        let (first, last) = parse_period(text, today).unwrap();
        format!("{first}..{last}")
    };
    assert_eq!(span("last 12 months"), "2025-03-01..2026-02-28");
    assert_eq!(span("last 1 month"), span("last month"));
    assert_eq!(span("next 2 weeks"), "2026-03-23..2026-04-05");
    assert_eq!(span("last 3 days"), "2026-03-15..2026-03-17");
    assert_eq!(span("last 2 quarters"), "2025-07-01..2025-12-31");
    assert_eq!(span("last 2 years"), "2024-01-01..2025-12-31");
    assert!(parse_period("last 0 months", today).is_err());
    assert!(parse_period("last 3 fridays", today).is_err());
}
