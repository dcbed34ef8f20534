//! Which column holds what: told by the profile, else read off the header, else the only one that can be it.
//!
//! A role that every row needs (date, amount) and that more than one column could fill is an open question. A role
//! that rows can do without is left empty instead.

use super::currency::Currencies;
use super::evidence::Evidence;
use super::explain::{Choice, Confidence, Decisions, Found, Halt, OpenQuestion};
use super::layout::Layout;
use super::money_columns::{MoneyColumns, MoneyFinder};
use super::own_account;
use super::patterns::DatePatterns;
use super::profile::{ColumnRef, CsvProfile};
use super::survey::{ColumnFacts, Survey};
use super::words::Role;

/// The index of the column for each role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub date: usize,
    pub value_date: Option<usize>,
    pub amount: AmountColumns,
    pub currency: Option<usize>,
    pub description: Vec<usize>,
    pub payee: Option<usize>,
    pub memo: Option<usize>,
    pub reference: Option<usize>,
    pub balance: Option<usize>,
    /// A fee on top of the amount.
    pub fee: Option<usize>,
    pub state: Option<usize>,
    /// The own account of each row.
    pub account: Option<usize>,
}

/// How a row says its amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AmountColumns {
    /// One column with a sign.
    Signed(usize),
    /// One column without a sign, and one with a word for it.
    Directed { amount: usize, direction: usize },
    /// A column for money out, one for money in.
    Split { debit: Option<usize>, credit: Option<usize> },
}

impl AmountColumns {
    /// The columns with numbers.
    pub fn numbers(self) -> impl Iterator<Item = usize> {
        let pair = match self {
            AmountColumns::Signed(amount) | AmountColumns::Directed { amount, .. } => [Some(amount), None],
            AmountColumns::Split { debit, credit } => [debit, credit],
        };
        pair.into_iter().flatten()
    }
}

/// Finds the columns.
///
/// # Errors
/// A told column that is not there, and a date or amount that no column, or more than one, could hold.
pub(super) fn find(
    layout: &Layout<'_>,
    survey: &Survey,
    profile: &CsvProfile,
    currencies: Currencies<'_>,
    decisions: &mut Decisions,
    notes: &mut Vec<String>,
) -> Found<Columns> {
    let finder = Finder { layout, survey };
    let (date, confidence, reason) = match &profile.date {
        Some(told) => (finder.told(told)?, Confidence::High, "told, or by the layout"),
        None => finder.date(notes)?,
    };
    let shown = |index: usize| format!("column {}", layout.column_name(index));
    decisions.note("posting date", "--date-column", shown(date), confidence, reason);
    let dates = |index: &usize| *index != date && survey.columns[*index].mostly_dates();
    decisions.among((0..survey.columns.len()).filter(dates).map(shown));
    let evidence = Evidence::new(survey, profile.decimal_mark);
    let money = MoneyFinder { layout, survey, evidence, date };
    let MoneyColumns { amount, balance } = money.find(profile, decisions, notes)?;
    // A detected column that holds something else than its header promises is left aside.
    let usable = |role, holds: fn(&ColumnFacts) -> bool| {
        let free = |index: &usize| *index != date && amount.numbers().all(|other| other != *index);
        finder.only(role).filter(|index| free(index) && holds(&survey.columns[*index]))
    };
    let value_date =
        finder.told_or(&profile.value_date, || usable(Role::ValueDate, ColumnFacts::mostly_dates))?;
    let currency = match &profile.currency {
        Some(told) => Some(finder.told(told)?),
        None => finder.currency(date, amount)?,
    };
    if currency.is_none() {
        finder.check_signs(amount, currencies)?;
    }
    let balance = finder
        .told_or(&profile.balance, || balance.or(usable(Role::Balance, ColumnFacts::mostly_numbers)))?;
    let payee = finder.told_or(&profile.payee, || finder.first(Role::Payee))?;
    let memo = finder.told_or(&profile.memo, || finder.first(Role::Memo))?;
    let reference = finder.told_or(&profile.reference, || finder.only(Role::Reference))?;
    let state = finder.told_or(&profile.state, || finder.first(Role::State))?;
    let mut columns = Columns {
        date,
        value_date,
        amount,
        currency,
        description: vec![],
        payee,
        memo,
        reference,
        balance,
        fee: None,
        state,
        account: None,
    };
    columns.fee = finder.fee(profile, &columns, &evidence, decisions)?;
    columns.account = match &profile.account {
        Some(told) => Some(finder.told(told)?),
        None => own_account::find(layout, survey, &columns).filter(|_| profile.one_account != Some(true)),
    };
    columns.description = if profile.description.is_empty() {
        finder.description(&columns)
    } else {
        profile.description.iter().map(|told| finder.told(told)).collect::<Found<_>>()?
    };
    finder.explain(&columns, decisions);
    Ok(columns)
}

