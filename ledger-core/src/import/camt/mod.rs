//! The reader of ISO 20022 account reports: camt.052 (intraday), camt.053 (statement), camt.054 (notification).
//!
//! The file streams by as events of quick-xml; `path` knows where among the elements a text stands, whatever the
//! version of the schema and the prefix of its namespace; `entry` gathers one booked entry. Document types are
//! refused, so that no entity is ever expanded.

mod entry;
mod path;
mod walk;

use quick_xml::Reader;
use quick_xml::events::Event;

use self::walk::Walk;
use super::currency::Currencies;
use super::describe::excerpt;
use super::source::Source;
use super::statement::Contents;
use crate::{Error, Result};

/// Elements within elements, at most; the schemas need about 15.
const DEPTH_MAX: usize = 64;

/// Reads a camt text.
///
/// # Errors
/// XML that is not well formed or is cut off, a document type, an unknown entity, elements too deep, a value longer
/// than 1 MiB, and a file without a report, statement or notification of an account.
pub(super) fn read(text: &str, file: &str, currencies: Currencies<'_>) -> Result<Contents> {
    let mut reader = Reader::from_str(text);
    let mut walk = Walk::new(Source::new(text, file), currencies);
    loop {
        let start = position(&reader);
        let event = reader.read_event();
        let end = position(&reader);
        let event = event.map_err(|error| {
            let at = usize::try_from(reader.error_position()).unwrap_or(start);
            walk.error(at, format!("this is not well-formed XML: {error}"))
        })?;
        match event {
            Event::Start(tag) => {
                if walk.depth() >= DEPTH_MAX {
                    return Err(
                        walk.error(start, format!("more than {DEPTH_MAX} elements within each other"))
                    );
                }
                walk.open(tag.local_name().into_inner(), currency_attribute(&tag), start);
            }
            Event::Empty(tag) => {
                walk.open(tag.local_name().into_inner(), None, start);
                walk.close(end);
            }
            Event::End(_) => walk.close(end),
            Event::Text(text) => walk.text(&text, start)?,
            Event::CData(text) => walk.text(&text, start)?,
            Event::GeneralRef(name) => {
                let character = character(&name).ok_or_else(|| unknown_entity(&walk, start, &name))?;
                walk.text(character.encode_utf8(&mut [0; 4]), start)?;
            }
            Event::DocType(_) => {
                let reason = "a document type (<!DOCTYPE>) is refused: no bank statement needs one";
                return Err(walk.error(start, reason));
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    walk.finish()
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// The attribute of an amount that names its currency.
fn currency_attribute(tag: &quick_xml::events::BytesStart<'_>) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut known = attributes.with_checks(false).filter_map(|attribute| attribute.ok());
    known.find(|attribute| attribute.key.local_name().into_inner() == "Ccy").map(|ccy| ccy.value.into_owned())
}

/// The character that a reference stands for: by number, or one of the five that XML has without a document type.
fn character(name: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if name.is_char_ref() {
        return name.resolve_char_ref().ok().flatten();
    }
    Some(match &**name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

fn unknown_entity(walk: &Walk<'_, '_>, at: usize, name: &str) -> Error {
    walk.error(at, format!("entity \"&{};\" is not one of XML's own, and none are expanded", excerpt(name)))
}

#[cfg(test)]
mod tests;
