//! Checking a book: every number, hash, balance, reference and rollup recomputed from the rows as they are.

use std::collections::{BTreeMap, HashMap};

use self::chart::StoredChart;
use super::Book;
use crate::Result;
use crate::audit::{EntryContent, Finding, Hash, Head, LineContent, Verification, entry_hash, genesis};
use crate::store::call;
use crate::store::rows::{EntryRow, LineRow, TagRow, TurnoverRow, date, instant, month};

mod assertions;
mod chart;
mod closings;
mod events;
mod lots;
mod parties;
mod reconciliations;
mod receivables;
mod schedules;
mod statements;

/// How many entries are read at once.
const CHUNK: i64 = 5_000;
/// How many findings are listed; one cause can have a great many.
const FINDINGS_MAX: usize = 100;

impl Book<'_> {
    /// Recomputes numbers, chain, balances, references, rollups, marks, schedules, receivables, lots, closings, assertions
    /// and the audit chain, and lists what does not hold.
    ///
    /// With `expected`, also checks that the entry of that number still has that hash: a tail that was cut off
    /// leaves a sound book and shows only against such a receipt.
    ///
    /// # Errors
    /// When the database fails. What it holds is never an error here, but a finding.
    pub fn verify(&self, expected: Option<Head>) -> Result<Verification> {
        self.ledger.read(|| {
            let mut check = Check::new(self)?;
            check.triggers()?;
            // Before the entries: one changed commodity would change the hash of every entry that it is in.
            check.events()?;
            check.entries(expected)?;
            check.rollups()?;
            check.reconciliations()?;
            check.statement_lines()?;
            check.parties()?;
            check.schedules()?;
            check.receivables()?;
            check.closings()?;
            check.assertions()?;
            check.lots()?;
            check.instants();
            Ok(check.finish())
        })
    }
}

/// A check under way.
struct Check<'b> {
    book: &'b Book<'b>,
    chart: StoredChart,
    head: crate::store::rows::HeadRow,
    findings: Vec<Finding>,
    entries: i64,
    lines: i64,
    events: i64,
    chain: Head,
    /// When the last entry and the last event were recorded.
    recorded: (i64, i64),
    turnover: BTreeMap<(i32, i32, i32, i32), TurnoverRow>,
}

impl<'b> Check<'b> {
    fn new(book: &'b Book<'b>) -> Result<Self> {
        let start = genesis(&book.info().uid);
        Ok(Check {
            book,
            // Read anew: a chart in memory would hide what another program did to the tables.
            chart: StoredChart::read(book)?,
            head: book.read_head()?,
            findings: Vec::new(),
            entries: 0,
            lines: 0,
            events: 0,
            chain: Head { number: 0, hash: start },
            recorded: (i64::MIN, i64::MIN),
            turnover: BTreeMap::new(),
        })
    }

