//! Journals out: what hledger, ledger and beancount make of them is what the book says, to the last digit.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ledger_core::account::{AccountKind, NewAccount};
use ledger_core::export::ExportFormat;
use ledger_core::journal::{LinePrice, Source, Tag};
use ledger_core::money::{Amount, Commodity, Price};
use ledger_core::report::{Basis, TrialBalanceOptions};
use ledger_core::{Book, EntryDraft, ExportOptions};
use ledger_testkit::peers::{Balances, Peer, balances, balances_at_cost, billionths};
use ledger_testkit::{TestDatabase, on_both_databases, sqlite_database};
use proptest::prelude::*;

use crate::support::{day, eur, home, meal, open, post, says};

fn options(format: ExportFormat) -> ExportOptions {
    ExportOptions { format, ..ExportOptions::default() }
}

fn exported(book: &Book<'_>, options: &ExportOptions) -> String {
    let mut out = Vec::new();
    book.export().journal(options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What the book itself says that its accounts hold.
fn held(book: &Book<'_>, basis: Basis) -> Balances {
    let options = TrialBalanceOptions { basis, ..Default::default() };
    let mut held = Balances::new();
    for row in book.reports().trial_balance(&options).unwrap().rows {
        for (side, sign) in [(row.debit, 1), (row.credit, -1)] {
            // Rows without a kind are what is left over between commodities, and no account.
            if let (Some(amount), Some(_)) = (side, row.kind) {
                let key = (row.account.clone(), amount.commodity().code().to_owned());
                *held.entry(key).or_default() += sign * billionths(&amount.number());
            }
        }
    }
    held.retain(|_, number| *number != 0);
    held
}

/// Lets every program read the journal, with and without cancelled pairs, and compares.
fn assert_peers_agree(db: &TestDatabase, book: &Book<'_>, peers: &[Peer]) {
    let expected = held(book, Basis::Native);
    for peer in peers {
        for net in [false, true] {
            let format = ExportFormat::from_name(peer.format()).unwrap();
            let options = ExportOptions { net, balances: *peer == Peer::Beancount, ..options(format) };
            let file: PathBuf = db.folder().join(format!("{}-{net}.journal", peer.format()));
            std::fs::write(&file, exported(book, &options)).unwrap();
            if let Some(found) = balances(*peer, &file) {
                assert_eq!(
                    found,
                    expected,
                    "{peer:?}, net {net}:\n{}",
                    std::fs::read_to_string(&file).unwrap()
                );
            }
            if *peer == Peer::Hledger
                && let Some(found) = balances_at_cost(&file)
            {
                assert_eq!(found, held(book, Basis::BookValue), "at cost, net {net}");
            }
        }
    }
}

fn commodity(code: &str, scale: u8) -> Commodity {
    Commodity::new(code, scale).unwrap()
}

/// Texts that mean something in one journal or another.
const ODD_TEXTS: [&str; 21] = [
    "* starred",
    "! marked",
    "(code) after",
    "a ; b ; c",
    "a | b",
    "|",
    "two  spaces  ; and a comment",
    "date: 2019-99-99",
    "x date:2019-01-01, date2:1/32",
    "[2019-99-99] [=1/40]",
    "value:: 1/0",
    "Payee: someone else",
    ":tag:other:",
    "\"quoted\" \\back\\slash\\",
    "=HYPERLINK(\"http://x\")",
    "<script>alert(1)</script>",
    "#tag ^link @ 3 EUR",
    "{3 EUR} [2020-01-01] (note)",
    "東京 👍 é́",
    "include /etc/passwd",
    "a,b:c,d:",
];

/// A book with all that is hard to say in another program's words.
fn strange<'l>(ledger: &'l ledger_core::Ledger) -> Book<'l> {
    let book = home(ledger);
    let accounts = book.accounts();
    for (name, kind) in [
        ("Assets", AccountKind::Asset),
        ("Bank:x", AccountKind::Asset),
        ("Assets:Bank:x", AccountKind::Asset),
        ("Bank", AccountKind::Liability),
        ("Assets:Bank:closed", AccountKind::Asset),
        ("Assets:Bank:a;b", AccountKind::Asset),
        ("Assets:Bank:a,b", AccountKind::Asset),
        ("(Virtual)", AccountKind::Asset),
        ("[Balanced]:x", AccountKind::Equity),
        ("* Star", AccountKind::Expense),
        ("! Mark", AccountKind::Expense),
        ("<Deferred>", AccountKind::Income),
        ("= Auto", AccountKind::Expense),
        ("~ Periodic", AccountKind::Expense),
        ("Vermögen:öffentlich ß", AccountKind::Asset),
        ("日本:銀行", AccountKind::Asset),
        ("Income:\"Odd\" @ 3", AccountKind::Income),
        ("expenses:👍", AccountKind::Expense),
        ("Expenses:👎", AccountKind::Expense),
        ("comment", AccountKind::Expense),
        ("2026-01-01", AccountKind::Expense),
    ] {
        let new =
            NewAccount { note: Some("a note; date: 1/32 [1/40]".into()), ..NewAccount::new(name).kind(kind) };
        accounts.open(new).unwrap();
    }
    accounts.close("Assets:Bank:closed", day("2026-12-31")).unwrap();
    for code in [
        ("World.ETF", 6),
        ("h", 2),
        ("m", 0),
        ("and", 2),
        ("Äpfel", 3),
        ("Öpfel", 3),
        ("TRUE", 2),
        ("O'X-", 9),
    ] {
        book.commodities().declare(commodity(code.0, code.1)).unwrap();
    }
    book.prices()
        .add(
            Price::new(
                commodity("World.ETF", 6),
                "9.123456789012".parse().unwrap(),
                eur(0).commodity(),
                day("2026-01-02"),
            )
            .unwrap(),
        )
        .unwrap();
    book.prices()
        .add(
            Price::new(commodity("h", 2), "25".parse().unwrap(), eur(0).commodity(), day("0900-01-02"))
                .unwrap(),
        )
        .unwrap();
    let names: Vec<String> = accounts.list().unwrap().into_iter().map(|account| account.name).collect();
    for (index, name) in names.iter().enumerate().filter(|(_, name)| !name.ends_with(":closed")) {
        let text = ODD_TEXTS[index % ODD_TEXTS.len()];
        let mut draft = EntryDraft::new(day("2026-01-05"), text)
            .debit(name.as_str(), eur(100 + index as i64))
            .infer("Equity:Opening");
        draft.lines[0].memo = Some(ODD_TEXTS[(index + 7) % ODD_TEXTS.len()].to_owned());
        post(&book, draft).unwrap();
    }
    for (index, text) in ODD_TEXTS.iter().enumerate() {
        let mut draft = meal("2026-02-01", 100 + index as i64);
        draft.description = text.to_string();
        draft.lines[0].memo = Some(ODD_TEXTS[(index + 1) % ODD_TEXTS.len()].to_owned());
        draft.external_id = Some(format!("{index} {text}"));
        draft.source = Source::Import;
        draft.tags = vec![
            Tag { key: "date".into(), value: text.to_string() },
            Tag { key: "trip to, rome; x:y".into(), value: "a, b".into() },
            Tag { key: "empty".into(), value: String::new() },
        ];
        draft.party = text
            .chars()
            .next()
            .filter(|first| *first != ' ')
            .map(|_| text.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|party| !party.contains('\u{301}'));
        post(&book, draft).unwrap();
    }
    book
}

