//! `receivable repay|payoff`: what a repayment goes to, and what it takes to be rid of something.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger_core::journal::Tag;
use ledger_core::money::Commodity;
use ledger_core::receivable::{
    AllocationOrder, ChosenItem, ItemOrder, Keep, Part, Parts, Precedence, ReceivableId, ReceivableKind,
};
use ledger_core::{Beyond, Book, ErrorKind, Ledger, Repaid, RepaidItem, Repay, RepayFrom, Result};
use serde_json::json;

use super::money::Money;
use super::shown::day_or_today;
use crate::commands::Context;
use crate::commands::facts::{amount, narrowed, told};
use crate::commands::post::amounts::MarkChoice;
use crate::dates::parse_date;
use crate::globals::Format;
use crate::render::{Cell, Column, Table, print};

const ORDER: &str = "Order";
const BEYOND: &str = "More than is due";

/// Examples for the long help.
pub(super) const EXAMPLES: &str = "\
Fees go before interest and interest before principal, the oldest due day first, unless another order is given. \
Interest and fees that the terms ask for until the day are charged with the repayment. Without an amount all that is \
due by the day is paid.

Examples:
  ledger receivable repay \"Acme Ltd\" 120 --to Assets:Bank
  ledger receivable repay \"Acme Ltd\" 120 --preview
  ledger receivable repay --group Trip 90 --to Assets:Cash --order proportional
  ledger receivable repay \"Acme Ltd\" 500 --order \"Invoice 7=300,Invoice 8=200\"
  ledger payable repay \"City Bank\" 5000 --from Assets:Bank --extra term
  ledger payable repay \"City Bank\" --payoff --on 2026-06-30
  ledger receivable repay \"Acme Ltd\" 120 --entry 41";

/// The arguments.
#[derive(clap::Args, Debug)]
pub struct RepayArgs {
    /// Whose: a party, for all that is open with it; or the name of one receivable or payable
    #[arg(value_name = "PARTY")]
    party: Option<String>,

    /// How much, such as 120 or 120 EUR [default: all that is due]
    #[arg(value_name = "AMOUNT", num_args = 0..=2, allow_negative_numbers = true)]
    amount: Vec<String>,

    /// The account that the money arrives in (of a receivable)
    #[arg(long, value_name = "ACCOUNT", group = "source")]
    to: Option<String>,

    /// The account that the money goes out of (of a payable)
    #[arg(long, value_name = "ACCOUNT", group = "source")]
    from: Option<String>,

    /// Use the party's credit
    #[arg(long, group = "source")]
    from_credit: bool,

    /// An entry that is there already moved the money
    #[arg(long, value_name = "N", group = "source")]
    entry: Option<i64>,

    /// The day [default: today, or that of the entry]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,

    /// Only this one, by name or number; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,

    /// Those of a group; of several people, if no party is named
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,

    /// Which is paid first: oldest, newest, proportional, or how much each gets: NAME=AMOUNT,…
    #[arg(long, value_name = "ORDER", default_value = "oldest", help_heading = ORDER)]
    order: String,

    /// Which part is paid first
    #[arg(long, value_name = "PARTS", default_value = "fee,interest,principal", help_heading = ORDER)]
    parts: String,

    /// One part of everything before the next part: all fees before any interest
    #[arg(long, help_heading = ORDER)]
    part_by_part: bool,

    /// The rest pays principal at once: the plan becomes shorter (term), or its payments lower (payment)
    #[arg(long, value_name = "WHAT", value_enum, group = "beyond", help_heading = BEYOND)]
    extra: Option<Extra>,

    /// The rest pays the next instalments, with their interest
    #[arg(long, group = "beyond", help_heading = BEYOND)]
    ahead: bool,

    /// The rest is kept as a credit
    #[arg(long, group = "beyond", help_heading = BEYOND)]
    credit: bool,

    /// Pay all that is owed on the day, also what is not due yet
    #[arg(long, conflicts_with_all = ["amount", "beyond"])]
    payoff: bool,

