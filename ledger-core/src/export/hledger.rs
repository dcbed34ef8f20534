//! Journals of hledger and of ledger, which share their grammar of entries.

use std::borrow::Cow;
use std::io::{self, Write};

use chrono::NaiveDate;

use super::book::{ExportedBook, JournalWriter};
use super::format::ExportFormat;
use super::lots::{GAINS, LotLine, LotLines, Mark, PriceText};
use super::names::Names;
use super::words::{exact, one_line, replace};
use crate::account::{Account, AccountId, AccountKind};
use crate::journal::{Entry, Source, Tag};
use crate::money::{Amount, Commodity};

/// How wide the accounts of an entry stand, in characters.
const ACCOUNT_WIDTH: usize = 40;
/// How wide the numbers of an entry stand.
const NUMBER_WIDTH: usize = 14;

/// Which of the two programs reads the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// hledger, which declares accounts with their types and takes `decimal-mark`.
    Hledger,
    /// ledger, the C++ program.
    Ledger,
}

/// Writes a journal of hledger or ledger.
///
/// An entry's number is its code, `(17)`, so that no description can be read as a status mark. Prices are written as
/// `@` where they give the stored weight exactly, as `@@` with the weight elsewhere. A text that the grammar cannot
/// carry is written with other characters, and exactly in a comment. Units that are held in lots stand with cost and
/// day, those that go with the lot that they are of. ledger weighs them by their cost, so that what a sale gained is a
/// line of its own; hledger weighs by the price, and knows no labels.
pub struct HledgerWriter<'a> {
    out: &'a mut dyn Write,
    dialect: Dialect,
    accounts: Names<AccountId>,
    lots: LotLines,
    /// Whether there is an account of gains already.
    has_gains: bool,
}

