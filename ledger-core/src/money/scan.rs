//! Takes the text of an amount apart into sign, number and commodity, whatever their order.
//!
//! It knows no commodity and no decimal mark: it finds the pieces and refuses what has a piece twice, a piece
//! that belongs to nothing, or a place where two readings are possible. What the digits mean is up to `parse`.

use unicode_normalization::char::is_combining_mark;

use super::commodity::{is_code_char, is_code_letter};

/// The pieces of an amount's text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parts<'a> {
    /// Whether a minus sign or parentheses make the number negative.
    pub negative: bool,
    /// Digits, decimal marks and group separators, starting with a digit or a mark before one.
    pub number: &'a str,
    /// The commodity's code or symbol, where there is one.
    pub symbol: Option<&'a str>,
}

/// Takes a text without white space around it apart, or says as a clause why it cannot.
pub(super) fn take_apart(text: &str) -> Result<Parts<'_>, String> {
    let mut found = Found::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let token_len = match first {
            blank if is_blank(blank) => {
                found.after_blank = true;
                rest = &rest[first.len_utf8()..];
                continue;
            }
            '+' | '-' | MINUS => found.take_sign(first != '+').map(|()| first.len_utf8())?,
            '(' => found.open().map(|()| 1)?,
            ')' => found.close().map(|()| 1)?,
            _ if starts_number(rest) => {
                let number = &rest[..number_len(rest)];
                found.take_number(number).map(|()| number.len())?
            }
            letter if is_code_letter(letter) || is_currency_sign(letter) => {
                let glued_to_number = found.last == Last::Number && !found.after_blank;
                let symbol = &rest[..symbol_len(rest, found.number.is_some(), glued_to_number)?];
                found.take_symbol(symbol).map(|()| symbol.len())?
            }
            digit if digit.is_numeric() => {
                return Err(format!("only the digits 0 to 9 are read, not \"{digit}\""));
            }
            other => return Err(format!("\"{}\" has no place in it", super::excerpt(&other.to_string()))),
        };
        found.after_blank = false;
        rest = &rest[token_len..];
    }
    found.finish()
}

/// The minus sign of Unicode, which spreadsheets and some banks write instead of the hyphen.
const MINUS: char = '\u{2212}';

/// What was read last, as far as the grammar depends on it.
#[derive(Default, PartialEq, Eq)]
enum Last {
    #[default]
    Other,
    Number,
    TrailingSign,
}

/// What has been found so far, each piece at most once.
#[derive(Default)]
struct Found<'a> {
    negative: Option<bool>,
    opened: bool,
    closed: bool,
    number: Option<&'a str>,
    symbol: Option<&'a str>,
    last: Last,
    after_blank: bool,
}

impl<'a> Found<'a> {
    fn take_sign(&mut self, negative: bool) -> Result<(), String> {
        if self.negative.is_some() || self.opened {
            return Err("it has two signs".to_owned());
        }
        if let Some(number) = self.number {
            if self.last != Last::Number {
                return Err("a sign stands before or directly after the number".to_owned());
            }
            // "5.-" is five without cents on a Swiss price tag, and would be minus five here.
            if number.ends_with(['.', ',']) {
                return Err("it could be a price without cents or a negative number".to_owned());
            }
            self.last = Last::TrailingSign;
        }
        self.negative = Some(negative);
        Ok(())
    }

    fn open(&mut self) -> Result<(), String> {
        if self.negative.is_some() || self.opened {
            return Err("it has two signs (parentheses count as a minus)".to_owned());
        }
        if self.number.is_some() {
            return Err("parentheses stand around the number".to_owned());
        }
        self.opened = true;
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        if !self.opened || self.closed || self.number.is_none() {
            return Err("its parentheses do not match".to_owned());
        }
        self.closed = true;
        self.last = Last::Other;
        Ok(())
    }

