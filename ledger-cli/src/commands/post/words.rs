//! The grammar of an entry in words, the same in the arguments of a command and in a line of text.

use chrono::NaiveDate;
use ledger_core::journal::{LineDraft, Tag};
use ledger_core::{EntryDraft, Error, ErrorKind, Result};

use super::amounts::{Amounts, Written};
use super::{LineArgs, breaks_off};
use crate::dates;

/// How an entry reads, at the end of a sentence about one that does not.
const FORM: &str = ": an entry reads DATE DESCRIPTION DEBIT-ACCOUNT AMOUNT CREDIT-ACCOUNT";

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its text, without quotes.
    pub text: String,
    /// Its column in characters, from 1; 0 for an argument.
    pub column: u64,
}

impl Word {
    /// A word without a place.
    pub fn plain(text: String) -> Self {
        Word { text, column: 0 }
    }
}

/// An entry as it was said.
#[derive(Debug, Clone, Default)]
pub struct Phrase {
    /// The date, where it is not the first word.
    pub date: Option<Word>,
    /// Date, description, and groups of account to debit, amount, account to credit.
    pub words: Vec<Word>,
    /// Debits as `ACCOUNT[=AMOUNT]`.
    pub debits: Vec<Word>,
    /// Credits as `ACCOUNT[=AMOUNT]`.
    pub credits: Vec<Word>,
    /// With whom.
    pub party: Option<String>,
    /// Tags as `KEY:VALUE`.
    pub tags: Vec<String>,
    /// A note on the first line.
    pub memo: Option<String>,
    /// The caller's own identity of the entry.
    pub external_id: Option<String>,
    /// The column behind the last word.
    pub end: u64,
}

/// What is wrong with a phrase, and at which column.
#[derive(Debug)]
pub struct Fault {
    /// The column, 0 where there is none.
    pub column: u64,
    /// What is wrong.
    pub error: Error,
}

impl Fault {
    fn at(word: &Word, error: Error) -> Self {
        Fault { column: word.column, error }
    }
}

impl Phrase {
    /// The phrase that arguments tell.
    pub fn new(words: Vec<String>, args: LineArgs) -> Self {
        let plain = |words: Vec<String>| words.into_iter().map(Word::plain).collect();
        Phrase {
            words: plain(words),
            debits: plain(args.debit),
            credits: plain(args.credit),
            memo: args.memo,
            ..Phrase::default()
        }
    }

    /// The entry that the phrase means.
    ///
    /// # Errors
    /// [`ledger_core::ErrorKind::Misuse`] for a phrase that breaks off, and those of its date and amounts.
    pub fn draft(mut self, amounts: &Amounts, today: NaiveDate) -> Result<EntryDraft, Fault> {
        let mut words = std::mem::take(&mut self.words).into_iter();
        let end = self.end;
        let missing =
            |what: &str| Fault { column: end, error: breaks_off(format!("{what} is missing{FORM}")) };
        let date = match self.date.take() {
            Some(date) => date,
            None => words.next().ok_or_else(|| missing("the date"))?,
        };
        let posted_on = dates::parse_date(&date.text, today).map_err(|error| Fault::at(&date, error))?;
        let description = words.next().ok_or_else(|| missing("the description"))?;
        let mut draft = EntryDraft::new(posted_on, description.text);
        draft.party = self.party.take();
        draft.tags = self.tags.iter().map(|tag| Tag::parse(tag)).collect();
        draft.external_id = self.external_id.take();
        self.words = words.collect();
        draft.lines = self.lines(amounts)?;
        Ok(draft)
    }

    /// The lines alone: the groups of words without date and description, and the flags.
    ///
    /// # Errors
    /// As [`Phrase::draft`].
    pub fn lines(self, amounts: &Amounts) -> Result<Vec<LineDraft>, Fault> {
        let mut lines = Groups { words: &self.words, next: 0, end: self.end, amounts }.lines()?;
        for (words, is_credit) in [(&self.debits, false), (&self.credits, true)] {
            for word in words {
                lines.push(flagged(word, is_credit, amounts).map_err(|error| Fault::at(word, error))?);
            }
        }
        if lines.is_empty() {
            let reason =
                "the lines are missing: add DEBIT-ACCOUNT AMOUNT CREDIT-ACCOUNT, or --debit and --credit";
            return Err(Fault { column: self.end, error: breaks_off(reason) });
        }
        lines[0].memo = self.memo;
        Ok(lines)
    }
}

/// Reads groups of account to debit, amount, account to credit and perhaps its amount.
struct Groups<'w> {
    words: &'w [Word],
    next: usize,
    end: u64,
    amounts: &'w Amounts,
}

