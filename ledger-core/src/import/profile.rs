//! What is known about a bank's CSV layout: told by flags, saved by name, or detected and handed back.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::date::DateFormat;
use super::decode::place_after;
use super::statement::unreadable;
use crate::money::DecimalMark;

/// A column of a CSV file, by its header or by its number.
///
/// ```
/// use ledger_core::import::ColumnRef;
/// assert_eq!("3".parse(), Ok(ColumnRef::Number(3)));
/// assert_eq!("Betrag".parse(), Ok(ColumnRef::Name("Betrag".to_owned())));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ColumnRef {
    /// The column's number, from 1.
    Number(usize),
    /// The column's header; case and surrounding blanks do not matter.
    Name(String),
}

impl FromStr for ColumnRef {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<ColumnRef, Infallible> {
        let text = text.trim();
        Ok(text.parse().map_or_else(|_| ColumnRef::Name(text.to_owned()), ColumnRef::Number))
    }
}

impl fmt::Display for ColumnRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ColumnRef::Number(number) => number.fmt(f),
            ColumnRef::Name(name) => name.fmt(f),
        }
    }
}

/// How to read a bank's CSV files; what is not set is detected, and refused where detection is not certain.
///
/// ```
/// use ledger_core::import::CsvProfile;
/// let told = CsvProfile { date: Some("Buchungstag".parse().unwrap()), ..CsvProfile::default() };
/// assert_eq!(told.date.unwrap().to_string(), "Buchungstag");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CsvProfile {
    /// The encoding by its WHATWG name; a byte order mark in the file wins, and without either it is detected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// The character between cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// Physical lines to pass over before anything is read; text before a recognised header needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_lines: Option<u64>,
    /// Whether a line of column names comes before the rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_header: Option<bool>,
    /// The column with the posting date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<ColumnRef>,
    /// The column with the value date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_date: Option<ColumnRef>,
    /// How dates are written: `DD.MM.YYYY`, `MMM D, YYYY` or `%d.%m.%Y`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_format: Option<String>,
    /// The column with the signed amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<ColumnRef>,
    /// The column with money out, in place of `amount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub debit: Option<ColumnRef>,
    /// The column with money in, in place of `amount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit: Option<ColumnRef>,
    /// The column whose word (debit, credit, Soll, Haben, Af, Bij …) gives the sign of an unsigned amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<ColumnRef>,
    /// The character before the decimals.
    #[serde(skip_serializing_if = "Option::is_none", with = "mark")]
    pub decimal_mark: Option<DecimalMark>,
    /// Whether the file writes money out as positive (many card statements do).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negate: Option<bool>,
    /// Whether the debit column has its signs: a negative amount in it is money out, a positive one money back in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub debit_signed: Option<bool>,
    /// The column with each row's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<ColumnRef>,
    /// The columns whose texts, joined, describe a row.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub description: Vec<ColumnRef>,
    /// The column with the other party.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payee: Option<ColumnRef>,
    /// The column with a memo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memo: Option<ColumnRef>,
    /// The column with the bank's own id of a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<ColumnRef>,
    /// The column with the running balance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<ColumnRef>,
    /// The column with a fee that is charged on top of the amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee: Option<ColumnRef>,
    /// Whether the amount has any fee in it already, so that a fee column says nothing more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee_included: Option<bool>,
    /// The column with the own account of each row, where the file has rows of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<ColumnRef>,
    /// Whether the file is of one account, whatever its columns say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_account: Option<bool>,
    /// The column that says whether a row is booked, pending, declined …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<ColumnRef>,
    /// The words of the state column whose rows move no money, in place of the usual ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_states: Vec<String>,
    /// Words of the direction column that mean money out, besides the usual ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub out_words: Vec<String>,
    /// Words of the direction column that mean money in, besides the usual ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub in_words: Vec<String>,
}

