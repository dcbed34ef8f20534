//! Where the cells are: the delimiter, the header line, and which column is called what.

use std::collections::BTreeMap;

use super::currency::Currencies;
use super::delimiter;
use super::explain::{Confidence, Decisions, Found, Halt};
use super::header::{self, HeaderTest};
use super::known::{self, BuiltInProfile};
use super::profile::{ColumnRef, CsvProfile};
use super::records::{Record, Records};
use super::words::{HeaderName, Role};

/// The grid of a file: how it splits into cells, and where the rows begin.
pub(super) struct Layout<'a> {
    pub text: &'a str,
    pub file: &'a str,
    pub delimiter: u8,
    /// Physical lines that are passed over: told, or those before the first row of a file without a header.
    pub skip_lines: u64,
    pub header: Option<Header>,
    /// The bank whose layout the header is.
    pub known: Option<&'static BuiltInProfile>,
}

/// The line of column names.
pub(super) struct Header {
    pub line: u64,
    /// As written, without surrounding blanks.
    pub written: Vec<String>,
    pub names: Vec<HeaderName>,
}

/// Finds delimiter and header.
///
/// # Errors
/// A delimiter that cannot be one, several delimiters that fit equally well, and told column names that no line
/// has.
pub(super) fn find<'a>(
    text: &'a str,
    file: &'a str,
    profile: &CsvProfile,
    currencies: Currencies<'_>,
    decisions: &mut Decisions,
) -> Found<Layout<'a>> {
    let test = HeaderTest { told: told_names(profile), currencies };
    let mut skip_lines = profile.skip_lines.unwrap_or(0);
    let named = delimiter::named_by_first_line(text);
    let (delimiter, reason) = match (profile.delimiter, named) {
        (Some(told), _) => (delimiter::checked(told)?, "told"),
        (None, Some(named)) => (named, "the first line names it"),
        (None, None) => {
            (delimiter::sniff(text, file, skip_lines, &test)?, "it parts the lines into like cells")
        }
    };
    skip_lines = skip_lines.max(u64::from(named.is_some()));
    let shown = char::from(delimiter).escape_default().to_string();
    decisions.note("delimiter", "--delimiter", shown, Confidence::High, reason);
    let mut layout = Layout { text, file, delimiter, skip_lines, header: None, known: None };
    if profile.has_header != Some(false) {
        layout.header = header::find(&layout, profile.has_header == Some(true), &test)?;
    }
    if let (None, Some(name)) = (&layout.header, test.told.first()) {
        let reason =
            format!("no line has a column named \"{name}\": name columns as the file does, or by number");
        return Err(Halt::open((skip_lines + 1, 1), reason));
    }
    let (choice, reason) = match &layout.header {
        Some(header) => (format!("line {}", header.line), "it has the names of columns"),
        None => ("none".to_owned(), "no line has the names of columns"),
    };
    decisions.note("header", "--header or --no-header", choice, Confidence::High, reason);
    match &layout.header {
        Some(header) => layout.known = known::recognise(&header.written),
        None if profile.skip_lines.is_none() => {
            layout.skip_lines = header::lines_before_rows(&layout, &test)?
        }
        None => {}
    }
    if let Some(known) = layout.known {
        let reason = "the header is that of this built-in profile";
        decisions.note(
            "layout",
            "--profile",
            format!("{} ({})", known.name, known.title),
            Confidence::High,
            reason,
        );
    }
    Ok(layout)
}

