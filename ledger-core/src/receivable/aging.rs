//! Aging: what is open, by how long it is past due, for each party, group or receivable.
//!
//! One report is in one commodity; the caller groups open amounts by commodity first.

use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::buckets::Buckets;
use super::parts::fit;
use super::weight::{ONE, billionths};
use super::{LoanGroupId, PartyId, ReceivableId};
use crate::money::{Rounding, divide};
use crate::{ErrorKind, Result};

/// An amount that is open on the day of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAmount {
    /// What it belongs to.
    pub receivable: ReceivableId,
    /// Who owes it (of a payable: who is owed).
    pub party: PartyId,
    /// The group that the receivable is linked to.
    pub group: Option<LoanGroupId>,
    /// The day on which it is due; none for what is due on demand.
    pub due_on: Option<NaiveDate>,
    /// Minor units; below zero a credit that is not applied to anything.
    pub amount: i64,
}

/// What the rows of an aging stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgingBy {
    /// A row for each party.
    #[default]
    Party,
    /// A row for each group, and one for what is in none.
    Group,
    /// A row for each receivable.
    Receivable,
}

/// What one row of an aging stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AgingOf {
    /// A party.
    Party(PartyId),
    /// A group; none for what is in no group.
    Group(Option<LoanGroupId>),
    /// A receivable.
    Receivable(ReceivableId),
}

/// The figures of one row, or of all rows together. Amounts are minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgingFigures {
    /// What is open in each bucket, zero or above, in the order of [`Buckets`].
    pub amounts: Vec<i64>,
    /// Credits that are not applied, zero or below; they are in no bucket.
    pub credit: i64,
    /// All buckets and the credit together.
    pub total: i64,
    /// How many amounts are open.
    pub open_count: usize,
    /// How many of them are past due.
    pub past_due_count: usize,
    /// How many credits there are.
    pub credit_count: usize,
    /// The oldest due day of what is open; none where nothing has one.
    pub oldest_due_on: Option<NaiveDate>,
    /// The most days that anything open is past due.
    pub days_past_due_max: u32,
    /// The days past due of what is past due, weighted by amount and rounded half-even to whole days.
    pub days_past_due_mean: u32,
}

/// One row of an aging.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgingRow {
    /// What it stands for.
    pub of: AgingOf,
    /// Its figures.
    #[serde(flatten)]
    pub figures: AgingFigures,
}

/// What is open as of a day, by how long it is past due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Aging {
    /// The day.
    pub as_of: NaiveDate,
    /// What rows stand for.
    pub by: AgingBy,
    /// The buckets.
    pub buckets: Buckets,
    /// Rows by their numbers; what is in no group comes first.
    pub rows: Vec<AgingRow>,
    /// All rows together.
    pub total: AgingFigures,
}

/// What is likely lost, by bucket, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExpectedLoss {
    /// The loss of each bucket.
    pub amounts: Vec<i64>,
    /// All of them together.
    pub total: i64,
}

/// Ages open amounts as of a day, past or to come; amounts of zero are left out, as nothing of them is open.
///
/// Every amount is in exactly one bucket of exactly one row, or among its credits; so rows, buckets and credits each
/// come to the total, and the total is the sum of the amounts.
///
/// ```
/// use ledger_core::receivable::{AgingBy, Buckets, OpenAmount, PartyId, ReceivableId, age};
///
/// let open = |party, due_on: &str, amount| OpenAmount {
///     receivable: ReceivableId::new(party),
///     party: PartyId::new(party),
///     group: None,
///     due_on: due_on.parse().ok(),
///     amount,
/// };
/// let open = [open(1, "2026-06-01", 30_000), open(2, "2026-04-20", 5_000), open(2, "", -700)];
/// let aging = age(&open, "2026-06-01".parse()?, &Buckets::default(), AgingBy::Party)?;
/// assert_eq!(aging.rows[0].figures.amounts, [30_000, 0, 0, 0, 0]);
/// assert_eq!(aging.rows[1].figures.amounts, [0, 0, 5_000, 0, 0]);
/// assert_eq!((aging.rows[1].figures.credit, aging.total.total), (-700, 34_300));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ErrorKind::AmountOverflow`] where a sum does not fit.
pub fn age(open: &[OpenAmount], as_of: NaiveDate, buckets: &Buckets, by: AgingBy) -> Result<Aging> {
    let mut places: HashMap<AgingOf, usize> = HashMap::new();
    let mut rows: Vec<AgingRow> = Vec::new();
    let mut weighted_days: Vec<i128> = Vec::new();
    for one in open.iter().filter(|one| one.amount != 0) {
        let of = by.of(one);
        let place = *places.entry(of).or_insert_with(|| {
            rows.push(AgingRow { of, figures: AgingFigures::none(buckets) });
            weighted_days.push(0);
            rows.len() - 1
        });
        let days_past_due = one.due_on.map_or(0, |due_on| (as_of - due_on).num_days());
        weighted_days[place] += rows[place].figures.add(one, buckets.place(days_past_due), days_past_due)?;
    }
    let mut total = AgingFigures::none(buckets);
    for row in &rows {
        total.add_row(&row.figures)?;
    }
    total.finish(weighted_days.iter().sum())?;
    for (row, weighted_days) in rows.iter_mut().zip(weighted_days) {
        row.figures.finish(weighted_days)?;
    }
    rows.sort_unstable_by_key(|row| row.of);
    Ok(Aging { as_of, by, buckets: buckets.clone(), rows, total })
}

