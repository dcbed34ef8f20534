//! How a QIF file writes its dates and numbers: one order and one decimal mark for the whole file, or an error that
//! names the flag.

use chrono::NaiveDate;

use super::super::date::DateFormat;
use super::super::describe::excerpt;
use super::super::explain::{Choice, Found, Halt, OpenQuestion};
use super::super::number::{MarkEvidence, mark_evidence};
use super::super::profile::CsvProfile;
use super::super::source::Source;
use super::Section;
use super::records::{Field, Item, Records};
use crate::Result;
use crate::money::DecimalMark;

/// What it takes to read the values of a file.
#[derive(Debug)]
pub(super) struct Formats {
    pub order: Order,
    pub mark: DecimalMark,
}

/// The order of day, month and year. A year of four digits in front is always one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    DayMonthYear,
    MonthDayYear,
    YearMonthDay,
}

/// Decides over the whole file.
///
/// # Errors
/// Dates or decimals that can be read in two ways, or that no single way explains.
pub(super) fn find(source: &Source<'_>, profile: &CsvProfile) -> Found<Formats> {
    let told = profile.date_format.as_deref().map(order_told).transpose()?;
    let mut dates = Evidence::default();
    let mut numbers = Evidence::default();
    let mut only_dots = true;
    let mut in_transactions = true;
    for item in Records::new(source.text) {
        let record = match item {
            Item::Record(record) => record,
            Item::Header { text, .. } => {
                let section = Section::of(text);
                in_transactions = section
                    .map_or(in_transactions, |section| matches!(section, Section::Transactions { .. }));
                continue;
            }
        };
        for field in record.fields.iter().filter(|_| in_transactions) {
            match field.code {
                'D' => {
                    only_dots &= field.text.contains('.');
                    look_at_date(field, &mut dates);
                }
                'T' | 'U' | '$' => look_at_number(field, &mut numbers),
                _ => {}
            }
        }
    }
    let order = match told {
        Some(told) => told,
        None => decide(source, &dates, &date_question(), only_dots)
            .map(|first| if first { Order::DayMonthYear } else { Order::MonthDayYear })?,
    };
    let mark = match profile.decimal_mark {
        Some(told) => told,
        None => decide(source, &numbers, &mark_question(), false)
            .map(|comma| if comma { DecimalMark::Comma } else { DecimalMark::Point })?,
    };
    Ok(Formats { order, mark })
}

/// The first values that only one of two readings explains, and the first that both do, differently.
#[derive(Default)]
struct Evidence {
    only_first: Option<(String, usize)>,
    only_second: Option<(String, usize)>,
    either: Option<(String, usize)>,
}

fn look_at_date(field: &Field<'_>, dates: &mut Evidence) {
    let read = |order| read_date(field.text, order);
    let witness = || Some((excerpt(field.text).into_owned(), field.at));
    match (read(Order::DayMonthYear), read(Order::MonthDayYear)) {
        (Some(_), None) if dates.only_first.is_none() => dates.only_first = witness(),
        (None, Some(_)) if dates.only_second.is_none() => dates.only_second = witness(),
        (Some(one), Some(other)) if one != other && dates.either.is_none() => dates.either = witness(),
        _ => {}
    }
}

fn look_at_number(field: &Field<'_>, numbers: &mut Evidence) {
    let slot = match mark_evidence(field.text) {
        MarkEvidence::Only(DecimalMark::Comma) => &mut numbers.only_first,
        MarkEvidence::Only(DecimalMark::Point) => &mut numbers.only_second,
        MarkEvidence::Either => &mut numbers.either,
        MarkEvidence::None => return,
    };
    slot.get_or_insert_with(|| (excerpt(field.text).into_owned(), field.at));
}