impl<'a> HledgerWriter<'a> {
    /// Writes the commodities, the accounts and the prices.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn begin(out: &'a mut dyn Write, book: &ExportedBook<'_>, dialect: Dialect) -> io::Result<Self> {
        let wanted = book.accounts.iter().map(|account| {
            let name = account_name(&account.name);
            (account.id, name.to_string(), matches!(name, Cow::Borrowed(_)))
        });
        let accounts = Names::new(wanted, |name, number| format!("{name}-{number}"));
        let lots = LotLines::new(book.lots, dialect == Dialect::Ledger, book.base_commodity);
        let has_gains = book.accounts.iter().any(|it| accounts.get(it.id) == GAINS);
        let mut writer = HledgerWriter { out, dialect, accounts, lots, has_gains };
        writeln!(writer.out, "; Book {}, exported by ledger-core", exact(book.name))?;
        if dialect == Dialect::Hledger {
            writeln!(writer.out, "decimal-mark .")?;
        }
        writer.commodities(book)?;
        writeln!(writer.out)?;
        for account in book.accounts {
            writer.account(account)?;
        }
        for note in &book.lots.notes {
            writeln!(writer.out, "; {note}")?;
        }
        writer.prices(book)?;
        Ok(writer)
    }

    fn commodities(&mut self, book: &ExportedBook<'_>) -> io::Result<()> {
        writeln!(self.out)?;
        for commodity in book.commodities {
            let symbol = self.symbol(*commodity);
            // hledger asks for a decimal mark even before no decimals, which ledger takes for part of the symbol.
            let mark = if commodity.scale() == 0 && self.dialect == Dialect::Hledger { "." } else { "" };
            let number = Amount::new(1000 * 10_i64.pow(commodity.scale().into()), *commodity).number();
            writeln!(self.out, "commodity {symbol}\n    format {number}{mark} {symbol}")?;
            if symbol.trim_matches('"') != commodity.code() {
                writeln!(self.out, "    note exact commodity {}", exact(commodity.code()))?;
            }
        }
        Ok(())
    }

    fn account(&mut self, account: &Account) -> io::Result<()> {
        let name = self.accounts.get(account.id);
        let changed = (name != account.name).then(|| format!("exact account {}", exact(&account.name)));
        let note = account.note.as_deref().map(|note| self.comment(note).into_owned());
        match self.dialect {
            Dialect::Hledger => {
                writeln!(self.out, "account {name}  ; type: {}", type_letter(account))?;
                for line in [changed, note].into_iter().flatten() {
                    writeln!(self.out, "    ; {line}")?;
                }
            }
            Dialect::Ledger => {
                writeln!(self.out, "account {name}")?;
                // ledger keeps one note of an account.
                let notes: Vec<String> = [note, changed].into_iter().flatten().collect();
                if !notes.is_empty() {
                    writeln!(self.out, "    note {}", notes.join("; "))?;
                }
            }
        }
        Ok(())
    }

    fn prices(&mut self, book: &ExportedBook<'_>) -> io::Result<()> {
        if !book.prices.is_empty() {
            writeln!(self.out)?;
        }
        for price in book.prices {
            // What the program cannot read stays in the file as a comment.
            let too_early = self.dialect == Dialect::Ledger && price.on < ExportFormat::Ledger.first_day();
            let comment = if too_early { "; " } else { "" };
            let (commodity, quote) = (self.symbol(price.commodity), self.symbol(price.quote));
            writeln!(self.out, "{comment}P {} {commodity} {} {quote}", day(price.on), price.rate)?;
        }
        Ok(())
    }

    fn line(&mut self, of: &LotLine<'_>) -> io::Result<()> {
        let line = of.line;
        let account = self.accounts.get(line.account_id);
        let (number, symbol) = (of.units.number(), self.symbol(of.units.commodity()));
        write!(self.out, "    {account:<ACCOUNT_WIDTH$}  {number:>NUMBER_WIDTH$} {symbol}")?;
        if let Some(mark) = &of.mark {
            self.mark(mark)?;
        }
        match (of.price, &of.mark) {
            (Some(PriceText::Unit(rate, quote)), _) => write!(self.out, " @ {rate} {}", self.symbol(quote))?,
            (Some(PriceText::Total(total)), _) => {
                write!(self.out, " @@ {} {}", total.number(), self.symbol(total.commodity()))?;
            }
            // Without a price ledger takes lots of different costs for different commodities.
            (None, Some(mark)) if self.dialect == Dialect::Ledger => {
                write!(self.out, " @ {} {}", mark.cost, self.symbol(mark.quote))?;
            }
            (None, _) => {}
        }
        let memo = line.memo.as_deref().filter(|_| of.is_first);
        let comment = memo.map(|memo| self.comment(memo));
        match &comment {
            Some(comment) => writeln!(self.out, "  ; {comment}")?,
            None => writeln!(self.out)?,
        }
        if let (Some(memo), Some(Cow::Owned(_))) = (memo, &comment) {
            writeln!(self.out, "    ; exact memo {}", exact(memo))?;
        }
        if let (Some(_), Some(price)) = (of.rounded_from(), line.price) {
            writeln!(self.out, "    ; the price was {price}, rounded")?;
        }
        match of.sold {
            None => {}
            Some(PriceText::Unit(rate, quote)) => {
                writeln!(self.out, "    ; sold @ {rate} {}", self.symbol(quote))?;
            }
            Some(PriceText::Total(total)) => {
                let quote = self.symbol(total.commodity());
                writeln!(self.out, "    ; sold @@ {} {quote}", total.number())?;
            }
        }
        Ok(())
    }

    /// What a unit cost, the day, and the label where it can stand between brackets.
    fn mark(&mut self, mark: &Mark) -> io::Result<()> {
        write!(self.out, " {{{} {}}} [{}]", mark.cost, self.symbol(mark.quote), day(mark.on))?;
        if let (Dialect::Ledger, Some(label)) = (self.dialect, &mark.label) {
            let plain = replace(label, |c| matches!(c, '(' | ')' | '@' | ';').then_some('-'));
            write!(self.out, " ({plain})")?;
        }
        Ok(())
    }

    /// What a sale gained, and what rounding leaves.
    fn gain(&mut self, gain: Amount) -> io::Result<()> {
        let (number, symbol) = (gain.number(), self.symbol(gain.commodity()));
        writeln!(self.out, "    {GAINS:<ACCOUNT_WIDTH$}  {number:>NUMBER_WIDTH$} {symbol}  ; computed gain")
    }

    fn tag(&mut self, tag: &Tag) -> io::Result<()> {
        let key = tag_key(&tag.key);
        // hledger ends a tag's value at a comma.
        let value = replace(&tag.value, |c| (c == ',').then_some(';'));
        let value = self.comment(&value).into_owned();
        match (self.dialect, value.is_empty()) {
            (Dialect::Ledger, true) => writeln!(self.out, "    ; :{key}:")?,
            _ => writeln!(self.out, "    ; {}", format!("{key}: {value}").trim_end())?,
        }
        if key != tag.key || value != tag.value {
            writeln!(self.out, "    ; exact tag {} {}", exact(&tag.key), exact(&tag.value))?;
        }
        Ok(())
    }

    /// A text in a comment, where both programs look for dates in brackets and for tags.
    fn comment<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let line = one_line(text);
        // `[2026-01-01]` would move the line to another day, and what follows `::` would be computed.
        let dated = line.contains('[') || line.contains("::");
        let key = |word: &str| {
            let word = word.to_lowercase();
            let special = ["date", "date2", "payee", "value", "uuid", "type"];
            special.iter().any(|special| word.ends_with(special))
        };
        let special = line.match_indices(':').any(|(at, _)| key(&line[..at]));
        let leads = line.starts_with(':');
        if !dated && !special && !leads {
            return line;
        }
        let mut plain = String::with_capacity(line.len() + 8);
        for c in line.chars() {
            match c {
                '[' => plain.push('('),
                ']' => plain.push(')'),
                ':' => plain.push_str(" :"),
                other => plain.push(other),
            }
        }
        Cow::Owned(plain.replace(": :", ": -:"))
    }

    fn symbol(&self, commodity: Commodity) -> String {
        symbol(commodity.code(), self.dialect)
    }
}

