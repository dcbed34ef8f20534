//! `receivable plan`: a plan of repayment worked out for terms, without a book; and plans as tables.

use ledger_core::money::Commodity;
use ledger_core::receivable::{
    Instalment, InstalmentKind, Loan, LoanTerms, Parts, RateChange, Repayment, amortise,
    annual_percentage_rate_of_plan,
};
use ledger_core::{ErrorKind, Result};
use serde_json::json;

use super::money::Money;
use super::terms::TermArgs;
use crate::commands::Context;
use crate::commands::facts::{amount, told};
use crate::commands::post::amounts::MarkChoice;
use crate::dates::parse_date;
use crate::globals::Format;
use crate::render::{Cell, Column, Table, print};

/// The arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// What is lent, such as 200000 or 200000 EUR
    #[arg(value_name = "AMOUNT", required = true, num_args = 1..=2, allow_negative_numbers = true)]
    amount: Vec<String>,

    /// The day of the loan [default: one distance before the first instalment, or today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,

    #[command(flatten)]
    terms: TermArgs,

    /// The decimal mark of amounts
    #[arg(long, value_name = "MARK", value_enum)]
    decimal: Option<MarkChoice>,
}

/// Works a plan out and prints it; a book is only needed for the commodity of an amount that names none.
///
/// # Errors
/// Those of the terms.
pub fn run(context: &Context, args: &Args) -> Result<()> {
    let today = context.settings.today;
    let money = reader(context, args.decimal)?;
    let principal = money.amount(&args.amount.join(" "))?;
    let lent_on = match &args.on {
        Some(on) => parse_date(on, today)?,
        None => args.terms.day_before_first(today)?.unwrap_or(today),
    };
    let loan = Loan::new(args.terms.terms(&money, principal, lent_on, today)?)?;
    let plan = amortise(&loan)?;
    let mut sum = Parts::ZERO;
    for row in &plan {
        sum = sum.plus(row.parts)?;
    }
    sum.total()?;
    let people = context.settings.format == Format::Table;
    let mut table = table(&plan, principal.commodity(), people);
    // On demand there is no plan, and so no rate.
    let rate = match plan.is_empty() {
        true => None,
        false => Some(annual_percentage_rate_of_plan(&loan, &plan)?.normalize().to_string()),
    };
    table.title = Some(words(loan.terms()));
    table.notes = match &rate {
        Some(rate) => vec![format!("annual percentage rate (Regulation Z): {rate} %")],
        None => vec!["due when it is asked for: there is no plan".to_owned()],
    };
    table.meta = Some(vec![
        ("principal", json!(principal.to_string())),
        ("lent_on", json!(lent_on)),
        ("terms", json!(loan.terms())),
        ("annual_percentage_rate", json!(rate)),
    ]);
    print(&context.settings, table)
}

fn reader(context: &Context, mark: Option<MarkChoice>) -> Result<Money> {
    let ledger = match context.ledger() {
        Ok(ledger) => ledger,
        Err(error) if matches!(error.kind(), ErrorKind::NoDatabase { .. }) => {
            return Ok(Money::without_book(mark));
        }
        Err(error) => return Err(error),
    };
    Money::new(&context.book(&ledger)?, mark)
}

