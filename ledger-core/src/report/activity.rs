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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{AccountId, subtypes};

    fn account(kind: AccountKind, subtype: Option<&str>) -> Account {
        Account {
            id: AccountId(1),
            name: "Some:Account".to_owned(),
            kind,
            subtype: subtype.map(str::to_owned),
            commodity: None,
            opened_on: None,
            closed_on: None,
            lot_method: None,
            note: None,
            aliases: Vec::new(),
        }
    }

    #[test]
    fn cash_is_what_can_be_paid_with_at_once() {
        let cash = |kind| -> Vec<&str> {
            subtypes(kind).map(|it| it.name).filter(|name| is_cash(&account(kind, Some(name)))).collect()
        };
        assert_eq!(cash(AccountKind::Asset), ["cash", "bank", "savings", "wallet", "transfer"]);
        assert!(AccountKind::ALL.iter().skip(1).all(|kind| cash(*kind).is_empty()));
        assert!(!is_cash(&account(AccountKind::Asset, None)));
    }

    #[test]
    fn what_lasts_is_invested_and_what_is_borrowed_or_paid_in_is_financed() {
        let of = |kind, subtype| Activity::of(&account(kind, Some(subtype)));
        assert_eq!(of(AccountKind::Asset, "property"), Activity::Investing);
        assert_eq!(of(AccountKind::Asset, "receivable"), Activity::Operating);
        assert_eq!(of(AccountKind::Liability, "mortgage"), Activity::Financing);
        assert_eq!(of(AccountKind::Liability, "credit-card"), Activity::Operating);
        assert_eq!(of(AccountKind::Equity, "drawings"), Activity::Financing);
        // Rent is operating, whatever is rented; the same word may be a subtype of several kinds.
        assert_eq!(of(AccountKind::Expense, "vehicle"), Activity::Operating);
        assert_eq!(of(AccountKind::Asset, "vehicle"), Activity::Investing);
    }
}
