//! Receivables and loans: who owes what, since when, and when it will come.
//!
//! What is owed is counted by what it is owed for ([`Parts`]: principal, interest, fees) and by when it is due
//! ([`Instalment`]). A payable, money that the book's owner owes, is the mirror image with the same terms and the same
//! arithmetic.
//!
//! A [`Loan`] is terms that are proven to be sound; [`amortise`] gives its plan, [`reamortise`] the rest of it after an
//! extra payment or a change of the rate, [`interest_between`] and [`payoff`] what it costs up to a day, and
//! [`annual_percentage_rate_of_plan`] what it costs in all.
//!
//! The module is pure: amounts are whole minor units of one commodity, days and balances come in as arguments.

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
mod annuity;
mod apr;

pub use amortisation::amortise;
pub use annuity::{Annuity, PaymentTiming, period_count};
pub use apr::{
    DatedFlow, UnitPeriod, UnitPeriodFlow, UnitPeriods, annual_percentage_rate,
    annual_percentage_rate_of_flows, annual_percentage_rate_of_plan,
};
pub use day_count::{DayCount, YearFraction};
pub use interest::{Accrued, BalanceFrom, InterestTerms, RateChange, interest_between};
pub use loan::Loan;
pub use parts::{Instalment, Part, Parts, ReceivableId};
pub use payoff::{EarlyFee, payoff};
pub use rate::{Compounding, Rate};
pub use reamortisation::{Keep, LoanState, reamortise};
pub use terms::{
    DatedInstalment, FeeTerms, Frequency, InstalmentKind, InstalmentTerms, LoanRounding, LoanTerms,
    Repayment, Residue,
};
