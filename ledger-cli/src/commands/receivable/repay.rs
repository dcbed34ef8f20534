//! `receivable repay` and `ledger repay`: where a repayment comes from, and what it goes to.

use ledger_core::journal::Tag;
use ledger_core::money::Commodity;
use ledger_core::receivable::{
    AllocationOrder, ChosenItem, EarlyFee, ItemOrder, Keep, Part, Precedence, ReceivableKind,
};
use ledger_core::{Beyond, Book, ErrorKind, Ledger, ReceivableFilter, Repay, RepayFrom, Result};
use rust_decimal::Decimal;

use super::money::Money;
use super::repaid::print_repaid;
use crate::commands::Context;
use crate::commands::entries::print_entry;
use crate::commands::post::amounts::MarkChoice;
use crate::dates::parse_date;

const ORDER: &str = "Order";
const BEYOND: &str = "More than is due";

/// Examples for the long help.
pub(super) const EXAMPLES: &str = "\
Fees go before interest and interest before principal, the oldest due day first, unless another order is given. \
Interest and fees that the terms ask for until the day are charged with the repayment. Without an amount all that is \
due by the day is paid. More than that pays the next instalment, with its interest, where it is the whole of it or \
nothing is due yet; of any other rest say what becomes of it.

Examples:
  ledger receivable repay \"Acme Ltd\" 120 --to Assets:Bank
  ledger receivable repay \"Acme Ltd\" 120 --preview
  ledger receivable repay --group Trip 90 --to Assets:Cash --order proportional
  ledger receivable repay \"Acme Ltd\" 500 --order \"Invoice 7=300,Invoice 8=200\"
  ledger receivable repay \"Acme Ltd\" 40 --to Expenses:Office --any-account
  ledger payable repay \"City Bank\" 5000 --from Assets:Bank --extra term
  ledger payable repay \"City Bank\" --payoff --on 2026-06-30 --early-fee 1%
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

    /// The account that the money arrives in (of a receivable): an asset or a liability
    #[arg(long, value_name = "ACCOUNT", group = "source")]
    to: Option<String>,

    /// The account that the money goes out of (of a payable): an asset or a liability
    #[arg(long, value_name = "ACCOUNT", group = "source")]
    from: Option<String>,

    /// Take an account as well that is no asset or liability: paid in goods (an expense), kept by the owner (equity)
    #[arg(long)]
    any_account: bool,

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

    /// Which is paid first: oldest, newest, proportional, or how much each gets: NAME=AMOUNT,…; NAME#3=AMOUNT pays
    /// instalment No 3 of it, once those before it are paid
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

    /// What is charged for paying before it is due, on top: an amount, or percent of the principal paid early, such as 1%
    #[arg(long, value_name = "FEE")]
    early_fee: Option<String>,

    /// Show what the repayment would do, and do nothing
    #[arg(long)]
    preview: bool,

    /// What the entry says
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// A tag of the entry; may be given several times
    #[arg(long, value_name = "KEY:VALUE")]
    tag: Vec<String>,

    /// The caller's own identity of the entry: run again with the same one, nothing is recorded twice
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

impl RepayArgs {
    /// Which side pays, where the command does not say it: money that goes out of an account pays what the owner owes, and
    /// a credit or an entry what there is.
    pub(super) fn side(&self, book: &Book<'_>, today: chrono::NaiveDate) -> Result<ReceivableKind> {
        if self.from.is_some() {
            return Ok(ReceivableKind::Payable);
        }
        if !self.from_credit && self.entry.is_none() {
            return Ok(ReceivableKind::Receivable);
        }
        let pays = self.is_there(book, ReceivableKind::Payable, today);
        match (self.is_there(book, ReceivableKind::Receivable, today), pays) {
            (true, true) if self.from_credit => {
                let advice = "there is a credit on both sides: say `ledger receivable repay` for what they owe, `ledger \
                              payable repay` for what is owed to them";
                Err(ErrorKind::Misuse(advice.to_owned()).into())
            }
            (false, true) => Ok(ReceivableKind::Payable),
            _ => Ok(ReceivableKind::Receivable),
        }
    }

    /// Whether what was named is there on a side, with a credit where that is to be used.
    fn is_there(&self, book: &Book<'_>, kind: ReceivableKind, today: chrono::NaiveDate) -> bool {
        let of_party = |party: &str| ReceivableFilter {
            kind: Some(kind),
            party: Some(party.to_owned()),
            group: None,
            closed: true,
            to_come: true,
        };
        let mut found = Vec::new();
        for name in self.named() {
            found.extend(book.receivables().show(kind, name, today));
            found.extend(book.receivables().list(today, &of_party(name)).unwrap_or_default());
        }
        found.iter().any(|report| !self.from_credit || report.credit > 0)
    }

