//! What flags say about terms: when something is paid back, and what it costs. `plan`, `add`, `track` and `refinance`
//! take the same.

use chrono::{Datelike, Days, Months, NaiveDate};
use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use ledger_core::money::{Amount, Commodity};
use ledger_core::receivable::{
    Compounding, DatedInstalment, DayCount, FeeTerms, Frequency, InstalmentKind, InstalmentTerms,
    InterestTerms, LoanRounding, LoanTerms, Rate, Repayment, Residue,
};
use ledger_core::{ErrorKind, Result};
use rust_decimal::Decimal;

use super::money::Money;
use crate::dates::parse_date;

const WHEN: &str = "Paid back";
const COST: &str = "Interest and fees";

/// The flags.
#[derive(clap::Args, Debug)]
#[command(group = clap::ArgGroup::new("repayment"))]
pub struct TermArgs {
    /// In one sum on a day
    #[arg(long, value_name = "DATE", group = "repayment", help_heading = WHEN)]
    due: Option<String>,

    /// When it is asked for: there is no plan, and nothing is late
    #[arg(long, group = "repayment", help_heading = WHEN)]
    on_demand: bool,

    /// In so many instalments
    #[arg(long, value_name = "N", group = "repayment", help_heading = WHEN)]
    instalments: Option<u32>,

    /// By the same payment of principal and interest until nothing is left
    #[arg(long, value_name = "AMOUNT", group = "repayment", help_heading = WHEN)]
    payment: Option<String>,

    /// On days of one's own choice, each with its part of the principal
    #[arg(long, value_name = "DATE=AMOUNT,…", value_delimiter = ',', group = "repayment", help_heading = WHEN)]
    dates: Vec<String>,

    /// The distance of instalments: month, "2 weeks", quarter, year [default: month]
    #[arg(long, value_name = "WORDS", help_heading = WHEN, conflicts_with_all = ["due", "on_demand", "dates"])]
    every: Option<String>,

    /// When the first instalment is due [default: one such distance after the beginning]
    #[arg(long, value_name = "DATE", help_heading = WHEN, conflicts_with_all = ["due", "on_demand", "dates"])]
    first: Option<String>,

    /// The day of the month of instalments; in a shorter month its last day [default: that of the first]
    #[arg(long, value_name = "DAY", help_heading = WHEN, conflicts_with_all = ["due", "on_demand", "dates"])]
    due_day: Option<u8>,

    /// What instalments are made of [default: annuity]
    #[arg(long, value_name = "KIND", value_enum, requires = "instalments", help_heading = WHEN)]
    kind: Option<KindChoice>,

    /// Days after a due day before a payment counts as late
    #[arg(long, value_name = "DAYS", default_value_t = 0, help_heading = WHEN)]
    grace: u16,

    /// The nominal rate in percent a year, such as 4.5
    #[arg(long, value_name = "PERCENT", help_heading = COST)]
    rate: Option<String>,

    /// Take a rate above 100 %
    #[arg(long, help_heading = COST)]
    allow_high_rate: bool,

    /// The rate of what is late, from the day after which it is late; 0 for none [default: that of the loan for one sum,
    /// and for what is left after the last instalment]
    #[arg(long, value_name = "PERCENT", help_heading = COST)]
    late_rate: Option<String>,

    /// How often unpaid interest begins to bear interest [default: none]; a part of a period earns the root of a whole one,
    /// so that a year of `yearly` is the rate, and half a year of 12 % is 5.83 %
    #[arg(long, value_name = "HOW", value_parser = compoundings(), requires = "rate", help_heading = COST)]
    compounding: Option<Compounding>,

    /// How days become parts of a year [default: 30/360]
    #[arg(long, value_name = "HOW", value_parser = day_counts(), requires = "rate", help_heading = COST)]
    day_count: Option<DayCount>,

    /// A fee for making the loan, due with the first instalment
    #[arg(long, value_name = "AMOUNT", help_heading = COST)]
    fee_upfront: Option<String>,

    /// A fee with each instalment
    #[arg(long, value_name = "AMOUNT", help_heading = COST)]
    fee_per_instalment: Option<String>,

    /// How interest and payments become whole cents [default: half-even]
    #[arg(long, value_name = "HOW", value_parser = roundings(), help_heading = COST)]
    rounding: Option<LoanRounding>,

    /// Which instalment takes what rounding leaves over [default: last]
    #[arg(long, value_name = "WHICH", value_parser = residues(), help_heading = COST)]
    residue: Option<Residue>,
}

/// What regular instalments are made of.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum KindChoice {
    /// Equal payments of principal and interest together
    Annuity,
    /// Equal parts of the principal, and the interest of what is left
    EqualPrincipal,
    /// Interest only, and the principal with the last one
    InterestOnly,
    /// Nothing until the last day, then everything
    Bullet,
}

