//! `receivable disburse|accrue|fee|forgive|write-off|recover|refund|adjust|undo`: movements besides repayments.

use chrono::NaiveDate;
use ledger_core::journal::AccountRef;
use ledger_core::receivable::{Part, Parts, ReceivableId, ReceivableKind};
use ledger_core::{
    Adjust, Book, Charged, ErrorKind, Ledger, ReceivableFilter, ReceivableReport, Reduce, Result,
};

use super::detail::overcharged_words;
use super::money::{Money, money_account};
use super::shown::day_or_today;
use crate::commands::Context;
use crate::commands::entries::print_entry;
use crate::commands::facts::{amount, print_done, print_facts, print_listing, told};
use crate::commands::post::amounts::MarkChoice;
use crate::dates::parse_date;
use crate::globals::Format;
use crate::render::{Cell, Column, Table};

/// Which one, how much, and when.
#[derive(clap::Args, Debug)]
pub struct MoveArgs {
    /// Its name or number, or the party where it is the only one
    name: String,

    /// How much, such as 30 or 30 EUR
    #[arg(value_name = "AMOUNT", required = true, num_args = 1..=2, allow_negative_numbers = true)]
    amount: Vec<String>,

    #[command(flatten)]
    when: WhenArgs,
}

/// Which one, when, and how much of it.
#[derive(clap::Args, Debug)]
pub struct PartArgs {
    /// Its name or number, or the party where it is the only one
    name: String,

    /// How much of it, such as 30 or 30 EUR [default: all]
    #[arg(value_name = "AMOUNT", num_args = 0..=2, allow_negative_numbers = true)]
    amount: Vec<String>,

    #[command(flatten)]
    when: WhenArgs,
}

/// When, and how amounts are written.
#[derive(clap::Args, Debug)]
pub struct WhenArgs {
    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,

    /// The decimal mark of amounts
    #[arg(long, value_name = "MARK", value_enum)]
    decimal: Option<MarkChoice>,
}

/// The arguments of `disburse`.
#[derive(clap::Args, Debug)]
pub struct DisburseArgs {
    #[command(flatten)]
    what: MoveArgs,

    /// Of a receivable: the account that the money goes out of
    #[arg(long, value_name = "ACCOUNT", group = "money")]
    from: Option<String>,

    /// Of a payable: the account that the money arrives in
    #[arg(long, value_name = "ACCOUNT", group = "money")]
    to: Option<String>,

    /// Also of something that was lent in one sum
    #[arg(long)]
    more: bool,

    /// What the entry says
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

/// The arguments of `accrue`.
#[derive(clap::Args, Debug)]
pub struct AccrueArgs {
    /// The day through which interest and fees are charged [default: today]
    #[arg(long, value_name = "DATE")]
    to: Option<String>,

    /// Only with this party
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,

    /// Only of this group
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
}

/// The arguments of `fee`.
#[derive(clap::Args, Debug)]
pub struct FeeArgs {
    #[command(flatten)]
    what: MoveArgs,

    /// When it is due [default: with the rest]
    #[arg(long, value_name = "DATE")]
    due: Option<String>,

    /// The account that the fee is earned or paid on
    #[arg(long, value_name = "ACCOUNT")]
    fee_account: Option<String>,

    /// What the entry says
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

/// The arguments of `forgive` and `write-off`.
#[derive(clap::Args, Debug)]
pub struct ReduceArgs {
    #[command(flatten)]
    what: PartArgs,

    /// The account that takes it
    #[arg(long, value_name = "ACCOUNT")]
    loss_account: Option<String>,

    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// The arguments of `recover`.
#[derive(clap::Args, Debug)]
pub struct RecoverArgs {
    #[command(flatten)]
    what: MoveArgs,

    /// The account that the money arrives in (of a payable: goes out of)
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,

    /// Take an account as well that is no asset or liability: paid in goods (an expense), kept by the owner (equity)
    #[arg(long)]
    any_account: bool,

