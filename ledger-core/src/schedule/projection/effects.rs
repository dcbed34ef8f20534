//! What an occurrence, a posted line or usual spending does to each balance.
//!
//! Balances stand side by side: those of accounts by commodity first, then what the total holds of each commodity. An
//! occurrence moves the total by its lines together, so that money between two projected accounts is never uncertain.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{Floor, OpeningBalance, PostedMovement, ProjectionInput, ProjectionOptions, Valuation};
use crate::account::AccountId;
use crate::money::{Commodity, Rounding};
use crate::schedule::expansion::RowExpansion;
use crate::schedule::{Percent, PlannedLine, UsualMovement};
use crate::{ErrorKind, Result};

/// Three balances, or what moves them: expected in hundredths of minor units, worst and best in minor units.
///
/// 100,000 occurrences of 10,000 rows, each of 64 bits and hundredfold, stay far inside an i128.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Triple {
    pub expected: i128,
    pub worst: i128,
    pub best: i128,
}

impl Triple {
    pub fn certain(minor: i64) -> Triple {
        let minor = i128::from(minor);
        Triple { expected: minor * 100, worst: minor, best: minor }
    }

    pub fn add(&mut self, other: &Triple) {
        self.expected += other.expected;
        self.worst += other.worst;
        self.best += other.best;
    }
}

/// The move of one balance.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effect {
    pub column: u32,
    pub change: Triple,
}

/// The balances that are projected.
#[derive(Debug)]
pub(super) struct Columns {
    /// Accounts by commodity, in the order of both.
    pub accounts: Vec<(AccountId, Commodity)>,
    /// What the total holds, by commodity; empty without a total.
    pub holdings: Vec<Commodity>,
    account_places: HashMap<(AccountId, Commodity), u32>,
}

impl Columns {
    /// A balance for each commodity that an account holds or will move.
    pub fn new(input: &ProjectionInput<'_>, options: &ProjectionOptions) -> Columns {
        let mut selected = options.accounts.clone();
        selected.sort_unstable();
        selected.dedup();
        let mut accounts: Vec<(AccountId, Commodity)> = Vec::new();
        accounts.extend(input.opening.iter().map(|opening| (opening.account, opening.amount.commodity())));
        accounts.extend(input.posted.iter().map(|posted| (posted.account, posted.amount.commodity())));
        accounts.extend(input.usual.iter().map(|usual| (usual.account, usual.expected.commodity())));
        for row in input.expansion.rows().iter().filter(|row| !row.placed.is_empty()) {
            let lines = row.line_sets.iter().flat_map(|lines| lines.iter());
            accounts.extend(lines.map(|line| (line.account, line.amount.commodity())));
        }
        accounts.retain(|(account, _)| selected.binary_search(account).is_ok());
        accounts.sort_unstable();
        accounts.dedup();
        // An account without anything is shown with nothing, not left out.
        if let Some(total) = &options.total {
            for account in selected {
                if accounts.binary_search_by_key(&account, |(account, _)| *account).is_err() {
                    accounts.push((account, total.base));
                    accounts.sort_unstable();
                }
            }
        }
        let mut holdings: Vec<Commodity> = accounts.iter().map(|(_, commodity)| *commodity).collect();
        holdings.sort_unstable();
        holdings.dedup();
        if options.total.is_none() {
            holdings.clear();
        }
        let account_places = accounts.iter().copied().zip(0..).collect();
        Columns { accounts, holdings, account_places }
    }

    pub fn len(&self) -> usize {
        self.accounts.len() + self.holdings.len()
    }

    pub fn account(&self, account: AccountId, commodity: Commodity) -> Option<u32> {
        self.account_places.get(&(account, commodity)).copied()
    }

    pub fn holding(&self, commodity: Commodity) -> Option<u32> {
        let place = self.holdings.binary_search(&commodity).ok()?;
        u32::try_from(self.accounts.len() + place).ok()
    }

