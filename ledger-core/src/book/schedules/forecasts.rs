//! Projections that are kept, to be compared with what happened.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};

use super::{ProjectRequest, Schedules, StoredPlan, key_of, schedule_of};
use crate::account::AccountId;
use crate::book::scenarios::sha256;
use crate::journal::Standing;
use crate::money::{Amount, Commodity};
use crate::schedule::{Accuracy, ActualBalance, Forecast, OccurrenceKey, ScheduleId, Settlement, accuracy};
use crate::store::call;
use crate::store::rows::{date, day};
use crate::store::schedule_rows::{ForecastRow, OccurrenceChangeRow};
use crate::text::{check_name, holds_nul, normalize};
use crate::{Error, ErrorKind, Result};

/// How many names a refusal repeats.
const NAMES_SHOWN_MAX: usize = 5;

/// A forecast that is kept, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SavedForecast {
    /// Its name.
    pub name: String,
    /// The last day whose postings it knew.
    pub as_of: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
}

impl Schedules<'_> {
    /// Projects and keeps the result under a name.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] for a name that is taken, and as [`Schedules::project`].
    pub fn snapshot(&self, name: &str, request: &ProjectRequest) -> Result<Forecast> {
        check_name("forecast", name, 100)?;
        self.book.change(|_, _| {
            let id = self.book.id();
            let key = normalize(name);
            if call!(self.book.db(), "reading forecasts", scenario::forecast(id, &key))?.is_some() {
                let hint = " (drop it, or choose another name)".to_owned();
                return Err(ErrorKind::AlreadyExists { what: "forecast", name: name.to_owned(), hint }.into());
            }
            let forecast = Forecast::freeze(name, &self.project(request)?);
            let row = ForecastRow {
                book_id: id,
                normalized_name: key,
                name: name.to_owned(),
                as_of: day(forecast.as_of),
                ends_on: day(forecast.to),
                body: json!(forecast).to_string(),
            };
            call!(self.book.db(), "keeping a forecast", scenario::insert_forecast(&row))?;
            let subject = forecast_subject(&row.normalized_name);
            self.book.record_event("forecast.save", &subject, None, Some(audited_forecast(&row)))?;
            Ok(forecast)
        })
    }

    /// The forecasts that are kept, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forecasts(&self) -> Result<Vec<SavedForecast>> {
        let mut rows = call!(self.book.db(), "reading forecasts", scenario::forecasts(self.book.id()))?;
        rows.sort_by_cached_key(|(name, ..)| normalize(name));
        let saved = |(name, as_of, to)| SavedForecast { name, as_of: date(as_of), to: date(to) };
        Ok(rows.into_iter().map(saved).collect())
    }

    /// The forecast with this name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with names that are close.
    pub fn forecast(&self, name: &str) -> Result<Forecast> {
        forecast_of(&self.forecast_row(name)?)
    }

    /// A forecast beside what happened through a day, by day and by cause.
    ///
    /// The total of the past is that of the forecast's accounts, at the prices of its as-of day, so that it shows what
    /// was forecast wrongly and not what prices did.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], and as [`crate::schedule::accuracy`].
    pub fn accuracy(&self, name: &str, through: NaiveDate) -> Result<Accuracy> {
        self.book.ledger.read(|| {
            let forecast = self.forecast(name)?;
            let end = through.min(forecast.to);
            let actual = self.actual_balances(&forecast, end)?;
            let settled = self.settlements(&forecast)?;
            accuracy(&forecast, &actual, &settled, through)
        })
    }

    /// Forgets a forecast.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn drop_forecast(&self, name: &str) -> Result<()> {
        self.book.change(|_, _| {
            let row = self.forecast_row(name)?;
            let key = &row.normalized_name;
            call!(self.book.db(), "dropping a forecast", scenario::delete_forecast(row.book_id, key))?;
            self.book.record_event(
                "forecast.drop",
                &forecast_subject(key),
                Some(audited_forecast(&row)),
                None,
            )
        })
    }

    fn forecast_row(&self, name: &str) -> Result<ForecastRow> {
        let key = normalize(name);
        let row = match holds_nul(name) {
            true => None,
            false => call!(self.book.db(), "reading forecasts", scenario::forecast(self.book.id(), &key))?,
        };
        if let Some(row) = row {
            return Ok(row);
        }
        let mut near = self.forecasts()?;
        near.sort_by_cached_key(|saved| strsim::damerau_levenshtein(&normalize(&saved.name), &key));
        let suggestions = near.into_iter().take(NAMES_SHOWN_MAX).map(|saved| saved.name).collect();
        Err(ErrorKind::NotFound { what: "forecast", name: name.to_owned(), suggestions }.into())
    }

    /// The balances of each day on which one of the forecast's accounts moved, and the total's.
    fn actual_balances(&self, forecast: &Forecast, end: NaiveDate) -> Result<Vec<ActualBalance>> {
        let accounts: BTreeSet<AccountId> =
            forecast.series.iter().filter_map(|series| series.account).collect();
        let mut moves: BTreeMap<NaiveDate, BTreeMap<(AccountId, Commodity), i128>> = BTreeMap::new();
        let mut held: BTreeMap<(AccountId, Commodity), i128> = BTreeMap::new();
        for account in &accounts {
            for amount in self.book.account_balance(*account, Some(forecast.as_of))? {
                held.insert((*account, amount.commodity()), amount.minor().into());
            }
            for posted in self.posted(*account, forecast.as_of, end)? {
                let of_day = moves.entry(posted.on).or_default();
                *of_day.entry((*account, posted.amount.commodity())).or_default() +=
                    i128::from(posted.amount.minor());
            }
        }
        let total = forecast.series.iter().find(|series| series.account.is_none());
        let base = total.map(|series| series.opening.commodity());
        let prices = match base {
            Some(base) => self.prices(base, held.keys().chain(moves.values().flat_map(|day| day.keys())))?,
            None => Default::default(),
        };
        // What was in the accounts before the first move as well: entries may have been posted for earlier days since.
        let mut actual = Vec::new();
        let mut days: Vec<NaiveDate> = moves.keys().copied().collect();
        days.extend(forecast.as_of.succ_opt().filter(|first| !moves.contains_key(first) && *first <= end));
        days.sort_unstable();
        for on in days {
            for (key, change) in moves.get(&on).into_iter().flatten() {
                *held.entry(*key).or_default() += change;
            }
            for ((account, commodity), minor) in &held {
                let amount = Amount::try_from_i128(*minor, *commodity, "a balance")?;
                actual.push(ActualBalance { account: Some(*account), on, amount });
            }
            if let Some(base) = base {
                let amount = total_of(&held, base, &prices, forecast.as_of)?;
                actual.push(ActualBalance { account: None, on, amount });
            }
        }
        Ok(actual)
    }

    /// What the occurrences of a forecast came to, also those of rows that were removed since, and those that went to
    /// another row by an edit of "this and later".
    fn settlements(&self, forecast: &Forecast) -> Result<Vec<Settlement>> {
        let id = self.book.id();
        let settling = StoredPlan::read(self.book)?.settling;
        let changes = call!(self.book.db(), "reading occurrences", schedule::changes(id))?;
        let standing = |row: &OccurrenceChangeRow| match settling.get(&row.entry_number?)? {
            Standing::As(entry) => Some((key_of(row), *entry)),
            Standing::Reversed(_) => None,
        };
        let entries: HashMap<OccurrenceKey, i64> = changes.iter().filter_map(standing).collect();
        let mut followers: HashMap<ScheduleId, Vec<ScheduleId>> = HashMap::new();
        for row in call!(self.book.db(), "reading schedules", schedule::all(id))? {
            let schedule = schedule_of(&row)?;
            if let Some(of) = schedule.terms().follows {
                followers.entry(of).or_default().push(schedule.id());
            }
        }
        let mut settled = Vec::new();
        let keys: BTreeSet<_> = forecast.causes.iter().map(|cause| cause.key).collect();
        for key in keys {
            // Its own row, then those that go on from it; each is added once at most.
            let mut rows = vec![key.schedule];
            let mut at = 0;
            while let Some(row) = rows.get(at) {
                let next = followers.get(row).into_iter().flatten().filter(|next| !rows.contains(next));
                let next: Vec<_> = next.copied().collect();
                rows.extend(next);
                at += 1;
            }
            let entry = rows.iter().find_map(|row| entries.get(&OccurrenceKey::new(*row, key.on)));
            let Some(entry) = entry else { continue };
            let entry = self.book.entry(*entry)?;
            let lines = entry.lines.iter().map(|line| (line.account_id, line.amount)).collect();
            settled.push(Settlement { key, entry: entry.number, on: entry.posted_on, lines });
        }
        Ok(settled)
    }
}

