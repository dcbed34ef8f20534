//! Twenty years of a household that never ends: 200 accounts, three currencies, entries of two to four lines.
//!
//! Everything follows from one seed, so that each run and each machine posts the same entries.

use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use ledger_core::account::NewAccount;
use ledger_core::money::Commodity;
use ledger_core::{Book, EntryDraft, Ledger, NewBook, Session};

/// How many entries a batch has.
pub const BATCH: usize = 10_000;
/// The days that entries lie on: 2005 to 2024.
pub const DAYS: u64 = 7_305;
/// Changes when the books that are kept between runs would differ.
const VERSION: u32 = 3;

const REGIONS: [(&str, &str); 3] = [("US", "USD"), ("EU", "EUR"), ("AE", "AED")];
const BANKS: [&str; 6] = ["Checking", "Savings", "Joint", "Reserve", "Cash", "Broker"];
const DEBTS: [&str; 3] = ["Visa", "Mastercard", "Mortgage"];
const INCOMES: [&str; 9] =
    ["Salary", "Bonus", "Interest", "Dividends", "Rent", "Gifts", "Refunds", "Consulting", "Sales"];
const GROUPS: [&str; 18] = [
    "Food",
    "Home",
    "Power",
    "Transport",
    "Travel",
    "Health",
    "Children",
    "Learning",
    "Leisure",
    "Clothing",
    "Taxes",
    "Banking",
    "Personal",
    "Animals",
    "Work",
    "Giving",
    "Garden",
    "Phone",
];
const ITEMS: [&str; 9] =
    ["Regular", "Special", "Repairs", "Fees", "Insurance", "Supplies", "Services", "Rental", "Other"];
const PLACES: [&str; 20] = [
    "Green", "Blue", "City", "Golden", "Royal", "Urban", "Prime", "Metro", "Lucky", "Silver", "North",
    "Grand", "Happy", "Fresh", "Global", "Corner", "Sunny", "Old Town", "Modern", "Express",
];
const TRADES: [&str; 15] = [
    "Market",
    "Café",
    "Store",
    "Bank",
    "Pharmacy",
    "Garage",
    "Hotel",
    "Kitchen",
    "Telecom",
    "Energy",
    "Insurance",
    "School",
    "Clinic",
    "Books",
    "Fitness",
];

/// What generated entries refer to.
pub struct World {
    /// Account names; the first are assets, six for each currency.
    pub accounts: Vec<String>,
    /// US dollar, euro, dirham.
    pub commodities: [Commodity; 3],
    /// 300 shops and companies.
    pub payees: Vec<String>,
}

const ASSETS: usize = REGIONS.len() * BANKS.len();
const LIABILITIES: usize = REGIONS.len() * DEBTS.len();
const FIRST_INCOME: usize = ASSETS + LIABILITIES;
const FIRST_EXPENSE: usize = FIRST_INCOME + INCOMES.len();
const EXPENSES: usize = GROUPS.len() * ITEMS.len();
const EQUITY: usize = FIRST_EXPENSE + EXPENSES;

impl World {
    /// The same one always.
    pub fn new() -> World {
        let mut accounts = Vec::new();
        for (region, _) in REGIONS {
            accounts.extend(BANKS.map(|name| format!("Assets:Bank:{region}:{name}")));
        }
        for (region, _) in REGIONS {
            accounts.extend(DEBTS.map(|name| format!("Liabilities:Debt:{region}:{name}")));
        }
        accounts.extend(INCOMES.map(|name| format!("Income:{name}")));
        for group in GROUPS {
            accounts.extend(ITEMS.map(|name| format!("Expenses:{group}:{name}")));
        }
        accounts.extend(["Equity:Opening Balances", "Equity:Adjustments"].map(str::to_owned));
        let payees =
            PLACES.iter().flat_map(|place| TRADES.iter().map(move |trade| format!("{place} {trade}")));
        let commodity = |code| Commodity::iso(code).expect("it is in ISO 4217");
        World { accounts, commodities: REGIONS.map(|(_, code)| commodity(code)), payees: payees.collect() }
    }

    /// Opens all accounts in a book.
    pub fn open_accounts(&self, book: &Book<'_>) -> ledger_core::Result<()> {
        book.transaction(|book| {
            for commodity in self.commodities {
                book.commodities().declare(commodity)?;
            }
            for name in &self.accounts {
                book.accounts().open(NewAccount::new(name))?;
            }
            Ok(())
        })
    }

    /// The draft of a generated entry, written as a host program would: accounts by their names.
    pub fn draft(&self, entry: &Generated, style: Style) -> EntryDraft {
        let commodity = self.commodities[entry.commodity];
        let payee = &self.payees[entry.payee];
        let mut draft = EntryDraft::new(entry.posted_on, payee.as_str());
        for &(account, minor) in entry.lines() {
            draft = draft.debit(self.accounts[account].as_str(), commodity.amount(minor));
        }
        match style {
            Style::Plain => draft,
            Style::PartyAndTag => {
                draft.party(payee.as_str()).tag("place", PLACES[entry.payee / TRADES.len()])
            }
        }
    }

    /// The account with the most lines.
    pub fn busiest(&self) -> &str {
        &self.accounts[0]
    }
}

