//! What reading a journal yields: accounts, commodities, prices, entries, and all that was not taken over.
//!
//! Lines stand in one vector and refer to accounts and commodities by index, so that a journal of millions of lines
//! fits into memory; texts are borrowed from the files.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::cursor::Fault;
use super::sources::Sources;
use crate::account::AccountKind;
use crate::import::Problem;
use crate::lot::LotMethod;

/// How many lines an entry can have.
const LINES_MAX: usize = 100_000;
/// How many problems are kept; a file of another kind would give one for every line.
const PROBLEMS_MAX: usize = 1_000;
/// How much of a line is quoted with a problem, in characters.
const SOURCE_CHARS_MAX: usize = 200;

/// The program that a journal is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JournalFormat {
    /// Ledger, John Wiegley's `ledger`.
    Ledger,
    /// hledger.
    Hledger,
    /// Beancount.
    Beancount,
    /// GnuCash, as an SQLite database or as XML.
    Gnucash,
}

impl JournalFormat {
    /// Every format.
    pub const ALL: [JournalFormat; 4] =
        [JournalFormat::Ledger, JournalFormat::Hledger, JournalFormat::Beancount, JournalFormat::Gnucash];

    /// `ledger`, `hledger`, `beancount` or `gnucash`.
    pub fn as_str(self) -> &'static str {
        match self {
            JournalFormat::Ledger => "ledger",
            JournalFormat::Hledger => "hledger",
            JournalFormat::Beancount => "beancount",
            JournalFormat::Gnucash => "gnucash",
        }
    }
}

/// The place of an account in [`JournalFile::accounts`].
pub type AccountIndex = u32;
/// The place of a commodity in [`JournalFile::commodities`].
pub type CommodityIndex = u16;

/// A line of one of the files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinePlace {
    /// The line, from 1; 0 where the format has none.
    pub line: u32,
    /// The file's place in [`Sources`].
    pub file: u16,
}

/// A journal as it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JournalFile<'t> {
    /// The program that it was written for.
    pub format: Option<JournalFormat>,
    /// All accounts that are declared or used.
    pub accounts: Vec<JournalAccount<'t>>,
    /// All commodities that are declared or used.
    pub commodities: Vec<JournalCommodity<'t>>,
    /// Prices that stand by themselves.
    pub prices: Vec<JournalPrice>,
    /// The entries, in the order of the files.
    pub entries: Vec<JournalEntry<'t>>,
    /// The lines of all entries; an entry says which are its own.
    pub lines: Vec<JournalLine<'t>>,
    /// Claims about balances that stand by themselves.
    pub assertions: Vec<Assertion>,
    /// Accounts that are filled up to the next balance that is claimed of them.
    pub pads: Vec<Pad>,
    /// What could not be read or does not hold.
    pub problems: Vec<JournalProblem>,
    /// How many more problems there are than are kept.
    pub problems_more: u64,
    /// What a book has no place for, each with its place.
    pub not_imported: Vec<NotImported>,
    /// What was assumed, each a sentence.
    pub notes: Vec<String>,
    /// How often something happened that is told once.
    pub(super) counts: HashMap<&'static str, u64>,
}

/// An account of a journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalAccount<'t> {
    /// Its whole name, segments separated by colons.
    pub name: Cow<'t, str>,
    /// The kind, where the journal tells it.
    pub kind: Option<AccountKind>,
    /// From which day it is open.
    pub opened_on: Option<NaiveDate>,
    /// The last day on which it is open.
    pub closed_on: Option<NaiveDate>,
    /// The commodities that it may hold; none for any.
    pub commodities: Vec<CommodityIndex>,
    /// By which method its sales choose lots, where the journal tells it.
    pub lot_method: Option<LotMethod>,
    /// A remark.
    pub note: Option<String>,
    /// Whether an entry uses it.
    pub used: bool,
    /// Whether the journal declares it.
    pub declared: bool,
}

/// A commodity of a journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalCommodity<'t> {
    /// Its symbol as written, without quotes; empty for amounts that name none.
    pub symbol: Cow<'t, str>,
    /// The most decimal places seen in an amount of it.
    pub decimals: u8,
}

/// A price that stands by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalPrice {
    /// The day.
    pub on: NaiveDate,
    /// What is priced.
    pub commodity: CommodityIndex,
    /// Units of `quote` for one unit.
    pub rate: Decimal,
    /// What it is priced in.
    pub quote: CommodityIndex,
    /// Where it stands.
    pub place: LinePlace,
}

