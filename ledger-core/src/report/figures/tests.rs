use super::*;
use crate::account::AccountKind;
use crate::money::{Price, PriceTable};
use crate::report::basis::{Valuation, ValuedAt};
use crate::report::columns::ColumnOptions;
use crate::report::movements::{Net, SeriesKey};
use crate::report::period::Period;

const OPTIONS: RowOptions = RowOptions {
    separator: ':',
    exact: false,
    measure: Measure::Flow,
    depth: None,
    tree: false,
    by_size: false,
    show_zero: false,
};

fn eur() -> Commodity {
    Commodity::iso("EUR").unwrap()
}

fn usd() -> Commodity {
    Commodity::iso("USD").unwrap()
}

fn january() -> Period {
    Period::new("2026-01-01".parse().unwrap(), "2026-01-31".parse().unwrap()).unwrap()
}

/// Rows in one column, as `indent label commodity minor`; `+` marks rows that others are part of.
fn shown(rows: &[(&str, Commodity, i128)], options: RowOptions) -> Vec<String> {
    let plan = ColumnPlan::of_periods(january(), &ColumnOptions::default()).unwrap();
    let mut table = Rows::default();
    for (name, commodity, minor) in rows {
        table.add(name, *commodity, &[*minor], 1, &options);
    }
    table.add_computed("(computed)", eur(), &[1_000_000], 1);
    table.add_computed("(nothing)", eur(), &[0], 1);
    let text = |row: &StatementRow| {
        let Figure::Amount(minor) = row.figures[0] else { panic!("{row:?}") };
        let mark = if row.subtotal { "+" } else { "" };
        format!("{}{mark}{} {} {minor}", " ".repeat(row.depth), row.label, row.commodity)
    };
    let mut shown: Vec<String> = table.shown(&plan, &options).unwrap().iter().map(text).collect();
    assert_eq!(shown.pop().as_deref(), Some("(computed) EUR 1000000"), "computed rows come last");
    shown
}

const TREE: RowOptions = RowOptions { tree: true, ..OPTIONS };

#[test]
fn a_level_holds_what_is_below_it_and_is_followed_by_it() {
    let rows = [
        ("Assets:Bank", eur(), 1),
        ("Assets:Bank-2", eur(), 10),
        ("Assets:Bank:Giro", eur(), 100),
        ("Assets:Bank:Giro", usd(), 5),
    ];
    let expected = [
        "+Assets EUR 111",
        "+Assets USD 5",
        " +Bank EUR 101",
        " +Bank USD 5",
        "  Giro EUR 100",
        "  Giro USD 5",
        " Bank-2 EUR 10",
    ];
    assert_eq!(shown(&rows, TREE), expected);
    let flat =
        ["Assets:Bank EUR 1", "Assets:Bank:Giro EUR 100", "Assets:Bank:Giro USD 5", "Assets:Bank-2 EUR 10"];
    assert_eq!(shown(&rows, OPTIONS), flat);
}

#[test]
fn a_level_that_comes_to_nothing_stands_above_rows_that_do_not() {
    let rows = [("Assets:Bank", eur(), 7), ("Assets:Card", eur(), -7), ("Things:Empty", eur(), 0)];
    assert_eq!(shown(&rows, TREE), ["+Assets EUR 0", " Bank EUR 7", " Card EUR -7"]);
}

#[test]
fn names_are_cut_at_a_depth_and_summed_whatever_their_case() {
    let rows =
        [("Expenses:Food:Out", eur(), 1), ("expenses:food:Shop", eur(), 2), ("Expenses:Rent", eur(), 4)];
    let two = RowOptions { depth: Some(2), ..OPTIONS };
    assert_eq!(shown(&rows, two), ["Expenses:Food EUR 3", "Expenses:Rent EUR 4"]);
    assert_eq!(
        shown(&rows, RowOptions { tree: true, ..two }),
        ["+Expenses EUR 7", " Food EUR 3", " Rent EUR 4"]
    );
    // No level at all would be no row at all.
    assert_eq!(shown(&rows, RowOptions { depth: Some(0), ..OPTIONS }), ["Expenses EUR 7"]);
}

#[test]
fn the_largest_rows_come_first_in_each_commodity() {
    let rows = [("b", eur(), 5), ("a", eur(), -1), ("c", usd(), 100), ("d", eur(), 9)];
    let by_size = RowOptions { by_size: true, ..OPTIONS };
    assert_eq!(shown(&rows, by_size), ["d EUR 9", "b EUR 5", "a EUR -1", "c USD 100"]);
}

#[test]
fn parts_that_differ_in_case_are_rows_of_their_own_with_their_own_levels() {
    let rows = [("rome/food", eur(), 1), ("Rome", eur(), 2), ("rome", eur(), 4), ("Rome/bed", eur(), 8)];
    let parts = RowOptions { separator: '/', exact: true, ..OPTIONS };
    assert_eq!(shown(&rows, parts), ["Rome EUR 2", "Rome/bed EUR 8", "rome EUR 4", "rome/food EUR 1"]);
    let tree = ["+Rome EUR 10", " bed EUR 8", "+rome EUR 5", " food EUR 1"];
    assert_eq!(shown(&rows, RowOptions { tree: true, ..parts }), tree);
}

#[test]
fn rows_of_nothing_are_shown_where_they_are_asked_for() {
    let account = Account {
        id: AccountId(1),
        name: "Assets:Old".to_owned(),
        kind: AccountKind::Asset,
        subtype: None,
        commodity: None,
        opened_on: None,
        closed_on: None,
        lot_method: None,
        note: None,
        aliases: Vec::new(),
    };
    let plan = ColumnPlan::of_periods(january(), &ColumnOptions::default()).unwrap();
    for (show_zero, count) in [(true, 1), (false, 0)] {
        let options = RowOptions { show_zero, ..OPTIONS };
        let mut rows = Rows::default();
        rows.mention(&account, eur(), 1, &options);
        assert_eq!(rows.shown(&plan, &options).unwrap().len(), count);
    }
}

#[test]
fn an_account_is_rounded_once_in_each_column_and_others_need_no_price() {
    let columns = ColumnPlan::of_periods(january(), &ColumnOptions::default()).unwrap().base;
    let mut movements = Movements::new(&columns);
    let jpy = Commodity::iso("JPY").unwrap();
    // A cent each, bought with euros and with dollars: half a cent each would round to nothing.
    for weight_commodity in [eur(), usd()] {
        let key = SeriesKey { account: AccountId(1), commodity: usd(), weight_commodity, part: None };
        movements.add(key, january().first, Net { amount: 1, weight: 1 });
    }
    let key = SeriesKey { account: AccountId(2), commodity: jpy, weight_commodity: jpy, part: None };
    movements.add(key, january().first, Net { amount: 5, weight: 5 });
    movements.accumulate();
    let price = Price::new(usd(), "0.5".parse().unwrap(), eur(), january().first).unwrap();
    let prices = PriceTable::new([price]);
    let basis = Basis::Valued(Valuation { commodity: eur(), at: ValuedAt::PeriodEnd, leave_unpriced: false });
    let figures = |takes: fn(AccountId) -> bool| {
        let mut valuer = Valuer::new(basis, &prices);
        figures(&movements, &columns, Measure::Stock, basis, &mut valuer, takes)
    };
    let of_first = figures(|account| account == AccountId(1)).unwrap();
    assert_eq!((of_first.len(), of_first[0].commodity, &of_first[0].base), (1, eur(), &vec![1]));
    let refused = figures(|_| true).unwrap_err().to_string();
    assert!(refused.starts_with("no price of JPY in EUR on or before 2026-01-31"), "{refused}");
}
