//! Reads hledger's CSV rules: how a file's columns are read as a [`CsvProfile`], its `if` blocks as rules, and what
//! has no counterpart here as a list with reasons.
//!
//! The format is described in hledger's manual, "CSV". In it the last assignment wins, here the first rule does, so
//! that the rules come in the opposite order; blocks that skip come first, as nothing overrules those there.

mod columns;
mod convert;
mod lines;

use self::columns::Columns;
use self::lines::{Directive, Located, directives};
use super::rule::Rule;
use crate::import::CsvProfile;
use crate::{ErrorKind, Result};

/// How deep files may include each other.
const INCLUDES_MAX: usize = 20;

/// hledger's CSV rules as a profile and rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HledgerRules {
    /// How the columns are read.
    pub profile: CsvProfile,
    /// The statement's own account (`account1`).
    pub account: Option<String>,
    /// The rules, in the order in which they apply here.
    pub rules: Vec<Rule>,
    /// What has no counterpart, in the order of the files.
    pub unmapped: Vec<Unmapped>,
}

/// A line that has no counterpart here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmapped {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The line as it stands.
    pub text: String,
    /// Why, as a clause.
    pub reason: String,
}

impl Unmapped {
    fn of(located: &Located, reason: impl Into<String>) -> Unmapped {
        let (file, text) = (located.file.clone(), located.text.clone());
        Unmapped { file, line: located.line, text, reason: reason.into() }
    }
}

/// Gives the name for messages and the text of a file, asked with its name as it is written and the name of the file
/// that includes it.
pub type Include<'i> = dyn FnMut(&str, &str) -> Result<(String, String)> + 'i;

/// Reads hledger's CSV rules as far as they map.
///
/// `include` is asked for each file that is included.
///
/// # Errors
/// Whatever `include` returns, and [`ErrorKind::Misuse`] for files that include each other without end.
///
/// ```
/// use ledger_core::import::rule::read_hledger_rules;
/// let text = "skip 1\nfields date, description, amount\naccount1 Assets:Bank\nif REWE\n account2 Expenses:Food\n";
/// let read = read_hledger_rules(text, "bank.rules", &mut |_, _| unreachable!())?;
/// assert_eq!(read.account.as_deref(), Some("Assets:Bank"));
/// assert_eq!(read.rules[0].set.account.as_deref(), Some("Expenses:Food"));
/// assert_eq!(read.profile.skip_lines, Some(1));
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub fn read_hledger_rules(text: &str, file: &str, include: &mut Include<'_>) -> Result<HledgerRules> {
    let mut all = Vec::new();
    gather(text, file, include, 0, &mut all)?;
    let mut unmapped = Vec::new();
    let columns = Columns::gather(&all, &mut unmapped);
    let rules = convert::rules(&all, &columns, &mut unmapped);
    let place = |unmapped: &Unmapped| {
        let same = |located: &Located| located.file == unmapped.file && located.line >= unmapped.line;
        all.iter().position(same).unwrap_or(usize::MAX)
    };
    unmapped.sort_by_cached_key(|unmapped| (place(unmapped), unmapped.line));
    Ok(HledgerRules { profile: columns.profile, account: columns.account, rules, unmapped })
}

fn gather(
    text: &str,
    file: &str,
    include: &mut Include<'_>,
    depth: usize,
    all: &mut Vec<Located>,
) -> Result<()> {
    if depth > INCLUDES_MAX {
        let advice = format!("{file} is included by files that it includes itself: take one of them out");
        return Err(ErrorKind::Misuse(advice).into());
    }
    for located in directives(file, text) {
        if let Directive::Include(name) = &located.directive {
            let (name, text) = include(name, file)?;
            gather(&text, &name, include, depth + 1, all)?;
        } else {
            all.push(located);
        }
    }
    Ok(())
}
