//! `ledger account …`: open, find, rename and close accounts.

use std::collections::BTreeSet;
use std::process::ExitCode;

use ledger_core::account::{Account, AccountKind, MatchKind, NewAccount};
use ledger_core::lot::LotMethod;
use ledger_core::text::normalize;
use ledger_core::{Book, Ledger, Result};

use super::Context;
use super::book::TemplateChoice;
use super::facts::{amounts, print_done, print_facts};
use crate::dates::{self, DateRole};
use crate::render::{Cell, Column, Table, print};

/// What can be done with accounts.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// Open an account
    #[command(
        after_long_help = "Example:\n  ledger account open Assets:Bank:N26 --subtype bank --commodity EUR"
    )]
    Open(OpenArgs),
    /// List accounts
    #[command(after_long_help = "Example:\n  ledger account list --tree --kind expense")]
    List {
        /// Indented below each other
        #[arg(long)]
        tree: bool,
        /// Only of this kind: asset, liability, equity, income, expense
        #[arg(long)]
        kind: Option<AccountKind>,
        /// Also closed ones
        #[arg(long)]
        closed: bool,
    },
    /// Show an account and what it holds
    #[command(after_long_help = "Example:\n  ledger account show Assets:Bank:N26 --as-of 2026-03")]
    Show {
        /// Its name or alias
        name: String,
        /// The balance at the end of this day
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
    },
    /// Give an account another name; those below it follow
    #[command(
        after_long_help = "Example:\n  ledger account rename Assets:Bank:N26 Assets:Bank:Main --keep-alias"
    )]
    Rename {
        /// Its name or alias
        name: String,
        /// Its new name
        new_name: String,
        /// Let the old name find it as well
        #[arg(long)]
        keep_alias: bool,
    },
    /// Add and remove other names that find an account
    #[command(subcommand)]
    Alias(AliasVerb),
    /// Change what an account keeps: by which method sales choose lots
    #[command(
        after_long_help = "With a method, entries that take more out of the account than its lots hold are refused. \
                           Of lifo, the lots of the newest day go first, and of one day the first that was bought, as in beancount.\n\nExample:\n  ledger account edit Assets:Broker --lots fifo"
    )]
    Edit {
        /// Its name or alias
        name: String,
        /// fifo, lifo, hifo (highest cost), average, named, or none
        #[arg(long, value_name = "METHOD")]
        lots: String,
    },
    /// Close an account: later entries are refused
    #[command(after_long_help = "Example:\n  ledger account close Assets:Bank:Old --on 2026-03-31")]
    Close {
        /// Its name or alias
        name: String,
        /// Its last day; without it today
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
    },
    /// Open a closed account again
    #[command(after_long_help = "Example:\n  ledger account reopen Assets:Bank:Old")]
    Reopen {
        /// Its name or alias
        name: String,
    },
    /// List the subtypes of a kind, or of all kinds
    #[command(after_long_help = "Example:\n  ledger account subtypes asset")]
    Subtypes {
        /// asset, liability, equity, income or expense
        kind: Option<AccountKind>,
    },
    /// Add a subtype of the book's own
    #[command(
        after_long_help = "Example:\n  ledger account add-subtype asset domains --description \"Domain names\""
    )]
    AddSubtype {
        /// The kind that it divides
        kind: AccountKind,
        /// Its name
        name: String,
        /// One line for people
        #[arg(long, default_value = "")]
        description: String,
    },
    /// Find accounts by a few letters, best first
    #[command(after_long_help = "Example:\n  ledger account search groc")]
    Search {
        /// The letters
        text: String,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
    },
    /// Open the accounts of a starter chart that are not there yet
    #[command(after_long_help = "Example:\n  ledger account template family")]
    Template {
        /// The chart
        #[arg(value_enum)]
        name: TemplateChoice,
    },
}

/// What is said of a new account.
#[derive(clap::Args, Debug)]
pub struct OpenArgs {
    /// Its name, with colons between the levels
    name: String,
    /// asset, liability, equity, income or expense; without it the first part of the name tells
    #[arg(long)]
    kind: Option<AccountKind>,
    /// What it is within its kind; without it guessed from the name (see `ledger account subtypes`)
    #[arg(long)]
    subtype: Option<String>,
    /// The only commodity that it takes
    #[arg(long, value_name = "CODE")]
    commodity: Option<String>,
    /// The first day that can be posted to
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// A remark
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Keep lots: by which method sales choose them (fifo, lifo, hifo, average, named)
    #[arg(long, value_name = "METHOD")]
    lots: Option<LotMethod>,
}

/// What can be done with aliases.
#[derive(clap::Subcommand, Debug)]
pub enum AliasVerb {
    /// Let another name find an account
    #[command(after_long_help = "Example:\n  ledger account alias add Assets:Bank:N26 n26")]
    Add {
        /// The account
        name: String,
        /// The other name
        alias: String,
    },
    /// Take an alias away
    #[command(after_long_help = "Example:\n  ledger account alias remove n26")]
    Remove {
        /// The alias
        alias: String,
    },
}

