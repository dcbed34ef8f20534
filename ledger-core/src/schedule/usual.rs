//! What is usually spent beside the schedules, learned from a book's own past.
//!
//! For each account and day of the week the middle day is taken, with the tenth and the ninetieth of a hundred as its
//! ends; days without any movement count. Everything is whole numbers and order, so that equal pasts give equal futures.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::account::AccountId;
use crate::journal::check_range;
use crate::money::{Amount, Commodity};

/// What an account moved on a day of the past without any schedule; several of a day are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastMovement {
    /// The account.
    pub account: AccountId,
    /// The day.
    pub on: NaiveDate,
    /// The amount, signed as posted.
    pub amount: Amount,
}

/// What an account usually moves on a day to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsualMovement {
    /// The account.
    pub account: AccountId,
    /// The day.
    pub on: NaiveDate,
    /// The median of such days.
    pub expected: Amount,
    /// What nine of ten such days were not below: the most money out.
    pub low: Amount,
    /// What nine of ten such days were not above.
    pub high: Amount,
}

/// The usual days of accounts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UsualSpending {
    usual: BTreeMap<(AccountId, Commodity), [UsualDay; 7]>,
}

/// The usual day of one account for one day of the week, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct UsualDay {
    low: i64,
    median: i64,
    high: i64,
}

impl UsualSpending {
    /// Learns from the movements of some days, the first and last included; movements on other days are left out.
    ///
    /// Ranks are nearest ranks: of n days in order, the one at n × percent / 100, rounded up. Entries that settled an
    /// occurrence, or fit one that nobody settled, are for the caller to leave out, as they are expected already.
    ///
    /// ```
    /// # use chrono::NaiveDate;
    /// use ledger_core::account::AccountId;
    /// use ledger_core::schedule::{PastMovement, UsualSpending};
    ///
    /// # let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    /// # let bank: AccountId = serde_json::from_str("1").unwrap();
    /// // Three Saturdays: 30, 50 and nothing.
    /// let past = [("2026-01-03", "-30.00 EUR"), ("2026-01-10", "-50.00 EUR")]
    ///     .map(|(on, amount)| PastMovement { account: bank, on: day(on), amount: amount.parse().unwrap() });
    /// let usual = UsualSpending::learn(&past, day("2026-01-01"), day("2026-01-21"))?;
    /// let saturday = usual.movements(day("2026-01-24"), day("2026-01-24"))?;
    /// assert_eq!(saturday[0].expected.to_string(), "-30.00 EUR");
    /// assert_eq!(saturday[0].low.to_string(), "-50.00 EUR");
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`crate::ErrorKind::InvalidSetting`] for days that end before they begin, [`crate::ErrorKind::AmountOverflow`] for a day whose
    /// sum does not fit.
    pub fn learn(past: &[PastMovement], from: NaiveDate, to: NaiveDate) -> Result<UsualSpending> {
        check_range(Some(from), Some(to))?;
        let mut days: BTreeMap<(AccountId, Commodity), BTreeMap<NaiveDate, i128>> = BTreeMap::new();
        for movement in past.iter().filter(|movement| (from..=to).contains(&movement.on)) {
            let of_account = days.entry((movement.account, movement.amount.commodity())).or_default();
            *of_account.entry(movement.on).or_default() += i128::from(movement.amount.minor());
        }
        let usual = days.into_iter().map(|(key, days)| Ok((key, usual_days(key, &days, from, to)?)));
        Ok(UsualSpending { usual: usual.collect::<Result<_>>()? })
    }

    /// The movements of each day from `from` through `to`, by day, then account; days of nothing are left out.
    ///
    /// # Errors
    /// [`crate::ErrorKind::InvalidSetting`] for days that end before they begin.
    pub fn movements(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<UsualMovement>> {
        check_range(Some(from), Some(to))?;
        let mut movements = Vec::new();
        for on in from.iter_days().take_while(|day| *day <= to) {
            for ((account, commodity), days) in &self.usual {
                let usual = days[on.weekday().num_days_from_monday() as usize];
                if usual == UsualDay::default() {
                    continue;
                }
                let [expected, low, high] =
                    [usual.median, usual.low, usual.high].map(|minor| commodity.amount(minor));
                movements.push(UsualMovement { account: *account, on, expected, low, high });
            }
        }
        Ok(movements)
    }
}

