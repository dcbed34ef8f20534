//! Whether a statement adds up: the running balance line by line, and opening balance plus lines against the closing.

use chrono::NaiveDate;

use super::statement::{Statement, StatementLine};
use crate::money::Amount;

/// A place where a statement does not add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The physical line of the file, from 1.
    pub line: u32,
    /// The balance that the lines before it lead to.
    pub expected: Amount,
    /// The balance that the file states.
    pub stated: Amount,
    /// Which balance it is.
    pub kind: GapKind,
}

/// Which balance does not follow from the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapKind {
    /// The running balance of a line.
    Running,
    /// The closing balance.
    Closing,
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Gap { line, expected, stated, kind } = self;
        let missing =
            stated.checked_sub(*expected).map(|amount| format!(" ({amount} apart)")).unwrap_or_default();
        match kind {
            GapKind::Running => {
                write!(f, "line {line}: the balance is {stated}, but the lines lead to {expected}{missing}")
            }
            GapKind::Closing => {
                write!(
                    f,
                    "line {line}: the closing balance is {stated}, but the lines lead to {expected}{missing}"
                )
            }
        }
    }
}

/// What the balances of a statement prove.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// Where they do not follow from the lines, in the order of the file.
    pub gaps: Vec<Gap>,
    /// How many balances follow.
    pub proven: usize,
    /// What could not be checked, each a sentence.
    pub notes: Vec<String>,
}

/// How a column of running balances is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Oldest first, the balance after each line.
    OldestFirst,
    /// Newest first, the balance after each line.
    NewestFirst,
    /// Oldest first, the balance before each line.
    Before,
}

/// Checks a statement's balances.
///
/// A column in which not one of three or more balances follows from another is no running balance (some banks write
/// the balance of today beside every line): a note says so, and it proves nothing.
pub fn prove(statement: &Statement) -> Proof {
    let mut proof = Proof::default();
    let orders = [Order::OldestFirst, Order::NewestFirst, Order::Before];
    // Gaps are counted first: a wrong order has one at every line.
    let checked = orders.map(|order| (running(statement, order, |_| ()), order));
    // Of equally good readings the first: the usual one.
    if let Some((Followed { gaps, proven, first_gap }, order)) =
        checked.into_iter().min_by_key(|(followed, _)| followed.gaps)
    {
        if proven == 0 && gaps >= 3 {
            let line = first_gap.unwrap_or(0);
            proof.notes.push(format!(
                "from line {line} on the balances do not follow from the lines at all: they are taken for no running \
                 balance and prove nothing"
            ));
        } else {
            proof.proven = proven;
            running(statement, order, |gap| proof.gaps.push(gap));
        }
    }
    match closing(statement) {
        Some(Ok(())) => proof.proven += 1,
        Some(Err(gap)) => proof.gaps.push(gap),
        None => {}
    }
    proof.gaps.sort_by_key(|gap| gap.line);
    proof
}

/// The balance with which a statement closes, and its day: as it states it, else the last running balance, where all
/// of these follow from the lines.
///
/// A closing balance without a day is that of the last line's. None where nothing tells it for sure.
pub fn closing_balance(statement: &Statement) -> Option<(NaiveDate, Amount)> {
    let last_day = || statement.lines.iter().map(|line| line.posted_on).max();
    if let Some(closing) = statement.closing {
        return Some((closing.on.or_else(last_day)?, closing.amount));
    }
    let commodity = statement.lines.first()?.amount.commodity();
    let proves = |line: &StatementLine| line.amount.commodity() == commodity && line.balance.is_some();
    if !statement.lines.iter().all(proves) {
        return None;
    }
    let follows = |order: &Order| {
        let followed = running(statement, *order, |_| ());
        followed.gaps == 0 && followed.proven > 0
    };
    let order = [Order::OldestFirst, Order::NewestFirst, Order::Before].into_iter().find(follows)?;
    let last = if order == Order::NewestFirst { statement.lines.first()? } else { statement.lines.last()? };
    let balance = match order {
        Order::Before => last.balance()?.checked_add(last.amount).ok()?,
        _ => last.balance()?,
    };
    // Of rows that are out of order the last one need not be the newest.
    Some((last.posted_on, balance)).filter(|(on, _)| Some(*on) == last_day())
}

/// How many balances follow from the lines and how many do not.
#[derive(Default)]
struct Followed {
    gaps: usize,
    proven: usize,
    /// The line of the first one that does not.
    first_gap: Option<u32>,
}

fn running(statement: &Statement, order: Order, mut found: impl FnMut(Gap)) -> Followed {
    let mut followed = Followed::default();
    let count = statement.lines.len();
    let place_of = |index: usize| if order == Order::NewestFirst { count - 1 - index } else { index };
    // The balance to which the lines so far lead, per commodity; a column of several currencies has several.
    let mut reached: Vec<Amount> = Vec::new();
    if let (Some(opening), Order::OldestFirst | Order::NewestFirst) = (statement.opening, order) {
        reached.push(opening.amount);
    }
    for line in (0..count).map(|index| &statement.lines[place_of(index)]) {
        let commodity = line.amount.commodity();
        let place = reached.iter().position(|amount| amount.commodity() == commodity);
        let before = place.map(|place| reached[place]);
        let after = before.and_then(|before| before.checked_add(line.amount).ok());
        let expected = if order == Order::Before { before } else { after };
        let stated = line.balance();
        if let (Some(stated), Some(expected)) = (stated, expected) {
            if stated == expected {
                followed.proven += 1;
            } else {
                followed.gaps += 1;
                followed.first_gap.get_or_insert(line.line);
                found(Gap { line: line.line, expected, stated, kind: GapKind::Running });
            }
        }
        let next = match (stated, order) {
            (Some(stated), Order::Before) => stated.checked_add(line.amount).ok(),
            (Some(stated), _) => Some(stated),
            (None, _) => after,
        };
        match (place, next) {
            (Some(place), Some(next)) => reached[place] = next,
            (Some(place), None) => drop(reached.swap_remove(place)),
            (None, Some(next)) => reached.push(next),
            (None, None) => {}
        }
    }
    followed
}

