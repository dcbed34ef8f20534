//! What is owned and owed: opening balances, savings, interest, the car loan, shares of a fund.

use super::chart::fund_e4;
use super::year::{
    CARD, CASH, HOUSEHOLD, JOINT, Year, converted, month_end, on, price_text, workday, workday_before,
};

const SAVINGS: &str = "Assets:Bank:Savings";
const EMERGENCY: &str = "Assets:Bank:Emergency Fund";
const CHILDREN: &str = "Assets:Children Savings";
const FUND: &str = "Assets:Investments:World Fund";
const LOAN: &str = "Liabilities:Car Loan";
const LOAN_OPENING: i64 = 11_840_00;

/// What the family had on New Year's Day.
pub(super) fn opening(year: &mut Year) {
    let balances = [
        (CASH, 145_00),
        (JOINT, 4_864_18),
        (HOUSEHOLD, 412_40),
        (SAVINGS, 9_200_00),
        (EMERGENCY, 6_000_00),
        (CHILDREN, 1_450_00),
        ("Assets:Car", 15_900_00),
        (CARD, -312_55),
        (LOAN, -LOAN_OPENING),
    ];
    let fund_micro = 42_500_000;
    let total: i64 = balances.iter().map(|(_, cents)| cents).sum();
    let entry = year.entry(on(1, 1), "Opening balances", "");
    for (account, cents) in balances {
        entry.line(account, cents);
    }
    entry
        .foreign(FUND, fund_micro, "VWCE", Some(&price_text(fund_e4(1))))
        .line("Equity:Opening", -total - converted(fund_micro, 6, fund_e4(1)));
}

pub(super) fn add(year: &mut Year) {
    for month in 1..=12 {
        let day = workday_before(on(month, 28));
        year.pay(day, "Savings plan", "", (SAVINGS, JOINT), 700_00).tag("goal", "home");
        year.pay(day, "Children's savings", "", (CHILDREN, JOINT), 50_00);
    }
    for (month, cents) in [(3, 42_86), (6, 44_12), (9, 45_37), (12, 46_60)] {
        let day = workday_before(month_end(month));
        year.pay(day, "Interest on savings", "Hausbank", (SAVINGS, "Income:Interest"), cents);
    }
    year.pay(on(11, 10), "For the washing machine", "", (JOINT, EMERGENCY), 500_00);
    car_loan(year);
    fund(year);
}

/// 4.2 % a year, 289.00 a month: the interest of a month is a twelfth of that on what is still owed.
fn car_loan(year: &mut Year) {
    let mut owed = LOAN_OPENING;
    for month in 1..=12 {
        // 4.2 % / 12 = 0.0035 a month.
        let interest = converted(owed, 2, 35);
        let principal = 289_00 - interest;
        owed -= principal;
        year.entry(workday(on(month, 15)), "Car loan", "Autobank")
            .line(LOAN, principal)
            .line("Expenses:Car:Loan Interest", interest)
            .line(JOINT, -289_00);
    }
}

/// Each month shares for 250.00, and the fee.
fn fund(year: &mut Year) {
    const SPENT: i64 = 250_00;
    const FEE: i64 = 1_50;
    for month in 1..=12 {
        let price = fund_e4(month);
        // Shares at the price, down to the sixth place; their weight rounds to what was spent.
        let micro = SPENT * 100 * 1_000_000 / price;
        let cost = converted(micro, 6, price);
        year.entry(workday(on(month, 6)), "World fund, savings plan", "Depotbank")
            .foreign(FUND, micro, "VWCE", Some(&price_text(price)))
            .line("Expenses:Fees", FEE)
            .line(JOINT, -cost - FEE);
    }
}
