//! `receivable rate|edit`: other terms, and other words.

use ledger_core::journal::AccountRef;
use ledger_core::receivable::{Keep, RateChange};
use ledger_core::{EditReceivable, ErrorKind, Result};

use super::movements::Desk;
use super::shown::print_report;
use super::terms::parse_rate;
use crate::dates::parse_date;

/// The arguments of `rate`.
#[derive(clap::Args, Debug)]
pub struct RateArgs {
    /// Its name or number, or the party where it is the only one
    name: String,

    /// The new nominal rate in percent a year
    #[arg(value_name = "PERCENT", allow_negative_numbers = true)]
    rate: String,

    /// The first day at the new rate
    #[arg(long, value_name = "DATE")]
    from: String,

    /// What stays of the plan that is still to come
    #[arg(long, value_name = "WHAT", value_enum, default_value = "term")]
    keep: KeepChoice,

    /// Take a rate above 100 %
    #[arg(long)]
    allow_high_rate: bool,
}

/// What stays the same.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum KeepChoice {
    /// The number of instalments: payments become higher or lower
    Term,
    /// The payment: there are more instalments, or fewer
    Payment,
}

/// The arguments of `edit`.
#[derive(clap::Args, Debug)]
pub struct EditArgs {
    /// Its name or number, or the party where it is the only one
    receivable: String,

    /// Another name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Another day on which it is due, of one without a plan
    #[arg(long, value_name = "DATE")]
    due: Option<String>,

    /// Another rate of what is late, in percent a year; 0 for none
    #[arg(long, value_name = "PERCENT")]
    late_rate: Option<String>,

    /// Another account that repayments are expected in, or from
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,

    /// Another account for interest
    #[arg(long, value_name = "ACCOUNT")]
    interest_account: Option<String>,

    /// Another account for fees
    #[arg(long, value_name = "ACCOUNT")]
    fee_account: Option<String>,

    /// Another account for what is forgiven or written off
    #[arg(long, value_name = "ACCOUNT")]
    loss_account: Option<String>,

    /// Another note; an empty text takes it away
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl EditArgs {
    fn says_something(&self) -> bool {
        let EditArgs {
            receivable: _,
            name,
            due,
            late_rate,
            account,
            interest_account,
            fee_account,
            loss_account,
            note,
        } = self;
        [name, due, late_rate, account, interest_account, fee_account, loss_account, note]
            .into_iter()
            .any(Option::is_some)
    }
}

impl Desk<'_> {
    pub(super) fn rate(&self, args: &RateArgs) -> Result<()> {
        let rate = parse_rate(&args.rate, args.allow_high_rate)?;
        let today = self.context.settings.today;
        let change = RateChange { from: parse_date(&args.from, today)?, rate };
        let keep = match args.keep {
            KeepChoice::Term => Keep::Term,
            KeepChoice::Payment => Keep::Payment,
        };
        let report = self.context.change(self.ledger, || {
            let found = self.book.receivables().find(self.kind, &args.name)?;
            self.book.receivables().change_rate(found.id, change, keep)?;
            let as_of = today.max(change.from);
            self.book.receivables().show(self.kind, &format!("#{}", found.id), as_of)
        })?;
        let note = format!("{rate} from {} on", change.from);
        print_report(self.context, self.book, &report, vec![note], None)
    }

    pub(super) fn edit(&self, args: &EditArgs) -> Result<()> {
        let today = self.context.settings.today;
        let account = |name: &Option<String>| name.as_deref().map(AccountRef::from);
        // Asked for here: as a group that is required, the flags make the line of usage wider than a terminal.
        if !args.says_something() {
            let advice = "say what is to be changed: --name, --due, --late-rate, --account, --interest-account, --fee-account, \
                          --loss-account or --note";
            return Err(ErrorKind::Misuse(advice.to_owned()).into());
        }
        let edit = EditReceivable {
            name: args.name.clone(),
            due_on: args.due.as_ref().map(|text| parse_date(text, today)).transpose()?,
            late_rate: args.late_rate.as_ref().map(|text| parse_rate(text, false)).transpose()?,
            money: account(&args.account),
            interest: account(&args.interest_account),
            fees: account(&args.fee_account),
            losses: account(&args.loss_account),
            note: args.note.clone(),
        };
        let report = self.context.change(self.ledger, || {
            let found = self.book.receivables().find(self.kind, &args.receivable)?;
            self.book.receivables().edit(found.id, edit)?;
            self.book.receivables().show(self.kind, &format!("#{}", found.id), today)
        })?;
        print_report(self.context, self.book, &report, Vec::new(), None)
    }
}
