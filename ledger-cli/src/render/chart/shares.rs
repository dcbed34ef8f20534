//! Parts of a whole: horizontal bars, the largest first, with their part in percent.

use ledger_core::money::Commodity;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Area, COLORS, Drawn, INK, SIZE, font, money, named, titled};

/// How many parts are drawn; the smallest of more are one bar.
const PARTS_MAX: usize = 12;
/// Where bars begin and how long the longest is, in pixels: names stand on the left of them, figures on the right.
const BARS_AT: i32 = 260;
const BAR_LENGTH: i128 = 470;
const TITLE_HEIGHT: i32 = 52;

/// Parts of a whole.
#[derive(Debug, Clone)]
pub struct ShareChart {
    /// The line above it.
    pub title: String,
    /// What the parts are counted in.
    pub commodity: Commodity,
    /// Names and values, in any order; the smallest of many are drawn together.
    pub parts: Vec<(String, i128)>,
}

impl ShareChart {
    pub(super) fn draw(&self, area: &Area<'_>) -> Drawn {
        let style = |size: i32, h_pos: HPos| font(size).pos(Pos::new(h_pos, VPos::Center));
        let middle = i32::try_from(SIZE.0 / 2).unwrap_or(0);
        area.draw_text(&titled(&self.title), &style(22, HPos::Center), (middle, TITLE_HEIGHT / 2))?;
        let parts = self.drawn();
        let total: i128 = self.parts.iter().map(|(_, value)| *value).sum();
        // A part of less than nothing, such as a refund, leaves no whole to be a part of.
        let whole = (total > 0 && self.parts.iter().all(|(_, value)| *value >= 0)).then_some(total);
        let longest = parts.iter().map(|(_, value)| value.abs()).max().unwrap_or(0).max(1);
        let height =
            (i32::try_from(SIZE.1).unwrap_or(0) - TITLE_HEIGHT) / i32::try_from(PARTS_MAX).unwrap_or(1);
        for (row, (name, value)) in (0..).zip(&parts) {
            let y = TITLE_HEIGHT + row * height + height / 2;
            // At most the longest bar, which fits.
            let length = i32::try_from(value.abs() * BAR_LENGTH / longest).unwrap_or(0);
            let color = if *value < 0 { COLORS[1] } else { COLORS[0] };
            let corners = [(BARS_AT, y - height / 3), (BARS_AT + length, y + height / 3)];
            area.draw(&Rectangle::new(corners, color.filled()))?;
            area.draw_text(&named(name), &style(16, HPos::Right), (BARS_AT - 10, y))?;
            let mut figure = money(*value, self.commodity);
            if let Some(whole) = whole {
                figure.push_str(&format!(" · {}", percent(*value, whole)));
            }
            area.draw_text(&figure, &style(16, HPos::Left), (BARS_AT + length + 10, y))?;
        }
        area.draw(&PathElement::new(
            [(BARS_AT, TITLE_HEIGHT), (BARS_AT, i32::try_from(SIZE.1).unwrap_or(0) - 10)],
            INK,
        ))
    }

    /// The parts from the largest on, the smallest of many together.
    fn drawn(&self) -> Vec<(String, i128)> {
        let mut parts: Vec<(String, i128)> =
            self.parts.iter().filter(|(_, value)| *value != 0).cloned().collect();
        parts.sort_by(|(name, value), (other_name, other)| {
            other.cmp(value).then_with(|| name.cmp(other_name))
        });
        if parts.len() > PARTS_MAX {
            let others = parts.split_off(PARTS_MAX - 1);
            let sum = others.iter().map(|(_, value)| value).sum();
            parts.push((format!("other ({})", others.len()), sum));
        }
        parts
    }
}

/// A part in percent, to one decimal place, half up.
fn percent(value: i128, whole: i128) -> String {
    let per_mille = (value * 2000 / whole + 1) / 2;
    format!("{}.{} %", per_mille / 10, per_mille % 10)
}

#[cfg(test)]
mod tests {
    use super::super::Chart;
    use super::*;

    fn chart(parts: &[(&str, i128)]) -> ShareChart {
        ShareChart {
            title: "Spending".into(),
            commodity: Commodity::iso("EUR").unwrap(),
            parts: parts.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect(),
        }
    }

    #[test]
    fn parts_stand_from_the_largest_on_with_their_percentage() {
        let svg = Chart::Shares(chart(&[("Food", 10_000), ("Rent & heat", 90_000), ("Gifts", 0)])).to_svg();
        let [rent, food] = ["Rent &amp; heat", "Food"].map(|name| svg.find(name).unwrap());
        assert!(rent < food && svg.contains("900 EUR · 90.0 %") && !svg.contains("Gifts"), "{svg}");
    }

    #[test]
    fn the_smallest_of_many_are_one_part_and_nothing_is_lost() {
        let names: Vec<String> = (0..20).map(|name| format!("n{name}")).collect();
        let parts: Vec<(&str, i128)> = names.iter().map(String::as_str).zip(1..).collect();
        let drawn = chart(&parts).drawn();
        assert_eq!(drawn.len(), PARTS_MAX);
        assert_eq!(drawn.last().unwrap(), &("other (9)".to_owned(), 45));
        assert_eq!(drawn.iter().map(|(_, value)| value).sum::<i128>(), 210);
    }

    #[test]
    fn a_refund_leaves_no_percentages_and_the_largest_figures_can_be_drawn() {
        let svg = Chart::Shares(chart(&[("Food", 10_000), ("Shoes", -5_000)])).to_svg();
        assert!(svg.contains("-50 EUR") && !svg.contains('%'), "{svg}");
        let largest = chart(&[("a", i64::MAX.into()), ("b", i64::MAX.into())]);
        assert!(Chart::Shares(largest).to_svg().contains("50.0 %"));
        assert!(Chart::Shares(chart(&[])).to_svg().contains("</svg>"));
    }
}