/// Lines at prices whose products have to be rounded, and at totals that no unit price gives.
fn priced(book: &Book<'_>) {
    let fund = commodity("World.ETF", 6);
    let yen = Commodity::iso("JPY").unwrap();
    let unit = |rate: &str, quote| Some(LinePrice::unit(rate.parse().unwrap(), quote));
    for (amount, price) in [
        (fund.amount(3_000_000), unit("1.115", eur(0).commodity())),
        (fund.amount(2_000_000), unit("1.115", eur(0).commodity())),
        (fund.amount(-1_234_567), unit("9.87654321", eur(0).commodity())),
        (fund.amount(1), unit("0.001", eur(0).commodity())),
        (fund.amount(0), unit("1.115", eur(0).commodity())),
        (fund.amount(3_000_000), Some(LinePrice::total(yen.amount(1_000)))),
        (yen.amount(1_000), Some(LinePrice::total(eur(617)))),
        (yen.amount(-7), unit("0.0061728394506172839", eur(0).commodity())),
        (commodity("h", 2).amount(725), unit("33.333", eur(0).commodity())),
        (commodity("O'X-", 9).amount(123_456_789_012), unit("0.000000001", yen)),
        (commodity("m", 0).amount(90), Some(LinePrice::total(commodity("Äpfel", 3).amount(1)))),
    ] {
        let mut draft =
            EntryDraft::new(day("2026-03-01"), "Priced").debit("Assets:Cash", amount).infer("Assets:Bank");
        draft.lines[0].price = price;
        if amount.is_zero() {
            draft = draft.debit("Expenses:Food", eur(1));
        }
        post(book, draft).unwrap();
    }
}

