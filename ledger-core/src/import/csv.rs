//! The reader of CSV statements: joins decoding, layout, survey and rows.

use std::borrow::Cow;

use super::amount::AmountReader;
use super::columns::{self, AmountColumns, Columns};
use super::currency::Currencies;
use super::decode::{Decoded, decode};
use super::describe::{excerpt, has_controls};
use super::evidence::Evidence;
use super::explain::{Decisions, Explanation, Found, Halt, OpenQuestion};
use super::footer::Tail;
use super::formats::{FormatFinder, Formats};
use super::layout::{self, Layout};
use super::profile::{ColumnRef, CsvProfile};
use super::records::Record;
use super::row::{Reading, RowReader};
use super::signs::{self, SignRule};
use super::statement::{CsvReading, unreadable};
use super::states::States;
use super::survey::{self, Survey};
use crate::Result;
use crate::money::Commodity;

/// The most rows that are reported as unreadable; a file with more is read in a wrong way.
pub(super) const PROBLEMS_MAX: usize = 10_000;

/// Reads a bank's CSV file.
///
/// What `profile` leaves open is detected: the layout of a known bank (see [`built_in_profiles`]) by its header,
/// other headers by their words in many languages, and the rest from whole columns and the running balance. `file`
/// is the name to use in messages. Amounts are in the currency that the row or the header names, found through
/// `resolve` (codes and signs), else in `default_commodity`. The reading carries the [`Decision`](super::explain::Decision)s
/// with their reasons.
///
/// Each row that cannot be read is a [`Problem`](super::Problem) with its line and column, and the others are read
/// all the same; whether to import those is the caller's decision. Rows that are pending, declined or reverted are
/// left out with a note.
///
/// # Errors
/// A file that is not text in its encoding, is empty or is larger than 1 GiB, a cell longer than 1 MiB, a profile
/// that does not fit the file, more than 10,000 unreadable rows, and whatever can be read in two ways (the
/// delimiter, a column, the date order, the decimal mark): the message names the flag that decides it.
///
/// [`built_in_profiles`]: super::built_in_profiles
///
/// ```
/// use ledger_core::import::{CsvProfile, read_csv};
/// use ledger_core::money::Commodity;
/// let bytes = b"Date;Text;Betrag\n25.03.2026;Rewe;-42,10\n26.03.2026;Salary;1.900,00\n";
/// let eur = Commodity::iso("EUR").unwrap();
/// let reading = read_csv(bytes, "bank.csv", &CsvProfile::default(), eur, &Commodity::iso)?;
/// assert_eq!(reading.rows[0].posted_on.to_string(), "2026-03-25");
/// assert_eq!(reading.rows[0].amount.minor(), -4210);
/// assert_eq!(reading.profile.date_format.as_deref(), Some("DD.MM.YYYY"));
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub fn read_csv<'a>(
    bytes: &'a [u8],
    file: &str,
    profile: &CsvProfile,
    default_commodity: Commodity,
    resolve: &dyn Fn(&str) -> Option<Commodity>,
) -> Result<CsvReading<'a>> {
    let decoded = decode(bytes, file, profile.encoding.as_deref())?;
    let currencies = Currencies { default: default_commodity, resolve };
    let mut decisions = Decisions::default();
    let plan = plan(&decoded, file, profile, currencies, &mut decisions);
    let plan = plan.map_err(|halt| halt.into_error(file))?;
    let Plan { layout, survey, columns, formats, signs, effective, notes } = &plan;
    let amounts = AmountReader::new(layout, columns, formats, currencies, *signs, effective);
    let states = States::new(layout, columns.state, effective);
    let reader = RowReader::new(layout, survey, columns, formats, amounts, states);
    let mut reading = CsvReading {
        text: Cow::Borrowed(""),
        rows: Vec::with_capacity(rows_expected(survey, &decoded.text)),
        problems: vec![],
        profile: plan.resolved(profile, &decoded),
        notes: notes.clone(),
        accounts: vec![],
        decisions: decisions.0,
    };
    read_rows(layout, reader, &mut reading)?;
    reading.text = decoded.text;
    Ok(reading)
}

