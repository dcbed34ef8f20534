//! `ledger import journal`: a journal of ledger, hledger or beancount, or a GnuCash book, into the book.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ledger_core::account::AccountKind;
use ledger_core::import::journal::{
    JournalFormat, JournalProblem, NotImported, Resolved, SettleOptions, Sources, detect, read_journal,
};
use ledger_core::{Error, ErrorKind, JournalImport, JournalOutcome, Result, read_gnucash};

use super::super::Context;
use super::file;
use crate::input::{Problem, Problems};
use crate::render::{self, Column, Table};

/// How many places are named of what is not imported.
const PLACES_SHOWN: usize = 3;

/// The arguments of `import journal`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Journal or GnuCash book (- is standard input)
    pub(super) file: PathBuf,

    /// Program that it is written for [default: told by its content and name]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,

    /// Kind of an account and of those below it, such as Dining=expense; * stands for all that nothing else tells
    #[arg(long, value_name = "NAME=KIND", value_parser = pair)]
    kind: Vec<(String, String)>,

    /// Commodity that a symbol means, such as $=AUD
    #[arg(long, value_name = "SYMBOL=CODE", value_parser = pair)]
    symbol: Vec<(String, String)>,

    /// Decimal places of a commodity that the book does not have yet, such as BTC=8 [default: the most that are written]
    #[arg(long, value_name = "CODE=PLACES", value_parser = pair)]
    scale: Vec<(String, String)>,

    /// Commodity of amounts that name none [default: the book's]
    #[arg(long, value_name = "CODE")]
    commodity: Option<String>,

    /// Leave out virtual postings in round brackets instead of balancing them on Equity:Virtual
    #[arg(long)]
    real: bool,

    /// Post entries that do not balance, with the difference on this account
    #[arg(long, value_name = "ACCOUNT")]
    unbalanced: Option<String>,

    /// Import although balances that the journal claims do not come out; they are told
    #[arg(long)]
    accept_failed_assertions: bool,

    /// Keep the balance directives of the journal as assertions, where they hold exactly (see `ledger assert --list`)
    #[arg(long)]
    keep_assertions: bool,

    /// Import what can be read; the rest is told, and decides the exit code
    #[arg(long)]
    skip_errors: bool,
}

/// The formats, as the flag names them.
#[derive(clap::ValueEnum, Debug, Clone, Copy)]
enum Format {
    Ledger,
    Hledger,
    Beancount,
    Gnucash,
}

impl From<Format> for JournalFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Ledger => JournalFormat::Ledger,
            Format::Hledger => JournalFormat::Hledger,
            Format::Beancount => JournalFormat::Beancount,
            Format::Gnucash => JournalFormat::Gnucash,
        }
    }
}

/// Imports a journal.
///
/// # Errors
/// As [`ledger_core::Imports::journal`], and [`ErrorKind::File`] for a file that cannot be read.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let (name, bytes) = file::read(&args.file)?;
    let format = match args.format {
        Some(format) => format.into(),
        None => detect(&name, &bytes).ok_or_else(|| undetected(&name))?,
    };
    let (sources, journal);
    if format == JournalFormat::Gnucash {
        sources = Sources::one(&name, "");
        journal = read_gnucash(&name, &bytes, &sources)?;
    } else {
        sources = Sources::load(&name, bytes, &mut include)?;
        journal = read_journal(&sources, format);
    }
    let import = JournalImport {
        kinds: kinds(&args.kind)?,
        symbols: args.symbol.iter().cloned().collect(),
        scales: scales(&args.scale)?,
        commodity: args.commodity.clone(),
        settle: SettleOptions { unbalanced: args.unbalanced.clone(), real_only: args.real },
        skip_errors: args.skip_errors,
        accept_failed_assertions: args.accept_failed_assertions,
        keep_assertions: args.keep_assertions,
        rehearse: context.settings.dry_run,
        ..JournalImport::new(&sources, journal)
    };
    let outcome = book.imports().journal(import)?;
    tell(context, &name, &sources, &outcome);
    let code = report(context, &outcome);
    if outcome.refused {
        context.note(
            "nothing was posted: mend the journal, or take what can be taken with --skip-errors, --unbalanced ACCOUNT or \
             --accept-failed-assertions",
        );
        return Ok(code);
    }
    render::print(&context.settings, table(&outcome, context.settings.dry_run))?;
    sum_up(context, &outcome);
    Ok(code)
}

fn pair(text: &str) -> std::result::Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((left, right)) if !right.trim().is_empty() => {
            Ok((left.trim().to_owned(), right.trim().to_owned()))
        }
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

fn kinds(pairs: &[(String, String)]) -> Result<HashMap<String, AccountKind>> {
    pairs.iter().map(|(name, kind)| Ok((name.clone(), AccountKind::parse(kind)?))).collect()
}

fn scales(pairs: &[(String, String)]) -> Result<HashMap<String, u8>> {
    let scale = |(code, places): &(String, String)| {
        let reason = "decimal places are a whole number from 0 to 9".to_owned();
        let refused = ErrorKind::InvalidSetting { what: "scale", value: places.clone(), reason };
        Ok((code.clone(), places.parse().map_err(|_| Error::from(refused))?))
    };
    pairs.iter().map(scale).collect()
}

