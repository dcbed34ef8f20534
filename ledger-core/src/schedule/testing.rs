//! Short ways to write plans in tests.

use chrono::NaiveDate;

use super::{
    Expansion, OpeningBalance, Plan, PlannedLine, Projection, ProjectionInput, ProjectionOptions, Recurrence,
};
use super::{ScheduleTerms, project};
use crate::account::AccountId;
use crate::money::Amount;

pub const BANK: AccountId = AccountId(1);
pub const SAVINGS: AccountId = AccountId(2);
pub const RENT: AccountId = AccountId(3);

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn eur(text: &str) -> Amount {
    format!("{text} EUR").parse().unwrap()
}

/// A debit of `to` and a credit of `from`.
pub fn lines(from: AccountId, to: AccountId, amount: &str) -> Vec<PlannedLine> {
    let amount = eur(amount);
    vec![PlannedLine::new(to, amount), PlannedLine::new(from, amount.negate().unwrap())]
}

/// The same as an estimate.
pub fn estimate(from: AccountId, to: AccountId, [low, amount, high]: [&str; 3]) -> Vec<PlannedLine> {
    let mut made = lines(from, to, amount);
    made[0] = made[0].clone().between(eur(low), eur(high));
    made[1] = made[1].clone().between(eur(low).negate().unwrap(), eur(high).negate().unwrap());
    made
}

pub fn recurrence(rule: &str, starts_on: &str) -> Recurrence {
    Recurrence::from_rfc5545(rule, Some(day(starts_on))).unwrap()
}

/// Rent of 900 from the bank on the first of each month from January on.
pub fn rent() -> ScheduleTerms {
    ScheduleTerms::new("Rent", recurrence("FREQ=MONTHLY", "2026-01-01"), lines(BANK, RENT, "900.00"))
}

pub fn plan(rows: impl IntoIterator<Item = ScheduleTerms>) -> Plan {
    let mut plan = Plan::default();
    for terms in rows {
        plan.add(terms).unwrap();
    }
    plan
}

/// The bank and the savings, from the middle of March through the middle of June, with 2,000 in the bank.
pub fn options() -> ProjectionOptions {
    ProjectionOptions::new(day("2026-03-15"), day("2026-06-15"), vec![BANK, SAVINGS])
}

pub fn projected(plan: &Plan, options: &ProjectionOptions) -> crate::Result<Projection> {
    let expansion = Expansion::of(plan, day("2026-03-01"), options.to)?;
    let opening = [OpeningBalance { account: BANK, amount: eur("2000.00") }];
    project(&ProjectionInput { opening: &opening, posted: &[], expansion: &expansion, usual: &[] }, options)
}

/// Expected, worst and best balance of the bank on a day.
pub fn bank_on(projection: &Projection, on: &str) -> [i64; 3] {
    let point = projection.account(BANK).next().unwrap().on(day(on));
    [point.expected, point.worst, point.best]
}
