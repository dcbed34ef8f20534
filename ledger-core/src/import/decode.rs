//! Bytes to text: byte order marks, UTF-16 and legacy code pages, told or detected. Refuses what does not decode,
//! with its place.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::explain::Confidence;
use super::statement::unreadable;
use crate::{ErrorKind, Result};

/// The largest file that is read, in bytes. A bank's statement of a million rows has a tenth of that.
pub const FILE_BYTES_MAX: u64 = 1 << 30;

/// How many bytes are looked at to detect an encoding, from the first that is not ASCII on.
const DETECT_BYTES: usize = 1 << 20;

/// The text of a statement file and how it was decoded.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    pub text: Cow<'a, str>,
    /// The encoding's name as the WHATWG standard spells it.
    pub encoding: &'static str,
    /// Why this one, and how sure that is.
    pub reason: &'static str,
    pub confidence: Confidence,
    pub note: Option<String>,
}

/// Decodes `bytes`: a byte order mark decides, then the `told` encoding, then whether it is UTF-8 or UTF-16, then
/// what its letters are likeliest in.
///
/// # Errors
/// A file of more than [`FILE_BYTES_MAX`], an unknown encoding name, bytes that the encoding does not have, NUL
/// characters, and an empty file.
pub(super) fn decode<'a>(bytes: &'a [u8], file: &str, told: Option<&str>) -> Result<Decoded<'a>> {
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(unreadable(file, (1, 1), "the file is larger than 1 GiB: split it"));
    }
    let told = told.map(encoding_named).transpose()?;
    let marked = Encoding::for_bom(bytes);
    let (encoding, mark_len, reason, confidence) = match (marked, told) {
        (Some((encoding, mark_len)), _) => {
            (encoding, mark_len, "the byte order mark says so", Confidence::High)
        }
        (None, Some(told)) => (told, 0, "told", Confidence::High),
        (None, None) => {
            let (encoding, reason, confidence) = detect(bytes);
            (encoding, 0, reason, confidence)
        }
    };
    let mut note = told.filter(|told| *told != encoding).map(|told| {
        format!("the byte order mark says {}: the encoding {} was not used", encoding.name(), told.name())
    });
    if marked.is_none() && told.is_none() && encoding != UTF_8 {
        let name = encoding.name();
        note = Some(format!("read as {name}, which was detected: tell another encoding with --encoding"));
    }
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
    if let Some(at) = memchr::memchr(0, text.as_bytes()) {
        let reason = "a NUL character: this is not text (name its encoding with --encoding if it is)";
        return Err(unreadable(file, place_after(&text[..at]), reason));
    }
    Ok(Decoded { text, encoding: encoding.name(), reason, confidence, note })
}

/// The encoding of bytes without a byte order mark.
fn detect(bytes: &[u8]) -> (&'static Encoding, &'static str, Confidence) {
    if let Some(wide) = utf_16_by_zeros(bytes) {
        return (wide, "every other byte is zero", Confidence::High);
    }
    let Err(error) = std::str::from_utf8(bytes) else {
        let reason = if bytes.is_ascii() { "it is plain ASCII" } else { "it is valid UTF-8" };
        return (UTF_8, reason, Confidence::High);
    };
    let first = bytes[..error.valid_up_to()].iter().position(|byte| !byte.is_ascii());
    let from = line_start(bytes, first.unwrap_or(error.valid_up_to()));
    let shown = &bytes[from..bytes.len().min(from.saturating_add(DETECT_BYTES))];
    // A text that is UTF-8 but for a cut character is not another encoding: its place is told instead.
    if is_broken_utf_8(shown) {
        return (UTF_8, "nearly all of it is valid UTF-8", Confidence::Low);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(shown, true);
    let likeliest = detector.guess(None, Utf8Detection::Deny);
    let sure = likeliest.decode_without_bom_handling_and_without_replacement(shown).is_some();
    match likeliest {
        // The other pages of one byte differ from it in a few letters only, and such a file is mostly western.
        page if page.is_single_byte() || !sure => {
            let page = if page.is_single_byte() { page } else { WINDOWS_1252 };
            (page, "it is not UTF-8, and its letters are likeliest in this", Confidence::Medium)
        }
        page => (page, "it is not UTF-8, and its characters are likeliest in this", Confidence::Medium),
    }
}

/// UTF-16 where the zero bytes of its ASCII letters show it.
fn utf_16_by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    let shown = &bytes[..bytes.len().min(4096) & !1];
    let zeros = |offset: usize| shown.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let pairs = shown.len() / 2;
    match () {
        () if pairs < 4 => None,
        () if odd * 3 > pairs && even == 0 => Some(UTF_16LE),
        () if even * 3 > pairs && odd == 0 => Some(UTF_16BE),
        () => None,
    }
}

fn line_start(bytes: &[u8], at: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |end| end + 1)
}

/// Whether far more characters of several bytes are valid UTF-8 than bytes are not.
fn is_broken_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 4 * bad
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
    let line_start = memchr::memrchr2(b'\n', b'\r', text.as_bytes()).map_or(0, |end| end + 1);
    (1 + line_ends(text), text[line_start..].chars().count() as u64 + 1)
}

/// How many lines end in `text`.
pub(super) fn line_ends(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
    ends.filter(|at| bytes[*at] == b'\r' || *at == 0 || bytes[at - 1] != b'\r').count() as u64
}
