//! Amounts of ledger and hledger: symbols left, right and quoted, lots, prices, claims, simple expressions.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::super::cursor::{Cursor, Fault};
use super::super::model::{Assertion, BookedLot, CommodityIndex, LineDetail, LineRate};
use super::super::number::number;
use super::entry::append;
use super::{Dialect, Reader, date};

/// How deep the brackets of an expression may be nested.
const DEPTH_MAX: usize = 32;

/// An amount as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Written {
    pub quantity: Decimal,
    pub commodity: CommodityIndex,
    pub decimals: u8,
    /// Whether no symbol is written.
    pub bare: bool,
}

impl<'t> Reader<'t> {
    /// The amount here; nothing where none begins.
    pub(super) fn amount(&mut self, cursor: &mut Cursor<'t>) -> Result<Option<Written>, Fault> {
        cursor.skip_blanks();
        if cursor.peek() == b'(' {
            let start = cursor.at;
            cursor.at += 1;
            let value = self.sum(cursor, DEPTH_MAX)?;
            cursor.skip_blanks();
            if !cursor.take(")") {
                let reason = "only sums, differences, products and quotients of amounts are computed";
                return Err(Fault::new(start, "unreadable-expression", reason));
            }
            return Ok(Some(value));
        }
        self.plain_amount(cursor)
    }

    fn plain_amount(&mut self, cursor: &mut Cursor<'t>) -> Result<Option<Written>, Fault> {
        let start = cursor.at;
        let mut negative = sign(cursor);
        let left = self.symbol(cursor)?;
        if left.is_some() {
            cursor.skip_blanks();
            negative ^= sign(cursor);
        }
        let mut commodity = left;
        let marks = match commodity {
            Some(_) => self.state.marks(commodity),
            None => self.marks_of_following(cursor)?,
        };
        let found =
            number(cursor.bytes(), marks).map_err(|reason| cursor.fault("unreadable-amount", reason))?;
        let Some(found) = found else {
            if left.is_none() && !negative {
                cursor.at = start;
                return Ok(None);
            }
            return Err(cursor.fault("unreadable-amount", "a number has to stand here"));
        };
        cursor.at += found.length;
        if commodity.is_none() {
            let behind = *cursor;
            cursor.skip_blanks();
            commodity = self.symbol(cursor)?;
            if commodity.is_none() {
                *cursor = behind;
            }
        }
        let quantity = if negative { -found.value } else { found.value };
        let bare = commodity.is_none();
        let commodity = match (commodity, self.state.default_commodity) {
            (Some(commodity), _) | (None, Some(commodity)) => commodity,
            (None, None) => self.commodity("", cursor)?,
        };
        Ok(Some(Written { quantity, commodity, decimals: found.decimals, bare }))
    }

    /// How the number here is written, which its commodity to the right may tell.
    fn marks_of_following(&mut self, cursor: &Cursor<'t>) -> Result<super::super::number::Marks, Fault> {
        if self.state.marks.is_empty() {
            return Ok(self.state.marks(None));
        }
        let mut ahead = *cursor;
        while matches!(ahead.peek(), b'0'..=b'9' | b'.' | b',' | b'\'' | b' ') {
            ahead.at += 1;
        }
        let commodity = self.symbol(&mut ahead)?.or(self.state.default_commodity);
        Ok(self.state.marks(commodity))
    }

    /// The commodity whose symbol stands here.
    pub(super) fn symbol(&mut self, cursor: &mut Cursor<'t>) -> Result<Option<CommodityIndex>, Fault> {
        let text = if cursor.peek() == b'"' {
            let open = *cursor;
            cursor.at += 1;
            cursor.until(b'"').ok_or_else(|| open.fault("unreadable-amount", "the quote is not closed"))?
        } else {
            let bytes = cursor.bytes();
            let length = bytes.iter().position(|byte| !is_symbol(*byte)).unwrap_or(bytes.len());
            let text = cursor.rest().get(..length).unwrap_or("");
            cursor.at += length;
            text
        };
        if text.is_empty() {
            return Ok(None);
        }
        if let Some((last, index)) = self.state.last_symbol
            && last == text
        {
            return Ok(Some(index));
        }
        let index = self.commodity(text, cursor)?;
        self.state.last_symbol = Some((text, index));
        Ok(Some(index))
    }

    pub(super) fn commodity(
        &mut self,
        symbol: &'t str,
        cursor: &Cursor<'t>,
    ) -> Result<CommodityIndex, Fault> {
        let index = self.names.commodity(&mut self.out, Cow::Borrowed(symbol));
        index.ok_or_else(|| cursor.fault("too-many-commodities", "a journal has at most 65,536 commodities"))
    }

    /// Remembers how many decimal places a commodity needs.
    pub(super) fn note_decimals(&mut self, amount: &Written) {
        if let Some(commodity) = self.out.commodities.get_mut(usize::from(amount.commodity)) {
            commodity.decimals = commodity.decimals.max(amount.decimals);
        }
    }

