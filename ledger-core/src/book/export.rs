//! A book's journal for other programs: read in the order of its days and handed to a writer page by page.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use chrono::NaiveDate;

use super::Book;
use super::entries::line_of;
use super::journal::parties_with;
use super::lots::stored::line_lot_of;
use crate::account::{AccountId, Chart};
use crate::export::{
    BeancountWriter, Dialect, ExportFormat, ExportedBook, ExportedLots, HledgerWriter, JournalWriter,
    JsonWriter, TableWriter, cancelled,
};
use crate::journal::{Entry, Line, Tag, check_range};
use crate::lot::LineLot;
use crate::money::Price;
use crate::store::call;
use crate::store::rows::{DAY_MAX, EntryRow, date, day};
use crate::{Error, ErrorKind, Result};

/// How many entries are read at once.
const PAGE: i64 = 2_000;

/// What of a journal is exported, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportOptions {
    /// The form.
    pub format: ExportFormat,
    /// First posting day.
    pub from: Option<NaiveDate>,
    /// Last posting day.
    pub to: Option<NaiveDate>,
    /// Only entries with a line on this account or on one below it; such an entry is exported whole.
    pub account: Option<String>,
    /// Only entries with a party of which a name or alias holds this.
    pub party: Option<String>,
    /// Only entries with this tag; an empty value takes any, and `trip/rome` is found below `trip`.
    pub tag: Option<Tag>,
    /// Without the entries that cancel each other out: an entry and its mirror, where both are in the range of days.
    pub net: bool,
    /// With a `balance` directive for each account at the end; for beancount only.
    pub balances: bool,
    /// Text in CSV and TSV as it is, even where a spreadsheet would take it for a formula.
    pub raw_cells: bool,
}

/// What was exported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct ExportSummary {
    /// Entries written.
    pub entries: u64,
    /// Their lines.
    pub lines: u64,
    /// Entries left out because they cancel each other out.
    pub cancelled: u64,
}

/// The journal of a book for other programs: `book.export()`.
#[derive(Debug)]
pub struct Export<'b> {
    pub(super) book: &'b Book<'b>,
}

