//! Starter charts of accounts, so that a new book can be used at once.

use std::fmt;
use std::str::FromStr;

use AccountKind::{Asset, Equity, Expense, Income, Liability};
use serde::{Deserialize, Serialize};

use super::AccountKind;
use crate::text::normalize;
use crate::{Error, ErrorKind, Result};

/// A starter chart of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartTemplate {
    /// One person's money.
    Personal,
    /// A self-employed person who keeps private and business money in one book.
    Freelancer,
    /// A household with children, a home and a car.
    Family,
}

impl ChartTemplate {
    /// Every template.
    pub const ALL: [ChartTemplate; 3] =
        [ChartTemplate::Personal, ChartTemplate::Freelancer, ChartTemplate::Family];

    /// `personal`, `freelancer` or `family`.
    pub fn as_str(self) -> &'static str {
        match self {
            ChartTemplate::Personal => "personal",
            ChartTemplate::Freelancer => "freelancer",
            ChartTemplate::Family => "family",
        }
    }

    /// Reads a template's name, in any case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSetting`] with the text and the templates that there are.
    pub fn parse(text: &str) -> Result<ChartTemplate> {
        let key = normalize(text);
        ChartTemplate::ALL.into_iter().find(|template| template.as_str() == key).ok_or_else(|| {
            ErrorKind::InvalidSetting {
                what: "chart template",
                value: crate::text::quote(text),
                reason: "choose one of personal, freelancer, family".to_owned(),
            }
            .into()
        })
    }

    /// One line for people.
    pub fn description(self) -> &'static str {
        match self {
            ChartTemplate::Personal => "one person: bank, savings, card, salary and everyday expenses",
            ChartTemplate::Freelancer => {
                "a self-employed person: invoices, sales tax, business costs and private drawings"
            }
            ChartTemplate::Family => "a household: joint accounts, home and mortgage, car, children",
        }
    }
}

impl fmt::Display for ChartTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ChartTemplate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        ChartTemplate::parse(text)
    }
}

/// An account of a starter chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChartAccount {
    /// Its whole name, such as `Assets:Bank:Checking`.
    pub name: &'static str,
    /// Its kind, the one that the name's root tells.
    pub kind: AccountKind,
    /// Its subtype in the catalogue.
    pub subtype: Option<&'static str>,
}

/// The accounts of a starter chart, in the order to open them.
///
/// ```
/// use ledger_core::account::{ChartTemplate, template};
///
/// assert!(template(ChartTemplate::Family).iter().any(|account| account.name == "Expenses:Groceries"));
/// ```
pub fn template(template: ChartTemplate) -> &'static [ChartAccount] {
    match template {
        ChartTemplate::Personal => PERSONAL,
        ChartTemplate::Freelancer => FREELANCER,
        ChartTemplate::Family => FAMILY,
    }
}

const fn account(kind: AccountKind, name: &'static str, subtype: &'static str) -> ChartAccount {
    ChartAccount { name, kind, subtype: Some(subtype) }
}

static PERSONAL: &[ChartAccount] = &[
    account(Asset, "Assets:Cash", "cash"),
    account(Asset, "Assets:Bank:Checking", "bank"),
    account(Asset, "Assets:Bank:Savings", "savings"),
    account(Asset, "Assets:Investments", "investment"),
    account(Asset, "Assets:Receivable", "receivable"),
    account(Asset, "Assets:Transfers", "transfer"),
    account(Liability, "Liabilities:Credit Card", "credit-card"),
    account(Liability, "Liabilities:Loans", "loan"),
    account(Liability, "Liabilities:Payable", "payable"),
    account(Equity, "Equity:Opening", "opening"),
    account(Equity, "Equity:Rounding", "rounding"),
    account(Equity, "Equity:Trading", "trading"),
    account(Income, "Income:Salary", "salary"),
    account(Income, "Income:Interest", "interest"),
    account(Income, "Income:Dividends", "dividend"),
    account(Income, "Income:Gifts", "gift"),
    account(Income, "Income:Refunds", "refund"),
    account(Income, "Income:Gains", "gain"),
    account(Income, "Income:Uncategorized", "uncategorized"),
    account(Expense, "Expenses:Rent", "housing"),
    account(Expense, "Expenses:Utilities", "utilities"),
    account(Expense, "Expenses:Phone and Internet", "communication"),
    account(Expense, "Expenses:Household", "household"),
    account(Expense, "Expenses:Groceries", "groceries"),
    account(Expense, "Expenses:Dining", "dining"),
    account(Expense, "Expenses:Transport", "transport"),
    account(Expense, "Expenses:Travel", "travel"),
    account(Expense, "Expenses:Health", "health"),
    account(Expense, "Expenses:Insurance", "insurance"),
    account(Expense, "Expenses:Education", "education"),
    account(Expense, "Expenses:Clothing", "clothing"),
    account(Expense, "Expenses:Personal Care", "personal-care"),
    account(Expense, "Expenses:Entertainment", "entertainment"),
    account(Expense, "Expenses:Subscriptions", "subscriptions"),
    account(Expense, "Expenses:Gifts", "gifts"),
    account(Expense, "Expenses:Donations", "donations"),
    account(Expense, "Expenses:Fees", "fees"),
    account(Expense, "Expenses:Interest", "interest"),
    account(Expense, "Expenses:Taxes", "tax"),
    account(Expense, "Expenses:Uncategorized", "uncategorized"),
];

