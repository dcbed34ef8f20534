//! One Ntry of a camt file: its values gathered, then read as a statement line.

use chrono::NaiveDate;

use super::super::currency::Currencies;
use super::super::describe::excerpt;
use super::super::figure::{commodity_of, exact_amount, plain_day};
use super::super::source::{Source, identity, shown};
use super::super::statement::{Problem, StatementLine};
use super::super::texts::LineTexts;
use crate::money::Amount;

/// A text with the byte at which it begins.
#[derive(Debug, Default, Clone)]
pub(super) struct Value {
    pub text: String,
    pub at: usize,
}

/// An amount with its currency and direction, as far as they have been read.
#[derive(Debug, Default, Clone)]
pub(super) struct Money {
    pub number: Option<Value>,
    pub currency: Option<String>,
    pub direction: Option<Value>,
}

/// How many texts of a batch's payments are kept, and how long they may be together.
const TEXTS_MAX: usize = 8;
const TEXT_BYTES_MAX: usize = 2000;

/// An entry, as far as it has been read.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub start: usize,
    pub money: Money,
    pub is_reversal: bool,
    pub status: String,
    pub booked: Option<Value>,
    pub valued: Option<Value>,
    pub bank_id: Option<Value>,
    pub entry_ref: Option<Value>,
    pub batch_ref: Option<Value>,
    pub info: Option<Value>,
    /// What its payments say.
    pub payments: u32,
    pub references: Vec<Box<str>>,
    pub debtors: Vec<Box<str>>,
    pub creditors: Vec<Box<str>>,
    pub remittances: Vec<Box<str>>,
    pub structured: Vec<Box<str>>,
    pub payment_infos: Vec<Box<str>>,
}

/// What an entry turned out to be.
pub(super) enum Reading {
    Line(Box<StatementLine>),
    /// Not booked: pending, for information, or announced.
    NotBooked,
    Problems(Vec<Problem>),
}

impl Money {
    /// The amount from the account holder's view; `at` is where to point if nothing else is there.
    pub fn read(
        &self,
        source: &Source<'_>,
        at: usize,
        currencies: Currencies<'_>,
    ) -> Result<Amount, Problem> {
        let Some(number) = &self.number else {
            return Err(source.problem(at, "missing-amount", "there is no amount (Amt)"));
        };
        let Some(code) = self.currency.as_deref() else {
            let reason = "the amount has no currency (the Ccy attribute)";
            return Err(source.problem(number.at, "unknown-currency", reason));
        };
        let commodity = commodity_of(code, currencies)
            .map_err(|reason| source.problem(number.at, "unknown-currency", reason))?;
        let unreadable = |reason: String| source.problem(number.at, "unreadable-amount", reason);
        let amount = exact_amount(&number.text, commodity).map_err(unreadable)?;
        let word = self.direction.as_ref();
        match word.map(|word| word.text.as_str()) {
            Some("CRDT") => Ok(amount),
            Some("DBIT") => amount.negate().map_err(|error| unreadable(error.to_string())),
            other => {
                let word_at = word.map_or(number.at, |word| word.at);
                let word = excerpt(other.unwrap_or_default());
                let reason = format!("\"{word}\" says neither credit nor debit (CdtDbtInd: CRDT or DBIT)");
                Err(source.problem(word_at, "unknown-direction", reason))
            }
        }
    }
}

impl Entry {
    /// Keeps a text of one of the payments, if it is new and there is room.
    pub fn add(texts: &mut Vec<Box<str>>, text: Option<Box<str>>) {
        if let Some(text) = text.filter(|text| texts.len() < TEXTS_MAX && !texts.contains(text)) {
            texts.push(text);
        }
    }

    /// The statement line; else why it is none.
    ///
    /// The direction (CdtDbtInd) is that of the entry itself, of a reversal too: a returned debit is a credit.
    pub fn read(self, source: &mut Source<'_>, end: usize, currencies: Currencies<'_>) -> Reading {
        let line = source.line(self.start);
        if !matches!(self.status.as_str(), "BOOK" | "") {
            return Reading::NotBooked;
        }
        let mut problems = Vec::new();
        let posted_on = self.day(source).map_err(|problem| problems.push(problem)).ok();
        let value_on = self.valued.as_ref().map(|value| day_of(source, value)).transpose();
        let value_on = value_on.map_err(|problem| problems.push(problem)).ok();
        let amount = self.money.read(source, self.start, currencies);
        let amount = amount.map_err(|problem| problems.push(problem)).ok();
        let (Some(posted_on), Some(value_on), Some(amount)) = (posted_on, value_on, amount) else {
            return Reading::Problems(problems);
        };
        let is_credit = self.money.direction.as_ref().is_some_and(|word| word.text == "CRDT");
        // The other party of money in is the debtor; a reversal names the parties of the payment that it undoes.
        let others = if is_credit != self.is_reversal { &self.debtors } else { &self.creditors };
        let payee = match others.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        let text_of = |value: &Option<Value>| value.as_ref().and_then(|value| shown(&value.text));
        let id_of = |value: &Option<Value>| value.as_ref().and_then(|value| identity(&value.text));
        let info = text_of(&self.info);
        let narrative = joined(&self.remittances)
            .or_else(|| joined(&self.structured))
            .or_else(|| joined(&self.payment_infos))
            .or_else(|| info.clone());
        let reference = match (self.payments, self.references.as_slice()) {
            (0 | 1, [only, ..]) => Some(only.clone()),
            _ => id_of(&self.batch_ref).or_else(|| id_of(&self.entry_ref)),
        };
        let bank_id = id_of(&self.bank_id);
        let texts = LineTexts {
            payee: payee.as_deref(),
            narrative: narrative.as_deref(),
            memo: info.as_deref().filter(|info| Some(*info) != narrative.as_deref()),
            reference: reference.as_deref(),
            bank_id: bank_id.as_deref(),
        };
        Reading::Line(Box::new(StatementLine {
            span: source.span(self.start, end),
            value_on,
            ..StatementLine::new(line, posted_on, amount).with_texts(&texts)
        }))
    }

    /// The day of booking; of an entry without one, its value date.
    fn day(&self, source: &Source<'_>) -> Result<NaiveDate, Problem> {
        match self.booked.as_ref().or(self.valued.as_ref()) {
            Some(value) => day_of(source, value),
            None => Err(source.problem(self.start, "missing-date", "the entry has no date (BookgDt, ValDt)")),
        }
    }
}

fn day_of(source: &Source<'_>, value: &Value) -> Result<NaiveDate, Problem> {
    plain_day(&value.text).ok_or_else(|| {
        let reason = format!("\"{}\" is not a date written as YYYY-MM-DD", excerpt(&value.text));
        source.problem(value.at, "unreadable-date", reason)
    })
}

fn joined(texts: &[Box<str>]) -> Option<Box<str>> {
    let mut text = texts.join("; ");
    if text.len() > TEXT_BYTES_MAX {
        let end = (0..=TEXT_BYTES_MAX).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    (!text.is_empty()).then(|| text.into())
}
