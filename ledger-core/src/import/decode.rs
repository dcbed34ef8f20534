//! Bytes to text: byte order marks, UTF-16 and named code pages. Refuses what does not decode, with its place.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::statement::unreadable;
use crate::{ErrorKind, Result};

/// The text of a statement file and how it was decoded.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    pub text: Cow<'a, str>,
    /// The encoding's name as the WHATWG standard spells it.
    pub encoding: &'static str,
    pub note: Option<String>,
}

/// Decodes `bytes`: a byte order mark decides, then the `told` encoding, then UTF-8.
///
/// # Errors
/// An unknown encoding name, bytes that the encoding does not have, NUL characters, and an empty file.
pub(super) fn decode<'a>(bytes: &'a [u8], file: &str, told: Option<&str>) -> Result<Decoded<'a>> {
    let told = told.map(encoding_named).transpose()?;
    let marked = Encoding::for_bom(bytes);
    let (encoding, mark_len) = marked.unwrap_or((told.unwrap_or(UTF_8), 0));
    let note = told.filter(|told| *told != encoding).map(|told| {
        format!("the byte order mark says {}: the encoding {} was not used", encoding.name(), told.name())
    });
    let body = &bytes[mark_len..];
    let text = if encoding == UTF_8 {
        match std::str::from_utf8(body) {
            Ok(text) => Cow::Borrowed(text),
            Err(error) => {
                let good = String::from_utf8_lossy(&body[..error.valid_up_to()]);
                return Err(unreadable(file, place_after(&good), not_utf8(body[error.valid_up_to()])));
            }
        }
    } else {
        Cow::Owned(decode_with(encoding, body, file)?)
    };
    if text.trim().is_empty() {
        return Err(unreadable(file, (1, 1), "the file is empty"));
    }
    if let Some(at) = text.find('\0') {
        let hint = match marked {
            None if encoding == UTF_8 => " (UTF-16 without a byte order mark? try --encoding utf-16le)",
            _ => "",
        };
        return Err(unreadable(
            file,
            place_after(&text[..at]),
            format!("a NUL character: this is not text{hint}"),
        ));
    }
    Ok(Decoded { text, encoding: encoding.name(), note })
}

/// The encoding of a name such as `windows-1252` or `latin1` (the labels of the WHATWG Encoding Standard).
fn encoding_named(name: &str) -> Result<&'static Encoding> {
    let known = Encoding::for_label_no_replacement(name.trim().as_bytes());
    known.ok_or_else(|| {
        ErrorKind::InvalidSetting {
            what: "encoding",
            value: name.to_owned(),
            reason:
                "it is no encoding of the WHATWG standard, such as utf-8, utf-16le, windows-1252 or latin1"
                    .to_owned(),
        }
        .into()
    })
}

fn decode_with(encoding: &'static Encoding, body: &[u8], file: &str) -> Result<String> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    // UTF-8 takes at most three bytes for each byte of any encoding here; most statements are nearly ASCII, so
    // begin with the input's own length and grow when the decoder says so.
    let mut text = String::with_capacity(body.len() + 16);
    let mut rest = body;
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty => return Ok(text),
            DecoderResult::OutputFull => text.reserve(rest.len().max(1024)),
            DecoderResult::Malformed(..) => {
                let wide = encoding == UTF_16LE || encoding == UTF_16BE;
                let what = if wide { "half a character" } else { "bytes that stand for no character" };
                let reason =
                    format!("{what} in {}: name the file's encoding with --encoding", encoding.name());
                return Err(unreadable(file, place_after(&text), reason));
            }
        }
    }
}

fn not_utf8(byte: u8) -> String {
    format!(
        "byte 0x{byte:02X} is not UTF-8: name the file's encoding with --encoding (many banks write windows-1252)"
    )
}

/// Line and column of the character that follows `text`; CR, LF and CRLF each end a line.
pub(super) fn place_after(text: &str) -> (u64, u64) {
    let mut line = 1;
    let mut line_start = 0;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let second_half = *byte == b'\n' && at > 0 && bytes[at - 1] == b'\r';
        if *byte == b'\r' || *byte == b'\n' {
            line += u64::from(!second_half);
            line_start = at + 1;
        }
    }
    (line, text[line_start..].chars().count() as u64 + 1)
}