    fn take_number(&mut self, number: &'a str) -> Result<(), String> {
        if self.number.replace(number).is_some() {
            return Err("it has two numbers".to_owned());
        }
        self.last = Last::Number;
        Ok(())
    }

    fn take_symbol(&mut self, symbol: &'a str) -> Result<(), String> {
        if self.last == Last::TrailingSign && !self.after_blank {
            return Err("a space is missing after the trailing sign".to_owned());
        }
        if self.symbol.replace(symbol).is_some() {
            return Err("it names two commodities".to_owned());
        }
        self.last = Last::Other;
        Ok(())
    }

    fn finish(self) -> Result<Parts<'a>, String> {
        let Some(number) = self.number else { return Err("it has no number".to_owned()) };
        if self.opened != self.closed {
            return Err("its parentheses do not match".to_owned());
        }
        let negative = self.opened || self.negative.unwrap_or_default();
        Ok(Parts { negative, number, symbol: self.symbol })
    }
}

/// White space inside an amount; line ends are not part of one.
fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\u{A0}' | '\u{2007}' | '\u{2009}' | '\u{202F}')
}

/// Whether this character separates groups of digits whatever the decimal mark is: a space that is not a tab,
/// or an apostrophe, typed or typeset.
pub(super) fn is_group_separator(character: char) -> bool {
    matches!(character, ' ' | '\u{A0}' | '\u{2007}' | '\u{2009}' | '\u{202F}' | '\'' | '\u{2019}')
}

fn starts_number(rest: &str) -> bool {
    rest.strip_prefix(['.', ',']).unwrap_or(rest).starts_with(|first: char| first.is_ascii_digit())
}

/// The length of the number at the start: digits and marks, and separators between two digits.
fn number_len(rest: &str) -> usize {
    let mut after_digit = false;
    let mut characters = rest.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let before_digit = characters.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        let belongs = character.is_ascii_digit()
            || matches!(character, '.' | ',')
            || is_group_separator(character) && after_digit && before_digit;
        if !belongs {
            return at;
        }
        after_digit = character.is_ascii_digit();
    }
    rest.len()
}

/// The length of the code or symbol at the start.
///
/// A symbol is letters and then currency signs (`US$`). A code may hold digits and signs, so where one is
/// glued to a number, only the letters before the first digit are taken, and only if nothing between them
/// could belong to either side. Accents that stand apart from their letter are composed when it is looked up.
fn symbol_len(rest: &str, after_number: bool, glued_to_number: bool) -> Result<usize, String> {
    let letters =
        rest.find(|other| !is_code_letter(other) && !is_combining_mark(other)).unwrap_or(rest.len());
    let signs_end =
        rest[letters..].find(|other| !is_currency_sign(other)).map_or(rest.len(), |len| letters + len);
    if signs_end > letters {
        return Ok(signs_end);
    }
    let code =
        &rest[..rest.find(|other| !is_code_char(other) && !is_combining_mark(other)).unwrap_or(rest.len())];
    let Some(digit_at) = code.find(|digit: char| digit.is_ascii_digit()) else { return Ok(code.len()) };
    if glued_to_number {
        return Err(format!("a space is missing before \"{}\"", super::excerpt(code)));
    }
    if after_number || precedes_number(&rest[code.len()..]) {
        return Ok(code.len());
    }
    let head = &code[..digit_at];
    let name = head.trim_end_matches(['.', '-', '\'']);
    match &head[name.len()..] {
        "" | "-" => Ok(name.len()),
        _ => Err("a space is missing between the commodity and the number".to_owned()),
    }
}

/// Whether a blank and then a number follow, so that digits before them belong to a code.
fn precedes_number(rest: &str) -> bool {
    rest.starts_with(is_blank)
        && starts_number(
            rest.trim_start_matches(|skipped| {
                is_blank(skipped) || matches!(skipped, '+' | '-' | '(' | MINUS)
            }),
        )
}

