//! `ledger reconcile ACCOUNT --to DATE --balance AMOUNT`: an account beside its statement, and the checkpoints of those
//! that agreed.

mod shown;
mod tick;

use std::io;
use std::process::ExitCode;

use ledger_core::report::{Checkpoint, Reconciliation};
use ledger_core::{Book, LineSelector, Mark, Result};

use super::Context;
use super::facts::print_done;
use super::post::amounts::{Amounts, MarkChoice};
use crate::globals::Format;
use crate::render::Cell;
use crate::{dates, exit};

/// The arguments: a statement's, or a verb.
#[derive(clap::Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    override_usage = "ledger reconcile ACCOUNT --to DATE --balance AMOUNT [OPTIONS]\n       ledger reconcile list [ACCOUNT]\n       ledger reconcile undo CHECKPOINT",
    after_long_help = "Lines seen on the statement are cleared; when they come to its balance, --finish makes them reconciled, and \
                       their entries are protected from then on. At a terminal lines are ticked off one by one. Ends \
                       with code 1 while there is a difference.\n\n\
                       Examples:\n  ledger reconcile Assets:Bank --to 2026-03-31 --balance 970.00\n  \
                       ledger reconcile Assets:Bank --to 2026-03-31 --balance 970.00 --clear 12,15,17/2 --finish"
)]
pub struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,

    /// The account's name or alias; accounts below it are not part of it
    #[arg(value_name = "ACCOUNT", required = true)]
    account: Option<String>,

    /// Last day of the statement
    #[arg(long, value_name = "DATE", required = true)]
    to: Option<String>,

    /// Balance that the statement gives, as a register shows it: negative for what is owed
    #[arg(long, value_name = "AMOUNT", required = true, allow_hyphen_values = true)]
    balance: Option<String>,

    /// Lines that are on the statement, by entry
    #[arg(long, value_name = "ENTRY[/LINE],…", value_delimiter = ',', value_parser = selector)]
    clear: Vec<LineSelector>,

    /// All uncleared lines up to the day are on the statement
    #[arg(long, conflicts_with = "clear")]
    clear_all: bool,

    /// Lines that are not on the statement after all
    #[arg(long, value_name = "ENTRY[/LINE],…", value_delimiter = ',', value_parser = selector)]
    unclear: Vec<LineSelector>,

    /// Reconcile the cleared lines where they come to the statement's balance
    #[arg(long)]
    finish: bool,

    /// The decimal mark of the balance
    #[arg(long, value_name = "MARK", value_enum)]
    decimal: Option<MarkChoice>,
}

/// What can be done with checkpoints.
#[derive(clap::Subcommand, Debug)]
enum Verb {
    /// List checkpoints, and whether the books still say the same of their days
    #[command(after_long_help = "Ends with code 1 where a checkpoint does not tie any longer.")]
    List {
        /// Only of this account
        #[arg(value_name = "ACCOUNT")]
        account: Option<String>,
    },
    /// Undo the last checkpoint of an account: its lines are cleared only, as before
    Undo {
        /// The checkpoint's number
        checkpoint: i32,
    },
}

fn selector(text: &str) -> std::result::Result<LineSelector, String> {
    let parsed = match text.trim().split_once('/') {
        None => text.trim().parse::<i64>().ok().map(LineSelector::from),
        Some((entry, line)) => {
            entry.parse::<i64>().ok().zip(line.parse::<i32>().ok()).map(LineSelector::from)
        }
    };
    parsed.ok_or_else(|| format!("\"{text}\" is no line: give an entry's number, or ENTRY/LINE"))
}

