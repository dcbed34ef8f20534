//! Whether a debit column leaves the minus sign to its name or writes it, also where an amount in it is money back in.

use rust_decimal::Decimal;

use super::columns::AmountColumns;
use super::evidence::Evidence;
use super::explain::{Choice, Confidence, Decisions, Found, Halt, OpenQuestion};
use super::formats::FormatFinder;
use super::profile::CsvProfile;
use crate::money::DecimalMark;

const FLAG: &str = "--debit-signed or --debit-unsigned";

/// How the signs in the debit column are read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DebitSigns {
    /// A negative amount in it is money out, and a positive one money back in.
    pub is_signed: bool,
    /// Both kinds stand in it.
    pub is_mixed: bool,
}

/// Finds how: told, else negative amounts alone are signed and positive ones alone are not; of both kinds the balance
/// decides. A credit column of negative numbers alone has no such plain reading.
///
/// # Errors
/// Signs that can be read in two ways.
pub(super) fn find(
    finder: &FormatFinder<'_>,
    mark: DecimalMark,
    profile: &CsvProfile,
    decisions: &mut Decisions,
    notes: &mut Vec<String>,
) -> Found<DebitSigns> {
    let AmountColumns::Split { debit, credit } = finder.columns.amount else {
        return Ok(DebitSigns::default());
    };
    let signs = |index: usize| {
        let facts = &finder.survey.columns[index];
        (facts.negative, facts.positive)
    };
    if let Some((credit, (1.., 0))) = credit.map(|index| (index, signs(index))) {
        let reason = format!(
            "every amount in the credit column {} is negative, so it is not plain whether they are money in: tell \
             one signed column with --amount-column",
            finder.layout.column_name(credit)
        );
        return Err(Halt::open(finder.layout.place(), reason));
    }
    let Some(debit) = debit else { return Ok(DebitSigns::default()) };
    let (negative, positive) = signs(debit);
    let is_mixed = negative > 0 && positive > 0;
    let (is_signed, confidence, reason) = match profile.debit_signed {
        Some(told) => (told, Confidence::High, "told, or by the layout"),
        None if is_mixed => mixed(finder, mark, (debit, credit), notes)?,
        None => (negative > 0, Confidence::High, "all its amounts have the same sign"),
    };
    let choice = match is_signed {
        true => "a negative amount is money out, a positive one money in",
        false => "an amount is money out, a negative one money in",
    };
    decisions.note("debit column", FLAG, choice, confidence, reason);
    Ok(DebitSigns { is_signed, is_mixed })
}

/// The reading from which the balance follows; without one, that most amounts are positive.
fn mixed(
    finder: &FormatFinder<'_>,
    mark: DecimalMark,
    (debit, credit): (usize, Option<usize>),
    notes: &mut Vec<String>,
) -> Found<(bool, Confidence, &'static str)> {
    let ties = |is_signed| ties(finder, mark, (debit, credit), is_signed);
    let (signed, unsigned) = (ties(true), ties(false));
    if signed != unsigned {
        return Ok((signed > unsigned, Confidence::High, "the running balance follows from it"));
    }
    let name = finder.layout.column_name(debit);
    let facts = &finder.survey.columns[debit];
    if facts.positive > 2 * facts.negative {
        notes.push(format!(
            "negative amounts in the debit column {name} are read as money back in, because most are positive: if \
             that is wrong, use --debit-signed"
        ));
        return Ok((false, Confidence::Medium, "most of its amounts are positive"));
    }
    let choice = |label: &str, is_signed| Choice {
        label: label.to_owned(),
        settles: CsvProfile { debit_signed: Some(is_signed), ..CsvProfile::default() },
    };
    let reason = format!(
        "the debit column {name} has negative and positive amounts, and no balance tells which are money out: use \
         --debit-signed if the negative ones are, --debit-unsigned if the positive ones are"
    );
    let choices = vec![
        choice("the negative ones are money out, the positive ones money in", true),
        choice("the positive ones are money out, the negative ones money in", false),
    ];
    Err(Halt::Open(OpenQuestion { place: finder.layout.place(), reason, choices }))
}

/// In how many steps the balance follows from one reading, in an order of time that the dates do not deny.
fn ties(
    finder: &FormatFinder<'_>,
    mark: DecimalMark,
    (debit, credit): (usize, Option<usize>),
    is_signed: bool,
) -> usize {
    let FormatFinder { survey, columns, .. } = finder;
    let evidence = Evidence::new(survey, Some(mark));
    let amount = |row: &[String]| -> Option<Decimal> {
        let credit = credit.and_then(|index| evidence.value(row, index)).filter(|value| !value.is_zero());
        let debit = || evidence.value(row, debit).map(|value| if is_signed { value } else { -value });
        credit.or_else(debit)
    };
    let newest_first = evidence.is_newest_first(columns.date);
    let proof = columns.balance.map(|balance| evidence.proof(balance, columns.currency, amount));
    let in_time = |found: bool| newest_first.is_none_or(|known| known == found);
    proof.filter(|proof| proof.convinces() && in_time(proof.newest_first)).map_or(0, |proof| proof.ties)
}
