//! What an entry moved, as matching and detection look at it.

use chrono::NaiveDate;

use crate::account::AccountId;
use crate::money::Amount;

/// What one entry moved on one account in one commodity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The entry's number.
    pub entry: i64,
    /// The day on which money moved.
    pub on: NaiveDate,
    /// The account whose money moved, such as the bank.
    pub account: AccountId,
    /// The account on the other side; nothing where there are several, or where nobody has chosen one yet.
    pub counter: Option<AccountId>,
    /// The amount on `account`, signed as posted; several lines of one entry are added up.
    pub amount: Amount,
    /// With whom, by name.
    pub party: Option<String>,
    /// Description, memo, and what else the entry says.
    pub text: String,
}
