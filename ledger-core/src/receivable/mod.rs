//! Receivables and loans: who owes what, since when, and when it will come.
//!
//! What is owed is counted by what it is owed for ([`Parts`]: principal, interest, fees) and by when it is due
//! ([`Instalment`]). A payable, money that the book's owner owes, is the mirror image with the same terms and the same
//! arithmetic.
//!
//! [`allocate`] says where a repayment goes, [`age`] how long what is open is past due, and [`PaymentRecord`] how somebody
//! has paid so far. A [`Split`] divides an expense among people, and [`settle_up`] finds who pays whom.
//!
//! The module is pure: amounts are whole minor units of one commodity, days and balances come in as arguments.

mod parts;

mod ids;
mod weight;
mod allocation;
mod buckets;
mod aging;
mod record;
mod split;
mod settle_up;
mod group;

pub use parts::{Instalment, Part, Parts, ReceivableId};

pub use aging::{Aging, AgingBy, AgingFigures, AgingOf, AgingRow, ExpectedLoss, OpenAmount, age};
pub use allocation::{
    AllocatedItem, Allocation, AllocationOrder, ChosenItem, ItemOrder, OpenItem, Precedence, allocate,
};
pub use buckets::Buckets;
pub use group::{GroupPayment, GroupSettleUp, LoanGroup, Person, SharedExpense};
pub use ids::{LoanGroupId, PartyId};
pub use record::{DuePayment, PaymentRecord, payment_record};
pub use settle_up::{Transfer, settle_up};
pub use split::{Remainder, Split, SplitRule};
