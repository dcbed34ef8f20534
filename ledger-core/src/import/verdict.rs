//! What a statement line is to the book, and why.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// What a statement line is to the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// An entry has to be posted for it.
    New,
    /// An earlier import had it.
    Duplicate,
    /// An entry for it was posted by hand.
    Match,
    /// The other side of it, on another own account, is in the book or in the same file.
    Transfer,
    /// It moves nothing.
    Zero,
    /// A person has to say what it is.
    Ambiguous,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Verdict; 6] = [
        Verdict::New,
        Verdict::Duplicate,
        Verdict::Match,
        Verdict::Transfer,
        Verdict::Zero,
        Verdict::Ambiguous,
    ];

    /// The stored and printed name, such as `new`.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::New => "new",
            Verdict::Duplicate => "duplicate",
            Verdict::Match => "match",
            Verdict::Transfer => "transfer",
            Verdict::Zero => "zero",
            Verdict::Ambiguous => "ambiguous",
        }
    }

    /// The verdict with this name.
    pub fn from_name(name: &str) -> Option<Verdict> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == name)
    }
}

/// Why a line has its verdict; kept small, for files of a million lines, and displayed as a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Nothing is like it.
    Alone,
    /// It moves nothing.
    Nothing,
    /// The same id, day and amount.
    SameBankId { import_id: i64, line_number: u32 },
    /// The same content.
    SameContent { import_id: i64, line_number: u32 },
    /// Another format has a line of the same day and amount.
    LooksLike { import_id: i64, line_number: u32, file: Arc<str> },
    /// Whatever else.
    Told(Box<str>),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Alone => f.write_str("nothing in the book is like it"),
            Reason::Nothing => f.write_str("an amount of zero, nothing to post"),
            Reason::SameBankId { import_id, line_number } => {
                write!(
                    f,
                    "the bank gave the same id, day and amount to line {line_number} of import {import_id}"
                )
            }
            Reason::SameContent { import_id, line_number } => {
                write!(f, "the same day, amount and text as line {line_number} of import {import_id}")
            }
            Reason::LooksLike { import_id, line_number, file } => {
                write!(
                    f,
                    "it looks like line {line_number} of import {import_id} ({file}), another format: the same day and \
                     amount"
                )
            }
            Reason::Told(text) => f.write_str(text),
        }
    }
}

/// What stands for a line already, or will.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// Nothing yet.
    None,
    /// An entry of the book, as it is.
    Entry(i64),
    /// An entry of the book whose counter account gives way to the line's own.
    Adjust(i64),
    /// The line of another format, with the entry that stands for it; nothing where it was passed over.
    Same(Option<i64>),
    /// The entry that is posted for another line of the file, by its place there.
    Line(usize),
}

/// A verdict with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judgement {
    pub verdict: Verdict,
    pub reason: Reason,
    /// What stands for it; of an ambiguous line, what is proposed where it is only one.
    pub link: Link,
}

impl Judgement {
    pub(crate) fn new(verdict: Verdict, reason: Reason) -> Judgement {
        Judgement { verdict, reason, link: Link::None }
    }

    /// A line that nothing is like.
    pub(crate) fn alone() -> Judgement {
        Judgement::new(Verdict::New, Reason::Alone)
    }

    pub(crate) fn linked(verdict: Verdict, link: Link, reason: String) -> Judgement {
        Judgement { verdict, reason: Reason::Told(reason.into()), link }
    }
}