    /// What was typed as the name of a party, a receivable or a payable.
    pub(super) fn named(&self) -> impl Iterator<Item = &str> {
        self.party.iter().chain(&self.only).map(String::as_str)
    }

    fn request(&self, context: &Context, book: &Book<'_>, kind: ReceivableKind) -> Result<Repay> {
        let today = context.settings.today;
        // clap does not ask for a flag that conflicts with what is there.
        if self.early_fee.is_some() && !self.payoff {
            let advice =
                "--early-fee is charged where all is paid: say --payoff (another fee is charged with `fee`)";
            return Err(ErrorKind::Misuse(advice.to_owned()).into());
        }
        let money = Money::new(book, self.decimal)?;
        let (party, words) = self.words(&money);
        let money = match self.commodity(book, kind, party.as_deref(), today) {
            Some(commodity) => money.in_commodity(commodity),
            None => money,
        };
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
            early_fee: self.early_fee.as_deref().map(|text| early_fee(&money, text)).transpose()?,
            on,
            from: self.source(kind)?,
            any_account: self.any_account,
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

    /// The only commodity of what is meant, for amounts that name none.
    fn commodity(
        &self,
        book: &Book<'_>,
        kind: ReceivableKind,
        party: Option<&str>,
        today: chrono::NaiveDate,
    ) -> Option<Commodity> {
        let receivables = book.receivables();
        let named = self.only.first().map(String::as_str).or(party);
        let found = |name| receivables.find(kind, name).ok().map(|found| found.commodity);
        let (kind, group) = (Some(kind), self.group.clone());
        let filter =
            ReceivableFilter { kind, group, party: party.map(str::to_owned), closed: false, to_come: true };
        let listed = match self.only.is_empty() {
            true => receivables.list(today, &filter).unwrap_or_default(),
            false => Vec::new(),
        };
        let mut commodities = listed.iter().map(|report| report.receivable.commodity);
        match commodities.next() {
            Some(first) => commodities.all(|other| other == first).then_some(first),
            None => named.and_then(found),
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

/// `250`, `250 EUR` or `1%`.
pub(super) fn early_fee(money: &Money, text: &str) -> Result<EarlyFee> {
    match text.trim().strip_suffix('%') {
        Some(percent) => Decimal::from_str_exact(percent.trim()).map(EarlyFee::Percent).map_err(|_| {
            let reason = "it is an amount, or a number of percent, such as 1%".to_owned();
            ErrorKind::InvalidSetting { what: "early fee", value: text.to_owned(), reason }.into()
        }),
        None => Ok(EarlyFee::Amount(money.amount(text)?.minor())),
    }
}

/// `Invoice 7=300`, or `Mortgage#3=300` for one instalment.
fn chosen_item(book: &Book<'_>, kind: ReceivableKind, money: &Money, text: &str) -> Result<ChosenItem> {
    let Some((name, number)) = text.rsplit_once('=') else {
        let advice = format!("--order \"{}\" is oldest, newest, proportional, or NAME=AMOUNT,…", text.trim());
        return Err(ErrorKind::Misuse(advice).into());
    };
    let (receivable, instalment) = match (book.receivables().find(kind, name.trim()), one_instalment(name)) {
        // A name may end like an instalment.
        (Err(_), Some((name, number))) => (book.receivables().find(kind, name)?, Some(number)),
        (found, _) => (found?, None),
    };
    let amount = money.minor(number, receivable.commodity)?;
    Ok(ChosenItem { receivable: receivable.id, instalment, amount })
}

/// `Mortgage#3`; `#3` is a receivable by its number.
fn one_instalment(text: &str) -> Option<(&str, u32)> {
    let (name, number) = text.trim().rsplit_once('#')?;
    let number = number.parse().ok()?;
    (!name.trim().is_empty()).then_some((name.trim(), number))
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
    if let (true, Some(entry)) = (repaid.already_recorded, &repaid.entry) {
        let note = format!("already recorded as entry {}: nothing was changed", entry.number);
        return print_entry(context, entry, Vec::new(), vec![note]);
    }
    if args.preview {
        context.note("preview: nothing was changed");
    }
    print_repaid(context, book, kind, &repaid, args.preview || context.settings.dry_run)
}
