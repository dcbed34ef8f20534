//! The lots of a book: what is held of which purchase, and what sales gained.

mod check;
mod gains;
mod history;
mod holdings;
mod read;
mod split;
pub(in crate::book) mod stored;
mod value;

use chrono::{DateTime, NaiveDate, Utc};

use super::Book;
use crate::account::{Account, AccountKind};
use crate::journal::AccountRef;
use crate::lot::{LongTerm, LotMethod};
use crate::money::Commodity;
use crate::{ErrorKind, Result};

pub(super) use check::MovedLots;
pub use gains::{CapitalGains, GainRow, GainTotal, GainsBy};
pub use holdings::{OpenLot, OpenLots, OpenTotal};
pub(super) use read::keeps_lots;
pub use split::LotSplit;

/// The lots of a book: `book.lots()`.
///
/// Lots are kept of everything that is not a currency of ISO 4217 on accounts of assets and liabilities, and on any
/// account that was given a method; of a currency where the account takes nothing else, or when it is asked for. Only
/// an account with a method of its own refuses to sell more than it holds.
#[derive(Debug)]
pub struct Lots<'b> {
    pub(super) book: &'b Book<'b>,
}

/// Which lots are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotQuery {
    /// Of one account; left out, of all.
    pub account: Option<AccountRef>,
    /// Of the accounts below it as well.
    pub below: bool,
    /// Of one commodity, also where it is a currency; left out, of all but currencies.
    pub commodity: Option<Commodity>,
    /// By this method in place of that of each account.
    pub method: Option<LotMethod>,
    /// At the end of this day.
    pub as_of: NaiveDate,
    /// As the journal was at this instant.
    pub known_at: Option<DateTime<Utc>>,
    /// Costs, proceeds and values in this commodity, each by the price of its day; left out, in what was paid.
    pub value_in: Option<Commodity>,
}

impl LotQuery {
    /// All lots at the end of a day.
    pub fn new(as_of: NaiveDate) -> Self {
        LotQuery {
            account: None,
            below: false,
            commodity: None,
            method: None,
            as_of,
            known_at: None,
            value_in: None,
        }
    }

    /// The lots of one account.
    pub fn of(account: impl Into<AccountRef>, as_of: NaiveDate) -> Self {
        LotQuery { account: Some(account.into()), ..LotQuery::new(as_of) }
    }
}

/// Which gains are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GainQuery {
    /// Of which lots; its day is the last day of sales.
    pub lots: LotQuery,
    /// The first day of sales.
    pub from: Option<NaiveDate>,
    /// From when on a holding is long.
    pub long_term: LongTerm,
    /// What a row stands for.
    pub by: GainsBy,
}

impl GainQuery {
    /// Every lot that was closed from one day to another; a year or less is short.
    pub fn new(from: Option<NaiveDate>, to: NaiveDate) -> Self {
        GainQuery { lots: LotQuery::new(to), from, long_term: LongTerm::default(), by: GainsBy::Lot }
    }
}

impl Lots<'_> {
    /// Gives an account a method by which sales choose lots, or takes it away.
    ///
    /// From then on nothing can be posted that takes more out of it than its lots hold on its day or later; what is reversed
    /// on a later day counts until then. The change is an audit event.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`], [`crate::ErrorKind::NotAllowed`] for an account of another kind than assets and
    /// liabilities, and [`crate::ErrorKind::LotsNotHeld`] where it has taken out more before and
    /// that was not reversed.
    pub fn set_method(&self, account: &str, method: Option<LotMethod>) -> Result<Account> {
        self.book.change(|_, chart| {
            let account = chart.find(account)?;
            if method.is_some() && !matches!(account.kind, AccountKind::Asset | AccountKind::Liability) {
                let reason = "only accounts of assets and liabilities hold lots".to_owned();
                let name = account.name.clone();
                return Err(ErrorKind::NotAllowed {
                    what: "account",
                    name,
                    verb: "given a lot method",
                    reason,
                }
                .into());
            }
            self.store_method(account, method)?;
            if method.is_some() {
                self.refuse_overdrawn(account.id)?;
            }
            self.book.accounts().get_by_id(account.id)
        })
    }

    /// The open lots of a day with what they cost and are worth.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`], [`crate::ErrorKind::AmountOverflow`].
    pub fn open(&self, query: &LotQuery) -> Result<OpenLots> {
        self.book.ledger.read(|| self.open_lots(query))
    }

    /// What sales of some days gained, lot by lot: proceeds less cost, which is never posted.
    ///
    /// A reversal counts on its own day: what it changes about sales of earlier periods is in the period of that day, as
    /// rows that take back, so that the gains of periods sum to those of the whole.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`], [`crate::ErrorKind::AmountOverflow`].
    pub fn gains(&self, query: &GainQuery) -> Result<CapitalGains> {
        self.book.ledger.read(|| self.capital_gains(query))
    }
}
