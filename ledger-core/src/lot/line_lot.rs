//! What a line says of the lot that it opens or closes.

use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;

use crate::journal::LinePrice;
use crate::text::check_text;
use crate::{ErrorKind, Result};

/// The longest label of a lot, in characters.
pub(crate) const LABEL_CHARS_MAX: usize = 100;

/// What the price of a line with a lot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LotBasis {
    /// What was paid or received: a sale weighs its proceeds, and its gain is computed.
    #[default]
    Price,
    /// The lot's cost, as beancount books it: a sale weighs what its units cost, and the gain is a line of its own.
    Cost,
    /// The line has no price, and nothing was paid for the units: a gift, a share split.
    Nothing,
}

impl LotBasis {
    /// Every basis.
    pub const ALL: [LotBasis; 3] = [LotBasis::Price, LotBasis::Cost, LotBasis::Nothing];

    /// The stored name, such as `cost`.
    pub fn as_str(self) -> &'static str {
        match self {
            LotBasis::Price => "price",
            LotBasis::Cost => "cost",
            LotBasis::Nothing => "nothing",
        }
    }

    /// The basis with this name.
    pub(crate) fn from_name(name: &str) -> Option<LotBasis> {
        Self::ALL.into_iter().find(|basis| basis.as_str() == name)
    }
}

/// What a line says of its lot: which one a sale closes, or what tells the one that a purchase opens from others.
///
/// ```
/// use ledger_core::lot::LineLot;
///
/// let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
/// let lot = LineLot { label: Some("bonus".into()), ..LineLot::opened_on(day) };
/// assert_eq!(lot.to_string(), "{2026-01-05, \"bonus\"}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineLot {
    /// What the line's price is.
    pub basis: LotBasis,
    /// The day on which the lot was opened.
    pub opened_on: Option<NaiveDate>,
    /// A name of the lot.
    pub label: Option<String>,
    /// What the units were sold for, where the line's own price is their cost.
    pub price: Option<LinePrice>,
}

impl LineLot {
    /// The lot that was opened on a day.
    pub fn opened_on(day: NaiveDate) -> Self {
        LineLot { opened_on: Some(day), ..LineLot::default() }
    }

    /// The lot with a label.
    pub fn labelled(label: impl Into<String>) -> Self {
        LineLot { label: Some(label.into()), ..LineLot::default() }
    }

    /// The lot whose cost is the line's price; `price` is what its units were sold for.
    pub fn at_cost(price: Option<LinePrice>) -> Self {
        LineLot { basis: LotBasis::Cost, price, ..LineLot::default() }
    }

    /// Units for which nothing was paid.
    pub fn for_nothing() -> Self {
        LineLot { basis: LotBasis::Nothing, ..LineLot::default() }
    }

    /// Whether it says anything; a line may as well have none where it does not.
    pub(crate) fn says_something(&self) -> bool {
        *self != LineLot::default()
    }

    /// Whether it fits a line with this price.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidEntry`] for a cost without a price of the line, for units for which nothing was paid and that
    /// have a price, and for two sale prices; [`ErrorKind::InvalidName`] for a label that is refused.
    pub(crate) fn check(&self, line_price: Option<&LinePrice>, description: &str) -> Result<()> {
        if let Some(label) = &self.label {
            check_text("lot label", label, LABEL_CHARS_MAX)?;
            if label.trim().is_empty() || label.contains('"') {
                let reason = "a label is neither blank nor holds a quotation mark".to_owned();
                return Err(ErrorKind::InvalidName { what: "lot label", name: label.clone(), reason }.into());
            }
        }
        let reason = match (self.basis, line_price, &self.price) {
            (LotBasis::Cost, None, _) => "a lot at cost needs the cost as the line's price",
            (LotBasis::Nothing, Some(_), _) => "units that cost nothing have no price",
            (LotBasis::Price | LotBasis::Nothing, _, Some(_)) => {
                "a second price is for lots at cost only (name the cost between the braces)"
            }
            _ => return Ok(()),
        };
        let description = description.to_owned();
        Err(ErrorKind::InvalidEntry { description, reason: reason.to_owned() }.into())
    }

    /// The lot with its cost, as it is written between braces: `{100 USD, 2026-01-05, "bonus"} @ 200 USD`.
    pub fn text(&self, line_price: Option<&LinePrice>) -> String {
        let cost = match (self.basis, line_price) {
            (LotBasis::Cost, Some(LinePrice::Unit { rate, quote })) => Some(format!("{rate} {quote}")),
            (LotBasis::Cost, Some(LinePrice::Total(total))) => Some(format!("@@ {total}")),
            (LotBasis::Nothing, _) => Some("0".to_owned()),
            _ => None,
        };
        let day = self.opened_on.map(|day| day.to_string());
        let label = self.label.as_ref().map(|label| format!("\"{label}\""));
        let parts: Vec<String> = [cost, day, label].into_iter().flatten().collect();
        let price = self.price.map(|price| format!(" {price}")).unwrap_or_default();
        format!("{{{}}}{price}", parts.join(", "))
    }
}

impl fmt::Display for LineLot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(None))
    }
}
