//! Accounts as they stand in a book, and what a caller hands in to open one.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{AccountKind, Side};
use crate::lot::LotMethod;
use crate::money::Commodity;

/// An account's number in its book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(pub(crate) i32);

impl AccountId {
    /// The number, from 1.
    pub fn get(self) -> i32 {
        self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An account of a book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// The account's number in its book.
    pub id: AccountId,
    /// Hierarchical name, such as `Assets:Bank:N26`.
    pub name: String,
    /// Asset, liability, equity, income or expense.
    pub kind: AccountKind,
    /// What it is within its kind, such as `bank`.
    pub subtype: Option<String>,
    /// The only commodity that it takes.
    pub commodity: Option<Commodity>,
    /// The first day that can be posted to.
    pub opened_on: Option<NaiveDate>,
    /// The last day that can be posted to.
    pub closed_on: Option<NaiveDate>,
    /// A remark.
    pub note: Option<String>,
    /// By which method sales choose lots; without one, more may be sold than is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lot_method: Option<LotMethod>,
    /// Other names that find it.
    pub aliases: Vec<String>,
}

impl Account {
    /// The side on which a balance of this account is normal.
    pub fn normal_side(&self) -> Side {
        self.kind.normal_side()
    }
}

/// What a caller hands in to open an account.
///
/// ```
/// use ledger_core::account::NewAccount;
///
/// let account = NewAccount::new("Assets:Bank:N26").subtype("bank");
/// assert_eq!(account.name, "Assets:Bank:N26");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewAccount {
    /// Hierarchical name.
    pub name: String,
    /// The kind; left out, the first segment tells it (`Assets`, `Liabilities`, `Equity`, `Income`, `Expenses`).
    pub kind: Option<AccountKind>,
    /// One of the kind's subtypes; left out, guessed from the name where it is plain.
    pub subtype: Option<String>,
    /// The only commodity that the account shall take.
    pub commodity: Option<Commodity>,
    /// The first day that can be posted to.
    pub opened_on: Option<NaiveDate>,
    /// A remark.
    pub note: Option<String>,
    /// By which method sales shall choose lots; more than is held can never be sold then.
    pub lot_method: Option<LotMethod>,
}

impl NewAccount {
    /// An account with this name and everything else left open.
    pub fn new(name: impl Into<String>) -> Self {
        NewAccount { name: name.into(), ..Self::default() }
    }

    /// Sets the kind.
    pub fn kind(mut self, kind: AccountKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Sets the subtype.
    pub fn subtype(mut self, subtype: impl Into<String>) -> Self {
        self.subtype = Some(subtype.into());
        self
    }

    /// Restricts the account to one commodity.
    pub fn commodity(mut self, commodity: Commodity) -> Self {
        self.commodity = Some(commodity);
        self
    }

    /// Sets the method by which sales choose lots.
    pub fn lot_method(mut self, method: LotMethod) -> Self {
        self.lot_method = Some(method);
        self
    }

    /// Sets the first day that can be posted to.
    pub fn opened_on(mut self, day: NaiveDate) -> Self {
        self.opened_on = Some(day);
        self
    }
}
