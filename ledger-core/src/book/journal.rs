//! The journal of a book: posting, reading and finding entries; correcting them is in `corrections`.

pub(super) mod corrections;

use super::post::{BatchSummary, Posting};
use super::{Book, registers};
use crate::account::Chart;
use crate::journal::{BalancedEntry, Entry, EntryFilter, PostReceipt, check_range};
use crate::report::{RegisterPage, RegisterQuery};
use crate::store::call;
use crate::store::rows::{EntryRow, Search, day};
use crate::text::{holds_nul, normalize};
use crate::{Error, ErrorKind, Result};
use chrono::NaiveDate;

/// How many entries a search looks at in one go.
const SEARCH_CHUNK: i64 = 500;

/// Where the next page of a search begins: the posting day and number of the last entry shown.
///
/// It is printed and read as `DAY/ENTRY`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct EntryCursor {
    /// The last entry's posting day.
    pub posted_on: NaiveDate,
    /// The last entry's number.
    pub number: i64,
}

impl std::fmt::Display for EntryCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.posted_on, self.number)
    }
}

impl std::str::FromStr for EntryCursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let cursor = text.split_once('/').and_then(|(day, number)| {
            Some(EntryCursor { posted_on: day.parse().ok()?, number: number.parse().ok()? })
        });
        cursor.ok_or_else(|| {
            let reason = "a place in a search reads DAY/ENTRY, as printed below a page".to_owned();
            ErrorKind::InvalidSetting { what: "cursor", value: text.to_owned(), reason }.into()
        })
    }
}

/// A page of found entries, latest posting day first.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct EntryPage {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Where the next page begins, if there is one.
    pub next: Option<EntryCursor>,
}

/// The journal of a book: `book.journal()`.
#[derive(Debug)]
pub struct Journal<'b> {
    pub(super) book: &'b Book<'b>,
}

