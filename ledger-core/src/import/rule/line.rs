//! What rules see of a statement line.

use chrono::NaiveDate;

use crate::import::StatementLine;
use crate::money::Amount;

/// A text of a statement line that a rule can ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TextField {
    /// The other party.
    Payee,
    /// What the bank or the payer writes.
    Narrative,
    /// A further note.
    Memo,
    /// The reference of the payment.
    Reference,
    /// The category that another program gave it.
    Category,
    /// Any of payee, narrative and memo.
    Text,
}

impl TextField {
    /// The texts that a line has, without [`TextField::Text`], which is the first three of them.
    pub(super) const STORED: [TextField; 5] =
        [TextField::Payee, TextField::Narrative, TextField::Memo, TextField::Reference, TextField::Category];

    /// The name in rules: `payee`, `text` …
    pub fn as_str(self) -> &'static str {
        match self {
            TextField::Payee => "payee",
            TextField::Narrative => "narrative",
            TextField::Memo => "memo",
            TextField::Reference => "reference",
            TextField::Category => "category",
            TextField::Text => "text",
        }
    }

    /// The places in [`TextField::STORED`] that the field stands for.
    pub(super) fn places(self) -> std::ops::Range<usize> {
        match self {
            TextField::Text => 0..3,
            one => one as usize..one as usize + 1,
        }
    }
}

/// A statement line as rules see it, borrowed from wherever it is kept.
///
/// ```
/// use ledger_core::import::rule::LineView;
///
/// let day = "2026-03-02".parse().unwrap();
/// let line = LineView { payee: Some("Rewe"), ..LineView::new("Assets:Bank", day, "-42.10 EUR".parse()?) };
/// assert_eq!(line.payee, Some("Rewe"));
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineView<'a> {
    /// The name of the account that the statement is of.
    pub account: &'a str,
    /// The day the bank booked it.
    pub posted_on: NaiveDate,
    /// Money in is positive, money out negative.
    pub amount: Amount,
    /// The other party.
    pub payee: Option<&'a str>,
    /// What the bank or the payer writes.
    pub narrative: Option<&'a str>,
    /// A further note.
    pub memo: Option<&'a str>,
    /// The reference of the payment.
    pub reference: Option<&'a str>,
    /// The category that another program gave it.
    pub category: Option<&'a str>,
}

impl<'a> LineView<'a> {
    /// A line without any text.
    pub fn new(account: &'a str, posted_on: NaiveDate, amount: Amount) -> Self {
        LineView {
            account,
            posted_on,
            amount,
            payee: None,
            narrative: None,
            memo: None,
            reference: None,
            category: None,
        }
    }

    /// A line of the statement of `account`.
    pub fn of(line: &'a StatementLine, account: &'a str) -> Self {
        LineView {
            account,
            posted_on: line.posted_on,
            amount: line.amount,
            payee: line.payee(),
            narrative: line.narrative(),
            memo: line.memo(),
            reference: line.reference(),
            category: line.detail.as_ref().and_then(|detail| detail.category.as_deref()),
        }
    }

    /// The texts, in the order of [`TextField::STORED`]; empty where there is none.
    pub(super) fn texts(&self) -> [&'a str; 5] {
        [self.payee, self.narrative, self.memo, self.reference, self.category].map(Option::unwrap_or_default)
    }
}