impl AgingBy {
    fn of(self, open: &OpenAmount) -> AgingOf {
        match self {
            AgingBy::Party => AgingOf::Party(open.party),
            AgingBy::Group => AgingOf::Group(open.group),
            AgingBy::Receivable => AgingOf::Receivable(open.receivable),
        }
    }
}

impl AgingFigures {
    /// What is likely lost at a rate for each bucket, in percent from 0 to 100; each bucket's loss is rounded half-even,
    /// and the total is the sum of the rounded ones. Credits lessen nothing.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for another number of rates than buckets, or a rate that is no percent with at most
    /// nine decimal places.
    pub fn expected_loss(&self, rates: &[Decimal]) -> Result<ExpectedLoss> {
        if rates.len() != self.amounts.len() {
            let value = rates.iter().map(Decimal::to_string).collect::<Vec<_>>().join(",");
            let buckets = self.amounts.len();
            let reason = format!(
                "there are {buckets} buckets, the first for what is not due, and {} rates",
                rates.len()
            );
            return Err(ErrorKind::InvalidSetting { what: "list of loss rates", value, reason }.into());
        }
        let whole = 100 * i128::from(ONE);
        let loss = |(amount, rate): (&i64, &Decimal)| {
            let rate = i128::from(billionths("loss rate", *rate, 100)?);
            fit(divide(i128::from(*amount) * rate, whole, Rounding::HalfEven))
        };
        let amounts = self.amounts.iter().zip(rates).map(loss).collect::<Result<Vec<i64>>>()?;
        let total = fit(amounts.iter().copied().map(i128::from).sum())?;
        Ok(ExpectedLoss { amounts, total })
    }
}

// Amounts of a bucket are all above zero and credits all below, so that a sum of either fits if and only if each step to it
// does: they are summed up where they stay.
impl AgingFigures {
    fn none(buckets: &Buckets) -> AgingFigures {
        AgingFigures {
            amounts: vec![0; buckets.count()],
            credit: 0,
            total: 0,
            open_count: 0,
            past_due_count: 0,
            credit_count: 0,
            oldest_due_on: None,
            days_past_due_max: 0,
            days_past_due_mean: 0,
        }
    }

    /// Adds an amount, and gives back its days past due times the amount.
    fn add(&mut self, open: &OpenAmount, bucket: usize, days_past_due: i64) -> Result<i128> {
        if open.amount < 0 {
            self.credit = sum(self.credit, open.amount)?;
            self.credit_count += 1;
            return Ok(0);
        }
        self.amounts[bucket] = sum(self.amounts[bucket], open.amount)?;
        self.open_count += 1;
        self.oldest_due_on = older(self.oldest_due_on, open.due_on);
        if days_past_due <= 0 {
            return Ok(0);
        }
        self.past_due_count += 1;
        // Days between two dates fit.
        let days = u32::try_from(days_past_due).unwrap_or(u32::MAX);
        self.days_past_due_max = self.days_past_due_max.max(days);
        Ok(i128::from(open.amount) * i128::from(days_past_due))
    }

    /// Adds the figures of a row.
    fn add_row(&mut self, row: &AgingFigures) -> Result<()> {
        for (amount, of_row) in self.amounts.iter_mut().zip(&row.amounts) {
            *amount = sum(*amount, *of_row)?;
        }
        self.credit = sum(self.credit, row.credit)?;
        self.open_count += row.open_count;
        self.past_due_count += row.past_due_count;
        self.credit_count += row.credit_count;
        self.oldest_due_on = older(self.oldest_due_on, row.oldest_due_on);
        self.days_past_due_max = self.days_past_due_max.max(row.days_past_due_max);
        Ok(())
    }

    /// Works out what follows from the other figures.
    fn finish(&mut self, weighted_days: i128) -> Result<()> {
        let buckets = self.amounts.iter().copied().map(i128::from);
        let past_due: i128 = buckets.clone().skip(1).sum();
        self.total = fit(buckets.sum::<i128>() + i128::from(self.credit))?;
        // Nothing past due has no days either; a mean is no more than its largest.
        let mean = divide(weighted_days, past_due.max(1), Rounding::HalfEven);
        self.days_past_due_mean = u32::try_from(mean).unwrap_or(u32::MAX);
        Ok(())
    }
}

fn sum(left: i64, right: i64) -> Result<i64> {
    fit(i128::from(left) + i128::from(right))
}

