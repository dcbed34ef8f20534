//! Restoring a book from its archive: rows inserted under every rule of the database, verified, and only then kept.

use std::io::{Read, Seek};

use serde_json::Value;

use super::ArchiveSummary;
use super::manifest::{ArchivedBook, ArchivedHead, ENTRIES, Manifest};
use super::read::{Archive, refused, unreadable};
use super::rows::ArchivedEntry;
use crate::audit::{Head, genesis};
use crate::book::Book;
use crate::book::turnover::Turnover;
use crate::ledger::{Ledger, book_info};
use crate::store::archive::{Record, Table};
use crate::store::call;
use crate::store::rows::{BookRow, HeadMove, HeadRow, PostRows, date, month};
use crate::text::{check_name, normalize};
use crate::{Error, ErrorKind, Result};

/// How many rows are inserted in one go.
const BATCH: usize = 10_000;
/// How long the lines of a batch may be together, in bytes.
const BATCH_BYTES: usize = 16 << 20;

impl Ledger {
    /// Restores a book from the archive that [`crate::Export::archive`] wrote, with its identity, numbers, hashes,
    /// instants and audit log, from either kind of database into either.
    ///
    /// Everything is one unit: chains, balances, rollups and references are recomputed, the heads compared with the
    /// manifest and, where it is given, with `expected`, before anything stays. `place` names the archive in errors;
    /// `name` is the name that the book gets in place of its own, which its audit log then tells.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] where the book or one of its name is there,
    /// [`ErrorKind::InvalidSetting`] for what is no archive or one of a later version, [`ErrorKind::Unreadable`] with
    /// file, line and column for a row, [`ErrorKind::HeadMismatch`] where it is not what its manifest says; nothing
    /// stays then.
    pub fn restore_archive(
        &self,
        place: &str,
        file: impl Read + Seek,
        name: Option<&str>,
        expected: Option<Head>,
    ) -> Result<ArchiveSummary> {
        let mut archive = Archive::open(place, file)?;
        self.write(|| {
            call!(self.database().borrow_mut(), "numbering a book", schema::lock())?;
            let book = self.restored_book(place, &archive.manifest, name)?;
            let restore = Restore { book: &book, place };
            restore.tables(&mut archive, Table::BEFORE_ENTRIES)?;
            restore.entries(&mut archive)?;
            restore.tables(&mut archive, Table::AFTER_ENTRIES)?;
            restore.finish(&archive.manifest, expected)
        })
    }

    /// Inserts the book's own row and its head, before the first entry and event.
    fn restored_book(&self, place: &str, manifest: &Manifest, name: Option<&str>) -> Result<Book<'_>> {
        let Manifest { book, head, .. } = manifest;
        let name = name.unwrap_or(&book.name);
        check_name("book name", name, 100)?;
        self.refuse_known(book, name)?;
        if uuid::Uuid::try_parse(&book.uid).is_err() {
            return Err(refused(
                place,
                format!("\"{}\" is no identity of a book", crate::text::quote(&book.uid)),
            ));
        }
        let last = call!(self.database().borrow_mut(), "numbering a book", book::last_id())?;
        let row = BookRow {
            book_id: last + 1,
            uid: book.uid.clone(),
            name: name.to_owned(),
            normalized_name: normalize(name),
            kind: book.kind.clone(),
            base_commodity: book.base_commodity.clone(),
            time_zone: book.time_zone.clone(),
            created_at: book.created_at,
            archived_at: book.archived_at,
        };
        let genesis = genesis(&row.uid).as_bytes().to_vec();
        let head = HeadRow {
            book_id: row.book_id,
            last_entry_number: 0,
            entry_hash: genesis.clone(),
            // Whatever instant the first entry carries; from there on they never fall.
            last_recorded_at: i64::MIN,
            last_event_number: 0,
            event_hash: genesis,
            locked_through: head.locked_through,
            chart_version: head.chart_version,
        };
        let info = book_info(row.clone()).map_err(|error| {
            refused(place, "its book is of no kind or currency that is known".into()).caused_by(error)
        })?;
        let inserted = call!(self.database().borrow_mut(), "restoring a book", book::insert(&row, &head));
        inserted.map_err(|error| by_rule(error, place, "book"))?;
        Ok(Book::new(self, info))
    }

    fn refuse_known(&self, book: &ArchivedBook, name: &str) -> Result<()> {
        let books = self.books()?;
        let there = |name: &str, hint: &str| {
            Err(ErrorKind::AlreadyExists { what: "book", name: name.to_owned(), hint: hint.to_owned() }
                .into())
        };
        if let Some(same) = books.iter().find(|other| other.uid == book.uid) {
            let hint =
                " and is the archived one, by its identity (restore the archive into another database)";
            return there(&same.name, hint);
        }
        if books.iter().any(|other| normalize(&other.name) == normalize(name)) {
            return there(name, " (restore the archived one under another name with --as NAME)");
        }
        Ok(())
    }
}

/// A book that is being restored.
struct Restore<'b> {
    book: &'b Book<'b>,
    place: &'b str,
}

