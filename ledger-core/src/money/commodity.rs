//! What an amount is counted in: a currency of ISO 4217, or a declared share, coin, hour or mile.
//!
//! A [`Commodity`] is small and `Copy`, with its code inline, so that amounts need no allocation and no table
//! to look their commodity up in. Which commodities a book declares is kept by the store.

use std::fmt;

use serde::{Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

use super::{Amount, excerpt, iso};
use crate::{ErrorKind, Result};

/// What an amount is counted in: a code such as `EUR` and a scale, the decimal places of its minor unit.
///
/// Two commodities are the same when code and scale are. They sort by code.
///
/// ```
/// use ledger_core::money::Commodity;
///
/// let yen = Commodity::iso("jpy").expect("JPY is in ISO 4217");
/// assert_eq!((yen.code(), yen.scale()), ("JPY", 0));
///
/// let fund = Commodity::new("World.ETF", 6)?;
/// assert_eq!(fund.amount(1_500_000).to_string(), "1.500000 World.ETF");
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Commodity {
    /// The code in UTF-8, filled up with zero bytes; so the derived order is the order of the codes.
    code: [u8; Commodity::CODE_LEN_MAX],
    len: u8,
    scale: u8,
}

impl Commodity {
    /// The most decimal places that a commodity can have.
    pub const SCALE_MAX: u8 = 9;

    /// The most bytes (UTF-8) that a code can have.
    pub const CODE_LEN_MAX: usize = 24;

    /// Declares a commodity by its code and scale (decimal places).
    ///
    /// A code starts with a letter of any script and goes on with letters, the digits 0-9, `.`, `_`, `-` or
    /// `'`. Its case is kept, and accented letters are composed (Unicode NFC), so that a code typed on any
    /// system is one code. A code that reads as one of ISO 4217, in any case, is that currency: it takes the
    /// upper-case form, and only the scale of ISO.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidCommodity`] for another shape, a scale above [`Commodity::SCALE_MAX`], or an ISO
    /// code with another scale than ISO's.
    ///
    /// ```
    /// use ledger_core::money::Commodity;
    ///
    /// assert_eq!(Commodity::new("BTC", 8)?.scale(), 8);
    /// let refused = Commodity::new("JPY", 2).unwrap_err();
    /// assert_eq!(refused.to_string(), "commodity \"JPY\" is refused: ISO 4217 gives JPY 0 decimal places, not 2");
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    pub fn new(code: &str, scale: u8) -> Result<Commodity> {
        let refuse = |reason: String| ErrorKind::InvalidCommodity { code: excerpt(code), reason };
        if scale > Self::SCALE_MAX {
            let reason =
                format!("{scale} decimal places are more than the {} there is room for", Self::SCALE_MAX);
            return Err(refuse(reason).into());
        }
        // Composing shortens a code at most to a third, so a longer text is refused before it costs anything.
        let composed: String = match code.len() {
            0..=72 => code.nfc().collect(),
            _ => code.to_owned(),
        };
        check_code(&composed).map_err(refuse)?;
        match iso::find(&composed) {
            Some((listed, listed_scale)) if listed_scale == scale => Ok(Self::pack(listed, scale)),
            Some((listed, listed_scale)) => {
                let reason = format!("ISO 4217 gives {listed} {listed_scale} decimal places, not {scale}");
                Err(refuse(reason).into())
            }
            None => Ok(Self::pack(&composed, scale)),
        }
    }

    /// The currency with this ISO 4217 code, in upper or lower case; withdrawn codes such as `DEM` included.
    ///
    /// Codes for which ISO 4217 names no minor unit (the metals such as `XAU`, `XDR`, `XTS`, `XXX` …) are not
    /// found: declare them with [`Commodity::new`] and the scale that you need.
    pub fn iso(code: &str) -> Option<Commodity> {
        iso::find(code).map(|(listed, scale)| Self::pack(listed, scale))
    }

    /// Every currency that [`Commodity::iso`] knows with its English name: current ones by code, then
    /// withdrawn ones by code.
    pub fn iso_catalogue() -> impl Iterator<Item = (Commodity, &'static str)> {
        iso::rows().map(|&(code, scale, name)| (Self::pack(code, scale), name))
    }

    /// The code, such as `EUR`.
    pub fn code(&self) -> &str {
        // `pack` copied these bytes whole from a `str`, so they are UTF-8 and the fallback is never taken.
        self.code
            .get(..usize::from(self.len))
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }

    /// The decimal places of the minor unit: 2 for `EUR`, 0 for `JPY`.
    pub const fn scale(&self) -> u8 {
        self.scale
    }

    /// So many minor units of this commodity.
    pub const fn amount(self, minor: i64) -> Amount {
        Amount::new(minor, self)
    }

    /// Nothing of this commodity.
    pub const fn zero(self) -> Amount {
        self.amount(0)
    }

    /// How many minor units make one: 100 for `EUR`.
    pub(super) fn minor_per_unit(&self) -> i128 {
        10_i128.pow(u32::from(self.scale))
    }

    /// Stores a code that was checked before: at most [`Commodity::CODE_LEN_MAX`] bytes.
    fn pack(code: &str, scale: u8) -> Commodity {
        let mut bytes = [0; Self::CODE_LEN_MAX];
        bytes[..code.len()].copy_from_slice(code.as_bytes());
        // A code of at most 24 bytes has a length that fits a byte.
        Commodity { code: bytes, len: code.len() as u8, scale }
    }
}

/// Says, as a clause, why a text cannot be a code.
fn check_code(code: &str) -> Result<(), String> {
    if code.is_empty() {
        return Err("a code has at least one letter".to_owned());
    }
    if code.len() > Commodity::CODE_LEN_MAX {
        return Err(format!("a code has at most {} bytes", Commodity::CODE_LEN_MAX));
    }
    if !code.starts_with(is_code_letter) {
        return Err("a code starts with a letter".to_owned());
    }
    match code.chars().find(|&character| !is_code_char(character)) {
        Some(other) => Err(format!(
            "a code holds letters, digits and . _ - ' but not \"{}\"",
            excerpt(&other.to_string())
        )),
        None => Ok(()),
    }
}

/// Whether a code may start with this character: a letter that can be seen.
pub(super) fn is_code_letter(character: char) -> bool {
    // The Hangul fillers count as letters in Unicode and print as nothing.
    character.is_alphabetic() && !matches!(character, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}')
}

/// Whether a code may hold this character after its first.
pub(super) fn is_code_char(character: char) -> bool {
    is_code_letter(character) || character.is_ascii_digit() || matches!(character, '.' | '_' | '-' | '\'')
}

impl fmt::Display for Commodity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Commodity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Commodity({}, {})", self.code(), self.scale)
    }
}

