//! Money: amounts as whole minor units of a commodity, and everything that reads, writes or divides them.
//!
//! An [`Amount`] is an `i64` count of the minor units of a [`Commodity`], whose scale (decimal places) is fixed:
//! by ISO 4217 for currencies, by its declaration for everything else. Sums run in `i128`; a result that does
//! not fit is refused with an error that names it. [`Decimal`] appears only at the edges (parsing, prices,
//! rates), and every step from it back to minor units names its [`Rounding`].
//!
//! The module is pure: it knows no database, no clock and no locale. Which commodities a book has declared
//! comes in as a function, which prices it holds as a [`PriceTable`].
//!
//! ```
//! use ledger_core::money::{parse_amount, sum, Amount, ParseOptions};
//!
//! let rent = parse_amount("1,234.56 EUR", &ParseOptions::default(), &|_| None)?;
//! let deposit: Amount = "-200.00 EUR".parse()?;
//! assert_eq!(sum(rent.commodity(), [rent, deposit])?.to_string(), "1034.56 EUR");
//!
//! let shares = rent.split(3)?;
//! assert_eq!(shares.iter().map(Amount::number).collect::<Vec<_>>(), ["411.52", "411.52", "411.52"]);
//! # Ok::<(), ledger_core::Error>(())
//! ```
//!
//! [`Decimal`]: rust_decimal::Decimal

mod allocate;
mod amount;
mod commodity;
mod format;
mod iso;
mod parse;
mod price;
mod rounding;
mod scan;

pub(crate) use allocate::{cut, hand_out};
pub(crate) use amount::format_minor;
pub use amount::{Amount, sum};
pub use commodity::Commodity;
pub use format::{AmountFormat, CodePlacement, Negative};
pub use parse::{DecimalMark, ParseOptions, ParsedNumber, parse_amount, parse_number, symbol_commodity};
pub(crate) use price::Converter;
pub use price::{Price, PriceTable, Route, convert};
pub use rounding::{Rounding, divide};

/// The most characters of a refused text that an error repeats.
const EXCERPT_CHARS_MAX: usize = 80;

/// A refused text as an error may show it: cut when it is long, and with whatever a terminal would act on
/// instead of showing (control, bidirectional and zero-width characters) written as its code.
fn excerpt(text: &str) -> String {
    let mut shown = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == EXCERPT_CHARS_MAX {
            shown.push('…');
            break;
        }
        match character {
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' => {
                shown.extend(character.escape_unicode());
            }
            hidden if hidden.is_control() => shown.extend(hidden.escape_unicode()),
            plain => shown.push(plain),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_is_short_and_shows_hidden_characters() {
        assert_eq!(excerpt("1\u{202E}2\n"), "1\\u{202e}2\\u{a}");
        assert_eq!(excerpt("1\u{A0}234 €"), "1\u{A0}234 €");
        assert_eq!(excerpt(&"9".repeat(1_000)).chars().count(), 81);
    }
}