    /// The floor of each account's balance.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for a floor of something that is not projected.
    pub fn floors(&self, options: &ProjectionOptions) -> Result<Vec<Option<i64>>> {
        let mut floors = vec![None; self.accounts.len()];
        for Floor { account, amount } in &options.floors {
            let refuse = |reason: String| ErrorKind::InvalidSetting {
                what: "floor",
                value: amount.to_string(),
                reason,
            };
            match account {
                Some(account) => {
                    let place = self.account(*account, amount.commodity()).ok_or_else(|| {
                        refuse(format!("account {account} is not projected in {}", amount.commodity()))
                    })?;
                    floors[place as usize] = Some(amount.minor());
                }
                None => match &options.total {
                    Some(total) if total.base == amount.commodity() => {}
                    Some(total) => {
                        return Err(refuse(format!("the total is counted in {}", total.base)).into());
                    }
                    None => return Err(refuse("there is no total".to_owned()).into()),
                },
            }
        }
        Ok(floors)
    }
}

/// The effects of every source, one list for all, with where each begins.
#[derive(Debug, Default)]
pub(super) struct EffectTable {
    flat: Vec<Effect>,
    /// For each row and each of its sets of lines, then for each posted line and usual movement, a range of `flat`.
    ranges: Vec<(u32, u32)>,
    /// Where the sets of each source begin in `ranges`.
    sources: Vec<u32>,
}

impl EffectTable {
    /// The effects of all that can happen.
    ///
    /// # Errors
    /// As [`Valuation::value`].
    pub fn new(
        input: &ProjectionInput<'_>,
        options: &ProjectionOptions,
        columns: &Columns,
    ) -> Result<EffectTable> {
        let mut table = EffectTable::default();
        for row in input.expansion.rows() {
            table.begin_source();
            table.push_row(row, columns, options)?;
        }
        table.begin_source();
        for PostedMovement { account, amount, .. } in input.posted {
            let change = Triple::certain(amount.minor());
            table.push_single(columns, *account, amount.commodity(), change);
        }
        table.begin_source();
        for usual in input.usual {
            let change = spread_of_usual(usual);
            table.push_single(columns, usual.account, usual.expected.commodity(), change);
        }
        Ok(table)
    }

    /// What one item of a source does.
    pub fn of(&self, source: u32, item: u32) -> &[Effect] {
        let (begin, end) = self.ranges[(self.sources[source as usize] + item) as usize];
        &self.flat[begin as usize..end as usize]
    }

    fn begin_source(&mut self) {
        self.sources.push(place(self.ranges.len()));
    }

    fn close_range(&mut self, begin: usize) {
        self.ranges.push((place(begin), place(self.flat.len())));
    }

    fn push_single(&mut self, columns: &Columns, account: AccountId, commodity: Commodity, change: Triple) {
        let begin = self.flat.len();
        if let Some(column) = columns.account(account, commodity) {
            self.flat.push(Effect { column, change });
            self.flat.extend(columns.holding(commodity).map(|column| Effect { column, change }));
        }
        self.close_range(begin);
    }

    fn push_row(&mut self, row: &RowExpansion, columns: &Columns, options: &ProjectionOptions) -> Result<()> {
        let probability = row.schedule.terms().probability;
        for lines in &row.line_sets {
            let begin = self.flat.len();
            let mut ends: Vec<(u32, Ends)> = Vec::new();
            let mut held: Vec<(u32, Ends)> = Vec::new();
            for line in lines.iter() {
                let commodity = line.amount.commodity();
                let Some(column) = columns.account(line.account, commodity) else { continue };
                add_line(&mut ends, column, line);
                if let Some(column) = columns.holding(commodity) {
                    add_line(&mut held, column, line);
                }
            }
            for (column, ends) in ends {
                self.flat.push(Effect { column, change: ends.change(probability) });
            }
            if let Some(total) = &options.total {
                self.push_held(&held, columns, probability, total, options.as_of)?;
            }
            self.close_range(begin);
        }
        Ok(())
    }

