//! Who is met in the history, how often, and where it goes.

use Goes::{ByAmount, ByWeekend, Changed, Mixed, To};
use Text::{Card, Debit, Service, Transfer};
use When::{Monthly, Often, Season};

/// The bank accounts: German texts with a payee, a card's single text, an English single text.
pub const SOURCES: [&str; 3] = ["Assets:Bank:Joint", "Liabilities:Card", "Assets:Bank:Business"];
pub const JOINT: usize = 0;
pub const CARD: usize = 1;
pub const BUSINESS: usize = 2;

/// Where a payee's lines go.
#[derive(Clone, Copy)]
pub enum Goes {
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
pub enum When {
    /// So many times a year, on any day.
    Often(usize),
    /// In each of so many months, about this day.
    Monthly(u32, u32),
    /// So many times a year, in these months only.
    Season(usize, u32, u32),
}

/// How a bank words it.
#[derive(Clone, Copy, PartialEq)]
pub enum Text {
    Card,
    Debit,
    Transfer,
    /// Through a payment service, whose name stands first.
    Service,
}

pub struct Payee {
    pub names: &'static [&'static str],
    pub source: usize,
    pub text: Text,
    pub when: When,
    /// Cents from and to; equal for a fixed price. Money in is negative here.
    pub cents: (i64, i64),
    pub goes: Goes,
    /// The days of the history on which it begins and ends.
    pub alive: (u64, u64),
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

pub const FOOD: &str = "Expenses:Food:Groceries";
pub const EATING_OUT: &str = "Expenses:Food:Restaurants";
pub const COFFEE: &str = "Expenses:Food:Coffee";
pub const LUNCH: &str = "Expenses:Food:Lunch at work";
pub const HOUSEHOLD: &str = "Expenses:Home:Household";
pub const GARDEN: &str = "Expenses:Home:Garden";
pub const FURNITURE: &str = "Expenses:Home:Furniture";
pub const RENT: &str = "Expenses:Home:Rent";
pub const POWER: &str = "Expenses:Home:Power";
pub const PHONE: &str = "Expenses:Home:Phone and internet";
pub const FUEL: &str = "Expenses:Car:Fuel";
pub const CAR: &str = "Expenses:Car:Upkeep";
pub const CAR_INSURANCE: &str = "Expenses:Insurance:Car";
pub const LIABILITY: &str = "Expenses:Insurance:Liability";
pub const LIFE: &str = "Expenses:Insurance:Life";
pub const PUBLIC_TRANSPORT: &str = "Expenses:Transport:Public";
pub const TAXI: &str = "Expenses:Transport:Taxi";
pub const TRAVEL: &str = "Expenses:Travel";
pub const PHARMACY: &str = "Expenses:Health:Pharmacy";
pub const DOCTOR: &str = "Expenses:Health:Doctor";
pub const CLOTHING: &str = "Expenses:Clothing";
pub const CHILDREN: &str = "Expenses:Children:School";
pub const TOYS: &str = "Expenses:Children:Toys";
pub const DAYCARE: &str = "Expenses:Children:Daycare";
pub const BOOKS: &str = "Expenses:Leisure:Books";
pub const STREAMING: &str = "Expenses:Leisure:Streaming";
pub const SPORT: &str = "Expenses:Leisure:Sport";
pub const CINEMA: &str = "Expenses:Leisure:Cinema";
pub const ELECTRONICS: &str = "Expenses:Electronics";
pub const GIFTS: &str = "Expenses:Gifts";
pub const DONATIONS: &str = "Expenses:Donations";
pub const FEES: &str = "Expenses:Bank fees";
pub const TAX: &str = "Expenses:Taxes:Income tax";
pub const VAT: &str = "Liabilities:VAT";
pub const CASH: &str = "Assets:Cash";
pub const SAVINGS: &str = "Assets:Bank:Savings";
pub const SALARY: &str = "Income:Salary";
pub const BENEFIT: &str = "Income:Child benefit";
pub const INTEREST: &str = "Income:Interest";
pub const CLIENTS: &str = "Income:Clients";
pub const SOFTWARE: &str = "Expenses:Business:Software";
pub const HOSTING: &str = "Expenses:Business:Hosting";
pub const OFFICE: &str = "Expenses:Business:Office";
pub const COWORKING: &str = "Expenses:Business:Coworking";
pub const BUSINESS_TRAVEL: &str = "Expenses:Business:Travel";
pub const ADVICE: &str = "Expenses:Business:Advice";
pub const TRAINING: &str = "Expenses:Business:Training";
pub const OWNER: &str = "Equity:Drawings";

/// Where one-offs and slips of the hand go.
pub const SPENDING: [&str; 24] = [
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
pub const PAYEES: &[Payee] = &[
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

pub const CITIES: [&str; 9] = [
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
pub const FIRST_WORDS: [&str; 24] = [
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
pub const TRADES: [(&str, &str); 14] = [
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
pub const PLAIN_WORDS: [&str; 12] = [
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
