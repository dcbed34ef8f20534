//! `receivable add|track|refinance`: something new that is owed, with its first entry.

use chrono::NaiveDate;
use ledger_core::journal::{AccountRef, Entry, Tag};
use ledger_core::money::Amount;
use ledger_core::receivable::{Receivable, ReceivableId, ReceivableKind};
use ledger_core::{Book, Error, ErrorKind, Ledger, NewReceivable, ReceivableReport, Result, TrackEntry};

use super::accounts::{ACCOUNTS, AccountArgs};
use super::money::Money;
use super::shown::print_report;
use super::terms::TermArgs;
use crate::commands::Context;
use crate::commands::post::amounts::MarkChoice;
use crate::dates::parse_date;

/// Examples for the long help.
pub(super) const ADD_EXAMPLES: &str = "\
The plan and the entry are shown; with --dry-run nothing is kept.

Examples:
  ledger receivable add \"Acme Ltd\" 300 --from Assets:Bank --due 2026-06-01
  ledger receivable add \"Acme Ltd\" 1190 --for Income:Consulting --due 2026-06-01 --name \"Invoice 7\"
  ledger receivable add Ana 1200 --from Assets:Bank --instalments 12 --rate 3
  ledger receivable add Ben 50 --from Assets:Cash --on-demand
  ledger payable add \"City Bank\" 200000 --to Assets:Bank --instalments 360 --rate 4.5 \\
    --first 2026-05-01 --control Liabilities:Mortgage --interest-account Expenses:Interest
  ledger payable add Dentist 240 --for Expenses:Health --due 2026-05-15";

pub(super) const TRACK_EXAMPLES: &str = "\
The entry's line on the control account is what is owed.

Examples:
  ledger receivable track 12 \"Acme Ltd\" --due 2026-06-01
  ledger payable track 40 \"City Bank\" 9000 --payment 250 --rate 6";

pub(super) const REFINANCE_EXAMPLES: &str = "\
What the new one brings more (or less) than the old ones come to moves on the account; without more or less none is \
needed. A fee for paying the old ones early is charged first (`fee`).

Examples:
  ledger payable refinance Mortgage --with \"Other Bank\" --instalments 240 --rate 3.1
  ledger payable refinance Mortgage --amount 150000 --to Assets:Bank --instalments 240 --rate 3.1
  ledger receivable refinance \"Invoice 7\" \"Invoice 8\" --instalments 6";

/// The account on the other side of the first entry, by the flag that is natural for it.
#[derive(clap::Args, Debug)]
#[group(id = "counter", required = false, multiple = false)]
pub struct CounterArgs {
    /// Of a receivable: the account that the money goes out of
    #[arg(long, value_name = "ACCOUNT", help_heading = ACCOUNTS)]
    from: Option<String>,

    /// Of a payable: the account that the money arrives in
    #[arg(long, value_name = "ACCOUNT", help_heading = ACCOUNTS)]
    to: Option<String>,

    /// The income that is invoiced, or the expense that is billed
    #[arg(long = "for", value_name = "ACCOUNT", help_heading = ACCOUNTS)]
    purpose: Option<String>,
}

impl CounterArgs {
    /// The account.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] for the flag of the other side, or none.
    fn account(&self, kind: ReceivableKind) -> Result<&str> {
        self.optional(kind)?.ok_or_else(|| missing(kind))
    }

    /// The account, where one is named.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] for the flag of the other side.
    fn optional(&self, kind: ReceivableKind) -> Result<Option<&str>> {
        let (natural, other) = match kind {
            ReceivableKind::Receivable => (&self.from, &self.to),
            ReceivableKind::Payable => (&self.to, &self.from),
        };
        match other {
            Some(_) => Err(missing(kind)),
            None => Ok(natural.as_deref().or(self.purpose.as_deref())),
        }
    }
}

