//! What stands between the braces behind an amount: a lot's day, label and cost.
//!
//! What is none of them is refused: a label that nobody meant would name a lot that nobody finds.

use chrono::NaiveDate;
use ledger_core::Result;
use ledger_core::journal::LinePrice;
use ledger_core::lot::{LineLot, LotBasis};

use super::amounts::{Amounts, unreadable};

/// What can stand between the braces.
const FORMS: &str = "a day, {2026-01-31}, a label, {\"bonus\"}, or a cost, {100 USD} for one unit, {@@ 1000 USD} for all and \
                     {0} for nothing";

/// What is found between the braces, each thing at most once.
#[derive(Default)]
struct Found {
    day: Option<NaiveDate>,
    label: Option<String>,
    cost: Option<Cost>,
}

enum Cost {
    Paid(LinePrice),
    Nothing,
}

impl Amounts {
    /// Reads a lot with its braces; gives its cost beside it, where that is an amount.
    ///
    /// # Errors
    /// [`ledger_core::ErrorKind::InvalidAmount`] for what is no day, label or cost, and for two of one of them; and those
    /// of an amount.
    pub(super) fn between_braces(&self, text: &str) -> Result<(LineLot, Option<LinePrice>)> {
        let is_total = text.starts_with("{{");
        if is_total != text.ends_with("}}") {
            return Err(unreadable(text, "two braces open and close the cost of all units: {{1000 USD}}"));
        }
        let width = if is_total { 2 } else { 1 };
        let inner = text.get(width..text.len() - width).unwrap_or_default();
        let mut found = Found::default();
        for part in parts(inner) {
            self.read_part(text, part, is_total, &mut found)?;
        }
        let lot = LineLot { opened_on: found.day, label: found.label, ..LineLot::default() };
        Ok(match found.cost {
            Some(Cost::Nothing) => (LineLot { basis: LotBasis::Nothing, ..lot }, None),
            Some(Cost::Paid(cost)) => (lot, Some(cost)),
            None => (lot, None),
        })
    }

    fn read_part(&self, text: &str, part: &str, is_total: bool, found: &mut Found) -> Result<()> {
        let twice = |what: &str, first: &str| {
            unreadable(text, &format!("the braces name two {what}, {first} and {part}: a lot has one"))
        };
        let neither = || {
            unreadable(
                text,
                &format!("\"{part}\" between the braces is neither of what can stand there: {FORMS}"),
            )
        };
        if is_like_a_day(part) {
            let no_day = || unreadable(text, &format!("{part} is no day of the calendar"));
            let day = part.parse().map_err(|_| no_day())?;
            return match found.day.replace(day) {
                Some(first) => Err(twice("days", &first.to_string())),
                None => Ok(()),
            };
        }
        if part.starts_with("@@") || (!part.starts_with('"') && self.begins_amount(part)) {
            let cost = self.cost(text, part, is_total)?;
            return match found.cost.replace(cost) {
                Some(Cost::Paid(first)) => Err(twice("costs", first.to_string().trim_start_matches("@ "))),
                Some(Cost::Nothing) => Err(twice("costs", "0")),
                None => Ok(()),
            };
        }
        let label = match part.strip_prefix('"') {
            Some(quoted) => quoted
                .strip_suffix('"')
                .ok_or_else(|| unreadable(text, "the quotation mark of the label is not closed"))?,
            None if is_plain(part) => part,
            None => return Err(neither()),
        };
        match found.label.replace(label.to_owned()) {
            Some(first) => Err(twice("labels", &format!("\"{first}\""))),
            None => Ok(()),
        }
    }

    fn cost(&self, text: &str, part: &str, is_total: bool) -> Result<Cost> {
        // Of no commodity, so that it reads without a book.
        if part == "0" {
            return Ok(Cost::Nothing);
        }
        let below = || unreadable(text, &format!("a cost is not below zero: {part}"));
        let cost = match part.strip_prefix("@@") {
            Some(total) => self.amount(total)?,
            None if is_total => self.amount(part)?,
            None => {
                // Read before it is a price: a price is more than zero.
                let (rate, quote) = self.rate(part)?;
                return match rate {
                    rate if rate.is_zero() => Ok(Cost::Nothing),
                    rate if rate.is_sign_negative() => Err(below()),
                    rate => Ok(Cost::Paid(LinePrice::unit(rate, quote))),
                };
            }
        };
        match cost {
            cost if cost.is_zero() => Ok(Cost::Nothing),
            cost if cost.is_negative() => Err(below()),
            cost => Ok(Cost::Paid(LinePrice::total(cost))),
        }
    }
}

/// What stands between commas; commas in quotes and in numbers are part of what they stand in.
fn parts(inner: &str) -> Vec<&str> {
    let (mut parts, mut start, mut in_quotes) = (Vec::new(), 0, false);
    for (at, letter) in inner.char_indices() {
        match letter {
            '"' => in_quotes = !in_quotes,
            ',' if !in_quotes && !is_in_a_number(inner, start, at) => {
                parts.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inner[start..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Whether a comma stands between two digits, and neither before it nor behind it is a day.
fn is_in_a_number(inner: &str, start: usize, at: usize) -> bool {
    let (before, behind) = (inner[start..at].trim(), &inner[at + 1..]);
    let next = behind.split(',').next().unwrap_or_default().trim();
    before.ends_with(|letter: char| letter.is_ascii_digit())
        && behind.starts_with(|letter: char| letter.is_ascii_digit())
        && !is_like_a_day(before)
        && !is_like_a_day(next)
}

/// Whether a text has the shape of a day, `2026-01-31`, whether there is such a day or not.
fn is_like_a_day(text: &str) -> bool {
    let numbers: Vec<&str> = text.split('-').collect();
    let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    numbers.len() == 3 && numbers[0].len() == 4 && numbers.iter().all(is_number)
}

/// Whether a text is a label without quotes: words of letters, digits and a few signs.
fn is_plain(text: &str) -> bool {
    text.starts_with(char::is_alphanumeric)
        && text.chars().all(|letter| letter.is_alphanumeric() || " -_./:#&+'".contains(letter))
}
