//! Bars side by side for each period: income and expense.

use ledger_core::money::Commodity;
use plotters::coord::combinators::WithKeyPoints;
use plotters::coord::types::{RangedCoordi64, RangedCoordi128};
use plotters::prelude::*;

use super::{Area, COLORS, Drawn, GRID, INK, font, label_width, money, named, ticks, titled};

/// The most periods that are named below the bars.
const NAMES_MAX: usize = 14;
/// How wide the name of a period may be where there are many.
const PERIOD_WIDTH: usize = 12;

type Context<'a, 'b> = ChartContext<
    'a,
    SVGBackend<'b>,
    Cartesian2d<WithKeyPoints<RangedCoordi64>, WithKeyPoints<RangedCoordi128>>,
>;

/// Bars side by side for each period.
#[derive(Debug, Clone)]
pub struct BarChart {
    /// The line above it.
    pub title: String,
    /// What the figures are counted in.
    pub commodity: Commodity,
    /// The names of the periods, in order.
    pub periods: Vec<String>,
    /// The bars; each has one value per period.
    pub series: Vec<BarSeries>,
}

/// The bars of one colour.
#[derive(Debug, Clone)]
pub struct BarSeries {
    /// Its name in the legend.
    pub name: String,
    /// A value for each period.
    pub values: Vec<i128>,
}

impl BarChart {
    pub(super) fn draw(&self, area: &Area<'_>) -> Drawn {
        let values = || self.series.iter().flat_map(|series| series.values.iter().copied()).chain([0]);
        let (low, high) = (values().min().unwrap_or(0), values().max().unwrap_or(0));
        let step = ticks::money_step(high - low, 6);
        let (low, high) = (low.div_euclid(step) * step, (high.div_euclid(step) + 1) * step);
        let marks = ticks::multiples(low, high, step);
        let label = |minor: &i128| money(*minor, self.commodity);
        let mut chart = ChartBuilder::on(area)
            .margin(14)
            .caption(titled(&self.title), font(22))
            .x_label_area_size(34)
            .y_label_area_size(label_width(marks.iter().map(label)))
            .build_cartesian_2d(
                (0..self.slot(self.periods.len()).max(1)).with_key_points(self.named_slots()),
                (low..high).with_key_points(marks),
            )?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .axis_style(INK)
            .label_style(font(16))
            .x_label_formatter(&|slot| self.period_at(*slot))
            .y_label_formatter(&label)
            .draw()?;
        self.draw_bars(chart)
    }

    fn draw_bars<'c, 's: 'c>(&self, mut chart: Context<'c, 's>) -> Drawn {
        for ((place, series), color) in self.series.iter().enumerate().zip(COLORS.iter().cycle().copied()) {
            let bar = |(period, value): (usize, &i128)| {
                let start = self.slot(period) + 1 + 3 * as_slot(place);
                Rectangle::new([(start, 0), (start + 3, *value)], color.filled())
            };
            let key = move |(x, y): (i32, i32)| Rectangle::new([(x, y - 5), (x + 14, y + 5)], color.filled());
            chart
                .draw_series(series.values.iter().enumerate().map(bar))?
                .label(named(&series.name))
                .legend(key);
        }
        let end = self.slot(self.periods.len()).max(1);
        chart.draw_series([PathElement::new([(0, 0), (end, 0)], INK)])?;
        chart
            .configure_series_labels()
            .position(self.legend_place())
            .background_style(WHITE.mix(0.8))
            .border_style(GRID)
            .label_font(font(16))
            .draw()
    }

    /// The upper corner in which bars are lower.
    fn legend_place(&self) -> SeriesLabelPosition {
        let part = self.periods.len().div_ceil(3);
        let highest = |values: &mut dyn Iterator<Item = &i128>| values.max().copied().unwrap_or(0);
        let left = highest(&mut self.series.iter().flat_map(|series| series.values.iter().take(part)));
        let right = highest(&mut self.series.iter().flat_map(|series| series.values.iter().rev().take(part)));
        if left <= right { SeriesLabelPosition::UpperLeft } else { SeriesLabelPosition::UpperRight }
    }

    /// Where the bars of a period begin: each is three wide, with one free before and after them all.
    fn slot(&self, period: usize) -> i64 {
        as_slot(period) * self.slots()
    }

    fn slots(&self) -> i64 {
        3 * as_slot(self.series.len()) + 2
    }

    /// The middles of the periods that are named: all of them, or every second, fifth, tenth …
    fn named_slots(&self) -> Vec<i64> {
        let steps = [1, 2, 3, 4, 6, 12, 24, 60, 120, 600];
        let step = steps.into_iter().find(|step| self.periods.len().div_ceil(*step) <= NAMES_MAX);
        let step = step.unwrap_or(self.periods.len().max(1));
        (0..self.periods.len()).step_by(step).map(|period| self.slot(period) + self.slots() / 2).collect()
    }

    fn period_at(&self, slot: i64) -> String {
        let period = usize::try_from(slot / self.slots()).unwrap_or(usize::MAX);
        let width = if self.periods.len() > 7 { PERIOD_WIDTH } else { 2 * PERIOD_WIDTH };
        let name = self.periods.get(period).map(|name| named(name)).unwrap_or_default();
        super::shortened(&name, width).into_owned()
    }
}

fn as_slot(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::Chart;
    use super::*;

    fn chart(periods: usize) -> BarChart {
        let series = |name: &str, value: i128| BarSeries { name: name.into(), values: vec![value; periods] };
        BarChart {
            title: "Income & expense".into(),
            commodity: Commodity::iso("EUR").unwrap(),
            periods: (1..=periods).map(|period| format!("P{period:03}")).collect(),
            series: vec![series("income", 300_000), series("<expense>", -120_050)],
        }
    }

    #[test]
    fn bars_stand_side_by_side_for_each_period_and_are_named() {
        let svg = Chart::Bars(chart(3)).to_svg();
        for text in ["Income &amp; expense", "income", "&lt;expense&gt;", "P001", "P003", "-1,000 EUR"] {
            assert!(svg.contains(text), "{text}: {svg}");
        }
        // Three bars of each colour, and one in the legend.
        assert_eq!(svg.matches("#0072B2").count(), 4, "{svg}");
    }

    #[test]
    fn of_many_periods_some_are_named() {
        let chart = chart(240);
        assert!(chart.named_slots().len() <= NAMES_MAX);
        let svg = Chart::Bars(chart).to_svg();
        assert!(svg.contains("P001") && svg.contains("P025") && !svg.contains("P002"), "{svg}");
    }

    #[test]
    fn nothing_and_the_largest_figures_can_be_drawn() {
        let empty = BarChart { periods: Vec::new(), series: Vec::new(), ..chart(1) };
        assert!(Chart::Bars(empty).to_svg().contains("</svg>"));
        let mut largest = chart(1);
        largest.series[0].values = vec![i64::MAX.into()];
        largest.series[1].values = vec![i64::MIN.into()];
        assert!(Chart::Bars(largest).to_svg().contains("</svg>"));
    }
}
