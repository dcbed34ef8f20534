//! Two journeys: a week at the sea in euros, and ten days in New York in dollars.

use super::chart::dollar_e4;
use super::year::{CARD, CASH, Dice, JOINT, Year, converted, days, on, price_text};

const HOLIDAYS: &str = "Expenses:Holidays";

pub(super) fn add(year: &mut Year) {
    seaside(year);
    new_york(year);
}

fn seaside(year: &mut Year) {
    let bills = [
        (3, 3, "Holiday flat, deposit", "Haus Strandhafer", JOINT, 180_00),
        (7, 21, "Holiday flat, rest", "Haus Strandhafer", JOINT, 620_00),
        (7, 26, "Beach chair", "Strandkorb Jensen", CARD, 77_00),
        (7, 28, "Fish restaurant", "Hafenkombüse", CARD, 92_40),
        (7, 30, "Boat to the seals", "Reederei Kröger", CARD, 68_00),
        (8, 1, "Bicycles for a day", "Radverleih Düne", CARD, 44_00),
    ];
    for (month, day, description, party, from, cents) in bills {
        year.pay(on(month, day), description, party, (HOLIDAYS, from), cents).tag("trip", "baltic-sea");
    }
}

/// 3 to 12 October. The card turns each payment into euros at the price of its day; cash is bought once and
/// spent in dollars, and a little is left over.
fn new_york(year: &mut Year) {
    let trip = "new-york";
    year.pay(on(2, 12), "Flights to New York", "Atlantik Air", (HOLIDAYS, CARD), 1_864_00).tag("trip", trip);
    year.pay(on(9, 22), "Travel insurance", "Nordstern Versicherung", (HOLIDAYS, JOINT), 58_90)
        .tag("trip", trip);

    let bought = 300_00;
    let price = dollar_e4(10) + 37;
    year.entry(on(10, 3), "Dollars from the machine", "Hausbank")
        .foreign(CASH, bought, "USD", Some(&price_text(price)))
        .line("Expenses:Fees", 5_90)
        .line(JOINT, -converted(bought, 2, price) - 5_90)
        .tag("trip", trip);

    let mut dice = Dice::new("new york");
    let mut left = bought;
    for day in days(on(10, 3), on(10, 12)) {
        for (description, parties, low, high) in [
            ("Breakfast", ["Bluebird Diner", "Bagel Corner"], 24_00, 46_00),
            ("Dinner", ["Pasta Parade", "Dumpling House"], 58_00, 124_00),
        ] {
            let (party, dollars) = (*dice.one_of(&parties), dice.between(low, high));
            let price = dollar_e4(10) + dice.between(-40, 60);
            by_card(year, day, description, party, dollars, price);
        }
        let (description, party) =
            *dice.one_of(&[("Hot dogs", "Street stand"), ("Ferry snacks", "Harbor Kiosk"), ("Tips", "")]);
        let dollars = dice.between(9_00, 34_00);
        if dollars <= left {
            left -= dollars;
            year.entry(day, description, party)
                .foreign(HOLIDAYS, dollars, "USD", None)
                .foreign(CASH, -dollars, "USD", None)
                .tag("trip", trip);
        }
    }
    let sights = [
        (3, "Subway passes", "City Transit", 136_00),
        (4, "Museum of natural history", "Museum", 88_00),
        (6, "Boat to the statue", "Harbor Cruises", 92_50),
        (8, "Musical", "Majestic Stage", 318_00),
        (10, "Sneakers for Ida and Theo", "Shoe Loft", 109_80),
        (12, "Hotel, nine nights", "Hotel Juniper", 2_061_00),
    ];
    for (day, description, party, dollars) in sights {
        by_card(year, on(10, day), description, party, dollars, dollar_e4(10) + 12);
    }
}

fn by_card(
    year: &mut Year,
    day: chrono::NaiveDate,
    description: &str,
    party: &str,
    dollars: i64,
    price_e4: i64,
) {
    year.entry(day, description, party)
        .foreign(HOLIDAYS, dollars, "USD", Some(&price_text(price_e4)))
        .line(CARD, -converted(dollars, 2, price_e4))
        .tag("trip", "new-york");
}
