//! `group list|show`.

use ledger_core::{Book, GroupEvent, GroupReport, Result};
use serde_json::{Value, json};

use crate::commands::Context;
use crate::commands::facts::{amount, narrowed, print_listing};
use crate::dates::{DateRole, parse_date_as};
use crate::globals::Format;
use crate::render::{Cell, Column, Table, print, print_all};

/// The arguments of `list`.
#[derive(clap::Args, Debug)]
pub struct ListArgs {
    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// The arguments of `show`.
#[derive(clap::Args, Debug)]
pub struct ShowArgs {
    /// The group
    group: String,

    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

fn day(context: &Context, text: Option<&str>) -> Result<chrono::NaiveDate> {
    let today = context.settings.today;
    text.map_or(Ok(today), |text| parse_date_as(text, today, DateRole::End))
}

/// Lists.
pub(super) fn list(context: &Context, book: &Book<'_>, args: &ListArgs) -> Result<()> {
    let groups = book.groups().list(day(context, args.as_of.as_deref())?)?;
    let columns = vec![
        Column::number("id"),
        Column::text("name"),
        Column::text("members"),
        Column::text("account"),
        Column::amount("balance"),
    ];
    let row = |group: &GroupReport| {
        let members: Vec<&str> = group.balances.iter().map(|(name, _)| name.as_str()).collect();
        // The owner comes first.
        let own = group.balances.first().map_or(0, |(_, balance)| *balance);
        vec![
            Cell::Number(group.id.get().into()),
            Cell::text(&group.name),
            Cell::Json(json!(members)),
            Cell::text(&group.account),
            amount(group.commodity.amount(own)),
        ]
    };
    let rows = groups.iter().map(row).collect();
    let people = [("id", "No"), ("name", "Name"), ("members", "Members"), ("balance", "You are to get")];
    print_listing(context, Table { columns, rows, ..Table::default() }, &people)
}

/// Shows one.
pub(super) fn show(context: &Context, book: &Book<'_>, args: &ShowArgs) -> Result<()> {
    let group = book.groups().show(&args.group, day(context, args.as_of.as_deref())?)?;
    print_group(context, &group)
}

/// Prints a group: tables below each other for people, the balances with all else beside them for programs.
pub(super) fn print_group(context: &Context, group: &GroupReport) -> Result<()> {
    if context.settings.format != Format::Table {
        return print(&context.settings, balances(group, false));
    }
    let mut tables = vec![Table {
        title: Some(format!("{}, {}", group.name, group.commodity.code())),
        ..balances(group, true)
    }];
    tables.extend(events(group));
    if !group.linked.is_empty() {
        let row = |(name, party, owed): &(String, String, i64)| {
            let owed = Cell::amount(group.commodity.amount(*owed).number(), "");
            vec![Cell::text(name), Cell::text(party), owed]
        };
        tables.push(Table {
            title: Some("Linked".to_owned()),
            columns: vec![Column::text("name"), Column::text("party"), Column::amount("open")],
            rows: group.linked.iter().map(row).collect(),
            ..Table::default()
        });
    }
    print_all(&context.settings, tables)
}

/// What each member is to get or to pay, and their tab with the owner.
fn balances(group: &GroupReport, people: bool) -> Table {
    let cell = |minor: i64| match people {
        true => Cell::amount(group.commodity.amount(minor).number(), ""),
        false => amount(group.commodity.amount(minor)),
    };
    let tab = |name: &str| group.tabs.iter().find(|(of, _)| of == name).map(|(_, tab)| *tab);
    let row = |(name, balance): &(String, i64)| {
        let verb = match balance.signum() {
            1 => "gets",
            -1 => "pays",
            _ => "even",
        };
        vec![
            Cell::text(name),
            Cell::text(verb),
            cell(if people { balance.saturating_abs() } else { *balance }),
            Cell::optional(tab(name), cell),
        ]
    };
    let columns = vec![
        Column::text("member"),
        Column::short("verb").titled(""),
        Column::amount("balance"),
        Column::amount("tab").titled("Owes you"),
    ];
    let mut table = Table {
        columns,
        rows: group.balances.iter().map(row).collect(),
        meta: Some(vec![
            ("id", json!(group.id)),
            ("name", json!(group.name)),
            ("commodity", json!(group.commodity.code())),
            ("account", json!(group.account)),
            ("as_of", json!(group.as_of)),
            ("events", group.events.iter().map(|event| event_json(group, event)).collect()),
            (
                "linked",
                group
                    .linked
                    .iter()
                    .map(|(name, party, owed)| {
                        json!({ "name": name, "party": party, "open": group.commodity.amount(*owed).to_string() })
                    })
                    .collect(),
            ),
        ]),
        ..Table::default()
    };
    if !people {
        table = Table { meta: table.meta.take(), ..narrowed_for_programs(table) };
    }
    table
}

/// Programs read the sign of a balance instead of a word.
fn narrowed_for_programs(table: Table) -> Table {
    narrowed(table, &[("member", "Member"), ("balance", "Balance"), ("tab", "Tab")])
}

fn events(group: &GroupReport) -> Option<Table> {
    if group.events.is_empty() {
        return None;
    }
    let row = |event: &GroupEvent| {
        let mut what = event.text.clone();
        if !event.counts {
            what.push_str(", taken back");
        }
        if !event.shares.is_empty() {
            let share =
                |(name, share): &(String, i64)| format!("{name} {}", group.commodity.amount(*share).number());
            let shares: Vec<String> = event.shares.iter().map(share).collect();
            what.push_str(&format!(": {}", shares.join(", ")));
        }
        vec![
            Cell::Number(event.number.into()),
            Cell::Date(event.on),
            Cell::text(what),
            Cell::amount(group.commodity.amount(event.amount).number(), ""),
            Cell::optional(event.entry, Cell::Number),
        ]
    };
    let columns = vec![
        Column::number("number").titled("No"),
        Column::short("date"),
        Column::text("what"),
        Column::amount("amount"),
        Column::number("entry"),
    ];
    let rows = group.events.iter().map(row).collect();
    Some(Table { title: Some("What happened".to_owned()), columns, rows, ..Table::default() })
}

/// An event as programs read it.
pub(super) fn event_json(group: &GroupReport, event: &GroupEvent) -> Value {
    let text = |minor: i64| group.commodity.amount(minor).to_string();
    let share = |(name, share): &(String, i64)| json!({ "member": name, "amount": text(*share) });
    json!({
        "number": event.number,
        "date": event.on,
        "kind": event.kind,
        "text": event.text,
        "amount": text(event.amount),
        "shares": event.shares.iter().map(share).collect::<Vec<_>>(),
        "entry": event.entry,
        "counts": event.counts,
    })
}
