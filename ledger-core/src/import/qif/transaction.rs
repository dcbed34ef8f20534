//! One record of a transaction section, read as a statement line.

use super::super::currency::Currencies;
use super::super::describe::excerpt;
use super::super::source::{Source, identity, shown};
use super::super::statement::{Problem, StatementDetail, StatementLine, StatementSplit};
use super::super::texts::LineTexts;
use super::formats::{Formats, read_date};
use super::records::{Field, Record};
use crate::ErrorKind;
use crate::money::{Amount, parse_number};

/// A record with what it takes to read it.
pub(super) struct Transaction<'r, 't> {
    pub record: &'r Record<'t>,
    pub is_investment: bool,
    pub formats: &'r Formats,
    pub currencies: Currencies<'r>,
}

/// What a record turned out to be.
pub(super) enum Reading {
    /// A line, and what was left out of it.
    Line(Box<StatementLine>, Option<String>),
    /// An investment transaction of this action that moves no money.
    WithoutAmount(String),
    Problems(Vec<Problem>),
}

impl<'t> Transaction<'_, 't> {
    /// The statement line that begins in the physical line `line`; else why it is none.
    pub fn read(&self, source: &Source<'_>, line: u32) -> Reading {
        let mut problems = Vec::new();
        let mut dates = self.record.fields.iter().filter(|field| field.code == 'D');
        let posted_on = match (dates.next(), dates.next()) {
            (None, _) => {
                Err(source.problem(self.record.start, "missing-date", "the transaction has no date (D)"))
            }
            (_, Some(second)) => {
                let reason = "a second date in one transaction: is the ^ before it missing?";
                Err(source.problem(second.at, "two-dates", reason))
            }
            (Some(field), None) => read_date(field.text, self.formats.order).ok_or_else(|| {
                let reason = format!("\"{}\" is not a date as the file writes them", excerpt(field.text));
                source.problem(field.at, "unreadable-date", reason)
            }),
        };
        let posted_on = posted_on.map_err(|problem| problems.push(problem)).ok();
        let written = self.field('T').or_else(|| self.field('U'));
        let amount = match written {
            Some(field) => self.amount(source, field).map_err(|problem| problems.push(problem)).ok(),
            None if self.is_investment => {
                let action = self.text('N').map_or("without an action".into(), String::from);
                return Reading::WithoutAmount(action);
            }
            None => {
                let reason = "the transaction has no amount (T)";
                problems.push(source.problem(self.record.start, "missing-amount", reason));
                None
            }
        };
        let splits = self.splits(source).map_err(|problem| problems.push(problem)).ok();
        let (Some(posted_on), Some(amount), Some(splits)) = (posted_on, amount, splits) else {
            return Reading::Problems(problems);
        };
        let (splits, note) = agreeing(splits, amount, line);
        let (category, transfer) = self.field('L').map_or((None, None), |field| category(field.text));
        let has_detail = category.is_some() || transfer.is_some() || !splits.is_empty();
        let detail = StatementDetail { category, transfer, splits, ..StatementDetail::default() };
        let (payee, memo) = (self.text('P'), self.text('M'));
        let narrative = if self.is_investment { self.trade() } else { None };
        let reference = self.field('N').filter(|_| !self.is_investment).and_then(|n| identity(n.text));
        let texts = LineTexts {
            payee: payee.as_deref(),
            narrative: narrative.as_deref(),
            memo: memo.as_deref(),
            reference: reference.as_deref(),
            bank_id: None,
        };
        Reading::Line(
            Box::new(StatementLine {
                span: source.span(self.record.start, self.record.end),
                detail: has_detail.then(|| Box::new(detail)),
                ..StatementLine::new(line, posted_on, amount).with_texts(&texts)
            }),
            note,
        )
    }

    fn field(&self, code: char) -> Option<&Field<'t>> {
        self.record.fields.iter().find(|field| field.code == code && !field.text.is_empty())
    }

    fn text(&self, code: char) -> Option<Box<str>> {
        self.field(code).and_then(|field| shown(field.text))
    }

    /// What an investment transaction did: `Buy VWCE 10 @ 101.50`.
    fn trade(&self) -> Option<Box<str>> {
        let [action, security, quantity, price] = ['N', 'Y', 'Q', 'I'].map(|code| self.text(code));
        let price = price.map(|price| format!("@ {price}").into_boxed_str());
        let parts = [action, security, quantity, price].into_iter().flatten().collect::<Vec<_>>();
        shown(&parts.join(" "))
    }

    fn amount(&self, source: &Source<'_>, field: &Field<'_>) -> Result<Amount, Problem> {
        let refused = |error: crate::Error| source.problem(field.at, "unreadable-amount", error.to_string());
        let parsed = parse_number(field.text, Some(self.formats.mark)).map_err(refused)?;
        let commodity = match parsed.symbol {
            None => self.currencies.default,
            Some(symbol) => self.currencies.of_symbol(symbol, self.currencies.default).ok_or_else(|| {
                let code = excerpt(symbol).into_owned();
                let reason = ErrorKind::UnknownCommodity { code }.to_string();
                source.problem(field.at, "unknown-currency", reason)
            })?,
        };
        Amount::from_decimal_exact(parsed.number, commodity).map_err(refused)
    }

    /// The parts of a split: S begins one, E is its memo, $ its amount. In investment sections $ is something else.
    fn splits(&self, source: &Source<'_>) -> Result<Vec<(StatementSplit, bool)>, Problem> {
        let mut splits: Vec<(StatementSplit, bool)> = vec![];
        for field in &self.record.fields {
            match (field.code, splits.last_mut()) {
                ('S', _) => {
                    let (category, transfer) = category(field.text);
                    let amount = self.currencies.default.zero();
                    splits.push((StatementSplit { amount, category, transfer, memo: None }, false));
                }
                ('E', Some((split, _))) => split.memo = shown(field.text),
                ('$', Some((split, has_amount))) if !field.text.is_empty() => {
                    split.amount = self.amount(source, field)?;
                    *has_amount = true;
                }
                _ => {}
            }
        }
        Ok(splits)
    }
}

/// The splits, if each has an amount and they add up to the whole; else none, and a note.
fn agreeing(
    splits: Vec<(StatementSplit, bool)>,
    amount: Amount,
    line: u32,
) -> (Vec<StatementSplit>, Option<String>) {
    if splits.is_empty() {
        return (vec![], None);
    }
    let complete = splits.iter().all(|(_, has_amount)| *has_amount);
    let sum = crate::money::sum(amount.commodity(), splits.iter().map(|(split, _)| split.amount)).ok();
    if complete && sum == Some(amount) {
        return (splits.into_iter().map(|(split, _)| split).collect(), None);
    }
    let found = match sum.filter(|_| complete) {
        Some(sum) => format!("add up to {sum}, not to {amount}"),
        None => "do not all have an amount".to_owned(),
    };
    (vec![], Some(format!("line {line}: the parts of the transaction {found}: they were left out")))
}

/// A category as written, or the account in brackets that the money goes to or comes from.
fn category(text: &str) -> (Option<Box<str>>, Option<Box<str>>) {
    if text.eq_ignore_ascii_case("--split--") {
        return (None, None);
    }
    match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((account, _)) => (None, shown(account)),
        None => (shown(text), None),
    }
}