impl<'w> Groups<'w> {
    fn lines(mut self) -> Result<Vec<LineDraft>, Fault> {
        let mut lines = Vec::new();
        while let Some(debit) = self.take() {
            if self.peek().is_none_or(|word| !self.begins_amount(word)) {
                // A word in the place of the amount that is no account's name, with the account to credit behind it.
                if let (Some(word), Some(_)) = (self.peek(), self.words.get(self.next + 1))
                    && !word.text.contains(':')
                    && let Err(error) = self.amounts.priced(&word.text)
                    && matches!(error.kind(), ErrorKind::InvalidAmount { .. })
                {
                    return Err(Fault::at(word, error));
                }
                let place = self.peek().map_or(self.end, |word| word.column);
                let reason = format!("after the account to debit, \"{}\", its amount is missing", debit.text);
                return Err(Fault { column: place, error: breaks_off(reason) });
            }
            let mut debit = self.line(debit)?;
            let Some(credit) = self.take() else {
                let reason =
                    format!("after the debit of {}, the account to credit is missing", debit.account);
                return Err(Fault { column: self.end, error: breaks_off(reason) });
            };
            let credit = if self.peek().is_some_and(|word| self.begins_amount(word)) {
                let mut line = self.line(credit)?;
                credited(&mut line).map_err(|error| Fault::at(credit, error))?;
                line
            } else {
                let weight = weight_of(&debit).and_then(|weight| weight.map(|w| w.negate()).transpose());
                let amount = weight.map_err(|error| Fault::at(credit, error))?;
                LineDraft { account: credit.text.as_str().into(), amount, price: None, lot: None, memo: None }
            };
            debit.memo = None;
            lines.extend([debit, credit]);
        }
        Ok(lines)
    }

    fn peek(&self) -> Option<&'w Word> {
        self.words.get(self.next)
    }

    fn take(&mut self) -> Option<&'w Word> {
        let word = self.peek()?;
        self.next += 1;
        Some(word)
    }

    fn begins_amount(&self, word: &Word) -> bool {
        // `EUR 42.10` in two words: the commodity leads only where a number follows it.
        let leads = || {
            let following = self.words.iter().skip_while(|other| *other != word).nth(1);
            self.amounts.is_commodity(&word.text)
                && following.is_some_and(|next| next.text.starts_with(|c: char| c.is_ascii_digit()))
        };
        self.amounts.begins_amount(&word.text) || leads()
    }

    /// A debit of an account with the amount that follows.
    fn line(&mut self, account: &Word) -> Result<LineDraft, Fault> {
        let first = self.next;
        let text = self.amount_text();
        let place = self.words.get(first).unwrap_or(account);
        let Written { amount, price, lot } =
            self.amounts.written(&text).map_err(|error| Fault::at(place, error))?;
        Ok(LineDraft { account: account.text.as_str().into(), amount: Some(amount), price, lot, memo: None })
    }

    /// The words of an amount that was not quoted: number, commodity, `@` and price.
    fn amount_text(&mut self) -> String {
        let mut text = String::new();
        // What may come next in `10 VWCE @ 100 EUR`: a number first and behind each `@`, a commodity behind a number.
        let (mut number_wanted, mut commodity_wanted) = (true, true);
        while let Some(word) = self.peek() {
            let piece = word.text.as_str();
            // A lot lasts to its closing brace, whatever stands between.
            let in_lot = text.matches('{').count() > text.matches('}').count();
            if in_lot || (piece.starts_with('{') && !text.is_empty()) {
                text.push(' ');
                text.push_str(piece);
                self.next += 1;
                (number_wanted, commodity_wanted) = (false, false);
                continue;
            }
            let is_price = piece.starts_with('@');
            let is_number = number_wanted && self.amounts.begins_amount(piece);
            // `VWCE@100` is a commodity with its price, `VWCE{2026-01-05}` one with its lot.
            let head = piece.split(['@', '{']).next().unwrap_or(piece);
            let is_commodity = commodity_wanted && self.amounts.is_commodity(head);
            if !(is_price || is_number || is_commodity) {
                break;
            }
            text.push(' ');
            text.push_str(piece);
            self.next += 1;
            let last = piece.rsplit('@').next().unwrap_or(piece);
            number_wanted = last.is_empty() || (number_wanted && !is_number && !is_price);
            commodity_wanted = !last.contains(char::is_alphabetic);
        }
        text
    }
}

/// A line of `--debit ACCOUNT[=AMOUNT]` or `--credit …`.
fn flagged(word: &Word, is_credit: bool, amounts: &Amounts) -> Result<LineDraft> {
    // The label of a lot may hold the sign as well.
    let before_lot = word.text.split('{').next().unwrap_or_default();
    let (account, amount) = match before_lot.rfind('=') {
        Some(at) => (&word.text[..at], Some(&word.text[at + 1..])),
        None => (word.text.as_str(), None),
    };
    let written = amount.map(|text| amounts.written(text)).transpose()?;
    let (amount, price, lot) = written.map_or((None, None, None), |it| (Some(it.amount), it.price, it.lot));
    let mut line = LineDraft { account: account.trim().into(), amount, price, lot, memo: None };
    if is_credit {
        credited(&mut line)?;
    }
    Ok(line)
}

/// Makes a debit a credit.
pub fn credited(line: &mut LineDraft) -> Result<()> {
    line.amount = line.amount.map(|amount| amount.negate()).transpose()?;
    Ok(())
}

fn weight_of(line: &LineDraft) -> Result<Option<ledger_core::money::Amount>> {
    match (line.amount, line.price) {
        (Some(amount), Some(price)) => price.weigh(amount).map(Some),
        (amount, _) => Ok(amount),
    }
}