impl CsvProfile {
    /// This profile with everything that `over` sets in place of its own; how flags go over a saved profile.
    ///
    /// Amounts are one decision: where `over` names any of `amount`, `debit` or `credit`, all three are its own.
    pub fn merge(self, over: CsvProfile) -> CsvProfile {
        let amounts_told = over.amount.is_some() || over.debit.is_some() || over.credit.is_some();
        let (amount, debit, credit) = if amounts_told {
            (over.amount, over.debit, over.credit)
        } else {
            (self.amount, self.debit, self.credit)
        };
        CsvProfile {
            encoding: over.encoding.or(self.encoding),
            delimiter: over.delimiter.or(self.delimiter),
            skip_lines: over.skip_lines.or(self.skip_lines),
            has_header: over.has_header.or(self.has_header),
            date: over.date.or(self.date),
            value_date: over.value_date.or(self.value_date),
            date_format: over.date_format.or(self.date_format),
            amount,
            debit,
            credit,
            direction: over.direction.or(self.direction),
            decimal_mark: over.decimal_mark.or(self.decimal_mark),
            negate: over.negate.or(self.negate),
            debit_signed: over.debit_signed.or(self.debit_signed),
            currency: over.currency.or(self.currency),
            description: either(over.description, self.description),
            payee: over.payee.or(self.payee),
            memo: over.memo.or(self.memo),
            reference: over.reference.or(self.reference),
            balance: over.balance.or(self.balance),
            fee: over.fee.or(self.fee),
            fee_included: over.fee_included.or(self.fee_included),
            account: over.account.or(self.account),
            one_account: over.one_account.or(self.one_account),
            state: over.state.or(self.state),
            skip_states: either(over.skip_states, self.skip_states),
            out_words: either(over.out_words, self.out_words),
            in_words: either(over.in_words, self.in_words),
        }
    }

    /// The profile as TOML, one setting a line, for people to read and edit.
    ///
    /// ```
    /// use ledger_core::import::CsvProfile;
    /// let told = CsvProfile { delimiter: Some(';'), negate: Some(true), ..CsvProfile::default() };
    /// assert_eq!(told.to_toml(), "delimiter = \";\"\nnegate = true\n");
    /// assert_eq!(CsvProfile::from_toml(&told.to_toml(), "card.toml").unwrap(), told);
    /// ```
    pub fn to_toml(&self) -> String {
        // Cannot fail: every field is a string, a number, a switch or a list of them, and none is nested.
        toml::to_string(self).unwrap_or_default()
    }

    /// Reads a profile from TOML; `file` is the name to use in messages.
    ///
    /// # Errors
    /// What is no TOML, a setting that does not exist, and a value that it cannot have, with the place.
    pub fn from_toml(text: &str, file: &str) -> crate::Result<CsvProfile> {
        let refused = |place, reason: &str| Err(unreadable(file, place, reason));
        let profile: CsvProfile = match toml::from_str(text) {
            Ok(profile) => profile,
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let reason = error.message().lines().collect::<Vec<_>>().join("; ");
                return refused(place_after(text.get(..at).unwrap_or("")), &reason);
            }
        };
        if let Some(pattern) = &profile.date_format {
            pattern.parse::<DateFormat>()?;
        }
        if profile.amount.is_some() && (profile.debit.is_some() || profile.credit.is_some()) {
            return refused((1, 1), "it names one amount column and debit or credit columns: name either");
        }
        Ok(profile)
    }
}

fn either<T>(over: Vec<T>, own: Vec<T>) -> Vec<T> {
    if over.is_empty() { own } else { over }
}

/// A decimal mark is saved as the character itself.
mod mark {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::money::DecimalMark;

    pub fn serialize<S: Serializer>(mark: &Option<DecimalMark>, to: S) -> Result<S::Ok, S::Error> {
        let text = match mark {
            Some(DecimalMark::Point) => Some("."),
            Some(DecimalMark::Comma) => Some(","),
            None => None,
        };
        text.serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DecimalMark>, D::Error> {
        match Option::<String>::deserialize(from)?.as_deref() {
            None => Ok(None),
            Some("." | "point") => Ok(Some(DecimalMark::Point)),
            Some("," | "comma") => Ok(Some(DecimalMark::Comma)),
            Some(other) => {
                Err(D::Error::custom(format!("decimal mark \"{other}\" is neither \".\" nor \",\"")))
            }
        }
    }
}
