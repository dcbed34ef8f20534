//! Follows the elements of a camt file and gathers statements, entries and balances.

use super::super::currency::Currencies;
use super::super::describe::excerpt;
use super::super::figure::plain_day;
use super::super::source::{LeftOut, Source, identity, shown};
use super::super::statement::{Contents, Statement, StatementBalance};
use super::entry::{Entry, Money, Reading, Value};
use super::path::Path;
use crate::{Error, Result};

/// Where the reader is within a file.
pub(super) struct Walk<'t, 'r> {
    source: Source<'t>,
    currencies: Currencies<'r>,
    contents: Contents,
    path: Path,
    /// The text of the innermost element so far; elements with text have no others within them.
    value: Value,
    entry: Option<Entry>,
    balance: Option<Balance>,
    /// Balances that are stated when there is no better one.
    spare: Spare,
    not_booked: LeftOut,
    root_seen: bool,
}

/// A balance, as far as it has been read.
#[derive(Default)]
struct Balance {
    start: usize,
    code: String,
    money: Money,
    on: Option<Value>,
}

/// The previous closing balance and the last interim one of a statement.
#[derive(Default)]
struct Spare {
    previous: Option<StatementBalance>,
    interim: Option<StatementBalance>,
}

impl<'t, 'r> Walk<'t, 'r> {
    pub fn new(source: Source<'t>, currencies: Currencies<'r>) -> Walk<'t, 'r> {
        Walk {
            source,
            currencies,
            contents: Contents::default(),
            path: Path::default(),
            value: Value::default(),
            entry: None,
            balance: None,
            spare: Spare::default(),
            not_booked: LeftOut::default(),
            root_seen: false,
        }
    }

    /// An error at the byte `at`.
    pub fn error(&self, at: usize, reason: impl Into<String>) -> Error {
        self.source.error(at, reason)
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.path.depth()
    }

    /// Goes into an element, with the currency that its tag names.
    pub fn open(&mut self, name: &str, currency: Option<String>, at: usize) {
        self.path.push(name);
        self.value = Value { text: String::new(), at };
        match self.path.name(0) {
            "BkToCstmrStmt" | "BkToCstmrAcctRpt" | "BkToCstmrDbtCdtNtfctn" => self.root_seen = true,
            "Stmt" | "Rpt" | "Ntfctn" if self.is_in_message(1) => {
                self.contents.statements.push(Statement::default());
                self.spare = Spare::default();
            }
            "Ntry" if self.is_in_statement(1) => {
                self.entry = Some(Entry { start: at, ..Entry::default() });
            }
            "Bal" if self.is_in_statement(1) => {
                self.balance = Some(Balance { start: at, ..Balance::default() });
            }
            "Amt" if self.path.ends_with("Ntry/Amt") => {
                self.money(|money| money.currency = currency);
            }
            "Amt" if self.path.ends_with("Bal/Amt") => self.money(|money| money.currency = currency),
            "TxDtls" => {
                if let Some(entry) = &mut self.entry {
                    entry.payments = entry.payments.saturating_add(1);
                }
            }
            _ => {}
        }
    }

    /// Adds text to the innermost element.
    pub fn text(&mut self, text: &str, at: usize) -> Result<()> {
        let blank = self.value.text.is_empty();
        let trimmed = if blank { text.trim_start() } else { text };
        if trimmed.is_empty() || self.path.name(0).is_empty() {
            return Ok(());
        }
        self.source.check_length(at, self.value.text.len() + trimmed.len())?;
        if blank {
            self.value.at = at + (text.len() - trimmed.len());
        }
        self.value.text.push_str(trimmed);
        Ok(())
    }

    /// Leaves the innermost element, which ends before the byte `end`.
    pub fn close(&mut self, end: usize) {
        let mut value = std::mem::take(&mut self.value);
        value.text.truncate(value.text.trim_end().len());
        if !value.text.is_empty() {
            self.keep(value);
        }
        let in_statement = self.is_in_statement(1);
        match self.path.pop() {
            Some("Ntry") if in_statement => self.end_entry(end),
            Some("Bal") if in_statement => self.end_balance(),
            Some("Stmt" | "Rpt" | "Ntfctn") => self.end_statement(),
            _ => {}
        }
    }

