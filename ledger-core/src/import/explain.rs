//! Why a file was read as it was: each decision with its reason, its confidence and what else was possible, as
//! plain data; and the question that is left where nothing decides.

use super::profile::CsvProfile;
use super::statement::unreadable;
use crate::Error;

/// How sure a decision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Likely, and worth a look.
    Low,
    /// The file speaks for it, and nothing in it against.
    Medium,
    /// Told, proven by the file, or the layout of a known bank.
    High,
}

impl Confidence {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

/// One thing that had to be decided before the rows could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What was decided, such as `date format` or `sign`.
    pub about: &'static str,
    /// What was chosen.
    pub choice: String,
    /// Why, as a clause.
    pub reason: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// What else was considered.
    pub alternatives: Vec<String>,
    /// The flag that decides it otherwise.
    pub flag: &'static str,
}

/// What a file leaves open, with the answers that there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenQuestion {
    /// The line and the column that leave it open, from 1.
    pub place: (u64, u64),
    /// Why it is open, as a clause that names the flag.
    pub reason: String,
    /// The answers; empty where only a person who knows the file can name one.
    pub choices: Vec<Choice>,
}

/// An answer to an [`OpenQuestion`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The answer in words.
    pub label: String,
    /// The profile that gives this answer: merge it over the one in use and read again.
    pub settles: CsvProfile,
}

/// What is decided about a file, and the first question that stays open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What was decided, in the order in which it was: up to the question, where there is one.
    pub decisions: Vec<Decision>,
    /// What nothing in the file decides; none where it can be read.
    pub open: Option<OpenQuestion>,
}

/// Why a file cannot be read yet.
#[derive(Debug)]
pub(super) enum Halt {
    /// It cannot be read this way at all.
    Refused(Error),
    /// Something is open.
    Open(OpenQuestion),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Halt {
        Halt::Refused(error)
    }
}

impl From<crate::ErrorKind> for Halt {
    fn from(kind: crate::ErrorKind) -> Halt {
        Halt::Refused(kind.into())
    }
}

impl Halt {
    /// A question without ready answers.
    pub fn open(place: (u64, u64), reason: impl Into<String>) -> Halt {
        Halt::Open(OpenQuestion { place, reason: reason.into(), choices: Vec::new() })
    }

    /// The error for a caller that cannot ask.
    pub fn into_error(self, file: &str) -> Error {
        match self {
            Halt::Refused(error) => error,
            Halt::Open(question) => unreadable(file, question.place, question.reason),
        }
    }
}

/// What the search for one part of the layout comes to.
pub(super) type Found<T> = Result<T, Halt>;

/// The decisions so far, in the order in which they were made.
#[derive(Debug, Default)]
pub(super) struct Decisions(pub Vec<Decision>);

impl Decisions {
    /// Notes a decision.
    pub fn note(
        &mut self,
        about: &'static str,
        flag: &'static str,
        choice: impl Into<String>,
        confidence: Confidence,
        reason: impl Into<String>,
    ) {
        let (choice, reason) = (choice.into(), reason.into());
        self.0.push(Decision { about, choice, reason, confidence, alternatives: Vec::new(), flag });
    }

    /// Adds what else was considered to the last decision.
    pub fn among(&mut self, alternatives: impl IntoIterator<Item = String>) {
        if let Some(last) = self.0.last_mut() {
            last.alternatives.extend(alternatives);
        }
    }
}