fn usual_days(
    (account, commodity): (AccountId, Commodity),
    days: &BTreeMap<NaiveDate, i128>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<[UsualDay; 7]> {
    let mut of_weekdays: [Vec<i64>; 7] = Default::default();
    for (on, sum) in days {
        let what = format!("what account {account} moved on {on}");
        let sum = Amount::try_from_i128(*sum, commodity, &what)?.minor();
        of_weekdays[on.weekday().num_days_from_monday() as usize].push(sum);
    }
    let mut usual = [UsualDay::default(); 7];
    for (place, sums) in of_weekdays.iter_mut().enumerate() {
        // A day without movement is a day of nothing.
        sums.resize(weekdays_between(from, to, place), 0);
        sums.sort_unstable();
        usual[place] = UsualDay { low: ranked(sums, 10), median: ranked(sums, 50), high: ranked(sums, 90) };
    }
    Ok(usual)
}

/// How often a day of the week, from Monday as 0, occurs from one day through another.
fn weekdays_between(from: NaiveDate, to: NaiveDate, place: usize) -> usize {
    let weekday = Weekday::try_from(u8::try_from(place % 7).unwrap_or(0)).unwrap_or(Weekday::Mon);
    let ahead = weekday.days_since(from.weekday());
    match from.checked_add_days(Days::new(ahead.into())) {
        Some(first) if first <= to => usize::try_from((to - first).num_days() / 7 + 1).unwrap_or(0),
        _ => 0,
    }
}

/// The value at a percentile by nearest rank of values in order; nothing where there are none.
fn ranked(sorted: &[i64], percent: usize) -> i64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::testing::{BANK, SAVINGS, day, eur};

    #[test]
    fn days_without_movement_count_and_ranks_are_nearest_ranks() {
        // Ten Mondays, of which six moved something.
        let amounts = ["-10.00", "-20.00", "-30.00", "-40.00", "-50.00", "5.00"];
        let monday = |week: u64| day("2026-01-05") + Days::new(week * 7);
        let mut past: Vec<PastMovement> = (0..)
            .zip(amounts)
            .map(|(week, amount)| PastMovement { account: BANK, on: monday(week), amount: eur(amount) })
            .collect();
        // Of one day, movements are added up; what lies outside the days is left out.
        past.push(PastMovement { account: BANK, on: monday(1), amount: eur("-1.00") });
        past.push(PastMovement { account: BANK, on: monday(10), amount: eur("-999.00") });
        past.push(PastMovement { account: SAVINGS, on: monday(0), amount: eur("7.00") });
        let usual = UsualSpending::learn(&past, monday(0), monday(9)).unwrap();
        let next = usual.movements(monday(20), monday(21)).unwrap();
        let seen: Vec<_> = next.iter().map(|usual| (usual.account, usual.on)).collect();
        assert_eq!(seen, [(BANK, monday(20)), (BANK, monday(21))], "a usual day of nothing is left out");
        assert_eq!(
            (next[0].low, next[0].expected, next[0].high),
            (eur("-50.00"), eur("-10.00"), eur("0.00"))
        );
        past.reverse();
        assert_eq!(UsualSpending::learn(&past, monday(0), monday(9)).unwrap(), usual);
    }

    #[test]
    fn every_day_of_the_week_is_counted_as_often_as_it_occurs() {
        let (from, to) = (day("2026-03-04"), day("2026-03-18"));
        let counts: Vec<usize> = (0..7).map(|place| weekdays_between(from, to, place)).collect();
        assert_eq!(counts, [2, 2, 3, 2, 2, 2, 2]);
        assert_eq!(weekdays_between(from, from, 0), 0);
    }
}
