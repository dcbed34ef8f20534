//! Dates as banks write them: reading by a pattern.
//!
//! A date is read as it is written; a time of day behind it is left out and no zone is applied.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use crate::{Error, ErrorKind, Result};

/// A pattern for dates such as `DD.MM.YYYY` or `%d.%m.%Y`.
///
/// `D`/`DD` take one or two digits, as do `M`/`MM`; `MMM` takes a month's name or its abbreviation in English,
/// German, French, Dutch, Spanish, Italian, Portuguese, Polish, Turkish or a Nordic language; `YY` takes two digits (69–99 are 19xx, as POSIX has it), `YYYY`
/// four. Parts that touch (`YYYYMMDD`) take exactly as many digits as they have letters.
///
/// ```
/// use ledger_core::import::DateFormat;
/// let format: DateFormat = "%d.%m.%Y".parse()?;
/// assert_eq!(format.to_string(), "DD.MM.YYYY");
/// assert_eq!(format.read("2.3.2026 14:05").unwrap().to_string(), "2026-03-02");
/// assert_eq!(format.read("2026-03-02"), None);
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateFormat {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Day,
    Month,
    MonthName,
    YearOfCentury,
    Year,
    Literal(char),
}

impl DateFormat {
    /// The date that `text` writes in this pattern, with or without a time of day behind it.
    pub fn read(&self, text: &str) -> Option<NaiveDate> {
        let mut rest = text.trim();
        if rest.starts_with(char::is_alphabetic) && self.parts.first() != Some(&Part::MonthName) {
            rest = after_weekday(rest)?;
        }
        let (mut day, mut month, mut year) = (0, 0, 0);
        for (index, part) in self.parts.iter().enumerate() {
            let widths = self.widths(index);
            match part {
                Part::Literal(' ') => rest = after_blanks(rest)?,
                Part::Literal(literal) => rest = rest.strip_prefix(*literal)?,
                Part::Day => (day, rest) = take_number(rest, widths)?,
                Part::Month => (month, rest) = take_number(rest, widths)?,
                Part::MonthName => (month, rest) = take_month_name(rest)?,
                Part::Year => (year, rest) = take_number(rest, (4, 4))?,
                Part::YearOfCentury => {
                    let (short, after) = take_number(rest, (2, 2))?;
                    (year, rest) = (if short < 69 { 2000 + short } else { 1900 + short }, after);
                }
            }
        }
        let touching = self.parts.iter().all(|part| !matches!(part, Part::Literal(_)));
        let date = NaiveDate::from_ymd_opt(year as i32, month, day).filter(|_| year >= 1)?;
        is_time_of_day(rest, touching).then_some(date)
    }

    /// How many digits the part at `index` may take.
    fn widths(&self, index: usize) -> (usize, usize) {
        let number = |at: usize| {
            let part = self.parts.get(at);
            part.is_some_and(|part| !matches!(part, Part::Literal(_) | Part::MonthName))
        };
        let touches = number(index + 1) || (index > 0 && number(index - 1));
        if touches { (2, 2) } else { (1, 2) }
    }
}

impl FromStr for DateFormat {
    type Err = Error;

    fn from_str(pattern: &str) -> Result<DateFormat> {
        let refused = |reason: &str| {
            let (value, reason) =
                (pattern.to_owned(), format!("{reason}; write it as DD.MM.YYYY or %d.%m.%Y"));
            ErrorKind::InvalidSetting { what: "date format", value, reason }
        };
        let parts = if pattern.contains('%') { strftime_parts(pattern) } else { letter_parts(pattern) };
        let parts = parts.ok_or_else(|| refused("it has a part that stands for no day, month or year"))?;
        let count = |wanted: &[Part]| parts.iter().filter(|part| wanted.contains(part)).count();
        let whole = count(&[Part::Day]) == 1
            && count(&[Part::Month, Part::MonthName]) == 1
            && count(&[Part::Year, Part::YearOfCentury]) == 1;
        if !whole {
            return Err(refused("it needs one day, one month and one year").into());
        }
        Ok(DateFormat { parts })
    }
}

impl fmt::Display for DateFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Day => f.write_str("DD"),
            Part::Month => f.write_str("MM"),
            Part::MonthName => f.write_str("MMM"),
            Part::YearOfCentury => f.write_str("YY"),
            Part::Year => f.write_str("YYYY"),
            Part::Literal(literal) => write!(f, "{literal}"),
        })
    }
}

fn strftime_parts(pattern: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            parts.push(literal(letter)?);
            continue;
        }
        match letters.next()? {
            'd' | 'e' => parts.push(Part::Day),
            'm' => parts.push(Part::Month),
            'b' | 'B' | 'h' => parts.push(Part::MonthName),
            'y' => parts.push(Part::YearOfCentury),
            'Y' => parts.push(Part::Year),
            'F' => parts.extend(letter_parts("YYYY-MM-DD")?),
            'D' => parts.extend(letter_parts("MM/DD/YY")?),
            _ => return None,
        }
    }
    Some(parts)
}

