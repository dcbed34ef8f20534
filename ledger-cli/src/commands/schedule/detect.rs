//! `schedule detect`: payments that come again and again, as rows to add.

use chrono::NaiveDate;
use ledger_core::schedule::{DetectOptions, Percent, ProposalKey, RecurringProposal};
use ledger_core::{AcceptProposal, Book, ErrorKind, Ledger, RecurringAnswer, Result};
use serde_json::json;

use super::shown::{AccountNames, Fact, account_names, name_of, print_list};
use crate::commands::Context;
use crate::commands::facts::amount;
use crate::dates::{self, DateRole};
use crate::render::Cell;

/// Examples for the long help.
pub(super) const EXAMPLES: &str = "\
A proposal is named by its key, the beginning of it, or its name. What is answered is remembered.

Examples:
  ledger schedule detect --why
  ledger schedule detect --accept 9c4f --accept Rent
  ledger schedule detect --accept Landlord --as Rent --against Expenses:Rent
  ledger schedule detect --reject 77ab --snooze Gym --until 2026-09-01
  ledger schedule detect --decided";

/// How much of a key people see.
const KEY_SHOWN: usize = 8;

/// The arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Add the row that is proposed; may be given several times
    #[arg(long, value_name = "PROPOSAL")]
    accept: Vec<String>,

    /// Another name for the row that is accepted
    #[arg(long = "as", value_name = "NAME", requires = "accept")]
    name: Option<String>,

    /// The account on the other side, where the proposal knows none or another is meant
    #[arg(long, value_name = "ACCOUNT", requires = "accept")]
    against: Option<String>,

    /// Never propose it again; may be given several times
    #[arg(long, value_name = "PROPOSAL")]
    reject: Vec<String>,

    /// Do not propose it for a while; may be given several times
    #[arg(long, value_name = "PROPOSAL", requires = "until")]
    snooze: Vec<String>,

    /// The day from which it may be proposed again
    #[arg(long, value_name = "DATE", requires = "snooze")]
    until: Option<String>,

    /// Forget an answer, so that it may be proposed again; may be given several times
    #[arg(long, value_name = "KEY", conflicts_with_all = ["accept", "reject", "snooze"])]
    forget: Vec<String>,

    /// List the answers that are remembered
    #[arg(long, conflicts_with_all = ["accept", "reject", "snooze", "forget"])]
    decided: bool,

    /// Tell below the table why each is proposed
    #[arg(long)]
    why: bool,

    /// The confidence from which something is proposed
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    confidence: Option<u8>,

    /// The day to look back from [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// Proposes rows, and keeps answers.
///
/// # Errors
/// As [`ledger_core::Schedules::detect`]; [`ErrorKind::NotFound`] for what is not proposed.
pub(super) fn run(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &Args) -> Result<()> {
    let today = context.settings.today;
    if args.decided {
        return decided(context, book);
    }
    if !args.forget.is_empty() {
        return forget(context, ledger, book, &args.forget);
    }
    let as_of =
        args.as_of.as_ref().map_or(Ok(today), |text| dates::parse_date_as(text, today, DateRole::End))?;
    let mut options = DetectOptions::new(as_of);
    if let Some(percent) = args.confidence {
        options.confidence_min = Percent::new(percent)?;
    }
    if args.accept.len() > 1 && (args.name.is_some() || args.against.is_some()) {
        let advice = "--as and --against go with one --accept";
        return Err(ErrorKind::Misuse(advice.to_owned()).into());
    }
    let proposals = book.schedules().detect(&options)?;
    let answers = !(args.accept.is_empty() && args.reject.is_empty() && args.snooze.is_empty());
    let names = account_names(book)?;
    let things = match answers {
        false => proposals.iter().map(|proposal| facts(proposal, &names, "proposed")).collect(),
        true => context
            .change(ledger, || book.transaction(|book| answer(context, book, args, &proposals, &names)))?,
    };
    let all = [
        "key",
        "name",
        "state",
        "account",
        "counter",
        "party",
        "amount",
        "low",
        "high",
        "cadence",
        "when",
        "next_on",
        "weekend",
        "confidence",
        "payments",
        "entries",
        "reasons",
    ];
    let people = [
        ("short_key", "Key"),
        ("name", "Name"),
        ("amount", "Amount"),
        ("when", "When"),
        ("next_on", "Next"),
        ("confidence", "%"),
    ];
    let why = |proposal: &RecurringProposal| format!("{}: {}", proposal.name, proposal.reasons.join("; "));
    let notes = if args.why && !answers { proposals.iter().map(why).collect() } else { Vec::new() };
    let count = things.len();
    print_list(context, things, &all, &people, notes)?;
    match (answers, count) {
        (true, _) => context.note(format_args!("answered {count}")),
        (false, 0) => context.note("nothing recurs that is not scheduled or answered"),
        (false, _) => {
            context.note("answer with --accept, --reject or --snooze; --why tells what is behind each")
        }
    }
    Ok(())
}

