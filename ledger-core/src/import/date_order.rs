//! Day or month first, where every date of a column reads both ways: what the rows say together.

use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

use super::date::DateFormat;
use super::survey::Survey;

/// How far apart two dates of one row are at most: a payment is booked within days.
const DAYS_BETWEEN_MAX: i64 = 10;
/// How far apart they must be somewhere for another pattern to be ruled out.
const DAYS_RULED_OUT: i64 = 27;
/// How many different days it takes for their order to say something.
const DAYS_IN_ORDER_MIN: usize = 5;

/// The pattern that the rows speak for, with the reason; none where they do not.
pub(super) fn decide<'p>(
    survey: &Survey,
    column: usize,
    several: &[&'p DateFormat],
) -> Option<(&'p DateFormat, &'static str)> {
    let readings = several.iter().map(|format| (*format, read(survey, column, format))).collect::<Vec<_>>();
    if readings.iter().any(|(_, days)| days.len() < 2) {
        return None;
    }
    beside_another(survey, column, several)
        .map(|format| (format, "only so are the two dates of each row days apart"))
        .or_else(|| in_order(&readings).map(|format| (format, "only so are the rows in the order of time")))
        .or_else(|| {
            let plain = within_a_month(survey, column, &readings);
            plain.map(|format| (format, "else every row would be of the same day of some month"))
        })
}

fn read(survey: &Survey, column: usize, format: &DateFormat) -> Vec<NaiveDate> {
    survey.sample.iter().filter_map(|row| format.read(row.get(column)?)).collect()
}

/// The pattern by which another date column of the same kind stays close to this one in every row.
fn beside_another<'p>(survey: &Survey, column: usize, several: &[&'p DateFormat]) -> Option<&'p DateFormat> {
    let facts = &survey.columns;
    let others = (0..facts.len()).filter(|other| *other != column && facts[*other].mostly_dates());
    for other in others {
        let far = |format: &DateFormat| {
            let gap = |row: &Vec<String>| {
                let (one, two) = (format.read(row.get(column)?)?, format.read(row.get(other)?)?);
                Some((one - two).num_days().abs())
            };
            survey.sample.iter().filter_map(gap).max()
        };
        let gaps = several.iter().map(|format| (*format, far(format))).collect::<Vec<_>>();
        let close = |(_, gap): &&(&DateFormat, Option<i64>)| gap.is_some_and(|gap| gap <= DAYS_BETWEEN_MAX);
        let near = gaps.iter().filter(close).collect::<Vec<_>>();
        let ruled_out = gaps.iter().filter(|(_, gap)| gap.is_some_and(|gap| gap >= DAYS_RULED_OUT)).count();
        if let ([(format, _)], true) = (near.as_slice(), ruled_out + 1 == several.len()) {
            return Some(format);
        }
    }
    None
}

/// The only pattern by which the rows are in order, oldest or newest first.
fn in_order<'p>(readings: &[(&'p DateFormat, Vec<NaiveDate>)]) -> Option<&'p DateFormat> {
    let sorted = |(_, days): &&(&DateFormat, Vec<NaiveDate>)| {
        days.is_sorted() || days.is_sorted_by(|one, other| one >= other)
    };
    let distinct = |days: &[NaiveDate]| days.iter().collect::<BTreeSet<_>>().len();
    match readings.iter().filter(sorted).collect::<Vec<_>>().as_slice() {
        [(format, days)] if distinct(days) >= DAYS_IN_ORDER_MIN => Some(format),
        _ => None,
    }
}

/// The pattern by which all rows lie in one month, where by every other they lie on one day of several months. A
/// text that comes back on another day may be a monthly payment: then nothing is decided.
fn within_a_month<'p>(
    survey: &Survey,
    column: usize,
    readings: &[(&'p DateFormat, Vec<NaiveDate>)],
) -> Option<&'p DateFormat> {
    let months =
        |days: &[NaiveDate]| days.iter().map(|day| (day.year(), day.month())).collect::<BTreeSet<_>>().len();
    let same_day =
        |days: &[NaiveDate]| days.iter().all(|day| day.day() == days[0].day()) && months(days) >= 3;
    let [plain] = *readings.iter().filter(|(_, days)| months(days) == 1).collect::<Vec<_>>() else {
        return None;
    };
    let others_monthly = readings.iter().all(|reading| std::ptr::eq(reading, plain) || same_day(&reading.1));
    if plain.1.len() < 5 || !others_monthly {
        return None;
    }
    let mut day_of_text = BTreeMap::new();
    for row in &survey.sample {
        let day = row.get(column)?;
        let is_text = |(_, facts): &(usize, &super::survey::ColumnFacts)| facts.numbers + facts.dates == 0;
        let texts = survey.columns.iter().enumerate().filter(is_text);
        let text = texts.filter_map(|(index, _)| row.get(index)).max_by_key(|cell| cell.len())?;
        if day_of_text.insert(text, day).is_some_and(|before| before != day) {
            return None;
        }
    }
    Some(plain.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::currency::Currencies;
    use crate::import::explain::Decisions;
    use crate::import::{CsvProfile, layout, survey};
    use crate::money::Commodity;

    fn decided(text: &str) -> Option<String> {
        let currencies = Currencies { default: Commodity::iso("EUR").unwrap(), resolve: &Commodity::iso };
        let layout =
            layout::find(text, "x", &CsvProfile::default(), currencies, &mut Decisions::default()).unwrap();
        let survey = survey::survey(&layout, currencies).unwrap();
        let formats = ["DD/MM/YYYY", "MM/DD/YYYY"].map(|text| text.parse::<DateFormat>().unwrap());
        decide(&survey, 0, &formats.each_ref()).map(|(format, _)| format.to_string())
    }

    #[test]
    fn a_second_date_of_each_row_decides_the_order() {
        let text = "Date,Value date,Text,Amount\n04/03/2026,04/05/2026,a,1\n04/01/2026,04/02/2026,b,1\n";
        assert_eq!(decided(text).as_deref(), Some("MM/DD/YYYY"));
        let far = "Date,Value date,Text,Amount\n04/03/2026,04/12/2026,a,1\n04/01/2026,09/02/2026,b,1\n";
        assert_eq!(decided(far), None);
    }

    #[test]
    fn five_days_in_one_order_only_decide_it() {
        let rows = |days: &[&str]| {
            let rows = days.iter().enumerate().map(|(at, day)| format!("{day}/2026,text {at},1.00\n"));
            format!("Date,Text,Amount\n{}", rows.collect::<String>())
        };
        assert_eq!(
            decided(&rows(&["01/02", "09/02", "02/03", "08/03", "01/04"])).as_deref(),
            Some("DD/MM/YYYY")
        );
        assert_eq!(decided(&rows(&["01/02", "09/02", "02/03", "08/03"])), None, "four may be chance");
        assert_eq!(decided(&rows(&["01/02", "02/03", "03/04", "04/05", "05/06"])), None, "both are in order");
    }

    #[test]
    fn rows_of_one_month_are_not_read_as_monthly_unless_a_text_comes_back() {
        let rows = |texts: [&str; 5]| {
            let days = ["05/01", "05/01", "05/02", "05/03", "05/03"];
            let rows = days.iter().zip(texts).map(|(day, text)| format!("{day}/2026,{text},1.00\n"));
            format!("Date,Text,Amount\n{}", rows.collect::<String>())
        };
        assert_eq!(decided(&rows(["a", "b", "c", "d", "e"])).as_deref(), Some("MM/DD/YYYY"));
        assert_eq!(decided(&rows(["a", "rent", "rent", "d", "e"])), None);
    }
}
