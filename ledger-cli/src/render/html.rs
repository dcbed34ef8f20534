//! Tables as one page of HTML that stands alone: no script, nothing from elsewhere, ready to be printed or sent.

use super::{Align, Cell, Column, Table, grid, visible};

const STYLE: &str = "\
body{font:15px/1.4 system-ui,sans-serif;margin:2rem auto;max-width:48rem;padding:0 1rem;color:#111}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}\
table{border-collapse:collapse;width:100%}\
th,td{padding:.25rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid #ddd}\
th{border-bottom:2px solid #888}tfoot td{border-top:2px solid #888;border-bottom:0;font-weight:600}\
.right{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
@media print{body{margin:0;max-width:none}}";

/// A page with a title, who it is from, and tables below each other.
pub fn page(title: &str, from: &str, tables: &[Table]) -> String {
    let (title, from) = (escaped(title), escaped(from));
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{from}</p>\n"
    );
    for one in tables {
        table(&mut page, one);
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn table(page: &mut String, table: &Table) {
    if let Some(title) = &table.title {
        page.push_str(&format!("<h2>{}</h2>\n", escaped(title)));
    }
    page.push_str("<table>\n<thead><tr>");
    for column in &table.columns {
        page.push_str(&format!("<th scope=\"col\"{}>{}</th>", side(column), escaped(&grid::header(column))));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    rows(page, table, &table.rows);
    page.push_str("</tbody>\n");
    if !table.footer.is_empty() {
        page.push_str("<tfoot>\n");
        rows(page, table, &table.footer);
        page.push_str("</tfoot>\n");
    }
    page.push_str("</table>\n");
    for note in &table.notes {
        page.push_str(&format!("<p>{}</p>\n", escaped(note)));
    }
}

fn rows(page: &mut String, table: &Table, rows: &[Vec<Cell>]) {
    for row in rows {
        page.push_str("<tr>");
        for (column, cell) in table.columns.iter().zip(row) {
            page.push_str(&format!("<td{}>{}</td>", side(column), escaped(&shown(cell))));
        }
        page.push_str("</tr>\n");
    }
}

fn side(column: &Column) -> &'static str {
    match column.align {
        Align::Left => "",
        Align::Right => " class=\"right\"",
    }
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Amount { number, commodity } => {
            format!("{} {commodity}", grid::grouped(number)).trim_end().to_owned()
        }
        Cell::Number(number) => number.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Tree { name, .. } => name.clone(),
        Cell::Empty => String::new(),
        Cell::Json(value) => super::short(value),
    }
}

/// Text that no browser takes for anything else.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_stays_text_in_a_page() {
        let table = Table {
            title: Some("<script>alert(1)</script>".to_owned()),
            columns: vec![Column::text("what"), Column::amount("amount")],
            rows: vec![vec![Cell::text("a & \"b\" <i>"), Cell::amount("-1234.50", "EUR")]],
            notes: vec!["O'Neil".to_owned()],
            ..Table::default()
        };
        let page = page("T", "home", &[table]);
        assert!(!page.contains("<script>") && !page.contains("<i>"), "{page}");
        assert!(page.contains("<td>a &amp; &quot;b&quot; &lt;i&gt;</td>"), "{page}");
        assert!(page.contains("<td class=\"right\">-1,234.50 EUR</td>"), "{page}");
        assert!(page.contains("O&#39;Neil") && page.starts_with("<!DOCTYPE html>"), "{page}");
    }
}
