//! What is wrong with an input, place by place, told so that a person can mend it.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::process::ExitCode;

use ledger_core::text::place;
use ledger_core::{Error, ErrorKind};
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use crate::exit::{self, ErrorStyle};
use crate::render::visible;

/// How many problems of an input are shown; the rest is counted.
const SHOWN_MAX: usize = 50;
/// How much of a source line is shown, in characters.
const EXCERPT_MAX: usize = 100;

/// One thing that is wrong, at its place.
#[derive(Debug)]
pub struct Problem {
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1; 0 where the whole line is meant.
    pub column: u64,
    /// What is wrong.
    pub error: Error,
    /// The source line, or the part of it around the column.
    pub excerpt: Option<Excerpt>,
}

/// A piece of a source line and where its caret stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    text: String,
    /// Display columns before the caret.
    before: Option<usize>,
}

impl Problem {
    /// A problem that any error makes at a place; an [`ErrorKind::Unreadable`] brings its own place.
    pub fn new(line: u64, column: u64, error: Error) -> Self {
        let (line, column) = match error.kind() {
            ErrorKind::Unreadable { line, column, .. } => (*line, *column),
            _ => (line, column),
        };
        Problem { line, column, error, excerpt: None }
    }

    /// Text that cannot be read.
    pub fn unreadable(file: &str, line: u64, column: u64, reason: impl Into<String>) -> Self {
        let kind = ErrorKind::Unreadable { file: file.to_owned(), line, column, reason: reason.into() };
        Problem { line, column, error: kind.into(), excerpt: None }
    }

    /// The same problem with the source line that it is in.
    pub fn with_excerpt(mut self, source: &str) -> Self {
        self.excerpt = Some(Excerpt::around(source, self.column));
        self
    }

    /// What is wrong, without the place.
    pub fn sentence(&self) -> String {
        match self.error.kind() {
            ErrorKind::Unreadable { reason, .. } => reason.clone(),
            _ => self.error.to_string(),
        }
    }
}

impl Excerpt {
    fn around(source: &str, column: u64) -> Self {
        let at = usize::try_from(column).unwrap_or(usize::MAX).checked_sub(1);
        // A caret far to the right gets a third of the excerpt for what stands before it.
        let skipped = at.filter(|at| *at >= EXCERPT_MAX).map_or(0, |at| at - EXCERPT_MAX / 3);
        let mut letters = source.chars().skip(skipped);
        let piece: String = letters.by_ref().take(EXCERPT_MAX).collect();
        let (dots, more) =
            (if skipped > 0 { "…" } else { "" }, if letters.next().is_some() { "…" } else { "" });
        let before = at.map(|at| {
            let before: String = piece.chars().take(at - skipped).collect();
            dots.width() + visible(&before).width()
        });
        Excerpt { text: format!("{dots}{}{more}", visible(&piece)), before }
    }
}

/// All that is wrong with an input; only the first fifty are kept, so that memory is bounded.
#[derive(Debug)]
pub struct Problems {
    file: String,
    /// Each with its code, where that says more than the code of its error.
    kept: Vec<(Problem, Option<&'static str>)>,
    count: u64,
    codes: BTreeSet<u8>,
}

impl Problems {
    /// No problems yet, with the input that messages call `file`.
    pub fn new(file: impl Into<String>) -> Self {
        Problems { file: file.into(), kept: Vec::new(), count: 0, codes: BTreeSet::new() }
    }

    /// Adds a problem.
    pub fn add(&mut self, problem: Problem) {
        self.add_as(problem, None);
    }

    /// Adds a problem under a code of its own, such as `unreadable-date`.
    pub fn add_coded(&mut self, problem: Problem, code: &'static str) {
        self.add_as(problem, Some(code));
    }

    fn add_as(&mut self, problem: Problem, code: Option<&'static str>) {
        self.count += 1;
        self.codes.insert(exit::code(&problem.error));
        if self.kept.len() < SHOWN_MAX {
            self.kept.push((problem, code));
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many problems there are, shown or not.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Puts the problems in the order of their places, where they were not found in it.
    pub fn sort(&mut self) {
        self.kept.sort_by_key(|(problem, _)| (problem.line, problem.column));
    }

    /// The exit code: that of the problems where they agree, storage where it failed, else invalid.
    pub fn code(&self) -> u8 {
        match self.codes.iter().collect::<Vec<_>>()[..] {
            [] => exit::FINE,
            [code] => *code,
            _ if self.codes.contains(&exit::STORAGE) => exit::STORAGE,
            _ => exit::INVALID,
        }
    }

    /// Tells all problems on standard error and returns the exit code.
    pub fn report(&self, style: ErrorStyle) -> ExitCode {
        // Standard error may be closed; there is nobody left to tell then.
        let _ = self.write(&mut io::stderr().lock(), style);
        ExitCode::from(self.code())
    }

    /// Writes the problems as [`Problems::report`] does, to any place.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, out: &mut dyn Write, style: ErrorStyle) -> io::Result<()> {
        if style.json {
            return self.write_json(out);
        }
        let (on, off) = if style.color { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        for (problem, code) in &self.kept {
            let place = place(&self.file, problem.line, problem.column);
            let code = code.unwrap_or(problem.error.kind().code());
            writeln!(out, "{place}: {on}[{code}]{off} {}", problem.sentence())?;
            if let Some(excerpt) = &problem.excerpt {
                writeln!(out, "    {}", excerpt.text)?;
                if let Some(before) = excerpt.before {
                    writeln!(out, "    {}{on}^{off}", " ".repeat(before))?;
                }
            }
        }
        if self.count > self.kept.len() as u64 {
            writeln!(out, "({} more not shown)", self.count - self.kept.len() as u64)?;
        }
        if self.count > 0 {
            writeln!(out, "{on}error:{off} {}", self.summary())?;
        }
        Ok(())
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let problems: Vec<_> = self
            .kept
            .iter()
            .map(|(problem, code)| {
                json!({
                    "file": self.file,
                    "line": problem.line,
                    "column": problem.column,
                    "code": code.unwrap_or(problem.error.kind().code()),
                    "message": problem.sentence(),
                })
            })
            .collect();
        let code = self.code();
        let object = json!({
            "code": "problems",
            "class": exit::class_name(code),
            "message": self.summary(),
            "exit": code,
            "count": self.count,
            "problems": problems,
        });
        writeln!(out, "{object}")
    }

    fn summary(&self) -> String {
        let plural = if self.count == 1 { "" } else { "s" };
        format!("{} has {} problem{plural}", self.file, self.count)
    }
}
