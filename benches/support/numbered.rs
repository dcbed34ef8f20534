//! Accounts by number, as pure parts of the library take them without any book.

use ledger_core::account::AccountId;

/// The account with a number, as it is stored.
pub fn account(number: usize) -> AccountId {
    serde_json::from_str(&number.to_string()).expect("an account's number is a whole number")
}