impl Export<'_> {
    /// Writes the journal, oldest day first, from one state of the database; memory holds the chart, the lots and
    /// one page.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for an account that is not there, [`ErrorKind::InvalidEntry`] for a day that the
    /// program of the format cannot read, [`ErrorKind::File`] when `out` cannot be written.
    pub fn journal(&self, options: &ExportOptions, out: &mut dyn Write) -> Result<ExportSummary> {
        check_range(options.from, options.to)?;
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            let selection = Selection::new(self.book, &chart, options)?;
            let prices = self.given_prices(options)?;
            let lots = self.lots(&chart, options)?;
            let used_from = call!(self.book.db(), "reading balances", by_day::first_months(self.book.id()))?;
            let used_from = used_from.into_iter().map(|(id, period)| (AccountId(id), first_of(period)));
            let book = ExportedBook {
                name: self.book.name(),
                base_commodity: self.book.base_commodity(),
                accounts: chart.accounts(),
                used_from: used_from.collect::<HashMap<_, _>>(),
                commodities: chart.commodities(),
                prices: &prices,
                lots: &lots,
            };
            let mut writer = begin(out, &book, options).map_err(unwritten)?;
            let said = self.said_of_lots(&chart)?;
            let summary = self.entries(&chart, options, &selection, said, writer.as_mut())?;
            writer.end().map_err(unwritten)?;
            Ok(summary)
        })
    }

    fn entries(
        &self,
        chart: &Chart,
        options: &ExportOptions,
        selection: &Selection,
        mut said: SaidOfLots,
        writer: &mut dyn JournalWriter,
    ) -> Result<ExportSummary> {
        let id = self.book.id();
        let mut summary = ExportSummary::default();
        // No entry has number 0, so that the first day counts too.
        let mut place = (selection.first, 0);
        loop {
            let rows =
                call!(self.book.db(), "reading entries", by_day::entries(id, place, selection.last, PAGE))?;
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(summary) };
            let first = (first.posted_on, first.number);
            place = (last.posted_on, last.number);
            for entry in self.page(rows, first, place, &mut said, chart)? {
                if selection.cancelled.contains(&entry.number) {
                    summary.cancelled += u64::from(selection.wants(&entry));
                } else if selection.wants(&entry) {
                    refuse_unreadable_day(&entry, options.format)?;
                    writer.entry(&entry).map_err(unwritten)?;
                    summary.entries += 1;
                    summary.lines += entry.lines.len() as u64;
                }
            }
        }
    }

    /// A page of entries with their lines and tags.
    fn page(
        &self,
        rows: Vec<EntryRow>,
        first: (i32, i64),
        last: (i32, i64),
        said: &mut SaidOfLots,
        chart: &Chart,
    ) -> Result<Vec<Entry>> {
        let id = self.book.id();
        let mut lines: HashMap<i64, Vec<Line>> = HashMap::with_capacity(rows.len());
        for row in call!(self.book.db(), "reading lines", by_day::lines(id, first, last))? {
            let (entry, lot) = (row.entry_number, said.remove(&(row.entry_number, row.line_number)));
            lines.entry(entry).or_default().push(Line { lot, ..line_of(row, chart)? });
        }
        let mut tags: HashMap<i64, Vec<Tag>> = HashMap::new();
        for row in call!(self.book.db(), "reading tags", by_day::tags(id, first, last))? {
            tags.entry(row.entry_number).or_default().push(Tag { key: row.key, value: row.value });
        }
        let entry = |row: EntryRow| {
            let lines = lines.remove(&row.number).unwrap_or_default();
            let mut tags = tags.remove(&row.number).unwrap_or_default();
            tags.sort();
            self.book.entry_of(row, lines, tags, chart)
        };
        rows.into_iter().map(entry).collect()
    }

    /// What lines do to lots that are kept, for programs that know lots and where all lines are there that opened them.
    fn lots(&self, chart: &Chart, options: &ExportOptions) -> Result<ExportedLots> {
        let knows =
            matches!(options.format, ExportFormat::Beancount | ExportFormat::Ledger | ExportFormat::Hledger);
        if !knows {
            return Ok(ExportedLots::default());
        }
        let kept = self.book.lots().steps(chart, options.to)?;
        let is_part = options.from.is_some()
            || options.account.is_some()
            || options.party.is_some()
            || options.tag.is_some();
        if is_part && !kept.steps.is_empty() {
            let note = "lots are left out, since only a part of the journal is here".to_owned();
            return Ok(ExportedLots::new([], vec![note]));
        }
        let name = |account: &AccountId| chart.account(*account).map_or("", |account| &account.name);
        let averaged = kept.averaged.iter().map(|averaged| {
            let commodity = averaged.commodity;
            let accounts = averaged.accounts.iter().map(name).collect::<Vec<_>>().join(", ");
            match averaged.is_shared {
                true => format!(
                    "lots of {commodity} are left out: the average method of {accounts} has no single lots to \
                     name, and units move between there and other accounts"
                ),
                false => format!(
                    "lots of {commodity} on {accounts} are left out: the average method has no single lots to name"
                ),
            }
        });
        let notes = averaged.collect();
        Ok(ExportedLots::new(kept.steps, notes))
    }

    /// What lines say of their lots, by entry and line.
    fn said_of_lots(&self, chart: &Chart) -> Result<SaidOfLots> {
        let rows = call!(self.book.db(), "reading lots", lot::range(self.book.id(), i64::MIN, i64::MAX))?;
        let said = rows.iter().map(|row| {
            let place = (row.entry_number, row.line_number);
            line_lot_of(chart, row).map(|lot| (place, Box::new(lot)))
        });
        said.collect()
    }

    /// The prices within the days that no line of a journal carries, oldest first and each once.
    fn given_prices(&self, options: &ExportOptions) -> Result<Vec<Price>> {
        let mut prices = self.book.prices().beside_lines()?;
        prices.retain(|price| {
            options.from.is_none_or(|from| price.on >= from) && options.to.is_none_or(|to| price.on <= to)
        });
        let mut written = HashSet::new();
        prices.retain(|price| written.insert((price.on, price.commodity, price.quote, price.rate)));
        Ok(prices)
    }
}

