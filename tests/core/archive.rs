//! A whole book as one file: restored into either database it is the same book, and anything else is refused.

use std::collections::BTreeMap;
use std::io::Cursor;

use ledger_core::account::NewAccount;
use ledger_core::import::rule::read_rules;
use ledger_core::import::{Decision, Decisions, ImportState, LineState};
use ledger_core::journal::{LinePrice, Tag};
use ledger_core::lot::{LineLot, LotMethod};
use ledger_core::money::{Commodity, Price};
use ledger_core::party::{NewParty, PartyField};
use ledger_core::receivable::{LoanTerms, Part, ReceivableKind, Repayment};
use ledger_core::schedule::{
    Adjustment, DetectOptions, Move, OccurrenceKey, ProposalKey, RowRef, ScheduleTerms,
};
use ledger_core::{
    AcceptProposal, Adjust, Book, CloseYear, Edit, EntryDraft, Import, Ledger, MoneyAccount, NewAssertion, NewGroup,
    NewReceivable, PostDue, ProjectRequest, Repay, RepayFrom, admin,
};
use ledger_testkit::{Backend, TestDatabase, databases, fresh_database, on_both_databases, sqlite_database};
use serde_json::json;

use crate::support::{assert_sound, day, eur, home, home_named, meal, open, post, says, session, stored};

pub const PLACE: &str = "home.ledger.zip";

/// A book with something in every table.
pub fn full<'l>(ledger: &'l Ledger) -> Book<'l> {
    let book = home(ledger);
    let fund = book.commodities().declare(Commodity::new("World.ETF", 6).unwrap()).unwrap();
    book.accounts()
        .open(NewAccount::new("Assets:Depot").commodity(fund).opened_on(day("2020-01-01")))
        .unwrap();
    for alias in ["giro", "Übergiro", "Zebra", "apfel"] {
        book.accounts().alias("Assets:Bank", alias).unwrap();
    }
    book.accounts()
        .add_subtype(ledger_core::account::AccountKind::Asset, "domains", "Names on the web")
        .unwrap();
    book.accounts().close("Assets:Cash", day("2026-12-31")).unwrap();
    book.prices()
        .add(Price::new(fund, "9.123456".parse().unwrap(), eur(0).commodity(), day("2026-01-02")).unwrap())
        .unwrap();
    for name in ["Zeta", "alpha", "Beta", "ärger"] {
        book.settings("csv").save(name, &json!({ "delimiter": ";", "note": null })).unwrap();
    }
    for n in 1..=30 {
        let mut draft = meal(&format!("2026-01-{n:02}"), n * 100 + 7);
        draft.description =
            format!("Meal \u{2028} \"{n}\" 🍜 \\ \u{7f}").replace(['\u{2028}', '\u{7f}'], " ");
        draft.party = Some(format!("Shop {}", n % 4));
        draft.external_id = Some(format!("id-{n}"));
        draft.tags = ["b", "B", "ä", "a"]
            .iter()
            .map(|key| Tag { key: (*key).into(), value: format!("x/{n}") })
            .collect();
        draft.lines[0].memo = Some(String::new());
        post(&book, draft).unwrap();
    }
    let mut depot = EntryDraft::new(day("2026-02-01"), "Fund")
        .debit("Assets:Depot", fund.amount(i64::MAX / 1_000))
        .infer("Assets:Bank");
    depot.lines[0].price = Some(LinePrice::unit("0.00001".parse().unwrap(), eur(0).commodity()));
    post(&book, depot).unwrap();
    let mut depot =
        EntryDraft::new(day("2026-02-01"), "Fund").debit("Assets:Depot", fund.amount(3)).infer("Assets:Bank");
    depot.lines[0].price = Some(LinePrice::total(eur(1)));
    post(&book, depot).unwrap();
    book.journal().amend(3, meal("2026-01-03", 1).balance().unwrap()).unwrap();
    book.journal().reverse(4, Some(day("2026-02-02"))).unwrap();
    book.lock(Some(day("2025-12-31"))).unwrap();
    rules(&book);
    imports(&book);
    reconciliations(&book);
    schedules(&book);
    parties(&book);
    owed(&book);
    lots(&book);
    closings(&book);
    book
}

