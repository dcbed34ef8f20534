//! `receivable due|statement|record`: reminders, what a party is told, and how it has paid so far.

use std::process::ExitCode;

use chrono::{Months, NaiveDate};
use ledger_core::money::Amount;
use ledger_core::receivable::{MovementKind, ReceivableKind};
use ledger_core::{
    Book, DueItem, PartyStatement, PartyStatementLine, ReceivableFilter, Result, StatementTie,
};
use serde_json::{Value, json};

use super::detail::movement_words;
use super::shown::day_or_today;
use crate::commands::Context;
use crate::commands::days::Days;
use crate::commands::facts::{amount, print_facts, print_listing, told};
use crate::commands::saved::{self, Saved};
use crate::globals::Format;
use crate::render::{Cell, Column, Heading, Table, print, print_sheet};

pub(super) const STATEMENT_EXAMPLES: &str = "\
Amounts are what the party owes, below zero what is owed to it; receivables and payables stand in one statement.

Examples:
  ledger receivable statement \"Acme Ltd\"
  ledger receivable statement \"Acme Ltd\" --period 2026Q1 -O html -o acme.html
  ledger payable statement \"City Bank\" --from 2026-01-01 -O json";

/// The arguments of `due`.
#[derive(clap::Args, Debug)]
pub struct DueArgs {
    #[command(flatten)]
    flags: Saved<DueFlags>,
}

/// What decides a list of what is due.
#[derive(clap::Args, Debug)]
struct DueFlags {
    /// How many days to look ahead
    #[arg(long, value_name = "DAYS", default_value_t = 14, value_parser = clap::value_parser!(u32).range(0..=3_660))]
    ahead: u32,

    /// The day to look from [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,

    /// Only with this party
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,

    /// Only of this group
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
}

/// The arguments of `statement`.
#[derive(clap::Args, Debug)]
pub struct StatementArgs {
    #[command(flatten)]
    flags: Saved<StatementFlags>,
}

/// What decides a statement.
#[derive(clap::Args, Debug)]
struct StatementFlags {
    /// The party; it may be left out where saved flags name it
    #[arg(required_unless_present_any = saved::INSTEAD)]
    party: Option<String>,

    #[command(flatten)]
    days: Days,
}

