//! Amounts and days of the formats that banks write by a standard: one number in its own currency, one plain day.

use chrono::NaiveDate;

use super::currency::Currencies;
use super::describe::excerpt;
use super::number::{MarkEvidence, mark_evidence};
use crate::ErrorKind;
use crate::money::{Amount, Commodity, DecimalMark, parse_number};

/// Reads a number without a currency as an exact amount. A single point or comma sets off decimals: the standards
/// group no thousands.
///
/// # Errors
/// A clause that says why it is no amount: no number, a currency within it, more decimals than the commodity has.
pub(super) fn exact_amount(text: &str, commodity: Commodity) -> Result<Amount, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("the amount is empty".to_owned());
    }
    let mark = match mark_evidence(text) {
        MarkEvidence::Only(mark) => mark,
        MarkEvidence::None => DecimalMark::Point,
        MarkEvidence::Either if text.contains(',') => DecimalMark::Comma,
        MarkEvidence::Either => DecimalMark::Point,
    };
    // SWIFT writes the mark even where no decimals follow: "100,".
    let number = text.strip_suffix(mark.as_char()).unwrap_or(text);
    let parsed = parse_number(number, Some(mark)).map_err(|error| error.to_string())?;
    if let Some(symbol) = parsed.symbol {
        let (text, symbol) = (excerpt(text), excerpt(symbol));
        return Err(format!("\"{text}\" is not a plain number: \"{symbol}\" does not belong in it"));
    }
    Amount::from_decimal_exact(parsed.number, commodity).map_err(|error| error.to_string())
}

/// The commodity of an ISO 4217 code in a file.
///
/// # Errors
/// A clause that names the code where it is not known.
pub(super) fn commodity_of(code: &str, currencies: Currencies<'_>) -> Result<Commodity, String> {
    let unknown = || ErrorKind::UnknownCommodity { code: excerpt(code.trim()).into_owned() }.to_string();
    currencies.of_code(code.trim()).ok_or_else(unknown)
}

/// The day at the beginning of `20260131`, `20260131120000.000[-5:EST]`, `2026-01-31` or `2026-01-31T12:00:00Z`:
/// the calendar day as written, whatever the time and the zone behind it.
pub(super) fn plain_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let dashed = text.as_bytes().get(4) == Some(&b'-') && text.as_bytes().get(7) == Some(&b'-');
    let (parts, rest) = if dashed {
        ([text.get(..4)?, text.get(5..7)?, text.get(8..10)?], text.get(10..)?)
    } else {
        ([text.get(..4)?, text.get(4..6)?, text.get(6..8)?], text.get(8..)?)
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let time = |c: char| c.is_ascii_digit() || "T:.,+-[] Z".contains(c);
    let within_zone = rest.find('[').unwrap_or(rest.len());
    if !parts.iter().all(|part| digits(part)) || !rest[..within_zone].chars().all(time) {
        return None;
    }
    let [year, month, day] = parts;
    let date = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    date.filter(|_| year >= "1900")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(text: &str) -> Result<i64, String> {
        exact_amount(text, Commodity::iso("EUR").unwrap()).map(|amount| amount.minor())
    }

    #[test]
    fn one_mark_sets_off_decimals_and_two_group_thousands() {
        for (text, expected) in [
            ("-30.000", -3000),
            ("+00000000000005.5300", 553),
            ("-12,5", -1250),
            ("100,", 10_000),
            ("0,", 0),
            (",7", 70),
            ("1,234.56", 123_456),
            ("1.234,56", 123_456),
            (" 120 ", 12_000),
        ] {
            assert_eq!(minor(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn decimals_that_the_currency_has_not_are_refused_unless_they_are_zeros() {
        assert!(minor("1,234").unwrap_err().contains("1.234"), "{:?}", minor("1,234"));
        assert!(minor("0.001").is_err());
        assert_eq!(minor("0.0100"), Ok(1));
    }

    #[test]
    fn what_is_no_plain_number_is_refused() {
        for text in ["", " ", "$120", "EUR 5", "5 EUR", "abc", "--5", "1e5", "NaN", "1,2,3", "٣"] {
            assert!(minor(text).is_err(), "{text}: {:?}", minor(text));
        }
    }

    #[test]
    fn a_day_is_read_as_written_whatever_its_zone() {
        for text in [
            "20260131",
            "20260131120000",
            "20260131235959.999[-5:EST]",
            "20260131000000[+13:NZDT]",
            "20260131:014",
            "2026-01-31",
            "2026-01-31+14:00",
            " 2026-01-31T23:59:59.000-11:00 ",
        ] {
            assert_eq!(plain_day(text), NaiveDate::from_ymd_opt(2026, 1, 31), "{text}");
        }
        for text in ["", "2026", "20260231", "202613", "2026-1-31", "20260131 Friday", "00000000", "2026é131"]
        {
            assert_eq!(plain_day(text), None, "{text}");
        }
    }
}
