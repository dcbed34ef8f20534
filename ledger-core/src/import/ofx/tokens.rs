//! OFX text to tags and values, for SGML without closing tags and for XML alike.
//!
//! Tags are told from text by their shape, so that HTML and stray angle brackets in a value stay text.

use memchr::memchr;

/// A piece of an OFX file, with the byte at which it begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// `<NAME>`; an empty `<NAME/>` too, followed by its [`Token::Close`].
    Open { name: &'t str, at: usize },
    /// `</NAME>`, with the byte after it.
    Close { name: &'t str, at: usize, end: usize },
    /// What stands between tags: text with its entities, or text taken literally.
    Text { text: &'t str, at: usize, literal: bool },
}

/// Walks over the tokens of a text.
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    /// The byte at which the root tag stands.
    root: usize,
    /// Whether tags are written in lower case, as few programs do. Otherwise a tag in lower case is HTML.
    lower: bool,
    /// The second token of an empty tag.
    pending: Option<Token<'t>>,
    /// Marks that do not occur any more, so that they are not looked for at each opening one.
    missing: [bool; 2],
}

/// What is passed over, from its first mark to its last.
const PASSED_OVER: [(&str, &str); 2] = [("<!--", "-->"), ("<?", "?>")];

/// Tags of HTML that are sometimes written in capitals; OFX has none of these names.
const HTML: [&str; 16] = [
    "A", "B", "BR", "CENTER", "DIV", "EM", "FONT", "HR", "I", "LI", "P", "SCRIPT", "SPAN", "STRONG", "TD",
    "U",
];

impl<'t> Tokens<'t> {
    /// The tokens of `text` from the byte `at` on, where the root tag stands.
    pub fn new(text: &'t str, at: usize) -> Tokens<'t> {
        let lower = text[at..].starts_with("<ofx");
        Tokens { text, at, root: at, lower, pending: None, missing: [false; 2] }
    }

    /// A tag that begins at `at`: its name, whether it closes, whether it is empty, and the byte after it.
    fn tag(&self, at: usize) -> Option<(&'t str, bool, bool, usize)> {
        // Names are short; anything longer is text.
        const NAME_BYTES_MAX: usize = 40;
        let rest = self.text.get(at + 1..)?;
        let (closes, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
        let bytes = rest.as_bytes();
        let len = bytes.iter().take(NAME_BYTES_MAX).take_while(|byte| is_name(**byte)).count();
        let name = &rest[..len];
        let first = name.bytes().next()?;
        let cased = |byte: u8| if self.lower { byte.is_ascii_lowercase() } else { byte.is_ascii_uppercase() };
        let wrong_case =
            |byte: u8| if self.lower { byte.is_ascii_uppercase() } else { byte.is_ascii_lowercase() };
        if !cased(first) || name.bytes().any(wrong_case) || HTML.contains(&name.to_ascii_uppercase().as_str())
        {
            return None;
        }
        let mut after = rest[len..].trim_start_matches([' ', '\t']);
        if at == self.root && !after.starts_with('>') {
            // The root may carry namespaces.
            let end = after.bytes().take(4096).position(|byte| byte == b'>')?;
            after = &after[end..];
        }
        let (is_empty, after) = after.strip_prefix('/').map_or((false, after), |after| (true, after));
        let after = after.strip_prefix('>')?;
        Some((name, closes, is_empty, self.text.len() - after.len()))
    }

    /// The end of a comment or a processing instruction that begins at `at`.
    fn passed_over(&mut self, at: usize) -> Option<usize> {
        let rest = &self.text[at..];
        let kind = PASSED_OVER.iter().position(|(first, _)| rest.starts_with(first))?;
        if self.missing[kind] {
            return None;
        }
        let last = PASSED_OVER[kind].1;
        let end = rest.find(last).map(|end| at + end + last.len());
        self.missing[kind] = end.is_none();
        end
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        if let Some(pending) = self.pending.take() {
            return Some(pending);
        }
        let mut start = self.at;
        let mut at = start;
        loop {
            let found = memchr(b'<', &self.text.as_bytes()[at..]);
            let bracket = found.map_or(self.text.len(), |found| at + found);
            let text = |end: usize| Token::Text { text: &self.text[start..end], at: start, literal: false };
            if bracket == self.text.len() {
                self.at = bracket;
                return (start < bracket).then(|| text(bracket));
            }
            let tag = self.tag(bracket);
            let is_cdata = self.text[bracket..].starts_with("<![CDATA[");
            let skipped = self.passed_over(bracket);
            if tag.is_none() && !is_cdata && skipped.is_none() {
                at = bracket + 1;
                continue;
            }
            if start < bracket {
                self.at = bracket;
                return Some(text(bracket));
            }
            if let Some((name, closes, is_empty, end)) = tag {
                self.at = end;
                let close = Token::Close { name, at: bracket, end };
                if closes {
                    return Some(close);
                }
                self.pending = is_empty.then_some(close);
                return Some(Token::Open { name, at: bracket });
            }
            if let Some(end) = skipped {
                (start, at) = (end, end);
                continue;
            }
            let content = bracket + "<![CDATA[".len();
            let end = self.text[content..].find("]]>").map(|end| content + end);
            self.at = end.map_or(self.text.len(), |end| end + 3);
            let text = &self.text[content..end.unwrap_or(self.text.len())];
            return Some(Token::Text { text, at: content, literal: true });
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

/// A value's text with its entities as the characters they stand for.
///
/// Many banks escape twice (`&amp;lt;`), so that what comes out is looked at once more.
pub(super) fn unescape(text: &str) -> String {
    let once = unescape_once(text);
    if once.contains('&') && text.contains("&amp;") { unescape_once(&once) } else { once }
}

fn unescape_once(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = rest.find('&') {
        plain.push_str(&rest[..found]);
        rest = &rest[found..];
        // Without a semicolon near, or with a name that means nothing, the ampersand stands for itself.
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((character, end)) => {
                plain.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let code = hex.map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())?;
        return char::from_u32(code).filter(|c| *c != '\0');
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<String> {
        let tokens = Tokens::new(text, 0);
        let shown = tokens.map(|token| match token {
            Token::Open { name, .. } => format!("<{name}>"),
            Token::Close { name, .. } => format!("</{name}>"),
            Token::Text { text, literal, .. } => format!("{text}{}", if literal { "!" } else { "" }),
        });
        shown.collect()
    }

    #[test]
    fn html_and_stray_brackets_stay_text() {
        assert_eq!(
            tokens("<OFX><MEMO>a < b <b>bold</b> <BR> <A HREF=x>y</A> 1<2<NAME>z"),
            ["<OFX>", "<MEMO>", "a < b <b>bold</b> <BR> <A HREF=x>y</A> 1<2", "<NAME>", "z"]
        );
    }

    #[test]
    fn xml_forms_are_tags_too() {
        assert_eq!(
            tokens("<OFX xmlns=\"x\"><?p ?><MEMO/><!-- <NAME> --><NAME ><![CDATA[a<B>&amp;]]></NAME></OFX>"),
            ["<OFX>", "<MEMO>", "</MEMO>", "<NAME>", "a<B>&amp;!", "</NAME>", "</OFX>"]
        );
        assert_eq!(tokens("<ofx><memo>x</memo>"), ["<ofx>", "<memo>", "x", "</memo>"]);
    }

    #[test]
    fn what_is_cut_off_is_text() {
        assert_eq!(tokens("<OFX><NAM"), ["<OFX>", "<NAM"]);
        assert_eq!(tokens("<OFX><![CDATA[x]]"), ["<OFX>", "x]]!"]);
        assert_eq!(tokens("<OFX><!-- x"), ["<OFX>", "<!-- x"]);
    }

    #[test]
    fn entities_are_read_even_where_they_are_escaped_twice() {
        assert_eq!(unescape("A &amp; B &amp;lt;x&amp;gt; &#233;&#x20AC;"), "A & B <x> é€");
        assert_eq!(unescape("R&D AT&T; &unknown; &#0; &"), "R&D AT&T; &unknown; &#0; &");
    }
}
