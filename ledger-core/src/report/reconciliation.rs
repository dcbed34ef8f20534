//! Reconciliation: an account beside its bank's statement. What was seen there (cleared), what was not (uncleared),
//! the difference, and what would explain it.

mod hint;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

pub use hint::Hint;
pub(crate) use hint::hints;

use crate::Result;
use crate::money::Amount;

/// A line that is not reconciled yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReconciliationLine {
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
    /// The line's note.
    pub memo: Option<String>,
    /// The accounts on the entry's other lines.
    pub counter_accounts: Vec<String>,
    /// Debit (positive) or credit (negative).
    pub amount: Amount,
    /// Whether it was marked as seen on a statement.
    pub cleared: bool,
    /// The entry that its entry reverses.
    pub reverses: Option<i64>,
}

/// Where a checkpoint comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckpointSource {
    /// A person finished a reconciliation.
    Manual,
    /// An imported statement tied.
    Import,
}

impl CheckpointSource {
    /// The stored and printed name, such as `manual`.
    pub fn as_str(self) -> &'static str {
        match self {
            CheckpointSource::Manual => "manual",
            CheckpointSource::Import => "import",
        }
    }

    /// The source with this name.
    pub fn from_name(name: &str) -> Option<CheckpointSource> {
        [CheckpointSource::Manual, CheckpointSource::Import].into_iter().find(|one| one.as_str() == name)
    }
}

/// An account that agreed with a statement on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    /// Its number in the book.
    pub id: i32,
    /// The account's name.
    pub account: String,
    /// The last day of the statement.
    pub reconciled_to: NaiveDate,
    /// The balance that the statement gave, debit positive.
    pub balance: Amount,
    /// Where it comes from.
    pub source: CheckpointSource,
    /// The last entry that the book held then.
    pub last_entry_number: i64,
    /// When it was made.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: String,
    /// When it was undone.
    pub undone_at: Option<DateTime<Utc>>,
}

/// A checkpoint, and whether the book still says the same of that day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckpointStatus {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// What the lines reconciled by it and before it come to now, with lines of those days that were posted since;
    /// for one that was undone, the statement's balance.
    pub balance_now: Amount,
    /// How much that is above the statement's balance; zero where it still ties.
    pub difference: Amount,
    /// Lines of those days that were posted since and are not cleared.
    pub posted_since: usize,
}

impl CheckpointStatus {
    /// Whether the book still agrees with the statement; one that was undone does not count.
    pub fn ties(&self) -> bool {
        self.difference.is_zero()
    }
}

impl std::fmt::Display for CheckpointStatus {
    /// One sentence, such as "checkpoint 2 (Assets:Bank to 2026-03-31, 90.00 EUR) still ties".
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Checkpoint { id, account, reconciled_to, balance, undone_at, .. } = &self.checkpoint;
        write!(f, "checkpoint {id} ({account} to {reconciled_to}, {balance}) ")?;
        match (undone_at, self.ties()) {
            (Some(_), _) => write!(f, "was undone")?,
            (None, true) => write!(f, "still ties")?,
            (None, false) => write!(
                f,
                "no longer ties: the books now come to {}, {} more",
                self.balance_now, self.difference
            )?,
        }
        match self.posted_since {
            0 => Ok(()),
            1 => write!(f, " (1 line of its days was posted since)"),
            many => write!(f, " ({many} lines of its days were posted since)"),
        }
    }
}

/// An account beside its statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reconciliation {
    /// The account's name; accounts below it are not part of it.
    pub account: String,
    /// The last day of the statement.
    pub to: NaiveDate,
    /// The balance that the statement gives, debit positive.
    pub statement_balance: Amount,
    /// What the lines that were seen on statements come to.
    pub cleared_balance: Amount,
    /// What the lines that were not seen yet come to.
    pub uncleared: Amount,
    /// The statement's balance less the cleared balance.
    pub difference: Amount,
    /// The lines up to the day that are cleared or uncleared, oldest first; not those that are reconciled.
    pub lines: Vec<ReconciliationLine>,
    /// What would explain the difference.
    pub hints: Vec<Hint>,
    /// The last checkpoint before, of the same account and commodity.
    pub last_checkpoint: Option<Checkpoint>,
    /// The checkpoints before that do not tie any longer, or whose days were posted to since.
    pub doubtful: Vec<CheckpointStatus>,
}

