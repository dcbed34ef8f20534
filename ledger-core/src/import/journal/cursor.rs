//! Walking over the lines of a journal, and over one line.

use memchr::memchr;

/// How many lines a text in quotes may run over.
const TEXT_LINES_MAX: usize = 64;

/// Why a line cannot be read, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The byte of the line.
    pub at: usize,
    /// A short, stable name.
    pub code: &'static str,
    /// A clause.
    pub reason: String,
}

impl Fault {
    pub fn new(at: usize, code: &'static str, reason: impl Into<String>) -> Self {
        Fault { at, code, reason: reason.into() }
    }
}

/// The lines of a text with their numbers, without their ends.
pub(super) struct Lines<'t> {
    text: &'t str,
    at: usize,
    number: u32,
}

impl<'t> Lines<'t> {
    pub fn new(text: &'t str) -> Self {
        Lines { text, at: 0, number: 0 }
    }

    /// The next line.
    pub fn next(&mut self) -> Option<(&'t str, u32)> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let end = memchr(b'\n', rest.as_bytes());
        let line = &rest[..end.unwrap_or(rest.len())];
        self.at += end.map_or(rest.len(), |end| end + 1);
        self.number += 1;
        Some((line.strip_suffix('\r').unwrap_or(line), self.number))
    }

    /// The next line, together with those that a text in quotes runs over.
    pub fn next_closed(&mut self) -> Option<(&'t str, u32)> {
        let start = self.at;
        let (line, number) = self.next()?;
        if memchr(b'"', line.as_bytes()).is_none() || !is_open(line) {
            return Some((line, number));
        }
        let (at, last) = (self.at, self.number);
        // A quote that never closes is a fault of its own line.
        for _ in 0..TEXT_LINES_MAX {
            let Some((next, _)) = self.next() else { break };
            let joined =
                &self.text[start..start + (next.as_ptr() as usize - line.as_ptr() as usize) + next.len()];
            if !is_open(joined) {
                return Some((joined, number));
            }
        }
        (self.at, self.number) = (at, last);
        Some((line, number))
    }

    /// As [`Lines::next_indented`], with the lines that a text in quotes runs over.
    pub fn next_indented_closed(&mut self) -> Option<(&'t str, u32)> {
        let (at, number) = (self.at, self.number);
        let (line, of) = self.next_indented()?;
        if memchr(b'"', line.as_bytes()).is_none() || !is_open(line) {
            return Some((line, of));
        }
        (self.at, self.number) = (at, number);
        self.next_closed()
    }

    /// The next line if it belongs to what began above: it is indented and not blank.
    pub fn next_indented(&mut self) -> Option<(&'t str, u32)> {
        let first = *self.text.as_bytes().get(self.at)?;
        if first != b' ' && first != b'\t' {
            return None;
        }
        let (at, number) = (self.at, self.number);
        let line = self.next()?;
        if line.0.bytes().all(|byte| byte == b' ' || byte == b'\t') {
            (self.at, self.number) = (at, number);
            return None;
        }
        Some(line)
    }

    /// Passes over the indented lines that follow.
    pub fn skip_block(&mut self) {
        while self.next_indented().is_some() {}
    }
}

/// Whether a text in quotes runs on behind the end; a comment ends the search.
fn is_open(line: &str) -> bool {
    let (mut open, mut escaped) = (false, false);
    for byte in line.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if open => escaped = true,
            b'"' => open = !open,
            b';' if !open => return false,
            _ => {}
        }
    }
    open
}

/// A place in a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub line: &'t str,
    pub at: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(line: &'t str, at: usize) -> Self {
        Cursor { line, at }
    }

    /// The byte here, 0 at the end.
    pub fn peek(&self) -> u8 {
        self.line.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// The bytes from here on.
    pub fn bytes(&self) -> &'t [u8] {
        self.line.as_bytes().get(self.at..).unwrap_or(&[])
    }

    /// The text from here on; the cursor stands between characters.
    pub fn rest(&self) -> &'t str {
        self.line.get(self.at..).unwrap_or("")
    }

    pub fn skip_blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\t') {
            self.at += 1;
        }
    }

    /// Passes over this text if it stands here.
    pub fn take(&mut self, text: &str) -> bool {
        let found = self.bytes().starts_with(text.as_bytes());
        self.at += if found { text.len() } else { 0 };
        found
    }

    /// The text up to a byte (ASCII), which is passed over; nothing where it does not come.
    pub fn until(&mut self, end: u8) -> Option<&'t str> {
        let length = memchr(end, self.bytes())?;
        let text = self.rest().get(..length)?;
        self.at += length + 1;
        Some(text)
    }

    pub fn fault(&self, code: &'static str, reason: impl Into<String>) -> Fault {
        Fault::new(self.at, code, reason)
    }
}
