//! Writes amounts for people: grouping, decimal mark, place of the code and of the sign.

use super::Amount;
use super::parse::{DecimalMark, groups_beside};

/// Where the commodity's code stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodePlacement {
    /// `EUR 5.00`
    Before,
    /// `5.00 EUR`
    After,
    /// `5.00`
    None,
}

/// How an amount below zero is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Negative {
    /// `-5.00 EUR`
    Minus,
    /// `(5.00 EUR)`
    Parentheses,
}

/// A way to write amounts; the default is `-1,234.56 EUR`.
///
/// What it writes, [`parse_amount`](super::parse_amount) reads back as the same amount when it is told the
/// decimal mark and, where the code is left out, the commodity.
///
/// ```
/// use ledger_core::money::{Amount, AmountFormat, DecimalMark, Negative};
///
/// let amount: Amount = "-1234.56 EUR".parse()?;
/// assert_eq!(AmountFormat::default().format(amount), "-1,234.56 EUR");
///
/// let german = AmountFormat { decimal_mark: DecimalMark::Comma, group: Some('.'), ..AmountFormat::default() };
/// assert_eq!(german.format(amount), "-1.234,56 EUR");
///
/// let ledger = AmountFormat { negative: Negative::Parentheses, ..AmountFormat::default() };
/// assert_eq!(ledger.format(amount), "(1,234.56 EUR)");
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AmountFormat {
    /// The character before the decimal places.
    pub decimal_mark: DecimalMark,
    /// The character between groups of three digits: the other one of `,` and `.`, a space (also one that does
    /// not break) or an apostrophe. Any other, and the decimal mark itself, is left out.
    pub group: Option<char>,
    /// Where the code stands.
    pub code: CodePlacement,
    /// How an amount below zero is marked.
    pub negative: Negative,
}

impl Default for AmountFormat {
    fn default() -> Self {
        AmountFormat {
            decimal_mark: DecimalMark::Point,
            group: Some(','),
            code: CodePlacement::After,
            negative: Negative::Minus,
        }
    }
}

impl AmountFormat {
    /// Writes an amount with all decimal places of its commodity.
    pub fn format(&self, amount: Amount) -> String {
        let number = self.magnitude(amount);
        let minus = if amount.is_negative() && self.negative == Negative::Minus { "-" } else { "" };
        let commodity = amount.commodity();
        let text = match self.code {
            CodePlacement::Before => format!("{commodity} {minus}{number}"),
            CodePlacement::After => format!("{minus}{number} {commodity}"),
            CodePlacement::None => format!("{minus}{number}"),
        };
        match (amount.is_negative(), self.negative) {
            (true, Negative::Parentheses) => format!("({text})"),
            _ => text,
        }
    }

    /// The number without its sign.
    fn magnitude(&self, amount: Amount) -> String {
        let number = amount.number();
        let number = number.trim_start_matches('-');
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let group = self.group.filter(|&group| groups_beside(group, self.decimal_mark));
        let mut text = String::with_capacity(2 * number.len());
        for (at, digit) in whole.chars().enumerate() {
            if let Some(group) = group
                && at > 0
                && (whole.len() - at) % 3 == 0
            {
                text.push(group);
            }
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push(self.decimal_mark.as_char());
            text.push_str(fraction);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Commodity;

    fn written(minor: i64, scale: u8, format: AmountFormat) -> String {
        format.format(Commodity::new("Test", scale).unwrap().amount(minor))
    }

    #[test]
    fn digits_are_grouped_in_threes() {
        let default = AmountFormat::default();
        assert_eq!(written(123_456_789, 2, default), "1,234,567.89 Test");
        assert_eq!(written(-12_345, 2, default), "-123.45 Test");
        assert_eq!(written(123_456, 0, default), "123,456 Test");
        assert_eq!(written(-1, 9, default), "-0.000000001 Test");
        assert_eq!(written(i64::MIN, 0, default), "-9,223,372,036,854,775,808 Test");
        assert_eq!(written(123_456, 0, AmountFormat { group: None, ..default }), "123456 Test");
    }

    #[test]
    fn code_and_sign_stand_where_they_are_told_to() {
        let (before, none) = (CodePlacement::Before, CodePlacement::None);
        let with =
            |code, negative| written(-500, 2, AmountFormat { code, negative, ..AmountFormat::default() });
        assert_eq!(with(before, Negative::Minus), "Test -5.00");
        assert_eq!(with(none, Negative::Minus), "-5.00");
        assert_eq!(with(before, Negative::Parentheses), "(Test 5.00)");
        assert_eq!(with(none, Negative::Parentheses), "(5.00)");
    }

    #[test]
    fn a_group_character_that_could_not_be_read_back_is_left_out() {
        for group in ['.', '5', 'x', '-', '\n'] {
            let format = AmountFormat { group: Some(group), ..AmountFormat::default() };
            assert_eq!(written(123_456, 2, format), "1234.56 Test");
        }
    }
}
