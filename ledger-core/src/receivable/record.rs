//! A party's record of paying: how many of its dues it paid late, by how much, and what that suggests for dues to come.

use chrono::NaiveDate;
use serde::Serialize;

use crate::money::{Rounding, divide};
use crate::schedule::Percent;
use crate::{ErrorKind, Result};

/// How many dues there have to be before anything is suggested.
const SEEN_MIN: usize = 3;

/// How many of the payments last made suggest a shift: habits change.
const RECENT: usize = 12;

/// What is paid within so many days of its due day counts as paid; what is open for longer counts as not paid.
const PAID_WITHIN_DAYS: i64 = 90;

/// Something that was due, and when it was paid in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DuePayment {
    /// The day on which it was due.
    pub due_on: NaiveDate,
    /// The last day on which it was paid in time: the due day, or later by days of grace.
    pub in_time_through: NaiveDate,
    /// The day on which it was paid; none while it is open.
    pub paid_on: Option<NaiveDate>,
    /// How much was due, in minor units, above zero.
    pub amount: i64,
}

/// How a party has paid, as of a day.
///
/// What counts is what was paid by that day, and what was due before it and is open. Days late are days after the due
/// day, so below zero for what was paid before it; for what is open they are those so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PaymentRecord {
    /// How many dues count.
    pub count: usize,
    /// How many of them are paid.
    pub paid_count: usize,
    /// How many were paid after their due day and its days of grace, or are open then.
    pub late_count: usize,
    /// The median of the days late, by nearest rank; none where nothing counts.
    pub days_late_median: Option<i64>,
    /// The days late that nine of ten dues did not pass, by nearest rank.
    pub days_late_p90: Option<i64>,
    /// How many were paid on their due day or before, or within days of grace, rounded half-even to whole percent.
    pub on_time: Option<Percent>,
    /// By how many days dues to come are likely late: the median days late of the 12 payments last made, zero where
    /// they came early. None before there are three payments.
    pub suggested_shift_days: Option<u32>,
    /// How likely a due to come is paid within 90 days of its due day. None before three dues were paid or have been open
    /// for more than 90 days.
    ///
    /// It is the share of those amounts that was paid within 90 days, as if there had been one more due of average
    /// amount that was, and one more that was not (Laplace's rule of succession); half-even to whole percent.
    pub suggested_probability: Option<Percent>,
}

/// The record of a party as of a day, from what was due and when it was paid.
///
/// ```
/// use ledger_core::receivable::{DuePayment, payment_record};
///
/// let due = |due_on: &str, paid_on: &str| DuePayment {
///     due_on: due_on.parse().unwrap(),
///     in_time_through: due_on.parse().unwrap(),
///     paid_on: paid_on.parse().ok(),
///     amount: 30_000,
/// };
/// let dues = [due("2026-01-01", "2026-01-01"), due("2026-02-01", "2026-02-11"), due("2026-03-01", "2026-03-15")];
/// let record = payment_record(&dues, "2026-03-31".parse()?)?;
/// assert_eq!((record.count, record.late_count, record.suggested_shift_days), (3, 2, Some(10)));
/// // Three of three, smoothed to four of five.
/// assert_eq!(record.suggested_probability.unwrap().to_string(), "80 %");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ErrorKind::InvalidSetting`] for an amount of zero or less.
pub fn payment_record(dues: &[DuePayment], as_of: NaiveDate) -> Result<PaymentRecord> {
    let mut seen = Vec::with_capacity(dues.len());
    for due in dues {
        seen.extend(Seen::of(due, as_of)?);
    }
    let mut days_late: Vec<i64> = seen.iter().map(|seen| seen.days_late).collect();
    days_late.sort_unstable();
    let late_count = seen.iter().filter(|seen| seen.is_late).count();
    Ok(PaymentRecord {
        count: seen.len(),
        paid_count: seen.iter().filter(|seen| seen.paid_on.is_some()).count(),
        late_count,
        days_late_median: ranked(&days_late, 50),
        days_late_p90: ranked(&days_late, 90),
        on_time: percent((seen.len() - late_count) as i128, seen.len() as i128)?,
        suggested_shift_days: suggested_shift(&seen),
        suggested_probability: suggested_probability(&seen)?,
    })
}

/// A due that counts.
struct Seen {
    paid_on: Option<NaiveDate>,
    days_late: i64,
    is_late: bool,
    amount: i128,
}

impl Seen {
    /// A due as of a day; nothing where it is open and not past due.
    fn of(due: &DuePayment, as_of: NaiveDate) -> Result<Option<Seen>> {
        if due.amount <= 0 {
            let (value, reason) =
                (due.amount.to_string(), format!("what was due on {} is above zero", due.due_on));
            return Err(ErrorKind::InvalidSetting { what: "amount due", value, reason }.into());
        }
        let paid_on = due.paid_on.filter(|paid_on| *paid_on <= as_of);
        let days_late = (paid_on.unwrap_or(as_of) - due.due_on).num_days();
        let is_late = paid_on.unwrap_or(as_of) > due.in_time_through;
        let counts = paid_on.is_some() || is_late;
        Ok(counts.then_some(Seen { paid_on, days_late, is_late, amount: i128::from(due.amount) }))
    }
}

fn suggested_shift(seen: &[Seen]) -> Option<u32> {
    let mut paid: Vec<(NaiveDate, i64)> =
        seen.iter().filter_map(|seen| Some((seen.paid_on?, seen.days_late))).collect();
    if paid.len() < SEEN_MIN {
        return None;
    }
    paid.sort_unstable();
    let mut recent: Vec<i64> = paid.iter().rev().take(RECENT).map(|(_, days_late)| *days_late).collect();
    recent.sort_unstable();
    u32::try_from(ranked(&recent, 50)?.max(0)).ok()
}

