//! What comes in: two salaries, child benefit, a client who pays late, gifts, taxes paid back.

use super::year::{JOINT, Year, month_end, on, workday, workday_before};

const CLIENT: &str = "Studio Nordlicht";
const RECEIVABLE: &str = "Assets:Receivable:Studio Nordlicht";

pub(super) fn add(year: &mut Year) {
    for month in 1..=12 {
        // Jana's pay slip in full; her pay rises in July.
        let gross = if month < 7 { 4_400_00 } else { 4_550_00 };
        let (tax, insurance) = (gross * 181 / 1000, gross * 205 / 1000);
        let payday = workday_before(on(month, 27));
        year.entry(payday, "Salary Jana", "Brückner Messtechnik")
            .line(JOINT, gross - tax - insurance)
            .line("Expenses:Taxes", tax)
            .line("Expenses:Insurance", insurance)
            .line("Income:Salary:Jana", -gross)
            .tag("person", "jana");
        let payday = workday_before(month_end(month));
        year.pay(payday, "Salary Milan", "Stadtbücherei", (JOINT, "Income:Salary:Milan"), 1_482_36)
            .tag("person", "milan");
        let day = workday(on(month, 10));
        year.pay(day, "Child benefit", "Familienkasse", (JOINT, "Income:Child Benefit"), 510_00);
    }
    year.entry(workday_before(on(11, 27)), "Bonus Jana", "Brückner Messtechnik")
        .line(JOINT, 1_264_80)
        .line("Expenses:Taxes", 935_20)
        .line("Income:Bonus", -2_200_00)
        .tag("person", "jana");
    freelance(year);
    year.pay(on(8, 19), "Income tax refund 2024", "Finanzamt", (JOINT, "Income:Tax Refund"), 1_286_40);
    year.pay(
        on(5, 12),
        "Birthday gift for Ida",
        "Oma Hanne",
        ("Assets:Children Savings", "Income:Gifts"),
        100_00,
    )
    .tag("person", "ida");
    year.pay(
        on(9, 8),
        "Birthday gift for Theo",
        "Oma Hanne",
        ("Assets:Children Savings", "Income:Gifts"),
        100_00,
    )
    .tag("person", "theo");
    year.pay(on(12, 22), "Christmas gift", "Oma Hanne", (JOINT, "Income:Gifts"), 300_00);
}

/// One invoice that is due after 30 days and paid in two parts, the second more than two months late; and one
/// that is still open at the end of the year.
fn freelance(year: &mut Year) {
    year.pay(on(3, 18), "Invoice 2025-01: illustrations", CLIENT, (RECEIVABLE, "Income:Freelance"), 2_400_00)
        .tag("venture", "illustration")
        .tag("due", "2025-04-17");
    year.pay(on(5, 30), "Invoice 2025-01: part payment", CLIENT, (JOINT, RECEIVABLE), 1_000_00)
        .tag("venture", "illustration");
    year.pay(on(6, 23), "Invoice 2025-01: rest", CLIENT, (JOINT, RECEIVABLE), 1_400_00)
        .tag("venture", "illustration");
    year.pay(
        on(11, 24),
        "Invoice 2025-02: calendar 2026",
        CLIENT,
        (RECEIVABLE, "Income:Freelance"),
        1_150_00,
    )
    .tag("venture", "illustration")
    .tag("due", "2025-12-24");
}