/// The arguments of `record`.
#[derive(clap::Args, Debug)]
pub struct RecordArgs {
    /// The party
    party: String,

    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// Lists what is due, or looks after saved flags.
pub(super) fn due(
    context: &Context,
    book: &Book<'_>,
    kind: ReceivableKind,
    args: DueArgs,
) -> Result<ExitCode> {
    let report = match kind {
        ReceivableKind::Receivable => "receivable due",
        ReceivableKind::Payable => "payable due",
    };
    args.flags.run(context, book, report, |flags| {
        list_due(context, book, kind, &flags)?;
        Ok(ExitCode::SUCCESS)
    })
}

fn list_due(context: &Context, book: &Book<'_>, kind: ReceivableKind, args: &DueFlags) -> Result<()> {
    let as_of = day_or_today(context, args.as_of.as_deref())?;
    let filter = ReceivableFilter {
        kind: Some(kind),
        party: args.party.clone(),
        group: args.group.clone(),
        ..ReceivableFilter::default()
    };
    let items = book.receivables().due(as_of, args.ahead, &filter)?;
    let mut table = items_table(&items);
    if context.settings.format == Format::Table {
        table.columns.push(Column::text("remark"));
        for (row, item) in table.rows.iter_mut().zip(&items) {
            row.push(Cell::text(remark(item)));
        }
    }
    let mut people = vec![("due_on", "Due"), ("party", "Party")];
    if items.iter().any(|item| item.party != item.name) {
        people.push(("name", "What"));
    }
    people.extend(items.iter().any(|item| item.instalment.is_some()).then_some(("instalment", "No")));
    people.extend([("amount", "Amount"), ("remark", "Remark")]);
    print_listing(context, table, &people)
}

fn remark(item: &DueItem) -> String {
    match item.days_past_due {
        None => "on demand".to_owned(),
        Some(0) if item.due_on < item.in_time_through => match item.in_time_through {
            Some(last) => format!("in time through {last}"),
            None => "today".to_owned(),
        },
        Some(0) => "today".to_owned(),
        Some(1) => "1 day past due".to_owned(),
        Some(days) if days > 0 => format!("{days} days past due"),
        Some(-1) => "tomorrow".to_owned(),
        Some(days) => format!("in {} days", -days),
    }
}

fn items_table(items: &[DueItem]) -> Table {
    let mut columns = vec![Column::short("due_on"), Column::number("days_past_due")];
    columns.extend([Column::text("party"), Column::text("name"), Column::number("id")]);
    columns.extend([Column::short("kind"), Column::number("instalment"), Column::amount("amount")]);
    columns.extend(["principal", "interest", "fee"].map(Column::amount));
    let row = |item: &DueItem| {
        let part = |minor: i64| amount(Amount::new(minor, item.amount.commodity()));
        vec![
            Cell::optional(item.due_on, Cell::Date),
            Cell::optional(item.days_past_due, Cell::Number),
            Cell::text(&item.party),
            Cell::text(&item.name),
            Cell::Number(item.receivable.get().into()),
            Cell::text(item.kind.as_str()),
            Cell::optional(item.instalment, |number| Cell::Number(number.into())),
            amount(item.amount),
            part(item.parts.principal),
            part(item.parts.interest),
            part(item.parts.fee),
        ]
    };
    Table { columns, rows: items.iter().map(row).collect(), ..Table::default() }
}

/// Writes the statement of a party, or looks after saved flags.
pub(super) fn statement(context: &Context, book: &Book<'_>, args: StatementArgs) -> Result<ExitCode> {
    // Receivables and payables stand in one statement: what is saved for one command is there for the other.
    args.flags.run(context, book, "receivable statement", |flags| {
        write_statement(context, book, &flags)?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Tables for people, a page, or one row for programs.
fn write_statement(context: &Context, book: &Book<'_>, args: &StatementFlags) -> Result<()> {
    let asked = args.party.as_deref().unwrap_or_default();
    let today = context.settings.today;
    let (from, to) = args.days.resolve(&context.settings)?;
    let to = to.unwrap_or(today);
    let from = from.unwrap_or_else(|| year_before(to));
    let statements = book.receivables().statement(asked, from, to)?;
    if context.settings.format != Format::Table {
        return print(&context.settings, lines_table(&statements, from, to));
    }
    let mut tables: Vec<Table> = statements.iter().flat_map(tables).collect();
    if tables.is_empty() {
        tables.push(Table { title: Some(format!("{asked}: nothing was ever owed")), ..Table::default() });
    }
    let party = statements.first().map_or(asked, |statement| &statement.party);
    let title = format!("{party}: statement of {from} to {to}");
    let heading = Heading { title, from: Some(book.info().name.clone()) };
    print_sheet(&context.settings, &heading, tables)
}

/// The day after the one a year before.
fn year_before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_months(Months::new(12)).and_then(|day| day.succ_opt()).unwrap_or(day)
}

/// A statement as tables below each other: what happened, what is open, what is next.
fn tables(statement: &PartyStatement) -> Vec<Table> {
    let bare = |amount: Amount| Cell::amount(amount.number(), "");
    let of = |statement: &PartyStatement| format!("{}, {}", statement.party, statement.commodity.code());
    let columns = vec![
        Column::short("date"),
        Column::text("what"),
        Column::amount("amount"),
        Column::amount("balance"),
        Column::number("entry"),
    ];
    let edge = |on: NaiveDate, what: &str, balance: Amount| {
        vec![Cell::Date(on), Cell::text(what), Cell::Empty, bare(balance), Cell::Empty]
    };
    let mut rows = vec![edge(statement.from, "(before)", statement.opening)];
    rows.extend(statement.lines.iter().map(|line| {
        vec![
            Cell::Date(line.on),
            Cell::text(words(line)),
            bare(line.amount),
            bare(line.balance),
            Cell::optional(line.entry, Cell::Number),
        ]
    }));
    let happened = Table {
        title: Some(format!("{}: {} to {}", of(statement), statement.from, statement.to)),
        columns,
        rows,
        footer: vec![edge(statement.to, "Owed", statement.closing)],
        ..Table::default()
    };
    let items = |title: &str, items: &[DueItem]| {
        let row = |item: &DueItem| {
            let what = match item.instalment {
                Some(number) => format!("{}, instalment {number}", item.name),
                None => item.name.clone(),
            };
            let credit = item.amount.is_negative();
            let due = if credit { Cell::text("credit") } else { Cell::text("on demand") };
            let remark = if credit || item.due_on.is_none() { String::new() } else { remark(item) };
            let side = item.kind.sign();
            let shown = if side < 0 { item.amount.negate().unwrap_or(item.amount) } else { item.amount };
            vec![item.due_on.map_or(due, Cell::Date), Cell::text(what), bare(shown), Cell::text(remark)]
        };
        (!items.is_empty()).then(|| Table {
            title: Some(title.to_owned()),
            columns: vec![
                Column::short("due_on").titled("Due"),
                Column::text("what"),
                Column::amount("amount"),
                Column::text("remark"),
            ],
            rows: items.iter().map(row).collect(),
            ..Table::default()
        })
    };
    let mut tables = vec![happened];
    tables.extend(items(&format!("Open on {}", statement.to), &statement.open));
    tables.extend(tie_table(statement));
    tables.extend(items("Next", &statement.next));
    tables
}

/// How what is open comes to what is owed, where the two differ.
fn tie_table(statement: &PartyStatement) -> Option<Table> {
    let StatementTie { open, to_come, accrued, outside } = statement.tie;
    if open == statement.closing && outside.is_zero() {
        return None;
    }
    let bare = |amount: Amount| Cell::amount(amount.number(), "");
    let mut rows = vec![vec![Cell::text("open, less credits"), bare(open)]];
    let mut add = |what: &str, amount: Option<Amount>| {
        let row = |amount| vec![Cell::text(what), bare(amount)];
        rows.extend(amount.filter(|amount| !amount.is_zero()).map(row));
    };
    add("owed, and due later", Some(to_come));
    add("interest and fees accrued, not booked", accrued.negate().ok());
    let notes = match outside.is_zero() {
        true => Vec::new(),
        false => vec![format!("of what is owed, {} stand outside the books", told(outside))],
    };
    Some(Table {
        title: Some(format!("Owed on {}", statement.to)),
        columns: vec![Column::text("what"), Column::amount("amount")],
        rows,
        footer: vec![vec![Cell::text("Owed"), bare(statement.closing)]],
        notes,
        ..Table::default()
    })
}

/// What happened, in words.
fn words(line: &PartyStatementLine) -> String {
    let mut words = format!("{}: {}", line.name, movement_words(line.kind, line.is_tab));
    if line.reversal {
        words.push_str(", taken back");
    }
    if line.entry.is_none() {
        // A credit that was used where it arose moves nothing in the books, and nothing outside them.
        let is_credit = line.kind == MovementKind::Repayment;
        words.push_str(if is_credit { ", from the credit" } else { ", outside the books" });
    }
    if let Some(reason) = &line.reason {
        words.push_str(&format!(" ({reason})"));
    }
    words
}

/// What happened as rows; in JSON with what is open and what is next beside them.
fn lines_table(statements: &[PartyStatement], from: NaiveDate, to: NaiveDate) -> Table {
    let mut columns = vec![Column::short("date"), Column::text("name"), Column::short("kind")];
    columns.push(Column::text("reversal"));
    columns.extend(["amount", "balance"].map(Column::amount));
    columns.extend([Column::number("entry"), Column::text("reason")]);
    let row = |line: &PartyStatementLine| {
        vec![
            Cell::Date(line.on),
            Cell::text(&line.name),
            Cell::text(line.kind.as_str()),
            Cell::Json(line.reversal.into()),
            amount(line.amount),
            amount(line.balance),
            Cell::optional(line.entry, Cell::Number),
            Cell::optional(line.reason.clone(), Cell::Text),
        ]
    };
    let rows = statements.iter().flat_map(|statement| statement.lines.iter().map(row)).collect();
    let whole = |statement: &PartyStatement| {
        json!({
            "commodity": statement.commodity.code(),
            "opening": statement.opening.to_string(),
            "closing": statement.closing.to_string(),
            "tie": {
                "open": statement.tie.open.to_string(),
                "to_come": statement.tie.to_come.to_string(),
                "accrued": statement.tie.accrued.to_string(),
                "outside": statement.tie.outside.to_string(),
            },
            "open": statement.open.iter().map(item_json).collect::<Vec<_>>(),
            "next": statement.next.iter().map(item_json).collect::<Vec<_>>(),
        })
    };
    let meta = vec![
        ("party", json!(statements.first().map(|statement| &statement.party))),
        ("from", json!(from)),
        ("to", json!(to)),
        ("statements", statements.iter().map(whole).collect()),
    ];
    Table { columns, rows, meta: Some(meta), ..Table::default() }
}

fn item_json(item: &DueItem) -> Value {
    let part = |minor: i64| Amount::new(minor, item.amount.commodity()).to_string();
    json!({
        "name": item.name,
        "kind": item.kind.as_str(),
        "instalment": item.instalment,
        "due_on": item.due_on,
        "days_past_due": item.days_past_due,
        "amount": item.amount.to_string(),
        "principal": part(item.parts.principal),
        "interest": part(item.parts.interest),
        "fee": part(item.parts.fee),
    })
}

/// Shows how a party has paid.
pub(super) fn record(context: &Context, book: &Book<'_>, args: &RecordArgs) -> Result<()> {
    let as_of = day_or_today(context, args.as_of.as_deref())?;
    let record = book.receivables().record(&args.party, as_of)?;
    let number = |days: i64| Cell::Number(days);
    let percent = |percent: ledger_core::schedule::Percent| Cell::text(percent.to_string());
    let facts = vec![
        ("party", Cell::text(&args.party)),
        ("as_of", Cell::Date(as_of)),
        ("dues", Cell::Number(record.count as i64)),
        ("paid", Cell::Number(record.paid_count as i64)),
        ("late", Cell::Number(record.late_count as i64)),
        ("on_time", Cell::optional(record.on_time, percent)),
        ("days_late_median", Cell::optional(record.days_late_median, number)),
        ("days_late_p90", Cell::optional(record.days_late_p90, number)),
        ("suggested_shift_days", Cell::optional(record.suggested_shift_days, |days| number(days.into()))),
        ("suggested_probability", Cell::optional(record.suggested_probability, percent)),
    ];
    let notes = match record.suggested_shift_days {
        None => vec!["nothing is suggested before three payments".to_owned()],
        Some(_) => Vec::new(),
    };
    print_facts(context, format!("How {} pays, as of {as_of}", args.party), facts, notes)
}
