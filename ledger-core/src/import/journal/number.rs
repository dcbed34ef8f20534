//! Numbers as journals write them: digit groups and either decimal mark.

use rust_decimal::Decimal;

/// How the marks of a number are to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    /// The decimal mark, where it is known.
    pub decimal: Option<u8>,
    /// Whether a lone comma with three digits behind it groups digits, as `ledger` reads it.
    pub comma_groups: bool,
    /// Whether a blank between digits groups them, as hledger reads it.
    pub blank_groups: bool,
}

/// A number, with the bytes that it takes and its decimal places.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    pub value: Decimal,
    pub length: usize,
    pub decimals: u8,
}

/// The unsigned number at the start of `text`; nothing where none begins there.
///
/// # Errors
/// A clause for one that is malformed or has more than 28 digits.
pub(super) fn number(text: &[u8], marks: Marks) -> Result<Option<Number>, String> {
    let (mut mantissa, mut digits, mut at) = (0_u64, 0_usize, 0_usize);
    let mut point = None;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                digits += 1;
            }
            b'.' if point.is_none() && marks.decimal != Some(b',') => point = Some(at),
            b'.' | b',' | b'\'' => return grouped(text, marks),
            b' ' if marks.blank_groups && text.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                return grouped(text, marks);
            }
            _ => break,
        }
        at += 1;
    }
    if digits == 0 {
        return Ok(None);
    }
    if digits > 18 {
        return grouped(text, marks);
    }
    let decimals = point.map_or(0, |point| at - point - 1);
    // Eighteen digits fit, and there are no more decimal places than digits.
    Ok(Some(Number {
        value: Decimal::new(mantissa as i64, decimals as u32),
        length: at,
        decimals: decimals as u8,
    }))
}

/// Any number, slowly: finds its end, tells the decimal mark and the digit groups apart.
fn grouped(text: &[u8], marks: Marks) -> Result<Option<Number>, String> {
    let part = |at: usize| match text.get(at) {
        Some(b'0'..=b'9' | b'.' | b',' | b'\'') => true,
        Some(b' ') => marks.blank_groups && text.get(at + 1).is_some_and(u8::is_ascii_digit),
        _ => false,
    };
    let mut end = 0;
    while part(end) {
        end += 1;
    }
    let body = &text[..end];
    if !body.iter().any(u8::is_ascii_digit) {
        return Ok(None);
    }
    let decimal = decimal_mark(body, marks)?;
    let mut mantissa: i128 = 0;
    let mut decimals = None;
    for (at, &byte) in body.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa
                    .checked_mul(10)
                    .and_then(|m| m.checked_add(i128::from(byte - b'0')))
                    .ok_or(TOO_LONG)?;
                decimals = decimals.map(|count: u32| count + 1);
            }
            _ if decimal == Some(at) => decimals = Some(0),
            _ if decimals.is_some() => {
                return Err(format!("\"{}\" has a mark behind its decimal mark", show(body)));
            }
            _ => {}
        }
    }
    let decimals = decimals.unwrap_or(0);
    let value = Decimal::try_from_i128_with_scale(mantissa, decimals).map_err(|_| TOO_LONG)?;
    Ok(Some(Number { value, length: end, decimals: decimals as u8 }))
}

const TOO_LONG: &str = "a number has at most 28 digits";

/// Where the decimal mark stands in a number, if it has one.
fn decimal_mark(body: &[u8], marks: Marks) -> Result<Option<usize>, String> {
    let count = |mark: u8| body.iter().filter(|&&byte| byte == mark).count();
    let last = |mark: u8| body.iter().rposition(|&byte| byte == mark);
    if let Some(mark) = marks.decimal {
        return match count(mark) {
            0 | 1 => Ok(last(mark)),
            _ => Err(format!("\"{}\" has two decimal marks", show(body))),
        };
    }
    Ok(match (count(b'.'), count(b',')) {
        (0, 0) => None,
        (1, 0) => last(b'.'),
        (0, 1) => {
            let at = last(b',');
            let behind = at.map_or(0, |at| body.len() - at - 1);
            if marks.comma_groups && behind == 3 && !body.starts_with(b"0,") { None } else { at }
        }
        (0, _) | (_, 0) => None,
        (1, _) if last(b'.') > last(b',') => last(b'.'),
        (_, 1) if last(b',') > last(b'.') => last(b','),
        _ => return Err(format!("\"{}\" mixes its marks", show(body))),
    })
}

fn show(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HLEDGER: Marks = Marks { decimal: None, comma_groups: false, blank_groups: true };
    const LEDGER: Marks = Marks { decimal: None, comma_groups: true, blank_groups: false };

    fn read(text: &str, marks: Marks) -> String {
        match number(text.as_bytes(), marks) {
            Ok(Some(number)) => format!("{} {} {}", number.value, number.length, number.decimals),
            Ok(None) => "none".to_owned(),
            Err(reason) => reason,
        }
    }

    #[test]
    fn numbers_are_read_with_either_mark_and_with_groups() {
        for (text, expected) in [
            ("12.50 EUR", "12.50 5 2"),
            ("1,234.5", "1234.5 7 1"),
            ("1.234,50x", "1234.50 8 2"),
            ("1,234,567", "1234567 9 0"),
            ("1'000.25", "1000.25 8 2"),
            ("1 000.25 EUR", "1000.25 8 2"),
            ("5 EUR", "5 1 0"),
            (".5", "0.5 2 1"),
            ("1,50", "1.50 4 2"),
            ("1,000", "1.000 5 3"),
            ("EUR", "none"),
            (".", "none"),
            ("1.2,3.4", "\"1.2,3.4\" mixes its marks"),
        ] {
            assert_eq!(read(text, HLEDGER), expected, "{text}");
        }
        assert_eq!(read("1,000", LEDGER), "1000 5 0");
        assert_eq!(read("1,50", LEDGER), "1.50 4 2");
        assert_eq!(read("1 000", LEDGER), "1 1 0");
        assert_eq!(read("0.12345678901234567890123", LEDGER), "0.12345678901234567890123 25 23");
        assert_eq!(read("12345678901234567890123456789012", LEDGER), TOO_LONG);
    }

    #[test]
    fn a_told_decimal_mark_decides() {
        let comma = Marks { decimal: Some(b','), ..HLEDGER };
        assert_eq!(read("1.234", comma), "1234 5 0");
        assert_eq!(read("1.234,5", comma), "1234.5 7 1");
        assert_eq!(read("1,2,3", comma), "\"1,2,3\" has two decimal marks");
    }
}
