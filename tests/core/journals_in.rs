//! Journals of other programs into a book: the corpus gives the balances that its own programs give, an import comes
//! twice without a change, and what does not hold is refused as a whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ledger_core::account::AccountKind;
use ledger_core::import::journal::{
    JournalFormat, JournalProblem, Sources, detect, read_journal, resolve_none,
};
use ledger_core::money::Amount;
use ledger_core::report::{Basis, TrialBalanceOptions};
use ledger_core::{Book, JournalImport, JournalOutcome, NewBook, Result, read_gnucash};
use ledger_testkit::peers::{self, Peer};
use ledger_testkit::{Backend, on_both_databases, run};
use rust_decimal::Decimal;

use crate::support::{assert_sound, day, open, says, stored};

/// What each account holds, by account and symbol.
type Holdings = BTreeMap<(String, String), Decimal>;

/// Accounts that an import adds, so that an entry which its own program takes balances here.
pub const ADDED: [&str; 4] = ["Equity:Rounding", "Equity:Virtual", "Equity:Unbalanced", "Equity:Revaluation"];

pub fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures");
    let folder = std::env::var_os("LEDGER_FIXTURES").map_or(beside, PathBuf::from);
    if !folder.join("EXPECTED.tsv").exists() {
        println!("no corpus at {}: nothing to compare with", folder.display());
        return None;
    }
    Some(folder)
}

/// Imports a file, with all that its program passes over allowed.
fn import_file(book: &Book<'_>, path: &Path) -> Result<JournalOutcome> {
    import_file_as(book, path, None)
}

fn import_file_as(book: &Book<'_>, path: &Path, format: Option<JournalFormat>) -> Result<JournalOutcome> {
    let name = path.to_str().expect("a path of the corpus is UTF-8");
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let format =
        format.or_else(|| detect(name, &bytes)).unwrap_or_else(|| panic!("{name}: the format is not told"));
    let (sources, journal);
    if format == JournalFormat::Gnucash {
        sources = Sources::one(name, "");
        journal = read_gnucash(name, &bytes, &sources)?;
    } else {
        sources = Sources::load(name, bytes, &mut resolve_none)?;
        journal = read_journal(&sources, format);
    }
    let mut import = JournalImport::new(&sources, journal);
    import.settle.unbalanced = Some("Equity:Unbalanced".to_owned());
    import.kinds.insert("*".to_owned(), AccountKind::Asset);
    import.skip_errors = true;
    import.accept_failed_assertions = true;
    book.imports().journal(import)
}

fn holdings(book: &Book<'_>) -> Holdings {
    let options = TrialBalanceOptions { basis: Basis::Native, ..Default::default() };
    let mut held = Holdings::new();
    for row in book.reports().trial_balance(&options).unwrap().rows {
        if row.kind.is_none() || ADDED.contains(&row.account.as_str()) {
            continue;
        }
        let mut add = |amount: Amount, sign: i64| {
            let code = symbol(amount.commodity().code()).to_owned();
            *held.entry((row.account.clone(), code)).or_default() +=
                amount.to_decimal() * Decimal::from(sign);
        };
        row.debit.into_iter().for_each(|amount| add(amount, 1));
        row.credit.into_iter().for_each(|amount| add(amount, -1));
    }
    held.retain(|_, sum| !sum.is_zero());
    held.into_iter().map(|(key, sum)| (key, sum.normalize())).collect()
}

/// The code that a symbol of the corpus stands for.
pub fn symbol(symbol: &str) -> &str {
    match symbol {
        "$" => "USD",
        "€" => "EUR",
        "£" => "GBP",
        "M&M" => "M_M",
        // What names none is taken for the book's.
        "" => "USD",
        other => other,
    }
}