#[test]
fn other_programs_read_strange_names_prices_and_corrections_as_the_book_has_them() {
    let db = sqlite_database();
    let ledger = open(&db);
    let book = strange(&ledger);
    priced(&book);
    for number in [3, 8] {
        book.journal().amend(number, meal("2026-02-03", 4_200).balance().unwrap()).unwrap();
    }
    let mirror = book.journal().reverse(5, Some(day("2026-03-31"))).unwrap().number;
    book.journal().reverse(mirror, None).unwrap();
    assert_peers_agree(&db, &book, &Peer::ALL);
}

on_both_databases! {
    fn a_journal_is_the_same_from_both_databases_and_in_the_order_of_days(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for (on, minor) in [("2026-03-01", 300), ("2026-01-01", 100), ("2026-02-01", 200), ("2026-01-01", 101)] {
            post(&book, meal(on, minor)).unwrap();
        }
        let expected = "\
; Book \"home\", exported by ledger-core
decimal-mark .

commodity EUR
    format 1000.00 EUR

account Assets:Bank  ; type: C
account Assets:Cash  ; type: C
account Expenses:Food  ; type: X
account Income:Salary  ; type: R
account Equity:Opening  ; type: E

2026-01-01 (2) Meal
    Expenses:Food                                       1.00 EUR
    Assets:Bank                                        -1.00 EUR

2026-01-01 (4) Meal
    Expenses:Food                                       1.01 EUR
    Assets:Bank                                        -1.01 EUR
";
        let january = ExportOptions { to: Some(day("2026-01-31")), ..options(ExportFormat::Hledger) };
        assert_eq!(exported(&book, &january), expected);
        let lines = exported(&book, &options(ExportFormat::Ndjson));
        let days: Vec<String> = lines
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["posted_on"].to_string())
            .collect();
        assert!(days.is_sorted() && days.len() == 4, "{days:?}");
    }

    fn what_is_exported_can_be_limited(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-01-01", 100).party("Rewe Mitte").tag("trip", "rome/2026")).unwrap();
        let salary = EntryDraft::new(day("2026-01-02"), "Salary").debit("Assets:Bank", eur(9)).infer("Income:Salary");
        post(&book, salary).unwrap();
        let count = |options: ExportOptions| {
            let mut out = Vec::new();
            book.export().journal(&options, &mut out).unwrap().entries
        };
        let all = ExportOptions::default();
        assert_eq!(count(all.clone()), 2);
        assert_eq!(count(ExportOptions { from: Some(day("2026-01-02")), ..all.clone() }), 1);
        assert_eq!(count(ExportOptions { account: Some("expenses".into()), ..all.clone() }), 1);
        assert_eq!(count(ExportOptions { party: Some("REWE".into()), ..all.clone() }), 1);
        for (tag, found) in [("trip", 1), ("trip:rome", 1), ("trip:rom", 0), ("trip:rome/2026", 1), ("place", 0)] {
            assert_eq!(count(ExportOptions { tag: Some(Tag::parse(tag)), ..all.clone() }), found, "{tag}");
        }
        let nowhere = ExportOptions { account: Some("Assets:Nowhere".into()), ..all };
        let error = book.export().journal(&nowhere, &mut Vec::new()).unwrap_err();
        says(&error, &["Assets:Nowhere"]);
    }

    fn a_pair_is_left_out_only_where_both_of_it_lie_in_the_range(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-01-01", 100)).unwrap();
        book.journal().reverse(1, Some(day("2026-02-01"))).unwrap();
        let exported = |to: &str| {
            let options = ExportOptions { net: true, to: Some(day(to)), ..ExportOptions::default() };
            let summary = book.export().journal(&options, &mut Vec::new()).unwrap();
            (summary.entries, summary.cancelled)
        };
        assert_eq!(exported("2026-01-31"), (1, 0));
        assert_eq!(exported("2026-02-01"), (0, 2));
    }

    fn a_journal_of_several_pages_holds_every_entry_once(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let draft = |n: i64| meal(["2026-01-03", "2026-01-01", "2026-01-02"][(n % 3) as usize], n + 1).balance().unwrap();
        book.journal().post_all((0..4_500).map(draft)).unwrap();
        let lines = exported(&book, &options(ExportFormat::Ndjson));
        let mut numbers: Vec<i64> = lines
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["number"].as_i64().unwrap())
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=4_500).collect::<Vec<i64>>());
    }
}

