//! The grammar: text to a span of days. Errors are the clause that says why.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use ledger_core::report::FiscalStart;

use super::{earliest, latest};

/// The first and the last day.
type Span = (NaiveDate, NaiveDate);
type Parsed<T> = Result<T, String>;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

mod fiscal;

/// Reads one expression; fiscal years where it is known when they begin.
pub(super) fn parse(text: &str, today: NaiveDate, fiscal: Option<FiscalStart>) -> Parsed<Span> {
    let text = text.to_lowercase().replace(',', " ");
    let words: Vec<&str> = text.split_whitespace().collect();
    match words[..] {
        [word] if word.starts_with("fy") => fiscal::numbered(word, today, fiscal),
        [which @ ("last" | "next" | "this"), "fiscal", unit] => fiscal::relative(which, unit, today, fiscal),
        ["fiscal", "ytd"] | ["fiscal", "year", "to", "date"] => fiscal::to_date(today, fiscal),
        [word] => one_word(word, today),
        [unit @ ("year" | "quarter" | "month" | "week"), "to", "date"] => to_date(unit, today),
        ["last" | "next" | "this", "day"] => Err(forms()),
        [which @ ("last" | "next" | "this"), unit] => relative(which, unit, today),
        [count, unit, "ago"] => distant(count, unit, today, false),
        ["in", count, unit] => distant(count, unit, today, true),
        [which @ ("last" | "next"), count, unit] => several(which, count, unit, today),
        [a, b] => match (month_name(a), month_name(b)) {
            (Some(month), None) if is_year(b) => month_of(number(b)?, month),
            (Some(month), None) => day(today.year(), month, ordinal(b)?),
            (None, Some(month)) => day(today.year(), month, ordinal(a)?),
            _ => Err(forms()),
        },
        [a, b, year] if is_year(year) => match (month_name(a), month_name(b)) {
            (Some(month), None) => day(number(year)?, month, ordinal(b)?),
            (None, Some(month)) => day(number(year)?, month, ordinal(a)?),
            _ => Err(forms()),
        },
        _ => Err(forms()),
    }
}

fn one_word(word: &str, today: NaiveDate) -> Parsed<Span> {
    let single = |date: Option<NaiveDate>| within(date).map(|date| (date, date));
    match word {
        "today" => single(Some(today)),
        "yesterday" => single(today.pred_opt()),
        "tomorrow" => single(today.succ_opt()),
        "ytd" => to_date("year", today),
        "qtd" => to_date("quarter", today),
        "mtd" => to_date("month", today),
        "wtd" => to_date("week", today),
        _ => {
            if let Some(weekday) = weekday(word) {
                return single(today.checked_sub_days(Days::new(days_since(weekday, today))));
            }
            match month_name(word) {
                Some(month) => month_of(today.year(), month),
                None => numeric(word),
            }
        }
    }
}

/// From the first day of the week, month, quarter or year to today.
fn to_date(unit: &str, today: NaiveDate) -> Parsed<Span> {
    Ok((relative("this", unit, today)?.0, today))
}

/// `2026-w05`: the week of ISO 8601, from Monday to Sunday.
fn week_of(year: &str, week: &str) -> Parsed<Span> {
    let year = year.strip_suffix('-').unwrap_or(year);
    if !is_year(year) || week.is_empty() || week.len() > 2 {
        return Err(forms());
    }
    let (year, week): (i32, u32) = (number(year)?, number(week)?);
    let Some(monday) = NaiveDate::from_isoywd_opt(year, week, Weekday::Mon) else {
        let last = if NaiveDate::from_isoywd_opt(year, 53, Weekday::Mon).is_some() { 53 } else { 52 };
        return Err(format!("{year} has the weeks 1 to {last}, as ISO 8601 counts them"));
    };
    Ok((within(Some(monday))?, within(shifted(monday, 6))?))
}

