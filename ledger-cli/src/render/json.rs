//! JSON and NDJSON: keys in the order of the columns, money as strings.

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::{Cell, Table};

/// One row as an object.
struct Row<'a> {
    head: &'a Table,
    cells: &'a [Cell],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (column, cell) in self.head.columns.iter().zip(self.cells) {
            match cell {
                Cell::Text(text) => map.serialize_entry(&*column.name, text)?,
                Cell::Amount { number, .. } | Cell::Decimal(number) => {
                    map.serialize_entry(&*column.name, number)?
                }
                Cell::Number(number) => map.serialize_entry(&*column.name, number)?,
                Cell::Date(date) => map.serialize_entry(&*column.name, date)?,
                Cell::Tree { name, .. } => map.serialize_entry(&*column.name, name)?,
                Cell::Empty => map.serialize_entry(&*column.name, &())?,
                Cell::Json(value) => map.serialize_entry(&*column.name, value)?,
            }
            if let Some(key) = column.commodity_name() {
                match cell {
                    Cell::Amount { commodity, .. } => map.serialize_entry(&key, &**commodity)?,
                    _ => map.serialize_entry(&key, &())?,
                }
            }
        }
        map.end()
    }
}

/// NDJSON: an object a line.
pub(super) struct Lines<'a> {
    out: &'a mut dyn Write,
}

impl<'a> Lines<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Lines { out }
    }

    pub(super) fn row(&mut self, head: &Table, cells: &[Cell]) -> io::Result<()> {
        serde_json::to_writer(&mut *self.out, &Row { head, cells })?;
        self.out.write_all(b"\n")
    }
}

/// One JSON document with a row a line, so that it can be read and compared by line.
pub(super) struct Document<'a> {
    out: &'a mut dyn Write,
    rows: usize,
}

impl<'a> Document<'a> {
    pub(super) fn begin(out: &'a mut dyn Write, head: &Table) -> io::Result<Self> {
        if is_object(head) {
            out.write_all(b"{\n")?;
            for (key, value) in head.meta.iter().flatten() {
                writeln!(out, "{}: {value},", serde_json::to_string(key)?)?;
            }
            out.write_all(b"\"rows\": ")?;
        }
        out.write_all(b"[")?;
        Ok(Document { out, rows: 0 })
    }

    pub(super) fn row(&mut self, head: &Table, cells: &[Cell]) -> io::Result<()> {
        self.out.write_all(if self.rows == 0 { b"\n" } else { b",\n" })?;
        self.rows += 1;
        serde_json::to_writer(&mut *self.out, &Row { head, cells })?;
        Ok(())
    }

    pub(super) fn end(mut self, head: &Table) -> io::Result<()> {
        self.close()?;
        if is_object(head) {
            self.out.write_all(b",\n\"totals\": [")?;
            for cells in &head.footer {
                self.row(head, cells)?;
            }
            self.close()?;
            write!(self.out, ",\n\"notes\": {}\n}}", serde_json::to_string(&head.notes)?)?;
        }
        self.out.write_all(b"\n")
    }

    fn close(&mut self) -> io::Result<()> {
        self.out.write_all(if self.rows == 0 { b"]" } else { b"\n]" })?;
        self.rows = 0;
        Ok(())
    }
}

fn is_object(head: &Table) -> bool {
    head.meta.is_some() || !head.footer.is_empty()
}