    fn sum(&mut self, cursor: &mut Cursor<'t>, depth: usize) -> Result<Written, Fault> {
        let mut total = self.product(cursor, depth)?;
        loop {
            cursor.skip_blanks();
            let minus = match cursor.peek() {
                b'+' => false,
                b'-' => true,
                _ => return Ok(total),
            };
            cursor.at += 1;
            let mut next = self.product(cursor, depth)?;
            if minus {
                next.quantity = -next.quantity;
            }
            total = self.combine(total, next, cursor, Decimal::checked_add, total.bare == next.bare)?;
        }
    }

    fn product(&mut self, cursor: &mut Cursor<'t>, depth: usize) -> Result<Written, Fault> {
        let mut total = self.term(cursor, depth)?;
        loop {
            cursor.skip_blanks();
            let divide = match cursor.peek() {
                b'*' => false,
                b'/' => true,
                _ => return Ok(total),
            };
            cursor.at += 1;
            let next = self.term(cursor, depth)?;
            let apply = if divide { Decimal::checked_div } else { Decimal::checked_mul };
            total = self.combine(total, next, cursor, apply, next.bare || (total.bare && !divide))?;
        }
    }

    fn term(&mut self, cursor: &mut Cursor<'t>, depth: usize) -> Result<Written, Fault> {
        cursor.skip_blanks();
        if depth == 0 {
            return Err(cursor.fault("unreadable-expression", "the brackets are nested too deeply"));
        }
        if cursor.take("(") {
            let value = self.sum(cursor, depth - 1)?;
            cursor.skip_blanks();
            return match cursor.take(")") {
                true => Ok(value),
                false => Err(cursor.fault("unreadable-expression", "a bracket is not closed")),
            };
        }
        self.plain_amount(cursor)?.ok_or_else(|| {
            let reason = "only sums, differences, products and quotients of amounts are computed";
            cursor.fault("unreadable-expression", reason)
        })
    }

    fn combine(
        &self,
        left: Written,
        right: Written,
        cursor: &Cursor<'t>,
        apply: fn(Decimal, Decimal) -> Option<Decimal>,
        fits: bool,
    ) -> Result<Written, Fault> {
        let same = left.commodity == right.commodity || left.bare || right.bare;
        let quantity = apply(left.quantity, right.quantity).filter(|_| fits && same);
        let quantity = quantity.ok_or_else(|| {
            cursor.fault("unreadable-expression", "the two sides do not fit, or the result has no room")
        })?;
        let commodity = if left.bare { right.commodity } else { left.commodity };
        let decimals = left.decimals.max(right.decimals);
        Ok(Written { quantity, commodity, decimals, bare: left.bare && right.bare })
    }

    /// Lots, prices and claims behind an amount, up to a comment or the end.
    pub(super) fn behind_amount(
        &mut self,
        cursor: &mut Cursor<'t>,
        amount: Option<Written>,
        detail: &mut LineDetail<'t>,
    ) -> Result<Option<Assertion>, Fault> {
        let (mut cost, mut price, mut assertion) = (None, None, None);
        let mut booked = BookedLot::default();
        loop {
            cursor.skip_blanks();
            let start = cursor.at;
            match cursor.peek() {
                0 | b';' => break,
                b'@' => price = Some(self.price(cursor)?),
                b'(' if cursor.bytes().starts_with(b"(@") => {
                    cursor.at += 1;
                    price = Some(self.price_marked(cursor)?);
                }
                b'{' => {
                    cost = Some(self.cost(cursor)?);
                    if price.is_some() {
                        append(&mut detail.lot, " ", &cursor.line[start..cursor.at]);
                    }
                }
                b'[' | b'(' => {
                    let end = if cursor.peek() == b'[' { b']' } else { b')' };
                    cursor.at += 1;
                    if cursor.until(end).is_none() {
                        return Err(Fault::new(start, "unreadable-lot", "the bracket is not closed"));
                    }
                    let text = &cursor.line[start..cursor.at];
                    append(&mut detail.lot, " ", text);
                    tell_lot(&mut booked, text);
                }
                b'=' => assertion = Some(self.assertion(cursor)?),
                _ => {
                    return Err(
                        cursor.fault("unreadable-amount", "neither a price, a lot, a balance nor a comment")
                    );
                }
            }
        }
        if amount.is_none() && (cost.is_some() || price.is_some()) {
            return Err(cursor.fault("unreadable-amount", "a price needs an amount before it"));
        }
        if cost.is_some() && price.is_some() && detail.lot.is_none() {
            // Only one of the two can be the line's price; the other is kept as text.
            detail.lot = Some(Cow::Borrowed(""));
        }
        let is_sale = amount.is_some_and(|amount| amount.quantity.is_sign_negative());
        let names_lot = match self.dialect {
            Dialect::Ledger => is_sale || booked != BookedLot::default(),
            Dialect::Hledger => booked.opened_on.is_some(),
        };
        if cost.is_some() && names_lot {
            booked.by_price = self.dialect == Dialect::Hledger;
            booked.price = price.filter(|_| is_sale && !booked.by_price);
            detail.booked = Some(Box::new(booked));
        }
        // Ledger weighs by the cost of the lot, hledger by the price; the other is tried where that fails.
        (detail.rate, detail.other_rate) = match (self.dialect, cost, price) {
            // Without a price hledger weighs the amount itself: the lot only tells which units it is of.
            (Dialect::Hledger, cost, None) if names_lot => (None, cost),
            (_, None, rate) | (_, rate, None) => (rate, None),
            (Dialect::Ledger, cost, price) => (cost, price),
            (Dialect::Hledger, cost, price) => (price, cost),
        };
        Ok(assertion)
    }