/// Keeps the answers; returns what was answered.
fn answer(
    context: &Context,
    book: &Book<'_>,
    args: &Args,
    proposals: &[RecurringProposal],
    names: &AccountNames,
) -> Result<Vec<Vec<Fact>>> {
    let mut things = Vec::new();
    for text in &args.accept {
        let proposal = find(proposals, text)?;
        let options = AcceptProposal { name: args.name.clone(), counter: args.against.clone() };
        let row = book.schedules().accept_proposal(proposal, &options).inspect_err(|error| {
            if matches!(error.kind(), ErrorKind::InvalidSetting { what: "proposal", .. }) {
                context.hint("--against ACCOUNT names the account on the other side");
            }
        })?;
        context.note(format_args!("added row {} \"{}\"", row.id(), row.name()));
        things.push(facts(proposal, names, "accepted"));
    }
    for text in &args.reject {
        let proposal = find(proposals, text)?;
        book.schedules().reject_proposal(&proposal.key)?;
        things.push(facts(proposal, names, "rejected"));
    }
    for text in &args.snooze {
        let proposal = find(proposals, text)?;
        book.schedules().snooze_proposal(&proposal.key, until(context, args)?)?;
        things.push(facts(proposal, names, "snoozed"));
    }
    Ok(things)
}

fn until(context: &Context, args: &Args) -> Result<NaiveDate> {
    // clap asks for it.
    dates::parse_date(args.until.as_deref().unwrap_or("today"), context.settings.today)
}

/// The proposal that a word means: its key, the beginning of it, or its name.
fn find<'p>(proposals: &'p [RecurringProposal], text: &str) -> Result<&'p RecurringProposal> {
    let by_name = |one: &&RecurringProposal| one.name.to_lowercase() == text.to_lowercase();
    let by_key = |one: &&RecurringProposal| one.key.as_str().starts_with(&text.to_lowercase());
    let mut found: Vec<_> = proposals.iter().filter(by_name).collect();
    if found.is_empty() {
        found = proposals.iter().filter(by_key).collect();
    }
    match found.as_slice() {
        [only] => Ok(only),
        [] => {
            let suggestions = proposals.iter().map(|proposal| proposal.name.clone()).take(5).collect();
            Err(ErrorKind::NotFound { what: "proposal", name: text.to_owned(), suggestions }.into())
        }
        several => {
            let candidates = several.iter().map(|one| format!("{} ({})", one.key, one.name)).collect();
            Err(ErrorKind::Ambiguous { what: "proposal", name: text.to_owned(), candidates }.into())
        }
    }
}

fn facts(proposal: &RecurringProposal, names: &AccountNames, state: &'static str) -> Vec<Fact> {
    let estimate = proposal.steps.last().and_then(|step| step.estimate);
    vec![
        ("key", Cell::text(proposal.key.as_str())),
        ("short_key", Cell::text(proposal.key.as_str().chars().take(KEY_SHOWN).collect::<String>())),
        ("name", Cell::text(proposal.name.as_str())),
        ("state", Cell::text(state)),
        ("account", Cell::text(name_of(names, proposal.account))),
        ("counter", Cell::optional(proposal.counter, |counter| Cell::text(name_of(names, counter)))),
        ("party", Cell::optional(proposal.party.clone(), Cell::Text)),
        ("amount", amount(proposal.amount())),
        ("low", Cell::optional(estimate, |(low, _)| amount(low))),
        ("high", Cell::optional(estimate, |(_, high)| amount(high))),
        ("cadence", Cell::text(proposal.cadence.to_string())),
        ("when", Cell::text(proposal.recurrence.to_string())),
        ("next_on", Cell::Date(proposal.next_on())),
        ("weekend", Cell::text(proposal.weekend.name())),
        ("confidence", Cell::Number(proposal.confidence.get().into())),
        ("payments", Cell::Number(proposal.entries.len() as i64)),
        ("entries", Cell::Json(json!(proposal.entries))),
        ("reasons", Cell::Json(json!(proposal.reasons))),
    ]
}

/// Lists the answers.
fn decided(context: &Context, book: &Book<'_>) -> Result<()> {
    let fact = |decision: ledger_core::RecurringDecision| -> Vec<Fact> {
        let (answer, until, row) = match decision.answer {
            RecurringAnswer::Accepted(id) => ("accepted", None, Some(i64::from(id.get()))),
            RecurringAnswer::Rejected => ("rejected", None, None),
            RecurringAnswer::SnoozedUntil(until) => ("snoozed", Some(until), None),
        };
        vec![
            ("key", Cell::text(decision.key.as_str())),
            ("answer", Cell::text(answer)),
            ("until", Cell::optional(until, Cell::Date)),
            ("schedule", Cell::optional(row, Cell::Number)),
        ]
    };
    let things = book.schedules().decisions()?.into_iter().map(fact).collect();
    let people = [("key", "Key"), ("answer", "Answer"), ("until", "Until"), ("schedule", "Row")];
    print_list(context, things, &["key", "answer", "until", "schedule"], &people, Vec::new())
}

fn forget(context: &Context, ledger: &Ledger, book: &Book<'_>, keys: &[String]) -> Result<()> {
    context.change(ledger, || {
        book.transaction(|book| {
            let decided = book.schedules().decisions()?;
            keys.iter().try_for_each(|text| {
                let mut found =
                    decided.iter().filter(|one| one.key.as_str().starts_with(&text.to_lowercase()));
                let key = match (found.next(), found.next()) {
                    (Some(only), None) => only.key.clone(),
                    // What fits nothing, or several, is left to the façade, which names the keys.
                    _ => ProposalKey::from(text.clone()),
                };
                book.schedules().forget_decision(&key)
            })
        })
    })?;
    context.note(format_args!("{} forgotten", keys.len()));
    Ok(())
}
