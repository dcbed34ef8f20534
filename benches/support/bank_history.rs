//! Five years of a family and a freelancer as three banks write them, with the account that they chose for each line.
//!
//! It was written from what bank statements look like, not from what the learner does with them: the same payee
//! under several names, card and store numbers, cities, cut texts, references; payees that are split by amount, by
//! weekday or by no rule that a bank's text shows; payees that come, go and change their account; one-offs; and
//! wrong choices. A part of it cannot be learned by anyone.

pub mod payees;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::data::Random;
use payees::{
    BUSINESS, CARD, CITIES, DAYS, FIRST_WORDS, Goes, JOINT, PAYEES, PLAIN_WORDS, Payee, SPENDING, TRADES,
    Text, When,
};

/// A line of a statement with the account that was chosen for it.
#[derive(Debug, Clone)]
pub struct PastLine {
    /// The place of the bank account in [`payees::SOURCES`].
    pub source: usize,
    /// The day.
    pub posted_on: NaiveDate,
    /// The payee, where this bank names one.
    pub payee: Option<String>,
    /// The rest of the text.
    pub narrative: String,
    /// Cents; money out is negative.
    pub minor: i64,
    /// The name of the account on the other side.
    pub account: &'static str,
    /// What somebody would choose who knows the payee's habits, but not the reasons that no statement shows; none
    /// for a stranger whose name tells nothing.
    pub knowable: Option<&'static str>,
}

/// The lines of a history, by day.
pub fn bank_history(seed: u64) -> Vec<PastLine> {
    let mut maker = Maker { random: Random::new(seed), passing: Vec::new(), lines: Vec::new() };
    for offset in 0..DAYS {
        maker.day(offset);
    }
    maker.lines
}

/// A payee that is met for some months: the long tail.
struct Passing {
    name: String,
    source: usize,
    account: &'static str,
    until: u64,
}

struct Maker {
    random: Random,
    passing: Vec<Passing>,
    lines: Vec<PastLine>,
}

impl Maker {
    fn day(&mut self, offset: u64) {
        let on = NaiveDate::from_ymd_opt(2020, 1, 1).expect("it is in the calendar") + Days::new(offset);
        for payee in PAYEES.iter().filter(|payee| (payee.alive.0..payee.alive.1).contains(&offset)) {
            if self.comes(payee.when, on) {
                self.regular(payee, offset, on);
            }
        }
        // A payee of the long tail begins about every three weeks.
        if self.random.below(21) == 0 {
            let (name, account, _) = self.stranger();
            let until = offset + 60 + self.random.below(500) as u64;
            let source = [CARD, CARD, JOINT, BUSINESS][self.random.below(4)];
            self.passing.push(Passing { name, source, account, until });
        }
        self.passing.retain(|passing| passing.until > offset);
        for at in 0..self.passing.len() {
            if self.random.below(40) == 0 {
                let minor = -self.cents((400, 9_000));
                let Passing { name, source, account, .. } = &self.passing[at];
                let (name, source, account) = (name.clone(), *source, *account);
                self.push((source, on), &name, Text::Card, minor, (account, Some(account)));
            }
        }
        // One-offs: about one in four days.
        if self.random.below(4) == 0 {
            let (name, account, knowable) = self.stranger();
            let (source, minor) =
                ([CARD, CARD, JOINT, BUSINESS][self.random.below(4)], -self.cents((500, 18_000)));
            self.push((source, on), &name, Text::Card, minor, (account, knowable));
        }
    }

    fn comes(&mut self, when: When, on: NaiveDate) -> bool {
        match when {
            When::Often(per_year) => self.random.below(365) < per_year,
            When::Season(per_year, first, last) => {
                let months = (last - first + 1) as usize;
                (first..=last).contains(&on.month()) && self.random.below(30 * months) < per_year
            }
            When::Monthly(day, months) => {
                let shifted = match on.weekday() {
                    Weekday::Mon => on.day().abs_diff(day) <= 2 && on.day() >= day,
                    Weekday::Sat | Weekday::Sun => false,
                    _ => on.day() == day.min(28),
                };
                shifted && (months >= 10 || on.month().is_multiple_of(12 / months))
            }
        }
    }

