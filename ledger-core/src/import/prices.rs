//! Prices from a CSV file: a day, what is priced, the price of one unit, and what it is counted in.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::date::DateFormat;
use super::decode::decode;
use super::delimiter::{checked, named_by_first_line};
use super::records::{Record, Records};
use super::statement::{Problem, unreadable};
use crate::Result;
use crate::money::{Commodity, DecimalMark, Price, parse_number};
use crate::text::normalize;

/// How a file of prices is read.
#[derive(Debug, Clone, Default)]
pub struct PriceFileOptions {
    /// What all prices are of, where the file has no column for it.
    pub commodity: Option<String>,
    /// What all prices are counted in, where the file has no column for it.
    pub quote: Option<String>,
    /// How dates are written, where it is not `2026-03-31`.
    pub date_format: Option<DateFormat>,
    /// The decimal mark of the prices.
    pub decimal: Option<DecimalMark>,
    /// What stands between columns; told by the first line where it is left out.
    pub delimiter: Option<char>,
}

/// A price as a file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceLine {
    /// The physical line, from 1.
    pub line: u64,
    /// The day.
    pub on: NaiveDate,
    /// The code of what is priced.
    pub commodity: String,
    /// Units of `quote` for one unit, above zero.
    pub rate: Decimal,
    /// The code of what the price is counted in.
    pub quote: String,
    /// Where the commodity, the quote and the price stand, in characters from 1; the first one for what was told.
    pub columns: [u64; 3],
    /// The physical line itself, decoded.
    pub source: String,
}

impl PriceLine {
    fn problem(&self, cell: usize, code: &'static str, reason: String) -> Problem {
        Problem { line: self.line, column: self.columns[cell], reason, code, source: self.source.clone() }
    }
}

/// What a file of prices says.
#[derive(Debug, Clone, Default)]
pub struct PriceFile {
    /// The prices, in the order of the file.
    pub lines: Vec<PriceLine>,
    /// What could not be read; nothing is left out silently.
    pub problems: Vec<Problem>,
}

impl PriceFile {
    /// The prices with the commodities that `find` tells of their codes.
    ///
    /// A line of a commodity that it does not know becomes a problem, `unknown-commodity`; so does a second price of a pair
    /// and day that is not the first one, `two-prices`, and one that no price can be, `invalid-price`.
    pub fn resolve(&mut self, mut find: impl FnMut(&str) -> Option<Commodity>) -> Vec<Price> {
        let mut known: BTreeMap<&str, Option<Commodity>> = BTreeMap::new();
        let mut seen: BTreeMap<(Commodity, Commodity, NaiveDate), &PriceLine> = BTreeMap::new();
        let mut prices = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            let mut of = |code| *known.entry(code).or_insert_with(|| find(code));
            let (commodity, quote) = match (of(&line.commodity), of(&line.quote)) {
                (Some(commodity), Some(quote)) => (commodity, quote),
                (found, _) => {
                    let (cell, code) = if found.is_none() { (0, &line.commodity) } else { (1, &line.quote) };
                    let reason = format!(
                        "the book does not know the commodity \"{code}\" (declare it first with `ledger commodity add {code} --scale 2`)"
                    );
                    self.problems.push(line.problem(cell, "unknown-commodity", reason));
                    continue;
                }
            };
            let first = *seen.entry((commodity, quote, line.on)).or_insert(line);
            if first.rate != line.rate {
                let reason = format!(
                    "a second price of {commodity} in {quote} on {}: {}, and line {} has {}",
                    line.on, line.rate, first.line, first.rate
                );
                self.problems.push(line.problem(2, "two-prices", reason));
                continue;
            }
            match Price::new(commodity, line.rate, quote, line.on) {
                Ok(price) => prices.push(price),
                Err(error) => self.problems.push(line.problem(2, "invalid-price", error.to_string())),
            }
        }
        self.problems.sort_by_key(|problem| (problem.line, problem.column));
        prices
    }
}

/// Words of headers, normalised.
const DATES: [&str; 5] = ["date", "day", "priced on", "priced_on", "datum"];
const COMMODITIES: [&str; 6] = ["commodity", "symbol", "ticker", "security", "currency", "isin"];
const RATES: [&str; 7] = ["rate", "price", "close", "value", "nav", "kurs", "last"];
const QUOTES: [&str; 5] = ["quote", "in", "quote currency", "price currency", "quote_commodity"];

#[derive(Debug)]
struct Columns {
    date: usize,
    commodity: Option<usize>,
    rate: usize,
    quote: Option<usize>,
}

