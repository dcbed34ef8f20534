//! Account names in refusals of pure code, which knows accounts by their numbers only.

use crate::account::{AccountId, Chart};
use crate::{Error, ErrorKind};

/// The same refusal with names where it says `account 7`.
pub(super) fn named(chart: &Chart, error: Error) -> Error {
    let text = |text: &str| with_names(chart, text);
    let kind = match error.kind() {
        ErrorKind::InvalidSchedule { name, reason } => {
            ErrorKind::InvalidSchedule { name: name.clone(), reason: text(reason) }
        }
        ErrorKind::InvalidSetting { what, value, reason } => {
            ErrorKind::InvalidSetting { what, value: value.clone(), reason: text(reason) }
        }
        ErrorKind::AmountOverflow { what } => ErrorKind::AmountOverflow { what: text(what) },
        _ => return error,
    };
    if kind == *error.kind() { error } else { kind.into() }
}

/// Puts names for numbers outside of quotation marks, in which people's own words stand.
fn with_names(chart: &Chart, text: &str) -> String {
    let parts = text.split('"').enumerate();
    let parts =
        parts.map(|(place, part)| if place % 2 == 0 { with_names_in(chart, part) } else { part.to_owned() });
    parts.collect::<Vec<_>>().join("\"")
}

fn with_names_in(chart: &Chart, text: &str) -> String {
    const NOUN: &str = "account ";
    let mut pieces = text.split(NOUN);
    let mut named = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(piece.len());
        let (number, rest) = piece.split_at(end);
        let account = number.parse().ok().and_then(|number| chart.account(AccountId(number)));
        match account {
            Some(account) => named.push_str(&account.name),
            None => named.extend([NOUN, number]),
        }
        named.push_str(rest);
    }
    named
}
