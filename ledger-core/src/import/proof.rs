//! The running balance as a proof: whether amounts, read one way, lead from each balance to the next.

use std::collections::HashMap;

use rust_decimal::Decimal;

/// A row as one reading of the columns has it.
pub(super) struct ProofRow<'s> {
    /// Balances of several currencies in one file run apart.
    pub currency: &'s str,
    pub amount: Decimal,
    pub balance: Decimal,
}

/// How many pairs of rows a reading explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Proof {
    pub ties: usize,
    pub pairs: usize,
    pub newest_first: bool,
}

impl Proof {
    /// How far `rows`, in the order of the file, tie in the better of both orders of time.
    pub fn of(rows: &[ProofRow<'_>]) -> Proof {
        let mut last: HashMap<&str, &ProofRow<'_>> = HashMap::new();
        let (mut forward, mut backward, mut pairs) = (0, 0, 0);
        for row in rows {
            if let Some(before) = last.insert(row.currency, row) {
                let step = row.balance.checked_sub(before.balance);
                pairs += 1;
                // A row of zero ties in any reading, and so proves none.
                forward += usize::from(!row.amount.is_zero() && step == Some(row.amount));
                backward += usize::from(!before.amount.is_zero() && step == Some(-before.amount));
            }
        }
        Proof { ties: forward.max(backward), pairs, newest_first: backward > forward }
    }

    /// Whether most pairs tie.
    pub fn convinces(self) -> bool {
        self.ties > 0 && self.ties * 2 > self.pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(rows: &[(&str, i64, i64)]) -> Proof {
        let rows = rows.iter().map(|(currency, amount, balance)| ProofRow {
            currency,
            amount: Decimal::from(*amount),
            balance: Decimal::from(*balance),
        });
        Proof::of(&rows.collect::<Vec<_>>())
    }

    #[test]
    fn rows_tie_in_either_order_of_time_and_currencies_run_apart() {
        let oldest_first = proof(&[("EUR", 5, 105), ("USD", 1, 1), ("EUR", -15, 90), ("USD", 2, 3)]);
        assert_eq!(oldest_first, Proof { ties: 2, pairs: 2, newest_first: false });
        let newest_first = proof(&[("", -15, 90), ("", 5, 105), ("", 1, 100)]);
        assert_eq!(newest_first, Proof { ties: 2, pairs: 2, newest_first: true });
    }

    #[test]
    fn a_reading_with_the_wrong_sign_ties_nowhere() {
        assert!(!proof(&[("", 5, 100), ("", 15, 85), ("", 20, 65)]).convinces());
        assert!(!proof(&[("", 0, 100), ("", 0, 100)]).convinces());
    }
}
