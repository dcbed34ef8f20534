//! What a loan or receivable says: how much, from when, how it is repaid, and what it costs.
//!
//! [`LoanTerms`] are what a caller writes and what is stored as JSON; a [`Loan`](super::Loan) is proven to be sound.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{InterestTerms, Rate};
use crate::money::{Amount, Rounding};
use crate::{Error, ErrorKind, Result};

/// What a loan says; [`Loan::new`](super::Loan::new) proves it.
///
/// As JSON the principal is text with all decimal places, other amounts are whole minor units of its commodity, days are
/// `2026-03-01`, rates are text, and fields that are not known are refused.
///
/// ```
/// use ledger_core::receivable::{Loan, LoanTerms, amortise};
///
/// let json = r#"{"principal": "1200.00 EUR", "lent_on": "2026-01-15",
///     "repayment": {"instalments": {"kind": {"annuity": {"count": 12}}, "frequency": {"months": 1},
///         "first_due_on": "2026-02-15"}},
///     "interest": {"rate": "6"}}"#;
/// let loan = Loan::new(serde_json::from_str::<LoanTerms>(json)?)?;
/// let plan = amortise(&loan)?;
/// assert_eq!((plan.len(), plan[0].parts.interest, plan[0].parts.total()?), (12, 600, 10_328));
/// assert_eq!(plan[11].balance, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoanTerms {
    /// What was lent or invoiced, above zero.
    pub principal: Amount,
    /// The day from which it is owed and bears interest.
    pub lent_on: NaiveDate,
    /// When it is to be paid back.
    pub repayment: Repayment,
    /// What it costs; nothing for a loan without interest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interest: Option<InterestTerms>,
    /// What else is charged.
    #[serde(default)]
    pub fees: FeeTerms,
    /// Days after a due day before a payment counts as late, at most 366.
    #[serde(default)]
    pub grace_days: u16,
    /// The rate of what is late, from the last day on which it is paid in time; zero for none. Without one, what was due
    /// in one sum, or is left after the last instalment, goes on at the rate of the loan, and a plan charges what it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_rate: Option<Rate>,
    /// How interest and payments become whole minor units.
    #[serde(default)]
    pub rounding: LoanRounding,
    /// Which instalment takes what rounding leaves over.
    #[serde(default)]
    pub residue: Residue,
}

impl LoanTerms {
    /// A loan without interest or fees.
    pub fn new(principal: Amount, lent_on: NaiveDate, repayment: Repayment) -> LoanTerms {
        LoanTerms {
            principal,
            lent_on,
            repayment,
            interest: None,
            fees: FeeTerms::default(),
            grace_days: 0,
            late_rate: None,
            rounding: LoanRounding::default(),
            residue: Residue::default(),
        }
    }
}

/// When a loan is paid back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Repayment {
    /// When it is asked for: there is no plan, and nothing is ever late.
    OnDemand,
    /// In one sum, with its interest, on a day.
    Due {
        /// The day.
        on: NaiveDate,
    },
    /// At regular distances.
    Instalments(InstalmentTerms),
    /// On days of one's own choice.
    Dates {
        /// The days in their order, and what of the principal is due on each; the interest earned since the day before
        /// comes on top. The principal parts sum to the loan.
        instalments: Vec<DatedInstalment>,
    },
}

/// A payment on a day of one's own choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatedInstalment {
    /// The day.
    pub due_on: NaiveDate,
    /// What of the principal is due, in minor units, above zero.
    pub principal: i64,
}

/// Payments at regular distances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstalmentTerms {
    /// What each payment is made of, and how many there are.
    pub kind: InstalmentKind,
    /// The distance between two due days.
    pub frequency: Frequency,
    /// The first due day, not before the loan.
    pub first_due_on: NaiveDate,
    /// The day of the month on which payments are due, from 1 to 31; in a shorter month its last day. That of the first
    /// due day where there is none: a first due day of 28 February means the 28th unless 31 stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_day: Option<u8>,
}

impl InstalmentTerms {
    /// Payments of which the first is due one distance after a day, and all on its day of the month: after one of the
    /// 29th to 31st on the last day of a shorter month, and on its own in the others. Nothing outside the calendar.
    ///
    /// ```
    /// use ledger_core::receivable::{Frequency, InstalmentKind, InstalmentTerms};
    ///
    /// let kind = InstalmentKind::Annuity { count: 3 };
    /// let terms = InstalmentTerms::after("2024-01-31".parse()?, kind, Frequency::MONTHLY).unwrap();
    /// assert_eq!((terms.first_due_on, terms.due_day), ("2024-02-29".parse()?, Some(31)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn after(day: NaiveDate, kind: InstalmentKind, frequency: Frequency) -> Option<InstalmentTerms> {
        let (first_due_on, due_day) = match frequency {
            Frequency::Months(months) => {
                let of_month = u8::try_from(day.day()).ok().filter(|of_month| *of_month > 28);
                (day.checked_add_months(Months::new(months.into()))?, of_month)
            }
            Frequency::Weeks(weeks) => (day.checked_add_days(Days::new(u64::from(weeks) * 7))?, None),
        };
        Some(InstalmentTerms { kind, frequency, first_due_on, due_day })
    }
}

