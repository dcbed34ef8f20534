//! Four years of a household in which it is known what recurs: planted rows beside spending that follows no rule.
//!
//! It knows nothing of the library, so that its unit tests can use it as well. Planted rows have price changes, months
//! without a payment, weekends, bank holidays, texts with changing numbers, contracts side by side at one payee, and ones
//! that have ended; the noise has fixed prices, favourite weekdays and nearly regular distances.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// A movement on the household's bank account.
pub struct Row {
    pub on: NaiveDate,
    /// The number of the account on the other side.
    pub counter: i32,
    /// Cents; money out is negative.
    pub minor: i64,
    pub party: Option<String>,
    pub text: String,
}

/// What recurs and is still going on.
pub struct Planted {
    /// What party or text begin with.
    pub payee: &'static str,
    /// The name of the cadence.
    pub cadence: &'static str,
    /// Cents of the latest payment, about; signed.
    pub minor: i64,
}

/// A generated history.
pub struct History {
    /// By day.
    pub rows: Vec<Row>,
    pub planted: Vec<Planted>,
}

/// The last day of every history.
pub fn last_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 17).expect("it is in the calendar")
}

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2022, 11, 1).expect("it is in the calendar")
}

#[derive(Clone, Copy)]
enum Every {
    Weeks(u64),
    Months(u32),
}

#[derive(Clone, Copy)]
enum OnWeekends {
    Stays,
    Before,
    After,
}

#[derive(Clone, Copy)]
struct Contract {
    payee: &'static str,
    /// Whether statements name the payee as a party, or only in a text.
    is_party: bool,
    counter: i32,
    cadence: &'static str,
    every: Every,
    /// The first day on the grid.
    from: (i32, u32, u32),
    weekends: OnWeekends,
    /// From which payment on how many cents; negative where money goes out.
    prices: &'static [(usize, i64)],
    /// By how many percent each payment may be off its price.
    varies: i64,
    /// How many payments there are; none for one that goes on.
    ends_after: Option<usize>,
    /// The payments that never came.
    misses: &'static [usize],
}

const PLAIN: Contract = Contract {
    payee: "",
    is_party: true,
    counter: 10,
    cadence: "monthly",
    every: Every::Months(1),
    from: (2022, 11, 1),
    weekends: OnWeekends::After,
    prices: &[],
    varies: 0,
    ends_after: None,
    misses: &[],
};