/// A closed year without an entry, one that was closed and taken back, and balances that are asserted.
fn closings(book: &Book<'_>) {
    let year = |year| CloseYear { lock: false, ..CloseYear::new(year, day("2027-01-02")) };
    book.closings().close(&year(2025)).unwrap();
    book.closings().close(&year(2026)).unwrap();
    book.closings().undo(2026).unwrap();
    let note = Some("Óscar 🎉".to_owned());
    let none = NewAssertion { note, ..NewAssertion::new("Income:Salary", eur(0), day("2025-12-31")) };
    for with_below in [false, true] {
        book.assertions().add(&NewAssertion { with_below, ..none.clone() }).unwrap();
    }
}

/// Parties with other names and details, one merged, one renamed, and a number left out.
fn parties(book: &Book<'_>) {
    let parties = book.parties();
    parties.add(NewParty::new("Gone")).unwrap();
    let aliases = ["Zebra", "ärger", "Apfel"].map(str::to_owned).to_vec();
    parties.add(NewParty { aliases, ..NewParty::new("Zoo Ltd") }).unwrap();
    parties.edit("Zoo Ltd", |_, details| details.set(PartyField::Note, "lions 🦁")).unwrap();
    parties.remove("Gone").unwrap();
    parties.merge("Shop 1", "Shop 2").unwrap();
    parties.rename("Shop 2", "Shop Two").unwrap();
}

/// An account that keeps lots, and lines that say all that can be said of them.
fn lots(book: &Book<'_>) {
    let coin = book.commodities().declare(Commodity::new("COIN", 3).unwrap()).unwrap();
    book.accounts().open(NewAccount::new("Assets:Coins").lot_method(LotMethod::Fifo)).unwrap();
    let price = |rate: &str| LinePrice::unit(rate.parse().unwrap(), eur(0).commodity());
    let named = LineLot { opened_on: Some(day("2020-02-29")), ..LineLot::labelled("älter 🪙") };
    for (units, rate, lot) in [
        (5_000, "2.5", named),
        (-1_000, "2.5", LineLot::at_cost(Some(price("3.125")))),
        (-1_000, "2.5", LineLot::at_cost(Some(LinePrice::total(eur(311))))),
    ] {
        let mut draft =
            EntryDraft::new(day("2026-02-10"), "Coins").debit("Assets:Coins", coin.amount(units)).lot(lot);
        draft.lines[0].price = Some(price(rate));
        post(book, draft.infer("Assets:Bank")).unwrap();
    }
    let gift = EntryDraft::new(day("2026-02-11"), "Gift").debit("Assets:Coins", coin.amount(1_000));
    post(book, gift.lot(LineLot::for_nothing()).infer("Equity:Opening")).unwrap();
}

/// Rules in another order than they were made in, one of them switched off.
fn rules(book: &Book<'_>) {
    for name in ["Zoo", "ärger", "Rolls"] {
        let text = format!(
            "[[rule]]\nname = \"{name}\"\nwhen = {{ payee = \"{name}\" }}\nset = {{ account = \"Expenses:Food\" }}\n"
        );
        book.rules().add(&read_rules(&text).unwrap()[0], None).unwrap();
    }
    book.rules().move_to("Rolls", 1).unwrap();
    book.rules().set_enabled("Zoo", false).unwrap();
}

