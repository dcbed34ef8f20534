//! The conditions of a rule: everything that is set has to hold.

use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Deserializer, Serialize, de};

use super::amount::AmountTest;
use super::line::TextField;
use super::text::{TextTest, one_or_many};

/// How deep `all`, `any` and `not` may be nested.
const DEPTH_MAX: usize = 16;

/// Whether money came in or went out; a line of zero is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Money in.
    In,
    /// Money out.
    Out,
}

/// What a line has to be, all of it. Nothing set holds for every line.
///
/// ```
/// use ledger_core::import::rule::{Conditions, Direction, TextTest};
/// let rewe = Conditions {
///     payee: Some(TextTest::contains("rewe")),
///     direction: Some(Direction::Out),
///     ..Conditions::default()
/// };
/// assert_eq!(serde_json::to_string(&rewe).unwrap(), r#"{"payee":"rewe","direction":"out"}"#);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// The other party.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payee: Option<TextTest>,
    /// What the bank or the payer writes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrative: Option<TextTest>,
    /// A further note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memo: Option<TextTest>,
    /// Any of payee, narrative and memo.
    #[serde(skip_serializing_if = "Option::is_none", alias = "description")]
    pub text: Option<TextTest>,
    /// The reference of the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<TextTest>,
    /// The category that another program gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<TextTest>,
    /// The amount, whichever its sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountTest>,
    /// The amount with its sign: money out is negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_amount: Option<AmountTest>,
    /// One of these commodities.
    #[serde(skip_serializing_if = "Vec::is_empty", with = "one_or_many")]
    pub currency: Vec<String>,
    /// The statement is of one of these accounts, or of one below it.
    #[serde(skip_serializing_if = "Vec::is_empty", with = "one_or_many")]
    pub account: Vec<String>,
    /// Money in or money out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// On this day or later.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "day")]
    pub from: Option<NaiveDate>,
    /// On this day or earlier.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "day")]
    pub to: Option<NaiveDate>,
    /// On one of these days of the month, from 1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub day_of_month: Vec<u8>,
    /// On one of these weekdays.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekday: Vec<Weekday>,
    /// All of these hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub all: Vec<Conditions>,
    /// At least one of these holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub any: Vec<Conditions>,
    /// This does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<Conditions>>,
}

/// A day as ISO 8601 writes it.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let refused = |_| de::Error::custom(format!("\"{text}\" is not a date such as 2026-03-01"));
    text.parse().map(Some).map_err(refused)
}

impl Conditions {
    /// The conditions on texts, without those nested deeper.
    pub(super) fn texts(&self) -> impl Iterator<Item = (TextField, &TextTest)> {
        let texts = [
            (TextField::Payee, &self.payee),
            (TextField::Narrative, &self.narrative),
            (TextField::Memo, &self.memo),
            (TextField::Text, &self.text),
            (TextField::Reference, &self.reference),
            (TextField::Category, &self.category),
        ];
        texts.into_iter().filter_map(|(field, test)| Some((field, test.as_ref()?)))
    }

    /// The accounts that are named, at any depth.
    pub(super) fn accounts<'c>(&'c self, found: &mut Vec<&'c str>) {
        found.extend(self.account.iter().map(String::as_str));
        for nested in self.nested() {
            nested.accounts(found);
        }
    }

    fn nested(&self) -> impl Iterator<Item = &Conditions> {
        self.all.iter().chain(&self.any).chain(self.not.as_deref())
    }

    /// Whether nothing is asked, so that every line meets it.
    pub fn is_empty(&self) -> bool {
        *self == Conditions::default()
    }

    /// Calls `found` with the path and the reason of each thing that is wrong.
    pub(super) fn check(&self, path: &str, depth: usize, found: &mut dyn FnMut(String, String)) {
        let at = |key: &str| format!("{path}.{key}");
        if depth > DEPTH_MAX {
            return found(path.to_owned(), format!("conditions are nested more than {DEPTH_MAX} deep"));
        }
        for (field, test) in self.texts() {
            for defect in test.defects() {
                found(at(field.as_str()), defect);
            }
        }
        if let Some(amount) = self.amount.filter(AmountTest::is_negative) {
            let reason = format!("\"{amount}\" is negative, and this amount has no sign: use signed_amount");
            found(at("amount"), reason);
        }
        for (key, list) in [("currency", &self.currency), ("account", &self.account)] {
            if list.iter().any(|name| name.trim().is_empty()) {
                found(at(key), "it is blank".to_owned());
            }
        }
        if let Some((from, to)) = self.from.zip(self.to).filter(|(from, to)| from > to) {
            found(at("to"), format!("{to} is before {from}, so that no day is left"));
        }
        if let Some(day) = self.day_of_month.iter().find(|day| !(1..=31).contains(*day)) {
            found(at("day_of_month"), format!("{day} is no day of a month: take 1 to 31"));
        }
        for (key, list) in [("all", &self.all), ("any", &self.any)] {
            for (index, nested) in list.iter().enumerate() {
                nested.check_nested(&format!("{path}.{key}[{index}]"), depth, found);
            }
        }
        if let Some(nested) = &self.not {
            nested.check_nested(&at("not"), depth, found);
        }
    }

    fn check_nested(&self, path: &str, depth: usize, found: &mut dyn FnMut(String, String)) {
        if self.is_empty() {
            return found(path.to_owned(), "it holds no condition".to_owned());
        }
        self.check(path, depth + 1, found);
    }
}
