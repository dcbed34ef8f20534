//! Ticking lines off at a terminal: numbers toggle lines, and nothing is stored before the end.
//!
//! All of it works on any reader and writer, so that it can be tested without a terminal.

use std::io::{BufRead, Write};

use ledger_core::money::Amount;
use ledger_core::report::{Reconciliation, ReconciliationLine};
use ledger_core::{ErrorKind, LineSelector, Result};

use super::shown::described;
use crate::commands::facts::amount;
use crate::render::{Cell, Column, RowWriter, Style, Table};

const PROMPT: &str = "numbers to toggle (1 3-5), a all, f finish, q keep and quit, x quit: ";

/// What is to be stored.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Lines that were ticked.
    pub clear: Vec<LineSelector>,
    /// Lines whose tick was taken away.
    pub unclear: Vec<LineSelector>,
    /// Whether to reconcile them.
    pub finish: bool,
}

/// One answer of the person.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// Toggle these lines, counted from 0.
    Toggle(Vec<usize>),
    All,
    Finish,
    Keep,
    Leave,
}

/// Asks until the person finishes or leaves, with tables of so many columns; the end of the input leaves.
///
/// # Errors
/// [`ErrorKind::File`] when the terminal cannot be written to or read.
pub fn tick_off(
    shown: &Reconciliation,
    width: u16,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<Outcome> {
    let mut ticks = Ticks::new(shown);
    let style = Style::plain(width);
    let failed = |error: std::io::Error| {
        let kind =
            ErrorKind::File { verb: "use", path: "the terminal".to_owned(), message: error.to_string() };
        ledger_core::Error::from(kind)
    };
    ticks.draw(style, output).map_err(failed)?;
    loop {
        let difference = ticks.difference()?;
        write!(output, "difference {difference}\n{PROMPT}").map_err(failed)?;
        output.flush().map_err(failed)?;
        let mut line = String::new();
        if input.read_line(&mut line).map_err(failed)? == 0 {
            return Ok(Outcome::default());
        }
        match answer(&line, ticks.lines.len()) {
            Err(sentence) => writeln!(output, "{sentence}").map_err(failed)?,
            Ok(Answer::Toggle(lines)) => {
                lines.into_iter().for_each(|index| ticks.lines[index].cleared ^= true);
                ticks.draw(style, output).map_err(failed)?;
            }
            Ok(Answer::All) => {
                ticks.lines.iter_mut().for_each(|line| line.cleared = true);
                ticks.draw(style, output).map_err(failed)?;
            }
            Ok(Answer::Finish) if !difference.is_zero() => {
                writeln!(output, "it does not tie yet: {difference} are left").map_err(failed)?;
            }
            Ok(Answer::Finish) => return Ok(Outcome { finish: true, ..ticks.outcome() }),
            Ok(Answer::Keep) => return Ok(ticks.outcome()),
            Ok(Answer::Leave) => return Ok(Outcome::default()),
        }
    }
}

/// Reads an answer for `count` lines; what cannot be read comes back as a sentence.
fn answer(text: &str, count: usize) -> std::result::Result<Answer, String> {
    match text.trim() {
        "a" => return Ok(Answer::All),
        "f" => return Ok(Answer::Finish),
        "q" => return Ok(Answer::Keep),
        "x" => return Ok(Answer::Leave),
        _ => {}
    }
    let mut lines = Vec::new();
    for word in text.split([' ', ',', '\t']).map(str::trim).filter(|word| !word.is_empty()) {
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        let range = first.parse::<usize>().ok().zip(last.parse::<usize>().ok());
        match range.filter(|(first, last)| *first >= 1 && first <= last && *last <= count) {
            Some((first, last)) => lines.extend(first - 1..last),
            None => return Err(format!("\"{word}\" is no line from 1 to {count}")),
        }
    }
    lines.sort_unstable();
    // A line that is named twice is meant once.
    lines.dedup();
    Ok(Answer::Toggle(lines))
}

/// The lines as they are ticked now, beside how they were.
struct Ticks<'r> {
    shown: &'r Reconciliation,
    lines: Vec<ReconciliationLine>,
}

impl<'r> Ticks<'r> {
    fn new(shown: &'r Reconciliation) -> Self {
        Ticks { shown, lines: shown.lines.clone() }
    }

    /// Lines whose tick changed, with what it is now.
    fn changed(&self) -> impl Iterator<Item = &ReconciliationLine> {
        let both = self.lines.iter().zip(&self.shown.lines);
        both.filter(|(now, before)| now.cleared != before.cleared).map(|(now, _)| now)
    }

