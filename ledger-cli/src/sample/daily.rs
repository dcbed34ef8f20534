//! What happens in between: shopping, cash, fuel, meals, pocket money, presents.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::year::{CARD, CASH, Dice, HOUSEHOLD, JOINT, Year, days, is_away, on};

pub(super) fn add(year: &mut Year) {
    groceries(year);
    cash(year);
    car(year);
    pocket_money(year);
    occasional(year);
    presents(year);
}

/// The days of the year that the family spends at home.
fn at_home() -> impl Iterator<Item = NaiveDate> {
    days(on(1, 2), on(12, 31)).filter(|day| !is_away(*day))
}

fn groceries(year: &mut Year) {
    let mut dice = Dice::new("groceries");
    for day in at_home() {
        let (likely, low, high) = match day.weekday() {
            Weekday::Mon | Weekday::Wed => (58, 14_00, 46_00),
            Weekday::Thu => (16, 8_00, 24_00),
            Weekday::Fri => (38, 12_00, 38_00),
            Weekday::Sat => (88, 48_00, 118_00),
            _ => continue,
        };
        if dice.happens(likely) {
            let party =
                *dice.one_of(&["Sonnenmarkt", "Sonnenmarkt", "Sparkorb", "Biohof Petersen", "Drogerie Lenz"]);
            let cents = dice.between(low, high);
            year.pay(day, "Groceries", party, ("Expenses:Groceries", HOUSEHOLD), cents);
        }
    }
}

/// Money from the machine every other week; bread rolls on Sundays.
fn cash(year: &mut Year) {
    for day in at_home().filter(|day| day.weekday() == Weekday::Thu && day.iso_week().week() % 2 == 0) {
        year.pay(day, "Cash withdrawal", "Hausbank", (CASH, JOINT), 50_00);
    }
    let mut dice = Dice::new("bakery");
    for day in at_home().filter(|day| day.weekday() == Weekday::Sun) {
        if dice.happens(65) {
            let cents = dice.between(4_20, 13_60);
            year.pay(day, "Bread rolls", "Bäckerei Wulff", ("Expenses:Groceries", CASH), cents);
        }
    }
}

fn car(year: &mut Year) {
    let mut dice = Dice::new("fuel");
    let mut day = on(1, 4);
    while day <= on(12, 31) {
        if !is_away(day) {
            let cents = dice.between(52_00, 78_00);
            year.pay(day, "Fuel", "Tankstelle am Ring", ("Expenses:Car:Fuel", CARD), cents);
        }
        day = day + Days::new(dice.between(11, 17).unsigned_abs());
    }
}

fn pocket_money(year: &mut Year) {
    for day in at_home().filter(|day| day.weekday() == Weekday::Sat) {
        year.pay(day, "Pocket money Ida and Theo", "", ("Expenses:Children:Pocket Money", CASH), 6_50);
    }
}

/// Things that are done in most months, on a day that differs.
fn occasional(year: &mut Year) {
    let restaurants = ["Trattoria Vela", "Gasthof Linde", "Curryhaus"];
    habit(year, "Restaurant", &restaurants, ("Expenses:Dining", CARD), 34_00..=86_00, 85);
    habit(year, "Dinner delivered", &restaurants, ("Expenses:Dining", CARD), 29_00..=52_00, 60);
    let cafes = ["Café Amsel", "Eisdiele Rialto"];
    habit(year, "Ice cream and coffee", &cafes, ("Expenses:Dining", CASH), 6_50..=19_50, 80);
    habit(year, "Lunch", &["Kantine", "Suppenküche"], ("Expenses:Dining", CARD), 7_80..=14_20, 85);
    habit(year, "Pharmacy", &["Apotheke am Markt"], ("Expenses:Health", CARD), 6_80..=32_00, 80);
    habit(year, "Hairdresser", &["Salon Kamm"], ("Expenses:Personal Care", CASH), 18_00..=46_00, 65);
    habit(year, "Clothes", &["Modehaus Fink", "Kinderkiste"], ("Expenses:Clothing", CARD), 22_00..=96_00, 85);
    let outings = ["Filmpalast", "Naturkundemuseum"];
    habit(year, "Outing", &outings, ("Expenses:Entertainment", CARD), 16_00..=44_00, 80);
    habit(year, "Swimming", &["Hallenbad"], ("Expenses:Children:Activities", CASH), 9_50..=14_00, 75);
    habit(year, "Train", &["Bahn"], ("Expenses:Transport", CARD), 18_90..=64_00, 50);
    let books = ["Buchhandlung Thiele"];
    habit(year, "Books and games", &books, ("Expenses:Entertainment", CARD), 9_99..=39_90, 60);
    // Shoes that did not fit: money back on the card.
    year.pay(on(3, 14), "Winter shoes", "Schuhhaus Berg", ("Expenses:Clothing", CARD), 79_95);
    year.pay(on(3, 19), "Winter shoes returned", "Schuhhaus Berg", (CARD, "Expenses:Clothing"), 79_95);
}

fn habit(
    year: &mut Year,
    description: &str,
    parties: &[&str],
    accounts: (&str, &str),
    cents: RangeInclusive<i64>,
    percent: i64,
) {
    let mut dice = Dice::new(description);
    for month in 1..=12 {
        let day = on(month, dice.between(3, 28).unsigned_abs() as u32);
        let (party, cents) = (*dice.one_of(parties), dice.between(*cents.start(), *cents.end()));
        if dice.happens(percent) && !is_away(day) {
            year.pay(day, description, party, accounts, cents);
        }
    }
}

fn presents(year: &mut Year) {
    let presents = [
        (2, 22, "Birthday present for Oma Hanne", "Blumen Roth", 48_50),
        (5, 9, "Birthday present and party for Ida", "Spielwaren Knopf", 86_40),
        (6, 14, "Wedding present", "Porzellan Ott", 120_00),
        (9, 5, "Birthday present and party for Theo", "Spielwaren Knopf", 74_90),
        (11, 29, "Advent calendars", "Drogerie Lenz", 39_80),
        (12, 6, "Christmas presents", "Spielwaren Knopf", 142_70),
        (12, 13, "Christmas presents", "Buchhandlung Thiele", 96_30),
        (12, 20, "Christmas tree and dinner", "Biohof Petersen", 118_60),
    ];
    for (month, day, description, party, cents) in presents {
        year.pay(on(month, day), description, party, ("Expenses:Gifts", CARD), cents);
    }
}
