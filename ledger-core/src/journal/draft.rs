//! What a caller wants to post, before anything about it is proven.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::account::{Account, AccountId};
use crate::lot::LineLot;
use crate::money::{self, Amount, Commodity};
use crate::{ErrorKind, Result};

/// The account that a line names: by its number or by its name (or an alias of it).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountRef {
    /// The account with this number.
    Id(AccountId),
    /// The account with this name or alias; case and Unicode form do not matter.
    Name(String),
}

impl fmt::Display for AccountRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AccountRef::Id(id) => write!(f, "#{id}"),
            AccountRef::Name(name) => f.write_str(name),
        }
    }
}

impl From<&str> for AccountRef {
    fn from(name: &str) -> Self {
        AccountRef::Name(name.to_owned())
    }
}

impl From<String> for AccountRef {
    fn from(name: String) -> Self {
        AccountRef::Name(name)
    }
}

impl From<AccountId> for AccountRef {
    fn from(id: AccountId) -> Self {
        AccountRef::Id(id)
    }
}

impl From<&Account> for AccountRef {
    fn from(account: &Account) -> Self {
        AccountRef::Id(account.id)
    }
}

/// What a line's amount costs in another commodity (`@` and `@@` of hledger, ledger and beancount).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinePrice {
    /// `@`: each unit costs `rate` of `quote`; the weight is rounded half-even to the quote's scale.
    Unit {
        /// Units of `quote` for one unit of the line's commodity; positive.
        rate: Decimal,
        /// The commodity that the price is in.
        quote: Commodity,
    },
    /// `@@`: the whole line costs this amount, given without a sign.
    Total(Amount),
}

impl LinePrice {
    /// `@ rate quote`.
    pub fn unit(rate: Decimal, quote: Commodity) -> Self {
        LinePrice::Unit { rate, quote }
    }

    /// `@@ total`.
    pub fn total(total: Amount) -> Self {
        LinePrice::Total(total)
    }

    /// The commodity that the price is in.
    pub fn quote(&self) -> Commodity {
        match self {
            LinePrice::Unit { quote, .. } => *quote,
            LinePrice::Total(total) => total.commodity(),
        }
    }

    /// The same price in its shortest spelling, which is the one that is stored: `0.9200` is `0.92`.
    pub(crate) fn normalized(self) -> Self {
        match self {
            LinePrice::Unit { rate, quote } => LinePrice::Unit { rate: rate.normalize(), quote },
            total => total,
        }
    }

    /// What `amount` weighs at this price: positive for a debit, negative for a credit.
    ///
    /// # Errors
    /// A price in the amount's own commodity, a price that is not positive, the total price of an amount of zero, and
    /// a weight that does not fit.
    pub fn weigh(&self, amount: Amount) -> Result<Amount> {
        let refuse = |reason: String| ErrorKind::InvalidAmount { text: format!("{amount} {self}"), reason };
        if self.quote() == amount.commodity() {
            return Err(refuse("a price has to be in another commodity".to_owned()).into());
        }
        match *self {
            LinePrice::Unit { rate, .. } if rate <= Decimal::ZERO => {
                Err(refuse("a price has to be more than zero".to_owned()).into())
            }
            LinePrice::Unit { rate, quote } => money::convert(amount, rate, quote),
            LinePrice::Total(total) if total.minor() <= 0 => {
                Err(refuse("a total price is given without a sign and is more than zero".to_owned()).into())
            }
            LinePrice::Total(_) if amount.is_zero() => {
                Err(refuse("an amount of zero has no total price".to_owned()).into())
            }
            LinePrice::Total(total) if amount.is_negative() => total.negate(),
            LinePrice::Total(total) => Ok(total),
        }
    }
}

impl fmt::Display for LinePrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinePrice::Unit { rate, quote } => write!(f, "@ {rate} {quote}"),
            LinePrice::Total(total) => write!(f, "@@ {total}"),
        }
    }
}

/// A dimension of an entry: `trip:rome`, `venture:mydub/site`; a tag without a value has an empty one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// What kind of dimension, such as `trip`.
    pub key: String,
    /// Which one, hierarchical with `/`; may be empty.
    pub value: String,
}

impl Tag {
    /// Reads `key:value` or `key`.
    pub fn parse(text: &str) -> Tag {
        let (key, value) = text.split_once(':').unwrap_or((text, ""));
        Tag { key: key.trim().to_owned(), value: value.trim().to_owned() }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.value.is_empty() { f.write_str(&self.key) } else { write!(f, "{}:{}", self.key, self.value) }
    }
}

/// What made an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Source {
    /// A person or a host program.
    #[default]
    Manual,
    /// A bank statement or another program's journal.
    Import,
    /// A schedule that fell due.
    Schedule,
    /// A movement of a receivable or loan.
    Receivable,
    /// A budget or goal.
    Plan,
    /// The closing of a year.
    Closing,
    /// A change of the ledger's own format.
    Migration,
}

impl Source {
    /// Every source, in the order of the documentation.
    pub const ALL: [Source; 7] = [
        Source::Manual,
        Source::Import,
        Source::Schedule,
        Source::Receivable,
        Source::Plan,
        Source::Closing,
        Source::Migration,
    ];

