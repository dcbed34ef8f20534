//! Five years of a family and a freelancer as three banks write them, with the account that they chose for each line.
//!
//! It was written from what bank statements look like, not from what the learner does with them: the same payee
//! under several names, card and store numbers, cities, cut texts, references; payees that are split by amount, by
//! weekday or by no rule that a bank's text shows; payees that come, go and change their account; one-offs; and
//! wrong choices. A part of it cannot be learned by anyone.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::data::Random;

/// A line of a statement with the account that was chosen for it.
#[derive(Debug, Clone)]
pub struct PastLine {
    /// The place of the bank account in [`SOURCES`].
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

/// The bank accounts: German texts with a payee, a card's single text, an English single text.
pub const SOURCES: [&str; 3] = ["Assets:Bank:Joint", "Liabilities:Card", "Assets:Bank:Business"];
const JOINT: usize = 0;
const CARD: usize = 1;
const BUSINESS: usize = 2;

/// Where a payee's lines go.
#[derive(Clone, Copy)]
enum Goes {
    To(&'static str),
    /// Up to so many cents to the first, more to the second.
    ByAmount(i64, &'static str, &'static str),
    /// On Saturday and Sunday to the first, else to the second.
    ByWeekend(&'static str, &'static str),
    /// By percent, for reasons that no statement shows.
    Mixed(&'static [(usize, &'static str)]),
    /// From this day of the history on to the second.
    Changed(u64, &'static str, &'static str),
}

/// When a payee's lines come.
#[derive(Clone, Copy)]
enum When {
    /// So many times a year, on any day.
    Often(usize),
    /// In each of so many months, about this day.
    Monthly(u32, u32),
    /// So many times a year, in these months only.
    Season(usize, u32, u32),
}

/// How a bank words it.
#[derive(Clone, Copy, PartialEq)]
enum Text {
    Card,
    Debit,
    Transfer,
    /// Through a payment service, whose name stands first.
    Service,
}

struct Payee {
    names: &'static [&'static str],
    source: usize,
    text: Text,
    when: When,
    /// Cents from and to; equal for a fixed price. Money in is positive.
    cents: (i64, i64),
    goes: Goes,
    /// The days of the history on which it begins and ends.
    alive: (u64, u64),
}

/// The days of the history: 2020 to 2024.
pub const DAYS: u64 = 1_827;
const ALWAYS: (u64, u64) = (0, DAYS);

const fn payee(
    names: &'static [&'static str],
    source: usize,
    text: Text,
    when: When,
    cents: (i64, i64),
    goes: Goes,
    alive: (u64, u64),
) -> Payee {
    Payee { names, source, text, when, cents, goes, alive }
}

use Goes::{ByAmount, ByWeekend, Changed, Mixed, To};
use Text::{Card, Debit, Service, Transfer};
use When::{Monthly, Often, Season};

const FOOD: &str = "Expenses:Food:Groceries";
const EATING_OUT: &str = "Expenses:Food:Restaurants";
const COFFEE: &str = "Expenses:Food:Coffee";
const LUNCH: &str = "Expenses:Food:Lunch at work";
const HOUSEHOLD: &str = "Expenses:Home:Household";
const GARDEN: &str = "Expenses:Home:Garden";
const FURNITURE: &str = "Expenses:Home:Furniture";
const RENT: &str = "Expenses:Home:Rent";
const POWER: &str = "Expenses:Home:Power";
const PHONE: &str = "Expenses:Home:Phone and internet";
const FUEL: &str = "Expenses:Car:Fuel";
const CAR: &str = "Expenses:Car:Upkeep";
const CAR_INSURANCE: &str = "Expenses:Insurance:Car";
const LIABILITY: &str = "Expenses:Insurance:Liability";
const LIFE: &str = "Expenses:Insurance:Life";
const PUBLIC_TRANSPORT: &str = "Expenses:Transport:Public";
const TAXI: &str = "Expenses:Transport:Taxi";
const TRAVEL: &str = "Expenses:Travel";
const PHARMACY: &str = "Expenses:Health:Pharmacy";
const DOCTOR: &str = "Expenses:Health:Doctor";
const CLOTHING: &str = "Expenses:Clothing";
const CHILDREN: &str = "Expenses:Children:School";
const TOYS: &str = "Expenses:Children:Toys";
const DAYCARE: &str = "Expenses:Children:Daycare";
const BOOKS: &str = "Expenses:Leisure:Books";
const STREAMING: &str = "Expenses:Leisure:Streaming";
const SPORT: &str = "Expenses:Leisure:Sport";
const CINEMA: &str = "Expenses:Leisure:Cinema";
const ELECTRONICS: &str = "Expenses:Electronics";
const GIFTS: &str = "Expenses:Gifts";
const DONATIONS: &str = "Expenses:Donations";
const FEES: &str = "Expenses:Bank fees";
const TAX: &str = "Expenses:Taxes:Income tax";
const VAT: &str = "Liabilities:VAT";
const CASH: &str = "Assets:Cash";
const SAVINGS: &str = "Assets:Bank:Savings";
const SALARY: &str = "Income:Salary";
const BENEFIT: &str = "Income:Child benefit";
const INTEREST: &str = "Income:Interest";
const CLIENTS: &str = "Income:Clients";
const SOFTWARE: &str = "Expenses:Business:Software";
const HOSTING: &str = "Expenses:Business:Hosting";
const OFFICE: &str = "Expenses:Business:Office";
const COWORKING: &str = "Expenses:Business:Coworking";
const BUSINESS_TRAVEL: &str = "Expenses:Business:Travel";
const ADVICE: &str = "Expenses:Business:Advice";
const TRAINING: &str = "Expenses:Business:Training";
const OWNER: &str = "Equity:Drawings";

