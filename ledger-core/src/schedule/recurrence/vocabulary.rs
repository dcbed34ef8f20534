//! The words that recurrences are said in: weekdays, months, ordinals and periods.

use chrono::{Datelike, NaiveDate, Weekday};
use strsim::damerau_levenshtein;

use super::rule::Frequency;

pub(super) const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const ORDINALS: [&str; 10] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
/// Every other word that a mistyped one may be close to.
const OTHERS: [&str; 34] = [
    "every",
    "other",
    "day",
    "daily",
    "week",
    "weekly",
    "month",
    "monthly",
    "quarter",
    "quarterly",
    "half-year",
    "year",
    "yearly",
    "annually",
    "fortnight",
    "fortnightly",
    "weekday",
    "workday",
    "last",
    "once",
    "from",
    "until",
    "before",
    "times",
    "except",
    "also",
    "days",
    "weeks",
    "months",
    "years",
    "weekdays",
    "through",
    "on",
    "starting",
];
const LETTERS_MIN: usize = 4;
const EDITS_MAX: usize = 2;

/// The day of the week that a word names, in full or by its first letters.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    let singular = word.strip_suffix('s').filter(|word| word.ends_with("day")).unwrap_or(word);
    let at = WEEKDAYS.iter().position(|name| {
        let name = name.to_lowercase();
        let short =
            matches!(singular, "mon" | "tue" | "tues" | "wed" | "weds" | "thu" | "thur" | "thurs" | "fri")
                || matches!(singular, "sat" | "sun");
        singular == name || (short && singular[..3] == name[..3])
    })?;
    Weekday::try_from(at as u8).ok()
}

/// The month that a word names, 1 to 12.
pub(super) fn month(word: &str) -> Option<i32> {
    let at = MONTHS.iter().position(|name| {
        let name = name.to_lowercase();
        word == name || word == &name[..3] || (word == "sept" && name == "september")
    })?;
    Some(at as i32 + 1)
}

/// The number that a word says by its place: `3rd` and `third` are 3, `last` is -1, `2nd-to-last`, `second-last` and
/// `penultimate` are -2, `15` is 15.
pub(super) fn ordinal(word: &str) -> Option<i32> {
    match word {
        "last" => return Some(-1),
        "penultimate" | "next-to-last" => return Some(-2),
        _ => {}
    }
    if let Some(from_end) = word.strip_suffix("-to-last").or_else(|| word.strip_suffix("-last")) {
        return ordinal(from_end).filter(|number| *number > 0).map(|number| -number);
    }
    if let Some(at) = ORDINALS.iter().position(|name| *name == word) {
        return Some(at as i32 + 1);
    }
    let digits = word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '.');
    let suffix = &word[digits.len()..];
    let number = digits.parse::<u16>().ok().filter(|number| *number > 0)?;
    matches!(suffix, "" | "." | "st" | "nd" | "rd" | "th").then(|| i32::from(number))
}

/// The number that a word counts, up to four: `one` and `1` are 1.
pub(super) fn cardinal(word: &str) -> Option<i32> {
    let names = ["one", "two", "three", "four"];
    let at = names.iter().position(|name| *name == word);
    at.and_then(|at| i32::try_from(at + 1).ok())
        .or_else(|| word.parse().ok().filter(|number| (1..=4).contains(number)))
}

/// What [`ordinal`] reads: `3rd`, `last`, `2nd-to-last`.
pub(super) fn ordinal_word(number: i32) -> String {
    if number == -1 {
        return "last".to_owned();
    }
    if number < 0 {
        return format!("{}-to-last", ordinal_word(-number));
    }
    let suffix = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}

/// The period that a word names: how many of which.
pub(super) fn period(word: &str) -> Option<(u32, Frequency)> {
    let period = match word {
        "day" | "days" | "daily" => (1, Frequency::Daily),
        "week" | "weeks" | "weekly" => (1, Frequency::Weekly),
        "fortnight" | "fortnights" | "fortnightly" => (2, Frequency::Weekly),
        "month" | "months" | "monthly" => (1, Frequency::Monthly),
        "quarter" | "quarters" | "quarterly" => (3, Frequency::Monthly),
        "half-year" | "half-years" | "half-yearly" | "semiannually" => (6, Frequency::Monthly),
        "year" | "years" | "yearly" | "annual" | "annually" => (1, Frequency::Yearly),
        _ => return None,
    };
    Some(period)
}

/// Whether a word means Monday to Friday.
pub(super) fn is_working_day(word: &str) -> bool {
    matches!(word, "weekday" | "weekdays" | "workday" | "workdays")
}

/// A day written as 2026-05-01; an error where there is no such day, nothing where it is another word.
pub(super) fn date(word: &str) -> Option<Result<NaiveDate, String>> {
    let shape = word.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    if !shape.eq(*b"0000-00-00") {
        return None;
    }
    let day = NaiveDate::parse_from_str(word, "%Y-%m-%d").ok().filter(|day| day.year() >= 1);
    Some(day.ok_or_else(|| format!("there is no day {word}")))
}

/// The known word that an unknown one is closest to, if one is close.
pub(super) fn nearest(word: &str) -> Option<String> {
    if word.chars().count() < LETTERS_MIN {
        return None;
    }
    let names = WEEKDAYS.iter().chain(&MONTHS).map(|name| name.to_lowercase());
    let known = names.chain(OTHERS.iter().chain(&ORDINALS).map(|word| (*word).to_owned()));
    let edits = known.map(|known| (damerau_levenshtein(word, &known), known));
    edits.filter(|(edits, _)| *edits <= EDITS_MAX).min_by_key(|(edits, _)| *edits).map(|(_, known)| known)
}
