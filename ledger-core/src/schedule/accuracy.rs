//! How good a forecast was: what it said, frozen, beside what happened since.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::projection::{AccountSeries, CauseOf, DayPoint, Projection, Series};
use super::{LikelySettlement, OccurrenceKey, Percent, Unpriced};
use crate::Result;
use crate::account::AccountId;
use crate::journal::check_range;
use crate::money::{Amount, Commodity, Rounding, divide};

/// A projection as it was made, to be kept as JSON; what happens later does not change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forecast {
    /// What people call it.
    pub name: String,
    /// The last day whose postings it knew.
    pub as_of: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
    /// The balances that it forecast.
    pub series: Vec<ForecastSeries>,
    /// The occurrences that it expected, one for each account that they move.
    pub causes: Vec<ForecastCause>,
    /// Why it has no total although that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpriced: Option<Unpriced>,
    /// Occurrences that it left out because an entry very likely stood for them already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<LikelySettlement>,
}

/// The balances of an account in one commodity, or of the total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForecastSeries {
    /// The account; nothing for the total.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// The balance at the end of the as-of day.
    pub opening: Amount,
    /// Balances as they change.
    pub points: Vec<DayPoint>,
}

/// What one occurrence was expected to do to one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForecastCause {
    /// The occurrence.
    pub key: OccurrenceKey,
    /// The schedule's name at that time.
    pub name: String,
    /// The day on which it was expected.
    pub on: NaiveDate,
    /// The account.
    pub account: AccountId,
    /// What it was expected to come to.
    pub amount: Amount,
    /// How likely it was.
    pub probability: Percent,
}

impl Forecast {
    /// Freezes a projection under a name.
    pub fn freeze(name: impl Into<String>, projection: &Projection) -> Forecast {
        let series = |account: Option<AccountId>, series: &Series| ForecastSeries {
            account,
            opening: series.opening,
            points: series.points.clone(),
        };
        let accounts = projection
            .accounts
            .iter()
            .map(|AccountSeries { account, series: of }| series(Some(*account), of));
        let causes = projection.causes().filter_map(|cause| match cause.of {
            CauseOf::Occurrence { key, .. } => Some(ForecastCause {
                key,
                name: cause.name.to_string(),
                on: cause.on,
                account: cause.account,
                amount: cause.amount,
                probability: cause.probability,
            }),
            CauseOf::Entry(_) | CauseOf::Usual => None,
        });
        Forecast {
            name: name.into(),
            as_of: projection.as_of,
            to: projection.to,
            series: accounts.chain(projection.total.iter().map(|total| series(None, total))).collect(),
            causes: causes.collect(),
            unpriced: projection.unpriced.clone(),
            held: projection.held.clone(),
        }
    }
}

/// What a balance was at the end of a day; it holds until the next one that is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActualBalance {
    /// The account; nothing for the total.
    pub account: Option<AccountId>,
    /// The day.
    pub on: NaiveDate,
    /// The balance.
    pub amount: Amount,
}

/// What an occurrence came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The occurrence.
    pub key: OccurrenceKey,
    /// The entry that stands for it.
    pub entry: i64,
    /// The entry's day.
    pub on: NaiveDate,
    /// The entry's lines.
    pub lines: Vec<(AccountId, Amount)>,
}

/// A forecast beside what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Accuracy {
    /// The last day that was compared.
    pub through: NaiveDate,
    /// Each balance, day by day.
    pub series: Vec<SeriesAccuracy>,
    /// Each occurrence that was expected by then, in the order of the forecast.
    pub causes: Vec<CauseAccuracy>,
}

/// One balance beside what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeriesAccuracy {
    /// The account; nothing for the total.
    pub account: Option<AccountId>,
    /// What it is counted in.
    pub commodity: Commodity,
    /// The days after the as-of day.
    pub days: Vec<AccuracyDay>,
    /// The mean of the differences without their signs, rounded half to even; nothing where no day was compared.
    pub mean_absolute_error: Option<Amount>,
    /// The middle one of them; of two in the middle the smaller.
    pub median_absolute_error: Option<Amount>,
    /// How many days ended between the worst and the best that was forecast.
    pub days_within_band: usize,
}