/// `2026`, `2026-03`, `2026q1`, `2026-w05`, `2026-03-02` with any of `-/.`, `20260302`.
fn numeric(word: &str) -> Parsed<Span> {
    if let Some((year, quarter)) = word.split_once('q') {
        let year = year.strip_suffix('-').unwrap_or(year);
        return match quarter {
            "1" | "2" | "3" | "4" if is_year(year) => {
                months(number(year)?, number::<u32>(quarter)? * 3 - 2, 3)
            }
            _ => Err(forms()),
        };
    }
    if let Some((year, week)) = word.split_once('w') {
        return week_of(year, week);
    }
    let separator = word.chars().find(|c| !c.is_ascii_digit());
    let parts: Vec<&str> = match separator {
        Some(separator @ ('-' | '/' | '.')) => word.split(separator).collect(),
        Some(_) => return Err(forms()),
        None => vec![word],
    };
    if parts.iter().any(|part| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(forms());
    }
    match parts[..] {
        [year] if is_year(year) => months(number(year)?, 1, 12),
        [date] if date.len() == 8 => day(number(&date[..4])?, number(&date[4..6])?, number(&date[6..])?),
        [year, month] if is_year(year) && month.len() <= 2 => month_of(number(year)?, number(month)?),
        [year, month, date] if is_year(year) && month.len() <= 2 && date.len() <= 2 => {
            day(number(year)?, number(month)?, number(date)?)
        }
        [a, b, ..] if parts.len() <= 3 && a.len() <= 2 && b.len() <= 2 => Err(year_comes_first(&parts)),
        _ => Err(forms()),
    }
}

/// Why `03/04/2026` is refused: it is read in two ways. A date that only one order allows is refused as well,
/// because the same habit would be taken on the 25th and refused on the 4th.
fn year_comes_first(parts: &[&str]) -> String {
    let (Ok(a), Ok(b)) = (number::<u32>(parts[0]), number::<u32>(parts[1])) else { return forms() };
    let year = match parts.get(2) {
        Some(year) if is_year(year) => (*year).to_owned(),
        _ => "YEAR".to_owned(),
    };
    let reading = |month: u32, day: u32| {
        let name = MONTHS.get(month.checked_sub(1)? as usize)?;
        let name = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        (1..=31).contains(&day).then(|| (format!("{day} {name}"), format!("{year}-{month:02}-{day:02}")))
    };
    match (reading(a, b), reading(b, a)) {
        (Some((one, as_one)), Some((other, as_other))) if a != b => {
            format!("it could be {other} or {one}: write {as_other} or {as_one}")
        }
        (Some((_, written)), _) | (_, Some((_, written))) => {
            format!("the order of day and month is not guessed: write the year first, as in {written}")
        }
        (None, None) => forms(),
    }
}

fn relative(which: &str, unit: &str, today: NaiveDate) -> Parsed<Span> {
    if let Some(weekday) = weekday(unit) {
        let since = days_since(weekday, today);
        let monday = days_since(Weekday::Mon, today);
        let date = match which {
            "last" => today.checked_sub_days(Days::new(if since == 0 { 7 } else { since })),
            "next" => today.checked_add_days(Days::new(7 - since)),
            _ => today
                .checked_sub_days(Days::new(monday))
                .and_then(|start| start.checked_add_days(Days::new(weekday.num_days_from_monday().into()))),
        };
        return within(date).map(|date| (date, date));
    }
    let step = match which {
        "last" => -1,
        "next" => 1,
        _ => 0,
    };
    let (year, month) = (today.year(), today.month());
    match unit {
        "week" => {
            let monday = today - Days::new(days_since(Weekday::Mon, today));
            let start = within(shifted(monday, step * 7))?;
            Ok((start, within(shifted(start, 6))?))
        }
        "month" => months_from(year, month, step, 1),
        "quarter" => months_from(year, (month - 1) / 3 * 3 + 1, step * 3, 3),
        "year" => months(year + step, 1, 12),
        _ => Err(forms()),
    }
}

/// So many whole units before or after the one that today lies in, as `last month` is the month before.
fn several(which: &str, count: &str, unit: &str, today: NaiveDate) -> Parsed<Span> {
    let count: i32 = number(count)?;
    if !(1..=10_000).contains(&count) {
        return Err(format!("take 1 to 10000 {unit}"));
    }
    let unit = unit.strip_suffix('s').unwrap_or(unit);
    let (near, far) = match unit {
        "day" => {
            let day = |days| within(shifted(today, days)).map(|date| (date, date));
            match which {
                "last" => (day(-1)?, day(-count)?),
                _ => (day(1)?, day(count)?),
            }
        }
        _ => {
            let near = relative(which, unit, today)?;
            let steps = if which == "last" { 1 - count } else { count - 1 };
            let far = match unit {
                "week" => (within(shifted(near.0, steps * 7))?, within(shifted(near.1, steps * 7))?),
                "month" => months_from(near.0.year(), near.0.month(), steps, 1)?,
                "quarter" => months_from(near.0.year(), near.0.month(), steps * 3, 3)?,
                "year" => months(near.0.year() + steps, 1, 12)?,
                _ => return Err(forms()),
            };
            (near, far)
        }
    };
    Ok((near.0.min(far.0), near.1.max(far.1)))
}

