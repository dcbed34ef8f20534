//! Reports with sections, sums, trees and more columns than fit, in every form.

use super::*;

/// A balance sheet of two months.
fn balance_sheet() -> Table {
    let mut table = Table {
        title: Some("Balance sheet of home".into()),
        columns: vec![
            Column::text("account"),
            Column::amount("2026-01").titled("2026-01"),
            Column::amount("2026-02").titled("2026-02"),
        ],
        meta: Some(vec![("book", json!("home"))]),
        split: Some(1),
        notes: vec!["1 price is missing".into()],
        ..Table::default()
    };
    let row = |name: Cell, first: &str, second: &str| {
        vec![name, Cell::amount(first, "EUR"), Cell::amount(second, "EUR")]
    };
    table.push_section("Assets");
    table.push(RowMark::Parent, row(tree(0, "Bank", "Assets:Bank"), "1700.00", "1750.00"));
    table.push(RowMark::Plain, row(tree(1, "Joint | <b>", "Assets:Bank:Joint | <b>"), "1200.00", "1250.00"));
    table.push(RowMark::Plain, row(tree(1, "Savings", "Assets:Bank:Savings"), "500.00", "500.00"));
    table.push(RowMark::Subtotal, row("Total assets".into(), "1700.00", "1750.00"));
    table.push_blank();
    table.push_section("Liabilities");
    table.push(RowMark::Plain, row("Card".into(), "-40.50", "0.00"));
    table.push(RowMark::Subtotal, row("Total liabilities".into(), "-40.50", "0.00"));
    table.push_blank();
    table.footer.push(row("Net worth".into(), "1659.50", "1750.00"));
    table
}

#[test]
fn a_report_shows_sections_sums_and_trees() {
    let text = rendered(balance_sheet(), Format::Table, false, 80);
    let expected = "\
Balance sheet of home

Account                 2026-01       2026-02
─────────────────────────────────────────────
Assets
  Bank             1,700.00 EUR  1,750.00 EUR
  ├ Joint | <b>    1,200.00 EUR  1,250.00 EUR
  └ Savings          500.00 EUR    500.00 EUR
                   ────────────  ────────────
Total assets       1,700.00 EUR  1,750.00 EUR

Liabilities
  Card               -40.50 EUR      0.00 EUR
                   ────────────  ────────────
Total liabilities    -40.50 EUR      0.00 EUR
─────────────────────────────────────────────
Net worth          1,659.50 EUR  1,750.00 EUR

1 price is missing
";
    assert_eq!(text, expected, "\n{text}");
}

#[test]
fn sections_and_sums_are_bold_and_what_is_below_zero_is_red() {
    let text = rendered(balance_sheet(), Format::Table, true, 80);
    for painted in [
        "\u{1b}[1mAssets\u{1b}[0m",
        "\u{1b}[1mTotal liabilities\u{1b}[0m",
        "\u{1b}[31m-40.50 EUR\u{1b}[0m",
        "\u{1b}[1;31m-40.50 EUR\u{1b}[0m",
        "\u{1b}[1m1,659.50 EUR\u{1b}[0m",
    ] {
        assert!(text.contains(painted), "{painted:?}: {text:?}");
    }
}

