//! `receivable list|show`: what is owed, as facts and as tables.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger_core::account::AccountId;
use ledger_core::receivable::{LoanGroupId, OpenDue, Parts, Receivable, ReceivableKind};
use ledger_core::{Book, ReceivableFilter, ReceivableReport, Result};
use serde_json::json;

use super::detail::{due_json, movements_json, movements_table, open_table, overcharged_words, plan_json};
use super::plan;
use crate::commands::Context;
use crate::commands::facts::{amount, print_listing, told};
use crate::commands::schedule::shown::{AccountNames, account_names, name_of};
use crate::dates::{DateRole, parse_date_as};
use crate::globals::Format;
use crate::render::{Cell, Column, Table, grouped, print, print_all};

/// The arguments of `list`.
#[derive(clap::Args, Debug)]
pub struct ListArgs {
    /// Only with this party
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,

    /// Only of this group
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,

    /// Also those of which nothing is open any more
    #[arg(long)]
    closed: bool,

    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// The arguments of `show`.
#[derive(clap::Args, Debug)]
pub struct ShowArgs {
    /// Its name or number, or the party where it is the only one
    name: String,

    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// The day that a flag says, or today.
pub(super) fn day_or_today(context: &Context, text: Option<&str>) -> Result<NaiveDate> {
    let today = context.settings.today;
    text.map_or(Ok(today), |text| parse_date_as(text, today, DateRole::End))
}

/// Lists.
pub(super) fn list(context: &Context, book: &Book<'_>, kind: ReceivableKind, args: &ListArgs) -> Result<()> {
    let as_of = day_or_today(context, args.as_of.as_deref())?;
    let filter = ReceivableFilter {
        kind: Some(kind),
        party: args.party.clone(),
        group: args.group.clone(),
        closed: args.closed,
        // Of a day gone by, what began later was not there.
        to_come: as_of >= context.settings.today,
    };
    let reports = book.receivables().list(as_of, &filter)?;
    let names = Names::read(book, as_of)?;
    let rows = reports.iter().map(|report| row(report, &names)).collect::<Result<Vec<_>>>()?;
    let mut people = vec![("id", "No"), ("name", "Name")];
    if reports.iter().any(|report| report.party != report.receivable.name) {
        people.push(("party", "Party"));
    }
    people.extend([("outstanding", "Open"), ("when", "Paid back"), ("remark", "Remark")]);
    let table = Table { columns: columns(), rows, ..Table::default() };
    print_listing(context, with_remarks(context, table, &reports)?, &people)
}

/// A column for people that no program needs.
fn with_remarks(context: &Context, mut table: Table, reports: &[ReceivableReport]) -> Result<Table> {
    if context.settings.format == Format::Table {
        table.columns.extend([Column::text("when"), Column::text("remark")]);
        for (row, report) in table.rows.iter_mut().zip(reports) {
            row.extend([Cell::text(when(report)), Cell::text(remark(report)?)]);
        }
    }
    Ok(table)
}

/// When it is paid back: what is due next, where there is a plan.
fn when(report: &ReceivableReport) -> String {
    let next = next_due(report).and_then(|due| due.due_on);
    match (&report.receivable.loan, next) {
        (None, _) => "tab".to_owned(),
        (Some(_), Some(next)) if report.receivable.is_planned() => format!("next {next}"),
        (Some(loan), _) if report.receivable.is_planned() => {
            let last = report.plan.last().map_or(loan.terms().lent_on, |last| last.due_on);
            format!("until {last}")
        }
        (Some(loan), _) => plan::repayment_words(loan.terms()),
    }
}

fn remark(report: &ReceivableReport) -> Result<String> {
    let commodity = report.receivable.commodity;
    let mut words = Vec::new();
    match (report.begins_on(), &report.receivable.loan) {
        (Some(begins_on), Some(loan)) => {
            words.push(format!("{} from {begins_on} on", told(loan.terms().principal)));
        }
        _ if report.is_closed() => words.push("closed".to_owned()),
        _ => {}
    }
    if let Some((days, parts)) = overdue(report)? {
        let late = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
        let all = parts.total()? == report.standing.owed.total()?;
        let what = if all {
            String::new()
        } else {
            format!("{} ", grouped(&commodity.amount(parts.total()?).number()))
        };
        words.push(format!("{what}late by {late}"));
    }
    if report.standing.credit != 0 {
        words.push(format!("credit {}", grouped(&commodity.amount(report.standing.credit).number())));
    }
    Ok(words.join(", "))
}

/// What is past due on the day of a report, its grace over, and for how many days the oldest of it.
pub(super) fn overdue(report: &ReceivableReport) -> Result<Option<(i64, Parts)>> {
    let mut found: Option<(i64, Parts)> = None;
    for due in &report.open {
        let days = days_late(report, due);
        if days > 0 {
            let (most, parts) = found.unwrap_or((0, Parts::ZERO));
            found = Some((most.max(days), parts.plus(due.parts)?));
        }
    }
    Ok(found)
}

/// Days past due once days of grace are taken off; zero or fewer for what is in time.
pub(super) fn days_late(report: &ReceivableReport, due: &OpenDue) -> i64 {
    let last = due.due_on.map(|due_on| match &report.receivable.loan {
        Some(loan) => loan.in_time_through(due_on),
        None => due_on,
    });
    last.map_or(0, |last| report.as_of.signed_duration_since(last).num_days())
}

/// What is due next after the day of a report.
fn next_due(report: &ReceivableReport) -> Option<&OpenDue> {
    report.expected.iter().find(|due| due.due_on.is_some_and(|due_on| due_on > report.as_of))
}

/// What reports name by number.
pub(super) struct Names {
    accounts: AccountNames,
    groups: BTreeMap<LoanGroupId, String>,
}

impl Names {
    /// The names of a book's accounts and groups.
    pub(super) fn read(book: &Book<'_>, as_of: NaiveDate) -> Result<Names> {
        let groups = book.groups().list(as_of)?.into_iter().map(|group| (group.id, group.name)).collect();
        Ok(Names { accounts: account_names(book)?, groups })
    }