/// What a CSV file leaves open, if anything: the first question, with its answers. Whoever asks merges the answer
/// over the profile and comes back, until nothing is open.
///
/// # Errors
/// As [`read_csv`], but for what an answer settles.
///
/// ```
/// use ledger_core::import::{CsvProfile, open_question};
/// use ledger_core::money::Commodity;
/// let bytes = b"Date,Text,Amount\n05/03/2026,Rent,-900.00\n";
/// let eur = Commodity::iso("EUR").unwrap();
/// let ask = |profile: &CsvProfile| open_question(bytes, "bank.csv", profile, eur, &Commodity::iso);
/// let question = ask(&CsvProfile::default())?.unwrap();
/// assert_eq!(question.choices[0].label, "DD/MM/YYYY");
/// let answered = CsvProfile::default().merge(question.choices[0].settles.clone());
/// assert_eq!(ask(&answered)?, None);
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub fn open_question(
    bytes: &[u8],
    file: &str,
    profile: &CsvProfile,
    default_commodity: Commodity,
    resolve: &dyn Fn(&str) -> Option<Commodity>,
) -> Result<Option<OpenQuestion>> {
    explain_csv(bytes, file, profile, default_commodity, resolve).map(|told| told.open)
}

/// What is decided about a CSV file, and what stays open: the same as in [`CsvReading::decisions`] where nothing
/// does, and the decisions up to the question where something does.
///
/// # Errors
/// As [`read_csv`], but for what an answer settles.
pub fn explain_csv(
    bytes: &[u8],
    file: &str,
    profile: &CsvProfile,
    default_commodity: Commodity,
    resolve: &dyn Fn(&str) -> Option<Commodity>,
) -> Result<Explanation> {
    let decoded = decode(bytes, file, profile.encoding.as_deref())?;
    let currencies = Currencies { default: default_commodity, resolve };
    let mut decisions = Decisions::default();
    let open = match plan(&decoded, file, profile, currencies, &mut decisions) {
        Ok(_) => None,
        Err(Halt::Open(question)) => Some(question),
        Err(Halt::Refused(error)) => return Err(error),
    };
    Ok(Explanation { decisions: decisions.0, open })
}

/// All that was decided before the rows are read.
struct Plan<'a> {
    layout: Layout<'a>,
    survey: Survey,
    columns: Columns,
    formats: Formats,
    signs: SignRule,
    /// What was told, over the layout of a known bank.
    effective: CsvProfile,
    notes: Vec<String>,
}

/// Decides how the file is read; `decisions` has all that was decided also where it comes to a halt.
fn plan<'a>(
    decoded: &'a Decoded<'_>,
    file: &'a str,
    profile: &CsvProfile,
    currencies: Currencies<'_>,
    decisions: &mut Decisions,
) -> Found<Plan<'a>> {
    decisions.note("encoding", "--encoding", decoded.encoding, decoded.confidence, decoded.reason);
    let layout = layout::find(&decoded.text, file, profile, currencies, decisions)?;
    let effective = effective(&layout, profile);
    let mut survey = survey::survey(&layout, currencies)?;
    loop {
        let mut made = Decisions(decisions.0.clone());
        let mut notes = Vec::from_iter(decoded.note.clone());
        let found = find_columns(&layout, &survey, (profile, &effective), currencies, &mut made, &mut notes);
        let is_sure = |formats: &Formats| formats.date_is_certain && formats.mark_is_certain;
        match found {
            // The first rows may leave open what a later one decides.
            Ok((_, formats, _)) if !is_sure(&formats) && !survey.is_whole => survey.look_at_all(&layout)?,
            Err(Halt::Open(_)) if !survey.is_whole => survey.look_at_all(&layout)?,
            Err(halt) => {
                *decisions = made;
                return Err(halt);
            }
            Ok((columns, formats, signs)) => {
                *decisions = made;
                return Ok(Plan { layout, survey, columns, formats, signs, effective, notes });
            }
        }
    }
}

