//! A rule in flags.

use chrono::{NaiveDate, Weekday};
use ledger_core::import::rule::{
    Actions, AmountTest, Conditions, Direction, Rule, SplitPart, Template, TextTest,
};
use ledger_core::{ErrorKind, Result};
use serde_json::json;

/// Examples for the long help.
pub(super) const EXAMPLES: &str = "\
Examples:
  ledger rules add Groceries --payee rewe --payee edeka --out --set-account Expenses:Groceries
  ledger rules add Rent --text \"rent\" --amount 900..950 --set-account Expenses:Rent --party Landlord
  ledger rules add Savings --text \"standing order\" --account-is Assets:Bank --transfer Assets:Savings
  ledger rules add Phone --payee telco --split Expenses:Phone=70% --split Expenses:Office=rest";

const CONDITIONS: &str = "Conditions (all of them have to hold; of one given several times, one value)";
const ACTIONS: &str = "What lines are given";

/// The arguments of `rules add`. A condition that is given several times holds where one of its values does.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Its name
    name: String,

    /// The payee contains TEXT
    #[arg(long, value_name = "TEXT", help_heading = CONDITIONS)]
    payee: Vec<String>,

    /// Payee, narrative or memo contains TEXT
    #[arg(long, value_name = "TEXT", help_heading = CONDITIONS)]
    text: Vec<String>,

    /// Payee, narrative or memo matches a regular expression
    #[arg(long, value_name = "PATTERN", help_heading = CONDITIONS)]
    regex: Vec<String>,

    /// The narrative contains TEXT
    #[arg(long, value_name = "TEXT", help_heading = CONDITIONS)]
    narrative: Vec<String>,

    /// The memo contains TEXT
    #[arg(long, value_name = "TEXT", help_heading = CONDITIONS)]
    memo: Vec<String>,

    /// The reference contains TEXT
    #[arg(long, value_name = "TEXT", help_heading = CONDITIONS)]
    reference: Vec<String>,

    /// The file's own category contains TEXT
    #[arg(long, value_name = "TEXT", help_heading = CONDITIONS)]
    category: Vec<String>,

    /// Texts are equal to what is given, instead of containing it
    #[arg(long, help_heading = CONDITIONS)]
    exactly: bool,

    /// The amount without its sign: 9.99, "> 100", "<= 20" or 10..20
    #[arg(long, value_name = "TEST", help_heading = CONDITIONS)]
    amount: Option<AmountTest>,

    /// The amount with its sign, money out being negative: "< -100"
    #[arg(long, value_name = "TEST", allow_hyphen_values = true, help_heading = CONDITIONS)]
    signed_amount: Option<AmountTest>,

    /// Money in
    #[arg(long = "in", conflicts_with = "money_out", help_heading = CONDITIONS)]
    money_in: bool,

    /// Money out
    #[arg(long = "out", help_heading = CONDITIONS)]
    money_out: bool,

    /// The line is in this currency
    #[arg(long, value_name = "CODE", help_heading = CONDITIONS)]
    currency: Vec<String>,

    /// The statement is of this account, or of one below it
    #[arg(long, value_name = "ACCOUNT", help_heading = CONDITIONS)]
    account_is: Vec<String>,

    /// On this day or later
    #[arg(long, value_name = "DATE", help_heading = CONDITIONS)]
    from: Option<NaiveDate>,

    /// On this day or earlier
    #[arg(long, value_name = "DATE", help_heading = CONDITIONS)]
    to: Option<NaiveDate>,

    /// On this day of the month
    #[arg(long, value_name = "N", help_heading = CONDITIONS)]
    day: Vec<u8>,

    /// On this weekday, such as mon
    #[arg(long, value_name = "DAY", help_heading = CONDITIONS)]
    weekday: Vec<Weekday>,

    /// Account on the other side
    #[arg(long, value_name = "ACCOUNT", help_heading = ACTIONS)]
    set_account: Option<String>,

    /// Own account on the other side: the line is one half of a transfer
    #[arg(long, value_name = "ACCOUNT", help_heading = ACTIONS)]
    transfer: Option<String>,

    /// Part of the amount: ACCOUNT=70%, ACCOUNT=12.50 or ACCOUNT=rest
    #[arg(long, value_name = "ACCOUNT=SHARE", help_heading = ACTIONS)]
    split: Vec<String>,

    /// Do not post the line
    #[arg(long, help_heading = ACTIONS)]
    skip: bool,

    /// With whom; {payee} and the like stand for what the line says
    #[arg(long, value_name = "NAME", help_heading = ACTIONS)]
    party: Option<String>,

    /// What is written about it; {payee} and the like stand for what the line says
    #[arg(long, value_name = "TEXT", help_heading = ACTIONS)]
    description: Option<String>,

    /// Dimension to add
    #[arg(long, value_name = "KEY:VALUE", help_heading = ACTIONS)]
    tag: Vec<String>,

    /// Look at no later rule once this one fires
    #[arg(long)]
    stop: bool,

    /// Place in the order, from 1 [default: the last]
    #[arg(long, value_name = "N")]
    place: Option<usize>,

    /// Keep the rule, and do not use it yet
    #[arg(long)]
    disabled: bool,

    /// Open the accounts that it sets when they are missing; a name close to another one has to be confirmed
    #[arg(long)]
    create: bool,
}