/// Imports in every state, with lines in every state.
fn imports(book: &Book<'_>) {
    let csv = |rows: &str| format!("Date,Payee,Text,Amount,Balance\n{rows}\n");
    let import = |account: &'static str, file: &'static str, text: &str| {
        book.imports().import(&Import { into: Some(account), ..Import::new(file, text.as_bytes()) }).unwrap()
    };
    book.accounts().open(NewAccount::new("Assets:Savings")).unwrap();
    let both = "2026-03-05,,Transfer to savings,-500.00,1500.00\n2026-03-06,Zoo,\"Two\nlines 🦁\",-10.00,1490.00\n\
                2026-03-07,,Interest,0.00,1490.00";
    assert!(import("Assets:Bank", "bank.csv", &csv(both)).committed);
    let savings = csv("2026-03-06,,Deposit,500.00,500.00\n2026-03-31,,Interest,1.25,501.25");
    assert!(import("Assets:Savings", "savings.csv", &savings).committed);
    assert_eq!(book.imports().lines(2).unwrap()[0].state, LineState::Adjusted);
    let undone = import("Assets:Savings", "wrong.csv", &csv("2026-04-01,Zoo,x,-1.00,500.25"));
    book.imports().undo(undone.id.unwrap()).unwrap();
    let qif = "!Type:Bank\nD2026-04-02\nT-5.00\nPShop\nSExpenses:Food\n$-2.00\nSExpenses:Fun\n$-3.00\n^\n";
    assert!(import("Assets:Bank", "bank.qif", qif).committed);
    let discarded = csv("2026-04-03,Zoo,y,-1.00,1484.00");
    let discarded = Import { into: Some("Assets:Bank"), ..Import::new("d.csv", discarded.as_bytes()) };
    let discarded = book.imports().stage(&discarded).unwrap();
    book.imports().discard(discarded.id.unwrap()).unwrap();
    for _ in 0..2 {
        post(book, meal("2026-04-04", 777)).unwrap();
    }
    assert!(!import("Assets:Bank", "open.csv", &csv("2026-04-04,Zoo,z,-7.77,1476.23")).committed);
    let mut states: Vec<ImportState> =
        book.imports().list().unwrap().into_iter().map(|import| import.state).collect();
    states.sort_by_key(|state| format!("{state:?}"));
    states.dedup();
    assert_eq!(states.len(), 4, "{states:?}");
}

/// A checkpoint that holds, one that was undone, and lines that are cleared only.
fn reconciliations(book: &Book<'_>) {
    let marks = book.reconciliations();
    for (account, to) in
        [("Assets:Bank", "2026-01-10"), ("Assets:Savings", "2026-03-31"), ("Assets:Bank", "2026-01-20")]
    {
        marks.clear_all(account, day(to), eur(0).commodity()).unwrap();
        let balance = marks.preview(account, day(to), eur(0)).unwrap().cleared_balance;
        marks.finish(account, day(to), balance).unwrap();
    }
    marks.undo(3).unwrap();
    assert_eq!(marks.clear_lines("Assets:Bank", &[28, 29]).unwrap(), 2);
}

/// A receivable and a payable with movements that have an entry and that have none, and a group that shared.
fn owed(book: &Book<'_>) {
    for name in ["Assets:Owed", "Liabilities:Owed"] {
        book.accounts().open(NewAccount::new(name)).unwrap();
    }
    let terms = |due: &str| {
        let due = Repayment::Due { on: day(due) };
        LoanTerms::new(eur(30_000), day("2026-01-05"), due)
    };
    for (kind, control) in
        [(ReceivableKind::Receivable, "Assets:Owed"), (ReceivableKind::Payable, "Liabilities:Owed")]
    {
        let new = NewReceivable::new(kind, "Óscar 🎉", "Equity:Opening", terms("2026-06-01"));
        let new = NewReceivable { account: Some(control.into()), note: Some("by hand".into()), ..new };
        let (receivable, _) = book.receivables().add(new).unwrap();
        let from = RepayFrom::Account(Some("Equity:Opening".into()));
        let repay =
            Repay {
                from, any_account: true, ..Repay::new(kind, "Óscar 🎉", eur(1_000), day("2026-02-01"))
            };
        book.receivables().repay(&repay).unwrap();
        let reason = "in cash".to_owned();
        let adjust = Adjust { on: day("2026-02-02"), amount: eur(-500), part: Part::Principal, reason };
        book.receivables().adjust(receivable.id, adjust).unwrap();
    }
    let members = vec!["Óscar 🎉".to_owned()];
    let account = "Assets:Owed".into();
    book.groups()
        .create(NewGroup { name: "Trip".into(), members, commodity: None, account: Some(account) })
        .unwrap();
    let kept = MoneyAccount { any: true, ..MoneyAccount::from("Equity:Opening") };
    book.groups().pay("Trip", "Óscar 🎉", "me", eur(100), day("2026-02-03"), Some(&kept)).unwrap();
}

