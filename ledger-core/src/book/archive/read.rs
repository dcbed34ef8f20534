//! An archive as it is found: what it may hold, how much, and that every file is what the manifest says.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::manifest::{ArchivedFile, ENTRIES, FORMAT, MANIFEST, Manifest, VERSION};
use crate::store::archive::Table;
use crate::{Error, ErrorKind, Result};

/// The longest manifest, in bytes.
const MANIFEST_MAX: u64 = 1 << 20;
/// The longest line of a file, in bytes.
const LINE_MAX: u64 = 64 << 20;
/// How many times its own length an archive may hold, plus [`EXPANSION_FREE`]: rows of a book come to about 15 times.
const EXPANSION_MAX: u64 = 250;
const EXPANSION_FREE: u64 = 16 << 20;

/// An archive whose manifest was read and fits what is there.
pub(super) struct Archive<R> {
    zip: ZipArchive<R>,
    place: String,
    pub manifest: Manifest,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens an archive and checks everything that can be told without reading its rows.
    pub(super) fn open(place: &str, mut file: R) -> Result<Self> {
        let refuse = |reason: String| refused(place, reason);
        let length = file.seek(SeekFrom::End(0)).map_err(|error| unread(place, error))?;
        let mut zip =
            ZipArchive::new(file).map_err(|error| refuse(format!("it is no zip file ({error})")))?;
        let manifest = read_manifest(&mut zip, place)?;
        let mut total = 0_u64;
        for file in &manifest.files {
            let known = file.name == ENTRIES || table_of(&file.name).is_some();
            if !known {
                let name = crate::text::quote(&file.name);
                return Err(refuse(format!(
                    "its manifest names \"{name}\", which this program does not know"
                )));
            }
            if manifest.files.iter().filter(|other| other.name == file.name).count() > 1 {
                return Err(refuse(format!("its manifest names {} twice", file.name)));
            }
            total = total.saturating_add(file.bytes);
        }
        if total > length.saturating_mul(EXPANSION_MAX).saturating_add(EXPANSION_FREE) {
            return Err(refuse(format!(
                "its {length} bytes claim to hold {total}, more than any book's would"
            )));
        }
        for index in 0..zip.len() {
            let name = zip.name_for_index(index).and_then(|name| name.ok()).unwrap_or_default().into_owned();
            let named = name == MANIFEST || manifest.files.iter().any(|file| file.name == name);
            if !named {
                let name = crate::text::quote(&name);
                return Err(refuse(format!("it holds {name:?}, which its manifest does not name")));
            }
        }
        Ok(Archive { zip, place: place.to_owned(), manifest })
    }

    /// Hands over the lines of a file with their numbers, and checks count, length and hash at its end. A file that
    /// the archive does not have has no lines.
    pub(super) fn lines(&mut self, name: &str, mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let Some(expected) = self.manifest.files.iter().find(|file| file.name == name).cloned() else {
            return Ok(());
        };
        let place = format!("{}/{name}", self.place);
        let file =
            self.zip.by_name(name).map_err(|error| refused(&self.place, format!("{name}: {error}")))?;
        // One byte more than was declared shows that there is more.
        let mut file = BufReader::with_capacity(1 << 16, file.take(expected.bytes.saturating_add(1)));
        let (mut found, mut hash) = (ArchivedFile { rows: 0, bytes: 0, ..expected.clone() }, Sha256::new());
        let mut line = Vec::new();
        loop {
            line.clear();
            let length = (&mut file).take(LINE_MAX).read_until(b'\n', &mut line);
            let length = length.map_err(|error| unread(&place, error))?;
            if length == 0 {
                break;
            }
            found.rows += 1;
            found.bytes += length as u64;
            hash.update(&line);
            if line.pop_if(|last| *last == b'\n').is_none() {
                let reason = format!("the line does not end, or is longer than {LINE_MAX} bytes");
                return Err(at(&place, found.rows, reason));
            }
            each(&line).map_err(|error| at_line(error, &place, found.rows))?;
        }
        found.sha256 = hash.finalize().to_vec();
        let same =
            (found.rows, found.bytes, &found.sha256) == (expected.rows, expected.bytes, &expected.sha256);
        if same {
            return Ok(());
        }
        let difference = format!(
            "the manifest says {} rows in {} bytes, {} rows in {} bytes with{} hash are there",
            expected.rows,
            expected.bytes,
            found.rows,
            found.bytes,
            if found.sha256 == expected.sha256 { " the same" } else { " another" }
        );
        Err(ErrorKind::HeadMismatch { place, difference }.into())
    }
}

fn read_manifest<R: Read + Seek>(zip: &mut ZipArchive<R>, place: &str) -> Result<Manifest> {
    let file = zip.by_name(MANIFEST).map_err(|error| refused(place, format!("{MANIFEST}: {error}")))?;
    let mut text = Vec::new();
    file.take(MANIFEST_MAX + 1).read_to_end(&mut text).map_err(|error| unread(place, error))?;
    if text.len() as u64 > MANIFEST_MAX {
        return Err(refused(place, format!("its manifest is longer than {MANIFEST_MAX} bytes")));
    }
    // The version first: a later manifest may have another shape.
    let value: serde_json::Value =
        serde_json::from_slice(&text).map_err(|error| refused(place, format!("{MANIFEST}: {error}")))?;
    if value["format"] != FORMAT {
        return Err(refused(place, format!("{MANIFEST} is not that of a \"{FORMAT}\"")));
    }
    if value["version"].as_u64() != Some(VERSION.into()) {
        let reason = format!(
            "it has version {}, this program reads version {VERSION} (use a later version of ledger)",
            value["version"]
        );
        return Err(refused(place, reason));
    }
    serde_json::from_value(value).map_err(|error| refused(place, format!("{MANIFEST}: {error}")))
}

/// The table whose rows a file holds.
fn table_of(name: &str) -> Option<Table> {
    let name = name.strip_suffix(".ndjson")?;
    let tables = Table::BEFORE_ENTRIES.iter().chain(Table::AFTER_ENTRIES);
    tables.copied().find(|table| table.name() == name)
}

/// An archive that cannot be restored, with the reason.
pub(super) fn refused(place: &str, reason: String) -> Error {
    ErrorKind::InvalidSetting { what: "archive", value: crate::text::quote(place), reason }.into()
}

/// A row that cannot be read.
pub(super) fn unreadable(error: serde_json::Error) -> Error {
    let (column, reason) = (error.column() as u64, error.to_string());
    // The place within the line is told apart; of the sentence only what is wrong is kept.
    let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
    Error::from(ErrorKind::Unreadable { file: String::new(), line: 0, column, reason }).caused_by(error)
}

/// Gives an unreadable row its file and line.
fn at_line(error: Error, place: &str, line: u64) -> Error {
    match error.kind() {
        ErrorKind::Unreadable { file, column, reason, .. } if file.is_empty() => {
            let (file, column, reason) = (place.to_owned(), *column, reason.clone());
            ErrorKind::Unreadable { file, line, column, reason }.into()
        }
        _ => error,
    }
}

fn at(place: &str, line: u64, reason: String) -> Error {
    ErrorKind::Unreadable { file: place.to_owned(), line, column: 0, reason }.into()
}

fn unread(place: &str, error: std::io::Error) -> Error {
    let kind = ErrorKind::File { verb: "read", path: place.to_owned(), message: error.to_string() };
    Error::from(kind).caused_by(error)
}
