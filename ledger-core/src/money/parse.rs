//! Reads amounts as people and banks write them, and refuses what could be meant in two ways.
//!
//! `scan` finds sign, digits and commodity; this file decides what the digits mean and which commodity is meant.

use std::borrow::Cow;

use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

use super::scan::{self, is_group_separator};
use super::{Amount, Commodity, excerpt};
use crate::{ErrorKind, Result};

/// The character between whole units and decimal places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DecimalMark {
    /// `1,234.56`
    Point,
    /// `1.234,56`
    Comma,
}

impl DecimalMark {
    /// The character itself.
    pub const fn as_char(self) -> char {
        match self {
            DecimalMark::Point => '.',
            DecimalMark::Comma => ',',
        }
    }
}

/// How [`parse_amount`] reads a text.
#[derive(Debug, Clone, Copy, Default)]
pub struct ParseOptions {
    /// The decimal mark. With `None` a point is assumed, and a text that needs a comma to be read, or that
    /// reads differently with one, is refused with the hint to give the mark.
    pub decimal_mark: Option<DecimalMark>,
    /// The commodity of a text that names none; without it such a text is refused.
    pub default: Option<Commodity>,
}

/// A number and the code or symbol that stood with it, not yet looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedNumber<'a> {
    /// The number with its sign, with the decimal places that were written.
    pub number: Decimal,
    /// The code or symbol as it was written, such as `EUR` or `$`.
    pub symbol: Option<&'a str>,
}

/// Reads an amount: `1,234.56 EUR`, `$-5`, `(5.00)`, `5-`, `1'234.50 CHF`, `1,00,000 INR` and the like.
///
/// A sign stands before the number or directly after it; parentheses are a minus. Digits are grouped with
/// `,` (or `.` where the comma is the decimal mark), a space or an apostrophe, in threes or in the Indian way,
/// or not at all. A commodity is asked of `resolve` first (a book's own codes), then of
/// [`Commodity::iso`] and [`symbol_commodity`]; a code with digits is set apart by a space.
///
/// Where `options` name no decimal mark, a lone separator before exactly three digits is read by the scale of
/// the commodity: `1,234 EUR` is 1234, as EUR has two decimal places, and `1.234 EUR` is refused; `1.234 BTC`
/// has three of its eight decimal places, and `1,234 BTC` is refused.
///
/// # Errors
/// [`ErrorKind::InvalidAmount`] for what does not read as an amount, has non-zero digits past the scale, or
/// could be meant in two ways; [`ErrorKind::AmountOverflow`]; [`ErrorKind::UnknownCommodity`]. Each names the text.
///
/// ```
/// use ledger_core::money::{parse_amount, DecimalMark, ParseOptions};
///
/// let read = |text, options| parse_amount(text, &options, &|_| None).map(|amount| amount.to_string());
/// assert_eq!(read("$-1,234.5", ParseOptions::default())?, "-1234.50 USD");
///
/// let german = ParseOptions { decimal_mark: Some(DecimalMark::Comma), default: None };
/// assert_eq!(read("EUR 1.234,56", german)?, "1234.56 EUR");
/// assert_eq!(
///     read("EUR 1.234,56", ParseOptions::default()).unwrap_err().to_string(),
///     "\"EUR 1.234,56\" is not an amount: it reads only with a decimal comma (say that the decimal mark is a comma)"
/// );
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub fn parse_amount(
    text: &str,
    options: &ParseOptions,
    resolve: &dyn Fn(&str) -> Option<Commodity>,
) -> Result<Amount> {
    let read = read(text, options.decimal_mark)?;
    let commodity = match read.parsed.symbol {
        Some(symbol) => look_up(symbol, resolve)?,
        None => options.default.ok_or_else(|| refuse(text, "it names no commodity"))?,
    };
    // Three digits after the separator are decimal places only where the commodity has that many.
    let has_places = commodity.scale() >= 3;
    match read.doubt {
        Some(Doubt::LoneComma) if has_places => Err(refuse(text, TWO_READINGS).into()),
        Some(Doubt::LonePoint) if !has_places => Err(refuse(text, TWO_READINGS).into()),
        _ => Amount::exact(read.parsed.number, commodity, text),
    }
}

