//! The register of an account: its lines in order, with the balance after each.

use chrono::NaiveDate;
use serde::Serialize;

use crate::money::Amount;
use crate::{Error, ErrorKind};

/// A place between the lines of a register: posting day, entry, line.
///
/// It is printed and read as `DAY/ENTRY/LINE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegisterCursor {
    /// The line's posting day.
    pub posted_on: NaiveDate,
    /// The line's entry.
    pub entry_number: i64,
    /// The line's place in its entry, from 1.
    pub line_number: i32,
}

impl std::fmt::Display for RegisterCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.posted_on, self.entry_number, self.line_number)
    }
}

impl Serialize for RegisterCursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl std::str::FromStr for RegisterCursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.split('/');
        let mut cursor = || {
            Some(RegisterCursor {
                posted_on: parts.next()?.parse().ok()?,
                entry_number: parts.next()?.parse().ok()?,
                line_number: parts.next()?.parse().ok()?,
            })
        };
        cursor().ok_or_else(|| {
            let reason = "a place in a register reads DAY/ENTRY/LINE, as printed below a page".to_owned();
            ErrorKind::InvalidSetting { what: "cursor", value: text.to_owned(), reason }.into()
        })
    }
}

/// Which lines of a register to show.
///
/// With `after` the page goes forward from there, with `before` it ends there; with neither it is the first page,
/// or the last one when `latest` is set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegisterQuery {
    /// The account's name or alias.
    pub account: String,
    /// Also the accounts below it.
    pub below: bool,
    /// First posting day.
    pub from: Option<NaiveDate>,
    /// Last posting day.
    pub to: Option<NaiveDate>,
    /// Lines after this place.
    pub after: Option<RegisterCursor>,
    /// Lines before this place.
    pub before: Option<RegisterCursor>,
    /// The last page instead of the first.
    pub latest: bool,
    /// At most so many lines, at least one.
    pub limit: usize,
    /// Also entries that were amended, and the mirrors that undid them.
    pub with_amended: bool,
}

impl RegisterQuery {
    /// The latest 50 lines of an account.
    pub fn latest(account: impl Into<String>) -> Self {
        RegisterQuery { account: account.into(), latest: true, limit: 50, ..Self::default() }
    }
}

/// One line of a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterLine {
    /// The posting day.
    pub posted_on: NaiveDate,
    /// The entry.
    pub entry_number: i64,
    /// The line's place in its entry, from 1.
    pub line_number: i32,
    /// What happened.
    pub description: String,
    /// With whom.
    pub party: Option<String>,
    /// The line's own account.
    pub account: String,
    /// The accounts on the entry's other lines.
    pub counter_accounts: Vec<String>,
    /// The line's note.
    pub memo: Option<String>,
    /// Debit (positive) or credit (negative).
    pub amount: Amount,
    /// What the register's accounts hold of this commodity after the line.
    pub balance: Amount,
}

/// A page of a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterPage {
    /// The account's name.
    pub account: String,
    /// What was held before the first line, per commodity.
    pub opening: Vec<Amount>,
    /// The lines, oldest first.
    pub lines: Vec<RegisterLine>,
    /// What is held after the last line, per commodity.
    pub closing: Vec<Amount>,
    /// Hand this to `before` for the page before this one.
    pub previous: Option<RegisterCursor>,
    /// Hand this to `after` for the page after this one.
    pub next: Option<RegisterCursor>,
}