impl Journal<'_> {
    /// Posts an entry and returns it as it stands in the journal.
    ///
    /// An entry with an `external_id` that was posted before with the same content returns that first entry.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for an unknown account, [`ErrorKind::AccountNotOpen`],
    /// [`ErrorKind::AccountRestricted`], [`ErrorKind::Locked`], [`ErrorKind::UnknownCommodity`],
    /// [`ErrorKind::ExternalIdConflict`], [`ErrorKind::AmountOverflow`]; nothing is written then.
    pub fn post(&self, entry: BalancedEntry) -> Result<Entry> {
        self.post_or_get(entry).map(|receipt| receipt.entry)
    }

    /// As [`Journal::post`], and tells whether the entry was there already.
    ///
    /// # Errors
    /// As [`Journal::post`].
    pub fn post_or_get(&self, entry: BalancedEntry) -> Result<PostReceipt> {
        let mut receipts = self.book.post_batch(vec![entry.into()])?;
        receipts.pop().ok_or_else(|| ErrorKind::Misuse("posting gave no entry back".to_owned()).into())
    }

    /// Posts a batch as one unit: all entries or none. Best in batches of about 10,000.
    ///
    /// # Errors
    /// As [`Journal::post`], for the first entry that is refused.
    pub fn post_all(&self, entries: impl IntoIterator<Item = BalancedEntry>) -> Result<Vec<PostReceipt>> {
        self.book.post_batch(entries.into_iter().map(Posting::from).collect())
    }

    /// Posts a stream in batches, each one a unit that is durable when `acknowledge` is called with it.
    ///
    /// Memory holds one batch. A batch that fails ends the stream; those before it stay.
    ///
    /// # Errors
    /// As [`Journal::post`], and whatever the stream itself yields.
    pub fn post_stream(
        &self,
        entries: impl IntoIterator<Item = Result<BalancedEntry>>,
        batch_size: usize,
        mut acknowledge: impl FnMut(&[PostReceipt]),
    ) -> Result<BatchSummary> {
        let mut summary = BatchSummary::default();
        let mut batch: Vec<Posting> = Vec::with_capacity(batch_size.clamp(1, 100_000));
        let mut entries = entries.into_iter();
        loop {
            let next = entries.next().transpose()?;
            let ended = next.is_none();
            batch.extend(next.map(Posting::from));
            if batch.len() >= batch_size.max(1) || (ended && !batch.is_empty()) {
                let receipts = self.book.post_batch(std::mem::take(&mut batch))?;
                let known = receipts.iter().filter(|receipt| receipt.already_posted).count() as u64;
                summary.already_posted += known;
                summary.posted += receipts.len() as u64 - known;
                summary.batches += 1;
                acknowledge(&receipts);
            }
            if ended {
                return Ok(summary);
            }
        }
    }

    /// Posts batch after batch as one unit, the fastest way to load very many entries: while one batch is written,
    /// the next is taken from `batches`, checked and hashed on another thread.
    ///
    /// Accounts and commodities are there already; parties are added as they come. External ids must be new.
    /// Returns how many entries were posted.
    ///
    /// ```
    /// # use ledger_core::{account::NewAccount, EntryDraft, Ledger, NewBook, Session};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("home.sqlite");
    /// # let ledger = Ledger::open_or_create(path.to_str().unwrap(), Session::new("anna", chrono::Utc::now))?;
    /// # let book = ledger.create_book(NewBook::personal("home", "EUR"))?;
    /// # for name in ["Assets:Bank", "Expenses:Tea"] { book.accounts().open(NewAccount::new(name))?; }
    /// let tea = book.amount("2.00 EUR")?;
    /// let day = |n| chrono::NaiveDate::from_yo_opt(2026, n).unwrap();
    /// let entry = |n| EntryDraft::new(day(n), "Tea").debit("Expenses:Tea", tea).infer("Assets:Bank").balance();
    /// let weeks = (0..52).map(|week| (1..=7).map(|n| entry(week * 7 + n)).collect());
    /// assert_eq!(book.journal().post_bulk(weeks)?, 364);
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// The first that `batches` returns, and as [`Journal::post_all`]; nothing is posted then.
    pub fn post_bulk(&self, batches: impl Iterator<Item = Result<Vec<BalancedEntry>>> + Send) -> Result<u64> {
        let batches = batches.map(|batch| Ok(batch?.into_iter().map(Posting::from).collect()));
        self.book.change_in_bulk(|_, _| self.book.post_pipelined(batches, |_| Ok(())))
    }

    /// The entry with this number.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn get(&self, number: i64) -> Result<Entry> {
        self.book.entry(number)
    }

    /// The entry with this external id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn by_external_id(&self, id: &str) -> Result<Option<Entry>> {
        if holds_nul(id) {
            return Ok(None);
        }
        let found =
            call!(self.book.db(), "looking for an entry", entry::by_external_ids(self.book.id(), &[id]))?;
        found.first().map(|(_, number)| self.book.entry(*number)).transpose()
    }

    /// The entries with numbers from `first` to `last`, in order; for exports and checks.
    ///
    /// # Errors
    /// When the database fails.
    pub fn range(&self, first: i64, last: i64) -> Result<Vec<Entry>> {
        self.book.entries_range(first, last)
    }

    /// A page of an account's lines with the balance after each.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::AmountOverflow`].
    pub fn register(&self, query: &RegisterQuery) -> Result<RegisterPage> {
        self.book.ledger.read(|| registers::page(self.book, query))
    }

    /// A page of at most `limit` (and at least one) of the entries that fulfil a filter, latest posting day first.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for an account or party that is not there, [`ErrorKind::CommodityMismatch`] for bounds
    /// in different commodities.
    pub fn search(
        &self,
        filter: &EntryFilter,
        after: Option<EntryCursor>,
        limit: usize,
    ) -> Result<EntryPage> {
        self.book.ledger.read(|| self.search_pages(filter, after, limit.max(1)))
    }

    fn search_pages(
        &self,
        filter: &EntryFilter,
        after: Option<EntryCursor>,
        limit: usize,
    ) -> Result<EntryPage> {
        check_range(filter.from, filter.to)?;
        let mut search = self.resolved(filter)?;
        let texts = filter.tag.iter().flat_map(|tag| [&tag.key, &tag.value]).chain(&filter.text);
        if texts.into_iter().any(|text| holds_nul(text)) {
            return Ok(EntryPage { entries: Vec::new(), next: None });
        }
        // A party may be meant by another name than the one that its entries show.
        let named = match filter.text.as_deref().filter(|text| !text.is_ascii()) {
            Some(text) => self.book.chart()?.parties().holding(text),
            None => Vec::new(),
        };
        search.before = after.map(|cursor| (day(cursor.posted_on), cursor.number));
        let mut found: Vec<Entry> = Vec::new();
        loop {
            let rows =
                call!(self.book.db(), "searching", search::find(self.book.id(), &search, SEARCH_CHUNK))?;
            let last_chunk = rows.len() < SEARCH_CHUNK as usize;
            for row in rows {
                search.before = Some((row.posted_on, row.number));
                let hidden = !filter.with_amended && self.is_cancelled(&row)?;
                if hidden {
                    continue;
                }
                let entry = self.book.entry(row.number)?;
                let is_named = entry.party_id.is_some_and(|id| named.contains(&id));
                if !is_named && !fits_text(&entry, filter.text.as_deref()) {
                    continue;
                }
                if found.len() == limit {
                    let next = found
                        .last()
                        .map(|last| EntryCursor { posted_on: last.posted_on, number: last.number });
                    return Ok(EntryPage { entries: found, next });
                }
                found.push(entry);
            }
            if last_chunk {
                return Ok(EntryPage { entries: found, next: None });
            }
        }
    }

    /// Whether an entry was amended, or is the mirror that undid one that was.
    fn is_cancelled(&self, row: &EntryRow) -> Result<bool> {
        let original = row.reverses.unwrap_or(row.number);
        let amended =
            call!(self.book.db(), "looking for an amendment", entry::amended_by(self.book.id(), original))?;
        Ok(amended.is_some())
    }

    fn resolved(&self, filter: &EntryFilter) -> Result<Search> {
        let chart = self.book.chart()?;
        let mut search =
            Search { first_day: filter.from.map(day), last_day: filter.to.map(day), ..Search::default() };
        if let Some(name) = &filter.account {
            let mut accounts = chart.subtree(name);
            if accounts.is_empty() {
                accounts.push(chart.find(name)?.id);
            }
            search.account_ids = Some(accounts.into_iter().map(|id| id.0).collect());
        }
        if let Some(name) = &filter.party {
            search.party_ids = Some(parties_with(&chart, name)?);
        }
        if let Some(text) = &filter.text {
            search.text =
                part_for_database(text).map(|part| (part.to_owned(), chart.parties().holding(text)));
        }
        if let Some(tag) = &filter.tag {
            search.tag = Some((tag.key.clone(), tag.value.clone()));
        }
        if let (Some(least), Some(most)) = (filter.amount_min, filter.amount_max)
            && least.commodity() != most.commodity()
        {
            let (left, right) = (least.to_string(), most.to_string());
            return Err(ErrorKind::CommodityMismatch { left, right }.into());
        }
        if let (Some(least), Some(most)) = (filter.amount_min, filter.amount_max)
            && least.minor().unsigned_abs() > most.minor().unsigned_abs()
        {
            let reason = "the least amount is more than the most".to_owned();
            let value = format!("{least} to {most}");
            return Err(ErrorKind::InvalidSetting { what: "range of amounts", value, reason }.into());
        }
        // No line has number 0, and none has a commodity that the book does not know.
        search.commodity_id = filter
            .amount_min
            .or(filter.amount_max)
            .map(|amount| chart.commodity_id(amount.commodity()).unwrap_or(0));
        search.amount_min = filter.amount_min.map(|amount| amount.minor().saturating_abs());
        search.amount_max = filter.amount_max.map(|amount| amount.minor().saturating_abs());
        Ok(search)
    }
}

