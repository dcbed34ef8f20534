//! Follows the nesting of an OFX file and gathers statements, lines and balances.

use super::super::currency::Currencies;
use super::super::describe::excerpt;
use super::super::figure::{commodity_of, exact_amount, plain_day};
use super::super::source::{LeftOut, Source, identity};
use super::super::statement::{Contents, Statement, StatementBalance};
use super::nesting::{Aggregate, Aside};
use super::tokens::{Token, unescape};
use super::transaction::{Field, Transaction, Within};
use crate::Result;
use crate::money::Commodity;

/// Where the reader is within a file.
pub(super) struct Walk<'t, 'r> {
    source: Source<'t>,
    currencies: Currencies<'r>,
    contents: Contents,
    /// The aggregates that are open, outermost first. None of a name lies within another of that name, so that the
    /// depth is bounded by the number of names.
    open: Vec<(Aggregate, String)>,
    /// The value that is being read.
    leaf: Option<(String, Field)>,
    transaction: Option<Transaction>,
    balance: Balance,
    /// The currency of the statement, or why it is not known.
    currency: Result<Commodity, String>,
    currency_is_told: bool,
    root_closed: bool,
    pending: LeftOut,
    securities: LeftOut,
    orders: LeftOut,
    corrections: LeftOut,
}

/// A ledger balance, as far as it has been read.
#[derive(Default)]
struct Balance {
    amount: Option<Field>,
    on: Option<Field>,
}

impl<'t, 'r> Walk<'t, 'r> {
    /// A walk that begins at the root.
    pub fn new(source: Source<'t>, currencies: Currencies<'r>) -> Walk<'t, 'r> {
        Walk {
            source,
            currencies,
            contents: Contents::default(),
            open: vec![],
            leaf: None,
            transaction: None,
            balance: Balance::default(),
            currency: Ok(currencies.default),
            currency_is_told: false,
            root_closed: false,
            pending: LeftOut::default(),
            securities: LeftOut::default(),
            orders: LeftOut::default(),
            corrections: LeftOut::default(),
        }
    }

    /// Takes the next token.
    pub fn take(&mut self, token: Token<'t>) -> Result<()> {
        match token {
            Token::Text { text, at, literal } => self.text(text, at, literal),
            Token::Open { name, at } => {
                self.end_leaf()?;
                let name = name.to_ascii_uppercase();
                match Aggregate::of(&name) {
                    Some(aggregate) => self.open(aggregate, name, at),
                    None => {
                        self.leaf = Some((name, Field { text: String::new(), at }));
                        Ok(())
                    }
                }
            }
            Token::Close { name, end, .. } => {
                self.end_leaf()?;
                let name = name.to_ascii_uppercase();
                if let Some(depth) = self.open.iter().rposition(|(_, open)| *open == name) {
                    self.close_down_to(depth, end);
                }
                Ok(())
            }
        }
    }

    /// What was found, once there are no more tokens.
    pub fn finish(mut self) -> Contents {
        if let Some(transaction) = self.transaction.take() {
            let reason = "the file ends within this transaction: is it cut off?";
            self.contents.problems.push(self.source.problem(transaction.start, "cut-off", reason));
        } else if !self.root_closed {
            let reason = "the file ends before </OFX>: is it cut off?";
            let end = self.source.text.trim_end().len();
            self.contents.problems.push(self.source.problem(end, "cut-off", reason));
        }
        let notes = &mut self.contents.notes;
        if self.contents.statements.is_empty() {
            notes.push("the file has no statement of an account".to_owned());
        }
        notes.extend(self.pending.sentence("transactions that are not booked yet are left out"));
        notes.extend(self.securities.sentence("transactions in securities are left out, only cash is read"));
        notes.extend(self.orders.sentence("orders are left out, only statements are read"));
        let heading = "some transactions correct earlier ones, and are read as lines of their own";
        notes.extend(self.corrections.sentence(heading));
        self.contents
    }

    fn text(&mut self, text: &str, at: usize, literal: bool) -> Result<()> {
        let Some((_, field)) = &mut self.leaf else { return Ok(()) };
        let trimmed = text.trim_start();
        if field.text.is_empty() && !trimmed.is_empty() {
            field.at = at + (text.len() - trimmed.len());
        }
        self.source.check_length(field.at, field.text.len() + text.len())?;
        field.text.push_str(&if literal { text.into() } else { unescape(text) });
        Ok(())
    }

    fn open(&mut self, aggregate: Aggregate, name: String, at: usize) -> Result<()> {
        // What should have been closed before these is closed by them; nothing of the kind lies within itself.
        let outer = |open: Aggregate| match aggregate {
            Aggregate::Statement => open == Aggregate::Root,
            Aggregate::Transaction => matches!(open, Aggregate::Root | Aggregate::Statement),
            _ => true,
        };
        let depth = self.open.iter().position(|(open, known)| *known == name || !outer(*open));
        self.close_down_to(depth.unwrap_or(self.open.len()), at);
        let aside = self.open.iter().any(|(open, _)| matches!(open, Aggregate::Aside(_)));
        match aggregate {
            Aggregate::Statement => {
                self.contents.statements.push(Statement::default());
                (self.currency, self.currency_is_told) = (Ok(self.currencies.default), false);
            }
            Aggregate::Transaction => self.transaction = Some(Transaction::begin(at)),
            Aggregate::LedgerBalance => self.balance = Balance::default(),
            Aggregate::Aside(kind) if !aside => {
                let left_out = match kind {
                    Aside::Pending => Some(&mut self.pending),
                    Aside::Security => Some(&mut self.securities),
                    Aside::Order => Some(&mut self.orders),
                    Aside::Part => None,
                };
                if let Some(left_out) = left_out {
                    left_out.add(&name, self.source.line(at));
                }
            }
            _ => {}
        }
        self.open.push((aggregate, name));
        Ok(())
    }

