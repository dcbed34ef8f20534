//! The catalogue of subtypes: what sort of asset, debt, income or expense an account holds.
//!
//! A book may add its own; the catalogue is what every book starts with.

use AccountKind::{Asset, Equity, Expense, Income, Liability};

use super::AccountKind;

/// A finer division of an [`AccountKind`], such as `savings` among the assets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subtype {
    /// The kind that it divides.
    pub kind: AccountKind,
    /// Its name, unique within the kind: lower case with hyphens.
    pub name: &'static str,
    /// One line for people.
    pub description: &'static str,
}

/// The subtypes of a kind, in the order to show them.
///
/// ```
/// use ledger_core::account::{AccountKind, subtypes};
///
/// assert!(subtypes(AccountKind::Liability).any(|subtype| subtype.name == "credit-card"));
/// ```
pub fn subtypes(kind: AccountKind) -> impl Iterator<Item = &'static Subtype> {
    CATALOGUE.iter().filter(move |subtype| subtype.kind == kind)
}

/// The subtype of a kind with this name, in any case, with hyphens, underscores or spaces between words.
pub fn find_subtype(kind: AccountKind, name: &str) -> Option<&'static Subtype> {
    let name = crate::text::normalize(name).replace([' ', '_'], "-");
    subtypes(kind).find(|subtype| subtype.name == name)
}

const fn subtype(kind: AccountKind, name: &'static str, description: &'static str) -> Subtype {
    Subtype { kind, name, description }
}

