//! The refusals of repayments that bring more than is due without a word on what becomes of the rest.

use chrono::NaiveDate;

use crate::ErrorKind;
use crate::money::Amount;
use crate::receivable::Tracker;

/// The refusal of chosen amounts that leave a part of a repayment to nothing.
pub(super) fn unchosen(amount: Amount, left: i64) -> crate::Error {
    let chosen = Amount::new(amount.minor() - left, amount.commodity());
    let reason = format!(
        "the amounts that were chosen come to {chosen} of {amount}: choose where the rest goes, give {chosen}, or say that \
         the rest is kept as a credit (--credit), pays instalments ahead (--ahead) or principal (--extra)"
    );
    ErrorKind::InvalidSetting { what: "repayment", value: amount.to_string(), reason }.into()
}

/// What can be said of more than is due.
const SAY_OF_REST: &str = "say whether the rest pays principal and shortens the plan (--extra term), pays principal and \
    lowers the instalments (--extra payment), pays instalments ahead with their interest (--ahead) or is kept as a credit \
    (--credit)";

/// The refusal of more than what is due and the instalment that comes next.
pub(super) fn more_than_due(tracker: &Tracker<'_>, amount: Amount, left: i64, on: NaiveDate) -> crate::Error {
    let commodity = amount.commodity();
    let (left, due) = (Amount::new(left, commodity), Amount::new(amount.minor() - left, commodity));
    let reason = format!(
        "{amount} are {left} more than what is due by {on} and the instalment that comes next ({due}): {SAY_OF_REST}"
    );
    let (what, name) = (tracker.receivable.kind.as_str(), tracker.receivable.name.clone());
    ErrorKind::NotAllowed { what, name, verb: "repaid", reason }.into()
}

/// The refusal of what is due together with a part of the next instalment.
pub(super) fn part_of_next(
    tracker: &Tracker<'_>,
    amount: Amount,
    left: i64,
    next: Amount,
    on: NaiveDate,
) -> crate::Error {
    let commodity = amount.commodity();
    let (left, due) = (Amount::new(left, commodity), Amount::new(amount.minor() - left, commodity));
    let reason = format!(
        "{amount} are {left} more than what is due by {on} ({due}), which is a part of the instalment that comes next \
         ({next}): {SAY_OF_REST}"
    );
    let (what, name) = (tracker.receivable.kind.as_str(), tracker.receivable.name.clone());
    ErrorKind::NotAllowed { what, name, verb: "repaid", reason }.into()
}
