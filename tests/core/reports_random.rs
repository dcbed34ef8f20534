//! Random books and random questions: every figure of a statement equals a fold over all lines, and what has to hold
//! between figures holds on every day, at every instant and in every valuation.
//!
//! `LEDGER_TEST_SEED` (a number) and `LEDGER_TEST_CASES` change what is tried; the seed is printed.

mod columns;
mod naive;
mod section;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::DateTime;
use ledger_core::journal::{LineDraft, LinePrice};
use ledger_core::money::{Commodity, Price};
use ledger_core::report::{
    Basis, ColumnKind, Dimension, Figure, Statement, StatementKind, StatementRequest, StatementRow,
    StatementSection,
};
use ledger_core::{Book, Entry, EntryDraft, ErrorKind, Ledger, Session};
use ledger_testkit::{Backend, TestDatabase, fresh_database};

use crate::scene::Random;
use crate::support::{START, assert_sound};
use naive::Expected;
use section::{Held, Section};

const STEPS: u64 = 30;
const QUESTIONS: u64 = 40;

/// Figures of rows by name and commodity, without rows of nothing.
type Rows = BTreeMap<(String, Commodity), Vec<Figure>>;

struct Case<'b> {
    book: &'b Book<'b>,
    entries: Vec<Entry>,
    given: Vec<Price>,
}

fn is_nothing(figures: &[Figure]) -> bool {
    figures.iter().all(|figure| matches!(figure, Figure::Amount(0) | Figure::None))
}

fn rows_of(rows: &[StatementRow]) -> Rows {
    let mut found = Rows::new();
    for row in rows.iter().filter(|row| !is_nothing(&row.figures)) {
        let twice = found.insert((row.name.clone(), row.commodity), row.figures.clone());
        assert_eq!(twice, None, "two rows for {} in {}", row.name, row.commodity);
    }
    found
}

fn totals_of(section: &StatementSection) -> BTreeMap<Commodity, Vec<Figure>> {
    assert!(!section.totals.is_empty(), "{} has no total", section.name);
    let totals = section.totals.iter().filter(|row| !is_nothing(&row.figures));
    totals.map(|row| (row.commodity, row.figures.clone())).collect()
}

/// The amounts of a section by commodity and column; what is not an amount is left out.
fn amounts(statement: &Statement, name: &str) -> BTreeMap<(Commodity, usize), i128> {
    let Some(section) = statement.section(name) else { return BTreeMap::new() };
    added(section.totals.iter())
}

