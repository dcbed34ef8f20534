//! Comments of ledger and hledger, and the tags in them.

use std::borrow::Cow;

use super::super::model::EntryDetail;
use super::Dialect;

/// Keeps a comment of an entry: its tags as tags, the text as it is where it says more.
pub(super) fn keep<'t>(detail: &mut EntryDetail<'t>, comment: &'t str, dialect: Dialect) {
    let comment = comment.trim();
    if comment.is_empty() {
        return;
    }
    let found = match dialect {
        Dialect::Ledger => ledger_tags(comment),
        Dialect::Hledger => hledger_tags(comment),
    };
    let only_tags = found.only;
    for (key, value) in found.tags {
        detail.tags.push((Cow::Borrowed(key), Cow::Borrowed(value)));
    }
    if !only_tags {
        detail.comments.push(comment);
    }
}

struct Found<'t> {
    tags: Vec<(&'t str, &'t str)>,
    /// Whether the comment holds nothing else.
    only: bool,
}

/// `:one:two:` or `Key: the rest` or `Key:: an expression`.
fn ledger_tags(comment: &str) -> Found<'_> {
    if let Some(inner) = comment.strip_prefix(':').and_then(|rest| rest.strip_suffix(':'))
        && !inner.is_empty()
        && inner.split(':').all(is_key)
    {
        return Found { tags: inner.split(':').map(|tag| (tag, "")).collect(), only: true };
    }
    match comment.split_once(": ") {
        Some((key, value)) if is_key(key.trim_end_matches(':')) => {
            Found { tags: vec![(key.trim_end_matches(':'), value.trim())], only: true }
        }
        _ => Found { tags: Vec::new(), only: false },
    }
}

/// `text key: value, key2:`; a key is the word before a colon, its value runs to a comma.
fn hledger_tags(comment: &str) -> Found<'_> {
    let mut found = Found { tags: Vec::new(), only: true };
    for part in comment.split(',') {
        let tag = part.split_once(':').and_then(|(before, value)| {
            let key = before.rsplit([' ', '\t']).next().unwrap_or(before);
            is_key(key).then_some((key, value.trim(), before.trim().len() > key.len()))
        });
        match tag {
            Some((key, value, more)) => {
                found.tags.push((key, value));
                found.only &= !more;
            }
            None => found.only = false,
        }
    }
    found
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && !text.contains([' ', '\t', ':', ';', '[', '/'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(comment: &str, dialect: Dialect) -> (Vec<(String, String)>, usize) {
        let mut detail = EntryDetail::default();
        keep(&mut detail, comment, dialect);
        let tags = detail.tags.iter().map(|(key, value)| (key.to_string(), value.to_string()));
        (tags.collect(), detail.comments.len())
    }

    fn pairs(tags: &[(&str, &str)]) -> Vec<(String, String)> {
        tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn tags_are_found_as_each_program_writes_them() {
        assert_eq!(kept(":one:two:", Dialect::Ledger), (pairs(&[("one", ""), ("two", "")]), 0));
        assert_eq!(kept("Sample: a, b", Dialect::Ledger), (pairs(&[("Sample", "a, b")]), 0));
        assert_eq!(kept("just words", Dialect::Ledger), (vec![], 1));
        assert_eq!(
            kept("trip: rome, paid:", Dialect::Hledger),
            (pairs(&[("trip", "rome"), ("paid", "")]), 0)
        );
        assert_eq!(kept("a note with trip: rome", Dialect::Hledger), (pairs(&[("trip", "rome")]), 1));
        assert_eq!(kept("at 10 o'clock", Dialect::Hledger), (vec![], 1));
    }
}