fn undetected(name: &str) -> Error {
    let reason = "it looks like no journal (say what it is with --format)".to_owned();
    ErrorKind::Unreadable { file: name.to_owned(), line: 1, column: 0, reason }.into()
}

/// The files that an include directive names, beside the file that it stands in; `*` and `?` are patterns.
fn include(from: &str, path: &str) -> Result<Resolved> {
    let folder = Path::new(from).parent().unwrap_or(Path::new("."));
    let path = folder.join(path.strip_prefix("~/").map_or_else(|| PathBuf::from(path), home));
    let pattern = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if !pattern.contains(['*', '?']) {
        return Ok(vec![file::read(&path)?]);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let failed = |error: std::io::Error| {
        let kind =
            ErrorKind::File { verb: "read", path: folder.display().to_string(), message: error.to_string() };
        Error::from(kind).caused_by(error)
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if fits(pattern.as_bytes(), entry.file_name().to_string_lossy().as_bytes())
            && entry.path() != Path::new(from)
        {
            found.push(entry.path());
        }
    }
    found.sort();
    found.iter().map(|path| file::read(path)).collect()
}

fn home(rest: &str) -> PathBuf {
    std::env::var_os("HOME").map_or_else(|| PathBuf::from("~"), PathBuf::from).join(rest)
}

/// Whether a file's name fits a pattern of `*` and `?`.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    // After each byte of the pattern, where in the name it may have come to.
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for &byte in pattern {
        let mut next = vec![false; name.len() + 1];
        for at in 0..=name.len() {
            match byte {
                b'*' => next[at] = reached[at] || (at > 0 && next[at - 1]),
                _ => next[at] = at > 0 && reached[at - 1] && (byte == b'?' || byte == name[at - 1]),
            }
        }
        reached = next;
    }
    reached[name.len()]
}

fn tell(context: &Context, name: &str, sources: &Sources, outcome: &JournalOutcome) {
    for note in &outcome.notes {
        context.note(format_args!("{name}: {note}"));
    }
    let mut by_kind: Vec<(&str, Vec<&NotImported>)> = Vec::new();
    for left in &outcome.not_imported {
        match by_kind.iter_mut().find(|(what, _)| *what == left.what) {
            Some((_, found)) => found.push(left),
            None => by_kind.push((left.what, vec![left])),
        }
    }
    for (what, found) in by_kind {
        let place = |left: &&NotImported| format!("{}:{}", sources.name(left.place.file), left.place.line);
        let mut places: Vec<String> = found.iter().take(PLACES_SHOWN).map(place).collect();
        if found.len() > PLACES_SHOWN {
            places.push("…".to_owned());
        }
        context.note(format_args!("not imported: {} × {what} ({})", found.len(), places.join(", ")));
    }
}

/// Reports the problems, file by file.
fn report(context: &Context, outcome: &JournalOutcome) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    let mut rest: &[JournalProblem] = &outcome.problems;
    while let Some(first) = rest.first() {
        let count = rest.iter().take_while(|problem| problem.file == first.file).count();
        let mut problems = Problems::new(&first.file);
        for JournalProblem { file, problem } in &rest[..count] {
            let told = Problem::new(problem.line, problem.column, problem.to_error(file));
            problems.add_coded(told.with_excerpt(&problem.source), problem.code);
        }
        code = problems.report(context.settings.error_style());
        rest = &rest[count..];
    }
    if outcome.problems_more > 0 {
        context.note(format_args!("{} more problems are not shown", outcome.problems_more));
    }
    code
}

fn sum_up(context: &Context, outcome: &JournalOutcome) {
    let post = if context.settings.dry_run { "would post" } else { "posted" };
    let JournalOutcome { posted, already_there, prices, opened, closed, declared, .. } = outcome;
    context.note(format_args!(
        "{post} {posted}, already there {already_there}; {} accounts opened, {} closed, {} commodities declared, {prices} \
         prices added",
        opened.len(),
        closed.len(),
        declared.len()
    ));
}

/// The accounts that were opened.
fn table(outcome: &JournalOutcome, rehearsed: bool) -> Table {
    let title = if rehearsed { "Accounts that would be opened" } else { "Accounts opened" };
    Table {
        title: Some(title.to_owned()),
        columns: vec![Column::text("account"), Column::short("kind")],
        rows: outcome
            .opened
            .iter()
            .map(|account| vec![account.name.as_str().into(), account.kind.as_str().into()])
            .collect(),
        ..Table::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_includes_fit_as_in_a_shell() {
        for (pattern, name, expected) in [
            ("*.journal", "2026.journal", true),
            ("*.journal", "2026.journal~", false),
            ("20??.j*", "2026.j", true),
            ("a*b*c", "abbc", true),
            ("a*b*c", "acb", false),
        ] {
            assert_eq!(fits(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        }
    }
}