fn added<'r>(rows: impl Iterator<Item = &'r StatementRow>) -> BTreeMap<(Commodity, usize), i128> {
    let mut sums: BTreeMap<(Commodity, usize), i128> = BTreeMap::new();
    for row in rows {
        for (place, figure) in row.figures.iter().enumerate() {
            if let Figure::Amount(minor) = figure {
                *sums.entry((row.commodity, place)).or_default() += i128::from(*minor);
            }
        }
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

fn sum_of(statement: &Statement, names: &[&str]) -> BTreeMap<(Commodity, usize), i128> {
    let mut sums = BTreeMap::new();
    for name in names {
        for (key, minor) in amounts(statement, name) {
            *sums.entry(key).or_default() += minor;
        }
    }
    sums.retain(|_, sum: &mut i128| *sum != 0);
    sums
}

/// The mean of several columns is rounded in each row, so that rows of means need not add up.
fn without_means(statement: &Statement) -> Statement {
    let keep: Vec<bool> = statement.columns.iter().map(|column| column.kind != ColumnKind::Average).collect();
    let mut statement = statement.clone();
    for section in &mut statement.sections {
        for row in section.rows.iter_mut().chain(&mut section.totals) {
            for (figure, keep) in row.figures.iter_mut().zip(&keep) {
                if !keep {
                    *figure = Figure::None;
                }
            }
        }
    }
    statement
}

impl Case<'_> {
    fn ask(&self, kind: StatementKind, request: &StatementRequest) -> Option<Statement> {
        let expected = naive::statement(self.book, &self.entries, &self.given, kind, request);
        match (self.book.reports().statement(kind, request), expected) {
            (Ok(statement), Ok(expected)) => {
                compare(&statement, expected, request);
                check_tree(&statement, request);
                check_sums(&without_means(&statement), kind);
                Some(statement)
            }
            (Err(error), Err(naive::Missing)) => {
                assert!(matches!(error.kind(), ErrorKind::MissingPrice { .. }), "{error}");
                None
            }
            (Ok(_), Err(naive::Missing)) => panic!("{kind:?} {request:?}: a missing price was not told"),
            (Err(error), Ok(_)) => panic!("{kind:?} {request:?}: {error}"),
        }
    }

    /// Columns sum to what the whole is, and what is across to what is along.
    fn check_parts(&self, kind: StatementKind, request: &StatementRequest, statement: &Statement) {
        if matches!(request.basis, Basis::Valued(_)) || request.by.is_some() {
            return;
        }
        let mut whole = request.clone();
        whole.across = None;
        (whole.columns.interval, whole.columns.average, whole.columns.total) = (None, false, true);
        let Some(whole) = self.ask(kind, &whole) else { return };
        let (total, of_whole) = (statement.column("Total"), whole.column("Total").unwrap());
        let Some(total) = total else { return };
        let figures =
            |statement: &Statement, column: usize| -> BTreeMap<(String, String, Commodity), Figure> {
                let mut found = BTreeMap::new();
                for section in &statement.sections {
                    for row in section.rows.iter().chain(&section.totals) {
                        if row.figures[column] != Figure::Amount(0) {
                            let key = (section.name.clone(), row.name.clone(), row.commodity);
                            found.insert(key, row.figures[column]);
                        }
                    }
                }
                found
            };
        // What is missing in the column of a subtype lies in others: together nothing is missing.
        let by_subtype = request.across == Some(Dimension::Subtype);
        if !by_subtype {
            assert_eq!(figures(statement, total), figures(&whole, of_whole), "{kind:?} {request:?}");
        }
    }

    /// What was known at an instant is what a book says that holds nothing else.
    fn check_known_at(&self, ledger: &Ledger, name: &str, random: &mut Random) {
        let known_at = self.entries[random.below(self.entries.len() as u64) as usize].recorded_at;
        let copy = work::empty_book(ledger, name);
        for entry in self.entries.iter().filter(|entry| entry.recorded_at <= known_at) {
            // Its number is that of the copy, too.
            if let Some(reversed) = entry.reverses {
                copy.journal().reverse(reversed, Some(entry.posted_on)).unwrap();
                continue;
            }
            let mut draft = EntryDraft::new(entry.posted_on, entry.description.clone());
            (draft.party, draft.tags, draft.source) = (entry.party.clone(), entry.tags.clone(), entry.source);
            for line in &entry.lines {
                let price: Option<LinePrice> = line.price;
                draft = draft.line(LineDraft {
                    account: line.account.as_str().into(),
                    amount: Some(line.amount),
                    price,
                    lot: None,
                    memo: None,
                });
            }
            copy.journal().post(draft.balance().unwrap()).unwrap();
        }
        for price in &self.given {
            copy.prices().add(*price).unwrap();
        }
        for _ in 0..QUESTIONS / 4 {
            for kind in work::KINDS {
                let mut request = work::request(random, &copy, &self.entries);
                // What was known at an instant ends no later than it was known: on the first day of the clock.
                (request.known_at, request.today) = (None, None);
                let then = self
                    .book
                    .reports()
                    .statement(kind, &StatementRequest { known_at: Some(known_at), ..request.clone() });
                match (copy.reports().statement(kind, &request), then) {
                    (Ok(copied), Ok(then)) => {
                        assert_eq!(copied.columns, then.columns, "{kind:?} {request:?}");
                        // Rows of nothing may be of commodities that came later.
                        let shown = |statement: &Statement| -> Vec<_> {
                            let sections = statement.sections.iter();
                            sections.map(|it| (it.name.clone(), rows_of(&it.rows), totals_of(it))).collect()
                        };
                        assert_eq!(shown(&copied), shown(&then), "{kind:?} {request:?}");
                        assert_eq!((copied.period, copied.notes), (then.period, then.notes));
                    }
                    // A tag that no entry had yet is unknown to the copy, and has no lines in the whole book.
                    (Err(copied), _)
                        if matches!(copied.kind(), ErrorKind::NotFound { what: "tag" | "dimension", .. }) => {
                    }
                    (Err(copied), Err(then)) => assert_eq!(copied.to_string(), then.to_string()),
                    (Err(copied), Ok(_)) => panic!("{kind:?} {request:?}: {copied}"),
                    (Ok(_), Err(then)) => panic!("{kind:?} {request:?}: {then}"),
                }
            }
        }
    }
}

/// Every figure is the naive one.
fn compare(statement: &Statement, mut expected: Expected, request: &StatementRequest) {
    let told = format!("{:?} {request:?}", statement.kind);
    let labels: BTreeSet<&str> = statement.columns.iter().map(|column| column.label.as_str()).collect();
    assert_eq!(labels.len(), statement.columns.len(), "{told}: labels are unique");
    let parts: Vec<String> = expected.columns.base.iter().filter_map(|column| column.part.clone()).collect();
    let left_out: Vec<String> = parts.into_iter().filter(|part| !labels.contains(part.as_str())).collect();
    for (place, column) in expected.columns.base.iter().enumerate() {
        if column.part.as_ref().is_some_and(|part| left_out.contains(part)) {
            let sections = expected.sections.iter();
            let all = sections.flat_map(|section| section.rows.values().chain(section.totals.values()));
            assert!(all.into_iter().all(|base| base[place] == 0), "{told}: {:?} has no column", column.part);
        }
    }
    expected.columns.without_parts(&left_out);
    let by_part = request.across.is_some();
    let shown = statement.columns.iter();
    let shown: Vec<_> = shown.map(|it| (it.kind, it.period, by_part.then(|| it.label.clone()))).collect();
    assert_eq!(shown.len(), expected.columns.shown.len(), "{told}: {shown:?}");
    // Parts stand in an order of their own.
    let place = |label: &str| {
        let named = expected.columns.shown.iter().position(|column| column.2.as_deref() == Some(label));
        named.unwrap_or_else(|| panic!("{told}: nothing moved in {label}"))
    };
    let order: Vec<usize> = statement
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| if column.kind == ColumnKind::Part { place(&column.label) } else { at })
        .collect();
    for (found, at) in shown.iter().zip(&order) {
        let wanted = &expected.columns.shown[*at];
        assert_eq!((found.0, found.1), (wanted.0, wanted.1), "{told}");
    }
    let ordered = |base: &[i128], held: Option<Held>| -> Vec<Figure> {
        let figures = expected.columns.figures(base, held);
        order.iter().map(|at| figures[*at]).collect()
    };
    let names: Vec<&str> = statement.sections.iter().map(|section| section.name.as_str()).collect();
    let wanted: Vec<&str> = expected.sections.iter().map(|section| section.name).collect();
    assert_eq!(names, wanted, "{told}");
    for (found, wanted) in statement.sections.iter().zip(&expected.sections) {
        let Section { rows, totals, held, .. } = wanted;
        let rows = rows.iter().map(|(key, base)| (key.clone(), ordered(base, *held)));
        let rows: Rows = rows.filter(|(_, figures)| !is_nothing(figures)).collect();
        assert_eq!(rows_of(&found.rows), rows, "{told}: rows of {}", found.name);
        let totals = totals.iter().map(|(commodity, base)| (*commodity, ordered(base, *held)));
        let totals: BTreeMap<_, _> = totals.filter(|(_, figures)| !is_nothing(figures)).collect();
        assert_eq!(totals_of(found), totals, "{told}: totals of {}", found.name);
        if request.show_zero && request.by.is_none() && request.depth.is_none() {
            assert_eq!(found.rows.is_empty(), !names_are_shown(found), "{told}");
        } else {
            assert!(
                request.show_zero || found.rows.iter().all(|row| row.subtotal || !is_nothing(&row.figures)),
                "{told}"
            );
        }
    }
    let left_out = statement.notes.iter().filter(|note| note.starts_with("no price of"));
    assert_eq!(left_out.count(), expected.unpriced.len(), "{told}: {:?}", statement.notes);
}