    fn found(&mut self, check: &'static str, row: String, difference: String) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding { check, row, difference });
        }
    }

    fn finish(self) -> Verification {
        Verification {
            book: self.book.name().to_owned(),
            entries: self.entries,
            lines: self.lines,
            events: self.events,
            head: self.chain,
            findings: self.findings,
        }
    }

    /// The triggers that keep posted rows as they are have to be there.
    fn triggers(&mut self) -> Result<()> {
        let missing = call!(self.book.db(), "reading the schema", schema::missing_triggers())?;
        for name in missing {
            let difference =
                "the trigger is gone or not as ledger made it: other programs can change posted rows"
                    .to_owned();
            self.found("trigger", name, difference);
        }
        Ok(())
    }

    fn entries(&mut self, expected: Option<Head>) -> Result<()> {
        let id = self.book.id();
        let last = call!(self.book.db(), "reading entries", entry::last_number(id))?;
        let last = last.max(self.head.last_entry_number);
        let mut first = 1;
        while first <= last {
            let end = first.saturating_add(CHUNK - 1).min(last);
            let entries = call!(self.book.db(), "reading entries", entry::range(id, first, end))?;
            let lines = call!(self.book.db(), "reading lines", entry::lines_range(id, first, end))?;
            let tags = call!(self.book.db(), "reading tags", entry::tags_range(id, first, end))?;
            self.chunk(first, end, entries, lines, tags, expected);
            first = end + 1;
        }
        self.head_fits(expected);
        Ok(())
    }

    fn chunk(
        &mut self,
        first: i64,
        end: i64,
        entries: Vec<EntryRow>,
        lines: Vec<LineRow>,
        tags: Vec<TagRow>,
        expected: Option<Head>,
    ) {
        let mut entries: HashMap<i64, EntryRow> = entries.into_iter().map(|row| (row.number, row)).collect();
        let mut lines_of: HashMap<i64, Vec<LineRow>> = HashMap::new();
        for line in lines {
            lines_of.entry(line.entry_number).or_default().push(line);
        }
        let mut tags_of: HashMap<i64, Vec<TagRow>> = HashMap::new();
        for tag in tags {
            tags_of.entry(tag.entry_number).or_default().push(tag);
        }
        for number in first..=end {
            let lines = lines_of.remove(&number).unwrap_or_default();
            let mut tags = tags_of.remove(&number).unwrap_or_default();
            tags.sort_by(|left, right| (&left.key, &left.value).cmp(&(&right.key, &right.value)));
            match entries.remove(&number) {
                Some(entry) => self.entry(&entry, &lines, &tags),
                None => {
                    let lines = if lines.is_empty() { "" } else { ", but its lines are there" };
                    self.found("number", format!("entries {number}"), format!("the entry is missing{lines}"));
                }
            }
            if let Some(expected) = expected.filter(|expected| expected.number == number)
                && self.chain.hash != expected.hash
            {
                let difference =
                    format!("its hash is {}, the receipt says {}", self.chain.hash, expected.hash);
                self.found("head", format!("entries {number}"), difference);
            }
        }
    }

    fn entry(&mut self, entry: &EntryRow, lines: &[LineRow], tags: &[TagRow]) {
        self.entries += 1;
        self.lines += lines.len() as i64;
        let row = format!("entries {}", entry.number);
        if entry.number > self.head.last_entry_number {
            let difference = format!("the head of the book ends at {}", self.head.last_entry_number);
            self.found("number", row.clone(), difference);
        }
        if entry.recorded_at < self.recorded.0 {
            let (now, before) = (instant(entry.recorded_at), instant(self.recorded.0));
            let difference = format!("it was recorded at {now}, the entry before it at {before}");
            self.found("instant", row.clone(), difference);
        }
        self.recorded.0 = entry.recorded_at;
        self.references(entry, lines, &row);
        self.balance(entry, lines, &row);
        for (index, line) in lines.iter().enumerate() {
            self.line(entry, line, index as i32 + 1);
        }
        let hash = self.recomputed(entry, lines, tags);
        let stored = Hash::from_slice(&entry.hash);
        if stored != Some(hash) {
            let stored = stored.map_or_else(|| "not 32 bytes".to_owned(), |hash| hash.to_string());
            let difference = format!(
                "content or order was changed: its hash is {stored}, its content after entry {} gives {hash}",
                self.chain.number
            );
            self.found("hash", row, difference);
        }
        // Go on from what is stored, so that one change is one finding and not all that follow.
        self.chain = Head { number: entry.number, hash: stored.unwrap_or(hash) };
    }

    fn recomputed(&self, entry: &EntryRow, lines: &[LineRow], tags: &[TagRow]) -> Hash {
        let code = |id: i32| self.chart.commodity_code(id).unwrap_or_default().to_owned();
        let codes: Vec<(String, String)> =
            lines.iter().map(|line| (code(line.commodity_id), code(line.weight_commodity_id))).collect();
        let content = EntryContent {
            number: entry.number,
            posted_on: entry.posted_on,
            description: &entry.description,
            party_id: entry.party_id,
            external_id: entry.external_id.as_deref(),
            source: &entry.source,
            reverses: entry.reverses,
            amends: entry.amends,
            recorded_at: entry.recorded_at,
            recorded_by: &entry.recorded_by,
        };
        let lines = lines.iter().zip(&codes).map(|(line, (commodity, weight_commodity))| LineContent {
            account_id: line.account_id,
            commodity,
            amount: line.amount,
            weight_commodity,
            weight: line.weight,
            price_kind: line.price_kind.as_deref(),
            price: line.price.as_deref(),
            memo: line.memo.as_deref(),
        });
        let tags = tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()));
        entry_hash(&self.chain.hash, &content, tags, lines)
    }

    fn references(&mut self, entry: &EntryRow, lines: &[LineRow], row: &str) {
        if let Some(party) = entry.party_id.filter(|id| !self.chart.has_party(*id)) {
            self.found("reference", row.to_owned(), format!("there is no party {party}"));
        }
        for of in [entry.reverses, entry.amends].into_iter().flatten() {
            if of < 1 || of >= entry.number {
                self.found(
                    "reference",
                    row.to_owned(),
                    format!("it corrects entry {of}, which does not come before it"),
                );
            }
        }
        for line in lines {
            let row = format!("lines {}/{}", line.entry_number, line.line_number);
            if !self.chart.has_account(line.account_id) {
                self.found("reference", row.clone(), format!("there is no account {}", line.account_id));
            }
            for id in [line.commodity_id, line.weight_commodity_id] {
                if self.chart.commodity_code(id).is_none() {
                    self.found("reference", row.clone(), format!("there is no commodity {id}"));
                }
            }
        }
    }

    fn balance(&mut self, entry: &EntryRow, lines: &[LineRow], row: &str) {
        if lines.len() < 2 {
            self.found(
                "balance",
                row.to_owned(),
                format!("it has {} lines; an entry has at least two", lines.len()),
            );
        }
        let mut sums: BTreeMap<i32, i128> = BTreeMap::new();
        for line in lines {
            *sums.entry(line.weight_commodity_id).or_default() += i128::from(line.weight);
        }
        for (id, sum) in sums.into_iter().filter(|(_, sum)| *sum != 0) {
            let shown = match self.chart.commodity(id) {
                Some(commodity) => crate::money::format_minor(sum, commodity),
                None => sum.to_string(),
            };
            let difference =
                format!("\"{}\" does not balance: debits less credits are {shown}", entry.description);
            self.found("balance", row.to_owned(), difference);
        }
    }

    fn line(&mut self, entry: &EntryRow, line: &LineRow, number: i32) {
        let row = format!("lines {}/{}", line.entry_number, line.line_number);
        if line.line_number != number {
            self.found("number", row.clone(), format!("line {number} was expected"));
        }
        if line.posted_on != entry.posted_on {
            let difference =
                format!("it lies on {}, its entry on {}", date(line.posted_on), date(entry.posted_on));
            self.found("reference", row.clone(), difference);
        }
        let unpriced = line.price_kind.is_none();
        if unpriced && (line.weight != line.amount || line.weight_commodity_id != line.commodity_id) {
            let difference = "it has no price, but weighs something else than its amount".to_owned();
            self.found("balance", row, difference);
        }
        let key = (line.account_id, line.commodity_id, line.weight_commodity_id, month(date(line.posted_on)));
        let sums = self.turnover.entry(key).or_insert(TurnoverRow {
            account_id: key.0,
            commodity_id: key.1,
            weight_commodity_id: key.2,
            period: key.3,
            debit_amount: 0,
            credit_amount: 0,
            debit_weight: 0,
            credit_weight: 0,
            line_count: 0,
        });
        // Sums that do not fit cannot have been stored: the rollup differs from them in any case.
        sums.debit_amount = sums.debit_amount.wrapping_add(line.amount.max(0));
        sums.credit_amount = sums.credit_amount.wrapping_sub(line.amount.min(0));
        sums.debit_weight = sums.debit_weight.wrapping_add(line.weight.max(0));
        sums.credit_weight = sums.credit_weight.wrapping_sub(line.weight.min(0));
        sums.line_count += 1;
    }

    fn head_fits(&mut self, expected: Option<Head>) {
        let row = format!("book_heads {}", self.book.id());
        let (number, hash) = (self.head.last_entry_number, Hash::from_slice(&self.head.entry_hash));
        if number != self.chain.number || hash != Some(self.chain.hash) {
            let hash = hash.map_or_else(|| "no hash".to_owned(), |hash| hash.to_string());
            let difference = format!("it says {number}:{hash}, the entries end at {}", self.chain);
            self.found("head", row.clone(), difference);
        }
        if let Some(expected) = expected.filter(|expected| expected.number > self.chain.number) {
            let difference = format!(
                "the entries end at {}, the receipt is of entry {}: {} entries are missing at the end",
                self.chain.number,
                expected.number,
                expected.number - self.chain.number
            );
            self.found("head", row, difference);
        }
    }

    /// The head holds the newest instant, and the book's identity holds when it was made.
    fn instants(&mut self) {
        let (held, newest) = (self.head.last_recorded_at, self.recorded.0.max(self.recorded.1));
        if newest > i64::MIN && held != newest {
            let row = format!("book_heads {}", self.book.id());
            let (held, newest) = (instant(held), instant(newest));
            self.found("instant", row, format!("it says {held}, what was recorded last is of {newest}"));
        }
        let book = self.chart.book();
        let made = uuid::Uuid::parse_str(&book.uid).ok().and_then(|uid| uid.get_timestamp());
        let made = made.map(|made| made.to_unix()).map(|(seconds, nanos)| (seconds, nanos / 1_000_000));
        let created = instant(book.created_at);
        // Before 1970 there are no such identities.
        let told =
            u64::try_from(created.timestamp()).ok().map(|told| (told, created.timestamp_subsec_millis()));
        if told.is_some() && made != told {
            let row = format!("books {}", self.book.id());
            self.found(
                "instant",
                row,
                format!("it says that it was made at {created}, its identity says otherwise"),
            );
        }
    }

    fn rollups(&mut self) -> Result<()> {
        let id = self.book.id();
        let monthly: Vec<TurnoverRow> = std::mem::take(&mut self.turnover).into_values().collect();
        let stored = call!(self.book.db(), "reading balances", balance::stored_months(id))?;
        self.compare("balances_monthly", &monthly, &stored);
        let yearly = super::turnover::yearly(&monthly).unwrap_or_default();
        let stored = call!(self.book.db(), "reading balances", balance::stored_years(id))?;
        self.compare("balances_yearly", &yearly, &stored);
        Ok(())
    }

    fn compare(&mut self, table: &str, computed: &[TurnoverRow], stored: &[TurnoverRow]) {
        let key = |row: &TurnoverRow| (row.account_id, row.commodity_id, row.weight_commodity_id, row.period);
        let name = |row: &TurnoverRow| {
            let (account, commodity, weight, period) = key(row);
            format!("{table} {account}/{commodity}/{weight}/{period}")
        };
        let mut stored: BTreeMap<_, &TurnoverRow> = stored.iter().map(|row| (key(row), row)).collect();
        for row in computed {
            match stored.remove(&key(row)) {
                None => {
                    self.found("rollup", name(row), format!("it is missing; the lines give {}", sums(row)))
                }
                Some(other) if other == row => {}
                Some(other) => {
                    let difference = format!("it holds {}, the lines give {}", sums(other), sums(row));
                    self.found("rollup", name(row), difference);
                }
            }
        }
        for row in stored.into_values() {
            self.found("rollup", name(row), format!("it holds {}, but there are no lines", sums(row)));
        }
    }
}

fn sums(row: &TurnoverRow) -> String {
    format!(
        "{} debit, {} credit ({} and {} at book value, minor units, {} lines)",
        row.debit_amount, row.credit_amount, row.debit_weight, row.credit_weight, row.line_count
    )
}
