//! The buckets of an aging: not due yet, and so many days past due.

use std::str::FromStr;

use serde::Serialize;

use crate::{Error, ErrorKind, Result};

/// The most bounds that buckets have: more columns than anyone reads.
const BOUNDS_MAX: usize = 24;

/// The most days of a bound: a hundred years.
const DAYS_MAX: u32 = 36_500;

/// Ranges of days past due that leave no day out and share none: not due, then up to each bound, then over the last.
///
/// What is due today, or has no due day, is not due.
///
/// ```
/// use ledger_core::receivable::Buckets;
///
/// assert_eq!(Buckets::default().labels(), ["not due", "1–30", "31–60", "61–90", "over 90"]);
/// let buckets: Buckets = "15, 45, 120".parse()?;
/// assert_eq!(buckets.labels(), ["not due", "1–15", "16–45", "46–120", "over 120"]);
/// assert_eq!(buckets.place(45), 2);
/// assert!("30,30".parse::<Buckets>().is_err());
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Buckets {
    /// The last day past due of each bucket but the first and the last, ascending, from 1.
    bounds: Vec<u32>,
}

impl Default for Buckets {
    fn default() -> Buckets {
        Buckets { bounds: vec![30, 60, 90] }
    }
}

impl Buckets {
    /// Buckets that end at these days past due.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] unless there are 1 to 24 bounds from 1 to 36,500 days, each above the one before.
    pub fn new(bounds: &[u32]) -> Result<Buckets> {
        if !(1..=BOUNDS_MAX).contains(&bounds.len()) {
            let reason = format!("there are 1 to {BOUNDS_MAX} bounds, such as 30,60,90");
            return Err(refuse(&listed(bounds), reason));
        }
        if let Some(bound) = bounds.iter().find(|bound| !(1..=DAYS_MAX).contains(*bound)) {
            let reason = format!("a bound is 1 to {DAYS_MAX} days past due, and {bound} is not");
            return Err(refuse(&listed(bounds), reason));
        }
        if let Some(pair) = bounds.windows(2).find(|pair| pair[0] >= pair[1]) {
            let reason = format!("bounds ascend, and {} comes after {}", pair[1], pair[0]);
            return Err(refuse(&listed(bounds), reason));
        }
        Ok(Buckets { bounds: bounds.to_vec() })
    }

    /// The last day past due of each bucket but the first and the last.
    pub fn bounds(&self) -> &[u32] {
        &self.bounds
    }

    /// How many buckets there are: two more than bounds.
    pub fn count(&self) -> usize {
        self.bounds.len() + 2
    }

    /// The place of the bucket for so many days past due; zero or fewer are not due.
    pub fn place(&self, days_past_due: i64) -> usize {
        match u32::try_from(days_past_due) {
            Ok(0) => 0,
            Ok(days) => 1 + self.bounds.partition_point(|bound| *bound < days),
            Err(_) if days_past_due < 0 => 0,
            Err(_) => self.bounds.len() + 1,
        }
    }

    /// The heading of each bucket, such as `1–30`.
    pub fn labels(&self) -> Vec<String> {
        let mut labels = vec!["not due".to_owned()];
        let mut first = 1;
        for &bound in &self.bounds {
            labels.push(if first == bound { bound.to_string() } else { format!("{first}–{bound}") });
            first = bound + 1;
        }
        labels.push(format!("over {}", first - 1));
        labels
    }
}

impl FromStr for Buckets {
    type Err = Error;

    /// Reads bounds with commas between them, such as `15,45,120`.
    fn from_str(text: &str) -> Result<Buckets> {
        let bounds = text.split(',').map(|bound| {
            bound.trim().parse().map_err(|_| {
                let reason = format!("{:?} is no whole number of days; write them as 30,60,90", bound.trim());
                refuse(text, reason)
            })
        });
        Buckets::new(&bounds.collect::<Result<Vec<u32>>>()?)
    }
}

fn listed(bounds: &[u32]) -> String {
    bounds.iter().take(BOUNDS_MAX + 1).map(u32::to_string).collect::<Vec<_>>().join(",")
}

fn refuse(value: &str, reason: String) -> Error {
    ErrorKind::InvalidSetting { what: "list of buckets", value: value.to_owned(), reason }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_lies_in_one_bucket_and_its_bounds_belong_to_the_lower_one() {
        let buckets = Buckets::default();
        let days = [i64::MIN, -1, 0, 1, 30, 31, 60, 61, 90, 91, i64::MAX];
        assert_eq!(days.map(|days| buckets.place(days)), [0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
        assert_eq!((buckets.count(), buckets.bounds()), (5, &[30, 60, 90][..]));
        let narrow = Buckets::new(&[1, 2]).unwrap();
        assert_eq!(narrow.labels(), ["not due", "1", "2", "over 2"]);
        assert_eq!([0, 1, 2, 3].map(|days| narrow.place(days)), [0, 1, 2, 3]);
    }

    #[test]
    fn bounds_that_do_not_ascend_are_refused() {
        let refused = |text: &str| text.parse::<Buckets>().unwrap_err().to_string();
        assert_eq!(
            refused("30,90,60"),
            "list of buckets \"30,90,60\" is refused: bounds ascend, and 60 comes after 90"
        );
        assert!(refused("30,30").contains("30 comes after 30"));
        assert!(refused("0,30").contains("0 is not"));
        assert!(refused("36501").contains("36501 is not"));
        assert!(refused("30,x").contains("\"x\" is no whole number"));
        assert!(refused("").contains("no whole number") && refused("-5").contains("no whole number"));
        assert!(Buckets::new(&[]).is_err());
        assert!(Buckets::new(&(1..=25).collect::<Vec<_>>()).is_err());
        assert!(Buckets::new(&(1..=24).collect::<Vec<_>>()).is_ok());
    }
}