fn suggested_probability(seen: &[Seen]) -> Result<Option<Percent>> {
    let decided: Vec<&Seen> =
        seen.iter().filter(|seen| seen.paid_on.is_some() || seen.days_late > PAID_WITHIN_DAYS).collect();
    if decided.len() < SEEN_MIN {
        return Ok(None);
    }
    let count = decided.len() as i128;
    let due: i128 = decided.iter().map(|seen| seen.amount).sum();
    // Whether it was paid or is open, it was not paid within the days if it is later than that.
    let paid: i128 =
        decided.iter().filter(|seen| seen.days_late <= PAID_WITHIN_DAYS).map(|seen| seen.amount).sum();
    // (paid + average) / (due + 2 × average), both multiplied by the count.
    percent(count * paid + due, due * (count + 2))
}

/// A part of a whole, rounded half-even to whole percent; nothing of nothing.
fn percent(part: i128, whole: i128) -> Result<Option<Percent>> {
    if whole == 0 {
        return Ok(None);
    }
    let percent = divide(100 * part, whole, Rounding::HalfEven);
    // A part is no more than its whole, so that it is always one.
    Percent::new(u8::try_from(percent).unwrap_or(u8::MAX)).map(Some)
}

/// The value at a percentile by nearest rank of values in order.
fn ranked(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    const DUE: &str = "2026-01-31";

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Dues of one day and amount, paid so many days late or not at all.
    fn dues(days_late: &[Option<i64>]) -> Vec<DuePayment> {
        let paid_on = |days| day(DUE) + TimeDelta::days(days);
        let due = |late: &Option<i64>| DuePayment {
            due_on: day(DUE),
            in_time_through: day(DUE),
            paid_on: late.map(paid_on),
            amount: 100,
        };
        days_late.iter().map(due).collect()
    }

    fn record(days_late: &[Option<i64>], days_after: i64) -> PaymentRecord {
        payment_record(&dues(days_late), day(DUE) + TimeDelta::days(days_after)).unwrap()
    }

    #[test]
    fn late_is_after_the_due_day_and_an_open_due_is_late_by_the_days_so_far() {
        let seen = record(&[Some(-3), Some(0), Some(1), Some(40), None], 10);
        assert_eq!(
            (seen.count, seen.paid_count, seen.late_count),
            (5, 3, 3),
            "paid later is open on the day"
        );
        assert_eq!((seen.days_late_median, seen.days_late_p90), (Some(1), Some(10)));
        assert_eq!(seen.on_time.unwrap().get(), 40);
        let before = record(&[Some(-3), Some(0), None], -1);
        assert_eq!((before.count, before.late_count), (1, 0), "what is not due counts only once paid");
        assert_eq!(record(&[None, Some(2)], 0).count, 0, "what is due on the day is neither");
    }

    #[test]
    fn nothing_is_suggested_before_three_payments() {
        let none = record(&[], 10);
        assert_eq!((none.days_late_median, none.days_late_p90, none.on_time), (None, None, None));
        let two = record(&[Some(1), Some(2), None], 90);
        assert_eq!((two.suggested_shift_days, two.suggested_probability), (None, None));
        let open_for_long = record(&[Some(1), Some(2), None], 91);
        assert_eq!(open_for_long.suggested_shift_days, None);
        // (2 + 1) of (3 + 2).
        assert_eq!(open_for_long.suggested_probability.unwrap().get(), 60);
    }

    #[test]
    fn the_shift_is_the_median_of_the_last_twelve_payments() {
        let mut late = vec![Some(500); 13];
        late.extend([Some(4); 6]);
        late.extend([Some(9); 6]);
        let mut all = dues(&late);
        for (at, due) in all.iter_mut().enumerate() {
            let later = TimeDelta::days(1_000 * at as i64);
            (due.due_on, due.paid_on) = (due.due_on + later, due.paid_on.map(|paid_on| paid_on + later));
        }
        all.reverse();
        let seen = payment_record(&all, NaiveDate::MAX).unwrap();
        assert_eq!((seen.days_late_median, seen.suggested_shift_days), (Some(500), Some(4)));
        let early = record(&[Some(-5), Some(-5), Some(-1)], 10);
        assert_eq!((early.days_late_median, early.suggested_shift_days), (Some(-5), Some(0)));
    }

    #[test]
    fn the_probability_weighs_amounts_and_counts_ninety_days_as_paid() {
        let mut all = dues(&[Some(90), Some(91), Some(0), None]);
        all[2].amount = 700;
        // 800 of 1,000 with an average of 250: 1,050 of 1,500.
        let seen = payment_record(&all, day("2027-01-01")).unwrap();
        assert_eq!(seen.suggested_probability.unwrap().get(), 70);
        assert_eq!(record(&[Some(0); 98], 1).suggested_probability.unwrap().get(), 99);
        assert_eq!(record(&[None; 98], 91).suggested_probability.unwrap().get(), 1);
        let most = DuePayment { amount: i64::MAX, ..all[0] };
        assert_eq!(
            payment_record(&[most; 3], day("2027-01-01")).unwrap().suggested_probability.unwrap().get(),
            80
        );
    }

    #[test]
    fn an_amount_of_zero_or_less_is_refused() {
        let mut all = dues(&[Some(0)]);
        all[0].amount = 0;
        assert!(payment_record(&all, day(DUE)).unwrap_err().to_string().contains("above zero"));
    }
}
