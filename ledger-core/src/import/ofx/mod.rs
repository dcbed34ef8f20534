//! The reader of OFX 1 (SGML), OFX 2 (XML) and Quicken's QFX: bank, card and investment cash statements.
//!
//! `tokens` tells tags from text, `nesting` knows the aggregates that matter, `walk` follows them and gathers
//! statements, `transaction` reads one line. Tags may lack their closing half, and many banks write other things
//! than the standard says, so that nothing is asked of a file that is not needed to read it.

mod nesting;
mod tokens;
mod transaction;
mod walk;

use self::tokens::Tokens;
use self::walk::Walk;
use super::currency::Currencies;
use super::source::Source;
use super::statement::Contents;
use crate::Result;

/// Reads an OFX text.
///
/// # Errors
/// A text without the `<OFX>` tag, a value longer than 1 MiB, and a currency that changes within a statement.
pub(super) fn read(text: &str, file: &str, currencies: Currencies<'_>) -> Result<Contents> {
    let source = Source::new(text, file);
    let Some(root) = text.find("<OFX").or_else(|| text.find("<ofx")) else {
        return Err(source.error(0, "there is no <OFX> tag: is this an OFX or QFX file?"));
    };
    let mut walk = Walk::new(source, currencies);
    for token in Tokens::new(text, root) {
        walk.take(token)?;
    }
    Ok(walk.finish())
}

/// The encoding that the head of an OFX 1 file names, as a label of the WHATWG standard.
pub(super) fn charset(head: &str) -> Option<String> {
    let value = |key: &str| {
        let (_, after) = head.split_once(key)?;
        let value = after.split(['\r', '\n', '<', ' ', '\t']).next()?.trim();
        (!value.is_empty() && !value.eq_ignore_ascii_case("NONE")).then(|| value.to_ascii_uppercase())
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match (value("ENCODING:").as_deref(), value("CHARSET:")) {
        (Some("UTF-8" | "UTF8" | "UNICODE"), _) => Some("utf-8".to_owned()),
        // Windows code pages are named by number; "USASCII" alone says nothing about the other half.
        (_, Some(page)) if digits(&page) => Some(format!("windows-{page}")),
        (_, Some(label)) if label.starts_with("8859-") => Some(format!("iso-{label}")),
        (_, Some(label)) => Some(label),
        (_, None) => None,
    }
}

#[cfg(test)]
mod tests;
