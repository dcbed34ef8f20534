//! Text of RFC 5545: time zones, one text for equal rules, and what cannot be.

use super::*;

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
        assert_refused(parse(text, "2026-01-31"), reason);
    }
    assert_refused(Recurrence::from_rfc5545("FREQ=DAILY", None), "it has no start");
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
    assert_eq!(Recurrence::unknown_zones(unknown), ["W. Europe Standard Time"]);
    assert_eq!(Recurrence::unknown_zones(berlin), [] as [&str; 0]);
    let needed = Recurrence::from_rfc5545(&format!("{unknown}UNTIL=20260401T000000Z"), None);
    assert_refused(needed, "the time zone \"W. Europe Standard Time\" is not known");
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