    /// Show what the repayment would do, and do nothing
    #[arg(long)]
    preview: bool,

    /// What the entry says
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// A tag of the entry; may be given several times
    #[arg(long, value_name = "KEY:VALUE")]
    tag: Vec<String>,

    /// The caller's own identity of the entry: posted once, however often this is run
    #[arg(long, value_name = "TEXT")]
    external_id: Option<String>,

    /// The decimal mark of amounts
    #[arg(long, value_name = "MARK", value_enum)]
    decimal: Option<MarkChoice>,
}

/// What an extra payment changes.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extra {
    /// The plan ends sooner, its payments stay
    Term,
    /// Payments become lower, their number stays
    Payment,
}

impl Extra {
    /// What stays the same.
    fn keeps(self) -> Keep {
        match self {
            Extra::Term => Keep::Payment,
            Extra::Payment => Keep::Term,
        }
    }
}

/// The arguments of `payoff`.
#[derive(clap::Args, Debug)]
pub struct PayoffArgs {
    /// Its name or number, or the party where it is the only one
    name: String,

    /// The day, past or to come [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
}

impl RepayArgs {
    /// Whether the money goes out of an account: what is paid is owed to somebody.
    pub(super) fn pays(&self) -> bool {
        self.from.is_some()
    }

    fn request(&self, context: &Context, book: &Book<'_>, kind: ReceivableKind) -> Result<Repay> {
        let today = context.settings.today;
        let money = Money::new(book, self.decimal)?;
        let (party, words) = self.words(&money);
        let on = match (&self.on, self.entry) {
            (Some(text), _) => parse_date(text, today)?,
            (None, Some(entry)) => book.journal().get(entry)?.posted_on,
            (None, None) => today,
        };
        let beyond = match (self.extra, self.ahead, self.credit) {
            (Some(extra), ..) => Beyond::Extra(extra.keeps()),
            (_, true, _) => Beyond::Ahead,
            (_, _, true) => Beyond::Credit,
            _ => Beyond::Ask,
        };
        let order = AllocationOrder {
            parts: parse_parts(&self.parts)?,
            items: self.items(book, kind, &money)?,
            precedence: if self.part_by_part { Precedence::Parts } else { Precedence::Items },
        };
        Ok(Repay {
            kind,
            party,
            group: self.group.clone(),
            only: self.only.clone(),
            amount: money.optional(&words)?,
            payoff: self.payoff,
            on,
            from: self.source(kind)?,
            order,
            beyond,
            description: self.description.clone(),
            tags: self.tag.iter().map(|tag| Tag::parse(tag)).collect(),
            external_id: self.external_id.clone(),
        })
    }

    /// The party and the words of the amount: with `--group` or `--only` a single amount needs no party.
    fn words(&self, money: &Money) -> (Option<String>, Vec<String>) {
        let elsewhere = self.group.is_some() || !self.only.is_empty();
        match &self.party {
            Some(word) if elsewhere && self.amount.len() < 2 && money.begins_amount(word) => {
                (None, std::iter::once(word).chain(&self.amount).cloned().collect())
            }
            party => (party.clone(), self.amount.clone()),
        }
    }

    fn source(&self, kind: ReceivableKind) -> Result<RepayFrom> {
        if self.from_credit {
            return Ok(RepayFrom::Credit);
        }
        if let Some(entry) = self.entry {
            return Ok(RepayFrom::Entry(entry));
        }
        let (natural, other) = match kind {
            ReceivableKind::Receivable => (&self.to, &self.from),
            ReceivableKind::Payable => (&self.from, &self.to),
        };
        if other.is_some() {
            let advice = match kind {
                ReceivableKind::Receivable => "what others owe arrives in an account: --to ACCOUNT",
                ReceivableKind::Payable => "what is owed to others goes out of an account: --from ACCOUNT",
            };
            return Err(ErrorKind::Misuse(advice.to_owned()).into());
        }
        Ok(RepayFrom::Account(natural.as_deref().map(Into::into)))
    }

