//! What a repayment did, as a table: who got what, what is left, and the credit.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger_core::money::Commodity;
use ledger_core::receivable::{Parts, ReceivableId, ReceivableKind};
use ledger_core::{Book, Repaid, RepaidItem, RepaidLeft, Result};
use serde_json::json;

use crate::commands::Context;
use crate::commands::facts::{amount, narrowed, told};
use crate::globals::Format;
use crate::render::{Cell, Column, Table, print};

/// The names of receivables that a repayment touched.
fn names_of(
    book: &Book<'_>,
    kind: ReceivableKind,
    repaid: &Repaid,
) -> Result<BTreeMap<ReceivableId, String>> {
    let mut names: BTreeMap<ReceivableId, String> =
        repaid.items.iter().map(|item| (item.receivable, item.name.clone())).collect();
    if let Some((id, _)) = repaid.credit.filter(|(id, _)| !names.contains_key(id)) {
        names.insert(id, book.receivables().find(kind, &format!("#{id}"))?.name);
    }
    // Extra principal goes to one of which nothing was due.
    if names.is_empty() {
        for left in &repaid.left {
            let id = left.receivable;
            names.insert(id, book.receivables().find(kind, &format!("#{id}"))?.name);
        }
    }
    Ok(names)
}

/// Who got what, what is left, and the credit; the entry, where there is one now.
pub(super) fn print_repaid(
    context: &Context,
    book: &Book<'_>,
    kind: ReceivableKind,
    repaid: &Repaid,
    only_shown: bool,
) -> Result<()> {
    let commodity = repaid.amount.commodity();
    let people = context.settings.format == Format::Table;
    let names = names_of(book, kind, repaid)?;
    let left: Vec<(&String, &RepaidLeft)> =
        repaid.left.iter().filter_map(|left| names.get(&left.receivable).map(|name| (name, left))).collect();
    let items: Parts = repaid.items.iter().try_fold(Parts::ZERO, |sum, item| sum.plus(item.paid))?;
    let credit = repaid.credit.map_or(0, |(_, credit)| credit);
    let extra = repaid.amount.minor() - items.total()? - credit.max(0);
    let on = repaid.entry.as_ref().map(|entry| entry.posted_on);
    let mut table = items_table(&shown_items(&repaid.items, on.filter(|_| people))?, commodity, people);
    if people && table.rows.is_empty() {
        let of = left.first().filter(|_| left.len() == 1).map(|(name, _)| name.as_str());
        table = beyond_table(of, commodity, extra, credit);
    }
    let text = |minor: i64| commodity.amount(minor).to_string();
    let said = |minor: i64| told(commodity.amount(minor));
    let left_json = |name: &str, left: &RepaidLeft| json!({ "name": name, "amount": text(left.on_the_day), "in_the_end": text(left.in_the_end) });
    let entry = repaid.entry.as_ref().filter(|_| !only_shown);
    table.title = Some(format!("{} repaid", told(repaid.amount)));
    if extra > 0 && repaid.entry.is_some() {
        table.notes.push(format!("extra principal: {}", said(extra)));
    }
    // Of one that is owed still, or that was paid back by more than the credit, what is left does not tell the credit.
    if let Some((id, credit)) = repaid.credit.filter(|(_, credit)| *credit > 0)
        && let Some((name, _)) =
            left.iter().find(|(_, left)| left.receivable == id && left.on_the_day != -credit)
    {
        table.notes.push(format!("{}, which nothing took, kept as a credit of {name}", said(credit)));
    }
    table.notes.extend(left.iter().map(|(name, left)| {
        let words = |left: i64| match left {
            0 => "nothing left".to_owned(),
            left if left < 0 => format!("{} too much, kept as a credit", said(-left)),
            left => format!("{} left", said(left)),
        };
        let RepaidLeft { on_the_day, in_the_end, .. } = **left;
        if on_the_day == in_the_end {
            return format!("{name}: {}", words(on_the_day));
        }
        let day = on.map_or("that day".to_owned(), |on| on.to_string());
        let (then, now) = (words(on_the_day), words(in_the_end));
        format!("{name}: {then} on {day}, {now} with what was recorded for later days")
    }));
    table.notes.extend(entry.map(|entry| format!("entry {}", entry.number)));
    table.meta = Some(vec![
        ("amount", json!(repaid.amount.to_string())),
        ("entry", json!(entry.map(|entry| entry.number))),
        ("posted_on", json!(entry.map(|entry| entry.posted_on))),
        ("credit", json!(text(credit))),
        ("extra_principal", json!(text(if repaid.entry.is_some() { extra.max(0) } else { 0 }))),
        ("left", left.iter().map(|(name, left)| left_json(name, left)).collect()),
    ]);
    print(&context.settings, table)
}

