//! What comes round: rent, power, telephone, kindergarten, insurance, the car, the card's monthly bill.

use super::year::{CARD, Dice, HOUSEHOLD, JOINT, Year, month_end, on, workday};

pub(super) fn add(year: &mut Year) {
    for month in 1..=12 {
        let rent = if month < 7 { 1_180_00 } else { 1_215_00 };
        year.pay(workday(on(month, 1)), "Rent", "Wohnbau Süd", ("Expenses:Home:Rent", JOINT), rent);
        let first = workday(on(month, 2));
        year.pay(first, "Housekeeping money", "", (HOUSEHOLD, JOINT), 580_00);
        year.pay(first, "Internet", "Fernnetz", ("Expenses:Home:Phone and Internet", JOINT), 39_95);
        let day = workday(on(month, 12));
        year.pay(day, "Mobile phones", "Funkwerk", ("Expenses:Home:Phone and Internet", JOINT), 24_98);
        year.pay(
            workday(on(month, 5)),
            "Regional ticket",
            "Verkehrsverbund",
            ("Expenses:Transport", JOINT),
            58_00,
        )
        .tag("person", "jana");
        // The kindergarten closes in August.
        if month != 8 {
            let day = workday(on(month, 3));
            year.pay(day, "Kindergarten", "Kita Regenbogen", ("Expenses:Children:Childcare", JOINT), 245_00)
                .tag("person", "theo");
        }
        year.pay(
            on(month, 8),
            "Film subscription",
            "Lichtspiel Plus",
            ("Expenses:Subscriptions", CARD),
            12_99,
        );
        year.pay(on(month, 14), "Newspaper", "Morgenblatt", ("Expenses:Subscriptions", CARD), 9_90);
    }
    quarterly(year);
    once_a_year(year);
}

fn quarterly(year: &mut Year) {
    let mut dice = Dice::new("utilities");
    for month in [1, 4, 7, 10] {
        let power = if month == 1 || month == 4 {
            dice.between(268_00, 312_00)
        } else {
            dice.between(196_00, 231_00)
        };
        year.pay(
            workday(on(month, 15)),
            "Electricity and heating",
            "Stadtwerke",
            ("Expenses:Home:Utilities", JOINT),
            power,
        );
        let day = workday(on(month, 20));
        year.pay(day, "Water and waste", "Stadtwerke", ("Expenses:Home:Utilities", JOINT), 94_60);
        let day = workday(on(month, 7));
        year.pay(day, "Music school", "Musikschule", ("Expenses:Children:Activities", JOINT), 132_00)
            .tag("person", "ida");
    }
}

fn once_a_year(year: &mut Year) {
    let bills = [
        (1, 6, "Car insurance 2025", "Nordstern Versicherung", "Expenses:Car:Insurance", 486_20),
        (1, 20, "Liability insurance", "Nordstern Versicherung", "Expenses:Insurance", 64_80),
        (2, 3, "Vehicle tax", "Hauptzollamt", "Expenses:Taxes", 148_00),
        (3, 10, "Household insurance", "Nordstern Versicherung", "Expenses:Insurance", 118_40),
        (4, 29, "Car service and tyres", "Autohaus Renk", "Expenses:Car:Repairs", 374_90),
        (6, 30, "School fund", "Grundschule am Park", "Expenses:Children:School", 35_00),
        (9, 1, "School books and satchel", "Buchhandlung Thiele", "Expenses:Children:School", 187_35),
        (9, 15, "Sports club, whole family", "Turnverein", "Expenses:Children:Activities", 216_00),
        (10, 27, "Winter tyres fitted", "Autohaus Renk", "Expenses:Car:Repairs", 62_00),
        (12, 1, "Accident insurance", "Nordstern Versicherung", "Expenses:Insurance", 142_75),
        (12, 15, "Donation", "Ärzte für alle", "Expenses:Donations", 120_00),
    ];
    for (month, day, description, party, account, cents) in bills {
        year.pay(on(month, day), description, party, (account, JOINT), cents);
    }
    year.pay(on(7, 11), "Desk for Ida", "Möbelhaus Kranz", ("Expenses:Home:Furniture", CARD), 219_00)
        .tag("person", "ida");
    year.pay(on(11, 8), "Washing machine", "Elektro Voss", ("Expenses:Home:Furniture", CARD), 549_00);
}

/// On the 20th the bank takes what stood on the card at the end of the month before.
pub(super) fn settle_card(year: &mut Year) {
    for month in 1..=12u32 {
        let statement_on = if month == 1 { on(1, 1) } else { month_end(month - 1) };
        let owed = -year.balance(CARD, statement_on);
        if owed > 0 {
            year.pay(workday(on(month, 20)), "Credit card bill", "Hausbank", (CARD, JOINT), owed);
        }
    }
}