fn older(left: Option<NaiveDate>, right: Option<NaiveDate>) -> Option<NaiveDate> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        _ => left.or(right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(receivable: i32, party: i32, group: Option<i32>, due_on: &str, amount: i64) -> OpenAmount {
        OpenAmount {
            receivable: ReceivableId::new(receivable),
            party: PartyId::new(party),
            group: group.map(LoanGroupId::new),
            due_on: due_on.parse().ok(),
            amount,
        }
    }

    fn amounts() -> Vec<OpenAmount> {
        vec![
            open(3, 2, Some(1), "2026-05-31", 100),
            open(1, 1, None, "2026-06-01", 1_000),
            open(1, 1, None, "2026-03-02", 200),
            open(2, 1, Some(1), "2026-03-03", 30),
            open(2, 1, Some(1), "", 4),
            open(2, 1, Some(1), "2026-04-01", -50),
            open(3, 2, Some(1), "2026-01-01", 0),
        ]
    }

    fn aged(by: AgingBy) -> Aging {
        age(&amounts(), "2026-06-01".parse().unwrap(), &Buckets::default(), by).unwrap()
    }

    #[test]
    fn every_amount_is_in_one_bucket_or_a_credit() {
        let aging = aged(AgingBy::Party);
        let of: Vec<_> = aging.rows.iter().map(|row| row.of).collect();
        assert_eq!(of, [1, 2].map(|party| AgingOf::Party(PartyId::new(party))));
        let [first, second] = [0, 1].map(|at| &aging.rows[at].figures);
        assert_eq!(
            (&first.amounts[..], first.credit, first.total),
            (&[1_004, 0, 0, 30, 200][..], -50, 1_184)
        );
        assert_eq!((first.open_count, first.past_due_count, first.credit_count), (4, 2, 1));
        assert_eq!(first.oldest_due_on, "2026-03-02".parse().ok());
        // (200 × 91 + 30 × 90) / 230 = 90.87
        assert_eq!((first.days_past_due_max, first.days_past_due_mean), (91, 91));
        assert_eq!(second.amounts, [0, 100, 0, 0, 0]);
        assert_eq!((second.open_count, second.days_past_due_max), (1, 1), "an amount of zero is not open");
        assert_eq!(aging.total.amounts, [1_004, 100, 0, 30, 200]);
        assert_eq!((aging.total.credit, aging.total.total), (-50, 1_284));
    }

    #[test]
    fn rows_stand_for_groups_or_receivables_where_asked_for() {
        let groups = aged(AgingBy::Group);
        assert_eq!(groups.rows[0].of, AgingOf::Group(None));
        assert_eq!(groups.rows.iter().map(|row| row.figures.total).collect::<Vec<_>>(), [1_200, 84]);
        let receivables = aged(AgingBy::Receivable);
        assert_eq!(
            receivables.rows.iter().map(|row| row.figures.total).collect::<Vec<_>>(),
            [1_200, -16, 100]
        );
        assert_eq!((&groups.total, &receivables.total), (&aged(AgingBy::Party).total, &groups.total));
    }

    #[test]
    fn an_earlier_day_finds_less_past_due() {
        let aging =
            age(&amounts(), "2026-03-02".parse().unwrap(), &Buckets::default(), AgingBy::Party).unwrap();
        assert_eq!(aging.total.amounts, [1_334, 0, 0, 0, 0], "what is due on the day is not past due");
        assert_eq!((aging.total.days_past_due_max, aging.total.days_past_due_mean), (0, 0));
        let none = age(&[], aging.as_of, &Buckets::default(), AgingBy::Party).unwrap();
        assert_eq!((none.rows.len(), none.total.total, none.total.oldest_due_on), (0, 0, None));
    }

    #[test]
    fn a_sum_that_does_not_fit_is_refused() {
        let large = [open(1, 1, None, "", i64::MAX), open(1, 2, None, "", 1)];
        let aged = |large: &[OpenAmount]| {
            age(large, "2026-06-01".parse().unwrap(), &Buckets::default(), AgingBy::Party)
        };
        assert!(matches!(aged(&large).unwrap_err().kind(), ErrorKind::AmountOverflow { .. }));
        assert!(aged(&large[..1]).is_ok());
    }

    #[test]
    fn the_expected_loss_is_rounded_half_even_for_each_bucket() {
        let mut figures = aged(AgingBy::Party).total;
        figures.amounts = vec![250, 350, 50, 30, 200];
        let rates: Vec<Decimal> = ["1", "1", "1", "5", "50"].map(|rate| rate.parse().unwrap()).to_vec();
        // 2.5, 3.5, 0.5, 1.5 and 100.
        let loss = figures.expected_loss(&rates).unwrap();
        assert_eq!((&loss.amounts[..], loss.total), (&[2, 4, 0, 2, 100][..], 108));
        let refused = figures.expected_loss(&rates[1..]).unwrap_err().to_string();
        assert!(refused.contains("there are 5 buckets") && refused.contains("4 rates"), "{refused}");
        let beyond = figures.expected_loss(&[Decimal::from(101); 5]).unwrap_err().to_string();
        assert_eq!(
            beyond,
            "loss rate \"101\" is refused: it is a number from 0 to 100 with at most 9 decimal places"
        );
    }
}
