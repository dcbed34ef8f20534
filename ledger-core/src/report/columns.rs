//! The columns of a report: periods side by side, with totals, averages and what changed between them.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Serialize, Serializer};

use super::movements::Measure;
use super::period::{FiscalStart, Interval, Period};
use crate::money::{Rounding, divide};
use crate::{ErrorKind, Result};

/// What each column is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Nothing.
    #[default]
    None,
    /// The period before it, of the same length.
    PreviousPeriod,
    /// The same period a year earlier.
    PreviousYear,
}

/// Which columns a report has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ColumnOptions {
    /// How long each period is; one column for the whole range where it is left out.
    pub interval: Option<Interval>,
    /// When fiscal years begin.
    pub fiscal: FiscalStart,
    /// A column for the whole range: the sum of what moved, and balances as they are at its ends.
    pub total: bool,
    /// A column with the mean of the periods, rounded half-even to the minor unit.
    pub average: bool,
    /// A last column with the percent that each row is of its section, over the whole range.
    pub share: bool,
    /// Two columns after each period: by how much it differs, and by how many percent.
    pub compare: Comparison,
}

/// One column of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatementColumn {
    /// A short name, unique in its report: `2026-03`, `Total`, `2026-03 change`, `2026-03 %`; of balances the day.
    pub label: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// The days that it is of; for balances the last one counts.
    pub period: Option<Period>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// The figures of a period, or at its end.
    Period,
    /// The part of a dimension, such as a venture.
    Part,
    /// The whole: the sum of parts and of what moved in periods; a balance at the end of the last period, or before the
    /// first one where it is an opening balance.
    Total,
    /// Their mean.
    Average,
    /// By how much a period differs from what it is compared with.
    Change,
    /// By how many percent.
    Percent,
    /// How many percent of its section, over the whole range.
    Share,
}

/// One figure of a report, in minor units of its row's commodity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// An amount in minor units.
    Amount(i64),
    /// Percent with one decimal place.
    Percent(Decimal),
    /// There is none: a change in percent from nothing, or a period before the first entry.
    None,
}

impl Serialize for Figure {
    /// Minor units as a number, percent as a text.
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Figure::Amount(minor) => serializer.serialize_i64(*minor),
            Figure::Percent(percent) => serializer.collect_str(percent),
            Figure::None => serializer.serialize_none(),
        }
    }
}

/// Figures that are computed from the book: of some days, of everything or of one part of a dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct BaseColumn {
    pub period: Period,
    /// The part, by its number.
    pub part: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Base(usize),
    Total,
    Average,
    Change { of: usize, against: usize },
    Percent { of: usize, against: usize },
    Share,
}

/// The columns to show, and the ones to compute them from.
#[derive(Debug, Clone)]
pub(crate) struct ColumnPlan {
    pub base: Vec<BaseColumn>,
    pub shown: Vec<StatementColumn>,
    sources: Vec<Source>,
    /// Which base columns are shown, for totals.
    listed: Vec<usize>,
}

impl ColumnPlan {
    /// Columns for the periods of a range.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidDate`] for too many periods.
    pub fn of_periods(range: Period, options: &ColumnOptions) -> Result<ColumnPlan> {
        let fiscal = options.fiscal;
        let periods = match options.interval {
            Some(interval) => range.divide(interval, fiscal)?,
            None => vec![range],
        };
        let mut plan =
            ColumnPlan { base: Vec::new(), shown: Vec::new(), sources: Vec::new(), listed: Vec::new() };
        for (place, &period) in periods.iter().enumerate() {
            let of = plan.base_of(period);
            plan.listed.push(of);
            let label = period.label(fiscal);
            plan.show(label.clone(), ColumnKind::Period, Some(period), Source::Base(of));
            let against = match options.compare {
                Comparison::None => continue,
                Comparison::PreviousPeriod => match place {
                    0 => before(period, options)?,
                    _ => periods[place - 1],
                },
                Comparison::PreviousYear => period.year_before(),
            };
            let against = plan.base_of(against);
            plan.show(
                format!("{label} change"),
                ColumnKind::Change,
                Some(period),
                Source::Change { of, against },
            );
            plan.show(
                format!("{label} %"),
                ColumnKind::Percent,
                Some(period),
                Source::Percent { of, against },
            );
        }
        plan.summarise(options);
        Ok(plan)
    }

