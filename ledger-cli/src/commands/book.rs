//! `ledger book …`: create, list and change books.

use std::process::ExitCode;

use chrono::SecondsFormat;
use clap::ValueEnum;
use ledger_core::account::ChartTemplate;
use ledger_core::{Book, BookInfo, BookKind, Ledger, NewBook, Result};

use super::Context;
use super::facts::{print_done, print_facts};
use crate::dates::{self, DateRole};
use crate::render::{Cell, Column, Table, print};

/// What can be done with books.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// Create a book
    #[command(
        after_long_help = "Example:\n  ledger book create studio --kind corporate --base EUR --template freelancer"
    )]
    Create {
        /// Its name
        name: String,
        #[command(flatten)]
        new: NewBookArgs,
    },
    /// List all books, archived ones too
    #[command(after_long_help = "Example:\n  ledger book list")]
    List,
    /// Show a book
    #[command(after_long_help = "Example:\n  ledger book show home")]
    Show {
        /// Its name; without it the book in use
        name: Option<String>,
    },
    /// Give a book another name
    #[command(after_long_help = "Example:\n  ledger book rename home family")]
    Rename {
        /// Its name
        name: String,
        /// Its new name
        new_name: String,
    },
    /// Close a book to all changes; reports keep working
    #[command(after_long_help = "Example:\n  ledger book archive studio")]
    Archive {
        /// Its name
        name: String,
    },
    /// Open an archived book to changes again
    #[command(after_long_help = "Example:\n  ledger book unarchive studio")]
    Unarchive {
        /// Its name
        name: String,
    },
    /// Refuse entries up to a day, such as after a tax return
    #[command(after_long_help = "Example:\n  ledger book lock 2025-12-31")]
    Lock {
        /// The last locked day; a month or year stands for its last day
        #[arg(required_unless_present = "off")]
        date: Option<String>,
        /// Take the lock away
        #[arg(long, conflicts_with = "date")]
        off: bool,
    },
}

/// What is said of a new book.
#[derive(clap::Args, Debug)]
pub struct NewBookArgs {
    /// Whose book it is
    #[arg(long, value_enum, default_value_t = KindChoice::Personal)]
    kind: KindChoice,

    /// ISO 4217 code of the currency for totals, and of amounts that name none
    #[arg(long, value_name = "CODE", default_value = "EUR")]
    base: String,

    /// Time zone in which the book's days begin
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    time_zone: String,

    /// Open the accounts of a starter chart
    #[arg(long, value_enum)]
    template: Option<TemplateChoice>,
}

impl NewBookArgs {
    /// The book to create.
    ///
    /// # Errors
    /// [`ledger_core::ErrorKind::InvalidSetting`] for an unknown time zone.
    pub fn named(&self, name: &str) -> Result<NewBook> {
        Ok(NewBook {
            name: name.to_owned(),
            kind: self.kind.into(),
            base_commodity: self.base.clone(),
            time_zone: dates::parse_zone(&self.time_zone)?.name().to_owned(),
        })
    }

    /// Opens the accounts of the template that was chosen.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_template(&self, book: &Book<'_>) -> Result<()> {
        match self.template {
            Some(template) => book.accounts().open_template(template.into()).map(drop),
            None => Ok(()),
        }
    }
}

/// Whose book it is, as typed.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub enum KindChoice {
    /// A person's or a family's
    Personal,
    /// A company's
    Corporate,
    /// An association's
    Nonprofit,
}

impl From<KindChoice> for BookKind {
    fn from(kind: KindChoice) -> Self {
        match kind {
            KindChoice::Personal => BookKind::Personal,
            KindChoice::Corporate => BookKind::Corporate,
            KindChoice::Nonprofit => BookKind::Nonprofit,
        }
    }
}

/// A starter chart, as typed.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub enum TemplateChoice {
    /// One person: bank, savings, card, salary, everyday expenses
    Personal,
    /// A self-employed person: invoices, sales tax, business costs
    Freelancer,
    /// A household: joint accounts, home, car, children
    Family,
}

