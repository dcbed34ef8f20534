//! Receivables and loans: who owes what, since when, and when it will come.
//!
//! What is owed is counted by what it is owed for ([`Parts`]: principal, interest, fees) and by when it is due
//! ([`Instalment`]). A payable, money that the book's owner owes, is the mirror image with the same terms and the same
//! arithmetic.
//!
//! A [`Tracker`] adds up the [`Movement`]s of a [`Receivable`]. [`allocate`] says where a repayment goes, [`age`] how long
//! what is open is past due, and [`PaymentRecord`] how somebody has paid so far. A [`Split`] divides an expense among
//! people, and [`settle_up`] finds who pays whom.
//! A [`Loan`] is terms that are proven to be sound; [`amortise`] gives its plan, [`reamortise`] the rest of it after an
//! extra payment or a change of the rate, [`interest_between`] and [`payoff`] what it costs up to a day, and
//! [`annual_percentage_rate_of_plan`] what it costs in all.
//!
//! The module is pure: amounts are whole minor units of one commodity, days and balances come in as arguments.

mod ids;
mod parts;
// Loans: what they say, what they cost, and how they are paid back.
mod day_count;
mod power;
mod rate;
mod terms;
mod loan;
mod due_days;
mod interest;
mod accrual;
mod amortisation;
mod reamortisation;
mod payoff;
// What is owed, and what moved it.
mod item;
mod movement;
mod standing;
mod tracker;
mod earned;
mod late;
// Repayments, and how late they come.
mod weight;
mod allocation;
mod buckets;
mod aging;
mod agreed;
mod record;
// People who share.
mod split;
mod settle_up;
mod group;
mod annuity;
mod apr;

pub use aging::{Aging, AgingBy, AgingFigures, AgingOf, AgingRow, ExpectedLoss, OpenAmount, age};
pub(crate) use allocation::check_repayment;
pub use allocation::{
    AllocatedItem, Allocation, AllocationOrder, ChosenItem, ItemOrder, OpenItem, Precedence, allocate,
};
pub use amortisation::amortise;
pub use annuity::{Annuity, PaymentTiming, period_count};
pub use apr::{
    DatedFlow, UnitPeriod, UnitPeriodFlow, UnitPeriods, annual_percentage_rate,
    annual_percentage_rate_of_flows, annual_percentage_rate_of_plan,
};
pub use buckets::Buckets;
pub use day_count::{DayCount, YearFraction};
pub use group::{GroupPayment, GroupSettleUp, LoanGroup, Person, SharedExpense};
pub use ids::{LoanGroupId, PartyId};
pub use interest::{Accrued, BalanceFrom, InterestTerms, RateChange, interest_between};
pub use item::{Receivable, ReceivableDetails, ReceivableKind};
pub use loan::Loan;
pub(crate) use movement::check as check_movement;
pub use movement::{Correction, Effect, Fates, Movement, MovementDetail, MovementKind};
pub use parts::{Instalment, Part, Parts, ReceivableId};
pub use payoff::{EarlyFee, payoff};
pub use rate::{Compounding, Rate};
pub use reamortisation::{Keep, LoanState, reamortise};
pub use record::{DuePayment, PaymentRecord, payment_record};
pub use settle_up::{Transfer, settle_up};
pub use split::{Remainder, Split, SplitRule};
pub use standing::{Due, OpenDue, Standing, open_dues};
pub use terms::{
    DatedInstalment, FeeTerms, Frequency, InstalmentKind, InstalmentTerms, LoanRounding, LoanTerms,
    Repayment, Residue,
};
pub(crate) use tracker::charges_of;
pub use tracker::{Charge, Tracker};
