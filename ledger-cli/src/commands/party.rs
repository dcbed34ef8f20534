//! `ledger party …`: the people and companies that entries name, by all of their names, and what is known of them.

use std::process::ExitCode;

use ledger_core::account::MatchKind;
use ledger_core::party::{NewParty, Party, PartyDetails, PartyField, PartyKind};
use ledger_core::{Book, ErrorKind, Ledger, PartyShown, Result};
use serde_json::json;

use super::Context;
use super::facts::{amounts, print_done, print_facts};
use crate::render::{Cell, Column, Table, print};

/// What can be done with parties.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// Add a party that no entry names yet
    #[command(
        after_long_help = "Examples:\n  ledger party add \"Acme Ltd\" --kind company --email office@acme.example\n  ledger party add Jana --alias \"Jana Novak\" --iban \"DE89 3704 0044 0532 0130 00\""
    )]
    Add(Box<AddArgs>),
    /// List them by name, with the other names that find them
    #[command(after_long_help = "Examples:\n  ledger party list\n  ledger party list --kind company -O csv")]
    List {
        /// Only of this kind: person, company, unknown
        #[arg(long)]
        kind: Option<PartyKind>,
    },
    /// Show what is known of a party and what its entries come to
    #[command(after_long_help = "Example:\n  ledger party show \"Acme Ltd\"")]
    Show {
        /// Its name or alias
        #[arg(value_name = "PARTY")]
        name: String,
    },
    /// Say something else of a party; an empty text takes away what was said
    #[command(
        after_long_help = "Examples:\n  ledger party edit \"Acme Ltd\" --phone \"+44 20 7946 0000\"\n  ledger party edit Jana --email \"\""
    )]
    Edit(Box<EditArgs>),
    /// Give a party another name; the one that it had still finds it
    #[command(after_long_help = "Example:\n  ledger party rename \"Acme Ltd\" \"Acme plc\"")]
    Rename {
        /// Its name or alias
        #[arg(value_name = "PARTY")]
        name: String,
        /// Its new name
        new_name: String,
    },
    /// Add and remove other names that find a party
    #[command(subcommand)]
    Alias(AliasVerb),
    /// Let one party stand for another that is the same: their entries are shown as those of one
    #[command(after_long_help = "Example:\n  ledger party merge \"ACME GMBH\" \"Acme Ltd\"")]
    Merge {
        /// The party whose names mean the other one from now on
        #[arg(value_name = "PARTY")]
        from: String,
        /// The party that stands for both
        #[arg(value_name = "INTO")]
        into: String,
    },
    /// Part a party from the one that it was merged into
    #[command(after_long_help = "Example:\n  ledger party unmerge \"ACME GMBH\"")]
    Unmerge {
        /// Its own name
        name: String,
    },
    /// Find parties by a few letters, best first
    #[command(after_long_help = "Example:\n  ledger party search acm")]
    Search {
        /// The letters
        text: String,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
    },
    /// List pairs that are likely the same party, to be merged or left as they are
    #[command(after_long_help = "Example:\n  ledger party duplicates")]
    Duplicates,
    /// Remove a party that nothing names
    #[command(after_long_help = "Example:\n  ledger party remove \"Acme Ltd\"")]
    Remove {
        /// Its name
        #[arg(value_name = "PARTY")]
        name: String,
    },
}

/// What can be done with aliases.
#[derive(clap::Subcommand, Debug)]
pub enum AliasVerb {
    /// Let another name find a party
    #[command(after_long_help = "Example:\n  ledger party alias add \"Acme Ltd\" ACME")]
    Add {
        /// The party
        #[arg(value_name = "PARTY")]
        name: String,
        /// The other name
        alias: String,
    },
    /// Take an alias away
    #[command(after_long_help = "Example:\n  ledger party alias remove ACME")]
    Remove {
        /// The alias
        alias: String,
    },
}

/// What is said of a new party.
#[derive(clap::Args, Debug)]
pub struct AddArgs {
    /// Its name
    name: String,
    /// Another name that finds it; may be given several times
    #[arg(long = "alias", value_name = "NAME")]
    aliases: Vec<String>,
    #[command(flatten)]
    said: SaidArgs,
}

/// What is said of a party that is there.
#[derive(clap::Args, Debug)]
pub struct EditArgs {
    /// Its name or alias
    #[arg(value_name = "PARTY")]
    name: String,
    #[command(flatten)]
    said: SaidArgs,
}

