//! What a command hands over to be printed: columns with stable keys, rows of cells, totals, notes and a chart.
//!
//! A list is columns and rows. A report of periods is a column of names and one of amounts per period; it says what
//! its rows are, and nothing about widths or forms:
//!
//! ```ignore
//! let mut columns = vec![Column::text("account")];
//! // The name is the key for programs and, when it reads well as it is, the header.
//! columns.extend(periods.iter().map(|period| Column::amount(period.key()).titled(period.label())));
//! let mut table = Table {
//!     title: Some("Balance sheet of home".into()),
//!     columns,
//!     meta: Some(vec![("book", json!("home"))]),
//!     split: Some(1),
//!     charts: vec![Chart::lines("Net worth", eur, vec![ChartLine { name: "net worth".into(), points }])],
//!     ..Table::default()
//! };
//! table.push_section("Assets");
//! table.push(RowMark::Plain, vec!["Assets:Bank".into(), Cell::amount("1500.00", "EUR")]);
//! table.push(RowMark::Subtotal, vec!["Total assets".into(), Cell::amount("1500.00", "EUR")]);
//! table.push_blank();
//! table.footer.push(vec!["Net worth".into(), Cell::amount("1500.00", "EUR")]);
//! render::print(&context.settings, table)
//! ```

use std::borrow::Cow;
use std::rc::Rc;

use chrono::NaiveDate;
use serde_json::Value;

use super::chart::Chart;

/// A result to print: a list, or a report with totals.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The line above the table; only the table form shows it.
    pub title: Option<String>,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The rows; each has one cell per column.
    pub rows: Vec<Vec<Cell>>,
    /// What each row is, in the order of the rows; rows beyond the last mark are [`RowMark::Plain`], so that a list
    /// has none.
    pub marks: Vec<RowMark>,
    /// The totals, under a line in the table form and under `totals` in JSON; CSV, TSV and NDJSON hold rows
    /// only, so that a sum over a column is right.
    pub footer: Vec<Vec<Cell>>,
    /// Sentences below the table, and under `notes` in a JSON object.
    pub notes: Vec<String>,
    /// Facts about the whole, such as `as_of`. With them JSON is an object of these, `rows`, `totals` and
    /// `notes`; without them it is an array of rows. A report always has them, so that its shape is stable.
    pub meta: Option<Vec<(&'static str, Value)>>,
    /// How many columns on the left name a row. A report with more columns of amounts than fit a terminal is shown in
    /// blocks below each other, each with these columns again; without it, it is 1.
    pub split: Option<usize>,
    /// The result as pictures, one for each commodity: above the table in HTML, alone with `-O svg`.
    pub charts: Vec<Chart>,
}

/// What a row of a report is.
///
/// Tables, Markdown and HTML show it; what is for programs carries it as follows, so that a sum over a column of CSV
/// is right: a section becomes a column `section` in front, and sums stand under `totals` in JSON, before the footer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowMark {
    /// An account or another item.
    #[default]
    Plain,
    /// A row of a tree that sums those below it: shown as an item, a sum for programs.
    Parent,
    /// The heading of the rows that follow, in the first cell; the others are empty. Items below it are indented.
    Section,
    /// The sum of a section, and the end of it.
    Subtotal,
    /// A sum under a line: of several sections, such as assets less liabilities.
    Total,
    /// An empty line.
    Blank,
}