#[test]
fn every_cell_of_a_table_is_guarded_unless_raw_cells_are_asked_for() {
    let db = sqlite_database();
    let ledger = open(&db);
    let book = home(&ledger);
    book.accounts().open(NewAccount::new("=cmd").kind(AccountKind::Expense)).unwrap();
    let mut draft = EntryDraft::new(day("2026-01-01"), "=1+1")
        .debit("=cmd", eur(1_234))
        .infer("Assets:Bank")
        .party("@SUM(1)")
        .tag("+x", "y");
    draft.lines[0].memo = Some("-1+1".into());
    draft.external_id = Some("＝1".into());
    post(&book, draft).unwrap();
    let cells = |raw_cells: bool| {
        let text = exported(&book, &ExportOptions { raw_cells, ..options(ExportFormat::Csv) });
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        let names = rows.headers().unwrap().clone();
        let row = rows.records().next().unwrap().unwrap();
        let cells = names.iter().zip(row.iter()).map(|(name, cell)| (name.to_owned(), cell.to_owned()));
        cells.collect::<BTreeMap<String, String>>()
    };
    let expected = [
        ("description", "=1+1"),
        ("party", "@SUM(1)"),
        ("account", "=cmd"),
        ("memo", "-1+1"),
        ("tags", "+x:y"),
        ("external_id", "＝1"),
    ];
    for (name, text) in expected {
        assert_eq!(cells(true)[name], text);
        assert_eq!(cells(false)[name], format!("'{text}"));
    }
    let credit = exported(&book, &options(ExportFormat::Csv)).lines().nth(2).unwrap().to_owned();
    assert!(credit.contains(",-12.34,EUR,-12.34,EUR,"), "numbers stay numbers: {credit}");
}

#[test]
fn a_day_that_a_program_cannot_read_is_refused_with_the_way_out() {
    let db = sqlite_database();
    let ledger = open(&db);
    let book = home(&ledger);
    post(&book, meal("1399-12-31", 100)).unwrap();
    let error = book.export().journal(&options(ExportFormat::Ledger), &mut Vec::new()).unwrap_err();
    says(&error, &["\"Meal\"", "1399-12-31", "1400-01-01", "ledger"]);
    assert_peers_agree(&db, &book, &[Peer::Hledger, Peer::Beancount]);
}

#[test]
fn a_document_of_json_holds_the_chart_and_every_text_as_it_is() {
    let db = sqlite_database();
    let ledger = open(&db);
    let book = strange(&ledger);
    let text = exported(&book, &options(ExportFormat::Json));
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let entries = value["entries"].as_array().unwrap();
    assert_eq!(entries.len() as i64, book.head().unwrap().number);
    for text in ODD_TEXTS {
        assert!(entries.iter().any(|entry| entry["description"] == text), "{text}");
    }
    assert_eq!(value["accounts"].as_array().unwrap().len(), book.accounts().list().unwrap().len());
    assert_eq!(value["prices"][1]["rate"], "9.123456789012");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn other_programs_agree_on_random_books(
        entries in prop::collection::vec(
            (0..5_usize, 0..5_usize, -5_000_000_i64..5_000_000, 0..6_usize, 1..99_999_u32, 0..900_u64, "[!-~][ -~]{0,12}"),
            1..40,
        ),
    ) {
        let db = sqlite_database();
        let ledger = open(&db);
        let book = home(&ledger);
        let accounts = ["Assets:Bank", "Assets:Cash", "Expenses:Food", "Income:Salary", "Equity:Opening"];
        let fund = book.commodities().declare(commodity("Fund-2", 6)).unwrap();
        for (left, right, minor, kind, rate, days, text) in entries {
            let on = day("2024-01-01") + chrono::Days::new(days);
            let quote = Commodity::iso(["EUR", "JPY", "KWD"][kind % 3]).unwrap();
            let amount: Amount = if kind < 3 { quote.amount(minor) } else { fund.amount(minor) };
            let mut draft = EntryDraft::new(on, text.as_str()).debit(accounts[left], amount).infer(accounts[right]);
            draft.lines[0].memo = Some(text);
            if kind >= 3 {
                draft.lines[0].price = Some(LinePrice::unit(rust_decimal::Decimal::new(rate.into(), 5), quote));
            }
            // An entry of nothing at all is refused, as it should be.
            if let Ok(balanced) = draft.balance() {
                book.journal().post(balanced).unwrap();
            }
        }
        for number in (1..=book.head().unwrap().number).step_by(7) {
            book.journal().reverse(number, None).unwrap();
        }
        assert_peers_agree(&db, &book, &Peer::ALL);
    }
}