/// Reads a number, and the code or symbol that stands with it if there is one, without looking it up.
///
/// The forms are those of [`parse_amount`]. Without a decimal mark a point is assumed, and a lone comma before
/// exactly three digits (`1,234`) is refused, as nothing here tells which of its readings is meant.
///
/// # Errors
/// [`ErrorKind::InvalidAmount`] for what does not read as a number or could be meant in two ways,
/// [`ErrorKind::AmountOverflow`] for more digits than a decimal holds (28).
///
/// ```
/// use ledger_core::money::{parse_number, DecimalMark};
///
/// let rate = parse_number("0,9215 EUR", Some(DecimalMark::Comma))?;
/// assert_eq!((rate.number.to_string().as_str(), rate.symbol), ("0.9215", Some("EUR")));
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub fn parse_number(text: &str, mark: Option<DecimalMark>) -> Result<ParsedNumber<'_>> {
    let read = read(text, mark)?;
    match read.doubt {
        Some(Doubt::LoneComma) => Err(refuse(text, TWO_READINGS).into()),
        _ => Ok(read.parsed),
    }
}

/// The currency that a symbol stands for where nothing else is said: `$` is USD, `¥` is JPY, `A$` is AUD.
///
/// Symbols without a leading claimant (`kr`, `₨`, `£E` …) are not known: declare what they mean in the book.
pub fn symbol_commodity(symbol: &str) -> Option<Commodity> {
    let (_, code) = SYMBOLS.iter().find(|(known, _)| *known == symbol)?;
    Commodity::iso(code)
}

/// Symbols and the ISO 4217 codes that they stand for.
#[rustfmt::skip]
static SYMBOLS: &[(&str, &str)] = &[
    ("$", "USD"), ("US$", "USD"), ("＄", "USD"), ("€", "EUR"), ("£", "GBP"), ("￡", "GBP"), ("¥", "JPY"),
    ("￥", "JPY"), ("JP¥", "JPY"), ("CN¥", "CNY"), ("₹", "INR"), ("₩", "KRW"), ("￦", "KRW"), ("₽", "RUB"),
    ("₺", "TRY"), ("₴", "UAH"), ("₫", "VND"), ("₪", "ILS"), ("฿", "THB"), ("₱", "PHP"), ("₦", "NGN"),
    ("₵", "GHS"), ("₡", "CRC"), ("₲", "PYG"), ("₸", "KZT"), ("₼", "AZN"), ("₾", "GEL"), ("₮", "MNT"),
    ("₭", "LAK"), ("৳", "BDT"), ("៛", "KHR"), ("֏", "AMD"), ("؋", "AFN"), ("₧", "ESP"), ("₣", "FRF"),
    ("A$", "AUD"), ("AU$", "AUD"), ("C$", "CAD"), ("CA$", "CAD"), ("NZ$", "NZD"), ("HK$", "HKD"),
    ("S$", "SGD"), ("NT$", "TWD"), ("R$", "BRL"), ("MX$", "MXN"), ("zł", "PLN"), ("Kč", "CZK"), ("Ft", "HUF"),
];

const TWO_READINGS: &str =
    "its separator could group thousands or set off decimal places (say which decimal mark it uses)";
const ONLY_WITH_COMMA: &str = "it reads only with a decimal comma (say that the decimal mark is a comma)";

/// A text that was read, with what is not certain about it.
struct Read<'a> {
    parsed: ParsedNumber<'a>,
    doubt: Option<Doubt>,
}

/// A lone separator before exactly three digits, read with an assumed point.
#[derive(Clone, Copy)]
enum Doubt {
    /// `1,234`: read as 1234, could be 1.234.
    LoneComma,
    /// `1.234`: read as 1.234, could be 1234.
    LonePoint,
}

