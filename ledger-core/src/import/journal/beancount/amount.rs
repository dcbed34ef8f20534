//! Amounts, costs and prices of beancount, with their arithmetic.

use rust_decimal::Decimal;

use super::super::cursor::{Cursor, Fault};
use super::super::model::{CommodityIndex, LineRate};
use super::super::number::{Marks, number};
use super::Reader;
use super::booking::CostSpec;

/// How deep the brackets of an expression may be nested.
const DEPTH_MAX: usize = 32;
/// Commas group digits, and a point is the decimal mark.
const MARKS: Marks = Marks { decimal: Some(b'.'), comma_groups: true, blank_groups: false };

impl<'t> Reader<'t> {
    /// A number or an expression of numbers; nothing where none begins here.
    pub(super) fn number(&mut self, cursor: &mut Cursor<'t>) -> Result<Option<Decimal>, Fault> {
        cursor.skip_blanks();
        match cursor.peek() {
            b'0'..=b'9' | b'.' | b'-' | b'+' | b'(' => sum(cursor, DEPTH_MAX).map(Some),
            _ => Ok(None),
        }
    }

    /// A currency such as `USD`; nothing where none begins here.
    pub(super) fn currency(&mut self, cursor: &mut Cursor<'t>) -> Result<Option<CommodityIndex>, Fault> {
        cursor.skip_blanks();
        let bytes = cursor.bytes();
        let first = bytes.first().copied().unwrap_or(0);
        if !(first.is_ascii_uppercase() || first == b'/') {
            return Ok(None);
        }
        let fits = |byte: &u8| {
            byte.is_ascii_uppercase()
                || byte.is_ascii_digit()
                || matches!(byte, b'\'' | b'.' | b'_' | b'-' | b'/')
        };
        let length = bytes.iter().position(|byte| !fits(byte)).unwrap_or(bytes.len());
        let text = cursor.rest().get(..length).unwrap_or("");
        cursor.at += length;
        let index = self.names.commodity(&mut self.out, std::borrow::Cow::Borrowed(text));
        let refused = || cursor.fault("too-many-commodities", "a journal has at most 65,536 commodities");
        index.map(Some).ok_or_else(refused)
    }

    /// A number with its currency, both required.
    pub(super) fn amount(&mut self, cursor: &mut Cursor<'t>) -> Result<(Decimal, CommodityIndex), Fault> {
        let start = cursor.at;
        match (self.number(cursor)?, self.currency(cursor)?) {
            (Some(number), Some(currency)) => Ok((number, currency)),
            _ => Err(Fault::new(start, "unreadable-amount", "an amount such as 10.00 USD has to stand here")),
        }
    }

    /// `@ 1.10 USD` or `@@ 11 USD`.
    pub(super) fn price(&mut self, cursor: &mut Cursor<'t>) -> Result<LineRate, Fault> {
        let total = cursor.take("@@");
        if !total {
            cursor.at += 1;
        }
        let (number, currency) = self.amount(cursor)?;
        Ok(match total {
            true => LineRate::Total(number.abs(), currency),
            false => LineRate::Unit(number.abs(), currency),
        })
    }

    /// `{80.00 USD, 2026-03-02, "label"}`, `{{800.00 USD}}`, `{}`.
    pub(super) fn cost(&mut self, cursor: &mut Cursor<'t>) -> Result<CostSpec<'t>, Fault> {
        let start = cursor.at;
        let total = cursor.take("{{");
        if !total {
            cursor.at += 1;
        }
        let mut spec = CostSpec { total, ..CostSpec::default() };
        loop {
            cursor.skip_blanks();
            match cursor.peek() {
                b'}' => break,
                b',' => cursor.at += 1,
                b'"' => spec.label = Some(super::string(cursor)?),
                b'*' => {
                    return Err(
                        cursor.fault("booking", "a cost that merges all lots ({*}) is not understood")
                    );
                }
                b'0'..=b'9' if is_date(cursor.bytes()) => spec.on = Some(super::date(cursor)?),
                _ => {
                    let before = cursor.at;
                    let number = self.number(cursor)?;
                    cursor.skip_blanks();
                    if cursor.take("#") {
                        spec.fee = self.number(cursor)?;
                    }
                    spec.number = number.or(spec.number);
                    let currency = self.currency(cursor)?;
                    if cursor.at == before {
                        return Err(cursor
                            .fault("unreadable-cost", "a cost reads {10.00 USD, 2026-03-02, \"label\"}"));
                    }
                    spec.currency = currency.or(spec.currency);
                }
            }
        }
        if !cursor.take(if total { "}}" } else { "}" }) {
            return Err(Fault::new(start, "unreadable-cost", "the brace of the cost is not closed"));
        }
        spec.text = cursor.line.get(start..cursor.at).unwrap_or("");
        Ok(spec)
    }
}

fn is_date(bytes: &[u8]) -> bool {
    bytes.len() >= 8 && bytes[..4].iter().all(u8::is_ascii_digit) && matches!(bytes[4], b'-' | b'/')
}

fn sum(cursor: &mut Cursor<'_>, depth: usize) -> Result<Decimal, Fault> {
    let mut total = product(cursor, depth)?;
    loop {
        cursor.skip_blanks();
        let apply = match cursor.peek() {
            b'+' => Decimal::checked_add,
            b'-' => Decimal::checked_sub,
            _ => return Ok(total),
        };
        cursor.at += 1;
        let next = product(cursor, depth)?;
        total = apply(total, next).ok_or_else(|| no_room(cursor))?;
    }
}

fn product(cursor: &mut Cursor<'_>, depth: usize) -> Result<Decimal, Fault> {
    let mut total = term(cursor, depth)?;
    loop {
        cursor.skip_blanks();
        let apply = match cursor.peek() {
            b'*' => Decimal::checked_mul,
            b'/' => Decimal::checked_div,
            _ => return Ok(total),
        };
        cursor.at += 1;
        let next = term(cursor, depth)?;
        total = apply(total, next).ok_or_else(|| no_room(cursor))?;
    }
}

fn term(cursor: &mut Cursor<'_>, depth: usize) -> Result<Decimal, Fault> {
    cursor.skip_blanks();
    if depth == 0 {
        return Err(cursor.fault("unreadable-expression", "the brackets are nested too deeply"));
    }
    match cursor.peek() {
        b'-' => {
            cursor.at += 1;
            term(cursor, depth - 1).map(|number| -number)
        }
        b'+' => {
            cursor.at += 1;
            term(cursor, depth - 1)
        }
        b'(' => {
            cursor.at += 1;
            let value = sum(cursor, depth - 1)?;
            cursor.skip_blanks();
            match cursor.take(")") {
                true => Ok(value),
                false => Err(cursor.fault("unreadable-expression", "a bracket is not closed")),
            }
        }
        _ => {
            let found =
                number(cursor.bytes(), MARKS).map_err(|reason| cursor.fault("unreadable-amount", reason))?;
            let found =
                found.ok_or_else(|| cursor.fault("unreadable-amount", "a number has to stand here"))?;
            cursor.at += found.length;
            Ok(found.value)
        }
    }
}

fn no_room(cursor: &Cursor<'_>) -> Fault {
    cursor.fault("unreadable-expression", "the result has no room, or it is divided by zero")
}