    /// Columns for parts of a dimension, by number and name, each of the same days; the last one is of everything.
    pub fn of_parts(period: Period, parts: &[(u32, &str)], options: &ColumnOptions) -> ColumnPlan {
        let mut plan =
            ColumnPlan { base: Vec::new(), shown: Vec::new(), sources: Vec::new(), listed: Vec::new() };
        for (place, &(part, name)) in parts.iter().enumerate() {
            plan.base.push(BaseColumn { period, part: Some(part) });
            plan.listed.push(place);
            // The columns after them have these names.
            let clashes = ["total", "average", "share"].contains(&name.to_lowercase().as_str());
            let label = if clashes { format!("{name} (part)") } else { name.to_owned() };
            plan.show(label, ColumnKind::Part, Some(period), Source::Base(place));
        }
        plan.summarise(&ColumnOptions { total: true, ..*options });
        plan
    }

    /// Names the columns of periods by their last days, as balances are told.
    pub fn tell_days(&mut self) {
        for column in &mut self.shown {
            let Some(period) = column.period else { continue };
            match column.kind {
                ColumnKind::Period => column.label = period.last.to_string(),
                ColumnKind::Change => column.label = format!("{} change", period.last),
                ColumnKind::Percent => column.label = format!("{} %", period.last),
                ColumnKind::Part | ColumnKind::Total | ColumnKind::Average | ColumnKind::Share => {}
            }
        }
    }

    fn summarise(&mut self, options: &ColumnOptions) {
        if options.total {
            self.show("Total".to_owned(), ColumnKind::Total, None, Source::Total);
        }
        if options.average {
            self.show("Average".to_owned(), ColumnKind::Average, None, Source::Average);
        }
        if options.share {
            self.show("Share".to_owned(), ColumnKind::Share, None, Source::Share);
        }
    }

    fn base_of(&mut self, period: Period) -> usize {
        if let Some(place) = self.base.iter().position(|column| column.period == period) {
            return place;
        }
        self.base.push(BaseColumn { period, part: None });
        self.base.len() - 1
    }

    fn show(&mut self, label: String, kind: ColumnKind, period: Option<Period>, source: Source) {
        self.shown.push(StatementColumn { label, kind, period });
        self.sources.push(source);
    }

    /// The place of the last column that is a sum of what moved or was held: the one to sort rows by.
    pub fn last_amount(&self) -> usize {
        let sums = [ColumnKind::Period, ColumnKind::Part, ColumnKind::Total];
        self.shown.iter().rposition(|column| sums.contains(&column.kind)).unwrap_or(0)
    }

    /// The figures of a row from those of its base columns, and of the section that it is a part of, where it is one.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] with the row's name and the sum.
    pub fn figures(
        &self,
        base: &[i128],
        measure: Measure,
        row: &str,
        section: Option<&[i128]>,
    ) -> Result<Vec<Figure>> {
        let total = |base: &[i128]| self.listed.iter().map(|&place| base[place]).sum::<i128>();
        let by_part = self.base.iter().any(|column| column.part.is_some());
        // Balances of parts add up, those of one period after the other do not.
        let whole = match measure {
            _ if by_part => None,
            Measure::Flow => None,
            Measure::Stock => self.listed.last(),
            Measure::Opening => self.listed.first(),
        };
        let whole = |base: &[i128]| whole.map_or_else(|| total(base), |&place| base[place]);
        let fit = |minor: i128| match i64::try_from(minor) {
            Ok(minor) => Ok(Figure::Amount(minor)),
            Err(_) => Err(ErrorKind::AmountOverflow { what: overflow(row, minor) }.into()),
        };
        let figure = |source: &Source| match *source {
            Source::Base(place) => fit(base[place]),
            Source::Total => fit(whole(base)),
            Source::Average => fit(divide(total(base), self.listed.len().max(1) as i128, Rounding::HalfEven)),
            Source::Change { of, against } => fit(base[of] - base[against]),
            Source::Percent { of, against } => Ok(percent(base[of] - base[against], base[against])),
            Source::Share => Ok(section.map_or(Figure::None, |section| share(whole(base), whole(section)))),
        };
        self.sources.iter().map(figure).collect()
    }
}

