//! `ledger receivable` and `ledger payable`: who owes what, since when, and when it will come; the same verbs for both.

pub mod accounts;
mod add;
mod aging;
mod change;
mod detail;
pub mod money;
mod movements;
mod payoff;
mod plan;
mod repaid;
mod repay;
mod shown;
mod statement;
mod terms;

use std::process::ExitCode;

use ledger_core::receivable::ReceivableKind;
use ledger_core::{Book, Error, ErrorKind, Reduce, Result};

use self::movements::Desk;
pub use self::repay::RepayArgs;
use super::Context;

const PLAN_EXAMPLES: &str = "\
Nothing is kept, and no book is needed where the amount names its commodity.

Examples:
  ledger receivable plan 200000 --instalments 360 --rate 4.5 --first 2026-02-01
  ledger receivable plan 1200 --payment 100 --rate 6 --on 2026-01-15
  ledger payable plan \"5000 EUR\" --instalments 8 --kind equal-principal --every quarter -O csv";

/// What can be done with receivables and payables.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// Add one: money lent or borrowed, an invoice, a bill, a loan with a plan
    #[command(after_long_help = add::ADD_EXAMPLES)]
    Add(Box<add::AddArgs>),
    /// Work out a plan of repayment for terms, and its annual percentage rate
    #[command(after_long_help = PLAN_EXAMPLES)]
    Plan(Box<plan::Args>),
    /// Track an entry that is there already as the first of a receivable or payable
    #[command(after_long_help = add::TRACK_EXAMPLES)]
    Track(Box<add::TrackArgs>),
    /// List them
    #[command(
        after_long_help = "Examples:\n  ledger receivable list --party \"Acme Ltd\" --closed\n  ledger payable list --as-of 2025-12-31"
    )]
    List(shown::ListArgs),
    /// Show one: what is open, its plan, what happened, and what stands outside the books
    #[command(
        after_long_help = "Examples:\n  ledger receivable show \"Invoice 7\"\n  ledger payable show Mortgage --as-of 2027-01-01"
    )]
    Show(shown::ShowArgs),
    /// Book money that came back, and show what it went to
    #[command(after_long_help = repay::EXAMPLES)]
    Repay(Box<repay::RepayArgs>),
    /// Show what would pay one off on a day
    #[command(
        after_long_help = "It is what is open by the day, the interest since the last instalment, and with --early-fee what the contract charges for \
                           paying before it is due; `repay --payoff` with the same flags pays it.\n\n\
                           Examples:\n  ledger payable payoff Mortgage --on 2027-06-30\n  ledger payable payoff Mortgage --on 2027-06-30 --early-fee 1%"
    )]
    Payoff(payoff::Args),
    /// Lend or borrow more of one that is due on demand
    #[command(after_long_help = "Example:\n  ledger receivable disburse Ben 20 --from Assets:Cash")]
    Disburse(movements::DisburseArgs),
    /// Charge the interest and fees that the terms ask for
    #[command(
        after_long_help = "Done again it charges nothing.\n\nExample:\n  ledger receivable accrue --to 2026-12-31"
    )]
    Accrue(movements::AccrueArgs),
    /// Charge a fee
    #[command(
        after_long_help = "Example:\n  ledger receivable fee \"Invoice 7\" 5 --fee-account Income:Fees"
    )]
    Fee(movements::FeeArgs),
    /// Forgive what is owed, or a part of it
    #[command(
        after_long_help = "Example:\n  ledger receivable forgive Ben 20 --loss-account Expenses:Gifts --reason birthday"
    )]
    Forgive(movements::ReduceArgs),
    /// Write off what is not expected any more
    #[command(
        after_long_help = "Example:\n  ledger receivable write-off \"Invoice 7\" --loss-account \"Expenses:Bad Debts\""
    )]
    WriteOff(movements::ReduceArgs),
    /// Book money that came for what had been written off
    #[command(
        after_long_help = "Example:\n  ledger receivable recover \"Invoice 7\" 50 --account Assets:Bank"
    )]
    Recover(movements::RecoverArgs),
    /// Pay a credit back
    #[command(after_long_help = "Example:\n  ledger receivable refund \"Acme Ltd\" --account Assets:Bank")]
    Refund(movements::RefundArgs),
    /// Adjust what is owed by something that never touched the books
    #[command(
        after_long_help = "It counts for what is owed, stands apart in every report, and never reaches the trial balance.\n\n\
                           Example:\n  ledger receivable adjust Ben -10 --reason \"paid for the cinema\""
    )]
    Adjust(movements::AdjustArgs),
    /// Show how old is what is owed, by party, group or receivable
    #[command(after_long_help = aging::AGING_EXAMPLES)]
    Aging(aging::AgingArgs),
    /// Put what is tracked beside the control accounts, and name each difference
    #[command(after_long_help = aging::TIE_OUT_EXAMPLES)]
    TieOut(aging::TieOutArgs),
    /// List what is due and past due, oldest first
    #[command(after_long_help = "Example:\n  ledger receivable due --ahead 30")]
    Due(statement::DueArgs),
    /// Write the statement of a party: what happened, what is open, what is next
    #[command(after_long_help = statement::STATEMENT_EXAMPLES)]
    Statement(statement::StatementArgs),
    /// Show how a party has paid so far: how late, how often
    #[command(after_long_help = "Example:\n  ledger receivable record \"Acme Ltd\"")]
    Record(statement::RecordArgs),
    /// Pay some off by a new one on other terms
    #[command(after_long_help = add::REFINANCE_EXAMPLES)]
    Refinance(Box<add::RefinanceArgs>),
    /// Change the rate from a day on
    #[command(
        after_long_help = "Example:\n  ledger payable rate Mortgage 5.1 --from 2027-01-01 --keep payment"
    )]
    Rate(change::RateArgs),
    /// Change what is said of one: its name, due day, accounts, note
    #[command(
        after_long_help = "Example:\n  ledger receivable edit \"Acme Ltd\" --name \"Invoice 7\" --due 2026-07-01"
    )]
    Edit(change::EditArgs),
    /// Take a movement back by reversing its entry; a credit that was used where it arose has none
    #[command(after_long_help = "Example:\n  ledger receivable undo \"Invoice 7\" 3")]
    Undo(movements::UndoArgs),
}