impl JournalWriter for HledgerWriter<'_> {
    fn entry(&mut self, entry: &Entry) -> io::Result<()> {
        let (head, is_exact) = head(entry);
        let written = self.lots.entry(entry);
        writeln!(self.out)?;
        if !written.gains.is_empty() && !self.has_gains {
            self.has_gains = true;
            writeln!(self.out, "account {GAINS}\n")?;
        }
        writeln!(self.out, "{} ({}) {}", day(entry.posted_on), entry.number, head)?;
        if !is_exact {
            if let Some(party) = &entry.party {
                writeln!(self.out, "    ; exact party {}", exact(party))?;
            }
            writeln!(self.out, "    ; exact description {}", exact(&entry.description))?;
        }
        for tag in &entry.tags {
            self.tag(tag)?;
        }
        for (key, of) in [("reverses", entry.reverses), ("amends", entry.amends)] {
            if let Some(of) = of {
                writeln!(self.out, "    ; {key}: {of}")?;
            }
        }
        if let Some(id) = &entry.external_id {
            writeln!(self.out, "    ; external id {}", exact(id))?;
        }
        if entry.source != Source::Manual {
            writeln!(self.out, "    ; source: {}", entry.source.as_str())?;
        }
        written.lines.iter().try_for_each(|line| self.line(line))?;
        written.gains.into_iter().try_for_each(|gain| self.gain(gain))
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A day with four digits of its year.
pub(super) fn day(on: NaiveDate) -> impl std::fmt::Display {
    on.format("%Y-%m-%d")
}

/// Party and description as one line, and whether both can be told from it as they are.
fn head(entry: &Entry) -> (String, bool) {
    // A semicolon begins a comment; what stands before the first bar is the payee.
    let plain = |text: &str| -> String {
        let line = one_line(text);
        replace(&line, |c| (c == ';').then_some(',')).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let description = plain(&entry.description);
    let mut is_exact = description == entry.description;
    let text = match &entry.party {
        Some(party) => {
            let payee = plain(&replace(party, |c| (c == '|').then_some('/')));
            is_exact &= payee == *party;
            format!("{payee} | {description}")
        }
        None if description.contains('|') => format!("| {description}"),
        None => description,
    };
    (text.trim_end().to_owned(), is_exact)
}

/// An account's name where a semicolon begins a comment and brackets make a virtual line.
fn account_name(name: &str) -> Cow<'_, str> {
    let plain = replace(name, |c| match c {
        ';' => Some(','),
        c if c.is_control() => Some(' '),
        _ => None,
    });
    let plain = if plain.contains("  ") { Cow::Owned(single_spaced(&plain)) } else { plain };
    if plain.starts_with(|first: char| first.is_alphanumeric()) {
        return plain;
    }
    Cow::Owned(format!("_{plain}"))
}

fn single_spaced(text: &str) -> String {
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A tag's name: one word, and none that gives a line another day.
fn tag_key(key: &str) -> Cow<'_, str> {
    let plain =
        replace(key, |c| (!c.is_alphanumeric() && !matches!(c, '-' | '_' | '/' | '.')).then_some('-'));
    let lower = plain.to_lowercase();
    let special = ["date", "date2", "payee", "value", "uuid", "type", "amount", "start", "end"];
    if special.contains(&lower.as_str()) { Cow::Owned(format!("{plain}-tag")) } else { plain }
}

/// A commodity as it stands beside a number; in quotes where it holds more than letters.
fn symbol(code: &str, dialect: Dialect) -> String {
    // ledger counts these as time, and turns sixty of one into another.
    if dialect == Dialect::Ledger && ["h", "m", "s"].contains(&code) {
        return format!("\"{code}_\"");
    }
    // Words in small letters may be operators of ledger's expressions: `and`, `or`, `div`.
    let plain = code.bytes().all(|byte| byte.is_ascii_alphabetic())
        && code.bytes().any(|byte| byte.is_ascii_uppercase());
    if plain { code.to_owned() } else { format!("\"{code}\"") }
}

/// The type of an account as hledger's `type:` tag has it; cash and bank accounts are its liquid assets.
fn type_letter(account: &Account) -> char {
    match account.kind {
        AccountKind::Asset if matches!(account.subtype.as_deref(), Some("cash" | "bank")) => 'C',
        AccountKind::Asset => 'A',
        AccountKind::Liability => 'L',
        AccountKind::Equity => 'E',
        AccountKind::Income => 'R',
        AccountKind::Expense => 'X',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_mean_something_else_in_a_journal_are_changed() {
        assert_eq!(account_name("Assets:Bank N26"), "Assets:Bank N26");
        assert_eq!(account_name("Assets:a;b"), "Assets:a,b");
        for name in ["(Assets)", "[Assets]", "*Assets", "!Assets", ";Assets", "<x>", "=x", "~x", "@x"] {
            assert!(account_name(name).starts_with('_'), "{name}");
        }
        assert_eq!(tag_key("trip to rome"), "trip-to-rome");
        assert_eq!(tag_key("Date"), "Date-tag");
    }

    #[test]
    fn a_commodity_of_more_than_letters_stands_in_quotes() {
        for dialect in [Dialect::Hledger, Dialect::Ledger] {
            assert_eq!(symbol("EUR", dialect), "EUR");
            assert_eq!(symbol("World.ETF", dialect), "\"World.ETF\"");
            assert_eq!(symbol("and", dialect), "\"and\"");
            assert_eq!(symbol("Äpfel", dialect), "\"Äpfel\"");
        }
        assert_eq!(symbol("h", Dialect::Hledger), "\"h\"");
        assert_eq!(symbol("h", Dialect::Ledger), "\"h_\"");
    }
}