fn find_columns(
    layout: &Layout<'_>,
    survey: &Survey,
    (told, effective): (&CsvProfile, &CsvProfile),
    currencies: Currencies<'_>,
    decisions: &mut Decisions,
    notes: &mut Vec<String>,
) -> Found<(Columns, Formats, SignRule)> {
    let mut columns = columns::find(layout, survey, effective, currencies, decisions, notes)?;
    let formats = FormatFinder { layout, survey, columns: &columns }.find(effective, decisions, notes)?;
    if told.value_date.is_none() {
        drop_unlike_value_dates(layout, survey, &mut columns, &formats, notes);
    }
    let evidence = Evidence::new(survey, Some(formats.mark));
    let signs = signs::find(layout, &evidence, &columns, effective, decisions, notes);
    Ok((columns, formats, signs))
}

/// What is told over the layout of a known bank, as far as the file has its columns. A date format and a decimal mark
/// of the layout only count where the rows leave them open.
fn effective(layout: &Layout<'_>, told: &CsvProfile) -> CsvProfile {
    let Some(known) = layout.known else { return told.clone() };
    let mut known = known.profile.clone();
    let has = |column: &ColumnRef| layout.column_told(column, usize::MAX).is_ok();
    known.description.retain(has);
    for column in [
        &mut known.value_date,
        &mut known.direction,
        &mut known.currency,
        &mut known.payee,
        &mut known.memo,
        &mut known.reference,
        &mut known.balance,
        &mut known.fee,
        &mut known.account,
        &mut known.state,
    ] {
        *column = column.take().filter(|column| has(column));
    }
    (known.date_format, known.decimal_mark) = (None, None);
    // The sign rule of a known layout is known as well.
    known.negate = known.negate.or(known.amount.is_some().then_some(false));
    known.merge(told.clone())
}

/// How many rows to make room for: as many as the text has room for lines like the first.
fn rows_expected(survey: &Survey, text: &str) -> usize {
    if survey.is_whole {
        return usize::try_from(survey.rows).unwrap_or(0);
    }
    memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()).count() + 1
}

/// Reads all records after the header and gathers what became of them.
fn read_rows(layout: &Layout<'_>, mut reader: RowReader<'_>, reading: &mut CsvReading<'_>) -> Result<()> {
    let before = match &layout.header {
        Some(header) => (layout.skip_lines + 1, header.line - 1, "header"),
        None => (1, layout.skip_lines, "first row"),
    };
    if let (first, last, what) = before
        && last >= first
        && layout.text.len() > 1
    {
        let lines = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
        reading.notes.push(format!("{lines} before the {what}: passed over"));
    }
    let [mut nothing, mut controls, mut neutral, mut left_out, mut longer, mut balances] =
        std::array::from_fn(|_| Tally::default());
    let mut tail = Tail::default();
    let mut records = layout.rows();
    let mut record = Record::default();
    while records.read(&mut record)? {
        if layout.is_header(&record) {
            continue;
        }
        let problems_before = reading.problems.len();
        match reader.read(&records, &record, &mut reading.rows, &mut reading.problems) {
            Reading::Row { is_longer } => {
                tail.clear();
                if let Some(account) = reader.account(&record) {
                    reading.in_account(account);
                }
                if has_controls(records.raw(&record)) {
                    controls.add(record.line, "");
                }
                if is_longer {
                    longer.add(record.line, "");
                }
            }
            Reading::Problems if reading.problems.len() > PROBLEMS_MAX => {
                let reason = format!(
                    "more than {PROBLEMS_MAX} rows cannot be read: is this how the file is to be read?"
                );
                return Err(unreadable(layout.file, (record.line, 1), reason));
            }
            Reading::Problems => {
                tail.add(&record, records.raw(&record), reading.problems.len() - problems_before);
            }
            Reading::Continued => {}
            Reading::Neutral => neutral.add(record.line, ""),
            Reading::BalanceOnly => balances.add(record.line, ""),
            Reading::LeftOut => left_out.add(record.line, reader.state(&record)),
            Reading::Nothing if record.is_blank() => {}
            Reading::Nothing => nothing.add(record.line, records.raw(&record)),
        }
    }
    let (columns, formats) = reader.found();
    tail.pass_over(columns, formats, reading);
    let mut note = |tally: &Tally, text: String| reading.notes.extend((tally.count > 0).then_some(text));
    let first = |tally: &Tally| excerpt(tally.first_text.trim()).into_owned();
    note(
        &nothing,
        format!("{} without date and amount: passed over (first \"{}\")", nothing.lines(), first(&nothing)),
    );
    note(&neutral, format!("{}: neither money in nor money out, and so left out", neutral.lines()));
    note(
        &left_out,
        format!("{}: not booked, and so left out (first \"{}\")", left_out.lines(), first(&left_out)),
    );
    note(&balances, format!("{}: a balance and no amount, passed over", balances.lines()));
    note(&longer, format!("{}: more cells than the others, read as a part of the text", longer.lines()));
    note(&controls, format!("{}: control characters were left out of the texts", controls.lines()));
    if reading.rows.is_empty() && reading.problems.is_empty() {
        reading.notes.push("the file has no rows".to_owned());
    }
    Ok(())
}