/// One day of a balance, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AccuracyDay {
    /// The day.
    pub on: NaiveDate,
    /// The expected balance at its end.
    pub forecast: i64,
    /// The balance at its end.
    pub actual: i64,
    /// How far the actual one lies above the forecast.
    pub difference: i128,
}

/// One expected occurrence on one account, beside what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CauseAccuracy {
    /// What was expected.
    #[serde(flatten)]
    pub forecast: ForecastCause,
    /// What happened; nothing where no entry stands for it yet.
    pub actual: Option<ActualCause>,
}

/// What came of an expected occurrence on one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ActualCause {
    /// The entry.
    pub entry: i64,
    /// Its day.
    pub on: NaiveDate,
    /// Days that it came later than expected; negative for earlier.
    pub days_late: i64,
    /// What it came to on this account.
    pub amount: Amount,
    /// How far that lies above what was expected.
    pub difference: Amount,
}

/// Compares a forecast with what happened through a day.
///
/// # Errors
/// [`crate::ErrorKind::InvalidSetting`] for a day before the forecast was made, [`crate::ErrorKind::AmountOverflow`].
pub fn accuracy(
    forecast: &Forecast,
    actual: &[ActualBalance],
    settled: &[Settlement],
    through: NaiveDate,
) -> Result<Accuracy> {
    check_range(Some(forecast.as_of), Some(through))?;
    let through = through.min(forecast.to);
    let series = forecast.series.iter().map(|series| compare_series(forecast.as_of, series, actual, through));
    let settled: BTreeMap<OccurrenceKey, &Settlement> = settled.iter().map(|one| (one.key, one)).collect();
    let causes = forecast.causes.iter().filter(|cause| cause.on <= through).map(|cause| {
        let actual = settled.get(&cause.key).map(|settled| compare_cause(cause, settled)).transpose()?;
        Ok(CauseAccuracy { forecast: cause.clone(), actual })
    });
    Ok(Accuracy { through, series: series.collect::<Result<_>>()?, causes: causes.collect::<Result<_>>()? })
}

fn compare_series(
    as_of: NaiveDate,
    series: &ForecastSeries,
    actual: &[ActualBalance],
    through: NaiveDate,
) -> Result<SeriesAccuracy> {
    let commodity = series.opening.commodity();
    let of_series = |balance: &&ActualBalance| {
        balance.account == series.account && balance.amount.commodity() == commodity
    };
    let known: BTreeMap<NaiveDate, i64> =
        actual.iter().filter(of_series).map(|balance| (balance.on, balance.amount.minor())).collect();
    let (mut days, mut days_within_band) = (Vec::new(), 0);
    for on in as_of.iter_days().skip(1).take_while(|day| *day <= through) {
        let actual = known.range(..=on).next_back().map_or(series.opening.minor(), |(_, minor)| *minor);
        let place = series.points.partition_point(|point| point.on <= on);
        let point = place.checked_sub(1).and_then(|place| series.points.get(place));
        let opening = series.opening.minor();
        let [forecast, worst, best] =
            point.map_or([opening; 3], |point| [point.expected, point.worst, point.best]);
        days_within_band += usize::from((worst..=best).contains(&actual));
        days.push(AccuracyDay {
            on,
            forecast,
            actual,
            difference: i128::from(actual) - i128::from(forecast),
        });
    }
    let mut errors: Vec<i128> = days.iter().map(|day| day.difference.abs()).collect();
    errors.sort_unstable();
    let count = i128::try_from(errors.len()).unwrap_or(i128::MAX);
    let mean = (count > 0).then(|| divide(errors.iter().sum(), count, Rounding::HalfEven));
    let median = errors.len().checked_sub(1).map(|last| errors[last / 2]);
    let fit = |error: i128| Amount::try_from_i128(error, commodity, "the error of the forecast");
    Ok(SeriesAccuracy {
        account: series.account,
        commodity,
        mean_absolute_error: mean.map(fit).transpose()?,
        median_absolute_error: median.map(fit).transpose()?,
        days,
        days_within_band,
    })
}

