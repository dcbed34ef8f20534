//! The commands: a file per noun with its clap arguments and one `run`.
//!
//! To add a noun: `commands/NOUN.rs` with `pub struct Args` (or an enum of verbs) and
//! `pub fn run(context: &Context, args: Args) -> Result<ExitCode>`, a variant of [`Command`], and a line in
//! [`run`]. A command calls the façade and hands plain data to [`crate::render`].

// The nouns, and below them what several of them share.
mod account;
mod amend;
mod assert;
mod book;
mod close_year;
mod commodity;
mod group;
mod init;
mod capital_gains;
mod lots;
mod party;
mod post;
mod price;
mod receivable;
mod reconcile;
mod register;
mod reverse;
mod rules;
mod scenario;
mod schedule;
mod search;
mod show;
mod archive;
mod export;
mod days;
mod saved;
mod basis;
mod selection;
mod doing;
mod entries;
mod facts;
mod completions;
mod man;
mod audit;
mod db;
mod import;
mod general_ledger;
mod statement;
mod trial_balance;
mod verify;

use std::cell::RefCell;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;
use ledger_core::receivable::ReceivableKind;
use ledger_core::report::StatementKind;
use ledger_core::{Book, Error, ErrorKind, Ledger, Result, Session};

use crate::config::Settings;
use crate::globals::Medium;
use crate::guard;

/// What can be done.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Create a database and its first book
    Init(init::Args),
    /// Post entries: one in words, or many as text lines or JSON
    Post(post::Args),
    /// Show the lines of an account with the balance after each
    Register(register::Args),
    /// Find entries by text, date, account, party, tag or amount
    Search(search::Args),
    /// Show an entry
    Show(show::Args),
    /// Replace an entry by a corrected one
    Amend(amend::Args),
    /// Undo an entry by posting its mirror
    Reverse(reverse::Args),
    /// Put an account beside its statement: what was seen there, what was not, the difference
    Reconcile(reconcile::Args),
    /// Create, list and change books
    #[command(subcommand)]
    Book(book::Verb),
    /// Open, find, rename and close accounts
    #[command(subcommand)]
    Account(account::Verb),
    /// Declare and list commodities: currencies, shares, anything counted
    #[command(subcommand)]
    Commodity(commodity::Verb),
    /// Add and list dated prices
    #[command(subcommand)]
    Price(price::Verb),
    /// Look after the people and companies that entries name: other names, details, merges
    #[command(subcommand)]
    Party(party::Verb),
    /// Print the completions of a shell
    Completions(completions::Args),
    /// Print the manual page, or write all of them into a folder
    Man(man::Args),
    /// Show what every account holds, as debits and credits that come to the same total
    #[command(visible_alias = "tb")]
    TrialBalance(Box<trial_balance::Args>),
    /// Show every account with its lines, from the balance before them to the one after
    #[command(visible_alias = "gl")]
    GeneralLedger(general_ledger::Args),
    /// Show what is owned, what is owed and what is left, at the end of each period
    #[command(visible_alias = "bs")]
    BalanceSheet(Box<statement::Args>),
    /// Show income, expenses and what is left of them
    #[command(visible_aliases = ["is", "profit-and-loss"])]
    IncomeStatement(Box<statement::Args>),
    /// Show where cash came from and where it went, by activity
    #[command(visible_alias = "cf")]
    CashFlow(Box<statement::Args>),
    /// Show assets less liabilities at the end of each period
    #[command(visible_alias = "nw")]
    NetWorth(Box<statement::Args>),
    /// Show what money was spent on, the most first: by account, party or tag
    Spending(Box<statement::Args>),
    /// Show what money came from, the most first: by account, party or tag
    Earnings(Box<statement::Args>),
    /// Show what changed the owners' equity from the start to the end of each period
    EquityChanges(Box<statement::Args>),
    /// Show what accounts held at the end of each period
    BalanceHistory(Box<statement::HistoryArgs>),
    /// Show open lots: what is held of which purchase, what it cost and is worth
    Lots(lots::Args),
    /// Show what sales gained, lot by lot, with totals for short and long holdings
    CapitalGains(Box<capital_gains::Args>),
    /// Plan money that is expected: rows, what is due, what will be in the accounts
    #[command(subcommand)]
    Schedule(Box<schedule::Verb>),
    /// Ask what if: other amounts and days, side by side with the plan, applied and taken back
    #[command(subcommand)]
    Scenario(Box<scenario::Verb>),
    /// Keep what others owe: money lent, invoices, plans of repayment, what came back, how old the rest is
    #[command(subcommand)]
    Receivable(Box<receivable::Verb>),
    /// Keep what is owed to others: money borrowed, bills, mortgages, with the same verbs as `receivable`
    #[command(subcommand)]
    Payable(Box<receivable::Verb>),
    /// Book money that came back (--to), or that pays what is owed (--from): `receivable repay` in short
    Repay(Box<receivable::RepayArgs>),
    /// Share expenses with others, and settle up with the fewest transfers
    #[command(subcommand)]
    Group(Box<group::Verb>),
    /// Keep rules that say where the lines of bank statements go
    #[command(subcommand)]
    Rules(rules::Verb),
    /// Import bank statements and journals, review what is not clear, take imports back; or restore a book
    Import(Box<import::Args>),
    /// Write the journal for other programs, or the whole book as one archive
    Export(export::Args),
    /// Keep what an account holds on a day, and compare it again
    Assert(assert::Args),
    /// Close a year: its income and expenses go to retained earnings, and the book is locked
    CloseYear(close_year::Args),
    /// Recompute every number, hash, balance and reference, and list what does not hold
    Verify(verify::Args),
    /// Show who changed what, when, before and after
    #[command(subcommand)]
    Audit(audit::Verb),
    /// Look after the database: its schema, its backups
    #[command(subcommand)]
    Db(db::Verb),
}

