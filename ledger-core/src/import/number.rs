//! What the numbers of a column look like, and what they say about its decimal mark.

use crate::money::DecimalMark;

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

/// Whether `text` has the shape of a number: digits and their marks, at most one currency beside them.
pub(super) fn looks_like_number(text: &str) -> bool {
    let core = text.trim_matches(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
    let around = text.len() - core.len();
    let digits = core.bytes().any(|byte| byte.is_ascii_digit());
    let inner = core.chars().all(|c| c.is_ascii_digit() || is_group_or_mark(c));
    // A sign, brackets, blanks and a code of up to five letters: `(USD 5.00)`, `5,00 €-`.
    let outer = text.chars().filter(|c| c.is_alphabetic()).count();
    digits && inner && outer <= 5 && around <= 16 && !text.contains(['/', ':', '%', '#', '*', '_'])
}

/// Whether a number has decimals, a sign or a currency: what tells money from counters and account numbers.
pub(super) fn looks_like_money(text: &str) -> bool {
    looks_like_number(text) && text.contains(|c: char| !c.is_ascii_digit())
}

/// Whether a number is written with a minus sign, before or after it, or in brackets.
pub(super) fn is_negative(text: &str) -> bool {
    text.contains(['-', '\u{2212}']) || (text.contains('(') && text.contains(')'))
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
    fn texts_that_only_contain_digits_are_not_numbers() {
        for text in ["12.30", "-1", "($85.00)", "$.23", "5,00 €", "CHF 1'234.50", "+120,00", "\u{2212}3"] {
            assert!(looks_like_number(text), "{text}");
        }
        for text in ["", "-", "EUR", "POS 23,55 AT K1", "18.09. 17:20", "12/30", "*1234", "DE22 1234 x 5"] {
            assert!(!looks_like_number(text), "{text}");
        }
    }
}