/// Reads prices. The first line names the columns, in any order: `date`, `commodity` (or `symbol`, `ticker` …), `rate`
/// (or `price`, `close` …) and `quote` (or `in`); others are left aside.
///
/// ```
/// use ledger_core::import::{PriceFileOptions, read_prices};
///
/// let file = "date,symbol,close,quote\n2026-03-31,AAPL,212.50,USD\n";
/// let prices = read_prices(file.as_bytes(), "prices.csv", &PriceFileOptions::default())?;
/// assert_eq!((prices.lines[0].commodity.as_str(), prices.lines[0].rate.to_string().as_str()), ("AAPL", "212.50"));
/// # Ok::<(), ledger_core::Error>(())
/// ```
///
/// # Errors
/// [`crate::ErrorKind::Unreadable`] for a file without the columns that it needs.
pub fn read_prices(bytes: &[u8], file: &str, options: &PriceFileOptions) -> Result<PriceFile> {
    let decoded = decode(bytes, file, None)?;
    let text = decoded.text.as_ref();
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let delimiter = match options.delimiter {
        Some(told) => checked(told)?,
        None => named_by_first_line(text).unwrap_or_else(|| most_frequent(first)),
    };
    let mut records = Records::new(text, file, delimiter, u64::from(named_by_first_line(text).is_some()));
    let mut record = Record::default();
    let header = loop {
        if !records.read(&mut record)? {
            return Err(unreadable(file, (1, 1), "the file is empty: its first line names the columns"));
        }
        if !record.is_blank() {
            break columns(&record, file, options)?;
        }
    };
    let mut prices = PriceFile::default();
    while records.read(&mut record)? {
        if record.is_blank() {
            continue;
        }
        match read_line(&records, &record, &header, options) {
            Ok(line) => prices.lines.push(line),
            Err(problem) => prices.problems.push(*problem),
        }
    }
    Ok(prices)
}

fn most_frequent(line: &str) -> u8 {
    let count = |delimiter: u8| line.bytes().filter(|byte| *byte == delimiter).count();
    // Of equally frequent ones the comma.
    *b"\t|;,".iter().max_by_key(|delimiter| count(**delimiter)).unwrap_or(&b',')
}

fn columns(header: &Record, file: &str, options: &PriceFileOptions) -> Result<Columns> {
    let names: Vec<String> = header.cells().map(normalize).collect();
    let find = |words: &[&str]| names.iter().position(|name| words.contains(&name.as_str()));
    let needed = |words: &[&str], what: &str| {
        let first = words.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        let reason =
            format!("no column is named as a {what} ({first} …); the columns are {}", names.join(", "));
        find(words).ok_or_else(|| unreadable(file, (header.line, 1), reason))
    };
    let commodity = if options.commodity.is_some() { None } else { Some(needed(&COMMODITIES, "commodity")?) };
    let quote = if options.quote.is_some() { None } else { Some(needed(&QUOTES, "quote")?) };
    Ok(Columns { date: needed(&DATES, "date")?, rate: needed(&RATES, "price")?, commodity, quote })
}