fn names_are_shown(section: &StatementSection) -> bool {
    section.rows.iter().any(|row| !row.name.is_empty())
}

/// In a tree each row stands below the level that it belongs to, and the rows of the first level are all there is.
fn check_tree(statement: &Statement, request: &StatementRequest) {
    for section in statement.sections.iter().filter(|section| !section.rows.is_empty()) {
        let separator = match &request.by {
            None => ":",
            Some(Dimension::Tag(_)) => "/",
            Some(_) => "\0",
        };
        let mut above: Vec<&str> = Vec::new();
        for row in &section.rows {
            assert!(request.tree || row.depth == 0 && row.label == row.name, "{row:?}");
            if above.len() > row.depth && above.last() == Some(&row.name.as_str()) {
                continue; // The same name in another commodity.
            }
            assert!(row.depth <= above.len(), "{row:?} hangs in the air: {request:?}");
            above.truncate(row.depth);
            if let Some(parent) = above.last() {
                let rest = row.name.strip_prefix(&format!("{parent}{separator}"));
                assert_eq!(rest, Some(row.label.as_str()), "{row:?} stands below {parent}: {request:?}");
            }
            above.push(&row.name);
        }
    }
    let plain = without_means(statement);
    for section in plain.sections.iter().filter(|section| !section.rows.is_empty()) {
        let roots = added(section.rows.iter().filter(|row| row.depth == 0));
        assert_eq!(roots, added(section.totals.iter()), "{}: {request:?}", section.name);
    }
}

