//! Which column holds what: told by the profile, else read off the header, else the only one that can be it.
//!
//! A role that every row needs (date, amount) and that more than one column could fill is an error which names
//! the flag. A role that rows can do without is left empty instead.

use super::layout::Layout;
use super::profile::{ColumnRef, CsvProfile};
use super::statement::unreadable;
use super::survey::{ColumnFacts, Survey};
use super::words::Role;
use crate::{ErrorKind, Result};

/// The index of the column for each role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub date: usize,
    pub value_date: Option<usize>,
    pub amount: AmountColumns,
    pub currency: Option<usize>,
    pub description: Vec<usize>,
    pub payee: Option<usize>,
    pub memo: Option<usize>,
    pub reference: Option<usize>,
    pub balance: Option<usize>,
}

/// How a row says its amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AmountColumns {
    /// One column with a sign.
    Signed(usize),
    /// One column without a sign, and one with a word for it.
    Directed { amount: usize, direction: usize },
    /// A column for money out, one for money in.
    Split { debit: Option<usize>, credit: Option<usize> },
}

impl AmountColumns {
    /// The columns with numbers.
    pub fn numbers(self) -> impl Iterator<Item = usize> {
        let pair = match self {
            AmountColumns::Signed(amount) | AmountColumns::Directed { amount, .. } => [Some(amount), None],
            AmountColumns::Split { debit, credit } => [debit, credit],
        };
        pair.into_iter().flatten()
    }
}

/// Finds the columns.
///
/// # Errors
/// A told column that is not there, and a date or amount that no column, or more than one, could hold.
pub(super) fn find(layout: &Layout<'_>, survey: &Survey, profile: &CsvProfile) -> Result<Columns> {
    let finder = Finder { layout, survey };
    let date = match &profile.date {
        Some(told) => finder.told(told)?,
        None => finder.date()?,
    };
    let amount = finder.amount(profile, date)?;
    // A detected column that holds something else than its header promises is left aside.
    let usable = |role, holds: fn(&ColumnFacts) -> bool| {
        finder.only(role).filter(|index| *index != date && holds(&survey.columns[*index]))
    };
    let value_date =
        finder.told_or(&profile.value_date, || usable(Role::ValueDate, ColumnFacts::is_dates))?;
    let currency = finder.told_or(&profile.currency, || usable(Role::Currency, is_currencies))?;
    let balance = finder.told_or(&profile.balance, || usable(Role::Balance, ColumnFacts::is_numbers))?;
    let payee = finder.told_or(&profile.payee, || finder.first(Role::Payee))?;
    let memo = finder.told_or(&profile.memo, || finder.first(Role::Memo))?;
    let reference = finder.told_or(&profile.reference, || finder.only(Role::Reference))?;
    let mut columns =
        Columns { date, value_date, amount, currency, description: vec![], payee, memo, reference, balance };
    columns.description = if profile.description.is_empty() {
        finder.description(&columns)
    } else {
        profile.description.iter().map(|told| finder.told(told)).collect::<Result<_>>()?
    };
    Ok(columns)
}

fn is_currencies(facts: &ColumnFacts) -> bool {
    facts.filled > 0 && facts.currencies == facts.filled
}

struct Finder<'f> {
    layout: &'f Layout<'f>,
    survey: &'f Survey,
}