impl Restore<'_> {
    fn tables<R: Read + Seek>(&self, archive: &mut Archive<R>, tables: &[Table]) -> Result<()> {
        for table in tables {
            let (mut batch, mut bytes): (Vec<Record>, usize) = (Vec::new(), 0);
            archive.lines(&format!("{}.ndjson", table.name()), |line| {
                batch.push(table.parse(line, self.book.id()).map_err(unreadable)?);
                bytes += line.len();
                if batch.len() < BATCH && bytes < BATCH_BYTES {
                    return Ok(());
                }
                bytes = 0;
                self.insert(*table, std::mem::take(&mut batch))
            })?;
            self.insert(*table, batch)?;
        }
        Ok(())
    }

    fn insert(&self, table: Table, batch: Vec<Record>) -> Result<()> {
        let inserted = call!(self.book.db(), "restoring rows", archive::insert(table, batch));
        inserted.map_err(|error| by_rule(error, self.place, table.name()))
    }

    fn entries<R: Read + Seek>(&self, archive: &mut Archive<R>) -> Result<()> {
        let mut head = self.book.read_head()?;
        let (mut batch, mut bytes): (Vec<ArchivedEntry>, usize) = (Vec::new(), 0);
        archive.lines(ENTRIES, |line| {
            batch.push(serde_json::from_slice(line).map_err(unreadable)?);
            bytes += line.len();
            if batch.len() < BATCH && bytes < BATCH_BYTES {
                return Ok(());
            }
            bytes = 0;
            self.post(&mut head, &std::mem::take(&mut batch))
        })?;
        self.post(&mut head, &batch)
    }

    /// Writes a batch of entries as posting does, with the numbers, hashes and instants that they had.
    fn post(&self, head: &mut HeadRow, entries: &[ArchivedEntry]) -> Result<()> {
        let Some(last) = entries.last() else { return Ok(()) };
        let mut rows = PostRows::default();
        let mut turnover = Turnover::default();
        for (entry, number) in entries.iter().zip(head.last_entry_number + 1..) {
            if entry.number != number {
                let reason = format!("entry {number} was expected, entry {} is there", entry.number);
                return Err(refused(self.place, reason));
            }
            if entry.recorded_at < head.last_recorded_at {
                let reason = format!("entry {number} was recorded before the entry in front of it");
                return Err(refused(self.place, reason));
            }
            head.last_recorded_at = entry.recorded_at;
            entry.add_to(&mut rows, head.book_id);
            let period = month(date(entry.posted_on));
            for line in &entry.lines {
                let key = (line.account_id, line.commodity_id, line.weight_commodity_id, period);
                turnover.add(key, line.amount, line.weight);
            }
        }
        let turnover = turnover.rows(&*self.book.chart()?)?;
        (rows.monthly, rows.yearly) = (&turnover.monthly, &turnover.yearly);
        let head_move = HeadMove {
            book_id: head.book_id,
            number_before: head.last_entry_number,
            hash_before: &head.entry_hash,
            number_after: last.number,
            hash_after: &last.hash,
            recorded_at: last.recorded_at,
            chart_version: head.chart_version,
        };
        let written = call!(self.book.db(), "restoring entries", post::write(&rows, &head_move));
        if !written.map_err(|error| by_rule(error, self.place, "entries"))? {
            // The head is locked, so that nobody else can have moved it.
            let what = format!("book_heads {}: the head moved while a book was restored", head.book_id);
            return Err(ErrorKind::Corrupt { what }.into());
        }
        head.last_entry_number = last.number;
        head.entry_hash = last.hash.clone();
        Ok(())
    }

    /// Puts the head where it was, tells a new name in the audit log, and verifies all of it.
    fn finish(&self, manifest: &Manifest, expected: Option<Head>) -> Result<ArchiveSummary> {
        let ArchivedHead { events, event_hash, last_recorded_at, .. } = &manifest.head;
        let id = self.book.id();
        if *last_recorded_at < self.book.read_head()?.last_recorded_at {
            let reason = "its head was recorded before its last entry".to_owned();
            return Err(refused(self.place, reason));
        }
        call!(
            self.book.db(),
            "restoring a book",
            book::move_event_head(id, *events, event_hash, *last_recorded_at)
        )?;
        if self.book.name() != manifest.book.name {
            let (before, after) = (Value::from(manifest.book.name.as_str()), Value::from(self.book.name()));
            self.book.record_event("book.rename", "book", Some(before), Some(after))?;
        }
        let head = manifest.head.head()?;
        let mismatch =
            |difference: String| ErrorKind::HeadMismatch { place: self.place.to_owned(), difference };
        let verified = self.book.verify(expected)?;
        if let Some(finding) = verified.findings.first() {
            let count = verified.findings.len();
            let difference = format!("{}: {} ({count} findings in all)", finding.row, finding.difference);
            return Err(mismatch(difference).into());
        }
        if verified.head != head {
            return Err(
                mismatch(format!("the manifest says {head}, the entries end at {}", verified.head)).into()
            );
        }
        let book = self.book.name().to_owned();
        Ok(ArchiveSummary { book, entries: verified.entries, events: verified.events, head })
    }
}

/// Tells a row that the database's own rules refuse from a database that fails.
fn by_rule(error: Error, place: &str, rows: &str) -> Error {
    let rules = ["constraint", "does not balance", "never "];
    match error.kind() {
        ErrorKind::Database { message, .. } if rules.iter().any(|rule| message.contains(rule)) => {
            let first = message.lines().next().unwrap_or_default();
            refused(place, format!("its {rows} break a rule of the books: {first}")).caused_by(error)
        }
        _ => error,
    }
}
