//! JSON: one document with the chart and the entries, or one entry a line.

use std::io::{self, Write};

use serde_json::json;

use super::book::{ExportedBook, JournalWriter};
use crate::journal::Entry;

/// Writes entries as JSON objects; amounts are strings such as `"12.34 EUR"`.
pub struct JsonWriter<'a> {
    out: &'a mut dyn Write,
    /// Entries written so far, where they are items of a document.
    items: Option<u64>,
}

impl<'a> JsonWriter<'a> {
    /// Begins a document: an object with the book's name, base commodity, commodities, accounts, prices and entries.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn document(out: &'a mut dyn Write, book: &ExportedBook<'_>) -> io::Result<Self> {
        let commodities: Vec<_> =
            book.commodities.iter().map(|one| json!({ "code": one.code(), "scale": one.scale() })).collect();
        let price = |price: &crate::money::Price| {
            let (commodity, quote) = (price.commodity.code(), price.quote.code());
            json!({ "on": price.on, "commodity": commodity, "rate": price.rate.to_string(), "quote": quote })
        };
        let prices: Vec<_> = book.prices.iter().map(price).collect();
        writeln!(out, "{{\n\"book\": {},", json!(book.name))?;
        writeln!(out, "\"base_commodity\": {},", json!(book.base_commodity))?;
        for (key, items) in [
            ("commodities", commodities),
            ("accounts", book.accounts.iter().map(|account| json!(account)).collect()),
            ("prices", prices),
        ] {
            writeln!(out, "\"{key}\": [")?;
            for (index, item) in items.iter().enumerate() {
                writeln!(out, "{item}{}", if index + 1 == items.len() { "" } else { "," })?;
            }
            writeln!(out, "],")?;
        }
        write!(out, "\"entries\": [")?;
        Ok(JsonWriter { out, items: Some(0) })
    }

    /// Entries alone, one a line.
    pub fn lines(out: &'a mut dyn Write) -> Self {
        JsonWriter { out, items: None }
    }
}

impl JournalWriter for JsonWriter<'_> {
    fn entry(&mut self, entry: &Entry) -> io::Result<()> {
        if let Some(items) = &mut self.items {
            self.out.write_all(if *items == 0 { b"\n" } else { b",\n" })?;
            *items += 1;
        }
        serde_json::to_writer(&mut *self.out, entry)?;
        if self.items.is_none() {
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        if self.items.is_some() {
            self.out.write_all(b"\n]\n}\n")?;
        }
        self.out.flush()
    }
}
