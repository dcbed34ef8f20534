//! `ledger group`: people who share expenses, what each is to get or to pay, and how they settle.

mod share;
mod shown;

use std::process::ExitCode;

use ledger_core::receivable::ReceivableKind;
use ledger_core::{NewGroup, Result};

use super::Context;
use super::entries::print_entry;
use super::facts::print_done;
use super::receivable::accounts::{open_control, open_named};
use crate::render::Cell;

/// What can be done with groups.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// Make a group of people; you are in it as `me`
    #[command(
        after_long_help = "Examples:\n  ledger group create Trip Ana Ben\n  ledger group create Trip Ana Ben --control Assets:Receivable:Trip --create"
    )]
    Create(CreateArgs),
    /// List the groups
    #[command(after_long_help = "Example:\n  ledger group list --as-of 2026-03-31")]
    List(shown::ListArgs),
    /// Show a group: who is to get and to pay what, what was shared, what is linked
    #[command(after_long_help = "Example:\n  ledger group show Trip")]
    Show(shown::ShowArgs),
    /// Add members
    #[command(after_long_help = "Example:\n  ledger group add-member Trip Carla")]
    AddMember {
        /// The group
        group: String,
        /// People, added where they are new
        #[arg(required = true, value_name = "PARTY")]
        members: Vec<String>,
    },
    /// Let a receivable belong to a group
    #[command(
        after_long_help = "Example:\n  ledger group link Trip \"Hotel deposit\"\n  ledger group link Trip \"Hotel deposit\" --move"
    )]
    Link {
        /// The group
        group: String,
        #[command(flatten)]
        what: LinkArgs,
        /// Take it out of the group that it belongs to now
        #[arg(long = "move")]
        moved: bool,
    },
    /// Take a receivable out of its group
    #[command(after_long_help = "Example:\n  ledger group unlink \"Hotel deposit\"")]
    Unlink {
        #[command(flatten)]
        what: LinkArgs,
    },
    /// Share an expense: your side is posted, the rest is counted
    #[command(after_long_help = share::SHARE_EXAMPLES)]
    Share(Box<share::ShareArgs>),
    /// Record what a member paid another
    #[command(after_long_help = share::PAY_EXAMPLES)]
    Pay(share::PayArgs),
    /// Propose the fewest transfers that make everyone even; with --accept record them
    #[command(after_long_help = share::SETTLE_EXAMPLES)]
    SettleUp(share::SettleArgs),
    /// Take back something that was shared, paid or settled
    #[command(after_long_help = "Example:\n  ledger group undo Trip 3")]
    Undo {
        /// The group
        group: String,
        /// Its number, as `group show` has it
        number: i32,
    },
}

/// The arguments of `create`.
#[derive(clap::Args, Debug)]
pub struct CreateArgs {
    /// What to call it
    name: String,

    /// The other members, added where they are new
    #[arg(value_name = "PARTY")]
    members: Vec<String>,

    /// The account that holds what members owe you, or you them [default: the only open one of the subtype receivable; with
    /// none or several it has to be named]
    #[arg(long, value_name = "ACCOUNT")]
    control: Option<String>,

    /// Open the account where it is not there (without --control Assets:Receivable); a name close to another one has to
    /// be confirmed
    #[arg(long)]
    create: bool,

    /// The commodity that it shares in [default: that of the book]
    #[arg(long, value_name = "CODE")]
    commodity: Option<String>,
}

/// A receivable or payable.
#[derive(clap::Args, Debug)]
pub struct LinkArgs {
    /// Its name or number, or the party where it is the only one
    name: String,

    /// It is a payable
    #[arg(long)]
    payable: bool,
}

/// Runs a verb.
///
/// # Errors
/// Those of the verb.
pub fn run(context: &Context, verb: Verb) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let groups = book.groups();
    match verb {
        Verb::Create(args) => {
            let new = NewGroup {
                name: args.name,
                members: args.members,
                commodity: args.commodity,
                account: args.control.as_deref().map(Into::into),
            };
            // As one unit, so that an account that was opened for it goes with it where it is refused.
            let create = |_: &ledger_core::Ledger| {
                open_named(context, &book, args.control.as_deref().as_slice(), args.create)?;
                if args.create && args.control.is_none() {
                    open_control(context, &book)?;
                }
                groups.create(new)
            };
            let group = context.change(&ledger, || ledger.transaction(create))?;
            shown::print_group(context, &group)?;
        }
        Verb::List(args) => shown::list(context, &book, &args)?,
        Verb::Show(args) => shown::show(context, &book, &args)?,
        Verb::AddMember { group, members } => {
            let group = context.change(&ledger, || {
                groups.add_members(&group, &members)?;
                groups.show(&group, context.settings.today)
            })?;
            shown::print_group(context, &group)?;
        }
        Verb::Link { group, what, moved } => link(context, &ledger, &book, &what, Some((&group, moved)))?,
        Verb::Unlink { what } => link(context, &ledger, &book, &what, None)?,
        Verb::Share(args) => share::share(context, &ledger, &book, &args)?,
        Verb::Pay(args) => share::pay(context, &ledger, &book, &args)?,
        Verb::SettleUp(args) => share::settle_up(context, &ledger, &book, &args)?,
        Verb::Undo { group, number } => {
            let mirror = context.change(&ledger, || groups.undo(&group, number))?;
            let sentence = format!("took back {number} of \"{group}\"");
            match mirror {
                Some(mirror) => print_entry(context, &mirror, Vec::new(), vec![sentence])?,
                None => {
                    let facts = vec![("group", Cell::text(group)), ("number", Cell::Number(number.into()))];
                    print_done(context, sentence, facts)?;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn link(
    context: &Context,
    ledger: &ledger_core::Ledger,
    book: &ledger_core::Book<'_>,
    what: &LinkArgs,
    group: Option<(&str, bool)>,
) -> Result<()> {
    let kind = if what.payable { ReceivableKind::Payable } else { ReceivableKind::Receivable };
    let linked = context.change(ledger, || {
        let found = book.receivables().find(kind, &what.name)?;
        book.groups().link(found.id, group.map(|(name, _)| name), group.is_some_and(|(_, moved)| moved))
    })?;
    let group = group.map(|(name, _)| name);
    let sentence = match group {
        Some(group) => format!("\"{}\" belongs to \"{group}\" now", linked.name),
        None => format!("\"{}\" belongs to no group now", linked.name),
    };
    let facts = vec![
        ("id", Cell::Number(linked.id.get().into())),
        ("name", Cell::text(&linked.name)),
        ("group", Cell::optional(group, Cell::from)),
    ];
    print_done(context, sentence, facts)
}