fn distant(count: &str, unit: &str, today: NaiveDate, ahead: bool) -> Parsed<Span> {
    let count: u32 = match count {
        "a" | "one" => 1,
        count => number(count)?,
    };
    let days = |days: u32| {
        let days = Days::new(days.into());
        if ahead { today.checked_add_days(days) } else { today.checked_sub_days(days) }
    };
    // The 31st counted by months lands on the last day of a shorter month.
    let months = |months: u32| {
        let months = Months::new(months);
        if ahead { today.checked_add_months(months) } else { today.checked_sub_months(months) }
    };
    let date = match unit.strip_suffix('s').unwrap_or(unit) {
        "day" => days(count),
        "week" => count.checked_mul(7).and_then(days),
        "month" => months(count),
        "year" => count.checked_mul(12).and_then(months),
        _ => return Err(forms()),
    };
    within(date).map(|date| (date, date))
}

fn shifted(date: NaiveDate, days: i32) -> Option<NaiveDate> {
    let distance = Days::new(days.unsigned_abs().into());
    if days < 0 { date.checked_sub_days(distance) } else { date.checked_add_days(distance) }
}

fn day(year: i32, month: u32, day: u32) -> Parsed<Span> {
    let (first, last) = month_of(year, month)?;
    if day == 0 || day > last.day() {
        let name = MONTHS[month as usize - 1];
        let name = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        return Err(format!("{name} {year} has the days 1 to {}", last.day()));
    }
    let date = within(first.with_day(day))?;
    Ok((date, date))
}

fn month_of(year: i32, month: u32) -> Parsed<Span> {
    if !(1..=12).contains(&month) {
        return Err(format!("there is no month {month}: months are 1 to 12"));
    }
    months(year, month, 1)
}

/// The span of `count` months from a month, `step` months further on.
fn months_from(year: i32, month: u32, step: i32, count: i32) -> Parsed<Span> {
    let index = year * 12 + month as i32 - 1 + step;
    months(index.div_euclid(12), index.rem_euclid(12) as u32 + 1, count)
}

fn months(year: i32, month: u32, count: i32) -> Parsed<Span> {
    let first = within(NaiveDate::from_ymd_opt(year, month, 1))?;
    let last = first.checked_add_months(Months::new(count.unsigned_abs())).and_then(|next| next.pred_opt());
    Ok((first, within(last)?))
}

fn within(date: Option<NaiveDate>) -> Parsed<NaiveDate> {
    date.filter(|date| (earliest()..=latest()).contains(date))
        .ok_or_else(|| "dates lie in the years 1 to 9999".to_owned())
}

/// How many days ago the weekday was; 0 when it is today.
fn days_since(weekday: Weekday, today: NaiveDate) -> u64 {
    today.weekday().days_since(weekday).into()
}

fn weekday(word: &str) -> Option<Weekday> {
    // chrono takes `fri` and `friday`, and no other shortening.
    word.parse().ok()
}

fn month_name(word: &str) -> Option<u32> {
    let word = word.strip_suffix('.').unwrap_or(word);
    let found = MONTHS
        .iter()
        .position(|name| *name == word || name[..3] == *word || (word == "sept" && name[..3] == *"sep"))?;
    Some(found as u32 + 1)
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn ordinal(text: &str) -> Parsed<u32> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|ending| text.strip_suffix(ending)).unwrap_or(text);
    number(digits.strip_suffix('.').unwrap_or(digits))
}

fn number<T: std::str::FromStr>(text: &str) -> Parsed<T> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_err(|_| forms())
    } else {
        Err(forms())
    }
}

/// What is said of text that is no date at all.
pub(super) fn forms() -> String {
    "write it as 2026-03-02, today, yesterday, friday, last friday, 3 days ago, mar 2, 2 mar 2026, 2026-03 or last month"
        .to_owned()
}
