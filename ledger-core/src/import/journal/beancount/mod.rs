//! Reads beancount files: directives, transactions, costs, and the booking of what is sold from its lots.

mod amount;
mod booking;
mod directive;
mod entry;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chrono::NaiveDate;

use super::cursor::{Cursor, Fault, Lines};
use super::model::{AccountIndex, Interner, JournalFile, JournalFormat, LinePlace};
use super::sources::{Sources, is_own};
use crate::account::AccountKind;

use self::booking::{CostSpec, Method};

/// How deep files may include each other.
const INCLUDES_MAX: usize = 64;

/// Reads a beancount file.
pub(super) fn read(sources: &Sources) -> JournalFile<'_> {
    let mut reader = Reader {
        sources,
        out: JournalFile { format: Some(JournalFormat::Beancount), ..JournalFile::default() },
        names: Interner::default(),
        tags: Vec::new(),
        roots: HashMap::new(),
        method: Method::Strict,
        methods: HashMap::new(),
        costs: HashMap::new(),
        file: 0,
        open: Vec::new(),
        is_own: is_own(sources.text(0)),
        opens_by_itself: false,
    };
    reader.out.entries.reserve(sources.size() / 160);
    reader.out.lines.reserve(sources.size() / 60);
    reader.read_file(0);
    reader.tell_roots();
    reader.note_unopened();
    let Reader { mut out, costs, method, methods, .. } = reader;
    booking::book(&mut out, sources, &costs, method, &methods);
    out
}

struct Reader<'t> {
    sources: &'t Sources,
    out: JournalFile<'t>,
    names: Interner<'t>,
    /// Tags that are pushed.
    tags: Vec<&'t str>,
    /// Root names that options give.
    roots: HashMap<std::borrow::Cow<'t, str>, AccountKind>,
    method: Method,
    methods: HashMap<AccountIndex, Method>,
    /// Costs by the line's place, until they are booked.
    costs: HashMap<usize, CostSpec<'t>>,
    file: u16,
    open: Vec<u16>,
    /// Whether the file is an export of ours.
    is_own: bool,
    /// Whether a plugin opens accounts by their use.
    opens_by_itself: bool,
}

impl<'t> Reader<'t> {
    fn read_file(&mut self, file: u16) {
        let before = std::mem::replace(&mut self.file, file);
        self.open.push(file);
        let mut lines = Lines::new(self.sources.text(file));
        while let Some((line, number)) = lines.next_closed() {
            let outcome = match line.as_bytes() {
                [] | [b';', ..] => Ok(()),
                [b'0'..=b'9', ..] => self.dated(line, number, &mut lines),
                [b' ' | b'\t', ..] if matches!(line.trim_start().as_bytes(), [] | [b';', ..]) => Ok(()),
                [b' ' | b'\t', ..] => {
                    Err(Fault::new(0, "stray-line", "an indented line has to follow a directive"))
                }
                // Headlines of org-mode and other text that beancount passes over.
                [first, ..] if !first.is_ascii_lowercase() => Ok(()),
                _ => self.undated(line, number),
            };
            if let Err(fault) = outcome {
                self.problem(line, number, &fault);
                lines.skip_block();
            }
        }
        self.open.pop();
        self.file = before;
    }

    fn place(&self, line: u32) -> LinePlace {
        LinePlace { line, file: self.file }
    }

    fn problem(&mut self, line: &str, number: u32, fault: &Fault) {
        let place = self.place(number);
        self.out.fault(self.sources, place, line, fault);
    }

    /// Gives accounts the kinds that options tell of their roots.
    fn tell_roots(&mut self) {
        for account in &mut self.out.accounts {
            let root = account.name.split(':').next().unwrap_or("");
            account.kind = self.roots.get(root).copied();
        }
    }

    fn note_unopened(&mut self) {
        if self.opens_by_itself {
            return;
        }
        let unopened: Vec<&str> = self
            .out
            .accounts
            .iter()
            .filter(|account| !account.declared)
            .map(|account| &*account.name)
            .collect();
        if let Some(first) = unopened.first() {
            let note =
                format!("{} accounts are used without an open directive, such as {first}", unopened.len());
            self.out.notes.push(note);
        }
    }
}

/// Reads a date written like `2026-03-02` or `2026/03/02`.
fn date(cursor: &mut Cursor<'_>) -> Result<NaiveDate, Fault> {
    let start = cursor.at;
    let length =
        cursor.bytes().iter().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/')).count();
    let text = cursor.rest().get(..length).unwrap_or("");
    cursor.at += length;
    let mut parts = text.splitn(3, ['-', '/']).map(str::parse::<u32>);
    let date = match (parts.next(), parts.next(), parts.next()) {
        (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) => {
            i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        }
        _ => None,
    };
    date.ok_or_else(|| {
        let reason = format!(
            "\"{}\" is not a date of the calendar, written like 2026-03-02",
            crate::text::quote(text)
        );
        Fault::new(start, "unreadable-date", reason)
    })
}

/// Reads a string in quotes, as it is written between them.
fn string<'t>(cursor: &mut Cursor<'t>) -> Result<std::borrow::Cow<'t, str>, Fault> {
    cursor.skip_blanks();
    let open = *cursor;
    if !cursor.take("\"") {
        return Err(open.fault("unreadable-text", "a text in quotes has to stand here"));
    }
    let bytes = cursor.bytes();
    let mut at = 0;
    loop {
        match bytes.get(at) {
            None => return Err(open.fault("unreadable-text", "the quote is not closed")),
            Some(b'"') => break,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
    let text = cursor.rest().get(..at).unwrap_or("");
    cursor.at += at + 1;
    Ok(match text.contains('\\') {
        true => std::borrow::Cow::Owned(text.replace("\\\"", "\"").replace("\\n", " ").replace("\\\\", "\\")),
        false => std::borrow::Cow::Borrowed(text),
    })
}

/// Reads an account: at least two segments, the first letter of each large or no letter.
fn account_name<'t>(cursor: &mut Cursor<'t>) -> Option<&'t str> {
    cursor.skip_blanks();
    let bytes = cursor.bytes();
    let fits =
        |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80 || matches!(byte, b':' | b'-' | b'_');
    let length = bytes.iter().position(|byte| !fits(byte)).unwrap_or(bytes.len());
    let name = cursor.rest().get(..length)?;
    let starts = |segment: &str| segment.starts_with(|c: char| !c.is_lowercase() && c != '-');
    if !name.contains(':') || name.ends_with(':') || !name.split(':').all(starts) {
        return None;
    }
    cursor.at += length;
    Some(name)
}