/// An entry of a journal.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalEntry<'t> {
    /// What happened.
    pub description: Cow<'t, str>,
    /// What few entries have.
    pub detail: Option<Box<EntryDetail<'t>>>,
    /// The day.
    pub on: NaiveDate,
    /// The first of its lines.
    pub first: u32,
    /// How many lines it has.
    pub count: u32,
    /// Where it begins.
    pub place: LinePlace,
    /// Whether it is left out: it does not balance, say.
    pub(super) dropped: bool,
}

impl JournalEntry<'_> {
    /// Whether it is not posted: a problem or a note says why.
    pub fn is_left_out(&self) -> bool {
        self.dropped
    }

    /// The places of its lines in [`JournalFile::lines`].
    pub fn range(&self) -> std::ops::Range<usize> {
        self.first as usize..(self.first + self.count) as usize
    }
}

/// What few entries have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryDetail<'t> {
    /// The other party.
    pub party: Option<Cow<'t, str>>,
    /// Tags, links, metadata, codes, a second date: key and value.
    pub tags: Vec<(Cow<'t, str>, Cow<'t, str>)>,
    /// Comments, each a line.
    pub comments: Vec<&'t str>,
}

/// A line of an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalLine<'t> {
    /// The amount; meaningless while `state` is [`LineState::Elided`].
    pub quantity: Decimal,
    /// The account.
    pub account: AccountIndex,
    /// The amount's commodity.
    pub commodity: CommodityIndex,
    /// Where the amount comes from.
    pub state: LineState,
    /// The line of the entry's file.
    pub line: u32,
    /// What few lines have.
    pub detail: Option<Box<LineDetail<'t>>>,
}

/// Where a line's amount comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState {
    /// It is written.
    Written,
    /// It is left out: what the others leave.
    Elided,
    /// It is what makes the balance that the line claims.
    Assigned,
    /// It was filled in.
    Filled,
    /// It fills an account up to a balance that is claimed.
    Padded,
    /// The line was added: a rounding difference, the other side of a virtual posting.
    Added,
}

/// What few lines have.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LineDetail<'t> {
    /// What decides its weight first: the cost of its lot, or its price.
    pub rate: Option<LineRate>,
    /// Its price where it has a cost as well.
    pub other_rate: Option<LineRate>,
    /// The lot as it is written, where it says more than the cost.
    pub lot: Option<Cow<'t, str>>,
    /// The lot that the line opens or closes, where `rate` is its cost.
    pub booked: Option<Box<BookedLot<'t>>>,
    /// Comments and metadata.
    pub comment: Option<Cow<'t, str>>,
    /// Whether it counts by itself, outside the balance of its entry.
    pub virtual_unbalanced: bool,
    /// The balance that the account has to have after it.
    pub assertion: Option<Box<Assertion>>,
}

/// What a line says of its lot besides the cost.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BookedLot<'t> {
    /// The day on which the lot was opened.
    pub opened_on: Option<NaiveDate>,
    /// Its label.
    pub label: Option<Cow<'t, str>>,
    /// The price of the day, which is that of the sale.
    pub price: Option<LineRate>,
    /// Whether the line weighs by its price, and not by the cost of the lot.
    pub by_price: bool,
    /// Whether the units cost nothing.
    pub free: bool,
}

/// At what a line's amount is weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineRate {
    /// For each unit.
    Unit(Decimal, CommodityIndex),
    /// For the whole amount, without a sign.
    Total(Decimal, CommodityIndex),
}

/// A claim about the balance of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// The day.
    pub on: NaiveDate,
    /// The account.
    pub account: AccountIndex,
    /// What it should hold.
    pub quantity: Decimal,
    /// Of which commodity.
    pub commodity: CommodityIndex,
    /// Whether it should hold nothing else.
    pub sole: bool,
    /// Whether the accounts below it count as well.
    pub with_below: bool,
    /// How far off it may be.
    pub tolerance: Option<Decimal>,
    /// Where it stands.
    pub place: LinePlace,
}

/// An account that is filled up to the next balance that is claimed of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pad {
    /// The day of the entry that fills it up.
    pub on: NaiveDate,
    /// The account.
    pub account: AccountIndex,
    /// Where the money comes from.
    pub from: AccountIndex,
    /// Where it stands.
    pub place: LinePlace,
}

/// Something that could not be read or does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalProblem {
    /// The file.
    pub file: String,
    /// Place, reason and the line itself.
    pub problem: Problem,
}

/// Something that a book has no place for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotImported {
    /// What it is, such as `periodic transaction`.
    pub what: &'static str,
    /// Where it stands.
    pub place: LinePlace,
    /// Its first line.
    pub text: String,
}