    fn account(&self, id: Option<AccountId>) -> Cell {
        Cell::optional(id, |id| Cell::text(name_of(&self.accounts, id)))
    }
}

/// The columns of a list for programs.
pub(super) fn columns() -> Vec<Column> {
    let mut columns =
        vec![Column::number("id"), Column::short("kind"), Column::text("name"), Column::text("party")];
    columns.extend(["group", "control_account"].map(Column::text));
    columns.extend([Column::short("state"), Column::short("lent_on"), Column::amount("lent")]);
    columns.extend([Column::text("repayment"), Column::text("rate")]);
    columns.extend(["outstanding", "principal", "interest", "fee", "accrued", "credit"].map(Column::amount));
    columns.extend(["repaid", "forgiven", "written_off", "adjusted"].map(Column::amount));
    columns.extend([Column::short("next_due_on"), Column::amount("next_due"), Column::amount("overdue")]);
    columns.push(Column::number("days_late"));
    columns.extend(["account", "interest_account", "fee_account", "loss_account", "note"].map(Column::text));
    columns
}

/// The cells of a receivable under [`columns`].
pub(super) fn row(report: &ReceivableReport, names: &Names) -> Result<Vec<Cell>> {
    let Receivable { id, kind, name, account, commodity, group, loan, details, .. } = &report.receivable;
    let standing = &report.standing;
    let cell = |minor: i64| amount(commodity.amount(minor));
    let (next, late) = (next_due(report), overdue(report)?);
    let terms = loan.as_ref().map(|loan| loan.terms());
    let overdue = late.map(|(_, parts)| parts.total()).transpose()?.unwrap_or(0);
    let next_amount = next.map(|due| due.parts.total()).transpose()?;
    Ok(vec![
        Cell::Number(id.get().into()),
        Cell::text(kind.as_str()),
        Cell::text(name),
        Cell::text(&report.party),
        Cell::optional(group.and_then(|group| names.groups.get(&group)), Cell::text),
        names.account(Some(*account)),
        Cell::text(state(report, late.is_some())),
        Cell::optional(terms, |terms| Cell::Date(terms.lent_on)),
        Cell::optional(terms, |terms| amount(terms.principal)),
        Cell::text(terms.map_or("tab".to_owned(), plan::repayment_words)),
        Cell::optional(terms.and_then(|terms| plan::rate_words_on(terms, report.rate)), Cell::Text),
        cell(standing.owed.total()?),
        cell(standing.owed.principal),
        cell(standing.owed.interest),
        cell(standing.owed.fee),
        cell(report.accrued.total()?),
        cell(standing.credit),
        cell(standing.repaid),
        cell(standing.forgiven),
        cell(standing.written_off),
        cell(standing.adjusted),
        Cell::optional(next.and_then(|due| due.due_on), Cell::Date),
        Cell::optional(next_amount, cell),
        cell(overdue),
        Cell::Number(late.map_or(0, |(days, _)| days)),
        names.account(details.money),
        names.account(details.interest),
        names.account(details.fees),
        names.account(details.losses),
        Cell::optional(details.note.clone(), Cell::Text),
    ])
}

fn state(report: &ReceivableReport, late: bool) -> &'static str {
    match report.is_closed() {
        _ if report.begins_on().is_some() => "to come",
        true => "closed",
        false if late => "late",
        false => "open",
    }
}

/// Shows one.
pub(super) fn show(context: &Context, book: &Book<'_>, kind: ReceivableKind, args: &ShowArgs) -> Result<()> {
    let as_of = day_or_today(context, args.as_of.as_deref())?;
    let report = book.receivables().show(kind, &args.name, as_of)?;
    print_report(context, book, &report, Vec::new(), None)
}

/// Prints all that is known of one: tables below each other for people, one row with all of it for programs. `entry` is
/// the number of an entry that was just posted.
pub(super) fn print_report(
    context: &Context,
    book: &Book<'_>,
    report: &ReceivableReport,
    notes: Vec<String>,
    entry: Option<i64>,
) -> Result<()> {
    let names = Names::read(book, report.as_of)?;
    let (mut columns, mut cells) = (columns(), row(report, &names)?);
    if context.settings.format != Format::Table {
        let nested = [
            ("as_of", json!(report.as_of)),
            ("open", report.open.iter().map(|due| due_json(report, due)).collect()),
            ("expected", report.expected.iter().map(|due| due_json(report, due)).collect()),
            ("plan", report.plan.iter().map(|row| plan_json(report, row)).collect()),
            ("movements", movements_json(report, false)),
            ("adjustments", movements_json(report, true)),
            ("entry", json!(entry)),
        ];
        for (name, value) in nested {
            columns.push(Column::text(name));
            cells.push(if value.is_null() { Cell::Empty } else { Cell::Json(value) });
        }
        return print(&context.settings, Table { columns, rows: vec![cells], ..Table::default() });
    }
    let mut tables = vec![facts_table(report, columns, cells)];
    tables.extend(open_table(report));
    if report.receivable.is_planned() {
        let commodity = report.receivable.commodity;
        let mut table = plan::table(&report.plan, commodity, true);
        // A plan that was made anew does not come to the loan: something was paid beside it.
        if report.movements.iter().any(|one| one.movement.detail.plans_anew()) {
            table.footer.clear();
        }
        tables.push(Table { title: Some(format!("Plan, {}", commodity.code())), ..table });
    }
    tables.extend(movements_table(report, false));
    tables.extend(movements_table(report, true));
    if let Some(last) = tables.last_mut() {
        last.notes.extend(overcharged_words(report.receivable.commodity, report.overcharged, report.as_of));
        if report.credit > 0 && !report.open.is_empty() {
            let noun = report.receivable.kind.as_str();
            last.notes.push(format!(
                "a credit stands beside what is open: `ledger {noun} repay --from-credit` uses it"
            ));
        }
        last.notes.extend(notes);
    }
    print_all(&context.settings, tables)
}

/// What is not nothing, a line each.
fn facts_table(report: &ReceivableReport, columns: Vec<Column>, cells: Vec<Cell>) -> Table {
    let receivable = &report.receivable;
    let hidden = ["id", "kind", "name", "days_late"];
    let is_nothing = |cell: &Cell| match cell {
        Cell::Empty => true,
        Cell::Amount { number, .. } => number.chars().all(|digit| "0.".contains(digit)),
        _ => false,
    };
    let facts = columns.into_iter().zip(cells);
    let facts = facts.filter(|(column, cell)| {
        !hidden.contains(&&*column.name) && (column.name == "outstanding" || !is_nothing(cell))
    });
    // Of interest and fees without any, what is open is the principal.
    let parts = receivable.loan.as_ref().is_some_and(|loan| loan.terms().interest.is_some())
        || report.standing.owed.interest != 0
        || report.standing.owed.fee != 0;
    let facts = facts.filter(|(column, cell)| match &*column.name {
        "principal" | "interest_account" => parts,
        "party" => *cell != Cell::text(&receivable.name),
        _ => true,
    });
    let label = |name: &str| match (receivable.kind, name) {
        (ReceivableKind::Payable, "lent_on") => "borrowed on".to_owned(),
        (ReceivableKind::Payable, "lent") => "borrowed".to_owned(),
        (_, "accrued") => "accrued, not booked".to_owned(),
        _ => name.replace('_', " "),
    };
    Table {
        title: Some(format!(
            "{} \"{}\" (#{}) as of {}",
            receivable.kind.as_str(),
            receivable.name,
            receivable.id,
            report.as_of
        )),
        columns: vec![Column::short("field"), Column::text("value")],
        rows: facts.map(|(column, cell)| vec![Cell::text(label(&column.name)), cell]).collect(),
        ..Table::default()
    }
}