#[test]
fn a_report_for_programs_has_a_column_of_sections_and_its_sums_apart() {
    let csv = rendered(balance_sheet(), Format::Csv, false, 80);
    let expected = "\
section,account,2026-01,2026-01_commodity,2026-02,2026-02_commodity
Assets,Assets:Bank:Joint | <b>,1200.00,EUR,1250.00,EUR
Assets,Assets:Bank:Savings,500.00,EUR,500.00,EUR
Liabilities,Card,-40.50,EUR,0.00,EUR
";
    assert_eq!(csv, expected);
    assert_eq!(rendered(balance_sheet(), Format::Tsv, false, 80), expected.replace(',', "\t"));
    let lines = rendered(balance_sheet(), Format::Ndjson, false, 80);
    assert_eq!(lines.lines().count(), 3, "{lines}");
    let value: Value = serde_json::from_str(&rendered(balance_sheet(), Format::Json, false, 80)).unwrap();
    assert_eq!(value["rows"][2]["section"], "Liabilities");
    let totals: Vec<(&Value, &Value, &Value)> = value["totals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|total| (&total["section"], &total["account"], &total["2026-01"]))
        .collect();
    assert_eq!(
        json!(totals),
        json!([
            ["Assets", "Assets:Bank", "1700.00"],
            ["Assets", "Total assets", "1700.00"],
            ["Liabilities", "Total liabilities", "-40.50"],
            [null, "Net worth", "1659.50"],
        ])
    );
}

#[test]
fn a_report_in_markdown_is_escaped_with_its_sums_in_bold() {
    let text = on(Medium::Markdown, balance_sheet());
    let expected = "\
## Balance sheet of home

| Account | 2026-01 | 2026-02 |
| :--- | ---: | ---: |
| **Assets** |  |  |
| Bank | 1,700.00 EUR | 1,750.00 EUR |
| \u{a0}\u{a0}Joint \\| \\<b\\> | 1,200.00 EUR | 1,250.00 EUR |
| \u{a0}\u{a0}Savings | 500.00 EUR | 500.00 EUR |
| **Total assets** | **1,700.00 EUR** | **1,750.00 EUR** |
| **Liabilities** |  |  |
| Card | -40.50 EUR | 0.00 EUR |
| **Total liabilities** | **-40.50 EUR** | **0.00 EUR** |
| **Net worth** | **1,659.50 EUR** | **1,750.00 EUR** |

1 price is missing
";
    assert_eq!(text, expected, "\n{text}");
}

#[test]
fn a_report_in_html_is_escaped_with_its_chart_above_it() {
    let mut table = balance_sheet();
    let day = |text: &str| text.parse().unwrap();
    let points = vec![(day("2026-01-31"), 165_950), (day("2026-02-28"), 175_000)];
    let line = chart::ChartLine { name: "net <worth>".into(), points };
    let eur = ledger_core::money::Commodity::iso("EUR").unwrap();
    table.charts = vec![Chart::lines("Net worth", eur, vec![line])];
    let text = on(Medium::Html, table);
    let rows = text.split_once("<table>").unwrap().1;
    let expected = "
<thead><tr><th scope=\"col\">Account</th><th scope=\"col\" class=\"right\">2026-01</th><th scope=\"col\" class=\"right\">2026-02</th></tr></thead>
<tbody>
<tr class=\"section\"><th scope=\"rowgroup\" colspan=\"3\">Assets</th></tr>
<tr class=\"item\"><th scope=\"row\">Bank</th><td class=\"right\">1,700.00 EUR</td><td class=\"right\">1,750.00 EUR</td></tr>
<tr class=\"item\"><th scope=\"row\"><span class=\"tree\" style=\"--depth:1\" title=\"Assets:Bank:Joint | &lt;b&gt;\">Joint | &lt;b&gt;</span></th><td class=\"right\">1,200.00 EUR</td><td class=\"right\">1,250.00 EUR</td></tr>
<tr class=\"item\"><th scope=\"row\"><span class=\"tree\" style=\"--depth:1\" title=\"Assets:Bank:Savings\">Savings</span></th><td class=\"right\">500.00 EUR</td><td class=\"right\">500.00 EUR</td></tr>
<tr class=\"subtotal\"><th scope=\"row\">Total assets</th><td class=\"right\">1,700.00 EUR</td><td class=\"right\">1,750.00 EUR</td></tr>
<tr class=\"section\"><th scope=\"rowgroup\" colspan=\"3\">Liabilities</th></tr>
<tr class=\"item\"><th scope=\"row\">Card</th><td class=\"right low\">-40.50 EUR</td><td class=\"right\">0.00 EUR</td></tr>
<tr class=\"subtotal\"><th scope=\"row\">Total liabilities</th><td class=\"right low\">-40.50 EUR</td><td class=\"right\">0.00 EUR</td></tr>
</tbody>
<tfoot>
<tr><th scope=\"row\">Net worth</th><td class=\"right\">1,659.50 EUR</td><td class=\"right\">1,750.00 EUR</td></tr>
</tfoot>
</table>
</div>
<p>1 price is missing</p>
";
    assert_eq!(rows, expected, "\n{rows}");
    assert!(text.starts_with("<h2>Balance sheet of home</h2>\n<figure><svg "), "{text}");
    assert!(on(Medium::Html, year()).contains("<table class=\"wide\">"));
    assert!(text.contains("net &lt;worth&gt;"), "{text}");
    // Nothing is fetched: the one address is the name of SVG.
    assert_eq!(text.matches("http").count(), 1, "{text}");
}

/// An income statement of a year by month, with a total.
fn year() -> Table {
    let mut columns = vec![Column::text("account")];
    columns.extend((1..=12).map(|month| Column::amount(format!("2026-{month:02}"))));
    columns.push(Column::amount("total"));
    let amounts = |number: &str| (0..13).map(|_| Cell::amount(number, "EUR")).collect::<Vec<_>>();
    let mut table = Table { columns, split: Some(1), ..Table::default() };
    let row = |name: &str, number: &str| [vec![name.into()], amounts(number)].concat();
    table.push(RowMark::Plain, row("Expenses:Children:Activities and Sports", "-123456789012.34"));
    table.push(RowMark::Plain, row("Expenses:食費", "-42.10"));
    table.footer.push(row("Total", "-123456789054.44"));
    table
}

#[test]
fn months_that_do_not_fit_go_into_blocks_with_the_names_again_and_the_commodity_once() {
    let text = rendered(year(), Format::Table, false, 80);
    let first = "\
(amounts in EUR)

2026-01 to 2026-02

Account                                       2026-01              2026-02
──────────────────────────────────────────────────────────────────────────
Expenses:Children:Activities and  -123,456,789,012.34  -123,456,789,012.34
Sports
Expenses:食費                                  -42.10               -42.10
──────────────────────────────────────────────────────────────────────────
Total                             -123,456,789,054.44  -123,456,789,054.44

2026-03 to 2026-04

";
    assert!(!text.contains(" EUR\n"), "\n{text}");
    assert!(text.contains("\n\nTotal\n\nAccount "), "\n{text}");
    assert!(text.starts_with(first), "\n{text}");
}