/// What may be said of a party.
#[derive(clap::Args, Debug)]
struct SaidArgs {
    /// person, company or unknown
    #[arg(long)]
    kind: Option<PartyKind>,
    /// Its address for mail over the internet
    #[arg(long, value_name = "NAME@DOMAIN")]
    email: Option<String>,
    /// Its telephone number
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    /// Its postal address on one line
    #[arg(long, value_name = "TEXT")]
    address: Option<String>,
    /// Its bank account
    #[arg(long)]
    iban: Option<String>,
    /// The number under which a tax office knows it, such as a VAT number
    #[arg(long, value_name = "NUMBER")]
    tax_number: Option<String>,
    /// Its page on the web
    #[arg(long, value_name = "URL")]
    website: Option<String>,
    /// Your own reference, such as a customer number
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    /// A remark
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl SaidArgs {
    fn apply(&self, kind: &mut PartyKind, details: &mut PartyDetails) -> Result<()> {
        *kind = self.kind.unwrap_or(*kind);
        for field in PartyField::ALL {
            if let Some(text) = self.text(field) {
                details.set(field, text)?;
            }
        }
        Ok(())
    }

    fn is_silent(&self) -> bool {
        self.kind.is_none() && PartyField::ALL.into_iter().all(|field| self.text(field).is_none())
    }

    fn text(&self, field: PartyField) -> Option<&str> {
        let text = match field {
            PartyField::Email => &self.email,
            PartyField::Phone => &self.phone,
            PartyField::Address => &self.address,
            PartyField::Iban => &self.iban,
            PartyField::TaxNumber => &self.tax_number,
            PartyField::Website => &self.website,
            PartyField::Reference => &self.reference,
            PartyField::Note => &self.note,
        };
        text.as_deref()
    }
}

/// Runs a verb.
///
/// # Errors
/// Those of the verb.
pub fn run(context: &Context, verb: Verb) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let parties = book.parties();
    match verb {
        Verb::Add(args) => add(context, &ledger, &book, *args)?,
        Verb::List { kind } => list(context, &book, kind)?,
        Verb::Show { name } => show(context, &book, &name)?,
        Verb::Edit(args) => {
            if args.said.is_silent() {
                let advice = "say what to change, such as --email or --note (see `ledger party edit --help`)";
                return Err(ErrorKind::Misuse(advice.to_owned()).into());
            }
            let edited = context.change(&ledger, || {
                parties.edit(&args.name, |kind, details| args.said.apply(kind, details))
            })?;
            print_party(context, edited, Vec::new())?;
        }
        Verb::Rename { name, new_name } => {
            let renamed = context.change(&ledger, || parties.rename(&name, &new_name))?;
            print_party(context, renamed, Vec::new())?;
        }
        Verb::Alias(AliasVerb::Add { name, alias }) => {
            let party = context.change(&ledger, || parties.add_alias(&name, &alias))?;
            let done = format!("{alias} finds {} now", party.name);
            print_done(context, done, vec![("alias", Cell::text(alias)), ("party", Cell::text(party.name))])?;
        }
        Verb::Alias(AliasVerb::Remove { alias }) => {
            let party = context.change(&ledger, || parties.remove_alias(&alias))?;
            let done = format!("{alias} finds {} no longer", party.name);
            print_done(context, done, vec![("alias", Cell::text(alias)), ("party", Cell::text(party.name))])?;
        }
        Verb::Merge { from, into } => {
            let party = context.change(&ledger, || parties.merge(&from, &into))?;
            let done = format!("{} stands for {from} now (`ledger party unmerge` parts them)", party.name);
            print_done(context, done, vec![("merged", Cell::text(from)), ("party", Cell::text(party.name))])?;
        }
        Verb::Unmerge { name } => {
            let party = context.change(&ledger, || parties.unmerge(&name))?;
            let done = format!("{} is a party of its own again", party.name);
            print_done(context, done, vec![("party", Cell::text(party.name))])?;
        }
        Verb::Search { text, limit } => search(context, &book, &text, limit)?,
        Verb::Duplicates => duplicates(context, &book)?,
        Verb::Remove { name } => {
            context.change(&ledger, || parties.remove(&name))?;
            print_done(context, format!("removed {name}"), vec![("party", Cell::text(name))])?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn add(context: &Context, ledger: &Ledger, book: &Book<'_>, args: AddArgs) -> Result<()> {
    let AddArgs { name, aliases, said } = args;
    let mut new = NewParty { aliases, ..NewParty::new(name) };
    said.apply(&mut new.kind, &mut new.details)?;
    // A name that is taken is refused below, and needs no question.
    let taken = book.parties().get(&new.name).is_ok();
    let near = if taken { Vec::new() } else { book.parties().near(&new.name)? };
    if let Some(closest) = near.first() {
        context.note(format_args!("party \"{}\" is new; did you mean {}?", new.name, closest.name));
        if !context.agrees(&format!("add {} as a new party?", new.name)) {
            let candidates = near.into_iter().map(|near| near.name).collect();
            return Err(ErrorKind::NearName { what: "party", name: new.name, candidates }.into());
        }
    }
    let added = context.change(ledger, || book.parties().add(new))?;
    print_party(context, added, Vec::new())
}

fn list(context: &Context, book: &Book<'_>, kind: Option<PartyKind>) -> Result<()> {
    let counts = book.parties().entry_counts()?;
    let mut parties = book.parties().list()?;
    parties.retain(|party| kind.is_none_or(|kind| party.kind == kind));
    let row = |party: Party| {
        let entries = counts.get(&party.name).copied().unwrap_or_default();
        vec![
            Cell::text(&party.name),
            Cell::text(party.kind.as_str()),
            other_names(&party),
            Cell::Number(i64::try_from(entries).unwrap_or(i64::MAX)),
        ]
    };
    let columns = vec![
        Column::text("party"),
        Column::short("kind"),
        Column::text("other_names").titled("Also"),
        Column::number("entries"),
    ];
    let rows = parties.into_iter().map(row).collect();
    print(&context.settings, Table { columns, rows, ..Table::default() })
}

fn show(context: &Context, book: &Book<'_>, name: &str) -> Result<()> {
    let PartyShown { party, usage, totals } = book.parties().show(name)?;
    let income: Vec<_> = totals.iter().map(|total| total.income).filter(|one| !one.is_zero()).collect();
    let expenses: Vec<_> = totals.iter().map(|total| total.expenses).filter(|one| !one.is_zero()).collect();
    let used = vec![
        ("entries", Cell::Number(i64::try_from(usage.entries).unwrap_or(i64::MAX))),
        ("first_on", Cell::optional(usage.first_on, Cell::Date)),
        ("last_on", Cell::optional(usage.last_on, Cell::Date)),
        ("income", amounts(&income)),
        ("expenses", amounts(&expenses)),
    ];
    print_party(context, party, used)
}

/// What is known of a party, and what else there is to tell.
fn print_party(context: &Context, party: Party, more: Vec<(&'static str, Cell)>) -> Result<()> {
    let title = format!("party {}", party.name);
    let mut facts = vec![
        ("party", Cell::text(party.name)),
        ("kind", Cell::text(party.kind.as_str())),
        ("aliases", Cell::Json(party.aliases.into())),
        ("merged", Cell::Json(party.merged.into())),
    ];
    for field in PartyField::ALL {
        facts.push((field.as_str(), Cell::optional(party.details.get(field), Cell::from)));
    }
    facts.extend(more);
    print_facts(context, title, facts, Vec::new())
}

fn search(context: &Context, book: &Book<'_>, text: &str, limit: usize) -> Result<()> {
    let mut rows = Vec::new();
    for (party, hit) in book.parties().search(text, limit)? {
        rows.push(vec![
            Cell::text(party.name),
            Cell::text(match_name(hit.rank)),
            Cell::optional(hit.matched_alias, Cell::Text),
            Cell::text(party.kind.as_str()),
        ]);
    }
    let columns =
        vec![Column::text("party"), Column::short("match"), Column::text("alias"), Column::short("kind")];
    print(&context.settings, Table { columns, rows, ..Table::default() })
}

fn duplicates(context: &Context, book: &Book<'_>) -> Result<()> {
    let pairs = book.parties().duplicates()?;
    let notes = match pairs.first() {
        Some((_, one, other)) => {
            vec![format!("to make one of two: ledger party merge \"{}\" \"{}\"", other.name, one.name)]
        }
        None => Vec::new(),
    };
    let row = |(likeness, one, other): (ledger_core::party::PartyLikeness, Party, Party)| {
        vec![Cell::text(one.name), Cell::text(other.name), Cell::text(likeness.as_str())]
    };
    let columns = vec![Column::text("party"), Column::text("other"), Column::short("likeness").titled("Why")];
    let rows = pairs.into_iter().map(row).collect();
    print(&context.settings, Table { columns, rows, notes, ..Table::default() })
}

/// Every other name by which a party is found.
fn other_names(party: &Party) -> Cell {
    let names: Vec<&String> = party.aliases.iter().chain(&party.merged).collect();
    Cell::Json(json!(names))
}

fn match_name(rank: MatchKind) -> &'static str {
    match rank {
        MatchKind::Exact => "exact",
        MatchKind::SegmentPrefix => "start",
        MatchKind::WordPrefix => "word",
        MatchKind::Substring => "part",
        MatchKind::Fuzzy => "similar",
    }
}
