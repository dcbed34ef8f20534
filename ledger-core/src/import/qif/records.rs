//! QIF text to headers and records: one field in each line, its first character saying what it is.

/// A field with the byte at which its text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'t> {
    pub code: char,
    pub text: &'t str,
    pub at: usize,
}

/// The fields up to a `^`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Record<'t> {
    pub fields: Vec<Field<'t>>,
    pub start: usize,
    pub end: usize,
    /// Whether a `^` ends it.
    pub is_closed: bool,
    /// The length of its longest field, in bytes.
    pub longest: usize,
    /// Whether there are more fields than are kept.
    pub is_too_long: bool,
}

/// A piece of a QIF file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item<'t> {
    /// A line that begins with `!`.
    Header {
        text: &'t str,
        at: usize,
    },
    Record(Record<'t>),
}

const FIELDS_MAX: usize = 10_000;

/// Walks over the headers and records of a text; empty records are passed over.
pub(super) struct Records<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Records<'t> {
    pub fn new(text: &'t str) -> Records<'t> {
        Records { text, at: 0 }
    }

    /// The physical line at `at`, without its end, and the byte at which the next begins.
    fn line(&self, at: usize) -> (&'t str, usize) {
        let rest = &self.text[at..];
        let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
        (&rest[..end], at + end + usize::from(end < rest.len()))
    }
}

impl<'t> Iterator for Records<'t> {
    type Item = Item<'t>;

    fn next(&mut self) -> Option<Item<'t>> {
        let mut record = Record::default();
        while self.at < self.text.len() {
            let at = self.at;
            let (line, next) = self.line(at);
            let trimmed = line.trim();
            if trimmed.starts_with('!') {
                if !record.fields.is_empty() {
                    return Some(Item::Record(record));
                }
                self.at = next;
                return Some(Item::Header { text: trimmed, at });
            }
            self.at = next;
            let mut letters = line.trim_start().chars();
            let Some(code) = letters.next() else { continue };
            if code == '^' {
                if record.fields.is_empty() {
                    continue;
                }
                record.is_closed = true;
                record.end = at + line.len();
                return Some(Item::Record(record));
            }
            let text = letters.as_str();
            if record.fields.is_empty() {
                record.start = at;
            }
            record.end = at + line.len();
            record.longest = record.longest.max(line.len());
            record.is_too_long |= record.fields.len() >= FIELDS_MAX;
            if !record.is_too_long {
                record.fields.push(Field {
                    code,
                    text: text.trim(),
                    at: at + (line.len() - text.trim_start().len()),
                });
            }
        }
        (!record.fields.is_empty()).then_some(Item::Record(record))
    }
}