const CONTRACTS: &[Contract] = &[
    Contract {
        payee: "Acme Works",
        counter: 11,
        from: (2022, 11, 30),
        weekends: OnWeekends::Before,
        prices: &[(0, 320_000), (14, 331_000), (38, 345_500)],
        ..PLAIN
    },
    Contract { payee: "Miete Wohnung", is_party: false, prices: &[(0, -95_000), (26, -99_000)], ..PLAIN },
    Contract {
        payee: "Stream Plus",
        from: (2022, 11, 15),
        weekends: OnWeekends::Stays,
        prices: &[(0, -999), (20, -1_299), (45, -1_399)],
        ..PLAIN
    },
    Contract {
        payee: "Music Box",
        from: (2023, 2, 4),
        weekends: OnWeekends::Stays,
        prices: &[(0, -1_099)],
        misses: &[17],
        ..PLAIN
    },
    Contract { payee: "Alpha Insurance", from: (2022, 11, 5), prices: &[(0, -1_200), (30, -1_300)], ..PLAIN },
    Contract { payee: "Alpha Insurance", from: (2022, 11, 20), prices: &[(0, -4_000)], ..PLAIN },
    Contract { payee: "Beta Mutual", from: (2023, 1, 3), prices: &[(0, -1_850)], ..PLAIN },
    Contract { payee: "Beta Mutual", from: (2023, 1, 3), prices: &[(0, -2_710)], ..PLAIN },
    Contract {
        payee: "Fernruf Mobil",
        is_party: false,
        from: (2022, 11, 11),
        prices: &[(0, -2_300)],
        varies: 15,
        ..PLAIN
    },
    Contract { payee: "City Power", from: (2022, 11, 8), prices: &[(0, -7_000)], varies: 20, ..PLAIN },
    Contract {
        payee: "Rundfunk Beitrag",
        is_party: false,
        cadence: "quarterly",
        every: Every::Months(3),
        from: (2022, 11, 15),
        prices: &[(0, -5_508)],
        ..PLAIN
    },
    Contract {
        payee: "City Treasury",
        cadence: "quarterly",
        every: Every::Months(3),
        from: (2023, 2, 15),
        prices: &[(0, -12_042), (8, -13_110)],
        ..PLAIN
    },
    Contract {
        payee: "Domain House",
        cadence: "yearly",
        every: Every::Months(12),
        from: (2023, 3, 19),
        weekends: OnWeekends::Stays,
        prices: &[(0, -1_490)],
        ..PLAIN
    },
    Contract {
        payee: "Gamma Motor",
        cadence: "yearly",
        every: Every::Months(12),
        from: (2023, 1, 2),
        prices: &[(0, -41_200), (3, -43_800)],
        ..PLAIN
    },
    Contract {
        payee: "Tennis Club",
        cadence: "half-yearly",
        every: Every::Months(6),
        from: (2023, 4, 1),
        prices: &[(0, -6_000)],
        ..PLAIN
    },
    Contract {
        payee: "Water Board",
        cadence: "two-monthly",
        every: Every::Months(2),
        from: (2022, 12, 20),
        prices: &[(0, -4_400), (12, -4_700)],
        ..PLAIN
    },
    Contract {
        payee: "Kim",
        counter: 12,
        cadence: "weekly",
        every: Every::Weeks(1),
        from: (2024, 3, 1),
        weekends: OnWeekends::Stays,
        prices: &[(0, -1_000), (80, -1_200)],
        misses: &[33],
        ..PLAIN
    },
    Contract {
        payee: "Clean Home",
        cadence: "fortnightly",
        every: Every::Weeks(2),
        from: (2025, 2, 6),
        prices: &[(0, -5_000)],
        ..PLAIN
    },
    Contract {
        payee: "Iron Gym",
        cadence: "four-weekly",
        every: Every::Weeks(4),
        from: (2024, 1, 9),
        prices: &[(0, -2_990)],
        ..PLAIN
    },
    Contract {
        payee: "Sparplan",
        is_party: false,
        counter: 2,
        from: (2023, 6, 28),
        weekends: OnWeekends::Stays,
        prices: &[(0, -20_000), (24, -25_000)],
        ..PLAIN
    },
    // The newest one has been met four times, the next two have ended.
    Contract {
        payee: "Cloud Disk",
        from: (2026, 8, 12),
        weekends: OnWeekends::Stays,
        prices: &[(0, -299)],
        ..PLAIN
    },
    Contract {
        payee: "Daily Paper",
        from: (2022, 11, 2),
        prices: &[(0, -3_490)],
        ends_after: Some(40),
        ..PLAIN
    },
    Contract { payee: "Old Gym", from: (2022, 11, 7), prices: &[(0, -2_500)], ends_after: Some(20), ..PLAIN },
];

/// Spending that follows no rule: payee, other account, times in a thousand days, cents from and to (multiples of the
/// third), and whether it is only met on Fridays and Saturdays.
const NOISE: &[(&str, i32, usize, [i64; 3], bool)] = &[
    ("Fresh Market", 20, 160, [600, 9_000, 1], false),
    ("Discount Nine", 20, 140, [400, 6_000, 1], false),
    ("Big Basket", 20, 520, [4_000, 13_000, 1], true),
    ("Old Mill Bakery", 20, 420, [180, 560, 60], false),
    ("Bean Bar", 21, 200, [340, 340, 1], false),
    ("Metro Ticket", 22, 120, [290, 290, 1], false),
    ("Fuel Stop", 22, 70, [4_500, 7_500, 1], false),
    ("Everything Shop", 23, 80, [499, 14_999, 100], false),
    ("Green Pharmacy", 24, 35, [350, 4_200, 5], false),
    ("Cash Machine", 3, 100, [5_000, 20_000, 5_000], false),
    ("Page Turner Books", 25, 22, [899, 3_499, 100], false),
    ("Osteria Nova", 26, 30, [2_800, 7_900, 10], false),
    ("Golden Wok", 26, 32, [1_800, 4_900, 10], false),
    ("Cine Star", 26, 24, [1_150, 1_150, 1], false),
    ("Hair Studio", 27, 24, [2_800, 2_800, 1], false),
    ("Swim Hall", 27, 45, [450, 450, 1], false),
    ("Flower Corner", 27, 14, [1_500, 3_500, 500], false),
];

/// The history that belongs to a seed.
pub fn recurring_history(seed: u64) -> History {
    let mut maker = Maker { random: Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)), rows: Vec::new() };
    for contract in CONTRACTS {
        maker.contract(contract);
    }
    maker.noise();
    let going_on = CONTRACTS.iter().filter(|contract| contract.ends_after.is_none());
    let planted = going_on.map(|contract| Planted {
        payee: contract.payee,
        cadence: contract.cadence,
        minor: contract.prices[contract.prices.len() - 1].1,
    });
    maker.rows.sort_by_key(|row| row.on);
    History { rows: maker.rows, planted: planted.collect() }
}