impl From<TemplateChoice> for ChartTemplate {
    fn from(template: TemplateChoice) -> Self {
        match template {
            TemplateChoice::Personal => ChartTemplate::Personal,
            TemplateChoice::Freelancer => ChartTemplate::Freelancer,
            TemplateChoice::Family => ChartTemplate::Family,
        }
    }
}

/// Runs a verb.
///
/// # Errors
/// Those of the verb.
pub fn run(context: &Context, verb: Verb) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    match verb {
        Verb::Create { name, new } => {
            let to_create = new.named(&name)?;
            let info = context.change(&ledger, || {
                ledger.transaction(|ledger| {
                    let book = ledger.create_book(to_create)?;
                    new.open_template(&book)?;
                    Ok(book.info().clone())
                })
            })?;
            show_books(context, vec![info])?;
        }
        Verb::List => show_books(context, ledger.books()?)?,
        Verb::Show { name } => show(context, &named_or_used(context, &ledger, name)?)?,
        Verb::Rename { name, new_name } => {
            let mut book = ledger.book(&name)?;
            context.change(&ledger, || book.rename(&new_name))?;
            show_books(context, vec![book.info().clone()])?;
        }
        Verb::Archive { name } => set_archived(context, &ledger, &name, true)?,
        Verb::Unarchive { name } => set_archived(context, &ledger, &name, false)?,
        Verb::Lock { date, off: _ } => {
            let book = context.book(&ledger)?;
            let today = context.settings.today;
            let through = date.map(|text| dates::parse_date_as(&text, today, DateRole::End)).transpose()?;
            context.change(&ledger, || book.lock(through))?;
            let done = match through {
                Some(day) => format!("book \"{}\" is locked through {day}", book.name()),
                None => format!("book \"{}\" is not locked any more", book.name()),
            };
            let locked_through = Cell::optional(through, Cell::Date);
            let facts = vec![("book", Cell::text(book.name())), ("locked_through", locked_through)];
            print_done(context, done, facts)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn named_or_used<'l>(context: &Context, ledger: &'l Ledger, name: Option<String>) -> Result<Book<'l>> {
    match name {
        Some(name) => ledger.book(&name),
        None => context.book(ledger),
    }
}

fn set_archived(context: &Context, ledger: &Ledger, name: &str, archived: bool) -> Result<()> {
    let mut book = ledger.book(name)?;
    context.change(ledger, || book.set_archived(archived))?;
    show_books(context, vec![book.info().clone()])
}

fn show_books(context: &Context, books: Vec<BookInfo>) -> Result<()> {
    let row = |book: BookInfo| {
        vec![
            Cell::text(book.name),
            Cell::text(book.kind.as_str()),
            Cell::text(book.base_commodity.code()),
            Cell::text(book.time_zone),
            Cell::Date(book.created_at.date_naive()),
            Cell::optional(book.archived_at, |at| Cell::Date(at.date_naive())),
        ]
    };
    let columns = vec![
        Column::text("name"),
        Column::short("kind"),
        Column::short("base"),
        Column::text("time_zone"),
        Column::short("created_on").titled("Created"),
        Column::short("archived_on").titled("Archived"),
    ];
    let rows = books.into_iter().map(row).collect();
    print(&context.settings, Table { columns, rows, ..Table::default() })
}

fn show(context: &Context, book: &Book<'_>) -> Result<()> {
    let info = book.info();
    let head = book.head()?;
    let facts = vec![
        ("name", Cell::text(&info.name)),
        ("kind", Cell::text(info.kind.as_str())),
        ("base", Cell::text(info.base_commodity.code())),
        ("time_zone", Cell::text(&info.time_zone)),
        ("uid", Cell::text(&info.uid)),
        ("created_at", Cell::text(info.created_at.to_rfc3339_opts(SecondsFormat::Secs, true))),
        (
            "archived_at",
            Cell::optional(info.archived_at, |at| Cell::text(at.to_rfc3339_opts(SecondsFormat::Secs, true))),
        ),
        ("locked_through", Cell::optional(book.locked_through()?, Cell::Date)),
        ("accounts", Cell::Number(book.accounts().list()?.len() as i64)),
        ("entries", Cell::Number(head.number)),
        ("head", Cell::text(head.hash.to_string())),
    ];
    print_facts(context, format!("book \"{}\"", info.name), facts, Vec::new())
}