/// What has to hold between the sections of a statement.
fn check_sums(statement: &Statement, kind: StatementKind) {
    let pairs: &[(&[&str], &[&str])] = match kind {
        StatementKind::BalanceSheet => &[
            (&["Assets"], &["Liabilities and equity"]),
            (&["Liabilities", "Equity"], &["Liabilities and equity"]),
        ],
        StatementKind::IncomeStatement => &[(&["Income"], &["Expenses", "Net income"])],
        StatementKind::CashFlow => &[
            (
                &["Operating activities", "Investing activities", "Financing activities"],
                &["Net change in cash"],
            ),
            (&["Cash at the start", "Net change in cash", "Other changes"], &["Cash at the end"]),
        ],
        StatementKind::EquityChanges => &[(&["Equity at the start", "Changes"], &["Equity at the end"])],
        StatementKind::NetWorth => &[(&["Assets"], &["Liabilities", "Net worth"])],
        _ => &[],
    };
    for (one, other) in pairs {
        assert_eq!(sum_of(statement, one), sum_of(statement, other), "{kind:?}: {statement:#?}");
    }
}

fn try_cases(backend: Backend, cases: u64) {
    let Some(db) = fresh_database(backend) else { return };
    let db: TestDatabase = db;
    let cases = std::env::var("LEDGER_TEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(cases);
    // However often it is read, the clock stays on one day.
    let clock = AtomicI64::new(START * 1_000_000);
    let now = move || DateTime::from_timestamp_micros(clock.fetch_add(1, Ordering::Relaxed)).unwrap();
    let ledger = Ledger::open_or_create(db.url(), Session::new("anna", now)).unwrap();
    let mut seeds = Random::seeded("statements");
    let (mut made, mut refused) = (0, 0);
    for number in 0..cases {
        let seed = seeds.below(u64::MAX);
        println!("case {number}: LEDGER_TEST_SEED={seed} of its own");
        let mut random = Random::from(seed);
        // Never committed: a durable commit costs more than all the rest.
        let unit: ledger_core::Result<()> = ledger.transaction(|_| {
            let book = work::empty_book(&ledger, &format!("case {number}"));
            for _ in 0..STEPS {
                work::step(&book, &mut random);
            }
            let entries = book.journal().range(1, i64::MAX).unwrap();
            if !entries.is_empty() {
                let given = given(&book, &entries);
                let case = Case { book: &book, entries, given };
                for _ in 0..QUESTIONS {
                    let request = work::request(&mut random, &book, &case.entries);
                    for kind in work::KINDS {
                        match case.ask(kind, &request) {
                            Some(statement) => {
                                made += 1;
                                case.check_parts(kind, &request, &statement);
                            }
                            None => refused += 1,
                        }
                    }
                }
                case.check_known_at(&ledger, &format!("copy {number}"), &mut random);
            }
            assert_sound(&book);
            Err(ErrorKind::Misuse("taken back".to_owned()).into())
        });
        assert_eq!(unit.unwrap_err().to_string(), "taken back");
    }
    // Most of what is asked is answered, so that something is tested.
    assert!(made > 2 * refused, "{made} made, {refused} refused");
}

/// The prices given by hand: those of the list that no line carries.
fn given(book: &Book<'_>, entries: &[Entry]) -> Vec<Price> {
    let known: Vec<&Entry> = entries.iter().collect();
    let counting: Vec<&Entry> = naive::priced(&known).collect();
    let lines = counting.iter().flat_map(|entry| entry.lines.iter());
    let mut of_lines = lines.filter(|line| line.price.is_some()).count();
    let all = book.prices().list().unwrap();
    let mut given = Vec::new();
    // On each day those of lines stand first.
    let mut left: BTreeMap<(chrono::NaiveDate, Commodity, Commodity), usize> = BTreeMap::new();
    for entry in counting {
        for line in entry.lines.iter().filter(|line| line.price.is_some()) {
            *left.entry((entry.posted_on, line.amount.commodity(), line.weight.commodity())).or_default() +=
                1;
        }
    }
    for price in all {
        match left.get_mut(&(price.on, price.commodity, price.quote)).filter(|left| **left > 0) {
            Some(left) => {
                *left -= 1;
                of_lines -= 1;
            }
            None => given.push(price),
        }
    }
    assert_eq!(of_lines, 0, "every price of a line is listed");
    given
}

#[test]
fn every_figure_of_a_statement_equals_a_fold_over_all_lines_sqlite() {
    try_cases(Backend::Sqlite, 8);
}

#[test]
fn every_figure_of_a_statement_equals_a_fold_over_all_lines_postgres() {
    try_cases(Backend::Postgres, 3);
}
