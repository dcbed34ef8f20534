//! Every statement of one small book, with figures worked out by hand.

use super::*;
use crate::account::AccountId;
use crate::money::Price;
use crate::party::PartyNames;
use crate::report::basis::{Valuation, ValuedAt};
use crate::report::columns::{ColumnOptions, Figure};
use crate::report::dimension::LineFilter;
use crate::report::movements::{Net, SeriesKey};
use crate::report::period::Interval;

const ACCOUNTS: [(&str, AccountKind, &str); 6] = [
    ("Assets:Bank", AccountKind::Asset, "bank"),
    ("Assets:Depot", AccountKind::Asset, "investment"),
    ("Liabilities:Card", AccountKind::Liability, "credit-card"),
    ("Equity:Opening", AccountKind::Equity, "opening"),
    ("Income:Salary", AccountKind::Income, "salary"),
    ("Expenses:Food", AccountKind::Expense, "food"),
];

/// Entries by day: lines of account and euros.
const ENTRIES: [(&str, &[(usize, i128)]); 5] = [
    ("2026-01-01", &[(0, 1000), (3, -1000)]),
    ("2026-01-10", &[(0, 500), (4, -500)]),
    ("2026-01-20", &[(5, 80), (2, -80)]),
    ("2026-02-05", &[(2, 80), (0, -80)]),
    // Ten shares for 20.00 each.
    ("2026-02-10", &[(1, 200), (0, -200)]),
];

fn eur() -> Commodity {
    Commodity::iso("EUR").unwrap()
}

fn share() -> Commodity {
    Commodity::new("SHARE", 0).unwrap()
}

fn chart() -> Chart {
    let account = |(place, (name, kind, subtype)): (usize, &(&str, AccountKind, &str))| Account {
        id: AccountId(place as i32 + 1),
        name: (*name).to_owned(),
        kind: *kind,
        subtype: Some((*subtype).to_owned()),
        commodity: None,
        opened_on: None,
        closed_on: None,
        lot_method: None,
        note: None,
        aliases: Vec::new(),
    };
    let accounts = ACCOUNTS.iter().enumerate().map(account).collect();
    Chart::new(accounts, vec![eur(), share()], PartyNames::default(), Vec::new())
}

/// The book in January and February; `flows` are those of its entries that move cash, seen from the other side.
fn movements(plan: &ColumnPlan, flows: bool) -> Movements {
    let mut movements = Movements::new(&plan.base);
    for (on, lines) in ENTRIES {
        let moves_cash = lines.iter().any(|(account, _)| *account == 0);
        for (account, euros) in lines {
            let minor = euros * 100;
            let mut net = Net { amount: minor, weight: minor };
            let mut commodity = eur();
            if flows {
                if !moves_cash || *account == 0 {
                    continue;
                }
                net = Net { amount: -minor, weight: -minor };
            } else if *account == 1 {
                (commodity, net.amount) = (share(), 10);
            }
            let account = AccountId(*account as i32 + 1);
            let key = SeriesKey { account, commodity, weight_commodity: eur(), part: None };
            movements.add(key, on.parse().unwrap(), net);
        }
    }
    movements.accumulate();
    movements
}

fn text(figure: &Figure) -> String {
    match figure {
        Figure::Amount(minor) => minor.to_string(),
        Figure::Percent(percent) => format!("{percent} %"),
        Figure::None => "-".to_owned(),
    }
}

/// Sections, rows and totals with their figures of January and February.
fn made(kind: StatementKind, basis: Basis, accounts: &[usize]) -> Vec<String> {
    let period = Period::new("2026-01-01".parse().unwrap(), "2026-02-28".parse().unwrap()).unwrap();
    let columns = ColumnOptions { interval: Some(Interval::Month), ..ColumnOptions::default() };
    let request = StatementRequest { basis, columns, filter: LineFilter::default(), ..Default::default() };
    let plan = ColumnPlan::of_periods(period, &columns).unwrap();
    let (movements, flows) = (movements(&plan, false), movements(&plan, true));
    let rate = |on: &str, rate: i64| Price::new(share(), rate.into(), eur(), on.parse().unwrap()).unwrap();
    let prices = PriceTable::new([rate("2026-02-10", 20), rate("2026-02-20", 25)]);
    let chart = chart();
    let scene = Scene {
        book: "home",
        chart: &chart,
        base: eur(),
        request: &request,
        period,
        plan: &plan,
        movements: &movements,
        flows: Some(&flows),
        parts: &[],
        prices: &prices,
        realised: &[],
        shown: &accounts.iter().map(|account| AccountId(*account as i32 + 1)).collect(),
    };
    let mut lines = Vec::new();
    for section in assemble(kind, &scene).unwrap().sections {
        for row in section.rows.iter().chain(&section.totals) {
            let figures: Vec<String> = row.figures.iter().map(text).collect();
            let code = if row.commodity == eur() { String::new() } else { format!(" {}", row.commodity) };
            lines.push(format!("{}{code}: {}", row.name, figures.join(" ")));
        }
    }
    lines
}

const ALL: [usize; 6] = [0, 1, 2, 3, 4, 5];

fn in_euros() -> Basis {
    Basis::Valued(Valuation { commodity: eur(), at: ValuedAt::PeriodEnd, leave_unpriced: false })
}

#[test]
fn a_balance_sheet_at_book_value() {
    let expected = [
        "Assets:Bank: 150000 122000",
        "Assets:Depot: 0 20000",
        "Total assets: 150000 142000",
        "Liabilities:Card: 8000 0",
        "Total liabilities: 8000 0",
        "Equity:Opening: 100000 100000",
        "(income less expenses): 42000 42000",
        "Total equity: 142000 142000",
        "Liabilities and equity: 150000 142000",
    ];
    assert_eq!(made(StatementKind::BalanceSheet, Basis::BookValue, &ALL), expected);
}