/// What every command is given.
#[derive(Debug)]
pub struct Context {
    /// How the command was called.
    pub settings: Settings,
    /// What to tell below everything else, see [`Context::hint`].
    hints: RefCell<Vec<String>>,
}

impl Context {
    /// The context of a command.
    pub fn new(settings: Settings) -> Self {
        Context { settings, hints: RefCell::default() }
    }

    /// Opens the ledger that the settings name.
    ///
    /// # Errors
    /// When there is none, or it is of another version.
    pub fn ledger(&self) -> Result<Ledger> {
        Ledger::open(&self.settings.db, self.session())
    }

    /// Who works, and by which clock.
    pub fn session(&self) -> Session {
        Session::new(self.settings.actor.clone(), chrono::Utc::now)
    }

    /// The book that was named, or the only one that is not archived.
    ///
    /// # Errors
    /// When the name is unknown, or none was given and there are several.
    pub fn book<'l>(&self, ledger: &'l Ledger) -> Result<Book<'l>> {
        if let Some(name) = &self.settings.book {
            return ledger.book(name);
        }
        let mut open: Vec<String> = Vec::new();
        for info in ledger.books()?.into_iter().filter(|info| info.archived_at.is_none()) {
            open.push(info.name);
        }
        match open.as_slice() {
            [only] => ledger.book(only),
            [] => {
                let advice =
                    "there is no book yet: create one with `ledger book create NAME` or `ledger init`";
                Err(ErrorKind::Misuse(advice.to_owned()).into())
            }
            _ => {
                self.hint("say which with --book NAME");
                let name = "(not named)".to_owned();
                Err(ErrorKind::Ambiguous { what: "book", name, candidates: open }.into())
            }
        }
    }

    /// Tells a note to the person, on standard error, unless they want quiet.
    pub fn note(&self, sentence: impl std::fmt::Display) {
        if !self.settings.quiet {
            tell(sentence);
        }
    }

    /// Keeps a way out for [`Context::tell_hints`]; the same one is told once.
    pub fn hint(&self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        let mut hints = self.hints.borrow_mut();
        if !hints.contains(&sentence) {
            hints.push(sentence);
        }
    }

    /// Keeps the flag or command that helps against a refusal of posting, where there is one.
    pub fn hint_for(&self, error: &Error) {
        match error.kind() {
            ErrorKind::InvalidAmount { reason, .. } if reason.contains("decimal mark") => {
                self.hint("say which with --decimal comma|point");
            }
            ErrorKind::InvalidSetting { what: "account kind", .. } => {
                self.hint("open it first with `ledger account open NAME --kind KIND`");
            }
            _ => {}
        }
    }

    /// Tells the hints to the person, below the error that they belong to.
    pub fn tell_hints(&self) {
        for hint in self.hints.take() {
            // A program reads one JSON object on standard error.
            if !self.settings.format.is_json() {
                self.note(format_args!("hint: {hint}"));
            }
        }
    }

    /// With `-v`, tells which database and book are used and who said so.
    pub fn tell_origins(&self) {
        if self.settings.verbose > 0 {
            for line in self.settings.origins() {
                tell(line);
            }
        }
    }
}

impl Command {
    /// The files that the command reads or writes besides the database and the output.
    fn files(&self) -> Vec<&Path> {
        match self {
            Command::Post(args) => args.files(),
            Command::Rules(verb) => verb.files(),
            Command::Import(args) => args.files(),
            Command::Db(verb) => verb.files(),
            _ => Vec::new(),
        }
    }

    /// Whether the result may have a chart.
    fn is_drawn(&self) -> bool {
        matches!(
            self,
            Command::Register(_)
                | Command::BalanceSheet(_)
                | Command::IncomeStatement(_)
                | Command::CashFlow(_)
                | Command::NetWorth(_)
                | Command::Spending(_)
                | Command::Earnings(_)
                | Command::EquityChanges(_)
                | Command::BalanceHistory(_)
        )
    }

