//! The accounts of what is owed: control accounts that hold it, and accounts in which the money moves.

use std::collections::BTreeSet;

use super::{Receivables, account_id};
use crate::account::{AccountId, AccountKind, Chart};
use crate::journal::AccountRef;
use crate::receivable::{LoanTerms, ReceivableKind, Repayment};
use crate::store::call;
use crate::{ErrorKind, Result};

/// The subtypes of accounts that hold money, and not what somebody owes.
const MONEY: [&str; 6] = ["cash", "bank", "savings", "wallet", "credit-card", "overdraft"];
/// The way out where an account is agreed on that no money moves in.
pub(super) const AGREED_MONEY: &str = "agree on an asset or a liability";
/// The way out where a repayment goes to an account that no money moves in.
pub(super) const PAID_MONEY: &str =
    "name an asset or a liability; where it was paid in goods or kept by the owner, --any-account takes it";

/// An account in which money moves, by name or number: an asset or a liability, unless any account is taken.
///
/// ```
/// use ledger_core::MoneyAccount;
///
/// let kept = MoneyAccount { any: true, ..MoneyAccount::from("Equity:Drawings") };
/// assert_eq!(kept.account, "Equity:Drawings".into());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyAccount {
    /// The account.
    pub account: AccountRef,
    /// Whether one of another kind is taken as well: paid in goods, kept by the owner.
    pub any: bool,
}

impl From<&str> for MoneyAccount {
    fn from(name: &str) -> MoneyAccount {
        MoneyAccount::from(AccountRef::from(name))
    }
}

impl From<AccountRef> for MoneyAccount {
    fn from(account: AccountRef) -> MoneyAccount {
        MoneyAccount { account, any: false }
    }
}

impl MoneyAccount {
    /// The number of an account that has to be given; `what` says what happens in it.
    pub(in crate::book) fn needed(
        chart: &Chart,
        account: Option<&MoneyAccount>,
        what: &str,
    ) -> Result<AccountId> {
        let advice = || ErrorKind::Misuse(format!("say which of your accounts {what} (--account ACCOUNT)"));
        account.ok_or_else(advice)?.id(chart)
    }

    /// The number of the account.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], and [`ErrorKind::NotAllowed`] for one in which no money moves where that is not taken.
    pub(in crate::book) fn id(&self, chart: &Chart) -> Result<AccountId> {
        let id = account_id(chart, &self.account)?;
        if !self.any {
            check_money(chart, id, PAID_MONEY)?;
        }
        Ok(id)
    }
}

impl Receivables<'_> {
    /// The accounts that hold what is owed of any receivable or payable.
    pub(in crate::book) fn control_accounts(&self) -> Result<BTreeSet<AccountId>> {
        let id = self.book.id();
        let accounts = call!(self.book.db(), "reading control accounts", receivable::control_accounts(id))?;
        Ok(accounts.into_iter().map(AccountId).collect())
    }
}

/// Refuses a control account beside what is owed: no movement would say what the line on it is, and it would not tie to
/// its trackers again.
pub(in crate::book) fn refuse_control(
    chart: &Chart,
    controls: &BTreeSet<AccountId>,
    given: impl IntoIterator<Item = AccountId>,
) -> Result<()> {
    let Some(control) = given.into_iter().find(|account| controls.contains(account)) else { return Ok(()) };
    let reason = "it is a control account, which holds what is owed, and nothing would track the line on it: name the \
                  account in which the money moves";
    let name = chart.account(control).map(|account| account.name.clone()).unwrap_or_default();
    let (what, verb) = ("account", "used on the other side");
    Err(ErrorKind::NotAllowed { what, name, verb, reason: reason.to_owned() }.into())
}

/// Refuses an account for the owner's share of an expense that holds money, or what it holds is not said.
pub(in crate::book) fn check_share(chart: &Chart, account: AccountId) -> Result<()> {
    match chart.account(account) {
        Some(known) if is_money(chart, account) && holds_money(known.subtype.as_deref()) => {
            let reason = format!(
                "it holds {}, and your share is an expense (an asset that was bought, such as furniture, says so by its \
                 subtype)",
                known.kind
            );
            let name = known.name.clone();
            Err(ErrorKind::NotAllowed { what: "account", name, verb: "used for a share", reason }.into())
        }
        _ => Ok(()),
    }
}

/// Whether an account of this subtype holds money, or may as it does not say.
fn holds_money(subtype: Option<&str>) -> bool {
    subtype.is_none_or(|known| MONEY.contains(&known))
}

/// Whether money can move in an account: it is an asset or a liability.
pub(super) fn is_money(chart: &Chart, account: AccountId) -> bool {
    let kind = chart.account(account).map(|account| account.kind);
    matches!(kind, Some(AccountKind::Asset | AccountKind::Liability))
}

