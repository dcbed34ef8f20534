//! Balances over days: as steps, with a band between their ends, a floor, a mark for today.

use chrono::{Duration, NaiveDate};
use ledger_core::money::Commodity;
use plotters::coord::types::{RangedCoordi64, RangedCoordi128};
use plotters::prelude::*;

use super::{Area, COLORS, Drawn, GRID, INK, font, label_width, money, named, ticks, titled};

const FLOOR: RGBColor = RGBColor(190, 30, 45);
/// How much of its line's colour a band has.
const BAND_OPACITY: f64 = 0.15;

/// A balance over days, in minor units; each point holds until the next.
#[derive(Debug, Clone)]
pub struct ChartLine {
    /// Its name in the legend.
    pub name: String,
    /// Days in ascending order; the first one is the chart's first day.
    pub points: Vec<(NaiveDate, i128)>,
}

/// Balances over days.
#[derive(Debug, Clone)]
pub struct LineChart {
    /// The line above it.
    pub title: String,
    /// What the balances are counted in.
    pub commodity: Commodity,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The balances.
    pub lines: Vec<ChartLine>,
    /// The low and the high end of the first line.
    pub band: Option<[ChartLine; 2]>,
    /// The balance not to be gone below.
    pub floor: Option<i128>,
    /// A day to mark, and its name.
    pub mark: Option<(NaiveDate, String)>,
}

type Days = RangedCoordi64;
type Balances = RangedCoordi128;
type Context<'a, 'b> = ChartContext<
    'a,
    SVGBackend<'b>,
    Cartesian2d<ranged::WithKeyPoints<Days>, ranged::WithKeyPoints<Balances>>,
>;
type Point = (i64, i128);

mod ranged {
    pub use plotters::coord::combinators::WithKeyPoints;
}

impl LineChart {
    pub(super) fn draw(&self, area: &Area<'_>) -> Drawn {
        let last = self.day(self.to).max(1);
        let (low, high) = self.reach();
        let step = ticks::money_step(high - low, 6);
        let (low, high) = (low.div_euclid(step) * step, (high.div_euclid(step) + 1) * step);
        let balances = ticks::multiples(low, high, step);
        let days = ticks::days(self.from, self.to);
        let day_ticks = days.iter().map(|(on, _)| self.day(*on)).collect();
        let mut chart = ChartBuilder::on(area)
            .margin(14)
            .caption(titled(&self.title), font(22))
            .x_label_area_size(34)
            .y_label_area_size(label_width(balances.iter().map(|minor| self.label(*minor))))
            .build_cartesian_2d(
                (0..last).with_key_points(day_ticks),
                (low..high).with_key_points(balances),
            )?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .axis_style(INK)
            .label_style(font(16))
            .x_label_formatter(&|day| self.day_label(*day, &days))
            .y_label_formatter(&|minor| self.label(*minor))
            .draw()?;
        self.draw_lines(chart, (low, high))
    }

