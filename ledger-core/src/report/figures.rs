//! From what moved to what a report shows: the figures of every account in every column, and rows of them.

use std::collections::{BTreeMap, BTreeSet};

use super::basis::{Basis, Valuer};
use super::columns::{BaseColumn, ColumnPlan, Figure};
use super::movements::{Measure, Movements, Span};
use super::statement::StatementRow;
use crate::Result;
use crate::account::{Account, AccountId};
use crate::money::Commodity;
use crate::text::normalize;

/// One account's figures in one commodity, one for each base column; debits positive.
#[derive(Debug, Clone)]
pub(crate) struct AccountFigures {
    pub account: AccountId,
    pub part: Option<u32>,
    pub commodity: Commodity,
    pub base: Vec<i128>,
}

/// The figures of some accounts by one measure; of no others a price is asked for.
///
/// # Errors
/// A missing price, or a value that does not fit.
pub(crate) fn figures(
    movements: &Movements,
    columns: &[BaseColumn],
    measure: Measure,
    basis: Basis,
    valuer: &mut Valuer<'_>,
    takes: impl Fn(AccountId) -> bool,
) -> Result<Vec<AccountFigures>> {
    let spans: Vec<Span> = columns.iter().map(|column| movements.span(column)).collect();
    // First the sums in the commodities that are valued, so that each account is rounded once in each column.
    let mut held: BTreeMap<(AccountId, Option<u32>, Commodity), Vec<i128>> = BTreeMap::new();
    for (key, sums) in movements.iter().filter(|(key, _)| takes(key.account)) {
        let (source, _) = basis.source(key.commodity, key.weight_commodity, Default::default());
        let row = held.entry((key.account, key.part, source)).or_insert_with(|| vec![0; columns.len()]);
        for (place, column) in columns.iter().enumerate() {
            if column.part.is_none() || column.part == key.part {
                let net = spans[place].of(sums, measure);
                row[place] += basis.source(key.commodity, key.weight_commodity, net).1;
            }
        }
    }
    if !matches!(basis, Basis::Valued(_)) {
        let figures = held.into_iter().map(|((account, part, commodity), base)| AccountFigures {
            account,
            part,
            commodity,
            base,
        });
        return Ok(figures.collect());
    }
    let mut valued: BTreeMap<(AccountId, Option<u32>, Commodity), Vec<i128>> = BTreeMap::new();
    for ((account, part, source), base) in held {
        for (place, minor) in base.into_iter().enumerate() {
            // What was held before a column is worth what it was worth at the end of the day before.
            let on = match measure {
                Measure::Opening => basis.opening_prices_on(&columns[place]),
                _ => basis.prices_on(&columns[place]),
            };
            let (commodity, value) = valuer.value(source, minor, on)?;
            if value != 0 {
                valued.entry((account, part, commodity)).or_insert_with(|| vec![0; columns.len()])[place] +=
                    value;
            }
        }
    }
    let figures = valued.into_iter().map(|((account, part, commodity), base)| AccountFigures {
        account,
        part,
        commodity,
        base,
    });
    Ok(figures.collect())
}

/// How rows are named and ordered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowOptions {
    /// What stands between the levels of a name.
    pub separator: char,
    /// Names that differ in case are different ones: those of parts are, those of accounts are not.
    pub exact: bool,
    /// What the figures are, for the column of the whole.
    pub measure: Measure,
    /// Sum names up to so many levels.
    pub depth: Option<usize>,
    /// Also rows for the levels above, each with the sum of what is below it.
    pub tree: bool,
    /// Largest first, by the last column of a period or the total.
    pub by_size: bool,
    /// Also rows of nothing.
    pub show_zero: bool,
}

/// Rows by name and commodity, with the sums of their base columns.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    rows: BTreeMap<String, Row>,
    /// The sum of all rows by commodity.
    pub totals: BTreeMap<Commodity, Vec<i128>>,
}

#[derive(Debug, Default)]
struct Row {
    name: String,
    computed: bool,
    subtotal: bool,
    sums: BTreeMap<Commodity, Vec<i128>>,
    /// What rows below it are shown in, so that it is shown above them even where they come to nothing.
    below: BTreeSet<Commodity>,
}

impl Rows {
    /// Adds figures to the row with a name, and to the totals.
    pub fn add(&mut self, name: &str, commodity: Commodity, base: &[i128], sign: i128, options: &RowOptions) {
        let name = clipped(name, options);
        self.row(name, options).add(commodity, base, sign);
        add_to(&mut self.totals, commodity, base, sign);
    }

    /// Adds figures that no account stands for. Such rows come last.
    pub fn add_computed(&mut self, name: &str, commodity: Commodity, base: &[i128], sign: i128) {
        if base.iter().all(|sum| *sum == 0) {
            return;
        }
        let row = self.rows.entry(format!("\u{10FFFF}{name}")).or_default();
        (row.name, row.computed) = (name.to_owned(), true);
        row.add(commodity, base, sign);
        add_to(&mut self.totals, commodity, base, sign);
    }

