//! A learner of counter accounts, fed with what a book's own entries chose. Weighing and confidence are the pure work
//! of [`crate::import`]; which entries are examples, and of what, is decided here.

use std::collections::HashSet;

use super::Imports;
use crate::account::{AccountId, AccountKind, Chart};
use crate::import::CounterAccounts;
use crate::import::learn::{Features, Learned, Learner};
use crate::journal::Source;
use crate::money::Amount;
use crate::store::call;
use crate::store::rows::{EntryRow, LineRow, date};
use crate::{ErrorKind, Result};

/// How many entries are read at once.
const PAGE: i64 = 10_000;

/// An entry as an example: which account's line it was, and which account was chosen.
struct Example {
    entry: EntryRow,
    source: AccountId,
    counter: AccountId,
    amount: Amount,
    memo: Option<String>,
}

impl Imports<'_> {
    /// What the book's latest entries teach, ready to be asked while a file is imported.
    ///
    /// # Errors
    /// As [`Imports::learner`].
    pub fn learned(&self) -> Result<Learned> {
        let learner = self.learner(Self::LEARNED_ENTRIES)?;
        let chart = self.book.chart()?;
        let names = chart.accounts().iter().map(|account| (account.id, account.name.clone())).collect();
        Ok(Learned::new(learner, names).with_parties(chart.parties().other_names()))
    }

    /// How many of the latest entries a learner is usually made of: years of a household, read in about a second.
    pub const LEARNED_ENTRIES: u32 = 50_000;

    /// A learner that knows the choices in the book's latest entries, `entries_max` of them at most.
    ///
    /// Each line of an asset or liability that has one main line against it is an example. Left out are entries that
    /// were reversed or amended (what replaced them counts) and their mirrors, the closing of a year, and choices of
    /// an account that is closed or that only stands for none (`Expenses:Uncategorized`).
    ///
    /// ```
    /// # use ledger_core::account::NewAccount;
    /// # use ledger_core::import::learn::Features;
    /// # use ledger_core::{EntryDraft, Imports, Ledger, NewBook, Session};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("home.sqlite");
    /// # let ledger = Ledger::open_or_create(path.to_str().unwrap(), Session::new("anna", chrono::Utc::now))?;
    /// # let book = ledger.create_book(NewBook::personal("home", "EUR"))?;
    /// let bank = book.accounts().open(NewAccount::new("Assets:Bank"))?;
    /// let food = book.accounts().open(NewAccount::new("Expenses:Food"))?;
    /// let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    /// for _ in 0..20 {
    ///     let draft = EntryDraft::new(day, "Rewe").debit("Expenses:Food", book.amount("9.50 EUR")?).infer("Assets:Bank");
    ///     book.journal().post(draft.balance()?)?;
    /// }
    /// let learner = book.imports().learner(Imports::LEARNED_ENTRIES)?;
    /// let line = Features {
    ///     source: bank.id,
    ///     payee: Some("REWE 4711"),
    ///     narrative: None,
    ///     memo: None,
    ///     amount: book.amount("-12.00 EUR")?,
    ///     posted_on: day,
    /// };
    /// let suggested = learner.suggest(&line).expect("it is known well enough");
    /// assert_eq!(suggested.account, food.id);
    /// assert_eq!(suggested.reason.sentence(&food.name), "\"REWE 4711\" went to Expenses:Food 20 of 20 times");
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the database fails, and [`ErrorKind::Corrupt`] for a line of an unknown commodity.
    pub fn learner(&self, entries_max: u32) -> Result<Learner> {
        let mut examples = self.book.ledger.read(|| self.examples(i64::from(entries_max)))?;
        // Newer choices count more, so that they are learned last; they were read first.
        examples.reverse();
        let chart = self.book.chart()?;
        let mut learner = Learner::new();
        for example in &examples {
            let features = Features {
                source: example.source,
                payee: example.entry.party_id.and_then(|id| chart.party_name(id)),
                narrative: Some(&example.entry.description),
                memo: example.memo.as_deref(),
                amount: example.amount,
                posted_on: date(example.entry.posted_on),
            };
            learner.learn(&features, example.counter);
        }
        Ok(learner)
    }

    /// The examples in the latest entries, latest first.
    fn examples(&self, entries_max: i64) -> Result<Vec<Example>> {
        let (book, chart) = (self.book, self.book.chart()?);
        let left_out = accounts_left_out(&chart);
        let end = book.read_head()?.last_entry_number;
        let start = (end - entries_max).max(0);
        let mut undone: HashSet<i64> = HashSet::new();
        let mut examples = Vec::new();
        let mut last = end;
        while last > start {
            let first = (last - PAGE).max(start) + 1;
            let entries = call!(book.db(), "reading entries", entry::range(book.id(), first, last))?;
            let lines = call!(book.db(), "reading lines", entry::lines_range(book.id(), first, last))?;
            let mut lines =
                lines.chunk_by(|left, right| left.entry_number == right.entry_number).rev().peekable();
            for entry in entries.into_iter().rev() {
                // A mirror comes after what it undoes, so that it is met first.
                undone.extend(entry.reverses);
                let own = lines.next_if(|lines| lines[0].entry_number == entry.number).unwrap_or_default();
                let no_choice = entry.reverses.is_some()
                    || undone.contains(&entry.number)
                    || entry.source == Source::Closing.as_str();
                if !no_choice {
                    examples_of(&entry, own, &chart, &left_out, &mut examples)?;
                }
            }
            last = first - 1;
        }
        Ok(examples)
    }
}

