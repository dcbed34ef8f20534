//! The one way in for statement files of every format.

use super::camt;
use super::csv::read_csv;
use super::currency::Currencies;
use super::decode::{Decoded, decode};
use super::detect::{detect_format, named_encoding};
use super::explain::OpenQuestion;
use super::mt940;
use super::ofx;
use super::profile::CsvProfile;
use super::qif;
use super::statement::{Contents, CsvReading, StatementFile, StatementFormat, unreadable};
use crate::Result;
use crate::money::Commodity;

/// The largest file that is read: places in it are kept in 32 bits.
const FILE_BYTES_MAX: usize = u32::MAX as usize;

/// How a statement file is to be read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The format, where it is told; otherwise the content decides.
    pub format: Option<StatementFormat>,
    /// How to read CSV. Its encoding serves all formats, its date format and decimal mark serve QIF too.
    pub profile: CsvProfile,
    /// The currency of amounts that name none.
    pub default_commodity: Commodity,
}

impl ReadOptions {
    /// Everything detected, with `default_commodity` for amounts that name none.
    pub fn new(default_commodity: Commodity) -> ReadOptions {
        ReadOptions { format: None, profile: CsvProfile::default(), default_commodity }
    }
}

/// Reads a statement file of any format: CSV, OFX and QFX, QIF, camt.052 to camt.054, MT940.
///
/// The content decides the format unless `options` tell it. `file` is the name to use in messages. Currencies are
/// found through `resolve` by their codes (and signs, in CSV and QIF).
///
/// What cannot be read is a [`Problem`](super::Problem) with its line and column, and the rest is read all the
/// same; a caller imports nothing while there are problems, unless the user says so.
///
/// # Errors
/// A file that is no statement, is not text in its encoding, is empty or larger than 4 GiB, is not in the format
/// that was told, or can be read in two ways: the message names the place, and the flag that decides.
///
/// ```
/// use ledger_core::import::{ReadOptions, StatementFormat, read_statement};
/// use ledger_core::money::Commodity;
/// let bytes = b":20:A\n:25:NL02BANK0123456789\n:60F:C260131EUR100,00\n:61:260202D12,50NTRFNONREF\n:86:Bakery\n\
///     :62F:C260202EUR87,50\n";
/// let options = ReadOptions::new(Commodity::iso("EUR").unwrap());
/// let file = read_statement(bytes, "bank.sta", &options, &Commodity::iso)?;
/// assert_eq!(file.format, StatementFormat::Mt940);
/// assert_eq!(file.statements[0].lines[0].amount.minor(), -1250);
/// assert_eq!(file.statements[0].closing.unwrap().amount.minor(), 8750);
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub fn read_statement<'a>(
    bytes: &'a [u8],
    file: &str,
    options: &ReadOptions,
    resolve: &dyn Fn(&str) -> Option<Commodity>,
) -> Result<StatementFile<'a>> {
    check_size(bytes.len(), file)?;
    let format = match options.format {
        Some(format) => format,
        None => detect_format(bytes).map_err(|reason| unreadable(file, (1, 1), reason))?,
    };
    let profile = &options.profile;
    if format == StatementFormat::Csv {
        return read_csv(bytes, file, profile, options.default_commodity, resolve).map(of_csv);
    }
    let currencies = Currencies { default: options.default_commodity, resolve };
    let Decoded { text, note, .. } = decode_named(bytes, file, format, profile.encoding.as_deref())?;
    check_size(text.len(), file)?;
    let Contents { statements, problems, notes } = match format {
        StatementFormat::Ofx => ofx::read(&text, file, currencies)?,
        StatementFormat::Qif => qif::read(&text, file, profile, currencies)?,
        StatementFormat::Camt => camt::read(&text, file, currencies)?,
        StatementFormat::Mt940 => mt940::read(&text, file, currencies)?,
        StatementFormat::Csv => Contents::default(),
    };
    let unused =
        profile.negate.map(|_| "--negate was not used: only CSV files leave their signs open".to_owned());
    let notes = note.into_iter().chain(unused).chain(notes).collect();
    Ok(StatementFile {
        format,
        text,
        statements,
        problems,
        notes,
        profile: CsvProfile::default(),
        decisions: vec![],
    })
}

/// What a QIF file leaves open, if anything: the order of its dates, its decimal mark.
///
/// # Errors
/// For bytes that are no text, and a date format that is none.
pub(crate) fn open_qif_question(
    bytes: &[u8],
    file: &str,
    profile: &CsvProfile,
) -> Result<Option<OpenQuestion>> {
    check_size(bytes.len(), file)?;
    let Decoded { text, .. } = decode_named(bytes, file, StatementFormat::Qif, profile.encoding.as_deref())?;
    check_size(text.len(), file)?;
    qif::open_question(&text, file, profile)
}

/// Decodes by what is told, else by what the file says of itself. Files that name a code page and are valid UTF-8
/// are UTF-8: many programs write a fixed head.
fn decode_named<'a>(
    bytes: &'a [u8],
    file: &str,
    format: StatementFormat,
    told: Option<&str>,
) -> Result<Decoded<'a>> {
    let named = match told {
        Some(_) => None,
        None => named_encoding(bytes, format).filter(|_| std::str::from_utf8(bytes).is_err()),
    };
    decode(bytes, file, told.or(named.as_deref()))
}

fn check_size(len: usize, file: &str) -> Result<()> {
    if len > FILE_BYTES_MAX {
        return Err(unreadable(file, (1, 1), "a file of more than 4 GiB is refused: split it"));
    }
    Ok(())
}

/// A CSV file is one statement of an account that it does not name, unless a column of it does for each row.
fn of_csv(reading: CsvReading<'_>) -> StatementFile<'_> {
    let CsvReading { text, rows, problems, profile, notes, decisions, accounts } = reading;
    let statements = CsvReading::statements(rows, accounts);
    StatementFile { format: StatementFormat::Csv, text, statements, problems, notes, profile, decisions }
}