    fn items(&self, book: &Book<'_>, kind: ReceivableKind, money: &Money) -> Result<ItemOrder> {
        Ok(match self.order.trim() {
            "oldest" => ItemOrder::OldestDue,
            "newest" => ItemOrder::NewestDue,
            "proportional" => ItemOrder::Proportional,
            chosen => {
                let chosen = chosen.split(',').map(|text| chosen_item(book, kind, money, text));
                ItemOrder::Chosen(chosen.collect::<Result<_>>()?)
            }
        })
    }
}

/// `Invoice 7=300`.
fn chosen_item(book: &Book<'_>, kind: ReceivableKind, money: &Money, text: &str) -> Result<ChosenItem> {
    let Some((name, number)) = text.rsplit_once('=') else {
        let advice = format!("--order \"{}\" is oldest, newest, proportional, or NAME=AMOUNT,…", text.trim());
        return Err(ErrorKind::Misuse(advice).into());
    };
    let receivable = book.receivables().find(kind, name.trim())?;
    let amount = money.minor(number, receivable.commodity)?;
    Ok(ChosenItem { receivable: receivable.id, instalment: None, amount })
}

/// `interest,principal,fee`; that each is there once is checked where it is used.
fn parse_parts(text: &str) -> Result<[Part; 3]> {
    let refuse = || {
        let reason = "fee, interest and principal are each there once, with commas between them".to_owned();
        ErrorKind::InvalidSetting { what: "order of parts", value: text.to_owned(), reason }
    };
    let part = |word: &str| {
        let word = word.trim().to_lowercase();
        Part::ALL.into_iter().find(|part| part.as_str() == word).ok_or_else(refuse)
    };
    let parts = text.split(',').map(part).collect::<std::result::Result<Vec<Part>, _>>()?;
    Ok(parts.try_into().map_err(|_| refuse())?)
}

/// Repays, or shows what that would do.
pub(super) fn run(
    context: &Context,
    ledger: &Ledger,
    book: &Book<'_>,
    kind: ReceivableKind,
    args: &RepayArgs,
) -> Result<()> {
    let request = args.request(context, book, kind)?;
    let work = |request: &Repay| match args.preview {
        true => book.receivables().preview(request),
        false => context.change(ledger, || book.receivables().repay(request)),
    };
    let repaid = match work(&request) {
        // What is no party may be the name of one receivable.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound { what: "party", .. }) => {
            let name = request.party.clone().unwrap_or_default();
            match book.receivables().find(kind, &name) {
                Ok(found) if request.only.is_empty() => {
                    work(&Repay { party: None, only: vec![format!("#{}", found.id)], ..request })?
                }
                _ => return Err(error),
            }
        }
        result => result?,
    };
    if args.preview {
        context.note("preview: nothing was changed");
    }
    print_repaid(context, book, kind, &repaid, args.preview || context.settings.dry_run)
}

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
        for (id, _) in &repaid.left {
            names.insert(*id, book.receivables().find(kind, &format!("#{id}"))?.name);
        }
    }
    Ok(names)
}

