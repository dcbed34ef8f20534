//! Writing an archive, file by file, straight into the place that it goes to.

use std::collections::HashMap;
use std::io::{self, Write};

use sha2::{Digest, Sha256};
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};
use zip::{CompressionMethod, DateTime, System};

use super::ArchiveSummary;
use super::manifest::{
    ArchivedBook, ArchivedFile, ArchivedHead, ENTRIES, FORMAT, MANIFEST, Manifest, VERSION,
};
use super::rows::ArchivedEntry;
use crate::book::{Book, Export};
use crate::store::archive::{Record, Table};
use crate::store::call;
use crate::store::rows::{LineRow, TagRow};
use crate::{Error, ErrorKind, Result};

/// How many entries are read at once.
const PAGE: i64 = 5_000;

impl Export<'_> {
    /// Writes everything of the book as one archive, which [`crate::Ledger::restore_archive`] restores.
    ///
    /// The archive is a zip of one NDJSON file for each kind of row and `manifest.json`. The same book gives the same
    /// bytes. The book is verified first, because an archive of an unsound one could not be restored.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] with the first finding for a book that is not sound, [`ErrorKind::File`] when `out`
    /// cannot be written.
    pub fn archive(&self, out: &mut dyn Write) -> Result<ArchiveSummary> {
        self.book.ledger.read(|| {
            refuse_unsound(self.book)?;
            let book = call!(self.book.db(), "reading a book", book::by_id(self.book.id()))?;
            let head = ArchivedHead::of(self.book.read_head()?);
            let mut archive = Archive::new(out);
            for table in Table::BEFORE_ENTRIES {
                archive.table(self.book, *table)?;
            }
            archive.entries(self.book, head.entries)?;
            for table in Table::AFTER_ENTRIES {
                archive.table(self.book, *table)?;
            }
            let summary = ArchiveSummary {
                book: book.name.clone(),
                entries: head.entries,
                events: head.events,
                head: head.head()?,
            };
            archive.finish(ArchivedBook::of(book), head)?;
            Ok(summary)
        })
    }
}

fn refuse_unsound(book: &Book<'_>) -> Result<()> {
    let findings = book.verify(None)?.findings;
    let Some(first) = findings.first() else { return Ok(()) };
    let reason = format!(
        "it is not sound ({} findings, the first: {}: {}), so that its archive could not be restored (run `ledger \
         verify`; `ledger export` still writes its journal)",
        findings.len(),
        first.row,
        first.difference
    );
    Err(ErrorKind::NotAllowed { what: "book", name: book.name().to_owned(), verb: "archived whole", reason }
        .into())
}

/// An archive under way.
struct Archive<'o> {
    zip: ZipWriter<StreamWriter<&'o mut dyn Write>>,
    files: Vec<ArchivedFile>,
    hash: Sha256,
    /// The file that is being written; files without rows are left out.
    file: Option<ArchivedFile>,
}

impl<'o> Archive<'o> {
    fn new(out: &'o mut dyn Write) -> Self {
        Archive { zip: ZipWriter::new_stream(out), files: Vec::new(), hash: Sha256::new(), file: None }
    }

    fn table(&mut self, book: &Book<'_>, table: Table) -> Result<()> {
        let name = format!("{}.ndjson", table.name());
        let mut line = Vec::new();
        let mut failed = None;
        let mut each = |record: Record| {
            line.clear();
            let written =
                record.write(&mut line).map_err(io::Error::from).and_then(|()| self.line(&name, &mut line));
            failed = written.err();
            failed.is_none()
        };
        call!(book.db(), "reading an archive's rows", archive::read(table, book.id(), &mut each))?;
        match failed {
            Some(error) => Err(unwritten(error)),
            None => self.end_file().map_err(unwritten),
        }
    }

    fn entries(&mut self, book: &Book<'_>, last: i64) -> Result<()> {
        let id = book.id();
        let mut line = Vec::new();
        let mut first = 1;
        while first <= last {
            let end = first.saturating_add(PAGE - 1).min(last);
            let mut lines: HashMap<i64, Vec<LineRow>> = HashMap::with_capacity(PAGE as usize);
            for row in call!(book.db(), "reading lines", entry::lines_range(id, first, end))? {
                lines.entry(row.entry_number).or_default().push(row);
            }
            let mut tags: HashMap<i64, Vec<TagRow>> = HashMap::new();
            for row in call!(book.db(), "reading tags", entry::tags_range(id, first, end))? {
                tags.entry(row.entry_number).or_default().push(row);
            }
            for row in call!(book.db(), "reading entries", entry::range(id, first, end))? {
                let lines = lines.remove(&row.number).unwrap_or_default();
                let tags = tags.remove(&row.number).unwrap_or_default();
                line.clear();
                serde_json::to_writer(&mut line, &ArchivedEntry::of(row, lines, tags))
                    .map_err(io::Error::from)
                    .and_then(|()| self.line(ENTRIES, &mut line))
                    .map_err(unwritten)?;
            }
            first = end + 1;
        }
        self.end_file().map_err(unwritten)
    }

    /// Writes one object, as the first one of its file or after others.
    fn line(&mut self, name: &str, line: &mut Vec<u8>) -> io::Result<()> {
        line.push(b'\n');
        if self.file.is_none() {
            self.zip.start_file(name, options())?;
            self.file = Some(ArchivedFile { name: name.to_owned(), rows: 0, bytes: 0, sha256: Vec::new() });
        }
        if let Some(file) = &mut self.file {
            file.rows += 1;
            file.bytes += line.len() as u64;
        }
        self.hash.update(&line);
        self.zip.write_all(line)
    }

    fn end_file(&mut self) -> io::Result<()> {
        if let Some(mut file) = self.file.take() {
            file.sha256 = self.hash.finalize_reset().to_vec();
            self.files.push(file);
        }
        Ok(())
    }

    fn finish(self, book: ArchivedBook, head: ArchivedHead) -> Result<()> {
        let manifest =
            Manifest { format: FORMAT.to_owned(), version: VERSION, book, head, files: self.files };
        let mut zip = self.zip;
        let mut write = || -> io::Result<()> {
            let mut text = serde_json::to_vec_pretty(&manifest)?;
            text.push(b'\n');
            zip.start_file(MANIFEST, options())?;
            zip.write_all(&text)
        };
        write().map_err(unwritten)?;
        let done = zip.finish().map_err(io::Error::from).and_then(|out| out.into_inner().flush());
        done.map_err(unwritten)
    }
}

/// How every file is kept: nothing of the moment or the machine, and room for more than 4 GB.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::default())
        .system(System::Unix)
        .unix_permissions(0o644)
        .large_file(true)
}

fn unwritten(error: io::Error) -> Error {
    let kind = ErrorKind::File { verb: "write", path: "the archive".to_owned(), message: error.to_string() };
    Error::from(kind).caused_by(error)
}