/// How many lines something is true of, and the first of them.
#[derive(Default)]
pub(crate) struct Tally {
    pub count: u64,
    first_line: u64,
    first_text: String,
}

impl Tally {
    pub fn add(&mut self, line: u64, text: &str) {
        if self.count == 0 {
            (self.first_line, self.first_text) = (line, text.to_owned());
        }
        self.count += 1;
    }

    pub fn lines(&self) -> String {
        match self.count {
            1 => format!("line {}", self.first_line),
            count => format!("{count} lines from line {} on", self.first_line),
        }
    }
}

/// A detected value date that is not written like the posting date is left out: nothing needs it.
fn drop_unlike_value_dates(
    layout: &Layout<'_>,
    survey: &Survey,
    columns: &mut Columns,
    formats: &Formats,
    notes: &mut Vec<String>,
) {
    let Some(index) = columns.value_date else { return };
    let facts = &survey.columns[index];
    let patterns = super::patterns::DatePatterns::shared();
    let alike = facts.filled == 0
        || facts.date_conflict.is_none() && patterns.of(facts.patterns).contains(&&formats.date);
    if !alike {
        columns.value_date = None;
        let name = layout.column_name(index);
        notes.push(format!("column {name} is not written like the posting date: no value dates were read"));
    }
}

impl Plan<'_> {
    /// The profile with what was detected; skipped lines stay as told, since a header is found by its words.
    fn resolved(&self, profile: &CsvProfile, decoded: &Decoded<'_>) -> CsvProfile {
        let Plan { layout, columns, formats, effective, .. } = self;
        let name = |index: Option<usize>| index.map(|index| layout.column_ref(index));
        let (amount, debit, credit, direction) = match columns.amount {
            AmountColumns::Signed(amount) => (Some(amount), None, None, None),
            AmountColumns::Directed { amount, direction } => (Some(amount), None, None, Some(direction)),
            AmountColumns::Split { debit, credit } => (None, debit, credit, None),
        };
        CsvProfile {
            encoding: Some(decoded.encoding.to_lowercase()),
            delimiter: Some(char::from(layout.delimiter)),
            skip_lines: profile.skip_lines,
            has_header: Some(layout.header.is_some()),
            date: name(Some(columns.date)),
            value_date: name(columns.value_date),
            date_format: formats.date_is_certain.then(|| formats.date.to_string()),
            amount: name(amount),
            debit: name(debit),
            credit: name(credit),
            direction: name(direction),
            decimal_mark: formats.mark_is_certain.then_some(formats.mark),
            negate: effective.negate.or(self.signs.negate.then_some(true)),
            debit_signed: effective
                .debit_signed
                .or(formats.debit_is_mixed.then_some(formats.debit_is_signed)),
            currency: name(columns.currency),
            description: columns.description.iter().map(|index| layout.column_ref(*index)).collect(),
            payee: name(columns.payee),
            memo: name(columns.memo),
            reference: name(columns.reference),
            balance: name(columns.balance),
            fee: name(columns.fee),
            fee_included: effective.fee_included,
            account: name(columns.account),
            one_account: effective.one_account,
            state: name(columns.state),
            skip_states: effective.skip_states.clone(),
            out_words: effective.out_words.clone(),
            in_words: effective.in_words.clone(),
        }
    }
}
