//! What is said of groups, going in and coming out.

use chrono::NaiveDate;
use serde::Serialize;

use crate::book::MoneyAccount;
use crate::journal::{AccountRef, Entry, Tag};
use crate::money::{Amount, Commodity};
use crate::receivable::{LoanGroupId, Split};

/// What a caller hands in to make a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGroup {
    /// What to call it.
    pub name: String,
    /// The other members, by name; added to the book's parties where they are new.
    pub members: Vec<String>,
    /// The commodity that it shares in; the book's base commodity if nothing is given.
    pub commodity: Option<String>,
    /// The account that holds the tabs of its members; the only asset of the subtype `receivable` if nothing is given.
    pub account: Option<AccountRef>,
}

/// An expense that somebody paid for several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSharedExpense {
    /// The day.
    pub on: NaiveDate,
    /// Who paid: a member, or `me`.
    pub payer: String,
    /// How much; below zero for money that came back.
    pub amount: Amount,
    /// What for.
    pub description: String,
    /// How it is split.
    pub split: Split,
    /// Among whom, in the order that the split counts them; everyone if it is empty.
    pub among: Vec<String>,
    /// The account of the owner's own share.
    pub expense: Option<AccountRef>,
    /// The account that the owner paid from; nothing where somebody else paid.
    pub money: Option<MoneyAccount>,
    /// Tags of the entry.
    pub tags: Vec<Tag>,
}

/// A group as of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupReport {
    /// Its number.
    pub id: LoanGroupId,
    /// Its name.
    pub name: String,
    /// The commodity of its amounts.
    pub commodity: Commodity,
    /// The account of its tabs.
    pub account: String,
    /// The day.
    pub as_of: NaiveDate,
    /// What each member is to get (above zero) or to pay (below zero), in minor units.
    pub balances: Vec<(String, i64)>,
    /// The owner's tab with each other member: above zero what the member owes.
    pub tabs: Vec<(String, i64)>,
    /// What happened, in order.
    pub events: Vec<GroupEvent>,
    /// Receivables and payables that are linked to it, other than tabs: name, party, what is owed.
    pub linked: Vec<(String, String, i64)>,
}

/// Something that a group shared or settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupEvent {
    /// Its number in the group.
    pub number: i32,
    /// The day.
    pub on: NaiveDate,
    /// What it was.
    pub kind: GroupEventKind,
    /// Who paid whom how much, or for what.
    pub text: String,
    /// How much, in minor units.
    pub amount: i64,
    /// Each member's share, where it is an expense.
    pub shares: Vec<(String, i64)>,
    /// Its entry, if it touches the books.
    pub entry: Option<i64>,
    /// Whether it counts: its entry was not reversed.
    pub counts: bool,
}

/// What happened in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupEventKind {
    /// Somebody paid for several.
    Expense,
    /// A member paid another.
    Payment,
    /// Everyone settled.
    Settlement,
}

impl GroupEventKind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            GroupEventKind::Expense => "expense",
            GroupEventKind::Payment => "payment",
            GroupEventKind::Settlement => "settlement",
        }
    }
}

/// Who has to pay whom, and whether it was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledUp {
    /// Payer, payee and minor units.
    pub transfers: Vec<(String, String, i64)>,
    /// The commodity of the group.
    pub commodity: Commodity,
    /// The entry that closed the owner's tabs; nothing for a proposal, or where none was open.
    pub entry: Option<Entry>,
}
