//! Projections side by side.

use chrono::NaiveDate;
use serde::Serialize;

use crate::account::AccountId;
use crate::money::Commodity;
use crate::schedule::{AccountSeries, LikelySettlement, Outlook, Projection, Series, Unpriced};
use crate::{ErrorKind, Result};

/// A day on which at least one of the compared balances changes, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComparedDay {
    /// The day.
    pub on: NaiveDate,
    /// The expected balance at its end in each projection.
    pub balances: Vec<i64>,
    /// How far each lies above the first projection.
    pub differences: Vec<i128>,
}

/// One balance in several projections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComparedSeries {
    /// The account; nothing for the total.
    pub account: Option<AccountId>,
    /// What it is counted in.
    pub commodity: Commodity,
    /// What each projection expects in short.
    pub expected: Vec<Outlook>,
    /// The same if everything that is uncertain goes badly.
    pub worst: Vec<Outlook>,
    /// The days, the first one as of which was projected.
    pub days: Vec<ComparedDay>,
}

/// Projections of the same accounts and days, beside the first of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The names, in the order of all lists.
    pub names: Vec<String>,
    /// Accounts by commodity, then the total; where a projection lacks one, it is nothing all the time.
    pub series: Vec<ComparedSeries>,
    /// Why there is no total although it was asked for.
    pub unpriced: Option<Unpriced>,
    /// Occurrences that at least one projection left out because an entry very likely stands for them already.
    pub held: Vec<LikelySettlement>,
}

/// Compares projections with the first of them.
///
/// # Errors
/// [`ErrorKind::InvalidSetting`] for fewer than two, [`ErrorKind::Misuse`] for projections of other days or accounts.
pub fn compare(projections: &[(&str, &Projection)]) -> Result<Comparison> {
    let [(_, base), others @ ..] = projections else {
        return Err(too_few(0));
    };
    if others.is_empty() {
        return Err(too_few(1));
    }
    if let Some((name, _)) = others.iter().find(|(_, other)| (other.as_of, other.to) != (base.as_of, base.to))
    {
        let message = format!("projection \"{name}\" is not of the same days as \"{}\"", projections[0].0);
        return Err(ErrorKind::Misuse(message).into());
    }
    let mut keys: Vec<Key> = projections.iter().flat_map(|(_, projection)| keys(projection)).collect();
    // The total last, as in a projection.
    keys.sort_unstable_by_key(|(account, commodity)| (account.is_none(), *account, *commodity));
    keys.dedup();
    let series = keys.into_iter().map(|key| compare_series(projections, key));
    let names = projections.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut held: Vec<LikelySettlement> = Vec::new();
    for one in projections.iter().flat_map(|(_, projection)| &projection.held) {
        // An adjustment may have made another row of it.
        if held.iter().all(|known| (known.entry, &known.name) != (one.entry, &one.name)) {
            held.push(one.clone());
        }
    }
    let unpriced = base.unpriced.clone();
    Ok(Comparison { names, series: series.collect(), unpriced, held })
}

type Key = (Option<AccountId>, Commodity);

fn too_few(count: usize) -> crate::Error {
    let reason = "it takes two or more projections".to_owned();
    ErrorKind::InvalidSetting { what: "comparison of", value: count.to_string(), reason }.into()
}

fn keys(projection: &Projection) -> impl Iterator<Item = Key> {
    let accounts = projection
        .accounts
        .iter()
        .map(|AccountSeries { account, series }| (Some(*account), series.commodity));
    accounts.chain(projection.total.iter().map(|total| (None, total.commodity)))
}

fn compare_series(projections: &[(&str, &Projection)], (account, commodity): Key) -> ComparedSeries {
    let found: Vec<Series> =
        projections.iter().map(|(_, projection)| series_of(projection, account, commodity)).collect();
    let mut days: Vec<NaiveDate> =
        found.iter().flat_map(|series| series.points.iter().map(|point| point.on)).collect();
    days.sort_unstable();
    days.dedup();
    let mut compared = Vec::with_capacity(days.len());
    let mut places = vec![0; found.len()];
    for on in days {
        let mut balances = Vec::with_capacity(found.len());
        for (series, place) in found.iter().zip(&mut places) {
            while series.points.get(*place + 1).is_some_and(|next| next.on <= on) {
                *place += 1;
            }
            balances.push(series.points.get(*place).map_or(series.opening.minor(), |point| point.expected));
        }
        let differences =
            balances.iter().map(|balance| i128::from(*balance) - i128::from(balances[0])).collect();
        compared.push(ComparedDay { on, balances, differences });
    }
    ComparedSeries {
        account,
        commodity,
        expected: found.iter().map(|series| series.expected).collect(),
        worst: found.iter().map(|series| series.worst).collect(),
        days: compared,
    }
}

/// A series of a projection; nothing all the time where it has none, because no row moves that account.
fn series_of(projection: &Projection, account: Option<AccountId>, commodity: Commodity) -> Series {
    let found = match account {
        Some(account) => projection.account(account).find(|series| series.commodity == commodity),
        None => projection.total.as_ref().filter(|total| total.commodity == commodity),
    };
    found.cloned().unwrap_or_else(|| Series::nothing(commodity, projection.as_of))
}
