//! No table is wider than it may be, whatever its cells hold, and no digit of an amount is lost.

use proptest::prelude::*;

use super::*;

const WIDTH: u16 = 80;

/// Text as strangers write it: long names, Chinese, emoji of several characters, accents apart, controls.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[A-Za-z]{1,12}",
        1 => "[A-Za-z]{30,120}",
        2 => "[\u{4e00}-\u{4eff}]{1,30}",
        1 => Just("👨\u{200d}👩\u{200d}👧\u{200d}👦".to_owned()),
        1 => Just("🇩🇪🇯🇵".to_owned()),
        1 => Just("❤\u{fe0f}1\u{fe0f}\u{20e3}".to_owned()),
        1 => Just("e\u{301}o\u{308}a\u{30a}".to_owned()),
        1 => Just("السلام لا".to_owned()),
        1 => Just("\u{1b}[31m\t\u{202e}\u{200d}\u{ad}".to_owned()),
        1 => Just("हिन्दी ไทย 한국어".to_owned()),
    ];
    prop::collection::vec((piece, prop_oneof![Just(" "), Just(":"), Just(""), Just("\u{a0}")]), 0..6)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, after)| piece + after).collect())
}

fn amount() -> impl Strategy<Value = Cell> {
    let number = prop_oneof!["-?[1-9][0-9]{0,14}\\.[0-9]{2}", "-?[1-9][0-9]{14}", "0\\.[0-9]{9}"];
    let code = prop_oneof![4 => Just("EUR"), 1 => Just("VWCE"), 1 => Just(""), 1 => Just("A.LONG-COMMODITY.CODE123")];
    (number, code).prop_map(|(number, code)| Cell::amount(number, code))
}

fn cell(kind: usize) -> BoxedStrategy<Cell> {
    match kind {
        0 => prop_oneof![4 => text().prop_map(Cell::Text), 1 => Just(Cell::Empty)].boxed(),
        1 => prop_oneof![4 => amount(), 1 => Just(Cell::Empty)].boxed(),
        2 => prop_oneof![any::<i64>().prop_map(Cell::Number), text().prop_map(Cell::Text)].boxed(),
        3 => prop_oneof![amount(), text().prop_map(Cell::Text)].boxed(),
        _ => (0..20_usize, text())
            .prop_map(|(depth, label)| Cell::Tree { depth, label: label.clone(), name: label })
            .boxed(),
    }
}

fn column(kind: usize, header: String) -> Column {
    match kind {
        1 => Column::amount("x").titled(header),
        2 => Column::number("x").titled(header),
        _ => Column::text("x").titled(header),
    }
}

fn mark() -> impl Strategy<Value = RowMark> {
    prop_oneof![
        4 => Just(RowMark::Plain),
        1 => Just(RowMark::Parent),
        1 => Just(RowMark::Section),
        1 => Just(RowMark::Subtotal),
        1 => Just(RowMark::Total),
    ]
}

fn table() -> impl Strategy<Value = Table> {
    let kinds = (prop_oneof![Just(0_usize), Just(4)], prop::collection::vec(0..4_usize, 2..30));
    let kinds = kinds.prop_map(|(first, others)| [vec![first], others].concat());
    kinds.prop_flat_map(|kinds| {
        let headers: Vec<_> = kinds.iter().map(|kind| (Just(*kind), text())).collect();
        let row = || kinds.iter().map(|kind| cell(*kind)).collect::<Vec<_>>();
        let rows = prop::collection::vec((mark(), row()), 0..5);
        let footer = prop::collection::vec(row(), 0..2);
        let more =
            (prop::option::of(text()), prop::collection::vec(text(), 0..2), prop::option::of(1..3_usize));
        (headers, rows, footer, more).prop_map(|(headers, rows, footer, (title, notes, split))| {
            let columns = headers.into_iter().map(|(kind, header)| column(kind, header)).collect();
            let mut table = Table { columns, footer, title, notes, split, ..Table::default() };
            for (mark, mut row) in rows {
                if mark == RowMark::Section {
                    row.iter_mut().skip(1).for_each(|cell| *cell = Cell::Empty);
                }
                table.push(mark, row);
            }
            table
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_table_fits_and_every_amount_stays_whole(table in table()) {
        let amounts: Vec<String> = table
            .rows
            .iter()
            .chain(&table.footer)
            .flatten()
            .filter_map(|cell| match cell {
                Cell::Amount { number, .. } => Some(grouped(number)),
                Cell::Number(number) => Some(number.to_string()),
                _ => None,
            })
            .collect();
        let text = rendered(table, Format::Table, false, WIDTH);
        for line in text.lines() {
            prop_assert!(line.width() <= usize::from(WIDTH), "{} columns: {line:?}\nin\n{text}", line.width());
        }
        for amount in amounts {
            prop_assert!(text.contains(&amount), "{amount} is lost in\n{text}");
        }
    }
}
