//! The reader of SWIFT MT940 statements (and of MT942 interim reports, which have the same lines).
//!
//! `fields` takes a file apart into tagged fields, `entry` reads a :61: line, `purpose` the :86: behind it; this
//! file joins them to statements, one for each message.

mod entry;
mod fields;
mod purpose;

use self::entry::Entry;
use self::fields::{Field, Fields};
use self::purpose::Purpose;
use super::currency::Currencies;
use super::describe::excerpt;
use super::figure::{commodity_of, exact_amount};
use super::source::{LeftOut, Source, identity};
use super::statement::{Contents, Statement, StatementBalance};
use crate::Result;
use crate::money::Commodity;

/// Reads an MT940 text.
///
/// The date of a line is its value date, the first of its field and the only one that every bank writes; the day
/// of entry, where it is another, stands in the line's detail.
///
/// # Errors
/// A text without any statement field, and a field longer than 1 MiB.
pub(super) fn read(text: &str, file: &str, currencies: Currencies<'_>) -> Result<Contents> {
    let mut messages = Messages {
        source: Source::new(text, file),
        currencies,
        contents: Contents::default(),
        message: None,
        passed_over: LeftOut::default(),
        unknown: LeftOut::default(),
    };
    for field in Fields::new(text) {
        messages.take(&field)?;
    }
    messages.finish()
}

/// Gathers the messages of one file.
struct Messages<'t, 'r> {
    source: Source<'t>,
    currencies: Currencies<'r>,
    contents: Contents,
    message: Option<Message>,
    passed_over: LeftOut,
    unknown: LeftOut,
}

/// A message, as far as it has been read.
#[derive(Default)]
struct Message {
    start: usize,
    statement: Statement,
    /// The currency of its lines, or why it is not known; none before a field has named it.
    currency: Option<Result<Commodity, String>>,
    /// The line that :86: and :NS: fields belong to, with what they say so far.
    entry: Option<(Entry, Purpose)>,
    /// Whether it is an interim report, which states no closing balance.
    is_interim: bool,
    closed: bool,
    /// Whether it states a balance that cannot be read.
    has_closing: bool,
}

impl Messages<'_, '_> {
    fn take(&mut self, field: &Field<'_>) -> Result<()> {
        self.source.check_length(field.at, field.text.len())?;
        let begins_anew = match (&self.message, field.tag) {
            (None, "20" | "25" | "28" | "28C" | "60F" | "60M" | "61") | (_, "20") => true,
            (Some(message), "25" | "28" | "28C" | "60F" | "60M" | "61") => message.closed,
            _ => false,
        };
        if begins_anew {
            self.end_message();
            self.message = Some(Message { start: field.at, ..Message::default() });
        }
        let Some(message) = &mut self.message else {
            if !field.text.trim().is_empty() && field.tag != "940" && field.tag != "942" {
                self.passed_over.add("text", self.source.line(field.at));
            }
            return Ok(());
        };
        match field.tag {
            "20" | "21" | "28" | "28C" | "13" | "13D" | "64" | "65" | "90C" | "90D" | "940" | "942" => {
                message.is_interim |= matches!(field.tag, "90C" | "90D" | "13" | "13D" | "942");
                self.end_entry();
            }
            "25" | "25P" => message.statement.account = identity(field.text.lines().next().unwrap_or("")),
            "34F" => {
                message.is_interim = true;
                let code = field.text.trim_start().get(..3).unwrap_or("");
                let told = commodity_of(code, self.currencies);
                message.currency.get_or_insert(told);
            }
            "60F" | "60M" => self.balance(field, true),
            "62F" | "62M" => self.balance(field, false),
            "61" => self.line(field),
            "86" | "NS" => {
                // Behind the closing balance, or before the first line, they speak of the whole statement.
                if let Some((entry, purpose)) = &mut message.entry {
                    entry.extend(field);
                    match field.tag {
                        "86" => purpose.add(field.text),
                        _ => purpose.add_numbered(field.text),
                    }
                }
            }
            unknown => {
                let what = format!(":{}:", excerpt(unknown));
                self.unknown.add(&what, self.source.line(field.at));
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Contents> {
        self.end_message();
        if self.contents.statements.is_empty() && self.contents.problems.is_empty() {
            return Err(self
                .source
                .error(0, "there is no field :20:, :25: or :61: in it: is this an MT940 file?"));
        }
        let notes = &mut self.contents.notes;
        notes.extend(self.passed_over.sentence("passed over before the first message"));
        notes.extend(self.unknown.sentence("fields that are not of MT940 are left out"));
        Ok(self.contents)
    }

    /// An opening or closing balance: `C260131EUR1234,56`.
    fn balance(&mut self, field: &Field<'_>, is_opening: bool) {
        self.end_entry();
        let Some(message) = &mut self.message else { return };
        message.closed |= !is_opening;
        message.has_closing |= !is_opening;
        let read = entry::balance(field.text).and_then(|balance| {
            let commodity = commodity_of(balance.currency, self.currencies);
            message.currency.get_or_insert(commodity.clone());
            let amount = exact_amount(balance.amount, commodity?)?;
            let amount =
                if balance.is_debit { amount.negate().map_err(|error| error.to_string())? } else { amount };
            Ok(StatementBalance { on: balance.on, amount })
        });
        match read {
            Ok(balance) if is_opening => message.statement.opening = Some(balance),
            Ok(balance) => message.statement.closing = Some(balance),
            Err(reason) => {
                let reason = format!("the balance in :{}: cannot be read: {reason}", field.tag);
                self.contents.problems.push(self.source.problem(field.at, "unreadable-balance", reason));
            }
        }
    }

    /// A statement line; what :86: adds to it follows.
    fn line(&mut self, field: &Field<'_>) {
        self.end_entry();
        let line = self.source.line(field.start);
        let Some(message) = &mut self.message else { return };
        let currency = message.currency.get_or_insert_with(|| {
            let code = self.currencies.default.code();
            self.contents.notes.push(format!(
                "line {line}: no balance before it names a currency, the amounts are read as {code}"
            ));
            Ok(self.currencies.default)
        });
        match Entry::read(field, line, currency) {
            Ok(entry) => message.entry = Some((entry, Purpose::default())),
            Err((code, reason)) => {
                self.contents.problems.push(self.source.problem(field.at, code, reason));
            }
        }
    }

    fn end_entry(&mut self) {
        let Some(message) = &mut self.message else { return };
        if let Some((entry, purpose)) = message.entry.take() {
            message.statement.lines.push(entry.finish(purpose, &self.source));
        }
    }

    fn end_message(&mut self) {
        self.end_entry();
        let Some(message) = self.message.take() else { return };
        if !message.has_closing && !message.is_interim {
            let reason = "the message has no closing balance (:62F:): is it cut off?";
            self.contents.problems.push(self.source.problem(message.start, "cut-off", reason));
        }
        self.contents.statements.push(message.statement);
    }
}

#[cfg(test)]
mod tests;