fn closing(statement: &Statement) -> Option<Result<(), Gap>> {
    let (opening, closing) = (statement.opening?.amount, statement.closing?.amount);
    let mut own = statement.lines.iter().filter(|line| line.amount.commodity() == opening.commodity());
    let expected = own.clone().try_fold(opening, |sum, line| sum.checked_add(line.amount)).ok()?;
    let stated = closing;
    if stated == expected {
        return Some(Ok(()));
    }
    let line = own.next_back().map_or(1, |line| line.line);
    Some(Err(Gap { line, expected, stated, kind: GapKind::Closing }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::testing::line;
    use crate::import::{StatementBalance, StatementLine};

    fn lines(rows: &[(i64, i64)]) -> Vec<StatementLine> {
        let line = |(&(minor, balance), number): (&(i64, i64), u32)| {
            let line = line("2026-03-01", minor, "x");
            StatementLine { line: number, balance: Some(balance), ..line }
        };
        rows.iter().zip(2..).map(line).collect()
    }

    fn proof(rows: &[(i64, i64)]) -> Proof {
        prove(&Statement { lines: lines(rows), ..Statement::default() })
    }

    #[test]
    fn a_running_balance_is_read_in_either_direction_and_before_or_after() {
        for rows in [
            [(-100, 900), (-200, 700), (50, 750)],
            [(50, 750), (-200, 700), (-100, 900)],
            [(-100, 1000), (-200, 900), (50, 700)],
        ] {
            let proof = proof(&rows);
            assert_eq!((proof.gaps, proof.proven), (vec![], 2), "{rows:?}");
        }
    }

    #[test]
    fn a_gap_is_named_at_its_line_with_the_numbers() {
        let proof = proof(&[(-100, 900), (-200, 700), (50, 850), (50, 900)]);
        let told: Vec<String> = proof.gaps.iter().map(Gap::to_string).collect();
        assert_eq!(
            told,
            ["line 4: the balance is 8.50 EUR, but the lines lead to 7.50 EUR (1.00 EUR apart)"]
        );
    }

    #[test]
    fn a_statement_closes_with_what_it_states_or_with_its_last_running_balance() {
        let of = |rows: &[(i64, i64)]| {
            let found = closing_balance(&Statement { lines: lines(rows), ..Statement::default() });
            found.map(|(on, amount)| (on.to_string(), amount.minor()))
        };
        let on = "2026-03-01".to_owned();
        assert_eq!(of(&[(-100, 900), (-200, 700), (50, 750)]), Some((on.clone(), 750)));
        assert_eq!(of(&[(50, 750), (-200, 700), (-100, 900)]), Some((on.clone(), 750)), "newest first");
        assert_eq!(of(&[(-100, 1000), (-200, 900), (50, 700)]), Some((on, 750)), "before each line");
        assert_eq!(of(&[(-100, 900), (-200, 701)]), None, "a gap");
        assert_eq!(of(&[(-100, 900)]), None, "one balance proves nothing");
        assert_eq!(of(&[]), None);
        let amount = line("2026-03-01", 1, "x").amount.commodity().amount(850);
        let stated = |on: Option<&str>| Statement {
            closing: Some(StatementBalance { on: on.map(|on| on.parse().unwrap()), amount }),
            lines: lines(&[(1, 1)]),
            ..Statement::default()
        };
        for (told, day) in [(Some("2026-03-31"), "2026-03-31"), (None, "2026-03-01")] {
            assert_eq!(closing_balance(&stated(told)), Some((day.parse().unwrap(), amount)));
        }
    }

    #[test]
    fn opening_plus_lines_has_to_be_the_closing_balance() {
        let at = |minor| Some(StatementBalance { on: None, amount: line("2026-03-01", minor, "").amount });
        let lines = vec![line("2026-03-01", -100, "x"), line("2026-03-01", -50, "x")];
        let statement = Statement { opening: at(1000), closing: at(850), lines, ..Statement::default() };
        assert_eq!(prove(&statement).gaps, []);
        let short = Statement { closing: at(800), ..statement };
        let told = prove(&short).gaps.iter().map(Gap::to_string).collect::<Vec<_>>();
        assert_eq!(
            told,
            ["line 1: the closing balance is 8.00 EUR, but the lines lead to 8.50 EUR (-0.50 EUR apart)"]
        );
    }

    #[test]
    fn a_column_that_never_follows_is_no_running_balance() {
        let proof = proof(&[(-100, 900), (-200, 900), (50, 900), (70, 900)]);
        assert_eq!((proof.gaps.len(), proof.notes.len()), (0, 1));
    }
}