static CATALOGUE: &[Subtype] = &[
    subtype(Asset, "cash", "Notes and coins"),
    subtype(Asset, "bank", "Current and checking accounts"),
    subtype(Asset, "savings", "Savings accounts and fixed deposits"),
    subtype(Asset, "wallet", "Balances with payment services and on prepaid cards"),
    subtype(Asset, "investment", "Shares, funds and bonds, and the accounts that hold them"),
    subtype(Asset, "pension", "Retirement accounts and pension plans"),
    subtype(Asset, "crypto", "Cryptocurrencies"),
    subtype(Asset, "receivable", "Money that others owe"),
    subtype(Asset, "deposit", "Deposits paid that come back, such as for a flat"),
    subtype(Asset, "prepaid", "Costs paid ahead, such as a year's insurance"),
    subtype(Asset, "property", "Land and buildings"),
    subtype(Asset, "vehicle", "Cars, motorcycles, bicycles, boats"),
    subtype(Asset, "equipment", "Machines, furniture and devices that last for years"),
    subtype(Asset, "inventory", "Goods held for sale, and materials"),
    subtype(Asset, "valuables", "Jewellery, art, precious metals, collections"),
    subtype(Asset, "tax", "Taxes that will be paid back, such as input tax"),
    subtype(Asset, "transfer", "Money on its way between own accounts"),
    subtype(Asset, "other", "Any other asset"),
    subtype(Liability, "credit-card", "Credit and charge cards"),
    subtype(Liability, "overdraft", "Overdrafts and lines of credit"),
    subtype(Liability, "loan", "Loans from banks and people"),
    subtype(Liability, "mortgage", "Loans secured by property"),
    subtype(Liability, "student-loan", "Loans for education"),
    subtype(Liability, "vehicle-loan", "Loans and leases for vehicles"),
    subtype(Liability, "instalments", "Purchases paid in instalments"),
    subtype(Liability, "payable", "Bills and other money owed to others"),
    subtype(Liability, "tax", "Taxes owed, such as value-added or income tax"),
    subtype(Liability, "payroll", "Wages and social contributions owed"),
    subtype(Liability, "deposit", "Deposits received that have to be returned"),
    subtype(Liability, "deferred-income", "Money received for what is still to be delivered"),
    subtype(Liability, "other", "Any other debt"),
    subtype(Equity, "opening", "Balances from before the first entry"),
    subtype(Equity, "capital", "What the owners paid in"),
    subtype(Equity, "drawings", "What the owners took out"),
    subtype(Equity, "retained-earnings", "Results of earlier years"),
    subtype(Equity, "trading", "The other side of conversions between commodities"),
    subtype(Equity, "rounding", "Differences within the tolerance of a source"),
    subtype(Equity, "adjustment", "Differences found when counting or reconciling"),
    subtype(Equity, "other", "Any other equity"),
    subtype(Income, "salary", "Wages and salaries"),
    subtype(Income, "bonus", "Bonuses, tips and commissions"),
    subtype(Income, "self-employment", "Fees from freelance work"),
    subtype(Income, "business", "Sales of goods and services"),
    subtype(Income, "interest", "Interest received"),
    subtype(Income, "dividend", "Dividends and other distributions"),
    subtype(Income, "gain", "Gains on sales and on exchange rates"),
    subtype(Income, "rental", "Rent received"),
    subtype(Income, "pension", "Pensions and annuities received"),
    subtype(Income, "benefit", "Child benefit, unemployment benefit and other public payments"),
    subtype(Income, "gift", "Gifts and inheritances received"),
    subtype(Income, "donation", "Donations and membership fees received"),
    subtype(Income, "refund", "Refunds, reimbursements and cashback"),
    subtype(Income, "tax-refund", "Taxes paid back"),
    subtype(Income, "uncategorized", "Income that nobody has looked at yet"),
    subtype(Income, "other", "Any other income"),
    subtype(Expense, "housing", "Rent, repairs and other costs of a home"),
    subtype(Expense, "utilities", "Electricity, heating, water, waste"),
    subtype(Expense, "communication", "Telephone, internet, post"),
    subtype(Expense, "household", "Furniture, cleaning, things for the home"),
    subtype(Expense, "food", "Food and drink of every sort"),
    subtype(Expense, "groceries", "Food and supplies bought in shops"),
    subtype(Expense, "dining", "Restaurants, cafés, canteens, deliveries"),
    subtype(Expense, "transport", "Buses, trains, taxis, bicycles"),
    subtype(Expense, "vehicle", "Fuel, repairs, parking and taxes of vehicles"),
    subtype(Expense, "travel", "Holidays and business trips"),
    subtype(Expense, "health", "Doctors, medicines, care, fitness"),
    subtype(Expense, "insurance", "Insurance premiums"),
    subtype(Expense, "education", "Schools, courses, books"),
    subtype(Expense, "children", "Childcare, toys, pocket money"),
    subtype(Expense, "pets", "Food, care and doctors for animals"),
    subtype(Expense, "clothing", "Clothes and shoes"),
    subtype(Expense, "personal-care", "Hairdresser, cosmetics, hygiene"),
    subtype(Expense, "entertainment", "Cinema, concerts, games, sport, hobbies"),
    subtype(Expense, "subscriptions", "Streaming, news, memberships"),
    subtype(Expense, "gifts", "Presents for others"),
    subtype(Expense, "donations", "Donations and alms"),
    subtype(Expense, "fees", "Bank charges and other fees"),
    subtype(Expense, "interest", "Interest paid"),
    subtype(Expense, "tax", "Taxes and social contributions"),
    subtype(Expense, "payroll", "Wages and social contributions paid to employees"),
    subtype(Expense, "materials", "Materials and goods for sale"),
    subtype(Expense, "office", "Office, supplies and small equipment"),
    subtype(Expense, "software", "Software, hosting and online services"),
    subtype(Expense, "professional", "Lawyers, tax advisers, subcontractors"),
    subtype(Expense, "marketing", "Advertising and representation"),
    subtype(Expense, "depreciation", "Loss of value of long-lived assets"),
    subtype(Expense, "loss", "Losses on sales, exchange rates and bad debts"),
    subtype(Expense, "uncategorized", "Expenses that nobody has looked at yet"),
    subtype(Expense, "other", "Any other expense"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subtype_is_found_by_its_name_and_named_once_per_kind() {
        for entry in CATALOGUE {
            assert_eq!(find_subtype(entry.kind, entry.name), Some(entry));
            assert_eq!(subtypes(entry.kind).filter(|other| other.name == entry.name).count(), 1);
            assert!(entry.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", entry.name);
        }
        assert_eq!(
            AccountKind::ALL.iter().map(|&kind| subtypes(kind).count()).sum::<usize>(),
            CATALOGUE.len()
        );
    }

    #[test]
    fn a_subtype_is_found_in_any_spelling_but_only_within_its_kind() {
        assert_eq!(find_subtype(Liability, "Credit Card").unwrap().name, "credit-card");
        assert_eq!(find_subtype(Liability, "credit_card").unwrap().name, "credit-card");
        assert_eq!(find_subtype(Asset, "credit-card"), None);
    }
}