fn is_currencies(facts: &ColumnFacts) -> bool {
    facts.filled > 0 && facts.currencies == facts.filled
}

struct Finder<'f> {
    layout: &'f Layout<'f>,
    survey: &'f Survey,
}

impl Finder<'_> {
    fn told(&self, told: &ColumnRef) -> Found<usize> {
        self.layout.column_told(told, self.survey.width)
    }

    fn told_or(&self, told: &Option<ColumnRef>, detect: impl Fn() -> Option<usize>) -> Found<Option<usize>> {
        told.as_ref().map_or_else(|| Ok(detect()), |told| self.told(told).map(Some))
    }

    /// The one column that the header calls so.
    fn only(&self, role: Role) -> Option<usize> {
        match self.layout.columns_called(role).as_slice() {
            [index] => Some(*index),
            _ => None,
        }
    }

    fn first(&self, role: Role) -> Option<usize> {
        self.layout.columns_called(role).first().copied()
    }

    /// The column that the header calls a currency; without a header, the one column of currency codes.
    fn currency(&self, date: usize, amount: AmountColumns) -> Found<Option<usize>> {
        let free = |index: &usize| *index != date && amount.numbers().all(|other| other != *index);
        let called = self.layout.columns_called(Role::Currency);
        let holds = |index: &usize| {
            called.contains(index) && free(index) && self.survey.columns[*index].names_currencies()
        };
        match self.distinct(holds).as_slice() {
            [] => Ok(self.only_currencies()),
            [index] => Ok(Some(*index)),
            several => {
                let choice = |index: &usize| Choice {
                    label: format!("column {}", self.layout.column_name(*index)),
                    settles: CsvProfile {
                        currency: Some(self.layout.column_ref(*index)),
                        ..CsvProfile::default()
                    },
                };
                let reason = format!(
                    "columns {} could all be the currency of the amount: tell it with --currency-column",
                    self.list(several)
                );
                let choices = several.iter().map(choice).collect();
                Err(Halt::Open(OpenQuestion { place: self.layout.place(), reason, choices }))
            }
        }
    }

    /// A sign over an amount that several currencies share, none of them the one that is expected, leaves its
    /// currency open.
    fn check_signs(&self, amount: AmountColumns, currencies: Currencies<'_>) -> Found<()> {
        let Some(header) = &self.layout.header else { return Ok(()) };
        for name in amount.numbers().filter_map(|index| Some((index, header.names.get(index)?))) {
            let (index, name) = name;
            let shared = name.sign.as_deref().and_then(|sign| currencies.shared_sign(sign));
            if let (Some(clause), None) = (shared, name.currency(currencies)) {
                let reason = format!("column {}: {clause}", self.layout.column_name(index));
                return Err(Halt::open((header.line, 1), reason));
            }
        }
        Ok(())
    }

    /// Without a header, the one column of currency codes.
    fn only_currencies(&self) -> Option<usize> {
        let full = |index: &usize| {
            let facts = &self.survey.columns[*index];
            is_currencies(facts) && facts.filled * 10 >= self.survey.rows * 9
        };
        if self.layout.header.is_some() {
            return None;
        }
        match self.distinct(full).as_slice() {
            [index] => Some(*index),
            _ => None,
        }
    }

    fn list(&self, columns: &[usize]) -> String {
        columns.iter().map(|index| self.layout.column_name(*index)).collect::<Vec<_>>().join(", ")
    }

    fn date(&self, notes: &mut Vec<String>) -> Found<(usize, Confidence, &'static str)> {
        let called = self.layout.columns_called(Role::Date);
        if let [index] = called.as_slice() {
            return Ok((*index, Confidence::High, "the header calls it so"));
        }
        let candidates = if called.is_empty() {
            let most = self
                .survey
                .columns
                .iter()
                .filter(|facts| facts.mostly_dates())
                .map(|facts| facts.dates)
                .max();
            let full = |index: &usize| {
                let facts = &self.survey.columns[*index];
                facts.mostly_dates() && facts.dates * 10 >= most.unwrap_or(0) * 9
            };
            self.distinct(full)
        } else {
            self.distinct(|index| called.contains(index))
        };
        match candidates.as_slice() {
            [index] => Ok((*index, Confidence::High, "no other column has a date in every row")),
            [] if self.layout.header.is_some() => {
                let reason = format!(
                    "no column is called a date ({}): tell it with --date-column",
                    self.layout.header_text()
                );
                Err(Halt::open(self.layout.place(), reason))
            }
            [] => {
                let reason = "no column holds a date in every row: tell it with --date-column";
                Err(Halt::open(self.layout.place(), reason))
            }
            several if called.is_empty() => self.date_in_order(several, notes),
            several => Err(self.which_date(several)),
        }
    }

    /// Of several columns of dates the first whose dates are in order: a bank lists what it books as it books it,
    /// and other dates of a row come before or after.
    fn date_in_order(
        &self,
        several: &[usize],
        notes: &mut Vec<String>,
    ) -> Found<(usize, Confidence, &'static str)> {
        let in_order = several.iter().copied().filter(|index| self.is_in_order(*index)).collect::<Vec<_>>();
        let [first, rest @ ..] = in_order.as_slice() else { return Err(self.which_date(several)) };
        if rest.is_empty() {
            return Ok((*first, Confidence::Medium, "of the columns of dates only this is in order"));
        }
        notes.push(format!(
            "columns {} hold dates: the first is read as the posting date; if it is another, tell it with --date-column",
            self.list(several)
        ));
        Ok((*first, Confidence::Low, "it is the first column of dates that are in order"))
    }

    fn which_date(&self, several: &[usize]) -> Halt {
        let choice = |index: &usize| Choice {
            label: format!("column {}", self.layout.column_name(*index)),
            settles: CsvProfile { date: Some(self.layout.column_ref(*index)), ..CsvProfile::default() },
        };
        let reason = format!(
            "columns {} could all be the posting date: tell it with --date-column",
            self.list(several)
        );
        let choices = several.iter().map(choice).collect();
        Halt::Open(OpenQuestion { place: self.layout.place(), reason, choices })
    }

    fn is_in_order(&self, index: usize) -> bool {
        let patterns = DatePatterns::shared().of(self.survey.columns[index].patterns);
        patterns.first().is_some_and(|format| {
            let days = self.survey.sample.iter().filter_map(|row| format.read(row.get(index)?));
            let days = days.collect::<Vec<_>>();
            days.is_sorted() || days.is_sorted_by(|one, other| one >= other)
        })
    }

    /// The column of a fee that the amount does not have in it. The balance tells; else only a person can.
    fn fee(
        &self,
        profile: &CsvProfile,
        columns: &Columns,
        evidence: &Evidence<'_>,
        decisions: &mut Decisions,
    ) -> Found<Option<usize>> {
        const FLAG: &str = "--fee-column or --fee-included";
        if let Some(told) = &profile.fee {
            let index = self.told(told)?;
            let shown = format!("column {} on top of the amount", self.layout.column_name(index));
            decisions.note("fee", FLAG, shown, Confidence::High, "told, or by the layout");
            return Ok(Some(index));
        }
        let charged = |index: &usize| {
            let facts = &self.survey.columns[*index];
            facts.mostly_numbers() && facts.positive + facts.negative > 0
        };
        let net = |index: usize| {
            let name = self.layout.header.as_ref().and_then(|header| header.names.get(index));
            name.is_some_and(|name| name.rank(Role::Amount) == Some(0))
        };
        let is_net = columns.amount.numbers().all(net);
        let mut fees = self.layout.columns_called(Role::Fee).into_iter().filter(charged);
        let settled = profile.fee_included == Some(true) || profile.amount.is_some() || is_net;
        let Some(index) = fees.next().filter(|_| !settled) else {
            return Ok(None);
        };
        let name = self.layout.column_name(index);
        let ties = |with_fee: bool| {
            let amount = |row: &[String]| {
                let amount = evidence.amount(row, columns.amount)?;
                let fee = evidence.value(row, index).unwrap_or_default().abs();
                Some(if with_fee { amount - fee } else { amount })
            };
            let proof = columns.balance.map(|balance| evidence.proof(balance, columns.currency, amount));
            proof.filter(|proof| proof.convinces()).map_or(0, |proof| proof.ties)
        };
        let (with_fee, without) = (ties(true), ties(false));
        if with_fee != without {
            let (shown, fee) = match with_fee > without {
                true => (format!("column {name} on top of the amount"), Some(index)),
                false => (format!("column {name} is in the amount already"), None),
            };
            decisions.note("fee", FLAG, shown, Confidence::High, "the running balance follows from it");
            return Ok(fee);
        }
        let reason = format!(
            "column {name} holds fees, which may or may not be part of the amount: tell it with --fee-included or \
             --fee-column, or tell the column that counts with --amount-column"
        );
        let choices = vec![
            Choice {
                label: "the fee comes on top".to_owned(),
                settles: CsvProfile { fee: Some(self.layout.column_ref(index)), ..CsvProfile::default() },
            },
            Choice {
                label: "the fee is in the amount".to_owned(),
                settles: CsvProfile { fee_included: Some(true), ..CsvProfile::default() },
            },
        ];
        Err(Halt::Open(OpenQuestion { place: self.layout.place(), reason, choices }))
    }

    /// The columns that `holds` is true of; of several with the same cells, the first.
    fn distinct(&self, holds: impl Fn(&usize) -> bool) -> Vec<usize> {
        let facts = &self.survey.columns;
        let all = (0..facts.len()).filter(holds).collect::<Vec<_>>();
        let repeats = |index: usize| {
            let digest = facts[index].digest;
            digest != 0 && all.iter().any(|other| *other < index && facts[*other].digest == digest)
        };
        all.iter().copied().filter(|index| !repeats(*index)).collect()
    }

    /// The columns called a description; without a header, every column of text that has no other role.
    fn description(&self, columns: &Columns) -> Vec<usize> {
        let mut taken = vec![
            Some(columns.date),
            columns.value_date,
            columns.currency,
            columns.payee,
            columns.memo,
            columns.account,
        ];
        taken.extend([columns.reference, columns.balance, columns.fee]);
        taken.extend(columns.amount.numbers().map(Some));
        if let AmountColumns::Directed { direction, .. } = columns.amount {
            taken.push(Some(direction));
        }
        let free = |index: &usize| !taken.contains(&Some(*index));
        if self.layout.header.is_some() {
            return self.layout.columns_called(Role::Description).into_iter().filter(free).collect();
        }
        let is_text = |index: &usize| {
            let facts = &self.survey.columns[*index];
            let coded = facts.currencies == facts.filled || facts.mostly_directions();
            facts.filled > 0 && !coded && !facts.mostly_numbers() && !facts.mostly_dates()
        };
        (0..self.survey.width.min(self.survey.columns.len())).filter(free).filter(is_text).collect()
    }

    /// Notes the columns that rows can do without.
    fn explain(&self, columns: &Columns, decisions: &mut Decisions) {
        let texts =
            columns.description.iter().map(|index| self.layout.column_name(*index)).collect::<Vec<_>>();
        let optional = [
            ("value date", "--value-date-column", columns.value_date),
            ("currency", "--currency-column", columns.currency),
            ("balance", "--balance-column", columns.balance),
            ("payee", "--payee-column", columns.payee),
            ("memo", "--memo-column", columns.memo),
            ("reference", "--reference-column", columns.reference),
            ("state", "--state-column", columns.state),
            ("account", "--account-column or --one-account", columns.account),
        ];
        let reason = match &self.layout.header {
            Some(_) => "told, or the header calls it so",
            None => "told, or what its cells look like",
        };
        for (about, flag, index) in optional {
            let shown =
                index.map_or("none".to_owned(), |index| format!("column {}", self.layout.column_name(index)));
            let confidence = if index.is_some() { Confidence::High } else { Confidence::Medium };
            let reason = if index.is_some() { reason } else { "no column is called so" };
            decisions.note(about, flag, shown, confidence, reason);
        }
        let shown = if texts.is_empty() { "none".to_owned() } else { format!("column {}", texts.join(", ")) };
        decisions.note("description", "--description-column", shown, Confidence::Medium, reason);
    }
}
