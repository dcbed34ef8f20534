//! Amounts of rows in words: one, or a range that is an estimate; and the lines that they make.

use ledger_core::account::AccountId;
use ledger_core::money::{Amount, Commodity};
use ledger_core::schedule::{
    Adjustment, AmountChange, Plan, PlannedLine, Scenario, Schedule, ScheduleId, ScheduleTerms, Scope, Step,
};
use ledger_core::{Book, ErrorKind, Result};

use crate::commands::post::amounts::{Amounts, MarkChoice};

/// Why a line at a price is refused.
const NO_PRICE: &str = "what is planned has no price (plan the money that pays for it, post the purchase at its price \
                        when it happens, and `ledger schedule settle` says that it is the one)";

/// What moves: an amount and, for an estimate, its ends; without signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    pub amount: Amount,
    /// The low and the high end.
    pub ends: Option<(Amount, Amount)>,
}

/// Reads amounts of rows.
pub struct MoneyReader {
    amounts: Amounts,
}

impl MoneyReader {
    /// A reader for a book.
    ///
    /// # Errors
    /// When the database fails.
    pub fn new(book: &Book<'_>, mark: Option<MarkChoice>) -> Result<Self> {
        Ok(MoneyReader { amounts: Amounts::new(book, mark)? })
    }

    /// The same reader, for amounts that name no commodity in that of `money`.
    pub fn in_commodity_of(&self, money: &Money) -> Self {
        self.in_commodity(money.amount.commodity())
    }

    /// The same reader, for amounts that name no commodity in that of planned lines.
    pub fn in_commodity_of_lines(&self, lines: &[PlannedLine]) -> Self {
        match lines.first() {
            Some(line) => self.in_commodity(line.amount.commodity()),
            None => MoneyReader { amounts: self.amounts.clone() },
        }
    }

    fn in_commodity(&self, commodity: Commodity) -> Self {
        MoneyReader { amounts: self.amounts.clone().defaulting_to(Some(commodity)) }
    }

    /// An amount with its sign.
    ///
    /// # Errors
    /// Those of the amount, and for one with a price.
    pub fn signed(&self, text: &str) -> Result<Amount> {
        match self.amounts.priced(text)? {
            (amount, None) => Ok(amount),
            (_, Some(_)) => Err(refused(text, NO_PRICE)),
        }
    }

    /// An amount above zero, or a range of which the middle, cut to whole minor units, is expected.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidAmount`].
    pub fn money(&self, text: &str, low: Option<&str>, high: Option<&str>) -> Result<Money> {
        let Some((first, last)) = text.split_once("..") else {
            return self.with_ends(self.positive(text)?, low, high);
        };
        if low.is_some() || high.is_some() {
            return Err(refused(text, "it is a range already; leave --low and --high out"));
        }
        let last = self.positive(last)?;
        let first = self.in_commodity(last.commodity()).positive(first)?;
        let middle = (i128::from(first.minor()) + i128::from(last.minor())) / 2;
        let amount = Amount::try_from_i128(middle, last.commodity(), "the middle of the range")?;
        in_order(text, first, amount, last)
    }

    /// The amount that a step has, with other ends.
    ///
    /// # Errors
    /// As [`MoneyReader::money`].
    pub fn kept(&self, step: &Step, low: Option<&str>, high: Option<&str>) -> Result<Money> {
        let debit = step.lines.iter().find(|line| !line.amount.is_negative());
        let Some(debit) = debit.filter(|_| step.lines.len() == 2) else {
            return Err(ErrorKind::Misuse("the amount is missing".to_owned()).into());
        };
        if low.is_some() || high.is_some() {
            return self.in_commodity(debit.amount.commodity()).with_ends(debit.amount, low, high);
        }
        let is_estimate = debit.low.is_some() || debit.high.is_some();
        Ok(Money { amount: debit.amount, ends: is_estimate.then(|| (debit.low(), debit.high())) })
    }

    fn with_ends(&self, amount: Amount, low: Option<&str>, high: Option<&str>) -> Result<Money> {
        if low.is_none() && high.is_none() {
            return Ok(Money { amount, ends: None });
        }
        let reader = self.in_commodity(amount.commodity());
        let end = |text: Option<&str>| text.map_or(Ok(amount), |text| reader.positive(text));
        in_order(&amount.to_string(), end(low)?, amount, end(high)?)
    }

    fn positive(&self, text: &str) -> Result<Amount> {
        let amount = self.signed(text)?;
        if amount.minor() <= 0 {
            return Err(refused(text, "it has to be above zero; --from and --to say which way money goes"));
        }
        Ok(amount)
    }
}

fn in_order(text: &str, low: Amount, amount: Amount, high: Amount) -> Result<Money> {
    let one_commodity = low.commodity() == amount.commodity() && high.commodity() == amount.commodity();
    if !one_commodity || low.minor() > amount.minor() || amount.minor() > high.minor() {
        let reason = format!(
            "an estimate runs from low to high in one commodity, not {low} to {high} around {amount}"
        );
        return Err(refused(text, &reason));
    }
    Ok(Money { amount, ends: Some((low, high)) })
}