fn compare_cause(cause: &ForecastCause, settled: &Settlement) -> Result<ActualCause> {
    let commodity = cause.amount.commodity();
    let of_cause = settled
        .lines
        .iter()
        .filter(|(account, amount)| *account == cause.account && amount.commodity() == commodity);
    let sum: i128 = of_cause.map(|(_, amount)| i128::from(amount.minor())).sum();
    let what = format!("what entry {} comes to", settled.entry);
    let amount = Amount::try_from_i128(sum, commodity, &what)?;
    Ok(ActualCause {
        entry: settled.entry,
        on: settled.on,
        days_late: (settled.on - cause.on).num_days(),
        amount,
        difference: amount.checked_sub(cause.amount)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::ScheduleId;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn eur(text: &str) -> Amount {
        format!("{text} EUR").parse().unwrap()
    }

    fn forecast() -> Forecast {
        let point = |on: &str, expected, worst, best| DayPoint { on: day(on), expected, worst, best };
        let cause = |on: &str, amount: &str| ForecastCause {
            key: OccurrenceKey::new(ScheduleId::new(1), day(on)),
            name: "Rent".to_owned(),
            on: day(on),
            account: AccountId(1),
            amount: eur(amount),
            probability: Percent::CERTAIN,
        };
        let points = vec![point("2026-03-01", 1_000, 1_000, 1_000), point("2026-03-03", 500, 400, 600)];
        let series = ForecastSeries { account: Some(AccountId(1)), opening: eur("10.00"), points };
        let causes = vec![cause("2026-03-03", "-5.00"), cause("2026-03-05", "-1.00")];
        Forecast {
            name: "march".into(),
            as_of: day("2026-03-01"),
            to: day("2026-03-31"),
            series: vec![series],
            causes,
            unpriced: None,
            held: Vec::new(),
        }
    }

    #[test]
    fn a_forecast_is_held_to_what_happened_day_by_day_and_cause_by_cause() {
        let actual =
            [ActualBalance { account: Some(AccountId(1)), on: day("2026-03-04"), amount: eur("3.90") }];
        let settled = [Settlement {
            key: OccurrenceKey::new(ScheduleId::new(1), day("2026-03-03")),
            entry: 7,
            on: day("2026-03-04"),
            lines: vec![(AccountId(1), eur("-6.10")), (AccountId(2), eur("6.10"))],
        }];
        let held = accuracy(&forecast(), &actual, &settled, day("2026-03-04")).unwrap();
        let series = &held.series[0];
        let differences: Vec<i128> = series.days.iter().map(|day| day.difference).collect();
        assert_eq!(differences, [0, 500, -110]);
        assert_eq!(series.mean_absolute_error, Some(eur("2.03")));
        assert_eq!(series.median_absolute_error, Some(eur("1.10")));
        assert_eq!(series.days_within_band, 1);
        assert_eq!(held.causes.len(), 1, "what is expected later is not compared yet");
        let rent = held.causes[0].actual.unwrap();
        assert_eq!((rent.entry, rent.days_late, rent.difference), (7, 1, eur("-1.10")));
    }

    #[test]
    fn an_expected_occurrence_that_did_not_come_shows_without_an_entry() {
        let held = accuracy(&forecast(), &[], &[], day("2026-12-31")).unwrap();
        assert_eq!(held.through, day("2026-03-31"), "no forecast reaches beyond its last day");
        assert!(held.causes.iter().all(|cause| cause.actual.is_none()));
        assert_eq!(held.causes.len(), 2);
        assert!(accuracy(&forecast(), &[], &[], day("2026-02-01")).is_err());
    }

    #[test]
    fn a_forecast_reads_back_from_its_json_and_refuses_unknown_fields() {
        let text = serde_json::to_string(&forecast()).unwrap();
        assert_eq!(serde_json::from_str::<Forecast>(&text).unwrap(), forecast());
        let extra = text.replacen("{\"name\"", "{\"more\":1,\"name\"", 1);
        assert!(serde_json::from_str::<Forecast>(&extra).is_err());
    }
}