impl Reconciliation {
    /// Joins the cleared lines (and the balance of all that are marked) with those that are not marked.
    ///
    /// # Errors
    /// [`crate::ErrorKind::AmountOverflow`], [`crate::ErrorKind::CommodityMismatch`].
    pub(crate) fn new(
        account: String,
        to: NaiveDate,
        statement_balance: Amount,
        cleared_balance: Amount,
        cleared: Vec<ReconciliationLine>,
        unmarked: Vec<ReconciliationLine>,
    ) -> Result<Reconciliation> {
        let mut lines = without_pairs(unmarked);
        let commodity = statement_balance.commodity();
        let uncleared = crate::money::sum(commodity, lines.iter().map(|line| line.amount))?;
        lines.extend(cleared);
        lines.sort_by_key(|line| (line.posted_on, line.entry_number, line.line_number));
        let difference = statement_balance.checked_sub(cleared_balance)?;
        Ok(Reconciliation {
            account,
            to,
            statement_balance,
            cleared_balance,
            uncleared,
            difference,
            hints: hints(difference, &lines),
            lines,
            last_checkpoint: None,
            doubtful: Vec::new(),
        })
    }

    /// Whether the statement and the cleared lines agree.
    pub fn ties(&self) -> bool {
        self.difference.is_zero()
    }
}

/// Leaves out entries together with the one that reverses them: no statement shows either.
///
/// Entries whose mirror lies outside the lines, or is marked, stay. Of a chain of reversals each entry is in one pair.
pub(crate) fn without_pairs(mut lines: Vec<ReconciliationLine>) -> Vec<ReconciliationLine> {
    let numbers: HashSet<i64> = lines.iter().map(|line| line.entry_number).collect();
    let mut mirrors: Vec<(i64, i64)> = lines
        .iter()
        .filter_map(|line| Some((line.entry_number, line.reverses?)))
        .filter(|(_, original)| numbers.contains(original))
        .collect();
    mirrors.sort_unstable();
    mirrors.dedup();
    let mut partner: HashMap<i64, i64> = HashMap::new();
    for (mirror, original) in mirrors {
        if !partner.contains_key(&original) {
            partner.extend([(mirror, original), (original, mirror)]);
        }
    }
    // An entry with several lines on the account may have only some of them unmarked: a pair has to cancel out.
    let mut sums: HashMap<i64, (i128, usize)> = HashMap::new();
    for line in &lines {
        let sum = sums.entry(line.entry_number).or_default();
        *sum = (sum.0 + i128::from(line.amount.minor()), sum.1 + 1);
    }
    let cancels_out = |number: &i64| {
        let sum_of = |number| sums.get(number).copied().unwrap_or_default();
        let other = partner.get(number).map(sum_of);
        other.is_some_and(|(sum, count)| sum_of(number) == (-sum, count))
    };
    lines.retain(|line| !cancels_out(&line.entry_number));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Commodity;

    fn line(entry_number: i64, minor: i64, reverses: Option<i64>) -> ReconciliationLine {
        ReconciliationLine {
            posted_on: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(),
            entry_number,
            line_number: 1,
            description: String::new(),
            party: None,
            memo: None,
            counter_accounts: Vec::new(),
            amount: Commodity::iso("EUR").unwrap().amount(minor),
            cleared: false,
            reverses,
        }
    }

    fn left(lines: Vec<ReconciliationLine>) -> Vec<i64> {
        without_pairs(lines).into_iter().map(|line| line.entry_number).collect()
    }

    #[test]
    fn an_entry_and_its_mirror_drop_out_together() {
        assert_eq!(left(vec![line(1, 5, None), line(2, -5, Some(1)), line(3, 7, None)]), [3]);
    }

    #[test]
    fn a_mirror_whose_original_is_not_there_stays() {
        assert_eq!(left(vec![line(2, -5, Some(1)), line(3, 7, None)]), [2, 3]);
    }

    #[test]
    fn of_a_mirror_that_was_mirrored_the_last_one_stays() {
        let mut chain = vec![line(1, 5, None), line(2, -5, Some(1)), line(3, 5, Some(2))];
        assert_eq!(left(chain.clone()), [3]);
        chain.push(line(4, -5, Some(3)));
        assert_eq!(left(chain), [0; 0]);
    }

    #[test]
    fn a_pair_of_which_one_line_is_missing_stays() {
        let second = ReconciliationLine { line_number: 2, ..line(2, -2, Some(1)) };
        assert_eq!(left(vec![line(1, 5, None), line(2, -5, Some(1)), second]), [1, 2, 2]);
    }
}
