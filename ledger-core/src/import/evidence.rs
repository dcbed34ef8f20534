//! The first rows of a file, read by one possible choice of columns, to compare it with others.

use rust_decimal::Decimal;

use super::columns::AmountColumns;
use super::number::value_of;
use super::patterns::DatePatterns;
use super::proof::{Proof, ProofRow};
use super::survey::Survey;
use super::words::Direction;
use crate::money::DecimalMark;

/// The first rows and the decimal mark by which their numbers are read.
#[derive(Clone, Copy)]
pub(super) struct Evidence<'s> {
    pub survey: &'s Survey,
    pub mark: DecimalMark,
}

impl<'s> Evidence<'s> {
    /// Reads numbers with the `told` mark, or with the one that the numbers of all columns speak for.
    pub fn new(survey: &'s Survey, told: Option<DecimalMark>) -> Evidence<'s> {
        let numbers =
            || survey.columns.iter().filter(|facts| facts.mostly_numbers() && !facts.mostly_dates());
        let points = numbers().filter(|facts| facts.point.is_some()).count();
        let commas = numbers().filter(|facts| facts.comma.is_some()).count();
        let seen = if commas > points { DecimalMark::Comma } else { DecimalMark::Point };
        Evidence { survey, mark: told.unwrap_or(seen) }
    }

    /// The cell of a row; empty where the row is shorter.
    pub fn cell(row: &'s [String], index: usize) -> &'s str {
        row.get(index).map_or("", String::as_str)
    }

    /// The number of a cell.
    pub fn value(&self, row: &[String], index: usize) -> Option<Decimal> {
        row.get(index).filter(|cell| !cell.is_empty()).and_then(|cell| value_of(cell, self.mark))
    }

    /// The amount of a row; none where it has none.
    pub fn amount(&self, row: &[String], columns: AmountColumns) -> Option<Decimal> {
        match columns {
            AmountColumns::Signed(index) => self.value(row, index),
            AmountColumns::Directed { amount, direction } => {
                let value = self.value(row, amount)?;
                match Direction::of(row.get(direction)?)? {
                    Direction::Out => Some(-value),
                    Direction::In => Some(value),
                    Direction::Neutral => None,
                }
            }
            AmountColumns::Split { debit, credit } => {
                let value = |index: Option<usize>| index.and_then(|index| self.value(row, index));
                match (value(debit), value(credit)) {
                    (Some(debit), None) => Some(-debit.abs()),
                    (Some(debit), Some(credit)) if credit.is_zero() => Some(-debit.abs()),
                    (_, credit) => credit,
                }
            }
        }
    }

    /// Whether the last row is older than the first; none where both are of one day.
    pub fn is_newest_first(&self, date: usize) -> Option<bool> {
        let format = DatePatterns::shared().of(self.survey.columns[date].patterns).into_iter().next()?;
        let day = |row: &Vec<String>| format.read(row.get(date)?);
        let (first, last) =
            (self.survey.sample.iter().find_map(day)?, self.survey.sample.iter().rev().find_map(day)?);
        (first != last).then_some(first > last)
    }

    /// How far the balances of a column follow from the amounts.
    pub fn proof(
        &self,
        balance: usize,
        currency: Option<usize>,
        amount: impl Fn(&[String]) -> Option<Decimal>,
    ) -> Proof {
        let row = |row: &'s Vec<String>| {
            let currency = currency.map_or("", |index| Self::cell(row, index));
            Some(ProofRow { currency, amount: amount(row)?, balance: self.value(row, balance)? })
        };
        Proof::of(&self.survey.sample.iter().filter_map(row).collect::<Vec<_>>())
    }
}