/// What lines say of their lots, by entry and line.
type SaidOfLots = HashMap<(i64, i32), Box<LineLot>>;

/// Which entries are exported.
struct Selection {
    first: i32,
    last: i32,
    accounts: Option<HashSet<AccountId>>,
    /// With all that they stand for.
    parties: Option<HashSet<i32>>,
    tag: Option<Tag>,
    cancelled: HashSet<i64>,
}

impl Selection {
    fn new(book: &Book<'_>, chart: &Chart, options: &ExportOptions) -> Result<Self> {
        let accounts = match &options.account {
            None => None,
            Some(name) => {
                let mut accounts: HashSet<AccountId> = chart.subtree(name).into_iter().collect();
                if accounts.is_empty() {
                    accounts.insert(chart.find(name)?.id);
                }
                Some(accounts)
            }
        };
        let first = options.from.map_or(i32::MIN, day);
        let last = options.to.map_or(DAY_MAX, day);
        let cancelled = match options.net {
            false => HashSet::new(),
            true => {
                cancelled(call!(book.db(), "reading reversals", by_day::reversals(book.id(), first, last))?)
            }
        };
        let parties = options.party.as_deref().map(|part| parties_with(chart, part)).transpose()?;
        let parties = parties.map(HashSet::from_iter);
        Ok(Selection { first, last, accounts, parties, tag: options.tag.clone(), cancelled })
    }

    fn wants(&self, entry: &Entry) -> bool {
        let on_account = |accounts: &HashSet<AccountId>| {
            entry.lines.iter().any(|line| accounts.contains(&line.account_id))
        };
        let with_party =
            |parties: &HashSet<i32>| entry.party_id.is_some_and(|party| parties.contains(&party));
        let with_tag = |wanted: &Tag| {
            let below = |value: &str| {
                value.strip_prefix(&wanted.value).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            entry
                .tags
                .iter()
                .any(|tag| tag.key == wanted.key && (wanted.value.is_empty() || below(&tag.value)))
        };
        self.accounts.as_ref().is_none_or(on_account)
            && self.parties.as_ref().is_none_or(with_party)
            && self.tag.as_ref().is_none_or(with_tag)
    }
}

fn begin<'o>(
    out: &'o mut dyn Write,
    book: &ExportedBook<'_>,
    options: &ExportOptions,
) -> io::Result<Box<dyn JournalWriter + 'o>> {
    Ok(match options.format {
        ExportFormat::Hledger => Box::new(HledgerWriter::begin(out, book, Dialect::Hledger)?),
        ExportFormat::Ledger => Box::new(HledgerWriter::begin(out, book, Dialect::Ledger)?),
        ExportFormat::Beancount => Box::new(BeancountWriter::begin(out, book, options.balances)?),
        ExportFormat::Csv => Box::new(TableWriter::begin(out, b',', options.raw_cells)?),
        ExportFormat::Tsv => Box::new(TableWriter::begin(out, b'\t', options.raw_cells)?),
        ExportFormat::Json => Box::new(JsonWriter::document(out, book)?),
        ExportFormat::Ndjson => Box::new(JsonWriter::lines(out)),
    })
}

fn refuse_unreadable_day(entry: &Entry, format: ExportFormat) -> Result<()> {
    let first = format.first_day();
    if entry.posted_on >= first {
        return Ok(());
    }
    let reason = format!(
        "its day {} cannot be read by {}, whose days begin with {first} (export from there, or in another format)",
        entry.posted_on,
        format.as_str()
    );
    Err(ErrorKind::InvalidEntry { description: entry.description.clone(), reason }.into())
}

/// The first day of a stored month.
fn first_of(period: i32) -> NaiveDate {
    let month = u32::try_from(period.rem_euclid(12) + 1).unwrap_or(1);
    // Periods come from days that were checked, so that the fallback is never met.
    NaiveDate::from_ymd_opt(period.div_euclid(12), month, 1).unwrap_or_else(|| date(0))
}

fn unwritten(error: io::Error) -> Error {
    let kind = ErrorKind::File { verb: "write", path: "the export".to_owned(), message: error.to_string() };
    Error::from(kind).caused_by(error)
}