impl Finder<'_> {
    fn told(&self, told: &ColumnRef) -> Result<usize> {
        self.layout.column_told(told, self.survey.width)
    }

    fn told_or(&self, told: &Option<ColumnRef>, detect: impl Fn() -> Option<usize>) -> Result<Option<usize>> {
        told.as_ref().map_or_else(|| Ok(detect()), |told| self.told(told).map(Some))
    }

    /// The one column that the header calls so.
    fn only(&self, role: Role) -> Option<usize> {
        match self.layout.columns_called(role).as_slice() {
            [index] => Some(*index),
            _ => None,
        }
    }

    fn first(&self, role: Role) -> Option<usize> {
        self.layout.columns_called(role).first().copied()
    }

    fn undecided<T>(&self, reason: String) -> Result<T> {
        Err(unreadable(self.layout.file, self.layout.place(), reason))
    }

    fn list(&self, columns: &[usize]) -> String {
        columns.iter().map(|index| self.layout.column_name(*index)).collect::<Vec<_>>().join(", ")
    }

    fn date(&self) -> Result<usize> {
        if self.layout.header.is_some() {
            return match self.layout.columns_called(Role::Date).as_slice() {
                [index] => Ok(*index),
                [] => self.undecided(format!(
                    "no column is called a date ({}): tell it with --date-column",
                    self.layout.header_text()
                )),
                several => self.undecided(format!(
                    "columns {} could all be the posting date: tell it with --date-column",
                    self.list(several)
                )),
            };
        }
        let full = |facts: &ColumnFacts| facts.is_dates() && facts.filled == self.survey.rows;
        match self.distinct(full).as_slice() {
            [index] => Ok(*index),
            [] => {
                self.undecided("no column holds a date in every row: tell it with --date-column".to_owned())
            }
            several => self.undecided(format!(
                "columns {} all hold dates, and there is no header: tell the posting date with --date-column",
                self.list(several)
            )),
        }
    }

    fn amount(&self, profile: &CsvProfile, date: usize) -> Result<AmountColumns> {
        let split_told = profile.debit.is_some() || profile.credit.is_some();
        let amount = match &profile.amount {
            Some(_) if split_told => {
                let reason = "tell either one amount column or debit and credit columns".to_owned();
                return Err(ErrorKind::InvalidSetting {
                    what: "amount column",
                    value: self.told_text(profile),
                    reason,
                }
                .into());
            }
            Some(told) => self.told(told)?,
            None if split_told => {
                let [debit, credit] = [&profile.debit, &profile.credit]
                    .map(|column| column.as_ref().map(|told| self.told(told)).transpose());
                return Ok(AmountColumns::Split { debit: debit?, credit: credit? });
            }
            None if self.layout.header.is_some() => match self.amount_by_header()? {
                AmountColumns::Signed(amount) => amount,
                split => return Ok(split),
            },
            None => self.amount_by_content(date)?,
        };
        if let Some(told) = &profile.direction {
            return Ok(AmountColumns::Directed { amount, direction: self.told(told)? });
        }
        Ok(match self.direction(amount) {
            Some(direction) => AmountColumns::Directed { amount, direction },
            None => AmountColumns::Signed(amount),
        })
    }

    fn told_text(&self, profile: &CsvProfile) -> String {
        let told = [&profile.amount, &profile.debit, &profile.credit].into_iter().flatten();
        told.map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }

    fn amount_by_header(&self) -> Result<AmountColumns> {
        let called = |role| self.layout.columns_called(role);
        match called(Role::Amount).as_slice() {
            [index] => {
                self.refuse_fees()?;
                Ok(AmountColumns::Signed(*index))
            }
            [] => match (called(Role::Debit).as_slice(), called(Role::Credit).as_slice()) {
                ([debit], [credit]) => {
                    Ok(AmountColumns::Split { debit: Some(*debit), credit: Some(*credit) })
                }
                _ => self.undecided(format!(
                    "no column is called an amount ({}): tell it with --amount-column, or --debit-column and \
                     --credit-column",
                    self.layout.header_text()
                )),
            },
            several => self.undecided(format!(
                "columns {} could all be the amount: tell it with --amount-column",
                self.list(several)
            )),
        }
    }

    /// Some banks book the amount less the fee, others have it in the amount: only a person can tell.
    fn refuse_fees(&self) -> Result<()> {
        let fees = self.layout.columns_called(Role::Fee);
        let charged = |index: &&usize| {
            let facts = &self.survey.columns[**index];
            facts.is_numbers() && facts.positive + facts.negative > 0
        };
        match fees.iter().find(charged) {
            None => Ok(()),
            Some(index) => self.undecided(format!(
                "column {} holds fees, which may or may not be part of the amount: tell the column that counts \
                 with --amount-column",
                self.layout.column_name(*index)
            )),
        }
    }

    /// Without a header: the one column with money in it. Two such columns are amount and balance, or debit and
    /// credit, in an order that nothing tells.
    fn amount_by_content(&self, date: usize) -> Result<usize> {
        let money = |facts: &ColumnFacts| facts.is_numbers() && facts.money > 0 && !facts.is_dates();
        let columns = self.distinct(money).into_iter().filter(|index| *index != date).collect::<Vec<_>>();
        match columns.as_slice() {
            [index] => Ok(*index),
            [] => self.undecided("no column holds amounts: tell it with --amount-column".to_owned()),
            several => self.undecided(format!(
                "columns {} all hold amounts, and there is no header: tell which with --amount-column, or \
                 --debit-column and --credit-column",
                self.list(several)
            )),
        }
    }

    /// A column of direction words, where no amount has a sign of its own.
    ///
    /// One that the header plainly calls so counts even if some of its words are unknown: each such row is then a
    /// problem, while reading all amounts as money in would be silently wrong.
    fn direction(&self, amount: usize) -> Option<usize> {
        if self.survey.columns[amount].negative > 0 {
            return None;
        }
        let called = self.layout.columns_called(Role::Direction);
        if let ([index], true) = (called.as_slice(), self.layout.is_called_surely(Role::Direction)) {
            return Some(*index);
        }
        let words = |facts: &ColumnFacts| facts.filled > 0 && facts.directions == facts.filled;
        let full = |facts: &ColumnFacts| words(facts) && facts.filled >= self.survey.columns[amount].filled;
        match self.distinct(full).as_slice() {
            [index] => Some(*index),
            _ => None,
        }
    }

    /// The columns that `holds` is true of; of several with the same cells, the first.
    fn distinct(&self, holds: impl Fn(&ColumnFacts) -> bool) -> Vec<usize> {
        let facts = &self.survey.columns;
        let all = (0..facts.len()).filter(|index| holds(&facts[*index])).collect::<Vec<_>>();
        let repeats = |index: usize| {
            let digest = facts[index].digest;
            digest != 0 && all.iter().any(|other| *other < index && facts[*other].digest == digest)
        };
        all.iter().copied().filter(|index| !repeats(*index)).collect()
    }

    /// The columns called a description; without a header, every column of text that has no other role.
    fn description(&self, columns: &Columns) -> Vec<usize> {
        let mut taken =
            vec![Some(columns.date), columns.value_date, columns.currency, columns.payee, columns.memo];
        taken.extend([columns.reference, columns.balance]);
        taken.extend(columns.amount.numbers().map(Some));
        if let AmountColumns::Directed { direction, .. } = columns.amount {
            taken.push(Some(direction));
        }
        let free = |index: &usize| !taken.contains(&Some(*index));
        if self.layout.header.is_some() {
            return self.layout.columns_called(Role::Description).into_iter().filter(free).collect();
        }
        let is_text = |index: &usize| {
            let facts = &self.survey.columns[*index];
            let coded =
                [facts.numbers, facts.dates, facts.currencies, facts.directions].contains(&facts.filled);
            facts.filled > 0 && !coded
        };
        (0..self.survey.width.min(self.survey.columns.len())).filter(free).filter(is_text).collect()
    }
}
