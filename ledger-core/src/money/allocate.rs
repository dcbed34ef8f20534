//! Splitting an amount without losing or inventing a minor unit.

use super::Amount;
use crate::{ErrorKind, Result};

/// The most parts that [`Amount::split`] makes: far more than anything is split into, and little to hold.
const PARTS_MAX: usize = 1_000_000;

/// The most ratios that a refusal repeats.
const RATIOS_SHOWN_MAX: usize = 8;

impl Amount {
    /// Splits the amount in proportion to whole-number ratios; the parts sum exactly to it.
    ///
    /// Each part is its exact share cut toward zero. The minor units left over go one by one to the parts in
    /// order, first part first; parts with ratio zero get nothing. A negative amount splits as the mirror
    /// image of the positive one. The rule is that of Martin Fowler, *Patterns of Enterprise Application
    /// Architecture* (2002), "Money".
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] where there is no ratio above zero.
    ///
    /// ```
    /// use ledger_core::money::Amount;
    ///
    /// let bill: Amount = "0.05 EUR".parse()?;
    /// let parts = bill.allocate(&[70, 30])?;
    /// assert_eq!([parts[0].number(), parts[1].number()], ["0.04", "0.01"]);
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    pub fn allocate(&self, ratios: &[u64]) -> Result<Vec<Amount>> {
        let (mut parts, left_over) = cut(self.minor(), ratios).ok_or_else(|| refuse_ratios(ratios))?;
        let takers = ratios.iter().enumerate().filter(|(_, ratio)| **ratio > 0).map(|(at, _)| at);
        hand_out(&mut parts, left_over, takers);
        parts.into_iter().map(|part| Amount::try_from_i128(part, self.commodity(), "the part")).collect()
    }

    /// Splits the amount into equal parts; the first parts take the minor units left over.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for zero parts or more than a million.
    ///
    /// ```
    /// use ledger_core::money::{Amount, Commodity};
    ///
    /// let parts = "100.00 EUR".parse::<Amount>()?.split(3)?;
    /// assert_eq!(parts.iter().map(Amount::number).collect::<Vec<_>>(), ["33.34", "33.33", "33.33"]);
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    pub fn split(&self, parts: usize) -> Result<Vec<Amount>> {
        if !(1..=PARTS_MAX).contains(&parts) {
            let reason = "an amount splits into 1 to 1,000,000 parts".to_owned();
            let value = parts.to_string();
            return Err(ErrorKind::InvalidSetting { what: "number of parts", value, reason }.into());
        }
        self.allocate(&vec![1; parts])
    }
}

/// The exact shares of a count by ratios, each cut toward zero, with what is left over; nothing without a ratio above
/// zero.
///
/// Shares and left-over have the sign of the count. Fewer units are left over than there are ratios above zero.
pub(crate) fn cut(minor: i64, ratios: &[u64]) -> Option<(Vec<i128>, i128)> {
    // A slice holds fewer than 2^60 ratios of 64 bits, so their sum fits; and a share is the product of a
    // count up to 2^63 with a ratio below 2^64, which fits too.
    let total: i128 = ratios.iter().copied().map(i128::from).sum();
    if total == 0 {
        return None;
    }
    // Division cuts toward zero.
    let parts: Vec<i128> =
        ratios.iter().map(|&ratio| i128::from(minor) * i128::from(ratio) / total).collect();
    let left_over = i128::from(minor) - parts.iter().sum::<i128>();
    Some((parts, left_over))
}

/// Hands what is left over out to parts by their places, one unit each; there are at least as many places as units.
pub(crate) fn hand_out(parts: &mut [i128], left_over: i128, takers: impl Iterator<Item = usize>) {
    let unit = left_over.signum();
    let mut left_over = left_over;
    for at in takers {
        if left_over == 0 {
            return;
        }
        parts[at] += unit;
        left_over -= unit;
    }
    debug_assert_eq!(left_over, 0, "there are fewer takers than units left over");
}

fn refuse_ratios(ratios: &[u64]) -> ErrorKind {
    let mut shown: Vec<String> = ratios.iter().take(RATIOS_SHOWN_MAX).map(u64::to_string).collect();
    if ratios.len() > RATIOS_SHOWN_MAX {
        shown.push("…".to_owned());
    }
    let reason = "at least one ratio has to be above zero".to_owned();
    ErrorKind::InvalidSetting { what: "list of ratios", value: shown.join(":"), reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Commodity;

    fn minors(minor: i64, ratios: &[u64]) -> Vec<i64> {
        let amount = Commodity::iso("EUR").unwrap().amount(minor);
        amount.allocate(ratios).unwrap().iter().map(Amount::minor).collect()
    }

    #[test]
    fn left_over_units_go_to_the_first_parts() {
        assert_eq!(minors(1_003, &[50, 50]), [502, 501]);
        assert_eq!(minors(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(minors(101, &[1, 1, 1]), [34, 34, 33]);
        assert_eq!(minors(5, &[70, 30]), [4, 1]);
        assert_eq!(minors(5, &[3, 7]), [2, 3]);
    }

    #[test]
    fn a_part_with_ratio_zero_gets_nothing() {
        assert_eq!(minors(1_003, &[0, 50, 50]), [0, 502, 501]);
        assert_eq!(minors(1, &[0, 0, 3, 0]), [0, 0, 1, 0]);
    }

    #[test]
    fn a_negative_amount_mirrors_the_positive_one() {
        assert_eq!(minors(-1_003, &[0, 50, 50]), [0, -502, -501]);
        assert_eq!(minors(0, &[1, 2]), [0, 0]);
    }

    #[test]
    fn the_edges_of_the_range_split_without_overflow() {
        assert_eq!(minors(i64::MIN, &[u64::MAX]), [i64::MIN]);
        assert_eq!(minors(i64::MAX, &[u64::MAX, u64::MAX]), [i64::MAX / 2 + 1, i64::MAX / 2]);
        assert_eq!(minors(i64::MIN, &[1, 1]), [i64::MIN / 2; 2]);
    }

    #[test]
    fn ratios_without_one_above_zero_are_refused() {
        let amount = Commodity::iso("EUR").unwrap().amount(5);
        for ratios in [&[][..], &[0], &[0; 20]] {
            let refused = amount.allocate(ratios).unwrap_err();
            assert!(matches!(refused.kind(), ErrorKind::InvalidSetting { .. }), "{refused}");
        }
        assert!(amount.split(0).is_err() && amount.split(usize::MAX).is_err());
        assert_eq!(amount.split(2).unwrap().len(), 2);
    }
}