    fn difference(&self) -> Result<Amount> {
        let mut difference = self.shown.difference;
        for line in self.changed() {
            let change = if line.cleared { line.amount.negate()? } else { line.amount };
            difference = difference.checked_add(change)?;
        }
        Ok(difference)
    }

    fn outcome(&self) -> Outcome {
        let of = |cleared: bool| {
            let lines = self.changed().filter(|line| line.cleared == cleared);
            lines.map(|line| LineSelector::from((line.entry_number, line.line_number))).collect()
        };
        Outcome { clear: of(true), unclear: of(false), finish: false }
    }

    fn draw(&self, style: Style, output: &mut dyn Write) -> std::io::Result<()> {
        let mut columns = vec![Column::number("number").titled("#"), Column::short("seen").titled("✓")];
        columns.extend([Column::short("posted_on").titled("Date"), Column::number("entry")]);
        columns.extend([Column::text("description"), Column::amount("amount")]);
        let title = format!("{} to {}", self.shown.account, self.shown.to);
        let head = Table { title: Some(title), columns, ..Table::default() };
        let mut writer = RowWriter::begin(output, head, style)?;
        for (number, line) in (1..).zip(&self.lines) {
            writer.row(vec![
                Cell::Number(number),
                Cell::text(if line.cleared { "x" } else { "" }),
                Cell::Date(line.posted_on),
                Cell::Number(line.entry_number),
                Cell::text(described(line)),
                amount(line.amount),
            ])?;
        }
        writer.end()
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use ledger_core::money::Commodity;

    use super::*;

    fn euro(minor: i64) -> Amount {
        Commodity::iso("EUR").unwrap().amount(minor)
    }

    /// 10.00 cleared; 20.00, -5.00 and 7.00 not; the statement says 37.00.
    fn shown() -> Reconciliation {
        let line = |(entry_number, minor, cleared)| ReconciliationLine {
            posted_on: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(),
            entry_number,
            line_number: 2,
            description: format!("line {entry_number}"),
            party: None,
            memo: None,
            counter_accounts: Vec::new(),
            amount: euro(minor),
            cleared,
            reverses: None,
        };
        Reconciliation {
            account: "Assets:Bank".to_owned(),
            to: NaiveDate::from_ymd_opt(2026, 3, 31).unwrap(),
            statement_balance: euro(3700),
            cleared_balance: euro(1000),
            uncleared: euro(2200),
            difference: euro(2700),
            lines: [(11, 1000, true), (12, 2000, false), (13, -500, false), (14, 700, false)]
                .map(line)
                .to_vec(),
            hints: Vec::new(),
            last_checkpoint: None,
            doubtful: Vec::new(),
        }
    }

    fn answered(answers: &str) -> (Outcome, String) {
        let mut said = Vec::new();
        let outcome = tick_off(&shown(), 80, &mut answers.as_bytes(), &mut said).unwrap();
        (outcome, String::from_utf8(said).unwrap())
    }

    fn lines(entries: &[i64]) -> Vec<LineSelector> {
        entries.iter().map(|entry| LineSelector::from((*entry, 2))).collect()
    }

    #[test]
    fn ticking_off_until_it_ties_finishes() {
        let (outcome, said) = answered("2\nf\n4\nf\n");
        assert_eq!(outcome, Outcome { clear: lines(&[12, 14]), unclear: vec![], finish: true });
        assert!(said.contains("it does not tie yet: 7.00 EUR are left"), "{said}");
        assert!(said.contains("difference 0.00 EUR"), "{said}");
        let mut tables = said.lines().filter(|line| !line.contains(PROMPT));
        assert!(tables.all(|line| line.chars().count() <= 80), "{said}");
    }

    #[test]
    fn toggling_twice_is_no_change_and_ticks_are_taken_away_too() {
        assert_eq!(answered("1-3\n2,3\nq\n").0, Outcome { unclear: lines(&[11]), ..Outcome::default() });
        assert_eq!(answered("a\nq\n").0.clear, lines(&[12, 13, 14]));
    }

    #[test]
    fn leaving_or_the_end_of_the_input_keeps_nothing() {
        assert_eq!(answered("2\nx\n").0, Outcome::default());
        assert_eq!(answered("2\n").0, Outcome::default());
    }

    #[test]
    fn what_is_no_line_is_told_and_asked_again() {
        let (outcome, said) = answered("5\n0\n3-2\nnext\n2\nq\n");
        assert_eq!(outcome.clear, lines(&[12]));
        for word in ["\"5\" is no line from 1 to 4", "\"0\"", "\"3-2\"", "\"next\""] {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
}
