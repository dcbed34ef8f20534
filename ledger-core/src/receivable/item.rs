//! A receivable or payable: who owes whom, in which account it is held, and on which terms.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{InstalmentKind, Loan, LoanGroupId, PartyId, ReceivableId, Repayment};
use crate::account::AccountId;
use crate::money::Commodity;

/// Which side owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceivableKind {
    /// The party owes the book's owner: an invoice, money lent.
    Receivable,
    /// The book's owner owes the party: a bill, a mortgage.
    Payable,
}

impl ReceivableKind {
    /// Both.
    pub const ALL: [ReceivableKind; 2] = [ReceivableKind::Receivable, ReceivableKind::Payable];

    /// The stored and printed name.
    pub const fn as_str(self) -> &'static str {
        match self {
            ReceivableKind::Receivable => "receivable",
            ReceivableKind::Payable => "payable",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<ReceivableKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The sign that what is owed has on its control account: an asset's is a debit, a liability's a credit.
    pub const fn sign(self) -> i64 {
        match self {
            ReceivableKind::Receivable => 1,
            ReceivableKind::Payable => -1,
        }
    }
}

/// A receivable or payable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receivable {
    /// Its number in the book.
    pub id: ReceivableId,
    /// Which side owes.
    pub kind: ReceivableKind,
    /// What people call it; unique in the book.
    pub name: String,
    /// With whom.
    pub party: PartyId,
    /// The control account that holds it.
    pub account: AccountId,
    /// The commodity of all its amounts.
    pub commodity: Commodity,
    /// The group that it belongs to.
    pub group: Option<LoanGroupId>,
    /// When it is to come back and at which interest; nothing for the tab of a group's member, which goes both ways.
    pub loan: Option<Loan>,
    /// Which accounts its movements use, and what was noted.
    pub details: ReceivableDetails,
}

/// Which accounts the movements of a receivable use, and what was noted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceivableDetails {
    /// The account that repayments are expected in (or from).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<AccountId>,
    /// The account that interest is earned or paid on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interest: Option<AccountId>,
    /// The account that fees are earned or paid on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fees: Option<AccountId>,
    /// The account that takes what is forgiven or written off, and what is recovered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub losses: Option<AccountId>,
    /// The day through which interest is as it was charged: what earned it is said anew since, and counts from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_through: Option<NaiveDate>,
    /// What a person noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl ReceivableDetails {
    /// Its accounts: for the money, interest, fees and losses.
    pub fn accounts(&self) -> [Option<AccountId>; 4] {
        [self.money, self.interest, self.fees, self.losses]
    }
}

impl Receivable {
    /// Whether it is the tab of a group's member, which may fall below zero.
    pub fn is_tab(&self) -> bool {
        self.loan.is_none()
    }

    /// The day on which all of it is due; nothing for a plan, on demand, and for a tab.
    pub fn due_on(&self) -> Option<NaiveDate> {
        match self.loan.as_ref().map(|loan| &loan.terms().repayment) {
            Some(Repayment::Due { on }) => Some(*on),
            _ => None,
        }
    }

    /// Whether a plan says what is due when.
    pub fn is_planned(&self) -> bool {
        let repayment = self.loan.as_ref().map(|loan| &loan.terms().repayment);
        matches!(repayment, Some(Repayment::Instalments(_) | Repayment::Dates { .. }))
    }

    /// Whether each instalment of its plan pays the same part of the principal.
    pub fn has_equal_parts(&self) -> bool {
        match self.loan.as_ref().map(|loan| &loan.terms().repayment) {
            Some(Repayment::Instalments(terms)) => {
                matches!(terms.kind, InstalmentKind::EqualPrincipal { .. })
            }
            _ => false,
        }
    }

    /// Days after a due day before a payment counts as late.
    pub fn grace_days(&self) -> u16 {
        self.loan.as_ref().map_or(0, |loan| loan.terms().grace_days)
    }
}