/// What can be read in two ways, and how each is told.
struct Question {
    what: &'static str,
    flag: &'static str,
    readings: [&'static str; 2],
    settles: [CsvProfile; 2],
}

fn date_question() -> Question {
    let readings = ["DD/MM/YYYY", "MM/DD/YYYY"];
    let settles =
        readings.map(|order| CsvProfile { date_format: Some(order.to_owned()), ..CsvProfile::default() });
    Question { what: "date", flag: "--date-format", readings, settles }
}

fn mark_question() -> Question {
    let settles = [DecimalMark::Comma, DecimalMark::Point]
        .map(|mark| CsvProfile { decimal_mark: Some(mark), ..CsvProfile::default() });
    let readings = ["a decimal comma", "a decimal point"];
    Question { what: "number", flag: "--decimal", readings, settles }
}

impl Question {
    fn open(&self, place: (u64, u64), reason: String) -> Halt {
        let choice = |(label, settles): (&&str, &CsvProfile)| Choice {
            label: (*label).to_owned(),
            settles: settles.clone(),
        };
        let choices = self.readings.iter().zip(&self.settles).map(choice).collect();
        Halt::Open(OpenQuestion { place, reason, choices })
    }
}

/// Whether the first of two readings is the file's.
fn decide(
    source: &Source<'_>,
    evidence: &Evidence,
    question: &Question,
    first_by_custom: bool,
) -> Found<bool> {
    let Question { what, flag, readings, .. } = question;
    match (&evidence.only_first, &evidence.only_second, &evidence.either) {
        (Some((one, one_at)), Some((other, other_at)), _) => {
            let (one_line, other_line) = (source.place(*one_at).0, source.place(*other_at).0);
            let reason = format!(
                "\"{one}\" in line {one_line} has {}, \"{other}\" in line {other_line} has {}: tell the right one \
                 with {flag}",
                readings[0], readings[1]
            );
            Err(question.open(source.place(*one_at.max(other_at)), reason))
        }
        (Some(_), None, _) => Ok(true),
        (None, Some(_), _) => Ok(false),
        (None, None, Some(_)) if first_by_custom => Ok(true),
        (None, None, Some((either, at))) => {
            let reason = format!(
                "{what} \"{either}\" may have {} or {}, and nothing in the file decides it: tell it with {flag}",
                readings[0], readings[1]
            );
            Err(question.open(source.place(*at), reason))
        }
        // Both readings are the same everywhere.
        (None, None, None) => Ok(false),
    }
}

/// The order of a pattern such as `DD/MM/YYYY`.
fn order_told(pattern: &str) -> Result<Order> {
    let pattern = pattern.parse::<DateFormat>()?.to_string();
    let [day, month, year] = ['D', 'M', 'Y'].map(|letter| pattern.find(letter));
    Ok(if year < day && year < month {
        Order::YearMonthDay
    } else if month < day {
        Order::MonthDayYear
    } else {
        Order::DayMonthYear
    })
}

/// Reads `1/ 2'26`, `01.02.2026`, `12-31-98`, `2026-02-01` or `20260201`.
///
/// Quicken writes an apostrophe before the years of this century; other years of two digits are 1969 to 2068.
pub(super) fn read_date(text: &str, order: Order) -> Option<NaiveDate> {
    let text = text.split(['T', 'Z']).next().unwrap_or("");
    let plain = text.chars().filter(|c| !c.is_whitespace()).take(12).collect::<String>();
    if plain.len() == 8 && plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return NaiveDate::from_ymd_opt(
            plain[..4].parse().ok()?,
            plain[4..6].parse().ok()?,
            plain[6..].parse().ok()?,
        );
    }
    let mut groups = plain.split(['/', '.', '-', '\'']);
    let groups = [groups.next()?, groups.next()?, groups.next().filter(|_| groups.next().is_none())?];
    let number = |group: &str| {
        let digits = (1..=4).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| group.parse::<u32>().ok()).flatten()
    };
    let [day, month, year] = match order {
        _ if groups[0].len() == 4 => [groups[2], groups[1], groups[0]],
        Order::DayMonthYear => groups,
        Order::MonthDayYear => [groups[1], groups[0], groups[2]],
        Order::YearMonthDay => [groups[2], groups[1], groups[0]],
    };
    let this_century = plain.contains('\'');
    let written = number(year)?;
    let year = match (year.len(), written) {
        (4, written) => written,
        (1 | 2, written) if this_century || written < 69 => 2000 + written,
        (2, written) => 1900 + written,
        _ => return None,
    };
    if day.len() > 2 || month.len() > 2 || year < 1900 {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, number(month)?, number(day)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_in_each_of_quickens_spellings() {
        let day = NaiveDate::from_ymd_opt(2026, 2, 1);
        for text in
            ["1/ 2'26", "01.02.2026", "1-2-26", "2026-02-01", "20260201", " 1/2/2026", "2026-02-01T00:00:00"]
        {
            assert_eq!(read_date(text, Order::DayMonthYear), day, "{text}");
        }
        assert_eq!(read_date("2/ 1'26", Order::MonthDayYear), day);
        assert_eq!(read_date("26-02-01", Order::YearMonthDay), day);
        assert_eq!(read_date("8/25/93", Order::MonthDayYear), NaiveDate::from_ymd_opt(1993, 8, 25));
        assert_eq!(read_date("8/25' 6", Order::MonthDayYear), NaiveDate::from_ymd_opt(2006, 8, 25));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "1/2", "1/2/3/4", "31/31/2026", "1//26", "a/b/c", "1/2/026", "001/2/26", "1/2/12345"]
        {
            assert_eq!(read_date(text, Order::DayMonthYear), None, "{text}");
        }
    }
}