/// The balances that the corpus's own programs give, in the three forms of the corpus.
fn expected(folder: &Path, file: &str) -> Option<Holdings> {
    let read =
        |ending: &str| fs::read_to_string(folder.join(format!("expected/journals/{file}.{ending}"))).ok();
    let mut held = Holdings::new();
    let mut add = |account: &str, number: &str, code: &str| {
        let number: Decimal = number.parse().unwrap_or_else(|_| panic!("{file}: {account} {number}"));
        *held.entry((account.to_owned(), symbol(code).to_owned())).or_default() += number;
    };
    if let Some(text) = read("ledger-bal.tsv") {
        for line in text.lines() {
            let [account, number, code] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{file}: {line}")
            };
            add(account, number, code);
        }
    } else {
        let text = read("bql-balances.csv")?;
        for line in text.lines().skip(1) {
            let (account, rest) = line.split_once(',').unwrap_or((line, ""));
            // Lots are told with their costs in braces: `8 GLD { 304.17 USD}, 5 GLD {231.38 USD}`.
            let plain: String =
                rest.replace('"', "").split('}').filter_map(|part| part.split('{').next()).collect();
            for position in plain.split(',').map(str::trim).filter(|position| !position.is_empty()) {
                let (number, code) = position.split_once(' ').unwrap_or_else(|| panic!("{file}: {position}"));
                add(account, number, code.trim());
            }
        }
    }
    held.retain(|_, sum| !sum.is_zero());
    Some(held.into_iter().map(|(key, sum)| (key, sum.normalize())).collect())
}

/// Tests of ledger's own whose balances are not ours, with the reason.
const NOT_AS_LEDGER: [(&str, &str); 11] = [
    ("cmd-pricedb.test", "an inferred amount of pounds has pence, in ledger the places of its price"),
    ("dir-tag.test", "ledger finds fault with a tag that is checked there"),
    ("feat-balance_assert-off.test", "ledger refuses it for a failed assertion"),
    ("feat-check.test", "ledger finds fault with what is checked there"),
    ("feat-commodity_swap.test", "ledger refuses it as unbalanced"),
    ("opt-decimal-places.test", "dollars have cents, and the rest goes to Equity:Rounding"),
    ("opt-input-date-format.test", "ledger is told the order of its dates by an option"),
    ("opt-lot-dates.test", "directive C, by which 1G is 10000c, is listed as not imported"),
    ("opt-lot-prices.test", "directive C"),
    ("opt-lots.test", "directive C"),
    ("opt-lots_basis_base.test", "directive C"),
];

/// The names of the files of a folder that have this ending.
pub fn files_of(folder: &Path, ending: &str) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(ending)).collect();
    names.sort();
    names
}

/// What ledger itself makes of a journal; `None` where the programs are left out.
fn by_ledger(path: &Path) -> Option<Holdings> {
    let mut held = Holdings::new();
    for ((account, code), billionths) in peers::balances(Peer::Ledger, path)? {
        *held.entry((account, symbol(&code).to_owned())).or_default() +=
            Decimal::from_i128_with_scale(billionths, 9);
    }
    held.retain(|_, sum| !sum.is_zero());
    Some(held.into_iter().map(|(key, sum)| (key, sum.normalize())).collect())
}

