//! One STMTTRN: its fields gathered, then read as a statement line.

use chrono::NaiveDate;

use super::super::currency::Currencies;
use super::super::describe::excerpt;
use super::super::figure::{commodity_of, exact_amount, plain_day};
use super::super::source::{Source, identity, shown};
use super::super::statement::{Problem, StatementLine};
use super::super::texts::LineTexts;
use crate::money::{Amount, Commodity};

/// A value with the byte at which it begins.
#[derive(Debug)]
pub(super) struct Field {
    pub text: String,
    pub at: usize,
}

/// The fields of a transaction, as far as they have been read.
#[derive(Default)]
pub(super) struct Transaction {
    pub start: usize,
    posted: Option<Field>,
    available: Option<Field>,
    amount: Option<Field>,
    currency: Option<Field>,
    fitid: Option<Field>,
    check: Option<Field>,
    reference: Option<Field>,
    name: Option<Field>,
    payee: Option<Field>,
    memo: Option<Field>,
    /// Whether it says that it corrects an earlier one.
    pub corrects: bool,
}

/// In which aggregate of a transaction a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    Transaction,
    Payee,
    Currency,
}

impl Transaction {
    /// A transaction whose tag stands at `start`.
    pub fn begin(start: usize) -> Transaction {
        Transaction { start, ..Transaction::default() }
    }

    /// Keeps the value of `name`; the first of each name counts.
    pub fn keep(&mut self, within: Within, name: &str, field: Field) {
        let slot = match (within, name) {
            (Within::Payee, "NAME") => &mut self.payee,
            (Within::Currency, "CURSYM") => &mut self.currency,
            (Within::Transaction, "DTPOSTED") => &mut self.posted,
            (Within::Transaction, "DTAVAIL" | "VALUEDATE") => &mut self.available,
            (Within::Transaction, "TRNAMT") => &mut self.amount,
            (Within::Transaction, "FITID") => &mut self.fitid,
            (Within::Transaction, "CHECKNUM") => &mut self.check,
            (Within::Transaction, "REFNUM") => &mut self.reference,
            (Within::Transaction, "NAME") => &mut self.name,
            (Within::Transaction, "PAYEE") => &mut self.payee,
            (Within::Transaction, "MEMO") => &mut self.memo,
            (Within::Transaction, "CORRECTFITID") => {
                self.corrects |= !field.text.trim().is_empty();
                return;
            }
            _ => return,
        };
        slot.get_or_insert(field);
    }

    /// Whether the transaction names a currency of its own.
    pub fn has_currency(&self) -> bool {
        self.currency.as_ref().is_some_and(|field| !field.text.trim().is_empty())
    }

    /// The statement line; else each reason why it is none.
    pub fn read(
        self,
        source: &mut Source<'_>,
        end: usize,
        default: &Result<Commodity, String>,
        currencies: Currencies<'_>,
    ) -> Result<StatementLine, Vec<Problem>> {
        let line = source.line(self.start);
        let mut problems = Vec::new();
        let posted_on = self.day(source).map_err(|problem| problems.push(problem)).ok();
        let value_on = match self.available.as_ref().filter(|field| !field.text.trim().is_empty()) {
            Some(field) => day_of(source, field).map_err(|problem| problems.push(problem)).ok(),
            None => None,
        };
        let amount = self.amount(source, default, currencies).map_err(|problem| problems.push(problem)).ok();
        let (Some(posted_on), Some(amount), true) = (posted_on, amount, problems.is_empty()) else {
            return Err(problems);
        };
        let text = |field: &Option<Field>| field.as_ref().and_then(|field| shown(&field.text));
        let id = |field: &Option<Field>| field.as_ref().and_then(|field| identity(&field.text));
        let (payee, memo) = (text(&self.name).or_else(|| text(&self.payee)), text(&self.memo));
        let (reference, bank_id) = (id(&self.check).or_else(|| id(&self.reference)), id(&self.fitid));
        let texts = LineTexts {
            payee: payee.as_deref(),
            narrative: None,
            memo: memo.as_deref(),
            reference: reference.as_deref(),
            bank_id: bank_id.as_deref(),
        };
        Ok(StatementLine {
            span: source.span(self.start, end),
            value_on,
            ..StatementLine::new(line, posted_on, amount).with_texts(&texts)
        })
    }

    fn day(&self, source: &Source<'_>) -> Result<NaiveDate, Problem> {
        match &self.posted {
            None => Err(source.problem(self.start, "missing-date", "the transaction has no date (DTPOSTED)")),
            Some(field) if field.text.trim().is_empty() => {
                Err(source.problem(field.at, "missing-date", "the transaction's date (DTPOSTED) is empty"))
            }
            Some(field) => day_of(source, field),
        }
    }

    fn amount(
        &self,
        source: &Source<'_>,
        default: &Result<Commodity, String>,
        currencies: Currencies<'_>,
    ) -> Result<Amount, Problem> {
        let Some(field) = &self.amount else {
            let reason = "the transaction has no amount (TRNAMT)";
            return Err(source.problem(self.start, "missing-amount", reason));
        };
        let commodity = match self.currency.as_ref().filter(|_| self.has_currency()) {
            Some(code) => commodity_of(&code.text, currencies)
                .map_err(|reason| source.problem(code.at, "unknown-currency", reason))?,
            None => default
                .as_ref()
                .copied()
                .map_err(|reason| source.problem(field.at, "unknown-currency", reason))?,
        };
        let code = if field.text.trim().is_empty() { "missing-amount" } else { "unreadable-amount" };
        exact_amount(&field.text, commodity).map_err(|reason| source.problem(field.at, code, reason))
    }
}

fn day_of(source: &Source<'_>, field: &Field) -> Result<NaiveDate, Problem> {
    plain_day(&field.text).ok_or_else(|| {
        let reason = format!("\"{}\" is not a date written as YYYYMMDD", excerpt(field.text.trim()));
        source.problem(field.at, "unreadable-date", reason)
    })
}
