//! The XML file of GnuCash, plain or gzipped, as a stream of elements: nothing but what is imported is kept.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::{AccountRow, CommodityRow, DAY_AGAIN, PriceRow, Rows, SplitRow, TransactionRow};
use crate::Result;
use crate::import::statement::unreadable;

/// How deep elements may be nested.
const DEPTH_MAX: usize = 64;
/// A gzipped book may grow to so many bytes, and to so many times its size.
const UNPACKED_MIN: u64 = 256 << 20;
const UNPACKED_TIMES: u64 = 40;
/// The longest text of an element that is kept, in bytes.
const TEXT_MAX: usize = 1 << 20;

/// Reads a GnuCash XML file, gzipped or not.
///
/// Memory holds what is imported and one element. No entity but those of XML itself is expanded, and a gzip file that
/// grows out of proportion is refused.
///
/// # Errors
/// [`crate::ErrorKind::Unreadable`] with the line, for anything that is not such a file.
pub fn read_xml(name: &str, bytes: &[u8]) -> Result<Rows> {
    read_limited(name, bytes, UNPACKED_MIN.max(bytes.len() as u64 * UNPACKED_TIMES))
}

fn read_limited(name: &str, bytes: &[u8], limit: u64) -> Result<Rows> {
    let unpacked: Box<dyn Read + '_> = match bytes {
        [0x1F, 0x8B, ..] => Box::new(GzDecoder::new(bytes)),
        _ => Box::new(bytes),
    };
    let input = Limited { inner: BufReader::with_capacity(64 * 1024, unpacked), left: limit, lines: 1 };
    let mut reader = Reader::from_reader(input);
    let mut walk = Walk::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let outcome = match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) => break,
            Ok(event) => walk.event(event),
            Err(error) => Err(error.to_string()),
        };
        if let Err(reason) = outcome {
            return Err(unreadable(name, (reader.get_ref().lines, 0), reason));
        }
    }
    if !walk.path.is_empty() || walk.rows.root.is_empty() {
        let reason = match walk.path.last() {
            Some(open) => format!("it breaks off inside <{open}>"),
            None => "it holds no GnuCash book".to_owned(),
        };
        return Err(unreadable(name, (reader.get_ref().lines, 0), reason));
    }
    Ok(walk.rows)
}

/// Where in the file the reader is, and what it has collected.
#[derive(Default)]
struct Walk {
    rows: Rows,
    path: Vec<String>,
    text: String,
    /// How deep inside templates or slots, which are passed over.
    skipped: usize,
    commodity: CommodityRow,
    account: AccountRow,
    transaction: TransactionRow,
    split: SplitRow,
    price: PriceRow,
    /// A reference to a commodity: its space, then its id.
    space: String,
}

