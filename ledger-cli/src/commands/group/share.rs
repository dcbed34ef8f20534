//! `group share|pay|settle-up`: what changes who is to get and to pay what.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use ledger_core::journal::{AccountRef, Entry, Tag};
use ledger_core::receivable::{Remainder, Split, SplitRule};
use ledger_core::{Book, ErrorKind, GroupEvent, GroupReport, Ledger, NewSharedExpense, Result, SettledUp};
use rust_decimal::Decimal;
use serde_json::json;

use super::shown::{event_json, print_group};
use crate::commands::Context;
use crate::commands::facts::amount;
use crate::commands::post::amounts::MarkChoice;
use crate::commands::receivable::money::{Money, money_account};
use crate::dates::parse_date;
use crate::globals::Format;
use crate::render::{Cell, Column, Table, print};

pub(super) const SHARE_EXAMPLES: &str = "\
Where you paid, your own share is an expense, and the share of each other member is on their tab; where a member paid, \
your share is on the tab of the payer. What others share among themselves is only counted.

Examples:
  ledger group share Trip 90 Dinner --account Assets:Cash --expense Expenses:Dining
  ledger group share Trip 120 Hotel --paid-by Ana --expense Expenses:Travel --shares 2,1,1
  ledger group share Trip 50 Taxi --paid-by Ana --expense Expenses:Travel --among me,Ana --percent 60,40
  ledger group share Trip 100 Tickets --account Assets:Bank --expense Expenses:Fun --remainder payer";

pub(super) const PAY_EXAMPLES: &str = "\
You are `me`; an account is needed where you are one of the two.

Examples:
  ledger group pay Trip Ana me 20 --account Assets:Cash
  ledger group pay Trip Ben Ana 15";

pub(super) const SETTLE_EXAMPLES: &str = "\
Examples:
  ledger group settle-up Trip
  ledger group settle-up Trip --accept --account Assets:Bank";

const SPLIT: &str = "Split";

/// The arguments of `share`.
#[derive(clap::Args, Debug)]
pub struct ShareArgs {
    /// The group
    group: String,

    /// How much, such as 90 or \"90 EUR\"; below zero for money that came back
    #[arg(allow_negative_numbers = true)]
    amount: String,

    /// What for
    description: String,

    /// Who paid: a member, or me
    #[arg(long, value_name = "PARTY", default_value = "me")]
    paid_by: String,

    /// The account that you paid from
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,

    /// Take an account as well that is no asset or liability: paid in goods (an expense), or by you (equity)
    #[arg(long)]
    any_account: bool,

    /// The account of your own share
    #[arg(long, value_name = "ACCOUNT")]
    expense: Option<String>,

    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,

    /// Among whom, in the order of the numbers below [default: everyone, you first]
    #[arg(long, value_name = "PARTY,…", value_delimiter = ',', help_heading = SPLIT)]
    among: Vec<String>,

    /// So many percent for each, which come to 100
    #[arg(long, value_name = "PERCENT,…", value_delimiter = ',', group = "rule", help_heading = SPLIT)]
    percent: Vec<String>,

    /// In proportion to shares, such as nights or heads
    #[arg(long, value_name = "SHARES,…", value_delimiter = ',', group = "rule", help_heading = SPLIT)]
    shares: Vec<String>,

    /// Exactly so much for each, which comes to the amount
    #[arg(long, value_name = "AMOUNT,…", value_delimiter = ',', group = "rule", help_heading = SPLIT)]
    #[arg(allow_hyphen_values = true)]
    exact: Vec<String>,

    /// Who takes the cents that do not divide [default: first]
    #[arg(long, value_name = "WHO", value_parser = remainders(), help_heading = SPLIT)]
    remainder: Option<Remainder>,

    /// A tag of the entry; may be given several times
    #[arg(long, value_name = "KEY:VALUE")]
    tag: Vec<String>,

    /// The decimal mark of amounts
    #[arg(long, value_name = "MARK", value_enum)]
    decimal: Option<MarkChoice>,
}

fn remainders() -> impl TypedValueParser<Value = Remainder> {
    PossibleValuesParser::new(Remainder::ALL.map(Remainder::as_str)).try_map(|name| name.parse::<Remainder>())
}

/// The arguments of `pay`.
#[derive(clap::Args, Debug)]
pub struct PayArgs {
    /// The group
    group: String,

    /// Who paid: a member, or me
    #[arg(value_name = "FROM")]
    payer: String,

    /// Who was paid: a member, or me
    #[arg(value_name = "TO")]
    payee: String,

    /// How much, such as 20 or \"20 EUR\"
    #[arg(allow_negative_numbers = true)]
    amount: String,

    /// The account that you paid from, or were paid into
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,

    /// Take an account as well that is no asset or liability: paid in goods (an expense), kept by you (equity)
    #[arg(long)]
    any_account: bool,

    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,

    /// The decimal mark of the amount
    #[arg(long, value_name = "MARK", value_enum)]
    decimal: Option<MarkChoice>,
}

/// The arguments of `settle-up`.
#[derive(clap::Args, Debug)]
pub struct SettleArgs {
    /// The group
    group: String,

    /// Record the transfers, and close what members owe you and you them
    #[arg(long)]
    accept: bool,

    /// The account that you pay from, or are paid into
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,

    /// Take an account as well that is no asset or liability: paid in goods (an expense), kept by you (equity)
    #[arg(long)]
    any_account: bool,

    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
}