fn read(text: &str, mark: Option<DecimalMark>) -> Result<Read<'_>> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(refuse(text, "it is empty").into());
    }
    let parts = scan::take_apart(trimmed).map_err(|reason| refuse(text, &reason))?;
    let outcome = match mark {
        Some(mark) => read_digits(parts.number, mark).map(|number| (number, None)),
        None => read_digits_without_mark(parts.number),
    };
    match outcome {
        Ok((number, doubt)) => {
            let number = if parts.negative { -number } else { number };
            Ok(Read { parsed: ParsedNumber { number, symbol: parts.symbol }, doubt })
        }
        Err(Refusal::Shape(reason)) => Err(refuse(text, reason).into()),
        Err(Refusal::Overflow) => {
            Err(ErrorKind::AmountOverflow { what: format!("\"{}\"", excerpt(text)) }.into())
        }
    }
}

/// Why digits do not make a number.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    Shape(&'static str),
    Overflow,
}

/// Reads digits with an assumed point, and says whether a comma would have given another number.
fn read_digits_without_mark(digits: &str) -> Result<(Decimal, Option<Doubt>), Refusal> {
    let with_point = read_digits(digits, DecimalMark::Point);
    let with_comma = read_digits(digits, DecimalMark::Comma);
    match (with_point, with_comma) {
        (Ok(point), Ok(comma)) if point != comma => {
            let doubt = if digits.contains(',') { Doubt::LoneComma } else { Doubt::LonePoint };
            Ok((point, Some(doubt)))
        }
        (Err(Refusal::Shape(_)), Ok(_)) => Err(Refusal::Shape(ONLY_WITH_COMMA)),
        (with_point, _) => with_point.map(|number| (number, None)),
    }
}

fn read_digits(digits: &str, mark: DecimalMark) -> Result<Decimal, Refusal> {
    let (whole, fraction) = digits.split_once(mark.as_char()).unwrap_or((digits, ""));
    if !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Refusal::Shape("something other than digits follows its decimal mark"));
    }
    check_groups(whole)?;
    to_decimal(whole, fraction)
}

/// Checks the separators in the whole part: one kind, groups of three, or of two before the last three
/// (India) where the separator is a comma.
fn check_groups(whole: &str) -> Result<(), Refusal> {
    let Some(separator) = whole.chars().find(|character| !character.is_ascii_digit()) else { return Ok(()) };
    let mut groups = whole.split(separator).map(str::len);
    let (first, last) = (groups.next().unwrap_or_default(), groups.next_back().unwrap_or_default());
    let in_threes = (1..=3).contains(&first) && groups.clone().all(|len| len == 3);
    let indian = separator == ',' && (1..=2).contains(&first) && groups.all(|len| len == 2);
    if whole.chars().any(|character| !character.is_ascii_digit() && character != separator) {
        return Err(Refusal::Shape("its digits are grouped with two kinds of separators"));
    }
    // A grouped number has no leading zero: "0,500" is half of something to whoever wrote it.
    if last != 3 || !(in_threes || indian) || whole.starts_with('0') {
        return Err(Refusal::Shape("its digits are not grouped in threes"));
    }
    Ok(())
}

fn to_decimal(whole: &str, fraction: &str) -> Result<Decimal, Refusal> {
    // Zeros at the end keep their place where a decimal has room for them, and else say nothing.
    let trimmed = fraction.trim_end_matches('0');
    let fraction = if whole.len() + fraction.len() > 28 { trimmed } else { fraction };
    let mut mantissa = 0_i128;
    for digit in whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit) {
        let longer =
            mantissa.checked_mul(10).and_then(|shifted| shifted.checked_add(i128::from(digit - b'0')));
        mantissa = longer.ok_or(Refusal::Overflow)?;
    }
    match u32::try_from(fraction.len()) {
        Ok(places @ 0..=28) => {
            Decimal::try_from_i128_with_scale(mantissa, places).map_err(|_| Refusal::Overflow)
        }
        _ => Err(Refusal::Shape("it has more than 28 decimal places")),
    }
}