    /// The account that took the loss
    #[arg(long, value_name = "ACCOUNT")]
    loss_account: Option<String>,
}

/// The arguments of `refund`.
#[derive(clap::Args, Debug)]
pub struct RefundArgs {
    #[command(flatten)]
    what: PartArgs,

    /// The account that the money goes out of (of a payable: arrives in)
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,

    /// Take an account as well that is no asset or liability: paid in goods (an expense), kept by the owner (equity)
    #[arg(long)]
    any_account: bool,
}

/// The arguments of `adjust`.
#[derive(clap::Args, Debug)]
pub struct AdjustArgs {
    #[command(flatten)]
    what: MoveArgs,

    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// For what it is owed
    #[arg(long, value_name = "PART", value_enum, default_value = "principal")]
    part: PartChoice,
}

/// For what something is owed.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum PartChoice {
    /// What was lent or invoiced
    Principal,
    /// What was charged for lending it
    Interest,
    /// What was charged for other reasons
    Fee,
}

impl From<PartChoice> for Part {
    fn from(choice: PartChoice) -> Part {
        match choice {
            PartChoice::Principal => Part::Principal,
            PartChoice::Interest => Part::Interest,
            PartChoice::Fee => Part::Fee,
        }
    }
}

/// The arguments of `undo`.
#[derive(clap::Args, Debug)]
pub struct UndoArgs {
    /// Its name or number, or the party where it is the only one
    name: String,

    /// The movement's number, as `show` has it
    movement: i32,

    /// Day of the mirror, or from which on a movement without an entry counts no more [default: that of the movement]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
}

/// The book, and which side of it is meant.
pub(super) struct Desk<'d> {
    pub context: &'d Context,
    pub ledger: &'d Ledger,
    pub book: &'d Book<'d>,
    pub kind: ReceivableKind,
}

impl Desk<'_> {
    fn day(&self, when: &WhenArgs) -> Result<NaiveDate> {
        let today = self.context.settings.today;
        when.on.as_ref().map_or(Ok(today), |text| parse_date(text, today))
    }

    /// The one that is meant, and a reader for its amounts.
    fn find(&self, name: &str, when: &WhenArgs) -> Result<(ReceivableId, Money)> {
        let found = self.book.receivables().find(self.kind, name)?;
        Ok((found.id, Money::new(self.book, when.decimal)?.in_commodity(found.commodity)))
    }

    /// Makes a change and tells what it did, with what is left then.
    fn charge(&self, on: NaiveDate, verb: &str, change: impl FnOnce() -> Result<Charged>) -> Result<()> {
        let (charged, report) = self.context.change(self.ledger, || {
            let charged = change()?;
            let report = self.report(charged.receivable, on)?;
            Ok((charged, report))
        })?;
        self.tell(verb, &charged, &report)
    }

    fn report(&self, id: ReceivableId, on: NaiveDate) -> Result<ReceivableReport> {
        self.book.receivables().show(self.kind, &format!("#{id}"), on)
    }

    fn tell(&self, verb: &str, charged: &Charged, report: &ReceivableReport) -> Result<()> {
        let commodity = report.receivable.commodity;
        let left = commodity.amount(report.standing.balance()?);
        let Charged { receivable, name, entry, parts } = charged;
        if self.context.settings.format == Format::Table {
            let note = format!("{verb}; {} of \"{name}\" left on {}", told(left), report.as_of);
            return print_entry(self.context, entry, Vec::new(), vec![note]);
        }
        let cell = |minor: i64| amount(commodity.amount(minor));
        let Parts { principal, interest, fee } = *parts;
        let facts = vec![
            ("id", Cell::Number(receivable.get().into())),
            ("name", Cell::text(name)),
            ("entry", Cell::Number(entry.number)),
            ("posted_on", Cell::Date(entry.posted_on)),
            ("principal", cell(principal)),
            ("interest", cell(interest)),
            ("fee", cell(fee)),
            ("left", amount(left)),
        ];
        print_amounts(self.context, facts)
    }

