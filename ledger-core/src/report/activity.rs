//! Cash and the activities that money comes from and goes to, after IAS 7, told by kind and subtype of an account.

use serde::Serialize;

use crate::account::{Account, AccountKind};

/// What money comes from or goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Income and expenses, and what is paid early or late of them: invoices, cards, taxes, stock.
    Operating,
    /// Things that last: shares, funds, pensions, property, vehicles, equipment.
    Investing,
    /// Loans taken, and what owners put in or take out.
    Financing,
}

impl Activity {
    /// All of them, in the order of a statement.
    pub const ALL: [Activity; 3] = [Activity::Operating, Activity::Investing, Activity::Financing];

    /// The name of its section.
    pub fn title(self) -> &'static str {
        match self {
            Activity::Operating => "Operating activities",
            Activity::Investing => "Investing activities",
            Activity::Financing => "Financing activities",
        }
    }

    /// The activity of what is paid to or from an account that is not cash itself.
    pub fn of(account: &Account) -> Activity {
        let subtype = account.subtype.as_deref().unwrap_or_default();
        match account.kind {
            AccountKind::Income | AccountKind::Expense => Activity::Operating,
            AccountKind::Equity => Activity::Financing,
            AccountKind::Asset => match subtype {
                "investment" | "pension" | "crypto" | "deposit" | "property" | "vehicle" | "equipment"
                | "valuables" => Activity::Investing,
                _ => Activity::Operating,
            },
            AccountKind::Liability => match subtype {
                "loan" | "mortgage" | "student-loan" | "vehicle-loan" | "overdraft" | "instalments" => {
                    Activity::Financing
                }
                _ => Activity::Operating,
            },
        }
    }
}

/// Whether an account is cash: notes and coins, a bank, savings or payment account, or money on its way between them.
pub(crate) fn is_cash(account: &Account) -> bool {
    let subtypes = ["cash", "bank", "savings", "wallet", "transfer"];
    account.kind == AccountKind::Asset
        && account.subtype.as_deref().is_some_and(|subtype| subtypes.contains(&subtype))
}
