//! `ledger amend NUMBER`: a corrected entry in place of a wrong one.

use std::process::ExitCode;

use ledger_core::journal::{AccountRef, LineDraft, Tag};
use ledger_core::{Book, EntryDraft, ErrorKind, Result};

use super::Context;
use super::entries::print_entry;
use super::post::LineArgs;
use super::post::amounts::Amounts;
use super::post::names::Names;
use super::post::words::Phrase;
use crate::dates;

/// The arguments.
#[derive(clap::Args, Debug)]
#[command(
    after_long_help = "The entry stays; its mirror and the corrected entry are posted, and registers show only the latter.\n\n\
                       Examples:\n  ledger amend 12 --account Expenses:Groceries=Expenses:Dining\n  ledger amend 12 --date 2026-03-03 --amount 43.10"
)]
pub struct Args {
    /// The entry's number
    number: i64,

    /// Other lines, in the words of `ledger post`: DEBIT-ACCOUNT AMOUNT CREDIT-ACCOUNT …
    #[arg(value_name = "WORD", allow_negative_numbers = true)]
    words: Vec<String>,

    /// Another date
    #[arg(long, value_name = "DATE")]
    date: Option<String>,

    /// Another description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// Another party; an empty one takes it away
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,

    /// Another account on the lines of one; may be given several times
    #[arg(long, value_name = "OLD=NEW")]
    account: Vec<String>,

    /// Another amount on both lines of an entry that has two
    #[arg(long, value_name = "AMOUNT", conflicts_with_all = ["words", "debit", "credit"])]
    amount: Option<String>,

    /// A tag to add; may be given several times
    #[arg(long, value_name = "KEY:VALUE")]
    tag: Vec<String>,

    /// A tag to take away, or all of a key; may be given several times
    #[arg(long, value_name = "KEY[:VALUE]")]
    remove_tag: Vec<String>,

    /// Also where a line is reconciled; its checkpoint may not tie any longer then
    #[arg(long)]
    reconciled: bool,

    #[command(flatten)]
    lines: LineArgs,
}

/// Posts the correction and shows it.
///
/// # Errors
/// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for one that was corrected before or is reconciled, and as
/// posting.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let number = args.number;
    let (create, reconciled) = (args.lines.create, args.reconciled);
    let before = book.journal().draft_of(number)?;
    let draft = changed(context, &book, before.clone(), args)?;
    if draft == before {
        let reason = format!("say what is to change in entry {number} (see `ledger amend --help`)");
        return Err(ErrorKind::Misuse(reason).into());
    }
    let entry = draft.balance()?;
    let mut names = Names::new(context, &book, create);
    names.check(&entry)?;
    let reconciled = reconciled || context.agrees_to_correct(&book, number, Some(&entry))?;
    let (amended, mirror) = context.change(&ledger, || {
        book.transaction(|book| {
            names.open_missing(&entry)?;
            let amended = match reconciled {
                true => book.journal().amend_reconciled(number, entry)?,
                false => book.journal().amend(number, entry)?,
            };
            Ok((amended, book.journal().corrections(number)?.0))
        })
    })?;
    let undone = mirror.map_or_else(String::new, |mirror| format!(", which entry {mirror} undid"));
    let note = format!("entry {} replaces entry {number}{undone}", amended.number);
    print_entry(context, &amended, Vec::new(), vec![note])?;
    Ok(ExitCode::SUCCESS)
}

/// The draft with everything changed that the arguments name.
fn changed(context: &Context, book: &Book<'_>, mut draft: EntryDraft, args: Args) -> Result<EntryDraft> {
    let amounts = Amounts::new(book, args.lines.decimal)?;
    if let Some(date) = &args.date {
        draft.posted_on = dates::parse_date(date, context.settings.today)?;
    }
    if let Some(description) = args.description {
        draft.description = description;
    }
    if let Some(party) = args.party {
        draft.party = Some(party).filter(|party| !party.is_empty());
    }
    for tag in &args.remove_tag {
        let tag = Tag::parse(tag);
        draft
            .tags
            .retain(|other| other.key != tag.key || (!tag.value.is_empty() && other.value != tag.value));
    }
    draft.tags.extend(args.tag.iter().map(|tag| Tag::parse(tag)));
    let memo = args.lines.memo.clone();
    if !args.words.is_empty() || !args.lines.debit.is_empty() || !args.lines.credit.is_empty() {
        let phrase = Phrase::new(args.words, args.lines);
        draft.lines = phrase.lines(&amounts).map_err(|fault| fault.error)?;
    } else if let (Some(memo), Some(first)) = (memo, draft.lines.first_mut()) {
        first.memo = Some(memo).filter(|memo| !memo.is_empty());
    }
    if let Some(amount) = &args.amount {
        let lines = std::mem::take(&mut draft.lines);
        draft.lines = with_amount(&draft, lines, &amounts, amount)?;
    }
    for change in &args.account {
        let (old, new) = change.split_once('=').ok_or_else(|| {
            ErrorKind::Misuse(format!("--account reads OLD=NEW, and \"{change}\" has no ="))
        })?;
        exchange(book, &mut draft, old.trim(), new.trim())?;
    }
    Ok(draft)
}

/// The two lines of an entry with another amount; each stays on its side.
fn with_amount(
    draft: &EntryDraft,
    mut lines: Vec<LineDraft>,
    amounts: &Amounts,
    text: &str,
) -> Result<Vec<LineDraft>> {
    let simple = lines.len() == 2 && lines.iter().all(|line| line.price.is_none());
    if !simple {
        let reason = "--amount is for entries with two lines and no price; give all lines anew".to_owned();
        return Err(ErrorKind::InvalidEntry { description: draft.description.clone(), reason }.into());
    }
    let (amount, _) = amounts.priced(text)?;
    for line in &mut lines {
        let is_credit = line.amount.is_some_and(|old| old.is_negative());
        line.amount = Some(if is_credit { amount.negate()? } else { amount });
    }
    Ok(lines)
}

/// Puts another account on the lines of one.
fn exchange(book: &Book<'_>, draft: &mut EntryDraft, old: &str, new: &str) -> Result<()> {
    let account = book.accounts().get(old)?;
    let mut found = false;
    for line in &mut draft.lines {
        let fits = match &line.account {
            AccountRef::Id(id) => *id == account.id,
            AccountRef::Name(name) => book.accounts().get(name).is_ok_and(|other| other.id == account.id),
        };
        if fits {
            // A known account by its number, so that naming the same one again is no change.
            line.account = book.accounts().get(new).map_or_else(|_| new.into(), |account| (&account).into());
            found = true;
        }
    }
    if found {
        return Ok(());
    }
    let reason = format!("it has no line on {}", account.name);
    Err(ErrorKind::InvalidEntry { description: draft.description.clone(), reason }.into())
}
