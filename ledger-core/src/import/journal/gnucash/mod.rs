//! GnuCash books: the rows of its database or the elements of its XML file become a journal.

mod convert;
mod xml;

pub use self::convert::convert;
pub use self::xml::read_xml;

/// The slot that says the day of a transaction once more.
pub(crate) const DAY_AGAIN: &str = "date-posted";

/// What of a GnuCash book is imported, as its tables hold it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// The account that all others lie below.
    pub root: String,
    /// Commodities.
    pub commodities: Vec<CommodityRow>,
    /// Accounts, those of templates too.
    pub accounts: Vec<AccountRow>,
    /// Transactions.
    pub transactions: Vec<TransactionRow>,
    /// Splits of all transactions.
    pub splits: Vec<SplitRow>,
    /// Prices.
    pub prices: Vec<PriceRow>,
    /// Names of scheduled transactions.
    pub scheduled: Vec<String>,
    /// How many slots (further attributes) there are, but for those that repeat a transaction's day.
    pub slots: u64,
}

/// A commodity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommodityRow {
    /// What refers to it.
    pub guid: String,
    /// `CURRENCY`, or an exchange.
    pub namespace: String,
    /// Its symbol.
    pub mnemonic: String,
    /// Parts of one unit.
    pub fraction: i64,
}

/// An account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountRow {
    /// What refers to it.
    pub guid: String,
    /// Its own name, without those above.
    pub name: String,
    /// `BANK`, `EXPENSE` …
    pub kind: String,
    /// Its commodity.
    pub commodity: String,
    /// The account above.
    pub parent: String,
    /// A remark.
    pub description: String,
}

/// A transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TransactionRow {
    /// What splits refer to.
    pub guid: String,
    /// The commodity of its values.
    pub currency: String,
    /// A number or code.
    pub num: String,
    /// The day, with a time behind it.
    pub posted: String,
    /// What happened.
    pub description: String,
}

/// A split.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SplitRow {
    /// Its transaction.
    pub transaction: String,
    /// Its account.
    pub account: String,
    /// A remark.
    pub memo: String,
    /// What was done, such as `Buy`.
    pub action: String,
    /// `n`, `c` or `y`.
    pub reconciled: String,
    /// The value in the transaction's currency, numerator and denominator.
    pub value: (i64, i64),
    /// The quantity in the account's commodity.
    pub quantity: (i64, i64),
}

/// A price.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriceRow {
    /// What is priced.
    pub commodity: String,
    /// What in.
    pub currency: String,
    /// The day, with a time behind it.
    pub on: String,
    /// The price of one unit.
    pub value: (i64, i64),
}