/// Accounts that nobody would choose again: closed ones, and those that stand for no choice.
fn accounts_left_out(chart: &Chart) -> HashSet<i32> {
    let none = [CounterAccounts::MONEY_OUT, CounterAccounts::MONEY_IN];
    let none = none.into_iter().filter_map(|name| chart.lookup(name)).map(|account| account.id.0);
    let closed = chart.accounts().iter().filter(|account| account.closed_on.is_some());
    none.chain(closed.map(|account| account.id.0)).collect()
}

fn examples_of(
    entry: &EntryRow,
    lines: &[LineRow],
    chart: &Chart,
    left_out: &HashSet<i32>,
    examples: &mut Vec<Example>,
) -> Result<()> {
    for line in lines.iter().filter(|line| is_statement_line(line, lines, chart)) {
        let against = lines.iter().filter(|other| {
            other.account_id != line.account_id && other.weight.signum() == -line.weight.signum()
        });
        // The largest line against it; of two as large, the first.
        let Some(counter) = against.rev().max_by_key(|other| other.weight.unsigned_abs()) else { continue };
        if left_out.contains(&counter.account_id) {
            continue;
        }
        let corrupt = || ErrorKind::Corrupt {
            what: format!("lines {}/{}: unknown commodity", line.entry_number, line.line_number),
        };
        examples.push(Example {
            entry: entry.clone(),
            source: AccountId(line.account_id),
            counter: AccountId(counter.account_id),
            amount: Amount::new(line.amount, chart.commodity(line.commodity_id).ok_or_else(corrupt)?),
            memo: line.memo.clone(),
        });
    }
    Ok(())
}

/// Whether a line may be one of a statement: on an asset or liability, and either one of two lines, or alone on its
/// side, or the only one of its kind. A tax line beside an expense is none.
fn is_statement_line(line: &LineRow, lines: &[LineRow], chart: &Chart) -> bool {
    let holds = |line: &LineRow| {
        let account = chart.account(AccountId(line.account_id));
        account.is_some_and(|account| matches!(account.kind, AccountKind::Asset | AccountKind::Liability))
    };
    let same_side = lines.iter().filter(|other| other.weight.signum() == line.weight.signum()).count();
    holds(line)
        && (lines.len() == 2 || same_side == 1 || lines.iter().filter(|other| holds(other)).count() == 1)
}