/// Runs a verb.
///
/// # Errors
/// Those of the verb.
pub fn run(context: &Context, verb: Verb) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let accounts = book.accounts();
    let today = context.settings.today;
    let changed = |account: Result<Account>| show_list(context, vec![account?], None);
    match verb {
        Verb::Open(args) => open(context, &ledger, &book, args)?,
        Verb::List { tree, kind, closed } => list(context, &book, tree, kind, closed)?,
        Verb::Show { name, as_of } => show(context, &book, &name, as_of.as_deref())?,
        Verb::Rename { name, new_name, keep_alias } => {
            changed(context.change(&ledger, || accounts.rename(&name, &new_name, keep_alias)))?;
        }
        Verb::Alias(AliasVerb::Add { name, alias }) => {
            let account = context.change(&ledger, || accounts.alias(&name, &alias))?;
            let done = format!("{alias} finds {} now", account.name);
            let facts = vec![("alias", Cell::text(alias)), ("account", Cell::text(account.name))];
            print_done(context, done, facts)?;
        }
        Verb::Alias(AliasVerb::Remove { alias }) => {
            // Looked up before it is gone; what is no alias is refused below.
            let account = accounts.get(&alias).ok().map(|account| account.name);
            context.change(&ledger, || accounts.remove_alias(&alias))?;
            let done = format!("{alias} finds no account any more");
            let facts = vec![("alias", Cell::text(alias)), ("account", Cell::optional(account, Cell::Text))];
            print_done(context, done, facts)?;
        }
        Verb::Edit { name, lots } => {
            let none = lots.trim().eq_ignore_ascii_case("none");
            let method = if none { None } else { Some(lots.parse::<LotMethod>()?) };
            let account = context.change(&ledger, || book.lots().set_method(&name, method))?;
            let done = match method {
                Some(method) => format!("{} keeps lots: {method}", account.name),
                None => format!("{} keeps no lots of its own any more", account.name),
            };
            let facts = vec![
                ("account", Cell::text(account.name)),
                ("lot_method", Cell::optional(method, |method| Cell::text(method.as_str()))),
            ];
            print_done(context, done, facts)?;
        }
        Verb::Close { name, on } => {
            let on = on.map(|text| dates::parse_date_as(&text, today, DateRole::End)).transpose()?;
            changed(context.change(&ledger, || accounts.close(&name, on.unwrap_or(today))))?;
        }
        Verb::Reopen { name } => changed(context.change(&ledger, || accounts.reopen(&name)))?,
        Verb::Subtypes { kind } => subtypes(context, &book, kind)?,
        Verb::AddSubtype { kind, name, description } => {
            context.change(&ledger, || accounts.add_subtype(kind, &name, &description))?;
            let done = format!("{name} is a subtype of {kind} now");
            let facts = vec![
                ("kind", Cell::text(kind.as_str())),
                ("subtype", Cell::text(name)),
                ("description", Cell::text(description)),
            ];
            print_done(context, done, facts)?;
        }
        Verb::Search { text, limit } => search(context, &book, &text, limit)?,
        Verb::Template { name } => {
            let opened = context.change(&ledger, || accounts.open_template(name.into()))?;
            let note = format!("{} accounts opened", opened.len());
            show_list(context, opened, Some(note))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn open(context: &Context, ledger: &Ledger, book: &Book<'_>, args: OpenArgs) -> Result<()> {
    let commodity = args.commodity.map(|code| book.commodities().get(&code)).transpose()?;
    let opened_on = args.on.map(|text| dates::parse_date(&text, context.settings.today)).transpose()?;
    let new = NewAccount {
        name: args.name,
        kind: args.kind,
        subtype: args.subtype,
        commodity,
        opened_on,
        note: args.note,
        lot_method: args.lots,
    };
    let account = context.change(ledger, || book.accounts().open(new))?;
    show_list(context, vec![account], None)
}

fn list(
    context: &Context,
    book: &Book<'_>,
    tree: bool,
    kind: Option<AccountKind>,
    closed: bool,
) -> Result<()> {
    let mut accounts = book.accounts().list()?;
    let all = accounts.len();
    accounts.retain(|account| closed || account.closed_on.is_none());
    let hidden = all - accounts.len();
    accounts.retain(|account| kind.is_none_or(|kind| account.kind == kind));
    let note = (hidden > 0).then(|| format!("{hidden} closed (shown with --closed)"));
    if !tree {
        return show_list(context, accounts, note);
    }
    // By segments, so that "Bank Fees" does not come between "Bank" and what lies below it.
    accounts.sort_by_cached_key(|account| {
        let segments: Vec<String> = account.name.split(':').map(normalize).collect();
        (account.kind, segments)
    });
    show_tree(context, &accounts, note)
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("account"),
        Column::short("kind"),
        Column::short("subtype"),
        Column::short("commodity").titled("Only"),
        Column::short("opened_on").titled("Opened"),
        Column::short("closed_on").titled("Closed"),
    ]
}

fn row(account: &Account, name: Cell) -> Vec<Cell> {
    vec![
        name,
        Cell::text(account.kind.as_str()),
        Cell::optional(account.subtype.clone(), Cell::Text),
        Cell::optional(account.commodity, |commodity| Cell::text(commodity.code())),
        Cell::optional(account.opened_on, Cell::Date),
        Cell::optional(account.closed_on, Cell::Date),
    ]
}

fn show_list(context: &Context, accounts: Vec<Account>, note: Option<String>) -> Result<()> {
    let rows = accounts.iter().map(|account| row(account, Cell::text(&account.name))).collect();
    let notes = note.into_iter().collect();
    print(&context.settings, Table { columns: columns(), rows, notes, ..Table::default() })
}

/// Accounts below each other; a level that is no account itself gets a row of its own.
fn show_tree(context: &Context, accounts: &[Account], note: Option<String>) -> Result<()> {
    let mut rows = Vec::new();
    let mut seen: BTreeSet<String> = accounts.iter().map(|account| normalize(&account.name)).collect();
    for account in accounts {
        let segments: Vec<&str> = account.name.split(':').collect();
        let node = |depth: usize| Cell::Tree {
            depth,
            label: segments[depth].to_owned(),
            name: segments[..=depth].join(":"),
        };
        for depth in 0..segments.len() - 1 {
            if seen.insert(normalize(&segments[..=depth].join(":"))) {
                rows.push(vec![node(depth), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
            }
        }
        rows.push(row(account, node(segments.len() - 1)));
    }
    let notes = note.into_iter().collect();
    print(&context.settings, Table { columns: columns(), rows, notes, ..Table::default() })
}

fn show(context: &Context, book: &Book<'_>, name: &str, as_of: Option<&str>) -> Result<()> {
    let account = book.accounts().get(name)?;
    let today = context.settings.today;
    let as_of = as_of.map(|text| dates::parse_date_as(text, today, DateRole::End)).transpose()?;
    let mut balance = book.accounts().balance(&account.name, as_of)?;
    if balance.is_empty() {
        balance.push(book.base_commodity().zero());
    }
    let facts = vec![
        ("account", Cell::text(&account.name)),
        ("kind", Cell::text(account.kind.as_str())),
        ("subtype", Cell::optional(account.subtype, Cell::Text)),
        ("normal_side", Cell::text(account.kind.normal_side().as_str())),
        ("only", Cell::optional(account.commodity, |commodity| Cell::text(commodity.code()))),
        ("opened_on", Cell::optional(account.opened_on, Cell::Date)),
        ("closed_on", Cell::optional(account.closed_on, Cell::Date)),
        ("aliases", Cell::Json(account.aliases.into())),
        ("lot_method", Cell::optional(account.lot_method, |method| Cell::text(method.as_str()))),
        ("note", Cell::optional(account.note, Cell::Text)),
        ("as_of", Cell::optional(as_of, Cell::Date)),
        ("balance", amounts(&balance)),
    ];
    print_facts(context, format!("account {}", account.name), facts, Vec::new())
}

fn subtypes(context: &Context, book: &Book<'_>, kind: Option<AccountKind>) -> Result<()> {
    let mut rows = Vec::new();
    for kind in AccountKind::ALL.into_iter().filter(|one| kind.is_none_or(|kind| kind == *one)) {
        for (name, description) in book.accounts().subtypes(kind)? {
            rows.push(vec![Cell::text(kind.as_str()), Cell::text(name), Cell::text(description)]);
        }
    }
    let columns = vec![Column::short("kind"), Column::short("subtype"), Column::text("description")];
    print(&context.settings, Table { columns, rows, ..Table::default() })
}

fn search(context: &Context, book: &Book<'_>, text: &str, limit: usize) -> Result<()> {
    let mut rows = Vec::new();
    for (account, hit) in book.accounts().search(text, limit)? {
        rows.push(vec![
            Cell::text(account.name),
            Cell::text(match_name(hit.rank)),
            Cell::optional(hit.matched_alias, Cell::Text),
            Cell::optional(account.closed_on, Cell::Date),
        ]);
    }
    let columns = vec![
        Column::text("account"),
        Column::short("match"),
        Column::text("alias"),
        Column::short("closed_on").titled("Closed"),
    ];
    print(&context.settings, Table { columns, rows, ..Table::default() })
}

fn match_name(rank: MatchKind) -> &'static str {
    match rank {
        MatchKind::Exact => "exact",
        MatchKind::SegmentPrefix => "segment",
        MatchKind::WordPrefix => "word",
        MatchKind::Substring => "part",
        MatchKind::Fuzzy => "similar",
    }
}
