//! `receivable aging|tie-out`: how old is what is owed, and whether it is what the accounts hold.

use std::process::ExitCode;

use ledger_core::money::Commodity;
use ledger_core::receivable::{AgingBy, AgingFigures, Buckets, ReceivableKind};
use ledger_core::{AgingReport, AgingRequest, Book, ErrorKind, Result, TieOut, TieOutEntry};
use rust_decimal::Decimal;
use serde_json::json;

use super::shown::day_or_today;
use crate::commands::Context;
use crate::commands::facts::{amount, told};
use crate::commands::saved::Saved;
use crate::exit;
use crate::globals::Format;
use crate::render::{Cell, Column, Table, print, print_all};

pub(super) const AGING_EXAMPLES: &str = "\
Every open amount is in one bucket; what is due today, or has no due day, is not due. Credits that are not used stand \
beside the buckets, and what accrued and is not booked below them.

Examples:
  ledger receivable aging
  ledger receivable aging --as-of 2026-06-30 --by receivable --party \"Acme Ltd\"
  ledger receivable aging --buckets 15,45,120 --loss-rates 1,5,20,50
  ledger payable aging --by group -O csv";

pub(super) const TIE_OUT_EXAMPLES: &str = "\
What is tracked, less what was adjusted outside the books, is what the control accounts hold; each entry for which it \
is not is named. Ends with code 1 where there is a difference.

Examples:
  ledger receivable tie-out
  ledger receivable tie-out --account Assets:Receivable --as-of 2026-12-31";

/// The arguments of `aging`.
#[derive(clap::Args, Debug)]
pub struct AgingArgs {
    #[command(flatten)]
    flags: Saved<AgingFlags>,
}

/// What decides the report.
#[derive(clap::Args, Debug)]
struct AgingFlags {
    /// The day, past or to come [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,

    /// What a row stands for
    #[arg(long, value_name = "WHAT", value_enum, default_value = "party")]
    by: By,

    /// The last day past due of each bucket but the first and the last
    #[arg(long, value_name = "DAYS,…", default_value = "30,60,90")]
    buckets: String,

    /// How much of each bucket is likely lost, in percent; the first is for what is not due
    #[arg(long, value_name = "PERCENT,…", value_delimiter = ',')]
    loss_rates: Vec<String>,

    /// Only this party
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,

    /// Only this group
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
}

/// What a row stands for.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// A party
    Party,
    /// A group
    Group,
    /// A receivable or payable
    Receivable,
}