    fn draw_lines<'c, 's: 'c>(&self, mut chart: Context<'c, 's>, (low, high): (i128, i128)) -> Drawn {
        let last = self.day(self.to).max(1);
        if let Some([bottom, top]) = &self.band {
            let mut outline = self.steps(&bottom.points);
            outline.extend(self.steps(&top.points).into_iter().rev());
            let band = Polygon::new(outline, COLORS[0].mix(BAND_OPACITY).filled());
            let name = format!("{} – {}", named(&bottom.name), named(&top.name));
            chart.draw_series([band])?.label(name).legend(|(x, y)| {
                Rectangle::new([(x, y - 5), (x + 20, y + 5)], COLORS[0].mix(BAND_OPACITY).filled())
            });
        }
        if let Some(floor) = self.floor {
            let ends = [(0, floor), (last, floor)];
            let dashes = DashedLineSeries::new(ends, 6, 4, FLOOR.stroke_width(1));
            let name = format!("floor {}", self.label(floor));
            let key = |(x, y): (i32, i32)| PathElement::new([(x, y), (x + 20, y)], FLOOR.stroke_width(1));
            chart.draw_series(dashes)?.label(name).legend(key);
        }
        if let Some((on, name)) = &self.mark {
            let day = self.day(*on);
            chart.draw_series([PathElement::new([(day, low), (day, high)], INK.mix(0.5))])?;
            let style = font(15);
            chart.draw_series([Text::new(named(name), (day, high), style)])?;
        }
        for (line, color) in self.lines.iter().zip(COLORS.iter().cycle().copied()) {
            let path = LineSeries::new(self.steps(&line.points), color.stroke_width(2));
            let key =
                move |(x, y): (i32, i32)| PathElement::new([(x, y), (x + 20, y)], color.stroke_width(2));
            chart.draw_series(path)?.label(named(&line.name)).legend(key);
        }
        chart
            .configure_series_labels()
            .position(self.legend_place(last, (low, high)))
            .background_style(WHITE.mix(0.8))
            .border_style(GRID)
            .label_font(font(16))
            .draw()
    }

    /// The corner of the legend: the one in which the lines have the fewest steps. The mark's name stands above its day.
    fn legend_place(&self, last: i64, (low, high): (i128, i128)) -> SeriesLabelPosition {
        let steps: Vec<Point> = self.lines.iter().flat_map(|line| self.steps(&line.points)).collect();
        let corners = [
            (SeriesLabelPosition::UpperLeft, false, false),
            (SeriesLabelPosition::LowerRight, true, true),
            (SeriesLabelPosition::UpperRight, true, false),
            (SeriesLabelPosition::LowerLeft, false, true),
        ];
        let crowd = |right: bool, lower: bool| {
            let days = if right { last * 3 / 4..=last } else { 0..=last / 4 };
            let middle = low + (high - low) / 3 * if lower { 1 } else { 2 };
            let inside = |(day, minor): &&Point| days.contains(day) && (*minor < middle) == lower;
            // A name is harder to read through than a line.
            let marked =
                self.mark.iter().filter(|(on, _)| !lower && days.contains(&self.day(*on))).count() * 100;
            let floors = self.floor.iter().filter(|floor| (**floor < middle) == lower).count();
            steps.iter().filter(inside).count() + marked + floors
        };
        let emptiest = corners.into_iter().min_by_key(|(_, right, lower)| crowd(*right, *lower));
        emptiest.map_or(SeriesLabelPosition::LowerLeft, |(place, ..)| place)
    }

    /// The corners of a line of steps, through the last day.
    fn steps(&self, points: &[(NaiveDate, i128)]) -> Vec<Point> {
        let mut corners: Vec<Point> = Vec::with_capacity(points.len() * 2 + 1);
        for (on, minor) in points {
            let (day, minor) = (self.day(*on), *minor);
            if let Some((_, before)) = corners.last() {
                corners.push((day, *before));
            }
            corners.push((day, minor));
        }
        corners.extend(corners.last().map(|(_, minor)| (self.day(self.to).max(1), *minor)));
        corners
    }

    /// The lowest and the highest balance that is drawn.
    fn reach(&self) -> (i128, i128) {
        let lines = self.lines.iter().chain(self.band.iter().flatten());
        let drawn = lines.flat_map(|line| line.points.iter().map(|(_, minor)| *minor));
        let drawn: Vec<i128> = drawn.chain(self.floor).collect();
        (drawn.iter().min().copied().unwrap_or(0), drawn.iter().max().copied().unwrap_or(0))
    }

    fn day(&self, on: NaiveDate) -> i64 {
        (on - self.from).num_days()
    }

    fn day_label(&self, day: i64, days: &[(NaiveDate, String)]) -> String {
        let on = self.from.checked_add_signed(Duration::days(day)).unwrap_or(self.to);
        days.iter().find(|(tick, _)| *tick == on).map(|(_, label)| label.clone()).unwrap_or_default()
    }

    fn label(&self, minor: i128) -> String {
        money(minor, self.commodity)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Chart;
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn chart() -> LineChart {
        let line = |name: &str, minor: i128| ChartLine {
            name: name.into(),
            points: vec![(day("2026-03-31"), minor), (day("2026-05-01"), minor - 95_000)],
        };
        LineChart {
            title: "Bank <b>&\u{7}現金".into(),
            commodity: Commodity::iso("EUR").unwrap(),
            from: day("2026-03-31"),
            to: day("2026-12-31"),
            lines: vec![line("base", 200_000), line("new \"car\"", 150_000)],
            band: Some([line("worst", 180_000), line("best", 220_000)]),
            floor: Some(20_000),
            mark: Some((day("2026-03-31"), "today".into())),
        }
    }

    #[test]
    fn texts_are_escaped_and_control_characters_taken_out() {
        let svg = Chart::Lines(chart()).to_svg();
        assert!(svg.contains("Bank &lt;b&gt;&amp;\u{fffd}現金"), "{svg}");
        assert!(svg.contains("new &quot;car&quot;") && !svg.contains('\u{7}'), "{svg}");
    }

    #[test]
    fn lines_band_floor_and_mark_are_named() {
        let svg = Chart::Lines(chart()).to_svg();
        for text in ["base", "worst – best", "floor 200 EUR", "today", "2,000 EUR", "Jul"] {
            assert!(svg.contains(text), "{text}: {svg}");
        }
    }

    #[test]
    fn a_balance_holds_until_the_next_point() {
        let chart = chart();
        let corners = chart.steps(&chart.lines[0].points);
        assert_eq!(corners, [(0, 200_000), (31, 200_000), (31, 105_000), (275, 105_000)]);
    }

    #[test]
    fn the_largest_balances_and_a_single_day_can_be_drawn() {
        let points = vec![(day("2026-03-31"), i64::MIN.into()), (day("2026-03-31"), i64::MAX.into())];
        let lines = vec![ChartLine { name: "all".into(), points }];
        let chart =
            LineChart { to: day("2026-03-31"), lines, band: None, floor: None, mark: None, ..chart() };
        assert!(Chart::Lines(chart).to_svg().contains("</svg>"));
    }
}
