//! Which columns hold the amounts: read off the header, proven by the running balance, or the only ones that can.

use super::columns::AmountColumns;
use super::evidence::Evidence;
use super::explain::{Choice, Confidence, Decisions, Found, Halt, OpenQuestion};
use super::layout::Layout;
use super::profile::CsvProfile;
use super::signs;
use super::survey::{ColumnFacts, Survey};
use super::words::Role;
use crate::ErrorKind;

const FLAG: &str = "--amount-column, or --debit-column and --credit-column";

/// What the search comes to: the columns, and the running balance where the search met it.
pub(super) struct MoneyColumns {
    pub amount: AmountColumns,
    pub balance: Option<usize>,
}

/// Looks for the amounts.
pub(super) struct MoneyFinder<'f> {
    pub layout: &'f Layout<'f>,
    pub survey: &'f Survey,
    pub evidence: Evidence<'f>,
    pub date: usize,
}

impl MoneyFinder<'_> {
    /// Finds the amounts.
    ///
    /// # Errors
    /// A told column that is not there, and amounts that no column, or more than one, could hold.
    pub fn find(
        &self,
        profile: &CsvProfile,
        decisions: &mut Decisions,
        notes: &mut Vec<String>,
    ) -> Found<MoneyColumns> {
        if let Some(amount) = self.told(profile)? {
            let (amount, balance) = (self.directed(amount, profile)?, None);
            let reason = if self.layout.known.is_some() { "told, or by the layout" } else { "told" };
            self.decided(decisions, amount, Confidence::High, reason);
            return Ok(MoneyColumns { amount, balance });
        }
        if let Some(called) = self.by_header()? {
            let completed = self.completed(called);
            let amount = self.directed(self.put_right(completed), profile)?;
            let (confidence, reason) = match completed == called {
                true => (Confidence::High, "the header calls it so"),
                false => (Confidence::Medium, "the header calls one side so, and the other fills its gaps"),
            };
            self.decided(decisions, amount, confidence, reason);
            if completed != called {
                notes.push(format!(
                    "{}: {reason}; if that is wrong, tell it with --debit-column and --credit-column",
                    self.shown(amount)
                ));
            }
            return Ok(MoneyColumns { amount, balance: None });
        }
        let (found, confidence, reason) = self.by_content()?;
        let amount = self.directed(found.amount, profile)?;
        self.decided(decisions, amount, confidence, &reason);
        Ok(MoneyColumns { amount, ..found })
    }

    fn decided(
        &self,
        decisions: &mut Decisions,
        amount: AmountColumns,
        confidence: Confidence,
        reason: &str,
    ) {
        decisions.note("amount", FLAG, self.shown(amount), confidence, reason);
        let facts = &self.survey.columns;
        let money = |index: &usize| {
            facts[*index].mostly_numbers() && facts[*index].money > 0 && !facts[*index].mostly_dates()
        };
        let others = (0..facts.len()).filter(money).filter(|index| amount.numbers().all(|own| own != *index));
        decisions.among(others.map(|index| format!("column {}", self.layout.column_name(index))));
    }

    /// The columns of the amounts in words.
    fn shown(&self, amount: AmountColumns) -> String {
        let name = |index: usize| self.layout.column_name(index);
        let optional = |index: Option<usize>| index.map_or("none".to_owned(), name);
        match amount {
            AmountColumns::Signed(amount) => format!("column {}", name(amount)),
            AmountColumns::Directed { amount, direction } => {
                format!("column {}, its sign by column {}", name(amount), name(direction))
            }
            AmountColumns::Split { debit, credit } => {
                format!("money out in column {}, money in in column {}", optional(debit), optional(credit))
            }
        }
    }

    fn told(&self, profile: &CsvProfile) -> Found<Option<AmountColumns>> {
        let column = |told| self.layout.column_told(told, self.survey.width);
        let split_told = profile.debit.is_some() || profile.credit.is_some();
        match &profile.amount {
            Some(_) if split_told => {
                let told = [&profile.amount, &profile.debit, &profile.credit].into_iter().flatten();
                let value = told.map(ToString::to_string).collect::<Vec<_>>().join(", ");
                let reason = "tell either one amount column or debit and credit columns".to_owned();
                Err(ErrorKind::InvalidSetting { what: "amount column", value, reason }.into())
            }
            Some(told) => Ok(Some(AmountColumns::Signed(column(told)?))),
            None if split_told => {
                let [debit, credit] =
                    [&profile.debit, &profile.credit].map(|told| told.as_ref().map(column).transpose());
                Ok(Some(AmountColumns::Split { debit: debit?, credit: credit? }))
            }
            None => Ok(None),
        }
    }

    /// A single column of amounts with the column of its signs, where there is one.
    fn directed(&self, amount: AmountColumns, profile: &CsvProfile) -> Found<AmountColumns> {
        let AmountColumns::Signed(index) = amount else { return Ok(amount) };
        let direction = match &profile.direction {
            Some(told) => Some(self.layout.column_told(told, self.survey.width)?),
            None => self.direction(index),
        };
        Ok(direction.map_or(amount, |direction| AmountColumns::Directed { amount: index, direction }))
    }

    /// What the header says; none where it names no amount.
    fn by_header(&self) -> Found<Option<AmountColumns>> {
        let called = |role| self.layout.columns_called(role);
        let split = || match (called(Role::Debit).as_slice(), called(Role::Credit).as_slice()) {
            ([debit], [credit]) => Some(AmountColumns::Split { debit: Some(*debit), credit: Some(*credit) }),
            ([debit], []) => Some(AmountColumns::Split { debit: Some(*debit), credit: None }),
            ([], [credit]) => Some(AmountColumns::Split { debit: None, credit: Some(*credit) }),
            _ => None,
        };
        let holds_none = |index: &usize| {
            let facts = &self.survey.columns[*index];
            self.survey.rows > 0 && facts.numbers == 0
        };
        let several = self.different(called(Role::Amount));
        match several.as_slice() {
            [] => Ok(split()),
            [index] if holds_none(index) && split().is_some() => Ok(split()),
            [index] => Ok(Some(AmountColumns::Signed(*index))),
            several => {
                let balance = self.layout.columns_called(Role::Balance).first().copied();
                let proven = balance.and_then(|balance| {
                    several.iter().find(|index| self.ties(AmountColumns::Signed(**index), balance) > 0)
                });
                match proven {
                    Some(index) => Ok(Some(AmountColumns::Signed(*index))),
                    None => Err(self.which("could all be the amount: tell it with --amount-column", several)),
                }
            }
        }
    }

    /// A side that stands alone in the header, with the column that is filled exactly where it is empty as the other
    /// side: the one from which the balance follows or, without a balance, the only one.
    fn completed(&self, called: AmountColumns) -> AmountColumns {
        let (own, with): (usize, fn(usize, usize) -> AmountColumns) = match called {
            AmountColumns::Split { debit: Some(own), credit: None } => {
                (own, |own, other| AmountColumns::Split { debit: Some(own), credit: Some(other) })
            }
            AmountColumns::Split { debit: None, credit: Some(own) } => {
                (own, |own, other| AmountColumns::Split { debit: Some(other), credit: Some(own) })
            }
            _ => return called,
        };
        let [balances, fees] = [Role::Balance, Role::Fee].map(|role| self.layout.columns_called(role));
        let others = self.pairs().into_iter().filter_map(|(one, other)| match own {
            own if own == one => Some(other),
            own if own == other => Some(one),
            _ => None,
        });
        let others = others.filter(|index| !balances.contains(index) && !fees.contains(index));
        let others = others.collect::<Vec<_>>();
        let found = match balances.as_slice() {
            [balance] => others.iter().find(|other| self.ties(with(own, **other), *balance) > 0),
            _ => others.first().filter(|_| others.len() == 1),
        };
        found.map_or(called, |other| with(own, *other))
    }

    /// Debit and credit columns the other way round, where only that leads from balance to balance: some programs
    /// call what comes into an account its debit.
    fn put_right(&self, amount: AmountColumns) -> AmountColumns {
        let AmountColumns::Split { debit: Some(debit), credit: Some(credit) } = amount else { return amount };
        let swapped = AmountColumns::Split { debit: Some(credit), credit: Some(debit) };
        let balance = match self.layout.columns_called(Role::Balance).as_slice() {
            [balance] => *balance,
            _ => return amount,
        };
        let is_wrong = self.ties(amount, balance) == 0 && self.ties(swapped, balance) > 2;
        if is_wrong { swapped } else { amount }
    }

    /// How many steps of the balance the amounts explain, as they stand or, in an order of time that the dates agree
    /// with, with the opposite sign; none where they explain few.
    fn ties(&self, amount: AmountColumns, balance: usize) -> usize {
        let currency = self.currency();
        let proof = |negate: bool| {
            self.evidence.proof(balance, currency, |row| {
                self.evidence.amount(row, amount).map(|value| if negate { -value } else { value })
            })
        };
        let plain = Some(proof(false)).filter(|proof| proof.convinces());
        let turned = matches!(amount, AmountColumns::Signed(_)).then(|| proof(true)).filter(|proof| {
            proof.convinces() && self.evidence.is_newest_first(self.date) == Some(proof.newest_first)
        });
        plain.into_iter().chain(turned).map(|proof| proof.ties).max().unwrap_or(0)
    }

    fn currency(&self) -> Option<usize> {
        let facts = &self.survey.columns;
        let called = self.layout.columns_called(Role::Currency);
        let holds = |index: &usize| {
            let facts = &facts[*index];
            facts.filled > 0 && facts.currencies == facts.filled
                || called.contains(index) && facts.names_currencies()
        };
        (0..facts.len()).find(holds)
    }

    /// Without a word for the amount: what the balance proves, else two columns that fill each other's gaps, else
    /// the one column with money in every row.
    fn by_content(&self) -> Found<(MoneyColumns, Confidence, String)> {
        let money = |facts: &ColumnFacts| facts.mostly_numbers() && facts.money > 0 && !facts.mostly_dates();
        let all = (0..self.survey.columns.len()).filter(|index| money(&self.survey.columns[*index]));
        let mut all = self.different(all.filter(|index| *index != self.date).collect());
        let mut full = all.iter().copied().filter(|index| self.is_full(*index)).collect::<Vec<_>>();
        let pairs = self.pairs();
        if let Some((columns, ties)) = self.proven(&full, &pairs) {
            let reason = format!("the running balance follows from it in {ties} steps");
            return Ok((columns, Confidence::High, reason));
        }
        if let [pair] = pairs.as_slice() {
            return self.side_by_side(*pair, &full);
        }
        let balances = self.layout.columns_called(Role::Balance);
        [&mut all, &mut full]
            .into_iter()
            .for_each(|columns| columns.retain(|index| !balances.contains(index)));
        match (all.as_slice(), full.as_slice()) {
            ([index], _) | (_, [index]) => {
                let columns = MoneyColumns { amount: AmountColumns::Signed(*index), balance: None };
                Ok((columns, Confidence::Medium, "no other column has an amount in every row".to_owned()))
            }
            ([], _) => {
                let reason = match &self.layout.header {
                    Some(_) => format!(
                        "no column is called an amount ({}): tell it with --amount-column, or --debit-column and \
                         --credit-column",
                        self.layout.header_text()
                    ),
                    None => "no column holds amounts: tell it with --amount-column".to_owned(),
                };
                Err(Halt::open(self.layout.place(), reason))
            }
            (several, _) => Err(self.which(
                "all hold amounts, and no header or balance tells them apart: tell which with --amount-column, or \
                 --debit-column and --credit-column",
                several,
            )),
        }
    }

    /// The reading that leads from balance to balance, with its steps; none where no reading does.
    fn proven(&self, full: &[usize], pairs: &[(usize, usize)]) -> Option<(MoneyColumns, usize)> {
        let mut best: Option<(MoneyColumns, usize)> = None;
        let singles = full.iter().map(|index| AmountColumns::Signed(*index));
        let direction = |amount: AmountColumns| match amount {
            AmountColumns::Signed(index) => self
                .direction(index)
                .map_or(amount, |direction| AmountColumns::Directed { amount: index, direction }),
            other => other,
        };
        let split = |debit, credit| AmountColumns::Split { debit: Some(debit), credit: Some(credit) };
        let both = pairs.iter().flat_map(|(one, other)| [split(*one, *other), split(*other, *one)]);
        for amount in both.chain(singles) {
            for balance in full.iter().filter(|index| amount.numbers().all(|other| other != **index)) {
                let ties = self.ties(direction(amount), *balance);
                if ties > best.as_ref().map_or(0, |(_, ties)| *ties) {
                    best = Some((MoneyColumns { amount, balance: Some(*balance) }, ties));
                }
            }
        }
        best
    }

    /// Two columns of which each row fills one: the signs in them, or the words of the rows, tell which is which.
    fn side_by_side(
        &self,
        (one, other): (usize, usize),
        full: &[usize],
    ) -> Found<(MoneyColumns, Confidence, String)> {
        let facts = |index: usize| &self.survey.columns[index];
        let split = |debit, credit| AmountColumns::Split { debit: Some(debit), credit: Some(credit) };
        let is_out = |index: usize| facts(index).negative > 0 && facts(index).positive == 0;
        let rest = full.iter().copied().filter(|index| *index != one && *index != other).collect::<Vec<_>>();
        // A third number in every row is the balance, unless it only repeats the other two.
        let balance = if let [only] = rest.as_slice() { Some(*only) } else { None };
        let (votes_one, votes_other) = signs::out_votes(&self.evidence, self.date, one);
        let (amount, confidence, reason) = match (is_out(one), is_out(other)) {
            (true, false) => {
                (split(one, other), Confidence::High, "its amounts are the negative ones".to_owned())
            }
            (false, true) => {
                (split(other, one), Confidence::High, "its amounts are the negative ones".to_owned())
            }
            _ if votes_one >= 2 && votes_one > 3 * votes_other => (
                split(one, other),
                Confidence::Medium,
                format!("the texts of {votes_one} rows speak of money out"),
            ),
            _ if votes_other >= 2 && votes_other > 3 * votes_one => (
                split(other, one),
                Confidence::Medium,
                format!("the texts of {votes_other} rows speak of money out"),
            ),
            _ => {
                let choice = |(debit, credit): (usize, usize)| Choice {
                    label: format!("money out in column {}", self.layout.column_name(debit)),
                    settles: CsvProfile {
                        debit: Some(self.layout.column_ref(debit)),
                        credit: Some(self.layout.column_ref(credit)),
                        ..CsvProfile::default()
                    },
                };
                let reason = format!(
                    "columns {} all hold amounts, and nothing tells which is money out: tell it with --debit-column \
                     and --credit-column",
                    self.list(&[one, other])
                );
                let choices = vec![choice((one, other)), choice((other, one))];
                return Err(Halt::Open(OpenQuestion { place: self.layout.place(), reason, choices }));
            }
        };
        Ok((MoneyColumns { amount, balance }, confidence, reason))
    }

    /// Whether a column is filled in nearly every row that has a date.
    fn is_full(&self, index: usize) -> bool {
        let dated = self.survey.columns[self.date].dates;
        self.survey.columns[index].numbers * 20 >= dated * 19
    }

    /// The pairs of columns of which each row has a number other than zero in exactly one.
    fn pairs(&self) -> Vec<(usize, usize)> {
        let numbers = |facts: &ColumnFacts| facts.mostly_numbers() && !facts.mostly_dates();
        let columns = (0..self.survey.columns.len())
            .filter(|index| *index != self.date && numbers(&self.survey.columns[*index]))
            .filter(|index| self.survey.columns[*index].money > 0)
            .collect::<Vec<_>>();
        let has = |row: &[String], index: usize| {
            row.get(index).is_some_and(|cell| cell.contains(|c: char| ('1'..='9').contains(&c)))
        };
        let rows = || self.survey.sample.iter().filter(|row| !Evidence::cell(row, self.date).is_empty());
        let complete = |one: usize, other: usize| {
            let exactly_one = rows().filter(|row| has(row, one) != has(row, other)).count();
            let each = [one, other].map(|index| rows().filter(|row| has(row, index)).count());
            exactly_one * 20 >= rows().count() * 19 && each.iter().all(|count| *count > 0)
        };
        let mut pairs = Vec::new();
        for (at, one) in columns.iter().enumerate() {
            pairs.extend(
                columns[at + 1..].iter().filter(|other| complete(*one, **other)).map(|other| (*one, *other)),
            );
        }
        pairs
    }

    /// A column of direction words, where no amount has a sign of its own.
    ///
    /// One that the header plainly calls so counts even if some of its words are unknown: each such row is then a
    /// problem, while reading all amounts as money in would be silently wrong.
    fn direction(&self, amount: usize) -> Option<usize> {
        if self.survey.columns[amount].negative > 0 {
            return None;
        }
        let called = self.layout.columns_called(Role::Direction);
        if let ([index], true) = (called.as_slice(), self.layout.is_called_surely(Role::Direction)) {
            return Some(*index);
        }
        let facts = &self.survey.columns;
        let full = |index: &usize| {
            let facts = &facts[*index];
            facts.mostly_directions() && self.is_as_full(*index, amount)
        };
        match self.different((0..facts.len()).filter(full).collect()).as_slice() {
            [index] => Some(*index),
            _ => None,
        }
    }

    fn is_as_full(&self, index: usize, other: usize) -> bool {
        let filled = |index: usize| self.survey.columns[index].filled;
        filled(index) >= filled(other)
    }

    /// The columns without those that have the same cells as an earlier one.
    fn different(&self, columns: Vec<usize>) -> Vec<usize> {
        let digest = |index: usize| self.survey.columns[index].digest;
        let repeats = |at: usize| columns[..at].iter().any(|other| digest(*other) == digest(columns[at]));
        (0..columns.len()).filter(|at| !repeats(*at)).map(|at| columns[at]).collect()
    }

    fn list(&self, columns: &[usize]) -> String {
        columns.iter().map(|index| self.layout.column_name(*index)).collect::<Vec<_>>().join(", ")
    }

    fn which(&self, clause: &str, columns: &[usize]) -> Halt {
        let choice = |index: &usize| Choice {
            label: format!("column {}", self.layout.column_name(*index)),
            settles: CsvProfile { amount: Some(self.layout.column_ref(*index)), ..CsvProfile::default() },
        };
        let reason = format!("columns {} {clause}", self.list(columns));
        let choices = columns.iter().map(choice).collect();
        Halt::Open(OpenQuestion { place: self.layout.place(), reason, choices })
    }
}
