//! Tables as one page of HTML that stands alone: no script, nothing from elsewhere, ready to be printed or sent.
//!
//! Everything that a page shows goes through [`escaped`]; the page itself forbids the browser to load or run anything.

use std::io::{self, Write};

use super::{Align, Cell, Column, RowMark, Table, grid, visible};

/// How many columns a page has room for upright; with more it is printed across, and scrolls under the names.
const COLUMNS_UPRIGHT: usize = 8;
const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#111;--paper:#fff;--line:#ddd;--rule:#888;--low:#b3261e}\
@media (prefers-color-scheme:dark){:root{--ink:#e4e4e4;--paper:#161616;--line:#383838;--rule:#777;--low:#ff8a80}\
figure svg{filter:invert(.9) hue-rotate(180deg)}}\
body{font:15px/1.4 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:var(--ink);background:var(--paper)}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}\
figure{margin:1rem 0}figure svg{width:100%;height:auto}\
.scroll{overflow-x:auto}\
.wide tbody th,.wide tfoot th{position:sticky;left:0;background:var(--paper)}body:has(.wide){max-width:none}\
@page wide{size:landscape}.wide{page:wide}\
table{border-collapse:collapse;width:100%}\
th,td{padding:.25rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}\
thead th{border-bottom:2px solid var(--rule)}\
tbody th{font-weight:400}\
.section th{font-weight:600;padding-top:1rem}.subtotal th,.subtotal td,.total th,.total td{font-weight:600}\
.subtotal th,.subtotal td{border-top:1px solid var(--rule)}\
.total th,.total td,tfoot tr:first-child td,tfoot tr:first-child th{border-top:2px solid var(--rule)}\
tfoot td,tfoot th{font-weight:600;border-bottom:0}\
.item th,.item td:first-child{padding-left:1.5rem}\
.tree{display:inline-block;padding-left:calc(var(--depth)*1.25rem)}\
.right{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
.low{color:var(--low)}.long{overflow-wrap:anywhere}\
@media print{:root{--ink:#000;--paper:#fff;--line:#ccc;--low:#900}figure svg{filter:none}\
body{margin:0;max-width:none;padding:0}.scroll{overflow:visible}tr,figure{break-inside:avoid}}";

/// Begins a page: its title, and who it is from.
pub(super) fn begin_page(out: &mut dyn Write, title: &str, from: Option<&str>) -> io::Result<()> {
    let title = escaped(title);
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>"
    )?;
    match from {
        Some(from) => writeln!(out, "<p>{}</p>", escaped(from)),
        None => Ok(()),
    }
}

/// Ends a page.
pub(super) fn end_page(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"</body>\n</html>\n")
}

/// Writes a table of a page row by row.
pub(super) struct Html<'a> {
    out: &'a mut dyn Write,
    in_section: bool,
    empty: bool,
}

impl<'a> Html<'a> {
    pub(super) fn begin(out: &'a mut dyn Write, head: &Table) -> io::Result<Self> {
        if let Some(title) = &head.title {
            writeln!(out, "<h2>{}</h2>", escaped(title))?;
        }
        for chart in &head.charts {
            writeln!(out, "<figure>{}</figure>", chart.to_svg().trim())?;
        }
        Ok(Html { out, in_section: false, empty: true })
    }

    pub(super) fn row(&mut self, head: &Table, mark: RowMark, row: &[Cell]) -> io::Result<()> {
        if std::mem::take(&mut self.empty) {
            self.header(head)?;
            self.out.write_all(b"<tbody>\n")?;
        }
        let class = match mark {
            RowMark::Blank => return Ok(()),
            RowMark::Section => {
                self.in_section = true;
                let name = row.first().map(shown).unwrap_or_default();
                let span = head.columns.len();
                return writeln!(
                    self.out,
                    "<tr class=\"section\"><th scope=\"rowgroup\" colspan=\"{span}\">{name}</th></tr>"
                );
            }
            RowMark::Subtotal => " class=\"subtotal\"",
            RowMark::Total => " class=\"total\"",
            RowMark::Plain | RowMark::Parent if self.in_section => " class=\"item\"",
            RowMark::Plain | RowMark::Parent => "",
        };
        if matches!(mark, RowMark::Subtotal | RowMark::Total) {
            self.in_section = false;
        }
        write!(self.out, "<tr{class}>")?;
        self.cells(head, row)
    }

    fn header(&mut self, head: &Table) -> io::Result<()> {
        let class = if head.columns.len() > COLUMNS_UPRIGHT { " class=\"wide\"" } else { "" };
        write!(self.out, "<div class=\"scroll\">\n<table{class}>\n<thead><tr>")?;
        for column in &head.columns {
            let header = escaped(&grid::header(column));
            write!(self.out, "<th scope=\"col\"{}>{header}</th>", classes(column, &Cell::Empty))?;
        }
        self.out.write_all(b"</tr></thead>\n")
    }

    /// The cells of a row; those that name it in a report are its headers.
    fn cells(&mut self, head: &Table, row: &[Cell]) -> io::Result<()> {
        let lead = head.split.unwrap_or(0);
        for (place, (column, cell)) in head.columns.iter().zip(row).enumerate() {
            let (tag, scope) = if place < lead { ("th", " scope=\"row\"") } else { ("td", "") };
            write!(self.out, "<{tag}{scope}{}>{}</{tag}>", classes(column, cell), shown(cell))?;
        }
        self.out.write_all(b"</tr>\n")
    }

    pub(super) fn end(mut self, head: &Table) -> io::Result<()> {
        if self.empty && head.footer.is_empty() {
            writeln!(self.out, "<p>(nothing to show)</p>")?;
        } else {
            if self.empty {
                self.header(head)?;
            } else {
                self.out.write_all(b"</tbody>\n")?;
            }
            if !head.footer.is_empty() {
                self.out.write_all(b"<tfoot>\n")?;
                for row in &head.footer {
                    self.out.write_all(b"<tr>")?;
                    self.cells(head, row)?;
                }
                self.out.write_all(b"</tfoot>\n")?;
            }
            self.out.write_all(b"</table>\n</div>\n")?;
        }
        for note in &head.notes {
            writeln!(self.out, "<p>{}</p>", escaped(note))?;
        }
        Ok(())
    }
}

fn classes(column: &Column, cell: &Cell) -> &'static str {
    let low = matches!(cell, Cell::Amount { number, .. } if number.starts_with('-'));
    match (column.align, low) {
        (Align::Right, true) => " class=\"right low\"",
        (Align::Right, false) => " class=\"right\"",
        (Align::Left, true) => " class=\"low\"",
        (Align::Left, false) if column.kind == super::Kind::Long => " class=\"long\"",
        (Align::Left, false) => "",
    }
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Tree { depth, label, name } if *depth > 0 => {
            let (label, name) = (escaped(label), escaped(name));
            format!("<span class=\"tree\" style=\"--depth:{depth}\" title=\"{name}\">{label}</span>")
        }
        Cell::Amount { commodity, .. } => {
            escaped(grid::plain(cell, usize::from(!commodity.is_empty())).trim())
        }
        cell => escaped(&grid::plain(cell, 0)),
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