/// How much an entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The payee is the description.
    Plain,
    /// The payee is a party as well, and there is a tag.
    PartyAndTag,
}

/// One entry: debits positive, credits negative, together zero.
pub struct Generated {
    /// The posting day; days never go back.
    pub posted_on: NaiveDate,
    payee: usize,
    commodity: usize,
    lines: [(usize, i64); 4],
    line_count: usize,
}

impl Generated {
    /// Account (its place in [`World::accounts`]) and minor units.
    pub fn lines(&self) -> &[(usize, i64)] {
        &self.lines[..self.line_count]
    }
}

/// Yields `count` entries.
pub struct Generator {
    random: Random,
    next: u64,
    count: u64,
}

impl Generator {
    /// A stream of `count` entries that are spread evenly over the twenty years.
    pub fn new(count: usize) -> Self {
        Generator { random: Random::new(42), next: 0, count: count as u64 }
    }
}

impl Iterator for Generator {
    type Item = Generated;

    fn next(&mut self) -> Option<Generated> {
        if self.next == self.count {
            return None;
        }
        let posted_on = first_day() + Days::new(self.next * DAYS / self.count);
        self.next += 1;
        let random = &mut self.random;
        let commodity = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2][random.below(10)];
        let payee = random.below(300);
        let mut lines = [(0, 0); 4];
        let own = |random: &mut Random| match random.below(100) {
            0..45 => commodity * BANKS.len(),
            45..80 => commodity * BANKS.len() + random.below(BANKS.len()),
            _ => ASSETS + commodity * DEBTS.len() + random.below(DEBTS.len()),
        };
        let line_count = match random.below(100) {
            // Spending on one to three things.
            0..75 => {
                let things = [1, 1, 1, 2, 2, 3][random.below(6)];
                let first = random.below(EXPENSES);
                let mut total = 0;
                for (index, line) in lines.iter_mut().enumerate().take(things) {
                    *line = (FIRST_EXPENSE + (first + index * 7) % EXPENSES, random.minor());
                    total += line.1;
                }
                lines[things] = (own(random), -total);
                things + 1
            }
            75..88 => {
                let minor = random.minor() * 20;
                lines[0] = (commodity * BANKS.len(), minor);
                lines[1] = (FIRST_INCOME + random.below(INCOMES.len()), -minor);
                2
            }
            // Moving money between one's own accounts.
            88..98 => {
                let (minor, from) = (random.minor() * 5, random.below(BANKS.len()));
                let to = (from + 1 + random.below(BANKS.len() - 1)) % BANKS.len();
                lines[0] = (commodity * BANKS.len() + to, minor);
                lines[1] = (commodity * BANKS.len() + from, -minor);
                2
            }
            _ => {
                let minor = random.minor();
                lines[0] = (own(random), minor);
                lines[1] = (EQUITY + random.below(2), -minor);
                2
            }
        };
        Some(Generated { posted_on, payee, commodity, lines, line_count })
    }
}

/// The day of the first entry.
pub fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2005, 1, 1).expect("it is in the calendar")
}

/// Pseudo-random numbers by Knuth's linear congruential generator (MMIX).
pub struct Random(u64);

impl Random {
    /// The stream that belongs to a seed.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The high bits are the random ones.
        ((self.0 >> 33) as usize) % end
    }

    /// A price: small ones are common, large ones rare.
    fn minor(&mut self) -> i64 {
        let size = self.below(7);
        (50 + self.below(1_500) as i64) << size.saturating_sub(2)
    }
}

/// A session of the benches.
pub fn session() -> Session {
    Session::new("bench", chrono::Utc::now)
}

/// Creates a book with all accounts and no entry at an address.
pub fn empty_book(address: &str, world: &World) -> ledger_core::Result<()> {
    let ledger = Ledger::open_or_create(address, session())?;
    let book = ledger.create_book(NewBook::personal("bench", "USD"))?;
    world.open_accounts(&book)
}

/// Posts generated entries in batches.
pub fn fill(book: &Book<'_>, world: &World, entries: usize, style: Style) -> ledger_core::Result<()> {
    let drafts = Generator::new(entries).map(|entry| world.draft(&entry, style).balance());
    book.journal().post_stream(drafts, BATCH, |_| ()).map(|_| ())
}

/// A SQLite book with so many entries, made when it is not there yet and kept for the next run.
pub fn kept_book(entries: usize) -> ledger_core::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("bench-{VERSION}-{entries}.sqlite"));
    if path.exists() {
        return Ok(path);
    }
    eprintln!("making a book of {entries} entries for the benches …");
    let unfinished = folder.join(format!("bench-{VERSION}-{entries}.{}.new", std::process::id()));
    let world = World::new();
    let address = unfinished.to_str().expect("the target folder's name is UTF-8");
    empty_book(address, &world)?;
    {
        let ledger = Ledger::open(address, session())?;
        fill(&ledger.book("bench")?, &world, entries, Style::Plain)?;
    }
    // The last connection is closed, so that the log has been written back and only one file is left to rename.
    std::fs::rename(&unfinished, &path).expect("a file can be renamed within its folder");
    Ok(path)
}
