//! `ledger init`: from nothing to a book that can be used.

use std::process::ExitCode;

use ledger_core::account::{AccountKind, NewAccount};
use ledger_core::journal::LinePrice;
use ledger_core::money::{Commodity, Price};
use ledger_core::{BalancedEntry, Book, EntryDraft, Error, ErrorKind, Ledger, Result};
use rust_decimal::Decimal;

use super::Context;
use super::book::NewBookArgs;
use super::facts::print_facts;
use crate::config::redacted;
use crate::render::Cell;
use crate::sample::{self, SampleEntry};

/// The arguments.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Creates the database where there is none, and a book in it.\n\n\
                       Examples:\n  ledger init --template family --time-zone Europe/Berlin\n  ledger --db try.sqlite init --sample")]
pub struct Args {
    /// The book's name [default: --book, else home]
    name: Option<String>,

    #[command(flatten)]
    new: NewBookArgs,

    /// Fill the book with an invented year of a family, to try everything with
    #[arg(long, conflicts_with = "template")]
    sample: bool,
}

/// Creates the database and the book.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] for a book that is there, and those of the database.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let name = args.name.or_else(|| context.settings.book.clone()).unwrap_or_else(|| "home".to_owned());
    let place = redacted(&context.settings.db);
    let new = args.new.named(&name)?;
    if context.settings.dry_run && !database_is_there(context)? {
        context.note(format_args!("would create the database {place} and the book \"{name}\" in it"));
        return Ok(ExitCode::SUCCESS);
    }
    context.settings.create_default_folder()?;
    let ledger = Ledger::open_or_create(&context.settings.db, context.session())?;
    let (accounts, entries) = context.change(&ledger, || {
        // One unit, so that a failure leaves no half-filled book behind.
        ledger.transaction(|ledger| {
            let book = ledger.create_book(new)?;
            args.new.open_template(&book)?;
            if args.sample {
                fill(&book)?;
            }
            Ok((book.accounts().list()?.len(), book.head()?.number))
        })
    })?;
    let facts = vec![
        ("book", Cell::text(&name)),
        ("database", Cell::text(place)),
        ("accounts", Cell::Number(accounts as i64)),
        ("entries", Cell::Number(entries)),
    ];
    let next = match (args.sample, accounts) {
        (true, _) => "next: ledger register Assets:Bank:Joint",
        (_, 0) => "next: ledger account open Assets:Bank",
        _ => "next: ledger account list",
    };
    print_facts(context, format!("book \"{name}\" is ready"), facts, vec![next.to_owned()])?;
    Ok(ExitCode::SUCCESS)
}

/// Whether there is a database, without making one.
fn database_is_there(context: &Context) -> Result<bool> {
    match context.ledger() {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::NoDatabase { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Puts the sample into an empty book.
fn fill(book: &Book<'_>) -> Result<()> {
    for commodity in sample::COMMODITIES {
        book.commodities().declare(Commodity::new(commodity.code, commodity.scale)?)?;
    }
    let accounts = sample::ACCOUNTS.iter().map(|account| {
        let kind = AccountKind::parse(account.kind)?;
        Ok(NewAccount::new(account.name).kind(kind).subtype(account.subtype))
    });
    book.accounts().open_all(accounts.collect::<Result<Vec<_>>>()?)?;
    for price in sample::prices() {
        let (commodity, quote) = (book.commodities().get(price.code)?, book.commodities().get(price.quote)?);
        book.prices().add(Price::new(commodity, rate(&price.rate)?, quote, price.date)?)?;
    }
    let commodities = book.commodities().list()?;
    let entries = sample::entries().into_iter().map(|entry| balanced(entry, &commodities));
    book.journal().post_all(entries.collect::<Result<Vec<_>>>()?)?;
    Ok(())
}

fn balanced(entry: SampleEntry, commodities: &[Commodity]) -> Result<BalancedEntry> {
    let commodity = |code: &str| {
        let found = commodities.iter().find(|commodity| commodity.code() == code).copied();
        found.ok_or_else(|| Error::from(ErrorKind::UnknownCommodity { code: code.to_owned() }))
    };
    let mut draft = EntryDraft::new(entry.date, entry.description).external_id(entry.external_id);
    draft.party = entry.party;
    for (key, value) in entry.tags {
        draft = draft.tag(key, value);
    }
    for line in entry.lines {
        let amount = commodity(line.code)?.amount(line.amount_minor);
        draft = match line.at {
            None => draft.debit(line.account, amount),
            Some((price, quote)) => {
                draft.debit_at(line.account, amount, LinePrice::unit(rate(&price)?, commodity(quote)?))
            }
        };
    }
    draft.balance()
}

fn rate(text: &str) -> Result<Decimal> {
    text.parse().map_err(|_| {
        ErrorKind::InvalidAmount { text: text.to_owned(), reason: "a rate is a number".to_owned() }.into()
    })
}