/// Where one-offs and slips of the hand go.
const SPENDING: [&str; 24] = [
    FOOD,
    EATING_OUT,
    COFFEE,
    HOUSEHOLD,
    GARDEN,
    FURNITURE,
    CAR,
    TAXI,
    TRAVEL,
    PHARMACY,
    DOCTOR,
    CLOTHING,
    CHILDREN,
    TOYS,
    BOOKS,
    SPORT,
    CINEMA,
    ELECTRONICS,
    GIFTS,
    DONATIONS,
    FEES,
    SOFTWARE,
    OFFICE,
    BUSINESS_TRAVEL,
];

/// Those who come again and again, the frequent ones first.
#[rustfmt::skip]
const PAYEES: &[Payee] = &[
    payee(&["NORDMARKT SAGT DANKE", "Nordmarkt Filiale", "NORDMARKT GMBH"], JOINT, Card, Often(96), (350, 14_000), To(FOOD), ALWAYS),
    payee(&["BIOHOF LINDNER", "Biohof Lindner Hofladen"], CARD, Card, Often(52), (600, 6_500), To(FOOD), ALWAYS),
    payee(&["PFENNIGLAND", "PFENNIGLAND DISKONT"], JOINT, Card, Often(60), (300, 9_000), Mixed(&[(82, FOOD), (18, HOUSEHOLD)]), ALWAYS),
    payee(&["KAFFEEROESTEREI ANTON", "ANTON KAFFEE"], CARD, Card, Often(70), (280, 1_400), ByWeekend(COFFEE, LUNCH), ALWAYS),
    payee(&["KANTINE AM PARK", "SUMUP  *KANTINE AM PARK"], CARD, Card, Often(85), (550, 1_250), To(LUNCH), (0, 1_500)),
    payee(&["ZAMBESI EU S.A R.L.", "ZMBS MKTP DE", "Zambesi.de Marketplace"], CARD, Card, Often(64), (499, 22_000), Mixed(&[(38, HOUSEHOLD), (26, ELECTRONICS), (16, BOOKS), (12, TOYS), (8, GIFTS)]), ALWAYS),
    payee(&["TANKHOF STATION", "TANKHOF 24H"], JOINT, Card, Often(42), (290, 9_500), ByAmount(1_500, COFFEE, FUEL), ALWAYS),
    payee(&["DROGERIE SEIFENBLASE", "SEIFENBLASE DROGERIEMARKT"], JOINT, Card, Often(40), (250, 5_500), Mixed(&[(75, HOUSEHOLD), (25, PHARMACY)]), ALWAYS),
    payee(&["STADTWERKE VERKEHR", "STADTWERKE VERKEHRSBETRIEBE APP"], CARD, Card, Often(48), (320, 1_780), To(PUBLIC_TRANSPORT), ALWAYS),
    payee(&["BAECKEREI MOEHRLE", "Bäckerei Möhrle"], JOINT, Card, Often(66), (180, 1_600), ByWeekend(FOOD, LUNCH), ALWAYS),
    payee(&["BAHNWERK FERNVERKEHR", "BAHNWERK VERTRIEB GMBH"], CARD, Card, Often(22), (1_290, 18_900), Mixed(&[(55, TRAVEL), (45, BUSINESS_TRAVEL)]), ALWAYS),
    payee(&["PIZZERIA DA ENZO", "SUMUP  *DA ENZO"], CARD, Card, Often(24), (1_400, 6_200), To(EATING_OUT), ALWAYS),
    payee(&["APOTHEKE AM MARKT"], JOINT, Card, Often(18), (390, 7_500), To(PHARMACY), ALWAYS),
    payee(&["BAUMARKT HAMMERL", "HAMMERL BAU+GARTEN"], JOINT, Card, Often(16), (450, 21_000), Mixed(&[(55, HOUSEHOLD), (45, GARDEN)]), ALWAYS),
    payee(&["MOEBELHAUS NORRLAND", "NORRLAND MOEBEL"], CARD, Card, Often(7), (900, 64_000), ByAmount(6_000, HOUSEHOLD, FURNITURE), ALWAYS),
    payee(&["KLEIDERKAMMER", "KLEIDERKAMMER ONLINE"], CARD, Card, Often(14), (1_500, 16_000), To(CLOTHING), ALWAYS),
    payee(&["LESEECKE BUCHHANDLUNG"], CARD, Card, Often(12), (800, 5_500), ByAmount(3_500, BOOKS, GIFTS), ALWAYS),
    payee(&["TAXI RUF ZENTRALE", "TAXI 4242"], CARD, Card, Often(10), (900, 4_800), To(TAXI), ALWAYS),
    payee(&["FAHRDIENST SWIFTY", "SWIFTY *TRIP HELP.SWIFTY.COM"], CARD, Card, Often(20), (700, 3_900), Changed(1_520, TAXI, BUSINESS_TRAVEL), (600, DAYS)),
    payee(&["LICHTSPIELHAUS"], CARD, Card, Often(9), (900, 4_400), To(CINEMA), ALWAYS),
    payee(&["SUSHI KO", "SUSHI KO LIEFERSERVICE"], CARD, Service, Often(18), (1_900, 5_800), To(EATING_OUT), ALWAYS),
    payee(&["AUKTIONSHAUS 24", "auktionshaus24 Marketplace"], JOINT, Service, Often(16), (500, 9_000), Mixed(&[(50, ELECTRONICS), (30, CLOTHING), (20, TOYS)]), ALWAYS),
    payee(&["ZWERGENLAND SPIELWAREN"], CARD, Card, Season(14, 10, 12), (900, 8_000), To(TOYS), ALWAYS),
    payee(&["GAERTNEREI ROSENTHAL"], JOINT, Card, Season(14, 3, 6), (500, 9_000), To(GARDEN), ALWAYS),
    payee(&["FREIBAD SONNENINSEL"], JOINT, Card, Season(16, 6, 8), (450, 1_900), To(SPORT), ALWAYS),
    payee(&["SKILIFTE HOCHKAR"], CARD, Card, Season(8, 12, 12), (4_200, 21_000), To(TRAVEL), ALWAYS),
    payee(&["EISDIELE VENEZIA"], JOINT, Card, Season(20, 5, 9), (350, 1_900), Changed(900, EATING_OUT, COFFEE), ALWAYS),
    payee(&["Hausverwaltung Kolbe & Partner"], JOINT, Debit, Monthly(2, 12), (118_000, 118_000), To(RENT), ALWAYS),
    payee(&["Stadtwerke Energie GmbH"], JOINT, Debit, Monthly(5, 12), (8_700, 8_700), To(POWER), (0, 1_100)),
    payee(&["Lichtblau Strom AG", "LICHTBLAU STROM"], JOINT, Debit, Monthly(5, 12), (9_400, 9_400), To(POWER), (1_100, DAYS)),
    payee(&["Telefonia Deutschland GmbH + Co. OHG"], JOINT, Debit, Monthly(12, 12), (3_999, 4_499), To(PHONE), ALWAYS),
    payee(&["Funknetz Mobil"], CARD, Card, Monthly(17, 12), (999, 999), Changed(1_480, PHONE, OFFICE), ALWAYS),
    payee(&["Ostsee Versicherung AG", "OSTSEE VERSICHERUNG"], JOINT, Debit, Monthly(3, 12), (2_500, 7_800), ByAmount(4_000, LIABILITY, CAR_INSURANCE), ALWAYS),
    payee(&["Alte Treue Leben a.G."], JOINT, Debit, Monthly(3, 12), (5_000, 5_000), To(LIFE), ALWAYS),
    payee(&["Stadt Neuburg Kasse", "STADTKASSE NEUBURG"], JOINT, Debit, Monthly(15, 12), (4_500, 32_000), ByAmount(9_000, CHILDREN, DAYCARE), ALWAYS),
    payee(&["Sportverein Blau-Weiss e.V."], JOINT, Debit, Monthly(8, 4), (4_800, 4_800), To(SPORT), ALWAYS),
    payee(&["FITWERK STUDIO"], JOINT, Debit, Monthly(1, 12), (2_990, 2_990), To(SPORT), (300, 1_300)),
    payee(&["KLANGSTROM PREMIUM", "Klangstrom AB"], CARD, Card, Monthly(21, 12), (999, 1_499), To(STREAMING), ALWAYS),
    payee(&["FLIMMERKISTE.COM", "FLIMMERKISTE INTL"], CARD, Card, Monthly(9, 12), (1_299, 1_299), To(STREAMING), (200, DAYS)),
    payee(&["Musikschule Neuburg"], JOINT, Transfer, Monthly(10, 10), (7_200, 7_200), To(CHILDREN), (500, DAYS)),
    payee(&["Dr. med. Berger", "PVS Abrechnung Dr. Berger"], JOINT, Transfer, Often(6), (3_000, 24_000), To(DOCTOR), ALWAYS),
    payee(&["Zahnarztpraxis Dr. Weiss"], JOINT, Transfer, Often(3), (6_000, 90_000), To(DOCTOR), ALWAYS),
    payee(&["Autohaus Kranz", "AUTOHAUS KRANZ WERKSTATT"], JOINT, Card, Often(3), (9_000, 140_000), To(CAR), ALWAYS),
    payee(&["Aerzte Helfen e.V."], JOINT, Debit, Monthly(16, 12), (2_000, 2_000), To(DONATIONS), ALWAYS),
    payee(&["Elektronik Blitz", "BLITZ ELEKTROMARKT"], CARD, Card, Often(6), (1_500, 98_000), To(ELECTRONICS), ALWAYS),
    payee(&["GA NR00012345 BLZ7001", "BARGELDAUSZAHLUNG"], JOINT, Card, Often(26), (5_000, 20_000), To(CASH), ALWAYS),
    payee(&["Anna und Paul Winter"], JOINT, Transfer, Monthly(28, 12), (30_000, 30_000), To(SAVINGS), ALWAYS),
    payee(&["Maschinenbau Huber GmbH"], JOINT, Transfer, Monthly(27, 12), (-318_000, -298_000), To(SALARY), ALWAYS),
    payee(&["Bundesagentur Familienkasse"], JOINT, Transfer, Monthly(9, 12), (-43_800, -43_800), To(BENEFIT), ALWAYS),
    payee(&["Zinsabschluss", "ABSCHLUSS"], JOINT, Transfer, Monthly(30, 4), (-900, -10), To(INTEREST), ALWAYS),
    payee(&["Kontofuehrung", "ENTGELTABSCHLUSS"], JOINT, Debit, Monthly(30, 4), (490, 1_190), To(FEES), ALWAYS),
    payee(&["CODEBARN", "CODEBARN INC SUBSCR"], BUSINESS, Card, Monthly(4, 12), (400, 2_100), To(SOFTWARE), ALWAYS),
    payee(&["PIXELSUITE *CREATIVE", "PIXELSUITE SYSTEMS IRELAND"], BUSINESS, Card, Monthly(14, 12), (2_399, 5_949), To(SOFTWARE), ALWAYS),
    payee(&["WOLKENHEIM CLOUD", "WOLKENHEIM HOSTING GMBH"], BUSINESS, Debit, Monthly(6, 12), (1_100, 6_400), Changed(700, SOFTWARE, HOSTING), ALWAYS),
    payee(&["DOMAINLADEN"], BUSINESS, Card, Often(7), (900, 4_900), To(HOSTING), ALWAYS),
    payee(&["WERKRAUM COWORKING"], BUSINESS, Debit, Monthly(1, 12), (17_900, 17_900), To(COWORKING), (400, DAYS)),
    payee(&["PAPIERTIGER BUEROBEDARF", "PAPIERTIGER"], BUSINESS, Card, Often(11), (600, 14_000), Changed(1_600, OFFICE, HOUSEHOLD), ALWAYS),
    payee(&["ZAMBESI EU S.A R.L.", "ZMBS MKTP DE"], BUSINESS, Card, Often(18), (900, 40_000), Mixed(&[(70, OFFICE), (30, ELECTRONICS)]), ALWAYS),
    payee(&["BAHNWERK FERNVERKEHR", "BAHNWERK VERTRIEB GMBH"], BUSINESS, Card, Often(14), (1_990, 19_900), To(BUSINESS_TRAVEL), ALWAYS),
    payee(&["HOTEL AM RING", "HOTEL STADTBLICK", "HOTEL KRONE"], BUSINESS, Card, Often(9), (6_900, 31_000), To(BUSINESS_TRAVEL), ALWAYS),
    payee(&["STEUERBERATUNG FUCHS"], BUSINESS, Transfer, Monthly(20, 4), (18_000, 95_000), To(ADVICE), ALWAYS),
    payee(&["FINANZAMT NEUBURG"], BUSINESS, Debit, Monthly(10, 12), (20_000, 260_000), Mixed(&[(70, VAT), (30, TAX)]), ALWAYS),
    payee(&["AGENTUR NEONBLAU", "NEONBLAU GMBH"], BUSINESS, Transfer, Often(12), (-620_000, -140_000), To(CLIENTS), (0, 1_250)),
    payee(&["VERLAGSHAUS SEIDEL"], BUSINESS, Transfer, Often(8), (-390_000, -60_000), To(CLIENTS), ALWAYS),
    payee(&["KANTON TECH AG"], BUSINESS, Transfer, Often(10), (-780_000, -210_000), To(CLIENTS), (1_250, DAYS)),
    payee(&["Anna Winter privat"], BUSINESS, Transfer, Monthly(25, 12), (180_000, 260_000), To(OWNER), ALWAYS),
    payee(&["LERNFABRIK ONLINE"], BUSINESS, Card, Often(4), (1_900, 48_000), To(TRAINING), (800, DAYS)),
];

