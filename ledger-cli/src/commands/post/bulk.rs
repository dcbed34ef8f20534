//! Many entries in batches: a batch is one unit, and what is wrong is told with its place.

use std::process::ExitCode;

use ledger_core::{BalancedEntry, Book, EntryDraft, Error, ErrorClass, ErrorKind, PostReceipt, Result};

use super::super::Context;
use super::names::Names;
use crate::globals::Format;
use crate::input::{Problem, Problems};
use crate::progress::Progress;
use crate::render::{Cell, Column, Output, Table, print};

/// An entry and where it stands in its input.
pub struct Item {
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
    /// The source, for an excerpt.
    pub source: String,
    /// What to post.
    pub entry: BalancedEntry,
}

/// A bulk post under way.
pub struct Bulk<'c> {
    context: &'c Context,
    book: &'c Book<'c>,
    names: Names<'c>,
    skip_errors: bool,
    waiting: Vec<Item>,
    problems: Problems,
    progress: Progress,
    /// Set by the first problem that is not skipped: from then on entries are read and checked, not posted.
    stopped: bool,
    posted: u64,
    already_posted: u64,
    batches: u64,
    last_line: u64,
}

impl<'c> Bulk<'c> {
    /// A bulk post into a book.
    pub fn new(context: &'c Context, book: &'c Book<'c>, create: bool, skip_errors: bool) -> Self {
        Bulk {
            context,
            book,
            names: Names::new(context, book, create),
            skip_errors,
            waiting: Vec::new(),
            problems: Problems::new("<stdin>"),
            progress: Progress::start(&context.settings, "posting", "entries", None),
            stopped: false,
            posted: 0,
            already_posted: 0,
            batches: 0,
            last_line: 0,
        }
    }

    /// Says what messages call the input.
    pub fn named(mut self, input: &str) -> Self {
        self.problems = Problems::new(input);
        self
    }

    /// How many entries wait for their batch.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Whether anything was wrong so far.
    pub fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Whether what is right is posted although other entries are wrong.
    pub fn skips_errors(&self) -> bool {
        self.skip_errors
    }

    /// Tells that entries were there already, where only the entries are shown.
    pub fn note_counts(&self) {
        if self.already_posted > 0 {
            let counts = format!("{} posted, {} there already", self.posted, self.already_posted);
            self.context.note(counts);
        }
    }

    /// Notes what is wrong; unless errors are skipped, nothing more is posted.
    pub fn refuse(&mut self, problem: Problem) {
        self.context.hint_for(&problem.error);
        self.problems.add(problem);
        self.stopped |= !self.skip_errors;
    }

