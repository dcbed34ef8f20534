//! What a repayment says, and what it did.

use chrono::NaiveDate;

use crate::journal::{AccountRef, Entry, Tag};
use crate::money::Amount;
#[cfg(doc)]
use crate::receivable::allocate;
use crate::receivable::{AllocationOrder, EarlyFee, Keep, Parts, ReceivableId, ReceivableKind};

/// Where the money of a repayment comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepayFrom {
    /// It arrives in an account (of a payable: leaves it); the account that repayments are expected in if nothing is
    /// given.
    Account(Option<AccountRef>),
    /// The party's credit is used up.
    Credit,
    /// An entry that is there already moved it, such as one that a bank statement made.
    Entry(i64),
}

/// What becomes of more than is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Beyond {
    /// Where nothing is left to pay, a credit; where a plan with interest goes on, a refusal that names the choices.
    #[default]
    Ask,
    /// A credit.
    Credit,
    /// The next instalments, with the interest that the plan has for them.
    Ahead,
    /// Principal, at once: fewer instalments, or lower ones.
    Extra(Keep),
}

/// A repayment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repay {
    /// Which side pays: of receivables the party, of payables the book's owner.
    pub kind: ReceivableKind,
    /// Whose receivables, by name.
    pub party: Option<String>,
    /// Those of which group, by name; of several people, if no party is given.
    pub group: Option<String>,
    /// Only these, by name or number.
    pub only: Vec<String>,
    /// How much; all that is due (with [`Repay::payoff`] all that is owed) if nothing is given.
    pub amount: Option<Amount>,
    /// Whether all that is owed on the day is paid.
    pub payoff: bool,
    /// Of a payoff: what is charged for the principal that is paid before it is due.
    pub early_fee: Option<EarlyFee>,
    /// The day.
    pub on: NaiveDate,
    /// Where the money comes from.
    pub from: RepayFrom,
    /// Whether it may also come from (or go to) an account that is neither an asset nor a liability: it was paid in goods,
    /// or the owner kept it.
    pub any_account: bool,
    /// The order in which it is allocated.
    pub order: AllocationOrder,
    /// What becomes of more than is due.
    pub beyond: Beyond,
    /// What the entry says.
    pub description: Option<String>,
    /// Tags of the entry.
    pub tags: Vec<Tag>,
    /// The caller's own identity of the entry.
    pub external_id: Option<String>,
}

impl Repay {
    /// A repayment of a party's receivables, oldest first.
    pub fn new(kind: ReceivableKind, party: &str, amount: Amount, on: NaiveDate) -> Repay {
        Repay {
            kind,
            party: Some(party.to_owned()),
            group: None,
            only: Vec::new(),
            amount: Some(amount),
            payoff: false,
            early_fee: None,
            on,
            from: RepayFrom::Account(None),
            any_account: false,
            order: AllocationOrder::default(),
            beyond: Beyond::default(),
            description: None,
            tags: Vec::new(),
            external_id: None,
        }
    }
}

/// What a repayment did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaid {
    /// Its entry; nothing where a credit was used for the receivable that it belongs to.
    pub entry: Option<Entry>,
    /// How much was paid.
    pub amount: Amount,
    /// What each open item got, in the order in which they were paid.
    pub items: Vec<RepaidItem>,
    /// What was kept as a credit, in minor units, and of which receivable.
    pub credit: Option<(ReceivableId, i64)>,
    /// What is still owed of the receivables that were paid.
    pub left: Vec<RepaidLeft>,
    /// Whether it was recorded before, with the same external id; nothing is written then, and items are not told again.
    pub already_recorded: bool,
}

/// What is still owed of a receivable after a repayment, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepaidLeft {
    /// Of which.
    pub receivable: ReceivableId,
    /// On the day of the repayment.
    pub on_the_day: i64,
    /// After everything that was recorded, also for later days.
    pub in_the_end: i64,
}

/// What an open item got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepaidItem {
    /// What it belongs to.
    pub receivable: ReceivableId,
    /// The name of that.
    pub name: String,
    /// Who owes it, or is owed.
    pub party: String,
    /// Its place in the plan.
    pub instalment: Option<u32>,
    /// The day on which it is due.
    pub due_on: Option<NaiveDate>,
    /// What was charged with this repayment.
    pub charged: Parts,
    /// What it got.
    pub paid: Parts,
}
