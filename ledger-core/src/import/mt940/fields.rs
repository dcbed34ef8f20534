//! MT940 text to tagged fields: `:61:` and what follows it up to the next tag.

/// A field: its tag without colons, its text without line ends around it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field<'t> {
    /// The tag; empty for text that belongs to no field.
    pub tag: &'t str,
    pub text: &'t str,
    /// The byte at which the field begins, with its tag; that of its text; and the one after it.
    pub start: usize,
    pub at: usize,
    pub end: usize,
}

/// Walks over the fields of a text. Envelopes (`{1:…}{4:` and `-}`) belong to no field.
pub(super) struct Fields<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Fields<'t> {
    pub fn new(text: &'t str) -> Fields<'t> {
        Fields { text, at: 0 }
    }

    /// The physical line at `at`, without its end, and the byte at which the next begins.
    fn line(&self, at: usize) -> (&'t str, usize) {
        let rest = &self.text[at..];
        let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let after = &rest[end..];
        let width = if after.starts_with("\r\n") { 2 } else { usize::from(!after.is_empty()) };
        (&rest[..end], at + end + width)
    }
}

impl<'t> Iterator for Fields<'t> {
    type Item = Field<'t>;

    fn next(&mut self) -> Option<Field<'t>> {
        while self.at < self.text.len() {
            let start = self.at;
            let (line, mut next) = self.line(start);
            let opened = envelope(line);
            let Some((tag, value)) = opened.and_then(|skipped| tag_of(&line[skipped..])) else {
                self.at = next;
                if opened == Some(0) && !is_end(line) && !line.trim().is_empty() {
                    return Some(Field { tag: "", text: line, start, at: start, end: start + line.len() });
                }
                continue;
            };
            let at = start + (line.len() - value.len());
            let mut end = start + line.len();
            while next < self.text.len() {
                let (line, after) = self.line(next);
                if is_end(line) || opens_envelope(line) || tag_of(line).is_some() {
                    break;
                }
                end = next + line.len();
                next = after;
            }
            self.at = next;
            let text = self.text[at..end].trim_end_matches(['\r', '\n']);
            return Some(Field { tag, text, start, at, end: at + text.len() });
        }
        None
    }
}

/// The tag with which a line begins, and what follows it.
fn tag_of(line: &str) -> Option<(&str, &str)> {
    let (tag, value) =
        line.trim_start_matches(|c: char| c.is_control()).strip_prefix(':')?.split_once(':')?;
    let known = tag == "NS" || {
        let digits = tag.bytes().take_while(u8::is_ascii_digit).count();
        let letters = tag.len() - digits;
        (2..=3).contains(&digits) && letters <= 1 && tag.bytes().skip(digits).all(|b| b.is_ascii_uppercase())
    };
    known.then_some((tag, value))
}

/// Whether a line ends a message: `-`, `-}`, with or without control characters and trailers.
fn is_end(line: &str) -> bool {
    let line = line.trim_matches(|c: char| c.is_control() || c.is_whitespace());
    line == "-" || line.starts_with("-}")
}

/// Whether a line begins with a block of SWIFT's envelope: `{1:`.
fn opens_envelope(line: &str) -> bool {
    matches!(line.as_bytes(), [b'{', b'1'..=b'5', b':', ..])
}

/// How much of a line is an envelope: all of it (none), or up to the `{4:` behind which fields may begin.
fn envelope(line: &str) -> Option<usize> {
    let body = line.trim_start_matches(|c: char| c.is_control() || c == '-' || c == '}');
    if !opens_envelope(body) {
        return Some(0);
    }
    line.find("{4:").map(|at| at + 3).filter(|at| *at < line.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<(&str, &str)> {
        Fields::new(text).map(|field| (field.tag, field.text)).collect()
    }

    #[test]
    fn fields_end_at_tags_and_envelopes_whatever_the_line_ends() {
        for end in ["\n", "\r\n", "\r"] {
            let text = "{1:F01X}{2:I940}{4:\n:20:A\n:86:one\ntwo\n:61:x\n-}\n{1:F01}{4:\n:20:B\n-\n"
                .replace('\n', end);
            let two = format!("one{end}two");
            assert_eq!(fields(&text), [("20", "A"), ("86", two.as_str()), ("61", "x"), ("20", "B")]);
        }
    }

    #[test]
    fn text_before_the_first_field_is_handed_on_apart() {
        assert_eq!(fields("ABNANL2A\n940\n\n:20:A"), [("", "ABNANL2A"), ("", "940"), ("20", "A")]);
        assert_eq!(fields("\u{1}\n{1:x}{4::20:A\n-\u{3}\n"), [("", "\u{1}"), ("20", "A")]);
        assert_eq!(fields(":86:a\n{b}\n"), [("86", "a\n{b}")]);
    }

    #[test]
    fn what_only_looks_like_a_tag_is_text() {
        assert_eq!(fields(":86:a\n:1:b\n::c\n:ab:d\n12:30:15"), [("86", "a\n:1:b\n::c\n:ab:d\n12:30:15")]);
    }
}