    /// Takes a draft, or notes what is wrong with it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn take(&mut self, line: u64, column: u64, source: &str, draft: EntryDraft) -> Result<()> {
        let checked = draft.balance().and_then(|entry| self.names.check(&entry).map(|()| entry));
        match checked {
            Ok(entry) => self.waiting.push(Item { line, column, source: source.to_owned(), entry }),
            Err(error) if is_failure(&error) => return Err(error),
            Err(error) => self.refuse(problem(line, column, source, error)),
        }
        Ok(())
    }

    /// Posts what waits as one unit; returns the entries.
    ///
    /// # Errors
    /// When the database fails.
    pub fn flush(&mut self) -> Result<Vec<PostReceipt>> {
        let items = std::mem::take(&mut self.waiting);
        if self.stopped || items.is_empty() {
            return Ok(Vec::new());
        }
        let receipts = match self.post(&items) {
            Ok(receipts) => receipts,
            Err(error) if is_failure(&error) => return Err(error),
            // The batch is refused as a whole by its first bad entry; one by one, all bad ones are found.
            Err(_) => self.post_singly(&items, false)?,
        };
        if !self.stopped {
            let known = receipts.iter().filter(|receipt| receipt.already_posted).count() as u64;
            self.already_posted += known;
            self.posted += receipts.len() as u64 - known;
            self.batches += 1;
            self.last_line = items.last().map_or(self.last_line, |item| item.line);
            self.progress.add(receipts.len() as u64);
        }
        Ok(receipts)
    }

    /// Finds what posting would refuse among the entries that wait, and posts none of them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn check_waiting(&mut self) -> Result<()> {
        let items = std::mem::take(&mut self.waiting);
        self.post_singly(&items, true).map(drop)
    }

    fn post(&self, items: &[Item]) -> Result<Vec<PostReceipt>> {
        let entries = || items.iter().map(|item| item.entry.clone());
        if !items.iter().any(|item| self.names.has_missing(&item.entry)) {
            return self.book.journal().post_all(entries());
        }
        self.book.transaction(|book| {
            items.iter().try_for_each(|item| self.names.open_missing(&item.entry))?;
            book.journal().post_all(entries())
        })
    }

    /// Posts entry by entry in one unit that stays only where errors are skipped, or there are none.
    fn post_singly(&mut self, items: &[Item], only_check: bool) -> Result<Vec<PostReceipt>> {
        let mut receipts = Vec::with_capacity(items.len());
        let mut problems = Vec::new();
        let skip_errors = self.skip_errors;
        let names = &self.names;
        let mut failure = None;
        let unit: Result<()> = self.book.transaction(|book| {
            for item in items {
                let posted = book.transaction(|book| {
                    names.open_missing(&item.entry)?;
                    book.journal().post_or_get(item.entry.clone())
                });
                match posted {
                    Ok(receipt) => receipts.push(receipt),
                    Err(error) if is_failure(&error) => {
                        failure = Some(error);
                        break;
                    }
                    Err(error) => problems.push(problem(item.line, item.column, &item.source, error)),
                }
            }
            if failure.is_none() && !only_check && (skip_errors || problems.is_empty()) {
                return Ok(());
            }
            // Any error takes the unit back; this one is never shown.
            Err(ErrorKind::Misuse("nothing of the batch is posted".to_owned()).into())
        });
        if let Some(failure) = failure {
            return Err(failure);
        }
        let found = !problems.is_empty();
        problems.into_iter().for_each(|problem| self.refuse(problem));
        match unit {
            Ok(()) => Ok(receipts),
            Err(_) if only_check || found => Ok(Vec::new()),
            // Everything was fine, and yet the unit was not kept: that is the commit.
            Err(error) => Err(error),
        }
    }

    /// Tells what was posted and what was wrong; returns the exit code.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(mut self) -> Result<ExitCode> {
        // To a person, "nothing was posted" below the problems says it all.
        if !(self.stopped && self.batches == 0 && self.context.settings.format == Format::Table) {
            self.summarize()?;
        }
        Ok(self.tell_problems())
    }

    /// Tells what was wrong; returns the exit code.
    pub fn tell_problems(&mut self) -> ExitCode {
        if self.problems.is_empty() {
            return ExitCode::SUCCESS;
        }
        self.problems.sort();
        let code = self.problems.report(self.context.settings.error_style());
        if self.stopped && self.last_line > 0 {
            self.context.note(format_args!(
                "stopped: what stands after line {} is not posted ({} entries before it are)",
                self.last_line,
                self.posted + self.already_posted
            ));
        } else if self.stopped {
            self.context.note("nothing was posted");
        }
        code
    }

    /// One line for people, one row for programs.
    fn summarize(&self) -> Result<()> {
        let refused = self.problems.count();
        if self.context.settings.is_terminal_form() {
            let plural = |count: u64, one: &str, many: &str| {
                format!("{count} {}", if count == 1 { one } else { many })
            };
            let mut line = format!(
                "{} posted, {} there already, in {}",
                plural(self.posted, "entry", "entries"),
                self.already_posted,
                plural(self.batches, "batch", "batches")
            );
            if refused > 0 {
                line.push_str(&format!("; {refused} refused"));
            }
            let mut output = Output::open(&self.context.settings)?;
            output.put(format!("{line}\n").as_bytes())?;
            return output.finish();
        }
        let counts = [
            ("posted", self.posted),
            ("already_posted", self.already_posted),
            ("refused", refused),
            ("batches", self.batches),
        ];
        let columns = counts.iter().map(|(name, _)| Column::number(*name)).collect();
        let row = counts.iter().map(|(_, count)| Cell::Number(*count as i64)).collect();
        print(&self.context.settings, Table { columns, rows: vec![row], ..Table::default() })
    }

    /// Tells what was posted before the database failed, so that nobody has to guess.
    pub fn tell_failure(&self) {
        if self.posted + self.already_posted > 0 {
            self.context.note(format_args!(
                "{} entries up to line {} are posted; what stands after it is not",
                self.posted + self.already_posted,
                self.last_line
            ));
        }
    }
}

/// Whether the database or a file failed, which is nobody's mistake in the input.
fn is_failure(error: &Error) -> bool {
    error.kind().class() == ErrorClass::Storage
}

/// A problem at a place, with the line of the source that it is in.
pub fn problem(line: u64, column: u64, source: &str, error: Error) -> Problem {
    Problem::new(line, column, error).with_excerpt(source.lines().next().unwrap_or_default())
}