/// What went to nothing that was due: principal ahead of the plan, or a credit.
fn beyond_table(of: Option<&str>, commodity: Commodity, extra: i64, credit: i64) -> Table {
    let row = |(what, minor): (&str, i64)| {
        let paid = Cell::amount(commodity.amount(minor).number(), "");
        vec![Cell::optional(of, Cell::from), Cell::text(what), paid]
    };
    let paid = [("extra principal", extra), ("credit", credit)].into_iter().filter(|(_, minor)| *minor > 0);
    let columns = vec![Column::text("name").titled("What"), Column::short("as"), Column::amount("paid")];
    Table { columns, rows: paid.map(row).collect(), ..Table::default() }
}

/// Items as they are, or for people those of each receivable that are due after a day, and of principal only, as one: a
/// loan that is paid off has hundreds. Beside each, whether it was joined.
fn shown_items(items: &[RepaidItem], later_than: Option<NaiveDate>) -> Result<Vec<(RepaidItem, bool)>> {
    let mut shown: Vec<(RepaidItem, bool)> = Vec::with_capacity(items.len());
    let is_later = |item: &RepaidItem| {
        let later = item.due_on.zip(later_than).is_some_and(|(due_on, day)| due_on > day);
        later && item.instalment.is_some() && item.paid.interest == 0 && item.paid.fee == 0
    };
    for item in items {
        match shown.last_mut() {
            Some((last, joined))
                if last.receivable == item.receivable && is_later(item) && (*joined || is_later(last)) =>
            {
                (last.paid, *joined) = (last.paid.plus(item.paid)?, true);
            }
            _ => shown.push((item.clone(), false)),
        }
    }
    Ok(shown)
}

fn items_table(items: &[(RepaidItem, bool)], commodity: Commodity, people: bool) -> Table {
    let cell = |minor: i64| match people {
        true if minor == 0 => Cell::Empty,
        true => Cell::amount(commodity.amount(minor).number(), ""),
        false => amount(commodity.amount(minor)),
    };
    let mut columns = vec![Column::text("name"), Column::text("party"), Column::number("instalment")];
    columns.push(Column::short("due_on"));
    columns.extend(["principal", "interest", "fee", "paid"].map(Column::amount));
    let row = |(item, joined): &(RepaidItem, bool)| {
        let Parts { principal, interest, fee } = item.paid;
        let number = item.instalment.filter(|_| !joined);
        let mut row = vec![
            Cell::text(&item.name),
            Cell::text(&item.party),
            Cell::optional(number, |number| Cell::Number(number.into())),
            if *joined { Cell::text("later") } else { Cell::optional(item.due_on, Cell::Date) },
        ];
        row.extend([principal, interest, fee].map(cell));
        row.push(Cell::optional(item.paid.total().ok(), cell));
        row
    };
    let table = Table { columns, rows: items.iter().map(row).collect(), ..Table::default() };
    if !people {
        return table;
    }
    let used = |index: usize| table.rows.iter().any(|row| row[index] != Cell::Empty);
    let mut shown = vec![("name", "What")];
    if items.iter().any(|(item, _)| item.party != item.name) {
        shown.push(("party", "Party"));
    }
    shown.extend(used(2).then_some(("instalment", "No")));
    shown.extend(used(3).then_some(("due_on", "Due")));
    if used(5) || used(6) {
        shown.extend(used(4).then_some(("principal", "Principal")));
    }
    shown.extend(used(5).then_some(("interest", "Interest")));
    shown.extend(used(6).then_some(("fee", "Fee")));
    shown.push(("paid", "Paid"));
    narrowed(table, &shown)
}