/// What balances are worth together, each commodity converted once.
fn total_of(
    held: &BTreeMap<(AccountId, Commodity), i128>,
    base: Commodity,
    prices: &crate::money::PriceTable,
    on: NaiveDate,
) -> Result<Amount> {
    let mut by_commodity: BTreeMap<Commodity, i128> = BTreeMap::new();
    for ((_, commodity), minor) in held {
        *by_commodity.entry(*commodity).or_default() += minor;
    }
    let mut total = base.zero();
    for (commodity, minor) in by_commodity {
        let amount = Amount::try_from_i128(minor, commodity, "a balance")?;
        total = total.checked_add(prices.convert(amount, base, on, crate::money::Rounding::HalfEven)?)?;
    }
    Ok(total)
}

/// What audit events call a forecast.
pub(in crate::book) fn forecast_subject(normalized_name: &str) -> String {
    format!("forecast {normalized_name}")
}

/// A forecast in the words of the audit log; of its figures, which may be many, the hash.
pub(in crate::book) fn audited_forecast(row: &ForecastRow) -> Value {
    let (as_of, ends_on) = (date(row.as_of).to_string(), date(row.ends_on).to_string());
    json!({ "name": row.name, "as_of": as_of, "ends_on": ends_on, "sha256": sha256(&row.body) })
}

/// The forecast that a row holds.
pub(in crate::book) fn forecast_of(row: &ForecastRow) -> Result<Forecast> {
    serde_json::from_str(&row.body)
        .map_err(|error| Error::from(ErrorKind::Corrupt { what: format!("forecasts {}: {error}", row.name) }))
}
