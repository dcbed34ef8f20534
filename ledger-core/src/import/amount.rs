//! The amount and the balance of a row: its number, its sign and its currency.

use super::columns::{AmountColumns, Columns};
use super::currency::Currencies;
use super::describe::excerpt;
use super::formats::Formats;
use super::layout::Layout;
use super::number::{side_behind, with_plain_minus};
use super::profile::CsvProfile;
use super::records::{Cell, Record, Records};
use super::signs::SignRule;
use super::statement::Problem;
use super::words::{Direction, key};
use crate::ErrorKind;
use crate::money::{Amount, Commodity, ParsedNumber, parse_number};

/// Reads the amounts of one file's rows.
pub(super) struct AmountReader<'r> {
    columns: &'r Columns,
    formats: &'r Formats,
    /// The currency that the header gives each column.
    by_header: Vec<Option<Commodity>>,
    currencies: Currencies<'r>,
    signs: SignRule,
    /// The words that the profile adds to those for money out and in.
    out_words: Vec<String>,
    in_words: Vec<String>,
}

/// A number with the cell it stands in, and whether its place or a word makes it money out.
struct Unsigned<'c> {
    cell: Cell<'c>,
    is_out: bool,
    amount: Amount,
}

impl<'r> AmountReader<'r> {
    /// A reader for the amounts in `columns`.
    pub fn new(
        layout: &Layout<'_>,
        columns: &'r Columns,
        formats: &'r Formats,
        currencies: Currencies<'r>,
        signs: SignRule,
        profile: &CsvProfile,
    ) -> AmountReader<'r> {
        let names = layout.header.as_ref().map_or([].as_slice(), |header| header.names.as_slice());
        let by_header = names.iter().map(|name| name.currency(currencies)).collect();
        let [out_words, in_words] =
            [&profile.out_words, &profile.in_words].map(|words| words.iter().map(|word| key(word)).collect());
        AmountReader { columns, formats, by_header, currencies, signs, out_words, in_words }
    }

    /// Whether a row says that it moves nothing into or out of the account.
    pub fn is_neutral(&self, record: &Record) -> bool {
        let AmountColumns::Directed { direction, .. } = self.columns.amount else { return false };
        self.direction(record.cell(direction)) == Some(Direction::Neutral)
    }

    fn direction(&self, word: &str) -> Option<Direction> {
        if !(self.out_words.is_empty() && self.in_words.is_empty()) {
            let key = key(word);
            if self.out_words.contains(&key) {
                return Some(Direction::Out);
            }
            if self.in_words.contains(&key) {
                return Some(Direction::In);
            }
        }
        Direction::of(word)
    }

    /// The amount of a row, from the account holder's view, less any fee on top of it.
    pub fn amount(&self, records: &Records<'_>, record: &Record) -> Result<Amount, Problem> {
        let cell = |index| records.cell(record, index);
        let Unsigned { cell, is_out, amount } = match self.columns.amount {
            AmountColumns::Signed(index) => Unsigned {
                cell: cell(index),
                is_out: false,
                amount: self.money(records, record, cell(index))?,
            },
            AmountColumns::Directed { amount, direction } => {
                self.directed(cell(amount), cell(direction), self.money(records, record, cell(amount))?)?
            }
            AmountColumns::Split { debit, credit } => self.split(records, record, [debit, credit])?,
        };
        let signed = if is_out != self.signs.negate { amount.negate() } else { Ok(amount) };
        let refused = |error: crate::Error| cell.problem("unreadable-amount", error.to_string());
        let signed = signed.map_err(refused)?;
        let fee = self.columns.fee.map(|index| records.cell(record, index));
        let Some(fee) = fee.filter(|fee| !fee.text.is_empty()) else { return Ok(signed) };
        let charged = self.number(fee, Some(signed.commodity()), "unreadable-fee")?;
        charged.abs().and_then(|charged| signed.checked_sub(charged)).map_err(refused)
    }

    /// The running balance of a row, in the currency of its amount.
    pub fn balance(
        &self,
        records: &Records<'_>,
        record: &Record,
        amount: Amount,
    ) -> Result<Option<Amount>, Problem> {
        let cell = self.columns.balance.map(|index| records.cell(record, index));
        let filled = cell.filter(|cell| !cell.text.is_empty());
        let Some(cell) = filled else { return Ok(None) };
        self.signed_balance(cell, Some(amount.commodity())).map(Some)
    }

    /// The running balance in `cell`, of a row that has no amount.
    pub fn balance_alone(
        &self,
        records: &Records<'_>,
        record: &Record,
        cell: Cell<'_>,
    ) -> Result<Amount, Problem> {
        let named = self.named(records, record, cell)?;
        self.signed_balance(cell, named)
    }

    fn signed_balance(&self, cell: Cell<'_>, named: Option<Commodity>) -> Result<Amount, Problem> {
        let balance = self.number(cell, named, "unreadable-balance")?;
        let signed = if self.signs.negate_balance { balance.negate() } else { Ok(balance) };
        signed.map_err(|error| cell.problem("unreadable-balance", error.to_string()))
    }

    fn directed<'c>(&self, cell: Cell<'c>, word: Cell<'_>, amount: Amount) -> Result<Unsigned<'c>, Problem> {
        let is_out = match self.direction(word.text) {
            Some(Direction::Out) => true,
            Some(Direction::In) => false,
            Some(Direction::Neutral) | None => {
                let reason = format!(
                    "\"{}\" says neither money in nor money out: tell it with --in-word or --out-word",
                    excerpt(word.text)
                );
                return Err(word.problem("unknown-direction", reason));
            }
        };
        if amount.minor() < 0 {
            let reason =
                format!("{amount} has a sign, and \"{}\" beside it gives one too", excerpt(word.text));
            return Err(cell.problem("two-signs", reason));
        }
        Ok(Unsigned { cell, is_out, amount })
    }

    /// The amount of a row with a debit and a credit column.
    fn split<'c>(
        &self,
        records: &'c Records<'c>,
        record: &'c Record,
        [debit, credit]: [Option<usize>; 2],
    ) -> Result<Unsigned<'c>, Problem> {
        let mut found: Option<Unsigned<'c>> = None;
        for (index, is_out) in [(debit, !self.formats.debit_is_signed), (credit, false)] {
            let cell = index.map(|index| records.cell(record, index));
            let Some(cell) = cell.filter(|cell| !cell.text.is_empty()) else { continue };
            let amount = self.money(records, record, cell)?;
            // Some banks write 0.00 into the side that does not apply.
            match &found {
                Some(other) if !other.amount.is_zero() && amount.is_zero() => {}
                Some(other) if !other.amount.is_zero() => {
                    return Err(cell.problem("two-amounts", "the row has both a debit and a credit"));
                }
                _ => found = Some(Unsigned { cell, is_out, amount }),
            }
        }
        let either = debit.or(credit).unwrap_or(self.columns.date);
        found.ok_or_else(|| missing(records.cell(record, either)))
    }

    /// The number of a cell in its currency; header, currency column and sign must agree where they name one.
    fn money(&self, records: &Records<'_>, record: &Record, cell: Cell<'_>) -> Result<Amount, Problem> {
        if cell.text.is_empty() {
            return Err(missing(cell));
        }
        let named = self.named(records, record, cell)?;
        self.number(cell, named, "unreadable-amount")
    }

    /// The currency that header and currency column name for a cell.
    fn named(
        &self,
        records: &Records<'_>,
        record: &Record,
        cell: Cell<'_>,
    ) -> Result<Option<Commodity>, Problem> {
        let named = self.by_header.get(cell.index).copied().flatten();
        let currency = self.columns.currency.map(|index| records.cell(record, index));
        let Some(currency) = currency.filter(|currency| !currency.text.is_empty()) else { return Ok(named) };
        let unknown = |reason| currency.problem("unknown-currency", reason);
        let found = self.currencies.of_cell(currency.text).map_err(unknown)?;
        agree(currency, named, found).map(Some)
    }

    fn number(
        &self,
        cell: Cell<'_>,
        named: Option<Commodity>,
        code: &'static str,
    ) -> Result<Amount, Problem> {
        let side = cell
            .text
            .ends_with(|c: char| c.is_ascii_alphabetic() || c == '.')
            .then(|| side_behind(cell.text));
        let (is_out, written) = side.flatten().unwrap_or((false, cell.text));
        let text = with_plain_minus(written);
        let refused = |error: crate::Error| cell.problem(code, error.to_string());
        let ParsedNumber { number, symbol } =
            parse_number(&text, Some(self.formats.mark)).map_err(refused)?;
        let expected = named.unwrap_or(self.currencies.default);
        let commodity = match symbol {
            None => expected,
            Some(symbol) => {
                let found = self.currencies.of_symbol(symbol, expected);
                agree(cell, named, found.ok_or_else(|| unknown_currency(cell, symbol))?)?
            }
        };
        let number = if is_out { -number } else { number };
        Amount::from_decimal_exact(number, commodity).map_err(refused)
    }
}

fn missing(cell: Cell<'_>) -> Problem {
    cell.problem("missing-amount", "the row has a date and no amount")
}

fn unknown_currency(cell: Cell<'_>, code: &str) -> Problem {
    cell.problem(
        "unknown-currency",
        ErrorKind::UnknownCommodity { code: excerpt(code).into_owned() }.to_string(),
    )
}

/// The commodity that two places name, if they name the same.
fn agree(cell: Cell<'_>, named: Option<Commodity>, found: Commodity) -> Result<Commodity, Problem> {
    match named.filter(|named| *named != found) {
        None => Ok(found),
        Some(named) => {
            let reason = format!("the amount is in {} and in {}: which is it?", named.code(), found.code());
            Err(cell.problem("two-currencies", reason))
        }
    }
}