fn compoundings() -> impl TypedValueParser<Value = Compounding> {
    PossibleValuesParser::new(Compounding::ALL.map(Compounding::name))
        .try_map(|name| name.parse::<Compounding>())
}

fn day_counts() -> impl TypedValueParser<Value = DayCount> {
    PossibleValuesParser::new(DayCount::ALL.map(DayCount::name)).try_map(|name| name.parse::<DayCount>())
}

fn roundings() -> impl TypedValueParser<Value = LoanRounding> {
    PossibleValuesParser::new(LoanRounding::ALL.map(LoanRounding::name))
        .try_map(|name| name.parse::<LoanRounding>())
}

fn residues() -> impl TypedValueParser<Value = Residue> {
    PossibleValuesParser::new([Residue::First, Residue::Last].map(Residue::name))
        .try_map(|name| name.parse::<Residue>())
}

impl TermArgs {
    /// The terms of something that was lent on a day.
    ///
    /// # Errors
    /// Those of amounts, days and the rate; whether they fit together is left to the library.
    pub fn terms(
        &self,
        money: &Money,
        principal: Amount,
        lent_on: NaiveDate,
        today: NaiveDate,
    ) -> Result<LoanTerms> {
        let commodity = principal.commodity();
        let fee = |text: &Option<String>| text.as_ref().map_or(Ok(0), |text| money.minor(text, commodity));
        let mut terms = LoanTerms::new(principal, lent_on, self.repayment(money, commodity, lent_on, today)?);
        terms.interest = self.interest()?;
        terms.fees =
            FeeTerms { upfront: fee(&self.fee_upfront)?, per_instalment: fee(&self.fee_per_instalment)? };
        terms.grace_days = self.grace;
        terms.late_rate =
            self.late_rate.as_ref().map(|text| parse_rate(text, self.allow_high_rate)).transpose()?;
        terms.rounding = self.rounding.unwrap_or_default();
        terms.residue = self.residue.unwrap_or_default();
        Ok(terms)
    }

    /// The day of the loan where only the first due day was said: one distance before it.
    ///
    /// # Errors
    /// Those of the distance and the day.
    pub fn day_before_first(&self, today: NaiveDate) -> Result<Option<NaiveDate>> {
        let Some(first) = &self.first else { return Ok(None) };
        Ok(before(parse_date(first, today)?, self.frequency()?))
    }

    fn frequency(&self) -> Result<Frequency> {
        self.every.as_deref().map_or(Ok(Frequency::MONTHLY), parse_frequency)
    }

    fn repayment(
        &self,
        money: &Money,
        commodity: Commodity,
        lent_on: NaiveDate,
        today: NaiveDate,
    ) -> Result<Repayment> {
        if let Some(due) = &self.due {
            return Ok(Repayment::Due { on: parse_date(due, today)? });
        }
        if !self.dates.is_empty() {
            let dated = |text: &String| dated(text, money, commodity, today);
            return Ok(Repayment::Dates {
                instalments: self.dates.iter().map(dated).collect::<Result<_>>()?,
            });
        }
        let kind = match (self.instalments, &self.payment) {
            (Some(count), _) => match self.kind.unwrap_or(KindChoice::Annuity) {
                KindChoice::Annuity => InstalmentKind::Annuity { count },
                KindChoice::EqualPrincipal => InstalmentKind::EqualPrincipal { count },
                KindChoice::InterestOnly => InstalmentKind::InterestOnly { count },
                KindChoice::Bullet => InstalmentKind::Bullet { count },
            },
            (None, Some(payment)) => {
                InstalmentKind::FixedPayment { payment: money.minor(payment, commodity)? }
            }
            (None, None) if self.on_demand => return Ok(Repayment::OnDemand),
            // Asked for here: as a group that is required, the flags make the line of usage twice as wide as a terminal.
            (None, None) => {
                let advice = "say when it is paid back: --due DATE, --on-demand, --instalments N, --payment AMOUNT or \
                              --dates DATE=AMOUNT,…";
                return Err(ErrorKind::Misuse(advice.to_owned()).into());
            }
        };
        let frequency = self.frequency()?;
        let on = |first_due_on| InstalmentTerms { kind, frequency, first_due_on, due_day: None };
        let instalments = match &self.first {
            Some(first) => on(parse_date(first, today)?),
            None => InstalmentTerms::after(lent_on, kind, frequency).unwrap_or_else(|| on(lent_on)),
        };
        let first = instalments.first_due_on;
        if let (Some(day), None) = (self.due_day, &self.first)
            && (1..=31).contains(&day)
            && u32::from(day) != first.day()
            && first.succ_opt().is_none_or(|next| next.day() != 1)
        {
            let advice = format!(
                "with --due-day {day} say which day is the first (--first DATE): one period after {lent_on} is {first}"
            );
            return Err(ErrorKind::Misuse(advice).into());
        }
        let due_day = self.due_day.or(instalments.due_day);
        Ok(Repayment::Instalments(InstalmentTerms { due_day, ..instalments }))
    }

