//! The accounts, commodities and prices that the year needs.

use chrono::NaiveDate;

use super::year::{on, price_text};

/// An account to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleAccount {
    /// The whole name.
    pub name: &'static str,
    /// `asset`, `liability`, `equity`, `income` or `expense`.
    pub kind: &'static str,
    /// The subtype in the catalogue.
    pub subtype: &'static str,
}

/// A commodity to declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleCommodity {
    /// The code.
    pub code: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// The decimal places.
    pub scale: u8,
}

/// A dated price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplePrice {
    /// The day.
    pub date: NaiveDate,
    /// The commodity that has the price.
    pub code: &'static str,
    /// The price of one unit, as decimal text.
    pub rate: String,
    /// The commodity that the price is told in.
    pub quote: &'static str,
}

/// The commodities: euros and dollars are in ISO 4217, the fund has to be declared.
pub const COMMODITIES: &[SampleCommodity] = &[
    SampleCommodity { code: "EUR", name: "Euro", scale: 2 },
    SampleCommodity { code: "USD", name: "US dollar", scale: 2 },
    SampleCommodity { code: "VWCE", name: "World share fund", scale: 6 },
];

const fn asset(name: &'static str, subtype: &'static str) -> SampleAccount {
    SampleAccount { name, kind: "asset", subtype }
}

const fn liability(name: &'static str, subtype: &'static str) -> SampleAccount {
    SampleAccount { name, kind: "liability", subtype }
}

const fn income(name: &'static str, subtype: &'static str) -> SampleAccount {
    SampleAccount { name, kind: "income", subtype }
}

const fn expense(name: &'static str, subtype: &'static str) -> SampleAccount {
    SampleAccount { name, kind: "expense", subtype }
}

/// The accounts, in the order to open them; names follow the starter chart for families.
pub const ACCOUNTS: &[SampleAccount] = &[
    asset("Assets:Cash", "cash"),
    asset("Assets:Bank:Joint", "bank"),
    asset("Assets:Bank:Household", "bank"),
    asset("Assets:Bank:Savings", "savings"),
    asset("Assets:Bank:Emergency Fund", "savings"),
    asset("Assets:Children Savings", "savings"),
    asset("Assets:Investments:World Fund", "investment"),
    asset("Assets:Car", "vehicle"),
    asset("Assets:Receivable:Studio Nordlicht", "receivable"),
    liability("Liabilities:Credit Card", "credit-card"),
    liability("Liabilities:Car Loan", "vehicle-loan"),
    SampleAccount { name: "Equity:Opening", kind: "equity", subtype: "opening" },
    income("Income:Salary:Jana", "salary"),
    income("Income:Salary:Milan", "salary"),
    income("Income:Bonus", "bonus"),
    income("Income:Freelance", "self-employment"),
    income("Income:Child Benefit", "benefit"),
    income("Income:Interest", "interest"),
    income("Income:Gifts", "gift"),
    income("Income:Tax Refund", "tax-refund"),
    expense("Expenses:Home:Rent", "housing"),
    expense("Expenses:Home:Utilities", "utilities"),
    expense("Expenses:Home:Phone and Internet", "communication"),
    expense("Expenses:Home:Furniture", "household"),
    expense("Expenses:Groceries", "groceries"),
    expense("Expenses:Dining", "dining"),
    expense("Expenses:Car:Fuel", "vehicle"),
    expense("Expenses:Car:Repairs", "vehicle"),
    expense("Expenses:Car:Insurance", "insurance"),
    expense("Expenses:Car:Loan Interest", "interest"),
    expense("Expenses:Transport", "transport"),
    expense("Expenses:Children:Childcare", "children"),
    expense("Expenses:Children:School", "education"),
    expense("Expenses:Children:Activities", "children"),
    expense("Expenses:Children:Pocket Money", "children"),
    expense("Expenses:Clothing", "clothing"),
    expense("Expenses:Health", "health"),
    expense("Expenses:Insurance", "insurance"),
    expense("Expenses:Personal Care", "personal-care"),
    expense("Expenses:Entertainment", "entertainment"),
    expense("Expenses:Subscriptions", "subscriptions"),
    expense("Expenses:Holidays", "travel"),
    expense("Expenses:Gifts", "gifts"),
    expense("Expenses:Donations", "donations"),
    expense("Expenses:Fees", "fees"),
    expense("Expenses:Taxes", "tax"),
];

/// Prices at the start of each month, in units of 10^-4 euros: dollars and the fund.
const PRICES_E4: [(i64, i64); 12] = [
    (9_640, 1_284_200),
    (9_590, 1_321_500),
    (9_610, 1_303_700),
    (9_270, 1_241_900),
    (8_830, 1_198_300),
    (8_790, 1_262_600),
    (8_490, 1_281_400),
    (8_740, 1_319_800),
    (8_560, 1_334_500),
    (8_520, 1_372_100),
    (8_660, 1_404_900),
    (8_620, 1_411_600),
];

/// The dollar's price at the start of a month, in units of 10^-4 euros.
pub(super) fn dollar_e4(month: u32) -> i64 {
    PRICES_E4[month as usize - 1].0
}

/// The fund's price at the start of a month, in units of 10^-4 euros.
pub(super) fn fund_e4(month: u32) -> i64 {
    PRICES_E4[month as usize - 1].1
}

/// The dated prices of the year, two a month and by date.
pub fn prices() -> Vec<SamplePrice> {
    (1..=12)
        .flat_map(|month| {
            [("USD", dollar_e4(month)), ("VWCE", fund_e4(month))].map(|(code, price)| SamplePrice {
                date: on(month, 1),
                code,
                rate: price_text(price),
                quote: "EUR",
            })
        })
        .collect()
}