    fn price_marked(&mut self, cursor: &mut Cursor<'t>) -> Result<LineRate, Fault> {
        let total = cursor.take("@@)");
        if !total && !cursor.take("@)") {
            return Err(cursor.fault("unreadable-price", "a price is written @, @@, (@) or (@@)"));
        }
        self.rate(cursor, total)
    }

    /// `@ 1.10 USD` or `@@ 11 USD`.
    pub(super) fn price(&mut self, cursor: &mut Cursor<'t>) -> Result<LineRate, Fault> {
        let total = cursor.take("@@");
        if !total {
            cursor.at += 1;
        }
        self.rate(cursor, total)
    }

    fn rate(&mut self, cursor: &mut Cursor<'t>, total: bool) -> Result<LineRate, Fault> {
        cursor.skip_blanks();
        cursor.take("=");
        let Some(amount) = self.amount(cursor)? else {
            return Err(cursor.fault("unreadable-price", "a price has to stand here"));
        };
        let number = amount.quantity.abs();
        Ok(match total {
            true => LineRate::Total(number, amount.commodity),
            false => LineRate::Unit(number, amount.commodity),
        })
    }

    fn cost(&mut self, cursor: &mut Cursor<'t>) -> Result<LineRate, Fault> {
        let total = cursor.take("{{");
        if !total {
            cursor.at += 1;
        }
        let rate = self.rate(cursor, total)?;
        cursor.skip_blanks();
        match cursor.take(if total { "}}" } else { "}" }) {
            true => Ok(rate),
            false => Err(cursor.fault("unreadable-lot", "the brace of the cost is not closed")),
        }
    }

    fn assertion(&mut self, cursor: &mut Cursor<'t>) -> Result<Assertion, Fault> {
        cursor.at += 1;
        let sole = cursor.take("=");
        let with_below = cursor.take("*");
        let Some(amount) = self.amount(cursor)? else {
            return Err(cursor.fault("unreadable-amount", "a balance has to stand behind the ="));
        };
        // A price of a claimed balance says nothing about the balance.
        cursor.skip_blanks();
        if cursor.peek() == b'@' {
            self.price(cursor)?;
        }
        Ok(Assertion {
            on: chrono::NaiveDate::MIN,
            account: 0,
            quantity: amount.quantity,
            commodity: amount.commodity,
            sole,
            with_below,
            tolerance: None,
            place: super::LinePlace::default(),
        })
    }

    /// `P DATE [TIME] COMMODITY PRICE`.
    pub(super) fn market_price(&mut self, line: &'t str, number: u32) -> Result<(), Fault> {
        let mut cursor = Cursor::new(line, 1);
        cursor.skip_blanks();
        let on = date::date(&mut cursor, self.state.year)?;
        cursor.skip_blanks();
        if cursor.peek().is_ascii_digit() {
            while matches!(cursor.peek(), b'0'..=b'9' | b':' | b'.') {
                cursor.at += 1;
            }
            cursor.skip_blanks();
        }
        let commodity = self.symbol(&mut cursor)?;
        let price = self.amount(&mut cursor)?;
        let (Some(commodity), Some(price)) = (commodity, price) else {
            return Err(cursor.fault("unreadable-price", "a price reads P DATE COMMODITY AMOUNT"));
        };
        let place = self.place(number);
        let (rate, quote) = (price.quantity, price.commodity);
        self.out.prices.push(super::super::model::JournalPrice { on, commodity, rate, quote, place });
        Ok(())
    }
}

/// Passes over a sign and tells whether it is a minus.
fn sign(cursor: &mut Cursor<'_>) -> bool {
    let negative = cursor.peek() == b'-';
    if negative || cursor.peek() == b'+' {
        cursor.at += 1;
        cursor.skip_blanks();
    }
    negative
}

/// Whether a byte can stand in a symbol without quotes; all bytes of other scripts and of currency signs can.
fn is_symbol(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80 || matches!(byte, b'$' | b'_' | b'%')
}

/// Takes the day or the label of a lot from its brackets: `[2026-01-31]`, `(bonus)`.
fn tell_lot<'t>(lot: &mut BookedLot<'t>, text: &'t str) {
    let inner = text.get(1..text.len() - 1).unwrap_or("").trim();
    if text.starts_with('[') {
        lot.opened_on = inner.replace(['/', '.'], "-").parse().ok();
    } else if !inner.is_empty() && !inner.contains('"') {
        lot.label = Some(Cow::Borrowed(inner));
    }
}
