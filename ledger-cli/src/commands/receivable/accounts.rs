//! The accounts of what is owed, as flags name them; those that are not there are opened where that is asked for.

use ledger_core::account::{AccountKind, NewAccount};
use ledger_core::receivable::ReceivableKind;
use ledger_core::{Book, Result};

use crate::commands::Context;
use crate::commands::post::names::Names;

/// The heading of these flags in help.
pub(super) const ACCOUNTS: &str = "Accounts";
/// The account that is opened for what others owe, where a book has none.
const RECEIVABLE: (&str, &str) = ("Assets:Receivable", "receivable");

/// The accounts that later movements use.
#[derive(clap::Args, Debug, Default)]
pub struct AccountArgs {
    /// The account that holds what is owed [default: the only one of its subtype]
    #[arg(long, value_name = "ACCOUNT", help_heading = ACCOUNTS)]
    pub(super) control: Option<String>,

    /// The account that repayments are expected in, or from [default: that of --from or --to]
    #[arg(long, value_name = "ACCOUNT", help_heading = ACCOUNTS)]
    pub(super) account: Option<String>,

    /// The account that interest is earned or paid on
    #[arg(long, value_name = "ACCOUNT", help_heading = ACCOUNTS)]
    pub(super) interest_account: Option<String>,

    /// The account that fees are earned or paid on
    #[arg(long, value_name = "ACCOUNT", help_heading = ACCOUNTS)]
    pub(super) fee_account: Option<String>,

    /// The account that takes what is forgiven or written off
    #[arg(long, value_name = "ACCOUNT", help_heading = ACCOUNTS)]
    pub(super) loss_account: Option<String>,

    /// Open accounts that are not there; a name close to another one has to be confirmed
    #[arg(long, help_heading = ACCOUNTS)]
    create: bool,
}

impl AccountArgs {
    /// Refuses accounts that are not there, or opens them where that was asked for.
    pub(super) fn open_missing(
        &self,
        context: &Context,
        book: &Book<'_>,
        kind: ReceivableKind,
        counter: Option<&str>,
    ) -> Result<()> {
        let named =
            [&self.control, &self.account, &self.interest_account, &self.fee_account, &self.loss_account];
        let named: Vec<&str> = named.into_iter().flatten().map(String::as_str).chain(counter).collect();
        open_named(context, book, &named, self.create)?;
        match (kind, &self.control) {
            (ReceivableKind::Receivable, None) if self.create => open_control(context, book),
            _ => Ok(()),
        }
    }
}

/// Refuses accounts that are not there, or opens them.
pub fn open_named(context: &Context, book: &Book<'_>, names: &[&str], create: bool) -> Result<()> {
    Names::new(context, book, create).check_names(names.iter().copied())?;
    for name in names {
        if create && book.accounts().get(name).is_err() {
            let account = book.accounts().open(NewAccount::new(*name))?;
            context.note(format_args!("opened account {}", account.name));
        }
    }
    Ok(())
}

/// Opens an account for what others owe where the book has none.
pub fn open_control(context: &Context, book: &Book<'_>) -> Result<()> {
    let (name, subtype) = RECEIVABLE;
    let accounts = book.accounts().list()?;
    let holds = |account: &ledger_core::account::Account| {
        account.kind == AccountKind::Asset && account.subtype.as_deref() == Some(subtype)
    };
    if accounts.iter().any(|account| holds(account) && account.closed_on.is_none()) {
        return Ok(());
    }
    open_named(context, book, &[name], true)
}
