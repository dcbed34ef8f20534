//! The rules by which a quotient becomes a whole number, each by its name.

use std::cmp::Ordering;

/// How a value between two whole numbers becomes one of them.
///
/// The first four go to the nearest and differ only for a value exactly halfway; the others always go one way.
///
/// | value | `HalfEven` | `HalfAwayFromZero` | `HalfUp` | `HalfDown` | `Up` | `Down` | `Ceiling` | `Floor` |
/// |---|---|---|---|---|---|---|---|---|
/// | 2.5 | 2 | 3 | 3 | 2 | 3 | 2 | 3 | 2 |
/// | 1.1 | 1 | 1 | 1 | 1 | 2 | 1 | 2 | 1 |
/// | -1.1 | -1 | -1 | -1 | -1 | -2 | -1 | -1 | -2 |
/// | -2.5 | -2 | -3 | -2 | -3 | -3 | -2 | -2 | -3 |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Rounding {
    /// To the nearest, halves to the even neighbour (the banker's rule; the rule of this crate unless a
    /// standard says otherwise).
    #[default]
    HalfEven,
    /// To the nearest, halves away from zero (what is taught at school, and most tax rules).
    HalfAwayFromZero,
    /// To the nearest, halves toward positive infinity.
    HalfUp,
    /// To the nearest, halves toward negative infinity.
    HalfDown,
    /// Away from zero.
    Up,
    /// Toward zero (truncation).
    Down,
    /// Toward positive infinity.
    Ceiling,
    /// Toward negative infinity.
    Floor,
}

impl Rounding {
    /// Whether a quotient cut toward zero has to move one step away from zero.
    ///
    /// `negative` is the sign of the exact value, `odd` the parity of the cut quotient, and `fraction` compares
    /// the part that was cut off with one half. It is called only where something was cut off.
    pub(super) fn moves_away(self, negative: bool, odd: bool, fraction: Ordering) -> bool {
        let half = match self {
            Rounding::Up => return true,
            Rounding::Down => return false,
            Rounding::Ceiling => return !negative,
            Rounding::Floor => return negative,
            Rounding::HalfEven => odd,
            Rounding::HalfAwayFromZero => true,
            Rounding::HalfUp => !negative,
            Rounding::HalfDown => negative,
        };
        match fraction {
            Ordering::Less => false,
            Ordering::Equal => half,
            Ordering::Greater => true,
        }
    }
}

/// Divides two whole numbers and rounds the quotient to a whole number.
///
/// # Panics
/// If `divisor` is 0, and for `i128::MIN` divided by -1, as the `/` of the language does.
///
/// ```
/// use ledger_core::money::{divide, Rounding};
///
/// assert_eq!(divide(25, 10, Rounding::HalfEven), 2);
/// assert_eq!(divide(-25, 10, Rounding::HalfAwayFromZero), -3);
/// ```
pub fn divide(dividend: i128, divisor: i128, rounding: Rounding) -> i128 {
    let quotient = dividend / divisor;
    let rest = (dividend % divisor).unsigned_abs();
    if rest == 0 {
        return quotient;
    }
    let negative = (dividend < 0) != (divisor < 0);
    // Comparing the rest with what is missing to the divisor avoids doubling it, which could overflow.
    let fraction = rest.cmp(&(divisor.unsigned_abs() - rest));
    // A rest means a divisor of at least 2 either way, so the quotient has room for one step.
    match (rounding.moves_away(negative, quotient % 2 != 0, fraction), negative) {
        (false, _) => quotient,
        (true, false) => quotient + 1,
        (true, true) => quotient - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{Rounding::*, divide};

    #[test]
    fn each_rule_rounds_as_its_table_says() {
        let rules = [HalfEven, HalfAwayFromZero, HalfUp, HalfDown, Up, Down, Ceiling, Floor];
        for (dividend, expected) in [
            (25, [2, 3, 3, 2, 3, 2, 3, 2]),
            (15, [2, 2, 2, 1, 2, 1, 2, 1]),
            (16, [2, 2, 2, 2, 2, 1, 2, 1]),
            (11, [1, 1, 1, 1, 2, 1, 2, 1]),
            (5, [0, 1, 1, 0, 1, 0, 1, 0]),
            (0, [0; 8]),
            (-5, [0, -1, 0, -1, -1, 0, 0, -1]),
            (-11, [-1, -1, -1, -1, -2, -1, -1, -2]),
            (-15, [-2, -2, -1, -2, -2, -1, -1, -2]),
            (-16, [-2, -2, -2, -2, -2, -1, -1, -2]),
            (-25, [-2, -3, -2, -3, -3, -2, -2, -3]),
        ] {
            assert_eq!(rules.map(|rule| divide(dividend, 10, rule)), expected, "{dividend}/10");
            assert_eq!(rules.map(|rule| divide(-dividend, -10, rule)), expected, "{}/-10", -dividend);
        }
    }

    #[test]
    fn the_edges_of_i128_do_not_overflow() {
        assert_eq!(divide(i128::MAX, i128::MIN, HalfEven), -1);
        assert_eq!(divide(i128::MIN, i128::MAX, Up), -2);
        assert_eq!(divide(i128::MIN, 2, Floor), i128::MIN / 2);
        assert_eq!(divide(i128::MAX, 2, Ceiling), i128::MAX / 2 + 1);
        assert_eq!(divide(1, i128::MIN, Up), -1);
    }
}