/// Whether this is a currency sign (the general category Sc of Unicode 16).
fn is_currency_sign(character: char) -> bool {
    matches!(
        character,
        '$' | '\u{A2}'..='\u{A5}'
            | '\u{58F}'
            | '\u{60B}'
            | '\u{7FE}'..='\u{7FF}'
            | '\u{9F2}'..='\u{9F3}'
            | '\u{9FB}'
            | '\u{AF1}'
            | '\u{BF9}'
            | '\u{E3F}'
            | '\u{17DB}'
            | '\u{20A0}'..='\u{20C0}'
            | '\u{A838}'
            | '\u{FDFC}'
            | '\u{FE69}'
            | '\u{FF04}'
            | '\u{FFE0}'..='\u{FFE1}'
            | '\u{FFE5}'..='\u{FFE6}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (bool, &str, Option<&str>) {
        let found = take_apart(text).unwrap_or_else(|reason| panic!("{text:?}: {reason}"));
        (found.negative, found.number, found.symbol)
    }

    #[test]
    fn sign_commodity_and_number_come_in_any_order() {
        for text in ["-5 USD", "USD -5", "USD-5", "-USD5", "-USD 5", "USD\u{2212}5", "5- USD", "- 5USD"] {
            assert_eq!(parts(text), (true, "5", Some("USD")), "{text}");
        }
        for text in ["(5 USD)", "(USD 5)", "USD (5)", "(5) USD", "( USD5 )", "5 USD"] {
            assert_eq!(parts(text), (text != "5 USD", "5", Some("USD")), "{text}");
        }
        for text in ["5-", "5 -", "-5", "\u{2212}5", "(5)"] {
            assert_eq!(parts(text), (true, "5", None), "{text}");
        }
        assert_eq!(parts("+5"), (false, "5", None));
        assert_eq!(parts("US$-5"), (true, "5", Some("US$")));
        assert_eq!(parts("$.50"), (false, ".50", Some("$")));
    }

    #[test]
    fn spaces_and_apostrophes_between_digits_belong_to_the_number() {
        assert_eq!(parts("1 234,56 EUR"), (false, "1 234,56", Some("EUR")));
        assert_eq!(parts("$1\u{202F}234"), (false, "1\u{202F}234", Some("$")));
        assert_eq!(parts("CHF1'234.50"), (false, "1'234.50", Some("CHF")));
        assert_eq!(parts("1\u{2019}234 O'X"), (false, "1\u{2019}234", Some("O'X")));
    }

    #[test]
    fn a_code_with_digits_or_signs_is_read_whole_when_a_space_sets_it_apart() {
        for code in ["A1", "BRK-B", "A-", "W.1-", "O'"] {
            assert_eq!(parts(&format!("{code} 5.00")), (false, "5.00", Some(code)));
            assert_eq!(parts(&format!("{code} -5.00")), (true, "5.00", Some(code)));
            assert_eq!(parts(&format!("({code} 5.00)")), (true, "5.00", Some(code)));
            assert_eq!(parts(&format!("1 234.00 {code}")), (false, "1 234.00", Some(code)));
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for text in ["Rs.500", "1e5", "0x10", "5.-", "CHF 5.-", "5,-", "5-USD"] {
            assert!(take_apart(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_piece_that_comes_twice_or_without_its_partner_is_refused() {
        for text in [
            "--5",
            "+-5",
            "-5-",
            "-(5)",
            "(-5)",
            "((5))",
            "(5",
            "5)",
            ")5(",
            "()",
            "(5)-",
            "5 USD 5",
            "$5 USD",
            "USD $5",
            "5 USD-EUR 3",
            "5 USD -",
            "",
            "NaN",
            "-",
            "$",
            "5%",
            "5\nEUR",
            "5;",
            "٥",
            "５",
            "5 EUR٥",
            "5\u{200B}",
        ] {
            assert!(take_apart(text).is_err(), "{text:?}");
        }
    }
}