impl Args {
    /// The rule, its place and whether its accounts may be opened.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for a part or a template that does not read.
    pub fn rule(self) -> Result<(Rule, Option<usize>, bool)> {
        let template = |field: &'static str, text: Option<String>| {
            let read = text.map(|text| Template::parse(&text).map_err(|reason| refused(field, text, reason)));
            read.transpose()
        };
        let set = Actions {
            account: self.set_account,
            transfer: self.transfer,
            split: self.split.into_iter().map(part).collect::<Result<_>>()?,
            skip: self.skip,
            party: template("party", self.party)?,
            description: template("description", self.description)?,
            tags: self.tag,
        };
        let exactly = self.exactly;
        let test = |words: Vec<String>| {
            let test = TextTest::default();
            let test = if exactly {
                TextTest { equals: words, ..test }
            } else {
                TextTest { contains: words, ..test }
            };
            (test != TextTest::default()).then_some(test)
        };
        let mut text = test(self.text);
        if !self.regex.is_empty() {
            text.get_or_insert_default().regex = self.regex;
        }
        let direction = match (self.money_in, self.money_out) {
            (true, _) => Some(Direction::In),
            (_, true) => Some(Direction::Out),
            _ => None,
        };
        let when = Conditions {
            payee: test(self.payee),
            narrative: test(self.narrative),
            memo: test(self.memo),
            text,
            reference: test(self.reference),
            category: test(self.category),
            amount: self.amount,
            signed_amount: self.signed_amount,
            currency: self.currency,
            account: self.account_is,
            direction,
            from: self.from,
            to: self.to,
            day_of_month: self.day,
            weekday: self.weekday,
            ..Conditions::default()
        };
        let rule = Rule { when, set, stop: self.stop, enabled: !self.disabled, ..Rule::new(self.name) };
        Ok((rule, self.place, self.create))
    }
}

fn part(text: String) -> Result<SplitPart> {
    let unread = |reason: String| refused("split", text.clone(), reason);
    let told = text
        .rsplit_once('=')
        .ok_or_else(|| unread("write ACCOUNT=70%, ACCOUNT=12.50 or ACCOUNT=rest".into()));
    let (account, share) = told?;
    let value = match share.trim() {
        "rest" | "remainder" => json!({ "account": account, "remainder": true }),
        share if share.ends_with('%') => json!({ "account": account, "percent": share }),
        share => json!({ "account": account, "amount": share }),
    };
    SplitPart::try_from(value).map_err(unread)
}

fn refused(what: &'static str, value: String, reason: String) -> ledger_core::Error {
    ErrorKind::InvalidSetting { what, value, reason }.into()
}