static FREELANCER: &[ChartAccount] = &[
    account(Asset, "Assets:Cash", "cash"),
    account(Asset, "Assets:Bank:Business", "bank"),
    account(Asset, "Assets:Bank:Private", "bank"),
    account(Asset, "Assets:Bank:Tax Reserve", "savings"),
    account(Asset, "Assets:PayPal", "wallet"),
    account(Asset, "Assets:Receivable:Clients", "receivable"),
    account(Asset, "Assets:Prepaid", "prepaid"),
    account(Asset, "Assets:Equipment", "equipment"),
    account(Asset, "Assets:Input Tax", "tax"),
    account(Asset, "Assets:Transfers", "transfer"),
    account(Liability, "Liabilities:Credit Card", "credit-card"),
    account(Liability, "Liabilities:Payable:Suppliers", "payable"),
    account(Liability, "Liabilities:Sales Tax", "tax"),
    account(Liability, "Liabilities:Income Tax", "tax"),
    account(Liability, "Liabilities:Loans", "loan"),
    account(Liability, "Liabilities:Deferred Income", "deferred-income"),
    account(Equity, "Equity:Opening", "opening"),
    account(Equity, "Equity:Capital", "capital"),
    account(Equity, "Equity:Drawings", "drawings"),
    account(Equity, "Equity:Retained Earnings", "retained-earnings"),
    account(Equity, "Equity:Rounding", "rounding"),
    account(Equity, "Equity:Trading", "trading"),
    account(Income, "Income:Consulting", "self-employment"),
    account(Income, "Income:Projects", "self-employment"),
    account(Income, "Income:Products", "business"),
    account(Income, "Income:Interest", "interest"),
    account(Income, "Income:Gains", "gain"),
    account(Income, "Income:Refunds", "refund"),
    account(Income, "Income:Uncategorized", "uncategorized"),
    account(Expense, "Expenses:Business:Subcontractors", "professional"),
    account(Expense, "Expenses:Business:Materials", "materials"),
    account(Expense, "Expenses:Business:Office", "office"),
    account(Expense, "Expenses:Business:Software", "software"),
    account(Expense, "Expenses:Business:Hardware", "office"),
    account(Expense, "Expenses:Business:Phone and Internet", "communication"),
    account(Expense, "Expenses:Business:Travel", "travel"),
    account(Expense, "Expenses:Business:Client Meals", "dining"),
    account(Expense, "Expenses:Business:Training", "education"),
    account(Expense, "Expenses:Business:Marketing", "marketing"),
    account(Expense, "Expenses:Business:Tax Adviser", "professional"),
    account(Expense, "Expenses:Business:Insurance", "insurance"),
    account(Expense, "Expenses:Business:Fees", "fees"),
    account(Expense, "Expenses:Business:Interest", "interest"),
    account(Expense, "Expenses:Business:Depreciation", "depreciation"),
    account(Expense, "Expenses:Business:Bad Debts", "loss"),
    account(Expense, "Expenses:Rent", "housing"),
    account(Expense, "Expenses:Groceries", "groceries"),
    account(Expense, "Expenses:Health Insurance", "insurance"),
    account(Expense, "Expenses:Pension", "insurance"),
    account(Expense, "Expenses:Taxes", "tax"),
    account(Expense, "Expenses:Leisure", "entertainment"),
    account(Expense, "Expenses:Uncategorized", "uncategorized"),
];