    /// What was found, at the end of the file.
    ///
    /// # Errors
    /// A file that ends within an element, or is no camt message.
    pub fn finish(mut self) -> Result<Contents> {
        let end = self.source.text.trim_end().len();
        if self.path.depth() > 0 {
            return Err(self.error(end, "the file ends within an element: is it cut off?"));
        }
        if !self.root_seen {
            let reason = "there is no account report, statement or notification in it (BkToCstmr…): is this a camt \
                          file?";
            return Err(self.error(0, reason));
        }
        if self.contents.statements.is_empty() {
            self.contents.notes.push("the file has no statement of an account".to_owned());
        }
        let heading = "entries that are not booked yet are left out";
        self.contents.notes.extend(self.not_booked.sentence(heading));
        Ok(self.contents)
    }

    fn is_in_message(&self, above: usize) -> bool {
        self.path.name(above).starts_with("BkToCstmr")
    }

    /// Whether the element `above` levels above the innermost is a report, statement or notification.
    fn is_in_statement(&self, above: usize) -> bool {
        matches!(self.path.name(above), "Stmt" | "Rpt" | "Ntfctn") && self.is_in_message(above + 1)
    }

    /// Keeps the text of the innermost element where it means something.
    fn keep(&mut self, value: Value) {
        if self.entry.is_some() {
            return if self.path.contains("TxDtls") {
                self.keep_payment(value)
            } else {
                self.keep_entry(value)
            };
        }
        if self.balance.is_some() {
            return self.keep_balance(value);
        }
        let is_account = self.path.ends_with("Acct/Id/IBAN") && self.is_in_statement(3)
            || self.path.ends_with("Acct/Id/Othr/Id") && self.is_in_statement(4);
        if let (true, Some(statement)) = (is_account, self.contents.statements.last_mut()) {
            statement.account = statement.account.take().or_else(|| identity(&value.text));
        }
    }

    fn keep_entry(&mut self, value: Value) {
        let Some(entry) = &mut self.entry else { return };
        let path = &self.path;
        let is_day = |of: &str| path.name(1) == of && path.name(2) == "Ntry";
        match path.name(0) {
            "Amt" if path.ends_with("Ntry/Amt") => entry.money.number = Some(value),
            "CdtDbtInd" if path.ends_with("Ntry/CdtDbtInd") => entry.money.direction = Some(value),
            "RvslInd" if path.ends_with("Ntry/RvslInd") => {
                entry.is_reversal = matches!(value.text.as_str(), "true" | "1");
            }
            "Sts" if path.ends_with("Ntry/Sts") => entry.status = value.text,
            "Cd" | "Prtry" if path.ends_with("Ntry/Sts/*") => entry.status = value.text,
            "Dt" | "DtTm" if is_day("BookgDt") => entry.booked = Some(value),
            "Dt" | "DtTm" if is_day("ValDt") => entry.valued = Some(value),
            "AcctSvcrRef" if path.ends_with("Ntry/AcctSvcrRef") => entry.bank_id = Some(value),
            "NtryRef" if path.ends_with("Ntry/NtryRef") => entry.entry_ref = Some(value),
            "AddtlNtryInf" if path.ends_with("Ntry/AddtlNtryInf") => entry.info = Some(value),
            "PmtInfId" if path.ends_with("Btch/PmtInfId") => entry.batch_ref = Some(value),
            _ => {}
        }
    }