impl JournalProblem {
    /// A problem at a column of a line; column 0 is where the line's text begins.
    pub(super) fn at(
        sources: &Sources,
        place: LinePlace,
        column: u64,
        code: &'static str,
        reason: String,
    ) -> JournalProblem {
        let line = sources.line(place);
        let column = match (place.line, column) {
            // GnuCash books have no lines, and so no columns.
            (0, _) => 0,
            (_, 0) => line.chars().take_while(|char| matches!(char, ' ' | '\t')).count() as u64 + 1,
            (_, column) => column,
        };
        let source = line.chars().take(SOURCE_CHARS_MAX).collect();
        let problem = Problem { line: u64::from(place.line), column, reason, code, source };
        JournalProblem { file: sources.name(place.file).to_owned(), problem }
    }
}

impl<'t> JournalFile<'t> {
    /// The name of an account.
    pub fn account_name(&self, index: AccountIndex) -> &str {
        self.accounts.get(index as usize).map_or("", |account| &account.name)
    }

    /// The symbol of a commodity.
    pub fn symbol(&self, index: CommodityIndex) -> &str {
        self.commodities.get(usize::from(index)).map_or("", |commodity| &commodity.symbol)
    }

    /// Keeps a problem, or counts it where there are very many already. Column 0 is where the line's text begins.
    pub(super) fn problem(
        &mut self,
        sources: &Sources,
        place: LinePlace,
        column: u64,
        code: &'static str,
        reason: impl Into<String>,
    ) {
        if self.problems.len() >= PROBLEMS_MAX {
            self.problems_more += 1;
            return;
        }
        self.problems.push(JournalProblem::at(sources, place, column, code, reason.into()));
    }

    /// Keeps a fault of a line as a problem.
    pub(super) fn fault(&mut self, sources: &Sources, place: LinePlace, line: &str, fault: &Fault) {
        let column = line.get(..fault.at).map_or(0, |before| before.chars().count() as u64 + 1);
        self.problem(sources, place, column, fault.code, fault.reason.clone());
    }

    /// Whether the entry whose lines begin at `first` is kept: it is sound, has lines, and not too many. Where it is not, its
    /// lines are taken out.
    pub(super) fn keeps_entry(
        &mut self,
        sources: &Sources,
        (place, header): (LinePlace, &str),
        first: usize,
        sound: bool,
    ) -> bool {
        let count = self.lines.len() - first;
        if sound && count > LINES_MAX {
            let reason = format!("an entry has at most {LINES_MAX} lines");
            self.fault(sources, place, header, &Fault::new(0, "too-many-lines", reason));
        } else if sound && count == 0 {
            self.leave_out("entry without postings", place, header);
        } else if sound {
            return true;
        }
        self.lines.truncate(first);
        false
    }

    /// Notes something that a book has no place for.
    pub(super) fn leave_out(&mut self, what: &'static str, place: LinePlace, text: &str) {
        let text = text.trim().chars().take(SOURCE_CHARS_MAX).collect();
        self.not_imported.push(NotImported { what, place, text });
    }

    /// What happened several times, each a sentence, in a fixed order.
    pub fn counted(&self) -> Vec<String> {
        let mut counted: Vec<String> =
            self.counts.iter().map(|(what, count)| format!("{count} × {what}")).collect();
        counted.sort();
        counted
    }

    /// Counts something, to be told once.
    pub(super) fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }
}

/// Gives names their indices.
#[derive(Debug, Default)]
pub(super) struct Interner<'t> {
    accounts: HashMap<Cow<'t, str>, AccountIndex>,
    commodities: HashMap<Cow<'t, str>, CommodityIndex>,
}

impl<'t> Interner<'t> {
    /// The account with this name, added where it is new.
    pub(super) fn account(&mut self, file: &mut JournalFile<'t>, name: Cow<'t, str>) -> AccountIndex {
        if let Some(index) = self.accounts.get(&name) {
            return *index;
        }
        let index = file.accounts.len() as AccountIndex;
        file.accounts.push(JournalAccount { name: name.clone(), ..JournalAccount::default() });
        self.accounts.insert(name, index);
        index
    }

    /// The commodity with this symbol, added where it is new; nothing where there are too many.
    pub(super) fn commodity(
        &mut self,
        file: &mut JournalFile<'t>,
        symbol: Cow<'t, str>,
    ) -> Option<CommodityIndex> {
        if let Some(index) = self.commodities.get(&symbol) {
            return Some(*index);
        }
        let index = CommodityIndex::try_from(file.commodities.len()).ok()?;
        file.commodities.push(JournalCommodity { symbol: symbol.clone(), decimals: 0 });
        self.commodities.insert(symbol, index);
        Some(index)
    }
}
