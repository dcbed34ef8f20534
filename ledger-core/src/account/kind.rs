//! The five kinds of account and the side on which each grows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::normalize;
use crate::{Error, ErrorKind, Result};

/// The left or the right side of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The left side; positive amounts.
    Debit,
    /// The right side; negative amounts.
    Credit,
}

impl Side {
    /// The other side.
    pub fn opposite(self) -> Side {
        match self {
            Side::Debit => Side::Credit,
            Side::Credit => Side::Debit,
        }
    }

    /// `debit` or `credit`.
    pub fn as_str(self) -> &'static str {
        match self {
            Side::Debit => "debit",
            Side::Credit => "credit",
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What an account measures, which decides its normal side and the report that it appears in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// What the book owns or is owed.
    Asset,
    /// What the book owes.
    Liability,
    /// What would be left for the owners.
    Equity,
    /// What makes the owners richer.
    Income,
    /// What makes the owners poorer.
    Expense,
}

impl AccountKind {
    /// Every kind, in the order of a trial balance.
    pub const ALL: [AccountKind; 5] = [
        AccountKind::Asset,
        AccountKind::Liability,
        AccountKind::Equity,
        AccountKind::Income,
        AccountKind::Expense,
    ];

    /// `asset`, `liability`, `equity`, `income` or `expense`.
    pub fn as_str(self) -> &'static str {
        match self {
            AccountKind::Asset => "asset",
            AccountKind::Liability => "liability",
            AccountKind::Equity => "equity",
            AccountKind::Income => "income",
            AccountKind::Expense => "expense",
        }
    }

    /// Reads a kind in any case, in the singular or the plural; `revenue` is income.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSetting`] with the text and the kinds that there are.
    ///
    /// ```
    /// use ledger_core::account::AccountKind;
    ///
    /// assert_eq!(AccountKind::parse("Liabilities")?, AccountKind::Liability);
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<AccountKind> {
        AccountKind::from_root(text).ok_or_else(|| {
            ErrorKind::InvalidSetting {
                what: "account kind",
                value: crate::text::quote(text),
                reason: "choose one of asset, liability, equity, income, expense".to_owned(),
            }
            .into()
        })
    }

    /// The number that stands for the kind in a database, from 1 to 5.
    pub fn code(self) -> i16 {
        match self {
            AccountKind::Asset => 1,
            AccountKind::Liability => 2,
            AccountKind::Equity => 3,
            AccountKind::Income => 4,
            AccountKind::Expense => 5,
        }
    }

    /// The kind that a number in a database stands for; `None` outside 1 to 5.
    pub fn from_code(code: i16) -> Option<AccountKind> {
        AccountKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The first segment of this kind's accounts in the starter charts.
    pub fn root(self) -> &'static str {
        match self {
            AccountKind::Asset => "Assets",
            AccountKind::Liability => "Liabilities",
            AccountKind::Equity => "Equity",
            AccountKind::Income => "Income",
            AccountKind::Expense => "Expenses",
        }
    }

    /// The side on which a balance of this kind grows: debit for assets and expenses, credit for the rest.
    pub fn normal_side(self) -> Side {
        match self {
            AccountKind::Asset | AccountKind::Expense => Side::Debit,
            AccountKind::Liability | AccountKind::Equity | AccountKind::Income => Side::Credit,
        }
    }

    /// The kind that the first segment of a name tells, in any case; `None` when it tells none.
    ///
    /// Besides our own roots it knows the singular forms and `revenue`, which hledger's and ledger's users
    /// write.
    pub fn from_root(segment: &str) -> Option<AccountKind> {
        match normalize(segment).as_str() {
            "asset" | "assets" => Some(AccountKind::Asset),
            "liability" | "liabilities" => Some(AccountKind::Liability),
            "equity" | "equities" => Some(AccountKind::Equity),
            "income" | "incomes" | "revenue" | "revenues" => Some(AccountKind::Income),
            "expense" | "expenses" => Some(AccountKind::Expense),
            _ => None,
        }
    }
}

impl fmt::Display for AccountKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for AccountKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        AccountKind::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_comes_back_from_its_names_and_its_code() {
        for kind in AccountKind::ALL {
            assert_eq!(AccountKind::parse(kind.as_str()).unwrap(), kind);
            assert_eq!(AccountKind::parse(&kind.root().to_uppercase()).unwrap(), kind);
            assert_eq!(AccountKind::from_root(kind.root()), Some(kind));
            assert_eq!(AccountKind::from_code(kind.code()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
        }
        assert_eq!(AccountKind::from_root("Revenues"), Some(AccountKind::Income));
        assert_eq!((AccountKind::from_code(0), AccountKind::from_code(6)), (None, None));
    }

    #[test]
    fn an_unknown_kind_is_refused_with_the_choices() {
        let message = AccountKind::parse("Assetts").unwrap_err().to_string();
        assert!(message.contains("\"Assetts\"") && message.contains("liability"), "{message}");
    }

    #[test]
    fn assets_and_expenses_grow_on_the_debit_side() {
        let sides = AccountKind::ALL.map(|kind| kind.normal_side().as_str());
        assert_eq!(sides, ["debit", "credit", "credit", "credit", "debit"]);
        assert_eq!(Side::Debit.opposite(), Side::Credit);
        assert_eq!(Side::Credit.opposite(), Side::Debit);
    }
}