struct Maker {
    random: Random,
    rows: Vec<Row>,
}

impl Maker {
    fn contract(&mut self, contract: &Contract) {
        let (year, month, day) = contract.from;
        let start = NaiveDate::from_ymd_opt(year, month, day).expect("it is in the calendar");
        for number in 0..contract.ends_after.unwrap_or(usize::MAX) {
            let scheduled = match contract.every {
                Every::Weeks(weeks) => start + Days::new(weeks * 7 * number as u64),
                // The 30th of November stands for the last day of every month.
                Every::Months(months) if day == 30 => {
                    start.with_day(1).expect("a month has one") + Months::new(months * number as u32 + 1)
                        - Days::new(1)
                }
                Every::Months(months) => start + Months::new(months * number as u32),
            };
            let on = self.booked(scheduled, contract);
            if on > last_day() {
                return;
            }
            if contract.misses.contains(&number) {
                continue;
            }
            let price =
                contract.prices.iter().rev().find(|(from, _)| *from <= number).map_or(0, |(_, minor)| *minor);
            let off = match contract.varies {
                0 => 0,
                percent => price.abs() * percent / 100,
            };
            let minor = price + self.random.between(-off, off);
            let bonus = contract.payee == "Acme Works" && scheduled.month() == 11;
            self.push(on, contract, minor);
            if bonus && on.year() < 2026 {
                self.push(on - Days::new(9), contract, 150_000);
            }
        }
    }

    /// The day on which a bank books it: not on weekends unless it stays, and now and then late for a holiday.
    fn booked(&mut self, scheduled: NaiveDate, contract: &Contract) -> NaiveDate {
        let (back, forward) = match scheduled.weekday() {
            Weekday::Sat => (1, 2),
            Weekday::Sun => (2, 1),
            _ => (0, 0),
        };
        let moved = match contract.weekends {
            OnWeekends::Stays => return scheduled,
            OnWeekends::Before => return scheduled - Days::new(back),
            OnWeekends::After => scheduled + Days::new(forward),
        };
        let is_holiday = self.random.below(18) == 0;
        let late = if !is_holiday {
            0
        } else if moved.weekday() == Weekday::Fri {
            3
        } else {
            1
        };
        moved + Days::new(late)
    }

    fn push(&mut self, on: NaiveDate, contract: &Contract, minor: i64) {
        let reference = self.random.below(900_000) + 100_000;
        let (party, text) = match contract.is_party {
            true => (Some(contract.payee.to_owned()), format!("ref {reference}")),
            false => (None, format!("{} {reference} vom {}", contract.payee, on.format("%d.%m.%Y"))),
        };
        self.rows.push(Row { on, counter: contract.counter, minor, party, text });
    }

    fn noise(&mut self) {
        for on in first_day().iter_days().take_while(|day| *day <= last_day()) {
            let late_in_week = matches!(on.weekday(), Weekday::Fri | Weekday::Sat);
            for (payee, counter, often, [low, high, step], only_late_in_week) in NOISE {
                if (*only_late_in_week && !late_in_week) || self.random.below(1_000) >= *often {
                    continue;
                }
                let minor = -(low + self.random.between(0, (high - low) / step) * step);
                let terminal = self.random.below(9_000);
                // Card payments are only told by their text.
                let text = format!("{payee} Kartenzahlung {} Terminal {terminal}", on.format("%Y-%m-%d"));
                let party = (counter % 2 == 0).then(|| (*payee).to_owned());
                self.rows.push(Row { on, counter: *counter, minor, party, text });
            }
            self.one_off(on);
        }
    }

    fn one_off(&mut self, on: NaiveDate) {
        let number = self.random.below(4_000);
        match self.random.below(100) {
            0..9 => {
                let minor = -self.random.between(500, 25_000);
                let letters: String =
                    (0..3).map(|at| char::from(b'a' + (number >> (at * 4) & 15) as u8)).collect();
                let party = Some(format!("Shop {letters}"));
                self.rows.push(Row { on, counter: 29, minor, party, text: String::new() });
            }
            9 => {
                let minor = self.random.between(20_000, 180_000);
                let party = Some("Side Client".to_owned());
                self.rows.push(Row { on, counter: 13, minor, party, text: format!("invoice {number}") });
            }
            10 => {
                let minor = self.random.between(500, 9_000);
                let party = Some("Everything Shop".to_owned());
                self.rows.push(Row { on, counter: 23, minor, party, text: "refund".to_owned() });
            }
            _ => {}
        }
    }
}

/// Pseudo-random numbers by Knuth's linear congruential generator (MMIX).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }
}