    fn regular(&mut self, payee: &Payee, offset: u64, on: NaiveDate) {
        let cents = self.cents(payee.cents);
        let chosen = match payee.goes {
            Goes::To(account) => account,
            Goes::ByAmount(limit, small, large) => {
                if cents.abs() <= limit {
                    small
                } else {
                    large
                }
            }
            Goes::ByWeekend(weekend, week) => {
                if matches!(on.weekday(), Weekday::Sat | Weekday::Sun) {
                    weekend
                } else {
                    week
                }
            }
            Goes::Mixed(shares) => {
                let mut left = self.random.below(100);
                let found = shares.iter().find(|(share, _)| {
                    let hit = left < *share;
                    left = left.saturating_sub(*share);
                    hit
                });
                found.map_or(shares[0].1, |(_, account)| account)
            }
            Goes::Changed(day, before, after) => {
                if offset < day {
                    before
                } else {
                    after
                }
            }
        };
        // The banks' favourite spelling, or now and then another one.
        let at = if self.random.below(10) < 7 { 0 } else { self.random.below(payee.names.len()) };
        let name = payee.names[at];
        // Now and then something is sent back.
        let back = cents > 1_000 && payee.text == Text::Card && self.random.below(60) == 0;
        let knowable = if let Goes::Mixed(shares) = payee.goes { shares[0].1 } else { chosen };
        let minor = if back { cents } else { -cents };
        self.push((payee.source, on), name, payee.text, minor, (chosen, Some(knowable)));
    }

    fn push(
        &mut self,
        (source, on): (usize, NaiveDate),
        name: &str,
        text: Text,
        minor: i64,
        (account, knowable): (&'static str, Option<&'static str>),
    ) {
        let (payee, narrative) = match (source, self.random.below(100)) {
            // Some were typed in by hand, before the bank's file came.
            (_, 0..4) => (Some(by_hand(name)), String::new()),
            (JOINT, _) => self.german(name, text, on),
            (CARD, _) => (None, self.card(name, text)),
            _ => (None, self.english(name, text, on)),
        };
        // A slip of the hand in two of a hundred.
        let slipped = self.random.below(50) == 0;
        let account = if slipped { SPENDING[self.random.below(SPENDING.len())] } else { account };
        self.lines.push(PastLine { source, posted_on: on, payee, narrative, minor, account, knowable });
    }

    fn german(&mut self, name: &str, text: Text, on: NaiveDate) -> (Option<String>, String) {
        let city = CITIES[self.random.below(4)];
        match text {
            Text::Card => {
                let store = self.random.below(60) + 4_700;
                let payee = match self.random.below(3) {
                    0 => format!("{name} {store}//{city}/DE"),
                    1 => format!("{name}//{city}/DE"),
                    _ => format!("{} FIL. {store}", name.to_uppercase()),
                };
                let time = format!("{:02}:{:02}", 8 + self.random.below(13), self.random.below(60));
                let expiry = on.year() + 3;
                (Some(payee), format!("{on}T{time} Debitk.{} {expiry}-12", self.random.below(2) + 1))
            }
            Text::Debit => {
                let (reference, mandate) = (self.reference(12), self.random.below(900_000) + 100_000);
                let purpose = match self.random.below(3) {
                    0 => format!("Kundennummer {mandate} Abschlag {:02}/{}", on.month(), on.year()),
                    1 => format!("Beitrag {:02}.{} Vertrag {mandate}", on.month(), on.year()),
                    _ => format!("Rechnung {reference} vom {}", on.format("%d.%m.%Y")),
                };
                let sepa =
                    format!("EREF+{reference} MREF+M{mandate} CRED+DE98ZZZ0999912345{} SVWZ+{purpose}", 6);
                (Some(name.to_owned()), if self.random.below(2) == 0 { sepa } else { purpose })
            }
            Text::Transfer => {
                let purpose = match self.random.below(3) {
                    0 => format!("Rechnungsnr. {}", self.reference(8)),
                    1 => format!("{} {}", MONTHS[on.month0() as usize], on.year()),
                    _ => format!("Ueberweisung {}", self.reference(10)),
                };
                (Some(name.to_owned()), purpose)
            }
            Text::Service => {
                let number = self.random.below(1_000_000_000);
                let purpose = format!("10{number} PP.7231.PP . {name}, Ihr Einkauf bei {name}");
                (Some("PayDirekt Europe S.a.r.l. et Cie S.C.A".to_owned()), purpose)
            }
        }
    }