#[test]
fn ledgers_own_tests_give_the_balances_that_ledger_gives() {
    let Some(folder) = corpus().map(|folder| folder.join("journals/ledger-tests")) else { return };
    let files = files_of(&folder, ".test");
    let mut different = Vec::new();
    run(Backend::Sqlite, |db| {
        let ledger = open(db);
        for file in &files {
            let path = folder.join(file);
            let book = ledger.create_book(NewBook::personal(file.as_str(), "USD")).unwrap();
            let outcome = import_file_as(&book, &path, Some(JournalFormat::Ledger))
                .unwrap_or_else(|error| panic!("{file}: {error}"));
            assert_sound(&book);
            if NOT_AS_LEDGER.iter().any(|(name, _)| name == file) {
                continue;
            }
            let Some(expected) = by_ledger(&path) else { continue };
            let held = holdings(&book);
            if held != expected {
                different.push(format!("{file}: {held:?}, ledger says {expected:?}: {:?}", outcome.problems));
            }
        }
    });
    assert_eq!(files.len(), 80, "{files:?}");
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// Tackler's language is not one of ours, but near to hledger's: what is read is right, and the rest is told.
#[test]
fn journals_of_tackler_give_its_balances_or_problems_at_their_lines() {
    let Some(folder) = corpus().map(|folder| folder.join("journals/tackler-accumulator")) else { return };
    let (mut read, mut refused) = (0, 0);
    run(Backend::Sqlite, |db| {
        let ledger = open(db);
        for file in files_of(&folder, ".txn").iter().filter(|file| !file.contains(".ref.")) {
            let book = ledger.create_book(NewBook::personal(file.as_str(), "USD")).unwrap();
            let outcome = import_file(&book, &folder.join(file)).unwrap();
            if !outcome.problems.is_empty() {
                let placed = |it: &JournalProblem| it.problem.line > 0 && it.problem.column > 0;
                assert!(outcome.problems.iter().all(placed), "{file}: {:?}", outcome.problems);
                refused += 1;
                continue;
            }
            let reference = folder.join(file.replace(".txn", ".ref.bal.txt"));
            let Ok(balances) = fs::read_to_string(reference) else { continue };
            let mut expected = Holdings::new();
            for line in balances.lines() {
                if let [own, _, account] = line.split_whitespace().collect::<Vec<_>>()[..]
                    && let Ok(own) = own.parse::<Decimal>()
                    && !own.is_zero()
                {
                    expected.insert((account.to_owned(), "USD".to_owned()), own.normalize());
                }
            }
            assert_eq!(holdings(&book), expected, "{file}");
            read += 1;
        }
    });
    assert!(read > 0 && refused > 0, "{read} read, {refused} refused");
}

/// An account with those below it, what they hold, and of what.
type Sum = (&'static str, &'static str, &'static str);

/// What the corpus says of its GnuCash books: the sums of whole subtrees.
const GNUCASH: [(&str, &[Sum]); 2] = [
    (
        "simple_sample",
        &[
            ("Asset", "1320", "EUR"),
            ("Equity:Opening Balances - EUR", "-500", "EUR"),
            ("Expense", "230", "EUR"),
            ("Income", "-150", "EUR"),
            ("Liability", "-900", "EUR"),
        ],
    ),
    (
        "investment",
        &[
            ("Assets", "832.32", "EUR"),
            ("Assets", "13", "VEUR"),
            ("Income", "-1000", "EUR"),
            ("Trading:CURRENCY:EUR", "167.68", "EUR"),
            ("Trading:AEX:VEUR", "-13", "VEUR"),
        ],
    ),
];

fn below(held: &Holdings, root: &str, code: &str) -> Decimal {
    let fits = |name: &str| {
        name.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', 's']))
    };
    held.iter().filter(|((name, of), _)| of == code && fits(name)).map(|(_, sum)| *sum).sum()
}

fn in_fresh_book(backend: Backend, check: impl FnOnce(&Book<'_>)) {
    run(backend, |db| {
        let ledger = open(db);
        check(&ledger.create_book(NewBook::personal("home", "USD")).unwrap());
    });
}

#[test]
fn journals_of_the_corpus_give_the_balances_of_their_own_programs() {
    let Some(folder) = corpus() else { return };
    let mut files: Vec<String> = fs::read_dir(folder.join("journals"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains('.'))
        .collect();
    files.sort();
    let mut compared = 0;
    for file in &files {
        let Some(expected) = expected(&folder, file) else { continue };
        let path = folder.join("journals").join(file);
        in_fresh_book(Backend::Sqlite, |book| {
            let outcome = import_file(book, &path).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert_eq!(holdings(book), expected, "{file}: {:?}", outcome.problems);
            // Again: nothing is new.
            let again = import_file(book, &path).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert_eq!((again.posted, again.already_there, again.prices), (0, outcome.posted, 0), "{file}");
            assert_sound(book);
        });
        if file.starts_with("ledger-demo") || file.starts_with("fava-off") {
            in_fresh_book(Backend::Postgres, |book| {
                import_file(book, &path).unwrap_or_else(|error| panic!("{file}: {error}"));
                assert_eq!(holdings(book), expected, "{file} on PostgreSQL");
            });
        }
        compared += 1;
    }
    assert_eq!(compared, 11, "every journal of the corpus has its balances: {files:?}");
}

#[test]
fn gnucash_books_of_the_corpus_give_their_balances_from_both_of_their_forms() {
    let Some(folder) = corpus() else { return };
    for (name, sums) in GNUCASH {
        let mut forms = Vec::new();
        for file in [format!("{name}.gnucash"), format!("{name}.xml.gnucash")] {
            in_fresh_book(Backend::Sqlite, |book| {
                let outcome = import_file(book, &folder.join("gnucash").join(&file)).unwrap();
                assert_eq!(outcome.problems, [], "{file}");
                let held = holdings(book);
                for (root, sum, code) in sums {
                    assert_eq!(
                        below(&held, root, code),
                        sum.parse::<Decimal>().unwrap(),
                        "{file}: {root} {held:?}"
                    );
                }
                assert_sound(book);
                let slots = outcome.notes.iter().find(|note| note.contains("slot (")).cloned();
                forms.push((held, outcome.posted, slots));
            });
        }
        assert_eq!(forms[0], forms[1], "{name}");
        assert_eq!(forms[0].1, if name == "investment" { 3 } else { 5 });
        let slots = forms[0].2.as_deref().unwrap_or_default();
        assert!(slots.starts_with(if name == "investment" { "17 ×" } else { "6 ×" }), "{slots}");
    }
}

fn import(book: &Book<'_>, text: &str, format: JournalFormat) -> Result<JournalOutcome> {
    import_with(book, text, format, |_| ())
}

fn import_with(
    book: &Book<'_>,
    text: &str,
    format: JournalFormat,
    change: impl FnOnce(&mut JournalImport<'_, '_>),
) -> Result<JournalOutcome> {
    let sources = Sources::one("test.journal", text);
    let mut import = JournalImport::new(&sources, read_journal(&sources, format));
    change(&mut import);
    book.imports().journal(import)
}

const JOURNAL: &str = "\
account assets:cash  ; type: C
P 2026-01-01 VWCE 100.50 EUR
2026-01-01 Opening
  assets:cash   1000.00 EUR = 1000.00 EUR
  equity:opening
2026-01-02 Bakery | Rolls  ; trip: rome
  expenses:food   3.40 EUR  ; fresh
  assets:cash
2026-01-02 Bakery | Rolls  ; trip: rome
  expenses:food   3.40 EUR  ; fresh
  assets:cash
2026-01-03 Fund
  assets:fund   1.5 VWCE @ 100.55 EUR
  assets:cash  = 842.37 EUR
";

on_both_databases! {
    fn a_journal_becomes_accounts_prices_and_entries_with_all_that_it_says(db: &TestDatabase) {
        let ledger = open(db);
        let book = ledger.create_book(NewBook::personal("home", "EUR")).unwrap();
        let outcome = import(&book, JOURNAL, JournalFormat::Hledger).unwrap();
        assert_eq!(outcome.problems, []);
        assert_eq!((outcome.posted, outcome.prices, outcome.opened.len(), outcome.numbers), (4, 1, 5, Some((1, 4))));
        let rolls = book.journal().get(2).unwrap();
        assert_eq!((rolls.party.as_deref(), rolls.description.as_str()), (Some("Bakery"), "Rolls"));
        assert_eq!((rolls.tags[0].to_string(), rolls.lines[0].memo.as_deref()), ("trip:rome".to_owned(), Some("fresh")));
        let fund = book.journal().get(4).unwrap();
        assert_eq!(fund.lines[0].weight.to_string(), "150.82 EUR", "150.825 is rounded half-even");
        assert_eq!(fund.lines[1].amount.to_string(), "-150.83 EUR", "what makes the balance that is claimed");
        assert_eq!(fund.lines[2].account, "Equity:Rounding");
        assert_sound(&book);
    }

    fn a_journal_comes_twice_without_a_change_and_a_longer_one_adds_what_is_new(db: &TestDatabase) {
        let ledger = open(db);
        let book = ledger.create_book(NewBook::personal("home", "EUR")).unwrap();
        import(&book, JOURNAL, JournalFormat::Hledger).unwrap();
        let before = stored(db);
        let again = import(&book, JOURNAL, JournalFormat::Hledger).unwrap();
        assert_eq!((again.posted, again.already_there), (0, 4));
        assert_eq!(stored(db), before);
        let other = ledger.create_book(NewBook::personal("other", "EUR")).unwrap();
        let (start, _) = JOURNAL.split_once("2026-01-03").unwrap();
        import(&other, start, JournalFormat::Hledger).unwrap();
        // Alike in all but the way in which the amount is written: the third of its kind.
        let third = "2026-01-02 * Bakery|Rolls ; trip: rome\n  expenses:food  EUR 3.4  ; fresh\n  assets:cash\n";
        let longer = import(&other, &format!("{third}{start}"), JournalFormat::Hledger).unwrap();
        assert_eq!((longer.posted, longer.already_there), (1, 3));
        assert_eq!(other.accounts().balance("expenses:food", None).unwrap()[0].to_string(), "10.20 EUR");
        assert_sound(&other);
    }

    fn what_does_not_hold_keeps_everything_out_until_it_is_accepted(db: &TestDatabase) {
        let ledger = open(db);
        let book = ledger.create_book(NewBook::personal("home", "EUR")).unwrap();
        let text = "2026-01-01 a\n  assets:cash  5 EUR = 6 EUR\n  equity:x\n2026-01-02 b\n  assets:cash  5 EUR\n  equity:x  -4 EUR\n";
        let before = stored(db);
        let refused = import(&book, text, JournalFormat::Hledger).unwrap();
        let told = |it: &JournalProblem| (it.problem.line, it.problem.column, it.problem.code);
        let told: Vec<_> = refused.problems.iter().map(told).collect();
        assert_eq!((refused.refused, told), (true, vec![(2, 3, "failed-assertion"), (4, 1, "unbalanced")]));
        assert_eq!(stored(db), before);
        let taken = import_with(&book, text, JournalFormat::Hledger, |import| {
            import.accept_failed_assertions = true;
            import.settle.unbalanced = Some("equity:suspense".to_owned());
        })
        .unwrap();
        assert_eq!((taken.refused, taken.posted), (false, 2));
        assert_eq!(book.accounts().balance("equity:suspense", None).unwrap()[0].to_string(), "-1.00 EUR");
        assert_sound(&book);
    }

    fn an_entry_that_the_book_refuses_takes_the_whole_import_back(db: &TestDatabase) {
        let ledger = open(db);
        let book = ledger.create_book(NewBook::personal("home", "EUR")).unwrap();
        book.lock(Some(day("2026-01-02"))).unwrap();
        let before = stored(db);
        let error = import(&book, JOURNAL, JournalFormat::Hledger).unwrap_err();
        says(&error, &["locked", "2026-01-02"]);
        assert_eq!(stored(db), before);
        assert_sound(&book);
    }

    fn a_rehearsal_leaves_nothing_behind(db: &TestDatabase) {
        let ledger = open(db);
        let book = ledger.create_book(NewBook::personal("home", "EUR")).unwrap();
        let before = stored(db);
        let outcome = import_with(&book, JOURNAL, JournalFormat::Hledger, |import| import.rehearse = true).unwrap();
        assert_eq!((outcome.posted, outcome.opened.len()), (4, 5));
        assert_eq!(stored(db), before);
    }

    fn beancount_accounts_keep_their_days_and_lots_give_their_costs(db: &TestDatabase) {
        let ledger = open(db);
        let book = ledger.create_book(NewBook::personal("home", "USD")).unwrap();
        let text = "option \"name_assets\" \"Vermoegen\"\n\
                    2026-01-01 open Vermoegen:Bar USD\n2026-01-01 open Vermoegen:Depot \"FIFO\"\n\
                    2026-01-01 open Income:Gain\n2026-01-01 open Equity:Start\n\
                    2026-01-01 pad Vermoegen:Bar Equity:Start\n2026-01-02 balance Vermoegen:Bar 1000.00 USD\n\
                    2026-01-02 * \"Broker\" \"Buy\" #fund ^order1\n  Vermoegen:Depot  5 ACME {10.00 USD}\n  Vermoegen:Bar\n\
                    2026-01-03 * \"Buy\"\n  Vermoegen:Depot  5 ACME {12.00 USD}\n  Vermoegen:Bar\n\
                    2026-01-04 * \"Sell\"\n  Vermoegen:Depot  -7 ACME {} @ 15.00 USD\n  Vermoegen:Bar  105.00 USD\n  Income:Gain\n\
                    2026-01-05 balance Vermoegen:Bar 995.00 USD\n\
                    2026-02-01 close Income:Gain\n";
        let outcome = import(&book, text, JournalFormat::Beancount).unwrap();
        assert_eq!(outcome.problems, []);
        assert_eq!((outcome.posted, outcome.closed.as_slice()), (4, &["Income:Gain".to_owned()][..]));
        assert_eq!(book.accounts().balance("Income:Gain", None).unwrap()[0].to_string(), "-31.00 USD");
        assert_eq!(book.accounts().balance("Equity:Start", None).unwrap()[0].to_string(), "-1000.00 USD");
        let cash = book.accounts().get("Vermoegen:Bar").unwrap();
        assert_eq!((cash.opened_on, cash.commodity.map(|of| of.code().to_owned())), (Some(day("2026-01-01")), Some("USD".to_owned())));
        let again = import(&book, text, JournalFormat::Beancount).unwrap();
        assert_eq!((again.posted, again.already_there, again.closed.len()), (0, 4, 0));
        assert_sound(&book);
    }
}