static FAMILY: &[ChartAccount] = &[
    account(Asset, "Assets:Cash", "cash"),
    account(Asset, "Assets:Bank:Joint", "bank"),
    account(Asset, "Assets:Bank:Household", "bank"),
    account(Asset, "Assets:Bank:Savings", "savings"),
    account(Asset, "Assets:Bank:Emergency Fund", "savings"),
    account(Asset, "Assets:Investments", "investment"),
    account(Asset, "Assets:Pension", "pension"),
    account(Asset, "Assets:Children Savings", "savings"),
    account(Asset, "Assets:Home", "property"),
    account(Asset, "Assets:Car", "vehicle"),
    account(Asset, "Assets:Receivable", "receivable"),
    account(Asset, "Assets:Transfers", "transfer"),
    account(Liability, "Liabilities:Credit Card", "credit-card"),
    account(Liability, "Liabilities:Mortgage", "mortgage"),
    account(Liability, "Liabilities:Car Loan", "vehicle-loan"),
    account(Liability, "Liabilities:Payable", "payable"),
    account(Equity, "Equity:Opening", "opening"),
    account(Equity, "Equity:Rounding", "rounding"),
    account(Equity, "Equity:Trading", "trading"),
    account(Income, "Income:Salary", "salary"),
    account(Income, "Income:Bonus", "bonus"),
    account(Income, "Income:Child Benefit", "benefit"),
    account(Income, "Income:Interest", "interest"),
    account(Income, "Income:Dividends", "dividend"),
    account(Income, "Income:Gifts", "gift"),
    account(Income, "Income:Refunds", "refund"),
    account(Income, "Income:Tax Refund", "tax-refund"),
    account(Income, "Income:Gains", "gain"),
    account(Income, "Income:Uncategorized", "uncategorized"),
    account(Expense, "Expenses:Home:Maintenance", "housing"),
    account(Expense, "Expenses:Home:Mortgage Interest", "interest"),
    account(Expense, "Expenses:Home:Utilities", "utilities"),
    account(Expense, "Expenses:Home:Phone and Internet", "communication"),
    account(Expense, "Expenses:Home:Furniture", "household"),
    account(Expense, "Expenses:Groceries", "groceries"),
    account(Expense, "Expenses:Dining", "dining"),
    account(Expense, "Expenses:Car:Fuel", "vehicle"),
    account(Expense, "Expenses:Car:Repairs", "vehicle"),
    account(Expense, "Expenses:Car:Insurance", "insurance"),
    account(Expense, "Expenses:Transport", "transport"),
    account(Expense, "Expenses:Children:Childcare", "children"),
    account(Expense, "Expenses:Children:School", "education"),
    account(Expense, "Expenses:Children:Activities", "children"),
    account(Expense, "Expenses:Children:Pocket Money", "children"),
    account(Expense, "Expenses:Clothing", "clothing"),
    account(Expense, "Expenses:Health", "health"),
    account(Expense, "Expenses:Insurance", "insurance"),
    account(Expense, "Expenses:Personal Care", "personal-care"),
    account(Expense, "Expenses:Pets", "pets"),
    account(Expense, "Expenses:Entertainment", "entertainment"),
    account(Expense, "Expenses:Subscriptions", "subscriptions"),
    account(Expense, "Expenses:Holidays", "travel"),
    account(Expense, "Expenses:Gifts", "gifts"),
    account(Expense, "Expenses:Donations", "donations"),
    account(Expense, "Expenses:Fees", "fees"),
    account(Expense, "Expenses:Taxes", "tax"),
    account(Expense, "Expenses:Uncategorized", "uncategorized"),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::account::{AccountName, find_subtype};

    #[test]
    fn every_account_of_a_chart_is_well_formed_and_named_once() {
        for chart in ChartTemplate::ALL {
            let accounts = template(chart);
            assert!((25..=60).contains(&accounts.len()), "{chart}: {}", accounts.len());
            let mut keys = HashSet::new();
            for account in accounts {
                let name = AccountName::parse(account.name).unwrap();
                assert_eq!(
                    AccountKind::from_root(name.segments().next().unwrap()),
                    Some(account.kind),
                    "{name}"
                );
                assert_eq!(account.kind.root(), name.segments().next().unwrap());
                let subtype = account.subtype.unwrap();
                assert!(find_subtype(account.kind, subtype).is_some(), "{name}: {subtype}");
                assert!(keys.insert(name.normalized()), "{name} stands there twice");
            }
        }
    }

    #[test]
    fn every_chart_has_the_accounts_that_imports_and_openings_need() {
        for chart in ChartTemplate::ALL {
            for needed in
                ["Expenses:Uncategorized", "Income:Uncategorized", "Equity:Opening", "Equity:Rounding"]
            {
                assert!(
                    template(chart).iter().any(|account| account.name == needed),
                    "{chart} lacks {needed}"
                );
            }
        }
    }

    #[test]
    fn a_chart_is_found_by_its_name_only() {
        for chart in ChartTemplate::ALL {
            assert_eq!(ChartTemplate::parse(&chart.as_str().to_uppercase()).unwrap(), chart);
            assert!(!chart.description().is_empty());
        }
        let message = ChartTemplate::parse("business").unwrap_err().to_string();
        assert!(message.contains("\"business\"") && message.contains("freelancer"), "{message}");
    }
}