/// What is said where the account on the other side is missing.
fn missing(kind: ReceivableKind) -> Error {
    let advice = match kind {
        ReceivableKind::Receivable => {
            "say which account the money goes out of (--from ACCOUNT), or which income is invoiced (--for ACCOUNT)"
        }
        ReceivableKind::Payable => {
            "say which account the money arrives in (--to ACCOUNT), or which expense is billed (--for ACCOUNT)"
        }
    };
    ErrorKind::Misuse(advice.to_owned()).into()
}

/// What else is said of it.
#[derive(clap::Args, Debug, Default)]
pub struct WordArgs {
    /// What to call it [default: the party's name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// The group that it belongs to
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,

    /// A note
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,

    /// What the entry says [default: the name]
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// A tag of the entry; may be given several times
    #[arg(long, value_name = "KEY:VALUE")]
    tag: Vec<String>,

    /// The decimal mark of amounts
    #[arg(long, value_name = "MARK", value_enum)]
    decimal: Option<MarkChoice>,
}

/// The arguments of `add`.
#[derive(clap::Args, Debug)]
pub struct AddArgs {
    /// With whom: a person or a company, added where it is new
    party: String,

    /// How much, such as 300 or 300 EUR
    #[arg(required = true, num_args = 1..=2, value_name = "AMOUNT", allow_negative_numbers = true)]
    amount: Vec<String>,

    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,

    #[command(flatten)]
    counter: CounterArgs,
    #[command(flatten)]
    terms: TermArgs,
    #[command(flatten)]
    accounts: AccountArgs,
    #[command(flatten)]
    words: WordArgs,
}

/// The arguments of `track`.
#[derive(clap::Args, Debug)]
pub struct TrackArgs {
    /// The entry's number
    entry: i64,

    /// With whom: a person or a company, added where it is new
    party: String,

    /// How much is owed, as a check [default: what the entry moves on the control account]
    #[arg(num_args = 0..=2, value_name = "AMOUNT", allow_negative_numbers = true)]
    amount: Vec<String>,

    #[command(flatten)]
    terms: TermArgs,
    #[command(flatten)]
    accounts: AccountArgs,
    #[command(flatten)]
    words: WordArgs,
}

/// The arguments of `refinance`.
#[derive(clap::Args, Debug)]
pub struct RefinanceArgs {
    /// Those that are paid off by the new one, by name or number
    #[arg(required = true, value_name = "NAME")]
    old: Vec<String>,

    /// With whom the new one is [default: the party of the first]
    #[arg(long = "with", value_name = "PARTY")]
    party: Option<String>,

    /// How much the new one is [default: what the old ones come to]
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<String>,

    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,

    #[command(flatten)]
    counter: CounterArgs,
    #[command(flatten)]
    terms: TermArgs,
    #[command(flatten)]
    accounts: AccountArgs,
    #[command(flatten)]
    words: WordArgs,
}

/// Puts what was said about accounts and words into something new.
fn complete(mut new: NewReceivable, accounts: &AccountArgs, words: &WordArgs) -> NewReceivable {
    let account = |name: &Option<String>| name.as_deref().map(AccountRef::from);
    new.account = account(&accounts.control);
    new.money = account(&accounts.account);
    new.interest = account(&accounts.interest_account);
    new.fees = account(&accounts.fee_account);
    new.losses = account(&accounts.loss_account);
    new.name.clone_from(&words.name);
    new.group.clone_from(&words.group);
    new.note.clone_from(&words.note);
    new.description.clone_from(&words.description);
    new.tags = words.tag.iter().map(|tag| Tag::parse(tag)).collect();
    new
}

/// Adds.
pub(super) fn add(
    context: &Context,
    ledger: &Ledger,
    book: &Book<'_>,
    kind: ReceivableKind,
    args: &AddArgs,
) -> Result<()> {
    let today = context.settings.today;
    let on = args.on.as_ref().map_or(Ok(today), |text| parse_date(text, today))?;
    let counter = args.counter.account(kind)?;
    let money = Money::new(book, args.words.decimal)?;
    let principal = money.amount(&args.amount.join(" "))?;
    let terms = args.terms.terms(&money, principal, on, today)?;
    let new = NewReceivable::new(kind, &args.party, counter, terms);
    let new = complete(new, &args.accounts, &args.words);
    opened(context, ledger, book, || {
        args.accounts.open_missing(context, book, kind, Some(counter))?;
        book.receivables().add(new)
    })
}