/// Rows in every state, occurrences in every state, an applied scenario, a forecast and every decision.
fn schedules(book: &Book<'_>) {
    let rows = book.schedules();
    let named = |name: &str| ScheduleTerms { name: name.into(), ..crate::schedules::rent(book) };
    let (rent, old) = (rows.add(named("Rent 🏠")).unwrap(), rows.add(named("Old")).unwrap());
    let key = |on: &str| OccurrenceKey::new(rent.id(), day(on));
    rows.skip(key("2026-02-01")).unwrap();
    rows.move_occurrence(key("2026-03-01"), Move { to: Some(day("2026-03-09")), lines: None }).unwrap();
    assert_eq!(rows.post_due(day("2026-01-31"), &PostDue::default()).unwrap().posted.len(), 2);
    rows.remove(old.id()).unwrap();
    let until = Edit::Later { on: day("2026-06-01"), terms: Box::new(named("Rent 🏠")) };
    rows.edit(rent.id(), until).unwrap();
    for name in ["Zeta", "alpha"] {
        book.scenarios().create(name).unwrap();
        let stop = Adjustment::Stop { row: RowRef::from("rent 🏠"), from: day("2026-09-01") };
        book.scenarios().adjust(name, stop).unwrap();
        let mut request = ProjectRequest::new(day("2026-01-31"), day("2026-12-31"));
        request.accounts = vec!["Assets:Bank".into()];
        rows.snapshot(name, &ProjectRequest { total: false, ..request }).unwrap();
    }
    book.scenarios().apply("alpha").unwrap();
    for n in 1..=6 {
        let club = meal(&format!("2026-0{n}-15"), 1_500).party("Club");
        post(book, club).unwrap();
    }
    let found = rows.detect(&DetectOptions::new(day("2026-06-20"))).unwrap();
    let club = found.iter().find(|proposal| proposal.name.contains("Club")).unwrap();
    rows.accept_proposal(club, &AcceptProposal::default()).unwrap();
    rows.reject_proposal(&ProposalKey::from("b".to_owned())).unwrap();
    rows.snooze_proposal(&ProposalKey::from("A".to_owned()), day("2027-01-01")).unwrap();
}

pub fn archive_of(book: &Book<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    book.export().archive(&mut out).unwrap();
    out
}

/// Every row of every table that belongs to a book, but the book's number in its database.
fn rows(db: &TestDatabase) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for table in tables_of_books(db) {
        let columns = match db.backend() {
            Backend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}') ORDER BY 1"),
            Backend::Postgres => format!(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() \
                 AND table_name = '{table}' ORDER BY column_name COLLATE \"C\""
            ),
        };
        let columns = db.sql(&columns).unwrap();
        let columns: Vec<_> =
            columns.lines().filter(|name| *name != "book_id").map(|name| format!("\"{name}\"")).collect();
        let found = db.sql(&format!("SELECT {} FROM {table}", columns.join(", "))).unwrap();
        let mut found: Vec<String> = found.lines().map(str::to_owned).collect();
        found.sort();
        all.insert(table, found);
    }
    all
}

/// The tables with a `book_id`, as the database itself tells them.
fn tables_of_books(db: &TestDatabase) -> Vec<String> {
    let found = db.sql(match db.backend() {
        Backend::Sqlite => {
            "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c ON c.name = 'book_id' \
             WHERE t.type = 'table' ORDER BY 1"
        }
        Backend::Postgres => {
            "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema() \
             AND column_name = 'book_id' ORDER BY 1"
        }
    });
    found.unwrap().lines().map(str::to_owned).collect()
}