impl Verb {}

/// Runs a verb.
///
/// # Errors
/// Those of the verb.
pub fn run(context: &Context, kind: ReceivableKind, verb: Verb) -> Result<ExitCode> {
    dispatch(context, kind, verb).inspect_err(|error| {
        if let ErrorKind::InvalidSetting { what: "rate", reason, .. } = error.kind()
            && reason.contains("allow a high rate")
        {
            context.hint("--allow-high-rate takes it");
        }
    })
}

fn dispatch(context: &Context, kind: ReceivableKind, verb: Verb) -> Result<ExitCode> {
    if let Verb::Plan(args) = verb {
        plan::run(context, &args)?;
        return Ok(ExitCode::SUCCESS);
    }
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let desk = Desk { context, ledger: &ledger, book: &book, kind };
    match verb {
        // Above, as it needs no book.
        Verb::Plan(_) => {}
        Verb::Add(args) => add::add(context, &ledger, &book, kind, &args)?,
        Verb::Track(args) => add::track(context, &ledger, &book, kind, &args)?,
        Verb::List(args) => shown::list(context, &book, kind, &args)?,
        Verb::Show(args) => shown::show(context, &book, kind, &args)?,
        Verb::Repay(args) => repay::run(context, &ledger, &book, kind, &args)?,
        Verb::Payoff(args) => payoff::run(context, &book, kind, &args)?,
        Verb::Disburse(args) => desk.disburse(&args)?,
        Verb::Accrue(args) => desk.accrue(&args)?,
        Verb::Fee(args) => desk.fee(&args)?,
        Verb::Forgive(args) => desk.reduce(&args, Reduce::Forgive)?,
        Verb::WriteOff(args) => desk.reduce(&args, Reduce::WriteOff)?,
        Verb::Recover(args) => desk.recover(&args)?,
        Verb::Refund(args) => desk.refund(&args)?,
        Verb::Adjust(args) => desk.adjust(&args)?,
        Verb::Aging(args) => return aging::aging(context, &book, kind, args),
        Verb::TieOut(args) => return aging::tie_out(context, &book, kind, &args),
        Verb::Due(args) => return statement::due(context, &book, kind, args),
        Verb::Statement(args) => return statement::statement(context, &book, args),
        Verb::Record(args) => statement::record(context, &book, &args)?,
        Verb::Refinance(args) => add::refinance(context, &ledger, &book, kind, &args)?,
        Verb::Rate(args) => desk.rate(&args)?,
        Verb::Edit(args) => desk.edit(&args)?,
        Verb::Undo(args) => desk.undo(&args)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs `ledger repay`: money that arrives in an account pays what others owe, money that goes out of one what is owed
/// to them.
///
/// # Errors
/// As [`run`].
pub fn repay(context: &Context, args: &RepayArgs) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let kind = args.side(&book, context.settings.today)?;
    repay::run(context, &ledger, &book, kind, args).map_err(|error| other_side(&book, kind, args, error))?;
    Ok(ExitCode::SUCCESS)
}

/// A refusal of what is not there on one side, in words of the other side where it is there.
fn other_side(book: &Book<'_>, kind: ReceivableKind, args: &RepayArgs, error: Error) -> Error {
    let ErrorKind::NotFound { what, .. } = error.kind() else { return error };
    if ![kind.as_str(), "party"].contains(what) {
        return error;
    }
    let (other, way) = match kind {
        ReceivableKind::Receivable => (
            ReceivableKind::Payable,
            "you owe it, and what is owed to others goes out of an account: say --from ACCOUNT, or use `ledger payable repay`",
        ),
        ReceivableKind::Payable => (
            ReceivableKind::Receivable,
            "it is owed to you, and what others owe arrives in an account: say --to ACCOUNT",
        ),
    };
    match args.named().find_map(|name| book.receivables().find(other, name).ok()) {
        Some(found) => ErrorKind::Misuse(format!("\"{}\" is a {}: {way}", found.name, other.as_str())).into(),
        None => error,
    }
}
