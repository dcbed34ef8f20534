//! What is open, planned and happened of one receivable: as tables for people, as JSON for programs.

use chrono::NaiveDate;
use ledger_core::money::Commodity;
use ledger_core::receivable::{Instalment, MovementKind, OpenDue, Parts, ReceivableKind};
use ledger_core::{ReceivableReport, ReportedMovement};
use serde_json::{Value, json};

use super::shown::days_late;
use crate::commands::facts::{narrowed, told};
use crate::render::{Cell, Column, Table};

/// An amount without its commodity; nothing where it is zero.
fn bare(commodity: Commodity, minor: i64) -> Cell {
    if minor == 0 { Cell::Empty } else { Cell::amount(commodity.amount(minor).number(), "") }
}

/// What is open, by due days; of a plan what is due by the day, with the interest and fees that go with it, as the rest
/// stands in the plan.
pub(super) fn open_table(report: &ReceivableReport) -> Option<Table> {
    let is_due = |due: &&OpenDue| due.due_on.is_none_or(|due_on| due_on <= report.as_of);
    let open: Vec<&OpenDue> = match report.receivable.is_planned() {
        true => report.expected.iter().filter(is_due).collect(),
        false => report.open.iter().collect(),
    };
    if open.is_empty() {
        return None;
    }
    let commodity = report.receivable.commodity;
    let charged = |due: &OpenDue| {
        let known = report.open.iter().find(|known| known.due_on == due.due_on);
        known.map_or(0, |known| known.parts.wide_total())
    };
    let uncharged: i128 = open.iter().map(|due| due.parts.wide_total() - charged(due)).sum();
    let mut columns = vec![Column::short("due_on"), Column::number("instalment")];
    columns.extend(["principal", "interest", "fee", "open"].map(Column::amount));
    columns.push(Column::number("days_late"));
    let row = |due: &&OpenDue| {
        let Parts { principal, interest, fee } = due.parts;
        let mut row = vec![
            due.due_on.map_or(Cell::text("on demand"), Cell::Date),
            Cell::optional(due.instalment, |number| Cell::Number(number.into())),
        ];
        row.extend([principal, interest, fee].map(|part| bare(commodity, part)));
        row.push(Cell::optional(due.parts.total().ok(), |all| bare(commodity, all)));
        let days = days_late(report, due);
        row.push(if days > 0 { Cell::Number(days) } else { Cell::Empty });
        row
    };
    let rows: Vec<Vec<Cell>> = open.into_iter().map(|due| row(&due)).collect();
    let mut people = vec![("due_on", "Due")];
    let used = |index: usize| rows.iter().any(|row| row[index] != Cell::Empty);
    people.extend(used(1).then_some(("instalment", "Instalment")));
    if used(3) || used(4) {
        people.push(("principal", "Principal"));
    }
    people.extend(used(3).then_some(("interest", "Interest")));
    people.extend(used(4).then_some(("fee", "Fee")));
    people.push(("open", "Open"));
    people.extend(used(6).then_some(("days_late", "Days late")));
    let what = if report.receivable.is_planned() { "Due" } else { "Open" };
    let title = Some(format!("{what}, {}", commodity.code()));
    let told = i64::try_from(uncharged).ok().filter(|minor| *minor != 0);
    let told = told.map(|minor| told_uncharged(commodity, minor, report.receivable.kind));
    let notes = told.into_iter().collect();
    Some(narrowed(Table { title, columns, rows, notes, ..Table::default() }, &people))
}

/// What of what is due stands in no entry yet.
fn told_uncharged(commodity: Commodity, minor: i64, kind: ReceivableKind) -> String {
    let uncharged = told(commodity.amount(minor));
    format!(
        "of it {uncharged} of interest and fees are charged with the payment, or by `ledger {} accrue`",
        kind.as_str()
    )
}

/// What was earned through the day and stands in no entry, in words: `12.00 EUR of interest`.
pub(super) fn accrued_words(commodity: Commodity, accrued: Parts) -> Option<String> {
    let words = |minor: i64, what: &str| format!("{} of {what}", told(commodity.amount(minor)));
    match (accrued.interest, accrued.fee) {
        (0, 0) => None,
        (interest, 0) => Some(words(interest, "interest")),
        (0, fee) => Some(words(fee, "fees")),
        (interest, fee) => Some(words(interest.saturating_add(fee), "interest and fees")),
    }
}

/// What was charged more than was earned, where something was dated back, in words.
pub(super) fn overcharged_words(commodity: Commodity, minor: i64, on: NaiveDate) -> Option<String> {
    let more = (minor != 0).then(|| told(commodity.amount(minor)))?;
    Some(format!(
        "{more} more of interest was charged than was earned through {on}, as something was dated back: what is charged next is \
         so much less"
    ))
}