    fn interest(&self) -> Result<Option<InterestTerms>> {
        let Some(text) = &self.rate else { return Ok(None) };
        let rate = parse_rate(text, self.allow_high_rate)?;
        let compounding = self.compounding.unwrap_or_default();
        let day_count = self.day_count.unwrap_or_default();
        Ok(Some(InterestTerms { compounding, day_count, ..InterestTerms::simple(rate) }))
    }
}

/// A rate in percent a year.
///
/// # Errors
/// [`ErrorKind::InvalidSetting`].
pub fn parse_rate(text: &str, allow_high: bool) -> Result<Rate> {
    let number = text.trim().trim_end_matches('%').trim_end();
    match Decimal::from_str_exact(number) {
        Ok(percent) if allow_high => Rate::allow_high(percent),
        _ => text.parse(),
    }
}

/// `2026-06-01=100`.
fn dated(text: &str, money: &Money, commodity: Commodity, today: NaiveDate) -> Result<DatedInstalment> {
    let Some((day, amount)) = text.split_once('=') else {
        let advice = format!("--dates \"{text}\" reads DATE=AMOUNT, such as 2026-06-01=100");
        return Err(ErrorKind::Misuse(advice).into());
    };
    Ok(DatedInstalment { due_on: parse_date(day, today)?, principal: money.minor(amount, commodity)? })
}

/// `month`, `2 weeks`, `every quarter`.
fn parse_frequency(text: &str) -> Result<Frequency> {
    let refuse = || {
        let reason =
            "it is month, quarter, half-year, year or week, or so many of them: \"2 weeks\"".to_owned();
        ErrorKind::InvalidSetting { what: "distance of instalments", value: text.to_owned(), reason }
    };
    let words = text.trim().to_lowercase();
    let words = words.strip_prefix("every ").unwrap_or(&words).trim();
    let (count, unit) = match words.split_once(' ') {
        Some((count, unit)) => (count.parse::<u16>().map_err(|_| refuse())?, unit.trim()),
        None => (1, words),
    };
    let unit = unit.strip_suffix('s').unwrap_or(unit);
    let frequency = match unit {
        "week" | "weekly" => count.checked_mul(1).map(Frequency::Weeks),
        "fortnight" => count.checked_mul(2).map(Frequency::Weeks),
        "month" | "monthly" => count.checked_mul(1).map(Frequency::Months),
        "quarter" | "quarterly" => count.checked_mul(3).map(Frequency::Months),
        "half-year" | "half-yearly" => count.checked_mul(6).map(Frequency::Months),
        "year" | "yearly" => count.checked_mul(12).map(Frequency::Months),
        _ => None,
    };
    Ok(frequency.ok_or_else(refuse)?)
}

/// A day one distance earlier.
fn before(day: NaiveDate, frequency: Frequency) -> Option<NaiveDate> {
    match frequency {
        Frequency::Months(months) => day.checked_sub_months(Months::new(months.into())),
        Frequency::Weeks(weeks) => day.checked_sub_days(Days::new(u64::from(weeks) * 7)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_of_instalments_are_read_from_words() {
        for (words, frequency) in [
            ("month", Frequency::MONTHLY),
            ("every month", Frequency::MONTHLY),
            ("2 weeks", Frequency::Weeks(2)),
            ("Quarter", Frequency::Months(3)),
            ("2 years", Frequency::Months(24)),
            ("fortnight", Frequency::Weeks(2)),
        ] {
            assert_eq!(parse_frequency(words).unwrap(), frequency, "{words}");
        }
        for words in ["", "moon", "x weeks", "-1 weeks", "9999 years", "2  "] {
            assert!(parse_frequency(words).unwrap_err().to_string().contains("2 weeks"), "{words}");
        }
    }

    #[test]
    fn a_rate_above_a_hundred_percent_has_to_be_allowed() {
        assert_eq!(parse_rate("4.5 %", false).unwrap().to_string(), "4.5 %");
        assert!(parse_rate("1000", false).unwrap_err().to_string().contains("allow a high rate"));
        assert_eq!(parse_rate("1000", true).unwrap().to_string(), "1000 %");
        assert!(parse_rate("x", true).is_err());
    }
}