    /// Whether the result is shown as a table is, and not text of a form of its own.
    pub fn is_shown(&self) -> bool {
        !matches!(self, Command::Export(_) | Command::Completions(_) | Command::Man(_))
    }

    /// Refuses a chart, a calendar or a page of what is none, before anything is done.
    fn check_medium(&self, medium: Medium) -> Result<()> {
        let fits = match (medium, self) {
            (Medium::Terminal, _) => true,
            (Medium::Markdown | Medium::Html, command) => command.is_shown(),
            (Medium::Svg, command) if command.is_drawn() => true,
            (medium, Command::Schedule(verb)) => verb.draws(medium),
            (medium, Command::Scenario(verb)) => verb.draws(medium),
            (Medium::Svg | Medium::Ics, _) => false,
        };
        let advice = match medium {
            _ if fits => return Ok(()),
            Medium::Ics => "-O ics goes with `ledger schedule list`",
            Medium::Svg => {
                "this result has no chart: -O svg goes with statements such as `ledger net-worth`, `ledger income-statement` \
                 and `ledger spending`, with `ledger register`, `ledger schedule project` and `ledger scenario compare`"
            }
            _ => {
                "this is text of a form of its own: -O markdown and -O html go with what is shown as a table"
            }
        };
        Err(ErrorKind::Misuse(advice.to_owned()).into())
    }
}

/// Runs a command.
///
/// # Errors
/// Those of the command, and of [`guard::check_output`] before anything is done.
pub fn run(context: &Context, command: Command) -> Result<ExitCode> {
    guard::check_output(&context.settings, &command.files())?;
    command.check_medium(context.settings.medium)?;
    let posts = matches!(command, Command::Post(_) | Command::Amend(_));
    let result = dispatch(context, command);
    if let (true, Err(error)) = (posts, &result) {
        context.hint_for(error);
    }
    result
}

fn dispatch(context: &Context, command: Command) -> Result<ExitCode> {
    match command {
        Command::Init(args) => init::run(context, args),
        Command::Post(args) => post::run(context, args),
        Command::Register(args) => register::run(context, args),
        Command::Search(args) => search::run(context, args),
        Command::Show(args) => show::run(context, args),
        Command::Amend(args) => amend::run(context, args),
        Command::Reverse(args) => reverse::run(context, args),
        Command::Reconcile(args) => reconcile::run(context, args),
        Command::Book(verb) => book::run(context, verb),
        Command::Account(verb) => account::run(context, verb),
        Command::Commodity(verb) => commodity::run(context, verb),
        Command::Price(verb) => price::run(context, verb),
        Command::Party(verb) => party::run(context, verb),
        Command::Completions(args) => completions::run(context, args),
        Command::Man(args) => man::run(context, args),
        Command::TrialBalance(args) => trial_balance::run(context, *args),
        Command::GeneralLedger(args) => general_ledger::run(context, args),
        Command::BalanceSheet(args) => statement::run(context, StatementKind::BalanceSheet, *args),
        Command::IncomeStatement(args) => statement::run(context, StatementKind::IncomeStatement, *args),
        Command::CashFlow(args) => statement::run(context, StatementKind::CashFlow, *args),
        Command::NetWorth(args) => statement::run(context, StatementKind::NetWorth, *args),
        Command::Spending(args) => statement::run(context, StatementKind::Spending, *args),
        Command::Earnings(args) => statement::run(context, StatementKind::Earnings, *args),
        Command::EquityChanges(args) => statement::run(context, StatementKind::EquityChanges, *args),
        Command::BalanceHistory(args) => statement::run_history(context, *args),
        Command::Lots(args) => lots::run(context, args),
        Command::CapitalGains(args) => capital_gains::run(context, *args),
        Command::Schedule(verb) => schedule::run(context, *verb),
        Command::Scenario(verb) => scenario::run(context, *verb),
        Command::Receivable(verb) => receivable::run(context, ReceivableKind::Receivable, *verb),
        Command::Payable(verb) => receivable::run(context, ReceivableKind::Payable, *verb),
        Command::Repay(args) => receivable::repay(context, &args),
        Command::Group(verb) => group::run(context, *verb),
        Command::Rules(verb) => rules::run(context, verb),
        Command::Import(args) => import::run(context, *args),
        Command::Export(args) => export::run(context, args),
        Command::Assert(args) => assert::run(context, args),
        Command::CloseYear(args) => close_year::run(context, args),
        Command::Verify(args) => verify::run(context, args),
        Command::Audit(verb) => audit::run(context, verb),
        Command::Db(verb) => db::run(context, verb),
    }
}

/// Standard error may be closed; a note that nobody reads must not end the command.
fn tell(sentence: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{sentence}");
}