/// A plan as a table with its totals; for people the commodity stands above it, and columns of nothing are left out.
pub fn table(plan: &[Instalment], commodity: Commodity, people: bool) -> Table {
    let cell = |minor: i64| {
        let shown = commodity.amount(minor);
        if people { Cell::amount(shown.number(), "") } else { amount(shown) }
    };
    let has = |read: fn(&Instalment) -> i64| !people || plan.iter().any(|row| read(row) != 0);
    let (interest, fee) = (has(|row| row.parts.interest), has(|row| row.parts.fee));
    let mut columns = vec![Column::number("number").titled("No"), Column::short("due_on").titled("Due")];
    columns.push(Column::amount("principal"));
    columns.extend(interest.then(|| Column::amount("interest")));
    columns.extend(fee.then(|| Column::amount("fee")));
    columns.extend([Column::amount("payment"), Column::amount("balance")]);
    let line = |number: Cell, due_on: Cell, parts: [i64; 3], balance: Cell| {
        let mut row = vec![number, due_on, cell(parts[0])];
        row.extend(interest.then(|| cell(parts[1])));
        row.extend(fee.then(|| cell(parts[2])));
        // The caller has seen that sums fit.
        row.extend([cell(parts.iter().fold(0_i64, |sum, part| sum.saturating_add(*part))), balance]);
        row
    };
    let mut totals = [0_i64; 3];
    let mut rows = Vec::with_capacity(plan.len());
    for row in plan {
        let parts = [row.parts.principal, row.parts.interest, row.parts.fee];
        for (total, part) in totals.iter_mut().zip(parts) {
            *total = total.saturating_add(part);
        }
        rows.push(line(Cell::Number(row.number.into()), Cell::Date(row.due_on), parts, cell(row.balance)));
    }
    let footer = match plan.len() {
        0 | 1 if people => Vec::new(),
        _ => vec![line(Cell::Empty, Cell::text("Total"), totals, Cell::Empty)],
    };
    Table { columns, rows, footer, ..Table::default() }
}

/// `200000.00 EUR from 2026-01-01, 360 instalments every month from 2026-02-01, 4.5 % (30/360)`.
pub fn words(terms: &LoanTerms) -> String {
    let mut words = format!("{} from {}, {}", told(terms.principal), terms.lent_on, repayment_words(terms));
    if let Some(rate) = rate_words(terms) {
        words.push_str(&format!(", {rate}"));
    }
    words
}

/// When it is paid back, in words.
pub fn repayment_words(terms: &LoanTerms) -> String {
    let instalments = match &terms.repayment {
        Repayment::OnDemand => return "on demand".to_owned(),
        Repayment::Due { on } => return format!("due {on}"),
        Repayment::Dates { instalments } => return format!("on {} days", instalments.len()),
        Repayment::Instalments(instalments) => instalments,
    };
    let times = |count: u32, what: &str| match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    };
    let (count, end) = match instalments.kind {
        InstalmentKind::Annuity { count } => (times(count, "instalment"), ""),
        InstalmentKind::FixedPayment { payment } => (told(terms.principal.commodity().amount(payment)), ""),
        InstalmentKind::EqualPrincipal { count } => (times(count, "equal part"), ""),
        InstalmentKind::InterestOnly { count } => {
            (times(count, "payment") + " of interest", ", the principal with the last")
        }
        InstalmentKind::Bullet { count } => (times(count, "period"), ", all of it after the last"),
    };
    format!("{count} {} from {}{end}", instalments.frequency, instalments.first_due_on)
}

/// What it costs, in words.
pub fn rate_words(terms: &LoanTerms) -> Option<String> {
    rate_words_on(terms, None)
}

/// What it costs, in words, at the rate in force and since when that is, where it is not the first one.
pub fn rate_words_on(terms: &LoanTerms, in_force: Option<RateChange>) -> Option<String> {
    let late = terms.late_rate.map(|late| match late.is_zero() {
        true => "nothing for what is late".to_owned(),
        false => format!("{late} for what is late"),
    });
    let Some(interest) = &terms.interest else { return late };
    let mut words = match in_force.filter(|known| known.from > terms.lent_on) {
        Some(RateChange { from, rate }) if rate.is_zero() => {
            format!("no interest since {from} ({}", interest.day_count.name())
        }
        Some(RateChange { from, rate }) => format!("{rate} since {from} ({}", interest.day_count.name()),
        None => format!("{} ({}", interest.rate, interest.day_count.name()),
    };
    if interest.compounding.name() != "none" {
        words.push_str(&format!(", compounded {}", interest.compounding));
    }
    words.push(')');
    words.extend(late.map(|late| format!(", {late}")));
    Some(words)
}