impl Serialize for Commodity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_starts_with_a_letter_and_holds_no_other_signs() {
        for code in ["A", "World.ETF", "BRK-B", "Miles_2", "O'X", "Äpfel", "株"] {
            assert_eq!(Commodity::new(code, 4).unwrap().code(), code);
        }
        for code in
            ["", " ", "1A", "-A", "A B", "A\"", "A\n", "€", "A€", "A\u{202E}", "A\u{200B}", "\u{3164}", "A٣"]
        {
            let refused = Commodity::new(code, 4).unwrap_err();
            assert!(matches!(refused.kind(), ErrorKind::InvalidCommodity { .. }), "{code:?}");
        }
    }

    #[test]
    fn a_code_has_at_most_24_bytes_and_nine_places() {
        assert_eq!(Commodity::new(&"x".repeat(24), 9).unwrap().code().len(), 24);
        assert_eq!(Commodity::new(&"株".repeat(8), 9).unwrap().code().len(), 24);
        assert!(Commodity::new(&"x".repeat(25), 9).is_err());
        assert!(Commodity::new(&"x".repeat(1_000_000), 9).is_err());
        assert!(Commodity::new("x", 10).is_err());
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_code() {
        let (composed, decomposed) = ("Caf\u{E9}", "Cafe\u{301}");
        assert_eq!(Commodity::new(composed, 2).unwrap(), Commodity::new(decomposed, 2).unwrap());
    }

    #[test]
    fn an_iso_code_keeps_the_scale_of_iso() {
        assert_eq!(Commodity::new("KWD", 3).unwrap(), Commodity::iso("KWD").unwrap());
        assert_eq!(Commodity::new("eur", 2).unwrap().code(), "EUR");
        for (code, scale) in [("EUR", 3), ("jpy", 2), ("DEM", 0)] {
            assert!(Commodity::new(code, scale).is_err(), "{code}");
        }
        assert_eq!(Commodity::new("XAU", 4).unwrap().scale(), 4);
    }

    #[test]
    fn commodities_sort_by_code() {
        let codes = ["A", "AB", "B", "BTC", "a", "ä"];
        let commodities: Vec<_> = codes.iter().map(|code| Commodity::new(code, 2).unwrap()).collect();
        assert!(commodities.is_sorted());
        assert_eq!(format!("{:>4}|{:?}", commodities[1], commodities[0]), "  AB|Commodity(A, 2)");
    }

    #[test]
    fn the_catalogue_holds_the_scales_of_iso() {
        let scale =
            |code: &str| Commodity::iso_catalogue().find(|(c, _)| c.code() == code).unwrap().0.scale();
        assert_eq!(["JPY", "EUR", "KWD", "CLF", "ITL", "DEM"].map(scale), [0, 2, 3, 4, 0, 2]);
    }
}
