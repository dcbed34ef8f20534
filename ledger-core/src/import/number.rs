//! What the numbers of a column look like, and what they say about its decimal mark.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::money::{DecimalMark, parse_number};

/// Which decimal marks a number could be written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MarkEvidence {
    /// It has no mark at all: both readings are the same.
    None,
    /// Only this mark fits.
    Only(DecimalMark),
    /// Both fit, with different results: `1,234`.
    Either,
}

/// Whether `text` has the shape of a number: digits and their marks, at most one currency or CR/DR beside them.
pub(super) fn looks_like_number(text: &str) -> bool {
    if text.len() > 64 {
        return false;
    }
    let core = text.trim_matches(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
    let around = text.len() - core.len();
    let digits = core.bytes().any(|byte| byte.is_ascii_digit());
    let inner = core.chars().all(|c| c.is_ascii_digit() || is_group_or_mark(c));
    digits
        && inner
        && around <= 16
        && !text.contains(['/', ':', '%', '#', '*', '_', '@', '&'])
        && has_unit_only(text)
}

/// Whether the letters of a text are one currency's, or CR or DR: `EUR`, `kr`, `US` of `US$`.
fn has_unit_only(text: &str) -> bool {
    let is_code = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let known = |word: &str| UNITS.split(' ').any(|unit| unit == word);
    let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.by_ref().take(2).all(|word| is_code(word) || known(word)) && words.next().is_none()
}

/// Letters of currencies that are no code, and the sides of an amount.
const UNITS: &str =
    "kr zł Kč Ft Rs SFr Fr US CA AU NZ HK NT MX S R CN JP 元 円 CR Cr cr DR Dr dr Sk lei RM Rp C D H руб р";

/// The side that stands behind an amount, and the amount without it: true for `12.50 DR`, false for `12.50CR`.
pub(super) fn side_behind(text: &str) -> Option<(bool, &str)> {
    let number = text.trim_end_matches('.').trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let side = text[number.len()..].trim_end_matches('.');
    let is_apart = number.ends_with(' ');
    let is_out = match side.to_ascii_uppercase().as_str() {
        "DR" => true,
        "CR" => false,
        "S" | "D" if is_apart => true,
        "H" | "C" if is_apart => false,
        _ => return None,
    };
    Some((is_out, number.trim_end()))
}

/// Whether a number has decimals, a sign or a currency: what tells money from counters and account numbers.
pub(super) fn looks_like_money(text: &str) -> bool {
    looks_like_number(text) && text.contains(|c: char| !c.is_ascii_digit())
}

/// Whether a number is written with a minus sign, before or after it, or in brackets, or as a debit.
pub(super) fn is_negative(text: &str) -> bool {
    text.contains(['-', '\u{2212}', '\u{2013}'])
        || (text.contains('(') && text.contains(')'))
        || (text.ends_with(|c: char| c.is_ascii_alphabetic())
            && side_behind(text).is_some_and(|(is_out, _)| is_out))
}

/// The number that a cell writes, its sign included, for comparing cells with each other.
pub(super) fn value_of(text: &str, mark: DecimalMark) -> Option<Decimal> {
    let (is_out, text) =
        match text.ends_with(|c: char| c.is_ascii_alphabetic()).then(|| side_behind(text)).flatten() {
            Some((is_out, number)) => (is_out, number),
            None => (false, text),
        };
    let read = parse_number(&with_plain_minus(text), Some(mark)).ok()?.number;
    Some(if is_out { -read } else { read })
}

/// A number with the hyphen in place of the dashes that some banks write for a minus.
pub(super) fn with_plain_minus(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::from(text) } else { Cow::from(text.replace(['\u{2212}', '\u{2013}'], "-")) }
}

/// The decimal marks that a number could be written with, judged by its points and commas alone.
pub(super) fn mark_evidence(text: &str) -> MarkEvidence {
    let count = |mark: char| text.matches(mark).count();
    let (points, commas) = (count('.'), count(','));
    let by_mark = |mark: char| if mark == '.' { DecimalMark::Point } else { DecimalMark::Comma };
    let other = |mark: char| if mark == '.' { DecimalMark::Comma } else { DecimalMark::Point };
    match (points, commas) {
        (0, 0) => MarkEvidence::None,
        (1.., 1..) => {
            let last = text.rfind(['.', ',']).map_or('.', |at| text[at..].chars().next().unwrap_or('.'));
            MarkEvidence::Only(by_mark(last))
        }
        (2.., 0) => MarkEvidence::Only(other('.')),
        (0, 2..) => MarkEvidence::Only(other(',')),
        _ => {
            let mark = if points == 1 { '.' } else { ',' };
            let (before, after) = text.split_once(mark).unwrap_or((text, ""));
            let whole = before.chars().filter(char::is_ascii_digit).collect::<String>();
            let decimals = after.chars().filter(char::is_ascii_digit).count();
            // One mark before exactly three digits may part thousands, unless what stands before it is no group:
            // 1234.567, 0.125 and .500 can only be decimals.
            let could_group = decimals == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
            if could_group { MarkEvidence::Either } else { MarkEvidence::Only(by_mark(mark)) }
        }
    }
}

fn is_group_or_mark(c: char) -> bool {
    matches!(c, '.' | ',' | '\'' | '\u{2019}' | ' ' | '\u{a0}' | '\u{202f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decimal_mark_is_certain_only_where_one_reading_fits() {
        use MarkEvidence::*;
        let (point, comma) = (Only(DecimalMark::Point), Only(DecimalMark::Comma));
        for (text, expected) in [
            ("12", None),
            ("1.234,56", comma),
            ("1,234.56", point),
            ("1.234.567", comma),
            ("1,234,567", point),
            ("-12,5", comma),
            ("12.30", point),
            ("1,234", Either),
            ("-29.000", Either),
            ("0.125", point),
            ("1234,567", comma),
            ("$.230", point),
        ] {
            assert_eq!(mark_evidence(text), expected, "{text}");
        }
    }

    #[test]
    fn a_side_behind_an_amount_is_its_sign() {
        let value = |text| value_of(text, DecimalMark::Point).map(|value| value.to_string());
        assert_eq!(value("12.50 DR").as_deref(), Some("-12.50"));
        assert_eq!(value("12.50Cr").as_deref(), Some("12.50"));
        assert_eq!(value("1,200.00 H").as_deref(), Some("1200.00"));
        assert_eq!(side_behind("12.50 EUR"), None);
        assert_eq!(side_behind("5H"), None);
    }

    #[test]
    fn texts_that_only_contain_digits_are_not_numbers() {
        for text in [
            "12.30",
            "-1",
            "($85.00)",
            "$.23",
            "5,00 €",
            "CHF 1'234.50",
            "+120,00",
            "\u{2212}3",
            "1,2 DR",
            "3.00CR",
        ] {
            assert!(looks_like_number(text), "{text}");
        }
        for text in [
            "",
            "-",
            "EUR",
            "POS 23,55 AT K1",
            "18.09. 17:20",
            "12/30",
            "*1234",
            "DE22 1234 x 5",
            "Opm1",
            "T1",
            "21 May",
        ] {
            assert!(!looks_like_number(text), "{text}");
        }
    }
}