/// What happened in the books, or what stands outside them.
pub(super) fn movements_table(report: &ReceivableReport, outside: bool) -> Option<Table> {
    let commodity = report.receivable.commodity;
    let of_kind = |one: &&ReportedMovement| (one.movement.kind == MovementKind::Adjustment) == outside;
    let mut shown: Vec<&ReportedMovement> = report.movements.iter().filter(of_kind).collect();
    if shown.is_empty() {
        return None;
    }
    shown.sort_by_key(|one| (one.on, one.movement.number));
    let mut columns = vec![Column::number("number"), Column::short("date"), Column::text("what")];
    columns.extend(["principal", "interest", "fee", "credit"].map(Column::amount));
    columns.extend([Column::number("entry"), Column::text("remark")]);
    let row = |one: &&ReportedMovement| {
        let movement = &one.movement;
        let Parts { principal, interest, fee } = movement.owed;
        let mut row = vec![
            Cell::Number(movement.number.into()),
            Cell::Date(one.on),
            Cell::text(movement_words(movement.kind, report.receivable.is_tab())),
        ];
        row.extend([principal, interest, fee, movement.credit].map(|part| bare(commodity, part)));
        row.push(Cell::optional(movement.entry, Cell::Number));
        row.push(Cell::text(movement_remark(one, commodity, report.as_of)));
        row
    };
    let rows: Vec<Vec<Cell>> = shown.iter().map(row).collect();
    let used = |index: usize| rows.iter().any(|row| row[index] != Cell::Empty);
    let mut people = vec![("number", "No"), ("date", "Date"), ("what", "What")];
    for (index, name, header) in [
        (3, "principal", "Principal"),
        (4, "interest", "Interest"),
        (5, "fee", "Fee"),
        (6, "credit", "Credit"),
    ] {
        people.extend(used(index).then_some((name, header)));
    }
    people.extend(used(7).then_some(("entry", "Entry")));
    if rows.iter().any(|row| row[8] != Cell::text("")) {
        people.push(("remark", "Remark"));
    }
    let what = if outside { "Outside the books" } else { "What happened" };
    let title = Some(format!("{what}, {}", commodity.code()));
    Some(narrowed(Table { title, columns, rows, ..Table::default() }, &people))
}

/// What a movement is, in a word; on the tab of a group's member, money lent is an expense that was shared.
pub(super) fn movement_words(kind: MovementKind, is_tab: bool) -> String {
    match (kind, is_tab) {
        (MovementKind::Disbursement, true) => "shared".to_owned(),
        (MovementKind::Repayment, true) => "paid".to_owned(),
        _ => kind.as_str().replace('_', "-"),
    }
}

fn movement_remark(one: &ReportedMovement, commodity: Commodity, as_of: NaiveDate) -> String {
    let detail = &one.movement.detail;
    let mut words = Vec::new();
    if !one.counts && one.movement.on > as_of {
        words.push("to come".to_owned());
    } else if !one.counts {
        let by = one.entry.map_or_else(String::new, |entry| format!(" by entry {entry}"));
        words.push(format!("taken back{by}"));
    } else if one.entry != one.movement.entry {
        words.extend(one.entry.map(|entry| format!("amended by entry {entry}")));
    }
    if detail.recovered != 0 {
        words.push(format!("{} came back", commodity.amount(detail.recovered).number()));
    }
    if let Some(change) = &detail.rate {
        words.push(format!("{} from {}", change.rate, change.from));
    }
    if let Some(number) = detail.undoes {
        words.push(format!("takes back {number}"));
    }
    if detail.plans_anew() {
        words.push("planned anew".to_owned());
    }
    words.extend(detail.reason.clone());
    words.join(", ")
}

/// Something open, as JSON.
pub(super) fn due_json(report: &ReceivableReport, due: &OpenDue) -> Value {
    let text = |minor: i64| report.receivable.commodity.amount(minor).to_string();
    let Parts { principal, interest, fee } = due.parts;
    json!({
        "due_on": due.due_on,
        "instalment": due.instalment,
        "principal": text(principal),
        "interest": text(interest),
        "fee": text(fee),
        "amount": due.parts.total().ok().map(text),
        "days_late": days_late(report, due).max(0),
    })
}

/// An instalment, as JSON.
pub(super) fn plan_json(report: &ReceivableReport, row: &Instalment) -> Value {
    let text = |minor: i64| report.receivable.commodity.amount(minor).to_string();
    let Parts { principal, interest, fee } = row.parts;
    json!({
        "number": row.number,
        "due_on": row.due_on,
        "principal": text(principal),
        "interest": text(interest),
        "fee": text(fee),
        "payment": row.parts.total().ok().map(text),
        "balance": text(row.balance),
    })
}

/// What happened in the books, or what stands outside them, as JSON.
pub(super) fn movements_json(report: &ReceivableReport, outside: bool) -> Value {
    let text = |minor: i64| report.receivable.commodity.amount(minor).to_string();
    let of_kind = |one: &&ReportedMovement| (one.movement.kind == MovementKind::Adjustment) == outside;
    let one = |one: &ReportedMovement| {
        let movement = &one.movement;
        let detail = &movement.detail;
        let Parts { principal, interest, fee } = movement.owed;
        json!({
            "number": movement.number,
            "date": one.on,
            "kind": movement.kind.as_str(),
            "principal": text(principal),
            "interest": text(interest),
            "fee": text(fee),
            "credit": text(movement.credit),
            "recovered": text(detail.recovered),
            "due_on": detail.due_on,
            "rate": detail.rate.map(|change| json!({ "from": change.from, "rate": change.rate })),
            "undoes": detail.undoes,
            "reason": detail.reason,
            "entry": movement.entry,
            "counts": one.counts,
            "standing_entry": one.entry,
        })
    };
    report.movements.iter().filter(of_kind).map(one).collect()
}