    /// The stored and printed name, such as `import`.
    pub fn as_str(self) -> &'static str {
        match self {
            Source::Manual => "manual",
            Source::Import => "import",
            Source::Schedule => "schedule",
            Source::Receivable => "receivable",
            Source::Plan => "plan",
            Source::Closing => "closing",
            Source::Migration => "migration",
        }
    }

    /// The source with this name.
    pub fn from_name(name: &str) -> Option<Source> {
        Self::ALL.into_iter().find(|source| source.as_str() == name)
    }
}

/// One line of a draft. A debit is positive, a credit negative; one amount of a draft may be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineDraft {
    /// The account that is debited or credited.
    pub account: AccountRef,
    /// Signed amount; `None` means whatever makes the entry balance.
    pub amount: Option<Amount>,
    /// What the amount costs, where the entry mixes commodities.
    pub price: Option<LinePrice>,
    /// Which lot the line opens or closes.
    pub lot: Option<LineLot>,
    /// A note on this line.
    pub memo: Option<String>,
}

/// An entry as a caller writes it; [`EntryDraft::balance`] turns it into one that can be posted.
///
/// ```
/// use ledger_core::{EntryDraft, money::Amount};
/// use chrono::NaiveDate;
///
/// let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
/// let rent: Amount = "950 EUR".parse()?;
/// let entry = EntryDraft::new(day, "Rent").debit("Expenses:Rent", rent).infer("Assets:Bank").balance()?;
/// assert_eq!(entry.lines()[1].amount.to_string(), "-950.00 EUR");
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryDraft {
    /// The day that the entry counts for.
    pub posted_on: NaiveDate,
    /// What happened, in a line.
    pub description: String,
    /// With whom, by name.
    pub party: Option<String>,
    /// Dimensions.
    pub tags: Vec<Tag>,
    /// The caller's own identity of this entry: posting it twice posts it once.
    pub external_id: Option<String>,
    /// What makes the entry.
    pub source: Source,
    /// Debits and credits, in the order in which they are shown.
    pub lines: Vec<LineDraft>,
}

impl EntryDraft {
    /// An entry without lines.
    pub fn new(posted_on: NaiveDate, description: impl Into<String>) -> Self {
        EntryDraft {
            posted_on,
            description: description.into(),
            party: None,
            tags: Vec::new(),
            external_id: None,
            source: Source::Manual,
            lines: Vec::new(),
        }
    }

    /// Adds a debit of `amount`; a negative amount is a credit.
    pub fn debit(self, account: impl Into<AccountRef>, amount: Amount) -> Self {
        self.line(LineDraft {
            account: account.into(),
            amount: Some(amount),
            price: None,
            lot: None,
            memo: None,
        })
    }

    /// Adds a credit of `amount`; a negative amount is a debit.
    ///
    /// # Panics
    /// Never: the one amount that cannot be negated, `i64::MIN` minor units, is kept and refused by
    /// [`EntryDraft::balance`].
    pub fn credit(self, account: impl Into<AccountRef>, amount: Amount) -> Self {
        let amount = amount.negate().unwrap_or(amount);
        self.line(LineDraft {
            account: account.into(),
            amount: Some(amount),
            price: None,
            lot: None,
            memo: None,
        })
    }

    /// Adds a debit at a price in another commodity.
    pub fn debit_at(self, account: impl Into<AccountRef>, amount: Amount, price: LinePrice) -> Self {
        self.line(LineDraft {
            account: account.into(),
            amount: Some(amount),
            price: Some(price),
            lot: None,
            memo: None,
        })
    }

    /// Adds a credit at a price in another commodity; see [`EntryDraft::credit`].
    pub fn credit_at(self, account: impl Into<AccountRef>, amount: Amount, price: LinePrice) -> Self {
        let amount = amount.negate().unwrap_or(amount);
        self.line(LineDraft {
            account: account.into(),
            amount: Some(amount),
            price: Some(price),
            lot: None,
            memo: None,
        })
    }

    /// Adds the line whose amount is whatever is missing.
    pub fn infer(self, account: impl Into<AccountRef>) -> Self {
        self.line(LineDraft { account: account.into(), amount: None, price: None, lot: None, memo: None })
    }

    /// Says which lot the last line opens or closes; no effect on an entry without lines.
    pub fn lot(mut self, lot: LineLot) -> Self {
        if let Some(line) = self.lines.last_mut() {
            line.lot = Some(lot);
        }
        self
    }

    /// Adds a line.
    pub fn line(mut self, line: LineDraft) -> Self {
        self.lines.push(line);
        self
    }

    /// Names the party.
    pub fn party(mut self, party: impl Into<String>) -> Self {
        self.party = Some(party.into());
        self
    }

    /// Adds a tag.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.push(Tag { key: key.into(), value: value.into() });
        self
    }

    /// Gives the entry the caller's own identity, so that posting it again posts nothing.
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    /// Says what makes the entry.
    pub fn source(mut self, source: Source) -> Self {
        self.source = source;
        self
    }
}