on_both_databases! {
    fn every_table_of_a_book_is_in_its_archive(db: &TestDatabase) {
        drop(open(db));
        let mut archived: Vec<String> = admin::archived_tables().into_iter().map(|(table, _)| table.to_owned()).collect();
        archived.sort();
        assert_eq!(
            archived,
            tables_of_books(db),
            "a new table belongs into the list in store/archive.rs, or among those that are kept elsewhere"
        );
    }

    fn a_book_is_restored_into_either_database_row_by_row_and_gives_the_same_bytes(db: &TestDatabase) {
        let ledger = open(db);
        let book = full(&ledger);
        let archive = archive_of(&book);
        assert_eq!(archive_of(&book), archive);
        for other in databases() {
            let second = Ledger::open_or_create(other.url(), session("ben")).unwrap();
            // Other books in front, so that the number of the restored one is another.
            home_named(&second, "first");
            let before = rows(&other);
            let summary = second.restore_archive(PLACE, Cursor::new(&archive), None, None).unwrap();
            assert_eq!((summary.book.as_str(), summary.head), ("home", book.head().unwrap()));
            let restored = second.book("home").unwrap();
            assert_eq!(restored.info().uid, book.info().uid);
            assert_sound(&restored);
            assert_eq!(archive_of(&restored), archive, "{} to {}", db.backend(), other.backend());
            let mut found = rows(&other);
            for (table, before) in &before {
                let all = found.get_mut(table).unwrap();
                for row in before {
                    let at = all.iter().position(|other| other == row).unwrap();
                    all.remove(at);
                }
            }
            assert_eq!(found, rows(db));
            let empty: Vec<_> = found.iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| table).collect();
            assert!(empty.is_empty(), "nothing is tested of {empty:?}");
            // The book goes on from where it was, also in entries, events and names.
            assert_eq!(post(&restored, meal("2026-03-01", 5)).unwrap().number, book.head().unwrap().number + 1);
            restored.accounts().open(NewAccount::new("Assets:New")).unwrap();
            let open = restored.imports().list().unwrap().into_iter().find(|import| import.state == ImportState::Open);
            let new = Decisions { lines: [(1, Decision::New)].into(), ..Decisions::default() };
            restored.imports().commit(open.unwrap().id, &new).unwrap();
            restored.reconciliations().undo(2).unwrap();
            restored.imports().undo(2).unwrap();
            restored.imports().undo(1).unwrap();
            restored.rules().remove("Zoo").unwrap();
            assert_eq!(restored.parties().unmerge("Shop 1").unwrap().name, "Shop 1");
            restored.scenarios().undo("alpha").unwrap();
            assert_eq!(restored.schedules().post_due(day("2026-01-31"), &PostDue::default()).unwrap().posted.len(), 0);
            assert_sound(&restored);
        }
    }

    fn a_book_that_is_there_is_never_restored_over_and_a_name_that_is_taken_has_a_way_out(db: &TestDatabase) {
        let ledger = open(db);
        let archive = archive_of(&full(&ledger));
        let before = stored(db);
        let known = ledger.restore_archive(PLACE, Cursor::new(&archive), Some("copy"), None).unwrap_err();
        says(&known, &["book \"home\" is there already", "identity", "another database"]);
        let other = fresh_database(db.backend()).unwrap();
        let second = open(&other);
        home_named(&second, "HOME");
        let taken = second.restore_archive(PLACE, Cursor::new(&archive), None, None).unwrap_err();
        says(&taken, &["\"home\" is there already", "--as NAME"]);
        assert_eq!(stored(db), before);
        let summary = second.restore_archive(PLACE, Cursor::new(&archive), Some("copy"), None).unwrap();
        assert_eq!(summary.book, "copy");
        let copy = second.book("copy").unwrap();
        assert_sound(&copy);
        let events = copy.audit().list(&Default::default()).unwrap();
        assert!(events.iter().any(|event| event.action == "book.rename" && event.after.as_deref() == Some("\"copy\"")));
        assert_eq!(copy.head().unwrap(), summary.head);
    }

    fn an_archived_and_an_empty_book_come_back_as_they_were(db: &TestDatabase) {
        let ledger = open(db);
        let mut book = home(&ledger);
        book.set_archived(true).unwrap();
        let other = fresh_database(db.backend()).unwrap();
        let second = open(&other);
        let archive = archive_of(&book);
        second.restore_archive(PLACE, Cursor::new(&archive), None, None).unwrap();
        let restored = second.book("home").unwrap();
        assert_eq!(restored.info().archived_at, book.info().archived_at);
        assert!(post(&restored, meal("2026-03-01", 5)).is_err());
        assert_eq!(archive_of(&restored), archive);
    }

    fn an_unsound_book_is_not_archived(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-01-01", 5)).unwrap();
        db.sql("UPDATE accounts SET name = 'Assets:Bonk' WHERE account_id = 1").unwrap();
        let error = book.export().archive(&mut Vec::new()).unwrap_err();
        says(&error, &["\"home\" cannot be archived whole", "accounts 1", "ledger verify"]);
    }

    fn more_rows_than_one_batch_are_restored(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let draft = |n: i64| meal("2026-01-01", n).party(format!("Shop {}", n % 1_100)).balance().unwrap();
        book.journal().post_all((1..=12_000).map(draft)).unwrap();
        let archive = archive_of(&book);
        let other = sqlite_database();
        let second = open(&other);
        second.restore_archive(PLACE, Cursor::new(&archive), None, None).unwrap();
        assert_eq!(archive_of(&second.book("home").unwrap()), archive);
    }
}