/// Tracks.
pub(super) fn track(
    context: &Context,
    ledger: &Ledger,
    book: &Book<'_>,
    kind: ReceivableKind,
    args: &TrackArgs,
) -> Result<()> {
    let today = context.settings.today;
    let entry = book.journal().get(args.entry)?;
    let money = Money::new(book, args.words.decimal)?;
    let control = args.accounts.control.as_deref().map(AccountRef::from);
    let principal = match money.optional(&args.amount)? {
        Some(amount) => amount,
        None => book.receivables().opened_by(args.entry, kind, control.as_ref())?,
    };
    let terms = args.terms.terms(&money, principal, entry.posted_on, today)?;
    let new = NewReceivable::without_counter(kind, &args.party, terms);
    let new = complete(new, &args.accounts, &args.words);
    opened(context, ledger, book, || {
        args.accounts.open_missing(context, book, kind, None)?;
        book.receivables().track(TrackEntry { entry: args.entry, new })
    })
}

/// Refinances.
pub(super) fn refinance(
    context: &Context,
    ledger: &Ledger,
    book: &Book<'_>,
    kind: ReceivableKind,
    args: &RefinanceArgs,
) -> Result<()> {
    let today = context.settings.today;
    let on = args.on.as_ref().map_or(Ok(today), |text| parse_date(text, today))?;
    let counter = args.counter.optional(kind)?;
    let receivables = book.receivables();
    let mut old: Vec<Receivable> = Vec::new();
    for name in &args.old {
        let found = receivables.find(kind, name)?;
        if !old.iter().any(|known| known.id == found.id) {
            old.push(found);
        }
    }
    // clap asks for one at least.
    let Some(first) = old.first() else { return Ok(()) };
    let party = match &args.party {
        Some(party) => party.clone(),
        None => receivables.show(kind, &format!("#{}", first.id), on)?.party,
    };
    let money = Money::new(book, args.words.decimal)?.in_commodity(first.commodity);
    let ids: Vec<ReceivableId> = old.iter().map(|receivable| receivable.id).collect();
    let principal = match &args.amount {
        Some(text) => money.amount(text)?,
        None => what_they_come_to(book, &ids, on, first.commodity.zero())?,
    };
    let terms = args.terms.terms(&money, principal, on, today)?;
    let new = NewReceivable::without_counter(kind, &party, terms);
    let new = NewReceivable { counter: counter.map(AccountRef::from), ..new };
    let new = complete(new, &args.accounts, &args.words);
    opened(context, ledger, book, || {
        args.accounts.open_missing(context, book, kind, counter)?;
        book.receivables().refinance(&ids, new)
    })
}

fn what_they_come_to(
    book: &Book<'_>,
    ids: &[ReceivableId],
    on: NaiveDate,
    nothing: Amount,
) -> Result<Amount> {
    ids.iter().try_fold(nothing, |sum, id| sum.checked_add(book.receivables().payoff(*id, on, None)?.amount))
}

/// Makes the change and shows what came of it.
fn opened(
    context: &Context,
    ledger: &Ledger,
    book: &Book<'_>,
    open: impl FnOnce() -> Result<(Receivable, Entry)>,
) -> Result<()> {
    let shown: (ReceivableReport, Entry) = context.change(ledger, || {
        // As one unit, so that accounts that were opened for it go with it where it is refused.
        let (receivable, entry) = ledger.transaction(|_| open())?;
        let name = format!("#{}", receivable.id);
        let as_of = entry.posted_on.max(context.settings.today);
        Ok((book.receivables().show(receivable.kind, &name, as_of)?, entry))
    })?;
    let (report, entry) = shown;
    let lines = entry.lines.iter().map(|line| format!("{} {}", line.account, line.amount));
    let note = format!("entry {}: {}", entry.number, lines.collect::<Vec<_>>().join(", "));
    print_report(context, book, &report, vec![note], Some(entry.number))
}