/// One column: a stable key and how it is shown.
#[derive(Debug, Clone)]
pub struct Column {
    /// The key in JSON, CSV and TSV, in snake_case; the header of a table is derived from it.
    pub name: Cow<'static, str>,
    /// The header of a table where the derived one does not read well.
    pub header: Option<Cow<'static, str>>,
    /// What the cells hold.
    pub kind: Kind,
    /// On which side the cells stand in a table.
    pub align: Align,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, wrapped in a table where it is too long.
    Text,
    /// A date, a number or a short code: never wrapped.
    Short,
    /// A code too long for a column: below the table.
    Long,
    /// An amount with its commodity. Outside the table it is two columns: `name` and `name_commodity`.
    Amount,
}

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// On the left, as text.
    Left,
    /// On the right, as numbers.
    Right,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Any text; CSV and TSV guard it against being read as a formula ([`ledger_core::export::guard_cell`]).
    Text(String),
    /// An exact amount: a plain decimal number such as `-1234.56` without grouping, and its commodity.
    Amount {
        /// The number.
        number: String,
        /// The commodity's code, which the cells of a row share: a large report has a hundred thousand of them.
        commodity: Rc<str>,
    },
    /// A plain decimal number such as `-1234.56`, whose commodity stands in a column of its own; text in JSON.
    Decimal(String),
    /// A whole number.
    Number(i64),
    /// A date, as ISO 8601 writes it.
    Date(NaiveDate),
    /// A name in a hierarchy: a table shows the label, indented; the other forms the whole name.
    Tree {
        /// How far to indent.
        depth: usize,
        /// What the table shows, such as the last segment.
        label: String,
        /// The whole name, such as `Expenses:Food`.
        name: String,
    },
    /// Nothing: an empty field, `null` in JSON.
    Empty,
    /// Anything else, as it is in JSON; tables and CSV show it in short.
    Json(Value),
}

impl Table {
    /// Adds a row of a report and says what it is.
    pub fn push(&mut self, mark: RowMark, row: Vec<Cell>) {
        debug_assert_eq!(row.len(), self.columns.len(), "a row has one cell per column");
        self.marks.resize(self.rows.len(), RowMark::Plain);
        self.rows.push(row);
        self.marks.push(mark);
    }

    /// Adds a section's heading.
    pub fn push_section(&mut self, name: impl Into<String>) {
        self.push_lone(RowMark::Section, Cell::text(name));
    }

    /// Adds an empty line.
    pub fn push_blank(&mut self) {
        self.push_lone(RowMark::Blank, Cell::Empty);
    }

    fn push_lone(&mut self, mark: RowMark, first: Cell) {
        let rest = self.columns.len().saturating_sub(1);
        self.push(mark, std::iter::once(first).chain(std::iter::repeat_n(Cell::Empty, rest)).collect());
    }
}

impl Column {
    /// A column of text.
    pub fn text(name: impl Into<Cow<'static, str>>) -> Self {
        Column { name: name.into(), header: None, kind: Kind::Text, align: Align::Left }
    }

    /// A column of dates or short codes.
    pub fn short(name: impl Into<Cow<'static, str>>) -> Self {
        Column { kind: Kind::Short, ..Column::text(name) }
    }

    /// A column of whole numbers.
    pub fn number(name: impl Into<Cow<'static, str>>) -> Self {
        Column { kind: Kind::Short, align: Align::Right, ..Column::text(name) }
    }

    /// A column of amounts with their commodities.
    pub fn amount(name: impl Into<Cow<'static, str>>) -> Self {
        Column { kind: Kind::Amount, align: Align::Right, ..Column::text(name) }
    }

    /// A column of codes too long for a table; there they stand in lines below it, named by the row's first cell.
    pub fn long(name: impl Into<Cow<'static, str>>) -> Self {
        Column { kind: Kind::Long, ..Column::text(name) }
    }

    /// The same column under another header in tables.
    pub fn titled(mut self, header: impl Into<Cow<'static, str>>) -> Self {
        self.header = Some(header.into());
        self
    }

    /// The key of the second column that an amount takes outside of tables.
    pub(super) fn commodity_name(&self) -> Option<String> {
        (self.kind == Kind::Amount).then(|| format!("{}_commodity", self.name))
    }
}

impl Cell {
    /// A text cell.
    pub fn text(text: impl Into<String>) -> Self {
        Cell::Text(text.into())
    }

    /// An amount cell from anything that prints as a plain decimal number.
    pub fn amount(number: impl ToString, commodity: impl AsRef<str>) -> Self {
        Cell::Amount { number: number.to_string(), commodity: commodity.as_ref().into() }
    }

    /// The cell of a value that may be missing.
    pub fn optional<T>(value: Option<T>, cell: impl FnOnce(T) -> Cell) -> Self {
        value.map_or(Cell::Empty, cell)
    }
}

impl From<NaiveDate> for Cell {
    fn from(date: NaiveDate) -> Self {
        Cell::Date(date)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Cell::Number(number)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::text(text)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}