impl Layout<'_> {
    /// The records after the header.
    pub fn rows(&self) -> Records<'_> {
        // Lines before the header are passed over as lines, because a quote in them must not join them to the rows.
        let before = self.header.as_ref().map_or(self.skip_lines, |header| header.line - 1);
        Records::new(self.text, self.file, self.delimiter, before)
    }

    /// Whether `record` is the header, which [`Layout::rows`] begins with.
    pub fn is_header(&self, record: &Record) -> bool {
        self.header.as_ref().is_some_and(|header| header.line == record.line)
    }

    /// The line that an error about the columns points to.
    pub fn place(&self) -> (u64, u64) {
        (self.header.as_ref().map_or(self.skip_lines + 1, |header| header.line), 1)
    }

    /// What to call a column in a sentence.
    pub fn column_name(&self, index: usize) -> String {
        let written = self.header.as_ref().and_then(|header| header.written.get(index));
        match written.filter(|name| !name.is_empty()) {
            Some(name) => format!("\"{name}\""),
            None => format!("{}", index + 1),
        }
    }

    /// The reference by which a profile names a column: its header where that is unique, else its number.
    pub fn column_ref(&self, index: usize) -> ColumnRef {
        let Some(header) = &self.header else { return ColumnRef::Number(index + 1) };
        let name = header.written.get(index).map_or("", String::as_str);
        let unique = header.written.iter().filter(|other| same_name(other, name)).count() == 1;
        if unique && !name.is_empty() {
            ColumnRef::Name(name.to_owned())
        } else {
            ColumnRef::Number(index + 1)
        }
    }

    /// The index of a column that was told.
    ///
    /// # Errors
    /// A number past the last column, a name that no column or more than one has.
    pub fn column_told(&self, told: &ColumnRef, width: usize) -> Found<usize> {
        let refused = |reason: String| Halt::open(self.place(), reason);
        match told {
            ColumnRef::Number(number) if (1..=width).contains(number) => Ok(number - 1),
            ColumnRef::Number(number) => {
                Err(refused(format!("there is no column {number}: the file has {width}")))
            }
            ColumnRef::Name(name) => {
                let written = self.header.as_ref().map_or([].as_slice(), |header| header.written.as_slice());
                let fits = |(index, other): (usize, &String)| same_name(other, name).then_some(index);
                let found = written.iter().enumerate().filter_map(fits).collect::<Vec<_>>();
                match found.as_slice() {
                    [index] => Ok(*index),
                    [] => Err(refused(format!("there is no column \"{name}\": {}", self.header_text()))),
                    _ => {
                        Err(refused(format!("{} columns are named \"{name}\": use the number", found.len())))
                    }
                }
            }
        }
    }

    /// The columns with the best rank for a role.
    pub fn columns_called(&self, role: Role) -> Vec<usize> {
        self.columns_by_rank(role).into_iter().next().unwrap_or_default()
    }

    /// The columns with a rank for a role, the best rank first.
    pub fn columns_by_rank(&self, role: Role) -> Vec<Vec<usize>> {
        let names = self.header.as_ref().map_or([].as_slice(), |header| header.names.as_slice());
        let mut ranked = BTreeMap::<usize, Vec<usize>>::new();
        for (index, name) in names.iter().enumerate() {
            if let Some(rank) = name.rank(role) {
                ranked.entry(rank).or_default().push(index);
            }
        }
        ranked.into_values().collect()
    }

    /// Whether a column is called by one of the surest words for a role.
    pub fn is_called_surely(&self, role: Role) -> bool {
        let names = self.header.as_ref().map_or([].as_slice(), |header| header.names.as_slice());
        names.iter().any(|name| name.rank(role) == Some(0))
    }

    /// The header in a sentence.
    pub fn header_text(&self) -> String {
        let Some(header) = &self.header else {
            return "the file has no header that is understood".to_owned();
        };
        let named = header.written.iter().filter(|name| !name.is_empty());
        let mut shown =
            named.clone().take(24).map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        if named.count() > 24 {
            shown.push_str(", …");
        }
        format!("the header has {shown}")
    }
}

pub(super) fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// The column names that a profile tells.
fn told_names(profile: &CsvProfile) -> Vec<&str> {
    let single = [
        &profile.date,
        &profile.value_date,
        &profile.amount,
        &profile.debit,
        &profile.credit,
        &profile.direction,
        &profile.currency,
        &profile.payee,
        &profile.memo,
        &profile.reference,
        &profile.balance,
        &profile.fee,
        &profile.account,
        &profile.state,
    ];
    let all = single.into_iter().flatten().chain(&profile.description);
    all.filter_map(|told| if let ColumnRef::Name(name) = told { Some(name.as_str()) } else { None }).collect()
}