fn letter_parts(pattern: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let run = rest.chars().take_while(|letter| *letter == first).count();
        let part = match (first.to_ascii_uppercase(), run) {
            ('D', 1 | 2) => Part::Day,
            ('M', 1 | 2) => Part::Month,
            ('M', 3 | 4) => Part::MonthName,
            ('Y', 2) => Part::YearOfCentury,
            ('Y', 4) => Part::Year,
            _ => {
                parts.push(literal(first)?);
                rest = &rest[first.len_utf8()..];
                continue;
            }
        };
        parts.push(part);
        rest = &rest[run..];
    }
    Some(parts)
}

fn literal(letter: char) -> Option<Part> {
    (!letter.is_alphanumeric() || "年月日".contains(letter)).then_some(Part::Literal(letter))
}

fn after_blanks(text: &str) -> Option<&str> {
    let rest = text.trim_start();
    (rest.len() < text.len()).then_some(rest)
}

/// What follows the name of a weekday: `Mon, 3 Mar`.
fn after_weekday(text: &str) -> Option<&str> {
    let width = text.find(|c: char| !c.is_alphabetic())?;
    let name = text[..width].to_lowercase();
    let is_weekday = WEEKDAYS.split(' ').any(|known| known == name);
    is_weekday.then(|| text[width..].trim_start_matches(['.', ',', ' ']))
}

fn take_number(text: &str, (width_min, width_max): (usize, usize)) -> Option<(u32, &str)> {
    let width = text.bytes().take(width_max).take_while(u8::is_ascii_digit).count();
    if width < width_min {
        return None;
    }
    Some((text[..width].parse().ok()?, &text[width..]))
}

/// What may follow a date: nothing, or a time of day (`14:05`, `T14:05:00Z`; `140500` where the date has no marks).
fn is_time_of_day(rest: &str, touching: bool) -> bool {
    if touching && rest.starts_with(|c: char| c.is_ascii_digit()) {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        return digits == 4 || digits == 6;
    }
    let Some(time) = rest.strip_prefix(['T', ' ', ',']).map(str::trim_start) else { return rest.is_empty() };
    let hours = time.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&hours) && time[hours..].starts_with([':', '.', 'h'])
}

/// Reads a month's name, or an abbreviation of three letters or more, with or without a dot.
fn take_month_name(text: &str) -> Option<(u32, &str)> {
    let width = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let name = text[..width].to_lowercase();
    let rest = text[width..].strip_prefix('.').unwrap_or(&text[width..]);
    let month = MONTHS.iter().position(|names| names.split(' ').any(|known| known == name))?;
    Some((month as u32 + 1, rest))
}

/// Weekdays and their abbreviations in English, German, French, Dutch, Spanish and Italian.
const WEEKDAYS: &str = "mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday \
    mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag so sonntag \
    lun lundi mar mardi mer mercredi jeu jeudi ven vendredi sam samedi dim dimanche \
    ma maandag dinsdag wo woensdag donderdag vr vrijdag za zaterdag zo zondag \
    lunes martes mié miércoles jue jueves vie viernes sáb sábado dom domingo \
    lunedì martedì mercoledì gio giovedì venerdì sabato domenica";

/// Month names and abbreviations in English, German, French, Dutch, Spanish, Italian, Portuguese, the Nordic
/// languages, Polish and Turkish; no text names two months.
const MONTHS: [&str; 12] = [
    "jan january januar jänner janv janvier januari ene enero gen gennaio janeiro sty stycznia oca ocak",
    "feb february februar fév févr fevr février fevrier februari febrero febbraio fev fevereiro lut lutego şub şubat",
    "mar march mär märz maerz mrz mars mrt maart marzo março marca marts",
    "apr april avr avril abr abril aprile kwi kwietnia nis nisan",
    "may mai mei mayo mag maggio maio maj maja mayıs",
    "jun june juni juin junio giu giugno junho cze czerwca haz haziran",
    "jul july juli juil juillet julio lug luglio julho lipca tem temmuz",
    "aug august août aout augustus ago agosto augusti sie sierpnia ağu ağustos",
    "sep sept september septembre septiembre set settembre setembro wrz września eyl eylül",
    "oct october okt oktober octobre octubre ott ottobre out outubro paź października eki ekim",
    "nov november novembre noviembre novembro listopada kas kasım",
    "dec december dez dezember déc décembre decembre dic diciembre dicembre dezembro des desember gru grudnia ara aralık",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_without_day_month_and_year_is_refused() {
        for pattern in ["", "DD.MM", "DD.DD.YYYY", "%d.%m.%Q", "DD.MM.YYY", "HH:MM"] {
            assert!(pattern.parse::<DateFormat>().is_err(), "{pattern}");
        }
    }

    #[test]
    fn two_digit_years_pivot_where_posix_says() {
        let format: DateFormat = "DD.MM.YY".parse().unwrap();
        assert_eq!(format.read("01.02.68"), NaiveDate::from_ymd_opt(2068, 2, 1));
        assert_eq!(format.read("01.02.69"), NaiveDate::from_ymd_opt(1969, 2, 1));
    }
}