impl Walk {
    fn event(&mut self, event: Event<'_>) -> std::result::Result<(), String> {
        match event {
            Event::Start(start) => {
                if self.path.len() >= DEPTH_MAX {
                    return Err(format!("elements are nested more than {DEPTH_MAX} deep"));
                }
                let name = start.name();
                let name: &str = name.as_ref();
                if name == "gnc:template-transactions" || name.ends_with(":slots") || self.skipped > 0 {
                    self.skipped += 1;
                }
                self.path.push(name.to_owned());
                self.text.clear();
            }
            Event::Text(text) => self.add(&text)?,
            Event::CData(text) => self.add(&text)?,
            Event::GeneralRef(entity) => {
                let text =
                    character(&entity).ok_or_else(|| format!("the entity &{}; is not expanded", &*entity))?;
                self.add(text.encode_utf8(&mut [0; 4]))?;
            }
            Event::DocType(_) => return Err("a document type is not read; GnuCash writes none".to_owned()),
            Event::End(_) => {
                let name = self.path.pop().unwrap_or_default();
                if self.skipped > 0 {
                    self.skipped -= 1;
                    // GnuCash writes the day of a transaction a second time there.
                    if name == "slot:key" && self.text.trim() != DAY_AGAIN {
                        self.rows.slots += 1;
                    }
                } else {
                    self.end(&name)?;
                }
                self.text.clear();
            }
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, text: &str) -> std::result::Result<(), String> {
        if self.skipped > 0 && self.path.last().is_none_or(|name| name != "slot:key") {
            return Ok(());
        }
        if self.text.len() + text.len() > TEXT_MAX {
            return Err("a text has more than 1 MiB".to_owned());
        }
        self.text.push_str(text);
        Ok(())
    }

    fn end(&mut self, name: &str) -> std::result::Result<(), String> {
        let text = self.text.trim();
        let parent = self.path.last().map_or("", String::as_str);
        match (parent, name) {
            ("gnc:commodity", "cmdty:space") => self.commodity.namespace = text.to_owned(),
            ("gnc:commodity", "cmdty:id") => self.commodity.mnemonic = text.to_owned(),
            ("gnc:commodity", "cmdty:fraction") => self.commodity.fraction = text.parse().unwrap_or(1),
            (_, "cmdty:space") => self.space = text.to_owned(),
            (parent, "cmdty:id") => {
                let key = format!("{}:{text}", self.space);
                match parent {
                    "act:commodity" => self.account.commodity = key,
                    "trn:currency" => self.transaction.currency = key,
                    "price:commodity" => self.price.commodity = key,
                    "price:currency" => self.price.currency = key,
                    _ => {}
                }
            }
            (_, "act:name") => self.account.name = text.to_owned(),
            (_, "act:id") => self.account.guid = text.to_owned(),
            (_, "act:type") => self.account.kind = text.to_owned(),
            (_, "act:parent") => self.account.parent = text.to_owned(),
            (_, "act:description") => self.account.description = text.to_owned(),
            (_, "trn:id") => self.transaction.guid = text.to_owned(),
            (_, "trn:num") => self.transaction.num = text.to_owned(),
            (_, "trn:description") => self.transaction.description = text.to_owned(),
            ("trn:date-posted", "ts:date") => self.transaction.posted = text.to_owned(),
            ("price:time", "ts:date") => self.price.on = text.to_owned(),
            (_, "price:value") => self.price.value = fraction(text)?,
            (_, "split:value") => self.split.value = fraction(text)?,
            (_, "split:quantity") => self.split.quantity = fraction(text)?,
            (_, "split:account") => self.split.account = text.to_owned(),
            (_, "split:memo") => self.split.memo = text.to_owned(),
            (_, "split:action") => self.split.action = text.to_owned(),
            (_, "split:reconciled-state") => self.split.reconciled = text.to_owned(),
            ("gnc:schedxaction", "sx:name") => self.rows.scheduled.push(text.to_owned()),
            _ => self.end_of_row(name),
        }
        Ok(())
    }

    fn end_of_row(&mut self, name: &str) {
        match name {
            "gnc:commodity" => {
                let mut row = std::mem::take(&mut self.commodity);
                row.guid = format!("{}:{}", row.namespace, row.mnemonic);
                self.rows.commodities.push(row);
            }
            "gnc:account" => {
                let row = std::mem::take(&mut self.account);
                if row.kind == "ROOT" && self.rows.root.is_empty() {
                    self.rows.root.clone_from(&row.guid);
                }
                self.rows.accounts.push(row);
            }
            "trn:split" => {
                let mut row = std::mem::take(&mut self.split);
                row.transaction.clone_from(&self.transaction.guid);
                self.rows.splits.push(row);
            }
            "gnc:transaction" => self.rows.transactions.push(std::mem::take(&mut self.transaction)),
            "price" => self.rows.prices.push(std::mem::take(&mut self.price)),
            _ => {}
        }
    }
}

/// The character that an entity of XML itself stands for.
fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

fn fraction(text: &str) -> std::result::Result<(i64, i64), String> {
    let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
    match (numerator.trim().parse(), denominator.trim().parse()) {
        (Ok(numerator), Ok(denominator)) => Ok((numerator, denominator)),
        _ => Err(format!("\"{}\" is not an amount such as 1250/100", crate::text::quote(text))),
    }
}

/// An input that ends with an error after so many bytes, and counts its lines.
struct Limited<R> {
    inner: R,
    left: u64,
    lines: u64,
}

impl<R: BufRead> Read for Limited<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let from = self.fill_buf()?;
        let count = from.len().min(into.len());
        into[..count].copy_from_slice(&from[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Limited<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other("unpacked, it is far larger than a book of its size can be"));
        }
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let bytes = self.inner.fill_buf()?;
        Ok(&bytes[..bytes.len().min(left)])
    }

    fn consume(&mut self, count: usize) {
        if let Ok(bytes) = self.inner.fill_buf() {
            self.lines += memchr::memchr_iter(b'\n', &bytes[..count.min(bytes.len())]).count() as u64;
        }
        self.left = self.left.saturating_sub(count as u64);
        self.inner.consume(count);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const BOOK: &str = "<?xml version=\"1.0\"?>\n<gnc-v2><gnc:book>\n\
        <gnc:commodity><cmdty:space>CURRENCY</cmdty:space><cmdty:id>EUR</cmdty:id></gnc:commodity>\n\
        <gnc:account><act:name>Root</act:name><act:id>r</act:id><act:type>ROOT</act:type></gnc:account>\n\
        <gnc:account><act:name>R&amp;D</act:name><act:id>a</act:id><act:type>EXPENSE</act:type>\
        <act:commodity><cmdty:space>CURRENCY</cmdty:space><cmdty:id>EUR</cmdty:id></act:commodity>\
        <act:parent>r</act:parent></gnc:account>\n\
        <act:slots><slot><slot:key>color</slot:key><slot:value type=\"frame\"><slot>\
        <slot:key>date-posted</slot:key></slot></slot:value></slot></act:slots>\
        <gnc:template-transactions><gnc:account><act:id>t</act:id></gnc:account></gnc:template-transactions>\n\
        </gnc:book></gnc-v2>\n";

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(text).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn a_book_is_read_packed_or_not_and_templates_are_passed_over() {
        let rows = read_xml("x", BOOK.as_bytes()).unwrap();
        assert_eq!(
            (rows.root.as_str(), rows.accounts.len(), rows.accounts[1].name.as_str()),
            ("r", 2, "R&D")
        );
        assert_eq!(rows.accounts[1].commodity, rows.commodities[0].guid);
        assert_eq!(rows.slots, 1, "what is passed over is counted");
        assert_eq!(read_xml("x", &gzip(BOOK.as_bytes())).unwrap(), rows);
    }

    #[test]
    fn a_book_that_breaks_off_anywhere_is_refused() {
        for end in 0..BOOK.len() - 1 {
            let cut = &BOOK.as_bytes()[..end];
            assert!(read_xml("x", cut).is_err() || end > BOOK.len() - 3, "{end}");
        }
        let packed = gzip(BOOK.as_bytes());
        assert!(read_xml("x", &packed[..packed.len() / 2]).is_err());
    }

    #[test]
    fn bombs_are_refused() {
        let says = |bytes: &[u8]| read_xml("x", bytes).unwrap_err().to_string();
        assert!(says(b"<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>").contains("document type"));
        assert!(says(b"<a>&b;</a>").contains("&b;"));
        assert!(says("<a>".repeat(1000).as_bytes()).contains("deep"));
        let packed = gzip(&vec![b' '; 1 << 20]);
        let refused = read_limited("x", &packed, 1 << 16).unwrap_err().to_string();
        assert!(refused.contains("unpacked"), "{refused}");
    }
}