    /// Makes sure that an account has a row, with nothing in it where nothing moved.
    pub fn mention(&mut self, account: &Account, commodity: Commodity, columns: usize, options: &RowOptions) {
        let row = self.row(clipped(&account.name, options), options);
        if row.sums.is_empty() {
            row.sums.insert(commodity, vec![0; columns]);
        }
    }

    fn row(&mut self, name: &str, options: &RowOptions) -> &mut Row {
        let row = self.rows.entry(key(name, options)).or_default();
        if row.name.is_empty() {
            row.name = name.to_owned();
        }
        row
    }

    /// The rows as they are shown, of `plan`'s columns, each a part of the totals.
    ///
    /// # Errors
    /// A figure that does not fit.
    pub fn shown(mut self, plan: &ColumnPlan, options: &RowOptions) -> Result<Vec<StatementRow>> {
        if options.tree {
            self.add_levels(options);
        }
        let mut shown = Vec::with_capacity(self.rows.len());
        let names: BTreeSet<String> = self.rows.keys().cloned().collect();
        for row in self.rows.into_values() {
            let levels = row.name.split(options.separator).count();
            // Only levels that have a row of their own indent what is below them.
            let above = |level: usize| {
                let end = row.name.match_indices(options.separator).nth(level).map(|(at, _)| at);
                end.is_some_and(|end| names.contains(&key(&row.name[..end], options)))
            };
            let depth = if options.tree && !row.computed {
                (0..levels - 1).filter(|level| above(*level)).count()
            } else {
                0
            };
            let label = match (options.tree && !row.computed).then(|| row.parent(options, &names)).flatten() {
                Some(parent) => row.name[parent..].trim_start_matches(options.separator).to_owned(),
                None => row.name.clone(),
            };
            for (commodity, base) in &row.sums {
                let is_wanted = options.show_zero || row.below.contains(commodity);
                if base.iter().all(|sum| *sum == 0) && !is_wanted {
                    continue;
                }
                shown.push(StatementRow {
                    name: row.name.clone(),
                    label: label.clone(),
                    depth,
                    commodity: *commodity,
                    computed: row.computed,
                    subtotal: row.subtotal,
                    figures: plan.figures(
                        base,
                        options.measure,
                        &row.name,
                        self.totals.get(commodity).map(Vec::as_slice),
                    )?,
                });
            }
        }
        if options.by_size && !options.tree {
            let by = plan.last_amount();
            let size = |row: &StatementRow| match row.figures.get(by) {
                Some(Figure::Amount(minor)) => *minor,
                _ => 0,
            };
            shown.sort_by_key(|row| (row.computed, row.commodity, std::cmp::Reverse(size(row))));
        }
        Ok(shown)
    }

    /// Adds rows for the levels above, and lets each row hold what is below it.
    fn add_levels(&mut self, options: &RowOptions) {
        let leaves: Vec<(String, BTreeMap<Commodity, Vec<i128>>)> = self
            .rows
            .values()
            .filter(|row| !row.computed)
            .map(|row| (row.name.clone(), row.sums.clone()))
            .collect();
        for (name, sums) in leaves {
            for (end, _) in name.match_indices(options.separator) {
                let level = self.row(&name[..end], options);
                level.subtotal = true;
                for (&commodity, base) in &sums {
                    level.add(commodity, base, 1);
                    if base.iter().any(|sum| *sum != 0) {
                        level.below.insert(commodity);
                    }
                }
            }
        }
    }
}

impl Row {
    fn add(&mut self, commodity: Commodity, base: &[i128], sign: i128) {
        add_to(&mut self.sums, commodity, base, sign);
    }

    /// Where the name of the nearest level above it with a row ends.
    fn parent(&self, options: &RowOptions, names: &BTreeSet<String>) -> Option<usize> {
        let ends = self.name.rmatch_indices(options.separator).map(|(at, _)| at);
        ends.into_iter().find(|end| names.contains(&key(&self.name[..*end], options)))
    }
}

fn add_to(sums: &mut BTreeMap<Commodity, Vec<i128>>, commodity: Commodity, base: &[i128], sign: i128) {
    match sums.get_mut(&commodity) {
        Some(sums) => sums.iter_mut().zip(base).for_each(|(sum, minor)| *sum += sign * minor),
        None => {
            sums.insert(commodity, base.iter().map(|minor| sign * minor).collect());
        }
    }
}

/// What a row is known and ordered by: level by level, so that what lies below a name follows it at once (`Bank:Giro`
/// stands before `Bank-2`).
fn key(name: &str, options: &RowOptions) -> String {
    let level = |level: &str| match options.exact {
        true => format!("{}\u{1}{level}", normalize(level)),
        false => normalize(level),
    };
    name.split(options.separator).map(level).collect::<Vec<_>>().join("\0")
}

/// The first levels of a name.
fn clipped<'n>(name: &'n str, options: &RowOptions) -> &'n str {
    first_levels(name, options.separator, options.depth)
}

/// A name up to so many of its levels, at least one; the whole name without a depth.
pub(crate) fn first_levels(name: &str, separator: char, depth: Option<usize>) -> &str {
    let Some(depth) = depth else { return name };
    let end = name.match_indices(separator).nth(depth.max(1) - 1).map_or(name.len(), |(at, _)| at);
    &name[..end]
}

#[cfg(test)]
mod tests;