    /// Keeps a text of one of the payments within an entry.
    fn keep_payment(&mut self, value: Value) {
        let Some(entry) = &mut self.entry else { return };
        let path = &self.path;
        let text = || shown(&value.text);
        // From version 8 on a party stands within Pty (or Agt).
        let party = if path.name(1) == "Pty" { path.name(2) } else { path.name(1) };
        match path.name(0) {
            "EndToEndId" | "ChqNb" if path.name(1) == "Refs" => {
                Entry::add(&mut entry.references, identity(&value.text));
            }
            "Nm" if path.contains("RltdPties") => match party {
                "Dbtr" => Entry::add(&mut entry.debtors, text()),
                "Cdtr" => Entry::add(&mut entry.creditors, text()),
                "UltmtDbtr" if entry.debtors.is_empty() => Entry::add(&mut entry.debtors, text()),
                "UltmtCdtr" if entry.creditors.is_empty() => Entry::add(&mut entry.creditors, text()),
                _ => {}
            },
            "Ustrd" => Entry::add(&mut entry.remittances, text()),
            "AddtlRmtInf" => Entry::add(&mut entry.remittances, text()),
            "Ref" if path.ends_with("CdtrRefInf/Ref") => Entry::add(&mut entry.structured, text()),
            "AddtlTxInf" => Entry::add(&mut entry.payment_infos, text()),
            _ => {}
        }
    }

    fn keep_balance(&mut self, value: Value) {
        let Some(balance) = &mut self.balance else { return };
        match self.path.name(0) {
            "Amt" if self.path.ends_with("Bal/Amt") => balance.money.number = Some(value),
            "CdtDbtInd" if self.path.ends_with("Bal/CdtDbtInd") => balance.money.direction = Some(value),
            "Cd" if self.path.ends_with("Bal/Tp/CdOrPrtry/Cd") => balance.code = value.text,
            "Dt" | "DtTm" if self.path.ends_with("Bal/Dt/*") => balance.on = Some(value),
            _ => {}
        }
    }

    fn money(&mut self, change: impl FnOnce(&mut Money)) {
        let entry = self.entry.as_mut().map(|entry| &mut entry.money);
        if let Some(money) = entry.or(self.balance.as_mut().map(|balance| &mut balance.money)) {
            change(money);
        }
    }

    fn end_entry(&mut self, end: usize) {
        let Some(entry) = self.entry.take() else { return };
        let (start, status) = (entry.start, entry.status.clone());
        match entry.read(&mut self.source, end, self.currencies) {
            Reading::Problems(problems) => self.contents.problems.extend(problems),
            Reading::NotBooked => self.not_booked.add(&status, self.source.line(start)),
            Reading::Line(line) => {
                if let Some(statement) = self.contents.statements.last_mut() {
                    statement.lines.push(*line);
                }
            }
        }
    }

    fn end_balance(&mut self) {
        let Some(balance) = self.balance.take() else { return };
        let Some(statement) = self.contents.statements.last_mut() else { return };
        let slot = match balance.code.as_str() {
            "OPBD" => &mut statement.opening,
            "CLBD" => &mut statement.closing,
            "PRCD" => &mut self.spare.previous,
            "ITBD" => &mut self.spare.interim,
            // Available, forward and expected balances say nothing about what is booked.
            _ => return,
        };
        match balance.money.read(&self.source, balance.start, self.currencies) {
            Ok(amount) => {
                let on = balance.on.as_ref().and_then(|value| plain_day(&value.text));
                if let (Some(value), None) = (&balance.on, on) {
                    let reason = format!("the balance's day, \"{}\", is not a date", excerpt(&value.text));
                    self.contents.problems.push(self.source.problem(value.at, "unreadable-date", reason));
                }
                *slot = Some(StatementBalance { on, amount });
            }
            Err(mut problem) => {
                problem.reason = format!("the balance {}: {}", balance.code, problem.reason);
                self.contents.problems.push(problem);
            }
        }
    }

    fn end_statement(&mut self) {
        let Spare { previous, interim } = std::mem::take(&mut self.spare);
        if let Some(statement) = self.contents.statements.last_mut() {
            statement.opening = statement.opening.or(previous);
            statement.closing = statement.closing.or(interim);
        }
    }
}
