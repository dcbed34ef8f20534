//! Totals and closing balances at the end of a file: rows of no day, told by their words or by their figures.

use rust_decimal::Decimal;

use super::columns::Columns;
use super::describe::excerpt;
use super::formats::Formats;
use super::number::value_of;
use super::patterns::looks_like_date;
use super::records::Record;
use super::statement::CsvReading;
use super::words::key;

/// How many records after the last row may be footers.
const FOOTERS_MAX: usize = 20;

/// The records after the last row that could not be read.
#[derive(Default)]
pub(super) struct Tail(Vec<Unread>);

struct Unread {
    line: u64,
    text: String,
    cells: Vec<String>,
    problems: usize,
}

impl Tail {
    /// A record was a row: what came before it is no footer.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// A record could not be read, with so many problems.
    pub fn add(&mut self, record: &Record, raw: &str, problems: usize) {
        if self.0.len() == FOOTERS_MAX {
            self.0.remove(0);
        }
        let cells = if raw.len() > 4096 { vec![] } else { record.cells().map(str::to_owned).collect() };
        self.0.push(Unread { line: record.line, text: excerpt(raw.trim()).into_owned(), cells, problems });
    }

    /// Takes the footers at the end out of the problems, with a note for each; the first record that is none ends it.
    pub fn pass_over(mut self, columns: &Columns, formats: &Formats, reading: &mut CsvReading<'_>) {
        let figures = Figures::of(reading);
        let mut notes = Vec::new();
        while let Some(last) = self.0.pop().filter(|last| is_footer(&last.cells, columns, formats, &figures))
        {
            let kept = reading.problems.len().saturating_sub(last.problems);
            reading.problems.truncate(kept);
            notes.push(format!("line {}: passed over as a footer (\"{}\")", last.line, last.text));
        }
        notes.reverse();
        reading.notes.extend(notes);
    }
}

/// The sums and balances that a footer may repeat, without their signs.
struct Figures(Vec<Decimal>);

impl Figures {
    fn of(reading: &CsvReading<'_>) -> Figures {
        let [Some(first), Some(last)] = [reading.rows.first(), reading.rows.last()] else {
            return Figures(vec![]);
        };
        let mut figures = Vec::new();
        let commodity = first.amount.commodity();
        // The sum of one row is its amount, and says nothing.
        if reading.rows.len() > 1 && reading.rows.iter().all(|row| row.amount.commodity() == commodity) {
            let sides = reading.rows.iter().map(|row| row.amount.to_decimal()).fold(
                (Decimal::ZERO, Decimal::ZERO),
                |(out, into), amount| match amount.is_sign_negative() {
                    true => (out + amount, into),
                    false => (out, into + amount),
                },
            );
            figures.extend([sides.0, sides.1, sides.0 + sides.1]);
        }
        figures.extend([first, last].iter().filter_map(|row| Some(row.balance()?.to_decimal())));
        Figures(figures.into_iter().filter(|figure| !figure.is_zero()).map(|figure| figure.abs()).collect())
    }
}

fn is_footer(cells: &[String], columns: &Columns, formats: &Formats, figures: &Figures) -> bool {
    let date = cells.get(columns.date).map_or("", String::as_str);
    if cells.is_empty() || looks_like_date(date) || formats.date.read(date).is_some() {
        return false;
    }
    let repeats = |index: usize| {
        let value = cells.get(index).and_then(|cell| value_of(cell, formats.mark));
        value.is_some_and(|value| figures.0.contains(&value.abs()))
    };
    cells.iter().any(|cell| names_a_total(cell))
        || columns.amount.numbers().chain(columns.balance).any(repeats)
}

/// Whether a cell is a word for a total or a closing balance, alone or with a day, a number or a currency behind it.
fn names_a_total(cell: &str) -> bool {
    if cell.len() > 80 {
        return false;
    }
    let words = cell.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.map(|word| (word, key(word))).collect::<Vec<_>>();
    let is_more = |(word, key): &(&str, String)| {
        word.contains(|c: char| c.is_ascii_digit())
            || MORE.split('|').any(|more| more == key)
            || word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    TOTALS.split('|').any(|total| {
        let total = total.split(' ').map(key).collect::<Vec<_>>();
        words.len() >= total.len()
            && words.iter().zip(&total).all(|((_, word), total)| word == total)
            && words[total.len()..].iter().all(is_more)
    })
}

/// Words for a total or a closing balance.
const TOTALS: &str = "total|totals|total amount|grand total|subtotal|sub total|sum|closing balance|ending balance|\
    end balance|final balance|new balance|balance|summe|gesamt|gesamtsumme|gesamtbetrag|zwischensumme|saldo|endsaldo|\
    neuer saldo|neuer kontostand|schlusssaldo|abschlusssaldo|kontostand|totaal|eindsaldo|nieuw saldo|totale|\
    saldo finale|saldo final|solde|solde final|nouveau solde|totaux|suma|razem|saldo końcowe|totalt|summa|celkem|\
    összesen|yhteensä|toplam|итого|всего|合计|总计|合計|期末余额|残高|예금잔액|합계";
/// What may stand behind such a word.
const MORE: &str = "am|per|zum|vom|as|of|at|on|for|au|le|al|a|op|der|im|in|the|debits|credits|debit|credit|amount|soll|\
    haben|transactions|rows|euro";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_is_told_from_a_name_that_begins_like_one() {
        for cell in ["Total", "TOTAL:", "Endsaldo", "Saldo am 31.03.2026", "Total EUR", "合计", "Összesen"]
        {
            assert!(names_a_total(cell), "{cell}");
        }
        for cell in ["", "Totalenergies", "Total Tankstelle", "Balance transfer", "Sumup", "Rent total"] {
            assert!(!names_a_total(cell), "{cell}");
        }
    }
}
