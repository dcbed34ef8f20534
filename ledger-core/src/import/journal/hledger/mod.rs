//! Reads the journals of ledger and hledger, which share most of their language.

mod amount;
mod auto;
mod comment;
mod date;
mod directive;
mod entry;
mod state;

#[cfg(test)]
mod tests;

pub(super) use self::entry::add_comment;
use self::state::State;
use super::cursor::{Fault, Lines};
use super::model::{Interner, JournalFile, JournalFormat, LinePlace};
use super::sources::{Sources, is_own};

/// How deep files may include each other.
const INCLUDES_MAX: usize = 64;

/// What tells the two programs apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Ledger,
    Hledger,
}

/// Reads a journal of ledger or hledger.
pub(super) fn read(sources: &Sources, dialect: Dialect) -> JournalFile<'_> {
    let format = match dialect {
        Dialect::Ledger => JournalFormat::Ledger,
        Dialect::Hledger => JournalFormat::Hledger,
    };
    let mut reader = Reader {
        sources,
        dialect,
        out: JournalFile { format: Some(format), ..JournalFile::default() },
        names: Interner::default(),
        state: State::new(dialect),
        file: 0,
        open: Vec::new(),
        is_own: is_own(sources.text(0)),
    };
    // About one entry for every hundred bytes and a line for every forty.
    reader.out.entries.reserve(sources.size() / 160);
    reader.out.lines.reserve(sources.size() / 60);
    reader.read_file(0);
    reader.out
}

/// The journal so far, and where the reader is.
struct Reader<'t> {
    sources: &'t Sources,
    dialect: Dialect,
    out: JournalFile<'t>,
    names: Interner<'t>,
    state: State<'t>,
    /// The file that is being read.
    file: u16,
    /// The files that include it, so that none includes itself.
    open: Vec<u16>,
    /// Whether the file is an export of ours.
    is_own: bool,
}

impl<'t> Reader<'t> {
    fn read_file(&mut self, file: u16) {
        let before = std::mem::replace(&mut self.file, file);
        self.open.push(file);
        let mut lines = Lines::new(self.sources.text(file));
        while let Some((line, number)) = lines.next() {
            let outcome = match line.as_bytes() {
                [] => Ok(()),
                [b'0'..=b'9', ..] => {
                    self.entry(line, number, &mut lines);
                    Ok(())
                }
                [b';' | b'#' | b'*' | b'%' | b'|', ..] => Ok(()),
                [b' ' | b'\t', ..] if line.trim().is_empty() => Ok(()),
                [b' ' | b'\t', ..] if line.trim_start().starts_with([';', '#', '*']) => Ok(()),
                [b' ' | b'\t', ..] => {
                    Err(Fault::new(0, "stray-line", "an indented line has to follow an entry or a directive"))
                }
                [b'=', ..] => self.automated(line, number, &mut lines),
                [b'~', ..] => {
                    self.out.leave_out("periodic transaction", self.place(number), line);
                    lines.skip_block();
                    Ok(())
                }
                _ => self.directive(line, number, &mut lines),
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
}
