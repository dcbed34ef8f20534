//! `ledger rules`: what statement lines are given by their texts, amounts and dates.

mod add;
mod edit;
mod import;
mod suggest;
mod test;

use std::path::Path;
use std::process::ExitCode;

use ledger_core::import::rule::{Rule, write_rules};
use ledger_core::{Book, Result, StoredRule};
use serde_json::json;

use super::Context;
use super::facts::{print_done, print_facts};
use super::post::names::Names;
use crate::render::{self, Cell, Column, Output, Table};

/// What can be done with rules.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// List the rules in the order in which they apply
    List,
    /// Show a rule as TOML
    Show {
        /// Its name
        name: String,
    },
    /// Add a rule
    #[command(after_long_help = add::EXAMPLES)]
    Add(Box<add::Args>),
    /// Change a rule, or all of them, in the editor that VISUAL or EDITOR names
    Edit {
        /// Its name; without one all rules are edited together, and their order too
        name: Option<String>,
    },
    /// Remove rules
    Remove {
        /// Their names
        #[arg(required = true)]
        names: Vec<String>,
    },
    /// Move a rule to another place in the order
    Move {
        /// Its name
        name: String,
        /// The place, from 1
        place: usize,
    },
    /// Take a rule into use again
    Enable {
        /// Its name
        name: String,
    },
    /// Keep a rule, and do not use it
    Disable {
        /// Its name
        name: String,
    },
    /// Bring in the rules of a TOML file, or of a file of hledger's CSV rules
    Import(import::Args),
    /// Print all rules as TOML
    Export,
    /// Show which rule fires on which line of a statement, and why; nothing is posted
    Test(Box<test::Args>),
    /// Propose rules: who went to the same account again and again, and never elsewhere
    Suggest(suggest::Args),
}

impl Verb {
    /// The files that the arguments name.
    pub fn files(&self) -> Vec<&Path> {
        match self {
            Verb::Import(args) => args.files(),
            Verb::Test(args) => args.files(),
            _ => Vec::new(),
        }
    }
}

/// Runs a verb.
///
/// # Errors
/// Those of the verb.
pub fn run(context: &Context, verb: Verb) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let rules = book.rules();
    match verb {
        Verb::List => list(context, rules.list()?)?,
        Verb::Show { name } => show(context, &rules.get(&name)?)?,
        Verb::Add(args) => {
            let (rule, place, create) = args.rule()?;
            let added = context.change(&ledger, || {
                open_accounts(context, &book, std::slice::from_ref(&rule), create)?;
                rules.add(&rule, place)
            })?;
            done(
                context,
                format!("added the rule \"{}\" at place {}", added.rule.name, added.place),
                &added,
            )?;
        }
        Verb::Edit { name } => return edit::run(context, &ledger, &book, name.as_deref()),
        Verb::Remove { names } => {
            let removed = context.change(&ledger, || {
                book.transaction(|_| names.iter().map(|name| rules.remove(name)).collect::<Result<Vec<_>>>())
            })?;
            for removed in &removed {
                done(context, format!("removed the rule \"{}\"", removed.rule.name), removed)?;
            }
        }
        Verb::Move { name, place } => {
            let moved = context.change(&ledger, || rules.move_to(&name, place))?;
            done(context, format!("the rule \"{}\" is at place {}", moved.rule.name, moved.place), &moved)?;
        }
        Verb::Enable { name } => enable(context, &ledger, &book, &name, true)?,
        Verb::Disable { name } => enable(context, &ledger, &book, &name, false)?,
        Verb::Import(args) => return import::run(context, &ledger, &book, &args),
        Verb::Export => {
            let all: Vec<Rule> = rules.list()?.into_iter().map(|stored| stored.rule).collect();
            match context.settings.is_terminal_form() {
                true => print_text(context, &write_rules(&all))?,
                false => list(context, rules.list()?)?,
            }
        }
        Verb::Test(args) => return test::run(context, &book, &args),
        Verb::Suggest(args) => return suggest::run(context, &ledger, &book, &args),
    }
    Ok(ExitCode::SUCCESS)
}

fn enable(
    context: &Context,
    ledger: &ledger_core::Ledger,
    book: &Book<'_>,
    name: &str,
    enabled: bool,
) -> Result<()> {
    let changed = context.change(ledger, || book.rules().set_enabled(name, enabled))?;
    let verb = if enabled { "in use" } else { "not used any more" };
    done(context, format!("the rule \"{}\" is {verb}", changed.rule.name), &changed)
}

fn list(context: &Context, stored: Vec<StoredRule>) -> Result<()> {
    let columns = vec![
        Column::number("place"),
        Column::text("name"),
        Column::short("enabled").titled("In use"),
        Column::text("when"),
        Column::text("set"),
        Column::short("stop"),
    ];
    let rows = stored.iter().map(|stored| facts(stored).into_iter().map(|(_, cell)| cell).collect());
    render::print(&context.settings, Table { columns, rows: rows.collect(), ..Table::default() })
}

fn show(context: &Context, stored: &StoredRule) -> Result<()> {
    match context.settings.is_terminal_form() {
        true => print_text(context, &write_rules(std::slice::from_ref(&stored.rule))),
        false => print_facts(context, String::new(), facts(stored), Vec::new()),
    }
}

fn done(context: &Context, sentence: String, stored: &StoredRule) -> Result<()> {
    print_done(context, sentence, facts(stored))
}

fn facts(stored: &StoredRule) -> Vec<(&'static str, Cell)> {
    let rule = &stored.rule;
    vec![
        ("place", Cell::Number(stored.place as i64)),
        ("name", Cell::text(rule.name.as_str())),
        ("enabled", Cell::Json(json!(rule.enabled))),
        ("when", Cell::Json(json!(rule.when))),
        ("set", Cell::Json(json!(rule.set))),
        ("stop", Cell::Json(json!(rule.stop))),
    ]
}

/// Opens the accounts that rules set and that are missing, where `--create` says so and a near name is confirmed.
fn open_accounts(context: &Context, book: &Book<'_>, rules: &[Rule], create: bool) -> Result<()> {
    let named: Vec<&str> = rules.iter().flat_map(|rule| rule.accounts().set).collect();
    if !create {
        if named.iter().any(|name| book.accounts().get(name).is_err()) {
            context.hint("--create opens accounts that are not there");
        }
        return Ok(());
    }
    Names::new(context, book, true).check_names(named.iter().copied())?;
    for name in named {
        if book.accounts().get(name).is_err() {
            let account = book.accounts().open(ledger_core::account::NewAccount::new(name))?;
            context.note(format_args!("opened account {}", account.name));
        }
    }
    Ok(())
}

/// Writes text as it is, where the output goes.
fn print_text(context: &Context, text: &str) -> Result<()> {
    let mut output = Output::open(&context.settings)?;
    output.put(text.as_bytes())?;
    output.finish()
}
