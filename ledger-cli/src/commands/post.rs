//! `ledger post`: one entry in words, text lines from standard input, or JSON in bulk.
//!
//! `words` reads the grammar, `amounts` its amounts, `lines` and `json` the two inputs; `names` decides what an
//! unknown account means, and `bulk` posts many entries in batches.

pub mod amounts;
mod braces;
mod bulk;
mod json;
mod lines;
pub mod names;
pub mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ledger_core::{Book, ErrorKind, Ledger, Result};

use self::amounts::{Amounts, MarkChoice};
use self::names::Names;
use self::words::{Phrase, Word};
use super::Context;
use super::entries::print_entry;

/// Examples of all forms, for `ledger post --help`.
const HELP: &str = "\
In words, an entry is its date, its description, and then the account to debit, the amount, and the account to \
credit; more such groups may follow. An amount after the account to credit is needed only where it differs:
  ledger post 2026-03-02 Rewe Expenses:Groceries 42.10 Assets:Bank:N26
  ledger post today \"Fund\" Assets:Fund 10 VWCE @ 100 EUR Assets:Bank:N26
  ledger post today \"Sale\" Assets:Bank:N26 600 EUR Assets:Fund 5 VWCE '{2026-03-02}' @ 120 EUR
  ledger post yesterday \"Split\" --debit Expenses:Food=30 \\
    --debit Expenses:Home=12.10 --credit Assets:Cash

Between braces stands the lot that is bought or sold (see `ledger lots`): its day, its label, or its cost. With a cost \
the line weighs what the units cost, as in beancount: 5 VWCE '{100 EUR}' @ 120 EUR; '{0}' says that nothing was paid.

Text lines read the same, one entry a line, with quotes as in a shell; blank lines and lines that begin with # are \
skipped. Either all of them are posted or none:
  ledger post - < entries.txt

JSON is one object, an array, or one object a line, posted batch by batch:
  {\"date\": \"2026-03-02\", \"description\": \"Rewe\", \"lines\": [
    {\"account\": \"Expenses:Groceries\", \"debit\": \"42.10 EUR\"},
    {\"account\": \"Assets:Bank:N26\"}]}
  ledger post --json entries.ndjson";

/// The arguments.
#[derive(clap::Args, Debug)]
#[command(after_long_help = HELP)]
pub struct Args {
    /// DATE DESCRIPTION DEBIT-ACCOUNT AMOUNT CREDIT-ACCOUNT …, or - for text lines on standard input
    #[arg(value_name = "WORD", allow_negative_numbers = true)]
    words: Vec<String>,

    /// The date, instead of the first word
    #[arg(long, value_name = "DATE")]
    date: Option<String>,

    #[command(flatten)]
    lines: LineArgs,

    /// With whom: a person or a company
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,

    /// A tag; may be given several times
    #[arg(long, value_name = "KEY:VALUE")]
    tag: Vec<String>,

    /// Your own identity of the entry: posting it twice posts it once
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,

    /// Read JSON from a file, or from standard input
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    #[arg(conflicts_with_all = ["words", "date", "debit", "credit", "memo", "party", "tag", "external_id"])]
    json: Option<PathBuf>,

    /// Entries of JSON that are posted as one unit
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    batch: u32,

    /// Post what is right in an input with errors; they are told, and decide the exit code
    #[arg(long)]
    skip_errors: bool,
}

impl Args {
    /// The files that the arguments name.
    pub fn files(&self) -> Vec<&Path> {
        let text = (self.words == ["-"]).then_some(Path::new("-"));
        self.json.as_deref().into_iter().chain(text).collect()
    }
}

/// What is said of an entry's lines; `ledger amend` takes the same.
#[derive(clap::Args, Debug, Default)]
pub struct LineArgs {
    /// A debit; may be given several times, and one amount of the entry may be left out
    #[arg(long, value_name = "ACCOUNT[=AMOUNT]")]
    pub debit: Vec<String>,

    /// A credit; may be given several times
    #[arg(long, value_name = "ACCOUNT[=AMOUNT]")]
    pub credit: Vec<String>,

    /// A note on the first line
    #[arg(long, value_name = "TEXT")]
    pub memo: Option<String>,

    /// The decimal mark of amounts; without it a point, and what needs a comma is refused
    #[arg(long, value_name = "MARK", value_enum)]
    pub decimal: Option<MarkChoice>,

    /// Open accounts that are not there; a name close to another one has to be confirmed
    #[arg(long)]
    pub create: bool,
}

/// Posts.
///
/// # Errors
/// Those of reading and posting; what is wrong with an input is told place by place instead.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let amounts = Amounts::new(&book, args.lines.decimal)?;
    if let Some(path) = &args.json {
        let bulk = bulk::Bulk::new(context, &book, args.lines.create, args.skip_errors);
        return context.change(&ledger, || json::run(context, bulk, &amounts, path, args.batch as usize));
    }
    if args.words == ["-"] {
        let bulk = bulk::Bulk::new(context, &book, args.lines.create, args.skip_errors);
        return context.change(&ledger, || lines::run(context, bulk, &amounts));
    }
    one(context, &ledger, &book, &amounts, args)
}

/// Posts the entry that the arguments tell.
fn one(
    context: &Context,
    ledger: &Ledger,
    book: &Book<'_>,
    amounts: &Amounts,
    args: Args,
) -> Result<ExitCode> {
    let create = args.lines.create;
    let phrase = Phrase {
        date: args.date.map(Word::plain),
        party: args.party,
        tags: args.tag,
        external_id: args.external_id,
        ..Phrase::new(args.words, args.lines)
    };
    let entry = phrase.draft(amounts, context.settings.today).map_err(|fault| fault.error)?.balance()?;
    let mut names = Names::new(context, book, create);
    names.check(&entry)?;
    let receipt = context.change(ledger, || {
        book.transaction(|book| {
            names.open_missing(&entry)?;
            book.journal().post_or_get(entry)
        })
    })?;
    if receipt.already_posted {
        context.note(format_args!("entry {} was there already: nothing was posted", receipt.entry.number));
    }
    print_entry(context, &receipt.entry, Vec::new(), Vec::new())?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses an entry in words that breaks off, with the place at which it does.
fn breaks_off(reason: impl Into<String>) -> ledger_core::Error {
    ErrorKind::Misuse(reason.into()).into()
}