fn overflow(row: &str, minor: i128) -> String {
    format!(
        "the figure of {row}, {minor} minor units (take fewer accounts, a shorter range or a commodity of larger units),"
    )
}

/// The period before the first one.
fn before(period: Period, options: &ColumnOptions) -> Result<Period> {
    let last = period.first.pred_opt().unwrap_or(period.first);
    let first = match options.interval {
        Some(interval) => interval.start(last, options.fiscal),
        None => {
            // A calendar year or month is compared with the whole one before it, whatever their days.
            let whole = [Interval::Year, Interval::Quarter, Interval::Month].into_iter().find(|interval| {
                Period { first: interval.start(period.last, options.fiscal), last: period.last } == period
                    && period.last.succ_opt().is_some_and(|next| interval.start(next, options.fiscal) == next)
            });
            match whole {
                Some(interval) => interval.start(last, options.fiscal),
                None => last - (period.last - period.first),
            }
        }
    };
    Period::new(first, last)
}

/// The percent that a part is of a whole, with one decimal place, rounded half-even; none of nothing.
fn share(part: i128, whole: i128) -> Figure {
    percent(part.saturating_mul(whole.signum()), whole)
}

/// The change in percent of what was there, with one decimal place, rounded half-even.
fn percent(change: i128, from: i128) -> Figure {
    if from == 0 {
        return Figure::None;
    }
    let tenths = divide(change.saturating_mul(1000), from.abs(), Rounding::HalfEven);
    match Decimal::try_from_i128_with_scale(tenths, 1) {
        Ok(percent) => {
            Figure::Percent(percent.round_dp_with_strategy(1, RoundingStrategy::MidpointNearestEven))
        }
        Err(_) => Figure::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(first: &str, last: &str) -> Period {
        Period::new(first.parse().unwrap(), last.parse().unwrap()).unwrap()
    }

    fn plan(range: Period, options: &ColumnOptions) -> ColumnPlan {
        ColumnPlan::of_periods(range, options).unwrap()
    }

    fn labels(plan: &ColumnPlan) -> Vec<&str> {
        plan.shown.iter().map(|column| column.label.as_str()).collect()
    }

    #[test]
    fn totals_and_averages_are_of_the_shown_periods_only() {
        let options = ColumnOptions {
            interval: Some(Interval::Month),
            total: true,
            average: true,
            compare: Comparison::PreviousPeriod,
            ..ColumnOptions::default()
        };
        let plan = plan(period("2026-01-01", "2026-02-28"), &options);
        let expected = [
            "2026-01",
            "2026-01 change",
            "2026-01 %",
            "2026-02",
            "2026-02 change",
            "2026-02 %",
            "Total",
            "Average",
        ];
        assert_eq!(labels(&plan), expected);
        assert_eq!(plan.base[1].period, period("2025-12-01", "2025-12-31"));
        let places: Vec<usize> = ["2026-01-01", "2025-12-01", "2026-02-01"]
            .map(|first| plan.base.iter().position(|base| base.period.first.to_string() == first).unwrap())
            .to_vec();
        let mut base = vec![0; 3];
        (base[places[0]], base[places[1]], base[places[2]]) = (150, 100, 151);
        let figures = plan.figures(&base, Measure::Flow, "a row", None).unwrap();
        let percent = |text: &str| Figure::Percent(text.parse().unwrap());
        assert_eq!(figures[..3], [Figure::Amount(150), Figure::Amount(50), percent("50.0")]);
        assert_eq!(figures[3..6], [Figure::Amount(151), Figure::Amount(1), percent("0.7")]);
        // 301 / 2 lies half-way: the even neighbour.
        assert_eq!(figures[6..], [Figure::Amount(301), Figure::Amount(150)]);
        let whole = |measure| plan.figures(&base, measure, "a row", None).unwrap()[6];
        assert_eq!(whole(Measure::Stock), Figure::Amount(151), "what is there at the end");
        assert_eq!(whole(Measure::Opening), Figure::Amount(150), "what was there before");
    }

    #[test]
    fn a_range_is_compared_with_the_one_before_it_or_a_year_earlier() {
        let with = |compare| ColumnOptions { compare, ..ColumnOptions::default() };
        let against = |range, compare| plan(range, &with(compare)).base[1].period;
        let march = period("2026-03-01", "2026-03-31");
        assert_eq!(against(march, Comparison::PreviousPeriod), period("2026-02-01", "2026-02-28"));
        assert_eq!(against(march, Comparison::PreviousYear), period("2025-03-01", "2025-03-31"));
        let odd = period("2026-03-05", "2026-03-14");
        assert_eq!(against(odd, Comparison::PreviousPeriod), period("2026-02-23", "2026-03-04"));
        let year = period("2024-01-01", "2024-12-31");
        assert_eq!(against(year, Comparison::PreviousPeriod), period("2023-01-01", "2023-12-31"));
    }

    #[test]
    fn a_figure_that_does_not_fit_is_named_with_its_sum_and_a_way_out() {
        let plan = plan(period("2026-01-01", "2026-12-31"), &ColumnOptions::default());
        let most = i128::from(i64::MAX);
        assert!(plan.figures(&[most], Measure::Flow, "Income:Salary", None).is_ok());
        let refused = plan.figures(&[most + 1], Measure::Flow, "Income:Salary", None).unwrap_err();
        let expected = "the figure of Income:Salary, 9223372036854775808 minor units (take fewer accounts, a shorter range \
                        or a commodity of larger units), does not fit: amounts hold at most 9,223,372,036,854,775,807 minor \
                        units";
        assert_eq!(refused.to_string(), expected);
    }

    #[test]
    fn a_share_is_of_the_whole_range_and_keeps_the_sign_of_its_part() {
        let options =
            ColumnOptions { interval: Some(Interval::Month), share: true, ..ColumnOptions::default() };
        let plan = plan(period("2026-01-01", "2026-02-28"), &options);
        assert_eq!(labels(&plan), ["2026-01", "2026-02", "Share"]);
        let of = |base: &[i128], section: Option<&[i128]>| {
            plan.figures(base, Measure::Flow, "a row", section).unwrap()[2]
        };
        let percent = |text: &str| Figure::Percent(text.parse().unwrap());
        assert_eq!(of(&[10, 20], Some(&[50, 40])), percent("33.3"));
        assert_eq!(of(&[-10, 0], Some(&[50, 40])), percent("-11.1"), "a refund");
        assert_eq!(of(&[-10, 0], Some(&[-20, 0])), percent("50.0"), "a part of refunds");
        assert_eq!(of(&[5, -5], Some(&[7, -7])), Figure::None, "there is no part of nothing");
        assert_eq!(of(&[5, 5], None), Figure::None, "a result is part of nothing");
    }

    #[test]
    fn a_change_from_nothing_has_no_percent_and_one_from_a_debt_has_the_sign_of_the_change() {
        assert_eq!(percent(5, 0), Figure::None);
        assert_eq!(percent(-50, -100), Figure::Percent("-50.0".parse().unwrap()));
        assert_eq!(percent(50, -100), Figure::Percent("50.0".parse().unwrap()));
    }
}