/// Who got what, what is left, and the credit; the entry, where there is one now.
fn print_repaid(
    context: &Context,
    book: &Book<'_>,
    kind: ReceivableKind,
    repaid: &Repaid,
    only_shown: bool,
) -> Result<()> {
    let commodity = repaid.amount.commodity();
    let people = context.settings.format == Format::Table;
    let names = names_of(book, kind, repaid)?;
    let left: Vec<(&String, i64)> =
        repaid.left.iter().filter_map(|(id, left)| names.get(id).map(|name| (name, *left))).collect();
    let items: Parts = repaid.items.iter().try_fold(Parts::ZERO, |sum, item| sum.plus(item.paid))?;
    let credit = repaid.credit.map_or(0, |(_, credit)| credit);
    let extra = repaid.amount.minor() - items.total()? - credit.max(0);
    let on = repaid.entry.as_ref().map(|entry| entry.posted_on);
    let mut table = items_table(&shown_items(&repaid.items, on.filter(|_| people))?, commodity, people);
    let text = |minor: i64| commodity.amount(minor).to_string();
    let said = |minor: i64| told(commodity.amount(minor));
    let entry = repaid.entry.as_ref().filter(|_| !only_shown);
    table.title = Some(format!("{} repaid", told(repaid.amount)));
    if extra > 0 && repaid.entry.is_some() {
        table.notes.push(format!("extra principal: {}", said(extra)));
    }
    table.notes.extend(left.iter().map(|(name, left)| match left {
        0 => format!("{name}: nothing left"),
        left if *left < 0 => format!("{name}: {} too much, kept as a credit", said(-left)),
        left => format!("{name}: {} left", said(*left)),
    }));
    table.notes.extend(entry.map(|entry| format!("entry {}", entry.number)));
    table.meta = Some(vec![
        ("amount", json!(repaid.amount.to_string())),
        ("entry", json!(entry.map(|entry| entry.number))),
        ("posted_on", json!(entry.map(|entry| entry.posted_on))),
        ("credit", json!(text(credit))),
        ("extra_principal", json!(text(if repaid.entry.is_some() { extra.max(0) } else { 0 }))),
        ("left", left.iter().map(|(name, left)| json!({ "name": name, "amount": text(*left) })).collect()),
    ]);
    print(&context.settings, table)
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

/// Shows what would pay one off.
pub(super) fn payoff(
    context: &Context,
    book: &Book<'_>,
    kind: ReceivableKind,
    args: &PayoffArgs,
) -> Result<()> {
    let on = day_or_today(context, args.on.as_deref())?;
    let found = book.receivables().find(kind, &args.name)?;
    let payoff = book.receivables().payoff(found.id, on)?;
    let commodity = found.commodity;
    let people = context.settings.format == Format::Table;
    let cell = |minor: i64| match people {
        true if minor == 0 => Cell::Empty,
        true => Cell::amount(commodity.amount(minor).number(), ""),
        false => amount(commodity.amount(minor)),
    };
    let mut columns = vec![Column::short("due_on").titled("Due")];
    columns.extend(["principal", "interest", "fee", "amount"].map(Column::amount));
    let line = |due_on: Cell, parts: Parts| {
        let mut row = vec![due_on];
        row.extend([parts.principal, parts.interest, parts.fee].map(cell));
        row.push(Cell::optional(parts.total().ok(), cell));
        row
    };
    let mut rows = Vec::new();
    let mut later = Parts::ZERO;
    for item in &payoff.items {
        // For people the principal that is not due yet is one sum.
        if people && item.instalment.is_some() && item.due_on.is_some_and(|due_on| due_on > on) {
            later = later.plus(item.open)?;
            continue;
        }
        let due_on = if people { Cell::text("on demand") } else { Cell::Empty };
        rows.push(line(item.due_on.map_or(due_on, Cell::Date), item.open));
    }
    if !later.is_zero() {
        rows.push(line(Cell::text("later"), later));
    }
    let mut notes = Vec::new();
    if payoff.credit != 0 {
        let credit = commodity.amount(payoff.credit);
        notes.push(format!("a credit of {credit} is not taken off (repay --from-credit uses it)"));
    }
    let table = Table {
        title: Some(format!("{} pay \"{}\" off on {on}", told(payoff.amount), found.name)),
        columns,
        rows,
        footer: vec![line(Cell::text("Total"), payoff.parts)],
        notes,
        meta: Some(vec![
            ("name", json!(found.name)),
            ("on", json!(on)),
            ("amount", json!(payoff.amount.to_string())),
            ("credit", json!(commodity.amount(payoff.credit).to_string())),
        ]),
    };
    print(&context.settings, table)
}