    pub(super) fn disburse(&self, args: &DisburseArgs) -> Result<()> {
        let (id, money) = self.find(&args.what.name, &args.what.when)?;
        let more = money.amount(&args.what.amount.join(" "))?;
        let on = self.day(&args.what.when)?;
        let (natural, flag) = match self.kind {
            ReceivableKind::Receivable => (&args.from, "goes out of (--from ACCOUNT)"),
            ReceivableKind::Payable => (&args.to, "arrives in (--to ACCOUNT)"),
        };
        let Some(account) = natural else {
            return Err(ErrorKind::Misuse(format!("say which account the money {flag}")).into());
        };
        let account = AccountRef::from(account.as_str());
        self.charge(on, &format!("{more} more"), || {
            let description = args.description.clone();
            self.book.receivables().disburse(id, more, on, &account, args.more, description)
        })
    }

    pub(super) fn fee(&self, args: &FeeArgs) -> Result<()> {
        let (id, money) = self.find(&args.what.name, &args.what.when)?;
        let fee = money.amount(&args.what.amount.join(" "))?;
        let on = self.day(&args.what.when)?;
        let today = self.context.settings.today;
        let due_on = args.due.as_ref().map(|text| parse_date(text, today)).transpose()?;
        let account = args.fee_account.as_deref().map(AccountRef::from);
        self.charge(on, &format!("{fee} charged"), || {
            let description = args.description.clone();
            self.book.receivables().charge_fee(id, fee, on, due_on, account.as_ref(), description)
        })
    }

    pub(super) fn reduce(&self, args: &ReduceArgs, reduce: Reduce) -> Result<()> {
        let (id, money) = self.find(&args.what.name, &args.what.when)?;
        let part = money.optional(&args.what.amount)?;
        let on = self.day(&args.what.when)?;
        let account = args.loss_account.as_deref().map(AccountRef::from);
        let verb = match reduce {
            Reduce::Forgive => "forgiven",
            Reduce::WriteOff => "written off",
        };
        self.charge(on, verb, || {
            let reason = args.reason.clone();
            self.book.receivables().reduce(id, reduce, part, on, account.as_ref(), reason)
        })
    }

    pub(super) fn recover(&self, args: &RecoverArgs) -> Result<()> {
        let (id, money) = self.find(&args.what.name, &args.what.when)?;
        let back = money.amount(&args.what.amount.join(" "))?;
        let on = self.day(&args.what.when)?;
        let account = money_account(args.account.as_deref(), args.any_account);
        let losses = args.loss_account.as_deref().map(AccountRef::from);
        self.charge(on, &format!("{back} recovered"), || {
            self.book.receivables().recover(id, back, on, account.as_ref(), losses.as_ref())
        })
    }

    pub(super) fn refund(&self, args: &RefundArgs) -> Result<()> {
        let (id, money) = self.find(&args.what.name, &args.what.when)?;
        let part = money.optional(&args.what.amount)?;
        let on = self.day(&args.what.when)?;
        let account = money_account(args.account.as_deref(), args.any_account);
        self.charge(on, "refunded", || self.book.receivables().refund(id, part, on, account.as_ref()))
    }

    pub(super) fn adjust(&self, args: &AdjustArgs) -> Result<()> {
        let (id, money) = self.find(&args.what.name, &args.what.when)?;
        let by = money.amount(&args.what.amount.join(" "))?;
        let on = self.day(&args.what.when)?;
        let adjust = Adjust { on, amount: by, part: args.part.into(), reason: args.reason.clone() };
        let report = self.context.change(self.ledger, || {
            self.book.receivables().adjust(id, adjust)?;
            self.report(id, on)
        })?;
        let (name, left) = (&report.receivable.name, report.standing.balance()?);
        let left = report.receivable.commodity.amount(left);
        let sentence = format!("adjusted \"{name}\" by {by} outside the books; {left} of it left on {on}");
        let facts = vec![
            ("id", Cell::Number(id.get().into())),
            ("name", Cell::text(name)),
            ("on", Cell::Date(on)),
            ("amount", Cell::text(by.to_string())),
            ("reason", Cell::text(&args.reason)),
            ("left", Cell::text(left.to_string())),
        ];
        print_done(self.context, sentence, facts)
    }