/// The numbers of all parties of which a name or alias holds a part, with those that they stand for.
///
/// # Errors
/// [`ErrorKind::NotFound`] where there is none, with near names.
pub(super) fn parties_with(chart: &Chart, part: &str) -> Result<Vec<i32>> {
    let found = chart.parties().holding(part);
    if found.is_empty() {
        let suggestions = chart.parties().suggestions(part);
        return Err(ErrorKind::NotFound { what: "party", name: part.to_owned(), suggestions }.into());
    }
    Ok(found)
}

/// What of a text the database may look for: it folds the case of ASCII letters only, so that of another text the
/// longest run of ASCII is sought there and the whole is compared here. None where no part can be sought.
fn part_for_database(text: &str) -> Option<&str> {
    if text.is_ascii() || text.to_lowercase() == text.to_uppercase() {
        return Some(text);
    }
    text.split(|letter: char| !letter.is_ascii())
        .max_by_key(|part| part.len())
        .filter(|part| !part.is_empty())
}

fn fits_text(entry: &Entry, text: Option<&str>) -> bool {
    let Some(text) = text.filter(|text| !text.is_ascii()) else { return true };
    let text = normalize(text);
    let memos = entry.lines.iter().filter_map(|line| line.memo.as_deref());
    let mut texts = memos.chain(entry.party.as_deref()).chain([entry.description.as_str()]);
    texts.any(|field| normalize(field).contains(&text))
}