const CITIES: [&str; 9] = [
    "MUENCHEN",
    "NEUBURG",
    "INGOLSTADT",
    "Augsburg",
    "BERLIN",
    "MUENCHEN FLUGHAFEN",
    "HAMBURG",
    "Wien",
    "KOELN",
];
const FIRST_WORDS: [&str; 24] = [
    "Alpen",
    "Sonnen",
    "Wald",
    "Altstadt",
    "Hansa",
    "Linden",
    "Rathaus",
    "Goldener",
    "Schwarzer",
    "Neue",
    "Central",
    "Isar",
    "Donau",
    "Kleine",
    "Royal",
    "Blue",
    "Green",
    "Urban",
    "Weber",
    "Schmidt",
    "Krueger",
    "Rossi",
    "Novak",
    "Silva",
];
/// Trades whose name tells where it goes, most of the time.
const TRADES: [(&str, &str); 14] = [
    ("Restaurant", EATING_OUT),
    ("Hotel", TRAVEL),
    ("Apotheke", PHARMACY),
    ("Cafe", COFFEE),
    ("Garage", CAR),
    ("Buchhandlung", BOOKS),
    ("Pizzeria", EATING_OUT),
    ("Blumen", GIFTS),
    ("Baeckerei", FOOD),
    ("Gasthof", EATING_OUT),
    ("Museum", CINEMA),
    ("Moebel", FURNITURE),
    ("Optik", DOCTOR),
    ("Schuhe", CLOTHING),
];
const PLAIN_WORDS: [&str; 12] = [
    "GmbH",
    "Handel",
    "Service",
    "Vertrieb",
    "Trading",
    "Online",
    "Shop",
    "& Co",
    "International",
    "24",
    "Studio",
    "UG",
];

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
                shifted && (months >= 10 || on.month() % (12 / months) == 0)
            }
        }
    }

    fn regular(&mut self, payee: &Payee, offset: u64, on: NaiveDate) {
        let cents = self.cents(payee.cents);
        let chosen = match payee.goes {
            To(account) => account,
            ByAmount(limit, small, large) => {
                if cents.abs() <= limit {
                    small
                } else {
                    large
                }
            }
            ByWeekend(weekend, week) => {
                if matches!(on.weekday(), Weekday::Sat | Weekday::Sun) {
                    weekend
                } else {
                    week
                }
            }
            Mixed(shares) => {
                let mut left = self.random.below(100);
                let found = shares.iter().find(|(share, _)| {
                    let hit = left < *share;
                    left = left.saturating_sub(*share);
                    hit
                });
                found.map_or(shares[0].1, |(_, account)| account)
            }
            Changed(day, before, after) => {
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
        let knowable = if let Mixed(shares) = payee.goes { shares[0].1 } else { chosen };
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