#[test]
fn a_balance_sheet_in_euros_tells_the_gain_that_nobody_made_yet() {
    let expected = [
        "Assets:Bank: 150000 122000",
        "Assets:Depot: 0 25000",
        "Total assets: 150000 147000",
        "Liabilities:Card: 8000 0",
        "Total liabilities: 8000 0",
        "Equity:Opening: 100000 100000",
        "(income less expenses): 42000 42000",
        "(unrealised gain or loss): 0 5000",
        "Total equity: 142000 147000",
        "Liabilities and equity: 150000 147000",
    ];
    assert_eq!(made(StatementKind::BalanceSheet, in_euros(), &ALL), expected);
}

#[test]
fn a_balance_sheet_in_own_commodities_tells_what_was_exchanged() {
    let expected = [
        "Assets:Bank: 150000 122000",
        "Assets:Depot SHARE: 0 10",
        "Total assets: 150000 122000",
        "Total assets SHARE: 0 10",
        "Liabilities:Card: 8000 0",
        "Total liabilities: 8000 0",
        "Equity:Opening: 100000 100000",
        "(conversions between commodities): 0 -20000",
        "(conversions between commodities) SHARE: 0 10",
        "(income less expenses): 42000 42000",
        "Total equity: 142000 122000",
        "Total equity SHARE: 0 10",
        "Liabilities and equity: 150000 122000",
        "Liabilities and equity SHARE: 0 10",
    ];
    assert_eq!(made(StatementKind::BalanceSheet, Basis::Native, &ALL), expected);
}

#[test]
fn a_balance_sheet_of_some_accounts_balances_with_the_others_in_one_row() {
    let expected = [
        "Assets:Bank: 150000 122000",
        "Total assets: 150000 122000",
        "Total liabilities: 0 0",
        "(income less expenses): 42000 42000",
        // Opening 1000.00 and the card, less the depot.
        "(other accounts): 108000 80000",
        "Total equity: 150000 122000",
        "Liabilities and equity: 150000 122000",
    ];
    assert_eq!(made(StatementKind::BalanceSheet, Basis::BookValue, &[0, 4, 5]), expected);
}

#[test]
fn an_income_statement() {
    let expected = [
        "Income:Salary: 50000 0",
        "Total income: 50000 0",
        "Expenses:Food: 8000 0",
        "Total expenses: 8000 0",
        "Net income: 42000 0",
    ];
    assert_eq!(made(StatementKind::IncomeStatement, Basis::BookValue, &ALL), expected);
    assert_eq!(made(StatementKind::Spending, Basis::BookValue, &ALL), expected[2..4]);
    assert_eq!(made(StatementKind::Earnings, Basis::BookValue, &ALL), expected[..2]);
}

#[test]
fn a_cash_flow_leads_from_the_cash_of_the_start_to_that_of_the_end() {
    let expected = [
        "Cash at the start: 0 150000",
        "Income:Salary: 50000 0",
        // What was eaten on the card moved no cash before the card was paid.
        "Liabilities:Card: 0 -8000",
        "Total operating activities: 50000 -8000",
        "Assets:Depot: 0 -20000",
        "Total investing activities: 0 -20000",
        "Equity:Opening: 100000 0",
        "Total financing activities: 100000 0",
        "Net change in cash: 150000 -28000",
        "Cash at the end: 150000 122000",
    ];
    assert_eq!(made(StatementKind::CashFlow, Basis::BookValue, &ALL), expected);
    // Shares are no cash: no price of them is needed.
    assert_eq!(made(StatementKind::CashFlow, in_euros(), &ALL), expected);
}

#[test]
fn changes_in_equity_lead_from_that_of_the_start_to_that_of_the_end() {
    let expected = [
        "Equity at the start: 0 142000",
        "Equity:Opening: 100000 0",
        "(income less expenses): 42000 0",
        "(unrealised gain or loss): 0 5000",
        "Total changes: 142000 5000",
        "Equity at the end: 142000 147000",
    ];
    assert_eq!(made(StatementKind::EquityChanges, in_euros(), &ALL), expected);
    let hidden = made(StatementKind::EquityChanges, Basis::BookValue, &[0]);
    assert_eq!(hidden[1..3], ["(income less expenses): 42000 0", "(other accounts): 100000 0"]);
}

#[test]
fn net_worth_is_what_is_owned_less_what_is_owed() {
    let expected = [
        "Assets:Bank: 150000 122000",
        "Assets:Depot: 0 25000",
        "Total assets: 150000 147000",
        "Liabilities:Card: 8000 0",
        "Total liabilities: 8000 0",
        "Net worth: 142000 147000",
    ];
    assert_eq!(made(StatementKind::NetWorth, in_euros(), &ALL), expected);
}

#[test]
fn balances_of_one_side_are_positive_and_those_of_both_are_taken_off_each_other() {
    let history = |accounts: &[usize]| made(StatementKind::BalanceHistory, Basis::BookValue, accounts);
    let expected = ["Assets:Bank: 150000 122000", "Expenses:Food: 8000 8000", "Total balance: 158000 130000"];
    assert_eq!(history(&[0, 5]), expected);
    let expected =
        ["Equity:Opening: 100000 100000", "Liabilities:Card: 8000 0", "Total balance: 108000 100000"];
    assert_eq!(history(&[2, 3]), expected);
    let expected =
        ["Assets:Bank: 150000 122000", "Liabilities:Card: -8000 0", "Total balance: 142000 122000"];
    assert_eq!(history(&[0, 2]), expected);
    assert_eq!(history(&ALL).last().unwrap(), "Total balance: 0 0");
}
