//! Which lines of a file another kind of file had already: texts and references differ between formats, so that day
//! and amount are all that is left to compare. It only proposes; a person says whether it is the same line.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::matching::unlikeness;
use super::profile::CsvProfile;
use super::statement::{StatementFormat, StatementLine};
use crate::money::{Amount, Commodity};

/// How many days two formats may lie apart in how they date a line: one by booking, the other by value.
pub(crate) const DAYS_APART_MAX: u32 = 7;

/// Above so many pairs of one amount, texts are not compared: the first line gets the first counterpart.
const COMPARED_MAX: usize = 10_000;

/// A line that an import of another format kept for the same account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OtherLine {
    /// The days by which its file dates it: booked, value.
    pub days: Vec<NaiveDate>,
    /// The amount from the account holder's view.
    pub amount: Amount,
    /// What it says.
    pub text: String,
}

/// How a kind of file words its lines: two files of one layout give the same line the same text.
///
/// Of CSV files the columns tell it. What does not change a text (encoding, delimiter, how dates are written) is left
/// out, as it may be detected differently from file to file.
pub(crate) fn layout_name(format: StatementFormat, profile: &CsvProfile) -> String {
    if format != StatementFormat::Csv {
        return format.as_str().to_owned();
    }
    let CsvProfile { date, description, payee, memo, reference, .. } = profile;
    format!("csv {}", serde_json::json!([date, description, payee, memo, reference]))
}

/// For each line the place of the line of another format that it looks like, each of those once at most.
///
/// Amounts have to be equal, and one of the days by which the files date the line. Of several that fit, the same
/// booking day goes first, then the likest text.
pub(crate) fn find_look_alikes(lines: &[&StatementLine], others: &[OtherLine]) -> Vec<Option<usize>> {
    let mut by_amount: HashMap<(i64, Commodity), (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (place, other) in others.iter().enumerate() {
        by_amount.entry((other.amount.minor(), other.amount.commodity())).or_default().1.push(place);
    }
    for (place, line) in lines.iter().enumerate() {
        if let Some(equal) = by_amount.get_mut(&(line.amount.minor(), line.amount.commodity())) {
            equal.0.push(place);
        }
    }
    let mut found = vec![None; lines.len()];
    let mut taken = vec![false; others.len()];
    for (own, equal) in by_amount.values() {
        let compare = own.len().saturating_mul(equal.len()) <= COMPARED_MAX;
        let mut pairs = Vec::new();
        for &line in own {
            for &other in equal {
                let Some(apart) = apart(lines[line], &others[other]) else { continue };
                let unlike = if compare { unlikeness(lines[line], &others[other].text) } else { 0 };
                pairs.push((apart, unlike, line, other));
            }
        }
        pairs.sort_unstable();
        for (_, _, line, other) in pairs {
            if found[line].is_none() && !taken[other] {
                (found[line], taken[other]) = (Some(other), true);
            }
        }
    }
    found
}

/// 0 where both are booked on one day, 1 where they share another day; nothing where they share none.
fn apart(line: &StatementLine, other: &OtherLine) -> Option<u8> {
    let booked = line.detail.as_deref().and_then(|detail| detail.booked_on);
    if other.days.first() == Some(&line.posted_on) {
        return Some(0);
    }
    let own = [Some(line.posted_on), line.value_on, booked];
    own.into_iter().flatten().any(|day| other.days.contains(&day)).then_some(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::testing::line;

    fn other(days: &[&str], minor: i64, text: &str) -> OtherLine {
        let days = days.iter().map(|day| day.parse().unwrap()).collect();
        OtherLine { days, amount: line("2026-03-01", minor, "").amount, text: text.to_owned() }
    }

    fn found(lines: &[StatementLine], others: &[OtherLine]) -> Vec<Option<usize>> {
        find_look_alikes(&lines.iter().collect::<Vec<_>>(), others)
    }

    #[test]
    fn two_lines_against_one_leave_one_without_a_counterpart() {
        let teas = [line("2026-03-01", -200, "Pie shop"), line("2026-03-01", -200, "Tea house")];
        let one = [other(&["2026-03-01"], -200, "SEPA TEA HOUSE")];
        assert_eq!(found(&teas, &one), [None, Some(0)], "the likest text goes first");
        let two = [one[0].clone(), one[0].clone()];
        assert_eq!(found(&teas, &two).iter().flatten().count(), 2);
    }

    #[test]
    fn amount_and_one_of_the_days_have_to_agree() {
        let tea = [line("2026-03-02", -200, "Tea")];
        assert_eq!(found(&tea, &[other(&["2026-03-01"], -200, "Tea")]), [None]);
        assert_eq!(found(&tea, &[other(&["2026-03-02"], 200, "Tea")]), [None]);
        assert_eq!(found(&tea, &[other(&["2026-03-01", "2026-03-02"], -200, "x")]), [Some(0)]);
        let both = [other(&["2026-03-01", "2026-03-02"], -200, "Tea"), other(&["2026-03-02"], -200, "x")];
        assert_eq!(found(&tea, &both), [Some(1)], "the same booking day goes before the text");
    }

    #[test]
    fn csv_files_of_other_columns_are_of_another_layout_and_of_another_encoding_are_not() {
        let of = |profile: &CsvProfile| layout_name(StatementFormat::Csv, profile);
        let payee = CsvProfile { payee: Some("Payee".parse().unwrap()), ..CsvProfile::default() };
        let coded = CsvProfile { encoding: Some("utf-8".to_owned()), ..payee.clone() };
        assert_eq!(of(&payee), of(&coded));
        assert_ne!(of(&payee), of(&CsvProfile::default()));
        assert_ne!(of(&payee), layout_name(StatementFormat::Camt, &CsvProfile::default()));
    }
}
