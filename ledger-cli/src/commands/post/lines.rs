//! Text lines: an entry each, in the words of the command itself, with quotes as in a shell.

use std::process::ExitCode;

use ledger_core::Result;

use super::super::Context;
use super::super::entries::print_entries;
use super::amounts::Amounts;
use super::breaks_off;
use super::bulk::Bulk;
use super::words::{Fault, Phrase, Word};
use crate::input::{self, Problem};

/// Posts the lines of standard input as one unit.
///
/// # Errors
/// When the input or the database fails; what is wrong with a line is told with its place.
pub fn run(context: &Context, bulk: Bulk<'_>, amounts: &Amounts) -> Result<ExitCode> {
    let lines = input::open(None)?;
    let name = lines.name().to_owned();
    let mut bulk = bulk.named(&name);
    for line in lines {
        let line = match line {
            Ok(line) => line,
            Err(problem) => {
                bulk.refuse(problem);
                continue;
            }
        };
        if line.text.trim().is_empty() || line.text.trim_start().starts_with('#') {
            continue;
        }
        let draft = split(&line.text)
            .and_then(|words| phrase(words, &line.text))
            .and_then(|phrase| phrase.draft(amounts, context.settings.today));
        match draft {
            Ok(draft) => bulk.take(line.number, 1, &line.text, draft)?,
            Err(fault) => bulk.refuse(told(&name, line.number, &line.text, fault)),
        }
    }
    if bulk.has_problems() {
        // All or nothing: the rest is only looked at, so that everything that is wrong is told at once.
        if bulk.skips_errors() {
            bulk.flush().map(drop)?
        } else {
            bulk.check_waiting()?
        }
        return bulk.finish();
    }
    let receipts = bulk.flush()?;
    if !bulk.has_problems() {
        let entries: Vec<_> = receipts.into_iter().map(|receipt| receipt.entry).collect();
        bulk.note_counts();
        print_entries(context, &entries, None, Vec::new())?;
        return Ok(ExitCode::SUCCESS);
    }
    bulk.finish()
}

/// A fault of a line as a problem; one of shape is a text that cannot be read.
fn told(file: &str, line: u64, source: &str, fault: Fault) -> Problem {
    let Fault { column, error } = fault;
    let problem = match error.kind() {
        ledger_core::ErrorKind::Misuse(reason) => Problem::unreadable(file, line, column, reason.clone()),
        _ => Problem::new(line, column, error),
    };
    problem.with_excerpt(source)
}

/// Splits a line into words: blanks separate, quotes and backslashes keep together.
fn split(line: &str) -> Result<Vec<Word>, Fault> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut quote: Option<(char, u64)> = None;
    let mut letters = line.chars().zip(1_u64..);
    while let Some((letter, column)) = letters.next() {
        let begun = |word: &mut Option<Word>, letter: Option<char>| {
            let word = word.get_or_insert_with(|| Word { text: String::new(), column });
            word.text.extend(letter);
        };
        match (letter, quote) {
            (end, Some((open, _))) if end == open => quote = None,
            // Within single quotes a backslash is itself, as in a shell.
            ('\\', open) if open.is_none_or(|(open, _)| open == '"') => match letters.next() {
                Some((escaped, _)) => begun(&mut word, Some(escaped)),
                None => return Err(Fault { column, error: breaks_off("nothing follows the backslash") }),
            },
            (letter, Some(_)) => begun(&mut word, Some(letter)),
            ('"' | '\'', None) => {
                begun(&mut word, None);
                quote = Some((letter, column));
            }
            (blank, None) if blank.is_whitespace() => words.extend(word.take()),
            (letter, None) => begun(&mut word, Some(letter)),
        }
    }
    if let Some((_, column)) = quote {
        return Err(Fault { column, error: breaks_off("the quote that begins here is not closed") });
    }
    words.extend(word);
    Ok(words)
}

/// Sorts the words of a line into flags and the rest.
fn phrase(words: Vec<Word>, line: &str) -> Result<Phrase, Fault> {
    let mut phrase = Phrase { end: line.trim_end().chars().count() as u64 + 1, ..Phrase::default() };
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let Some(flag) = word.text.strip_prefix("--") else {
            phrase.words.push(word);
            continue;
        };
        let (name, value) = match flag.split_once('=').filter(|(name, _)| is_flag(name)) {
            Some((name, value)) => {
                (name.to_owned(), Some(Word { text: value.to_owned(), column: word.column }))
            }
            None => (flag.to_owned(), None),
        };
        if !is_flag(&name) {
            let reason = format!("\"--{name}\" is not known here; a line takes --{}", FLAGS.join(", --"));
            return Err(Fault { column: word.column, error: breaks_off(reason) });
        }
        let Some(value) = value.or_else(|| words.next()) else {
            return Err(Fault { column: phrase.end, error: breaks_off(format!("--{name} needs a value")) });
        };
        match name.as_str() {
            "date" => phrase.date = Some(value),
            "debit" => phrase.debits.push(value),
            "credit" => phrase.credits.push(value),
            "party" => phrase.party = Some(value.text),
            "tag" => phrase.tags.push(value.text),
            "memo" => phrase.memo = Some(value.text),
            _ => phrase.external_id = Some(value.text),
        }
    }
    Ok(phrase)
}

const FLAGS: [&str; 7] = ["date", "debit", "credit", "party", "tag", "memo", "external-id"];

fn is_flag(name: &str) -> bool {
    FLAGS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        split(line).unwrap().into_iter().map(|word| format!("{}:{}", word.column, word.text)).collect()
    }

    #[test]
    fn words_are_split_as_in_a_shell_and_keep_their_columns() {
        assert_eq!(
            texts(r#"a "b c"  d\ e 'f\g' "" h"i"j"#),
            ["1:a", "3:b c", "10:d e", "15:f\\g", "21:", "24:hij"]
        );
        assert_eq!(texts("  Zoë\t1"), ["3:Zoë", "7:1"]);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_refused_where_it_begins() {
        let fault = split("a \"b c").unwrap_err();
        assert_eq!(fault.column, 3);
        assert_eq!(split("a \\").unwrap_err().column, 3);
    }

    #[test]
    fn flags_of_a_line_are_those_of_the_command() {
        let line = "2026-03-02 Rewe --tag trip:rome --credit=Assets:Cash=5 --party \"Rewe City\" --memo x";
        let phrase = phrase(split(line).unwrap(), line).unwrap();
        assert_eq!(phrase.words.len(), 2);
        assert_eq!(phrase.credits[0].text, "Assets:Cash=5");
        assert_eq!((phrase.party.as_deref(), phrase.memo.as_deref()), (Some("Rewe City"), Some("x")));
        assert_eq!(phrase.tags, ["trip:rome"]);
    }

    #[test]
    fn an_unknown_flag_of_a_line_is_refused_with_those_that_are_known() {
        let line = "2026-03-02 Rewe --colour red";
        let fault = phrase(split(line).unwrap(), line).unwrap_err();
        assert_eq!(fault.column, 17);
        assert!(fault.error.to_string().contains("--external-id"), "{}", fault.error);
    }
}
