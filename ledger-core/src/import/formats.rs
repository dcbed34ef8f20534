//! How a file writes its dates and numbers: one pattern and one decimal mark for the whole file, or an error that
//! shows the cell which leaves it open.

use super::columns::{AmountColumns, Columns};
use super::date::DateFormat;
use super::layout::Layout;
use super::profile::CsvProfile;
use super::statement::unreadable;
use super::survey::{Survey, Witness};
use crate::Result;
use crate::money::DecimalMark;

/// What it takes to read a cell.
pub(super) struct Formats {
    pub date: DateFormat,
    /// Whether the pattern follows from the file (or was told), and so belongs into its profile.
    pub date_is_certain: bool,
    pub mark: DecimalMark,
    pub mark_is_certain: bool,
    /// Whether the debit column has its minus signs, or the sign follows from the column.
    pub debit_is_signed: bool,
}

/// Finds the formats.
///
/// # Errors
/// Dates or decimals that can be read in two ways, or that no single way explains.
pub(super) fn find(
    layout: &Layout<'_>,
    survey: &Survey,
    columns: &Columns,
    profile: &CsvProfile,
) -> Result<Formats> {
    let (date, date_is_certain) = match &profile.date_format {
        Some(told) => (told.parse()?, true),
        None => date_format(layout, survey, columns)?,
    };
    let (mark, mark_is_certain) = match profile.decimal_mark {
        Some(told) => (told, true),
        None => decimal_mark(layout, survey, columns)?,
    };
    let debit_is_signed = debit_is_signed(layout, survey, columns.amount)?;
    Ok(Formats { date, date_is_certain, mark, mark_is_certain, debit_is_signed })
}

fn date_format(layout: &Layout<'_>, survey: &Survey, columns: &Columns) -> Result<(DateFormat, bool)> {
    let facts = &survey.columns[columns.date];
    let name = layout.column_name(columns.date);
    if facts.dates == 0 {
        let first = survey.patterns.of(1).into_iter().next().cloned();
        return match first {
            // With nothing to read any pattern will do.
            Some(pattern) if facts.filled == 0 => Ok((pattern, false)),
            _ => {
                let reason = format!(
                    "column {name} holds no date that is understood: tell how they are written with --date-format"
                );
                Err(unreadable(layout.file, layout.place(), reason))
            }
        };
    }
    if let Some(Witness { place, text }) = &facts.date_conflict {
        let reason = format!(
            "date \"{text}\" in column {name} is written in another way than those before it: tell the right one \
             with --date-format"
        );
        return Err(unreadable(layout.file, *place, reason));
    }
    // A value date is written like the posting date, and may be the one that tells day from month.
    let value =
        columns.value_date.map(|index| &survey.columns[index]).filter(|facts| facts.date_conflict.is_none());
    let common = value.map_or(facts.patterns, |value| facts.patterns & value.patterns);
    let fitting = survey.patterns.of(if common == 0 { facts.patterns } else { common });
    match (fitting.as_slice(), &facts.date_either) {
        ([only], _) => Ok(((*only).clone(), true)),
        // Each date is the same day in all patterns that are left, such as 05/05/2026.
        ([first, ..], None) => Ok(((*first).clone(), false)),
        (several, either) => {
            let (place, text) = either
                .as_ref()
                .map_or((layout.place(), ""), |witness| (witness.place, witness.text.as_str()));
            let shown = several.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
            let reason = format!(
                "date \"{text}\" in column {name} may be {shown}, and no row decides it: tell it with --date-format"
            );
            Err(unreadable(layout.file, place, reason))
        }
    }
}

fn decimal_mark(layout: &Layout<'_>, survey: &Survey, columns: &Columns) -> Result<(DecimalMark, bool)> {
    let numbers = columns.amount.numbers().chain(columns.balance).map(|index| &survey.columns[index]);
    let (mut point, mut comma, mut either) = (None, None, None);
    for facts in numbers {
        point = point.or(facts.point.as_ref());
        comma = comma.or(facts.comma.as_ref());
        either = either.or(facts.mark_either.as_ref());
    }
    match (point, comma, either) {
        (Some(_), None, _) => Ok((DecimalMark::Point, true)),
        (None, Some(_), _) => Ok((DecimalMark::Comma, true)),
        // Without any mark both readings are the same.
        (None, None, None) => Ok((DecimalMark::Point, false)),
        (Some(one), Some(other), _) => {
            let reason = format!(
                "amounts are written in two ways (\"{}\" in line {}, \"{}\" in line {}): tell the right one with \
                 --decimal",
                one.text, one.place.0, other.text, other.place.0
            );
            Err(unreadable(layout.file, one.place.max(other.place), reason))
        }
        (None, None, Some(witness)) => {
            let reason = format!(
                "\"{}\" may have a decimal point or a thousands separator, and no row decides it: tell it with \
                 --decimal",
                witness.text
            );
            Err(unreadable(layout.file, witness.place, reason))
        }
    }
}

/// A debit column either leaves the minus sign to its name or writes it; where every number in it is negative it
/// does the latter. A credit column of negative numbers alone has no such plain reading.
fn debit_is_signed(layout: &Layout<'_>, survey: &Survey, amount: AmountColumns) -> Result<bool> {
    let AmountColumns::Split { debit, credit } = amount else { return Ok(false) };
    let all_negative = |column: Option<usize>| {
        column
            .map(|index| &survey.columns[index])
            .is_some_and(|facts| facts.negative > 0 && facts.positive == 0)
    };
    if let (true, Some(credit)) = (all_negative(credit), credit) {
        let reason = format!(
            "every amount in the credit column {} is negative, so it is not plain whether they are money in: tell \
             one signed column with --amount-column",
            layout.column_name(credit)
        );
        return Err(unreadable(layout.file, layout.place(), reason));
    }
    Ok(all_negative(debit))
}