    pub(super) fn undo(&self, args: &UndoArgs) -> Result<()> {
        let found = self.book.receivables().find(self.kind, &args.name)?;
        let today = self.context.settings.today;
        let on = args.on.as_ref().map(|text| parse_date(text, today)).transpose()?;
        let mirror =
            self.context.change(self.ledger, || self.book.receivables().undo(found.id, args.movement, on))?;
        let Some(mirror) = mirror else {
            let sentence =
                format!("took back movement {} of \"{}\", which has no entry", args.movement, found.name);
            let facts = vec![
                ("id", Cell::Number(found.id.get().into())),
                ("name", Cell::text(&found.name)),
                ("movement", Cell::Number(args.movement.into())),
            ];
            return print_done(self.context, sentence, facts);
        };
        let of = mirror.reverses.map_or_else(String::new, |of| format!(" reverses entry {of}"));
        let note = format!("entry {}{of}: movement {} of \"{}\"", mirror.number, args.movement, found.name);
        print_entry(self.context, &mirror, Vec::new(), vec![note])
    }

    pub(super) fn accrue(&self, args: &AccrueArgs) -> Result<()> {
        let to = day_or_today(self.context, args.to.as_deref())?;
        let filter = ReceivableFilter {
            kind: Some(self.kind),
            party: args.party.clone(),
            group: args.group.clone(),
            ..ReceivableFilter::default()
        };
        let charged = self.context.change(self.ledger, || self.book.receivables().accrue(to, &filter))?;
        let mut columns = vec![Column::number("id"), Column::text("name"), Column::short("posted_on")];
        columns.extend(["interest", "fee"].map(Column::amount));
        columns.push(Column::number("entry"));
        let row = |one: &Charged| {
            let commodity = one.entry.lines.first().map(|line| line.amount.commodity());
            let cell = |minor: i64| Cell::optional(commodity, |commodity| amount(commodity.amount(minor)));
            vec![
                Cell::Number(one.receivable.get().into()),
                Cell::text(&one.name),
                Cell::Date(one.entry.posted_on),
                cell(one.parts.interest),
                cell(one.parts.fee),
                Cell::Number(one.entry.number),
            ]
        };
        let rows = charged.iter().map(row).collect();
        let mut people = vec![("name", "Of"), ("posted_on", "Date"), ("interest", "Interest")];
        people.extend(charged.iter().any(|one| one.parts.fee != 0).then_some(("fee", "Fee")));
        people.push(("entry", "Entry"));
        let count = charged.len();
        print_listing(self.context, Table { columns, rows, ..Table::default() }, &people)?;
        self.context.note(match count {
            0 => format!("nothing is to be charged through {to}"),
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        });
        if count == 0 {
            for report in self.book.receivables().list(to, &filter)? {
                let words = overcharged_words(report.receivable.commodity, report.overcharged, to);
                if let Some(words) = words {
                    self.context.note(format!("{}: {words}", report.receivable.name));
                }
            }
        }
        Ok(())
    }
}

/// Prints facts of which some are amounts, for programs.
fn print_amounts(context: &Context, facts: Vec<(&'static str, Cell)>) -> Result<()> {
    let column = |(name, cell): &(&'static str, Cell)| match cell {
        Cell::Amount { .. } => Column::amount(*name),
        _ => Column::text(*name),
    };
    if context.settings.format == Format::Table {
        return print_facts(context, "", facts, Vec::new());
    }
    let columns = facts.iter().map(column).collect();
    let rows = vec![facts.into_iter().map(|(_, cell)| cell).collect()];
    crate::render::print(&context.settings, Table { columns, rows, ..Table::default() })
}