fn refused(text: &str, reason: &str) -> ledger_core::Error {
    ErrorKind::InvalidAmount { text: text.trim().to_owned(), reason: reason.to_owned() }.into()
}

impl Money {
    /// Lines in the proportion of those that a row has.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] for a range, and as a scenario's adjustment of the amount.
    pub fn in_proportion(&self, terms: &ScheduleTerms, lines: &[PlannedLine]) -> Result<Vec<PlannedLine>> {
        if self.ends.is_some() {
            let advice = "a row of several lines has its estimates line by line: give them with --line";
            return Err(ErrorKind::Misuse(advice.to_owned()).into());
        }
        // The rule of proportion is the one by which scenarios change amounts.
        let id = ScheduleId::new(1);
        let row = ScheduleTerms { steps: vec![Step::new(lines.to_vec())], ..terms.clone() };
        let plan = Plan::new([Schedule::new(id, row)?], [])?;
        let change = AmountChange::To(self.amount);
        let adjustments = vec![Adjustment::Amount { row: id.into(), change, scope: Scope::All }];
        let made = Scenario { name: "edit".to_owned(), adjustments }.apply(&plan)?;
        Ok(made.schedule(id)?.terms().steps[0].lines.clone())
    }
}

/// The two lines of money that goes from one account to another.
///
/// # Errors
/// For an amount whose opposite has no room.
pub fn pair(to: AccountId, from: AccountId, money: Money) -> Result<Vec<PlannedLine>> {
    let debit = PlannedLine::new(to, money.amount);
    let credit = PlannedLine::new(from, money.amount.negate()?);
    Ok(match money.ends {
        None => vec![debit, credit],
        Some((low, high)) => vec![debit.between(low, high), credit.between(low.negate()?, high.negate()?)],
    })
}

/// A line that was said, with or without its amount.
pub struct SaidLine {
    account: AccountId,
    money: Option<Money>,
    negative: bool,
}

/// The account of `ACCOUNT[=AMOUNT]`.
pub fn account_of(text: &str) -> &str {
    text.rsplit_once('=').map_or(text, |(account, _)| account).trim()
}

/// Refuses a line that says an amount at a price where the account is expected, before an account is looked for, or opened.
///
/// # Errors
/// [`ErrorKind::InvalidAmount`].
pub fn check_line(text: &str) -> Result<()> {
    if account_of(text).contains(" @") { Err(refused(text, NO_PRICE)) } else { Ok(()) }
}

/// Reads `ACCOUNT[=AMOUNT]`; the amount may be a range, and negative for a credit.
///
/// # Errors
/// Those of the account and the amount.
pub fn line_of(book: &Book<'_>, reader: &MoneyReader, text: &str) -> Result<SaidLine> {
    let account = book.accounts().get(account_of(text))?.id;
    let Some((_, amount)) = text.rsplit_once('=') else {
        return Ok(SaidLine { account, money: None, negative: false });
    };
    let (negative, magnitude) = match amount.trim().strip_prefix('-') {
        Some(rest) => (true, rest.replace("..-", "..")),
        None => (false, amount.to_owned()),
    };
    Ok(SaidLine { account, money: Some(reader.money(&magnitude, None, None)?), negative })
}

/// Planned lines, of which one gets what the others leave.
///
/// # Errors
/// [`ErrorKind::Misuse`] for more than one without an amount, and where the others are in several commodities.
pub fn with_inferred(said: Vec<SaidLine>) -> Result<Vec<PlannedLine>> {
    let misuse = |advice: &str| -> ledger_core::Error { ErrorKind::Misuse(advice.to_owned()).into() };
    let mut lines = Vec::with_capacity(said.len());
    let mut open = None;
    for (place, line) in said.iter().enumerate() {
        let Some(money) = line.money else {
            if open.replace(place).is_some() {
                return Err(misuse("only one --line can do without its amount"));
            }
            continue;
        };
        let sign = |amount: Amount| if line.negative { amount.negate() } else { Ok(amount) };
        let planned = PlannedLine::new(line.account, sign(money.amount)?);
        lines.push(match money.ends {
            Some((low, high)) => planned.between(sign(low)?, sign(high)?),
            None => planned,
        });
    }
    let Some(place) = open else { return Ok(lines) };
    let Some(commodity) = lines.first().map(|line| line.amount.commodity()) else {
        return Err(misuse("at least one --line has an amount"));
    };
    let rest = |read: fn(&PlannedLine) -> Amount| {
        ledger_core::money::sum(commodity, lines.iter().map(read)).and_then(|sum| sum.negate())
    };
    let mut inferred = PlannedLine::new(said[place].account, rest(|line| line.amount)?);
    if lines.iter().any(|line| line.low.is_some() || line.high.is_some()) {
        inferred = inferred.between(rest(PlannedLine::low)?, rest(PlannedLine::high)?);
    }
    lines.insert(place, inferred);
    Ok(lines)
}
