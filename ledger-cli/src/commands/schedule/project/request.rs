//! What to project, in flags; `schedule snapshot` and `scenario compare` take the same.

use chrono::{Days, NaiveDate};
use clap::ValueEnum;
use ledger_core::schedule::Overdue;
use ledger_core::text::{normalize, shell_word};
use ledger_core::{Book, ErrorKind, FloorRequest, ProjectRequest, Result};

use crate::commands::Context;
use crate::commands::post::amounts::MarkChoice;
use crate::commands::schedule::money::MoneyReader;
use crate::dates::{self, DateRole};

/// How many accounts a refusal names.
const ACCOUNTS_SHOWN: usize = 3;

/// What becomes of what is overdue, as typed.
#[derive(ValueEnum, Debug, Clone, Copy, Default)]
enum OverdueChoice {
    /// It counts on the day that is looked from, and is flagged
    #[default]
    Carry,
    /// It is taken for not coming any more
    Drop,
}

/// The flags.
#[derive(clap::Args, Debug)]
pub struct RequestArgs {
    /// How many days to look ahead
    #[arg(long, value_name = "N", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=36_600))]
    days: u32,

    /// The last day, instead; of a month or year its last day
    #[arg(long, value_name = "DATE", conflicts_with = "days")]
    to: Option<String>,

    /// The day to look from, whose postings are all counted [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,

    /// Only this account and those below it; may be given several times [default: every asset and liability that a
    /// schedule moves]
    #[arg(long = "account", value_name = "ACCOUNT")]
    accounts: Vec<String>,

    /// The balance not to be gone below: of the one account, or of the total; ACCOUNT=AMOUNT for one of several. Where
    /// --account names a level, its floor is that of the sum below it
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    floor: Vec<String>,

    /// The decimal mark of floors
    #[arg(long, value_name = "MARK", value_enum)]
    decimal: Option<MarkChoice>,

    /// What becomes of what is overdue
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    overdue: OverdueChoice,

    /// Also count what an entry of the book very likely stands for already
    #[arg(long)]
    despite_matches: bool,

    /// Leave out what is due of receivables and payables
    #[arg(long)]
    no_receivables: bool,

    /// With this scenario; several are made one after another
    #[arg(long = "scenario", value_name = "NAME")]
    scenarios: Vec<String>,

    /// Add what is usually spent beside the schedules, learned from the 26 weeks before
    #[arg(long)]
    with_usual_spending: bool,

    /// Leave out the total of all accounts
    #[arg(long)]
    no_total: bool,
}

impl RequestArgs {
    /// What the flags mean today, in this book.
    ///
    /// # Errors
    /// Those of dates, amounts and accounts.
    pub fn request(&self, context: &Context, book: &Book<'_>) -> Result<ProjectRequest> {
        let today = context.settings.today;
        let as_of = match &self.as_of {
            Some(text) => dates::parse_date_as(text, today, DateRole::End)?,
            None => today,
        };
        let to = match &self.to {
            Some(text) => dates::parse_date_as(text, today, DateRole::End)?,
            None => ahead(as_of, self.days)?,
        };
        let mut request = ProjectRequest::new(as_of, to);
        request.accounts.clone_from(&self.accounts);
        request.scenarios.clone_from(&self.scenarios);
        request.usual_spending = self.with_usual_spending;
        request.total = !self.no_total;
        request.despite_matches = self.despite_matches;
        request.receivables = !self.no_receivables;
        request.overdue = match self.overdue {
            OverdueChoice::Carry => Overdue::Carry,
            OverdueChoice::Drop => Overdue::Drop,
        };
        let reader = MoneyReader::new(book, self.decimal)?;
        for text in &self.floor {
            let (account, amount) = match text.rsplit_once('=') {
                Some((account, amount)) => (self.floor_account(book, account.trim(), text)?, amount),
                None => (self.only_account(book)?, text.as_str()),
            };
            request.floors.push(FloorRequest { account, amount: reader.signed(amount)? });
        }
        Ok(request)
    }

    /// The one account that is projected, where no other lies below it; nothing for the total.
    fn only_account(&self, book: &Book<'_>) -> Result<Option<String>> {
        let [only] = self.accounts.as_slice() else { return Ok(None) };
        if !below(book, only)?.is_empty() {
            return Ok(None);
        }
        Ok(Some(book.accounts().get(only)?.name))
    }

    /// The account of a floor; nothing for a level without an account of its own where the total is the sum below it.
    fn floor_account(&self, book: &Book<'_>, name: &str, floor: &str) -> Result<Option<String>> {
        let below = below(book, name)?;
        if below.is_empty() || book.accounts().get(name).is_ok() {
            return Ok(Some(name.to_owned()));
        }
        let is_total = matches!(self.accounts.as_slice(), [only] if normalize(only) == normalize(name));
        if is_total && !self.no_total {
            return Ok(None);
        }
        let shown: Vec<&str> = below.iter().take(ACCOUNTS_SHOWN).map(String::as_str).collect();
        let reason = format!(
            "\"{name}\" is a level of accounts and none itself; with --account {} the floor is that of the sum below it, or \
             name an account of it, such as {}",
            shell_word(name),
            shown.join(" or ")
        );
        Err(ErrorKind::InvalidSetting { what: "floor", value: floor.to_owned(), reason }.into())
    }
}

/// The accounts below a level.
fn below(book: &Book<'_>, name: &str) -> Result<Vec<String>> {
    let level = format!("{}:", normalize(name));
    let names = book.accounts().list()?.into_iter().map(|account| account.name);
    Ok(names.filter(|name| normalize(name).starts_with(&level)).collect())
}

fn ahead(from: NaiveDate, days: u32) -> Result<NaiveDate> {
    let to = from.checked_add_days(Days::new(days.into())).filter(|to| *to <= dates::latest());
    to.ok_or_else(|| {
        let reason = "it runs past the year 9999".to_owned();
        ErrorKind::InvalidSetting { what: "number of days", value: days.to_string(), reason }.into()
    })
}