fn read_line(
    records: &Records<'_>,
    record: &Record,
    columns: &Columns,
    options: &PriceFileOptions,
) -> std::result::Result<PriceLine, Box<Problem>> {
    if record.unclosed {
        let reason = "a quote opens here and is never closed";
        return Err(Box::new(records.cell(record, 0).problem("unclosed-quote", reason)));
    }
    let code = |column: Option<usize>, told: &Option<String>| match (column, told) {
        (Some(column), _) => record.cell(column).trim().to_owned(),
        (None, told) => told.clone().unwrap_or_default(),
    };
    let date = records.cell(record, columns.date);
    let on = match &options.date_format {
        Some(format) => format.read(date.text),
        None => date.text.trim().get(..10).unwrap_or(date.text.trim()).parse().ok(),
    };
    let Some(on) = on else {
        let reason = format!(
            "\"{}\" is not a date such as 2026-03-31 (--date-format says how they are written)",
            date.text
        );
        return Err(Box::new(date.problem("unreadable-date", reason)));
    };
    let rate = records.cell(record, columns.rate);
    let parsed = parse_number(rate.text, options.decimal)
        .map_err(|error| Box::new(rate.problem("unreadable-amount", error.to_string())))?;
    if parsed.number <= Decimal::ZERO {
        let reason = format!("a price is above zero, not {}", parsed.number);
        return Err(Box::new(rate.problem("invalid-price", reason)));
    }
    let (commodity, quote) =
        (code(columns.commodity, &options.commodity), code(columns.quote, &options.quote));
    for (code, column) in [(&commodity, columns.commodity), (&quote, columns.quote)] {
        if let (true, Some(column)) = (code.is_empty(), column) {
            return Err(Box::new(
                records.cell(record, column).problem("missing-commodity", "the commodity is missing"),
            ));
        }
    }
    let column = |column: Option<usize>| column.map_or(1, |index| records.place(record, index).1);
    let columns = [columns.commodity, columns.quote, Some(columns.rate)].map(column);
    let source = records.line_text(record, record.line, columns.into_iter().max().unwrap_or(1));
    Ok(PriceLine { line: record.line, on, commodity, rate: parsed.number, quote, columns, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, options: &PriceFileOptions) -> PriceFile {
        read_prices(text.as_bytes(), "prices.csv", options).unwrap()
    }

    #[test]
    fn columns_are_found_by_their_names_in_any_order() {
        let file = read(
            "Close;Symbol;x;Date;In\n1,5;AAPL;;2026-03-31;USD\n\n2;MSFT;;2026-04-01;USD\n",
            &PriceFileOptions { decimal: Some(DecimalMark::Comma), ..PriceFileOptions::default() },
        );
        let shown: Vec<String> = file
            .lines
            .iter()
            .map(|price| {
                format!("{} {} {} {} {}", price.line, price.on, price.commodity, price.rate, price.quote)
            })
            .collect();
        assert_eq!(shown, ["2 2026-03-31 AAPL 1.5 USD", "4 2026-04-01 MSFT 2 USD"]);
        assert!(file.problems.is_empty());
    }

    #[test]
    fn what_the_file_does_not_say_is_told() {
        let told = PriceFileOptions {
            commodity: Some("VWCE".into()),
            quote: Some("EUR".into()),
            date_format: Some("DD.MM.YYYY".parse().unwrap()),
            ..PriceFileOptions::default()
        };
        let file = read("date,close\n31.03.2026,120.1\n", &told);
        assert_eq!((file.lines[0].commodity.as_str(), file.lines[0].quote.as_str()), ("VWCE", "EUR"));
        let refused =
            read_prices(b"date,close\n2026-03-31,1\n", "p.csv", &PriceFileOptions::default()).unwrap_err();
        assert!(refused.to_string().contains("commodity, symbol, ticker"), "{refused}");
        assert!(read_prices(b"", "p.csv", &told).unwrap_err().to_string().contains("empty"));
    }

    #[test]
    fn every_line_that_cannot_be_read_is_told_with_its_place() {
        let file = read(
            "date,commodity,rate,quote\n31.3.2026,A,1,EUR\n2026-03-31,A,x,EUR\n2026-03-31,A,0,EUR\n2026-03-31,,1,EUR\n2026-03-31,A,1,EUR\n",
            &PriceFileOptions::default(),
        );
        let places: Vec<(u64, u64, &str)> =
            file.problems.iter().map(|problem| (problem.line, problem.column, problem.code)).collect();
        let expected = [
            (2, 1, "unreadable-date"),
            (3, 14, "unreadable-amount"),
            (4, 14, "invalid-price"),
            (5, 12, "missing-commodity"),
        ];
        assert_eq!(places, expected);
        assert_eq!(file.lines.len(), 1);
    }

    #[test]
    fn unknown_commodities_and_second_prices_are_problems_of_their_lines() {
        let mut file = read(
            "date,commodity,rate,quote\n2026-03-31,USD,0.9,EUR\n2026-03-31,XYZ,1,EUR\n2026-03-31,USD,1,ABC\n2026-03-31,USD,0.90,EUR\n2026-03-31,usd,0.8,EUR\n2026-04-01,USD,0.8,EUR\n2026-04-01,USD,2,USD\n",
            &PriceFileOptions::default(),
        );
        let prices = file.resolve(|code| Commodity::iso(&code.to_uppercase()).filter(|_| code != "XYZ"));
        let rates: Vec<String> = prices.iter().map(|price| price.rate.to_string()).collect();
        assert_eq!(rates, ["0.9", "0.90", "0.8"], "the same price twice is no problem");
        let told: Vec<(u64, u64, &str)> =
            file.problems.iter().map(|problem| (problem.line, problem.column, problem.code)).collect();
        let expected = [
            (3, 12, "unknown-commodity"),
            (4, 18, "unknown-commodity"),
            (6, 16, "two-prices"),
            (8, 16, "invalid-price"),
        ];
        assert_eq!(told, expected);
        assert!(file.problems[2].reason.contains("0.8, and line 2 has 0.9"), "{}", file.problems[2].reason);
        assert_eq!(file.problems[2].source, "2026-03-31,usd,0.8,EUR");
    }
}