    /// What an occurrence does to the total: of several commodities, the same end for all of them.
    fn push_held(
        &mut self,
        held: &[(u32, Ends)],
        columns: &Columns,
        probability: Percent,
        total: &Valuation,
        on: NaiveDate,
    ) -> Result<()> {
        if let [(column, ends)] = held {
            self.flat.push(Effect { column: *column, change: ends.change(probability) });
            return Ok(());
        }
        let outcomes = Ends::outcomes(probability);
        let mut values = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            let mut value = 0;
            for (column, ends) in held {
                let commodity = columns.holdings[*column as usize - columns.accounts.len()];
                value += i128::from(total.value(outcome(ends), commodity, on)?);
            }
            values.push(value);
        }
        // Of equal ones the first, which is the same for every commodity.
        let places = 0..outcomes.len();
        let worst = places.clone().min_by_key(|place| values[*place]).unwrap_or(0);
        let best = places.rev().max_by_key(|place| values[*place]).unwrap_or(0);
        for (column, ends) in held {
            let expected = ends.amount * i128::from(probability.get());
            let change = Triple { expected, worst: outcomes[worst](ends), best: outcomes[best](ends) };
            self.flat.push(Effect { column: *column, change });
        }
        Ok(())
    }
}

/// What an occurrence does to one balance if it happens, in minor units.
#[derive(Debug, Clone, Copy, Default)]
struct Ends {
    low: i128,
    amount: i128,
    high: i128,
}

type Outcome = fn(&Ends) -> i128;

impl Ends {
    /// All that can become of an occurrence.
    fn outcomes(probability: Percent) -> &'static [Outcome] {
        const ALL: [Outcome; 4] = [|ends| ends.low, |ends| ends.amount, |ends| ends.high, |_| 0];
        match probability {
            Percent::NEVER => &ALL[3..],
            Percent::CERTAIN => &ALL[..3],
            _ => &ALL,
        }
    }

    fn change(&self, probability: Percent) -> Triple {
        let outcomes = Self::outcomes(probability).iter().map(|outcome| outcome(self));
        Triple {
            expected: self.amount * i128::from(probability.get()),
            worst: outcomes.clone().min().unwrap_or(0),
            best: outcomes.max().unwrap_or(0),
        }
    }
}

fn add_line(ends: &mut Vec<(u32, Ends)>, column: u32, line: &PlannedLine) {
    // Entries have few lines: a scan beats a map.
    let place = ends.iter().position(|(known, _)| *known == column).unwrap_or_else(|| {
        ends.push((column, Ends::default()));
        ends.len() - 1
    });
    let sum = &mut ends[place].1;
    sum.low += i128::from(line.low().minor());
    sum.amount += i128::from(line.amount.minor());
    sum.high += i128::from(line.high().minor());
}

fn spread_of_usual(usual: &UsualMovement) -> Triple {
    Triple {
        expected: i128::from(usual.expected.minor()) * 100,
        worst: usual.low.minor().into(),
        best: usual.high.minor().into(),
    }
}

/// A place in a list of effects; a projection with four thousand million of them does not fit into memory.
fn place(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

impl Valuation {
    /// What so many minor units are worth in the base, by the prices of a day, rounded once half to even.
    ///
    /// # Errors
    /// [`ErrorKind::MissingPrice`] with the pair, [`ErrorKind::AmountOverflow`] with the amount.
    pub(super) fn value(&self, minor: i128, commodity: Commodity, on: NaiveDate) -> Result<i64> {
        let amount = crate::money::Amount::try_from_i128(minor, commodity, "the amount to be valued")?;
        if commodity == self.base {
            return Ok(amount.minor());
        }
        Ok(self.prices.convert(amount, self.base, on, Rounding::HalfEven)?.minor())
    }
}

/// The balances before anything else happens.
///
/// # Errors
/// As [`Valuation::value`], also where the first balance is nothing: a missing price shows at once.
pub(super) fn opening_balances(
    opening: &[OpeningBalance],
    columns: &Columns,
    options: &ProjectionOptions,
) -> Result<Vec<Triple>> {
    let mut balances = vec![Triple::default(); columns.len()];
    for OpeningBalance { account, amount } in opening {
        let commodity = amount.commodity();
        let Some(column) = columns.account(*account, commodity) else { continue };
        let change = Triple::certain(amount.minor());
        balances[column as usize].add(&change);
        if let Some(column) = columns.holding(commodity) {
            balances[column as usize].add(&change);
        }
    }
    if let Some(total) = &options.total {
        for (place, commodity) in columns.holdings.iter().enumerate() {
            total.value(balances[columns.accounts.len() + place].worst, *commodity, options.as_of)?;
        }
    }
    Ok(balances)
}