fn look_up(symbol: &str, resolve: &dyn Fn(&str) -> Option<Commodity>) -> Result<Commodity> {
    // Codes are kept composed, so a decomposed one has to be composed before it is looked up.
    let composed: Cow<'_, str> = if symbol.is_ascii() { symbol.into() } else { symbol.nfc().collect() };
    resolve(&composed)
        .or_else(|| Commodity::iso(&composed))
        .or_else(|| symbol_commodity(&composed))
        .ok_or_else(|| ErrorKind::UnknownCommodity { code: excerpt(symbol) }.into())
}

fn refuse(text: &str, reason: &str) -> ErrorKind {
    ErrorKind::InvalidAmount { text: excerpt(text), reason: reason.to_owned() }
}

/// Whether [`parse_amount`] understands this character between groups of digits beside this decimal mark.
pub(super) fn groups_beside(separator: char, mark: DecimalMark) -> bool {
    let opposite = match mark {
        DecimalMark::Point => ',',
        DecimalMark::Comma => '.',
    };
    separator == opposite || is_group_separator(separator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use DecimalMark::{Comma, Point};

    fn read_as(text: &str, mark: Option<DecimalMark>) -> Result<String> {
        let options = ParseOptions { decimal_mark: mark, default: Commodity::iso("EUR") };
        let declared = |code: &str| match code {
            "BTC" => Commodity::new("BTC", 8).ok(),
            "A1" | "Caf\u{E9}" => Commodity::new(code, 2).ok(),
            "kr" => Commodity::iso("SEK"),
            _ => None,
        };
        parse_amount(text, &options, &declared).map(|amount| amount.to_string())
    }

    #[test]
    fn amounts_read_as_people_and_banks_write_them() {
        for (text, mark, expected) in [
            ("1,234.56 EUR", None, "1234.56 EUR"),
            ("EUR 1.234,56", Some(Comma), "1234.56 EUR"),
            ("$-5", None, "-5.00 USD"),
            ("-$5", None, "-5.00 USD"),
            ("-5 USD", None, "-5.00 USD"),
            ("USD-5", None, "-5.00 USD"),
            ("(5.00)", None, "-5.00 EUR"),
            ("(5.00 EUR)", None, "-5.00 EUR"),
            ("5-", None, "-5.00 EUR"),
            ("+120.00", None, "120.00 EUR"),
            ("1 234,56", Some(Comma), "1234.56 EUR"),
            ("1\u{A0}234\u{A0}567,8", Some(Comma), "1234567.80 EUR"),
            ("1\u{2009}234.5", None, "1234.50 EUR"),
            ("CHF 1'234.50", None, "1234.50 CHF"),
            ("1\u{2019}234.50", Some(Point), "1234.50 EUR"),
            ("₹1,00,000.00", None, "100000.00 INR"),
            ("12,34,56,789 INR", None, "123456789.00 INR"),
            ("\u{2212}5 €", None, "-5.00 EUR"),
            (" 5.00 eur\r\n", None, "5.00 EUR"),
            (".5", None, "0.50 EUR"),
            ("5.", None, "5.00 EUR"),
            (",5", Some(Comma), "0.50 EUR"),
            ("¥1,234", None, "1234 JPY"),
            ("0.12345678 BTC", None, "0.12345678 BTC"),
            ("A1 5", None, "5.00 A1"),
            ("5 Cafe\u{301}", None, "5.00 Caf\u{E9}"),
            ("5 kr", None, "5.00 SEK"),
            ("5.0000000000000000000000000000000000000000", None, "5.00 EUR"),
            ("0000000000000000000000000000000000000000005", None, "5.00 EUR"),
            ("-0.00", None, "0.00 EUR"),
        ] {
            assert_eq!(read_as(text, mark).unwrap_or_else(|refused| panic!("{refused}")), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_by_its_text() {
        for text in [
            "",
            "  ",
            "EUR",
            "NaN",
            "inf",
            "1e5",
            "1E5",
            "0x1F",
            "--5",
            "5--",
            "(5",
            "5%",
            "٥",
            "1,23.4",
            "1,2345.00",
            ",123.00",
            "1,,234",
            "1.2.3",
            "1 23",
            "1'23.00",
            "1 234'567",
            "1,234 567.00",
            "0,500.00",
            "1,00,00.00",
            "1.234.5",
            "12345,678.00",
            "1.005",
            "1.234,567,8",
            "5..",
            "1'00'000",
            "0.1e1 EUR",
            "0.00000000000000000000000000001",
        ] {
            let refused = read_as(text, Some(Point)).expect_err(text);
            assert!(matches!(refused.kind(), ErrorKind::InvalidAmount { .. }), "{text:?}: {refused}");
        }
        let long = "9".repeat(100_000);
        for text in
            ["92233720368547758.08", "79228162514264337593543950336", "9999999999999999999999999999", &long]
        {
            let refused = read_as(text, None).unwrap_err();
            assert!(matches!(refused.kind(), ErrorKind::AmountOverflow { .. }), "{text}: {refused}");
            assert!(refused.to_string().len() < 300);
        }
        for text in ["5 Euro", "5 ZZZ", "Rs. 5", "EUR1 234.50", "5 USD-", "₨5"] {
            let refused = read_as(text, None).unwrap_err();
            assert!(matches!(refused.kind(), ErrorKind::UnknownCommodity { .. }), "{text}: {refused}");
        }
    }

    #[test]
    fn a_text_that_needs_or_suggests_a_comma_is_never_guessed() {
        for text in ["1.234,56", "1,23", "1 234,56", ",5", "1.234.567", "1,5 BTC", "0,500"] {
            assert!(
                read_as(text, None).unwrap_err().to_string().contains("decimal mark is a comma"),
                "{text}"
            );
        }
        for text in ["1,234 BTC", "1.234", "5.000 EUR", "1.234 JPY", "1,234 KWD"] {
            assert!(read_as(text, None).unwrap_err().to_string().contains("which decimal mark"), "{text}");
        }
        assert_eq!(read_as("1,234", None).unwrap(), "1234.00 EUR");
        assert_eq!(read_as("1.234 BTC", None).unwrap(), "1.23400000 BTC");
        assert_eq!(read_as("1.234", Some(Comma)).unwrap(), "1234.00 EUR");
        assert_eq!(read_as("5.000", Some(Point)).unwrap(), "5.00 EUR");
    }

    #[test]
    fn a_number_is_read_without_looking_its_symbol_up() {
        let parsed = parse_number("-1,234.50 Zorkmid", None).unwrap();
        assert_eq!((parsed.number.to_string().as_str(), parsed.symbol), ("-1234.50", Some("Zorkmid")));
        assert_eq!(parse_number("0.123", None).unwrap().symbol, None);
        assert!(parse_number("1,234", None).is_err());
        assert_eq!(parse_number("1,234", Some(Point)).unwrap().number, Decimal::from(1234));
        assert_eq!(parse_number("1,234", Some(Comma)).unwrap().number.to_string(), "1.234");
    }

    #[test]
    fn a_text_without_commodity_needs_a_default() {
        let refused = parse_amount("5", &ParseOptions::default(), &|_| None).unwrap_err();
        assert_eq!(refused.to_string(), "\"5\" is not an amount: it names no commodity");
    }

    #[test]
    fn the_books_own_symbols_come_before_the_usual_ones() {
        let canadian = |symbol: &str| (symbol == "$").then(|| Commodity::iso("CAD")).flatten();
        let amount = parse_amount("$5", &ParseOptions::default(), &canadian).unwrap();
        assert_eq!(amount.commodity().code(), "CAD");
        assert_eq!(symbol_commodity("¥").unwrap().code(), "JPY");
        assert!(SYMBOLS.iter().all(|(symbol, _)| symbol_commodity(symbol).is_some()));
    }
}