/// What regular payments are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum InstalmentKind {
    /// Equal payments of principal and interest together, as many as told.
    Annuity {
        /// How many, from 1 to 1,200.
        count: u32,
    },
    /// The same payment of principal and interest until nothing is left; the last one is what is left.
    FixedPayment {
        /// The payment in minor units, without fees; above the interest of a period.
        payment: i64,
    },
    /// Equal parts of the principal, and the interest earned by what is left.
    EqualPrincipal {
        /// How many, from 1 to 1,200.
        count: u32,
    },
    /// Interest only, and the whole principal with the last payment.
    InterestOnly {
        /// How many, from 1 to 1,200.
        count: u32,
    },
    /// Nothing until the last due day, and then principal and interest in one sum.
    Bullet {
        /// The periods until then, from 1 to 1,200.
        count: u32,
    },
}

impl InstalmentKind {
    /// How many due days there are until the end; nothing where the payment decides.
    pub const fn count(self) -> Option<u32> {
        match self {
            InstalmentKind::Annuity { count }
            | InstalmentKind::EqualPrincipal { count }
            | InstalmentKind::InterestOnly { count }
            | InstalmentKind::Bullet { count } => Some(count),
            InstalmentKind::FixedPayment { .. } => None,
        }
    }
}

/// The distance between two due days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Frequency {
    /// So many months, from 1 to 120.
    Months(u16),
    /// So many weeks, from 1 to 520.
    Weeks(u16),
}

impl Frequency {
    /// Every month.
    pub const MONTHLY: Frequency = Frequency::Months(1);
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Frequency::Months(1) => f.write_str("every month"),
            Frequency::Months(months) => write!(f, "every {months} months"),
            Frequency::Weeks(1) => f.write_str("every week"),
            Frequency::Weeks(weeks) => write!(f, "every {weeks} weeks"),
        }
    }
}

/// What a loan charges beside interest, in minor units of its commodity, not below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeTerms {
    /// Once, for making the loan; due with the first instalment.
    #[serde(default)]
    pub upfront: i64,
    /// With each instalment.
    #[serde(default)]
    pub per_instalment: i64,
}

/// How interest and payments of a loan become whole minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoanRounding {
    /// To the nearest, halves to the even neighbour.
    #[default]
    HalfEven,
    /// To the nearest, halves away from zero.
    HalfUp,
    /// Always up.
    Up,
    /// Always down.
    Down,
}

impl LoanRounding {
    /// All of them, in the order in which they are offered.
    pub const ALL: [LoanRounding; 4] =
        [LoanRounding::HalfEven, LoanRounding::HalfUp, LoanRounding::Up, LoanRounding::Down];

    /// The name, as [`FromStr`] reads it.
    pub const fn name(self) -> &'static str {
        match self {
            LoanRounding::HalfEven => "half-even",
            LoanRounding::HalfUp => "half-up",
            LoanRounding::Up => "up",
            LoanRounding::Down => "down",
        }
    }

    /// The rule of money that it names.
    pub const fn rule(self) -> Rounding {
        match self {
            LoanRounding::HalfEven => Rounding::HalfEven,
            LoanRounding::HalfUp => Rounding::HalfAwayFromZero,
            LoanRounding::Up => Rounding::Up,
            LoanRounding::Down => Rounding::Down,
        }
    }
}

impl fmt::Display for LoanRounding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for LoanRounding {
    type Err = Error;

    fn from_str(text: &str) -> Result<LoanRounding> {
        let wanted = text.trim().to_lowercase();
        let found = LoanRounding::ALL.into_iter().find(|rounding| rounding.name() == wanted);
        found.ok_or_else(|| {
            let reason = "it is half-even, half-up, up or down".to_owned();
            ErrorKind::InvalidSetting { what: "rounding", value: text.to_owned(), reason }.into()
        })
    }
}

/// Which instalment takes what rounding leaves over.
///
/// The others are equal. Interest is rounded too, so that with equal payments the last one may still differ by some minor
/// units where the first takes the residue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Residue {
    /// The last.
    #[default]
    Last,
    /// The first.
    First,
}

impl Residue {
    /// The name, as [`FromStr`] reads it.
    pub const fn name(self) -> &'static str {
        match self {
            Residue::Last => "last",
            Residue::First => "first",
        }
    }
}

impl fmt::Display for Residue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Residue {
    type Err = Error;

    fn from_str(text: &str) -> Result<Residue> {
        let wanted = text.trim().to_lowercase();
        let found = [Residue::Last, Residue::First].into_iter().find(|residue| residue.name() == wanted);
        found.ok_or_else(|| {
            let reason = "it is first or last".to_owned();
            ErrorKind::InvalidSetting { what: "residue", value: text.to_owned(), reason }.into()
        })
    }
}
