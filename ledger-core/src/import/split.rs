//! The parts into which a person splits a line.

use super::suggest::CounterSplit;
use crate::money::Amount;
use crate::{ErrorKind, Result};

/// The parts with the sign of the line: people write `2.00` of a line of -5.00. Parts of both signs are taken as they
/// are written (a salary and the tax kept of it).
///
/// `place` is the line's place in its file, from 0. One part may leave its amount open, and takes what is left.
///
/// # Errors
/// [`ErrorKind::Misuse`] for parts that do not come to the line, or that leave nothing for the open one.
pub(crate) fn split_line(place: usize, line: Amount, parts: &[CounterSplit]) -> Result<Vec<CounterSplit>> {
    let number = place + 1;
    let mut parts = parts.to_vec();
    let given = |parts: &[CounterSplit]| parts.iter().filter_map(|part| part.amount).collect::<Vec<Amount>>();
    let signs: Vec<bool> = given(&parts).iter().map(Amount::is_negative).collect();
    let is_one_sign = signs.windows(2).all(|both| both[0] == both[1]);
    if is_one_sign && signs.first().is_some_and(|negative| *negative != line.is_negative()) {
        for part in &mut parts {
            part.amount = part.amount.map(|amount| amount.negate()).transpose()?;
        }
    }
    let left = given(&parts).into_iter().try_fold(line, |left, amount| left.checked_sub(amount))?;
    let open = parts.iter().filter(|part| part.amount.is_none()).count();
    let refuse =
        |reason: String| Err(ErrorKind::Misuse(format!("line {number} cannot be split so: {reason}")).into());
    match open {
        0 if !left.is_zero() => refuse(format!("the parts leave {left} of its {line}")),
        1 if left.is_zero() => {
            refuse(format!("the parts come to its {line} already, and leave nothing for the last"))
        }
        1 if is_one_sign && left.is_negative() != line.is_negative() => {
            let come_to = line.checked_sub(left)?;
            refuse(format!("the parts come to {come_to}, more than its {line}"))
        }
        0 | 1 => Ok(parts),
        _ => refuse("only one part may go without an amount".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::testing::line;

    fn split(minor: i64, parts: &[Option<i64>]) -> Result<Vec<Option<i64>>> {
        let eur = |minor: i64| line("2026-03-01", minor, "").amount;
        let part = |minor: &Option<i64>| CounterSplit {
            account: "Expenses:Food".into(),
            amount: minor.map(eur),
            memo: None,
        };
        let parts: Vec<CounterSplit> = parts.iter().map(part).collect();
        let split = split_line(0, eur(minor), &parts)?;
        Ok(split.into_iter().map(|part| part.amount.map(|amount| amount.minor())).collect())
    }

    #[test]
    fn parts_without_a_sign_have_that_of_the_line() {
        assert_eq!(split(-500, &[Some(200), None]).unwrap(), [Some(-200), None]);
        assert_eq!(split(-500, &[Some(-200), None]).unwrap(), [Some(-200), None]);
        assert_eq!(split(-500, &[Some(200), Some(300)]).unwrap(), [Some(-200), Some(-300)]);
        assert_eq!(split(500, &[Some(200), None]).unwrap(), [Some(200), None]);
        assert_eq!(split(1000, &[Some(1500), Some(-500)]).unwrap(), [Some(1500), Some(-500)]);
        assert_eq!(split(-500, &[None]).unwrap(), [None]);
    }

    #[test]
    fn parts_that_do_not_come_to_the_line_are_refused() {
        for (parts, said) in [
            ([Some(2000), None], "the parts come to -20.00 EUR, more than its -5.00 EUR"),
            ([Some(500), None], "leave nothing for the last"),
            ([Some(200), Some(200)], "the parts leave -1.00 EUR of its -5.00 EUR"),
            ([None, None], "only one part"),
        ] {
            let error = split(-500, &parts).unwrap_err().to_string();
            assert!(error.starts_with("line 1 cannot be split so: ") && error.contains(said), "{error}");
        }
    }
}