/// Shows or changes what is reconciled; a difference ends with code 1.
///
/// # Errors
/// [`ledger_core::ErrorKind::NotFound`] for an account or checkpoint, [`ledger_core::ErrorKind::NotAllowed`] for lines
/// that cannot be marked.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    match args.verb {
        Some(Verb::List { account }) => {
            let found = book.reconciliations().list(account.as_deref())?;
            let ties = found.iter().all(|status| status.ties());
            shown::print_checkpoints(context, found)?;
            return Ok(code(ties));
        }
        Some(Verb::Undo { checkpoint }) => {
            let undone = context.change(&ledger, || book.reconciliations().undo(checkpoint))?;
            let sentence =
                format!("checkpoint {checkpoint} is undone: its lines on {} are cleared", undone.account);
            print_done(context, sentence, vec![("checkpoint", Cell::Number(checkpoint.into()))])?;
            return Ok(ExitCode::SUCCESS);
        }
        None => {}
    }
    let mut statement = Statement::new(context, &book, args)?;
    if context.settings.may_ask && context.settings.format == Format::Table && statement.asks_nothing() {
        let before = statement.preview(&book)?;
        if !before.ties() {
            let outcome =
                tick::tick_off(&before, context.settings.width, &mut io::stdin().lock(), &mut io::stderr())?;
            statement.clear = outcome.clear;
            statement.unclear = outcome.unclear;
            statement.finish = outcome.finish;
        }
    }
    let (shown, checkpoint) = match statement.asks_nothing() {
        true => (statement.preview(&book)?, None),
        false => context.change(&ledger, || book.transaction(|book| statement.apply(book)))?,
    };
    let ties = shown.ties();
    if statement.finish && !ties {
        context.note("not finished: there is a difference");
    } else if ties && checkpoint.is_none() && shown.lines.iter().any(|line| line.cleared) {
        context.hint("--finish reconciles the cleared lines");
    }
    shown::print(context, shown, checkpoint)?;
    Ok(code(ties))
}

fn code(ties: bool) -> ExitCode {
    if ties { ExitCode::SUCCESS } else { ExitCode::from(exit::FINDINGS) }
}

/// What a statement says, and what is to be done with the lines.
struct Statement {
    account: String,
    to: chrono::NaiveDate,
    balance: ledger_core::money::Amount,
    clear: Vec<LineSelector>,
    clear_all: bool,
    unclear: Vec<LineSelector>,
    finish: bool,
}

impl Statement {
    fn new(context: &Context, book: &Book<'_>, args: Args) -> Result<Statement> {
        // clap requires them where there is no verb.
        let [account, to, balance] = [args.account, args.to, args.balance].map(Option::unwrap_or_default);
        let account = book.accounts().get(&account)?;
        let amounts = Amounts::new(book, args.decimal)?.defaulting_to(account.commodity);
        let (balance, _) = amounts.priced(&balance)?;
        Ok(Statement {
            account: account.name,
            to: dates::parse_date(&to, context.settings.today)?,
            balance,
            clear: args.clear,
            clear_all: args.clear_all,
            unclear: args.unclear,
            finish: args.finish,
        })
    }

    /// Whether the statement is only to be looked at.
    fn asks_nothing(&self) -> bool {
        !self.clear_all && !self.finish && self.clear.is_empty() && self.unclear.is_empty()
    }

    fn preview(&self, book: &Book<'_>) -> Result<Reconciliation> {
        book.reconciliations().preview(&self.account, self.to, self.balance)
    }

    /// Marks the lines, looks at the result, and finishes where that was asked for and it ties.
    fn apply(&self, book: &Book<'_>) -> Result<(Reconciliation, Option<Checkpoint>)> {
        let marks = book.reconciliations();
        if self.clear_all {
            marks.clear_all(&self.account, self.to, self.balance.commodity())?;
        }
        marks.mark(&self.account, &self.clear, Mark::Cleared)?;
        marks.mark(&self.account, &self.unclear, Mark::Uncleared)?;
        let shown = self.preview(book)?;
        let finish = self.finish && shown.ties();
        let checkpoint = finish.then(|| marks.finish(&self.account, self.to, self.balance)).transpose()?;
        Ok((shown, checkpoint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_given_by_its_entry_or_by_both_numbers() {
        assert_eq!(selector("12"), Ok(LineSelector::from(12)));
        assert_eq!(selector("12/2"), Ok(LineSelector::from((12, 2))));
        for wrong in ["", "x", "12/", "/2", "12/2/1", "1-3"] {
            assert!(selector(wrong).unwrap_err().contains("ENTRY/LINE"), "{wrong}");
        }
    }
}
