//! How a file writes its dates and numbers: one pattern and one decimal mark for the whole file, or a question that
//! shows the cell which leaves it open.

use super::columns::Columns;
use super::date::DateFormat;
use super::date_order;
use super::debit_signs;
use super::explain::{Choice, Confidence, Decisions, Found, Halt, OpenQuestion};
use super::layout::Layout;
use super::patterns::DatePatterns;
use super::profile::CsvProfile;
use super::survey::{Survey, Witness};
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
    /// Whether both kinds of sign stand in it.
    pub debit_is_mixed: bool,
}

/// What the formats are found from.
pub(super) struct FormatFinder<'f> {
    pub layout: &'f Layout<'f>,
    pub survey: &'f Survey,
    pub columns: &'f Columns,
}

impl FormatFinder<'_> {
    /// Finds the formats.
    ///
    /// # Errors
    /// Dates or decimals that can be read in two ways, or that no single way explains.
    pub fn find(
        &self,
        profile: &CsvProfile,
        decisions: &mut Decisions,
        notes: &mut Vec<String>,
    ) -> Found<Formats> {
        let (date, date_confidence, reason) = match &profile.date_format {
            Some(told) => (told.parse()?, Some(Confidence::High), "told"),
            None => self.date_format(notes)?,
        };
        let confidence = date_confidence.unwrap_or(Confidence::Medium);
        decisions.note("date format", "--date-format", date.to_string(), confidence, reason);
        if profile.date_format.is_none() {
            let others = DatePatterns::shared().of(self.shared_patterns());
            decisions.among(others.into_iter().filter(|other| **other != date).map(ToString::to_string));
        }
        let (mark, mark_confidence, reason) = match profile.decimal_mark {
            Some(told) => (told, Some(Confidence::High), "told"),
            None => self.decimal_mark()?,
        };
        let confidence = mark_confidence.unwrap_or(Confidence::Medium);
        decisions.note("decimal mark", "--decimal", mark.as_char().to_string(), confidence, reason);
        let debit = debit_signs::find(self, mark, profile, decisions, notes)?;
        Ok(Formats {
            date,
            date_is_certain: date_confidence.is_some(),
            mark,
            mark_is_certain: mark_confidence.is_some(),
            debit_is_signed: debit.is_signed,
            debit_is_mixed: debit.is_mixed,
        })
    }

    /// The pattern, how sure it is (not at all where any would do), and why.
    fn date_format(&self, notes: &mut Vec<String>) -> Found<(DateFormat, Option<Confidence>, &'static str)> {
        let patterns = DatePatterns::shared();
        let facts = &self.survey.columns[self.columns.date];
        let name = self.layout.column_name(self.columns.date);
        if facts.dates == 0 {
            let first = patterns.of(1).into_iter().next().cloned();
            return match first {
                // With nothing to read any pattern will do.
                Some(pattern) if facts.filled == 0 => Ok((pattern, None, "there is nothing to read")),
                _ => {
                    let reason = format!(
                        "column {name} holds no date that is understood: tell how they are written with --date-format"
                    );
                    Err(Halt::open(self.layout.place(), reason))
                }
            };
        }
        if let Some(Witness { place, text }) = &facts.date_conflict {
            let reason = format!(
                "date \"{text}\" in column {name} is written in another way than those before it: tell the right one \
                 with --date-format"
            );
            return Err(Halt::open(*place, reason));
        }
        let common = self.shared_patterns();
        let fitting = patterns.of(common);
        let hint = self.layout.known.and_then(|known| known.profile.date_format.as_deref());
        let hint = hint.and_then(|hint| hint.parse::<DateFormat>().ok());
        match (fitting.as_slice(), &facts.date_either) {
            ([only], _) => Ok(((*only).clone(), Some(Confidence::High), "only so can all dates be read")),
            (several, _) if hint.as_ref().is_some_and(|hint| several.contains(&hint)) => {
                let format = hint.unwrap_or_else(|| several[0].clone());
                Ok((format, Some(Confidence::High), "the layout of the bank has it so"))
            }
            // Each date is the same day in all patterns that are left, such as 05/05/2026.
            ([first, ..], None) => Ok(((*first).clone(), None, "every date is the same day either way")),
            (several, either) => {
                let Some((format, reason)) = date_order::decide(self.survey, self.columns.date, several)
                else {
                    return Err(self.either_order(&name, several, either.as_ref()));
                };
                notes.push(format!(
                    "dates are read as {format}: {reason}; if that is wrong, tell it with --date-format"
                ));
                Ok((format.clone(), Some(Confidence::Medium), reason))
            }
        }
    }

    /// The patterns that fit the posting date and every other date column that is written like it: a value date may
    /// be the one that tells day from month.
    fn shared_patterns(&self) -> u32 {
        let mut common = self.survey.columns[self.columns.date].patterns;
        let others =
            self.survey.columns.iter().filter(|facts| facts.mostly_dates() && facts.date_conflict.is_none());
        for facts in others {
            if common & facts.patterns != 0 {
                common &= facts.patterns;
            }
        }
        common
    }

    fn either_order(&self, name: &str, several: &[&DateFormat], either: Option<&Witness>) -> Halt {
        let (place, text) =
            either.map_or((self.layout.place(), ""), |witness| (witness.place, witness.text.as_str()));
        let shown = several.iter().map(ToString::to_string).collect::<Vec<_>>();
        let reason = format!(
            "date \"{text}\" in column {name} may be {}, and no row decides it: tell it with --date-format",
            shown.join(" or ")
        );
        let choice = |format: String| {
            let settles = CsvProfile { date_format: Some(format.clone()), ..CsvProfile::default() };
            Choice { label: format, settles }
        };
        Halt::Open(OpenQuestion { place, reason, choices: shown.into_iter().map(choice).collect() })
    }

    /// The mark, how sure it is (not at all where either would do), and why.
    fn decimal_mark(&self) -> Found<(DecimalMark, Option<Confidence>, &'static str)> {
        let own = self.columns.amount.numbers().chain(self.columns.balance).chain(self.columns.fee);
        let (mut point, mut comma, mut either) = (None, None, None);
        for facts in own.map(|index| &self.survey.columns[index]) {
            point = point.or(facts.point.as_ref());
            comma = comma.or(facts.comma.as_ref());
            either = either.or(facts.mark_either.as_ref());
        }
        let sure = |mark| Ok((mark, Some(Confidence::High), "only so can all amounts be read"));
        match (point, comma, either) {
            (Some(_), None, _) => sure(DecimalMark::Point),
            (None, Some(_), _) => sure(DecimalMark::Comma),
            (None, None, None) => Ok((DecimalMark::Point, None, "no amount has one")),
            (Some(one), Some(other), _) => {
                let reason = format!(
                    "amounts are written in two ways (\"{}\" in line {}, \"{}\" in line {}): tell the right one with \
                     --decimal",
                    one.text, one.place.0, other.text, other.place.0
                );
                Err(Halt::Open(self.either_mark(one.place.max(other.place), reason)))
            }
            (None, None, Some(witness)) => {
                if let Some(mark) = self.layout.known.and_then(|known| known.profile.decimal_mark) {
                    return Ok((mark, Some(Confidence::High), "the layout of the bank has it so"));
                }
                if let Some(mark) = self.mark_of_others() {
                    return Ok((
                        mark,
                        Some(Confidence::Medium),
                        "the other numbers of the file are written so",
                    ));
                }
                let reason = format!(
                    "\"{}\" may have a decimal point or a thousands separator, and no row decides it: tell it with \
                     --decimal",
                    witness.text
                );
                Err(Halt::Open(self.either_mark(witness.place, reason)))
            }
        }
    }

    /// The mark that numbers in other columns, such as exchange rates, are written with.
    fn mark_of_others(&self) -> Option<DecimalMark> {
        let numbers =
            || self.survey.columns.iter().filter(|facts| facts.is_numbers() && !facts.mostly_dates());
        match (numbers().any(|facts| facts.point.is_some()), numbers().any(|facts| facts.comma.is_some())) {
            (true, false) => Some(DecimalMark::Point),
            (false, true) => Some(DecimalMark::Comma),
            _ => None,
        }
    }

    fn either_mark(&self, place: (u64, u64), reason: String) -> OpenQuestion {
        let choice = |(mark, label): (DecimalMark, &str)| Choice {
            label: label.to_owned(),
            settles: CsvProfile { decimal_mark: Some(mark), ..CsvProfile::default() },
        };
        let choices = [(DecimalMark::Point, "point"), (DecimalMark::Comma, "comma")].map(choice).to_vec();
        OpenQuestion { place, reason, choices }
    }
}
