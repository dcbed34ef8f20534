//! Charts as SVG: balances over days, bars by period, parts of a whole.
//!
//! Money stays whole minor units up to the drawing library, which alone turns it into pixels. Every text is a stranger's
//! and is escaped by the library after [`visible`] took out what XML cannot hold.

mod bars;
mod lines;
mod shares;
mod ticks;

use ledger_core::money::Commodity;
use plotters::coord::Shift;
use plotters::prelude::*;
use rust_decimal::Decimal;

use super::text::{grouped, shortened, visible};

pub use bars::{BarChart, BarSeries};
pub use lines::{ChartLine, LineChart};
pub use shares::ShareChart;

/// The size in pixels; an SVG grows with the page.
const SIZE: (u32, u32) = (960, 480);
/// Colours that stay apart for most readers and on white (Okabe and Ito, 2008).
const COLORS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
];
const GRID: RGBColor = RGBColor(224, 224, 224);
const INK: RGBColor = RGBColor(64, 64, 64);
/// How wide a name in a legend, and a title, may be in columns of a terminal.
const NAME_WIDTH: usize = 28;
const TITLE_WIDTH: usize = 80;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// A picture of a result, as plain data; every figure is in minor units of its commodity.
#[derive(Debug, Clone)]
pub enum Chart {
    /// Balances over days: net worth, the history of an account, a projection.
    Lines(LineChart),
    /// Figures side by side for each period: income and expense.
    Bars(BarChart),
    /// Parts of a whole, the largest first: what money was spent on.
    Shares(ShareChart),
}

impl Chart {
    /// Balances over the days from the first point to the last; each holds until the next.
    pub fn lines(title: impl Into<String>, commodity: Commodity, lines: Vec<ChartLine>) -> Self {
        let days = || lines.iter().flat_map(|line| line.points.iter().map(|(on, _)| *on));
        let (from, to) = (days().min().unwrap_or_default(), days().max().unwrap_or_default());
        let title = title.into();
        Chart::Lines(LineChart { title, commodity, from, to, lines, band: None, floor: None, mark: None })
    }

    /// The chart as an SVG document.
    pub fn to_svg(&self) -> String {
        to_svg(std::slice::from_ref(self))
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        match self {
            Chart::Lines(chart) => chart.draw(area),
            Chart::Bars(chart) => chart.draw(area),
            Chart::Shares(chart) => chart.draw(area),
        }
    }
}

/// Charts below each other as one SVG document.
pub fn to_svg(charts: &[Chart]) -> String {
    let mut svg = String::new();
    let height = SIZE.1 * u32::try_from(charts.len()).unwrap_or(1).max(1);
    let area = SVGBackend::with_string(&mut svg, (SIZE.0, height)).into_drawing_area();
    let filled = area.fill(&WHITE);
    let areas = area.split_evenly((charts.len().max(1), 1));
    let drawn =
        filled.and_then(|()| charts.iter().zip(&areas).try_for_each(|(chart, area)| chart.draw(area)));
    drop(areas);
    drop(area);
    // Writing into a string in memory has no way to fail; the library's error type covers files.
    debug_assert!(drawn.is_ok(), "{drawn:?}");
    svg.push('\n');
    svg
}

/// Text without what XML 1.0 has no place for (<https://www.w3.org/TR/xml/#charsets>), and on one line.
fn clean(text: &str) -> String {
    visible(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// A name of a legend or an axis.
fn named(name: &str) -> String {
    shortened(&clean(name), NAME_WIDTH).into_owned()
}

/// The line above a chart.
fn titled(title: &str) -> String {
    shortened(&clean(title), TITLE_WIDTH).into_owned()
}

/// `1,500 EUR`; decimals only where they say something. Nothing for a figure beyond 28 digits, which only the marks
/// beside such figures are.
fn money(minor: i128, commodity: Commodity) -> String {
    let Ok(number) = Decimal::try_from_i128_with_scale(minor, commodity.scale().into()) else {
        return String::new();
    };
    let number = if number.fract().is_zero() { number.trunc() } else { number };
    let code = clean(commodity.code());
    format!("{} {code}", grouped(&number.to_string()))
}

/// How many pixels the longest of these labels takes, roughly.
fn label_width(labels: impl Iterator<Item = String>) -> u32 {
    let longest = labels.map(|label| label.chars().count()).max().unwrap_or(0);
    24 + 8 * u32::try_from(longest).unwrap_or(40).min(40)
}

fn font(size: i32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}
