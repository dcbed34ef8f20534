//! The :61: field (a statement line) and the balances, taken apart by the SWIFT standard.

use chrono::{Datelike, NaiveDate};

use super::super::describe::excerpt;
use super::super::figure::exact_amount;
use super::super::source::{Source, identity, shown};
use super::super::statement::{StatementDetail, StatementLine};
use super::super::texts::LineTexts;
use super::fields::Field;
use super::purpose::Purpose;
use crate::money::{Amount, Commodity};

/// A statement line without its purpose.
pub(super) struct Entry {
    line: u32,
    start: usize,
    end: usize,
    value_on: NaiveDate,
    entered_on: Option<NaiveDate>,
    amount: Amount,
    reference: Option<Box<str>>,
    supplement: Option<Box<str>>,
}

/// A balance field taken apart.
pub(super) struct Balance<'t> {
    pub is_debit: bool,
    pub on: Option<NaiveDate>,
    pub currency: &'t str,
    pub amount: &'t str,
}

/// Takes `C260131EUR1234,56` apart. A day of zeros, as some banks write it, is none.
///
/// # Errors
/// A clause that says what is wrong.
pub(super) fn balance(text: &str) -> Result<Balance<'_>, String> {
    let text = text.lines().next().unwrap_or("").trim();
    let malformed = || format!("\"{}\" is not written as C260131EUR1234,56", excerpt(text));
    let (is_debit, rest) = match text.split_at_checked(1) {
        Some(("C", rest)) => (false, rest),
        Some(("D", rest)) => (true, rest),
        _ => return Err(malformed()),
    };
    let (date, rest) = rest.split_at_checked(6).ok_or_else(malformed)?;
    let (currency, amount) = rest.split_at_checked(3).ok_or_else(malformed)?;
    let on = day(date);
    if on.is_none() && date != "000000" {
        return Err(format!("\"{}\" is not a date written as YYMMDD", excerpt(date)));
    }
    Ok(Balance { is_debit, on, currency, amount })
}

impl Entry {
    /// Reads the field of a line: value date, day of entry, mark, funds code, amount, type, references.
    ///
    /// # Errors
    /// The code and the reason of the problem.
    pub fn read(
        field: &Field<'_>,
        line: u32,
        currency: &Result<Commodity, String>,
    ) -> Result<Entry, (&'static str, String)> {
        let mut lines = field.text.lines();
        let first = lines.next().unwrap_or("").trim();
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let date = first.get(..6).filter(|date| digits(date)).unwrap_or("");
        let value_on = day(date).ok_or_else(|| {
            let start = first.chars().take(6).collect::<String>();
            ("unreadable-date", format!("\"{start}\" is not a value date written as YYMMDD"))
        })?;
        let rest = &first[date.len()..];
        let (entered, rest) = match rest.split_at_checked(4).filter(|(entered, _)| digits(entered)) {
            Some((entered, rest)) => (Some(entered), rest),
            None => (None, rest),
        };
        let entered_on = entered.map(|entered| near(entered, value_on).ok_or(entered)).transpose();
        let entered_on = entered_on.map_err(|entered| {
            ("unreadable-date", format!("\"{entered}\" is not a day of entry written as MMDD"))
        })?;
        let (is_debit, rest) = mark(rest).ok_or_else(|| {
            let reason = format!("\"{}\" does not begin with C, D, RC or RD", excerpt(rest));
            ("unknown-direction", reason)
        })?;
        // The third letter of the currency may stand behind the mark.
        let rest = rest.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest);
        let amount_len =
            rest.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(rest.len());
        let (number, rest) = rest.split_at(amount_len);
        let commodity = currency.as_ref().map_err(|reason| ("unknown-currency", reason.clone()))?;
        let amount = exact_amount(number, *commodity).map_err(|reason| ("unreadable-amount", reason))?;
        let amount = if is_debit { amount.negate() } else { Ok(amount) };
        let amount = amount.map_err(|error| ("unreadable-amount", error.to_string()))?;
        let kind = rest.get(..4).filter(|kind| kind.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if kind.is_none_or(|kind| !kind.starts_with(|c: char| c.is_ascii_uppercase())) {
            let reason = format!(
                "behind the amount stands \"{}\" instead of a type such as NTRF: is the line cut off?",
                excerpt(rest)
            );
            return Err(("cut-off", reason));
        }
        let references = &rest[4..];
        let (own, bank) = references.split_once("//").unwrap_or((references, ""));
        Ok(Entry {
            line,
            start: field.start,
            end: field.end,
            value_on,
            entered_on,
            amount,
            reference: reference(own).or_else(|| reference(bank)),
            supplement: shown(&lines.collect::<Vec<_>>().join(" ")),
        })
    }

    /// Takes a field that belongs to the line into its text.
    pub fn extend(&mut self, field: &Field<'_>) {
        self.end = field.end;
    }

    /// The statement line with what the bank says about it.
    pub fn finish(self, purpose: Purpose, source: &Source<'_>) -> StatementLine {
        let purpose = purpose.read();
        let booked_on = self.entered_on.filter(|entered| *entered != self.value_on);
        let detail = booked_on.map(|_| Box::new(StatementDetail { booked_on, ..StatementDetail::default() }));
        let supplement = self.supplement.as_deref();
        let texts = LineTexts {
            payee: purpose.payee.as_deref(),
            narrative: purpose.narrative.as_deref().or(supplement),
            memo: purpose.memo.as_deref().or(supplement),
            reference: purpose.reference.as_deref().or(self.reference.as_deref()),
            // The bank's reference behind `//` is not the line's alone: banks write "1234" or "to advice".
            bank_id: None,
        };
        StatementLine {
            span: source.span(self.start, self.end),
            value_on: Some(self.value_on),
            detail,
            ..StatementLine::new(self.line, self.value_on, self.amount).with_texts(&texts)
        }
    }
}

/// A day written as YYMMDD; years from 80 on are of the last century, as SWIFT has it.
fn day(text: &str) -> Option<NaiveDate> {
    if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize| text[from..from + 2].parse::<u32>().ok();
    let year = number(0)?;
    let century = if year >= 80 { 1900 } else { 2000 };
    NaiveDate::from_ymd_opt((century + year) as i32, number(2)?, number(4)?)
}

/// A day written as MMDD, in the year that puts it nearest to `value_on`.
fn near(text: &str, value_on: NaiveDate) -> Option<NaiveDate> {
    let (month, day) = (text.get(..2)?.parse().ok()?, text.get(2..)?.parse().ok()?);
    let years = [value_on.year(), value_on.year() - 1, value_on.year() + 1];
    let days = years.into_iter().filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
    days.min_by_key(|day| (*day - value_on).num_days().abs())
}

/// Whether a line takes money out, by its mark, and what follows the mark. The reversal of a credit (RC) takes it
/// out, that of a debit (RD) gives it back; what is expected (EC, ED) is as what it is expected to be.
fn mark(text: &str) -> Option<(bool, &str)> {
    const MARKS: [(&str, bool); 6] =
        [("RC", true), ("RD", false), ("EC", false), ("ED", true), ("C", false), ("D", true)];
    MARKS.iter().find_map(|(mark, is_debit)| Some((*is_debit, text.strip_prefix(mark)?)))
}

/// A reference that says something; `EREF` and `KREF` only say that it stands in the purpose.
fn reference(text: &str) -> Option<Box<str>> {
    identity(text).filter(|text| !["EREF", "KREF", "PREF", "MREF"].contains(&text.as_ref()))
}