/// The arguments of `tie-out`.
#[derive(clap::Args, Debug)]
pub struct TieOutArgs {
    /// Only this control account
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,

    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// Ages.
pub(super) fn aging(
    context: &Context,
    book: &Book<'_>,
    kind: ReceivableKind,
    args: AgingArgs,
) -> Result<ExitCode> {
    let report = match kind {
        ReceivableKind::Receivable => "receivable aging",
        ReceivableKind::Payable => "payable aging",
    };
    args.flags.run(context, book, report, |flags| {
        show(context, book, kind, &flags)?;
        Ok(ExitCode::SUCCESS)
    })
}

fn show(context: &Context, book: &Book<'_>, kind: ReceivableKind, args: &AgingFlags) -> Result<()> {
    let request = AgingRequest {
        kind,
        as_of: day_or_today(context, args.as_of.as_deref())?,
        buckets: args.buckets.parse()?,
        by: match args.by {
            By::Party => AgingBy::Party,
            By::Group => AgingBy::Group,
            By::Receivable => AgingBy::Receivable,
        },
        party: args.party.clone(),
        group: args.group.clone(),
        loss_rates: args.loss_rates.iter().map(|text| percent(text)).collect::<Result<_>>()?,
    };
    let mut reports = book.receivables().aging(&request)?;
    // A commodity of which nothing is open has nothing to tell.
    reports.retain(|report| !report.aging.rows.is_empty());
    if context.settings.format != Format::Table {
        return print(&context.settings, rows_for_programs(&request, &reports)?);
    }
    let title = |commodity: &str| {
        let what = match kind {
            ReceivableKind::Receivable => "Receivables",
            ReceivableKind::Payable => "Payables",
        };
        format!("{what} by age as of {}{commodity}", request.as_of)
    };
    let mut tables = Vec::with_capacity(reports.len());
    for report in &reports {
        tables.push(Table {
            title: Some(title(&format!(", {}", report.commodity.code()))),
            ..table_for_people(report, &request)
        });
    }
    if tables.is_empty() {
        tables.push(Table { title: Some(title("")), ..Table::default() });
    }
    print_all(&context.settings, tables)
}

fn percent(text: &str) -> Result<Decimal> {
    let number = text.trim().trim_end_matches('%').trim_end();
    Decimal::from_str_exact(number).map_err(|_| {
        let reason = "it is a number of percent, such as 5".to_owned();
        ErrorKind::InvalidSetting { what: "loss rate", value: text.to_owned(), reason }.into()
    })
}

/// `1–30` reads `1–30` above a table, and `days_1_30` in a file.
fn bucket_keys(buckets: &Buckets) -> Vec<String> {
    let labels = buckets.labels();
    let last = labels.len() - 1;
    let key = |(place, label): (usize, String)| match place {
        0 => "not_due".to_owned(),
        place if place == last => label.replace(' ', "_"),
        _ => format!("days_{}", label.replace('–', "_")),
    };
    labels.into_iter().enumerate().map(key).collect()
}

fn table_for_people(report: &AgingReport, request: &AgingRequest) -> Table {
    let commodity = report.commodity;
    let bare = |minor: i64| match minor {
        0 => Cell::Empty,
        minor => Cell::amount(commodity.amount(minor).number(), ""),
    };
    let total = &report.aging.total;
    let has_credit = total.credit_count > 0;
    let name = match request.by {
        AgingBy::Party => "party",
        AgingBy::Group => "group",
        AgingBy::Receivable => "name",
    };
    let mut columns = vec![Column::text(name)];
    for label in request.buckets.labels() {
        let mut letters = label.chars();
        let first = letters.next().map(|first| first.to_uppercase().collect::<String>());
        columns.push(Column::amount(first.unwrap_or_default() + letters.as_str()));
    }
    columns.extend(has_credit.then(|| Column::amount("credit")));
    columns.push(Column::amount("total"));
    columns.push(Column::number("days_late").titled("Days late"));
    let line = |name: Cell, figures: &AgingFigures| {
        let mut row = vec![name];
        row.extend(figures.amounts.iter().map(|amount| bare(*amount)));
        row.extend(has_credit.then(|| bare(figures.credit)));
        row.push(Cell::amount(commodity.amount(figures.total).number(), ""));
        row.push(match figures.days_past_due_max {
            0 => Cell::Empty,
            days => Cell::Number(days.into()),
        });
        row
    };
    let rows = report.aging.rows.iter().zip(&report.names);
    let rows = rows.map(|(row, name)| line(Cell::text(name), &row.figures)).collect();
    let mut footer = vec![line(Cell::text("Total"), total)];
    if let Some(loss) = &report.expected_loss {
        let mut row = vec![Cell::text("Expected loss")];
        row.extend(loss.amounts.iter().map(|amount| bare(*amount)));
        row.extend(has_credit.then_some(Cell::Empty));
        row.extend([Cell::amount(commodity.amount(loss.total).number(), ""), Cell::Empty]);
        footer.push(row);
    }
    let adjusted = report.adjusted;
    let mut notes = match adjusted {
        0 => Vec::new(),
        _ => vec![format!("of the total, {} stand outside the books", told(commodity.amount(adjusted)))],
    };
    if report.accrued != 0 {
        let accrued = told(commodity.amount(report.accrued));
        notes.push(format!("beside the total, {accrued} of interest and fees accrued and not booked"));
    }
    Table { columns, rows, footer, notes, ..Table::default() }
}

/// All reports in one list, a commodity after the other.
fn rows_for_programs(request: &AgingRequest, reports: &[AgingReport]) -> Result<Table> {
    let mut columns = vec![Column::text("name")];
    columns.extend(bucket_keys(&request.buckets).into_iter().map(Column::amount));
    columns.extend(["credit", "total"].map(Column::amount));
    columns.push(Column::short("oldest_due_on"));
    let counts = ["days_past_due_max", "days_past_due_mean", "open_count", "past_due_count"];
    columns.extend(counts.map(Column::number));
    let has_loss = !request.loss_rates.is_empty();
    columns.extend(has_loss.then(|| Column::amount("expected_loss")));
    let line = |commodity: Commodity, name: Cell, figures: &AgingFigures| -> Result<Vec<Cell>> {
        let cell = |minor: i64| amount(commodity.amount(minor));
        let mut row = vec![name];
        row.extend(figures.amounts.iter().map(|amount| cell(*amount)));
        row.extend([figures.credit, figures.total].map(cell));
        row.push(Cell::optional(figures.oldest_due_on, Cell::Date));
        row.extend([figures.days_past_due_max.into(), figures.days_past_due_mean.into()].map(Cell::Number));
        row.extend([figures.open_count as i64, figures.past_due_count as i64].map(Cell::Number));
        if has_loss {
            row.push(cell(figures.expected_loss(&request.loss_rates)?.total));
        }
        Ok(row)
    };
    let (mut rows, mut footer) = (Vec::new(), Vec::new());
    for report in reports {
        for (row, name) in report.aging.rows.iter().zip(&report.names) {
            rows.push(line(report.commodity, Cell::text(name), &row.figures)?);
        }
        footer.push(line(report.commodity, Cell::text("Total"), &report.aging.total)?);
    }
    let adjusted = reports.iter().map(|report| report.commodity.amount(report.adjusted).to_string());
    let accrued = reports.iter().map(|report| report.commodity.amount(report.accrued).to_string());
    let meta = vec![
        ("as_of", json!(request.as_of)),
        ("kind", json!(request.kind.as_str())),
        ("by", json!(request.by)),
        ("buckets", json!(request.buckets.labels())),
        ("adjusted", adjusted.collect()),
        ("accrued", accrued.collect()),
        (
            "expected_loss",
            reports
                .iter()
                .filter_map(|report| Some((report.commodity, report.expected_loss.as_ref()?)))
                .map(|(commodity, loss)| {
                    let text = |minor: i64| commodity.amount(minor).to_string();
                    let buckets: Vec<String> = loss.amounts.iter().map(|minor| text(*minor)).collect();
                    json!({ "buckets": buckets, "total": text(loss.total) })
                })
                .collect(),
        ),
    ];
    Ok(Table { columns, rows, footer, meta: Some(meta), ..Table::default() })
}

/// Puts control accounts beside what is tracked of them.
pub(super) fn tie_out(
    context: &Context,
    book: &Book<'_>,
    kind: ReceivableKind,
    args: &TieOutArgs,
) -> Result<ExitCode> {
    let as_of = day_or_today(context, args.as_of.as_deref())?;
    let account = args.account.as_deref().map(Into::into);
    let mut ties = book.receivables().tie_out(as_of, account.as_ref())?;
    if account.is_none() {
        ties.retain(|tie| tie.kind == kind);
    }
    if ties.is_empty() {
        context.note(match &args.account {
            Some(account) => {
                format!("no receivable or payable is held in {account}, so that there is nothing to compare")
            }
            None => format!("there is no {0} yet (`ledger {0} add` makes one)", kind.as_str()),
        });
    }
    let differs = ties.iter().any(|tie| !tie.entries.is_empty() || !tie.difference.is_zero());
    if context.settings.format == Format::Table {
        let mut tables =
            vec![Table { title: Some(format!("Control accounts as of {as_of}")), ..ties_table(&ties) }];
        for tie in ties.iter().filter(|tie| !tie.entries.is_empty()) {
            tables.push(Table {
                title: Some(format!("{}: entries that differ", tie.account)),
                ..entries_table(tie)
            });
        }
        print_all(&context.settings, tables)?;
        if !differs && !ties.is_empty() {
            context.note("trackers, entries outside the books and control accounts agree");
        }
    } else {
        let mut table = ties_table(&ties);
        table.columns.push(Column::text("entries"));
        for (row, tie) in table.rows.iter_mut().zip(&ties) {
            row.push(Cell::Json(tie.entries.iter().map(entry_json).collect()));
        }
        print(&context.settings, table)?;
    }
    Ok(if differs { ExitCode::from(exit::FINDINGS) } else { ExitCode::SUCCESS })
}

fn ties_table(ties: &[TieOut]) -> Table {
    let mut columns = vec![Column::text("account")];
    columns.push(Column::amount("control").titled("In the books"));
    columns.push(Column::amount("tracked"));
    columns.push(Column::amount("adjusted").titled("Of it outside"));
    columns.push(Column::amount("difference"));
    let row = |tie: &TieOut| {
        let mut row = vec![Cell::text(&tie.account)];
        row.extend([tie.control, tie.tracked, tie.adjusted, tie.difference].map(amount));
        row
    };
    Table { columns, rows: ties.iter().map(row).collect(), ..Table::default() }
}

fn entries_table(tie: &TieOut) -> Table {
    let columns = vec![
        Column::number("entry"),
        Column::short("posted_on").titled("Date"),
        Column::text("description"),
        Column::amount("control").titled("In the books"),
        Column::amount("tracked"),
        Column::text("reason"),
    ];
    let bare = |minor: ledger_core::money::Amount| Cell::amount(minor.number(), "");
    let row = |entry: &TieOutEntry| {
        vec![
            Cell::Number(entry.number),
            Cell::Date(entry.posted_on),
            Cell::text(&entry.description),
            bare(entry.control),
            bare(entry.tracked),
            Cell::text(&entry.reason),
        ]
    };
    Table { columns, rows: tie.entries.iter().map(row).collect(), ..Table::default() }
}

fn entry_json(entry: &TieOutEntry) -> serde_json::Value {
    json!({
        "entry": entry.number,
        "posted_on": entry.posted_on,
        "description": entry.description,
        "control": entry.control.to_string(),
        "tracked": entry.tracked.to_string(),
        "reason": entry.reason,
    })
}