    fn card(&mut self, name: &str, text: Text) -> String {
        let city = CITIES[self.random.below(CITIES.len())];
        let upper = name.to_uppercase();
        let full = match (text, self.random.below(4)) {
            (Text::Service, _) => format!("PAYDIREKT *{} 35314369001", upper.replace(' ', "")),
            (_, 0) => format!("{upper} {:04} {city} DEU", self.random.below(300)),
            (_, 1) => format!("{upper:<22} {city}"),
            (_, 2) => format!("{upper}*{} {city} DE", self.reference(7)),
            _ => format!("{upper} {city}"),
        };
        // Card companies cut their texts, some earlier than others.
        let length = [22, 25, 40][self.random.below(3)];
        full.chars().take(length).collect::<String>().trim_end().to_owned()
    }

    fn english(&mut self, name: &str, text: Text, on: NaiveDate) -> String {
        let city = CITIES[self.random.below(CITIES.len())];
        let last = 4_711 + self.random.below(2);
        match text {
            Text::Card | Text::Service => match self.random.below(3) {
                0 => format!(
                    "POS PURCHASE {last} {} {name} {city}",
                    on.format("%d%b").to_string().to_uppercase()
                ),
                1 => format!(
                    "CARD PAYMENT TO {name},{:02}.{:02} EUR",
                    self.random.below(90),
                    self.random.below(100)
                ),
                _ => format!("POS PURCHASE CARD XX{last} {name}"),
            },
            Text::Debit => {
                format!("DIRECT DEBIT {name} REF {} MANDATE NO {}", self.reference(9), self.reference(6))
            }
            Text::Transfer => match self.random.below(2) {
                0 => format!("BANK TRANSFER {name} INV {}", self.reference(6)),
                _ => format!("FASTER PAYMENT {} REF {}", name.to_uppercase(), self.reference(9)),
            },
        }
    }

    /// A payee that is met for the first time, and where its lines go.
    fn stranger(&mut self) -> (String, &'static str, Option<&'static str>) {
        let first = FIRST_WORDS[self.random.below(FIRST_WORDS.len())];
        let anything = SPENDING[self.random.below(SPENDING.len())];
        if self.random.below(2) == 0 {
            let (trade, account) = TRADES[self.random.below(TRADES.len())];
            let chosen = if self.random.below(5) == 0 { anything } else { account };
            (format!("{trade} {first}"), chosen, Some(account))
        } else {
            let second = FIRST_WORDS[self.random.below(FIRST_WORDS.len())].to_lowercase();
            (format!("{first}{second} {}", PLAIN_WORDS[self.random.below(PLAIN_WORDS.len())]), anything, None)
        }
    }

    /// Small amounts are common, large ones rare.
    fn cents(&mut self, (from, to): (i64, i64)) -> i64 {
        let (first, second) = (self.random.below(1_000) as i64, self.random.below(1_000) as i64);
        from + (to - from) * first.min(second) / 1_000
    }

    fn reference(&mut self, length: usize) -> String {
        const SIGNS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ0123456789012345";
        (0..length).map(|_| char::from(SIGNS[self.random.below(SIGNS.len())])).collect()
    }
}

const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "Maerz",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// As a person would type a bank's name.
fn by_hand(name: &str) -> String {
    let first = name.split_whitespace().take(2);
    let word = |word: &str| {
        let (start, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        format!("{}{}", start.to_uppercase(), rest.to_lowercase())
    };
    first.map(word).collect::<Vec<_>>().join(" ")
}