/// Refuses an account in which no money moves, with the way out.
pub(super) fn check_money(chart: &Chart, account: AccountId, way_out: &str) -> Result<()> {
    match chart.account(account) {
        Some(known) if !is_money(chart, account) => {
            let reason = format!("it holds {}, and no money moves in it: {way_out}", known.kind);
            let name = known.name.clone();
            Err(ErrorKind::NotAllowed { what: "account", name, verb: "used for repayments", reason }.into())
        }
        _ => Ok(()),
    }
}

/// Refuses an account for interest, fees or losses that holds money, or what it holds is not said: it would rise by what
/// is lost.
pub(super) fn check_result(chart: &Chart, account: AccountId) -> Result<()> {
    match chart.account(account) {
        Some(known) if is_money(chart, account) && holds_money(known.subtype.as_deref()) => {
            let reason = format!(
                "it holds {}, and interest, fees and losses go to an income or expense account (an asset or liability for \
                 them, such as an allowance, says so by its subtype)",
                known.kind
            );
            let name = known.name.clone();
            Err(ErrorKind::NotAllowed { what: "account", name, verb: "used for results", reason }.into())
        }
        _ => Ok(()),
    }
}

/// The only open account that is meant for what is owed.
pub(in crate::book) fn default_control(
    chart: &Chart,
    kind: ReceivableKind,
    terms: Option<&LoanTerms>,
) -> Result<AccountId> {
    let is_loan = terms.map(|terms| {
        terms.interest.is_some()
            || matches!(terms.repayment, Repayment::Instalments(_) | Repayment::Dates { .. })
    });
    let (account_kind, subtypes): (_, &[&str]) = match kind {
        ReceivableKind::Receivable => (AccountKind::Asset, &["receivable"]),
        // Bills and what is due at once are payables, what bears interest or has a plan is a loan.
        ReceivableKind::Payable => match is_loan {
            Some(true) => (AccountKind::Liability, &["loan", "mortgage"]),
            Some(false) => (AccountKind::Liability, &["payable"]),
            None => (AccountKind::Liability, &["payable", "loan", "mortgage"]),
        },
    };
    let fits = |subtype: &Option<String>| subtype.as_deref().is_some_and(|name| subtypes.contains(&name));
    let accounts = chart.accounts().iter();
    let found: Vec<_> = accounts
        .filter(|account| {
            account.kind == account_kind && account.closed_on.is_none() && fits(&account.subtype)
        })
        .collect();
    match found[..] {
        [only] => Ok(only.id),
        [] => {
            let reason = format!(
                "no account is known that holds what is owed: name one with --control, or open one of the subtype {} first",
                subtypes.join(" or ")
            );
            Err(ErrorKind::Misuse(reason).into())
        }
        _ => {
            let names = found.iter().map(|account| account.name.as_str()).collect::<Vec<_>>().join(", ");
            let reason =
                format!("several accounts are there for what is owed ({names}): name one with --control");
            Err(ErrorKind::Misuse(reason).into())
        }
    }
}

/// What is owed is an asset; what the owner owes, a liability; and neither is money.
pub(in crate::book) fn check_control(chart: &Chart, account: AccountId, kind: ReceivableKind) -> Result<()> {
    let wanted = match kind {
        ReceivableKind::Receivable => AccountKind::Asset,
        ReceivableKind::Payable => AccountKind::Liability,
    };
    match chart.account(account) {
        Some(known) if known.kind != wanted => {
            let reason =
                format!("it holds {}, a {} is held in one for {}", known.kind, kind.as_str(), wanted);
            let name = known.name.clone();
            Err(ErrorKind::NotAllowed { what: "account", name, verb: "used as control account", reason }
                .into())
        }
        Some(known) if known.subtype.as_deref().is_some_and(|subtype| MONEY.contains(&subtype)) => {
            let reason = format!(
                "it holds money (its subtype is {}), and what is owed stands in an account of its own: open one of the \
                 subtype {}",
                known.subtype.as_deref().unwrap_or_default(),
                kind.as_str()
            );
            let name = known.name.clone();
            Err(ErrorKind::NotAllowed { what: "account", name, verb: "used as control account", reason }
                .into())
        }
        _ => Ok(()),
    }
}

/// The only open account for interest of the side that earns or pays it.
pub(super) fn default_interest(chart: &Chart, kind: ReceivableKind) -> Option<AccountId> {
    let wanted = match kind {
        ReceivableKind::Receivable => AccountKind::Income,
        ReceivableKind::Payable => AccountKind::Expense,
    };
    let mut fits = chart.accounts().iter().filter(|account| {
        account.kind == wanted
            && account.closed_on.is_none()
            && account.subtype.as_deref() == Some("interest")
    });
    let first = fits.next()?;
    fits.next().is_none().then_some(first.id)
}