/// Shares.
pub(super) fn share(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &ShareArgs) -> Result<()> {
    let today = context.settings.today;
    let on = args.on.as_ref().map_or(Ok(today), |text| parse_date(text, today))?;
    let (group, money) = group_money(book, &args.group, args.decimal, on)?;
    let new = NewSharedExpense {
        on,
        payer: args.paid_by.clone(),
        amount: money.amount(&args.amount)?,
        description: args.description.clone(),
        split: Split { rule: rule(args, &money, &group)?, remainder: args.remainder.unwrap_or_default() },
        among: args.among.iter().map(|name| name.trim().to_owned()).collect(),
        expense: args.expense.as_deref().map(AccountRef::from),
        money: money_account(args.account.as_deref(), args.any_account),
        tags: args.tag.iter().map(|tag| Tag::parse(tag)).collect(),
    };
    let done = context.change(ledger, || {
        let (event, entry) = book.groups().share(&args.group, &new)?;
        Ok((event, entry, book.groups().show(&args.group, on.max(today))?))
    })?;
    tell(context, &done)
}

/// Pays.
pub(super) fn pay(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &PayArgs) -> Result<()> {
    let today = context.settings.today;
    let on = args.on.as_ref().map_or(Ok(today), |text| parse_date(text, today))?;
    let (_, money) = group_money(book, &args.group, args.decimal, on)?;
    let amount = money.amount(&args.amount)?;
    let account = money_account(args.account.as_deref(), args.any_account);
    let done = context.change(ledger, || {
        let (event, entry) =
            book.groups().pay(&args.group, &args.payer, &args.payee, amount, on, account.as_ref())?;
        Ok((event, entry, book.groups().show(&args.group, on.max(today))?))
    })?;
    tell(context, &done)
}

/// A group and a reader for amounts in its commodity.
fn group_money(
    book: &Book<'_>,
    group: &str,
    mark: Option<MarkChoice>,
    on: chrono::NaiveDate,
) -> Result<(GroupReport, Money)> {
    let group = book.groups().show(group, on)?;
    let money = Money::new(book, mark)?.in_commodity(group.commodity);
    Ok((group, money))
}

fn rule(args: &ShareArgs, money: &Money, group: &GroupReport) -> Result<SplitRule> {
    let decimals = |texts: &[String], what: &'static str| {
        let decimal = |text: &String| {
            Decimal::from_str_exact(text.trim().trim_end_matches('%')).map_err(|_| {
                let reason = "it is a number, such as 33.3".to_owned();
                ErrorKind::InvalidSetting { what, value: text.clone(), reason }.into()
            })
        };
        texts.iter().map(decimal).collect::<Result<Vec<Decimal>>>()
    };
    if !args.percent.is_empty() {
        return Ok(SplitRule::Percent(decimals(&args.percent, "percent")?));
    }
    if !args.shares.is_empty() {
        return Ok(SplitRule::Shares(decimals(&args.shares, "share")?));
    }
    if args.exact.is_empty() {
        return Ok(SplitRule::Equal);
    }
    let exact = args.exact.iter().map(|text| money.minor(text, group.commodity));
    Ok(SplitRule::Exact(exact.collect::<Result<_>>()?))
}

/// Tells what was shared or paid, and how everyone stands then.
fn tell(context: &Context, (event, entry, group): &(GroupEvent, Option<Entry>, GroupReport)) -> Result<()> {
    if context.settings.format != Format::Table {
        let mut fields = event_json(group, event);
        fields["group"] = json!(group.name);
        let balance = |(name, balance): &(String, i64)| json!({ "member": name, "balance": group.commodity.amount(*balance).to_string() });
        fields["balances"] = group.balances.iter().map(balance).collect();
        let names = ["group", "number", "date", "kind", "text", "amount", "shares", "entry", "balances"];
        let cell = |name: &&str| match &fields[*name] {
            value if value.is_null() => Cell::Empty,
            value => Cell::Json(value.clone()),
        };
        let columns = names.map(Column::text).to_vec();
        let rows = vec![names.iter().map(cell).collect()];
        return print(&context.settings, Table { columns, rows, ..Table::default() });
    }
    let shown = GroupReport { events: vec![event.clone()], linked: Vec::new(), ..group.clone() };
    print_group(context, &shown)?;
    context.note(match entry {
        Some(entry) => format!("{} of \"{}\": entry {}", event.number, group.name, entry.number),
        None => format!("{} of \"{}\": counted, nothing of it is in your books", event.number, group.name),
    });
    Ok(())
}

/// Proposes who pays whom, or records it.
pub(super) fn settle_up(
    context: &Context,
    ledger: &Ledger,
    book: &Book<'_>,
    args: &SettleArgs,
) -> Result<()> {
    let today = context.settings.today;
    let on = args.on.as_ref().map_or(Ok(today), |text| parse_date(text, today))?;
    let account = money_account(args.account.as_deref(), args.any_account);
    let settle = || book.groups().settle_up(&args.group, on, args.accept, account.as_ref());
    let settled: SettledUp = if args.accept { context.change(ledger, settle)? } else { settle()? };
    let columns = vec![Column::text("from"), Column::text("to"), Column::amount("amount")];
    let row = |(from, to, minor): &(String, String, i64)| {
        vec![Cell::text(from), Cell::text(to), amount(settled.commodity.amount(*minor))]
    };
    let table = Table {
        title: Some(format!("{}: who pays whom on {on}", args.group)),
        columns,
        rows: settled.transfers.iter().map(row).collect(),
        meta: Some(vec![
            ("group", json!(args.group)),
            ("on", json!(on)),
            ("accepted", json!(args.accept)),
            ("entry", json!(settled.entry.as_ref().map(|entry| entry.number))),
        ]),
        ..Table::default()
    };
    print(&context.settings, table)?;
    if !args.accept {
        match settled.transfers.is_empty() {
            true => context.note("everyone is even"),
            false => context.note("a proposal: --accept records it"),
        }
    } else if let Some(entry) = &settled.entry {
        context.note(format_args!("recorded as entry {}", entry.number));
    }
    Ok(())
}