    fn close_down_to(&mut self, depth: usize, end: usize) {
        while self.open.len() > depth {
            match self.open.pop() {
                Some((Aggregate::Transaction, _)) => self.end_transaction(end),
                Some((Aggregate::LedgerBalance, _)) => self.end_balance(),
                Some((Aggregate::Root, _)) => self.root_closed = true,
                _ => {}
            }
        }
    }

    /// Gives the value that has been read to the aggregate that it stands in.
    fn end_leaf(&mut self) -> Result<()> {
        let Some((name, field)) = self.leaf.take() else { return Ok(()) };
        let aside = self.open.iter().any(|(open, _)| matches!(open, Aggregate::Aside(_)));
        let Some((within, _)) = self.open.last().filter(|_| !aside) else { return Ok(()) };
        match (within, name.as_str()) {
            (Aggregate::Transaction, name) => self.keep(Within::Transaction, name, field),
            (Aggregate::Payee, name) => self.keep(Within::Payee, name, field),
            (Aggregate::Currency, name) => self.keep(Within::Currency, name, field),
            (Aggregate::Statement, "CURDEF") => return self.tell_currency(&field),
            (Aggregate::Account, "ACCTID") => {
                if let Some(statement) = self.contents.statements.last_mut() {
                    statement.account = statement.account.take().or_else(|| identity(&field.text));
                }
            }
            (Aggregate::LedgerBalance, "BALAMT") => self.balance.amount = Some(field),
            (Aggregate::LedgerBalance, "DTASOF") => self.balance.on = Some(field),
            (Aggregate::Status, "SEVERITY") if field.text.trim().eq_ignore_ascii_case("ERROR") => {
                let note =
                    "the bank's server could not answer everything: the file has a status of severity ERROR";
                if !self.contents.notes.iter().any(|known| known == note) {
                    self.contents.notes.push(note.to_owned());
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn keep(&mut self, within: Within, name: &str, field: Field) {
        if let Some(transaction) = &mut self.transaction {
            transaction.keep(within, name, field);
        }
    }

    fn tell_currency(&mut self, field: &Field) -> Result<()> {
        if field.text.trim().is_empty() {
            return Ok(());
        }
        let told = commodity_of(&field.text, self.currencies);
        let has_lines = self.contents.statements.last().is_some_and(|statement| !statement.lines.is_empty());
        if has_lines && told != self.currency {
            let reason = "the statement's currency is told after its first transactions";
            return Err(self.source.error(field.at, reason));
        }
        (self.currency, self.currency_is_told) = (told, true);
        Ok(())
    }

    fn end_transaction(&mut self, end: usize) {
        let Some(transaction) = self.transaction.take() else { return };
        if transaction.corrects {
            self.corrections.add("CORRECTFITID", self.source.line(transaction.start));
        }
        if !transaction.has_currency() {
            self.note_currency();
        }
        match transaction.read(&mut self.source, end, &self.currency, self.currencies) {
            Err(problems) => self.contents.problems.extend(problems),
            Ok(line) => {
                if self.contents.statements.is_empty() {
                    self.contents.statements.push(Statement::default());
                }
                if let Some(statement) = self.contents.statements.last_mut() {
                    statement.lines.push(line);
                }
            }
        }
    }

    /// A balance with neither figure nor day says nothing; with a day alone it is one that cannot be read.
    fn end_balance(&mut self) {
        let Balance { amount, on } = std::mem::take(&mut self.balance);
        let filled = |field: Option<Field>| field.filter(|field| !field.text.trim().is_empty());
        let (empty_at, amount, on) = (amount.as_ref().map(|field| field.at), filled(amount), filled(on));
        let Some(at) = amount.as_ref().or(on.as_ref()).map(|field| empty_at.unwrap_or(field.at)) else {
            return;
        };
        if !self.currency_is_told {
            self.note_currency();
        }
        let text = amount.map(|field| field.text).unwrap_or_default();
        let commodity = self.currency.clone();
        let amount = commodity.and_then(|commodity| exact_amount(&text, commodity));
        let on_day = on.as_ref().and_then(|field| plain_day(&field.text));
        match (amount, on) {
            (Err(reason), _) => {
                let reason = format!("the ledger balance (BALAMT): {reason}");
                self.contents.problems.push(self.source.problem(at, "unreadable-balance", reason));
            }
            (Ok(_), Some(on)) if on_day.is_none() => {
                let reason = format!("the day of the ledger balance, \"{}\", is no date", excerpt(&on.text));
                self.contents.problems.push(self.source.problem(on.at, "unreadable-date", reason));
            }
            (Ok(amount), _) => {
                if let Some(statement) = self.contents.statements.last_mut() {
                    statement.closing = Some(StatementBalance { on: on_day, amount });
                }
            }
        }
    }

    /// Says once for each statement that its currency is the account's.
    fn note_currency(&mut self) {
        if !self.currency_is_told {
            self.currency_is_told = true;
            let code = self.currencies.default.code().to_owned();
            let account = self.contents.statements.last().and_then(|statement| statement.account.as_deref());
            let whose = account.map_or(String::new(), |account| format!(" of account {}", excerpt(account)));
            let note = format!(
                "the file names no currency for the statement{whose}: its amounts are read as {code}"
            );
            self.contents.notes.push(note);
        }
    }
}
